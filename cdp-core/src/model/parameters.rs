//! What a model learned, as people read it: for every level how usual it is among matches and among strangers.

use super::Model;
use crate::compare::levels_named;

/// One comparison level of one feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The feature.
    pub feature: String,
    /// The level in words.
    pub level: String,
    /// Share among matches.
    pub m: f64,
    /// Share among strangers.
    pub u: f64,
    /// Bits for (positive) or against a match, with what labels added; agreement on a rare value counts for more than that, on
    /// a common one for less.
    pub weight: f64,
}

impl Model {
    /// Every level of every feature, strongest agreement first.
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut found = Vec::new();
        for feature in &self.features {
            let known = levels_named(feature.levels.iter().map(|level| level.level.as_str()));
            for (index, level) in feature.levels.iter().enumerate() {
                let neutral = known.is_some_and(|levels| levels[index].neutral);
                let weight = if neutral { 0.0 } else { (level.m / level.u).log2() + level.learned };
                let (feature, level_name) = (feature.name.clone(), level.level.clone());
                found.push(Parameter { feature, level: level_name, m: level.m, u: level.u, weight });
            }
        }
        found
    }
}
