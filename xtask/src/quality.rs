//! `cargo xtask quality`: builds the program in benches/quality and runs it.

use crate::{test, tools};
use std::process::Command;

/// Builds and runs it with the arguments of the command line; its table goes straight to the terminal.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let built = tools::cargo("build --release --package cdp-quality").status().map_err(|error| error.to_string())?;
    if !built.success() {
        return Ok(false);
    }
    let mut arguments = arguments.to_vec();
    let mut given = |flag: &str| arguments.extract_if(.., |word| word == flag).count() > 0;
    let (peers, variants) = (given("--peers"), given("--variants"));
    if !arguments.iter().any(|word| word == "--data") {
        arguments.extend(["--data".to_owned(), default_data().display().to_string()]);
    }
    if variants {
        make_variants(&mut arguments)?;
    }
    let mut command = program();
    if peers {
        println!("installing the tools to compare with");
        test::environment(tools::PEERS, &tools::root().join("benches/peers/requirements.txt"))?;
        command.arg("--peers").arg(tools::venv_python(tools::PEERS));
    }
    let status = command.args(arguments).status().map_err(|error| error.to_string())?;
    Ok(status.success())
}

/// Makes variants of the sets, and has those measured instead.
fn make_variants(arguments: &mut [String]) -> Result<(), String> {
    let place = arguments.iter().position(|word| word == "--data").map(|flag| flag + 1);
    let data = place.and_then(|place| arguments.get_mut(place)).ok_or("--data needs a folder")?;
    let out = tools::target_dir().join("variants");
    let python = inventing_python()?;
    let mut command = Command::new(&python[0]);
    command.args(&python[1..]).env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(tools::root().join("benches/quality/variants.py")).arg(&*data).arg(&out);
    let made = command.status().map_err(|error| error.to_string())?;
    *data = out.display().to_string();
    if made.success() { Ok(()) } else { Err("benches/quality/variants.py failed".to_owned()) }
}

/// A Python with Faker. Where it cannot be installed the system's does, and variants.py says which sets it leaves out.
fn inventing_python() -> Result<Vec<String>, String> {
    match test::environment(tools::INVENTED, &tools::root().join("benches/quality/requirements.txt")) {
        Ok(_) => Ok(vec![tools::venv_python(tools::INVENTED).display().to_string()]),
        Err(log) => {
            println!("{}", log.trim_end());
            tools::system_python()
        }
    }
}

/// The built program.
pub(crate) fn program() -> Command {
    Command::new(tools::program("cdp-quality"))
}

/// Where labelled sets are looked for.
pub(crate) fn default_data() -> std::path::PathBuf {
    std::env::var_os("CDP_BENCH_DATA").map_or_else(|| tools::root().join("../shared/data"), Into::into)
}
