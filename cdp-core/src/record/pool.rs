//! Texts kept once, in one allocation.

use super::NULL;
use hashbrown::DefaultHashBuilder;
use std::hash::BuildHasher;

/// A pool of texts in one allocation, addressed by index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TextPool {
    text: String,
    ends: Vec<usize>,
}

impl TextPool {
    /// An empty pool with room for so many texts, of so many bytes together.
    pub(crate) fn with_capacity(texts: usize, bytes: usize) -> TextPool {
        TextPool { text: String::with_capacity(bytes), ends: Vec::with_capacity(texts) }
    }

    /// Appends a text and returns its index.
    pub fn push(&mut self, value: &str) -> u32 {
        self.text.push_str(value);
        self.ends.push(self.text.len());
        (self.ends.len() - 1) as u32
    }

    /// Appends a text made of parts.
    pub fn push_parts(&mut self, parts: &[&str]) -> u32 {
        parts.iter().for_each(|part| self.text.push_str(part));
        self.ends.push(self.text.len());
        (self.ends.len() - 1) as u32
    }

    /// Forgets all texts, but keeps the room they took.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Appends all texts of another pool; returns the index of its first one here.
    pub fn append(&mut self, other: &TextPool) -> u32 {
        let (moved, start) = (self.len() as u32, self.text.len());
        self.text.push_str(&other.text);
        self.ends.extend(other.ends.iter().map(|end| end + start));
        moved
    }

    /// The text at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`TextPool::len`].
    pub fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all texts together.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// All texts in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len() as u32).map(|index| self.get(index))
    }
}

impl<T: AsRef<str>> FromIterator<T> for TextPool {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut pool = TextPool::default();
        texts.into_iter().for_each(|text| {
            pool.push(text.as_ref());
        });
        pool
    }
}

/// A pool that gives equal texts the same index.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    pool: TextPool,
    hasher: DefaultHashBuilder,
    /// A hash table with linear probing: a text's hash above its index, so that most comparisons, and all growth, leave the
    /// texts alone. At most half of it is filled.
    slots: Vec<u64>,
}

/// A slot without a text: no text has the index [`NULL`].
const EMPTY: u64 = u64::MAX;
/// The fewest slots of a table.
const SLOTS: usize = 16;
/// Texts whose places are read at once.
const STRIDE: usize = 128;

impl Interner {
    /// The index of `value`, which is new if the text was not seen before. Indexes count up from 0 in order of first sight.
    pub fn intern(&mut self, value: &str) -> u32 {
        self.reserve(1);
        self.intern_hashed(value, self.hash(value))
    }

    /// Appends the index of each of these texts to `codes`, [`NULL`] where there is none. Looking texts up one by one waits
    /// for memory each time; here the places of many are read before, so that they wait together.
    pub fn intern_all(&mut self, values: &[Option<&str>], codes: &mut Vec<u32>) {
        let mut hashes = [0; STRIDE];
        for values in values.chunks(STRIDE) {
            self.reserve(values.len());
            self.look_ahead(values, &mut hashes);
            let hashed = values.iter().zip(&hashes);
            codes.extend(hashed.map(|(value, &hash)| value.map_or(NULL, |value| self.intern_hashed(value, hash))));
        }
    }

    /// As [`Interner::find`] for each of these texts, waiting for memory together: [`NULL`] for those that are not there.
    pub fn find_all(&self, values: &[Option<&str>], codes: &mut Vec<u32>) {
        if self.slots.is_empty() {
            let found = values.iter().map(|value| value.and_then(|value| self.find(value)).unwrap_or(NULL));
            return codes.extend(found);
        }
        let mut hashes = [0; STRIDE];
        for values in values.chunks(STRIDE) {
            self.look_ahead(values, &mut hashes);
            let hashed = values.iter().zip(&hashes);
            codes.extend(
                hashed.map(|(value, &hash)| value.map_or(NULL, |value| self.seek(value, hash).unwrap_or(NULL))),
            );
        }
    }

    /// Hashes up to [`STRIDE`] texts, and reads the places where they are.
    fn look_ahead(&self, values: &[Option<&str>], hashes: &mut [u32; STRIDE]) {
        let mut seen = 0;
        for (hash, value) in hashes.iter_mut().zip(values) {
            *hash = value.map_or(0, |value| self.hash(value));
            seen ^= self.slots[self.place(*hash)];
        }
        for &hash in &hashes[..values.len()] {
            let slot = self.slots[self.place(hash)];
            if slot != EMPTY && (slot >> 32) as u32 == hash {
                seen ^= self.pool.get(slot as u32).bytes().next().map_or(0, u64::from);
            }
        }
        std::hint::black_box(seen);
    }

    /// The index of `value`, if it was interned.
    pub fn find(&self, value: &str) -> Option<u32> {
        match self.slots.is_empty() {
            true => (0..self.pool.len() as u32).find(|&code| self.pool.get(code) == value),
            false => self.seek(value, self.hash(value)).ok(),
        }
    }

    /// The text at an index that was given out.
    pub fn get(&self, index: u32) -> &str {
        self.pool.get(index)
    }

    fn hash(&self, value: &str) -> u32 {
        self.hasher.hash_one(value) as u32
    }

    /// Where the search for a hash begins.
    fn place(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn intern_hashed(&mut self, value: &str, hash: u32) -> u32 {
        self.seek(value, hash).unwrap_or_else(|place| {
            let code = self.pool.push(value);
            self.slots[place] = u64::from(hash) << 32 | u64::from(code);
            code
        })
    }

    /// The index of a text, or the slot where it belongs.
    fn seek(&self, value: &str, hash: u32) -> Result<u32, usize> {
        let mut place = self.place(hash);
        loop {
            match self.slots[place] {
                EMPTY => return Err(place),
                slot if (slot >> 32) as u32 == hash && self.pool.get(slot as u32) == value => return Ok(slot as u32),
                _ => place = self.place(place as u32 + 1),
            }
        }
    }

    /// Makes room for so many further texts.
    fn reserve(&mut self, further: usize) {
        let least = 2 * (self.pool.len() + further);
        if self.slots.len() >= least {
            return;
        }
        let slots = vec![EMPTY; least.next_power_of_two().max(SLOTS)];
        let before = std::mem::replace(&mut self.slots, slots);
        if before.is_empty() {
            // The table was dropped by `close`, or there never was one.
            let hashed = |code| u64::from(self.hash(self.pool.get(code))) << 32 | u64::from(code);
            let all: Vec<u64> = (0..self.pool.len() as u32).map(hashed).collect();
            all.into_iter().for_each(|slot| self.put(slot));
        }
        before.into_iter().filter(|slot| *slot != EMPTY).for_each(|slot| self.put(slot));
    }

    /// Puts a text into the first free slot of its place.
    fn put(&mut self, slot: u64) {
        let mut place = self.place((slot >> 32) as u32);
        while self.slots[place] != EMPTY {
            place = self.place(place as u32 + 1);
        }
        self.slots[place] = slot;
    }

    /// Drops what texts are found by, to save memory where no more are expected; the next one makes it anew.
    pub fn close(&mut self) {
        self.slots = Vec::new();
    }

    /// The distinct texts, in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.pool.iter()
    }

    /// The distinct texts, by index.
    pub fn pool(&self) -> &TextPool {
        &self.pool
    }

    /// The distinct texts.
    pub fn into_pool(self) -> TextPool {
        self.pool
    }

    /// How many distinct texts there are so far.
    pub fn len(&self) -> usize {
        self.pool.len()
    }

    /// Whether nothing was interned yet.
    pub fn is_empty(&self) -> bool {
        self.pool.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn many_at_once_are_as_one_by_one(texts in prop::collection::vec("[ab]{0,5}", 0..600), gap in 1usize..9) {
            let values: Vec<Option<&str>> =
                texts.iter().enumerate().map(|(i, text)| Some(text.as_str()).filter(|_| i % gap > 0)).collect();
            let (mut one, mut all, mut codes) = (Interner::default(), Interner::default(), Vec::new());
            let expected: Vec<u32> = values.iter().map(|value| value.map_or(NULL, |text| one.intern(text))).collect();
            all.intern_all(&values, &mut codes);
            prop_assert_eq!(&codes, &expected);
            prop_assert!(one.iter().eq(all.iter()) && one.iter().all(|text| one.find(text) == all.find(text)));
            prop_assert_eq!(one.find("c"), None);
            let mut asked = values.clone();
            asked.push(Some("c"));
            codes.push(NULL);
            for is_closed in [false, true] {
                if is_closed {
                    all.close();
                }
                let mut found = Vec::new();
                all.find_all(&asked, &mut found);
                prop_assert_eq!(&found, &codes);
                let one_by_one: Vec<u32> = asked.iter().map(|text| text.and_then(|text| all.find(text)).unwrap_or(NULL)).collect();
                prop_assert_eq!(&found, &one_by_one);
            }
        }
    }
}
