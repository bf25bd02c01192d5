//! A store that several processes write to: they take turns, and whoever takes one sees first what the others did.
//!
//! A turn covers the whole store, since evidence and the change feed are each numbered without gaps and the same for all.

use super::{Batch, Store};
use crate::error::{Code, Error, Result};
use std::sync::Arc;

/// How much of a shared store somebody has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Commits so far.
    pub commits: u64,
    /// Those of them that changed what was there before, so that it does not do to read what came since.
    pub rewrites: u64,
}

/// How many turns are taken for one batch.
pub(crate) const TRIES: usize = 10;

/// That no turn was enough.
pub(crate) fn given_up() -> Error {
    Error::new(Code::StoreIo, format!("the database failed {TRIES} times while a batch was written, which is not kept"))
        .help("see what it says in its log, and hand it in again")
}

/// What a [`Store`] can do besides that several processes write to.
pub trait Shared: Send + Sync {
    /// Waits for the turn to write. Nobody else commits while it lasts, and everything committed before is seen by reads.
    ///
    /// # Errors
    /// `store_locked` if it does not come within a minute; `store_io`.
    fn turn(&self) -> Result<Box<dyn Turn + '_>>;

    /// How much there is to be seen.
    ///
    /// # Errors
    /// `store_io`.
    fn seen(&self) -> Result<Seen>;

    /// The store as of this instant, to be read only, and how much of it that is.
    ///
    /// # Errors
    /// `store_io`.
    fn view(&self) -> Result<(Seen, Arc<dyn Store>)>;
}

/// The turn of one writer, over when it is dropped; then nothing of it is left.
pub trait Turn {
    /// How much there is to be seen as it begins.
    fn seen(&self) -> Seen;

    /// Makes a batch durable and ends the turn. `rewrites`: whether it changes what was there before. `false` where the
    /// database or the way to it failed and nothing of the batch was kept, so that another turn may bring it.
    ///
    /// # Errors
    /// Those of [`Store::commit`]; `store_io` also if nobody can tell whether it was kept.
    fn commit(self: Box<Self>, batch: Batch, rewrites: bool) -> Result<bool>;
}
