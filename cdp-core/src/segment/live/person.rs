//! What the live engine keeps of a profile: only what some segment reads.

use super::flags::Flags;
use super::sliding::{Kept, known};
use crate::instant::Instant;
use crate::segment::input::{Clock, Event, Input, Statement};
use crate::segment::program::{Events, Read, Sequence, Symbol};
use crate::segment::value::Value;
use roaring::RoaringBitmap;
use std::collections::BTreeSet;

/// A profile.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) id: Box<str>,
    pub(super) created: Option<Instant>,
    /// The source of each record.
    pub(super) sources: Vec<Symbol>,
    /// In order of symbol.
    values: Vec<(Symbol, Box<str>)>,
    /// In order of symbol, each in order of time.
    events: Vec<(Symbol, Vec<Happened>)>,
    pub(super) consents: Vec<(Symbol, Statement)>,
    /// Whether it was born: a state before that is nobody's.
    pub(super) born: bool,
    /// The segments of which its membership is not that of nobody.
    pub(super) flipped: RoaringBitmap,
    timers: Vec<(Read, Instant)>,
    /// Numbers of long histories, while time passes.
    pub(super) kept: Option<Box<Kept>>,
}

/// An event, with the properties that some segment reads, in order of symbol.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Happened {
    pub(super) time: Instant,
    pub(super) properties: Box<[(Symbol, Box<str>)]>,
}

/// One change of a profile.
#[derive(Debug)]
pub(super) enum Edit {
    /// It is there now.
    Born,
    Value(Symbol, Option<Box<str>>),
    Happened(Symbol, Happened),
    /// All events of a name.
    History(Symbol, Vec<Happened>),
    Sources(Vec<Symbol>),
    Created(Option<Instant>),
    Consents(Vec<(Symbol, Statement)>),
}

impl Edit {
    /// What leaves read that has a timer, if any does.
    pub(super) fn read(&self) -> Option<Read> {
        match self {
            Edit::Born | Edit::Sources(_) => None,
            Edit::Value(field, _) => Some(Read::Value(*field)),
            Edit::Happened(name, _) | Edit::History(name, _) => Some(Read::Event(*name)),
            Edit::Created(_) => Some(Read::Created),
            // One timer for all purposes.
            Edit::Consents(_) => Some(Read::Consent(Symbol::MAX)),
        }
    }
}

impl State {
    pub(super) fn new(id: &str) -> Self {
        State { id: id.into(), ..State::default() }
    }

    pub(super) fn value(&self, field: Symbol) -> Option<&str> {
        let place = self.values.binary_search_by_key(&field, |(known, _)| *known).ok()?;
        Some(&self.values[place].1)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &(Symbol, Box<str>)> {
        self.values.iter()
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = Symbol> {
        self.values.iter().map(|(field, _)| *field)
    }

    pub(super) fn event_names(&self) -> impl Iterator<Item = Symbol> {
        self.events.iter().map(|(name, _)| *name)
    }

    pub(super) fn history(&self, name: Symbol) -> &[Happened] {
        match self.events.binary_search_by_key(&name, |(known, _)| *known) {
            Ok(place) => &self.events[place].1,
            Err(_) => &[],
        }
    }

    fn history_mut(&mut self, name: Symbol) -> &mut Vec<Happened> {
        let place = self.events.binary_search_by_key(&name, |(known, _)| *known).unwrap_or_else(|place| {
            self.events.insert(place, (name, Vec::new()));
            place
        });
        &mut self.events[place].1
    }

    pub(super) fn apply(&mut self, edit: Edit) {
        self.kept = None;
        match edit {
            Edit::Born => self.born = true,
            Edit::Value(field, value) => {
                let place = self.values.binary_search_by_key(&field, |(known, _)| *known);
                match (place, value) {
                    (Ok(place), Some(value)) => self.values[place].1 = value,
                    (Ok(place), None) => drop(self.values.remove(place)),
                    (Err(place), Some(value)) => self.values.insert(place, (field, value)),
                    (Err(_), None) => {}
                }
            }
            Edit::Happened(name, event) => {
                let history = self.history_mut(name);
                let place = history.partition_point(|known| *known <= event);
                history.insert(place, event);
            }
            Edit::History(name, events) => *self.history_mut(name) = events,
            Edit::Sources(sources) => self.sources = sources,
            Edit::Created(created) => self.created = created,
            Edit::Consents(consents) => self.consents = consents,
        }
    }

    /// Whether a timer is the one that was set last.
    pub(super) fn waits(&self, read: Read, at: Instant) -> bool {
        self.timers.contains(&(read, at))
    }

    pub(super) fn timer(&self, read: Read) -> Option<Instant> {
        self.timers.iter().find(|(known, _)| *known == read).map(|(_, at)| *at)
    }

    pub(super) fn forget(&mut self, read: Read) {
        self.timers.retain(|(known, _)| *known != read);
    }

    pub(super) fn wait(&mut self, read: Read, at: Instant) {
        self.forget(read);
        self.timers.push((read, at));
    }
}

/// A profile beside what all profiles share.
pub(super) struct Seen<'a> {
    pub(super) state: &'a State,
    pub(super) lists: &'a [Option<BTreeSet<String>>],
    /// Per segment's symbol, whether nobody is in it and which segment it is.
    pub(super) segments: &'a [Option<u32>],
    pub(super) blank: &'a Flags,
}

impl Input for Seen<'_> {
    type Event<'e>
        = &'e Happened
    where
        Self: 'e;

    fn text(&self, field: Symbol) -> Option<&str> {
        self.state.value(field)
    }

    fn size(&self) -> f64 {
        self.state.sources.len() as f64
    }

    fn source_count(&self) -> f64 {
        let mut sources = self.state.sources.clone();
        sources.sort_unstable();
        sources.dedup();
        sources.len() as f64
    }

    fn has_source(&self, source: Symbol) -> bool {
        self.state.sources.contains(&source)
    }

    fn in_segment(&self, segment: Symbol) -> bool {
        let Some(segment) = self.segments[segment as usize] else { return false };
        self.state.flipped.contains(segment) != self.blank.has(segment)
    }

    fn in_list(&self, list: Symbol, text: &str) -> bool {
        self.lists[list as usize].as_ref().is_some_and(|list| list.contains(text))
    }

    fn id(&self) -> &str {
        &self.state.id
    }

    fn created(&self) -> Option<Instant> {
        self.state.created
    }

    fn consents(&self, purpose: Symbol, found: &mut dyn FnMut(Statement)) {
        self.state.consents.iter().filter(|(of, _)| *of == purpose).for_each(|(_, said)| found(*said));
    }

    fn made_of(&self, events: &Events, clock: &Clock) -> Option<Option<Value<'static>>> {
        known(events, self.state.history(events.event), self.state.kept.as_deref(), clock)
    }

    fn follows(&self, sequence: &Sequence, now: Instant) -> Option<bool> {
        self.state.kept.as_ref()?.follows(sequence, now, |name| self.state.history(name))
    }

    fn events(&self, name: Symbol) -> impl DoubleEndedIterator<Item = &Happened> {
        self.state.history(name).iter()
    }
}

impl Event for &Happened {
    fn time(&self) -> Instant {
        self.time
    }

    fn property(&self, name: Symbol) -> Option<&str> {
        let place = self.properties.binary_search_by_key(&name, |(known, _)| *known).ok()?;
        Some(&self.properties[place].1)
    }
}
