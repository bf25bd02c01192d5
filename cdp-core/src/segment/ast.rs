//! The syntax tree of a predicate, and its canonical text.
//!
//! The tree says what was written, not whether it makes sense: names and types are `check`'s business. Its text form
//! (`Display`) parses back into the same tree.

use super::date::Date;
use super::window::{Unit, Window};
use crate::instant::{Instant, text};
use std::fmt;

/// Where something stands in the text, counted from 1. Two trees are equal whatever their positions.
#[derive(Debug, Clone, Copy, Default)]
pub struct At {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}

/// A condition: true, false or unknown of a profile.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All of two or more.
    And(Vec<Expr>),
    /// Any of two or more.
    Or(Vec<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// `left op right`.
    Compare {
        /// Before the operator.
        left: Operand,
        /// The operator.
        op: Op,
        /// After the operator.
        right: Operand,
    },
    /// `left IN (1, 2)`, `'crm' IN sources`, or `NOT IN`.
    In {
        /// What is looked for.
        left: Operand,
        /// Where it is looked for.
        list: List,
        /// Whether it says `NOT IN`.
        negated: bool,
    },
    /// `left BETWEEN low AND high`, both ends included, or `NOT BETWEEN`.
    Between {
        /// What is compared.
        left: Operand,
        /// The least value.
        low: Operand,
        /// The greatest value.
        high: Operand,
        /// Whether it says `NOT BETWEEN`.
        negated: bool,
    },
    /// `left LIKE 'A%'` or `NOT LIKE`.
    Like {
        /// What is compared.
        left: Operand,
        /// The pattern: `%` any characters, `_` one character, `\` takes the next one literally.
        pattern: String,
        /// Where the pattern stands.
        at: At,
        /// Whether it says `NOT LIKE`.
        negated: bool,
    },
    /// `left IS MISSING`, or `IS PRESENT` where negated.
    Missing {
        /// What may be missing.
        left: Operand,
        /// Whether it says `IS PRESENT`.
        negated: bool,
    },
    /// `left IS WITHIN 30 DAYS`, or `IS NOT`: a date or an instant in a window of time.
    During {
        /// The date or instant.
        left: Operand,
        /// The window.
        window: Window,
        /// Where the window stands.
        at: At,
        /// Whether it says `IS NOT`.
        negated: bool,
    },
    /// A call or a truth value that is a condition by itself: `has(email)`, `TRUE`.
    Truth(Operand),
}

/// What `IN` looks in.
#[derive(Debug, Clone, PartialEq)]
pub enum List {
    /// Literals in parentheses, at least one.
    Items(Vec<Operand>),
    /// A list-valued field.
    Of(Operand),
    /// `LIST 'vip'`: a list that the caller hands in.
    Named(String, At),
}

/// Something that has a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A field by name; for events, `event.property`.
    Field(String, At),
    /// A literal.
    Literal(Literal, At),
    /// A function of operands.
    Call(Box<Call>),
}

/// A value written in the predicate.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `'FR'`
    Text(String),
    /// `12.5`
    Number(f64),
    /// `TRUE`
    Boolean(bool),
    /// `DATE '2026-01-31'`
    Date(Date),
    /// `INSTANT '2026-01-31T12:00:00Z'`
    Instant(Instant),
}

/// `name(args WHERE filter THEN ... WITHIN 30 DAYS)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function, in lower case.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Operand>,
    /// Which events count.
    pub filter: Option<Expr>,
    /// What has to follow.
    pub then: Vec<Then>,
    /// How far back events count.
    pub within: Option<Window>,
    /// Where the name stands.
    pub at: At,
}

/// `THEN [NOT] [WITHIN 2 HOURS] order [WHERE ...]`: an event that has to follow another, or must not.
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// Whether the event must not follow.
    pub negated: bool,
    /// How soon, after the one before: a number and its unit.
    pub within: Option<(u32, Unit)>,
    /// The event.
    pub event: Operand,
    /// Which of them count.
    pub filter: Option<Expr>,
}

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `=`
    Equal,
    /// `<>`, also written `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Op {
    /// Every operator.
    pub const ALL: &'static [Op] =
        &[Op::Equal, Op::NotEqual, Op::Less, Op::LessOrEqual, Op::Greater, Op::GreaterOrEqual];

    /// The sign.
    pub fn as_str(self) -> &'static str {
        match self {
            Op::Equal => "=",
            Op::NotEqual => "<>",
            Op::Less => "<",
            Op::LessOrEqual => "<=",
            Op::Greater => ">",
            Op::GreaterOrEqual => ">=",
        }
    }

    /// The operator of a sign.
    pub fn from_sign(sign: &str) -> Option<Op> {
        Op::ALL.iter().find(|op| op.as_str() == sign).copied()
    }
}

impl Operand {
    /// Where it begins.
    pub fn at(&self) -> At {
        match self {
            Operand::Field(_, at) | Operand::Literal(_, at) => *at,
            Operand::Call(call) => call.at,
        }
    }
}

/// Words that are never field names unless written in double quotes.
pub(super) const RESERVED: &[&str] =
    &["AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "TRUE", "FALSE", "WHERE", "WITHIN"];

/// Whether the word is reserved, in any case.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// Whether a name starts with this character.
pub(super) fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Whether a name goes on with this character.
pub(super) fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether the name can stand in the text without quotes.
pub(super) fn is_plain(name: &str) -> bool {
    let part = |part: &str| part.chars().next().is_some_and(starts_name) && part.chars().all(continues_name);
    name.split('.').all(part) && !is_reserved(name)
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |negated: &bool| if *negated { "NOT " } else { "" };
        match self {
            Expr::And(parts) => joined(f, parts, " AND ", |part| matches!(part, Expr::And(_) | Expr::Or(_))),
            Expr::Or(parts) => joined(f, parts, " OR ", |part| matches!(part, Expr::Or(_))),
            Expr::Not(inner) if matches!(**inner, Expr::And(_) | Expr::Or(_)) => write!(f, "NOT ({inner})"),
            Expr::Not(inner) => write!(f, "NOT {inner}"),
            Expr::Compare { left, op, right } => write!(f, "{left} {} {right}", op.as_str()),
            Expr::In { left, list, negated } => write!(f, "{left} {}IN {list}", not(negated)),
            Expr::Between { left, low, high, negated } => {
                write!(f, "{left} {}BETWEEN {low} AND {high}", not(negated))
            }
            Expr::Like { left, pattern, negated, .. } => {
                write!(f, "{left} {}LIKE {}", not(negated), Quoted(pattern, '\''))
            }
            Expr::Missing { left, negated: false } => write!(f, "{left} IS MISSING"),
            Expr::Missing { left, negated: true } => write!(f, "{left} IS PRESENT"),
            Expr::During { left, window, negated, .. } => {
                write!(f, "{left} IS {}{window}", not(negated))
            }
            Expr::Truth(operand) => write!(f, "{operand}"),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expr],
    word: &str,
    needs_parentheses: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        if needs_parentheses(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            List::Of(operand) => write!(f, "{operand}"),
            List::Named(name, _) => write!(f, "LIST {}", Quoted(name, '\'')),
            List::Items(items) => {
                f.write_str("(")?;
                commas(f, items)?;
                f.write_str(")")
            }
        }
    }
}

fn commas(f: &mut fmt::Formatter<'_>, items: &[Operand]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
    }
    Ok(())
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Field(name, _) if is_plain(name) => f.write_str(name),
            Operand::Field(name, _) => write!(f, "{}", Quoted(name, '"')),
            Operand::Literal(literal, _) => write!(f, "{literal}"),
            Operand::Call(call) => write!(f, "{call}"),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(text) => write!(f, "{}", Quoted(text, '\'')),
            Literal::Number(number) => write!(f, "{number}"),
            Literal::Boolean(true) => f.write_str("TRUE"),
            Literal::Boolean(false) => f.write_str("FALSE"),
            Literal::Date(date) => write!(f, "DATE '{date}'"),
            Literal::Instant(instant) => write!(f, "INSTANT '{}'", text(*instant)),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        commas(f, &self.args)?;
        let mut space = if self.args.is_empty() { "" } else { " " };
        if let Some(filter) = &self.filter {
            write!(f, "{space}WHERE {filter}")?;
            space = " ";
        }
        for then in &self.then {
            write!(f, "{space}{then}")?;
            space = " ";
        }
        if let Some(window) = &self.within {
            write!(f, "{space}{window}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negated { "THEN NOT " } else { "THEN " })?;
        if let Some((count, unit)) = self.within {
            write!(f, "WITHIN {count} {} ", unit.as_str())?;
        }
        write!(f, "{}", self.event)?;
        self.filter.as_ref().map_or(Ok(()), |filter| write!(f, " WHERE {filter}"))
    }
}

/// A text between quotes, the quotes inside it doubled.
pub(super) struct Quoted<'a>(pub(super) &'a str, pub(super) char);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Quoted(text, quote) = *self;
        write!(f, "{quote}")?;
        for (index, part) in text.split(quote).enumerate() {
            if index > 0 {
                write!(f, "{quote}{quote}")?;
            }
            f.write_str(part)?;
        }
        write!(f, "{quote}")
    }
}
