//! `Predicate`: a condition that was compiled, to be shown, stored, compared and handed to an engine.

use crate::errors::{guarded, to_py};
use crate::json;
use crate::result::date;
use cdp_core::segment::Predicate;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::Value;

/// A compiled predicate, from `Result.predicate` or `Graph.predicate`.
#[pyclass(frozen, module = "light_cdp", name = "Predicate")]
pub struct PyPredicate(pub Predicate);

/// A predicate as callers write it: its text, or its tree as a dict.
pub fn written(given: &Bound<'_, PyAny>) -> PyResult<Value> {
    json::from_py(given).map_err(to_py)
}

#[pymethods]
impl PyPredicate {
    /// The canonical text.
    #[getter]
    fn text(&self) -> String {
        self.0.to_string()
    }

    /// The canonical JSON form, as plain data; `Result.predicate` and `Graph.predicate` read it back.
    #[getter]
    fn tree<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.to_json())
    }

    /// What may not mean what it seems to: dicts with `line`, `column`, `message` and `remedy`.
    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.warnings())
    }

    /// A hash of what it means: the same for all ways of writing one condition.
    fn hash(&self) -> String {
        self.0.hash()
    }

    /// All that is told of it: text, tree, hash, what it names, whether it needs `now`, warnings.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.described())
    }

    /// The query that gives the ids of the members in an engine, `duckdb` or `spark`, at an instant. `tables`: what the tables
    /// are called there, where it is not `profiles`, `events`, `consents`, `lists` and `segments`; `typed`, whether their columns
    /// have types.
    #[pyo3(signature = (dialect, now=None, *, tables=None))]
    fn sql(
        &self,
        py: Python<'_>,
        dialect: &str,
        now: Option<&Bound<'_, PyAny>>,
        tables: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<String> {
        let now = date(now)?;
        let tables = tables.map_or(Ok(Value::Null), |tables| written(tables.as_any()))?;
        guarded(py, || self.0.sql_by_words(dialect, &tables, now))
    }

    fn __str__(&self) -> String {
        self.text()
    }

    fn __repr__(&self) -> String {
        format!("Predicate({:?})", self.text())
    }
}
