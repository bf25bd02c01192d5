//! Evidence as it is kept: what came, in the order it came, in a form that is read back for ever.
//!
//! | byte 0 | what follows |
//! | --- | --- |
//! | 1, a message | when it arrived and when its envelope was sent (8 bytes each, big-endian; the least number for "not said"), then the message in JSON as it came |
//! | 2, a decision | JSON: two records, `same` (absent: taken back), when |
//! | 3, a mark | JSON: a record, what was said of it, when |

use super::message::{self, Message};
use crate::consent::{Status, Subject};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

const MESSAGE: u8 = 1;
const DECISION: u8 = 2;
const MARK: u8 = 3;
/// Bytes before the JSON of a message.
const HEAD: usize = 17;

/// Pieces of evidence that are read together, and bytes of them.
const READ_TOGETHER: usize = 16_384;
const BYTES_TOGETHER: usize = 32 << 20;

/// Evidence as it is kept that waits to be read, by all threads at once.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    bytes: Vec<u8>,
    /// The number of each piece, and where its bytes end.
    ends: Vec<(u64, usize)>,
}

impl Waiting {
    /// Adds a piece; tells whether there are enough now.
    pub(super) fn push(&mut self, number: u64, bytes: &[u8]) -> bool {
        self.bytes.extend_from_slice(bytes);
        self.ends.push((number, self.bytes.len()));
        self.ends.len() >= READ_TOGETHER || self.bytes.len() >= BYTES_TOGETHER
    }

    /// Reads all there is, and lets go of it.
    ///
    /// # Errors
    /// `store_corrupt`.
    pub(super) fn read<T: Send>(&mut self, make: impl Fn(u64, Evidence) -> T + Sync) -> Result<Vec<T>> {
        let start = |place: usize| if place == 0 { 0 } else { self.ends[place - 1].1 };
        let piece =
            |(place, &(number, end)): (usize, &(u64, usize))| Ok(make(number, read(&self.bytes[start(place)..end])?));
        let made = self.ends.par_iter().enumerate().map(piece).collect();
        self.bytes.clear();
        self.ends.clear();
        made
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Evidence {
    /// A message, and when it arrived.
    Message(Message, Instant),
    Decision(Decision),
    Mark(Mark),
}

/// What whoever keeps the data notes of a record at the person's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The record; of somebody nobody knows, the device.
    pub(super) record: RecordName,
    pub(super) at: Instant,
    pub(super) what: Marked,
}

/// What is noted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Marked {
    /// Its data may be kept, and not be used.
    Restricted,
    /// It may be used again.
    Released,
    /// It may not be used for a purpose. Of a record that names no user: the users that the person had, who can allow it again.
    Objected {
        purpose: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        users: Vec<Subject>,
    },
    /// Somebody who was erased refused it, or ended it, on a device that others use.
    Kept { purpose: String, channel: Option<String>, status: Status },
}

/// What a person said of two records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Decision {
    pub(super) records: [RecordName; 2],
    /// When; of two decisions about one pair the later one counts.
    pub(super) at: Instant,
    /// Whether they are one person; `None` takes back what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) same: Option<bool>,
}

/// The bytes before the JSON of a message.
pub(super) fn message_head(sent_at: Option<Instant>, received: Instant) -> [u8; HEAD] {
    let mut head = [MESSAGE; HEAD];
    head[1..9].copy_from_slice(&received.to_be_bytes());
    head[9..].copy_from_slice(&sent_at.unwrap_or(Instant::MIN).to_be_bytes());
    head
}

impl Decision {
    pub(super) fn bytes(&self) -> Vec<u8> {
        json_bytes(DECISION, self)
    }
}

impl Mark {
    /// The users that it names beside the record.
    pub(super) fn users(&self) -> &[Subject] {
        match &self.what {
            Marked::Objected { users, .. } => users,
            Marked::Restricted | Marked::Released | Marked::Kept { .. } => &[],
        }
    }

    /// The same without these users.
    pub(super) fn without(mut self, gone: &BTreeSet<Subject>) -> Mark {
        if let Marked::Objected { users, .. } = &mut self.what {
            users.retain(|user| !gone.contains(user));
        }
        self
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        json_bytes(MARK, self)
    }
}

fn json_bytes(kind: u8, said: &impl Serialize) -> Vec<u8> {
    let mut bytes = vec![kind];
    // Names and numbers always have a form in JSON.
    bytes.extend(serde_json::to_vec(said).unwrap_or_default());
    bytes
}

/// Evidence for people to read: a message word for word with when it arrived, or a decision.
///
/// # Errors
/// `store_corrupt`.
pub(super) fn told(bytes: &[u8]) -> Result<Option<serde_json::Value>> {
    let raw = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).ok();
    Ok(match (read(bytes)?, bytes) {
        (Evidence::Message(_, received), _) => raw(&bytes[HEAD..])
            .map(|message| serde_json::json!({"received": crate::instant::text(received), "message": message})),
        (Evidence::Decision(_), [_, json @ ..]) => raw(json).map(|decision| serde_json::json!({"decision": decision})),
        (Evidence::Mark(_), [_, json @ ..]) => raw(json).map(|mark| serde_json::json!({"mark": mark})),
        (Evidence::Decision(_) | Evidence::Mark(_), []) => None,
    })
}

/// The bytes of a message without whom it says its sender was before, and without its id, which can name them too. An alias that
/// says nothing of that is what an `identify` is.
///
/// # Errors
/// `store_corrupt`.
pub(super) fn without_previous(bytes: &[u8]) -> Result<Vec<u8>> {
    let corrupt = || Error::new(Code::StoreCorrupt, "a message cannot be read");
    let (head, json) = bytes.split_at_checked(HEAD).ok_or_else(corrupt)?;
    let mut parts: BTreeMap<&str, &RawValue> = serde_json::from_slice(json).map_err(|_| corrupt())?;
    let identify = serde_json::value::to_raw_value("identify").map_err(|_| corrupt())?;
    if parts.get("type").is_some_and(|kind| kind.get() == "\"alias\"") {
        parts.insert("type", &identify);
    }
    parts.remove("previousId");
    parts.remove("messageId");
    Ok([head, &serde_json::to_vec(&parts).map_err(|_| corrupt())?].concat())
}

/// What a message of somebody else tells of whom it says they were before, for these to read: that it says so, and when.
///
/// # Errors
/// `store_corrupt`.
pub(super) fn told_of_previous(bytes: &[u8]) -> Result<Option<serde_json::Value>> {
    let mut told = told(bytes)?;
    if let Some(message) = told.as_mut().and_then(|told| told["message"].as_object_mut()) {
        message.retain(|key, _| ["type", "previousId", "timestamp"].contains(&key.as_str()));
    }
    Ok(told)
}

/// Reads evidence back.
///
/// # Errors
/// `store_corrupt`.
pub(super) fn read(bytes: &[u8]) -> Result<Evidence> {
    let corrupt = |reason: &str| Error::new(Code::StoreCorrupt, format!("a piece of evidence {reason}"));
    match bytes {
        [MESSAGE, rest @ ..] if bytes.len() >= HEAD => {
            let number = |from: usize| rest[from..from + 8].try_into().map(Instant::from_be_bytes).unwrap_or_default();
            let json = std::str::from_utf8(&rest[HEAD - 1..]).map_err(|_| corrupt("is no text"))?;
            let sent_at = Some(number(8)).filter(|sent| *sent != Instant::MIN);
            Ok(Evidence::Message(message::read(json, sent_at, number(0))?, number(0)))
        }
        [DECISION, json @ ..] => {
            serde_json::from_slice(json).map(Evidence::Decision).map_err(|_| corrupt("is no decision"))
        }
        [MARK, json @ ..] => serde_json::from_slice(json).map(Evidence::Mark).map_err(|_| corrupt("is no mark")),
        _ => Err(corrupt("is of no kind this version knows")),
    }
}
