//! `cargo xtask msrv`: whether the oldest Rust that `Cargo.toml` promises compiles the core with all features, and the bindings.

use crate::session::Session;
use crate::tools;
use std::fs;
use std::process::{Command, Stdio};

/// Installs the toolchain where it is missing, and checks.
pub(crate) fn run() -> Result<bool, String> {
    let version = version()?;
    let mut session = Session::new();
    let mut install = Command::new("rustup");
    install.args(["toolchain", "install", &version, "--profile", "minimal", "--no-self-update"]);
    if session.prepare(&format!("Rust {version}"), &mut install) {
        session.check("it compiles there", &mut check(&version));
    }
    Ok(session.finish())
}

/// The same as a step of others, where that Rust is installed; clippy's `incompatible_msrv` is among the lints in any case.
pub(crate) fn step(session: &mut Session) {
    let Ok(version) = version() else { return };
    let mut probe = Command::new("rustup");
    probe.args(["run", &version, "rustc", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    if probe.status().is_ok_and(|status| status.success()) {
        session.check(&format!("Rust {version} compiles it"), &mut check(&version));
    }
}

/// In a folder of its own: another compiler shares nothing with what is built.
fn check(version: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", version, "cargo", "check", "--locked", "--all-features"]);
    command.args(["-p", "cdp-core", "-p", "cdp-node", "-p", "cdp-python"]).current_dir(tools::root());
    // The cargo that runs this program tells its children which compiler to use.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", tools::target_dir().join("msrv"));
    command
}

/// The `rust-version` of the workspace.
fn version() -> Result<String, String> {
    let manifest = fs::read_to_string(tools::root().join("Cargo.toml")).map_err(|error| error.to_string())?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    line.map(|value| value.trim_matches('"').to_owned()).ok_or_else(|| "Cargo.toml has no rust-version".to_owned())
}
