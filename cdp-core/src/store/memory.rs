//! A store without files, for graphs that need not outlive their process, and as the reference for the one on disk.

use super::{Batch, FORMAT, FORMAT_KEY, KeyRange, Space, Store, Verification, Visit};
use crate::error::Result;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Entries copied at a time in a scan, so that nobody waits for its visitor.
const CHUNK: usize = 256;

/// A [`Store`] in memory: as durable as its process.
#[derive(Debug)]
pub struct Memory {
    spaces: RwLock<BTreeMap<Space, Entries>>,
}

impl Default for Memory {
    fn default() -> Self {
        Memory::new()
    }
}

impl Memory {
    /// A store that holds nothing but its format.
    pub fn new() -> Self {
        let meta = Entries::from([(FORMAT_KEY.to_vec(), FORMAT.to_be_bytes().to_vec())]);
        Memory { spaces: RwLock::new(BTreeMap::from([(Space::META, meta)])) }
    }

    /// Nothing here panics halfway through a change, so a lock abandoned by a panicking thread guards sound data.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<Space, Entries>> {
        self.spaces.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first entries at or behind a bound.
    fn chunk(&self, space: Space, from: Bound<&[u8]>, range: &KeyRange) -> Vec<(Vec<u8>, Vec<u8>)> {
        let to = range.end().map_or(Bound::Unbounded, Bound::Excluded);
        let spaces = self.read();
        let entries = spaces.get(&space).into_iter().flat_map(|entries| entries.range::<[u8], _>((from, to)));
        entries.take(CHUNK).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

impl Store for Memory {
    fn commit(&self, batch: Batch) -> Result<()> {
        batch.check()?;
        let mut spaces = self.spaces.write().unwrap_or_else(PoisonError::into_inner);
        for op in batch.ops() {
            let entries = spaces.entry(op.space).or_default();
            match op.value {
                Some(value) => drop(entries.insert(op.key.to_vec(), value.to_vec())),
                None => drop(entries.remove(op.key)),
            }
        }
        Ok(())
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.read().get(&space).and_then(|entries| entries.get(key)).cloned())
    }

    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        let mut last: Option<Vec<u8>> = None;
        while !range.is_empty() && last.as_deref().is_none_or(|last| range.end().is_none_or(|end| last < end)) {
            let from = last.as_deref().map_or(Bound::Included(range.first()), Bound::Excluded);
            let chunk = self.chunk(space, from, range);
            for (key, value) in &chunk {
                if visit(key, value)?.is_break() {
                    return Ok(());
                }
            }
            match chunk.into_iter().next_back() {
                Some((key, _)) => last = Some(key),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>> {
        Ok(self.read().get(&space).and_then(|entries| entries.keys().next_back()).cloned())
    }

    fn compact(&self) -> Result<()> {
        Ok(())
    }

    fn verify(&self) -> Result<Verification> {
        let entries = self.read().values().map(|entries| entries.len() as u64).sum();
        Ok(Verification { entries, ..Verification::default() })
    }

    #[cfg(feature = "store")]
    fn backup(&self, path: &Path) -> Result<()> {
        super::disk::create_copy(path, |put| {
            let spaces = self.read();
            let mut entries =
                spaces.iter().flat_map(|(space, entries)| entries.iter().map(move |entry| (*space, entry)));
            entries.try_for_each(|(space, (key, value))| put(space, key, value))
        })
    }

    #[cfg(not(feature = "store"))]
    fn backup(&self, path: &Path) -> Result<()> {
        use crate::error::{Code, Error};
        Err(Error::new(Code::StoreIo, "this build cannot write stores")
            .file(path.display().to_string())
            .help("build cdp-core with the feature 'store'"))
    }

    fn size_on_disk(&self) -> Result<u64> {
        Ok(0)
    }
}
