//! Laws 6 and 7 over invented histories that hold everything that is done to personal data: consents, merges, splits, erasures,
//! restriction, objection, correction, exports, retention, tombstones of another store, saying all of it again, and opening again.
//!
//! After every act the world is held against what these laws say, worked out here by plain bookkeeping.
//! `CDP_HISTORIES=20000 cargo test --release -p cdp-core --test laws_privacy` runs as many.

#![allow(clippy::disallowed_methods)] // a test has an environment and reads files

#[path = "common/history.rs"]
mod history;

#[path = "common/privacy_consents.rs"]
mod privacy_consents;

#[path = "common/privacy_traces.rs"]
mod privacy_traces;

#[path = "common/privacy_world.rs"]
mod privacy_world;

#[path = "common/store.rs"]
mod stored;

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::Graph;
use cdp_core::store::{Disk, Memory};
use history::{RULES, START, Step, consent, decide, message, says_consent, text_of};
use privacy_consents::{Person, no_more_permissive};
use privacy_world::{ADS, Act, DAY, World, act, config, contains, live};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 1..26)
}

fn cases(fewest: u32) -> u32 {
    std::env::var("CDP_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(fewest)
}

/// The bytes of every file under a folder.
fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        all.extend(if path.is_dir() { bytes_of(&path) } else { std::fs::read(path).expect("a file") });
    }
    all
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// A value as it was written, as others write it, and hashed.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let hash = Sha256::digest(value.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![value.as_bytes().to_vec(), value.to_uppercase().into_bytes(), hash.to_vec(), hex.into_bytes()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(300), failure_persistence: None, max_shrink_iters: 20_000, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_personal_data_the_laws_hold(acts in acts(), prospects in any::<bool>(), unique in any::<bool>()) {
        let mut world = World::on(Arc::new(Memory::new()), prospects, unique);
        live(&acts, &mut world)?;
    }

    /// Confirming that any two are one and taking it back gives each side its consents, restriction and recipients again.
    #[test]
    fn what_is_joined_and_parted_again_is_as_it_was(acts in acts(), a in any::<Index>(), b in any::<Index>(), unique in any::<bool>()) {
        let mut world = World::on(Arc::new(Memory::new()), false, unique);
        live(&acts, &mut world)?;
        let named: Vec<RecordName> = world.graph.profiles().into_iter().filter_map(|view| view.records.first().cloned()).collect();
        prop_assume!(named.len() > 1);
        let (a, b) = (&named[a.index(named.len())], &named[b.index(named.len())]);
        prop_assume!(a != b);
        let seen = |world: &World| -> Vec<_> {
            let told = |person: &Person| world.graph.recipients(&person.view.profile_id).expect("recipients");
            let allowed = |person: &Person| world.graph.consent(&person.view.profile_id, &ADS, world.now).expect("an answer").effective;
            world.people().into_iter().map(|person| (told(&person), allowed(&person), person.ledger, person.view)).collect()
        };
        // Whatever was decided of the two before is said no more.
        drop(decide(&world.graph, a, b, None, world.now));
        let (before, people) = (seen(&world), world.people());
        decide(&world.graph, a, b, Some(true), world.now + 1).expect("a decision");
        no_more_permissive(&people, &world.people(), world.now, true)?;
        world.check()?;
        decide(&world.graph, a, b, None, world.now + 2).expect("a decision");
        prop_assert_eq!(seen(&world), before);
    }
}

/// When a message is too old by its time and type; never, if it refuses or ends a consent.
fn due(message: &Value, received: i64) -> Option<i64> {
    let kind = message["type"].as_str().expect("a type");
    let said = message["timestamp"].as_str().or(message["record"]["at"].as_str());
    let time = said.map_or(received, |said| cdp_core::instant::parse(said).expect("an instant"));
    let time = if says_consent(&message.to_string()) && kind != "record" { time.min(received) } else { time };
    let days = [("page", 6), ("consent", 7), ("record", 8)].into_iter().find(|(word, _)| *word == kind)?.1;
    (!takes_back(message)).then_some(time + days * DAY)
}

/// Whether a message refuses, or ends, a consent.
fn takes_back(message: &Value) -> bool {
    let asks = &message["context"];
    let refuses = asks["gpc"] == true || asks["consent"]["categoryPreferences"]["ads"] == false;
    match message["type"].as_str() {
        Some("consent") => message["status"] != "granted",
        Some("record") => message["record"]["optin"] == "non",
        _ => refuses,
    }
}

/// Whom a message tells of, if anybody is known.
fn who(message: &Value) -> Option<String> {
    if message["type"] == "record" {
        return Some(format!("row {}", message["record"]["id"]));
    }
    let user = message["userId"].as_str().filter(|user| *user != "null");
    let traits = if message["traits"].is_null() { &message["context"]["traits"] } else { &message["traits"] };
    let address = traits["email"].as_str().filter(|email| *email != "n/a");
    let contact = || address.map(|email| format!("contact {} {email}", message["anonymousId"]));
    user.map(|user| format!("user {user}")).or_else(contact)
}

/// The devices that a message tells of.
fn devices(message: &Value) -> BTreeSet<&str> {
    let ids = [&message["anonymousId"], &message["previousId"], &message["record"]["cookie"]];
    ids.into_iter().filter_map(Value::as_str).collect()
}

/// Whether a message refuses something on a device, for whoever uses it.
fn refuses_on_device(message: &Value) -> bool {
    message["context"]["gpc"] == true && message["anonymousId"].is_string()
        || message["type"] == "consent" && takes_back(message) && who(message).is_none()
}

/// The messages that are too old, but for the last that tell who uses a device on which something was refused.
fn too_old(messages: &[Value], received: i64, now: i64) -> BTreeSet<usize> {
    let refusing = messages.iter().filter(|one| refuses_on_device(one));
    let refused: BTreeSet<&str> = refusing.filter_map(|one| one["anonymousId"].as_str()).collect();
    let mut due: Vec<(i64, usize)> =
        (0..).zip(messages).filter_map(|(place, one)| Some((due(one, received)?, place))).collect();
    due.sort_unstable();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for (_, place) in due.into_iter().take_while(|(due, _)| *due <= now) {
        let tells = |device: &str, by: Option<&String>| {
            let mut others = (0..).zip(messages).filter(|(other, _)| *other != place && !gone.contains(other));
            others.any(|(_, other)| devices(other).contains(device) && who(other).as_ref() == by)
        };
        let by = who(&messages[place]);
        let is_last = by.is_some()
            && devices(&messages[place]).iter().any(|device| refused.contains(device) && !tells(device, by.as_ref()));
        if !is_last {
            gone.insert(place);
        }
    }
    gone
}

/// What is left of an alias of somebody else, if it says that its sender was one of these before.
fn without_previous(json: &str, users: &BTreeSet<&str>) -> Option<String> {
    let mut message: Value = serde_json::from_str(json).expect("JSON");
    let is_one = |id: &Value| id.as_str().is_some_and(|id| users.contains(id));
    if !is_one(&message["previousId"]) || is_one(&message["userId"]) {
        return None;
    }
    message["type"] = "identify".into();
    message.as_object_mut().expect("an object").remove("previousId");
    Some(message.to_string())
}

/// What is left of messages by the rules, worked out by feeding fresh graphs.
fn kept(messages: &[String], received: i64, now: i64) -> Graph {
    let read: Vec<Value> = messages.iter().map(|json| serde_json::from_str(json).expect("JSON")).collect();
    let old = too_old(&read, received, now);
    let mut kept: Vec<String> = messages.to_vec();
    let plain = Config::from_toml(&format!("{RULES}[consent]\ngpc = [\"ads\"]\n")).expect("a configuration");
    for round in 0.. {
        let graph = Graph::in_memory(&plain).expect("a graph");
        kept.iter().for_each(|json| drop(graph.ingest(json, received).expect("a message")));
        let mut gone: Vec<Value> = Vec::new();
        let mut in_part: Vec<String> = kept.clone();
        for view in graph.profiles() {
            let customer = ["customer_id", "loyalty_id"].iter().any(|kind| view.identifiers.contains_key(*kind));
            let last = view.last_seen.as_ref().and_then(|last| cdp_core::instant::parse(last));
            if !customer && last.is_some_and(|last| last + 9 * DAY <= now) {
                let others = graph.profiles().into_iter().filter(|other| other.profile_id != view.profile_id);
                let theirs: BTreeSet<String> = others.flat_map(|other| other.devices).collect();
                // What was refused on a device that others use stays.
                let stays = |one: &Value| {
                    takes_back(one) && one["anonymousId"].as_str().is_some_and(|device| theirs.contains(device))
                };
                let export = graph.export_subject(&view.profile_id, "test", now).expect("an export");
                let all = export["evidence"].as_array().expect("a list").iter().map(|one| one["message"].clone());
                gone.extend(all.filter(|one| !stays(one)));
                let users = view.records.iter().filter_map(|record| record.record_id.strip_prefix("user:")).collect();
                for json in &mut in_part {
                    *json = without_previous(json, &users).unwrap_or_else(|| json.clone());
                }
            }
        }
        let before = kept.clone();
        let is_gone = |place: usize, json: &str| {
            gone.contains(&serde_json::from_str(json).expect("JSON")) || round == 0 && old.contains(&place)
        };
        let left =
            (0..).zip(&kept).filter(|(place, json)| !is_gone(*place, json)).map(|(place, _)| in_part[place].clone());
        kept = left.collect();
        if kept == before {
            return graph;
        }
    }
    unreachable!("it ends when nothing goes any more")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(300), failure_persistence: None, max_shrink_iters: 20_000, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_too_old_is_as_if_it_had_never_come(messages in prop::collection::vec(prop_oneof![2 => message(), 1 => consent()], 1..20), days in 0i64..9) {
        let (received, now) = (START + 5 * DAY, START + (5 + days) * DAY);
        // Which of two messages with one id counts is no matter of this law.
        let is_refused = messages.iter().any(|json| refuses_on_device(&serde_json::from_str(json).expect("JSON")));
        prop_assume!(!is_refused || !messages.iter().any(|json| json.contains("\"messageId\"")));
        let mut messages = messages;
        let mut seen = BTreeSet::new();
        messages.retain(|json| seen.insert(json.clone()));
        let graph = Graph::in_memory(&config(true, true)).expect("a graph");
        messages.iter().for_each(|json| drop(graph.ingest(json, received).expect("a message")));
        graph.advance(now).expect("time passes");
        let never = kept(&messages, received, now);
        prop_assert_eq!(graph.profiles(), never.profiles());
        for view in graph.profiles() {
            prop_assert_eq!(graph.ledger(&view.profile_id).expect("a ledger"), never.ledger(&view.profile_id).expect("a ledger"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24).min(500), failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Once everybody is erased and the store compacted, no file has a byte of anybody: marks, recipients, retention and feed too.
    #[test]
    fn after_everybody_is_erased_no_file_has_a_byte_of_anybody(acts in acts()) {
        nothing_is_left(&acts)?;
    }
}

/// Erases everybody, after these acts, and looks for their bytes.
fn nothing_is_left(acts: &[Act]) -> Result<(), TestCaseError> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let folder = folder(&format!("laws-privacy-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
    let mut world = World::on(Arc::new(Disk::open(&folder).expect("a store")), true, true);
    live(acts, &mut world)?;
    while let Some(view) = world.graph.profiles().first() {
        world.erase(&view.profile_id.clone())?;
        world.check()?;
    }
    world.graph.compact().expect("compacted");
    let erased = world.erased.clone();
    drop(world);
    let bytes = bytes_of(&folder);
    for (kind, value) in &erased {
        for form in forms(text_of(value)) {
            prop_assert!(!contains(&bytes, &form), "{} {} is in a file", kind, text_of(value));
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
    Ok(())
}

#[test]
fn nothing_is_left_of_a_login_taken_out_before_that_refused_on_a_device_of_others() {
    let messages = [
        r#"{"type":"record","source":"crm","record":{"id":"row0","email":"p0@mail.example","first":"Ann","user":"usr1"}}"#,
        r#"{"type":"page","context":{"gpc":true},"userId":"usr1","anonymousId":"dev1","timestamp":"2023-11-09T22:13:20.000Z","source":"web"}"#,
        r#"{"type":"page","source":"web","anonymousId":"dev1","timestamp":"2023-11-09T22:13:20.000Z"}"#,
    ];
    let mut acts: Vec<Act> = messages.iter().map(|json| Act::Step(Step::Message((*json).to_owned()))).collect();
    let login = RecordName { source: "web".to_owned(), record_id: "user:usr1".to_owned() };
    acts.push(Act::Step(Step::Remove(login)));
    nothing_is_left(&acts).expect("nothing is left");
}

/// Found by 15,000 histories: that a value is not shared too widely any more was told with it, though nobody has it.
#[test]
fn a_value_that_goes_with_all_who_share_it_is_not_told_of_by_its_going() {
    let row = |id: &str| {
        let row = format!(
            r#"{{"type":"record","source":"crm","record":{{"id":"{id}","email":"p1@mail.example","first":"Ann","at":"2023-11-09T22:13:20.000Z"}}}}"#
        );
        Act::Step(Step::Message(row))
    };
    let track = r#"{"type":"track","event":"Bought","source":"web","anonymousId":"dev0","timestamp":"2023-11-09T22:13:20.000Z","context":{"traits":{"email":"p1@mail.example"}}}"#;
    let acts = [Act::Step(Step::Message(track.to_owned())), row("row2"), row("row0"), Act::Advance(0)];
    let mut world = World::on(Arc::new(Memory::new()), true, false);
    live(&acts, &mut world).unwrap();
}
