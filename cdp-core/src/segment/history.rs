//! What is made of a profile's events: how many, how much, the first, the last, and what follows what.

use super::evaluate::owned;
use super::function::Type;
use super::input::{Clock, Event, Input, Row};
use super::program::{Aggregate, Events, Part, Program, Sequence, Symbol};
use super::value::Value;
use super::window::Span;
use crate::instant::Instant;
use hashbrown::HashSet;

/// Whole numbers beyond this are not exact, and what is summed is rounded to millionths: larger amounts are left out.
pub(super) const MAX_AMOUNT: f64 = 9_007_199_254_740_992.0;

/// How exact sums are: in millionths, so that the order of adding cannot matter.
pub(super) const PARTS: f64 = 1e6;

/// A sum that does not depend on the order of what is added.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Amount {
    millionths: i128,
    count: u64,
}

impl Amount {
    pub(super) fn add(&mut self, number: f64) {
        if number.abs() < MAX_AMOUNT {
            self.millionths += (number * PARTS).round() as i128;
            self.count += 1;
        }
    }

    /// Takes away what was added.
    pub(super) fn take(&mut self, number: f64) {
        if number.abs() < MAX_AMOUNT {
            self.millionths -= (number * PARTS).round() as i128;
            self.count -= 1;
        }
    }

    pub(super) fn sum(self) -> f64 {
        self.millionths as f64 / PARTS
    }

    pub(super) fn average(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum() / self.count as f64)
    }
}

/// Whether an event fits a filter.
pub(super) fn fits<E: Event>(filter: Option<&Program>, event: E) -> Option<Row<E>> {
    let row = Row(event);
    let fits = |filter: &Program| {
        let known = row.0.fits(filter);
        known.unwrap_or_else(|| filter.truth(&row, &Clock::new(None)) == Some(true))
    };
    filter.is_none_or(fits).then_some(row)
}

/// Calls `found` with each event in the span that fits the filter, in order of time; notes when each enters or leaves.
fn each<I: Input>(
    events: &Events,
    input: &I,
    clock: &Clock,
    mut found: impl FnMut(Instant, &Row<I::Event<'_>>),
) -> Option<()> {
    let now = clock.now?;
    let (low, high) = events.span.bounds(now);
    for event in input.events(events.event) {
        let Some(row) = fits(events.filter.as_ref(), event) else { continue };
        let time = row.0.time();
        clock.until(events.span.next(time, now));
        if (low..=high).contains(&time) {
            found(time, &row);
        }
    }
    Some(())
}

/// A number of the events, or a time.
pub(super) fn aggregate<I: Input>(events: &Events, input: &I, clock: &Clock) -> Option<Value<'static>> {
    let number = |number: f64| Some(Value::Number(number));
    match events.aggregate {
        Aggregate::Exists => exists(events, input, clock).map(Value::Boolean),
        Aggregate::Absence => exists(events, input, clock).map(|exists| Value::Boolean(!exists)),
        Aggregate::Count => {
            let mut count = 0u64;
            each(events, input, clock, |_, _| count += 1)?;
            number(count as f64)
        }
        Aggregate::Sum(property) => number(amount(events, property, input, clock)?.sum()),
        Aggregate::Average(property) => number(amount(events, property, input, clock)?.average()?),
        Aggregate::Min(property) => extreme(events, property, f64::min, input, clock).map(Value::Number),
        Aggregate::Max(property) => extreme(events, property, f64::max, input, clock).map(Value::Number),
        Aggregate::Distinct(property) => number(distinct(events, property, input, clock)? as f64),
        Aggregate::FirstTime => time(events, input, clock, Instant::min),
        Aggregate::LastTime => time(events, input, clock, Instant::max),
        Aggregate::Periods(length) => number(periods(events, length, input, clock)? as f64),
        Aggregate::First(..) | Aggregate::Last(..) => None,
    }
}

/// Whether there is an event; where there is, until the last one of them leaves.
fn exists<I: Input>(events: &Events, input: &I, clock: &Clock) -> Option<bool> {
    let now = clock.now?;
    let (mut stays, mut next) = (None, None);
    for event in input.events(events.event) {
        let Some(row) = fits(events.filter.as_ref(), event) else { continue };
        let (enters, leaves) = events.span.stay(row.0.time());
        if enters <= now && now < leaves {
            stays = stays.max(Some(leaves));
        } else if enters > now {
            next = Some(next.map_or(enters, |next: Instant| next.min(enters)));
        }
    }
    if let Some(until) = stays.or(next) {
        clock.until(until);
    }
    Some(stays.is_some())
}

fn amount<I: Input>(events: &Events, property: Symbol, input: &I, clock: &Clock) -> Option<Amount> {
    let mut amount = Amount::default();
    each(events, input, clock, |_, row| {
        if let Some(number) = row.0.number(property) {
            amount.add(number);
        }
    })?;
    Some(amount)
}

fn extreme<I: Input>(
    events: &Events,
    property: Symbol,
    choose: fn(f64, f64) -> f64,
    input: &I,
    clock: &Clock,
) -> Option<f64> {
    let mut found: Option<f64> = None;
    each(events, input, clock, |_, row| {
        if let Some(number) = row.0.number(property) {
            found = Some(found.map_or(number, |before| choose(before, number)));
        }
    })?;
    found
}

fn distinct<I: Input>(events: &Events, property: Symbol, input: &I, clock: &Clock) -> Option<usize> {
    let mut seen: HashSet<String> = HashSet::new();
    each(events, input, clock, |_, row| {
        if let Some(text) = row.0.property(property)
            && !seen.contains(text)
        {
            seen.insert(text.to_owned());
        }
    })?;
    Some(seen.len())
}

fn time<I: Input>(
    events: &Events,
    input: &I,
    clock: &Clock,
    choose: fn(Instant, Instant) -> Instant,
) -> Option<Value<'static>> {
    let mut found: Option<Instant> = None;
    each(events, input, clock, |time, _| found = Some(found.map_or(time, |before| choose(before, time))))?;
    found.map(Value::Instant)
}

fn periods<I: Input>(events: &Events, length: Option<i64>, input: &I, clock: &Clock) -> Option<usize> {
    let now = clock.now?;
    let mut seen: HashSet<i64> = HashSet::new();
    each(events, input, clock, |time, _| {
        let period = match length {
            Some(length) => {
                let period = (now - time).div_euclid(length);
                clock.until(time.saturating_add((period + 1).saturating_mul(length)));
                period
            }
            None => events.span.unit_of(time).unwrap_or_default(),
        };
        seen.insert(period);
    })?;
    Some(seen.len())
}

/// The value of a property at the earliest or the latest event that has one; of several at one time the least, or the greatest.
pub(super) fn edge<I: Input>(
    events: &Events,
    property: Symbol,
    kind: Type,
    last: bool,
    input: &I,
    clock: &Clock,
) -> Option<Value<'static>> {
    let mut found: Option<(Instant, Value<'static>)> = None;
    each(events, input, clock, |time, row| {
        let Some(value) = row.0.property(property).and_then(|text| owned(text, kind)) else { return };
        let wanted = if last { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less };
        let better = found.as_ref().is_none_or(|(before, known)| {
            time.cmp(before).then_with(|| value.order(known).unwrap_or(std::cmp::Ordering::Equal)) == wanted
        });
        if better {
            found = Some((time, value));
        }
    })?;
    found.map(|(_, value)| value)
}

/// Whether there are events that follow each other as the sequence says.
pub(super) fn follows<I: Input>(sequence: &Sequence, input: &I, clock: &Clock) -> Option<bool> {
    let now = clock.now?;
    if let Some(known) = input.follows(sequence, now) {
        return Some(known);
    }
    let mut reached: Option<Vec<Instant>> = None;
    for part in &sequence.parts {
        let mut times = times(part, Some(&sequence.span), input, clock, now);
        if let Some(before) = &reached {
            follow(before, &mut times, part.within);
        }
        reached = Some(times);
    }
    let reached = reached.unwrap_or_default();
    let Some(never) = &sequence.never else { return Some(!reached.is_empty()) };
    let later = times(never, None, input, clock, now);
    let gap = never.within.unwrap_or_default();
    reached.iter().for_each(|time| clock.until(time.saturating_add(gap)));
    Some(is_unanswered(&reached, &later, gap, now))
}

/// Whether after one of the times the gap is over, and nothing of `later` was in it. Both ascend.
pub(super) fn is_unanswered(times: &[Instant], later: &[Instant], gap: i64, now: Instant) -> bool {
    let mut next = 0;
    times.iter().any(|&time| {
        while later.get(next).is_some_and(|&other| other <= time) {
            next += 1;
        }
        let over = time.saturating_add(gap);
        over <= now && later.get(next).is_none_or(|&other| other > over)
    })
}

/// When the events of a part were, as far as they are in the span, in order; without one, all until now.
fn times<I: Input>(part: &Part, span: Option<&Span>, input: &I, clock: &Clock, now: Instant) -> Vec<Instant> {
    let (low, high) = span.map_or((Instant::MIN, now), |span| span.bounds(now));
    let mut times = Vec::new();
    for event in input.events(part.event) {
        let Some(row) = fits(part.filter.as_ref(), event) else { continue };
        let time = row.0.time();
        clock.until(span.map_or(time, |span| span.next(time, now)));
        if (low..=high).contains(&time) {
            times.push(time);
        }
    }
    times
}

/// Keeps those of `times` that come after one of `before`, soon enough. Both ascend.
pub(super) fn follow(before: &[Instant], times: &mut Vec<Instant>, within: Option<i64>) {
    let mut earlier = 0;
    times.retain(|&time| {
        while before.get(earlier).is_some_and(|&other| other < time) {
            earlier += 1;
        }
        earlier > 0 && within.is_none_or(|within| time - before[earlier - 1] <= within)
    });
}
