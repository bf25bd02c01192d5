//! `Why` and `How`: explanations, as data, in words and for notebooks.

use crate::table::PyTable;
use crate::{html, json};
use cdp_core::explain::{How, RecordName, Why};
use cdp_core::io;
use cdp_core::report::notebook;
use pyo3::prelude::*;

/// Why two records are, or are not, the same person. `weight` is exactly `prior` + the parts + `related`.
#[pyclass(frozen, module = "light_cdp", name = "Why")]
pub struct PyWhy(pub Why);

#[pymethods]
impl PyWhy {
    /// Whether the records are in one profile.
    #[getter]
    fn same_profile(&self) -> bool {
        self.0.same_profile
    }

    /// Match weight in bits (log2 odds).
    #[getter]
    fn weight(&self) -> f64 {
        self.0.weight
    }

    /// The match probability that the weight stands for.
    #[getter]
    fn probability(&self) -> f64 {
        self.0.probability
    }

    /// Bits before any field was looked at.
    #[getter]
    fn prior(&self) -> f64 {
        self.0.prior
    }

    /// One dict a field: `field`, `values`, `level`, `weight`.
    #[getter]
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.parts)
    }

    /// Bits of correction for related people (household, namesake).
    #[getter]
    fn related(&self) -> f64 {
        self.0.related
    }

    /// The links that join the records, where they are in one profile.
    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.path)
    }

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self) -> String {
        let [a, b] = self.0.records.each_ref().map(name);
        format!("Why({a}, {b}: {:.2} bits)", self.0.weight)
    }

    /// The steps from nothing to the weight as a table: `step`, `level`, `value_a`, `value_b`, `weight`, `from`, `to`.
    #[getter]
    fn waterfall(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || io::figures::waterfall(&self.0))
    }

    /// The same without personal values and record ids: their first letters stay.
    fn masked(&self) -> PyWhy {
        PyWhy(self.0.masked())
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(notebook::why(&self.0, html::masked(py, None)?))
    }
}

/// How a profile came together.
#[pyclass(frozen, module = "light_cdp", name = "How")]
pub struct PyHow(pub How);

#[pymethods]
impl PyHow {
    /// The profile's id.
    #[getter]
    fn profile_id(&self) -> &str {
        &self.0.profile_id
    }

    /// One dict a record, founder first: `source`, `record_id`.
    #[getter]
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.members)
    }

    /// One dict a merge, strongest first: `records`, `weight`, `rule`.
    #[getter]
    fn merges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.merges)
    }

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self) -> String {
        format!("How({}: {} records)", self.0.profile_id, self.0.members.len())
    }

    /// The same without record ids: their first letters stay.
    fn masked(&self) -> PyHow {
        PyHow(self.0.masked())
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(notebook::how(&self.0, html::masked(py, None)?))
    }
}

fn name(record: &RecordName) -> String {
    format!("{} {}", record.source, record.record_id)
}
