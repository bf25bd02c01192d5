//! Small populations for the law tests: people with typos, households, shared and junk contact values, in two sources.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, Resolution, resolve};
use cdp_core::{Config, schema::Kind};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const GIVEN: &[&str] =
    &["Jean", "Marie", "Anne-Marie", "Paul", "Lucie", "Léa", "Thomas", "Camille", "Nicolas", "Sophie", "Karim", "Inès"];
const FAMILY: &[&str] = &[
    "Dupont", "Durand", "Martin", "Bernard", "Lefèvre", "Le Goff", "Petit", "Moreau", "Garcia", "Nguyen", "O'Brien",
    "Roux",
];
const STREETS: &[&str] = &["rue de la Paix", "avenue Foch", "place du Marché", "chemin des Vignes", "bd Voltaire"];
const CITIES: &[(&str, &str)] = &[("75001", "Paris"), ("69002", "Lyon"), ("13006", "Marseille"), ("31000", "Toulouse")];

/// How many populations to compare: `fewest`, or as many as the environment asks for.
#[allow(clippy::disallowed_methods)] // a test has an environment
pub fn cases(fewest: u32) -> u32 {
    std::env::var("CDP_POPULATIONS").ok().and_then(|cases| cases.parse().ok()).unwrap_or(fewest)
}

/// One person, before any source has seen them.
#[derive(Debug, Clone)]
pub struct Person {
    pub given: usize,
    pub family: usize,
    pub birth_day: u32,
    pub home: usize,
    /// Lives with the person before: same family name, home and phone.
    pub in_household: bool,
    pub sightings: Vec<Sighting>,
}

/// How one record of a person differs from the truth.
#[derive(Debug, Clone)]
pub struct Sighting {
    pub in_shop: bool,
    /// Which letter of the family name is wrong; none where over the length.
    pub typo: usize,
    pub without: u8,
    pub junk: u8,
    pub card: u8,
}

/// A record as a source holds it; columns in the order of [`COLUMNS`].
pub type Row = Vec<Option<String>>;

/// The columns of both sources.
pub const COLUMNS: &[&str] =
    &["id", "prenom", "nom", "naissance", "email", "telephone", "adresse", "code_postal", "ville", "carte", "vu_le"];

/// The kind of each column; the id and the date of observation have none.
const KINDS: &[Option<Kind>] = &[
    None,
    Some(Kind::GivenName),
    Some(Kind::FamilyName),
    Some(Kind::BirthDate),
    Some(Kind::Email),
    Some(Kind::Phone),
    Some(Kind::StreetAddress),
    Some(Kind::PostalCode),
    Some(Kind::City),
    Some(Kind::LoyaltyId),
    None,
];

/// The rows of the two sources `shop` and `till`.
#[derive(Debug, Clone, Default)]
pub struct Population {
    pub shop: Vec<Row>,
    pub till: Vec<Row>,
}

/// Populations of up to `people` people.
pub fn populations(people: usize) -> impl Strategy<Value = Population> {
    prop::collection::vec(person(), people / 4..=people).prop_map(|people| populate(&people))
}

fn person() -> impl Strategy<Value = Person> {
    let sightings = prop::collection::vec(sighting(), 1..4);
    (0..GIVEN.len(), 0..FAMILY.len(), 0u32..18_000, 0usize..60, prop::bool::weighted(0.25), sightings).prop_map(
        |(given, family, birth_day, home, in_household, sightings)| Person {
            given,
            family,
            birth_day,
            home,
            in_household,
            sightings,
        },
    )
}

fn sighting() -> impl Strategy<Value = Sighting> {
    (any::<bool>(), 0usize..24, 0u8..16, 0u8..20, 0u8..12).prop_map(|(in_shop, typo, without, junk, card)| Sighting {
        in_shop,
        typo,
        without,
        junk,
        card,
    })
}

fn populate(people: &[Person]) -> Population {
    let mut population = Population::default();
    let mut household = (0, 0, 0);
    for (number, person) in people.iter().enumerate() {
        if !person.in_household {
            household = (person.family, person.home, number);
        }
        for sighting in &person.sightings {
            let rows = if sighting.in_shop { &mut population.shop } else { &mut population.till };
            let id = format!("{}{:04}", if sighting.in_shop { 's' } else { 't' }, rows.len());
            rows.push(row(id, number, person, household, sighting));
        }
    }
    population
}

fn row(id: String, number: usize, person: &Person, household: (usize, usize, usize), sighting: &Sighting) -> Row {
    let (family, home, phone) = household;
    let given = GIVEN[person.given];
    let family = FAMILY[family];
    let (postal_code, city) = CITIES[home % CITIES.len()];
    let day = person.birth_day;
    let email = match sighting.junk {
        0 => "test@test.com".to_owned(),
        1 => "n/a".to_owned(),
        _ => format!("{}.{}{number}@example.org", plain(given), plain(family)),
    };
    let mut row = vec![
        Some(id),
        Some(given.to_owned()),
        Some(misspelt(family, sighting.typo)),
        Some(format!("{:04}-{:02}-{:02}", 1950 + day / 360, 1 + day / 30 % 12, 1 + day % 28)),
        Some(email),
        Some(if sighting.junk == 2 { "0000000000".to_owned() } else { format!("06123{phone:05}") }),
        Some(format!("{} {}", 1 + home, STREETS[home % STREETS.len()])),
        Some(postal_code.to_owned()),
        Some(city.to_owned()),
        // A card is sometimes lent to the wrong person, or renewed.
        Some(format!("CARD{:05}", if sighting.card == 0 { number / 2 } else { number })),
        Some(format!("2024-{:02}-{:02}", 1 + number % 12, 1 + usize::from(sighting.without))),
    ];
    for (bit, column) in [3usize, 4, 5, 9].into_iter().enumerate() {
        if sighting.without >> bit & 1 == 1 {
            row[column] = None;
        }
    }
    row
}

fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn misspelt(name: &str, at: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if at + 1 < letters.len() {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// A table of rows, with its columns in the order given by `columns` (indexes into [`COLUMNS`]).
pub fn table(source: &str, rows: &[Row], columns: &[usize]) -> Table {
    let column = |&index: &usize| Column::new(COLUMNS[index], rows.iter().map(|row| row[index].as_deref()));
    Table::new(source, columns.iter().map(column).collect()).expect("a table")
}

/// Both tables, as they stand; a source without rows is left out.
pub fn tables(population: &Population) -> Vec<Table> {
    let columns: Vec<usize> = (0..COLUMNS.len()).collect();
    [("shop", &population.shop), ("till", &population.till)]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(source, rows)| table(source, rows, &columns))
        .collect()
}

/// A configuration that names every column, for the sources that have rows.
pub fn config(tables: &[Table]) -> Config {
    let mut config = Config::default();
    for table in tables {
        let source = config.sources.entry(table.source().to_owned()).or_default();
        source.id = Some("id".to_owned());
        source.observed_at = Some("vu_le".to_owned());
        source.region = Some("FR".to_owned());
        for (column, kind) in COLUMNS.iter().zip(KINDS) {
            if let Some(kind) = *kind {
                source.fields.insert((*column).to_owned(), cdp_core::schema::FieldConfig::new(kind));
            }
        }
    }
    config
}

/// Resolves, with everything else left to the library.
pub fn resolved(tables: &[Table], config: Option<&Config>) -> Resolution {
    resolve(tables, config, &Options::default()).expect("a resolution")
}

/// The members of each profile, by profile id, as source and record id.
pub fn members(result: &Resolution) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut found: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for (record, &profile) in result.assignments().iter().enumerate() {
        let records = result.records();
        let key = (records.source(record as u32).to_owned(), records.id(record as u32).to_owned());
        found.entry(result.profiles().id(profile as usize).to_owned()).or_default().insert(key);
    }
    found
}
