//! The commonest leaves over events, counted for many profiles at once: how many, how much, the least, the first, against a limit.
//! They mean what `history` says, which evaluates all others.
//!
//! Rows of one event are in order of profile. Each adds to the number of its profile, or adds nothing where it does not count, so
//! that no branch has to be guessed; then all numbers are compared.

use super::ast::Op;
use super::bits::{Truths, Words, fill};
use super::history::{MAX_AMOUNT, PARTS};
use super::program::{Aggregate, Constant, Events, Leaf, Symbol, Term, Test};
use super::table::EventTable;
use super::view::{Fitting, View};
use crate::instant::Instant;
use crate::record::{Column, NULL};
use std::ops::Range;

/// A leaf that compares a number or a time made of the events of a profile, ready to look at rows.
pub(super) struct Tally<'a> {
    view: &'a View<'a>,
    events: &'a EventTable,
    rows: Range<usize>,
    bounds: (Instant, Instant),
    /// The rows that fit the filter, and the first row looked at.
    fitting: Option<(&'a Truths, usize)>,
    aggregate: Aggregate,
    property: Option<&'a Column>,
    within: Within,
    /// Per value of the property, and at last for none, what it adds.
    amounts: Vec<f64>,
    parts: Vec<i64>,
}

/// From which number to which.
struct Within {
    low: f64,
    high: f64,
    outside: bool,
}

impl Within {
    fn new(op: Op, limit: f64, negated: bool) -> Within {
        let (low, high) = match op {
            Op::Equal | Op::NotEqual => (limit, limit),
            Op::Less => (f64::NEG_INFINITY, limit.next_down()),
            Op::LessOrEqual => (f64::NEG_INFINITY, limit),
            Op::Greater => (limit.next_up(), f64::INFINITY),
            Op::GreaterOrEqual => (limit, f64::INFINITY),
        };
        Within { low, high, outside: (op == Op::NotEqual) != negated }
    }

    /// The code of the truth; a number that is none is unknown.
    fn code(&self, number: f64) -> u8 {
        let is_in = (self.low <= number) & (number <= self.high);
        let code = if is_in != self.outside { 1 } else { 2 };
        if number.is_nan() { 0 } else { code }
    }
}

/// The events of a leaf, and what their number or time is compared with.
fn shape(leaf: &Leaf, now: Instant) -> Option<(&Events, Within)> {
    if let Some((events, op, limit)) = leaf.comparison() {
        return Some((events, Within::new(op, limit, leaf.negated)));
    }
    match &leaf.test {
        // Instants are whole numbers that a float holds exactly.
        Test::Compare(Term::Events(events), op, Term::Constant(Constant::Instant(limit)))
            if events.aggregate.is_time() =>
        {
            Some((events, Within::new(*op, *limit as f64, leaf.negated)))
        }
        Test::During(Term::Events(events), span) if events.aggregate.is_time() => {
            let (low, high) = span.bounds(now);
            Some((events, Within { low: low as f64, high: high as f64, outside: leaf.negated }))
        }
        _ => None,
    }
}

impl<'a> Tally<'a> {
    /// `None` for a leaf of another form, or where sums may be too large for the quick way.
    pub(super) fn new(leaf: &Leaf, view: &'a View<'a>, fitting: &'a Fitting<'a>) -> Option<Tally<'a>> {
        let (events, within) = shape(leaf, view.now?)?;
        let rows = view.event_rows(events.event);
        let fitting = match &events.filter {
            None => None,
            Some(filter) => {
                let (_, truths, start) = fitting.iter().find(|(known, ..)| std::ptr::eq(*known, filter))?;
                Some((truths, *start))
            }
        };
        let mut tally = Tally {
            view,
            events: view.events?,
            rows,
            bounds: events.span.bounds(view.now?),
            fitting,
            aggregate: events.aggregate,
            property: None,
            within,
            amounts: Vec::new(),
            parts: Vec::new(),
        };
        match events.aggregate {
            Aggregate::Count | Aggregate::Exists | Aggregate::Absence => {}
            Aggregate::FirstTime | Aggregate::LastTime => {}
            Aggregate::Distinct(property) => tally.property = Some(view.property(property)?),
            Aggregate::Sum(property) | Aggregate::Average(property) => {
                tally.read(property)?;
                tally.parts = parts(&tally.amounts, tally.rows.len())?;
            }
            Aggregate::Min(property) | Aggregate::Max(property) => tally.read(property)?,
            Aggregate::First(..) | Aggregate::Last(..) | Aggregate::Periods(_) => return None,
        }
        Some(tally)
    }

    /// Reads the values of a property as numbers.
    fn read(&mut self, property: Symbol) -> Option<()> {
        self.property = Some(self.view.property(property)?);
        self.amounts = self.view.numbers(property)?.to_vec();
        self.amounts.push(f64::NAN);
        Some(())
    }

    /// The truth of each profile.
    pub(super) fn truths(&self) -> Truths {
        Truths::by_words(self.view.profiles.len(), |profiles, words| {
            let own = self.events.of_profiles(self.rows.clone(), profiles.clone());
            match self.fitting {
                None => self.answer(profiles, own, |_| true, words),
                Some((truths, start)) => self.answer(profiles, own, |row| truths.is_true(row - start), words),
            }
        })
    }

    /// The truths of a range of profiles, whose rows these are.
    fn answer(&self, profiles: Range<usize>, own: Range<usize>, fits: impl Fn(usize) -> bool, words: Words<'_>) {
        let (start, len, within) = (profiles.start, profiles.len(), &self.within);
        let (low, high) = self.bounds;
        let times = &self.events.times()[own.clone()];
        let of = self.events.profiles()[own.clone()].iter().zip(times);
        let rows = own.zip(of).map(|(row, (&profile, &time))| {
            (profile as usize - start, row, (low <= time) & (time <= high) & fits(row))
        });
        let time = |row: usize| self.events.times()[row] as f64;
        match self.aggregate {
            Aggregate::Count => {
                let counts = counts(len, rows);
                fill(words, len, |place| within.code(f64::from(counts[place])));
            }
            Aggregate::Exists | Aggregate::Absence => {
                let (counts, wanted) = (counts(len, rows), self.aggregate == Aggregate::Exists);
                let truth = |place: usize| f64::from(u8::from((counts[place] > 0) == wanted));
                fill(words, len, |place| within.code(truth(place)));
            }
            Aggregate::Sum(_) => {
                let sums = self.sums(len, rows);
                fill(words, len, |place| within.code(sums[place].0 as f64 / PARTS));
            }
            Aggregate::Average(_) => {
                let sums = self.sums(len, rows);
                // Nothing by nothing is no number.
                fill(words, len, |place| within.code(sums[place].0 as f64 / PARTS / f64::from(sums[place].1)));
            }
            Aggregate::Min(_) => {
                let found = edges(len, rows, |row| self.amounts[self.slot(row)], f64::min);
                fill(words, len, |place| within.code(found[place]));
            }
            Aggregate::Max(_) => {
                let found = edges(len, rows, |row| self.amounts[self.slot(row)], f64::max);
                fill(words, len, |place| within.code(found[place]));
            }
            Aggregate::FirstTime => {
                let found = edges(len, rows, time, f64::min);
                fill(words, len, |place| within.code(found[place]));
            }
            Aggregate::LastTime => {
                let found = edges(len, rows, time, f64::max);
                fill(words, len, |place| within.code(found[place]));
            }
            Aggregate::Distinct(_) | Aggregate::First(..) | Aggregate::Last(..) | Aggregate::Periods(_) => {
                let found = self.distinct(len, rows);
                fill(words, len, |place| within.code(f64::from(found[place])));
            }
        }
    }

    /// The place of a row's value among the amounts.
    fn slot(&self, row: usize) -> usize {
        let code = self.property.map_or(NULL, |column| column.codes()[row]);
        (code as usize).min(self.amounts.len() - 1)
    }

    /// The sum in millionths, and of how many.
    fn sums(&self, len: usize, rows: impl Iterator<Item = Counted>) -> Vec<(i64, u32)> {
        let mut sums = vec![(0i64, 0u32); len];
        for (place, row, counts) in rows {
            let slot = self.slot(row);
            let known = counts & (self.amounts[slot].abs() < MAX_AMOUNT);
            let (sum, count) = &mut sums[place];
            *sum += self.parts[slot] & -i64::from(known);
            *count += u32::from(known);
        }
        sums
    }

    /// How many different values.
    fn distinct(&self, len: usize, rows: impl Iterator<Item = Counted>) -> Vec<u32> {
        let Some(column) = self.property else { return vec![0; len] };
        let codes = column.codes();
        if column.distinct().len() <= 64 {
            let mut seen = vec![0u64; len];
            for (place, row, counts) in rows {
                let code = codes[row];
                seen[place] |= u64::from(counts & (code != NULL)) << (code & 63);
            }
            return seen.into_iter().map(u64::count_ones).collect();
        }
        let pairs = rows.filter(|(_, row, counts)| *counts && codes[*row] != NULL);
        let mut pairs: Vec<(u32, u32)> = pairs.map(|(place, row, _)| (place as u32, codes[row])).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut found = vec![0u32; len];
        pairs.into_iter().for_each(|(place, _)| found[place as usize] += 1);
        found
    }
}

/// A row: its profile's place, its number, and whether it counts.
type Counted = (usize, usize, bool);

fn counts(len: usize, rows: impl Iterator<Item = Counted>) -> Vec<u32> {
    let mut found = vec![0u32; len];
    rows.for_each(|(place, _, counts)| found[place] += u32::from(counts));
    found
}

/// The least or the greatest number; none where there is none.
fn edges(
    len: usize,
    rows: impl Iterator<Item = Counted>,
    of: impl Fn(usize) -> f64,
    choose: fn(f64, f64) -> f64,
) -> Vec<f64> {
    let mut found = vec![f64::NAN; len];
    // Of a number and none either function chooses the number.
    rows.filter(|(_, _, counts)| *counts).for_each(|(place, row, _)| found[place] = choose(found[place], of(row)));
    found
}

/// What each value adds to a sum; `None` where so many rows may add up to more than fits.
fn parts(amounts: &[f64], rows: usize) -> Option<Vec<i64>> {
    let part = |amount: &f64| if amount.abs() < MAX_AMOUNT { (amount * PARTS).round() } else { 0.0 };
    let most = amounts.iter().map(|amount| part(amount).abs()).fold(0.0, f64::max);
    (most * (rows as f64) < 9e18).then(|| amounts.iter().map(|amount| part(amount) as i64).collect())
}
