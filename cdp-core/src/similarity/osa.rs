//! Optimal string alignment: Levenshtein distance that also counts the swap of two neighbours as one edit, with no part
//! edited twice.
//!
//! Short ASCII texts use Hyyrö's bit-vector recurrence (2003).

use super::bits::{self, Masks};

/// The distance in characters.
///
/// ```
/// use cdp_core::similarity::osa::distance;
/// assert_eq!(distance("martin", "matrin"), 1);
/// assert_eq!(distance("ca", "abc"), 3);
/// ```
pub fn distance(a: &str, b: &str) -> usize {
    if bits::fit(a, b) { word_distance(a.as_bytes(), b.as_bytes()) } else { table_distance(a, b) }
}

/// The distance if it is at most `max`.
pub fn within(a: &str, b: &str, max: usize) -> Option<usize> {
    if !bits::fit(a, b) {
        return Some(distance(a, b)).filter(|&distance| distance <= max);
    }
    if a.len().abs_diff(b.len()) > max {
        return None;
    }
    match (bits::without_common_ends(a.as_bytes(), b.as_bytes()), max) {
        (([], rest) | (rest, []), _) => Some(rest.len()),
        (_, 0) => None,
        (([_], [_]), _) => Some(1),
        (([a, b], [c, d]), 1) => (a == d && b == c).then_some(1),
        (_, 1) => None,
        ((a, b), _) => Some(core_distance(a, b)),
    }
    .filter(|&distance| distance <= max)
}

/// `1 - distance / length of the longer text`, between 0 and 1; two empty texts are 1.
pub fn similarity(a: &str, b: &str) -> f64 {
    super::edit_similarity(a, b, distance(a, b))
}

fn word_distance(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = bits::without_common_ends(a, b);
    core_distance(a, b)
}

/// The distance of texts that share neither end.
fn core_distance(a: &[u8], b: &[u8]) -> usize {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    match (short, long.len()) {
        ([], length) => length,
        ([only], length) => length - usize::from(long.contains(only)),
        (_, ..=bits::OCTET) => masked_distance(long.len(), &bits::Octet::new(long), short),
        _ => masked_distance(long.len(), &bits::Positions::new(long), short),
    }
}

/// The distance of a text of that length, which is not empty and whose positions are known, from another.
fn masked_distance(length: usize, positions: &impl Masks, b: &[u8]) -> usize {
    let last = 1u64 << (length - 1);
    let (mut plus, mut minus, mut zero, mut distance) = (u64::MAX, 0u64, 0u64, length);
    let mut previous = 0u64;
    for &byte in b {
        let matches = positions.of(byte);
        let swapped = ((!zero & matches) << 1) & previous;
        zero = (((matches & plus).wrapping_add(plus)) ^ plus) | matches | minus | swapped;
        let horizontal_plus = minus | !(zero | plus);
        let horizontal_minus = zero & plus;
        distance += usize::from(horizontal_plus & last != 0);
        distance -= usize::from(horizontal_minus & last != 0);
        let shifted = (horizontal_plus << 1) | 1;
        plus = (horizontal_minus << 1) | !(zero | shifted);
        minus = shifted & zero;
        previous = matches;
    }
    distance
}

fn table_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row: Vec<usize> = vec![0; b.len() + 1];
    for i in 0..a.len() {
        row[0] = i + 1;
        for j in 0..b.len() {
            let substituted = last[j] + usize::from(a[i] != b[j]);
            row[j + 1] = substituted.min(row[j] + 1).min(last[j + 1] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[b.len()]
}
