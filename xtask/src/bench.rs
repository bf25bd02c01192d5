//! `cargo xtask bench`: runs the criterion benches, puts the kernels beside other libraries' into one table, and compares everything
//! with the committed baseline; `cargo xtask instructions`: counts what the kernels execute, which no other work disturbs.
//!
//! Times are compared as multiples of one reference that runs with them, a kernel of `strsim`: a slower machine slows
//! both.

use crate::{test, tools};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What all times are divided by.
const REFERENCE: &str = "14 characters/levenshtein strsim";
/// A bench fails where it takes more than so many times what the baseline says: machines with other work are noisy.
const WORST_TIME: f64 = 1.5;
/// Instructions may differ by so much: compilers change.
const WORST_COUNT: f64 = 1.10;
/// Rounds whose instructions are counted.
const ROUNDS: u64 = 20;
/// Pairs a round: as many as `cdp_benches::pairs` gives.
const PAIRS: u64 = 512;

/// `cargo xtask bench [--update] [BENCH...]`.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    let (flags, names): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| word.starts_with("--"));
    // The features of the workspace, so that nothing is built twice.
    let mut command = tools::cargo("bench --profile release --workspace --features cdp-core/json-schema");
    let all = ["similarity", "normalize", "resolve"];
    let chosen: Vec<&str> =
        if names.is_empty() { all.to_vec() } else { names.iter().map(|name| name.as_str()).collect() };
    command.args(chosen.iter().flat_map(|name| ["--bench", name]));
    // Medians of short runs are steady enough for ratios, and a look costs minutes instead of an hour.
    command.args(["--", "--noplot", "--warm-up-time", "0.3", "--measurement-time", "1"]);
    let results = tools::target_dir().join("criterion");
    // What is left of other runs would be taken for this one's.
    let _ = fs::remove_dir_all(&results);
    if !command.status().map_err(|error| error.to_string())?.success() {
        return Ok(false);
    }
    let times = times(&results)?;
    print!("{}", kernels("ns a pair", &times));
    let reference = times.get(REFERENCE).copied();
    let Some(reference) = reference else {
        println!("no comparison with the baseline: it needs the bench `similarity`");
        return Ok(true);
    };
    let relative = times.iter().map(|(name, time)| (name.clone(), time / reference)).collect();
    compare(
        &tools::root().join("benches/baseline.tsv"),
        &relative,
        WORST_TIME,
        flags.iter().any(|flag| *flag == "--update"),
    )
}

/// `cargo xtask instructions [--update]`.
pub(crate) fn instructions(arguments: &[String]) -> Result<bool, String> {
    match counts()? {
        Some(counts) => {
            print!("{}", kernels("instructions a pair", &counts));
            let update = arguments.iter().any(|word| word == "--update");
            compare(&tools::root().join("benches/instructions.tsv"), &counts, WORST_COUNT, update)
        }
        None => {
            println!("skipped: valgrind is not installed, so instructions cannot be counted");
            Ok(true)
        }
    }
}

/// Instructions a pair of each kernel and length; `None` without valgrind.
fn counts() -> Result<Option<BTreeMap<String, f64>>, String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Ok(None);
    }
    if !test::build().status().map_err(|error| error.to_string())?.success() {
        return Err("the program that is counted does not build".to_owned());
    }
    let program = tools::target_dir().join("release").join("instructions");
    let list = Command::new(&program).output().map_err(|error| error.to_string())?;
    let mut found = BTreeMap::new();
    for line in String::from_utf8_lossy(&list.stdout).lines() {
        let (kernel, length) = line.split_once(',').ok_or("the program lists kernels and lengths")?;
        let count = |rounds: u64| counted(&program, kernel, length, rounds);
        let executed = count(ROUNDS)?.saturating_sub(count(0)?);
        found.insert(format!("{length} characters/{kernel}"), executed as f64 / (ROUNDS * PAIRS) as f64);
    }
    Ok(Some(found))
}

/// Instructions of one run.
fn counted(program: &Path, kernel: &str, length: &str, rounds: u64) -> Result<u64, String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    let output = command.args([kernel, length, &rounds.to_string()]).output().map_err(|error| error.to_string())?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = log.lines().find_map(|line| line.split_once("Collected :"));
    line.and_then(|(_, number)| number.trim().parse().ok()).ok_or_else(|| format!("valgrind counted nothing: {log}"))
}

/// Nanoseconds an element of each bench, from what criterion wrote.
fn times(folder: &Path) -> Result<BTreeMap<String, f64>, String> {
    let mut found = BTreeMap::new();
    for path in files(folder) {
        if !path.ends_with("new/benchmark.json") {
            continue;
        }
        let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
        let (about, estimates) = (read(&path)?, read(&path.with_file_name("estimates.json"))?);
        let name = after(&about, "\"full_id\":\"").and_then(|rest| rest.split('"').next());
        let elements = after(&about, "\"Elements\":").and_then(leading_number).unwrap_or(1.0);
        let median = after(&estimates, "\"median\":").and_then(|rest| after(rest, "\"point_estimate\":"));
        let median = median.and_then(leading_number);
        if let (Some(name), Some(median)) = (name, median) {
            found.insert(name.to_owned(), median / elements);
        }
    }
    Ok(found)
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn leading_number(text: &str) -> Option<f64> {
    let end = text.find([',', '}']).unwrap_or(text.len());
    text[..end].trim().parse().ok()
}

/// Every file under a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> = entries
        .flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] })
        .collect();
    found.sort();
    found
}

/// The kernels beside other libraries'.
fn kernels(what: &str, times: &BTreeMap<String, f64>) -> String {
    let mut text = format!(
        "\n| {what} | characters | light CDP | strsim | rapidfuzz | rapidfuzz batch |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for metric in ["jaro_winkler", "levenshtein", "levenshtein within 2", "osa", "token_set"] {
        for length in [6, 14, 50] {
            let of = |who: &str| {
                let time = times.get(&format!("{length} characters/{metric}{who}"));
                time.map_or_else(String::new, |time| format!("{time:.0}"))
            };
            let cells = ["", " strsim", " rapidfuzz", " rapidfuzz batch"].map(of);
            if !cells[0].is_empty() {
                text += &format!("| {metric} | {length} | {} |\n", cells.join(" | "));
            }
        }
    }
    text
}

/// Prints each figure as a multiple of the committed one; with `update`, commits these.
fn compare(path: &Path, now: &BTreeMap<String, f64>, worst: f64, update: bool) -> Result<bool, String> {
    if update {
        let lines: String = now.iter().map(|(name, figure)| format!("{name}\t{figure:.4}\n")).collect();
        fs::write(path, lines).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{} is written", path.display());
        return Ok(true);
    }
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let before: BTreeMap<&str, f64> =
        text.lines().filter_map(|line| line.split_once('\t')).filter_map(|(n, f)| Some((n, f.parse().ok()?))).collect();
    let mut passed = true;
    println!("\n| | now | beside the baseline |\n| --- | --- | --- |");
    for (name, figure) in now {
        let Some(known) = before.get(name.as_str()) else {
            println!("| {name} | {figure:.2} | new |");
            continue;
        };
        let ratio = figure / known;
        let slow = ratio > worst;
        passed &= !slow;
        println!("| {name} | {figure:.2} | {ratio:.2}{} |", if slow { ", too much" } else { "" });
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_criterion_wrote_is_read() {
        let folder = std::env::temp_dir().join(format!("xtask-bench-{}", std::process::id()));
        let place = folder.join("6 characters/osa/new");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("benchmark.json"), r#"{"full_id":"6 characters/osa","throughput":{"Elements":512}}"#)
            .unwrap();
        let estimates =
            r#"{"mean":{"point_estimate":9.0},"median":{"confidence_interval":{"x":1},"point_estimate":10240.0}}"#;
        fs::write(place.join("estimates.json"), estimates).unwrap();
        let found = times(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, BTreeMap::from([("6 characters/osa".to_owned(), 20.0)]));
        assert!(kernels("ns a pair", &found).contains("| osa | 6 | 20 |  |  |  |"));
    }
}
