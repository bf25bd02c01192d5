//! `Table`: an Arrow table of a result, for every data frame library.

use crate::{capsule, errors, html};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::DataType;
use cdp_core::record::Table;
use cdp_core::report::notebook;
use cdp_core::{Code, Error, io};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use std::path::PathBuf;

/// Rows shown in a notebook.
const PREVIEW_ROWS: usize = 10;

/// An Arrow table. Hand it to any library with the Arrow PyCapsule interface, e.g. `polars.DataFrame(table)`, or convert it.
#[pyclass(frozen, module = "light_cdp", name = "Table")]
pub struct PyTable(RecordBatch);

impl PyTable {
    /// A batch made by the core.
    pub fn from_batch(batch: RecordBatch) -> Self {
        PyTable(batch)
    }

    /// Makes a batch of the core's visible to Python.
    pub fn from_core(py: Python<'_>, make: impl FnOnce() -> cdp_core::Result<RecordBatch> + Send) -> PyResult<Self> {
        errors::guarded(py, make).map(PyTable)
    }

    fn texts(&self, batch: &RecordBatch) -> PyResult<Table> {
        io::arrow::to_table("table", std::slice::from_ref(batch)).map_err(errors::to_py)
    }
}

#[pymethods]
impl PyTable {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface allows to answer a request for other types with our own.
        let _ = requested_schema;
        capsule::write_stream(py, &self.0)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::write_schema(py, &self.0)
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// As a pandas frame; needs pandas and pyarrow.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_pyarrow(py)?.call_method0("to_pandas")
    }

    /// As a polars frame; needs polars.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("polars")?.call_method1("DataFrame", (PyTable(self.0.clone()),))
    }

    /// As a pyarrow table; needs pyarrow.
    fn to_pyarrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pyarrow")?.call_method1("table", (PyTable(self.0.clone()),))
    }

    /// As a list with a dict for each row; needs no other library.
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let columns = self.column_names().into_iter().zip(self.0.columns());
        let columns = columns.map(|(name, array)| Ok((name, values(py, array)?))).collect::<PyResult<Vec<_>>>()?;
        let rows = PyList::empty(py);
        for row in 0..self.0.num_rows() {
            let dict = PyDict::new(py);
            for (name, column) in &columns {
                dict.set_item(name, &column[row])?;
            }
            rows.append(dict)?;
        }
        Ok(rows)
    }

    /// Writes the table to a file, by its extension: `.csv`, `.jsonl` or `.ndjson`, `.parquet`.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        errors::guarded(py, || io::write(path, &self.0))
    }

    fn __repr__(&self) -> String {
        format!("Table({} rows: {})", self.0.num_rows(), self.column_names().join(", "))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let masked = html::masked(py, None)?;
        let shown = self.0.slice(0, self.0.num_rows().min(PREVIEW_ROWS));
        let texts = self.texts(&shown)?;
        let schema = self.0.schema();
        let is_text = |place: usize| matches!(schema.field(place).data_type(), DataType::Utf8 | DataType::LargeUtf8);
        let names = self.column_names();
        // A column without a text form is shown empty.
        let columns: Vec<_> = names.iter().map(|name| texts.column(name)).collect();
        let cell = |row: usize, place: usize| {
            let value = columns[place].and_then(|column| column.get(row)).unwrap_or_default();
            notebook::shown_in(&names[place], value, masked && is_text(place))
        };
        let rows = (0..shown.num_rows()).map(|row| (0..names.len()).map(|place| cell(row, place)).collect());
        let heads = names.iter().enumerate();
        let heads: Vec<String> =
            heads.map(|(place, name)| if is_text(place) { name.clone() } else { format!("#{name}") }).collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let caption = format!("{} rows, {} columns", self.0.num_rows(), names.len());
        Ok(notebook::piece("", &[], &[notebook::Grid::new(&caption, &heads, rows.collect())]))
    }
}

/// The values of a column: text, bytes, numbers, whether something is so, lists of these.
fn values<'py>(py: Python<'py>, array: &ArrayRef) -> PyResult<Vec<Bound<'py, PyAny>>> {
    use arrow_array::types::{Float64Type, Int32Type, Int64Type};
    use pyo3::IntoPyObjectExt;
    match array.data_type() {
        DataType::Int32 => array.as_primitive::<Int32Type>().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::Int64 => array.as_primitive::<Int64Type>().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::Float64 => array.as_primitive::<Float64Type>().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::Boolean => array.as_boolean().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::Utf8 => array.as_string::<i32>().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::Binary => array.as_binary::<i32>().iter().map(|v| v.into_bound_py_any(py)).collect(),
        DataType::List(_) => array.as_list::<i32>().iter().map(|list| listed(py, list)).collect(),
        other => {
            let reason = format!("a column of the type {other} has no form of Python's own");
            Err(errors::to_py(Error::new(Code::InvalidInput, reason).help("use to_pyarrow()")))
        }
    }
}

fn listed(py: Python<'_>, list: Option<ArrayRef>) -> PyResult<Bound<'_, PyAny>> {
    match list {
        Some(list) => Ok(PyList::new(py, values(py, &list)?)?.into_any()),
        None => Ok(py.None().into_bound(py)),
    }
}
