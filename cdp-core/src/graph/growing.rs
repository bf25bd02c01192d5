//! Collections of millions that grow without moving what they hold: no message waits while all that came before is copied, and
//! no memory is taken twice for it.

use super::profiles::{Home, Profile};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::{BuildHasher, Hash};
use std::ops::{Index, IndexMut};

/// Entries of a chunk. The first one grows to that as a list of its own does, for graphs that stay small.
const CHUNK: usize = 1 << 12;

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

/// Parts of a map.
const SHARDS: usize = 1 << 8;

/// A map in parts, each of which grows by itself. One hash tells the part and the place in it.
#[derive(Debug, Clone)]
pub(super) struct Shards<K, V> {
    hasher: DefaultHashBuilder,
    shards: Vec<HashTable<(K, V)>>,
    len: usize,
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Shards {
            hasher: DefaultHashBuilder::default(),
            shards: (0..SHARDS).map(|_| HashTable::new()).collect(),
            len: 0,
        }
    }
}

/// The part of a hash: by bits that no place in a part is told by, unless it has billions.
fn shard(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

impl<K: Hash + Eq, V> Shards<K, V> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        let hash = self.hasher.hash_one(key);
        self.shards[shard(hash)].find(hash, |(known, _)| known == key).map(|(_, value)| value)
    }

    /// Reads where keys will be looked for, so that they wait for memory together.
    pub(super) fn look_ahead(&self, keys: &[K]) {
        std::hint::black_box(keys.iter().filter(|key| self.contains_key(key)).count());
    }

    pub(super) fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        let hash = self.hasher.hash_one(&key);
        let rehash = |(key, _): &(K, V)| self.hasher.hash_one(key);
        match self.shards[shard(hash)].entry(hash, |(known, _)| *known == key, rehash) {
            Entry::Occupied(mut entry) => entry.get_mut().1 = value,
            Entry::Vacant(entry) => {
                entry.insert((key, value));
                self.len += 1;
            }
        }
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let hash = self.hasher.hash_one(key);
        let entry = self.shards[shard(hash)].find_entry(hash, |(known, _)| known == key).ok()?;
        self.len -= 1;
        Some(entry.remove().0.1)
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
