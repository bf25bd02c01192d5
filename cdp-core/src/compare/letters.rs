//! Which letters a text has: an exact, cheap bound on how alike two texts can be.
//!
//! A letter of one text that the other lacks cannot be matched, so the number of such letters bounds the number of
//! matches of the Jaro similarity from above, and the number of edits from below.

use crate::similarity::jaro_winkler;

/// The Jaro-Winkler similarity of two texts, the same from either side: which letters are matched can depend on which text
/// comes first.
pub(super) fn similarity(a: &str, b: &str) -> f64 {
    match (a.len(), a) <= (b.len(), b) {
        true => jaro_winkler::similarity(a, b),
        false => jaro_winkler::similarity(b, a),
    }
}

/// The letters of a text, folded into 64 classes, its first ones, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Letters {
    /// The classes it has.
    once: u64,
    /// The classes it has at least twice.
    twice: u64,
    /// The first four letters, folded into a byte each; 0 where there is none.
    first: u32,
    length: u32,
}

impl Letters {
    /// The letters of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = Letters::default();
        for letter in text.chars().map(u32::from) {
            let class = 1 << (letter % 64);
            letters.twice |= letters.once & class;
            letters.once |= class;
            if letters.length < 4 {
                letters.first |= (letter & 0xFF) << (8 * letters.length);
            }
            letters.length += 1;
        }
        letters
    }

    /// How many letters there are.
    pub(super) fn length(self) -> usize {
        self.length as usize
    }

    /// How many letters of each text at least the other lacks.
    fn lacking(self, other: Letters) -> (u32, u32) {
        let beyond = |x: Letters, y: Letters| (x.once & !y.once).count_ones() + (x.twice & !y.twice).count_ones();
        (beyond(self, other), beyond(other, self))
    }

    /// Whether the Jaro-Winkler similarity of the texts can reach `least`.
    pub(super) fn can_be_similar(self, other: Letters, least: f64) -> bool {
        if self.length == 0 || other.length == 0 {
            return true;
        }
        let (mine, theirs) = self.lacking(other);
        let matches = f64::from((self.length - mine).min(other.length - theirs));
        let jaro = (matches / f64::from(self.length) + matches / f64::from(other.length) + 1.0) / 3.0;
        // At most as many letters at the beginning are the same, each worth a tenth; a hair more is for rounding.
        let prefix = (self.first ^ other.first).trailing_zeros() / 8;
        jaro + 0.1 * f64::from(prefix) * (1.0 - jaro) + 1e-9 >= least
    }

    /// Whether this text can contain the other.
    pub(super) fn can_contain(self, other: Letters) -> bool {
        other.lacking(self).0 == 0 && other.length <= self.length
    }

    /// Whether the texts can be within so many edits.
    pub(super) fn can_be_within(self, other: Letters, edits: u32) -> bool {
        let (mine, theirs) = self.lacking(other);
        mine.max(theirs) <= edits && self.length.abs_diff(other.length) <= edits
    }
}

#[cfg(test)]
mod tests {
    use super::Letters;
    use crate::similarity::{jaro_winkler, osa};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bounds_never_exclude_a_similar_pair(a in "[a-eé]{0,9}", b in "[a-eé]{0,9}") {
            let (x, y) = (Letters::of(&a), Letters::of(&b));
            let similarity = jaro_winkler::similarity(&a, &b);
            prop_assert!(x.can_be_similar(y, similarity));
            prop_assert!(!a.contains(&b) || x.can_contain(y));
            for edits in 0..4 {
                prop_assert!(osa::within(&a, &b, edits).is_none() || x.can_be_within(y, edits as u32));
            }
        }
    }
}
