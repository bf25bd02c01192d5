//! Activation: the golden values of a result as a destination wants them.

use crate::error::to_js;
use crate::explain::mirror;
use crate::functions::read_date;
use crate::resolution::Resolution;
use crate::table::write_ipc;
use crate::task::{Work, spawn};
use cdp_core::{Result, activation, io, resolve};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Uint8Array};
use napi_derive::napi;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The golden values of a result as a destination wants them, of those who allow the purpose.
#[napi(
    ts_args_type = "result: Resolution, destination: string, purpose: string, options: ActivateOptions",
    ts_return_type = "Promise<Export>"
)]
pub fn activate(result: &Resolution, given: Value, now: Option<String>) -> AsyncTask<Work<Export>> {
    let result = result.core.clone();
    spawn(move || {
        let mut activation = resolve::Activation::from_json(given)?;
        activation.now = read_date(now.as_deref())?;
        Export::new(result.activate(&activation)?)
    })
}

/// What `activate` gives: batches of encoded rows, and how many were left out and why.
#[napi]
pub struct Export {
    core: Arc<activation::Export>,
    tables: Vec<Vec<u8>>,
}

/// Rows to be sent in one request or file.
#[napi(object, object_from_js = false)]
pub struct Batch {
    /// What the people of the batch said besides, where the destination is told once for a batch; empty otherwise.
    pub signal: String,
    /// The ids of the profiles, row by row; for your records, not for the destination.
    pub profiles: Vec<String>,
    /// The rows, as an Arrow IPC stream.
    pub table: Uint8Array,
}

impl Export {
    /// Encodes the tables; runs on the worker thread.
    pub(crate) fn new(core: activation::Export) -> Result<Self> {
        let tables = core.batches.iter().map(|batch| write_ipc(&io::tables::of_table(&batch.table)?));
        Ok(Export { tables: tables.collect::<Result<_>>()?, core: Arc::new(core) })
    }
}

#[napi]
impl Export {
    /// The destination, e.g. `meta_capi@2026`.
    #[napi(getter)]
    pub fn destination(&self) -> String {
        self.core.destination.to_owned()
    }

    /// What for.
    #[napi(getter)]
    pub fn purpose(&self) -> String {
        self.core.purpose.clone()
    }

    /// How many people are in it.
    #[napi(getter)]
    pub fn people(&self) -> u32 {
        self.core.people() as u32
    }

    /// The rows in batches.
    #[napi(getter)]
    pub fn batches(&self) -> Vec<Batch> {
        let batches = self.core.batches.iter().zip(&self.tables);
        let copy = |(batch, table): (&activation::Batch, &Vec<u8>)| Batch {
            signal: batch.signal.clone(),
            profiles: batch.profiles.clone(),
            table: table.clone().into(),
        };
        batches.map(copy).collect()
    }

    /// The rows of one batch as plain objects.
    #[napi(ts_return_type = "Promise<Record<string, string | null>[]>")]
    pub fn rows(&self, batch: u32) -> AsyncTask<Work<Uint8Array>> {
        let core = self.core.clone();
        spawn(move || {
            let mut lines = Vec::new();
            io::jsonl::write(&mut lines, &io::tables::of_table(&core.batch(batch as usize)?.table)?)?;
            Ok(lines.into())
        })
    }

    /// How many people are not in it, by reason.
    #[napi(getter, catch_unwind)]
    pub fn left_out(&self, env: Env) -> napi::Result<HashMap<String, u32>> {
        mirror(&self.core.left_out_by_word()).map_err(|error| to_js(&env, &error))
    }

    /// How many values are not in it, by kind and reason, of people who allow the purpose.
    #[napi(getter, catch_unwind)]
    pub fn values_left_out(&self, env: Env) -> napi::Result<HashMap<String, HashMap<String, u32>>> {
        mirror(&self.core.values_left_out_by_word()).map_err(|error| to_js(&env, &error))
    }

    /// Writes one CSV file a batch, and one JSON file that says what they are for; the paths of the CSV files.
    #[napi(ts_return_type = "Promise<string[]>")]
    pub fn save(&self, folder: String) -> AsyncTask<Work<Vec<String>>> {
        let core = self.core.clone();
        spawn(move || {
            let paths = io::activation::save(folder, &core)?;
            Ok(paths.iter().map(|path| path.display().to_string()).collect())
        })
    }
}
