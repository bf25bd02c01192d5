//! `docs/segments.md` against the language: its predicates parse, its errors are word for word, its JSON is canonical.

use cdp_core::schema::Kind;
use cdp_core::segment::{Fields, compile, compile_all, from_json, parse, to_json};
use std::collections::BTreeMap;

const DOCS: &str = include_str!("../../docs/segments.md");

/// The code blocks with this tag.
fn blocks(tag: &str) -> Vec<&'static str> {
    let start = format!("```{tag}\n");
    DOCS.split(start.as_str()).skip(1).map(|rest| rest.split("```").next().expect("an end")).collect()
}

fn fields() -> Fields {
    let text = ["country", "city", "postal_code", "email", "phone", "tier", "points", "prénom", "Date d'achat"];
    Fields::new(text.map(|name| (name, Kind::Category)).into_iter().chain([("birth_date", Kind::BirthDate)]))
}

/// The predicates in the second column of the tables of other tools, those that are whole.
#[test]
fn what_others_call_it_compiles() {
    let section = DOCS.split("## What others call it").nth(1).expect("the section");
    let kinds = ["country", "city", "postal_code", "x", "tags"].map(|name| (name, Kind::Category));
    let fields = Fields::new(kinds).events(cdp_core::segment::EventTypes::new()).consents().created();
    let mut compiled = 0;
    for row in section.lines().filter(|line| line.starts_with("| ")) {
        let cell = row.split(" | ").nth(1).unwrap_or_default();
        for code in cell
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|code| code.contains('(') && !code.contains("...") && !code.ends_with("()"))
        {
            compile(code, &fields).unwrap_or_else(|error| panic!("{code}: {error}"));
            compiled += 1;
        }
    }
    assert!(compiled >= 15, "{compiled}");
}

#[test]
fn every_predicate_compiles_unless_it_reads_events() {
    let predicates: Vec<&str> = blocks("sql").iter().flat_map(|block| block.split("\n\n")).collect();
    assert!(predicates.len() >= 12, "{}", predicates.len());
    for text in predicates {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        match compile(text, &fields()) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.code().as_str(), "predicate_unsupported", "{text}: {error}"),
        }
    }
}

#[test]
fn the_named_segments_compile() {
    #[derive(serde::Deserialize)]
    struct File {
        segments: BTreeMap<String, String>,
    }
    let file: File = toml::from_str(blocks("toml")[0]).expect("TOML");
    let declared = cdp_core::Config::from_toml(blocks("toml")[1]).expect("a configuration");
    assert_eq!((declared.events.len(), declared.lists.len()), (2, 1));
    assert_eq!(compile_all(&file.segments, &fields()).expect("segments").len(), 2);
}

#[test]
fn the_errors_are_word_for_word() {
    let section = DOCS.split("## Errors").nth(1).expect("the section");
    let section = section.split("\n## ").next().expect("an end");
    let rows: Vec<Vec<&str>> =
        section.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('`').collect()).collect();
    assert_eq!(rows.len(), 4);
    for row in rows {
        assert_eq!(compile(row[1], &fields()).expect_err(row[1]).to_string(), row[3]);
    }
}

#[test]
fn the_json_is_the_first_predicate() {
    let json: serde_json::Value = serde_json::from_str(blocks("json")[0]).expect("JSON");
    let tree = from_json(&json).expect("a tree");
    assert_eq!(tree.to_string(), blocks("sql")[0].trim());
    assert_eq!(to_json(&tree), json);
}
