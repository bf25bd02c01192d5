//! From tables to features: normalise each distinct value once, compose names, streets and places of them.

mod aside;
mod compose;
mod fields;
mod ids;

pub(super) use fields::Field;
pub(super) use ids::{Origin, RecordIds};

use crate::compare::{Feature, Features};
use crate::error::Result;
use crate::identity::{self, Decided, Given};
use crate::model::Model;
use crate::progress::Control;
use crate::record::Table;
use crate::schema::{Config, IdentifierRule, Kind};
use std::collections::BTreeMap;

/// Features of all records in canonical order: by source name, then record id, whatever order they came in.
pub(super) struct Prepared<'a> {
    pub(super) origins: Vec<Origin>,
    pub(super) features: Features,
    pub(super) fields: Vec<Field<'a>>,
    /// What was set aside because improbably many people share it, in words.
    pub(super) shared: Vec<String>,
}

impl Prepared<'_> {
    /// What rules about these records are made from.
    pub(super) fn given<'s>(&'s self, config: &Config, features: &Features, decided: Decided) -> Given<'s> {
        let free = |name: &String| config.sources.get(name).and_then(|source| source.duplicate_free) == Some(true);
        let values = identity::rules(config).into_iter().map(|(kind, rule)| self.values(kind, rule));
        Given {
            values: values.collect(),
            source: features.source.clone(),
            duplicate_free: (0..)
                .zip(&features.sources)
                .filter(|(_, name)| free(name))
                .map(|(index, _)| index)
                .collect(),
            decided,
            stated: Vec::new(),
            generic: BTreeMap::new(),
        }
    }

    /// The usable values of a kind per record.
    fn values(&self, kind: Kind, rule: &IdentifierRule) -> Vec<Vec<&str>> {
        let fields: Vec<_> = self.fields.iter().filter(|field| field.config.kind == kind).collect();
        let blocked = identity::blocked(kind, rule, fields.iter().map(|field| &field.options));
        let of = |record| {
            let keys = fields.iter().map(|field| field.key(record)).filter(|key| !key.is_empty());
            let mut values: Vec<&str> = keys.filter(|key| !blocked.contains(*key)).collect();
            values.sort_unstable();
            values.dedup();
            values
        };
        (0..self.origins.len() as u32).map(of).collect()
    }
}

/// Prepares the features of all records.
///
/// # Errors
/// `duplicate_record_id`, `missing_record_id`, `cancelled`.
pub(super) fn prepare<'a>(
    tables: &'a [Table],
    config: &Config,
    model: Option<&Model>,
    control: &Control,
) -> Result<Prepared<'a>> {
    let origins = ids::canonical_order(tables, config)?;
    control.report("normalize", 0, 2)?;
    let mut fields = fields::normalise(tables, &origins, config, control)?;
    let shared = aside::set_shared_aside(&mut fields, origins.len() as u32, config, control)?;
    control.report("normalize", 1, 2)?;
    let mut features = compose::compose(compose::Cells { fields: &fields, records: origins.len() as u32, control });
    control.check()?;
    // A saved model compares what it was trained on, even where these records say little by it.
    features.retain(|feature| match model {
        Some(model) => model.features.iter().any(|known| known.name == feature.name),
        None => says_something(feature),
    });
    control.report("normalize", 2, 2)?;
    let mut names: Vec<String> = tables.iter().map(|table| table.source().to_owned()).collect();
    names.sort();
    let ranks: Vec<u32> = (0..tables.len() as u32).map(|table| rank(tables, table)).collect();
    let source = origins.iter().map(|origin| ranks[origin.table as usize]).collect();
    let features = Features::new(features, source, names);
    Ok(Prepared { origins, features, fields, shared })
}

/// The place of a table's source among the sources in order of their names.
fn rank(tables: &[Table], table: u32) -> u32 {
    let name = tables[table as usize].source();
    tables.iter().filter(|other| other.source() < name).count() as u32
}

/// Whether a feature can tell records apart: two values, in two records at least.
fn says_something(feature: &Feature) -> bool {
    let filled = (0..feature.codes.records()).filter(|&record| !feature.codes.of(record).is_empty()).take(2).count();
    filled == 2 && feature.values.count() > 1
}
