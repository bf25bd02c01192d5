//! `diff` and its `Diff`.

use crate::errors::{guarded, to_py, wrong_argument};
use crate::graph::PyGraph;
use crate::result::{PyResolution, date};
use crate::table::PyTable;
use crate::{html, json};
use cdp_core::explain::diff::{Diff, Limits, Options};
use cdp_core::io;
use cdp_core::report::notebook;
use pyo3::prelude::*;

/// What changed from one result to another, or from one graph to another.
///
/// Merges, splits, moved records, golden values, segments; of graphs also devices and consents.
///
/// Parameters
/// ----------
/// before : Result or Graph
///     The first.
/// after : Result or Graph
///     The second, of the same type.
/// now : date, datetime or str, optional
///     What time it is, for segments about ages and events.
/// examples : int, optional
///     How many groups of profiles to show, those of the largest impact first; all where it is None.
///
/// Returns
/// -------
/// Diff
///     Counts of everything, and the groups as tables.
///
/// Raises
/// ------
/// PredicateError
///     If a segment speaks of time and `now` is not given.
#[pyfunction]
#[pyo3(signature = (before, after, *, now=None, examples=1000))]
pub fn diff(
    py: Python<'_>,
    before: &Bound<'_, PyAny>,
    after: &Bound<'_, PyAny>,
    now: Option<&Bound<'_, PyAny>>,
    examples: Option<usize>,
) -> PyResult<PyDiff> {
    let options = Options { now: date(now)?, examples: examples.unwrap_or(usize::MAX) };
    if let (Ok(before), Ok(after)) = (before.cast::<PyResolution>(), after.cast::<PyResolution>()) {
        let (before, after) = (before.get(), after.get());
        return guarded(py, || before.0.diff(&after.0, &options)).map(PyDiff);
    }
    match (before.cast::<PyGraph>(), after.cast::<PyGraph>()) {
        (Ok(before), Ok(after)) => {
            let (before, after) = (before.get(), after.get());
            guarded(py, || before.0.diff(&after.0, &options)).map(PyDiff)
        }
        (Ok(_), Err(_)) => Err(wrong_argument("after", after, "two graphs, or two results")),
        _ => Err(wrong_argument("before", before, "two results, or two graphs")),
    }
}

/// What changed between two results or two graphs.
#[pyclass(frozen, module = "light_cdp", name = "Diff")]
pub struct PyDiff(Diff);

#[pymethods]
impl PyDiff {
    /// How much changed, of everything.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.counts)
    }

    /// Per golden field, how many profiles have another value.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.values)
    }

    /// Per segment: how many were in it `before` and `after`, `entered` and `left`.
    #[getter]
    fn segments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.segments)
    }

    /// Per purpose, how many answers changed from one to another; of graphs.
    #[getter]
    fn consents<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.consents)
    }

    /// The groups of profiles in which anything changed, one row each, the largest impact first.
    #[getter]
    fn groups(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || io::diff::groups(&self.0))
    }

    /// The golden values, memberships and consents that changed in these groups, one row each.
    #[getter]
    fn details(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || io::diff::details(&self.0))
    }

    /// How many groups changed, also those that are not shown.
    #[getter]
    fn groups_changed(&self) -> u64 {
        self.0.groups_changed
    }

    /// Raises a `DataError` with the code `limit_exceeded` if more changed than `limits` allow: `{"merged": 10, "moved": "0.5%"}`.
    fn check(&self, py: Python<'_>, limits: &Bound<'_, PyAny>) -> PyResult<()> {
        let limits = json::from_py(limits).map_err(to_py)?.to_string();
        guarded(py, || {
            let limits = Limits::from_json(&limits).map_err(cdp_core::Error::without_position)?;
            self.0.check(&limits)
        })
    }

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __bool__(&self) -> bool {
        !self.0.is_empty()
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(notebook::diff(&self.0, html::masked(py, None)?))
    }

    fn __repr__(&self) -> String {
        format!("Diff({} groups changed)", self.0.groups_changed)
    }
}
