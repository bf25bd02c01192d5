//! The steps of a resolve in shards on Arrow record batches, as engines such as Spark hand them over.
//!
//! A record travels as `record` (12 bytes, of its source and id), `source` (the place of its source) and `cells` (its texts in the
//! order of the source's columns). Keys are 64 bits, which Arrow's signed numbers carry as they are. Texts, bytes and lists come with
//! offsets of 32 bits, or of 64 where the engine is told to use large types.

use super::tables;
use crate::error::{Code, Error, Result};
use crate::profile::ProfileId;
use crate::record::{Column, ColumnBuilder, Table};
use crate::resolve::{Blocks, Resolution, ShardLink, Shards, components, equal_key};
use arrow_array::builder::{BinaryBuilder, Int64Builder, ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int32Array, Int64Array, LargeBinaryArray, LargeListArray,
    ListArray, PrimitiveArray, RecordBatch,
};
use arrow_schema::ArrowError;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

fn broken(error: &ArrowError) -> Error {
    Error::new(Code::InvalidInput, error.to_string())
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .map_err(|error| broken(&error))
}

fn column<'b, A>(batch: &'b RecordBatch, name: &str, read: impl Fn(&'b dyn Array) -> Option<A>) -> Result<A> {
    let array = batch.column_by_name(name).and_then(|array| read(array.as_ref()));
    array.ok_or_else(|| Error::new(Code::InvalidInput, "the column is not there, or of another type").field(name))
}

/// A column of ids.
#[derive(Clone, Copy)]
enum Ids<'b> {
    Small(&'b BinaryArray),
    Large(&'b LargeBinaryArray),
}

impl Ids<'_> {
    fn is_valid(self, row: usize) -> bool {
        match self {
            Ids::Small(array) => array.is_valid(row),
            Ids::Large(array) => array.is_valid(row),
        }
    }

    fn at(self, row: usize) -> Result<ProfileId> {
        let bytes = match self {
            Ids::Small(array) => array.value(row),
            Ids::Large(array) => array.value(row),
        };
        let id = ProfileId::try_from(bytes).ok().filter(|_| self.is_valid(row));
        id.ok_or_else(|| Error::new(Code::InvalidInput, "this names no record").row(row as u64))
    }
}

fn ids<'b>(batch: &'b RecordBatch, name: &str) -> Result<Ids<'b>> {
    column(batch, name, |array| {
        let large = || array.as_binary_opt::<i64>().map(Ids::Large);
        array.as_binary_opt::<i32>().map(Ids::Small).or_else(large)
    })
}

/// A column of lists.
#[derive(Clone, Copy)]
enum Lists<'b> {
    Small(&'b ListArray),
    Large(&'b LargeListArray),
}

impl Lists<'_> {
    fn at(self, row: usize) -> ArrayRef {
        match self {
            Lists::Small(array) => array.value(row),
            Lists::Large(array) => array.value(row),
        }
    }
}

fn lists<'b>(batch: &'b RecordBatch, name: &str) -> Result<Lists<'b>> {
    column(batch, name, |array| {
        let large = || array.as_list_opt::<i64>().map(Lists::Large);
        array.as_list_opt::<i32>().map(Lists::Small).or_else(large)
    })
}

fn longs<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b PrimitiveArray<Int64Type>> {
    column(batch, name, |array| array.as_primitive_opt::<Int64Type>())
}

fn binary<'v>(values: impl Iterator<Item = Option<&'v [u8]>>) -> ArrayRef {
    Arc::new(values.collect::<BinaryArray>())
}

/// Tables of all sources, these with rows.
fn all_tables(shards: &Shards, mut mine: Vec<Table>) -> Vec<Table> {
    let mut of = |head: &Table| {
        let place = mine.iter().position(|table| table.source() == head.source());
        place.map_or_else(|| head.clone(), |place| mine.swap_remove(place))
    };
    shards.heads().iter().map(&mut of).collect()
}

/// Rows of a source: `record`, `record_id`, `source`, `cells`, `keys`; `equal`, the same for rows that are equal in all that is
/// compared, and `equal_key`, under which those beyond the first few meet the first.
///
/// # Errors
/// Those of [`super::arrow::to_table`] and of [`Shards::sought`].
pub fn sought(shards: &Shards, source: &str, batches: &[RecordBatch]) -> Result<RecordBatch> {
    let table = super::arrow::to_table(source, batches)?;
    let place = shards.heads().iter().position(|head| head.source() == source).unwrap_or_default();
    let names = |table: &Table| table.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>();
    if shards.heads().get(place).map(names) != Some(names(&table)) {
        return Err(Error::new(Code::InvalidInput, "the source has other columns than before").source(source));
    }
    let (mut cells, mut keys) = (ListBuilder::new(StringBuilder::new()), ListBuilder::new(Int64Builder::new()));
    let columns: Vec<Column> = table.columns().to_vec();
    let rows = table.len();
    let sought = shards.sought(&all_tables(shards, vec![table]))?;
    for (row, one) in sought.iter().enumerate() {
        cells.append_value(columns.iter().map(|column| column.get(row)));
        keys.append_value(one.keys.iter().map(|&key| Some(key as i64)));
    }
    batch(vec![
        ("record", binary(sought.iter().map(|one| Some(&one.record[..])))),
        ("record_id", tables::text(sought.iter().map(|one| Some(one.record_id.as_str())))),
        ("source", Arc::new(Int32Array::from(vec![place as i32; rows]))),
        ("cells", Arc::new(cells.finish())),
        ("keys", Arc::new(keys.finish())),
        ("equal", binary(sought.iter().map(|one| one.equal.as_ref().map(|equal| &equal[..])))),
        (
            "equal_key",
            Arc::new(Int64Array::from_iter(sought.iter().map(|one| Some(equal_key(one.equal.as_ref()?) as i64)))),
        ),
    ])
}

/// Adds `record`s under `key`s; gives the pairs `a`, `b` that an identifier value joins.
///
/// # Errors
/// `invalid_input`.
pub fn add_keys(blocks: &mut Blocks, rows: &RecordBatch) -> Result<RecordBatch> {
    let (keys, records) = (longs(rows, "key")?, ids(rows, "record")?);
    let (mut a, mut b) = (BinaryBuilder::new(), BinaryBuilder::new());
    for row in 0..rows.num_rows() {
        let record = records.at(row)?;
        if let Some(first) = blocks.add(keys.value(row) as u64, record) {
            a.append_value(first);
            b.append_value(record);
        }
    }
    batch(vec![("a", Arc::new(a.finish())), ("b", Arc::new(b.finish()))])
}

/// The blocks that formed: `key`, `record`.
///
/// # Errors
/// `invalid_input`.
pub fn formed(blocks: &Blocks) -> Result<RecordBatch> {
    let (mut keys, mut records) = (Int64Builder::new(), BinaryBuilder::new());
    for (key, members) in blocks.formed() {
        for member in members {
            keys.append_value(key as i64);
            records.append_value(member);
        }
    }
    batch(vec![("key", Arc::new(keys.finish())), ("record", Arc::new(records.finish()))])
}

/// Records that came as cells: their tables, and their numbers there.
struct Rows {
    columns: Vec<Vec<ColumnBuilder>>,
    /// The source and the row of each record, in order of first sight.
    places: Vec<(usize, u32)>,
    numbers: HashMap<ProfileId, u32>,
    lengths: Vec<u32>,
}

impl Rows {
    fn new(shards: &Shards) -> Rows {
        let builders = |head: &Table| head.columns().iter().map(|column| ColumnBuilder::new(column.name())).collect();
        Rows {
            columns: shards.heads().iter().map(builders).collect(),
            lengths: vec![0; shards.heads().len()],
            places: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// Adds the record of a row, if it is new; tells its place among all, and whether it is new.
    fn add(&mut self, record: ProfileId, source: i32, cells: &dyn Array) -> Result<(u32, bool)> {
        let next = self.places.len() as u32;
        let number = *self.numbers.entry(record).or_insert(next);
        if number != next {
            return Ok((number, false));
        }
        let wrong = || Error::new(Code::InvalidInput, "the cells of a record are not those of its source");
        let source = source as usize;
        let columns = self.columns.get_mut(source).filter(|columns| columns.len() == cells.len()).ok_or_else(wrong)?;
        match (cells.as_string_opt::<i32>(), cells.as_string_opt::<i64>()) {
            (Some(texts), _) => columns.iter_mut().zip(texts).for_each(|(column, text)| column.push(text)),
            (_, Some(texts)) => columns.iter_mut().zip(texts).for_each(|(column, text)| column.push(text)),
            _ => return Err(wrong()),
        }
        self.places.push((source, self.lengths[source]));
        self.lengths[source] += 1;
        Ok((number, true))
    }

    /// The tables, and the number of each record in the input.
    fn finish(self, shards: &Shards) -> Result<(Vec<Table>, Vec<u32>)> {
        let offsets: Vec<u32> =
            self.lengths.iter().scan(0, |sum, length| Some(std::mem::replace(sum, *sum + length))).collect();
        let tables =
            shards.heads().iter().zip(self.columns).map(|(head, columns)| {
                Table::new(head.source(), columns.into_iter().map(ColumnBuilder::finish).collect())
            });
        let numbers = self.places.iter().map(|&(source, row)| offsets[source] + row).collect();
        Ok((tables.collect::<Result<_>>()?, numbers))
    }
}

/// The links of the model: `a`, `b`, `weight` (nats), `spans`, of rows with `key` (that of a block), `record`, `source`, `cells` and
/// `keys` (those of all blocks that the record is in).
///
/// # Errors
/// `invalid_input`, those of [`Shards::score`].
pub fn score(shards: &Shards, batches: &[RecordBatch]) -> Result<RecordBatch> {
    let (mut rows, mut met, mut groups) = (Rows::new(shards), Vec::new(), BTreeMap::<u64, Vec<u32>>::new());
    let mut records = Vec::new();
    for batch in batches {
        let (keys, ids) = (longs(batch, "key")?, ids(batch, "record")?);
        let sources = column(batch, "source", |array| array.as_primitive_opt::<Int32Type>())?;
        let (cells, all) = (lists(batch, "cells")?, lists(batch, "keys")?);
        for row in 0..batch.num_rows() {
            let record = ids.at(row)?;
            let (number, is_new) = rows.add(record, sources.value(row), cells.at(row).as_ref())?;
            if is_new {
                let list = all.at(row);
                let list = list.as_primitive_opt::<Int64Type>().map_or(&[][..], |list| &list.values()[..]);
                let mut keys: Vec<u64> = list.iter().map(|&key| key as u64).collect();
                keys.sort_unstable();
                met.push(keys);
                records.push(record);
            }
            groups.entry(keys.value(row) as u64).or_default().push(number);
        }
    }
    let (tables, numbers) = rows.finish(shards)?;
    let place = places(&numbers);
    groups.values_mut().flatten().for_each(|number| *number = numbers[*number as usize]);
    let met: Vec<Vec<u64>> = place.iter().map(|&place| std::mem::take(&mut met[place as usize])).collect();
    let links = shards.score(&tables, &met, &groups)?;
    let end = |of: fn(&ShardLink) -> u32| {
        binary(links.iter().map(|link| Some(&records[place[of(link) as usize] as usize][..])))
    };
    batch(vec![
        ("a", end(|link| link.a)),
        ("b", end(|link| link.b)),
        ("weight", Arc::new(Float64Array::from_iter_values(links.iter().map(|link| link.weight)))),
        ("spans", Arc::new(BooleanArray::from_iter(links.iter().map(|link| Some(link.spans))))),
    ])
}

/// From the number of each in the input, the place of each number.
fn places(numbers: &[u32]) -> Vec<u32> {
    let mut places = vec![0; numbers.len()];
    (0..).zip(numbers).for_each(|(place, &number)| places[number as usize] = place);
    places
}

/// The profiles of whole components: of rows with `record`, `source` and `cells`, and of rows with `record`, `other` and `weight`
/// (nats), which are links.
///
/// # Errors
/// `invalid_input`, those of [`Shards::join`].
pub fn join(shards: &Shards, batches: &[RecordBatch]) -> Result<Resolution> {
    let (mut rows, mut pairs) = (Rows::new(shards), Vec::new());
    for batch in batches {
        let (ids, others) = (ids(batch, "record")?, self::ids(batch, "other")?);
        let sources = column(batch, "source", |array| array.as_primitive_opt::<Int32Type>())?;
        let cells = lists(batch, "cells")?;
        let weights = column(batch, "weight", |array| array.as_primitive_opt::<Float64Type>())?;
        for row in 0..batch.num_rows() {
            let record = ids.at(row)?;
            if others.is_valid(row) {
                pairs.push((record, others.at(row)?, weights.value(row)));
            } else {
                rows.add(record, sources.value(row), cells.at(row).as_ref())?;
            }
        }
    }
    let known = std::mem::take(&mut rows.numbers);
    let (tables, numbers) = rows.finish(shards)?;
    let number = |record: &ProfileId| known.get(record).map(|&place| numbers[place as usize]);
    let links: Option<Vec<_>> = pairs.iter().map(|(a, b, weight)| Some((number(a)?, number(b)?, *weight))).collect();
    let lost = || Error::new(Code::InvalidInput, "a link is not with its records");
    shards.join(&tables, &links.ok_or_else(lost)?)
}

/// `record` and `component`, of pairs `a`, `b`.
///
/// # Errors
/// `invalid_input`.
pub fn joined(batches: &[RecordBatch]) -> Result<RecordBatch> {
    let mut pairs = Vec::new();
    for batch in batches {
        let (a, b) = (ids(batch, "a")?, ids(batch, "b")?);
        for row in 0..batch.num_rows() {
            pairs.push((a.at(row)?, b.at(row)?));
        }
    }
    let found = components(&pairs);
    batch(vec![
        ("record", binary(found.iter().map(|(record, _)| Some(&record[..])))),
        ("component", binary(found.iter().map(|(_, component)| Some(&component[..])))),
    ])
}
