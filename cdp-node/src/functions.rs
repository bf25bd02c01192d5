//! The functions of the package.

use crate::config::Config;
use crate::control::Control;
use crate::model::Model;
use crate::resolution::Resolution;
use crate::table::{Packed, unpack};
use crate::task::{Work, spawn};
use cdp_core::resolve::Options;
use napi::bindgen_prelude::AsyncTask;
use napi_derive::napi;
use std::sync::LazyLock;
use std::time::Instant;

/// Turns one table, or several by the name of their source, into profiles.
///
/// A table is an array of rows, Arrow IPC bytes, an apache-arrow table, or `{ path }` of a CSV or JSON lines file. What the
/// configuration leaves out is inferred from the data. The work is done off the event loop.
#[napi(
    ts_args_type = "tables: Table | Tables, config?: Config | ConfigObject | null, options?: ResolveOptions",
    ts_return_type = "Promise<Resolution>"
)]
pub fn resolve(
    tables: Vec<Packed>,
    config: Option<&Config>,
    model: Option<&Model>,
    threads: Option<u32>,
    control: &Control,
) -> AsyncTask<Work<Resolution>> {
    let config = config.map(|config| config.0.clone());
    let options = Options {
        model: model.map(|model| model.0.clone()),
        threads: threads.map(|threads| threads as usize),
        control: control.0.clone(),
        clock: Some(seconds),
    };
    spawn(move || {
        let tables = unpack(tables)?;
        Resolution::new(cdp_core::resolve(&tables, config.as_ref(), &options)?)
    })
}

/// Seconds since the first call.
fn seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}
