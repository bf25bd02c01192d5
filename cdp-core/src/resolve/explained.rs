//! Explanations of a result: the model's own numbers for a pair, and how a profile came together.

use super::threshold::{log_odds, probability};
use super::{Decisions, Link, Refusal, Resolution};
use crate::compare::{Codes, Feature, Features, MISSING, Memo, PART, Role};
use crate::error::{Code, Error, Result};
use crate::explain::{How, Joint, Part, PathStep, RecordName, RefusedStep, Together, Why, weakest};
use crate::model::{Weights, bits};
use std::collections::{BTreeMap, HashMap, VecDeque};

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
        self.check_pair(a, b)?;
        if !self.is_compared() {
            return Err(Error::new(
                Code::InvalidInput,
                "these records were joined by rules alone, no fields were compared",
            )
            .help("ask how their profile came together"));
        }
        let weights = self.model.weights(&self.evidence.features)?;
        let [x, y] = [a, b].map(|record| self.evidence.canonical[record as usize]);
        let same_profile = self.assignments[a as usize] == self.assignments[b as usize];
        let ends = (a.min(b), a.max(b));
        let first = self.links.partition_point(|link| (link.a, link.b) < ends);
        let links = self.links[first..].iter().take_while(|link| (link.a, link.b) == ends);
        let refused = self.refused.iter().filter(|refusal| (refusal.a, refusal.b) == ends);
        let between = Between {
            same_profile,
            threshold: bits(self.cut()),
            links: links.map(|link| self.step(link, Some(&weights))).collect(),
            refused: refused.map(|refusal| self.refused_step(refusal)).collect(),
            path: if same_profile { self.path(a, b, &weights) } else { Vec::new() },
        };
        Ok(why(&self.evidence.features, &weights, [(self.name(a), x), (self.name(b), y)], between))
    }

    /// # Errors
    /// `not_found` if a record number is not one of this result's, or the two are one.
    pub(super) fn check_pair(&self, a: u32, b: u32) -> Result<()> {
        for record in [a, b] {
            if record as usize >= self.records.len() {
                let reason = format!("there is no record {record}; the result has {}", self.records.len());
                return Err(Error::new(Code::NotFound, reason));
            }
        }
        if a == b {
            return Err(Error::new(Code::NotFound, "the two records are one and the same").help("name two records"));
        }
        Ok(())
    }

    /// The profile of an id.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) fn found(&self, profile_id: &str) -> Result<usize> {
        self.profiles.find(profile_id).ok_or_else(|| {
            crate::profile::no_profile(profile_id).help("profile ids are in the column profile_id of the profiles")
        })
    }

    /// The weight, in nats, above which candidates link.
    pub(super) fn cut(&self) -> f64 {
        log_odds(self.summary.threshold)
    }

    /// How a profile came together: its records, the links that merged them as a tree, the links that alone hold it together,
    /// and how well it holds.
    ///
    /// # Errors
    /// `not_found` if there is no such profile.
    pub fn how(&self, profile_id: &str) -> Result<How> {
        let profile = self.found(profile_id)?;
        let weights = if self.is_compared() { Some(self.model.weights(&self.evidence.features)?) } else { None };
        let members = self.profiles.members(profile);
        let place: HashMap<u32, usize> = members.iter().copied().zip(0..).collect();
        let step = |link: &Link| {
            let ends = [place.get(&link.a).copied()?, place.get(&link.b).copied()?];
            Some(Joint { ends, link: self.step(link, weights.as_ref()) })
        };
        let inside = |link: &&Link| self.assignments[link.a as usize] as usize == profile;
        let merged = self.evidence.merges.iter().map(|&link| &self.links[link as usize]);
        let together = Together {
            profile_id: profile_id.to_owned(),
            members: members.iter().map(|&record| self.name(record)).collect(),
            merges: merged.filter(inside).filter_map(step).collect(),
            links: self.links.iter().filter(inside).filter_map(step).collect(),
        };
        let holds = |a: usize, b: usize| {
            let evidence = weights.as_ref().map(|weights| self.evidence_of([members[a], members[b]], weights));
            evidence.is_some_and(|weight| weight > self.cut())
        };
        Ok(together.how(holds, Vec::new()))
    }

    /// What the model says of two records, in nats.
    fn evidence_of(&self, pair: [u32; 2], weights: &Weights) -> f64 {
        let [x, y] = pair.map(|record| self.evidence.canonical[record as usize]);
        weights.score(&self.evidence.features.pattern(x, y, &mut Memo::default())).total
    }

    pub(super) fn name(&self, record: u32) -> RecordName {
        RecordName { source: self.records.source(record).to_owned(), record_id: self.records.id(record).to_owned() }
    }

    fn step(&self, link: &Link, weights: Option<&Weights>) -> PathStep {
        PathStep {
            records: [self.name(link.a), self.name(link.b)],
            weight: link.weight,
            rule: link.rule.clone(),
            evidence: weights.map(|weights| bits(self.evidence_of([link.a, link.b], weights))),
        }
    }

    fn refused_step(&self, refusal: &Refusal) -> RefusedStep {
        RefusedStep {
            records: [self.name(refusal.a), self.name(refusal.b)],
            rule: refusal.rule.clone(),
            reason: refusal.reason.clone(),
        }
    }

    /// The links inside a profile of a batch, in their order, which is that of their records.
    fn links_of(&self, profile: usize) -> Vec<&Link> {
        let of = |&record: &u32| {
            let first = self.links.partition_point(|link| link.a < record);
            (first..self.links.len()).take_while(move |&place| self.links[place].a == record)
        };
        let mut places: Vec<usize> = self.profiles.members(profile).iter().flat_map(of).collect();
        places.sort_unstable();
        places.into_iter().map(|place| &self.links[place]).collect()
    }

    /// The fewest links that lead from one record to the other inside their profile.
    fn path(&self, a: u32, b: u32, weights: &Weights) -> Vec<PathStep> {
        let inside = self.links_of(self.assignments[a as usize] as usize);
        let pairs: Vec<(u32, u32)> = inside.iter().map(|link| (link.a, link.b)).collect();
        fewest(&pairs, a, b).into_iter().map(|link| self.step(inside[link], Some(weights))).collect()
    }
}

/// What is known of two records besides how they compare.
pub(crate) struct Between {
    pub(crate) same_profile: bool,
    /// In bits.
    pub(crate) threshold: f64,
    pub(crate) links: Vec<PathStep>,
    pub(crate) refused: Vec<RefusedStep>,
    pub(crate) path: Vec<PathStep>,
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
    between: Between,
) -> Why {
    let pattern = features.pattern(x, y, &mut Memo::default());
    let score = weights.score(&pattern);
    let parts =
        features.list.iter().enumerate().filter(|(f, feature)| pattern[*f] != MISSING || has_any(feature, x, y));
    let shares = |f: usize| [weights.field(f, pattern[f]), weights.frequency(f, pattern[f])];
    let parts = parts.map(|(f, feature)| part(feature, shares(f), pattern[f], [x, y])).collect();
    let Between { same_profile, threshold, links, refused, path } = between;
    let mut why = Why {
        records: [name, other],
        same_profile,
        weight: bits(score.total),
        probability: probability(score.total),
        prior: bits(weights.prior(pattern[15])),
        parts,
        related: bits(score.related),
        threshold,
        links,
        refused,
        weakest: weakest(&path),
        path,
        text: String::new(),
    };
    why.text = why.in_words();
    why
}

fn has_any(feature: &Feature, a: u32, b: u32) -> bool {
    !feature.codes.of(a).is_empty() || !feature.codes.of(b).is_empty()
}

fn part(feature: &Feature, [weight, frequency]: [f64; 2], code: u8, records: [u32; 2]) -> Part {
    let level = match feature.layout.level(code) {
        Some(level) => feature.layout.levels()[level].name,
        None => "missing",
    };
    let values = records.map(|record| shown(&feature.codes, feature, record));
    let (field, level) = (feature.name.clone(), level.to_owned());
    Part { field, values, level, weight: bits(weight), frequency: bits(frequency) }
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
