//! Parts of checking that need no state: types of fields, literals of lists, arguments of calls.

use super::ast::{At, Call, Literal, Operand};
use super::check::Typed;
use super::function::{LIVE_FUNCTIONS, Type};
use super::lexer::syntax;
use super::pattern::{MAX_PATTERN, Pattern};
use super::program::{Aggregate, Number, Term};
use super::window::{Span, Window};
use super::wording::{no_zone, type_error, unknown};
use crate::error::Result;
use crate::schema::Kind;
use std::collections::BTreeSet;

/// The type of a golden field.
pub(super) fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::BirthDate | Kind::Date => Type::Date,
        Kind::Number => Type::Number,
        _ => Type::Text,
    }
}

/// Reads what is of any type as this one.
pub(super) fn coerce(term: &mut Term, wanted: Type) {
    match term {
        Term::Value(_, kind @ Type::Any) => *kind = wanted,
        Term::Events(events) => {
            if let Aggregate::First(_, kind @ Type::Any) | Aggregate::Last(_, kind @ Type::Any) = &mut events.aggregate
            {
                *kind = wanted;
            }
        }
        _ => {}
    }
}

pub(super) fn settle(value: &mut Typed, wanted: Type) {
    if value.1 == Type::Any {
        coerce(&mut value.0, wanted);
        value.1 = wanted;
    }
}

/// A window worked out, or the error that its zone does not exist.
pub(super) fn span(window: &Window, at: At) -> Result<Span> {
    Span::of(window).map_err(|name| no_zone(name, at))
}

pub(super) fn ordered_set<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Functions of events and consents that can be without value.
const CAN_BE_UNKNOWN: &[&str] = &["consent", "avg", "min", "max", "first", "last"];

/// Calls `found` with each part of an operand that can be without value, for which the whole is unknown then.
pub(super) fn unknowns<'o>(operand: &'o Operand, found: &mut dyn FnMut(&'o Operand)) {
    match operand {
        Operand::Field(..) => found(operand),
        Operand::Literal(..) => {}
        Operand::Call(call) if CAN_BE_UNKNOWN.contains(&call.name.as_str()) => found(operand),
        // The names in functions of events are none of fields.
        Operand::Call(call) if call.name == "has" || LIVE_FUNCTIONS.contains(&call.name.as_str()) => {}
        Operand::Call(call) => call.args.iter().for_each(|arg| unknowns(arg, found)),
    }
}

pub(super) fn position_or_push(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

pub(super) fn like_pattern(pattern: &str, at: At) -> Result<Pattern> {
    if pattern.chars().count() > MAX_PATTERN {
        return Err(syntax(at, format!("a LIKE pattern has at most {MAX_PATTERN} characters")));
    }
    Pattern::new(pattern)
        .ok_or_else(|| syntax(at, "in a pattern \\ stands before %, _ or \\ only").help("write \\\\ for a \\ itself"))
}

pub(super) fn number(literal: &Literal) -> Option<Number> {
    if let Literal::Number(number) = literal { Some(Number::new(*number)) } else { None }
}

pub(super) fn date(literal: &Literal) -> Option<super::Date> {
    if let Literal::Date(date) = literal { Some(*date) } else { None }
}

pub(super) fn text(literal: &Literal) -> Option<Box<str>> {
    if let Literal::Text(text) = literal { Some(text.as_str().into()) } else { None }
}

/// Refuses `WHERE` and `WITHIN`, and a wrong number of arguments.
pub(super) fn plain_call(call: &Call, args: usize) -> Result<()> {
    if call.filter.is_some() || call.within.is_some() || !call.then.is_empty() {
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

pub(super) fn literal_argument(call: &Call) -> Result<&str> {
    plain_call(call, 1)?;
    match &call.args[0] {
        Operand::Literal(Literal::Text(name), _) => Ok(name),
        other => {
            let reason = format!("{}() takes a name in single quotes", call.name);
            Err(type_error(other.at(), reason).help(format!("e.g. {}('name')", call.name)))
        }
    }
}

pub(super) fn check_known(what: &str, name: &str, known: Option<&BTreeSet<String>>, at: At) -> Result<()> {
    match known {
        Some(known) if !known.contains(name) => Err(unknown(what, name, known.iter().map(String::as_str), at, None)),
        _ => Ok(()),
    }
}
