//! From features to candidate pairs, under a budget.
//!
//! Each feature offers *parts*: keys of its values such as the whole value, how it sounds, a prefix, a date's month and
//! day. A *rule* is one part, or two parts of different features together. Records with the same key of a rule form a
//! block, unless they are too many: what few records share says much about them, whichever field it stands in. Which rules
//! there are, and how large their blocks may be, is chosen from the data (of many rows that are equal in all, a few form
//! blocks, and the others go with the first): a sample of the pairs that any rule finds trains
//! the model, and then shows which rules find the matches for the fewest pairs. Missing values and placeholders have no keys
//! and never form a block.

mod choose;
mod equal;
mod group;
mod index;
mod parts;
mod rule;
mod sample;

pub(crate) use choose::choose;
pub(crate) use equal::SHOWN;
pub(crate) use index::{BlockIndex, BlockKey, Plan};
pub(crate) use parts::Parts;
pub use rule::Rule;
pub(crate) use sample::{Sample, Scope};

use crate::error::Result;
use crate::progress::Control;
use group::{Bits, Grouped, Sorter};
use rayon::prelude::*;
use rule::Places;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The candidate pairs.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Where the partners of each record end.
    ends: Vec<usize>,
    partners: Vec<u32>,
    /// Records that are in blocks, but in none that is small enough to be compared.
    pub(crate) left_out: u32,
}

/// Finds the candidates of these rules; rules whose parts these features do not have find nothing.
///
/// # Errors
/// `cancelled`.
pub(crate) fn candidates(parts: &Parts, rules: &[Rule], control: &Control) -> Result<Candidates> {
    let rules: Vec<(Places, u32)> = rules.iter().filter_map(|rule| Some((parts.places(rule)?, rule.largest))).collect();
    let used: BTreeSet<usize> = rules.iter().flat_map(|(Places(a, b), _)| [Some(*a), *b]).flatten().collect();
    let sharing: BTreeMap<usize, Bits> = used.into_par_iter().map(|part| (part, parts.sharing(part))).collect();
    let blocks = |sorter: &mut Sorter, (rule, largest): &(Places, u32)| {
        control.check()?;
        let both = Bits::both(&sharing[&rule.0], rule.1.map(|part| &sharing[&part]));
        Ok(parts.blocks(*rule, &both, *largest, sorter))
    };
    let found: Vec<(Grouped, Bits)> = rules.par_iter().map_init(Sorter::default, blocks).collect::<Result<_>>()?;
    let (mut found, too_many): (Vec<Grouped>, Vec<Bits>) = found.into_iter().unzip();
    found.push(Grouped::of_pairs(&parts.equal));
    let (candidates, left_out) =
        rayon::join(|| Candidates::new(&found, parts.records), || left_out(&found, &too_many, parts.records));
    Ok(Candidates { left_out, ..candidates })
}

/// How many records are in no block, but in such as were too large to be any.
fn left_out(found: &[Grouped], too_many: &[Bits], records: u32) -> u32 {
    let (mut large, mut compared) = (Bits::none(records), Bits::none(records));
    too_many.iter().for_each(|bits| large.add(bits));
    found.iter().flat_map(Grouped::blocks).flatten().for_each(|&record| compared.insert(record));
    large.without(&compared)
}

impl Candidates {
    fn new(found: &[Grouped], records: u32) -> Candidates {
        let pieces: Vec<Candidates> =
            pieces(records).into_par_iter().map(|piece| Candidates::of(found, piece)).collect();
        let mut all = Candidates::default();
        all.ends.reserve_exact(records as usize);
        all.partners.reserve_exact(pieces.iter().map(|piece| piece.partners.len()).sum());
        for piece in pieces {
            let before = all.partners.len();
            all.ends.extend(piece.ends.iter().map(|end| end + before));
            all.partners.extend(piece.partners);
        }
        all
    }

    /// The partners of some records; `ends` begins with the first of them.
    fn of(found: &[Grouped], records: Range<u32>) -> Candidates {
        let place = |record: u32| (record - records.start) as usize;
        let mut next = vec![0_usize; records.len()];
        each_of(found, &records, |record, after| next[place(record)] += after.len());
        let mut sum = 0;
        next.iter_mut().for_each(|count| sum += std::mem::replace(count, sum));
        let mut partners = vec![0; sum];
        each_of(found, &records, |record, after| {
            let start = &mut next[place(record)];
            partners[*start..*start + after.len()].copy_from_slice(after);
            *start += after.len();
        });
        let mut candidates = Candidates { ends: next, partners, left_out: 0 };
        candidates.tidy();
        candidates
    }

    /// Each partner once, in order.
    fn tidy(&mut self) {
        let (mut start, mut kept) = (0, 0);
        for end in &mut self.ends {
            self.partners[start..*end].sort_unstable();
            let begin = kept;
            for place in start..*end {
                if kept == begin || self.partners[kept - 1] != self.partners[place] {
                    self.partners[kept] = self.partners[place];
                    kept += 1;
                }
            }
            (start, *end) = (*end, kept);
        }
        self.partners.truncate(kept);
        self.partners.shrink_to_fit();
    }

    /// The partners of a record that come after it, in order.
    pub(crate) fn after(&self, record: u32) -> &[u32] {
        let start = record.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.partners[start..self.ends[record as usize]]
    }

    /// How many pairs there are.
    pub(crate) fn len(&self) -> u64 {
        self.partners.len() as u64
    }
}

/// Visits these records in each block, with the records that come after it there.
fn each_of(found: &[Grouped], records: &Range<u32>, mut visit: impl FnMut(u32, &[u32])) {
    for grouped in found {
        for block in grouped.blocks() {
            let place = |limit: u32| block.iter().position(|&record| record >= limit).unwrap_or(block.len());
            for place in place(records.start)..place(records.end) {
                visit(block[place], &block[place + 1..]);
            }
        }
    }
}

/// The records in pieces with about as many partners each, for as many threads as there are: a record's partners are those after
/// it, of which the first records have most.
fn pieces(records: u32) -> Vec<Range<u32>> {
    let count = 2 * rayon::current_num_threads() as u32;
    let start = |piece: u32| {
        let left = f64::from(count - piece) / f64::from(count);
        (f64::from(records) * (1.0 - left.sqrt())) as u32
    };
    (0..count).map(|piece| start(piece)..start(piece + 1)).collect()
}

/// Spreads the bits of a key (the finaliser of SplitMix64, Steele et al. 2014).
pub(crate) fn mix(mut key: u64) -> u64 {
    key = (key ^ key >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    key = (key ^ key >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ key >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn records_in_nothing_but_large_blocks_are_counted() {
        let (mut sorter, mut large) = (Sorter::default(), Bits::none(70));
        (0..5).for_each(|record| sorter.push(1, record));
        let first = sorter.by_key(3, |record| large.insert(record));
        sorter.clear();
        [4, 65].iter().for_each(|&record| sorter.push(2, record));
        let second = sorter.by_key(3, |_| ());
        assert_eq!(left_out(&[first, second], &[large], 70), 4);
    }

    proptest! {
        #[test]
        fn every_pair_of_a_block_is_visited_once(
            blocks in prop::collection::vec(prop::collection::btree_set(0u32..30, 2..6), 0..20)
        ) {
            let mut sorter = Sorter::default();
            for record in 0..30 {
                let keys = (1..).zip(&blocks).filter(|(_, block)| block.contains(&record));
                keys.for_each(|(key, _)| sorter.push(key, record));
            }
            sorter.drop_single();
            let found = [sorter.by_key(8, |_| ())];
            let made = Candidates::new(&found, 30);
            let whole = Candidates::of(&found, 0..30);
            prop_assert_eq!((&made.ends, &made.partners), (&whole.ends, &whole.partners));
            let pairs = |block: &BTreeSet<u32>| block.iter().flat_map(|&a| block.range(a + 1..).map(move |&b| (a, b))).collect::<Vec<_>>();
            let expected: BTreeSet<(u32, u32)> = blocks.iter().flat_map(pairs).collect();
            let visited = (0..30).flat_map(|a| made.after(a).iter().map(move |&b| (a, b)));
            prop_assert!(visited.clone().is_sorted_by(|x, y| x < y));
            prop_assert_eq!(visited.collect::<BTreeSet<_>>(), expected);
        }
    }
}
