//! When an event of a profile next matters, as time passes: it enters a span and leaves it, or goes from one unit of `periods()` to
//! the next. Events are in order of time, so what comes next of many is found by bisection.

use super::person::Happened;
use crate::instant::{Instant, NEVER};
use crate::segment::window::{Span, first};
use std::ops::Range;

/// How an event moves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Course {
    /// Into a span and out of it.
    Span(Span),
    /// From one unit of a length to the next, as long as it is younger than `until`.
    Units { length: i64, until: i64 },
}

impl Course {
    /// The next instant after `now` at which an event of a time moves.
    pub(super) fn next_of(&self, time: Instant, now: Instant) -> Instant {
        match self {
            Course::Span(span) => span.next(time, now),
            Course::Units { .. } if time > now => NEVER,
            Course::Units { length, until } => {
                let passed = now.saturating_sub(time).div_euclid(*length).saturating_add(1).saturating_mul(*length);
                if passed < *until { time.saturating_add(passed) } else { NEVER }
            }
        }
    }

    /// The next instant after `now` at which one of the events moves.
    pub(super) fn next(&self, history: &[Happened], now: Instant) -> Instant {
        self.next_among(history.len(), &|place| history[place].time, now)
    }

    /// As [`Course::next`], of as many times in order.
    pub(super) fn next_among(&self, len: usize, time: &impl Fn(usize) -> Instant, now: Instant) -> Instant {
        match self {
            Course::Span(span) => span.next_among(len, time, now),
            Course::Units { length, until } => {
                let mut next = NEVER;
                let young = Span::Ago { from: *until, to: 0 };
                each_unit(within(&young, len, time, now), time, *length, now, |oldest| {
                    next = next.min(self.next_of(oldest, now));
                });
                next
            }
        }
    }
}

/// Which of as many times in order are inside a span.
pub(super) fn within(span: &Span, len: usize, time: &impl Fn(usize) -> Instant, now: Instant) -> Range<usize> {
    let (low, high) = span.bounds(now);
    let start = first(0..len, |place| time(place) < low);
    start..first(start..len, |place| time(place) <= high)
}

/// Calls `found` with the earliest time in each unit of a length before `now` that has any.
pub(super) fn each_unit(
    places: Range<usize>,
    time: &impl Fn(usize) -> Instant,
    length: i64,
    now: Instant,
    mut found: impl FnMut(Instant),
) {
    let mut place = places.start;
    while place < places.end {
        let oldest = time(place);
        found(oldest);
        let unit = now.saturating_sub(oldest).div_euclid(length);
        let end = now.saturating_sub(unit.saturating_mul(length));
        place = first(place + 1..places.end, |place| time(place) <= end);
    }
}
