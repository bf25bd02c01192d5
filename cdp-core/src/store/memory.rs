//! A store without files, for graphs that need not outlive their process, and as the reference for the one on disk.

use super::batch::decode;
use super::index::{Index, Place};
use super::{Batch, FORMAT, FORMAT_KEY, KeyRange, Op, Space, Store, Verification, Visit};
use crate::error::Result;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Bytes of a chunk; an entry that is larger has one of its own.
const CHUNK: usize = 1 << 20;

/// A [`Store`] in memory: as durable as its process.
#[derive(Debug)]
pub struct Memory {
    log: RwLock<Log>,
}

/// Entries end to end, as a store on disk keeps them: an allocation of its own for each would take as much as a small one.
#[derive(Debug, Default)]
struct Log {
    chunks: Vec<Chunk>,
    index: Index,
}

#[derive(Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Bytes of entries that are deleted or overwritten.
    dead: usize,
}

impl Log {
    /// The number of a chunk above the place in it.
    fn place(chunk: usize, at: usize, size: usize) -> Place {
        Place { at: (chunk as u64) << 32 | at as u64, size: size as u32 }
    }

    fn bytes(&self, place: Place) -> &[u8] {
        let (chunk, at) = ((place.at >> 32) as usize, place.at as u32 as usize);
        &self.chunks[chunk].bytes[at..at + place.size as usize]
    }

    /// Adds entries, which become those that count for their keys.
    fn append(&mut self, entries: &[u8]) {
        let room = |chunk: &Chunk| chunk.bytes.capacity() - chunk.bytes.len() >= entries.len();
        if !self.chunks.last().is_some_and(room) {
            let bytes = Vec::with_capacity(entries.len().max(CHUNK));
            self.chunks.push(Chunk { bytes, dead: 0 });
        }
        let last = self.chunks.len() - 1;
        let mut at = self.chunks[last].bytes.len();
        self.chunks[last].bytes.extend_from_slice(entries);
        let mut rest = entries;
        while let Some((op, size)) = decode(rest) {
            let before = self.index.set(op.space, op.key, op.value.map(|_| Log::place(last, at, size)));
            // A deletion has nothing to keep.
            self.chunks[last].dead += if op.value.is_none() { size } else { 0 };
            if let Some(before) = before {
                self.chunks[(before.at >> 32) as usize].dead += before.size as usize;
            }
            (rest, at) = (&rest[size..], at + size);
        }
    }

    /// Gives back chunks that hold more dead bytes than that share of theirs; the last one is being written.
    fn tidy(&mut self, share: f64) {
        for chunk in 0..self.chunks.len().saturating_sub(1) {
            let Chunk { bytes, dead } = &self.chunks[chunk];
            if *dead == 0 || (*dead as f64) < share * bytes.len() as f64 {
                continue;
            }
            let bytes = std::mem::take(&mut self.chunks[chunk]).bytes;
            let (mut at, mut alive) = (0, Vec::new());
            while let Some((Op { space, key, value }, size)) = decode(&bytes[at..]) {
                if value.is_some() && self.index.get(space, key) == Some(Log::place(chunk, at, size)) {
                    alive.extend_from_slice(&bytes[at..at + size]);
                }
                at += size;
            }
            self.append(&alive);
            self.chunks[chunk].dead = 0;
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Memory::new()
    }
}

impl Memory {
    /// A store that holds nothing but its format.
    pub fn new() -> Self {
        let mut meta = Batch::new();
        meta.put(Space::META, FORMAT_KEY, &FORMAT.to_be_bytes());
        let mut log = Log::default();
        log.append(meta.entries());
        Memory { log: RwLock::new(log) }
    }

    /// Nothing here panics halfway through a change, so a lock abandoned by a panicking thread guards sound data.
    fn read(&self) -> RwLockReadGuard<'_, Log> {
        self.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Log> {
        self.log.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies of some entries, the first ones of a range, so that nobody waits for the visitor of a scan.
    fn page(&self, space: Space, range: &KeyRange) -> Vec<u8> {
        let log = self.read();
        let places = log.index.page(space, range);
        let mut entries = Vec::with_capacity(places.iter().map(|place| place.size as usize).sum());
        places.iter().for_each(|place| entries.extend_from_slice(log.bytes(*place)));
        entries
    }
}

impl Store for Memory {
    fn commit(&self, batch: Batch) -> Result<()> {
        batch.check()?;
        let mut log = self.write();
        let chunks = log.chunks.len();
        log.append(batch.entries());
        if log.chunks.len() > chunks {
            log.tidy(0.5);
        }
        Ok(())
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let log = self.read();
        let entry = log.index.get(space, key).and_then(|place| decode(log.bytes(place)));
        Ok(entry.and_then(|(op, _)| op.value).map(<[u8]>::to_vec))
    }

    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        let mut rest = range.clone();
        loop {
            let page = self.page(space, &rest);
            let (mut entries, mut last) = (page.as_slice(), None);
            while let Some((Op { key, value, .. }, size)) = decode(entries) {
                if visit(key, value.unwrap_or_default())?.is_break() {
                    return Ok(());
                }
                (entries, last) = (&entries[size..], Some(key));
            }
            match last {
                Some(key) => rest = rest.following(key),
                None => return Ok(()),
            }
        }
    }

    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>> {
        Ok(self.read().index.last(space).map(<[u8]>::to_vec))
    }

    fn compact(&self) -> Result<()> {
        let mut log = self.write();
        // The last chunk is one of those before then.
        log.chunks.push(Chunk::default());
        log.tidy(0.0);
        Ok(())
    }

    fn verify(&self) -> Result<Verification> {
        Ok(Verification { entries: self.read().index.entries(), ..Verification::default() })
    }

    #[cfg(feature = "store")]
    fn backup(&self, path: &Path) -> Result<()> {
        super::disk::create_copy(path, |put| {
            let spaces = self.read().index.spaces();
            spaces.into_iter().try_for_each(|space| {
                self.scan(space, &KeyRange::all(), &mut |key, value| {
                    put(space, key, value).map(|()| std::ops::ControlFlow::Continue(()))
                })
            })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn held(memory: &Memory) -> usize {
        memory.read().chunks.iter().map(|chunk| chunk.bytes.capacity()).sum()
    }

    #[test]
    fn what_is_overwritten_or_deleted_gives_its_room_back() {
        let memory = Memory::new();
        let write = |key: u64, fill: u8| {
            let mut batch = Batch::new();
            batch.put(Space::EVIDENCE, &key.to_be_bytes(), &[fill; 10_000]);
            memory.commit(batch).unwrap();
        };
        (0..3_000).for_each(|n| write(n % 100, n as u8));
        assert!(held(&memory) < 8 * CHUNK, "{}", held(&memory));
        let all = |key: u64| memory.get(Space::EVIDENCE, &key.to_be_bytes()).unwrap();
        assert!((0..100).all(|key| all(key) == Some(vec![(2_900 + key) as u8; 10_000])));
        let mut batch = Batch::new();
        (0..100u64).for_each(|key| batch.delete(Space::EVIDENCE, &key.to_be_bytes()));
        memory.commit(batch).unwrap();
        memory.compact().unwrap();
        let log = memory.read();
        let zeroes = |chunk: &Chunk| !chunk.bytes.windows(100).any(|bytes| bytes == [200; 100]);
        assert!(log.chunks.iter().all(zeroes), "no byte of what was deleted is left");
        assert_eq!(log.index.entries(), 1);
    }
}
