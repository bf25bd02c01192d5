//! From leaves that changed to segments that are entered and left.
//!
//! Negations are at the leaves, so a membership follows its leaves in one direction: a leaf that became true lets nobody out, one
//! that became false lets nobody in. Of the many segments that use it, most are told apart by two bits: whether the profile is in
//! it, and whether its gate is open.

use super::compile::{Compiled, NO_GATE, User};
use super::flags::Flags;
use super::person::State;
use super::{Change, Engine};
use crate::instant::Instant;
use std::collections::BTreeSet;

/// What is used again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) found: Found,
    /// Per leaf, the round in which its truth was worked out, and in the last bit the truth.
    known: Vec<u32>,
    round: u32,
    /// Whether bits stand for the gates and for the segments the profile is in.
    opened: bool,
    /// Leaves that are true since a golden value is one they want.
    open: Flags,
    /// The segments the profile is in.
    within: Flags,
    /// The ranks of segments to be evaluated, in order, and how many were.
    queue: Vec<u32>,
    next: usize,
    /// Ranks that came while others were evaluated.
    later: BTreeSet<u32>,
    /// Profiles of which numbers are kept, and how many events those have.
    pub(super) keeping: Vec<u32>,
    pub(super) kept_events: usize,
}

/// Leaves that a change concerns.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Leaves whose truth may have changed, and what it was.
    pub(super) tested: Vec<(u32, bool)>,
    /// Those whose truth did, and what it is.
    pub(super) flipped: Vec<(u32, bool)>,
}

/// Up to how many users of leaves each gate is looked at by itself; beyond, all of a profile's are opened at once.
const FEW_USERS: usize = 16;

/// The last round, after which they are counted anew.
const LAST_ROUND: u32 = u32::MAX >> 1;

impl Scratch {
    pub(super) fn new(compiled: &Compiled) -> Scratch {
        let (leaves, segments) = (compiled.leaves.len(), compiled.names.len());
        Scratch { known: vec![0; leaves], open: Flags::new(leaves), within: Flags::new(segments), ..Scratch::default() }
    }

    fn begin(&mut self) {
        if self.round == LAST_ROUND {
            self.known.fill(0);
            self.round = 0;
        }
        self.round += 1;
        self.opened = false;
    }

    /// Finds which tested leaves flipped.
    fn find_flipped(&mut self, compiled: &Compiled, state: &State, at: Instant) {
        let mut tested = std::mem::take(&mut self.found.tested);
        for (leaf, was) in tested.drain(..) {
            let is = self.truth(leaf, compiled, state, at);
            if is != was {
                self.found.flipped.push((leaf, is));
            }
        }
        self.found.tested = tested;
    }

    /// Whether a leaf is true, worked out once a round.
    fn truth(&mut self, leaf: u32, compiled: &Compiled, state: &State, at: Instant) -> bool {
        if self.opened && compiled.wanting.has(leaf) {
            return self.open.has(leaf);
        }
        let known = self.known[leaf as usize];
        if known >> 1 == self.round {
            return known & 1 == 1;
        }
        let truth = compiled.holds(leaf, state, at);
        self.known[leaf as usize] = self.round << 1 | u32::from(truth);
        truth
    }

    /// Queues the segments that a flipped leaf may have changed.
    fn ask_users(&mut self, compiled: &Compiled, state: &State, at: Instant) {
        self.queue.clear();
        self.next = 0;
        let mut flipped = std::mem::take(&mut self.found.flipped);
        let users: usize = flipped.iter().map(|&(leaf, _)| compiled.users(leaf).len()).sum();
        if users > FEW_USERS {
            self.open(compiled, state);
        }
        for (leaf, is) in flipped.drain(..) {
            for user in compiled.users(leaf) {
                if self.may_change(*user, leaf, is, compiled, state, at) {
                    self.queue.push(compiled.ranks[user.segment as usize]);
                }
            }
        }
        self.found.flipped = flipped;
        self.queue.sort_unstable();
        self.queue.dedup();
    }

    /// Sets the bits of the gates and memberships of a profile.
    fn open(&mut self, compiled: &Compiled, state: &State) {
        self.opened = true;
        self.open.clear();
        compiled.index.equal_to(state, &mut |leaf| self.open.set(leaf));
        self.within.copy(&compiled.blank);
        state.flipped.iter().for_each(|segment| self.within.turn(segment));
    }

    /// Whether a segment may be entered or left since a leaf of it is now this.
    fn may_change(&mut self, user: User, leaf: u32, is: bool, compiled: &Compiled, state: &State, at: Instant) -> bool {
        let within = if self.opened { self.within.has(user.segment) } else { compiled.is_in(user.segment, state) };
        // A segment whose gate is shut holds of nobody.
        within != is && (!is || user.gate == NO_GATE || user.gate == leaf || self.truth(user.gate, compiled, state, at))
    }

    /// The rank of the next segment to be evaluated.
    fn next(&mut self) -> Option<u32> {
        match (self.queue.get(self.next), self.later.first()) {
            (Some(&rank), later) if later.is_none_or(|&later| rank <= later) => {
                self.next += 1;
                Some(rank)
            }
            _ => self.later.pop_first(),
        }
    }

    /// Whether a profile should be in a segment.
    fn evaluate(&mut self, segment: u32, compiled: &Compiled, state: &State, at: Instant) -> bool {
        compiled.evaluate(segment, &mut |leaf| self.truth(leaf, compiled, state, at))
    }

    /// Queues the segments that refer to one that was entered or left.
    fn ask_readers(&mut self, segment: u32, compiled: &Compiled) {
        for &leaf in compiled.leaves_of_segment(segment) {
            self.known[leaf as usize] = 0;
            self.later.extend(compiled.users(leaf).iter().map(|user| compiled.ranks[user.segment as usize]));
        }
    }
}

impl Engine {
    /// Evaluates the segments that use a tested leaf whose truth is no longer what it was.
    pub(super) fn settle(&mut self, place: u32, at: Instant, changes: &mut Vec<Change>) {
        let Engine { compiled, people, others, scratch, .. } = self;
        let Some(state) = people[place as usize].as_mut() else { return };
        scratch.begin();
        scratch.find_flipped(compiled, state, at);
        scratch.ask_users(compiled, state, at);
        while let Some(rank) = scratch.next() {
            let segment = compiled.by_rank[rank as usize];
            let is = scratch.evaluate(segment, compiled, state, at);
            if is == compiled.is_in(segment, state) {
                continue;
            }
            if is == compiled.blank.has(segment) {
                state.flipped.remove(segment);
                others[segment as usize].remove(place);
            } else {
                state.flipped.insert(segment);
                others[segment as usize].insert(place);
            }
            let (profile, name) = (state.id.to_string(), compiled.names[segment as usize].clone());
            changes.push(Change { at, profile, segment: name, entered: is });
            scratch.ask_readers(segment, compiled);
        }
    }
}
