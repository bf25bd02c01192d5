//! Imports point down only: the `crate::` paths of the sources against the table of layers in `lib.rs`.
//!
//! Also: every module opens with a header that says what it is for.

#![allow(clippy::disallowed_methods)] // a test reads the sources
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rank of what lies outside the layers: it may use all of them, none of them may use it.
const OUTSIDE: usize = usize::MAX;

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file under a folder, at any depth, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.extend(Some(path).filter(|path| path.extension().is_some_and(|ending| ending == "rs"))),
        }
    }
    found.sort();
    found
}

/// The rank of each module, read from the table in the header of `lib.rs`.
fn layers() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(sources().join("lib.rs")).expect("lib.rs");
    let mut ranks = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let (rank, modules) = line.split_once('|').expect("two columns");
        let rank = match rank.trim() {
            "outside" => OUTSIDE,
            number => match number.parse() {
                Ok(number) => number,
                Err(_) => continue,
            },
        };
        let names = modules.split('`').skip(1).step_by(2);
        ranks.extend(names.map(|name| (name.to_owned(), rank)));
    }
    ranks
}

/// The module of the first level a file belongs to.
fn module(file: &Path) -> String {
    let inside = file.strip_prefix(sources()).expect("a source");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules of the first level that a line of code names after `crate::`.
fn imports(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for path in line.split("crate::").skip(1) {
        let group = path.strip_prefix('{').and_then(|rest| rest.split('}').next());
        let names = group.map_or_else(|| vec![path], |group| group.split(',').collect());
        for name in names {
            let name = name.trim_start();
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            found.push(name[..end].to_owned());
        }
    }
    found
}

/// The lines of code of a file: without comments and without tests, which may look anywhere.
fn code(file: &Path) -> Vec<String> {
    if file.ends_with("tests.rs") {
        return Vec::new();
    }
    let text = fs::read_to_string(file).expect("a source");
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests].lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

#[test]
fn every_module_has_a_layer() {
    let ranks = layers();
    for file in files(&sources()) {
        let name = module(&file);
        assert!(name == "lib" || ranks.contains_key(&name), "'{name}' is not in the table of lib.rs");
    }
}

#[test]
fn imports_point_down() {
    let ranks = layers();
    let mut wrong = Vec::new();
    for file in files(&sources()) {
        let own = module(&file);
        let Some(&rank) = ranks.get(&own) else { continue };
        for name in code(&file).iter().flat_map(|line| imports(line)) {
            // Names that are no module (`crate::Error`) are re-exports of the lowest layer or of `resolve`.
            let other = ranks.get(name.as_str()).copied().unwrap_or(0);
            if name != own && (other > rank || other == OUTSIDE && rank != OUTSIDE) {
                wrong.push(format!("{} uses crate::{name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that point up:\n{}", wrong.join("\n"));
}

#[test]
fn normalize_and_similarity_know_no_records() {
    for file in files(&sources()).iter().filter(|file| ["normalize", "similarity"].contains(&module(file).as_str())) {
        let named = code(file).iter().flat_map(|line| imports(line)).find(|name| name == "record");
        assert_eq!(named, None, "{}", file.display());
    }
}

#[test]
fn every_module_opens_with_a_header() {
    for file in files(&sources()) {
        let text = fs::read_to_string(&file).expect("a source");
        let header = text.lines().next().and_then(|line| line.strip_prefix("//! "));
        assert!(header.is_some_and(|header| header.len() > 20), "{} opens without a header", file.display());
    }
}

#[test]
fn imports_are_found_in_every_form() {
    assert_eq!(imports("use crate::error::{Code, Error};"), ["error"]);
    assert_eq!(imports("use crate::{error::Result, record};"), ["error", "record"]);
    assert_eq!(imports("let x = crate::model::train(crate::block::pairs());"), ["model", "block"]);
}
