#![cfg_attr(feature = "libfuzzer", no_main)]

cdp_fuzz::fuzz_program!(cdp_fuzz::targets::normalize_consent);
