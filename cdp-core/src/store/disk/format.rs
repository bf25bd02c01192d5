//! The bytes of the log, version 1. Numbers are little-endian; every checksum is a CRC-32 (IEEE) that begins with the
//! place of what it covers, so that bytes at a wrong place are wrong.
//!
//! ```text
//! log     = header group*
//! header  = "light-cdp store\n" (16)  format u32  zero (8)  checksum u32                          32 bytes
//! group   = "CDPG"  checksum u32  sequence u64  length u64  entries u32  zero u32                 32 bytes
//!           entry*                                                                                `length` bytes
//! entry   = checksum u32  space u8  operation u8 (1 put, 2 delete)  key length u16  value length u32
//!           key  value
//! ```
//!
//! A group is one commit (or one gathered by the committer): it counts only if all of it is there. Sequences go up by
//! one from 1. A group is written only after the one before it was synced; so what is broken and followed by a group is
//! damage, and what is broken at the end is a commit that was never acknowledged. Nothing here touches files.

use super::super::FORMAT;
use super::super::batch::{Batch, GROUP_HEADER, Op, decode};
use super::super::index::Place;
use crc32fast::Hasher;

const MAGIC: &[u8; 16] = b"light-cdp store\n";
const GROUP_MAGIC: &[u8; 4] = b"CDPG";

/// Bytes before the first group.
pub(super) const HEADER: usize = 32;

/// The header of a file.
pub(super) fn header() -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[..16].copy_from_slice(MAGIC);
    bytes[16..20].copy_from_slice(&FORMAT.to_le_bytes());
    let sum = checksum(0, &bytes[..28]);
    bytes[28..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// The format a file says it has; `None` where it is not a header at all.
pub(super) fn format_of(bytes: &[u8; HEADER]) -> Option<u32> {
    let sound = bytes.starts_with(MAGIC) && u32_at(bytes, 28) == checksum(0, &bytes[..28]);
    sound.then(|| u32_at(bytes, 16))
}

/// What the header of a group says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) sequence: u64,
    /// Bytes of its entries.
    pub(super) length: u64,
    pub(super) entries: u32,
}

impl Group {
    /// Reads the header at the place `at` of the log; `None` where there is none.
    pub(super) fn decode(at: u64, bytes: &[u8; GROUP_HEADER]) -> Option<Group> {
        let sound = bytes.starts_with(GROUP_MAGIC) && u32_at(bytes, 4) == checksum(at, &bytes[8..]);
        let group = Group { sequence: u64_at(bytes, 8), length: u64_at(bytes, 16), entries: u32_at(bytes, 24) };
        sound.then_some(group)
    }

    fn encode(self, at: u64) -> [u8; GROUP_HEADER] {
        let mut bytes = [0; GROUP_HEADER];
        bytes[..4].copy_from_slice(GROUP_MAGIC);
        bytes[8..16].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.length.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.entries.to_le_bytes());
        let sum = checksum(at, &bytes[8..]);
        bytes[4..8].copy_from_slice(&sum.to_le_bytes());
        bytes
    }
}

/// Turns a batch into the bytes of a group that will lie at `at`, and returns them.
pub(super) fn seal(batch: &mut Batch, at: u64, sequence: u64) -> &[u8] {
    let group = Group { sequence, length: (batch.size() - GROUP_HEADER) as u64, entries: batch.len() as u32 };
    let buffer = batch.buffer();
    buffer[..GROUP_HEADER].copy_from_slice(&group.encode(at));
    let mut offset = GROUP_HEADER;
    while let Some((_, size)) = decode(&buffer[offset..]) {
        let sum = checksum(at + offset as u64, &buffer[offset + 4..offset + size]);
        buffer[offset..offset + 4].copy_from_slice(&sum.to_le_bytes());
        offset += size;
    }
    buffer
}

/// The entries of a group with their places, from its bytes and the place of the first.
pub(super) fn places(mut bytes: &[u8], mut at: u64) -> impl Iterator<Item = (Op<'_>, Place)> {
    std::iter::from_fn(move || {
        let (op, size) = decode(bytes)?;
        let place = Place { at, size: size as u32 };
        bytes = &bytes[size..];
        at += size as u64;
        Some((op, place))
    })
}

/// The entry that fills `bytes`, if its checksum is right for the place.
pub(super) fn entry(bytes: &[u8], at: u64) -> Option<Op<'_>> {
    let (op, size) = decode(bytes)?;
    (size == bytes.len() && u32_at(bytes, 0) == checksum(at, &bytes[4..])).then_some(op)
}

/// The first place in the bytes of a group where no sound entry begins; `None` where all of them are sound.
pub(super) fn first_flaw(bytes: &[u8], at: u64, entries: u32) -> Option<u64> {
    let (mut offset, mut found) = (0, 0);
    for (_, place) in places(bytes, at) {
        let end = offset + place.size as usize;
        if entry(&bytes[offset..end], place.at).is_none() {
            return Some(place.at);
        }
        (offset, found) = (end, found + 1);
    }
    (offset != bytes.len() || found != entries).then(|| at + offset as u64)
}

/// The place and the sequence of the next header of a group with at least this sequence, in a piece of the log that begins
/// at `at`.
pub(super) fn find_group(bytes: &[u8], at: u64, sequence: u64) -> Option<(u64, u64)> {
    let headers = bytes.windows(GROUP_HEADER).enumerate().filter(|(_, window)| window.starts_with(GROUP_MAGIC));
    let mut groups = headers.filter_map(|(offset, window)| {
        let place = at + offset as u64;
        Some((place, Group::decode(place, window.first_chunk()?)?.sequence))
    });
    groups.find(|&(_, found)| found >= sequence)
}

fn checksum(at: u64, bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&at.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
