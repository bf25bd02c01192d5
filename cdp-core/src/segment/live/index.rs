//! Which leaves may differ after a change: found by the values, limits and filters they compare with.

use super::compile::Compiled;
use super::course::Course;
use super::person::{Edit, Happened, State};
use super::settle::Found;
use crate::instant::{Instant, NEVER};
use crate::segment::ast::Op;
use crate::segment::function::Type;
use crate::segment::input::{Clock, Row};
use crate::segment::program::{Aggregate, Constant, Events, Leaf, Program, Read, Set, Step, Symbol, Term, Test};
use crate::segment::value::read_number;
use crate::segment::window::Span;
use hashbrown::HashMap;

/// The index of all leaves.
#[derive(Debug, Default)]
pub(super) struct Index {
    fields: HashMap<Symbol, Field>,
    events: HashMap<Symbol, Named>,
    /// Leaves that read sources or the number of records.
    sources: Vec<u32>,
    created: Vec<u32>,
    consents: Vec<u32>,
    ids: Vec<u32>,
}

/// The leaves on one field.
#[derive(Debug, Default)]
struct Field {
    /// By the texts they look for.
    equal: HashMap<Box<str>, Vec<u32>>,
    limits: Limits,
    others: Vec<u32>,
    /// Those that change with time.
    timed: Vec<u32>,
}

/// A leaf that compares a number with a constant.
#[derive(Debug)]
struct Limit {
    constant: f64,
    op: Op,
    negated: bool,
    leaf: u32,
}

/// Limits, in order of their constants.
#[derive(Debug, Default)]
struct Limits(Vec<Limit>);

impl Limits {
    /// Those that may tell two numbers apart: all, unless both are numbers.
    fn between(&self, a: Option<f64>, b: Option<f64>) -> &[Limit] {
        let (Some(a), Some(b)) = (a, b) else { return &self.0 };
        let start = self.0.partition_point(|limit| limit.constant < a.min(b));
        let len = self.0[start..].partition_point(|limit| limit.constant <= a.max(b));
        &self.0[start..start + len]
    }

    /// Adds the leaves that one number passes and another does not.
    fn passed(&self, old: Option<f64>, new: Option<f64>, flipped: &mut Vec<(u32, bool)>) {
        if old == new {
            return;
        }
        for limit in self.between(old, new) {
            let is = limit.holds(new);
            if is != limit.holds(old) {
                flipped.push((limit.leaf, is));
            }
        }
    }

    fn sort(&mut self) {
        self.0.sort_by(|a, b| a.constant.total_cmp(&b.constant));
        self.0.shrink_to_fit();
    }
}

impl Limit {
    fn holds(&self, number: Option<f64>) -> bool {
        let order = number.and_then(|number| number.partial_cmp(&self.constant));
        order.is_some_and(|order| self.op.holds(order) != self.negated)
    }
}

/// The leaves on the events of one name.
#[derive(Debug, Default)]
struct Named {
    groups: Vec<Group>,
    /// Groups whose filter is that a property is a text, by both.
    equal: HashMap<Symbol, HashMap<Box<str>, Vec<u32>>>,
    /// The other groups.
    tried: Vec<u32>,
    courses: Vec<(Course, Moved)>,
    /// Leaves that also change with time in ways that the times of events do not tell: the age of a date that is a property.
    timed: Vec<u32>,
}

/// What an event that moves may change.
#[derive(Debug, Default)]
struct Moved {
    /// Numbers, by their group and their place in it.
    terms: Vec<(u32, u32)>,
    leaves: Vec<u32>,
}

/// Leaves whose events have to fit one filter.
#[derive(Debug)]
struct Group {
    filter: Option<Program>,
    terms: Vec<Counted>,
    others: Vec<u32>,
}

/// A number made of events, and the leaves that compare it.
#[derive(Debug)]
struct Counted {
    events: Events,
    limits: Limits,
}

/// What was found before a change, to be compared with after it.
#[derive(Debug, Default)]
pub(super) struct Marks {
    field: Option<(Symbol, Option<f64>)>,
    name: Option<Symbol>,
    terms: Vec<(u32, u32, Option<f64>)>,
}

impl Index {
    pub(super) fn new(leaves: &[Leaf]) -> Index {
        let mut index = Index::default();
        let mut builder = Places::default();
        for (number, leaf) in (0u32..).zip(leaves) {
            let mut reads = Vec::new();
            leaf.reads(&mut |read| {
                if !reads.contains(&read) {
                    reads.push(read);
                }
            });
            for read in reads {
                match read {
                    Read::Value(field) => index.fields.entry(field).or_default().add(number, leaf),
                    Read::Size | Read::Sources => index.sources.push(number),
                    Read::Created => index.created.push(number),
                    Read::Consent(_) => index.consents.push(number),
                    Read::Id => index.ids.push(number),
                    Read::Segment(_) => {}
                    Read::Event(name) => index.events.entry(name).or_default().add(name, number, leaf, &mut builder),
                }
            }
        }
        index.sources.dedup();
        index.consents.dedup();
        index.fields.values_mut().for_each(|field| field.limits.sort());
        let groups = index.events.values_mut().flat_map(|named| &mut named.groups);
        groups.flat_map(|group| &mut group.terms).for_each(|term| term.limits.sort());
        index
    }

    /// Calls `found` with each leaf that is true since a golden value is one it wants.
    pub(super) fn equal_to(&self, state: &State, found: &mut dyn FnMut(u32)) {
        for (field, value) in state.values() {
            let leaves = self.fields.get(field).and_then(|field| field.equal.get(value));
            leaves.into_iter().flatten().for_each(|&leaf| found(leaf));
        }
    }

    /// The leaves that a timer of what they read may change; those of events are told by `timed`.
    pub(super) fn timed_by(&self, read: Read) -> &[u32] {
        match read {
            Read::Value(field) => self.fields.get(&field).map_or(&[], |field| &field.timed),
            Read::Created => &self.created,
            Read::Consent(_) => &self.consents,
            _ => &[],
        }
    }

    /// The leaves on events of a name whose times do not tell all.
    pub(super) fn timed_by_value(&self, name: Symbol) -> &[u32] {
        self.events.get(&name).map_or(&[], |named| &named.timed)
    }

    /// When an event of a name next moves.
    pub(super) fn next(&self, name: Symbol, state: &State, now: Instant) -> Instant {
        let history = state.history(name);
        self.courses(name).map(|course| course.next(history, now)).min().unwrap_or(NEVER)
    }

    /// When this event does.
    pub(super) fn next_of(&self, name: Symbol, event: &Happened, now: Instant) -> Instant {
        self.courses(name).map(|course| course.next_of(event.time, now)).min().unwrap_or(NEVER)
    }

    fn courses(&self, name: Symbol) -> impl Iterator<Item = &Course> {
        self.events.get(&name).into_iter().flat_map(|named| named.courses.iter().map(|(course, _)| course))
    }
}

impl Compiled {
    /// Looks at the leaves that an edit may change, before it does.
    pub(super) fn before(&self, state: &State, edit: &Edit, now: Instant, found: &mut Found) -> Marks {
        let mut marks = Marks::default();
        let test = |leaves: &[u32], found: &mut Found| {
            found.tested.extend(leaves.iter().map(|&leaf| (leaf, self.holds(leaf, state, now))));
        };
        match edit {
            Edit::Born => test(&self.index.ids, found),
            Edit::Sources(_) => test(&self.index.sources, found),
            Edit::Created(_) => test(&self.index.created, found),
            Edit::Consents(_) => test(&self.index.consents, found),
            Edit::Value(name, value) => {
                let (Some(field), old) = (self.index.fields.get(name), state.value(*name)) else { return marks };
                if old == value.as_deref() {
                    return marks;
                }
                field.replaced(old, value.as_deref(), &mut found.flipped);
                test(&field.others, found);
                marks.field = Some((*name, old.and_then(read_number)));
            }
            Edit::Happened(name, event) => {
                let Some(named) = self.index.events.get(name) else { return marks };
                marks.name = Some(*name);
                named.fitting(event, &mut |group| self.mark(named, group, state, now, found, &mut marks));
            }
            Edit::History(name, _) => {
                let Some(named) = self.index.events.get(name) else { return marks };
                marks.name = Some(*name);
                let groups = 0..named.groups.len() as u32;
                groups.for_each(|group| self.mark(named, group, state, now, found, &mut marks));
            }
        }
        marks
    }

    fn mark(&self, named: &Named, group: u32, state: &State, now: Instant, found: &mut Found, marks: &mut Marks) {
        let leaves = &named.groups[group as usize];
        found.tested.extend(leaves.others.iter().map(|&leaf| (leaf, self.holds(leaf, state, now))));
        let terms = (0u32..).zip(&leaves.terms);
        marks.terms.extend(terms.map(|(place, term)| (group, place, self.number(&term.events, state, now))));
    }

    /// Adds the leaves whose number passed their limit.
    pub(super) fn after(&self, state: &State, marks: Marks, now: Instant, found: &mut Found) {
        if let Some((name, old)) = marks.field
            && let Some(field) = self.index.fields.get(&name)
        {
            field.limits.passed(old, state.value(name).and_then(read_number), &mut found.flipped);
        }
        let Some(named) = marks.name.and_then(|name| self.index.events.get(&name)) else { return };
        for (group, place, old) in marks.terms {
            let term = &named.groups[group as usize].terms[place as usize];
            term.limits.passed(old, self.number(&term.events, state, now), &mut found.flipped);
        }
    }

    /// Looks at the leaves that change at this very instant since time passes.
    pub(super) fn passed(&self, read: Read, state: &State, at: Instant, found: &mut Found) {
        let (mut leaves, mut terms) = (self.index.timed_by(read).to_vec(), Vec::new());
        let named = if let Read::Event(name) = read { self.index.events.get(&name).zip(Some(name)) } else { None };
        if let Some((named, name)) = named {
            let history = state.history(name);
            for (_, moved) in named.courses.iter().filter(|(course, _)| course.next(history, at - 1) == at) {
                leaves.extend(&moved.leaves);
                terms.extend(&moved.terms);
            }
            leaves.extend(&named.timed);
            leaves.sort_unstable();
            leaves.dedup();
            terms.sort_unstable();
            terms.dedup();
            for (group, place) in terms {
                let term = &named.groups[group as usize].terms[place as usize];
                let [old, new] = [at - 1, at].map(|at| self.number(&term.events, state, at));
                term.limits.passed(old, new, &mut found.flipped);
            }
        }
        found.tested.extend(leaves.into_iter().map(|leaf| (leaf, self.holds(leaf, state, at - 1))));
    }
}

/// The field and the texts of a leaf that is true where the field has one of them.
pub(super) fn wanted(leaf: &Leaf) -> Option<(Symbol, &[Box<str>])> {
    match &leaf.test {
        Test::Compare(Term::Value(field, Type::Text), Op::Equal, Term::Constant(Constant::Text(text)))
            if !leaf.negated =>
        {
            Some((*field, std::slice::from_ref(text)))
        }
        Test::In(Term::Value(field, Type::Text), Set::Texts(texts)) if !leaf.negated => Some((*field, texts)),
        _ => None,
    }
}

impl Field {
    /// Adds the leaves that want one text and not the other.
    fn replaced(&self, old: Option<&str>, new: Option<&str>, flipped: &mut Vec<(u32, bool)>) {
        let [old, new] =
            [old, new].map(|text| text.and_then(|text| self.equal.get(text)).map_or(&[][..], Vec::as_slice));
        // Leaves come in order.
        flipped.extend(old.iter().filter(|leaf| new.binary_search(leaf).is_err()).map(|&leaf| (leaf, false)));
        flipped.extend(new.iter().filter(|leaf| old.binary_search(leaf).is_err()).map(|&leaf| (leaf, true)));
    }

    fn add(&mut self, number: u32, leaf: &Leaf) {
        if leaf.depends_on_time() {
            self.timed.push(number);
        }
        if let Some((_, texts)) = wanted(leaf) {
            for text in texts {
                match self.equal.get_mut(text) {
                    Some(leaves) => leaves.push(number),
                    None => drop(self.equal.insert(text.clone(), vec![number])),
                }
            }
            return;
        }
        match &leaf.test {
            Test::Compare(Term::Value(_, Type::Number), op, Term::Constant(Constant::Number(constant))) => {
                self.limits.0.push(Limit { constant: constant.get(), op: *op, negated: leaf.negated, leaf: number });
            }
            _ => self.others.push(number),
        }
    }
}

/// Where groups, terms and courses were put, while they are.
#[derive(Default)]
struct Places {
    groups: HashMap<Symbol, HashMap<Option<Program>, u32>>,
    terms: HashMap<Events, (u32, u32)>,
    courses: HashMap<(Symbol, Course), u32>,
}

impl Named {
    fn add(&mut self, name: Symbol, number: u32, leaf: &Leaf, places: &mut Places) {
        let counted = limit(number, leaf).map(|(events, limit)| self.add_limit(name, events, limit, places));
        if counted.is_none() {
            let mut filters = Vec::new();
            visit(leaf, &mut |event, filter| {
                if event == name && !filters.contains(&filter) {
                    filters.push(filter);
                }
            });
            for filter in filters {
                let group = self.group(name, filter, places);
                self.groups[group as usize].others.push(number);
            }
        }
        if ages(leaf) {
            self.timed.push(number);
        }
        if let Some((_, false)) = counted {
            return;
        }
        let mut courses = Vec::new();
        courses_of(leaf, name, &mut |course| courses.push(course));
        for course in courses {
            let moved = self.moved(name, course, places);
            match counted {
                Some((term, _)) if moved.terms.last() != Some(&term) => moved.terms.push(term),
                None if moved.leaves.last() != Some(&number) => moved.leaves.push(number),
                _ => {}
            }
        }
    }

    /// Adds a leaf that compares a number; gives the place of the number, and whether it is a new one.
    fn add_limit(&mut self, name: Symbol, events: &Events, limit: Limit, places: &mut Places) -> ((u32, u32), bool) {
        if let Some(&(group, place)) = places.terms.get(events) {
            self.groups[group as usize].terms[place as usize].limits.0.push(limit);
            return ((group, place), false);
        }
        let group = self.group(name, &events.filter, places);
        let terms = &mut self.groups[group as usize].terms;
        let place = (group, terms.len() as u32);
        terms.push(Counted { events: events.clone(), limits: Limits(vec![limit]) });
        places.terms.insert(events.clone(), place);
        (place, true)
    }

    /// What a course changes.
    fn moved(&mut self, name: Symbol, course: Course, places: &mut Places) -> &mut Moved {
        let courses = &mut self.courses;
        let place = *places.courses.entry((name, course.clone())).or_insert_with(|| {
            courses.push((course, Moved::default()));
            courses.len() as u32 - 1
        });
        &mut self.courses[place as usize].1
    }

    fn group(&mut self, name: Symbol, filter: &Option<Program>, places: &mut Places) -> u32 {
        let groups = places.groups.entry(name).or_default();
        if let Some(&place) = groups.get(filter) {
            return place;
        }
        let place = self.groups.len() as u32;
        match filter.as_ref().and_then(equality) {
            Some((property, text)) => {
                self.equal.entry(property).or_default().entry(text.into()).or_default().push(place);
            }
            None => self.tried.push(place),
        }
        self.groups.push(Group { filter: filter.clone(), terms: Vec::new(), others: Vec::new() });
        groups.insert(filter.clone(), place);
        place
    }

    /// Calls `found` with each group whose filter an event fits.
    fn fitting(&self, event: &Happened, found: &mut dyn FnMut(u32)) {
        for (property, value) in &event.properties {
            let groups = self.equal.get(property).and_then(|values| values.get(value));
            groups.into_iter().flatten().for_each(|&group| found(group));
        }
        let row = Row(event);
        for &group in &self.tried {
            let filter = self.groups[group as usize].filter.as_ref();
            if filter.is_none_or(|filter| filter.truth(&row, &Clock::new(None)) == Some(true)) {
                found(group);
            }
        }
    }
}

/// A filter that is nothing but that a property is a text.
fn equality(filter: &Program) -> Option<(Symbol, &str)> {
    let ([Step::Leaf(_)], [Leaf { test, negated: false }]) = (&filter.steps[..], &filter.leaves[..]) else {
        return None;
    };
    match test {
        Test::Compare(Term::Value(property, Type::Text), Op::Equal, Term::Constant(Constant::Text(text))) => {
            Some((*property, text))
        }
        _ => None,
    }
}

/// A leaf that compares a number made of events with a constant.
fn limit(number: u32, leaf: &Leaf) -> Option<(&Events, Limit)> {
    let (events, op, constant) = leaf.comparison()?;
    Some((events, Limit { constant, op, negated: leaf.negated, leaf: number }))
}

/// Calls `found` with each event a leaf reads, and its filter.
fn visit<'l>(leaf: &'l Leaf, found: &mut dyn FnMut(Symbol, &'l Option<Program>)) {
    leaf.test.terms().into_iter().for_each(|term| {
        term.each(&mut |term| match term {
            Term::Events(events) => found(events.event, &events.filter),
            Term::Sequence(sequence) => {
                let parts = sequence.parts.iter().chain(&sequence.never);
                parts.for_each(|part| found(part.event, &part.filter));
            }
            _ => {}
        });
    });
}

/// Whether a leaf follows the age of a date that is a property of events.
fn ages(leaf: &Leaf) -> bool {
    let mut found = matches!(&leaf.test, Test::During(term, _) if is_property(term));
    leaf.test.terms().into_iter().for_each(|term| {
        term.each(&mut |term| found |= matches!(term, Term::Age(inner, _) if is_property(inner)));
    });
    found
}

fn is_property(term: &Term) -> bool {
    let mut found = false;
    term.each(&mut |term| {
        found |= matches!(term, Term::Events(events) if matches!(events.aggregate, Aggregate::First(..) | Aggregate::Last(..)));
    });
    found
}

/// Calls `found` with each course by which an event of this name may change a leaf as time passes.
fn courses_of(leaf: &Leaf, name: Symbol, found: &mut dyn FnMut(Course)) {
    leaf.test.terms().into_iter().for_each(|term| {
        term.each(&mut |term| match term {
            Term::Events(events) if events.event == name => {
                found(Course::Span(events.span.clone()));
                if let Test::During(_, span) = &leaf.test {
                    found(Course::Span(span.clone()));
                }
                if let (Aggregate::Periods(Some(length)), Span::Ago { from: until, .. }) =
                    (events.aggregate, &events.span)
                {
                    found(Course::Units { length, until: *until });
                }
            }
            Term::Sequence(sequence) => {
                let last = sequence.parts.last();
                if sequence.parts.iter().any(|part| part.event == name) {
                    found(Course::Span(sequence.span.clone()));
                }
                if let Some(never) = &sequence.never {
                    if last.is_some_and(|part| part.event == name) {
                        let gap = never.within.unwrap_or_default();
                        found(Course::Span(Span::Ago { from: NEVER, to: gap }));
                    }
                    if never.event == name {
                        found(Course::Span(Span::Always));
                    }
                }
            }
            _ => {}
        });
    });
}
