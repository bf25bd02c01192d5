//! What is found when a store is read through, and the errors of files. Says what and where, repairs nothing.

#[cfg(feature = "store")]
use crate::error::Code;
use crate::error::{Error, Result};
#[cfg(feature = "store")]
use std::path::Path;

/// What [`Store::verify`](super::Store::verify) found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// Entries that are alive.
    pub entries: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// What is wrong, each with its file and place; empty for a sound store.
    pub problems: Vec<Error>,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The first problem as an error.
    ///
    /// # Errors
    /// `store_corrupt` where something is wrong.
    pub fn into_result(self) -> Result<()> {
        self.problems.into_iter().next().map_or(Ok(()), Err)
    }
}

/// The error for bytes that are not what was written.
#[cfg(feature = "store")]
pub(super) fn corrupt(file: &Path, at: u64, reason: &str) -> Error {
    Error::new(Code::StoreCorrupt, format!("byte {at}: {reason}"))
        .file(file.display().to_string())
        .help("restore a backup; `verify` lists everything that is damaged")
}

/// The error of the operating system, told apart by whether space is missing.
#[cfg(feature = "store")]
pub(super) fn refused(file: &Path, error: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    let full = matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    let (code, help) = match full {
        true => (Code::StoreFull, "free some space and try again; what was acknowledged before is safe"),
        false => (Code::StoreIo, "check the disk and the permissions, then open the store again"),
    };
    Error::new(code, error.to_string().to_lowercase()).file(file.display().to_string()).help(help)
}
