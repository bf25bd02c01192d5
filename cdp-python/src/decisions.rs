//! `Decisions`: pairs of records that people confirmed or refused.

use crate::errors::{guarded, to_py, wrong_argument};
use crate::frame;
use crate::table::PyTable;
use cdp_core::explain::RecordName;
use cdp_core::io;
use cdp_core::resolve::Decisions;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Pairs of records decided by people. They hold in every run they are given to, and can be taken back.
///
/// `answers`: a frame, or the path of a file, with the columns `source_a`, `record_id_a`, `source_b`, `record_id_b` and `same`,
/// such as the filled-in table of `Result.review`. Rows without an answer are left out.
#[pyclass(frozen, module = "light_cdp", name = "Decisions")]
#[derive(Default)]
pub struct PyDecisions(Mutex<Decisions>);

impl PyDecisions {
    fn inner(&self) -> MutexGuard<'_, Decisions> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decisions as callers give them: an object of the class, a frame or a path.
pub fn given(py: Python<'_>, decisions: Option<&Bound<'_, PyAny>>) -> PyResult<Decisions> {
    let Some(decisions) = decisions else { return Ok(Decisions::default()) };
    if let Ok(decisions) = decisions.cast::<PyDecisions>() {
        return Ok(decisions.get().inner().clone());
    }
    let source = frame::source(decisions, "decisions")?;
    guarded(py, || Decisions::from_table(&source.into_table(&Default::default())?))
}

/// The record of a `(source, record_id)`.
pub fn record(name: &Bound<'_, PyAny>) -> PyResult<RecordName> {
    let pair = name.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2);
    let pair = pair.ok_or_else(|| wrong_argument("record", name, "(source, record_id)"))?;
    named(pair)
}

/// The record of a `(source, record_id)`, both of any type that can be shown.
pub fn named(pair: &Bound<'_, PyTuple>) -> PyResult<RecordName> {
    Ok(RecordName { source: pair.get_item(0)?.str()?.to_string(), record_id: pair.get_item(1)?.str()?.to_string() })
}

#[pymethods]
impl PyDecisions {
    #[new]
    #[pyo3(signature = (answers=None))]
    fn new(py: Python<'_>, answers: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        given(py, answers).map(|decisions| PyDecisions(Mutex::new(decisions)))
    }

    /// Reads decisions from a CSV or JSON lines file.
    #[classmethod]
    fn load(_class: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        guarded(py, || io::decisions::load(path)).map(|decisions| PyDecisions(Mutex::new(decisions)))
    }

    /// Writes the decisions to a file, by its extension: `.csv`, `.jsonl` or `.ndjson`.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let decisions = self.inner().clone();
        guarded(py, || io::decisions::save(path, &decisions))
    }

    /// Says that two records are one person. A record is `(source, record_id)`.
    fn confirm(&self, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<()> {
        let (a, b) = (record(a)?, record(b)?);
        self.inner().confirm(a, b).map_err(to_py)
    }

    /// Says that two records are different people.
    fn refuse(&self, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<()> {
        let (a, b) = (record(a)?, record(b)?);
        self.inner().refuse(a, b).map_err(to_py)
    }

    /// Takes the decision about two records back; tells whether there was one.
    fn forget(&self, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<bool> {
        let (a, b) = (record(a)?, record(b)?);
        Ok(self.inner().forget(a, b))
    }

    /// One row a decided pair: source_a, record_id_a, source_b, record_id_b, same.
    #[getter]
    fn table(&self, py: Python<'_>) -> PyResult<PyTable> {
        let decisions = self.inner().clone();
        PyTable::from_core(py, || io::tables::of_table(&decisions.to_table()?))
    }

    fn __len__(&self) -> usize {
        self.inner().len()
    }

    fn __repr__(&self) -> String {
        let decisions = self.inner();
        let confirmed = decisions.iter().filter(|(_, _, same)| *same).count();
        format!("Decisions({confirmed} confirmed, {} refused)", decisions.len() - confirmed)
    }
}
