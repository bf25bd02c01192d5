//! Numbers of JSON as texts: one rule for rows of a file, rows of a message, and ids.

use crate::error::{Code, Error};
use serde_json::Number;

/// The first integer that a double-precision number cannot tell from its neighbour.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// A number as it is written without exponent, a whole one without `.0`: languages that know one kind of number write `17` where
/// others write `17.0`. `None` for a whole number that is too large to be told from its neighbour.
pub(crate) fn number_text(number: &Number) -> Option<String> {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(float) if !is_exact(float) => None,
        Some(float) => Some(float.to_string()),
        None => Some(number.to_string()),
    }
}

/// Whether a number is not a whole one that is too large to be told from its neighbour: an id that became such a number may have
/// lost digits, and be another's now.
pub(crate) fn is_exact(float: f64) -> bool {
    float.fract() != 0.0 || float.abs() < EXACT_INTEGERS
}

/// What is said of a number without text.
pub(crate) fn inexact(code: Code) -> Error {
    Error::new(code, "the number is too large to be read exactly").help("write identifiers as text, in quotes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_text_however_it_is_written() {
        let text = |json: &str| number_text(&json.parse().unwrap());
        for (json, expected) in [
            ("17", "17"),
            ("17.0", "17"),
            ("1.7e1", "17"),
            ("-2990001.0", "-2990001"),
            ("0.1", "0.1"),
            ("1e-7", "0.0000001"),
            ("9007199254740991.0", "9007199254740991"),
            ("100000000000000000", "100000000000000000"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            assert_eq!(text(json).as_deref(), Some(expected), "{json}");
        }
        for json in ["1e17", "9007199254740992.0", "-1e21", "184467440737095516150"] {
            assert_eq!(text(json), None, "{json}");
        }
    }
}
