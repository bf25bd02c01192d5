//! `normalize` for values and whole columns, and `profile` with its `Columns`.

use crate::config;
use crate::errors::{guarded, to_py, wrong_argument};
use crate::table::PyTable;
use crate::{frame, html, json, task};
use cdp_core::columns::{self, ColumnProfile};
use cdp_core::normalize::{Options, details::details, normalize as normalize_text};
use cdp_core::privacy::{is_personal, mask};
use cdp_core::progress::Control;
use cdp_core::report::notebook;
use cdp_core::schema::Kind;
use cdp_core::{Error, io};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

/// Normalises a value, a list of values or a whole column of a kind.
///
/// Parameters
/// ----------
/// value : str, None, list of these, Series or Arrow array
///     What to normalise.
/// kind : str
///     The kind, such as ``"email"``.
/// region : str, optional
///     The ISO 3166 region of telephone numbers and postal codes without a country.
/// order : str, optional
///     ``"dmy"``, ``"mdy"`` or ``"ymd"`` of numeric dates.
/// placeholders : list of str, optional
///     Further values that mean nothing.
/// hashed : str, optional
///     ``"sha256"`` where the values came hashed: only their shape is checked.
/// details : bool, default False
///     Whether the parts of the value and further keys are wanted too.
///
/// Returns
/// -------
/// dict, None, list or Table
///     Of a str a dict with ``display``, ``key`` and ``verdict`` (ok, invalid or placeholder); None of None; a list of a list; a
///     table of as many rows of a column.
#[pyfunction]
#[pyo3(signature = (value, kind, *, region=None, order=None, placeholders=None, hashed=None, details=false))]
#[expect(clippy::too_many_arguments)] // one argument of the Python function each
pub fn normalize<'py>(
    py: Python<'py>,
    value: &Bound<'py, PyAny>,
    kind: &str,
    region: Option<String>,
    order: Option<&str>,
    placeholders: Option<Vec<String>>,
    hashed: Option<&str>,
    details: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let kind: Kind = kind.parse().map_err(to_py)?;
    let order = order.map(str::parse).transpose().map_err(|error: Error| to_py(error.field("order")))?;
    let hashed = hashed.map(str::parse).transpose().map_err(|error: Error| to_py(error.field("hashed")))?;
    let options = Options { region, order, placeholders: placeholders.unwrap_or_default(), hashed };
    let options = options.checked().map_err(to_py)?;
    let one = |value: &Bound<'py, PyAny>| one(py, kind, value, &options, details);
    if let Ok(list) = value.cast::<PyList>() {
        return list.iter().map(|item| one(&item)).collect::<PyResult<Vec<_>>>()?.into_bound_py_any(py);
    }
    if value.is_none() || value.is_instance_of::<PyString>() {
        return one(value);
    }
    let column = frame::column(value)?;
    let run = move |control: Control| {
        let table = column.into_table(&Control::default())?;
        let Some(column) = table.columns().first() else { return io::tables::of_table(&table) };
        let table = columns::normalize(column, kind, &options, details, &control)?;
        io::tables::of_table(&table)
    };
    PyTable::from_batch(task::run(py, None, run)?).into_bound_py_any(py)
}

fn one<'py>(
    py: Python<'py>,
    kind: Kind,
    value: &Bound<'py, PyAny>,
    options: &Options,
    parts: bool,
) -> PyResult<Bound<'py, PyAny>> {
    if value.is_none() {
        return Ok(value.clone());
    }
    let expected = "a str, None, a list of these, or a column with the Arrow PyCapsule interface";
    let text = value.cast::<PyString>().map_err(|_| wrong_argument("value", value, expected))?.to_string();
    match parts {
        true => json::to_py(py, &guarded(py, || Ok(details(kind, &text, options)))?),
        false => json::to_py(py, &guarded(py, || Ok(normalize_text(kind, &text, options)))?),
    }
}

/// Looks at every column of the frames before anything is matched.
///
/// Parameters
/// ----------
/// frames : frame, path, or dict of these
///     As of ``resolve``.
/// config : Config, dict or path, optional
///     As of ``resolve``.
/// progress : bool or callable, optional
///     As of ``resolve``.
///
/// Returns
/// -------
/// Columns
///     Of each column the kind, missing, invalid and placeholder values, and values that go with improbably many people.
#[pyfunction]
#[pyo3(signature = (frames, config=None, *, progress=None))]
pub fn profile(
    py: Python<'_>,
    frames: &Bound<'_, PyAny>,
    config: Option<&Bound<'_, PyAny>>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyColumns> {
    let sources = frame::sources(frames)?;
    let config = config::given(py, config)?;
    let run =
        move |control: Control| columns::profile(&frame::into_tables(sources, &control)?, config.as_ref(), &control);
    task::run(py, progress, run).map(PyColumns)
}

/// What the columns of some frames hold: `columns` with one row a column, `findings` with one row a reason, shared or
/// frequent value.
#[pyclass(frozen, module = "light_cdp", name = "Columns")]
pub struct PyColumns(pub Vec<ColumnProfile>);

#[pymethods]
impl PyColumns {
    /// One row a column.
    #[getter]
    fn columns(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || io::tables::column_profiles(&self.0))
    }

    /// One row a reason why values are unusable, a shared value, or a frequent value.
    #[getter]
    fn findings(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || io::tables::column_findings(&self.0))
    }

    /// Everything as plain data: a dict for each column.
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        let rows: Vec<[String; 8]> =
            std::iter::once(HEADER.map(str::to_owned)).chain(self.0.iter().map(cells)).collect();
        let width = |index: usize| rows.iter().map(|row| row[index].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..HEADER.len()).map(width).collect();
        let line = |row: &[String; 8]| {
            // Not `{cell:width$}`, whose width ends at 65,535.
            let padded =
                row.iter().zip(&widths).map(|(cell, &width)| cell.clone() + &" ".repeat(width - cell.chars().count()));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let masked = html::masked(py, None)?;
        let row = |profile: &ColumnProfile| {
            let mut row = cells(profile).to_vec();
            if masked && is_personal(Some(profile.kind)) {
                // The last cell quotes a value.
                row[HEADER.len() - 1] = mask(&row[HEADER.len() - 1]);
            }
            row
        };
        let columns = HEADER.map(|name| match name {
            "sure" | "filled" | "distinct" | "unusable" => format!("#{name}"),
            name => name.to_owned(),
        });
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Ok(notebook::piece("", &[], &[notebook::Grid::new("Columns", &columns, self.0.iter().map(row).collect())]))
    }
}

const HEADER: [&str; 8] =
    ["source", "column", "kind", "sure", "filled", "distinct", "unusable", "most frequent reason"];

fn cells(profile: &ColumnProfile) -> [String; 8] {
    let problem = profile.problems.first().map(|problem| format!("{} ({})", problem.reason, problem.example));
    let shared = profile.shared.first().map(|shared| format!("{} goes with {} people", shared.value, shared.people));
    [
        profile.source.clone(),
        profile.column.clone(),
        profile.kind.to_string(),
        format!("{:.2}", profile.confidence),
        (profile.rows - profile.missing).to_string(),
        profile.distinct.to_string(),
        (profile.invalid + profile.placeholder).to_string(),
        shared.or(problem).unwrap_or_default(),
    ]
}
