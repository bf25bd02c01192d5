//! A batch of many profiles, as plain formulas that `benches/segments/peers.py` has too, so that other engines get the same data.

#![allow(clippy::print_stdout)] // its output is what it is for

use cdp_core::profile::{GoldenField, Profiles};
use cdp_core::record::{Column, TextPool};
use cdp_core::schema::Kind;
use cdp_core::segment::{Context, EventTable, EventTypes, Fields, compile};
use std::time::Instant;

/// What time it is.
pub const NOW: i64 = 1_800_000_000_000;
const DAY: u64 = 86_400_000;

/// The predicates, from simple to involved; the last six look at events in windows.
pub const PREDICATES: [&str; 10] = [
    "country = 'c3'",
    "points > 900",
    "country IN ('c1', 'c2') AND points BETWEEN 100 AND 500",
    "(country = 'c1' OR city LIKE 'city1%') AND NOT points < 250",
    "exists(order WITHIN 30 DAYS)",
    "count(order WITHIN 90 DAYS) >= 3",
    "sum(order.revenue WITHIN 180 DAYS) > 300",
    "count(order WHERE revenue >= 50 WITHIN 30 DAYS) >= 1 AND NOT exists(refund WITHIN 60 DAYS)",
    "country = 'c1' AND avg(order.revenue WITHIN 365 DAYS) > 60 AND distinct(order.channel) >= 2",
    "sequence(page THEN WITHIN 7 DAYS order WITHIN 90 DAYS) AND points > 100",
];

/// A number from a number, the same everywhere.
fn mixed(number: u64, salt: u64) -> u64 {
    let x = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 27)) >> 11
}

/// A column whose values are these texts by number.
fn column(name: &str, rows: u64, texts: u64, text: impl Fn(u64) -> String, of: impl Fn(u64) -> u64) -> Column {
    let mut pool = TextPool::default();
    (0..texts).for_each(|number| {
        pool.push(&text(number));
    });
    Column::from_codes(name, (0..rows).map(|row| of(row) as u32).collect(), pool)
}

/// Milliseconds of processor time that all threads of this process used: other work on the machine does not count.
fn cpu() -> f64 {
    let of_thread = |entry: std::io::Result<std::fs::DirEntry>| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<f64>().ok()
    };
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    threads.filter_map(of_thread).sum::<f64>() / 1e6
}

/// How often each predicate is evaluated.
const TIMES: u32 = 7;

/// Times each predicate; prints the processor time of one evaluation, the members, and the best wall time.
///
/// # Panics
/// If the data cannot be made.
pub fn run(rows: u64) {
    let profiles = profiles(rows);
    let events = events(rows);
    println!("{rows} profiles, {} events", events.len());
    let fields = Fields::of(&profiles).events(EventTypes::new());
    let context = Context { now: Some(NOW), events: Some(&events), ..Context::default() };
    for text in PREDICATES {
        let predicate = compile(text, &fields).expect(text);
        let (start, mut best, mut members) = (cpu(), f64::INFINITY, 0);
        for _ in 0..TIMES {
            let start = Instant::now();
            members = predicate.bitmap(&profiles, &context).expect(text).len();
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        let cpu = (cpu() - start) / f64::from(TIMES);
        println!("{cpu:.1}\t{members}\t{text}\t{best:.1}");
    }
}

fn profiles(rows: u64) -> Profiles {
    let country = column("country", rows, 20, |n| format!("c{n}"), |row| mixed(row, 1) % 20);
    let city = column("city", rows, 5000, |n| format!("city{n}"), |row| mixed(row, 2) % 5000);
    let points = column("points", rows, 1000, |n| n.to_string(), |row| mixed(row, 3) % 1000);
    let ids = (0..rows).map(|row| format!("p{row:09}")).collect();
    let members: Vec<Vec<u32>> = (0..rows as u32).map(|row| vec![row]).collect();
    let fields = vec![
        GoldenField::new(Kind::Category, country),
        GoldenField::new(Kind::City, city),
        GoldenField::new(Kind::Number, points),
    ];
    Profiles::new(ids, &members, fields).expect("profiles")
}

/// Five events a profile on average.
fn events(people: u64) -> EventTable {
    let rows = people * 5;
    let names = ["order", "order", "page", "page", "refund"];
    let name = column(
        "name",
        rows,
        3,
        |n| ["order", "page", "refund"][n as usize].to_owned(),
        |row| {
            let name = names[(mixed(row, 5) % 5) as usize];
            ["order", "page", "refund"].iter().position(|known| *known == name).unwrap_or(0) as u64
        },
    );
    let revenue = column("revenue", rows, 200, |n| n.to_string(), |row| mixed(row, 7) % 200);
    let channel = column("channel", rows, 4, |n| format!("ch{n}"), |row| mixed(row, 8) % 4);
    let profile: Vec<u32> = (0..rows).map(|row| (mixed(row, 4) % people) as u32).collect();
    let time: Vec<i64> = (0..rows).map(|row| NOW - (mixed(row, 6) % (400 * DAY)) as i64).collect();
    EventTable::new(&profile, &name, &time, vec![revenue, channel]).expect("events")
}
