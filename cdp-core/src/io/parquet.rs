//! Parquet files: read column by column, in batches; written with Zstandard compression.

use super::{arrow, open, system_error};
use crate::error::{Code, Error, Result};
use crate::progress::Control;
use crate::record::Table;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use ::parquet::arrow::{ArrowWriter, ProjectionMask};
use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow_array::{ArrayRef, RecordBatch};
use rayon::prelude::*;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows of a group of a file, as the Parquet library writes them by itself.
const GROUP_ROWS: usize = 1 << 20;

/// Reads a Parquet file as one source: the types are those of [`arrow::to_table`], compression is none, Snappy, Zstandard, gzip
/// or LZ4.
///
/// Each column is read on its own, and turned into text batch by batch: beside the table there are never more than a batch
/// and a compressed page a thread.
///
/// # Errors
/// `io`; `invalid_input` for a file that is not Parquet or broken, and those of [`arrow::to_table`]; `empty_input`.
pub fn read(path: impl AsRef<Path>, source: &str) -> Result<Table> {
    read_with(path, source, &Control::default())
}

/// [`read`], stopped by `control`.
///
/// # Errors
/// Those of [`read`], `cancelled`, `memory_limit`.
pub fn read_with(path: impl AsRef<Path>, source: &str, control: &Control) -> Result<Table> {
    let path = path.as_ref();
    let file = open(path)?;
    let metadata = ArrowReaderMetadata::load(&file, Default::default()).map_err(|e| parquet_error(e).source(source))?;
    if metadata.metadata().file_metadata().num_rows() == 0 {
        return Err(Error::new(Code::EmptyInput, "there are no rows").source(source));
    }
    let fields = metadata.schema().fields();
    let done = AtomicU64::new(0);
    let mut columns: Vec<(usize, Result<_>)> = largest_first(&metadata)
        .into_iter()
        .filter(|&index| !arrow::is_unnamed_index(fields[index].name()))
        .par_bridge()
        .map(|index| {
            let chunks = || column_chunks(path, &metadata, index);
            let column = arrow::readable(source, &fields[index], chunks, control);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let reported = control.report("read", done, fields.len() as u64);
            (index, reported.and(column))
        })
        .collect();
    columns.sort_unstable_by_key(|(index, _)| *index);
    Table::of_readable(source, columns.into_iter().map(|(_, column)| column).collect::<Result<_>>()?)
}

/// The columns by how long they take to read, so that no thread waits for one that began late.
fn largest_first(metadata: &ArrowReaderMetadata) -> Vec<usize> {
    let mut bytes = vec![0; metadata.schema().fields().len()];
    for (leaf, column) in metadata.metadata().row_groups().iter().flat_map(|group| group.columns().iter().enumerate()) {
        let bytes: &mut i64 = &mut bytes[metadata.parquet_schema().get_column_root_idx(leaf)];
        *bytes = bytes.saturating_add(column.uncompressed_size());
    }
    let mut order: Vec<usize> = (0..bytes.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(bytes[index]));
    order
}

/// The batches of one column. Each column opens the file for itself: readers of one handle would share its position.
fn column_chunks(
    path: &Path,
    metadata: &ArrowReaderMetadata,
    index: usize,
) -> Result<impl Iterator<Item = Result<ArrayRef>>> {
    let mask = ProjectionMask::roots(metadata.parquet_schema(), [index]);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(open(path)?, metadata.clone())
        .with_projection(mask)
        .with_batch_size(arrow::BATCH_ROWS)
        .build()
        .map_err(parquet_error)?;
    Ok(reader.map(|batch| batch.map(|batch| batch.column(0).clone()).map_err(|error| broken(&error.to_string()))))
}

/// Writes a record batch as one Parquet file, its columns encoded side by side.
///
/// # Errors
/// `io`.
pub fn write(writer: impl Write + Send, batch: &RecordBatch) -> Result<()> {
    write_groups(writer, batch, GROUP_ROWS).map_err(parquet_error)
}

/// [`write`], with so many rows a group.
fn write_groups(writer: impl Write + Send, batch: &RecordBatch, rows: usize) -> std::result::Result<(), ParquetError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
    let writer = ArrowWriter::try_new(writer, batch.schema(), Some(properties))?;
    let (mut file, groups) = writer.into_serialized_writer()?;
    for (group, start) in (0..batch.num_rows()).step_by(rows).enumerate() {
        // A nested column has several writers.
        let mut writers: Vec<Vec<ArrowColumnWriter>> = batch.columns().iter().map(|_| Vec::new()).collect();
        for (leaf, writer) in groups.create_column_writers(group)?.into_iter().enumerate() {
            writers[file.schema_descr().get_column_root_idx(leaf)].push(writer);
        }
        let rows = batch.slice(start, rows.min(batch.num_rows() - start));
        let encoded = writers.into_par_iter().enumerate().map(|(column, writers)| encode(&rows, column, writers));
        let columns: Vec<Vec<ArrowColumnChunk>> = encoded.collect::<std::result::Result<_, ParquetError>>()?;
        let mut into = file.next_row_group()?;
        columns.into_iter().flatten().try_for_each(|chunk| chunk.append_to_row_group(&mut into))?;
        into.close()?;
    }
    file.close()?;
    Ok(())
}

fn encode(
    rows: &RecordBatch,
    column: usize,
    writers: Vec<ArrowColumnWriter>,
) -> std::result::Result<Vec<ArrowColumnChunk>, ParquetError> {
    let leaves = compute_leaves(rows.schema().field(column), rows.column(column))?;
    let chunk = |(mut writer, leaf): (ArrowColumnWriter, _)| writer.write(&leaf).and_then(|()| writer.close());
    writers.into_iter().zip(leaves).map(chunk).collect()
}

fn parquet_error(error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) if inner.is::<std::io::Error>() => {
            inner.downcast_ref().map_or_else(|| Error::new(Code::Io, "cannot be read"), system_error)
        }
        other => broken(&other.to_string()),
    }
}

/// What the Parquet library said about a file.
fn broken(words: &str) -> Error {
    let help = match words.contains("isabled feature") {
        true => "write it with Snappy or Zstandard compression, or none",
        false => "is it a complete Parquet file? write it again, or give CSV",
    };
    Error::new(Code::InvalidInput, words).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::*;
    use std::path::PathBuf;
    use std::sync::Arc;

    /// A file of these columns, under a name of the test's own.
    fn file(name: &str, columns: Vec<(&str, ArrayRef)>) -> PathBuf {
        let path = std::env::temp_dir().join(format!("cdp-parquet-{}-{name}.parquet", std::process::id()));
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
        write(std::fs::File::create(&path).unwrap(), &batch).unwrap();
        path
    }

    #[test]
    fn what_is_written_in_groups_is_read_back() {
        let list =
            ListArray::from_iter_primitive::<types::Int64Type, _, _>([Some(vec![Some(1), None]), None, Some(vec![])]);
        let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("c")]));
        let whole: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
        let fields = [("a", Arc::clone(&inner)), ("b", whole)]
            .map(|(name, array)| (Arc::new(arrow_schema::Field::new(name, array.data_type().clone(), true)), array));
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            ("text", inner, true),
            ("list", Arc::new(list), true),
            ("structure", Arc::new(StructArray::from(fields.to_vec())), true),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
        for rows in [0, 1, 2, 3] {
            let batch = batch.slice(0, rows);
            let path = std::env::temp_dir().join(format!("cdp-parquet-{}-groups.parquet", std::process::id()));
            write_groups(std::fs::File::create(&path).unwrap(), &batch, 2).unwrap();
            let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&path).unwrap()).unwrap();
            std::fs::remove_file(&path).unwrap();
            assert_eq!(reader.metadata().num_row_groups(), rows.div_ceil(2));
            let read: Vec<RecordBatch> =
                reader.with_batch_size(8).build().unwrap().map(std::result::Result::unwrap).collect();
            let read = read.into_iter().next().unwrap_or_else(|| RecordBatch::new_empty(batch.schema()));
            assert_eq!(read, batch);
        }
    }

    #[test]
    fn typed_columns_become_texts_over_many_batches() {
        let rows = 2 * arrow::BATCH_ROWS + 5;
        let words = |row: usize| ["Lyon", "Nice", "Brest"][row % 3];
        let dictionary: DictionaryArray<types::Int32Type> =
            (0..rows).map(|row| (row != 7).then(|| words(row))).collect();
        let path = file(
            "typed",
            vec![
                ("id", Arc::new(Int64Array::from_iter_values((0..rows).map(|row| row as i64)))),
                ("born", Arc::new(Date32Array::from_iter((0..rows).map(|row| (row % 2 == 0).then_some(3784))))),
                ("city", Arc::new(dictionary)),
                ("zip", Arc::new(Float64Array::from_iter((0..rows).map(|row| (row != 1).then_some(75001.0))))),
                ("vip", Arc::new(BooleanArray::from_iter((0..rows).map(|row| Some(row == 0))))),
            ],
        );
        let table = read(&path, "crm").unwrap();
        std::fs::remove_file(&path).unwrap();
        let row = |row| table.columns().iter().map(|column| column.get(row)).collect::<Vec<_>>();
        assert_eq!(table.len(), rows);
        assert_eq!(row(0), [Some("0"), Some("1980-05-12"), Some("Lyon"), Some("75001"), Some("true")]);
        assert_eq!(row(1), [Some("1"), None, Some("Nice"), None, Some("false")]);
        assert_eq!(table.column("city").unwrap().get(7), None);
        assert!((8..rows).all(|row| table.column("city").unwrap().get(row) == Some(words(row))));
        assert!(table.column("id").unwrap().iter().enumerate().all(|(row, id)| id == Some(row.to_string().as_str())));
    }

    #[test]
    fn lists_are_kept_as_their_json() {
        let tags = [Some(vec![Some(1), Some(2)]), Some(vec![]), None];
        let path =
            file("list", vec![("tags", Arc::new(ListArray::from_iter_primitive::<types::Int32Type, _, _>(tags)))]);
        let table = super::super::read(&path, Some("crm")).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(table.columns()[0].iter().collect::<Vec<_>>(), [Some("[1,2]"), None, None]);
        assert!(table.left_out().is_empty());
    }

    #[test]
    fn a_column_that_has_no_text_is_named_with_file_and_remedy() {
        let words = Arc::new(BinaryArray::from(vec![b"x".as_slice()]));
        let path = file("bytes", vec![("tags", words)]);
        let error = super::super::read(&path, Some("crm")).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("file '{}', source 'crm', field 'tags': columns of", path.display())),
            "{text}"
        );
        assert!(text.contains("decode it to text"), "{text}");
    }

    #[test]
    fn a_row_of_a_later_batch_is_counted_from_the_first() {
        let row = arrow::BATCH_ROWS + 3;
        let days = (0..row + 1).map(|day| if day == row { i32::MAX } else { 0 });
        let path = file("far", vec![("born", Arc::new(Date32Array::from_iter_values(days)))]);
        let error = read(&path, "crm").unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert!(error.to_string().starts_with(&format!("source 'crm', row {row}, field 'born': the date")), "{error}");
    }

    #[test]
    fn broken_and_empty_files_are_told() {
        let path = file("broken", vec![("n", Arc::new(Int64Array::from_iter_values(0..10_000)))]);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let cut = read(&path, "crm").unwrap_err();
        assert_eq!(cut.code(), Code::InvalidInput);
        assert!(cut.to_string().contains("is it a complete Parquet file?"), "{cut}");
        let mut damaged = whole.clone();
        damaged[4..2_000].fill(0xA5);
        std::fs::write(&path, &damaged).unwrap();
        let damaged = read(&path, "crm").unwrap_err();
        assert!(damaged.to_string().starts_with("source 'crm', field 'n': "), "{damaged}");
        let empty = file("empty", vec![("n", Arc::new(Int64Array::from_iter_values(0..0)))]);
        assert_eq!(read(&empty, "crm").unwrap_err().code(), Code::EmptyInput);
        [path, empty].iter().for_each(|path| std::fs::remove_file(path).unwrap());
    }

    #[test]
    fn a_cancelled_read_ends() {
        let path = file("cancelled", vec![("n", Arc::new(Int64Array::from_iter_values(0..10)))]);
        let control = Control::default();
        control.cancel();
        let error = read_with(&path, "crm", &control).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(error.to_string(), "the call was cancelled; no partial result was kept");
    }
}
