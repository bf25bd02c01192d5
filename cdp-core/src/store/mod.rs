//! Keeping bytes: an ordered key-value store in a few named spaces, in memory or on disk.
//!
//! Everything durable of a live graph lies here, and nothing of what it means: this module knows keys, values, files and
//! their integrity, never records, models or profiles. There is one writer, or writers take turns. Only the graph writes to it.
//!
//! | type | what it is |
//! | --- | --- |
//! | [`Store`] | what every implementation promises |
//! | [`Batch`] | changes that become durable together or not at all |
//! | [`Memory`] | nothing on disk; the reference the others are tested against |
//! | [`Disk`] | one append-only log in a folder (cargo feature `store`) |
//! | [`Postgres`] | a schema of a PostgreSQL database, for several processes (cargo feature `postgres`) |
//! | [`Shared`] | what a store that several processes write to promises besides: turns, and views of one instant |
//! | [`Committer`] | group commit: many threads hand in batches, one sync makes them durable |

// Effects belong to the edges; this is one: files, a thread that commits, and its bounded delay.
#![allow(clippy::disallowed_methods)]

mod batch;
mod committer;
#[cfg(feature = "store")]
mod disk;
mod flaws;
mod index;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod range;
mod shared;

pub use batch::{Batch, MAX_KEY, MAX_VALUE, Op, Ops};
pub use committer::{Committer, Limits, Ticket};
#[cfg(feature = "store")]
pub use disk::Disk;
pub use flaws::Verification;
pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use range::KeyRange;
pub use shared::{Seen, Shared, Turn};
pub(crate) use shared::{TRIES, given_up};

use crate::error::Result;
use std::ops::ControlFlow;
use std::path::Path;
#[cfg(feature = "store")]
use std::sync::Arc;

/// The format this version writes, and the newest it can open; the value of [`FORMAT_KEY`].
pub const FORMAT: u32 = 1;

/// The key in [`Space::META`] under which every store keeps its format: a `u32`, big-endian. Not to be written by others.
pub const FORMAT_KEY: &[u8] = b"store.format";

/// A named part of a store with keys of its own, ordered bytewise.
///
/// The number is what is saved, so a number once used keeps its meaning. Every number is a valid space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Space(pub u8);

impl Space {
    /// The store's own format, and what its user keeps about the whole: configuration, counters.
    pub const META: Space = Space(0);
    /// What sources and people said, in the order it came.
    pub const EVIDENCE: Space = Space(1);
    /// The change feed, by number.
    pub const CHANGES: Space = Space(2);
    /// The consent ledger.
    pub const CONSENT: Space = Space(3);
    /// Keyed hashes of erased identifiers.
    pub const TOMBSTONES: Space = Space(4);
    /// The audit log.
    pub const AUDIT: Space = Space(5);
    /// Evidence that was taken out.
    pub const REMOVED: Space = Space(6);
    /// The numbers of changes that name records or identifier values, each with whom its texts name.
    pub const NAMED: Space = Space(7);
    /// To whom data of people was sent.
    pub const RECIPIENTS: Space = Space(8);
    /// The founders of profiles that are no more, by the ids that they had.
    pub const IDS: Space = Space(9);
}

/// The store that a path or an address names: `postgres://...` of a database, all else a folder.
///
/// # Errors
/// Those of [`Disk::open`] or [`Postgres::open`]; `invalid_input` for any other address, and for a database in a build without
/// the feature `postgres`.
#[cfg(feature = "store")]
pub fn open(path: &Path) -> Result<Arc<dyn Store>> {
    let url = path.to_str().filter(|text| text.starts_with("postgres://") || text.starts_with("postgresql://"));
    match url {
        None => check_folder(path).and_then(|()| Ok(Arc::new(Disk::open(path)?) as Arc<dyn Store>)),
        #[cfg(feature = "postgres")]
        Some(url) => Ok(Arc::new(Postgres::open(url)?)),
        #[cfg(not(feature = "postgres"))]
        Some(_) => Err(crate::error::Error::new(crate::error::Code::InvalidInput, "this build knows no databases")
            .help("build it with the feature 'postgres', or give a folder")),
    }
}

/// Refuses what is meant for an address: a folder would be named after the password in it.
///
/// # Errors
/// `invalid_input`, without repeating what was given.
#[cfg(feature = "store")]
pub(crate) fn check_folder(path: &Path) -> Result<()> {
    use crate::error::{Code, Error};
    // One slash is left where a path was made of it; one letter is a drive.
    let scheme = path.to_str().and_then(|text| text.split_once(":/")).map_or("", |(scheme, _)| scheme);
    let is_address = scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if !is_address {
        return Ok(());
    }
    Err(Error::new(Code::InvalidInput, "this is an address, and no folder")
        .help("give the path of a folder, or as text postgres://user:password@host:port/database?graph=name"))
}

/// What [`Store::scan`] calls with each key and value, in order; [`ControlFlow::Break`] ends the scan, so does an error.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>> + 'a;

/// An ordered key-value store with one writer and any number of readers.
///
/// Readers see what is durable, all of a batch or nothing of it. All methods may be called from several threads at once.
pub trait Store: Send + Sync {
    /// Makes all changes of `batch` durable, over all spaces together; later changes of a key win over earlier ones.
    ///
    /// When it returns `Ok`, the batch survives a crash of the process and of the machine. When it returns an error,
    /// the batch is not seen by readers; after a crash it is wholly absent or, if the error came after everything was
    /// written, wholly there.
    ///
    /// # Errors
    /// `store_full` when there is no space left: nothing acknowledged is lost, and the batch can be tried again;
    /// `store_io` when the operating system refuses; `value_too_large`. Where the error left unclear what is on the
    /// disk, the store takes no further batch until it is opened again, and says so.
    fn commit(&self, batch: Batch) -> Result<()>;

    /// The value of a key.
    ///
    /// # Errors
    /// `store_corrupt` when its bytes are not what was written; `store_io`.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Calls `visit` with the entries of `range` in the order of their keys, without ever holding many of them.
    ///
    /// `visit` may use the store. What is committed meanwhile behind the place of the scan is seen or not.
    ///
    /// # Errors
    /// Those of [`Store::get`], and those of `visit`.
    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()>;

    /// The greatest key of a space.
    ///
    /// # Errors
    /// `store_corrupt`, `store_io`.
    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>>;

    /// Leaves no byte of a deleted or overwritten value in any file of the store, and gives back its space.
    ///
    /// Commits wait until it is done, readers do not. A crash at any instant leaves the store as it was before or as it
    /// is afterwards.
    ///
    /// # Errors
    /// `store_full`: it needs space for a second copy of what is alive; `store_corrupt`, `store_io`. The store goes on
    /// as before in each case.
    fn compact(&self) -> Result<()>;

    /// Reads everything and says what is wrong and where; a store without problems has none.
    ///
    /// # Errors
    /// `store_io` when it cannot be read at all. What was read and is wrong is no error, but in the answer.
    fn verify(&self) -> Result<Verification>;

    /// Writes a copy into the folder `path`, as of one instant, while commits go on. The copy opens as a [`Disk`] and
    /// holds nothing that was deleted or overwritten before that instant.
    ///
    /// # Errors
    /// `store_full`, `store_corrupt`; `store_io`, also where `path` holds a store already.
    fn backup(&self, path: &Path) -> Result<()>;

    /// The bytes of all files of the store; 0 in memory.
    ///
    /// # Errors
    /// `store_io`.
    fn size_on_disk(&self) -> Result<u64>;

    /// The means of several processes to share the store; `None` where one process alone writes to it.
    fn shared(&self) -> Option<&dyn Shared> {
        None
    }
}
