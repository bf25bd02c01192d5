//! Instants: when something was said or happened, as milliseconds since 1970 in UTC.
//!
//! No clock is read here; an instant comes from the data or from the caller.

use crate::error::{Code, Error, Result};
use crate::normalize::date;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::ops::Range;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Instant = i64;

/// The end of time: what changes then never changes.
pub const NEVER: Instant = Instant::MAX;

/// Epoch numbers from here on are milliseconds; below, seconds. The year 1973 in the one, 5138 in the other.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// Reads an instant: RFC 3339 (`2024-05-01T12:00:00+02:00`), without an offset in UTC (`2024-05-01 12:00`), a date in any form
/// that [`date::parse`] reads (its midnight in UTC), or seconds or milliseconds since 1970. `None` for anything else.
///
/// ```
/// use cdp_core::instant::parse;
/// assert_eq!(parse("2024-05-01T12:00:00+02:00"), parse("2024-05-01 10:00"));
/// assert_eq!(parse("1714557600"), Some(1_714_557_600_000));
/// assert_eq!(parse("soon"), None);
/// ```
pub fn parse(text: &str) -> Option<Instant> {
    let text = text.trim();
    if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(of_epoch);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond());
    }
    let day = *date::parse(text, None).first()?;
    let civil = jiff::civil::Date::new(day.year as i16, day.month as i8, day.day as i8).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// An instant as a caller gives it.
///
/// # Errors
/// `invalid_input` outside the years 1 to 9999: it is of another unit than milliseconds, and time would never get that far.
pub(crate) fn given(instant: Instant) -> Result<Instant> {
    if (FIRST_YEAR + YEAR_0..AFTER_YEARS).contains(&instant) {
        return Ok(instant);
    }
    let reason = format!("the instant {instant} is outside the years 1 to 9999");
    Err(Error::new(Code::InvalidInput, reason).help("give milliseconds since 1970, not microseconds or nanoseconds"))
}

/// Reads an instant that leaves no doubt: RFC 3339 with its offset, `2024-05-01T12:00:00+02:00`.
pub fn parse_exact(text: &str) -> Option<Instant> {
    Some(text.parse::<Timestamp>().ok()?.as_millisecond())
}

/// An epoch number as an instant, in seconds or in milliseconds.
pub fn of_epoch(number: i64) -> Instant {
    if number.unsigned_abs() < MILLISECONDS_FROM.unsigned_abs() { number * 1_000 } else { number }
}

/// The instant in RFC 3339, in UTC with milliseconds.
///
/// ```
/// assert_eq!(cdp_core::instant::text(1_714_557_600_000), "2024-05-01T10:00:00.000Z");
/// ```
pub fn text(instant: Instant) -> String {
    if (FIRST_YEAR..AFTER_YEARS).contains(&instant) {
        return plain_text(instant);
    }
    Timestamp::from_millisecond(instant).map_or_else(|_| instant.to_string(), |timestamp| format!("{timestamp:.3}"))
}

/// The first instants of the years 0 and 10,000, between which a year is written with four digits.
const FIRST_YEAR: Instant = -62_167_219_200_000;
const AFTER_YEARS: Instant = 253_402_300_800_000;

/// The length of the year 0.
const YEAR_0: Instant = 366 * 86_400_000;

/// The same within those years: an instant is written with every change of a graph.
fn plain_text(instant: Instant) -> String {
    let (days, rest) = (instant.div_euclid(86_400_000), instant.rem_euclid(86_400_000));
    // Days of eras of 400 years from March 1 of the year 0: H. Hinnant, chrono-compatible low-level date algorithms.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + 400 * era + i64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let mut put = |number: i64, places: Range<usize>| {
        // Of at most four digits.
        let mut number = number as u32;
        for digit in text[places].iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
    };
    put(year, 0..4);
    put(month, 5..7);
    put(day, 8..10);
    put(hour, 11..13);
    put(minute, 14..16);
    put(second, 17..19);
    put(rest % 1_000, 20..23);
    String::from_utf8(text.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_caller_gives_is_of_a_year_of_four_digits() {
        let [first, last] = [-62_135_596_800_000, 253_402_300_799_999];
        assert_eq!([text(first), text(last)], ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]);
        assert!(given(first).is_ok() && given(last).is_ok());
        let nanoseconds = 1_714_557_600_000_000_000;
        for other in [first - 1, last + 1, nanoseconds, Instant::MIN, NEVER] {
            assert_eq!(given(other).unwrap_err().code(), Code::InvalidInput);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(instant in -30_000_000_000_000i64..4_000_000_000_000) {
            prop_assert_eq!(parse(&text(instant)), Some(instant));
        }

        #[test]
        fn what_is_written_plainly_is_what_a_timestamp_writes(instant in FIRST_YEAR - 5_000_000..AFTER_YEARS + 5_000_000) {
            let expected = Timestamp::from_millisecond(instant).map_or(instant.to_string(), |at| format!("{at:.3}"));
            prop_assert_eq!(text(instant), expected);
        }

        #[test]
        fn nothing_panics(text in ".{0,40}") {
            parse(&text);
        }
    }

    #[test]
    fn forms_of_one_instant_agree() {
        let forms =
            ["2024-03-09T00:00:00Z", "2024-03-09", "09/03/2024", "1709942400", "1709942400000", "2024-03-09 00:00:00"];
        assert!(forms.iter().all(|form| parse(form) == parse(forms[0])), "{:?}", forms.map(parse));
    }
}
