//! One program for all fuzz targets: the environment variable [`VARIABLE`] names the one to run, and without it the
//! program prints their names. One instrumented program is linked and kept, and not one for each target.
//!
//! It runs under libFuzzer, or under the plain driver where that is left out.

#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(not(feature = "libfuzzer"))]
mod driver;
mod graph;
mod segment;
mod store;
mod targets;

use std::sync::LazyLock;
use targets::Target;

/// Names the target to run.
const VARIABLE: &str = "CDP_FUZZ_TARGET";

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let targets = targets::all();
    let Ok(wanted) = std::env::var(VARIABLE) else {
        targets.iter().for_each(|(name, _)| println!("{name}"));
        std::process::exit(0);
    };
    targets.into_iter().find(|(name, _)| *name == wanted).map(|(_, target)| target).unwrap_or_else(|| {
        eprintln!("{VARIABLE}={wanted} names no target; without it their names are printed");
        std::process::exit(2);
    })
});

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(
    init: {
        LazyLock::force(&TARGET);
    },
    |data: &[u8]| TARGET(data)
);

#[cfg(not(feature = "libfuzzer"))]
fn main() -> std::process::ExitCode {
    driver::run(&*TARGET)
}
