//! What reading the values of records takes from the whole population: part of a saved model.

use crate::schema::{Kind, SourceConfig};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How the values of records are read, where that follows from all records together. Records that come later are read so too,
/// whatever they say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// The sources, with what was inferred of them: kinds, orders of dates and names, regions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, SourceConfig>,
    /// Values that improbably many people shared, by key: they neither link nor count as evidence.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set_aside: BTreeMap<Kind, BTreeSet<String>>,
    /// By source and column, the names of which there is a second or a third, so that `I` after them is the first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub numbered_names: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Reading {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Reading::default()
    }

    /// The names of a column of which there is a second or a third.
    pub fn numbered_names(&self, source: &str, column: &str) -> Option<&BTreeSet<String>> {
        self.numbered_names.get(source)?.get(column)
    }
}
