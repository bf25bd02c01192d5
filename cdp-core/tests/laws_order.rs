//! Law 1, order: any permutation of the same evidence gives the same profiles and ids.

mod common;

use common::{COLUMNS, Population, config, members, populations, resolved, table, tables};
use proptest::prelude::*;

/// The same evidence in another order: rows, columns and sources shuffled.
fn shuffled() -> impl Strategy<Value = (Population, Population, Vec<usize>, bool)> {
    populations(60).prop_flat_map(|population| {
        let shop = Just(population.shop.clone()).prop_shuffle();
        let till = Just(population.till.clone()).prop_shuffle();
        let columns = Just((0..COLUMNS.len()).collect::<Vec<usize>>()).prop_shuffle();
        (Just(population), shop, till, columns, any::<bool>())
            .prop_map(|(population, shop, till, columns, swap)| (population, Population { shop, till }, columns, swap))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn rows_columns_and_sources_in_any_order((population, other, columns, swap) in shuffled()) {
        let one = tables(&population);
        let mut two: Vec<_> = [("shop", &other.shop), ("till", &other.till)]
            .into_iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(source, rows)| table(source, rows, &columns))
            .collect();
        if swap {
            two.reverse();
        }
        let config = config(&one);
        prop_assert_eq!(members(&resolved(&one, Some(&config))), members(&resolved(&two, Some(&config))));
    }

    #[test]
    fn rows_in_any_order_without_configuration((population, other, _, _) in shuffled()) {
        let (one, two) = (tables(&population), tables(&other));
        prop_assert_eq!(members(&resolved(&one, None)), members(&resolved(&two, None)));
    }
}
