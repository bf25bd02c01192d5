//! Prints the JSON Schema of the configuration, which is committed as `conformance/config.schema.json`.

#![allow(clippy::print_stdout)]

fn main() {
    println!("{:#}", cdp_core::Config::json_schema());
}
