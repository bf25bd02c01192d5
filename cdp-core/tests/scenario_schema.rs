//! The JSON Schema of scenarios: the committed file is in step with the types.

use cdp_core::scenario::Scenario;
use serde_json::Value;

#[test]
fn the_committed_schema_is_in_step_with_the_types() {
    let committed: Value = serde_json::from_str(include_str!("../../conformance/scenario.schema.json")).expect("JSON");
    assert!(
        committed == Scenario::json_schema(),
        "write it again: cargo run --package cdp-core --features json-schema --example scenario_schema \
         > conformance/scenario.schema.json"
    );
}

#[test]
fn it_names_every_key_the_parser_knows() {
    let error = Scenario::from_json("{\"zzzzzzzzzz\": 1}").expect_err("an unknown key").to_string();
    let (_, keys) = error.split_once("the keys are: ").expect("the keys");
    let mut known: Vec<&str> = keys.trim_end_matches(')').split(", ").chain(["$schema"]).collect();
    let schema = Scenario::json_schema();
    let mut listed: Vec<&str> = schema["properties"].as_object().expect("keys").keys().map(String::as_str).collect();
    known.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, known);
}
