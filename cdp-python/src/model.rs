//! `Model`: a trained match model, frozen.

use crate::{errors, json};
use cdp_core::model::Model;
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::path::PathBuf;

/// A trained match model. Save it to match new data exactly as before.
#[pyclass(frozen, module = "light_cdp", name = "Model")]
pub struct PyModel(pub Model);

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

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<PyModel>().is_ok_and(|other| other.get().0 == self.0)
    }
}
