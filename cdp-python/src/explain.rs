//! `Why`, `WhyNot` and `How`: explanations, as data, in words and for notebooks.

use crate::{html, json};
use cdp_core::explain::{How, PathStep, RecordName, Why, WhyNot};
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

    fn __repr__(&self) -> String {
        let [a, b] = self.0.records.each_ref().map(name);
        format!("Why({a}, {b}: {:.2} bits)", self.0.weight)
    }

    fn _repr_html_(&self) -> String {
        let why = &self.0;
        let row = |label: &str, values: [&str; 2], level: &str, weight: f64| {
            let [left, right] = values.map(html::escape);
            vec![html::escape(label), left, right, html::escape(level), format!("{weight:.2}"), html::bar(weight)]
        };
        let mut rows = vec![row("prior", ["", ""], "before any field", why.prior)];
        rows.extend(why.parts.iter().map(|part| {
            let values = part.values.each_ref().map(|value| value.as_deref().unwrap_or("-"));
            row(&part.field, values, &part.level, part.weight)
        }));
        rows.push(row("related", ["", ""], "household or namesake", why.related));
        rows.push(row("sum", ["", ""], &format!("probability {:.6}", why.probability), why.weight));
        let [a, b] = why.records.each_ref().map(name);
        format!("<p>{}</p>", html::escape(&why.text)) + &html::table(&["field", &a, &b, "level", "bits", ""], rows)
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

    /// Everything as plain data.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0)
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(&self) -> String {
        let [a, b] = self.0.records.each_ref().map(name);
        format!("WhyNot({a}, {b}: {} obstacles)", self.0.obstacles.len())
    }

    fn _repr_html_(&self) -> String {
        format!("<pre>{}</pre>", html::escape(&self.0.text))
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

    fn _repr_html_(&self) -> String {
        let row = |step: &PathStep| {
            let [a, b] = step.records.each_ref().map(|record| html::escape(&name(record)));
            vec![a, b, html::escape(&step.rule), format!("{:.2}", step.weight), html::bar(step.weight)]
        };
        let steps = html::table(&["record", "record", "rule", "bits", ""], self.0.merges.iter().map(row));
        format!("<p>{}</p>", html::escape(&self.0.text)) + &steps
    }
}

fn name(record: &RecordName) -> String {
    format!("{} {}", record.source, record.record_id)
}
