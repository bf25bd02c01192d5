//! Why two records are not one person, and what it would take.

use super::RecordName;
use serde::Serialize;

/// Why two records are not one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhyNot {
    /// Source and id of the records.
    pub records: [RecordName; 2],
    /// Whether they are in one profile after all; the rest is empty then.
    pub same_profile: bool,
    /// The weight, in bits, that they have or would have if they were compared; none where no model compares records.
    pub weight: Option<f64>,
    /// The weight, in bits, from which two records link.
    pub threshold: Option<f64>,
    /// The blocking rules, and whether each makes the two a candidate pair.
    pub blocking: Vec<Blocking>,
    /// What stands between them.
    pub obstacles: Vec<Obstacle>,
    /// What would make them one; each is enough by itself where nothing else stands between them.
    pub needed: Vec<Need>,
    /// In words.
    pub text: String,
}

/// A blocking rule, and what it makes of two records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocking {
    /// What has to agree: `family_name: sounds`.
    pub parts: Vec<String>,
    /// Keys of the rule that both records have.
    pub shared: u64,
    /// How many records have the rarest of these keys.
    pub records: Option<u64>,
    /// The most records that may have a key for it to count.
    pub largest: u64,
    /// Whether the rule makes the two a candidate pair.
    pub compares: bool,
}

/// Something that stands between two records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Obstacle {
    /// What it is.
    pub kind: Hindrance,
    /// The records of the link that was refused, where it is one.
    pub records: Option<[RecordName; 2]>,
    /// The rule that would have linked them.
    pub rule: Option<String>,
    /// In words.
    pub reason: String,
}

/// The kinds of obstacles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hindrance {
    /// Somebody said that they are two.
    Decided,
    /// A link between their profiles was refused.
    Refused,
    /// An identifier value that they share is shared by too many.
    Generic,
    /// They were never compared: no blocking rule makes them a candidate pair.
    NotCompared,
    /// Their weight is below the threshold.
    TooWeak,
    /// They share no identifier that links, and nothing else is compared.
    NothingShared,
}

/// Something that would make two records one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Need {
    /// What it is.
    pub kind: Remedy,
    /// The field, for an agreement.
    pub field: Option<String>,
    /// The number that goes with it: bits that an agreement adds, the probability of a threshold, the records of a block.
    pub value: Option<f64>,
    /// Whether it is enough where nothing else stands between them.
    pub enough: bool,
    /// In words.
    pub text: String,
}

/// The kinds of remedies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Remedy {
    /// To confirm that the two are one.
    Confirm,
    /// To take back what was said of them.
    Forget,
    /// That a field agrees.
    Agreement,
    /// A lower threshold.
    Threshold,
    /// A block that may be larger, or a rule by which they are compared.
    Blocking,
    /// Another rule for an identifier.
    Rule,
}

impl WhyNot {
    /// What is known of two records before anything is looked at.
    pub(crate) fn new(records: [RecordName; 2], same_profile: bool) -> Self {
        let (blocking, obstacles, needed) = (Vec::new(), Vec::new(), Vec::new());
        WhyNot {
            records,
            same_profile,
            weight: None,
            threshold: None,
            blocking,
            obstacles,
            needed,
            text: String::new(),
        }
    }

    /// Adds an obstacle.
    pub(crate) fn obstacle(&mut self, kind: Hindrance, reason: String) {
        self.obstacles.push(Obstacle { kind, records: None, rule: None, reason });
    }

    /// Adds a remedy.
    pub(crate) fn need(&mut self, kind: Remedy, value: Option<f64>, enough: bool, text: impl Into<String>) {
        self.needed.push(Need { kind, field: None, value, enough, text: text.into() });
    }

    /// The decision about the two, if there is one, and what every answer ends with.
    pub(crate) fn finish(mut self, decided: Option<bool>) -> Self {
        if decided == Some(false) {
            let reason = "somebody decided that they are two people".to_owned();
            self.obstacles.insert(0, Obstacle { kind: Hindrance::Decided, records: None, rule: None, reason });
            self.need(Remedy::Forget, None, false, "take the decision back");
        } else if decided.is_none() && !self.obstacles.is_empty() {
            let text = "confirm that they are one person; a rule that forbids it still holds";
            let by_rule = self.needed.iter().any(|need| need.kind == Remedy::Rule);
            self.need(Remedy::Confirm, None, !by_rule, text);
        }
        self.text = self.in_words();
        self
    }

    /// Everything as lines of text.
    pub(super) fn in_words(&self) -> String {
        let [a, b] = &self.records;
        if self.same_profile {
            return format!("{a} and {b} are in one profile: ask why they are");
        }
        let mut lines = vec![format!("{a} and {b} are in different profiles")];
        if let (Some(weight), Some(threshold)) = (self.weight, self.threshold) {
            lines.push(format!("match weight {weight:+.2} bits, links need more than {threshold:+.2} bits"));
        }
        lines.extend(self.obstacles.iter().map(|obstacle| match (&obstacle.records, &obstacle.rule) {
            (Some([x, y]), Some(rule)) => format!("  {x} - {y} by {rule} was refused: {}", obstacle.reason),
            _ => format!("  {}", obstacle.reason),
        }));
        for rule in self.blocking.iter().filter(|rule| rule.shared > 0) {
            let size = rule.records.map(|records| format!(", of {records} records, {} may be", rule.largest));
            let verdict = if rule.compares { "compared by" } else { "not compared by" };
            lines.push(format!("  {verdict} {}{}", rule.parts.join(" + "), size.unwrap_or_default()));
        }
        if !self.needed.is_empty() {
            lines.push("it would take:".to_owned());
            lines.extend(self.needed.iter().map(|need| format!("  {}", need.text)));
        }
        lines.join("\n")
    }
}
