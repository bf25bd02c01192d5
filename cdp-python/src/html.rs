//! What notebooks show, and whether personal values are masked there (`light_cdp.options`).

use cdp_core::report::notebook::{self, Grid};
use pyo3::prelude::*;

/// The module that holds the options of displays and the classes that display themselves.
const DISPLAY: &str = "light_cdp._display";

/// Whether personal values are to be masked: as said here, otherwise as `options` say.
pub fn masked(py: Python<'_>, said: Option<bool>) -> PyResult<bool> {
    match said {
        Some(said) => Ok(said),
        None => py.import(DISPLAY)?.getattr("options")?.getattr("mask_personal")?.extract(),
    }
}

/// A value in one of the classes that display themselves.
pub fn displayed<'py>(
    py: Python<'py>,
    class: &str,
    arguments: impl pyo3::call::PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(DISPLAY)?.getattr(class)?.call1(arguments)
}

/// A piece of HTML: a title, lines of text, and tables, each of a caption, columns and rows.
#[pyfunction]
#[pyo3(name = "_piece")]
pub fn piece(title: &str, lines: Vec<String>, tables: Vec<(String, Vec<String>, Vec<Vec<String>>)>) -> String {
    let grids = tables.into_iter().map(|(caption, columns, rows)| Grid { caption, columns, rows });
    notebook::piece(title, &lines, &grids.collect::<Vec<_>>())
}

/// A value of a field as it may be shown.
#[pyfunction]
#[pyo3(name = "_shown")]
pub fn shown(field: &str, value: &str, masked: bool) -> String {
    notebook::shown(field, value, masked)
}

/// The first letter of a value, and dots.
#[pyfunction]
#[pyo3(name = "_mask")]
pub fn mask(value: &str) -> String {
    cdp_core::privacy::mask(value)
}
