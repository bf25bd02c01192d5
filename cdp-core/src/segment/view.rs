//! The profiles, events and consents of a batch under the names of a predicate.

use super::bits::Truths;
use super::input::{Event, Input, Statement, place_of};
use super::members::Context;
use super::predicate::Predicate;
use super::program::{Program, Symbol};
use super::table::{ConsentTable, EventTable};
use super::value::read_number;
use crate::error::{Code, Error, Result, nearest};
use crate::instant::Instant;
use crate::profile::Profiles;
use crate::record::{Column, NULL};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

/// What a predicate reads, found by its symbols. Columns that it does not read as what the symbol could be are absent.
pub(super) struct View<'a> {
    pub(super) profiles: &'a Profiles,
    pub(super) now: Option<Instant>,
    names: &'a [Box<str>],
    columns: Vec<Option<&'a Column>>,
    source_counts: Vec<u32>,
    of_source: HashMap<Symbol, Vec<bool>>,
    in_segment: HashMap<Symbol, Vec<bool>>,
    lists: HashMap<Symbol, &'a BTreeSet<String>>,
    pub(super) events: Option<&'a EventTable>,
    rows: Vec<Range<usize>>,
    properties: Vec<Option<&'a Column>>,
    /// Per property, its distinct values read as numbers, once somebody asks.
    numbers: Vec<OnceLock<Vec<f64>>>,
    consents: Option<&'a ConsentTable>,
    created: Option<&'a [Option<Instant>]>,
}

impl<'a> View<'a> {
    pub(super) fn new(predicate: &'a Predicate, profiles: &'a Profiles, context: &Context<'a>) -> Result<View<'a>> {
        given(predicate, context)?;
        let names = &predicate.names;
        let column = |name: &str| profiles.field(name).map(|field| &field.values);
        let uses = &predicate.uses;
        let events = context.events;
        let property = |name: &str| events.and_then(|events| events.property(name));
        let rows = |name: &str| events.map_or(0..0, |events| events.rows(name));
        let mut view = View {
            profiles,
            now: context.now,
            names,
            columns: names.iter().map(|name| column(name)).collect(),
            source_counts: Vec::new(),
            of_source: HashMap::new(),
            in_segment: HashMap::new(),
            lists: HashMap::new(),
            events,
            rows: names.iter().map(|name| rows(name)).collect(),
            properties: names.iter().map(|name| property(name)).collect(),
            numbers: names.iter().map(|_| OnceLock::new()).collect(),
            consents: context.consents,
            created: context.created,
        };
        if uses.needs_sources {
            view.read_sources(&uses.sources, context)?;
        }
        view.read_segments_and_lists(predicate, context)?;
        Ok(view)
    }

    fn read_segments_and_lists(&mut self, predicate: &Predicate, context: &Context<'a>) -> Result<()> {
        for name in &predicate.uses.segments {
            let members = context.segments.and_then(|segments| segments.get(name));
            let members = members.ok_or_else(|| not_found("segment", name, &[]))?;
            self.in_segment.insert(self.symbol(name), flags(self.profiles.len(), members.iter().copied()));
        }
        for name in &predicate.uses.lists {
            let list = context.lists.and_then(|lists| lists.get(name));
            self.lists.insert(self.symbol(name), list.ok_or_else(|| not_found("list", name, &[]))?);
        }
        Ok(())
    }

    fn symbol(&self, name: &str) -> Symbol {
        place_of(self.names, name).unwrap_or_default()
    }

    fn read_sources(&mut self, names: &[String], context: &Context<'a>) -> Result<()> {
        let Some(sources) = context.sources else {
            let error = Error::new(Code::InvalidInput, "the predicate asks for sources, which are not given");
            return Err(error.help("give the source of each record"));
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
            let Some(source) = sources.names.iter().position(|known| known == name) else {
                // Where any name compiles, nobody may come from it.
                if context.events.is_some() {
                    continue;
                }
                return Err(not_found("source", name, sources.names));
            };
            let flags = flags(self.profiles.len(), of_source[source].iter().copied());
            self.of_source.insert(self.symbol(name), flags);
        }
        Ok(())
    }

    /// The column of a field; none where nobody has a value of it.
    pub(super) fn column(&self, field: Symbol) -> Option<&'a Column> {
        self.columns[field as usize]
    }

    pub(super) fn property(&self, property: Symbol) -> Option<&'a Column> {
        self.properties[property as usize]
    }

    /// The rows of an event.
    pub(super) fn event_rows(&self, event: Symbol) -> Range<usize> {
        self.rows[event as usize].clone()
    }

    /// A property of an event, read as a number.
    pub(super) fn number(&self, property: Symbol, row: usize) -> Option<f64> {
        let column = self.properties[property as usize]?;
        let code = column.codes()[row];
        if code == NULL {
            return None;
        }
        self.numbers(property).map(|numbers| numbers[code as usize]).filter(|number| !number.is_nan())
    }

    /// The distinct values of a property, read as numbers.
    pub(super) fn numbers(&self, property: Symbol) -> Option<&[f64]> {
        let column = self.properties[property as usize]?;
        let read = |text: &str| read_number(text).unwrap_or(f64::NAN);
        let texts = column.distinct();
        Some(self.numbers[property as usize].get_or_init(|| {
            (0..texts.len() as u32).into_par_iter().with_min_len(4096).map(|code| read(texts.get(code))).collect()
        }))
    }
}

/// Refuses a context that lacks what the predicate needs.
fn given(predicate: &Predicate, context: &Context<'_>) -> Result<()> {
    let fail = |reason: &str, help: &str| Err(Error::new(Code::InvalidInput, reason).help(help));
    let uses = &predicate.uses;
    if predicate.needs_now && context.now.is_none() {
        return Err(no_now(predicate));
    }
    if uses.events && context.events.is_none() {
        return fail("the predicate asks for events, which are not given", "give the table of events");
    }
    if !uses.consents.is_empty() && context.consents.is_none() {
        return fail("the predicate asks for consents, which are not given", "give the table of consents");
    }
    if uses.created && context.created.is_none() {
        return fail("the predicate asks for the age of profiles, which is not given", "give when each began");
    }
    Ok(())
}

/// The error that nobody said what time it is.
pub(super) fn no_now(predicate: &Predicate) -> Error {
    let uses = &predicate.uses;
    let reason = if uses.events || !uses.consents.is_empty() { "the predicate" } else { "age()" };
    Error::new(Code::InvalidInput, format!("{reason} needs to know what day it is"))
        .help("give `now`, e.g. 2026-01-31: the library reads no clock")
}

fn flags(len: usize, members: impl Iterator<Item = u32>) -> Vec<bool> {
    let mut flags = vec![false; len];
    members.for_each(|member| flags[member as usize] = true);
    flags
}

fn not_found(what: &str, name: &str, known: &[String]) -> Error {
    let error = Error::new(Code::PredicateUnknownName, format!("there is no {what} '{name}'"));
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean '{near}'?")),
        None if !known.is_empty() => error.help(format!("the {what}s are: {}", known.join(", "))),
        None => error,
    }
}

/// The filters of a leaf, with the rows that fit each.
pub(super) type Fitting<'a> = [(&'a Program, Truths, usize)];

/// One profile of a batch.
#[derive(Clone, Copy)]
pub(super) struct Profile<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) index: usize,
    pub(super) fitting: &'v Fitting<'v>,
}

impl<'v> Input for Profile<'v> {
    type Event<'e>
        = Line<'e>
    where
        Self: 'e;

    fn text(&self, field: Symbol) -> Option<&str> {
        self.view.columns[field as usize]?.get(self.index)
    }

    fn size(&self) -> f64 {
        self.view.profiles.members(self.index).len() as f64
    }

    fn source_count(&self) -> f64 {
        f64::from(self.view.source_counts[self.index])
    }

    fn has_source(&self, source: Symbol) -> bool {
        self.view.of_source.get(&source).is_some_and(|flags| flags[self.index])
    }

    fn in_segment(&self, segment: Symbol) -> bool {
        self.view.in_segment.get(&segment).is_some_and(|flags| flags[self.index])
    }

    fn in_list(&self, list: Symbol, text: &str) -> bool {
        self.view.lists.get(&list).is_some_and(|list| list.contains(text))
    }

    fn id(&self) -> &str {
        self.view.profiles.id(self.index)
    }

    fn created(&self) -> Option<Instant> {
        self.view.created.and_then(|created| created[self.index])
    }

    fn consents(&self, purpose: Symbol, found: &mut dyn FnMut(Statement)) {
        let Some(consents) = self.view.consents else { return };
        let purpose = &self.view.names[purpose as usize];
        for said in consents.of(self.index as u32).iter().filter(|said| *said.purpose == **purpose) {
            let symbol = |name: &str| place_of(self.view.names, name);
            found(Statement::new(said.channel.as_deref(), said.granted, (said.from, said.until), symbol));
        }
    }

    fn events(&self, name: Symbol) -> impl DoubleEndedIterator<Item = Line<'_>> {
        let rows = self.view.event_rows(name);
        let rows = self.view.events.map_or(0..0, |events| events.of_profiles(rows, self.index..self.index + 1));
        rows.map(|row| Line { view: self.view, row, fitting: self.fitting })
    }
}

/// A profile whose one field that matters has this code, or one of many events that are asked for their properties.
#[derive(Clone, Copy)]
pub(super) struct Coded<'v> {
    pub(super) column: &'v Column,
    pub(super) view: &'v View<'v>,
    pub(super) code: u32,
}

impl Input for Coded<'_> {
    type Event<'e>
        = super::input::Nothing
    where
        Self: 'e;

    fn text(&self, _: Symbol) -> Option<&str> {
        if self.code == NULL { None } else { Some(self.column.distinct().get(self.code)) }
    }

    fn in_list(&self, list: Symbol, text: &str) -> bool {
        self.view.lists.get(&list).is_some_and(|list| list.contains(text))
    }

    fn events(&self, _: Symbol) -> impl DoubleEndedIterator<Item = super::input::Nothing> {
        std::iter::empty()
    }
}

/// One event of a batch.
#[derive(Clone, Copy)]
pub(super) struct Line<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) row: usize,
    pub(super) fitting: &'v Fitting<'v>,
}

impl Event for Line<'_> {
    fn time(&self) -> Instant {
        self.view.events.map_or(0, |events| events.times()[self.row])
    }

    fn property(&self, name: Symbol) -> Option<&str> {
        self.view.properties[name as usize]?.get(self.row)
    }

    fn number(&self, name: Symbol) -> Option<f64> {
        self.view.number(name, self.row)
    }

    fn fits(&self, filter: &Program) -> Option<bool> {
        let (_, truths, start) = self.fitting.iter().find(|(known, ..)| std::ptr::eq(*known, filter))?;
        Some(truths.is_true(self.row - start))
    }
}
