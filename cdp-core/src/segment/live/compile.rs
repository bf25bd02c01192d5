//! Many predicates together, and what an engine asks of them.

use super::builder::Builder;
use super::flags::Flags;
use super::index::{Index, wanted};
use super::person::{Edit, Happened, Seen, State};
use crate::error::Result;
use crate::instant::{Instant, NEVER};
use crate::segment::input::{Clock, Statement};
use crate::segment::person::{Consent, Lists, Person, PersonEvent};
use crate::segment::predicate::Fields;
use crate::segment::program::{Leaf, Read, Step, Symbol};
use crate::segment::set::{compile_in_parts, order_of};
use hashbrown::HashMap;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet};

/// The predicates of an engine.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The names of the segments, in order.
    pub(super) names: Vec<String>,
    /// What symbols stand for.
    symbols: Vec<Box<str>>,
    places: HashMap<Box<str>, Symbol>,
    pub(super) leaves: Vec<Leaf>,
    /// The programs of all segments, one after another, and where each begins.
    steps: Vec<Step>,
    starts: Vec<u32>,
    /// The segments that use each leaf, and where each leaf's begin.
    users: Vec<User>,
    user_starts: Vec<u32>,
    /// Segments such that each comes after those it refers to, and the place of each in that order.
    pub(super) by_rank: Vec<u32>,
    pub(super) ranks: Vec<u32>,
    /// The segments that somebody of whom nothing is known is in.
    pub(super) blank: Flags,
    pub(super) blanks: RoaringBitmap,
    pub(super) index: Index,
    /// Leaves that are true where a golden value is one they want.
    pub(super) wanting: Flags,
    /// Per leaf, the event whose number it compares, if it does nothing else.
    counts: Vec<Option<Symbol>>,
    /// Which of those are true where there is no such event.
    without: Flags,
    lists: Vec<Option<BTreeSet<String>>>,
    /// Per symbol, the segment it names.
    segments: Vec<Option<u32>>,
    /// Per segment, the leaves that read it.
    readers: HashMap<u32, Vec<u32>>,
    /// The events that predicates read.
    pub(super) event_names: BTreeSet<String>,
    /// The properties of events that predicates read.
    pub(super) properties: BTreeSet<String>,
    /// The consents that predicates ask for.
    pub(super) asked: BTreeSet<(String, Option<String>)>,
    /// Leaves that read the id: false of nobody.
    of_id: BTreeSet<u32>,
}

/// A segment that uses a leaf.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct User {
    pub(super) segment: u32,
    /// A leaf on a golden value without which the segment holds of nobody; `NO_GATE` where there is none.
    pub(super) gate: u32,
}

/// That a segment has no gate.
pub(super) const NO_GATE: u32 = u32::MAX;

impl Compiled {
    pub(super) fn new(segments: &BTreeMap<String, String>, fields: &Fields, lists: Lists) -> Result<Compiled> {
        let mut builder = Builder::default();
        let add = |part: &mut Builder, predicate| part.add(predicate);
        compile_in_parts(segments, fields, add, &mut |part| builder.join(part))?;
        let names: Vec<String> = segments.keys().cloned().collect();
        let order = order_of(&names, &builder.references)?;
        let Builder { symbols, places, leaves, steps, starts, gates, event_names, properties, asked, .. } = builder;
        let mut ranks = vec![0u32; names.len()];
        (0..).zip(&order).for_each(|(place, &segment)| ranks[segment] = place);
        let ((users, user_starts), index) =
            rayon::join(|| users(&steps, &starts, &gates, leaves.len()), || Index::new(&leaves));
        let segment = |name: &str| names.binary_search_by(|known| known.as_str().cmp(name)).ok();
        let mut compiled = Compiled {
            segments: symbols.iter().map(|name| segment(name).map(|place| place as u32)).collect(),
            lists: symbols.iter().map(|name| lists.get(&**name).cloned()).collect(),
            by_rank: order.into_iter().map(|segment| segment as u32).collect(),
            ranks,
            blank: Flags::new(names.len()),
            blanks: RoaringBitmap::new(),
            wanting: Flags::new(leaves.len()),
            counts: leaves.iter().map(|leaf| leaf.comparison().map(|(events, ..)| events.event)).collect(),
            without: Flags::new(leaves.len()),
            readers: HashMap::new(),
            of_id: BTreeSet::new(),
            index,
            event_names,
            properties,
            asked,
            names,
            symbols,
            places,
            leaves,
            steps,
            starts,
            users,
            user_starts,
        };
        compiled.note_readers();
        compiled.note_truths();
        compiled.evaluate_nobody();
        Ok(compiled)
    }

    /// Notes which leaves read segments and ids.
    fn note_readers(&mut self) {
        for (number, leaf) in (0u32..).zip(&self.leaves) {
            leaf.reads(&mut |read| match read {
                Read::Segment(symbol) => {
                    if let Some(segment) = self.segments[symbol as usize] {
                        self.readers.entry(segment).or_default().push(number);
                    }
                }
                Read::Id => {
                    self.of_id.insert(number);
                }
                _ => {}
            });
        }
    }

    /// Notes which leaves golden values make true, and which are true without events: that does not change with time.
    fn note_truths(&mut self) {
        let nobody = State::default();
        for (number, leaf) in (0u32..).zip(&self.leaves) {
            if wanted(leaf).is_some() {
                self.wanting.set(number);
            }
            if self.counts[number as usize].is_some()
                && leaf.truth(&self.seen(&nobody), &Clock::new(Some(0))) == Some(true)
            {
                self.without.set(number);
            }
        }
    }

    /// Works out which segments somebody of whom nothing is known is in; that does not change with time.
    fn evaluate_nobody(&mut self) {
        let nobody = State::default();
        let mut known: Vec<Option<bool>> = vec![None; self.leaves.len()];
        for &segment in &self.by_rank.clone() {
            let is = self.evaluate(segment, &mut |leaf| match known[leaf as usize] {
                Some(truth) => truth,
                None => {
                    let truth = self.holds(leaf, &nobody, 0);
                    known[leaf as usize] = Some(truth);
                    truth
                }
            });
            if is {
                self.blank.set(segment);
                self.blanks.insert(segment);
            }
            for &leaf in self.leaves_of_segment(segment) {
                known[leaf as usize] = None;
            }
        }
    }

    pub(super) fn place(&self, segment: &str) -> Option<u32> {
        self.names.binary_search_by(|known| known.as_str().cmp(segment)).ok().map(|place| place as u32)
    }

    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.places.get(name).copied()
    }

    /// Whether a profile is in a segment.
    pub(super) fn is_in(&self, segment: u32, state: &State) -> bool {
        state.flipped.contains(segment) != self.blank.has(segment)
    }

    pub(super) fn users(&self, leaf: u32) -> &[User] {
        let [start, end] = [leaf, leaf + 1].map(|place| self.user_starts[place as usize] as usize);
        &self.users[start..end]
    }

    pub(super) fn leaves_of_segment(&self, segment: u32) -> &[u32] {
        self.readers.get(&segment).map_or(&[], Vec::as_slice)
    }

    fn seen<'a>(&'a self, state: &'a State) -> Seen<'a> {
        Seen { state, lists: &self.lists, segments: &self.segments, blank: &self.blank }
    }

    /// Whether a leaf is true.
    pub(super) fn holds(&self, leaf: u32, state: &State, at: Instant) -> bool {
        if let Some(event) = self.counts[leaf as usize]
            && state.history(event).is_empty()
        {
            return self.without.has(leaf);
        }
        if !state.born && self.of_id.contains(&leaf) {
            return false;
        }
        self.leaves[leaf as usize].truth(&self.seen(state), &Clock::new(Some(at))) == Some(true)
    }

    /// Whether a segment's predicate is true.
    pub(super) fn evaluate(&self, segment: u32, leaf: &mut impl FnMut(u32) -> bool) -> bool {
        holds(&self.steps, &mut (self.starts[segment as usize] as usize), leaf)
    }

    /// The number that events make of a term, before and after an edit.
    pub(super) fn number(&self, term: &crate::segment::program::Events, state: &State, at: Instant) -> Option<f64> {
        use crate::segment::value::Value;
        match term.value(&self.seen(state), &Clock::new(Some(at)))? {
            Value::Number(number) => Some(number),
            Value::Boolean(truth) => Some(f64::from(u8::from(truth))),
            _ => None,
        }
    }

    /// The first instant at which a leaf may be otherwise.
    pub(super) fn until(&self, leaf: u32, state: &State, now: Instant) -> Instant {
        self.leaves[leaf as usize].held(&self.seen(state), &Clock::new(Some(now))).1
    }

    /// When what a profile's leaves read next changes by itself.
    pub(super) fn next(&self, read: Read, state: &State, now: Instant) -> Option<Instant> {
        let of_leaves = |leaves: &[u32]| leaves.iter().map(|&leaf| self.until(leaf, state, now)).min().unwrap_or(NEVER);
        let next = match read {
            Read::Event(name) => self.index.next(name, state, now).min(of_leaves(self.index.timed_by_value(name))),
            read => of_leaves(self.index.timed_by(read)),
        };
        Some(next).filter(|&next| next != NEVER)
    }

    /// When what reads a new event next changes by itself, if no more than its own time tells that.
    pub(super) fn next_of_event(&self, edit: &Edit, now: Instant) -> Option<Instant> {
        match edit {
            Edit::Happened(name, event) if self.index.timed_by_value(*name).is_empty() => {
                Some(self.index.next_of(*name, event, now))
            }
            _ => None,
        }
    }

    /// An event as it is kept.
    pub(super) fn event(&self, event: &PersonEvent) -> Happened {
        let properties = event.properties.iter().filter(|(_, value)| !value.trim().is_empty());
        let mut kept: Vec<(Symbol, Box<str>)> =
            properties.filter_map(|(name, value)| Some((self.symbol(name)?, value.as_str().into()))).collect();
        kept.sort_unstable();
        Happened { time: event.time, properties: kept.into() }
    }

    pub(super) fn consents(&self, consents: &[Consent]) -> Vec<(Symbol, Statement)> {
        let statement = |said: &Consent| {
            let span = (said.from, said.until);
            let answer = Statement::new(said.channel.as_deref(), said.granted, span, |name| self.symbol(name));
            Some((self.symbol(&said.purpose)?, answer))
        };
        consents.iter().filter_map(statement).collect()
    }

    /// What makes a profile this person.
    pub(super) fn edits(&self, state: &State, person: &Person) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut fields: BTreeSet<Symbol> = state.fields().collect();
        fields.extend(person.traits.keys().filter_map(|name| self.symbol(name)));
        for field in fields {
            let value = person.traits.get(&*self.symbols[field as usize]).filter(|value| !value.trim().is_empty());
            if state.value(field) != value.map(String::as_str) {
                edits.push(Edit::Value(field, value.map(|value| value.as_str().into())));
            }
        }
        let mut histories: BTreeMap<Symbol, Vec<Happened>> =
            state.event_names().map(|name| (name, Vec::new())).collect();
        for event in &person.events {
            if let Some(name) = self.symbol(&event.name) {
                histories.entry(name).or_default().push(self.event(event));
            }
        }
        for (name, mut events) in histories {
            events.sort();
            if state.history(name) != events {
                edits.push(Edit::History(name, events));
            }
        }
        // A source that no predicate names counts too.
        let sources: Vec<Symbol> = (0..)
            .zip(&person.sources)
            .map(|(place, source)| self.symbol(source).unwrap_or_else(|| unnamed(&person.sources, place)))
            .collect();
        if state.sources != sources {
            edits.push(Edit::Sources(sources));
        }
        if state.created != person.created {
            edits.push(Edit::Created(person.created));
        }
        let consents = self.consents(&person.consents);
        if state.consents != consents {
            edits.push(Edit::Consents(consents));
        }
        edits
    }
}

/// A number for a source that has no symbol: that of its first record, counted down.
fn unnamed(sources: &[String], place: usize) -> Symbol {
    let first = sources.iter().position(|source| *source == sources[place]).unwrap_or(place);
    Symbol::MAX - first as Symbol
}

/// Whether the condition that begins at a step is true: a negation is at the leaves.
fn holds(steps: &[Step], at: &mut usize, leaf: &mut impl FnMut(u32) -> bool) -> bool {
    let step = steps[*at];
    *at += 1;
    let (end, decides) = match step {
        Step::Leaf(number) => return leaf(number),
        // There is none.
        Step::Not => return !holds(steps, at, leaf),
        Step::And(end) => (end as usize, false),
        Step::Or(end) => (end as usize, true),
    };
    while *at < end {
        if holds(steps, at, leaf) == decides {
            *at = end;
            return decides;
        }
    }
    !decides
}

/// The users of each leaf, one after another, and where those of each leaf begin.
fn users(steps: &[Step], starts: &[u32], gates: &[u32], leaves: usize) -> (Vec<User>, Vec<u32>) {
    let each = |found: &mut dyn FnMut(u32, User)| {
        for (segment, &start) in (0u32..).zip(starts) {
            let end = starts.get(segment as usize + 1).map_or(steps.len(), |&end| end as usize);
            let user = User { segment, gate: gates[segment as usize] };
            let own = steps[start as usize..end].iter();
            own.for_each(|step| {
                if let Step::Leaf(leaf) = step {
                    found(*leaf, user)
                }
            });
        }
    };
    let mut begins = vec![0u32; leaves + 1];
    each(&mut |leaf, _| begins[leaf as usize + 1] += 1);
    for leaf in 0..leaves {
        begins[leaf + 1] += begins[leaf];
    }
    let mut users = vec![User::default(); begins[leaves] as usize];
    let mut next = begins.clone();
    each(&mut |leaf, user| {
        users[next[leaf as usize] as usize] = user;
        next[leaf as usize] += 1;
    });
    (users, begins)
}
