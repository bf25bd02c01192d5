//! Levenshtein distance: the fewest insertions, deletions and substitutions.
//!
//! Short ASCII texts use the bit-vector recurrence of Myers (1999) in Hyyrö's form (2001).

use super::bits::{self, Masks};

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
    if !bits::fit(a, b) {
        return Some(distance(a, b)).filter(|&distance| distance <= max);
    }
    if a.len().abs_diff(b.len()) > max {
        return None;
    }
    let (a, b) = bits::without_common_ends(a.as_bytes(), b.as_bytes());
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    match max {
        _ if short.is_empty() => Some(long.len()),
        0 => None,
        1 | 2 => few_edits(long, short, max),
        _ => Some(core_distance(long, short)),
    }
    .filter(|&distance| distance <= max)
}

/// Ways to edit the longer text into the shorter one, by the edits allowed and the difference of lengths: from the lowest pair of
/// bits on, 01 leaves a character of the longer text out, 10 one of the shorter, 11 replaces (after mbleven, Goto 2018).
const WAYS: [&[&[u8]]; 3] = [&[], &[&[0b11], &[0b01]], &[&[0b1111, 0b1001, 0b0110], &[0b1101, 0b0111], &[0b0101]]];

/// The distance of texts that share neither end, if it is at most `max`, which is one or two: every way is tried.
fn few_edits(long: &[u8], short: &[u8], max: usize) -> Option<usize> {
    let ways = WAYS[max].get(long.len() - short.len())?;
    ways.iter().map(|&way| follow(long, short, way)).min()
}

/// How many edits one way takes.
fn follow(long: &[u8], short: &[u8], mut way: u8) -> usize {
    let (mut i, mut j, mut edits) = (0, 0, 0);
    while i < long.len() && j < short.len() {
        if long[i] == short[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        edits += 1;
        if way == 0 {
            break;
        }
        i += usize::from(way & 1);
        j += usize::from(way >> 1 & 1);
        way >>= 2;
    }
    edits + (long.len() - i) + (short.len() - j)
}

/// `1 - distance / length of the longer text`, between 0 and 1; two empty texts are 1.
pub fn similarity(a: &str, b: &str) -> f64 {
    super::edit_similarity(a, b, distance(a, b))
}

fn word_distance(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = bits::without_common_ends(a, b);
    if a.len() < b.len() { core_distance(b, a) } else { core_distance(a, b) }
}

/// The distance of texts that share neither end, the longer one first.
fn core_distance(long: &[u8], short: &[u8]) -> usize {
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
    let (mut plus, mut minus, mut distance) = (u64::MAX, 0u64, length);
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
