//! The tables of a result as Arrow record batches: the same columns in every language and every file format.
//!
//! Texts are plain `Utf8`, which everything reads; `LargeUtf8` only where a column holds more than 2 GiB.

use crate::columns::ColumnProfile;
use crate::error::{Code, Error, Result};
use crate::explain::{Part, RecordName, Why};
use crate::graph::Change;
use crate::profile::{GoldenField, column};
use crate::resolve::{Records, Resolution};
use arrow_array::{ArrayRef, Float64Array, Int64Array, LargeStringArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;

/// The table of that name: `assignments`, `profiles`, `links` or `refused`.
///
/// # Errors
/// `not_found` for any other name.
pub fn by_name(resolution: &Resolution, name: &str) -> Result<RecordBatch> {
    match name {
        "assignments" => assignments(resolution),
        "profiles" => profiles(resolution),
        "links" => links(resolution),
        "refused" => refused(resolution),
        _ => Err(Error::new(Code::NotFound, format!("a result has no table '{name}'"))
            .help("the tables are: assignments, profiles, links, refused")),
    }
}

/// One row a change of a graph's feed: `number` (Int64), `at`, `cause`, `type`, `profile_id`, `details` (JSON of what else there
/// is to say of its type).
pub fn changes(changes: &[Change]) -> Result<RecordBatch> {
    let details = changes.iter().map(|change| {
        let mut details = serde_json::to_value(&change.event).unwrap_or_default();
        if let Some(object) = details.as_object_mut() {
            object.remove("type");
            object.remove("profile_id");
        }
        Some(details).filter(|details| details.as_object().is_some_and(|object| !object.is_empty()))
    });
    let details: Vec<Option<String>> = details.map(|details| details.map(|details| details.to_string())).collect();
    batch(vec![
        ("number", Arc::new(Int64Array::from_iter_values(changes.iter().map(|change| change.number as i64)))),
        ("at", text(changes.iter().map(|change| Some(change.at.as_str())))),
        ("cause", text(changes.iter().map(|change| Some(change.cause.as_str())))),
        ("type", text(changes.iter().map(|change| Some(change.event.word())))),
        ("profile_id", text(changes.iter().map(|change| change.event.profile_id()))),
        ("details", text(details.iter().map(Option::as_deref))),
    ])
}

/// One row a record, in the order the records were given: `source`, `record_id` (text; the row number where there is no id
/// column), `row` (Int64, counted from 0 in its source), `profile_id`.
pub fn assignments(resolution: &Resolution) -> Result<RecordBatch> {
    let (records, profiles) = (resolution.records(), resolution.profiles());
    let all = || 0..records.len() as u32;
    let ids = || text(resolution.assignments().iter().map(|&profile| Some(profiles.id(profile as usize))));
    let ((sources, record_ids), (rows, ids)) = rayon::join(
        || (text(all().map(|record| Some(records.source(record)))), text(all().map(|record| Some(records.id(record))))),
        || (whole(all().map(|record| records.row(record))), ids()),
    );
    batch(vec![("source", sources), ("record_id", record_ids), ("row", rows), ("profile_id", ids)])
}

/// The members of a predicate as a table: `profile_id` and these golden fields; all of them for `None`, and none for an empty list.
///
/// # Errors
/// Those of [`Resolution::segment`]; `not_found` if there is no such field.
pub fn members(
    resolution: &Resolution,
    predicate: &str,
    fields: Option<&[String]>,
    now: Option<crate::instant::Instant>,
) -> Result<RecordBatch> {
    let profiles = resolution.profiles();
    let members = resolution.segment(predicate, now)?;
    let all: Vec<String> = profiles.fields().iter().map(|field| field.name.clone()).collect();
    let fields = fields.unwrap_or(&all);
    let ids = text(members.iter().map(|&place| Some(profiles.id(place as usize))));
    let mut columns = vec![("profile_id".to_owned(), ids)];
    for name in fields {
        let missing = || Error::new(Code::NotFound, format!("there is no golden field '{name}'"));
        let values = &profiles.field(name).ok_or_else(missing)?.values;
        let column = column::apart(name, "golden_", &["profile_id"]).into_owned();
        columns.push((column, text(members.iter().map(|&place| values.get(place as usize)))));
    }
    batch(columns)
}

/// One row a profile, in order of their ids: `profile_id`, one text column per golden field, `size` (Int64, records) and
/// `sources` (their names, comma-separated, in the order the sources were given).
///
/// A golden field that bears one of these names, or is called `created`, gets `golden_` put before it, as in the SQL of a predicate.
pub fn profiles(resolution: &Resolution) -> Result<RecordBatch> {
    let profiles = resolution.profiles();
    let all = || 0..profiles.len();
    let golden = |field: &GoldenField| {
        let values = &field.values;
        (column::of_golden(&field.name).into_owned(), text((0..values.len()).map(|profile| values.get(profile))))
    };
    let own = || {
        let lists = source_lists(resolution);
        let sizes = whole(all().map(|index| profiles.members(index).len() as u64));
        let ids = text(all().map(|index| Some(profiles.id(index))));
        (ids, sizes, text(lists.iter().map(|names| Some(names.as_str()))))
    };
    let (golden, (ids, sizes, sources)) =
        rayon::join(|| profiles.fields().par_iter().map(golden).collect::<Vec<_>>(), own);
    let mut columns = vec![("profile_id".to_owned(), ids)];
    columns.extend(golden);
    columns.extend([("size".to_owned(), sizes), ("sources".to_owned(), sources)]);
    batch(columns)
}

/// The sources of each profile, comma-separated.
fn source_lists(resolution: &Resolution) -> Vec<String> {
    let (records, profiles) = (resolution.records(), resolution.profiles());
    let mut present = vec![false; records.sources().len()];
    let mut lists = Vec::with_capacity(profiles.len());
    for index in 0..profiles.len() {
        present.fill(false);
        for &record in profiles.members(index) {
            present[records.source_indexes()[record as usize] as usize] = true;
        }
        let names = records.sources().iter().zip(&present).filter(|&(_, &present)| present);
        lists.push(names.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(","));
    }
    lists
}

/// One row an accepted link: `source_a`, `record_id_a`, `source_b`, `record_id_b`, `match_weight` (Float64, bits), `rule`,
/// `profile_id`.
pub fn links(resolution: &Resolution) -> Result<RecordBatch> {
    let (links, profiles) = (resolution.links(), resolution.profiles());
    let profile = |record: u32| profiles.id(resolution.assignments()[record as usize] as usize);
    let mut columns = ends(resolution.records(), links.iter().map(|link| (link.a, link.b)));
    columns.push(("match_weight", Arc::new(Float64Array::from_iter_values(links.iter().map(|link| link.weight)))));
    columns.push(("rule", text(links.iter().map(|link| Some(link.rule.as_str())))));
    columns.push(("profile_id", text(links.iter().map(|link| Some(profile(link.a))))));
    batch(columns)
}

/// One row a refused link: `source_a`, `record_id_a`, `source_b`, `record_id_b`, `match_weight` (Float64, bits), `rule`,
/// `reason`.
pub fn refused(resolution: &Resolution) -> Result<RecordBatch> {
    let refused = resolution.refused();
    let mut columns = ends(resolution.records(), refused.iter().map(|refusal| (refusal.a, refusal.b)));
    let weights = Float64Array::from_iter_values(refused.iter().map(|refusal| refusal.weight));
    columns.push(("match_weight", Arc::new(weights)));
    columns.push(("rule", text(refused.iter().map(|refusal| Some(refusal.rule.as_str())))));
    columns.push(("reason", text(refused.iter().map(|refusal| Some(refusal.reason.as_str())))));
    batch(columns)
}

/// One row a question of a review: `source_a`, `record_id_a`, `source_b`, `record_id_b`, `match_weight` (Float64, bits),
/// `probability` (Float64), `same_profile` (`true` or `false`), `values_a` and `values_b` (what is compared), and `same`, empty,
/// to be filled with the answer.
pub fn questions(questions: &[Why]) -> Result<RecordBatch> {
    let end =
        |which: usize, part: fn(&RecordName) -> &str| text(questions.iter().map(|q| Some(part(&q.records[which]))));
    let number = |of: fn(&Why) -> f64| Arc::new(Float64Array::from_iter_values(questions.iter().map(of)));
    let values = |which: usize| -> Vec<String> {
        let value = |part: &Part| Some(format!("{}: {}", part.field, part.values[which].as_ref()?));
        questions.iter().map(|q| q.parts.iter().filter_map(value).collect::<Vec<_>>().join("; ")).collect()
    };
    let values = [values(0), values(1)];
    batch(vec![
        ("source_a", end(0, |name| &name.source)),
        ("record_id_a", end(0, |name| &name.record_id)),
        ("source_b", end(1, |name| &name.source)),
        ("record_id_b", end(1, |name| &name.record_id)),
        ("match_weight", number(|question| question.weight)),
        ("probability", number(|question| question.probability)),
        ("same_profile", text(questions.iter().map(|q| Some(if q.same_profile { "true" } else { "false" })))),
        ("values_a", text(values[0].iter().map(|values| Some(values.as_str())))),
        ("values_b", text(values[1].iter().map(|values| Some(values.as_str())))),
        ("same", text(questions.iter().map(|_| None))),
    ])
}

/// One row a column: `source`, `column`, `kind`, `confidence`, `rows`, `missing`, `ok`, `invalid`, `placeholder`, `distinct`,
/// `distinct_keys`, `ambiguous`, `shared` (Int64, values that go with improbably many people), `exchanged`
/// (Int64, rows whose names stand in each other's column), `order`, `region`, `reason`.
pub fn column_profiles(profiles: &[ColumnProfile]) -> Result<RecordBatch> {
    let whole = |count: &dyn Fn(&ColumnProfile) -> usize| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(profiles.iter().map(|profile| count(profile) as i64)))
    };
    let confidence = Float64Array::from_iter_values(profiles.iter().map(|profile| profile.confidence));
    batch(vec![
        ("source", text(profiles.iter().map(|profile| Some(profile.source.as_str())))),
        ("column", text(profiles.iter().map(|profile| Some(profile.column.as_str())))),
        ("kind", text(profiles.iter().map(|profile| Some(profile.kind.as_str())))),
        ("confidence", Arc::new(confidence)),
        ("rows", whole(&|profile| profile.rows)),
        ("missing", whole(&|profile| profile.missing)),
        ("ok", whole(&|profile| profile.ok)),
        ("invalid", whole(&|profile| profile.invalid)),
        ("placeholder", whole(&|profile| profile.placeholder)),
        ("distinct", whole(&|profile| profile.distinct)),
        ("distinct_keys", whole(&|profile| profile.distinct_keys)),
        ("ambiguous", whole(&|profile| profile.ambiguous)),
        ("shared", whole(&|profile| profile.shared.len())),
        ("exchanged", whole(&|profile| profile.exchanged.len())),
        ("order", text(profiles.iter().map(|profile| profile.order.as_deref()))),
        ("region", text(profiles.iter().map(|profile| profile.region.as_deref()))),
        ("reason", text(profiles.iter().map(|profile| Some(profile.reason.as_str())))),
    ])
}

/// One row a finding: `source`, `column`, `finding` (`invalid`, `placeholder`, `shared`, `exchanged` or `frequent`), `reason`,
/// `rows` (Int64), `example` (of `exchanged`: the number of the first such row).
pub fn column_findings(profiles: &[ColumnProfile]) -> Result<RecordBatch> {
    struct Finding<'a>(&'a ColumnProfile, &'a str, String, usize, Cow<'a, str>);
    let findings: Vec<Finding<'_>> = profiles
        .iter()
        .flat_map(|p| {
            let problems = p.problems.iter();
            let problems =
                problems.map(|x| Finding(p, &x.verdict, x.reason.clone(), x.rows, x.example.as_str().into()));
            let people = |x: &crate::columns::Shared| format!("goes with {} different people", x.people);
            let shared = p.shared.iter().map(move |x| Finding(p, "shared", people(x), x.rows, x.value.as_str().into()));
            let top = p.top.iter().map(|x| Finding(p, "frequent", String::new(), x.rows, x.value.as_str().into()));
            let other = "given and family name stand in each other's column";
            let exchanged = p
                .exchanged
                .first()
                .map(|row| Finding(p, "exchanged", other.to_owned(), p.exchanged.len(), row.to_string().into()));
            problems.chain(shared).chain(exchanged).chain(top)
        })
        .collect();
    batch(vec![
        ("source", text(findings.iter().map(|f| Some(f.0.source.as_str())))),
        ("column", text(findings.iter().map(|f| Some(f.0.column.as_str())))),
        ("finding", text(findings.iter().map(|f| Some(f.1)))),
        ("reason", text(findings.iter().map(|f| Some(f.2.as_str())))),
        ("rows", Arc::new(Int64Array::from_iter_values(findings.iter().map(|f| f.3 as i64)))),
        ("example", text(findings.iter().map(|f| Some(&*f.4)))),
    ])
}

/// A core table whose columns are all text.
pub fn of_table(table: &crate::record::Table) -> Result<RecordBatch> {
    let rows = 0..table.len();
    let values = |column: &crate::record::Column| text(rows.clone().map(|row| column.get(row)));
    batch(table.columns().iter().map(|column| (column.name(), values(column))).collect())
}

/// Source and id of both ends of links, the first in order of these first: which rows came first is no matter of who is linked.
fn ends(records: &Records, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Vec<(&'static str, ArrayRef)> {
    let name = |record: u32| (records.source(record), records.id(record));
    let pairs = pairs.map(|(a, b)| if name(b) < name(a) { (b, a) } else { (a, b) });
    vec![
        ("source_a", text(pairs.clone().map(|(a, _)| Some(records.source(a))))),
        ("record_id_a", text(pairs.clone().map(|(a, _)| Some(records.id(a))))),
        ("source_b", text(pairs.clone().map(|(_, b)| Some(records.source(b))))),
        ("record_id_b", text(pairs.map(|(_, b)| Some(records.id(b))))),
    ]
}

/// A text column.
pub(crate) fn text<'a>(values: impl Iterator<Item = Option<&'a str>> + Clone) -> ArrayRef {
    let bytes: usize = values.clone().map(|value| value.map_or(0, str::len)).sum();
    match i32::try_from(bytes) {
        Ok(_) => Arc::new(values.collect::<StringArray>()),
        Err(_) => Arc::new(values.collect::<LargeStringArray>()),
    }
}

/// A column of counts.
pub(crate) fn whole(values: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.map(|value| value as i64)))
}

/// A record batch of columns of one length; every column may hold missing values, as its readers expect.
pub(crate) fn batch(columns: Vec<(impl Into<String>, ArrayRef)>) -> Result<RecordBatch> {
    let (names, arrays): (Vec<String>, Vec<ArrayRef>) = columns.into_iter().map(|(name, a)| (name.into(), a)).unzip();
    let field = |(name, array): (String, &ArrayRef)| Field::new(name, DataType::clone(array.data_type()), true);
    let schema = Schema::new(names.into_iter().zip(&arrays).map(field).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), arrays).map_err(super::arrow::error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{GoldenField, Profiles};
    use crate::record::{Column, NULL, TextPool};
    use crate::resolve::{Link, Refusal, Summary};
    use crate::schema::{Config, Kind};

    /// Three records of two sources; the first two are one person.
    fn resolution() -> Resolution {
        let mut ids = TextPool::default();
        for id in ["7", "8", "0"] {
            ids.push(id);
        }
        let golden = GoldenField {
            name: "size".to_owned(),
            kind: Kind::Category,
            hashed: false,
            values: Column::new("size", [Some("XL"), None]),
            provenance: vec![1, NULL],
        };
        Resolution {
            kept: Default::default(),
            records: Records {
                sources: vec!["crm".to_owned(), "pos".to_owned()],
                source: vec![0, 1, 0],
                ids,
                rows: vec![0, 0, 1],
            },
            assignments: vec![0, 0, 1],
            profiles: Profiles {
                ids: ["p1", "p2"].into_iter().collect(),
                starts: vec![0, 2, 3],
                members: vec![0, 1, 2],
                fields: vec![golden],
            },
            links: vec![Link { a: 0, b: 1, weight: 12.5, rule: "match".to_owned() }],
            refused: vec![Refusal {
                a: 1,
                b: 2,
                weight: 8.0,
                rule: "identifier:email".to_owned(),
                reason: "two values of customer_id".to_owned(),
            }],
            config: Config::default(),
            model: Default::default(),
            summary: Summary::default(),
            evidence: Default::default(),
        }
    }

    /// A batch as lines of CSV, quotes left out.
    fn lines(batch: &RecordBatch) -> Vec<String> {
        let table = crate::io::arrow::to_table("t", std::slice::from_ref(batch)).unwrap();
        let header = table.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>().join(",");
        let cells = |row| table.columns().iter().map(|c| c.get(row).unwrap_or("-")).collect::<Vec<_>>().join(",");
        std::iter::once(header).chain((0..table.len()).map(cells)).collect()
    }

    #[test]
    fn one_assignment_a_record() {
        let expected = ["source,record_id,row,profile_id", "crm,7,0,p1", "pos,8,0,p1", "crm,0,1,p2"];
        assert_eq!(lines(&assignments(&resolution()).unwrap()), expected);
    }

    #[test]
    fn one_row_a_profile_and_clashing_names_are_told_apart() {
        let expected = ["profile_id,golden_size,size,sources", "p1,XL,2,crm,pos", "p2,-,1,crm"];
        assert_eq!(lines(&profiles(&resolution()).unwrap()), expected);
    }

    #[test]
    fn links_and_refusals_name_both_ends() {
        let header = "source_a,record_id_a,source_b,record_id_b,match_weight,rule";
        let expected = [format!("{header},profile_id"), "crm,7,pos,8,12.5,match,p1".to_owned()];
        assert_eq!(lines(&links(&resolution()).unwrap()), expected);
        let refusal = "crm,0,pos,8,8,identifier:email,two values of customer_id".to_owned();
        assert_eq!(lines(&refused(&resolution()).unwrap()), [format!("{header},reason"), refusal]);
    }
}
