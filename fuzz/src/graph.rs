//! The live graph: any history gives, message by message, what all its evidence gives at once, in any order; and any text is
//! either taken in whole or refused.

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::{Graph, ProfileView};
use cdp_core::store::Memory;
use std::sync::{Arc, LazyLock};

const RULES: &str = "[sources.crm]\nid = 'id'\nobserved_at = 'at'\n[sources.crm.fields]\nemail = 'email'\ncard = 'loyalty_id'\n\
    cookie = 'anonymous_id'\nuser = 'customer_id'\n[identifiers.customer_id]\npriority = 1\nunique = true\n\
    [identifiers.loyalty_id]\npriority = 2\nmax_per_profile = 2\n[identifiers.email]\npriority = 3\nmax_profiles = 2\n";

static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::from_toml(RULES).expect("a configuration"));

fn graph() -> Graph {
    Graph::in_memory(&CONFIG).expect("a graph")
}

type State = (Vec<ProfileView>, Vec<String>);

fn state(graph: &Graph) -> State {
    (graph.profiles(), graph.refused().iter().map(|refused| format!("{refused:?}")).collect())
}

/// One step of a history.
#[derive(Clone)]
enum Step {
    Message(String),
    Decide(RecordName, RecordName, Option<bool>, i64),
    Remove(RecordName),
    RemoveSource(&'static str),
}

/// Three bytes make a step.
fn step(bytes: &[u8], number: usize) -> Step {
    let [what, who, when] = [bytes[0], bytes[1], bytes[2]].map(u32::from);
    let time = cdp_core::instant::text(1_700_000_000_000 + i64::from(when) * 900_000);
    let record = |byte: u32| match byte % 2 {
        0 => RecordName { source: "crm".into(), record_id: (byte / 2 % 4).to_string() },
        _ => RecordName { source: "web".into(), record_id: format!("user:u{}", byte / 2 % 4) },
    };
    let (user, device, email) = (who % 4, who / 4 % 3, who / 16 % 4);
    let head = format!(r#""messageId":"{number}","source":"web","anonymousId":"d{device}","timestamp":"{time}""#);
    match what % 16 {
        0..=3 => Step::Message(format!(r#"{{"type":"page",{head}}}"#)),
        4..=6 => Step::Message(format!(r#"{{"type":"track","event":"Bought","userId":"u{user}",{head}}}"#)),
        7..=9 => Step::Message(format!(
            r#"{{"type":"identify","userId":"u{user}","traits":{{"email":"p{email}@x.example"}},{head}}}"#
        )),
        10 => Step::Message(format!(r#"{{"type":"identify","traits":{{"email":"p{email}@x.example"}},{head}}}"#)),
        11 => Step::Message(format!(r#"{{"type":"alias","userId":"u{user}","previousId":"d{device}",{head}}}"#)),
        12 | 13 => Step::Message(format!(
            r#"{{"type":"record","messageId":"{number}","source":"crm","record":{{"id":"{user}","at":"{time}","email":"p{email}@x.example","card":"c{}","cookie":"d{device}"}}}}"#,
            what / 16 % 3
        )),
        14 if record(who) != record(when) => {
            let same = [Some(true), Some(false), None][(what / 16 % 3) as usize];
            Step::Decide(record(who), record(when), same, number as i64)
        }
        14 => Step::RemoveSource(if who % 2 == 0 { "crm" } else { "web" }),
        _ => Step::Remove(record(who)),
    }
}

fn run(graph: &Graph, step: &Step) {
    match step {
        Step::Message(json) => drop(graph.ingest(json, 0).expect("a message")),
        Step::Decide(a, b, same, at) => drop(
            match same {
                Some(true) => graph.confirm(a.clone(), b.clone(), *at),
                Some(false) => graph.refuse(a.clone(), b.clone(), *at),
                None => graph.forget(a.clone(), b.clone(), *at),
            }
            .expect("a decision"),
        ),
        // Not there: nothing to do.
        Step::Remove(record) => drop(graph.remove(record, 0)),
        Step::RemoveSource(source) => drop(graph.remove_source(source, 0)),
    }
}

/// Message by message, opened again, and backwards.
pub(crate) fn graph_history(data: &[u8]) {
    let steps: Vec<Step> = data.chunks_exact(3).take(40).zip(0..).map(|(bytes, number)| step(bytes, number)).collect();
    let store = Arc::new(Memory::new());
    let live = Graph::on(store.clone(), &CONFIG, false).expect("a graph");
    steps.iter().for_each(|step| run(&live, step));
    let reopened = Graph::on(store, &CONFIG, false).expect("a graph");
    assert_eq!(state(&live), state(&reopened));
    let is_removal = |step: &&Step| matches!(step, Step::Remove(_) | Step::RemoveSource(_));
    if !steps.iter().any(|step| is_removal(&step)) {
        let backwards = graph();
        steps.iter().rev().for_each(|step| run(&backwards, step));
        assert_eq!(state(&live), state(&backwards));
    }
}

/// Any text as a call.
pub(crate) fn graph_message(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (graph, again) = (graph(), graph());
    match graph.ingest(text, 0) {
        Ok(_) => {
            assert!(graph.ingest(text, 0).expect("what was taken in once").is_empty(), "a message counts once");
            again.ingest(text, 0).expect("what was taken in");
            assert_eq!(state(&graph), state(&again));
        }
        Err(_) => assert_eq!(graph.counts().messages, 0, "a call is refused whole"),
    }
}
