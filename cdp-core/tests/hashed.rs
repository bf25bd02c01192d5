//! Identifiers that come hashed: one function reads them for batch and graph, they are compared exactly, sent as they are, erased as any other.

use cdp_core::activation::LeftOut;
use cdp_core::graph::{Event, Graph};
use cdp_core::normalize::hashed;
use cdp_core::privacy::{Key, Keys};
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{self, Activation, Resolution, Who, resolve};
use cdp_core::{Code, Config};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

const NOW: i64 = 1_780_272_000_000;

const RULES: &str = r#"
[sources.shop]
id = "id"
[sources.shop.fields]
mail = { kind = "email", hashed = "sha256" }
[sources.till]
id = "id"
[sources.till.fields]
hash = { kind = "email", hashed = "sha256" }
mail = "email"
[identifiers.email]
priority = 1
[matching]
fuzzy = false
"#;

fn hash(text: &str) -> String {
    hashed::hex(&Sha256::digest(text))
}

/// The hash of `ann@example.fr` in Base64, by Python's modules.
fn ann_in_base64() -> String {
    let table = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = Sha256::digest("ann@example.fr").iter().map(|byte| format!("{byte:08b}")).collect();
    let bits = format!("{bits}00");
    let letters = bits.as_bytes().chunks(6).map(|six| {
        let value = six.iter().fold(0, |value, bit| value * 2 + usize::from(bit - b'0'));
        char::from(table[value])
    });
    letters.chain(['=']).collect()
}

fn rows() -> [Vec<[String; 3]>; 2] {
    let row = |id: &str, hash: &str, mail: &str| [id.to_owned(), hash.to_owned(), mail.to_owned()];
    let shop = vec![
        row("s1", &hash("ann@example.fr"), ""),
        row("s2", &hash("null"), ""),
        row("s3", &hash("bob@example.fr").to_uppercase(), ""),
        row("s4", &hash("null"), ""),
        row("s5", "no hash", ""),
    ];
    let till = vec![
        row("t1", &ann_in_base64(), ""),
        row("t2", &hash("bob@example.fr"), ""),
        row("t3", "", "ann@example.fr"),
        row("t4", "no hash", ""),
    ];
    [shop, till]
}

fn config() -> Config {
    Config::from_toml(RULES).expect("a configuration")
}

fn tables() -> Vec<Table> {
    let [shop, till] = rows();
    let column = |name: &str, rows: &[[String; 3]], cell: usize| {
        Column::new(name, rows.iter().map(|row| Some(row[cell].as_str())))
    };
    let shop = vec![column("id", &shop, 0), column("mail", &shop, 1)];
    let till = vec![column("id", &till, 0), column("hash", &till, 1), column("mail", &till, 2)];
    vec![Table::new("shop", shop).expect("a table"), Table::new("till", till).expect("a table")]
}

fn resolved() -> Resolution {
    resolve(&tables(), Some(&config()), &resolve::Options::default()).expect("a result")
}

fn graph() -> Graph {
    let graph = Graph::in_memory(&config()).expect("a graph");
    graph.unlock(Keys::new(vec![Key::new("k1", &[7; 32]).expect("a key")]).expect("keys")).expect("unlocked");
    let [shop, till] = rows();
    for [id, hash, _] in shop {
        let record = json!({"type": "record", "source": "shop", "record": {"id": id, "mail": hash}});
        graph.ingest(&record.to_string(), NOW).expect("a row");
    }
    for [id, hash, mail] in till {
        let record = json!({"type": "record", "source": "till", "record": {"id": id, "hash": hash, "mail": mail}});
        graph.ingest(&record.to_string(), NOW).expect("a row");
    }
    graph
}

fn groups(resolution: &Resolution) -> BTreeSet<BTreeSet<String>> {
    let records = resolution.records();
    let ids =
        |index| resolution.profiles().members(index).iter().map(|&record| records.id(record).to_owned()).collect();
    (0..resolution.profiles().len()).map(ids).collect()
}

#[test]
fn hashes_join_however_they_are_written_and_those_of_nothing_do_not() {
    let expected = [&["s1", "t1"][..], &["s3", "t2"], &["s2"], &["s4"], &["s5"], &["t3"], &["t4"]];
    let expected: BTreeSet<BTreeSet<String>> =
        expected.iter().map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()).collect();
    let batch = resolved();
    assert_eq!(groups(&batch), expected);
    assert_eq!(groups(&graph().snapshot().expect("a snapshot")), expected, "the graph reads them by the same function");
    let field = batch.profiles().field("email_sha256").expect("a field of its own");
    let values: BTreeSet<&str> = (0..field.values.len()).filter_map(|index| field.values.get(index)).collect();
    assert_eq!(values, [hash("ann@example.fr"), hash("bob@example.fr")].iter().map(String::as_str).collect());
    assert!(field.hashed && !batch.profiles().field("email").expect("another").hashed);
}

#[test]
fn a_destination_gets_the_hash_it_wants_and_no_other() {
    let ids: Vec<String> = (0..7).map(|index| resolved().profiles().id(index).to_owned()).collect();
    let asked = |destination: &str| {
        let given = json!({"destination": destination, "purpose": "ads", "consent": ids});
        resolved().activate(&Activation::from_json(given).expect("an activation")).expect("an export")
    };
    let sent = |destination: &str, column: &str| -> BTreeSet<String> {
        let export = asked(destination);
        let column = export.batches[0].table.column(column).expect("the column").clone();
        (0..column.len()).filter_map(|row| column.get(row).map(str::to_owned)).collect()
    };
    let hashes = [hash("ann@example.fr"), hash("bob@example.fr")];
    // The address in the clear is hashed by the destination's rules: here to the very same.
    assert_eq!(sent("meta_capi@2026", "em"), hashes.into());
    assert!(sent("uid2@1", "email_hash").contains(&ann_in_base64()));
    let plain = asked("plain");
    assert_eq!((plain.people(), plain.left_out[&LeftOut::NothingToSend]), (1, 6));
    assert_eq!(plain.values_left_out_by_word()["email"]["hashed_already"], 2);
    assert!(matches!(
        Activation::from_json(json!({"destination": "plain", "purpose": "ads", "consent": "TRUE"}))
            .expect("one")
            .consent,
        Who::Predicate(_)
    ));
}

#[test]
fn a_hash_is_erased_as_any_identifier_however_it_comes_back() {
    let graph = graph();
    let ann = graph.find("email", &ann_in_base64()).expect("found").remove(0);
    assert_eq!(ann.identifiers["email"], [hash("ann@example.fr")]);
    let receipt = graph.erase(&ann.profile_id, "dpo", false, NOW).expect("erased");
    assert_eq!(receipt.identifiers["email"], 1);
    for form in [hash("ann@example.fr"), hash("ann@example.fr").to_uppercase(), ann_in_base64()] {
        let record = json!({"type": "record", "source": "shop", "record": {"id": "s9", "mail": form}});
        let changes = graph.ingest(&record.to_string(), NOW).expect("looked at");
        assert!(matches!(&changes[0].event, Event::MessageRefused { reason } if reason == "erased"), "{form}");
    }
    let lines = graph.export_tombstones().expect("tombstones");
    assert!(!lines.contains(&hash("ann@example.fr")), "the tombstone is a keyed hash of the hash");
    assert_eq!(graph.lift("email", &hash("ann@example.fr"), "dpo", NOW).expect("lifted"), 1);
}

#[test]
fn a_rule_says_it_of_traits_and_user_ids() {
    let rules = "[identifiers.customer_id]\npriority = 1\nhashed = 'sha256'\n[identifiers.email]\npriority = 2\nhashed = 'sha256'\n";
    let graph = Graph::in_memory(&Config::from_toml(rules).expect("a configuration")).expect("a graph");
    let say = |user: &str, email: &str| {
        let message =
            json!({"type": "identify", "userId": user, "anonymousId": format!("a-{user}"), "traits": {"email": email}});
        graph.ingest(&message.to_string(), NOW).expect("taken in");
    };
    say(&hash("u1"), &hash("ann@example.fr"));
    say(&hash("u2"), &ann_in_base64());
    say(&hash("u3"), &hash("undefined"));
    // In the clear it is no hash: it says nothing, and does not get in by mistake.
    say("u4", "ann@example.fr");
    assert_eq!(graph.find("email", &hash("ann@example.fr")).expect("found")[0].records.len(), 2);
    let all = graph.profiles();
    assert!(all.iter().all(|profile| profile.fields.values().all(|value| value.len() == 64)), "{all:?}");
    assert_eq!(graph.find("customer_id", &hash("u3")).expect("found").len(), 1);
}

#[test]
fn hashes_are_compared_exactly_whatever_their_kind() {
    let names: Vec<(String, String, String)> = (0..120)
        .map(|n| {
            let person = n % 60;
            (format!("r{n}"), hash(&format!("name {person}")), hash(&format!("p{person}@example.fr")))
        })
        .collect();
    let column = |name: &str, of: fn(&(String, String, String)) -> &str| {
        Column::new(name, names.iter().map(|row| Some(of(row))))
    };
    let table =
        Table::new("crm", vec![column("id", |row| &row.0), column("name", |row| &row.1), column("mail", |row| &row.2)])
            .expect("a table");
    let rules = "[sources.crm]\nid = 'id'\n[sources.crm.fields]\nname = { kind = 'full_name', hashed = 'sha256' }\n\
        mail = { kind = 'email', hashed = 'sha256' }\n";
    let result =
        resolve(&[table], Some(&Config::from_toml(rules).expect("a configuration")), &resolve::Options::default())
            .expect("a result");
    let features: BTreeSet<&str> = result.model().features.iter().map(|feature| feature.name.as_str()).collect();
    assert_eq!(features, ["email_sha256", "full_name_sha256"].into());
    assert_eq!(result.profiles().len(), 60);
}

#[test]
fn what_cannot_come_hashed_is_refused_with_the_remedy() {
    let fault = |text: &str| {
        let error =
            Graph::in_memory(&Config::from_toml(text).expect("a configuration")).map(drop).expect_err("refused");
        assert_eq!(error.code(), Code::InvalidConfig);
        error.to_string()
    };
    let fields = |fields: &str| format!("[sources.crm.fields]\n{fields}");
    assert!(fault(&fields("ok = { kind = 'consent', hashed = 'sha256' }")).contains("cannot come hashed"));
    let mixed = fields("a = { kind = 'email', hashed = 'sha256', name = 'email' }\nb = 'email'");
    assert!(fault(&mixed).contains("one golden field"));
    let both = fields("a = { kind = 'email', hashed = 'sha256' }\nb = 'email'\n[identifiers.email]\nunique = true");
    assert!(fault(&both).contains("as two"));
    let said = fields("a = { kind = 'email', hashed = 'sha256' }\n[identifiers.email]\nunique = true");
    assert!(
        fault(&said).contains("as two") && fault(&said).contains("identifiers.email.hashed"),
        "traits come in the clear"
    );
    Graph::in_memory(&Config::from_toml(&format!("{said}\nhashed = 'sha256'")).expect("a configuration"))
        .expect("one form");
    assert!(fault("[identifiers.anonymous_id]\npriority = 1\nhashed = 'sha256'").contains("cannot come hashed"));
    let unknown = Config::from_toml(&fields("a = { kind = 'email', hashed = 'md5' }")).map(drop).expect_err("refused");
    assert!(unknown.to_string().contains("sha256"), "{unknown}");
}
