//! Records as they come: one table per source, dictionary-encoded text columns.
//!
//! Every value is text here; what it means is the schema's business, how it is cleaned is `normalize`'s.

mod list;
mod number;
mod pool;

pub(crate) use list::{exact_list_text, list_text};
#[cfg(feature = "arrow")]
pub(crate) use number::is_exact;
pub(crate) use number::{inexact, number_text};
pub use pool::{Interner, TextPool};

use crate::error::{Code, Error, Result};

/// The code of a missing value in a [`Column`].
pub const NULL: u32 = u32::MAX;

/// The longest value accepted, in bytes: 1 MiB. Longer ones are refused with `value_too_large`.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// The name of the source of a table that was given without one.
pub const DEFAULT_SOURCE: &str = "records";

/// One column: a code per row, a text per distinct value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    codes: Vec<u32>,
    values: TextPool,
}

impl Column {
    /// A column from optional texts; the empty text and texts of white space only are missing values.
    ///
    /// ```
    /// use cdp_core::record::Column;
    /// let column = Column::new("city", [Some("Lyon"), None, Some("Lyon"), Some("  ")]);
    /// assert_eq!(column.get(2), Some("Lyon"));
    /// assert_eq!(column.distinct().len(), 1);
    /// assert_eq!(column.get(3), None);
    /// ```
    pub fn new<'a>(name: &str, values: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut builder = ColumnBuilder::new(name);
        values.into_iter().for_each(|value| builder.push(value));
        builder.finish()
    }

    /// A column from codes into a pool of distinct values.
    ///
    /// # Panics
    /// If a code is neither [`NULL`] nor an index of the pool.
    pub fn from_codes(name: &str, codes: Vec<u32>, values: TextPool) -> Self {
        assert!(codes.iter().all(|&code| code == NULL || (code as usize) < values.len()), "code out of range");
        Column { name: name.to_owned(), codes, values }
    }

    /// The column's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The value of a row, `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        match self.codes[row] {
            NULL => None,
            code => Some(self.values.get(code)),
        }
    }

    /// The code of each row: an index into [`Column::distinct`], or [`NULL`].
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The distinct values.
    pub fn distinct(&self) -> &TextPool {
        &self.values
    }

    /// The values row by row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }
}

/// Builds a [`Column`] value by value.
#[derive(Debug)]
pub struct ColumnBuilder {
    name: String,
    codes: Vec<u32>,
    interner: Interner,
}

impl ColumnBuilder {
    /// An empty column.
    pub fn new(name: &str) -> Self {
        ColumnBuilder { name: name.to_owned(), codes: Vec::new(), interner: Interner::default() }
    }

    /// Appends a row; empty and white-space-only texts are missing values.
    pub fn push(&mut self, value: Option<&str>) {
        let code = match value {
            Some(text) if !is_blank(text) => self.interner.intern(text),
            _ => NULL,
        };
        self.codes.push(code);
    }

    /// Appends many rows, faster than one by one.
    pub fn extend(&mut self, values: &[&str]) {
        let filled: Vec<Option<&str>> = values.iter().map(|text| Some(*text).filter(|text| !is_blank(text))).collect();
        self.interner.intern_all(&filled, &mut self.codes);
    }

    /// The finished column.
    pub fn finish(self) -> Column {
        Column { name: self.name, codes: self.codes, values: self.interner.into_pool() }
    }
}

/// Whether there is nothing but white space.
fn is_blank(text: &str) -> bool {
    // Most texts begin with what is no white space, which their first byte says.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// All the records of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    source: String,
    columns: Vec<Column>,
    rows: usize,
    left_out: Vec<(String, Error)>,
    encoding: Option<&'static str>,
}

impl Table {
    /// A table of columns of one length and of different names.
    ///
    /// # Errors
    /// `invalid_input` if the lengths differ or two columns have one name; `value_too_large` if a value is over [`MAX_VALUE_BYTES`].
    pub fn new(source: &str, columns: Vec<Column>) -> Result<Self> {
        let rows = columns.first().map_or(0, Column::len);
        for (index, column) in columns.iter().enumerate() {
            if column.len() != rows {
                let reason = format!("the column has {} rows, the first one {rows}", column.len());
                return Err(Error::new(Code::InvalidInput, reason).source(source).field(column.name()));
            }
            if columns[..index].iter().any(|other| other.name() == column.name()) {
                return Err(Error::new(Code::InvalidInput, "two columns have this name")
                    .source(source)
                    .field(column.name())
                    .help("rename one of them"));
            }
            check_sizes(source, column)?;
        }
        Ok(Table { source: source.to_owned(), columns, rows, left_out: Vec::new(), encoding: None })
    }

    /// The table of those columns that could be read; of the others it is remembered why they were left out.
    ///
    /// # Errors
    /// Those of [`Table::new`]; of the first column left out, where no other is there.
    pub(crate) fn of_readable(source: &str, columns: Vec<(String, Result<Column>)>) -> Result<Self> {
        let (mut readable, mut left_out) = (Vec::new(), Vec::new());
        for (name, column) in columns {
            match column {
                Ok(column) => readable.push(column),
                Err(error) => left_out.push((name, error)),
            }
        }
        match left_out.first() {
            Some((_, error)) if readable.is_empty() => Err(error.clone()),
            _ => Ok(Table { left_out, ..Table::new(source, readable)? }),
        }
    }

    /// The table, read from text in another encoding than UTF-8.
    #[cfg(feature = "csv")]
    pub(crate) fn encoded(self, encoding: Option<&'static str>) -> Self {
        Table { encoding, ..self }
    }

    /// The columns that were left out since they have no text form (a structure, bytes), each with why and what to do.
    pub fn left_out(&self) -> &[(String, Error)] {
        &self.left_out
    }

    /// The encoding that the text was taken to be in, where it was found by its bytes alone.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding
    }

    /// The name of the source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The columns in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name() == name)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

fn check_sizes(source: &str, column: &Column) -> Result<()> {
    let Some(code) = column.values.iter().position(|value| value.len() > MAX_VALUE_BYTES) else {
        return Ok(());
    };
    let row = column.codes.iter().position(|&c| c as usize == code).unwrap_or(0);
    let bytes = column.values.get(code as u32).len();
    Err(Error::new(Code::ValueTooLarge, format!("the value has {bytes} bytes, the limit is {MAX_VALUE_BYTES}"))
        .source(source)
        .row(row as u64)
        .field(column.name())
        .help("shorten it, leave the column out, or look for a missing closing quote"))
}
