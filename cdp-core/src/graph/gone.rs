//! Evidence that goes: whole, or, of what others said, whom it says they were before.

use super::evidence::{self, Evidence, Mark};
use super::live::Touched;
use super::message::Message;
use super::state::{State, key, read_message};
use crate::consent::Subject;
use crate::error::Result;
use crate::store::{Batch, Space, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Evidence by its numbers, of messages with their ids.
pub(super) type Numbered = BTreeMap<u64, Option<String>>;

/// Evidence that goes.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// What goes whole.
    pub(super) whole: Numbered,
    /// Messages of others that say who they were before: they lose that, and stay with all else that they say. So do marks of others
    /// that name a user.
    pub(super) in_part: Numbered,
    /// The users that such marks lose.
    pub(super) users: BTreeSet<Subject>,
}

impl Gone {
    pub(super) fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.in_part.is_empty()
    }

    /// What goes whole does not stay in part.
    pub(super) fn extend(&mut self, other: Gone) {
        self.whole.extend(other.whole);
        self.in_part.extend(other.in_part);
        self.users.extend(other.users);
        self.in_part.retain(|number, _| !self.whole.contains_key(number));
    }

    /// The messages among it, with their ids.
    pub(super) fn messages(&self) -> impl Iterator<Item = (u64, &String)> {
        let all = self.whole.iter().chain(&self.in_part);
        all.filter_map(|(number, id)| Some((*number, id.as_ref()?)))
    }
}

/// Evidence that counts and is to go.
#[derive(Debug, Default)]
pub(super) struct Going {
    pub(super) all: BTreeSet<u64>,
    /// Aliases of others that say who they were before: that goes, and yet others said it.
    pub(super) of_others: BTreeSet<u64>,
}

impl Going {
    pub(super) fn has(&self, evidence: u64) -> bool {
        self.all.contains(&evidence)
    }

    /// Whether it is evidence of whoever goes.
    pub(super) fn is_own(&self, evidence: u64) -> bool {
        self.has(evidence) && !self.of_others.contains(&evidence)
    }
}

impl State {
    /// Whether a message says of whoever goes only that its sender was called so before.
    pub(super) fn only_was_before(&mut self, message: &Message, is_gone: impl Fn(&State, &Subject) -> bool) -> bool {
        if message.previous_id().is_none() {
            return false;
        }
        let rest = self.mentioned(&message.without_previous());
        !rest.iter().any(|subject| is_gone(self, subject))
    }

    /// Lets the marks of others lose these users.
    pub(super) fn without_users(&self, users: &BTreeSet<Subject>, gone: &mut Gone) {
        for number in self.live.marks_naming(users).into_iter().filter(|number| !gone.whole.contains_key(number)) {
            gone.in_part.insert(number, None);
        }
        gone.users.extend(users.iter().cloned());
    }

    /// Deletes evidence, as if it, or that part of it, had never come.
    pub(super) fn delete(&mut self, gone: &Gone, store: &dyn Store, batch: &mut Batch) -> Result<Touched> {
        let mut touched = Touched::default();
        let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
        let mut deleted: Vec<(u64, Evidence)> = Vec::with_capacity(gone.whole.len());
        let (mut rest, mut marks): (Vec<(Vec<u8>, bool)>, Vec<Mark>) = Default::default();
        for &number in gone.whole.keys().chain(gone.in_part.keys()) {
            let Some(bytes) = store.get(Space::EVIDENCE, &key(number))? else { continue };
            let evidence = evidence::read(&bytes)?;
            if gone.in_part.contains_key(&number) {
                match &evidence {
                    Evidence::Mark(mark) => marks.push(mark.clone().without(&gone.users)),
                    _ => rest.push((evidence::without_previous(&bytes)?, self.aside.contains(&number))),
                }
            }
            deleted.push((number, evidence));
        }
        // None of them takes the place of another.
        for (number, evidence) in &deleted {
            if let Evidence::Message(message, _) = evidence {
                self.withdraw(message, *number);
            }
        }
        for (number, evidence) in deleted {
            match evidence {
                Evidence::Message(message, _) if !self.aside.contains(&number) => {
                    self.dismiss(&message, number, &read, &mut touched)?;
                }
                Evidence::Message(..) => {}
                Evidence::Decision(decision) => self.unheed(&decision, number, &mut touched),
                Evidence::Mark(mark) => self.live.unmark(&mark, number, &mut touched),
            }
            if self.aside.remove(&number) {
                batch.delete(Space::REMOVED, &key(number));
            }
            batch.delete(Space::EVIDENCE, &key(number));
        }
        for (bytes, is_aside) in rest {
            self.keep_rest(&bytes, is_aside, &read, batch, &mut touched)?;
        }
        marks.into_iter().for_each(|mark| self.put_mark(mark, batch));
        Ok(touched)
    }

    /// Takes in what is left of a message that went in part, or keeps it aside as it was.
    fn keep_rest(
        &mut self,
        bytes: &[u8],
        is_aside: bool,
        read: &dyn Fn(u64) -> Result<Message>,
        batch: &mut Batch,
        touched: &mut Touched,
    ) -> Result<()> {
        let Evidence::Message(message, _) = evidence::read(bytes)? else { return Ok(()) };
        let id = self.known.id(&message);
        // Two that said the same but for that are one now.
        if !is_aside && self.repeats(&message, id, read)? {
            return Ok(());
        }
        let number = self.next_evidence;
        self.next_evidence += 1;
        batch.put(Space::EVIDENCE, &key(number), bytes);
        if !self.live.keeps_for_ever() {
            self.note_due(&message, number);
        }
        if is_aside {
            self.put_aside(&message, number, batch);
        } else {
            self.admit(&message, id, number, read, touched)?;
        }
        Ok(())
    }
}
