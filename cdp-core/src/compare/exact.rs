//! Identifiers, categories and generational suffixes: the same, one typing error, or different.

use super::frequency::{Counts, share};
use super::{Class, Level, Outcome, frequent, plain};
use crate::record::TextPool;
use crate::similarity::osa;

/// Levels of identifiers and categories.
pub(super) const LEVELS: &[Level] = &[frequent("same", 80), frequent("one typing error", 8), plain("different", 12)];

/// Levels of generational suffixes: father and son have one name, often one address, and never one suffix.
pub(super) const GENERATION: &[Level] = &[plain("same", 97), plain("different", 3)];

/// Identifiers or categories as they are compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExactValues {
    classes: Vec<Class>,
}

impl ExactValues {
    pub(super) fn of(count: usize) -> ExactValues {
        ExactValues { classes: vec![Class::default(); count] }
    }

    pub(super) fn len(&self) -> usize {
        self.classes.len()
    }

    pub(super) fn push(&mut self) {
        self.classes.push(Class::default());
    }

    pub(super) fn set_class(&mut self, value: u32, counts: &Counts) {
        self.classes[value as usize] = Class::of(share(counts.values[value as usize], counts.total));
    }
}

/// Keys of so many characters can have a typing error. Short ones have none (`M` and `F` differ by one letter), nor have hashes, which
/// nobody types.
const TYPED: std::ops::Range<usize> = 5..64;

/// Compares two different values, by their keys.
pub(super) fn compare(values: &ExactValues, keys: &TextPool, a: u32, b: u32) -> Outcome {
    let (x, y) = (keys.get(a), keys.get(b));
    if TYPED.contains(&x.len().min(y.len())) && osa::within(x, y, 1).is_some() {
        return Outcome::classed(1, values.classes[a as usize].commoner(values.classes[b as usize]));
    }
    Outcome::plain(2)
}

/// Compares two different generational suffixes.
pub(super) fn compare_generation() -> Outcome {
    Outcome::plain(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_can_have_a_typing_error_and_a_hash_cannot() {
        let (one, other) = ("a".repeat(64), format!("{}b", "a".repeat(63)));
        let keys = TextPool::from_iter(["card01", "card02", &one, &other]);
        let values = ExactValues::of(4);
        assert_eq!(compare(&values, &keys, 0, 1).level, 1);
        assert_eq!(compare(&values, &keys, 2, 3).level, 2);
    }
}
