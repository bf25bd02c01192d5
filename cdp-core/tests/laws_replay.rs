//! Law 3, replay: the same evidence, rules and model give the same bytes of output, on any number of threads.

mod common;

use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, Resolution, resolve};
use common::{populations, tables};
use proptest::prelude::*;

/// Everything a result says, with weights to the last bit.
fn bytes(result: &Resolution) -> String {
    let links: Vec<_> = result.links().iter().map(|link| (link.a, link.b, link.weight.to_bits(), &link.rule)).collect();
    let refused: Vec<_> =
        result.refused().iter().map(|link| (link.a, link.b, link.weight.to_bits(), &link.rule, &link.reason)).collect();
    format!(
        "{:?}\n{:?}\n{:?}\n{links:?}\n{refused:?}\n{}\n{:?}\n{:?}",
        result.records(),
        result.assignments(),
        result.profiles(),
        result.model().to_json(),
        result.config(),
        result.summary(),
    )
}

fn on_threads(tables: &[Table], threads: usize) -> Resolution {
    let options = Options { threads: Some(threads), ..Options::default() };
    resolve(tables, None, &options).expect("a resolution")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_same_bytes_on_one_to_four_threads(population in populations(80)) {
        let tables = tables(&population);
        let expected = bytes(&on_threads(&tables, 1));
        for threads in 1..=4 {
            prop_assert_eq!(&bytes(&on_threads(&tables, threads)), &expected, "{} threads", threads);
        }
    }

    #[test]
    fn a_saved_model_gives_the_same_profiles(population in populations(60)) {
        let tables = tables(&population);
        let first = on_threads(&tables, 2);
        let model = cdp_core::model::Model::from_json(&first.model().to_json()).expect("a model");
        let options = Options { model: Some(model), ..Options::default() };
        let again = resolve(&tables, Some(first.config()), &options).expect("a resolution");
        prop_assert_eq!(common::members(&again), common::members(&first));
    }
}

/// So many records that all that is cut into pieces for threads is in several.
#[test]
fn many_records_give_the_same_bytes_on_one_and_three_threads() {
    let number = |seed: u64, below: u64| {
        let mixed = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) % below
    };
    let syllables = ["ba", "ko", "mi", "ren", "tal", "su", "vor", "ny", "el", "dra", "pim", "os"];
    let name = |seed: u64| -> String { (0..3).map(|part| syllables[number(seed * 3 + part, 12) as usize]).collect() };
    let rows = 14_000;
    // Most people are there once or twice, the second time with a typing error, a new address or another telephone.
    let person = |row: u64| if row % 3 == 2 { row - 1 } else { row };
    let text = |of: &dyn Fn(u64, u64) -> Option<String>| -> Vec<Option<String>> {
        (0..rows).map(|row| of(row, person(row))).collect()
    };
    let columns = [
        ("id", text(&|row, _| Some(format!("r{row}")))),
        ("first_name", text(&|row, of| Some(if number(row, 9) == 0 { name(of)[1..].to_owned() } else { name(of) }))),
        ("last_name", text(&|_, of| Some(name(number(of, 3_000) + 100_000)))),
        (
            "email",
            text(&|row, of| (number(row + 7, 4) > 0).then(|| format!("{}{}@mail.example", name(of), of % 4_000))),
        ),
        ("phone", text(&|row, of| (number(row + 9, 3) > 0).then(|| format!("06{:08}", number(of + 5, 100_000_000))))),
        ("city", text(&|row, of| Some(name(number(if number(row, 5) == 0 { row } else { of }, 60) + 500_000)))),
    ];
    let column = |(name, cells): &(&str, Vec<Option<String>>)| Column::new(name, cells.iter().map(Option::as_deref));
    let tables = [Table::new("crm", columns.iter().map(column).collect()).expect("a table")];
    let one = on_threads(&tables, 1);
    assert!(one.links().len() > 3_000 && one.profiles().len() > 8_000, "{} links", one.links().len());
    assert!(bytes(&on_threads(&tables, 3)) == bytes(&one), "three threads give something else");
}
