//! `docs/normalisation-sample.md` shows what the library makes of two hundred invented messy records.
//! `UPDATE=1 cargo test --release -p cdp-core --test docs_sample` writes it again.

#![allow(clippy::disallowed_methods)] // a test reads and writes the guide

use cdp_core::normalize::{Options, Verdict, normalize};
use cdp_core::schema::Kind;
use std::fmt::Write;

const KINDS: [Kind; 5] = [Kind::FullName, Kind::Email, Kind::Phone, Kind::BirthDate, Kind::FullAddress];

fn sample() -> String {
    let records = include_str!("data/messy.csv");
    let mut text = String::from(
        "# Two hundred messy records, before and after\n\nInvented French (FR) and British (GB) records as they come, and what is \
         compared of them. What cannot be used is in italics, with the reason. A test keeps this page true.\n\n| | name | e-mail | \
         telephone | born | address |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut reader = csv::Reader::from_reader(records.as_bytes());
    for (number, record) in (1..).zip(reader.records()) {
        let record = record.expect("a record");
        let region = &record[0];
        let options = Options { region: Some(region.to_owned()), order: "dmy".parse().ok(), ..Options::default() };
        let raw: Vec<String> = (1..6).map(|index| record[index].replace('|', "/").replace('<', "&lt;")).collect();
        writeln!(text, "| {number} {region} | {} |", raw.join(" | ")).expect("text");
        let cells = KINDS.iter().zip(1..).map(|(&kind, index)| match &record[index] {
            "" => String::new(),
            value => {
                let found = normalize(kind, value, &options);
                match found.verdict {
                    Verdict::Ok => format!("**{}**", found.key),
                    verdict => format!("*{verdict}*"),
                }
            }
        });
        writeln!(text, "| | {} |", cells.collect::<Vec<_>>().join(" | ")).expect("text");
    }
    text
}

#[test]
fn the_sample_is_what_the_library_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/normalisation-sample.md");
    let now = sample();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &now).expect("the page is written");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the page"), now, "run this test with UPDATE=1 and read the page");
}
