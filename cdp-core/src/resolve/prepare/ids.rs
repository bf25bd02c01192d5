//! The ids of records within their source, and the canonical order of all records: by source name, then id.

use crate::error::{Code, Error, Result};
use crate::record::{Column, Table};
use crate::schema::{Config, SourceConfig};
use rayon::prelude::*;
use std::borrow::Cow;

/// A record's place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::resolve) struct Origin {
    /// Index of the table.
    pub(in crate::resolve) table: u32,
    /// Row in the table.
    pub(in crate::resolve) row: u32,
}

/// The id of each row of a table: what its id column says, its row number where there is none.
pub(in crate::resolve) struct RecordIds<'a> {
    column: Option<&'a Column>,
    rows: u32,
}

impl<'a> RecordIds<'a> {
    /// # Errors
    /// `unknown_column`, `missing_record_id`.
    pub(in crate::resolve) fn new(table: &'a Table, source: Option<&SourceConfig>) -> Result<Self> {
        let rows = table.len() as u32;
        let Some(id) = source.and_then(|source| source.id.as_deref()) else {
            return Ok(RecordIds { column: None, rows });
        };
        let place = |error: Error| error.source(table.source()).field(id);
        let column =
            table.column(id).ok_or_else(|| place(Error::new(Code::UnknownColumn, "there is no such column")))?;
        match (0..rows).find(|&row| column.get(row as usize).is_none()) {
            None => Ok(RecordIds { column: Some(column), rows }),
            Some(row) => Err(place(Error::new(Code::MissingRecordId, "the record has no id"))
                .row(u64::from(row))
                .help("fill it in, leave the row out, or configure another id column")),
        }
    }

    pub(in crate::resolve) fn get(&self, row: u32) -> Cow<'a, str> {
        match self.column {
            Some(column) => Cow::Borrowed(column.get(row as usize).unwrap_or_default()),
            None => Cow::Owned(row.to_string()),
        }
    }

    pub(in crate::resolve) fn iter(&self) -> impl Iterator<Item = Cow<'a, str>> {
        (0..self.rows).map(|row| self.get(row))
    }

    /// The rows in order of their ids, each after the first bytes of its id.
    fn sorted(&self) -> Vec<(u64, u32)> {
        // Most ids differ in their first bytes, which are compared without a look at the text.
        let head = |row: u32| {
            let id = self.get(row);
            let mut head = [0; 8];
            let length = id.len().min(8);
            head[..length].copy_from_slice(&id.as_bytes()[..length]);
            u64::from_be_bytes(head)
        };
        let mut rows: Vec<(u64, u32)> = (0..self.rows).into_par_iter().map(|row| (head(row), row)).collect();
        rows.par_sort_unstable_by(|x, y| {
            x.0.cmp(&y.0).then_with(|| self.get(x.1).cmp(&self.get(y.1))).then(x.1.cmp(&y.1))
        });
        rows
    }
}

/// All records by source name, then id.
///
/// # Errors
/// Those of [`RecordIds::new`], and `duplicate_record_id`.
pub(super) fn canonical_order(tables: &[Table], config: &Config) -> Result<Vec<Origin>> {
    let mut by_name: Vec<usize> = (0..tables.len()).collect();
    by_name.sort_by_key(|&table| tables[table].source());
    let mut order = Vec::with_capacity(tables.iter().map(Table::len).sum());
    for table in by_name {
        let source = config.sources.get(tables[table].source());
        let ids = RecordIds::new(&tables[table], source)?;
        let rows = ids.sorted();
        let same = |pair: &&[(u64, u32)]| pair[0].0 == pair[1].0 && ids.get(pair[0].1) == ids.get(pair[1].1);
        if let Some(pair) = rows.windows(2).find(same) {
            let reason = format!("rows {} and {} both have the id '{{}}'", pair[0].1, pair[1].1);
            let column = source.and_then(|source| source.id.as_deref());
            return Err(duplicate(tables[table].source(), column, &reason, &ids.get(pair[0].1)));
        }
        order.extend(rows.into_iter().map(|(_, row)| Origin { table: table as u32, row }));
    }
    Ok(order)
}

/// That two rows of a source have one id.
pub(in crate::resolve) fn duplicate(source: &str, column: Option<&str>, reason: &str, id: &str) -> Error {
    Error::hiding(Code::DuplicateRecordId, reason, [id])
        .source(source)
        .field(column.unwrap_or_default())
        .help("remove one of them, or leave `id` out to use row numbers")
}
