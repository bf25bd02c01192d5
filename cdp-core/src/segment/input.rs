//! What a predicate is evaluated on, in the abstract: the traits, events and consents of one profile, at an instant.

use super::program::{Events, Program, Sequence, Symbol};
use super::value::{Value, read_number};
use crate::instant::{Instant, NEVER};
use std::cell::Cell;

/// One profile, as a predicate sees it. Names are those of the predicate, by their places.
pub(super) trait Input {
    /// One of its events.
    type Event<'e>: Event
    where
        Self: 'e;

    /// The golden value of a field.
    fn text(&self, field: Symbol) -> Option<&str>;

    /// How many records it has.
    fn size(&self) -> f64 {
        0.0
    }

    /// From how many sources.
    fn source_count(&self) -> f64 {
        0.0
    }

    fn has_source(&self, _source: Symbol) -> bool {
        false
    }

    fn in_segment(&self, _segment: Symbol) -> bool {
        false
    }

    /// When membership of a segment may change without new evidence, where somebody looked.
    fn segment_changes(&self, _segment: Symbol) -> Instant {
        NEVER
    }

    fn in_list(&self, _list: Symbol, _text: &str) -> bool {
        false
    }

    fn id(&self) -> &str {
        ""
    }

    /// When the earliest evidence of it is from.
    fn created(&self) -> Option<Instant> {
        None
    }

    /// What holds of consent to a purpose, and when.
    fn consents(&self, _purpose: Symbol, _found: &mut dyn FnMut(Statement)) {}

    /// What is made of events, where that is known without looking at each; with when it may be otherwise.
    fn made_of(&self, _events: &Events, _clock: &Clock) -> Option<Option<Value<'static>>> {
        None
    }

    /// Whether events follow each other, where that is known without looking at each.
    fn follows(&self, _sequence: &Sequence, _now: Instant) -> Option<bool> {
        None
    }

    /// The events of a name, in order of time.
    fn events(&self, name: Symbol) -> impl DoubleEndedIterator<Item = Self::Event<'_>>;
}

/// One event.
pub(super) trait Event {
    fn time(&self) -> Instant;
    fn property(&self, name: Symbol) -> Option<&str>;

    /// A property read as a number.
    fn number(&self, name: Symbol) -> Option<f64> {
        self.property(name).and_then(read_number)
    }

    /// Whether it fits a filter, where that was worked out before.
    fn fits(&self, _filter: &Program) -> Option<bool> {
        None
    }
}

/// An answer of whoever keeps the ledger, for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Statement {
    /// For which channel; `None`: for none in particular.
    pub(super) channel: Option<Symbol>,
    pub(super) granted: bool,
    /// From when on it holds.
    pub(super) from: Instant,
    /// From when on it no longer does.
    pub(super) until: Instant,
}

impl Statement {
    /// An answer under the names of a predicate, as `symbol` finds them. A channel that the predicate does not name is none of its own.
    pub(super) fn new(
        channel: Option<&str>,
        granted: bool,
        (from, until): (Instant, Option<Instant>),
        symbol: impl Fn(&str) -> Option<Symbol>,
    ) -> Statement {
        let channel = channel.map(|channel| symbol(channel).unwrap_or(Symbol::MAX));
        Statement { channel, granted, from, until: until.unwrap_or(NEVER) }
    }
}

/// The place of a name among those of a predicate.
pub(super) fn place_of(names: &[Box<str>], name: &str) -> Option<Symbol> {
    names.iter().position(|known| **known == *name).map(|place| place as Symbol)
}

/// The time of an evaluation, and the next instant at which what was found may be otherwise.
#[derive(Debug)]
pub(super) struct Clock {
    /// Absent where nobody said what time it is; predicates that need it are not evaluated then.
    pub(super) now: Option<Instant>,
    next: Cell<Instant>,
}

impl Clock {
    pub(super) fn new(now: Option<Instant>) -> Self {
        Clock { now, next: Cell::new(NEVER) }
    }

    /// Notes an instant at which something changes, if it is still to come.
    pub(super) fn until(&self, instant: Instant) {
        if self.now.is_none_or(|now| instant > now) {
            self.next.set(self.next.get().min(instant));
        }
    }

    /// The earliest noted instant, which is forgotten.
    pub(super) fn take(&self) -> Instant {
        self.next.replace(NEVER)
    }
}

/// An event as what its filter is evaluated on: its properties are the fields.
pub(super) struct Row<E>(pub(super) E);

impl<E: Event> Input for Row<E> {
    type Event<'e>
        = Nothing
    where
        E: 'e;

    fn text(&self, field: Symbol) -> Option<&str> {
        self.0.property(field)
    }

    fn events(&self, _: Symbol) -> impl DoubleEndedIterator<Item = Nothing> {
        std::iter::empty()
    }
}

/// No event: those have none of their own.
pub(super) enum Nothing {}

impl Event for Nothing {
    fn time(&self) -> Instant {
        match *self {}
    }

    fn property(&self, _: Symbol) -> Option<&str> {
        match *self {}
    }
}
