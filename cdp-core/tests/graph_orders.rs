//! What the feed tells of memberships is what a store says that is opened again, in whatever order messages arrive.

#![cfg(feature = "store")]

#[path = "common/store.rs"]
mod common;
#[path = "common/feed.rs"]
mod feed;
#[path = "common/calls.rs"]
mod history;

use cdp_core::Config;
use cdp_core::graph::Graph;
use common::{Folder, Random};
use history::{RULES, messages, received};
use std::collections::BTreeSet;

const CALLS: u64 = 300;

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
            graph.ingest(&messages(call, CALLS), received(call)).expect("changes");
            if done % 20 > 0 {
                continue;
            }
            let path = folder.join(&format!("copy {done}"));
            graph.backup(&path).expect("a copy");
            let copy = Graph::open(path, &config).expect("a graph");
            let told = feed::memberships(&graph, &format!("seed {seed}, call {call}"));
            for segment in ["recent", "named"] {
                let told =
                    told.iter().filter(|(of, _)| of == segment).map(|(_, id)| id.clone()).collect::<BTreeSet<_>>();
                let now = members(&graph, segment);
                assert_eq!(told, now, "seed {seed}, call {call}: the feed of {segment}");
                assert_eq!(members(&copy, segment), now, "seed {seed}, call {call}: {segment} after opening again");
            }
        }
    }
}
