//! What can be wrong with a configuration, kept in parts until the whole path is known.

use super::node::Data;
use crate::error::{Code, Error, nearest};
use crate::schema::Kind;
use serde::de::{Expected, Unexpected};
use std::fmt;

/// An error on its way out of the tree: each level adds its key.
#[derive(Debug)]
pub(super) struct Fault {
    code: Code,
    reason: String,
    help: Option<String>,
    /// What was expected where a value has the wrong type.
    expected: Option<String>,
    /// Keys from the inside out.
    path: Vec<String>,
    offset: Option<usize>,
}

impl Fault {
    fn new(code: Code, reason: impl Into<String>) -> Self {
        Fault { code, reason: reason.into(), help: None, expected: None, path: Vec::new(), offset: None }
    }

    fn choices(mut self, word: &str, choices: &[&str], of_what: &str) -> Self {
        self.help = Some(match nearest(word, choices.iter().copied()) {
            Some(choice) => format!("did you mean '{choice}'?"),
            None => format!("{of_what}: {}", choices.join(", ")),
        });
        self
    }

    /// Sets the place unless a deeper level knew it better.
    pub(super) fn at(mut self, offset: usize) -> Self {
        self.offset.get_or_insert(offset);
        self
    }

    /// Names the type that was found, in the words of this module.
    pub(super) fn found(mut self, data: &Data) -> Self {
        if let Some(expected) = self.expected.take() {
            self.reason = format!("{} where {} is expected", data.name(), in_words(&expected));
        }
        self
    }

    /// Adds the key of the level it leaves.
    pub(super) fn inside(mut self, key: &str) -> Self {
        self.path.push(key.to_owned());
        self
    }

    /// The error with its place in the text; a kind of a column names source and column.
    pub(super) fn into_error(mut self, text: &str) -> Error {
        self.path.reverse();
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let error = Error::new(self.code, self.reason);
        let error = match path.as_slice() {
            ["sources", source, "fields", column] if self.code == Code::UnknownKind => {
                error.source(*source).field(*column)
            }
            ["sources", source, "fields", column, "kind"] if self.code == Code::UnknownKind => {
                error.source(*source).field(*column)
            }
            [] => error,
            _ => error.field(path.join(".")),
        };
        let error = match self.offset {
            Some(offset) => super::at(error, text, offset),
            None => error,
        };
        match self.help {
            Some(help) => error.help(help),
            None => error,
        }
    }
}

/// What serde expects, without the names of Rust types.
fn in_words(expected: &str) -> &str {
    match expected {
        "f32" | "f64" => "a number",
        "i32" | "i64" | "u32" | "u64" => "a whole number",
        "a string" => "a text",
        "a sequence" => "a list",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other if other.ends_with("SurvivorshipRule") => "a word",
        other => other,
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::new(Code::InvalidConfig, message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let reason = format!("{found} where {expected} is expected");
        Fault { expected: Some(expected.to_string()), ..Fault::new(Code::InvalidConfig, reason) }
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::new(Code::InvalidConfig, format!("{found} where {expected} is expected"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Fault::new(Code::UnknownKey, "there is no such key").choices(field, expected, "the keys are")
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        if expected == Kind::WORDS {
            return Fault::new(Code::UnknownKind, format!("there is no kind '{word}'")).choices(
                word,
                expected,
                "the kinds are",
            );
        }
        let reason = format!("'{word}' is not one of the words allowed here");
        Fault::new(Code::InvalidConfig, reason).choices(word, expected, "the words are")
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::new(Code::InvalidConfig, format!("the key '{field}' is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Fault::new(Code::InvalidConfig, format!("the key '{field}' is given twice"))
    }
}
