//! Functions on single values, and the entry of the conformance vectors.

use crate::errors::{guarded, to_py, wrong_argument};
use crate::json;
use pyo3::prelude::*;
use serde_json::Value;

/// How alike two texts are.
///
/// Parameters
/// ----------
/// metric : str
///     Such as ``"jaro_winkler"``; an unknown one is refused with the list of those there are.
/// a : str
///     One text.
/// b : str
///     The other.
///
/// Returns
/// -------
/// float
///     From 0 to 1.
#[pyfunction]
pub fn similarity(py: Python<'_>, metric: &str, a: &str, b: &str) -> PyResult<f64> {
    guarded(py, || cdp_core::similarity::by_name(metric, a, b))
}

/// Calls an operation of the conformance vectors with its list of inputs.
#[pyfunction]
pub fn conformance<'py>(py: Python<'py>, operation: &str, input: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    match json::from_py(input).map_err(to_py)? {
        Value::Array(input) => json::to_py(py, &guarded(py, || cdp_core::conformance::call(operation, &input))?),
        _ => Err(wrong_argument("input", input, "a list")),
    }
}

/// The names of the operations of the conformance vectors.
#[pyfunction]
pub fn conformance_operations() -> Vec<&'static str> {
    cdp_core::conformance::operations().collect()
}
