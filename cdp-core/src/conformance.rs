//! The operations of the conformance vectors by name, for the runners of all languages.
//!
//! Each entry only unpacks the arguments of one public function and packs its result as JSON; no behaviour lives here.
//! Not part of the public interface.

use crate::error::{Code, Error, Result};
use crate::record::{Column, Table};
use crate::{quality, similarity};
use serde_json::{Value, json};

type Operation = fn(&[Value]) -> Result<Value>;

/// Every operation, in order of name.
const OPERATIONS: &[(&str, Operation)] = &[
    ("evaluation.evaluate", |input| packed(quality::evaluate_tables(&table(input, 0)?, &table(input, 1)?)?)),
    ("similarity.common_prefix", |input| Ok(json!(similarity::common_prefix(text(input, 0)?, text(input, 1)?)))),
    ("similarity.jaro", |input| Ok(json!(similarity::jaro_winkler::jaro(text(input, 0)?, text(input, 1)?)))),
    ("similarity.jaro_winkler", |input| {
        Ok(json!(similarity::jaro_winkler::similarity(text(input, 0)?, text(input, 1)?)))
    }),
    ("similarity.levenshtein", |input| {
        Ok(json!(similarity::levenshtein::similarity(text(input, 0)?, text(input, 1)?)))
    }),
    ("similarity.levenshtein_distance", |input| {
        Ok(json!(similarity::levenshtein::distance(text(input, 0)?, text(input, 1)?)))
    }),
    ("similarity.osa", |input| Ok(json!(similarity::osa::similarity(text(input, 0)?, text(input, 1)?)))),
    ("similarity.osa_distance", |input| Ok(json!(similarity::osa::distance(text(input, 0)?, text(input, 1)?)))),
    ("similarity.token_set", |input| Ok(json!(similarity::token_set::similarity(text(input, 0)?, text(input, 1)?)))),
];

/// The names of all operations.
pub fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _)| *name)
}

/// Calls an operation with the input of a case.
///
/// # Errors
/// Those of the operation; `not_found` where there is none of this name, `invalid_input` where the input does not fit it.
pub fn call(operation: &str, input: &[Value]) -> Result<Value> {
    match OPERATIONS.iter().find(|(name, _)| *name == operation) {
        Some((_, function)) => function(input),
        None => Err(Error::new(Code::NotFound, format!("there is no operation '{operation}'"))),
    }
}

fn packed(value: impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::new(Code::Internal, error.to_string()))
}

fn text(input: &[Value], index: usize) -> Result<&str> {
    input.get(index).and_then(Value::as_str).ok_or_else(|| misfit(index, "a text"))
}

/// A table from a list of objects; its columns are in order of first sight.
fn table(input: &[Value], index: usize) -> Result<Table> {
    let rows = input.get(index).and_then(Value::as_array).ok_or_else(|| misfit(index, "a list of rows"))?;
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().filter_map(Value::as_object).flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let column = |name: &&str| Column::new(name, rows.iter().map(|row| row[*name].as_str()));
    Table::new("", names.iter().map(column).collect())
}

fn misfit(index: usize, wanted: &str) -> Error {
    Error::new(Code::InvalidInput, format!("argument {index} is not {wanted}"))
}
