//! Levenshtein distance: the fewest insertions, deletions and substitutions.
//!
//! Short ASCII texts use the bit-vector recurrence of Myers (1999) in Hyyrö's form (2001).

use super::bits;

/// The distance in characters.
///
/// ```
/// assert_eq!(cdp_core::similarity::levenshtein::distance("kitten", "sitting"), 3);
/// ```
pub fn distance(a: &str, b: &str) -> usize {
    if bits::fit(a, b) { word_distance(a.as_bytes(), b.as_bytes()) } else { table_distance(a, b) }
}

/// The distance if it is at most `max`.
pub fn within(a: &str, b: &str, max: usize) -> Option<usize> {
    if bits::fit(a, b) && a.len().abs_diff(b.len()) > max {
        return None;
    }
    Some(distance(a, b)).filter(|&distance| distance <= max)
}

/// `1 - distance / length of the longer text`, between 0 and 1; two empty texts are 1.
pub fn similarity(a: &str, b: &str) -> f64 {
    super::edit_similarity(a, b, distance(a, b))
}

fn word_distance(a: &[u8], b: &[u8]) -> usize {
    if a.is_empty() || b.is_empty() {
        return a.len() + b.len();
    }
    let positions = bits::Positions::new(a);
    let last = 1u64 << (a.len() - 1);
    let (mut plus, mut minus, mut distance) = (u64::MAX, 0u64, a.len());
    for &byte in b {
        let matches = positions.of(byte);
        let zero = (((matches & plus).wrapping_add(plus)) ^ plus) | matches | minus;
        let horizontal_plus = minus | !(zero | plus);
        let horizontal_minus = plus & zero;
        distance += usize::from(horizontal_plus & last != 0);
        distance -= usize::from(horizontal_minus & last != 0);
        let shifted = (horizontal_plus << 1) | 1;
        plus = (horizontal_minus << 1) | !(zero | shifted);
        minus = shifted & zero;
    }
    distance
}

fn table_distance(a: &str, b: &str) -> usize {
    let (a, b) = super::without_common_ends(a, b);
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
