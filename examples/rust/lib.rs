//! What the example programs share: the invented French retailer of `examples/data`.
//!
//! The programs themselves are `rust/generate.rs` (writes the data) and `rust/unify.rs` (unifies it).

pub mod retailer;

/// The Rust blocks of README.md, run as a test in the folder `examples`.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The Rust blocks of docs/getting-started.md, run as a test in the folder `examples`.
#[cfg(doctest)]
#[doc = include_str!("../../docs/getting-started.md")]
struct GettingStarted;

/// The Rust blocks of docs/performance.md, run as a test in the folder `examples`.
#[cfg(doctest)]
#[doc = include_str!("../../docs/performance.md")]
struct Performance;

/// The Rust blocks of docs/graph.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/graph.md")]
struct LiveGraph;

/// The Rust blocks of docs/languages.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/languages.md")]
struct Languages;
