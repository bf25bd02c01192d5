//! What the tests of the store share: folders of their own, random numbers, and everything a store holds.

#![allow(dead_code)] // each test uses some of it
#![allow(clippy::disallowed_methods)] // tests have files

use cdp_core::store::{Batch, Disk, KeyRange, Space, Store};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// Where a process that is to be killed finds the path of its store.
pub(crate) const PATH: &str = "CDP_CRASH_PATH";

/// A folder that is removed at the end, even of a test that fails.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("cdp-store-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A small generator (xorshift), so that a seed repeats a test.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

pub(crate) type Content = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

/// Everything in all spaces, also those that are yet to be named.
pub(crate) fn content(store: &dyn Store) -> Content {
    let mut found = Content::new();
    for space in (0..=u8::MAX).map(Space) {
        let mut before: Option<Vec<u8>> = None;
        let read = store.scan(space, &KeyRange::all(), &mut |key, value| {
            assert!(before.as_deref().is_none_or(|before| before < key), "keys ascend");
            before = Some(key.to_vec());
            found.insert((space, key.to_vec()), value.to_vec());
            Ok(ControlFlow::Continue(()))
        });
        read.expect("a scan");
        // Others may have committed meanwhile.
        assert!(store.last_key(space).expect("a key") >= before, "no key is greater than the last one");
    }
    found
}

/// A batch with one entry.
pub(crate) fn put(space: Space, key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(space, key, value);
    batch
}

pub(crate) fn open(path: &Path) -> Disk {
    Disk::open(path).expect("a store")
}

/// Copies the files of a store that nobody writes to.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("a copy");
    }
}

/// The log of a store.
pub(crate) fn log(path: &Path) -> PathBuf {
    path.join("store.log")
}

/// Starts an ignored test of this program as a process on a store, kills it after some time, and gives what it acknowledged.
pub(crate) fn killed_after(test: &str, path: &Path, time: Duration) -> Vec<u64> {
    let mut child = spawn(test, path);
    let output = child.stdout.take().expect("an output");
    let reader = thread::spawn(move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        // The last line can be cut off by the kill, but then it has no end and no `.`.
        lines.filter_map(|line| line.strip_prefix("ack ")?.strip_suffix('.')?.parse().ok()).collect::<Vec<u64>>()
    });
    thread::sleep(time);
    child.kill().expect("a kill");
    child.wait().expect("an end");
    reader.join().expect("what was acknowledged")
}

fn spawn(test: &str, path: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command.env(PATH, path).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("a process")
}

/// Says that a message is durable, in one write, so that a kill cuts off at most the last line.
pub(crate) fn say_acknowledged(id: u64) {
    let line = format!("ack {id}.\n");
    std::io::stdout().lock().write_all(line.as_bytes()).expect("an output");
}

/// Half of the time, bytes that a next commit might have got to the disk: zeros or anything.
pub(crate) fn tear(path: &Path, random: &mut Random) {
    let file = fs::File::options().append(true).open(log(path));
    let Some(mut file) = file.ok().filter(|_| random.below(2) == 0) else { return };
    let zeros = random.below(2) == 0;
    let tail: Vec<u8> = (0..random.below(5000)).map(|_| if zeros { 0 } else { random.below(256) as u8 }).collect();
    file.write_all(&tail).expect("a tail");
}

/// The keys of a range.
pub(crate) fn keys(store: &dyn Store, space: Space, range: &KeyRange) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    let read = store.scan(space, range, &mut |key, _| {
        keys.push(key.to_vec());
        Ok(ControlFlow::Continue(()))
    });
    read.expect("a scan");
    keys
}
