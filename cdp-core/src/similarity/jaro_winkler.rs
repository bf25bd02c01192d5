//! Jaro and Jaro-Winkler similarity.
//!
//! Jaro (1989): the mean of the share of characters matched in each text and the share of matches not transposed, where
//! equal characters match at most `max(length) / 2 - 1` apart. Winkler (1990): up to four shared leading characters add a
//! tenth of what is missing to 1 each, where the Jaro similarity is over 0.7.

use super::bits::{self, Masks};

/// Jaro-Winkler similarity, between 0 and 1; two empty texts are 1.
///
/// ```
/// let similarity = cdp_core::similarity::jaro_winkler::similarity("martha", "marhta");
/// assert!((similarity - 0.9611).abs() < 1e-4);
/// ```
pub fn similarity(a: &str, b: &str) -> f64 {
    let jaro = jaro(a, b);
    if jaro <= 0.7 {
        return jaro;
    }
    let prefix = a.chars().take(4).zip(b.chars()).take_while(|(x, y)| x == y).count();
    jaro + 0.1 * prefix as f64 * (1.0 - jaro)
}

/// Jaro similarity, between 0 and 1; two empty texts are 1.
pub fn jaro(a: &str, b: &str) -> f64 {
    if bits::fit(a, b) {
        return word_jaro(a.as_bytes(), b.as_bytes());
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    slice_jaro(&a, &b)
}

/// How far apart equal characters may stand.
fn window(a: usize, b: usize) -> usize {
    (a.max(b) / 2).saturating_sub(1)
}

/// The formula: lengths, matches, and half the matches that stand in another order.
fn score(a: usize, b: usize, matches: usize, out_of_order: usize) -> f64 {
    if matches == 0 {
        return if a == 0 && b == 0 { 1.0 } else { 0.0 };
    }
    let m = matches as f64;
    (m / a as f64 + m / b as f64 + (m - (out_of_order / 2) as f64) / m) / 3.0
}

fn word_jaro(a: &[u8], b: &[u8]) -> f64 {
    let (lengths, window) = ((a.len(), b.len()), window(a.len(), b.len()));
    // What both begin with matches itself: the first free place of each character there is its own.
    let prefix = bits::common_prefix(a, b);
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let (matches, out_of_order) = match (a.len(), b.len()) {
        (0, _) | (_, 0) => (0, 0),
        (_, ..=bits::OCTET) => masked_matches(a, b, window, &bits::Octet::new(b)),
        _ => masked_matches(a, b, window, &bits::Positions::new(b)),
    };
    score(lengths.0, lengths.1, prefix + matches, out_of_order)
}

/// How many characters match at most `window` apart, and how many of them stand in another order.
fn masked_matches(a: &[u8], b: &[u8], window: usize, positions: &impl Masks) -> (usize, usize) {
    let (mut matched_a, mut matched_b) = (0u64, 0u64);
    // The places within reach of the first character; then they move on.
    let mut reach = bits::low(window + 1);
    for (i, &byte) in a.iter().enumerate().take(b.len() + window) {
        let free = positions.of(byte) & reach & !matched_b;
        matched_b |= free & free.wrapping_neg();
        matched_a |= u64::from(free != 0) << i;
        reach = reach << 1 | u64::from(i < window);
    }
    let matches = matched_a.count_ones() as usize;
    let mut out_of_order = 0;
    while matched_a != 0 {
        let (i, j) = (matched_a.trailing_zeros(), matched_b.trailing_zeros());
        out_of_order += usize::from(a[i as usize] != b[j as usize]);
        matched_a &= matched_a - 1;
        matched_b &= matched_b - 1;
    }
    (matches, out_of_order)
}

fn slice_jaro(a: &[char], b: &[char]) -> f64 {
    let window = window(a.len(), b.len());
    let mut taken = vec![false; b.len()];
    let mut matched = Vec::with_capacity(a.len().min(b.len()));
    for (i, &x) in a.iter().enumerate() {
        let (low, high) = (i.saturating_sub(window), (i + window + 1).min(b.len()));
        if let Some(j) = (low..high).find(|&j| !taken[j] && b[j] == x) {
            taken[j] = true;
            matched.push(x);
        }
    }
    let in_b = b.iter().zip(&taken).filter(|&(_, &taken)| taken).map(|(y, _)| y);
    let out_of_order = matched.iter().zip(in_b).filter(|(x, y)| x != y).count();
    score(a.len(), b.len(), matched.len(), out_of_order)
}
