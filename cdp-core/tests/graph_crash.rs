//! Law 10, durability, of the graph: a process that takes messages in from several threads is killed at random instants; after
//! each reopening everything it acknowledged is there, calls are there wholly or not at all, and the feed tells the state.
//!
//! A few rounds here; `CDP_CRASH_ROUNDS=500 cargo test --release -p cdp-core --test graph_crash` for more.

#![cfg(feature = "store")]
#![allow(clippy::print_stderr)] // a long run says what happened
#![allow(clippy::disallowed_methods)] // a test has processes, threads and time

#[path = "common/store.rs"]
mod common;
#[path = "common/feed.rs"]
mod feed;

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::Graph;
use common::{Folder, PATH, Random, killed_after, say_acknowledged, tear};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// The test that is the process.
const WRITER: &str = "takes_messages_in_until_it_is_killed";
const THREADS: u64 = 4;
const NOW: i64 = 1_714_557_600_000;

/// A call of three messages: a customer, a visit on a device that several share, and a row of a shop.
fn call(id: u64) -> String {
    let (user, device, email) = (id, id % 40, id / 3);
    format!(
        r#"[{{"type":"identify","messageId":"i{id}","userId":"u{user}","anonymousId":"d{device}","traits":{{"email":"p{email}@mail.example"}}}},
            {{"type":"page","messageId":"p{id}","anonymousId":"d{device}"}},
            {{"type":"record","messageId":"r{id}","source":"shop","record":{{"id":"{id}","email":"p{email}@mail.example"}}}}]"#
    )
}

fn config() -> Config {
    let rules = "[sources.shop]\nid = 'id'\n[sources.shop.fields]\nemail = 'email'\n";
    Config::from_toml(rules).expect("a configuration")
}

fn open(path: &Path) -> Graph {
    Graph::open(path, &config()).expect("a graph")
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let rounds: u64 = std::env::var("CDP_CRASH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let (folder, mut acknowledged, mut random) = (Folder::new(), BTreeSet::new(), Random(rounds * 37 + 5));
    let mut total = 0;
    for round in 0..rounds {
        if round % 20 == 19 {
            // From time to time a new one, so that creation is interrupted too, and logs stay small.
            let _ = fs::remove_dir_all(folder.path());
            acknowledged.clear();
        }
        let before = acknowledged.len();
        acknowledged.extend(killed_after(WRITER, folder.path(), Duration::from_micros(random.below(150_000))));
        total += (acknowledged.len() - before) as u64;
        tear(folder.path(), &mut random);
        check(&open(folder.path()), &acknowledged, round);
    }
    assert!(total > rounds, "{total} acknowledgements in {rounds} rounds test little");
    eprintln!("{rounds} rounds, {total} calls acknowledged");
}

fn check(graph: &Graph, acknowledged: &BTreeSet<u64>, round: u64) {
    assert_eq!(graph.verify().expect("a verification").problems, [], "round {round}");
    let is_there = |source: &str, record_id: String| {
        graph.profile_of(&RecordName { source: source.to_owned(), record_id }).is_some()
    };
    for id in acknowledged {
        assert!(is_there("events", format!("user:u{id}")), "round {round}: call {id} was acknowledged and is gone");
    }
    // Whatever was not acknowledged is there with its whole call, or not at all.
    let last = acknowledged.last().map_or(1_000, |last| last + 1_000);
    for id in 0..last {
        let [user, row] = [is_there("events", format!("user:u{id}")), is_there("shop", id.to_string())];
        assert_eq!(user, row, "round {round}: call {id} is half there");
    }
    feed::memberships(graph, &format!("round {round}"));
}

#[test]
#[ignore = "a part of what_was_acknowledged_survives_a_kill: it never ends by itself"]
fn takes_messages_in_until_it_is_killed() {
    let Ok(path) = std::env::var(PATH) else { return };
    let graph = open(Path::new(&path));
    // Each thread goes on with its own numbers.
    let begin = graph.counts().messages / 3 / THREADS + 1_000 * u64::from(graph.counts().messages > 0) / THREADS;
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let graph = &graph;
            scope.spawn(move || {
                for n in begin.. {
                    let id = n * THREADS + thread;
                    if n % 3 == 0 {
                        graph.ingest(&call(id), NOW).expect("a call");
                        say_acknowledged(id);
                    } else {
                        let (_, pending) = graph.ingest_soon(&call(id), NOW).expect("a call");
                        drop(pending);
                    }
                }
            });
        }
    });
}
