//! The functions of the package.

use crate::columns::{ColumnProfile, Normalized};
use crate::config::Config;
use crate::control::Control;
use crate::decisions::Decisions;
use crate::error::to_js;
use crate::explain::{Quality, mirror};
use crate::model::Model;
use crate::resolution::Resolution;
use crate::table::{Packed, unpack, unpack_one};
use crate::task::{Work, spawn};
use cdp_core::resolve::{Options, whole_threads};
use cdp_core::segment::read_now;
use cdp_core::{Code, Error, Result, io, normalize, quality};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi_derive::napi;
use serde_json::Value;
use std::sync::LazyLock;
use std::time::Instant;

/// Turns one table, or several by the name of their source, into profiles.
///
/// A table is an array of rows, Arrow IPC bytes, an apache-arrow table, or `{ path }` of a CSV, JSON lines or Parquet file. The
/// configuration is a `Config`, a plain object or the path of a TOML or JSON file; what it leaves out is inferred from the
/// data. The work is done off the event loop.
#[napi(
    ts_args_type = "tables: Table | Tables, config?: Config | ConfigObject | string | null, options?: ResolveOptions",
    ts_return_type = "Promise<Resolution>"
)]
pub fn resolve(
    tables: Vec<Packed>,
    config: Option<&Config>,
    model: Option<&Model>,
    decisions: Option<&Decisions>,
    threads: Option<f64>,
    memory_limit: Option<String>,
    control: &Control,
) -> AsyncTask<Work<Resolution>> {
    match_with(tables, config, options(model, decisions, control), threads, memory_limit, |tables, config, options| {
        Resolution::new(cdp_core::resolve(tables, config, options)?)
    })
}

/// Trains a model: without labels first (or from `options.model`), then by the decided pairs of `options.decisions`.
#[napi(
    ts_args_type = "tables: Table | Tables, config?: Config | ConfigObject | string | null, options?: ResolveOptions",
    ts_return_type = "Promise<Model>"
)]
pub fn train(
    tables: Vec<Packed>,
    config: Option<&Config>,
    model: Option<&Model>,
    decisions: Option<&Decisions>,
    threads: Option<f64>,
    memory_limit: Option<String>,
    control: &Control,
) -> AsyncTask<Work<Model>> {
    match_with(tables, config, options(model, decisions, control), threads, memory_limit, |tables, config, options| {
        cdp_core::resolve::train(tables, config, options).map(Model)
    })
}

fn options(model: Option<&Model>, decisions: Option<&Decisions>, control: &Control) -> Options {
    Options {
        decisions: decisions.map(|decisions| decisions.0.clone()).unwrap_or_default(),
        model: model.map(|model| model.0.clone()),
        threads: None,
        control: control.0.clone(),
        clock: Some(seconds),
    }
}

/// Unpacks the tables off the event loop and works on them, unless the call was cancelled before or while.
fn match_with<T: ToNapiValue + TypeName + Send + 'static>(
    tables: Vec<Packed>,
    config: Option<&Config>,
    mut options: Options,
    threads: Option<f64>,
    memory_limit: Option<String>,
    work: fn(&[cdp_core::record::Table], Option<&cdp_core::Config>, &Options) -> Result<T>,
) -> AsyncTask<Work<T>> {
    let config = config.map(|config| config.0.clone());
    spawn(move || {
        let limit = memory_limit.as_deref().map(io::memory::parse).transpose()?;
        options.control = io::memory::limited(options.control, limit);
        options.threads = threads.map(whole_threads).transpose()?;
        let tables = unpack(tables, &options.control)?;
        options.control.check()?;
        work(&tables, config.as_ref(), &options)
    })
}

/// The ids of the profiles for which a predicate is true, in the order of the profiles. `now` is today, where the predicate
/// speaks of ages.
#[napi(
    ts_args_type = "result: Resolution | Graph, predicate: string, options?: SegmentOptions",
    ts_return_type = "Promise<string[]>"
)]
pub fn segment(result: &Resolution, predicate: String, now: Option<String>) -> AsyncTask<Work<Vec<String>>> {
    let result = result.core.clone();
    spawn(move || {
        let members = result.segment(&predicate, read_date(now.as_deref())?)?;
        Ok(members.into_iter().map(|profile| result.profiles().id(profile as usize).to_owned()).collect())
    })
}

/// Judges assignments against a truth: pairwise and B-cubed precision, recall and F1.
///
/// Assignments have the columns `record_id`, `profile_id` and, where there are several sources, `source`; the truth has a
/// key and an entity. Give `result.assignments`, or any table with these columns.
#[napi(ts_args_type = "assignments: Table, truth: Table", ts_return_type = "Promise<Quality>")]
pub fn evaluate(assignments: Packed, truth: Packed) -> AsyncTask<Work<Quality>> {
    spawn(move || {
        let control = Default::default();
        mirror(&quality::evaluate_tables(&unpack_one(assignments, &control)?, &unpack_one(truth, &control)?)?)
    })
}

/// Normalises one value of a kind: its form for people, its form for comparison, and whether it can be used. With
/// `details` the parts of the value and further keys to find it by are there too.
#[napi(catch_unwind)]
pub fn normalize(
    env: Env,
    value: String,
    #[napi(ts_arg_type = "Kind")] kind: String,
    #[napi(ts_arg_type = "NormalizeOptions")] options: Option<Value>,
) -> napi::Result<Normalized> {
    let run = || {
        let mut options = options.unwrap_or_else(|| Value::Object(Default::default()));
        let wants = options.as_object_mut().and_then(|options| options.remove("details"));
        let options: normalize::Options = serde_json::from_value(options)
            .map_err(|error| Error::unreadable(Code::InvalidInput, "the options", &error))?;
        let found = normalize::details::details(kind.parse()?, &value, &options.checked()?);
        let parts = found.parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect();
        let normalize::Normalized { display, key, verdict } = found.value;
        let parts = (wants == Some(Value::Bool(true))).then_some(parts);
        Ok(Normalized { display, key, verdict: verdict.to_string(), parts })
    };
    run().map_err(|error: Error| to_js(&env, &error))
}

/// Looks at every column of the tables before anything is matched: what it means, what is missing or unusable and why, and
/// values that go with improbably many people. Takes what `resolve` takes.
#[napi(
    ts_args_type = "tables: Table | Tables, config?: Config | ConfigObject | string | null, options?: CallOptions",
    ts_return_type = "Promise<ColumnProfile[]>"
)]
pub fn profile(tables: Vec<Packed>, config: Option<&Config>, control: &Control) -> AsyncTask<Work<Vec<ColumnProfile>>> {
    let config = config.map(|config| config.0.clone());
    let control = control.0.clone();
    spawn(move || mirror(&cdp_core::columns::profile(&unpack(tables, &control)?, config.as_ref(), &control)?))
}

/// How alike two texts are, from 0 to 1. The metrics are those of the core: `jaro_winkler`, `osa`, ...
#[napi(catch_unwind)]
pub fn similarity(env: Env, metric: String, a: String, b: String) -> napi::Result<f64> {
    cdp_core::similarity::by_name(&metric, &a, &b).map_err(|error| to_js(&env, &error))
}

/// The instant that a text names, in milliseconds since 1970; `null` if it names none.
#[napi(skip_typescript, catch_unwind)]
pub fn read_instant(text: String) -> Option<f64> {
    cdp_core::instant::parse(&text).map(|instant| instant as f64)
}

/// One operation of the conformance vectors, for the tests.
#[napi(skip_typescript, catch_unwind)]
pub fn conformance(env: Env, operation: String, input: Vec<Value>) -> napi::Result<Value> {
    cdp_core::conformance::call(&operation, &input).map_err(|error| to_js(&env, &error))
}

pub(crate) fn read_date(now: Option<&str>) -> Result<Option<cdp_core::instant::Instant>> {
    now.map(read_now).transpose()
}

/// Seconds since the first call.
pub(crate) fn seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}
