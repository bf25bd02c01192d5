//! Survivorship: which of the values that a profile's records hold becomes the golden one.

use crate::instant::Instant;
use crate::schema::{Kind, SurvivorshipRule};
use std::cmp::Ordering;

/// A value that a record offers for a golden field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// The record, by its place in the canonical order.
    pub record: u32,
    /// The value in display form.
    pub display: &'a str,
    /// Its match key: values with one key are one value written differently.
    pub key: &'a str,
    /// Trust of the record's source.
    pub trust: i32,
    /// When the record was observed; `None` where unknown.
    pub observed: Option<Instant>,
}

/// The rules of a field that has none configured: names and dates by majority, contact data by recency.
pub fn default_rules(kind: Kind) -> &'static [SurvivorshipRule] {
    use SurvivorshipRule::{Longest, MostComplete, MostFrequent, MostRecent, MostTrusted};
    match kind {
        Kind::GivenName
        | Kind::MiddleName
        | Kind::FamilyName
        | Kind::BirthName
        | Kind::FullName
        | Kind::BirthDate
        | Kind::Gender
        | Kind::OrganisationName
        | Kind::NationalId
        | Kind::OrganisationId => &[MostTrusted, MostFrequent, MostComplete, MostRecent, Longest],
        _ => &[MostTrusted, MostRecent, MostFrequent, Longest],
    }
}

/// The place of the golden candidate: each rule keeps the best of what the rule before it left; the order of text, then of
/// record, settles the rest.
pub fn choose(candidates: &[Candidate<'_>], rules: &[SurvivorshipRule]) -> Option<usize> {
    let mut keys: Vec<&str> = candidates.iter().map(|candidate| candidate.key).collect();
    keys.sort_unstable();
    let among = |key: &str| keys.partition_point(|k| *k <= key) - keys.partition_point(|k| *k < key);
    let counts: Vec<usize> = candidates.iter().map(|candidate| among(candidate.key)).collect();
    (0..candidates.len()).min_by(|&x, &y| {
        let (a, b) = (&candidates[x], &candidates[y]);
        let counts = (counts[x], counts[y]);
        let by_rules = rules.iter().map(|&rule| compare(rule, a, b, counts));
        let settled = by_rules.fold(Ordering::Equal, Ordering::then);
        settled
            .then_with(|| plainness(a.display).cmp(&plainness(b.display)))
            .then_with(|| a.display.cmp(b.display))
            .then(a.record.cmp(&b.record))
    })
}

/// Less is better: mixed case before all capitals or all small letters.
fn plainness(display: &str) -> bool {
    !(display.chars().any(char::is_uppercase) && display.chars().any(char::is_lowercase))
}

/// Less is better; `counts` says how many candidates have the key of each.
fn compare(rule: SurvivorshipRule, a: &Candidate<'_>, b: &Candidate<'_>, counts: (usize, usize)) -> Ordering {
    match rule {
        SurvivorshipRule::MostTrusted => b.trust.cmp(&a.trust),
        SurvivorshipRule::MostRecent => b.observed.cmp(&a.observed),
        SurvivorshipRule::Earliest => (a.observed.is_none(), a.observed).cmp(&(b.observed.is_none(), b.observed)),
        SurvivorshipRule::MostFrequent => counts.1.cmp(&counts.0),
        SurvivorshipRule::Longest => b.display.chars().count().cmp(&a.display.chars().count()),
        SurvivorshipRule::MostComplete => is_short(a.key).cmp(&is_short(b.key)),
    }
}

/// Whether a value is an initial or less.
fn is_short(key: &str) -> bool {
    key.chars().nth(1).is_none()
}
