//! What changed between two results or two graphs.

use crate::error::to_js;
use crate::explain::mirror;
use crate::functions::read_date;
use crate::graph::Graph;
use crate::resolution::Resolution;
use crate::table::write_ipc;
use crate::task::{Work, spawn};
use cdp_core::explain::diff::{self, Limits, Options};
use cdp_core::{Result, io};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

fn options(now: Option<&str>, examples: Option<f64>) -> Result<Options> {
    let given = Options { now: read_date(now)?, ..Options::default() };
    // An infinite number asks for all of them; the cast ends at the largest.
    Ok(examples.map_or(given, |examples| Options { examples: examples as usize, ..given }))
}

/// What changed from one result to another.
#[napi(skip_typescript)]
pub fn diff_results(
    before: &Resolution,
    after: &Resolution,
    now: Option<String>,
    examples: Option<f64>,
) -> AsyncTask<Work<Diff>> {
    let (before, after) = (before.core.clone(), after.core.clone());
    spawn(move || Ok(Diff(Arc::new(before.diff(&after, &options(now.as_deref(), examples)?)?))))
}

/// What changed from one graph to another.
#[napi(skip_typescript)]
pub fn diff_graphs(before: &Graph, after: &Graph, now: Option<String>, examples: Option<f64>) -> AsyncTask<Work<Diff>> {
    let (before, after) = (Arc::clone(&before.core), Arc::clone(&after.core));
    spawn(move || Ok(Diff(Arc::new(before.diff(&after, &options(now.as_deref(), examples)?)?))))
}

/// What changed between two results or two graphs: merges, splits, moved records, golden values, segments, consents.
#[napi]
pub struct Diff(Arc<diff::Diff>);

/// How much changed.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffCounts {
    /// Members (records, in a live graph also devices) of both results.
    pub members: f64,
    /// Members of the first only.
    pub members_before: f64,
    /// Members of the second only.
    pub members_after: f64,
    /// Profiles of the first.
    pub profiles_before: f64,
    /// Profiles of the second.
    pub profiles_after: f64,
    /// Profiles that are one before and one after.
    pub kept: f64,
    /// Of these, those with the same members.
    pub same_members: f64,
    /// Profiles whose partner has another id.
    pub renamed: f64,
    /// Groups of several profiles that became one.
    pub merged: f64,
    /// Groups of one profile that came apart.
    pub split: f64,
    /// Groups of several profiles that became several others.
    pub rearranged: f64,
    /// Profiles of members that were not there before only.
    pub appeared: f64,
    /// Profiles of members that are gone only.
    pub disappeared: f64,
    /// Members of both that are not with the partner of the profile they were in.
    pub moved: f64,
    /// Pairs of members that became one person.
    pub pairs_joined: f64,
    /// Pairs of members that became two.
    pub pairs_parted: f64,
    /// Golden values that are not what they were, of profiles with a partner.
    pub values: f64,
    /// Profiles with such a value.
    pub profiles_with_values: f64,
    /// Answers about consent that changed, over all purposes.
    pub consents: f64,
}

/// How a segment changed.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffSegment {
    /// Members before.
    pub before: f64,
    /// Members after.
    pub after: f64,
    /// Members after that share no member with one before.
    pub entered: f64,
    /// Members before that share no member with one after.
    pub left: f64,
}

#[napi]
impl Diff {
    /// How much changed, of everything.
    #[napi(getter, catch_unwind)]
    pub fn counts(&self, env: Env) -> napi::Result<DiffCounts> {
        mirror(&self.0.counts).map_err(|error| to_js(&env, &error))
    }

    /// Per golden field, how many profiles have another value.
    #[napi(getter, catch_unwind)]
    pub fn values(&self, env: Env) -> napi::Result<HashMap<String, f64>> {
        mirror(&self.0.values).map_err(|error| to_js(&env, &error))
    }

    /// Per segment of either configuration, how it changed.
    #[napi(getter, catch_unwind)]
    pub fn segments(&self, env: Env) -> napi::Result<HashMap<String, DiffSegment>> {
        mirror(&self.0.segments).map_err(|error| to_js(&env, &error))
    }

    /// Per purpose, how many answers changed from one to another (`granted to denied`); of graphs.
    #[napi(getter, catch_unwind)]
    pub fn consents(&self, env: Env) -> napi::Result<HashMap<String, HashMap<String, f64>>> {
        mirror(&self.0.consents).map_err(|error| to_js(&env, &error))
    }

    /// How many groups of profiles changed, also those that are not shown.
    #[napi(getter)]
    pub fn groups_changed(&self) -> f64 {
        self.0.groups_changed as f64
    }

    /// In words.
    #[napi(getter)]
    pub fn text(&self) -> String {
        self.0.text.clone()
    }

    /// A table as an Arrow IPC stream: `groups`, the largest impact first, or the `details` that changed in them.
    #[napi(ts_args_type = "name: keyof DiffRows", ts_return_type = "Promise<Uint8Array>")]
    pub fn table(&self, name: String) -> AsyncTask<Work<Uint8Array>> {
        let core = Arc::clone(&self.0);
        spawn(move || Ok(write_ipc(&io::diff::by_name(&core, &name)?)?.into()))
    }

    /// A table as plain objects.
    #[napi(
        ts_generic_types = "T extends keyof DiffRows",
        ts_args_type = "name: T",
        ts_return_type = "Promise<DiffRows[T][]>"
    )]
    pub fn rows(&self, name: String) -> AsyncTask<Work<Uint8Array>> {
        let core = Arc::clone(&self.0);
        spawn(move || {
            let mut lines = Vec::new();
            io::jsonl::write(&mut lines, &io::diff::by_name(&core, &name)?)?;
            Ok(lines.into())
        })
    }

    /// Throws an error with the code `limit_exceeded` if more changed than the limits allow.
    #[napi(catch_unwind)]
    pub fn check(&self, env: Env, #[napi(ts_arg_type = "DiffLimits")] limits: Value) -> napi::Result<()> {
        let limits = Limits::from_json(&limits.to_string()).map_err(cdp_core::Error::without_position);
        limits.and_then(|limits| self.0.check(&limits)).map_err(|error| to_js(&env, &error))
    }
}
