//! Prints the JSON Schema of predicates, which is committed as `conformance/segment.schema.json`.

#![allow(clippy::print_stdout)]

fn main() {
    println!("{:#}", cdp_core::segment::json_schema());
}
