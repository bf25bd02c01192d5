//! Law 10, durability: a process that writes from several threads is killed at random instants, while it compacts and
//! copies too; after each reopening everything it acknowledged is there, and each batch is there wholly or not at all.
//!
//! A few rounds here; `CDP_CRASH_ROUNDS=500 cargo test -p cdp-core --test store_crash` for more. Killing a process tests
//! the order of writes and the recovery; what a loss of power does to unsynced writes is simulated in `store_torn`.

#![cfg(feature = "store")]
#![allow(clippy::print_stderr)] // a long run says what happened
#![allow(clippy::disallowed_methods)] // a test has processes, threads and time

#[path = "common/store.rs"]
mod common;

use cdp_core::store::{Batch, Committer, Disk, KeyRange, Limits, Space, Store};
use common::{Folder, PATH, Random, killed_after, open, say_acknowledged, tear};
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// The test that is the process.
const WRITER: &str = "writes_until_it_is_killed";
const ROUNDS: &str = "CDP_CRASH_ROUNDS";
const THREADS: u64 = 4;

/// The record of an id: its length and bytes follow from the id.
fn record(id: u64) -> Vec<u8> {
    let mut random = Random(id + 1);
    (0..random.below(700)).map(|_| random.below(256) as u8).collect()
}

/// One message: a record, a change or two, and every tenth takes the record before it of the same thread away.
fn message(id: u64) -> Batch {
    let (mut batch, key) = (Batch::new(), id.to_be_bytes());
    batch.put(Space::EVIDENCE, &key, &record(id));
    batch.put(Space::CHANGES, &key, b"created");
    batch.put(Space::META, format!("last {}", id % THREADS).as_bytes(), &key);
    if let Some(before) = removed_by(id) {
        batch.delete(Space::EVIDENCE, &before.to_be_bytes());
        batch.put(Space::REMOVED, &before.to_be_bytes(), &key);
    }
    batch
}

fn removed_by(id: u64) -> Option<u64> {
    ((id / THREADS) % 10 == 9).then(|| id - THREADS)
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let rounds: u64 = std::env::var(ROUNDS).ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let (folder, mut acknowledged, mut random) = (Folder::new(), BTreeSet::new(), Random(rounds * 31 + 7));
    let (mut total, mut dropped, mut compacted) = (0, 0, 0);
    for round in 0..rounds {
        if round % 25 == 24 {
            // From time to time a new one, so that creation is interrupted too, and logs stay small.
            let _ = fs::remove_dir_all(folder.path());
            acknowledged.clear();
        }
        let before = acknowledged.len();
        acknowledged.extend(killed_after(WRITER, folder.path(), Duration::from_micros(random.below(120_000))));
        total += (acknowledged.len() - before) as u64;
        compacted += u64::from(folder.join("store.log.new").exists());
        tear(folder.path(), &mut random);
        let store = open(folder.path());
        dropped += u64::from(store.dropped_bytes() > 0);
        check(&store, &acknowledged, round);
    }
    assert!(total > rounds, "{total} acknowledgements in {rounds} rounds test little");
    eprintln!(
        "{rounds} rounds, {total} acknowledgements; {dropped} times a commit was cut off, {compacted} times a compaction"
    );
}

/// Everything acknowledged is there; everything there is whole.
fn check(store: &Disk, acknowledged: &BTreeSet<u64>, round: u64) {
    assert_eq!(store.verify().expect("a verification").problems, [], "round {round}");
    let (evidence, changes, removed) =
        (ids(store, Space::EVIDENCE), ids(store, Space::CHANGES), ids(store, Space::REMOVED));
    let missing: Vec<&u64> = acknowledged.difference(&changes).collect();
    assert!(missing.is_empty(), "round {round}: acknowledged and gone: {missing:?}");
    let expected: BTreeSet<u64> = changes.iter().copied().filter_map(removed_by).collect();
    assert_eq!(removed, expected, "round {round}: every removal is whole");
    assert_eq!(evidence, changes.difference(&removed).copied().collect(), "round {round}: every batch is whole");
    for &id in &evidence {
        let found = store.get(Space::EVIDENCE, &id.to_be_bytes()).expect("a record");
        assert!(found == Some(record(id)), "round {round}: record {id}");
    }
    for thread in 0..THREADS {
        let last = changes.iter().copied().filter(|id| id % THREADS == thread).max();
        let said = store.get(Space::META, format!("last {thread}").as_bytes()).expect("an id");
        assert_eq!(said, last.map(|id| id.to_be_bytes().to_vec()), "round {round}: thread {thread}");
    }
}

fn ids(store: &Disk, space: Space) -> BTreeSet<u64> {
    let mut ids = BTreeSet::new();
    let read = store.scan(space, &KeyRange::all(), &mut |key, _| {
        ids.insert(u64::from_be_bytes(key.try_into().expect("an id")));
        Ok(ControlFlow::Continue(()))
    });
    read.expect("a scan");
    ids
}

#[test]
#[ignore = "a part of what_was_acknowledged_survives_a_kill: it never ends by itself"]
fn writes_until_it_is_killed() {
    let Ok(path) = std::env::var(PATH) else { return };
    let store = Arc::new(open(Path::new(&path)));
    let begin = store
        .last_key(Space::CHANGES)
        .expect("a key")
        .map_or(0, |key| u64::from_be_bytes(key.try_into().expect("an id")) / THREADS + 1);
    let limits = Limits { delay: Duration::from_micros(500), ..Limits::default() };
    let committer = Committer::start(store.clone(), limits).expect("a committer");
    let copies = AtomicU64::new(0);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let committer = &committer;
            scope.spawn(move || {
                for n in begin.. {
                    acknowledge(committer, n * THREADS + thread, n % 3 == 0);
                }
            });
        }
        scope.spawn(|| {
            loop {
                thread::sleep(Duration::from_millis(15));
                store.compact().expect("a compaction");
                let number = copies.fetch_add(1, Ordering::Relaxed);
                let copy = PathBuf::from(format!("{path}-copy-{}-{number}", std::process::id()));
                store.backup(&copy).expect("a backup");
                fs::remove_dir_all(copy).expect("its removal");
            }
        });
    });
}

/// Hands in a message, alone or with others behind it, and says so when it is durable.
fn acknowledge(committer: &Committer, id: u64, alone: bool) {
    let ticket = committer.submit(message(id)).expect("a ticket");
    if alone {
        ticket.wait().expect("a commit");
        say_acknowledged(id);
    }
}
