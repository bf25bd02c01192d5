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
    /// Each pair a group.
    pub(super) fn of_pairs(pairs: &[(u32, u32)]) -> Grouped {
        let ends = (1..=pairs.len() as u32).map(|pair| 2 * pair).collect();
        Grouped { ends, members: pairs.iter().flat_map(|&(a, b)| [a, b]).collect() }
    }

    pub(super) fn blocks(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.members[start as usize..end as usize])
    }
}

/// Groups records by their keys; its room is used again from one rule to the next.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    /// A key, or 32 well-mixed bits of it, in the upper half of each, a record in its lower; in order of record.
    entries: Vec<u64>,
    other: Vec<u64>,
}

impl Sorter {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Adds a record with a key; records come in order.
    pub(super) fn push(&mut self, key: u32, record: u32) {
        self.entries.push(u64::from(key) << 32 | u64::from(record));
    }

    /// Takes the records out that surely share their key with no other.
    pub(super) fn drop_single(&mut self) {
        let keys = self.entries.iter().map(|entry| (entry >> 32) as u32);
        let twice = KeySet::repeated(self.entries.len() as u32, keys);
        self.entries.retain(|entry| twice.contains((entry >> 32) as u32));
    }

    /// The groups of at least two records and at most `limit`; of larger ones the records are told.
    pub(super) fn by_key(&mut self, limit: usize, mut too_many: impl FnMut(u32)) -> Grouped {
        if self.entries.len() < FEW {
            self.entries.sort_unstable();
        } else {
            sort(&mut self.entries, &mut self.other);
        }
        self.entries.dedup();
        let mut found = Grouped::default();
        for group in self.entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            if (2..=limit).contains(&group.len()) {
                found.members.extend(group.iter().map(|&entry| entry as u32));
                found.ends.push(found.members.len() as u32);
            } else if group.len() > limit {
                group.iter().for_each(|&entry| too_many(entry as u32));
            }
        }
        found
    }
}

/// Sorts by the upper halves, keeping the order of entries whose upper halves are equal (radix sort, least digit first).
fn sort(entries: &mut Vec<u64>, other: &mut Vec<u64>) {
    other.clear();
    other.resize(entries.len(), 0);
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
        std::mem::swap(entries, other);
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

    /// Those among about so many keys that may be there more than once.
    pub(super) fn repeated(count: u32, keys: impl Iterator<Item = u32>) -> KeySet {
        let (mut once, mut twice) = (KeySet::new(count), KeySet::new(count));
        for key in keys {
            if once.contains(key) { twice.insert(key) } else { once.insert(key) }
        }
        twice
    }

    pub(super) fn insert(&mut self, key: u32) {
        self.bits[(key & self.mask) as usize / 64] |= 1 << (key % 64);
    }

    pub(super) fn contains(&self, key: u32) -> bool {
        self.bits[(key & self.mask) as usize / 64] >> (key % 64) & 1 == 1
    }
}

/// A set of records, a bit each.
#[derive(Debug)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The records of which it is true.
    pub(super) fn of(records: u32, is_in: impl Fn(u32) -> bool) -> Bits {
        let word = |first: u32| {
            let records = first..(first + 64).min(records);
            records.fold(0, |word, record| word | u64::from(is_in(record)) << (record - first))
        };
        Bits((0..records).step_by(64).map(word).collect())
    }

    /// No record yet.
    pub(super) fn none(records: u32) -> Bits {
        Bits(vec![0; (records as usize).div_ceil(64)])
    }

    pub(super) fn insert(&mut self, record: u32) {
        self.0[record as usize / 64] |= 1 << (record % 64);
    }

    /// Adds those of the other.
    pub(super) fn add(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// How many records are in it and not in the other.
    pub(super) fn without(&self, other: &Bits) -> u32 {
        self.0.iter().zip(&other.0).map(|(mine, theirs)| (mine & !theirs).count_ones()).sum()
    }

    /// The records in both.
    pub(super) fn both(a: &Bits, b: Option<&Bits>) -> Bits {
        Bits(match b {
            Some(b) => a.0.iter().zip(&b.0).map(|(x, y)| x & y).collect(),
            None => a.0.clone(),
        })
    }

    /// Visits the records in order.
    pub(super) fn for_each(&self, mut visit: impl FnMut(u32)) {
        for (first, &word) in (0..).step_by(64).zip(&self.0) {
            let mut rest = word;
            while rest != 0 {
                visit(first + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
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
            sort(&mut by_digits, &mut Vec::new());
            by_comparison.sort_unstable();
            prop_assert_eq!(by_digits, by_comparison);
        }
    }
}
