//! The stages between features and clusters: candidates, training, scoring, clustering.

use super::joining::{ModelJudge, cut_of, lowest, weigh};
use super::threshold::{Weighed, part, probability};
use super::{Options, Stages};
use crate::block::{self, Candidates, Parts, Sample, Scope};
use crate::cluster::{Clustering, Edge, Judge};
use crate::compare::{Features, Memo, Memos, Pattern, groups};
use crate::error::Result;
use crate::identity::{Decided, Joined, Rules};
use crate::model::{Counted, Model, Training, Weights, fit, learn};
use crate::progress::Control;
use crate::schema::{Config, Effort};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Blocking goes on for as long as one in so many further pairs is a match.
fn worst_yield(config: &Config) -> f64 {
    match config.matching.effort.unwrap_or_default() {
        Effort::Low => 20.0,
        Effort::Normal => 2_000.0,
        Effort::High => 20_000.0,
    }
}

/// Candidates kept that are too weak to link, for review.
const MOST_DOUBTFUL: usize = 20_000;
/// Records, or pairs, handled between two looks at the cancel flag.
const CHUNK: usize = 2_048;
/// Pairs whose values are fetched at once.
const AT_ONCE: usize = 64;
/// Pieces of work, at most, that have a memo of their own.
const SPANS: u32 = 64;

/// What the stages give.
pub(super) struct Matched {
    pub(super) features: Features,
    pub(super) model: Model,
    pub(super) edges: Vec<Edge>,
    /// Links that clustering did not see, with the reason: of values shared too widely, or less fit one to one.
    pub(super) refused: Vec<(Edge, String)>,
    pub(super) clustering: Clustering,
    /// Candidates that are just too weak to link, the strongest first.
    pub(super) doubtful: Vec<Edge>,
    pub(super) pairs_compared: u64,
    /// Records that share something with others, but nothing that is rare enough to be compared.
    pub(super) left_out: u32,
    pub(super) threshold: f64,
    pub(super) expected_precision: f64,
    pub(super) expected_recall: f64,
}

/// Runs all stages; `links` are the links of the model, where they were found before.
pub(super) fn run(
    features: Features,
    config: &Config,
    options: &Options,
    links: Option<Vec<Edge>>,
    rules: &Rules<'_>,
    stages: &mut Stages,
) -> Result<Matched> {
    let control = &options.control;
    let known = match (&options.model, links) {
        (Some(model), Some(links)) => told(&features, model, links)?,
        _ => know(&features, config, options, rules.decided(), stages)?,
    };
    let Known { mut model, weights, mut scored } = known;
    let cut = match &options.model {
        Some(given) => cut_of(given, &config.matching),
        None => scored.weighed.cut(&config.matching),
    };
    model.threshold.get_or_insert(probability(cut));
    let mut doubtful = scored.take_doubtful(cut);
    let memos = Memos::default();
    let judge = ModelJudge { features: &features, weights: &weights, rules, cut, memos: &memos, numbers: None };
    let joined = stages.time("cluster", || judge.join(&features.source, scored.edges, control));
    let (Joined { edges, generic, clustering, .. }, rivals) = joined?;
    control.check()?;
    let refused = generic.into_iter().chain(rivals).collect();
    let lowest = lowest(options.model.as_ref(), &config.matching);
    let below = scored.weighed.matches_below(lowest) + scored.unfound;
    let outlook = expect(&clustering, &doubtful, &edges, below, &judge);
    doubtful.sort_unstable_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    doubtful.truncate(MOST_DOUBTFUL);
    Ok(Matched {
        features,
        model,
        edges,
        refused,
        clustering,
        doubtful,
        pairs_compared: scored.pairs,
        left_out: scored.left_out,
        threshold: probability(cut),
        expected_precision: outlook.precision,
        expected_recall: outlook.recall,
    })
}

/// What is known before clusters are made.
struct Known {
    model: Model,
    weights: Weights,
    scored: Scored,
}

/// Takes over what was scored before.
fn told(features: &Features, model: &Model, edges: Vec<Edge>) -> Result<Known> {
    let weights = model.weights(features)?;
    Ok(Known { model: model.clone(), weights, scored: Scored { edges, ..Scored::default() } })
}

/// Has a model, finds candidates, and scores.
fn know(
    features: &Features,
    config: &Config,
    options: &Options,
    decided: &Decided,
    stages: &mut Stages,
) -> Result<Known> {
    let control = &options.control;
    let parts = stages.time("block", || Parts::of(features));
    control.check()?;
    let mut unfound = 0.0;
    let model = match &options.model {
        Some(model) if !model.blocking.is_empty() => model.clone(),
        given => {
            let seed = config.matching.seed.unwrap_or(0);
            let scope = Scope::of(features.records(), config.matching.effort.unwrap_or_default());
            let sample = stages.time("block", || Sample::draw(&parts, scope, seed, control))?;
            let patterns = stages.time("train", || compare(features, &sample.pairs, control))?;
            let mut model = match given {
                Some(model) => model.clone(),
                None => {
                    let mut model = stages
                        .time("train", || fit_sample(features, &sample, &patterns, scope.random, seed, control))?;
                    learn(&mut model, features, &decided_patterns(features, decided))?;
                    model
                }
            };
            let weights = model.weights(features)?;
            let probability: Vec<f64> = patterns.iter().map(|p| probability(weights.score(p).total)).collect();
            let budget = pairs_per_record(config, features.records()) * f64::from(features.records());
            let choice = stages
                .time("block", || block::choose(&parts, &sample, &probability, budget, worst_yield(config), control))?;
            model.blocking = choice.rules;
            unfound = choice.unfound;
            model
        }
    };
    control.check()?;
    let candidates = stages.time("block", || block::candidates(&parts, &model.blocking, control))?;
    drop(parts);
    control.check()?;
    let weights = model.weights(features)?;
    let mut scored = match config.matching.fuzzy {
        Some(false) => Scored::default(),
        _ => {
            let lowest = lowest(options.model.as_ref(), &config.matching);
            stages.time("score", || score(features, &candidates, &weights, lowest, control))?
        }
    };
    scored.unfound = unfound;
    if config.matching.fuzzy != Some(false) {
        scored.left_out = candidates.left_out;
    }
    let mut model = model;
    if options.model.is_none() {
        model.weighed = scored.weighed.freeze();
    }
    Ok(Known { model, weights, scored })
}

/// Trains a model by what the records and the decided pairs say; a model that was given is where it starts.
pub(super) fn train(
    features: &Features,
    config: &Config,
    options: &Options,
    decided: &Decided,
    stages: &mut Stages,
) -> Result<Model> {
    let mut options = options.clone();
    if let Some(model) = &mut options.model {
        learn(model, features, &decided_patterns(features, decided))?;
    }
    let Known { mut model, scored, .. } = know(features, config, &options, decided, stages)?;
    model.threshold = Some(probability(scored.weighed.cut(&config.matching)));
    model.weighed = scored.weighed.freeze();
    Ok(model)
}

/// How the decided pairs compare, with their answers.
fn decided_patterns(features: &Features, decided: &Decided) -> Vec<(Pattern, bool)> {
    let mut memo = Memo::default();
    decided.pairs.iter().map(|&(a, b, same)| (features.pattern(a, b, &mut memo), same)).collect()
}

/// How many candidate pairs a record may have on average: more records leave less time for each.
fn pairs_per_record(config: &Config, records: u32) -> f64 {
    let normal = match records {
        0..=20_000 => 150.0,
        20_001..=200_000 => 80.0,
        _ => 25.0,
    };
    let factor = match config.matching.effort.unwrap_or_default() {
        Effort::Low => 0.2,
        Effort::Normal => 1.0,
        Effort::High => 3.0,
    };
    config.matching.pairs_per_record.unwrap_or(normal * factor)
}

/// Trains a model on a sample of the candidates.
fn fit_sample(
    features: &Features,
    sample: &Sample,
    patterns: &[Pattern],
    random: u64,
    seed: u64,
    control: &Control,
) -> Result<Model> {
    let candidates = counted(patterns.iter().copied().zip(sample.weights.iter().copied()));
    let random = random_patterns(features, random, seed, control)?;
    let pairs = pairs_per_group(features);
    fit(&Training { features, candidates: &candidates, random: &random, pairs: &pairs }, control)
}

/// The records in so few pieces that each may have a memo of its own.
fn spans(records: u32) -> Vec<Range<u32>> {
    let length = records.div_ceil(SPANS).max(CHUNK as u32);
    (0..records).step_by(length as usize).map(|start| start..(start + length).min(records)).collect()
}

/// The parts of a span, each short enough that a cancelled call ends soon.
fn chunks(span: Range<u32>) -> impl Iterator<Item = Range<u32>> {
    let end = span.end;
    span.step_by(CHUNK).map(move |start| start..(start + CHUNK as u32).min(end))
}

/// How these pairs compare.
fn compare(features: &Features, pairs: &[(u32, u32)], control: &Control) -> Result<Vec<Pattern>> {
    let length = pairs.len().div_ceil(SPANS as usize).max(CHUNK);
    let spans = pairs.par_chunks(length).map(|span| {
        let mut memo = Memo::default();
        let mut patterns = Vec::with_capacity(span.len());
        for chunk in span.chunks(CHUNK) {
            control.check()?;
            for pairs in chunk.chunks(AT_ONCE) {
                features.fetch(pairs);
                patterns.extend(pairs.iter().map(|&(a, b)| features.pattern(a, b, &mut memo)));
            }
        }
        Ok(patterns)
    });
    Ok(spans.collect::<Result<Vec<_>>>()?.concat())
}

/// Each pattern once, with the number of pairs it stands for, in a fixed order.
fn counted(patterns: impl Iterator<Item = (Pattern, f64)>) -> Vec<Counted> {
    let mut sums: hashbrown::HashMap<Pattern, f64> = hashbrown::HashMap::new();
    patterns.for_each(|(pattern, pairs)| *sums.entry(pattern).or_default() += pairs);
    let mut counted: Vec<Counted> = sums.into_iter().map(|(pattern, pairs)| Counted { pattern, pairs }).collect();
    counted.par_sort_unstable_by_key(|counted| u128::from_be_bytes(counted.pattern));
    counted
}

/// Patterns of pairs drawn at random: all pairs where there are few. Each counts once, so equal ones need not be together.
fn random_patterns(features: &Features, drawn: u64, seed: u64, control: &Control) -> Result<Vec<Counted>> {
    let records = u64::from(features.records());
    let all = records * records.saturating_sub(1) / 2;
    let pairs: Vec<(u32, u32)> = if all <= drawn {
        (0..records as u32).flat_map(|a| (a + 1..records as u32).map(move |b| (a, b))).collect()
    } else {
        (0..drawn)
            .map(|draw| {
                let a = splitmix(seed ^ splitmix(2 * draw)) % records;
                let b = splitmix(seed ^ splitmix(2 * draw + 1)) % (records - 1);
                (a as u32, if b >= a { b as u32 + 1 } else { b as u32 })
            })
            .collect()
    };
    let patterns = compare(features, &pairs, control)?;
    Ok(patterns.into_iter().map(|pattern| Counted { pattern, pairs: 1.0 }).collect())
}

/// SplitMix64 (Steele et al. 2014): the seeded source of every sample.
fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// Number of all pairs of records per group of sources.
fn pairs_per_group(features: &Features) -> Vec<f64> {
    let mut counts: BTreeMap<u32, (u32, f64)> = BTreeMap::new();
    for (record, &source) in features.source.iter().enumerate() {
        counts.entry(source).or_insert((record as u32, 0.0)).1 += 1.0;
    }
    let mut pairs = vec![0.0; groups(features.sources.len() as u32)];
    for (&x, &(a, n)) in &counts {
        pairs[features.group(a, a) as usize] += n * (n - 1.0) / 2.0;
        for (_, &(b, m)) in counts.range(x + 1..) {
            pairs[features.group(a, b) as usize] += n * m;
        }
    }
    pairs
}

#[derive(Default)]
struct Scored {
    /// Candidates whose weight is at least the lowest that can link.
    edges: Vec<Edge>,
    pairs: u64,
    weighed: Weighed,
    /// Matches to expect among pairs that are no candidates, as a sample shows.
    unfound: f64,
    /// Records in blocks of which all are too large.
    left_out: u32,
}

impl Scored {
    /// Takes the candidates out that do not link.
    fn take_doubtful(&mut self, cut: f64) -> Vec<Edge> {
        let (links, doubtful) = std::mem::take(&mut self.edges).into_iter().partition(|edge| edge.weight > cut);
        self.edges = links;
        doubtful
    }
}

/// The precision and recall to expect of the clusters, over pairs: every merge made its cross pairs one with the
/// probability of its agreement; two clusters kept apart are one with the probability of theirs.
/// Of the `below` matches to expect among candidates too weak to be looked at, and the `unfound` ones among pairs that are no
/// candidates, as many were missed as among those that are just too weak; all of them, where there are none.
fn expect(clustering: &Clustering, doubtful: &[Edge], links: &[Edge], below: f64, judge: &ModelJudge<'_>) -> Outlook {
    // How sure a merge is does not depend on where links begin.
    let even = |agreement: f64| probability(agreement + judge.cut.min(0.0));
    let (mut joined, mut right) = (0.0, 0.0);
    for &(pairs, agreement) in &clustering.agreements {
        joined += pairs as f64;
        right += pairs as f64 * even(agreement);
    }
    let (mut weak, mut weak_apart) = (0.0, 0.0);
    for edge in doubtful {
        let probability = probability(edge.weight);
        weak += probability;
        weak_apart +=
            if clustering.cluster[edge.a as usize] == clustering.cluster[edge.b as usize] { 0.0 } else { probability };
    }
    let mut apart: Vec<(u32, u32)> = doubtful
        .iter()
        .chain(links)
        .map(|edge| (clustering.cluster[edge.a as usize], clustering.cluster[edge.b as usize]))
        .filter(|(a, b)| a != b)
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    apart.sort_unstable();
    apart.dedup();
    let members = members(clustering, &apart);
    let chance = |(a, b): &(u32, u32)| {
        let (a, b) = (&members[a], &members[b]);
        let may_be = judge.conflict(a, b).is_none();
        if may_be { (a.len() * b.len()) as f64 * even(judge.agreement(a, b)) } else { 0.0 }
    };
    let chances: Vec<f64> = apart.par_iter().map(chance).collect();
    let missed = if weak > 0.0 { below * weak_apart / weak } else { below };
    let missed = chances.into_iter().fold(missed, |sum, chance| sum + chance);
    // Less than half a match is none.
    let recall = if right + missed < 0.5 { 1.0 } else { right / (right + missed) };
    Outlook { precision: part(right, joined), recall }
}

/// The records of these clusters.
fn members(clustering: &Clustering, pairs: &[(u32, u32)]) -> HashMap<u32, Vec<u32>> {
    let mut wanted = vec![false; clustering.cluster.len()];
    pairs.iter().for_each(|&(a, b)| [a, b].iter().for_each(|&cluster| wanted[cluster as usize] = true));
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for (record, cluster) in (0..).zip(&clustering.cluster).filter(|(_, cluster)| wanted[**cluster as usize]) {
        members.entry(*cluster).or_default().push(record);
    }
    members
}

/// Expected precision and recall.
struct Outlook {
    precision: f64,
    recall: f64,
}

/// Scores all candidates and keeps those above `lowest` (nats).
fn score(
    features: &Features,
    candidates: &Candidates,
    weights: &Weights,
    lowest: f64,
    control: &Control,
) -> Result<Scored> {
    let records = features.records();
    let done = std::sync::atomic::AtomicU64::new(0);
    let parts: Vec<Scored> = spans(records)
        .into_par_iter()
        .map(|span| {
            let (mut memo, mut part) = (Memo::default(), Scored::default());
            let mut pairs = Vec::new();
            for chunk in chunks(span) {
                let length = u64::from(chunk.end - chunk.start);
                pairs.clear();
                pairs.extend(chunk.flat_map(|record| candidates.after(record).iter().map(move |&b| (record, b))));
                for pairs in pairs.chunks(AT_ONCE) {
                    features.fetch(pairs);
                    for &(a, b) in pairs {
                        let Some(weight) = weigh(features, weights, (a, b), lowest, &mut memo) else { continue };
                        part.weighed.count(weight);
                        if weight > lowest {
                            part.edges.push(Edge { a, b, weight, rule: 0 });
                        }
                    }
                }
                let done = done.fetch_add(length, std::sync::atomic::Ordering::Relaxed) + length;
                control.report("score", done, u64::from(records))?;
            }
            Ok(part)
        })
        .collect::<Result<_>>()?;
    let scored = Scored { pairs: candidates.len(), ..Scored::default() };
    Ok(parts.into_iter().fold(scored, |mut all, part| {
        all.edges.extend(part.edges);
        all.weighed = all.weighed.merge(&part.weighed);
        all
    }))
}
