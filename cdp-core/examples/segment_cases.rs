//! Prints random worlds with random predicates, as queries of DuckDB and with the members that the library finds, one world a
//! line in JSON: `segment_cases FIRST_SEED WORLDS PEOPLE PREDICATES`. `cdp-python/tests/test_segment_sql.py` runs the queries.

#![allow(clippy::print_stdout, clippy::disallowed_methods)] // the program is there to print, and has arguments

#[path = "../tests/common/segment_world.rs"]
mod segment_world;

use cdp_core::segment::{Dialect, Tables, compile};
use segment_world::{Dice, World, condition};
use serde_json::{Value, json};

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
    let is_member =
        |person: &&cdp_core::segment::Person| predicate.evaluate(person, &world.lists, world.now).truth == Some(true);
    let members: Vec<&str> = world.people.iter().filter(is_member).map(|person| person.id.as_str()).collect();
    json!({ "predicate": text, "duckdb": duckdb, "spark": sql(Dialect::Spark).ok(), "members": members })
}
