//! The match model: Fellegi-Sunter weights with related people on the non-match side.

use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// A trained model, frozen: everything that depends on the population is in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Version of the saved form.
    pub version: u32,
}

impl Model {
    /// The saved form: readable JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a saved form.
    ///
    /// # Errors
    /// `invalid_model` if the text is not a saved model of a known version.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::new(Code::InvalidModel, error.to_string()))
    }
}
