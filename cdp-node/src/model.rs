//! The trained match model.

use crate::error::to_js;
use crate::task::{Work, spawn};
use cdp_core::{Code, Error, Result};
use napi::Env;
use napi::bindgen_prelude::AsyncTask;
use napi_derive::napi;
use serde_json::Value;

/// A trained match model, frozen: give it to `resolve` to match further data by the same weights.
#[napi]
pub struct Model(pub(crate) cdp_core::model::Model);

#[napi]
impl Model {
    /// Reads a model from its plain object, as `toObject` gives it.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, #[napi(ts_arg_type = "object")] object: Value) -> napi::Result<Self> {
        cdp_core::model::Model::from_json(&object.to_string()).map(Model).map_err(|error| to_js(&env, &error))
    }

    /// Reads a model that was saved.
    #[napi(ts_return_type = "Promise<Model>")]
    pub fn load(path: String) -> AsyncTask<Work<Model>> {
        spawn(move || {
            let text = read_text(&path)?;
            cdp_core::model::Model::from_json(&text).map(Model).map_err(|error| error.file(path))
        })
    }

    /// Writes the model to a file, as readable JSON.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn save(&self, path: String) -> AsyncTask<Work<()>> {
        let text = self.0.to_json();
        spawn(move || write_text(&path, &text))
    }

    /// The plain object.
    #[napi(ts_return_type = "object", catch_unwind)]
    pub fn to_object(&self) -> napi::Result<Value> {
        Ok(serde_json::from_str(&self.0.to_json())?)
    }
}

pub(crate) fn read_text(path: &str) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::new(Code::Io, error.to_string()).file(path))
}

pub(crate) fn write_text(path: &str, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| Error::new(Code::Io, error.to_string()).file(path))
}
