//! The batch engine: tables in, profiles out.

mod activate;
mod decisions;
mod diff;
mod engine;
mod estimate;
mod explained;
mod figures;
mod joining;
mod output;
pub(crate) mod prepare;
mod review;
mod segments;
mod shards;
mod threshold;
mod warnings;
mod why_not;

pub use activate::{Activation, Who};
pub use decisions::Decisions;
pub(crate) use diff::Twins;
pub(crate) use explained::{Between, fewest, why};
pub use figures::{OperatingPoint, ProfileGraph, WeightBin};
pub(crate) use joining::{ModelJudge, cut_of, weigh};
pub(crate) use segments::{History, Kept, answers, with_consents};
pub use shards::{Blocks, Met, ShardLink, Shards, Sought, components, equal_key};
pub(crate) use why_not::{Judged, tell_refused};

use crate::cluster::Edge;
use crate::error::{Code, Error, Result};
use crate::identity::{Decided, Rules};
use crate::model::Model;
use crate::profile::Profiles;
use crate::progress::Control;
use crate::record::{Table, TextPool};
use crate::schema::Config;
use crate::trace;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a resolve may be given besides tables and configuration.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Pairs that people confirmed or refused. They hold as constraints, and move the model where it is trained here.
    pub decisions: Decisions,
    /// A trained model to use as it is; trained from the data where absent.
    pub model: Option<Model>,
    /// Threads to use; all cores where absent. The result does not depend on it.
    pub threads: Option<usize>,
    /// Progress, cancellation, and the most memory to hold (`io::memory::limited`).
    pub control: Control,
    /// Seconds from any fixed instant, for the seconds per stage in the summary; the core itself reads no clock.
    pub clock: Option<fn() -> f64>,
}

/// The records of a result, in the order they were given: source by source, row by row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Records {
    pub(crate) sources: Vec<String>,
    pub(crate) source: Vec<u32>,
    pub(crate) ids: TextPool,
    pub(crate) rows: Vec<u64>,
}

impl Records {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The names of the sources.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// The index of the source of each record in [`Records::sources`].
    pub fn source_indexes(&self) -> &[u32] {
        &self.source
    }

    /// The name of the source of a record.
    pub fn source(&self, record: u32) -> &str {
        &self.sources[self.source[record as usize] as usize]
    }

    /// The id of a record within its source; the row number where the source has no id column.
    pub fn id(&self, record: u32) -> &str {
        self.ids.get(record)
    }

    /// The row of a record in its source, counted from 0.
    pub fn row(&self, record: u32) -> u64 {
        self.rows[record as usize]
    }

    /// The record with this source and id.
    pub fn find(&self, source: &str, id: &str) -> Option<u32> {
        let source = self.sources.iter().position(|name| name == source)? as u32;
        (0..self.len() as u32).find(|&record| self.source[record as usize] == source && self.id(record) == id)
    }

    /// The record with this source and id, as callers of the bindings name it.
    ///
    /// # Errors
    /// `not_found`.
    pub fn named(&self, source: &str, id: &str) -> Result<u32> {
        if !self.sources.iter().any(|name| name == source) {
            let help = format!("the sources are: {}", self.sources.join(", "));
            return Err(Error::new(Code::NotFound, format!("there is no source '{source}'")).help(help));
        }
        let missing = || Error::hiding(Code::NotFound, "there is no record '{}'", [id]).source(source);
        self.find(source, id).ok_or_else(missing)
    }

    /// The record at a row of the only source.
    ///
    /// # Errors
    /// `not_found`, also where there are several sources.
    pub fn at_row(&self, row: u64) -> Result<u32> {
        if self.sources.len() != 1 {
            let help = format!("name it by source and id; the sources are: {}", self.sources.join(", "));
            return Err(Error::new(Code::NotFound, format!("row {row} is not enough to name a record")).help(help));
        }
        let rows = self.len();
        u32::try_from(row)
            .ok()
            .filter(|&record| (record as usize) < rows)
            .ok_or_else(|| Error::new(Code::NotFound, format!("there is no row {row}: there are {rows} rows")))
    }
}

/// An accepted link between two records.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// One record.
    pub a: u32,
    /// The other record.
    pub b: u32,
    /// Match weight in bits (log2 odds).
    pub weight: f64,
    /// What made it: `match` for the model, `identifier:email` for a shared identifier.
    pub rule: String,
}

/// A link that was refused, although its evidence was enough.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// One record.
    pub a: u32,
    /// The other record.
    pub b: u32,
    /// Match weight in bits (log2 odds).
    pub weight: f64,
    /// What would have made it.
    pub rule: String,
    /// Why it was refused, in words.
    pub reason: String,
}

/// Figures of a result.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Records in.
    pub records: u64,
    /// Profiles out.
    pub profiles: u64,
    /// Per source.
    pub sources: Vec<SourceSummary>,
    /// Different pairs of records that were compared.
    pub pairs_compared: u64,
    /// Accepted links.
    pub links: u64,
    /// Refused links.
    pub refused: u64,
    /// The match probability from which pairs link.
    pub threshold: f64,
    /// Expected share of linked pairs that are right, by the model.
    pub expected_precision: f64,
    /// Expected share of the right pairs that were linked, by the model, among the candidates.
    pub expected_recall: f64,
    /// Seconds per stage, in order; empty where no clock was given.
    #[serde(serialize_with = "as_map")]
    pub seconds: Vec<(String, f64)>,
    /// What the caller should know: columns left out or not compared, records that were compared with none, values set aside,
    /// decisions not used.
    pub warnings: Vec<String>,
}

fn as_map<S: serde::Serializer>(seconds: &[(String, f64)], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(seconds.iter().map(|(stage, seconds)| (stage, seconds)))
}

/// Figures of one source.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SourceSummary {
    /// Its name.
    pub name: String,
    /// Records in.
    pub records: u64,
    /// Profiles with at least one record of this source.
    pub profiles: u64,
    /// Records beyond the first of each profile.
    pub duplicates: u64,
}

/// What a resolve gives.
#[derive(Debug, Clone)]
pub struct Resolution {
    pub(crate) records: Records,
    pub(crate) assignments: Vec<u32>,
    pub(crate) profiles: Profiles,
    pub(crate) links: Vec<Link>,
    pub(crate) refused: Vec<Refusal>,
    pub(crate) config: Config,
    pub(crate) model: Model,
    pub(crate) summary: Summary,
    pub(crate) evidence: explained::Evidence,
    /// What only a graph keeps.
    pub(crate) kept: segments::Kept,
}

impl Resolution {
    /// What a live graph holds, with the places of the links that merged clusters.
    pub(crate) fn of_graph(
        config: Config,
        model: Model,
        records: Records,
        assignments: Vec<u32>,
        profiles: Profiles,
        (links, merges): (Vec<Link>, Vec<u32>),
        refused: Vec<Refusal>,
    ) -> Self {
        let summary = Summary {
            records: records.len() as u64,
            profiles: profiles.len() as u64,
            sources: output::source_summaries(&records, &assignments),
            links: links.len() as u64,
            refused: refused.len() as u64,
            ..Summary::default()
        };
        let evidence = explained::Evidence { merges, ..Default::default() };
        let kept = segments::Kept::default();
        Resolution { records, assignments, profiles, links, refused, config, model, summary, evidence, kept }
    }

    /// The records, in the order they were given.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// The index of the profile of each record.
    pub fn assignments(&self) -> &[u32] {
        &self.assignments
    }

    /// The profiles, in order of their ids.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The accepted links.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The refused links, with reasons.
    pub fn refused(&self) -> &[Refusal] {
        &self.refused
    }

    /// The configuration used, inferred parts included.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The model used.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Figures.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}

/// Seconds per stage, where the caller gave a clock.
struct Stages {
    clock: Option<fn() -> f64>,
    seconds: Vec<(String, f64)>,
}

impl Stages {
    fn time<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let start = self.clock.map(|clock| clock());
        trace::span!("resolve stage", stage = name);
        let result = work();
        if let (Some(clock), Some(start)) = (self.clock, start) {
            let seconds = clock() - start;
            match self.seconds.iter_mut().find(|(stage, _)| stage == name) {
                Some((_, sum)) => *sum += seconds,
                None => self.seconds.push((name.to_owned(), seconds)),
            }
        }
        result
    }
}

/// Turns tables of records into profiles.
///
/// # Errors
/// Those of [`Config::check`], `empty_input` without any record, `duplicate_record_id`, `missing_record_id`, `cancelled`,
/// `memory_limit` where the control has one.
pub fn resolve(tables: &[Table], config: Option<&Config>, options: &Options) -> Result<Resolution> {
    on_threads(options.threads, || resolve_here(tables, config, options))
}

/// Trains a model: without labels first (or from the model given), then by the decided pairs among the records. The model
/// then holds the threshold that goes with it, and is ready for [`Options::model`].
///
/// # Errors
/// Those of [`resolve`].
pub fn train(tables: &[Table], config: Option<&Config>, options: &Options) -> Result<Model> {
    on_threads(options.threads, || {
        let mut stages = Stages { clock: options.clock, seconds: Vec::new() };
        let config = checked(tables, config, options)?;
        let (prepared, decided, _) = prepared(tables, &config, options, false, &mut stages)?;
        let mut model = engine::train(&prepared.features, &config, options, &decided, &mut stages)?;
        if options.model.is_none() {
            model.reading = prepared.reading;
        }
        Ok(model)
    })
}

/// The most threads that can be asked for: a machine that starts more does nothing else.
pub const MAX_THREADS: usize = 1_024;

/// A number of threads, of languages whose numbers may be anything.
///
/// # Errors
/// `invalid_input` unless it is whole and from 1 to [`MAX_THREADS`].
pub fn whole_threads(number: f64) -> Result<usize> {
    if number.fract() == 0.0 && (1.0..=MAX_THREADS as f64).contains(&number) {
        return Ok(number as usize);
    }
    Err(Error::new(Code::InvalidInput, format!("{number} is no number of threads"))
        .field("threads")
        .help(format!("give a whole number from 1 to {MAX_THREADS}, or leave it out for all cores")))
}

fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let Some(threads) = threads else { return work() };
    let threads = whole_threads(threads as f64)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::new(Code::Internal, format!("no threads: {error}")))?.install(work)
}

/// The configuration, completed from the tables; the tables are checked too.
fn checked(tables: &[Table], config: Option<&Config>, options: &Options) -> Result<Config> {
    if tables.iter().all(Table::is_empty) {
        return Err(Error::new(Code::EmptyInput, "there are no records").help("give at least one source with rows"));
    }
    if let Some((_, two)) =
        tables.iter().enumerate().find(|(i, t)| tables[..*i].iter().any(|o| o.source() == t.source()))
    {
        return Err(Error::new(Code::InvalidInput, "two tables are of this source")
            .source(two.source())
            .help("put them into one, or give them different names"));
    }
    let known = options.model.as_ref().map(|model| &model.reading.sources);
    config.unwrap_or(&Config::default()).prepare_knowing(tables, known.unwrap_or(&BTreeMap::new()))
}

fn prepared<'a>(
    tables: &'a [Table],
    config: &Config,
    options: &Options,
    is_part: bool,
    stages: &mut Stages,
) -> Result<(prepare::Prepared<'a>, Decided, usize)> {
    options.control.needs(estimate::bytes(tables, config))?;
    let prepare = || prepare::prepare(tables, config, options.model.as_ref(), is_part, &options.control);
    let prepared = stages.time("normalize", prepare)?;
    options.control.check()?;
    let (decided, unknown) = decisions::decided(&options.decisions, tables, config, &prepared.origins)?;
    Ok((prepared, decided, unknown))
}

fn resolve_here(tables: &[Table], config: Option<&Config>, options: &Options) -> Result<Resolution> {
    resolve_checked(tables, checked(tables, config, options)?, options, None)
}

/// [`resolve`] with a complete configuration; with `links`, the tables are a part of all records, and these pairs of them, by
/// their numbers in the input, are what the model links, each with its weight in nats.
fn resolve_checked(
    tables: &[Table],
    config: Config,
    options: &Options,
    links: Option<&[(u32, u32, f64)]>,
) -> Result<Resolution> {
    let control = &options.control;
    let mut stages = Stages { clock: options.clock, seconds: Vec::new() };
    let (mut prepared, decided, unknown) = prepared(tables, &config, options, links.is_some(), &mut stages)?;
    segments::check_named(
        &config,
        prepared.fields.iter().map(|field| (field.golden_name.as_str(), field.config.kind)),
    )?;
    let features = std::mem::take(&mut prepared.features);
    let observed = output::observed(tables, &prepared, &config);
    let rules = Rules::new(&config, prepared.given(&config, &features, decided, &observed));
    let order = output::InputOrder::new(tables);
    let canonical = order.canonical(&prepared.origins);
    let links = links.map(|links| in_canonical_order(links, &canonical));
    let mut matched = engine::run(features, &config, options, links, &rules, &mut stages)?;
    if options.model.is_none() {
        matched.model.reading = prepared.reading.clone();
    }
    let finish = || {
        control.report("profile", 0, 1)?;
        let records = output::records(tables, &config)?;
        control.check()?;
        let clustering = &matched.clustering;
        let making = output::Making {
            prepared: &prepared,
            observed: &observed,
            records: &records,
            order: &order,
            config: &config,
        };
        let (made, told) = rayon::join(
            || making.profiles(clustering, control),
            || output::links(&matched.edges, clustering, &matched.refused, &prepared, &order, &rules),
        );
        let (profiles, assignments) = made?;
        control.check()?;
        let place = |edge: &Edge| [edge.a, edge.b].map(|r| order.of(prepared.origins[r as usize]));
        control.report("profile", 1, 1)?;
        let doubtful = matched.doubtful.iter().map(|edge| (place(edge), edge.weight)).collect();
        Ok((records, profiles, assignments, told, doubtful))
    };
    let (records, profiles, assignments, told, doubtful) = stages.time("profile", finish)?;
    let output::Told { links, refused, merges } = told;
    trace::event!(
        "resolved",
        records = records.len(),
        profiles = profiles.len(),
        pairs = matched.pairs_compared,
        links = links.len(),
        refused = refused.len()
    );
    let summary = Summary {
        records: records.len() as u64,
        profiles: profiles.len() as u64,
        sources: output::source_summaries(&records, &assignments),
        pairs_compared: matched.pairs_compared,
        links: links.len() as u64,
        refused: refused.len() as u64,
        threshold: matched.threshold,
        expected_precision: matched.expected_precision,
        expected_recall: matched.expected_recall,
        seconds: stages.seconds,
        warnings: warnings::of(tables, &config, &records, &matched, &prepared.shared, unknown),
    };
    let evidence = explained::Evidence {
        features: matched.features,
        canonical,
        merges,
        doubtful,
        decisions: options.decisions.clone(),
    };
    let (model, kept) = (matched.model, segments::Kept::default());
    Ok(Resolution { records, assignments, profiles, links, refused, config, model, summary, evidence, kept })
}

/// Links between records of the input, as edges in the order in which candidates are scored.
fn in_canonical_order(links: &[(u32, u32, f64)], canonical: &[u32]) -> Vec<Edge> {
    let edge = |&(a, b, weight): &(u32, u32, f64)| {
        let (a, b) = (canonical[a as usize], canonical[b as usize]);
        Edge { a: a.min(b), b: a.max(b), weight, rule: 0 }
    };
    let mut edges: Vec<Edge> = links.iter().map(edge).collect();
    edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
    edges
}
