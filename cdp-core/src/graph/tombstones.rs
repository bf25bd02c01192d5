//! Tombstones from one store to another, so that who was erased in one cannot stay in, or come back by, the other.

use super::erasure::{CHECK, Named, tombstone_key};
use super::evidence::{self, Evidence};
use super::gone::Gone;
use super::mentions::Cause;
use super::message::Message;
use super::recipients::Recipient;
use super::state::{State, Written, number};
use crate::consent::Subject;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::privacy::audit::Fact;
use crate::privacy::{Keys, Pseudonym, Tombstone, Use, hex, unhex};
use crate::profile::id_text;
use crate::store::{Batch, KeyRange, Space, Store};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// What importing tombstones did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// How many there were not before.
    pub added: u64,
    /// How many there were.
    pub known: u64,
    /// The profiles of which something speaks of an erased identifier as theirs: erase them too. Who only said that they were called
    /// so before is none of them; that goes out of what they said.
    pub profiles: Vec<String>,
    /// How many messages and decisions were deleted that speak of an erased identifier and are of no profile: what was put aside.
    pub evidence: u64,
    /// To whom data of what was deleted was sent: they have to be told (GDPR 19).
    pub recipients: Vec<Recipient>,
}

/// What of the evidence speaks of the erased.
#[derive(Default)]
struct Buried {
    /// The messages that are of profiles.
    counting: BTreeSet<u64>,
    /// What is of no profile, and what others say of whom they were before.
    gone: Gone,
    /// Whom that names.
    named: Named,
}

/// One line of exported tombstones.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// A key, with a hash by which another secret of its id is recognised.
    Key {
        key: String,
        check: String,
    },
    Tombstone {
        key: String,
        hash: String,
        at: String,
        receipt: String,
    },
}

/// All tombstones of a store, and the checks of the keys they were made with, as JSON lines.
pub(super) fn exported(store: &dyn Store) -> Result<String> {
    let mut lines = String::new();
    let mut put = |line: &Line| {
        lines.push_str(&serde_json::to_string(line).unwrap_or_default());
        lines.push('\n');
    };
    store.scan(Space::META, &KeyRange::prefix(CHECK.as_bytes()), &mut |name, check| {
        let key = String::from_utf8_lossy(&name[CHECK.len()..]).into_owned();
        put(&Line::Key { key, check: hex(check) });
        Ok(ControlFlow::Continue(()))
    })?;
    store.scan(Space::TOMBSTONES, &KeyRange::all(), &mut |hash, bytes| {
        let corrupt = || Error::new(Code::StoreCorrupt, "a tombstone cannot be read");
        let Tombstone { key, at, receipt } = serde_json::from_slice(bytes).map_err(|_| corrupt())?;
        let hash = hex(hash.get(..32).ok_or_else(corrupt)?);
        put(&Line::Tombstone { key, hash, at, receipt });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(lines)
}

/// Reads exported tombstones, made with keys that are at hand.
fn read(lines: &str, keys: &Keys) -> Result<Vec<(Pseudonym, Tombstone)>> {
    let mut read = Vec::new();
    for (place, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let unreadable = || {
            let error = Error::new(Code::InvalidInput, "this is no line of exported tombstones").row(place as u64);
            error.help("give what export_tombstones gave")
        };
        match serde_json::from_str(line).map_err(|_| unreadable())? {
            Line::Key { key, check } => check_key(keys, &key, &check)?,
            Line::Tombstone { key, hash, at, receipt } => {
                known_key(keys, &key)?;
                let hash = unhex(&hash).ok_or_else(unreadable)?;
                read.push((Pseudonym { key: key.clone(), hash }, Tombstone { key, at, receipt }));
            }
        }
    }
    Ok(read)
}

fn known_key<'k>(keys: &'k Keys, id: &str) -> Result<&'k crate::privacy::Key> {
    let missing = || {
        Error::new(Code::MissingKey, format!("tombstones were made with the key '{id}', which was not given"))
            .help("unlock the graph with that key too, after the current one")
    };
    keys.get(id).ok_or_else(missing)
}

/// A key that made none of the tombstones need not be there.
fn check_key(keys: &Keys, id: &str, check: &str) -> Result<()> {
    let Some(key) = keys.get(id) else { return Ok(()) };
    if hex(&key.hash(Use::Check, &[id])) == check {
        return Ok(());
    }
    let reason = format!("the secret of the key '{id}' is not the one that made the tombstones");
    Err(Error::new(Code::InvalidKey, reason).help("unlock the graph with that secret"))
}

impl State {
    /// Sets up tombstones of another store.
    pub(super) fn import_tombstones(
        &mut self,
        lines: &str,
        by: &str,
        at: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<Imported> {
        let keys = self.privacy.keys()?.clone();
        let tombstones = read(lines, &keys)?;
        let mut imported = Imported::default();
        for (pseudonym, tombstone) in tombstones {
            if self.privacy.tombstones.has(&pseudonym) {
                imported.known += 1;
                continue;
            }
            imported.added += 1;
            self.privacy.tombstones.insert(&pseudonym);
            let bytes = serde_json::to_vec(&tombstone).unwrap_or_default();
            batch.put(Space::TOMBSTONES, &tombstone_key(&pseudonym), &bytes);
        }
        let store = store()?;
        let buried = self.buried(store.as_ref())?;
        self.delete_buried(&buried, at, store.as_ref(), batch, &mut imported)?;
        // Whom an alias joined to the erased stays, and is somebody else now.
        imported.profiles = self.profiles_of(&buried.counting, store.as_ref())?;
        if imported.added > 0 || imported.evidence > 0 || !buried.gone.in_part.is_empty() {
            let details = [("added", imported.added), ("evidence", imported.evidence)];
            let details = details.iter().map(|(name, count)| ((*name).to_owned(), count.to_string())).collect();
            self.privacy.audit(at, Fact { action: "import_tombstones", by, details, ..Fact::default() }, batch);
        }
        Ok(imported)
    }

    /// What of the evidence speaks of somebody erased, by the rule that refuses messages.
    fn buried(&mut self, store: &dyn Store) -> Result<Buried> {
        let mut buried = Buried::default();
        if self.privacy.tombstones.is_empty() {
            return Ok(buried);
        }
        store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, bytes| {
            let number = number(key)?;
            match evidence::read(bytes)? {
                Evidence::Message(message, _) => {
                    let mut said = self.mentioned(&message);
                    said.retain(|subject| self.privacy.is_erased(subject));
                    if !said.is_empty() {
                        self.bury_message(message, number, &said, &mut buried);
                    }
                }
                Evidence::Decision(decision) => self.bury_names(&decision.records, number, &mut buried),
                Evidence::Mark(mark) => {
                    let erased = mark.users().iter().filter(|user| self.privacy.is_erased(user));
                    buried.named.subjects.extend(erased.cloned());
                    self.bury_names(&[mark.record], number, &mut buried);
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(buried)
    }

    /// A message that counts is of a profile, unless it only says that its sender was the erased before; any other can be deleted
    /// at once.
    fn bury_message(&mut self, message: Message, number: u64, said: &[Subject], buried: &mut Buried) {
        let is_out = self.is_out(&message, number);
        let is_others = (!is_out || self.aside.contains(&number))
            && self.only_was_before(&message, |state, subject| state.privacy.is_erased(subject));
        if !is_out && !is_others {
            buried.counting.insert(number);
            return;
        }
        buried.named.subjects.extend(said.iter().cloned());
        buried.named.records.extend(self.names_in(&message));
        let part = if is_others { &mut buried.gone.in_part } else { &mut buried.gone.whole };
        part.insert(number, Some(message.id().to_owned()));
    }

    /// The ids of the profiles that these messages are of.
    fn profiles_of(&mut self, counting: &BTreeSet<u64>, store: &dyn Store) -> Result<Vec<String>> {
        let mut profiles = BTreeSet::new();
        for &number in counting {
            let Some(message) = self.message_of(number, store)? else { continue };
            let homes = self.live.homes_of_evidence(&message, number);
            let homes = homes.iter().filter_map(|home| self.live.profiles.get(home));
            profiles.extend(homes.map(|profile| id_text(profile.id)));
        }
        Ok(profiles.into_iter().collect())
    }

    /// What was decided, or noted, of records of which nothing is there.
    fn bury_names(&mut self, records: &[RecordName], number: u64, buried: &mut Buried) {
        for record in records {
            let said = self.named_by(record);
            let is_here = self.live.is_here(record);
            if !is_here && said.iter().any(|subject| self.privacy.is_erased(subject)) {
                buried.named.records.insert(record.clone());
                buried.gone.whole.insert(number, None);
            }
        }
    }

    /// Deletes what speaks of the erased and is of no profile.
    fn delete_buried(
        &mut self,
        buried: &Buried,
        at: Instant,
        store: &dyn Store,
        batch: &mut Batch,
        imported: &mut Imported,
    ) -> Result<()> {
        if buried.gone.is_empty() && buried.named.subjects.is_empty() {
            return Ok(());
        }
        let members = self.gone_members(&buried.named.records, &buried.named.subjects);
        imported.recipients = self.recipients.of(&members);
        self.forget_recipients(&members, batch);
        let (events, evidence) = self.delete_for_good(&buried.gone, &buried.named, store, batch)?;
        imported.evidence = evidence as u64;
        let (cause, mut changes) = (Cause::from("tombstones"), Vec::new());
        self.pass(at, batch, &mut changes);
        self.write(events, &cause, at, batch, &mut changes);
        self.write_settled(&cause, at, batch, &mut changes);
        self.keep_clock(batch);
        Ok(())
    }
}
