//! A driver without coverage: seeds, changed at random, for as long as asked.
//!
//! Understands the few arguments of libFuzzer that `cargo xtask fuzz` gives. An input that fails is written beside the
//! other failures before the program ends.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The longest input made.
const LONGEST: usize = 4096;

/// Runs `target` on the seeds of the folders given as arguments, then on changed seeds until the time is up.
pub(crate) fn run(target: &dyn Fn(&[u8])) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name)).map(str::to_owned);
    let seconds = value("-max_total_time=").and_then(|text| text.parse().ok()).unwrap_or(20);
    let prefix = value("-artifact_prefix=").unwrap_or_default();
    let seeds = seeds(arguments.iter().filter(|argument| !argument.starts_with('-')));
    let (begun, mut random, mut runs) = (Instant::now(), Random(0x9E37_79B9_7F4A_7C15), 0u64);
    for seed in &seeds {
        attempt(target, seed, &prefix);
    }
    while begun.elapsed() < Duration::from_secs(seconds) {
        attempt(target, &random.change(&seeds), &prefix);
        runs += 1;
    }
    println!("{runs} inputs from {} seeds", seeds.len());
    ExitCode::SUCCESS
}

fn seeds<'a>(folders: impl Iterator<Item = &'a String>) -> Vec<Vec<u8>> {
    let entries = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut seeds: Vec<Vec<u8>> = paths.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    seeds.push(Vec::new());
    seeds
}

fn attempt(target: &dyn Fn(&[u8]), input: &[u8], prefix: &str) {
    if std::panic::catch_unwind(AssertUnwindSafe(|| target(input))).is_err() {
        let path = format!("{prefix}crash");
        let saved = std::fs::write(&path, input);
        eprintln!("the input that failed is in {path} ({saved:?})");
        std::process::exit(1);
    }
}

/// A small generator (xorshift): good enough to change bytes with.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    /// One seed with a few bytes changed, removed, repeated, or taken from another seed.
    fn change(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            let end = (at + self.below(16)).min(input.len());
            match self.below(5) {
                0 => input.insert(at, self.below(256) as u8),
                1 => drop(input.drain(at..end)),
                2 => input.extend_from_within(at..end),
                3 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len());
                    let to = (from + self.below(32)).min(other.len());
                    input.splice(at..at, other[from..to].iter().copied());
                }
                _ => {
                    if let Some(byte) = input.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
        input.truncate(LONGEST);
        input
    }
}
