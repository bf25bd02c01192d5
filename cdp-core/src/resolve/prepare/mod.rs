//! From tables to features: normalise each distinct value once, compose names, streets and places of them.

mod aside;
mod cells;
mod compose;
mod fields;
mod ids;

pub(crate) use aside::may_be_set_aside;
pub(crate) use cells::{Cell, Keys, PlaceCells, SIMPLE};
pub(crate) use cells::{email_keys, family_names, given_names, other_names, place_keys, street_keys, suffixes};
pub(crate) use compose::named_feature;
pub(super) use fields::Field;
pub(crate) use fields::{CellValue, Reader, Reading as NameReading, first_generation, is_name, options, readings};
pub(super) use ids::{Origin, RecordIds, duplicate};

use crate::compare::{Feature, FeatureBuilder, Features, Form};
use crate::error::Result;
use crate::identity::{self, Decided, Given};
use crate::instant::Instant;
use crate::model::{Model, Reading};
use crate::progress::Control;
use crate::record::Table;
use crate::schema::{Config, IdentifierRule, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Features of all records in canonical order: by source name, then record id, whatever order they came in.
pub(super) struct Prepared<'a> {
    pub(super) origins: Vec<Origin>,
    pub(super) features: Features,
    pub(super) fields: Vec<Field<'a>>,
    /// What was set aside because improbably many people share it, in words.
    pub(super) shared: Vec<String>,
    /// How the records were read: for a model that is trained on them.
    pub(super) reading: Reading,
}

impl Prepared<'_> {
    /// What rules about these records are made from; `observed`: when each was.
    pub(super) fn given<'s>(
        &'s self,
        config: &Config,
        features: &Features,
        decided: Decided,
        observed: &[Option<Instant>],
    ) -> Given<'s> {
        let free = |name: &String| config.sources.get(name).and_then(|source| source.duplicate_free) == Some(true);
        let rules = identity::rules(config);
        let values: Vec<Vec<Vec<&str>>> = rules.iter().map(|&(kind, rule)| self.values(kind, rule)).collect();
        // All that a record says, it says at once.
        let of = |(values, at): (&Vec<&str>, &Option<Instant>)| vec![at.iter().copied().collect(); values.len()];
        let said = rules.iter().zip(&values).map(|((_, rule), values)| match rule.is_timed() {
            true => values.iter().zip(observed).map(of).collect(),
            false => Vec::new(),
        });
        Given {
            said: said.collect(),
            values,
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
    pub(super) fn values(&self, kind: Kind, rule: &IdentifierRule) -> Vec<Vec<&str>> {
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

/// Prepares the features of all records, or of a part of them: a part that says nothing of any feature of the model still has
/// them all.
///
/// # Errors
/// `duplicate_record_id`, `missing_record_id`, `cancelled`.
pub(super) fn prepare<'a>(
    tables: &'a [Table],
    config: &Config,
    model: Option<&Model>,
    is_part: bool,
    control: &Control,
) -> Result<Prepared<'a>> {
    let origins = ids::canonical_order(tables, config)?;
    control.report("normalize", 0, 2)?;
    let mut fields = fields::normalise(tables, &origins, config, model.map(|model| &model.reading), control)?;
    let (set_aside, shared) = match model {
        Some(model) => {
            aside::set_aside(&mut fields, &model.reading.set_aside, config);
            Default::default()
        }
        None => aside::set_shared_aside(&mut fields, origins.len() as u32, config, control)?,
    };
    let reading =
        Reading { sources: config.sources.clone(), set_aside, numbered_names: numbered_names(&fields, tables) };
    control.report("normalize", 1, 2)?;
    let mut features =
        compose::compose(compose::Cells { fields: &fields, records: origins.len() as u32, control }, model);
    control.check()?;
    // A saved model compares what it was trained on, even where these records say little by it.
    features.retain(|feature| match model {
        Some(model) => model.features.iter().any(|known| known.name == feature.name),
        None => says_something(feature),
    });
    if let Some(model) = model.filter(|_| is_part || !features.is_empty()) {
        add_missing(&mut features, model, origins.len() as u32)?;
    }
    control.report("normalize", 2, 2)?;
    let mut names: Vec<String> = tables.iter().map(|table| table.source().to_owned()).collect();
    names.sort();
    let ranks: Vec<u32> = (0..tables.len() as u32).map(|table| rank(tables, table)).collect();
    let source = origins.iter().map(|origin| ranks[origin.table as usize]).collect();
    let mut features = Features::new(features, source, names);
    match model {
        Some(model) => {
            features.number_sources(&model.sources);
            features.set_frequencies(model.features.iter().map(|feature| &feature.frequencies));
        }
        None => features.keep_common(),
    }
    Ok(Prepared { origins, features, fields, shared, reading })
}

/// The names of which there is a second or a third, by source and column.
fn numbered_names(fields: &[Field<'_>], tables: &[Table]) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut numbered: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for field in fields.iter().filter(|field| !field.numbered_names.is_empty()) {
        let source = tables[field.table() as usize].source().to_owned();
        numbered.entry(source).or_default().insert(field.column_name().to_owned(), field.numbered_names.clone());
    }
    numbered
}

/// Adds the features that a model compares and these records say nothing of.
fn add_missing(features: &mut Vec<Feature>, model: &Model, records: u32) -> Result<()> {
    for known in &model.features {
        let levels = known.levels.iter().map(|level| level.level.as_str());
        if let Some(form) = Form::with_levels(levels)
            && features.iter().all(|feature| feature.name != known.name)
        {
            let mut builder = FeatureBuilder::new(&known.name, known.role, form);
            (0..records).for_each(|_| builder.push([]));
            features.push(builder.finish());
        }
    }
    Ok(())
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
