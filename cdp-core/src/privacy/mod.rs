//! Privacy: keyed hashes of identifiers, tombstones of erased people, and an audit log that shows tampering.
//!
//! Nothing here holds an identifier once it is hashed, and nothing here reads a store: the graph keeps what these types give.
//!
//! | type | what it is |
//! | --- | --- |
//! | [`Keys`] | the caller's secrets, the current one first; old ones go on recognising what was made with them |
//! | [`Pseudonym`] | HMAC-SHA-256 of an identifier under one of them, for one use only |
//! | [`Tombstones`] | pseudonyms of identifiers that may not come back |
//! | [`audit`] | the log of what was done to personal data, each entry holding the hash of the one before |

pub mod audit;
mod keys;
mod mask;
mod tombstone;

pub(crate) use crate::normalize::hashed::{hex, unhex};
pub use keys::{Key, Keys, Pseudonym, Use};
pub use mask::{is_personal, mask, mask_reason};
pub use tombstone::{Tombstone, Tombstones};
