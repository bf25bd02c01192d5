//! Shows an error under the line of the predicate it speaks of.

use crate::error::Error;
use std::fmt::Write;

/// How much of a long line is shown on each side of the position, in characters.
const MARGIN: usize = 60;

/// The error's text, then the line it speaks of with a caret under the column; the text alone where it has no position.
///
/// ```
/// use cdp_core::segment;
/// let text = "country = 'FR' AND\n  age(birth_date >= 18";
/// let error = segment::parse(text).unwrap_err();
/// assert_eq!(segment::render(&error, text), "\
/// line 2, column 18: expected , or ), found '>='
///   |   age(birth_date >= 18
///   |                  ^");
/// ```
pub fn render(error: &Error, text: &str) -> String {
    let mut shown = error.to_string();
    let Some((line, column)) = error.text_position() else {
        return shown;
    };
    let line = text.split('\n').nth(line.saturating_sub(1) as usize).unwrap_or_default().trim_end_matches('\r');
    let before = column.saturating_sub(1) as usize;
    let start = before.saturating_sub(MARGIN);
    let dots = if start > 0 { "..." } else { "" };
    let part: String =
        line.chars().skip(start).take(2 * MARGIN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let caret = " ".repeat(dots.len() + before - start);
    // Writing to a string does not fail.
    let _ = write!(shown, "\n  | {dots}{part}\n  | {caret}^");
    shown
}
