//! `Scenario`: a golden scenario; `light_cdp.testing` runs folders of them in pytest.

use crate::errors::guarded;
use crate::json;
use cdp_core::scenario::{self, Scenario};
use pyo3::exceptions::PyAssertionError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::path::PathBuf;

/// A golden scenario: given these messages, expect these profiles.
#[pyclass(frozen, module = "light_cdp", name = "Scenario")]
pub struct PyScenario(Scenario);

#[pymethods]
impl PyScenario {
    /// Reads a scenario: `.toml` or `.json`.
    #[classmethod]
    fn load(_class: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        guarded(py, || Scenario::load(path)).map(PyScenario)
    }

    /// Reads the scenarios of a folder, in order of name.
    #[classmethod]
    fn load_all(_class: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf) -> PyResult<Vec<Self>> {
        guarded(py, || scenario::load(path)).map(|all| all.into_iter().map(PyScenario).collect())
    }

    /// What it shows, in a line.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// Why it matters.
    #[getter]
    fn about(&self) -> &str {
        &self.0.about
    }

    /// Why it is known to fail, if it is.
    #[getter]
    fn known_failure(&self) -> Option<&str> {
        self.0.known_failure.as_deref()
    }

    /// Runs it, and tells what is not as expected: `failures`, `checks`, `orders`, `known_failure`, `text`.
    fn run<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let outcome = guarded(py, || self.0.run())?;
        json::to_py(py, &outcome)
    }

    /// Runs it; raises an `AssertionError` that says what was expected, what was found and why.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        let outcome = guarded(py, || self.0.run())?;
        if outcome.passed() { Ok(()) } else { Err(PyAssertionError::new_err(outcome.text)) }
    }

    fn __repr__(&self) -> String {
        format!("Scenario({:?})", self.0.name)
    }
}
