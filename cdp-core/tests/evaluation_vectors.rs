//! `quality::evaluate_tables` against the vectors of `conformance/evaluation`, which a Python program wrote by brute force.

use cdp_core::quality;
use cdp_core::record::{Column, Table};
use serde_json::Value;

fn table(rows: &Value) -> Table {
    let rows = rows.as_array().expect("rows");
    let mut names: Vec<&String> = Vec::new();
    for name in rows.iter().flat_map(|row| row.as_object().expect("a row").keys()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let column = |name: &&String| Column::new(name, rows.iter().map(|row| row[name.as_str()].as_str()));
    Table::new("", names.iter().map(column).collect()).expect("a table")
}

#[test]
fn evaluation_vectors() {
    let text = include_str!("../../conformance/evaluation/evaluate.json");
    let vectors: Value = serde_json::from_str(text).expect("JSON");
    for case in vectors["cases"].as_array().expect("cases") {
        let found = quality::evaluate_tables(&table(&case["input"][0]), &table(&case["input"][1]));
        match found {
            Ok(quality) => assert_eq!(serde_json::to_value(quality).expect("JSON"), case["output"], "{}", case["name"]),
            Err(error) => {
                assert_eq!(error.code().as_str(), case["error"], "{}: {error}", case["name"]);
                assert_eq!(error.to_string(), case["message"], "{}", case["name"]);
            }
        }
    }
}
