//! `light-cdp` for Node: convert, leave the event loop, call `cdp-core`, convert.
//!
//! No rule, default, threshold or name of a kind lives here. `index.js` loads this add-on, packs rows for it and is what
//! users import; the TypeScript definitions are generated from the items of this crate.

// The macros of napi expand to unsafe registration code; nothing else here is unsafe.
#![allow(unsafe_code)]

pub mod activation;
pub mod columns;
pub mod config;
pub mod control;
pub mod decisions;
pub mod diff;
pub mod error;
pub mod explain;
pub mod functions;
pub mod graph;
pub mod membership;
mod model;
pub mod predicate;
pub mod privacy;
pub mod resolution;
pub mod scenario;
pub mod table;
pub mod task;
pub mod trace;

/// As that of the Python module, for the same reason.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
