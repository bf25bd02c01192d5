//! Reading and writing: CSV, JSON lines, Parquet, Arrow. Nothing below imports this.
//!
//! Everything becomes a [`Table`] of texts; what the texts mean is the schema's business. Formats are cargo features:
//! `csv` (on by default), `arrow`, `parquet` (which includes `arrow`); JSON lines are always there.

// Effects belong to the edges; this is one.
#![allow(clippy::disallowed_methods)]

#[cfg(feature = "csv")]
pub mod activation;
#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(feature = "arrow")]
mod arrow_lists;
pub mod config;
#[cfg(feature = "csv")]
pub mod csv;
pub mod decisions;
#[cfg(feature = "arrow")]
pub mod diff;
#[cfg(feature = "csv")]
mod encoding;
#[cfg(feature = "arrow")]
pub mod figures;
pub mod jsonl;
pub mod memory;
pub mod messages;
pub mod model;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "arrow")]
pub mod shards;
#[cfg(feature = "arrow")]
pub mod sql_tables;
#[cfg(feature = "arrow")]
pub mod tables;

use crate::error::{Code, Error, Result};
use crate::progress::Control;
use crate::record::Table;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Reads a file, by its extension: `.csv`, `.tsv` or `.txt` (delimited text), `.jsonl` or `.ndjson`, `.parquet`.
///
/// The source is named `source`, or after the file without its extension.
///
/// # Errors
/// `io` if the file cannot be opened or read; `invalid_input` for an unknown extension or a broken file, with its line
/// and column; `empty_input` without any row; `value_too_large`.
pub fn read(path: impl AsRef<Path>, source: Option<&str>) -> Result<Table> {
    read_with(path, source, &Control::default())
}

/// [`read`], which tells `control` how far it is and is stopped by it.
///
/// # Errors
/// Those of [`read`], `cancelled`, `memory_limit`.
pub fn read_with(path: impl AsRef<Path>, source: Option<&str>, control: &Control) -> Result<Table> {
    let path = path.as_ref();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let source = source.unwrap_or(&stem);
    read_by_extension(path, source, control).map_err(|error| match stopped(&error) {
        true => error,
        false => error.file(file_name(path)),
    })
}

/// Whether an error is about the whole call, so that no place belongs to it.
fn stopped(error: &Error) -> bool {
    matches!(error.code(), Code::Cancelled | Code::MemoryLimit)
}

/// An error with its source, if it is about one.
fn of_source(error: Error, source: &str) -> Error {
    if stopped(&error) { error } else { error.source(source) }
}

fn read_by_extension(path: &Path, source: &str, control: &Control) -> Result<Table> {
    match extension(path).as_str() {
        #[cfg(feature = "csv")]
        "csv" | "tsv" | "txt" => csv::read(Watched::open(path, control)?, source),
        "jsonl" | "ndjson" => jsonl::read(Watched::open(path, control)?, source),
        #[cfg(feature = "parquet")]
        "parquet" => parquet::read_with(path, source, control),
        other => Err(unknown_format(other, READ)),
    }
}

/// The formats that are read, and those that are written.
const READ: &[&str] = &[
    ".jsonl",
    #[cfg(feature = "csv")]
    ".csv",
    #[cfg(feature = "csv")]
    ".tsv",
    #[cfg(feature = "parquet")]
    ".parquet",
];
#[cfg(feature = "arrow")]
const WRITTEN: &[&str] = &[
    ".jsonl",
    #[cfg(feature = "csv")]
    ".csv",
    #[cfg(feature = "parquet")]
    ".parquet",
];

/// Writes a record batch, by the extension of the path: `.csv`, `.jsonl` or `.ndjson`, `.parquet`. A file of that name is
/// replaced.
///
/// # Errors
/// `io` if the file cannot be written; `invalid_input` for an unknown extension.
#[cfg(feature = "arrow")]
pub fn write(path: impl AsRef<Path>, batch: &arrow_array::RecordBatch) -> Result<()> {
    let path = path.as_ref();
    let create = || File::create(path).map_err(|error| of_path(path, &error));
    let written = match extension(path).as_str() {
        #[cfg(feature = "csv")]
        "csv" => create().and_then(|file| csv::write(file, batch)),
        "jsonl" | "ndjson" => create().and_then(|file| jsonl::write(file, batch)),
        #[cfg(feature = "parquet")]
        "parquet" => create().and_then(|file| parquet::write(file, batch)),
        other => Err(unknown_format(other, WRITTEN)),
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

/// The files with one of these extensions in a folder and in those inside it, in order of path; a path of a file is that file.
pub(crate) fn files_under(path: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let named = |error: std::io::Error| system_error(&error).file(file_name(path));
    if !std::fs::metadata(path).map_err(named)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(named)? {
        let entry = entry.map_err(named)?;
        let path = entry.path();
        // Links to folders are not followed: they can lead back.
        if entry.file_type().map_err(named)?.is_dir() {
            files.extend(files_under(&path, extensions)?);
        } else if !path.is_dir() && extensions.contains(&extension(&path).as_str()) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The extension of a path in lower case, empty where there is none.
fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// A path as errors name it.
fn file_name(path: &Path) -> String {
    path.display().to_string()
}

fn unknown_format(extension: &str, formats: &[&str]) -> Error {
    let verb = if formats == READ { "reads" } else { "writes" };
    Error::new(Code::InvalidInput, format!("the extension '{extension}' is not a format that this build {verb}"))
        .help(format!("the formats are: {}", formats.join(", ")))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| of_path(path, &error))
}

/// What the operating system said of a path, with the remedy where it is none of a file here.
fn of_path(path: &Path, error: &std::io::Error) -> Error {
    let told = system_error(error);
    let text = path.to_string_lossy();
    if text.contains("://") {
        return told.help(
            "only files of this machine are opened: fetch it first, or give the table that another library reads",
        );
    }
    match text.contains(['*', '?']) {
        true => told.help("patterns are not filled in: give each file, by the name of its source"),
        false => told,
    }
}

/// Bytes of a text read between two reports.
const REPORT_BYTES: u64 = 1 << 20;

/// A file that reports how much of it was read, and ends with the control's error where that says so.
struct Watched<'a> {
    file: File,
    control: &'a Control,
    done: u64,
    total: u64,
    reported: u64,
}

impl<'a> Watched<'a> {
    fn open(path: &Path, control: &'a Control) -> Result<Self> {
        let file = open(path)?;
        let total = file.metadata().map_or(0, |known| known.len());
        Ok(Watched { file, control, done: 0, total, reported: 0 })
    }
}

impl std::io::Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done += read as u64;
        if self.done >= self.reported + REPORT_BYTES || read == 0 {
            self.reported = self.done;
            self.control.report("read", self.done, self.total.max(self.done)).map_err(std::io::Error::other)?;
        }
        Ok(read)
    }
}

/// What the operating system said, as the error `io`; what stopped a [`Watched`] file, as it was said.
fn system_error(error: &std::io::Error) -> Error {
    if let Some(stopped) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return stopped.clone();
    }
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

    #[test]
    fn a_path_that_is_none_of_a_file_here_says_what_to_do() {
        let help = |path: &str| read(path, None).unwrap_err().remedy().map(str::to_owned);
        assert!(help("s3://lake/people.jsonl").unwrap().starts_with("only files of this machine"));
        assert!(help("https://example.com/people.jsonl").unwrap().starts_with("only files of this machine"));
        assert!(help("no/such/*.jsonl").unwrap().starts_with("patterns are not filled in"));
        assert_eq!(help("no/such/file.csv"), None);
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
