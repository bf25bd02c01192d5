//! How a graph is changed: one batch of the store for each call, and on a store that other processes write to, by turns.
//!
//! Whoever has the turn first takes in what the others committed, piece by piece in its order, as they did; that gives the same
//! state, and so the same numbers and the same feed. What others took out or put back (erasures, removals) makes the graph
//! read everything again. A call whose commit failed is done again on what is there then.

use super::changes::Change;
use super::evidence::{self, Evidence, Mark};
use super::live::Touched;
use super::segments::{CLOCK, Segments, Settled, kept_clock};
use super::state::{self, READ_TOGETHER, State, key, number, read_message};
use super::{Graph, Pending, erasure, rules};
use crate::error::{Code, Error, Family, Result};
use crate::instant::Instant;
use crate::model::Model;
use crate::schema::Config;
use crate::store::{Batch, KeyRange, Op, Seen, Shared, Space, Store, TRIES, given_up};
use crate::trace;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::sync::Arc;

/// How a graph stands to a store that it shares.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// How much of it is in the state; `None` where the state is worth nothing.
    seen: Option<Seen>,
    /// The rules that the graph was opened by.
    rules: Option<rules::Hashes>,
}

/// What became of each call.
type Calls = Vec<Result<Vec<Change>>>;

impl Graph {
    /// As [`Graph::ingest_soon`] for several calls, each with what it says and when it arrived. On a store that several processes
    /// share they take one turn together.
    pub fn ingest_together(&self, calls: &[(&str, Instant)]) -> Vec<Result<(Vec<Change>, Pending)>> {
        trace::span!("graph ingest", calls = calls.len());
        let read = |place: usize| state::read_messages(calls[place].0, calls[place].1);
        let mut incoming: Vec<_> = (0..calls.len()).map(|place| Some(read(place))).collect();
        let written = || self.written();
        let mut take = |state: &mut State, place: usize, batch: &mut Batch| {
            // A turn that is taken again reads them again.
            let messages = incoming[place].take().unwrap_or_else(|| read(place))?;
            state.take_messages(messages, calls[place].1, &written, batch)
        };
        if self.is_shared() && calls.len() > 1 {
            let taken = self.change(|state, batch| {
                let mut told = Calls::new();
                for place in 0..calls.len() {
                    let before = batch.len();
                    let one = take(state, place, batch);
                    // What is refused before anything of it is done is no matter of the others.
                    match &one {
                        Err(error) if !is_blameless(error) && batch.len() == before => {}
                        Err(error) => return Err(error.clone()),
                        Ok(_) => {}
                    }
                    told.push(one);
                }
                Ok(told)
            });
            return match taken {
                Ok((told, _)) => told.into_iter().map(|one| one.map(|changes| (changes, Pending(None)))).collect(),
                Err(error) => calls.iter().map(|_| Err(error.clone())).collect(),
            };
        }
        (0..calls.len()).map(|place| self.change(|state, batch| take(state, place, batch))).collect()
    }

    /// Takes in what other processes committed to a shared store, so that the next answers know of it; a call that changes
    /// anything does so by itself.
    ///
    /// # Errors
    /// Those of the store; `invalid_config` if another process opened the graph with other rules.
    pub fn refresh(&self) -> Result<()> {
        let store = self.store()?;
        let Some(shared) = store.shared() else { return Ok(()) };
        let mut state = self.state();
        state.check()?;
        match state.standing.seen == Some(shared.seen()?) {
            true => Ok(()),
            false => state.follow_view(shared),
        }
    }

    /// How many calls are worth handing to [`Graph::ingest_together`] where they wait.
    pub fn calls_together(&self) -> usize {
        if self.is_shared() { 256 } else { 1 }
    }

    fn is_shared(&self) -> bool {
        self.store().is_ok_and(|store| store.shared().is_some())
    }

    /// The store as of one instant, to be read through.
    pub(super) fn view(&self) -> Result<Arc<dyn Store>> {
        let store = self.written()?;
        match store.shared() {
            Some(shared) => Ok(shared.view()?.1),
            None => Ok(store),
        }
    }

    /// Remembers by which rules the graph was opened.
    pub(super) fn keep_to_rules(&self) -> Result<()> {
        let store = self.store()?;
        if store.shared().is_some() {
            self.state().standing.rules = Some(rules::kept(store.as_ref())?);
        }
        Ok(())
    }

    pub(super) fn change_now(
        &self,
        work: impl FnMut(&mut State, &mut Batch) -> Result<Vec<Change>>,
    ) -> Result<Vec<Change>> {
        let (changes, pending) = self.change(work)?;
        pending.wait()?;
        Ok(changes)
    }

    /// Changes the state and hands in what has to be kept of it, in one order for all threads and processes.
    pub(super) fn change<T>(&self, work: impl FnMut(&mut State, &mut Batch) -> Result<T>) -> Result<(T, Pending)> {
        let mut state = self.state();
        state.check()?;
        let store = self.store()?;
        match store.shared() {
            Some(shared) => state.take_turns(shared, store.as_ref(), work).map(|told| (told, Pending(None))),
            None => self.change_alone(&mut state, store.as_ref(), work),
        }
    }

    fn change_alone<T>(
        &self,
        state: &mut State,
        store: &dyn Store,
        mut work: impl FnMut(&mut State, &mut Batch) -> Result<T>,
    ) -> Result<(T, Pending)> {
        let mut batch = Batch::new();
        let told = work(state, &mut batch).inspect_err(|error| {
            // Half of the work may be done: what callers can be blamed for is found before any of it.
            if is_blameless(error) || !batch.is_empty() {
                state.break_with(error);
            }
        })?;
        if batch.is_empty() {
            // What it repeats may be on its way still.
            return Ok((told, Pending(state.last.clone())));
        }
        let handed_in = match &self.committer {
            Some(committer) => committer.submit(batch).map(Some),
            None => store.commit(batch).map(|()| None),
        };
        // What is derived is ahead of what is kept now: nothing more may build on it.
        let ticket = handed_in.inspect_err(|error| state.break_with(error))?;
        state.last.clone_from(&ticket);
        Ok((told, Pending(ticket)))
    }
}

/// Whether nobody but the store or this library is to blame.
fn is_blameless(error: &Error) -> bool {
    !matches!(error.code().family(), Family::Data | Family::Config | Family::Privacy)
}

impl State {
    /// The state that a store gives as it is opened.
    pub(super) fn open(store: &dyn Store, config: Config, model: Option<&Arc<Model>>) -> Result<State> {
        let Some(shared) = store.shared() else { return State::read(store, config, model, None) };
        let (seen, view) = shared.view()?;
        let mut state = State::read(view.as_ref(), config, model, None)?;
        state.standing.seen = Some(seen);
        Ok(state)
    }

    /// Changes the state and what is kept of it when its turn comes; again where the database failed.
    fn take_turns<T>(
        &mut self,
        shared: &dyn Shared,
        store: &dyn Store,
        mut work: impl FnMut(&mut State, &mut Batch) -> Result<T>,
    ) -> Result<T> {
        for _ in 0..TRIES {
            trace::span!("store turn");
            let mut turn = shared.turn()?;
            if self.must_read_again(turn.seen()) {
                // Nobody has to wait for that; what comes meanwhile is little.
                drop(turn);
                self.follow_view(shared)?;
                turn = shared.turn()?;
            }
            self.follow(turn.seen(), store)?;
            // Until it is committed the state is worth nothing.
            self.standing.seen = None;
            let (evidence, change, mut batch) = (self.next_evidence, self.next_change, Batch::new());
            let clock = self.clock();
            let told = work(self, &mut batch).inspect_err(|error| {
                if !is_blameless(error) && batch.is_empty() {
                    self.standing.seen = Some(turn.seen());
                }
            })?;
            // All processes judge windows by one clock, wherever it went on.
            if self.clock() != clock {
                self.keep_clock(&mut batch);
            }
            let mut seen = turn.seen();
            if batch.is_empty() {
                self.standing.seen = Some(seen);
                return Ok(told);
            }
            trace::span!("store commit", entries = batch.len(), bytes = batch.size());
            let rewrites = !batch.ops().all(|op| can_be_followed(&op, evidence, change));
            if turn.commit(batch, rewrites)? {
                seen.commits += 1;
                seen.rewrites += u64::from(rewrites);
                if rewrites {
                    // As all others will find it.
                    self.next_evidence = state::next_evidence(store)?;
                }
                self.standing.seen = Some(seen);
                return Ok(told);
            }
            trace::event!("a commit failed, the turn is taken again");
        }
        Err(given_up())
    }

    fn must_read_again(&self, now: Seen) -> bool {
        self.standing.seen.is_none_or(|seen| seen.rewrites != now.rewrites)
    }

    /// Takes in what others committed until an instant of its own.
    fn follow_view(&mut self, shared: &dyn Shared) -> Result<()> {
        let (now, view) = shared.view()?;
        self.follow(now, view.as_ref())
    }

    /// Takes in what others committed.
    fn follow(&mut self, now: Seen, store: &dyn Store) -> Result<()> {
        if self.standing.seen == Some(now) {
            return Ok(());
        }
        trace::span!("graph follow", everything = self.must_read_again(now));
        if self.must_read_again(now) {
            self.read_again(store)?;
        } else {
            // Half of it is worth nothing.
            self.standing.seen = None;
            self.follow_evidence(store)?;
            self.follow_feed(store)?;
        }
        self.standing.seen = Some(now);
        Ok(())
    }

    /// Makes the state anew of all evidence.
    fn read_again(&mut self, store: &dyn Store) -> Result<()> {
        if self.standing.rules.is_some() && self.standing.rules != Some(rules::kept(store)?) {
            return Err(Error::new(
                Code::InvalidConfig,
                "another process opened the graph with other rules than this one",
            )
            .help("open it again, with the same configuration and model in all processes"));
        }
        let (config, model) = (self.live.config.clone(), self.live.model());
        let mut fresh = State::read(store, config, model.as_ref(), None)?;
        fresh.privacy.keys = self.privacy.keys.take();
        fresh.standing = std::mem::take(&mut self.standing);
        *self = fresh;
        Ok(())
    }

    fn follow_evidence(&mut self, store: &dyn Store) -> Result<()> {
        let mut waiting: Vec<(u64, Vec<u8>)> = Vec::new();
        store.scan(Space::EVIDENCE, &KeyRange::from(&key(self.next_evidence)), &mut |key, bytes| {
            waiting.push((number(key)?, bytes.to_vec()));
            if waiting.len() == READ_TOGETHER {
                self.follow_all(&mut waiting, store)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.follow_all(&mut waiting, store)
    }

    fn follow_all(&mut self, waiting: &mut Vec<(u64, Vec<u8>)>, store: &dyn Store) -> Result<()> {
        let read: Result<Vec<Evidence>> = waiting.par_iter().map(|(_, bytes)| evidence::read(bytes)).collect();
        for ((number, _), evidence) in waiting.drain(..).zip(read?) {
            self.next_evidence = number + 1;
            match evidence {
                // What came of it was told by whoever took it in.
                Evidence::Message(message, received) => {
                    self.let_pass(received);
                    let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
                    self.take_in(*message, received, number, &read)?;
                }
                Evidence::Decision(decision) => {
                    let (at, mut touched) = (decision.at, Touched::default());
                    self.let_pass(at);
                    self.heed(decision, number, &mut touched);
                    self.settle(&touched)?;
                    self.memberships_of_settled(at);
                }
                Evidence::Mark(mark) => self.follow_mark(mark, number),
            }
        }
        Ok(())
    }

    fn follow_mark(&mut self, mark: Mark, number: u64) {
        let at = mark.at;
        let homes = self.live.homes_of(&mark.record.source, &mark.record.record_id);
        self.let_pass(at);
        self.live.mark(mark, number);
        self.live.settled = Settled { homes, gone: Vec::new() };
        self.memberships_of_settled(at);
    }

    fn clock(&self) -> Option<Instant> {
        self.segments.as_ref().map(Segments::now)
    }

    fn let_pass(&mut self, now: Instant) {
        self.segments.iter_mut().for_each(|segments| drop(segments.advance(now)));
    }

    /// Goes on in the feed, the audit log and time where others left them.
    fn follow_feed(&mut self, store: &dyn Store) -> Result<()> {
        self.privacy.mentions.follow(store, self.next_change)?;
        self.next_change = state::next_number(store, Space::CHANGES)?;
        self.privacy.last = erasure::last_entry(store)?;
        if self.segments.is_some() {
            let clock = kept_clock(store)?.max(self.arrived);
            self.let_pass(clock);
        }
        Ok(())
    }
}

/// Whether others see what a change of the store does by reading what came since.
fn can_be_followed(op: &Op<'_>, evidence: u64, change: u64) -> bool {
    let is_new = |from: u64| number(op.key).is_ok_and(|number| number >= from);
    op.value.is_some()
        && match op.space {
            Space::EVIDENCE => is_new(evidence),
            Space::CHANGES | Space::NAMED => is_new(change),
            Space::AUDIT => true,
            Space::META => op.key == CLOCK,
            _ => false,
        }
}
