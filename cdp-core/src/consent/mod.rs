//! Consent: what people said of a purpose, and what may be done now.
//!
//! A *statement* is evidence: somebody, known by the identifiers in it, granted or refused a purpose at an instant. Statements
//! are only ever added. The *effective* consent of any set of statements is a view of them, computed by one rule:
//!
//! 1. A statement counts from its instant on. A grant counts until it expires, or until a later statement sharing an identifier
//!    with it says that it has expired.
//! 2. A refusal (denied, withdrawn) stands until it is *lifted*: by a later grant that still counts, that was made by somebody
//!    signed in, and that names the user whom the refusal names; where it names no user, one that shares an identifier with it.
//!    What was refused on a device bears on every user of it, and each lifts it for themselves, by a grant on that device.
//! 3. Any refusal that stands means denied. Otherwise any grant that counts means granted. Otherwise it is unknown: absence
//!    grants nothing.
//!
//! A grant lifts whoever's profile it is in ([`Bearing::Others`]); it permits only those whose own it is. So whether a refusal
//! stands does not depend on how people are merged: standing refusals only add up when profiles merge, no merge turns a
//! refusal into a permission, and taking profiles apart gives each its own view back.

mod entry;
mod statement;
mod view;

pub use entry::{Bearing, Entry, Heard};
pub use statement::{ANY, Statement, Status, Subject};
pub use view::{Effective, Held, Question, View, effective, timeline};
