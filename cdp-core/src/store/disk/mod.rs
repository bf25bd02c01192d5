//! A store on disk: one append-only log in a folder, and an index of its keys in memory.
//!
//! | module | what it does |
//! | --- | --- |
//! | `format` | the bytes of the log |
//! | `files` | the folder: lock, names, sync |
//! | `log` | reading |
//! | `writer` | writing at the end, and when to stop |
//! | `rewrite` | a whole log beside the old one: creation, compaction, copies |
//!
//! Opening reads the log once. What is broken at its end was never acknowledged and is cut off; what is broken before
//! an acknowledged commit is damage, and refuses to open.

mod files;
mod format;
mod log;
mod rewrite;
mod writer;

pub(super) use rewrite::create_copy;

use super::flaws::{corrupt, refused};
use super::index::{Index, Place};
use super::{Batch, FORMAT_KEY, KeyRange, Space, Store, Verification, Visit};
use crate::error::{Code, Error, Result};
use files::Folder;
use log::{Flaw, Groups, Log, Step, Window};
use rewrite::Rewrite;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use writer::Writer;

/// A [`Store`] in a folder of the file system. It has one writer: the folder is locked while it is open.
///
/// A batch is durable when [`Store::commit`] returns: written to the log and synced. Keys are held in memory (about 30
/// bytes each for short ones), values are read from the log.
#[derive(Debug)]
pub struct Disk {
    folder: Folder,
    writer: Mutex<Writer>,
    view: RwLock<View>,
    dropped: u64,
    _lock: File,
}

/// What readers see: everything acknowledged.
#[derive(Debug)]
struct View {
    log: Arc<Log>,
    index: Index,
    end: u64,
    /// Entries of the log, those that are deleted or overwritten too.
    written: u64,
}

impl Disk {
    /// Opens the store in the folder `path`, which is created where it is missing.
    ///
    /// # Errors
    /// `store_locked` while it is open elsewhere, in any process; `store_version` if a newer version wrote it;
    /// `store_corrupt` if what was acknowledged is damaged; `store_full`, `store_io`.
    pub fn open(path: impl AsRef<Path>) -> Result<Disk> {
        let folder = Folder::new(path.as_ref());
        folder.create()?;
        let lock = folder.lock()?;
        folder.discard()?;
        if !folder.log().exists() {
            rewrite::create(&folder)?;
        }
        let log = Log::open(folder.log())?;
        log.check_header()?;
        let mut index = Index::default();
        let walk = walk(&log, log.length()?, Some(&mut index))?;
        if let Some(flaw) = walk.flaws.iter().find(|flaw| flaw.followed) {
            return Err(flaw.error(&log));
        }
        check_format(&log, &index)?;
        let dropped = log.length()? - walk.end;
        let writer = writer(&folder, &walk, dropped)?;
        let view = View { log: Arc::new(log), index, end: walk.end, written: walk.written };
        Ok(Disk { folder, writer: Mutex::new(writer), view: RwLock::new(view), dropped, _lock: lock })
    }

    /// Says what is wrong with a store, also with one that does not open. Changes nothing.
    ///
    /// # Errors
    /// `store_locked` while it is open; `store_version`; `store_io`.
    pub fn inspect(path: impl AsRef<Path>) -> Result<Verification> {
        let folder = Folder::new(path.as_ref());
        let _lock = folder.lock()?;
        let log = Log::open(folder.log())?;
        let bytes = log.length()?;
        if let Some(error) = unless_newer(log.check_header())? {
            return Ok(Verification { entries: 0, bytes, problems: vec![error] });
        }
        let mut index = Index::default();
        let walk = walk(&log, bytes, Some(&mut index))?;
        let damage = walk.flaws.iter().filter(|flaw| flaw.followed);
        let mut problems: Vec<Error> = damage.map(|flaw| flaw.error(&log)).collect();
        if problems.is_empty() {
            problems.extend(unless_newer(check_format(&log, &index))?);
        }
        Ok(Verification { entries: index.entries(), bytes, problems })
    }

    /// The bytes that opening cut off the end: what an interrupted commit had written and not acknowledged; 0 mostly.
    pub fn dropped_bytes(&self) -> u64 {
        self.dropped
    }

    fn view(&self) -> RwLockReadGuard<'_, View> {
        // The view is changed by single steps that do not panic, so it is sound whoever panicked.
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer, unless a panic left it in the middle of something.
    fn writer(&self) -> Result<MutexGuard<'_, Writer>> {
        self.writer.lock().map_err(|_| {
            Error::new(Code::Internal, "an earlier commit panicked")
                .file(self.folder.path().display().to_string())
                .help("open the store again, and report this")
        })
    }

    /// The places of the next entries of a range, with the log they are in.
    fn page(&self, space: Space, range: &KeyRange) -> (Arc<Log>, Vec<Place>) {
        let view = self.view();
        (Arc::clone(&view.log), view.index.page(space, range))
    }

    fn replace(&self, log: Log, index: Index, end: u64) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        let written = index.entries();
        *view = View { log: Arc::new(log), index, end, written };
    }

    fn copy_to(&self, path: &Path) -> Result<bool> {
        self.folder.keeps_out(path)?;
        let (folder, _lock) = rewrite::destination(path)?;
        let (log, end, garbage) = {
            let view = self.view();
            (Arc::clone(&view.log), view.end, view.written > view.index.entries())
        };
        rewrite::copy(&log, end, &folder)?;
        Ok(garbage)
    }
}

impl Store for Disk {
    fn commit(&self, mut batch: Batch) -> Result<()> {
        batch.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        let mut writer = self.writer()?;
        let at = writer.commit(&mut batch)?;
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        rewrite::apply(&mut view.index, &batch, at);
        view.end = writer.end();
        view.written += batch.len() as u64;
        Ok(())
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let (log, place) = {
            let view = self.view();
            (Arc::clone(&view.log), view.index.get(space, key))
        };
        place.map(|place| Window::default().entry(&log, place).map(|(_, value)| value.to_vec())).transpose()
    }

    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        let (mut rest, mut window) = (range.clone(), Window::default());
        let mut before: Option<Arc<Log>> = None;
        loop {
            let (log, places) = self.page(space, &rest);
            if before.as_ref().is_some_and(|before| !Arc::ptr_eq(before, &log)) {
                window = Window::default();
            }
            let Some(last) = places.last().copied() else { return Ok(()) };
            for place in places {
                let (key, value) = window.entry(&log, place)?;
                if place == last {
                    rest = rest.following(key);
                }
                if visit(key, value)? == ControlFlow::Break(()) {
                    return Ok(());
                }
            }
            before = Some(log);
        }
    }

    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>> {
        Ok(self.view().index.last(space).map(<[u8]>::to_vec))
    }

    fn compact(&self) -> Result<()> {
        let mut writer = self.writer()?;
        writer.check()?;
        let spaces = self.view().index.spaces();
        let mut rewrite = Rewrite::begin(&self.folder)?;
        for space in spaces {
            self.scan(space, &KeyRange::all(), &mut |key, value| {
                rewrite.put(space, key, value).map(ControlFlow::Continue)
            })?;
        }
        let (log, fresh, index) = rewrite.finish()?;
        self.replace(log, index, fresh.end());
        *writer = fresh;
        self.folder.sync().inspect_err(|error| writer.stop(error))
    }

    fn verify(&self) -> Result<Verification> {
        let (log, end, entries) = {
            let view = self.view();
            (Arc::clone(&view.log), view.end, view.index.entries())
        };
        let header = log.check_header().err();
        let flaws = walk(&log, end, None)?.flaws;
        let problems = header.into_iter().chain(flaws.iter().map(|flaw| flaw.error(&log))).collect();
        Ok(Verification { entries, bytes: end, problems })
    }

    fn backup(&self, path: &Path) -> Result<()> {
        let garbage = self.copy_to(path)?;
        // Opening reads all of the copy; closing marks its end.
        let copy = Disk::open(path)?;
        if garbage { copy.compact() } else { Ok(()) }
    }

    fn size_on_disk(&self) -> Result<u64> {
        self.folder.size()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Ok(writer) = self.writer.get_mut() {
            // The mark is a help, not a promise: everything acknowledged is durable already.
            let _ = writer.close();
        }
    }
}

/// What a walk over a log found.
struct Walk {
    /// The end of the last sound group before a cut-off end.
    end: u64,
    sequence: u64,
    /// Whether the last group is a mark.
    marked: bool,
    written: u64,
    flaws: Vec<Flaw>,
}

/// Reads all groups up to `end`, into the index where one is given.
fn walk(log: &Log, end: u64, mut index: Option<&mut Index>) -> Result<Walk> {
    let mut groups = Groups::new(log, end);
    let mut walk = Walk { end: groups.at, sequence: groups.sequence, marked: true, written: 0, flaws: Vec::new() };
    loop {
        match groups.step()? {
            Step::End => return Ok(walk),
            Step::Flaw(flaw) => walk.flaws.push(flaw),
            Step::Group(entries, at) => {
                walk.marked = entries.is_empty();
                for (op, place) in format::places(entries, at) {
                    walk.written += 1;
                    if let Some(index) = &mut index {
                        index.set(op.space, op.key, op.value.map(|_| place));
                    }
                }
                (walk.end, walk.sequence) = (groups.at, groups.sequence);
            }
        }
    }
}

impl Flaw {
    fn error(&self, log: &Log) -> Error {
        corrupt(log.path(), self.at, &format!("{}, in the group at byte {}", self.reason, self.group))
    }
}

/// The format that the entry in the store says.
fn check_format(log: &Log, index: &Index) -> Result<()> {
    let place = index.get(Space::META, FORMAT_KEY);
    let place = place.ok_or_else(|| corrupt(log.path(), format::HEADER as u64, "the store does not say its format"))?;
    let mut window = Window::default();
    let (_, value) = window.entry(log, place)?;
    match value.try_into() {
        Ok(bytes) => log.check_format(u32::from_be_bytes(bytes)),
        Err(_) => Err(corrupt(log.path(), place.at, "the format is not a number")),
    }
}

/// The damage that a check found; that it cannot be checked is an error.
fn unless_newer(checked: Result<()>) -> Result<Option<Error>> {
    match checked {
        Err(error) if error.code() != Code::StoreCorrupt => Err(error),
        found => Ok(found.err()),
    }
}

/// A writer at the end of what was read; what lies behind it is cut off.
fn writer(folder: &Folder, walk: &Walk, dropped: u64) -> Result<Writer> {
    let path = folder.log();
    let open = || {
        let file = File::options().read(true).write(true).open(&path)?;
        if dropped > 0 {
            file.set_len(walk.end)?;
        }
        // What a killed process had written may not be on the disk yet, and from now on it counts.
        file.sync_all()?;
        Ok(file)
    };
    let file = open().map_err(|error| refused(&path, &error))?;
    Ok(Writer::new(file, path.clone(), walk.end, walk.sequence, walk.marked))
}
