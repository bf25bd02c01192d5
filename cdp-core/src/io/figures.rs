//! The tables that plots are drawn from, as Arrow record batches: the same in every language.

use super::tables::{batch, text, whole};
use crate::error::Result;
use crate::explain::{Step, Why};
use crate::graph::{AsOf, Graph};
use crate::instant::{self, Instant};
use crate::model::Model;
use crate::record::Table;
use crate::resolve::{OperatingPoint, ProfileGraph, Resolution, WeightBin};
use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use std::sync::Arc;

fn number(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(values.map(|value| Some(value).filter(|value| !value.is_nan())).collect::<Float64Array>())
}

/// One row a step of a match weight: `step`, `level`, `value_a`, `value_b`, `weight`, `from` and `to` (Float64, bits). The last one
/// is the sum.
pub fn waterfall(why: &Why) -> Result<RecordBatch> {
    let steps = why.waterfall();
    let bits = |of: fn(&Step) -> f64| number(steps.iter().map(of));
    batch(vec![
        ("step", text(steps.iter().map(|step| Some(step.step.as_str())))),
        ("level", text(steps.iter().map(|step| Some(step.level.as_str()).filter(|level| !level.is_empty())))),
        ("value_a", text(steps.iter().map(|step| step.values[0].as_deref()))),
        ("value_b", text(steps.iter().map(|step| step.values[1].as_deref()))),
        ("weight", bits(|step| step.weight)),
        ("from", bits(|step| step.from)),
        ("to", bits(|step| step.to)),
    ])
}

/// One row a bar: `from` and `to` (Float64, bits), `accepted`, `refused` and `below` (Int64).
pub fn weight_histogram(resolution: &Resolution) -> Result<RecordBatch> {
    let bins = resolution.weight_histogram();
    let count = |of: fn(&WeightBin) -> u64| whole(bins.iter().map(of));
    batch(vec![
        ("from", number(bins.iter().map(|bin| bin.from))),
        ("to", number(bins.iter().map(|bin| bin.to))),
        ("accepted", count(|bin| bin.accepted)),
        ("refused", count(|bin| bin.refused)),
        ("below", count(|bin| bin.below)),
    ])
}

/// One row a size: `records` and `profiles` (Int64).
pub fn profile_sizes(resolution: &Resolution) -> Result<RecordBatch> {
    let sizes = resolution.profile_sizes();
    batch(vec![
        ("records", whole(sizes.iter().map(|(records, _)| *records))),
        ("profiles", whole(sizes.iter().map(|(_, profiles)| *profiles))),
    ])
}

/// One row a threshold: `of` (`pairs` that weigh as much, or the `profiles` made), `threshold` (Float64, bits), `chosen` (Int64, 1
/// for the one in use), `pairs` and `right` (Int64), `precision`, `recall`, `f1` (Float64).
///
/// # Errors
/// Those of [`Resolution::precision_recall`].
pub fn precision_recall(resolution: &Resolution, truth: &Table) -> Result<RecordBatch> {
    let points = resolution.precision_recall(truth)?;
    let share = |of: fn(&OperatingPoint) -> f64| number(points.iter().map(of));
    batch(vec![
        ("of", text(points.iter().map(|point| Some(point.of)))),
        ("threshold", share(|point| point.threshold)),
        ("chosen", whole(points.iter().map(|point| u64::from(point.chosen)))),
        ("pairs", whole(points.iter().map(|point| point.pairs))),
        ("right", whole(points.iter().map(|point| point.right))),
        ("precision", share(|point| point.precision)),
        ("recall", share(|point| point.recall)),
        ("f1", share(|point| point.f1)),
    ])
}

/// One row a comparison level: `feature`, `level`, `m` and `u` (Float64, shares among matches and strangers), `weight` (Float64, bits).
pub fn parameters(model: &Model) -> Result<RecordBatch> {
    let found = model.parameters();
    batch(vec![
        ("feature", text(found.iter().map(|p| Some(p.feature.as_str())))),
        ("level", text(found.iter().map(|p| Some(p.level.as_str())))),
        ("m", number(found.iter().map(|p| p.m))),
        ("u", number(found.iter().map(|p| p.u))),
        ("weight", number(found.iter().map(|p| p.weight))),
    ])
}

/// One row a combination of sets that somebody is in, the largest first: a column by the name of each set (Int64, 1 where its
/// members are in it), then `sets` (Int64, how many those are) and `profiles` (Int64).
///
/// A set that bears one of these names gets `set_` put before it, as often as it takes to be no other set's.
///
/// # Errors
/// Those of [`Resolution::combinations`].
pub fn combinations(resolution: &Resolution, sets: &[(String, String)], now: Option<Instant>) -> Result<RecordBatch> {
    let predicates: Vec<String> = sets.iter().map(|(_, predicate)| predicate.clone()).collect();
    let found = resolution.combinations(&predicates, now)?;
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (place, (name, _)) in sets.iter().enumerate() {
        let mut name = name.clone();
        let is_taken = |name: &str| ["sets", "profiles"].contains(&name);
        while is_taken(&name) || (name != sets[place].0 && sets.iter().any(|(other, _)| *other == name)) {
            name.insert_str(0, "set_");
        }
        columns.push((name, whole(found.iter().map(|(of, _)| u64::from(of.contains(&place))))));
    }
    columns.push(("sets".to_owned(), whole(found.iter().map(|(of, _)| of.len() as u64))));
    columns.push(("profiles".to_owned(), whole(found.iter().map(|(_, profiles)| *profiles))));
    batch(columns)
}

/// One row a record of a profile: `source`, `record_id`.
pub fn graph_records(graph: &ProfileGraph) -> Result<RecordBatch> {
    batch(vec![
        ("source", text(graph.records.iter().map(|record| Some(record.source.as_str())))),
        ("record_id", text(graph.records.iter().map(|record| Some(record.record_id.as_str())))),
    ])
}

/// One row a link of a profile: `a` and `b` (Int64, rows of [`graph_records`]), `match_weight` (Float64, bits; missing for what
/// is by a rule or a decision alone), `rule`.
pub fn graph_links(graph: &ProfileGraph) -> Result<RecordBatch> {
    let weights = graph.links.iter().map(|(_, _, weight, _)| if weight.is_finite() { *weight } else { f64::NAN });
    batch(vec![
        ("a", whole(graph.links.iter().map(|link| link.0 as u64))),
        ("b", whole(graph.links.iter().map(|link| link.1 as u64))),
        ("match_weight", number(weights)),
        ("rule", text(graph.links.iter().map(|link| Some(link.3.as_str())))),
    ])
}

/// One row a segment and instant: `segment`, `at` (RFC 3339), `members` (Int64, by what had arrived until then). The graph of each
/// instant is made from the evidence once, which takes as long as opening the store does.
///
/// # Errors
/// Those of [`Graph::members`] and [`Graph::as_of`].
pub fn growth(graph: &Graph, segments: &[String], instants: &[Instant]) -> Result<RecordBatch> {
    let mut rows: Vec<(&str, String, u64)> = Vec::new();
    for &at in instants {
        let then = graph.as_of(AsOf::Ingested(at))?;
        for segment in segments {
            rows.push((segment, instant::text(at), then.members(segment)?.len() as u64));
        }
    }
    batch(vec![
        ("segment", text(rows.iter().map(|(segment, ..)| Some(*segment)))),
        ("at", text(rows.iter().map(|(_, at, _)| Some(at.as_str())))),
        ("members", whole(rows.iter().map(|(_, _, members)| *members))),
    ])
}
