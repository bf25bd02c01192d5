//! Arrow record batches: to tables of texts. The same value gives the same text whatever type carried it.
//!
//! Whole floating numbers are written without `.0`, because data frames turn a column of numbers with gaps (postal codes,
//! identifiers) into floating point. Dates are ISO 8601 (`1980-05-12`); so are timestamps, those at midnight without a
//! time zone as their date alone, those with a time zone in its local time with the offset, so that midnight keeps its day
//! (in UTC, with a final `Z`, where the zone is unknown to the system).

use super::arrow_lists;
use crate::error::{Code, Error, Result};
use crate::progress::Control;
use crate::record::{Column, Interner, NULL, Table, TextPool, inexact, is_exact};
use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions::as_datetime;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray, RecordBatch};
use arrow_schema::{DataType, Field, TimeUnit};
use jiff::tz::TimeZone;
use rayon::prelude::*;
use std::fmt::{Display, Write};

/// Rows of a column read between two looks at the cancel flag.
pub(super) const BATCH_ROWS: usize = 64 * 1024;

/// The text form of record batches of one schema, as one source. No batches give a table without columns.
///
/// Accepted are text of every layout, whole, floating and decimal numbers, booleans, dates, times, timestamps, dictionaries
/// of these, the null type, and lists, which are kept as their JSON, as in JSON lines; an empty one is missing. Not-a-number is a missing
/// value. Columns that pandas adds for an index without a name (`__index_level_0__`) are left out. So are columns of any other type
/// (structures, bytes): [`Table::left_out`] says why, and `summary.warnings` of a result says so too.
///
/// # Errors
/// `invalid_input` where no column can be read, for two columns of one name and for batches whose columns differ;
/// `value_too_large`.
pub fn to_table(source: &str, batches: &[RecordBatch]) -> Result<Table> {
    to_table_with(source, batches, &Control::default())
}

/// [`to_table`], stopped by `control`.
///
/// # Errors
/// Those of [`to_table`], `cancelled`, `memory_limit`.
pub fn to_table_with(source: &str, batches: &[RecordBatch], control: &Control) -> Result<Table> {
    let Some(first) = batches.first() else {
        return Table::new(source, Vec::new());
    };
    let schema = first.schema();
    if batches.iter().any(|batch| batch.num_columns() != schema.fields().len()) {
        return Err(Error::new(Code::InvalidInput, "the record batches have different columns").source(source));
    }
    let columns: Vec<Result<(String, Result<Column>)>> = (0..schema.fields().len())
        .into_par_iter()
        .filter(|&index| !is_unnamed_index(schema.field(index).name()))
        .map(|index| {
            let chunks = || Ok(batches.iter().map(|batch| Ok(batch.column(index).clone())));
            readable(source, schema.field(index), chunks, control)
        })
        .collect();
    Table::of_readable(source, columns.into_iter().collect::<Result<_>>()?)
}

/// The table of one record batch that is written: a column that cannot be is an error.
pub(super) fn whole_table(batch: &RecordBatch) -> Result<Table> {
    let table = to_table("", std::slice::from_ref(batch))?;
    match table.left_out().first() {
        Some((_, error)) => Err(error.clone()),
        None => Ok(table),
    }
}

/// A column with its name; inside, why it cannot be read, where its type has no text form.
pub(super) fn readable<C: Iterator<Item = Result<ArrayRef>>>(
    source: &str,
    field: &Field,
    chunks: impl FnOnce() -> Result<C>,
    control: &Control,
) -> Result<(String, Result<Column>)> {
    let name = field.name();
    let place = |error| located(error, source, name);
    let column = match check_type(field.data_type()).and_then(|()| check_meaning(field)) {
        Ok(()) => Ok(chunks().and_then(|chunks| to_column(name, chunks, control)).map_err(place)?),
        Err(error) => Err(place(error)),
    };
    Ok((name.clone(), column))
}

/// An error with its place, if it is about a column.
fn located(error: Error, source: &str, column: &str) -> Error {
    if super::stopped(&error) { error } else { error.source(source).field(column) }
}

pub(super) fn is_unnamed_index(name: &str) -> bool {
    name.strip_prefix("__index_level_").is_some_and(|rest| rest.ends_with("__"))
}

/// One column from its chunks, which may be read as they are asked for.
fn to_column(name: &str, chunks: impl Iterator<Item = Result<ArrayRef>>, control: &Control) -> Result<Column> {
    let mut texts = Texts::default();
    for chunk in chunks {
        let chunk = chunk?;
        // A slice of a dictionary would have the whole dictionary looked at again.
        let rows = if chunk.as_any_dictionary_opt().is_some() { chunk.len() } else { BATCH_ROWS };
        for start in (0..chunk.len()).step_by(rows.max(1)) {
            control.check()?;
            texts.append(&chunk.slice(start, rows.min(chunk.len() - start)))?;
        }
    }
    let (codes, texts) = texts.finish();
    Ok(Column::from_codes(name, codes, texts))
}

/// A column under construction.
#[derive(Default)]
pub(super) struct Texts {
    codes: Vec<u32>,
    interner: Interner,
    buffer: String,
}

impl Texts {
    fn push(&mut self, value: Option<&str>) {
        let code = match value {
            Some(text) if !text.trim().is_empty() => self.interner.intern(text),
            _ => NULL,
        };
        self.codes.push(code);
    }

    fn push_display(&mut self, value: Option<impl Display>) {
        let Some(value) = value else {
            return self.push(None);
        };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        // Writing to a String cannot fail.
        let _ = write!(buffer, "{value}");
        self.push(Some(&buffer));
        self.buffer = buffer;
    }

    /// A code per row, and the texts that the codes are of.
    pub(super) fn finish(self) -> (Vec<u32>, TextPool) {
        (self.codes, self.interner.into_pool())
    }

    pub(super) fn append(&mut self, array: &dyn Array) -> Result<()> {
        self.codes.reserve(array.len());
        match array.data_type() {
            DataType::Null => self.codes.extend(std::iter::repeat_n(NULL, array.len())),
            DataType::Utf8 => array.as_string::<i32>().iter().for_each(|value| self.push(value)),
            DataType::LargeUtf8 => array.as_string::<i64>().iter().for_each(|value| self.push(value)),
            DataType::Utf8View => array.as_string_view().iter().for_each(|value| self.push(value)),
            DataType::Boolean => array.as_boolean().iter().for_each(|value| self.push_display(value)),
            DataType::Int8 => self.numbers::<Int8Type>(array),
            DataType::Int16 => self.numbers::<Int16Type>(array),
            DataType::Int32 => self.numbers::<Int32Type>(array),
            DataType::Int64 => self.numbers::<Int64Type>(array),
            DataType::UInt8 => self.numbers::<UInt8Type>(array),
            DataType::UInt16 => self.numbers::<UInt16Type>(array),
            DataType::UInt32 => self.numbers::<UInt32Type>(array),
            DataType::UInt64 => self.numbers::<UInt64Type>(array),
            DataType::Float16 => {
                return self.floats(array.as_primitive::<Float16Type>(), |value| f64::from(f32::from(value)));
            }
            DataType::Float32 => return self.floats(array.as_primitive::<Float32Type>(), |value| value),
            DataType::Float64 => return self.floats(array.as_primitive::<Float64Type>(), |value| value),
            DataType::Decimal32(..) => self.decimals::<Decimal32Type>(array),
            DataType::Decimal64(..) => self.decimals::<Decimal64Type>(array),
            DataType::Decimal128(..) => self.decimals::<Decimal128Type>(array),
            DataType::Decimal256(..) => self.decimals::<Decimal256Type>(array),
            DataType::Date32 => return self.dates::<Date32Type>(array),
            DataType::Date64 => return self.dates::<Date64Type>(array),
            DataType::Time32(TimeUnit::Second) => self.times::<Time32SecondType>(array),
            DataType::Time32(_) => self.times::<Time32MillisecondType>(array),
            DataType::Time64(TimeUnit::Microsecond) => self.times::<Time64MicrosecondType>(array),
            DataType::Time64(_) => self.times::<Time64NanosecondType>(array),
            DataType::Timestamp(TimeUnit::Second, zone) => {
                return self.timestamps::<TimestampSecondType>(array, zone.as_deref());
            }
            DataType::Timestamp(TimeUnit::Millisecond, zone) => {
                return self.timestamps::<TimestampMillisecondType>(array, zone.as_deref());
            }
            DataType::Timestamp(TimeUnit::Microsecond, zone) => {
                return self.timestamps::<TimestampMicrosecondType>(array, zone.as_deref());
            }
            DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
                return self.timestamps::<TimestampNanosecondType>(array, zone.as_deref());
            }
            DataType::Dictionary(..) => return self.dictionary(array),
            other => match arrow_lists::elements(other) {
                Some(elements) => return self.lists(array, elements),
                None => return Err(refusal(other)),
            },
        }
        Ok(())
    }

    fn numbers<T: ArrowPrimitiveType<Native: Display>>(&mut self, array: &dyn Array) {
        array.as_primitive::<T>().iter().for_each(|value| self.push_display(value));
    }

    /// `Display` writes whole numbers without `.0`, and never an exponent.
    fn floats<T, F>(&mut self, array: &PrimitiveArray<T>, widen: impl Fn(T::Native) -> F) -> Result<()>
    where
        T: ArrowPrimitiveType,
        F: Display + Copy + Into<f64>,
    {
        for value in array {
            let float = value.map(&widen).filter(|&float| !float.into().is_nan());
            if float.is_some_and(|float| !is_exact(float.into())) {
                let lost = inexact(Code::InvalidInput).row(self.codes.len() as u64);
                return Err(lost.help("keep identifiers as text, or as whole numbers: Int64 has gaps in pandas too"));
            }
            self.push_display(float);
        }
        Ok(())
    }

    fn decimals<T: DecimalType>(&mut self, array: &dyn Array) {
        let array = array.as_primitive::<T>();
        (0..array.len()).for_each(|row| self.push_display(array.is_valid(row).then(|| array.value_as_string(row))));
    }

    fn times<T: ArrowTemporalType>(&mut self, array: &dyn Array)
    where
        i64: From<T::Native>,
    {
        let array = array.as_primitive::<T>();
        (0..array.len())
            .for_each(|row| self.push_display(array.is_valid(row).then(|| array.value_as_time(row)).flatten()));
    }

    fn dates<T: ArrowTemporalType>(&mut self, array: &dyn Array) -> Result<()>
    where
        i64: From<T::Native>,
    {
        let array = array.as_primitive::<T>();
        let first = self.codes.len();
        for row in 0..array.len() {
            let date = match array.is_valid(row) {
                true => Some(array.value_as_date(row).ok_or_else(|| out_of_range(first + row))?),
                false => None,
            };
            self.push_display(date);
        }
        Ok(())
    }

    fn timestamps<T: ArrowTimestampType>(&mut self, array: &dyn Array, zone: Option<&str>) -> Result<()> {
        let first = self.codes.len();
        let local = zone.and_then(time_zone);
        for (row, value) in array.as_primitive::<T>().iter().enumerate() {
            let Some(value) = value else {
                self.push(None);
                continue;
            };
            let at = as_datetime::<T>(value).ok_or_else(|| out_of_range(first + row))?;
            let seconds = local.as_ref().map_or(0, |local| offset_at(local, at.and_utc().timestamp()));
            let shifted = value.saturating_add(i64::from(seconds) * units_per_second(T::UNIT));
            match (zone, as_datetime::<T>(shifted).filter(|_| seconds != 0)) {
                (Some(_), Some(local)) => {
                    let local = local.format("%Y-%m-%dT%H:%M:%S%.f");
                    self.push_display(Some(format_args!("{local}{}", offset_text(seconds))));
                }
                (Some(_), None) => self.push_display(Some(at.format("%Y-%m-%dT%H:%M:%S%.fZ"))),
                (None, _) if at.time() == Default::default() => self.push_display(Some(at.date())),
                (None, _) => self.push_display(Some(at.format("%Y-%m-%dT%H:%M:%S%.f"))),
            }
        }
        Ok(())
    }

    fn lists(&mut self, array: &dyn Array, elements: &DataType) -> Result<()> {
        arrow_lists::check(elements)?;
        for row in 0..array.len() {
            let place = self.codes.len() as u64;
            let text = arrow_lists::text(array, row).map_err(|error| error.row(place))?;
            self.push(text.as_deref());
        }
        Ok(())
    }

    /// Each value of the dictionary is turned into text and interned once, when a row first uses it.
    fn dictionary(&mut self, array: &dyn Array) -> Result<()> {
        let dictionary = array.as_any_dictionary();
        if dictionary.values().is_empty() {
            self.codes.extend(std::iter::repeat_n(NULL, array.len()));
            return check_type(dictionary.values().data_type());
        }
        let mut values = Texts::default();
        values.append(dictionary.values().as_ref())?;
        let texts = values.interner.into_pool();
        let mut interned: Vec<Option<u32>> = vec![None; texts.len()];
        for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
            let value = if array.is_null(row) { NULL } else { values.codes[key] };
            let code = match value {
                NULL => NULL,
                value => *interned[value as usize].get_or_insert_with(|| self.interner.intern(texts.get(value))),
            };
            self.codes.push(code);
        }
        Ok(())
    }
}

/// Refuses a type that has no text form, before any value is read.
fn check_type(data_type: &DataType) -> Result<()> {
    Texts::default().append(&arrow_array::new_empty_array(data_type))
}

/// Refuses a column whose numbers have another meaning than theirs: periods are counted from 1970.
fn check_meaning(field: &Field) -> Result<()> {
    match field.extension_type_name() {
        Some("pandas.period" | "arrow.period") => {
            Err(Error::new(Code::InvalidInput, "columns of periods cannot be read")
                .help("make them texts: frame[column] = frame[column].astype(str)"))
        }
        _ => Ok(()),
    }
}

/// What the Arrow library said.
pub(crate) fn error(error: arrow_schema::ArrowError) -> Error {
    Error::new(Code::InvalidInput, error.to_string())
}

fn out_of_range(row: usize) -> Error {
    Error::new(Code::InvalidInput, "the date is outside the years that can be written").row(row as u64)
}

pub(super) fn refusal(data_type: &DataType) -> Error {
    let help = match data_type {
        DataType::Struct(_) | DataType::Map(..) => "give each part its own column",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "decode it to text, or leave the column out"
        }
        _ => "convert it to text, or leave the column out",
    };
    Error::new(Code::InvalidInput, format!("columns of the Arrow type {data_type} cannot be read")).help(help)
}

/// The time zone of a column: a name (`Europe/Paris`) or an offset (`+02:00`); `None` where the system does not know it.
fn time_zone(name: &str) -> Option<TimeZone> {
    jiff::fmt::temporal::DateTimeParser::new().parse_time_zone(name).ok()
}

/// How many seconds local time is ahead of UTC.
fn offset_at(zone: &TimeZone, second: i64) -> i32 {
    jiff::Timestamp::from_second(second).map_or(0, |at| zone.to_offset(at).seconds())
}

/// `+02:00`; before there were time zones also `+00:09:21`.
fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) = (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    let end = if rest == 0 { String::new() } else { format!(":{rest:02}") };
    format!("{sign}{hours:02}:{minutes:02}{end}")
}

fn units_per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::*;
    use std::sync::Arc;

    /// The texts of one column made of these chunks.
    fn texts(chunks: Vec<ArrayRef>) -> Vec<Option<String>> {
        let batches: Vec<RecordBatch> = chunks
            .into_iter()
            .map(|chunk| RecordBatch::try_from_iter_with_nullable([("c", chunk, true)]).unwrap())
            .collect();
        let table = to_table("crm", &batches).unwrap();
        table.columns()[0].iter().map(|value| value.map(str::to_owned)).collect()
    }

    fn some(values: &[&str]) -> Vec<Option<String>> {
        values.iter().map(|&value| (!value.is_empty()).then(|| value.to_owned())).collect()
    }

    #[test]
    fn text_of_every_layout() {
        let values = [Some("Lyon"), None, Some(" "), Some("Nice"), Some("Lyon")];
        let dictionary: DictionaryArray<Int8Type> = values.into_iter().collect();
        let layouts: [ArrayRef; 4] = [
            Arc::new(StringArray::from(values.to_vec())),
            Arc::new(LargeStringArray::from(values.to_vec())),
            Arc::new(StringViewArray::from(values.to_vec())),
            Arc::new(dictionary),
        ];
        for layout in layouts {
            assert_eq!(texts(vec![layout]), some(&["Lyon", "", "", "Nice", "Lyon"]));
        }
    }

    #[test]
    fn dictionaries_of_several_batches_share_codes_and_unused_words_are_dropped() {
        let unused: ArrayRef = Arc::new(StringArray::from(vec!["unused", "b", "a"]));
        let first = DictionaryArray::new(Int32Array::from(vec![Some(2), None, Some(1)]), unused);
        let second: DictionaryArray<Int32Type> = ["b", "a"].into_iter().collect();
        let batches = [first, second].map(|d| RecordBatch::try_from_iter([("c", Arc::new(d) as ArrayRef)]).unwrap());
        let table = to_table("crm", &batches).unwrap();
        assert_eq!(table.columns()[0].codes(), [0, NULL, 1, 1, 0]);
        assert_eq!(table.columns()[0].distinct().iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_dictionary_without_words_is_missing_values() {
        let dictionary: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
        assert!(dictionary.values().is_empty());
        assert_eq!(texts(vec![Arc::new(dictionary)]), some(&["", ""]));
    }

    #[test]
    fn numbers() {
        assert_eq!(texts(vec![Arc::new(Int64Array::from(vec![Some(-7), None]))]), some(&["-7", ""]));
        assert_eq!(texts(vec![Arc::new(UInt64Array::from(vec![u64::MAX]))]), some(&["18446744073709551615"]));
        let floats =
            Float64Array::from(vec![Some(75001.0), Some(0.1), Some(f64::NAN), None, Some(-9007199254740991.0)]);
        assert_eq!(texts(vec![Arc::new(floats)]), some(&["75001", "0.1", "", "", "-9007199254740991"]));
        assert_eq!(texts(vec![Arc::new(Float32Array::from(vec![0.1f32]))]), some(&["0.1"]));
        let decimals = Decimal128Array::from(vec![Some(1250), None]).with_precision_and_scale(10, 2).unwrap();
        assert_eq!(texts(vec![Arc::new(decimals)]), some(&["12.50", ""]));
        assert_eq!(texts(vec![Arc::new(BooleanArray::from(vec![true, false]))]), some(&["true", "false"]));
        assert_eq!(texts(vec![Arc::new(NullArray::new(2))]), some(&["", ""]));
    }

    #[test]
    fn a_float_that_may_have_lost_digits_is_refused() {
        let ids: ArrayRef = Arc::new(Float64Array::from(vec![None, Some(1.0), Some(12_345_678_901_234_568.0)]));
        let narrow: ArrayRef = Arc::new(Float32Array::from(vec![1e30f32]));
        for (ids, row) in [(ids.clone(), 2), (narrow, 0), (arrow_dictionary(&ids), 2)] {
            let batch = RecordBatch::try_from_iter_with_nullable([("card", ids, true)]).unwrap();
            assert_eq!(
                to_table("crm", &[batch]).unwrap_err().to_string(),
                format!(
                    "source 'crm', row {row}, field 'card': the number is too large to be read exactly (keep \
                     identifiers as text, or as whole numbers: Int64 has gaps in pandas too)"
                )
            );
        }
        let infinite = Float64Array::from(vec![f64::INFINITY, f64::NEG_INFINITY]);
        assert_eq!(texts(vec![Arc::new(infinite)]), some(&["inf", "-inf"]));
    }

    /// The same values as words of a dictionary, the last word used by the last row.
    fn arrow_dictionary(values: &ArrayRef) -> ArrayRef {
        let keys = Int32Array::from_iter_values(0..values.len() as i32);
        Arc::new(DictionaryArray::new(keys, values.clone()))
    }

    #[test]
    fn dates_and_timestamps() {
        assert_eq!(texts(vec![Arc::new(Date32Array::from(vec![Some(3784), None]))]), some(&["1980-05-12", ""]));
        let midnight = TimestampNanosecondArray::from(vec![3784 * 86_400_000_000_000, 1_500_000_000]);
        assert_eq!(texts(vec![Arc::new(midnight)]), some(&["1980-05-12", "1970-01-01T00:00:01.500"]));
        let zoned = TimestampSecondArray::from(vec![0]).with_timezone("Europe/Paris");
        assert_eq!(texts(vec![Arc::new(zoned)]), some(&["1970-01-01T01:00:00+01:00"]));
        // Local midnight: the day is the local one.
        let born = TimestampMillisecondArray::from(vec![326_930_400_000]).with_timezone("+02:00");
        assert_eq!(texts(vec![Arc::new(born)]), some(&["1980-05-12T00:00:00+02:00"]));
        let utc = TimestampSecondArray::from(vec![0]).with_timezone("UTC");
        assert_eq!(texts(vec![Arc::new(utc)]), some(&["1970-01-01T00:00:00Z"]));
        assert_eq!(texts(vec![Arc::new(Time64MicrosecondArray::from(vec![3_600_000_000]))]), some(&["01:00:00"]));
    }

    #[test]
    fn structures_are_left_out_with_the_remedy() {
        let number: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let part = (Arc::new(Field::new("a", DataType::Int64, true)), number.clone());
        let structure: ArrayRef = Arc::new(StructArray::from(vec![part]));
        let batch = RecordBatch::try_from_iter([("name", structure.clone()), ("a", number)]).unwrap();
        let table = to_table("crm", std::slice::from_ref(&batch)).unwrap();
        assert_eq!(table.columns().iter().map(Column::name).collect::<Vec<_>>(), ["a"]);
        let (name, error) = &table.left_out()[0];
        assert_eq!((name.as_str(), error.code()), ("name", Code::InvalidInput));
        let text = error.to_string();
        assert!(text.starts_with("source 'crm', field 'name': columns of the Arrow type Struct("), "{text}");
        assert!(text.ends_with("cannot be read (give each part its own column)"), "{text}");
        assert_eq!(
            whole_table(&batch).unwrap_err(),
            located(error.clone(), "", "name"),
            "what is written is written whole"
        );
        let alone = RecordBatch::try_from_iter([("name", structure)]).unwrap();
        assert_eq!(to_table("crm", &[alone]).unwrap_err(), *error, "a table of nothing is none");
    }

    #[test]
    fn periods_are_no_numbers() {
        let metadata = [("ARROW:extension:name".to_owned(), "pandas.period".to_owned())];
        let month = Field::new("month", DataType::Int64, true).with_metadata(metadata);
        let schema = Arc::new(arrow_schema::Schema::new(vec![month]));
        let batch = RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from(vec![648]))]).unwrap();
        assert_eq!(
            to_table("crm", &[batch]).unwrap_err().to_string(),
            "source 'crm', field 'month': columns of periods cannot be read (make them texts: frame[column] = \
             frame[column].astype(str))"
        );
    }

    #[test]
    fn the_unnamed_index_of_pandas_is_left_out() {
        let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let batch = RecordBatch::try_from_iter([("a", column.clone()), ("__index_level_0__", column)]).unwrap();
        let table = to_table("crm", &[batch]).unwrap();
        assert_eq!(table.columns().iter().map(Column::name).collect::<Vec<_>>(), ["a"]);
    }
}
