//! Delimited text: delimiter and encoding are recognised, every fault is named with its line and column.
//!
//! Values are kept as they stand; cleaning them is `normalize`'s business.

use super::encoding::Decoded;
use super::system_error;
use crate::error::{Code, Error, Result};
use crate::record::{ColumnBuilder, MAX_VALUE_BYTES, Table};
use ::csv::{ByteRecord, Reader, ReaderBuilder};
use rayon::prelude::*;
use std::io::{Cursor, Read};

/// The delimiters recognised, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Bytes looked at to find the delimiter.
const HEAD_BYTES: u64 = 64 * 1024;
/// Rows that are parsed while the rows before them are interned.
const CHUNK_ROWS: usize = 4096;

const RE_ENCODE: &str = "most of the file is UTF-8, this is not: write it again as UTF-8";

/// Reads a table from delimited text.
///
/// Text in UTF-8, and in UTF-16 with a byte-order mark, is read as such; of other text the encoding (Windows-1252, Shift_JIS, ...) is
/// found by its bytes, and [`Table::encoding`] and `summary.warnings` of a result say which.
///
/// The first line gives the column names, and the delimiter: whichever of comma, semicolon, tab and bar is in it most
/// often, or what a line `sep=;` before it says (Excel writes such). Fields may be quoted with `"`. A column without a name is called `column_3` after its position, counted from 1.
/// Blank lines are skipped; the empty text is a missing value.
///
/// ```
/// let table = cdp_core::io::csv::read("nom;ville\nDurand;Lyon\n".as_bytes(), "crm")?;
/// assert_eq!(table.column("ville").unwrap().get(0), Some("Lyon"));
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `empty_input` without any row; `invalid_input` with the line for a row of too many or too few fields, damaged UTF-8
/// and two columns of one name; `value_too_large`; `io`.
pub fn read(reader: impl Read + Send, source: &str) -> Result<Table> {
    read_text(reader, source).map_err(|error| super::of_source(error, source))
}

fn read_text(reader: impl Read + Send, source: &str) -> Result<Table> {
    let mut text = Decoded::new(reader);
    let mut head = Vec::new();
    text.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(|error| system_error(&error))?;
    let stated = stated_delimiter(&head);
    let mut lines = ReaderBuilder::new()
        .delimiter(stated.unwrap_or_else(|| sniff_delimiter(&head)))
        .has_headers(false)
        .flexible(true)
        .from_reader(Cursor::new(head).chain(text.by_ref()));
    if stated.is_some() {
        read_record(&mut lines, &mut ByteRecord::new())?;
    }
    let table = read_rows(&mut lines, source)?;
    Ok(table.encoded(text.found()))
}

/// The delimiter that a first line `sep=;` states.
fn stated_delimiter(head: &[u8]) -> Option<u8> {
    let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (words, delimiter) = line.split_at_checked(4)?;
    match delimiter {
        [delimiter] if words.eq_ignore_ascii_case(b"sep=") => Some(*delimiter),
        // A tab at the end is easily lost.
        [] if words.eq_ignore_ascii_case(b"sep=") => Some(b'\t'),
        _ => None,
    }
}

fn sniff_delimiter(head: &[u8]) -> u8 {
    let mut counts = [0usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in head.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(index) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    counts[index] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    DELIMITERS[counts.iter().position(|&count| count == most).unwrap_or(0)]
}

/// Parses one chunk while the chunk before it goes into the columns, side by side.
fn read_rows<R: Read + Send>(lines: &mut Reader<R>, source: &str) -> Result<Table> {
    let names = read_header(lines)?;
    let mut builders: Vec<ColumnBuilder> = names.iter().map(|name| ColumnBuilder::new(name)).collect();
    let (mut done, mut next, mut record) = (Chunk::default(), Chunk::default(), ByteRecord::new());
    next.fill(lines, &mut record, &names)?;
    if next.rows() == 0 {
        return Err(Error::new(Code::EmptyInput, "there are column names, but no rows"));
    }
    while next.rows() > 0 {
        std::mem::swap(&mut done, &mut next);
        next.first_row = done.first_row + done.rows();
        let (read, pushed) =
            rayon::join(|| next.fill(lines, &mut record, &names), || done.push_into(&mut builders, &names));
        pushed?;
        read?;
    }
    Table::new(source, builders.into_iter().map(ColumnBuilder::finish).collect())
}

fn read_header<R: Read>(lines: &mut Reader<R>) -> Result<Vec<String>> {
    let mut header = ByteRecord::new();
    if !read_record(lines, &mut header)? {
        return Err(Error::new(Code::EmptyInput, "the text is empty")
            .help("the first line must name the columns, a line for each record must follow"));
    }
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (index, bytes) in header.iter().enumerate() {
        let name = std::str::from_utf8(bytes).map_err(|_| {
            Error::new(Code::InvalidInput, format!("the name of column {} is not UTF-8", index + 1))
                .line(line(&header))
                .help(RE_ENCODE)
        })?;
        let name = if name.trim().is_empty() { format!("column_{}", index + 1) } else { name.trim().to_owned() };
        if let Some(first) = names.iter().position(|other| *other == name) {
            let reason = format!("the columns {} and {} have the same name", first + 1, index + 1);
            return Err(Error::new(Code::InvalidInput, reason)
                .line(line(&header))
                .field(name)
                .help("rename one of them"));
        }
        names.push(name);
    }
    Ok(names)
}

/// Reads the next record; false at the end of the text.
fn read_record<R: Read>(lines: &mut Reader<R>, record: &mut ByteRecord) -> Result<bool> {
    lines.read_byte_record(record).map_err(|error| match error.into_kind() {
        ::csv::ErrorKind::Io(error) => system_error(&error),
        other => Error::new(Code::InvalidInput, format!("{other:?}")),
    })
}

/// Some rows, parsed and not yet interned.
#[derive(Default)]
struct Chunk {
    columns: Vec<Cells>,
    /// The line of each row.
    lines: Vec<u64>,
    first_row: usize,
}

/// The values of one column, one after another.
#[derive(Default, Clone)]
struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    /// The texts of the rows; of several faults the one in the first row.
    fn texts(&self) -> std::result::Result<Vec<&str>, (usize, Error)> {
        // What is valid as a whole, and cut between characters, is valid piece by piece.
        let whole = std::str::from_utf8(&self.bytes).ok();
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends).map(|(start, &end)| start..end);
        let value = |(row, range): (usize, std::ops::Range<usize>)| {
            let valid = whole.and_then(|whole| whole.get(range.clone())).filter(|text| text.len() <= MAX_VALUE_BYTES);
            valid.map_or_else(|| text(&self.bytes[range]).map_err(|fault| (row, fault)), Ok)
        };
        ranges.enumerate().map(value).collect()
    }
}

impl Chunk {
    fn rows(&self) -> usize {
        self.lines.len()
    }

    fn fill<R: Read>(&mut self, lines: &mut Reader<R>, record: &mut ByteRecord, names: &[String]) -> Result<()> {
        self.columns.resize(names.len(), Cells::default());
        self.lines.clear();
        for cells in &mut self.columns {
            cells.bytes.clear();
            cells.ends.clear();
        }
        while self.lines.len() < CHUNK_ROWS && read_record(lines, record)? {
            if record.len() != names.len() {
                return Err(wrong_length(record, names.len()));
            }
            for (cells, value) in self.columns.iter_mut().zip(record.iter()) {
                cells.bytes.extend_from_slice(value);
                cells.ends.push(cells.bytes.len());
            }
            self.lines.push(line(record));
        }
        Ok(())
    }

    /// Interns the rows, the columns in parallel; of several faults the one in the first row is reported.
    fn push_into(&self, builders: &mut [ColumnBuilder], names: &[String]) -> Result<()> {
        let push = |(builder, (cells, name)): (&mut ColumnBuilder, (&Cells, &String))| match cells.texts() {
            Ok(texts) => {
                builder.extend(&texts);
                None
            }
            Err((row, fault)) => {
                Some((row, fault.row((self.first_row + row) as u64).line(self.lines[row]).field(name)))
            }
        };
        let columns = self.columns.par_iter().zip(names);
        let faults: Vec<(usize, Error)> = builders.par_iter_mut().zip(columns).filter_map(push).collect();
        faults.into_iter().min_by_key(|&(row, _)| row).map_or(Ok(()), |(_, fault)| Err(fault))
    }
}

fn text(bytes: &[u8]) -> Result<&str> {
    if bytes.len() > MAX_VALUE_BYTES {
        let reason = format!("the value has {} bytes, the limit is {MAX_VALUE_BYTES}", bytes.len());
        return Err(Error::new(Code::ValueTooLarge, reason)
            .help("shorten it, leave the column out, or look for a missing closing quote"));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let byte = bytes[error.valid_up_to()];
        Error::new(Code::InvalidInput, format!("the value is not UTF-8: byte 0x{byte:02X}")).help(RE_ENCODE)
    })
}

fn line(record: &ByteRecord) -> u64 {
    record.position().map_or(0, ::csv::Position::line)
}

fn wrong_length(record: &ByteRecord, expected: usize) -> Error {
    let found = record.len();
    let (fields, help) = match found < expected {
        true => ("too few", "look for a missing delimiter, a line break inside an unquoted value, or a missing quote"),
        false => ("too many", "put values that contain the delimiter in double quotes"),
    };
    let reason = format!("{fields} fields: {found} instead of the {expected} that the first line names");
    Error::new(Code::InvalidInput, reason).line(line(record)).help(help)
}

/// Writes a record batch as comma-separated text with a line of column names; a missing value is the empty text.
///
/// # Errors
/// `io`; `invalid_input` for a column that has no text form.
#[cfg(feature = "arrow")]
pub fn write(writer: impl std::io::Write, batch: &arrow_array::RecordBatch) -> Result<()> {
    let table = super::arrow::whole_table(batch)?;
    write_table(writer, table.columns().iter().map(crate::record::Column::name), &table)
}

/// Writes a table under headers of one's own, of which two may be alike.
///
/// # Errors
/// `io`.
pub fn write_table<'a>(
    writer: impl std::io::Write,
    headers: impl Iterator<Item = &'a str>,
    table: &Table,
) -> Result<()> {
    let mut headers = headers;
    let mut writer = ::csv::Writer::from_writer(writer);
    let mut write = |cells: &mut dyn Iterator<Item = &str>| match writer.write_record(cells) {
        Ok(()) => Ok(()),
        Err(error) => Err(Error::new(Code::Io, error.to_string())),
    };
    write(&mut headers)?;
    for row in 0..table.len() {
        write(&mut table.columns().iter().map(|column| column.get(row).unwrap_or_default()))?;
    }
    writer.flush().map_err(|error| system_error(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: impl AsRef<[u8]>) -> String {
        read(text.as_ref(), "crm").unwrap_err().to_string()
    }

    #[test]
    fn every_delimiter_is_recognised() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = format!("name{delimiter}\"a, b; c\"\nAnn{delimiter}\"x,y;z\"\n");
            let table = read(text.as_bytes(), "crm").unwrap();
            assert_eq!(table.columns()[1].name(), "a, b; c", "delimiter {delimiter:?}");
            assert_eq!(table.columns()[1].get(0), Some("x,y;z"));
        }
    }

    #[test]
    fn byte_order_mark_quotes_line_breaks_and_crlf() {
        let table =
            read("\u{feff}id,note\r\n1,\"two\r\nlines\"\r\n2,\"say \"\"hi\"\"\"\r\n3,\r\n".as_bytes(), "crm").unwrap();
        assert_eq!(table.columns()[0].name(), "id");
        let notes: Vec<_> = table.columns()[1].iter().collect();
        assert_eq!(notes, [Some("two\r\nlines"), Some("say \"hi\""), None]);
    }

    #[test]
    fn one_column_without_any_delimiter() {
        let table = read("email\na@b.fr\n".as_bytes(), "crm").unwrap();
        assert_eq!(table.column("email").unwrap().get(0), Some("a@b.fr"));
    }

    #[test]
    fn a_column_without_a_name_is_called_after_its_position() {
        let table = read(",name\n0,Ann\n".as_bytes(), "crm").unwrap();
        assert_eq!(table.columns()[0].name(), "column_1");
    }

    #[test]
    fn empty_inputs_are_refused() {
        assert_eq!(
            message(""),
            "source 'crm': the text is empty (the first line must name the columns, a line for each record must follow)"
        );
        assert_eq!(message("a,b\n"), "source 'crm': there are column names, but no rows");
        assert_eq!(read("a,b\n".as_bytes(), "crm").unwrap_err().code(), Code::EmptyInput);
    }

    #[test]
    fn rows_of_the_wrong_length_are_named_by_line() {
        assert_eq!(
            message("a,b,c\n1,2,3\n1,2\n"),
            "source 'crm', line 3: too few fields: 2 instead of the 3 that the first line names (look for a missing \
             delimiter, a line break inside an unquoted value, or a missing quote)"
        );
        assert_eq!(
            message("a,b\n\"x\ny\",2\n1,2,3\n"),
            "source 'crm', line 4: too many fields: 3 instead of the 2 that the first line names (put values that \
             contain the delimiter in double quotes)"
        );
    }

    #[test]
    fn damaged_utf8_is_named_by_line_and_column() {
        let text = ["prénom,ville\nHélène,Orléans\n".as_bytes(), b"Lef\xE8vre,Nice\n"].concat();
        assert_eq!(
            message(text),
            format!("source 'crm', row 1, line 3, field 'prénom': the value is not UTF-8: byte 0xE8 ({RE_ENCODE})")
        );
        let header = read([b"pr\xE9nom,n\n", "é,é\n".as_bytes()].concat().as_slice(), "crm").unwrap_err();
        assert!(header.to_string().contains("line 1: the name of column 1 is not UTF-8"), "{header}");
    }

    #[test]
    fn other_encodings_are_read() {
        let table = read(&b"pr\xE9nom;ville\nH\xE9l\xE8ne;Orl\xE9ans\nFran\xE7ois;Lyon\n"[..], "crm").unwrap();
        assert_eq!(table.column("prénom").unwrap().iter().collect::<Vec<_>>(), [Some("Hélène"), Some("François")]);
        assert_eq!(table.encoding(), Some("windows-1252"));
        let utf16: Vec<u8> =
            "\u{feff}nom\tville\r\nLefèvre\tLyon\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let table = read(utf16.as_slice(), "crm").unwrap();
        assert_eq!((table.column("nom").unwrap().get(0), table.encoding()), (Some("Lefèvre"), None));
    }

    #[test]
    fn the_line_that_states_the_delimiter_is_no_record() {
        for (first, delimiter) in
            [("sep=;", ";"), ("SEP=|", "|"), ("\"sep=,\"", ","), ("sep=\t", "\t"), ("sep=", "\t"), ("sep=^", "^")]
        {
            let text = format!("\u{feff}{first}\r\nname{delimiter}city\r\nAnn{delimiter}Lyon\r\n");
            let table = read(text.as_bytes(), "crm").unwrap();
            assert_eq!(
                table.columns().iter().map(|column| column.name()).collect::<Vec<_>>(),
                ["name", "city"],
                "{first}"
            );
            assert_eq!((table.len(), table.columns()[1].get(0)), (1, Some("Lyon")));
        }
        assert!(message("sep=;\na;b\n1;2;3\n").starts_with("source 'crm', line 3: too many fields"));
    }

    #[test]
    fn a_huge_cell_is_named_by_row_and_column() {
        let text = format!("id,note\n1,ok\n2,{}\n", "x".repeat(10 << 20));
        let error = read(text.as_bytes(), "crm").unwrap_err();
        assert_eq!(error.code(), Code::ValueTooLarge);
        assert!(
            error.to_string().starts_with(
                "source 'crm', row 1, line 3, field 'note': the value has 10485760 bytes, the limit is 1048576"
            ),
            "{error}"
        );
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        assert_eq!(
            message("a,b,a\n1,2,3\n"),
            "source 'crm', line 1, field 'a': the columns 1 and 3 have the same name (rename one of them)"
        );
    }

    #[test]
    fn the_first_fault_is_reported_whichever_column_it_is_in() {
        let error =
            read([&b"a,b\n1,\xFF\n\xFF,2\n"[..], "é,é\né,é\n".as_bytes()].concat().as_slice(), "crm").unwrap_err();
        assert!(error.to_string().contains("row 0, line 2, field 'b'"), "{error}");
    }

    #[test]
    fn rows_stay_in_order_across_chunks() {
        let mut text = String::from("n\n");
        (0..3 * CHUNK_ROWS + 7).for_each(|n| text.push_str(&format!("{n}\n")));
        let table = read(text.as_bytes(), "crm").unwrap();
        assert_eq!(table.len(), 3 * CHUNK_ROWS + 7);
        assert!(table.columns()[0].iter().enumerate().all(|(row, value)| value == Some(row.to_string().as_str())));
    }
}
