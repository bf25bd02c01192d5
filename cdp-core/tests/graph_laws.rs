//! The laws of the live graph over invented histories: order, replay, unmerge, protection, and that what is worked out piece by
//! piece is what all evidence together gives.
//!
//! `CDP_HISTORIES=100000 cargo test --release -p cdp-core --test graph_laws` runs as many.

#![allow(clippy::disallowed_methods)] // a test has an environment

#[path = "common/history.rs"]
mod history;

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::{AsOf, Graph, ProfileView};
use cdp_core::store::Memory;
use history::{FIRST, RULES, START, Step, arrivals, config, happen, history, name, run, take};
use proptest::prelude::*;
use std::sync::Arc;

/// The same, with rules that ask when a value was said.
const TIMED: &str = "[identifiers.loyalty_id]\npriority = 2\nmax_per_profile = 1\nwindow_days = 1\n\
    [identifiers.email]\npriority = 3\nmax_profiles = 3\nttl_days = 1\n";

const SEGMENTS: &str = "[segments]\nnamed = \"email IS PRESENT\"\nrecent = \"count(Bought WITHIN 2 DAYS) >= 1\"\n";

fn timed() -> Config {
    let sources = RULES.split("[identifiers.loyalty_id]").next().unwrap_or_default();
    Config::from_toml(&format!("{sources}{TIMED}")).expect("a configuration")
}

fn graph() -> Graph {
    Graph::in_memory(&config()).expect("a graph")
}

fn refused(graph: &Graph) -> Vec<String> {
    graph.refused().iter().map(|refused| format!("{refused:?}")).collect()
}

/// What comes of evidence alone: messages and decisions, whatever was removed left out.
fn evidence(steps: &[Step]) -> Vec<Step> {
    steps.iter().filter(|step| matches!(step, Step::Message(_) | Step::Decide(..))).cloned().collect()
}

fn seen(steps: &[Step]) -> (Vec<ProfileView>, Vec<String>) {
    seen_by(steps, &config())
}

fn seen_by(steps: &[Step], config: &Config) -> (Vec<ProfileView>, Vec<String>) {
    seen_at(&steps.iter().map(|step| (START, step)).collect::<Vec<_>>(), config)
}

/// What comes of steps with when each arrives.
fn seen_at(steps: &[(i64, &Step)], config: &Config) -> (Vec<ProfileView>, Vec<String>) {
    let graph = Graph::in_memory(config).expect("a graph");
    steps.iter().for_each(|(received, step)| happen(&graph, step, *received));
    (graph.profiles(), refused(&graph))
}

fn histories() -> u32 {
    std::env::var("CDP_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), failure_persistence: None, max_shrink_iters: 20_000, max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn order_any_permutation_gives_the_same(steps in history(), arrivals in arrivals(), seed in any::<u64>()) {
        let steps = evidence(&steps);
        let steps: Vec<(i64, &Step)> = arrivals.into_iter().zip(&steps).collect();
        let mut shuffled = steps.clone();
        // Fisher and Yates, by a seed of its own.
        let mut state = seed | 1;
        for place in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(place, (state >> 33) as usize % (place + 1));
        }
        prop_assert_eq!(seen_at(&steps, &config()), seen_at(&shuffled, &config()));
        prop_assert_eq!(seen_at(&steps, &timed()), seen_at(&shuffled, &timed()), "by rules that ask when");
    }

    #[test]
    fn piece_by_piece_is_what_all_evidence_gives_together(steps in history(), arrivals in arrivals()) {
        for config in [config(), timed()] {
            let store = Arc::new(Memory::new());
            let live = Graph::on(store.clone(), &config, false).expect("a graph");
            arrivals.iter().zip(&steps).for_each(|(received, step)| happen(&live, step, *received));
            let reopened = Graph::on(store, &config, false).expect("a graph");
            prop_assert_eq!(live.profiles(), reopened.profiles());
            prop_assert_eq!(refused(&live), refused(&reopened));
        }
    }

    #[test]
    fn the_feed_is_the_same_however_often_the_process_began_anew(steps in history(), back in any::<u32>()) {
        let config = Config::from_toml(&format!("{RULES}{SEGMENTS}")).expect("a configuration");
        let (store, stays) = (Arc::new(Memory::new()), Graph::in_memory(&config).expect("a graph"));
        for (place, step) in steps.iter().enumerate() {
            let anew = Graph::on(store.clone(), &config, false).expect("a graph");
            for graph in [&stays, &anew] {
                take(graph, step);
                if back >> place & 1 == 1 {
                    for source in ["crm", "web"] {
                        drop(graph.restore(source, None, START));
                    }
                }
            }
            let feeds = [&stays, &anew].map(|graph| graph.changes(0, usize::MAX).expect("the feed"));
            prop_assert_eq!(&feeds[0], &feeds[1], "step {}", place);
        }
    }

    #[test]
    fn unmerge_what_is_removed_was_never_there(steps in history(), record in name()) {
        let steps = evidence(&steps);
        let removed = graph();
        run(&removed, &steps);
        drop(removed.remove(&record, START));
        let about = |json: &str| -> bool {
            let alone = graph();
            alone.ingest(json, START).expect("a message");
            // An alias is about its user; others may be named by it.
            alone.remove(&record, START).is_ok()
        };
        let without: Vec<Step> =
            steps.iter().filter(|step| !matches!(step, Step::Message(json) if about(json))).cloned().collect();
        prop_assert_eq!((removed.profiles(), refused(&removed)), seen(&without));
    }

    #[test]
    fn unmerge_what_is_brought_back_was_never_gone(steps in history(), record in name()) {
        let steps = evidence(&steps);
        let graph = graph();
        run(&graph, &steps);
        let before = (graph.profiles(), refused(&graph));
        if graph.remove(&record, START).is_ok() {
            graph.restore(&record.source, Some(&record.record_id), START).expect("brought back");
        }
        prop_assert_eq!((graph.profiles(), refused(&graph)), before);
    }

    #[test]
    fn looking_back_is_what_was_known_then(steps in history(), back in 0i64..24, hour in 0i64..8) {
        let messages: Vec<String> = steps.iter().filter_map(|s| if let Step::Message(json) = s { Some(json.clone()) } else { None }).collect();
        let graph = graph();
        for (received, json) in (START..).zip(&messages) {
            graph.ingest(json, received).expect("a message");
        }
        let fed = |known: &[(i64, &String)]| {
            let graph = self::graph();
            known.iter().for_each(|(received, json)| drop(graph.ingest(json, *received).expect("a message")));
            (graph.profiles(), refused(&graph))
        };
        let all: Vec<(i64, &String)> = (START..).zip(&messages).collect();
        let then = graph.as_of(AsOf::Ingested(START + back)).expect("the graph then");
        prop_assert_eq!((then.profiles(), refused(&then)), fed(&all[..all.len().min(back as usize + 1)]));
        // Rows that say no time are known from when they came.
        let until = FIRST + hour * 3_600_000;
        let happened = |received: i64, json: &str| {
            let message: serde_json::Value = serde_json::from_str(json).expect("JSON");
            let time = message["timestamp"].as_str().or(message["record"]["at"].as_str());
            time.map_or(received, |time| cdp_core::instant::parse(time).expect("an instant")) <= until
        };
        let then = graph.as_of(AsOf::Observed(until)).expect("the graph then");
        let known: Vec<_> = all.into_iter().filter(|(received, json)| happened(*received, json)).collect();
        prop_assert_eq!((then.profiles(), refused(&then)), fed(&known));
        let refusal = then.confirm(RecordName::default(), RecordName::default(), START);
        prop_assert!(refusal.is_err());
    }

    #[test]
    fn a_snapshot_is_the_profiles_as_tables(steps in history()) {
        let graph = graph();
        run(&graph, &steps);
        let (snapshot, profiles) = (graph.snapshot().expect("a snapshot"), graph.profiles());
        let ids: Vec<&str> = (0..snapshot.profiles().len()).map(|index| snapshot.profiles().id(index)).collect();
        prop_assert_eq!(ids, profiles.iter().map(|profile| profile.profile_id.as_str()).collect::<Vec<_>>());
        for (index, profile) in profiles.iter().enumerate() {
            let members = snapshot.profiles().members(index).iter();
            let mut records: Vec<(&str, &str)> = members.map(|&r| (snapshot.records().source(r), snapshot.records().id(r))).collect();
            records.sort_unstable();
            prop_assert_eq!(records, profile.records.iter().map(|r| (r.source.as_str(), r.record_id.as_str())).collect::<Vec<_>>());
            for field in snapshot.profiles().fields() {
                prop_assert_eq!(field.values.get(index), profile.fields.get(&field.name).map(String::as_str));
            }
            let how = graph.how(&profile.profile_id).expect("how");
            prop_assert_eq!(&how.merges.len() + 1, profile.records.len().max(1), "{:?}", how);
        }
        prop_assert_eq!(snapshot.refused().len(), graph.refused().len());
    }

    #[test]
    fn protection_no_rule_is_broken_inside_a_profile(steps in history()) {
        let (profiles, _) = seen(&steps);
        for profile in &profiles {
            let values = |kind: &str| profile.identifiers.get(kind).map_or(0, Vec::len);
            prop_assert!(values("customer_id") <= 1, "{:?}", profile);
            prop_assert!(values("loyalty_id") <= 2, "{:?}", profile);
        }
    }
}

/// Profiles as they are live, and after opening again.
fn live_and_reopened(rules: &str, messages: &[(i64, &str)]) -> [Vec<ProfileView>; 2] {
    let (store, config) = (Arc::new(Memory::new()), Config::from_toml(rules).expect("a configuration"));
    let live = Graph::on(store.clone(), &config, false).expect("a graph");
    messages.iter().for_each(|(received, json)| drop(live.ingest(json, *received).expect("a message")));
    [live.profiles(), Graph::on(store, &config, false).expect("a graph").profiles()]
}

#[test]
fn an_id_that_expired_is_another_device_live_too() {
    let login = r#"{"type":"identify","anonymousId":"a","userId":"u1","timestamp":"2023-05-01T00:00:00Z"}"#;
    let visit = r#"{"type":"page","anonymousId":"a","timestamp":"2023-06-01T00:00:00Z"}"#;
    let [live, reopened] = live_and_reopened("[devices]\nttl_days = 7\n", &[(START, login), (START, visit)]);
    assert_eq!(live, reopened);
    assert_eq!(live.len(), 2);
}

#[test]
fn a_later_row_replaces_an_earlier_one_and_a_row_taken_out_is_one_no_more() {
    let rules = "[sources.crm]\nid = 'id'\n[sources.crm.fields]\nmail = 'email'\n";
    for [first, then] in [["c", "d"], ["d", "c"], ["a", "b"], ["b", "a"]] {
        let [first, then] = [first, then].map(|name| {
            format!(r#"{{"type":"record","source":"crm","record":{{"id":1,"mail":"{name}@mail.example"}}}}"#)
        });
        let [live, reopened] = live_and_reopened(rules, &[(START, &first), (START + 1, &then)]);
        assert_eq!(live, reopened);
        assert!(then.contains(&live[0].fields["email"]), "{live:?}");
    }
}

#[test]
fn any_number_of_sources_share_the_meaning_of_traits() {
    let graph = Graph::in_memory(&Config::default()).expect("a graph");
    for number in 0..4_000 {
        let json = format!(r#"{{"type":"identify","source":"s{number}","userId":"u{number}"}}"#);
        graph.ingest(&json, START).expect("a message");
    }
    let profiles = graph.profiles();
    assert_eq!(profiles.len(), 4_000);
    assert!(profiles.iter().all(|profile| profile.fields.contains_key("customer_id")));
}

#[test]
fn of_rows_that_say_the_same_the_one_that_came_first_counts() {
    let rules = "[sources.crm]\nid = 'id'\n[sources.crm.fields]\nmail = 'email'\n";
    let [a, b] = ["a", "b"]
        .map(|name| format!(r#"{{"type":"record","source":"crm","record":{{"id":1,"mail":"{name}@mail.example"}}}}"#));
    let rows = [(START, a.as_str()), (START + 1, &b), (START + 2, &a)];
    let expected = live_and_reopened(rules, &rows);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(live_and_reopened(rules, &order.map(|place| rows[place])), expected, "{order:?}");
    }
}

#[test]
fn nothing_counts_until_long_after_it_arrived() {
    let says = |name: &str, time: &str| {
        format!(r#"{{"type":"identify","userId":"u","traits":{{"firstName":"{name}"}},"timestamp":"{time}"}}"#)
    };
    let [ahead, right] = [says("An", "2090-01-01T00:00:00Z"), says("Ann", "2023-11-20T00:00:00Z")];
    let [live, reopened] = live_and_reopened("", &[(START, &ahead), (START + 30 * history::DAY, &right)]);
    assert_eq!(live, reopened);
    assert_eq!(live[0].fields["given_name"], "Ann");
    assert_eq!(live[0].last_seen.as_deref(), Some("2023-11-20T00:00:00.000Z"));
}

#[test]
fn an_instant_of_another_unit_than_milliseconds_is_refused() {
    let graph = graph();
    let page = r#"{"type":"page","userId":"u"}"#;
    for received in [START * 1_000_000, i64::MAX, i64::MIN] {
        let error = graph.ingest(page, received).expect_err("no such year");
        assert_eq!(error.code(), cdp_core::Code::InvalidInput, "{error}");
        assert!(graph.advance(received).is_err());
    }
    assert_eq!(graph.counts().messages, 0);
    graph.ingest(page, START).expect("a message");
}
