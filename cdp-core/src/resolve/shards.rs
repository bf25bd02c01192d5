//! A resolve in shards: what machines that each hold a part of the records ask the core.
//!
//! The model holds everything that depends on all records together. So each step is a function of a few of them:
//!
//! 1. [`Shards::sought`]: the keys of each record.
//! 2. [`Blocks`]: of all records with one key, whether they form a block, and what joins the holders of an identifier.
//! 3. [`Shards::score`]: the links of the model among records of the blocks that a shard was given.
//! 4. [`components`]: the records that any links join, directly or not.
//! 5. [`Shards::join`]: the profiles of whole components.
//!
//! Where every record went through them, the profiles, golden values and links are those of [`resolve`](super::resolve) with the
//! same model.

use super::prepare::{self, Origin};
use super::{Options, Resolution, cut_of, on_threads, output, resolve_checked, warnings, weigh};
use crate::block::{Plan, mix};
use crate::cluster::Groups;
use crate::compare::{Features, Memo, hash};
use crate::error::{Code, Error, Result};
use crate::identity;
use crate::model::{Model, Weights};
use crate::profile::{ProfileId, id_of};
use crate::record::{Column, Table};
use crate::schema::Config;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The bit of the keys of identifier values, which join all that have them.
const VALUE: u64 = 1 << 63;
/// The bit of the keys of equal rows, of which each goes with the first.
const EQUAL: u64 = 1 << 62;

/// A model and a configuration, ready for records in shards.
#[derive(Debug)]
pub struct Shards {
    saved: Saved,
    config: Config,
    heads: Vec<Table>,
    weights: Weights,
    plan: Plan,
    cut: f64,
    warnings: Vec<String>,
}

/// What shards are made from, as it goes to other machines.
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    /// The sources with their columns, in the order given.
    sources: Vec<(String, Vec<String>)>,
    config: Config,
    model: Model,
}

/// What a record is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The record.
    pub record: ProfileId,
    /// Its id within the source.
    pub record_id: String,
    /// The keys of the blocks it may be in, and of the identifier values that join it to others.
    pub keys: Vec<u64>,
    /// The same for rows of one source that are equal in all that is compared; `None` where nothing is.
    pub equal: Option<[u8; 16]>,
}

/// A record of a shard, and the keys of all blocks that it is in, ascending.
pub type Met = Vec<u64>;

/// A link of the model between two records, by their numbers in the input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShardLink {
    /// The record that comes first by source and id.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// The match weight in nats.
    pub weight: f64,
    /// Whether it joins two groups that no earlier link of the call joined: these links alone tell the components.
    pub spans: bool,
}

impl Shards {
    /// Shards of these sources, whose tables need no rows.
    ///
    /// # Errors
    /// Those of [`Config::check`]; `invalid_config` and `invalid_model` where a part of the records does not tell what all of them
    /// together do: a source without an id column, one that the model does not know, a model that does not say which records are
    /// compared.
    pub fn new(tables: &[Table], config: Option<&Config>, model: &Model) -> Result<Self> {
        if let Some(error) = Shards::hindrance(tables, config, model)? {
            return Err(error);
        }
        let columns = |table: &Table| table.columns().iter().map(|column| column.name().to_owned()).collect();
        let sources = tables.iter().map(|table| (table.source().to_owned(), columns(table))).collect();
        let shards = Shards::of(Saved { sources, config: config.cloned().unwrap_or_default(), model: model.clone() })?;
        let warnings = warnings::left_out(tables, &shards.config);
        Ok(Shards { warnings, ..shards })
    }

    /// Why these sources can only be resolved as a whole: the error that [`Shards::new`] gives where nothing else is at fault.
    ///
    /// # Errors
    /// Those of [`Config::check`].
    pub fn hindrance(tables: &[Table], config: Option<&Config>, model: &Model) -> Result<Option<Error>> {
        let config = config.unwrap_or(&Config::default()).prepare_knowing(tables, &model.reading.sources)?;
        Ok(hindrance(tables, &config, model))
    }

    fn of(saved: Saved) -> Result<Self> {
        let model = &saved.model;
        let heads = saved.sources.iter().map(|(source, columns)| head(source, columns)).collect::<Result<Vec<_>>>()?;
        let config = saved.config.prepare_knowing(&heads, &model.reading.sources)?;
        if let Some(error) = hindrance(&heads, &config, model) {
            return Err(error);
        }
        let features = Features::growing(model.empty_features()?, model.sources.clone());
        let (weights, cut) = (model.weights(&features)?, cut_of(model, &config.matching));
        let rules = if config.matching.fuzzy == Some(false) { &[][..] } else { &model.blocking };
        let plan = Plan::new(&features, rules);
        Ok(Shards { config, heads, weights, plan, cut, saved, warnings: Vec::new() })
    }

    /// As text, for other machines.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.saved).unwrap_or_default()
    }

    /// From that text.
    ///
    /// # Errors
    /// `invalid_model` if it is none; those of [`Shards::new`].
    pub fn from_json(text: &str) -> Result<Self> {
        let saved = serde_json::from_str(text).map_err(|e| Error::unreadable(Code::InvalidModel, "the shards", &e))?;
        Shards::of(saved)
    }

    /// The sources in their order, without rows.
    pub fn heads(&self) -> &[Table] {
        &self.heads
    }

    /// The column that names the records of a source.
    pub fn id_column(&self, source: &str) -> Option<&str> {
        self.config.sources.get(source)?.id.as_deref()
    }

    /// The error for two records of a source that have one id: wherever their rows are, [`Shards::sought`] gives them one `record`.
    pub fn duplicate(&self, source: &str, id: &str) -> Error {
        prepare::duplicate(source, self.id_column(source), "two rows have the id '{}'", id)
    }

    /// What the caller should know: columns of the tables given to [`Shards::new`] that cannot be read.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How many of the rows of a source that are equal in all that is compared form blocks; each of the others meets the first, and has
    /// no other key but those of its identifier values.
    pub fn shown(&self) -> usize {
        crate::block::SHOWN as usize
    }

    /// An empty account of the records of keys.
    pub fn blocks(&self) -> Blocks {
        Blocks { largest: self.plan.rules().map(|(_, largest)| largest).collect(), groups: HashMap::new() }
    }
}

impl Shards {
    /// What each record is looked for by, in the order of the input; tables are of all sources, some perhaps without rows.
    ///
    /// # Errors
    /// `missing_record_id`, `duplicate_record_id`.
    pub fn sought(&self, tables: &[Table]) -> Result<Vec<Sought>> {
        on_threads(Some(1), || {
            let prepared = self.prepared(tables)?;
            let features = &prepared.features;
            let rules = identity::rules(&self.config);
            let is_fuzzy = self.config.matching.fuzzy != Some(false);
            let joining = rules.iter().enumerate().filter(|(_, (_, rule))| rule.links.unwrap_or(true));
            let values: Vec<(u64, Vec<Vec<&str>>)> =
                joining.map(|(index, &(kind, rule))| (index as u64, prepared.values(kind, rule))).collect();
            let records = output::records(tables, &self.config)?;
            let order = output::InputOrder::new(tables);
            let mut sought: Vec<Option<Sought>> = vec![None; prepared.origins.len()];
            for (record, &origin) in (0..).zip(&prepared.origins) {
                let input = order.of(origin);
                let mut keys = self.plan.keys(features, record);
                for (rule, values) in &values {
                    keys.extend(values[record as usize].iter().map(|value| VALUE | mix(hash(value) ^ mix(*rule)) >> 2));
                }
                let (source, id) = (records.source(input), records.id(input));
                // Where nothing is compared, equal rows are not either.
                let equal = if is_fuzzy { alike(features, record, source) } else { None };
                let record_id = id.to_owned();
                sought[input as usize] = Some(Sought { record: id_of(source, id), record_id, keys, equal });
            }
            Ok(sought.into_iter().flatten().collect())
        })
    }

    fn prepared<'t>(&self, tables: &'t [Table]) -> Result<prepare::Prepared<'t>> {
        prepare::prepare(tables, &self.config, Some(&self.saved.model), true, &Default::default())
    }

    /// The links of the model in these groups of records, each with a key that all of them have. A pair that several blocks hold is
    /// looked at under the lowest key alone, so each link is found once, whichever shards the blocks are in.
    ///
    /// # Errors
    /// Those of [`Shards::sought`].
    pub fn score(&self, tables: &[Table], met: &[Met], groups: &BTreeMap<u64, Vec<u32>>) -> Result<Vec<ShardLink>> {
        on_threads(Some(1), || {
            let prepared = self.prepared(tables)?;
            let features = &prepared.features;
            let order = output::InputOrder::new(tables);
            let canonical = order.canonical(&prepared.origins);
            let input: Vec<u32> = prepared.origins.iter().map(|&origin: &Origin| order.of(origin)).collect();
            let (mut memo, mut sets) = (Memo::default(), Groups::new(input.len()));
            let mut links = Vec::new();
            for (&key, group) in groups {
                let mut group: Vec<u32> = group.iter().map(|&record| canonical[record as usize]).collect();
                group.sort_unstable();
                let met = |record: u32| &met[input[record as usize] as usize];
                for pair in pairs_of(key, &group).filter(|&(a, b)| is_lowest(key, met(a), met(b))) {
                    let weight = weigh(features, &self.weights, pair, self.cut, &mut memo);
                    if let Some(weight) = weight.filter(|&weight| weight > self.cut) {
                        let spans = sets.join(pair.0, pair.1);
                        let [a, b] = [pair.0, pair.1].map(|record| input[record as usize]);
                        links.push(ShardLink { a, b, weight, spans });
                    }
                }
            }
            Ok(links)
        })
    }

    /// The profiles of whole components, whose links of the model are these, by numbers in the input, with weights in nats.
    ///
    /// # Errors
    /// Those of [`Shards::sought`].
    pub fn join(&self, tables: &[Table], links: &[(u32, u32, f64)]) -> Result<Resolution> {
        let options = Options { model: Some(self.saved.model.clone()), ..Options::default() };
        on_threads(Some(1), || resolve_checked(tables, self.config.clone(), &options, Some(links)))
    }
}

/// What a part of the records does not tell.
fn hindrance(tables: &[Table], config: &Config, model: &Model) -> Option<Error> {
    if let Some(table) = tables.iter().find(|table| !model.reading.sources.contains_key(table.source())) {
        let reason = "the model does not know this source, so how it is read depends on all its records";
        return Some(Error::new(Code::InvalidModel, reason).source(table.source()));
    }
    let has_id = |table: &Table| config.sources.get(table.source()).is_some_and(|source| source.id.is_some());
    if let Some(table) = tables.iter().find(|table| !has_id(table)) {
        let reason = "the source has no id column, so its records have no name but their row number";
        return Some(Error::new(Code::InvalidConfig, reason).source(table.source()));
    }
    let reason = "the model does not say which records are compared";
    (model.blocking.is_empty() && config.matching.fuzzy != Some(false)).then(|| Error::new(Code::InvalidModel, reason))
}

/// A source with its columns, without rows.
fn head(source: &str, columns: &[String]) -> Result<Table> {
    Table::new(source, columns.iter().map(|name| Column::new(name, [])).collect())
}

/// The pairs of a group, in canonical order.
fn pairs_of(key: u64, group: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    let firsts = if key & EQUAL == 0 { group.len() } else { group.len().min(1) };
    (0..firsts).flat_map(move |place| group[place + 1..].iter().map(move |&b| (group[place], b)))
}

/// Whether a key is the lowest that two records share.
fn is_lowest(key: u64, a: &[u64], b: &[u64]) -> bool {
    let (mut x, mut y) = (0, 0);
    while x < a.len() && y < b.len() {
        match a[x].cmp(&b[y]) {
            std::cmp::Ordering::Equal => return a[x] == key,
            std::cmp::Ordering::Less => x += 1,
            std::cmp::Ordering::Greater => y += 1,
        }
    }
    false
}

/// The key under which a row beyond the first few of these meets the first.
pub fn equal_key(equal: &[u8; 16]) -> u64 {
    let half = |place: usize| equal[place..place + 8].iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    EQUAL | (half(0) ^ half(8).rotate_left(1)) >> 2
}

/// What is the same for rows of one source that are equal in all that is compared.
fn alike(features: &Features, record: u32, source: &str) -> Option<[u8; 16]> {
    let rows = || features.list.iter().enumerate().map(|(index, feature)| (feature, features.values_of(index, record)));
    if rows().all(|(_, values)| values.is_empty()) {
        return None;
    }
    let mut sums = [hash(source), mix(hash(source))];
    for (feature, values) in rows() {
        let texts = values.iter().map(|&value| hash(feature.keys.get(value)));
        for part in texts.chain([u64::MAX]) {
            sums[0] = mix(sums[0] ^ part).wrapping_add(1);
            sums[1] = mix(sums[1].rotate_left(23) ^ part).wrapping_add(7);
        }
    }
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&sums[0].to_be_bytes());
    bytes[8..].copy_from_slice(&sums[1].to_be_bytes());
    Some(bytes)
}

/// The records of keys, as far as it matters: those of more than form a block are counted, not kept.
#[derive(Debug)]
pub struct Blocks {
    /// The most records of a block, by rule.
    largest: Vec<u32>,
    groups: HashMap<u64, Group>,
}

#[derive(Debug)]
enum Group {
    One(ProfileId),
    Few(Vec<ProfileId>),
    TooMany,
}

impl Blocks {
    /// Adds a record under a key; all records of the key have to be added to the same blocks. Tells the record that an identifier
    /// value joins it to.
    pub fn add(&mut self, key: u64, record: ProfileId) -> Option<ProfileId> {
        let largest = match key & (VALUE | EQUAL) {
            0 => self.largest.get((key >> 32) as usize).map_or(0, |&largest| largest as usize),
            _ => usize::MAX,
        };
        let Some(group) = self.groups.get_mut(&key) else {
            self.groups.insert(key, Group::One(record));
            return None;
        };
        match group {
            Group::One(first) if key & VALUE != 0 => return Some(*first),
            Group::One(_) if largest < 2 => *group = Group::TooMany,
            Group::One(first) => *group = Group::Few(vec![*first, record]),
            Group::Few(records) if records.len() < largest => records.push(record),
            Group::Few(_) => *group = Group::TooMany,
            Group::TooMany => {}
        }
        None
    }

    /// The records of each block that formed, with its key.
    pub fn formed(&self) -> impl Iterator<Item = (u64, &[ProfileId])> {
        self.groups.iter().filter_map(|(&key, group)| match group {
            Group::Few(records) => Some((key, records.as_slice())),
            Group::One(_) | Group::TooMany => None,
        })
    }
}

/// Each record that is joined to another, with the lowest record that it is joined to, directly or not; in order.
pub fn components(pairs: &[(ProfileId, ProfileId)]) -> Vec<(ProfileId, ProfileId)> {
    let mut records: Vec<ProfileId> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    records.sort_unstable();
    records.dedup();
    let number = |record: &ProfileId| records.partition_point(|other| other < record) as u32;
    let mut sets = Groups::new(records.len());
    pairs.iter().for_each(|(a, b)| {
        sets.join(number(a), number(b));
    });
    (0..).zip(&records).map(|(place, &record)| (record, records[sets.of(place) as usize])).collect()
}
