//! What time alone costs: each timer of a profile looks at what moves, not at all of its events. Costs are compared with those of
//! a fourth as much, the quickest of some runs, since others run beside.

#![allow(clippy::disallowed_methods)] // ratios of times are what it is about

use cdp_core::segment::live::Engine;
use cdp_core::segment::{EventTypes, Fields, Lists, Person, PersonEvent};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const DAY: i64 = 86_400_000;
const NOW: i64 = 1_800_000_000_000;

/// How long it takes to let time pass for one profile with as many events, ten seconds apart, and how many changes there are.
fn passing(predicate: &str, events: usize, days: i64) -> (Duration, usize) {
    let segments = BTreeMap::from([("s".to_owned(), predicate.to_owned())]);
    let fields = Fields::default().events(EventTypes::new()).created();
    let mut engine = Engine::new(&segments, &fields, Lists::new()).expect(predicate);
    let event = |number: usize| {
        let properties = BTreeMap::from([("n".to_owned(), number.to_string()), ("c".to_owned(), "web".to_owned())]);
        PersonEvent { time: NOW - (events - number) as i64 * 10_000, name: "order".to_owned(), properties }
    };
    engine.put(&Person { id: "p".to_owned(), events: (0..events).map(event).collect(), ..Person::default() }, NOW);
    let start = Instant::now();
    let changes = engine.advance(NOW + days * DAY).len();
    (start.elapsed(), changes)
}

/// That it takes less than ten times as long for `long` as for `short`, by the quickest of some runs.
fn is_alike(what: &str, short: impl Fn() -> Duration, long: impl Fn() -> Duration) {
    let mut least = (Duration::MAX, Duration::MAX);
    let alike = (0..20).any(|_| {
        least = (least.0.min(short()), least.1.min(long()));
        least.1 < least.0 * 10
    });
    assert!(alike, "{what}: {least:?}");
}

#[test]
fn a_timer_does_not_look_at_all_events_of_a_profile() {
    for predicate in [
        "count(order WITHIN 30 DAYS) >= 2",
        "count(order WHERE c = 'web' WITHIN 30 DAYS) BETWEEN 2 AND 5",
        "sum(order.n WITHIN 30 DAYS) > 10",
        "max(order.n WITHIN 30 DAYS) > 10",
        "distinct(order.n WITHIN 30 DAYS) >= 2",
        "last(order.c WITHIN 30 DAYS) = 'web'",
        "first(order WITHIN 30 DAYS) IS BEFORE 2 DAYS AGO",
        "sequence(order THEN WITHIN 1 HOURS order WITHIN 30 DAYS)",
        "sequence(order THEN NOT WITHIN 35 DAYS refund)",
    ] {
        let changes = [4_000, 16_000].map(|events| passing(predicate, events, 40).1);
        assert!(changes[0] > 0 && changes[0] == changes[1], "{predicate}: {changes:?}");
        let time = |events: usize| move || passing(predicate, events, 40).0;
        is_alike(predicate, time(4_000), time(16_000));
    }
}

#[test]
fn periods_cost_no_more_for_being_many() {
    let time = |predicate: &'static str| move || passing(predicate, 40, 8).0;
    is_alike("periods", time("periods(order WITHIN 10 DAYS) >= 1"), time("periods(order WITHIN 1000000 DAYS) >= 1"));
}
