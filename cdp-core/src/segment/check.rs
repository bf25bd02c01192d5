//! From the syntax tree to a predicate that can be evaluated: names are looked up, types checked, pitfalls warned about.

use super::ast::{At, Call, Expr, List, Literal, Op, Operand};
use super::function::{FUNCTIONS, LIVE_FUNCTIONS, Signature, Type, names};
use super::lexer::syntax;
use super::predicate::{Fields, Predicate, Warning};
use super::program::{Leaf, MAX_PATTERN, Node, Pattern, Set, Term, Test, Value};
use super::wording::{described, mismatch, type_error, unknown, unsupported, wrong_argument};
use crate::error::{Code, Error, Result};
use crate::schema::Kind;
use hashbrown::HashSet;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The name of the number of records of a profile, unless a golden field has it.
const SIZE: &str = "size";
/// The name of the list of sources of a profile, unless a golden field has it.
const SOURCES: &str = "sources";

/// Looks up names and checks types.
pub(super) fn check(expr: Expr, fields: &Fields) -> Result<Predicate> {
    let mut checker = Checker::new(fields);
    checker.note_handled(&expr);
    let node = checker.node(&expr, false)?;
    let Checker { fields, sources, segments, needs_now, needs_sources, warnings, .. } = checker;
    Ok(Predicate { expr, node, fields, sources, segments, needs_now, needs_sources, warnings })
}

/// What is found out while walking the tree.
struct Checker<'a> {
    known: &'a Fields,
    fields: Vec<String>,
    sources: Vec<String>,
    segments: Vec<String>,
    needs_now: bool,
    needs_sources: bool,
    warnings: Vec<Warning>,
    /// Fields whose absence the predicate speaks of, or that were warned about already.
    handled: HashSet<String>,
    /// Of the leaf at hand.
    reads: Vec<usize>,
    reads_profile: bool,
}

impl<'a> Checker<'a> {
    fn new(known: &'a Fields) -> Self {
        Checker {
            known,
            fields: Vec::new(),
            sources: Vec::new(),
            segments: Vec::new(),
            needs_now: false,
            needs_sources: false,
            warnings: Vec::new(),
            handled: HashSet::new(),
            reads: Vec::new(),
            reads_profile: false,
        }
    }

    /// Collects the fields of `x IS MISSING`, `x IS PRESENT` and `has(x)`.
    fn note_handled(&mut self, expr: &Expr) {
        match expr {
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|part| self.note_handled(part)),
            Expr::Not(inner) => self.note_handled(inner),
            Expr::Missing { left, .. } => field_names(left, &mut |name, _| {
                self.handled.insert(name.to_owned());
            }),
            Expr::Truth(Operand::Call(call)) if call.name == "has" => {
                for arg in &call.args {
                    field_names(arg, &mut |name, _| {
                        self.handled.insert(name.to_owned());
                    });
                }
            }
            _ => {}
        }
    }

    /// `negative`: whether an odd number of `NOT` stands above.
    fn node(&mut self, expr: &Expr, negative: bool) -> Result<Node> {
        match expr {
            Expr::And(parts) => self.nodes(parts, negative).map(Node::And),
            Expr::Or(parts) => self.nodes(parts, negative).map(Node::Or),
            Expr::Not(inner) => Ok(Node::Not(Box::new(self.node(inner, !negative)?))),
            leaf => {
                self.reads.clear();
                self.reads_profile = false;
                let (test, negated) = self.test(leaf)?;
                let says_not = negated || matches!(leaf, Expr::Compare { op: Op::NotEqual, .. });
                if says_not != negative && !matches!(test, Test::Missing(_)) {
                    self.warn_of_missing(leaf);
                }
                let reads = std::mem::take(&mut self.reads);
                Ok(Node::Leaf(Leaf { test, negated, reads, reads_profile: self.reads_profile }))
            }
        }
    }

    fn nodes(&mut self, parts: &[Expr], negative: bool) -> Result<Vec<Node>> {
        parts.iter().map(|part| self.node(part, negative)).collect()
    }

    fn warn_of_missing(&mut self, leaf: &Expr) {
        let operands: Vec<&Operand> = match leaf {
            Expr::Compare { left, right, .. } => vec![left, right],
            Expr::Between { left, low, high, .. } => vec![left, low, high],
            Expr::In { left, .. } | Expr::Like { left, .. } | Expr::Missing { left, .. } | Expr::Truth(left) => {
                vec![left]
            }
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) => vec![],
        };
        for operand in operands {
            field_names(operand, &mut |name, at| {
                if self.known.kind(name).is_some() && self.handled.insert(name.to_owned()) {
                    let shown = Operand::Field(name.to_owned(), at);
                    self.warnings.push(Warning {
                        line: at.line,
                        column: at.column,
                        message: format!(
                            "profiles without '{name}' are not members, although the condition is negated"
                        ),
                        remedy: format!("add OR {shown} IS MISSING to include them, AND {shown} IS PRESENT to say so"),
                    });
                }
            });
        }
    }

    /// A leaf's test, and whether it is negated.
    fn test(&mut self, expr: &Expr) -> Result<(Test, bool)> {
        match expr {
            Expr::Compare { left, op, right } => Ok((self.compare(left, *op, right)?, false)),
            Expr::Between { left, low, high, negated } => {
                let (value, kind) = self.scalar(left)?;
                let ends = [low, high].map(|end| self.same(left, kind, end));
                let [low, high] = ends;
                self.ordered(left, kind)?;
                Ok((Test::Between(value, low?, high?), *negated))
            }
            Expr::In { left, list: List::Items(items), negated } => {
                let (value, kind) = self.scalar(left)?;
                Ok((Test::In(value, self.set(left, kind, items)?), *negated))
            }
            Expr::In { left, list: List::Of(list), negated } => Ok((Test::Truth(self.in_list(left, list)?), *negated)),
            Expr::Like { left, pattern, at, negated } => {
                let (value, kind) = self.scalar(left)?;
                if kind != Type::Text {
                    let reason = format!("LIKE compares texts, {} is not one", described(left, kind));
                    return Err(type_error(*at, reason));
                }
                Ok((Test::Like(value, like_pattern(pattern, *at)?), *negated))
            }
            Expr::Missing { left, negated } => Ok((Test::Missing(self.scalar(left)?.0), *negated)),
            Expr::Truth(operand) => Ok((self.truth(operand)?, false)),
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) => {
                Err(Error::new(Code::Internal, "a condition was taken for a test"))
            }
        }
    }

    fn compare(&mut self, left: &Operand, op: Op, right: &Operand) -> Result<Test> {
        let (value, kind) = self.scalar(left)?;
        let other = self.same(left, kind, right)?;
        if !matches!(op, Op::Equal | Op::NotEqual) {
            self.ordered(left, kind)?;
        }
        Ok(Test::Compare(value, op, other))
    }

    /// A term of the same type as `left`.
    fn same(&mut self, left: &Operand, kind: Type, right: &Operand) -> Result<Term> {
        let (term, other) = self.scalar(right)?;
        if kind == other { Ok(term) } else { Err(mismatch(left, kind, right, other)) }
    }

    fn ordered(&self, left: &Operand, kind: Type) -> Result<()> {
        if kind != Type::Boolean {
            return Ok(());
        }
        Err(type_error(left.at(), format!("{} has no order", described(left, kind))).help("compare it with = TRUE"))
    }

    fn set(&mut self, left: &Operand, kind: Type, items: &[Operand]) -> Result<Set> {
        for item in items {
            self.same(left, kind, item)?;
        }
        let literals = items.iter().filter_map(|item| match item {
            Operand::Literal(literal, _) => Some(literal),
            _ => None,
        });
        match kind {
            Type::Number => Ok(Set::Numbers(literals.filter_map(number_bits).collect())),
            Type::Date => Ok(Set::Dates(literals.filter_map(date).collect())),
            Type::Text => Ok(Set::Texts(literals.filter_map(text).collect())),
            Type::Boolean | Type::List => {
                Err(type_error(left.at(), format!("{} cannot be looked for in a list", described(left, kind))))
            }
        }
    }

    /// `'crm' IN sources`
    fn in_list(&mut self, left: &Operand, list: &Operand) -> Result<Term> {
        let (_, kind) = self.operand(list)?;
        if kind != Type::List {
            let reason = format!("{} is not a list", described(list, kind));
            return Err(type_error(list.at(), reason).help("write = for one value, IN ('a', 'b') for several"));
        }
        match left {
            Operand::Literal(Literal::Text(name), at) => self.source(name, *at),
            _ => Err(type_error(left.at(), "before IN sources stands the name of a source").help("'crm' IN sources")),
        }
    }

    /// A call or a truth value as a condition.
    fn truth(&mut self, operand: &Operand) -> Result<Test> {
        let (term, kind) = self.scalar(operand)?;
        if kind == Type::Boolean {
            return Ok(Test::Truth(term));
        }
        let reason = format!("{} is not a condition", described(operand, kind));
        Err(type_error(operand.at(), reason).help("compare it with something"))
    }

    /// A term with a single value.
    fn scalar(&mut self, operand: &Operand) -> Result<(Term, Type)> {
        let (term, kind) = self.operand(operand)?;
        if kind == Type::List {
            let help = "write 'crm' IN sources, or length(sources) for how many there are";
            return Err(type_error(operand.at(), "'sources' is a list, not a single value").help(help));
        }
        Ok((term, kind))
    }

    fn operand(&mut self, operand: &Operand) -> Result<(Term, Type)> {
        match operand {
            Operand::Field(name, at) => self.field(name, *at),
            Operand::Call(call) => self.call(call),
            Operand::Literal(literal, _) => Ok(match literal {
                Literal::Text(text) => (Term::Constant(Value::Text(Cow::Owned(text.clone()))), Type::Text),
                Literal::Number(number) => (Term::Constant(Value::Number(*number)), Type::Number),
                Literal::Boolean(truth) => (Term::Constant(Value::Boolean(*truth)), Type::Boolean),
                Literal::Date(date) => (Term::Constant(Value::Date(*date)), Type::Date),
            }),
        }
    }

    fn field(&mut self, name: &str, at: At) -> Result<(Term, Type)> {
        let Some(kind) = self.known.kind(name) else {
            return self.built_in(name, at);
        };
        let index = position_or_push(&mut self.fields, name);
        if !self.reads.contains(&index) {
            self.reads.push(index);
        }
        Ok(match kind {
            Kind::BirthDate | Kind::Date => (Term::Date(index), Type::Date),
            Kind::Number => (Term::Number(index), Type::Number),
            _ => (Term::Text(index), Type::Text),
        })
    }

    fn built_in(&mut self, name: &str, at: At) -> Result<(Term, Type)> {
        self.reads_profile = true;
        match name {
            SIZE => Ok((Term::Size, Type::Number)),
            SOURCES => {
                self.needs_sources = true;
                Ok((Term::SourceCount, Type::List))
            }
            _ => {
                let known = self.known.names().chain([SIZE, SOURCES]);
                let text = format!("texts are written in single quotes: '{name}'");
                Err(unknown("field", name, known, at, (name.len() <= 30).then_some(text)))
            }
        }
    }

    fn call(&mut self, call: &Call) -> Result<(Term, Type)> {
        if let Some(signature) = FUNCTIONS.iter().find(|signature| signature.name == call.name) {
            return self.call_of_values(call, signature);
        }
        match call.name.as_str() {
            "source" => Ok((self.source(literal_argument(call)?, call.args[0].at())?, Type::Boolean)),
            "segment" => Ok((self.segment(literal_argument(call)?, call.args[0].at())?, Type::Boolean)),
            "has" => Ok((Term::Has(Box::new(self.field_argument(call)?)), Type::Boolean)),
            name if LIVE_FUNCTIONS.contains(&name) => Err(unsupported(call)),
            name => Err(unknown("function", name, names(), call.at, None)),
        }
    }

    fn call_of_values(&mut self, call: &Call, signature: &Signature) -> Result<(Term, Type)> {
        plain_call(call, signature.args.len())?;
        let mut terms = Vec::with_capacity(call.args.len());
        for (arg, &wanted) in call.args.iter().zip(signature.args) {
            let (term, found) = self.operand(arg)?;
            if found == Type::List && signature.name == "length" {
                return Ok((Term::SourceCount, Type::Number));
            }
            if found != wanted {
                return Err(wrong_argument(call, arg, wanted, found));
            }
            terms.push(term);
        }
        self.needs_now |= signature.name == "age";
        Ok((Term::Call(signature.function, terms), signature.result))
    }

    fn field_argument(&mut self, call: &Call) -> Result<Term> {
        plain_call(call, 1)?;
        match &call.args[0] {
            field @ Operand::Field(..) => Ok(self.scalar(field)?.0),
            other => Err(type_error(other.at(), format!("{}() takes the name of a field", call.name))),
        }
    }

    fn source(&mut self, name: &str, at: At) -> Result<Term> {
        check_known("source", name, self.known.sources.as_ref(), at)?;
        self.reads_profile = true;
        self.needs_sources = true;
        Ok(Term::Source(position_or_push(&mut self.sources, name)))
    }

    fn segment(&mut self, name: &str, at: At) -> Result<Term> {
        check_known("segment", name, self.known.segments.as_ref(), at)?;
        self.reads_profile = true;
        Ok(Term::Segment(position_or_push(&mut self.segments, name)))
    }
}

/// Calls `found` with each field on which an operand's being unknown depends.
fn field_names(operand: &Operand, found: &mut dyn FnMut(&str, At)) {
    match operand {
        Operand::Field(name, at) => found(name, *at),
        Operand::Literal(..) => {}
        Operand::Call(call) if call.name == "has" => {}
        Operand::Call(call) => call.args.iter().for_each(|arg| field_names(arg, found)),
    }
}

fn position_or_push(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

fn like_pattern(pattern: &str, at: At) -> Result<Pattern> {
    if pattern.chars().count() > MAX_PATTERN {
        return Err(syntax(at, format!("a LIKE pattern has at most {MAX_PATTERN} characters")));
    }
    Pattern::new(pattern)
        .ok_or_else(|| syntax(at, "in a pattern \\ stands before %, _ or \\ only").help("write \\\\ for a \\ itself"))
}

fn number_bits(literal: &Literal) -> Option<u64> {
    if let Literal::Number(number) = literal { Some((number + 0.0).to_bits()) } else { None }
}

fn date(literal: &Literal) -> Option<super::Date> {
    if let Literal::Date(date) = literal { Some(*date) } else { None }
}

fn text(literal: &Literal) -> Option<String> {
    if let Literal::Text(text) = literal { Some(text.clone()) } else { None }
}

/// Refuses `WHERE` and `WITHIN`, and a wrong number of arguments.
fn plain_call(call: &Call, args: usize) -> Result<()> {
    if call.filter.is_some() || call.within.is_some() {
        let help = "they belong to functions of events, e.g. count(order_completed WITHIN 90 DAYS)";
        return Err(type_error(call.at, format!("{}() takes neither WHERE nor WITHIN", call.name)).help(help));
    }
    if call.args.len() != args {
        let plural = if args == 1 { "" } else { "s" };
        let reason = format!("{}() takes {args} argument{plural}, found {}", call.name, call.args.len());
        return Err(type_error(call.at, reason));
    }
    Ok(())
}

fn literal_argument(call: &Call) -> Result<&str> {
    plain_call(call, 1)?;
    match &call.args[0] {
        Operand::Literal(Literal::Text(name), _) => Ok(name),
        other => {
            let reason = format!("{}() takes a name in single quotes", call.name);
            Err(type_error(other.at(), reason).help(format!("e.g. {}('name')", call.name)))
        }
    }
}

fn check_known(what: &str, name: &str, known: Option<&BTreeSet<String>>, at: At) -> Result<()> {
    match known {
        Some(known) if !known.contains(name) => Err(unknown(what, name, known.iter().map(String::as_str), at, None)),
        _ => Ok(()),
    }
}
