//! Sequences in long histories: where each way through the parts ends, and how late it can have begun. Neither depends on what time
//! it is, so that bisection tells at each instant whether one lies inside the window. They mean what `history` says.

use super::person::Happened;
use crate::instant::Instant;
use crate::segment::history::fits;
use crate::segment::program::{Part, Sequence, Symbol};
use crate::segment::window::first;
use std::collections::VecDeque;

/// The ways through a sequence, in order of where they end: when that is, and the latest beginning of any that ended by then.
#[derive(Debug)]
pub(super) struct Chains(Vec<(Instant, Instant)>);

impl Chains {
    pub(super) fn new<'h>(sequence: &Sequence, history: impl Fn(Symbol) -> &'h [Happened]) -> Chains {
        let times = |part: &Part| -> Vec<Instant> {
            let fitting = history(part.event).iter().filter_map(|event| fits(part.filter.as_ref(), event));
            fitting.map(|row| row.0.time).collect()
        };
        let mut parts = sequence.parts.iter();
        let mut ends: Vec<(Instant, Instant)> =
            parts.next().map(times).unwrap_or_default().into_iter().map(|time| (time, time)).collect();
        for part in parts {
            ends = follow(&ends, times(part), part.within);
        }
        if let Some(never) = &sequence.never {
            let (later, gap) = (times(never), never.within.unwrap_or_default());
            ends.retain(|(end, _)| {
                let next = first(0..later.len(), |place| later[place] <= *end);
                later.get(next).is_none_or(|&other| other > end.saturating_add(gap))
            });
        }
        let mut latest = Instant::MIN;
        for (_, begin) in &mut ends {
            latest = latest.max(*begin);
            *begin = latest;
        }
        Chains(ends)
    }

    /// Whether there is one at an instant.
    pub(super) fn holds(&self, sequence: &Sequence, now: Instant) -> bool {
        let (low, mut high) = sequence.span.bounds(now);
        if let Some(never) = &sequence.never {
            high = high.min(now.saturating_sub(never.within.unwrap_or_default()));
        }
        let ended = first(0..self.0.len(), |place| self.0[place].0 <= high);
        ended > 0 && self.0[ended - 1].1 >= low
    }
}

/// The ends of ways that go on to one of the times, soon enough: of those that lead there, the one that begins latest counts.
fn follow(ends: &[(Instant, Instant)], times: Vec<Instant>, within: Option<i64>) -> Vec<(Instant, Instant)> {
    let (mut next, mut found) = (0, Vec::new());
    // Ends that can lead on, each beginning earlier than the one before it, which ended earlier.
    let mut open: VecDeque<(Instant, Instant)> = VecDeque::new();
    for time in times {
        while let Some(&(end, begin)) = ends.get(next).filter(|(end, _)| *end < time) {
            while open.back().is_some_and(|(_, other)| *other <= begin) {
                open.pop_back();
            }
            open.push_back((end, begin));
            next += 1;
        }
        while within.is_some_and(|within| open.front().is_some_and(|(end, _)| time - end > within)) {
            open.pop_front();
        }
        found.extend(open.front().map(|&(_, begin)| (time, begin)));
    }
    found
}
