//! Evaluation of tables: finds the columns, joins assignments and truth by record key, and refuses what does not fit.

use super::{Quality, evaluate};
use crate::error::{Code, Error, Result};
use crate::record::{Column, Interner, NULL, Table};
use hashbrown::HashMap;

/// Columns that may hold a record's key, the first found is taken.
const KEY_NAMES: &[&str] = &["record_id", "key", "id", "record", "row"];
/// Columns that may hold a record's cluster or entity, the first found is taken.
const GROUP_NAMES: &[&str] = &["profile_id", "entity", "entity_id", "cluster", "cluster_id", "person_id", "label"];
/// The same for a truth: a truth may carry our profile ids beside the entities.
const ENTITY_NAMES: &[&str] = &["entity", "entity_id", "person_id", "label", "cluster", "cluster_id", "profile_id"];
/// How many keys an error names.
const NAMED: usize = 5;

/// Records with their group: columns of one length.
#[derive(Debug, Clone, Copy)]
pub struct Keyed<'a> {
    /// The source of each record; absent where keys are unique over all sources.
    pub source: Option<&'a Column>,
    /// The id of each record within its source.
    pub key: &'a Column,
    /// The profile, cluster or entity of each record.
    pub group: &'a Column,
}

/// Judges assignments against a truth, both as tables; columns are found by name.
///
/// Assignments: `record_id` and `profile_id`, with `source` where there are several. Truth: a key (`record_id`, `key`, `id`)
/// and an entity (`entity`, `cluster`, ...), or any two columns in this order, with `source` where keys repeat
/// over sources. A truth whose key is called `row` is joined to the assignments' `row`, where they have one.
///
/// # Errors
/// `invalid_input` if the assignments lack a column or name a record twice; else those of [`evaluate_keyed`].
pub fn evaluate_tables(assignments: &Table, truth: &Table) -> Result<Quality> {
    let (assigned, truth) = found(assignments, truth)?;
    evaluate_keyed(&assigned, &truth)
}

/// The entity of each row of the assignments, by any numbering; [`NULL`] where the truth does not say.
///
/// # Errors
/// Those of [`evaluate_tables`].
pub fn entities(assignments: &Table, truth: &Table) -> Result<Vec<u32>> {
    let (assigned, truth) = found(assignments, truth)?;
    Index::new(&assigned, truth.source.is_some())?.join(&assigned, &truth)
}

/// The columns of both tables.
fn found<'a>(assignments: &'a Table, truth: &'a Table) -> Result<(Keyed<'a>, Keyed<'a>)> {
    let truth_columns = columns(truth, ENTITY_NAMES, Code::InvalidTruth, "the truth needs")?;
    let mut assigned = columns(assignments, GROUP_NAMES, Code::InvalidInput, "the assignments need")?;
    if let Some(row) = named(assignments, &["row"]).filter(|_| truth_columns.key.name().eq_ignore_ascii_case("row")) {
        assigned.key = row;
    }
    Ok((assigned, truth_columns))
}

/// Judges keyed assignments against a keyed truth, which may name only part of the records and in any order.
///
/// # Errors
/// `invalid_truth` if the truth names a record that has no assignment, names one twice, has a row without key, is
/// empty, or has no source although the key is found in several. `invalid_input` if the assignments have a row
/// without key or group, or one record twice.
pub fn evaluate_keyed(assignments: &Keyed<'_>, truth: &Keyed<'_>) -> Result<Quality> {
    let index = Index::new(assignments, truth.source.is_some())?;
    let entity_of_row = index.join(assignments, truth)?;
    let judged = entity_of_row.iter().copied().zip(labels(assignments.group)).filter(|&(entity, _)| entity != NULL);
    let (entities, clusters): (Vec<u32>, Vec<u32>) = judged.unzip();
    if entities.is_empty() {
        let help = "give one row per record whose entity is known: its key and the entity";
        return Err(Error::new(Code::InvalidTruth, "the truth has no record to judge").help(help));
    }
    let mut quality = evaluate(&clusters, &entities);
    quality.records_without_truth = (entity_of_row.len() - entities.len()) as u64;
    Ok(quality)
}

/// One label per row, the same for equal texts even where the column's pool repeats one.
fn labels(column: &Column) -> Vec<u32> {
    let mut interner = Interner::default();
    let labels: Vec<u32> = column.distinct().iter().map(|text| interner.intern(text)).collect();
    column.codes().iter().map(|&code| labels.get(code as usize).copied().unwrap_or(NULL)).collect()
}

/// Finds source, key and group of a table by name, else by position.
fn columns<'a>(table: &'a Table, groups: &[&str], code: Code, what: &str) -> Result<Keyed<'a>> {
    let source = named(table, &["source"]);
    if let (Some(key), Some(group)) = (named(table, KEY_NAMES), named(table, groups)) {
        return Ok(Keyed { source, key, group });
    }
    let others: Vec<&Column> =
        table.columns().iter().filter(|column| source.is_none_or(|source| source.name() != column.name())).collect();
    match others[..] {
        [key, group] => Ok(Keyed { source, key, group }),
        _ => Err(missing_columns(table, groups, code, what)),
    }
}

fn named<'a>(table: &'a Table, names: &[&str]) -> Option<&'a Column> {
    names.iter().find_map(|name| table.columns().iter().find(|column| column.name().eq_ignore_ascii_case(name)))
}

fn missing_columns(table: &Table, groups: &[&str], code: Code, what: &str) -> Error {
    let list = |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let found = list(table.columns().iter().map(Column::name).collect());
    Error::new(code, format!("{what} a key column and an '{}' column; the columns are: {found}", groups[0]))
        .help(format!("call them '{}' and '{}', or give two columns in this order", KEY_NAMES[0], groups[0]))
}

/// The row of each assigned record, by source and key.
struct Index {
    sources: Interner,
    keys: Interner,
    rows: HashMap<(u32, u32), u32>,
}

/// Marks a key found in several sources, where the truth has no source column.
const AMBIGUOUS: u32 = u32::MAX;

impl Index {
    fn new(assignments: &Keyed<'_>, with_source: bool) -> Result<Index> {
        let Keyed { source, key, group } = *assignments;
        let mut index = Index { sources: Interner::default(), keys: Interner::default(), rows: HashMap::new() };
        let keys: Vec<u32> = key.distinct().iter().map(|text| index.keys.intern(text)).collect();
        let mut seen = HashMap::with_capacity(key.len());
        for row in 0..key.len() {
            let fail = |reason: &str| Error::new(Code::InvalidInput, reason).row(row as u64);
            let key_code = *keys.get(key.codes()[row] as usize).ok_or_else(|| fail("an assignment has no key"))?;
            if group.codes()[row] == NULL {
                return Err(fail("an assignment has no profile"));
            }
            let source_code = index.sources.intern(source.and_then(|source| source.get(row)).unwrap_or_default());
            if seen.insert((source_code, key_code), ()).is_some() {
                return Err(fail("the assignments name this record twice")
                    .help("give a 'source' column if keys repeat over sources"));
            }
            let slot = index.rows.entry((if with_source { source_code } else { 0 }, key_code));
            slot.and_modify(|row| *row = AMBIGUOUS).or_insert(row as u32);
        }
        Ok(index)
    }

    /// The entity of each assignment's row, `NULL` where the truth does not say.
    fn join(&self, assignments: &Keyed<'_>, truth: &Keyed<'_>) -> Result<Vec<u32>> {
        let labels = labels(truth.group);
        let mut entities = vec![NULL; assignments.key.len()];
        let mut seen = vec![false; assignments.key.len()];
        let mut unknown = Vec::new();
        for (row, key) in truth.key.iter().enumerate() {
            let Some(key) = key else {
                return Err(Error::new(Code::InvalidTruth, "a row of the truth has no key").row(row as u64));
            };
            let source = truth.source.map(|source| source.get(row).unwrap_or_default());
            match self.find(source, key) {
                None => unknown.push(row),
                Some(AMBIGUOUS) => return Err(ambiguous(key, row)),
                Some(found) if std::mem::replace(&mut seen[found as usize], true) => {
                    return Err(twice(source, key, row));
                }
                Some(found) => entities[found as usize] = labels[row],
            }
        }
        if unknown.is_empty() { Ok(entities) } else { Err(self.unknown_keys(truth, &unknown)) }
    }

    fn find(&self, source: Option<&str>, key: &str) -> Option<u32> {
        let source = source.map_or(Some(0), |source| self.sources.find(source))?;
        self.rows.get(&(source, self.keys.find(key)?)).copied()
    }

    fn unknown_keys(&self, truth: &Keyed<'_>, rows: &[usize]) -> Error {
        let (mut list, mut values) = (Vec::new(), Vec::new());
        for &row in rows.iter().take(NAMED) {
            let source = truth.source.and_then(|source| source.get(row));
            values.extend([truth.key.get(row), source].into_iter().flatten());
            list.push(if source.is_some() { "'{}' of source '{}'" } else { "'{}'" });
        }
        if rows.len() > NAMED {
            list.push("...");
        }
        let (count, all) = (rows.len(), truth.key.len());
        let reason =
            format!("{count} of the {all} keys of the truth are not among the assignments: {}", list.join(", "));
        self.unknown_help(Error::hiding(Code::InvalidTruth, &reason, values).row(rows[0] as u64), truth, rows[0])
    }

    fn unknown_help(&self, error: Error, truth: &Keyed<'_>, row: usize) -> Error {
        let key = truth.key.get(row).unwrap_or_default();
        if let Some(whole) = key.strip_suffix(".0").filter(|whole| self.keys.find(whole).is_some()) {
            let help = "the assignments have '{}': read the truth's keys as whole numbers or as text";
            return error.help_hiding(help, [whole]);
        }
        let source = truth.source.and_then(|source| source.get(row));
        if let Some(source) = source.filter(|source| self.sources.find(source).is_none()) {
            let known: Vec<&str> = self.sources.iter().take(NAMED).collect();
            let help = format!("there is no source '{{}}' in the assignments; they have: {}", known.join(", "));
            return error.help_hiding(&help, [source]);
        }
        error.help("remove them from the truth, or resolve the records they name too")
    }
}

fn ambiguous(key: &str, row: usize) -> Error {
    Error::hiding(Code::InvalidTruth, "the key '{}' is found in several sources", [key])
        .row(row as u64)
        .help("add a 'source' column to the truth")
}

fn twice(source: Option<&str>, key: &str, row: usize) -> Error {
    let of = if source.is_some() { " of source '{}'" } else { "" };
    let reason = format!("the truth names the record '{{}}'{of} twice");
    Error::hiding(Code::InvalidTruth, &reason, [Some(key), source].into_iter().flatten())
        .row(row as u64)
        .help("keep one row per record")
}
