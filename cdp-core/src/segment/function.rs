//! The functions of the language: names, types of arguments and result.

use std::fmt;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Text.
    Text,
    /// A finite decimal number.
    Number,
    /// A calendar date.
    Date,
    /// A point in time.
    Instant,
    /// True or false.
    Boolean,
    /// A list of texts: `sources`.
    List,
    /// Whatever it is compared with: a property of an event that nobody declared.
    Any,
}

impl From<crate::schema::PropertyType> for Type {
    fn from(kind: crate::schema::PropertyType) -> Type {
        use crate::schema::PropertyType;
        match kind {
            PropertyType::Text => Type::Text,
            PropertyType::Number => Type::Number,
            PropertyType::Date => Type::Date,
            PropertyType::Boolean => Type::Boolean,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Text => "text",
            Type::Number => "number",
            Type::Date => "date",
            Type::Instant => "instant",
            Type::Boolean => "condition",
            Type::List => "list",
            Type::Any => "property",
        })
    }
}

/// What is computed from values alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Lower,
    Upper,
    Fold,
    Length,
    StartsWith,
    EndsWith,
    Contains,
    Number,
    Date,
    Year,
    Month,
    Day,
}

/// A function's name, arguments and result.
pub(super) struct Signature {
    pub(super) name: &'static str,
    pub(super) function: Function,
    pub(super) args: &'static [Type],
    pub(super) result: Type,
}

const fn signature(name: &'static str, function: Function, args: &'static [Type], result: Type) -> Signature {
    Signature { name, function, args, result }
}

/// Every function of values.
pub(super) const FUNCTIONS: &[Signature] = &[
    signature("lower", Function::Lower, &[Type::Text], Type::Text),
    signature("upper", Function::Upper, &[Type::Text], Type::Text),
    signature("fold", Function::Fold, &[Type::Text], Type::Text),
    signature("length", Function::Length, &[Type::Text], Type::Number),
    signature("starts_with", Function::StartsWith, &[Type::Text, Type::Text], Type::Boolean),
    signature("ends_with", Function::EndsWith, &[Type::Text, Type::Text], Type::Boolean),
    signature("contains", Function::Contains, &[Type::Text, Type::Text], Type::Boolean),
    signature("number", Function::Number, &[Type::Text], Type::Number),
    signature("date", Function::Date, &[Type::Text], Type::Date),
    signature("year", Function::Year, &[Type::Date], Type::Number),
    signature("month", Function::Month, &[Type::Date], Type::Number),
    signature("day", Function::Day, &[Type::Date], Type::Number),
];

/// Functions of the profile rather than of values.
pub(super) const PROFILE_FUNCTIONS: &[&str] = &["has", "source", "segment", "age", "profile_age", "sample"];

/// Functions of events and consents, which a batch may not have.
pub(super) const LIVE_FUNCTIONS: &[&str] = &[
    "count", "sum", "min", "max", "avg", "first", "last", "distinct", "exists", "absence", "periods", "sequence",
    "consent",
];

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    let values = FUNCTIONS.iter().map(|signature| signature.name);
    values.chain(PROFILE_FUNCTIONS.iter().copied()).chain(LIVE_FUNCTIONS.iter().copied())
}
