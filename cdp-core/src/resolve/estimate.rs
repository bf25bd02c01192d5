//! How much memory a resolve will take beside its tables, told before it begins.
//!
//! A sum of what was measured, not a bound: while the call runs, its control compares what the process really holds.

use crate::record::{Column, Table};
use crate::schema::{Config, Kind};

/// Bytes a record: its numbers, groups, profile and id.
const RECORD: f64 = 260.0;
/// Bytes a filled cell that is compared: its codes, its parts for blocking, the golden value.
const CELL: f64 = 60.0;
/// Bytes a distinct value that is compared, beside its text.
const VALUE: f64 = 90.0;
/// How often the text of a distinct value is held: normalised, shown, and in parts.
const TEXTS: f64 = 3.0;
/// Bytes a candidate pair.
const PAIR: f64 = 9.0;

/// The bytes to expect.
pub(super) fn bytes(tables: &[Table], config: &Config, pairs_per_record: f64) -> u64 {
    let records: f64 = tables.iter().map(|table| table.len() as f64).sum();
    let columns = tables.iter().flat_map(|table| table.columns().iter().filter(|column| used(config, table, column)));
    let columns: f64 = columns.map(column_bytes).sum();
    (records * (RECORD + PAIR * pairs_per_record) + columns) as u64
}

fn used(config: &Config, table: &Table, column: &Column) -> bool {
    let fields = config.sources.get(table.source()).map(|source| &source.fields);
    fields.and_then(|fields| fields.get(column.name())).is_some_and(|field| field.kind != Kind::Ignore)
}

fn column_bytes(column: &Column) -> f64 {
    let distinct = column.distinct();
    column.len() as f64 * CELL + distinct.len() as f64 * VALUE + distinct.bytes() as f64 * TEXTS
}
