//! Messages that come twice, and different messages with one id: of those one counts, the same whatever order they came in. And where
//! what does not count is found by whom it speaks of, when somebody is erased.

use super::growing::Shards;
use super::live::Touched;
use super::message::Message;
use super::state::State;
use crate::consent::Subject;
use crate::error::Result;
use crate::instant::Instant;
use crate::schema::MessageType;
use crate::store::{Batch, Space, Store};
use hashbrown::{DefaultHashBuilder, HashMap};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher};

/// Which messages there are, and which of them count.
#[derive(Default)]
pub(super) struct Known {
    /// The evidence that holds each message that counts, by a hash of its id, with a hash of what it says.
    seen: Shards<u128, (u64, u64)>,
    /// Of ids that several different messages have, those that do not count: their evidence by a hash of what they say, and when.
    rivals: HashMap<u128, BTreeMap<(u64, Instant), u64>>,
    /// Of such ids the message that counts, so that each further one is compared with it at once.
    leading: HashMap<u128, Message>,
    /// The evidence that does not count, by hashes of whom it speaks of. What counts again by now is among it too.
    out_by: HashMap<u64, BTreeSet<u64>>,
    pub(super) hashes: Hashes,
}

/// The number of a message's id, and the hash of what it says.
pub(super) type Identity = (u128, u64);

/// Tells messages apart; other threads have a copy for those that they read.
#[derive(Clone, Default)]
pub(super) struct Hashes(DefaultHashBuilder);

impl Hashes {
    pub(super) fn of(&self, message: &Message) -> Identity {
        (self.id(message), self.content(message))
    }

    /// A number for the id of a message. It is kept nowhere but here, and so long that no two ids share one.
    fn id(&self, message: &Message) -> u128 {
        let [a, b] = [0u8, 1].map(|half| self.0.hash_one((half, message.id())));
        u128::from(a) << 64 | u128::from(b)
    }

    /// A hash of what a message says.
    fn content(&self, message: &Message) -> u64 {
        let mut hash = self.0.build_hasher();
        message.hash_content(&mut hash);
        hash.finish()
    }

    /// A number for somebody.
    fn subject(&self, subject: &Subject) -> u64 {
        self.0.hash_one(subject)
    }
}

impl Known {
    /// How many messages count.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.seen.len() == 0
    }

    /// The number of a message's id.
    pub(super) fn id(&self, message: &Message) -> u128 {
        self.hashes.id(message)
    }

    /// Reads where messages with these ids will be looked for.
    pub(super) fn look_ahead(&self, ids: &[u128]) {
        self.seen.look_ahead(ids);
    }

    /// Whether a message with its id counts.
    pub(super) fn is_contested(&self, (id, _): Identity) -> bool {
        self.seen.contains_key(&id)
    }

    /// Notes a message that counts.
    pub(super) fn count(&mut self, (id, content): Identity, evidence: u64) {
        self.seen.insert(id, (evidence, content));
    }

    /// The evidence of messages that do not count since others have their ids.
    pub(super) fn losing(&self) -> BTreeSet<u64> {
        self.rivals.values().flat_map(BTreeMap::values).copied().collect()
    }

    /// Whether a message does not count since another has its id.
    fn is_losing(&self, message: &Message, evidence: u64) -> bool {
        let rivals = self.rivals.get(&self.hashes.id(message));
        rivals.is_some_and(|rivals| rivals.values().any(|rival| *rival == evidence))
    }
}

impl State {
    /// Whether a message says what one with its id said before. Of rows that say the same the one that came first counts, whichever
    /// is heard of first. `id` is the number of its id, and `read` gives the messages that came before.
    pub(super) fn repeats(&self, message: &Message, id: u128, read: &dyn Fn(u64) -> Result<Message>) -> Result<bool> {
        let Some(&(counting, said)) = self.known.seen.get(&id) else { return Ok(false) };
        let mine = self.known.hashes.content(message);
        let until = (mine, Instant::MIN)..=(mine, message.time);
        if self.known.rivals.get(&id).is_some_and(|rivals| rivals.range(until).next().is_some()) {
            return Ok(true);
        }
        // Mostly what comes is not earlier than anything.
        if said != mine || message.kind != MessageType::Record || message.time >= self.arrived {
            return Ok(said == mine);
        }
        let first = self.known.leading.get(&id).map_or_else(|| Ok(read(counting)?.time), |first| Ok(first.time))?;
        Ok(first <= message.time)
    }

    /// Takes a message in that repeats none. Of different messages with one id the same one counts whatever order they came in;
    /// `id` is the number of its id, and `read` gives those that came before. Tells the number of its event, if it counts and is one.
    pub(super) fn admit(
        &mut self,
        message: &Message,
        id: u128,
        number: u64,
        read: &dyn Fn(u64) -> Result<Message>,
        touched: &mut Touched,
    ) -> Result<Option<u32>> {
        let content = self.known.hashes.content(message);
        if let Some(&(before, said)) = self.known.seen.get(&id) {
            let first = match self.known.leading.remove(&id) {
                Some(first) => first,
                None => read(before)?,
            };
            let counts = *message < first;
            let (loser, evidence, says) = if counts { (&first, before, said) } else { (message, number, content) };
            let loses = (says, loser.time);
            self.note_out(loser, evidence);
            self.known.rivals.entry(id).or_default().insert(loses, evidence);
            if !counts {
                self.known.leading.insert(id, first);
                return Ok(None);
            }
            touched.extend(self.retract(&first, before));
            self.touch_whom(message, touched);
            self.known.leading.insert(id, message.clone());
        }
        let (more, event) = self.apply(message, number);
        touched.extend(more);
        self.known.seen.insert(id, (number, content));
        Ok(event)
    }

    /// Lets a message count that did not, unless it repeats one by now; tells whether it came in.
    pub(super) fn count_again(
        &mut self,
        message: Message,
        number: u64,
        read: &dyn Fn(u64) -> Result<Message>,
        touched: &mut Touched,
    ) -> Result<bool> {
        let id = self.known.id(&message);
        if self.repeats(&message, id, read)? {
            return Ok(false);
        }
        self.touch_whom(&message, touched);
        self.admit(&message, id, number, read, touched)?;
        Ok(true)
    }

    /// Where a message comes in that is not new, whoever it speaks of is looked at too: an event may change nothing but what segments
    /// count.
    fn touch_whom(&mut self, message: &Message, touched: &mut Touched) {
        let values = self.live.values_of(message);
        let (record, devices) = self.live.about(message, &values);
        touched.records.extend(record);
        touched.devices.extend(devices);
    }

    /// Takes a message out, and lets the next one with its id count.
    pub(super) fn dismiss(
        &mut self,
        message: &Message,
        number: u64,
        read: &dyn Fn(u64) -> Result<Message>,
        touched: &mut Touched,
    ) -> Result<()> {
        let id = self.known.hashes.id(message);
        let mut rivals = self.known.rivals.remove(&id).unwrap_or_default();
        rivals.retain(|_, rival| *rival != number);
        if self.known.seen.get(&id).is_some_and(|(counting, _)| *counting == number) {
            touched.extend(self.retract(message, number));
            self.known.seen.remove(&id);
            self.known.leading.remove(&id);
            for rival in rivals.into_values() {
                self.count_again(read(rival)?, rival, read, touched)?;
            }
        } else if rivals.is_empty() {
            self.known.leading.remove(&id);
        } else {
            self.known.rivals.insert(id, rivals);
        }
        Ok(())
    }

    /// Lets a message be no rival any more, so that it does not take the place of another.
    pub(super) fn withdraw(&mut self, message: &Message, evidence: u64) {
        let id = self.known.hashes.id(message);
        if let Some(rivals) = self.known.rivals.get_mut(&id) {
            rivals.retain(|_, rival| *rival != evidence);
            if rivals.is_empty() {
                self.known.rivals.remove(&id);
                self.known.leading.remove(&id);
            }
        }
    }

    pub(super) fn put_aside(&mut self, message: &Message, evidence: u64, batch: &mut Batch) {
        self.aside.insert(evidence);
        self.note_out(message, evidence);
        batch.put(Space::REMOVED, &super::state::key(evidence), &[]);
    }

    /// Notes whom a message speaks of that does not count.
    pub(super) fn note_out(&mut self, message: &Message, evidence: u64) {
        for subject in self.mentioned(message) {
            let hash = self.known.hashes.subject(&subject);
            self.known.out_by.entry(hash).or_default().insert(evidence);
        }
    }

    /// The evidence that may speak of somebody and does not count.
    fn out_about(&self, subject: &Subject) -> Vec<u64> {
        let about = self.known.out_by.get(&self.known.hashes.subject(subject));
        about.into_iter().flatten().copied().collect()
    }

    /// Whether a message does not count, or counts for nobody.
    pub(super) fn is_out(&mut self, message: &Message, evidence: u64) -> bool {
        self.aside.contains(&evidence) || self.known.is_losing(message, evidence) || self.live.is_about_nobody(message)
    }

    /// The messages that speak of somebody and do not count, with their evidence.
    pub(super) fn out_of(&mut self, subject: &Subject, store: &dyn Store) -> Result<Vec<(u64, Message)>> {
        let mut found = Vec::new();
        for number in self.out_about(subject) {
            if let Some(message) = self.message_of(number, store)?
                && self.is_out(&message, number)
                && self.mentioned(&message).contains(subject)
            {
                found.push((number, message));
            }
        }
        Ok(found)
    }

    /// Takes a message out of records, devices and segments.
    fn retract(&mut self, message: &Message, evidence: u64) -> Touched {
        self.look_at_prospects();
        if let Some(segments) = &mut self.segments {
            segments.forget(&self.live.events_by(message, evidence));
        }
        self.live.retract(message, evidence)
    }
}
