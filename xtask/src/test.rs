//! `cargo xtask test`: from a fresh clone to every test run, with nothing done by hand.
//!
//! The workspace is built once, in one profile; Python and Node load the libraries of that build.

use crate::session::Session;
use crate::{docs, links, tools};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs all tests and prints the summary.
pub(crate) fn run() -> Result<bool, String> {
    let mut session = Session::new();
    steps(&mut session);
    Ok(session.finish())
}

/// The steps, for a session that goes on with others.
pub(crate) fn steps(session: &mut Session) {
    let built = session.prepare("build the workspace", &mut build());
    if !built {
        return;
    }
    session.check("Rust tests", &mut tools::workspace("test", "--no-fail-fast"));
    let python = python_ready(session);
    if python {
        session.check(
            "Python tests",
            tools::python_with_library().args(["-m", "pytest", "-q", "-rs", "cdp-python/tests"]),
        );
    }
    let node = node_ready(session);
    if node {
        session.check("Node tests", tools::npm("test --silent").current_dir(tools::root().join("cdp-node")));
        collectors(session);
    }
    if python && node {
        session.check_with("documentation blocks", docs::check);
    }
    session.check_with("links of the documentation", links::check);
}

/// Everything in one call: development dependencies take part, so that the tests, and other commands,
/// find each dependency already built.
pub(crate) fn build() -> Command {
    tools::workspace("build", "--lib --bins --tests --examples")
}

fn python_ready(session: &mut Session) -> bool {
    let package = tools::root().join("cdp-python");
    package.is_dir()
        && session
            .prepare_with("Python environment", || environment(tools::TESTS, &package.join("requirements-dev.txt")))
        && python_in_place(session)
}

/// Builds the Python module, and puts it where Python looks for it.
pub(crate) fn python_library(session: &mut Session) -> bool {
    session.prepare("build the libraries", &mut tools::workspace("build", "--lib")) && python_in_place(session)
}

fn python_in_place(session: &mut Session) -> bool {
    let native = if cfg!(windows) { "_native.pyd" } else { "_native.abi3.so" };
    let package = tools::root().join("cdp-python").join("python").join("light_cdp");
    session.prepare_with("Python library in place", || copy(&tools::library("cdp_python"), &package.join(native)))
}

fn node_ready(session: &mut Session) -> bool {
    let package = tools::root().join("cdp-node");
    package.is_dir()
        && session.prepare_with("Node packages", || node_packages(&package))
        && session.prepare_with("Node library in place", || {
            copy(&tools::library("cdp_node"), &package.join("light-cdp.node"))
        })
}

/// The services that the analytics SDKs send to: one set of tests, with the real SDKs, for the one in Node and the one in Rust.
fn collectors(session: &mut Session) {
    let folder = tools::root().join("examples").join("node").join("collector");
    if !session.prepare_with("packages of the collector", || node_packages(&folder)) {
        return;
    }
    session.check("collector in Node", tools::npm("test --silent").current_dir(&folder));
    let program = tools::program("cdp-collector");
    session.check("collector in Rust", tools::npm("test --silent").current_dir(&folder).env("COLLECTOR", program));
}

/// Creates the virtual environment and installs what is wanted, unless that was done for the same list.
pub(crate) fn environment(name: &str, requirements: &Path) -> Result<String, String> {
    let wanted = fs::read_to_string(requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    let folder = tools::target_dir().join(name);
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok("already there".to_owned());
    }
    let python = tools::system_python()?;
    let mut create = Command::new(&python[0]);
    create.args(&python[1..]).args(["-m", "venv"]).arg(&folder);
    quiet(&mut create).map_err(|log| format!("{log}\nOn Debian and Ubuntu, `python3-venv` must be installed."))?;
    let mut install = Command::new(tools::venv_python(name));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements);
    let log = quiet(&mut install)?;
    fs::write(stamp, wanted).map_err(|error| error.to_string())?;
    Ok(log)
}

/// Installs the locked packages, unless that was done for the same lock file.
fn node_packages(package: &Path) -> Result<String, String> {
    tools::check_node()?;
    let lock = package.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let stamp = package.join("node_modules").join(".installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok("already there".to_owned());
    }
    let log = quiet(tools::npm("ci --no-audit --no-fund --loglevel=error").current_dir(package))?;
    fs::create_dir_all(package.join("node_modules"))
        .and_then(|()| fs::write(stamp, wanted))
        .map_err(|e| e.to_string())?;
    Ok(log)
}

fn quiet(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(log) } else { Err(format!("{log}{}", output.status)) }
}

/// Replaces rather than overwrites: a process that has the old library loaded keeps it.
fn copy(from: &Path, to: &Path) -> Result<String, String> {
    let fresh = to.with_extension("new");
    fs::copy(from, &fresh).map_err(|error| format!("{}: {error}", from.display()))?;
    fs::rename(&fresh, to).map_err(|error| format!("{}: {error}", to.display()))?;
    Ok(format!("{} bytes", fs::metadata(to).map_or(0, |file| file.len())))
}
