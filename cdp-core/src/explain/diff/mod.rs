//! What changed between two results: profiles that merged or came apart, golden values, segments, consents.
//!
//! A profile of the one result and one of the other belong together where they share members (records; of a live graph also
//! devices). All that hang together so are one group: two profiles before and one after are a merge, and so on. Within a group each
//! profile has one partner at most: the pair that shares the most comes first.

mod compare;
mod groups;
mod limits;

pub use compare::{Counts, SegmentCounts};
pub(crate) use compare::{Input, Side};
pub use limits::{Limit, Limits};

use super::RecordName;
use crate::error::Result;
use crate::instant::Instant;
use serde::Serialize;
use std::collections::BTreeMap;

/// What changed between two results on the same or on different evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// How much changed, of everything.
    pub counts: Counts,
    /// Per golden field of either result, how many profiles have another value.
    pub values: BTreeMap<String, u64>,
    /// Per segment of either configuration.
    pub segments: BTreeMap<String, SegmentCounts>,
    /// Per purpose, how many answers changed from one to another: `granted to denied`. Of live graphs.
    pub consents: BTreeMap<String, BTreeMap<String, u64>>,
    /// The groups of profiles in which anything changed: the most members and values first, as many as were asked for.
    pub groups: Vec<Group>,
    /// How many groups there are in which anything changed.
    pub groups_changed: u64,
    /// In words.
    pub text: String,
}

/// What is asked for besides the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What time it is, for segments and consents.
    pub now: Option<Instant>,
    /// How many groups to show, those of the largest impact first.
    pub examples: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { now: None, examples: 1_000 }
    }
}

/// Profiles that hang together, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What became of them.
    pub kind: Kind,
    /// The ids of the profiles before.
    pub before: Vec<String>,
    /// The ids of the profiles after.
    pub after: Vec<String>,
    /// Their members, in order of name, twenty at most.
    pub records: Vec<RecordName>,
    /// How many members they have.
    pub members: u64,
    /// Members that are not with the partner of the profile they were in.
    pub moved: u64,
    /// Members times changed values, or members alone where no value changed.
    pub impact: u64,
    /// Golden values, memberships and consents that changed.
    pub details: Vec<Detail>,
}

/// What became of profiles that hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Several became one.
    Merged,
    /// One came apart.
    Split,
    /// Several became several others.
    Rearranged,
    /// One is still one; its id, its members, or something about it changed.
    Changed,
    /// It has members that were not there before only.
    Appeared,
    /// It had members that are gone only.
    Disappeared,
}

impl Kind {
    /// The stable word: `merged`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Merged => "merged",
            Kind::Split => "split",
            Kind::Rearranged => "rearranged",
            Kind::Changed => "changed",
            Kind::Appeared => "appeared",
            Kind::Disappeared => "disappeared",
        }
    }
}

/// One thing about a profile that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// What it is.
    pub what: What,
    /// The golden field, the segment, or the purpose.
    pub name: String,
    /// The profile before; none for one that entered a segment.
    pub profile_before: Option<String>,
    /// The profile after; none for one that left a segment.
    pub profile_after: Option<String>,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// What about a profile changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A golden value.
    Value,
    /// It entered a segment: no profile that it shares members with was in it.
    Entered,
    /// It left a segment: no profile that it shares members with is in it.
    Left,
    /// What may be done with its data.
    Consent,
}

impl What {
    /// The stable word: `value`.
    pub fn as_str(self) -> &'static str {
        match self {
            What::Value => "value",
            What::Entered => "entered",
            What::Left => "left",
            What::Consent => "consent",
        }
    }
}

impl Diff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.groups_changed == 0
    }

    /// Holds it against limits, for a gate in continuous integration.
    ///
    /// # Errors
    /// `limit_exceeded`, naming every limit that was exceeded, with what was found.
    pub fn check(&self, limits: &Limits) -> Result<()> {
        limits.check(self)
    }

    /// The largest groups and the counts as lines of text.
    fn in_words(&self) -> String {
        let c = &self.counts;
        let mut lines = vec![
            format!(
                "{} profiles before, {} after; {} groups changed",
                c.profiles_before, c.profiles_after, self.groups_changed
            ),
            format!(
                "{} merged, {} split, {} rearranged, {} appeared, {} disappeared; {} members moved",
                c.merged, c.split, c.rearranged, c.appeared, c.disappeared, c.moved
            ),
            format!("{} golden values changed in {} profiles", c.values, c.profiles_with_values),
        ];
        lines.extend(self.segments.iter().filter(|(_, s)| s.entered + s.left > 0).map(|(name, s)| {
            format!("segment {name}: {} before, {} after; {} entered, {} left", s.before, s.after, s.entered, s.left)
        }));
        for (purpose, changes) in self.consents.iter().filter(|(_, changes)| !changes.is_empty()) {
            let told: Vec<String> = changes.iter().map(|(change, count)| format!("{count} from {change}")).collect();
            lines.push(format!("consent {purpose}: {}", told.join(", ")));
        }
        for group in self.groups.iter().take(10) {
            let names = |ids: &[String]| if ids.is_empty() { "nobody".to_owned() } else { ids.join(", ") };
            let (kind, before, after) = (group.kind.as_str(), names(&group.before), names(&group.after));
            lines.push(format!("  {kind}: {before} -> {after} ({} members)", group.members));
        }
        lines.join("\n")
    }
}
