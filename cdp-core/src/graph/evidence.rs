//! Evidence as it is kept: what came, in the order it came, in a form that is read back for ever.
//!
//! | byte 0 | what follows |
//! | --- | --- |
//! | 1, a message | when it arrived and when its envelope was sent (8 bytes each, big-endian; the least number for "not said"), then the message in JSON as it came |
//! | 2, a decision | JSON: two records, `same` (absent: taken back), when |
//! | 3, a mark | JSON: a record, what was said of it, when |

use super::message::{self, Message};
use crate::consent::Status;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use serde::{Deserialize, Serialize};

const MESSAGE: u8 = 1;
const DECISION: u8 = 2;
const MARK: u8 = 3;
/// Bytes before the JSON of a message.
const HEAD: usize = 17;

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Evidence {
    /// A message, and when it arrived.
    Message(Box<Message>, Instant),
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
    /// It may not be used for a purpose.
    Objected { purpose: String },
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
            Ok(Evidence::Message(Box::new(message::read(json, sent_at, number(0))?), number(0)))
        }
        [DECISION, json @ ..] => {
            serde_json::from_slice(json).map(Evidence::Decision).map_err(|_| corrupt("is no decision"))
        }
        [MARK, json @ ..] => serde_json::from_slice(json).map(Evidence::Mark).map_err(|_| corrupt("is no mark")),
        _ => Err(corrupt("is of no kind this version knows")),
    }
}
