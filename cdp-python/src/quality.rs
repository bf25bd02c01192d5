//! `evaluate` and its `Quality`.

use crate::{frame, json, task};
use cdp_core::progress::Control;
use cdp_core::quality::{self, Quality};
use cdp_core::report::notebook;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Compares assignments with the truth.
///
/// Parameters
/// ----------
/// assignments : frame or path
///     With ``record_id``, ``profile_id`` and, where several sources have the same ids, ``source``.
/// truth : frame or path
///     The key of each record and the entity it belongs to.
///
/// Returns
/// -------
/// Quality
///     Pairwise and B-cubed precision, recall and F1, and counts of clusters.
#[pyfunction]
pub fn evaluate(py: Python<'_>, assignments: &Bound<'_, PyAny>, truth: &Bound<'_, PyAny>) -> PyResult<PyQuality> {
    let (assignments, truth) = (frame::source(assignments, "assignments")?, frame::source(truth, "truth")?);
    let judge = move |control: Control| {
        quality::evaluate_tables(&assignments.into_table(&control)?, &truth.into_table(&control)?)
    };
    task::run(py, None, judge).map(PyQuality)
}

/// Figures of match quality. Each is an attribute and a key: `quality.pairwise["f1"]`, `quality["clusters"]`.
#[pyclass(frozen, mapping, module = "light_cdp", name = "Quality")]
pub struct PyQuality(pub Quality);

#[pymethods]
impl PyQuality {
    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(json::to_py(py, &self.0)?.cast_into::<PyDict>()?)
    }

    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        Ok(self.to_dict(py)?.keys().iter().collect())
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item(name)?.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.to_dict(py)?.len())
    }

    /// `precision`, `recall` and `f1` over pairs of records.
    #[getter]
    fn pairwise<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.pairwise)
    }

    /// `precision`, `recall` and `f1` averaged over records.
    #[getter]
    fn b_cubed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.b_cubed)
    }

    /// Records judged.
    #[getter]
    fn records(&self) -> u64 {
        self.0.records
    }

    /// Records of the assignments that the truth does not speak of; they are left out.
    #[getter]
    fn records_without_truth(&self) -> u64 {
        self.0.records_without_truth
    }

    /// Profiles among the records judged.
    #[getter]
    fn clusters(&self) -> u64 {
        self.0.clusters
    }

    /// True entities among the records judged.
    #[getter]
    fn entities(&self) -> u64 {
        self.0.entities
    }

    /// Profiles that hold exactly the records of one entity.
    #[getter]
    fn exact_clusters(&self) -> u64 {
        self.0.exact_clusters
    }

    fn __repr__(&self) -> String {
        let Quality { pairwise, b_cubed, .. } = &self.0;
        format!("Quality(pairwise f1 {:.4}, b_cubed f1 {:.4})", pairwise.f1, b_cubed.f1)
    }

    fn _repr_html_(&self) -> String {
        let row = |name: &str, scores: &quality::Scores| {
            let figures = [scores.precision, scores.recall, scores.f1].map(|figure| format!("{figure:.4}"));
            std::iter::once(name.to_owned()).chain(figures).collect()
        };
        let rows = [row("pairwise", &self.0.pairwise), row("B-cubed", &self.0.b_cubed)];
        let line = format!(
            "{} records of {} entities, {} without a truth",
            self.0.records, self.0.entities, self.0.records_without_truth
        );
        let grid = notebook::Grid::new("Against the truth", &["over", "#precision", "#recall", "#F1"], rows.to_vec());
        notebook::piece("", &[line], &[grid])
    }
}
