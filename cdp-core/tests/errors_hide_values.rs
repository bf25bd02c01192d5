//! No text of an error, and no masked report, has a value of the data: marked values are put into every field of messages, rows,
//! decisions and truths, and into every argument that names somebody, and looked for in whatever is refused.

use cdp_core::consent::Question;
use cdp_core::explain::RecordName;
use cdp_core::graph::{Activation, AsOf, Filter, Graph};
use cdp_core::privacy::audit::Entry;
use cdp_core::privacy::{Key, Keys};
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{self, Decisions};
use cdp_core::{Code, Config, Error};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// In everything that is a value, and in no text of the library.
const MARK: &str = "Zqx7";
const NOW: i64 = 1_780_272_000_000;

/// A value that is marked, in a form that may be taken for one of some kind.
fn marked() -> impl Strategy<Value = String> {
    let form = |form: &'static str| (0u8..9).prop_map(move |n| form.replace('#', &format!("{MARK}{n}")));
    prop_oneof![
        form("#"),
        form("#@mail.example"),
        form("'#'"),
        form("\"#\""),
        form("#, expected #"),
        form("2024-01-01T#"),
        form("user:#"),
        form("`#`"),
        form("{}#"),
        form("#\u{1f}#"),
        form("+33 # 12"),
    ]
}

#[track_caller]
fn clean(error: &Error) {
    let texts = [
        error.to_string(),
        format!("{error:?}"),
        error.reason().to_owned(),
        error.remedy().unwrap_or_default().to_owned(),
    ];
    for text in texts {
        assert!(!text.contains(MARK), "{text}");
    }
}

/// Whether it was refused, with a text that hides its values.
#[track_caller]
fn refused<T>(result: Result<T, Error>) -> bool {
    result.as_ref().err().inspect(|error| clean(error)).is_some()
}

fn config() -> Config {
    let rules = r#"
        [sources.crm]
        id = "id"
        observed_at = "at"
        [sources.crm.fields]
        email = "email"
        name = "full_name"
        optin = { kind = "consent", purpose = "ads" }
        [consent]
        purposes = ["ads"]
        channels = ["email"]
        [segments]
        known = "email IS NOT MISSING"
    "#;
    Config::from_toml(rules).expect("a configuration")
}

fn graph() -> Graph {
    let graph = Graph::in_memory(&config()).expect("a graph");
    graph.unlock(Keys::new(vec![Key::new("k1", &[7; 32]).expect("a key")]).expect("keys")).expect("unlocked");
    graph
}

const FIELDS: &[&str] = &[
    "userId",
    "anonymousId",
    "previousId",
    "messageId",
    "type",
    "event",
    "name",
    "groupId",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "traits",
    "properties",
    "context",
    "record",
    "purpose",
    "channel",
    "status",
    "expiresAt",
    "authenticated",
    "legalBasis",
    "proof",
];

/// A value of any form with marks in it.
fn any_value() -> impl Strategy<Value = Value> {
    marked().prop_flat_map(|text| {
        prop_oneof![
            4 => Just(json!(text)),
            1 => Just(json!([text])),
            1 => Just(json!({"email": text, "consent": text, "traits": text})),
            1 => Just(json!({"consent": {"categoryPreferences": text}})),
            1 => Just(json!({"consent": {"categoryPreferences": {"ads": text}}, "gpc": text, "traits": [text]})),
            1 => Just(json!({"id": text, "email": {"deep": text}, "at": text, "optin": text})),
        ]
    })
}

fn message() -> impl Strategy<Value = Value> {
    let kinds =
        prop::sample::select(vec!["identify", "track", "page", "screen", "group", "alias", "consent", "record"]);
    let wrong = prop::collection::btree_map(prop::sample::select(FIELDS), any_value(), 0..4);
    (kinds, wrong, any::<bool>()).prop_map(|(kind, wrong, sound)| {
        let mut message = json!({"type": kind});
        if sound {
            message = json!({"type": kind, "userId": "u1", "anonymousId": "a1", "event": "Seen", "source": "crm",
                "purpose": "ads", "status": "granted", "record": {"id": "1"}, "previousId": "a2"});
        }
        let object = message.as_object_mut().expect("an object");
        object.extend(wrong.into_iter().map(|(field, value)| (field.to_owned(), value)));
        message
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_are_refused_without_their_values(messages in prop::collection::vec(message(), 1..4), cut in 0usize..200) {
        let graph = graph();
        let text = if messages.len() == 1 { messages[0].to_string() } else { json!(messages).to_string() };
        refused(graph.ingest(&text, NOW));
        // Broken off anywhere it is no JSON.
        let end = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
        refused(graph.ingest(&text[..end], NOW));
        refused(graph.ingest(&format!("{MARK}{text}"), NOW));
        refused(graph.ingest(&format!("\"{MARK}\""), NOW));
        refused(graph.ingest(&json!({"batch": messages, "sentAt": MARK}).to_string(), NOW));
    }

    #[test]
    fn whoever_is_asked_for_in_vain_is_not_named(name in marked(), other in marked()) {
        let graph = graph();
        graph.ingest(r#"{"type": "identify", "userId": "u1", "traits": {"email": "ann@mail.example"}}"#, NOW).expect("taken in");
        let (a, b) = (RecordName { source: "crm".into(), record_id: name.clone() }, RecordName { source: "crm".into(), record_id: other.clone() });
        let ann = graph.profiles().remove(0).profile_id;
        let question = Question { purpose: "ads", channel: None, address: None };
        let activation = json!({"destination": "plain", "purpose": "ads", "members": [name]});
        let wrong = [
            refused(graph.consent(&name, &question, NOW)), refused(graph.ledger(&name)), refused(graph.recipients(&name)),
            refused(graph.erase(&name, "", true, NOW)), refused(graph.export_subject(&name, "", NOW)),
            refused(graph.restrict(&name, "", NOW)), refused(graph.object(&name, "ads", "", NOW)),
            refused(graph.note_sent(std::slice::from_ref(&name), "shop", "", NOW)), refused(graph.how(&name)),
            refused(graph.why(&a, &b)), refused(graph.remove(&a, NOW)), refused(graph.restore("crm", Some(&name), NOW)),
            refused(graph.rectify(&a, &BTreeMap::new(), "", NOW)), refused(graph.confirm(a.clone(), a.clone(), NOW)),
            refused(graph.split(&ann, std::slice::from_ref(&a), NOW)), refused(graph.segments(&name)), refused(graph.membership(&name, "known")),
            refused(graph.import_tombstones(&name, "", NOW)),
            refused(Activation::from_json(activation).and_then(|activation| graph.activate(&activation, "", NOW))),
            refused(Activation::from_json(json!({"destination": "plain", "purpose": {"a": name}}))),
            refused(Activation::from_json(json!({"destination": "plain", "purpose": "ads", "members": {"a": name}}))),
            refused(Activation::from_json(json!({"destination": "plain", "purpose": "ads", "batch_size": name}))),
            refused(resolve::Activation::from_json(json!({"destination": "plain", "purpose": "ads", "consent": [[name]]}))),
            refused(Entry::from_json(&json!({"number": name}).to_string())),
            refused(cdp_core::model::Model::from_json(&json!({"version": name}).to_string())),
            refused(cdp_core::model::Model::from_json(&name)),
        ];
        prop_assert!(wrong.iter().all(|wrong| *wrong), "{:?}", wrong);
        refused(graph.find("email", &name));
        refused(graph.subject("email", &name));
        refused(graph.lift("email", &name, "", NOW));
        refused(graph.changes_where(0, 9, &Filter::default()));
        prop_assert!(graph.as_of(AsOf::Ingested(NOW)).expect("then").confirm(a, b, NOW).inspect_err(clean).is_err());
    }

    #[test]
    fn rows_and_tables_are_refused_without_their_values(id in marked(), value in marked()) {
        let one = |name: &str, text: &str| Column::new(name, [Some(text), Some(text)]);
        let rows = || Table::new("crm", vec![one("id", &id), one("email", &value), one("name", &value)]).expect("a table");
        prop_assert!(refused(resolve::resolve(&[rows()], Some(&config_of_rows()), &resolve::Options::default())));
        let column = |name, texts: [&str; 2]| Column::new(name, texts.map(Some));
        let decisions = |same: &str, b: &str| {
            let columns = [("source_a", "crm"), ("record_id_a", &id), ("source_b", "crm"), ("record_id_b", b), ("same", same)];
            Table::new("decisions", columns.map(|(name, text)| column(name, [text, text])).to_vec()).expect("a table")
        };
        prop_assert!(refused(Decisions::from_table(&decisions(&value, "2"))));
        prop_assert!(refused(Decisions::from_table(&decisions("true", &id))));
        let keyed = |group, keys: [&str; 2]| Table::new("t", vec![column("record_id", keys), column(group, ["p", "q"])]).expect("a table");
        let sourced = |group, source: &str, keys: [&str; 2]| {
            let columns = vec![column("source", ["crm", source]), column("record_id", keys), column(group, ["p", "q"])];
            Table::new("t", columns).expect("a table")
        };
        let evaluated = |a: Table, t: Table| refused(cdp_core::quality::evaluate_tables(&a, &t));
        prop_assert!(evaluated(keyed("profile_id", ["1", "2"]), keyed("entity", [&id, "2"])));
        prop_assert!(evaluated(keyed("profile_id", ["1", "2"]), keyed("entity", [&id, &id])));
        prop_assert!(evaluated(sourced("profile_id", "pos", [&id, &id]), keyed("entity", [&id, "2"])));
        prop_assert!(evaluated(sourced("profile_id", "pos", ["1", "2"]), sourced("entity", &value, ["1", "2"])));
    }

    #[test]
    fn files_are_refused_without_what_they_hold(value in marked()) {
        let quoted = value.replace('"', "\"\"");
        for text in [
            format!("id,email\n1,\"{quoted}\",3\n"), format!("id,email\n\"{quoted}\"\n"), format!("id,id\n{quoted},2\n"),
            format!("id,email\n1,\"{quoted}\n"),
        ] {
            drop(cdp_core::io::csv::read(text.as_bytes(), "crm").inspect_err(clean));
        }
        let mut bytes = format!("id,email\n{value}").into_bytes();
        bytes.push(0xFF);
        refused(cdp_core::io::csv::read(bytes.as_slice(), "crm"));
        for text in [json!(value).to_string(), json!([value]).to_string(), format!("{{\"email\": {value}"), format!("{{\"a\": \"{MARK}\"}} {value}")] {
            prop_assert!(refused(cdp_core::io::jsonl::read(text.as_bytes(), "crm")), "{}", text);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Somebody looks at a report who may not see values: there is none, whatever field it is in.
    #[test]
    fn a_masked_report_has_no_value(values in prop::collection::vec(marked(), 4)) {
        let texts = |name: &str, at: usize| Column::new(name, [Some(values[at].as_str()), Some("Ann Low"), Some(values[at].as_str())]);
        let columns = vec![Column::new("id", [Some(format!("{MARK}a").as_str()), Some("b"), Some("c")]), texts("email", 0), texts("name", 1)];
        let table = Table::new("crm", columns).expect("a table");
        let result = resolve::resolve(&[table], Some(&config_of_rows()), &resolve::Options::default()).expect("a result");
        let options = cdp_core::report::Options { mask_personal: true, ..Default::default() };
        let page = cdp_core::report::html_with(&result, &[], &options);
        prop_assert!(!page.contains(MARK), "{}", &page[page.find(MARK).unwrap_or(0).saturating_sub(200)..][..400]);
        prop_assert!(!result.summary().warnings.join(" ").contains(MARK));
    }
}

fn config_of_rows() -> Config {
    let rules = "[sources.crm]\nid = 'id'\n[sources.crm.fields]\nemail = 'email'\nname = 'full_name'\n[identifiers.email]\npriority = 1\n";
    Config::from_toml(rules).expect("a configuration")
}

/// One field of a sound message after another, in each form.
#[test]
fn every_field_of_every_message_can_be_wrong() {
    let mut wrong = 0;
    for kind in ["identify", "track", "page", "screen", "group", "alias", "consent", "record"] {
        for field in FIELDS {
            for value in [
                json!(MARK),
                json!([MARK]),
                json!({"consent": MARK}),
                json!({"consent": {"categoryPreferences": MARK}}),
            ] {
                let mut message = json!({"type": kind, "userId": "u1", "anonymousId": "a1", "event": "Seen", "source": "crm",
                    "purpose": "ads", "status": "granted", "record": {"id": "1"}, "previousId": "a2"});
                message[*field] = value;
                wrong += usize::from(refused(graph().ingest(&message.to_string(), NOW)));
            }
        }
    }
    assert!(wrong > 50, "{wrong} refusals show little");
}

#[test]
fn what_is_hidden_is_there_for_whoever_asks() {
    let record = RecordName { source: "crm".into(), record_id: "Zqx7".into() };
    let error = graph().remove(&record, NOW).expect_err("there is no such record");
    assert_eq!((error.code(), error.values()), (Code::NotFound, &["Zqx7".to_owned()][..]));
    assert_eq!(error.to_string(), "source 'crm': there is no evidence of the record '•••'");
    assert_eq!(error.with_values(), "source 'crm': there is no evidence of the record 'Zqx7'");
}

#[test]
fn no_secret_is_shown_by_what_holds_it() {
    let secret = b"Zqx7 is a secret of 32 bytes....";
    let graph = Graph::in_memory(&config()).expect("a graph");
    let key = Key::new("k1", secret).expect("a key");
    let keys = Keys::new(vec![key.clone()]).expect("keys");
    let shown = format!("{key:?} {key:#?} {keys:?} {keys:#?}");
    graph.unlock(keys).expect("unlocked");
    let shown = format!("{shown} {graph:?} {:?}", Key::new("k2", b"Zqx7").expect_err("too short"));
    assert!(!shown.contains(MARK) && !shown.contains("90, 113") && !shown.contains("5a71"), "{shown}");
}
