//! Personal names: exact, part of, nickname, close, initial, crossed, different.

use super::build::{Words, hash};
use super::frequency::{Counts, own_share};
use super::letters::similarity;
use super::{Class, Letters, Level, Outcome, frequent, plain};
use crate::normalize::nickname;
use crate::record::TextPool;
use crate::similarity::osa;

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

/// Names as they are compared: folded, words joined by one space. The text of a name is its key.
#[derive(Debug, Clone, Default)]
pub struct Names {
    list: Vec<NameValue>,
    /// The words of more than one letter, by name.
    words: Words,
}

/// What of a name is looked at before its text.
#[derive(Debug, Clone, Copy, PartialEq)]
struct NameValue {
    letters: Letters,
    /// Which words it may have: names that share no bit share no word.
    words: u64,
    /// Which names it may be a form of: names that share no bit are not related.
    roots: u64,
    first: Option<char>,
    is_initial: bool,
    class: Class,
}

impl Names {
    pub(super) fn new(keys: &TextPool) -> Names {
        let mut names = Names::default();
        keys.iter().for_each(|key| names.push(key));
        names
    }

    pub(super) fn push(&mut self, key: &str) {
        let name = self.list.len() as u32;
        self.words.push(words(key).map(hash));
        let bit = |hash: u64| 1 << (hash % 64);
        self.list.push(NameValue {
            letters: Letters::of(key),
            words: self.words.of(name).iter().fold(0, |bits, &word| bits | bit(self.words.hash(word))),
            roots: nickname::roots(key).iter().fold(bit(hash(key)), |bits, root| bits | bit(hash(root))),
            first: key.chars().next(),
            is_initial: key.chars().nth(1).is_none(),
            class: Class::default(),
        });
    }

    pub(super) fn word_count(&self) -> u32 {
        self.words.count()
    }

    pub(super) fn each_word<'k>(&self, key: &'k str, visit: &mut dyn FnMut(u32, &'k str)) {
        words(key).for_each(|word| self.words.number(word).into_iter().for_each(|number| visit(number, word)));
    }

    pub(super) fn sum_words(&self, counts: &[f64]) -> Vec<f64> {
        self.words.sum(counts)
    }

    pub(super) fn set_class(&mut self, name: u32, counts: &Counts) {
        self.words.set_class(name, &counts.parts[0], counts.total);
        self.list[name as usize].class = Class::of(own_share(counts.values[name as usize], counts.total));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The hashes of a name's words of more than one letter.
    pub fn words(&self, name: u32) -> impl Iterator<Item = u64> + Clone {
        self.words.of(name).iter().map(|&word| self.words.hash(word))
    }

    /// Bits of a name's words: names that share none share no word.
    pub(super) fn word_bits(&self, name: u32) -> u64 {
        self.list[name as usize].words
    }

    /// How common the rarest word is that both names have.
    fn shared(&self, a: u32, b: u32) -> Option<Class> {
        if self.list[a as usize].words & self.list[b as usize].words == 0 {
            return None;
        }
        self.words.shared(a, b).max()
    }
}

/// The words of a name that are more than initials.
fn words(key: &str) -> impl Iterator<Item = &str> {
    key.split(' ').filter(|word| is_word(word))
}

/// Whether a part of a name is more than an initial.
pub(crate) fn is_word(part: &str) -> bool {
    part.chars().nth(1).is_some()
}

/// Two different names, to be compared.
struct Pair<'n> {
    names: &'n Names,
    keys: &'n TextPool,
    a: u32,
    b: u32,
}

impl Pair<'_> {
    fn values(&self) -> (&NameValue, &NameValue) {
        (&self.names.list[self.a as usize], &self.names.list[self.b as usize])
    }

    fn texts(&self) -> (&str, &str) {
        (self.keys.get(self.a), self.keys.get(self.b))
    }

    /// Whether one of them is an initial, and whether it is the other's.
    fn initial(&self) -> Option<bool> {
        let (a, b) = self.values();
        (a.is_initial || b.is_initial).then_some(a.first == b.first)
    }

    fn commoner(&self) -> Class {
        let (a, b) = self.values();
        a.class.commoner(b.class)
    }

    fn are_related(&self) -> bool {
        let (a, b) = self.values();
        let (x, y) = self.texts();
        a.roots & b.roots != 0 && nickname::related(x, y)
    }

    fn closeness(&self) -> Closeness {
        let (a, b) = self.values();
        if a.letters.length().min(b.letters.length()) <= SHORT || a.letters.can_be_similar(b.letters, SIMILAR) {
            let (x, y) = self.texts();
            return closeness(x, y);
        }
        // Texts of four letters or more that are one edit apart are similar.
        Closeness::Far
    }
}

/// Compares two different given names.
pub(super) fn compare_given(names: &Names, keys: &TextPool, a: u32, b: u32) -> Outcome {
    let pair = Pair { names, keys, a, b };
    if let Some(same) = pair.initial() {
        return Outcome::plain(if same { 4 } else { 7 });
    }
    if let Some(class) = names.shared(a, b) {
        return Outcome::classed(1, class);
    }
    if pair.are_related() {
        return Outcome::classed(2, pair.commoner());
    }
    match pair.closeness() {
        Closeness::Close => Outcome::classed(3, pair.commoner()),
        Closeness::Similar => Outcome::plain(6),
        Closeness::Far => Outcome::plain(7),
    }
}

/// Compares two different family names.
pub(super) fn compare_family(names: &Names, keys: &TextPool, a: u32, b: u32) -> Outcome {
    let pair = Pair { names, keys, a, b };
    if let Some(same) = pair.initial() {
        return Outcome::plain(if same { 5 } else { 6 });
    }
    if let Some(class) = names.shared(a, b) {
        return Outcome::classed(1, class);
    }
    match pair.closeness() {
        Closeness::Close => Outcome::classed(2, pair.commoner()),
        Closeness::Similar => Outcome::plain(4),
        Closeness::Far => Outcome::plain(6),
    }
}

/// Compares two different sets of further names.
pub(super) fn compare_other(names: &Names, keys: &TextPool, a: u32, b: u32) -> Outcome {
    if let Some(class) = names.shared(a, b) {
        return Outcome::classed(0, class);
    }
    let pair = Pair { names, keys, a, b };
    let (left, right) = pair.texts();
    let any = |test: &dyn Fn(&str, &str) -> bool| left.split(' ').any(|x| right.split(' ').any(|y| test(x, y)));
    if any(&|x, y| nickname::related(x, y) || closeness(x, y) == Closeness::Close) {
        return Outcome::classed(1, pair.commoner());
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
    let similarity = similarity(a, b);
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
