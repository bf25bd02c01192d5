//! The JSON Schema of the configuration, for editors: made from the types of [`super::config`], so that it cannot drift.
//!
//! It says what a file may look like; whether it fits the tables is for [`Config::check`] to say.

use super::{Config, Kind};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

impl Config {
    /// The JSON Schema (draft 7, which editors know best) of configurations in TOML and JSON.
    pub fn json_schema() -> Value {
        let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Config>();
        if let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) {
            let about = "Where this schema is: for editors, ignored by the library.";
            properties.insert("$schema".to_owned(), json!({"type": "string", "description": about}));
        }
        schema.to_value()
    }
}

impl JsonSchema for Kind {
    fn schema_name() -> Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": Kind::WORDS, "description": "What a field means."})
    }
}

/// Makes the schema of a table with the key `kind` one that takes a bare kind, too.
pub(super) fn kind_or_table(schema: &mut Schema) {
    let description = schema.remove("description");
    let kind = schema.pointer("/properties/kind/$ref").cloned();
    let table = std::mem::take(schema).to_value();
    *schema = json_schema!({"description": description, "anyOf": [{"$ref": kind}, table]});
}
