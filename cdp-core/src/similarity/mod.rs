//! String similarity kernels: take two texts, give a number; know no records and no kinds.
//!
//! All work on Unicode scalar values. Texts of ASCII up to 64 characters take a bit-parallel path without heap
//! allocation; the results are the same on either path.

pub mod jaro_winkler;
pub mod levenshtein;
pub mod osa;
pub mod token_set;

mod bits;

use crate::error::{Code, Error, Result};

/// The similarity of two texts by the name of a metric, from 0 (nothing shared) to 1 (equal).
///
/// ```
/// assert_eq!(cdp_core::similarity::by_name("osa", "martin", "matrin")?, 5.0 / 6.0);
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `not_found` for a name that no metric has.
pub fn by_name(metric: &str, a: &str, b: &str) -> Result<f64> {
    match metric {
        "jaro" => Ok(jaro_winkler::jaro(a, b)),
        "jaro_winkler" => Ok(jaro_winkler::similarity(a, b)),
        "levenshtein" => Ok(levenshtein::similarity(a, b)),
        "osa" => Ok(osa::similarity(a, b)),
        "token_set" => Ok(token_set::similarity(a, b)),
        _ => Err(Error::new(Code::NotFound, format!("there is no similarity '{metric}'"))
            .help("the similarities are: jaro, jaro_winkler, levenshtein, osa, token_set")),
    }
}

/// How many characters two texts share at their beginning.
///
/// ```
/// assert_eq!(cdp_core::similarity::common_prefix("martin", "martha"), 4);
/// ```
pub fn common_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count()
}

/// `1 - distance / length of the longer text in characters`; 1 for two empty texts.
fn edit_similarity(a: &str, b: &str, distance: usize) -> f64 {
    let length = |text: &str| if text.is_ascii() { text.len() } else { text.chars().count() };
    match length(a).max(length(b)) {
        0 => 1.0,
        longest => 1.0 - distance as f64 / longest as f64,
    }
}

/// Both texts without the characters they share at the beginning and at the end.
fn without_common_ends<'a, 'b>(a: &'a str, b: &'b str) -> (&'a str, &'b str) {
    let prefix: usize = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix: usize =
        a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    (&a[..a.len() - suffix], &b[..b.len() - suffix])
}

#[cfg(test)]
mod tests;
