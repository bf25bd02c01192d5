//! Names of persons: parts, order, titles, particles, suffixes.
//!
//! Everything returned is folded (see [`text::fold`](super::text::fold)); nothing here decides whether two names are the same person's.

mod around;
mod part;
mod whole;
mod word;

pub(super) use part::is_title_alone;
pub use part::{birth, core, is_generation, parse_family, parse_given, parse_given_in, suffix, title};
pub use whole::{parse_full, parse_full_in, parse_full_latin};

use super::country;
use super::vocabulary as words;
use crate::error::{Code, Error};

/// The parts of a whole name, each folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Titles, civilities, ranks: `mr`, `mme`, `dr`, `earl`.
    pub titles: Vec<String>,
    /// The first given name; a compound one as two words: `jean pierre`.
    pub given: String,
    /// The further given names and initials.
    pub middle: Vec<String>,
    /// The family name with its particles.
    pub family: String,
    /// `jr`, `sr`, `ii`, ...
    pub suffix: Option<String>,
    /// The family name at birth, after `née` or before `épouse`.
    pub birth: Option<String>,
    /// The seat of a peerage where the family name is another: `rosebery` in `Archibald Primrose, 5th Earl of Rosebery`.
    pub seat: Option<String>,
}

/// A given name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenName {
    /// The folded names joined by spaces, without titles: `jean pierre`. Empty where there are titles only.
    pub key: String,
    /// The titles that stood before it.
    pub titles: Vec<String>,
    /// `jr`, `sr`, `ii`, ..., which some write after it.
    pub suffix: Option<String>,
}

/// A family name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FamilyName {
    /// The folded name with its particles, without titles and suffix: `de la tour`.
    pub key: String,
    /// The key without leading particles: `tour`.
    pub core: String,
    /// `jr`, `sr`, `ii`, ...
    pub suffix: Option<String>,
    /// The family name at birth, after `née` or before `épouse`.
    pub birth: Option<String>,
}

/// Whether a folded word is a title, civility or rank.
///
/// ```
/// assert!(cdp_core::normalize::name::is_title("mme"));
/// assert!(!cdp_core::normalize::name::is_title("martin"));
/// ```
pub fn is_title(token: &str) -> bool {
    words::is_title(token)
}

/// The order of the parts of a whole name without a comma.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameOrder {
    /// `Jean Dupont`.
    #[default]
    GivenFirst,
    /// `Dupont Jean`.
    FamilyFirst,
}

impl std::str::FromStr for NameOrder {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        match word {
            "given_first" => Ok(NameOrder::GivenFirst),
            "family_first" => Ok(NameOrder::FamilyFirst),
            _ => Err(Error::new(Code::InvalidConfig, format!("there is no name order '{word}'"))
                .help("the orders are: given_first, family_first")),
        }
    }
}

/// How the names of a source are to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// The order of the parts.
    pub order: NameOrder,
    /// `M.` before a name is an initial, not Monsieur; `Al` and `Mac` are given names.
    pub english: bool,
    /// `D` and `L` before a vowel are what is left of `d'` and `l'`, not initials: `JEAN D ORMESSON`.
    pub elides: bool,
    /// `D.` and `Don` before a name are civilities.
    pub spanish: bool,
    /// Family names have two characters more often than one.
    pub japanese: bool,
}

impl Reading {
    /// Names in that order, of a region (ISO 3166) if one is known.
    pub fn new(order: NameOrder, region: Option<&str>) -> Self {
        let is = |rule: fn(&str) -> bool| region.is_some_and(rule);
        let (english, elides, spanish) = (is(country::speaks_english), is(country::elides), is(country::says_don));
        Reading { order, english, elides, spanish, japanese: region == Some("JP") }
    }
}
