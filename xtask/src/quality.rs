//! `cargo xtask quality`: builds the program in benches/quality and runs it.

use crate::{test, tools};
use std::process::Command;

/// Builds and runs it with the arguments of the command line; its table goes straight to the terminal.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let built = tools::cargo("build --release --package cdp-quality").status().map_err(|error| error.to_string())?;
    if !built.success() {
        return Ok(false);
    }
    let mut command = program();
    if !arguments.iter().any(|word| word == "--data") {
        command.arg("--data").arg(default_data());
    }
    let (peers, arguments): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| *word == "--peers");
    if !peers.is_empty() {
        println!("installing the tools to compare with");
        test::environment(tools::PEERS, &tools::root().join("benches/peers/requirements.txt"))?;
        command.arg("--peers").arg(tools::venv_python(tools::PEERS));
    }
    let status = command.args(arguments).status().map_err(|error| error.to_string())?;
    Ok(status.success())
}

/// The built program.
pub(crate) fn program() -> Command {
    Command::new(tools::target_dir().join("release").join(format!("cdp-quality{}", std::env::consts::EXE_SUFFIX)))
}

/// Where labelled sets are looked for.
pub(crate) fn default_data() -> std::path::PathBuf {
    std::env::var_os("CDP_BENCH_DATA").map_or_else(|| tools::root().join("../shared/data"), Into::into)
}
