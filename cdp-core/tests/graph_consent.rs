//! Law 6 in the live graph: no merge turns a refusal into a permission, taking apart gives each side its own consents back, and
//! the order of messages says nothing.

use cdp_core::Config;
use cdp_core::consent::{Effective, Question};
use cdp_core::explain::RecordName;
use cdp_core::graph::{Graph, ProfileView};
use proptest::prelude::*;
use serde_json::json;

const START: i64 = 1_700_000_000_000;
const DAY: i64 = 86_400_000;
const NOW: i64 = START + 1_000 * DAY;

const RULES: &str = r#"
[sources.crm]
id = "id"
observed_at = "at"
[sources.crm.fields]
email = "email"
optin = { kind = "consent", purpose = "ads", channel = "email" }
[identifiers.customer_id]
priority = 1
unique = true
[identifiers.email]
priority = 2
max_profiles = 3
"#;

fn config() -> Config {
    Config::from_toml(RULES).unwrap()
}

fn graph(messages: &[serde_json::Value]) -> Graph {
    let graph = Graph::in_memory(&config()).unwrap();
    for message in messages {
        graph.ingest(&message.to_string(), NOW).unwrap();
    }
    graph
}

fn at(day: i64) -> String {
    cdp_core::instant::text(START + day * DAY)
}

fn consent(day: i64, who: serde_json::Value, status: &str) -> serde_json::Value {
    let mut message = json!({"type": "consent", "purpose": "ads", "status": status, "timestamp": at(day)});
    message.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
    message
}

const ADS: Question<'_> = Question { purpose: "ads", channel: None, address: None };

fn answer(graph: &Graph, profile: &ProfileView) -> Effective {
    graph.consent(&profile.profile_id, &ADS, NOW).unwrap().effective
}

fn only(graph: &Graph) -> ProfileView {
    let mut all = graph.profiles();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn a_browsers_signal_stays_with_its_cookie_when_it_logs_in() {
    let page = json!({"type": "page", "anonymousId": "a1", "timestamp": at(1), "context": {"gpc": true}});
    let login = json!({"type": "identify", "anonymousId": "a1", "userId": "u1", "timestamp": at(5)});
    let before = consent(0, json!({"userId": "u1"}), "granted");
    let graph = graph(&[before, page, login]);
    let profile = only(&graph);
    let question = Question { purpose: "advertising", ..ADS };
    let view = graph.consent(&profile.profile_id, &question, NOW).unwrap();
    assert_eq!((view.effective, view.because[0].proof.as_deref()), (Effective::Denied, Some("gpc")));
    assert_eq!(answer(&graph, &profile), Effective::Granted, "of other purposes it says nothing");
}

#[test]
fn what_a_user_grants_in_that_browser_lifts_it() {
    let refused = consent(1, json!({"anonymousId": "a1"}), "denied");
    let granted = consent(2, json!({"anonymousId": "a1", "userId": "u1"}), "granted");
    let graph = graph(&[refused, granted]);
    assert_eq!(answer(&graph, &only(&graph)), Effective::Granted);
}

#[test]
fn a_refusal_on_a_device_outlives_somebody_elses_login() {
    let page = json!({"type": "page", "anonymousId": "a1", "timestamp": at(1), "context": {"gpc": true}});
    let login =
        |user: &str, day: i64| json!({"type": "identify", "anonymousId": "a1", "userId": user, "timestamp": at(day)});
    let mut granted = consent(0, json!({"userId": "ann"}), "granted");
    granted["purpose"] = json!("advertising");
    let graph = graph(&[granted, page, login("ann", 2), login("bob", 3)]);
    let ann = graph.find("customer_id", "ann").unwrap().remove(0);
    let question = Question { purpose: "advertising", ..ADS };
    assert_eq!(graph.consent(&ann.profile_id, &question, NOW).unwrap().effective, Effective::Denied);
}

#[test]
fn neither_a_user_id_that_means_nobody_nor_a_clock_ahead_lifts_a_refusal() {
    let refused = consent(1, json!({"anonymousId": "a1"}), "denied");
    let nobody = consent(2, json!({"anonymousId": "a1", "userId": "undefined"}), "granted");
    let first = graph(&[refused.clone(), nobody]);
    assert_eq!(answer(&first, &only(&first)), Effective::Denied);
    let ahead = consent(5_000, json!({"anonymousId": "a1"}), "denied");
    let second = graph(&[ahead]);
    assert_eq!(answer(&second, &only(&second)), Effective::Denied, "it counts from when it arrived");
}

#[test]
fn preferences_in_a_context_are_statements() {
    let context = json!({"consent": {"categoryPreferences": {"ads": true, "analytics": false}}});
    let graph = graph(&[json!({"type": "page", "userId": "u1", "timestamp": at(1), "context": context})]);
    let profile = only(&graph);
    assert_eq!(answer(&graph, &profile), Effective::Granted);
    let analytics = graph.consent(&profile.profile_id, &Question { purpose: "analytics", ..ADS }, NOW).unwrap();
    assert_eq!(analytics.effective, Effective::Denied);
}

#[test]
fn a_row_grants_by_its_column_but_lifts_nothing() {
    let row = |day: i64, optin: &str| {
        json!({"type": "record", "source": "crm",
            "record": {"id": "1", "email": "ann@b.fr", "at": at(day), "optin": optin}})
    };
    let yes = graph(&[row(1, "oui")]);
    assert_eq!(answer(&yes, &only(&yes)), Effective::Granted);
    let withdrawn = graph(&[row(1, "oui"), row(2, "unsubscribed"), row(3, "yes")]);
    assert_eq!(answer(&withdrawn, &only(&withdrawn)), Effective::Denied);
    let nothing = graph(&[row(1, "perhaps")]);
    assert_eq!(answer(&nothing, &only(&nothing)), Effective::Unknown);
}

#[test]
fn a_grant_speaks_of_the_addresses_that_its_user_had() {
    let identify = |day: i64, email: &str| json!({"type": "identify", "userId": "u1", "timestamp": at(day), "traits": {"email": email}});
    let granted = consent(2, json!({"userId": "u1"}), "granted");
    let graph = graph(&[identify(1, "old@b.fr"), identify(3, "new@b.fr"), granted]);
    let profile = only(&graph);
    let of = |address: &str| {
        let address = cdp_core::consent::Subject { kind: cdp_core::schema::Kind::Email, key: address.to_owned() };
        graph.consent(&profile.profile_id, &Question { address: Some(&address), ..ADS }, NOW).unwrap().effective
    };
    assert_eq!((of("old@b.fr"), of("new@b.fr")), (Effective::Granted, Effective::Unknown));
}

fn profile_of(graph: &Graph, record_id: &str) -> ProfileView {
    let (source, record_id) = record_id.split_once('/').unwrap();
    graph.profile_of(&RecordName { source: source.to_owned(), record_id: record_id.to_owned() }).unwrap()
}

#[test]
fn a_signal_sent_while_signed_in_stays_with_the_browser_and_tells_nobody_who_it_was() {
    let config = Config::from_toml(&format!("{RULES}[consent]\ngpc = [\"ads\"]\n")).unwrap();
    let graph = Graph::in_memory(&config).unwrap();
    let page =
        json!({"type": "page", "anonymousId": "a1", "userId": "u1", "timestamp": at(1), "context": {"gpc": true}});
    let login = json!({"type": "identify", "anonymousId": "a1", "userId": "u2", "timestamp": at(5)});
    let elsewhere = |user: &str, day: i64| consent(day, json!({"userId": user, "anonymousId": "phone"}), "granted");
    let tell = |messages: &[serde_json::Value]| {
        messages.iter().for_each(|message| drop(graph.ingest(&message.to_string(), NOW).unwrap()));
    };
    let says = |user: &str| answer(&graph, &profile_of(&graph, user));
    tell(&[page, login, elsewhere("u2", 6)]);
    assert_eq!(says("events/user:u2"), Effective::Denied);
    let ledger = graph.ledger(&profile_of(&graph, "events/user:u2").profile_id).unwrap();
    assert!(!format!("{ledger:?}").contains("u1"), "{ledger:?}");
    tell(&[elsewhere("u1", 7)]);
    assert_eq!(says("events/user:u1"), Effective::Denied, "the browser was not spoken of");
    tell(&[consent(8, json!({"userId": "u1", "anonymousId": "a1"}), "granted")]);
    assert_eq!((says("events/user:u1"), says("events/user:u2")), (Effective::Granted, Effective::Denied));
}

#[test]
fn a_consent_and_the_preferences_in_its_context_both_count() {
    let mut second = consent(2, json!({"userId": "u1"}), "granted");
    second["purpose"] = json!("analytics");
    second["context"] = json!({"consent": {"categoryPreferences": {"ads": false}}});
    let graph = graph(&[consent(1, json!({"userId": "u1"}), "granted"), second]);
    assert_eq!(answer(&graph, &only(&graph)), Effective::Denied);
}

#[test]
fn strings_of_both_frameworks_are_kept_as_they_came() {
    let context = json!({"consent": {"tcf": "CTCF", "gpp": "DGPP~1", "categoryPreferences": {"ads": true}}});
    let graph = graph(&[json!({"type": "page", "userId": "u1", "timestamp": at(1), "context": context})]);
    let ledger = graph.ledger(&only(&graph).profile_id).unwrap();
    assert_eq!(ledger[0].proof.as_deref(), Some("CTCF DGPP~1"));
}

const APART: &str = "[sources.crm]\nid = 'id'\n[sources.crm.fields]\nemail = 'email'\noptin = { kind = 'consent', purpose = 'ads' }\n\
    [identifiers.email]\nlinks = false\n[segments]\nagreed = \"consent('ads')\"\n";

#[test]
fn a_users_refusal_is_lifted_by_that_user_alone_merged_or_not() {
    let graph = Graph::in_memory(&Config::from_toml(APART).unwrap()).unwrap();
    let tell = |message: serde_json::Value| drop(graph.ingest(&message.to_string(), NOW).unwrap());
    let on_tablet = |user: &str, day, status| consent(day, json!({"userId": user, "anonymousId": "tablet"}), status);
    tell(on_tablet("u1", 1, "denied"));
    tell(on_tablet("u2", 2, "granted"));
    let name = |user: &str| RecordName { source: "events".to_owned(), record_id: format!("user:{user}") };
    let said = |user: &str| answer(&graph, &graph.profile_of(&name(user)).unwrap());
    assert_eq!((said("u1"), said("u2")), (Effective::Denied, Effective::Granted));
    graph.confirm(name("u1"), name("u2"), NOW).unwrap();
    assert_eq!(only(&graph).records.len(), 2);
    assert_eq!(said("u1"), Effective::Denied, "no merge permits");
    tell(on_tablet("u1", 3, "granted"));
    assert_eq!(said("u2"), Effective::Granted, "who refused has granted");
}

#[test]
fn what_is_refused_on_a_device_each_user_of_it_lifts_for_themselves() {
    let graph = Graph::in_memory(&Config::from_toml(APART).unwrap()).unwrap();
    let tell = |message: serde_json::Value| drop(graph.ingest(&message.to_string(), NOW).unwrap());
    let name = |user: &str| RecordName { source: "events".to_owned(), record_id: format!("user:{user}") };
    let said = |user: &str| answer(&graph, &graph.profile_of(&name(user)).unwrap());
    let on = |user: &str, device: &str, day| consent(day, json!({"userId": user, "anonymousId": device}), "granted");
    tell(consent(1, json!({"anonymousId": "tablet"}), "denied"));
    tell(on("u1", "tablet", 2));
    tell(json!({"type": "identify", "userId": "u2", "anonymousId": "tablet", "timestamp": at(3)}));
    tell(on("u2", "phone", 4));
    assert_eq!((said("u1"), said("u2")), (Effective::Granted, Effective::Denied));
    graph.confirm(name("u1"), name("u2"), NOW).unwrap();
    assert_eq!(said("u1"), Effective::Denied, "one of them has not lifted it");
    tell(on("u2", "tablet", 5));
    assert_eq!(said("u1"), Effective::Granted);
}

/// A grant lifts a row's refusal of an address wherever that row is: merging the two is then no permission.
#[test]
fn whether_a_refusal_is_lifted_does_not_depend_on_profiles_and_segments_follow() {
    let graph = Graph::in_memory(&Config::from_toml(APART).unwrap()).unwrap();
    let tell = |message: serde_json::Value, received| drop(graph.ingest(&message.to_string(), received).unwrap());
    let row = |optin: &str| json!({"type": "record", "source": "crm", "record": {"id": "1", "email": "ann@b.fr", "optin": optin}});
    tell(row("oui"), START);
    tell(row("non"), START + DAY);
    assert_eq!(graph.members("agreed").unwrap().len(), 0);
    let row = profile_of(&graph, "crm/1");
    assert_eq!(answer(&graph, &row), Effective::Denied);
    tell(json!({"type": "identify", "userId": "u1", "timestamp": at(2), "traits": {"email": "ann@b.fr"}}), NOW);
    let granted = consent(3, json!({"userId": "u1", "messageId": "yes"}), "granted");
    tell(granted, NOW);
    assert_eq!(graph.profiles().len(), 2, "addresses do not link here");
    assert_eq!(answer(&graph, &row), Effective::Granted, "the row had granted, and its refusal is lifted");
    assert_eq!(graph.members("agreed").unwrap().len(), 2);
    let user = RecordName { source: "events".to_owned(), record_id: "user:u1".to_owned() };
    graph.remove(&user, NOW).unwrap();
    assert_eq!(answer(&graph, &row), Effective::Denied);
    assert_eq!(graph.members("agreed").unwrap().len(), 0);
}

#[test]
fn what_a_row_says_counts_from_when_it_arrived_whatever_it_is_dated() {
    let row = |year: u16, optin: &str| {
        json!({"type": "record", "source": "crm",
            "record": {"id": "1", "email": "ann@b.fr", "at": format!("{year}-01-01"), "optin": optin}})
    };
    let graph = graph(&[row(2025, "oui"), row(2099, "non")]);
    assert_eq!(answer(&graph, &only(&graph)), Effective::Denied);
}

#[test]
fn purposes_that_nobody_knows_are_refused_in_the_configuration_too() {
    let fault = |more: &str| {
        let config =
            Config::from_toml(&format!("[consent]\npurposes = ['ads']\nchannels = ['email']\n{more}")).unwrap();
        Graph::in_memory(&config).map(drop).unwrap_err().to_string()
    };
    let column = |field: &str| fault(&format!("[sources.crm.fields]\noptin = {{ kind = 'consent', {field} }}\n"));
    assert!(fault("gpc = ['adz']\n").contains("did you mean 'ads'?"));
    assert!(column("purpose = 'adz'").contains("consent.purposes has no 'adz'"));
    assert!(column("purpose = 'ads', channel = 'sms'").contains("consent.channels has no 'sms'"));
    assert!(Graph::in_memory(&Config::from_toml("[consent]\npurposes = ['ads']\n").unwrap()).is_ok());
}

#[test]
fn wrong_consents_are_refused_with_the_reason() {
    let mut config = config();
    config.consent.purposes = vec!["ads".to_owned(), "email_marketing".to_owned()];
    let graph = Graph::in_memory(&config).unwrap();
    let fault = |message: serde_json::Value| graph.ingest(&message.to_string(), NOW).unwrap_err().to_string();
    let who = json!({"type": "consent", "userId": "u1"});
    let with = |key: &str, value: &str| {
        let mut message = who.clone();
        message["status"] = json!("granted");
        message["purpose"] = json!("ads");
        message[key] = json!(value);
        message
    };
    assert!(fault(who.clone()).contains("no purpose"));
    assert!(fault(with("status", "maybe")).contains("no status '•••'"));
    assert!(fault(with("purpose", "email_marketin")).contains("did you mean 'email_marketing'?"));
    assert!(fault(with("expiresAt", "soon")).contains("expiresAt"));
    assert_eq!(graph.counts().messages, 0, "nothing of a refused call is taken in");
}

fn message() -> impl Strategy<Value = serde_json::Value> {
    let who = prop_oneof![
        (0..3_u8).prop_map(|u| json!({"userId": format!("u{u}")})),
        (0..3_u8).prop_map(|a| json!({"anonymousId": format!("a{a}")})),
        (0..3_u8, 0..3_u8).prop_map(|(u, a)| json!({"userId": format!("u{u}"), "anonymousId": format!("a{a}")})),
    ];
    let status = prop_oneof![Just("granted"), Just("denied"), Just("withdrawn"), Just("expired")];
    (who, 0..20_i64, status, 0..4_u8, any::<u32>()).prop_map(|(who, day, status, what, id)| {
        let mut message = match what {
            0 => json!({"type": "identify", "timestamp": at(day), "traits": {"email": format!("e{}@b.fr", id % 3)}}),
            1 => json!({"type": "page", "timestamp": at(day), "context": {"gpc": true}}),
            _ => json!({"type": "consent", "purpose": "ads", "status": status, "timestamp": at(day)}),
        };
        message.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
        message["messageId"] = json!(format!("m{id}"));
        message
    })
}

/// What everybody agreed to, by the profile's members.
fn everybody(graph: &Graph) -> Vec<(Vec<RecordName>, Vec<String>, Effective)> {
    let of = |profile: ProfileView| (profile.records.clone(), profile.devices.clone(), answer(graph, &profile));
    let mut all: Vec<_> = graph.profiles().into_iter().map(of).collect();
    all.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_order_of_messages_says_nothing(messages in prop::collection::vec(message(), 1..14), seed in any::<u64>()) {
        let mut shuffled = messages.clone();
        shuffled.sort_by_key(|m| (m["messageId"].to_string().len() as u64 ^ seed).wrapping_mul(0x9E37_79B9) ^ seed.rotate_left(m.to_string().len() as u32));
        prop_assert_eq!(everybody(&graph(&messages)), everybody(&graph(&shuffled)));
    }

    /// Confirming that two people are one never permits what either refused, and forgetting it gives each side its own back.
    #[test]
    fn a_merge_permits_nothing_and_unmerging_gives_back(messages in prop::collection::vec(message(), 2..14), unique in any::<bool>()) {
        // Where user ids are unique, no two users are one person; where they are not, any two can be.
        let rules = if unique { RULES.to_owned() } else { RULES.replace("unique = true\n", "") };
        let graph = Graph::in_memory(&Config::from_toml(&rules).unwrap()).unwrap();
        messages.iter().for_each(|message| drop(graph.ingest(&message.to_string(), NOW).unwrap()));
        let before = everybody(&graph);
        let named: Vec<_> = before.iter().filter(|(records, ..)| !records.is_empty()).collect();
        if named.len() < 2 {
            return Ok(());
        }
        let (a, b) = (named[0].0[0].clone(), named[1].0[0].clone());
        graph.confirm(a.clone(), b.clone(), NOW).unwrap();
        let merged = graph.profile_of(&a).unwrap();
        // A decision can also part those whom an identifier joined before.
        let all = named[..2].iter().flat_map(|(records, ..)| records).all(|record| merged.records.contains(record));
        if all {
            let refused = [named[0].2, named[1].2].contains(&Effective::Denied);
            if refused {
                prop_assert_eq!(answer(&graph, &merged), Effective::Denied);
            }
        }
        graph.forget(a, b, NOW + 1).unwrap();
        prop_assert_eq!(everybody(&graph), before);
    }

    /// Evidence taken out leaves the consents that would be there had it never come.
    #[test]
    fn removed_statements_leave_no_trace(messages in prop::collection::vec(message(), 1..12)) {
        let with = graph(&messages);
        let record = RecordName { source: "events".to_owned(), record_id: "user:u0".to_owned() };
        if with.remove(&record, NOW).is_err() {
            return Ok(());
        }
        let without: Vec<_> = messages.into_iter().filter(|m| m["userId"] != json!("u0")).collect();
        prop_assert_eq!(everybody(&with), everybody(&graph(&without)));
    }
}

fn cases() -> u32 {
    #[allow(clippy::disallowed_methods)] // a test has an environment
    std::env::var("CDP_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}
