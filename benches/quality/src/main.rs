//! Match quality on labelled sets: runs `resolve` without configuration on each set, and judges it against the truth.
//!
//! A set is a folder with one CSV file per source and `truth.csv` (source, record_id, entity). Each set runs in a
//! process of its own, so that its peak memory is its own and a failure leaves the others alone. This measures only;
//! nothing here may influence a result.

// A command line tool speaks through its output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod live;
mod measure;
mod mistakes;
mod table;

use measure::Measure;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::time::{Duration, Instant};
use table::{Outcome, Peers};

const HELP: &str = "\
usage: cdp-quality [options]

  --data DIR        the folder of sets (default: CDP_BENCH_DATA, or ../shared/data)
  --sets a,b        only sets whose name is one of these
  --config FILE     a configuration (TOML) instead of none
  --threads N       threads to use (default: all cores)
  --peers PYTHON    run other tools beside ours, with this interpreter, which has benches/peers/requirements.txt
  --answers N       answer N questions of the review from the truth, twenty-five at a time, and use the answers
  --show N          show up to N wrong merges and N missed ones of each set, with their values
  --floors FILE     fail where a set's pairwise F1 is below the floor in this file
  --timeout SECONDS stop a set after this long (default 900)
  --out DIR         where quality.md and quality.json go (default target/quality)
";

/// What the command line asks for.
#[derive(Debug, Default, Clone)]
struct Options {
    data: Option<PathBuf>,
    sets: Vec<String>,
    config: Option<PathBuf>,
    threads: Option<usize>,
    answers: usize,
    peers: Option<PathBuf>,
    show: usize,
    floors: Option<PathBuf>,
    timeout_seconds: Option<u64>,
    out: Option<PathBuf>,
    one: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let outcome = parse(&arguments).and_then(|options| match &options.one {
        Some(folder) => one(folder, &options),
        None => all(&options),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("'{word}' needs a value\n\n{HELP}"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("'{word}' needs a number, not '{value}'"));
        match word.as_str() {
            "--data" => options.data = Some(value.into()),
            "--sets" => options.sets = value.split(',').map(str::to_owned).collect(),
            "--config" => options.config = Some(value.into()),
            "--threads" => options.threads = Some(number()? as usize),
            "--peers" => options.peers = Some(value.into()),
            "--answers" => options.answers = number()? as usize,
            "--show" => options.show = number()? as usize,
            "--floors" => options.floors = Some(value.into()),
            "--timeout" => options.timeout_seconds = Some(number()?),
            "--out" => options.out = Some(value.into()),
            "--one" => options.one = Some(value.into()),
            _ => return Err(format!("there is no option '{word}'\n\n{HELP}")),
        }
    }
    Ok(options)
}

/// Measures one set and writes the measure to standard output, for the process that runs all sets.
fn one(folder: &Path, options: &Options) -> Result<bool, String> {
    let measure = measure::run(folder, options.config.as_deref(), options.threads, options.answers, options.show)?;
    println!("{}", serde_json::to_string(&measure).map_err(|error| error.to_string())?);
    Ok(true)
}

fn all(options: &Options) -> Result<bool, String> {
    let data = options.data.clone().or_else(|| std::env::var_os("CDP_BENCH_DATA").map(PathBuf::from));
    let data = data.unwrap_or_else(|| "../shared/data".into());
    let folders = sets(&data, &options.sets)?;
    let peers = Peers::built_in()?;
    let mut outcomes = Vec::new();
    let out = options.out.clone().unwrap_or_else(|| "target/quality".into());
    println!("{}", table::head());
    for folder in folders {
        let mut outcome = Outcome { set: table::name_of(&folder), result: spawn(&folder, options), beside: Vec::new() };
        println!("{}", table::row(&outcome, &peers));
        if let Some(python) = &options.peers {
            outcome.beside = live::run(python, &folder, &out)?;
            table::beside(&outcome).iter().for_each(|row| println!("{row}"));
        }
        outcomes.push(outcome);
    }
    table::write(&out, &outcomes, &peers)?;
    println!("\nwritten: {}", out.join("quality.md").display());
    let floors = options.floors.as_deref().map(table::read_floors).transpose()?;
    Ok(table::judge(&outcomes, floors.as_ref()))
}

/// The folders with a truth table, those asked for, in order of name.
fn sets(data: &Path, wanted: &[String]) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(data).map_err(|error| format!("{}: {error}\n\n{HELP}", data.display()))?;
    let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    if data.join("truth.csv").is_file() {
        folders.push(data.to_path_buf());
    }
    folders.retain(|folder| folder.join("truth.csv").is_file());
    folders.retain(|folder| wanted.is_empty() || wanted.contains(&table::name_of(folder)));
    folders.sort();
    match folders.is_empty() {
        true => Err(format!("{}: there is no folder with a truth.csv here", data.display())),
        false => Ok(folders),
    }
}

/// Runs this program again for one set.
fn spawn(folder: &Path, options: &Options) -> Result<Measure, String> {
    let mut command = Command::new(std::env::current_exe().map_err(|error| error.to_string())?);
    command.arg("--one").arg(folder).arg("--show").arg(options.show.to_string());
    command.arg("--answers").arg(options.answers.to_string());
    if let Some(config) = &options.config {
        command.arg("--config").arg(config);
    }
    if let Some(threads) = options.threads {
        command.arg("--threads").arg(threads.to_string());
    }
    let limit = Duration::from_secs(options.timeout_seconds.unwrap_or(900));
    let output = finish(command.stdout(Stdio::piped()), limit)?;
    match output.status.success() {
        true => serde_json::from_slice(&output.stdout).map_err(|error| error.to_string()),
        false => Err(format!("failed ({}), see above", output.status)),
    }
}

/// Runs a program to its end, or stops it after `limit`. Its standard output, if piped, must fit a pipe: a line or two.
fn finish(command: &mut Command, limit: Duration) -> Result<Output, String> {
    let begun = Instant::now();
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if begun.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("stopped after {} s", limit.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().map_err(|error| error.to_string())
}
