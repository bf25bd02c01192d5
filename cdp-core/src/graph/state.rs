//! What a graph holds behind its lock: the live state, and where evidence and changes are numbered and kept.

use super::changes::{Change, Event};
use super::erasure::Privacy;
use super::evidence::{self, Decision, Evidence, Waiting};
use super::founders::Founders;
use super::incoming::Incoming;
use super::live::{Live, Touched};
use super::mentions::Cause;
use super::message::{self, Message};
use super::recipients::Recipients;
use super::retention::Retention;
use super::rivals::{Hashes, Identity, Known};
use super::said;
use super::segments::{Segments, kept_clock};
use super::turns::Standing;
use super::view::Counts;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::model::Model;
use crate::schema::Config;
use crate::segment::live;
use crate::store::{Batch, KeyRange, Space, Store, Ticket};
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Messages that look together where they will read.
const LOOK_AHEAD: usize = 64;

/// Bytes that are kept beside a message, of its entry and of what it mostly changes.
const BESIDE: usize = 192;

/// The store, once everything handed in is in it.
pub(super) type Written<'a> = &'a dyn Fn() -> Result<Arc<dyn Store>>;

/// An instant to look back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// By what had arrived.
    Ingested(Instant),
    /// By what had happened, whenever it was heard of.
    Observed(Instant),
}

impl AsOf {
    /// By the word of its kind: `ingested` or `observed`.
    ///
    /// # Errors
    /// `invalid_input` for any other word.
    pub fn by(word: &str, instant: Instant) -> Result<Self> {
        match word {
            "ingested" => Ok(AsOf::Ingested(instant)),
            "observed" => Ok(AsOf::Observed(instant)),
            _ => Err(Error::new(Code::InvalidInput, format!("one cannot look back by '{word}'"))
                .help("say 'ingested' (what had arrived) or 'observed' (what had happened)")),
        }
    }

    pub(super) fn instant(self) -> Instant {
        match self {
            AsOf::Ingested(instant) | AsOf::Observed(instant) => instant,
        }
    }
}

/// The state of a graph.
pub(super) struct State {
    pub(super) live: Live,
    pub(super) next_evidence: u64,
    pub(super) next_change: u64,
    /// Which messages there are, and which of them count.
    pub(super) known: Known,
    /// The latest decision about each pair.
    pub(super) decisions: HashMap<[RecordName; 2], Decision>,
    /// Evidence that was taken out and is kept aside.
    pub(super) aside: BTreeSet<u64>,
    pub(super) privacy: Privacy,
    pub(super) recipients: Recipients,
    pub(super) retention: Retention,
    /// The evidence of the decisions about each record.
    pub(super) decided_about: HashMap<RecordName, BTreeSet<u64>>,
    broken: Option<Error>,
    /// As of when it was read, if not of now.
    pub(super) as_of: Option<AsOf>,
    /// Absent where the configuration has none.
    pub(super) segments: Option<Segments>,
    /// When the latest message arrived.
    pub(super) arrived: Instant,
    /// The claim to the last batch that was handed in.
    pub(super) last: Option<Ticket>,
    pub(super) standing: Standing,
}

pub(super) fn key(number: u64) -> [u8; 8] {
    number.to_be_bytes()
}

pub(super) fn number(key: &[u8]) -> Result<u64> {
    let corrupt = |_| Error::new(Code::StoreCorrupt, "a key is no number");
    key.try_into().map(u64::from_be_bytes).map_err(corrupt)
}

impl State {
    /// The state that all evidence of a store gives, or that up to an instant.
    pub(super) fn read(
        store: &dyn Store,
        config: Config,
        model: Option<&Arc<Model>>,
        until: Option<AsOf>,
    ) -> Result<State> {
        let mut live = Live::new(config, model)?;
        live.founders = Founders::read(store)?;
        let mut state = State {
            segments: Segments::new(&mut live)?,
            arrived: Instant::MIN,
            live,
            next_evidence: next_evidence(store)?,
            next_change: next_number(store, Space::CHANGES)?,
            known: Known::default(),
            decisions: HashMap::new(),
            aside: BTreeSet::new(),
            privacy: Privacy::read(store)?,
            recipients: Recipients::read(store)?,
            retention: Retention::default(),
            decided_about: HashMap::new(),
            broken: None,
            as_of: until,
            last: None,
            standing: Standing::default(),
        };
        store.scan(Space::REMOVED, &KeyRange::all(), &mut |key, _| {
            state.aside.insert(number(key)?);
            Ok(ControlFlow::Continue(()))
        })?;
        let (mut touched, mut contested) = (Touched::default(), Vec::new());
        let mut waiting = Waiting::default();
        let (mut read, mut applied): (Vec<Kept>, Vec<Kept>) = Default::default();
        let hashes = state.known.hashes.clone();
        // What was read is applied while what follows it is read, by whom the memory of what was applied is given back.
        let mut step = |state: &mut State, waiting: &mut Waiting| -> Result<()> {
            let (next, done) = rayon::join(
                || {
                    drop(std::mem::take(&mut applied));
                    waiting.read(|number, evidence| Kept::new(number, evidence, &hashes))
                },
                || {
                    state.replay(&read, until, &mut touched, &mut contested);
                    std::mem::take(&mut read)
                },
            );
            (read, applied) = (next?, done);
            Ok(())
        };
        store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, bytes| {
            if waiting.push(number(key)?, bytes) {
                step(&mut state, &mut waiting)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        step(&mut state, &mut waiting)?;
        step(&mut state, &mut waiting)?;
        let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
        for (message, number) in contested {
            let id = state.known.id(&message);
            if !state.repeats(&message, id, &read)? {
                state.admit(&message, id, number, &read, &mut touched)?;
            }
        }
        state.live.build(&touched)?;
        let clock = match until {
            Some(until) => until.instant(),
            None => kept_clock(store)?.max(state.arrived),
        };
        if let Some(segments) = &mut state.segments {
            segments.fill(&state.live, clock);
        }
        Ok(state)
    }

    /// Takes kept evidence in, in its order. Messages whose ids others have are left for later.
    fn replay(
        &mut self,
        read: &[Kept],
        until: Option<AsOf>,
        touched: &mut Touched,
        contested: &mut Vec<(Message, u64)>,
    ) {
        for (place, &Kept { number, ref evidence, identity }) in read.iter().enumerate() {
            if place % LOOK_AHEAD == 0 {
                let next = read[place..].iter().take(LOOK_AHEAD);
                self.live.look_ahead(next.filter_map(|kept| match &kept.evidence {
                    Evidence::Message(message, _) => Some(message),
                    Evidence::Decision(_) | Evidence::Mark(_) => None,
                }));
            }
            if let (Evidence::Message(message, _), None, false) = (evidence, until, self.live.keeps_for_ever()) {
                self.note_due(message, number);
            }
            match evidence {
                Evidence::Mark(mark) if until.is_some_and(|until| mark.at > until.instant()) => {}
                Evidence::Mark(mark) => self.note_mark(mark.clone(), number),
                Evidence::Decision(decision) if until.is_some_and(|until| decision.at > until.instant()) => {}
                Evidence::Decision(decision) => self.heed(decision.clone(), number, touched),
                Evidence::Message(message, _) if self.aside.contains(&number) => self.note_out(message, number),
                Evidence::Message(message, received) if !self.counts_at(message, *received, until) => {}
                Evidence::Message(message, received) => {
                    self.arrived = self.arrived.max(*received);
                    if self.known.is_contested(identity) {
                        contested.push((message.clone(), number));
                    } else {
                        touched.extend(self.apply(message, number).0);
                        self.known.count(identity, number);
                    }
                }
            }
        }
    }

    /// Whether a message was there at an instant.
    fn counts_at(&self, message: &Message, received: Instant, until: Option<AsOf>) -> bool {
        match until {
            None => true,
            Some(AsOf::Ingested(until)) => received <= until,
            Some(AsOf::Observed(until)) => self.live.observed(message) <= until,
        }
    }

    /// Whether the state may be built on.
    pub(super) fn check(&self) -> Result<()> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    /// When the latest message arrived.
    pub(super) fn arrived(&self) -> Instant {
        self.arrived
    }

    pub(super) fn break_with(&mut self, error: &Error) {
        self.broken.get_or_insert(error.clone());
    }

    pub(super) fn counts(&self) -> Counts {
        let live = &self.live;
        Counts {
            messages: self.known.len() as u64,
            records: live.records.iter().filter(|record| record.is_alive()).count() as u64,
            devices: (0..live.devices.len() as u32).filter(|device| live.is_device(*device)).count() as u64,
            profiles: live.profiles.len() as u64,
            refused: live.refused.len() as u64,
            changes: self.next_change - 1,
        }
    }

    /// Takes messages in, one after another.
    pub(super) fn take_messages(
        &mut self,
        incoming: Vec<Incoming<'_>>,
        received: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        // What can be refused is refused before anything is done.
        self.privacy.check()?;
        let several = incoming.len() > 1;
        for (place, incoming) in (0..).zip(&incoming) {
            let checked = said::check(&incoming.message, &self.live.config.consent);
            checked.map_err(|error| if several { error.row(place) } else { error })?;
        }
        let mut changes = Vec::new();
        self.pass(received, batch, &mut changes);
        batch.reserve(incoming.iter().map(|incoming| incoming.json.len() + BESIDE).sum());
        // The store does not have what this very call brings.
        let mut fresh: Vec<Fresh<'_>> = Vec::with_capacity(incoming.len());
        let (mut incoming, mut ids) = (incoming.into_iter(), Vec::new());
        for place in 0.. {
            if place % LOOK_AHEAD == 0 {
                let next = incoming.as_slice().iter().take(LOOK_AHEAD).map(|incoming| &incoming.message);
                ids = next.clone().map(|message| self.known.id(message)).collect();
                if several {
                    self.known.look_ahead(&ids);
                    self.live.look_ahead(next);
                }
            }
            let (Some(incoming), Some(&id)) = (incoming.next(), ids.get(place % LOOK_AHEAD)) else { break };
            if self.speaks_of_erased(&incoming.message)? {
                let refused = Event::MessageRefused { reason: "erased".to_owned() };
                self.write(vec![refused], &Cause::default(), received, batch, &mut changes);
                continue;
            }
            let earlier = |number| came_before(number, &fresh, received, batch, store);
            if self.repeats(&incoming.message, id, &earlier)? {
                continue;
            }
            let number = self.next_evidence;
            self.next_evidence += 1;
            let head = evidence::message_head(incoming.sent_at, received);
            batch.put_parts(Space::EVIDENCE, &key(number), &[&head, incoming.json.as_bytes()]);
            fresh.push((number, incoming.json, incoming.sent_at));
            let earlier = |number| came_before(number, &fresh, received, batch, store);
            let (events, memberships) = self.take_in(&incoming.message, id, received, number, &earlier)?;
            // Most messages change nothing that is told.
            let is_told = !events.is_empty() || !memberships.is_empty();
            let cause = if is_told { incoming.message.id().into() } else { Cause::default() };
            self.write(events, &cause, received, batch, &mut changes);
            self.write_memberships(memberships, &cause, batch, &mut changes);
        }
        Ok(changes)
    }

    /// Takes a message in that repeats none, as evidence of that number; tells what became of profiles and of memberships. `read`
    /// gives the messages that came before, and `id` is the number of its id.
    pub(super) fn take_in(
        &mut self,
        message: &Message,
        id: u128,
        received: Instant,
        number: u64,
        read: &dyn Fn(u64) -> Result<Message>,
    ) -> Result<(Vec<Event>, Vec<live::Change>)> {
        self.arrived = self.arrived.max(received);
        if !self.live.keeps_for_ever() {
            self.note_due(message, number);
        }
        let mut touched = Touched::default();
        let event = self.admit(message, id, number, read, &mut touched)?;
        if touched.is_empty() {
            let watched = event.filter(|_| self.segments.is_some());
            let memberships = watched.map(|event| self.memberships_of_event(event, message, received));
            return Ok((Vec::new(), memberships.unwrap_or_default()));
        }
        let events = self.settle(&touched)?;
        Ok((events, self.memberships_of_settled(received)))
    }

    /// Works out what follows from what was touched; tells what became of profiles.
    pub(super) fn settle(&mut self, touched: &Touched) -> Result<Vec<Event>> {
        let events = self.live.settle(touched)?;
        if events.iter().any(|event| matches!(event, Event::ProfileSplit { .. })) {
            self.look_at_prospects();
        }
        Ok(events)
    }

    /// Lets a message count; tells what it touched, and the number of its event.
    pub(super) fn apply(&mut self, message: &Message, evidence: u64) -> (Touched, Option<u32>) {
        let before = self.live.events.len();
        let touched = self.live.apply(message, evidence);
        let event = (self.live.events.len() > before).then_some(before as u32);
        if let (Some(segments), Some(event)) = (&mut self.segments, event) {
            segments.remember(event, message);
        }
        if touched.nobody {
            self.note_out(message, evidence);
        }
        (touched, event)
    }

    /// Numbers what happened and hands it in, with the founders of the ids that are no profile's any more.
    pub(super) fn write(
        &mut self,
        events: Vec<Event>,
        cause: &Cause,
        at: Instant,
        batch: &mut Batch,
        changes: &mut Vec<Change>,
    ) {
        self.live.founders.keep(batch);
        for event in events {
            let change = Change::new(self.next_change, at, &cause.text, self.next_evidence - 1, event);
            self.next_change += 1;
            batch.put(Space::CHANGES, &key(change.number), change.to_json().as_bytes());
            self.note_names(&change, cause, batch);
            changes.push(change);
        }
    }

    /// The numbers of the changes that a piece of evidence made: both are numbered in the order they came in.
    pub(super) fn changes_by(&self, evidence: u64, store: &dyn Store) -> Result<Vec<u64>> {
        let by = |change: u64| -> Result<u64> {
            let bytes = store.get(Space::CHANGES, &key(change))?;
            bytes.map_or(Ok(u64::MAX), |bytes| Ok(Change::from_json(&bytes)?.evidence))
        };
        let (mut low, mut high) = (1, self.next_change);
        while low < high {
            let middle = low + (high - low) / 2;
            if by(middle)? < evidence { low = middle + 1 } else { high = middle }
        }
        let mut found = Vec::new();
        while low < self.next_change && by(low)? == evidence {
            found.push(low);
            low += 1;
        }
        Ok(found)
    }

    pub(super) fn settle_and_write(
        &mut self,
        touched: &Touched,
        cause: &Cause,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        self.pass(at, batch, &mut changes);
        let events = self.settle(touched)?;
        self.write(events, cause, at, batch, &mut changes);
        self.write_settled(cause, at, batch, &mut changes);
        self.keep_clock(batch);
        Ok(changes)
    }
}

/// A piece of evidence that is kept, read.
struct Kept {
    number: u64,
    evidence: Evidence,
    /// Of a message.
    identity: Identity,
}

impl Kept {
    fn new(number: u64, evidence: Evidence, hashes: &Hashes) -> Kept {
        let identity = if let Evidence::Message(message, _) = &evidence { hashes.of(message) } else { (0, 0) };
        Kept { number, evidence, identity }
    }
}

/// A message of the call itself: its number, its JSON, and when its envelope was sent.
type Fresh<'a> = (u64, &'a str, Option<Instant>);

/// A message that came before, in the call itself, in an earlier one of the same batch, or in the store.
fn came_before(
    number: u64,
    fresh: &[Fresh<'_>],
    received: Instant,
    batch: &Batch,
    store: Written<'_>,
) -> Result<Message> {
    match fresh.binary_search_by_key(&number, |(number, ..)| *number) {
        Ok(place) => message::read(fresh[place].1, fresh[place].2, received),
        Err(_) => read_message(match handed_in(batch, number) {
            Some(bytes) => Some(bytes),
            None => store()?.get(Space::EVIDENCE, &key(number))?,
        }),
    }
}

/// The evidence that an earlier call of the same batch brought.
fn handed_in(batch: &Batch, evidence: u64) -> Option<Vec<u8>> {
    let key = key(evidence);
    let mut brought = batch.ops().filter(|op| op.space == Space::EVIDENCE).peekable();
    // Most is older than the whole batch.
    brought.peek().filter(|first| first.key <= key.as_slice())?;
    brought.find(|op| op.key == key.as_slice()).and_then(|op| op.value).map(<[u8]>::to_vec)
}

/// The message of a piece of evidence that is there.
pub(super) fn read_message(bytes: Option<Vec<u8>>) -> Result<Message> {
    match bytes.as_deref().map(evidence::read) {
        Some(Ok(Evidence::Message(message, _))) => Ok(message),
        Some(Err(error)) => Err(error),
        _ => Err(Error::new(Code::StoreCorrupt, "a message that was taken in is not there")),
    }
}

/// The number that the next evidence has. The latest may be erased: its number is not given again, since changes are found by
/// such numbers.
pub(super) fn next_evidence(store: &dyn Store) -> Result<u64> {
    Ok(next_number(store, Space::EVIDENCE)?.max(last_told(store)? + 1))
}

/// The number after the greatest of a space.
pub(super) fn next_number(store: &dyn Store, space: Space) -> Result<u64> {
    Ok(store.last_key(space)?.map_or(Ok(0), |key| number(&key))? + 1)
}

/// The number of the latest evidence when the last change was told.
fn last_told(store: &dyn Store) -> Result<u64> {
    let Some(last) = store.last_key(Space::CHANGES)? else { return Ok(0) };
    let bytes = store.get(Space::CHANGES, &last)?;
    bytes.map_or(Ok(0), |bytes| Ok(Change::from_json(&bytes)?.evidence))
}
