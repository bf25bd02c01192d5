//! The change feed: what became of profiles, numbered, each entry with what did it.

use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::{self, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its number: 1, 2, 3, ... without gaps.
    pub number: u64,
    /// When it was written, in RFC 3339.
    pub at: String,
    /// What did it: the id of a message, or a decision or removal in words.
    pub cause: String,
    /// The number of the latest evidence then: what did it, where it was a message.
    #[serde(default)]
    pub evidence: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// How the members of a segment changed between two entries of the feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Delta {
    /// Who entered, in order of id.
    pub entered: BTreeSet<String>,
    /// Who left, in order of id.
    pub exited: BTreeSet<String>,
    /// The number of the last entry looked at.
    pub cursor: u64,
}

impl Delta {
    /// Takes in one entry.
    pub(super) fn follow(&mut self, event: &Event, wanted: &str) {
        let (profile, to, from) = match event {
            Event::SegmentEntered { profile_id, segment } if segment == wanted => {
                (profile_id, &mut self.entered, &mut self.exited)
            }
            Event::SegmentExited { profile_id, segment } if segment == wanted => {
                (profile_id, &mut self.exited, &mut self.entered)
            }
            _ => return,
        };
        // What undoes an entry or exit since then leaves nothing.
        if !from.remove(profile) {
            to.insert(profile.clone());
        }
    }
}

/// What happened to profiles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// There is a new profile.
    ProfileCreated {
        /// Its id.
        profile_id: String,
    },
    /// Profiles became one.
    ProfileMerged {
        /// The id of the one.
        profile_id: String,
        /// The ids of those that are gone; they still lead to it.
        from: Vec<String>,
    },
    /// A profile came apart.
    ProfileSplit {
        /// Its id before.
        profile_id: String,
        /// The ids of the parts.
        into: Vec<String>,
    },
    /// Earlier evidence gives a profile another id; the id before still leads to it.
    ProfileRenamed {
        /// Its id now.
        profile_id: String,
        /// Its id before, alone in a list.
        from: Vec<String>,
    },
    /// Golden values or members of a profile changed.
    ProfileUpdated {
        /// Its id.
        profile_id: String,
        /// The golden fields that changed.
        fields: Vec<String>,
    },
    /// A person was erased.
    ProfileErased {
        /// Its id.
        profile_id: String,
        /// The number of the receipt.
        receipt: u64,
    },
    /// A person's data may be kept and no longer be used.
    ProfileRestricted {
        /// Its id.
        profile_id: String,
    },
    /// A person's data may be used again.
    ProfileReleased {
        /// Its id.
        profile_id: String,
    },
    /// A person objected to a purpose.
    ProfileObjected {
        /// Its id.
        profile_id: String,
        /// The purpose; `*` for all.
        purpose: String,
    },
    /// The graph was opened with another configuration or model than before; what that did to profiles follows, with the
    /// cause `rules`.
    RulesChanged {
        /// The parts of the configuration that changed: `identifiers`, `devices`, ..., `model`.
        parts: Vec<String>,
    },
    /// A message was not taken in.
    MessageRefused {
        /// Why: it speaks of somebody who was `erased`.
        reason: String,
    },
    /// All evidence of a profile is gone.
    ProfileRemoved {
        /// Its id.
        profile_id: String,
    },
    /// A profile entered a segment.
    SegmentEntered {
        /// Its id.
        profile_id: String,
        /// The segment's name.
        segment: String,
    },
    /// A profile left a segment.
    SegmentExited {
        /// Its id.
        profile_id: String,
        /// The segment's name.
        segment: String,
    },
    /// A link was refused.
    LinkRefused {
        /// The records.
        records: [RecordName; 2],
        /// What would have made it: `identifier:email`.
        rule: String,
        /// Why it was refused.
        reason: String,
    },
    /// An identifier value is shared by so many profiles that it joins nobody any more.
    IdentifierGeneric {
        /// Its kind.
        kind: String,
        /// The value.
        value: String,
        /// How many profiles share it.
        profiles: u64,
    },
    /// An identifier value is no longer shared too widely, and joins again.
    IdentifierRestored {
        /// Its kind.
        kind: String,
        /// The value.
        value: String,
    },
}

impl Event {
    const WORDS: [&'static str; 17] = [
        "profile_created",
        "profile_merged",
        "profile_split",
        "profile_renamed",
        "profile_updated",
        "profile_removed",
        "profile_erased",
        "profile_restricted",
        "profile_released",
        "profile_objected",
        "rules_changed",
        "segment_entered",
        "segment_exited",
        "link_refused",
        "message_refused",
        "identifier_generic",
        "identifier_restored",
    ];

    /// The profile it is told of; none for links and identifiers.
    pub fn profile_id(&self) -> Option<&str> {
        match self {
            Event::ProfileCreated { profile_id }
            | Event::ProfileMerged { profile_id, .. }
            | Event::ProfileSplit { profile_id, .. }
            | Event::ProfileRenamed { profile_id, .. }
            | Event::ProfileUpdated { profile_id, .. }
            | Event::ProfileErased { profile_id, .. }
            | Event::ProfileRestricted { profile_id }
            | Event::ProfileReleased { profile_id }
            | Event::ProfileObjected { profile_id, .. }
            | Event::SegmentEntered { profile_id, .. }
            | Event::SegmentExited { profile_id, .. }
            | Event::ProfileRemoved { profile_id } => Some(profile_id),
            _ => None,
        }
    }

    /// The segment that somebody entered or left.
    pub(super) fn segment(&self) -> Option<&str> {
        match self {
            Event::SegmentEntered { segment, .. } | Event::SegmentExited { segment, .. } => Some(segment),
            _ => None,
        }
    }

    /// Whether it is told of a profile, or the profile went into it or came of it.
    fn is_about(&self, id: &str) -> bool {
        let others: &[String] = match self {
            Event::ProfileMerged { from, .. } | Event::ProfileRenamed { from, .. } => from,
            Event::ProfileSplit { into, .. } => into,
            _ => &[],
        };
        self.profile_id() == Some(id) || others.iter().any(|other| other == id)
    }

    /// The stable word of its type: `profile_merged`.
    pub fn word(&self) -> &'static str {
        match self {
            Event::ProfileCreated { .. } => "profile_created",
            Event::ProfileMerged { .. } => "profile_merged",
            Event::ProfileSplit { .. } => "profile_split",
            Event::ProfileRenamed { .. } => "profile_renamed",
            Event::ProfileUpdated { .. } => "profile_updated",
            Event::ProfileErased { .. } => "profile_erased",
            Event::ProfileRestricted { .. } => "profile_restricted",
            Event::ProfileReleased { .. } => "profile_released",
            Event::ProfileObjected { .. } => "profile_objected",
            Event::RulesChanged { .. } => "rules_changed",
            Event::MessageRefused { .. } => "message_refused",
            Event::ProfileRemoved { .. } => "profile_removed",
            Event::SegmentEntered { .. } => "segment_entered",
            Event::SegmentExited { .. } => "segment_exited",
            Event::LinkRefused { .. } => "link_refused",
            Event::IdentifierGeneric { .. } => "identifier_generic",
            Event::IdentifierRestored { .. } => "identifier_restored",
        }
    }
}

impl Event {
    /// Appends its JSON without the brace at the beginning. What is seldom told is written the general way.
    fn push_json(&self, json: &mut String) {
        let (profile_id, list) = match self {
            Event::ProfileCreated { profile_id } => (profile_id, None),
            Event::ProfileUpdated { profile_id, fields } => (profile_id, Some(("fields", fields))),
            Event::ProfileMerged { profile_id, from } => (profile_id, Some(("from", from))),
            _ => {
                let other = serde_json::to_string(self).unwrap_or_default();
                return json.push_str(other.strip_prefix('{').unwrap_or_default());
            }
        };
        json.push_str("\"type\":\"");
        json.push_str(self.word());
        json.push_str("\",\"profile_id\":");
        push_quoted(profile_id, json);
        if let Some((name, texts)) = list {
            json.push_str(",\"");
            json.push_str(name);
            json.push_str("\":[");
            for (place, text) in texts.iter().enumerate() {
                json.push_str(if place == 0 { "" } else { "," });
                push_quoted(text, json);
            }
            json.push(']');
        }
        json.push('}');
    }
}

/// What of the feed is wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The types of changes, by their words (`profile_merged`); empty for all.
    pub types: Vec<String>,
    /// A profile that they are about, by the id it had then.
    pub profile_id: Option<String>,
    /// Not those written before this instant.
    pub not_before: Option<Instant>,
    /// Those written before this instant.
    pub before: Option<Instant>,
}

impl Filter {
    /// # Errors
    /// `invalid_input` for a word that is no type of changes.
    pub(super) fn check(&self) -> Result<()> {
        match self.types.iter().find(|word| !Event::WORDS.contains(&word.as_str())) {
            None => Ok(()),
            Some(word) => Err(Error::new(Code::InvalidInput, format!("there is no type of changes '{word}'"))
                .help(format!("the types are: {}", Event::WORDS.join(", ")))),
        }
    }

    pub(super) fn wants(&self, change: &Change) -> bool {
        let typed = self.types.is_empty() || self.types.iter().any(|word| word == change.event.word());
        let written = || instant::parse(&change.at).unwrap_or_default();
        let timed =
            self.not_before.is_none_or(|first| written() >= first) && self.before.is_none_or(|end| written() < end);
        typed && timed && self.profile_id.as_deref().is_none_or(|id| change.event.is_about(id))
    }
}

impl Change {
    pub(super) fn new(number: u64, at: Instant, cause: &str, evidence: u64, event: Event) -> Self {
        Change { number, at: instant::text(at), cause: cause.to_owned(), evidence, event }
    }

    /// One line of JSON. It is written by hand, since every message of a graph waits for what it changed to be written.
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(256);
        json.push_str("{\"number\":");
        json.push_str(&self.number.to_string());
        json.push_str(",\"at\":");
        push_quoted(&self.at, &mut json);
        json.push_str(",\"cause\":");
        push_quoted(&self.cause, &mut json);
        json.push_str(",\"evidence\":");
        json.push_str(&self.evidence.to_string());
        json.push(',');
        self.event.push_json(&mut json);
        json
    }

    pub(super) fn from_json(bytes: &[u8]) -> Result<Self> {
        serde_json::from_slice(bytes).map_err(|error| Error::unreadable(Code::StoreCorrupt, "a change", &error))
    }
}

/// Appends a text as JSON has it.
fn push_quoted(text: &str, json: &mut String) {
    // All bytes are looked at, so that many are at once.
    let is_plain = text.bytes().fold(true, |plain, byte| plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\'));
    if !is_plain {
        return json.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
    json.push('"');
    json.push_str(text);
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_change_is_written_as_serde_writes_it(
            numbers in (any::<u64>(), any::<u64>()),
            texts in prop::array::uniform3(r#"[a-c"\\\\/\n\u{0}\u{1f}\u{7f}é\u{2028}]{0,4}"#),
            list in prop::collection::vec(r#"[a"\n]{0,2}"#, 0..3),
        ) {
            let ((number, evidence), [at, cause, id]) = (numbers, texts);
            let names = [&at, &id].map(|name| RecordName { source: name.clone(), record_id: cause.clone() });
            let events = [
                Event::ProfileCreated { profile_id: id.clone() },
                Event::ProfileMerged { profile_id: id.clone(), from: list.clone() },
                Event::ProfileUpdated { profile_id: id.clone(), fields: list },
                Event::ProfileErased { profile_id: id.clone(), receipt: number },
                Event::LinkRefused { records: names, rule: id.clone(), reason: id },
            ];
            for event in events {
                let change = Change { number, at: at.clone(), cause: cause.clone(), evidence, event };
                prop_assert_eq!(change.to_json(), serde_json::to_string(&change).unwrap());
                prop_assert_eq!(Change::from_json(change.to_json().as_bytes()).unwrap(), change);
            }
        }
    }
}
