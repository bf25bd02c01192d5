//! Runs the fuzz targets of `fuzz/`.
//!
//! With a C++ compiler at hand they run under libFuzzer, instrumented by flags that a stable compiler takes, so that
//! nothing needs to be installed; without one they run under the plain driver of `fuzz/src/driver.rs`.

use crate::session::Session;
use crate::tools;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Coverage instrumentation as libFuzzer reads it.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The environment variable by which the program knows which target to run.
const TARGET: &str = "CDP_FUZZ_TARGET";

/// Seconds for each target.
pub(crate) const SECONDS: u32 = 5;

/// `cargo xtask fuzz [TARGET] [--seconds N]`.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let (mut only, mut seconds) = (None, SECONDS);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seconds" => {
                let value = words.next().and_then(|value| value.parse().ok());
                seconds = value.ok_or("--seconds needs a number")?;
            }
            name => only = Some(name.to_owned()),
        }
    }
    let mut session = Session::new();
    steps(&mut session, only.as_deref(), seconds);
    Ok(session.finish())
}

/// Builds the targets and runs each, or only the one named.
pub(crate) fn steps(session: &mut Session, only: Option<&str>, seconds: u32) {
    let host = match host() {
        Ok(host) => host,
        Err(reason) => {
            session.check_with("fuzz", || Err(reason));
            return;
        }
    };
    let folder = tools::target_dir().join("fuzz");
    if !session.prepare("build the fuzz targets", &mut build(&host, &folder)) {
        return;
    }
    let program = folder.join(&host).join("release").join(format!("targets{}", std::env::consts::EXE_SUFFIX));
    let names = targets(&program);
    if names.is_empty() || only.is_some_and(|only| !names.iter().any(|name| name == only)) {
        session.check_with("fuzz", || Err(format!("there is no such target; the targets are: {}", names.join(", "))));
    }
    for name in names.iter().filter(|name| only.is_none_or(|only| only == *name)) {
        session.check(&format!("fuzz {name}"), &mut target(&program, name, seconds));
    }
}

fn build(host: &str, folder: &Path) -> Command {
    let mut command = tools::cargo("build --release --manifest-path fuzz/Cargo.toml");
    command.arg("--target").arg(host).arg("--target-dir").arg(folder);
    match has_cpp_compiler() {
        // The target is named so that the flags reach neither build scripts nor procedural macros.
        true => command.env("RUSTFLAGS", FLAGS),
        false => command.arg("--no-default-features"),
    };
    command
}

/// One run: new inputs go to the target directory, the committed seeds are only read.
fn target(program: &Path, name: &str, seconds: u32) -> Command {
    let found = tools::target_dir().join("fuzz").join("corpus").join(name);
    let failures = tools::target_dir().join("fuzz").join("failures");
    let _ = fs::create_dir_all(&found).and_then(|()| fs::create_dir_all(&failures));
    let mut command = Command::new(program);
    command
        .env(TARGET, name)
        .arg(format!("-max_total_time={seconds}"))
        .arg("-rss_limit_mb=4096")
        .arg("-timeout=10")
        .arg("-seed=20240607");
    command.arg(format!("-artifact_prefix={}/{name}-", failures.display()));
    command.arg(&found).arg(tools::root().join("fuzz").join("corpus").join(name));
    command
}

/// The targets as the program itself names them.
fn targets(program: &Path) -> Vec<String> {
    let output = Command::new(program).env_remove(TARGET).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn host() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc -vV names no host".to_owned())
}

fn has_cpp_compiler() -> bool {
    let named = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    cfg!(unix) && Command::new(named).arg("--version").output().is_ok_and(|output| output.status.success())
}
