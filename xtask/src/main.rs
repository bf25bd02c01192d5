//! The project's own commands, run as `cargo xtask <command>`.
//!
//! This only starts other programs and reads their output; it has no rule of the product in it, and no dependency, so
//! that it builds in seconds.

// A command line tool speaks through its output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod api;
mod bench;
mod ci;
mod crates;
mod docs;
mod drift;
mod fuzz;
mod lake;
mod links;
mod msrv;
mod peers;
mod quality;
mod release;
mod session;
mod tally;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask <command>

  test                         set everything up, then run every test in Rust, Python, Node and the documentation
  ci                           what must pass before a change lands: test, format, lints, docs, drift, fuzz, quality
  quality [--data DIR] [--sets a,b] [--floors FILE] [--timeout SECONDS] [--answers N] [--peers] [--variants]
                               match quality on labelled sets; DIR defaults to CDP_BENCH_DATA or ../shared/data; with
                               --peers other tools run on the same rows (installed under target/); with --variants
                               114 sets take their place: derived from them, or invented in many shapes and languages
                               (53 of them with Faker, which is installed under target/)
  bench [--update] [BENCH...]  criterion benches: the kernels beside strsim and rapidfuzz, everything beside the committed
                               baseline (similarity, normalize and resolve unless told; store too)
  instructions [--update]      what the kernels execute, counted by callgrind, beside the committed counts
  peers FILE.parquet... [--runs N] [--tools a,b] [--timeout SECONDS]
                               time, memory and F1 of light CDP, Splink, GoldenMatch and recordlinkage on the same
                               files (of benches/peers; the tools are installed under target/)
  fuzz [TARGET] [--seconds N]  run the fuzz targets (5 seconds each unless told)
  docs                         run the code blocks of the READMEs and docs/ (needs the libraries of `test`), check the links
  site                         build the documentation as a site in target/site
  lake                         run the examples for dbt and Airflow in dbt and Airflow (installed under target/)
  drift                        compare generated files (stubs, schema, vectors) and counted crates with the committed ones
  api [--update]               what cdp-core offers to Rust programs against cdp-core/api.txt, that of the last release
  msrv                         compile with the oldest Rust that Cargo.toml promises (rustup installs it)
  release --dry-run            build wheel, npm package and crate, install each into an empty environment outside the
                               repository, and run the code of its README there
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "test" => test::run(),
        "ci" => ci::run(),
        "quality" => quality::run(rest),
        "bench" => bench::run(rest),
        "instructions" => bench::instructions(rest),
        "peers" => peers::run(rest),
        "fuzz" => fuzz::run(rest),
        "docs" => docs::run(),
        "site" => docs::site(),
        "drift" => drift::run(),
        "lake" => lake::run(),
        "api" => api::run(rest),
        "msrv" => msrv::run(),
        "release" => release::run(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => Err(format!("there is no command '{other}'\n\n{HELP}")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}
