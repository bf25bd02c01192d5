//! A resolve in shards, as `light_cdp.spark` calls it.

use crate::errors::{guarded, to_py};
use crate::model::PyModel;
use crate::table::PyTable;
use crate::{config, frame};
use arrow_array::RecordBatch;
use cdp_core::io::{shards, tables};
use cdp_core::model::Model;
use cdp_core::progress::Control;
use cdp_core::record::Table;
use cdp_core::resolve::{Blocks, Resolution, Shards};
use cdp_core::{Code, Config, Error};
use pyo3::prelude::*;
use std::sync::{Mutex, PoisonError};

/// A model and a configuration, ready for records in shards: what workers of Spark hold.
#[pyclass(frozen, module = "light_cdp", name = "_Shards")]
pub struct PyShards(Shards);

/// What the core says of frames, a configuration and a model.
fn of_frames<T: Send>(
    py: Python<'_>,
    frames: &Bound<'_, PyAny>,
    config: Option<&Bound<'_, PyAny>>,
    model: &Bound<'_, PyModel>,
    ask: impl FnOnce(&[Table], Option<&Config>, &Model) -> cdp_core::Result<T> + Send,
) -> PyResult<T> {
    let sources = frame::sources(frames)?;
    let config = config::given(py, config)?;
    let model = &model.get().0;
    guarded(py, || ask(&frame::into_tables(sources, &Control::default())?, config.as_ref(), model))
}

#[pymethods]
impl PyShards {
    /// Of frames by the name of their source, whose columns alone are looked at.
    #[new]
    #[pyo3(signature = (frames, config, model))]
    fn new(
        py: Python<'_>,
        frames: &Bound<'_, PyAny>,
        config: Option<&Bound<'_, PyAny>>,
        model: &Bound<'_, PyModel>,
    ) -> PyResult<Self> {
        of_frames(py, frames, config, model, |tables, config, model| Shards::new(tables, config, model).map(PyShards))
    }

    /// Why these frames can only be resolved as a whole, if so; raises what else is at fault.
    #[staticmethod]
    #[pyo3(signature = (frames, config, model))]
    fn hindrance(
        py: Python<'_>,
        frames: &Bound<'_, PyAny>,
        config: Option<&Bound<'_, PyAny>>,
        model: &Bound<'_, PyModel>,
    ) -> PyResult<Option<String>> {
        of_frames(py, frames, config, model, |tables, config, model| {
            Ok(Shards::hindrance(tables, config, model)?.map(|error| error.to_string()))
        })
    }

    /// From the text of `to_json`.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        guarded(py, || Shards::from_json(text).map(PyShards))
    }

    /// As text, for other machines.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// What each row of a source is looked for by.
    fn sought(&self, py: Python<'_>, source: &str, rows: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let batches = frame::batches(rows, source)?;
        PyTable::from_core(py, || shards::sought(&self.0, source, &batches))
    }

    /// An account of the records of keys.
    fn blocks(&self) -> PyBlocks {
        PyBlocks(Mutex::new(self.0.blocks()))
    }

    /// The links of the model in the blocks of a shard.
    fn score(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let batches = frame::batches(rows, "rows")?;
        PyTable::from_core(py, || shards::score(&self.0, &batches))
    }

    /// Assignments, profiles, links and refused links of whole components.
    fn join(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<Vec<PyTable>> {
        let batches = frame::batches(rows, "rows")?;
        let made = guarded(py, || shards::join(&self.0, &batches).and_then(|resolution| all_tables(&resolution)))?;
        Ok(made.into_iter().map(PyTable::from_batch).collect())
    }

    /// These tables of no records at all.
    fn empty(&self, py: Python<'_>) -> PyResult<Vec<PyTable>> {
        let made = guarded(py, || self.0.join(self.0.heads(), &[]).and_then(|resolution| all_tables(&resolution)))?;
        Ok(made.into_iter().map(PyTable::from_batch).collect())
    }

    /// Raises that two records of a source have one id.
    fn refuse_duplicate(&self, source: &str, id: &str) -> PyResult<()> {
        Err(to_py(self.0.duplicate(source, id)))
    }

    /// What the caller should know of the frames.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings().to_vec()
    }

    /// How many of rows that are equal form blocks.
    #[getter]
    fn shown(&self) -> usize {
        self.0.shown()
    }

    /// The component of each record of pairs.
    #[staticmethod]
    fn components(py: Python<'_>, pairs: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let batches = frame::batches(pairs, "pairs")?;
        PyTable::from_core(py, || shards::joined(&batches))
    }
}

/// Assignments, profiles, links and refused links.
fn all_tables(resolution: &Resolution) -> cdp_core::Result<Vec<RecordBatch>> {
    ["assignments", "profiles", "links", "refused"].map(|name| tables::by_name(resolution, name)).into_iter().collect()
}

/// The records of keys, added batch by batch.
#[pyclass(frozen, module = "light_cdp", name = "_Blocks")]
pub struct PyBlocks(Mutex<Blocks>);

#[pymethods]
impl PyBlocks {
    /// Adds records under their keys; gives the pairs that an identifier value joins.
    fn add(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let batches = frame::batches(rows, "rows")?;
        PyTable::from_core(py, || {
            let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let [batch] = batches.as_slice() else {
                return Err(Error::new(Code::InvalidInput, "one record batch is expected"));
            };
            shards::add_keys(&mut blocks, batch)
        })
    }

    /// The records of the blocks that formed.
    fn formed(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || shards::formed(&self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
