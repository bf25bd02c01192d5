//! Recovery of the store: any commits, compactions and reopenings, cut off or damaged at any byte, beside the store in
//! memory as the reference.

use cdp_core::Code;
use cdp_core::store::{Batch, Disk, KeyRange, Memory, Space, Store};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

type Content = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

/// Steps read from the input: the store on disk holds what the one in memory holds; after a crash, what the last whole
/// commit left; after damage, it says so.
pub(crate) fn store_recovery(data: &[u8]) {
    let folder = Folder::new();
    let mut run = Run::new(&folder.0);
    let mut input = data.iter().copied();
    while let Some(step) = input.next() {
        match step % 8 {
            0..=2 => run.change(&mut input),
            3 | 4 => run.commit(),
            5 => run.compact(),
            6 => run.reopen(),
            _ => run.crash(&mut input),
        }
    }
    run.commit();
    run.reopen();
}

/// A folder in memory where the system has one, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let path = base.join(format!("cdp-fuzz-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Run<'a> {
    path: &'a Path,
    disk: Option<Disk>,
    memory: Memory,
    batch: Batch,
    /// The length of the log after each commit since it was opened or compacted, and what the store held then.
    states: Vec<(usize, Content)>,
}

impl<'a> Run<'a> {
    fn new(path: &'a Path) -> Self {
        let disk = Disk::open(path).expect("a new store");
        let mut run = Run { path, disk: Some(disk), memory: Memory::new(), batch: Batch::new(), states: Vec::new() };
        run.begin();
        run
    }

    fn disk(&self) -> &Disk {
        self.disk.as_ref().expect("it is open between steps")
    }

    fn log(&self) -> PathBuf {
        self.path.join("store.log")
    }

    /// From here on the log can be cut off.
    fn begin(&mut self) {
        self.states.clear();
        self.note();
    }

    fn note(&mut self) {
        let length = fs::metadata(self.log()).expect("a log").len() as usize;
        let held = content(self.disk());
        assert_eq!(held, content(&self.memory), "both hold the same");
        self.states.push((length, held));
    }

    fn change(&mut self, input: &mut impl Iterator<Item = u8>) {
        let mut next = || input.next().unwrap_or(0);
        let (space, key, length) = (Space(1 + next() % 3), next(), next());
        let key = vec![key % 16; usize::from(key / 64)];
        match length {
            0..40 => self.batch.delete(space, &key),
            // Some values are as long as many others together, and look like parts of a log.
            _ => self.batch.put(space, &key, &b"CDPG\0\x01"[..].repeat(usize::from(length - 40).pow(2) / 32)),
        }
    }

    fn commit(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.memory.commit(batch.clone()).expect("a commit in memory");
        self.disk().commit(batch).expect("a commit");
        self.note();
    }

    fn compact(&mut self) {
        self.disk().compact().expect("a compaction");
        self.begin();
    }

    fn reopen(&mut self) {
        self.disk = None;
        self.open();
        self.begin();
    }

    fn open(&mut self) {
        let disk = Disk::open(self.path).expect("a store that opens again");
        assert_eq!(disk.verify().expect("a verification").problems, []);
        self.disk = Some(disk);
    }

    /// The process ends here; the input says what is left of the log.
    fn crash(&mut self, input: &mut impl Iterator<Item = u8>) {
        let mut next = || usize::from(input.next().unwrap_or(0));
        let whole = fs::read(self.log()).expect("a log");
        self.disk = None;
        self.batch = Batch::new();
        let (first, last) = (self.states[0].0, whole.len());
        let (kind, place) = (next(), next() << 8 | next());
        let place = first + place * (last - first) / (1 << 16);
        let mut left = whole[..place].to_vec();
        match kind % 4 {
            0 => {}
            1 => left.resize(last, 0),
            2 => left.extend((0..next()).map(|n| (n * kind) as u8)),
            _ if place < last => return self.damage(whole, place, 1 << (kind / 4 % 8)),
            _ => left.clone_from(&whole),
        }
        fs::write(self.log(), &left).expect("a log");
        // What was put in place of the old bytes can begin like them.
        self.restore(left.iter().zip(&whole).take_while(|(left, old)| left == old).count());
    }

    /// A changed bit: in the last commit it is as if that were cut off, before it the store says so.
    fn damage(&mut self, mut bytes: Vec<u8>, place: usize, bit: u8) {
        let whole = bytes.clone();
        bytes[place] ^= bit;
        fs::write(self.log(), &bytes).expect("a log");
        let begin = self.states.iter().rev().map(|(end, _)| *end).find(|end| *end <= place).expect("the first state");
        if self.states.last().is_some_and(|(end, _)| self.next_end(begin) == *end) {
            return self.restore(begin);
        }
        assert_eq!(Disk::open(self.path).expect_err("damage").code(), Code::StoreCorrupt);
        assert!(!Disk::inspect(self.path).expect("an inspection").is_clean());
        fs::write(self.log(), whole).expect("a log");
        self.restore(usize::MAX);
    }

    /// The end of the commit that begins here.
    fn next_end(&self, begin: usize) -> usize {
        self.states.iter().map(|(end, _)| *end).find(|end| *end > begin).unwrap_or(begin)
    }

    /// Opens the store, which must hold what the commits within this length left.
    fn restore(&mut self, length: usize) {
        let state = self.states.iter().rev().find(|(end, _)| *end <= length).map(|(_, state)| state);
        self.memory = copy(state.expect("the first state"));
        self.open();
        self.begin();
    }
}

fn content(store: &dyn Store) -> Content {
    let mut found = Content::new();
    for space in (0..4).map(Space) {
        let read = store.scan(space, &KeyRange::all(), &mut |key, value| {
            found.insert((space, key.to_vec()), value.to_vec());
            Ok(ControlFlow::Continue(()))
        });
        read.expect("a scan");
    }
    found
}

fn copy(content: &Content) -> Memory {
    let (memory, mut batch) = (Memory::new(), Batch::new());
    content.iter().for_each(|((space, key), value)| batch.put(*space, key, value));
    memory.commit(batch).expect("a commit in memory");
    memory
}
