//! What is told of segments: why a profile is a member, how members differ and how they are made up.

use napi_derive::napi;
use serde::Deserialize;

/// Why a condition holds of a profile, or does not.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipReason {
    /// The condition, in canonical form.
    pub condition: String,
    /// Whether it is true; absent where that is unknown.
    pub truth: Option<bool>,
    /// What was found where the condition compares.
    pub found: Option<String>,
    /// The fields without which it is unknown.
    pub missing: Option<Vec<String>>,
    /// When it may change by itself, in RFC 3339.
    pub changes: Option<String>,
    /// The conditions it is made of.
    pub parts: Option<Vec<MembershipReason>>,
}

/// How the members of a second predicate, or of a second instant, differ from those of the first.
#[napi(object, object_from_js = false)]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentDifference {
    /// Who is in the second only.
    pub entered: Vec<String>,
    /// Who is in the first only.
    pub exited: Vec<String>,
    /// How many are in both.
    pub stayed: f64,
}

/// How many members have a value of a golden field.
#[napi(object, object_from_js = false)]
pub struct SegmentShare {
    /// The value; absent for those without one.
    pub value: Option<String>,
    /// How many members have it.
    pub count: f64,
}
