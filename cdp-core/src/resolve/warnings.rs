//! What the caller should know of a result.

use super::Records;
use super::engine::Matched;
use crate::record::Table;
use crate::schema::{Config, repeated_id};

/// Of what there may be much of one kind, so many are told one by one: the rest would drown what else there is to say.
const MOST_TOLD: usize = 5;

pub(super) fn of(
    tables: &[Table],
    config: &Config,
    records: &Records,
    matched: &Matched,
    shared: &[String],
    unknown: usize,
) -> Vec<String> {
    let encoded = tables.iter().filter_map(|table| {
        let (source, encoding) = (table.source(), table.encoding()?);
        Some(format!(
            "source '{source}' is not UTF-8 and was read as {encoding}; if letters look wrong, save it as UTF-8"
        ))
    });
    let most = crate::compare::MAX_FEATURES;
    let unused: Vec<String> = matched
        .features
        .cut
        .iter()
        .map(|name| format!("field '{name}' was not compared: a record is compared by {most} at most"))
        .collect();
    let unknown = (unknown > 0).then(|| format!("{unknown} decisions name a record that is not there: not used"));
    numbered(tables, config, records)
        .into_iter()
        .chain(encoded)
        .chain(left_out(tables, config))
        .chain(some(&unused, "fields were not compared"))
        .chain(blocks(matched))
        .chain(some(shared, "values that too many people share were set aside"))
        .chain(unknown)
        .collect()
}

/// Columns that cannot be read, and that the configuration says nothing of.
pub(super) fn left_out(tables: &[Table], config: &Config) -> Vec<String> {
    let of = |table: &Table| -> Vec<String> {
        let is_asked_for = |name: &str| config.sources.get(table.source()).is_some_and(|s| s.fields.contains_key(name));
        let told = table.left_out().iter().filter(|(name, _)| !is_asked_for(name));
        told.map(|(_, error)| format!("left out: {error}")).collect()
    };
    let unreadable: Vec<String> = tables.iter().flat_map(of).collect();
    some(&unreadable, "columns that cannot be read were left out").collect()
}

/// The first of many, and how many more there are.
fn some(told: &[String], what: &str) -> impl Iterator<Item = String> {
    let more = told.len().checked_sub(MOST_TOLD).filter(|more| *more > 0).map(|more| format!("{more} further {what}"));
    told.iter().take(MOST_TOLD).cloned().chain(more)
}

/// Sources whose records are named by their row numbers.
fn numbered(tables: &[Table], config: &Config, records: &Records) -> Vec<String> {
    let has_id = |name: &String| config.sources.get(name).is_some_and(|source| source.id.is_some());
    let told = records.sources.iter().filter(|name| !has_id(name)).map(|name| {
        let repeated = tables.iter().find(|table| table.source() == *name).and_then(repeated_id);
        let repeated = repeated.map(|(column, values)| match values {
            1 => format!("; '{column}' would be it, but a value of it stands in several rows"),
            _ => format!("; '{column}' would be it, but {values} of its values stand in several rows"),
        });
        format!(
            "source '{name}' has no id column: its records are named by their row numbers, so their order matters{}",
            repeated.unwrap_or_default()
        )
    });
    told.collect()
}

/// Records that no block has since all of theirs were too large.
fn blocks(matched: &Matched) -> Option<String> {
    let records = matched.left_out;
    let were = if records == 1 { "record was" } else { "records were" };
    (records > 0).then(|| {
        format!(
            "{records} {were} compared with no other: all that they share with any, too many records share; more fields, or a \
             higher matching.pairs_per_record, would find their matches"
        )
    })
}
