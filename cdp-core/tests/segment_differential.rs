//! Law 9: a predicate means the same one profile at a time and column by column, and what is said to hold until an instant does.
//! SQL in DuckDB is compared by `cdp-python/tests/test_segment_sql.py`, with the cases of `examples/segment_cases.rs`.

#![allow(clippy::disallowed_methods)] // how long a test runs is the caller's choice

#[path = "common/segment_world.rs"]
mod segment_world;

use cdp_core::segment::live::{Change, Engine};
use cdp_core::segment::{Person, Predicate, compile_all};
use segment_world::{DAY, Dice, LAST, World, compare, condition};
use std::collections::{BTreeMap, BTreeSet};

/// What a live engine is told, beside what the reference makes of the same at each step.
fn live(dice: &mut Dice<'_>) {
    let world = World::new(dice, 3);
    // With many segments the engine opens all gates of a profile at once.
    let count = if dice.one_in(8) { 60 } else { 6 };
    let mut segments: BTreeMap<String, String> =
        (0..count).map(|number| (format!("s{number}"), condition(dice, 2, false))).collect();
    segments.insert("loyal".to_owned(), "country = 'FR' OR count(order WITHIN 2 DAYS) >= 1".to_owned());
    let mut engine = Engine::new(&segments, &world.fields(), world.lists.clone()).expect("an engine");
    let predicates = compile_all(&segments, &world.fields()).expect("predicates");
    let mut people: Vec<Person> = Vec::new();
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut now = world.now - 3 * DAY;
    for _ in 0..12 {
        now = (now + [0, 1, 3_600_000, DAY, 7 * DAY, 12_345_678][dice.below(6)]).min(LAST);
        let changes = step(dice, &world, &mut people, &mut engine, now);
        let at_once: BTreeSet<_> = changes.iter().map(|change| (&change.profile, &change.segment, change.at)).collect();
        assert_eq!(
            at_once.len(),
            changes.len(),
            "somebody enters and leaves at one instant: {changes:#?}\n{segments:#?}"
        );
        for change in &changes {
            let pair = (change.profile.clone(), change.segment.clone());
            let news = if change.entered { told.insert(pair) } else { told.remove(&pair) };
            assert!(news, "{change:?} was so already\n{segments:#?}");
        }
        let expected = memberships(&people, &predicates, &world, now);
        let differ: Vec<_> = told.symmetric_difference(&expected).collect();
        let whose: Vec<_> = people.iter().filter(|p| differ.iter().any(|(id, _)| *id == p.id)).collect();
        let what: Vec<_> = differ.iter().map(|(_, name)| &segments[name]).collect();
        assert_eq!(told, expected, "{differ:?}: what was told until {now}\n{what:#?}\n{whose:#?}");
        for person in &people {
            let found: BTreeSet<&str> = engine.of(&person.id).into_iter().collect();
            let expected = expected.iter().filter(|(id, _)| *id == person.id).map(|(_, name)| name.as_str());
            assert_eq!(found, expected.collect(), "at {now}\n{segments:#?}\n{person:#?}");
        }
        for name in segments.keys() {
            let members = engine.members(name).expect("a segment");
            let expected: Vec<&str> = expected.iter().filter(|(_, s)| s == name).map(|(id, _)| id.as_str()).collect();
            assert_eq!((members.len() as u64, &members), (engine.size(name).expect("a size"), &expected));
        }
    }
}

/// Something happens to somebody, or time passes.
fn step(dice: &mut Dice<'_>, world: &World, people: &mut Vec<Person>, engine: &mut Engine, now: i64) -> Vec<Change> {
    let place = dice.below(world.people.len());
    let id = world.people[place].id.clone();
    let known = people.iter().position(|person| person.id == id);
    let choice = dice.below(8);
    if choice == 0 {
        return engine.advance(now);
    }
    if let (1, Some(known)) = (choice, known) {
        people.remove(known);
        return engine.remove(&id, now);
    }
    let place = known.unwrap_or_else(|| {
        people.push(Person { id: id.clone(), ..Person::default() });
        people.len() - 1
    });
    let person = &mut people[place];
    match choice {
        2 => {
            *person = segment_world::person(dice, 0, now);
            person.id = id;
            engine.put(person, now)
        }
        3 => {
            let value = (!dice.one_in(4)).then(|| dice.pick(segment_world::COUNTRIES));
            let points = (!dice.one_in(4)).then(|| dice.pick(segment_world::POINTS));
            let born = (!dice.one_in(4)).then(|| dice.pick(segment_world::DATES));
            for (name, value) in [("country", value), ("points", points), ("birth_date", born)] {
                match value {
                    Some(value) => drop(person.traits.insert(name.to_owned(), value.to_owned())),
                    None => drop(person.traits.remove(name)),
                }
            }
            engine.set(&id, &[("country", value), ("points", points), ("birth_date", born)], now)
        }
        4 => {
            person.consents = (0..dice.below(4)).map(|_| segment_world::consent(dice, now)).collect();
            engine.said(&id, &person.consents, now)
        }
        _ => {
            let event = segment_world::event(dice, now);
            person.events.push(event.clone());
            person.events.sort();
            if choice == 5 {
                return engine.happened(&id, &event, now);
            }
            person.created = Some(person.created.map_or(event.time, |created| created.min(event.time)));
            engine.heard_of(&id, event.time, Some(&event), now)
        }
    }
}

/// Who is in which segment, by the reference.
fn memberships(
    people: &[Person],
    predicates: &[(String, Predicate)],
    world: &World,
    now: i64,
) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for person in people {
        let mut person = person.clone();
        person.segments.clear();
        // The only segment that others name.
        for (name, predicate) in predicates.iter().filter(|(name, _)| name == "loyal").chain(predicates) {
            if predicate.evaluate(&person, &world.lists, now).truth == Some(true) {
                found.insert((person.id.clone(), name.clone()));
                person.segments.extend((name == "loyal").then(|| name.clone()));
            }
        }
    }
    found
}

/// Each entry and exit that time alone makes is told at its very instant: not a millisecond earlier does it hold.
fn exits(dice: &mut Dice<'_>) {
    let world = World::new(dice, 4);
    let segments: BTreeMap<String, String> = (0..4)
        .map(|number| (format!("s{number}"), condition(dice, 2, false).replace("segment('loyal')", "TRUE")))
        .collect();
    let mut engine = Engine::new(&segments, &world.fields(), world.lists.clone()).expect("an engine");
    let predicates = compile_all(&segments, &world.fields()).expect("predicates");
    for person in &world.people {
        engine.put(person, world.now);
    }
    let end = (world.now + DAY * [1, 10, 100, 500][dice.below(4)]).min(LAST);
    let changes = engine.advance(end);
    let at_once: BTreeSet<_> = changes.iter().map(|change| (&change.profile, &change.segment, change.at)).collect();
    assert_eq!(at_once.len(), changes.len(), "somebody enters and leaves at one instant: {changes:#?}\n{segments:#?}");
    for change in changes {
        let person = world.people.iter().find(|person| person.id == change.profile).expect("a person");
        let (_, predicate) = predicates.iter().find(|(name, _)| *name == change.segment).expect("a segment");
        for (at, is) in [(change.at - 1, !change.entered), (change.at, change.entered)] {
            let truth = predicate.evaluate(person, &world.lists, at).truth == Some(true);
            assert_eq!(truth, is, "{change:?} at {at}\n{predicate}\n{person:#?}");
        }
    }
    let expected = memberships(&world.people, &predicates, &world, end);
    let found = world.people.iter().flat_map(|p| engine.of(&p.id).into_iter().map(|s| (p.id.clone(), s.to_owned())));
    assert_eq!(found.collect::<BTreeSet<_>>(), expected, "{segments:#?} at {end} from {}", world.now);
}

/// How many worlds: `CDP_SEGMENT_WORLDS` for a long run.
fn worlds() -> u64 {
    std::env::var("CDP_SEGMENT_WORLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3_000)
}

#[test]
fn columns_and_the_reference_agree_until_the_instant_that_is_said() {
    (0..worlds()).for_each(|seed| compare(&mut Dice::of_seed(seed)));
}

#[test]
fn the_live_engine_says_what_the_reference_says_at_each_step() {
    (0..worlds()).for_each(|seed| live(&mut Dice::of_seed(seed + 1_000_000)));
}

#[test]
fn time_alone_changes_memberships_at_their_instants() {
    (0..worlds()).for_each(|seed| exits(&mut Dice::of_seed(seed + 2_000_000)));
}
