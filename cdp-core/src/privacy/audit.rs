//! The audit log: what was done to personal data, when and at whose word; each entry holds the hash of the one before.
//!
//! Entries name people by pseudonym only. Changing, leaving out or putting in an entry breaks the chain from there on, which
//! [`verify`] tells without any key. Whoever can rewrite all of the log can also forge all of it: keep the hash of the last
//! entry elsewhere from time to time, and verify against that.

use crate::error::{Code, Error, Result};
use crate::instant::{self, Instant};
use crate::normalize::hashed::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The hash before the first entry.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number: 1, 2, 3, ...
    pub number: u64,
    /// When, in RFC 3339.
    pub at: String,
    /// What was done: `erase`, `restrict`, `export_subject`, `activate`, `retain`, ...
    pub action: String,
    /// At whose word, as the caller says it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// To whom: pseudonyms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// Further facts, none of them personal: counts, purposes, destinations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
    /// The hash of the entry before.
    pub previous: String,
    /// SHA-256 of this entry in JSON without this field.
    #[serde(default)]
    pub hash: String,
}

/// What an entry tells.
#[derive(Debug, Clone, Default)]
pub struct Fact<'a> {
    /// What was done.
    pub action: &'a str,
    /// At whose word.
    pub by: &'a str,
    /// To whom: pseudonyms.
    pub subjects: Vec<String>,
    /// Further facts.
    pub details: BTreeMap<String, String>,
}

impl Entry {
    /// The entry that follows another one, or the first.
    pub fn after(previous: Option<&Entry>, at: Instant, fact: Fact<'_>) -> Entry {
        let mut entry = Entry {
            number: previous.map_or(1, |entry| entry.number + 1),
            at: instant::text(at),
            action: fact.action.to_owned(),
            by: fact.by.to_owned(),
            subjects: fact.subjects,
            details: fact.details,
            previous: previous.map_or_else(|| START.to_owned(), |entry| entry.hash.clone()),
            hash: String::new(),
        };
        entry.hash = entry.digest();
        entry
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a line back.
    ///
    /// # Errors
    /// `audit_broken`.
    pub fn from_json(json: &str) -> Result<Entry> {
        serde_json::from_str(json).map_err(|_| broken("an entry is unreadable".to_owned()))
    }

    fn digest(&self) -> String {
        let plain = Entry { hash: String::new(), ..self.clone() };
        hex(&Sha256::digest(plain.to_json().as_bytes()))
    }
}

fn broken(reason: String) -> Error {
    Error::new(Code::AuditBroken, reason).help("compare it with a backup: somebody or something changed the log")
}

/// Checks a whole log: that each entry is what it was, that none is missing, and, where `head` is known from elsewhere, that
/// it ends with the entry of that hash or goes on from it. Returns the hash of its last entry.
///
/// # Errors
/// `audit_broken`, with the number of the first entry that is wrong.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>, head: Option<&str>) -> Result<String> {
    let (mut previous, mut number) = (START.to_owned(), 0);
    let mut met = head.is_none_or(|head| head == START);
    for entry in entries {
        number += 1;
        if entry.number != number {
            return Err(broken(format!("entry {number} is missing: there is {} in its place", entry.number)));
        }
        if entry.previous != previous {
            return Err(broken(format!("entry {number} does not follow the one before it")));
        }
        if entry.digest() != entry.hash {
            return Err(broken(format!("entry {number} is not what it was")));
        }
        previous.clone_from(&entry.hash);
        met |= head == Some(entry.hash.as_str());
    }
    match met {
        true => Ok(previous),
        false => Err(broken("the log does not hold the entry that was known to be its last".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Vec<Entry> {
        let mut log: Vec<Entry> = Vec::new();
        for (at, action) in [(1, "erase"), (2, "restrict"), (3, "activate")] {
            let details = [("purpose".to_owned(), "ads".to_owned())].into();
            let fact = Fact { action, by: "dpo", subjects: vec!["k:00ff".to_owned()], details };
            log.push(Entry::after(log.last(), at, fact));
        }
        log
    }

    fn fault(log: &[Entry], head: Option<&str>) -> String {
        verify(log, head).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_log_is_sound_also_when_read_back() {
        let read: Vec<Entry> = log().iter().map(|entry| Entry::from_json(&entry.to_json()).unwrap()).collect();
        assert_eq!(verify(&read, None).unwrap(), log()[2].hash);
        assert!(verify(&read, Some(&log()[1].hash)).is_ok());
        assert_eq!(verify(&[], None).unwrap(), START);
    }

    #[test]
    fn what_was_tampered_with_is_named() {
        let mut changed = log();
        changed[1].by = "nobody".to_owned();
        assert!(fault(&changed, None).contains("entry 2 is not what it was"));
        changed[1].hash = changed[1].digest();
        assert!(fault(&changed, None).contains("entry 3 does not follow"));
        let missing: Vec<Entry> = log().into_iter().filter(|entry| entry.number != 2).collect();
        assert!(fault(&missing, None).contains("entry 2 is missing"));
        assert!(fault(&log()[..2], Some(&log()[2].hash)).contains("does not hold"), "the end was cut off");
    }
}
