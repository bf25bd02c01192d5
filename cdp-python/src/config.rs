//! `Config`: what a caller can decide, as a file, a dict or an object.

use crate::{errors, frame, json, task};
use cdp_core::schema::Config;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use std::path::PathBuf;

/// The configuration of a resolve: kinds of fields, identifier rules, matching, survivorship, segments.
#[pyclass(frozen, module = "light_cdp", name = "Config")]
pub struct PyConfig(pub Config);

/// A configuration as callers give it: a `Config`, a dict, the path of a file, or nothing.
pub fn given(py: Python<'_>, config: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Config>> {
    let Some(config) = config else { return Ok(None) };
    if let Ok(config) = config.cast::<PyConfig>() {
        return Ok(Some(config.get().0.clone()));
    }
    if config.is_instance_of::<PyDict>() {
        return from_dict(config).map(Some);
    }
    if config.is_instance_of::<PyString>() || config.hasattr("__fspath__")? {
        let path: PathBuf = config.extract()?;
        return errors::guarded(py, || Config::load(path)).map(Some);
    }
    Err(errors::wrong_argument("config", config, "a Config, a dict, or the path of a TOML or JSON file"))
}

fn from_dict(data: &Bound<'_, PyAny>) -> PyResult<Config> {
    let value = json::from_py(data).map_err(errors::to_py)?;
    errors::guarded(data.py(), || Config::from_value(&value))
}

#[pymethods]
impl PyConfig {
    /// What `resolve` would use for these frames without any configuration.
    #[classmethod]
    fn infer(_class: &Bound<'_, PyType>, py: Python<'_>, frames: &Bound<'_, PyAny>) -> PyResult<Self> {
        let sources = frame::sources(frames)?;
        task::run(py, None, move |control| Ok(Config::infer(&frame::into_tables(sources, &control)?))).map(PyConfig)
    }

    /// Reads a TOML or JSON file.
    #[classmethod]
    fn load(_class: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        errors::guarded(py, || Config::load(path)).map(PyConfig)
    }

    /// A configuration from plain data.
    #[classmethod]
    fn from_dict(_class: &Bound<'_, PyType>, data: &Bound<'_, PyDict>) -> PyResult<Self> {
        from_dict(data.as_any()).map(PyConfig)
    }

    /// Writes a TOML or JSON file, by its extension.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        errors::guarded(py, || self.0.save(path))
    }

    /// The configuration as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    /// The configuration as the text of a TOML file.
    fn to_toml(&self, py: Python<'_>) -> PyResult<String> {
        errors::guarded(py, || self.0.to_toml())
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.to_toml(py)
    }

    fn __repr__(&self) -> String {
        let names: Vec<&str> = self.0.sources.keys().map(String::as_str).collect();
        format!("Config(sources: {})", names.join(", "))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<PyConfig>().is_ok_and(|other| other.get().0 == self.0)
    }
}
