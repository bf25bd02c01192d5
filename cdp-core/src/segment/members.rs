//! Evaluation over all profiles: a condition on one field is computed once per distinct value, then looked up by code.

use super::date::Date;
use super::predicate::Predicate;
use super::program::{Leaf, Node};
use crate::error::{Code, Error, Result, nearest};
use crate::profile::Profiles;
use crate::record::{Column, NULL};
use std::collections::BTreeMap;

/// What a predicate may need besides the profiles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Today, for `age()`.
    pub now: Option<Date>,
    /// The source of each record, for `source()` and `sources`.
    pub sources: Option<Sources<'a>>,
    /// The members of each segment that `segment()` may name, as indexes of profiles.
    pub segments: Option<&'a BTreeMap<String, Vec<u32>>>,
}

/// Which record comes from where.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The names of the sources.
    pub names: &'a [String],
    /// Per record, the index of its source in `names`.
    pub of_record: &'a [u32],
}

/// What a leaf is evaluated at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// The profile with this index.
    Profile(usize),
    /// Any profile whose one field that matters has this code.
    Code(u32),
}

/// A predicate's view of the profiles: its fields found, its sources and segments laid out per profile.
pub(super) struct View<'a> {
    profiles: &'a Profiles,
    columns: Vec<&'a Column>,
    now: Option<Date>,
    source_counts: Vec<u32>,
    of_source: Vec<Vec<bool>>,
    in_segment: Vec<Vec<bool>>,
}

/// Kleene's three values in an order that makes `and` the minimum and `or` the maximum.
const FALSE: u8 = 0;
const UNKNOWN: u8 = 1;
const TRUE: u8 = 2;

impl Predicate {
    /// The indexes of the profiles for which the predicate is true, in ascending order.
    ///
    /// # Errors
    /// `predicate_unknown_name` if the profiles lack a field, source or segment the predicate names; `invalid_input` if it
    /// needs `now` or the sources, and the context has none.
    pub fn members(&self, profiles: &Profiles, context: &Context<'_>) -> Result<Vec<u32>> {
        let view = View::new(self, profiles, context)?;
        let truths = columnar(&self.node, &view);
        Ok((0..profiles.len() as u32).filter(|&profile| truths[profile as usize] == TRUE).collect())
    }

    /// Whether the predicate is true of one profile; `None` where that is unknown, which makes no member.
    ///
    /// # Errors
    /// Those of [`Predicate::members`].
    ///
    /// # Panics
    /// If there is no profile with this index.
    pub fn truth(&self, profiles: &Profiles, profile: usize, context: &Context<'_>) -> Result<Option<bool>> {
        Ok(self.node.truth(&View::new(self, profiles, context)?, profile))
    }
}

/// One of three values per profile.
fn columnar(node: &Node, view: &View<'_>) -> Vec<u8> {
    match node {
        Node::And(parts) => combined(parts, view, u8::min),
        Node::Or(parts) => combined(parts, view, u8::max),
        Node::Not(inner) => {
            let mut truths = columnar(inner, view);
            truths.iter_mut().for_each(|truth| *truth = TRUE - *truth);
            truths
        }
        Node::Leaf(leaf) => leaf_truths(leaf, view),
    }
}

fn combined(parts: &[Node], view: &View<'_>, combine: fn(u8, u8) -> u8) -> Vec<u8> {
    let mut parts = parts.iter();
    let mut truths = parts.next().map_or_else(Vec::new, |part| columnar(part, view));
    for part in parts {
        for (truth, other) in truths.iter_mut().zip(columnar(part, view)) {
            *truth = combine(*truth, other);
        }
    }
    truths
}

fn leaf_truths(leaf: &Leaf, view: &View<'_>) -> Vec<u8> {
    let at = |place: Place| match leaf.truth(view, place) {
        Some(false) => FALSE,
        None => UNKNOWN,
        Some(true) => TRUE,
    };
    match leaf.reads[..] {
        [] if !leaf.reads_profile => vec![at(Place::Code(NULL)); view.profiles.len()],
        [field] if !leaf.reads_profile => {
            let column = view.columns[field];
            let of_code: Vec<u8> = (0..column.distinct().len() as u32).map(|code| at(Place::Code(code))).collect();
            let of_missing = at(Place::Code(NULL));
            column.codes().iter().map(|&code| of_code.get(code as usize).copied().unwrap_or(of_missing)).collect()
        }
        _ => (0..view.profiles.len()).map(|profile| at(Place::Profile(profile))).collect(),
    }
}

impl<'a> View<'a> {
    fn new(predicate: &Predicate, profiles: &'a Profiles, context: &Context<'a>) -> Result<View<'a>> {
        if predicate.needs_now && context.now.is_none() {
            let help = "give `now`, e.g. 2026-01-31: the library reads no clock";
            return Err(Error::new(Code::InvalidInput, "age() needs to know what day it is").help(help));
        }
        let mut view = View {
            profiles,
            columns: columns(&predicate.fields, profiles)?,
            now: context.now,
            source_counts: Vec::new(),
            of_source: Vec::new(),
            in_segment: Vec::new(),
        };
        if predicate.needs_sources {
            view.read_sources(&predicate.sources, context.sources)?;
        }
        for name in &predicate.segments {
            let members = context.segments.and_then(|segments| segments.get(name));
            let members = members.ok_or_else(|| not_found("segment", name, &[]))?;
            view.in_segment.push(flags(profiles.len(), members.iter().copied()));
        }
        Ok(view)
    }

    fn read_sources(&mut self, names: &[String], sources: Option<Sources<'_>>) -> Result<()> {
        let Some(sources) = sources else {
            let help = "give the source of each record";
            return Err(
                Error::new(Code::InvalidInput, "the predicate asks for sources, which are not given").help(help)
            );
        };
        let mut of_profile: Vec<u32> = Vec::new();
        let mut of_source = vec![Vec::new(); sources.names.len()];
        for profile in 0..self.profiles.len() {
            of_profile.clear();
            of_profile.extend(self.profiles.members(profile).iter().map(|&record| sources.of_record[record as usize]));
            of_profile.sort_unstable();
            of_profile.dedup();
            self.source_counts.push(of_profile.len() as u32);
            of_profile.iter().for_each(|&source| of_source[source as usize].push(profile as u32));
        }
        for name in names {
            let source = sources.names.iter().position(|known| known == name);
            let source = source.ok_or_else(|| not_found("source", name, sources.names))?;
            self.of_source.push(flags(self.profiles.len(), of_source[source].iter().copied()));
        }
        Ok(())
    }

    pub(super) fn text(&self, field: usize, place: Place) -> Option<&'a str> {
        let column = self.columns[field];
        match place {
            Place::Profile(profile) => column.get(profile),
            Place::Code(NULL) => None,
            Place::Code(code) => Some(column.distinct().get(code)),
        }
    }

    pub(super) fn now(&self) -> Option<Date> {
        self.now
    }

    pub(super) fn size(&self, place: Place) -> f64 {
        profile_of(place).map_or(0.0, |profile| self.profiles.members(profile).len() as f64)
    }

    pub(super) fn source_count(&self, place: Place) -> f64 {
        profile_of(place).map_or(0.0, |profile| f64::from(self.source_counts[profile]))
    }

    pub(super) fn has_source(&self, source: usize, place: Place) -> bool {
        profile_of(place).is_some_and(|profile| self.of_source[source][profile])
    }

    pub(super) fn in_segment(&self, segment: usize, place: Place) -> bool {
        profile_of(place).is_some_and(|profile| self.in_segment[segment][profile])
    }
}

/// The profile of a place; a leaf that reads the profile is never evaluated at a code.
fn profile_of(place: Place) -> Option<usize> {
    if let Place::Profile(profile) = place { Some(profile) } else { None }
}

fn flags(len: usize, members: impl Iterator<Item = u32>) -> Vec<bool> {
    let mut flags = vec![false; len];
    members.for_each(|member| flags[member as usize] = true);
    flags
}

fn columns<'a>(fields: &[String], profiles: &'a Profiles) -> Result<Vec<&'a Column>> {
    let column = |name: &String| match profiles.field(name) {
        Some(field) => Ok(&field.values),
        None => Err(not_found("field", name, &[])),
    };
    fields.iter().map(column).collect()
}

fn not_found(what: &str, name: &str, known: &[String]) -> Error {
    let error = Error::new(Code::PredicateUnknownName, format!("there is no {what} '{name}'"));
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean '{near}'?")),
        None if !known.is_empty() => error.help(format!("the {what}s are: {}", known.join(", "))),
        None => error,
    }
}
