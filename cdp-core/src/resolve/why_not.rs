//! Why two records are not one person: what the model and the blocking rules make of them.

use super::threshold::probability;
use super::{Refusal, Resolution};
use crate::block::{BlockKey, Plan};
use crate::compare::{Features, MISSING, Memo, Outcome, Pattern};
use crate::error::Result;
use crate::explain::{Blocking, Hindrance, Need, Obstacle, Remedy, WhyNot};
use crate::model::{Model, Weights, bits};
use rayon::prelude::*;

/// What judges pairs of records.
pub(crate) struct Judged<'a> {
    pub(crate) features: &'a Features,
    pub(crate) weights: &'a Weights,
    pub(crate) model: &'a Model,
    pub(crate) plan: &'a Plan,
    /// The weight, in nats, above which candidates link.
    pub(crate) cut: f64,
}

impl Judged<'_> {
    /// Adds what the model says of two records, by their numbers among the features, and which blocking rules make them
    /// candidates. `size` tells how many records have a key.
    pub(crate) fn tell(&self, told: &mut WhyNot, [a, b]: [u32; 2], size: impl Fn(BlockKey) -> u64) {
        let pattern = self.features.pattern(a, b, &mut Memo::default());
        let weight = self.weights.score(&pattern).total;
        (told.weight, told.threshold) = (Some(bits(weight)), Some(bits(self.cut)));
        for (keys, (parts, largest)) in self.plan.shared(self.features, a, b).into_iter().zip(self.plan.rules()) {
            let records = keys.iter().map(|&key| size(key)).min();
            let compares = records.is_some_and(|records| records <= u64::from(largest));
            let (shared, largest) = (keys.len() as u64, u64::from(largest));
            told.blocking.push(Blocking { parts, shared, records, largest, compares });
        }
        let compared = told.blocking.iter().any(|rule| rule.compares);
        if !compared {
            self.not_compared(told);
        }
        if weight <= self.cut {
            told.obstacle(
                Hindrance::TooWeak,
                format!(
                    "their weight of {:+.2} bits is not above the threshold of {:+.2}",
                    bits(weight),
                    bits(self.cut)
                ),
            );
            self.agreements(told, &pattern, weight, compared);
            let value = probability(weight);
            let text = format!(
                "a threshold below the match probability {}; every other pair is judged by it too",
                shown(value)
            );
            told.need(Remedy::Threshold, Some(value), compared, text);
        }
    }

    fn not_compared(&self, told: &mut WhyNot) {
        let too_large = told.blocking.iter().filter(|rule| rule.shared > 0).min_by_key(|rule| rule.records);
        let (reason, records, text) = match too_large {
            Some(rule) => {
                let (parts, records) = (rule.parts.join(" + "), rule.records.unwrap_or_default());
                let reason = format!(
                    "they were not compared: {records} records agree on {parts}, and a block may have {}",
                    rule.largest
                );
                (
                    reason,
                    Some(records as f64),
                    format!("a block of {records} records by {parts}: effort = \"high\" allows larger ones"),
                )
            }
            None => (
                "they were not compared: they agree on nothing that a blocking rule looks at".to_owned(),
                None,
                "a value that both have, of those that blocking looks at: effort = \"high\" looks at more".to_owned(),
            ),
        };
        told.obstacle(Hindrance::NotCompared, reason);
        let enough = self.cut < told.weight.map_or(f64::NEG_INFINITY, |weight| weight * std::f64::consts::LN_2);
        told.need(Remedy::Blocking, records, enough, text);
    }

    /// What each field would add if it agreed as well as values of ordinary frequency do, the largest gain first.
    fn agreements(&self, told: &mut WhyNot, pattern: &Pattern, weight: f64, compared: bool) {
        let mut needs: Vec<Need> = Vec::new();
        for (f, feature) in self.features.list.iter().enumerate() {
            let Some(best) = self.model.features[f].levels.first() else { continue };
            let mut agreeing = *pattern;
            agreeing[f] = feature.layout.code(Outcome::new(0, best.u));
            let total = self.weights.score(&agreeing).total;
            let (gain, enough) = (bits(total - weight), total > self.cut);
            if gain <= 0.0 || agreeing[f] == pattern[f] {
                continue;
            }
            let what = if pattern[f] == MISSING { "in both, and agreeing" } else { "agreeing" };
            let verdict = if enough { "enough" } else { "not enough by itself" };
            let text = format!("{} {what} ({}): {gain:+.2} bits, {verdict}", feature.name, best.level);
            let (field, enough) = (Some(feature.name.clone()), enough && compared);
            needs.push(Need { kind: Remedy::Agreement, field, value: Some(gain), enough, text });
        }
        needs.sort_by(|x, y| {
            y.value.partial_cmp(&x.value).unwrap_or(std::cmp::Ordering::Equal).then(x.field.cmp(&y.field))
        });
        told.needed.extend(needs);
    }
}

/// Adds the links between two profiles that were refused.
pub(crate) fn tell_refused(told: &mut WhyNot, refused: impl Iterator<Item = Obstacle>) {
    let before = told.obstacles.len();
    told.obstacles.extend(refused);
    let by_rule = |obstacle: &Obstacle| {
        ["is unique", "limited to", "never holds", "is generic"].iter().any(|part| obstacle.reason.contains(part))
    };
    if let Some(obstacle) = told.obstacles[before..].iter().find(|obstacle| by_rule(obstacle)) {
        let text = format!("another rule than the one that refused the link ({})", obstacle.reason);
        told.need(Remedy::Rule, None, false, text);
    }
}

impl Resolution {
    /// Why two records are not one person: whether they were compared, the weight they have or would have, which refused links,
    /// rules and decisions stand between them, and what it would take.
    ///
    /// # Errors
    /// Those of [`Resolution::why`], but where records were joined by rules alone.
    pub fn why_not(&self, a: u32, b: u32) -> Result<WhyNot> {
        self.check_pair(a, b)?;
        let same = self.assignments[a as usize] == self.assignments[b as usize];
        let mut told = WhyNot::new([self.name(a), self.name(b)], same);
        if same {
            return Ok(told.finish(None));
        }
        let between = |refusal: &&Refusal| {
            let [x, y] = [refusal.a, refusal.b].map(|record| self.assignments[record as usize]);
            let [p, q] = [a, b].map(|record| self.assignments[record as usize]);
            (x, y) == (p, q) || (x, y) == (q, p)
        };
        let obstacle = |refusal: &Refusal| Obstacle {
            kind: Hindrance::Refused,
            records: Some([self.name(refusal.a), self.name(refusal.b)]),
            rule: Some(refusal.rule.clone()),
            reason: refusal.reason.clone(),
        };
        tell_refused(&mut told, self.refused.iter().filter(between).map(obstacle));
        if self.is_compared() && self.config.matching.fuzzy != Some(false) {
            let features = &self.evidence.features;
            let weights = self.model.weights(features)?;
            let plan = Plan::new(features, &self.model.blocking);
            let pair = [a, b].map(|record| self.evidence.canonical[record as usize]);
            let judged = Judged { features, weights: &weights, model: &self.model, plan: &plan, cut: self.cut() };
            judged.tell(&mut told, pair, |key| size(features, &plan, key));
        } else if told.obstacles.is_empty() {
            told.obstacle(Hindrance::NothingShared, "they share no identifier value that links".to_owned());
        }
        let decided = self.evidence.decisions.get(self.name(a), self.name(b));
        Ok(told.finish(decided))
    }

    /// Whether the records were compared field by field, so that there is something to show.
    pub(super) fn is_compared(&self) -> bool {
        !self.evidence.canonical.is_empty() && self.evidence.canonical.len() == self.records.len()
    }
}

/// How many records have a key.
fn size(features: &Features, plan: &Plan, key: BlockKey) -> u64 {
    let has = |record: &u32| plan.has(features, *record, key);
    (0..features.records()).into_par_iter().filter(has).count() as u64
}

/// A probability in digits that tell it from 0.
fn shown(probability: f64) -> String {
    if probability < 0.001 { format!("{probability:.2e}") } else { format!("{probability:.6}") }
}
