//! Messages: what the public analytics SDKs send, and rows of a source. From JSON to what they say, nothing more.
//!
//! The shapes are those of the Segment spec (`identify`, `track`, `page`, `screen`, `group`, `alias`, batch envelopes), as
//! RudderStack and others send them too, and `{"type": "record", "source": ..., "record": {...}}` for a row.

use super::json::{INEXACT, Node, Text};
use super::said::{self, Said};
use super::words::{Leaf, Word, Words};
use crate::error::{Code, Error, Result};
use crate::instant::{self, Instant};
use crate::record::inexact;
use crate::schema::MessageType;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// The source of messages that name none.
pub(super) const EVENTS: &str = "events";

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: MessageType,
    /// When it happened, corrected for the clock of the device, at the latest when it arrived; when a row arrived.
    pub(crate) time: Instant,
    /// What it says of consents.
    pub(crate) said: Vec<Said>,
    /// Whether the browser asks not to be sold or shared (Global Privacy Control).
    pub(crate) privacy_control: bool,
    words: Words,
}

impl Message {
    /// The message id, or a hash of what it says where it has none.
    pub(crate) fn id(&self) -> &str {
        self.words.get(Word::Id).unwrap_or_default()
    }

    pub(crate) fn source(&self) -> &str {
        self.words.get(Word::Source).unwrap_or_default()
    }

    pub(crate) fn user_id(&self) -> Option<&str> {
        self.words.get(Word::UserId)
    }

    pub(crate) fn anonymous_id(&self) -> Option<&str> {
        self.words.get(Word::AnonymousId)
    }

    /// The id that an `alias` says is the same person's.
    pub(crate) fn previous_id(&self) -> Option<&str> {
        self.words.get(Word::PreviousId)
    }

    /// The name of an event, a page or a screen; the id of a group.
    pub(crate) fn name(&self) -> Option<&str> {
        self.words.get(Word::Name)
    }

    /// Traits, or the cells of a row, by name, in order of that; nested ones as `address.city`.
    pub(crate) fn traits(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words.traits()
    }

    /// What it has under a name.
    pub(crate) fn cell(&self, name: &str) -> Option<&str> {
        self.traits().find(|(known, _)| *known == name).map(|(_, text)| text)
    }

    /// Of an event, its properties by name; a list is its JSON.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words.properties()
    }

    /// The same without whom it says its sender was before.
    pub(crate) fn without_previous(&self) -> Message {
        Message { words: self.words.without(Word::PreviousId), said: self.said.clone(), ..*self }
    }

    /// Hashes what it says. A row that comes again is the same, whenever it comes.
    pub(crate) fn hash_content(&self, hash: &mut impl Hasher) {
        let time = (self.kind != MessageType::Record).then_some(self.time);
        (time, self.kind, &self.words, &self.said, self.privacy_control).hash(hash);
    }
}

impl Ord for Message {
    fn cmp(&self, other: &Self) -> Ordering {
        let mine = (self.kind, self.words.all(), self.time).cmp(&(other.kind, other.words.all(), other.time));
        let said = || (&self.said, self.privacy_control).cmp(&(&other.said, other.privacy_control));
        let traits = || self.traits().cmp(other.traits());
        mine.then_with(traits).then_with(said).then_with(|| self.properties().cmp(other.properties()))
    }
}

impl PartialOrd for Message {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
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

pub(super) fn unreadable(error: &serde_json::Error) -> Error {
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
    let wire = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
    of_wire(wire, json, sent_at, received)
}

/// The message that a text begins with, and its length; `None` where anything is wrong with it.
pub(super) fn read_first(text: &str, received: Instant) -> Option<(Message, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let wire = text.starts_with('{').then(|| values.next())??.ok()?;
    let length = values.byte_offset();
    Some((of_wire(wire, &text[..length], None, received).ok()?, length))
}

fn of_wire(mut wire: Wire<'_>, json: &str, sent_at: Option<Instant>, received: Instant) -> Result<Message> {
    let word = wire.kind.get().ok_or_else(|| {
        invalid("the message has no type".to_owned()).field("type").help("say identify, track, page, ... or record")
    })?;
    let kind = MessageType::of(word)?;
    let told = happened(&wire, sent_at, received)?;
    let mut traits: Vec<Leaf<'_>> = Vec::new();
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
    let telling = if kind == MessageType::Group {
        (wire.traits.take(), "traits")
    } else {
        (wire.properties.take(), "properties")
    };
    if let (Some(part), field) = telling
        && kind.is_event()
    {
        flatten(part, field, &mut properties)?;
    }
    check(kind, &wire)?;
    let name = match kind {
        MessageType::Track => wire.event.get(),
        MessageType::Group => wire.group_id.get(),
        _ => wire.name.get(),
    };
    let source = wire.source.get().unwrap_or(EVENTS);
    let id = wire.message_id.get().map_or_else(|| content_id(kind, source, &traits, told, json).into(), Cow::from);
    let (user_id, anonymous_id) = (wire.user_id.get(), wire.anonymous_id.get());
    let words = [Some(&*id), Some(source), user_id, anonymous_id, wire.previous_id.get(), name];
    Ok(Message {
        kind,
        // Nothing is heard of before it happened, whatever the clock of a device says.
        time: told.min(received),
        said,
        privacy_control,
        words: Words::new(words, &traits, &properties),
    })
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
fn flatten<'a>(node: Node<'a>, field: &str, into: &mut Vec<Leaf<'a>>) -> Result<()> {
    let Node::Object(object) = node else {
        return Err(invalid("it is no object".to_owned()).field(field).help("send {\"name\": value, ...}"));
    };
    let are_properties = field == "properties";
    object.into_iter().try_for_each(|(name, value)| value.leaves(name, are_properties, into))
}

fn check(kind: MessageType, wire: &Wire<'_>) -> Result<()> {
    if kind == MessageType::Track && wire.event.get().is_none() {
        return Err(invalid("a track message has no event name".to_owned()).field("event").help("name what happened"));
    }
    if wire.source.get().is_some_and(|source| source.contains(char::is_control)) {
        return Err(invalid("the name of a source has a control character".to_owned()).field("source"));
    }
    let says_who = wire.user_id.get().is_some() || wire.anonymous_id.get().is_some();
    match kind {
        MessageType::Record if wire.source.get().is_none_or(|source| source == EVENTS) => {
            Err(invalid("a record has no source".to_owned()).field("source").help("name the source of the row"))
        }
        MessageType::Record => Ok(()),
        MessageType::Alias if wire.previous_id.get().is_none() || wire.user_id.get().is_none() => {
            Err(invalid("an alias needs a userId and a previousId".to_owned()).field("previousId"))
        }
        _ if !says_who => Err(invalid("the message says nobody".to_owned())
            .field("anonymousId")
            .help("give a userId, an anonymousId, or both")),
        _ => Ok(()),
    }
}

/// An id for a message without one: the same for the same content, with when that is told to have happened.
fn content_id(kind: MessageType, source: &str, traits: &[Leaf<'_>], told: Instant, json: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(source.as_bytes());
    hash.update([0x1f]);
    match kind {
        // A row is what its cells say, however they are written down.
        MessageType::Record => traits.iter().for_each(|(name, value)| {
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
    use proptest::prelude::*;

    const NOW: Instant = 1_714_557_600_000;

    #[test]
    fn an_identify_is_read_with_its_traits() {
        let json = r#"{"type": "identify", "messageId": "m1", "userId": 97980, "anonymousId": " a1 ", "traits":
            {"email": "ann@example.fr", "address": {"city": "Lyon"}, "age": 31, "tags": ["x"], "none": null},
            "context": {"traits": {"email": "old@example.fr", "plan": "free"}}, "timestamp": "2024-05-01T09:00:00Z"}"#;
        let message = read(json, None, NOW).unwrap();
        assert_eq!((message.user_id(), message.anonymous_id()), (Some("97980"), Some("a1")));
        let traits: Vec<(&str, &str)> = message.traits().collect();
        let expected = [("address.city", "Lyon"), ("age", "31"), ("email", "ann@example.fr"), ("plan", "free")];
        assert_eq!(traits[..4], expected);
        assert_eq!(traits[4..], [("tags", r#"["x"]"#)]);
        assert_eq!(Some(message.time), instant::parse("2024-05-01T09:00:00Z"));
    }

    proptest! {
        #[test]
        fn of_two_messages_the_same_one_is_lower_for_ever(
            of in prop::array::uniform2((
                (0..MessageType::ALL.len(), prop::array::uniform6(prop::option::of("[ab]")), 0i64..2),
                prop::collection::vec(("[ab]", "[ab]{0,1}"), 0..2),
                any::<bool>(),
                prop::collection::vec(("[ab]", "[ab]{0,1}"), 0..2),
            )),
        ) {
            let leaves = |of: &[(String, String)]| -> Vec<Leaf<'static>> {
                of.iter().map(|(name, text)| (name.clone().into(), text.clone().into())).collect()
            };
            let [one, other] = of.each_ref().map(|((kind, words, time), traits, privacy_control, properties)| Message {
                kind: MessageType::ALL[*kind].0,
                time: *time,
                said: Vec::new(),
                privacy_control: *privacy_control,
                words: Words::new(words.each_ref().map(Option::as_deref), &leaves(traits), &leaves(properties)),
            });
            let kinds = of.each_ref().map(|((kind, words, time), ..)| (MessageType::ALL[*kind].0, words, time));
            let rest = of.each_ref().map(|(_, traits, privacy_control, properties)| (traits, privacy_control, properties));
            prop_assert_eq!(one.cmp(&other), (&kinds[0], &rest[0]).cmp(&(&kinds[1], &rest[1])));
        }
    }

    #[test]
    fn a_wrong_clock_is_corrected() {
        let json = r#"{"type": "page", "anonymousId": "a", "originalTimestamp": "2020-01-01T00:00:00Z", "sentAt": "2020-01-01T00:00:05Z"}"#;
        assert_eq!(read(json, None, NOW).unwrap().time, NOW - 5_000);
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
        assert_eq!(read(ahead, None, NOW).unwrap().id(), read(ahead, None, NOW + 1).unwrap().id());
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
        assert_eq!((event.user_id(), event.properties().next()), (Some("5"), Some(("n", "1000000000000000000000"))));
    }

    #[test]
    fn rows_of_the_same_cells_are_one_message() {
        let id = |json: &str| read(json, None, NOW).unwrap().id().to_owned();
        let float = id(r#"{"type": "record", "source": "crm", "record": {"id": 1.0}}"#);
        assert_eq!(float, id(r#"{"type": "record", "source": "crm", "record": {"id": 1}}"#));
        let one = id(r#"{"type": "record", "source": "crm", "record": {"id": 1, "email": "a@b.fr"}}"#);
        assert_eq!(one, id(r#"{"record": {"email": "a@b.fr", "id": "1"}, "source": "crm", "type": "record"}"#));
    }
}
