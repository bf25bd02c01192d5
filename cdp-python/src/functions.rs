//! Functions on single values, and the entry of the conformance vectors.

use crate::errors::{guarded, to_py, wrong_argument};
use crate::json;
use cdp_core::normalize::{Options, normalize as normalize_text};
use cdp_core::schema::Kind;
use cdp_core::{Code, Error};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use serde_json::Value;

/// Normalises a text of a kind, or a list of texts: dicts with `display`, `key` and `verdict`; None stays None.
///
/// Options: `region`, `order`, `placeholders`.
#[pyfunction]
#[pyo3(signature = (kind, value, **options))]
pub fn normalize<'py>(
    py: Python<'py>,
    kind: &str,
    value: &Bound<'py, PyAny>,
    options: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let kind: Kind = kind.parse().map_err(to_py)?;
    let options = match options {
        Some(options) => {
            let options = json::from_py(options.as_any()).map_err(to_py)?;
            serde_json::from_value(options)
                .map_err(|error| to_py(Error::new(Code::InvalidConfig, error.to_string()).field("options")))?
        }
        None => Options::default(),
    };
    match value.cast::<PyList>() {
        Ok(list) => {
            let items = list.iter().map(|item| one(py, kind, &item, &options)).collect::<PyResult<Vec<_>>>()?;
            items.into_bound_py_any(py)
        }
        Err(_) => one(py, kind, value, &options),
    }
}

fn one<'py>(py: Python<'py>, kind: Kind, value: &Bound<'py, PyAny>, options: &Options) -> PyResult<Bound<'py, PyAny>> {
    if value.is_none() {
        return Ok(value.clone());
    }
    let text =
        value.cast::<PyString>().map_err(|_| wrong_argument("value", value, "a str, None, or a list of these"))?;
    let text = text.to_string();
    json::to_py(py, &guarded(py, || Ok(normalize_text(kind, &text, options)))?)
}

/// How alike two texts are, from 0 to 1, by a metric such as `jaro_winkler`.
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
