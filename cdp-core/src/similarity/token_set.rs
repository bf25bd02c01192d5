//! Overlap of two texts' words, whatever their order.

/// Jaccard similarity of the sets of space-separated words: shared over all, between 0 and 1; two empty texts are 1.
///
/// ```
/// assert_eq!(cdp_core::similarity::token_set::similarity("rue de lyon", "lyon rue"), 2.0 / 3.0);
/// ```
pub fn similarity(a: &str, b: &str) -> f64 {
    let mut left: Vec<&str> = a.split_whitespace().collect();
    let mut right: Vec<&str> = b.split_whitespace().collect();
    for words in [&mut left, &mut right] {
        words.sort_unstable();
        words.dedup();
    }
    let shared = count_shared(&left, &right);
    match left.len() + right.len() - shared {
        0 => 1.0,
        all => shared as f64 / all as f64,
    }
}

/// How many words two sorted sets have in common.
fn count_shared(left: &[&str], right: &[&str]) -> usize {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < left.len() && j < right.len() {
        let order = left[i].cmp(right[j]);
        shared += usize::from(order.is_eq());
        i += usize::from(order.is_le());
        j += usize::from(order.is_ge());
    }
    shared
}
