//! `Model`: a trained match model, frozen.

use crate::table::PyTable;
use crate::{errors, json};
use cdp_core::model::Model;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};
use std::path::PathBuf;

/// A trained match model. Save it to match new data exactly as before.
#[pyclass(frozen, module = "light_cdp", name = "Model")]
pub struct PyModel(pub Model);

/// The model that a caller gives: a `Model`, or the path of a saved one.
pub fn given(py: Python<'_>, model: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Model>> {
    let Some(model) = model else { return Ok(None) };
    if let Ok(model) = model.cast::<PyModel>() {
        return Ok(Some(model.get().0.clone()));
    }
    if model.is_instance_of::<PyString>() || model.hasattr("__fspath__")? {
        let path: PathBuf = model.extract()?;
        return errors::guarded(py, || cdp_core::io::model::load(path)).map(Some);
    }
    Err(errors::wrong_argument("model", model, "a Model, or the path of a saved one"))
}

#[pymethods]
impl PyModel {
    /// Reads a saved model.
    #[classmethod]
    fn load(_class: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        errors::guarded(py, || cdp_core::io::model::load(path)).map(PyModel)
    }

    /// Saves the model as readable JSON.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        errors::guarded(py, || cdp_core::io::model::save(path, &self.0))
    }

    /// The model as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    /// Every comparison level as a table: `feature`, `level`, `m` and `u` (its share among matches and among strangers), `weight`.
    #[getter]
    fn parameters(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || cdp_core::io::figures::parameters(&self.0))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<PyModel>().is_ok_and(|other| other.get().0 == self.0)
    }
}
