//! Records with equal keys, found by sorting.

/// Entries fewer than this are sorted by comparison: the passes of the other way would cost more.
const FEW: usize = 4_096;
/// Bits of a key that one pass sorts by.
const DIGIT_BITS: u32 = 11;

/// Groups of records that share a key, each of at least two.
#[derive(Debug, Default)]
pub(super) struct Grouped {
    ends: Vec<u32>,
    members: Vec<u32>,
}

impl Grouped {
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.members[start as usize..end as usize])
    }
}

/// Groups records by their keys. An entry has a key, or 32 well-mixed bits of it, in its upper half, a record in its lower,
/// and comes in order of record. Groups of more than `limit` records are left out.
pub(super) fn by_key(mut entries: Vec<u64>, limit: usize) -> Grouped {
    if entries.len() < FEW {
        entries.sort_unstable();
    } else {
        sort(&mut entries);
    }
    entries.dedup();
    let mut found = Grouped::default();
    for group in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
        if (2..=limit).contains(&group.len()) {
            found.members.extend(group.iter().map(|&entry| entry as u32));
            found.ends.push(found.members.len() as u32);
        }
    }
    found
}

/// Sorts by the upper halves, keeping the order of entries whose upper halves are equal (radix sort, least digit first).
fn sort(entries: &mut Vec<u64>) {
    let mut other = vec![0; entries.len()];
    for pass in 0..32_u32.div_ceil(DIGIT_BITS) {
        let digit = |entry: u64| (entry >> (32 + pass * DIGIT_BITS)) as usize & ((1 << DIGIT_BITS) - 1);
        let mut next = [0_u32; 1 << DIGIT_BITS];
        entries.iter().for_each(|&entry| next[digit(entry)] += 1);
        let mut sum = 0;
        next.iter_mut().for_each(|count| sum += std::mem::replace(count, sum));
        for &entry in entries.iter() {
            let slot = &mut next[digit(entry)];
            other[*slot as usize] = entry;
            *slot += 1;
        }
        std::mem::swap(entries, &mut other);
    }
}

/// A set of keys that may hold a few more than it was given (a Bloom filter with one hash).
pub(super) struct KeySet {
    bits: Vec<u64>,
    mask: u32,
}

impl KeySet {
    /// An empty set for about so many keys, small enough to stay near the processor.
    pub(super) fn new(keys: u32) -> KeySet {
        let size = keys.clamp(1 << 8, 1 << 20).next_power_of_two() << 2;
        KeySet { bits: vec![0; size as usize / 64], mask: size - 1 }
    }

    pub(super) fn insert(&mut self, key: u32) {
        self.bits[(key & self.mask) as usize / 64] |= 1 << (key % 64);
    }

    pub(super) fn contains(&self, key: u32) -> bool {
        self.bits[(key & self.mask) as usize / 64] >> (key % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ways_of_sorting_agree(keys in prop::collection::vec(any::<u32>(), 0..300)) {
            let entries: Vec<u64> = keys.iter().zip(0u64..).map(|(&key, record)| u64::from(key) << 32 | record).collect();
            let (mut by_digits, mut by_comparison) = (entries.clone(), entries);
            sort(&mut by_digits);
            by_comparison.sort_unstable();
            prop_assert_eq!(by_digits, by_comparison);
        }
    }
}
