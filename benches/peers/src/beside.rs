//! One file, and the tools run on it in turns.

use crate::ours::{self, Judged, Told};
use crate::{Options, shown};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The tools by their short name: the name to show, and the Python program that runs it.
const TOOLS: &[(&str, &str, Option<&str>)] = &[
    ("light-cdp", "light CDP", None),
    ("light-cdp-low", "light CDP, effort low", None),
    ("splink", "Splink, tuned by hand", Some("splink_speed.py")),
    ("goldenmatch", "GoldenMatch", Some("goldenmatch_speed.py")),
    ("recordlinkage", "recordlinkage", Some("recordlinkage_speed.py")),
];

/// A file, parted into what the tools see and the truth.
#[derive(Debug, Serialize)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) records: u64,
    #[serde(skip)]
    records_file: PathBuf,
    #[serde(skip)]
    truth: PathBuf,
    #[serde(skip)]
    folder: PathBuf,
}

/// A tool on one set: its runs.
#[derive(Debug, Serialize)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) runs: Vec<Run>,
    pub(crate) failed: Option<String>,
}

/// One run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Run {
    pub(crate) seconds: f64,
    pub(crate) told: Told,
    pub(crate) judged: Judged,
}

impl Set {
    /// Writes the records without the truth, and the truth without the records.
    pub(crate) fn prepare(file: &Path, options: &Options) -> Result<Set, String> {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = options.out.join(&name);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", shown(&folder)))?;
        let (records_file, truth) = (folder.join("records.parquet"), folder.join("truth.parquet"));
        let mut split = Command::new(python(options)?);
        split.arg(program("split.py")).args([file, &records_file, &truth]).args([&options.truth, &options.id]);
        let output = split.stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
        let told = String::from_utf8_lossy(&output.stdout).trim().parse();
        let records = told.map_err(|_| format!("{}: split.py failed", shown(file)))?;
        Ok(Set { name, records, records_file, truth, folder })
    }

    /// Every tool so many times, in turns.
    pub(crate) fn run_all(&self, options: &Options) -> Result<Vec<Tool>, String> {
        let wanted = |short: &str| options.tools.is_empty() || options.tools.iter().any(|tool| tool == short);
        let chosen: Vec<_> = TOOLS.iter().filter(|(short, ..)| wanted(short)).collect();
        let mut tools: Vec<Tool> =
            chosen.iter().map(|(_, name, _)| Tool { name, runs: Vec::new(), failed: None }).collect();
        for _ in 0..options.runs {
            for ((short, _, program), tool) in chosen.iter().zip(&mut tools) {
                if tool.failed.is_some() {
                    continue;
                }
                match self.run(short, *program, options) {
                    Ok(run) => {
                        eprintln!("{}: {} {:.1} s, F1 {:.3}", self.name, tool.name, run.seconds, run.judged.f1);
                        tool.runs.push(run);
                    }
                    Err(why) => {
                        eprintln!("{}: {} {why}", self.name, tool.name);
                        tool.failed = Some(why);
                    }
                }
            }
        }
        Ok(tools)
    }

    fn run(&self, short: &str, peer: Option<&str>, options: &Options) -> Result<Run, String> {
        let out = self.folder.join(short);
        std::fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", shown(&out)))?;
        let answer = out.join("assignments.parquet");
        let _ = std::fs::remove_file(&answer);
        let log = std::fs::File::create(out.join("log.txt")).map_err(|error| error.to_string())?;
        let mut command = match peer {
            Some(peer) => {
                let mut command = Command::new(python(options)?);
                command.arg(program(peer)).args([&self.records_file, &answer]);
                command
            }
            None => self.ours(short, &out)?,
        };
        let begun = Instant::now();
        let output = finish(command.stdout(Stdio::piped()).stderr(log), options.timeout)?;
        let seconds = begun.elapsed().as_secs_f64();
        let text = String::from_utf8_lossy(&output);
        let told = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
        let log = || std::fs::read_to_string(out.join("log.txt")).unwrap_or_default();
        let told = told.ok_or_else(|| format!("failed: {}", log().lines().last().unwrap_or("it said nothing")))?;
        Ok(Run { seconds, told, judged: ours::judge(&answer, &self.truth)? })
    }

    fn ours(&self, short: &str, out: &Path) -> Result<Command, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(own);
        command.arg("resolve").arg(&self.records_file).arg("--out").arg(out);
        if short == "light-cdp-low" {
            let config = out.join("low.toml");
            std::fs::write(&config, "[matching]\neffort = \"low\"\n").map_err(|error| error.to_string())?;
            command.arg("--config").arg(config);
        }
        Ok(command)
    }
}

fn python(options: &Options) -> Result<&PathBuf, String> {
    options.python.as_ref().ok_or_else(|| "--python is needed".to_owned())
}

fn program(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("speed").join(name)
}

/// Runs a program to its end, or stops it after `limit`. Its standard output must fit a pipe: a line or two.
fn finish(command: &mut Command, limit: Duration) -> Result<Vec<u8>, String> {
    let begun = Instant::now();
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if begun.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("not finished after {} s", limit.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().map(|output| output.stdout).map_err(|error| error.to_string())
}
