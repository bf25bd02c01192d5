//! Backups: a copy as of one instant, taken while writers go on, which opens as a store and holds nothing erased.

#![cfg(feature = "store")]
#![allow(clippy::disallowed_methods)] // a test reads files and has threads

#[path = "common/store.rs"]
mod common;

use cdp_core::Code;
use cdp_core::store::{Batch, Memory, Space, Store};
use common::{Folder, content, log, open, put};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_backup_is_of_one_instant_while_writers_go_on() {
    let (folder, copies) = (Folder::new(), Folder::new());
    let disk = open(folder.path());
    let (done, acknowledged) = (AtomicBool::new(false), std::sync::atomic::AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..300u32 {
                let mut batch = Batch::new();
                batch.put(Space::EVIDENCE, &n.to_be_bytes(), &[1; 200]);
                batch.put(Space::CHANGES, &n.to_be_bytes(), &[2; 20]);
                disk.commit(batch).expect("a commit");
                acknowledged.store(n + 1, Ordering::SeqCst);
            }
            done.store(true, Ordering::SeqCst);
        });
        for round in 0.. {
            let last = done.load(Ordering::SeqCst);
            let copy = copies.join(&format!("{round}"));
            let at_least = acknowledged.load(Ordering::SeqCst);
            disk.backup(&copy).expect("a backup");
            let at_most = acknowledged.load(Ordering::SeqCst) + 1;
            let found = content(&open(&copy));
            let records = found.keys().filter(|(space, _)| *space == Space::EVIDENCE).count() as u32;
            let changes = found.keys().filter(|(space, _)| *space == Space::CHANGES).count() as u32;
            assert_eq!(records, changes, "a batch is in a backup wholly or not at all");
            assert!((at_least..=at_most).contains(&records), "{at_least} {records} {at_most}");
            if last {
                return assert_eq!(records, 300);
            }
        }
    });
}

#[test]
fn a_backup_holds_nothing_erased() {
    let (folder, copy) = (Folder::new(), Folder::new());
    let disk = open(folder.path());
    disk.commit(put(Space::EVIDENCE, b"1", b"Beauregard")).expect("a commit");
    disk.commit(put(Space::EVIDENCE, b"2", b"Quintavalle")).expect("a commit");
    let mut batch = Batch::new();
    batch.delete(Space::EVIDENCE, b"1");
    disk.commit(batch).expect("a commit");
    disk.backup(copy.path()).expect("a backup");
    let bytes = fs::read(log(copy.path())).expect("a log");
    assert!(!bytes.windows(10).any(|window| window == b"Beauregard"));
    assert!(bytes.windows(11).any(|window| window == b"Quintavalle"));
    assert_eq!(content(&open(copy.path())), content(&disk));
}

#[test]
fn a_store_in_memory_can_be_kept() {
    let (memory, copy) = (Memory::new(), Folder::new());
    memory.commit(put(Space::EVIDENCE, b"1", b"x")).expect("a commit");
    memory.backup(&copy.join("new/folder")).expect("a backup");
    assert_eq!(content(&open(&copy.join("new/folder"))), content(&memory));
}

#[test]
fn a_backup_overwrites_no_store() {
    let (folder, other) = (Folder::new(), Folder::new());
    let disk = open(folder.path());
    drop(open(other.path()));
    let before = fs::read(log(other.path())).expect("a log");
    for store in [&disk as &dyn Store, &Memory::new()] {
        let error = store.backup(other.path()).expect_err("a store is there");
        assert_eq!(error.code(), Code::StoreIo);
        assert!(error.remedy().is_some_and(|remedy| remedy.contains("new folder")), "{error}");
        assert_eq!(store.backup(folder.path()).expect_err("its own folder").code(), Code::StoreLocked);
    }
    assert_eq!(fs::read(log(other.path())).expect("a log"), before);
}

#[test]
fn a_backup_is_not_within_the_store_it_is_of() {
    let folder = Folder::new();
    let disk = open(folder.path());
    for within in ["copy", "deep/copy"] {
        let outcome = disk.backup(&folder.join(within));
        assert_eq!(outcome.expect_err("its own folder").code(), Code::InvalidInput, "{within}");
    }
    // Through a folder that is not there, and would be made.
    let (above, name) = (folder.path().parent().expect("a parent"), folder.path().file_name().expect("a name"));
    let missing = format!("missing-{}", std::process::id());
    let around = above.join(missing).join("..").join(name).join("copy");
    assert_eq!(disk.backup(&around).expect_err("its own folder").code(), Code::InvalidInput);
}
