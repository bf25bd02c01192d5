//! Runs one kernel so many times over pairs of one length: `instructions KERNEL CHARACTERS ROUNDS`. `cargo xtask instructions` counts
//! what it executes under valgrind, once without rounds and once with.

// A command line tool speaks through its output.
#![allow(clippy::print_stdout)]

use cdp_benches::{KERNELS, LENGTHS, OTHERS, pairs};
use std::hint::black_box;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, characters, rounds] = arguments.as_slice() else {
        KERNELS
            .iter()
            .chain(OTHERS)
            .for_each(|(name, _)| LENGTHS.iter().for_each(|length| println!("{name},{length}")));
        return;
    };
    let number = |text: &str| text.parse::<usize>().unwrap_or(0);
    let pairs = pairs(number(characters));
    let Some((_, kernel)) = KERNELS.iter().chain(OTHERS).find(|(known, _)| known == name) else { return };
    for _ in 0..number(rounds) {
        for (a, b) in &pairs {
            black_box(kernel(black_box(a), black_box(b)));
        }
    }
}
