//! Records a second made durable at several sizes of a group, and a million of them opened and read again.
//!
//! The workload of a live graph: a record of about 300 bytes in the order of its key, and a small change or two. Every
//! commit is synced, so the small groups measure the disk.

use cdp_core::store::{Batch, Disk, KeyRange, Space, Store};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

const MILLION: u64 = 1_000_000;

/// A folder of the build, so that the disk measured is the one worked on.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("store-bench");
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }

    fn open(&self) -> Disk {
        Disk::open(&self.0).expect("a store")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `size` messages from a number on.
fn group(begin: u64, size: u64) -> Batch {
    let mut batch = Batch::new();
    for n in begin..begin + size {
        let key = n.to_be_bytes();
        let hash = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let record = format!(
            r#"{{"type":"track","messageId":"{hash:016x}-{n:08x}","anonymousId":"{hash:016x}","userId":"u{}","timestamp":"2026-03-01T10:00:00.123Z","event":"order_completed","properties":{{"revenue":{}.99,"currency":"EUR","order_id":"{hash:016x}"}},"context":{{"ip":"10.0.0.1","page":"/p/{n:08x}"}}}}"#,
            n % 200_000,
            n % 500
        );
        batch.put(Space::EVIDENCE, &key, record.as_bytes());
        batch.put(Space::CHANGES, &key, format!(r#"{{"k":"updated","p":"{hash:016x}"}}"#).as_bytes());
        if n % 5 == 0 {
            batch.put(Space::CHANGES, &[&key[..], b"+"].concat(), br#"{"k":"entered","s":"loyal"}"#);
        }
    }
    batch
}

fn commits(criterion: &mut Criterion) {
    let mut benchmarks = criterion.benchmark_group("commit");
    benchmarks.sample_size(10).measurement_time(Duration::from_secs(4));
    for size in [1, 100, 1_000, 10_000] {
        let folder = Folder::new();
        let (store, mut begin) = (folder.open(), 0);
        let mut next = || {
            begin += size;
            group(begin - size, size)
        };
        benchmarks.throughput(Throughput::Elements(size));
        benchmarks.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter_batched(&mut next, |batch| store.commit(batch).expect("a commit"), BatchSize::PerIteration);
        });
    }
}

fn reading(criterion: &mut Criterion) {
    let folder = Folder::new();
    let store = folder.open();
    (0..MILLION).step_by(10_000).for_each(|begin| store.commit(group(begin, 10_000)).expect("a commit"));
    drop(store);
    let mut benchmarks = criterion.benchmark_group("a million records");
    benchmarks.sample_size(10).throughput(Throughput::Elements(MILLION));
    benchmarks.bench_function("open", |bencher| bencher.iter(|| folder.open()));
    let store = folder.open();
    benchmarks.bench_function("scan", |bencher| bencher.iter(|| scan(&store)));
    benchmarks.bench_function("verify", |bencher| bencher.iter(|| store.verify().expect("a verification")));
}

fn scan(store: &Disk) -> u64 {
    let mut bytes = 0;
    let read = store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |_, value| {
        bytes += value.len() as u64;
        Ok(ControlFlow::Continue(()))
    });
    read.expect("a scan");
    bytes
}

criterion_group!(benches, commits, reading);
criterion_main!(benches);
