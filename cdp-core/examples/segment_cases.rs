//! Prints random worlds with random predicates, as queries of DuckDB and with the members that the library finds, one world a
//! line in JSON: `segment_cases FIRST_SEED WORLDS PEOPLE PREDICATES`. `cdp-python/tests/test_segment_sql.py` runs the queries.

#![allow(clippy::print_stdout, clippy::disallowed_methods)] // the program is there to print, and has arguments

#[path = "../tests/common/segment_world.rs"]
mod segment_world;

use cdp_core::segment::{Dialect, EventTypes, Predicate, Tables, Type, compile};
use segment_world::{Dice, World, condition};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn main() {
    let argument = |place: usize, otherwise: u64| {
        std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let (first, worlds, people, predicates) = (argument(1, 0), argument(2, 10), argument(3, 20), argument(4, 10));
    for seed in first..first + worlds {
        println!("{}", line(seed, people as usize, predicates));
    }
}

fn line(seed: u64, people: usize, predicates: u64) -> Value {
    let mut dice = Dice::of_seed(seed);
    let world = World::new(&mut dice, people);
    let cases: Vec<Value> = (0..predicates).map(|_| case(&mut dice, &world)).collect();
    let person = |person: &cdp_core::segment::Person| {
        let events: Vec<Value> = person.events.iter().map(|e| json!([e.name, e.time, e.properties])).collect();
        let said = person.consents.iter();
        let consents: Vec<Value> = said.map(|s| json!([s.purpose, s.channel, s.granted, s.from, s.until])).collect();
        json!({
            "id": person.id, "created": person.created, "sources": person.sources, "traits": person.traits,
            "events": events, "consents": consents, "segments": person.segments,
        })
    };
    let people: Vec<Value> = world.people.iter().map(person).collect();
    json!({ "seed": seed, "now": world.now, "people": people, "lists": world.lists, "cases": cases })
}

fn case(dice: &mut Dice<'_>, world: &World) -> Value {
    let text = condition(dice, 2, true);
    let predicate = compile(&text, &world.fields()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let sql = |dialect| predicate.sql(dialect, &Tables::default(), world.now);
    let duckdb = sql(Dialect::DuckDb).unwrap_or_else(|error| panic!("{text}: {error}"));
    let members = members(&predicate, world);
    json!({
        "predicate": text, "duckdb": duckdb, "spark": sql(Dialect::Spark).ok(), "members": members,
        "typed": typed(&text, world),
    })
}

fn members<'w>(predicate: &Predicate, world: &'w World) -> Vec<&'w str> {
    let is_member =
        |person: &&cdp_core::segment::Person| predicate.evaluate(person, &world.lists, world.now).truth == Some(true);
    world.people.iter().filter(is_member).map(|person| person.id.as_str()).collect()
}

/// The same over tables whose columns have types; absent where the predicate reads a property as another type than it has.
fn typed(text: &str, world: &World) -> Option<Value> {
    let properties = [
        ("revenue", Type::Number),
        ("channel", Type::Text),
        ("gift", Type::Boolean),
        ("day", Type::Date),
        ("name", Type::Text),
        ("time", Type::Number),
        ("tags", Type::Text),
    ];
    let properties: BTreeMap<String, Type> = properties.map(|(name, kind)| (name.to_owned(), kind)).into();
    let events: EventTypes =
        ["order", "page", "refund"].map(|event| (event.to_owned(), properties.clone())).into_iter().collect();
    let predicate = compile(text, &world.fields().events(events)).ok()?;
    let name = |name: &str| format!("typed_{name}");
    let tables = Tables { profiles: name("profiles"), events: name("events"), typed: true, ..Tables::default() };
    let sql = predicate.sql(Dialect::DuckDb, &tables, world.now).unwrap_or_else(|error| panic!("{text}: {error}"));
    Some(json!({ "duckdb": sql, "members": members(&predicate, world) }))
}
