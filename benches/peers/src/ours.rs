//! Our own run, and the judge of all runs.

use crate::{Options, shown};
use cdp_benches::process::{clock, cpu_seconds, peak_memory_mb};
use cdp_core::record::Table;
use cdp_core::{Config, io, quality};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a run of any tool tells of itself. Wall time is measured from outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_memory_mb: u64,
    /// Processor time up to the result, before it is written, where the tool tells.
    #[serde(default)]
    pub(crate) cpu_seconds_unwritten: Option<f64>,
    /// Seconds of each stage, where the tool tells.
    #[serde(default)]
    pub(crate) stages: Vec<(String, f64)>,
    /// Pairs compared, where the tool tells.
    #[serde(default)]
    pub(crate) pairs: Option<u64>,
}

/// Pairwise figures.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Judged {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

/// From a Parquet file to assignments and profiles.
pub(crate) fn resolve(file: &Path, options: &Options) -> Result<Told, String> {
    let text = |error: cdp_core::Error| error.to_string();
    let begun = clock();
    let config = options.config.as_ref().map(Config::load).transpose().map_err(text)?;
    let control = io::memory::limited(Default::default(), None);
    let table = io::read_with(file, Some("records"), &control).map_err(text)?;
    let mut stages = vec![("read".to_owned(), clock() - begun)];
    let given =
        cdp_core::resolve::Options { threads: options.threads, control, clock: Some(clock), ..Default::default() };
    let result = cdp_core::resolve(&[table], config.as_ref(), &given).map_err(text)?;
    stages.extend(result.summary().seconds.iter().cloned());
    let cpu_seconds_unwritten = cpu_seconds();
    let begun = clock();
    std::fs::create_dir_all(&options.out).map_err(|error| format!("{}: {error}", shown(&options.out)))?;
    let write = |name: &str, batch: cdp_core::Result<_>| {
        batch.and_then(|batch| io::write(options.out.join(name), &batch)).map_err(text)
    };
    write("assignments.parquet", io::tables::assignments(&result))?;
    write("profiles.parquet", io::tables::profiles(&result))?;
    stages.push(("write".to_owned(), clock() - begun));
    Ok(Told {
        cpu_seconds: cpu_seconds().unwrap_or(f64::NAN),
        cpu_seconds_unwritten,
        peak_memory_mb: peak_memory_mb().unwrap_or(0),
        stages,
        pairs: Some(result.summary().pairs_compared),
    })
}

/// Judges assignments against a truth, both in files.
pub(crate) fn judge(assignments: &Path, truth: &Path) -> Result<Judged, String> {
    let read = |path: &Path| -> Result<Table, String> { io::read(path, None).map_err(|error| error.to_string()) };
    let judged = quality::evaluate_tables(&read(assignments)?, &read(truth)?).map_err(|error| error.to_string())?;
    let pairs = judged.pairwise;
    Ok(Judged { precision: pairs.precision, recall: pairs.recall, f1: pairs.f1 })
}
