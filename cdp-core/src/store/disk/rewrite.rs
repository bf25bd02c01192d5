//! Writing a whole log beside the old one and putting it into its place: creation, compaction, copies.
//!
//! Until the rename the old log is the store, after it the new one is; so a crash at any instant leaves one of them.

use super::super::batch::GROUP_HEADER;
use super::super::flaws::{corrupt, refused};
use super::super::index::Index;
use super::super::{Batch, FORMAT, FORMAT_KEY, Space};
use super::files::Folder;
use super::format;
use super::log::Log;
use super::writer::Writer;
use crate::error::{Code, Error, Result};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Bytes of a group.
const GROUP: usize = 1 << 20;

/// A log in the making. It is discarded unless it is finished.
pub(super) struct Rewrite<'a> {
    name: Unfinished<'a>,
    writer: Writer,
    batch: Batch,
    index: Index,
}

impl<'a> Rewrite<'a> {
    pub(super) fn begin(folder: &'a Folder) -> Result<Self> {
        let name = Unfinished { folder, finished: false };
        let writer = Writer::begin(folder.begin()?, folder.unfinished())?;
        Ok(Rewrite { name, writer, batch: Batch::new(), index: Index::default() })
    }

    pub(super) fn put(&mut self, space: Space, key: &[u8], value: &[u8]) -> Result<()> {
        self.batch.put(space, key, value);
        if self.batch.size() >= GROUP { self.flush() } else { Ok(()) }
    }

    /// Syncs the log and gives it its name. The name is durable once the folder is synced too.
    pub(super) fn finish(mut self) -> Result<(Log, Writer, Index)> {
        self.flush()?;
        self.writer.mark()?;
        self.writer.sync()?;
        // Opened before the rename, so that nothing can fail behind it.
        let log = Log::open(self.name.folder.unfinished())?.renamed(self.name.folder.log());
        self.name.finish()?;
        self.writer.renamed(log.path());
        Ok((log, self.writer, self.index))
    }

    fn flush(&mut self) -> Result<()> {
        if !self.batch.is_empty() {
            let at = self.writer.append(&mut self.batch)?;
            apply(&mut self.index, &self.batch, at);
            self.batch.clear();
        }
        Ok(())
    }
}

/// The unfinished log of a folder, removed unless it becomes the log.
struct Unfinished<'a> {
    folder: &'a Folder,
    finished: bool,
}

impl Unfinished<'_> {
    fn finish(&mut self) -> Result<()> {
        self.folder.finish()?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.finished {
            // What cannot be removed now is overwritten by the next one, or removed by the next opening.
            let _ = self.folder.discard();
        }
    }
}

/// Takes the entries of a group that lies at `at` into the index.
pub(super) fn apply(index: &mut Index, batch: &Batch, at: u64) {
    for (op, place) in format::places(batch.entries(), at + GROUP_HEADER as u64) {
        index.set(op.space, op.key, op.value.map(|_| place));
    }
}

/// Creates a store with nothing but its format.
pub(super) fn create(folder: &Folder) -> Result<()> {
    let mut rewrite = Rewrite::begin(folder)?;
    rewrite.put(Space::META, FORMAT_KEY, &FORMAT.to_be_bytes())?;
    rewrite.finish()?;
    folder.sync()
}

/// A locked folder for a copy, which must not hold a store yet.
pub(super) fn destination(path: &Path) -> Result<(Folder, File)> {
    let folder = Folder::new(path);
    folder.create()?;
    let lock = folder.lock()?;
    match folder.log().exists() {
        true => Err(Error::new(Code::StoreIo, "there is a store already")
            .file(path.display().to_string())
            .help("give a new folder for the copy")),
        false => Ok((folder, lock)),
    }
}

/// Writes a batch as a store of its own.
pub(in super::super) fn create_copy(path: &Path, fill: impl FnOnce(&mut Put<'_>) -> Result<()>) -> Result<()> {
    let (folder, _lock) = destination(path)?;
    let mut rewrite = Rewrite::begin(&folder)?;
    fill(&mut |space, key, value| rewrite.put(space, key, value).map(drop))?;
    rewrite.finish()?;
    folder.sync()
}

/// Takes in one entry of a copy.
pub(in super::super) type Put<'a> = dyn FnMut(Space, &[u8], &[u8]) -> Result<()> + 'a;

/// Copies the first `end` bytes of a log into a folder, as its log.
pub(super) fn copy(log: &Log, end: u64, folder: &Folder) -> Result<()> {
    let mut name = Unfinished { folder, finished: false };
    copy_bytes(log, end, &mut folder.begin()?, &folder.unfinished())?;
    name.finish()?;
    folder.sync()
}

fn copy_bytes(log: &Log, end: u64, file: &mut File, path: &Path) -> Result<()> {
    let (mut at, mut piece) = (0, vec![0; GROUP]);
    while at < end {
        let limit = (end - at).min(GROUP as u64) as usize;
        let filled = log.read(at, &mut piece[..limit])?;
        if filled == 0 {
            return Err(corrupt(log.path(), at, "the log ends here"));
        }
        file.write_all(&piece[..filled]).map_err(|error| refused(path, &error))?;
        at += filled as u64;
    }
    file.sync_all().map_err(|error| refused(path, &error))
}
