//! The live engine: which segments each profile is in, kept up to date by what happens and by time passing.
//!
//! A message touches few of many segments. So leaves are shared (each distinct one exists once), and indexed by what they read: a
//! text by the values it is compared with, a number by its limits, an event by the filters it has to fit. What a message changes is
//! told by the leaves whose truth differs before and after; only segments that use one of those are evaluated, and not those that
//! two bits tell apart (see `settle`). Negations are pushed down to the leaves first, so that a membership can only depend on
//! leaves being true, and unknown need not be told from false.
//!
//! Time is an argument: [`Engine::advance`] goes from one instant at which something changes to the next, and tells each exit
//! at its own.
//!
//! A membership is kept as a difference from what it would be for a profile of which nothing is known, since many segments
//! (`NOT exists(refund)`) hold nearly everybody.

mod builder;
mod chains;
mod compile;
mod course;
mod flags;
mod index;
mod person;
mod settle;
mod sliding;
mod timer;

use super::person::{Consent, Lists, Person, PersonEvent};
use super::predicate::Fields;
use super::program::Read;
use crate::error::Result;
use crate::instant::{Instant, NEVER};
use compile::Compiled;
use hashbrown::HashMap;
use person::{Edit, State};
use roaring::RoaringBitmap;
use settle::Scratch;
use std::collections::BTreeMap;
use timer::Timers;

/// Somebody entered a segment, or left it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When.
    pub at: Instant,
    /// The profile's id.
    pub profile: String,
    /// The segment's name.
    pub segment: String,
    /// Entered, or left.
    pub entered: bool,
}

/// Segments and who is in them.
#[derive(Debug)]
pub struct Engine {
    compiled: Compiled,
    people: Vec<Option<State>>,
    free: Vec<u32>,
    places: HashMap<Box<str>, u32>,
    /// Per segment, the places of the profiles whose membership is not that of nobody.
    others: Vec<RoaringBitmap>,
    timers: Timers,
    now: Instant,
    scratch: Scratch,
}

impl Engine {
    /// An engine for named predicates. Nobody is in it, and it is the beginning of time.
    ///
    /// # Errors
    /// Those of [`super::compile_all`].
    pub fn new(segments: &BTreeMap<String, String>, fields: &Fields, lists: Lists) -> Result<Engine> {
        let compiled = Compiled::new(segments, fields, lists)?;
        Ok(Engine {
            others: vec![RoaringBitmap::new(); compiled.names.len()],
            scratch: Scratch::new(&compiled),
            people: Vec::new(),
            free: Vec::new(),
            places: HashMap::new(),
            timers: Timers::default(),
            now: Instant::MIN,
            compiled,
        })
    }

    /// The instant up to which everything is told.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The names of the segments, in order.
    pub fn segments(&self) -> &[String] {
        &self.compiled.names
    }

    /// Whether some segment reads events of this name.
    pub fn reads_event(&self, name: &str) -> bool {
        self.compiled.event_names.contains(name)
    }

    /// Whether some segment reads properties of this name.
    pub fn reads_property(&self, name: &str) -> bool {
        self.compiled.properties.contains(name)
    }

    /// The events that some segment reads.
    pub fn event_names(&self) -> impl Iterator<Item = &str> {
        self.compiled.event_names.iter().map(String::as_str)
    }

    /// The consents that some segment asks for: purposes, with the channel where one is named.
    pub fn consents(&self) -> impl Iterator<Item = &(String, Option<String>)> {
        self.compiled.asked.iter()
    }

    /// The properties of events that some segment reads.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.compiled.properties.iter().map(String::as_str)
    }

    /// How many distinct leaves there are.
    pub fn leaves(&self) -> usize {
        self.compiled.leaves.len()
    }

    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The names of the segments a profile is in, in order; none of a profile that is not there.
    pub fn of(&self, profile: &str) -> Vec<&str> {
        let Some(state) = self.places.get(profile).and_then(|&place| self.people[place as usize].as_ref()) else {
            return Vec::new();
        };
        let segments = &state.flipped ^ &self.compiled.blanks;
        segments.into_iter().map(|segment| self.compiled.names[segment as usize].as_str()).collect()
    }

    /// The ids of the members of a segment, in order; `None` if there is no such segment.
    pub fn members(&self, segment: &str) -> Option<Vec<&str>> {
        let segment = self.compiled.place(segment)?;
        let (others, blank) = (&self.others[segment as usize], self.compiled.blank.has(segment));
        let people = (0u32..).zip(&self.people).filter(|(place, _)| others.contains(*place) != blank);
        let mut ids: Vec<&str> = people.filter_map(|(_, state)| Some(&*state.as_ref()?.id)).collect();
        ids.sort_unstable();
        Some(ids)
    }

    /// The members of a segment by their places: profiles are numbered in the order in which they came, and a place that one left
    /// is taken again. `None` if there is no such segment.
    pub fn bitmap(&self, segment: &str) -> Option<RoaringBitmap> {
        let segment = self.compiled.place(segment)?;
        let others = &self.others[segment as usize];
        if !self.compiled.blank.has(segment) {
            return Some(others.clone());
        }
        let people = (0u32..).zip(&self.people).filter(|(_, state)| state.is_some());
        Some(people.map(|(place, _)| place).filter(|&place| !others.contains(place)).collect())
    }

    /// How many members a segment has; `None` if there is no such segment.
    pub fn size(&self, segment: &str) -> Option<u64> {
        let segment = self.compiled.place(segment)?;
        let others = self.others[segment as usize].len();
        Some(if self.compiled.blank.has(segment) { self.places.len() as u64 - others } else { others })
    }

    /// Lets time pass: every entry and exit until then, each at its instant, in order. Time never goes back.
    pub fn advance(&mut self, now: Instant) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some((at, place, read)) = self.timers.due(now) {
            self.now = self.now.max(at);
            let mut reads = vec![read];
            // All that comes of a profile at one instant is looked at together, so that nobody enters and leaves at once.
            while let Some(read) = self.timers.due_of(at, place) {
                reads.push(read);
            }
            // What was set twice comes twice, in order.
            reads.dedup();
            let state = self.people[place as usize].as_ref();
            reads.retain(|&read| state.is_some_and(|state| state.waits(read, at)));
            if !reads.is_empty() {
                self.ring(at, place, &reads, &mut changes);
            }
        }
        self.now = self.now.max(now);
        self.let_go();
        changes
    }

    /// Timers of a profile have come: what of it changes at this very instant.
    fn ring(&mut self, at: Instant, place: u32, reads: &[Read], changes: &mut Vec<Change>) {
        for &read in reads {
            self.keep(place, read);
            let Some(state) = self.people[place as usize].as_mut() else { return };
            state.forget(read);
            self.compiled.passed(read, state, at, &mut self.scratch.found);
        }
        self.settle(place, at, changes);
        reads.iter().for_each(|&read| self.wait(place, read, at));
    }

    /// Keeps the numbers of a profile whose history is long, while time passes.
    fn keep(&mut self, place: u32, read: Read) {
        let (Some(state), Read::Event(name)) = (self.people[place as usize].as_ref(), read) else { return };
        let events = state.history(name).len();
        if state.kept.is_some() || events < sliding::MANY {
            return;
        }
        if self.scratch.kept_events + events > MOST_KEPT {
            self.let_go();
        }
        self.scratch.keeping.push(place);
        self.scratch.kept_events += events;
        if let Some(state) = self.people[place as usize].as_mut() {
            state.kept = Some(Box::default());
        }
    }

    fn let_go(&mut self) {
        self.scratch.kept_events = 0;
        for place in self.scratch.keeping.drain(..) {
            if let Some(state) = self.people[place as usize].as_mut() {
                state.kept = None;
            }
        }
    }

    /// Sets the timer of what a profile's leaves read.
    fn wait(&mut self, place: u32, read: Read, now: Instant) {
        let Some(state) = self.people[place as usize].as_mut() else { return };
        if let Some(next) = self.compiled.next(read, state, now) {
            state.wait(read, next);
            self.timers.set(next, place, read);
        }
    }

    /// Something happened to a profile; one that was not there is there from now on.
    pub fn happened(&mut self, profile: &str, event: &PersonEvent, now: Instant) -> Vec<Change> {
        let mut changes = self.advance(now);
        let place = self.place(profile, &mut changes);
        let Some(name) = self.compiled.symbol(&event.name) else { return changes };
        let event = self.compiled.event(event);
        self.edit(place, Edit::Happened(name, event), &mut changes);
        net(changes)
    }

    /// There is evidence of a profile from an instant: it is at least as old. If it is an event that some segment may read, it
    /// happened.
    pub fn heard_of(&mut self, profile: &str, time: Instant, event: Option<&PersonEvent>, now: Instant) -> Vec<Change> {
        let mut changes = self.advance(now);
        let place = self.place(profile, &mut changes);
        let created = self.people[place as usize].as_ref().and_then(|state| state.created);
        if created.is_none_or(|created| time < created) {
            self.edit(place, Edit::Created(Some(time)), &mut changes);
        }
        if let Some(event) = event {
            changes.extend(self.happened(profile, event, now));
        }
        net(changes)
    }

    /// A profile is now this. What it was before is compared with it, and only what differs is looked at.
    pub fn put(&mut self, person: &Person, now: Instant) -> Vec<Change> {
        let mut changes = self.advance(now);
        let place = self.place(&person.id, &mut changes);
        let Some(state) = &self.people[place as usize] else { return changes };
        for edit in self.compiled.edits(state, person) {
            self.edit(place, edit, &mut changes);
        }
        net(changes)
    }

    /// Golden values of a profile; `None` takes one away.
    pub fn set(&mut self, profile: &str, values: &[(&str, Option<&str>)], now: Instant) -> Vec<Change> {
        let mut changes = self.advance(now);
        let place = self.place(profile, &mut changes);
        for (field, value) in values {
            if let Some(field) = self.compiled.symbol(field) {
                let value = value.filter(|value| !value.trim().is_empty()).map(Into::into);
                self.edit(place, Edit::Value(field, value), &mut changes);
            }
        }
        net(changes)
    }

    /// What was said of consent, all of it.
    pub fn said(&mut self, profile: &str, consents: &[Consent], now: Instant) -> Vec<Change> {
        let mut changes = self.advance(now);
        let place = self.place(profile, &mut changes);
        let consents = self.compiled.consents(consents);
        self.edit(place, Edit::Consents(consents), &mut changes);
        net(changes)
    }

    /// A profile is gone, and leaves every segment.
    pub fn remove(&mut self, profile: &str, now: Instant) -> Vec<Change> {
        let mut changes = self.advance(now);
        let Some(place) = self.places.remove(profile) else { return changes };
        let Some(state) = self.people[place as usize].take() else { return changes };
        for segment in &state.flipped ^ &self.compiled.blanks {
            changes.push(self.change(self.now, &state.id, segment, false));
        }
        for segment in &state.flipped {
            self.others[segment as usize].remove(place);
        }
        self.free.push(place);
        net(changes)
    }

    /// The place of a profile, which is made where there is none: it enters what holds of somebody of whom nothing is known.
    fn place(&mut self, profile: &str, changes: &mut Vec<Change>) -> u32 {
        if let Some(&place) = self.places.get(profile) {
            return place;
        }
        let place = self.free.pop().unwrap_or(self.people.len() as u32);
        if place as usize == self.people.len() {
            self.people.push(None);
        }
        self.people[place as usize] = Some(State::new(profile));
        self.places.insert(profile.into(), place);
        for segment in &self.compiled.blanks {
            changes.push(self.change(self.now, profile, segment, true));
        }
        self.edit(place, Edit::Born, changes);
        place
    }

    /// Changes a profile: the truth of the leaves that may differ is looked at before and after.
    fn edit(&mut self, place: u32, edit: Edit, changes: &mut Vec<Change>) {
        let Some(state) = self.people[place as usize].as_mut() else { return };
        let read = edit.read();
        let next = self.compiled.next_of_event(&edit, self.now);
        let found = &mut self.scratch.found;
        let marks = self.compiled.before(state, &edit, self.now, found);
        state.apply(edit);
        self.compiled.after(state, marks, self.now, found);
        let at = self.now;
        self.settle(place, at, changes);
        match (read, next) {
            (Some(read), None) => self.wait(place, read, at),
            (Some(read), Some(next)) => self.wait_also(place, read, next),
            (None, _) => {}
        }
    }

    /// Sets a timer if it is earlier than the one that is set.
    fn wait_also(&mut self, place: u32, read: Read, next: Instant) {
        let Some(state) = self.people[place as usize].as_mut() else { return };
        if next != NEVER && state.timer(read).is_none_or(|at| next < at) {
            state.wait(read, next);
            self.timers.set(next, place, read);
        }
    }

    fn change(&self, at: Instant, profile: &str, segment: u32, entered: bool) -> Change {
        Change { at, profile: profile.to_owned(), segment: self.compiled.names[segment as usize].clone(), entered }
    }
}

/// Of how many events numbers are kept at once, while time passes.
const MOST_KEPT: usize = 1 << 20;

/// What is left of changes when entries and exits of one instant that undo each other are taken out.
fn net(changes: Vec<Change>) -> Vec<Change> {
    if changes.len() < 2 {
        return changes;
    }
    let keep = lasting(&changes);
    changes.into_iter().zip(keep).filter_map(|(change, keep)| keep.then_some(change)).collect()
}

/// Which changes last: those of one profile, segment and instant alternate, so of an even number none does, of an odd one the last.
fn lasting(changes: &[Change]) -> Vec<bool> {
    let key = |change: &'_ Change| -> (Instant, String, String) {
        (change.at, change.profile.clone(), change.segment.clone())
    };
    let mut count: HashMap<(Instant, String, String), usize> = HashMap::new();
    changes.iter().for_each(|change| *count.entry(key(change)).or_default() += 1);
    let mut seen: HashMap<(Instant, String, String), usize> = HashMap::new();
    let lasts = changes.iter().map(|change| {
        let (all, place) = (count[&key(change)], seen.entry(key(change)).or_default());
        *place += 1;
        all % 2 == 1 && *place == all
    });
    lasts.collect()
}
