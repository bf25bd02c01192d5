//! Saved match models: readable JSON.

use super::{file_name, read_text, write_text};
use crate::error::Result;
use crate::model::Model;
use std::path::Path;

/// Reads a saved model.
///
/// # Errors
/// `io` if the file cannot be read; `invalid_model` if it is not a model of a known version.
pub fn load(path: impl AsRef<Path>) -> Result<Model> {
    let path = path.as_ref();
    Model::from_json(&read_text(path)?).map_err(|error| error.file(file_name(path)))
}

/// Saves a model; a file of that name is replaced.
///
/// # Errors
/// `io` if the file cannot be written.
pub fn save(path: impl AsRef<Path>, model: &Model) -> Result<()> {
    write_text(path, &model.to_json())
}
