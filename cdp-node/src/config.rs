//! The configuration: data, handed to the core as it is.

use crate::error::to_js;
use crate::table::{Packed, unpack};
use crate::task::{Work, spawn};
use cdp_core::schema;
use napi::Env;
use napi::bindgen_prelude::AsyncTask;
use napi_derive::napi;
use serde_json::Value;

/// What the sources mean and how matching decides. All parts may be left out; what is, is inferred from the data.
#[napi]
pub struct Config(pub(crate) schema::Config);

#[napi]
impl Config {
    /// Reads a configuration from its plain object; unknown keys are refused.
    #[napi(constructor, catch_unwind)]
    pub fn new(env: Env, #[napi(ts_arg_type = "ConfigObject")] object: Value) -> napi::Result<Self> {
        schema::Config::from_value(&object).map(Config).map_err(|error| to_js(&env, &error))
    }

    /// Reads a TOML or JSON file.
    // Writable, as every function: the loader puts one in its place that says what is wrong with an argument.
    #[napi(writable, ts_return_type = "Promise<Config>")]
    pub fn load(path: String) -> AsyncTask<Work<Config>> {
        spawn(move || schema::Config::load(path).map(Config))
    }

    /// Writes a TOML or JSON file, by its extension.
    #[napi(ts_return_type = "Promise<void>")]
    pub fn save(&self, path: String) -> AsyncTask<Work<()>> {
        let config = self.0.clone();
        spawn(move || config.save(path))
    }

    /// What `resolve` would use for these tables without any configuration.
    // Writable: the loader puts a function in its place that packs the tables.
    #[napi(writable, ts_args_type = "tables: Table | Tables", ts_return_type = "Promise<Config>")]
    pub fn infer(tables: Vec<Packed>) -> AsyncTask<Work<Config>> {
        spawn(move || Ok(Config(schema::Config::infer(&unpack(tables, &Default::default())?))))
    }

    /// The plain object.
    #[napi(ts_return_type = "Record<string, any>", catch_unwind)]
    pub fn to_object(&self) -> napi::Result<Value> {
        Ok(serde_json::to_value(&self.0)?)
    }
}
