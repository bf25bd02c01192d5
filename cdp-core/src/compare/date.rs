//! Birth dates: exact, one typing error or swapped, components, nearness.

use super::frequency::own_share;
use super::{Class, Level, Outcome, frequent, plain};
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DateValue {
    first: Day,
    second: Option<Day>,
    class: Class,
}

impl DateValue {
    /// From one reading or two; `None` without any.
    pub(super) fn new(mut readings: impl Iterator<Item = Date>) -> Option<Self> {
        let first = Day::new(readings.next()?);
        Some(DateValue { first, second: readings.next().map(Day::new), class: Class::default() })
    }

    pub(super) fn set_class(&mut self, count: f64, total: f64) {
        self.class = Class::of(own_share(count, total));
    }

    /// The digits of the first reading.
    pub(super) fn digits(&self) -> u32 {
        self.first.digits
    }

    fn days(&self) -> impl Iterator<Item = Day> {
        std::iter::once(self.first).chain(self.second)
    }

    /// The readings.
    pub fn readings(&self) -> impl Iterator<Item = Date> {
        self.days().map(|day| day.date)
    }
}

/// A date, and its eight digits of four bits each, the year first.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Day {
    date: Date,
    digits: u32,
}

impl Day {
    fn new(date: Date) -> Self {
        let (y, m, d) = (date.year as u32, u32::from(date.month), u32::from(date.day));
        let digits = [y / 1000 % 10, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10];
        Day { date, digits: digits.iter().fold(0, |all, digit| all << 4 | digit) }
    }

    /// Days since a fixed day, with months of 31 days: enough for nearness.
    fn number(self) -> i32 {
        self.date.year * 372 + i32::from(self.date.month) * 31 + i32::from(self.date.day)
    }
}

/// Compares two different dates: the best over their readings.
pub(super) fn compare(a: &DateValue, b: &DateValue) -> Outcome {
    let pairs = a.days().flat_map(|x| b.days().map(move |y| (x, y)));
    let level = pairs.map(|(x, y)| level(x, y)).min().unwrap_or(6);
    if level == 1 { Outcome::classed(1, a.class.commoner(b.class)) } else { Outcome::plain(level) }
}

fn level(a: Day, b: Day) -> usize {
    let (x, y) = (a.date, b.date);
    let (year, month, day) = (x.year == y.year, x.month == y.month, x.day == y.day);
    if year && month && day {
        return 1;
    }
    let swapped = year && x.month == y.day && x.day == y.month;
    if swapped || one_digit_apart(a.digits, b.digits) || neighbours_exchanged(a.digits, b.digits) {
        2
    } else if usize::from(year) + usize::from(month) + usize::from(day) >= 2 {
        3
    } else if year || (a.number() - b.number()).abs() <= 45 {
        4
    } else if (a.number() - b.number()).abs() <= 731 {
        5
    } else {
        6
    }
}

fn one_digit_apart(a: u32, b: u32) -> bool {
    let differing = a ^ b;
    let digits = (differing | differing >> 1 | differing >> 2 | differing >> 3) & 0x1111_1111;
    digits.count_ones() == 1
}

/// Whether exchanging two neighbouring digits of one gives the other.
fn neighbours_exchanged(a: u32, b: u32) -> bool {
    let differing = a ^ b;
    let at = differing.trailing_zeros() / 4 * 4;
    if at > 24 || differing >> at > 0xff {
        return false;
    }
    let (x, y) = (a >> at & 0xff, b >> at & 0xff);
    x == (y >> 4 | (y & 0xf) << 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn digits(day: Day) -> Vec<char> {
        format!("{:04}{:02}{:02}", day.date.year, day.date.month, day.date.day).chars().collect()
    }

    proptest! {
        #[test]
        fn digits_are_counted_as_they_are_written(y in 1000i32..2100, m in 1u32..13, d in 1u32..29, z in 1000i32..2100, n in 1u32..13, e in 1u32..29) {
            for (z, n, e) in [(z, n, e), (y, n, e), (y, m, e), (z, m, d)] {
                let (a, b) = (Day::new(Date::new(y, m, d).unwrap()), Day::new(Date::new(z, n, e).unwrap()));
                let (x, w) = (digits(a), digits(b));
                let apart = x.iter().zip(&w).filter(|(x, w)| x != w).count();
                prop_assert_eq!(one_digit_apart(a.digits, b.digits), apart == 1);
                let exchanged = (0..7).any(|i| { let mut t = x.clone(); t.swap(i, i + 1); t == w });
                prop_assert_eq!(neighbours_exchanged(a.digits, b.digits), exchanged && apart > 0);
            }
        }
    }
}
