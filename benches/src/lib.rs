//! What the benches of this package work on; they are in `benches/`. Run them with `cargo bench -p cdp-benches`.

pub mod history;
