//! Golden scenarios: files that say "given these messages, expect these profiles", and the runner that holds them against a
//! live graph.
//!
//! ```
//! use cdp_core::scenario::Scenario;
//! let scenario = Scenario::from_toml(r#"
//!     [[messages]]
//!     type = "identify"
//!     userId = "u1"
//!     anonymousId = "a1"
//!     traits = { email = "ann@example.fr" }
//!
//!     [[expect.profiles]]
//!     together = ["email=ann@example.fr", "anonymous_id=a1"]
//! "#)?;
//! assert!(scenario.run()?.passed());
//! # Ok::<(), cdp_core::Error>(())
//! ```

mod action;
mod expect;
#[cfg(feature = "json-schema")]
mod json_schema;
mod outcome;
mod run;

pub use action::{Action, Deed};
pub use expect::{Consent, Expect, ExpectedProfile, ExpectedRefusal};
pub use outcome::{Failure, Outcome};

use crate::error::{Code, Error, Result};
use crate::io;
use crate::schema::{Config, parse};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is given, and what is expected of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// What it shows, in a line; the name of the file where absent.
    pub name: String,
    /// Why it matters, for people.
    pub about: String,
    /// Why it is known to fail; it is told when it does no longer.
    pub known_failure: Option<String>,
    /// The configuration; the default one where absent.
    pub config: Config,
    /// A saved model to match fuzzily by; a path from the folder of the file.
    pub model: Option<String>,
    /// Files of records (a source each, paths from the folder of the file) to train a model from. They are not in the graph.
    pub population: BTreeMap<String, String>,
    /// In which orders the messages come (default `any`).
    pub order: Order,
    /// What time it is at the end; when the last message arrives where absent.
    pub now: Option<String>,
    /// The messages, as a live graph takes them; `received` is when each arrives: its `timestamp` where absent, otherwise a
    /// second after the one before.
    pub messages: Vec<Map<String, Value>>,
    /// What people said of pairs of records.
    pub decisions: Vec<Decision>,
    /// What is done between messages, such as restricting or erasing somebody.
    pub actions: Vec<Action>,
    /// What is expected.
    pub expect: Expect,
    /// Where the file is, for the paths in it.
    #[serde(skip)]
    folder: PathBuf,
}

/// In which orders the messages of a scenario come. When each arrives stays the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// As given, backwards, and twice shuffled: the order of arrival must not matter. What comes before an action stays before it.
    #[default]
    Any,
    /// As given only.
    Given,
}

/// What somebody said of two records.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The records: `source/record_id`.
    pub records: [String; 2],
    /// Whether they are one person.
    pub same: bool,
    /// When it was said; when the last message arrives where absent.
    #[serde(default)]
    pub at: Option<String>,
}

impl Scenario {
    /// Reads a scenario in TOML.
    ///
    /// # Errors
    /// `invalid_config`, `unknown_key` and `unknown_kind`, with the place; `invalid_input` if it expects nothing.
    pub fn from_toml(text: &str) -> Result<Scenario> {
        parse::from_toml::<Scenario>("the scenario", text)?.checked()
    }

    /// Reads a scenario in JSON.
    ///
    /// # Errors
    /// Those of [`Scenario::from_toml`].
    pub fn from_json(text: &str) -> Result<Scenario> {
        parse::from_json::<Scenario>("the scenario", text)?.checked()
    }

    /// Reads a file: `.toml` or `.json`.
    ///
    /// # Errors
    /// Those of [`Scenario::from_toml`], and `io`; all name the file.
    pub fn load(path: impl AsRef<Path>) -> Result<Scenario> {
        let path = path.as_ref();
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let text = io::read_text(path)?;
        let read = if is_json { Scenario::from_json(&text) } else { Scenario::from_toml(&text) };
        let mut scenario = read.map_err(|error| error.file(path.display().to_string()))?;
        if scenario.name.is_empty() {
            scenario.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        }
        scenario.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(scenario)
    }

    fn checked(self) -> Result<Scenario> {
        if self.expect.is_empty() {
            return Err(Error::new(Code::InvalidInput, "the scenario expects nothing, so it can't fail")
                .field("expect")
                .help("say what is expected: [[expect.profiles]], expect.count, ..."));
        }
        if self.model.is_some() && !self.population.is_empty() {
            return Err(Error::new(Code::InvalidInput, "a model is given, and a population to train one from")
                .field("population")
                .help("leave one of them out"));
        }
        Ok(self)
    }
}

/// Reads the scenarios of a folder (`.toml` and `.json`, in order of name; those of folders inside it too), or of one file.
///
/// # Errors
/// Those of [`Scenario::load`]; `not_found` if there is none.
pub fn load(path: impl AsRef<Path>) -> Result<Vec<Scenario>> {
    let path = path.as_ref();
    let files = io::files_under(path, &["toml", "json"])?;
    if files.is_empty() {
        return Err(Error::new(Code::NotFound, "there are no scenarios")
            .file(path.display().to_string())
            .help("a scenario is a file that ends in .toml or .json"));
    }
    files.iter().map(Scenario::load).collect()
}

/// Runs the scenarios of a folder, or of one file.
///
/// ```no_run
/// #[test]
/// fn scenarios() {
///     cdp_core::scenario::assert_all("tests/scenarios");
/// }
/// ```
///
/// # Panics
/// If a file cannot be read or run, or anything is not as expected: what was expected, what was found and why.
#[track_caller]
pub fn assert_all(path: impl AsRef<Path>) {
    let wrong = |error: Error| -> ! { panic!("{error}") };
    let scenarios = load(path).unwrap_or_else(|error| wrong(error));
    let failed: Vec<String> =
        scenarios.iter().filter_map(|scenario| scenario.check().err()).map(|error| error.to_string()).collect();
    assert!(failed.is_empty(), "{} of {} scenarios failed\n\n{}", failed.len(), scenarios.len(), failed.join("\n\n"));
}
