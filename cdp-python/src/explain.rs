//! `Why`, `WhyNot` and `How`: explanations, as data, in words and for notebooks.

use crate::table::PyTable;
use crate::{html, json};
use cdp_core::explain::{How, RecordName, Why, WhyNot};
use cdp_core::io;
use cdp_core::report::notebook;
use pyo3::prelude::*;

/// Why two records are, or are not, the same person. `weight` is exactly `prior` + the parts + `related`.
#[pyclass(frozen, module = "light_cdp", name = "Why")]
pub struct PyWhy(pub Why);

#[pymethods]
impl PyWhy {
    /// Whether the records are in one profile.
    #[getter]
    fn same_profile(&self) -> bool {
        self.0.same_profile
    }

    /// Match weight in bits (log2 odds).
    #[getter]
    fn weight(&self) -> f64 {
        self.0.weight
    }

    /// The match probability that the weight stands for.
    #[getter]
    fn probability(&self) -> f64 {
        self.0.probability
    }

    /// Bits before any field was looked at.
    #[getter]
    fn prior(&self) -> f64 {
        self.0.prior
    }

    /// One dict a field: `field`, `values`, `level`, `weight`, and of it `frequency`: what comes from how common the value is.
    #[getter]
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.parts)
    }

    /// Bits of correction for related people (household, namesake).
    #[getter]
    fn related(&self) -> f64 {
        self.0.related
    }

    /// The weight in bits from which two records link.
    #[getter]
    fn threshold(&self) -> f64 {
        self.0.threshold
    }

    /// The links between just these two that hold.
    #[getter]
    fn links<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.links)
    }

    /// The links between just these two that were refused, with the reason.
    #[getter]
    fn refused<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.refused)
    }

    /// The link of the path with the least evidence; None without a path.
    #[getter]
    fn weakest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.weakest.map(|place| &self.0.path[place]))
    }

    /// The links that join the records, where they are in one profile.
    #[getter]
    fn path<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.path)
    }

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let masked = html::masked(py, None)?;
        let [a, b] = self.0.records.each_ref().map(|record| name(record, masked));
        Ok(format!("Why({a}, {b}: {:.2} bits)", self.0.weight))
    }

    /// The steps from nothing to the weight as a table: `step`, `level`, `value_a`, `value_b`, `weight`, `from`, `to`.
    #[getter]
    fn waterfall(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || io::figures::waterfall(&self.0))
    }

    /// The same without personal values and record ids: their first letters stay.
    fn masked(&self) -> PyWhy {
        PyWhy(self.0.masked())
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(notebook::why(&self.0, html::masked(py, None)?))
    }
}

/// Why two records are not one person, and what it would take.
#[pyclass(frozen, module = "light_cdp", name = "WhyNot")]
pub struct PyWhyNot(pub WhyNot);

#[pymethods]
impl PyWhyNot {
    /// Whether they are in one profile after all.
    #[getter]
    fn same_profile(&self) -> bool {
        self.0.same_profile
    }

    /// The weight in bits that they have or would have; None where no model compares records.
    #[getter]
    fn weight(&self) -> Option<f64> {
        self.0.weight
    }

    /// The weight in bits from which two records link.
    #[getter]
    fn threshold(&self) -> Option<f64> {
        self.0.threshold
    }

    /// One dict a blocking rule: `parts`, `shared` keys, `records` that have the rarest, `largest` allowed, `compares`.
    #[getter]
    fn blocking<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.blocking)
    }

    /// What stands between them, one dict each: `kind`, `reason`, `records`, `rule`.
    #[getter]
    fn obstacles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.obstacles)
    }

    /// What would make them one, one dict each: `kind`, `field`, `value`, `enough`, `text`.
    #[getter]
    fn needed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.needed)
    }

    /// The same without record ids and values: their first letters stay.
    fn masked(&self) -> PyWhyNot {
        PyWhyNot(self.0.masked())
    }

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let masked = html::masked(py, None)?;
        let [a, b] = self.0.records.each_ref().map(|record| name(record, masked));
        Ok(format!("WhyNot({a}, {b}: {} obstacles)", self.0.obstacles.len()))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let masked = html::masked(py, None)?.then(|| self.0.masked());
        let told = masked.as_ref().unwrap_or(&self.0);
        let obstacles = told.obstacles.iter().map(|obstacle| vec![obstacle.reason.clone()]).collect();
        let needed = told.needed.iter().map(|need| vec![need.text.clone()]).collect();
        let column = |name: &str, rows| (String::new(), vec![name.to_owned()], rows);
        let tables = vec![column("what stands between them", obstacles), column("what it would take", needed)];
        let lines = told.text.lines().take(2).map(str::to_owned).collect();
        Ok(html::piece("Why not", lines, tables))
    }
}

/// How a profile came together.
#[pyclass(frozen, module = "light_cdp", name = "How")]
pub struct PyHow(pub How);

#[pymethods]
impl PyHow {
    /// The profile's id.
    #[getter]
    fn profile_id(&self) -> &str {
        &self.0.profile_id
    }

    /// One dict a record, founder first: `source`, `record_id`.
    #[getter]
    fn members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.members)
    }

    /// The merges as a tree, one dict each: `nodes` (members first, in their order, then merges, in theirs), `size`, `link`.
    #[getter]
    fn tree<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.tree)
    }

    /// Links whose removal would take the profile apart, one dict each: `link`, `size` and `part` of the smaller part.
    #[getter]
    fn bridges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.bridges)
    }

    /// The share of the pairs of members that hold by themselves.
    #[getter]
    fn cohesion(&self) -> f64 {
        self.0.cohesion
    }

    /// What became of it, in order, one dict each: `number`, `at`, `what`, `cause`, `profiles`; of a live graph.
    #[getter]
    fn history<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.history)
    }

    /// One dict a merge, strongest first: `records`, `weight`, `rule`, `evidence`.
    #[getter]
    fn merges<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.merges)
    }

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self) -> String {
        format!("How({}: {} records)", self.0.profile_id, self.0.members.len())
    }

    /// The same without record ids: their first letters stay.
    fn masked(&self) -> PyHow {
        PyHow(self.0.masked())
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(notebook::how(&self.0, html::masked(py, None)?))
    }
}

/// A record's name in a `repr`, which notebooks keep beside the HTML: masked as the HTML is.
fn name(record: &RecordName, masked: bool) -> String {
    let id = if masked { html::mask(&record.record_id) } else { record.record_id.clone() };
    format!("{} {id}", record.source)
}
