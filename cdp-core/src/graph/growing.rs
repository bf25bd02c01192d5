//! Collections of millions that grow without moving what they hold: no message waits while all that came before is copied, and
//! no memory is taken twice for it.

use super::profiles::{Home, Profile};
use crate::record::NULL;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};
use std::ops::{Index, IndexMut};

/// Entries of a chunk. The first one grows to that as a list of its own does, for graphs that stay small.
const CHUNK: usize = if cfg!(test) { 1 << 6 } else { 1 << 12 };

/// A list in chunks.
#[derive(Debug, Clone)]
pub(super) struct Chunks<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { chunks: Vec::new() }
    }
}

impl<T> Chunks<T> {
    pub(super) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    pub(super) fn push(&mut self, item: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(item),
            None => self.chunks.push(vec![item]),
            Some(_) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(item);
                self.chunks.push(chunk);
            }
        }
    }

    fn pop(&mut self) -> Option<T> {
        let last = self.chunks.last_mut()?.pop();
        if self.chunks.len() > 1 && self.chunks.last().is_some_and(Vec::is_empty) {
            self.chunks.pop();
        }
        last
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Chunks<T> {
    type Item = &'a T;
    type IntoIter = std::iter::Flatten<std::slice::Iter<'a, Vec<T>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.iter().flatten()
    }
}

impl<T> Index<usize> for Chunks<T> {
    type Output = T;

    fn index(&self, place: usize) -> &T {
        &self.chunks[place / CHUNK][place % CHUNK]
    }
}

impl<T> IndexMut<usize> for Chunks<T> {
    fn index_mut(&mut self, place: usize) -> &mut T {
        &mut self.chunks[place / CHUNK][place % CHUNK]
    }
}

/// Numbers by place, where most places may have none: pieces without any take next to no memory.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    pieces: Vec<Box<[u32]>>,
}

/// Places of a piece.
const PIECE: usize = 1 << 8;

impl Sparse {
    /// The number at a place; [`NULL`] where there is none.
    pub(super) fn get(&self, place: u32) -> u32 {
        let piece = self.pieces.get(place as usize / PIECE);
        piece.and_then(|piece| piece.get(place as usize % PIECE)).copied().unwrap_or(NULL)
    }

    /// The same, to be set.
    pub(super) fn at(&mut self, place: u32) -> &mut u32 {
        let (index, place) = (place as usize / PIECE, place as usize % PIECE);
        if self.pieces.len() <= index {
            self.pieces.resize_with(index + 1, Box::default);
        }
        let piece = &mut self.pieces[index];
        if piece.is_empty() {
            *piece = vec![NULL; PIECE].into();
        }
        &mut piece[place]
    }
}

/// Parts of a map.
const SHARDS: usize = 1 << 8;

/// A map in parts, each of which grows by itself. What grows are places with parts of hashes alone, by which nearly all others are
/// told apart: entries are neither moved nor looked at.
#[derive(Debug, Clone)]
pub(super) struct Shards<K, V> {
    hasher: DefaultHashBuilder,
    shards: Vec<HashTable<(u32, u32)>>,
    entries: Chunks<(K, V)>,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Shards {
            hasher: DefaultHashBuilder::default(),
            shards: (0..SHARDS).map(|_| HashTable::new()).collect(),
            entries: Chunks::default(),
        }
    }
}

/// The part that a hash is in.
fn shard(hash: u32) -> usize {
    (hash >> 24) as usize % SHARDS
}

/// A hash as wide as tables ask for: they look at its highest and its lowest bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl<K: Hash + Eq, V> Shards<K, V> {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn hash(&self, key: &K) -> u32 {
        self.hasher.hash_one(key) as u32
    }

    fn place(&self, key: &K, hash: u32) -> Option<usize> {
        let is_it = |&(known, place): &(u32, u32)| known == hash && self.entries[place as usize].0 == *key;
        self.shards[shard(hash)].find(spread(hash), is_it).map(|(_, place)| *place as usize)
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.place(key, self.hash(key)).map(|place| &self.entries[place].1)
    }

    /// Reads where keys will be looked for, so that they wait for memory together.
    pub(super) fn look_ahead(&self, keys: &[K]) {
        std::hint::black_box(keys.iter().filter(|key| self.contains_key(key)).count());
    }

    pub(super) fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        let hash = self.hash(&key);
        if let Some(place) = self.place(&key, hash) {
            self.entries[place].1 = value;
            return;
        }
        let entry = (hash, self.entries.len() as u32);
        self.shards[shard(hash)].insert_unique(spread(hash), entry, |(hash, _)| spread(*hash));
        self.entries.push((key, value));
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let hash = self.hash(key);
        let place = self.place(key, hash)?;
        let at = |hash: u32, place: usize| move |entry: &(u32, u32)| *entry == (hash, place as u32);
        self.shards[shard(hash)].find_entry(spread(hash), at(hash, place)).ok()?.remove();
        let last = self.entries.pop()?;
        if place == self.entries.len() {
            return Some(last.1);
        }
        // The last entry fills the gap.
        let (hash, from) = (self.hash(&last.0), self.entries.len());
        if let Some(entry) = self.shards[shard(hash)].find_mut(spread(hash), at(hash, from)) {
            entry.1 = place as u32;
        }
        Some(std::mem::replace(&mut self.entries[place], last).1)
    }
}

/// Profiles by where they live, found by number: each record and each device has a place for one.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    clusters: Chunks<Option<Profile>>,
    devices: Chunks<Option<Profile>>,
    len: usize,
}

impl Profiles {
    /// The list that a home has its place in, and the number of that.
    fn places(&mut self, home: Home) -> (&mut Chunks<Option<Profile>>, usize) {
        match home {
            Home::Cluster(record) => (&mut self.clusters, record as usize),
            Home::Device(device) => (&mut self.devices, device as usize),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, home: &Home) -> Option<&Profile> {
        let place = match *home {
            Home::Cluster(record) => self.clusters.get(record as usize),
            Home::Device(device) => self.devices.get(device as usize),
        };
        place?.as_ref()
    }

    pub(super) fn insert(&mut self, home: Home, profile: Profile) {
        let (places, number) = self.places(home);
        while places.len() <= number {
            places.push(None);
        }
        let before = places[number].replace(profile);
        self.len += usize::from(before.is_none());
    }

    pub(super) fn remove(&mut self, home: &Home) -> Option<Profile> {
        let (places, number) = self.places(*home);
        let removed = if number < places.len() { places[number].take() } else { None };
        self.len -= usize::from(removed.is_some());
        removed
    }

    /// All profiles, in order of home.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Home, &Profile)> {
        let clusters = (0..).map(Home::Cluster).zip(&self.clusters);
        let devices = (0..).map(Home::Device).zip(&self.devices);
        clusters.chain(devices).filter_map(|(home, profile)| Some((home, profile.as_ref()?)))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Profile> {
        self.iter().map(|(_, profile)| profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashbrown::HashMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lists_and_maps_hold_what_plain_ones_hold(keys in prop::collection::vec((0u16..600, any::<bool>()), 0..900)) {
            let (mut shards, mut map) = (Shards::default(), HashMap::new());
            let (mut profiles, mut homes) = (Profiles::default(), std::collections::BTreeMap::new());
            for (number, (key, is_there)) in keys.into_iter().enumerate() {
                let home = if key % 2 == 0 { Home::Cluster(key.into()) } else { Home::Device(key.into()) };
                let profile = Profile { records: vec![number as u32], ..Profile::default() };
                if is_there {
                    shards.insert(key, number);
                    map.insert(key, number);
                    profiles.insert(home, profile.clone());
                    homes.insert(home, profile);
                } else {
                    prop_assert_eq!(shards.remove(&key), map.remove(&key));
                    prop_assert_eq!(profiles.remove(&home), homes.remove(&home));
                }
                prop_assert_eq!((shards.get(&key), shards.contains_key(&key)), (map.get(&key), map.contains_key(&key)));
                prop_assert_eq!(profiles.get(&home), homes.get(&home));
            }
            prop_assert_eq!((shards.len(), profiles.len()), (map.len(), homes.len()));
            prop_assert!(profiles.iter().eq(homes.iter().map(|(home, profile)| (*home, profile))));
        }
    }

    /// A key whose hash is that of every other.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Alike(u8);

    impl Hash for Alike {
        fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
    }

    proptest! {
        #[test]
        fn keys_of_one_hash_are_told_apart(keys in prop::collection::vec((0u8..20, any::<bool>()), 0..200)) {
            let (mut shards, mut map) = (Shards::default(), std::collections::BTreeMap::new());
            for (number, (key, is_there)) in keys.into_iter().enumerate() {
                let key = Alike(key);
                if is_there {
                    shards.insert(key, number);
                    map.insert(key, number);
                } else {
                    prop_assert_eq!(shards.remove(&key), map.remove(&key));
                }
                prop_assert!((0..20).map(Alike).all(|key| shards.get(&key) == map.get(&key)));
            }
        }

        #[test]
        fn what_is_sparse_holds_what_was_set(places in prop::collection::btree_map(0u32..3_000, 0u32..9, 0..30)) {
            let mut sparse = Sparse::default();
            places.iter().for_each(|(&place, &number)| *sparse.at(place) = number);
            prop_assert!((0..3_100).all(|place| sparse.get(place) == places.get(&place).copied().unwrap_or(NULL)));
        }
    }

    #[test]
    fn chunks_are_a_list() {
        let mut chunks = Chunks::default();
        for number in 0..3 * CHUNK + 5 {
            assert_eq!((chunks.len(), chunks.get(number)), (number, None));
            chunks.push(number);
        }
        chunks[CHUNK] = 7;
        assert_eq!((chunks[CHUNK - 1], chunks[CHUNK], chunks[2 * CHUNK]), (CHUNK - 1, 7, 2 * CHUNK));
        assert!(chunks.iter().eq(&chunks) && chunks.iter().count() == chunks.len());
    }
}
