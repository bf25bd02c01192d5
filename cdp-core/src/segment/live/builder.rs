//! Predicates put together: each distinct leaf once, negations at the leaves, cheap leaves first. Threads put parts together,
//! which are then joined.

use super::compile::NO_GATE;
use super::index::wanted;
use crate::segment::check::Asked;
use crate::segment::predicate::Predicate;
use crate::segment::program::{Leaf, Read, Step, Symbol, Term, Test};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use std::collections::BTreeSet;
use std::hash::BuildHasher;

/// What is put together while predicates are added.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) symbols: Vec<Box<str>>,
    pub(super) places: HashMap<Box<str>, Symbol>,
    pub(super) leaves: Vec<Leaf>,
    /// The hash of each leaf, and its number.
    numbers: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
    pub(super) steps: Vec<Step>,
    pub(super) starts: Vec<u32>,
    /// The gate of each segment.
    pub(super) gates: Vec<u32>,
    /// The segments that each segment refers to.
    pub(super) references: Vec<Vec<String>>,
    pub(super) event_names: BTreeSet<String>,
    pub(super) properties: BTreeSet<String>,
    pub(super) asked: BTreeSet<Asked>,
}

/// A condition with its negations at the leaves.
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Leaf(u32, u32),
}

impl Builder {
    pub(super) fn add(&mut self, predicate: Predicate) {
        let own: Vec<Symbol> = predicate.names.iter().map(|name| self.symbol(name)).collect();
        let mut leaves: Vec<Option<Leaf>> = predicate.program.leaves.into_iter().map(Some).collect();
        let node = self.node(&predicate.program.steps, &mut 0, false, &mut leaves, &own);
        self.starts.push(self.steps.len() as u32);
        self.gates.push(self.gate(&node));
        self.write(node);
        for (names, all) in
            [(predicate.uses.event_names, &mut self.event_names), (predicate.uses.properties, &mut self.properties)]
        {
            all.extend(names);
        }
        self.asked.extend(predicate.uses.consents);
        self.references.push(predicate.uses.segments);
    }

    /// Adds what another one was put together from.
    pub(super) fn join(&mut self, other: Builder) {
        let own: Vec<Symbol> = other.symbols.iter().map(|name| self.symbol(name)).collect();
        let renamed = other.leaves.into_iter().map(|mut leaf| {
            leaf.rename(&|symbol| own[symbol as usize]);
            self.leaf(leaf)
        });
        let leaves: Vec<u32> = renamed.collect();
        let before = self.steps.len() as u32;
        self.steps.extend(other.steps.into_iter().map(|step| match step {
            Step::Leaf(leaf) => Step::Leaf(leaves[leaf as usize]),
            Step::And(end) => Step::And(end + before),
            Step::Or(end) => Step::Or(end + before),
            Step::Not => Step::Not,
        }));
        self.starts.extend(other.starts.into_iter().map(|start| start + before));
        self.gates
            .extend(other.gates.into_iter().map(|gate| if gate == NO_GATE { gate } else { leaves[gate as usize] }));
        self.references.extend(other.references);
        self.event_names.extend(other.event_names);
        self.properties.extend(other.properties);
        self.asked.extend(other.asked);
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

    /// The number of a leaf.
    fn leaf(&mut self, leaf: Leaf) -> u32 {
        let next = self.leaves.len() as u32;
        let hash = self.hasher.hash_one(&leaf);
        let known = |&(of, number): &(u64, u32)| of == hash && self.leaves[number as usize] == leaf;
        match self.numbers.entry(hash, known, |&(hash, _)| hash) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(free) => {
                free.insert((hash, next));
                self.leaves.push(leaf);
                next
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
