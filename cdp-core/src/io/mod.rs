//! Reading and writing: CSV, JSON lines, Parquet, Arrow. Nothing below imports this.
//!
//! Everything becomes a [`Table`] of texts; what the texts mean is the schema's business. Formats are cargo features:
//! `csv` (on by default), `arrow`, `parquet` (which includes `arrow`); JSON lines are always there.

// Effects belong to the edges; this is one.
#![allow(clippy::disallowed_methods)]

#[cfg(feature = "arrow")]
pub mod arrow;
pub mod config;
#[cfg(feature = "csv")]
pub mod csv;
pub mod decisions;
pub mod jsonl;
pub mod model;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "arrow")]
pub mod tables;

use crate::error::{Code, Error, Result};
use crate::record::Table;
use std::fs::File;
use std::path::Path;

/// Reads a file, by its extension: `.csv`, `.tsv` or `.txt` (delimited text), `.jsonl` or `.ndjson`, `.parquet`.
///
/// The source is named `source`, or after the file without its extension.
///
/// # Errors
/// `io` if the file cannot be opened or read; `invalid_input` for an unknown extension or a broken file, with its line
/// and column; `empty_input` without any row; `value_too_large`.
pub fn read(path: impl AsRef<Path>, source: Option<&str>) -> Result<Table> {
    let path = path.as_ref();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let source = source.unwrap_or(&stem);
    read_by_extension(path, source).map_err(|error| error.file(file_name(path)))
}

fn read_by_extension(path: &Path, source: &str) -> Result<Table> {
    match extension(path).as_str() {
        #[cfg(feature = "csv")]
        "csv" | "tsv" | "txt" => csv::read(open(path)?, source),
        "jsonl" | "ndjson" => jsonl::read(open(path)?, source),
        #[cfg(feature = "parquet")]
        "parquet" => parquet::read(path, source),
        other => Err(unknown_format(other)),
    }
}

/// Writes a record batch, by the extension of the path: `.csv`, `.jsonl` or `.ndjson`, `.parquet`. A file of that name is
/// replaced.
///
/// # Errors
/// `io` if the file cannot be written; `invalid_input` for an unknown extension.
#[cfg(feature = "arrow")]
pub fn write(path: impl AsRef<Path>, batch: &arrow_array::RecordBatch) -> Result<()> {
    let path = path.as_ref();
    let create = || File::create(path).map_err(|error| system_error(&error));
    let written = match extension(path).as_str() {
        #[cfg(feature = "csv")]
        "csv" => create().and_then(|file| csv::write(file, batch)),
        "jsonl" | "ndjson" => create().and_then(|file| jsonl::write(file, batch)),
        #[cfg(feature = "parquet")]
        "parquet" => create().and_then(|file| parquet::write(file, batch)),
        other => Err(unknown_format(other)),
    };
    written.map_err(|error| error.file(file_name(path)))
}

/// Writes a text as a file; a file of that name is replaced.
///
/// # Errors
/// `io`, naming the file.
pub fn write_text(path: impl AsRef<Path>, text: &str) -> Result<()> {
    let path = path.as_ref();
    std::fs::write(path, text).map_err(|error| system_error(&error).file(file_name(path)))
}

/// Reads a file of UTF-8 text.
///
/// # Errors
/// `io`, naming the file.
pub fn read_text(path: impl AsRef<Path>) -> Result<String> {
    let path = path.as_ref();
    std::fs::read_to_string(path).map_err(|error| system_error(&error).file(file_name(path)))
}

/// The extension of a path in lower case, empty where there is none.
fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// A path as errors name it.
fn file_name(path: &Path) -> String {
    path.display().to_string()
}

fn unknown_format(extension: &str) -> Error {
    let mut formats = vec![".jsonl"];
    if cfg!(feature = "csv") {
        formats.extend([".csv", ".tsv"]);
    }
    if cfg!(feature = "parquet") {
        formats.push(".parquet");
    }
    Error::new(Code::InvalidInput, format!("the extension '{extension}' is not a format this build knows"))
        .help(format!("the formats are: {}", formats.join(", ")))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| system_error(&error))
}

/// What the operating system said, as the error `io`.
fn system_error(error: &std::io::Error) -> Error {
    let error_text = error.to_string();
    // "No such file or directory (os error 2)" -> "no such file or directory"
    let words = error_text.split(" (os error").next().unwrap_or_default();
    let mut chars = words.chars();
    let reason: String = chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    Error::new(Code::Io, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named() {
        let error = read("no/such/file.csv", None).unwrap_err();
        assert_eq!(error.to_string(), "file 'no/such/file.csv': no such file or directory");
        assert_eq!(error.code(), Code::Io);
    }

    #[test]
    fn an_unknown_extension_lists_the_formats() {
        let error = read("customers.xlsx", None).unwrap_err();
        assert_eq!(error.code(), Code::InvalidInput);
        assert!(
            error.to_string().starts_with("file 'customers.xlsx': the extension 'xlsx' is not a format"),
            "{error}"
        );
    }

    #[cfg(feature = "arrow")]
    #[test]
    fn what_is_written_is_read_back() {
        let mut formats = vec!["csv", "jsonl"];
        if cfg!(feature = "parquet") {
            formats.push("parquet");
        }
        let directory = std::env::temp_dir().join(format!("cdp-io-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let numbers = arrow_array::Int64Array::from(vec![Some(1), None]);
        let batch = tables::batch(vec![
            ("name", tables::text([Some("Ann \"A\", Lyon"), None].into_iter())),
            ("size", std::sync::Arc::new(numbers)),
        ])
        .unwrap();
        for format in formats {
            let path = directory.join(format!("out.{format}"));
            write(&path, &batch).unwrap();
            let table = read(&path, None).unwrap();
            assert_eq!(table.source(), "out");
            assert_eq!(table.column("name").unwrap().iter().collect::<Vec<_>>(), [Some("Ann \"A\", Lyon"), None]);
            assert_eq!(table.column("size").unwrap().iter().collect::<Vec<_>>(), [Some("1"), None]);
        }
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
