//! Where in a log each key's entry lies: keys apart from values, which are on disk, or in memory end to end.
//!
//! Keys sit in blocks of up to [`CAPACITY`], end to end in one buffer, because an allocation of its own for each key
//! would take several times the key. Keys mostly come in ascending order, which fills blocks entirely: an entry with a
//! key of 8 bytes takes about 30. Nothing here reads files.

use super::{KeyRange, Space};
use std::collections::BTreeMap;
use std::ops::Bound;

/// Entries of a block.
const CAPACITY: usize = 128;

/// The place of an entry in the log, and its whole size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: u64,
    pub(super) size: u32,
}

/// The places of all live entries of a store.
#[derive(Debug, Default)]
pub(super) struct Index {
    spaces: BTreeMap<Space, Keys>,
    entries: u64,
}

impl Index {
    /// The entries that are alive.
    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// The spaces that ever had an entry, in order.
    #[cfg(feature = "store")]
    pub(super) fn spaces(&self) -> Vec<Space> {
        self.spaces.keys().copied().collect()
    }

    /// Sets or removes the place of a key; returns where it was.
    pub(super) fn set(&mut self, space: Space, key: &[u8], place: Option<Place>) -> Option<Place> {
        let keys = self.spaces.entry(space).or_default();
        let before = match place {
            Some(place) => keys.insert(key, place),
            None => keys.remove(key),
        };
        self.entries += u64::from(place.is_some());
        self.entries -= u64::from(before.is_some());
        before
    }

    /// The place of a key.
    pub(super) fn get(&self, space: Space, key: &[u8]) -> Option<Place> {
        self.spaces.get(&space)?.get(key)
    }

    /// The greatest key of a space.
    pub(super) fn last(&self, space: Space) -> Option<&[u8]> {
        self.spaces.get(&space)?.last()
    }

    /// The places of the first entries of a range, in the order of their keys: all of one block, or none where the
    /// range has no further entry.
    pub(super) fn page(&self, space: Space, range: &KeyRange) -> Vec<Place> {
        self.spaces.get(&space).map_or_else(Vec::new, |keys| keys.page(range))
    }
}

/// The keys of one space: blocks by a key that is not greater than their first one. The first block is always there,
/// under the empty key.
#[derive(Debug)]
struct Keys {
    blocks: BTreeMap<Box<[u8]>, Block>,
}

impl Default for Keys {
    fn default() -> Self {
        Keys { blocks: BTreeMap::from([(Box::default(), Block::default())]) }
    }
}

impl Keys {
    fn get(&self, key: &[u8]) -> Option<Place> {
        let (_, block) = self.blocks.range::<[u8], _>(up_to(key)).next_back()?;
        block.find(key).ok().map(|at| block.places[at])
    }

    fn last(&self) -> Option<&[u8]> {
        // Blocks other than the first are dropped when they become empty.
        let (_, block) = self.blocks.last_key_value()?;
        block.len().checked_sub(1).map(|at| block.key(at))
    }

    /// Sets the place of a key; returns the one before.
    fn insert(&mut self, key: &[u8], place: Place) -> Option<Place> {
        // Keys mostly ascend, and belong in the last block, which is found without a search through the tree.
        let (block, last) = match self.blocks.last_entry() {
            Some(block) if **block.key() <= *key => (block.into_mut(), true),
            _ => (self.blocks.range_mut::<[u8], _>(up_to(key)).next_back()?.1, false),
        };
        let at = match block.find(key) {
            Ok(at) => return Some(std::mem::replace(&mut block.places[at], place)),
            Err(at) => at,
        };
        if block.len() < CAPACITY {
            block.insert(at, key, place);
            return None;
        }
        // Ascending keys leave full blocks behind; any others halve the block they fall into.
        let mut upper = block.split(if last && at == CAPACITY { CAPACITY } else { CAPACITY / 2 });
        match at < block.len() {
            true => block.insert(at, key, place),
            false => upper.insert(at - block.len(), key, place),
        }
        self.blocks.insert(upper.key(0).into(), upper);
        None
    }

    /// Removes a key; returns its place.
    fn remove(&mut self, key: &[u8]) -> Option<Place> {
        let (first, block) = self.blocks.range_mut::<[u8], _>(up_to(key)).next_back()?;
        let at = block.find(key).ok()?;
        let place = block.remove(at);
        if block.len() == 0 && !first.is_empty() {
            let first = first.clone();
            self.blocks.remove(&first);
        }
        Some(place)
    }

    fn page(&self, range: &KeyRange) -> Vec<Place> {
        if range.is_empty() {
            return Vec::new();
        }
        let begin = self.blocks.range::<[u8], _>(up_to(range.first())).next_back().map(|(first, _)| first);
        let begin = begin.map_or(Bound::Unbounded, |first| Bound::Included(&**first));
        let blocks = self.blocks.range::<[u8], _>((begin, Bound::Unbounded)).map(|(_, block)| block);
        let mut slices = blocks.map(|block| block.within(range));
        slices.find(|places| !places.is_empty()).unwrap_or_default().to_vec()
    }
}

fn up_to(key: &[u8]) -> (Bound<&[u8]>, Bound<&[u8]>) {
    (Bound::Unbounded, Bound::Included(key))
}

/// Keys in order, end to end, and their places.
#[derive(Debug, Default)]
struct Block {
    keys: Vec<u8>,
    /// Where each key ends in `keys`.
    ends: Vec<u32>,
    places: Vec<Place>,
}

impl Block {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn begin(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    fn key(&self, at: usize) -> &[u8] {
        &self.keys[self.begin(at)..self.ends[at] as usize]
    }

    /// Where the key is, or where it would be.
    fn find(&self, key: &[u8]) -> Result<usize, usize> {
        let at = self.first_not_below(key);
        if at < self.len() && self.key(at) == key { Ok(at) } else { Err(at) }
    }

    fn first_not_below(&self, key: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        // The last key first: keys mostly ascend.
        if high > 0 && self.key(high - 1) < key {
            return high;
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.key(middle) < key {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    fn insert(&mut self, at: usize, key: &[u8], place: Place) {
        let begin = self.begin(at);
        match begin == self.keys.len() {
            true => self.keys.extend_from_slice(key),
            false => drop(self.keys.splice(begin..begin, key.iter().copied())),
        }
        // 128 keys of at most 65,535 bytes are within 32 bits.
        self.ends.insert(at, (begin + key.len()) as u32);
        self.ends[at + 1..].iter_mut().for_each(|end| *end += key.len() as u32);
        self.places.insert(at, place);
    }

    fn remove(&mut self, at: usize) -> Place {
        let (begin, end) = (self.begin(at), self.ends[at] as usize);
        self.keys.drain(begin..end);
        self.ends.remove(at);
        self.ends[at..].iter_mut().for_each(|later| *later -= (end - begin) as u32);
        self.places.remove(at)
    }

    /// Keeps the entries before `at` and returns the others.
    fn split(&mut self, at: usize) -> Block {
        let begin = self.begin(at);
        let mut upper = Block {
            keys: self.keys.split_off(begin),
            ends: self.ends.split_off(at),
            places: self.places.split_off(at),
        };
        upper.ends.iter_mut().for_each(|end| *end -= begin as u32);
        self.keys.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.places.shrink_to_fit();
        upper
    }

    /// The places of the keys in a range.
    fn within(&self, range: &KeyRange) -> &[Place] {
        let from = self.first_not_below(range.first());
        let to = range.end().map_or(self.len(), |end| self.first_not_below(end));
        self.places.get(from..to).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(at: u64) -> Place {
        Place { at, size: 1 }
    }

    fn read_through(index: &Index, range: &KeyRange, keys: &BTreeMap<u64, Vec<u8>>) -> Vec<u64> {
        let (mut found, mut rest) = (Vec::new(), range.clone());
        loop {
            let page = index.page(Space::META, &rest);
            let Some(last) = page.last() else { return found };
            found.extend(page.iter().map(|place| place.at));
            let after = KeyRange::after(&keys[&last.at]);
            rest = range.end().map_or_else(|| after.clone(), |end| after.clone().before(end));
        }
    }

    #[test]
    fn ascending_keys_leave_full_blocks() {
        let mut index = Index::default();
        (0..10_000u64).for_each(|n| assert!(index.set(Space::META, &n.to_be_bytes(), Some(place(n))).is_none()));
        assert_eq!(index.spaces[&Space::META].blocks.len(), 10_000usize.div_ceil(CAPACITY));
        assert_eq!(index.last(Space::META), Some(&9_999u64.to_be_bytes()[..]));
    }

    proptest! {
        #[test]
        fn it_is_an_ordered_map(
            changes in prop::collection::vec((prop::collection::vec(0u8..4, 0..6), prop::bool::weighted(0.7)), 0..2000),
            from in prop::collection::vec(0u8..4, 0..4),
            to in prop::option::of(prop::collection::vec(0u8..4, 0..4)),
        ) {
            let (mut index, mut expected, mut keys) = (Index::default(), BTreeMap::new(), BTreeMap::new());
            for (n, (key, put)) in changes.into_iter().enumerate() {
                let n = n as u64;
                let before = index.set(Space::META, &key, put.then(|| place(n)));
                keys.insert(n, key.clone());
                let known = if put { expected.insert(key, n) } else { expected.remove(&key) };
                prop_assert_eq!(before, known.map(place));
            }
            let range = to.iter().fold(KeyRange::from(&from), |range, to| range.before(to));
            let within = |key: &[u8]| key >= &from[..] && to.as_deref().is_none_or(|to| key < to);
            let wanted: Vec<u64> = expected.iter().filter(|(key, _)| within(key)).map(|(_, &n)| n).collect();
            prop_assert_eq!(read_through(&index, &range, &keys), wanted);
            prop_assert_eq!(index.entries(), expected.len() as u64);
            prop_assert_eq!(index.last(Space::META), expected.keys().next_back().map(Vec::as_slice));
            for (key, &n) in &expected {
                prop_assert_eq!(index.get(Space::META, key), Some(place(n)));
            }
        }
    }
}
