//! Taking evidence out, and bringing it back.

use super::changes::Change;
use super::evidence::{self, Evidence};
use super::incoming;
use super::live::Touched;
use super::mentions::Cause;
use super::message::Message;
use super::named::record_text;
use super::state::{State, Written, key, number, read_message};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::{self, Instant};
use crate::privacy::audit::Fact;
use crate::schema::{Kind, SourceConfig};
use crate::store::{Batch, KeyRange, Space, Store};
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

impl State {
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
        for (number, message) in &chosen {
            self.withdraw(message, *number);
            self.put_aside(message, *number, batch);
        }
        for (number, message) in &chosen {
            self.dismiss(message, *number, &read, &mut touched)?;
        }
        self.settle_and_write(&touched, &cause("removed", source, id), at, batch)
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
        let chosen = self.matching(source, id, aside, store.as_ref())?;
        self.privacy.check()?;
        let mut kept = Vec::with_capacity(chosen.len());
        let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
        for (number, message) in chosen {
            // What came again meanwhile needs no bringing back.
            if !self.repeats(&message, self.known.id(&message), &read)? && !self.speaks_of_erased(&message)? {
                kept.push((number, message));
            }
        }
        let chosen = kept;
        if chosen.is_empty() {
            return Err(not_found("nothing was taken out", source, id));
        }
        let mut touched = Touched::default();
        for (number, message) in chosen {
            if self.count_again(message, number, &read, &mut touched)? {
                self.aside.remove(&number);
                batch.delete(Space::REMOVED, &key(number));
            }
        }
        self.settle_and_write(&touched, &cause("restored", source, id), at, batch)
    }

    /// Corrects fields of a record by a message that replaces what it said.
    pub(super) fn rectify(
        &mut self,
        record: &RecordName,
        fields: &BTreeMap<String, String>,
        by: &str,
        at: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        let RecordName { source, record_id } = record;
        let Some(state) = self.live.alive(source, record_id) else {
            return Err(not_found("there is no evidence", source, Some(record_id)));
        };
        let latest = state.telling().last().filter(|_| state.is_row).map(|statement| statement.evidence);
        // Later than what it corrects, also where that is dated ahead.
        let before = state.statements.last().and_then(|statement| statement.moment.time.get());
        let corrected = before.map_or(at, |before| at.max(before.saturating_add(1)));
        let mut message = match (latest, record_id.strip_prefix("user:")) {
            (Some(evidence), _) => self.corrected_row(record, evidence, fields, corrected, store)?,
            (None, Some(user)) => json!({"type": "identify", "source": source, "userId": user,
                "timestamp": instant::text(corrected), "traits": fields}),
            (None, None) => {
                let reason = "the record '{}' is neither a row nor a user";
                return Err(Error::hiding(Code::InvalidInput, reason, [record_id])
                    .source(source)
                    .help("remove it, and ingest what is right"));
            }
        };
        // It is a message of its own, though it may say word for word what was said before.
        message["messageId"] = message_id(&message, corrected).into();
        let json = message.to_string();
        // A row with a column of instants can be dated ahead; anything else is as old as its arrival at the most.
        let is_dated = |settings: &SourceConfig| settings.observed_at.is_some();
        let is_dated = latest.is_some() && self.live.config.sources.get(source).is_some_and(is_dated);
        let received = if is_dated { at } else { corrected };
        self.privacy.check()?;
        let read = |number| read_message(store()?.get(Space::EVIDENCE, &key(number))?);
        for incoming in incoming::read(&json, received)? {
            if self.repeats(&incoming.message, self.known.id(&incoming.message), &read)? {
                let reason = "the very correction was made before, and did not hold";
                return Err(Error::new(Code::InvalidInput, reason).source(source).help("remove what was said later"));
            }
            if self.speaks_of_erased(&incoming.message)? {
                let reason = "somebody who was erased has what the record is to say";
                return Err(Error::new(Code::InvalidInput, reason).source(source).help("lift it first"));
            }
        }
        let changes = self.take_messages(incoming::read(&json, received)?, received, store, batch)?;
        let named = self.live.profile_of(source, record_id).map(|profile| profile.profile_id);
        let subjects = named.map(|id| self.privacy.name(&id)).unwrap_or_default();
        let details = [("fields".to_owned(), fields.len().to_string())].into();
        self.privacy.audit(at, Fact { action: "rectify", by, subjects, details }, batch);
        Ok(changes)
    }

    /// A row with other cells, observed at an instant. What it said of consents was said then: it is not said again.
    fn corrected_row(
        &self,
        RecordName { source, record_id }: &RecordName,
        evidence: u64,
        fields: &BTreeMap<String, String>,
        at: Instant,
        store: Written<'_>,
    ) -> Result<serde_json::Value> {
        let settings = self.live.config.sources.get(source);
        let Some(id_column) = settings.and_then(|settings| settings.id.as_ref()) else {
            let reason =
                format!("the rows of '{source}' have no id column, so that no other row can take the place of one");
            return Err(Error::new(Code::InvalidInput, reason)
                .source(source)
                .help("remove the record, and ingest what is right"));
        };
        let told = store()?.get(Space::EVIDENCE, &key(evidence))?.map(|bytes| evidence::told(&bytes)).transpose()?;
        let mut message = told.flatten().map(|mut told| told["message"].take()).unwrap_or_default();
        let Some(cells) = message["record"].as_object_mut() else {
            return Err(Error::new(Code::StoreCorrupt, "a row that was taken in is not there"));
        };
        let is_consent = |column: &str| {
            let field = settings.and_then(|settings| settings.fields.get(column));
            field.is_some_and(|field| field.kind == Kind::Consent)
        };
        cells.retain(|column, _| !is_consent(column));
        for (column, cell) in fields {
            cells.insert(column.clone(), cell.as_str().into());
        }
        cells.insert(id_column.clone(), record_id.as_str().into());
        if let Some(column) = settings.and_then(|settings| settings.observed_at.as_ref()) {
            cells.insert(column.clone(), instant::text(at).into());
        }
        Ok(json!({"type": "record", "source": source, "record": cells}))
    }

    /// The evidence that may be about a record: what counts by the record itself, and whatever lost to another message.
    fn about(&self, source: &str, id: &str) -> Vec<u64> {
        let mut about = self.live.evidence_about(source, id);
        about.extend(self.known.losing());
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
                && message.source() == source
            {
                found.push((number, message));
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
                && message.source() == source
                && id.is_none_or(|id| self.live.name_of(&message).as_deref() == Some(id))
            {
                found.push((number, message));
            }
        }
        Ok(found)
    }
}

/// An id for a correction, by what it says and when that holds from.
fn message_id(message: &serde_json::Value, at: Instant) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::new().chain_update("rectify").chain_update(at.to_be_bytes()).chain_update(message.to_string());
    crate::privacy::hex(&hash.finalize()[..12])
}

fn cause(what: &str, source: &str, id: Option<&str>) -> Cause {
    match id.map(|id| RecordName { source: source.to_owned(), record_id: id.to_owned() }) {
        None => format!("{what}: {source}").as_str().into(),
        Some(record) => Cause { text: format!("{what}: {}", record_text(&record)), records: vec![record] },
    }
}

fn not_found(reason: &str, source: &str, id: Option<&str>) -> Error {
    let of = if id.is_some() { " of the record '{}'" } else { "" };
    Error::hiding(Code::NotFound, &format!("{reason}{of}"), id).source(source)
}
