//! Identifier rules that ask when a value was said (windows and times to live, live and in batch, in any order), and a store that is
//! opened with other rules.

use cdp_core::Config;
use cdp_core::graph::{Event, Filter, Graph};
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, resolve};
use cdp_core::store::{Memory, Store};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

const NOW: i64 = 1_800_000_000_000;

/// Users who give an address on a day of 2024 or 2025.
fn says(user: &str, kind: &str, value: &str, on: &str) -> String {
    let time = format!("{on}T12:00:00Z");
    json!({"type": "identify", "userId": user, "traits": {kind: value}, "timestamp": time}).to_string()
}

/// The users of each profile, whatever order the messages come in.
fn people(rules: &str, messages: &[String]) -> Vec<String> {
    let config = Config::from_toml(rules).unwrap();
    let fed = |messages: &mut dyn Iterator<Item = &String>| {
        let graph = Graph::in_memory(&config).unwrap();
        messages.for_each(|message| drop(graph.ingest(message, NOW).unwrap()));
        let users = |profile: &cdp_core::graph::ProfileView| {
            let names = profile.records.iter().map(|record| record.record_id.trim_start_matches("user:"));
            names.collect::<Vec<_>>().join(" ")
        };
        let mut people: Vec<String> = graph.profiles().iter().map(users).collect();
        people.sort();
        people
    };
    let there = fed(&mut messages.iter());
    assert_eq!(there, fed(&mut messages.iter().rev()), "the order says nothing");
    there
}

const TTL: &str = "[identifiers.phone]\nttl_days = 365\n";

#[test]
fn a_number_that_was_silent_for_longer_than_its_time_to_live_is_somebody_elses() {
    let number = "+33612345679";
    let before = [says("a", "phone", number, "2023-01-01"), says("b", "phone", number, "2023-09-01")];
    let since = [says("c", "phone", number, "2025-03-01"), says("d", "phone", number, "2025-04-01")];
    let all = [before.clone(), since.clone()].concat();
    assert_eq!(people(TTL, &all), ["a b", "c d"]);
    // Somebody who goes on saying it bridges the gap.
    let bridge = [says("b", "phone", number, "2024-05-01")];
    assert_eq!(people(TTL, &[all.clone(), bridge.to_vec()].concat()), ["a b c d"]);
    assert_eq!(people("[identifiers.phone]\n", &all), ["a b c d"]);
}

const WINDOW: &str = "[identifiers.email]\nmax_per_profile = 2\nwindow_days = 30\n[identifiers.loyalty_id]\n\
    [sources.events.fields]\nemail = \"email\"\ncard = \"loyalty_id\"\n";

#[test]
fn too_many_addresses_within_a_window_are_not_one_person() {
    let say = |user: &str, n: u8, day: &str| {
        let traits = json!({"email": format!("e{n}@b.fr"), "card": "C1"});
        let time = format!("{day}T12:00:00Z");
        json!({"type": "identify", "userId": user, "traits": traits, "timestamp": time}).to_string()
    };
    let slowly = [say("a", 1, "2024-01-01"), say("b", 2, "2024-01-20"), say("c", 3, "2024-03-01")];
    assert_eq!(people(WINDOW, &slowly), ["a b c"]);
    let at_once = [say("a", 1, "2024-01-01"), say("b", 2, "2024-01-10"), say("c", 3, "2024-01-20")];
    assert_eq!(people(WINDOW, &at_once), ["a b", "c"]);
    // Said again close to the others, a value of long ago counts with them.
    let again = [slowly.to_vec(), vec![say("a", 1, "2024-02-10"), say("b", 2, "2024-02-15")]].concat();
    assert_eq!(people(WINDOW, &again).len(), 2);
}

#[test]
fn a_batch_knows_the_times_of_its_rows() {
    let column = |name: &str, cells: &[&str]| Column::new(name, cells.iter().map(|cell| Some(*cell)));
    let (ids, phones) = (["1", "2", "3"], ["+33612345679"; 3]);
    let days = ["2023-01-01", "2023-06-01", "2025-01-01"];
    let columns = vec![column("id", &ids), column("phone", &phones), column("seen", &days)];
    let table = Table::new("crm", columns).unwrap();
    let toml = "[sources.crm]\nid = \"id\"\nobserved_at = \"seen\"\n[sources.crm.fields]\nphone = \"phone\"\n\
        [matching]\nfuzzy = false\n[identifiers.phone]\nttl_days = 365\n";
    let config = Config::from_toml(toml).unwrap();
    let result = resolve(std::slice::from_ref(&table), Some(&config), &Options::default()).unwrap();
    assert_eq!(result.profiles().len(), 2);
    let graph = Graph::in_memory(&config).unwrap();
    for (id, day) in ids.iter().zip(days) {
        let record = json!({"id": id, "phone": phones[0], "seen": day});
        let message = json!({"type": "record", "source": "crm", "record": record});
        graph.ingest(&message.to_string(), NOW).unwrap();
    }
    assert_eq!(graph.snapshot().unwrap().profiles().len(), 2);
}

#[test]
fn a_window_without_a_limit_is_an_error() {
    let fault = Graph::in_memory(&Config::from_toml("[identifiers.email]\nwindow_days = 3\n").unwrap()).unwrap_err();
    assert!(fault.to_string().contains("max_per_profile"), "{fault}");
}

const LOOSE: &str = "[identifiers.email]\n[identifiers.customer_id]\nunique = false\n";
const STRICT: &str = "[identifiers.email]\nmax_profiles = 2\n[identifiers.customer_id]\nunique = true\n";

#[test]
fn what_other_rules_make_of_profiles_is_told_in_the_feed() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = |rules: &str| Graph::on(Arc::clone(&store), &Config::from_toml(rules).unwrap(), false).unwrap();
    let graph = open(LOOSE);
    for user in ["a", "b", "c"] {
        graph.ingest(&says(user, "email", "info@b.fr", "2024-01-01"), NOW).unwrap();
    }
    let joined = graph.profiles();
    assert_eq!(joined.len(), 1);
    let last = graph.counts().changes;
    drop(open(LOOSE));
    assert_eq!(open(LOOSE).counts().changes, last, "the same rules tell nothing");

    let strict = open(STRICT);
    let told = strict.changes(last, 100).unwrap();
    assert!(told.iter().all(|change| change.cause == "rules"));
    let words: Vec<&str> = told.iter().map(|change| change.event.word()).collect();
    assert_eq!(words[..3], ["rules_changed", "identifier_generic", "profile_split"], "{told:?}");
    assert_eq!(told[0].event, Event::RulesChanged { parts: vec!["identifiers".to_owned()] });
    let Event::ProfileSplit { profile_id, into } = &told[2].event else { panic!("no split") };
    let now: BTreeSet<String> = strict.profiles().into_iter().map(|profile| profile.profile_id).collect();
    assert_eq!((profile_id, into.iter().cloned().collect()), (&joined[0].profile_id, now));

    let last = strict.counts().changes;
    let back = open(LOOSE);
    let words: Vec<&str> = back.changes(last, 100).unwrap().iter().map(|change| change.event.word()).collect();
    assert_eq!(words[..3], ["rules_changed", "identifier_restored", "profile_merged"]);
    assert_eq!(back.profiles(), joined);
}

#[test]
fn ids_of_long_ago_lead_on_after_the_graph_was_opened_again() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = || Graph::on(Arc::clone(&store), &Config::default(), false).unwrap();
    let graph = open();
    let page = |device: &str, time: &str| {
        json!({"type": "page", "anonymousId": device, "timestamp": format!("2024-01-0{time}Z")}).to_string()
    };
    let login = |device: &str, user: &str, time: &str| {
        json!({"type": "identify", "anonymousId": device, "userId": user, "timestamp": format!("2024-01-0{time}Z"),
            "traits": {"email": format!("{user}@b.fr")}})
        .to_string()
    };
    // Visitors who become known, a tablet of two people with a session of nobody's, and a user who had another cookie.
    let messages = [
        page("a1", "1T10:00:00"),
        login("a1", "u1", "1T10:10:00"),
        page("tablet", "2T10:00:00"),
        login("tablet", "u1", "2T10:10:00"),
        page("tablet", "3T10:00:00"),
        login("tablet", "u2", "4T10:00:00"),
        page("a0", "1T09:00:00"),
        login("a0", "u2", "5T10:00:00"),
    ];
    messages.iter().for_each(|message| drop(graph.ingest(message, NOW).unwrap()));
    let told: Vec<String> =
        graph.changes(0, 1_000).unwrap().iter().filter_map(|c| c.event.profile_id().map(str::to_owned)).collect();
    let lead = |graph: &Graph| told.iter().map(|id| graph.profile(id).map(|p| p.profile_id)).collect::<Vec<_>>();
    let before = lead(&graph);
    assert!(before.iter().all(Option::is_some) && graph.profiles().len() < told.iter().collect::<BTreeSet<_>>().len());
    assert_eq!(lead(&open()), before);
}

#[test]
fn the_feed_is_read_between_instants() {
    let graph = Graph::in_memory(&Config::default()).unwrap();
    for (user, at) in [("a", 0), ("b", 10), ("c", 20)] {
        graph.ingest(&says(user, "email", &format!("{user}@b.fr"), "2024-01-01"), NOW + at * 1_000).unwrap();
    }
    let read = |not_before: Option<i64>, before: Option<i64>| {
        let instants = Filter {
            not_before: not_before.map(|s| NOW + s * 1_000),
            before: before.map(|s| NOW + s * 1_000),
            ..Filter::default()
        };
        graph.changes_where(0, 100, &instants).unwrap().len()
    };
    assert_eq!((read(None, None), read(Some(10), None), read(Some(5), Some(20)), read(None, Some(10))), (3, 2, 1, 1));
}

#[test]
fn rows_that_the_filled_in_rules_keep_apart_are_told() {
    let columns = |card: &str| {
        let column = |name: &str, cells: [&str; 3]| Column::new(name, cells.map(Some));
        vec![
            column("customer_id", ["1", "2", "3"]),
            column("email", ["ann@b.fr", "ann@b.fr", card]),
            column("first_name", ["Ann", "Ann", "Bob"]),
        ]
    };
    let warned = |config: &Config, card: &str| {
        let graph = Graph::in_memory(config).unwrap();
        for (row, id) in ["1", "2", "3"].iter().enumerate() {
            let cells: serde_json::Map<String, serde_json::Value> = columns(card)
                .iter()
                .map(|column| (column.name().to_owned(), column.get(row).unwrap_or_default().into()))
                .collect();
            assert_eq!(cells["customer_id"], **id);
            graph.ingest(&json!({"type": "record", "source": "crm", "record": cells}).to_string(), NOW).unwrap();
        }
        graph.snapshot().unwrap().summary().warnings.clone()
    };
    let config = Config::from_toml(
        "[sources.crm]\nid = 'customer_id'\n[sources.crm.fields]\ncustomer_id = 'customer_id'\nemail = 'email'\n",
    )
    .unwrap();
    let told = warned(&config, "bob@b.fr");
    assert!(told.len() == 1 && told[0].starts_with("source 'crm'") && told[0].contains("customer_id"), "{told:?}");
    // Whoever wrote the rule knows it; and where nothing else joins rows, there is nothing to tell.
    let own = Config { identifiers: [(cdp_core::schema::Kind::Email, Default::default())].into(), ..config.clone() };
    assert_eq!(warned(&own, "bob@b.fr"), [""; 0]);
}
