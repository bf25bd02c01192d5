//! Whether explanations are what decisions used, on labelled sets, and what a diff costs beside a resolve.
//!
//! `cdp-explain FOLDER...`: each folder is a set (one CSV file per source), or holds sets. Of each set, a thousand pairs (links,
//! refused links and pairs drawn at random) are explained: the parts must add up to the weight, and the weight must be the
//! number that the link was made by, within 1e-9 bits; `why_not` must give the same weight. With `--diff`, the set is resolved
//! again by another threshold with the same model, and the two results are compared. Fails where anything disagrees.

// A command line tool speaks through its output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use cdp_benches::process::{clock, cpu_seconds, peak_memory_mb};
use cdp_core::explain::diff;
use cdp_core::io;
use cdp_core::record::Table;
use cdp_core::resolve::{Options, Resolution, resolve};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Pairs explained of each set.
const PAIRS: usize = 1_000;
/// Of these, pairs whose `why_not` is asked for too: it counts blocks, which takes a look at all records.
const WHY_NOTS: usize = 50;
/// Bits by which sums may differ.
const EXACT: f64 = 1e-9;

fn main() -> ExitCode {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut with_diff = false;
    for argument in std::env::args().skip(1) {
        if argument == "--diff" { with_diff = true } else { folders.push(argument.into()) }
    }
    let sets: Vec<PathBuf> = folders.iter().flat_map(|folder| sets(folder)).collect();
    if sets.is_empty() {
        eprintln!("usage: cdp-explain [--diff] FOLDER...");
        return ExitCode::from(2);
    }
    println!(
        "| set | records | pairs | links among them | worst sum (bits) | worst beside the link | CPU s: resolve | why |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut right = true;
    for set in sets {
        match one(&set, with_diff) {
            Ok(passed) => right &= passed,
            Err(message) => {
                eprintln!("{}: {message}", set.display());
                right = false;
            }
        }
    }
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The sets in a folder, or the folder itself where it holds files of records.
fn sets(folder: &Path) -> Vec<PathBuf> {
    if !sources(folder).is_empty() {
        return vec![folder.to_owned()];
    }
    let mut inside: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    inside.sort();
    inside.retain(|path| path.is_dir() && !sources(path).is_empty());
    inside
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.retain(|path| {
        path.extension().is_some_and(|ending| ending == "csv") && path.file_stem().is_some_and(|stem| stem != "truth")
    });
    files
}

/// Seconds of processor time, of the clock where the system does not tell.
fn seconds() -> f64 {
    cpu_seconds().unwrap_or_else(clock)
}

/// The largest differences that were found.
#[derive(Default)]
struct Worst {
    sum: f64,
    beside: f64,
    links: usize,
}

fn one(folder: &Path, with_diff: bool) -> Result<bool, String> {
    let told = |error: cdp_core::Error| error.to_string();
    let tables: Vec<Table> =
        sources(folder).iter().map(|file| io::read(file, None).map_err(told)).collect::<Result<_, _>>()?;
    let start = seconds();
    let result = resolve(&tables, None, &Options::default()).map_err(told)?;
    let resolved = seconds() - start;
    let pairs = pairs(&result);
    let start = seconds();
    let mut worst = Worst::default();
    for (place, &(a, b)) in pairs.iter().enumerate() {
        explain(&result, (a, b), place < WHY_NOTS, &mut worst).map_err(told)?;
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let (records, count, explained) = (result.records().len(), pairs.len(), seconds() - start);
    println!(
        "| {name} | {records} | {count} | {} | {:.1e} | {:.1e} | {resolved:.2} | {explained:.2} |",
        worst.links, worst.sum, worst.beside
    );
    if with_diff {
        compare(&tables, &result, resolved).map_err(told)?;
    }
    Ok(worst.sum <= EXACT && worst.beside <= EXACT)
}

/// Links, refused links and pairs drawn at random, in turn.
fn pairs(result: &Resolution) -> Vec<(u32, u32)> {
    let matched = |rule: &str| rule == "match";
    let links: Vec<_> = result.links().iter().filter(|link| matched(&link.rule)).map(|link| (link.a, link.b)).collect();
    let refused: Vec<_> = result.refused().iter().map(|refusal| (refusal.a, refusal.b)).collect();
    let records = result.records().len() as u64;
    let mut state = 1_u64;
    let mut draw = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most.max(1)
    };
    let mut pairs = Vec::new();
    while pairs.len() < PAIRS && records > 1 {
        let list = if pairs.len() % 3 == 0 { &refused } else { &links };
        let drawn = match pairs.len() % 3 {
            0 | 1 if !list.is_empty() => list[draw(list.len() as u64) as usize],
            _ => (draw(records) as u32, draw(records) as u32),
        };
        if drawn.0 != drawn.1 {
            pairs.push(drawn);
        }
    }
    pairs
}

fn explain(result: &Resolution, (a, b): (u32, u32), both: bool, worst: &mut Worst) -> cdp_core::Result<()> {
    let why = result.why(a, b)?;
    let sum = why.prior + why.parts.iter().map(|part| part.weight).sum::<f64>() + why.related;
    worst.sum = worst.sum.max((sum - why.weight).abs());
    for link in result.links().iter().filter(|link| (link.a, link.b) == (a.min(b), a.max(b)) && link.rule == "match") {
        worst.links += 1;
        worst.beside = worst.beside.max((link.weight - why.weight).abs());
    }
    for refusal in result.refused().iter().filter(|r| (r.a, r.b) == (a.min(b), a.max(b)) && r.rule == "match") {
        worst.links += 1;
        worst.beside = worst.beside.max((refusal.weight - why.weight).abs());
    }
    if both && !why.same_profile {
        let weight = result.why_not(a, b)?.weight.unwrap_or(f64::NAN);
        // A weight that is missing is as wrong as one that differs.
        worst.beside = if weight.is_nan() { f64::INFINITY } else { worst.beside.max((weight - why.weight).abs()) };
    }
    Ok(())
}

/// Resolves again by a stricter threshold, and tells what changed and what that cost.
fn compare(tables: &[Table], result: &Resolution, resolved: f64) -> cdp_core::Result<()> {
    let mut config = result.config().clone();
    config.matching.threshold = Some(0.99);
    let options = Options { model: Some(result.model().clone()), ..Options::default() };
    let start = seconds();
    let strict = resolve(tables, Some(&config), &options)?;
    let again = seconds() - start;
    let start = seconds();
    let found = result.diff(&strict, &diff::Options::default())?;
    let compared = seconds() - start;
    println!(
        "\ndiff: {compared:.2} s of CPU; the resolves took {resolved:.2} and {again:.2}, so it is {:.3} of the first; peak {} MB",
        compared / resolved,
        peak_memory_mb().unwrap_or_default()
    );
    println!("{}\n", found.text);
    Ok(())
}
