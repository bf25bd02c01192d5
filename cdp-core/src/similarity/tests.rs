//! The kernels against `strsim`, on texts of both paths.

use super::{jaro_winkler, levenshtein, osa};
use proptest::prelude::*;

/// Texts that share enough letters to match in many ways, on both sides of the limits of the short path.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ab]{0,12}", "[a-d ]{0,70}", "[a-z]{0,20}", "[aéя]{0,12}", ".{0,20}", "[abc]{60,68}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn jaro_winkler_equals_strsim(a in text(), b in text()) {
        prop_assert_eq!(jaro_winkler::similarity(&a, &b), strsim::jaro_winkler(&a, &b));
        prop_assert_eq!(jaro_winkler::jaro(&a, &b), strsim::jaro(&a, &b));
    }

    #[test]
    fn levenshtein_equals_strsim(a in text(), b in text(), max in 0usize..8) {
        let expected = strsim::levenshtein(&a, &b);
        prop_assert_eq!(levenshtein::distance(&a, &b), expected);
        prop_assert_eq!(levenshtein::within(&a, &b, max), Some(expected).filter(|&d| d <= max));
        prop_assert_eq!(levenshtein::similarity(&a, &b), strsim::normalized_levenshtein(&a, &b));
    }

    #[test]
    fn osa_equals_strsim(a in text(), b in text(), max in 0usize..8) {
        let expected = strsim::osa_distance(&a, &b);
        prop_assert_eq!(osa::distance(&a, &b), expected);
        prop_assert_eq!(osa::within(&a, &b, max), Some(expected).filter(|&d| d <= max));
    }
}
