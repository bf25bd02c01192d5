//! Why a profile is in a segment or not: the truth of each condition, what was found, what is missing, and when it changes.

use super::ast::{Expr, Operand};
use super::input::{Clock, Input};
use super::person::{Bound, Lists, Person, Until};
use super::predicate::Predicate;
use super::program::{Leaf, Program, Step, Term};
use super::value::Value;
use crate::instant::{self, Instant, NEVER};
use serde::Serialize;

/// Why one condition holds of a profile, or does not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The condition, in canonical form.
    pub condition: String,
    /// Whether it is true; absent where that is unknown.
    pub truth: Option<bool>,
    /// What was found where the condition compares: its left side, if that has a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The fields without which it is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The first instant at which it may change without new evidence, in RFC 3339: what a window counts does then, which need not make
    /// another truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<String>,
    /// The conditions it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Reason>,
}

impl Reason {
    /// Whether the profile is a member, where this is the reason of a whole predicate.
    pub fn is_member(&self) -> bool {
        self.truth == Some(true)
    }
}

impl Predicate {
    /// Why a person is a member at an instant, or is not: each condition with its truth and what it found. `referred` are the segments
    /// that it refers to, as [`super::referred`] gives them; without them it is not told when those change.
    pub fn reason(&self, person: &Person, lists: &Lists, now: Instant, referred: &[(String, Predicate)]) -> Reason {
        let mut until = Until::new();
        for (name, predicate) in referred {
            let bound = Bound::new(person, &predicate.names, lists).until(&until);
            let (_, next) = predicate.program.held(&bound, &Clock::new(Some(now)));
            until.insert(name.clone(), next);
        }
        let bound = Bound::new(person, &self.names, lists).until(&until);
        let mut walk = Walk { program: &self.program, at: 0, person, bound: &bound, now };
        walk.reason(&self.expr)
    }
}

/// Goes along the tree and the program side by side: they have the same order.
struct Walk<'a> {
    program: &'a Program,
    at: usize,
    person: &'a Person,
    bound: &'a Bound<'a>,
    now: Instant,
}

impl Walk<'_> {
    fn reason(&mut self, expr: &Expr) -> Reason {
        let start = self.at;
        let parts = match expr {
            Expr::And(parts) | Expr::Or(parts) => {
                self.at += 1;
                parts.iter().map(|part| self.reason(part)).collect()
            }
            Expr::Not(inner) => {
                self.at += 1;
                vec![self.reason(inner)]
            }
            _ => return self.leaf(expr),
        };
        let clock = Clock::new(Some(self.now));
        let leaves = &self.program.leaves;
        let (truth, next) = super::program::run(&self.program.steps, &mut { start }, &mut |leaf| {
            leaves[leaf as usize].held(self.bound, &clock)
        });
        Reason { condition: expr.to_string(), truth, found: None, missing: Vec::new(), changes: shown(next), parts }
    }

    fn leaf(&mut self, expr: &Expr) -> Reason {
        let step = self.program.steps[self.at];
        self.at += 1;
        let Step::Leaf(number) = step else {
            // A condition that is none of the others is one leaf.
            return Reason {
                condition: expr.to_string(),
                truth: None,
                found: None,
                missing: Vec::new(),
                changes: None,
                parts: Vec::new(),
            };
        };
        let leaf = &self.program.leaves[number as usize];
        let (truth, next) = leaf.held(self.bound, &Clock::new(Some(self.now)));
        let missing = if truth.is_none() { self.missing(expr) } else { Vec::new() };
        Reason {
            condition: expr.to_string(),
            truth,
            found: found(leaf, self.bound, self.now),
            missing,
            changes: shown(next),
            parts: Vec::new(),
        }
    }

    /// The fields of a leaf that the person has no value of.
    fn missing(&self, expr: &Expr) -> Vec<String> {
        let mut missing: Vec<String> = Vec::new();
        let mut note = |name: &str| {
            if !self.person.traits.contains_key(name) && !missing.iter().any(|known| known == name) {
                missing.push(name.to_owned());
            }
        };
        for operand in expr.operands() {
            super::check_parts::unknowns(operand, &mut |part| {
                if let Operand::Field(name, _) = part {
                    note(name);
                }
            });
        }
        missing
    }
}

impl Expr {
    /// The operands of a leaf.
    pub(super) fn operands(&self) -> Vec<&Operand> {
        match self {
            Expr::Compare { left, right, .. } => vec![left, right],
            Expr::Between { left, low, high, .. } => vec![left, low, high],
            Expr::In { left, list: super::List::Of(list), .. } => vec![left, list],
            Expr::In { left, .. }
            | Expr::Like { left, .. }
            | Expr::Missing { left, .. }
            | Expr::During { left, .. }
            | Expr::Truth(left) => vec![left],
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) => vec![],
        }
    }
}

fn shown(next: Instant) -> Option<String> {
    (next != NEVER).then(|| instant::text(next))
}

/// What the left side of a leaf is, as it would be written.
fn found(leaf: &Leaf, input: &impl Input, now: Instant) -> Option<String> {
    let term = leaf.test.terms().into_iter().find(|term| !matches!(term, Term::Constant(_)))?;
    Some(match term.value(input, &Clock::new(Some(now)))? {
        Value::Text(text) => text.into_owned(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant::text(instant),
        Value::Boolean(truth) => truth.to_string(),
    })
}
