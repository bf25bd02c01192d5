//! What a graph holds behind its lock: the live state, and where evidence and changes are numbered and kept.

use super::changes::{Change, Event};
use super::erasure::Privacy;
use super::evidence::{self, Decision, Evidence};
use super::live::{Live, Touched};
use super::message::{self, Message, MessageKind};
use super::said;
use super::segments::Segments;
use super::view::Counts;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::model::Model;
use crate::schema::Config;
use crate::segment::live;
use crate::store::{Batch, KeyRange, Space, Store, Ticket};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
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
    next_evidence: u64,
    next_change: u64,
    /// The evidence that holds each message, by its id, with a hash of what it says.
    seen: HashMap<String, (u64, u64)>,
    /// The latest decision about each pair.
    decisions: HashMap<[RecordName; 2], Decision>,
    /// Evidence that was taken out and is kept aside.
    pub(super) aside: BTreeSet<u64>,
    pub(super) privacy: Privacy,
    /// Where each decision about a pair is kept.
    decision_evidence: HashMap<[RecordName; 2], Vec<u64>>,
    broken: Option<Error>,
    /// Absent where the configuration has none.
    pub(super) segments: Option<Segments>,
    /// When the latest message arrived.
    arrived: Instant,
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
        let live = Live::new(config, model)?;
        let mut state = State {
            segments: Segments::new(&live.config, &live)?,
            arrived: Instant::MIN,
            live,
            next_evidence: next(Space::EVIDENCE)?,
            next_change: next(Space::CHANGES)?,
            seen: HashMap::new(),
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
        let mut touched = Touched::default();
        let mut waiting: Vec<(u64, Vec<u8>)> = Vec::new();
        store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, bytes| {
            waiting.push((number(key)?, bytes.to_vec()));
            if waiting.len() == READ_TOGETHER {
                state.replay(&mut waiting, until, &mut touched)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        state.replay(&mut waiting, until, &mut touched)?;
        state.live.settle(&touched)?;
        let clock = match until {
            Some(until) => until.instant(),
            None => kept_clock(store)?.max(state.arrived),
        };
        if let Some(segments) = &mut state.segments {
            segments.fill(&state.live, clock);
        }
        Ok(state)
    }

    /// Takes kept evidence in; it is read by all threads, and applied in its order.
    fn replay(&mut self, waiting: &mut Vec<(u64, Vec<u8>)>, until: Option<AsOf>, touched: &mut Touched) -> Result<()> {
        let read: Result<Vec<Evidence>> = waiting.par_iter().map(|(_, bytes)| evidence::read(bytes)).collect();
        for ((number, _), evidence) in waiting.drain(..).zip(read?) {
            match evidence {
                Evidence::Decision(decision) if until.is_some_and(|until| decision.at > until.instant()) => {}
                Evidence::Decision(decision) => self.heed(decision, number, touched),
                Evidence::Message(..) if self.aside.contains(&number) => {}
                Evidence::Message(message, received) if !self.counts_at(&message, received, until) => {}
                Evidence::Message(message, received) => {
                    self.arrived = self.arrived.max(received);
                    touched.extend(self.apply(&message, number).0);
                    self.seen(&message, number);
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
            if let Some(&(before, said)) = self.seen.get(&incoming.message.id) {
                if said == content(&incoming.message) {
                    continue;
                }
                // Of two different messages with one id, the same one counts whatever order they came in.
                let Some(bytes) = self.kept(before, store, batch)? else { continue };
                let Evidence::Message(first, _) = evidence::read(&bytes)? else { continue };
                if *first <= incoming.message {
                    continue;
                }
                touched.extend(self.live.retract(&first, before));
                self.put_aside(before, batch);
            }
            let number = self.next_evidence;
            self.next_evidence += 1;
            let bytes = evidence::message_bytes(incoming.json, incoming.sent_at, received);
            batch.put(Space::EVIDENCE, &key(number), &bytes);
            let (more, event) = self.apply(&incoming.message, number);
            touched.extend(more);
            let cause = incoming.message.id.clone();
            self.seen(&incoming.message, number);
            if !touched.is_empty() {
                let events = self.live.settle(&touched)?;
                self.write(events, &cause, received, batch, &mut changes);
                self.write_settled(&cause, received, batch, &mut changes);
            } else if let Some(event) = event {
                self.write_happened(event, &incoming.message, received, batch, &mut changes);
            }
        }
        Ok(changes)
    }

    /// The bytes of a piece of evidence, also of one of this very call.
    fn kept(&self, evidence: u64, store: Written<'_>, batch: &Batch) -> Result<Option<Vec<u8>>> {
        let mine = batch.ops().filter(|op| op.space == Space::EVIDENCE && op.key == key(evidence));
        match mine.last() {
            Some(op) => Ok(op.value.map(<[u8]>::to_vec)),
            None => store()?.get(Space::EVIDENCE, &key(evidence)),
        }
    }

    /// Notes where a message is kept.
    fn seen(&mut self, message: &Message, evidence: u64) {
        self.seen.insert(message.id.clone(), (evidence, content(message)));
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

    /// Lets time pass for segments, up to an instant.
    pub(super) fn pass(&mut self, now: Instant, batch: &mut Batch, changes: &mut Vec<Change>) {
        let Some(segments) = &mut self.segments else { return };
        let passed = segments.advance(now);
        if passed.is_empty() {
            return;
        }
        batch.put(Space::META, CLOCK, &now.to_be_bytes());
        for change in passed {
            let cause = crate::instant::text(change.at);
            self.write_memberships(vec![change], &cause, batch, changes);
        }
    }

    /// Looks at the segments of the profiles that were settled.
    pub(super) fn write_settled(&mut self, cause: &str, at: Instant, batch: &mut Batch, changes: &mut Vec<Change>) {
        let Some(segments) = &mut self.segments else { return };
        let memberships = segments.settled(&self.live, at);
        self.write_memberships(memberships, cause, batch, changes);
    }

    /// Looks at the segments of the profile that an event belongs to.
    fn write_happened(
        &mut self,
        event: u32,
        message: &Message,
        at: Instant,
        batch: &mut Batch,
        changes: &mut Vec<Change>,
    ) {
        let Some(segments) = &mut self.segments else { return };
        let Some(home) = self.live.home_of_event(message) else { return };
        let memberships = segments.happened(event, home, &self.live, at);
        self.write_memberships(memberships, &message.id, batch, changes);
    }

    fn write_memberships(
        &mut self,
        memberships: Vec<live::Change>,
        cause: &str,
        batch: &mut Batch,
        changes: &mut Vec<Change>,
    ) {
        for live::Change { at, profile, segment, entered } in memberships {
            let event = match entered {
                true => Event::SegmentEntered { profile_id: profile, segment },
                false => Event::SegmentExited { profile_id: profile, segment },
            };
            self.write(vec![event], cause, at, batch, changes);
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

    /// Lets a decision count, if it is the latest about its pair.
    fn heed(&mut self, decision: Decision, evidence: u64, touched: &mut Touched) {
        self.decision_evidence.entry(decision.records.clone()).or_default().push(evidence);
        let known = self.decisions.get(&decision.records);
        if known.is_some_and(|known| (known.at, known.same) >= (decision.at, decision.same)) {
            return;
        }
        let [a, b] = [0, 1].map(|end| {
            let name: &RecordName = &decision.records[end];
            self.live.record(&name.source, &name.record_id)
        });
        self.live.decide(a, b, decision.same, touched);
        self.decisions.insert(decision.records.clone(), decision);
    }

    /// The evidence of decisions about a record.
    pub(super) fn decided_about(&self, record: &RecordName) -> Vec<u64> {
        let about = self.decision_evidence.iter().filter(|(records, _)| records.contains(record));
        about.flat_map(|(_, evidence)| evidence.iter().copied()).collect()
    }

    /// Lets a decision about somebody who is erased be gone.
    pub(super) fn unheed(&mut self, decision: &Decision, touched: &mut Touched) {
        self.decisions.remove(&decision.records);
        self.decision_evidence.remove(&decision.records);
        let [a, b] = [0, 1].map(|end| {
            let name: &RecordName = &decision.records[end];
            self.live.record(&name.source, &name.record_id)
        });
        self.live.decide(a, b, None, touched);
    }

    pub(super) fn forget_message(&mut self, id: &str) {
        self.seen.remove(id);
    }

    /// Takes decisions in.
    pub(super) fn decide(
        &mut self,
        pairs: Vec<(RecordName, RecordName)>,
        same: Option<bool>,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        if pairs.iter().any(|(a, b)| a == b) {
            return Err(Error::new(Code::InvalidInput, "the two records are one and the same").help("name two records"));
        }
        let mut touched = Touched::default();
        let word = same.map_or("forgotten", |same| if same { "confirmed" } else { "refused" });
        let mut cause = String::new();
        for (a, b) in pairs {
            let records = if a <= b { [a, b] } else { [b, a] };
            let [x, y] = &records;
            cause = format!("{word}: {}/{} and {}/{}", x.source, x.record_id, y.source, y.record_id);
            let decision = Decision { records, at, same };
            batch.put(Space::EVIDENCE, &key(self.next_evidence), &decision.bytes());
            self.next_evidence += 1;
            self.heed(decision, self.next_evidence - 1, &mut touched);
        }
        self.settle_and_write(&touched, &cause, at, batch)
    }

    /// The pairs that part these records from the rest of their profile.
    pub(super) fn split_pairs(&self, profile_id: &str, apart: &[RecordName]) -> Result<Vec<(RecordName, RecordName)>> {
        let missing = |what: String| Error::new(Code::NotFound, what);
        let profile =
            self.live.profile(profile_id).ok_or_else(|| missing(format!("there is no profile '{profile_id}'")))?;
        if let Some(other) = apart.iter().find(|record| !profile.records.contains(record)) {
            return Err(
                missing(format!("the record '{}' is not in this profile", other.record_id)).source(&other.source)
            );
        }
        let rest = || profile.records.iter().filter(|record| !apart.contains(record));
        Ok(apart.iter().flat_map(|a| rest().map(move |b| (a.clone(), b.clone()))).collect())
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
        let chosen = self.matching(source, id, store, |state, number| !state.aside.contains(&number))?;
        if chosen.is_empty() {
            return Err(not_found("there is no evidence", source, id));
        }
        let mut touched = Touched::default();
        for (number, message) in &chosen {
            touched.extend(self.live.retract(message, *number));
            self.seen.remove(&message.id);
            self.put_aside(*number, batch);
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
        let chosen = self.matching(source, id, store, |state, number| state.aside.contains(&number))?;
        // What came again meanwhile needs no bringing back, and of two messages with one id one counts.
        let mut chosen: Vec<_> =
            chosen.into_iter().filter(|(_, message)| !self.seen.contains_key(&message.id)).collect();
        chosen.sort_by(|(_, a), (_, b)| (&a.id, a).cmp(&(&b.id, b)));
        chosen.dedup_by(|later, first| later.1.id == first.1.id);
        if chosen.is_empty() {
            return Err(not_found("nothing was taken out", source, id));
        }
        let mut touched = Touched::default();
        for (number, message) in chosen {
            touched.extend(self.apply(&message, number).0);
            self.aside.remove(&number);
            batch.delete(Space::REMOVED, &key(number));
            self.seen(&message, number);
        }
        self.settle_and_write(&touched, &format!("restored: {}", named(source, id)), at, batch)
    }

    fn settle_and_write(
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
        Ok(changes)
    }

    /// The messages of a source, those about one record where its id is given.
    fn matching(
        &mut self,
        source: &str,
        id: Option<&str>,
        store: Written<'_>,
        wanted: impl Fn(&State, u64) -> bool,
    ) -> Result<Vec<(u64, Message)>> {
        let mut found = Vec::new();
        store()?.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, bytes| {
            let number = number(key)?;
            if wanted(self, number)
                && let Evidence::Message(message, _) = evidence::read(bytes)?
                && message.source == source
                && id.is_none_or(|id| self.live.name_of(&message).as_deref() == Some(id))
            {
                found.push((number, *message));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }
}

/// The key under which it is kept up to when memberships were told.
const CLOCK: &[u8] = b"segments";

/// Up to when memberships were told.
fn kept_clock(store: &dyn Store) -> Result<Instant> {
    let bytes = store.get(Space::META, CLOCK)?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(Instant::MIN, Instant::from_be_bytes))
}

/// A hash of what a message says.
fn content(message: &Message) -> u64 {
    let mut hash = std::hash::DefaultHasher::new();
    // A row that comes again is the same, whenever it comes.
    let time = (message.kind != MessageKind::Record).then_some(message.time);
    (time, message.kind, &message.source, &message.user_id, &message.anonymous_id).hash(&mut hash);
    (&message.previous_id, &message.name, &message.traits, &message.properties).hash(&mut hash);
    (&message.said, message.privacy_control).hash(&mut hash);
    hash.finish()
}

fn named(source: &str, id: Option<&str>) -> String {
    id.map_or_else(|| source.to_owned(), |id| format!("{source}/{id}"))
}

fn not_found(reason: &str, source: &str, id: Option<&str>) -> Error {
    let reason = id.map_or_else(|| reason.to_owned(), |id| format!("{reason} of the record '{id}'"));
    Error::new(Code::NotFound, reason).source(source)
}

impl Touched {
    pub(super) fn extend(&mut self, other: Touched) {
        self.records.extend(other.records);
        self.devices.extend(other.devices);
        self.values.extend(other.values);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.devices.is_empty() && self.values.is_empty()
    }
}
