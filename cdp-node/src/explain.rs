//! Explanations and figures as plain objects. The core's own serialised form fills them, field by field of the same name.

use crate::graph::RefusedLink;
use cdp_core::{Code, Error, Result};
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The object of the same fields; a field that only one side knows is a bug, and an error.
pub(crate) fn mirror<T: DeserializeOwned>(value: &impl Serialize) -> Result<T> {
    let copy = || serde_json::from_value(serde_json::to_value(value)?);
    copy().map_err(|error| Error::unreadable(Code::Internal, "the binding does not fit its core", &error))
}

/// JSON has no infinite numbers: the serialised form of one is null.
fn decided<'de, D: serde::Deserializer<'de>>(weight: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(weight)?.unwrap_or(f64::INFINITY))
}

/// Why two records are, or are not, the same person. The weight is exactly the sum of its parts.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// Source and id of the two records.
    pub records: Vec<RecordName>,
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
    pub refused: Vec<RefusedLink>,
    /// Links between records of the profile that join them, in order, where they are in one profile.
    pub path: Vec<PathStep>,
    /// The place in `path` of the link with the least evidence.
    pub weakest: Option<u32>,
    /// In words.
    pub text: String,
}

/// Source and id of a record.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordName {
    /// The source.
    pub source: String,
    /// The id within the source.
    pub record_id: String,
}

/// One field's part of a match weight.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The compared field.
    pub field: String,
    /// The two values.
    pub values: Vec<Option<String>>,
    /// The comparison level, in words.
    pub level: String,
    /// Bits for (positive) or against (negative) a match.
    pub weight: f64,
    /// Of these bits, those that come from how common or rare the agreed value is; the rest is the level's.
    pub frequency: f64,
}

/// One link on the way between two records.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathStep {
    /// From and to.
    pub records: Vec<RecordName>,
    /// Match weight in bits; infinite where a rule or a person decided.
    #[serde(deserialize_with = "decided")]
    pub weight: f64,
    /// What made the link.
    pub rule: String,
    /// What the model alone says of the two records, in bits; absent where no model compares them.
    pub evidence: Option<f64>,
}

/// Why two records are not one person.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhyNot {
    /// Source and id of the records.
    pub records: Vec<RecordName>,
    /// Whether they are in one profile after all; the rest is empty then.
    pub same_profile: bool,
    /// The weight, in bits, that they have or would have if they were compared; absent where no model compares records.
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
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocking {
    /// What has to agree.
    pub parts: Vec<String>,
    /// Keys of the rule that both records have.
    pub shared: f64,
    /// How many records have the rarest of these keys.
    pub records: Option<f64>,
    /// The most records that may have a key for it to count.
    pub largest: f64,
    /// Whether the rule makes the two a candidate pair.
    pub compares: bool,
}

/// Something that stands between two records.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obstacle {
    /// What it is: `decided`, `refused`, `generic`, `not_compared`, `too_weak`, `nothing_shared`.
    pub kind: String,
    /// The records of the link that was refused, where it is one.
    pub records: Option<Vec<RecordName>>,
    /// The rule that would have linked them.
    pub rule: Option<String>,
    /// In words.
    pub reason: String,
}

/// Something that would make two records one.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// What it is: `confirm`, `forget`, `agreement`, `threshold`, `blocking`, `rule`.
    pub kind: String,
    /// The field, for an agreement.
    pub field: Option<String>,
    /// The number that goes with it: bits that an agreement adds, the probability of a threshold, the records of a block.
    pub value: Option<f64>,
    /// Whether it is enough where nothing else stands between them.
    pub enough: bool,
    /// In words.
    pub text: String,
}

/// How a profile came together.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// The profile.
    pub profile_id: String,
    /// Its records, founder first.
    pub members: Vec<RecordName>,
    /// The merges in the order they were made, strongest first.
    pub merges: Vec<PathStep>,
    /// The same merges as a tree: the last one is its root.
    pub tree: Vec<Merge>,
    /// Links whose removal would take the profile apart, those that the most records hang on first.
    pub bridges: Vec<Bridge>,
    /// The share of the pairs of members that hold by themselves: linked directly, or with enough evidence to be.
    pub cohesion: f64,
    /// What became of it, in order; of a live graph.
    pub history: Vec<Told>,
    /// In words.
    pub text: String,
}

/// One merge of the tree. Nodes are numbered: the members first, in their order, then the merges, in theirs.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The two nodes that became one.
    pub nodes: Vec<u32>,
    /// How many records it holds.
    pub size: u32,
    /// The link that merged them.
    pub link: PathStep,
}

/// A link that alone holds two parts of a profile together.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bridge {
    /// The link.
    pub link: PathStep,
    /// How many records the smaller part has.
    pub size: u32,
    /// The records of the smaller part, twenty at most.
    pub part: Vec<RecordName>,
}

/// An entry of a graph's feed about a profile.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Its number in the feed.
    pub number: f64,
    /// When it was written.
    pub at: String,
    /// What happened: `profile_merged`.
    pub what: String,
    /// What did it.
    pub cause: String,
    /// The ids of the profiles it is about.
    pub profiles: Vec<String>,
}

/// Figures of a result.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Records in.
    pub records: f64,
    /// Profiles out.
    pub profiles: f64,
    /// Per source.
    pub sources: Vec<SourceSummary>,
    /// Different pairs of records that were compared.
    pub pairs_compared: f64,
    /// Accepted links.
    pub links: f64,
    /// Refused links.
    pub refused: f64,
    /// The match probability from which pairs link.
    pub threshold: f64,
    /// Expected share of linked pairs that are right, by the model.
    pub expected_precision: f64,
    /// Expected share of the right pairs that were linked, by the model, among the candidates.
    pub expected_recall: f64,
    /// Seconds per stage, in order.
    #[napi(ts_type = "Record<string, number>")]
    pub seconds: Map<String, Value>,
    /// What the caller should know: inferred kinds of little certainty, blocks cut, rules not used.
    pub warnings: Vec<String>,
}

/// Figures of one source.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSummary {
    /// Its name.
    pub name: String,
    /// Records in.
    pub records: f64,
    /// Profiles with at least one record of this source.
    pub profiles: f64,
    /// Records beyond the first of each profile.
    pub duplicates: f64,
}

/// How well a clustering fits a truth. Shares are between 0 and 1.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Records that were judged: those whose truth is known.
    pub records: f64,
    /// Records that were left out, because the truth does not name them.
    pub records_without_truth: f64,
    /// Clusters among the judged records.
    pub clusters: f64,
    /// True entities among the judged records.
    pub entities: f64,
    /// Clusters that hold all the judged records of one entity and no others.
    pub exact_clusters: f64,
    /// Pairs of judged records that share a cluster.
    pub pairs_predicted: f64,
    /// Pairs of judged records that share an entity.
    pub pairs_true: f64,
    /// Pairs of judged records that share both.
    pub pairs_both: f64,
    /// Over pairs of records: a cluster of n records counts n(n-1)/2 times.
    pub pairwise: Scores,
    /// Over records: every record counts once, so large clusters do not drown the small ones.
    pub b_cubed: Scores,
}

/// Precision, recall and their harmonic mean.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// The share of what was claimed that is true.
    pub precision: f64,
    /// The share of what is true that was claimed.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}
