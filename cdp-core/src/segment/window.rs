//! Windows of time: how they are written, which instants they hold at an instant, and when something enters and leaves.
//!
//! Rolling units are lengths of time: a day is 24 hours. Calendar units begin and end by the clock of a named time zone.

use super::ast::Quoted;
use crate::instant::{Instant, NEVER, text};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt;

/// A stretch of time, most often one that moves on with now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Window {
    /// `WITHIN 30 DAYS`: after 30 days ago, up to now.
    Within {
        /// How many units, at least one.
        count: u32,
        /// The unit.
        unit: Unit,
    },
    /// `FROM 60 TO 30 DAYS AGO`: after 60 days ago, up to 30 days ago.
    Ago {
        /// The farther end, in units.
        from: u32,
        /// The nearer end, in units: less.
        to: u32,
        /// The unit.
        unit: Unit,
    },
    /// `BEFORE 30 DAYS AGO`: up to 30 days ago.
    BeforeAgo {
        /// How many units, at least one.
        count: u32,
        /// The unit.
        unit: Unit,
    },
    /// `WITHIN 3 CALENDAR MONTHS IN 'Europe/Paris'`: this month and the two before, up to now.
    Calendar {
        /// How many units, the current one included; at least one.
        count: u32,
        /// The unit.
        unit: CalendarUnit,
        /// The name of the time zone.
        zone: String,
    },
    /// `LAST 2 CALENDAR MONTHS IN 'Europe/Paris'`: the two whole months before this one.
    Last {
        /// How many units, at least one.
        count: u32,
        /// The unit.
        unit: CalendarUnit,
        /// The name of the time zone.
        zone: String,
    },
    /// `SINCE INSTANT '...'`: from an instant on.
    Since(Instant),
    /// `BEFORE INSTANT '...'`: earlier than an instant.
    Before(Instant),
    /// `FROM INSTANT '...' TO INSTANT '...'`: from the first on, earlier than the second.
    Between(Instant, Instant),
}

/// The units of a rolling window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 60 seconds.
    Minutes,
    /// 60 minutes.
    Hours,
    /// 24 hours.
    Days,
    /// 7 days.
    Weeks,
}

/// The units of a calendar window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarUnit {
    /// From midnight to midnight.
    Days,
    /// From Monday to Sunday.
    Weeks,
    /// A month.
    Months,
    /// Three months, from January, April, July or October on.
    Quarters,
    /// A year.
    Years,
}

/// The unit of a word in any case, singular or plural.
fn by_word<U: Copy>(all: &[(U, &'static str)], word: &str) -> Option<U> {
    let is = |(_, plural): &&(U, &str)| {
        word.eq_ignore_ascii_case(plural) || word.eq_ignore_ascii_case(&plural[..plural.len() - 1])
    };
    all.iter().find(is).map(|(unit, _)| *unit)
}

const UNITS: &[(Unit, &str)] =
    &[(Unit::Minutes, "MINUTES"), (Unit::Hours, "HOURS"), (Unit::Days, "DAYS"), (Unit::Weeks, "WEEKS")];

const CALENDAR_UNITS: &[(CalendarUnit, &str)] = &[
    (CalendarUnit::Days, "DAYS"),
    (CalendarUnit::Weeks, "WEEKS"),
    (CalendarUnit::Months, "MONTHS"),
    (CalendarUnit::Quarters, "QUARTERS"),
    (CalendarUnit::Years, "YEARS"),
];

impl Unit {
    /// Every unit.
    pub const ALL: &'static [Unit] = &[Unit::Minutes, Unit::Hours, Unit::Days, Unit::Weeks];

    /// The word, in the plural: `DAYS`.
    pub fn as_str(self) -> &'static str {
        UNITS[self as usize].1
    }

    /// The unit of a word in any case, singular or plural.
    pub fn from_word(word: &str) -> Option<Unit> {
        by_word(UNITS, word)
    }

    /// Its length in milliseconds.
    pub fn milliseconds(self) -> i64 {
        [60_000, 3_600_000, 86_400_000, 604_800_000][self as usize]
    }
}

impl CalendarUnit {
    /// Every unit.
    pub const ALL: &'static [CalendarUnit] =
        &[CalendarUnit::Days, CalendarUnit::Weeks, CalendarUnit::Months, CalendarUnit::Quarters, CalendarUnit::Years];

    /// The word, in the plural: `MONTHS`.
    pub fn as_str(self) -> &'static str {
        CALENDAR_UNITS[self as usize].1
    }

    /// The unit of a word in any case, singular or plural.
    pub fn from_word(word: &str) -> Option<CalendarUnit> {
        by_word(CALENDAR_UNITS, word)
    }

    /// The number of the unit that a day is in, counted from one that is the same for all.
    fn number(self, day: Date) -> i64 {
        let (year, month) = (i64::from(day.year()), i64::from(day.month()) - 1);
        match self {
            CalendarUnit::Days => days(day),
            // 1 January 1970 was a Thursday.
            CalendarUnit::Weeks => (days(day) + 3).div_euclid(7),
            CalendarUnit::Months => year * 12 + month,
            CalendarUnit::Quarters => (year * 12 + month).div_euclid(3),
            CalendarUnit::Years => year,
        }
    }

    /// The first day of a unit; `None` outside the calendar.
    fn first_day(self, number: i64) -> Option<Date> {
        let of_days = |days: i64| date(1970, 1, 1).checked_add(i32::try_from(days).ok()?.days()).ok();
        let of_months = |months: i64| {
            let year = i16::try_from(months.div_euclid(12)).ok()?;
            Date::new(year, months.rem_euclid(12) as i8 + 1, 1).ok()
        };
        match self {
            CalendarUnit::Days => of_days(number),
            CalendarUnit::Weeks => of_days(number.checked_mul(7)? - 3),
            CalendarUnit::Months => of_months(number),
            CalendarUnit::Quarters => of_months(number.checked_mul(3)?),
            CalendarUnit::Years => of_months(number.checked_mul(12)?),
        }
    }
}

fn days(day: Date) -> i64 {
    i64::from(date(1970, 1, 1).until(day).map_or(0, |span| span.get_days()))
}

/// A time zone that was found, with its name.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    name: Box<str>,
    zone: TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl std::hash::Hash for Zone {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Zone {
    /// The zone of a name such as `Europe/Paris`.
    pub(super) fn find(name: &str) -> Option<Zone> {
        let zone = if name == "UTC" { TimeZone::UTC } else { TimeZone::get(name).ok()? };
        Some(Zone { name: name.into(), zone })
    }

    pub(super) fn utc() -> Zone {
        Zone { name: "UTC".into(), zone: TimeZone::UTC }
    }

    /// The day of an instant.
    pub(super) fn day(&self, instant: Instant) -> Option<Date> {
        Some(Timestamp::from_millisecond(instant).ok()?.to_zoned(self.zone.clone()).date())
    }

    /// When a day begins; the end of time for a day outside the calendar.
    pub(super) fn start_of_day(&self, day: Date) -> Instant {
        day.to_zoned(self.zone.clone()).map_or(NEVER, |start| start.timestamp().as_millisecond())
    }

    /// The number of the unit that holds an instant: the last one that begins by then.
    fn unit(&self, unit: CalendarUnit, instant: Instant) -> i64 {
        let Some(day) = self.day(instant) else {
            return if instant < 0 { -FAR } else { FAR };
        };
        // Where the clock goes back over midnight, the date does too.
        let number = unit.number(day);
        if self.start(unit, number + 1) <= instant {
            number + 1
        } else if self.start(unit, number) > instant {
            number - 1
        } else {
            number
        }
    }

    /// When a unit begins.
    fn start(&self, unit: CalendarUnit, number: i64) -> Instant {
        match unit.first_day(number) {
            Some(day) => self.start_of_day(day),
            None if number < 0 => Instant::MIN,
            None => NEVER,
        }
    }
}

/// Further than any calendar goes, in units.
const FAR: i64 = 1 << 40;

/// Up to how many times are looked at one by one.
const FEW: usize = 4;

/// The first of places that does not pass; those that do come first.
pub(super) fn first(places: std::ops::Range<usize>, passes: impl Fn(usize) -> bool) -> usize {
    let (mut start, mut end) = (places.start, places.end);
    while start < end {
        let middle = start + (end - start) / 2;
        if passes(middle) { start = middle + 1 } else { end = middle }
    }
    start
}

/// A window whose lengths are worked out and whose zone was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Span {
    /// All the past.
    Always,
    /// After `from` milliseconds ago, up to `to` ago.
    Ago { from: i64, to: i64 },
    /// The current unit and those before, `count` together.
    Calendar { count: u32, unit: CalendarUnit, zone: Zone },
    /// The `count` whole units before the current one.
    Last { count: u32, unit: CalendarUnit, zone: Zone },
    /// From one instant on, before another.
    Fixed { from: Instant, to: Instant },
}

impl Span {
    /// The span of a window; the name of the zone that does not exist otherwise.
    pub(super) fn of(window: &Window) -> Result<Span, &str> {
        let zone = |name| Zone::find(name).ok_or(name);
        let length = |count: u32, unit: Unit| i64::from(count) * unit.milliseconds();
        Ok(match window {
            Window::Within { count, unit } => Span::Ago { from: length(*count, *unit), to: 0 },
            Window::Ago { from, to, unit } => Span::Ago { from: length(*from, *unit), to: length(*to, *unit) },
            Window::BeforeAgo { count, unit } => Span::Ago { from: NEVER, to: length(*count, *unit) },
            Window::Calendar { count, unit, zone: name } => {
                Span::Calendar { count: *count, unit: *unit, zone: zone(name)? }
            }
            Window::Last { count, unit, zone: name } => Span::Last { count: *count, unit: *unit, zone: zone(name)? },
            Window::Since(from) => Span::Fixed { from: *from, to: NEVER },
            Window::Before(to) => Span::Fixed { from: Instant::MIN, to: *to },
            Window::Between(from, to) => Span::Fixed { from: *from, to: *to },
        })
    }

    /// The first and the last instant inside, at an instant; the last is before the first where there is none.
    pub(super) fn bounds(&self, now: Instant) -> (Instant, Instant) {
        match self {
            Span::Always => (Instant::MIN, now),
            Span::Ago { from: NEVER, to } => (Instant::MIN, now.saturating_sub(*to)),
            Span::Ago { from, to } => (now.saturating_sub(*from).saturating_add(1), now.saturating_sub(*to)),
            Span::Calendar { count, unit, zone } => {
                (zone.start(*unit, zone.unit(*unit, now) - i64::from(*count) + 1), now)
            }
            Span::Last { count, unit, zone } => {
                let current = zone.unit(*unit, now);
                (zone.start(*unit, current - i64::from(*count)), zone.start(*unit, current).saturating_sub(1))
            }
            Span::Fixed { from, to } => (*from, now.min(to.saturating_sub(1))),
        }
    }

    /// The first instant at which something of `time` is inside, and the first one after at which it no longer is.
    pub(super) fn stay(&self, time: Instant) -> (Instant, Instant) {
        match self {
            Span::Always => (time, NEVER),
            Span::Ago { from: NEVER, to } => (time.saturating_add(*to), NEVER),
            Span::Ago { from, to } => (time.saturating_add(*to), time.saturating_add(*from)),
            Span::Calendar { count, unit, zone } => {
                (time, zone.start(*unit, zone.unit(*unit, time) + i64::from(*count)))
            }
            Span::Last { count, unit, zone } => {
                let own = zone.unit(*unit, time);
                (zone.start(*unit, own + 1), zone.start(*unit, own + 1 + i64::from(*count)))
            }
            Span::Fixed { from, to } if (*from..*to).contains(&time) => (time, NEVER),
            Span::Fixed { .. } => (NEVER, NEVER),
        }
    }

    /// The next instant after `now` at which something of `time` enters or leaves.
    pub(super) fn next(&self, time: Instant, now: Instant) -> Instant {
        let (enters, leaves) = self.stay(time);
        if enters > now {
            enters
        } else if leaves > now {
            leaves
        } else {
            NEVER
        }
    }

    /// As [`Span::next`], the earliest of as many times in order. What is later enters and leaves later, so two bisections find it.
    pub(super) fn next_among(&self, len: usize, time: &impl Fn(usize) -> Instant, now: Instant) -> Instant {
        if len <= FEW {
            return (0..len).map(|place| self.next(time(place), now)).min().unwrap_or(NEVER);
        }
        let places = match self {
            // What is outside never moves.
            Span::Fixed { from, to } => {
                let start = first(0..len, |place| time(place) < *from);
                start..first(start..len, |place| time(place) < *to)
            }
            _ => 0..len,
        };
        let enters = first(places.clone(), |place| self.stay(time(place)).0 <= now);
        let leaves = first(places.clone(), |place| self.stay(time(place)).1 <= now);
        let at = |place: usize| places.contains(&place).then(|| self.stay(time(place)));
        at(enters).map_or(NEVER, |stay| stay.0).min(at(leaves).map_or(NEVER, |stay| stay.1))
    }

    /// How many periods it is made of; `None` where it is not made of units.
    pub(super) fn periods(&self) -> Option<u32> {
        match self {
            Span::Calendar { count, .. } | Span::Last { count, .. } => Some(*count),
            _ => None,
        }
    }

    /// Where each of its calendar periods begins, and where the last one ends, at an instant.
    pub(super) fn edges(&self, now: Instant) -> Vec<Instant> {
        match self {
            Span::Calendar { count, unit, zone } => {
                let current = zone.unit(*unit, now);
                (0..=i64::from(*count)).map(|n| zone.start(*unit, current - i64::from(*count) + 1 + n)).collect()
            }
            Span::Last { count, unit, zone } => {
                let current = zone.unit(*unit, now);
                (0..=i64::from(*count)).map(|n| zone.start(*unit, current - i64::from(*count) + n)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The number of the calendar unit that holds an instant; `None` where the units are rolling.
    pub(super) fn unit_of(&self, time: Instant) -> Option<i64> {
        match self {
            Span::Calendar { unit, zone, .. } | Span::Last { unit, zone, .. } => Some(zone.unit(*unit, time)),
            _ => None,
        }
    }

    /// The zone whose midnight a date stands for.
    pub(super) fn zone(&self) -> Option<&Zone> {
        match self {
            Span::Calendar { zone, .. } | Span::Last { zone, .. } => Some(zone),
            _ => None,
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Window::Within { count, unit } => write!(f, "WITHIN {count} {}", unit.as_str()),
            Window::Ago { from, to, unit } => write!(f, "FROM {from} TO {to} {} AGO", unit.as_str()),
            Window::BeforeAgo { count, unit } => write!(f, "BEFORE {count} {} AGO", unit.as_str()),
            Window::Calendar { count, unit, zone } => {
                write!(f, "WITHIN {count} CALENDAR {} IN {}", unit.as_str(), Quoted(zone, '\''))
            }
            Window::Last { count, unit, zone } => {
                write!(f, "LAST {count} CALENDAR {} IN {}", unit.as_str(), Quoted(zone, '\''))
            }
            Window::Since(from) => write!(f, "SINCE INSTANT '{}'", text(*from)),
            Window::Before(to) => write!(f, "BEFORE INSTANT '{}'", text(*to)),
            Window::Between(from, to) => write!(f, "FROM INSTANT '{}' TO INSTANT '{}'", text(*from), text(*to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans() -> impl Strategy<Value = Span> {
        let zone = prop::sample::select(vec!["UTC", "Europe/Paris", "America/Sao_Paulo", "Asia/Kathmandu"]);
        let unit = prop::sample::select(CalendarUnit::ALL);
        let at = -2_000_000_000_000i64..2_000_000_000_000;
        let zone = zone.prop_map(|name| Zone::find(name).expect(name));
        prop_oneof![
            Just(Span::Always),
            (1i64..100_000, 0i64..100_000).prop_map(|(more, to)| Span::Ago { from: to + more, to }),
            (0i64..100_000).prop_map(|to| Span::Ago { from: NEVER, to }),
            (1u32..4, unit.clone(), zone.clone()).prop_map(|(count, unit, zone)| Span::Calendar { count, unit, zone }),
            (1u32..4, unit, zone).prop_map(|(count, unit, zone)| Span::Last { count, unit, zone }),
            (at.clone(), at).prop_map(|(from, to)| Span::Fixed { from, to }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// The instants of a stay are exactly those at which the bounds hold the time.
        #[test]
        fn a_stay_is_when_the_bounds_hold(span in spans(), time in -2_000_000_000_000i64..2_000_000_000_000, off in -200_000_000_000i64..200_000_000_000) {
            let (enters, leaves) = span.stay(time);
            let near = |instant: Instant| [-1, 0, 1].map(|by: i64| instant.saturating_add(by));
            let mut instants = vec![time, time + off];
            for edge in [enters, leaves] {
                if edge != NEVER {
                    instants.extend(near(edge));
                }
            }
            for now in instants {
                let (low, high) = span.bounds(now);
                prop_assert_eq!((low..=high).contains(&time), (enters..leaves).contains(&now), "{:?} {} at {}", span, time, now);
                let next = span.next(time, now);
                prop_assert!(next > now);
                if next != NEVER {
                    let (low, high) = span.bounds(next - 1);
                    prop_assert_eq!((low..=high).contains(&time), (enters..leaves).contains(&now));
                }
            }
        }
    }

    #[test]
    fn units_have_words() {
        assert!(Unit::ALL.iter().all(|unit| Unit::from_word(unit.as_str()) == Some(*unit)));
        assert!(CalendarUnit::ALL.iter().all(|unit| CalendarUnit::from_word(unit.as_str()) == Some(*unit)));
        assert_eq!(CalendarUnit::from_word("quarter"), Some(CalendarUnit::Quarters));
    }

    #[test]
    fn a_month_begins_by_the_clock_of_its_zone() {
        let zone = Zone::find("Europe/Paris").expect("a zone");
        let span = Span::Calendar { count: 1, unit: CalendarUnit::Months, zone };
        let at = |text: &str| crate::instant::parse(text).expect(text);
        assert_eq!(span.bounds(at("2026-03-31T22:30:00Z")).0, at("2026-04-01T00:00:00+02:00"));
        assert_eq!(span.stay(at("2026-03-01T12:00:00Z")).1, at("2026-03-31T22:00:00Z"));
    }
}
