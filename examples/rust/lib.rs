//! What the example programs share: the invented French retailer of `examples/data`.
//!
//! The programs themselves are `rust/generate.rs` (writes the data) and `rust/unify.rs` (unifies it).

pub mod retailer;
