//! A full disk gives `store_full` and loses nothing acknowledged; once there is space the store goes on.
//!
//! Needs a file system of its own, which only root can mount (Linux); elsewhere these tests say so and end.

#![cfg(all(feature = "store", target_os = "linux"))]
#![allow(clippy::print_stderr)] // a skipped test says so
#![allow(clippy::disallowed_methods)] // a test has files and processes

#[path = "common/store.rs"]
mod common;

use cdp_core::Code;
use cdp_core::store::{Batch, Committer, Disk, Limits, Space, Store};
use common::{Folder, content, open};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A file system of one megabyte in memory, unmounted at the end.
struct Small(Folder);

impl Small {
    fn mount() -> Option<Small> {
        let folder = Folder::new();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Small(folder));
        }
        eprintln!("skipped: no file system can be mounted here");
        None
    }

    fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    /// A file that takes up space until it is removed.
    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).output();
    }
}

fn message(n: u32) -> Batch {
    let mut batch = Batch::new();
    batch.put(Space::EVIDENCE, &n.to_be_bytes(), &[n as u8; 3000]);
    batch.put(Space::CHANGES, &n.to_be_bytes(), b"created");
    batch
}

/// Commits until the disk is full; how many were acknowledged.
fn fill(store: &Disk) -> u32 {
    for n in 0.. {
        if let Err(error) = store.commit(message(n)) {
            assert_eq!(error.code(), Code::StoreFull, "{error}");
            assert!(error.remedy().is_some_and(|remedy| remedy.contains("free some space")), "{error}");
            return n;
        }
    }
    unreachable!("a disk of one megabyte takes everything")
}

/// Exactly the messages up to `n`.
fn assert_holds(store: &Disk, n: u32) {
    assert_eq!(store.verify().expect("a verification").problems, []);
    assert_eq!(content(store).len() as u32, 1 + 2 * n);
    for n in 0..n {
        let value = store.get(Space::EVIDENCE, &n.to_be_bytes()).expect("a value");
        assert_eq!(value, Some(vec![n as u8; 3000]));
    }
}

#[test]
fn a_full_disk_loses_nothing_and_the_store_goes_on_with_space() {
    let Some(small) = Small::mount() else { return };
    fs::write(small.ballast(), [0; 200_000]).expect("a file");
    let store = open(&small.store());
    let n = fill(&store);
    assert!(n > 100, "{n}");
    assert_holds(&store, n);
    assert_eq!(store.compact().expect_err("no space for a second copy").code(), Code::StoreFull);
    assert_holds(&store, n);
    fs::remove_file(small.ballast()).expect("its removal");
    store.commit(message(n)).expect("a commit");
    assert_holds(&store, n + 1);
    drop(store);
    assert_holds(&open(&small.store()), n + 1);
}

#[test]
fn a_store_opens_and_reads_on_a_full_disk() {
    let Some(small) = Small::mount() else { return };
    fs::write(small.ballast(), [0; 100_000]).expect("a file");
    let store = open(&small.store());
    let n = fill(&store);
    drop(store);
    // Not even the mark of a clean end has space.
    fill_up(small.0.path());
    let store = open(&small.store());
    assert_holds(&store, n);
    assert_eq!(store.commit(message(n)).expect_err("no space").code(), Code::StoreFull);
    fs::remove_file(small.ballast()).expect("its removal");
    store.commit(message(n)).expect("a commit");
    assert_holds(&store, n + 1);
}

fn fill_up(path: &Path) {
    for n in 0..300 {
        if fs::write(path.join(format!("filler-{n}")), [0; 4096]).is_err() {
            return;
        }
    }
}

#[test]
fn everybody_who_waits_for_a_group_hears_of_a_full_disk() {
    let Some(small) = Small::mount() else { return };
    let store = Arc::new(open(&small.store()));
    let committer = Committer::start(store.clone(), Limits::default()).expect("a committer");
    let tickets: Vec<_> = (0..1000).map_while(|n| committer.submit(message(n)).ok()).collect();
    let outcomes: Vec<_> = tickets.iter().map(|ticket| ticket.wait()).collect();
    let acknowledged = outcomes.iter().take_while(|outcome| outcome.is_ok()).count();
    assert!(
        outcomes[acknowledged..].iter().all(|outcome| outcome.as_ref().is_err_and(|e| e.code() == Code::StoreFull))
    );
    assert!(acknowledged < outcomes.len());
    assert_eq!(committer.close().expect_err("it failed").code(), Code::StoreFull);
    assert_holds(&store, acknowledged as u32);
    drop((committer, store));
    assert_holds(&open(&small.store()), acknowledged as u32);
}

#[test]
fn a_store_that_cannot_be_created_says_why() {
    let Some(small) = Small::mount() else { return };
    fill_up(small.0.path());
    let error = Disk::open(small.store()).expect_err("no space");
    assert_eq!(error.code(), Code::StoreFull, "{error}");
    fs::remove_file(small.0.join("filler-1"))
        .and_then(|()| fs::remove_file(small.0.join("filler-2")))
        .expect("removals");
    open(&small.store());
}
