//! The same records give the same assignments, byte for byte, in Rust, Python and Node: each language hashes its own and
//! compares with `examples/data/assignments.sha256`. Where a change of the engine moves it on purpose, write the new one
//! with `UPDATE=1 cargo test --release --package cdp-core --test same_everywhere`.
#![cfg(feature = "csv")]
#![allow(clippy::disallowed_methods, reason = "a test reads files and its environment")]

use cdp_core::io;
use cdp_core::resolve::{Options, resolve};
use sha2::{Digest, Sha256};
use std::path::Path;

#[test]
fn the_retailer_has_the_known_assignments() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let files = ["webshop.csv", "loyalty.csv", "tickets.jsonl"];
    let tables = files.map(|file| io::read(folder.join(file), None).expect("a table"));
    let result = resolve(&tables, None, &Options::default()).expect("a result");
    let (records, profiles) = (result.records(), result.profiles());
    let mut hash = Sha256::new();
    for record in 0..records.len() as u32 {
        let profile = profiles.id(result.assignments()[record as usize] as usize);
        let (source, id, row) = (records.source(record), records.id(record), records.row(record));
        hash.update(format!("{source},{id},{row},{profile}\n"));
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let file = folder.join("assignments.sha256");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, format!("{hash}\n")).expect("written");
    }
    assert_eq!(std::fs::read_to_string(&file).expect("the known hash").trim(), hash);
}
