//! Identifiers and categories: the same, one typing error, or different.

use super::{Level, Outcome, frequent, plain};
use crate::similarity::osa;

/// Levels of identifiers and categories.
pub(super) const LEVELS: &[Level] = &[frequent("same", 80), frequent("one typing error", 8), plain("different", 12)];

/// An identifier or category as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct ExactValue {
    /// Its key.
    pub key: String,
    /// Frequency of the value.
    pub frequency: f64,
}

/// Compares two different values. Short ones have no typing errors: `M` and `F` differ by one letter.
pub(super) fn compare(a: &ExactValue, b: &ExactValue) -> Outcome {
    let long = a.key.len().min(b.key.len()) >= 5;
    if long && osa::within(&a.key, &b.key, 1).is_some() {
        return Outcome::new(1, a.frequency.max(b.frequency));
    }
    Outcome::plain(2)
}
