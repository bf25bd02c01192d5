//! Law 9: a predicate means the same one profile at a time and column by column, and what is said to hold until an instant does.
//! SQL in DuckDB is compared by `cdp-python/tests/test_segment_sql.py`, with the cases of `examples/segment_cases.rs`.

#[path = "common/segment_world.rs"]
mod segment_world;

use cdp_core::segment::{Context, Sources, compile};
use segment_world::{Dice, World, condition};

/// Compares one predicate over one world; panics where they disagree.
fn compare(dice: &mut Dice<'_>) {
    let world = World::new(dice, 6);
    let tables = world.tables();
    for _ in 0..4 {
        let text = condition(dice, 2, false);
        let predicate = compile(&text, &World::fields()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let context = Context {
            now: Some(world.now),
            sources: Some(Sources { names: &tables.source_names, of_record: &tables.of_record }),
            segments: Some(&tables.segments),
            lists: Some(&world.lists),
            events: Some(&tables.events),
            consents: Some(&tables.consents),
            created: Some(&tables.created),
        };
        let members = predicate.members(&tables.profiles, &context).unwrap_or_else(|error| panic!("{text}: {error}"));
        for (place, person) in world.people.iter().enumerate() {
            let held = predicate.evaluate(person, &world.lists, world.now);
            let is_member = members.contains(&(place as u32));
            assert_eq!(held.truth == Some(true), is_member, "{text}\nat {} of {person:#?}", world.now);
            let later = held.changes.unwrap_or(world.now + 2_000_000_000) - 1;
            for instant in [later, world.now + (later - world.now) / 2] {
                let then = predicate.evaluate(person, &world.lists, instant).truth;
                assert_eq!(then, held.truth, "{text}\nat {} and {instant} of {person:#?}", world.now);
            }
        }
    }
}

/// How many worlds: `CDP_SEGMENT_WORLDS` for a long run.
fn worlds() -> u64 {
    option_env!("CDP_SEGMENT_WORLDS").and_then(|text| text.parse().ok()).unwrap_or(3_000)
}

#[test]
fn columns_and_the_reference_agree_until_the_instant_that_is_said() {
    (0..worlds()).for_each(|seed| compare(&mut Dice::of_seed(seed)));
}
