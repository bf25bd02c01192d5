//! Organisation names and free texts: word sets in which rare words count for more.

use super::build::{Words, hash};
use super::frequency::{Counts, share};
use super::letters::similarity;
use super::{Level, Outcome, frequent, plain};
use crate::record::TextPool;

/// Levels of organisation names and texts.
pub(super) const LEVELS: &[Level] = &[
    frequent("same", 55),
    frequent("same words", 10),
    frequent("one contains the other", 10),
    frequent("most words", 8),
    plain("close", 4),
    frequent("some words", 6),
    plain("different", 7),
];

/// Only texts up to this many bytes are compared letter by letter: longer ones are judged by their words.
const SPELLED: usize = 64;

/// Texts as they are compared.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    list: Vec<TokensValue>,
    words: Words,
}

/// A text as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct TokensValue {
    /// Folded text.
    pub text: String,
    /// Hashes of its words, sorted, each once.
    pub words: Vec<u64>,
    /// Frequency of each word: share of the records that have it.
    pub word_frequency: Vec<f64>,
    /// Frequency of the whole value.
    pub frequency: f64,
}

impl Tokens {
    pub(super) fn new(keys: &TextPool) -> Tokens {
        let mut tokens = Tokens::default();
        keys.iter().for_each(|key| tokens.push(key));
        tokens
    }

    pub(super) fn push(&mut self, key: &str) {
        let text = self.list.len() as u32;
        self.words.push(words(key).map(hash));
        let hashes = self.words.of(text).iter().map(|&word| self.words.hash(word));
        let value =
            TokensValue { text: key.to_owned(), words: hashes.collect(), word_frequency: Vec::new(), frequency: 1.0 };
        self.list.push(value);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A text.
    pub fn get(&self, text: u32) -> &TokensValue {
        &self.list[text as usize]
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

    pub(super) fn set_class(&mut self, text: u32, counts: &Counts) {
        let value = &mut self.list[text as usize];
        value.frequency = share(counts.values[text as usize], counts.total);
        let of_word = |&word: &u32| share(counts.parts[0][word as usize], counts.total);
        value.word_frequency = self.words.of(text).iter().map(of_word).collect();
    }
}

/// The words of a text, each without a plural's last letter.
fn words(key: &str) -> impl Iterator<Item = &str> {
    key.split(' ').map(singular).filter(|word| !word.is_empty())
}

fn singular(word: &str) -> &str {
    if word.len() > 4 { word.strip_suffix('s').unwrap_or(word) } else { word }
}

impl TokensValue {
    /// Information of all words in nats.
    fn information(&self) -> f64 {
        self.word_frequency.iter().map(|f| -f.ln()).sum()
    }
}

/// Compares two different texts.
pub(super) fn compare(a: &TokensValue, b: &TokensValue) -> Outcome {
    let shared: Vec<f64> = shared_frequencies(a, b);
    let information: f64 = shared.iter().map(|f| -f.ln()).sum();
    let (left, right) = (a.information(), b.information());
    let union = left + right - information;
    // What is agreed on is the set of shared words: as rare as their joint frequency, were they independent.
    let joint = (-information).exp();
    if shared.len() == a.words.len() && shared.len() == b.words.len() {
        return Outcome::new(1, joint.max(a.frequency.max(b.frequency)));
    }
    if !shared.is_empty() && information >= 0.95 * left.min(right) {
        return Outcome::new(2, joint.max(a.frequency.max(b.frequency)));
    }
    if union > 0.0 && information >= 0.6 * union {
        return Outcome::new(3, joint.max(a.frequency.max(b.frequency)));
    }
    let short = a.text.len().max(b.text.len()) <= SPELLED;
    if short && (same_letters(&a.text, &b.text) || similarity(&a.text, &b.text) >= 0.9) {
        return Outcome::plain(4);
    }
    // Or half of the shorter: an agency before the site's own name makes the union long.
    let some = union > 0.0 && (information >= 0.3 * union || information >= 0.5 * left.min(right));
    if some { Outcome::new(5, joint) } else { Outcome::plain(6) }
}

fn shared_frequencies(a: &TokensValue, b: &TokensValue) -> Vec<f64> {
    let both = a.words.iter().zip(&a.word_frequency).filter(|(word, _)| b.words.binary_search(word).is_ok());
    both.map(|(_, &frequency)| frequency).collect()
}

/// Whether two texts differ in spaces only.
fn same_letters(a: &str, b: &str) -> bool {
    a.chars().filter(|c| *c != ' ').eq(b.chars().filter(|c| *c != ' '))
}
