//! Law 10, durability, at the level of bytes: whatever happens to the end of the log, everything acknowledged before is
//! there, and a commit that was cut off is wholly absent or wholly there. Damage elsewhere is reported, never passed over.

#![cfg(feature = "store")]
#![allow(clippy::disallowed_methods)] // a test breaks files

#[path = "common/store.rs"]
mod common;

use cdp_core::Code;
use cdp_core::store::{Batch, Disk, Memory, Space, Store};
use common::{Content, Folder, Random, content, log, open};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// A store as it was after each commit: the length of its log, and what it held.
struct History {
    folder: Folder,
    bytes: Vec<u8>,
    states: Vec<(usize, Content)>,
}

/// Commits some batches and leaves the log as a killed process would: without the mark of a clean end.
fn history(seed: u64, commits: u64) -> History {
    let (folder, memory, mut random) = (Folder::new(), Memory::new(), Random(seed | 1));
    let disk = open(folder.path());
    let length = || fs::metadata(log(folder.path())).expect("a log").len() as usize;
    let mut states = vec![(length(), content(&memory))];
    for _ in 0..commits {
        let batch = batch(&mut random);
        memory.commit(batch.clone()).expect("a commit");
        disk.commit(batch).expect("a commit");
        states.push((length(), content(&memory)));
    }
    let bytes = fs::read(log(folder.path())).expect("a log");
    drop(disk);
    History { folder, bytes, states }
}

/// Changes over several spaces: values of up to some kilobytes, and deletions.
fn batch(random: &mut Random) -> Batch {
    let mut batch = Batch::new();
    for _ in 0..=random.below(12) {
        let space = Space(1 + random.below(5) as u8);
        let key = random.below(40).to_be_bytes();
        match random.below(5) {
            0 => batch.delete(space, &key),
            _ => {
                let length = if random.below(10) == 0 { 5000 } else { 60 };
                let value: Vec<u8> = (0..random.below(length)).map(|_| random.below(256) as u8).collect();
                batch.put(space, &key, &value);
            }
        }
    }
    batch
}

impl History {
    /// Opens a store with this log.
    fn reopened(&self, bytes: &[u8]) -> Result<Content, Code> {
        fs::write(log(self.folder.path()), bytes).expect("a log");
        let disk = Disk::open(self.folder.path()).map_err(|error| error.code())?;
        assert_eq!(disk.verify().expect("a verification").problems, []);
        let found = content(&disk);
        // It goes on from there.
        disk.commit(common::put(Space(7), b"later", b"x")).expect("a commit");
        drop(disk);
        let again = open(self.folder.path());
        assert_eq!(content(&again).len(), found.len() + 1);
        Ok(found)
    }

    /// What all commits that end within this length left.
    fn state_within(&self, length: usize) -> &Content {
        let within = self.states.iter().rev().find(|(end, _)| *end <= length);
        &within.expect("a commit").1
    }

    /// The last commit: where it begins and ends.
    fn last(&self) -> (usize, usize) {
        let count = self.states.len();
        (self.states[count - 2].0, self.states[count - 1].0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_log_cut_off_anywhere_holds_all_whole_commits(seed: u64, commits in 1u64..8, cuts in prop::collection::vec(any::<prop::sample::Index>(), 6)) {
        let history = history(seed, commits);
        let first = history.states[0].0;
        for cut in cuts {
            let length = first + cut.index(history.bytes.len() - first + 1);
            prop_assert_eq!(history.reopened(&history.bytes[..length]), Ok(history.state_within(length).clone()));
        }
    }

    #[test]
    fn a_torn_last_write_is_absent_or_there(seed: u64, commits in 1u64..8, sectors: u64, tail in prop::collection::vec(any::<u8>(), 0..600)) {
        let history = history(seed, commits);
        let (begin, end) = history.last();
        let mut torn = history.bytes.clone();
        // A disk writes sectors in any order: those that did not make it hold zeros.
        for (number, sector) in torn[begin..end].chunks_mut(512).enumerate() {
            if sectors >> (number % 64) & 1 == 0 {
                sector.fill(0);
            }
        }
        let intact = torn == history.bytes;
        let expected = if intact { history.state_within(end) } else { history.state_within(begin) };
        prop_assert_eq!(history.reopened(&torn), Ok(expected.clone()), "zeros");
        // Or what lay there before, and the length of the file may be ahead of its content.
        let garbage: Vec<u8> = history.bytes[..end].iter().chain(&tail).copied().collect();
        prop_assert_eq!(history.reopened(&garbage), Ok(history.state_within(end).clone()), "garbage behind");
        let mut ahead = history.bytes[..begin + (end - begin) / 2].to_vec();
        ahead.resize(end + 4096, 0);
        prop_assert_eq!(history.reopened(&ahead), Ok(history.state_within(begin).clone()), "length ahead");
    }

    #[test]
    fn a_changed_byte_in_the_last_commit_takes_nothing_else(seed: u64, commits in 1u64..8, at: prop::sample::Index, bit in 0u8..8) {
        let history = history(seed, commits);
        let (begin, end) = history.last();
        let mut changed = history.bytes.clone();
        changed[begin + at.index(end - begin)] ^= 1 << bit;
        prop_assert_eq!(history.reopened(&changed), Ok(history.state_within(begin).clone()));
    }

    #[test]
    fn damage_before_an_acknowledged_commit_is_reported(seed: u64, commits in 2u64..8, at: prop::sample::Index, bit in 0u8..8) {
        let history = history(seed, commits);
        let (begin, _) = history.last();
        let place = at.index(begin);
        let mut changed = history.bytes.clone();
        changed[place] ^= 1 << bit;
        prop_assert_eq!(history.reopened(&changed), Err(Code::StoreCorrupt));
        assert_found(history.folder.path(), place);
    }

    #[test]
    fn damage_anywhere_in_a_closed_store_is_reported(seed: u64, commits in 1u64..4, at: prop::sample::Index, bit in 0u8..8) {
        let history = history(seed, commits);
        let mut closed = fs::read(log(history.folder.path())).expect("a log");
        let place = at.index(history.bytes.len());
        closed[place] ^= 1 << bit;
        prop_assert_eq!(history.reopened(&closed), Err(Code::StoreCorrupt));
        assert_found(history.folder.path(), place);
    }
}

/// `inspect` names one place, at or shortly before the changed byte.
fn assert_found(path: &Path, place: usize) {
    let verification = Disk::inspect(path).expect("an inspection");
    assert_eq!(verification.problems.len(), 1, "{:?}", verification.problems);
    let text = verification.problems[0].to_string();
    let named =
        text.split("byte ").nth(1).and_then(|rest| rest.split(':').next()).and_then(|n| n.parse::<usize>().ok());
    let named = named.unwrap_or_else(|| panic!("{text} names no byte"));
    assert!(named <= place && place - named < 5100, "{text} for byte {place}");
    assert!(text.contains("store.log"), "{text}");
}

#[test]
fn what_was_cut_off_is_told() {
    let history = history(7, 3);
    let (begin, end) = history.last();
    fs::write(log(history.folder.path()), &history.bytes[..end - 1]).expect("a log");
    let disk = open(history.folder.path());
    assert_eq!(disk.dropped_bytes(), (end - 1 - begin) as u64);
    drop(disk);
    assert_eq!(open(history.folder.path()).dropped_bytes(), 0);
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    for bytes in [&b""[..], b"light-cdp store\n", &[0; 4096]] {
        let folder = Folder::new();
        fs::write(log(folder.path()), bytes).expect("a file");
        assert_eq!(Disk::open(folder.path()).expect_err("no store").code(), Code::StoreCorrupt);
        assert_eq!(fs::read(log(folder.path())).expect("a file"), bytes, "it is left as it was");
    }
}
