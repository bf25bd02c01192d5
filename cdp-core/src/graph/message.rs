//! Messages: what the public analytics SDKs send, and rows of a source. From JSON to what they say, nothing more.
//!
//! The shapes are those of the Segment spec (`identify`, `track`, `page`, `screen`, `group`, `alias`, batch envelopes), as
//! RudderStack and others send them too, and `{"type": "record", "source": ..., "record": {...}}` for a row.

use super::json::{INEXACT, Node, Text};
use super::said::{self, Said};
use crate::error::{Code, Error, Result};
use crate::instant::{self, Instant};
use crate::record::inexact;
use crate::schema::MessageType;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The source of messages that name none.
pub(super) const EVENTS: &str = "events";

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Message {
    pub(crate) kind: MessageType,
    /// The message id, or a hash of what it says where it has none.
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) user_id: Option<String>,
    pub(crate) anonymous_id: Option<String>,
    /// The id that an `alias` says is the same person's.
    pub(crate) previous_id: Option<String>,
    /// The name of an event, a page or a screen; the id of a group.
    pub(crate) name: Option<String>,
    /// When it happened, corrected for the clock of the device, at the latest when it arrived; when a row arrived.
    pub(crate) time: Instant,
    /// Traits, or the cells of a row, by name; nested ones as `address.city`.
    pub(crate) traits: Vec<(String, String)>,
    /// What it says of consents.
    pub(crate) said: Vec<Said>,
    /// Whether the browser asks not to be sold or shared (Global Privacy Control).
    pub(crate) privacy_control: bool,
    /// Of an event, its properties by name; a list is its JSON.
    pub(crate) properties: Vec<(String, String)>,
}

impl MessageType {
    const ALL: [(MessageType, &'static str); 8] = [
        (MessageType::Identify, "identify"),
        (MessageType::Track, "track"),
        (MessageType::Page, "page"),
        (MessageType::Screen, "screen"),
        (MessageType::Group, "group"),
        (MessageType::Alias, "alias"),
        (MessageType::Consent, "consent"),
        (MessageType::Record, "record"),
    ];

    fn of(word: &str) -> Result<Self> {
        let known = Self::ALL.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind);
        known.ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|(_, word)| *word).collect();
            Error::hiding(Code::InvalidMessage, "there is no message type '{}'", [word])
                .field("type")
                .help(format!("the types are: {}", words.join(", ")))
        })
    }

    pub(crate) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// Whether it tells that something happened.
    pub(crate) fn is_event(self) -> bool {
        matches!(self, MessageType::Track | MessageType::Page | MessageType::Screen | MessageType::Group)
    }
}

fn invalid(reason: String) -> Error {
    Error::new(Code::InvalidMessage, reason)
}

/// The parts of a message that are read; the rest is kept as evidence only.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Wire<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    message_id: Text<'a>,
    #[serde(borrow)]
    user_id: Text<'a>,
    #[serde(borrow)]
    anonymous_id: Text<'a>,
    #[serde(borrow)]
    previous_id: Text<'a>,
    #[serde(borrow)]
    group_id: Text<'a>,
    #[serde(borrow)]
    event: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow)]
    original_timestamp: Text<'a>,
    #[serde(borrow)]
    sent_at: Text<'a>,
    #[serde(borrow)]
    source: Text<'a>,
    #[serde(borrow)]
    traits: Option<Node<'a>>,
    #[serde(borrow)]
    properties: Option<Node<'a>>,
    #[serde(borrow)]
    record: Option<Node<'a>>,
    #[serde(borrow)]
    context: Option<Context<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Context<'a> {
    #[serde(borrow)]
    traits: Option<Node<'a>>,
    #[serde(borrow)]
    consent: Option<&'a RawValue>,
    #[serde(alias = "globalPrivacyControl", borrow)]
    gpc: Text<'a>,
}

/// A batch as SDKs send it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(borrow)]
    batch: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    sent_at: Text<'a>,
}

/// One message of a call, still as it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Raw<'a> {
    pub(crate) json: &'a str,
    /// When the envelope around it was sent, by the clock of the device.
    pub(crate) sent_at: Option<Instant>,
}

/// Takes a call apart: one message, a list of them, or an envelope `{"batch": [...], "sentAt": ...}`.
///
/// # Errors
/// `invalid_message` if it is neither.
pub(crate) fn split(json: &str) -> Result<Vec<Raw<'_>>> {
    let start = json.trim_start();
    if start.starts_with('[') {
        let list: Vec<&RawValue> = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
        return Ok(list.into_iter().map(|raw| Raw { json: raw.get(), sent_at: None }).collect());
    }
    if start.starts_with('{')
        && start.contains("\"batch\"")
        && let Ok(Envelope { batch, sent_at }) = serde_json::from_str::<Envelope<'_>>(json)
    {
        let sent_at = sent_at.get().and_then(instant::parse);
        return Ok(batch.into_iter().map(|raw| Raw { json: raw.get(), sent_at }).collect());
    }
    Ok(vec![Raw { json: json.trim(), sent_at: None }])
}

fn unreadable(error: &serde_json::Error) -> Error {
    // The text of the error can hold values.
    if error.to_string().starts_with(INEXACT) {
        return inexact(Code::InvalidMessage);
    }
    let what = if error.is_data() { "a part of it is not of the expected form" } else { "it is no JSON" };
    invalid(format!("{what} (line {}, column {})", error.line(), error.column()))
        .help("send an object, a list of objects, or {\"batch\": [...]}")
}

/// Reads one message. `received` is when it arrived, by the receiver's clock: where a device tells when it sent the message, the
/// difference corrects the time of what happened.
///
/// # Errors
/// `invalid_message`, with the field and the reason.
pub(crate) fn read(json: &str, sent_at: Option<Instant>, received: Instant) -> Result<Message> {
    if !json.trim_start().starts_with('{') {
        return Err(invalid("it is no object".to_owned()).help("a message is {\"type\": ..., ...}"));
    }
    let mut wire: Wire<'_> = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
    let word = wire.kind.get().ok_or_else(|| {
        invalid("the message has no type".to_owned()).field("type").help("say identify, track, page, ... or record")
    })?;
    let kind = MessageType::of(word)?;
    let told = happened(&wire, sent_at, received)?;
    let mut traits = Vec::new();
    if kind == MessageType::Record {
        let record = wire.record.take().ok_or_else(|| {
            invalid("a record has no cells".to_owned()).field("record").help("send {\"record\": {\"id\": ..., ...}}")
        })?;
        flatten(record, "record", &mut traits)?;
    } else {
        // What the message itself says of the user comes first: it wins over the context.
        let context = wire.context.as_mut().and_then(|context| context.traits.take());
        // A group's traits are the group's.
        let own = if kind == MessageType::Group { None } else { wire.traits.take() };
        for (part, field) in [(own, "traits"), (context, "context.traits")] {
            part.map_or(Ok(()), |part| flatten(part, field, &mut traits))?;
        }
    }
    traits.sort_by(|a, b| a.0.cmp(&b.0));
    traits.dedup_by(|later, earlier| later.0 == earlier.0);
    let mut said = Vec::new();
    if kind == MessageType::Consent {
        said.push(said::consent(json)?);
    }
    if let Some(preferences) = wire.context.as_ref().and_then(|context| context.consent) {
        said.extend(said::preferences(preferences.get())?);
    }
    let gpc = wire.context.as_ref().and_then(|context| context.gpc.get());
    let privacy_control = matches!(gpc, Some("true" | "1"));
    let mut properties = Vec::new();
    let telling = if kind == MessageType::Group { (wire.traits, "traits") } else { (wire.properties, "properties") };
    if let (Some(part), field) = telling
        && kind.is_event()
    {
        flatten(part, field, &mut properties)?;
    }
    let name = match kind {
        MessageType::Track => Some(wire.event.into_owned().ok_or_else(|| {
            invalid("a track message has no event name".to_owned()).field("event").help("name what happened")
        })?),
        MessageType::Group => wire.group_id.into_owned(),
        _ => wire.name.into_owned(),
    };
    let mut message = Message {
        kind,
        id: wire.message_id.into_owned().unwrap_or_default(),
        source: wire.source.into_owned().unwrap_or_else(|| EVENTS.to_owned()),
        user_id: wire.user_id.into_owned(),
        anonymous_id: wire.anonymous_id.into_owned(),
        previous_id: wire.previous_id.into_owned(),
        name,
        // Nothing is heard of before it happened, whatever the clock of a device says.
        time: told.min(received),
        traits,
        said,
        privacy_control,
        properties,
    };
    check(&message)?;
    if message.id.is_empty() {
        message.id = content_id(&message, told, json);
    }
    Ok(message)
}

/// When it happened: `timestamp`; corrected by `sentAt` and the time of arrival where the device's clock was read
/// (`timestamp = received - (sentAt - originalTimestamp)`, the Segment spec); the time of arrival where nothing is said.
fn happened(wire: &Wire<'_>, sent_at: Option<Instant>, received: Instant) -> Result<Instant> {
    let read = |text: &Text<'_>, field: &str| -> Result<Option<Instant>> {
        let Some(text) = text.get() else { return Ok(None) };
        let instant = instant::parse(text);
        instant
            .map(Some)
            .ok_or_else(|| invalid("it is no instant".to_owned()).field(field).help("write it as 2024-05-01T12:00:00Z"))
    };
    let (timestamp, original) =
        (read(&wire.timestamp, "timestamp")?, read(&wire.original_timestamp, "originalTimestamp")?);
    let sent = read(&wire.sent_at, "sentAt")?.or(sent_at);
    Ok(match (original.or(timestamp), sent) {
        (Some(happened), Some(sent)) => received.saturating_sub(sent.saturating_sub(happened)),
        (Some(happened), None) => happened,
        (None, _) => received,
    })
}

/// The leaves of an object of traits or properties: texts, numbers, booleans and lists, with their paths. Null is left out.
fn flatten(node: Node<'_>, field: &str, into: &mut Vec<(String, String)>) -> Result<()> {
    let Node::Object(object) = node else {
        return Err(invalid("it is no object".to_owned()).field(field).help("send {\"name\": value, ...}"));
    };
    let are_properties = field == "properties";
    object.into_iter().try_for_each(|(name, value)| value.leaves(name, are_properties, into))
}

fn check(message: &Message) -> Result<()> {
    if message.source.contains(char::is_control) {
        return Err(invalid("the name of a source has a control character".to_owned()).field("source"));
    }
    let says_who = message.user_id.is_some() || message.anonymous_id.is_some();
    match message.kind {
        MessageType::Record if message.source == EVENTS => {
            Err(invalid("a record has no source".to_owned()).field("source").help("name the source of the row"))
        }
        MessageType::Record => Ok(()),
        MessageType::Alias if message.previous_id.is_none() || message.user_id.is_none() => {
            Err(invalid("an alias needs a userId and a previousId".to_owned()).field("previousId"))
        }
        _ if !says_who => Err(invalid("the message says nobody".to_owned())
            .field("anonymousId")
            .help("give a userId, an anonymousId, or both")),
        _ => Ok(()),
    }
}

/// An id for a message without one: the same for the same content, with when that is told to have happened.
fn content_id(message: &Message, told: Instant, json: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(message.source.as_bytes());
    hash.update([0x1f]);
    match message.kind {
        // A row is what its cells say, however they are written down.
        MessageType::Record => message.traits.iter().for_each(|(name, value)| {
            hash.update(name.as_bytes());
            hash.update([0x1f]);
            hash.update(value.as_bytes());
            hash.update([0x1e]);
        }),
        _ => {
            hash.update(json.as_bytes());
            hash.update(told.to_be_bytes());
        }
    }
    crate::privacy::hex(&hash.finalize()[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = 1_714_557_600_000;

    #[test]
    fn an_identify_is_read_with_its_traits() {
        let json = r#"{"type": "identify", "messageId": "m1", "userId": 97980, "anonymousId": " a1 ", "traits":
            {"email": "ann@example.fr", "address": {"city": "Lyon"}, "age": 31, "tags": ["x"], "none": null},
            "context": {"traits": {"email": "old@example.fr", "plan": "free"}}, "timestamp": "2024-05-01T09:00:00Z"}"#;
        let message = read(json, None, NOW).unwrap();
        assert_eq!((message.user_id.as_deref(), message.anonymous_id.as_deref()), (Some("97980"), Some("a1")));
        let traits: Vec<(&str, &str)> = message.traits.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let expected = [("address.city", "Lyon"), ("age", "31"), ("email", "ann@example.fr"), ("plan", "free")];
        assert_eq!(traits[..4], expected);
        assert_eq!(traits[4..], [("tags", r#"["x"]"#)]);
        assert_eq!(Some(message.time), instant::parse("2024-05-01T09:00:00Z"));
    }

    #[test]
    fn a_wrong_clock_is_corrected() {
        let json = r#"{"type": "page", "anonymousId": "a", "originalTimestamp": "2020-01-01T00:00:00Z", "sentAt": "2020-01-01T00:00:05Z"}"#;
        assert_eq!(read(json, None, NOW).unwrap().time, NOW - 5_000);
        let raw = split(
            r#"{"batch": [{"type": "page", "anonymousId": "a", "timestamp": "2020-01-01T00:00:00Z"}], "sentAt": "2020-01-01T00:00:09Z"}"#,
        );
        let raw = raw.unwrap();
        assert_eq!(read(raw[0].json, raw[0].sent_at, NOW).unwrap().time, NOW - 9_000);
    }

    #[test]
    fn nothing_happens_after_it_was_heard_of() {
        let ahead = r#"{"type": "identify", "userId": "1", "timestamp": "2090-01-01T00:00:00Z"}"#;
        let sent_before =
            r#"{"type": "page", "userId": "1", "timestamp": "2020-01-01T00:00:05Z", "sentAt": "2020-01-01T00:00:00Z"}"#;
        for json in [ahead, sent_before] {
            assert_eq!(read(json, None, NOW).unwrap().time, NOW);
        }
        // The same message that is sent again is the same still.
        assert_eq!(read(ahead, None, NOW).unwrap().id, read(ahead, None, NOW + 1).unwrap().id);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        let fault = |json: &str| read(json, None, NOW).unwrap_err().to_string();
        assert!(fault("{").contains("no JSON"));
        assert!(fault(r#"{"type": "trakc", "userId": "1"}"#).contains("the types are: identify"));
        assert!(fault(r#"{"type": "track", "userId": "1"}"#).contains("field 'event'"));
        assert!(fault(r#"{"type": "page"}"#).contains("says nobody"));
        assert!(fault(r#"{"type": "page", "userId": "1", "timestamp": "soon"}"#).contains("field 'timestamp'"));
        assert!(fault(r#"{"type": "record", "source": "crm"}"#).contains("field 'record'"));
        assert!(fault(r#"{"type": "identify", "userId": "1", "traits": 7}"#).contains("field 'traits'"));
    }

    #[test]
    fn a_number_that_is_not_exact_is_refused_where_it_may_name_somebody() {
        let fault = |json: &str| read(json, None, NOW).unwrap_err().to_string();
        let cell = fault(r#"{"type": "record", "source": "crm", "record": {"id": 1, "card": {"no": 1e17}}}"#);
        assert!(cell.contains("field 'card.no': the number is too large to be read exactly"), "{cell}");
        assert!(fault(r#"{"type": "page", "userId": 1e21}"#).contains("in quotes"));
        let event = read(r#"{"type": "track", "userId": 5.0, "event": "e", "properties": {"n": 1e21}}"#, None, NOW);
        let event = event.unwrap();
        assert_eq!((event.user_id.as_deref(), event.properties[0].1.as_str()), (Some("5"), "1000000000000000000000"));
    }

    #[test]
    fn rows_of_the_same_cells_are_one_message() {
        let id = |json: &str| read(json, None, NOW).unwrap().id;
        let float = id(r#"{"type": "record", "source": "crm", "record": {"id": 1.0}}"#);
        assert_eq!(float, id(r#"{"type": "record", "source": "crm", "record": {"id": 1}}"#));
        let one = id(r#"{"type": "record", "source": "crm", "record": {"id": 1, "email": "a@b.fr"}}"#);
        assert_eq!(one, id(r#"{"record": {"email": "a@b.fr", "id": "1"}, "source": "crm", "type": "record"}"#));
    }
}
