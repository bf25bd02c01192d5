//! The live graph at work on a retailer's history: messages a second and the latency of each, in memory and durable, opening
//! again, bytes a message, growth, and one value that everybody shares.
//!
//! `cargo bench -p cdp-benches --bench graph -- 1000000` for so many messages (a tenth of a million otherwise), and `-- 1000000 memory`
//! for one part alone: `memory`, `durable`, `shared`, `fuzzy`. Not by criterion: what is measured is one long history, and its slowest
//! calls.

#![allow(clippy::print_stdout)] // its output is what it is for

use cdp_benches::history::{History, rules};
use cdp_benches::population;
use cdp_benches::process::cpu_seconds;
use cdp_core::explain::RecordName;
use cdp_core::graph::Graph;
use cdp_core::io::memory::held;
use cdp_core::privacy::{Key, Keys};
use cdp_core::record::Table;
use cdp_core::resolve::{Options, resolve};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// When messages arrive: it matters to none of them.
const NOW: i64 = 1_800_000_000_000;
/// Messages of one call, as SDKs and back ends batch them.
const BATCH: usize = 100;

fn main() {
    let messages: u64 = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let people = messages / 5;
    println!("{messages} messages about {people} people");
    let parts = ["memory", "durable", "shared", "fuzzy"];
    let chosen: Vec<String> = std::env::args().filter(|word| parts.contains(&word.as_str())).collect();
    for part in parts.into_iter().filter(|part| chosen.is_empty() || chosen.iter().any(|word| word == part)) {
        match part {
            "memory" => in_memory(messages, people),
            "durable" => durable(messages, people),
            "shared" => shared_by_all(messages.min(100_000)),
            _ => fuzzy(messages.min(200_000) as usize),
        }
    }
}

/// The messages are made before the clock starts.
fn history(messages: u64, people: u64) -> Vec<String> {
    History::new(messages, people).collect()
}

fn in_memory(messages: u64, people: u64) {
    let history = history(messages, people);
    let before = held();
    let graph = Graph::in_memory(&rules()).expect("a graph");
    let mut calls = Vec::with_capacity(history.len());
    let (start, cpu) = (Instant::now(), cpu_seconds());
    for message in &history {
        let begin = Instant::now();
        graph.ingest(message, NOW).expect("a message");
        calls.push(begin.elapsed());
    }
    println!("in memory, one thread, a call each: {}, {}", rate(messages, start, cpu), latency(calls.clone()));
    let tenths: Vec<String> =
        calls.chunks(calls.len().div_ceil(10)).map(|calls| micros(median(calls.to_vec()))).collect();
    println!("  median of each tenth: {}", tenths.join(" "));
    println!("  {:.0} bytes of memory a message", (held() - before) as f64 / messages as f64);
    println!("  {:?}", graph.counts());
    drop(graph);
    let graph = Graph::in_memory(&rules()).expect("a graph");
    let calls: Vec<String> = history.chunks(BATCH).map(|calls| format!("[{}]", calls.join(","))).collect();
    let (start, cpu) = (Instant::now(), cpu_seconds());
    for call in &calls {
        graph.ingest(call, NOW).expect("messages");
    }
    println!("in memory, one thread, {BATCH} a call: {}", rate(messages, start, cpu));
}

fn durable(messages: u64, people: u64) {
    let folder = Folder::new();
    let history = history(messages, people);
    let graph = Graph::open(&folder.0, &rules()).expect("a graph");
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let mut last = None;
    for calls in history.chunks(BATCH) {
        let (_, pending) = graph.ingest_soon(&format!("[{}]", calls.join(",")), NOW).expect("messages");
        last = Some(pending);
    }
    last.map_or(Ok(()), cdp_core::graph::Pending::wait).expect("durable");
    println!("durable by group commit, {BATCH} a call: {}", rate(messages, start, cpu));
    let expected = graph.counts();
    graph.close().expect("closed");
    drop(graph);
    println!("  {:.0} bytes on disk a message", bytes(&folder.0) as f64 / messages as f64);
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let graph = Graph::open(&folder.0, &rules()).expect("a graph");
    println!("  opened again in {:.2} s, {:.2} s of processor time", start.elapsed().as_secs_f64(), spent(cpu));
    assert_eq!(graph.counts(), expected);
    let few = &history[..history.len().min(200)];
    let calls = few.iter().map(|message| {
        let begin = Instant::now();
        let other = message.replace("\"messageId\":\"", "\"messageId\":\"again-");
        graph.ingest(&other, NOW).expect("a message");
        begin.elapsed()
    });
    println!("  one durable message a call: {}", latency(calls.collect()));
    erasing(&graph, people);
}

/// People erased one by one, where others were decided about and put aside.
fn erasing(graph: &Graph, people: u64) {
    let secret = Key::new("bench", &[7; 32]).and_then(|key| Keys::new(vec![key])).expect("keys");
    graph.unlock(secret).expect("unlocked");
    let user = |n: u64| RecordName { source: "events".to_owned(), record_id: format!("user:u{n}") };
    let each = (people / 100).min(500);
    for n in 0..each {
        let (a, b) = (user(n), user(n + each));
        graph.refuse(a, b, NOW).expect("a decision");
        // Not everybody was heard of.
        let _ = graph.remove(&user(n + 2 * each), NOW);
    }
    let (mut calls, mut evidence) = (Vec::new(), 0);
    for n in people / 2..people / 2 + 500 {
        let found = graph.find("customer_id", &format!("u{n}")).expect("a look-up");
        let Some(profile) = found.first() else { continue };
        let begin = Instant::now();
        let receipt = graph.erase(&profile.profile_id, "bench", false, NOW).expect("erased");
        calls.push(begin.elapsed());
        evidence += receipt.evidence;
    }
    println!("  {} people erased, {evidence} messages, a sync each: {}", calls.len(), latency(calls));
}

/// Rows of a customer file with duplicates, matched fuzzily as they come, by a model that a batch of them gave.
fn fuzzy(rows: usize) {
    let table = population(rows);
    let clock = Instant::now();
    let batch = resolve(std::slice::from_ref(&table), None, &Options::default()).expect("a result");
    let whole = clock.elapsed();
    let messages: Vec<String> = shuffled(rows).into_iter().map(|row| message(&table, row)).collect();
    let before = held();
    let graph = Graph::in_memory_with(batch.config(), Some(batch.model().clone())).expect("a graph");
    let mut calls = Vec::with_capacity(rows);
    let clock = Instant::now();
    for message in &messages {
        let begin = Instant::now();
        graph.ingest(message, NOW).expect("a row");
        calls.push(begin.elapsed());
    }
    let seconds = clock.elapsed().as_secs_f64();
    let pairs = batch.summary().pairs_compared as f64 / rows as f64;
    println!(
        "fuzzy matching of {rows} rows, {pairs:.0} candidates a row (a batch takes {:.1} s):",
        whole.as_secs_f64()
    );
    println!("  {:.0} rows/s, {}", rows as f64 / seconds, latency(calls.clone()));
    let tenths: Vec<String> =
        calls.chunks(calls.len().div_ceil(10)).map(|calls| micros(median(calls.to_vec()))).collect();
    println!("  median of each tenth: {}", tenths.join(" "));
    println!("  {:.0} bytes of memory a row", (held() - before) as f64 / rows as f64);
    println!("  {} profiles, in batch {}", graph.counts().profiles, batch.profiles().len());
}

/// The numbers below `count` in another order.
fn shuffled(count: usize) -> Vec<usize> {
    let (mut order, mut state): (Vec<usize>, u64) = ((0..count).collect(), 7);
    for place in (1..count).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(place, (state >> 33) as usize % (place + 1));
    }
    order
}

fn message(table: &Table, row: usize) -> String {
    let cells = table.columns().iter().filter_map(|column| Some(format!("{:?}:{:?}", column.name(), column.get(row)?)));
    let cells: Vec<String> = cells.collect();
    format!(r#"{{"type":"record","source":"{}","messageId":"{row}","record":{{{}}}}}"#, table.source(), cells.join(","))
}

/// Everybody gives the same e-mail address, which no list knows; then a family of four shares one.
fn shared_by_all(messages: u64) {
    let graph = Graph::in_memory(&rules()).expect("a graph");
    let mut calls = Vec::new();
    let people = (0..messages).map(|n| (n, "info@junk.example".to_owned()));
    let family = (0..4).map(|n| (messages + n, "family@home.example".to_owned()));
    for (n, email) in people.chain(family) {
        let message =
            format!(r#"{{"type":"identify","anonymousId":"a{n}","userId":"u{n}","traits":{{"email":"{email}"}}}}"#);
        let begin = Instant::now();
        graph.ingest(&message, NOW).expect("a message");
        calls.push(begin.elapsed());
    }
    let demoted = graph.changes(0, usize::MAX).expect("the feed");
    let demoted = demoted.iter().position(|change| change.event.word() == "identifier_generic").unwrap_or_default();
    println!("{messages} people with one address: {}", latency(calls.clone()));
    // Each of the first made one entry of the feed at least.
    println!("  since it was demoted: {}", latency(calls.split_off(demoted.min(calls.len() - 1))));
    let feed = graph.changes(0, usize::MAX).expect("the feed");
    let told = feed.iter().filter(|change| change.event.word() == "identifier_generic").count();
    println!("  {} profiles; the feed tells {told} time(s) that a value is shared too widely", graph.counts().profiles);
}

/// Messages a second by the clock, and by processor time, which other work on the machine changes less.
fn rate(messages: u64, start: Instant, cpu: Option<f64>) -> String {
    let (seconds, spent) = (start.elapsed().as_secs_f64(), spent(cpu));
    format!("{:.0} messages/s ({:.0} a second of processor time)", messages as f64 / seconds, messages as f64 / spent)
}

/// Seconds of processor time since then; not a number where the system does not tell.
fn spent(before: Option<f64>) -> f64 {
    before.zip(cpu_seconds()).map_or(f64::NAN, |(before, now)| now - before)
}

fn median(mut calls: Vec<Duration>) -> Duration {
    calls.sort_unstable();
    calls[calls.len() / 2]
}

fn latency(mut calls: Vec<Duration>) -> String {
    calls.sort_unstable();
    let at = |share: f64| micros(calls[((calls.len() - 1) as f64 * share) as usize]);
    format!("p50 {}, p99 {}, p99.9 {}, slowest {}", at(0.5), at(0.99), at(0.999), at(1.0))
}

fn micros(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}

fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// A folder of the build, so that the disk measured is the one worked on.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("graph-bench");
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
