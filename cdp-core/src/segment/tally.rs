//! The commonest leaves over events, counted row by row: how many, how much, the least and the greatest, against a constant. They mean
//! what `history` says, which evaluates all others.

use super::ast::Op;
use super::history::Amount;
use super::program::{Aggregate, Leaf, Symbol};
use super::view::{Fitting, View};
use crate::instant::Instant;
use std::ops::Range;

/// A leaf that compares a number of events with a constant, ready to look at rows.
pub(super) struct Tally<'a> {
    view: &'a View<'a>,
    times: &'a [Instant],
    bounds: (Instant, Instant),
    /// The rows that fit the filter, and the first row looked at.
    fitting: Option<(&'a super::bits::Truths, usize)>,
    aggregate: Aggregate,
    property: Option<Symbol>,
    op: Op,
    constant: f64,
    negated: bool,
}

impl<'a> Tally<'a> {
    /// `None` for a leaf of another form.
    pub(super) fn new(leaf: &Leaf, view: &'a View<'a>, fitting: &'a Fitting<'a>) -> Option<Tally<'a>> {
        let (events, op, constant) = leaf.comparison()?;
        let property = match events.aggregate {
            Aggregate::Count | Aggregate::Exists | Aggregate::Absence => None,
            Aggregate::Sum(property)
            | Aggregate::Average(property)
            | Aggregate::Min(property)
            | Aggregate::Max(property) => Some(property),
            _ => return None,
        };
        let fitting = match &events.filter {
            None => None,
            Some(filter) => {
                let (_, truths, start) = fitting.iter().find(|(known, ..)| std::ptr::eq(*known, filter))?;
                Some((truths, *start))
            }
        };
        Some(Tally {
            view,
            times: view.events?.times(),
            bounds: events.span.bounds(view.now?),
            fitting,
            aggregate: events.aggregate,
            property,
            op,
            constant,
            negated: leaf.negated,
        })
    }

    /// The truth of a profile whose events of this name are these rows.
    pub(super) fn truth(&self, rows: Range<usize>) -> Option<bool> {
        let order = self.number(rows)?.partial_cmp(&self.constant)?;
        Some(self.op.holds(order) != self.negated)
    }

    fn number(&self, rows: Range<usize>) -> Option<f64> {
        let (low, high) = self.bounds;
        let (mut count, mut amount, mut ends) = (0u64, Amount::default(), None);
        for row in rows {
            let is_in = (low..=high).contains(&self.times[row]);
            if !is_in || self.fitting.is_some_and(|(truths, start)| !truths.is_true(row - start)) {
                continue;
            }
            count += 1;
            if let Some(number) = self.property.and_then(|property| self.view.number(property, row)) {
                amount.add(number);
                ends = Some(ends.map_or((number, number), |(least, greatest): (f64, f64)| {
                    (least.min(number), greatest.max(number))
                }));
            }
        }
        match self.aggregate {
            Aggregate::Count => Some(count as f64),
            Aggregate::Exists => Some(f64::from(u8::from(count > 0))),
            Aggregate::Absence => Some(f64::from(u8::from(count == 0))),
            Aggregate::Sum(_) => Some(amount.sum()),
            Aggregate::Average(_) => amount.average(),
            Aggregate::Min(_) => ends.map(|(least, _)| least),
            _ => ends.map(|(_, greatest)| greatest),
        }
    }
}
