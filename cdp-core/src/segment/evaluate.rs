//! The meaning of a compiled predicate: the truth of one profile at an instant, and when it may be another by itself.
//!
//! This is the reference. The columnar evaluation and the SQL have to agree with it.

use super::date::Date;
use super::function::Type;
use super::history;
use super::input::{Clock, Input, Statement};
use super::program::{Aggregate, Events, Held, Leaf, Program, Symbol, Term, Test};
use super::value::{Value, list_has};
use super::window::{Span, Zone};
use crate::instant::{Instant, NEVER};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

impl Program {
    /// The truth of a profile, and the first instant at which it may be another.
    pub(super) fn held(&self, input: &impl Input, clock: &Clock) -> Held {
        self.run(&mut |leaf| self.leaves[leaf as usize].held(input, clock))
    }

    /// The truth of something that does not change with time.
    pub(super) fn truth(&self, input: &impl Input, clock: &Clock) -> Option<bool> {
        self.run(&mut |leaf| (self.leaves[leaf as usize].truth(input, clock), NEVER)).0
    }
}

impl Leaf {
    pub(super) fn held(&self, input: &impl Input, clock: &Clock) -> Held {
        clock.take();
        let truth = self.truth(input, clock);
        (truth, clock.take())
    }

    pub(super) fn truth(&self, input: &impl Input, clock: &Clock) -> Option<bool> {
        self.test.truth(input, clock).map(|truth| truth != self.negated)
    }
}

impl Test {
    fn truth<I: Input>(&self, input: &I, clock: &Clock) -> Option<bool> {
        match self {
            Test::Compare(left, op, right) => {
                // Both sides are evaluated whatever the first gives, since either may change.
                let (left, right) = (left.value(input, clock), right.value(input, clock));
                Some(op.holds(left?.order(&right?)?))
            }
            Test::Between(term, low, high) => {
                let [value, low, high] = [term, low, high].map(|term| term.value(input, clock));
                let value = value?;
                let above = low.and_then(|low| value.order(&low)).map(|order| order.is_ge());
                let below = high.and_then(|high| value.order(&high)).map(|order| order.is_le());
                both(above, below)
            }
            Test::In(term, set) => Some(set.contains(&term.value(input, clock)?)),
            Test::InList(term, list) => Some(input.in_list(*list, term.value(input, clock)?.text()?)),
            Test::Has(field, item) => Some(list_has(input.text(*field)?, item)),
            Test::Like(term, pattern) => Some(pattern.matches(term.value(input, clock)?.text()?)),
            Test::Missing(term) => Some(term.value(input, clock).is_none()),
            Test::During(term, span) => during(&term.value(input, clock)?, span, clock),
            Test::Truth(term) => term.value(input, clock)?.boolean(),
        }
    }
}

/// Kleene's conjunction of two.
fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether a date or an instant is in a span; a date stands for its midnight.
fn during(value: &Value<'_>, span: &Span, clock: &Clock) -> Option<bool> {
    let time = match value {
        Value::Instant(instant) => *instant,
        Value::Date(date) => midnight(*date, span.zone())?,
        _ => return None,
    };
    let now = clock.now?;
    clock.until(span.next(time, now));
    let (low, high) = span.bounds(now);
    Some((low..=high).contains(&time))
}

/// When a date begins, in UTC where no zone is named.
pub(super) fn midnight(date: Date, zone: Option<&Zone>) -> Option<Instant> {
    let day = jiff::civil::Date::new(date.year() as i16, date.month() as i8, date.day() as i8).ok()?;
    Some(zone.map_or_else(|| Zone::utc().start_of_day(day), |zone| zone.start_of_day(day)))
}

impl Term {
    pub(super) fn value<'v, I: Input>(&'v self, input: &'v I, clock: &Clock) -> Option<Value<'v>> {
        match self {
            Term::Value(field, kind) => Value::read(input.text(*field)?, *kind),
            Term::Size => Some(Value::Number(input.size())),
            Term::SourceCount => Some(Value::Number(input.source_count())),
            Term::Source(source) => Some(Value::Boolean(input.has_source(*source))),
            Term::Segment(segment) => {
                clock.until(input.segment_changes(*segment));
                Some(Value::Boolean(input.in_segment(*segment)))
            }
            Term::Has(term) => Some(Value::Boolean(term.value(input, clock).is_some())),
            Term::Constant(constant) => Some(constant.value()),
            Term::Call(function, args) => {
                let first = args[0].value(input, clock)?;
                match args.get(1) {
                    Some(second) => function.of_two(first.text()?, second.value(input, clock)?.text()?),
                    None => function.of_one(first),
                }
            }
            Term::Age(date, zone) => match date.value(input, clock)? {
                Value::Date(date) => age(date, zone, clock).map(Value::Number),
                _ => None,
            },
            Term::ProfileAge => profile_age(input.created()?, clock).map(Value::Number),
            Term::Sample(below, salt) => Some(Value::Boolean(bucket(salt, input.id()) < *below)),
            Term::Consent(purpose, channel) => consent(input, *purpose, *channel, clock).map(Value::Boolean),
            Term::Events(events) => events.value(input, clock),
            Term::Sequence(sequence) => Some(Value::Boolean(history::follows(sequence, input, clock)?)),
        }
    }
}

/// Whole years from a date to the day of now in a zone.
fn age(born: Date, zone: &Zone, clock: &Clock) -> Option<f64> {
    let today = zone.day(clock.now?)?;
    let now = Date::new(u16::try_from(today.year()).ok()?, today.month() as u8, today.day() as u8)?;
    clock.until(next_birthday(born, now).map_or(NEVER, |day| zone.start_of_day(day)));
    born.age(now).map(f64::from)
}

/// The first birthday after a day, or the day of birth if that is to come.
fn next_birthday(born: Date, today: Date) -> Option<jiff::civil::Date> {
    let passed = (today.month(), today.day()) >= (born.month(), born.day());
    let year = if born > today { born.year() } else { today.year() + u16::from(passed) };
    let (month, day) = match Date::new(year, born.month(), born.day()) {
        Some(_) => (born.month(), born.day()),
        // 29 February in a common year.
        None => (3, 1),
    };
    jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()
}

/// Milliseconds of 24 hours.
const DAY: i64 = 86_400_000;

/// Whole days of 24 hours since the earliest evidence; none before it.
fn profile_age(created: Instant, clock: &Clock) -> Option<f64> {
    let days = clock.now?.checked_sub(created)?.div_euclid(DAY);
    clock.until(created.saturating_add((days.max(-1) + 1).saturating_mul(DAY)));
    (days >= 0).then_some(days as f64)
}

/// A number from 0 to 2^32 - 1 that depends on the profile and the salt alone.
fn bucket(salt: &str, id: &str) -> u64 {
    let digest = Sha256::new().chain_update(salt).chain_update(":").chain_update(id).finalize();
    digest[..4].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Whether there is consent: what holds now of the purpose, as it was asked about; of several, the latest, and of one instant the
/// denial. Unknown where nothing does.
fn consent(input: &impl Input, purpose: Symbol, channel: Option<Symbol>, clock: &Clock) -> Option<bool> {
    let now = clock.now?;
    let mut latest: Option<(Instant, bool)> = None;
    input.consents(purpose, &mut |said: Statement| {
        if said.channel != channel || said.until <= said.from {
            return;
        }
        clock.until(said.from);
        clock.until(said.until);
        if said.from <= now && now < said.until {
            latest = latest.max(Some((said.from, !said.granted)));
        }
    });
    latest.map(|(_, denied)| !denied)
}

impl Events {
    pub(super) fn value(&self, input: &impl Input, clock: &Clock) -> Option<Value<'static>> {
        if let Some(known) = input.made_of(self, clock) {
            return known;
        }
        match self.aggregate {
            Aggregate::First(property, kind) => history::edge(self, property, kind, false, input, clock),
            Aggregate::Last(property, kind) => history::edge(self, property, kind, true, input, clock),
            _ => history::aggregate(self, input, clock),
        }
    }
}

/// A text of a property as a value that does not borrow the event.
pub(super) fn owned(text: &str, kind: Type) -> Option<Value<'static>> {
    Some(match Value::read(text, kind)? {
        Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        Value::Number(number) => Value::Number(number),
        Value::Date(date) => Value::Date(date),
        Value::Instant(instant) => Value::Instant(instant),
        Value::Boolean(truth) => Value::Boolean(truth),
    })
}
