//! A whole resolve at 10,000, 100,000 and, where `CDP_BENCH_LARGE` is set, a million records; and each of its stages.
//!
//! Stages are timed by the library's own clock inside whole runs: what they work on exists nowhere else. A run gives one
//! sample to each stage.

// A bench measures time.
#![allow(clippy::disallowed_methods)]

use cdp_benches::population;
use cdp_core::progress::STAGES;
use cdp_core::record::Table;
use cdp_core::resolve::{Options, resolve};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

fn seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Seconds of each stage, and of all, in some runs.
fn runs(table: &Table, count: usize) -> BTreeMap<String, Vec<f64>> {
    let mut samples: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..count {
        let begun = seconds();
        let options = Options { clock: Some(seconds), ..Options::default() };
        #[allow(clippy::expect_used, reason = "the population is in order")]
        let result = resolve(std::slice::from_ref(table), None, &options).expect("a result");
        samples.entry("whole".to_owned()).or_default().push(seconds() - begun);
        for (stage, spent) in &result.summary().seconds {
            samples.entry(stage.clone()).or_default().push(*spent);
        }
    }
    samples
}

fn sizes(criterion: &mut Criterion) {
    let large = std::env::var_os("CDP_BENCH_LARGE").is_some();
    for (records, count) in [(10_000, 20), (100_000, 10), (1_000_000, 3)] {
        if records == 1_000_000 && !large {
            continue;
        }
        let samples = runs(&population(records), count);
        let mut group = criterion.benchmark_group(format!("resolve {records}"));
        group.throughput(Throughput::Elements(records as u64)).sample_size(10).warm_up_time(Duration::from_millis(1));
        for name in STAGES.iter().map(|(name, _)| *name).chain(["whole"]) {
            let Some(samples) = samples.get(name) else { continue };
            let mut next = samples.iter().cycle();
            group.measurement_time(Duration::from_millis(1)).bench_function(name, |bencher| {
                bencher.iter_custom(|count| Duration::from_secs_f64(next.by_ref().take(count as usize).sum::<f64>()));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, sizes);
criterion_main!(benches);
