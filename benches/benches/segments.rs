//! Segments at work: how long a message takes with a thousand and with a hundred thousand of them, compiling, memory; exits by time
//! alone over a year, beside evaluation from scratch; a batch over many profiles.
//!
//! `cargo bench -p cdp-benches --bench segments -- live` (or `live 100000`), `compile 100000`, `expiry 1000000 1000` (profiles, instants), `batch 1000000`. Not by
//! criterion: what is measured is the median and the slowest of unlike messages.

#![allow(clippy::print_stdout)] // its output is what it is for

use cdp_benches::batch;
use cdp_core::io::memory::held;
use cdp_core::schema::Kind;
use cdp_core::segment::live::Engine;
use cdp_core::segment::{Context, EventTable, EventTypes, Fields, Lists, PersonEvent, compile};
use cdp_core::{profile::Profiles, record::Column};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const NOW: i64 = 1_800_000_000_000;
const DAY: i64 = 86_400_000;

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let number =
        |place: usize, otherwise: u64| arguments.get(place).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let wanted = |name: &str| arguments.is_empty() || arguments[0] == name;
    if wanted("live") {
        match number(1, 0) {
            0 => [1_000, 10_000, 100_000].into_iter().for_each(live),
            count => live(count),
        }
    }
    if arguments.first().is_some_and(|first| first == "compile") {
        (0..5).for_each(|_| drop(compiled(number(1, 100_000))));
    }
    if wanted("expiry") {
        expiry(number(1, 100_000), number(2, 100));
    }
    if wanted("batch") {
        batch::run(number(1, 1_000_000));
    }
}

const TEXTS: u64 = 20;
const NUMBERS: u64 = 10;
const EVENTS: u64 = 40;
const WINDOWS: [&str; 8] = ["1 DAYS", "3 DAYS", "7 DAYS", "14 DAYS", "30 DAYS", "60 DAYS", "90 DAYS", "52 WEEKS"];

fn fields() -> Fields {
    let texts: Vec<String> = (0..TEXTS).map(|n| format!("text{n}")).collect();
    let numbers: Vec<String> = (0..NUMBERS).map(|n| format!("number{n}")).collect();
    let texts = texts.iter().map(|name| (name.as_str(), Kind::Category));
    Fields::new(texts.chain(numbers.iter().map(|name| (name.as_str(), Kind::Number)))).events(EventTypes::new())
}

/// A leaf: half of them about the profile, half about events.
fn leaf(dice: &mut Dice) -> String {
    let (event, window) = (dice.below(EVENTS), WINDOWS[dice.below(8) as usize]);
    match dice.below(8) {
        0 | 1 => format!("text{} = 'v{}'", dice.below(TEXTS), dice.below(50)),
        2 => format!(
            "text{} IN ('v{}', 'v{}', 'v{}')",
            dice.below(TEXTS),
            dice.below(50),
            dice.below(50),
            dice.below(50)
        ),
        3 => format!("number{} > {}", dice.below(NUMBERS), dice.below(1000)),
        4 => format!("count(event{event} WITHIN {window}) >= {}", 1 + dice.below(5)),
        5 => format!("exists(event{event} WHERE category = 'c{}' WITHIN {window})", dice.below(30)),
        6 => format!("NOT exists(event{event} WITHIN {window})"),
        _ => format!(
            "sum(event{event}.revenue WHERE revenue >= {} WITHIN {window}) > {}",
            dice.below(10) * 10,
            dice.below(500)
        ),
    }
}

/// Four to eight leaves.
fn predicate(dice: &mut Dice) -> String {
    let leaves: Vec<String> = (0..4 + dice.below(5)).map(|_| leaf(dice)).collect();
    match dice.below(4) {
        0 => format!("({} OR {}) AND {}", leaves[0], leaves[1], leaves[2..].join(" AND ")),
        _ => leaves.join(" AND "),
    }
}

fn event(dice: &mut Dice, time: i64) -> PersonEvent {
    let properties = BTreeMap::from([
        ("category".to_owned(), format!("c{}", dice.below(30))),
        ("revenue".to_owned(), format!("{}.5", dice.below(200))),
    ]);
    PersonEvent { time, name: format!("event{}", dice.below(EVENTS)), properties }
}

/// An engine of so many segments; tells how long it took, and what it holds.
fn compiled(count: u64) -> (Engine, Dice) {
    let mut dice = Dice(count);
    let segments: BTreeMap<String, String> =
        (0..count).map(|n| (format!("segment{n:06}"), predicate(&mut dice))).collect();
    let (before, cpu, start) = (held(), cpu_seconds(), Instant::now());
    let engine = Engine::new(&segments, &fields(), Lists::new()).expect("an engine");
    let compiled = start.elapsed();
    println!(
        "{count} segments: compiled in {:.3} s ({:.2} s of all cores), {} distinct leaves, {:.0} MB",
        compiled.as_secs_f64(),
        cpu_seconds() - cpu,
        engine.leaves(),
        (held() as f64 - before as f64) / 1e6
    );
    (engine, dice)
}

/// What all threads of this process used.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // User and system time, in hundredths of a second.
    after_name.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn live(count: u64) {
    let (mut engine, mut dice) = compiled(count);
    let people = 2_000;
    let mut now = NOW;
    let before = held();
    for person in 0..people {
        let id = format!("p{person}");
        let texts: Vec<(String, String)> =
            (0..TEXTS).map(|n| (format!("text{n}"), format!("v{}", dice.below(50)))).collect();
        let numbers: Vec<(String, String)> =
            (0..NUMBERS).map(|n| (format!("number{n}"), dice.below(1000).to_string())).collect();
        let values: Vec<(&str, Option<&str>)> =
            texts.iter().chain(&numbers).map(|(name, value)| (name.as_str(), Some(value.as_str()))).collect();
        engine.set(&id, &values, now);
        for _ in 0..dice.below(20) {
            engine.happened(&id, &event(&mut dice, now), now);
        }
        now += 60_000;
    }
    println!("  {:.1} kB a profile", (held() as f64 - before as f64) / people as f64 / 1e3);
    let (mut tracks, mut identifies, mut timers, mut whole, mut changes) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..20_000 {
        now += 5_000;
        let id = format!("p{}", dice.below(people));
        // The timers that are due belong to any profile, so they are told apart: what a message starts, another one pays.
        let start = Instant::now();
        changes += engine.advance(now).len();
        let waited = start.elapsed();
        timers.push(waited);
        if dice.below(10) == 0 {
            let (name, value) = (format!("text{}", dice.below(TEXTS)), format!("v{}", dice.below(50)));
            let start = Instant::now();
            changes += engine.set(&id, &[(&name, Some(&value))], now).len();
            identifies.push(start.elapsed());
            whole.push(waited + start.elapsed());
        } else {
            let event = event(&mut dice, now);
            let start = Instant::now();
            changes += engine.happened(&id, &event, now).len();
            tracks.push(start.elapsed());
            whole.push(waited + start.elapsed());
        }
    }
    println!("  an event: {}; a golden value: {}", spread(tracks), spread(identifies));
    println!("  the timers due before each: {}; {changes} changes", spread(timers));
    println!("  a message with the timers due before it: {}", spread(whole));
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1e6;
    let mean = times.iter().sum::<Duration>().as_secs_f64() * 1e6 / times.len() as f64;
    format!("median {:.1} µs, mean {mean:.1} µs, 99 of 100 under {:.1} µs", at(50), at(99))
}

/// A year, day by day, and random instants at which the members are those found from scratch.
fn expiry(people: u64, instants: u64) {
    let segments = BTreeMap::from([
        ("active".to_owned(), "exists(order WITHIN 90 DAYS)".to_owned()),
        ("loyal".to_owned(), "count(order WITHIN 180 DAYS) >= 2 AND NOT exists(refund WITHIN 7 DAYS)".to_owned()),
        ("asleep".to_owned(), "exists(order) AND NOT exists(order WITHIN 60 DAYS)".to_owned()),
        ("month".to_owned(), "sum(order.revenue WITHIN 1 CALENDAR MONTHS IN 'Europe/Paris') > 50".to_owned()),
    ]);
    let fields = Fields::default().events(EventTypes::new());
    let mut engine = Engine::new(&segments, &fields, Lists::new()).expect("an engine");
    let mut dice = Dice(7);
    let (mut places, mut names, mut times, mut revenues) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for person in 0..people {
        for _ in 0..1 + dice.below(4) {
            places.push(person as u32);
            names.push(if dice.below(5) == 0 { "refund" } else { "order" });
            times.push(NOW - dice.below(200) as i64 * DAY - dice.below(DAY as u64) as i64);
            revenues.push(format!("{}", dice.below(100)));
        }
    }
    let (before, start) = (held(), Instant::now());
    for row in 0..places.len() {
        let properties = BTreeMap::from([("revenue".to_owned(), revenues[row].clone())]);
        let event = PersonEvent { time: times[row], name: names[row].to_owned(), properties };
        engine.happened(&format!("p{:09}", places[row]), &event, NOW);
    }
    let filled = start.elapsed().as_secs_f64();
    println!(
        "{people} profiles, {} events: in {filled:.1} s, {:.0} bytes a profile",
        places.len(),
        (held() - before) as f64 / people as f64
    );
    let ids = (0..people).map(|person| format!("p{person:09}")).collect();
    let members: Vec<Vec<u32>> = (0..people as u32).map(|person| vec![person]).collect();
    let profiles = Profiles::new(ids, &members, Vec::new()).expect("profiles");
    let column = |name: &str, values: &[&str]| Column::new(name, values.iter().map(|value| Some(*value)));
    let revenues: Vec<&str> = revenues.iter().map(String::as_str).collect();
    let events =
        EventTable::new(&places, &column("name", &names), &times, vec![column("revenue", &revenues)]).expect("events");
    let mut checks: Vec<i64> = (0..instants).map(|_| NOW + dice.below(365 * DAY as u64) as i64).collect();
    checks.sort_unstable();
    let (mut changes, mut advanced, mut checked, mut next) = (0, Duration::ZERO, 0, 0);
    for day in 1..=365 {
        let end = NOW + day * DAY;
        let stops: Vec<i64> = checks[next..].iter().copied().take_while(|&at| at < end).collect();
        next += stops.len();
        for at in stops.into_iter().chain([end]) {
            let start = Instant::now();
            changes += engine.advance(at).len();
            advanced += start.elapsed();
            if at == end {
                continue;
            }
            for (name, text) in &segments {
                let context = Context { now: Some(at), events: Some(&events), ..Context::default() };
                let scratch = compile(text, &fields).and_then(|p| p.bitmap(&profiles, &context)).expect("members");
                assert_eq!(engine.bitmap(name), Some(scratch), "{name} at {at}");
                checked += 1;
            }
        }
    }
    println!(
        "  a year of days: {changes} changes in {:.2} s; {checked} memberships as from scratch",
        advanced.as_secs_f64()
    );
}
