//! Nanoseconds a pair for the string kernels, beside `strsim`, on texts of a name's, a full name's and an address's length.

use cdp_core::similarity::{jaro_winkler, levenshtein, osa, token_set};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

type Kernel = fn(&str, &str) -> f64;

const KERNELS: &[(&str, Kernel)] = &[
    ("jaro_winkler", jaro_winkler::similarity),
    ("jaro_winkler strsim", strsim::jaro_winkler),
    ("levenshtein", |a, b| levenshtein::distance(a, b) as f64),
    ("levenshtein strsim", |a, b| strsim::levenshtein(a, b) as f64),
    ("osa", |a, b| osa::distance(a, b) as f64),
    ("osa strsim", |a, b| strsim::osa_distance(a, b) as f64),
    ("token_set", token_set::similarity),
];

/// Pairs of made-up names: neighbours in a list that begins alike, as candidates do.
fn pairs(words: usize) -> Vec<(String, String)> {
    let syllables =
        ["mar", "ti", "ne", "du", "pont", "ber", "nard", "le", "roy", "mo", "reau", "gi", "rard", "an", "dre", "fon"];
    let word = |n: usize| format!("{}{}{}", syllables[n % 16], syllables[n / 16 % 16], syllables[n / 7 % 5]);
    let text = |n: usize| (0..words).map(|i| word(n * 31 + i * 7)).collect::<Vec<_>>().join(" ");
    (0..512).map(|n| (text(n), text(n + n % 3))).collect()
}

fn kernels(criterion: &mut Criterion) {
    for words in [1, 2, 6] {
        let pairs = pairs(words);
        let mut group = criterion.benchmark_group(format!("{words} words"));
        group.throughput(Throughput::Elements(pairs.len() as u64));
        for (name, kernel) in KERNELS {
            group.bench_with_input(BenchmarkId::from_parameter(name), &pairs, |bencher, pairs| {
                bencher.iter(|| pairs.iter().map(|(a, b)| kernel(black_box(a), black_box(b))).sum::<f64>());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
