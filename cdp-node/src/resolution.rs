//! The result of a resolve.

use crate::config::Config;
use crate::decisions;
use crate::error::to_js;
use crate::explain::{How, Summary, Why, WhyNot, mirror};
use crate::functions::read_date;
use crate::membership::{MembershipReason, SegmentDifference, SegmentShare};
use crate::model::Model;
use crate::predicate::Predicate;
use crate::table::write_ipc;
use crate::task::{Work, spawn};
use cdp_core::{Code, Error, Result, io, report, resolve};
use napi::Env;
use napi::bindgen_prelude::{AsyncTask, Either, Uint8Array};
use napi_derive::napi;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What a resolve gives: the profiles, who is in them, and why.
///
/// The four tables are Arrow IPC streams, for `tableFromIPC` of apache-arrow, DuckDB, a file or another process;
/// `rows(name)` gives the same as plain objects.
#[napi]
pub struct Resolution {
    pub(crate) core: Arc<resolve::Resolution>,
    assignments: Uint8Array,
    profiles: Uint8Array,
    links: Uint8Array,
    refused: Uint8Array,
}

impl Resolution {
    /// Encodes the tables; runs on the worker thread, so that the getters cost nothing.
    pub(crate) fn new(core: resolve::Resolution) -> Result<Self> {
        Ok(Resolution {
            assignments: write_ipc(&io::tables::assignments(&core)?)?.into(),
            profiles: write_ipc(&io::tables::profiles(&core)?)?.into(),
            links: write_ipc(&io::tables::links(&core)?)?.into(),
            refused: write_ipc(&io::tables::refused(&core)?)?.into(),
            core: Arc::new(core),
        })
    }
}

#[napi]
impl Resolution {
    /// One row a record, in the order given: `source`, `record_id`, `row`, `profile_id`.
    #[napi(getter)]
    pub fn assignments(&mut self) -> &mut Uint8Array {
        &mut self.assignments
    }

    /// One row a profile: `profile_id`, the golden values, `size`, `sources`.
    #[napi(getter)]
    pub fn profiles(&mut self) -> &mut Uint8Array {
        &mut self.profiles
    }

    /// One row an accepted link: both records, `match_weight` in bits, `rule`, `profile_id`.
    #[napi(getter)]
    pub fn links(&mut self) -> &mut Uint8Array {
        &mut self.links
    }

    /// One row a refused link: both records, `match_weight` in bits, `rule`, `reason`.
    #[napi(getter)]
    pub fn refused(&mut self) -> &mut Uint8Array {
        &mut self.refused
    }

    /// One of the tables as plain objects, with the same columns as the Arrow form. Above some hundred thousand rows,
    /// prefer the Arrow form.
    #[napi(
        ts_generic_types = "T extends keyof ResultRows",
        ts_args_type = "table: T",
        ts_return_type = "Promise<ResultRows[T][]>"
    )]
    pub fn rows(&self, table: String) -> AsyncTask<Work<Uint8Array>> {
        let core = self.core.clone();
        spawn(move || {
            let mut lines = Vec::new();
            io::jsonl::write(&mut lines, &io::tables::by_name(&core, &table)?)?;
            Ok(lines.into())
        })
    }

    /// Writes one of the tables to a file, by its extension: `.csv`, `.jsonl` or `.ndjson`, `.parquet`.
    #[napi(ts_args_type = "table: keyof ResultRows, path: string", ts_return_type = "Promise<void>")]
    pub fn save(&self, table: String, path: String) -> AsyncTask<Work<()>> {
        let core = self.core.clone();
        spawn(move || io::write(path, &io::tables::by_name(&core, &table)?))
    }

    /// The configuration used, inferred parts included.
    #[napi(getter)]
    pub fn config(&self) -> Config {
        Config(self.core.config().clone())
    }

    /// The model used.
    #[napi(getter)]
    pub fn model(&self) -> Model {
        Model(self.core.model().clone())
    }

    /// Figures: records, profiles, pairs compared, seconds per stage, expected precision and recall.
    #[napi(getter, catch_unwind)]
    pub fn summary(&self, env: Env) -> napi::Result<Summary> {
        mirror(self.core.summary()).map_err(|error| to_js(&env, &error))
    }

    /// A predicate over these profiles, from its text or its tree: with its tree, its hash, and as SQL.
    #[napi(catch_unwind)]
    pub fn predicate(
        &self,
        env: Env,
        #[napi(ts_arg_type = "string | object | boolean")] written: serde_json::Value,
    ) -> napi::Result<Predicate> {
        self.core.predicate(&written).map(Predicate).map_err(|error| to_js(&env, &error))
    }

    /// How many profiles each pair of these predicates have in common; the sizes are on the diagonal.
    #[napi(ts_args_type = "predicates: string[], options?: SegmentOptions", ts_return_type = "Promise<number[][]>")]
    pub fn overlaps(&self, predicates: Vec<String>, now: Option<String>) -> AsyncTask<Work<Vec<Vec<f64>>>> {
        let core = self.core.clone();
        spawn(move || {
            let counts = core.overlaps(&predicates, read_date(now.as_deref())?)?.into_iter();
            Ok(counts.map(|row| row.into_iter().map(|count| count as f64).collect()).collect())
        })
    }

    /// How many members of a predicate have each value of a golden field, largest first; `null` for those without one.
    #[napi(
        ts_args_type = "predicate: string, field: string, options?: SegmentOptions",
        ts_return_type = "Promise<SegmentShare[]>"
    )]
    pub fn breakdown(
        &self,
        predicate: String,
        field: String,
        now: Option<String>,
    ) -> AsyncTask<Work<Vec<SegmentShare>>> {
        let core = self.core.clone();
        spawn(move || {
            let shares = core.breakdown(&predicate, &field, read_date(now.as_deref())?)?.into_iter();
            Ok(shares.map(|(value, count)| SegmentShare { value, count: count as f64 }).collect())
        })
    }

    /// What would change: who enters and who leaves when the second predicate (or the instant `later`) takes the place of the first.
    #[napi(
        ts_args_type = "before: string, after: string, options?: SegmentOptions & { later?: Date | string }",
        ts_return_type = "Promise<SegmentDifference>"
    )]
    pub fn compare_segments(
        &self,
        before: String,
        after: String,
        now: Option<String>,
        later: Option<String>,
    ) -> AsyncTask<Work<SegmentDifference>> {
        let core = self.core.clone();
        spawn(move || {
            let (now, later) = (read_date(now.as_deref())?, read_date(later.as_deref())?);
            mirror(&core.compare_segments((&before, now), (&after, later.or(now)))?)
        })
    }

    /// Why a profile fits a predicate, or does not: each condition with its truth, what was found, when it may change by itself.
    #[napi(
        ts_args_type = "profileId: string, predicate: string, options: SegmentOptions",
        ts_return_type = "Promise<MembershipReason>"
    )]
    pub fn membership(
        &self,
        profile_id: String,
        predicate: String,
        now: Option<String>,
    ) -> AsyncTask<Work<MembershipReason>> {
        let core = self.core.clone();
        spawn(move || {
            let now = read_date(now.as_deref())?.unwrap_or_default();
            mirror(&core.membership(&profile_id, &predicate, now)?)
        })
    }

    /// The tables that the SQL of a predicate reads, as Arrow IPC by their names: `profiles`, `events`, `consents`, `lists` and `segments`.
    #[napi(
        ts_args_type = "predicate: string | object | boolean, options?: SegmentOptions",
        ts_return_type = "Promise<Record<'profiles' | 'events' | 'consents' | 'lists' | 'segments', Uint8Array>>"
    )]
    pub fn sql_tables(&self, written: Value, now: Option<String>) -> AsyncTask<Work<HashMap<String, Uint8Array>>> {
        let core = self.core.clone();
        spawn(move || {
            let tables = io::sql_tables::sql_tables(&core, &core.predicate(&written)?, read_date(now.as_deref())?)?;
            tables.into_iter().map(|(name, table)| Ok((name.to_owned(), write_ipc(&table)?.into()))).collect()
        })
    }

    /// The ids and golden values of the members of a predicate, as Arrow IPC.
    #[napi(
        ts_args_type = "predicate: string, options?: SegmentOptions & { fields?: string[] }",
        ts_return_type = "Promise<Uint8Array>"
    )]
    pub fn members(
        &self,
        predicate: String,
        now: Option<String>,
        fields: Option<Vec<String>>,
    ) -> AsyncTask<Work<Uint8Array>> {
        let core = self.core.clone();
        spawn(move || {
            let now = read_date(now.as_deref())?;
            Ok(write_ipc(&io::tables::members(&core, &predicate, fields.as_deref(), now)?)?.into())
        })
    }

    /// Writes the members of a predicate to a file: Parquet, CSV or JSON lines, by its ending.
    #[napi(
        ts_args_type = "predicate: string, path: string, options?: SegmentOptions & { fields?: string[] }",
        ts_return_type = "Promise<void>"
    )]
    pub fn export_members(
        &self,
        predicate: String,
        path: String,
        now: Option<String>,
        fields: Option<Vec<String>>,
    ) -> AsyncTask<Work<()>> {
        let core = self.core.clone();
        spawn(move || {
            let now = read_date(now.as_deref())?;
            io::write(path, &io::tables::members(&core, &predicate, fields.as_deref(), now)?)
        })
    }

    /// Writes one self-contained HTML file: figures, links to review, a profile explorer, the segments of the configuration.
    #[napi(ts_args_type = "path: string, options?: ReportOptions", ts_return_type = "Promise<void>")]
    pub fn report(&self, path: String, options: Option<ReportOptions>) -> AsyncTask<Work<()>> {
        let core = self.core.clone();
        spawn(move || {
            let given = options.unwrap_or_default();
            let segments = core.segments(read_date(given.now.as_deref())?)?;
            let mut options = report::Options { made_at: given.made_at, ..Default::default() };
            options.title = given.title.unwrap_or(options.title);
            options.mask_personal = given.mask_personal.unwrap_or(options.mask_personal);
            write_text(&path, &report::html_with(&core, &segments, &options))
        })
    }

    /// Why two records are, or are not, the same person. A record is `[source, recordId]`, or its
    /// row where there is one source.
    #[napi(catch_unwind)]
    pub fn why(
        &self,
        env: Env,
        #[napi(ts_arg_type = "RecordRef")] a: RecordRef,
        #[napi(ts_arg_type = "RecordRef")] b: RecordRef,
    ) -> napi::Result<Why> {
        let why = || mirror(&self.core.why(self.record(&a)?, self.record(&b)?)?);
        why().map_err(|error| to_js(&env, &error))
    }

    /// Why two records are not one person, and what it would take.
    #[napi(catch_unwind)]
    pub fn why_not(
        &self,
        env: Env,
        #[napi(ts_arg_type = "RecordRef")] a: RecordRef,
        #[napi(ts_arg_type = "RecordRef")] b: RecordRef,
    ) -> napi::Result<WhyNot> {
        let why_not = || mirror(&self.core.why_not(self.record(&a)?, self.record(&b)?)?);
        why_not().map_err(|error| to_js(&env, &error))
    }

    /// At most `n` pairs whose answers would teach most: answer them with a `Decisions` and resolve again.
    #[napi(ts_args_type = "n: number", ts_return_type = "Promise<Why[]>")]
    pub fn review(&self, n: u32) -> AsyncTask<Work<Vec<Why>>> {
        let core = self.core.clone();
        spawn(move || mirror(&core.review(n as usize)?))
    }

    /// How a profile came together.
    #[napi(catch_unwind)]
    pub fn how(&self, env: Env, profile_id: String) -> napi::Result<How> {
        self.core.how(&profile_id).and_then(|how| mirror(&how)).map_err(|error| to_js(&env, &error))
    }
}

/// What a report shows.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct ReportOptions {
    /// Today, for the segments: `YYYY-MM-DD`.
    pub now: Option<String>,
    /// The title of the page.
    pub title: Option<String>,
    /// Whether personal values are masked.
    pub mask_personal: Option<bool>,
    /// When the report was made, in words.
    pub made_at: Option<String>,
}

type RecordRef = Either<u32, Vec<String>>;

impl Resolution {
    fn record(&self, record: &RecordRef) -> Result<u32> {
        let records = self.core.records();
        match record {
            Either::A(row) => records.at_row(u64::from(*row)),
            Either::B(name) => decisions::record(name).and_then(|name| records.named(&name.source, &name.record_id)),
        }
    }
}

fn write_text(path: &str, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| Error::new(Code::Io, error.to_string()).file(path))
}
