//! Learning from labelled pairs: what people answered moves the weights of the levels.
//!
//! Logistic regression whose starting point and prior mean is the model as trained without labels: each level, and the prior,
//! gets a correction d that maximises `sum ln P(label | pair) - sum d^2 / (2 S^2)`. The answers may be of any pairs, the doubtful
//! ones above all, since how pairs were chosen by their comparison does not bias P(label | pair). Weights stay sums of parts.

use super::{Model, bits};
use crate::compare::{Features, Pattern};
use crate::error::Result;

/// Standard deviation of a correction, in nats, before any label was seen.
const SPREAD: f64 = 1.0;
/// Rounds over all corrections, at most.
const ROUNDS: usize = 200;
/// Corrections are found once none moves by more than this.
const STILL: f64 = 1e-7;
/// The longest step of a correction in one round, in nats.
const LONGEST: f64 = 1.0;

/// Moves a model by pairs known to be one person (`true`) or two. What an earlier call learnt is where this one starts.
///
/// # Errors
/// `invalid_model` if the model was trained on other features.
pub fn learn(model: &mut Model, features: &Features, labelled: &[(Pattern, bool)]) -> Result<()> {
    let weights = model.weights(features)?;
    let levels: Vec<usize> = features.list.iter().map(|feature| feature.layout.levels().len()).collect();
    let start = |feature: usize| 1 + levels[..feature].iter().sum::<usize>();
    // Which corrections speak of which pair: the prior's, and that of each level that is evidence.
    let mut about: Vec<Vec<usize>> = vec![Vec::new(); start(levels.len())];
    for (pair, (pattern, _)) in labelled.iter().enumerate() {
        about[0].push(pair);
        for (f, feature) in features.list.iter().enumerate() {
            if let Some(level) = feature.layout.level(pattern[f]).filter(|&l| !feature.layout.levels()[l].neutral) {
                about[start(f) + level].push(pair);
            }
        }
    }
    let mut odds: Vec<f64> = labelled.iter().map(|(pattern, _)| weights.score(pattern).total).collect();
    let mut corrections = vec![0.0; about.len()];
    for _ in 0..ROUNDS {
        let mut moved: f64 = 0.0;
        for (correction, pairs) in corrections.iter_mut().zip(&about).filter(|(_, pairs)| !pairs.is_empty()) {
            let (mut slope, mut curve) = (*correction / (SPREAD * SPREAD), 1.0 / (SPREAD * SPREAD));
            for &pair in pairs {
                let probability = 1.0 / (1.0 + (-odds[pair]).exp());
                slope += probability - f64::from(u8::from(labelled[pair].1));
                curve += probability * (1.0 - probability);
            }
            let step = (-slope / curve).clamp(-LONGEST, LONGEST);
            *correction += step;
            pairs.iter().for_each(|&pair| odds[pair] += step);
            moved = moved.max(step.abs());
        }
        if moved < STILL {
            break;
        }
    }
    model.learned += bits(corrections[0]);
    for (f, feature) in model.features.iter_mut().enumerate() {
        for (level, correction) in feature.levels.iter_mut().zip(&corrections[start(f)..]) {
            level.learned += bits(*correction);
        }
    }
    Ok(())
}
