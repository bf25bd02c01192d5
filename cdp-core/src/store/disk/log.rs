//! Reading a log: single entries, runs of them, and all groups from the beginning. Changes nothing.

use super::super::batch::GROUP_HEADER;
use super::super::flaws::{corrupt, refused};
use super::super::index::Place;
use super::super::{FORMAT, Op};
use super::format::{self, Group, HEADER};
use crate::error::{Code, Error, Result};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The most that is read ahead at a time.
const READ_AHEAD: usize = 1 << 20;

/// An open log. It stays readable when another one takes its name.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    path: PathBuf,
}

impl Log {
    pub(super) fn open(path: PathBuf) -> Result<Self> {
        let file = File::open(&path).map_err(|error| refused(&path, &error))?;
        Ok(Log { file, path })
    }

    /// The same log under the name it is about to get.
    pub(super) fn renamed(self, path: PathBuf) -> Self {
        Log { path, ..self }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn length(&self) -> Result<u64> {
        self.file.metadata().map(|data| data.len()).map_err(|error| refused(&self.path, &error))
    }

    /// Fills `buffer` from the place `at`, and says how much of it the log has.
    pub(super) fn read(&self, at: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match read_at(&self.file, &mut buffer[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(refused(&self.path, &error)),
            }
        }
        Ok(filled)
    }

    /// Checks the header.
    ///
    /// # Errors
    /// `store_corrupt` where it is none; `store_version` where a newer version wrote it.
    pub(super) fn check_header(&self) -> Result<()> {
        let mut bytes = [0; HEADER];
        let whole = self.read(0, &mut bytes)? == HEADER;
        match format::format_of(&bytes).filter(|_| whole) {
            None => Err(corrupt(&self.path, 0, "this is not the header of a store")),
            Some(found) => self.check_format(found),
        }
    }

    /// Whether this version can read a format.
    pub(super) fn check_format(&self, found: u32) -> Result<()> {
        if (1..=FORMAT).contains(&found) {
            return Ok(());
        }
        Err(Error::new(Code::StoreVersion, format!("the store has format {found}, this version reads up to {FORMAT}"))
            .file(self.path.display().to_string())
            .help("update light CDP, or open a backup made with this version"))
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// Reads entries one after another, ahead where they lie in a row.
#[derive(Debug, Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    at: u64,
    ahead: usize,
}

impl Window {
    /// Calls for an entry; the key and value are valid until the next call.
    ///
    /// # Errors
    /// `store_corrupt` where it is not what was written; `store_io`.
    pub(super) fn entry(&mut self, log: &Log, place: Place) -> Result<(&[u8], &[u8])> {
        let size = place.size as usize;
        let end = self.at + self.bytes.len() as u64;
        if place.at < self.at || place.at + u64::from(place.size) > end {
            // Twice as much each time entries go on where the last piece ended; alone where they do not.
            let near = (self.at..=end + READ_AHEAD as u64).contains(&place.at);
            self.ahead = if near { (self.ahead * 2).clamp(4096, READ_AHEAD) } else { 0 };
            self.bytes.resize(size.max(self.ahead), 0);
            let filled = log.read(place.at, &mut self.bytes)?;
            self.bytes.truncate(filled);
            self.at = place.at;
        }
        let begin = (place.at - self.at) as usize;
        let bytes = self.bytes.get(begin..begin + size).unwrap_or_default();
        match format::entry(bytes, place.at) {
            Some(Op { key, value: Some(value), .. }) => Ok((key, value)),
            _ => Err(corrupt(log.path(), place.at, "the entry is not what was written")),
        }
    }
}

/// What [`Groups::step`] finds.
pub(super) enum Step<'a> {
    /// A sound group: its entries, and the place of the first.
    Group(&'a [u8], u64),
    /// Something else than a sound group. The walk can go on only where the answer says so.
    Flaw(Flaw),
    /// The end of the log.
    End,
}

/// A place where the log is not what was written.
#[derive(Debug)]
pub(super) struct Flaw {
    /// The group it is in.
    pub(super) group: u64,
    /// The place itself.
    pub(super) at: u64,
    pub(super) reason: &'static str,
    /// Whether a later group is there: then this is damage, and not a commit that was cut off.
    pub(super) followed: bool,
}

/// A walk over all groups, in order.
pub(super) struct Groups<'a> {
    log: &'a Log,
    /// Where the next group begins.
    pub(super) at: u64,
    /// The sequence of the next group.
    pub(super) sequence: u64,
    end: u64,
    entries: Vec<u8>,
}

impl<'a> Groups<'a> {
    /// A walk up to `end`; the header must have been checked.
    pub(super) fn new(log: &'a Log, end: u64) -> Self {
        Groups { log, at: HEADER as u64, sequence: 1, end, entries: Vec::new() }
    }

    /// Reads the next group.
    ///
    /// # Errors
    /// `store_io`.
    pub(super) fn step(&mut self) -> Result<Step<'_>> {
        if self.at >= self.end {
            return Ok(Step::End);
        }
        let (begin, sequence) = (self.at, self.sequence);
        let Some(group) = self.header()?.filter(|group| group.sequence == sequence) else {
            return self.flaw(begin, begin, "no group of entries begins here where one should");
        };
        let first = begin + GROUP_HEADER as u64;
        if group.length > self.end - first {
            return self.flaw(begin, first, "the group of entries is cut off");
        }
        self.entries.resize(group.length as usize, 0);
        let whole = self.log.read(first, &mut self.entries)? == self.entries.len();
        match format::first_flaw(&self.entries, first, group.entries).or_else(|| (!whole).then_some(first)) {
            Some(at) => self.flaw(begin, at, "the entry is not what was written"),
            None => {
                (self.at, self.sequence) = (first + group.length, sequence + 1);
                Ok(Step::Group(&self.entries, first))
            }
        }
    }

    fn header(&self) -> Result<Option<Group>> {
        let mut bytes = [0; GROUP_HEADER];
        let limit = (self.end - self.at).min(GROUP_HEADER as u64) as usize;
        let whole = self.log.read(self.at, &mut bytes[..limit])? == GROUP_HEADER;
        Ok(Group::decode(self.at, &bytes).filter(|_| whole))
    }

    /// Goes to the next group behind a flaw, wherever one is found.
    fn flaw(&mut self, group: u64, at: u64, reason: &'static str) -> Result<Step<'_>> {
        let next = self.find(group + 1)?;
        (self.at, self.sequence) = next.unwrap_or((self.end, self.sequence));
        Ok(Step::Flaw(Flaw { group, at, reason, followed: next.is_some() }))
    }

    /// The place and the sequence of the next group at or behind a place.
    fn find(&mut self, mut at: u64) -> Result<Option<(u64, u64)>> {
        let mut piece = vec![0; READ_AHEAD];
        while at < self.end {
            let limit = (self.end - at).min(READ_AHEAD as u64) as usize;
            let filled = self.log.read(at, &mut piece[..limit])?;
            if let Some(found) = format::find_group(&piece[..filled], at, self.sequence + 1) {
                return Ok(Some(found));
            }
            if filled < READ_AHEAD {
                return Ok(None);
            }
            at += (filled - GROUP_HEADER + 1) as u64;
        }
        Ok(None)
    }
}
