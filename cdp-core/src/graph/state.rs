//! What a graph holds behind its lock: the live state, and where evidence and changes are numbered and kept.

use super::changes::{Change, Event};
use super::erasure::Privacy;
use super::evidence::{self, Decision, Evidence};
use super::live::{Live, Touched};
use super::message::{self, Message, MessageKind};
use super::said;
use super::segments::{Segments, kept_clock};
use super::view::Counts;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::model::Model;
use crate::schema::Config;
use crate::store::{Batch, KeyRange, Space, Store, Ticket};
use hashbrown::{DefaultHashBuilder, HashMap};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Bytes of one call: it is one commit of the store.
const MAX_CALL: usize = 64 << 20;

/// Pieces of evidence that are read together at opening.
const READ_TOGETHER: usize = 16_384;

/// The store, once everything handed in is in it.
pub(super) type Written<'a> = &'a dyn Fn() -> Result<Arc<dyn Store>>;

/// A message of a call, read, with its JSON.
pub(super) struct Incoming<'a> {
    json: &'a str,
    sent_at: Option<Instant>,
    message: Message,
}

/// Reads the messages of a call; none is taken in where one cannot be read.
///
/// # Errors
/// `invalid_message`, with the place in the list.
pub(super) fn read_messages(json: &str, received: Instant) -> Result<Vec<Incoming<'_>>> {
    if json.len() > MAX_CALL {
        let reason = format!("a call of {} bytes is too large, the limit is {MAX_CALL}", json.len());
        return Err(Error::new(Code::InvalidMessage, reason).help("send fewer messages in a call"));
    }
    let raws = message::split(json)?;
    let several = raws.len() > 1;
    let mut incoming = Vec::with_capacity(raws.len());
    for (place, message::Raw { json, sent_at }) in raws.into_iter().enumerate() {
        let message = message::read(json, sent_at, received);
        let message = message.map_err(|error| if several { error.row(place as u64) } else { error })?;
        incoming.push(Incoming { json, sent_at, message });
    }
    Ok(incoming)
}

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

    fn instant(self) -> Instant {
        match self {
            AsOf::Ingested(instant) | AsOf::Observed(instant) => instant,
        }
    }
}

/// The state of a graph.
pub(super) struct State {
    pub(super) live: Live,
    pub(super) next_evidence: u64,
    next_change: u64,
    /// The evidence that holds each message, by a hash of its id, with a hash of what it says.
    seen: HashMap<u128, (u64, u64)>,
    /// Of ids that several different messages have, the evidence of those that do not count, with the same hashes.
    rivals: HashMap<u128, Vec<(u64, u64)>>,
    hasher: DefaultHashBuilder,
    /// The latest decision about each pair.
    pub(super) decisions: HashMap<[RecordName; 2], Decision>,
    /// Evidence that was taken out and is kept aside.
    pub(super) aside: BTreeSet<u64>,
    pub(super) privacy: Privacy,
    /// Where each decision about a pair is kept.
    pub(super) decision_evidence: HashMap<[RecordName; 2], Vec<u64>>,
    broken: Option<Error>,
    /// Absent where the configuration has none.
    pub(super) segments: Option<Segments>,
    /// When the latest message arrived.
    pub(super) arrived: Instant,
    /// The claim to the last batch that was handed in.
    pub(super) last: Option<Ticket>,
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
        let next = |space| -> Result<u64> { Ok(store.last_key(space)?.map_or(Ok(0), |key| number(&key))? + 1) };
        let mut live = Live::new(config, model)?;
        let mut state = State {
            segments: Segments::new(&mut live)?,
            arrived: Instant::MIN,
            live,
            // The latest evidence may be erased: its number is not given again, since changes are found by such numbers.
            next_evidence: next(Space::EVIDENCE)?.max(last_told(store)? + 1),
            next_change: next(Space::CHANGES)?,
            seen: HashMap::new(),
            rivals: HashMap::new(),
            hasher: DefaultHashBuilder::default(),
            decisions: HashMap::new(),
            aside: BTreeSet::new(),
            privacy: Privacy::read(store)?,
            decision_evidence: HashMap::new(),
            broken: None,
            last: None,
        };
        store.scan(Space::REMOVED, &KeyRange::all(), &mut |key, _| {
            state.aside.insert(number(key)?);
            Ok(ControlFlow::Continue(()))
        })?;
        let (mut touched, mut contested) = (Touched::default(), Vec::new());
        let mut waiting: Vec<(u64, Vec<u8>)> = Vec::new();
        store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, bytes| {
            waiting.push((number(key)?, bytes.to_vec()));
            if waiting.len() == READ_TOGETHER {
                state.replay(&mut waiting, until, &mut touched, &mut contested)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        state.replay(&mut waiting, until, &mut touched, &mut contested)?;
        let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
        for (message, number) in contested {
            if !state.repeats(&message) {
                state.admit(message, number, &read, &mut touched)?;
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

    /// Takes kept evidence in; it is read by all threads, and applied in its order. Messages whose ids others have are left for
    /// later.
    fn replay(
        &mut self,
        waiting: &mut Vec<(u64, Vec<u8>)>,
        until: Option<AsOf>,
        touched: &mut Touched,
        contested: &mut Vec<(Message, u64)>,
    ) -> Result<()> {
        let read: Result<Vec<Evidence>> = waiting.par_iter().map(|(_, bytes)| evidence::read(bytes)).collect();
        for ((number, _), evidence) in waiting.drain(..).zip(read?) {
            match evidence {
                Evidence::Decision(decision) if until.is_some_and(|until| decision.at > until.instant()) => {}
                Evidence::Decision(decision) => self.heed(decision, number, touched),
                Evidence::Message(..) if self.aside.contains(&number) => {}
                Evidence::Message(message, received) if !self.counts_at(&message, received, until) => {}
                Evidence::Message(message, received) => {
                    self.arrived = self.arrived.max(received);
                    let id = self.id(&message);
                    if self.seen.contains_key(&id) {
                        contested.push((*message, number));
                    } else {
                        touched.extend(self.apply(&message, number).0);
                        self.seen.insert(id, (number, self.content(&message)));
                    }
                }
            }
        }
        Ok(())
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

    pub(super) fn break_with(&mut self, error: &Error) {
        self.broken.get_or_insert(error.clone());
    }

    pub(super) fn counts(&self) -> Counts {
        let live = &self.live;
        Counts {
            messages: self.seen.len() as u64,
            records: live.records.iter().filter(|record| record.is_alive()).count() as u64,
            devices: live.devices.iter().filter(|device| device.is_real()).count() as u64,
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
        for incoming in incoming {
            if self.speaks_of_erased(&incoming.message)? {
                let refused = Event::MessageRefused { reason: "erased".to_owned() };
                self.write(vec![refused], "", received, batch, &mut changes);
                continue;
            }
            let mut touched = Touched::default();
            if self.repeats(&incoming.message) {
                continue;
            }
            let number = self.next_evidence;
            self.next_evidence += 1;
            self.arrived = self.arrived.max(received);
            let bytes = evidence::message_bytes(incoming.json, incoming.sent_at, received);
            batch.put(Space::EVIDENCE, &key(number), &bytes);
            let cause = incoming.message.id.clone();
            let read = |number| read_message(kept(number, store, batch)?);
            // Only segments look at a message again.
            let message = self.segments.is_some().then(|| incoming.message.clone());
            let event = self.admit(incoming.message, number, &read, &mut touched)?;
            if !touched.is_empty() {
                let events = self.live.settle(&touched)?;
                self.write(events, &cause, received, batch, &mut changes);
                self.write_settled(&cause, received, batch, &mut changes);
            } else if let (Some(event), Some(message)) = (event, message) {
                self.write_happened(event, &message, received, batch, &mut changes);
            }
        }
        Ok(changes)
    }

    /// Whether a message says what one with its id said before.
    fn repeats(&self, message: &Message) -> bool {
        let id = self.id(message);
        let Some(&(_, said)) = self.seen.get(&id) else { return false };
        let mine = self.content(message);
        said == mine || self.rivals.get(&id).is_some_and(|rivals| rivals.iter().any(|(_, said)| *said == mine))
    }

    /// Takes a message in that repeats none. Of different messages with one id the same one counts whatever order they came in;
    /// `read` gives those that came before. Tells the number of its event, if it counts and is one.
    fn admit(
        &mut self,
        message: Message,
        number: u64,
        read: &dyn Fn(u64) -> Result<Message>,
        touched: &mut Touched,
    ) -> Result<Option<u32>> {
        let id = self.id(&message);
        if let Some(&(before, said)) = self.seen.get(&id) {
            let first = read(before)?;
            let counts = message < first;
            let loser = if counts { (before, said) } else { (number, self.content(&message)) };
            self.rivals.entry(id).or_default().push(loser);
            if !counts {
                return Ok(None);
            }
            touched.extend(self.live.retract(&first, before));
        }
        let (more, event) = self.apply(&message, number);
        touched.extend(more);
        self.seen.insert(id, (number, self.content(&message)));
        Ok(event)
    }

    /// Takes a message out, and lets the next one with its id count.
    pub(super) fn dismiss(
        &mut self,
        message: &Message,
        number: u64,
        read: &dyn Fn(u64) -> Result<Message>,
        touched: &mut Touched,
    ) -> Result<()> {
        let id = self.id(message);
        let mut rivals = self.rivals.remove(&id).unwrap_or_default();
        rivals.retain(|(rival, _)| *rival != number);
        if self.seen.get(&id).is_some_and(|(counting, _)| *counting == number) {
            touched.extend(self.live.retract(message, number));
            self.seen.remove(&id);
            for (rival, _) in rivals {
                let message = read(rival)?;
                if !self.repeats(&message) {
                    self.admit(message, rival, read, touched)?;
                }
            }
        } else if !rivals.is_empty() {
            self.rivals.insert(id, rivals);
        }
        Ok(())
    }

    /// A number for the id of a message. It is kept nowhere but here, and so long that no two ids share one.
    fn id(&self, message: &Message) -> u128 {
        let [a, b] = [0u8, 1].map(|half| self.hasher.hash_one((half, &message.id)));
        u128::from(a) << 64 | u128::from(b)
    }

    /// A hash of what a message says.
    fn content(&self, message: &Message) -> u64 {
        let mut hash = self.hasher.build_hasher();
        // A row that comes again is the same, whenever it comes.
        let time = (message.kind != MessageKind::Record).then_some(message.time);
        (time, message.kind, &message.source, &message.user_id, &message.anonymous_id).hash(&mut hash);
        (&message.previous_id, &message.name, &message.traits).hash(&mut hash);
        (&message.properties, &message.said, message.privacy_control).hash(&mut hash);
        hash.finish()
    }

    fn put_aside(&mut self, evidence: u64, batch: &mut Batch) {
        self.aside.insert(evidence);
        batch.put(Space::REMOVED, &key(evidence), &[]);
    }

    /// Lets a message count; tells what it touched, and the number of its event.
    fn apply(&mut self, message: &Message, evidence: u64) -> (Touched, Option<u32>) {
        let before = self.live.events.len();
        let touched = self.live.apply(message, evidence);
        let event = (self.live.events.len() > before).then_some(before as u32);
        if let (Some(segments), Some(event)) = (&mut self.segments, event) {
            segments.remember(event, message);
        }
        (touched, event)
    }

    /// Numbers what happened and hands it in.
    pub(super) fn write(
        &mut self,
        events: Vec<Event>,
        cause: &str,
        at: Instant,
        batch: &mut Batch,
        changes: &mut Vec<Change>,
    ) {
        for event in events {
            let change = Change::new(self.next_change, at, cause, self.next_evidence - 1, event);
            self.next_change += 1;
            batch.put(Space::CHANGES, &key(change.number), change.to_json().as_bytes());
            if self.privacy.mention(&change) {
                batch.put(Space::NAMED, &key(change.number), &[]);
            }
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

    /// The evidence of messages that do not count since others have their ids.
    pub(super) fn losing(&self) -> BTreeSet<u64> {
        self.rivals.values().flatten().map(|(number, _)| *number).collect()
    }

    /// Lets messages be no rivals any more, so that none of them takes the place of another.
    pub(super) fn withdraw(&mut self, numbers: &BTreeSet<u64>) {
        self.rivals.values_mut().for_each(|rivals| rivals.retain(|(rival, _)| !numbers.contains(rival)));
        self.rivals.retain(|_, rivals| !rivals.is_empty());
    }

    /// Puts the evidence of a record, or of a whole source, aside.
    pub(super) fn remove(
        &mut self,
        source: &str,
        id: Option<&str>,
        at: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        let store = store()?;
        let chosen = match id {
            Some(record) => {
                let about = self.about(source, record);
                self.matching(source, id, about, store.as_ref())?
            }
            None => self.all_of(source, store.as_ref())?,
        };
        if chosen.is_empty() {
            return Err(not_found("there is no evidence", source, id));
        }
        let mut touched = Touched::default();
        let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
        self.withdraw(&chosen.iter().map(|(number, _)| *number).collect());
        chosen.iter().for_each(|(number, _)| self.put_aside(*number, batch));
        for (number, message) in &chosen {
            self.dismiss(message, *number, &read, &mut touched)?;
        }
        self.settle_and_write(&touched, &format!("removed: {}", named(source, id)), at, batch)
    }

    /// Brings evidence back that was put aside.
    pub(super) fn restore(
        &mut self,
        source: &str,
        id: Option<&str>,
        at: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        let store = store()?;
        let aside = self.aside.iter().copied().collect();
        let mut chosen = self.matching(source, id, aside, store.as_ref())?;
        // What came again meanwhile needs no bringing back.
        chosen.retain(|(_, message)| !self.repeats(message));
        self.privacy.check()?;
        let mut kept = Vec::with_capacity(chosen.len());
        for (number, message) in chosen {
            if !self.speaks_of_erased(&message)? {
                kept.push((number, message));
            }
        }
        let chosen = kept;
        if chosen.is_empty() {
            return Err(not_found("nothing was taken out", source, id));
        }
        let mut touched = Touched::default();
        let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
        for (number, message) in chosen {
            if !self.repeats(&message) {
                self.aside.remove(&number);
                batch.delete(Space::REMOVED, &key(number));
                self.admit(message, number, &read, &mut touched)?;
            }
        }
        self.settle_and_write(&touched, &format!("restored: {}", named(source, id)), at, batch)
    }

    pub(super) fn settle_and_write(
        &mut self,
        touched: &Touched,
        cause: &str,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        self.pass(at, batch, &mut changes);
        let events = self.live.settle(touched)?;
        self.write(events, cause, at, batch, &mut changes);
        self.write_settled(cause, at, batch, &mut changes);
        self.keep_clock(batch);
        Ok(changes)
    }

    /// The evidence that may be about a record: what counts by the record itself, and whatever lost to another message.
    fn about(&self, source: &str, id: &str) -> Vec<u64> {
        let mut about = self.live.evidence_about(source, id);
        about.extend(self.losing());
        about.sort_unstable();
        about.dedup();
        about
    }

    /// The messages of a source that were not taken out.
    fn all_of(&self, source: &str, store: &dyn Store) -> Result<Vec<(u64, Message)>> {
        let mut found = Vec::new();
        store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, bytes| {
            let number = number(key)?;
            if !self.aside.contains(&number)
                && let Evidence::Message(message, _) = evidence::read(bytes)?
                && message.source == source
            {
                found.push((number, *message));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// The messages of a source among this evidence, those about one record where its id is given.
    fn matching(
        &mut self,
        source: &str,
        id: Option<&str>,
        evidence: Vec<u64>,
        store: &dyn Store,
    ) -> Result<Vec<(u64, Message)>> {
        let mut found = Vec::new();
        for number in evidence {
            if let Some(bytes) = store.get(Space::EVIDENCE, &key(number))?
                && let Evidence::Message(message, _) = evidence::read(&bytes)?
                && message.source == source
                && id.is_none_or(|id| self.live.name_of(&message).as_deref() == Some(id))
            {
                found.push((number, *message));
            }
        }
        Ok(found)
    }
}

/// The bytes of a piece of evidence, also of one of this very call.
fn kept(evidence: u64, store: Written<'_>, batch: &Batch) -> Result<Option<Vec<u8>>> {
    let mine = batch.ops().filter(|op| op.space == Space::EVIDENCE && op.key == key(evidence));
    match mine.last() {
        Some(op) => Ok(op.value.map(<[u8]>::to_vec)),
        None => store()?.get(Space::EVIDENCE, &key(evidence)),
    }
}

/// The message of a piece of evidence that is there.
pub(super) fn read_message(bytes: Option<Vec<u8>>) -> Result<Message> {
    match bytes.as_deref().map(evidence::read) {
        Some(Ok(Evidence::Message(message, _))) => Ok(*message),
        Some(Err(error)) => Err(error),
        _ => Err(Error::new(Code::StoreCorrupt, "a message that was taken in is not there")),
    }
}

/// The number of the latest evidence when the last change was told.
fn last_told(store: &dyn Store) -> Result<u64> {
    let Some(last) = store.last_key(Space::CHANGES)? else { return Ok(0) };
    let bytes = store.get(Space::CHANGES, &last)?;
    bytes.map_or(Ok(0), |bytes| Ok(Change::from_json(&bytes)?.evidence))
}

fn named(source: &str, id: Option<&str>) -> String {
    id.map_or_else(|| source.to_owned(), |id| format!("{source}/{id}"))
}

fn not_found(reason: &str, source: &str, id: Option<&str>) -> Error {
    let reason = id.map_or_else(|| reason.to_owned(), |id| format!("{reason} of the record '{id}'"));
    Error::new(Code::NotFound, reason).source(source)
}
