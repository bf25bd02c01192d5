//! Consent: what people said of a purpose, and what may be done now.
//!
//! A *statement* is evidence: somebody, known by the identifiers in it, granted or refused a purpose at an instant. Statements
//! are only ever added. The *effective* consent of any set of statements is a view of them, computed by one rule:
//!
//! 1. A statement counts from its instant on. A grant counts until it expires, or until a later statement sharing an identifier
//!    with it says that it has expired.
//! 2. A refusal (denied, withdrawn) stands until it is *lifted*: by a later grant that still counts, that was made by somebody
//!    signed in, and that shares an identifier with it.
//! 3. Any refusal that stands means denied. Otherwise any grant that counts means granted. Otherwise it is unknown: absence
//!    grants nothing.
//!
//! Standing refusals only add up when profiles merge, and a grant lifts only what it could have been speaking of. So a merge
//! can't turn a refusal into a permission ([`effective`] of a union is granted only where no part is denied, or where the
//! grant that lifts the denial shares an identifier with it), and taking profiles apart gives each its own view back.

mod statement;
mod view;

pub use statement::{ANY, Statement, Status, Subject};
pub use view::{Effective, Held, Question, View, effective, timeline};
