//! Birth dates: exact, one typing error or swapped, components, nearness.

use super::{Level, Outcome, frequent, plain};
use crate::normalize::date::Date;

/// Levels of birth dates.
pub(super) const LEVELS: &[Level] = &[
    frequent("same", 80),
    frequent("same in one reading", 3),
    plain("one typing error or day and month swapped", 7),
    plain("two of day, month, year", 4),
    plain("same year, or within 45 days", 2),
    plain("within two years", 1),
    plain("different", 3),
];

/// A birth date as it is compared: one reading, or two where day and month are ambiguous.
#[derive(Debug, Clone, PartialEq)]
pub struct DateValue {
    /// The readings, at least one.
    pub readings: Vec<Date>,
    /// Frequency of the value.
    pub frequency: f64,
}

/// Compares two different dates: the best over their readings.
pub(super) fn compare(a: &DateValue, b: &DateValue) -> Outcome {
    let pairs = a.readings.iter().flat_map(|x| b.readings.iter().map(move |y| (x, y)));
    let level = pairs.map(|(x, y)| level(x, y)).min().unwrap_or(6);
    if level == 1 { Outcome::new(1, a.frequency.max(b.frequency)) } else { Outcome::plain(level) }
}

fn level(a: &Date, b: &Date) -> usize {
    let (year, month, day) = (a.year == b.year, a.month == b.month, a.day == b.day);
    if year && month && day {
        return 1;
    }
    let swapped = year && a.month == b.day && a.day == b.month;
    if swapped || digit_differences(a, b) == 1 || transposed(a, b) {
        2
    } else if usize::from(year) + usize::from(month) + usize::from(day) >= 2 {
        3
    } else if year || (days(a) - days(b)).abs() <= 45 {
        4
    } else if (days(a) - days(b)).abs() <= 731 {
        5
    } else {
        6
    }
}

fn digits(date: &Date) -> [u8; 8] {
    let (y, m, d) = (date.year, date.month, date.day);
    let year = [y / 1000 % 10, y / 100 % 10, y / 10 % 10, y % 10].map(|digit| digit as u8);
    [year[0], year[1], year[2], year[3], m / 10, m % 10, d / 10, d % 10]
}

fn digit_differences(a: &Date, b: &Date) -> usize {
    digits(a).iter().zip(digits(b)).filter(|&(&x, y)| x != y).count()
}

/// Whether exchanging two neighbouring digits of one gives the other.
fn transposed(a: &Date, b: &Date) -> bool {
    let (left, right) = (digits(a), digits(b));
    (0..7).any(|i| {
        let mut swapped = left;
        swapped.swap(i, i + 1);
        swapped == right
    })
}

/// Days since a fixed day, with months of 31 days: enough for nearness.
fn days(date: &Date) -> i32 {
    date.year * 372 + i32::from(date.month) * 31 + i32::from(date.day)
}
