//! Law 7: what was erased can't come back by ingesting, replaying or opening again until it is lifted, nothing of it is left in
//! the files after compaction, and everybody else is as if the erased person had never come.

#![allow(clippy::disallowed_methods)] // a test reads files and has an environment

use cdp_core::explain::RecordName;
use cdp_core::graph::{Event, Graph, ProfileView};
use cdp_core::privacy::{Key, Keys};
use cdp_core::store::{Batch, KeyRange, Memory, Space, Store, Verification, Visit};
use cdp_core::{Code, Config};
use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOW: i64 = 1_800_000_000_000;

const RULES: &str = r#"
[sources.crm]
id = "id"
observed_at = "at"
[sources.crm.fields]
email = "email"
name = "full_name"
card = "loyalty_id"
[identifiers.customer_id]
priority = 1
unique = true
[identifiers.loyalty_id]
priority = 2
[identifiers.email]
priority = 3
max_profiles = 2
"#;

fn config() -> Config {
    Config::from_toml(RULES).unwrap()
}

fn keys(ids: &[&str]) -> Keys {
    Keys::new(ids.iter().map(|id| Key::new(*id, &[id.as_bytes()[0]; 32]).unwrap()).collect()).unwrap()
}

fn fill(graph: &Graph, messages: &[serde_json::Value]) {
    for message in messages {
        graph.ingest(&message.to_string(), NOW).unwrap();
    }
}

fn locked(messages: &[serde_json::Value]) -> Graph {
    let graph = Graph::in_memory(&config()).unwrap();
    fill(&graph, messages);
    graph
}

fn unlocked(messages: &[serde_json::Value]) -> Graph {
    let graph = locked(messages);
    graph.unlock(keys(&["k1"])).unwrap();
    graph
}

fn row(id: &str, email: &str, name: &str) -> serde_json::Value {
    json!({"type": "record", "source": "crm",
        "record": {"id": id, "email": email, "name": name, "at": "2024-05-01T12:00:00Z"}})
}

fn identify(user: &str, device: &str, email: &str) -> serde_json::Value {
    json!({"type": "identify", "userId": user, "anonymousId": device, "traits": {"email": email},
        "messageId": format!("i-{user}-{device}-{email}"), "timestamp": "2024-05-02T12:00:00Z"})
}

/// Another address, which holds from then on.
fn later(user: &str, email: &str) -> serde_json::Value {
    json!({"type": "identify", "userId": user, "traits": {"email": email}, "timestamp": "2024-06-02T12:00:00Z"})
}

fn of(graph: &Graph, kind: &str, value: &str) -> ProfileView {
    graph.find(kind, value).unwrap().remove(0)
}

#[test]
fn a_dry_run_says_what_would_go_and_changes_nothing() {
    let messages =
        [row("1", "ann@b.fr", "Ann Low"), identify("u1", "a1", "ann@b.fr"), identify("u2", "a1", "bob@b.fr")];
    let graph = unlocked(&messages);
    let before = graph.profiles();
    let receipt = graph.erase(&of(&graph, "email", "ann@b.fr").profile_id, "dpo", true, NOW).unwrap();
    assert_eq!((receipt.number, receipt.records, receipt.evidence), (None, 2, 2));
    let kinds = |of: &[&str]| of.iter().map(|kind| ((*kind).to_owned(), 1)).collect::<BTreeMap<_, _>>();
    assert_eq!(receipt.identifiers, kinds(&["customer_id", "email", "record"]));
    assert_eq!(receipt.shared, kinds(&["anonymous_id"]), "the tablet is another person's too");
    assert_eq!(graph.profiles(), before);
    assert!(graph.audit().unwrap().is_empty());
}

#[test]
fn an_erased_person_comes_back_by_nothing_until_lifted() {
    let messages =
        [row("1", "ann@b.fr", "Ann Low"), identify("u1", "a1", "ann@b.fr"), identify("u2", "a2", "bob@b.fr")];
    let graph = unlocked(&messages);
    let bob = of(&graph, "email", "bob@b.fr");
    graph.erase(&of(&graph, "email", "ann@b.fr").profile_id, "dpo", false, NOW).unwrap();
    assert_eq!(graph.profiles(), std::slice::from_ref(&bob));
    let again = [
        row("1", "", "Ann Low"),
        row("2", "ANN@b.fr", "Ann Low"),
        identify("u1", "a9", "new@b.fr"),
        json!({"type": "page", "anonymousId": "a1"}),
        json!({"type": "alias", "userId": "u2", "previousId": "u1"}),
    ];
    for message in messages[..2].iter().chain(&again) {
        let changes = graph.ingest(&message.to_string(), NOW).unwrap();
        assert!(
            matches!(&changes[..], [one] if one.event == Event::MessageRefused { reason: "erased".into() }),
            "{message}"
        );
    }
    assert_eq!(graph.profiles(), [bob]);
    assert_eq!(graph.lift("email", "Ann@b.fr", "dpo", NOW).unwrap(), 1);
    fill(&graph, &[row("3", "ann@b.fr", "Ann Low")]);
    assert_eq!(graph.profiles().len(), 2);
    let actions: Vec<String> = graph.audit().unwrap().into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["erase", "lift"]);
}

#[test]
fn nothing_is_erased_without_a_key_and_no_store_with_tombstones_takes_messages_without_it() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let graph = Graph::on(Arc::clone(&store), &config(), false).unwrap();
    fill(&graph, &[identify("u1", "a1", "ann@b.fr")]);
    let id = of(&graph, "email", "ann@b.fr").profile_id;
    assert_eq!(graph.erase(&id, "dpo", false, NOW).unwrap_err().code(), Code::MissingKey);
    assert_eq!(graph.profiles().len(), 1, "a refused erasure changes nothing");
    graph.unlock(keys(&["k1"])).unwrap();
    graph.erase(&id, "dpo", false, NOW).unwrap();
    graph.close().unwrap();

    let stolen = Graph::on(Arc::clone(&store), &config(), false).unwrap();
    let fault = stolen.ingest(&identify("u9", "a9", "x@b.fr").to_string(), NOW).unwrap_err();
    assert_eq!(fault.code(), Code::MissingKey);
    let other = Keys::new(vec![Key::new("k1", &[9; 32]).unwrap()]).unwrap();
    assert_eq!(stolen.unlock(other).unwrap_err().code(), Code::InvalidKey);
    assert_eq!(stolen.unlock(keys(&["n1"])).unwrap_err().code(), Code::MissingKey);
    stolen.unlock(keys(&["n1", "k1"])).unwrap();
    fill(&stolen, &[identify("u1", "a2", "ann@b.fr"), identify("u9", "a9", "x@b.fr")]);
    assert_eq!(stolen.profiles().len(), 1, "the rotated key still recognises whom the old one erased");
}

#[test]
fn a_tampered_audit_log_is_told() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let graph = Graph::on(Arc::clone(&store), &config(), false).unwrap();
    fill(&graph, &[identify("u1", "a1", "ann@b.fr"), identify("u2", "a2", "bob@b.fr")]);
    graph.unlock(keys(&["k1"])).unwrap();
    for email in ["ann@b.fr", "bob@b.fr"] {
        graph.erase(&of(&graph, "email", email).profile_id, "dpo", false, NOW).unwrap();
    }
    let head = graph.verify_audit(None).unwrap();
    let log = graph.audit().unwrap();
    assert!(log.iter().all(|entry| !entry.to_json().contains("b.fr") && entry.subjects[0].starts_with("k1:")));
    let mut batch = Batch::new();
    let mut forged = log[0].clone();
    forged.by = "nobody".to_owned();
    batch.put(Space::AUDIT, &1u64.to_be_bytes(), forged.to_json().as_bytes());
    store.commit(batch).unwrap();
    assert!(graph.verify_audit(Some(&head)).unwrap_err().to_string().contains("entry 1 is not what it was"));
}

#[test]
fn everything_held_of_a_person_is_given_to_them() {
    let messages = [
        row("1", "ann@b.fr", "Ann Low"),
        identify("u1", "a1", "ann@b.fr"),
        json!({"type": "consent", "userId": "u1", "purpose": "ads", "status": "denied"}),
        identify("u2", "a2", "bob@b.fr"),
    ];
    let graph = unlocked(&messages);
    let export = graph.export_subject(&of(&graph, "email", "ann@b.fr").profile_id, "dpo", NOW).unwrap();
    assert_eq!(export["evidence"].as_array().unwrap().len(), 3);
    assert_eq!(export["consents"][0]["status"], "denied");
    assert_eq!(export["profile"]["fields"]["email"], "ann@b.fr");
    assert!(!export.to_string().contains("bob"));
    assert_eq!(graph.audit().unwrap()[0].action, "export_subject");
}

#[test]
fn what_a_person_had_before_cannot_come_back_either() {
    let messages = [
        identify("u1", "a1", "old@b.fr"),
        later("u1", "new@b.fr"),
        json!({"type": "alias", "userId": "u1", "previousId": "u0"}),
        json!({"type": "record", "source": "crm", "record": {"id": "1", "email": "old@b.fr", "at": "2024-01-01T00:00:00Z"}}),
        json!({"type": "record", "source": "crm", "record": {"id": "1", "email": "new@b.fr", "at": "2024-02-01T00:00:00Z"}}),
    ];
    let graph = unlocked(&messages);
    graph.erase(&of(&graph, "customer_id", "u1").profile_id, "dpo", false, NOW).unwrap();
    let again = [
        json!({"type": "identify", "anonymousId": "a9", "traits": {"email": "old@b.fr"}}),
        json!({"type": "identify", "userId": "u0"}),
        json!({"type": "record", "source": "crm", "record": {"id": "1"}}),
    ];
    fill(&graph, &again);
    assert!(graph.profiles().is_empty(), "{:?}", graph.profiles());
    let (a, b) = (
        RecordName { source: "crm".into(), record_id: "1".into() },
        RecordName { source: "crm".into(), record_id: "2".into() },
    );
    assert_eq!(graph.confirm(a, b, NOW).unwrap_err().code(), Code::NotFound);
}

#[test]
fn users_and_addresses_without_a_rule_are_buried_too() {
    let config = Config::from_toml("[identifiers.email]\npriority = 1").unwrap();
    let graph = Graph::in_memory(&config).unwrap();
    graph.unlock(keys(&["k1"])).unwrap();
    let ann = json!({"type": "identify", "userId": "u1", "traits": {"email": "ann@b.fr", "phone": "+33612345678"}});
    fill(&graph, std::slice::from_ref(&ann));
    graph.erase(&of(&graph, "email", "ann@b.fr").profile_id, "dpo", false, NOW).unwrap();
    fill(
        &graph,
        &[
            json!({"type": "identify", "userId": "u1"}),
            json!({"type": "identify", "anonymousId": "a1", "traits": {"phone": "+33 6 12 34 56 78"}}),
        ],
    );
    assert!(graph.profiles().is_empty(), "{:?}", graph.profiles());
}

#[test]
fn a_value_that_rules_block_or_that_too_many_share_is_nobodys_and_gets_no_tombstone() {
    let rules = RULES.replace("max_profiles = 2", "max_profiles = 2\nblocked = [\"test@shop.example\"]");
    let graph = Graph::in_memory(&Config::from_toml(&rules).unwrap()).unwrap();
    graph.unlock(keys(&["k1"])).unwrap();
    fill(&graph, &[identify("u1", "a1", "Test@shop.example"), later("u1", "info@b.fr"), later("u1", "ann@b.fr")]);
    fill(&graph, &[identify("u2", "a2", "info@b.fr"), identify("u3", "a3", "info@b.fr")]);
    let receipt = graph.erase(&of(&graph, "customer_id", "u1").profile_id, "dpo", false, NOW).unwrap();
    assert_eq!((receipt.identifiers["email"], receipt.shared["email"]), (1, 1), "ann@ goes, info@ is others' too");
    fill(&graph, &[identify("u4", "a4", "test@shop.example")]);
    assert_eq!(graph.find("customer_id", "u4").unwrap().len(), 1, "the blocked value keeps nobody out");
}

#[test]
fn a_value_without_a_rule_that_others_say_too_stays_theirs() {
    let graph = unlocked(&[]);
    let call = |user: &str| json!({"type": "identify", "userId": user, "traits": {"phone": "+33612345679"}});
    fill(&graph, &[call("u1"), call("u2")]);
    let receipt = graph.erase(&of(&graph, "customer_id", "u1").profile_id, "dpo", false, NOW).unwrap();
    assert_eq!(receipt.shared["phone"], 1);
    fill(
        &graph,
        &[json!({"type": "identify", "userId": "u2", "traits": {"phone": "+33612345679", "firstName": "Bob"}})],
    );
    assert_eq!(of(&graph, "customer_id", "u2").fields["given_name"], "Bob");
}

#[test]
fn the_number_of_erased_evidence_is_not_given_again() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let graph = Graph::on(Arc::clone(&store), &config(), false).unwrap();
    graph.unlock(keys(&["k1"])).unwrap();
    fill(&graph, &[identify("u1", "a1", "ann@b.fr"), identify("u2", "a2", "bob@b.fr")]);
    graph.erase(&of(&graph, "email", "bob@b.fr").profile_id, "dpo", false, NOW).unwrap();
    let again = Graph::on(store, &config(), false).unwrap();
    again.unlock(keys(&["k1"])).unwrap();
    fill(&again, &[identify("u3", "a3", "eve@b.fr")]);
    let told: Vec<u64> = again.changes(0, 100).unwrap().iter().map(|change| change.evidence).collect();
    assert!(told.is_sorted() && told.last() == Some(&3), "{told:?}");
    again.erase(&of(&again, "email", "eve@b.fr").profile_id, "dpo", false, NOW).unwrap();
    assert!(again.changes(0, 100).unwrap().iter().all(|change| !change.cause.contains("eve")));
}

/// The bytes of every file under a folder.
fn bytes_of(folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes_of(&path) } else { std::fs::read(path).unwrap() });
    }
    all
}

#[test]
fn after_compaction_no_byte_of_an_erased_person_is_in_any_file() {
    let folder = std::env::temp_dir().join(format!("light-cdp-erasure-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let graph = Graph::open(&folder, &config()).unwrap();
    graph.unlock(keys(&["k1"])).unwrap();
    fill(
        &graph,
        &[
            row("row-of-zelda", "Zelda.Fitz@Example.fr", "Zelda Fitzgerald"),
            identify("user-of-zelda", "cookie-of-zelda", "zelda.fitz@example.fr"),
            json!({"type": "track", "event": "order_completed", "userId": "user-of-zelda", "messageId": "order-of-zelda",
            "properties": {"gift_note": "happy birthday from zelda"}}),
            identify("u2", "a2", "zelda.fitz@example.fr"),
            identify("u3", "a3", "zelda.fitz@example.fr"),
            later("u2", "bob@b.fr"),
            later("u3", "eve@b.fr"),
            row("row-of-zelda", "Zelda.Fitz@Example.fr", "Zelda F."),
        ],
    );
    let record = |id: &str| RecordName { source: "events".to_owned(), record_id: format!("user:{id}") };
    graph.refuse(record("user-of-zelda"), record("u2"), NOW).unwrap();
    graph
        .refuse(record("user-of-zelda"), RecordName { source: "crm".into(), record_id: "row-of-zelda".into() }, NOW)
        .unwrap();
    graph
        .forget(record("user-of-zelda"), RecordName { source: "crm".into(), record_id: "row-of-zelda".into() }, NOW + 1)
        .unwrap();
    graph.remove(&RecordName { source: "crm".into(), record_id: "row-of-zelda".into() }, NOW).unwrap();
    graph.restore("crm", Some("row-of-zelda"), NOW).unwrap();
    let zelda = of(&graph, "customer_id", "user-of-zelda");
    assert_eq!(zelda.records.len(), 2, "{zelda:?}");
    graph.restrict(&zelda.profile_id, "dpo", NOW).unwrap();
    graph.object(&zelda.profile_id, "ads", "dpo", NOW).unwrap();
    graph.note_sent(std::slice::from_ref(&zelda.profile_id), "print shop", "letters", NOW).unwrap();
    let receipt = graph.erase(&zelda.profile_id, "dpo", false, NOW).unwrap();
    assert!(receipt.changes > 0 && receipt.evidence >= 10 && receipt.recipients.len() == 1, "{receipt:?}");
    let kept = graph.profiles();
    graph.compact().unwrap();
    graph.close().unwrap();
    let bytes = bytes_of(&folder);
    assert!(contains(&bytes, b"bob@b.fr"), "what others said is there");
    let hash = |text: &str| Sha256::digest(text.as_bytes()).to_vec();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes();
    for value in ["row-of-zelda", "user-of-zelda", "cookie-of-zelda", "Zelda", "zelda", "order-of-zelda", "Fitzgerald"]
    {
        for form in [value.as_bytes().to_vec(), hash(value), hex(&hash(value))] {
            // The address is others' too: it stays with them.
            let other = String::from_utf8_lossy(&form).into_owned();
            let stays = value == "zelda";
            assert!(stays || !contains(&bytes, &form), "{other} is still there");
        }
    }
    assert!(!contains(&bytes, b"from zelda"));
    let again = Graph::open(&folder, &config()).unwrap();
    again.unlock(keys(&["k1"])).unwrap();
    assert_eq!(again.profiles(), kept);
    again.close().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_stolen_backup_without_the_key_tells_nothing_of_the_erased_and_takes_nothing_in() {
    let base = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("stolen-{}", std::process::id()));
    let (folder, copy) = (base.join("store"), base.join("backup"));
    let _ = std::fs::remove_dir_all(&base);
    std::fs::create_dir_all(&base).unwrap();
    let graph = Graph::open(&folder, &config()).unwrap();
    graph.unlock(keys(&["k1"])).unwrap();
    fill(&graph, &[identify("u1", "cookie-1", "ann@b.fr"), identify("u2", "cookie-2", "bob@b.fr")]);
    let ann = of(&graph, "email", "ann@b.fr").profile_id;
    graph.erase(&ann, "dpo", false, NOW).unwrap();
    graph.backup(&copy).unwrap();

    let bytes = bytes_of(&copy);
    assert!(contains(&bytes, b"bob@b.fr") && !contains(&bytes, b"ann@b.fr") && !contains(&bytes, b"cookie-1"));
    // Not even a guess can be checked without the key: the plain hash of the address is nowhere.
    assert!(!contains(&bytes, &Sha256::digest(b"ann@b.fr")));
    let stolen = Graph::open(&copy, &config()).unwrap();
    let own = Keys::new(vec![Key::new("k1", &[9; 32]).unwrap()]).unwrap();
    assert_eq!(stolen.unlock(own).unwrap_err().code(), Code::InvalidKey);
    let back = identify("u1", "cookie-1", "ann@b.fr").to_string();
    assert_eq!(stolen.ingest(&back, NOW).unwrap_err().code(), Code::MissingKey);
    assert_eq!(stolen.lift("email", "ann@b.fr", "thief", NOW).unwrap_err().code(), Code::MissingKey);
    assert!(stolen.audit().unwrap().iter().all(|entry| entry.subjects.iter().all(|name| name.starts_with("k1:"))));
    // Whoever shortens the log of the copy is told on by the hash that was kept elsewhere.
    let head = graph.verify_audit(None).unwrap();
    assert_eq!(stolen.verify_audit(Some(&head)).unwrap(), head);
    graph.lift("email", "ann@b.fr", "dpo", NOW).unwrap();
    let later = graph.verify_audit(Some(&head)).unwrap();
    assert_eq!(stolen.verify_audit(Some(&later)).unwrap_err().code(), Code::AuditBroken);
    stolen.close().unwrap();
    graph.close().unwrap();
    std::fs::remove_dir_all(&base).unwrap();
}

#[test]
fn many_different_messages_with_one_id_cost_no_more_each_than_the_first() {
    let say = |n: u32| {
        json!({"type": "identify", "userId": format!("u{n}"), "messageId": "m",
        "timestamp": cdp_core::instant::text(NOW - i64::from(n) * 1_000)})
    };
    let (store, reads) = Counting::store();
    let graph = Graph::on(store, &config(), false).unwrap();
    (0..2_000).for_each(|n| drop(graph.ingest(&say(n).to_string(), NOW).unwrap()));
    let one_by_one = reads.load(Ordering::Relaxed);
    assert!(one_by_one <= 2, "{one_by_one} reads of what came before");
    let all: Vec<String> = (2_000..22_000).map(|n| say(n).to_string()).collect();
    let call = format!("[{}]", all.join(","));
    graph.ingest(&call, NOW).unwrap();
    assert!(reads.load(Ordering::Relaxed) <= one_by_one + 2);
    assert_eq!(graph.counts().messages, 1);
    assert!(graph.ingest(&call, NOW).unwrap().is_empty(), "each of them was heard before");
}

/// A store that counts how often a value is read.
struct Counting(Memory, Arc<AtomicUsize>);

impl Counting {
    fn store() -> (Arc<dyn Store>, Arc<AtomicUsize>) {
        let reads = Arc::new(AtomicUsize::new(0));
        (Arc::new(Counting(Memory::new(), Arc::clone(&reads))), reads)
    }
}

impl Store for Counting {
    fn commit(&self, batch: Batch) -> cdp_core::Result<()> {
        self.0.commit(batch)
    }
    fn get(&self, space: Space, key: &[u8]) -> cdp_core::Result<Option<Vec<u8>>> {
        self.1.fetch_add(usize::from(space == Space::EVIDENCE), Ordering::Relaxed);
        self.0.get(space, key)
    }
    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> cdp_core::Result<()> {
        self.0.scan(space, range, visit)
    }
    fn last_key(&self, space: Space) -> cdp_core::Result<Option<Vec<u8>>> {
        self.0.last_key(space)
    }
    fn compact(&self) -> cdp_core::Result<()> {
        self.0.compact()
    }
    fn verify(&self) -> cdp_core::Result<Verification> {
        self.0.verify()
    }
    fn backup(&self, path: &std::path::Path) -> cdp_core::Result<()> {
        self.0.backup(path)
    }
    fn size_on_disk(&self) -> cdp_core::Result<u64> {
        self.0.size_on_disk()
    }
}

#[test]
fn what_others_put_aside_or_decided_is_not_read_by_an_erasure() {
    let (store, reads) = Counting::store();
    let graph = Graph::on(store, &config(), false).unwrap();
    graph.unlock(keys(&["k1"])).unwrap();
    let user = |n: u32| RecordName { source: "events".to_owned(), record_id: format!("user:u{n}") };
    for n in 0..200 {
        fill(&graph, &[identify(&format!("u{n}"), &format!("a{n}"), &format!("p{n}@b.fr"))]);
    }
    (0..60).for_each(|n| drop(graph.refuse(user(n), user(n + 60), NOW).unwrap()));
    (130..190).for_each(|n| drop(graph.remove(&user(n), NOW).unwrap()));
    let before = reads.load(Ordering::Relaxed);
    let receipt = graph.erase(&of(&graph, "customer_id", "u199").profile_id, "dpo", false, NOW).unwrap();
    let read = reads.load(Ordering::Relaxed) - before;
    assert!(read <= 4 * receipt.evidence as usize, "{read} reads for {} messages", receipt.evidence);
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn message() -> impl Strategy<Value = serde_json::Value> {
    let email = || (0..5_u8).prop_map(|n| format!("e{n}@b.fr"));
    prop_oneof![
        (0..4_u8, email()).prop_map(|(id, email)| row(&id.to_string(), &email, "Ann Low")),
        (0..4_u8, 0..3_u8, email()).prop_map(|(u, a, email)| identify(&format!("u{u}"), &format!("a{a}"), &email)),
        (0..3_u8, 0..9_i64).prop_map(|(a, minute)| json!({"type": "page", "anonymousId": format!("a{a}"),
            "messageId": format!("p{a}-{minute}"), "timestamp": format!("2024-05-02T12:0{minute}:00Z")})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// Whoever was erased stays away whatever comes again, and a graph opened again is the same.
    #[test]
    fn the_erased_stay_away(messages in prop::collection::vec(message(), 1..16), which in any::<prop::sample::Index>()) {
        let store: Arc<dyn Store> = Arc::new(Memory::new());
        let graph = Graph::on(Arc::clone(&store), &config(), false).unwrap();
        graph.unlock(keys(&["k1"])).unwrap();
        fill(&graph, &messages);
        let profiles = graph.profiles();
        let gone = &profiles[which.index(profiles.len())];
        let receipt = graph.erase(&gone.profile_id, "dpo", false, NOW).unwrap();
        for record in &gone.records {
            prop_assert!(graph.profile_of(record).is_none());
        }
        let after = graph.profiles();
        // What is left is what would be had the erased messages never come.
        let again = Graph::on(Arc::clone(&store), &config(), false).unwrap();
        prop_assert_eq!(again.profiles(), after.clone());
        again.unlock(keys(&["k1"])).unwrap();
        // All of it comes again: whatever speaks of somebody erased is refused.
        fill(&again, &messages);
        let erased: u64 = receipt.identifiers.values().sum();
        if erased > 0 && receipt.shared.is_empty() {
            for record in &gone.records {
                prop_assert!(again.profile_of(record).is_none(), "{:?} came back", record);
            }
        }
        prop_assert!(again.verify_audit(None).is_ok());
    }
}

fn cases() -> u32 {
    std::env::var("CDP_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}
