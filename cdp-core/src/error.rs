//! The one error type of the crate: a stable code, the place, the reason and the remedy.
//!
//! It is opaque on purpose: bindings choose an exception class from [`Error::code`], people read the text.
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
}

impl Error {
    /// An error with a reason: a lower-case clause without a final stop.
    pub fn new(code: Code, reason: impl Into<String>) -> Self {
        Error { code, place: Box::default(), reason: reason.into(), help: None }
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

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The reason, without place and remedy.
    pub fn reason(&self) -> &str {
        &self.reason
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
