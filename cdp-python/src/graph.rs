//! `Graph`: the live identity graph.

use crate::activation::PyExport;
use crate::arguments::{filter, instant_of, messages_json};
use crate::config::{self, PyConfig};
use crate::decisions::record;
use crate::errors::{guarded, to_py};
use crate::explain::{PyHow, PyWhy, PyWhyNot};
use crate::model;
use crate::predicate::{self, PyPredicate};
use crate::result::PyResolution;
use crate::table::PyTable;
use crate::{html, json, task};
use cdp_core::consent::Question;
use cdp_core::explain::RecordName;
use cdp_core::graph::{Activation, AsOf, Graph, ProfileView};
use cdp_core::instant::Instant;
use cdp_core::io::messages::{self, Settings};
use cdp_core::io::{figures, tables};
use cdp_core::privacy::{Key, Keys};
use cdp_core::{Code, Error};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A live identity graph: messages in, profiles and what became of them out. All methods may be called from several threads.
#[pyclass(frozen, module = "light_cdp", name = "Graph")]
pub struct PyGraph(pub Graph);

impl PyGraph {
    fn told<'py>(
        &self,
        py: Python<'py>,
        work: impl FnOnce(&Graph) -> cdp_core::Result<Vec<cdp_core::graph::Change>> + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let changes = guarded(py, || work(&self.0))?;
        json::to_py(py, &changes)
    }

    fn decide<'py>(
        &self,
        py: Python<'py>,
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
        at: Option<&Bound<'py, PyAny>>,
        work: fn(&Graph, RecordName, RecordName, Instant) -> cdp_core::Result<Vec<cdp_core::graph::Change>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (a, b, at) = (record(a)?, record(b)?, instant_of("at", at)?);
        self.told(py, move |graph| work(graph, a, b, at))
    }
}

#[pymethods]
impl PyGraph {
    /// Opens a graph.
    ///
    /// Parameters
    /// ----------
    /// path : str or path, optional
    ///     The folder it is kept in, which is made where there is none, or ``postgres://...``, a database in which several
    ///     processes share it; without one it is gone with the process.
    /// config : Config, dict or path, optional
    ///     Sources, identifier rules, segments; rules that it does not say are filled in.
    /// model : Model or path, optional
    ///     With one, records are also matched fuzzily, as ``resolve`` does with it.
    ///
    /// Returns
    /// -------
    /// Graph
    ///     Also a context manager, which closes it.
    ///
    /// Raises
    /// ------
    /// StoreError
    ///     ``store_locked`` where another process has it open, ``store_corrupt`` with the place where it is damaged.
    #[classmethod]
    #[pyo3(signature = (path=None, config=None, model=None))]
    fn open(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        path: Option<PathBuf>,
        config: Option<&Bound<'_, PyAny>>,
        model: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let config = config::given(py, config)?.unwrap_or_default();
        let model = model::given(py, model)?;
        guarded(py, || match path {
            Some(path) => Graph::open_with(path, &config, model),
            None => Graph::in_memory_with(&config, model),
        })
        .map(PyGraph)
    }

    /// Takes messages in; all of a call, or nothing of it.
    ///
    /// Parameters
    /// ----------
    /// messages : dict, list of dict, or str
    ///     A message of the Segment spec or a row, a list of them, a batch envelope, or the JSON of any of these.
    /// received : datetime, str or int, optional
    ///     When they arrived; now where it is not given.
    /// wait : bool, default True
    ///     Whether to return once all of it survives a crash, or at once; then ``flush`` waits for everything so far.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     What became of profiles, as in ``changes``.
    ///
    /// Raises
    /// ------
    /// DataError
    ///     ``invalid_message``, with the place in the list, the field and the remedy.
    #[pyo3(signature = (messages, *, received=None, wait=true))]
    fn ingest<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        received: Option<&Bound<'py, PyAny>>,
        wait: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let received = instant_of("received", received)?;
        let text = messages_json(messages)?;
        self.told(py, move |graph| {
            let (changes, pending) = graph.ingest_soon(&text, received)?;
            if wait {
                pending.wait()?;
            }
            Ok(changes)
        })
    }

    /// Takes in a file of JSON lines: a message, a list of them, or a batch envelope a line.
    ///
    /// A line is taken in whole or not at all. When this returns, all that was taken in survives a crash.
    ///
    /// Parameters
    /// ----------
    /// path : str or path
    ///     The file.
    /// received : datetime, str or int, optional
    ///     When the messages arrived; now where it is not given.
    /// skip_faults : bool, default False
    ///     Whether a line that is at fault is left out and told, instead of ending the call.
    /// progress : bool or callable, optional
    ///     As of ``resolve``.
    ///
    /// Returns
    /// -------
    /// dict
    ///     ``lines`` taken in, ``changes`` they made in the feed, lines ``skipped``, and the ``faults`` of those.
    ///
    /// Raises
    /// ------
    /// DataError
    ///     ``invalid_message``, ``io``, with the line; the lines before it are kept, and the error says so.
    #[pyo3(signature = (path, *, received=None, skip_faults=false, progress=None))]
    fn ingest_file<'py>(
        slf: &Bound<'py, Self>,
        path: PathBuf,
        received: Option<&Bound<'py, PyAny>>,
        skip_faults: bool,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let settings = Settings { received: instant_of("received", received)?, skip_faults };
        let graph = slf.clone().unbind();
        let work = move |control| messages::ingest_file(&graph.get().0, path, &settings, &control);
        json::to_py(slf.py(), &task::run(slf.py(), progress, work)?)
    }

    /// The profile that an id leads to, also one it had before; None if there is none. `as_of`: as far as known at an instant;
    /// `by`: 'ingested' (what had arrived) or 'observed' (what had happened).
    #[pyo3(signature = (profile_id, *, as_of=None, by="ingested"))]
    fn profile<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        as_of: Option<&Bound<'py, PyAny>>,
        by: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = match as_of {
            None => guarded(py, || self.0.check().map(|()| self.0.profile(profile_id)))?,
            Some(at) => {
                let then = looking_back(at, by)?;
                guarded(py, || Ok(self.0.as_of(then)?.profile(profile_id)))?
            }
        };
        displayed(py, found.as_ref())
    }

    /// The profiles that hold an identifier, such as `find(email="ann@example.fr")`; several, if several are given.
    #[pyo3(signature = (**identifiers))]
    fn find<'py>(&self, py: Python<'py>, identifiers: Option<&Bound<'py, PyDict>>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut wanted = Vec::new();
        for (kind, value) in identifiers.into_iter().flatten() {
            wanted.push((kind.extract::<String>()?, value.str()?.to_string()));
        }
        if wanted.is_empty() {
            let error = Error::new(Code::InvalidInput, "no identifier is given");
            return Err(to_py(error.help("name a kind: find(email=\"ann@example.fr\")")));
        }
        let found = guarded(py, || self.0.find_all(&wanted))?;
        found.iter().map(|profile| displayed(py, Some(profile))).collect()
    }

    /// The profile of a record, (source, record_id); None if there is no such record.
    fn profile_of<'py>(&self, py: Python<'py>, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let record = record(name)?;
        let found = guarded(py, || self.0.check().map(|()| self.0.profile_of(&record)))?;
        displayed(py, found.as_ref())
    }

    /// Why two records are, or are not, one person, where the graph was opened with a model.
    fn why(&self, py: Python<'_>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<PyWhy> {
        let (a, b) = (record(a)?, record(b)?);
        guarded(py, || self.0.why(&a, &b)).map(PyWhy)
    }

    /// Why two records are not one person, and what it would take; it needs no model.
    fn why_not(&self, py: Python<'_>, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<PyWhyNot> {
        let (a, b) = (record(a)?, record(b)?);
        guarded(py, || self.0.why_not(&a, &b)).map(PyWhyNot)
    }

    /// The same evidence under another configuration (its own where none is given) and another model where one is given, to be looked at only.
    #[pyo3(signature = (config=None, model=None))]
    fn under(
        &self,
        py: Python<'_>,
        config: Option<&Bound<'_, PyAny>>,
        model: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyGraph> {
        let config = config::given(py, config)?;
        let model = model::given(py, model)?;
        guarded(py, || self.0.under(config.as_ref(), model)).map(PyGraph)
    }

    /// How a profile came together.
    fn how(&self, py: Python<'_>, profile_id: &str) -> PyResult<PyHow> {
        guarded(py, || self.0.how(profile_id)).map(PyHow)
    }

    /// All records and profiles as they are now, as a `Result`: its tables, segments and report.
    pub fn snapshot(&self, py: Python<'_>) -> PyResult<PyResolution> {
        guarded(py, || self.0.snapshot()).map(|resolution| PyResolution(Arc::new(resolution)))
    }

    /// The names of the segments a profile is in, as of the latest message or `advance`.
    fn segments(&self, py: Python<'_>, profile_id: &str) -> PyResult<Vec<String>> {
        guarded(py, || self.0.segments(profile_id))
    }

    /// The ids of the members of a segment of the configuration, in order.
    fn members(&self, py: Python<'_>, segment: &str) -> PyResult<Vec<String>> {
        guarded(py, || self.0.members(segment))
    }

    /// A predicate over the profiles of this graph, from its text or its tree (a dict): with its tree, its hash, and as SQL.
    fn predicate(&self, py: Python<'_>, written: &Bound<'_, PyAny>) -> PyResult<PyPredicate> {
        let written = predicate::written(written)?;
        guarded(py, || self.0.predicate(&written)).map(PyPredicate)
    }

    /// Lets time pass, up to `now`: who enters and leaves segments by the time alone, each at its own instant.
    #[pyo3(signature = (now=None))]
    fn advance<'py>(&self, py: Python<'py>, now: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let now = instant_of("now", now)?;
        self.told(py, move |graph| graph.advance(now))
    }

    /// Why a profile is in a segment, or is not: each condition with its truth, what was found, and when it may change by itself.
    fn membership<'py>(&self, py: Python<'py>, profile_id: &str, segment: &str) -> PyResult<Bound<'py, PyAny>> {
        let reason = guarded(py, || self.0.membership(profile_id, segment))?;
        json::to_py(py, &reason)
    }

    /// How many members a segment had at each of these instants, by what had arrived until then.
    fn growth(&self, py: Python<'_>, segment: &str, instants: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<u64>> {
        let instants: Vec<Instant> =
            instants.iter().map(|instant| instant_of("instants", Some(instant))).collect::<PyResult<_>>()?;
        guarded(py, || self.0.growth(segment, &instants))
    }

    /// The same of several segments as a table: `segment`, `at`, `members`.
    fn growth_table(
        &self,
        py: Python<'_>,
        segments: Vec<String>,
        instants: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<PyTable> {
        let instants: Vec<Instant> =
            instants.iter().map(|instant| instant_of("instants", Some(instant))).collect::<PyResult<_>>()?;
        PyTable::from_core(py, || figures::growth(&self.0, &segments, &instants))
    }

    /// Who entered a segment and who left it since an entry of the feed, and the `cursor` to go on from.
    #[pyo3(signature = (segment, since=0))]
    fn delta<'py>(&self, py: Python<'py>, segment: &str, since: u64) -> PyResult<Bound<'py, PyAny>> {
        let delta = guarded(py, || self.0.delta(segment, since))?;
        json::to_py(py, &delta)
    }

    /// The graph as it was at an instant, to be looked at only.
    #[pyo3(signature = (instant, *, by="ingested"))]
    fn as_of(&self, py: Python<'_>, instant: &Bound<'_, PyAny>, by: &str) -> PyResult<PyGraph> {
        let then = looking_back(instant, by)?;
        guarded(py, || self.0.as_of(then)).map(PyGraph)
    }

    /// Says that two records are one person. A record is (source, record_id).
    #[pyo3(signature = (a, b, *, at=None))]
    fn confirm<'py>(
        &self,
        py: Python<'py>,
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.decide(py, a, b, at, Graph::confirm)
    }

    /// Says that two records are different people.
    #[pyo3(signature = (a, b, *, at=None))]
    fn refuse<'py>(
        &self,
        py: Python<'py>,
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.decide(py, a, b, at, Graph::refuse)
    }

    /// Takes back what was said of two records.
    #[pyo3(signature = (a, b, *, at=None))]
    fn forget<'py>(
        &self,
        py: Python<'py>,
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.decide(py, a, b, at, Graph::forget)
    }

    /// Parts these records from the rest of their profile.
    #[pyo3(signature = (profile_id, records, *, at=None))]
    fn split<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        records: Vec<Bound<'py, PyAny>>,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let records: Vec<RecordName> = records.iter().map(record).collect::<PyResult<_>>()?;
        let at = instant_of("at", at)?;
        self.told(py, move |graph| graph.split(profile_id, &records, at))
    }

    /// Takes a record out, with everything that was said of it, as if it had never come; `restore` brings it back.
    #[pyo3(signature = (name, *, at=None))]
    fn remove<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (record, at) = (record(name)?, instant_of("at", at)?);
        self.told(py, move |graph| graph.remove(&record, at))
    }

    /// Takes everything out that came from a source.
    #[pyo3(signature = (source, *, at=None))]
    fn remove_source<'py>(
        &self,
        py: Python<'py>,
        source: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        self.told(py, move |graph| graph.remove_source(source, at))
    }

    /// Brings back what was taken out of a record, or of a whole source.
    #[pyo3(signature = (source, record_id=None, *, at=None))]
    fn restore<'py>(
        &self,
        py: Python<'py>,
        source: &str,
        record_id: Option<&str>,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        self.told(py, move |graph| graph.restore(source, record_id, at))
    }

    /// Gives the graph the keys that erasing needs: per id a secret of 32 random bytes, the current one first.
    fn unlock(&self, py: Python<'_>, keys: Vec<(String, Vec<u8>)>) -> PyResult<()> {
        guarded(py, || {
            let keys = keys.iter().map(|(id, secret)| Key::new(id.as_str(), secret)).collect::<Result<_, _>>()?;
            self.0.unlock(Keys::new(keys)?)
        })
    }

    /// What may be done with a profile's data for a purpose, and by which statements. `address`: the (kind, value) to be used.
    /// `now`: of a graph as of an instant, that instant unless given.
    #[pyo3(signature = (profile_id, purpose, *, channel=None, address=None, now=None))]
    fn consent<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        purpose: &str,
        channel: Option<&str>,
        address: Option<(String, String)>,
        now: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let now = match (now, self.0.instant()) {
            (None, Some(then)) => then,
            (now, _) => instant_of("now", now)?,
        };
        let view = guarded(py, || {
            let address = address.map(|(kind, value)| self.0.subject(&kind, &value)).transpose()?;
            self.0.consent(profile_id, &Question { purpose, channel, address: address.as_ref() }, now)
        })?;
        json::to_py(py, &view)
    }

    /// All that was said of a profile's consents, in order of when.
    fn ledger<'py>(&self, py: Python<'py>, profile_id: &str) -> PyResult<Bound<'py, PyAny>> {
        let ledger = guarded(py, || self.0.ledger(profile_id))?;
        json::to_py(py, &ledger)
    }

    /// Erases a person; its identifiers can't come back until they are lifted. A dry run says what would go.
    #[pyo3(signature = (profile_id, *, dry_run=false, by="", at=None))]
    fn erase<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        dry_run: bool,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        let receipt = guarded(py, || self.0.erase(profile_id, by, dry_run, at))?;
        json::to_py(py, &receipt)
    }

    /// Lets an erased identifier come back, of a row `record` and `source/id`; how many tombstones that took away.
    #[pyo3(signature = (kind, value, *, by="", at=None))]
    fn lift(&self, py: Python<'_>, kind: &str, value: &str, by: &str, at: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
        let at = instant_of("at", at)?;
        guarded(py, || self.0.lift(kind, value, by, at))
    }

    /// Everything held of a person: every message word for word, consents, golden values and members.
    #[pyo3(signature = (profile_id, *, by="", at=None))]
    fn export_subject<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        let export = guarded(py, || self.0.export_subject(profile_id, by, at))?;
        json::to_py(py, &export)
    }

    /// Restricts the processing of a person's data: kept, but in no segment, snapshot or export, until `release`.
    #[pyo3(signature = (profile_id, *, by="", at=None))]
    fn restrict<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        self.told(py, move |graph| graph.restrict(profile_id, by, at))
    }

    /// Lifts the restriction of a person.
    #[pyo3(signature = (profile_id, *, by="", at=None))]
    fn release<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        self.told(py, move |graph| graph.release(profile_id, by, at))
    }

    /// Notes that a person objects to a purpose, '*' for all: a refusal in their ledger.
    #[pyo3(signature = (profile_id, purpose, *, by="", at=None))]
    fn object<'py>(
        &self,
        py: Python<'py>,
        profile_id: &str,
        purpose: &str,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        self.told(py, move |graph| graph.object(profile_id, purpose, by, at))
    }

    /// Corrects fields of a record: cells of a row by column, traits of a user.
    #[pyo3(signature = (name, fields, *, by="", at=None))]
    fn rectify<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        fields: BTreeMap<String, String>,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (record, at) = (record(name)?, instant_of("at", at)?);
        self.told(py, move |graph| graph.rectify(&record, &fields, by, at))
    }

    /// The golden values of those whose consents allow the purpose, as a destination wants them; it is noted to whom they went.
    #[allow(clippy::too_many_arguments)] // as many as Python's callers may give
    #[pyo3(signature = (destination, purpose, *, channel=None, members=None, kinds=None, country=None, batch_size=None,
        by="", at=None))]
    fn activate(
        &self,
        py: Python<'_>,
        destination: &str,
        purpose: &str,
        channel: Option<&str>,
        members: Option<&Bound<'_, PyAny>>,
        kinds: Option<Vec<String>>,
        country: Option<&str>,
        batch_size: Option<usize>,
        by: &str,
        at: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyExport> {
        let at = instant_of("at", at)?;
        let members = members.map(json::from_py).transpose().map_err(to_py)?;
        let given: [(&str, Option<Value>); 7] = [
            ("destination", Some(destination.into())),
            ("purpose", Some(purpose.into())),
            ("channel", channel.map(Into::into)),
            ("members", members),
            ("kinds", kinds.map(Into::into)),
            ("country", country.map(Into::into)),
            ("batch_size", batch_size.map(Into::into)),
        ];
        let given: Map<String, Value> =
            given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        guarded(py, || self.0.activate(&Activation::from_json(Value::Object(given))?, by, at)).map(PyExport)
    }

    /// Notes that data of people was sent to somebody by other means than `activate`.
    #[pyo3(signature = (profile_ids, destination, purpose="", *, at=None))]
    fn note_sent(
        &self,
        py: Python<'_>,
        profile_ids: Vec<String>,
        destination: &str,
        purpose: &str,
        at: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let at = instant_of("at", at)?;
        guarded(py, || self.0.note_sent(&profile_ids, destination, purpose, at))
    }

    /// To whom data of a person was sent, and when last.
    fn recipients<'py>(&self, py: Python<'py>, profile_id: &str) -> PyResult<Bound<'py, PyAny>> {
        let recipients = guarded(py, || self.0.recipients(profile_id))?;
        json::to_py(py, &recipients)
    }

    /// All tombstones as JSON lines, for `import_tombstones` of another graph.
    fn export_tombstones(&self, py: Python<'_>) -> PyResult<String> {
        guarded(py, || self.0.export_tombstones())
    }

    /// Sets up tombstones that another graph exported; tells which profiles here hold an erased identifier.
    #[pyo3(signature = (lines, *, by="", at=None))]
    fn import_tombstones<'py>(
        &self,
        py: Python<'py>,
        lines: &str,
        by: &str,
        at: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let at = instant_of("at", at)?;
        let imported = guarded(py, || self.0.import_tombstones(lines, by, at))?;
        json::to_py(py, &imported)
    }

    /// The audit log: what was done to personal data.
    fn audit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let log = guarded(py, || self.0.audit())?;
        json::to_py(py, &log)
    }

    /// Checks the audit log; returns the hash of its last entry. `head`: the hash that was its last before, where known.
    #[pyo3(signature = (head=None))]
    fn verify_audit(&self, py: Python<'_>, head: Option<&str>) -> PyResult<String> {
        guarded(py, || self.0.verify_audit(head))
    }

    /// The links that are refused now, with their reasons.
    fn refused<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let refused = guarded(py, || self.0.check().map(|()| self.0.refused()))?;
        json::to_py(py, &refused)
    }

    /// Reads the change feed.
    ///
    /// Parameters
    /// ----------
    /// since : int, default 0
    ///     The number of the last entry that is known.
    /// limit : int, default 1000
    ///     At most so many.
    /// types : list of str, optional
    ///     Only these types.
    /// profile_id : str, optional
    ///     Only what is about this profile.
    /// not_before : datetime, str or int, optional
    ///     Not what was written before this instant.
    /// before : datetime, str or int, optional
    ///     Only what was written before this instant.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     The entries in order of their ``number``.
    #[allow(clippy::too_many_arguments)] // as many as Python's callers may give
    #[pyo3(signature = (since=0, *, limit=1000, types=Vec::new(), profile_id=None, not_before=None, before=None))]
    fn changes<'py>(
        &self,
        py: Python<'py>,
        since: u64,
        limit: usize,
        types: Vec<String>,
        profile_id: Option<String>,
        not_before: Option<&Bound<'py, PyAny>>,
        before: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let filter = filter(types, profile_id, not_before, before)?;
        self.told(py, move |graph| graph.changes_where(since, limit, &filter))
    }

    /// The same as a table: number, at, cause, type, profile_id, details (JSON).
    #[allow(clippy::too_many_arguments)] // as many as Python's callers may give
    #[pyo3(signature = (since=0, *, limit=1000, types=Vec::new(), profile_id=None, not_before=None, before=None))]
    fn changes_table(
        &self,
        py: Python<'_>,
        since: u64,
        limit: usize,
        types: Vec<String>,
        profile_id: Option<String>,
        not_before: Option<&Bound<'_, PyAny>>,
        before: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyTable> {
        let filter = filter(types, profile_id, not_before, before)?;
        PyTable::from_core(py, || tables::changes(&self.0.changes_where(since, limit, &filter)?))
    }

    /// How much there is: messages, records, devices, profiles, refused links, changes.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let counts = guarded(py, || self.0.check().map(|()| self.0.counts()))?;
        json::to_py(py, &counts)
    }

    /// The configuration, with the rules that were filled in.
    #[getter]
    fn config(&self, py: Python<'_>) -> PyResult<PyConfig> {
        guarded(py, || Ok(self.0.config())).map(PyConfig)
    }

    /// Takes in what other processes did to a graph that they share, so that the next answers know of it; calls that change
    /// anything do so by themselves.
    ///
    /// Raises
    /// ------
    /// ConfigError
    ///     ``invalid_config`` where another process opened the graph with other rules.
    fn refresh(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || self.0.refresh())
    }

    /// Waits until everything handed in survives a crash.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || self.0.flush())
    }

    /// Flushes, and lets the store go; nothing can be handed in any more.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || self.0.close())
    }

    /// Leaves no byte of what is gone in any file, and gives back its space.
    fn compact(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || self.0.compact())
    }

    /// Reads everything that is kept, and fails if anything is damaged.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || self.0.verify().map(drop))
    }

    /// Writes a copy of the store into a folder while work goes on.
    fn backup(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        guarded(py, || self.0.backup(path))
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(py)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        guarded(py, || self.0.check().map(|()| self.0.counts().profiles as usize))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let counts = guarded(py, || self.0.check().map(|()| self.0.counts()))?;
        Ok(format!("Graph({} messages, {} records, {} profiles)", counts.messages, counts.records, counts.profiles))
    }
}

/// A profile as the class that displays itself.
fn displayed<'py>(py: Python<'py>, profile: Option<&ProfileView>) -> PyResult<Bound<'py, PyAny>> {
    match profile {
        Some(profile) => html::displayed(py, "Profile", (json::to_py(py, profile)?,)),
        None => Ok(py.None().into_bound(py)),
    }
}

fn looking_back(at: &Bound<'_, PyAny>, by: &str) -> PyResult<AsOf> {
    AsOf::by(by, instant_of("as_of", Some(at))?).map_err(to_py)
}
