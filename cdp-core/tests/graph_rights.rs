//! What people can ask for (GDPR 15 to 21), retention, and to whom data was sent.

use cdp_core::activation::LeftOut;
use cdp_core::consent::{Effective, Question};
use cdp_core::explain::RecordName;
use cdp_core::graph::{Activation, Change, Event, Graph, Members, ProfileView};
use cdp_core::privacy::{Key, Keys};
use cdp_core::schema::Kind;
use cdp_core::store::{Memory, Store};
use cdp_core::{Code, Config};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// 2026-06-01, in milliseconds.
const NOW: i64 = 1_780_272_000_000;
const DAY: i64 = 86_400_000;

const RULES: &str = r#"
[sources.crm]
id = "id"
observed_at = "at"
[sources.crm.fields]
email = "email"
name = "full_name"
[segments]
known = "email IS NOT MISSING"
"#;

fn config(more: &str) -> Config {
    Config::from_toml(&format!("{RULES}{more}")).unwrap()
}

fn graph() -> Graph {
    let graph = Graph::in_memory(&config("")).unwrap();
    graph.unlock(keys()).unwrap();
    graph
}

fn keys() -> Keys {
    Keys::new(vec![Key::new("k1", &[7; 32]).unwrap()]).unwrap()
}

fn tell(graph: &Graph, message: &serde_json::Value) -> Vec<Change> {
    graph.ingest(&message.to_string(), NOW).unwrap()
}

fn identify(user: &str, email: &str) -> serde_json::Value {
    json!({"type": "identify", "userId": user, "anonymousId": format!("a-{user}"), "traits": {"email": email},
        "timestamp": "2026-01-01T10:00:00Z"})
}

fn consent(user: &str, status: &str, day: u8) -> serde_json::Value {
    json!({"type": "consent", "userId": user, "purpose": "ads", "status": status,
        "timestamp": format!("2026-02-{day:02}T10:00:00Z")})
}

fn of(graph: &Graph, email: &str) -> ProfileView {
    graph.find("email", email).unwrap().remove(0)
}

fn ads(graph: &Graph, id: &str) -> Effective {
    let question = Question { purpose: "ads", channel: None, address: None };
    graph.consent(id, &question, NOW).unwrap().effective
}

fn words(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.event.word()).collect()
}

fn actions(graph: &Graph) -> Vec<String> {
    graph.audit().unwrap().into_iter().map(|entry| entry.action).collect()
}

#[test]
fn a_restricted_person_is_kept_and_not_used_until_released() {
    let graph = graph();
    for message in [identify("u1", "ann@b.fr"), consent("u1", "granted", 1), identify("u2", "bob@b.fr")] {
        tell(&graph, &message);
    }
    let (ann, everybody) = (of(&graph, "ann@b.fr"), graph.members("known").unwrap());
    assert_eq!((everybody.len(), ads(&graph, &ann.profile_id)), (2, Effective::Granted));
    let changes = graph.restrict(&ann.profile_id, "dpo", NOW).unwrap();
    assert_eq!(words(&changes), ["profile_restricted", "segment_exited"]);
    assert_eq!(ads(&graph, &ann.profile_id), Effective::Denied);
    assert_eq!(graph.snapshot().unwrap().profiles().len(), 1);
    // What is said of them meanwhile is kept, and they stay out.
    tell(&graph, &json!({"type": "identify", "userId": "u1", "traits": {"firstName": "Ann"}}));
    assert_eq!(graph.profile(&ann.profile_id).unwrap().fields["given_name"], "Ann");
    assert_eq!(graph.members("known").unwrap().len(), 1);
    let changes = graph.release(&ann.profile_id, "dpo", NOW + 1).unwrap();
    assert_eq!(words(&changes), ["profile_released", "segment_entered"]);
    assert_eq!((graph.members("known").unwrap(), ads(&graph, &ann.profile_id)), (everybody, Effective::Granted));
    assert_eq!(actions(&graph), ["restrict", "release"]);
}

#[test]
fn marks_are_of_records_so_they_merge_and_come_apart_and_survive_opening() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = || Graph::on(Arc::clone(&store), &config(""), false).unwrap();
    let graph = open();
    let row = |id: &str, email: &str| json!({"type": "record", "source": "crm", "record": {"id": id, "email": email, "at": "2026-01-02"}});
    tell(&graph, &row("1", "ann@b.fr"));
    tell(&graph, &identify("u2", "bob@b.fr"));
    let one = of(&graph, "ann@b.fr").profile_id;
    graph.restrict(&one, "dpo", NOW).unwrap();
    graph.object(&one, "ads", "dpo", NOW).unwrap();
    let named = |source: &str, id: &str| RecordName { source: source.to_owned(), record_id: id.to_owned() };
    let (a, b) = (named("crm", "1"), named("events", "user:u2"));
    graph.confirm(a.clone(), b.clone(), NOW).unwrap();
    let both = of(&graph, "bob@b.fr").profile_id;
    assert!(graph.members("known").unwrap().is_empty(), "who is restricted in part is restricted");
    assert_eq!(open().members("known").unwrap(), graph.members("known").unwrap());
    graph.release(&both, "dpo", NOW + 1).unwrap();
    assert_eq!(ads(&graph, &both), Effective::Denied, "the objection is of the whole person");
    graph.forget(a, b, NOW + 2).unwrap();
    let bob = of(&graph, "bob@b.fr").profile_id;
    assert_eq!((ads(&graph, &bob), ads(&graph, &one)), (Effective::Unknown, Effective::Denied));
}

#[test]
fn an_objection_stands_until_the_person_allows_it_again_signed_in() {
    let graph = graph();
    tell(&graph, &identify("u1", "ann@b.fr"));
    tell(&graph, &consent("u1", "granted", 1));
    let id = of(&graph, "ann@b.fr").profile_id;
    let changes = graph.object(&id, "ads", "form 12", cdp_core::instant::parse("2026-02-10").unwrap()).unwrap();
    assert!(matches!(&changes[0].event, Event::ProfileObjected { purpose, .. } if purpose == "ads"));
    assert_eq!(ads(&graph, &id), Effective::Denied);
    let ledger = graph.ledger(&id).unwrap();
    assert!(ledger.iter().any(|statement| statement.legal_basis.as_deref() == Some("objection")));
    tell(&graph, &consent("u1", "granted", 20));
    assert_eq!(ads(&graph, &id), Effective::Granted);
    assert_eq!(graph.object(&id, " ", "", NOW).unwrap_err().code(), Code::InvalidInput);
}

#[test]
fn an_export_takes_those_who_allow_it_and_the_receipt_names_who_got_the_data() {
    let graph = graph();
    let say = |user: &str, email: &str, status: &str| {
        tell(&graph, &identify(user, email));
        tell(&graph, &consent(user, status, 1));
    };
    say("u1", "ann@b.fr", "granted");
    say("u2", "bob@b.fr", "denied");
    tell(&graph, &identify("u3", "cat@b.fr"));
    say("u4", "dan@b.fr", "granted");
    graph.restrict(&of(&graph, "dan@b.fr").profile_id, "dpo", NOW).unwrap();
    let activation = Activation { destination: "plain".to_owned(), purpose: "ads".to_owned(), ..Activation::default() };
    let export = graph.activate(&activation, "campaign 7", NOW).unwrap();
    let ann = of(&graph, "ann@b.fr").profile_id;
    assert_eq!(export.batches.iter().flat_map(|batch| &batch.profiles).collect::<Vec<_>>(), [&ann]);
    let left_out = export.left_out_by_word();
    assert_eq!((left_out["consent_denied"], left_out["consent_unknown"]), (2, 1));
    graph.note_sent(std::slice::from_ref(&ann), "print shop", "letters", NOW + DAY).unwrap();
    let told = |graph: &Graph| {
        let recipients = graph.recipients(&ann).unwrap();
        recipients.iter().map(|r| format!("{} for {}", r.destination, r.purpose)).collect::<Vec<_>>()
    };
    assert_eq!(told(&graph), ["plain for ads", "print shop for letters"]);
    let receipt = graph.erase(&ann, "dpo", false, NOW).unwrap();
    assert_eq!(receipt.recipients.len(), 2);
    assert_eq!(receipt.recipients[1].at, cdp_core::instant::text(NOW + DAY));
    let nobody = Activation { members: Some(Members::Segment("other".to_owned())), ..activation.clone() };
    assert_eq!(graph.activate(&nobody, "", NOW).unwrap_err().code(), Code::NotFound);
    let bob = Members::Ids(vec![of(&graph, "bob@b.fr").profile_id]);
    assert_eq!(graph.activate(&Activation { members: Some(bob), ..activation }, "", NOW).unwrap().people(), 0);
}

#[test]
fn recipients_are_of_members_and_survive_opening() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = || Graph::on(Arc::clone(&store), &config(""), false).unwrap();
    let graph = open();
    tell(&graph, &identify("u1", "ann@b.fr"));
    tell(&graph, &identify("u2", "ann@c.fr"));
    let (one, two) = (of(&graph, "ann@b.fr").profile_id, of(&graph, "ann@c.fr").profile_id);
    graph.note_sent(std::slice::from_ref(&two), "shop", "ads", NOW).unwrap();
    assert!(open().recipients(&one).unwrap().is_empty());
    assert_eq!(open().recipients(&two).unwrap()[0].destination, "shop");
}

#[test]
fn a_corrected_row_replaces_what_it_said_and_a_user_is_corrected_too() {
    let graph = graph();
    let row = json!({"type": "record", "source": "crm",
        "record": {"id": "1", "email": "ann@b.fr", "name": "Anne Low", "at": "2026-01-02", "note": "kept"}});
    tell(&graph, &row);
    tell(&graph, &identify("u9", "eve@b.fr"));
    let record = |source: &str, id: &str| RecordName { source: source.to_owned(), record_id: id.to_owned() };
    let right = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    graph.rectify(&record("crm", "1"), &right("name", "Ann Lowe"), "form 3", NOW).unwrap();
    let ann = of(&graph, "ann@b.fr");
    assert_eq!((ann.fields["full_name"].as_str(), ann.records.len()), ("Ann Lowe", 1));
    graph.rectify(&record("events", "user:u9"), &right("email", "eva@b.fr"), "form 4", NOW).unwrap();
    assert_eq!(of(&graph, "eva@b.fr").fields["email"], "eva@b.fr");
    let gone = graph.rectify(&record("crm", "2"), &right("name", "X"), "", NOW).unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    assert_eq!(actions(&graph), ["rectify", "rectify"]);
}

const KEPT: &str = "[[retention.rules]]\ntype = \"page\"\ndays = 30\n[[retention.rules]]\nsource = \"shop\"\ndays = 10\n\
    [retention.prospects]\ndays = 60\n";

#[test]
fn what_is_too_old_goes_as_if_it_had_never_come_and_the_audit_log_proves_it() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = |more: &str| Graph::on(Arc::clone(&store), &config(more), false).unwrap();
    let graph = open(KEPT);
    let at = |days: i64| cdp_core::instant::text(NOW - days * DAY);
    let page = |device: &str, days: i64| json!({"type": "page", "anonymousId": device, "timestamp": at(days), "messageId": format!("m{days}")});
    let messages = [
        json!({"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"email": "ann@b.fr"}, "timestamp": at(400)}),
        page("a1", 40),
        page("a1", 20),
        json!({"type": "track", "event": "Seen", "userId": "u1", "source": "shop", "timestamp": at(20)}),
        // A prospect, by nothing but an address.
        json!({"type": "identify", "anonymousId": "a2", "traits": {"email": "old@b.fr"}, "timestamp": at(70)}),
        json!({"type": "identify", "anonymousId": "a3", "traits": {"email": "new@b.fr"}, "timestamp": at(50)}),
        // A refusal is kept, since forgetting it would permit.
        json!({"type": "page", "anonymousId": "a1", "timestamp": at(45), "context": {"gpc": true}}),
    ];
    messages.iter().for_each(|message| drop(tell(&graph, message)));
    assert_eq!(of(&graph, "ann@b.fr").events, 4);
    let changes = graph.advance(NOW).unwrap();
    assert!(changes.iter().any(|change| change.cause == "retention" && change.event.word() == "profile_removed"));
    let ann = of(&graph, "ann@b.fr");
    assert_eq!(ann.events, 2, "one page and the one that refuses are left");
    assert!(graph.find("email", "old@b.fr").unwrap().is_empty());
    assert_eq!(graph.find("email", "new@b.fr").unwrap().len(), 1);
    let log = graph.audit().unwrap();
    let told: Vec<_> = log
        .iter()
        .map(|entry| (entry.action.as_str(), entry.details["messages"].as_str(), entry.details["prospects"].as_str()))
        .collect();
    assert_eq!(told, [("retain", "2", "1")]);
    graph.verify_audit(None).unwrap();
    assert!(graph.advance(NOW).unwrap().is_empty(), "nothing is left to go");

    assert_eq!(open(KEPT).profiles(), graph.profiles());
    let never = Graph::in_memory(&config("")).unwrap();
    [0, 2, 5, 6].iter().for_each(|&place| drop(tell(&never, &messages[place])));
    assert_eq!(graph.profiles(), never.profiles());
    // The rest of a restricted person stays, whatever its age.
    graph.restrict(&ann.profile_id, "dpo", NOW).unwrap();
    graph.advance(NOW + 100 * DAY).unwrap();
    assert_eq!(graph.profile(&ann.profile_id).unwrap().events, 2);
    graph.release(&ann.profile_id, "dpo", NOW + 100 * DAY).unwrap();
    graph.advance(NOW + 100 * DAY).unwrap();
    assert_eq!(graph.profile(&ann.profile_id).unwrap().events, 1);
}

/// A device that an anonymous prospect has, who is gone by the end.
const DEVICE: &str = "a-u1";

/// A message of that device.
fn on_device(more: serde_json::Value) -> serde_json::Value {
    let mut message = json!({"anonymousId": DEVICE, "timestamp": "2026-02-03T10:00:00Z"});
    message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    message
}

fn with_prospects() -> Graph {
    Graph::in_memory(&config("[retention.prospects]\ndays = 60\n[sources.app]\n")).unwrap()
}

/// Takes these out, lets a prospect come to the device and grow too old, and says all of it again.
fn a_prospect_of_their_device_goes(graph: &Graph, aside: &[&str], said: &[serde_json::Value]) {
    for name in aside {
        let (source, record_id) = name.split_once('/').unwrap();
        graph.remove(&RecordName { source: source.to_owned(), record_id: record_id.to_owned() }, NOW).unwrap();
    }
    tell(graph, &json!({"type": "page", "anonymousId": DEVICE, "timestamp": "2026-02-10T10:00:00Z"}));
    graph.advance(NOW + 100 * DAY).unwrap();
    assert!(graph.profiles().is_empty(), "the prospect went: {:?}", graph.profiles());
    said.iter().for_each(|message| drop(tell(graph, message)));
}

#[test]
fn who_was_put_aside_stays_restricted_and_objecting_when_a_prospect_of_their_device_goes() {
    let user = vec![identify("u1", "ann@b.fr"), consent("u1", "granted", 1)];
    let email = json!({"email": "ann@b.fr"});
    let nobody = vec![
        on_device(json!({"type": "identify", "traits": email})),
        on_device(json!({"type": "consent", "traits": email, "purpose": "ads", "status": "granted"})),
    ];
    let cases = [
        (user.clone(), vec!["events/user:u1"], json!(null)),
        (nobody, vec!["events/contact:a-u1/ann@b.fr"], json!(null)),
        // The same user of another source, on the same device, of whom nothing is marked.
        (
            user,
            vec!["events/user:u1", "app/user:u1"],
            on_device(json!({"type": "identify", "source": "app", "userId": "u1"})),
        ),
    ];
    for (said, aside, later) in cases {
        for objects in [false, true] {
            let graph = with_prospects();
            said.iter().for_each(|message| drop(tell(&graph, message)));
            let ann = of(&graph, "ann@b.fr").profile_id;
            match objects {
                true => drop(graph.object(&ann, "ads", "dpo", NOW).unwrap()),
                false => drop(graph.restrict(&ann, "dpo", NOW).unwrap()),
            }
            if !later.is_null() {
                tell(&graph, &later);
            }
            a_prospect_of_their_device_goes(&graph, &aside, &said);
            let ads = ads(&graph, &of(&graph, "ann@b.fr").profile_id);
            assert_eq!(ads, Effective::Denied, "{aside:?}, objects: {objects}");
        }
    }
}

#[test]
fn who_was_put_aside_stays_restricted_when_the_prospect_was_decided_to_be_them() {
    let graph = with_prospects();
    let said = [identify("u1", "ann@b.fr"), consent("u1", "granted", 1)];
    said.iter().for_each(|message| drop(tell(&graph, message)));
    graph.restrict(&of(&graph, "ann@b.fr").profile_id, "dpo", NOW).unwrap();
    tell(&graph, &json!({"type": "record", "source": "crm", "record": {"id": "1", "name": "Ann", "at": "2026-01-05"}}));
    let name = |source: &str, id: &str| RecordName { source: source.to_owned(), record_id: id.to_owned() };
    graph.confirm(name("crm", "1"), name("events", "user:u1"), NOW).unwrap();
    a_prospect_of_their_device_goes(&graph, &["events/user:u1"], &said);
    assert_eq!(ads(&graph, &of(&graph, "ann@b.fr").profile_id), Effective::Denied);
}

#[test]
fn what_was_put_aside_refuses_still_when_it_comes_back_after_a_prospect_went_and_who_has_it_is_known() {
    let graph = with_prospects();
    tell(&graph, &on_device(json!({"type": "consent", "purpose": "ads", "status": "denied"})));
    tell(&graph, &on_device(json!({"type": "identify", "userId": "u1", "traits": {"email": "ann@b.fr"}})));
    let ann = of(&graph, "ann@b.fr").profile_id;
    graph.note_sent(std::slice::from_ref(&ann), "shop", "ads", NOW).unwrap();
    assert_eq!(ads(&graph, &ann), Effective::Denied);
    graph.remove_source("events", NOW).unwrap();
    tell(&graph, &json!({"type": "page", "source": "app", "anonymousId": DEVICE, "timestamp": "2026-02-10T10:00:00Z"}));
    graph.advance(NOW + 100 * DAY).unwrap();
    assert!(graph.profiles().is_empty());
    graph.restore("events", None, NOW + 100 * DAY).unwrap();
    let ann = of(&graph, "ann@b.fr").profile_id;
    assert_eq!(ads(&graph, &ann), Effective::Denied);
    assert_eq!(graph.recipients(&ann).unwrap()[0].destination, "shop");
}

#[test]
fn what_is_refused_on_a_device_stays_while_somebody_who_used_it_may_come_back() {
    let refusal = on_device(json!({"type": "consent", "source": "app", "purpose": "ads", "status": "denied"}));
    let refuses = |graph: &Graph, id: &str| ads(graph, id) == Effective::Denied;
    // Put aside, and restored.
    let graph = with_prospects();
    tell(&graph, &on_device(json!({"type": "identify", "userId": "u1", "traits": {"email": "ann@b.fr"}})));
    tell(&graph, &refusal);
    assert!(refuses(&graph, &of(&graph, "ann@b.fr").profile_id));
    graph.remove_source("events", NOW).unwrap();
    graph.advance(NOW + 100 * DAY).unwrap();
    graph.restore("events", None, NOW + 100 * DAY).unwrap();
    assert!(refuses(&graph, &of(&graph, "ann@b.fr").profile_id));

    // Of two messages with one id, the other counts once the first is gone: found by 16,000 histories.
    let graph = with_prospects();
    tell(&graph, &on_device(json!({"type": "identify", "messageId": "m1"})));
    tell(&graph, &refusal);
    tell(&graph, &on_device(json!({"type": "track", "event": "Bought", "messageId": "m1", "userId": "u1"})));
    graph.advance(NOW + 100 * DAY).unwrap();
    assert!(graph.profiles().iter().all(|profile| refuses(&graph, &profile.profile_id)));
}

#[test]
fn tombstones_keep_the_erased_out_of_another_store_and_out_of_a_backup() {
    let (one, other) = (graph(), graph());
    for graph in [&one, &other] {
        tell(graph, &identify("u1", "ann@b.fr"));
        tell(graph, &identify("u2", "bob@b.fr"));
    }
    let ann = of(&one, "ann@b.fr").profile_id;
    one.erase(&ann, "dpo", false, NOW).unwrap();
    let lines = one.export_tombstones().unwrap();
    assert!(!lines.contains("ann") && lines.lines().count() == 4, "a key, and three identifiers: {lines}");
    let imported = other.import_tombstones(&lines, "dpo", NOW).unwrap();
    assert_eq!((imported.added, imported.known, imported.profiles), (3, 0, vec![ann.clone()]));
    other.erase(&ann, "dpo", false, NOW).unwrap();
    let refused = tell(&other, &identify("u3", "ann@b.fr"));
    assert_eq!(words(&refused), ["message_refused"]);
    assert_eq!(other.import_tombstones(&lines, "dpo", NOW).unwrap().known, 3);

    let stranger = Graph::in_memory(&config("")).unwrap();
    assert_eq!(stranger.import_tombstones(&lines, "", NOW).unwrap_err().code(), Code::MissingKey);
    stranger.unlock(Keys::new(vec![Key::new("k1", &[8; 32]).unwrap()]).unwrap()).unwrap();
    assert_eq!(stranger.import_tombstones(&lines, "", NOW).unwrap_err().code(), Code::InvalidKey);
    assert_eq!(other.import_tombstones("nonsense", "", NOW).unwrap_err().code(), Code::InvalidInput);
}

#[test]
fn a_device_that_was_restricted_is_released_with_whoever_logged_in_on_it() {
    let graph = graph();
    let page = |user: Option<&str>, day: u8| json!({"type": "identify", "anonymousId": "tablet", "userId": user, "timestamp": format!("2026-01-{day:02}T10:00:00Z")});
    tell(&graph, &page(None, 1));
    let id = graph.profiles()[0].profile_id.clone();
    graph.restrict(&id, "dpo", NOW).unwrap();
    for (user, day) in [("u1", 2), ("u2", 4)] {
        tell(&graph, &page(Some(user), day));
        tell(&graph, &consent(user, "granted", day));
    }
    let of = |user: &str| graph.find("customer_id", user).unwrap().remove(0).profile_id;
    assert_eq!((ads(&graph, &of("u1")), ads(&graph, &of("u2"))), (Effective::Denied, Effective::Denied));
    graph.release(&of("u1"), "dpo", NOW + 1).unwrap();
    assert_eq!((ads(&graph, &of("u1")), ads(&graph, &of("u2"))), (Effective::Granted, Effective::Granted));
    graph.restrict(&of("u2"), "dpo", NOW + 2).unwrap();
    graph.release(&of("u1"), "dpo", NOW + 3).unwrap();
    assert_eq!(ads(&graph, &of("u2")), Effective::Denied, "what was put on the other person stays");
}

const OPTIN: &str = "[sources.crm.fields.optin]\nkind = 'consent'\npurpose = 'ads'\n";

fn row(at: &str, name: &str, optin: &str) -> serde_json::Value {
    json!({"type": "record", "source": "crm",
        "record": {"id": "1", "email": "ann@b.fr", "name": name, "at": at, "optin": optin}})
}

#[test]
fn correcting_a_name_says_nothing_of_consents_again() {
    let graph = Graph::in_memory(&config(OPTIN)).unwrap();
    tell(&graph, &row("2026-01-01", "An Roux", "oui"));
    tell(
        &graph,
        &json!({"type": "consent", "anonymousId": "x", "traits": {"email": "ann@b.fr"}, "purpose": "ads",
        "status": "expired", "timestamp": "2026-01-20T10:00:00Z"}),
    );
    let id = of(&graph, "ann@b.fr").profile_id;
    assert_eq!(ads(&graph, &id), Effective::Unknown);
    let record = RecordName { source: "crm".to_owned(), record_id: "1".to_owned() };
    let correct = |field: &str, value: &str, at: i64| {
        graph.rectify(&record, &BTreeMap::from([(field.to_owned(), value.to_owned())]), "dpo", at).unwrap()
    };
    correct("name", "Ann Roux", NOW);
    assert_eq!(ads(&graph, &id), Effective::Unknown);
    correct("optin", "oui", NOW - 1);
    assert_eq!(ads(&graph, &id), Effective::Granted, "unless it is what is corrected");
    assert_eq!(of(&graph, "ann@b.fr").fields["full_name"], "Ann Roux");
}

#[test]
fn what_is_dated_ahead_can_be_corrected() {
    let graph = Graph::in_memory(&config(OPTIN)).unwrap();
    tell(&graph, &row("2030-01-01", "An Roux", ""));
    let record = RecordName { source: "crm".to_owned(), record_id: "1".to_owned() };
    let correct = |name: &str, optin: &str| {
        let fields = [("name", name), ("optin", optin)].map(|(field, value)| (field.to_owned(), value.to_owned()));
        graph.rectify(&record, &fields.into(), "dpo", NOW).unwrap();
    };
    // Twice in one instant: the second counts.
    correct("Anna Roux", "oui");
    correct("Ann Roux", "non");
    let profile = of(&graph, "ann@b.fr");
    assert_eq!(profile.fields["full_name"], "Ann Roux");
    assert_eq!(ads(&graph, &profile.profile_id), Effective::Denied, "and what it says of consents counts now");
}

fn rectify(graph: &Graph, record: (&str, &str), email: &str, at: i64) -> Vec<Change> {
    let record = RecordName { source: record.0.to_owned(), record_id: record.1.to_owned() };
    graph.rectify(&record, &[("email".to_owned(), email.to_owned())].into(), "dpo", at).unwrap()
}

fn email_of(graph: &Graph, record: (&str, &str)) -> String {
    let record = RecordName { source: record.0.to_owned(), record_id: record.1.to_owned() };
    graph.profile_of(&record).unwrap().fields["email"].clone()
}

#[test]
fn a_correction_holds_though_it_says_what_an_older_row_said() {
    let rules = "[sources.till]\nid = \"id\"\n[sources.till.fields]\nemail = \"email\"\n";
    let graph = Graph::in_memory(&Config::from_toml(rules).unwrap()).unwrap();
    let row = |email: &str| json!({"type": "record", "source": "till", "record": {"id": "1", "email": email}});
    graph.ingest(&row("right@x.fr").to_string(), NOW).unwrap();
    graph.ingest(&row("wrong@x.fr").to_string(), NOW + 1).unwrap();
    for email in ["right@x.fr", "wrong@x.fr", "right@x.fr"] {
        assert!(!rectify(&graph, ("till", "1"), email, NOW + 2).is_empty());
        assert_eq!(email_of(&graph, ("till", "1")), email);
    }
    assert_eq!(actions(&graph), ["rectify"; 3]);
}

#[test]
fn a_correction_holds_though_it_is_dated_before_what_it_corrects() {
    let graph = graph();
    tell(&graph, &identify("u1", "wrong@x.fr"));
    // By a clock that is late, and several at one instant.
    let before = cdp_core::instant::parse("2025-06-01").unwrap();
    for email in ["right@x.fr", "other@x.fr", "right@x.fr", "right@x.fr"] {
        let record = ("events", "user:u1");
        rectify(&graph, record, email, before);
        assert_eq!(email_of(&graph, record), email);
    }
    assert_eq!(actions(&graph), ["rectify"; 4]);
}

#[test]
fn an_objection_to_a_purpose_that_does_not_exist_is_an_error() {
    let graph = Graph::in_memory(&config("[consent]\npurposes = ['ads']\n")).unwrap();
    tell(&graph, &consent("u1", "granted", 1));
    let id = graph.profiles()[0].profile_id.clone();
    let fault = graph.object(&id, "adz", "dpo", NOW).unwrap_err();
    assert!(fault.to_string().contains("did you mean 'ads'?"), "{fault}");
    graph.object(&id, "ads", "dpo", NOW).unwrap();
    graph.object(&id, "*", "dpo", NOW).unwrap();
}

#[test]
fn erasing_one_user_of_a_device_leaves_what_was_refused_on_it_to_the_others() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let graph = Graph::on(Arc::clone(&store), &config("[consent]\ngpc = ['ads']\n"), false).unwrap();
    graph.unlock(keys()).unwrap();
    let on = |user: Option<&str>, day: u8, gpc: bool| {
        json!({"type": "page", "anonymousId": "tablet", "userId": user, "name": "zelda", "context": {"gpc": gpc},
            "timestamp": format!("2026-01-{day:02}T10:00:00Z")})
    };
    tell(&graph, &on(None, 1, true));
    tell(&graph, &on(Some("u1"), 1, false));
    tell(&graph, &on(Some("u2"), 3, false));
    tell(&graph, &consent("u2", "granted", 3));
    let of = |graph: &Graph, user: &str| graph.find("customer_id", user).unwrap().remove(0).profile_id;
    assert_eq!(ads(&graph, &of(&graph, "u2")), Effective::Denied);
    let dry = graph.erase(&of(&graph, "u1"), "dpo", true, NOW).unwrap();
    let receipt = graph.erase(&of(&graph, "u1"), "dpo", false, NOW).unwrap();
    assert_eq!((dry.kept, receipt.kept), (1, 1));
    let refused = |graph: &Graph| {
        assert_eq!(ads(graph, &of(graph, "u2")), Effective::Denied);
        let ledger = graph.ledger(&of(graph, "u2")).unwrap();
        let kept = &ledger[0];
        assert_eq!((kept.subjects.len(), kept.subjects[0].key.as_str(), kept.purpose.as_str()), (1, "tablet", "ads"));
        assert_eq!(cdp_core::instant::text(kept.at), "2026-01-01T10:00:00.000Z");
    };
    refused(&graph);
    drop(graph);
    let again = Graph::on(Arc::clone(&store), &config("[consent]\ngpc = ['ads']\n"), false).unwrap();
    again.unlock(keys()).unwrap();
    refused(&again);
    let last = again.erase(&of(&again, "u2"), "dpo", false, NOW).unwrap();
    assert_eq!((last.kept, again.profiles().len()), (0, 0));
    let mut left = 0;
    let counted = store.scan(cdp_core::store::Space::EVIDENCE, &cdp_core::store::KeyRange::all(), &mut |_, _| {
        left += 1;
        Ok(std::ops::ControlFlow::Continue(()))
    });
    counted.unwrap();
    assert_eq!(left, 0, "with the last user goes what was kept");
}

#[test]
fn an_address_that_somebody_refused_is_sent_for_nobody_though_they_have_a_better_one() {
    let more = "customer = 'customer_id'\n[sources.crm.fields.optin]\nkind = 'consent'\npurpose = 'ads'\n[identifiers.customer_id]\nunique = true\n[identifiers.email]\nmax_profiles = 5\n";
    let rules = RULES.replace("name = \"full_name\"\n", &format!("name = \"full_name\"\n{more}"));
    let graph = Graph::in_memory(&Config::from_toml(&rules).unwrap()).unwrap();
    let row = |id: &str, customer: &str, email: &str, at: &str, optin: Option<&str>| {
        let record = json!({"id": id, "customer": customer, "email": email, "at": at, "optin": optin});
        tell(&graph, &json!({"type": "record", "source": "crm", "record": record}));
    };
    row("1", "c1", "x@b.fr", "2026-01-01", Some("non"));
    row("2", "c1", "y@b.fr", "2026-02-01", None);
    row("3", "c2", "x@b.fr", "2026-01-05", Some("oui"));
    assert_eq!(graph.profiles().len(), 2);
    let activation = Activation { destination: "plain".to_owned(), purpose: "ads".to_owned(), ..Activation::default() };
    let export = graph.activate(&activation, "test", NOW).unwrap();
    assert_eq!(export.values_left_out[&(Kind::Email, LeftOut::RefusedByAnother)], 1, "{export:?}");
    let told = format!("{:?}", export.batches);
    assert!(!told.contains("x@b.fr"), "{told}");
}
