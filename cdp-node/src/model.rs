//! The trained match model.

use crate::error::to_js;
use crate::task::{Work, spawn};
use cdp_core::io;
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
    #[napi(writable, ts_return_type = "Promise<Model>")]
    pub fn load(path: String) -> AsyncTask<Work<Model>> {
        spawn(move || io::model::load(path).map(Model))
    }

    /// Writes the model to a file, as readable JSON.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn save(&self, path: String) -> AsyncTask<Work<()>> {
        let model = self.0.clone();
        spawn(move || io::model::save(path, &model))
    }

    /// The plain object.
    #[napi(ts_return_type = "object", catch_unwind)]
    pub fn to_object(&self) -> napi::Result<Value> {
        Ok(serde_json::from_str(&self.0.to_json())?)
    }
}
