//! The tables that the SQL of a predicate reads ([`crate::segment::Tables`] says what they are), made of a result.

use super::tables::{batch, text};
use crate::error::Result;
use crate::instant::Instant;
use crate::profile::column;
use crate::resolve::Resolution;
use crate::segment::Predicate;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use std::sync::Arc;

/// What the SQL of a predicate reads of a result, by the names of the tables: `profiles`, `events`, `consents`, `lists` and
/// `segments`. Columns are texts, as where `typed` is not said; consents are those that the predicate asks for, and segments those that it
/// refers to, at an instant.
///
/// # Errors
/// Those of [`Resolution::segments`], where the predicate refers to one.
pub fn sql_tables(
    resolution: &Resolution,
    predicate: &Predicate,
    now: Option<Instant>,
) -> Result<Vec<(&'static str, RecordBatch)>> {
    Ok(vec![
        ("profiles", profiles(resolution, predicate)?),
        ("events", events(resolution, predicate)?),
        ("consents", consents(resolution, predicate)?),
        ("lists", lists(resolution)?),
        ("segments", segments(resolution, predicate, now)?),
    ])
}

fn profiles(resolution: &Resolution, predicate: &Predicate) -> Result<RecordBatch> {
    let profiles = resolution.profiles();
    let all = 0..profiles.len();
    let (records, mut sources) = (resolution.records(), ListBuilder::new(StringBuilder::new()));
    for profile in all.clone() {
        profiles.members(profile).iter().for_each(|&record| sources.values().append_value(records.source(record)));
        sources.append(true);
    }
    let sizes = all.clone().map(|profile| profiles.members(profile).len() as i64);
    let created: Int64Array = all.clone().map(|profile| resolution.created(profile)).collect();
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("profile_id".to_owned(), text(all.clone().map(|profile| Some(profiles.id(profile))))),
        ("size".to_owned(), Arc::new(Int64Array::from_iter_values(sizes))),
        ("sources".to_owned(), Arc::new(sources.finish())),
        ("created".to_owned(), Arc::new(created)),
    ];
    for field in profiles.fields() {
        let values = all.clone().map(|profile| field.values.get(profile));
        columns.push((column::of_golden(&field.name).into_owned(), text(values)));
    }
    // Nobody may have a value of a field that there can be.
    for name in predicate.fields().iter().filter(|name| profiles.field(name).is_none()) {
        columns.push((column::of_golden(name).into_owned(), text(all.clone().map(|_| None))));
    }
    batch(columns)
}

fn events(resolution: &Resolution, predicate: &Predicate) -> Result<RecordBatch> {
    let none = Default::default();
    let (events, profiles) = (resolution.events().unwrap_or(&none), resolution.profiles());
    let names = events.names().iter().flat_map(|name| events.rows(name).map(move |_| Some(name.as_str())));
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("profile_id".to_owned(), text(events.profiles().iter().map(|&profile| Some(profiles.id(profile as usize))))),
        ("name".to_owned(), text(names)),
        ("time".to_owned(), Arc::new(Int64Array::from_iter_values(events.times().iter().copied()))),
    ];
    let absent = predicate.properties().iter().map(String::as_str).filter(|name| events.property(name).is_none());
    for name in events.properties().chain(absent) {
        let values = events.property(name);
        let cells = (0..events.len()).map(|row| values?.get(row));
        columns.push((column::of_property(name).into_owned(), text(cells)));
    }
    batch(columns)
}

fn consents(resolution: &Resolution, predicate: &Predicate) -> Result<RecordBatch> {
    let spans = resolution.consent_spans(predicate.consents());
    let id = |profile: u32| resolution.profiles().id(profile as usize);
    let granted: BooleanArray = spans.iter().map(|span| Some(span.granted)).collect();
    let until: Int64Array = spans.iter().map(|span| span.until).collect();
    batch(vec![
        ("profile_id", text(spans.iter().map(|span| Some(id(span.profile))))),
        ("purpose", text(spans.iter().map(|span| Some(span.purpose.as_str())))),
        ("channel", text(spans.iter().map(|span| span.channel.as_deref()))),
        ("granted", Arc::new(granted)),
        ("from_time", Arc::new(Int64Array::from_iter_values(spans.iter().map(|span| span.from)))),
        ("until_time", Arc::new(until)),
    ])
}

fn lists(resolution: &Resolution) -> Result<RecordBatch> {
    let lists = &resolution.config().lists;
    let items = lists.iter().flat_map(|(name, items)| items.iter().map(move |item| (name.as_str(), item.as_str())));
    batch(vec![
        ("list", text(items.clone().map(|(name, _)| Some(name)))),
        ("value", text(items.map(|(_, item)| Some(item)))),
    ])
}

fn segments(resolution: &Resolution, predicate: &Predicate, now: Option<Instant>) -> Result<RecordBatch> {
    let mut segments = if predicate.segments().is_empty() { Vec::new() } else { resolution.segments(now)? };
    segments.retain(|segment| predicate.segments().contains(&segment.name));
    let id = |&profile: &u32| resolution.profiles().id(profile as usize);
    let rows =
        segments.iter().flat_map(|segment| segment.members.iter().map(move |member| (&segment.name, id(member))));
    batch(vec![
        ("segment", text(rows.clone().map(|(name, _)| Some(name.as_str())))),
        ("profile_id", text(rows.map(|(_, id)| Some(id)))),
    ])
}
