//! Group commit: many threads share syncs, order is kept, nobody is told too early, errors reach everybody behind them,
//! the queue is bounded.

#![allow(clippy::disallowed_methods)] // a test has threads and time

use cdp_core::store::{Batch, Committer, KeyRange, Limits, Memory, Space, Store, Verification, Visit};
use cdp_core::{Code, Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A store whose commits take a while, can be held up, and fail or panic when told.
#[derive(Default)]
struct Slow {
    inner: Memory,
    groups: AtomicUsize,
    gate: Mutex<()>,
    fails_at: Option<usize>,
    panics: bool,
}

impl Store for Slow {
    fn commit(&self, batch: Batch) -> Result<()> {
        let _open = self.gate.lock().expect("a gate");
        thread::sleep(Duration::from_millis(3));
        let group = self.groups.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(!self.panics, "told to panic");
        match self.fails_at {
            Some(at) if group >= at => Err(Error::new(Code::StoreFull, "no space left")),
            _ => self.inner.commit(batch),
        }
    }
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.inner.get(space, key)
    }
    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        self.inner.scan(space, range, visit)
    }
    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>> {
        self.inner.last_key(space)
    }
    fn compact(&self) -> Result<()> {
        self.inner.compact()
    }
    fn verify(&self) -> Result<Verification> {
        self.inner.verify()
    }
    fn backup(&self, path: &Path) -> Result<()> {
        self.inner.backup(path)
    }
    fn size_on_disk(&self) -> Result<u64> {
        self.inner.size_on_disk()
    }
}

fn started(store: &Arc<Slow>, limits: Limits) -> Committer {
    Committer::start(Arc::clone(store) as Arc<dyn Store>, limits).expect("a committer")
}

fn put(key: u64, value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(Space::EVIDENCE, &key.to_be_bytes(), value);
    batch
}

fn has(store: &Slow, key: u64) -> bool {
    store.get(Space::EVIDENCE, &key.to_be_bytes()).expect("an answer").is_some()
}

#[test]
fn threads_share_commits_and_hear_when_theirs_is_durable() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits::default());
    thread::scope(|scope| {
        for thread in 0..8u64 {
            let (committer, store) = (&committer, &store);
            scope.spawn(move || {
                for n in 0..50 {
                    let key = thread * 1000 + n;
                    committer.submit(put(key, b"x")).expect("a ticket").wait().expect("a commit");
                    assert!(has(store, key), "told before it was committed");
                }
            });
        }
    });
    committer.close().expect("a clean end");
    let groups = store.groups.load(Ordering::SeqCst);
    assert!((50..200).contains(&groups), "400 batches in {groups} groups");
}

#[test]
fn batches_keep_their_order() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits { delay: Duration::ZERO, ..Limits::default() });
    let tickets: Vec<_> = (0..500u64).map(|n| committer.submit(put(7, &n.to_be_bytes())).expect("a ticket")).collect();
    tickets.iter().for_each(|ticket| ticket.wait().expect("a commit"));
    assert_eq!(store.get(Space::EVIDENCE, &7u64.to_be_bytes()), Ok(Some(499u64.to_be_bytes().to_vec())));
    assert_eq!(tickets[0].poll(), Some(Ok(())), "a ticket can be asked again");
}

#[test]
fn the_delay_is_kept_and_bounded() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits { delay: Duration::from_millis(150), ..Limits::default() });
    let begun = Instant::now();
    let tickets = [1, 2, 3].map(|key| committer.submit(put(key, b"x")).expect("a ticket"));
    assert_eq!(tickets[2].poll(), None);
    tickets.iter().for_each(|ticket| ticket.wait().expect("a commit"));
    assert!(begun.elapsed() >= Duration::from_millis(140), "{:?}", begun.elapsed());
    assert_eq!(store.groups.load(Ordering::SeqCst), 1);
}

#[test]
fn a_flush_does_not_wait_for_the_delay() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits { delay: Duration::from_secs(60), ..Limits::default() });
    let begun = Instant::now();
    let ticket = committer.submit(put(1, b"x")).expect("a ticket");
    committer.flush().expect("a commit");
    assert_eq!(ticket.poll(), Some(Ok(())));
    committer.submit(put(2, b"x")).expect("a ticket");
    committer.close().expect("a clean end");
    assert!(has(&store, 2), "closing commits what waits");
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn dropping_commits_what_waits() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits::default());
    let ticket = committer.submit(put(1, b"x")).expect("a ticket");
    drop(committer);
    assert_eq!((ticket.wait(), has(&store, 1)), (Ok(()), true));
}

#[test]
fn a_full_queue_makes_writers_wait() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits { delay: Duration::ZERO, queue_bytes: 10_000 });
    let submitted = AtomicUsize::new(0);
    thread::scope(|scope| {
        let held = store.gate.lock().expect("a gate");
        scope.spawn(|| {
            for key in 0..100 {
                committer.submit(put(key, &[0; 1000])).expect("a ticket");
                submitted.fetch_add(1, Ordering::SeqCst);
            }
        });
        thread::sleep(Duration::from_millis(200));
        let waiting = submitted.load(Ordering::SeqCst);
        assert!((5..40).contains(&waiting), "{waiting} batches of 1 kB in a queue of 10 kB");
        drop(held);
    });
    let large = committer.submit(put(1000, &[0; 50_000])).expect("a batch larger than the queue");
    large.wait().expect("a commit");
    assert!((0..100).all(|key| has(&store, key)));
}

#[test]
fn an_error_reaches_everybody_behind_it_and_nothing_more_is_taken() {
    let store = Arc::new(Slow { fails_at: Some(2), ..Slow::default() });
    let committer = started(&store, Limits { delay: Duration::ZERO, ..Limits::default() });
    let first = committer.submit(put(1, b"x")).expect("a ticket");
    first.wait().expect("a commit");
    let held = store.gate.lock().expect("a gate");
    let behind = [2, 3, 4].map(|key| committer.submit(put(key, b"x")).expect("a ticket"));
    drop(held);
    for ticket in &behind {
        assert_eq!(ticket.wait().expect_err("no space").code(), Code::StoreFull);
    }
    assert_eq!(first.wait(), Ok(()), "what was durable stays so");
    assert_eq!(committer.submit(put(5, b"x")).expect_err("it failed").code(), Code::StoreFull);
    let failure = committer.failure().expect("a failure");
    assert_eq!(failure.code(), Code::StoreFull);
    assert!(failure.remedy().is_some_and(|remedy| remedy.contains("open it again")), "{failure}");
    assert_eq!(committer.flush().expect_err("it failed").code(), Code::StoreFull);
    assert_eq!(committer.close().expect_err("it failed").code(), Code::StoreFull);
    assert!([2, 3, 4, 5].iter().all(|&key| !has(&store, key)));
}

#[test]
fn writers_that_wait_for_room_hear_of_an_error() {
    let store = Arc::new(Slow { fails_at: Some(1), ..Slow::default() });
    let committer = started(&store, Limits { delay: Duration::ZERO, queue_bytes: 1000 });
    thread::scope(|scope| {
        let held = store.gate.lock().expect("a gate");
        let writers: Vec<_> = (0..6)
            .map(|key| {
                scope.spawn({
                    let committer = &committer;
                    move || committer.submit(put(key, &[0; 900])).and_then(|ticket| ticket.wait())
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(50));
        drop(held);
        for writer in writers {
            assert_eq!(writer.join().expect("a thread").expect_err("no space").code(), Code::StoreFull);
        }
    });
}

#[test]
fn a_panic_of_the_store_leaves_nobody_waiting() {
    let store = Arc::new(Slow { panics: true, ..Slow::default() });
    let committer = started(&store, Limits::default());
    let ticket = committer.submit(put(1, b"x")).expect("a ticket");
    assert_eq!(ticket.wait().expect_err("a panic").code(), Code::Internal);
    assert_eq!(committer.close().expect_err("a panic").code(), Code::Internal);
}

#[test]
fn after_closing_nothing_is_taken() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits::default());
    committer.close().expect("a clean end");
    committer.close().expect("closing twice is nothing");
    assert_eq!(committer.submit(put(1, b"x")).expect_err("it is closed").code(), Code::StoreClosed);
}

#[test]
fn what_is_too_large_is_refused_alone() {
    let store = Arc::new(Slow::default());
    let committer = started(&store, Limits::default());
    let mut batch = Batch::new();
    batch.put(Space::EVIDENCE, &[0; 70_000], b"x");
    assert_eq!(committer.submit(batch).expect_err("too large").code(), Code::ValueTooLarge);
    committer.submit(put(1, b"x")).expect("a ticket").wait().expect("a commit");
}
