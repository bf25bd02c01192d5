//! From scored candidates to clusters: where links begin, which rivals give way, and what the model says of whole groups.
//!
//! The records may be all of a batch or those of one component of a live graph: nothing here looks beyond them.

use super::threshold::{self, Weighed, log_odds};
use crate::cluster::{Edge, Judge, one_to_one};
use crate::compare::{Features, Memo, Memos, Pattern};
use crate::error::Result;
use crate::identity::{Joined, Rules, join};
use crate::model::{Model, Weights};
use crate::progress::Control;
use crate::schema::Matching;

/// Members of a cluster looked at when it is about to merge, at most.
const GROUP_SAMPLE: usize = 20;

/// The lowest weight, in nats, that has to be looked at: what is below the threshold is still asked about, and counts as missed. A
/// model that is given may have a threshold of its own that lies lower.
pub(super) fn lowest(given: Option<&Model>, matching: &Matching) -> f64 {
    let cut = match given {
        Some(model) => Some(cut_of(model, matching)),
        None => matching.threshold.map(log_odds),
    };
    cut.map_or(threshold::LOWEST, |cut| cut.min(threshold::LOWEST))
}

/// The weight, in nats, above which candidates link by a model that is given: as configured, where a precision or a recall is
/// asked for by what the model's own candidates weighed, otherwise where its training run parted them.
pub(crate) fn cut_of(model: &Model, matching: &Matching) -> f64 {
    let weighed = Weighed::thaw(&model.weighed);
    match (matching.threshold, model.threshold) {
        (None, Some(threshold)) if !matching.chooses() || weighed.is_empty() => log_odds(threshold),
        _ => weighed.cut(matching),
    }
}

/// The weight of a pair, or `None` once it is sure to stay far below `lowest`.
pub(crate) fn weigh(
    features: &Features,
    weights: &Weights,
    (a, b): (u32, u32),
    lowest: f64,
    memo: &mut Memo,
) -> Option<f64> {
    let mut pattern = Pattern::default();
    let mut so_far = weights.prior(features.group(a, b));
    let hopeless = lowest.min(0.0) - 4.0;
    let whole = features.compare_while(a, b, memo, &mut pattern, |feature, code| {
        so_far += weights.field(feature, code);
        so_far + weights.most_after(feature) > hopeless
    });
    whole.then(|| weights.score(&pattern).total)
}

/// Judges merges by the model's cross evidence and the rules.
pub(crate) struct ModelJudge<'a> {
    pub(crate) features: &'a Features,
    pub(crate) weights: &'a Weights,
    pub(crate) rules: &'a Rules<'a>,
    /// The weight, in nats, above which candidates link; one below even odds is allowed for.
    pub(crate) cut: f64,
    pub(crate) memos: &'a Memos,
    /// The numbers that the records have in `features`; where absent, their own.
    pub(crate) numbers: Option<&'a [u32]>,
}

impl Judge for ModelJudge<'_> {
    fn agreement(&self, a: &[u32], b: &[u32]) -> f64 {
        let (a, b) = (self.sample(a), self.sample(b));
        let pairs: Vec<(u32, u32)> = a.iter().flat_map(|&x| b.iter().map(move |&y| (x, y))).collect();
        self.features.fetch(&pairs);
        let pattern = |memo: &mut Memo, &(x, y): &(u32, u32)| self.features.pattern(x, y, memo);
        let cross: Vec<Pattern> = self.memos.with(|memo| pairs.iter().map(|pair| pattern(memo, pair)).collect());
        self.weights.score_groups(&cross, b.len(), &self.features.steadiness(&a, &b)) - self.cut.min(0.0)
    }

    fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
        self.rules.conflict(a, b)
    }
}

impl ModelJudge<'_> {
    /// Members in order of record, evenly thinned, so that the sample does not depend on how the group came together.
    fn sample(&self, members: &[u32]) -> Vec<u32> {
        let mut members = members.to_vec();
        members.sort_unstable();
        let step = members.len().div_ceil(GROUP_SAMPLE).max(1);
        let number = |record: u32| self.numbers.map_or(record, |numbers| numbers[record as usize]);
        members.into_iter().step_by(step).map(number).collect()
    }

    /// Joins records by their rules and by candidates that are above the cut, in order of their records; `source` is by record.
    /// Tells also the links that others fit better than, one to one.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn join(
        &self,
        source: &[u32],
        mut edges: Vec<Edge>,
        control: &Control,
    ) -> Result<(Joined, Vec<(Edge, String)>)> {
        let rivals = one_to_one(&mut edges, source, self.rules.duplicate_free(), self.cut);
        let rival = |edge| (edge, "other records of the two sources fit better, one to one".to_owned());
        let joined = join(source.len() as u32, self.rules, edges, self, control)?;
        Ok((joined, rivals.into_iter().map(rival).collect()))
    }
}
