//! Sequences of events, for many profiles at once: the rows of each part are in order of profile and time, so one pass over all of
//! them finds those of each profile. What a sequence means is in `history`.

use super::bits::{Truths, fill};
use super::history::{follow, is_unanswered};
use super::program::{Leaf, Part, Sequence, Term, Test};
use super::table::EventTable;
use super::view::{Fitting, View};
use crate::instant::Instant;
use std::ops::Range;

/// A sequence, ready to look at rows.
pub(super) struct Chain<'a> {
    profiles: usize,
    events: &'a EventTable,
    now: Instant,
    parts: Vec<Rows<'a>>,
    never: Option<Rows<'a>>,
    /// The truths of those who have it, and of those who have not.
    codes: [u8; 2],
}

/// The rows of a part.
struct Rows<'a> {
    rows: Range<usize>,
    bounds: (Instant, Instant),
    fitting: Option<(&'a Truths, usize)>,
    within: Option<i64>,
}

impl<'a> Chain<'a> {
    /// `None` for any other leaf.
    pub(super) fn new(leaf: &Leaf, view: &'a View<'a>, fitting: &'a Fitting<'a>) -> Option<Chain<'a>> {
        let Test::Truth(Term::Sequence(sequence)) = &leaf.test else { return None };
        let Sequence { parts, never, span } = &**sequence;
        let now = view.now?;
        let rows = |part: &Part, bounds| -> Option<Rows<'a>> {
            let fitting = match &part.filter {
                None => None,
                Some(filter) => {
                    let (_, truths, start) = fitting.iter().find(|(known, ..)| std::ptr::eq(*known, filter))?;
                    Some((truths, *start))
                }
            };
            Some(Rows { rows: view.event_rows(part.event), bounds, fitting, within: part.within })
        };
        let parts = parts.iter().map(|part| rows(part, span.bounds(now))).collect::<Option<Vec<_>>>()?;
        let never = match never {
            Some(part) => Some(rows(part, (Instant::MIN, now))?),
            None => None,
        };
        let codes = [true, false].map(|holds| Truths::code(Some(holds != leaf.negated)));
        Some(Chain { profiles: view.profiles.len(), events: view.events?, now, parts, never, codes })
    }

    /// The truth of each profile.
    pub(super) fn truths(&self) -> Truths {
        Truths::by_words(self.profiles, |profiles, words| {
            let (start, len) = (profiles.start, profiles.len());
            let mut has = vec![false; len];
            self.find(profiles, &mut |profile| has[profile - start] = true);
            fill(words, len, |place| self.codes[usize::from(!has[place])]);
        })
    }

    /// Calls `found` with each of a range of profiles that has the sequence.
    fn find(&self, profiles: Range<usize>, found: &mut dyn FnMut(usize)) {
        let own = |rows: &Rows<'_>| self.events.of_profiles(rows.rows.clone(), profiles.clone());
        let mut left: Vec<Range<usize>> = self.parts.iter().chain(&self.never).map(own).collect();
        let (mut reached, mut next) = (Vec::new(), Vec::new());
        while let Some(&profile) = self.events.profiles().get(left[0].start).filter(|_| !left[0].is_empty()) {
            for (place, rows) in self.parts.iter().enumerate() {
                let run = self.run(&mut left[place], profile);
                self.times(rows, run, &mut next);
                if place > 0 {
                    follow(&reached, &mut next, rows.within);
                }
                std::mem::swap(&mut reached, &mut next);
                // Rows of parts that are not looked at are passed with those of the next profile.
                if reached.is_empty() {
                    break;
                }
            }
            let never = self.never.as_ref().filter(|_| !reached.is_empty());
            let holds = match never {
                None => !reached.is_empty(),
                Some(never) => {
                    let run = self.run(&mut left[self.parts.len()], profile);
                    self.times(never, run, &mut next);
                    is_unanswered(&reached, &next, never.within.unwrap_or_default(), self.now)
                }
            };
            if holds {
                found(profile as usize);
            }
        }
    }

    /// Takes the rows of a profile out of those that are left, with those of profiles before it.
    fn run(&self, left: &mut Range<usize>, profile: u32) -> Range<usize> {
        let profiles = self.events.profiles();
        while left.start < left.end && profiles[left.start] < profile {
            left.start += 1;
        }
        let start = left.start;
        while left.start < left.end && profiles[left.start] == profile {
            left.start += 1;
        }
        start..left.start
    }

    /// When the events of a part were that count.
    fn times(&self, part: &Rows<'_>, run: Range<usize>, times: &mut Vec<Instant>) {
        times.clear();
        let (low, high) = part.bounds;
        for row in run {
            let time = self.events.times()[row];
            let fits = part.fitting.is_none_or(|(truths, start)| truths.is_true(row - start));
            if (low..=high).contains(&time) && fits {
                times.push(time);
            }
        }
    }
}
