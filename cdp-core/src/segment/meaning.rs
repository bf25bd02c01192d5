//! What a condition means, whatever the way it is written: a normal form, and its hash.
//!
//! In Kleene's logic the laws of De Morgan hold, conjunction and disjunction do not care for order or repetition, and each
//! comparison has an opposite. The normal form uses these, and the several spellings of one thing. It is made to be hashed:
//! it is not the canonical text.

use super::ast::{Call, Expr, List, Literal, Op, Operand, Then};
use super::window::{Unit, Window};
use sha2::{Digest, Sha256};

/// Raised whenever the normal form changes.
const VERSION: &str = "1";

/// A version and 32 hexadecimal digits.
pub(super) fn hash(expr: &Expr) -> String {
    let digest = Sha256::digest(normal(expr, false).to_string());
    let digits: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{VERSION}:{digits}")
}

/// The normal form of a condition, or of its opposite.
fn normal(expr: &Expr, negated: bool) -> Expr {
    match expr {
        Expr::And(parts) => join(parts.iter().map(|part| normal(part, negated)), !negated),
        Expr::Or(parts) => join(parts.iter().map(|part| normal(part, negated)), negated),
        Expr::Not(inner) => normal(inner, !negated),
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
            normal(&Expr::And(vec![at_least, at_most]), negated != *not)
        }
        Expr::In { left, list, negated: not } => within(left, list, negated != *not),
        Expr::Like { left, pattern, at, negated: not } => {
            Expr::Like { left: operand(left), pattern: pattern.clone(), at: *at, negated: negated != *not }
        }
        Expr::Missing { left, negated: not } => Expr::Missing { left: operand(left), negated: negated != *not },
        Expr::During { left, window: during, at, negated: not } => {
            Expr::During { left: operand(left), window: window(during), at: *at, negated: negated != *not }
        }
        Expr::Truth(truth) => condition(truth, negated),
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

fn within(left: &Operand, list: &List, negated: bool) -> Expr {
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
        other => Expr::In { left: operand(left), list: other.clone(), negated },
    }
}

/// A call or a truth value as a condition.
fn condition(truth: &Operand, negated: bool) -> Expr {
    let not = |expr: Expr| if negated { Expr::Not(Box::new(expr)) } else { expr };
    match truth {
        Operand::Literal(Literal::Boolean(truth), at) => {
            Expr::Truth(Operand::Literal(Literal::Boolean(*truth != negated), *at))
        }
        Operand::Call(call) if call.name == "has" && call.args.len() == 1 => {
            Expr::Missing { left: operand(&call.args[0]), negated: !negated }
        }
        Operand::Call(call) if call.name == "absence" => {
            let exists = Call { name: "exists".to_owned(), ..(**call).clone() };
            condition(&Operand::Call(Box::new(exists)), !negated)
        }
        Operand::Call(call) if call.name == "source" && call.args.len() == 1 => {
            let sources = Operand::Field("sources".to_owned(), call.at);
            Expr::In { left: call.args[0].clone(), list: List::Of(sources), negated }
        }
        other => not(Expr::Truth(operand(other))),
    }
}

fn operand(operand: &Operand) -> Operand {
    let Operand::Call(call) = operand else { return operand.clone() };
    let filter = |filter: &Option<Expr>| filter.as_ref().map(|filter| normal(filter, false));
    let then = |then: &Then| Then {
        negated: then.negated,
        within: then.within.map(|(count, unit)| longest(count, unit)),
        event: then.event.clone(),
        filter: filter(&then.filter),
    };
    Operand::Call(Box::new(Call {
        name: call.name.clone(),
        args: call.args.iter().map(self::operand).collect(),
        filter: filter(&call.filter),
        then: call.then.iter().map(then).collect(),
        // The unit of periods() is what it counts.
        within: call.within.as_ref().map(|within| if call.name == "periods" { within.clone() } else { window(within) }),
        at: call.at,
    }))
}

/// A length in the longest unit that has no rest.
fn longest(count: u32, unit: Unit) -> (u32, Unit) {
    let length = i64::from(count) * unit.milliseconds();
    let whole = |unit: &&Unit| length % unit.milliseconds() == 0;
    let unit = Unit::ALL.iter().rev().find(whole).copied().unwrap_or(unit);
    ((length / unit.milliseconds()) as u32, unit)
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
