//! Evaluation over all profiles, column by column: a condition on one field is computed once per distinct value, then looked up
//! by code; one on events looks at the rows of its event only.

use super::bits::Truths;
use super::chain::Chain;
use super::input::Clock;
use super::person::Lists;
use super::predicate::Predicate;
use super::program::{Leaf, Program, Read, Step, Symbol, Term};
use super::table::{ConsentTable, EventTable};
use super::tally::Tally;
use super::view::{Coded, Line, Profile, View};
use crate::error::Result;
use crate::instant::Instant;
use crate::profile::Profiles;
use crate::record::{Column, NULL};
use rayon::prelude::*;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a predicate may need besides the profiles.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// What time it is, for ages, events and consents.
    pub now: Option<Instant>,
    /// The source of each record, for `source()` and `sources`.
    pub sources: Option<Sources<'a>>,
    /// The members of each segment that `segment()` may name, as indexes of profiles.
    pub segments: Option<&'a BTreeMap<String, Vec<u32>>>,
    /// The lists of `IN LIST`.
    pub lists: Option<&'a Lists>,
    /// What happened.
    pub events: Option<&'a EventTable>,
    /// What was said of consent.
    pub consents: Option<&'a ConsentTable>,
    /// When the earliest evidence of each profile is from, for `profile_age()`.
    pub created: Option<&'a [Option<Instant>]>,
}

/// Which record comes from where.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The names of the sources.
    pub names: &'a [String],
    /// Per record, the index of its source in `names`.
    pub of_record: &'a [u32],
}

impl Predicate {
    /// The indexes of the profiles for which the predicate is true, in ascending order.
    ///
    /// # Errors
    /// `predicate_unknown_name` if there is no source, segment or list that the predicate names; `invalid_input` if
    /// it needs `now`, the sources, events or consents, and the context has none.
    pub fn members(&self, profiles: &Profiles, context: &Context<'_>) -> Result<Vec<u32>> {
        Ok(self.bitmap(profiles, context)?.into_iter().collect())
    }

    /// The same as a compressed bitmap.
    ///
    /// # Errors
    /// Those of [`Predicate::members`].
    pub fn bitmap(&self, profiles: &Profiles, context: &Context<'_>) -> Result<RoaringBitmap> {
        let view = View::new(self, profiles, context)?;
        let leaf = |leaf: &Leaf| leaf_truths(leaf, &view);
        Ok(columnar(&self.program, &mut 0, &leaf).members())
    }

    /// Whether the predicate is true of one profile; `None` where that is unknown, which makes no member.
    ///
    /// # Errors
    /// Those of [`Predicate::members`].
    ///
    /// # Panics
    /// If there is no profile with this index.
    pub fn truth(&self, profiles: &Profiles, profile: usize, context: &Context<'_>) -> Result<Option<bool>> {
        let view = View::new(self, profiles, context)?;
        Ok(self.program.held(&Profile { view: &view, index: profile, fitting: &[] }, &Clock::new(context.now)).0)
    }
}

/// Three values a row, for the condition that begins at a step.
fn columnar(program: &Program, at: &mut usize, leaf: &dyn Fn(&Leaf) -> Truths) -> Truths {
    let step = program.steps[*at];
    *at += 1;
    match step {
        Step::Leaf(number) => leaf(&program.leaves[number as usize]),
        Step::Not => {
            let mut truths = columnar(program, at, leaf);
            truths.not();
            truths
        }
        Step::And(end) => joined(program, at, end, Truths::and, leaf),
        Step::Or(end) => joined(program, at, end, Truths::or, leaf),
    }
}

fn joined(
    program: &Program,
    at: &mut usize,
    end: u32,
    join: fn(&mut Truths, &Truths),
    leaf: &dyn Fn(&Leaf) -> Truths,
) -> Truths {
    let mut truths = columnar(program, at, leaf);
    while *at < end as usize {
        join(&mut truths, &columnar(program, at, leaf));
    }
    truths
}

/// The truth of each profile.
fn leaf_truths(leaf: &Leaf, view: &View<'_>) -> Truths {
    let (rows, now) = (view.profiles.len(), view.now);
    match reads(leaf)[..] {
        [] => match rows {
            0 => Truths::same(0, None),
            _ => Truths::same(rows, leaf.truth(&Profile { view, index: 0, fitting: &[] }, &Clock::new(now))),
        },
        [Read::Value(field)] => match view.column(field) {
            Some(column) => column_truths(leaf, column, 0..rows, view),
            None => Truths::same(rows, missing(leaf, view)),
        },
        [Read::Event(event)] => event_truths(leaf, event, view),
        _ => {
            let fitting = fitting(leaf, view);
            if let Some(chain) = Chain::new(leaf, view, &fitting) {
                return chain.truths();
            }
            Truths::of(rows, |index| leaf.truth(&Profile { view, index, fitting: &fitting }, &Clock::new(now)))
        }
    }
}

/// The truth where the one column that matters has no value.
fn missing(leaf: &Leaf, view: &View<'_>) -> Option<bool> {
    let column = Column::new("", []);
    leaf.truth(&Coded { column: &column, view, code: NULL }, &Clock::new(view.now))
}

/// What a leaf reads, each once.
fn reads(leaf: &Leaf) -> Vec<Read> {
    let mut reads = BTreeSet::new();
    leaf.reads(&mut |read| {
        reads.insert(read);
    });
    reads.into_iter().collect()
}

/// The truth of rows of which one column matters.
fn column_truths(leaf: &Leaf, column: &Column, rows: Range<usize>, view: &View<'_>) -> Truths {
    let at = |code: u32| Truths::code(leaf.truth(&Coded { column, view, code }, &Clock::new(view.now)));
    let of_missing = at(NULL);
    let codes = &column.codes()[rows.clone()];
    let distinct = column.distinct().len() as u32;
    if distinct as usize > 4 * rows.len() {
        return Truths::of(rows.len(), |row| match at(codes[row]) {
            0 => None,
            truth => Some(truth == 1),
        });
    }
    let of_code: Vec<u8> = (0..distinct).into_par_iter().with_min_len(1024).map(at).collect();
    Truths::looked_up(codes, &of_code, of_missing)
}

/// The truth of each profile by the events of one name: those without any have one truth.
fn event_truths(leaf: &Leaf, event: Symbol, view: &View<'_>) -> Truths {
    let Some(events) = view.events else { return Truths::same(view.profiles.len(), None) };
    let fitting = fitting(leaf, view);
    let rows = view.event_rows(event);
    if let Some(tally) = Tally::new(leaf, view, &fitting) {
        return tally.truths();
    }
    if let Some(chain) = Chain::new(leaf, view, &fitting) {
        return chain.truths();
    }
    let truth = |run: Range<usize>| leaf.truth(&Run { view, rows: run, fitting: &fitting }, &Clock::new(view.now));
    truths_of_runs(view, rows, events, &truth)
}

/// The truth of each profile by its run of the rows of one event.
fn truths_of_runs(
    view: &View<'_>,
    rows: Range<usize>,
    events: &EventTable,
    truth: &(dyn Fn(Range<usize>) -> Option<bool> + Sync),
) -> Truths {
    let without = truth(0..0);
    Truths::filled(view.profiles.len(), |profiles, set| {
        let own = events.of_profiles(rows.clone(), profiles.clone());
        if without.is_some() {
            profiles.for_each(|profile| set(profile, without));
        }
        let mut start = own.start;
        for run in events.profiles()[own].chunk_by(|a, b| a == b) {
            set(run[0] as usize, truth(start..start + run.len()));
            start += run.len();
        }
    })
}

/// The filters of a leaf's events, each with the rows that fit it and the first row looked at.
fn fitting<'l>(leaf: &'l Leaf, view: &View<'_>) -> Vec<(&'l Program, Truths, usize)> {
    let mut found = Vec::new();
    filters(leaf, &mut |event, filter| {
        let rows = view.event_rows(event);
        let leaf = |leaf: &Leaf| row_truths(leaf, rows.clone(), view);
        found.push((filter, columnar(filter, &mut 0, &leaf), rows.start));
    });
    found
}

/// The truth of each of the rows of an event.
fn row_truths(leaf: &Leaf, rows: Range<usize>, view: &View<'_>) -> Truths {
    match reads(leaf)[..] {
        [Read::Value(property)] => match view.property(property) {
            Some(column) => column_truths(leaf, column, rows, view),
            None => Truths::same(rows.len(), missing(leaf, view)),
        },
        _ => Truths::of(rows.len(), |row| {
            let line = Line { view, row: rows.start + row, fitting: &[] };
            leaf.truth(&super::input::Row(line), &Clock::new(None))
        }),
    }
}

/// Calls `found` with each filter of a leaf, and its event.
fn filters<'l>(leaf: &'l Leaf, found: &mut dyn FnMut(Symbol, &'l Program)) {
    leaf.test.terms().into_iter().for_each(|term| {
        term.each(&mut |term| match term {
            Term::Events(events) => events.filter.iter().for_each(|filter| found(events.event, filter)),
            Term::Sequence(sequence) => {
                for part in sequence.parts.iter().chain(&sequence.never) {
                    part.filter.iter().for_each(|filter| found(part.event, filter));
                }
            }
            _ => {}
        });
    });
}

/// A profile of which only the events of one name matter.
struct Run<'v> {
    view: &'v View<'v>,
    rows: Range<usize>,
    fitting: &'v super::view::Fitting<'v>,
}

impl super::input::Input for Run<'_> {
    type Event<'e>
        = Line<'e>
    where
        Self: 'e;

    fn text(&self, _: Symbol) -> Option<&str> {
        None
    }

    fn events(&self, _: Symbol) -> impl DoubleEndedIterator<Item = Line<'_>> {
        self.rows.clone().map(|row| Line { view: self.view, row, fitting: self.fitting })
    }
}
