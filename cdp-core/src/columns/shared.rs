//! Values that go with improbably many different people: a shop's address typed for every customer without one.
//!
//! A contact is shared by a household or a small firm, hardly by more. How many people a value may have is read off the
//! column itself: with n values that have a name, and q the share of values with more than one person among those with
//! any, the number of people is taken for geometric (each further one as likely as the second), and the limit is where fewer
//! than one value in a hundred such columns is expected: `n q^(k - 1) < 0.01`, but never fewer than eight people.

use crate::normalize::{name, nickname, phonetic};
use crate::record::{Column, NULL, Table};
use crate::schema::{Kind, SourceConfig};
use std::collections::{BTreeSet, HashMap};

/// The fewest people that make a value suspicious.
const LEAST: usize = 8;
/// Expected number of honest values beyond the limit.
const EXPECTED: f64 = 0.01;

/// A value that goes with improbably many people.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shared {
    /// The key of the value.
    pub value: String,
    /// How many rows hold it.
    pub rows: usize,
    /// How many different people these rows name.
    pub people: usize,
}

/// Whether one person's values of a kind are hardly anybody else's.
pub(super) fn is_personal(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Email | Kind::Phone | Kind::NationalId | Kind::CustomerId | Kind::LoyaltyId | Kind::AnonymousId
    )
}

/// Who each row is about: one number a person, `None` where no name says it. Spellings of one name are one person: the sound
/// of the given name's root, and the first sounds of the family name.
pub(super) fn people(table: &Table, source: &SourceConfig) -> Vec<Option<u32>> {
    let of = |kind: Kind| {
        let named = source.fields.iter().filter(move |(_, field)| field.kind == kind);
        named.filter_map(|(column, _)| table.column(column)).next()
    };
    let (given, family, full) = (of(Kind::GivenName), of(Kind::FamilyName), of(Kind::FullName));
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut number = |person: String| {
        let next = numbers.len() as u32;
        *numbers.entry(person).or_insert(next)
    };
    let whole: Option<Vec<Option<u32>>> = full.map(|column| {
        let read = |raw: &str| name::parse_full(raw);
        let people = column.distinct().iter().map(read).map(|name| person(&name.given, &name.family).map(&mut number));
        people.collect()
    });
    (0..table.len())
        .map(|row| {
            if let Some(person) =
                person(&name::parse_given(cell(given, row)).key, &name::parse_family(cell(family, row)).key)
            {
                return Some(number(person));
            }
            let code = full.map_or(NULL, |column| column.codes()[row]);
            whole.as_ref().and_then(|people| people.get(code as usize).copied().flatten())
        })
        .collect()
}

fn cell(column: Option<&Column>, row: usize) -> &str {
    column.and_then(|column| column.get(row)).unwrap_or("")
}

fn person(given: &str, family: &str) -> Option<String> {
    let first = given.split(' ').next().unwrap_or_default();
    if first.chars().count() < 2 || family.is_empty() {
        return None;
    }
    let root = nickname::roots(first).first().copied().unwrap_or(first);
    Some(format!("{} {}", phonetic::key(root), phonetic::key(family).chars().take(3).collect::<String>()))
}

/// The keys of a column that go with improbably many people; `keys` by row, empty where there is none.
pub(super) fn shared<'a>(keys: impl Iterator<Item = &'a str>, people: &[Option<u32>]) -> Vec<Shared> {
    let mut holders: HashMap<&str, (usize, BTreeSet<u32>)> = HashMap::new();
    for (key, person) in keys.zip(people).filter(|(key, _)| !key.is_empty()) {
        let (rows, persons) = holders.entry(key).or_default();
        *rows += 1;
        persons.extend(person);
    }
    let named = holders.values().filter(|(_, people)| !people.is_empty()).count();
    let several = holders.values().filter(|(_, people)| people.len() > 1).count();
    let limit = limit(named, several);
    let mut found: Vec<Shared> = holders
        .into_iter()
        .filter(|(_, (_, people))| people.len() > limit)
        .map(|(value, (rows, people))| Shared { value: value.to_owned(), rows, people: people.len() })
        .collect();
    found.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.value.cmp(&b.value)));
    found
}

/// The most people that a value may go with; see the head of this file.
fn limit(values: usize, several: usize) -> usize {
    if values == 0 || several == 0 {
        return LEAST;
    }
    let further = (several as f64 / values as f64).min(0.9);
    let most = 1.0 + (EXPECTED / values as f64).ln() / further.ln();
    LEAST.max(most.ceil() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn households_are_no_strangers_and_a_shop_is() {
        let mut keys: Vec<String> = (0..1000).map(|row| format!("p{}", row / 2)).collect();
        let mut people: Vec<Option<u32>> =
            (0..1000).map(|row| Some(if row % 10 < 8 { row / 2 } else { row })).collect();
        keys.extend((0..300).map(|_| "shop".to_owned()));
        people.extend((0..300).map(|row| Some(5000 + row)));
        let found = shared(keys.iter().map(String::as_str), &people);
        assert_eq!(found, [Shared { value: "shop".to_owned(), rows: 300, people: 300 }]);
    }

    #[test]
    fn misspellings_of_one_name_are_one_person() {
        let spellings = [("Philippe", "Müller"), ("Filipe", "Mueller"), ("PHILIPPE", "Muller")];
        let people: BTreeSet<_> = spellings
            .iter()
            .map(|(given, family)| person(&name::parse_given(given).key, &name::parse_family(family).key).unwrap())
            .collect();
        assert_eq!(people.len(), 1, "{people:?}");
    }
}
