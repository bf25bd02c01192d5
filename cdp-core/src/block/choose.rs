//! Choosing blocking rules: what finds the most matches for the pairs it costs.
//!
//! A greedy weighted cover. A choice is a rule up to a size of blocks; the next choice is always the one that finds the most
//! matches not found so far for each further pair, until a further pair is too unlikely to be a match, or the budget is spent.

use super::parts::Parts;
use super::rule::Rule;
use super::sample::{LARGEST, Sample};
use crate::error::Result;
use crate::progress::Control;

/// Sizes of blocks that a rule is limited to.
const STEPS: &[u32] = &[2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, LARGEST];

/// Pairs that a rule's larger blocks may add without being chosen for, as a part of all pairs.
const ROOM: f64 = 0.002;

/// The rules chosen and what to expect of them.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(crate) rules: Vec<Rule>,
    /// Matches to expect among the pairs that other rules would find and these do not.
    pub(crate) unfound: f64,
}

/// What the choices that are open add.
struct Open {
    /// By rule and step: matches, and pairs, that only choices still open find.
    matches: Vec<[f64; STEPS.len()]>,
    pairs: Vec<[f64; STEPS.len()]>,
    /// By rule: how many steps are chosen.
    chosen: Vec<usize>,
}

fn step(size: u16) -> usize {
    STEPS.partition_point(|&step| step < u32::from(size))
}

/// Chooses rules by the probability of each pair of the sample being a match. No further pair costs more than one in
/// `worst` of being a match, and there are at most `budget` pairs.
///
/// # Errors
/// `cancelled`.
pub(crate) fn choose(
    parts: &Parts,
    sample: &Sample,
    probability: &[f64],
    budget: f64,
    worst: f64,
    control: &Control,
) -> Result<Choice> {
    let pairs = sample.pairs.len();
    let mut open = Open::new(sample, probability);
    let by_rule = pairs_by_rule(sample);
    let mut covered = vec![false; pairs];
    let all: f64 = probability.iter().zip(&sample.weights).map(|(p, weight)| p * weight).sum();
    let (mut found, mut spent) = (0.0, 0.0);
    while let Some((rule, steps)) = open.best(budget - spent, worst) {
        control.check()?;
        for &pair in &by_rule[rule] {
            let pair = pair as usize;
            let within = |f: &super::sample::Find| f.rule as usize == rule && step(f.size) < steps;
            if !covered[pair] && sample.finds(pair).iter().any(within) {
                covered[pair] = true;
                let (weight, matches) = (sample.weights[pair], sample.weights[pair] * probability[pair]);
                found += matches;
                spent += weight;
                open.add(sample, pair, -weight, -matches);
            }
        }
        open.chosen[rule] = steps;
    }
    open.give_room(spent, sample.largest);
    let rules = open.chosen.iter().zip(&sample.rules).filter(|(steps, _)| **steps > 0);
    let rules = rules.map(|(&steps, &places)| parts.named(places, STEPS[steps - 1])).collect::<Vec<_>>();
    Ok(Choice { rules, unfound: (all - found).max(0.0) })
}

fn pairs_by_rule(sample: &Sample) -> Vec<Vec<u32>> {
    let mut by_rule = vec![Vec::new(); sample.rules.len()];
    for pair in 0..sample.pairs.len() {
        sample.finds(pair).iter().for_each(|find| by_rule[find.rule as usize].push(pair as u32));
    }
    by_rule
}

impl Open {
    fn new(sample: &Sample, probability: &[f64]) -> Open {
        let nothing = vec![[0.0; STEPS.len()]; sample.rules.len()];
        let mut open = Open { matches: nothing.clone(), pairs: nothing, chosen: vec![0; sample.rules.len()] };
        for (pair, (probability, &weight)) in probability.iter().zip(&sample.weights).enumerate() {
            open.add(sample, pair, weight, weight * probability);
        }
        open
    }

    fn add(&mut self, sample: &Sample, pair: usize, weight: f64, matches: f64) {
        for find in sample.finds(pair) {
            self.pairs[find.rule as usize][step(find.size)] += weight;
            self.matches[find.rule as usize][step(find.size)] += matches;
        }
    }

    /// Lets the blocks of chosen rules be larger as long as that adds next to no pairs here: other records, and people of whom there
    /// are more, need the room.
    fn give_room(&mut self, spent: f64, largest: u32) {
        for (chosen, pairs) in self.chosen.iter_mut().zip(&self.pairs).filter(|(chosen, _)| **chosen > 0) {
            let mut added = 0.0;
            let free = (*chosen..STEPS.len()).take_while(|&step| {
                added += pairs[step];
                STEPS[step] <= largest && added <= ROOM * spent
            });
            *chosen += free.count();
        }
    }

    /// The rule, and the number of its steps, that add the most matches a pair.
    fn best(&self, left: f64, worst: f64) -> Option<(usize, usize)> {
        let mut best: Option<(f64, usize, usize)> = None;
        for rule in 0..self.chosen.len() {
            let (mut matches, mut pairs) = (0.0, 0.0);
            for step in self.chosen[rule]..STEPS.len() {
                matches += self.matches[rule][step];
                pairs += self.pairs[rule][step];
                // Sums of what was taken away again are not exactly nothing.
                let worth = pairs > 0.5 && pairs <= left && matches > 1e-3 && matches * worst >= pairs;
                if worth && best.is_none_or(|(ratio, _, _)| matches / pairs > ratio) {
                    best = Some((matches / pairs, rule, step + 1));
                }
            }
        }
        best.map(|(_, rule, steps)| (rule, steps))
    }
}
