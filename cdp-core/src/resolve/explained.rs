//! Explanations of a result: the model's own numbers for a pair, and how a profile came together.

use super::threshold::probability;
use super::{Decisions, Link, Resolution};
use crate::compare::{Codes, Feature, Features, MISSING, Memo, PART, Role};
use crate::error::{Code, Error, Result};
use crate::explain::{How, Part, PathStep, RecordName, Why};
use crate::model::Weights;
use std::collections::{BTreeMap, VecDeque};

/// What explanations need besides the tables of the result.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evidence {
    /// Features of all records in canonical order.
    pub(super) features: Features,
    /// Canonical number of each record of the input.
    pub(super) canonical: Vec<u32>,
    /// The links that merged clusters, in the order they did, as positions in [`Resolution::links`].
    pub(super) merges: Vec<u32>,
    /// Candidates that are just too weak to link, with their weight in nats.
    pub(super) doubtful: Vec<([u32; 2], f64)>,
    /// What was decided when the result was made.
    pub(super) decisions: Decisions,
}

impl Resolution {
    /// Why two records are, or are not, the same person: the parts add up to the weight the decision used.
    ///
    /// # Errors
    /// `not_found` if a record number is not one of this result's.
    pub fn why(&self, a: u32, b: u32) -> Result<Why> {
        for record in [a, b] {
            if record as usize >= self.records.len() {
                let reason = format!("there is no record {record}; the result has {}", self.records.len());
                return Err(Error::new(Code::NotFound, reason));
            }
        }
        if a == b {
            return Err(Error::new(Code::NotFound, "the two records are one and the same").help("name two records"));
        }
        if self.evidence.canonical.len() != self.records.len() {
            return Err(Error::new(
                Code::InvalidInput,
                "these records were joined by rules alone, no fields were compared",
            )
            .help("ask how their profile came together"));
        }
        let features = &self.evidence.features;
        let weights = self.model.weights(features)?;
        let [x, y] = [a, b].map(|record| self.evidence.canonical[record as usize]);
        let same_profile = self.assignments[a as usize] == self.assignments[b as usize];
        let path = if same_profile { self.path(a, b) } else { Vec::new() };
        Ok(why(features, &weights, [(self.name(a), x), (self.name(b), y)], same_profile, path))
    }

    /// How a profile came together: its records, and the links that merged them, strongest first.
    ///
    /// # Errors
    /// `not_found` if there is no such profile.
    pub fn how(&self, profile_id: &str) -> Result<How> {
        let profile = self.profiles.find(profile_id).ok_or_else(|| {
            Error::new(Code::NotFound, format!("there is no profile '{profile_id}'"))
                .help("profile ids are in the column profile_id of the profiles")
        })?;
        let merged = self.evidence.merges.iter().map(|&link| &self.links[link as usize]);
        let mine = merged.filter(|link| self.assignments[link.a as usize] as usize == profile);
        let members = self.profiles.members(profile).iter().map(|&record| self.name(record)).collect();
        Ok(How::new(profile_id.to_owned(), members, mine.map(|link| self.step(link)).collect()))
    }

    pub(super) fn name(&self, record: u32) -> RecordName {
        RecordName { source: self.records.source(record).to_owned(), record_id: self.records.id(record).to_owned() }
    }

    fn step(&self, link: &Link) -> PathStep {
        PathStep { records: [self.name(link.a), self.name(link.b)], weight: link.weight, rule: link.rule.clone() }
    }

    /// The fewest links that lead from one record to the other inside their profile.
    fn path(&self, a: u32, b: u32) -> Vec<PathStep> {
        let profile = self.assignments[a as usize];
        let inside: Vec<&Link> =
            self.links.iter().filter(|link| self.assignments[link.a as usize] == profile).collect();
        let pairs: Vec<(u32, u32)> = inside.iter().map(|link| (link.a, link.b)).collect();
        fewest(&pairs, a, b).into_iter().map(|link| self.step(inside[link])).collect()
    }
}

/// The fewest links, by their places, that lead from one record to another; none where there is no way.
pub(crate) fn fewest(links: &[(u32, u32)], a: u32, b: u32) -> Vec<usize> {
    let mut neighbours: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, (x, y)) in links.iter().enumerate() {
        neighbours.entry(*x).or_default().push(place);
        neighbours.entry(*y).or_default().push(place);
    }
    let mut came: BTreeMap<u32, (u32, usize)> = BTreeMap::new();
    let mut queue = VecDeque::from([a]);
    while let Some(record) = queue.pop_front() {
        for &place in neighbours.get(&record).into_iter().flatten() {
            let next = links[place].0 ^ links[place].1 ^ record;
            if next != a && !came.contains_key(&next) {
                came.insert(next, (record, place));
                queue.push_back(next);
            }
        }
    }
    let mut path = Vec::new();
    let mut at = b;
    while let Some((before, place)) = came.get(&at) {
        path.push(*place);
        at = *before;
    }
    path.reverse();
    path
}

/// Why two records, each named and with its number among the features, are or are not the same person.
pub(crate) fn why(
    features: &Features,
    weights: &Weights,
    [(name, x), (other, y)]: [(RecordName, u32); 2],
    same_profile: bool,
    path: Vec<PathStep>,
) -> Why {
    let pattern = features.pattern(x, y, &mut Memo::default());
    let score = weights.score(&pattern);
    let parts =
        features.list.iter().enumerate().filter(|(f, feature)| pattern[*f] != MISSING || has_any(feature, x, y));
    let parts = parts.map(|(f, feature)| part(feature, weights.field(f, pattern[f]), pattern[f], [x, y])).collect();
    let mut why = Why {
        records: [name, other],
        same_profile,
        weight: bits(score.total),
        probability: probability(score.total),
        prior: bits(weights.prior(pattern[15])),
        parts,
        related: bits(score.related),
        path,
        text: String::new(),
    };
    why.text = why.in_words();
    why
}

fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}

fn has_any(feature: &Feature, a: u32, b: u32) -> bool {
    !feature.codes.of(a).is_empty() || !feature.codes.of(b).is_empty()
}

fn part(feature: &Feature, weight: f64, code: u8, records: [u32; 2]) -> Part {
    let level = match feature.layout.level(code) {
        Some(level) => feature.layout.levels()[level].name,
        None => "missing",
    };
    let values = records.map(|record| shown(&feature.codes, feature, record));
    Part { field: feature.name.clone(), values, level: level.to_owned(), weight: bits(weight) }
}

/// The compared values of a record as text.
fn shown(codes: &Codes, feature: &Feature, record: u32) -> Option<String> {
    let values = codes.of(record);
    let texts = values.iter().map(|&value| {
        let mut parts: Vec<&str> = feature.keys.get(value).split(PART).filter(|part| !part.is_empty()).collect();
        if feature.role == Role::Email {
            parts.truncate(1);
        }
        parts.join(", ")
    });
    (!values.is_empty()).then(|| texts.collect::<Vec<_>>().join(" / "))
}
