//! Law 3, replay: the same evidence, rules and model give the same bytes of output, on any number of threads.

mod common;

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

fn on_threads(tables: &[cdp_core::record::Table], threads: usize) -> Resolution {
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
