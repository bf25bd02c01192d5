//! Pairs of records that people confirmed or refused.

use crate::error::to_js;
use crate::table::{Packed, unpack_one};
use crate::task::{Work, spawn};
use cdp_core::explain::RecordName;
use cdp_core::{Code, Error, Result, io, resolve};
use napi::Env;
use napi::bindgen_prelude::AsyncTask;
use napi_derive::napi;

/// Pairs of records decided by people. They hold in every `resolve` they are given to, and can be taken back.
#[napi]
#[derive(Default)]
pub struct Decisions(pub(crate) resolve::Decisions);

#[napi]
impl Decisions {
    /// No decisions yet.
    #[napi(constructor)]
    pub fn new() -> Self {
        Decisions::default()
    }

    /// Reads decisions from a table with the columns `source_a`, `record_id_a`, `source_b`, `record_id_b` and `same`, such as
    /// the answered questions of a review. Rows without an answer are left out.
    // Writable: the loader puts a function in its place that packs the table.
    #[napi(writable, ts_args_type = "table: Table", ts_return_type = "Promise<Decisions>")]
    pub fn from(table: Packed) -> AsyncTask<Work<Decisions>> {
        spawn(move || resolve::Decisions::from_table(&unpack_one(table, &Default::default())?).map(Decisions))
    }

    /// Writes the decisions to a file, by its extension: `.csv`, `.jsonl` or `.ndjson`. `Decisions.from({ path })` reads it.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn save(&self, path: String) -> AsyncTask<Work<()>> {
        let decisions = self.0.clone();
        spawn(move || io::decisions::save(path, &decisions))
    }

    /// Says that two records are one person. A record is `[source, recordId]`.
    #[napi(catch_unwind)]
    pub fn confirm(
        &mut self,
        env: Env,
        #[napi(ts_arg_type = "[string, string]")] a: Vec<String>,
        #[napi(ts_arg_type = "[string, string]")] b: Vec<String>,
    ) -> napi::Result<()> {
        let mut decide = || self.0.confirm(record(&a)?, record(&b)?);
        decide().map_err(|error| to_js(&env, &error))
    }

    /// Says that two records are different people.
    #[napi(catch_unwind)]
    pub fn refuse(
        &mut self,
        env: Env,
        #[napi(ts_arg_type = "[string, string]")] a: Vec<String>,
        #[napi(ts_arg_type = "[string, string]")] b: Vec<String>,
    ) -> napi::Result<()> {
        let mut decide = || self.0.refuse(record(&a)?, record(&b)?);
        decide().map_err(|error| to_js(&env, &error))
    }

    /// Takes the decision about two records back; tells whether there was one.
    #[napi(catch_unwind)]
    pub fn forget(
        &mut self,
        env: Env,
        #[napi(ts_arg_type = "[string, string]")] a: Vec<String>,
        #[napi(ts_arg_type = "[string, string]")] b: Vec<String>,
    ) -> napi::Result<bool> {
        let mut forget = || Ok(self.0.forget(record(&a)?, record(&b)?));
        forget().map_err(|error: Error| to_js(&env, &error))
    }

    /// How many pairs are decided.
    #[napi(getter)]
    pub fn size(&self) -> u32 {
        self.0.len() as u32
    }
}

/// The record that a caller names.
pub(crate) fn record(name: &[String]) -> Result<RecordName> {
    match name {
        [source, id] => Ok(RecordName { source: source.clone(), record_id: id.clone() }),
        _ => Err(Error::new(Code::InvalidInput, "the name of a record has two parts").help("give [source, recordId]")),
    }
}
