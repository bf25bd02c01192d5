//! Numbers: one key for one amount, however it is written.

use super::{country, text};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The comparable form of a number: sign, digits, a point and decimals, without grouping, currency and idle zeros. In
/// brackets, or with the minus behind, it is negative, as in accounts. Of a point and a comma the last is the decimal mark;
/// either alone is one (ISO 80000-1 groups by spaces) unless it occurs twice, or is a comma before three digits in a region that
/// speaks English. Any other text is folded.
///
/// ```
/// use cdp_core::normalize::number::key;
/// assert_eq!((key("1 234,50 €", None), key("1,234.5", None)), ("1234.5".to_owned(), "1234.5".to_owned()));
/// assert_eq!((key("1,234", Some("US")), key("1,234", Some("FR"))), ("1234".to_owned(), "1.234".to_owned()));
/// assert_eq!((key("-5", None), key("(5)", None)), ("-5".to_owned(), "-5".to_owned()));
/// assert_eq!((key("12 kg", None), key("<5", None)), ("12 kg".to_owned(), "<5".to_owned()));
/// ```
pub fn key(raw: &str, region: Option<&str>) -> String {
    let plain =
        if raw.is_ascii() { Cow::Borrowed(raw) } else { Cow::Owned(text::display(&raw.nfkc().collect::<String>())) };
    let english = region.is_some_and(country::speaks_english);
    decimal(&plain, english).unwrap_or_else(|| {
        let folded = text::fold(&plain);
        // Marks that folding drops may be all that tells `<5` from 5.
        if decimal(&folded, english).is_some() { plain.into_owned() } else { folded }
    })
}

fn decimal(text: &str, english: bool) -> Option<String> {
    let (negative, digits) = signed(text.trim_matches(is_aside));
    let (whole, part) = at_mark(digits.trim_matches(is_aside), english);
    let whole = ungrouped(whole).filter(|whole| is_digits(part) && !(whole.is_empty() && part.is_empty()))?;
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let sign = if negative && !(whole.is_empty() && part.is_empty()) { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if part.is_empty() { "" } else { "." };
    Some([sign, whole, point, part].concat())
}

/// What may stand around a number.
fn is_aside(c: char) -> bool {
    c.is_whitespace() || matches!(c, '€' | '$' | '£' | '¥' | '%')
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a number is negative, and what is left without its sign.
fn signed(text: &str) -> (bool, &str) {
    let minus = ['-', '\u{2212}'];
    let bracketed = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let negative = bracketed.or_else(|| text.strip_prefix(minus)).or_else(|| text.strip_suffix(minus));
    (negative.is_some(), negative.unwrap_or(text.strip_prefix('+').unwrap_or(text)))
}

/// What stands before and after the decimal mark.
fn at_mark(digits: &str, english: bool) -> (&str, &str) {
    let Some(at) = digits.rfind(['.', ',']) else { return (digits, "") };
    let (whole, mark, part) = (&digits[..at], &digits[at..=at], &digits[at + 1..]);
    let groups = whole.contains(mark) || english && mark == "," && part.len() == 3;
    if groups { (digits, "") } else { (whole, part) }
}

/// The digits of a whole number, in groups of three or in none.
fn ungrouped(whole: &str) -> Option<String> {
    let is_grouping = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '’');
    let (first, rest) = whole.split_once(is_grouping).unwrap_or((whole, ""));
    let grouped = rest.is_empty() || rest.split(is_grouping).all(|group| group.len() == 3 && is_digits(group));
    (grouped && is_digits(first)).then(|| whole.chars().filter(char::is_ascii_digit).collect())
}
