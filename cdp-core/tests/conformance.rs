//! The conformance vectors, run in Rust: every file is in the manifest, every operation exists, every case agrees exactly.

#![allow(clippy::disallowed_methods)] // a test reads its vectors from files

use cdp_core::conformance::{call, operations};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance")
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file of each operation.
fn manifest() -> BTreeMap<String, String> {
    let manifest = read(&folder().join("manifest.json"));
    let operations = manifest["operations"].as_object().expect("operations").iter();
    operations.map(|(name, file)| (name.clone(), file.as_str().expect("a file").to_owned())).collect()
}

/// Every vector file, as `area/name.json`.
fn files() -> BTreeSet<String> {
    let areas = fs::read_dir(folder()).expect("conformance").map(|entry| entry.expect("an entry").path());
    let files = areas.filter(|path| path.is_dir()).flat_map(|area| fs::read_dir(area).expect("an area"));
    let paths = files.map(|entry| entry.expect("an entry").path());
    let vectors = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    vectors.map(|path| path.strip_prefix(folder()).expect("inside").to_string_lossy().replace('\\', "/")).collect()
}

#[test]
fn every_file_is_in_the_manifest() {
    let listed: BTreeSet<String> = manifest().into_values().collect();
    assert_eq!(listed, files());
}

#[test]
fn every_operation_of_the_manifest_exists_here() {
    let listed: BTreeSet<String> = manifest().into_keys().collect();
    let known: BTreeSet<String> = operations().map(str::to_owned).collect();
    assert_eq!(listed, known);
}

#[test]
fn every_case_agrees_exactly() {
    let mut wrong = Vec::new();
    for (operation, file) in manifest() {
        let vectors = read(&folder().join(&file));
        assert_eq!(vectors["operation"], operation.as_str(), "{file}");
        let cases = vectors["cases"].as_array().expect("cases");
        assert!(!cases.is_empty(), "{file} has no cases");
        let failures = cases.iter().filter_map(|case| disagreement(&operation, case));
        wrong.extend(failures.map(|failure| format!("{file}: {failure}")));
    }
    assert!(wrong.is_empty(), "{} cases disagree:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with a case, if anything.
fn disagreement(operation: &str, case: &Value) -> Option<String> {
    let name = case["name"].as_str().expect("a case has a name");
    let input = case["input"].as_array().expect("a case has a list of inputs");
    match call(operation, input) {
        Ok(output) if case.get("output") == Some(&output) => None,
        Ok(output) => Some(format!("{name}: got {output}")),
        Err(error) if case["error"] == error.code().as_str() => {
            let message = case.get("message").filter(|message| **message != error.to_string().as_str())?;
            Some(format!("{name}: the message is '{error}', not {message}"))
        }
        Err(error) => Some(format!("{name}: {error}")),
    }
}
