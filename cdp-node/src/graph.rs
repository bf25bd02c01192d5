//! The live identity graph. Messages are handed to a thread of the graph's own, so that the event loop never waits and many
//! calls share one sync of the disk; their promises are settled in the order the calls were made.

use crate::config::Config;
use crate::control::Control;
use crate::decisions::record;
use crate::error::to_js;
use crate::explain::{How, RecordName, Why, WhyNot, mirror};
use crate::model::Model;
use crate::predicate::Predicate;
use crate::resolution::Resolution;
use crate::table::write_ipc;
use crate::task::{Work, spawn};
use cdp_core::graph::{self, AsOf, Pending};
use cdp_core::io::messages::{self, Settings};
use cdp_core::io::tables;
use cdp_core::{Code, Error, Result};
use napi::bindgen_prelude::{AsyncTask, Object, Uint8Array};
use napi::{Env, JsDeferred};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

type Settle = Box<dyn FnOnce(Env) -> napi::Result<Vec<Change>> + Send>;
type Promise = JsDeferred<Vec<Change>, Settle>;

/// Messages handed in.
struct Job {
    json: String,
    received: i64,
    wait: bool,
    promise: Promise,
}

/// What became of profiles, not yet durable.
struct Done {
    changes: Result<Vec<graph::Change>>,
    pending: Option<Pending>,
    promise: Promise,
}

/// A live identity graph: messages in, profiles and what became of them out.
#[napi]
pub struct Graph {
    pub(crate) core: Arc<graph::Graph>,
    jobs: Mutex<Option<Sender<Job>>>,
    /// Takes in what was handed in before the graph is closed.
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl Graph {
    fn new(core: graph::Graph) -> Result<Self> {
        let core = Arc::new(core);
        let (jobs, taken) = channel();
        let (done, settled) = channel();
        let worker = Arc::clone(&core);
        let worker = start("light-cdp-graph", move || take_in(&worker, &taken, &done))?;
        start("light-cdp-durable", move || settle(&settled))?;
        Ok(Graph { core, jobs: Mutex::new(Some(jobs)), worker: Mutex::new(Some(worker)) })
    }

    pub(crate) fn told(&self, work: impl FnOnce(&graph::Graph) -> Result<Vec<graph::Change>> + Send + 'static) -> Told {
        self.off_loop(move |core| work(core).and_then(|changes| mirror(&changes)))
    }

    pub(crate) fn off_loop<T>(
        &self,
        work: impl FnOnce(&graph::Graph) -> Result<T> + Send + 'static,
    ) -> AsyncTask<Work<T>>
    where
        T: napi::bindgen_prelude::ToNapiValue + napi::bindgen_prelude::TypeName + Send + 'static,
    {
        let core = Arc::clone(&self.core);
        spawn(move || work(&core))
    }
}

pub(crate) type Told = AsyncTask<Work<Vec<Change>>>;

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    let failed = |error: std::io::Error| Error::new(Code::Internal, format!("no thread: {error}"));
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(failed)
}

/// Takes messages in, call by call, or as many calls at once as the graph says and came meanwhile.
fn take_in(core: &graph::Graph, jobs: &Receiver<Job>, done: &Sender<Done>) {
    while let Ok(first) = jobs.recv() {
        let mut together = vec![first];
        together.extend(jobs.try_iter().take(core.calls_together() - 1));
        let calls: Vec<(&str, i64)> = together.iter().map(|job| (job.json.as_str(), job.received)).collect();
        let taken = crate::task::guarded(|| Ok(core.ingest_together(&calls)));
        let taken = taken.unwrap_or_else(|error| calls.iter().map(|_| Err(error.clone())).collect());
        for (Job { wait, promise, .. }, taken) in together.into_iter().zip(taken) {
            let (changes, pending) = match taken {
                Ok((changes, pending)) => (Ok(changes), wait.then_some(pending)),
                Err(error) => (Err(error), None),
            };
            if done.send(Done { changes, pending, promise }).is_err() {
                return;
            }
        }
    }
}

/// Settles promises once what they promise is durable.
fn settle(done: &Receiver<Done>) {
    for Done { changes, pending, promise } in done {
        let changes = changes.and_then(|changes| pending.map_or(Ok(()), Pending::wait).map(|()| changes));
        let changes: Result<Vec<Change>> = changes.and_then(|changes| mirror(&changes));
        promise.resolve(Box::new(move |env| changes.map_err(|error| to_js(&env, &error))));
    }
}

fn filter(
    types: Option<Vec<String>>,
    profile_id: Option<String>,
    not_before: Option<f64>,
    before: Option<f64>,
) -> graph::Filter {
    let instant = |given: Option<f64>| given.map(|given| given as i64);
    let types = types.unwrap_or_default();
    graph::Filter { types, profile_id, not_before: instant(not_before), before: instant(before) }
}

fn names(given: Vec<Vec<String>>) -> Result<Vec<cdp_core::explain::RecordName>> {
    given.iter().map(|name| record(name)).collect()
}

#[napi]
impl Graph {
    /// Opens the graph kept in a folder, which is made where there is none, or the one at `postgres://...` in a database, which several
    /// processes share; without a path it is gone with the process. With a model (or the path of a saved one) records are also matched
    /// fuzzily, as `resolve` does with it.
    // Writable: the loader puts a function in its place that reads the configuration and the model.
    #[napi(
        writable,
        ts_args_type = "path?: string | null, config?: Config | ConfigObject | string | null, model?: Model | string | null",
        ts_return_type = "Promise<Graph>"
    )]
    pub fn open(path: Option<String>, config: Option<&Config>, model: Option<&Model>) -> AsyncTask<Work<Graph>> {
        let config = config.map(|config| config.0.clone()).unwrap_or_default();
        let model = model.map(|model| model.0.clone());
        spawn(move || {
            Graph::new(match path {
                Some(path) => graph::Graph::open_with(path, &config, model)?,
                None => graph::Graph::in_memory_with(&config, model)?,
            })
        })
    }

    /// Takes in a message, a list of them, a batch envelope, or the JSON of any of these, and tells what became of profiles
    /// once all of it survives a crash. Calls need not wait for each other: those that come together are made durable together.
    #[napi(
        ts_args_type = "messages: object | readonly object[] | string, options?: IngestOptions",
        ts_return_type = "Promise<Change[]>",
        catch_unwind
    )]
    pub fn ingest<'env>(&self, env: &'env Env, json: String, received: f64, wait: bool) -> napi::Result<Object<'env>> {
        let (promise, object) = env.create_deferred::<Vec<Change>, Settle>()?;
        let job = Job { json, received: received as i64, wait, promise };
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match jobs.as_ref() {
            Some(jobs) => jobs.send(job).err().map(|refused| refused.0),
            None => Some(job),
        };
        if let Some(job) = refused {
            let closed = Error::new(Code::StoreClosed, "the graph was closed before").help("open it again");
            job.promise.resolve(Box::new(move |env| Err(to_js(&env, &closed))));
        }
        Ok(object)
    }

    /// Takes in a file of JSON lines: a message, a list of them, or a batch envelope a line, each whole or not at all. All that was
    /// taken in survives a crash once this is fulfilled; an error names its line and says what is kept.
    #[napi(ts_args_type = "path: string, options?: IngestFileOptions", ts_return_type = "Promise<IngestedFile>")]
    pub fn ingest_file(
        &self,
        path: String,
        received: f64,
        skip_faults: bool,
        control: &Control,
    ) -> AsyncTask<Work<IngestedFile>> {
        let (settings, control) = (Settings { received: received as i64, skip_faults }, control.0.clone());
        self.off_loop(move |core| mirror(&messages::ingest_file(core, path, &settings, &control)?))
    }

    /// The profile that an id leads to, also one it had before; `null` if there is none.
    #[napi(ts_return_type = "Promise<Profile | null>")]
    pub fn profile(&self, profile_id: String) -> AsyncTask<Work<Option<Profile>>> {
        self.off_loop(move |core| core.check().and_then(|()| mirror(&core.profile(&profile_id))))
    }

    /// The profiles that hold all of these identifiers: `find({ email: 'ann@example.fr' })`.
    #[napi(ts_args_type = "identifiers: { readonly [kind: string]: string }", ts_return_type = "Promise<Profile[]>")]
    pub fn find(&self, identifiers: Map<String, Value>) -> AsyncTask<Work<Vec<Profile>>> {
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let wanted: Vec<(String, String)> = identifiers.into_iter().map(|(kind, value)| (kind, text(value))).collect();
        self.off_loop(move |core| mirror(&core.find_all(&wanted)?))
    }

    /// The profile of a record; `null` if there is no such record.
    #[napi(ts_args_type = "record: [string, string]", ts_return_type = "Promise<Profile | null>")]
    pub fn profile_of(&self, name: Vec<String>) -> AsyncTask<Work<Option<Profile>>> {
        self.off_loop(move |core| core.check().and_then(|()| mirror(&core.profile_of(&record(&name)?))))
    }

    /// Why two records are, or are not, one person, where the graph was opened with a model.
    #[napi(ts_args_type = "a: [string, string], b: [string, string]", ts_return_type = "Promise<Why>")]
    pub fn why(&self, a: Vec<String>, b: Vec<String>) -> AsyncTask<Work<Why>> {
        self.off_loop(move |core| mirror(&core.why(&record(&a)?, &record(&b)?)?))
    }

    /// Why two records are not one person, and what it would take; it needs no model.
    #[napi(ts_args_type = "a: [string, string], b: [string, string]", ts_return_type = "Promise<WhyNot>")]
    pub fn why_not(&self, a: Vec<String>, b: Vec<String>) -> AsyncTask<Work<WhyNot>> {
        self.off_loop(move |core| mirror(&core.why_not(&record(&a)?, &record(&b)?)?))
    }

    /// The same evidence under another configuration (its own where none is given) and another model where one is given, to be looked at only.
    #[napi(
        ts_args_type = "config?: Config | ConfigObject | string | null, model?: Model | string | null",
        ts_return_type = "Promise<Graph>"
    )]
    pub fn under(&self, config: Option<&Config>, model: Option<&Model>) -> AsyncTask<Work<Graph>> {
        let config = config.map(|config| config.0.clone());
        let model = model.map(|model| model.0.clone());
        self.off_loop(move |core| Graph::new(core.under(config.as_ref(), model)?))
    }

    /// How a profile came together.
    #[napi(ts_return_type = "Promise<How>")]
    pub fn how(&self, profile_id: String) -> AsyncTask<Work<How>> {
        self.off_loop(move |core| mirror(&core.how(&profile_id)?))
    }

    /// All records and profiles as they are now: the tables, segments and report of a result.
    #[napi(ts_return_type = "Promise<Resolution>")]
    pub fn snapshot(&self) -> AsyncTask<Work<Resolution>> {
        self.off_loop(|core| Resolution::new(core.snapshot()?))
    }

    /// The names of the segments a profile is in, as of the latest message or `advance`.
    #[napi(ts_return_type = "Promise<string[]>")]
    pub fn segments(&self, profile_id: String) -> AsyncTask<Work<Vec<String>>> {
        self.off_loop(move |core| core.segments(&profile_id))
    }

    /// The ids of the members of a segment of the configuration, in order.
    #[napi(ts_return_type = "Promise<string[]>")]
    pub fn members(&self, segment: String) -> AsyncTask<Work<Vec<String>>> {
        self.off_loop(move |core| core.members(&segment))
    }

    /// A predicate over the profiles of this graph, from its text or its tree: with its tree, its hash, and as SQL.
    #[napi(ts_args_type = "written: string | object | boolean", ts_return_type = "Promise<Predicate>")]
    pub fn predicate(&self, written: serde_json::Value) -> AsyncTask<Work<Predicate>> {
        self.off_loop(move |core| core.predicate(&written).map(Predicate))
    }

    /// Lets time pass, up to `now`: who enters and leaves segments by the time alone, each at its own instant.
    #[napi(ts_args_type = "now?: Date | string | number", ts_return_type = "Promise<Change[]>")]
    pub fn advance(&self, now: f64) -> Told {
        self.told(move |core| core.advance(now as i64))
    }

    /// Why a profile is in a segment, or is not: each condition with its truth, what was found, when it may change by itself.
    #[napi(ts_return_type = "Promise<MembershipReason>")]
    pub fn membership(
        &self,
        profile_id: String,
        segment: String,
    ) -> AsyncTask<Work<crate::membership::MembershipReason>> {
        self.off_loop(move |core| mirror(&core.membership(&profile_id, &segment)?))
    }

    /// How many members a segment had at each of these instants, by what had arrived until then.
    #[napi(
        ts_args_type = "segment: string, instants: readonly (Date | string | number)[]",
        ts_return_type = "Promise<number[]>"
    )]
    pub fn growth(&self, segment: String, instants: Vec<f64>) -> AsyncTask<Work<Vec<f64>>> {
        let instants: Vec<i64> = instants.into_iter().map(|instant| instant as i64).collect();
        self.off_loop(move |core| Ok(core.growth(&segment, &instants)?.into_iter().map(|size| size as f64).collect()))
    }

    /// Who entered a segment and who left it since an entry of the feed, and the `cursor` to go on from.
    #[napi(ts_return_type = "Promise<SegmentDelta>")]
    pub fn delta(&self, segment: String, since: Option<f64>) -> AsyncTask<Work<SegmentDelta>> {
        self.off_loop(move |core| mirror(&core.delta(&segment, since.unwrap_or_default() as u64)?))
    }

    /// The graph as it was at an instant, to be looked at only: by what had arrived (`ingested`), or had happened (`observed`).
    #[napi(
        ts_args_type = "instant: Date | string | number, by?: 'ingested' | 'observed'",
        ts_return_type = "Promise<Graph>"
    )]
    pub fn as_of(&self, instant: f64, by: Option<String>) -> AsyncTask<Work<Graph>> {
        let by = by.unwrap_or_else(|| "ingested".to_owned());
        self.off_loop(move |core| Graph::new(core.as_of(AsOf::by(&by, instant as i64)?)?))
    }

    /// Says that two records are one person. A record is `[source, recordId]`.
    #[napi(
        ts_args_type = "a: [string, string], b: [string, string], options?: AtOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn confirm(&self, a: Vec<String>, b: Vec<String>, at: f64) -> Told {
        self.told(move |core| core.confirm(record(&a)?, record(&b)?, at as i64))
    }

    /// Says that two records are different people.
    #[napi(
        ts_args_type = "a: [string, string], b: [string, string], options?: AtOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn refuse(&self, a: Vec<String>, b: Vec<String>, at: f64) -> Told {
        self.told(move |core| core.refuse(record(&a)?, record(&b)?, at as i64))
    }

    /// Takes back what was said of two records.
    #[napi(
        ts_args_type = "a: [string, string], b: [string, string], options?: AtOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn forget(&self, a: Vec<String>, b: Vec<String>, at: f64) -> Told {
        self.told(move |core| core.forget(record(&a)?, record(&b)?, at as i64))
    }

    /// Parts these records from the rest of their profile.
    #[napi(
        ts_args_type = "profileId: string, records: [string, string][], options?: AtOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn split(&self, profile_id: String, records: Vec<Vec<String>>, at: f64) -> Told {
        self.told(move |core| core.split(&profile_id, &names(records)?, at as i64))
    }

    /// Takes a record out, with everything that was said of it, as if it had never come; `restore` brings it back.
    #[napi(ts_args_type = "record: [string, string], options?: AtOptions", ts_return_type = "Promise<Change[]>")]
    pub fn remove(&self, name: Vec<String>, at: f64) -> Told {
        self.told(move |core| core.remove(&record(&name)?, at as i64))
    }

    /// Takes everything out that came from a source.
    #[napi(ts_args_type = "source: string, options?: AtOptions", ts_return_type = "Promise<Change[]>")]
    pub fn remove_source(&self, source: String, at: f64) -> Told {
        self.told(move |core| core.remove_source(&source, at as i64))
    }

    /// Brings back what was taken out of a record, or of a whole source.
    #[napi(
        ts_args_type = "source: string, recordId?: string | null, options?: AtOptions",
        ts_return_type = "Promise<Change[]>"
    )]
    pub fn restore(&self, source: String, record_id: Option<String>, at: f64) -> Told {
        self.told(move |core| core.restore(&source, record_id.as_deref(), at as i64))
    }

    /// The links that are refused now, with their reasons.
    #[napi(ts_return_type = "Promise<RefusedLink[]>")]
    pub fn refused(&self) -> AsyncTask<Work<Vec<RefusedLink>>> {
        self.off_loop(|core| core.check().and_then(|()| mirror(&core.refused())))
    }

    /// At most `limit` entries (1000 if not said) of the change feed after the one numbered `since`: of these types, about this
    /// profile, written not before an instant and before another. `for await` goes on to the end of the feed, reading `limit` at a time.
    #[napi(
        ts_args_type = "since?: number | null, limit?: number | null, types?: string[] | null, profileId?: string | null, between?: BetweenOptions",
        ts_return_type = "Promise<Change[]> & AsyncIterable<Change>"
    )]
    pub fn changes(
        &self,
        since: Option<f64>,
        limit: Option<u32>,
        types: Option<Vec<String>>,
        profile_id: Option<String>,
        not_before: Option<f64>,
        before: Option<f64>,
    ) -> Told {
        let (since, limit) = (since.unwrap_or_default() as u64, limit.unwrap_or(1000) as usize);
        let filter = filter(types, profile_id, not_before, before);
        self.told(move |core| core.changes_where(since, limit, &filter))
    }

    /// The same as an Arrow IPC stream: number, at, cause, type, profile_id, details (JSON).
    #[napi(
        ts_args_type = "since?: number | null, limit?: number | null, types?: string[] | null, profileId?: string | null, between?: BetweenOptions",
        ts_return_type = "Promise<Uint8Array>"
    )]
    pub fn changes_table(
        &self,
        since: Option<f64>,
        limit: Option<u32>,
        types: Option<Vec<String>>,
        profile_id: Option<String>,
        not_before: Option<f64>,
        before: Option<f64>,
    ) -> AsyncTask<Work<Uint8Array>> {
        let (since, limit) = (since.unwrap_or_default() as u64, limit.unwrap_or(1000) as usize);
        let filter = filter(types, profile_id, not_before, before);
        self.off_loop(move |core| {
            let changes = core.changes_where(since, limit, &filter)?;
            Ok(write_ipc(&tables::changes(&changes)?)?.into())
        })
    }

    /// How much there is.
    #[napi(ts_return_type = "Promise<Counts>")]
    pub fn counts(&self) -> AsyncTask<Work<Counts>> {
        self.off_loop(|core| core.check().and_then(|()| mirror(&core.counts())))
    }

    /// The configuration, with the rules that were filled in.
    #[napi(ts_return_type = "Promise<Config>")]
    pub fn config(&self) -> AsyncTask<Work<Config>> {
        self.off_loop(|core| Ok(Config(core.config())))
    }

    /// Takes in what other processes did to a graph that they share, so that the next answers know of it; calls that change
    /// anything do so by themselves.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn refresh(&self) -> AsyncTask<Work<()>> {
        self.off_loop(graph::Graph::refresh)
    }

    /// Waits until everything handed in survives a crash.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn flush(&self) -> AsyncTask<Work<()>> {
        self.off_loop(graph::Graph::flush)
    }

    /// Lets the store go, once what was handed in is durable; nothing can be handed in any more.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn close(&self) -> AsyncTask<Work<()>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.off_loop(|core| {
            // It never panics: its work is guarded.
            let _ = worker.map(JoinHandle::join);
            core.close()
        })
    }

    /// Leaves no byte of what is gone in any file, and gives back its space.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn compact(&self) -> AsyncTask<Work<()>> {
        self.off_loop(graph::Graph::compact)
    }

    /// Reads everything that is kept; rejected if anything is damaged.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn verify(&self) -> AsyncTask<Work<()>> {
        self.off_loop(|core| core.verify().map(drop))
    }

    /// Writes a copy of the store into a folder while work goes on.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn backup(&self, path: String) -> AsyncTask<Work<()>> {
        self.off_loop(move |core| core.backup(path))
    }
}

/// One entry of the change feed.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its number: 1, 2, 3, ... without gaps.
    pub number: f64,
    /// When it was written, in RFC 3339.
    pub at: String,
    /// What did it: the id of a message, or a decision or removal in words.
    pub cause: String,
    /// The number of the latest evidence then: what did it, where it was a message.
    pub evidence: f64,
    /// What happened: `profile_created`, `profile_merged`, `profile_split`, `profile_renamed`, `profile_updated`,
    /// `profile_removed`, `profile_erased`, `profile_restricted`, `profile_released`, `profile_objected`, `rules_changed`,
    /// `message_refused`, `segment_entered`, `segment_exited`, `link_refused`, `identifier_generic`, `identifier_restored`.
    #[serde(rename = "type")]
    #[napi(js_name = "type")]
    pub event: String,
    /// The profile it happened to.
    pub profile_id: Option<String>,
    /// Profiles that became it, or its id before.
    pub from: Option<Vec<String>>,
    /// The parts of a profile that came apart.
    pub into: Option<Vec<String>>,
    /// The golden fields that changed.
    pub fields: Option<Vec<String>>,
    /// The segment that a profile entered or left.
    pub segment: Option<String>,
    /// The records of a refused link.
    pub records: Option<Vec<RecordName>>,
    /// What would have made a refused link: `identifier:email`.
    pub rule: Option<String>,
    /// Why a link was refused.
    pub reason: Option<String>,
    /// The kind of an identifier value that is shared too widely.
    pub kind: Option<String>,
    /// That value.
    pub value: Option<String>,
    /// How many profiles share it.
    pub profiles: Option<f64>,
    /// The number of the receipt of an erasure.
    pub receipt: Option<f64>,
    /// The purpose that was objected to.
    pub purpose: Option<String>,
    /// The parts of the rules that changed.
    pub parts: Option<Vec<String>>,
}

/// What became of the lines of a file.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestedFile {
    /// Lines that were taken in; blank ones are not counted.
    pub lines: f64,
    /// Entries that they made in the change feed.
    pub changes: f64,
    /// Lines that were left out.
    pub skipped: f64,
    /// Why: of the first thousand of them.
    pub faults: Vec<LineFault>,
}

/// Why a line was left out.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineFault {
    /// The line, counted from 1.
    pub line: f64,
    /// The stable code of the error.
    pub code: String,
    /// The error: place, reason, remedy.
    pub reason: String,
}

/// How the members of a segment changed between two entries of the feed.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentDelta {
    /// Who entered, in order of id.
    pub entered: Vec<String>,
    /// Who left, in order of id.
    pub exited: Vec<String>,
    /// The number of the last entry looked at.
    pub cursor: f64,
}

/// A profile of the graph.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its id now.
    pub profile_id: String,
    /// The golden values, by field.
    #[napi(ts_type = "Record<string, string>")]
    pub fields: Map<String, Value>,
    /// The record that each golden value was taken from; absent where a device said it.
    #[napi(ts_type = "Record<string, { source: string, record_id: string }>")]
    pub provenance: Map<String, Value>,
    /// Its records, in order.
    pub records: Vec<RecordName>,
    /// The anonymous ids of devices that are its own, or of which a part is.
    pub devices: Vec<String>,
    /// Its identifiers, by kind.
    #[napi(ts_type = "Record<string, string[]>")]
    pub identifiers: Map<String, Value>,
    /// When it was first heard of, in RFC 3339.
    pub first_seen: Option<String>,
    /// When it was last heard of.
    pub last_seen: Option<String>,
    /// How many events it has.
    pub events: f64,
}

/// A link that is refused.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedLink {
    /// The records.
    pub records: Vec<RecordName>,
    /// What would have made it.
    pub rule: String,
    /// Why it was refused.
    pub reason: String,
}

/// How much there is in a graph.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Messages that count.
    pub messages: f64,
    /// Records: rows, users, and contacts on devices.
    pub records: f64,
    /// Devices.
    pub devices: f64,
    /// Profiles.
    pub profiles: f64,
    /// Refused links.
    pub refused: f64,
    /// Entries of the change feed.
    pub changes: f64,
}
