//! Prints what is inferred about the CSV files of a folder: `CDP_DATA=folder cargo run --example infer`.

#![allow(clippy::print_stdout, clippy::disallowed_methods)] // a program for the command line

use cdp_core::Config;
use cdp_core::record::{ColumnBuilder, Table};
use cdp_core::schema::inspect;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::var("CDP_DATA")?;
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "csv") && !path.ends_with("truth.csv"));
    paths.sort();
    let tables = paths.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    for found in inspect(&tables) {
        println!(
            "{:12} {:32} {:18} {:4.2}  {}",
            found.source,
            found.column,
            found.kind.as_str(),
            found.confidence,
            found.reason
        );
    }
    for (name, source) in &Config::infer(&tables).sources {
        let orders: Vec<_> =
            source.fields.iter().filter_map(|(column, field)| Some((column, field.order.as_ref()?))).collect();
        println!(
            "{name}: id {:?}, observed_at {:?}, region {:?}, orders {orders:?}",
            source.id, source.observed_at, source.region
        );
    }
    Ok(())
}

fn read(path: &Path) -> Result<Table, Box<dyn std::error::Error>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
    let mut columns: Vec<ColumnBuilder> = reader.headers()?.iter().map(ColumnBuilder::new).collect();
    for row in reader.records() {
        let row = row?;
        columns.iter_mut().enumerate().for_each(|(index, column)| column.push(row.get(index)));
    }
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Table::new(&name, columns.into_iter().map(ColumnBuilder::finish).collect())?)
}
