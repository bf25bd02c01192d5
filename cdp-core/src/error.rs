//! The one error type of the crate: a stable code, the place, the reason and the remedy.
//!
//! It is opaque on purpose: bindings choose an exception class from [`Error::code`], people read the text.
//! Values of the data enter an error by [`Error::hiding`] alone, which keeps them out of every text: errors end up in logs.
//! Nothing here knows about records, files or configuration beyond their names.

use std::fmt;

/// The result of every fallible function of the crate.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $family:ident;)*) => {
        /// A stable word for each way things can fail: the same in Rust, Python and Node.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable word, e.g. `invalid_config`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $word,)* }
            }

            /// The family, which chooses the exception class in Python.
            pub fn family(self) -> Family {
                match self { $(Code::$variant => Family::$family,)* }
            }
        }
    };
}

codes! {
    /// The configuration is not well-formed, or asks for something impossible.
    InvalidConfig = "invalid_config", Config;
    /// A configuration key that does not exist.
    UnknownKey = "unknown_key", Config;
    /// A field kind that does not exist.
    UnknownKind = "unknown_kind", Config;
    /// A column named by the configuration is not in its source.
    UnknownColumn = "unknown_column", Config;
    /// A source named by the configuration was not given, or the reverse.
    UnknownSource = "unknown_source", Config;
    /// There is nothing to work on.
    EmptyInput = "empty_input", Data;
    /// The input cannot be read: broken syntax, encoding, or type.
    InvalidInput = "invalid_input", Data;
    /// Two records of one source have the same id.
    DuplicateRecordId = "duplicate_record_id", Data;
    /// A record has no id although its source names an id column.
    MissingRecordId = "missing_record_id", Data;
    /// A single value is larger than the limit.
    ValueTooLarge = "value_too_large", Data;
    /// A record, profile, segment or destination that was asked for does not exist.
    NotFound = "not_found", Data;
    /// A truth table does not fit the assignments it should judge.
    InvalidTruth = "invalid_truth", Data;
    /// A value does not have the form its kind requires.
    InvalidValue = "invalid_value", Data;
    /// A message of a live graph cannot be read, or says nobody.
    InvalidMessage = "invalid_message", Data;
    /// What a golden scenario expects is not what came out.
    ScenarioFailed = "scenario_failed", Data;
    /// A difference between two results is larger than a limit allows.
    LimitExceeded = "limit_exceeded", Data;
    /// A predicate cannot be parsed.
    PredicateSyntax = "predicate_syntax", Predicate;
    /// A predicate names a field or function that does not exist.
    PredicateUnknownName = "predicate_unknown_name", Predicate;
    /// A predicate compares values of unlike types.
    PredicateType = "predicate_type", Predicate;
    /// A predicate asks for something that is not there to be asked, such as events outside a live graph.
    PredicateUnsupported = "predicate_unsupported", Predicate;
    /// A saved model cannot be read or does not fit the configuration.
    InvalidModel = "invalid_model", Model;
    /// The store is open already, in another process or elsewhere in this one.
    StoreLocked = "store_locked", Store;
    /// What the store acknowledged is damaged.
    StoreCorrupt = "store_corrupt", Store;
    /// A newer version wrote the store.
    StoreVersion = "store_version", Store;
    /// There is no space left for the store; what it acknowledged is safe.
    StoreFull = "store_full", Store;
    /// The operating system refused to read or write the store.
    StoreIo = "store_io", Store;
    /// The store was closed before.
    StoreClosed = "store_closed", Store;
    /// A key is too short, has no id, or is not the one that was used before.
    InvalidKey = "invalid_key", Privacy;
    /// A key that the store was used with was not given.
    MissingKey = "missing_key", Privacy;
    /// The audit log is not what was written.
    AuditBroken = "audit_broken", Privacy;
    /// More memory is needed than is allowed; no partial result is kept.
    MemoryLimit = "memory_limit", Memory;
    /// The caller asked to stop; no partial result is kept.
    Cancelled = "cancelled", Cancelled;
    /// The operating system refused to read or write.
    Io = "io", Io;
    /// A bug of this library; please report it.
    Internal = "internal", Internal;
}

/// Groups of [`Code`]s: one exception class each in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// The configuration is at fault.
    Config,
    /// The input data is at fault.
    Data,
    /// A segment predicate is at fault.
    Predicate,
    /// A match model is at fault.
    Model,
    /// The store of a live graph is at fault: in use, damaged, or without space.
    Store,
    /// A key, a tombstone or the audit log stands against it.
    Privacy,
    /// There is not enough memory, or not enough is allowed.
    Memory,
    /// The caller cancelled.
    Cancelled,
    /// The operating system is at fault.
    Io,
    /// This library is at fault.
    Internal,
}

impl Family {
    /// The stable word, e.g. `config`.
    pub fn as_str(self) -> &'static str {
        match self {
            Family::Config => "config",
            Family::Data => "data",
            Family::Predicate => "predicate",
            Family::Model => "model",
            Family::Store => "store",
            Family::Privacy => "privacy",
            Family::Memory => "memory",
            Family::Cancelled => "cancelled",
            Family::Io => "io",
            Family::Internal => "internal",
        }
    }
}

/// What stands in the text of an error in place of a value of the data.
pub const HIDDEN: &str = "•••";

/// Values of the data that an error is about, which not even [`fmt::Debug`] shows.
#[derive(Clone, Default, PartialEq, Eq)]
struct Values(Vec<String>);

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hidden", self.0.len())
    }
}

/// What went wrong, where, and what to do about it.
///
/// The text reads `place: reason (remedy)`:
///
/// ```
/// use cdp_core::{Code, Error};
/// let error = Error::new(Code::UnknownColumn, "there is no such column")
///     .source("crm").field("e-mail").help("the columns are: email, name");
/// assert_eq!(error.code().as_str(), "unknown_column");
/// assert_eq!(error.to_string(),
///     "source 'crm', field 'e-mail': there is no such column (the columns are: email, name)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    code: Code,
    place: Box<Place>,
    reason: String,
    help: Option<String>,
}

/// The parts of the place an error speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    file: Option<String>,
    source: Option<String>,
    row: Option<u64>,
    line: Option<u64>,
    column: Option<u64>,
    field: Option<String>,
    values: Values,
}

impl Error {
    /// An error with a reason: a lower-case clause without a final stop.
    pub fn new(code: Code, reason: impl Into<String>) -> Self {
        Error { code, place: Box::default(), reason: reason.into(), help: None }
    }

    /// An error about values of the data. Each `{}` of the reason stands for one of them, in their order; no text shows them, only
    /// [`Error::with_values`] does.
    ///
    /// ```
    /// use cdp_core::{Code, Error};
    /// let error = Error::hiding(Code::NotFound, "there is no record '{}'", ["ann@example.fr"]).source("crm");
    /// assert_eq!(error.to_string(), "source 'crm': there is no record '•••'");
    /// assert!(!format!("{error:?}").contains("ann"));
    /// assert_eq!(error.with_values(), "source 'crm': there is no record 'ann@example.fr'");
    /// ```
    pub fn hiding<V: Into<String>>(code: Code, reason: &str, values: impl IntoIterator<Item = V>) -> Self {
        let mut error = Error::new(code, reason.replace("{}", HIDDEN));
        error.place.values = Values(values.into_iter().map(Into::into).collect());
        error
    }

    /// An error of a parser, whose words can quote what it read: they are kept without the quotes.
    pub fn unreadable(code: Code, what: &str, error: &impl fmt::Display) -> Self {
        Error::new(code, format!("{what}: {}", without_quotes(&error.to_string())))
    }

    /// The file it happened in.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.place.file = Some(file.into());
        self
    }

    /// The source it happened in.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.place.source = Some(source.into());
        self
    }

    /// The row it happened in, counted from 0 as the data frame counts it.
    #[must_use]
    pub fn row(mut self, row: u64) -> Self {
        self.place.row = Some(row);
        self
    }

    /// The line and column of a text (file, configuration, predicate), both counted from 1.
    #[must_use]
    pub fn position(mut self, line: u64, column: u64) -> Self {
        self.place.line = Some(line);
        self.place.column = Some(column);
        self
    }

    /// The line of a text, counted from 1, where the column is not known.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.place.line = Some(line);
        self
    }

    /// The same error without line and column, for data that was never a text.
    #[must_use]
    pub fn without_position(mut self) -> Self {
        (self.place.line, self.place.column) = (None, None);
        self
    }

    /// The field, column or key it happened in.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.place.field = Some(field.into());
        self
    }

    /// What the reader can do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What the reader can do about it, with values of the data as in [`Error::hiding`].
    #[must_use]
    pub fn help_hiding<V: Into<String>>(mut self, help: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.place.values.0.extend(values.into_iter().map(Into::into));
        self.help(help.replace("{}", HIDDEN))
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The reason, without place and remedy.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The values of the data that it is about, which its text hides.
    pub fn values(&self) -> &[String] {
        &self.place.values.0
    }

    /// The text with the values in it: to be shown to somebody who may see them, never to be logged.
    pub fn with_values(&self) -> String {
        let text = self.to_string();
        let mut parts = text.split(HIDDEN);
        let mut shown = parts.next().unwrap_or_default().to_owned();
        let values = self.values().iter().map(String::as_str).chain(std::iter::repeat(HIDDEN));
        parts.zip(values).for_each(|(part, value)| shown.extend([value, part]));
        shown
    }

    /// The remedy, if there is one.
    pub fn remedy(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Line and column of a text, counted from 1, where the error has them.
    pub fn text_position(&self) -> Option<(u64, u64)> {
        self.place.line.zip(self.place.column)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        let mut parts = Vec::new();
        if let Some(file) = &place.file {
            parts.push(format!("file '{file}'"));
        }
        if let Some(source) = &place.source {
            parts.push(format!("source '{source}'"));
        }
        if let Some(row) = place.row {
            parts.push(format!("row {row}"));
        }
        match (place.line, place.column) {
            (Some(line), Some(column)) => parts.push(format!("line {line}, column {column}")),
            (Some(line), None) => parts.push(format!("line {line}")),
            _ => {}
        }
        if let Some(field) = &place.field {
            parts.push(format!("field '{field}'"));
        }
        if !parts.is_empty() {
            write!(f, "{}: ", parts.join(", "))?;
        }
        f.write_str(&self.reason)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// What a parser says, without what it quotes: keys are told, values are not.
fn without_quotes(text: &str) -> String {
    if ["missing field", "unknown field", "duplicate field"].iter().any(|said| text.starts_with(said)) {
        return text.to_owned();
    }
    let Some(quote) = text.find(['"', '`', '\'']) else { return text.to_owned() };
    let expected = text.rfind(", expected ").map_or("", |at| &text[at..]);
    format!("{}{expected}", text[..quote].trim_end())
}

/// The candidate nearest to `word` by edit distance, if one is near enough to be a misspelling of it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance ignoring ASCII case; for error messages only, so kept to the textbook's few lines.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_ascii_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_ascii_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_parser_quotes_is_left_out() {
        let said = |json: &str| serde_json::from_str::<std::collections::BTreeMap<String, u8>>(json).unwrap_err();
        let error = Error::unreadable(Code::InvalidInput, "the file", &said(r#"{"a": "ann, expected b"}"#));
        assert!(error.to_string().starts_with("the file: invalid type: string, expected u8 at line 1"), "{error}");
        let error = Error::unreadable(Code::InvalidInput, "the file", &said(r#"{"a": 4711}"#));
        assert!(error.to_string().starts_with("the file: invalid value: integer, expected u8 at line 1"), "{error}");
        assert!(!Error::unreadable(Code::InvalidInput, "it", &said("\"ann\"")).to_string().contains("ann"));
    }

    #[test]
    fn values_are_shown_in_their_order_and_on_demand_alone() {
        let error = Error::hiding(Code::InvalidTruth, "'{}' and '{}'", ["ann", "•••"]).help("look");
        assert_eq!((error.to_string().as_str(), error.reason()), ("'•••' and '•••' (look)", "'•••' and '•••'"));
        assert_eq!(error.with_values(), "'ann' and '•••' (look)");
        assert!(!format!("{error:?}").contains("ann"));
    }
}
