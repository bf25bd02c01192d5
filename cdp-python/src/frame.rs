//! Data frames in: anything with the Arrow PyCapsule interface, or the path of a file.

use crate::capsule;
use crate::errors::{to_py, wrong_argument};
use arrow_array::RecordBatch;
use cdp_core::progress::Control;
use cdp_core::record::{DEFAULT_SOURCE, Table};
use cdp_core::{Code, Error, io};
use pyo3::exceptions::{PyException, PyImportError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyMapping, PyString, PyTuple};
use std::path::PathBuf;

const EXPECTED: &str = "a data frame with the Arrow PyCapsule interface (pandas 2.2 or later, polars, pyarrow, duckdb), \
                        the path of a file, or a dict of these by the name of their source";

/// A source whose data was taken over from Python but not yet read.
pub struct Source {
    name: String,
    data: Data,
}

enum Data {
    Batches(Vec<RecordBatch>),
    File(PathBuf),
}

impl Source {
    /// The source as the core's table. Needs no interpreter.
    pub fn into_table(self, control: &Control) -> cdp_core::Result<Table> {
        match self.data {
            Data::Batches(batches) => io::arrow::to_table_with(&self.name, &batches, control),
            Data::File(path) => io::read_with(path, Some(&self.name), control),
        }
    }
}

/// All sources as tables, in their order.
pub fn into_tables(sources: Vec<Source>, control: &Control) -> cdp_core::Result<Vec<Table>> {
    sources.into_iter().map(|source| source.into_table(control)).collect()
}

/// One frame, or a mapping of source names to frames.
pub fn sources(frames: &Bound<'_, PyAny>) -> PyResult<Vec<Source>> {
    if let Some(data) = data(frames, DEFAULT_SOURCE)? {
        return Ok(vec![Source { name: DEFAULT_SOURCE.to_owned(), data }]);
    }
    let mapping = frames.cast::<PyMapping>().map_err(|_| not_a_frame("frames", frames))?;
    let mut sources = Vec::new();
    for entry in mapping.items()? {
        let (name, frame): (Bound<'_, PyAny>, Bound<'_, PyAny>) = entry.extract()?;
        let name = match name.cast::<PyString>() {
            Ok(name) => name.to_string(),
            Err(_) => return Err(wrong_argument("name of a source", &name, "a str as the name of each source")),
        };
        match data(&frame, &name)? {
            Some(data) => sources.push(Source { name, data }),
            None => return Err(not_a_frame(&name, &frame)),
        }
    }
    Ok(sources)
}

/// One frame under a name of the caller's.
pub fn source(frame: &Bound<'_, PyAny>, name: &str) -> PyResult<Source> {
    let data = data(frame, name)?.ok_or_else(|| not_a_frame(name, frame))?;
    Ok(Source { name: name.to_owned(), data })
}

/// The record batches of a frame that is no file, as they are.
pub fn batches(frame: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<RecordBatch>> {
    match data(frame, name)? {
        Some(Data::Batches(batches)) => Ok(batches),
        _ => Err(not_a_frame(name, frame)),
    }
}

/// One column under the name `value`: a Series, or an array that pyarrow can put into a table.
pub fn column(value: &Bound<'_, PyAny>) -> PyResult<Source> {
    let py = value.py();
    let framed = if value.hasattr(intern!(py, "to_frame"))? {
        value.call_method0(intern!(py, "to_frame"))?
    } else if value.hasattr(intern!(py, "__arrow_c_array__"))? || value.hasattr(intern!(py, "__arrow_c_stream__"))? {
        let columns = pyo3::types::PyDict::new(py);
        columns.set_item("value", value)?;
        let made = py.import("pyarrow").and_then(|pyarrow| pyarrow.call_method1("table", (columns,)));
        made.map_err(|error| export_error(py, error, "value"))?
    } else {
        return Err(wrong_argument(
            "value",
            value,
            "a str, None, a list of these, or a column (Series or Arrow array)",
        ));
    };
    source(&framed, "value")
}

/// That something is neither a frame nor a path; what is still to be worked out, such as polars' `LazyFrame`, gives a frame when asked.
fn not_a_frame(name: &str, given: &Bound<'_, PyAny>) -> PyErr {
    let is_lazy = given.hasattr(intern!(given.py(), "collect")).unwrap_or_default();
    wrong_argument(name, given, if is_lazy { "what it collects: .collect()" } else { EXPECTED })
}

/// The data of a frame; `None` if it is neither a frame nor a path.
fn data(frame: &Bound<'_, PyAny>, source: &str) -> PyResult<Option<Data>> {
    let py = frame.py();
    let batches = if frame.hasattr(intern!(py, "__arrow_c_stream__"))? {
        let capsule = frame.call_method0(intern!(py, "__arrow_c_stream__")).map_err(|e| export_error(py, e, source))?;
        capsule::read_stream(capsule.cast::<PyCapsule>()?)?
    } else if frame.hasattr(intern!(py, "__arrow_c_array__"))? {
        let pair = frame.call_method0(intern!(py, "__arrow_c_array__")).map_err(|e| export_error(py, e, source))?;
        let pair = pair.cast::<PyTuple>()?;
        capsule::read_array(pair.get_item(0)?.cast::<PyCapsule>()?, pair.get_item(1)?.cast::<PyCapsule>()?)?
    } else if frame.is_instance_of::<PyString>() || frame.hasattr(intern!(py, "__fspath__"))? {
        return Ok(Some(Data::File(frame.extract()?)));
    } else {
        return Ok(None);
    };
    batches.map(|batches| Some(Data::Batches(batches))).map_err(|error| to_py(error.source(source)))
}

/// What a library said that could not hand its frame over: mostly pandas, about a column of mixed types.
fn export_error(py: Python<'_>, error: PyErr, source: &str) -> PyErr {
    if !error.is_instance_of::<PyException>(py) {
        return error;
    }
    let words = error.value(py).to_string();
    let told = if error.is_instance_of::<PyImportError>(py) {
        Error::new(Code::InvalidInput, format!("the data frame cannot be handed over: {words}"))
            .help("pandas needs pyarrow for this: pip install pyarrow; or give a polars frame or a file")
    } else {
        let help = match words.starts_with("Duplicate column names") {
            true => "give each column a name of its own",
            false => "give each column one type, e.g. frame[column] = frame[column].astype('string')",
        };
        let told = Error::new(Code::InvalidInput, format!("the data frame cannot be handed over as Arrow: {words}"));
        let told = told.help(help);
        // pyarrow's own words: "Conversion failed for column zip with type object"
        let column =
            words.split("Conversion failed for column ").nth(1).and_then(|rest| rest.split(" with type").next());
        column.map_or(told.clone(), |column| told.field(column))
    };
    let raised = to_py(told.source(source));
    raised.set_cause(py, Some(error));
    raised
}
