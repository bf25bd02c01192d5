//! Personal names: exact, part of, nickname, close, initial, crossed, different.

use super::{Letters, Level, Outcome, frequent, plain};
use crate::normalize::nickname;
use crate::similarity::{jaro_winkler, osa};

/// Levels of given names.
pub(super) const GIVEN: &[Level] = &[
    frequent("same", 70),
    frequent("part of the other", 4),
    frequent("short form", 4),
    frequent("close", 8),
    plain("initial", 3),
    plain("in another name field", 4),
    plain("similar", 3),
    plain("different", 4),
];
/// The level of given names that stand in another name field of the other record.
pub(super) const GIVEN_CROSSED: usize = 5;

/// Levels of family names.
pub(super) const FAMILY: &[Level] = &[
    frequent("same", 76),
    frequent("part of the other", 3),
    frequent("close", 9),
    plain("in another name field", 4),
    plain("similar", 3),
    plain("initial", 1),
    plain("different", 4),
];
/// The level of family names that stand in another name field of the other record.
pub(super) const FAMILY_CROSSED: usize = 3;

/// Levels of further names.
pub(super) const OTHER: &[Level] =
    &[frequent("share a name", 70), frequent("close", 10), plain("initial", 8), plain("different", 12)];

/// A name as it is compared: folded, with its tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct NameValue {
    /// Folded text, tokens joined by one space.
    pub text: String,
    /// Its letters.
    pub letters: Letters,
    /// Hashes of the tokens of more than one letter.
    pub tokens: Vec<u64>,
    /// Frequency of the whole value.
    pub frequency: f64,
    /// Frequency of each of `tokens`.
    pub token_frequency: Vec<f64>,
}

impl NameValue {
    fn first_letter(&self) -> Option<char> {
        self.text.chars().next()
    }

    fn is_initial(&self) -> bool {
        self.text.chars().nth(1).is_none()
    }

    fn closeness(&self, other: &NameValue) -> Closeness {
        if self.text.len().min(other.text.len()) == SHORT || self.letters.can_be_similar(other.letters, SIMILAR) {
            return closeness(&self.text, &other.text);
        }
        // Texts of four letters or more that are one edit apart are similar.
        Closeness::Far
    }

    /// The lowest frequency among tokens both names have.
    fn shared(&self, other: &NameValue) -> Option<f64> {
        let shared = self.tokens.iter().zip(&self.token_frequency).filter(|(token, _)| other.tokens.contains(token));
        shared.map(|(_, &frequency)| frequency).reduce(f64::min)
    }
}

/// Compares two different given names.
pub(super) fn compare_given(a: &NameValue, b: &NameValue) -> Outcome {
    if a.is_initial() || b.is_initial() {
        return Outcome::plain(if a.first_letter() == b.first_letter() { 4 } else { 7 });
    }
    if let Some(frequency) = a.shared(b) {
        return Outcome::new(1, frequency);
    }
    let common = a.frequency.max(b.frequency);
    if nickname::related(&a.text, &b.text) {
        return Outcome::new(2, common);
    }
    match a.closeness(b) {
        Closeness::Close => Outcome::new(3, common),
        Closeness::Similar => Outcome::plain(6),
        Closeness::Far => Outcome::plain(7),
    }
}

/// Compares two different family names.
pub(super) fn compare_family(a: &NameValue, b: &NameValue) -> Outcome {
    if a.is_initial() || b.is_initial() {
        return Outcome::plain(if a.first_letter() == b.first_letter() { 5 } else { 6 });
    }
    if let Some(frequency) = a.shared(b) {
        return Outcome::new(1, frequency);
    }
    match a.closeness(b) {
        Closeness::Close => Outcome::new(2, a.frequency.max(b.frequency)),
        Closeness::Similar => Outcome::plain(4),
        Closeness::Far => Outcome::plain(6),
    }
}

/// Compares two different sets of further names.
pub(super) fn compare_other(a: &NameValue, b: &NameValue) -> Outcome {
    if let Some(frequency) = a.shared(b) {
        return Outcome::new(0, frequency);
    }
    let words = |value: &NameValue| value.text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (words(a), words(b));
    let any = |test: &dyn Fn(&str, &str) -> bool| left.iter().any(|x| right.iter().any(|y| test(x, y)));
    if any(&|x, y| nickname::related(x, y) || closeness(x, y) == Closeness::Close) {
        return Outcome::new(1, a.frequency.max(b.frequency));
    }
    let initial = |x: &str, y: &str| (x.len() == 1 || y.len() == 1) && x.chars().next() == y.chars().next();
    Outcome::plain(if any(&initial) { 2 } else { 3 })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closeness {
    Close,
    Similar,
    Far,
}

/// The lowest Jaro-Winkler similarity of similar names.
const SIMILAR: f64 = 0.8;
/// Letters of names that a typing error makes less than similar (`min`, `mni`), although it is no more than that.
const SHORT: usize = 3;

/// One typing error, or nearly the same letters.
pub(super) fn closeness(a: &str, b: &str) -> Closeness {
    let similarity = jaro_winkler::similarity(a, b);
    let shorter = a.len().min(b.len());
    if similarity >= 0.92 || (shorter > SHORT && osa::within(a, b, 1).is_some()) {
        Closeness::Close
    } else if similarity >= SIMILAR || (shorter == SHORT && osa::within(a, b, 1).is_some()) {
        Closeness::Similar
    } else {
        Closeness::Far
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_typing_error_in_three_letters_is_similar() {
        assert_eq!(closeness("min", "mni"), Closeness::Similar);
        assert_eq!(closeness("hao", "bao"), Closeness::Similar);
        assert_eq!(closeness("min", "tao"), Closeness::Far);
        assert_eq!(closeness("li", "lu"), Closeness::Far, "two letters are too few");
        assert_eq!(closeness("xiuying", "xiuyign"), Closeness::Close);
    }
}
