//! Rules and human decisions: the links they make, the merges they forbid, and the clusters that come of them.
//!
//! The same code joins all records of a batch and the few records of one component of a live graph: it knows records by
//! numbers in canonical order and their identifier values, nothing of tables or messages.

use crate::cluster::{Clustering, Edge, Judge, cluster};
use crate::error::Result;
use crate::instant::Instant;
use crate::normalize;
use crate::progress::Control;
use crate::schema::{Config, IdentifierRule, Kind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many holders of a value are looked at for one that a record may be joined to.
const STAR_SEARCH: usize = 64;

/// Identifier values of the records, for one kind with rules.
struct Identifier<'a> {
    kind: Kind,
    rule: &'a IdentifierRule,
    /// Values by record, in canonical order, each record's ascending.
    values: Vec<Vec<&'a str>>,
    /// For each of these, when it was said; empty where no rule asks.
    said: Vec<Vec<Vec<Instant>>>,
}

/// Milliseconds of a day.
const DAY: Instant = 86_400_000;

/// The identifier rules of a configuration, in order of priority.
pub(crate) fn rules(config: &Config) -> Vec<(Kind, &IdentifierRule)> {
    let mut rules: Vec<(Kind, &IdentifierRule)> = config.identifiers.iter().map(|(&kind, rule)| (kind, rule)).collect();
    rules.sort_by_key(|(kind, rule)| (rule.priority.unwrap_or(100), *kind));
    rules
}

/// The keys of the values that a rule blocks, however they are written in the fields that are read so.
pub(crate) fn blocked<'a>(
    kind: Kind,
    rule: &IdentifierRule,
    fields: impl Iterator<Item = &'a normalize::Options> + Clone,
) -> BTreeSet<String> {
    let keys_of = |value: &'_ String| {
        let value = value.clone();
        let keys = fields.clone().map(|options| normalize::normalize(kind, &value, options).key);
        keys.chain([value.clone()]).collect::<Vec<_>>()
    };
    rule.blocked.iter().flat_map(keys_of).collect()
}

/// Decisions about records, by their numbers in canonical order.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// Each pair with its answer.
    pub(crate) pairs: Vec<(u32, u32, bool)>,
    /// The records that each record is not.
    others: HashMap<u32, Vec<u32>>,
}

impl Decided {
    /// From pairs with their answers.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (u32, u32, bool)>) -> Self {
        let mut decided = Decided::default();
        for (a, b, same) in pairs {
            decided.pairs.push((a.min(b), a.max(b), same));
            if !same {
                decided.others.entry(a).or_default().push(b);
                decided.others.entry(b).or_default().push(a);
            }
        }
        decided.pairs.sort_unstable();
        decided
    }
}

/// What [`Rules`] are made from.
pub(crate) struct Given<'a> {
    /// By identifier rule in the order of [`rules`], the usable values of each record.
    pub(crate) values: Vec<Vec<Vec<&'a str>>>,
    /// For each of these, when it was said, ascending; empty where that is not known, and for rules that do not ask.
    pub(crate) said: Vec<Vec<Vec<Vec<Instant>>>>,
    /// The source of each record.
    pub(crate) source: Vec<u32>,
    /// Sources that never hold one person twice.
    pub(crate) duplicate_free: BTreeSet<u32>,
    pub(crate) decided: Decided,
    /// Pairs that a source says to be one, by an alias.
    pub(crate) stated: Vec<(u32, u32)>,
    /// Values, by rule, that are known to be shared too widely, with the number of profiles that share them.
    pub(crate) generic: BTreeMap<(usize, &'a str), usize>,
}

/// All rules and decisions at work on one set of records.
pub(crate) struct Rules<'a> {
    list: Vec<Identifier<'a>>,
    duplicate_free: BTreeSet<u32>,
    source: Vec<u32>,
    decided: Decided,
    stated: Vec<(u32, u32)>,
    generic: BTreeMap<(usize, &'a str), usize>,
}

/// The word for links that the model made.
pub(crate) const MATCH: &str = "match";
/// The number in [`Edge::rule`] of what people confirmed: the first of all.
pub(crate) const CONFIRMED: u16 = 1;
/// The number of what a source says to be one.
const STATED: u16 = 2;
/// The number of the first identifier rule.
const FIRST: u16 = 3;

/// The word of a rule number of [`Edge::rule`], by the kinds of the rules.
pub(crate) fn rule_name(rule: u16, kind: impl Fn(usize) -> Option<Kind>) -> String {
    match rule.checked_sub(FIRST).and_then(|index| kind(index as usize)) {
        Some(kind) => format!("identifier:{kind}"),
        None if rule == CONFIRMED => "confirmed".to_owned(),
        None if rule == STATED => "alias".to_owned(),
        None => MATCH.to_owned(),
    }
}

/// The links that shared identifier values propose.
#[derive(Default)]
pub(crate) struct Proposed {
    pub(crate) edges: Vec<Edge>,
    /// Links of values that are shared too widely, with the reason.
    pub(crate) generic: Vec<(Edge, String)>,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(config: &'a Config, given: Given<'a>) -> Self {
        let list = rules(config).into_iter().zip(given.values.into_iter().zip(given.said));
        Rules {
            list: list.map(|((kind, rule), (values, said))| Identifier { kind, rule, values, said }).collect(),
            duplicate_free: given.duplicate_free,
            source: given.source,
            decided: given.decided,
            stated: given.stated,
            generic: given.generic,
        }
    }

    /// The word of a rule number of [`Edge::rule`].
    pub(crate) fn rule_name(&self, rule: u16) -> String {
        rule_name(rule, |index| self.list.get(index).map(|identifier| identifier.kind))
    }

    /// Whether a kind has a limit on how many profiles may share a value.
    pub(crate) fn any_limit(&self) -> bool {
        self.list.iter().any(|identifier| identifier.links() && identifier.rule.max_profiles.is_some())
    }

    /// Links of records with one value, each to the first record of that value. With `clusters`, the cluster of each
    /// record by all other evidence, values shared by too many of them propose nothing; without it, kinds with such a
    /// limit are left out.
    pub(crate) fn propose(&self, clusters: Option<&[u32]>) -> Proposed {
        let mut proposed = Proposed::default();
        let confirmed = self.decided.pairs.iter().filter(|(_, _, same)| *same);
        proposed.edges.extend(confirmed.map(|&(a, b, _)| Edge { a, b, weight: f64::INFINITY, rule: CONFIRMED }));
        proposed.edges.extend(self.stated.iter().map(|&(a, b)| Edge { a, b, weight: f64::INFINITY, rule: STATED }));
        for (index, identifier) in self.list.iter().enumerate().filter(|(_, identifier)| identifier.links()) {
            let limit = identifier.rule.max_profiles;
            if limit.is_some() && clusters.is_none() {
                continue;
            }
            for (value, records) in identifier.holders() {
                let edge = |(a, b)| Edge { a, b, weight: f64::INFINITY, rule: index as u16 + FIRST };
                let edges = self.pairs(identifier, value, &records).into_iter().map(edge);
                match limit.and_then(|limit| Some((limit, self.too_many(index, value, &records, clusters?, limit)?))) {
                    Some((limit, profiles)) => {
                        let reason = format!(
                            "the {} '{value}' is generic: it is shared by {profiles} profiles, the limit is {limit}",
                            identifier.kind
                        );
                        proposed.generic.extend(edges.map(|edge| (edge, reason.clone())));
                    }
                    None => proposed.edges.extend(edges),
                }
            }
        }
        proposed
    }
}

impl Rules<'_> {
    /// The number of profiles that share a value, if it is over the limit.
    fn too_many(&self, index: usize, value: &str, records: &[u32], clusters: &[u32], limit: u32) -> Option<usize> {
        let here = || records.iter().map(|&record| clusters[record as usize]).collect::<BTreeSet<_>>().len();
        let profiles = self.generic.get(&(index, value)).copied().unwrap_or_else(here);
        (profiles > limit as usize).then_some(profiles)
    }

    /// Pairs that join the holders of one value, in each of its lives.
    fn pairs(&self, identifier: &Identifier<'_>, value: &str, records: &[u32]) -> Vec<(u32, u32)> {
        let Some(days) = identifier.rule.ttl_days else { return self.star(records) };
        let lives = identifier.lives(value, records, Instant::from(days) * DAY);
        let pairs: BTreeSet<(u32, u32)> = lives.iter().flat_map(|life| self.star(life)).collect();
        pairs.into_iter().collect()
    }

    /// Pairs that join the holders of one value: each with the first, and where a rule keeps those two apart, also with
    /// one it may be joined to.
    fn star(&self, records: &[u32]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for (index, &b) in records.iter().enumerate().skip(1) {
            pairs.push((records[0], b));
            if self.conflict(&records[..1], &[b]).is_some() {
                let mut earlier = records[1..index].iter().rev().take(STAR_SEARCH);
                pairs.extend(earlier.find(|&&a| self.conflict(&[a], &[b]).is_none()).map(|&a| (a, b)));
            }
        }
        pairs
    }
}

impl Identifier<'_> {
    fn links(&self) -> bool {
        self.rule.links.unwrap_or(true)
    }

    /// Records by value, for values of two records or more.
    fn holders(&self) -> BTreeMap<&str, Vec<u32>> {
        let mut holders: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (record, values) in (0..).zip(&self.values) {
            values.iter().for_each(|value| holders.entry(value).or_default().push(record));
        }
        holders.retain(|_, records| records.len() > 1);
        holders
    }

    /// When a record said a value.
    fn said(&self, record: u32, value: &str) -> &[Instant] {
        let place = self.values[record as usize].binary_search(&value).ok();
        let said = place.and_then(|place| self.said.get(record as usize)?.get(place));
        said.map_or(&[], Vec::as_slice)
    }

    /// The holders of a value, parted where nobody said it for longer than `pause`. Who does not say when has it in the latest
    /// life.
    fn lives(&self, value: &str, records: &[u32], pause: Instant) -> Vec<Vec<u32>> {
        let mut said: Vec<(Instant, u32)> = Vec::new();
        for &record in records {
            let times = self.said(record, value);
            said.extend(times.iter().map(|&time| (time, record)));
            if times.is_empty() {
                said.push((Instant::MAX, record));
            }
        }
        said.sort_unstable();
        let apart = |a: &(Instant, u32), b: &(Instant, u32)| b.0 != Instant::MAX && b.0.saturating_sub(a.0) > pause;
        let lives = said.chunk_by(|a, b| !apart(a, b)).map(|life| {
            let mut life: Vec<u32> = life.iter().map(|(_, record)| *record).collect();
            life.sort_unstable();
            life.dedup();
            life
        });
        lives.collect()
    }

    /// Why two groups would have too many values within a window.
    fn crowded(&self, a: &[u32], b: &[u32], limit: usize, days: u32) -> Option<String> {
        let values = |group: &mut dyn Iterator<Item = u32>| {
            let mut latest: BTreeMap<&str, Option<Instant>> = BTreeMap::new();
            for record in group {
                for value in &self.values[record as usize] {
                    let said = self.said(record, value).last().copied();
                    latest.entry(value).and_modify(|known| *known = said.max(*known)).or_insert(said);
                }
            }
            most_at_once(latest.values().copied(), Instant::from(days) * DAY)
        };
        let (left, right) = (values(&mut a.iter().copied()), values(&mut b.iter().copied()));
        let together = values(&mut a.iter().chain(b).copied());
        (together > limit && together > left.max(right)).then(|| {
            let kind = self.kind;
            format!("{kind} is limited to {limit} per profile within {days} days, and the two sides have {together}")
        })
    }

    /// Why two groups must not be one for this identifier.
    fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
        let limit = if self.rule.unique { Some(1) } else { self.rule.max_per_profile.map(|n| n as usize) }?;
        if let (false, Some(days)) = (self.rule.unique, self.rule.window_days) {
            return self.crowded(a, b, limit, days);
        }
        let values = |group: &[u32]| -> BTreeSet<&str> {
            group.iter().flat_map(|&record| &self.values[record as usize]).copied().collect()
        };
        let (left, right) = (values(a), values(b));
        let together = left.union(&right).count();
        let why = if self.rule.unique { "unique".to_owned() } else { format!("limited to {limit} per profile") };
        // Whoever has too many values alone loses nothing by a merge that adds none.
        (together > limit && together > left.len().max(right.len())).then(|| {
            let sample = |set: &BTreeSet<&str>| set.iter().next().copied().unwrap_or_default().to_owned();
            format!(
                "{} is {why}, and the two sides have '{}' and '{}'",
                self.kind,
                sample(&left),
                sample(&right.difference(&left).copied().collect())
            )
        })
    }
}

/// How many of these instants lie within one window, at most; unknown ones lie in every window.
fn most_at_once(instants: impl Iterator<Item = Option<Instant>>, window: Instant) -> usize {
    let (mut known, mut unknown) = (Vec::new(), 0);
    instants.for_each(|instant| instant.map_or_else(|| unknown += 1, |instant| known.push(instant)));
    known.sort_unstable();
    let (mut start, mut most) = (0, 0);
    for (end, instant) in known.iter().enumerate() {
        while instant.saturating_sub(known[start]) > window {
            start += 1;
        }
        most = most.max(end + 1 - start);
    }
    most + unknown
}

impl Rules<'_> {
    /// Why two groups of records must not be one, if a rule forbids it.
    pub(crate) fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
        self.list
            .iter()
            .find_map(|identifier| identifier.conflict(a, b))
            .or_else(|| self.same_source(a, b))
            .or_else(|| self.refused(a, b))
    }

    /// Whether somebody said that a record of one group is not one of the other.
    fn refused(&self, a: &[u32], b: &[u32]) -> Option<String> {
        if self.decided.others.is_empty() {
            return None;
        }
        let decided = |record: &u32| self.decided.others.get(record).map_or(&[][..], Vec::as_slice);
        let refused = a.iter().any(|record| decided(record).iter().any(|other| b.contains(other)));
        refused.then(|| "two of their records were decided to be different people".to_owned())
    }

    /// Sources that never hold one person twice, by index.
    pub(crate) fn duplicate_free(&self) -> &BTreeSet<u32> {
        &self.duplicate_free
    }

    /// The decided pairs of records, each with its answer.
    pub(crate) fn decided(&self) -> &Decided {
        &self.decided
    }

    fn same_source(&self, a: &[u32], b: &[u32]) -> Option<String> {
        let source = |record: &u32| self.source[*record as usize];
        if self.duplicate_free.is_empty() {
            return None;
        }
        let left: BTreeSet<u32> = a.iter().map(source).collect();
        let shared = b.iter().map(source).find(|s| left.contains(s) && self.duplicate_free.contains(s));
        shared.map(|_| "both sides have a record of a source that never holds one person twice".to_owned())
    }
}

/// Records joined by rules and by links of the model.
pub(crate) struct Joined {
    /// The links of the rules, then those of the model.
    pub(crate) edges: Vec<Edge>,
    /// Links of values that are shared too widely, with the reason.
    pub(crate) generic: Vec<(Edge, String)>,
    pub(crate) clustering: Clustering,
    /// The clusters without the values whose sharing is limited, by which that is judged.
    pub(crate) without_limited: Option<Vec<u32>>,
}

/// Joins records by their rules and by the links of the model, where these are all that could join them.
///
/// # Errors
/// `cancelled`.
pub(crate) fn join(
    records: u32,
    rules: &Rules<'_>,
    matched: Vec<Edge>,
    judge: &impl Judge,
    control: &Control,
) -> Result<Joined> {
    let cluster = |edges: &[Edge]| cluster(records, edges, judge, control);
    let mut proposed = rules.propose(None);
    let mut without_limited = None;
    if rules.any_limit() {
        // How widely a value is shared is judged by profiles made without it.
        let without = cluster(&[proposed.edges, matched.clone()].concat())?.cluster;
        proposed = rules.propose(Some(&without));
        without_limited = Some(without);
    }
    let edges = [proposed.edges, matched].concat();
    let clustering = cluster(&edges)?;
    Ok(Joined { edges, generic: proposed.generic, clustering, without_limited })
}
