//! Explanations and figures as plain objects. The core's own serialised form fills them, field by field of the same name.

use cdp_core::{Code, Error, Result};
use napi_derive::napi;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The object of the same fields; a field that only one side knows is a bug, and an error.
pub(crate) fn mirror<T: DeserializeOwned>(value: &impl Serialize) -> Result<T> {
    let copy = || serde_json::from_value(serde_json::to_value(value)?);
    copy().map_err(|error| Error::new(Code::Internal, format!("the binding does not fit its core: {error}")))
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
    /// Links between records of the profile that join them, in order, where they are in one profile.
    pub path: Vec<PathStep>,
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
    /// In words.
    pub text: String,
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
