//! Organisation names and free texts: word sets in which rare words count for more.

use super::{Level, Outcome, frequent, plain};
use crate::similarity::jaro_winkler;

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
    if short && (same_letters(&a.text, &b.text) || jaro_winkler::similarity(&a.text, &b.text) >= 0.9) {
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
