//! A condition that was compiled, to be shown, stored, compared and handed to an engine.

use crate::error::to_js;
use crate::functions::read_date;
use napi::Env;
use napi_derive::napi;
use serde_json::{Value, json};

/// A compiled predicate, from `Resolution.predicate` or `Graph.predicate`.
#[napi]
pub struct Predicate(pub(crate) cdp_core::segment::Predicate);

/// What the tables of an engine are called there, and whether their columns have types.
#[napi(object)]
#[derive(Default)]
pub struct SqlTables {
    /// The profiles; `profiles`.
    pub profiles: Option<String>,
    /// What happened; `events`.
    pub events: Option<String>,
    /// What holds of consent; `consents`.
    pub consents: Option<String>,
    /// The lists of `IN LIST`; `lists`.
    pub lists: Option<String>,
    /// The members of segments; `segments`.
    pub segments: Option<String>,
    /// Whether columns have the type of what they hold; otherwise all of them are text.
    pub typed: Option<bool>,
}

impl SqlTables {
    /// As the core reads it: what is left out is as by default.
    fn plain(self) -> Value {
        let SqlTables { profiles, events, consents, lists, segments, typed } = self;
        let all = json!({
            "profiles": profiles, "events": events, "consents": consents, "lists": lists, "segments": segments,
            "typed": typed,
        });
        let given = all.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        given.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

#[napi]
impl Predicate {
    /// The canonical text.
    #[napi(getter)]
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// The canonical JSON form; `Resolution.predicate` and `Graph.predicate` read it back.
    #[napi(getter, ts_return_type = "object | boolean")]
    pub fn tree(&self) -> Value {
        self.0.to_json()
    }

    /// What may not mean what it seems to.
    #[napi(getter, ts_return_type = "{ line: number, column: number, message: string, remedy: string }[]")]
    pub fn warnings(&self) -> Value {
        json!(self.0.warnings())
    }

    /// A hash of what it means: the same for all ways of writing one condition.
    #[napi]
    pub fn hash(&self) -> String {
        self.0.hash()
    }

    /// The query that gives the ids of the members in an engine at an instant.
    #[napi(
        ts_args_type = "dialect: 'duckdb' | 'spark', options?: { now?: Date | string, tables?: SqlTables }",
        catch_unwind
    )]
    pub fn sql(
        &self,
        env: Env,
        dialect: String,
        now: Option<String>,
        tables: Option<SqlTables>,
    ) -> napi::Result<String> {
        let query = || {
            let tables = tables.unwrap_or_default().plain();
            self.0.sql_by_words(&dialect, &tables, read_date(now.as_deref())?)
        };
        query().map_err(|error| to_js(&env, &error))
    }
}
