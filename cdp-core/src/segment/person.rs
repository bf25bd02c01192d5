//! One person to evaluate a predicate on: the plain form, with names and texts.

use super::input::{Event, Input, Statement, place_of};
use super::program::Symbol;
use crate::instant::{Instant, NEVER};
use std::collections::{BTreeMap, BTreeSet};

/// The lists that a caller hands in, by name.
pub type Lists = BTreeMap<String, BTreeSet<String>>;

/// What is known of one profile.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// The profile's id.
    pub id: String,
    /// When its earliest evidence is from.
    pub created: Option<Instant>,
    /// The source of each of its records.
    pub sources: Vec<String>,
    /// Its golden values.
    pub traits: BTreeMap<String, String>,
    /// What happened, in order of time.
    pub events: Vec<PersonEvent>,
    /// What holds of consent, and when.
    pub consents: Vec<Consent>,
    /// The segments it is in.
    pub segments: BTreeSet<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct PersonEvent {
    /// When.
    pub time: Instant,
    /// What.
    pub name: String,
    /// Its properties, as texts: `true`, `12.5`.
    pub properties: BTreeMap<String, String>,
}

/// That consent to a purpose is granted or denied for some time: an answer, as [`crate::consent::timeline`] gives it, not a
/// statement. Of several that hold at once the latest counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Consent {
    /// The purpose, e.g. `email_marketing`.
    pub purpose: String,
    /// The channel that was asked about; `None`: none in particular.
    pub channel: Option<String>,
    /// Granted, or denied.
    pub granted: bool,
    /// From when on it holds.
    pub from: Instant,
    /// From when on it no longer does.
    pub until: Option<Instant>,
}

/// What a predicate says of a person at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truth {
    /// True, false, or unknown, which makes no member.
    pub truth: Option<bool>,
    /// The first instant at which it may be another without new evidence.
    pub changes: Option<Instant>,
}

/// A person under the names of a predicate.
pub(super) struct Bound<'a> {
    person: &'a Person,
    names: &'a [Box<str>],
    lists: &'a Lists,
    events: Vec<&'a PersonEvent>,
    /// When membership of a segment may change by itself, where that is known.
    until: &'a Until,
}

/// When memberships may change without new evidence, by segment.
pub(super) type Until = BTreeMap<String, Instant>;

impl<'a> Bound<'a> {
    pub(super) fn new(person: &'a Person, names: &'a [Box<str>], lists: &'a Lists) -> Self {
        let mut events: Vec<&PersonEvent> = person.events.iter().collect();
        events.sort_by_key(|event| event.time);
        static UNKNOWN: Until = Until::new();
        Bound { person, names, lists, events, until: &UNKNOWN }
    }

    pub(super) fn until(self, until: &'a Until) -> Self {
        Bound { until, ..self }
    }

    fn name(&self, symbol: Symbol) -> &'a str {
        &self.names[symbol as usize]
    }
}

impl Input for Bound<'_> {
    type Event<'e>
        = Named<'e>
    where
        Self: 'e;

    fn text(&self, field: Symbol) -> Option<&str> {
        self.person.traits.get(self.name(field)).map(String::as_str)
    }

    fn size(&self) -> f64 {
        self.person.sources.len() as f64
    }

    fn source_count(&self) -> f64 {
        self.person.sources.iter().collect::<BTreeSet<_>>().len() as f64
    }

    fn has_source(&self, source: Symbol) -> bool {
        self.person.sources.iter().any(|name| name == self.name(source))
    }

    fn in_segment(&self, segment: Symbol) -> bool {
        self.person.segments.contains(self.name(segment))
    }

    fn segment_changes(&self, segment: Symbol) -> Instant {
        self.until.get(self.name(segment)).copied().unwrap_or(NEVER)
    }

    fn in_list(&self, list: Symbol, text: &str) -> bool {
        self.lists.get(self.name(list)).is_some_and(|list| list.contains(text))
    }

    fn id(&self) -> &str {
        &self.person.id
    }

    fn created(&self) -> Option<Instant> {
        self.person.created
    }

    fn consents(&self, purpose: Symbol, found: &mut dyn FnMut(Statement)) {
        let purpose = self.name(purpose);
        for said in self.person.consents.iter().filter(|said| said.purpose == purpose) {
            let symbol = |name: &str| place_of(self.names, name);
            found(Statement::new(said.channel.as_deref(), said.granted, (said.from, said.until), symbol));
        }
    }

    fn events(&self, name: Symbol) -> impl DoubleEndedIterator<Item = Named<'_>> {
        let wanted = self.name(name);
        let events = self.events.iter().filter(move |event| event.name == wanted);
        events.map(|event| Named { event, names: self.names })
    }
}

/// An event under the names of a predicate.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    event: &'a PersonEvent,
    names: &'a [Box<str>],
}

impl Event for Named<'_> {
    fn time(&self) -> Instant {
        self.event.time
    }

    fn property(&self, name: Symbol) -> Option<&str> {
        self.event.properties.get(&*self.names[name as usize]).map(String::as_str)
    }
}
