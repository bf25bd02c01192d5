//! JSON as a tree of nodes.
//!
//! serde_json reads the syntax; places come from the slices of the text it hands out for each value.

use super::node::{Data, Entry, Node};
use super::{MAX_DEPTH, at};
use crate::error::{Code, Error, Result};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The tree of a JSON text.
///
/// # Errors
/// `invalid_config` at the place of the syntax error or of a key that is given twice.
pub(super) fn parse(text: &str) -> Result<Node> {
    let root: &RawValue = serde_json::from_str(text).map_err(|error| syntax(&error))?;
    of_value(text, root.get(), 0)
}

fn syntax(error: &serde_json::Error) -> Error {
    let reason = error.to_string();
    let reason = reason.rsplit_once(" at line").map_or(reason.as_str(), |(reason, _)| reason);
    let invalid = Error::new(Code::InvalidConfig, format!("not valid JSON: {reason}"));
    invalid.position(error.line() as u64, error.column().max(1) as u64)
}

fn of_value(text: &str, slice: &str, depth: usize) -> Result<Node> {
    let offset = slice.as_ptr() as usize - text.as_ptr() as usize;
    let misread = |error: serde_json::Error| at(Error::new(Code::InvalidConfig, error.to_string()), text, offset);
    if depth > MAX_DEPTH {
        return Err(at(Error::new(Code::InvalidConfig, "nested too deeply"), text, offset));
    }
    let data = match slice.as_bytes().first() {
        Some(b'{') => of_table(text, offset, serde_json::from_str(slice).map_err(misread)?, depth)?,
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(slice).map_err(misread)?;
            let nodes = values.into_iter().map(|value| of_value(text, value.get(), depth + 1));
            Data::List(nodes.collect::<Result<_>>()?)
        }
        _ => of_scalar(serde_json::from_str(slice).map_err(misread)?),
    };
    Ok(Node { offset, data })
}

fn of_scalar(value: serde_json::Value) -> Data {
    match value {
        serde_json::Value::Bool(value) => Data::Bool(value),
        serde_json::Value::String(text) => Data::Text(text),
        serde_json::Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Data::Unsigned(number),
            (None, Some(number)) => Data::Signed(number),
            (None, None) => Data::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        _ => Data::Null,
    }
}

fn of_table(text: &str, start: usize, pairs: Pairs<'_>, depth: usize) -> Result<Data> {
    let mut entries: Vec<Entry> = Vec::with_capacity(pairs.0.len());
    let mut from = start;
    for (key, raw) in pairs.0 {
        let value = of_value(text, raw.get(), depth + 1)?;
        // The key is the first quotation mark after the value before it.
        let offset = text[from..value.offset].find('"').map_or(value.offset, |quote| from + quote);
        from = value.offset + raw.get().len();
        if entries.iter().any(|entry| entry.key == key) {
            return Err(at(Error::new(Code::InvalidConfig, "the key is given twice").field(key), text, offset));
        }
        entries.push(Entry { key, offset, value });
    }
    Ok(Data::Table(entries))
}

/// The pairs of an object in their order, double keys included.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(Collect).map(Pairs)
    }
}
