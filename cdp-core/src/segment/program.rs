//! What a compiled predicate computes: conditions over typed terms, each true, false or unknown (`None`).
//!
//! A term without value is unknown, and so is every condition on it but `IS MISSING`.

use super::ast::Op;
use super::date::Date;
use super::function::Function;
use super::members::{Place, View};
use crate::normalize::text::fold;
use hashbrown::HashSet;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A compiled condition.
#[derive(Debug, Clone)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Leaf(Leaf),
}

/// A condition without conditions inside, and what it reads.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) test: Test,
    /// `NOT IN`, `NOT LIKE`, `IS PRESENT`, ...
    pub(super) negated: bool,
    /// The fields it reads, as indexes into the predicate's fields.
    pub(super) reads: Vec<usize>,
    /// Whether it reads anything of the profile besides its golden values.
    pub(super) reads_profile: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Test {
    Compare(Term, Op, Term),
    Between(Term, Term, Term),
    In(Term, Set),
    Like(Term, Pattern),
    Missing(Term),
    Truth(Term),
}

#[derive(Debug, Clone)]
pub(super) enum Term {
    Text(usize),
    Number(usize),
    Date(usize),
    /// The number of records.
    Size,
    /// The number of different sources.
    SourceCount,
    /// Whether a record comes from this source.
    Source(usize),
    /// Whether the profile is in this segment.
    Segment(usize),
    /// Whether the term has a value.
    Has(Box<Term>),
    Constant(Value<'static>),
    Call(Function, Vec<Term>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    Date(Date),
    Boolean(bool),
}

/// The values of an `IN` list.
#[derive(Debug, Clone)]
pub(super) enum Set {
    Texts(HashSet<String>),
    /// The bits of the numbers; there are no negative zeros among them.
    Numbers(HashSet<u64>),
    Dates(HashSet<Date>),
}

impl Leaf {
    /// True, false or unknown at a place.
    pub(super) fn truth(&self, view: &View<'_>, place: Place) -> Option<bool> {
        self.test.truth(view, place).map(|truth| truth != self.negated)
    }
}

impl Test {
    fn truth(&self, view: &View<'_>, place: Place) -> Option<bool> {
        match self {
            Test::Compare(left, op, right) => {
                let (left, right) = (left.value(view, place)?, right.value(view, place)?);
                Some(op.holds(left.order(&right)?))
            }
            Test::Between(term, low, high) => {
                let value = term.value(view, place)?;
                let above = low.value(view, place).and_then(|low| value.order(&low)).map(|order| order.is_ge());
                let below = high.value(view, place).and_then(|high| value.order(&high)).map(|order| order.is_le());
                all([above, below])
            }
            Test::In(term, set) => Some(set.contains(&term.value(view, place)?)),
            Test::Like(term, pattern) => Some(pattern.matches(term.value(view, place)?.text()?)),
            Test::Missing(term) => Some(term.value(view, place).is_none()),
            Test::Truth(term) => term.value(view, place)?.boolean(),
        }
    }
}

/// Kleene's conjunction: one false decides, else one unknown does.
fn all(truths: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for truth in truths {
        match truth {
            Some(false) => return truth,
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

fn not(truth: Option<bool>) -> Option<bool> {
    truth.map(|truth| !truth)
}

impl Node {
    /// The truth of one profile, leaf by leaf: the reference for the columnar evaluation.
    pub(super) fn truth(&self, view: &View<'_>, profile: usize) -> Option<bool> {
        match self {
            Node::And(parts) => all(parts.iter().map(|part| part.truth(view, profile))),
            Node::Or(parts) => not(all(parts.iter().map(|part| not(part.truth(view, profile))))),
            Node::Not(inner) => not(inner.truth(view, profile)),
            Node::Leaf(leaf) => leaf.truth(view, Place::Profile(profile)),
        }
    }
}

impl Op {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Op::Equal => order.is_eq(),
            Op::NotEqual => order.is_ne(),
            Op::Less => order.is_lt(),
            Op::LessOrEqual => order.is_le(),
            Op::Greater => order.is_gt(),
            Op::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Term {
    fn value<'v>(&'v self, view: &View<'v>, place: Place) -> Option<Value<'v>> {
        match self {
            Term::Text(field) => view.text(*field, place).map(|text| Value::Text(Cow::Borrowed(text))),
            Term::Number(field) => view.text(*field, place).and_then(read_number).map(Value::Number),
            Term::Date(field) => view.text(*field, place).and_then(Date::read).map(Value::Date),
            Term::Size => Some(Value::Number(view.size(place))),
            Term::SourceCount => Some(Value::Number(view.source_count(place))),
            Term::Source(source) => Some(Value::Boolean(view.has_source(*source, place))),
            Term::Segment(segment) => Some(Value::Boolean(view.in_segment(*segment, place))),
            Term::Has(term) => Some(Value::Boolean(term.value(view, place).is_some())),
            Term::Constant(value) => Some(value.clone()),
            Term::Call(function, args) => {
                let first = args[0].value(view, place)?;
                match args.get(1) {
                    Some(second) => function.of_two(first.text()?, second.value(view, place)?.text()?),
                    None => function.of_one(first, view.now()),
                }
            }
        }
    }
}

impl Function {
    fn of_one<'v>(self, value: Value<'v>, now: Option<Date>) -> Option<Value<'v>> {
        let text = |text: String| Some(Value::Text(Cow::Owned(text)));
        let number = |number: f64| Some(Value::Number(number));
        match (self, value) {
            (Function::Lower, Value::Text(value)) => text(value.to_lowercase()),
            (Function::Upper, Value::Text(value)) => text(value.to_uppercase()),
            (Function::Fold, Value::Text(value)) => text(fold(&value)),
            (Function::Length, Value::Text(value)) => number(value.chars().count() as f64),
            (Function::Number, Value::Text(value)) => read_number(&value).map(Value::Number),
            (Function::Date, Value::Text(value)) => Date::read(&value).map(Value::Date),
            (Function::Year, Value::Date(date)) => number(date.year().into()),
            (Function::Month, Value::Date(date)) => number(date.month().into()),
            (Function::Day, Value::Date(date)) => number(date.day().into()),
            (Function::Age, Value::Date(date)) => number(date.age(now?)?.into()),
            _ => None,
        }
    }

    fn of_two(self, text: &str, part: &str) -> Option<Value<'static>> {
        let truth = match self {
            Function::StartsWith => text.starts_with(part),
            Function::EndsWith => text.ends_with(part),
            Function::Contains => text.contains(part),
            _ => return None,
        };
        Some(Value::Boolean(truth))
    }
}

impl Value<'_> {
    fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    fn boolean(&self) -> Option<bool> {
        if let Value::Boolean(truth) = self { Some(*truth) } else { None }
    }

    /// Texts by code points, dates by the calendar; unlike types have no order.
    fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl Set {
    fn contains(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Set::Texts(set), Value::Text(text)) => set.contains(text.as_ref()),
            // Adding zero takes the sign off a negative zero.
            (Set::Numbers(set), Value::Number(number)) => set.contains(&(number + 0.0).to_bits()),
            (Set::Dates(set), Value::Date(date)) => set.contains(date),
            _ => false,
        }
    }
}

/// A finite decimal number: digits with a point, perhaps with an exponent; not `inf`, not `nan`.
fn read_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number: f64 = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.').then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

/// A `LIKE` pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece {
    Char(char),
    AnyChar,
    AnyChars,
}

/// The longest `LIKE` pattern, in characters: bounds the time of a match.
pub(super) const MAX_PATTERN: usize = 256;

impl Pattern {
    /// Reads `%`, `_` and `\`; `None` if a `\` stands before anything but `%`, `_` or `\`.
    pub(super) fn new(pattern: &str) -> Option<Pattern> {
        let mut chars = pattern.chars();
        let mut pieces = Vec::new();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '%' => Piece::AnyChars,
                '_' => Piece::AnyChar,
                '\\' => Piece::Char(chars.next().filter(|c| ['%', '_', '\\'].contains(c))?),
                c => Piece::Char(c),
            });
        }
        Some(Pattern(pieces))
    }

    /// Whether the whole text fits. Keeps one point to return to, so takes at most pattern times text steps.
    fn matches(&self, text: &str) -> bool {
        let pieces = &self.0;
        let (mut piece, mut rest) = (0, text.chars());
        let mut retry = None;
        loop {
            let mut ahead = rest.clone();
            match (pieces.get(piece), ahead.next()) {
                (Some(Piece::AnyChars), _) => {
                    retry = Some((piece, rest.clone()));
                    piece += 1;
                    continue;
                }
                (None, None) => return true,
                (Some(Piece::AnyChar), Some(_)) => {}
                (Some(Piece::Char(wanted)), Some(found)) if *wanted == found => {}
                (_, next) => {
                    // The last `%` takes one character more; once nothing is left, no retry helps.
                    let Some((start, mut from)) = retry.take() else { return false };
                    if next.is_none() || from.next().is_none() {
                        return false;
                    }
                    retry = Some((start, from.clone()));
                    (piece, rest) = (start + 1, from);
                    continue;
                }
            }
            (piece, rest) = (piece + 1, ahead);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, by recursion.
    fn matches_slowly(pieces: &[Piece], text: &[char]) -> bool {
        match (pieces.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((Piece::AnyChars, more)), _) => (0..=text.len()).any(|from| matches_slowly(more, &text[from..])),
            (Some((Piece::AnyChar, more)), Some((_, rest))) => matches_slowly(more, rest),
            (Some((Piece::Char(c), more)), Some((found, rest))) => c == found && matches_slowly(more, rest),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn like_is_its_definition(pattern in "[ab%_]{0,8}", text in "[abc]{0,10}") {
            let pattern = Pattern::new(&pattern).unwrap();
            let chars: Vec<char> = text.chars().collect();
            prop_assert_eq!(pattern.matches(&text), matches_slowly(&pattern.0, &chars));
        }
    }

    #[test]
    fn like_escapes() {
        assert!(Pattern::new(r"100\%").unwrap().matches("100%"));
        assert!(!Pattern::new(r"100\%").unwrap().matches("1000"));
        assert!(Pattern::new(r"a\\b\_").unwrap().matches(r"a\b_"));
        assert_eq!(Pattern::new(r"a\b"), None);
        assert_eq!(Pattern::new(r"a\"), None);
    }

    #[test]
    fn numbers_are_finite_decimals() {
        assert_eq!(read_number(" -12.50 "), Some(-12.5));
        assert_eq!(read_number("1e3"), Some(1000.0));
        for text in ["", "inf", "-Infinity", "NaN", "1,5", "12 345", "1e999", "0x10", "."] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }
}
