//! TOML as a tree of nodes.

use super::node::{Data, Entry, Node};
use super::{MAX_DEPTH, at};
use crate::error::{Code, Error, Result};
use toml::de::{DeTable, DeValue};

/// The tree of a TOML text.
///
/// # Errors
/// `invalid_config` at the place of the syntax error.
pub(super) fn parse(text: &str) -> Result<Node> {
    let table = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    Ok(Node { offset: table.span().start, data: of_table(text, table.get_ref(), 0)? })
}

fn syntax(text: &str, error: &toml::de::Error) -> Error {
    let reason = error.message().lines().collect::<Vec<_>>().join(", ");
    let invalid = Error::new(Code::InvalidConfig, format!("not valid TOML: {reason}"));
    match error.span() {
        Some(span) => at(invalid, text, span.start),
        None => invalid,
    }
}

fn of_table(text: &str, table: &DeTable<'_>, depth: usize) -> Result<Data> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let offset = value.span().start;
        let value = Node { offset, data: of_value(text, value.get_ref(), offset, depth + 1)? };
        entries.push(Entry { key: key.get_ref().to_string(), offset: key.span().start, value });
    }
    Ok(Data::Table(entries))
}

fn of_value(text: &str, value: &DeValue<'_>, offset: usize, depth: usize) -> Result<Data> {
    let too_large = || at(Error::new(Code::InvalidConfig, "the number is out of range"), text, offset);
    if depth > MAX_DEPTH {
        return Err(at(Error::new(Code::InvalidConfig, "nested too deeply"), text, offset));
    }
    Ok(match value {
        DeValue::String(word) => Data::Text(word.to_string()),
        DeValue::Boolean(value) => Data::Bool(*value),
        DeValue::Datetime(instant) => Data::Text(instant.to_string()),
        DeValue::Integer(number) => {
            Data::Signed(i64::from_str_radix(number.as_str(), number.radix()).map_err(|_| too_large())?)
        }
        DeValue::Float(number) => Data::Float(number.as_str().parse().map_err(|_| too_large())?),
        DeValue::Table(table) => of_table(text, table, depth)?,
        DeValue::Array(values) => {
            let nodes = values.iter().map(|value| {
                let offset = value.span().start;
                Ok(Node { offset, data: of_value(text, value.get_ref(), offset, depth + 1)? })
            });
            Data::List(nodes.collect::<Result<_>>()?)
        }
    })
}
