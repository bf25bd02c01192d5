//! The JSON Schema of scenarios, for editors: made from their types, so that it cannot drift.

use super::Scenario;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

impl Scenario {
    /// The JSON Schema (draft 7, which editors know best) of scenarios in TOML and JSON.
    pub fn json_schema() -> Value {
        let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Scenario>();
        if let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) {
            let about = "Where this schema is: for editors, ignored by the library.";
            properties.insert("$schema".to_owned(), json!({"type": "string", "description": about}));
        }
        schema.to_value()
    }
}
