//! Messages from JSON lines: every line whole or not at all, in order, and what is kept when one is at fault is told.

use cdp_core::error::Code;
use cdp_core::graph::Graph;
use cdp_core::io::messages::{Ingested, Settings, ingest, ingest_file};
use cdp_core::progress::Control;
use cdp_core::{Config, Result};

const NOW: i64 = 1_714_557_600_000;
const STOPS: Settings = Settings { received: NOW, skip_faults: false };
const SKIPS: Settings = Settings { received: NOW, skip_faults: true };

fn graph() -> Graph {
    Graph::in_memory(&Config::default()).expect("a graph")
}

fn taken(graph: &Graph, text: &str, settings: &Settings) -> Result<Ingested> {
    ingest(graph, text.as_bytes(), settings, &Control::default())
}

const LINES: &str = "\u{feff}{\"type\":\"identify\",\"userId\":\"u1\",\"traits\":{\"email\":\"ann@example.fr\"}}\r\n\
    \n\
    [{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"p1\"},{\"type\":\"page\",\"anonymousId\":\"a1\"}]\n\
    {\"batch\":[{\"type\":\"identify\",\"userId\":\"u2\",\"messageId\":\"i2\"}],\"sentAt\":\"2024-05-01T10:00:00Z\"}";

#[test]
fn lines_give_what_calls_give() {
    let (lines, calls) = (graph(), graph());
    let ingested = taken(&lines, LINES, &STOPS).expect("lines");
    for line in LINES.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty()) {
        calls.ingest(line, NOW).expect("a call");
    }
    assert_eq!(lines.profiles(), calls.profiles());
    let feed = lines.changes(0, usize::MAX).expect("the feed");
    assert_eq!(feed, calls.changes(0, usize::MAX).expect("the feed"));
    assert_eq!((ingested.lines, ingested.changes, ingested.skipped), (3, feed.len() as u64, 0));
    // What it holds already counts once.
    assert_eq!(taken(&lines, LINES, &STOPS).expect("lines").changes, 0);
}

#[test]
fn a_line_at_fault_ends_it_and_what_is_kept_is_told() {
    let graph = graph();
    // The second message of line 3 is at fault, so the first is not taken in either.
    let text = "{\"type\":\"page\",\"userId\":\"u1\"}\n\n[{\"type\":\"page\",\"userId\":\"u2\"},{\"type\":\"page\"}]\n{\"type\":\"page\",\"userId\":\"u3\"}\n";
    let error = taken(&graph, text, &STOPS).expect_err("a fault");
    assert_eq!(error.code(), Code::InvalidMessage);
    let told = error.to_string();
    assert!(told.starts_with("row 1, line 3, field 'anonymousId': the message says nobody"), "{told}");
    assert!(told.contains("the 1 line(s) taken in before are kept"), "{told}");
    assert_eq!(graph.counts().messages, 1);
    let none = taken(&graph, "nonsense\n", &STOPS).expect_err("a fault").to_string();
    assert!(none.starts_with("line 1: ") && none.contains("no line was taken in"), "{none}");
}

#[test]
fn lines_at_fault_can_be_left_out_and_are_told() {
    let graph = graph();
    let mut text = b"{\"type\":\"page\",\"userId\":\"u1\"}\n{\"type\":\"pgae\",\"userId\":\"u1\"}\n".to_vec();
    text.extend(b"\xff\xfe\n{\"type\":\"page\",\"userId\":\"u2\"}");
    let ingested = ingest(&graph, text.as_slice(), &SKIPS, &Control::default()).expect("lines");
    assert_eq!((ingested.lines, ingested.skipped, graph.counts().messages), (2, 2, 2));
    let faults = ingested.faults;
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [2, 3]);
    assert!(faults[0].reason.starts_with("line 2, field 'type'"), "{faults:?}");
    assert!(faults[1].reason.starts_with("line 3: the line is not UTF-8"), "{faults:?}");
}

#[test]
fn a_file_is_named_and_what_was_taken_in_before_a_stop_is_kept() {
    let missing = ingest_file(&graph(), "no/such.jsonl", &STOPS, &Control::default()).expect_err("no file");
    assert_eq!(missing.to_string(), "file 'no/such.jsonl': no such file or directory");
    let (graph, control) = (graph(), Control::default());
    let lines: Vec<String> = (0..6_000).map(|n| format!("{{\"type\":\"page\",\"userId\":\"u{n}\"}}")).collect();
    let text = lines.join("\n");
    let stopped = ingest(&graph, Stops(text.as_bytes(), &control, 0), &STOPS, &control).expect_err("stopped");
    assert_eq!((stopped.code(), graph.counts().messages), (Code::Cancelled, 2_047));
    let given_up = ingest(&graph, text.as_bytes(), &STOPS, &control).expect_err("given up before");
    assert_eq!((given_up.code(), graph.counts().messages), (Code::Cancelled, 2_047));
}

/// Text during whose reading, at the second piece, somebody gives up.
struct Stops<'a>(&'a [u8], &'a Control, usize);

impl std::io::Read for Stops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.2 += 1;
        if self.2 == 2 {
            self.1.cancel();
        }
        self.0.read(buffer)
    }
}
