//! The messages of a call: one, a list, or an envelope as SDKs send it.

use super::json::Text;
use super::message::{self, Message, unreadable};
use crate::error::{Code, Error, Result};
use crate::instant::{self, Instant};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Bytes of one call: it is one commit of the store.
const MAX_CALL: usize = 64 << 20;

/// What JSON takes for blank.
const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];

/// A message of a call, read, with its JSON.
#[derive(Debug, PartialEq)]
pub(super) struct Incoming<'a> {
    pub(super) json: &'a str,
    /// When the envelope around it was sent, by the clock of the device.
    pub(super) sent_at: Option<Instant>,
    pub(super) message: Message,
}

/// Reads the messages of a call; none is taken in where one cannot be read.
///
/// # Errors
/// `invalid_message`, with the place in the list; `invalid_input` for an instant that cannot be.
pub(super) fn read(call: &str, received: Instant) -> Result<Vec<Incoming<'_>>> {
    if call.len() > MAX_CALL {
        let reason = format!("a call of {} bytes is too large, the limit is {MAX_CALL}", call.len());
        return Err(Error::new(Code::InvalidMessage, reason).help("send fewer messages in a call"));
    }
    instant::given(received)?;
    list(call, received).map_or_else(|| one_by_one(call, received), Ok)
}

/// The messages of a list, in one pass; `None` for anything else, and where anything is wrong with it.
fn list(call: &str, received: Instant) -> Option<Vec<Incoming<'_>>> {
    let mut rest = call.trim_start_matches(BLANK).strip_prefix('[')?;
    let mut incoming = Vec::new();
    loop {
        rest = rest.trim_start_matches(BLANK);
        let (message, length) = message::read_first(rest, received)?;
        let (json, after) = rest.split_at(length);
        incoming.push(Incoming { json, sent_at: None, message });
        let after = after.trim_start_matches(BLANK);
        rest = match after.strip_prefix(',') {
            Some(rest) => rest,
            None => return after.strip_prefix(']')?.trim_matches(BLANK).is_empty().then_some(incoming),
        };
    }
}

/// The same for every call, in two passes: what is wrong with a list is told once it is known how many there are.
fn one_by_one(call: &str, received: Instant) -> Result<Vec<Incoming<'_>>> {
    let raws = split(call)?;
    let several = raws.len() > 1;
    let mut incoming = Vec::with_capacity(raws.len());
    for (place, (json, sent_at)) in raws.into_iter().enumerate() {
        let message = message::read(json, sent_at, received);
        let message = message.map_err(|error| if several { error.row(place as u64) } else { error })?;
        incoming.push(Incoming { json, sent_at, message });
    }
    Ok(incoming)
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

/// A message as it came, and when the envelope around it was sent.
type Raw<'a> = (&'a str, Option<Instant>);

/// Takes a call apart: one message, a list of them, or an envelope `{"batch": [...], "sentAt": ...}`.
///
/// # Errors
/// `invalid_message` if it is neither.
fn split(json: &str) -> Result<Vec<Raw<'_>>> {
    let start = json.trim_start();
    if start.starts_with('[') {
        let list: Vec<&RawValue> = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
        return Ok(list.into_iter().map(|raw| (raw.get(), None)).collect());
    }
    if start.starts_with('{')
        && start.contains("\"batch\"")
        && let Ok(Envelope { batch, sent_at }) = serde_json::from_str::<Envelope<'_>>(json)
    {
        let sent_at = sent_at.get().and_then(instant::parse);
        return Ok(batch.into_iter().map(|raw| (raw.get(), sent_at)).collect());
    }
    Ok(vec![(json.trim(), None)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Instant = 1_714_557_600_000;

    #[test]
    fn an_envelope_tells_when_it_was_sent() {
        let call = r#"{"batch": [{"type": "page", "anonymousId": "a", "timestamp": "2020-01-01T00:00:00Z"}], "sentAt": "2020-01-01T00:00:09Z"}"#;
        assert_eq!(read(call, NOW).unwrap()[0].message.time, NOW - 9_000);
    }

    /// A message, and now and then what is none.
    fn element() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => prop_oneof![
                Just(r#"{"type": "record", "source": "crm", "record": {"id": 1, "name": "a\nb \u00e9"}}"#),
                Just(r#"{"messageId": "m", "type": "consent", "userId": "1", "purpose": "x", "status": "granted"}"#),
                Just(r#"{"type": "page", "userId": "1", "context": {"consent": {"categoryPreferences": {"a": true}}}}"#),
            ].prop_map(str::to_owned),
            6 => "[ab]".prop_map(|id| format!(r#"{{"type": "page", "anonymousId": "{id}", "context": {{"ip": [1, "]"]}}}}"#)),
            1 => prop_oneof![Just("7"), Just("{}"), Just("[]"), Just(r#"{"type": "page""#), Just("")].prop_map(str::to_owned),
        ]
    }

    proptest! {
        #[test]
        fn a_list_read_at_once_is_as_read_one_by_one(
            elements in prop::collection::vec(element(), 0..4),
            blank in "[ \t\n\r\u{a0}]{0,2}",
            end in prop_oneof![8 => Just("]"), 1 => Just(""), 1 => Just("]]"), 1 => Just(",]")],
        ) {
            let call = format!("{blank}[{blank}{}{blank}{end}{blank}", elements.join(&format!("{blank},{blank}")));
            let plain = one_by_one(&call, NOW);
            if let Some(incoming) = list(&call, NOW) {
                prop_assert_eq!(&incoming, plain.as_ref().unwrap());
            }
            let any = plain.as_ref().is_ok_and(|plain| !plain.is_empty());
            prop_assert_eq!(any, list(&call, NOW).is_some());
        }
    }
}
