//! Named segments, which may refer to each other: compiled together, evaluated in the order of their references.

use super::members::Context;
use super::predicate::{Fields, Predicate, compile};
use crate::error::{Code, Error, Result};
use crate::profile::Profiles;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A segment and its members.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// What makes a member.
    pub predicate: Predicate,
    /// The indexes of the member profiles, ascending.
    pub members: Vec<u32>,
}

/// Compiles named predicates, in ascending order of names; `fields` need not name the segments.
///
/// # Errors
/// Those of [`compile`], with the field `segments.NAME`; `predicate_type` if segments refer to each other in a circle.
pub fn compile_all(segments: &BTreeMap<String, String>, fields: &Fields) -> Result<Vec<(String, Predicate)>> {
    let fields = fields.clone().segments(segments.keys().map(String::as_str));
    let texts: Vec<(&String, &String)> = segments.iter().collect();
    let compiled: Vec<Result<(String, Predicate)>> = texts
        .into_par_iter()
        .map(|(name, text)| {
            let predicate = compile(text, &fields).map_err(|error| error.field(format!("segments.{name}")))?;
            Ok((name.clone(), predicate))
        })
        .collect();
    // The first error in order of names, whatever thread found one first.
    let compiled = compiled.into_iter().collect::<Result<Vec<_>>>()?;
    evaluation_order(&compiled)?;
    Ok(compiled)
}

/// Evaluates named predicates, in ascending order of names. A profile of which a predicate is unknown is no member, so
/// `segment('x')` is true or false, never unknown.
///
/// # Errors
/// Those of [`compile_all`] and [`Predicate::members`].
pub fn evaluate_all(
    segments: &BTreeMap<String, String>,
    profiles: &Profiles,
    fields: &Fields,
    context: &Context<'_>,
) -> Result<Vec<Segment>> {
    let compiled = compile_all(segments, fields)?;
    let mut members: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for index in evaluation_order(&compiled)? {
        let (name, predicate) = &compiled[index];
        let found = predicate.members(profiles, &Context { segments: Some(&members), ..*context });
        members.insert(name.clone(), found.map_err(|error| error.field(format!("segments.{name}")))?);
    }
    let segment = |(name, predicate): (String, Predicate)| {
        let members = members.remove(&name).unwrap_or_default();
        Segment { name, predicate, members }
    };
    Ok(compiled.into_iter().map(segment).collect())
}

/// Indexes such that each segment comes after those it refers to.
pub(super) fn evaluation_order(compiled: &[(String, Predicate)]) -> Result<Vec<usize>> {
    let index: BTreeMap<&str, usize> = compiled.iter().enumerate().map(|(i, (name, _))| (name.as_str(), i)).collect();
    let references: Vec<Vec<usize>> = compiled
        .iter()
        .map(|(_, predicate)| {
            predicate.segments().iter().filter_map(|name| index.get(name.as_str()).copied()).collect()
        })
        .collect();
    let mut waits: Vec<usize> = references.iter().map(Vec::len).collect();
    let mut referrers = vec![Vec::new(); compiled.len()];
    for (from, targets) in references.iter().enumerate() {
        targets.iter().for_each(|&target| referrers[target].push(from));
    }
    let mut order: Vec<usize> = (0..compiled.len()).filter(|&i| waits[i] == 0).collect();
    let mut next = 0;
    while let Some(&done) = order.get(next) {
        next += 1;
        for &referrer in &referrers[done] {
            waits[referrer] -= 1;
            if waits[referrer] == 0 {
                order.push(referrer);
            }
        }
    }
    match waits.iter().position(|&left| left > 0) {
        None => Ok(order),
        Some(start) => Err(circle(compiled, &references, &waits, start)),
    }
}

/// The error of a circle: from a segment that still waits, follow references to others that still wait until one repeats.
fn circle(compiled: &[(String, Predicate)], references: &[Vec<usize>], waits: &[usize], start: usize) -> Error {
    let mut place = vec![None; compiled.len()];
    let mut path = Vec::new();
    let mut current = start;
    while place[current].is_none() {
        place[current] = Some(path.len());
        path.push(current);
        current = references[current].iter().copied().find(|&target| waits[target] > 0).unwrap_or(current);
    }
    let from = place[current].unwrap_or(0);
    let names = path[from..].iter().chain([&current]).map(|&i| compiled[i].0.as_str());
    let shown = names.collect::<Vec<_>>().join(" -> ");
    Error::new(Code::PredicateType, format!("segments refer to each other in a circle: {shown}"))
        .field(format!("segments.{}", compiled[current].0))
        .help("take one of the references out")
}
