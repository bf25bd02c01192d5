//! The committed data is what the generator writes, and is what the examples say it is.

use cdp_examples::retailer;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn the_committed_files_are_the_generators_output() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for file in retailer::files(retailer::SEED) {
        let committed = std::fs::read_to_string(folder.join(file.name)).expect("the file is committed");
        // Not assert_eq: a difference would print half a megabyte.
        assert!(committed == file.text, "{}: run `cargo run --example generate`", file.name);
    }
}

#[test]
fn another_seed_gives_other_people() {
    assert_ne!(retailer::files(1)[0].text, retailer::files(2)[0].text);
}

#[test]
fn every_record_has_one_line_of_truth() {
    let files: BTreeMap<_, _> = retailer::files(retailer::SEED).into_iter().map(|f| (f.name, f.text)).collect();
    let keys: Vec<_> = files["truth.csv"].lines().skip(1).map(|line| line.rsplit_once(',').unwrap().0).collect();
    let distinct: BTreeSet<_> = keys.iter().collect();
    assert_eq!(keys.len(), distinct.len());
    let records = files["webshop.csv"].lines().count() + files["loyalty.csv"].lines().count() - 2
        + files["tickets.jsonl"].lines().count();
    assert_eq!(keys.len(), records);
}

#[test]
fn the_files_stay_small() {
    let bytes: usize = retailer::files(retailer::SEED).iter().map(|file| file.text.len()).sum();
    assert!(bytes < 1_500_000, "{bytes} bytes");
}
