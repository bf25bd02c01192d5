//! One set: read, resolve, judge.

use crate::mistakes;
use cdp_benches::process;
use cdp_core::explain::RecordName;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Decisions, Options, Resolution};
use cdp_core::{Config, io, quality};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Questions answered before the next run.
const ROUND: usize = 25;
/// Files that are sources.
const ENDINGS: &[&str] = &["csv", "jsonl", "parquet"];

/// The figures of one set.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Measure {
    pub(crate) records: u64,
    pub(crate) profiles: u64,
    pub(crate) true_profiles: u64,
    pub(crate) pairs_compared: u64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) b_cubed_f1: f64,
    pub(crate) expected_precision: f64,
    pub(crate) expected_recall: f64,
    pub(crate) threshold: f64,
    pub(crate) seconds: f64,
    pub(crate) stages: Vec<(String, f64)>,
    pub(crate) peak_memory_mb: Option<u64>,
    pub(crate) warnings: Vec<String>,
}

/// Runs one set, and shows up to `show` mistakes of each sort.
pub(crate) fn run(
    folder: &Path,
    config: Option<&Path>,
    threads: Option<usize>,
    answers: usize,
    show: usize,
) -> Result<Measure, String> {
    let tables = sources(folder)?.iter().map(|path| read(path)).collect::<Result<Vec<Table>, String>>()?;
    let truth = read(&folder.join("truth.csv"))?;
    let config = config.map(Config::load).transpose().map_err(|error| error.to_string())?;
    let mut options = Options { threads, clock: Some(clock), ..Options::default() };
    let mut begun = clock();
    let resolve = |options: &Options| cdp_core::resolve(&tables, config.as_ref(), options);
    let mut result = resolve(&options).map_err(|error| error.to_string())?;
    while options.decisions.len() < answers {
        let left = answers - options.decisions.len();
        if answer(&result, &truth, left.min(ROUND), &mut options.decisions)? == 0 {
            break;
        }
        begun = clock();
        result = resolve(&options).map_err(|error| error.to_string())?;
    }
    let seconds = clock() - begun;
    let peak_memory_mb = process::peak_memory_mb();
    let judged = judge(&result, &truth)?;
    if show > 0 {
        mistakes::show(&tables, &truth, &result, show);
    }
    let summary = result.summary();
    Ok(Measure {
        records: summary.records,
        profiles: summary.profiles,
        true_profiles: judged.entities,
        pairs_compared: summary.pairs_compared,
        precision: judged.pairwise.precision,
        recall: judged.pairwise.recall,
        f1: judged.pairwise.f1,
        b_cubed_f1: judged.b_cubed.f1,
        expected_precision: summary.expected_precision,
        expected_recall: summary.expected_recall,
        threshold: summary.threshold,
        seconds,
        stages: summary.seconds.clone(),
        peak_memory_mb,
        warnings: summary.warnings.clone(),
    })
}

/// Answers up to `n` questions of a result's review as its truth does; tells how many.
fn answer(result: &Resolution, truth: &Table, n: usize, decisions: &mut Decisions) -> Result<usize, String> {
    let entities = mistakes::entities(truth, result);
    let text = |error: cdp_core::Error| error.to_string();
    let questions = result.review(n).map_err(text)?;
    for question in &questions {
        let [a, b] = question.records.clone();
        let entity = |name: &RecordName| {
            result.records().named(&name.source, &name.record_id).map(|record| entities[record as usize])
        };
        let (x, y) = (entity(&a).map_err(text)?, entity(&b).map_err(text)?);
        let decided = if x.is_some() && x == y { decisions.confirm(a, b) } else { decisions.refuse(a, b) };
        decided.map_err(text)?;
    }
    Ok(questions.len())
}

/// The tables of a set, in order of name.
pub(crate) fn sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)));
    paths.retain(|path| !path.ends_with("truth.csv"));
    paths.sort();
    Ok(paths)
}

/// A table whose source is called after its file.
pub(crate) fn read(path: &Path) -> Result<Table, String> {
    io::read(path, None).map_err(|error| error.to_string())
}

/// The assignments as a table of keys, judged against the truth.
fn judge(result: &Resolution, truth: &Table) -> Result<quality::Quality, String> {
    let records = result.records();
    let all = || 0..records.len() as u32;
    let groups: Vec<String> = result.assignments().iter().map(u32::to_string).collect();
    let columns = vec![
        Column::new("source", all().map(|record| Some(records.source(record)))),
        Column::new("record_id", all().map(|record| Some(records.id(record)))),
        Column::new("profile_id", groups.iter().map(|group| Some(group.as_str()))),
    ];
    let assignments = Table::new("assignments", columns).map_err(|error| error.to_string())?;
    judge_tables(&assignments, truth)
}

pub(crate) fn judge_tables(assignments: &Table, truth: &Table) -> Result<quality::Quality, String> {
    quality::evaluate_tables(assignments, truth).map_err(|error| error.to_string())
}

/// Seconds since the first call; where `CDP_CLOCK` is `cpu`, those that this process computed, which other work on the
/// machine hardly disturbs.
fn clock() -> f64 {
    static CPU: OnceLock<bool> = OnceLock::new();
    if *CPU.get_or_init(|| std::env::var_os("CDP_CLOCK").is_some_and(|word| word == "cpu")) {
        return process::cpu_seconds().unwrap_or(0.0);
    }
    process::clock()
}
