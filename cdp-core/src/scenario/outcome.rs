//! What came out of a scenario.

use crate::error::{Code, Error, Result};
use serde::Serialize;

/// What came out of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The scenario's name.
    pub name: String,
    /// Expectations that were looked at, in each order.
    pub checks: u64,
    /// The orders in which the messages came.
    pub orders: Vec<String>,
    /// What is not as expected.
    pub failures: Vec<Failure>,
    /// Why it is known to fail.
    pub known_failure: Option<String>,
    /// In words.
    pub text: String,
}

/// One thing that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The key of the file: `expect.profiles[0].together`.
    pub place: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// Why: links, refused links and what was missing, a line each.
    pub why: Vec<String>,
    /// The orders of messages in which it is so.
    pub orders: Vec<String>,
}

impl Outcome {
    pub(super) fn new(name: &str, orders: Vec<String>, known_failure: Option<String>) -> Self {
        let (name, failures) = (name.to_owned(), Vec::new());
        Outcome { name, checks: 0, orders, failures, known_failure, text: String::new() }
    }

    /// Whether everything is as expected; of a known failure, whether it fails still.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() != self.known_failure.is_some()
    }

    /// Adds the failures of one order; one that was found before in another gets its name.
    pub(super) fn add(&mut self, order: &str, failures: Vec<Failure>) {
        for mut failure in failures {
            let same = |other: &&mut Failure| {
                (&other.place, &other.expected, &other.found) == (&failure.place, &failure.expected, &failure.found)
            };
            match self.failures.iter_mut().find(same) {
                Some(known) => known.orders.push(order.to_owned()),
                None => {
                    failure.orders.push(order.to_owned());
                    self.failures.push(failure);
                }
            }
        }
    }

    pub(super) fn told(mut self) -> Self {
        self.text = self.in_words();
        self
    }

    fn in_words(&self) -> String {
        let verdict = match (self.failures.is_empty(), &self.known_failure) {
            (true, None) => "as expected".to_owned(),
            (true, Some(_)) => "is known to fail and does not: take known_failure out".to_owned(),
            (false, Some(reason)) => format!("fails as known ({reason})"),
            (false, None) => format!("{} of {} expectations are not met", self.failures.len(), self.checks),
        };
        let mut lines = vec![format!("scenario '{}': {verdict}", self.name)];
        for failure in &self.failures {
            lines.push(format!("  {}", failure.place));
            lines.push(format!("    expected: {}", failure.expected));
            lines.push(format!("    found:    {}", failure.found));
            lines.extend(failure.why.iter().flat_map(|why| why.lines()).map(|line| format!("    why:      {line}")));
            if failure.orders.len() < self.orders.len() {
                lines.push(format!("    only where the messages come: {}", failure.orders.join(", ")));
            }
        }
        lines.join("\n")
    }

    /// # Errors
    /// `scenario_failed` if it did not pass, with everything in words.
    pub fn check(&self) -> Result<()> {
        if self.passed() { Ok(()) } else { Err(Error::new(Code::ScenarioFailed, self.text.clone())) }
    }
}
