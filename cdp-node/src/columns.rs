//! Values and columns as plain objects; see `cdp_core::columns`.

use napi_derive::napi;
use serde::Deserialize;
use std::collections::HashMap;

/// A normalised value.
#[napi(object, object_from_js = false)]
pub struct Normalized {
    /// The form for people.
    pub display: String,
    /// The form for comparison; empty unless the verdict is `ok`.
    pub key: String,
    /// `ok`, `invalid: reason` or `placeholder: rule`.
    pub verdict: String,
    /// The parts of the value and further keys, where `details` were asked for.
    pub parts: Option<HashMap<String, String>>,
}

/// What one column holds. Counts are rows, unless they say otherwise.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnProfile {
    /// The source.
    pub source: String,
    /// The column's name.
    pub column: String,
    /// What it means: as configured, otherwise as inferred.
    pub kind: String,
    /// How sure that is, between 0 and 1.
    pub confidence: f64,
    /// Why, in words.
    pub reason: String,
    /// All rows.
    pub rows: u32,
    /// Without a value.
    pub missing: u32,
    /// With a usable value.
    pub ok: u32,
    /// With a value that has not the form of its kind.
    pub invalid: u32,
    /// With a value that says nothing.
    pub placeholder: u32,
    /// Distinct values as written.
    pub distinct: u32,
    /// Distinct keys among the usable ones.
    pub distinct_keys: u32,
    /// Dates that can be read in two ways.
    pub ambiguous: u32,
    /// The order of day and month, or of the parts of names, where it is known.
    pub order: Option<String>,
    /// The region whose rules are used, where one is known.
    pub region: Option<String>,
    /// The most frequent values as written.
    pub top: Vec<CountedValue>,
    /// Reasons why values are unusable, most frequent first.
    pub problems: Vec<ColumnProblem>,
    /// Values that go with improbably many different people.
    pub shared: Vec<SharedValue>,
    /// Rows whose name stands in a column of family names, and the family name here; told with the column of given names.
    pub exchanged: Vec<u32>,
}

/// A value and how many rows hold it.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedValue {
    /// The value as written.
    pub value: String,
    /// The rows.
    pub rows: u32,
}

/// Why values are unusable.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnProblem {
    /// `invalid` or `placeholder`.
    pub verdict: String,
    /// The reason, or the rule.
    pub reason: String,
    /// The rows.
    pub rows: u32,
    /// The most frequent value of them.
    pub example: String,
}

/// A value that goes with improbably many people.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedValue {
    /// The key of the value.
    pub value: String,
    /// The rows that hold it.
    pub rows: u32,
    /// How many different people they name.
    pub people: u32,
}
