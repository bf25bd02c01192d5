//! What a listener of another language is told: names, counts and seconds.

use cdp_core::Config;
use cdp_core::graph::Graph;
use cdp_core::trace::{Told, listen};
use std::sync::{Arc, Mutex};

#[test]
fn a_listener_is_told_what_was_done_and_for_how_long() {
    let told: Arc<Mutex<Vec<Told>>> = Arc::default();
    let list = Arc::clone(&told);
    assert!(listen(move |one| list.lock().expect("a lock").push(one), || 1.5));
    assert!(!listen(drop, || 0.0), "there is a listener");
    let graph = Graph::in_memory(&Config::default()).expect("a graph");
    graph.ingest(r#"{"type":"page","anonymousId":"secret"}"#, 0).expect("a message");
    let told = told.lock().expect("a lock");
    let ingest = told.iter().find(|one| one.name == "graph ingest").expect("an ingest");
    assert_eq!((ingest.fields["calls"].as_u64(), ingest.seconds), (Some(1), Some(0.0)));
    assert!(!format!("{told:?}").contains("secret"));
}
