//! Law 2, batch = live: given the same model, a resolve of all records and a graph fed with them one by one, in any order, give
//! the same profiles, ids, golden values, links and weights; also after records were changed, taken out and brought back.
//!
//! `CDP_POPULATIONS=2000 cargo test --release -p cdp-core --test graph_batch` compares as many.

mod common;

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::Graph;
use cdp_core::model::Model;
use cdp_core::record::Table;
use cdp_core::resolve::{Options, Resolution, resolve};
use cdp_core::schema::{IdentifierRule, Kind};
use cdp_core::store::Memory;
use common::{COLUMNS, Population, Row, cases, config, populations, tables};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const NOW: i64 = 1_735_689_600_000;

/// Below `end`, by Knuth's linear congruential generator.
fn below(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % end
}

fn shuffled<T>(mut list: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed;
    for place in (1..list.len()).rev() {
        list.swap(place, below(&mut state, place + 1));
    }
    list
}

/// What is different from one comparison to the next.
#[derive(Debug, Clone)]
struct Setting {
    seed: u64,
    rules: u8,
    duplicate_free: u8,
    /// Blocks of more records than this are not used; as trained where 0.
    largest: u32,
    threshold: Option<f64>,
    /// The threshold of the model's training, which holds where the other says nothing.
    trained: Option<f64>,
}

fn setting() -> impl Strategy<Value = Setting> {
    let threshold = prop_oneof![2 => Just(None), 1 => (0.02f64..0.98).prop_map(Some)];
    let trained = prop_oneof![2 => Just(None), 1 => (0.001f64..0.98).prop_map(Some)];
    (any::<u64>(), 0u8..32, 0u8..4, prop_oneof![Just(0u32), 2u32..8], threshold, trained).prop_map(
        |(seed, rules, duplicate_free, largest, threshold, trained)| Setting {
            seed,
            rules,
            duplicate_free,
            largest,
            threshold,
            trained,
        },
    )
}

impl Setting {
    fn config(&self, tables: &[Table]) -> Config {
        let mut config = config(tables);
        let unique = IdentifierRule { unique: true, priority: Some(1), ..IdentifierRule::default() };
        let limited = |n| IdentifierRule { max_profiles: Some(n), ..IdentifierRule::default() };
        // At least one, since a graph without any has its own.
        config.identifiers.insert(Kind::Email, limited(2));
        if self.rules & 1 == 1 {
            config.identifiers.insert(Kind::LoyaltyId, unique);
        }
        if self.rules & 2 == 2 {
            config.identifiers.insert(Kind::Phone, limited(1));
        }
        if self.rules & 4 == 4 {
            config.identifiers.insert(Kind::Email, IdentifierRule { max_per_profile: Some(2), ..limited(9) });
        }
        if self.rules & 8 == 8 {
            config.identifiers.entry(Kind::Email).or_default().ttl_days = Some(40);
        }
        if self.rules & 16 == 16 {
            let windowed =
                IdentifierRule { max_per_profile: Some(1), window_days: Some(90), ..IdentifierRule::default() };
            config.identifiers.entry(Kind::Phone).or_insert(windowed);
        }
        for (bit, source) in ["shop", "till"].into_iter().enumerate() {
            if let Some(source) = config.sources.get_mut(source).filter(|_| self.duplicate_free >> bit & 1 == 1) {
                source.duplicate_free = Some(true);
            }
        }
        config.matching.threshold = self.threshold;
        config
    }

    /// A model, through its saved form.
    fn model(&self, base: &Population) -> Model {
        let tables = tables(base);
        let mut config = self.config(&tables);
        config.matching.threshold = self.trained.or(self.threshold);
        let result = resolve(&tables, Some(&config), &Options::default()).expect("a resolution");
        let mut model = Model::from_json(&result.model().to_json()).expect("a model");
        if self.largest > 0 {
            model.blocking.iter_mut().for_each(|rule| rule.largest = self.largest);
        }
        model
    }
}

/// A row as a message; without an instant where it tells none.
fn message(source: &str, row: &Row) -> String {
    let cells = COLUMNS.iter().zip(row).filter_map(|(name, cell)| Some(((*name).to_owned(), cell.clone()?.into())));
    let record: serde_json::Map<String, serde_json::Value> = cells.collect();
    serde_json::json!({"type": "record", "source": source, "record": record}).to_string()
}

/// The records of a profile, and its golden values.
type Members = (BTreeSet<(String, String)>, BTreeMap<String, String>);

/// What is said of records: profiles with members and golden values, links and refused ones with their weights.
#[derive(Debug, PartialEq)]
struct Said {
    profiles: BTreeMap<String, Members>,
    links: BTreeSet<(String, String, String, u64)>,
    refused: BTreeSet<(String, String, String, u64, String)>,
}

fn said(result: &Resolution) -> Said {
    let records = result.records();
    let name = |record: u32| format!("{}/{}", records.source(record), records.id(record));
    let pair = |a: u32, b: u32| {
        let (a, b) = (name(a), name(b));
        if a <= b { (a, b) } else { (b, a) }
    };
    let golden = |profile: usize| {
        let fields = result.profiles().fields().iter();
        let filled = fields.filter_map(|field| Some((field.name.clone(), field.values.get(profile)?.to_owned())));
        filled.collect::<BTreeMap<_, _>>()
    };
    let members = common::members(result).into_iter().map(|(id, members)| {
        let profile = result.profiles().find(&id).expect("a profile");
        (id, (members, golden(profile)))
    });
    let links = result.links().iter().map(|link| {
        let (a, b) = pair(link.a, link.b);
        (a, b, link.rule.clone(), link.weight.to_bits())
    });
    // Of values that too many share, a graph tells the value, not each pair of its holders.
    let refused = result.refused().iter().filter(|link| !link.reason.contains("is generic"));
    let refused = refused.map(|link| {
        let (a, b) = pair(link.a, link.b);
        (a, b, link.rule.clone(), link.weight.to_bits(), link.reason.clone())
    });
    Said { profiles: members.collect(), links: links.collect(), refused: refused.collect() }
}

fn batch(population: &Population, setting: &Setting, model: &Model) -> Option<Said> {
    let tables = tables(population);
    if tables.is_empty() {
        return None;
    }
    let options = Options { model: Some(model.clone()), ..Options::default() };
    Some(said(&resolve(&tables, Some(&setting.config(&tables)), &options).expect("a resolution")))
}

/// A population without every `n`th of its rows.
fn thinned(population: &Population, n: usize) -> (Population, Vec<RecordName>) {
    let (mut kept, mut gone) = (Population::default(), Vec::new());
    let sources = [("shop", &population.shop, &mut kept.shop), ("till", &population.till, &mut kept.till)];
    for (source, rows, kept) in sources {
        for (place, row) in rows.iter().enumerate() {
            match place % n {
                0 => gone.push(RecordName { source: source.to_owned(), record_id: row[0].clone().expect("an id") }),
                _ => kept.push(row.clone()),
            }
        }
    }
    (kept, gone)
}

fn compare(base: &Population, population: &Population, setting: &Setting) -> Result<(), TestCaseError> {
    if base.shop.is_empty() || base.till.is_empty() {
        return Ok(());
    }
    let model = setting.model(base);
    let all = [("shop", &population.shop), ("till", &population.till)];
    let config = setting.config(&tables(population));
    let mut messages = Vec::new();
    for (source, rows) in all {
        for (place, row) in rows.iter().enumerate() {
            messages.push(message(source, row));
            if place % 3 == 0 {
                // What an earlier row said does not hold any more, whichever comes first.
                let mut earlier = rows[(place + 1) % rows.len()].clone();
                earlier[0].clone_from(&row[0]);
                earlier[10] = Some("2020-02-02".to_owned());
                messages.push(message(source, &earlier));
            }
        }
    }
    let messages = shuffled(messages, setting.seed);
    let store = Arc::new(Memory::new());
    let graph = Graph::on_with(store.clone(), &config, Some(model.clone()), false).expect("a graph");
    for message in &messages {
        graph.ingest(message, NOW).expect("a message");
    }
    let whole = batch(population, setting, &model);
    let live = || said(&graph.snapshot().expect("a snapshot"));
    if let Some(whole) = &whole {
        prop_assert_eq!(&live(), whole, "fed one by one");
        let again = Graph::on_with(store, &config, Some(model.clone()), false).expect("a graph");
        prop_assert_eq!(&said(&again.snapshot().expect("a snapshot")), whole, "opened again");
    }
    let (rest, gone) = thinned(population, 3);
    for record in &gone {
        graph.remove(record, NOW).expect("a removal");
    }
    if let Some(rest) = batch(&rest, setting, &model) {
        prop_assert_eq!(live(), rest, "without some records");
    }
    for record in shuffled(gone, setting.seed ^ 1) {
        graph.restore(&record.source, Some(&record.record_id), NOW).expect("a return");
    }
    if let Some(whole) = whole {
        prop_assert_eq!(live(), whole, "with them again");
    }
    Ok(())
}

/// Users who tell who they are, beside the rows of the till: as if the shop were a table of users.
fn compare_users(base: &Population, population: &Population, setting: &Setting) -> Result<(), TestCaseError> {
    if base.shop.is_empty() || base.till.is_empty() {
        return Ok(());
    }
    let model = setting.model(base);
    let config = setting.config(&tables(population));
    let identify = |row: &Row| {
        let cells = COLUMNS.iter().zip(row).filter_map(|(name, cell)| Some(((*name).to_owned(), cell.clone()?.into())));
        let traits: serde_json::Map<String, serde_json::Value> = cells.collect();
        let time = format!("{}T00:00:00Z", row[10].as_deref().expect("a date"));
        let who = row[0].as_deref().expect("an id");
        serde_json::json!({"type": "identify", "source": "shop", "userId": who, "timestamp": time, "traits": traits})
    };
    let users = population.shop.iter().map(|row| identify(row).to_string());
    let rows = population.till.iter().map(|row| message("till", row));
    let graph = Graph::in_memory_with(&config, Some(model.clone())).expect("a graph");
    for message in shuffled(users.chain(rows).collect(), setting.seed) {
        graph.ingest(&message, NOW).expect("a message");
    }
    let mut as_table = population.clone();
    let named = |row: &mut Row| row[0] = row[0].take().map(|id| format!("user:{id}"));
    as_table.shop.iter_mut().for_each(named);
    if let Some(whole) = batch(&as_table, setting, &model) {
        let mut live = said(&graph.snapshot().expect("a snapshot"));
        // A user's id is a value too; the table has it as the id of its records alone.
        live.profiles.values_mut().for_each(|(_, golden)| drop(golden.remove("customer_id")));
        prop_assert_eq!(live, whole);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), ..ProptestConfig::default() })]

    #[test]
    fn a_graph_with_a_model_says_what_a_batch_says(
        base in populations(40), population in populations(30), setting in setting()
    ) {
        compare(&base, &population, &setting)?;
    }

    #[test]
    fn users_are_matched_as_rows_are(base in populations(40), population in populations(30), setting in setting()) {
        compare_users(&base, &population, &setting)?;
    }

    #[test]
    fn also_of_the_records_it_was_trained_on(population in populations(60), setting in setting()) {
        compare(&population, &population, &setting)?;
    }
}

#[cfg(feature = "csv")]
#[test]
fn the_example_retailer_live_is_as_in_batch() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let files = ["webshop.csv", "loyalty.csv", "tickets.jsonl"];
    let tables = files.map(|name| cdp_core::io::read(data.join(name), None).expect("a source"));
    let trained = resolve(&tables, None, &Options::default()).expect("a resolution");
    let mut config = trained.config().clone();
    let limited = IdentifierRule { max_profiles: Some(3), ..IdentifierRule::default() };
    config.identifiers.insert(Kind::Email, limited);
    let options = Options { model: Some(trained.model().clone()), ..Options::default() };
    let whole = said(&resolve(&tables, Some(&config), &options).expect("a resolution"));
    assert!(whole.links.iter().filter(|link| link.2 == "match").count() > 100, "the model links");

    let rows = |table: &Table| -> Vec<String> {
        let row = |row: usize| {
            let cells = table.columns().iter().filter_map(|column| Some((column.name(), column.get(row)?)));
            let record: serde_json::Map<String, serde_json::Value> =
                cells.map(|(name, cell)| (name.to_owned(), cell.into())).collect();
            serde_json::json!({"type": "record", "source": table.source(), "record": record}).to_string()
        };
        (0..table.len()).map(row).collect()
    };
    let graph = Graph::in_memory_with(&config, Some(trained.model().clone())).expect("a graph");
    for message in shuffled(tables.iter().flat_map(rows).collect(), 7) {
        graph.ingest(&message, NOW).expect("a message");
    }
    let live = said(&graph.snapshot().expect("a snapshot"));
    // Only what differs, since there are thousands.
    let by_members = |said: &Said| -> BTreeMap<_, _> {
        said.profiles.iter().map(|(id, (members, golden))| (members.clone(), (id.clone(), golden.clone()))).collect()
    };
    let (mine, theirs) = (by_members(&live), by_members(&whole));
    let differing = mine.iter().filter(|(members, profile)| theirs.get(*members) != Some(profile));
    let differing: Vec<_> = differing.map(|(members, profile)| (members, profile, theirs.get(members))).collect();
    assert!(differing.is_empty(), "{} profiles differ: {:#?}", differing.len(), &differing[..3.min(differing.len())]);
    assert_eq!(
        live.links.symmetric_difference(&whole.links).collect::<Vec<_>>(),
        Vec::<&(String, String, String, u64)>::new()
    );
    assert!(live == whole, "the refused links differ");
}
