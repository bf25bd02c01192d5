//! Values that go with improbably many different people: a shop's address typed for every customer without one.
//!
//! A contact is shared by a household or a small firm, hardly by more. How many people a value may have is read off the
//! column itself: with n values that have a name, and q the share of values with more than one person among those with
//! any, the number of people is taken for geometric (each further one as likely as the second), and the limit is where fewer
//! than one value in a hundred such columns is expected: `n q^(k - 1) < 0.01`, but never fewer than eight people.

use crate::normalize::{name, nickname, phonetic, text};
use crate::record::{Interner, Table};
use crate::schema::{Kind, SourceConfig};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::HashMap;

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
pub(crate) fn is_personal(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Email | Kind::Phone | Kind::NationalId | Kind::CustomerId | Kind::LoyaltyId | Kind::AnonymousId
    )
}

/// Who a record is about: how the given and the family name sound.
pub(crate) type Person = (u32, u32);

/// How the parts of one name sound, where it has them.
pub(crate) type Parts = (Option<u32>, Option<u32>);

/// Who a record is about by the names it has: the first given and the first family name among them.
pub(crate) fn person(names: impl Iterator<Item = Parts> + Clone) -> Option<Person> {
    let given = names.clone().find_map(|(given, _)| given);
    given.zip(names.clone().find_map(|(_, family)| family))
}

/// Numbers for how names sound, so that spellings of one name are one person.
#[derive(Default)]
pub(crate) struct Sounds(HashMap<String, u32>);

impl Sounds {
    /// The sound of the root of the first given name; `None` for an initial.
    pub(crate) fn given(&mut self, key: &str) -> Option<u32> {
        let first = key.split(' ').next().filter(|first| first.chars().nth(1).is_some())?;
        Some(self.number(phonetic::key(nickname::roots(first).first().copied().unwrap_or(first))))
    }

    /// The first sounds of the family name.
    pub(crate) fn family(&mut self, key: &str) -> Option<u32> {
        (!key.is_empty()).then(|| self.number(phonetic::key(key).chars().take(3).collect()))
    }

    /// Both parts of a name, which may be empty.
    pub(crate) fn name(&mut self, given: &str, family: &str) -> Parts {
        (self.given(given), self.family(family))
    }

    fn number(&mut self, sound: String) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(sound).or_insert(next)
    }
}

/// Who each row of a table is about; `None` where no name says it.
pub(super) fn people(table: &Table, source: &SourceConfig) -> Vec<Option<Person>> {
    let of = |kind: Kind| {
        let named = source.fields.iter().filter(move |(_, field)| field.kind == kind);
        named.filter_map(|(column, _)| table.column(column)).next()
    };
    let mut sounds = Sounds::default();
    let mut parts = |kind: Kind, read: fn(&str) -> name::PersonName| {
        let column = of(kind)?;
        let distinct = column.distinct().iter().map(|raw| {
            let name = read(&text::display(raw));
            sounds.name(&name.given, &name.family)
        });
        Some((column, distinct.collect::<Vec<Parts>>()))
    };
    let given = |raw: &str| name::PersonName { given: name::parse_given(raw).key, ..Default::default() };
    let family = |raw: &str| name::PersonName { family: name::parse_family(raw).key, ..Default::default() };
    let columns =
        [parts(Kind::GivenName, given), parts(Kind::FamilyName, family), parts(Kind::FullName, name::parse_full)];
    (0..table.len())
        .map(|row| {
            let cells = columns.iter().flatten();
            person(cells.filter_map(|(column, parts)| parts.get(column.codes()[row] as usize).copied()))
        })
        .collect()
}

/// The values that go with improbably many people, each with its rows and its people, most people first; `holders` are the
/// values of all rows with who the row is about.
pub(crate) fn shared(mut holders: Vec<(u32, Option<Person>)>) -> Vec<(u32, usize, usize)> {
    holders.par_sort_unstable();
    let counts = || {
        holders.chunk_by(|a, b| a.0 == b.0).map(|rows| {
            let named = rows.iter().filter_map(|(_, person)| *person);
            let mut last = None;
            let people = named.filter(|person| last.replace(*person) != Some(*person)).count();
            (rows[0].0, rows.len(), people)
        })
    };
    let named = counts().filter(|(_, _, people)| *people > 0).count();
    let several = counts().filter(|(_, _, people)| *people > 1).count();
    let limit = limit(named, several);
    let mut found: Vec<_> = counts().filter(|(_, _, people)| *people > limit).collect();
    found.sort_by_key(|&(value, _, people)| (Reverse(people), value));
    found
}

/// The keys of a column that go with improbably many people; `keys` by row, empty where there is none.
pub(super) fn shared_keys<'a>(keys: impl Iterator<Item = &'a str>, people: &[Option<Person>]) -> Vec<Shared> {
    let mut interner = Interner::default();
    let keyed = keys.zip(people).filter(|(key, _)| !key.is_empty());
    let holders = keyed.map(|(key, person)| (interner.intern(key), *person)).collect();
    let pool = interner.into_pool();
    let found = shared(holders).into_iter();
    let mut found: Vec<Shared> =
        found.map(|(value, rows, people)| Shared { value: pool.get(value).to_owned(), rows, people }).collect();
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
        let mut people: Vec<Option<Person>> =
            (0..1000).map(|row| Some((0, if row % 10 < 8 { row / 2 } else { row }))).collect();
        keys.extend((0..300).map(|_| "shop".to_owned()));
        people.extend((0..300).map(|row| Some((1, 5000 + row))));
        let found = shared_keys(keys.iter().map(String::as_str), &people);
        assert_eq!(found, [Shared { value: "shop".to_owned(), rows: 300, people: 300 }]);
    }

    #[test]
    fn misspellings_of_one_name_are_one_person() {
        let mut sounds = Sounds::default();
        let spellings = [("Philippe", "Müller"), ("Filipe", "Mueller"), ("PHILIPPE", "Muller")];
        let people = spellings.map(|(given, family)| {
            let (given, family) = (name::parse_given(given).key, name::parse_family(family).key);
            sounds.given(&given).zip(sounds.family(&family)).unwrap()
        });
        assert!(people.iter().all(|person| *person == people[0]), "{people:?}");
    }
}
