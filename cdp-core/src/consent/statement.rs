//! What somebody said of a purpose.

use crate::instant::{self, Instant};
use crate::normalize;
use crate::schema::Kind;
use serde::{Deserialize, Serialize};

/// The purpose, or channel, of a statement about all of them.
pub const ANY: &str = "*";

/// An identifier that a statement speaks of: its kind and its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The kind of the identifier.
    pub kind: Kind,
    /// Its normalised value.
    pub key: String,
}

impl Subject {
    /// Whether it is an address that messages are sent to: consent for one never extends to another.
    pub fn is_address(&self) -> bool {
        self.kind.is_address()
    }
}

/// What a statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Yes.
    Granted,
    /// No.
    Denied,
    /// No longer.
    Withdrawn,
    /// What was granted before has run out.
    Expired,
}

impl Status {
    /// Whether it is a refusal.
    pub fn refuses(self) -> bool {
        matches!(self, Status::Denied | Status::Withdrawn)
    }

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Granted => "granted",
            Status::Denied => "denied",
            Status::Withdrawn => "withdrawn",
            Status::Expired => "expired",
        }
    }

    /// What a word or the cell of a column says, by [`normalize::consent`].
    ///
    /// ```
    /// use cdp_core::consent::Status;
    /// assert_eq!(Status::read(" Oui "), Some(Status::Granted));
    /// assert_eq!(Status::read("unsubscribed"), Some(Status::Withdrawn));
    /// assert_eq!(Status::read("perhaps"), None);
    /// ```
    pub fn read(text: &str) -> Option<Status> {
        let word = normalize::consent::key(text)?;
        [Status::Granted, Status::Denied, Status::Withdrawn, Status::Expired]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The identifiers it speaks of.
    pub subjects: Vec<Subject>,
    /// The purpose, such as `email_marketing`; [`ANY`] for all.
    pub purpose: String,
    /// The channel, such as `email`; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// What it says.
    pub status: Status,
    /// When it was said.
    #[serde(with = "instants")]
    pub at: Instant,
    /// When a grant runs out by itself.
    #[serde(default, with = "some_instant", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// Whether whoever said it was signed in, or proved otherwise to be who they are.
    #[serde(default)]
    pub authenticated: bool,
    /// The source it comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The legal basis, such as `consent` or `legitimate_interest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// The version of the text that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_version: Option<String>,
    /// Where the proof is: a form, a call, a TCF or GPP string as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

impl Statement {
    /// Of what a grant has to speak to lift this refusal: of a user whom it names; where it names none, of anything that it names.
    pub(crate) fn lifted_by(&self) -> impl Iterator<Item = &Subject> {
        let is_user = |subject: &Subject| subject.kind == Kind::CustomerId;
        let names_users = self.subjects.iter().any(is_user);
        self.subjects.iter().filter(move |subject| !names_users || is_user(subject))
    }

    /// Whether it speaks of an identifier that the other speaks of.
    pub fn shares_identifier(&self, other: &Statement) -> bool {
        self.subjects.iter().any(|subject| other.subjects.contains(subject))
    }
}

/// Instants as RFC 3339, or anything else that [`instant::parse`] reads.
mod instants {
    use super::{Instant, instant};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant::text(*at))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        let text = String::deserialize(deserializer)?;
        instant::parse(&text).ok_or_else(|| D::Error::custom(format!("'{text}' is no instant")))
    }
}

pub(super) mod some_instant {
    use super::{Instant, instant};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in crate::consent) fn serialize<S: Serializer>(at: &Option<Instant>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&instant::text(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::consent) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Instant>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        instant::parse(&text).map(Some).ok_or_else(|| D::Error::custom(format!("'{text}' is no instant")))
    }
}
