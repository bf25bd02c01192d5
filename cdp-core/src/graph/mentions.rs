//! Whom the change feed names, so that names can be taken out of it: kept as data beside each entry, since nobody can tell from a
//! text where a name in it begins and ends.

use super::changes::{Change, Event};
use super::consents::hash;
use super::live::Live;
use super::named::{record_text, row_of};
use super::profiles::Home;
use super::state::{State, key, number};
use crate::consent::Subject;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::schema::Kind;
use crate::store::{Batch, KeyRange, Space, Store};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// What stands in the change feed in place of what was erased.
pub(super) const ERASED: &str = "erased";

/// What did something, in words, and the records that those name.
#[derive(Debug, Clone, Default)]
pub(super) struct Cause {
    pub(super) text: String,
    pub(super) records: Vec<RecordName>,
}

impl From<&str> for Cause {
    fn from(text: &str) -> Self {
        Cause { text: text.to_owned(), records: Vec::new() }
    }
}

/// How an entry names somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// A record, as `source/id`.
    Record(String),
    /// The value of an identifier.
    Value(Kind, String),
    /// A message that did it.
    Message(String),
}

impl Name {
    pub(super) fn of(record: &RecordName) -> Name {
        Name::Record(record_text(record))
    }

    pub(super) fn of_subject(subject: &Subject) -> Name {
        match row_of(subject) {
            Some((source, id)) => Name::Record(format!("{source}/{id}")),
            None => Name::Value(subject.kind, subject.key.clone()),
        }
    }
}

/// Whom the texts of an entry name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Quoted {
    /// The records in the cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cause: Vec<RecordName>,
    /// The values in the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reason: Vec<(Kind, String)>,
}

impl Quoted {
    fn read(bytes: &[u8], change: &Change) -> Result<Quoted> {
        if bytes.is_empty() {
            return Ok(Quoted::guessed(change));
        }
        serde_json::from_slice(bytes)
            .map_err(|error| Error::unreadable(Code::StoreCorrupt, "whom a change names", &error))
    }

    /// Of a store in which that was not kept yet: every way to read the texts, so that no name is overlooked.
    fn guessed(change: &Change) -> Quoted {
        let said = change.cause.split_once(": ").map_or("", |(_, said)| said);
        let parted = said.match_indices(" and ").flat_map(|(at, and)| [&said[..at], &said[at + and.len()..]]);
        let record = |part: &str| {
            let (source, id) = part.split_once('/')?;
            Some(RecordName { source: source.to_owned(), record_id: id.to_owned() })
        };
        let cause = parted.chain([said]).filter_map(record).collect();
        let Event::LinkRefused { reason, .. } = &change.event else { return Quoted { cause, ..Quoted::default() } };
        let kind: Option<Kind> = reason.split(' ').next().and_then(|word| word.parse().ok());
        let quotes: Vec<usize> = reason.match_indices('\'').map(|(at, _)| at).collect();
        let between = |at: usize| quotes.iter().filter(move |end| **end > at).map(move |end| &reason[at + 1..*end]);
        let values = quotes.iter().flat_map(|at| between(*at));
        Quoted { cause, reason: values.filter_map(|value| Some((kind?, value.to_owned()))).collect() }
    }

    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The entries that name somebody, by name.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    entries: BTreeMap<Name, Vec<u64>>,
    /// The records that entries name, by the hashes of whom their names name.
    records: BTreeSet<(u64, RecordName)>,
    /// What of that nobody has asked for yet.
    fresh: BTreeSet<RecordName>,
}

impl Mentions {
    /// What a store keeps of it, from an entry on.
    pub(super) fn follow(&mut self, store: &dyn Store, from: u64) -> Result<()> {
        let mut named = Vec::new();
        store.scan(Space::NAMED, &KeyRange::from(&key(from)), &mut |key, quoted| {
            named.push((number(key)?, quoted.to_vec()));
            Ok(ControlFlow::Continue(()))
        })?;
        for (number, quoted) in named {
            if let Some(bytes) = store.get(Space::CHANGES, &key(number))? {
                let change = Change::from_json(&bytes)?;
                self.note(&change, &Quoted::read(&quoted, &change)?);
            }
        }
        Ok(())
    }

    /// Notes whom an entry names; tells whether it names anybody.
    fn note(&mut self, change: &Change, quoted: &Quoted) -> bool {
        let names = change.names(quoted);
        let any = !names.is_empty();
        names.into_iter().for_each(|name| self.entries.entry(name).or_default().push(change.number));
        self.fresh.extend(change.records(quoted).cloned());
        any
    }

    /// The entries that name any of these.
    pub(super) fn of(&self, names: &BTreeSet<Name>) -> BTreeSet<u64> {
        names.iter().filter_map(|name| self.entries.get(name)).flatten().copied().collect()
    }
}

impl Change {
    /// The records it names.
    fn records<'a>(&'a self, quoted: &'a Quoted) -> impl Iterator<Item = &'a RecordName> {
        let ends = match &self.event {
            Event::LinkRefused { records, .. } => records.as_slice(),
            _ => &[],
        };
        quoted.cause.iter().chain(ends)
    }

    /// Whom it names.
    fn names(&self, quoted: &Quoted) -> Vec<Name> {
        let mut names: Vec<Name> = self.records(quoted).map(Name::of).collect();
        names.extend(quoted.reason.iter().map(|(kind, value)| Name::Value(*kind, value.clone())));
        if let Event::IdentifierGeneric { kind, value, .. } | Event::IdentifierRestored { kind, value } = &self.event {
            names.extend(kind.parse().map(|kind| Name::Value(kind, value.clone())));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Takes names out of it.
    fn forget(&mut self, quoted: &mut Quoted, names: &BTreeSet<Name>) {
        let is_record = |record: &RecordName| names.contains(&Name::of(record));
        let is_value = |(kind, value): &(Kind, String)| names.contains(&Name::Value(*kind, value.clone()));
        match &mut self.event {
            Event::LinkRefused { records, reason, .. } => {
                // The reason may tell the values of either.
                if records.iter().any(is_record) || quoted.reason.iter().any(is_value) {
                    ERASED.clone_into(reason);
                    quoted.reason.clear();
                }
                for record in records.iter_mut().filter(|record| is_record(record)) {
                    ERASED.clone_into(&mut record.record_id);
                }
            }
            event => event.forget(names),
        }
        if quoted.cause.iter().any(is_record) {
            let what = self.cause.split(':').next().unwrap_or_default();
            self.cause = format!("{what}: {ERASED}");
            quoted.cause.clear();
        } else if names.contains(&Name::Message(self.cause.clone())) {
            ERASED.clone_into(&mut self.cause);
        }
    }
}

impl Event {
    /// Takes the value out that it tells of, if that is among these.
    pub(super) fn forget(&mut self, names: &BTreeSet<Name>) {
        if let Event::IdentifierGeneric { kind, value, .. } | Event::IdentifierRestored { kind, value } = self
            && kind.parse().is_ok_and(|kind| names.contains(&Name::Value(kind, value.clone())))
        {
            ERASED.clone_into(value);
        }
    }
}

impl Live {
    /// The identifiers of both sides of a refused link that the reason quotes: a side is more than the record at its end.
    fn quoted(&self, event: &Event) -> Vec<(Kind, String)> {
        let Event::LinkRefused { records, reason, .. } = event else { return Vec::new() };
        if !reason.contains('\'') {
            return Vec::new();
        }
        let ends = records.iter().filter_map(|end| self.number_of(&end.source, &end.record_id));
        let sides = ends.filter_map(|end| self.profiles.get(&Home::Cluster(self.records[end as usize].cluster)));
        let members = sides.flat_map(|side| &side.records);
        let held = members.flat_map(|&member| &self.records[member as usize].identifiers);
        let value = |&(rule, value): &(u8, u32)| (self.rules[rule as usize].0, self.key(rule, value));
        let quoted = held.map(value).filter(|(_, value)| reason.contains(&format!("'{value}'")));
        let quoted: BTreeSet<(Kind, &str)> = quoted.collect();
        quoted.into_iter().map(|(kind, value)| (kind, value.to_owned())).collect()
    }
}

impl State {
    /// Keeps whom an entry names, if anybody.
    pub(super) fn note_names(&mut self, change: &Change, cause: &Cause, batch: &mut Batch) {
        let quoted = Quoted { cause: cause.records.clone(), reason: self.live.quoted(&change.event) };
        if self.privacy.mentions.note(change, &quoted) {
            batch.put(Space::NAMED, &key(change.number), &quoted.bytes());
        }
    }

    /// The records that the feed names, and that name any of these.
    pub(super) fn records_told_of(&mut self, subjects: &BTreeSet<Subject>) -> BTreeSet<RecordName> {
        for record in std::mem::take(&mut self.privacy.mentions.fresh) {
            let hashes: Vec<u64> = self.named_by(&record).iter().map(hash).collect();
            self.privacy.mentions.records.extend(hashes.into_iter().map(|hash| (hash, record.clone())));
        }
        let told = &self.privacy.mentions.records;
        let of = |hash: u64| told.range((hash, RecordName::default())..).take_while(move |(other, _)| *other == hash);
        subjects.iter().flat_map(|subject| of(hash(subject))).map(|(_, record)| record.clone()).collect()
    }

    /// Takes names out of the change feed; the entries stay, so that numbers have no gaps.
    pub(super) fn make_nameless(
        &mut self,
        numbers: &BTreeSet<u64>,
        names: &BTreeSet<Name>,
        store: &dyn Store,
        batch: &mut Batch,
    ) -> Result<()> {
        for &number in numbers {
            let Some(bytes) = store.get(Space::CHANGES, &key(number))? else { continue };
            let mut change = Change::from_json(&bytes)?;
            let kept = store.get(Space::NAMED, &key(number))?;
            let quoted = kept.as_deref().map(|bytes| Quoted::read(bytes, &change)).transpose()?;
            let mut quoted = quoted.unwrap_or_default();
            let before = change.names(&quoted);
            change.forget(&mut quoted, names);
            let after = change.names(&quoted);
            // With a name, what else was told beside it can go.
            for name in before.iter().filter(|name| !after.contains(name)) {
                self.privacy.mentions.entries.get_mut(name).into_iter().for_each(|by| by.retain(|by| *by != number));
            }
            batch.put(Space::CHANGES, &key(number), change.to_json().as_bytes());
            if kept.is_some() {
                batch.put(Space::NAMED, &key(number), &quoted.bytes());
            }
        }
        names.iter().for_each(|name| drop(self.privacy.mentions.entries.remove(name)));
        Ok(())
    }
}
