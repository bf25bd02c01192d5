//! How much memory a resolve will take beside its tables, told before it begins.
//!
//! Fitted to what was measured from a thousand to five million customers of nine columns (docs/performance.md), not a bound:
//! while the call runs, its control compares what the process really holds.

use crate::record::{Column, Table};
use crate::schema::Config;

/// What is held however few records there are: plans of telephone numbers, tables of names.
const ALWAYS: f64 = 45e6;
/// Bytes a record of the sample of pairs, and the most that the sample takes.
const SAMPLED: f64 = 10_000.0;
const SAMPLE: f64 = 380e6;
/// Bytes a record: its numbers, candidates, cluster, profile and id.
const RECORD: f64 = 150.0;
/// Bytes a cell that is compared: its codes, its parts for blocking, the golden value.
const CELL: f64 = 20.0;
/// Bytes a distinct value that is compared, beside its text.
const VALUE: f64 = 40.0;
/// How often the text of a distinct value is held beside the table: normalised, shown.
const TEXTS: f64 = 1.6;

/// The bytes to expect.
pub(super) fn bytes(tables: &[Table], config: &Config) -> u64 {
    let records: f64 = tables.iter().map(|table| table.len() as f64).sum();
    let columns = tables.iter().flat_map(|table| table.columns().iter().filter(|column| used(config, table, column)));
    let columns: f64 = columns.map(column_bytes).sum();
    (ALWAYS + (records * SAMPLED).min(SAMPLE) + records * RECORD + columns) as u64
}

fn used(config: &Config, table: &Table, column: &Column) -> bool {
    let fields = config.sources.get(table.source()).map(|source| &source.fields);
    fields.and_then(|fields| fields.get(column.name())).is_some_and(|field| !field.kind.is_kept_out())
}

fn column_bytes(column: &Column) -> f64 {
    let distinct = column.distinct();
    column.len() as f64 * CELL + distinct.len() as f64 * VALUE + distinct.bytes() as f64 * TEXTS
}
