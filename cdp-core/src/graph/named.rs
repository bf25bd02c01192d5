//! Whom messages and records name, and how the change feed names them.

use super::consents::hash;
use super::marks::Member;
use super::message::Message;
use super::profiles::DEVICE;
use super::state::State;
use crate::consent::Subject;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::schema::{Kind, MessageType};
use std::collections::BTreeSet;

impl State {
    /// Checks that a record may be spoken of.
    ///
    /// # Errors
    /// `not_found` where it was erased.
    pub(super) fn is_not_erased(&mut self, record: &RecordName) -> Result<()> {
        let subjects = self.named_by(record);
        match subjects.iter().any(|subject| self.privacy.is_erased(subject)) {
            false => Ok(()),
            true => Err(Error::new(Code::NotFound, "a record of the decision was erased").source(&record.source)),
        }
    }

    /// Whom the name of a record names: the row; the user; of a contact, the device and the identifiers.
    pub(super) fn named_by(&mut self, record: &RecordName) -> Vec<Subject> {
        let mut subjects = vec![row(&record.source, &record.record_id)];
        if record.source == DEVICE {
            subjects.push(Subject { kind: Kind::AnonymousId, key: record.record_id.clone() });
        }
        if let Some(id) = record.record_id.strip_prefix("user:") {
            let user = self.live.fields.user(&record.source, id);
            subjects.extend(user.map(|user| self.live.subject(&user)));
        }
        if let Some((device, keys)) = record.record_id.strip_prefix("contact:").and_then(|rest| rest.split_once('/')) {
            subjects.push(Subject { kind: Kind::AnonymousId, key: device.to_owned() });
            for (kind, _) in &self.live.rules {
                subjects.extend(keys.split('/').map(|key| Subject { kind: *kind, key: key.to_owned() }));
            }
        }
        subjects.retain(|subject| !subject.key.is_empty() && !self.live.is_blocked(subject.kind, &subject.key));
        subjects
    }

    /// Notes that something is told of a record by its name alone: a decision, or a mark.
    pub(super) fn note_told(&mut self, record: &RecordName, users: &[Subject]) {
        let member = self.live.member(record);
        let hashes: Vec<u64> = self.named_by(record).iter().chain(users).map(hash).collect();
        self.live.told_of.extend(hashes.into_iter().map(|hash| (hash, member)));
    }

    /// The records that were decided about or marked, or that the feed tells of, of which nothing is there, and that name any of
    /// these.
    pub(super) fn absent_named_by(&mut self, subjects: &BTreeSet<Subject>) -> BTreeSet<RecordName> {
        let members: BTreeSet<Member> = subjects.iter().flat_map(|subject| self.live.told_by(subject)).collect();
        let mut names: BTreeSet<RecordName> = members.into_iter().map(|member| self.live.member_name(member)).collect();
        // Of members whose hash is the same by chance nothing is said; the feed tells of what nothing else is left of.
        names.retain(|name| !self.said_about(name).is_empty());
        names.extend(self.records_told_of(subjects));
        names.retain(|name| self.live.alive(&name.source, &name.record_id).is_none());
        names.retain(|name| self.named_by(name).iter().any(|subject| subjects.contains(subject)));
        names
    }

    /// The records that a message names: the one it is about, and of an alias the user before.
    pub(super) fn names_in(&mut self, message: &Message) -> Vec<RecordName> {
        let own = self.live.name_of(message);
        let previous = message.previous_id().map(|previous| format!("user:{previous}"));
        let named = own.into_iter().chain(previous);
        named.map(|record_id| RecordName { source: message.source().to_owned(), record_id }).collect()
    }

    /// Whom a message says its sender was before.
    pub(super) fn mentioned_before(&mut self, message: &Message) -> Vec<Subject> {
        let Some(previous) = message.previous_id() else { return Vec::new() };
        let device = Subject { kind: Kind::AnonymousId, key: previous.to_owned() };
        let user = self.live.fields.user(message.source(), previous);
        let user = user.map(|user| self.live.subject(&user));
        let mut subjects: Vec<Subject> = [device].into_iter().chain(user).collect();
        subjects.retain(|subject| !self.live.is_blocked(subject.kind, &subject.key));
        subjects
    }

    /// The identifiers in a message: those that link, devices, what an alias says, and the name of a row; not what rules block.
    pub(super) fn mentioned(&mut self, message: &Message) -> Vec<Subject> {
        let values = self.live.values_of(message);
        let mut subjects = self.live.subjects(message, &values);
        subjects.extend(self.mentioned_before(message));
        if message.kind == MessageType::Record {
            subjects.extend(self.live.name_of(message).map(|id| row(message.source(), &id)));
        }
        // A value that is nobody's is not this person's either.
        subjects.retain(|subject| !self.live.is_blocked(subject.kind, &subject.key));
        subjects
    }
}

/// The name of a row, as an identifier of its own: no value of a kind has its separator.
pub(super) fn row(source: &str, id: &str) -> Subject {
    Subject { kind: Kind::Identifier, key: format!("record\u{1f}{source}\u{1f}{id}") }
}

/// The word for the names of rows, where kinds of identifiers are told.
pub(super) const RECORD: &str = "record";

/// The rows that `source/id` can mean: a source can have a slash in its name, and so can an id.
pub(super) fn rows(name: &str) -> Vec<Subject> {
    name.match_indices('/').map(|(at, _)| row(&name[..at], &name[at + 1..])).collect()
}

/// Source and id of the row that an identifier names.
pub(super) fn row_of(subject: &Subject) -> Option<(&str, &str)> {
    subject.key.strip_prefix("record\u{1f}")?.split_once('\u{1f}')
}

/// A record as the change feed's index has it.
pub(super) fn record_text(record: &RecordName) -> String {
    format!("{}/{}", record.source, record.record_id)
}
