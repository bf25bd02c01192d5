//! JSON lines: one flat object a line, whose lists are kept as their JSON. Keys may differ from line to line; what is absent is missing.

use super::system_error;
use crate::error::{Code, Error, Result};
use crate::record::{Column, Interner, MAX_VALUE_BYTES, NULL, Table, exact_list_text, inexact, number_text};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

/// Reads a table from JSON lines: a flat object a line, values of text, number, boolean, null, or a list.
///
/// Columns are in the order in which their keys first appear. A number is kept as written, a whole one without `.0`; a list as its
/// JSON, and an empty one is missing. A key that holds an object is left out: [`Table::left_out`] says where.
///
/// # Errors
/// `empty_input` without any object; `invalid_input` with the line for broken JSON, records of nothing but objects,
/// and a whole number too large to be read exactly; `value_too_large`; `io`.
pub fn read(reader: impl Read, source: &str) -> Result<Table> {
    read_lines(BufReader::with_capacity(1 << 16, reader), source).map_err(|error| super::of_source(error, source))
}

fn read_lines(mut reader: impl BufRead, source: &str) -> Result<Table> {
    let mut columns: Vec<Builder> = Vec::new();
    let (mut bytes, mut rows, mut line) = (Vec::new(), 0, 0);
    loop {
        bytes.clear();
        if reader.read_until(b'\n', &mut bytes).map_err(|error| system_error(&error))? == 0 {
            break;
        }
        line += 1;
        let object_text = bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| line == 1).unwrap_or(&bytes);
        if object_text.trim_ascii().is_empty() {
            continue;
        }
        let object = parse(object_text).map_err(|error| error.line(line))?;
        push_object(&mut columns, &object, rows, line).map_err(|error| error.row(rows as u64).line(line))?;
        rows += 1;
    }
    if rows == 0 {
        return Err(Error::new(Code::EmptyInput, "there are no records").help("give one JSON object a line"));
    }
    let columns = columns.into_iter().map(|column| (column.name.clone(), column.finish(rows)));
    Table::of_readable(source, columns.map(|(name, column)| (name, column.map_err(|e| e.source(source)))).collect())
}

fn parse(line: &[u8]) -> Result<Map<String, Value>> {
    let text = std::str::from_utf8(line)
        .map_err(|_| Error::new(Code::InvalidInput, "the line is not UTF-8").help("save the file as UTF-8"))?;
    serde_json::from_str(text).map_err(|error| {
        // A line is the whole of a text here.
        let said = error.to_string();
        let said = format!("{} at character {}", said.split(" at line ").next().unwrap_or_default(), error.column());
        Error::unreadable(Code::InvalidInput, "not a JSON object", &said).help("give one JSON object a line")
    })
}

fn push_object(columns: &mut Vec<Builder>, object: &Map<String, Value>, row: usize, line: u64) -> Result<()> {
    for (position, (key, value)) in object.iter().enumerate() {
        // Lines mostly have the same keys in the same order: look there first.
        let index = match columns.get(position) {
            Some(column) if column.name == *key => Some(position),
            _ => columns.iter().position(|column| column.name == *key),
        };
        let index = index.unwrap_or_else(|| {
            columns.push(Builder { name: key.clone(), ..Builder::default() });
            columns.len() - 1
        });
        match value {
            Value::Object(_) => {
                columns[index].fault.get_or_insert_with(|| not_plain().row(row as u64).line(line).field(key));
            }
            _ => columns[index].push(row, scalar(value).map_err(|error| error.field(key))?.as_deref()),
        }
    }
    Ok(())
}

/// What is said of a key whose values are objects.
fn not_plain() -> Error {
    let reason = "the value is an object; a record's values must be plain";
    Error::new(Code::InvalidInput, reason).help("give each part its own key")
}

/// A value's text, `None` for null.
fn scalar(value: &Value) -> Result<Option<Cow<'_, str>>> {
    let text: Cow<'_, str> = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.as_str().into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Number(number) => number_text(number).ok_or_else(|| inexact(Code::InvalidInput))?.into(),
        Value::Array(items) => match exact_list_text(items.clone(), Code::InvalidInput)? {
            Some(text) => text.into(),
            None => return Ok(None),
        },
        Value::Object(_) => return Err(not_plain()),
    };
    if text.len() > MAX_VALUE_BYTES {
        let reason = format!("the value has {} bytes, the limit is {MAX_VALUE_BYTES}", text.len());
        return Err(Error::new(Code::ValueTooLarge, reason).help("shorten it or leave the key out"));
    }
    Ok(Some(text))
}

/// A column whose rows may be skipped.
#[derive(Default)]
struct Builder {
    name: String,
    codes: Vec<u32>,
    interner: Interner,
    /// Of the first row whose value is not plain.
    fault: Option<Error>,
}

impl Builder {
    fn push(&mut self, row: usize, value: Option<&str>) {
        self.codes.resize(row, NULL);
        let code = match value {
            Some(text) if !text.trim().is_empty() => self.interner.intern(text),
            _ => NULL,
        };
        self.codes.push(code);
    }

    fn finish(mut self, rows: usize) -> Result<Column> {
        self.codes.resize(rows, NULL);
        self.fault.map_or_else(|| Ok(Column::from_codes(&self.name, self.codes, self.interner.into_pool())), Err)
    }
}

/// Writes a record batch as one object a line, keys in the order of the columns; numbers and booleans stay bare, a missing
/// value is null.
///
/// # Errors
/// `io`; `invalid_input` for a column that has no text form.
#[cfg(feature = "arrow")]
pub fn write(writer: impl std::io::Write, batch: &arrow_array::RecordBatch) -> Result<()> {
    use std::io::Write;
    let table = super::arrow::whole_table(batch)?;
    let schema = batch.schema();
    let bare = |name: &str| {
        let data_type = schema.field_with_name(name).map(|field| field.data_type().clone());
        data_type.is_ok_and(|t| t.is_integer() || t.is_floating() || t == arrow_schema::DataType::Boolean)
    };
    let columns: Vec<(&Column, bool)> = table.columns().iter().map(|column| (column, bare(column.name()))).collect();
    let mut writer = std::io::BufWriter::new(writer);
    for row in 0..table.len() {
        let object: Map<String, Value> =
            columns.iter().map(|&(column, bare)| (column.name().to_owned(), json(column.get(row), bare))).collect();
        writeln!(writer, "{}", Value::Object(object)).map_err(|error| system_error(&error))?;
    }
    writer.flush().map_err(|error| system_error(&error))
}

/// A cell as JSON; what is not a number of JSON (infinity) is null.
#[cfg(feature = "arrow")]
fn json(cell: Option<&str>, bare: bool) -> Value {
    match cell {
        Some(text) if bare => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(text) => Value::from(text),
        None => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(text.as_bytes(), "crm").unwrap_err().to_string()
    }

    #[test]
    fn keys_may_come_and_go() {
        let text =
            "{\"id\": 1, \"name\": \"Ann\"}\n\n{\"city\": \"Lyon\", \"id\": 2.0, \"vip\": true, \"name\": null}\n";
        let table = read(text.as_bytes(), "crm").unwrap();
        let names: Vec<_> = table.columns().iter().map(Column::name).collect();
        assert_eq!(names, ["id", "name", "city", "vip"]);
        let rows: Vec<Vec<_>> = (0..2).map(|row| table.columns().iter().map(|c| c.get(row)).collect()).collect();
        assert_eq!(rows[0], [Some("1"), Some("Ann"), None, None]);
        assert_eq!(rows[1], [Some("2"), None, Some("Lyon"), Some("true")]);
    }

    #[test]
    fn numbers_keep_their_digits() {
        let table = read("{\"a\": 18446744073709551615, \"b\": -0.25, \"c\": 75001.0}".as_bytes(), "crm").unwrap();
        let values: Vec<_> = table.columns().iter().map(|c| c.get(0)).collect();
        assert_eq!(values, [Some("18446744073709551615"), Some("-0.25"), Some("75001")]);
        assert_eq!(
            message("{\"id\": 184467440737095516150}"),
            "source 'crm', row 0, line 1, field 'id': the number is too large to be read exactly (write identifiers as \
             text, in quotes)"
        );
    }

    #[test]
    fn a_key_that_holds_an_object_is_left_out() {
        let table = read("{\"a\": 1, \"b\": 2}\n{\"a\": {\"x\": 1}, \"b\": 3}".as_bytes(), "crm").unwrap();
        assert_eq!(table.columns().iter().map(Column::name).collect::<Vec<_>>(), ["b"]);
        let (name, error) = &table.left_out()[0];
        assert_eq!(name, "a");
        assert_eq!(
            error.to_string(),
            "source 'crm', row 1, line 2, field 'a': the value is an object; a record's values must be plain (give each \
             part its own key)"
        );
    }

    #[test]
    fn lists_are_kept_as_their_json() {
        let table = read("{\"a\": [\"x\", 1.0], \"b\": []}\n{\"a\": \"y\"}".as_bytes(), "crm").unwrap();
        let values = |row| table.columns().iter().map(move |column| column.get(row));
        assert_eq!(values(0).collect::<Vec<_>>(), [Some("[\"x\",1]"), None]);
        assert_eq!(values(1).collect::<Vec<_>>(), [Some("y"), None]);
        assert!(message("{\"a\": [1e17]}").contains("field 'a': the number is too large to be read exactly"));
    }

    #[test]
    fn faults_are_named_by_line_and_key() {
        assert_eq!(message(""), "source 'crm': there are no records (give one JSON object a line)");
        assert_eq!(
            message("{\"a\": {\"b\": 2}}\n{\"a\": {\"b\": 3}}"),
            "source 'crm', row 0, line 1, field 'a': the value is an object; a record's values must be plain (give each \
             part its own key)"
        );
        assert_eq!(
            message("{\"a\": 1}\n{\"a\": }"),
            "source 'crm', line 2: not a JSON object: expected value at character 7 (give one JSON object a line)"
        );
    }
}
