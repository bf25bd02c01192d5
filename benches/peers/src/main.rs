//! Time, memory and quality beside other tools: each reads the same Parquet file, in a process of its own, in turns.
//!
//! `cargo xtask peers` builds and calls this. Every run is measured from the start of its process to its end: imports, reading,
//! cleaning, training and writing included. Times of one machine mean little alone, so the table gives ratios to ours.

// A command line tool speaks through its output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod beside;
mod ours;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

const HELP: &str = "\
usage: cdp-peers compare FILE.parquet... --python PYTHON [options]
       cdp-peers resolve FILE.parquet --out DIR [--config FILE] [--threads N]
       cdp-peers judge ASSIGNMENTS TRUTH

compare  runs the tools beside ours on each file, which has a column of true entities
  --python PYTHON   an interpreter with benches/peers/requirements.txt
  --truth COLUMN    the column of true entities, kept from all tools (default true_id)
  --id COLUMN       the column of record ids (default unique_id)
  --tools a,b       only these (light-cdp, light-cdp-low, splink, goldenmatch, recordlinkage; default all)
  --runs N          runs of each tool, in turns; medians are shown (default 1)
  --timeout SECONDS stop a run after this long (default 1500)
  --out DIR         where peers.md, peers.json and the work go (default target/peers)
resolve  our run: from the file to assignments.parquet and profiles.parquet; prints one line of JSON
judge    pairwise figures of assignments against a truth, as one line of JSON
";

/// What the command line asks for.
#[derive(Debug)]
struct Options {
    files: Vec<PathBuf>,
    python: Option<PathBuf>,
    truth: String,
    id: String,
    tools: Vec<String>,
    runs: usize,
    timeout: Duration,
    out: PathBuf,
    config: Option<PathBuf>,
    threads: Option<usize>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let Some((command, rest)) = arguments.split_first() else { return Err(HELP.to_owned()) };
    let options = parse(rest)?;
    match (command.as_str(), options.files.as_slice()) {
        ("compare", [_, ..]) => compare(&options),
        ("resolve", [file]) => print_line(&ours::resolve(file, &options)?),
        ("judge", [assignments, truth]) => print_line(&ours::judge(assignments, truth)?),
        _ => Err(HELP.to_owned()),
    }
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        files: Vec::new(),
        python: None,
        truth: "true_id".to_owned(),
        id: "unique_id".to_owned(),
        tools: Vec::new(),
        runs: 1,
        timeout: Duration::from_secs(1500),
        out: "target/peers".into(),
        config: None,
        threads: None,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if !word.starts_with("--") {
            options.files.push(word.into());
            continue;
        }
        let value = words.next().ok_or_else(|| format!("'{word}' needs a value\n\n{HELP}"))?;
        let number = || value.parse::<usize>().map_err(|_| format!("'{word}' needs a number, not '{value}'"));
        match word.as_str() {
            "--python" => options.python = Some(value.into()),
            "--truth" => options.truth.clone_from(value),
            "--id" => options.id.clone_from(value),
            "--tools" => options.tools = value.split(',').map(str::to_owned).collect(),
            "--runs" => options.runs = number()?.max(1),
            "--timeout" => options.timeout = Duration::from_secs(number()? as u64),
            "--out" => options.out = value.into(),
            "--config" => options.config = Some(value.into()),
            "--threads" => options.threads = Some(number()?),
            _ => return Err(format!("there is no option '{word}'\n\n{HELP}")),
        }
    }
    Ok(options)
}

/// Runs all tools on all files and writes the tables.
fn compare(options: &Options) -> Result<(), String> {
    let mut measured = Vec::new();
    for file in &options.files {
        let set = beside::Set::prepare(file, options)?;
        let tools = set.run_all(options)?;
        println!("{}", table::of(&set, &tools));
        measured.push((set, tools));
    }
    table::write(&options.out, &measured)
}

fn print_line(value: &impl serde::Serialize) -> Result<(), String> {
    println!("{}", serde_json::to_string(value).map_err(|error| error.to_string())?);
    Ok(())
}

/// A path as text, for messages and arguments.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
