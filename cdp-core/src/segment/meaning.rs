//! What a condition means, whatever the way it is written: a normal form, and its hash.
//!
//! In Kleene's logic the laws of De Morgan hold, conjunction and disjunction do not care for order or repetition, and each
//! comparison has an opposite. The normal form uses these, and the several spellings of one thing. It is made to be hashed:
//! it is not the canonical text.

use super::ast::{Call, Expr, List, Literal, Op, Operand, Then};
use super::window::{Unit, Window};
use sha2::{Digest, Sha256};

/// Raised whenever the normal form changes.
const VERSION: &str = "2";

/// What names stand for, where the text alone does not tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    /// Whether `sources` is a golden field.
    pub(super) golden_sources: bool,
    /// Declared events with a dot in their names, which otherwise parts an event from its property.
    pub(super) dotted: &'a [String],
    /// The event whose filter is looked at.
    pub(super) event: Option<&'a str>,
}

/// A version and 32 hexadecimal digits.
pub(super) fn hash(expr: &Expr, names: Names<'_>) -> String {
    let digest = Sha256::digest(normal(expr, false, names).to_string());
    let digits: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{VERSION}:{digits}")
}

/// The normal form of a condition, or of its opposite.
fn normal(expr: &Expr, negated: bool, names: Names<'_>) -> Expr {
    let operand = |given: &Operand| operand(given, names);
    match expr {
        Expr::And(parts) => join(parts.iter().map(|part| normal(part, negated, names)), !negated),
        Expr::Or(parts) => join(parts.iter().map(|part| normal(part, negated, names)), negated),
        Expr::Not(inner) => normal(inner, !negated, names),
        Expr::Compare { left, op, right } => {
            let (mut left, mut op, mut right) = (operand(left), *op, operand(right));
            if matches!(left, Operand::Literal(..)) && !matches!(right, Operand::Literal(..)) {
                (left, op, right) = (right, mirrored(op), left);
            }
            let symmetric = matches!(op, Op::Equal | Op::NotEqual) && !matches!(right, Operand::Literal(..));
            if symmetric && right.to_string() < left.to_string() {
                (left, right) = (right, left);
            }
            if negated {
                op = opposite(op);
            }
            Expr::Compare { left, op, right }
        }
        Expr::Between { left, low, high, negated: not } => {
            let at_least = Expr::Compare { left: left.clone(), op: Op::GreaterOrEqual, right: low.clone() };
            let at_most = Expr::Compare { left: left.clone(), op: Op::LessOrEqual, right: high.clone() };
            normal(&Expr::And(vec![at_least, at_most]), negated != *not, names)
        }
        Expr::In { left, list, negated: not } => within(left, list, negated != *not, names),
        Expr::Like { left, pattern, at, negated: not } => {
            Expr::Like { left: operand(left), pattern: pattern.clone(), at: *at, negated: negated != *not }
        }
        Expr::Missing { left, negated: not } => Expr::Missing { left: operand(left), negated: negated != *not },
        Expr::During { left, window: during, at, negated: not } => {
            Expr::During { left: operand(left), window: window(during), at: *at, negated: negated != *not }
        }
        Expr::Truth(truth) => condition(truth, negated, names),
    }
}

/// Conditions joined by `AND`, or by `OR`: flat, in order, each once.
fn join(parts: impl Iterator<Item = Expr>, all: bool) -> Expr {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Expr::And(inner) if all => flat.extend(inner),
            Expr::Or(inner) if !all => flat.extend(inner),
            other => flat.push(other),
        }
    }
    flat.sort_by_cached_key(ToString::to_string);
    flat.dedup();
    match flat.len() {
        1 => flat.swap_remove(0),
        _ if all => Expr::And(flat),
        _ => Expr::Or(flat),
    }
}

fn within(left: &Operand, list: &List, negated: bool, names: Names<'_>) -> Expr {
    let operand = |given: &Operand| operand(given, names);
    match list {
        List::Items(items) => {
            let mut items: Vec<Operand> = items.iter().map(operand).collect();
            items.sort_by_cached_key(ToString::to_string);
            items.dedup();
            if let [only] = &items[..] {
                let op = if negated { Op::NotEqual } else { Op::Equal };
                return Expr::Compare { left: operand(left), op, right: only.clone() };
            }
            Expr::In { left: operand(left), list: List::Items(items), negated }
        }
        List::Of(Operand::Field(name, at)) if name == "sources" && names.event.is_none() && !names.golden_sources => {
            let args = vec![left.clone()];
            let call = Call { name: "source".to_owned(), args, filter: None, then: Vec::new(), within: None, at: *at };
            condition(&Operand::Call(Box::new(call)), negated, names)
        }
        List::Of(field) => Expr::In { left: operand(left), list: List::Of(operand(field)), negated },
        List::Named(..) => Expr::In { left: operand(left), list: list.clone(), negated },
    }
}

/// A call or a truth value as a condition.
fn condition(truth: &Operand, negated: bool, names: Names<'_>) -> Expr {
    let not = |expr: Expr| if negated { Expr::Not(Box::new(expr)) } else { expr };
    match truth {
        Operand::Literal(Literal::Boolean(truth), at) => {
            Expr::Truth(Operand::Literal(Literal::Boolean(*truth != negated), *at))
        }
        Operand::Call(call) if call.name == "has" && call.args.len() == 1 => {
            Expr::Missing { left: operand(&call.args[0], names), negated: !negated }
        }
        Operand::Call(call) if call.name == "absence" => {
            let exists = Call { name: "exists".to_owned(), ..(**call).clone() };
            condition(&Operand::Call(Box::new(exists)), !negated, names)
        }
        other => not(Expr::Truth(operand(other, names))),
    }
}

fn operand(given: &Operand, names: Names<'_>) -> Operand {
    match given {
        Operand::Literal(..) => given.clone(),
        Operand::Field(name, at) => {
            let own = names.event.and_then(|event| name.strip_prefix(event)?.strip_prefix('.'));
            Operand::Field(own.unwrap_or(name).to_owned(), *at)
        }
        Operand::Call(call) => Operand::Call(Box::new(normal_call(call, names))),
    }
}

fn normal_call(call: &Call, names: Names<'_>) -> Call {
    let mut args: Vec<Operand> = call.args.iter().map(|arg| operand(arg, names)).collect();
    if call.name == "sequence" {
        return sequence(call, args, names);
    }
    if let [Operand::Field(name, at)] = &args[..]
        && let Some((event, property)) = parted(&call.name, name, names)
    {
        args = vec![Operand::Field(event.to_owned(), *at), Operand::Field(property.to_owned(), *at)];
    }
    if call.name == "age" && matches!(args.get(1), Some(Operand::Literal(Literal::Text(zone), _)) if zone == "UTC") {
        args.truncate(1);
    }
    Call {
        name: call.name.clone(),
        filter: args.first().and_then(|event| filter(&call.filter, event, names)),
        args,
        then: Vec::new(),
        // The unit of periods() is what it counts.
        within: call.within.as_ref().map(|within| if call.name == "periods" { within.clone() } else { window(within) }),
        at: call.at,
    }
}

/// An event and its property that are written as one name.
fn parted<'n>(function: &str, name: &'n str, names: Names<'_>) -> Option<(&'n str, &'n str)> {
    match function {
        "first" | "last" if names.dotted.iter().any(|event| event == name) => None,
        "first" | "last" | "sum" | "avg" | "min" | "max" | "distinct" => name.split_once('.'),
        _ => None,
    }
}

/// The filter of an event.
fn filter(filter: &Option<Expr>, event: &Operand, names: Names<'_>) -> Option<Expr> {
    let event = if let Operand::Field(name, _) = event { Some(name.as_str()) } else { None };
    filter.as_ref().map(|filter| normal(filter, false, Names { event, ..names }))
}

/// A sequence, all of whose events but the first follow by `THEN`.
fn sequence(call: &Call, args: Vec<Operand>, names: Names<'_>) -> Call {
    let last = args.len().saturating_sub(1);
    let own = |place: usize, event: &Operand| if place == last { filter(&call.filter, event, names) } else { None };
    let listed = args.iter().enumerate().skip(1).map(|(place, event)| Then {
        negated: false,
        within: None,
        event: event.clone(),
        filter: own(place, event),
    });
    let then = call.then.iter().map(|then| Then {
        negated: then.negated,
        within: then.within.map(|(count, unit)| longest(count, unit)),
        event: then.event.clone(),
        filter: filter(&then.filter, &then.event, names),
    });
    Call {
        name: call.name.clone(),
        filter: args.first().and_then(|event| own(0, event)),
        then: listed.chain(then).collect(),
        args: args.into_iter().take(1).collect(),
        within: call.within.as_ref().map(window),
        at: call.at,
    }
}

/// A length in the longest unit that has no rest.
fn longest(count: u32, unit: Unit) -> (u32, Unit) {
    let ([count], unit) = longest_of([count], unit);
    (count, unit)
}

/// Lengths in the longest unit of which none has a rest.
fn longest_of<const N: usize>(counts: [u32; N], unit: Unit) -> ([u32; N], Unit) {
    let lengths = counts.map(|count| i64::from(count) * unit.milliseconds());
    let whole = |unit: &&Unit| lengths.iter().all(|length| length % unit.milliseconds() == 0);
    let unit = Unit::ALL.iter().rev().find(whole).copied().unwrap_or(unit);
    (lengths.map(|length| (length / unit.milliseconds()) as u32), unit)
}

fn window(window: &Window) -> Window {
    match window {
        Window::Within { count, unit } => {
            let (count, unit) = longest(*count, *unit);
            Window::Within { count, unit }
        }
        Window::BeforeAgo { count, unit } => {
            let (count, unit) = longest(*count, *unit);
            Window::BeforeAgo { count, unit }
        }
        Window::Ago { from, to, unit } => {
            let ([from, to], unit) = longest_of([*from, *to], *unit);
            Window::Ago { from, to, unit }
        }
        other => other.clone(),
    }
}

/// The comparison with its sides exchanged.
fn mirrored(op: Op) -> Op {
    match op {
        Op::Less => Op::Greater,
        Op::LessOrEqual => Op::GreaterOrEqual,
        Op::Greater => Op::Less,
        Op::GreaterOrEqual => Op::LessOrEqual,
        same => same,
    }
}

/// The comparison that is true where this one is false.
fn opposite(op: Op) -> Op {
    match op {
        Op::Equal => Op::NotEqual,
        Op::NotEqual => Op::Equal,
        Op::Less => Op::GreaterOrEqual,
        Op::LessOrEqual => Op::Greater,
        Op::Greater => Op::LessOrEqual,
        Op::GreaterOrEqual => Op::Less,
    }
}
