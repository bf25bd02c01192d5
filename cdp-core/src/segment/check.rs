//! From the syntax tree to a predicate that can be evaluated: names are looked up, types checked, pitfalls warned about.

use super::ast::{At, Call, Expr, List, Literal, Op, Operand};
use super::check_parts::{
    check_known, coerce, date, like_pattern, literal_argument, number, ordered_set, plain_call, position_or_push,
    settle, span, text, type_of, unknowns,
};
use super::function::{FUNCTIONS, LIVE_FUNCTIONS, Signature, Type, names};
use super::predicate::{Fields, Predicate, Warning};
use super::program::{Constant, Leaf, Number, Program, Set, Step, Symbol, Term, Test};
use super::window::{Window, Zone};
use super::wording::{described, mismatch, no_zone, type_error, unknown, unsupported, wrong_argument};
use crate::error::{Code, Error, Result};
use crate::schema::Kind;
use hashbrown::HashSet;

/// The name of the number of records of a profile, unless a golden field has it.
const SIZE: &str = "size";
/// The name of the list of sources of a profile, unless a golden field has it.
const SOURCES: &str = "sources";

/// Refuses a condition that changes with time and says nothing of a profile: it would be true of everybody or nobody.
fn refuse_mere_time(leaf: &Leaf, written: &Expr) -> Result<()> {
    let mut reads = false;
    leaf.reads(&mut |_| reads = true);
    if reads || !leaf.depends_on_time() {
        return Ok(());
    }
    let at = match written {
        Expr::Compare { left, .. } | Expr::Between { left, .. } | Expr::In { left, .. } => left.at(),
        Expr::Like { left, .. } | Expr::Missing { left, .. } | Expr::During { left, .. } => left.at(),
        Expr::Truth(operand) => operand.at(),
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => At::default(),
    };
    Err(type_error(at, "this condition reads nothing of a profile, only the time").help("name a field or an event"))
}

/// How many leaves a condition has.
fn leaves(expr: &Expr) -> usize {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().map(leaves).sum(),
        Expr::Not(inner) => leaves(inner),
        _ => 1,
    }
}

/// Looks up names and checks types.
pub(super) fn check(expr: Expr, fields: &Fields) -> Result<Predicate> {
    let mut checker = Checker::new(fields);
    let program = checker.program(&expr)?;
    let Checker { names, mut uses, warnings, .. } = checker;
    let is_declared = |name: &&String| fields.events.as_ref().is_some_and(|events| events.contains_key(*name));
    uses.dotted = uses.event_names.iter().filter(|name| name.contains('.')).filter(is_declared).cloned().collect();
    let needs_now = uses.events || !uses.consents.is_empty() || program.leaves.iter().any(Leaf::depends_on_time);
    Ok(Predicate { expr, program, names, uses, needs_now, warnings })
}

/// A purpose, and the channel where one is asked about.
pub(super) type Asked = (String, Option<String>);

/// What a predicate names.
#[derive(Debug, Clone, Default)]
pub(super) struct Uses {
    pub(super) fields: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) segments: Vec<String>,
    pub(super) lists: Vec<String>,
    pub(super) event_names: Vec<String>,
    pub(super) properties: Vec<String>,
    pub(super) needs_sources: bool,
    pub(super) events: bool,
    /// Purposes, with the channel where one is asked about.
    pub(super) consents: Vec<Asked>,
    pub(super) created: bool,
    /// Declared events whose names have a dot.
    pub(super) dotted: Vec<String>,
}

/// What is found out while walking the tree.
pub(super) struct Checker<'a> {
    pub(super) known: &'a Fields,
    pub(super) names: Vec<Box<str>>,
    pub(super) uses: Uses,
    warnings: Vec<Warning>,
    /// What conditions beside the one that is looked at, or beside one around it, ask to be there or missing.
    handled: Vec<String>,
    /// What was warned about.
    warned: HashSet<String>,
    /// The event whose filter is being checked.
    pub(super) event: Option<String>,
}

/// A term with its type.
pub(super) type Typed = (Term, Type);

impl<'a> Checker<'a> {
    fn new(known: &'a Fields) -> Self {
        Checker {
            known,
            names: Vec::new(),
            uses: Uses::default(),
            warnings: Vec::new(),
            handled: Vec::new(),
            warned: HashSet::new(),
            event: None,
        }
    }

    /// The symbol of a name.
    pub(super) fn symbol(&mut self, name: &str) -> Symbol {
        let place = self.names.iter().position(|known| **known == *name).unwrap_or_else(|| {
            self.names.push(name.into());
            self.names.len() - 1
        });
        place as Symbol
    }

    /// Notes what `x IS MISSING`, `x IS PRESENT` or `has(x)` asks for, negated or not.
    fn note_handled(&mut self, expr: &Expr) {
        let asked = match expr {
            Expr::Not(inner) => return self.note_handled(inner),
            Expr::Missing { left, .. } => std::slice::from_ref(left),
            Expr::Truth(Operand::Call(call)) if call.name == "has" => &call.args[..],
            _ => return,
        };
        let mut found = Vec::new();
        asked.iter().for_each(|operand| unknowns(operand, &mut |part| found.push(part.to_string())));
        self.handled.extend(found);
    }

    /// A condition as a program.
    pub(super) fn program(&mut self, expr: &Expr) -> Result<Program> {
        let leaves = leaves(expr);
        let mut program = Program { steps: Vec::with_capacity(2 * leaves), leaves: Vec::with_capacity(leaves) };
        self.condition(expr, false, &mut program)?;
        Ok(program)
    }

    /// `negative`: whether an odd number of `NOT` stands above.
    fn condition(&mut self, expr: &Expr, negative: bool, program: &mut Program) -> Result<()> {
        match expr {
            Expr::And(parts) => self.conditions(parts, negative, Step::And, program),
            Expr::Or(parts) => self.conditions(parts, negative, Step::Or, program),
            Expr::Not(inner) => {
                program.steps.push(Step::Not);
                self.condition(inner, !negative, program)
            }
            leaf => {
                let (test, negated) = self.test(leaf)?;
                let says_not = negated || matches!(leaf, Expr::Compare { op: Op::NotEqual, .. });
                if says_not != negative && !matches!(test, Test::Missing(_)) {
                    self.warn_of_missing(leaf);
                }
                let made = Leaf { test, negated };
                refuse_mere_time(&made, leaf)?;
                program.steps.push(Step::Leaf(program.leaves.len() as u32));
                program.leaves.push(made);
                Ok(())
            }
        }
    }

    fn conditions(
        &mut self,
        parts: &[Expr],
        negative: bool,
        step: fn(u32) -> Step,
        program: &mut Program,
    ) -> Result<()> {
        let (place, around) = (program.steps.len(), self.handled.len());
        program.steps.push(step(0));
        parts.iter().for_each(|part| self.note_handled(part));
        parts.iter().try_for_each(|part| self.condition(part, negative, program))?;
        self.handled.truncate(around);
        program.steps[place] = step(program.steps.len() as u32);
        Ok(())
    }

    /// Warns of what may be missing in a negated condition, unless one beside it speaks of that.
    fn warn_of_missing(&mut self, leaf: &Expr) {
        for operand in leaf.operands() {
            unknowns(operand, &mut |part| {
                let is_there =
                    matches!(part, Operand::Field(name, _) if self.event.is_none() && self.known.kind(name).is_none());
                let shown = part.to_string();
                if is_there || self.handled.contains(&shown) {
                    return;
                }
                let message = match (part, &self.event) {
                    (Operand::Field(..), Some(event)) if self.warned.insert(format!("{event}.{shown}")) => {
                        format!("events without '{shown}' do not count, although the condition is negated")
                    }
                    (Operand::Field(name, _), None) if self.warned.insert(shown.clone()) => {
                        format!("profiles without '{name}' are not members, although the condition is negated")
                    }
                    (Operand::Call(_), _) if self.warned.insert(shown.clone()) => {
                        format!(
                            "profiles for whom {shown} is unknown are not members, although the condition is negated"
                        )
                    }
                    _ => return,
                };
                let At { line, column, .. } = part.at();
                let remedy = format!("add OR {shown} IS MISSING to include them, AND {shown} IS PRESENT to say so");
                self.warnings.push(Warning { line, column, message, remedy });
            });
        }
    }

    /// A leaf's test, and whether it is negated.
    fn test(&mut self, expr: &Expr) -> Result<(Test, bool)> {
        match expr {
            Expr::Compare { left, op, right } => Ok((self.compare(left, *op, right)?, false)),
            Expr::Between { left, low, high, negated } => Ok((self.between(left, low, high)?, *negated)),
            Expr::In { left, list: List::Items(items), negated } => {
                let value = self.scalar(left)?;
                Ok((self.set(left, value, items)?, *negated))
            }
            Expr::In { left, list: List::Of(list), negated } => Ok((self.in_list(left, list)?, *negated)),
            Expr::In { left, list: List::Named(name, at), negated } => {
                Ok((self.in_named_list(left, name, *at)?, *negated))
            }
            Expr::Like { left, pattern, at, negated } => {
                let value = self.scalar(left)?;
                let value = self.as_type(value, Type::Text, |kind| {
                    type_error(*at, format!("LIKE compares texts, {} is not one", described(left, kind)))
                })?;
                Ok((Test::Like(value, like_pattern(pattern, *at)?), *negated))
            }
            Expr::During { left, window, at, negated } => Ok((self.during(left, window, *at)?, *negated)),
            Expr::Missing { left, negated } => {
                let mut value = self.scalar(left)?;
                settle(&mut value, Type::Text);
                Ok((Test::Missing(value.0), *negated))
            }
            Expr::Truth(operand) => Ok((self.truth(operand)?, false)),
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) => {
                Err(Error::new(Code::Internal, "a condition was taken for a test"))
            }
        }
    }

    fn compare(&mut self, left: &Operand, op: Op, right: &Operand) -> Result<Test> {
        let mut value = self.scalar(left)?;
        let other = self.same(left, &mut value, right)?;
        if !matches!(op, Op::Equal | Op::NotEqual) {
            self.ordered(left, value.1)?;
        }
        Ok(Test::Compare(value.0, op, other))
    }

    fn between(&mut self, left: &Operand, low: &Operand, high: &Operand) -> Result<Test> {
        let mut value = self.scalar(left)?;
        let mut least = self.same(left, &mut value, low)?;
        let greatest = self.same(left, &mut value, high)?;
        // What the first comparison left open, the second may have told.
        coerce(&mut least, value.1);
        self.ordered(left, value.1)?;
        Ok(Test::Between(value.0, least, greatest))
    }

    /// A term of the same type as `left`; what is of any type becomes of the other's.
    fn same(&mut self, left: &Operand, value: &mut Typed, right: &Operand) -> Result<Term> {
        let mut other = self.scalar(right)?;
        match (value.1, other.1) {
            (Type::Any, Type::Any) => {}
            (Type::Any, kind) => settle(value, kind),
            (kind, Type::Any) => settle(&mut other, kind),
            _ => {}
        }
        // Values are never read as instants, which engines would not do alike.
        let instant = |typed: &Typed| match typed {
            (Term::Value(..), kind) => *kind == Type::Instant,
            (Term::Events(events), kind) => *kind == Type::Instant && !events.aggregate.is_time(),
            _ => false,
        };
        if value.1 != other.1 || instant(value) || instant(&other) {
            return Err(mismatch(left, value.1, right, other.1));
        }
        if value.1 == Type::Any {
            // Two properties of unknown types are compared as texts.
            settle(value, Type::Text);
            settle(&mut other, Type::Text);
        }
        Ok(other.0)
    }

    /// The term, if it is of a type or can be read as it.
    fn as_type(&self, mut value: Typed, wanted: Type, otherwise: impl Fn(Type) -> Error) -> Result<Term> {
        settle(&mut value, wanted);
        if value.1 == wanted { Ok(value.0) } else { Err(otherwise(value.1)) }
    }

    fn ordered(&self, left: &Operand, kind: Type) -> Result<()> {
        if kind != Type::Boolean {
            return Ok(());
        }
        Err(type_error(left.at(), format!("{} has no order", described(left, kind))).help("compare it with = TRUE"))
    }

    fn set(&mut self, left: &Operand, mut value: Typed, items: &[Operand]) -> Result<Test> {
        for item in items {
            self.same(left, &mut value, item)?;
        }
        let literals = items.iter().filter_map(|item| match item {
            Operand::Literal(literal, _) => Some(literal),
            _ => None,
        });
        let set = match value.1 {
            Type::Number => Set::Numbers(ordered_set(literals.filter_map(number))),
            Type::Date => Set::Dates(ordered_set(literals.filter_map(date))),
            Type::Text => Set::Texts(ordered_set(literals.filter_map(text))),
            kind => {
                return Err(type_error(left.at(), format!("{} cannot be looked for in a list", described(left, kind))));
            }
        };
        Ok(Test::In(value.0, set))
    }

    /// `'crm' IN sources`, `'gold' IN tags`
    fn in_list(&mut self, left: &Operand, list: &Operand) -> Result<Test> {
        let (term, kind) = self.operand(list)?;
        let item = match left {
            Operand::Literal(Literal::Text(item), at) => Some((item, *at)),
            _ => None,
        };
        match (term, kind, item) {
            (_, Type::List, Some((name, at))) => Ok(Test::Truth(self.source(name, at)?)),
            (_, Type::List, None) => {
                Err(type_error(left.at(), "before IN sources stands the name of a source").help("'crm' IN sources"))
            }
            (Term::Value(field, _), Type::Text | Type::Any, Some((item, _))) if self.can_be_list(list) => {
                Ok(Test::Has(field, item.as_str().into()))
            }
            (Term::Value(..), Type::Text | Type::Any, None) if self.can_be_list(list) => {
                let reason = format!("before IN {list} stands a text in single quotes");
                Err(type_error(left.at(), reason).help("write = for one value, IN ('a', 'b') for several"))
            }
            _ => {
                let reason = format!("{} is not a list", described(list, kind));
                Err(type_error(list.at(), reason).help("write = for one value, IN ('a', 'b') for several"))
            }
        }
    }

    /// Whether a field may hold several texts: a property, or a golden value that is free text.
    fn can_be_list(&self, list: &Operand) -> bool {
        match list {
            Operand::Field(..) if self.event.is_some() => true,
            Operand::Field(name, _) => matches!(self.known.kind(name), Some(Kind::Text | Kind::Category)),
            _ => false,
        }
    }

    fn in_named_list(&mut self, left: &Operand, name: &str, at: At) -> Result<Test> {
        self.outside_of_filters("IN LIST", at)?;
        let value = self.scalar(left)?;
        let value = self.as_type(value, Type::Text, |kind| {
            type_error(left.at(), format!("a list holds texts, {} is not one", described(left, kind)))
        })?;
        check_known("list", name, self.known.lists.as_ref(), at)?;
        position_or_push(&mut self.uses.lists, name);
        Ok(Test::InList(value, self.symbol(name)))
    }

    fn during(&mut self, left: &Operand, window: &Window, at: At) -> Result<Test> {
        self.outside_of_filters("IS WITHIN", at)?;
        let value = self.scalar(left)?;
        if value.1 == Type::Instant {
            return Ok(Test::During(value.0, span(window, at)?));
        }
        let value = self.as_type(value, Type::Date, |kind| {
            let error =
                type_error(at, format!("a window holds dates and instants, {} is neither", described(left, kind)));
            if kind == Type::Text { error.help(format!("date({left}) reads a text as a date")) } else { error }
        })?;
        Ok(Test::During(value, span(window, at)?))
    }

    /// Refuses what reads the profile or the clock inside the filter of an event.
    pub(super) fn outside_of_filters(&self, what: &str, at: At) -> Result<()> {
        let Some(event) = &self.event else { return Ok(()) };
        let reason = format!("{what} does not go into the WHERE of an event, which reads properties of '{event}'");
        Err(Error::new(Code::PredicateUnsupported, reason)
            .position(at.line.into(), at.column.into())
            .help("put it beside the event, with AND"))
    }

    /// A call or a truth value as a condition.
    fn truth(&mut self, operand: &Operand) -> Result<Test> {
        let value = self.scalar(operand)?;
        let reason = |kind| format!("{} is not a condition", described(operand, kind));
        self.as_type(value, Type::Boolean, |kind| {
            type_error(operand.at(), reason(kind)).help("compare it with something")
        })
        .map(Test::Truth)
    }

    /// A term with a single value.
    pub(super) fn scalar(&mut self, operand: &Operand) -> Result<Typed> {
        let (term, kind) = self.operand(operand)?;
        if kind == Type::List {
            let help = "write 'crm' IN sources, or length(sources) for how many there are";
            return Err(type_error(operand.at(), "'sources' is a list, not a single value").help(help));
        }
        Ok((term, kind))
    }

    fn operand(&mut self, operand: &Operand) -> Result<Typed> {
        match operand {
            Operand::Field(name, at) => self.field(name, *at),
            Operand::Call(call) => self.call(call),
            Operand::Literal(literal, _) => {
                let (constant, kind) = match literal {
                    Literal::Text(text) => (Constant::Text(text.as_str().into()), Type::Text),
                    Literal::Number(number) => (Constant::Number(Number::new(*number)), Type::Number),
                    Literal::Boolean(truth) => (Constant::Boolean(*truth), Type::Boolean),
                    Literal::Date(date) => (Constant::Date(*date), Type::Date),
                    Literal::Instant(instant) => (Constant::Instant(*instant), Type::Instant),
                };
                Ok((Term::Constant(constant), kind))
            }
        }
    }

    fn field(&mut self, name: &str, at: At) -> Result<Typed> {
        if let Some(event) = &self.event {
            let event = event.clone();
            let own = name.strip_prefix(event.as_str()).and_then(|rest| rest.strip_prefix('.'));
            return self.property(&event, own.unwrap_or(name), at);
        }
        let Some(kind) = self.known.kind(name) else {
            return self.built_in(name, at);
        };
        position_or_push(&mut self.uses.fields, name);
        let kind = type_of(kind);
        Ok((Term::Value(self.symbol(name), kind), kind))
    }

    fn built_in(&mut self, name: &str, at: At) -> Result<Typed> {
        match name {
            SIZE => Ok((Term::Size, Type::Number)),
            SOURCES => {
                self.uses.needs_sources = true;
                Ok((Term::SourceCount, Type::List))
            }
            _ => {
                let known = self.known.names().chain([SIZE, SOURCES]);
                let text = format!("texts are written in single quotes: '{name}'");
                Err(unknown("field", name, known, at, (name.len() <= 30).then_some(text)))
            }
        }
    }

    fn call(&mut self, call: &Call) -> Result<Typed> {
        if let Some(signature) = FUNCTIONS.iter().find(|signature| signature.name == call.name) {
            return self.call_of_values(call, signature);
        }
        if call.name == "has" {
            return Ok((Term::Has(Box::new(self.field_argument(call)?)), Type::Boolean));
        }
        if self.event.is_some() && names().any(|name| name == call.name) {
            self.outside_of_filters(&format!("{}()", call.name), call.at)?;
        }
        match call.name.as_str() {
            "source" => Ok((self.source(literal_argument(call)?, call.args[0].at())?, Type::Boolean)),
            "segment" => Ok((self.segment(literal_argument(call)?, call.args[0].at())?, Type::Boolean)),
            "age" => self.age(call),
            "profile_age" => {
                plain_call(call, 0)?;
                if !self.known.created {
                    return Err(unsupported(call, self.known.of_graph));
                }
                self.uses.created = true;
                Ok((Term::ProfileAge, Type::Number))
            }
            "sample" => self.sample(call),
            "consent" if self.known.consents => self.consent(call),
            name if LIVE_FUNCTIONS.contains(&name) && name != "consent" && self.known.events.is_some() => {
                self.events(call)
            }
            name if LIVE_FUNCTIONS.contains(&name) => Err(unsupported(call, self.known.of_graph)),
            name => Err(unknown("function", name, names(), call.at, None)),
        }
    }

    fn call_of_values(&mut self, call: &Call, signature: &Signature) -> Result<Typed> {
        plain_call(call, signature.args.len())?;
        let mut terms = Vec::with_capacity(call.args.len());
        for (arg, &wanted) in call.args.iter().zip(signature.args) {
            let (term, found) = self.operand(arg)?;
            if found == Type::List && signature.name == "length" {
                return Ok((Term::SourceCount, Type::Number));
            }
            terms.push(self.as_type((term, found), wanted, |found| wrong_argument(call, arg, wanted, found))?);
        }
        Ok((Term::Call(signature.function, terms), signature.result))
    }

    /// `age(birth_date)`, `age(birth_date, 'Europe/Paris')`
    fn age(&mut self, call: &Call) -> Result<Typed> {
        plain_call(call, if call.args.len() == 2 { 2 } else { 1 })?;
        let zone = match call.args.get(1) {
            None => Zone::utc(),
            Some(Operand::Literal(Literal::Text(name), at)) => Zone::find(name).ok_or_else(|| no_zone(name, *at))?,
            Some(other) => return Err(type_error(other.at(), "age() takes a time zone in single quotes")),
        };
        let (arg, wanted) = (&call.args[0], Type::Date);
        let value = self.scalar(arg)?;
        let date = self.as_type(value, wanted, |found| wrong_argument(call, arg, wanted, found))?;
        Ok((Term::Age(Box::new(date), zone), Type::Number))
    }

    /// `sample(10, 'test of May')`
    fn sample(&mut self, call: &Call) -> Result<Typed> {
        plain_call(call, 2)?;
        match (&call.args[0], &call.args[1]) {
            (Operand::Literal(Literal::Number(percent), _), Operand::Literal(Literal::Text(salt), _))
                if (0.0..=100.0).contains(percent) =>
            {
                let below = (percent * f64::from(u32::MAX).mul_add(1.0, 1.0) / 100.0).floor() as u64;
                Ok((Term::Sample(below, salt.as_str().into()), Type::Boolean))
            }
            _ => Err(type_error(call.at, "sample() takes a percentage from 0 to 100 and a text")
                .help("e.g. sample(10, 'test of May'): the same text gives the same tenth")),
        }
    }

    fn field_argument(&mut self, call: &Call) -> Result<Term> {
        plain_call(call, 1)?;
        match &call.args[0] {
            field @ Operand::Field(..) => {
                let mut value = self.scalar(field)?;
                settle(&mut value, Type::Text);
                Ok(value.0)
            }
            other => Err(type_error(other.at(), format!("{}() takes the name of a field", call.name))),
        }
    }

    fn source(&mut self, name: &str, at: At) -> Result<Term> {
        check_known("source", name, self.known.sources.as_ref(), at)?;
        self.uses.needs_sources = true;
        position_or_push(&mut self.uses.sources, name);
        Ok(Term::Source(self.symbol(name)))
    }

    fn segment(&mut self, name: &str, at: At) -> Result<Term> {
        check_known("segment", name, self.known.segments.as_ref(), at)?;
        position_or_push(&mut self.uses.segments, name);
        Ok(Term::Segment(self.symbol(name)))
    }
}
