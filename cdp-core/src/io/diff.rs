//! The tables of a diff as Arrow record batches.

use super::tables::{batch, text, whole};
use crate::error::{Code, Error, Result};
use crate::explain::diff::{Detail, Diff, Group, What};
use arrow_array::{ArrayRef, RecordBatch};

/// The table of that name: `groups` or `details`.
///
/// # Errors
/// `not_found` for any other name.
pub fn by_name(diff: &Diff, name: &str) -> Result<RecordBatch> {
    match name {
        "groups" => groups(diff),
        "details" => details(diff),
        _ => {
            Err(Error::new(Code::NotFound, format!("a diff has no table '{name}'"))
                .help("the tables are: groups, details"))
        }
    }
}

/// One row a group, the largest impact first: `group` (Int64, its place), `kind`, `before` and `after` (ids of profiles,
/// comma-separated), `members`, `moved`, `values`, `entered`, `left`, `consents`, `impact` (Int64), `records` (some members,
/// a JSON list: their ids can hold commas).
pub fn groups(diff: &Diff) -> Result<RecordBatch> {
    let all = &diff.groups;
    let records = all.iter().map(|group| {
        let names: Vec<String> = group.records.iter().map(ToString::to_string).collect();
        serde_json::json!(names).to_string()
    });
    let records: Vec<String> = records.collect();
    let list = |of: &dyn Fn(&Group) -> Vec<String>| -> ArrayRef {
        let lists: Vec<String> = all.iter().map(|group| of(group).join(",")).collect();
        text(lists.iter().map(|list| Some(list.as_str())))
    };
    let whole = |of: &dyn Fn(&Group) -> u64| whole(all.iter().map(of));
    let count = |what: What| whole(&|group| group.details.iter().filter(|detail| detail.what == what).count() as u64);
    batch(vec![
        ("group", super::tables::whole(0..all.len() as u64)),
        ("kind", text(all.iter().map(|group| Some(group.kind.as_str())))),
        ("before", list(&|group| group.before.clone())),
        ("after", list(&|group| group.after.clone())),
        ("members", whole(&|group| group.members)),
        ("moved", whole(&|group| group.moved)),
        ("values", count(What::Value)),
        ("entered", count(What::Entered)),
        ("left", count(What::Left)),
        ("consents", count(What::Consent)),
        ("impact", whole(&|group| group.impact)),
        ("records", text(records.iter().map(|names| Some(names.as_str())))),
    ])
}

/// One row a golden value, membership or consent that changed: `group` (Int64), `what` (`value`, `entered`, `left`, `consent`),
/// `name` (the field, segment or purpose), `profile_before`, `profile_after`, `before`, `after`.
pub fn details(diff: &Diff) -> Result<RecordBatch> {
    let all: Vec<(u64, &Detail)> = (0..)
        .zip(&diff.groups)
        .flat_map(|(place, group)| group.details.iter().map(move |detail| (place, detail)))
        .collect();
    let column = |of: fn(&Detail) -> Option<&str>| text(all.iter().map(|(_, detail)| of(detail)));
    batch(vec![
        ("group", whole(all.iter().map(|(place, _)| *place))),
        ("what", column(|detail| Some(detail.what.as_str()))),
        ("name", column(|detail| Some(&detail.name))),
        ("profile_before", column(|detail| detail.profile_before.as_deref())),
        ("profile_after", column(|detail| detail.profile_after.as_deref())),
        ("before", column(|detail| detail.before.as_deref())),
        ("after", column(|detail| detail.after.as_deref())),
    ])
}
