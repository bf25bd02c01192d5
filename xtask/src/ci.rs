//! `cargo xtask ci`: everything that must pass before a change lands.

use crate::session::Session;
use crate::{api, bench, drift, fuzz, msrv, quality, test, tools};

/// Runs all checks and prints the summary.
pub(crate) fn run() -> Result<bool, String> {
    let mut session = Session::new();
    session.check("format", &mut tools::cargo("fmt --all --check"));
    test::steps(&mut session);
    // The release profile again: procedural macros and build scripts are already built there.
    session.check("lints", &mut tools::workspace("clippy", "--all-targets -- -D warnings"));
    let mut bare = tools::cargo("clippy --release -p cdp-core --no-default-features --lib -- -D warnings");
    session.check("lints of the core without features", &mut bare);
    msrv::step(&mut session);
    let mut doc = tools::workspace("doc", "--no-deps");
    session.check("documentation builds", doc.env("RUSTDOCFLAGS", "-D warnings"));
    drift::steps(&mut session);
    api::step(&mut session);
    session.check_with("instructions of the kernels", instructions);
    fuzz::steps(&mut session, None, fuzz::SECONDS);
    quality_steps(&mut session);
    Ok(session.finish())
}

/// A kernel that executes more than it did fails, whatever else the machine does.
fn instructions() -> Result<String, String> {
    match bench::instructions(&[]) {
        Ok(true) => Ok(String::new()),
        Ok(false) => Err("a kernel executes more instructions than benches/instructions.tsv says".to_owned()),
        Err(message) => Err(message),
    }
}

/// The floors on the committed data, and on the labelled sets where they are at hand.
fn quality_steps(session: &mut Session) {
    let root = tools::root();
    let folder = root.join("benches").join("quality");
    let mut committed = quality::program();
    committed.arg("--data").arg(root.join("examples").join("data")).arg("--floors").arg(folder.join("floors.json"));
    session
        .check("quality of the example data", committed.arg("--out").arg(tools::target_dir().join("quality-example")));
    let data = quality::default_data();
    if data.is_dir() {
        let mut sets = quality::program();
        sets.arg("--data").arg(data).arg("--floors").arg(folder.join("floors.json"));
        session.check("quality of the labelled sets", sets.arg("--out").arg(tools::target_dir().join("quality")));
    }
}
