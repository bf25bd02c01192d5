//! Explanations: the numbers the decision used, shown part by part.

mod bridges;
pub mod diff;
mod how;
mod shown;
mod why_not;

pub use how::{Bridge, How, Merge, Told};
pub(crate) use how::{Joint, Together};
pub use shown::Step;
pub use why_not::{Blocking, Hindrance, Need, Obstacle, Remedy, WhyNot};

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
    /// Weight in bits from which two records link.
    pub threshold: f64,
    /// The links between just these two that hold: what joins them directly.
    pub links: Vec<PathStep>,
    /// The links between just these two that were refused, with the reason.
    pub refused: Vec<RefusedStep>,
    /// Links between records of the profile that join them, in order, where they are in one profile.
    pub path: Vec<PathStep>,
    /// The place in `path` of the link with the least evidence.
    pub weakest: Option<usize>,
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
    /// Of these bits, those that come from how common or rare the agreed value is; the rest is the level's.
    pub frequency: f64,
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
    /// What the model alone says of the two records, in bits; none where no model compares them.
    pub evidence: Option<f64>,
}

/// One link that was refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusedStep {
    /// From and to.
    pub records: [RecordName; 2],
    /// What would have made the link.
    pub rule: String,
    /// Why it was refused.
    pub reason: String,
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
            let frequency = match part.frequency {
                0.0 => String::new(),
                bits => format!(", {bits:+.2} of it for how common the value is"),
            };
            lines.push(format!("  {:+8.2}  {}: {} ({values}){frequency}", part.weight, part.field, part.level));
        }
        lines.push(format!("  {:+8.2}  they might be related people", self.related));
        lines.extend(self.links.iter().map(|link| format!("joined by {}", link.rule)));
        lines.extend(self.refused.iter().map(|link| format!("not joined by {}: {}", link.rule, link.reason)));
        if self.path.len() > 1 {
            lines.push(format!("joined through {} links:", self.path.len()));
            let weakest = |place| if self.weakest == Some(place) { " (the weakest)" } else { "" };
            lines.extend(self.path.iter().enumerate().map(|(place, step)| format!("  {step}{}", weakest(place))));
        }
        lines.join("\n")
    }
}

/// The place of the link with the least evidence: what the model says of its two records, or the link's own weight.
pub(crate) fn weakest(path: &[PathStep]) -> Option<usize> {
    let evidence = |step: &PathStep| step.evidence.unwrap_or(step.weight);
    (0..path.len()).min_by(|&a, &b| evidence(&path[a]).total_cmp(&evidence(&path[b])))
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
