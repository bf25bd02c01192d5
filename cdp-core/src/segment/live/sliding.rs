//! Numbers made of long histories, kept while time passes: what enters a window and what leaves it is added and taken away, so that
//! nobody looks at all events again at each instant. They mean what `history` says.

use super::chains::Chains;
use super::course::{Course, each_unit, within};
use super::person::Happened;
use crate::instant::Instant;
use crate::segment::evaluate::owned;
use crate::segment::function::Type;
use crate::segment::history::{Amount, fits};
use crate::segment::input::{Clock, Event};
use crate::segment::program::{Aggregate, Events, Sequence, Symbol};
use crate::segment::value::Value;
use crate::segment::window::Span;
use hashbrown::HashMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

/// From how many events on a history is long.
pub(super) const MANY: usize = 16;

/// How many numbers of one profile are kept.
const MOST: usize = 16;

/// The numbers of one profile, and its ways through sequences.
#[derive(Debug, Default)]
pub(super) struct Kept {
    numbers: Mutex<HashMap<Events, Sliding>>,
    chains: Mutex<HashMap<Sequence, Chains>>,
}

impl Kept {
    /// Whether events follow each other as a sequence says.
    pub(super) fn follows<'h>(
        &self,
        sequence: &Sequence,
        now: Instant,
        history: impl Fn(Symbol) -> &'h [Happened],
    ) -> Option<bool> {
        let mut chains = self.chains.lock().ok()?;
        if !chains.contains_key(sequence) {
            if chains.len() == MOST {
                chains.clear();
            }
            chains.insert(sequence.clone(), Chains::new(sequence, history));
        }
        Some(chains.get(sequence)?.holds(sequence, now))
    }
}

/// One number, for the window of one instant.
#[derive(Debug)]
struct Sliding {
    /// The events that fit the filter: when, and the place in the history.
    rows: Vec<(Instant, u32)>,
    /// Those inside the window.
    inside: Range<usize>,
    tally: Tally,
}

/// What is kept of the events inside.
#[derive(Debug)]
enum Tally {
    /// Their places tell all.
    Places,
    Amount(Amount),
    /// How often each number is there, by its key.
    Numbers(BTreeMap<i64, u32>),
    Texts(HashMap<String, u32>),
    Units(HashMap<i64, u32>),
}

/// What is made of a long history, without looking at all of it; `None` where one has to. Notes when it may change.
pub(super) fn known(
    events: &Events,
    history: &[Happened],
    kept: Option<&Kept>,
    clock: &Clock,
) -> Option<Option<Value<'static>>> {
    let now = clock.now.filter(|_| history.len() >= MANY)?;
    if events.filter.is_none() && tally(events.aggregate).is_some_and(|tally| matches!(tally, Tally::Places)) {
        let time = |place: usize| history[place].time;
        note(events, history.len(), &time, clock, now);
        let inside = within(&events.span, history.len(), &time, now);
        return Some(of_places(events.aggregate, inside, &time, now));
    }
    let mut kept = kept?.numbers.lock().ok()?;
    if !kept.contains_key(events) {
        if kept.len() == MOST {
            kept.clear();
        }
        kept.insert(events.clone(), Sliding::new(events, history));
    }
    let sliding = kept.get_mut(events)?;
    sliding.go_to(events, history, now);
    note(events, sliding.rows.len(), &|place| sliding.rows[place].0, clock, now);
    Some(sliding.value(events.aggregate, history, now))
}

/// Notes when one of the events next enters, leaves, or goes from unit to unit.
fn note(events: &Events, len: usize, time: &impl Fn(usize) -> Instant, clock: &Clock, now: Instant) {
    clock.until(events.span.next_among(len, time, now));
    if let (Aggregate::Periods(Some(length)), Span::Ago { from: until, .. }) = (events.aggregate, &events.span) {
        clock.until(Course::Units { length, until: *until }.next_among(len, time, now));
    }
}

/// What has to be kept; `None` for a property of the first or the last event.
fn tally(aggregate: Aggregate) -> Option<Tally> {
    Some(match aggregate {
        Aggregate::Count | Aggregate::Exists | Aggregate::Absence | Aggregate::Periods(Some(_)) => Tally::Places,
        Aggregate::FirstTime | Aggregate::LastTime => Tally::Places,
        Aggregate::Sum(_) | Aggregate::Average(_) => Tally::Amount(Amount::default()),
        Aggregate::Min(_) | Aggregate::Max(_) => Tally::Numbers(BTreeMap::new()),
        Aggregate::Distinct(_) => Tally::Texts(HashMap::new()),
        Aggregate::Periods(None) => Tally::Units(HashMap::new()),
        Aggregate::First(..) | Aggregate::Last(..) => return None,
    })
}

/// What the places of events tell.
fn of_places(
    aggregate: Aggregate,
    inside: Range<usize>,
    time: &impl Fn(usize) -> Instant,
    now: Instant,
) -> Option<Value<'static>> {
    let count = inside.len();
    Some(match aggregate {
        Aggregate::Exists => Value::Boolean(count > 0),
        Aggregate::Absence => Value::Boolean(count == 0),
        Aggregate::FirstTime => Value::Instant(inside.clone().next().map(time)?),
        Aggregate::LastTime => Value::Instant(inside.clone().next_back().map(time)?),
        Aggregate::Periods(Some(length)) => {
            let mut units = 0u32;
            each_unit(inside, time, length, now, |_| units += 1);
            Value::Number(units.into())
        }
        _ => Value::Number(count as f64),
    })
}

impl Sliding {
    fn new(events: &Events, history: &[Happened]) -> Sliding {
        let all = (0u32..).zip(history);
        let rows = all.filter(|(_, event)| fits(events.filter.as_ref(), *event).is_some());
        let rows = rows.map(|(place, event)| (event.time, place)).collect();
        Sliding { rows, inside: 0..0, tally: tally(events.aggregate).unwrap_or(Tally::Places) }
    }

    /// Takes in what is inside at an instant, and lets go of what is not.
    fn go_to(&mut self, events: &Events, history: &[Happened], now: Instant) {
        let wanted = within(&events.span, self.rows.len(), &|place| self.rows[place].0, now);
        let Range { start, end } = std::mem::replace(&mut self.inside, wanted.clone());
        if wanted.start >= end || wanted.end <= start {
            (start..end).for_each(|row| self.count(events, history, row, false));
            wanted.for_each(|row| self.count(events, history, row, true));
            return;
        }
        (wanted.start..start).chain(end..wanted.end).for_each(|row| self.count(events, history, row, true));
        (start..wanted.start).chain(wanted.end..end).for_each(|row| self.count(events, history, row, false));
    }

    /// Adds a row, or takes it away.
    fn count(&mut self, events: &Events, history: &[Happened], row: usize, add: bool) {
        let (time, place) = self.rows[row];
        let event = &history[place as usize];
        match (&mut self.tally, events.aggregate) {
            (Tally::Amount(amount), Aggregate::Sum(property) | Aggregate::Average(property)) => {
                if let Some(number) = event.number(property) {
                    if add { amount.add(number) } else { amount.take(number) }
                }
            }
            (Tally::Numbers(numbers), Aggregate::Min(property) | Aggregate::Max(property)) => {
                if let Some(number) = event.number(property) {
                    let count = numbers.entry(key(number)).or_default();
                    if step(count, add) {
                        numbers.remove(&key(number));
                    }
                }
            }
            (Tally::Texts(texts), Aggregate::Distinct(property)) => {
                if let Some(text) = event.property(property)
                    && step(texts.entry_ref(text).or_default(), add)
                {
                    texts.remove(text);
                }
            }
            (Tally::Units(units), _) => {
                let unit = events.span.unit_of(time).unwrap_or_default();
                if step(units.entry(unit).or_default(), add) {
                    units.remove(&unit);
                }
            }
            _ => {}
        }
    }

    fn value(&self, aggregate: Aggregate, history: &[Happened], now: Instant) -> Option<Value<'static>> {
        let number = |number: f64| Some(Value::Number(number));
        match (&self.tally, aggregate) {
            (Tally::Amount(amount), Aggregate::Average(_)) => number(amount.average()?),
            (Tally::Amount(amount), _) => number(amount.sum()),
            (Tally::Numbers(numbers), Aggregate::Min(_)) => number(of_key(*numbers.first_key_value()?.0)),
            (Tally::Numbers(numbers), _) => number(of_key(*numbers.last_key_value()?.0)),
            (Tally::Texts(texts), _) => number(texts.len() as f64),
            (Tally::Units(units), _) => number(units.len() as f64),
            (Tally::Places, Aggregate::First(property, kind)) => self.edge(property, kind, false, history),
            (Tally::Places, Aggregate::Last(property, kind)) => self.edge(property, kind, true, history),
            (Tally::Places, _) => of_places(aggregate, self.inside.clone(), &|place| self.rows[place].0, now),
        }
    }

    /// The value of a property at the earliest or the latest event that has one; of several at one time the least, or the greatest.
    fn edge(&self, property: Symbol, kind: Type, last: bool, history: &[Happened]) -> Option<Value<'static>> {
        let (rows, wanted) = (&self.rows[self.inside.clone()], if last { Ordering::Greater } else { Ordering::Less });
        let mut found: Option<(Instant, Value<'static>)> = None;
        for place in 0..rows.len() {
            let (time, event) = rows[if last { rows.len() - 1 - place } else { place }];
            if found.as_ref().is_some_and(|(before, _)| *before != time) {
                break;
            }
            let event = &history[event as usize];
            let Some(value) = event.property(property).and_then(|text| owned(text, kind)) else { continue };
            if found.as_ref().is_none_or(|(_, known)| value.order(known) == Some(wanted)) {
                found = Some((time, value));
            }
        }
        found.map(|(_, value)| value)
    }
}

/// Counts one more or less; tells whether none is left.
fn step(count: &mut u32, add: bool) -> bool {
    *count = if add { *count + 1 } else { count.saturating_sub(1) };
    *count == 0
}

/// A number as a key in the order of numbers.
fn key(number: f64) -> i64 {
    let bits = (number + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn of_key(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_the_order_of_numbers() {
        let numbers = [f64::MIN, -2.5, -1.0, -1e-300, 0.0, 1e-300, 1.0, 2.5, f64::MAX];
        assert!(numbers.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        assert!(numbers.iter().all(|&number| of_key(key(number)) == number));
        assert_eq!(key(-0.0), key(0.0));
    }
}
