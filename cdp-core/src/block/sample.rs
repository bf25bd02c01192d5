//! A sample of the pairs that any rule would find, each with all the rules that find it.
//!
//! Some records are drawn; all their partners are looked at. So the sample tells what every rule finds alone and what it adds
//! to others, exactly for the drawn records, and stands for all records when weighted.

use super::group::{KeySet, by_key};
use super::mix;
use super::parts::Parts;
use super::rule::Places;
use crate::error::Result;
use crate::progress::Control;
use rayon::prelude::*;

/// Records drawn, about.
const DRAWN: u32 = 25_000;
/// Pairs kept with one of the rules that find them, at most: beyond, the largest blocks are left out.
const MOST_FINDS: usize = 12_000_000;
/// Different pairs kept, about.
const MOST_PAIRS: usize = 1_500_000;
/// The largest block looked at, where there are few records, and where there are many.
pub(super) const LARGEST: u32 = 400;
const LARGEST_OF_MANY: u32 = 64;
/// From so many records on there are many.
const MANY: u32 = 200_000;
/// Pairs in blocks of so few are always kept.
const SMALL: u32 = 6;

/// Pairs of records and what finds them.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    /// The pairs, each once.
    pub(crate) pairs: Vec<(u32, u32)>,
    /// How many pairs of all records each stands for.
    pub(crate) weights: Vec<f64>,
    /// Where the finds of each pair end.
    ends: Vec<u32>,
    finds: Vec<Find>,
    /// All rules there can be.
    pub(super) rules: Vec<Places>,
}

/// A rule that finds a pair, by its place in [`Sample::rules`], in a block of so many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Find {
    pub(super) rule: u16,
    pub(super) size: u16,
}

/// A pair as one number, the drawn record first, with a find.
type Entry = (u64, Find);

impl Sample {
    /// What finds a pair.
    pub(super) fn finds(&self, pair: usize) -> &[Find] {
        let start = pair.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.finds[start as usize..self.ends[pair] as usize]
    }

    /// Draws records and looks at their partners.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn draw(parts: &Parts, seed: u64, control: &Control) -> Result<Sample> {
        let records = parts.records;
        let every = (records / DRAWN).max(1);
        let drawn: Vec<bool> =
            (0..records).map(|record| mix(seed ^ u64::from(record)).is_multiple_of(u64::from(every))).collect();
        let rules = parts.all_rules();
        let done = std::sync::atomic::AtomicU64::new(0);
        let found: Vec<Vec<Entry>> = (0..rules.len())
            .into_par_iter()
            .map(|rule| {
                let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                control.report("block", done, rules.len() as u64)?;
                Ok(entries(parts, rules[rule], rule as u16, &drawn))
            })
            .collect::<Result<_>>()?;
        let mut sample = Sample { rules, ..Sample::default() };
        sample.fill(within(found), f64::from(every), &drawn, seed);
        Ok(sample)
    }

    /// Puts the finds of each pair together; of the pairs that only large blocks find, some stand for the others.
    fn fill(&mut self, mut entries: Vec<Entry>, every: f64, drawn: &[bool], seed: u64) {
        entries.par_sort_unstable();
        let smallest = |finds: &[Entry]| finds.iter().map(|(_, find)| u32::from(find.size)).min().unwrap_or(0);
        let groups = || entries.chunk_by(|x, y| x.0 == y.0);
        let small = groups().filter(|finds| smallest(finds) <= SMALL).count();
        let large = groups().count() - small;
        let one_in = (large as u64).div_ceil(MOST_PAIRS.saturating_sub(small).max(MOST_PAIRS / 3) as u64).max(1);
        for finds in groups() {
            let pair = finds[0].0;
            let thinned = smallest(finds) > SMALL;
            if thinned && !mix(seed ^ pair).is_multiple_of(one_in) {
                continue;
            }
            let (a, b) = ((pair >> 32) as u32, pair as u32);
            // A pair of which one record alone was drawn could have been found from the other as well.
            let ways = if drawn[b as usize] { 1.0 } else { 2.0 };
            self.pairs.push((a.min(b), a.max(b)));
            self.weights.push(every / ways * if thinned { one_in as f64 } else { 1.0 });
            self.finds.extend(finds.iter().map(|&(_, find)| find));
            self.ends.push(self.finds.len() as u32);
        }
    }
}

/// What one rule finds for the drawn records.
fn entries(parts: &Parts, places: Places, rule: u16, drawn: &[bool]) -> Vec<Entry> {
    let mut wanted = KeySet::new(parts.records);
    for record in (0..parts.records).filter(|&record| drawn[record as usize]) {
        parts.keys_of(places, record, |key| wanted.insert(key));
    }
    let mut keyed = Vec::new();
    parts.each_key(places, |record, key| {
        if wanted.contains(key) {
            keyed.push(u64::from(key) << 32 | u64::from(record));
        }
    });
    let largest = if parts.records > MANY { LARGEST_OF_MANY } else { LARGEST };
    let mut entries = Vec::new();
    for block in by_key(keyed, largest as usize).blocks() {
        let find = Find { rule, size: block.len() as u16 };
        for &a in block.iter().filter(|&&record| drawn[record as usize]) {
            // Two drawn records meet once.
            let others = block.iter().filter(|&&b| b != a && !(drawn[b as usize] && b < a));
            entries.extend(others.map(|&b| (u64::from(a) << 32 | u64::from(b), find)));
        }
    }
    // A record can share several keys of one rule with another; the smallest block counts.
    entries.sort_unstable();
    entries.dedup_by_key(|entry| entry.0);
    entries
}

/// All entries, but for those of blocks so large that there would be too many.
fn within(found: Vec<Vec<Entry>>) -> Vec<Entry> {
    let mut sizes = vec![0_usize; LARGEST as usize + 1];
    found.iter().flatten().for_each(|(_, find)| sizes[find.size as usize] += 1);
    let mut sum = 0;
    let largest = sizes.iter().take_while(|&&finds| {
        sum += finds;
        sum <= MOST_FINDS
    });
    let largest = largest.count().max(SMALL as usize + 1);
    found.into_iter().flatten().filter(|(_, find)| usize::from(find.size) < largest).collect()
}
