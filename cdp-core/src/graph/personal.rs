//! What callers do with personal data: asking for consents, erasing, giving out what is held, and the audit log of it.

use super::consents::ConsentView;
use super::erasure::{self, Receipt};
use super::evidence::Marked;
use super::named;
use super::tombstones;
use super::{Activation, Change, Graph, Imported, Recipient};
use crate::activation::Export;
use crate::consent::{Question, Statement, Subject};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::privacy::Keys;
use crate::privacy::audit::Entry;
use crate::schema::Kind;
use std::collections::BTreeMap;

impl Graph {
    /// Gives the graph the keys that erasing needs, the current one first, and that recognise who was erased before.
    ///
    /// # Errors
    /// `invalid_key` where a secret is not the one its id had before; `missing_key` where a key that people were erased with is
    /// not among them. Those of the store.
    pub fn unlock(&self, keys: Keys) -> Result<()> {
        let store = self.written()?;
        self.change_now(|state, batch| {
            state.privacy.unlock(keys.clone(), store.as_ref(), batch)?;
            // Who has the key may erase, and should not wait for it then.
            state.live.know_sayers();
            Ok(Vec::new())
        })
        .map(drop)
    }

    /// Erases a person: the evidence of every member of the profile, what was put aside of it, and the names in the change feed.
    /// Its identifiers can't come back until they are lifted; those that others have too stay. `by` says at whose word, for
    /// the audit log. A dry run changes nothing and says what would go.
    ///
    /// Afterwards [`Graph::compact`] leaves no byte of it in any file.
    ///
    /// # Errors
    /// `not_found`; `missing_key` where no key was given; those of the store.
    pub fn erase(&self, profile_id: &str, by: &str, dry_run: bool, at: Instant) -> Result<Receipt> {
        let mut receipt = None;
        self.change_now(|state, batch| {
            let (given, changes) = state.erase(profile_id, by, dry_run, at, &|| self.written(), batch)?;
            receipt = Some(given);
            Ok(changes)
        })?;
        receipt.ok_or_else(|| Error::new(Code::Internal, "an erasure without a receipt"))
    }

    /// Lets an erased identifier come back: its kind, and its value however written; of a row `record`, and `source/id`. Returns
    /// how many tombstones that took away.
    ///
    /// # Errors
    /// `unknown_kind`, `missing_key`; those of the store.
    pub fn lift(&self, kind: &str, value: &str, by: &str, at: Instant) -> Result<u64> {
        let kind: Option<Kind> = (kind != named::RECORD).then(|| kind.parse()).transpose()?;
        let mut lifted = 0;
        self.change_now(|state, batch| {
            lifted = 0;
            let meant = match kind {
                Some(kind) => state.live.keys_of(kind, value).into_iter().map(|key| Subject { kind, key }).collect(),
                None => named::rows(value),
            };
            for subject in meant {
                lifted += state.lift(&subject, by, at, batch)?;
            }
            Ok(Vec::new())
        })?;
        Ok(lifted)
    }

    /// Everything held of a person, as JSON: every message word for word, consents, golden values and members. `by` says at
    /// whose word, for the audit log.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub fn export_subject(&self, profile_id: &str, by: &str, at: Instant) -> Result<serde_json::Value> {
        let mut export = serde_json::Value::Null;
        self.change_now(|state, batch| {
            export = state.export_subject(profile_id, by, at, &|| self.written(), batch)?;
            Ok(Vec::new())
        })?;
        Ok(export)
    }

    /// Restricts the processing of a person's data (GDPR 18): it is kept, and messages about them are still taken in, but they are
    /// in no segment, no snapshot and no export, and every consent is answered with no, until [`Graph::release`].
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub fn restrict(&self, profile_id: &str, by: &str, at: Instant) -> Result<Vec<Change>> {
        self.change_now(|state, batch| state.mark(profile_id, &Marked::Restricted, by, at, batch))
    }

    /// Lifts the restriction of a person, and of the devices they use.
    ///
    /// # Errors
    /// Those of [`Graph::restrict`].
    pub fn release(&self, profile_id: &str, by: &str, at: Instant) -> Result<Vec<Change>> {
        self.change_now(|state, batch| state.mark(profile_id, &Marked::Released, by, at, batch))
    }

    /// Notes that a person objects to a purpose (GDPR 21), `*` for all: a refusal in their ledger.
    ///
    /// # Errors
    /// Those of [`Graph::restrict`]; `invalid_input` without a purpose, or for one that the configuration does not have.
    pub fn object(&self, profile_id: &str, purpose: &str, by: &str, at: Instant) -> Result<Vec<Change>> {
        let what = Marked::Objected { purpose: purpose.to_owned(), users: Vec::new() };
        self.change_now(|state, batch| state.mark(profile_id, &what, by, at, batch))
    }

    /// Corrects fields of a record (GDPR 16): of a row, cells by column, as a later row with its id would; of a user, traits, as
    /// a later `identify` would. What was said before does not hold any more, and stays as evidence until it is removed.
    ///
    /// # Errors
    /// `not_found` if there is no such record; `invalid_input` if it is neither a user nor a row of a source with an id column;
    /// those of [`Graph::ingest`].
    pub fn rectify(
        &self,
        record: &RecordName,
        fields: &BTreeMap<String, String>,
        by: &str,
        at: Instant,
    ) -> Result<Vec<Change>> {
        self.change_now(|state, batch| state.rectify(record, fields, by, at, &|| self.written(), batch))
    }

    /// Exports the golden values of those whose consents allow the purpose, and notes to whom they were sent.
    ///
    /// # Errors
    /// `not_found` for an unknown destination, segment or profile; those of [`crate::activation::export`] and of the store.
    pub fn activate(&self, activation: &Activation, by: &str, at: Instant) -> Result<Export> {
        let mut export = None;
        self.change_now(|state, batch| {
            export = Some(state.activate(activation, by, at, batch)?);
            Ok(Vec::new())
        })?;
        export.ok_or_else(|| Error::new(Code::Internal, "an activation without an export"))
    }

    /// Notes that data of people was sent to somebody by other means than [`Graph::activate`].
    ///
    /// # Errors
    /// `not_found` if there is no such profile; `invalid_input` without a destination; those of the store.
    pub fn note_sent(&self, profile_ids: &[String], destination: &str, purpose: &str, at: Instant) -> Result<()> {
        let note = |state: &mut super::state::State, batch: &mut crate::store::Batch| {
            state.note_sent(profile_ids, destination, purpose, at, batch).map(|()| Vec::new())
        };
        self.change_now(note).map(drop)
    }

    /// To whom data of a person was sent, and when last: of what is there, and of what was taken out. The same that
    /// [`Graph::export_subject`] and the receipt of [`Graph::erase`] name, and all there are now, also of a graph as of an instant.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub fn recipients(&self, profile_id: &str) -> Result<Vec<Recipient>> {
        self.state()?.recipients_of(profile_id, &|| self.written())
    }

    /// All tombstones as JSON lines, for [`Graph::import_tombstones`] of another store; nobody can read from them what they were.
    ///
    /// # Errors
    /// Those of the store.
    pub fn export_tombstones(&self) -> Result<String> {
        tombstones::exported(self.written()?.as_ref())
    }

    /// Sets up tombstones that another store exported, and tells which profiles here hold an erased identifier.
    ///
    /// # Errors
    /// `missing_key`, `invalid_key` where the graph was not unlocked with the keys they were made with; `invalid_input` for what
    /// is none of them; those of the store.
    pub fn import_tombstones(&self, lines: &str, by: &str, at: Instant) -> Result<Imported> {
        let mut imported = Imported::default();
        self.change_now(|state, batch| {
            imported = state.import_tombstones(lines, by, at, &|| self.written(), batch)?;
            Ok(Vec::new())
        })?;
        Ok(imported)
    }

    /// The audit log: what was done to personal data.
    ///
    /// # Errors
    /// Those of the store.
    pub fn audit(&self) -> Result<Vec<Entry>> {
        erasure::audit_log(self.written()?.as_ref())
    }

    /// Checks the audit log and returns the hash of its last entry; `head`: the hash that was its last before, where known.
    ///
    /// # Errors
    /// `audit_broken`, with the entry; those of the store.
    pub fn verify_audit(&self, head: Option<&str>) -> Result<String> {
        erasure::verify_audit(self.written()?.as_ref(), head)
    }

    /// What may be done with a profile's data: the effective view of all that was said of its consents, as of `now`. Of a graph that
    /// shows an instant ([`Graph::instant`]) that is what one mostly means by now.
    ///
    /// # Errors
    /// `not_found` if there is no such profile.
    pub fn consent(&self, profile_id: &str, question: &Question<'_>, now: Instant) -> Result<ConsentView> {
        self.state()?.live.consent(profile_id, question, now)
    }

    /// An identifier by its kind and its value, however written.
    ///
    /// # Errors
    /// `unknown_kind`; `invalid_value` where the value has not the form of its kind.
    pub fn subject(&self, kind: &str, value: &str) -> Result<Subject> {
        let kind: Kind = kind.parse()?;
        let mut keys = self.state()?.live.keys_of(kind, value).into_iter().filter(|key| !key.is_empty());
        let key = keys
            .next()
            .ok_or_else(|| Error::new(Code::InvalidValue, format!("this is no value of the kind {kind}")))?;
        Ok(Subject { kind, key })
    }

    /// All that was said of a profile's consents, in order of when.
    ///
    /// # Errors
    /// `not_found` if there is no such profile.
    pub fn ledger(&self, profile_id: &str) -> Result<Vec<Statement>> {
        self.state()?.live.ledger_of(profile_id)
    }
}
