//! What the live graph does with personal data: consents, erasure and the other rights, exports, the audit log.

use crate::activation::Export;
use crate::decisions::record;
use crate::explain::mirror;
use crate::graph::{Graph, Told};
use crate::task::Work;
use cdp_core::Result;
use cdp_core::consent::Question;
use cdp_core::graph::Activation;
use cdp_core::privacy::{Key, Keys};
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

#[napi]
impl Graph {
    /// Gives the graph the keys that erasing needs, each an id and a secret of 32 random bytes, the current one first.
    #[napi(ts_args_type = "keys: readonly [string, Uint8Array][]", ts_return_type = "Promise<void>")]
    pub fn unlock(&self, ids: Vec<String>, secrets: Vec<Uint8Array>) -> AsyncTask<Work<()>> {
        let keys = ids.iter().zip(&secrets).map(|(id, secret)| Key::new(id.as_str(), secret));
        let keys = keys.collect::<Result<Vec<Key>>>().and_then(Keys::new);
        self.off_loop(move |core| core.unlock(keys?))
    }

    /// What may be done with a profile's data for a purpose, and by which statements.
    #[napi(
        ts_args_type = "profileId: string, purpose: string, options?: ConsentOptions",
        ts_return_type = "Promise<ConsentView>"
    )]
    pub fn consent(
        &self,
        profile_id: String,
        purpose: String,
        channel: Option<String>,
        address: Option<Vec<String>>,
        now: Option<f64>,
        today: f64,
    ) -> AsyncTask<Work<ConsentView>> {
        self.off_loop(move |core| {
            let now = now.map(|now| now as i64).or_else(|| core.instant()).unwrap_or(today as i64);
            let address = match address.as_deref() {
                Some([kind, value]) => Some(core.subject(kind, value)?),
                _ => None,
            };
            let question = Question { purpose: &purpose, channel: channel.as_deref(), address: address.as_ref() };
            mirror(&core.consent(&profile_id, &question, now)?)
        })
    }

    /// All that was said of a profile's consents, in order of when.
    #[napi(ts_return_type = "Promise<Statement[]>")]
    pub fn ledger(&self, profile_id: String) -> AsyncTask<Work<Vec<Statement>>> {
        self.off_loop(move |core| mirror(&core.ledger(&profile_id)?))
    }

    /// Erases a person; its identifiers can't come back until they are lifted. A dry run says what would go.
    #[napi(ts_args_type = "profileId: string, options?: EraseOptions", ts_return_type = "Promise<Receipt>")]
    pub fn erase(&self, profile_id: String, by: String, dry_run: bool, at: f64) -> AsyncTask<Work<Receipt>> {
        self.off_loop(move |core| mirror(&core.erase(&profile_id, &by, dry_run, at as i64)?))
    }

    /// Lets an erased identifier come back, of a row `record` and `source/id`; how many tombstones that took away.
    #[napi(ts_args_type = "kind: string, value: string, options?: ByOptions", ts_return_type = "Promise<number>")]
    pub fn lift(&self, kind: String, value: String, by: String, at: f64) -> AsyncTask<Work<f64>> {
        self.off_loop(move |core| Ok(core.lift(&kind, &value, &by, at as i64)? as f64))
    }

    /// Everything held of a person: every message word for word, consents, golden values and members.
    #[napi(ts_args_type = "profileId: string, options?: ByOptions", ts_return_type = "Promise<Record<string, any>>")]
    pub fn export_subject(&self, profile_id: String, by: String, at: f64) -> AsyncTask<Work<String>> {
        // The loader makes an object of it.
        self.off_loop(move |core| Ok(core.export_subject(&profile_id, &by, at as i64)?.to_string()))
    }

    /// The audit log: what was done to personal data.
    #[napi(ts_return_type = "Promise<AuditEntry[]>")]
    pub fn audit(&self) -> AsyncTask<Work<Vec<AuditEntry>>> {
        self.off_loop(|core| mirror(&core.audit()?))
    }

    /// Checks the audit log and returns the hash of its last entry; `head`: the hash that was its last before, where known.
    #[napi(ts_return_type = "Promise<string>")]
    pub fn verify_audit(&self, head: Option<String>) -> AsyncTask<Work<String>> {
        self.off_loop(move |core| core.verify_audit(head.as_deref()))
    }

    /// Restricts the processing of a person's data: kept, but in no segment, snapshot or export, until `release`.
    #[napi(ts_args_type = "profileId: string, options?: ByOptions", ts_return_type = "Promise<Change[]>")]
    pub fn restrict(&self, profile_id: String, by: String, at: f64) -> Told {
        self.told(move |core| core.restrict(&profile_id, &by, at as i64))
    }

    /// Lifts the restriction of a person.
    #[napi(ts_args_type = "profileId: string, options?: ByOptions", ts_return_type = "Promise<Change[]>")]
    pub fn release(&self, profile_id: String, by: String, at: f64) -> Told {
        self.told(move |core| core.release(&profile_id, &by, at as i64))
    }

    /// Notes that a person objects to a purpose, `*` for all: a refusal in their ledger.
    #[napi(
        ts_args_type = "profileId: string, purpose: string, options?: ByOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn object(&self, profile_id: String, purpose: String, by: String, at: f64) -> Told {
        self.told(move |core| core.object(&profile_id, &purpose, &by, at as i64))
    }

    /// Corrects fields of a record: cells of a row by column, traits of a user.
    #[napi(
        ts_args_type = "record: [string, string], fields: { readonly [field: string]: string }, options?: ByOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn rectify(&self, name: Vec<String>, fields: HashMap<String, String>, by: String, at: f64) -> Told {
        let fields: BTreeMap<String, String> = fields.into_iter().collect();
        self.told(move |core| core.rectify(&record(&name)?, &fields, &by, at as i64))
    }

    /// The golden values of those whose consents allow the purpose, as a destination wants them; it is noted to whom they went.
    #[napi(
        ts_args_type = "destination: string, purpose: string, options?: GraphActivateOptions",
        ts_return_type = "Promise<Export>"
    )]
    pub fn activate(&self, given: Value, by: String, at: f64) -> AsyncTask<Work<Export>> {
        self.off_loop(move |core| Export::new(core.activate(&Activation::from_json(given)?, &by, at as i64)?))
    }

    /// Notes that data of people was sent to somebody by other means than `activate`.
    #[napi(
        ts_args_type = "profileIds: readonly string[], destination: string, purpose?: string, options?: AtOptions",
        ts_return_type = "Promise<void>"
    )]
    pub fn note_sent(
        &self,
        profile_ids: Vec<String>,
        destination: String,
        purpose: String,
        at: f64,
    ) -> AsyncTask<Work<()>> {
        self.off_loop(move |core| core.note_sent(&profile_ids, &destination, &purpose, at as i64))
    }

    /// To whom data of a person was sent, and when last.
    #[napi(ts_return_type = "Promise<Recipient[]>")]
    pub fn recipients(&self, profile_id: String) -> AsyncTask<Work<Vec<Recipient>>> {
        self.off_loop(move |core| mirror(&core.recipients(&profile_id)?))
    }

    /// All tombstones as JSON lines, for `importTombstones` of another graph.
    #[napi(ts_return_type = "Promise<string>")]
    pub fn export_tombstones(&self) -> AsyncTask<Work<String>> {
        self.off_loop(|core| core.export_tombstones())
    }

    /// Sets up tombstones that another graph exported; tells which profiles here hold an erased identifier.
    #[napi(ts_args_type = "lines: string, options?: ByOptions", ts_return_type = "Promise<ImportedTombstones>")]
    pub fn import_tombstones(&self, lines: String, by: String, at: f64) -> AsyncTask<Work<ImportedTombstones>> {
        self.off_loop(move |core| mirror(&core.import_tombstones(&lines, &by, at as i64)?))
    }
}

/// What may be done with somebody's data for a purpose, and why.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentView {
    /// `granted`, `denied` or `unknown`.
    pub effective: String,
    /// The statements that decide: refusals that stand, or grants that count.
    pub because: Vec<Statement>,
    /// When the answer can next change by itself.
    pub until: Option<String>,
}

/// An entry of the consent ledger.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The identifiers it speaks of.
    pub subjects: Vec<Subject>,
    /// The purpose; `*` for all.
    pub purpose: String,
    /// The channel; absent for all.
    pub channel: Option<String>,
    /// `granted`, `denied`, `withdrawn` or `expired`.
    pub status: String,
    /// When it was said.
    pub at: String,
    /// When a grant runs out by itself.
    pub expires_at: Option<String>,
    /// Whether whoever said it was signed in.
    pub authenticated: bool,
    /// The source it comes from.
    pub source: Option<String>,
    /// The legal basis.
    pub legal_basis: Option<String>,
    /// The version of the text that was shown.
    pub document_version: Option<String>,
    /// Where the proof is.
    pub proof: Option<String>,
}

/// An identifier.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its kind.
    pub kind: String,
    /// Its normalised value.
    pub key: String,
}

/// What an erasure takes away, or would.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Its number; absent of a dry run.
    pub number: Option<f64>,
    /// The profile.
    pub profile_id: String,
    /// When, in RFC 3339.
    pub at: String,
    /// How many records go.
    pub records: f64,
    /// How many messages and decisions go.
    pub evidence: f64,
    /// How many entries of the change feed are made nameless.
    pub changes: f64,
    /// How many identifiers of each kind can't come back.
    #[napi(ts_type = "Record<string, number>")]
    pub identifiers: Map<String, Value>,
    /// How many identifiers of each kind stay, because others have them too.
    #[napi(ts_type = "Record<string, number>")]
    pub shared: Map<String, Value>,
    /// How many refusals of the person stay on devices that others use: of each the device, the purpose and the instant.
    pub kept: f64,
    /// To whom data of the person was sent: they have to be told.
    pub recipients: Vec<Recipient>,
}

/// Somebody to whom data of a person was sent.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Where to.
    pub destination: String,
    /// What for.
    pub purpose: String,
    /// When last, in RFC 3339.
    pub at: String,
}

/// What importing tombstones did.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportedTombstones {
    /// How many there were not before.
    pub added: f64,
    /// How many there were.
    pub known: f64,
    /// The profiles of which something speaks of an erased identifier: erase them too.
    pub profiles: Vec<String>,
    /// How many messages and decisions were deleted that speak of an erased identifier and are of no profile: what was put aside.
    pub evidence: f64,
    /// To whom data of what was deleted was sent: they have to be told.
    pub recipients: Vec<Recipient>,
}

/// An entry of the audit log.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// Its number: 1, 2, 3, ...
    pub number: f64,
    /// When, in RFC 3339.
    pub at: String,
    /// What was done: `erase`, `lift`, `export_subject`, `restrict`, `activate`, `retain`, ...
    pub action: String,
    /// At whose word.
    pub by: Option<String>,
    /// To whom: pseudonyms.
    pub subjects: Option<Vec<String>>,
    /// Further facts, none of them personal.
    #[napi(ts_type = "Record<string, string>")]
    pub details: Option<Map<String, Value>>,
    /// The hash of the entry before.
    pub previous: String,
    /// The hash of this one.
    pub hash: String,
}
