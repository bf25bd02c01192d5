//! Many predicates together: each distinct leaf once, negations at the leaves, cheap leaves first.

use super::index::{Index, wanted};
use super::person::{Edit, Happened, Seen, State};
use crate::error::Result;
use crate::instant::{Instant, NEVER};
use crate::segment::input::{Clock, Statement};
use crate::segment::person::{Consent, Lists, Person, PersonEvent};
use crate::segment::predicate::{Fields, Predicate};
use crate::segment::program::{Leaf, Read, Step, Symbol, Term, Test};
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
    /// Segments such that each comes after those it refers to.
    pub(super) by_rank: Vec<u32>,
    /// Per segment, whether somebody of whom nothing is known is in it.
    pub(super) blank: Vec<bool>,
    /// Those segments.
    pub(super) blanks: RoaringBitmap,
    pub(super) index: Index,
    lists: Vec<Option<BTreeSet<String>>>,
    /// Per symbol, the segment it names.
    segments: Vec<Option<u32>>,
    /// Per segment, the leaves that read it.
    readers: HashMap<u32, Vec<u32>>,
    /// The events that predicates read.
    pub(super) event_names: BTreeSet<String>,
    /// The consents that predicates ask for.
    pub(super) asked: BTreeSet<(String, Option<String>)>,
    /// Leaves that read the id: false of nobody.
    of_id: BTreeSet<u32>,
}

/// A segment that uses a leaf.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct User {
    pub(super) rank: u32,
    /// A leaf on a golden value without which the segment holds of nobody; `NO_GATE` where there is none.
    pub(super) gate: u32,
}

/// That a segment has no gate.
pub(super) const NO_GATE: u32 = u32::MAX;

/// Predicates that are compiled together before their trees are let go.
const TOGETHER: usize = 4096;

impl Compiled {
    pub(super) fn new(segments: &BTreeMap<String, String>, fields: &Fields, lists: Lists) -> Result<Compiled> {
        let mut builder = Builder::default();
        let (mut event_names, mut asked) = (BTreeSet::new(), BTreeSet::new());
        let mut references = Vec::with_capacity(segments.len());
        compile_in_parts(segments, fields, TOGETHER, &mut |predicate| {
            for event in &predicate.uses.event_names {
                if !event_names.contains(event) {
                    event_names.insert(event.clone());
                }
            }
            asked.extend(predicate.uses.consents.iter().cloned());
            references.push(predicate.uses.segments.clone());
            builder.add(predicate);
        })?;
        let names: Vec<String> = segments.keys().cloned().collect();
        let order = order_of(&names, &references)?;
        let mut rank = vec![0u32; names.len()];
        (0..).zip(&order).for_each(|(place, &segment)| rank[segment] = place);
        let Builder { symbols, places, leaves, steps, starts, gates, .. } = builder;
        let (users, user_starts) = users(&steps, &starts, &rank, &gates, leaves.len());
        let segment = |name: &str| names.binary_search_by(|known| known.as_str().cmp(name)).ok();
        let mut compiled = Compiled {
            segments: symbols.iter().map(|name| segment(name).map(|place| place as u32)).collect(),
            lists: symbols.iter().map(|name| lists.get(&**name).cloned()).collect(),
            index: Index::new(&leaves),
            by_rank: order.into_iter().map(|segment| segment as u32).collect(),
            blank: vec![false; names.len()],
            blanks: RoaringBitmap::new(),
            readers: HashMap::new(),
            of_id: BTreeSet::new(),
            event_names,
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
            self.blank[segment as usize] = is;
            for &leaf in self.leaves_of_segment(segment) {
                known[leaf as usize] = None;
            }
        }
        let blank = (0u32..).zip(&self.blank).filter(|(_, is)| **is);
        self.blanks = blank.map(|(segment, _)| segment).collect();
    }

    pub(super) fn place(&self, segment: &str) -> Option<u32> {
        self.names.binary_search_by(|known| known.as_str().cmp(segment)).ok().map(|place| place as u32)
    }

    pub(super) fn symbol(&self, name: &str) -> Option<Symbol> {
        self.places.get(name).copied()
    }

    pub(super) fn symbols(&self) -> impl Iterator<Item = &str> {
        self.symbols.iter().map(|name| &**name)
    }

    /// Notes for this round that the gates of a profile are true: all others are false.
    pub(super) fn open_gates(&self, state: &State, known: &mut [(u32, bool)], round: u32) {
        self.index.equal_to(state, &mut |leaf| known[leaf as usize] = (round, true));
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
        if !state.born && self.of_id.contains(&leaf) {
            return false;
        }
        self.leaves[leaf as usize].truth(&self.seen(state), &Clock::new(Some(at))) == Some(true)
    }

    /// Whether a leaf is true, worked out once a round.
    pub(super) fn known(&self, leaf: u32, state: &State, at: Instant, known: &mut [(u32, bool)], round: u32) -> bool {
        let (when, truth) = known[leaf as usize];
        if when == round {
            return truth;
        }
        let truth = self.holds(leaf, state, at);
        known[leaf as usize] = (round, truth);
        truth
    }

    /// Whether a segment's predicate is true.
    pub(super) fn evaluate(&self, segment: u32, leaf: &mut impl FnMut(u32) -> bool) -> bool {
        holds(&self.steps, &mut (self.starts[segment as usize] as usize), leaf)
    }

    /// The number that events make of a term, before and after an edit.
    pub(super) fn number(&self, term: &crate::segment::program::Events, state: &State, at: Instant) -> Option<f64> {
        use crate::segment::value::Value;
        match crate::segment::history::aggregate(term, &self.seen(state), &Clock::new(Some(at)))? {
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
            let channel = said.channel.as_ref().map(|channel| self.symbol(channel).unwrap_or(Symbol::MAX));
            let until = said.until.unwrap_or(NEVER);
            Some((self.symbol(&said.purpose)?, Statement { channel, granted: said.granted, from: said.from, until }))
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
fn users(steps: &[Step], starts: &[u32], rank: &[u32], gates: &[u32], leaves: usize) -> (Vec<User>, Vec<u32>) {
    let mut pairs: Vec<(u32, User)> = Vec::with_capacity(steps.len());
    for (segment, &start) in starts.iter().enumerate() {
        let end = starts.get(segment + 1).map_or(steps.len(), |&end| end as usize);
        let user = User { rank: rank[segment], gate: gates[segment] };
        let own = steps[start as usize..end].iter();
        pairs.extend(own.filter_map(|step| if let Step::Leaf(leaf) = step { Some((*leaf, user)) } else { None }));
    }
    let mut begins = vec![0u32; leaves + 1];
    pairs.iter().for_each(|(leaf, _)| begins[*leaf as usize + 1] += 1);
    for leaf in 0..leaves {
        begins[leaf + 1] += begins[leaf];
    }
    let mut users = vec![User::default(); pairs.len()];
    let mut next = begins.clone();
    for (leaf, user) in pairs {
        users[next[leaf as usize] as usize] = user;
        next[leaf as usize] += 1;
    }
    (users, begins)
}

/// What is put together while predicates are added.
#[derive(Default)]
struct Builder {
    symbols: Vec<Box<str>>,
    places: HashMap<Box<str>, Symbol>,
    leaves: Vec<Leaf>,
    numbers: HashMap<Leaf, u32>,
    steps: Vec<Step>,
    starts: Vec<u32>,
    /// The gate of each segment.
    gates: Vec<u32>,
}

/// A condition with its negations at the leaves.
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Leaf(u32, u32),
}

impl Builder {
    fn add(&mut self, predicate: Predicate) {
        let own: Vec<Symbol> = predicate.names.iter().map(|name| self.symbol(name)).collect();
        let mut leaves: Vec<Option<Leaf>> = predicate.program.leaves.into_iter().map(Some).collect();
        let node = self.node(&predicate.program.steps, &mut 0, false, &mut leaves, &own);
        self.starts.push(self.steps.len() as u32);
        self.gates.push(self.gate(&node));
        self.write(node);
    }

    fn symbol(&mut self, name: &str) -> Symbol {
        if let Some(&symbol) = self.places.get(name) {
            return symbol;
        }
        let symbol = self.symbols.len() as Symbol;
        self.symbols.push(name.into());
        self.places.insert(name.into(), symbol);
        symbol
    }

    /// The condition that begins at a step, or its opposite.
    fn node(&mut self, steps: &[Step], at: &mut usize, not: bool, leaves: &mut [Option<Leaf>], own: &[Symbol]) -> Node {
        let step = steps[*at];
        *at += 1;
        let (all, end) = match step {
            Step::Not => return self.node(steps, at, !not, leaves, own),
            Step::Leaf(number) => {
                // Each leaf of a program stands in it once.
                let Some(mut leaf) = leaves[number as usize].take() else { return Node::Any(Vec::new()) };
                leaf.rename(&|symbol| own[symbol as usize]);
                leaf.negated ^= not;
                let cost = cost(&leaf);
                return Node::Leaf(self.leaf(leaf), cost);
            }
            Step::And(end) => (!not, end as usize),
            Step::Or(end) => (not, end as usize),
        };
        let mut parts = Vec::new();
        while *at < end {
            parts.push(self.node(steps, at, not, leaves, own));
        }
        parts.sort_by_key(Node::cost);
        if all { Node::All(parts) } else { Node::Any(parts) }
    }

    /// A leaf that has to be true for the condition to be, and that is found by the golden value it wants; of several the one that
    /// wants the fewest.
    fn gate(&self, node: &Node) -> u32 {
        let of = |part: &Node| match part {
            Node::Leaf(leaf, _) => Some((wanted(&self.leaves[*leaf as usize])?.1.len(), *leaf)),
            _ => None,
        };
        let found = match node {
            Node::All(parts) => parts.iter().filter_map(of).min(),
            other => of(other),
        };
        found.map_or(NO_GATE, |(_, leaf)| leaf)
    }

    fn leaf(&mut self, leaf: Leaf) -> u32 {
        let next = self.leaves.len() as u32;
        match self.numbers.entry(leaf) {
            hashbrown::hash_map::Entry::Occupied(known) => *known.get(),
            hashbrown::hash_map::Entry::Vacant(free) => {
                self.leaves.push(free.key().clone());
                *free.insert(next)
            }
        }
    }

    fn write(&mut self, node: Node) {
        let (parts, step): (Vec<Node>, fn(u32) -> Step) = match node {
            Node::Leaf(number, _) => return self.steps.push(Step::Leaf(number)),
            Node::All(parts) => (parts, Step::And),
            Node::Any(parts) => (parts, Step::Or),
        };
        let place = self.steps.len();
        self.steps.push(step(0));
        parts.into_iter().for_each(|part| self.write(part));
        self.steps[place] = step(self.steps.len() as u32);
    }
}

impl Node {
    fn cost(&self) -> u32 {
        match self {
            Node::Leaf(_, cost) => *cost,
            Node::All(parts) | Node::Any(parts) => 10 + parts.iter().map(Node::cost).sum::<u32>(),
        }
    }
}

/// How much work a leaf is, and how seldom it is true: equality first, events last.
fn cost(leaf: &Leaf) -> u32 {
    let mut events = 0;
    leaf.reads(&mut |read| events += if matches!(read, Read::Event(_)) { 4 } else { 0 });
    match &leaf.test {
        Test::Compare(Term::Value(..), crate::segment::Op::Equal, Term::Constant(_)) | Test::In(Term::Value(..), _)
            if !leaf.negated =>
        {
            0
        }
        _ => 1 + events,
    }
}
