//! Finds the programs and folders the other commands need, and says what to install where one is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The lowest Python that the library supports.
const PYTHON: (u32, u32) = (3, 10);

/// The lowest Node that the library supports.
const NODE: (u32, u32) = (20, 0);

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// Where cargo puts what it builds: this program lies in its folder `release`.
pub(crate) fn target_dir() -> PathBuf {
    let own = std::env::current_exe().ok();
    own.as_deref().and_then(|path| path.parent()?.parent()).map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// A cargo command at the root of the repository.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments.split_whitespace()).current_dir(root());
    command
}

/// A cargo command over the whole workspace in the one profile and with the one set of features that all commands share, so
/// that nothing is built twice.
pub(crate) fn workspace(command: &str, arguments: &str) -> Command {
    cargo(&format!("{command} --release --workspace --features cdp-core/json-schema,cdp-core/tracing {arguments}"))
}

/// The file name of a library built by cargo.
pub(crate) fn library(name: &str) -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    target_dir().join("release").join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}

/// A program built by cargo.
pub(crate) fn program(name: &str) -> PathBuf {
    target_dir().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The virtual environment of the tests.
pub(crate) const TESTS: &str = "venv";
/// The virtual environment of the tools that we are compared with.
pub(crate) const PEERS: &str = "venv-peers";
/// The virtual environment of what sets are invented with.
pub(crate) const INVENTED: &str = "venv-invented";

/// The Python of one of the project's own environments, whether it exists yet or not.
pub(crate) fn venv_python(environment: &str) -> PathBuf {
    match cfg!(windows) {
        true => target_dir().join(environment).join("Scripts").join("python.exe"),
        false => target_dir().join(environment).join("bin").join("python"),
    }
}

/// A Python command of the tests' environment with the built library on its path.
pub(crate) fn python_with_library() -> Command {
    python_of(TESTS)
}

/// A Python command of an environment with the built library on its path.
pub(crate) fn python_of(environment: &str) -> Command {
    let mut command = Command::new(venv_python(environment));
    command.current_dir(root()).env("PYTHONPATH", root().join("cdp-python").join("python"));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// The first Python on the path that is new enough.
pub(crate) fn system_python() -> Result<Vec<String>, String> {
    let candidates: &[&[&str]] = &[&["python3"], &["python"], &["py", "-3"]];
    let mut seen = Vec::new();
    for candidate in candidates {
        match version(candidate) {
            Some(found) if found >= PYTHON => return Ok(candidate.iter().map(|&word| word.to_owned()).collect()),
            Some((major, minor)) => seen.push(format!("{} is {major}.{minor}", candidate.join(" "))),
            None => {}
        }
    }
    let seen = if seen.is_empty() { "none was found".to_owned() } else { seen.join(", ") };
    Err(format!("Python {}.{} or newer is needed ({seen}); install it or put it on the PATH", PYTHON.0, PYTHON.1))
}

/// Checks that Node is there and new enough.
pub(crate) fn check_node() -> Result<(), String> {
    let seen = match version(&["node"]) {
        Some(found) if found >= NODE => return Ok(()),
        Some((major, minor)) => format!("node is {major}.{minor}"),
        None => "none was found".to_owned(),
    };
    Err(format!("Node {} or newer is needed ({seen}); install it or put it on the PATH", NODE.0))
}

/// An npm command: on Windows npm is a script that needs a shell.
pub(crate) fn npm(arguments: &str) -> Command {
    let mut command = match cfg!(windows) {
        true => Command::new("npm.cmd"),
        false => Command::new("npm"),
    };
    command.args(arguments.split_whitespace());
    command
}

/// Major and minor version that a program gives for `--version`.
fn version(words: &[&str]) -> Option<(u32, u32)> {
    let output = Command::new(words[0]).args(&words[1..]).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.split_whitespace().map(|word| word.trim_start_matches('v')).find(|word| word.contains('.'))?;
    let mut parts = number.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}
