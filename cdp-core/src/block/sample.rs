//! A sample of the pairs that any rule would find, each with all the rules that find it.
//!
//! Some records are drawn; all their partners are looked at. So the sample tells what every rule finds alone and what it adds
//! to others, exactly for the drawn records, and stands for all records when weighted.

use super::group::{Bits, KeySet, Sorter};
use super::mix;
use super::parts::{Keys, Parts};
use super::rule::Places;
use crate::error::Result;
use crate::progress::Control;
use crate::record::NULL;
use crate::schema::Effort;
use rayon::prelude::*;
use std::ops::Range;

/// Pairs kept with one of the rules that find them, at most: beyond, the largest blocks are left out.
const MOST_FINDS: usize = 12_000_000;
/// The largest block that is ever looked at.
pub(super) const LARGEST: u32 = 400;
/// From so many records on there are many.
const MANY: u32 = 60_000;
/// Pairs in blocks of so few are always kept.
const SMALL: u32 = 6;
/// Drawn records whose finds are put together at once.
const SEGMENT: usize = 1_024;

/// How much is looked at to learn a model and to choose rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope {
    /// Records drawn, about.
    drawn: u32,
    /// Different pairs kept, about.
    pairs: usize,
    /// The largest block.
    largest: u32,
    /// Pairs of any records.
    pub(crate) random: u64,
}

/// Of few records.
const OF_FEW: Scope = Scope { drawn: 25_000, pairs: 1_500_000, largest: LARGEST, random: 1_000_000 };
/// Of many: their values lie far apart in memory, so that a pair costs more, and a part of them holds enough matches.
const OF_MANY: Scope = Scope { drawn: 10_000, pairs: 500_000, largest: 64, random: 100_000 };
/// At low effort: rules that it chooses have small blocks.
const AT_LOW_EFFORT: Scope = Scope { drawn: 5_000, pairs: 250_000, largest: 24, random: 100_000 };

impl Scope {
    pub(crate) fn of(records: u32, effort: Effort) -> Scope {
        match effort {
            Effort::Low => AT_LOW_EFFORT,
            _ if records > MANY => OF_MANY,
            _ => OF_FEW,
        }
    }
}

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
    /// The largest block looked at.
    pub(super) largest: u32,
}

/// A rule that finds a pair, by its place in [`Sample::rules`], in a block of so many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Find {
    pub(super) rule: u16,
    pub(super) size: u16,
}

/// What a rule finds for a drawn record, as one number: its place among those drawn, its partner, the size of the block.
type Entry = u64;

/// Bits of an entry that tell the size of the block, and its partner.
const SIZE_BITS: u32 = 9;
const PARTNER_BITS: u32 = 32;
const _: () = assert!(LARGEST < 1 << SIZE_BITS);

/// The records that were drawn.
struct Drawn {
    /// In order.
    list: Vec<u32>,
    /// Where each record stands among them; [`NULL`] where it was not drawn.
    places: Vec<u32>,
}

impl Drawn {
    fn new(records: u32, every: u32, seed: u64) -> Drawn {
        let is_drawn = |record: &u32| mix(seed ^ u64::from(*record)).is_multiple_of(u64::from(every));
        let list: Vec<u32> = (0..records).filter(is_drawn).collect();
        let mut places = vec![NULL; records as usize];
        (0..).zip(&list).for_each(|(place, &record)| places[record as usize] = place);
        Drawn { list, places }
    }

    /// Where neighbouring records stand whose finds are put together at once.
    fn segments(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        let count = self.list.len();
        (0..count).step_by(SEGMENT).map(move |start| start..(start + SEGMENT).min(count))
    }

    fn has(&self, record: u32) -> bool {
        self.places[record as usize] != NULL
    }

    /// An empty set for keys of these records.
    fn key_set(&self) -> KeySet {
        KeySet::new(4 * self.list.len() as u32)
    }

    /// The records that may share a key of a part with one of these.
    fn partners(&self, keys: &Keys) -> Bits {
        let mut wanted = self.key_set();
        self.list.iter().for_each(|&record| keys.of(record).iter().for_each(|&key| wanted.insert(key)));
        Bits::of(self.places.len() as u32, |record| keys.of(record).iter().any(|&key| wanted.contains(key)))
    }
}

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
    pub(crate) fn draw(parts: &Parts, scope: Scope, seed: u64, control: &Control) -> Result<Sample> {
        let every = (parts.records / scope.drawn).max(1);
        let drawn = Drawn::new(parts.records, every, seed);
        let rules = parts.all_rules();
        let partners: Vec<Bits> = parts.list.par_iter().map(|part| drawn.partners(&part.keys)).collect();
        let done = std::sync::atomic::AtomicU64::new(0);
        let found: Vec<Vec<Vec<Entry>>> = (0..rules.len())
            .into_par_iter()
            .map_init(Sorter::default, |sorter, rule| {
                let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                control.report("block", done, rules.len() as u64)?;
                Ok(entries(parts, rules[rule], &partners, &drawn, scope.largest, sorter))
            })
            .collect::<Result<_>>()?;
        control.check()?;
        let within = largest_within(&found);
        let mut sample = Sample { rules, largest: scope.largest.min(within - 1), ..Sample::default() };
        let segments: Vec<Found> = drawn
            .segments()
            .zip(by_segment(found))
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(places, entries)| Found::new(places, entries, within))
            .collect();
        sample.fill(&segments, f64::from(every), &drawn, scope.pairs, seed);
        Ok(sample)
    }

    /// Puts the finds of each pair together; of the pairs that only large blocks find, some stand for the others.
    fn fill(&mut self, found: &[Found], every: f64, drawn: &Drawn, most: usize, seed: u64) {
        let counts = found.par_iter().map(|found| {
            found.pairs().fold((0, 0), |(small, large), (_, finds)| match is_small(finds) {
                true => (small + 1, large),
                false => (small, large + 1),
            })
        });
        let (small, large): (usize, usize) = counts.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        let one_in = (large as u64).div_ceil(most.saturating_sub(small).max(most / 3) as u64).max(1);
        let pieces: Vec<Sample> = found.par_iter().map(|found| Sample::of(found, every, drawn, seed, one_in)).collect();
        for piece in pieces {
            let before = self.finds.len() as u32;
            self.ends.extend(piece.ends.iter().map(|end| end + before));
            self.pairs.extend(piece.pairs);
            self.weights.extend(piece.weights);
            self.finds.extend(piece.finds);
        }
    }

    /// The pairs of some drawn records.
    fn of(found: &Found, every: f64, drawn: &Drawn, seed: u64, one_in: u64) -> Sample {
        let mut sample = Sample::default();
        for (place, finds) in found.pairs() {
            let (a, b) = (drawn.list[place], (finds[0] >> 32) as u32);
            let thinned = !is_small(finds);
            if thinned && !mix(seed ^ (u64::from(a) << 32 | u64::from(b))).is_multiple_of(one_in) {
                continue;
            }
            // A pair of which one record alone was drawn could have been found from the other as well.
            let ways = if drawn.has(b) { 1.0 } else { 2.0 };
            sample.pairs.push((a.min(b), a.max(b)));
            sample.weights.push(every / ways * if thinned { one_in as f64 } else { 1.0 });
            sample.finds.extend(finds.iter().map(|&find| Find { rule: (find >> 16) as u16, size: find as u16 }));
            sample.ends.push(sample.finds.len() as u32);
        }
        sample
    }
}

/// Whether a small block is among those that find a pair.
fn is_small(finds: &[u64]) -> bool {
    finds.iter().any(|find| find & 0xFFFF <= u64::from(SMALL))
}

/// What one rule finds for the drawn records, by segment.
fn entries(
    parts: &Parts,
    rule: Places,
    partners: &[Bits],
    drawn: &Drawn,
    largest: u32,
    sorter: &mut Sorter,
) -> Vec<Vec<Entry>> {
    let mut wanted = drawn.key_set();
    drawn.list.iter().for_each(|&record| parts.keys_of(rule, record, |key| wanted.insert(key)));
    sorter.clear();
    let Places(first, second) = rule;
    let likely = Bits::both(&partners[first], second.map(|second| &partners[second]));
    parts.each_key_of(rule, &likely, |record, key| {
        if wanted.contains(key) {
            sorter.push(key, record);
        }
    });
    let mut found = vec![Vec::new(); drawn.segments().len()];
    for block in sorter.by_key(largest as usize, |_| ()).blocks() {
        let size = block.len() as u64;
        for &a in block.iter().filter(|&&record| drawn.has(record)) {
            let place = drawn.places[a as usize];
            let head = u64::from(place) << (PARTNER_BITS + SIZE_BITS) | size;
            // Two drawn records meet once.
            let others = block.iter().filter(|&&b| b != a && !(b < a && drawn.has(b)));
            found[place as usize / SEGMENT].extend(others.map(|&b| head | u64::from(b) << SIZE_BITS));
        }
    }
    if !parts.have_one_key(rule) {
        // A record can share several keys of one rule with another; the smallest block counts.
        for entries in &mut found {
            entries.sort_unstable();
            entries.dedup_by_key(|entry| *entry >> SIZE_BITS);
        }
    }
    found
}

/// What the rules find, by segment first and by rule then.
fn by_segment(mut found: Vec<Vec<Vec<Entry>>>) -> impl Iterator<Item = Vec<Vec<Entry>>> {
    let segments = found.first().map_or(0, Vec::len);
    (0..segments).map(move |segment| found.iter_mut().map(|rule| std::mem::take(&mut rule[segment])).collect())
}

fn size(entry: Entry) -> u64 {
    entry & ((1 << SIZE_BITS) - 1)
}

fn same_partner(a: &u64, b: &u64) -> bool {
    a >> 32 == b >> 32
}

/// The finds of some drawn records, each record's in order, as one number each: the partner, the rule, the size of the block.
struct Found {
    /// Where the records stand among those drawn.
    places: Range<usize>,
    ends: Vec<usize>,
    finds: Vec<u64>,
}

impl Found {
    /// Puts the finds of all rules together, but for those of blocks of that size or more.
    fn new(places: Range<usize>, found: Vec<Vec<Entry>>, within: u32) -> Found {
        let place = |entry: Entry| (entry >> (PARTNER_BITS + SIZE_BITS)) as usize - places.start;
        let mut ends = vec![0; places.len()];
        let kept = |&&entry: &&Entry| size(entry) < u64::from(within);
        found.iter().flatten().filter(kept).for_each(|&entry| ends[place(entry)] += 1);
        let mut sum = 0;
        ends.iter_mut().for_each(|count| sum += std::mem::replace(count, sum));
        let mut finds = vec![0; sum];
        for (rule, entries) in (0..).zip(found) {
            for &entry in entries.iter().filter(kept) {
                let next = &mut ends[place(entry)];
                finds[*next] = entry >> SIZE_BITS << 32 | rule << 16 | size(entry);
                *next += 1;
            }
        }
        let mut start = 0;
        for &end in &ends {
            finds[start..end].sort_unstable();
            start = end;
        }
        Found { places, ends, finds }
    }

    /// The finds of each pair, with where its record stands among those drawn.
    fn pairs(&self) -> impl Iterator<Item = (usize, &[u64])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let lists = starts.zip(&self.ends).map(|(start, &end)| &self.finds[start..end]);
        let lists = self.places.clone().zip(lists);
        lists.flat_map(|(place, finds)| finds.chunk_by(same_partner).map(move |finds| (place, finds)))
    }
}

/// The size from which on blocks are left out, so that there are not too many finds.
fn largest_within(found: &[Vec<Vec<Entry>>]) -> u32 {
    let none = || vec![0_usize; LARGEST as usize + 1];
    let of_rule = |mut sizes: Vec<usize>, rule: &Vec<Vec<Entry>>| {
        rule.iter().flatten().for_each(|&entry| sizes[size(entry) as usize] += 1);
        sizes
    };
    let both = |mine: Vec<usize>, other: Vec<usize>| mine.iter().zip(&other).map(|(a, b)| a + b).collect();
    let sizes = found.par_iter().fold(none, of_rule).reduce(none, both);
    let mut sum = 0;
    let within = sizes.iter().take_while(|&&finds| {
        sum += finds;
        sum <= MOST_FINDS
    });
    within.count().max(SMALL as usize + 1) as u32
}
