//! A predicate as a query for an engine that holds the same data, so that a lake evaluates what the library would.
//!
//! The query is written for one instant, so that windows are plain bounds of time: engines need neither calendars nor zones. Each
//! leaf that reads events, consents or a list becomes a subquery joined to the profiles; the condition stays one `WHERE`, whose
//! three-valued logic is that of the language. What an engine cannot do exactly alike (`fold`) is refused.

mod dialect;
mod subquery;
mod term;

pub use dialect::Dialect;

use super::predicate::Predicate;
use super::program::{Leaf, Program, Step, Symbol, Test};
use super::view::no_now;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;

/// Where an engine finds things: names of tables or views, or whole subqueries in parentheses.
///
/// | table | columns |
/// | --- | --- |
/// | `profiles` | `profile_id`, `size` (number of records), `sources` (list of texts), `created` (milliseconds since 1970), and one a golden field |
/// | `events` | `profile_id`, `name`, `time` (milliseconds since 1970), and one a property |
/// | `consents` | `profile_id`, `purpose`, `channel` (null: asked about none), `granted` (boolean), `from_time`, `until_time` (milliseconds; null: open) |
/// | `lists` | `list`, `value` |
/// | `segments` | `segment`, `profile_id` |
///
/// A golden field that is called `profile_id`, `size`, `sources` or `created` has the column `golden_size` and so on, and a property
/// that is called `profile_id`, `name` or `time` the column `property_name` and so on, in whatever capitals: the name of a page is
/// `property_name`, since `name` is that of the event.
///
/// A missing value is null, never a blank text. `consents` holds answers, as [`crate::consent::timeline`] gives them and
/// [`crate::resolve::Resolution::consent_spans`] lists them for a graph, not statements: spans of time in which a purpose is granted or denied.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tables {
    /// The profiles.
    pub profiles: String,
    /// What happened.
    pub events: String,
    /// What holds of consent.
    pub consents: String,
    /// The lists of `IN LIST`.
    pub lists: String,
    /// The members of segments that `segment()` names.
    pub segments: String,
    /// Whether columns have the type of what they hold (number, date, boolean); otherwise all of them are text.
    pub typed: bool,
}

impl Default for Tables {
    fn default() -> Self {
        let name = |name: &str| name.to_owned();
        Tables {
            profiles: name("profiles"),
            events: name("events"),
            consents: name("consents"),
            lists: name("lists"),
            segments: name("segments"),
            typed: false,
        }
    }
}

impl Tables {
    /// From plain data with the names of the fields; what is left out is as by default.
    ///
    /// # Errors
    /// `invalid_input` for any other key.
    pub fn from_value(value: &serde_json::Value) -> Result<Tables> {
        if value.is_null() {
            return Ok(Tables::default());
        }
        serde::Deserialize::deserialize(value)
            .map_err(|error| Error::unreadable(Code::InvalidInput, "these are not the names of tables", &error))
    }
}

impl Predicate {
    /// The query that gives the ids of the members at an instant, in one column `profile_id`, in no order.
    ///
    /// ```
    /// use cdp_core::segment::{self, Dialect, Fields, Tables};
    /// use cdp_core::schema::Kind;
    /// let predicate = segment::compile("country = 'FR'", &Fields::new([("country", Kind::Country)]))?;
    /// let query = predicate.sql(Dialect::DuckDb, &Tables::default(), 0)?;
    /// assert_eq!(query, "SELECT p.profile_id FROM profiles p WHERE p.\"country\" = 'FR'");
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `predicate_unsupported` for what the engine cannot do exactly as the library does.
    pub fn sql(&self, dialect: Dialect, tables: &Tables, now: Instant) -> Result<String> {
        let mut writer = Writer { dialect, tables, now, names: &self.names, joins: Vec::new(), row: Row::Profile };
        let condition = writer.program(&self.program)?;
        let joins: String = writer.joins.iter().map(|join| format!(" LEFT JOIN {join}")).collect();
        Ok(format!("SELECT p.profile_id FROM {} p{joins} WHERE {condition}", tables.profiles))
    }
}

impl Predicate {
    /// As [`Predicate::sql`], by the word of the dialect and the names of tables as plain data.
    ///
    /// # Errors
    /// Those of [`Predicate::sql`]; `invalid_input` for an unknown word, or without `now` where the predicate needs it.
    pub fn sql_by_words(&self, dialect: &str, tables: &serde_json::Value, now: Option<Instant>) -> Result<String> {
        let now = match now {
            None if self.needs_now => return Err(no_now(self)),
            now => now.unwrap_or_default(),
        };
        self.sql(dialect.parse()?, &Tables::from_value(tables)?, now)
    }
}

/// Whose columns a condition reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Profile,
    Event,
}

/// Writes one query.
struct Writer<'a> {
    dialect: Dialect,
    tables: &'a Tables,
    now: Instant,
    names: &'a [Box<str>],
    /// What is joined to the profiles, each with its alias and condition.
    joins: Vec<String>,
    row: Row,
}

impl<'a> Writer<'a> {
    fn name(&self, symbol: Symbol) -> &'a str {
        &self.names[symbol as usize]
    }

    fn program(&mut self, program: &Program) -> Result<String> {
        self.steps(program, &mut 0)
    }

    fn steps(&mut self, program: &Program, at: &mut usize) -> Result<String> {
        let step = program.steps[*at];
        *at += 1;
        match step {
            Step::Leaf(number) => self.leaf(&program.leaves[number as usize]),
            Step::Not => Ok(format!("NOT ({})", self.steps(program, at)?)),
            Step::And(end) => self.joined(program, at, end, " AND "),
            Step::Or(end) => self.joined(program, at, end, " OR "),
        }
    }

    fn joined(&mut self, program: &Program, at: &mut usize, end: u32, word: &str) -> Result<String> {
        let mut parts = Vec::new();
        while *at < end as usize {
            parts.push(format!("({})", self.steps(program, at)?));
        }
        Ok(parts.join(word))
    }

    fn leaf(&mut self, leaf: &Leaf) -> Result<String> {
        let test = self.test(&leaf.test)?;
        Ok(if leaf.negated { format!("NOT ({test})") } else { test })
    }

    fn test(&mut self, test: &Test) -> Result<String> {
        match test {
            Test::Compare(left, op, right) => Ok(format!("{} {} {}", self.term(left)?, op.as_str(), self.term(right)?)),
            Test::Between(value, low, high) => {
                let (value, low, high) = (self.term(value)?, self.term(low)?, self.term(high)?);
                Ok(format!("{value} >= {low} AND {value} <= {high}"))
            }
            Test::In(value, set) => {
                let value = self.term(value)?;
                Ok(format!("{value} IN ({})", self.set(set)?.join(", ")))
            }
            Test::InList(value, list) => {
                let value = self.term(value)?;
                let alias = self.alias();
                let list = self.text(self.name(*list))?;
                let query = format!("(SELECT DISTINCT value FROM {} WHERE list = {list})", self.tables.lists);
                self.joins.push(format!("{query} {alias} ON {alias}.value = {value}"));
                Ok(format!("CASE WHEN {value} IS NOT NULL THEN {alias}.value IS NOT NULL END"))
            }
            Test::Has(field, item) => self.dialect.list_has(&self.column(*field), item),
            Test::Like(value, pattern) => {
                let (value, pattern) = (self.term(value)?, self.text(&pattern.text())?);
                Ok(format!("{value} LIKE {pattern} ESCAPE {}", self.text("\\")?))
            }
            Test::Missing(value) => Ok(format!("({}) IS NULL", self.term(value)?)),
            Test::During(value, span) => self.during(value, span),
            Test::Truth(value) => self.term(value),
        }
    }

    /// The alias of the next thing that is joined.
    fn alias(&self) -> String {
        format!("j{}", self.joins.len())
    }

    /// A text between quotes.
    fn text(&self, text: &str) -> Result<String> {
        self.dialect.text(text)
    }
}

/// The error that an engine would not do the same.
fn cannot(what: &str, help: &str) -> Error {
    Error::new(Code::PredicateUnsupported, format!("{what} has no exact equal in SQL")).help(help.to_owned())
}
