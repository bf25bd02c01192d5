//! Calendar dates: days of the proleptic Gregorian calendar, years 1 to 9999. No time zones, no clock.

use crate::error::{Code, Error};
use crate::instant::{self, Instant};
use std::fmt;
use std::str::FromStr;

/// A calendar date.
///
/// ```
/// use cdp_core::segment::Date;
/// let date: Date = "2024-02-29".parse()?;
/// assert_eq!(date.to_string(), "2024-02-29");
/// assert!("2023-02-29".parse::<Date>().is_err());
/// # Ok::<(), cdp_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// 1 January of year 1.
    pub(super) const FIRST: Date = Date { year: 1, month: 1, day: 1 };

    /// The date of year 1 to 9999, month 1 to 12, day of the month; `None` if there is none.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let valid = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1;
        (valid && day <= days_of_month(year, month)).then_some(Date { year, month, day })
    }

    /// Reads `YYYY-MM-DD`, alone or followed by a time (`T` or a space and anything), whose date counts as written.
    pub fn read(text: &str) -> Option<Date> {
        let (date, rest) = text.trim_matches(' ').split_at_checked(10)?;
        let bytes = date.as_bytes();
        if bytes[4] != b'-' || bytes[7] != b'-' || !(rest.is_empty() || rest.starts_with(['T', ' '])) {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0u16, |n, b| b.is_ascii_digit().then(|| n * 10 + u16::from(b - b'0')))
        };
        Date::new(number(0..4)?, number(5..7)? as u8, number(8..10)? as u8)
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Whole years from `self` to `now`; `None` if `now` is earlier. Born on 29 February, one is a year older on 1 March of a
    /// common year.
    pub fn age(self, now: Date) -> Option<u16> {
        let birthday_passed = (now.month, now.day) >= (self.month, self.day);
        (now.year + u16::from(birthday_passed)).checked_sub(self.year + 1).filter(|_| now >= self)
    }
}

/// Reads what time it is as callers write it: a date (its midnight in UTC), or a date and a time, in UTC or with an offset.
///
/// ```
/// use cdp_core::segment::read_now;
/// assert_eq!(read_now("2026-01-31")?, read_now("2026-01-31T01:00:00+01:00")?);
/// assert!(read_now("yesterday").is_err());
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `invalid_value`
pub fn read_now(text: &str) -> Result<Instant, Error> {
    text.parse::<Date>()?;
    instant::parse(text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        Error::new(Code::InvalidValue, format!("'{shown}' is not an instant")).help("write it as 2026-01-31T12:00:00Z")
    })
}

fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = Error;

    /// Reads what [`Date::read`] reads.
    fn from_str(text: &str) -> Result<Date, Error> {
        Date::read(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Error::new(Code::InvalidValue, format!("'{shown}' is not a date")).help("write it as YYYY-MM-DD")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_and_the_dates_of_instants() {
        let date = Date::new(2024, 2, 29);
        assert_eq!(Date::read("2024-02-29"), date);
        assert_eq!(Date::read("2024-02-29T23:59:59-05:00"), date);
        assert_eq!(Date::read(" 2024-02-29 10:00 "), date);
        for text in
            ["", "2023-02-29", "2024-2-9", "2024/02/29", "2024-02-299", "0000-01-01", "+024-02-29", "2024-02-2é"]
        {
            assert_eq!(Date::read(text), None, "{text}");
        }
    }

    #[test]
    fn age_counts_birthdays() {
        let age = |birth: &str, now: &str| Date::read(birth).unwrap().age(Date::read(now).unwrap());
        assert_eq!(age("1980-06-15", "2020-06-14"), Some(39));
        assert_eq!(age("1980-06-15", "2020-06-15"), Some(40));
        assert_eq!(age("2000-02-29", "2001-02-28"), Some(0));
        assert_eq!(age("2000-02-29", "2001-03-01"), Some(1));
        assert_eq!(age("2020-01-02", "2020-01-01"), None);
        assert_eq!(age("2020-01-01", "2020-01-01"), Some(0));
    }
}
