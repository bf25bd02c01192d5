//! The errors of names and types: what is said, and which remedy is offered.

use super::ast::{At, Call, Literal, Operand};
use super::function::Type;
use crate::error::{Code, Error, nearest};

pub(super) fn unknown<'k>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    at: At,
    otherwise: Option<String>,
) -> Error {
    let shown: String = name.chars().take(60).collect();
    let error = Error::new(Code::PredicateUnknownName, format!("there is no {what} '{shown}'"))
        .position(at.line.into(), at.column.into());
    if name.len() <= 100
        && let Some(near) = nearest(name, known.clone())
    {
        return error.help(format!("did you mean '{near}'?"));
    }
    let list: Vec<&str> = known.take(20).collect();
    let list = if list.is_empty() { "none is known".to_owned() } else { list.join(", ") };
    let list = format!("the {what}s are: {list}");
    error.help(otherwise.map_or(list.clone(), |otherwise| format!("{list}; {otherwise}")))
}

/// Which events can be asked for in a graph.
pub(super) const KEPT: &str =
    "a graph keeps the events and properties that its [segments] name and those that [events] declares";

pub(super) fn unsupported(call: &Call, of_graph: bool) -> Error {
    let what = match call.name.as_str() {
        "consent" => "consents",
        "profile_age" => "the time of the earliest evidence",
        _ if of_graph => {
            let reason = format!("{}() reads events, of which this graph keeps none", call.name);
            return Error::new(Code::PredicateUnsupported, reason)
                .position(call.at.line.into(), call.at.column.into())
                .help(KEPT);
        }
        _ => "events",
    };
    Error::new(Code::PredicateUnsupported, format!("{}() reads {what}, which a batch result does not have", call.name))
        .position(call.at.line.into(), call.at.column.into())
        .help("use it in a live graph; over profiles, compare golden values")
}

pub(super) fn type_error(at: At, reason: impl Into<String>) -> Error {
    Error::new(Code::PredicateType, reason).position(at.line.into(), at.column.into())
}

/// An operand with its type, for errors: `the date 'birth_date'`, `the text 'FR'`, `lower() (a text)`.
pub(super) fn described(operand: &Operand, kind: Type) -> String {
    match operand {
        Operand::Field(name, _) => format!("the {kind} field '{name}'"),
        Operand::Call(call) => format!("{}() (a {kind})", call.name),
        Operand::Literal(Literal::Text(text), _) => {
            let shown: String = text.chars().take(30).collect();
            format!("the text '{shown}'")
        }
        Operand::Literal(Literal::Boolean(_), _) => format!("{operand}"),
        Operand::Literal(_, _) => format!("the {kind} {operand}").replace("the date DATE", "the date"),
    }
}

pub(super) fn mismatch(left: &Operand, kind: Type, right: &Operand, other: Type) -> Error {
    let reason = format!("{} cannot be compared with {}", described(left, kind), described(right, other));
    let error = type_error(right.at(), reason);
    match (kind, other, right) {
        (Type::Date, Type::Text, Operand::Literal(..)) => error.help("write DATE 'YYYY-MM-DD'"),
        (Type::Date, Type::Number, Operand::Literal(..)) => {
            error.help("compare its year(), or write DATE 'YYYY-MM-DD'")
        }
        (Type::Text, Type::Number, Operand::Literal(..)) => {
            error.help(format!("write '{right}' in quotes, or number({left}) to compare numbers"))
        }
        (Type::Text, Type::Date, _) => error.help(format!("write date({left}) to compare dates")),
        (Type::Number, Type::Text, Operand::Literal(..)) => error.help("write the number without quotes"),
        _ => error,
    }
}

pub(super) fn wrong_argument(call: &Call, arg: &Operand, wanted: Type, found: Type) -> Error {
    let reason = format!("{}() takes a {wanted}, found {}", call.name, described(arg, found));
    let error = type_error(arg.at(), reason);
    match (wanted, found) {
        (Type::Date, Type::Text) => error.help(format!("date({arg}) reads a text as a date")),
        (Type::Number, Type::Text) => error.help(format!("number({arg}) reads a text as a number")),
        _ => error,
    }
}

pub(super) fn no_zone(name: &str, at: At) -> Error {
    let shown: String = name.chars().take(40).collect();
    Error::new(Code::PredicateUnknownName, format!("there is no time zone '{shown}'"))
        .position(at.line.into(), at.column.into())
        .help("write its name in the IANA database, e.g. 'Europe/Paris' or 'UTC'")
}
