//! Street lines, and places (postal code, city, region as one nested thing, so that they are not counted thrice).

use super::{Letters, Level, Outcome, frequent, plain};
use crate::similarity::{jaro_winkler, osa};

/// Levels of street lines.
pub(super) const STREET: &[Level] = &[
    frequent("same", 65),
    frequent("same number, street close", 10),
    frequent("same street, a number missing", 4),
    frequent("same street, other number", 4),
    plain("similar street", 3),
    plain("same number only", 4),
    plain("different", 10),
];

/// Levels of places.
pub(super) const PLACE: &[Level] = &[
    frequent("same", 55),
    frequent("same postal code", 12),
    frequent("same city, postal code close", 8),
    frequent("same city", 8),
    frequent("postal code close", 3),
    plain("similar city", 3),
    frequent("same region", 4),
    plain("different", 7),
];

/// A street line as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetValue {
    /// House number.
    pub number: Option<String>,
    /// Folded street name with abbreviations written out, number removed.
    pub name: String,
    /// Its letters.
    pub letters: Letters,
    /// Hashes of the words of the name, sorted.
    pub words: Vec<u64>,
    /// Frequency of number and name together.
    pub frequency: f64,
    /// Frequency of the name.
    pub name_frequency: f64,
}

/// Compares two different street lines.
pub(super) fn compare_street(a: &StreetValue, b: &StreetValue) -> Outcome {
    let name_frequency = a.name_frequency.max(b.name_frequency);
    let number = match (&a.number, &b.number) {
        (Some(x), Some(y)) => Some(x == y),
        _ => None,
    };
    if a.name == b.name {
        return if number.is_none() { Outcome::new(2, name_frequency) } else { Outcome::new(3, name_frequency) };
    }
    let close = names_close(a, b);
    match (close, number) {
        (true, Some(true)) => Outcome::new(1, a.frequency.max(b.frequency)),
        (true, _) => Outcome::plain(4),
        (false, Some(true)) => Outcome::plain(5),
        (false, _) => Outcome::plain(6),
    }
}

fn names_close(a: &StreetValue, b: &StreetValue) -> bool {
    let shared = a.words.iter().filter(|word| b.words.contains(word)).count();
    let most = a.words.len().max(b.words.len());
    let least = a.words.len().min(b.words.len());
    (most > 0 && shared * 2 > most)
        || (least > 1 && shared == least)
        || (a.letters.can_be_similar(b.letters, 0.9) && jaro_winkler::similarity(&a.name, &b.name) >= 0.9)
}

/// A place as it is compared; `None` is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceValue {
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Region or country.
    pub region: Option<String>,
    /// Frequency of the postal code.
    pub postal_frequency: f64,
    /// Frequency of the city.
    pub city_frequency: f64,
    /// Frequency of the region.
    pub region_frequency: f64,
}

/// Compares two places that are not the same in every part.
pub(super) fn compare_place(a: &PlaceValue, b: &PlaceValue) -> Outcome {
    let postal = both(&a.postal_code, &b.postal_code, postal_agreement);
    let city = both(&a.city, &b.city, city_agreement);
    let same_region = a.region.is_some() && a.region == b.region;
    let postal_frequency = a.postal_frequency.max(b.postal_frequency);
    let city_frequency = a.city_frequency.max(b.city_frequency);
    match (postal, city) {
        (Some(2), Some(0)) => Outcome::new(1, postal_frequency),
        (Some(2), _) => Outcome::new(0, postal_frequency),
        (Some(1), Some(2)) => Outcome::new(2, city_frequency),
        (_, Some(2)) => Outcome::new(3, city_frequency),
        (Some(1), _) => Outcome::new(4, postal_frequency),
        (_, Some(1)) => Outcome::plain(5),
        _ if same_region => Outcome::new(6, a.region_frequency),
        (None, None) if a.region.is_none() || b.region.is_none() => Outcome::missing(),
        _ => Outcome::plain(7),
    }
}

fn both(a: &Option<String>, b: &Option<String>, agreement: fn(&str, &str) -> u8) -> Option<u8> {
    Some(agreement(a.as_deref()?, b.as_deref()?))
}

/// 2 same, 1 one error apart or the same district, 0 different.
fn postal_agreement(a: &str, b: &str) -> u8 {
    if a == b {
        2
    } else if osa::within(a, b, 1).is_some() || district(a).is_some_and(|x| Some(x) == district(b)) {
        1
    } else {
        0
    }
}

/// What a long postal code (British, Canadian, Dutch, ZIP+4) starts with: all but its last three characters.
pub(crate) fn district(code: &str) -> Option<&str> {
    let start =
        code.len().checked_sub(3).filter(|_| code.len() >= 6 || code.bytes().any(|b| b.is_ascii_alphabetic()))?;
    code.get(..start).filter(|prefix| prefix.len() >= 2)
}

/// 2 same, 1 similar, 0 different.
fn city_agreement(a: &str, b: &str) -> u8 {
    if a == b {
        2
    } else if jaro_winkler::similarity(a, b) >= 0.9 || a.contains(b) || b.contains(a) {
        1
    } else {
        0
    }
}
