//! Shows where a result is wrong, with the values of the records: the first thing to read when quality is low.

use cdp_core::record::Table;
use cdp_core::resolve::Resolution;
use std::collections::{BTreeMap, HashMap};

/// Shows up to `limit` profiles that hold several entities, and up to `limit` entities in several profiles, on standard error.
pub(crate) fn show(tables: &[Table], truth: &Table, result: &Resolution, limit: usize) {
    let entities = entities(truth, result);
    let mut by_profile: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut by_entity: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (record, entity) in entities.iter().enumerate() {
        let Some(entity) = entity else { continue };
        by_profile.entry(result.assignments()[record]).or_default().push(record as u32);
        by_entity.entry(entity).or_default().push(record as u32);
    }
    let entity_of = |record: u32| entities[record as usize].unwrap_or_default().to_owned();
    let profile_of = |record: u32| result.assignments()[record as usize].to_string();
    report(
        "wrong merges: records of several entities in one profile",
        by_profile.values(),
        entity_of,
        tables,
        result,
        limit,
    );
    report("missed merges: one entity in several profiles", by_entity.values(), profile_of, tables, result, limit);
}

/// Shows the groups in which `label` is not the same for all records, spread evenly over all such groups.
fn report<'a>(
    title: &str,
    groups: impl Iterator<Item = &'a Vec<u32>>,
    label: impl Fn(u32) -> String,
    tables: &[Table],
    result: &Resolution,
    limit: usize,
) {
    let mixed: Vec<&Vec<u32>> = groups.filter(|group| group.iter().any(|&r| label(r) != label(group[0]))).collect();
    eprintln!("\n{} {title}", mixed.len());
    for group in mixed.iter().step_by(mixed.len().div_ceil(limit).max(1)) {
        let mut records: Vec<(String, u32)> = group.iter().map(|&record| (label(record), record)).collect();
        records.sort();
        eprintln!();
        for (label, record) in records.iter().take(12) {
            eprintln!("  {label:>8}  {}", values(*record, tables, result));
        }
        if let Some((_, other)) = records.iter().find(|(label, _)| *label != records[0].0)
            && let Ok(why) = result.why(records[0].1, *other)
        {
            let parts: Vec<String> = why.parts.iter().map(|p| format!("{} {:.1}", p.field, p.weight)).collect();
            let (weight, prior, related) = (why.weight, why.prior, why.related);
            eprintln!("  weight {weight:.1} = {prior:.1} {} related {related:.1}", parts.join(", "));
        }
    }
}

fn values(record: u32, tables: &[Table], result: &Resolution) -> String {
    let records = result.records();
    let table = tables.iter().find(|table| table.source() == records.source(record));
    let row = records.row(record) as usize;
    let columns = table.map(Table::columns).unwrap_or_default();
    let texts: Vec<&str> = columns.iter().map(|column| column.get(row).unwrap_or("-")).collect();
    format!("{}:{}", records.source(record), texts.join(" | ").replace('\n', " "))
}

/// The true entity of each record.
pub(crate) fn entities<'a>(truth: &'a Table, result: &Resolution) -> Vec<Option<&'a str>> {
    let column = |name| truth.column(name).into_iter().flat_map(|column| column.iter());
    let keys = column("source").zip(column("record_id"));
    let by_key: HashMap<_, &str> =
        keys.zip(column("entity")).filter_map(|(key, entity)| Some((key, entity?))).collect();
    let records = result.records();
    let key = |record| (Some(records.source(record)), Some(records.id(record)));
    (0..records.len() as u32).map(|record| by_key.get(&key(record)).copied()).collect()
}
