//! A compiled predicate, what it may name, and what it warns about.

use super::ast::Expr;
use super::check::check;
use super::parser;
use super::program::Node;
use super::tree::{from_json, to_json};
use crate::error::Result;
use crate::profile::Profiles;
use crate::schema::Kind;
use std::collections::BTreeSet;
use std::fmt;

/// What a predicate may name.
///
/// ```
/// use cdp_core::{schema::Kind, segment::{self, Fields}};
/// let fields = Fields::new([("country", Kind::Country), ("birth_date", Kind::BirthDate)]);
/// assert!(segment::compile("country = 'FR' AND age(birth_date) >= 18", &fields).is_ok());
/// let error = segment::compile("contry = 'FR'", &fields).unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 1: there is no field 'contry' (did you mean 'country'?)");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Fields {
    fields: Vec<(String, Kind)>,
    pub(super) sources: Option<BTreeSet<String>>,
    pub(super) segments: Option<BTreeSet<String>>,
}

impl Fields {
    /// Golden fields and their kinds. Birth dates and dates compare as dates, numbers as numbers, all else as text.
    pub fn new<'a>(fields: impl IntoIterator<Item = (&'a str, Kind)>) -> Self {
        let fields = fields.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect();
        Fields { fields, sources: None, segments: None }
    }

    /// The golden fields of profiles.
    pub fn of(profiles: &Profiles) -> Self {
        Fields::new(profiles.fields().iter().map(|field| (field.name.as_str(), field.kind)))
    }

    /// The names of the sources; where they are not given, any name compiles, and evaluation checks it.
    #[must_use]
    pub fn sources<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.sources = Some(names.into_iter().map(str::to_owned).collect());
        self
    }

    /// The names of the segments; where they are not given, any name compiles, and evaluation checks it.
    #[must_use]
    pub fn segments<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.segments = Some(names.into_iter().map(str::to_owned).collect());
        self
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.fields.iter().find(|(known, _)| known == name).map(|&(_, kind)| kind)
    }
}

/// A compiled predicate.
#[derive(Debug, Clone)]
pub struct Predicate {
    pub(super) expr: Expr,
    pub(super) node: Node,
    pub(super) fields: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) segments: Vec<String>,
    pub(super) needs_now: bool,
    pub(super) needs_sources: bool,
    pub(super) warnings: Vec<Warning>,
}

impl Predicate {
    /// The syntax tree.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The canonical JSON form.
    pub fn to_json(&self) -> serde_json::Value {
        to_json(&self.expr)
    }

    /// The golden fields it reads, in the order it names them.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The segments it refers to.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Whether it changes with the day, so that a context must say `now`.
    pub fn needs_now(&self) -> bool {
        self.needs_now
    }

    /// What may not mean what it seems to.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Display for Predicate {
    /// The canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expr)
    }
}

/// Something that compiles but may not mean what it seems to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Warning {
    /// The line, from 1.
    pub line: u32,
    /// The column, in characters, from 1.
    pub column: u32,
    /// What may be surprising.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {} ({})", self.line, self.column, self.message, self.remedy)
    }
}

/// Compiles the text of a predicate.
///
/// # Errors
/// `predicate_syntax`, `predicate_unknown_name`, `predicate_type`, and `predicate_unsupported` for events and consents, which
/// need a live graph; each with line and column.
pub fn compile(text: &str, fields: &Fields) -> Result<Predicate> {
    check(parser::parse(text)?, fields)
}

/// Compiles the canonical JSON form; positions in errors and warnings are those of its canonical text.
///
/// # Errors
/// Those of [`compile`]; where the tree is malformed, its path is named instead of line and column.
pub fn compile_json(json: &serde_json::Value, fields: &Fields) -> Result<Predicate> {
    check(from_json(json)?, fields)
}
