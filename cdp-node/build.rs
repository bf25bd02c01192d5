//! Link arguments that a Node add-on needs on each platform, and where the macros of napi leave the TypeScript definitions.

use std::path::Path;

fn main() {
    napi_build::setup();
    // target/<profile>/build/<package>/out -> target/<profile>/napi-types, where scripts/types.mjs looks for them.
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let profile = Path::new(&out).ancestors().nth(3).expect("OUT_DIR is inside the target folder");
    let types = profile.join("napi-types");
    std::fs::create_dir_all(&types).expect("the target folder can be written");
    println!("cargo::rustc-env=NAPI_TYPE_DEF_TMP_FOLDER={}", types.display());
}
