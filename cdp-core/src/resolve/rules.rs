//! Rules and human decisions: the links they make, and the merges they forbid.

use super::decisions::Decided;
use super::prepare::Prepared;
use crate::cluster::Edge;
use crate::normalize;
use crate::schema::{Config, IdentifierRule, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// How many holders of a value are looked at for one that a record may be joined to.
const STAR_SEARCH: usize = 64;

/// Identifier values of the records, for one kind with rules.
struct Identifier<'a> {
    kind: Kind,
    rule: &'a IdentifierRule,
    /// Values by record, in canonical order.
    values: Vec<Vec<&'a str>>,
}

/// All rules and decisions at work on one set of records.
pub(super) struct Rules<'a> {
    list: Vec<Identifier<'a>>,
    /// Sources that never hold one person twice, by index.
    duplicate_free: BTreeSet<u32>,
    source: Vec<u32>,
    decided: Decided,
}

/// The word for links that the model made.
pub(super) const MATCH: &str = "match";
/// The number in [`Edge::rule`] of what people confirmed: the first of all.
pub(super) const CONFIRMED: u16 = 1;
/// The number of the first identifier rule.
const FIRST: u16 = 2;

/// The links that shared identifier values propose.
#[derive(Default)]
pub(super) struct Proposed {
    pub(super) edges: Vec<Edge>,
    /// Links of values that are shared too widely, with the reason.
    pub(super) generic: Vec<(Edge, String)>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(
        prepared: &'a Prepared<'_>,
        source: &[u32],
        config: &'a Config,
        sources: &[String],
        decided: Decided,
    ) -> Self {
        let mut rules: Vec<(&Kind, &IdentifierRule)> = config.identifiers.iter().collect();
        rules.sort_by_key(|(kind, rule)| (rule.priority.unwrap_or(100), **kind));
        let list =
            rules.into_iter().map(|(&kind, rule)| Identifier { kind, rule, values: values(prepared, kind, rule) });
        let free = |name: &String| config.sources.get(name).and_then(|source| source.duplicate_free) == Some(true);
        Rules {
            list: list.collect(),
            duplicate_free: (0..).zip(sources).filter(|(_, name)| free(name)).map(|(index, _)| index).collect(),
            source: source.to_vec(),
            decided,
        }
    }

    /// The word of a rule number of [`Edge::rule`].
    pub(super) fn rule_name(&self, rule: u16) -> String {
        match rule.checked_sub(FIRST).and_then(|index| self.list.get(index as usize)) {
            Some(identifier) => format!("identifier:{}", identifier.kind),
            None if rule == CONFIRMED => "confirmed".to_owned(),
            None => MATCH.to_owned(),
        }
    }

    /// Whether a kind has a limit on how many profiles may share a value.
    pub(super) fn any_limit(&self) -> bool {
        self.list.iter().any(|identifier| identifier.links() && identifier.rule.max_profiles.is_some())
    }

    /// Links of records with one value, each to the first record of that value. With `clusters`, the cluster of each
    /// record by all other evidence, values shared by too many of them propose nothing; without it, kinds with such a
    /// limit are left out.
    pub(super) fn propose(&self, clusters: Option<&[u32]>) -> Proposed {
        let mut proposed = Proposed::default();
        let confirmed = self.decided.pairs.iter().filter(|(_, _, same)| *same);
        proposed.edges.extend(confirmed.map(|&(a, b, _)| Edge { a, b, weight: f64::INFINITY, rule: CONFIRMED }));
        for (index, identifier) in self.list.iter().enumerate().filter(|(_, identifier)| identifier.links()) {
            let limit = identifier.rule.max_profiles;
            if limit.is_some() && clusters.is_none() {
                continue;
            }
            for (value, records) in identifier.holders() {
                let edges = self.star(&records).into_iter().map(|(a, b)| Edge {
                    a,
                    b,
                    weight: f64::INFINITY,
                    rule: index as u16 + FIRST,
                });
                let profiles =
                    clusters.map_or(0, |c| records.iter().map(|&r| c[r as usize]).collect::<BTreeSet<_>>().len());
                match limit {
                    Some(limit) if profiles > limit as usize => {
                        let reason = format!(
                            "the {} '{value}' is generic: it is shared by {profiles} profiles, the limit is {limit}",
                            identifier.kind
                        );
                        proposed.generic.extend(edges.map(|edge| (edge, reason.clone())));
                    }
                    _ => proposed.edges.extend(edges),
                }
            }
        }
        proposed
    }
}

impl Rules<'_> {
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

    /// Why two groups must not be one for this identifier.
    fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
        let limit = if self.rule.unique { Some(1) } else { self.rule.max_per_profile.map(|n| n as usize) }?;
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

/// The usable values of a kind per record.
fn values<'a>(prepared: &'a Prepared<'_>, kind: Kind, rule: &IdentifierRule) -> Vec<Vec<&'a str>> {
    let fields: Vec<_> = prepared.fields.iter().filter(|field| field.config.kind == kind).collect();
    let keys_of = |value: &String| {
        let keys = fields.iter().map(move |field| normalize::normalize(kind, value, &field.options).key);
        keys.chain([value.clone()]).collect::<Vec<_>>()
    };
    let blocked: BTreeSet<String> = rule.blocked.iter().flat_map(keys_of).collect();
    let of = |record| {
        let keys = fields.iter().map(|field| field.key(record)).filter(|key| !key.is_empty());
        let mut values: Vec<&str> = keys.filter(|key| !blocked.contains(*key)).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    (0..prepared.origins.len() as u32).map(of).collect()
}

impl Rules<'_> {
    /// Why two groups of records must not be one, if a rule forbids it.
    pub(super) fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
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
    pub(super) fn duplicate_free(&self) -> &BTreeSet<u32> {
        &self.duplicate_free
    }

    /// The decided pairs of records, each with its answer.
    pub(super) fn decided(&self) -> &Decided {
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
