//! The segments of a graph: the live engine of [`crate::segment`], fed with what becomes of profiles.
//!
//! Memberships are never combined when profiles merge: what a profile is now is compared with what the engine knew of it, and
//! what differs is evaluated. Events belong to records and devices, so they come apart with them.

use super::changes::{self, Event};
use super::live::Live;
use super::mentions::{Cause, ERASED};
use super::message::Message;
use super::profiles::{Home, Profile};
use super::state::State;
use crate::error::{Code, Error, Result};
use crate::instant::{self, Instant};
use crate::profile::id_text;
use crate::record::Column;
use crate::resolve::{History, answers, with_consents};
use crate::schema::{Config, MessageType};
use crate::segment::live::{Change, Engine};
use crate::segment::{EventTable, EventTypes, Fields, Lists, Person, PersonEvent, Reason, Type, compile, referred};
use crate::store::{Batch, KeyRange, Space, Store};
use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// The engine, and the events that some segment reads or the configuration declares.
pub(super) struct Segments {
    engine: Engine,
    /// The events that are declared, with their properties; without any they can have every property.
    declared: EventTypes,
    /// By the number of the event in the graph.
    events: HashMap<u32, PersonEvent>,
    /// What predicates may name, for explanations.
    fields: Fields,
    lists: Lists,
    /// The consents that some segment asks for.
    asked: Vec<(String, Option<String>)>,
}

impl Segments {
    /// The segments of a configuration; `None` where it has none, and declares no events.
    ///
    /// # Errors
    /// Those of compiling them.
    pub(super) fn new(live: &mut Live) -> Result<Option<Segments>> {
        let config = &live.config;
        if config.segments.is_empty() && config.events.is_empty() {
            return Ok(None);
        }
        let (fields, declared) = (fields(live), declared(config));
        let lists: Lists =
            config.lists.iter().map(|(name, items)| (name.clone(), items.iter().cloned().collect())).collect();
        let engine = Engine::new(&config.segments, &fields, lists.clone())?;
        let asked: Vec<_> = engine.consents().cloned().collect();
        live.heeds_consents = !asked.is_empty();
        Ok(Some(Segments { engine, declared, events: HashMap::new(), fields, lists, asked }))
    }

    /// Whether there are none: then only events are kept.
    fn are_none(&self) -> bool {
        self.engine.segments().is_empty()
    }

    /// Keeps an event, if some segment reads it or it is declared.
    pub(super) fn remember(&mut self, number: u32, message: &Message) {
        let name = name_of(message);
        let declared = self.declared.get(&name);
        if declared.is_none() && !self.engine.reads_event(&name) {
            return;
        }
        let is_kept = |property: &str| {
            let declared = declared.is_some_and(|types| types.is_empty() || types.contains_key(property));
            declared || self.engine.reads_property(property)
        };
        let mut properties: BTreeMap<String, String> = BTreeMap::new();
        if message.kind != MessageType::Track {
            properties.extend(message.name().map(|name| ("name".to_owned(), name.to_owned())));
        }
        let own = message.properties().filter(|(name, _)| is_kept(name));
        properties.extend(own.map(|(name, text)| (name.to_owned(), text.to_owned())));
        self.events.insert(number, PersonEvent { time: message.time, name, properties });
    }

    /// Lets go of events, where their evidence does not count any more.
    pub(super) fn forget(&mut self, events: &[u32]) {
        events.iter().for_each(|event| drop(self.events.remove(event)));
    }

    /// Up to when memberships were told.
    pub(super) fn now(&self) -> Instant {
        self.engine.now()
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, now: Instant) -> Vec<Change> {
        self.engine.advance(now)
    }

    /// An event of a profile that is otherwise as it was.
    pub(super) fn happened(&mut self, number: u32, home: Home, live: &Live, now: Instant) -> Vec<Change> {
        let profile = live.profiles.get(&home).filter(|_| !self.are_none());
        let Some(profile) = profile.filter(|profile| live.restricted(profile).is_none()) else {
            return Vec::new();
        };
        let (id, time) = (id_text(profile.id), live.events[number as usize].time);
        self.engine.heard_of(&id, time, self.events.get(&number), now)
    }

    /// Profiles that were settled: those that are gone leave, the others are looked at anew.
    pub(super) fn settled(&mut self, live: &Live, now: Instant) -> Vec<Change> {
        if self.are_none() {
            return Vec::new();
        }
        let (mut changes, mut gone) = (Vec::new(), live.settled.gone.clone());
        // By id: the order of homes is another one after the store was opened again.
        gone.sort_unstable();
        for id in gone {
            changes.extend(self.engine.remove(&id_text(id), now));
        }
        let there = |home: &Home| Some((*home, live.profiles.get(home)?));
        let mut profiles: Vec<(Home, &Profile)> = live.settled.homes.iter().filter_map(there).collect();
        profiles.sort_unstable_by_key(|(_, profile)| profile.id);
        for (home, profile) in profiles {
            changes.extend(match live.restricted(profile) {
                // What may only be kept is not used.
                Some(_) => self.engine.remove(&id_text(profile.id), now),
                None => self.engine.put(&self.person(live, home, profile), now),
            });
        }
        changes
    }

    /// All profiles, after all evidence was read.
    pub(super) fn fill(&mut self, live: &Live, now: Instant) {
        // Also where nobody is there yet.
        drop(self.engine.advance(now));
        if self.are_none() {
            return;
        }
        let mut profiles: Vec<(Home, &Profile)> = live.profiles.iter().collect();
        profiles.retain(|(_, profile)| live.restricted(profile).is_none());
        profiles.sort_unstable_by_key(|(_, profile)| profile.id);
        for (home, profile) in profiles {
            self.engine.put(&self.person(live, home, profile), now);
        }
    }

    fn person(&self, live: &Live, home: Home, profile: &Profile) -> Person {
        let golden = profile.golden.iter().map(|golden| {
            let name = live.fields.golden_name(live.fields.golden(&golden.value));
            (name.to_owned(), live.fields.text(golden.value.display).to_owned())
        });
        let numbers = live.events_of(home, profile);
        let mut events: Vec<PersonEvent> =
            numbers.iter().filter_map(|number| self.events.get(number).cloned()).collect();
        events.sort();
        Person {
            id: id_text(profile.id),
            created: live.times(home, profile).into_iter().min(),
            sources: profile.records.iter().map(|&record| live.names.get(record).0.to_owned()).collect(),
            traits: golden.collect(),
            events,
            consents: match &self.asked[..] {
                [] => Vec::new(),
                asked => answers(&live.ledger(home, profile), asked),
            },
            ..Person::default()
        }
    }

    /// Who is in which segment.
    fn memberships(&self) -> Memberships {
        let names = self.engine.segments().iter();
        let of = |name: &String| {
            let members = self.engine.members(name).unwrap_or_default();
            members.into_iter().map(|id| (id.to_owned(), name.clone())).collect::<Vec<_>>()
        };
        names.flat_map(of).collect()
    }

    /// The segments of a profile, by its present id.
    pub(super) fn of(&self, profile: &str) -> Vec<String> {
        self.engine.of(profile).into_iter().map(str::to_owned).collect()
    }

    /// Why a profile is in a segment, or is not, as of the engine's instant.
    pub(super) fn reason(&self, live: &Live, profile_id: &str, segment: &str) -> Result<Reason> {
        let (home, profile) = live.found(profile_id)?;
        let Some(text) = live.config.segments.get(segment) else {
            return Err(no_segment(segment, self.engine.segments()));
        };
        let predicate = compile(text, &self.fields)?;
        let mut person = self.person(live, home, profile);
        person.segments = self.of(&person.id).into_iter().collect();
        let others = referred(&predicate, &live.config.segments, &self.fields)?;
        Ok(predicate.reason(&person, &self.lists, self.engine.now(), &others))
    }

    /// The members of a segment.
    pub(super) fn members(&self, segment: &str) -> Result<Vec<String>> {
        match self.engine.members(segment) {
            Some(members) => Ok(members.into_iter().map(str::to_owned).collect()),
            None => Err(no_segment(segment, self.engine.segments())),
        }
    }

    /// What is kept of events, of these profiles.
    fn rows<'a>(&'a self, live: &Live, homes: &[(Home, &Profile)]) -> Vec<(u32, &'a PersonEvent)> {
        let mut rows = Vec::new();
        for (place, (home, profile)) in (0..).zip(homes) {
            let numbers = live.events_of(*home, profile);
            rows.extend(numbers.iter().filter_map(|number| Some((place, self.events.get(number)?))));
        }
        rows
    }
    /// The events and properties that are kept, of any type but where one is declared.
    fn types(&self) -> EventTypes {
        let mut types = self.declared.clone();
        types.extend(self.engine.event_names().map(|event| (event.to_owned(), BTreeMap::new())));
        for (event, properties) in &mut types {
            // Of an event that is declared without properties all are kept.
            let declared = self.declared.get(event);
            if declared.is_none_or(|declared| !declared.is_empty()) {
                *properties = self.engine.properties().map(|name| (name.to_owned(), Type::Any)).collect();
                properties.extend(declared.into_iter().flatten().map(|(name, kind)| (name.clone(), *kind)));
            }
        }
        types
    }
}

/// What is kept of what happened, for a snapshot of these profiles.
pub(super) fn history(segments: Option<&Segments>, live: &Live, homes: &[(Home, &Profile)]) -> Result<History> {
    let rows = segments.map(|segments| segments.rows(live, homes)).unwrap_or_default();
    let names: BTreeSet<&String> = rows.iter().flat_map(|(_, event)| event.properties.keys()).collect();
    let property = |name: &&String| {
        Column::new(name, rows.iter().map(|(_, event)| event.properties.get(*name).map(String::as_str)))
    };
    let places: Vec<u32> = rows.iter().map(|(place, _)| *place).collect();
    let times: Vec<Instant> = rows.iter().map(|(_, event)| event.time).collect();
    let name = Column::new("name", rows.iter().map(|(_, event)| Some(event.name.as_str())));
    Ok(History {
        events: EventTable::new(&places, &name, &times, names.iter().map(property).collect())?,
        types: segments.map(Segments::types),
        fields: live.fields.golden_fields().map(|(name, kind)| (name.to_owned(), kind)).collect(),
        created: homes.iter().map(|(home, profile)| live.times(*home, profile).into_iter().min()).collect(),
    })
}

/// What predicates over a graph may name, but for its segments.
pub(super) fn fields(live: &Live) -> Fields {
    let config = &live.config;
    let fields = Fields::new(live.fields.golden_fields())
        .events(declared(config))
        .lists(config.lists.keys().map(String::as_str))
        .created();
    with_consents(fields, config)
}

/// The declared events, with the types of their properties.
fn declared(config: &Config) -> EventTypes {
    let types =
        |types: &BTreeMap<String, _>| types.iter().map(|(name, &kind)| (name.clone(), Type::from(kind))).collect();
    config.events.iter().map(|(name, properties)| (name.clone(), types(properties))).collect()
}

/// What an event is called in predicates: a track message by its event, others by their type.
fn name_of(message: &Message) -> String {
    match (message.kind, message.name()) {
        (MessageType::Track, Some(name)) => name.to_owned(),
        (kind, _) => kind.word().to_owned(),
    }
}

/// The error that there is no such segment.
pub(super) fn no_segment(name: &str, known: &[String]) -> Error {
    let error = Error::new(Code::NotFound, format!("there is no segment '{name}'"));
    match known {
        [] => error.help("the configuration has no segments"),
        known => error.help(format!("the segments are: {}", known.join(", "))),
    }
}

/// What a settling looked at.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Where profiles are that may have changed.
    pub(super) homes: Vec<Home>,
    /// The ids of profiles that are no more.
    pub(super) gone: Vec<crate::profile::ProfileId>,
}

impl State {
    /// Lets time pass for segments, up to an instant.
    pub(super) fn pass(&mut self, now: Instant, batch: &mut Batch, changes: &mut Vec<changes::Change>) {
        let Some(segments) = &mut self.segments else { return };
        let passed = segments.advance(now);
        if passed.is_empty() {
            return;
        }
        batch.put(Space::META, CLOCK, &now.to_be_bytes());
        for change in passed {
            let cause = Cause::from(instant::text(change.at).as_str());
            self.write_memberships(vec![change], &cause, batch, changes);
        }
    }

    /// Looks at the segments of the profiles that were settled.
    pub(super) fn memberships_of_settled(&mut self, at: Instant) -> Vec<Change> {
        match &mut self.segments {
            Some(segments) => segments.settled(&self.live, at),
            None => Vec::new(),
        }
    }

    /// Looks at the segments of the profile that an event belongs to.
    pub(super) fn memberships_of_event(&mut self, event: u32, message: &Message, at: Instant) -> Vec<Change> {
        match (&mut self.segments, self.live.home_of_event(message)) {
            (Some(segments), Some(home)) => segments.happened(event, home, &self.live, at),
            _ => Vec::new(),
        }
    }

    pub(super) fn write_settled(
        &mut self,
        cause: &Cause,
        at: Instant,
        batch: &mut Batch,
        changes: &mut Vec<changes::Change>,
    ) {
        let memberships = self.memberships_of_settled(at);
        self.write_memberships(memberships, cause, batch, changes);
    }

    pub(super) fn write_memberships(
        &mut self,
        memberships: Vec<Change>,
        cause: &Cause,
        batch: &mut Batch,
        changes: &mut Vec<changes::Change>,
    ) {
        for Change { at, profile, segment, entered } in memberships {
            let event = match entered {
                true => Event::SegmentEntered { profile_id: profile, segment },
                false => Event::SegmentExited { profile_id: profile, segment },
            };
            self.write(vec![event], cause, at, batch, changes);
        }
    }

    /// Tells who enters and who leaves since the store was opened with other rules than those by which the feed told memberships.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn redefine(&mut self, store: &dyn Store, model: Option<String>, batch: &mut Batch) -> Result<()> {
        let (rules, told_by) = (self.rules(model, store)?, store.get(Space::META, TOLD_BY)?);
        if told_by.as_ref() == Some(&rules) {
            return Ok(());
        }
        batch.put(Space::META, TOLD_BY, &rules);
        if told_by.is_none() && store.last_key(Space::CHANGES)?.is_none() {
            return Ok(());
        }
        // Somebody who is no more is in it still, if it was while there were no segments that a profile went away.
        let (before, at) = (told(store)?, kept_clock(store)?);
        let now = self.segments.as_ref().map(Segments::memberships).unwrap_or_default();
        let at = self.segments.as_ref().map_or(at, Segments::now);
        let change = |(profile, segment): &(String, String), entered| {
            let (profile, segment) = (profile.clone(), segment.clone());
            Change { at, profile, segment, entered }
        };
        let exits = before.difference(&now).map(|one| change(one, false));
        let changes = exits.chain(now.difference(&before).map(|one| change(one, true))).collect();
        self.write_memberships(changes, &DEFINITION.into(), batch, &mut Vec::new());
        Ok(())
    }

    /// A hash of all that decides memberships beside the evidence; where there are no segments, the same for all rules, but for those
    /// who share a store.
    fn rules(&self, model: Option<String>, store: &dyn Store) -> Result<Vec<u8>> {
        if self.live.config.segments.is_empty() && store.shared().is_none() {
            return Ok(Vec::new());
        }
        let json = serde_json::to_vec(&(&self.live.config, model));
        let json = json.map_err(|error| Error::new(Code::Internal, format!("the rules cannot be written: {error}")))?;
        Ok(Sha256::digest(&json).to_vec())
    }

    /// Keeps up to when memberships were told, where no message tells it.
    pub(super) fn keep_clock(&self, batch: &mut Batch) {
        if let Some(segments) = &self.segments {
            batch.put(Space::META, CLOCK, &segments.now().to_be_bytes());
        }
    }
}

/// The key under which it is kept up to when memberships were told.
pub(super) const CLOCK: &[u8] = b"segments";

/// The key under which a hash of the rules is kept by which memberships were told.
pub(super) const TOLD_BY: &[u8] = b"told by";

/// The cause of entries and exits that other rules make.
const DEFINITION: &str = "definition";

/// Pairs of profile and segment.
type Memberships = BTreeSet<(String, String)>;

/// Memberships by what the feed says.
fn told(store: &dyn Store) -> Result<Memberships> {
    let mut found = Memberships::new();
    store.scan(Space::CHANGES, &KeyRange::all(), &mut |_, bytes| {
        match changes::Change::from_json(bytes)?.event {
            // Whose name was erased is in none any more.
            Event::SegmentEntered { profile_id, .. } if profile_id == ERASED => {}
            Event::SegmentEntered { profile_id, segment } => drop(found.insert((profile_id, segment))),
            Event::SegmentExited { profile_id, segment } => drop(found.remove(&(profile_id, segment))),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Up to when memberships were told.
pub(super) fn kept_clock(store: &dyn Store) -> Result<Instant> {
    let bytes = store.get(Space::META, CLOCK)?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(Instant::MIN, Instant::from_be_bytes))
}

impl Live {
    /// Where an event belongs whose message left everything settled.
    pub(super) fn home_of_event(&mut self, message: &Message) -> Option<Home> {
        let values = self.values_of(message);
        let (record, devices) = self.about(message, &values);
        match record {
            Some(record) => Some(Home::Cluster(self.records[record as usize].cluster)),
            None => {
                let device = *devices.first()?;
                match self.devices[device as usize].homes.as_slice() {
                    [home] => Some(*home),
                    _ => self.owner_of_latest(device),
                }
            }
        }
    }

    /// Keeps in mind what a settling looked at.
    pub(super) fn note_settled(&mut self, homes: Vec<Home>, before: impl Iterator<Item = crate::profile::ProfileId>) {
        let now: Vec<_> = homes.iter().filter_map(|home| Some(self.profiles.get(home)?.id)).collect();
        self.settled = Settled { gone: before.filter(|id| !now.contains(id)).collect(), homes };
    }
}
