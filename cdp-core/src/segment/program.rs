//! What a compiled predicate is: a flat program over leaves, typed, without a name in it. Every evaluator works from this form.
//!
//! A leaf is a condition without conditions inside; it is true, false or unknown (`None`). A term without value is unknown,
//! and so is every condition on it but `IS MISSING`.

use super::ast::Op;
use super::date::Date;
use super::function::{Function, Type};
use super::pattern::Pattern;
use super::window::{Span, Zone};
use crate::instant::{Instant, NEVER};

/// A name in a predicate, by its place in the predicate's names.
pub(super) type Symbol = u32;

/// A compiled condition: steps in the order in which they are evaluated, each operator before its operands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) leaves: Vec<Leaf>,
}

/// One step of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// All of the conditions up to this step.
    And(u32),
    /// Any of the conditions up to this step.
    Or(u32),
    /// The opposite of the next condition.
    Not,
    /// A leaf, by its place.
    Leaf(u32),
}

/// A truth, and the first instant at which it may be another without new evidence.
pub(super) type Held = (Option<bool>, Instant);

/// A condition without conditions inside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Leaf {
    pub(super) test: Test,
    /// `NOT IN`, `NOT LIKE`, `IS PRESENT`, ...
    pub(super) negated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Test {
    Compare(Term, Op, Term),
    Between(Term, Term, Term),
    In(Term, Set),
    /// In a list that the caller hands in.
    InList(Term, Symbol),
    /// Whether a text that is a JSON list has this item.
    Has(Symbol, Box<str>),
    Like(Term, Pattern),
    Missing(Term),
    During(Term, Span),
    Truth(Term),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Term {
    /// A golden value, or a property of an event, read as a type.
    Value(Symbol, Type),
    /// The number of records.
    Size,
    /// The number of different sources.
    SourceCount,
    /// Whether a record comes from this source.
    Source(Symbol),
    /// Whether the profile is in this segment.
    Segment(Symbol),
    /// Whether the term has a value.
    Has(Box<Term>),
    Constant(Constant),
    Call(Function, Vec<Term>),
    /// Whole years since a date, by the calendar of a zone.
    Age(Box<Term>, Zone),
    /// Whole days since the earliest evidence.
    ProfileAge,
    /// Whether the profile's number from 0 to 2^32 is below this one.
    Sample(u64, Box<str>),
    /// Whether there is consent to a purpose, on a channel.
    Consent(Symbol, Option<Symbol>),
    Events(Box<Events>),
    Sequence(Box<Sequence>),
}

/// A value written in the predicate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Constant {
    Text(Box<str>),
    Number(Number),
    Date(Date),
    Instant(Instant),
    Boolean(bool),
}

/// A number that can be a key; there is no negative zero among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Number(u64);

impl Number {
    pub(super) fn new(number: f64) -> Self {
        // Adding zero takes the sign off a negative zero.
        Number((number + 0.0).to_bits())
    }

    pub(super) fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// The values of an `IN` list, in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Set {
    Texts(Vec<Box<str>>),
    Numbers(Vec<Number>),
    Dates(Vec<Date>),
}

/// What is made of the events of a name that fit a filter and a span.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Events {
    pub(super) event: Symbol,
    pub(super) aggregate: Aggregate,
    pub(super) filter: Option<Program>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Aggregate {
    Count,
    Exists,
    /// That there is none.
    Absence,
    Sum(Symbol),
    Average(Symbol),
    Min(Symbol),
    Max(Symbol),
    Distinct(Symbol),
    FirstTime,
    LastTime,
    First(Symbol, Type),
    Last(Symbol, Type),
    /// In how many units of the span there is an event; rolling ones have a length.
    Periods(Option<i64>),
}

impl Aggregate {
    /// Whether it gives an instant.
    pub(super) fn is_time(self) -> bool {
        matches!(self, Aggregate::FirstTime | Aggregate::LastTime)
    }
}

/// Events that follow each other, the first of them inside a span.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sequence {
    pub(super) parts: Vec<Part>,
    /// What must not follow the last one.
    pub(super) never: Option<Part>,
    pub(super) span: Span,
}

/// One event of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Part {
    pub(super) event: Symbol,
    pub(super) filter: Option<Program>,
    /// How soon after the one before, in milliseconds.
    pub(super) within: Option<i64>,
}

/// Something a leaf depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Read {
    /// A golden value, or a property of an event.
    Value(Symbol),
    Size,
    Sources,
    Segment(Symbol),
    Event(Symbol),
    Consent(Symbol),
    /// When the profile began.
    Created,
    Id,
}

impl Program {
    /// Evaluates with early exit; `leaf` tells the truth of a leaf. What is false for one of its parts stays so as long as that
    /// part does.
    pub(super) fn run(&self, leaf: &mut impl FnMut(u32) -> Held) -> Held {
        run(&self.steps, &mut 0, leaf)
    }

    /// Gives names other places.
    pub(super) fn rename(&mut self, to: &impl Fn(Symbol) -> Symbol) {
        self.leaves.iter_mut().for_each(|leaf| leaf.rename(to));
    }
}

/// Evaluates the condition that begins at a step.
pub(super) fn run(steps: &[Step], at: &mut usize, leaf: &mut impl FnMut(u32) -> Held) -> Held {
    let step = steps[*at];
    *at += 1;
    match step {
        Step::Leaf(number) => leaf(number),
        Step::Not => {
            let (truth, next) = run(steps, at, leaf);
            (truth.map(|truth| !truth), next)
        }
        Step::And(end) => run_all(steps, at, end as usize, false, leaf),
        Step::Or(end) => run_all(steps, at, end as usize, true, leaf),
    }
}

/// Kleene's conjunction, where `decides` is false, or disjunction: one that decides is enough, else one unknown.
fn run_all(steps: &[Step], at: &mut usize, end: usize, decides: bool, leaf: &mut impl FnMut(u32) -> Held) -> Held {
    let (mut result, mut next) = (Some(!decides), NEVER);
    while *at < end {
        let (truth, until) = run(steps, at, leaf);
        if truth == Some(decides) {
            *at = end;
            return (truth, until);
        }
        next = next.min(until);
        if truth.is_none() {
            result = None;
        }
    }
    (result, next)
}

impl Leaf {
    pub(super) fn reads(&self, read: &mut dyn FnMut(Read)) {
        match &self.test {
            Test::Compare(left, _, right) => [left, right].into_iter().for_each(|term| term.reads(read)),
            Test::Between(value, low, high) => [value, low, high].into_iter().for_each(|term| term.reads(read)),
            Test::Has(field, _) => read(Read::Value(*field)),
            Test::In(term, _)
            | Test::InList(term, _)
            | Test::Like(term, _)
            | Test::Missing(term)
            | Test::During(term, _)
            | Test::Truth(term) => term.reads(read),
        }
    }

    pub(super) fn rename(&mut self, to: &impl Fn(Symbol) -> Symbol) {
        match &mut self.test {
            Test::Compare(left, _, right) => [left, right].into_iter().for_each(|term| term.rename(to)),
            Test::Between(value, low, high) => [value, low, high].into_iter().for_each(|term| term.rename(to)),
            Test::Has(field, _) => *field = to(*field),
            Test::InList(term, list) => {
                *list = to(*list);
                term.rename(to);
            }
            Test::In(term, _)
            | Test::Like(term, _)
            | Test::Missing(term)
            | Test::During(term, _)
            | Test::Truth(term) => term.rename(to),
        }
    }

    /// The events, the operator and the constant, where it compares a number made of events with a constant; that there are any
    /// is the number 1.
    pub(super) fn comparison(&self) -> Option<(&Events, Op, f64)> {
        let (events, op, constant) = match &self.test {
            Test::Compare(Term::Events(events), op, Term::Constant(Constant::Number(number))) => {
                (events, *op, number.get())
            }
            Test::Truth(Term::Events(events)) => (events, Op::Equal, 1.0),
            _ => return None,
        };
        let is_other = matches!(
            events.aggregate,
            Aggregate::First(..) | Aggregate::Last(..) | Aggregate::FirstTime | Aggregate::LastTime
        );
        (!is_other).then_some((events, op, constant))
    }

    /// Whether it may change with time alone.
    pub(super) fn depends_on_time(&self) -> bool {
        match &self.test {
            Test::Compare(left, _, right) => left.depends_on_time() || right.depends_on_time(),
            Test::Between(value, low, high) => [value, low, high].iter().any(|term| term.depends_on_time()),
            Test::Has(..) => false,
            // A date to come enters even a fixed window only when its time has come.
            Test::During(..) => true,
            Test::In(term, _)
            | Test::InList(term, _)
            | Test::Like(term, _)
            | Test::Missing(term)
            | Test::Truth(term) => term.depends_on_time(),
        }
    }
}

impl Test {
    /// The terms it compares.
    pub(super) fn terms(&self) -> Vec<&Term> {
        match self {
            Test::Compare(left, _, right) => vec![left, right],
            Test::Between(value, low, high) => vec![value, low, high],
            Test::Has(..) => vec![],
            Test::In(term, _)
            | Test::InList(term, _)
            | Test::Like(term, _)
            | Test::Missing(term)
            | Test::During(term, _)
            | Test::Truth(term) => vec![term],
        }
    }
}

impl Term {
    /// Calls `found` with this term and each inside it.
    pub(super) fn each<'t>(&'t self, found: &mut dyn FnMut(&'t Term)) {
        found(self);
        match self {
            Term::Has(term) | Term::Age(term, _) => term.each(found),
            Term::Call(_, args) => args.iter().for_each(|arg| arg.each(found)),
            _ => {}
        }
    }

    pub(super) fn reads(&self, read: &mut dyn FnMut(Read)) {
        match self {
            Term::Value(name, _) => read(Read::Value(*name)),
            Term::Size => read(Read::Size),
            Term::SourceCount | Term::Source(_) => read(Read::Sources),
            Term::Segment(name) => read(Read::Segment(*name)),
            Term::Has(term) | Term::Age(term, _) => term.reads(read),
            Term::Constant(_) => {}
            Term::Call(_, args) => args.iter().for_each(|arg| arg.reads(read)),
            Term::ProfileAge => read(Read::Created),
            Term::Sample(..) => read(Read::Id),
            Term::Consent(purpose, _) => read(Read::Consent(*purpose)),
            Term::Events(events) => read(Read::Event(events.event)),
            Term::Sequence(sequence) => {
                sequence.parts.iter().chain(&sequence.never).for_each(|part| read(Read::Event(part.event)));
            }
        }
    }

    fn rename(&mut self, to: &impl Fn(Symbol) -> Symbol) {
        match self {
            Term::Value(name, _) | Term::Source(name) | Term::Segment(name) => *name = to(*name),
            Term::Has(term) | Term::Age(term, _) => term.rename(to),
            Term::Call(_, args) => args.iter_mut().for_each(|arg| arg.rename(to)),
            Term::Consent(purpose, channel) => {
                *purpose = to(*purpose);
                *channel = channel.map(to);
            }
            Term::Events(events) => events.rename(to),
            Term::Sequence(sequence) => {
                for part in sequence.parts.iter_mut().chain(&mut sequence.never) {
                    part.event = to(part.event);
                    part.filter.iter_mut().for_each(|filter| filter.rename(to));
                }
            }
            Term::Size | Term::SourceCount | Term::Constant(_) | Term::ProfileAge | Term::Sample(..) => {}
        }
    }

    /// Whether its value may change with time alone.
    pub(super) fn depends_on_time(&self) -> bool {
        match self {
            Term::Age(..) | Term::ProfileAge | Term::Consent(..) | Term::Events(_) | Term::Sequence(_) => true,
            Term::Has(term) => term.depends_on_time(),
            Term::Call(_, args) => args.iter().any(Term::depends_on_time),
            Term::Value(..)
            | Term::Size
            | Term::SourceCount
            | Term::Source(_)
            | Term::Segment(_)
            | Term::Constant(_)
            | Term::Sample(..) => false,
        }
    }
}

impl Events {
    fn rename(&mut self, to: &impl Fn(Symbol) -> Symbol) {
        self.event = to(self.event);
        self.filter.iter_mut().for_each(|filter| filter.rename(to));
        match &mut self.aggregate {
            Aggregate::Sum(name)
            | Aggregate::Average(name)
            | Aggregate::Min(name)
            | Aggregate::Max(name)
            | Aggregate::Distinct(name)
            | Aggregate::First(name, _)
            | Aggregate::Last(name, _) => *name = to(*name),
            Aggregate::Count
            | Aggregate::Exists
            | Aggregate::Absence
            | Aggregate::FirstTime
            | Aggregate::LastTime
            | Aggregate::Periods(_) => {}
        }
    }
}
