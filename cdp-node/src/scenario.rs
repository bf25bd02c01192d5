//! Golden scenarios; `light-cdp/testing` runs folders of them.

use crate::error::to_js;
use crate::explain::mirror;
use crate::task::{Work, spawn};
use cdp_core::scenario;
use napi::Env;
use napi::bindgen_prelude::AsyncTask;
use napi_derive::napi;
use serde::Deserialize;
use std::sync::Arc;

/// A golden scenario: given these messages, expect these profiles.
#[napi]
pub struct Scenario(Arc<scenario::Scenario>);

/// What came out of a scenario.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioOutcome {
    /// The scenario's name.
    pub name: String,
    /// Expectations that were looked at, in each order.
    pub checks: f64,
    /// The orders in which the messages came.
    pub orders: Vec<String>,
    /// What is not as expected.
    pub failures: Vec<ScenarioFailure>,
    /// Why it is known to fail.
    pub known_failure: Option<String>,
    /// In words.
    pub text: String,
}

/// One thing that is not as expected.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFailure {
    /// The key of the file.
    pub place: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// Why: links, refused links and what was missing, a line each.
    pub why: Vec<String>,
    /// The orders of messages in which it is so.
    pub orders: Vec<String>,
}

#[napi]
impl Scenario {
    /// Reads a scenario: `.toml` or `.json`.
    #[napi(factory, writable, catch_unwind)]
    pub fn load(env: Env, path: String) -> napi::Result<Scenario> {
        scenario::Scenario::load(path).map(|core| Scenario(Arc::new(core))).map_err(|error| to_js(&env, &error))
    }

    /// Reads the scenarios of a folder, in order of name.
    #[napi(writable, catch_unwind)]
    pub fn load_all(env: Env, path: String) -> napi::Result<Vec<Scenario>> {
        let all = scenario::load(path).map_err(|error| to_js(&env, &error))?;
        Ok(all.into_iter().map(|core| Scenario(Arc::new(core))).collect())
    }

    /// What it shows, in a line.
    #[napi(getter)]
    pub fn name(&self) -> String {
        self.0.name.clone()
    }

    /// Why it matters.
    #[napi(getter)]
    pub fn about(&self) -> String {
        self.0.about.clone()
    }

    /// Why it is known to fail, if it is.
    #[napi(getter)]
    pub fn known_failure(&self) -> Option<String> {
        self.0.known_failure.clone()
    }

    /// Runs it, and tells what is not as expected.
    #[napi(ts_return_type = "Promise<ScenarioOutcome>")]
    pub fn run(&self) -> AsyncTask<Work<ScenarioOutcome>> {
        let core = Arc::clone(&self.0);
        spawn(move || mirror(&core.run()?))
    }

    /// Runs it; rejected with the code `scenario_failed` and what was expected, what was found and why.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn check(&self) -> AsyncTask<Work<()>> {
        let core = Arc::clone(&self.0);
        spawn(move || core.check())
    }
}
