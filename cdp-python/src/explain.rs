//! `Why` and `How`: explanations, as data, in words and for notebooks.

use crate::{html, json};
use cdp_core::explain::{How, PathStep, RecordName, Why};
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

    /// One dict a field: `field`, `values`, `level`, `weight`.
    #[getter]
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0.parts)
    }

    /// Bits of correction for related people (household, namesake).
    #[getter]
    fn related(&self) -> f64 {
        self.0.related
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

    /// One dict a merge, strongest first: `records`, `weight`, `rule`.
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
