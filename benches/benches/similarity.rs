//! Nanoseconds a pair for the string kernels, beside `strsim` and `rapidfuzz`, on texts of 6, 14 and 50 characters.
//!
//! `cargo xtask bench` puts the figures into one table. Of rapidfuzz the faster call is taken, over bytes; `batch` is its form that
//! prepares one text for many others, where the preparation is not counted.

use cdp_benches::{KERNELS, LENGTHS, OTHERS, pairs};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rapidfuzz::distance::{jaro_winkler, levenshtein, osa};
use std::hint::black_box;

fn kernels(criterion: &mut Criterion) {
    for &characters in LENGTHS {
        let pairs = pairs(characters);
        let mut group = criterion.benchmark_group(format!("{characters} characters"));
        group.throughput(Throughput::Elements(pairs.len() as u64));
        for (name, kernel) in KERNELS.iter().chain(OTHERS) {
            group.bench_with_input(BenchmarkId::from_parameter(name), &pairs, |bencher, pairs| {
                bencher.iter(|| pairs.iter().map(|(a, b)| kernel(black_box(a), black_box(b))).sum::<f64>());
            });
        }
        batch(&mut group, &pairs);
        group.finish();
    }
}

/// The prepared form of rapidfuzz: one text against all second texts.
fn batch(group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>, pairs: &[(String, String)]) {
    let first = &pairs[0].0;
    let prepared = jaro_winkler::BatchComparator::new(first.bytes());
    group.bench_function("jaro_winkler rapidfuzz batch", |bencher| {
        bencher.iter(|| pairs.iter().map(|(_, b)| prepared.similarity(black_box(b).bytes())).sum::<f64>());
    });
    let prepared = levenshtein::BatchComparator::new(first.bytes());
    group.bench_function("levenshtein rapidfuzz batch", |bencher| {
        bencher.iter(|| pairs.iter().map(|(_, b)| prepared.distance(black_box(b).bytes())).sum::<usize>());
    });
    let prepared = osa::BatchComparator::new(first.bytes());
    group.bench_function("osa rapidfuzz batch", |bencher| {
        bencher.iter(|| pairs.iter().map(|(_, b)| prepared.distance(black_box(b).bytes())).sum::<usize>());
    });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
