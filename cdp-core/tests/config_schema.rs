//! The JSON Schema of the configuration: the committed file is in step with the types, and says what the parser says.

use cdp_core::Config;
use cdp_core::schema::Kind;
use serde_json::{Value, json};

#[test]
fn the_committed_schema_is_in_step_with_the_types() {
    let committed: Value = serde_json::from_str(include_str!("../../conformance/config.schema.json")).expect("JSON");
    assert!(
        committed == Config::json_schema(),
        "write it again: cargo run --package cdp-core --features json-schema --example config_schema \
         > conformance/config.schema.json"
    );
}

/// The object at a path of the schema, after its references.
fn at(path: &str) -> Value {
    let schema = Config::json_schema();
    let found = schema.pointer(path).unwrap_or_else(|| panic!("{path} in {schema:#}"));
    match found["$ref"].as_str() {
        Some(place) => schema.pointer(place.trim_start_matches('#')).expect("what is referred to").clone(),
        None => found.clone(),
    }
}

#[test]
fn it_names_every_key_the_parser_knows() {
    let error = Config::from_json("{\"zzzzzzzzzz\": 1}").expect_err("an unknown key").to_string();
    let (_, keys) = error.split_once("the keys are: ").expect("the keys");
    let mut known: Vec<&str> = keys.trim_end_matches(')').split(", ").chain(["$schema"]).collect();
    let properties = at("/properties");
    let mut listed: Vec<&str> = properties.as_object().expect("keys").keys().map(String::as_str).collect();
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, known);
    assert_eq!(at("")["additionalProperties"], false);
}

#[test]
fn a_field_is_a_kind_or_a_table() {
    let forms = at("/definitions/FieldConfig/anyOf");
    assert_eq!(forms[0], json!({"$ref": "#/definitions/Kind"}));
    assert_eq!((&forms[1]["required"], &forms[1]["additionalProperties"]), (&json!(["kind"]), &json!(false)));
    assert_eq!(at("/definitions/Kind")["enum"], json!(Kind::WORDS));
}

#[test]
fn identifiers_and_placeholders_have_kinds_as_keys() {
    for part in ["identifiers", "placeholders"] {
        let table = at(&format!("/properties/{part}"));
        assert_eq!(table["properties"].as_object().map(serde_json::Map::len), Some(Kind::ALL.len()), "{part}");
        assert_eq!(table["additionalProperties"], false, "{part}");
    }
}

#[test]
fn the_place_of_the_schema_is_no_setting() {
    assert_eq!(Config::from_json("{\"$schema\": \"config.schema.json\"}").expect("valid"), Config::default());
}
