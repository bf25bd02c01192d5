//! Configuration files: TOML or JSON, by extension.

use super::{extension, system_error};
use crate::error::{Code, Error, Result};
use crate::schema::Config;
use std::path::Path;

impl Config {
    /// Reads a configuration file: `.toml` or `.json`.
    ///
    /// # Errors
    /// `io` if it cannot be read; `invalid_config` for another extension; those of [`Config::from_toml`]. All name the
    /// file.
    pub fn load(path: impl AsRef<Path>) -> Result<Config> {
        let path = path.as_ref();
        let text = || {
            let bytes = std::fs::read(path).map_err(|error| system_error(&error))?;
            String::from_utf8(bytes).map_err(|_| Error::new(Code::InvalidConfig, "the file is not UTF-8"))
        };
        let config = match extension(path).as_str() {
            "toml" => text().and_then(|text| Config::from_toml(&text)),
            "json" => text().and_then(|text| Config::from_json(&text)),
            other => Err(unknown_extension(other)),
        };
        config.map_err(|error| error.file(path.display().to_string()))
    }

    /// Writes a configuration file: `.toml` or `.json`. A file of that name is replaced.
    ///
    /// # Errors
    /// `io` if it cannot be written; `invalid_config` for another extension, and as [`Config::to_toml`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let text = match extension(path).as_str() {
            "toml" => self.to_toml(),
            "json" => Ok(self.to_json() + "\n"),
            other => Err(unknown_extension(other)),
        };
        let written = text.and_then(|text| std::fs::write(path, text).map_err(|error| system_error(&error)));
        written.map_err(|error| error.file(path.display().to_string()))
    }
}

fn unknown_extension(extension: &str) -> Error {
    Error::new(Code::InvalidConfig, format!("a configuration file cannot have the extension '{extension}'"))
        .help("the extensions are: .toml, .json")
}
