//! `cargo xtask peers`: builds the program in benches/peers, installs the other tools, and runs all of them on the same files.

use crate::{test, tools};
use std::process::Command;

/// Passes the arguments on; the tables go straight to the terminal.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let built = test::build().status().map_err(|error| error.to_string())?;
    if !built.success() {
        return Ok(false);
    }
    println!("installing the tools to compare with");
    test::environment(tools::PEERS, &tools::root().join("benches/peers/requirements.txt"))?;
    let mut command = Command::new(tools::program("cdp-peers"));
    command.arg("compare").arg("--python").arg(tools::venv_python(tools::PEERS));
    if !arguments.iter().any(|word| word == "--out") {
        command.arg("--out").arg(tools::target_dir().join("peers"));
    }
    let status = command.args(arguments).status().map_err(|error| error.to_string())?;
    Ok(status.success())
}
