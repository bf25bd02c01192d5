//! Rows that are equal in all that is compared.

use super::group::KeySet;
use super::mix;
use crate::compare::Features;
use crate::record::NULL;
use hashbrown::HashMap;
use rayon::prelude::*;

/// Of equal rows, so many show what there is to see: more of them would only fill blocks.
pub(crate) const SHOWN: u32 = 16;

/// Of equal rows of one source those beyond the first few, in order, each with the first.
pub(super) fn beyond_first(features: &Features) -> Vec<(u32, u32)> {
    let width = features.list.len();
    let row = |record: u32| (0..width).map(move |index| features.values_of(index, record));
    let source = |record: u32| features.source[record as usize];
    let same = |a: u32, b: u32| source(a) == source(b) && row(a).eq(row(b));
    let sum = |record: u32| {
        let values = row(record).flat_map(|values| values.iter().copied().chain([NULL]));
        let sum =
            values.fold(mix(u64::from(source(record)) + 1), |sum, value| mix(sum ^ u64::from(value)).wrapping_add(1));
        if row(record).all(<[u32]>::is_empty) { None } else { Some(sum) }
    };
    let sums: Vec<Option<u64>> = (0..features.records()).into_par_iter().map(sum).collect();
    // Hardly a row has an equal one: most need not be looked up.
    let half = |sum: u64| (sum >> 32) as u32;
    let repeated = KeySet::repeated(features.records(), sums.iter().flatten().map(|&sum| half(sum)));
    let mut seen: HashMap<u64, (u32, u32)> = HashMap::new();
    let mut beyond = Vec::new();
    for (record, sum) in (0..).zip(sums) {
        let Some(sum) = sum.filter(|&sum| repeated.contains(half(sum))) else { continue };
        let (first, count) = seen.entry(sum).or_insert((record, 0));
        *count += 1;
        if *count > SHOWN && same(*first, record) {
            beyond.push((*first, record));
        }
    }
    beyond
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{FeatureBuilder, Form, Role};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_beyond_the_first_few_is_found(rows in prop::collection::vec((0u8..3, 0u32..2), 0..150)) {
            let mut builder = FeatureBuilder::new("f", Role::Attribute, Form::Exact);
            rows.iter().for_each(|(value, _)| builder.push([["", "x", "y"][usize::from(*value)]]));
            let sources = rows.iter().map(|(_, source)| *source).collect();
            let features = Features::new(vec![builder.finish()], sources, vec!["a".to_owned(), "b".to_owned()]);
            let mut expected = Vec::new();
            for (record, row) in rows.iter().enumerate().filter(|(_, (value, _))| *value > 0) {
                let equal: Vec<usize> = (0..record).filter(|&other| rows[other] == *row).collect();
                if equal.len() >= SHOWN as usize {
                    expected.push((equal[0] as u32, record as u32));
                }
            }
            prop_assert_eq!(beyond_first(&features), expected);
        }
    }
}
