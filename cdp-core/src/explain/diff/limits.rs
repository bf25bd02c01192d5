//! How much may change: a gate for continuous integration.

use super::Diff;
use crate::error::{Code, Error, Result};
use crate::schema::parse;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The most of something that may change: a number, or a share of what there was before (`"0.5%"`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// At most so many.
    Count(u64),
    /// At most this share, from 0 to 1.
    Share(f64),
}

/// How much may change; what is not named may change as it likes.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Groups of profiles that became one; a share is of the profiles before.
    pub merged: Option<Limit>,
    /// Profiles that came apart; a share is of the profiles before.
    pub split: Option<Limit>,
    /// Groups that became several others; a share is of the profiles before.
    pub rearranged: Option<Limit>,
    /// New profiles; a share is of the profiles before.
    pub appeared: Option<Limit>,
    /// Profiles that are gone; a share is of the profiles before.
    pub disappeared: Option<Limit>,
    /// Profiles with another id; a share is of the profiles before.
    pub renamed: Option<Limit>,
    /// Members that moved; a share is of the members of both.
    pub moved: Option<Limit>,
    /// Profiles with a changed golden value; a share is of the profiles before.
    pub values: Option<Limit>,
    /// Per golden field, profiles with a changed value; a share is of the profiles before.
    pub fields: BTreeMap<String, Limit>,
    /// Profiles that entered or left any one segment; a share is of the segment's members before.
    pub segment: Option<Limit>,
    /// The same for single segments, over `segment`.
    pub segments: BTreeMap<String, Limit>,
    /// Answers about consent that changed, of any one purpose; a share is of the profiles before.
    pub consents: Option<Limit>,
    /// Of these, those that are granted now and were not; a share is of the profiles before.
    pub newly_granted: Option<Limit>,
}

impl Limits {
    /// Reads limits in TOML.
    ///
    /// ```
    /// use cdp_core::explain::diff::{Limit, Limits};
    /// let limits = Limits::from_toml("merged = 10\nmoved = \"0.5%\"\n[segments]\nloyal = \"2%\"")?;
    /// assert_eq!((limits.merged, limits.moved), (Some(Limit::Count(10)), Some(Limit::Share(0.005))));
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `unknown_key`, `invalid_config`.
    pub fn from_toml(text: &str) -> Result<Limits> {
        parse::from_toml("the limits", text)
    }

    /// Reads limits in JSON; bindings hand mappings over in this form.
    ///
    /// # Errors
    /// Those of [`Limits::from_toml`].
    pub fn from_json(text: &str) -> Result<Limits> {
        parse::from_json("the limits", text)
    }

    /// # Errors
    /// `limit_exceeded`; `not_found` for a field or segment that neither result has.
    pub(super) fn check(&self, diff: &Diff) -> Result<()> {
        let counts = &diff.counts;
        let profiles = counts.profiles_before;
        let mut over = Vec::new();
        let mut hold = |name: String, limit: Option<Limit>, found: u64, of: u64| {
            over.extend(
                limit
                    .filter(|limit| limit.is_exceeded(found, of))
                    .map(|limit| format!("{name}: {found} of {of}, at most {limit} may be")),
            );
        };
        hold("merged".to_owned(), self.merged, counts.merged, profiles);
        hold("split".to_owned(), self.split, counts.split, profiles);
        hold("rearranged".to_owned(), self.rearranged, counts.rearranged, profiles);
        hold("appeared".to_owned(), self.appeared, counts.appeared, profiles);
        hold("disappeared".to_owned(), self.disappeared, counts.disappeared, profiles);
        hold("renamed".to_owned(), self.renamed, counts.renamed, profiles);
        hold("moved".to_owned(), self.moved, counts.moved, counts.members);
        hold("values".to_owned(), self.values, counts.profiles_with_values, profiles);
        all_known("golden field", &self.fields, &diff.values)?;
        all_known("segment", &self.segments, &diff.segments)?;
        for (field, &limit) in &self.fields {
            hold(format!("fields.{field}"), Some(limit), diff.values.get(field).copied().unwrap_or_default(), profiles);
        }
        for (name, moves) in &diff.segments {
            let limit = self.segments.get(name).copied().or(self.segment);
            hold(format!("segments.{name}"), limit, moves.entered + moves.left, moves.before);
        }
        for (purpose, changes) in &diff.consents {
            let granted =
                changes.iter().filter(|(change, _)| change.ends_with("to granted")).map(|(_, count)| count).sum();
            hold(format!("consents.{purpose}"), self.consents, changes.values().sum(), profiles);
            hold(format!("newly_granted.{purpose}"), self.newly_granted, granted, profiles);
        }
        if over.is_empty() {
            return Ok(());
        }
        Err(Error::new(Code::LimitExceeded, format!("more changed than is allowed: {}", over.join("; ")))
            .help("look at the groups of the diff, then raise the limit or take the change back"))
    }
}

/// # Errors
/// `not_found` for a limit on something that neither result has.
fn all_known<T>(what: &str, limits: &BTreeMap<String, Limit>, known: &BTreeMap<String, T>) -> Result<()> {
    let Some(unknown) = limits.keys().find(|name| !known.contains_key(*name)) else { return Ok(()) };
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    Err(Error::new(Code::NotFound, format!("neither result has a {what} '{unknown}'"))
        .help(format!("the {what}s are: {}", names.join(", "))))
}

impl Limit {
    /// Whether so much of so much is more than it allows; of nothing, a share allows nothing.
    fn is_exceeded(self, found: u64, of: u64) -> bool {
        match self {
            Limit::Count(most) => found > most,
            Limit::Share(most) => found as f64 > most * of as f64,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Count(most) => write!(f, "{most}"),
            // Without the noise of binary fractions: 0.07 * 100 is 7.000000000000001.
            Limit::Share(most) => write!(f, "{}%", (most * 1e11).round() / 1e9),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Form;
        impl Visitor<'_> for Form {
            type Value = Limit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or a share as \"0.5%\"")
            }

            fn visit_u64<E: de::Error>(self, most: u64) -> std::result::Result<Limit, E> {
                Ok(Limit::Count(most))
            }

            fn visit_i64<E: de::Error>(self, most: i64) -> std::result::Result<Limit, E> {
                u64::try_from(most).map(Limit::Count).map_err(|_| E::invalid_value(de::Unexpected::Signed(most), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Limit, E> {
                let number = text.trim().strip_suffix('%').and_then(|share| share.trim().parse::<f64>().ok());
                let share = number.map(|percent| percent / 100.0).filter(|share| (0.0..=1.0).contains(share));
                share.map(Limit::Share).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Form)
    }
}
