//! Rows that are equal in all that is compared.

use super::mix;
use crate::compare::Features;
use crate::record::NULL;
use hashbrown::HashMap;

/// Of equal rows, so many show what there is to see: more of them would only fill blocks.
pub(crate) const SHOWN: u32 = 16;

/// Of equal rows of one source those beyond the first few, in order, each with the first.
pub(super) fn beyond_first(features: &Features) -> Vec<(u32, u32)> {
    let width = features.list.len();
    let row = |record: u32| (0..width).map(move |index| features.values_of(index, record));
    let source = |record: u32| features.source[record as usize];
    let same = |a: u32, b: u32| source(a) == source(b) && row(a).eq(row(b));
    let mut seen: HashMap<u64, (u32, u32)> = HashMap::with_capacity(features.records() as usize);
    let mut beyond = Vec::new();
    for record in 0..features.records() {
        if row(record).all(<[u32]>::is_empty) {
            continue;
        }
        let values = row(record).flat_map(|values| values.iter().copied().chain([NULL]));
        let sum = values.fold(u64::from(source(record)), |sum, value| mix(sum ^ u64::from(value)).wrapping_add(1));
        let (first, count) = seen.entry(sum).or_insert((record, 0));
        *count += 1;
        if *count > SHOWN && same(*first, record) {
            beyond.push((*first, record));
        }
    }
    beyond
}
