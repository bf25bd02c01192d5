//! Prints the JSON Schema of scenarios, which is committed as `conformance/scenario.schema.json`.

#![allow(clippy::print_stdout)]

fn main() {
    println!("{:#}", cdp_core::scenario::Scenario::json_schema());
}
