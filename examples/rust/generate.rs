//! Writes the files of `examples/data` again: `cargo run --example generate`.
//!
//! The data depends on the seed alone, so the files change only when the generator does.

use cdp_examples::retailer;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    std::fs::create_dir_all(&folder)?;
    for file in retailer::files(retailer::SEED) {
        std::fs::write(folder.join(file.name), &file.text)?;
    }
    Ok(())
}
