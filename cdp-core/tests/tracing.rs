//! What subscribers of `tracing` are told: stages, calls and commits with their counts, and nothing of the data.

use cdp_core::Config;
use cdp_core::graph::Graph;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, resolve};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Everything told, a line each.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>, Arc<AtomicU64>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "cdp_core"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        self.0.lock().expect("a lock").push(line.0);
        Id::from_u64(self.1.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().expect("a lock").push(line.0);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn stages_calls_and_commits_are_told_without_a_value() {
    let told = Told::default();
    let folder = std::env::temp_dir().join(format!("cdp-tracing-{}", std::process::id()));
    // The committer has a thread of its own.
    tracing::subscriber::set_global_default(told.clone()).expect("the only subscriber");
    let column = |name: &str, cells: [&str; 4]| Column::new(name, cells.map(Some));
    let columns = vec![
        column("secretcolumn", ["1", "2", "3", "4"]),
        column("email", ["secret.ann@b.fr", "secret.ann@b.fr", "bob@b.fr", "cy@b.fr"]),
        column("first_name", ["Secretann", "Secretann", "Bob", "Cy"]),
    ];
    let table = Table::new("secretsource", columns).expect("a table");
    resolve(&[table], None, &Options::default()).expect("a result");
    let graph = Graph::open(&folder, &Config::default()).expect("a graph");
    let message =
        r#"{"type":"identify","userId":"secretuser","anonymousId":"secretdevice","traits":{"email":"secret@b.fr"}}"#;
    graph.ingest(message, 1_700_000_000_000).expect("a message");
    graph.close().expect("an end");
    let _ = std::fs::remove_dir_all(&folder);
    let lines = told.0.lock().expect("a lock").clone();
    for wanted in [
        "resolve stage stage=\"normalize\"",
        " message=resolved records=4",
        "graph ingest calls=1",
        "store commit entries=",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(wanted)), "'{wanted}' is not among {lines:#?}");
    }
    assert!(!lines.iter().any(|line| line.to_lowercase().contains("secret")), "{lines:#?}");
}
