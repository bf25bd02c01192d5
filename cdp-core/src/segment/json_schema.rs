//! The JSON Schema of the canonical form of predicates, for builders of user interfaces.

use super::ast::Op;
use super::function::names;
use super::window::{CalendarUnit, Unit};
use serde_json::{Value, json};

/// The JSON Schema (draft 2020-12) of what [`super::to_json`] writes and [`super::from_json`] reads. Which names and types fit
/// together is not its business: compiling tells.
pub fn json_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A predicate of a segment, version 1",
        "$ref": "#/$defs/condition",
        "$defs": {
            "condition": condition(),
            "operand": { "anyOf": [
                { "type": "string" },
                { "type": "number", "exclusiveMinimum": -9_007_199_254_740_992_i64, "exclusiveMaximum": 9_007_199_254_740_992_i64 },
                { "type": "boolean" },
                { "$ref": "#/$defs/field" },
                object(json!({ "date": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" } }), &["date"]),
                object(json!({ "instant": { "$ref": "#/$defs/instant" } }), &["instant"]),
                { "$ref": "#/$defs/call" },
            ] },
            "field": object(json!({ "field": { "type": "string", "minLength": 1, "maxLength": 200 } }), &["field"]),
            "instant": { "type": "string", "format": "date-time" },
            "count": { "type": "integer", "minimum": 1, "maximum": 1_000_000 },
            "unit": { "enum": Unit::ALL.iter().map(|unit| unit.as_str().to_lowercase()).collect::<Vec<_>>() },
            "calendar_unit": {
                "enum": CalendarUnit::ALL.iter().map(|unit| unit.as_str().to_lowercase()).collect::<Vec<_>>()
            },
            "length": object(json!({ "count": count(), "unit": unit() }), &["count", "unit"]),
            "window": window(),
            "call": call(),
            "then": { "anyOf": [then("event"), then("not")] },
        },
    })
}

fn condition() -> Value {
    let parts = json!({ "type": "array", "items": { "$ref": "#/$defs/condition" }, "minItems": 2 });
    let operand = || json!({ "$ref": "#/$defs/operand" });
    let op = |words: Vec<&str>| json!({ "enum": words });
    let list = json!({ "anyOf": [
        { "type": "array", "items": operand(), "minItems": 1 },
        object(json!({ "list": { "type": "string" } }), &["list"]),
        { "$ref": "#/$defs/field" },
    ] });
    let signs: Vec<&str> = Op::ALL.iter().map(|op| op.as_str()).collect();
    json!({ "anyOf": [
        { "type": "boolean" },
        object(json!({ "and": parts }), &["and"]),
        object(json!({ "or": parts }), &["or"]),
        object(json!({ "not": { "$ref": "#/$defs/condition" } }), &["not"]),
        object(json!({ "op": op(signs), "left": operand(), "right": operand() }), &["op", "left", "right"]),
        object(json!({ "op": op(vec!["in", "not in"]), "left": operand(), "list": list }), &["op", "left", "list"]),
        object(
            json!({ "op": op(vec!["between", "not between"]), "left": operand(), "low": operand(), "high": operand() }),
            &["op", "left", "low", "high"],
        ),
        object(
            json!({ "op": op(vec!["like", "not like"]), "left": operand(), "pattern": { "type": "string" } }),
            &["op", "left", "pattern"],
        ),
        object(json!({ "op": op(vec!["is missing", "is present"]), "left": operand() }), &["op", "left"]),
        object(
            json!({ "op": op(vec!["is", "is not"]), "left": operand(), "within": { "$ref": "#/$defs/window" } }),
            &["op", "left", "within"],
        ),
        { "$ref": "#/$defs/call" },
    ] })
}

fn window() -> Value {
    let (instant, calendar) = (json!({ "$ref": "#/$defs/instant" }), json!({ "$ref": "#/$defs/calendar_unit" }));
    let zone = json!({ "type": "string", "description": "A name of the IANA database, e.g. Europe/Paris." });
    json!({ "anyOf": [
        { "$ref": "#/$defs/length" },
        object(json!({ "from": count(), "to": count(), "unit": unit() }), &["from", "to", "unit"]),
        object(json!({ "before": count(), "unit": unit() }), &["before", "unit"]),
        object(json!({ "count": count(), "unit": calendar, "zone": zone }), &["count", "unit", "zone"]),
        object(json!({ "last": count(), "unit": calendar, "zone": zone }), &["last", "unit", "zone"]),
        object(json!({ "since": instant }), &["since"]),
        object(json!({ "before": instant }), &["before"]),
        object(json!({ "from": instant, "to": instant }), &["from", "to"]),
    ] })
}

fn call() -> Value {
    let known: Vec<&str> = names().collect();
    let properties = json!({
        "call": { "type": "string", "examples": known },
        "args": { "type": "array", "items": { "$ref": "#/$defs/operand" } },
        "where": { "$ref": "#/$defs/condition" },
        "then": { "type": "array", "items": { "$ref": "#/$defs/then" }, "minItems": 1 },
        "within": { "$ref": "#/$defs/window" },
    });
    object(properties, &["call", "args"])
}

fn then(key: &str) -> Value {
    let mut properties = json!({ "where": { "$ref": "#/$defs/condition" }, "within": { "$ref": "#/$defs/length" } });
    properties[key] = json!({ "$ref": "#/$defs/field" });
    object(properties, &[key])
}

fn count() -> Value {
    json!({ "$ref": "#/$defs/count" })
}

fn unit() -> Value {
    json!({ "$ref": "#/$defs/unit" })
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
