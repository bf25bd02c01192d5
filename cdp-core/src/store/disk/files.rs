//! The folder of a store: its lock, its log, and putting a finished log into place. Knows nothing of what a log holds.

use super::super::flaws::refused;
use crate::error::{Code, Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// A process that is being started holds the locks of its parent for a moment, so a lock just let go of may still be held.
const LOCK_TRIES: usize = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// The folder of a store.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Folder(path.to_owned())
    }

    /// Makes the folder where it is missing, durably.
    pub(super) fn create(&self) -> Result<()> {
        let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.is_dir();
        let fresh: Vec<&Path> = self.0.ancestors().take_while(missing).collect();
        if self.0.is_file() {
            let error = Error::new(Code::StoreIo, "this is a file, and a store is a folder");
            return Err(error
                .file(self.0.display().to_string())
                .help("give the path of a folder; it is made where there is none"));
        }
        fs::create_dir_all(&self.0).map_err(|error| refused(&self.0, &error))?;
        let parents = fresh.iter().filter_map(|path| path.parent());
        parents.map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path }).try_for_each(sync_folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// The log.
    pub(super) fn log(&self) -> PathBuf {
        self.0.join("store.log")
    }

    /// A log that is being written, worth nothing until it takes the place of the other.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.0.join("store.log.new")
    }

    /// Refuses a copy in the folder itself: it would be gone with what it is a copy of.
    pub(super) fn keeps_out(&self, copy: &Path) -> Result<()> {
        let here = fs::canonicalize(&self.0).map_err(|error| refused(&self.0, &error))?;
        let copy = std::path::absolute(copy).map_err(|error| refused(copy, &error))?;
        // The folder itself is found to be locked.
        let is_here = fs::canonicalize(&copy).is_ok_and(|copy| copy == here);
        match !is_here && led_to(&copy).starts_with(here) {
            true => Err(Error::new(Code::InvalidInput, "the copy would lie in the folder of the store itself")
                .file(copy.display().to_string())
                .help("give a folder of its own for the copy")),
            false => Ok(()),
        }
    }

    /// Locks the folder for as long as the answer lives. The system lets go when the process ends, however it ends.
    pub(super) fn lock(&self) -> Result<File> {
        let path = self.0.join("LOCK");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| refused(&path, &error))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(refused(&path, &error)),
            }
        }
        Err(locked(&self.0))
    }

    /// Creates the unfinished log, over what an interrupted process left of one.
    pub(super) fn begin(&self) -> Result<File> {
        let path = self.unfinished();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        file.map_err(|error| refused(&path, &error))
    }

    /// Puts the unfinished log, which must be synced, into the place of the log.
    pub(super) fn finish(&self) -> Result<()> {
        fs::rename(self.unfinished(), self.log()).map_err(|error| refused(&self.log(), &error))
    }

    /// Makes names and removals in the folder durable.
    pub(super) fn sync(&self) -> Result<()> {
        sync_folder(&self.0)
    }

    /// Removes what is left of an unfinished log.
    pub(super) fn discard(&self) -> Result<()> {
        match fs::remove_file(self.unfinished()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(&self.unfinished(), &error)),
            _ => Ok(()),
        }
    }

    /// The bytes of all files in the folder.
    pub(super) fn size(&self) -> Result<u64> {
        let size = |entry: io::Result<fs::DirEntry>| {
            let data = entry?.metadata()?;
            Ok(if data.is_file() { data.len() } else { 0 })
        };
        let sizes = || fs::read_dir(&self.0)?.map(size).sum::<io::Result<u64>>();
        sizes().map_err(|error| refused(&self.0, &error))
    }
}

fn locked(path: &Path) -> Error {
    Error::new(Code::StoreLocked, "the store is open already, in another process or elsewhere in this one")
        .file(path.display().to_string())
        .help("close it there first, or open a backup of it; one writer at a time")
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| refused(path, &error))
}

/// Elsewhere folders cannot be synced; the file system keeps renames in order.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<()> {
    Ok(())
}

/// Where a path leads once what is missing of it is made: links are followed as far as there are any, and `..` leads out of what is not
/// there yet.
fn led_to(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut there, part| {
        if part == Component::ParentDir {
            there.pop();
            return there;
        }
        there.push(part);
        fs::canonicalize(&there).unwrap_or(there)
    })
}
