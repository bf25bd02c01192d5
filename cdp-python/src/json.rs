//! Plain data between Python and the core: dict, list, text, number, boolean, None.

use cdp_core::{Code, Error, Result};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde::Serialize;
use serde_json::{Map, Number, Value};

/// A serialisable value as plain Python data.
pub fn to_py<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    match serde_json::to_value(value) {
        Ok(value) => value_to_py(py, &value),
        Err(error) => Err(crate::errors::to_py(Error::unreadable(Code::Internal, "the result", &error))),
    }
}

fn value_to_py<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(flag) => flag.into_bound_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => whole.into_bound_py_any(py),
            (None, Some(whole)) => whole.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::String(text) => text.into_bound_py_any(py),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| value_to_py(py, item)).collect::<PyResult<_>>()?;
            PyList::new(py, items)?.into_bound_py_any(py)
        }
        Value::Object(entries) => {
            let dict = PyDict::new(py);
            for (key, entry) in entries {
                dict.set_item(key, value_to_py(py, entry)?)?;
            }
            dict.into_bound_py_any(py)
        }
    }
}

/// Plain Python data as JSON.
///
/// # Errors
/// `invalid_config` naming the path of anything else.
pub fn from_py(value: &Bound<'_, PyAny>) -> Result<Value> {
    from_py_at(value, "")
}

fn from_py_at(value: &Bound<'_, PyAny>, path: &str) -> Result<Value> {
    let wrong = |words: String| Error::new(Code::InvalidConfig, words).field(path.trim_start_matches('.'));
    let unreadable = |error: PyErr| wrong(error.to_string());
    if value.is_none() {
        Ok(Value::Null)
    } else if let Ok(flag) = value.cast::<PyBool>() {
        Ok(Value::Bool(flag.is_true()))
    } else if let Ok(text) = value.cast::<PyString>() {
        Ok(Value::String(text.to_string()))
    } else if value.is_instance_of::<PyInt>() {
        Ok(value.extract::<i64>().map_err(unreadable)?.into())
    } else if value.is_instance_of::<PyFloat>() {
        let number = value.extract::<f64>().map_err(unreadable)?;
        Number::from_f64(number).map(Value::Number).ok_or_else(|| wrong(format!("{number} is not a number")))
    } else if let Ok(dict) = value.cast::<PyDict>() {
        let mut object = Map::new();
        for (key, entry) in dict {
            let key: String = key.extract().map_err(|_| wrong(format!("the key {key} is not text")))?;
            let entry = from_py_at(&entry, &format!("{path}.{key}"))?;
            object.insert(key, entry);
        }
        Ok(Value::Object(object))
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter().map_err(unreadable)?;
        items.map(|item| from_py_at(&item.map_err(unreadable)?, path)).collect::<Result<_>>().map(Value::Array)
    } else {
        let class = value.get_type().to_string();
        Err(wrong(format!("a value of {class} has no place in a configuration"))
            .help("use dict, list, str, int, float, bool or None"))
    }
}
