//! What erasing, retention and objections of one person leave to others, and that neither costs more the more others there are.

#![allow(clippy::disallowed_methods)] // a test has a clock

use cdp_core::Config;
use cdp_core::consent::{Effective, Question};
use cdp_core::explain::RecordName;
use cdp_core::graph::{Activation, Graph, ProfileView};
use cdp_core::privacy::{Key, Keys};
use cdp_core::store::{KeyRange, Memory, Space, Store};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// 2026-06-01, in milliseconds.
const NOW: i64 = 1_780_272_000_000;

const RULES: &str = r#"
[sources.crm]
id = "id"
[sources.crm.fields]
email = "email"
card = "loyalty_id"
[consent]
gpc = ["ads"]
"#;

fn keys() -> Keys {
    Keys::new(vec![Key::new("k1", &[7; 32]).unwrap()]).unwrap()
}

fn on(store: &Arc<dyn Store>, more: &str) -> Graph {
    let config = Config::from_toml(&format!("{RULES}{more}")).unwrap();
    let graph = Graph::on(Arc::clone(store), &config, false).unwrap();
    graph.unlock(keys()).unwrap();
    graph
}

fn new(more: &str) -> (Arc<dyn Store>, Graph) {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let graph = on(&store, more);
    (store, graph)
}

/// Says it on a day of January 2026, on which it arrives.
fn say(graph: &Graph, day: u8, mut message: Value) {
    let at = cdp_core::instant::parse(&format!("2026-01-{day:02}")).unwrap();
    message["timestamp"] = cdp_core::instant::text(at).into();
    graph.ingest(&message.to_string(), at).unwrap();
}

fn identify(user: &str, email: &str) -> Value {
    json!({"type": "identify", "userId": user, "traits": {"email": email}})
}

fn consent(who: Value, status: &str) -> Value {
    let mut message = json!({"type": "consent", "purpose": "ads", "status": status});
    message.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
    message
}

fn user(graph: &Graph, id: &str) -> Option<ProfileView> {
    graph.profile_of(&RecordName { source: "events".to_owned(), record_id: format!("user:{id}") })
}

fn id(graph: &Graph, of: &str) -> String {
    user(graph, of).unwrap().profile_id
}

fn ads(graph: &Graph, of: &str) -> Effective {
    let question = Question { purpose: "ads", channel: None, address: None };
    graph.consent(&id(graph, of), &question, NOW).unwrap().effective
}

fn erase(graph: &Graph, of: &str) -> cdp_core::graph::Receipt {
    graph.erase(&id(graph, of), "dpo", false, NOW).unwrap()
}

/// Whether anything in a store has a text.
fn holds(store: &Arc<dyn Store>, text: &str) -> bool {
    let spaces = [Space::EVIDENCE, Space::CHANGES, Space::NAMED, Space::REMOVED, Space::IDS, Space::RECIPIENTS];
    spaces.into_iter().any(|space| {
        let mut found = false;
        let look = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        let scanned = store.scan(space, &KeyRange::all(), &mut |key, value| {
            found |= look(key) || look(value);
            Ok(ControlFlow::Continue(()))
        });
        scanned.unwrap();
        found
    })
}

/// Ways to say that one was somebody else before, and what is refused, or told, with it.
fn aliases() -> [Value; 3] {
    let alias = |context: Value| json!({"type": "alias", "userId": "zelda", "previousId": "u1-before", "anonymousId": "z", "context": context});
    [
        alias(json!({"consent": {"categoryPreferences": {"ads": false}}, "traits": {"email": "zelda@b.fr"}})),
        alias(json!({"gpc": true, "traits": {"email": "zelda@b.fr"}})),
        alias(json!({"traits": {"email": "zelda@b.fr"}})),
    ]
}

#[test]
fn what_somebody_else_says_in_an_alias_stays_theirs_when_whom_it_names_is_erased() {
    for alias in aliases() {
        let (store, graph) = new("");
        say(&graph, 1, identify("u1-before", "ann@b.fr"));
        say(&graph, 1, consent(json!({"userId": "zelda"}), "granted"));
        say(&graph, 2, alias);
        let before = (ads(&graph, "zelda"), user(&graph, "zelda").unwrap().fields);
        let export = graph.export_subject(&id(&graph, "u1-before"), "dpo", NOW).unwrap();
        assert!(
            export["evidence"].to_string().contains("u1-before") && !export.to_string().contains("zelda"),
            "{export}"
        );
        let receipt = erase(&graph, "u1-before");
        assert_eq!((receipt.records, receipt.evidence, receipt.shared.len()), (1, 1, 0));
        for graph in [&graph, &on(&store, "")] {
            assert_eq!((ads(graph, "zelda"), user(graph, "zelda").unwrap().fields), before);
            assert!(user(graph, "u1-before").is_none());
        }
        assert!(!holds(&store, "u1-before") && !holds(&store, "ann@b.fr"));
        assert!(holds(&store, "zelda@b.fr"));
    }
}

#[test]
fn whoever_is_known_by_an_alias_alone_is_there_still_and_can_be_erased() {
    let (store, graph) = new("");
    say(&graph, 1, identify("u-first", "ann@b.fr"));
    say(&graph, 2, json!({"type": "alias", "userId": "zelda", "previousId": "u-first"}));
    erase(&graph, "u-first");
    assert!(!holds(&store, "u-first"));
    erase(&graph, "zelda");
    assert!(!holds(&store, "zelda"));
}

#[test]
fn an_alias_that_was_put_aside_stays_its_senders() {
    let (store, graph) = new("");
    say(&graph, 1, identify("u1-before", "ann@b.fr"));
    say(&graph, 1, consent(json!({"userId": "zelda"}), "granted"));
    say(&graph, 2, aliases()[0].clone());
    let zelda = RecordName { source: "events".to_owned(), record_id: "user:zelda".to_owned() };
    graph.remove(&zelda, NOW).unwrap();
    erase(&graph, "u1-before");
    assert!(!holds(&store, "u1-before"));
    graph.restore("events", Some("user:zelda"), NOW).unwrap();
    assert_eq!(ads(&graph, "zelda"), Effective::Denied);
    assert_eq!(user(&graph, "zelda").unwrap().fields["email"], "zelda@b.fr");
}

#[test]
fn retention_of_a_prospect_leaves_what_others_said_of_who_they_were_before() {
    let rule = "[retention.prospects]\ndays = 5\ncustomers = ['loyalty_id']\n";
    for alias in aliases() {
        let (store, graph) = new(rule);
        say(&graph, 1, identify("u1-before", "ann@b.fr"));
        say(&graph, 1, consent(json!({"userId": "zelda"}), "granted"));
        say(&graph, 2, alias);
        say(&graph, 9, json!({"type": "page", "userId": "zelda"}));
        let before = ads(&graph, "zelda");
        graph.advance(cdp_core::instant::parse("2026-01-10").unwrap()).unwrap();
        assert!(user(&graph, "u1-before").is_none() && !holds(&store, "u1-before"));
        for graph in [&graph, &on(&store, rule)] {
            assert_eq!(ads(graph, "zelda"), before);
            assert_eq!(user(graph, "zelda").unwrap().fields["email"], "zelda@b.fr");
        }
    }
}

#[test]
fn tombstones_of_another_store_name_nobody_who_only_said_that_they_were_the_erased_before() {
    let fill = |graph: &Graph| {
        say(graph, 1, identify("u1-before", "ann@b.fr"));
        say(graph, 1, identify("zelda", "zelda@b.fr"));
        say(graph, 2, json!({"type": "alias", "userId": "zelda", "previousId": "u1-before"}));
    };
    let ((_, here), (store, backup)) = (new(""), new(""));
    fill(&here);
    fill(&backup);
    let ann = id(&backup, "u1-before");
    erase(&here, "u1-before");
    let imported = backup.import_tombstones(&here.export_tombstones().unwrap(), "dpo", NOW).unwrap();
    assert_eq!(imported.profiles, [ann]);
    imported.profiles.iter().for_each(|id| drop(backup.erase(id, "dpo", false, NOW).unwrap()));
    assert!(!holds(&store, "u1-before"));
    assert_eq!(user(&backup, "zelda").unwrap().fields, user(&here, "zelda").unwrap().fields);
    say(&backup, 3, json!({"type": "page", "userId": "zelda"}));
    assert_eq!(user(&backup, "zelda").unwrap().events, 1);
}

#[test]
fn whom_an_alias_joined_to_the_erased_is_not_named_after_it_is_parted() {
    let rules = "[identifiers.customer_id]\npriority = 1\n";
    let ((_, here), (_, backup)) = (new(rules), new(rules));
    for graph in [&here, &backup] {
        say(graph, 1, json!({"type": "page", "userId": "zelda"}));
        say(graph, 2, identify("u1-before", "ann@b.fr"));
    }
    say(&backup, 3, json!({"type": "alias", "userId": "zelda", "previousId": "u1-before"}));
    assert_eq!(backup.counts().profiles, 1);
    erase(&here, "u1-before");
    let imported = backup.import_tombstones(&here.export_tombstones().unwrap(), "dpo", NOW).unwrap();
    assert_eq!(imported.profiles, [id(&backup, "u1-before")]);
    imported.profiles.iter().for_each(|id| drop(backup.erase(id, "dpo", false, NOW).unwrap()));
    assert_eq!(user(&backup, "zelda").unwrap().events, 1);
}

#[test]
fn forgetting_a_login_permits_nothing_that_was_refused_on_the_device() {
    let rule = "[[retention.rules]]\ntype = 'page'\ndays = 10\n";
    let (store, graph) = new(rule);
    say(&graph, 1, consent(json!({"anonymousId": "d1"}), "denied"));
    say(&graph, 2, json!({"type": "page", "anonymousId": "d1", "userId": "u1", "name": "page-one"}));
    say(&graph, 3, json!({"type": "page", "anonymousId": "d1", "userId": "u1", "name": "page-two"}));
    say(&graph, 4, consent(json!({"anonymousId": "d2", "userId": "u1"}), "granted"));
    say(&graph, 4, json!({"type": "page", "anonymousId": "d2", "userId": "u1", "name": "page-three"}));
    let now = cdp_core::instant::parse("2026-01-20").unwrap();
    graph.advance(now).unwrap();
    for graph in [&graph, &on(&store, rule)] {
        assert_eq!(ads(graph, "u1"), Effective::Denied);
        let activation =
            Activation { destination: "plain".to_owned(), purpose: "ads".to_owned(), ..Activation::default() };
        assert_eq!(graph.activate(&activation, "campaign", now).unwrap().people(), 0);
    }
    assert_eq!(["page-one", "page-two", "page-three"].map(|page| holds(&store, page)), [false, true, false]);
    // Once a later one tells it, the one that was held goes.
    say(&graph, 19, json!({"type": "page", "anonymousId": "d1", "userId": "u1", "name": "page-four"}));
    graph.advance(now).unwrap();
    assert_eq!(["page-two", "page-four"].map(|page| holds(&store, page)), [false, true]);
    assert_eq!(ads(&graph, "u1"), Effective::Denied);
}

#[test]
fn an_objection_on_a_device_of_which_only_an_alias_is_left_still_bears_on_whom_that_names() {
    let rule = "[[retention.rules]]\ntype = 'page'\ndays = 10\n";
    let (store, graph) = new(rule);
    say(&graph, 1, json!({"type": "page", "anonymousId": "d1", "name": "page-one"}));
    let visitor = graph.find("anonymous_id", "d1").unwrap().remove(0).profile_id;
    graph.object(&visitor, "ads", "dpo", cdp_core::instant::parse("2026-01-02").unwrap()).unwrap();
    say(&graph, 3, json!({"type": "alias", "userId": "u1", "previousId": "d1"}));
    say(&graph, 4, consent(json!({"anonymousId": "d2", "userId": "u1"}), "granted"));
    assert_eq!(ads(&graph, "u1"), Effective::Denied);
    graph.advance(cdp_core::instant::parse("2026-01-20").unwrap()).unwrap();
    assert!(!holds(&store, "page-one"));
    for graph in [&graph, &on(&store, rule)] {
        assert_eq!(ads(graph, "u1"), Effective::Denied);
    }
}

#[test]
fn retention_forgets_to_whom_data_was_sent_of_whom_nothing_is_left() {
    let rule = "[[retention.rules]]\ntype = 'page'\ndays = 10\n";
    let (store, graph) = new(rule);
    let page = json!({"type": "page", "anonymousId": "d9"});
    say(&graph, 1, page.clone());
    let visitor = |graph: &Graph| graph.find("anonymous_id", "d9").unwrap().remove(0).profile_id;
    graph.note_sent(&[visitor(&graph)], "print shop", "letters", NOW).unwrap();
    graph.advance(cdp_core::instant::parse("2026-01-20").unwrap()).unwrap();
    assert!(!holds(&store, "print shop"));
    say(&graph, 25, page);
    assert!(graph.recipients(&visitor(&graph)).unwrap().is_empty());
}

#[test]
fn who_shares_a_device_is_not_told_to_whom_data_of_another_was_sent() {
    let (_, graph) = new("");
    for (user, day) in [("u1", 1), ("u2", 3)] {
        let mut message = identify(user, &format!("{user}@b.fr"));
        message["anonymousId"] = "tablet".into();
        say(&graph, day, message);
    }
    say(&graph, 4, consent(json!({"userId": "u1"}), "granted"));
    let activation = Activation { destination: "plain".to_owned(), purpose: "ads".to_owned(), ..Activation::default() };
    assert_eq!(graph.activate(&activation, "campaign", NOW).unwrap().people(), 1);
    let told = |user: &str| graph.recipients(&id(&graph, user)).unwrap().len();
    assert_eq!((told("u1"), told("u2")), (1, 0));
    assert!(erase(&graph, "u2").recipients.is_empty());
    assert_eq!(erase(&graph, "u1").recipients.len(), 1);
}

#[test]
fn whoever_is_given_their_data_is_told_to_whom_what_was_taken_out_was_sent() {
    let (_, graph) = new("");
    say(&graph, 1, identify("u1", "ann@b.fr"));
    let row = RecordName { source: "crm".to_owned(), record_id: "7".to_owned() };
    say(&graph, 2, json!({"type": "record", "source": "crm", "record": {"id": "7", "email": "other@b.fr"}}));
    let of_row = graph.profile_of(&row).unwrap().profile_id;
    graph.note_sent(&[of_row], "print shop", "letters", NOW).unwrap();
    let ann = RecordName { source: "events".to_owned(), record_id: "user:u1".to_owned() };
    graph.confirm(ann, row.clone(), NOW).unwrap();
    graph.remove(&row, NOW).unwrap();
    let export = graph.export_subject(&id(&graph, "u1"), "dpo", NOW).unwrap();
    assert_eq!(export["recipients"][0]["destination"], "print shop");
    assert_eq!(erase(&graph, "u1").recipients[0].destination, "print shop");
}

#[test]
fn a_receipt_counts_the_same_entries_of_the_feed_after_opening_again() {
    let (store, graph) = new("");
    // A refused link, whose reason quotes the user of the side that the row is on.
    say(&graph, 1, json!({"type": "identify", "userId": "u2"}));
    say(&graph, 1, json!({"type": "record", "source": "crm", "record": {"id": "7", "email": "family@b.fr"}}));
    let two = RecordName { source: "events".to_owned(), record_id: "user:u2".to_owned() };
    let row = RecordName { source: "crm".to_owned(), record_id: "7".to_owned() };
    graph.confirm(two.clone(), row.clone(), NOW).unwrap();
    say(&graph, 2, identify("u1", "family@b.fr"));
    assert_eq!(graph.refused().len(), 1);
    graph.forget(two, row, NOW + 1).unwrap();
    erase(&graph, "u1");
    let dry = |graph: &Graph| graph.erase(&id(graph, "u2"), "dpo", true, NOW).unwrap().changes;
    assert_eq!(dry(&graph), dry(&on(&store, "")));
}

/// A graph of so many who objected, of half of whom nothing more is left.
fn beside(objectors: usize) -> Graph {
    let (_, graph) = new("[segments]\nagreed = \"consent('ads')\"\n");
    let all: Vec<String> =
        (0..objectors).map(|n| identify(&format!("o{n}"), &format!("o{n}@b.fr")).to_string()).collect();
    graph.ingest(&format!("[{}]", all.join(",")), NOW).unwrap();
    let one = |n: usize| RecordName { source: "events".to_owned(), record_id: format!("user:o{n}") };
    (0..objectors).for_each(|n| drop(graph.object(&id(&graph, &format!("o{n}")), "ads", "dpo", NOW).unwrap()));
    for n in (0..objectors).step_by(2) {
        graph.refuse(one(n), one(n + 1), NOW).unwrap();
        graph.remove(&one(n), NOW).unwrap();
    }
    graph
}

#[test]
fn a_consent_and_an_erasure_cost_no_more_the_more_others_objected() {
    let consents = |graph: &Graph, day: u8| {
        (0..50).for_each(|n| say(graph, day, consent(json!({"userId": format!("c{n}")}), "granted")));
    };
    let erasures = |graph: &Graph, day: u8| {
        for n in 0..50 {
            say(graph, day, identify(&format!("e{n}"), &format!("e{n}@b.fr")));
            graph.erase(&id(graph, &format!("e{n}")), "dpo", true, NOW).unwrap();
        }
    };
    let (few, many) = (beside(2), beside(1_000));
    for work in [&consents as &dyn Fn(&Graph, u8), &erasures] {
        let time = |graph: &Graph, day: u8| {
            let start = Instant::now();
            work(graph, day);
            start.elapsed()
        };
        // What other processes do meanwhile can be in any one of these.
        let times: Vec<(Duration, Duration)> = (2..12).map(|day| (time(&few, day), time(&many, day))).collect();
        assert!(times.iter().any(|(few, many)| *many < *few * 3), "beside 2 and beside 1,000: {times:?}");
    }
}

#[test]
fn an_objection_is_lifted_by_the_persons_grant_whatever_records_they_have() {
    let (store, graph) = new("");
    say(&graph, 1, identify("u1", "ann@b.fr"));
    say(&graph, 1, json!({"type": "record", "source": "crm", "record": {"id": "7", "card": "12345678"}}));
    let row = RecordName { source: "crm".to_owned(), record_id: "7".to_owned() };
    let ann = RecordName { source: "events".to_owned(), record_id: "user:u1".to_owned() };
    graph.confirm(ann.clone(), row.clone(), NOW).unwrap();
    graph.object(&id(&graph, "u1"), "ads", "dpo", cdp_core::instant::parse("2026-01-02").unwrap()).unwrap();
    // Not by somebody else who says that they have the card.
    say(&graph, 3, json!({"type": "identify", "userId": "u2", "traits": {"email": "bob@b.fr"}}));
    say(&graph, 3, consent(json!({"userId": "u2"}), "granted"));
    assert_eq!(ads(&graph, "u1"), Effective::Denied);
    say(&graph, 4, consent(json!({"userId": "u1"}), "granted"));
    for graph in [&graph, &on(&store, "")] {
        assert_eq!(ads(graph, "u1"), Effective::Granted);
    }
    // Of a user who is erased, a mark of somebody else by now does not tell.
    graph.refuse(ann, row.clone(), NOW + 1).unwrap();
    erase(&graph, "u1");
    assert!(!holds(&store, "\"u1\"") && !holds(&store, "user:u1"));
    let theirs = graph.profile_of(&row).unwrap().profile_id;
    assert_eq!(graph.ledger(&theirs).unwrap()[0].purpose, "ads", "the objection stays");
}
