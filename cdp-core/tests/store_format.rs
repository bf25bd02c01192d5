//! The format on disk: a store written by the first release opens and says the same, what is written today has the same
//! bytes, and a newer format is refused.
//!
//! The fixture is made again, after a change that is meant, by
//! `cargo test -p cdp-core --test store_format -- --ignored write_the_fixture`. A new format gets a new fixture beside
//! the old ones, which stay.

#![cfg(feature = "store")]
#![allow(clippy::disallowed_methods)] // a test reads its fixture

#[path = "common/store.rs"]
mod common;

use cdp_core::Code;
use cdp_core::store::{Batch, Disk, FORMAT, FORMAT_KEY, Space, Store};
use common::{Folder, content, copy_files, log, open};
use std::fs;
use std::path::{Path, PathBuf};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-1")
}

/// Some commits over all spaces, with a value that is overwritten and one that is deleted.
fn write(path: &Path) {
    let store = open(path);
    for n in 0..20u64 {
        let mut batch = Batch::new();
        let record = format!(r#"{{"type":"record","source":"crm","id":"C{n}","email":"c{n}@example.org"}}"#);
        batch.put(Space::EVIDENCE, &n.to_be_bytes(), record.as_bytes());
        batch.put(Space::CHANGES, &n.to_be_bytes(), format!("created {n}").as_bytes());
        batch.put(Space::META, b"last", &n.to_be_bytes());
        store.commit(batch).expect("a commit");
    }
    let mut batch = Batch::new();
    batch.delete(Space::EVIDENCE, &3u64.to_be_bytes());
    batch.put(Space::REMOVED, &3u64.to_be_bytes(), "remové".as_bytes());
    batch.put(Space::CONSENT, b"email", b"");
    batch.put(Space::TOMBSTONES, &[0, 255], &[0; 32]);
    batch.put(Space::AUDIT, b"", b"the empty key");
    store.commit(batch).expect("a commit");
}

/// What `write` leaves, told once more.
fn expected() -> common::Content {
    let mut expected = common::Content::new();
    for n in (0..20u64).filter(|&n| n != 3) {
        let record = format!(r#"{{"type":"record","source":"crm","id":"C{n}","email":"c{n}@example.org"}}"#);
        expected.insert((Space::EVIDENCE, n.to_be_bytes().to_vec()), record.into_bytes());
    }
    for n in 0..20u64 {
        expected.insert((Space::CHANGES, n.to_be_bytes().to_vec()), format!("created {n}").into_bytes());
    }
    expected.insert((Space::META, FORMAT_KEY.to_vec()), vec![0, 0, 0, 1]);
    expected.insert((Space::META, b"last".to_vec()), 19u64.to_be_bytes().to_vec());
    expected.insert((Space::REMOVED, 3u64.to_be_bytes().to_vec()), "remové".as_bytes().to_vec());
    expected.insert((Space::CONSENT, b"email".to_vec()), Vec::new());
    expected.insert((Space::TOMBSTONES, vec![0, 255]), vec![0; 32]);
    expected.insert((Space::AUDIT, Vec::new()), b"the empty key".to_vec());
    expected
}

#[test]
fn a_store_of_format_1_opens() {
    let folder = Folder::new();
    copy_files(&fixture(), folder.path());
    let store = open(folder.path());
    assert_eq!(content(&store), expected());
    assert_eq!(store.verify().expect("a verification").problems, []);
    store.compact().expect("a compaction");
    assert_eq!(content(&store), expected());
}

#[test]
fn the_same_commits_have_the_same_bytes() {
    assert_eq!(FORMAT, 1, "a new format needs a fixture of its own");
    let folder = Folder::new();
    write(folder.path());
    let (today, then) = (fs::read(log(folder.path())), fs::read(log(&fixture())));
    assert!(today.expect("a log") == then.expect("the fixture"), "the bytes of format 1 changed");
}

#[test]
fn a_newer_header_is_refused() {
    let folder = Folder::new();
    copy_files(&fixture(), folder.path());
    // A header of format 2, its checksum from Python: zlib.crc32(bytes(8) + b"light-cdp store\n" + bytes([2]) + bytes(11)).
    let mut bytes = fs::read(log(folder.path())).expect("a log");
    bytes[16..20].copy_from_slice(&2u32.to_le_bytes());
    bytes[28..32].copy_from_slice(&NEWER.to_le_bytes());
    fs::write(log(folder.path()), &bytes).expect("a log");
    assert_newer(folder.path());
    assert_eq!(fs::read(log(folder.path())).expect("a log"), bytes, "it is left as it was");
}

const NEWER: u32 = 2_073_826_494;

#[test]
fn a_newer_entry_is_refused() {
    let folder = Folder::new();
    let store = open(folder.path());
    store.commit(common::put(Space::META, FORMAT_KEY, &2u32.to_be_bytes())).expect("a commit");
    drop(store);
    assert_newer(folder.path());
}

fn assert_newer(path: &Path) {
    for error in [Disk::open(path).expect_err("a newer format"), Disk::inspect(path).map_or_else(|e| e, |_| unread())] {
        assert_eq!(error.code(), Code::StoreVersion, "{error}");
        assert!(error.to_string().contains("format 2"), "{error}");
        assert!(error.remedy().is_some_and(|remedy| remedy.contains("update")), "{error}");
    }
}

fn unread() -> cdp_core::Error {
    panic!("a newer format was read")
}

#[test]
#[ignore = "writes the fixture"]
fn write_the_fixture() {
    let folder = Folder::new();
    write(folder.path());
    fs::create_dir_all(fixture()).expect("a folder");
    fs::copy(log(folder.path()), log(&fixture())).expect("a copy");
}
