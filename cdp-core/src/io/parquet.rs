//! Parquet files: read in batches, written with Zstandard compression.

use super::{arrow, open, system_error};
use crate::error::{Code, Error, Result};
use crate::record::Table;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow_array::RecordBatch;
use std::io::Write;
use std::path::Path;

/// Rows a batch.
const BATCH_ROWS: usize = 64 * 1024;

/// Reads a Parquet file as one source.
///
/// # Errors
/// `io`; `invalid_input` for a file that is not Parquet or broken, and those of [`arrow::to_table`]; `empty_input`.
pub fn read(path: impl AsRef<Path>, source: &str) -> Result<Table> {
    let file = open(path.as_ref())?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(BATCH_ROWS).build())
        .map_err(|error| parquet_error(error).source(source))?;
    let batches: Vec<RecordBatch> =
        reader.collect::<std::result::Result<_, _>>().map_err(|error| arrow::error(error).source(source))?;
    if batches.is_empty() {
        return Err(Error::new(Code::EmptyInput, "there are no rows").source(source));
    }
    arrow::to_table(source, &batches)
}

/// Writes a record batch as one Parquet file.
///
/// # Errors
/// `io`.
pub fn write(writer: impl Write + Send, batch: &RecordBatch) -> Result<()> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
    let mut writer = ArrowWriter::try_new(writer, batch.schema(), Some(properties)).map_err(parquet_error)?;
    writer.write(batch).and_then(|()| writer.close()).map_err(parquet_error)?;
    Ok(())
}

fn parquet_error(error: ParquetError) -> Error {
    match error {
        ParquetError::External(inner) if inner.is::<std::io::Error>() => {
            inner.downcast_ref().map_or_else(|| Error::new(Code::Io, "cannot be read"), system_error)
        }
        other => Error::new(Code::InvalidInput, other.to_string()).help("is it a complete Parquet file?"),
    }
}
