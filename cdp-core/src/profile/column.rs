//! What the columns of a table are called that has some always, and beside them those of fields, whatever these are called.

use std::borrow::Cow;

/// The columns that every table of profiles has, in the library's tables or in an engine's.
const OF_PROFILES: &[&str] = &["profile_id", "size", "sources", "created"];

/// The column of a golden field.
pub(crate) fn of_golden(name: &str) -> Cow<'_, str> {
    apart(name, "golden_", OF_PROFILES)
}

/// The columns that events always have, beside properties.
const OF_EVENTS: &[&str] = &["profile_id", "name", "time"];

/// The column of a property of an event.
pub(crate) fn of_property(name: &str) -> Cow<'_, str> {
    apart(name, "property_", OF_EVENTS)
}

/// The column of a name: with a prefix where it is called as a column that is always there, or as one that has the prefix. Engines
/// do not tell capitals apart in names.
pub(crate) fn apart<'n>(name: &'n str, prefix: &str, columns: &[&str]) -> Cow<'n, str> {
    let lower = name.to_lowercase();
    let bare = lower.trim_start_matches(prefix);
    if columns.contains(&bare) { format!("{prefix}{name}").into() } else { name.into() }
}
