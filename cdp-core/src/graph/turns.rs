//! How a graph is changed: one batch of the store for each call, and on a store that other processes write to, by turns.
//!
//! Whoever has the turn first takes in what the others committed, piece by piece in its order, as they did; that gives the same
//! state, and so the same numbers and the same feed. What others took out or put back (erasures, removals) makes the graph
//! read everything again. A call whose commit failed is done again on what is there then.
//!
//! A turn is of the whole graph. A lock by component would save nothing of taking in what others committed, which everybody does in their
//! order; ARCHITECTURE.md (The store) has the other reasons, and what it costs.

use super::changes::Change;
use super::evidence::{Evidence, Mark, Waiting};
use super::incoming;
use super::live::Touched;
use super::segments::{CLOCK, Segments, Settled, kept_clock};
use super::state::{self, State, key, number, read_message};
use super::{Graph, Pending, erasure, rules};
use crate::error::{Code, Error, Family, Result};
use crate::instant::Instant;
use crate::model::Model;
use crate::schema::Config;
use crate::store::{Batch, KeyRange, Op, Seen, Shared, Space, Store, TRIES, Turn, given_up};
use crate::trace;
use std::ops::ControlFlow;
use std::sync::{Arc, MutexGuard, PoisonError};

/// How a graph stands to a store that it shares.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// How much of it is in the state.
    seen: Seen,
    /// Whether the state holds what is not kept, or half of something: nobody may read it.
    is_spoiled: bool,
    /// The rules that the graph was opened by.
    rules: Option<rules::Hashes>,
}

impl Standing {
    /// Whether the state may be read, and knows at least what there was at an instant: other threads go on meanwhile.
    fn has_all_of(&self, then: Seen) -> bool {
        !self.is_spoiled && self.seen.commits >= then.commits
    }
}

/// That everybody works by one set of rules.
fn check_rules(mine: Option<&rules::Hashes>, store: &dyn Store) -> Result<()> {
    if mine.is_none() || mine == Some(&rules::kept(store)?) {
        return Ok(());
    }
    Err(Error::new(Code::InvalidConfig, "another process opened the graph with other rules than this one")
        .help("open it again, with the same configuration and model in all processes"))
}

/// What became of each call.
type Calls = Vec<Result<Vec<Change>>>;

impl Graph {
    /// As [`Graph::ingest_soon`] for several calls, each with what it says and when it arrived. On a store that several processes
    /// share they take one turn together.
    pub fn ingest_together(&self, calls: &[(&str, Instant)]) -> Vec<Result<(Vec<Change>, Pending)>> {
        trace::span!("graph ingest", calls = calls.len());
        let read = |place: usize| incoming::read(calls[place].0, calls[place].1);
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
        let now = shared.seen()?;
        if self.checked()?.standing.has_all_of(now) {
            return Ok(());
        }
        let (now, view) = shared.view()?;
        if self.checked()?.must_read_again(now) {
            return self.read_anew(shared);
        }
        let mut state = self.checked()?;
        match state.standing.has_all_of(now) {
            true => Ok(()),
            false => state.follow(now, view.as_ref()),
        }
    }

    /// The state, whatever is in it.
    pub(super) fn held(&self) -> MutexGuard<'_, State> {
        // Whoever panicked left the state as the last whole step left it, or marked it broken or spoiled.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state to be read from: what a failed call left in it is gone before anybody looks.
    ///
    /// # Errors
    /// Those of the store, where such a state cannot be read anew.
    pub(super) fn state(&self) -> Result<MutexGuard<'_, State>> {
        loop {
            let state = self.held();
            if !state.standing.is_spoiled {
                return Ok(state);
            }
            drop(state);
            let store = self.store()?;
            store.shared().map_or(Ok(()), |shared| self.read_anew(shared))?;
        }
    }

    /// Whether it is known what there is. After a failed commit to a database it is read again; where that fails too, whatever has
    /// no error to give ([`Graph::profile`], [`Graph::counts`], ...) says that there is nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub fn check(&self) -> Result<()> {
        self.state().map(drop)
    }

    /// The state, if it may be built on.
    fn checked(&self) -> Result<MutexGuard<'_, State>> {
        let state = self.held();
        state.check()?;
        Ok(state)
    }

    /// Makes the state anew of all evidence, while others go on with the one there is.
    fn read_anew(&self, shared: &dyn Shared) -> Result<()> {
        let _alone = self.reading_anew.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, view) = shared.view()?;
        let (config, model, rules) = {
            let state = self.checked()?;
            if state.standing.has_all_of(now) {
                return Ok(());
            }
            (state.live.config.clone(), state.live.model(), state.standing.rules.clone())
        };
        trace::span!("graph follow", everything = true);
        check_rules(rules.as_ref(), view.as_ref())?;
        let fresh = State::read(view.as_ref(), config, model.as_ref(), None)?;
        let mut state = self.checked()?;
        if !state.standing.has_all_of(now) {
            state.replace_by(fresh, now);
        }
        Ok(())
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
            self.held().standing.rules = Some(rules::kept(store.as_ref())?);
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
        let store = self.store()?;
        match store.shared() {
            Some(shared) => self.take_turns(shared, store.as_ref(), work).map(|told| (told, Pending(None))),
            None => self.change_alone(&mut *self.checked()?, store.as_ref(), work),
        }
    }

    /// Changes the state and what is kept of it when its turn comes; again where the database failed. The state is locked after the
    /// turn has come, so that nobody who reads waits for the turns of others.
    fn take_turns<T>(
        &self,
        shared: &dyn Shared,
        store: &dyn Store,
        mut work: impl FnMut(&mut State, &mut Batch) -> Result<T>,
    ) -> Result<T> {
        for _ in 0..TRIES {
            trace::span!("store turn");
            self.held().check()?;
            let mut turn = shared.turn()?;
            if self.held().must_read_again(turn.seen()) {
                // Nobody has to wait for that; what comes meanwhile is little.
                drop(turn);
                self.read_anew(shared)?;
                turn = shared.turn()?;
            }
            let mut state = self.checked()?;
            state.follow(turn.seen(), store)?;
            if let Some(told) = state.take_turn(turn, store, &mut work)? {
                return Ok(told);
            }
            trace::event!("a commit failed, the turn is taken again");
        }
        Err(given_up())
    }

    fn change_alone<T>(
        &self,
        state: &mut State,
        store: &dyn Store,
        mut work: impl FnMut(&mut State, &mut Batch) -> Result<T>,
    ) -> Result<(T, Pending)> {
        let (mut batch, clock) = (Batch::new(), state.clock());
        let told = work(state, &mut batch).inspect_err(|error| {
            // Half of the work may be done: what callers can be blamed for is found before any of it.
            if is_blameless(error) || !batch.is_empty() {
                state.break_with(error);
            }
        })?;
        // What was decided at an instant judges windows as of then; no message tells it to whoever opens the store.
        if state.clock() != clock && state.clock() > Some(state.arrived) {
            state.keep_clock(&mut batch);
        }
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
        state.standing.seen = seen;
        Ok(state)
    }

    /// Changes the state and what is kept of it; `None` where the database failed and another turn may bring it.
    fn take_turn<T>(
        &mut self,
        turn: Box<dyn Turn + '_>,
        store: &dyn Store,
        work: &mut impl FnMut(&mut State, &mut Batch) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut seen = turn.seen();
        // Until it is committed.
        self.standing.is_spoiled = true;
        let (evidence, change, mut batch) = (self.next_evidence, self.next_change, Batch::new());
        let clock = self.clock();
        let told = work(self, &mut batch).inspect_err(|error| {
            self.standing.is_spoiled = is_blameless(error) || !batch.is_empty();
        })?;
        // All processes judge windows by one clock, wherever it went on.
        if self.clock() != clock {
            self.keep_clock(&mut batch);
        }
        if batch.is_empty() {
            self.standing.is_spoiled = false;
            return Ok(Some(told));
        }
        trace::span!("store commit", entries = batch.len(), bytes = batch.size());
        let rewrites = !batch.ops().all(|op| can_be_followed(&op, evidence, change));
        if !turn.commit(batch, rewrites)? {
            return Ok(None);
        }
        seen.commits += 1;
        seen.rewrites += u64::from(rewrites);
        if rewrites {
            // As all others will find it.
            self.next_evidence = state::next_evidence(store)?;
        }
        self.standing = Standing { seen, is_spoiled: false, rules: self.standing.rules.take() };
        Ok(Some(told))
    }

    fn must_read_again(&self, now: Seen) -> bool {
        let seen = self.standing.seen;
        // A database that was put back to a backup knows less.
        self.standing.is_spoiled || seen.rewrites != now.rewrites || seen.commits > now.commits
    }

    /// Takes in what others committed.
    fn follow(&mut self, now: Seen, store: &dyn Store) -> Result<()> {
        if self.must_read_again(now) {
            trace::span!("graph follow", everything = true);
            check_rules(self.standing.rules.as_ref(), store)?;
            let (config, model) = (self.live.config.clone(), self.live.model());
            let fresh = State::read(store, config, model.as_ref(), None)?;
            self.replace_by(fresh, now);
        } else if self.standing.seen != now {
            trace::span!("graph follow", everything = false);
            // Half of it is worth nothing.
            self.standing.is_spoiled = true;
            self.follow_evidence(store)?;
            self.follow_feed(store)?;
            self.standing.is_spoiled = false;
            self.standing.seen = now;
        }
        Ok(())
    }

    /// Becomes what was read of a store at an instant of its own; whoever holds keys keeps them.
    fn replace_by(&mut self, mut fresh: State, now: Seen) {
        fresh.privacy.keys = self.privacy.keys.take();
        fresh.standing = Standing { seen: now, is_spoiled: false, rules: self.standing.rules.take() };
        *self = fresh;
    }

    fn follow_evidence(&mut self, store: &dyn Store) -> Result<()> {
        let mut waiting = Waiting::default();
        store.scan(Space::EVIDENCE, &KeyRange::from(&key(self.next_evidence)), &mut |key, bytes| {
            if waiting.push(number(key)?, bytes) {
                self.follow_all(&mut waiting, store)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.follow_all(&mut waiting, store)
    }

    fn follow_all(&mut self, waiting: &mut Waiting, store: &dyn Store) -> Result<()> {
        for (number, evidence) in waiting.read(|number, evidence| (number, evidence))? {
            self.next_evidence = number + 1;
            match evidence {
                // What came of it was told by whoever took it in.
                Evidence::Message(message, received) => {
                    self.let_pass(received);
                    let read = |number| read_message(store.get(Space::EVIDENCE, &key(number))?);
                    let id = self.known.id(&message);
                    self.take_in(&message, id, received, number, &read)?;
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
        self.live.founders.leave();
        Ok(())
    }

    fn follow_mark(&mut self, mark: Mark, number: u64) {
        let at = mark.at;
        let homes = self.live.homes_of(&mark.record.source, &mark.record.record_id);
        self.let_pass(at);
        self.note_mark(mark, number);
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
            Space::AUDIT | Space::IDS => true,
            Space::META => op.key == CLOCK,
            _ => false,
        }
}
