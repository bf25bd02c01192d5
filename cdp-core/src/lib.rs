//! Embeddable identity resolution: customer records in, one golden profile per person out.
//!
//! ```
//! use cdp_core::record::{Column, Table};
//! use cdp_core::resolve::{Options, resolve};
//!
//! let columns = vec![
//!     Column::new("customer_id", [Some("1"), Some("2"), Some("3")]),
//!     Column::new("email", [Some("ann@example.fr"), Some("bob@example.fr"), Some("Ann@Example.fr")]),
//! ];
//! let result = resolve(&[Table::new("crm", columns)?], None, &Options::default())?;
//! assert_eq!(result.profiles().len(), 2);
//! # cdp_core::Result::Ok(())
//! ```
//!
//! [`mod@resolve`] unifies a batch, [`graph::Graph`] what comes one message at a time. Features: `csv` and `store` (graphs on disk) are on;
//! `arrow`, `parquet`, `postgres` (graphs that several processes share), `postgres-tls`, `tracing` and `json-schema` are off.
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
