//! Law 3, replay, at the size of a shop: the sources of the example `unify` and a year of web events in random orders give the
//! same bytes; a source taken out leaves the bytes there would be had it never been there.

#![cfg(all(feature = "csv", feature = "arrow"))]

use cdp_core::graph::Graph;
use cdp_core::io::{self, tables};
use cdp_core::record::Table;
use cdp_core::{Config, instant};
use std::path::Path;

const START: i64 = 1_735_689_600_000;
const DAY: i64 = 86_400_000;

/// Below `end`, by Knuth's linear congruential generator.
fn below(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % end
}

fn sources() -> Vec<Table> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    ["webshop.csv", "loyalty.csv", "tickets.jsonl"]
        .iter()
        .map(|name| io::read(data.join(name), None).expect("a source"))
        .collect()
}

fn rows(table: &Table) -> impl Iterator<Item = String> + '_ {
    (0..table.len()).map(|row| {
        let cells = table.columns().iter().filter_map(|column| Some((column.name(), column.get(row)?)));
        let record: serde_json::Map<String, serde_json::Value> =
            cells.map(|(name, cell)| (name.to_owned(), cell.into())).collect();
        serde_json::json!({"type": "record", "source": table.source(), "record": record}).to_string()
    })
}

/// A year on the web of the shop's customers: visits, logins, purchases, some on devices that several use.
fn events(webshop: &Table, count: usize) -> Vec<String> {
    let column = |name: &str| webshop.columns().iter().find(|column| column.name() == name).expect("a column");
    let (ids, emails) = (column("account_id"), column("email"));
    let mut state = 20_240_607;
    let event = |number: usize| {
        let row = below(&mut state, webshop.len());
        let time = instant::text(START + below(&mut state, 365) as i64 * DAY + below(&mut state, 86_400_000) as i64);
        let device = if below(&mut state, 30) == 0 { row / 5 } else { row + 10_000 };
        let user = ids.get(row).unwrap_or_default();
        let head = format!(r#""messageId":"e{number}","source":"web","anonymousId":"{device}","timestamp":"{time}""#);
        match below(&mut state, 10) {
            0 => format!(
                r#"{{"type":"identify","userId":"{user}","traits":{{"email":"{}"}},{head}}}"#,
                emails.get(row).unwrap_or_default()
            ),
            1 | 2 => format!(r#"{{"type":"track","event":"Order Completed","userId":"{user}",{head}}}"#),
            _ => format!(r#"{{"type":"page","name":"Product",{head}}}"#),
        }
    };
    (0..count).map(event).collect()
}

/// Everything the graph says, as bytes.
fn bytes(graph: &Graph) -> Vec<u8> {
    let snapshot = graph.snapshot().expect("a snapshot");
    let mut bytes = Vec::new();
    for name in ["assignments", "profiles", "links", "refused"] {
        io::jsonl::write(&mut bytes, &tables::by_name(&snapshot, name).expect("a table")).expect("lines");
    }
    bytes.extend(format!("{:?}", graph.profiles()).bytes());
    bytes
}

fn fed(config: &Config, messages: &[String], seed: u64) -> Graph {
    let mut order: Vec<usize> = (0..messages.len()).collect();
    let mut state = seed;
    for place in (1..order.len()).rev() {
        order.swap(place, below(&mut state, place + 1));
    }
    let graph = Graph::in_memory(config).expect("a graph");
    for calls in order.chunks(50) {
        let calls: Vec<&str> = calls.iter().map(|&index| messages[index].as_str()).collect();
        graph.ingest(&format!("[{}]", calls.join(",")), START).expect("messages");
    }
    graph
}

#[test]
fn a_shop_s_year_in_any_order_and_without_a_source() {
    let tables = sources();
    let config = Config::infer(&tables);
    let messages: Vec<String> = tables.iter().flat_map(rows).chain(events(&tables[0], 8_000)).collect();
    let (once, again) = (fed(&config, &messages, 1), fed(&config, &messages, 2));
    assert!(once.counts().profiles < once.counts().records, "something is joined: {:?}", once.counts());
    assert!(bytes(&once) == bytes(&again), "two orders give different bytes");

    once.remove_source("loyalty", START).expect("a removal");
    let without: Vec<String> =
        messages.iter().filter(|json| !json.contains(r#""source":"loyalty""#)).cloned().collect();
    assert!(bytes(&once) == bytes(&fed(&config, &without, 3)), "a removed source leaves traces");
}
