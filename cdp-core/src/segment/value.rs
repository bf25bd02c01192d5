//! Typed values: how they are read from text, compared, and what functions make of them.

use super::ast::Op;
use super::date::Date;
use super::function::{Function, Type};
use super::program::{Constant, Number, Set};
use crate::instant::Instant;
use crate::normalize::text::fold;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value of one of the types.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    Date(Date),
    Instant(Instant),
    Boolean(bool),
}

impl<'a> Value<'a> {
    /// A text read as a type; `None` where it is no value of it.
    pub(super) fn read(text: &'a str, kind: Type) -> Option<Value<'a>> {
        match kind {
            Type::Number => read_number(text).map(Value::Number),
            Type::Date => Date::read(text).map(Value::Date),
            Type::Boolean => read_boolean(text).map(Value::Boolean),
            Type::Instant => crate::instant::parse_exact(text).map(Value::Instant),
            Type::Text | Type::Any | Type::List => Some(Value::Text(Cow::Borrowed(text))),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        if let Value::Boolean(truth) = self { Some(*truth) } else { None }
    }

    /// Texts by code points, dates by the calendar; unlike types have no order.
    pub(super) fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
            (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
            (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl Constant {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Constant::Text(text) => Value::Text(Cow::Borrowed(text)),
            Constant::Number(number) => Value::Number(number.get()),
            Constant::Date(date) => Value::Date(*date),
            Constant::Instant(instant) => Value::Instant(*instant),
            Constant::Boolean(truth) => Value::Boolean(*truth),
        }
    }
}

impl Set {
    pub(super) fn contains(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Set::Texts(set), Value::Text(text)) => set.binary_search_by(|item| (**item).cmp(text)).is_ok(),
            (Set::Numbers(set), Value::Number(number)) => set.contains(&Number::new(*number)),
            (Set::Dates(set), Value::Date(date)) => set.binary_search(date).is_ok(),
            _ => false,
        }
    }
}

impl Op {
    pub(super) fn holds(self, order: Ordering) -> bool {
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

impl Function {
    pub(super) fn of_one(self, value: Value<'_>) -> Option<Value<'static>> {
        let text = |text: String| Some(Value::Text(Cow::Owned(text)));
        let number = |number: f64| Some(Value::Number(number));
        match (self, value) {
            (Function::Lower, Value::Text(value)) => text(value.chars().map(lower).collect()),
            (Function::Upper, Value::Text(value)) => text(value.chars().map(upper).collect()),
            (Function::Fold, Value::Text(value)) => text(fold(&value)),
            (Function::Length, Value::Text(value)) => number(value.chars().count() as f64),
            (Function::Number, Value::Text(value)) => read_number(&value).map(Value::Number),
            (Function::Date, Value::Text(value)) => Date::read(&value).map(Value::Date),
            (Function::Year, Value::Date(date)) => number(date.year().into()),
            (Function::Month, Value::Date(date)) => number(date.month().into()),
            (Function::Day, Value::Date(date)) => number(date.day().into()),
            _ => None,
        }
    }

    pub(super) fn of_two(self, text: &str, part: &str) -> Option<Value<'static>> {
        let truth = match self {
            Function::StartsWith => text.starts_with(part),
            Function::EndsWith => text.ends_with(part),
            Function::Contains => text.contains(part),
            _ => return None,
        };
        Some(Value::Boolean(truth))
    }
}

/// The small letter of a character, as engines of SQL have it: one letter for one.
fn lower(c: char) -> char {
    let mut small = c.to_lowercase();
    match (small.next(), small.next()) {
        (Some(one), None) => one,
        // The dotted capital I.
        (Some(first), Some(_)) if c == '\u{130}' => first,
        _ => c,
    }
}

/// The capital letter of a character, as engines of SQL have it: one letter for one. One without a single capital stays as it is.
pub(super) fn upper(c: char) -> char {
    let mut capital = c.to_uppercase();
    match (capital.next(), capital.next()) {
        (Some(one), None) => one,
        _ => simple_upper(c).unwrap_or(c),
    }
}

/// The one capital of letters that are two in full capitals.
fn simple_upper(c: char) -> Option<char> {
    let capital = match c {
        'ß' => 0x1e9e,
        // Greek vowels with an iota below.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => c as u32 + 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => c as u32 + 9,
        _ => return None,
    };
    char::from_u32(capital)
}

/// A finite decimal number: digits with a point, perhaps with an exponent; not `inf`, not `nan`.
pub(super) fn read_number(text: &str) -> Option<f64> {
    let text = text.trim_matches(' ');
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number: f64 = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.').then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

/// `true` or `false`, in any case.
pub(super) fn read_boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Whether a text that is a list in JSON has an item: a text, or a whole number or truth as it is written there. A text that is no
/// list, or one with lists or objects in it, is its only item.
pub(super) fn list_has(text: &str, item: &str) -> bool {
    if !text.starts_with('[') {
        return text == item;
    }
    has_item(text, item).unwrap_or(text == item)
}

/// `None` where a text is no list in JSON of texts, numbers, truths and nulls.
fn has_item(text: &str, item: &str) -> Option<bool> {
    let items: Vec<&serde_json::value::RawValue> = serde_json::from_str(text).ok()?;
    let (written, mut has) = (is_written(item), false);
    for found in items {
        let found = found.get();
        has |= match found.as_bytes().first()? {
            b'"' => serde_json::from_str::<Cow<'_, str>>(found).ok()? == item,
            b'[' | b'{' => return None,
            _ => written && found == item,
        };
    }
    Some(has)
}

/// Whether an item may stand in a list without quotes, the same in every engine: a truth, or a whole number of 15 digits at most.
pub(super) fn is_written(item: &str) -> bool {
    let digits = item.strip_prefix('-').unwrap_or(item);
    let is_number = (1..=15).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && (!digits.starts_with('0') || item == "0");
    is_number || matches!(item, "true" | "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_finite_decimals() {
        assert_eq!(read_number(" -12.50 "), Some(-12.5));
        assert_eq!(read_number("1e3"), Some(1000.0));
        for text in ["", "inf", "-Infinity", "NaN", "1,5", "12 345", "1e999", "0x10", "."] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }

    #[test]
    fn lists_are_json() {
        assert!(list_has("[\"a\", \"b\"]", "b"));
        assert!(!list_has("[\"a\", \"b\"]", "c"));
        assert!(list_has("gold", "gold"));
        assert!(list_has("[gold", "[gold"));
        assert!(list_has("[1, true]", "1") && list_has("[1, true]", "true"));
        // What engines write otherwise is no item.
        assert!(!list_has("[1.0, -0, 1e2]", "1.0") && !list_has("[-0]", "-0") && !list_has("[null]", "null"));
        for text in ["[\"a\",]", "[[\"a\"], \"b\"]", "[NaN]", "[\"\\ud83d\"]"] {
            assert!(list_has(text, text) && !list_has(text, "a") && !list_has(text, "b"), "{text}");
        }
    }

    #[test]
    fn letters_change_one_by_one() {
        let lower = |text: &str| Function::Lower.of_one(Value::Text(text.into()));
        let upper = |text: &str| Function::Upper.of_one(Value::Text(text.into()));
        assert_eq!(lower("ÀΣ"), Some(Value::Text("àσ".into())));
        assert_eq!(upper("straßeᾀᾧᾳῃῳŉ"), Some(Value::Text("STRAẞEᾈᾯᾼῌῼŉ".into())));
    }
}
