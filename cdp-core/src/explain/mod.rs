//! Explanations: the numbers the decision used, shown part by part.

mod shown;

pub use shown::Step;

use serde::{Deserialize, Serialize};

/// Why two records are, or are not, the same person. The weight is exactly the sum of its parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// Source and id of the records.
    pub records: [RecordName; 2],
    /// Whether they are in one profile.
    pub same_profile: bool,
    /// Match weight in bits: `prior + sum of parts + related`.
    pub weight: f64,
    /// Match probability that the weight stands for.
    pub probability: f64,
    /// Weight before any field was looked at.
    pub prior: f64,
    /// One part a field.
    pub parts: Vec<Part>,
    /// Correction for related people (household, namesake): never positive.
    pub related: f64,
    /// Links between records of the profile that join them, in order, where they are in one profile.
    pub path: Vec<PathStep>,
    /// In words.
    pub text: String,
}

/// Source and id of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordName {
    /// The source.
    pub source: String,
    /// The id within the source.
    pub record_id: String,
}

/// One field's part of a match weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The compared field.
    pub field: String,
    /// The two values.
    pub values: [Option<String>; 2],
    /// The comparison level, in words.
    pub level: String,
    /// Bits for (positive) or against (negative) a match.
    pub weight: f64,
}

/// One link on the way between two records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathStep {
    /// From and to.
    pub records: [RecordName; 2],
    /// Match weight in bits.
    pub weight: f64,
    /// What made the link.
    pub rule: String,
}

/// How a profile came together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct How {
    /// The profile.
    pub profile_id: String,
    /// Its records, founder first.
    pub members: Vec<RecordName>,
    /// The merges in the order they were made, strongest first.
    pub merges: Vec<PathStep>,
    /// In words.
    pub text: String,
}

impl Why {
    /// The explanation as lines of text.
    pub(crate) fn in_words(&self) -> String {
        let [a, b] = &self.records;
        let verdict = if self.same_profile { "one profile" } else { "different profiles" };
        let mut lines = vec![
            format!("{a} and {b}: {verdict}"),
            format!("match weight {:+.2} bits, probability {:.4}", self.weight, self.probability),
            format!("  {:+8.2}  before any field", self.prior),
        ];
        for part in &self.parts {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(missing)".to_owned());
            let values = format!("{} | {}", value(&part.values[0]), value(&part.values[1]));
            lines.push(format!("  {:+8.2}  {}: {} ({values})", part.weight, part.field, part.level));
        }
        lines.push(format!("  {:+8.2}  they might be related people", self.related));
        if self.path.len() > 1 {
            lines.push(format!("joined through {} links:", self.path.len()));
            lines.extend(self.path.iter().map(PathStep::in_words));
        }
        lines.join("\n")
    }
}

impl How {
    pub(crate) fn new(profile_id: String, members: Vec<RecordName>, merges: Vec<PathStep>) -> Self {
        let mut how = How { profile_id, members, merges, text: String::new() };
        how.text = how.in_words();
        how
    }

    /// The explanation as lines of text.
    fn in_words(&self) -> String {
        let mut lines =
            vec![format!("{}: {} records, {} merges", self.profile_id, self.members.len(), self.merges.len())];
        lines.extend(self.merges.iter().map(PathStep::in_words));
        lines.join("\n")
    }
}

impl PathStep {
    fn in_words(&self) -> String {
        format!("  {self}")
    }
}

impl std::fmt::Display for PathStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b] = &self.records;
        write!(f, "{a} - {b}: {}", self.rule)?;
        if self.weight.is_finite() { write!(f, " at {:+.2} bits", self.weight) } else { Ok(()) }
    }
}

impl std::fmt::Display for RecordName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.source, self.record_id)
    }
}
