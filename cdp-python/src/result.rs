//! `resolve` and its `Result`.

use crate::columns::PyColumns;
use crate::config::{self, PyConfig};
use crate::errors::{guarded, to_py, wrong_argument};
use crate::explain::{PyHow, PyWhy, PyWhyNot};
use crate::model::PyModel;
use crate::predicate::{self, PyPredicate};
use crate::table::PyTable;
use crate::{decisions, frame, html, json, task};
use cdp_core::Config;
use cdp_core::instant::Instant;
use cdp_core::io::{self, figures, tables};
use cdp_core::progress::Control;
use cdp_core::record::Table;
use cdp_core::report::{self, notebook};
use cdp_core::resolve::{Decisions, Options, Resolution, whole_threads};
use cdp_core::segment::read_now;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Turns records into profiles.
///
/// Parameters
/// ----------
/// frames : frame, path, or dict of these
///     Anything with the Arrow PyCapsule interface (pandas, polars, pyarrow, duckdb), or the path of a CSV, JSON lines or
///     Parquet file; a dict names each source.
/// config : Config, dict or path, optional
///     What the columns mean and what rules hold; what it does not say is inferred from the data.
/// model : Model, optional
///     A trained model, used as it is; trained from the data where there is none.
/// decisions : Decisions or frame, optional
///     Pairs that people confirmed or refused; without a model they move the one that is trained here.
/// threads : int, optional
///     How many threads; all cores where it is not given. The result does not depend on it.
/// memory_limit : int or str, optional
///     The most memory that the process may hold, in bytes or as ``"2 GB"``; what the machine has where it is not given.
/// progress : bool or callable, optional
///     True for a bar (needs tqdm), or a function ``(stage, done, total)``.
///
/// Returns
/// -------
/// Result
///     Assignments, profiles, links and refused links as Arrow tables, with the configuration and model that were used.
///
/// Raises
/// ------
/// ConfigError, DataError, ModelError, MemoryLimitError, IoError
///     With a stable ``code``, the reason and the remedy.
///
/// Examples
/// --------
/// >>> result = cdp.resolve({"crm": crm, "shop": "shop.csv"})
/// >>> result.assignments.to_polars()
#[pyfunction]
#[allow(clippy::too_many_arguments)] // as many as Python's callers may give
#[pyo3(signature = (frames, config=None, *, model=None, decisions=None, threads=None, memory_limit=None, progress=None))]
pub fn resolve(
    py: Python<'_>,
    frames: &Bound<'_, PyAny>,
    config: Option<&Bound<'_, PyAny>>,
    model: Option<&Bound<'_, PyModel>>,
    decisions: Option<&Bound<'_, PyAny>>,
    threads: Option<f64>,
    memory_limit: Option<&Bound<'_, PyAny>>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyResolution> {
    call(
        py,
        frames,
        config,
        model,
        decisions::given(py, decisions)?,
        threads,
        memory_limit,
        progress,
        cdp_core::resolve,
    )
    .map(|resolution| PyResolution(Arc::new(resolution)))
}

/// Trains a model without labels first (or from ``model``), then by labels.
///
/// Parameters
/// ----------
/// frames : frame, path, or dict of these
///     As of ``resolve``.
/// labels : Decisions or frame, optional
///     Pairs that people confirmed or refused.
/// config : Config, dict or path, optional
///     As of ``resolve``.
/// model : Model, optional
///     What to start from.
/// threads : int, optional
///     As of ``resolve``.
/// memory_limit : int or str, optional
///     As of ``resolve``.
/// progress : bool or callable, optional
///     As of ``resolve``.
///
/// Returns
/// -------
/// Model
///     Frozen: everything that depends on the population is in it.
#[pyfunction]
#[allow(clippy::too_many_arguments)] // as many as Python's callers may give
#[pyo3(signature = (frames, labels=None, config=None, *, model=None, threads=None, memory_limit=None, progress=None))]
pub fn train(
    py: Python<'_>,
    frames: &Bound<'_, PyAny>,
    labels: Option<&Bound<'_, PyAny>>,
    config: Option<&Bound<'_, PyAny>>,
    model: Option<&Bound<'_, PyModel>>,
    threads: Option<f64>,
    memory_limit: Option<&Bound<'_, PyAny>>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyModel> {
    call(
        py,
        frames,
        config,
        model,
        decisions::given(py, labels)?,
        threads,
        memory_limit,
        progress,
        cdp_core::resolve::train,
    )
    .map(PyModel)
}

/// Takes the arguments over, and calls the core off the interpreter.
#[allow(clippy::too_many_arguments)] // as many as Python's callers may give
fn call<T: Send + 'static>(
    py: Python<'_>,
    frames: &Bound<'_, PyAny>,
    config: Option<&Bound<'_, PyAny>>,
    model: Option<&Bound<'_, PyModel>>,
    decisions: Decisions,
    threads: Option<f64>,
    memory_limit: Option<&Bound<'_, PyAny>>,
    progress: Option<&Bound<'_, PyAny>>,
    work: fn(&[Table], Option<&Config>, &Options) -> cdp_core::Result<T>,
) -> PyResult<T> {
    let sources = frame::sources(frames)?;
    let config = config::given(py, config)?;
    let model = model.map(|model| model.get().0.clone());
    let memory_limit = memory_limit.map(bytes).transpose()?;
    task::run(py, progress, move |control| {
        let control = io::memory::limited(control, memory_limit);
        let tables = frame::into_tables(sources, &control)?;
        let threads = threads.map(whole_threads).transpose()?;
        let options = Options { decisions, model, threads, control, clock: Some(task::seconds) };
        work(&tables, config.as_ref(), &options)
    })
}

/// The profiles of a result, or of a graph as it is now, that fit a predicate.
///
/// Parameters
/// ----------
/// result : Result or Graph
///     Whose profiles.
/// predicate : str
///     Such as ``"country = 'FR' AND email IS PRESENT"``.
/// now : date, datetime or str, optional
///     What time it is; needed by predicates about ages and events.
///
/// Returns
/// -------
/// list of str
///     The ids of the members, in order.
///
/// Raises
/// ------
/// PredicateError
///     With the line, the column and what was expected there.
#[pyfunction]
#[pyo3(signature = (result, predicate, now=None))]
pub fn segment(
    py: Python<'_>,
    result: &Bound<'_, PyAny>,
    predicate: &str,
    now: Option<&Bound<'_, PyAny>>,
) -> PyResult<Py<PyAny>> {
    match result.cast::<crate::graph::PyGraph>() {
        Ok(graph) => graph.get().snapshot(py)?.segment(py, predicate, now).map(Bound::unbind),
        Err(_) => result.cast::<PyResolution>()?.get().segment(py, predicate, now).map(Bound::unbind),
    }
}

/// An amount of memory: bytes, or a text such as `2 GB`.
fn bytes(amount: &Bound<'_, PyAny>) -> PyResult<u64> {
    io::memory::parse(&amount.str()?.to_string()).map_err(to_py)
}

/// A date, a time or a text of one of these.
pub fn date(now: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Instant>> {
    let Some(now) = now else { return Ok(None) };
    read_now(&now.str()?.to_string()).map(Some).map_err(|error| to_py(error.field("now")))
}

/// What `resolve` gives.
#[pyclass(frozen, module = "light_cdp", name = "Result")]
pub struct PyResolution(pub Arc<Resolution>);

/// Members shown in a notebook.
const SHOWN_MEMBERS: usize = 5;

impl PyResolution {
    /// The ids of members, in a list that shows the first of them with their golden values.
    fn members_of<'py>(&self, py: Python<'py>, title: &str, members: &[u32]) -> PyResult<Bound<'py, PyAny>> {
        let profiles = self.0.profiles();
        let ids: Vec<&str> = members.iter().map(|&profile| profiles.id(profile as usize)).collect();
        let names: Vec<&str> = profiles.fields().iter().map(|field| field.name.as_str()).collect();
        let value = |profile: u32| profiles.fields().iter().map(move |field| field.values.get(profile as usize));
        let rows: Vec<Vec<Option<&str>>> =
            members.iter().take(SHOWN_MEMBERS).map(|&profile| value(profile).collect()).collect();
        html::displayed(py, "Members", (ids, title, profiles.len(), names, rows))
    }

    /// The record that a caller names: `(source, record_id)`, or the row number where there is one source.
    fn record(&self, name: &Bound<'_, PyAny>) -> PyResult<u32> {
        let records = self.0.records();
        if let Ok(pair) = name.cast::<PyTuple>() {
            let name = decisions::named(pair)?;
            return records.named(&name.source, &name.record_id).map_err(to_py);
        }
        match name.extract::<u64>() {
            Ok(row) => records.at_row(row).map_err(to_py),
            Err(_) => Err(wrong_argument("record", name, "(source, record_id), or the row number of the only source")),
        }
    }
}

#[pymethods]
impl PyResolution {
    /// One row a record: source, record_id, row, profile_id.
    #[getter]
    fn assignments(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || tables::assignments(&self.0))
    }

    /// One row a profile: profile_id, golden values, size, sources.
    #[getter]
    fn profiles(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || tables::profiles(&self.0))
    }

    /// One row an accepted link: source_a, record_id_a, source_b, record_id_b, match_weight, rule, profile_id.
    #[getter]
    fn links(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || tables::links(&self.0))
    }

    /// One row a refused link, with its reason.
    #[getter]
    fn refused(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || tables::refused(&self.0))
    }

    /// The configuration used, inferred parts included.
    #[getter]
    fn config(&self) -> PyConfig {
        PyConfig(self.0.config().clone())
    }

    /// The model used.
    #[getter]
    fn model(&self) -> PyModel {
        PyModel(self.0.model().clone())
    }

    /// Figures: records, profiles, pairs compared, seconds per stage, threshold, expected precision and recall.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let piece = notebook::summary(self.0.summary());
        html::displayed(py, "Summary", (json::to_py(py, self.0.summary())?, piece))
    }

    /// How many links, accepted and refused, and how many of the strongest pairs that do not link weigh how much, as a table: `from`,
    /// `to` (bits), `accepted`, `refused`, `below`.
    fn weight_histogram(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || figures::weight_histogram(&self.0))
    }

    /// How many profiles have one record, two, ...: `records`, `profiles`.
    fn profile_sizes(&self, py: Python<'_>) -> PyResult<PyTable> {
        PyTable::from_core(py, || figures::profile_sizes(&self.0))
    }

    /// Precision and recall at each threshold, against a truth: `of`, `threshold` (bits), `chosen`, `pairs`, `right`, `precision`,
    /// `recall`, `f1`. The last row is of the profiles as they are.
    fn precision_recall(&self, py: Python<'_>, truth: &Bound<'_, PyAny>) -> PyResult<PyTable> {
        let truth = frame::source(truth, "truth")?;
        let core = self.0.clone();
        let run = move |control: Control| {
            let truth = truth.into_table(&control)?;
            figures::precision_recall(&core, &truth)
        };
        task::run(py, None, run).map(PyTable::from_batch)
    }

    /// The records of a profile (`source`, `record_id`) and the links between them (`a`, `b`: rows of the records, `match_weight`,
    /// `rule`).
    fn profile_graph(&self, py: Python<'_>, profile_id: &str) -> PyResult<(PyTable, PyTable)> {
        let graph = guarded(py, || self.0.profile_graph(profile_id))?;
        let records = PyTable::from_core(py, || figures::graph_records(&graph))?;
        Ok((records, PyTable::from_core(py, || figures::graph_links(&graph))?))
    }

    /// How many profiles are in exactly these sets at once, largest first: a column for each set, `sets`, `profiles`. `sets`:
    /// predicates by name; the segments of the configuration, if none are given.
    #[pyo3(signature = (sets=None, now=None))]
    fn combinations(
        &self,
        py: Python<'_>,
        sets: Option<BTreeMap<String, String>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyTable> {
        let now = date(now)?;
        let sets = sets.unwrap_or_else(|| self.0.config().segments.clone()).into_iter().collect::<Vec<_>>();
        PyTable::from_core(py, || figures::combinations(&self.0, &sets, now))
    }

    /// The threshold in bits; None where nothing was compared.
    #[getter]
    fn threshold_bits(&self) -> Option<f64> {
        self.0.threshold_bits()
    }

    /// Why two records are, or are not, the same person. A record is `(source, record_id)`, or a row number.
    fn why(&self, py: Python<'_>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<PyWhy> {
        let (a, b) = (self.record(a)?, self.record(b)?);
        guarded(py, || self.0.why(a, b)).map(PyWhy)
    }

    /// Why two records are not one person, and what it would take.
    fn why_not(&self, py: Python<'_>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<PyWhyNot> {
        let (a, b) = (self.record(a)?, self.record(b)?);
        guarded(py, || self.0.why_not(a, b)).map(PyWhyNot)
    }

    /// At most `n` pairs whose answers would teach most, to be filled in and given to `Decisions`.
    #[pyo3(signature = (n=20))]
    fn review(&self, py: Python<'_>, n: usize) -> PyResult<PyTable> {
        PyTable::from_core(py, || tables::questions(&self.0.review(n)?))
    }

    /// How a profile came together.
    fn how(&self, py: Python<'_>, profile_id: &str) -> PyResult<PyHow> {
        guarded(py, || self.0.how(profile_id)).map(PyHow)
    }

    /// The ids of the profiles that fit a predicate. `now`: a date, needed by predicates about ages.
    #[pyo3(signature = (predicate, now=None))]
    fn segment<'py>(
        &self,
        py: Python<'py>,
        predicate: &str,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let now = date(now)?;
        let members = guarded(py, || self.0.segment(predicate, now))?;
        self.members_of(py, predicate, &members)
    }

    /// A predicate over these profiles, from its text or its tree (a dict): with its tree, its hash, and as SQL.
    fn predicate(&self, py: Python<'_>, written: &Bound<'_, PyAny>) -> PyResult<PyPredicate> {
        let written = predicate::written(written)?;
        guarded(py, || self.0.predicate(&written)).map(PyPredicate)
    }

    /// How many profiles each pair of these predicates have in common; the sizes are on the diagonal.
    #[pyo3(signature = (predicates, now=None))]
    fn overlaps(
        &self,
        py: Python<'_>,
        predicates: Vec<String>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<Vec<u64>>> {
        let now = date(now)?;
        guarded(py, || self.0.overlaps(&predicates, now))
    }

    /// How many members of a predicate have each value of a golden field, largest first; None for those without one.
    #[pyo3(signature = (predicate, field, now=None))]
    fn breakdown(
        &self,
        py: Python<'_>,
        predicate: &str,
        field: &str,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<(Option<String>, u64)>> {
        let now = date(now)?;
        guarded(py, || self.0.breakdown(predicate, field, now))
    }

    /// What would change: who enters and who leaves when the second predicate (or instant) takes the place of the first.
    #[pyo3(signature = (before, after, now=None, *, later=None))]
    fn compare_segments<'py>(
        &self,
        py: Python<'py>,
        before: &str,
        after: &str,
        now: Option<&Bound<'py, PyAny>>,
        later: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (now, later) = (date(now)?, date(later)?);
        let difference = guarded(py, || self.0.compare_segments((before, now), (after, later.or(now))))?;
        crate::json::to_py(py, &difference)
    }

    /// Why a profile fits a predicate, or does not: each condition with its truth, what was found, and when it may change by itself.
    fn membership<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        predicate: &str,
        now: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let now = date(Some(now))?.unwrap_or_default();
        let reason = guarded(py, || self.0.membership(profile_id, predicate, now))?;
        crate::json::to_py(py, &reason)
    }

    /// The tables that the SQL of a predicate reads, by their names: `profiles`, `events`, `consents`, `lists` and `segments`.
    #[pyo3(signature = (predicate, now=None))]
    fn sql_tables<'py>(
        &self,
        py: Python<'py>,
        predicate: &Bound<'py, PyAny>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (written, now) = (crate::predicate::written(predicate)?, date(now)?);
        let made = guarded(py, || io::sql_tables::sql_tables(&self.0, &self.0.predicate(&written)?, now))?;
        let tables = PyDict::new(py);
        for (name, table) in made {
            tables.set_item(name, PyTable::from_batch(table))?;
        }
        Ok(tables.into_any())
    }

    /// The members of a predicate as a table: `profile_id` and these golden fields: all for `None`, none for an empty list.
    #[pyo3(signature = (predicate, fields=None, now=None))]
    fn members(
        &self,
        py: Python<'_>,
        predicate: &str,
        fields: Option<Vec<String>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyTable> {
        let now = date(now)?;
        PyTable::from_core(py, || tables::members(&self.0, predicate, fields.as_deref(), now))
    }

    /// Writes the members of a predicate to a file: Parquet, CSV or JSON lines, by its ending; `fields` as for `members`.
    #[pyo3(signature = (predicate, path, *, fields=None, now=None))]
    fn export_members(
        &self,
        py: Python<'_>,
        predicate: &str,
        path: PathBuf,
        fields: Option<Vec<String>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let now = date(now)?;
        guarded(py, || io::write(path, &tables::members(&self.0, predicate, fields.as_deref(), now)?))
    }

    /// The ids of the members of each segment of the configuration, by its name.
    #[pyo3(signature = (now=None))]
    fn segments<'py>(&self, py: Python<'py>, now: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let now = date(now)?;
        let segments = PyDict::new(py);
        for segment in guarded(py, || self.0.segments(now))? {
            segments.set_item(&segment.name, self.members_of(py, &segment.name, &segment.members)?)?;
        }
        html::displayed(py, "Segments", (segments, self.0.profiles().len()))
    }

    /// Writes one self-contained HTML file: figures, links to review, profiles, the segments of the configuration.
    /// `columns`: what `profile` says of the sources' columns, to be shown too. Personal values are masked where `mask_personal` or
    /// `options.mask_personal` say so.
    #[pyo3(signature = (path, *, title=None, mask_personal=None, now=None, made_at=None, columns=None))]
    #[allow(clippy::too_many_arguments)] // as many as Python's callers may give
    fn report(
        &self,
        py: Python<'_>,
        path: PathBuf,
        title: Option<String>,
        mask_personal: Option<bool>,
        now: Option<&Bound<'_, PyAny>>,
        made_at: Option<String>,
        columns: Option<&Bound<'_, PyColumns>>,
    ) -> PyResult<()> {
        let now = date(now)?;
        let columns = columns.map_or(&[][..], |columns| &columns.get().0);
        let mut options = report::Options { made_at, columns, ..Default::default() };
        options.title = title.unwrap_or(options.title);
        options.mask_personal = html::masked(py, mask_personal)?;
        guarded(py, || {
            let page = report::html_with(&self.0, &self.0.segments(now)?, &options);
            io::write_text(path, &page)
        })
    }

    fn __str__(&self) -> String {
        report::in_words(&self.0, &[])
    }

    fn _repr_html_(&self) -> String {
        notebook::summary(self.0.summary())
    }

    fn __repr__(&self) -> String {
        let summary = self.0.summary();
        format!("Result({} records, {} profiles, {} links)", summary.records, summary.profiles, summary.links)
    }
}
