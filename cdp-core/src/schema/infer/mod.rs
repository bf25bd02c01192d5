//! Infers the configuration from the data: what each column means, where the ids are, how dates and phones are written.
//!
//! The result depends on the set of values of each column and on nothing else: not on the order of rows, not on chance.
//! Headers decide where the content allows it; content decides where headers say nothing or something wrong.

mod content;
mod context;
mod dates;
mod decide;
mod header;
mod ids;
mod name_order;
mod regions;
mod value;
mod vocabulary;
mod words;

use super::{Config, FieldConfig, Kind, SourceConfig};
use crate::record::Table;
use content::Content;
use decide::Verdict;
use header::Hint;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What was inferred about one column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnInference {
    /// The source the column is in.
    pub source: String,
    /// The column's name.
    pub column: String,
    /// What it seems to mean.
    pub kind: Kind,
    /// How sure that is, between 0 and 1; below 0.5 it should be looked at.
    pub confidence: f64,
    /// Why, in words: `named 'prenom'`, `holds e-mail addresses`.
    pub reason: String,
}

/// A column with all that is known about it.
struct Studied<'a> {
    name: &'a str,
    hint: Option<Hint>,
    content: Content<'a>,
    verdict: Verdict,
}

/// A source with its columns.
struct Source<'a> {
    table: &'a Table,
    columns: Vec<Studied<'a>>,
    id: Option<usize>,
}

impl Config {
    /// The configuration that the tables suggest: for every source its id, its instant of observation, its region, and
    /// the kind of every column but the id's.
    ///
    /// ```
    /// use cdp_core::Config;
    /// use cdp_core::record::{Column, Table};
    /// use cdp_core::schema::Kind;
    /// let columns = vec![
    ///     Column::new("id", [Some("1"), Some("2")]),
    ///     Column::new("prenom", [Some("Chloé"), Some("Hugo")]),
    ///     Column::new("col3", [Some("chloe@exemple.fr"), Some("hugo@exemple.fr")]),
    /// ];
    /// let config = Config::infer(&[Table::new("crm", columns).unwrap()]);
    /// let crm = &config.sources["crm"];
    /// assert_eq!(crm.id.as_deref(), Some("id"));
    /// assert_eq!(crm.fields["prenom"].kind, Kind::GivenName);
    /// assert_eq!(crm.fields["col3"].kind, Kind::Email);
    /// ```
    pub fn infer(tables: &[Table]) -> Config {
        let sources = study(tables);
        let family_first = name_order::family_first(&sources);
        let regions = regions::of(&sources);
        let mut configs: BTreeMap<String, SourceConfig> = sources
            .iter()
            .zip(regions)
            .map(|(source, region)| (source.table.source().to_owned(), source_config(source, region)))
            .collect();
        for (source, column) in family_first {
            let source = &sources[source];
            let config = configs.get_mut(source.table.source());
            if let Some(field) = config.and_then(|config| config.fields.get_mut(source.columns[column].name)) {
                field.order = Some("family_first".to_owned());
            }
        }
        let mut sources = configs;
        part_golden_names(&mut sources);
        Config { sources, ..Config::default() }
    }
}

/// What each column seems to mean, and why: table by table, column by column.
pub fn inspect(tables: &[Table]) -> Vec<ColumnInference> {
    let mut inferences = Vec::new();
    for source in study(tables) {
        for column in source.columns {
            inferences.push(ColumnInference {
                source: source.table.source().to_owned(),
                column: column.name.to_owned(),
                kind: column.verdict.kind,
                confidence: (column.verdict.confidence * 100.0).round() / 100.0,
                reason: column.verdict.reason,
            });
        }
    }
    inferences
}

/// The column that would be a table's record id but for values that stand in several rows, and how many do.
pub(crate) fn repeated_id(table: &Table) -> Option<(&str, usize)> {
    ids::repeated_id(table)
}

/// The kind of identifier of customers, cards, ... that a header names.
pub(super) fn identifier_named(header: &str) -> Option<Kind> {
    let kind = header::hint(header)?.kind;
    (ids::is_id(kind) && kind != Kind::Identifier).then_some(kind)
}

/// Gives a field of its own to each column whose golden field would be fed by another kind too.
fn part_golden_names(sources: &mut BTreeMap<String, SourceConfig>) {
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    for source in sources.values_mut() {
        for (column, field) in source.fields.iter_mut().filter(|(_, field)| field.kind != Kind::Ignore) {
            let kind = *kinds.entry(field.golden_name(column).into_owned()).or_insert(field.kind);
            if kind != field.kind {
                let name = format!("{column}_{}", field.kind);
                kinds.insert(name.clone(), field.kind);
                field.name = Some(name);
            }
        }
    }
}

fn study(tables: &[Table]) -> Vec<Source<'_>> {
    let mut sources: Vec<Source<'_>> = tables.iter().map(study_table).collect();
    sources.iter_mut().for_each(context::refine);
    sources.iter_mut().for_each(context::own_names_before_parents);
    context::own_names_before_employers(&mut sources);
    context::agree_across(&mut sources);
    ids::settle(&mut sources);
    sources
}

fn study_table(table: &Table) -> Source<'_> {
    let columns = table.columns().par_iter().map(|column| {
        let (hint, content) = (header::hint(column.name()), Content::of(column));
        let verdict = decide::decide(hint.as_ref(), &content);
        Studied { name: column.name(), hint, content, verdict }
    });
    Source { table, columns: columns.collect(), id: None }
}

fn source_config(source: &Source<'_>, region: Option<String>) -> SourceConfig {
    let mut config = SourceConfig { region, observed_at: observed_at(source), ..SourceConfig::default() };
    for (index, column) in source.columns.iter().enumerate() {
        if source.id == Some(index) {
            config.id = Some(column.name.to_owned());
            if column.verdict.kind == Kind::Ignore {
                continue;
            }
        }
        config.fields.insert(column.name.to_owned(), field_config(column));
    }
    config
}

fn field_config(column: &Studied<'_>) -> FieldConfig {
    let mut field = FieldConfig::new(column.verdict.kind);
    if matches!(field.kind, Kind::BirthDate | Kind::Date) {
        field.order = order(&column.content);
    }
    if field.kind == Kind::City && header::is_birth_place(column.name) {
        field.name = Some(column.name.to_owned());
    }
    field
}

/// The order of day and month, where days above twelve prove it.
fn order(content: &Content<'_>) -> Option<String> {
    let day_first = content.dates.iter().filter(|seen| seen.day_first).count();
    let month_first = content.dates.iter().filter(|seen| seen.month_first).count();
    let proves = |yes: usize, no: usize| yes > 0 && yes >= 9 * no;
    let order = if proves(day_first, month_first) {
        "dmy"
    } else if proves(month_first, day_first) {
        "mdy"
    } else {
        return None;
    };
    Some(order.to_owned())
}

fn observed_at(source: &Source<'_>) -> Option<String> {
    let dated = |column: &&Studied<'_>| column.verdict.kind == Kind::Date && column.content.filled > 0;
    let ranked = source
        .columns
        .iter()
        .filter(dated)
        .filter_map(|column| Some((header::observed_rank(column.name)?, column.name)));
    ranked.min().map(|(_, name)| name.to_owned())
}
