//! A resolve in shards says what a resolve of all records says, however they are parted.
//!
//! `CDP_POPULATIONS=2000 cargo test --release -p cdp-core --test shards` compares as many.

mod common;

use cdp_core::Config;
use cdp_core::block::Rule;
use cdp_core::model::Model;
use cdp_core::profile::ProfileId;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, Resolution, Shards, components, equal_key, resolve};
use cdp_core::schema::{IdentifierRule, Kind};
use common::{Population, cases, config, populations, tables};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is different from one comparison to the next.
#[derive(Debug, Clone)]
struct Setting {
    rules: u8,
    duplicate_free: u8,
    largest: u32,
    fuzzy: bool,
    parts: u64,
    copies: usize,
    /// What the model was trained to link from; the configuration that it is used with says nothing of it.
    trained: Option<f64>,
}

fn setting() -> impl Strategy<Value = Setting> {
    let largest = prop_oneof![Just(0u32), 2u32..8];
    let trained = prop_oneof![2 => Just(None), 1 => (0.001f64..0.98).prop_map(Some)];
    let copies = prop_oneof![3 => Just(0usize), 1 => 15usize..24];
    (0u8..16, 0u8..4, largest, prop::bool::weighted(0.9), 1u64..6, copies, trained).prop_map(
        |(rules, duplicate_free, largest, fuzzy, parts, copies, trained)| Setting {
            rules,
            duplicate_free,
            largest,
            fuzzy,
            parts,
            copies,
            trained,
        },
    )
}

impl Setting {
    fn config(&self, tables: &[Table]) -> Config {
        let mut config = config(tables);
        let limited = |n| IdentifierRule { max_profiles: Some(n), ..IdentifierRule::default() };
        let unique = IdentifierRule { unique: true, priority: Some(1), ..IdentifierRule::default() };
        let silent = IdentifierRule { links: Some(false), max_per_profile: Some(1), ..IdentifierRule::default() };
        let timed = IdentifierRule { ttl_days: Some(40), ..IdentifierRule::default() };
        for (bit, kind, rule) in [
            (0, Kind::LoyaltyId, unique),
            (1, Kind::Email, limited(2)),
            (2, Kind::Phone, silent),
            (3, Kind::Email, timed),
        ] {
            if self.rules >> bit & 1 == 1 {
                config.identifiers.insert(kind, rule);
            }
        }
        for (bit, source) in ["shop", "till"].into_iter().enumerate() {
            if let Some(source) = config.sources.get_mut(source).filter(|_| self.duplicate_free >> bit & 1 == 1) {
                source.duplicate_free = Some(true);
            }
        }
        config.matching.fuzzy = Some(self.fuzzy);
        config
    }
}

/// Some rows of a table, in the order given.
fn rows(table: &Table, rows: &[usize]) -> Table {
    let column = |column: &Column| Column::new(column.name(), rows.iter().map(|&row| column.get(row)));
    Table::new(table.source(), table.columns().iter().map(column).collect()).expect("a table")
}

/// A shard: rows of each table, and the records that they are.
struct Shard {
    tables: Vec<Table>,
    records: Vec<ProfileId>,
}

/// The records of a list, as tables of all sources.
fn shard(tables: &[Table], places: &BTreeMap<ProfileId, (usize, usize)>, mut records: Vec<ProfileId>) -> Shard {
    records.sort_by_key(|record| places[record]);
    let of = |number: usize| -> Vec<usize> {
        records.iter().map(|record| places[record]).filter(|place| place.0 == number).map(|place| place.1).collect()
    };
    Shard { tables: tables.iter().enumerate().map(|(number, table)| rows(table, &of(number))).collect(), records }
}

/// The records of a profile, by source and id, and its golden values.
type Profile = (BTreeSet<(String, String)>, Vec<Option<String>>);

/// What is said of records by the results of shards.
#[derive(Debug, Default, PartialEq)]
struct Said {
    profiles: BTreeMap<String, Profile>,
    links: BTreeSet<(String, String, String, u64)>,
    refused: BTreeSet<(String, String, String, u64, String)>,
}

impl Said {
    fn add(&mut self, result: &Resolution) {
        let records = result.records();
        let name = |record: u32| format!("{}/{}", records.source(record), records.id(record));
        let pair = |a: u32, b: u32| (name(a).min(name(b)), name(a).max(name(b)));
        for (id, members) in common::members(result) {
            let profile = result.profiles().find(&id).expect("a profile");
            let golden = result.profiles().fields().iter().map(|field| field.values.get(profile).map(str::to_owned));
            assert!(self.profiles.insert(id, (members, golden.collect())).is_none(), "a profile is in one shard");
        }
        self.links.extend(result.links().iter().map(|link| {
            let (a, b) = pair(link.a, link.b);
            (a, b, link.rule.clone(), link.weight.to_bits())
        }));
        self.refused.extend(result.refused().iter().map(|link| {
            let (a, b) = pair(link.a, link.b);
            (a, b, link.rule.clone(), link.weight.to_bits(), link.reason.clone())
        }));
    }
}

/// The steps of a resolve in shards, as a cluster takes them.
fn in_shards(tables: &[Table], shards: &Shards, parts: u64) -> Said {
    // Through the saved form, as to another machine.
    let shards = Shards::from_json(&shards.to_json()).expect("shards");
    let (mut places, mut sought) = (BTreeMap::new(), Vec::new());
    for (number, table) in tables.iter().enumerate() {
        for part in 0..parts as usize {
            let mine: Vec<usize> = (0..table.len()).filter(|row| row % parts as usize == part).collect();
            let only = |other: usize| if other == number { rows(table, &mine) } else { rows(&tables[other], &[]) };
            let found = shards.sought(&(0..tables.len()).map(only).collect::<Vec<_>>()).expect("keys");
            places.extend(found.iter().zip(&mine).map(|(one, &row)| (one.record, (number, row))));
            sought.extend(found);
        }
    }
    let mut equal: BTreeMap<[u8; 16], Vec<(String, usize)>> = BTreeMap::new();
    for (place, one) in sought.iter().enumerate() {
        one.equal.iter().for_each(|&rows| equal.entry(rows).or_default().push((one.record_id.clone(), place)));
    }
    for (rows, members) in equal.iter_mut().filter(|(_, members)| members.len() > shards.shown()) {
        members.sort();
        let key = equal_key(rows);
        sought[members[0].1].keys.push(key);
        for (_, place) in &members[shards.shown()..] {
            sought[*place].keys.retain(|key| key >> 63 == 1);
            sought[*place].keys.push(key);
        }
    }
    let (mut pairs, mut formed) = (Vec::new(), Vec::new());
    for part in 0..parts {
        let mut blocks = shards.blocks();
        for one in &sought {
            let keys = one.keys.iter().filter(|&&key| key % parts == part);
            pairs.extend(keys.filter_map(|&key| Some((blocks.add(key, one.record)?, one.record))));
        }
        formed.extend(
            blocks.formed().flat_map(|(key, records)| records.iter().map(move |&r| (r, key)).collect::<Vec<_>>()),
        );
    }
    let mut keys_of: BTreeMap<ProfileId, BTreeSet<u64>> = BTreeMap::new();
    for &(record, key) in &formed {
        keys_of.entry(record).or_default().insert(key);
    }
    let mut links: Vec<(ProfileId, ProfileId, f64)> = Vec::new();
    for part in 0..parts {
        let mine: Vec<_> = formed.iter().filter(|(_, key)| key % parts == (part + 1) % parts).collect();
        let records: BTreeSet<ProfileId> = mine.iter().map(|(record, _)| *record).collect();
        let shard = shard(tables, &places, records.into_iter().collect());
        let met: Vec<Vec<u64>> = shard.records.iter().map(|record| keys_of[record].iter().copied().collect()).collect();
        let mut groups: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (record, key) in mine {
            let number = shard.records.iter().position(|other| other == record).expect("a record") as u32;
            groups.entry(*key).or_default().push(number);
        }
        for link in shards.score(&shard.tables, &met, &groups).expect("links") {
            let (a, b) = (shard.records[link.a as usize], shard.records[link.b as usize]);
            links.push((a, b, link.weight));
            pairs.extend(link.spans.then_some((a, b)));
        }
    }
    let component: BTreeMap<ProfileId, ProfileId> = components(&pairs).into_iter().collect();
    let component = |record: &ProfileId| *component.get(record).unwrap_or(record);
    let mut said = Said::default();
    for part in 0..parts {
        let is_mine = |record: &ProfileId| u64::from(component(record)[3]) % parts == part;
        let shard = shard(tables, &places, sought.iter().map(|one| one.record).filter(is_mine).collect());
        let number = |record| shard.records.iter().position(|other| *other == record).map(|place| place as u32);
        let mine: Vec<(u32, u32, f64)> =
            links.iter().filter_map(|&(a, b, weight)| Some((number(a)?, number(b)?, weight))).collect();
        if !shard.records.is_empty() {
            said.add(&shards.join(&shard.tables, &mine).expect("profiles"));
        }
    }
    said
}

/// A population of which one row of the shop is there several times.
fn copied(population: &Population, copies: usize) -> Population {
    let mut population = population.clone();
    if let Some(row) = population.shop.last().cloned() {
        for copy in 0..copies {
            let mut row = row.clone();
            row[0] = Some(format!("copy{copy:02}"));
            population.shop.insert(copy % 3, row);
        }
    }
    population
}

fn compare(base: &Population, population: &Population, setting: &Setting) -> Result<(), TestCaseError> {
    let population = copied(population, setting.copies);
    let (trained_on, tables) = (tables(base), tables(&population));
    if trained_on.len() < 2 || tables.is_empty() {
        return Ok(());
    }
    let mut training = setting.config(&trained_on);
    training.matching.threshold = setting.trained;
    let trained = resolve(&trained_on, Some(&training), &Options::default()).expect("a resolution");
    let mut model = Model::from_json(&trained.model().to_json()).expect("a model");
    if setting.largest > 0 {
        model.blocking.iter_mut().for_each(|rule| rule.largest = setting.largest);
    }
    let config = setting.config(&tables);
    let options = Options { model: Some(model.clone()), ..Options::default() };
    let mut whole = Said::default();
    whole.add(&resolve(&tables, Some(&config), &options).expect("a resolution"));
    match Shards::new(&tables, Some(&config), &model) {
        Ok(shards) => prop_assert_eq!(in_shards(&tables, &shards, setting.parts), whole),
        Err(error) => prop_assert!(model.blocking.is_empty(), "{}", error),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(48), ..ProptestConfig::default() })]

    #[test]
    fn shards_say_what_the_whole_says(base in populations(40), population in populations(40), setting in setting()) {
        compare(&base, &population, &setting)?;
    }

    #[test]
    fn also_of_the_records_the_model_was_trained_on(population in populations(60), setting in setting()) {
        compare(&population, &population, &setting)?;
    }
}

#[test]
fn what_a_part_cannot_tell_is_refused_with_the_reason() {
    let table =
        |source: &str| Table::new(source, vec![Column::new("id", [Some("1")]), Column::new("nom", [Some("x")])]);
    let shop = table("shop").expect("a table");
    let mut config = config(std::slice::from_ref(&shop));
    config.sources.get_mut("shop").expect("a source").fields.retain(|name, _| name == "nom");
    config.sources.get_mut("shop").expect("a source").observed_at = None;
    let options = Options::default();
    let trained = resolve(std::slice::from_ref(&shop), Some(&config), &options).expect("a resolution");
    let unknown = Shards::new(&[table("other").expect("a table")], None, trained.model()).expect_err("unknown");
    assert!(unknown.to_string().contains("does not know this source"), "{unknown}");
    let unnamed = Config::default();
    let mut model = trained.model().clone();
    model.reading.sources.get_mut("shop").expect("a source").id = None;
    let unnamed = Shards::new(std::slice::from_ref(&shop), Some(&unnamed), &model).expect_err("no ids");
    assert!(unnamed.to_string().contains("no id column"), "{unnamed}");
}

#[test]
fn the_rarest_words_are_those_of_the_model_in_every_part() {
    let ids: Vec<String> = (0..60).map(|row| format!("r{row:02}")).collect();
    let notes: Vec<String> = (0..60)
        .map(|row| format!("red green blue grey black white word{} term{} noun{}", row % 20, row % 15, row % 12))
        .collect();
    let columns = |rows: std::ops::Range<usize>| {
        let column = |name: &str, texts: &[String]| {
            Column::new(name, texts[rows.clone()].iter().map(|text| Some(text.as_str())))
        };
        Table::new("shop", vec![column("id", &ids), column("note", &notes)]).expect("a table")
    };
    let all = [columns(0..60)];
    let text = "[sources.shop]\nid = \"id\"\n[sources.shop.fields]\nnote = \"text\"\n";
    let config = Config::from_toml(text).expect("a configuration");
    let trained = resolve(&all, Some(&config), &Options::default()).expect("a resolution");
    let mut model = trained.model().clone();
    model.blocking = vec![Rule { parts: vec!["note: rare_words".to_owned()], largest: 50 }];
    let shards = Shards::new(&all, Some(&config), &model).expect("shards");
    let keys = |tables: &[Table]| -> Vec<Vec<u64>> {
        shards.sought(tables).expect("keys").into_iter().map(|one| one.keys).collect()
    };
    let whole = keys(&all);
    assert!(whole.iter().all(|keys| keys.len() == 4));
    for part in 0..30 {
        assert_eq!(keys(&[columns(2 * part..2 * part + 2)]), whole[2 * part..2 * part + 2]);
    }
}
