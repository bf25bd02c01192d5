//! Named segments, which may refer to each other: compiled together, evaluated in the order of their references.

use super::members::Context;
use super::predicate::{Fields, Predicate, compile_with};
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
/// Those of [`super::compile`], with the field `segments.NAME`; `predicate_type` if segments refer to each other in a circle.
pub fn compile_all(segments: &BTreeMap<String, String>, fields: &Fields) -> Result<Vec<(String, Predicate)>> {
    let mut compiled: Vec<Predicate> = Vec::with_capacity(segments.len());
    compile_in_parts(segments, fields, Vec::push, &mut |part| compiled.extend(part))?;
    let compiled = segments.keys().cloned().zip(compiled).collect::<Vec<_>>();
    evaluation_order(&compiled)?;
    Ok(compiled)
}

/// The segments that a predicate refers to, and those that they do, each after those it refers to itself.
///
/// # Errors
/// Those of [`super::compile`], with the field `segments.NAME`.
pub fn referred(
    predicate: &Predicate,
    segments: &BTreeMap<String, String>,
    fields: &Fields,
) -> Result<Vec<(String, Predicate)>> {
    let fields = fields.clone().segments(segments.keys().map(String::as_str));
    let (mut found, mut waiting) = (BTreeMap::new(), predicate.segments().to_vec());
    while let Some(name) = waiting.pop() {
        let Some(text) = segments.get(&name).filter(|_| !found.contains_key(&name)) else { continue };
        let other = super::compile(text, &fields).map_err(|error| error.field(format!("segments.{name}")))?;
        waiting.extend_from_slice(other.segments());
        found.insert(name, other);
    }
    let found: Vec<(String, Predicate)> = found.into_iter().collect();
    let order = evaluation_order(&found)?;
    let mut found: Vec<Option<(String, Predicate)>> = found.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|place| found[place].take()).collect())
}

/// Predicates that one thread compiles at a time.
const PART: usize = 4096;

/// Parts that are compiled before they are taken.
const PARTS: usize = 4;

/// Compiles named predicates in order of names: a thread adds those of a part to something, the parts are taken in order.
pub(super) fn compile_in_parts<T: Default + Send>(
    segments: &BTreeMap<String, String>,
    fields: &Fields,
    add: impl Fn(&mut T, Predicate) + Sync,
    take: &mut (dyn FnMut(T) + Send),
) -> Result<()> {
    let fields = fields.clone().segments(segments.keys().map(String::as_str));
    let texts: Vec<(&String, &String)> = segments.iter().collect();
    let part = |texts: &[(&String, &String)]| -> Result<T> {
        let (mut part, mut room) = (T::default(), Vec::new());
        for (name, text) in texts {
            add(
                &mut part,
                compile_with(text, &fields, &mut room).map_err(|error| error.field(format!("segments.{name}")))?,
            );
        }
        Ok(part)
    };
    // The first error in order of names, whatever thread found one first.
    let mut take_all = |parts: Vec<Result<T>>| parts.into_iter().try_for_each(|part| part.map(&mut *take));
    let mut ready = Vec::new();
    for texts in texts.chunks(PART * PARTS) {
        let made = || texts.par_chunks(PART).map(part).collect();
        let before = std::mem::take(&mut ready);
        let (taken, next) = rayon::join(|| take_all(before), made);
        taken?;
        ready = next;
    }
    take_all(ready)
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
    let names: Vec<String> = compiled.iter().map(|(name, _)| name.clone()).collect();
    let references: Vec<Vec<String>> = compiled.iter().map(|(_, predicate)| predicate.segments().to_vec()).collect();
    order_of(&names, &references)
}

/// Indexes such that each name, of many in ascending order, comes after those it refers to.
pub(super) fn order_of(names: &[String], references: &[Vec<String>]) -> Result<Vec<usize>> {
    let place = |name: &String| names.binary_search(name).ok();
    let references: Vec<Vec<usize>> = references.iter().map(|names| names.iter().filter_map(place).collect()).collect();
    let mut waits: Vec<usize> = references.iter().map(Vec::len).collect();
    let mut referrers = vec![Vec::new(); names.len()];
    for (from, targets) in references.iter().enumerate() {
        targets.iter().for_each(|&target| referrers[target].push(from));
    }
    let mut order: Vec<usize> = (0..names.len()).filter(|&i| waits[i] == 0).collect();
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
        Some(start) => Err(circle(names, &references, &waits, start)),
    }
}

/// The error of a circle: from a segment that still waits, follow references to others that still wait until one repeats.
fn circle(all: &[String], references: &[Vec<usize>], waits: &[usize], start: usize) -> Error {
    let mut place = vec![None; all.len()];
    let mut path = Vec::new();
    let mut current = start;
    while place[current].is_none() {
        place[current] = Some(path.len());
        path.push(current);
        current = references[current].iter().copied().find(|&target| waits[target] > 0).unwrap_or(current);
    }
    let from = place[current].unwrap_or(0);
    let names = path[from..].iter().chain([&current]).map(|&i| all[i].as_str());
    let shown = names.collect::<Vec<_>>().join(" -> ");
    Error::new(Code::PredicateType, format!("segments refer to each other in a circle: {shown}"))
        .field(format!("segments.{}", all[current]))
        .help("take one of the references out")
}
