//! Embeddable identity resolution: customer records in, one golden profile per person out.
//!
//! The layers, lowest first. Imports point down only; `tests/layers.rs` checks it.
//!
//! | layer | modules |
//! | --- | --- |
//! | 0 | [`error`], [`progress`], [`trace`] |
//! | 1 | [`record`], [`schema`], [`normalize`], [`similarity`], [`instant`] |
//! | 2 | [`columns`], `block`, `compare`, [`store`] |
//! | 3 | [`model`] |
//! | 4 | `cluster`, `identity` |
//! | 5 | [`profile`], [`segment`], [`consent`], [`privacy`], [`activation`] |
//! | 6 | [`explain`], [`quality`] |
//! | 7 | `resolve`, [`graph`] |
//! | outside | [`io`], [`report`], [`scenario`], `conformance`: nothing below imports them |

pub mod activation;
pub mod block;
pub mod cluster;
pub mod columns;
pub mod compare;
#[doc(hidden)]
pub mod conformance;
pub mod consent;
pub mod error;
pub mod explain;
pub mod graph;
mod identity;
pub mod instant;
pub mod io;
pub mod model;
pub mod normalize;
pub mod privacy;
pub mod profile;
pub mod progress;
pub mod quality;
pub mod record;
pub mod report;
pub mod resolve;
pub mod scenario;
pub mod schema;
pub mod segment;
pub mod similarity;
pub mod store;
pub mod trace;

pub use error::{Code, Error, Result};
pub use resolve::resolve;
pub use schema::Config;
