//! Tombstones from one store to another, so that who was erased in one cannot stay in, or come back by, the other.

use super::erasure::{CHECK, tombstone_key};
use super::named::row;
use super::state::{State, Written};
use crate::consent::Subject;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::privacy::audit::Fact;
use crate::privacy::{Keys, Pseudonym, Tombstone, Use, hex, unhex};
use crate::profile::id_text;
use crate::schema::Kind;
use crate::store::{Batch, KeyRange, Space, Store};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// What importing tombstones did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// How many there were not before.
    pub added: u64,
    /// How many there were.
    pub known: u64,
    /// The profiles that hold an erased identifier: erase them too.
    pub profiles: Vec<String>,
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
        if imported.added > 0 {
            let details = [("added".to_owned(), imported.added.to_string())].into();
            self.privacy.audit(at, Fact { action: "import_tombstones", by, details, ..Fact::default() }, batch);
            self.put_erased_aside(store()?.as_ref(), batch)?;
        }
        imported.profiles = self.buried_profiles();
        Ok(imported)
    }

    /// What lost to another message with its id, and speaks of somebody erased, does not take the place of that one.
    fn put_erased_aside(&mut self, store: &dyn Store, batch: &mut Batch) -> Result<()> {
        for number in self.known.losing() {
            let Some(message) = self.message_of(number, store)? else { continue };
            if self.speaks_of_erased(&message)? {
                self.withdraw(&message, number);
                self.put_aside(&message, number, batch);
            }
        }
        Ok(())
    }

    /// The profiles that hold an identifier that was erased, or held one before.
    fn buried_profiles(&self) -> Vec<String> {
        let live = &self.live;
        let is_buried = |profile: &&super::profiles::Profile| {
            let devices = profile.devices.iter().map(|&device| live.device_names.get(device).to_owned());
            let devices = devices.map(|key| Subject { kind: Kind::AnonymousId, key });
            let records = profile.records.iter().flat_map(|&record| {
                let state = &live.records[record as usize];
                let said = state.statements.iter().flat_map(|statement| &statement.values);
                let values = state.values.iter().map(|(value, _)| value).chain(said).map(|value| live.subject(value));
                let (source, id) = live.names.get(record);
                values.filter(|subject| live.identifies(subject.kind)).chain(state.is_row.then(|| row(source, id)))
            });
            devices.chain(records).any(|subject| self.privacy.is_erased(&subject))
        };
        let mut buried: Vec<String> =
            live.profiles.values().filter(is_buried).map(|profile| id_text(profile.id)).collect();
        buried.sort_unstable();
        buried
    }
}
