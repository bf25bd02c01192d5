//! What each column holds: its kind, what is missing or unusable and why, and what is suspicious.

use super::exchanged::exchanged_names;
use super::shared::{self, Shared};
use crate::error::Result;
use crate::normalize::{Options, Verdict, date, normalize};
use crate::progress::Control;
use crate::record::{Column, NULL, Table};
use crate::schema::{Config, Kind, SourceConfig, inspect};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How many of the most frequent values are told.
const TOP: usize = 5;

/// The picture of one column. Counts are rows, unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnProfile {
    /// The source.
    pub source: String,
    /// The column's name.
    pub column: String,
    /// What it means: as configured, otherwise as inferred.
    pub kind: Kind,
    /// How sure that is, between 0 and 1; 1 where it is configured.
    pub confidence: f64,
    /// Why, in words.
    pub reason: String,
    /// All rows.
    pub rows: usize,
    /// Without a value.
    pub missing: usize,
    /// With a usable value.
    pub ok: usize,
    /// With a value that has not the form of its kind.
    pub invalid: usize,
    /// With a value that says nothing.
    pub placeholder: usize,
    /// Distinct values as written.
    pub distinct: usize,
    /// Distinct keys among the usable ones.
    pub distinct_keys: usize,
    /// Dates that can be read in two ways.
    pub ambiguous: usize,
    /// The order of day and month, or of the parts of names, where it is known.
    pub order: Option<String>,
    /// The region whose rules are used, where one is known.
    pub region: Option<String>,
    /// The most frequent values as written, most frequent first.
    pub top: Vec<Counted>,
    /// Reasons why values are unusable, most frequent first.
    pub problems: Vec<Problem>,
    /// Values that go with improbably many different people, most people first.
    pub shared: Vec<Shared>,
    /// Rows whose name stands in a column of family names, and the family name here; told with the column of given names.
    pub exchanged: Vec<u32>,
}

/// A value and how many rows hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The value as written, its first 100 characters.
    pub value: String,
    /// The rows.
    pub rows: usize,
}

/// Why values are unusable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `invalid` or `placeholder`.
    pub verdict: String,
    /// The reason, or the rule.
    pub reason: String,
    /// The rows.
    pub rows: usize,
    /// The most frequent value of them, as written, its first 100 characters.
    pub example: String,
}

/// Looks at every column of the tables; what the configuration leaves out is inferred.
///
/// ```
/// use cdp_core::{columns, progress::Control, record::{Column, Table}};
/// let emails = [Some("ann@exemple.fr"), Some("n/a"), Some("bob(at)exemple.fr"), None];
/// let table = Table::new("crm", vec![Column::new("courriel", emails)]).unwrap();
/// let found = columns::profile(&[table], None, &Control::default()).unwrap();
/// assert_eq!((found[0].kind.as_str(), found[0].ok, found[0].invalid), ("email", 1, 1));
/// assert_eq!((found[0].placeholder, found[0].missing), (1, 1));
/// ```
///
/// # Errors
/// Those of [`Config::check`]; `cancelled`.
pub fn profile(tables: &[Table], config: Option<&Config>, control: &Control) -> Result<Vec<ColumnProfile>> {
    let given = config.cloned().unwrap_or_default();
    let config = given.prepare(tables)?;
    let mut found = Vec::new();
    let inferred = inspect(tables);
    for table in tables {
        let Some(source) = config.sources.get(table.source()) else { continue };
        let people = shared::people(table, source);
        let columns: Vec<ColumnProfile> = table
            .columns()
            .par_iter()
            .map(|column| {
                let field = source.fields.get(column.name());
                let inferred = inferred.iter().find(|c| c.source == table.source() && c.column == column.name());
                let stated = given.sources.get(table.source()).is_some_and(|s| s.fields.contains_key(column.name()));
                let kind = field.map(|field| field.kind).or(inferred.map(|c| c.kind)).unwrap_or(Kind::Ignore);
                let (confidence, reason) = match inferred {
                    Some(inferred) if !stated => (inferred.confidence, inferred.reason.clone()),
                    _ => (1.0, "configured".to_owned()),
                };
                let order = field.and_then(|field| field.order.clone());
                let region = field.and_then(|field| field.region.clone()).or_else(|| source.region.clone());
                let options = Options {
                    region: region.clone(),
                    order: order.as_deref().and_then(|order| order.parse().ok()),
                    placeholders: config.placeholders.get(&kind).cloned().unwrap_or_default(),
                    hashed: field.and_then(|field| field.hashed),
                };
                let start = ColumnProfile {
                    source: table.source().to_owned(),
                    column: column.name().to_owned(),
                    kind,
                    confidence,
                    reason,
                    rows: column.len(),
                    missing: 0,
                    ok: 0,
                    invalid: 0,
                    placeholder: 0,
                    distinct: 0,
                    distinct_keys: 0,
                    ambiguous: 0,
                    order,
                    region,
                    top: Vec::new(),
                    problems: Vec::new(),
                    shared: Vec::new(),
                    exchanged: if kind == Kind::GivenName { exchanged(table, source, column) } else { Vec::new() },
                };
                study(start, column, &options, &people, control)
            })
            .collect::<Result<_>>()?;
        found.extend(columns);
    }
    Ok(found)
}

/// The rows whose names are exchanged between a column of given names and any of family names, in use or at birth.
fn exchanged(table: &Table, source: &SourceConfig, given: &Column) -> Vec<u32> {
    let fields = source.fields.iter().filter(|(_, field)| matches!(field.kind, Kind::FamilyName | Kind::BirthName));
    let families = fields.filter_map(|(name, _)| table.column(name));
    let rows: BTreeSet<u32> = families.flat_map(|family| exchanged_names(given, family)).collect();
    rows.into_iter().collect()
}

fn study(
    mut profile: ColumnProfile,
    column: &Column,
    options: &Options,
    people: &[Option<shared::Person>],
    control: &Control,
) -> Result<ColumnProfile> {
    let mut rows = vec![0usize; column.distinct().len()];
    column.codes().iter().filter(|&&code| code != NULL).for_each(|&code| rows[code as usize] += 1);
    let values: Vec<&str> = column.distinct().iter().collect();
    let normalized = values
        .par_iter()
        .map(|raw| control.check().map(|()| normalize(profile.kind, raw, options)))
        .collect::<Result<Vec<_>>>()?;
    let is_date = matches!(profile.kind, Kind::BirthDate | Kind::Date);
    let mut keys = HashSet::new();
    let mut problems: BTreeMap<(&str, &str), (usize, Counted)> = BTreeMap::new();
    for ((raw, value), &rows) in values.iter().zip(&normalized).zip(&rows).filter(|(_, rows)| **rows > 0) {
        if raw.trim().is_empty() {
            continue;
        }
        profile.distinct += 1;
        let problem = match value.verdict {
            Verdict::Ok => {
                profile.ok += rows;
                keys.insert(value.key.as_str());
                profile.ambiguous += if is_date && date::parse(raw, options.order).len() > 1 { rows } else { 0 };
                continue;
            }
            Verdict::Invalid(reason) => {
                profile.invalid += rows;
                ("invalid", reason)
            }
            Verdict::Placeholder(rule) => {
                profile.placeholder += rows;
                ("placeholder", rule)
            }
        };
        let example = Counted { value: shortened(raw), rows };
        let (all, best) = problems.entry(problem).or_insert((0, example.clone()));
        *all += rows;
        if (example.rows, &best.value) > (best.rows, &example.value) {
            *best = example;
        }
    }
    profile.missing = profile.rows - profile.ok - profile.invalid - profile.placeholder;
    profile.distinct_keys = keys.len();
    profile.problems = problems
        .into_iter()
        .map(|((verdict, reason), (rows, example))| Problem {
            verdict: verdict.to_owned(),
            reason: reason.to_owned(),
            rows,
            example: example.value,
        })
        .collect();
    profile.problems.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.reason.cmp(&b.reason)));
    profile.top = top(&values, &rows);
    if shared::is_personal(profile.kind) {
        let key = |&code: &u32| if code == NULL { "" } else { normalized[code as usize].key.as_str() };
        profile.shared = shared::shared_keys(column.codes().iter().map(key), people);
        profile.shared.iter_mut().for_each(|shared| shared.value = shortened(&shared.value));
    }
    Ok(profile)
}

fn top(values: &[&str], rows: &[usize]) -> Vec<Counted> {
    let counted = rows.iter().copied().zip(values.iter().copied());
    let mut ranked: Vec<(usize, &str)> =
        counted.filter(|(rows, value)| *rows > 0 && !value.trim().is_empty()).collect();
    let order = |a: &(usize, &str), b: &(usize, &str)| b.0.cmp(&a.0).then(a.1.cmp(b.1));
    if ranked.len() > TOP {
        ranked.select_nth_unstable_by(TOP, order);
        ranked.truncate(TOP);
    }
    ranked.sort_by(order);
    ranked.into_iter().map(|(rows, value)| Counted { value: shortened(value), rows }).collect()
}

/// Characters of a value that are shown of it.
const SHOWN: usize = 100;

/// A value as an example: what is longer ends in `…`, so that one does not fill the screen.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
