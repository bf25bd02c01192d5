//! The table of `docs/columns.md` says what the library does.

#![allow(clippy::disallowed_methods)] // a test reads the guide

use cdp_core::normalize::{Options, normalize};

#[test]
fn every_line_of_the_table_is_true() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/columns.md")).expect("the guide");
    let cell = |text: &str| text.trim().trim_matches('`').to_owned();
    let rows: Vec<Vec<String>> = guide
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(cell).collect())
        .collect();
    assert!(rows.len() > 10, "the table was found");
    for row in rows {
        let (kind, region) = match row[0].split_once("`, region ") {
            Some((kind, region)) => (kind.to_owned(), Some(region.to_owned())),
            None => (row[0].clone(), None),
        };
        let options = Options { region, ..Options::default() };
        let found = normalize(kind.parse().expect("a kind"), &row[1], &options);
        assert_eq!(found.key, row[2], "{kind} of {}", row[1]);
    }
}
