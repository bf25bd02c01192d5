//! Where ids lead, whatever came since: live and after opening again, by the same rules and by others. And the feed tells it all.
//!
//! `CDP_HISTORIES=100000 cargo test --release -p cdp-core --test graph_ids` runs as many.

#![allow(clippy::disallowed_methods)] // a test has an environment

#[path = "common/history.rs"]
mod history;

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::{Change, Event, Graph};
use cdp_core::store::{Memory, Store};
use history::{DAY, RULES, START, Step, arrivals, config, happen, history};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn histories() -> u32 {
    std::env::var("CDP_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(300)
}

/// Rules that part people and devices in other ways.
fn rules() -> impl Strategy<Value = Config> {
    let with = |more: &str| Config::from_toml(&format!("{RULES}{more}")).expect("a configuration");
    let sources = RULES.split("[identifiers.").next().unwrap_or_default();
    prop_oneof![
        Just(config()),
        Just(with("[devices]\nshared = 'anonymous'\n")),
        Just(with("[devices]\nshared = 'last_login'\nsession_minutes = 60\n")),
        Just(with("[devices]\nttl_days = 1\n")),
        Just(Config::from_toml(sources).expect("a configuration")),
    ]
}

/// Whether two messages have one id: then only one of them counts, as if the other had been removed.
fn one_id_twice(steps: &[Step]) -> bool {
    ["\"m0\"", "\"m1\"", "\"m2\""]
        .iter()
        .any(|id| steps.iter().filter(|step| matches!(step, Step::Message(json) if json.contains(id))).count() > 1)
}

fn feed(graph: &Graph) -> Vec<Change> {
    graph.changes(0, usize::MAX).expect("changes")
}

/// Every id that the feed tells of, with the profile that it leads to.
fn leading(graph: &Graph) -> BTreeMap<String, Option<String>> {
    let mut ids = BTreeSet::new();
    for change in feed(graph) {
        match change.event {
            Event::ProfileCreated { profile_id } => drop(ids.insert(profile_id)),
            Event::ProfileMerged { profile_id, from } | Event::ProfileRenamed { profile_id, from } => {
                ids.insert(profile_id);
                ids.extend(from);
            }
            Event::ProfileSplit { into, .. } => ids.extend(into),
            _ => {}
        }
    }
    ids.into_iter().map(|id| (id.clone(), graph.profile(&id).map(|found| found.profile_id))).collect()
}

/// The ids of the profiles that whoever follows the feed knows of.
fn followed(changes: Vec<Change>) -> Result<BTreeSet<String>, TestCaseError> {
    let mut alive: BTreeSet<String> = BTreeSet::new();
    for change in changes {
        let line = change.to_json();
        match change.event {
            Event::ProfileCreated { profile_id } => prop_assert!(alive.insert(profile_id), "{} was there", line),
            Event::ProfileRemoved { profile_id } => prop_assert!(alive.remove(&profile_id), "{} was not there", line),
            Event::ProfileMerged { profile_id, from } | Event::ProfileRenamed { profile_id, from } => {
                for gone in from {
                    prop_assert!(alive.remove(&gone), "{} was not there", line);
                }
                alive.insert(profile_id);
            }
            Event::ProfileSplit { profile_id, into } => {
                prop_assert!(alive.remove(&profile_id), "{} was not there", line);
                alive.extend(into);
            }
            _ => {}
        }
    }
    Ok(alive)
}

fn profiles(graph: &Graph) -> BTreeSet<String> {
    graph.profiles().into_iter().map(|profile| profile.profile_id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), failure_persistence: None, max_shrink_iters: 20_000, max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    #[test]
    fn an_id_leads_to_the_same_after_opening_again(steps in history(), arrivals in arrivals()) {
        let store: Arc<dyn Store> = Arc::new(Memory::new());
        let open = || Graph::on(Arc::clone(&store), &config(), false).expect("a graph");
        let (live, mut followed) = (open(), 0);
        for (received, step) in arrivals.iter().zip(&steps) {
            happen(&live, step, *received);
            // What became another is the other at once.
            let last = live.counts().changes;
            for change in live.changes(followed, usize::MAX).expect("changes") {
                if let Event::ProfileMerged { profile_id, from } | Event::ProfileRenamed { profile_id, from } = change.event {
                    for id in from {
                        let found = live.profile(&id).map(|found| found.profile_id);
                        prop_assert_eq!(found.as_ref(), Some(&profile_id), "{} of {:?}", id, step);
                    }
                }
            }
            followed = last;
        }
        let told = leading(&live);
        prop_assert_eq!(&told, &leading(&open()));
        // And as evidence comes back that was taken out, wherever it is asked.
        let reopened = open();
        leading(&reopened);
        for source in ["crm", "web"] {
            drop(reopened.restore(source, None, START));
        }
        prop_assert_eq!(leading(&reopened), leading(&open()));
    }

    #[test]
    fn every_id_that_was_told_leads_to_a_profile(steps in history(), arrivals in arrivals()) {
        let kept = |step: &Step| matches!(step, Step::Message(_) | Step::Decide(..));
        let steps: Vec<Step> = steps.into_iter().filter(kept).collect();
        prop_assume!(!one_id_twice(&steps));
        let graph = Graph::in_memory(&config()).expect("a graph");
        let mut held: BTreeMap<String, BTreeSet<RecordName>> = BTreeMap::new();
        for (received, step) in arrivals.iter().zip(&steps) {
            happen(&graph, step, *received);
            // Who holds the id of somebody with records finds one of those by it.
            for (id, records) in &held {
                let led = graph.profile(id).map(|led| led.records).unwrap_or_default();
                prop_assert!(led.iter().any(|record| records.contains(record)), "{} of {:?} leads to {:?}", id, records, led);
            }
            let known = graph.profiles().into_iter().filter(|profile| !profile.records.is_empty());
            held.extend(known.map(|profile| (profile.profile_id, profile.records.into_iter().collect())));
        }
        let now = profiles(&graph);
        for (id, led) in leading(&graph) {
            prop_assert!(led.as_ref().is_some_and(|led| now.contains(led)), "{} leads to {:?}", id, led);
            prop_assert!(!now.contains(&id) || led.as_ref() == Some(&id), "{} is somebody, and leads to {:?}", id, led);
        }
    }

    #[test]
    fn the_feed_tells_the_whole_story(steps in history(), arrivals in arrivals(), rules in prop::collection::vec(rules(), 1..4)) {
        let store: Arc<dyn Store> = Arc::new(Memory::new());
        let said: Vec<(&i64, &Step)> = arrivals.iter().zip(&steps).collect();
        for (rules, part) in rules.iter().zip(said.chunks(steps.len().div_ceil(rules.len()))) {
            let graph = Graph::on(Arc::clone(&store), rules, false).expect("a graph");
            part.iter().for_each(|(received, step)| happen(&graph, step, **received));
            prop_assert_eq!(followed(feed(&graph))?, profiles(&graph), "by {:?}", rules);
            let again = Graph::on(Arc::clone(&store), rules, false).expect("a graph");
            prop_assert_eq!(leading(&graph), leading(&again), "by {:?}", rules);
        }
    }
}

/// A graph and what was kept of it, with these messages in it, each with when it arrived.
fn fed(messages: &[(i64, &str)]) -> (Arc<Memory>, Graph) {
    let store = Arc::new(Memory::new());
    let graph = Graph::on(store.clone(), &Config::default(), false).expect("a graph");
    messages.iter().for_each(|(received, json)| drop(graph.ingest(json, *received).expect("changes")));
    (store, graph)
}

#[test]
fn an_id_is_the_same_persons_though_the_device_was_somebody_elses_before() {
    let ann = r#"{"type":"identify","userId":"ann","traits":{"firstName":"Ann"},"timestamp":"2023-10-01T00:00:00Z"}"#;
    let zoe = r#"{"type":"identify","anonymousId":"tab","traits":{"email":"zoe@mail.example"},"timestamp":"2023-10-11T00:00:00Z"}"#;
    let late = r#"{"type":"page","anonymousId":"tab","userId":"ann","timestamp":"2023-10-06T00:00:00Z"}"#;
    let (store, graph) = fed(&[(START, ann), (START, zoe)]);
    let id = graph.find("email", "zoe@mail.example").expect("a rule")[0].profile_id.clone();
    graph.ingest(late, START).expect("changes");
    let reopened = Graph::on(store, &Config::default(), false).expect("a graph");
    for graph in [graph, reopened] {
        assert_eq!(graph.profile(&id).expect("a profile").fields["email"], "zoe@mail.example");
    }
}

#[test]
fn the_history_of_a_device_that_comes_late_gives_the_id_of_one_to_nobody_else() {
    // Each browses for a minute before the login.
    let visit = |day: u8, minute: u8, user: &str| {
        format!(r#"{{"type":"page","anonymousId":"tab"{user},"timestamp":"2023-10-{day:02}T00:{minute:02}:00Z"}}"#)
    };
    let (ann, zoe) = (r#","userId":"ann""#, r#","userId":"zoe""#);
    let (store, graph) = fed(&[(START, &visit(11, 0, "")), (START, &visit(11, 1, zoe))]);
    let id = graph.find("customer_id", "zoe").expect("a rule")[0].profile_id.clone();
    for late in [visit(6, 1, ann), visit(6, 0, ""), visit(5, 0, "")] {
        graph.ingest(&late, START + DAY).expect("changes");
        let led = graph.profile(&id).expect("a profile");
        assert_eq!(led.records.iter().map(|record| record.record_id.as_str()).collect::<Vec<_>>(), ["user:zoe"]);
    }
    let bob = visit(12, 0, r#","userId":"bob""#);
    graph.ingest(&bob, START + DAY).expect("changes");
    assert_eq!(graph.profile(&id).expect("a profile").records[0].record_id, "user:zoe");
    let reopened = Graph::on(store, &Config::default(), false).expect("a graph");
    assert_eq!(reopened.profile(&id).expect("a profile").records[0].record_id, "user:zoe");
}

#[test]
fn the_id_of_who_was_known_from_the_first_is_not_the_devices() {
    let identify = r#"{"type":"identify","anonymousId":"d","userId":"zoe","timestamp":"2023-10-05T00:00:00Z"}"#;
    let late = r#"{"type":"page","anonymousId":"d","userId":"ann","timestamp":"2023-10-03T00:00:00Z"}"#;
    let (_, graph) = fed(&[(START, identify)]);
    let id = graph.find("customer_id", "zoe").expect("a rule")[0].profile_id.clone();
    graph.ingest(late, START).expect("changes");
    assert_eq!(graph.find("customer_id", "zoe").expect("a rule")[0].profile_id, id);
}

#[test]
fn an_id_leads_on_when_the_message_of_its_founder_turns_out_to_have_come_before() {
    let row = r#"{"type":"record","source":"crm","record":{"id":"row0","first":"Ann","cookie":"dev2"}}"#;
    let page =
        r#"{"type":"page","source":"web","anonymousId":"dev2","userId":"zoe","timestamp":"2023-11-09T22:13:20Z"}"#;
    let late = r#"{"type":"page","source":"web","anonymousId":"dev2","timestamp":"2023-11-10T22:13:20Z"}"#;
    let graph = Graph::in_memory(&config()).expect("a graph");
    for (received, json) in [(START + 2 * DAY, row), (START, page), (START, late), (START, row)] {
        graph.ingest(json, received).expect("changes");
        for (id, led) in leading(&graph) {
            assert!(led.is_some(), "{id} leads nowhere");
        }
    }
}

#[test]
fn an_id_of_somebody_anonymous_stays_with_them_when_another_was_first_on_the_device() {
    let zoe = r#"{"type":"identify","anonymousId":"tab","traits":{"email":"zoe@mail.example"},"timestamp":"2023-10-11T00:00:00Z"}"#;
    let late = r#"{"type":"page","anonymousId":"tab","userId":"ann","timestamp":"2023-10-06T00:00:00Z"}"#;
    let (store, graph) = fed(&[(START, zoe)]);
    let id = graph.find("email", "zoe@mail.example").expect("a rule")[0].profile_id.clone();
    graph.ingest(late, START).expect("changes");
    let reopened = Graph::on(store, &Config::default(), false).expect("a graph");
    for graph in [graph, reopened] {
        assert_eq!(graph.profile(&id).expect("a profile").fields["email"], "zoe@mail.example");
    }
}

#[test]
fn an_id_that_was_merged_away_as_evidence_was_taken_out_leads_on_after_opening_again() {
    let page = |user: &str, minute: u8| {
        format!(r#"{{"type":"page","userId":"{user}","anonymousId":"a","timestamp":"2023-10-01T00:0{minute}:00Z"}}"#)
    };
    let (store, graph) = fed(&[(START, &page("u3", 0)), (START, &page("u4", 1))]);
    let id = graph.find("customer_id", "u4").expect("a rule")[0].profile_id.clone();
    let user = RecordName { source: "events".to_owned(), record_id: "user:u3".to_owned() };
    graph.remove(&user, START + DAY).expect("changes");
    let reopened = Graph::on(store, &Config::default(), false).expect("a graph");
    for graph in [graph, reopened] {
        assert_eq!(graph.profile(&id).expect("a profile").records[0].record_id, "user:u4");
    }
}
