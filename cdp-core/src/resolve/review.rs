//! Pairs worth a look: those whose answer would teach most.

use super::Resolution;
use super::threshold::{log_odds, probability};
use crate::compare::{MISSING, Memo};
use crate::error::Result;
use crate::explain::Why;
use crate::identity;
use std::collections::{BTreeSet, HashMap};

/// The levels of a pair, `None` where a value is missing.
type Levels = Vec<Option<usize>>;

impl Resolution {
    /// At most `n` pairs whose answers would teach most: doubtful ones, of comparisons that many doubtful pairs share, half of
    /// them in one profile now and half apart. No two ask the same, nor about the same two profiles, while there are others.
    /// Pairs already decided are not asked again.
    ///
    /// # Errors
    /// `invalid_model` if the result does not fit its own model.
    pub fn review(&self, n: usize) -> Result<Vec<Why>> {
        let matched = identity::MATCH;
        let mut pairs: Vec<([u32; 2], f64)> = self.evidence.doubtful.clone();
        let nats = |bits: f64| bits * std::f64::consts::LN_2;
        pairs.extend(self.links.iter().filter(|l| l.rule == matched).map(|l| ([l.a, l.b], nats(l.weight))));
        pairs.extend(self.refused.iter().filter(|r| r.rule == matched).map(|r| ([r.a, r.b], nats(r.weight))));
        let cut = log_odds(self.summary.threshold.clamp(1e-9, 1.0 - 1e-9));
        let decisions = &self.evidence.decisions;
        pairs.retain(|([a, b], _)| decisions.is_empty() || decisions.get(self.name(*a), self.name(*b)).is_none());
        let doubt = |(_, weight): &([u32; 2], f64)| (weight - cut).abs();
        pairs.sort_by(|x, y| doubt(x).total_cmp(&doubt(y)).then(x.0.cmp(&y.0)));
        // Where hardly any is doubtful, the least sure.
        let wide = pairs.partition_point(|pair| doubt(pair) < WIDE);
        pairs.truncate(wide.max(n));
        let mut memo = Memo::default();
        let levels: Vec<Levels> = pairs.iter().map(|([a, b], _)| self.levels(*a, *b, &mut memo)).collect();
        let mut common: HashMap<&Levels, f64> = HashMap::new();
        levels.iter().for_each(|levels| *common.entry(levels).or_default() += 1.0);
        let mut order: Vec<(f64, usize)> = pairs
            .iter()
            .enumerate()
            .map(|(index, (_, weight))| (entropy(weight - cut) * (1.0 + common[&levels[index]].ln()), index))
            .collect();
        order.sort_by(|x, y| y.0.total_cmp(&x.0).then(pairs[x.1].0.cmp(&pairs[y.1].0)));
        let chosen = self.choose(n, &order, &pairs, &levels);
        chosen.into_iter().map(|index| self.why(pairs[index].0[0], pairs[index].0[1])).collect()
    }

    /// Takes from the most telling on, from both sides in turn; what was asked already only once nothing else is left.
    fn choose(&self, n: usize, order: &[(f64, usize)], pairs: &[([u32; 2], f64)], levels: &[Levels]) -> Vec<usize> {
        let profiles = |index: usize| {
            let [a, b] = pairs[index].0.map(|record| self.assignments[record as usize]);
            [a.min(b), a.max(b)]
        };
        let is_one = |index: usize| matches!(profiles(index), [a, b] if a == b);
        let (mut chosen, mut taken) = (Vec::new(), BTreeSet::new());
        let (mut asked, mut met) = (BTreeSet::new(), BTreeSet::new());
        for strict in [2, 1, 0] {
            let mut sides = [true, false].map(|same| {
                let mine = order.iter().map(|&(_, index)| index);
                let mine = mine.filter(move |&index| is_one(index) == same);
                mine.collect::<Vec<_>>().into_iter()
            });
            let mut open = [true, true];
            while chosen.len() < n && open.contains(&true) {
                for (side, open) in sides.iter_mut().zip(&mut open) {
                    let next = side.find(|index| {
                        let repeats = asked.contains(&levels[*index]);
                        let same_two = met.contains(&profiles(*index));
                        !(taken.contains(index) || (strict > 1 && repeats) || (strict > 0 && same_two))
                    });
                    *open = next.is_some();
                    if let Some(index) = next.filter(|_| chosen.len() < n) {
                        asked.insert(levels[index].clone());
                        met.insert(profiles(index));
                        taken.insert(index);
                        chosen.push(index);
                    }
                }
            }
        }
        chosen
    }

    fn levels(&self, a: u32, b: u32, memo: &mut Memo) -> Levels {
        let features = &self.evidence.features;
        let [x, y] = [a, b].map(|record| self.evidence.canonical[record as usize]);
        let pattern = features.pattern(x, y, memo);
        let level = |(f, feature): (usize, &crate::compare::Feature)| {
            Some(pattern[f]).filter(|&code| code != MISSING).and_then(|code| feature.layout.level(code))
        };
        features.list.iter().enumerate().map(level).collect()
    }
}

/// How far from the threshold, in nats, a pair is worth a question.
const WIDE: f64 = 5.0;

/// Entropy, in nats, of an event with these log odds.
fn entropy(odds: f64) -> f64 {
    let p = probability(odds).clamp(1e-12, 1.0 - 1e-12);
    -p * p.ln() - (1.0 - p) * (1.0 - p).ln()
}
