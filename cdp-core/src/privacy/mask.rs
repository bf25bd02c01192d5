//! Values as they may be shown where personal data may not.

use crate::schema::Kind;

/// The first character of a value and dots, as many whatever its length.
///
/// ```
/// assert_eq!(cdp_core::privacy::mask("Émile"), "É•••");
/// ```
pub fn mask(value: &str) -> String {
    value.chars().next().map(|first| format!("{first}•••")).unwrap_or_default()
}

/// Whether a value of this kind points to a person. What is not known to be harmless does.
pub fn is_personal(kind: Option<Kind>) -> bool {
    let harmless = [
        Kind::Title,
        Kind::Gender,
        Kind::City,
        Kind::Region,
        Kind::Country,
        Kind::OrganisationName,
        Kind::OrganisationId,
        Kind::Category,
        Kind::Number,
        Kind::Date,
    ];
    kind.is_none_or(|kind| !harmless.contains(&kind))
}

/// A reason without the values in it, which it quotes: what stands before the first of them. Where a value ends cannot be told,
/// since values hold quotes of their own (`pat.o'brien@example.fr`).
pub fn mask_reason(reason: &str) -> String {
    match reason.split_once('\'') {
        Some((before, _)) => format!("{before}•••"),
        None => reason.to_owned(),
    }
}
