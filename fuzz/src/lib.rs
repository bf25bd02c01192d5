//! What the fuzz targets check, apart from how inputs are made.
//!
//! `fuzz_target!(function)` makes a program of one: under libFuzzer, or under the plain driver where that is left out.

pub mod driver;
pub mod graph;
pub mod segment;
pub mod store;
pub mod targets;

#[cfg(feature = "libfuzzer")]
#[doc(hidden)]
pub use libfuzzer_sys;

/// Makes the program of a target.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! fuzz_program {
    ($target:path) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $target(data));
    };
}

/// Makes the program of a target.
#[cfg(not(feature = "libfuzzer"))]
#[macro_export]
macro_rules! fuzz_program {
    ($target:path) => {
        fn main() -> std::process::ExitCode {
            $crate::driver::run($target)
        }
    };
}
