//! Writing at the end of a log. Owns the rule of when it is safe to go on after an error.

use super::super::Batch;
use super::super::flaws::refused;
use super::format;
use crate::error::{Code, Error, Result};
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The one writer of a log.
#[derive(Debug)]
pub(super) struct Writer {
    file: File,
    path: PathBuf,
    end: u64,
    sequence: u64,
    /// Whether the last group is a mark.
    marked: bool,
    /// Why nothing more may be written.
    stopped: Option<Error>,
}

impl Writer {
    /// Goes on after a log of `end` bytes with groups up to before `sequence`.
    pub(super) fn new(file: File, path: PathBuf, end: u64, sequence: u64, marked: bool) -> Self {
        Writer { file, path, end, sequence, marked, stopped: None }
    }

    /// Writes the header of a new log.
    pub(super) fn begin(file: File, path: PathBuf) -> Result<Self> {
        let mut writer = Writer::new(file, path, 0, 1, true);
        writer.write(&format::header())?;
        writer.end = format::HEADER as u64;
        Ok(writer)
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Fails if nothing more may be written.
    pub(super) fn check(&self) -> Result<()> {
        self.stopped.clone().map_or(Ok(()), Err)
    }

    /// The log has another name now.
    pub(super) fn renamed(&mut self, path: &Path) {
        self.path = path.to_owned();
    }

    /// Refuses everything from now on.
    pub(super) fn stop(&mut self, error: &Error) {
        let reason = format!("the store takes no more since an earlier write failed: {}", error.reason());
        self.stopped = Some(
            Error::new(error.code(), reason)
                .file(self.path.display().to_string())
                .help("open the store again; everything acknowledged is there"),
        );
    }

    /// Writes a group and syncs it; returns the place of the group.
    ///
    /// # Errors
    /// `store_full`: what was written of it is taken back, and the writer goes on; otherwise it stops.
    pub(super) fn commit(&mut self, batch: &mut Batch) -> Result<u64> {
        let at = self.append(batch)?;
        if let Err(error) = self.sync() {
            // The system may take its copy for written now; so the group must not be found again. All before it is safe.
            let _ = self.file.set_len(at);
            return Err(error);
        }
        Ok(at)
    }

    /// Writes a group without syncing it.
    pub(super) fn append(&mut self, batch: &mut Batch) -> Result<u64> {
        self.check()?;
        let at = self.end;
        let bytes = format::seal(batch, at, self.sequence);
        let length = bytes.len() as u64;
        if let Err(error) = write_at(&mut self.file, at, bytes) {
            return Err(self.take_back(&error));
        }
        (self.end, self.sequence, self.marked) = (at + length, self.sequence + 1, batch.is_empty());
        Ok(at)
    }

    /// Makes what was written durable. After an error nobody knows what is on the disk, so the writer stops.
    pub(super) fn sync(&mut self) -> Result<()> {
        self.file.sync_data().map_err(|error| {
            let error = refused(&self.path, &error);
            self.stop(&error);
            error
        })
    }

    /// Ends the log with an empty group, unless it ends with one: whatever lies before it was acknowledged, so that damage to
    /// it can be told from a commit that was cut off.
    pub(super) fn mark(&mut self) -> Result<()> {
        if !self.marked {
            self.append(&mut Batch::new())?;
        }
        Ok(())
    }

    /// Marks the end durably, unless it is marked.
    pub(super) fn close(&mut self) -> Result<()> {
        if self.marked {
            return Ok(());
        }
        self.mark()?;
        self.sync()
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        write_at(&mut self.file, self.end, bytes).map_err(|error| refused(&self.path, &error))
    }

    /// Cuts off what a failed write left.
    fn take_back(&mut self, error: &io::Error) -> Error {
        let error = refused(&self.path, error);
        if self.file.set_len(self.end).is_err() || error.code() != Code::StoreFull {
            self.stop(&error);
        }
        error
    }
}

fn write_at(file: &mut File, at: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)
}
