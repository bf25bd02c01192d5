//! From features to candidate pairs, under a budget.
//!
//! Each feature offers *parts*: keys of its values such as the whole value, how it sounds, a prefix, a date's month and
//! day. A *rule* is one part, or two parts of different features together. Records with the same key of a rule form a
//! block, unless they are too many: what few records share says much about them, whichever field it stands in. Which rules
//! there are, and how large their blocks may be, is chosen from the data: a sample of the pairs that any rule finds trains
//! the model, and then shows which rules find the matches for the fewest pairs. Missing values and placeholders have no keys
//! and never form a block. Pairs are streamed record by record and are never stored.

mod choose;
mod group;
mod parts;
mod rule;
mod sample;

pub(crate) use choose::choose;
pub(crate) use parts::Parts;
pub use rule::Rule;
pub(crate) use sample::Sample;

use crate::error::Result;
use crate::progress::Control;
use group::Grouped;
use rayon::prelude::*;

/// Blocks of records, and where each record stands in them.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// The members of all blocks, ascending within a block; the last of a block is marked with [`LAST`].
    members: Vec<u32>,
    /// Where the places of each record begin in `places`.
    starts: Vec<u32>,
    /// The places of the records in `members`, ascending.
    places: Vec<u32>,
}

/// Marks the last member of a block.
const LAST: u32 = 1 << 31;

/// Builds the blocks of these rules; rules whose parts these features do not have find nothing.
///
/// # Errors
/// `cancelled`.
pub(crate) fn build(parts: &Parts, rules: &[Rule], control: &Control) -> Result<Blocks> {
    let blocks = |rule: &Rule| {
        control.check()?;
        Ok(parts.places(rule).map(|places| parts.blocks(places, rule.largest)).unwrap_or_default())
    };
    let found: Vec<Grouped> = rules.par_iter().map(blocks).collect::<Result<_>>()?;
    Ok(Blocks::new(&found, parts.records))
}

impl Blocks {
    fn new(found: &[Grouped], records: u32) -> Blocks {
        let mut blocks = Blocks::default();
        for block in found.iter().flat_map(Grouped::blocks) {
            blocks.members.extend_from_slice(block);
            if let Some(last) = blocks.members.last_mut() {
                *last |= LAST;
            }
        }
        blocks.index(records);
        blocks
    }

    /// Fills the places of each record.
    fn index(&mut self, records: u32) {
        let mut starts = vec![0_u32; records as usize + 1];
        self.members.iter().for_each(|&member| starts[(member & !LAST) as usize + 1] += 1);
        for record in 0..records as usize {
            starts[record + 1] += starts[record];
        }
        let mut next = starts.clone();
        let mut places = vec![0; self.members.len()];
        for (place, &member) in self.members.iter().enumerate() {
            let slot = &mut next[(member & !LAST) as usize];
            places[*slot as usize] = place as u32;
            *slot += 1;
        }
        self.starts = starts;
        self.places = places;
    }

    /// The candidate partners of a record that come after it, each once, in order.
    pub(crate) fn partners_after(&self, record: u32, partners: &mut Vec<u32>) {
        partners.clear();
        for &place in &self.places[self.starts[record as usize] as usize..self.starts[record as usize + 1] as usize] {
            let mut place = place as usize;
            while self.members[place] & LAST == 0 {
                place += 1;
                partners.push(self.members[place] & !LAST);
            }
        }
        partners.sort_unstable();
        partners.dedup();
    }
}

/// Spreads the bits of a key (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(mut key: u64) -> u64 {
    key = (key ^ key >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    key = (key ^ key >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ key >> 31
}

#[cfg(test)]
mod tests {
    use super::group::by_key;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn every_pair_of_a_block_is_visited_once(
            blocks in prop::collection::vec(prop::collection::btree_set(0u32..30, 2..6), 0..20)
        ) {
            let block = |(key, block): (usize, &BTreeSet<u32>)| block.iter().map(move |&r| (key as u64) << 32 | u64::from(r)).collect::<Vec<_>>();
            let entries = blocks.iter().enumerate().flat_map(block).collect();
            let made = Blocks::new(&[by_key(entries, 8)], 30);
            let pairs = |block: &BTreeSet<u32>| block.iter().flat_map(|&a| block.range(a + 1..).map(move |&b| (a, b))).collect::<Vec<_>>();
            let expected: BTreeSet<(u32, u32)> = blocks.iter().flat_map(pairs).collect();
            let mut visited = BTreeSet::new();
            let mut partners = Vec::new();
            for record in 0..30 {
                made.partners_after(record, &mut partners);
                prop_assert!(partners.iter().all(|&partner| visited.insert((record, partner))));
            }
            prop_assert_eq!(visited, expected);
        }
    }
}
