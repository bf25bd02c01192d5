//! A compiled predicate, what it may name, and what it warns about.

use super::ast::Expr;
use super::check::{Uses, check};
use super::function::Type;
use super::input::Clock;
use super::lexer::Spanned;
use super::person::{Bound, Lists, Person, Truth};
use super::program::Program;
use super::tree::{from_json, to_json};
use super::{meaning, parser};
use crate::error::Result;
use crate::instant::{Instant, NEVER};
use crate::profile::Profiles;
use crate::schema::Kind;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};
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
    kinds: HashMap<String, Kind>,
    pub(super) sources: Option<BTreeSet<String>>,
    pub(super) segments: Option<BTreeSet<String>>,
    pub(super) lists: Option<BTreeSet<String>>,
    /// Absent where there are no events; without entries any event has any property.
    pub(super) events: Option<EventTypes>,
    pub(super) consents: bool,
    pub(super) purposes: Option<BTreeSet<String>>,
    pub(super) created: bool,
    /// Whether the profiles are those of a graph, which keeps some events.
    pub(super) of_graph: bool,
}

/// Per event, the types of its properties; without any it can have every property.
pub type EventTypes = BTreeMap<String, BTreeMap<String, Type>>;

impl Fields {
    /// Golden fields and their kinds. Birth dates and dates compare as dates, numbers as numbers, all else as text.
    pub fn new<'a>(fields: impl IntoIterator<Item = (&'a str, Kind)>) -> Self {
        let fields: Vec<(String, Kind)> = fields.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect();
        // Of two fields with one name the first counts.
        let kinds = fields.iter().rev().cloned().collect();
        Fields { fields, kinds, ..Fields::default() }
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

    /// The names of the lists that the caller hands in; where they are not given, any name compiles, and evaluation checks it.
    #[must_use]
    pub fn lists<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.lists = Some(names.into_iter().map(str::to_owned).collect());
        self
    }

    /// That there are events. Those of `types` are the only ones, with those properties; without any, all names compile.
    #[must_use]
    pub fn events(mut self, types: EventTypes) -> Self {
        self.events = Some(types);
        self
    }

    /// That there are consents.
    #[must_use]
    pub fn consents(mut self) -> Self {
        self.consents = true;
        self
    }

    /// The purposes of consent that there are; where they are not given, any name compiles.
    #[must_use]
    pub fn purposes<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.purposes = Some(names.into_iter().map(str::to_owned).collect());
        self
    }

    /// That it is known when the earliest evidence of each profile is from.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.created = true;
        self
    }

    /// That the profiles are those of a graph; for what is said of events that it does not keep.
    #[must_use]
    pub(crate) fn of_graph(mut self) -> Self {
        self.of_graph = true;
        self
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).copied()
    }
}

/// A compiled predicate.
#[derive(Debug, Clone)]
pub struct Predicate {
    pub(super) expr: Expr,
    pub(super) program: Program,
    /// What its symbols stand for.
    pub(super) names: Vec<Box<str>>,
    pub(super) uses: Uses,
    pub(super) needs_now: bool,
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

    /// A hash of what it means: two ways of writing one condition have the same, whatever their order, spelling and units.
    ///
    /// ```
    /// use cdp_core::{schema::Kind, segment::{self, Fields}};
    /// let fields = Fields::new([("country", Kind::Country), ("city", Kind::City)]);
    /// let hash = |text: &str| segment::compile(text, &fields).map(|predicate| predicate.hash());
    /// assert_eq!(hash("country = 'FR' AND has(city)")?, hash("NOT (city IS NULL OR 'FR' <> country)")?);
    /// assert_ne!(hash("country = 'FR'")?, hash("country = 'BE'")?);
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    pub fn hash(&self) -> String {
        let golden_sources = self.uses.fields.iter().any(|name| name == "sources");
        meaning::hash(&self.expr, meaning::Names { golden_sources, dotted: &self.uses.dotted, event: None })
    }

    /// All that is told of it, in plain form: its canonical `text`, its JSON `tree`, the `hash` of its meaning, what it names
    /// (`fields`, `segments`, `lists`, `events`, `consents`), whether it `needs_now`, and its `warnings`.
    pub fn described(&self) -> serde_json::Value {
        let asked = |(purpose, channel): &(String, Option<String>)| serde_json::json!({ "purpose": purpose, "channel": channel });
        let consents: Vec<_> = self.consents().iter().map(asked).collect();
        serde_json::json!({
            "text": self.to_string(), "tree": self.to_json(), "hash": self.hash(), "fields": self.fields(),
            "segments": self.segments(), "lists": self.lists(), "events": self.events(), "consents": consents,
            "needs_now": self.needs_now, "warnings": self.warnings,
        })
    }

    /// The golden fields it reads, in the order it names them.
    pub fn fields(&self) -> &[String] {
        &self.uses.fields
    }

    /// The segments it refers to.
    pub fn segments(&self) -> &[String] {
        &self.uses.segments
    }

    /// The lists it looks things up in.
    pub fn lists(&self) -> &[String] {
        &self.uses.lists
    }

    /// The events it reads.
    pub fn events(&self) -> &[String] {
        &self.uses.event_names
    }

    /// The properties of events it reads.
    pub fn properties(&self) -> &[String] {
        &self.uses.properties
    }

    /// The consents it asks for: the purpose, and the channel where it names one.
    pub fn consents(&self) -> &[(String, Option<String>)] {
        &self.uses.consents
    }

    /// Whether it changes with time, so that a context must say `now`.
    pub fn needs_now(&self) -> bool {
        self.needs_now
    }

    /// The truth of one person at an instant, and when it may be another without new evidence. This is the reference that the
    /// columnar evaluation, the live one and the SQL agree with.
    pub fn evaluate(&self, person: &Person, lists: &Lists, now: Instant) -> Truth {
        let bound = Bound::new(person, &self.names, lists);
        let (truth, changes) = self.program.held(&bound, &Clock::new(Some(now)));
        Truth { truth, changes: Some(changes).filter(|&instant| instant != NEVER) }
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
    compile_with(text, fields, &mut Vec::new())
}

/// [`compile`] with room for tokens that is used again and again.
pub(super) fn compile_with<'a>(text: &'a str, fields: &Fields, room: &mut Vec<Spanned<'a>>) -> Result<Predicate> {
    check(parser::parse_with(text, room)?, fields)
}

/// Compiles what a caller wrote: the text, as a JSON string, or the canonical JSON form.
///
/// # Errors
/// Those of [`compile`] and [`compile_json`].
pub fn compile_written(written: &serde_json::Value, fields: &Fields) -> Result<Predicate> {
    match written {
        serde_json::Value::String(text) => compile(text, fields),
        tree => compile_json(tree, fields),
    }
}

/// Compiles the canonical JSON form; positions in errors and warnings are those of its canonical text.
///
/// # Errors
/// Those of [`compile`]; where the tree is malformed, its path is named instead of line and column.
pub fn compile_json(json: &serde_json::Value, fields: &Fields) -> Result<Predicate> {
    check(from_json(json)?, fields)
}
