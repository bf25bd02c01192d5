//! Reads and writes the configuration as text: TOML and JSON, with errors that name the key, the line and the remedy.
//!
//! Both forms become one tree of nodes that remember where they stand; the types of [`super::config`] are read from it by
//! serde. Which keys and kinds exist is known from those types alone, so errors cannot drift from them.

mod error;
mod json;
mod node;
mod toml;

use super::Config;
use crate::error::{Code, Error, Result};
use error::Fault;
use node::{Data, Node};
use serde::de::DeserializeOwned;

/// Deeper nesting than this is refused: no configuration needs a tenth of it.
const MAX_DEPTH: usize = 64;

impl Config {
    /// Reads a configuration in TOML.
    ///
    /// ```
    /// use cdp_core::Config;
    /// use cdp_core::schema::Kind;
    /// let config = Config::from_toml("[sources.crm.fields]\nprenom = 'given_name'").unwrap();
    /// assert_eq!(config.sources["crm"].fields["prenom"].kind, Kind::GivenName);
    /// let error = Config::from_toml("[sources.crm.feilds]\nprenom = 'given_name'").unwrap_err();
    /// assert_eq!(error.to_string(),
    ///     "line 1, column 14, field 'sources.crm.feilds': there is no such key (did you mean 'fields'?)");
    /// ```
    ///
    /// # Errors
    /// `unknown_key`, `unknown_kind`, and `invalid_config` for broken syntax and wrong types.
    pub fn from_toml(text: &str) -> Result<Config> {
        read("the configuration", text, toml::parse(text)?)
    }

    /// Reads a configuration in JSON; bindings hand mappings over in this form.
    ///
    /// # Errors
    /// As [`Config::from_toml`].
    pub fn from_json(text: &str) -> Result<Config> {
        read("the configuration", text, json::parse(text)?)
    }

    /// Reads a configuration from plain data, as bindings hand it over; errors name the key, for there is no text with lines.
    ///
    /// # Errors
    /// As [`Config::from_toml`].
    pub fn from_value(value: &serde_json::Value) -> Result<Config> {
        Config::from_json(&value.to_string()).map_err(Error::without_position)
    }

    /// The configuration in TOML: what [`Config::from_toml`] reads back as an equal one.
    ///
    /// # Errors
    /// `invalid_config` if a number is too large for TOML (a seed above 2^63 - 1).
    pub fn to_toml(&self) -> Result<String> {
        let text = ::toml::to_string(self);
        text.map_err(|error| Error::new(Code::InvalidConfig, error.to_string()).help("write it as JSON"))
    }

    /// The configuration in JSON: what [`Config::from_json`] reads back as an equal one.
    pub fn to_json(&self) -> String {
        // Maps of text keys, texts and numbers: nothing here can fail to become JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Reads a file of another form than the configuration's, which `what` names, in TOML, with errors of the same kind.
///
/// # Errors
/// As [`Config::from_toml`].
pub(crate) fn from_toml<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    read(what, text, toml::parse(text)?)
}

/// The same in JSON.
///
/// # Errors
/// As [`Config::from_toml`].
pub(crate) fn from_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    read(what, text, json::parse(text)?)
}

fn read<T: DeserializeOwned>(what: &str, text: &str, mut root: Node) -> Result<T> {
    let Data::Table(entries) = &mut root.data else {
        return Err(Error::new(Code::InvalidConfig, format!("{what} is {}, not a table", root.data.name())));
    };
    // It tells editors where the JSON Schema is, and decides nothing.
    entries.retain(|entry| entry.key != "$schema");
    T::deserialize(&root).map_err(|fault: Fault| fault.into_error(text))
}

/// An error at a byte of the text.
fn at(error: Error, text: &str, offset: usize) -> Error {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    // Continuation bytes of UTF-8 are not characters of their own.
    let column = 1 + before[start..].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    error.position(line as u64, column as u64)
}
