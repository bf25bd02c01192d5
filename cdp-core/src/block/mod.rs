//! From features to candidate pairs, under a budget.
//!
//! Each feature offers *parts*: keys of its values such as the whole value, how it sounds, a prefix, a date's month and
//! day. A *rule* is one part, or two parts of different features together. Records with the same key of a rule form a
//! block; small blocks are kept, rarest first, until the budget of pairs is spent: what few records share says much
//! about them, whichever field it stands in. Missing values and placeholders have no keys and never form a block.
//! Pairs are streamed record by record and are never stored.

mod parts;

use crate::compare::Features;
use crate::error::Result;
use crate::progress::Control;
use hashbrown::HashSet;
use parts::{Part, Parts};
use rayon::prelude::*;

/// The largest block ever kept.
const MAX_BLOCK: usize = 400;

/// The most keys one record has in one rule.
const MAX_KEYS: usize = 16;

/// Blocks of records, and the blocks of each record.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    starts: Vec<u32>,
    members: Vec<u32>,
    record_starts: Vec<u32>,
    record_blocks: Vec<u32>,
}

/// Blocks of one rule, smallest number of records two.
#[derive(Debug, Default)]
struct Found {
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Found {
    fn blocks(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|w| &self.members[w[0] as usize..w[1] as usize])
    }
}

/// Builds blocks whose pairs, counted block by block, are at most `budget`.
///
/// # Errors
/// `cancelled`.
pub(crate) fn build(features: &Features, budget: u64, control: &Control) -> Result<Blocks> {
    let parts = Parts::of(features);
    let rules = parts.rules();
    let limit = if features.records() > 200_000 { 64 } else { MAX_BLOCK };
    let done = std::sync::atomic::AtomicU64::new(0);
    let found: Vec<Found> = rules
        .par_iter()
        .map(|rule| {
            let found = blocks_of(rule, &parts, features.records(), limit);
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            control.report("block", done, rules.len() as u64).map(|()| found)
        })
        .collect::<Result<_>>()?;
    Ok(assemble(&found, features.records(), budget, limit))
}

/// The blocks of one rule.
fn blocks_of(rule: &[usize], parts: &Parts<'_>, records: u32, limit: usize) -> Found {
    let chosen: Vec<&Part> = rule.iter().map(|&part| &parts.list[part]).collect();
    let mut keyed: Vec<(u64, u32)> = Vec::new();
    let mut keys = Vec::new();
    for record in 0..records {
        keys.clear();
        combine(&chosen, record, parts, 0x51_7c_c1_b7, &mut keys);
        keys.sort_unstable();
        keys.dedup();
        keyed.extend(keys.iter().take(MAX_KEYS).map(|&key| (key, record)));
    }
    keyed.sort_unstable();
    let mut found = Found { starts: vec![0], members: Vec::new() };
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        if (2..=limit).contains(&block.len()) {
            found.members.extend(block.iter().map(|&(_, record)| record));
            found.starts.push(found.members.len() as u32);
        }
    }
    found
}

fn combine(parts: &[&Part], record: u32, all: &Parts<'_>, so_far: u64, keys: &mut Vec<u64>) {
    let Some((first, rest)) = parts.split_first() else {
        keys.push(so_far);
        return;
    };
    all.for_each_key(first, record, &mut |key| {
        if keys.len() < 4 * MAX_KEYS {
            combine(rest, record, all, mix(so_far ^ key), keys);
        }
    });
}

/// Spreads the bits of a key (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(mut key: u64) -> u64 {
    key = (key ^ key >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    key = (key ^ key >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ key >> 31
}

/// Keeps the smallest blocks under the budget, each set of records once.
fn assemble(found: &[Found], records: u32, budget: u64, limit: usize) -> Blocks {
    let mut pairs_by_size = vec![0_u64; limit + 1];
    let mut seen = HashSet::new();
    let mut kept: Vec<Vec<bool>> = Vec::with_capacity(found.len());
    for rule in found {
        let keep = rule.blocks().map(|block| {
            let fresh = seen.insert(block.iter().fold(block.len() as u64, |h, &record| mix(h ^ u64::from(record))));
            if fresh {
                pairs_by_size[block.len()] += (block.len() * (block.len() - 1) / 2) as u64;
            }
            fresh
        });
        kept.push(keep.collect());
    }
    drop(seen);
    let mut spent = 0;
    let largest = (2..=limit).take_while(|&size| {
        spent += pairs_by_size[size];
        size <= 3 || spent <= budget
    });
    let largest = largest.last().unwrap_or(2);
    let mut blocks = Blocks { starts: vec![0], ..Blocks::default() };
    for (rule, keep) in found.iter().zip(&kept) {
        for (block, _) in rule.blocks().zip(keep).filter(|(block, keep)| **keep && block.len() <= largest) {
            blocks.members.extend_from_slice(block);
            blocks.starts.push(blocks.members.len() as u32);
        }
    }
    blocks.index(records);
    blocks
}

impl Blocks {
    /// Fills the blocks of each record.
    fn index(&mut self, records: u32) {
        let mut starts = vec![0_u32; records as usize + 1];
        self.members.iter().for_each(|&record| starts[record as usize + 1] += 1);
        for record in 0..records as usize {
            starts[record + 1] += starts[record];
        }
        let mut next = starts.clone();
        let mut blocks = vec![0; self.members.len()];
        for (block, range) in self.starts.windows(2).enumerate() {
            for &record in &self.members[range[0] as usize..range[1] as usize] {
                blocks[next[record as usize] as usize] = block as u32;
                next[record as usize] += 1;
            }
        }
        self.record_starts = starts;
        self.record_blocks = blocks;
    }

    /// The candidate partners of a record that come after it, each once, in order.
    pub(crate) fn partners_after(&self, record: u32, partners: &mut Vec<u32>) {
        partners.clear();
        let range = self.record_starts[record as usize] as usize..self.record_starts[record as usize + 1] as usize;
        for &block in &self.record_blocks[range] {
            let members = &self.members[self.starts[block as usize] as usize..self.starts[block as usize + 1] as usize];
            let after = members.partition_point(|&member| member <= record);
            partners.extend_from_slice(&members[after..]);
        }
        partners.sort_unstable();
        partners.dedup();
    }
}
