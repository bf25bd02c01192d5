//! Parts of names in columns of their own: given names, family names, titles, suffixes.

use super::around::{take_other_family, take_suffix, take_titles};
use super::word::{family_key, join, split_words};
use super::{FamilyName, GivenName, PersonName, Reading, is_title};
use crate::normalize::text;
use crate::normalize::vocabulary::{self as words, is_particle};

/// A given name without its titles; compound names joined by a space.
///
/// ```
/// let name = cdp_core::normalize::name::parse_given("Mme Anne-Marie");
/// assert_eq!(name.key, "anne marie");
/// ```
pub fn parse_given(raw: &str) -> GivenName {
    parse_given_in(raw, Reading::default())
}

/// [`parse_given`] for names of a known region.
pub fn parse_given_in(raw: &str, reading: Reading) -> GivenName {
    let mut titles = Vec::new();
    let mut words = split_words(raw);
    words.retain(|word| !word.sign);
    take_titles(&mut words, &mut titles, 0, reading);
    let mut suffix = None;
    take_suffix(&mut words, &mut suffix);
    let initials = words.len() == 2 && words.iter().all(|word| word.key.len() == 1);
    GivenName { key: join(&words, if initials { "" } else { " " }), titles, suffix }
}

/// A family name without titles and suffix.
///
/// ```
/// let name = cdp_core::normalize::name::parse_family("de La Fontaine Jr.");
/// assert_eq!((name.key.as_str(), name.core.as_str()), ("de la fontaine", "fontaine"));
/// ```
pub fn parse_family(raw: &str) -> FamilyName {
    let mut words = split_words(raw);
    let mut name = PersonName::default();
    take_suffix(&mut words, &mut name.suffix);
    take_titles(&mut words, &mut name.titles, 1, Reading::default());
    if words.len() > 1 && words::other_family(&words[0].key).is_some() {
        words.remove(0);
    }
    words.retain(|word| !word.sign);
    let married = take_other_family(&mut words, &mut name);
    let mut key = family_key(&words);
    if let Some(married) = married {
        name.birth = Some(std::mem::replace(&mut key, married));
    }
    let core = core(&key).to_owned();
    FamilyName { key, core, suffix: name.suffix, birth: name.birth }
}

/// The family name at birth in a column of such names, whatever stands around it: `née Lefèvre`, `Martin née Lefèvre`.
///
/// ```
/// use cdp_core::normalize::name::birth;
/// assert_eq!((birth("née Lefèvre"), birth("Martin (née Lefèvre)")), ("lefevre".to_owned(), "lefevre".to_owned()));
/// ```
pub fn birth(raw: &str) -> String {
    let name = parse_family(raw);
    name.birth.unwrap_or(name.key)
}

/// A folded family name without its leading particles; at least one word stays.
///
/// ```
/// assert_eq!(cdp_core::normalize::name::core("van den berg"), "berg");
/// ```
pub fn core(family: &str) -> &str {
    let mut core = family;
    while let Some((first, rest)) = core.split_once(' ') {
        if !is_particle(first) {
            break;
        }
        core = rest;
    }
    core
}

/// The comparable form of a title or civility: one word for each, whatever the language or abbreviation.
///
/// ```
/// use cdp_core::normalize::name::title;
/// assert_eq!((title("Monsieur").as_str(), title("Mlle").as_str(), title("Dr.").as_str()), ("mr", "miss", "dr"));
/// ```
pub fn title(raw: &str) -> String {
    let folded = text::fold(raw);
    folded.split(' ').map(words::canonical_title).collect::<Vec<_>>().join(" ")
}

/// The comparable form of a suffix: `jr`, `sr`, `ii`, ...
///
/// ```
/// assert_eq!(cdp_core::normalize::name::suffix("Senior"), "sr");
/// ```
pub fn suffix(raw: &str) -> String {
    words::canonical_suffix(&text::fold(raw)).to_owned()
}

/// Whether a canonical suffix tells generations of one family apart.
pub fn is_generation(suffix: &str) -> bool {
    matches!(suffix, "jr" | "sr" | "i" | "ii" | "iii" | "iv")
}

/// Whether a text is a civility and nothing else.
pub(in crate::normalize) fn is_title_alone(raw: &str) -> bool {
    let folded = text::fold(raw);
    is_title(&folded) && !words::is_name_like(&folded) && !words::is_short_title(&folded)
}
