//! `activate` and its `Export`.

use crate::errors::{guarded, to_py};
use crate::json;
use crate::result::{PyResolution, date};
use crate::table::PyTable;
use cdp_core::activation::Export;
use cdp_core::io;
use cdp_core::resolve::Activation;
use pyo3::prelude::*;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// The golden values of a result as a destination wants them, of those who allow the purpose.
///
/// Parameters
/// ----------
/// result : Result
///     Whose profiles.
/// destination : str
///     Such as ``"google_ads"``; an unknown one is refused with the list of those there are.
/// purpose : str
///     What for; it is written into the export.
/// consent : str or list of str
///     Who allows the purpose: a predicate, or profile ids.
/// address_consent : dict, optional
///     The same apart for ``email`` and ``phone``.
/// signals : dict, optional
///     What people said besides, by its name, where the destination is told.
/// members : str or list of str, optional
///     Whom to export; all where it is not given.
/// kinds : list of str, optional
///     Only these kinds of values.
/// country : str, optional
///     The country of people whose profile has none; without it their national telephone numbers are left out.
/// batch_size : int, optional
///     At most so many people a batch.
/// now : date, datetime or str, optional
///     What time it is, for predicates about ages and events.
///
/// Returns
/// -------
/// Export
///     The batches, and who and what was left out and why.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // as many as Python's callers may give
#[pyo3(signature = (result, destination, purpose, *, consent, address_consent=None, signals=None, members=None, kinds=None,
    country=None, batch_size=None, now=None))]
pub fn activate(
    py: Python<'_>,
    result: &Bound<'_, PyResolution>,
    destination: &str,
    purpose: &str,
    consent: &Bound<'_, PyAny>,
    address_consent: Option<&Bound<'_, PyAny>>,
    signals: Option<&Bound<'_, PyAny>>,
    members: Option<&Bound<'_, PyAny>>,
    kinds: Option<&Bound<'_, PyAny>>,
    country: Option<&str>,
    batch_size: Option<usize>,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyExport> {
    let mut given = Map::new();
    given.insert("destination".to_owned(), destination.into());
    given.insert("purpose".to_owned(), purpose.into());
    let others = [("address_consent", address_consent), ("signals", signals), ("members", members), ("kinds", kinds)];
    let others = others.into_iter().filter_map(|(name, value)| Some((name, value?)));
    for (name, value) in others.chain([("consent", consent)]) {
        given.insert(name.to_owned(), json::from_py(value).map_err(to_py)?);
    }
    given.extend(country.map(|country| ("country".to_owned(), country.into())));
    given.extend(batch_size.map(|size| ("batch_size".to_owned(), size.into())));
    let now = date(now)?;
    let result = result.get();
    guarded(py, || {
        let mut activation = Activation::from_json(Value::Object(given))?;
        activation.now = now;
        result.0.activate(&activation)
    })
    .map(PyExport)
}

/// What `activate` gives: batches of encoded rows, and how many were left out and why.
#[pyclass(frozen, module = "light_cdp", name = "Export")]
pub struct PyExport(pub(crate) Export);

#[pymethods]
impl PyExport {
    /// The destination, e.g. `meta_capi@2026`.
    #[getter]
    fn destination(&self) -> &str {
        self.0.destination
    }

    /// What for.
    #[getter]
    fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// How many people are in it.
    #[getter]
    fn people(&self) -> usize {
        self.0.people()
    }

    /// The rows, one table a batch.
    #[getter]
    fn batches(&self, py: Python<'_>) -> PyResult<Vec<PyTable>> {
        let batches = self.0.batches.iter();
        batches.map(|batch| PyTable::from_core(py, || io::tables::of_table(&batch.table))).collect()
    }

    /// The ids of the profiles of each batch, row by row; for your records, not for the destination.
    #[getter]
    fn profiles(&self) -> Vec<Vec<String>> {
        self.0.batches.iter().map(|batch| batch.profiles.clone()).collect()
    }

    /// What the people of each batch said besides.
    #[getter]
    fn signals(&self) -> Vec<String> {
        self.0.batches.iter().map(|batch| batch.signal.clone()).collect()
    }

    /// How many people are not in it, by reason.
    #[getter]
    fn left_out<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.left_out_by_word())
    }

    /// How many values are not in it, by kind and reason, of people who allow the purpose.
    #[getter]
    fn values_left_out<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.values_left_out_by_word())
    }

    /// Writes one CSV file a batch, and one JSON file that says what they are for; the paths of the CSV files.
    fn save(&self, py: Python<'_>, folder: PathBuf) -> PyResult<Vec<PathBuf>> {
        guarded(py, || io::activation::save(folder, &self.0))
    }

    fn __repr__(&self) -> String {
        let Export { destination, purpose, batches, .. } = &self.0;
        format!("Export({} people to {destination} for {purpose}, {} batches)", self.0.people(), batches.len())
    }
}
