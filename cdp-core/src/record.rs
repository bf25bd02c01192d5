//! Records as they come: one table per source, dictionary-encoded text columns.
//!
//! Every value is text here; what it means is the schema's business, how it is cleaned is `normalize`'s.

use crate::error::{Code, Error, Result};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// The code of a missing value in a [`Column`].
pub const NULL: u32 = u32::MAX;

/// The longest value accepted, in bytes: 1 MiB. Longer ones are refused with `value_too_large`.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// The name of the source of a table that was given without one.
pub const DEFAULT_SOURCE: &str = "records";

/// A pool of texts in one allocation, addressed by index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPool {
    text: String,
    ends: Vec<usize>,
}

impl TextPool {
    /// Appends a text and returns its index.
    pub fn push(&mut self, value: &str) -> u32 {
        self.text.push_str(value);
        self.ends.push(self.text.len());
        (self.ends.len() - 1) as u32
    }

    /// Appends all texts of another pool; returns the index of its first one here.
    pub fn append(&mut self, other: &TextPool) -> u32 {
        let (moved, start) = (self.len() as u32, self.text.len());
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| end + start));
        moved
    }

    /// The text at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`TextPool::len`].
    pub fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all texts together.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// All texts in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len() as u32).map(|index| self.get(index))
    }
}

/// A pool that gives equal texts the same index.
#[derive(Debug, Default)]
pub struct Interner {
    pool: TextPool,
    hasher: DefaultHashBuilder,
    codes: HashTable<Slot>,
}

/// A code with half of its text's hash, so that most comparisons, and all growth, leave the texts alone.
#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u32,
    code: u32,
}

impl Slot {
    /// The hash that the table works with.
    fn spread(self) -> u64 {
        u64::from(self.hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Interner {
    /// The index of `value`, which is new if the text was not seen before. Indexes count up from 0 in order of first sight.
    pub fn intern(&mut self, value: &str) -> u32 {
        let Interner { pool, hasher, codes } = self;
        let mut slot = Slot { hash: hasher.hash_one(value) as u32, code: NULL };
        let same = |known: &Slot| known.hash == slot.hash && pool.get(known.code) == value;
        if let Some(known) = codes.find(slot.spread(), same) {
            return known.code;
        }
        slot.code = pool.push(value);
        codes.insert_unique(slot.spread(), slot, |slot| slot.spread());
        slot.code
    }

    /// The index of `value`, if it was interned.
    pub fn find(&self, value: &str) -> Option<u32> {
        let slot = Slot { hash: self.hasher.hash_one(value) as u32, code: NULL };
        let same = |known: &Slot| known.hash == slot.hash && self.pool.get(known.code) == value;
        self.codes.find(slot.spread(), same).map(|known| known.code)
    }

    /// The text at an index that was given out.
    pub fn get(&self, index: u32) -> &str {
        self.pool.get(index)
    }

    /// The distinct texts, in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.pool.iter()
    }

    /// The distinct texts.
    pub fn into_pool(self) -> TextPool {
        self.pool
    }

    /// How many distinct texts there are so far.
    pub fn len(&self) -> usize {
        self.pool.len()
    }

    /// Whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.pool.is_empty()
    }
}

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
            Some(text) if !text.trim().is_empty() => self.interner.intern(text),
            _ => NULL,
        };
        self.codes.push(code);
    }

    /// The finished column.
    pub fn finish(self) -> Column {
        Column { name: self.name, codes: self.codes, values: self.interner.into_pool() }
    }
}

/// All the records of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    source: String,
    columns: Vec<Column>,
    rows: usize,
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
        Ok(Table { source: source.to_owned(), columns, rows })
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
