//! Which letters a text has: an exact, cheap bound on how alike two texts can be.
//!
//! A letter of one text that the other lacks cannot be matched, so the number of such letters bounds the number of
//! matches of the Jaro similarity from above, and the number of edits from below.

/// The letters of a text, folded into 64 classes, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Letters {
    classes: u64,
    length: u32,
}

impl Letters {
    /// The letters of `text`.
    pub(super) fn of(text: &str) -> Self {
        let classes = text.chars().fold(0, |classes, letter| classes | 1 << (u32::from(letter) % 64));
        Letters { classes, length: text.chars().count() as u32 }
    }

    /// How many letters there are.
    pub(super) fn length(self) -> usize {
        self.length as usize
    }

    /// How many letters of each text at least the other lacks.
    fn lacking(self, other: Letters) -> (u32, u32) {
        ((self.classes & !other.classes).count_ones(), (other.classes & !self.classes).count_ones())
    }

    /// Whether the Jaro-Winkler similarity of the texts can reach `least`.
    pub(super) fn can_be_similar(self, other: Letters, least: f64) -> bool {
        if self.length == 0 || other.length == 0 {
            return true;
        }
        let (mine, theirs) = self.lacking(other);
        let matches = f64::from((self.length - mine).min(other.length - theirs));
        let jaro = (matches / f64::from(self.length) + matches / f64::from(other.length) + 1.0) / 3.0;
        // The prefix bonus is at most four letters at a tenth each.
        jaro + 0.4 * (1.0 - jaro) >= least
    }

    /// Whether this text can contain the other.
    pub(super) fn can_contain(self, other: Letters) -> bool {
        other.classes & !self.classes == 0 && other.length <= self.length
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
            prop_assert!(x.can_be_similar(y, similarity - 1e-12));
            for edits in 0..4 {
                prop_assert!(osa::within(&a, &b, edits).is_none() || x.can_be_within(y, edits as u32));
            }
        }
    }
}
