//! What the feed tells of memberships is what a store says that is opened again, in whatever order messages arrive.

#![cfg(feature = "store")]

#[path = "common/store.rs"]
mod common;

use cdp_core::graph::{Event, Graph};
use cdp_core::{Config, instant};
use common::{Folder, Random};
use std::collections::BTreeSet;

const START: i64 = 1_714_557_600_000;
const CALLS: u64 = 300;

const RULES: &str = r#"
[sources.crm]
id = "id"
observed_at = "at"
[sources.crm.fields]
email = "email"
first = "given_name"
card = "loyalty_id"
[identifiers.customer_id]
priority = 1
unique = true
[identifiers.loyalty_id]
priority = 2
max_per_profile = 2
[identifiers.email]
priority = 3
max_profiles = 3
[segments]
recent = "count(Bought WITHIN 2 DAYS) >= 1"
named = "given_name IS PRESENT AND email IS PRESENT"
"#;

/// When a call arrived.
fn received(call: u64) -> i64 {
    START + call as i64 * 60_000
}

/// The messages of a call: people with rows, users and devices, some of them shared; late ones, ones that others contradict under
/// the same id, and ones that come twice.
fn messages(call: u64) -> String {
    let mut random = Random(call * 7_919 + 13);
    random.below(1);
    let mut one = |n: u64| {
        let (person, other) = (random.below(CALLS / 6 + 2), random.below(9));
        let at = instant::text(received(call) - random.below(3) as i64 * 86_400_000);
        let id =
            if random.below(12) == 0 { format!("m{}", random.below(CALLS / 4 + 1)) } else { format!("c{call}-{n}") };
        let device = if random.below(6) == 0 { person / 5 } else { person + 100_000 };
        let head = format!(r#""messageId":"{id}","source":"web","timestamp":"{at}","anonymousId":"d{device}""#);
        match random.below(7) {
            0 | 1 => format!(
                r#"{{"type":"record","messageId":"{id}","source":"crm","record":{{"id":"{person}-{}","at":"{at}","email":"p{}@mail.example","first":"Ann{other}","card":"c{}"}}}}"#,
                other % 2,
                person - person % 2 * (other / 8),
                person / 3 * 3 + other % 2,
            ),
            2 => format!(
                r#"{{"type":"identify","userId":"u{person}",{head},"traits":{{"email":"p{person}@mail.example"}}}}"#
            ),
            3 => format!(r#"{{"type":"track","event":"Bought","userId":"u{person}",{head}}}"#),
            4 => format!(r#"{{"type":"alias","userId":"u{person}","previousId":"u{}",{head}}}"#, person + CALLS),
            5 => format!(r#"{{"type":"track","event":"Bought",{head}}}"#),
            _ => format!(r#"{{"type":"page","name":"Home",{head}}}"#),
        }
    };
    format!("[{},{},{}]", one(0), one(1), one(2))
}

/// Memberships by what the feed says.
fn told(graph: &Graph, segment: &str) -> BTreeSet<String> {
    let mut members = BTreeSet::new();
    for change in graph.changes(0, usize::MAX).expect("the feed") {
        match change.event {
            Event::SegmentEntered { profile_id, segment: of } if of == segment => drop(members.insert(profile_id)),
            Event::SegmentExited { profile_id, segment: of } if of == segment => drop(members.remove(&profile_id)),
            _ => {}
        }
    }
    members
}

fn members(graph: &Graph, segment: &str) -> BTreeSet<String> {
    graph.members(segment).expect("a segment").into_iter().collect()
}

/// The calls in an order in which neighbours change places, as those of several processes do.
fn order(seed: u64) -> Vec<u64> {
    let (mut order, mut random): (Vec<u64>, _) = ((0..CALLS).collect(), Random(seed));
    for place in (1..order.len()).rev() {
        order.swap(place, place.saturating_sub(random.below(40) as usize));
    }
    order
}

#[test]
fn the_feed_leads_to_what_a_store_opened_again_says() {
    let config = Config::from_toml(RULES).expect("a configuration");
    for seed in 1..=12u64 {
        let folder = Folder::new();
        let graph = Graph::open(folder.join("own"), &config).expect("a graph");
        for (done, call) in (1..).zip(order(seed)) {
            graph.ingest(&messages(call), received(call)).expect("changes");
            if done % 20 > 0 {
                continue;
            }
            let path = folder.join(&format!("copy {done}"));
            graph.backup(&path).expect("a copy");
            let copy = Graph::open(path, &config).expect("a graph");
            for segment in ["recent", "named"] {
                let now = members(&graph, segment);
                assert_eq!(told(&graph, segment), now, "seed {seed}, call {call}: the feed of {segment}");
                assert_eq!(members(&copy, segment), now, "seed {seed}, call {call}: {segment} after opening again");
            }
        }
    }
}
