//! A batch: changes in the order they were made, already in the form the log on disk keeps them in.
//!
//! One buffer holds all entries, so that handing in, gathering and writing copy whole runs of bytes. Nothing here knows
//! of files; checksums are filled in where the place in the log is known.

use super::Space;
use crate::error::{Code, Error, Result};

/// The longest key, in bytes.
pub const MAX_KEY: usize = u16::MAX as usize;
/// The longest value, in bytes.
pub const MAX_VALUE: usize = 1 << 28;

/// Bytes left free at the beginning of the buffer for the header of a group.
pub(super) const GROUP_HEADER: usize = 32;
/// Bytes of an entry before its key: checksum, space, operation, length of the key, length of the value.
pub(super) const ENTRY_HEADER: usize = 12;

const PUT: u8 = 1;
const DELETE: u8 = 2;

/// Changes that become durable together or not at all.
///
/// ```
/// use cdp_core::store::{Batch, Memory, Space, Store};
/// let mut batch = Batch::new();
/// batch.put(Space::EVIDENCE, b"1", b"{}");
/// batch.delete(Space::CHANGES, b"7");
/// let store = Memory::new();
/// store.commit(batch)?;
/// assert_eq!(store.get(Space::EVIDENCE, b"1")?.as_deref(), Some(&b"{}"[..]));
/// # Ok::<(), cdp_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Batch {
    /// A free group header, then the entries.
    bytes: Vec<u8>,
    entries: usize,
    refused: Option<Error>,
}

/// One change of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Op<'a> {
    /// The space it changes.
    pub space: Space,
    /// The key it changes.
    pub key: &'a [u8],
    /// The new value; `None` deletes the key.
    pub value: Option<&'a [u8]>,
}

impl Default for Batch {
    fn default() -> Self {
        // Room for a message of usual size and what it changes.
        let mut bytes = Vec::with_capacity(1_024);
        bytes.resize(GROUP_HEADER, 0);
        Batch { bytes, entries: 0, refused: None }
    }
}

impl Batch {
    /// A batch without changes.
    pub fn new() -> Self {
        Batch::default()
    }

    /// Makes room for so many further bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    /// Sets the value of a key. A key over [`MAX_KEY`] or a value over [`MAX_VALUE`] makes the commit fail.
    pub fn put(&mut self, space: Space, key: &[u8], value: &[u8]) {
        self.push(space, PUT, key, &[value]);
    }

    /// As [`Batch::put`], of a value in parts.
    pub fn put_parts(&mut self, space: Space, key: &[u8], value: &[&[u8]]) {
        self.push(space, PUT, key, value);
    }

    /// Removes a key, whether it is there or not.
    pub fn delete(&mut self, space: Space, key: &[u8]) {
        self.push(space, DELETE, key, &[]);
    }

    /// Adds the changes of another batch after these.
    pub fn append(&mut self, other: &Batch) {
        self.bytes.extend_from_slice(&other.bytes[GROUP_HEADER..]);
        self.entries += other.entries;
        self.refused = self.refused.take().or_else(|| other.refused.clone());
    }

    /// The number of changes.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Whether there is no change.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The bytes it takes in memory and in a log.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The changes, in the order they were made.
    pub fn ops(&self) -> Ops<'_> {
        Ops { rest: &self.bytes[GROUP_HEADER..] }
    }

    /// Fails if a key or value was too large; every implementation of `commit` begins with this.
    ///
    /// # Errors
    /// `value_too_large`.
    pub fn check(&self) -> Result<()> {
        self.refused.clone().map_or(Ok(()), Err)
    }

    /// The whole buffer, with the room for a header at its beginning.
    #[cfg(feature = "store")]
    pub(super) fn buffer(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// The bytes of the entries.
    pub(super) fn entries(&self) -> &[u8] {
        &self.bytes[GROUP_HEADER..]
    }

    /// Forgets the changes and keeps the memory.
    #[cfg(feature = "store")]
    pub(super) fn clear(&mut self) {
        self.bytes.truncate(GROUP_HEADER);
        (self.entries, self.refused) = (0, None);
    }

    fn push(&mut self, space: Space, operation: u8, key: &[u8], value: &[&[u8]]) {
        let length = value.iter().map(|part| part.len()).sum();
        if let Some(error) = too_large(key.len(), length) {
            self.refused.get_or_insert(error);
            return;
        }
        self.bytes.extend_from_slice(&[0, 0, 0, 0, space.0, operation]);
        // Both lengths are within their limits, see above.
        self.bytes.extend_from_slice(&(key.len() as u16).to_le_bytes());
        self.bytes.extend_from_slice(&(length as u32).to_le_bytes());
        self.bytes.extend_from_slice(key);
        value.iter().for_each(|part| self.bytes.extend_from_slice(part));
        self.entries += 1;
    }
}

fn too_large(key: usize, value: usize) -> Option<Error> {
    let refused = |what: &str, size: usize, limit: usize| {
        Error::new(Code::ValueTooLarge, format!("a {what} has {size} bytes"))
            .help(format!("a store takes at most {limit}"))
    };
    match (key > MAX_KEY, value > MAX_VALUE) {
        (true, _) => Some(refused("key", key, MAX_KEY)),
        (_, true) => Some(refused("value", value, MAX_VALUE)),
        _ => None,
    }
}

/// The changes of a batch; see [`Batch::ops`].
#[derive(Debug, Clone)]
pub struct Ops<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Ops<'a> {
    type Item = Op<'a>;

    fn next(&mut self) -> Option<Op<'a>> {
        // The buffer was made by `push`, so an entry is there as long as bytes are.
        let (op, size) = decode(self.rest)?;
        self.rest = &self.rest[size..];
        Some(op)
    }
}

/// The entry at the beginning of `bytes`, and its size; `None` where no whole and well-formed one is.
pub(super) fn decode(bytes: &[u8]) -> Option<(Op<'_>, usize)> {
    let (header, rest) = bytes.split_first_chunk::<ENTRY_HEADER>()?;
    let [_, _, _, _, space, operation, k0, k1, v0, v1, v2, v3] = *header;
    let key_length = usize::from(u16::from_le_bytes([k0, k1]));
    let value_length = u32::from_le_bytes([v0, v1, v2, v3]) as usize;
    let (key, rest) = rest.split_at_checked(key_length)?;
    let value = rest.get(..value_length)?;
    let value = match (operation, value_length) {
        (PUT, _) => Some(value),
        (DELETE, 0) => None,
        _ => return None,
    };
    Some((Op { space: Space(space), key, value }, ENTRY_HEADER + key_length + value_length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_back_in_order() {
        let mut batch = Batch::new();
        batch.put(Space::META, b"a", b"1");
        batch.delete(Space::AUDIT, b"");
        let mut more = Batch::new();
        more.put(Space(255), b"c", b"");
        batch.append(&more);
        let ops: Vec<Op<'_>> = batch.ops().collect();
        assert_eq!(ops.len(), batch.len());
        assert_eq!(ops[0], Op { space: Space::META, key: b"a", value: Some(b"1") });
        assert_eq!(ops[1], Op { space: Space::AUDIT, key: b"", value: None });
        assert_eq!(ops[2], Op { space: Space(255), key: b"c", value: Some(b"") });
    }

    #[test]
    fn what_is_too_large_is_refused_at_commit() {
        let mut batch = Batch::new();
        batch.put(Space::META, &vec![0; MAX_KEY], b"");
        assert!(batch.check().is_ok());
        batch.put(Space::META, &vec![0; MAX_KEY + 1], b"");
        assert_eq!(batch.check().expect_err("too large").code(), Code::ValueTooLarge);
        let mut gathered = Batch::new();
        gathered.append(&batch);
        assert!(gathered.check().is_err(), "also when gathered");
    }

    #[test]
    fn broken_entries_are_none() {
        let mut batch = Batch::new();
        batch.put(Space::META, b"key", b"value");
        let entry = &batch.bytes[GROUP_HEADER..];
        assert!(decode(entry).is_some());
        assert!((0..entry.len()).all(|length| decode(&entry[..length]).is_none()));
        let mut unknown = entry.to_vec();
        unknown[5] = 9;
        assert!(decode(&unknown).is_none());
    }
}
