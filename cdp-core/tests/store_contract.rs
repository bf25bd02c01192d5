//! The store on disk does what the one in memory does: commits, reads, scans, reopening, compaction.

#![cfg(feature = "store")]

#[path = "common/store.rs"]
mod common;

use cdp_core::store::{Batch, FORMAT_KEY, KeyRange, Memory, Space, Store};
use cdp_core::{Code, Error};
use common::{Folder, content, keys, open, put};
use proptest::collection::vec;
use proptest::prelude::*;
use std::ops::ControlFlow;

/// A space, a key, and the new value if it is not deleted.
type Change = (u8, Vec<u8>, Option<Vec<u8>>);

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<Change>),
    Compact,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let key = vec(0u8..4, 0..5);
    let change = (1u8..4, key, prop::option::weighted(0.8, vec(any::<u8>(), 0..200)));
    prop_oneof![
        8 => vec(change, 0..40).prop_map(Step::Commit),
        1 => Just(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

fn batch(changes: &[Change]) -> Batch {
    let mut batch = Batch::new();
    for (space, key, value) in changes {
        match value {
            Some(value) => batch.put(Space(*space), key, value),
            None => batch.delete(Space(*space), key),
        }
    }
    batch
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn disk_holds_what_memory_holds(steps in vec(step(), 1..12), from in vec(0u8..4, 0..4), to in vec(0u8..4, 0..4)) {
        let (folder, memory) = (Folder::new(), Memory::new());
        let mut disk = open(folder.path());
        for step in &steps {
            match step {
                Step::Commit(changes) => {
                    memory.commit(batch(changes)).expect("a commit");
                    disk.commit(batch(changes)).expect("a commit");
                }
                Step::Compact => disk.compact().expect("a compaction"),
                Step::Reopen => {
                    drop(disk);
                    disk = open(folder.path());
                }
            }
            let expected = content(&memory);
            prop_assert_eq!(&content(&disk), &expected);
            for space in (0..4).map(Space) {
            let last = expected.keys().rev().find(|(other, _)| *other == space).map(|(_, key)| key.clone());
            prop_assert_eq!(disk.last_key(space), Ok(last.clone()));
            prop_assert_eq!(memory.last_key(space), Ok(last));
        }
            for ((space, key), value) in &expected {
                let found = disk.get(*space, key).expect("a value");
                prop_assert_eq!(found.as_ref(), Some(value));
            }
        }
        for range in [KeyRange::from(&from), KeyRange::after(&from), KeyRange::prefix(&from), KeyRange::from(&from).before(&to)] {
            for space in (0..4).map(Space) {
                prop_assert_eq!(keys(&disk, space, &range), keys(&memory, space, &range));
            }
        }
        let verification = disk.verify().expect("a verification");
        prop_assert!(verification.is_clean(), "{:?}", verification);
        prop_assert_eq!(verification.entries, content(&memory).len() as u64);
    }
}

fn both(check: impl Fn(&dyn Store)) {
    check(&Memory::new());
    let folder = Folder::new();
    check(&open(folder.path()));
}

#[test]
fn a_new_store_holds_its_format_only() {
    both(|store| {
        let expected = vec![((Space::META, FORMAT_KEY.to_vec()), 1u32.to_be_bytes().to_vec())];
        assert_eq!(content(store).into_iter().collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_scan_ends_where_its_visitor_says() {
    both(|store| {
        (0..1000u32).for_each(|n| store.commit(put(Space::AUDIT, &n.to_be_bytes(), b"x")).expect("a commit"));
        let mut seen = 0;
        let read = store.scan(Space::AUDIT, &KeyRange::from(&100u32.to_be_bytes()), &mut |_, _| {
            seen += 1;
            Ok(if seen == 700 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        assert_eq!((read, seen), (Ok(()), 700));
        let mine = Error::new(Code::Cancelled, "enough");
        let read = store.scan(Space::AUDIT, &KeyRange::all(), &mut |_, _| Err(mine.clone()));
        assert_eq!(read, Err(mine));
    });
}

#[test]
fn a_visitor_may_use_the_store() {
    both(|store| {
        (0..500u32).for_each(|n| store.commit(put(Space::EVIDENCE, &n.to_be_bytes(), b"x")).expect("a commit"));
        let read = store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |key, value| {
            store.commit(put(Space::REMOVED, key, value))?;
            if key.ends_with(&[7]) {
                store.compact()?;
            }
            assert!(store.get(Space::EVIDENCE, key)?.is_some());
            Ok(ControlFlow::Continue(()))
        });
        read.expect("a scan");
        assert_eq!(keys(store, Space::REMOVED, &KeyRange::all()).len(), 500);
    });
}

#[test]
fn what_is_too_large_is_refused_and_the_store_goes_on() {
    both(|store| {
        let before = content(store);
        let mut batch = put(Space::EVIDENCE, b"small", b"x");
        batch.put(Space::EVIDENCE, &vec![0; 1 << 16], b"x");
        assert_eq!(store.commit(batch).expect_err("too large").code(), Code::ValueTooLarge);
        assert_eq!(content(store), before);
        store.commit(put(Space::EVIDENCE, &vec![0; (1 << 16) - 1], &vec![7; 3 << 20])).expect("a commit");
        assert_eq!(content(store).len(), before.len() + 1);
    });
}

#[test]
fn an_empty_batch_writes_nothing() {
    let folder = Folder::new();
    let disk = open(folder.path());
    let before = disk.size_on_disk().expect("a size");
    disk.commit(Batch::new()).expect("a commit");
    assert_eq!(disk.size_on_disk().expect("a size"), before);
}
