//! Compaction: no byte of a deleted or overwritten value is left in any file, nothing alive is lost, and a crash at any
//! instant leaves the store as before or as afterwards.

#![cfg(feature = "store")]
#![allow(clippy::disallowed_methods)] // a test reads files and has threads

#[path = "common/store.rs"]
mod common;

use cdp_core::store::{Batch, Memory, Space, Store};
use common::{Folder, content, copy_files, log, open, put};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the bytes are in any file of a folder.
fn holds(path: &Path, needle: &[u8]) -> bool {
    let files = fs::read_dir(path).expect("a folder").map(|entry| fs::read(entry.expect("an entry").path()));
    files.map(|bytes| bytes.expect("a file")).any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
}

/// A thousand entries with names in them, of which some are deleted and some overwritten.
fn erased(store: &dyn Store) {
    for begin in (0..1000u32).step_by(50) {
        let mut batch = Batch::new();
        for n in begin..begin + 50 {
            batch.put(Space::EVIDENCE, &n.to_be_bytes(), format!("Beauregard-{n:04}").as_bytes());
            batch.put(Space::CHANGES, format!("Quintavalle-{n:04}").as_bytes(), b"change");
        }
        store.commit(batch).expect("a commit");
    }
    let mut batch = Batch::new();
    for n in (0..1000u32).step_by(3) {
        batch.delete(Space::EVIDENCE, &n.to_be_bytes());
        batch.delete(Space::CHANGES, format!("Quintavalle-{n:04}").as_bytes());
        batch.put(Space::EVIDENCE, &(n + 1).to_be_bytes(), b"overwritten");
    }
    store.commit(batch).expect("a commit");
}

#[test]
fn nothing_erased_is_left_in_any_file() {
    let (folder, memory) = (Folder::new(), Memory::new());
    let disk = open(folder.path());
    erased(&disk);
    erased(&memory);
    assert!(holds(folder.path(), b"Beauregard-0003"), "before compaction it is there");
    disk.compact().expect("a compaction");
    for n in (0..1000).step_by(3) {
        for gone in [format!("Beauregard-{n:04}"), format!("Quintavalle-{n:04}"), format!("Beauregard-{:04}", n + 1)] {
            assert!(!holds(folder.path(), gone.as_bytes()), "{gone}");
        }
    }
    assert!(holds(folder.path(), b"Beauregard-0002") && holds(folder.path(), b"Quintavalle-0001"));
    assert_eq!(content(&disk), content(&memory));
    drop(disk);
    assert_eq!(content(&open(folder.path())), content(&memory));
    assert!(!holds(folder.path(), b"Beauregard-0003"), "nor after opening it again");
}

#[test]
fn it_gives_back_space() {
    let folder = Folder::new();
    let disk = open(folder.path());
    (0..50).for_each(|_| disk.commit(put(Space::META, b"state", &[7; 10_000])).expect("a commit"));
    assert!(disk.size_on_disk().expect("a size") > 500_000);
    disk.compact().expect("a compaction");
    assert!(disk.size_on_disk().expect("a size") < 11_000);
}

#[test]
fn a_crash_at_any_byte_of_it_leaves_the_store() {
    let (folder, memory) = (Folder::new(), Memory::new());
    let disk = open(folder.path());
    erased(&disk);
    erased(&memory);
    // Before the rename, the new log is there in part; the old one counts.
    let (before, crashed) = (Folder::new(), Folder::new());
    copy_files(folder.path(), before.path());
    disk.compact().expect("a compaction");
    let compacted = fs::read(log(folder.path())).expect("a log");
    for length in (0..=compacted.len()).step_by(compacted.len() / 7) {
        copy_files(before.path(), crashed.path());
        fs::write(crashed.join("store.log.new"), &compacted[..length]).expect("a file");
        let disk = open(crashed.path());
        assert_eq!(content(&disk), content(&memory));
        assert!(!crashed.join("store.log.new").exists(), "what is left of it is removed");
    }
    // After the rename, the new one counts; that it is complete was made sure before.
    assert_eq!(content(&disk), content(&memory));
}

#[test]
fn readers_go_on_and_writers_lose_nothing() {
    let folder = Folder::new();
    let disk = open(folder.path());
    let mut batch = Batch::new();
    (0..2000u32).for_each(|n| batch.put(Space::EVIDENCE, &n.to_be_bytes(), &[n as u8; 300]));
    disk.commit(batch).expect("a commit");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 2000..2200u32 {
                disk.commit(put(Space::EVIDENCE, &n.to_be_bytes(), &[n as u8; 300])).expect("a commit");
            }
            done.store(true, Ordering::SeqCst);
        });
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                assert!(content(&disk).len() > 2000);
            }
        });
        while !done.load(Ordering::SeqCst) {
            disk.compact().expect("a compaction");
        }
    });
    let found = content(&disk);
    assert_eq!(found.len(), 2201);
    drop(disk);
    assert_eq!(content(&open(folder.path())), found);
}
