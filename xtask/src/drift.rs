//! Generated files that are committed: makes them again and compares.

use crate::session::Session;
use crate::{crates, tools};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `cargo xtask drift`.
pub(crate) fn run() -> Result<bool, String> {
    let mut session = Session::new();
    steps(&mut session);
    Ok(session.finish())
}

/// One step for each kind of generated file.
pub(crate) fn steps(session: &mut Session) {
    session.check_with("conformance vectors are what the reference programs write", vectors);
    session.check("JSON Schema of the configuration", &mut tools::workspace("test", "--test config_schema"));
    session.check_with("crates behind each feature", crates::check);
    let node = tools::root().join("cdp-node");
    session.check(
        "types of the Node package",
        Command::new("node").arg("scripts/types.mjs").arg("--check").current_dir(node),
    );
}

/// Runs every reference program; it must leave the committed vectors as they are.
fn vectors() -> Result<String, String> {
    let folder = tools::root().join("conformance");
    let programs: Vec<PathBuf> = files(&folder.join("reference"), "py");
    let mut log = format!("{} programs\n", programs.len());
    let unchanged = unchanged_by(&folder, "json", || {
        for program in &programs {
            log += &succeed(tools::python_with_library().arg(program))?;
        }
        Ok(())
    });
    unchanged.map(|()| log)
}

/// Does `work`, then compares the files under `folder` with what they were, and puts them back.
fn unchanged_by(folder: &Path, ending: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let read = || -> BTreeMap<PathBuf, Vec<u8>> {
        files(folder, ending).into_iter().filter_map(|path| fs::read(&path).ok().map(|bytes| (path, bytes))).collect()
    };
    let before = read();
    work()?;
    let after = read();
    let all = before.keys().chain(after.keys().filter(|path| !before.contains_key(*path)));
    let changed: Vec<String> = all
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| path.strip_prefix(tools::root()).unwrap_or(path).display().to_string())
        .collect();
    for (path, bytes) in before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)) {
        fs::write(path, bytes).map_err(|error| error.to_string())?;
    }
    match changed.is_empty() {
        true => Ok(()),
        false => Err(format!("these files are not what their generator writes: {}", changed.join(", "))),
    }
}

/// Files with an ending under a folder, at any depth, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        match path.is_dir() {
            true => found.extend(files(&path, ending)),
            false if path.extension().is_some_and(|found| found == ending) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

fn succeed(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(log) } else { Err(log) }
}
