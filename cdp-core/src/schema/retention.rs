//! How long a live graph keeps what was said.

use super::Kind;
use serde::{Deserialize, Serialize};

/// How long what was said is kept. Without rules, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Of several that speak of a message, the one of the fewest days counts. A message that refuses or ends a consent is kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RetentionRule>,
    /// How long those are kept who never became customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prospects: Option<Prospects>,
}

impl Retention {
    pub(super) fn is_default(&self) -> bool {
        *self == Retention::default()
    }

    /// Whether nothing ever goes.
    pub(crate) fn is_for_ever(&self) -> bool {
        self.rules.is_empty() && self.prospects.is_none()
    }
}

/// How long messages of a source, of a type, or of a type of a source are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// The source; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The type of messages; any where absent.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageType>,
    /// For so many days after it happened; of a row, after it was observed.
    pub days: u32,
}

/// How long those are kept who never became customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Prospects {
    /// For so many days after they were last heard of.
    pub days: u32,
    /// Whoever has an identifier of one of these kinds is a customer (default: `customer_id` and `loyalty_id`).
    #[serde(default = "customers")]
    pub customers: Vec<Kind>,
}

fn customers() -> Vec<Kind> {
    vec![Kind::CustomerId, Kind::LoyaltyId]
}

/// The types of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageType {
    /// Traits of somebody.
    Identify,
    /// Something that happened.
    Track,
    /// A page that was looked at.
    Page,
    /// A screen of an app that was looked at.
    Screen,
    /// That somebody belongs to a group.
    Group,
    /// That two ids are one person's.
    Alias,
    /// A statement of consent.
    Consent,
    /// A row of a source.
    Record,
}
