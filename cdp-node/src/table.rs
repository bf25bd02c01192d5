//! Tables in and out: what the loader packed to core tables, record batches to Arrow IPC bytes.

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ArrowError;
use cdp_core::progress::Control;
use cdp_core::record::{DEFAULT_SOURCE, Table};
use cdp_core::{Code, Error, Result, io};
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;
use std::io::{Cursor, Read};

/// One table as the loader packs it: a source, and one of the three forms.
#[napi(object, object_to_js = false)]
pub struct Packed {
    /// The name of the source; a file's name where absent.
    pub source: Option<String>,
    /// Rows: JSON arrays of objects, in order.
    pub rows: Option<Vec<Uint8Array>>,
    /// Arrow IPC, stream or file.
    pub arrow: Option<Uint8Array>,
    /// A file for [`io::read`].
    pub path: Option<String>,
}

/// The core's tables.
pub(crate) fn unpack(tables: Vec<Packed>, control: &Control) -> Result<Vec<Table>> {
    tables.into_iter().map(|packed| unpack_one(packed, control)).collect()
}

pub(crate) fn unpack_one(packed: Packed, control: &Control) -> Result<Table> {
    let source = packed.source.as_deref();
    if let Some(path) = packed.path {
        return io::read_with(path, source, control);
    }
    let source = source.unwrap_or(DEFAULT_SOURCE);
    match packed.arrow {
        Some(bytes) => {
            let batches = read_ipc(&bytes).map_err(|what| broken(&what).source(source))?;
            io::arrow::to_table_with(source, &batches, control)
        }
        None => match packed.rows.unwrap_or_default() {
            rows if rows.is_empty() => Table::new(source, Vec::new()),
            rows => io::jsonl::read(Lines::new(rows), source),
        },
    }
}

/// The record batches, or what is wrong with the bytes: the reader may panic over damaged ones.
fn read_ipc(bytes: &[u8]) -> std::result::Result<Vec<RecordBatch>, String> {
    let read = || -> std::result::Result<Vec<RecordBatch>, ArrowError> {
        match bytes.starts_with(b"ARROW1") {
            true => FileReader::try_new(Cursor::new(bytes), None)?.collect(),
            false => StreamReader::try_new(Cursor::new(bytes), None)?.collect(),
        }
    };
    let read = std::panic::catch_unwind(|| read().map_err(|error| error.to_string()));
    read.unwrap_or_else(|_| Err("they are damaged".to_owned()))
}

fn broken(what: &str) -> Error {
    Error::new(Code::InvalidInput, format!("the bytes are not Arrow IPC: {what}"))
        .help("give rows, or the bytes that `tableToIPC` of apache-arrow returns")
}

/// The Arrow IPC stream of one record batch.
pub(crate) fn write_ipc(batch: &RecordBatch) -> Result<Vec<u8>> {
    let write = || {
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
        writer.write(batch)?;
        writer.into_inner()
    };
    write().map_err(|error: ArrowError| Error::new(Code::Internal, error.to_string()))
}

/// JSON arrays of objects, read as JSON lines.
struct Lines {
    chunks: std::vec::IntoIter<Uint8Array>,
    line_bytes: Cursor<Vec<u8>>,
}

impl Lines {
    fn new(chunks: Vec<Uint8Array>) -> Self {
        Lines { chunks: chunks.into_iter(), line_bytes: Cursor::default() }
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.line_bytes.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            let Some(chunk) = self.chunks.next() else { return Ok(0) };
            self.line_bytes = Cursor::new(to_lines(&chunk));
        }
    }
}

/// `[{..},{..}]` as one object a line: only the brackets and commas of the outermost array change.
fn to_lines(array: &[u8]) -> Vec<u8> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    let mut line_bytes: Vec<u8> = Vec::with_capacity(array.len());
    for &byte in array {
        let was_escaped = std::mem::take(&mut escaped);
        match byte {
            b'\\' if in_string => escaped = !was_escaped,
            b'"' if !was_escaped => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        line_bytes.push(match byte {
            b',' if !in_string && depth == 1 => b'\n',
            b']' if !in_string && depth == 0 => b'\n',
            b'[' if !in_string && depth == 1 => b' ',
            _ => byte,
        });
    }
    line_bytes
}
