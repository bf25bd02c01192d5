//! The configuration: one file (TOML, JSON) or one mapping, the same for all languages.

use super::{Kind, Retention};
use crate::normalize::Hashed;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Everything a caller can decide. Every part may be left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Per source name: its id column and the kinds of its fields.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, SourceConfig>,
    /// Per identifier kind: the rules for linking by a shared value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub identifiers: BTreeMap<Kind, IdentifierRule>,
    /// How matching decides.
    #[serde(skip_serializing_if = "Matching::is_default")]
    pub matching: Matching,
    /// Per golden field: how its value is chosen; rules are tried in order until one decides.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub survivorship: BTreeMap<String, Vec<SurvivorshipRule>>,
    /// Per kind: further values that mean "nothing" (`n/a`), added to the built-in lists.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub placeholders: BTreeMap<Kind, Vec<String>>,
    /// Named predicates.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub segments: BTreeMap<String, String>,
    /// Per event, the types of its properties; with any, predicates can name these events only, and of an event with properties
    /// these only.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<String, BTreeMap<String, PropertyType>>,
    /// The lists that predicates look things up in: `email IN LIST 'vip'`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, Vec<String>>,
    /// Whose it is what happens on a device that several people use; of a live graph.
    #[serde(skip_serializing_if = "Devices::is_default")]
    pub devices: Devices,
    /// Which purposes and channels consents are about; of a live graph.
    #[serde(skip_serializing_if = "ConsentConfig::is_default")]
    pub consent: ConsentConfig,
    /// How long what was said is kept; of a live graph.
    #[serde(skip_serializing_if = "Retention::is_default")]
    pub retention: Retention,
}

/// Which purposes and channels consents are about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ConsentConfig {
    /// The purposes there are; a message about any other is refused. Empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// The channels there are. Empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// The purposes that a browser refuses by Global Privacy Control (default: advertising, sale, sharing).
    pub gpc: Vec<String>,
}

impl Default for ConsentConfig {
    fn default() -> Self {
        let gpc = ["advertising", "sale", "sharing"].map(str::to_owned).to_vec();
        ConsentConfig { purposes: Vec::new(), channels: Vec::new(), gpc }
    }
}

impl ConsentConfig {
    fn is_default(&self) -> bool {
        *self == ConsentConfig::default()
    }

    /// Whether a word is one of those there are; where none are listed, any is.
    pub(crate) fn is_known(word: &str, words: &[String]) -> bool {
        words.is_empty() || word == "*" || words.iter().any(|known| known == word)
    }
}

/// The type of a property of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PropertyType {
    /// Text.
    Text,
    /// A decimal number.
    Number,
    /// A calendar date.
    Date,
    /// True or false.
    Boolean,
}

/// Devices, known by an anonymous id such as a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Devices {
    /// Whose it is what happens on a device that several people use (default `slices`).
    pub shared: SharedDevice,
    /// A pause of more minutes than this ends a session (default 30).
    pub session_minutes: u32,
    /// An anonymous id not seen for more days than this is another device when it comes back; by default it never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_days: Option<u32>,
}

/// Whose it is what happens on a device that several people use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SharedDevice {
    /// Whoever logged in during the session; of a session without login, nobody's.
    #[default]
    Slices,
    /// Whoever logged in last, also in later sessions.
    LastLogin,
    /// Nobody's, but for what names a user itself.
    Anonymous,
}

impl Default for Devices {
    fn default() -> Self {
        Devices { shared: SharedDevice::default(), session_minutes: 30, ttl_days: None }
    }
}

impl Devices {
    fn is_default(&self) -> bool {
        *self == Devices::default()
    }
}

/// One source: where its records' ids are, how much it is trusted, what its columns mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SourceConfig {
    /// The column that identifies a record within the source; the row number where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The column that says when the record was observed; used by survivorship and for the founding member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<String>,
    /// Higher is more trusted (default 1); used by the rule `most_trusted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<i32>,
    /// Whether the source never holds one person twice: its records are then linked one-to-one with other sources'.
    /// Left out, it is not assumed; the model still learns how seldom that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_free: Option<bool>,
    /// ISO 3166 region (`FR`, `GB`) for reading phone numbers and postal codes written without a country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Per column name: its kind, or its kind with details. Columns that are not listed are left out; where none is
    /// listed, all are inferred.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldConfig>,
}

/// One column: its kind and how to read it. A bare kind is enough in a file: `prenom = "given_name"`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "json-schema", schemars(deny_unknown_fields, transform = super::json_schema::kind_or_table))]
pub struct FieldConfig {
    /// What the column means.
    pub kind: Kind,
    /// The golden field it feeds; the kind's word where absent, the column's name for `category`, `text`, `number`,
    /// `date`, `url` and `identifier`.
    pub name: Option<String>,
    /// ISO 3166 region for this column, over the source's.
    pub region: Option<String>,
    /// Order of day (`d`), month (`m`) and year (`y`) in numeric dates: `dmy`, `mdy`, `ymd`; of the parts of whole names:
    /// `given_first`, `family_first`. Inferred where absent.
    pub order: Option<String>,
    /// Of a consent: its purpose (default: the name of the column).
    pub purpose: Option<String>,
    /// Of a consent: its channel; all of them where absent.
    pub channel: Option<String>,
    /// How its values were hashed before they came: `sha256`. They are compared exactly, and feed `<kind>_sha256`.
    pub hashed: Option<Hashed>,
}

/// The rules of one identifier kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct IdentifierRule {
    /// Lower links first (default 100).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u32>,
    /// At most one value of this kind per profile: a link that would break this is refused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// At most this many different values of this kind per profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_profile: Option<u32>,
    /// Counts for `max_per_profile` only values that were said within so many days of each other; all of them by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_days: Option<u32>,
    /// A value that was said again only after more days than this may be somebody else's by then: it does not join those
    /// who had it before with those who have it since. By default it always joins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_days: Option<u32>,
    /// A value found in more profiles than this is generic and links nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_profiles: Option<u32>,
    /// Whether sharing a value links two records by itself (default true).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<bool>,
    /// Values that never link.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<String>,
    /// How all values of this kind were hashed before they came: `sha256`; also user ids and traits of a live graph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashed: Option<Hashed>,
}

impl IdentifierRule {
    /// Whether it matters when values were said.
    pub(crate) fn is_timed(&self) -> bool {
        self.window_days.is_some() || self.ttl_days.is_some()
    }
}

/// How matching decides.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Matching {
    /// Whether records are compared fuzzily at all (default true); false leaves identifier links only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuzzy: Option<bool>,
    /// The lowest match probability that links, between 0 and 1 (default: where the expected F1 is highest, near 0.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "json-schema", schemars(range(min = 0, max = 1)))]
    pub threshold: Option<f64>,
    /// The precision of links to keep, instead of a threshold: the lowest threshold whose expected precision is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "json-schema", schemars(range(min = 0, max = 1)))]
    pub precision: Option<f64>,
    /// The recall of links to reach, instead of a threshold: the highest threshold whose expected recall is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "json-schema", schemars(range(min = 0, max = 1)))]
    pub recall: Option<f64>,
    /// How far the search for matches goes (default `normal`): what each further match may cost in pairs compared. A model that was
    /// given keeps the candidates it was trained with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
    /// Candidate pairs compared per record, on average at most; chosen from the number of records and the effort where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs_per_record: Option<f64>,
    /// Seed of every random sample (default 0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

impl Matching {
    /// Whether it says where to part links from the rest.
    pub(crate) fn chooses(&self) -> bool {
        self.threshold.is_some() || self.precision.is_some() || self.recall.is_some()
    }

    fn is_default(&self) -> bool {
        *self == Matching::default()
    }
}

/// How far the search for matches goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effort {
    /// Only candidates of which many are matches: much faster, and some matches are not found.
    Low,
    /// Until further candidates hardly hold a match.
    #[default]
    Normal,
    /// Several times as many candidates, for a few more matches.
    High,
}

/// How one golden value is chosen among the values of a profile's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SurvivorshipRule {
    /// From the source with the highest trust.
    MostTrusted,
    /// From the record observed last.
    MostRecent,
    /// From the record observed first.
    Earliest,
    /// The value most records agree on.
    MostFrequent,
    /// The longest value.
    Longest,
    /// The value with the most specific form (whole first names over initials, full dates over years).
    MostComplete,
}

impl FieldConfig {
    /// A field of that kind with nothing else said.
    pub fn new(kind: Kind) -> Self {
        FieldConfig { kind, name: None, region: None, order: None, purpose: None, channel: None, hashed: None }
    }

    /// The golden field this column feeds. Hashes have one of their own, since they cannot stand among values in the clear.
    pub fn golden_name<'a>(&'a self, column: &'a str) -> Cow<'a, str> {
        let own = match (&self.name, self.kind) {
            (Some(name), _) => return name.into(),
            (None, Kind::Category | Kind::Text | Kind::Number | Kind::Date | Kind::Url | Kind::Identifier) => column,
            (None, kind) => kind.as_str(),
        };
        self.hashed.map_or_else(|| own.into(), |hashed| format!("{own}_{}", hashed.as_str()).into())
    }

    /// The kind by which its values are taken apart and compared; of hashes none, since only the whole of one says anything.
    pub(crate) fn readable_kind(&self) -> Option<Kind> {
        self.hashed.is_none().then_some(self.kind)
    }
}

/// The long form of [`FieldConfig`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hashed: Option<Hashed>,
}

impl Serialize for FieldConfig {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == FieldConfig::new(self.kind) {
            return self.kind.serialize(serializer);
        }
        let FieldConfig { kind, name, region, order, purpose, channel, hashed } = self.clone();
        FieldTable { kind, name, region, order, purpose, channel, hashed }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FieldConfig {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> serde::de::Visitor<'de> for Form {
            type Value = FieldConfig;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a kind such as \"email\", or a table with the key `kind`")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<FieldConfig, E> {
                Kind::deserialize(word.into_deserializer()).map(FieldConfig::new)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<FieldConfig, A::Error> {
                let table = FieldTable::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                let FieldTable { kind, name, region, order, purpose, channel, hashed } = table;
                Ok(FieldConfig { kind, name, region, order, purpose, channel, hashed })
            }
        }
        deserializer.deserialize_any(Form)
    }
}
