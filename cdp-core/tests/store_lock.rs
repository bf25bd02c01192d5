//! One writer: who opens a store that is open gets `store_locked`, in this process and in another; the lock goes with
//! its process.

#![cfg(feature = "store")]
#![allow(clippy::disallowed_methods)] // a test has an environment

#[path = "common/store.rs"]
mod common;

use cdp_core::Code;
use cdp_core::store::Disk;
use common::{Folder, open};
use std::process::Command;

const PATH: &str = "CDP_LOCK_PATH";

#[test]
fn a_second_opening_in_this_process_is_refused() {
    let folder = Folder::new();
    let first = open(folder.path());
    let error = Disk::open(folder.path()).expect_err("it is open");
    assert_eq!(error.code(), Code::StoreLocked);
    assert!(error.to_string().contains(&folder.path().display().to_string()), "{error} names the path");
    assert!(error.remedy().is_some_and(|remedy| remedy.contains("close")), "{error} has a remedy");
    assert_eq!(Disk::inspect(folder.path()).expect_err("it is open").code(), Code::StoreLocked);
    drop(first);
    open(folder.path());
}

#[test]
fn a_second_process_is_refused() {
    let folder = Folder::new();
    let _first = open(folder.path());
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "opens_in_a_second_process", "--ignored"]).env(PATH, folder.path());
    assert!(child.output().expect("a process").status.success());
}

#[test]
#[ignore = "a part of a_second_process_is_refused"]
fn opens_in_a_second_process() {
    let Ok(path) = std::env::var(PATH) else { return };
    assert_eq!(Disk::open(path).expect_err("it is open").code(), Code::StoreLocked);
}
