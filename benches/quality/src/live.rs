//! Other tools, run beside us on the same rows: the programs of benches/peers, judged by our evaluator.

use crate::finish;
use crate::measure::{judge_tables, read, sources};
use cdp_core::record::Table;
use cdp_core::schema::{Config, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The tools, by the name of their program.
const TOOLS: &[(&str, &str)] = &[
    ("Splink", "splink_peer.py"),
    ("GoldenMatch", "goldenmatch_peer.py"),
    ("recordlinkage", "recordlinkage_peer.py"),
    ("dedupe, 100 labels", "dedupe_peer.py"),
];
/// How long a tool may take for one set.
const LIMIT: Duration = Duration::from_secs(300);

/// What one tool made of one set.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) tool: &'static str,
    pub(crate) result: Result<Figures, String>,
}

/// The figures of a tool on one set.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) b_cubed_f1: f64,
    pub(crate) seconds: f64,
    pub(crate) peak_memory_mb: u64,
}

/// What a peer's program prints.
#[derive(Debug, Deserialize)]
struct Told {
    seconds: f64,
    peak_memory_mb: u64,
}

/// The kinds of one source's columns, as the peers read them.
#[derive(Debug, Serialize)]
struct Kinds {
    id: Option<String>,
    fields: BTreeMap<String, Kind>,
}

/// Runs all tools on a set, with this Python; what they write goes into `out`.
pub(crate) fn run(python: &Path, folder: &Path, out: &Path) -> Result<Vec<Run>, String> {
    let tables = sources(folder)?.iter().map(|path| read(path)).collect::<Result<Vec<Table>, String>>()?;
    let config = Config::infer(&tables);
    let kinds = config.sources.iter().map(|(name, source)| {
        let fields = source.fields.iter().map(|(column, field)| (column.clone(), field.kind));
        (name, Kinds { id: source.id.clone(), fields: fields.collect() })
    });
    let kinds: BTreeMap<_, _> = kinds.collect();
    let text = serde_json::to_string(&kinds).map_err(|error| error.to_string())?;
    let path = out.join("kinds.json");
    std::fs::create_dir_all(out)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let truth = read(&folder.join("truth.csv"))?;
    let of =
        |&(tool, program): &(&'static str, &str)| Run { tool, result: one(python, program, folder, &path, &truth) };
    Ok(TOOLS.iter().map(of).collect())
}

fn one(python: &Path, program: &str, folder: &Path, kinds: &Path, truth: &Table) -> Result<Figures, String> {
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../peers").join(program);
    let answer = kinds.with_file_name("assignments.csv");
    let _ = std::fs::remove_file(&answer);
    let log = std::fs::File::create(kinds.with_file_name("log.txt")).map_err(|error| error.to_string())?;
    let mut command = Command::new(python);
    command.arg(program).args([folder, kinds, &answer]).stdout(Stdio::piped()).stderr(log);
    let output = finish(&mut command, LIMIT)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told: Told = match text.lines().last().map(serde_json::from_str) {
        Some(Ok(told)) if output.status.success() => told,
        _ => {
            let log = std::fs::read_to_string(kinds.with_file_name("log.txt")).unwrap_or_default();
            return Err(format!("failed: {}", log.lines().last().unwrap_or("it said nothing")));
        }
    };
    let judged = judge_tables(&read(&answer)?, truth)?;
    Ok(Figures {
        precision: judged.pairwise.precision,
        recall: judged.pairwise.recall,
        f1: judged.pairwise.f1,
        b_cubed_f1: judged.b_cubed.f1,
        seconds: told.seconds,
        peak_memory_mb: told.peak_memory_mb,
    })
}
