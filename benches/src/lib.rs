//! Nothing: the benches of this package are in `benches/`. Run them with `cargo bench -p cdp-benches`.
