//! The store on PostgreSQL holds what the one in memory holds, and takes turns. Skipped where there is no server to start.

#![cfg(all(feature = "postgres", unix))]
#![allow(clippy::print_stderr, clippy::disallowed_methods)] // it tells what it measures, and has threads and sockets

#[path = "common/store.rs"]
mod common;
#[path = "common/postgres.rs"]
mod server;

use cdp_core::Code;
use cdp_core::store::{Batch, Disk, FORMAT_KEY, KeyRange, Memory, Postgres, Seen, Space, Store};
use common::{Folder, Random, content, keys, put};
use server::Server;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::ops::ControlFlow;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;

fn some_bytes(random: &mut Random, longest: u64) -> Vec<u8> {
    (0..random.below(longest)).map(|_| random.below(256) as u8).collect()
}

fn some_batch(random: &mut Random) -> Batch {
    let mut batch = Batch::new();
    for _ in 0..random.below(60) {
        let (space, key) = (Space(1 + random.below(3) as u8), some_bytes(random, 3));
        match random.below(5) {
            0 => batch.delete(space, &key),
            _ => batch.put(space, &key, &some_bytes(random, 300)),
        }
    }
    batch
}

#[test]
fn it_holds_what_memory_holds() {
    let Some(server) = Server::start() else { return };
    let (memory, mut random) = (Memory::new(), Random(7));
    let mut store = Postgres::open(&server.graph("one")).expect("a store");
    let fresh = vec![((Space::META, FORMAT_KEY.to_vec()), 1u32.to_be_bytes().to_vec())];
    assert_eq!(content(&store).into_iter().collect::<Vec<_>>(), fresh);
    for step in 0..60 {
        let batch = some_batch(&mut random);
        memory.commit(batch.clone()).expect("a commit");
        store.commit(batch).expect("a commit");
        match step % 20 {
            7 => store.compact().expect("a compaction"),
            13 => store = Postgres::open(&server.graph("one")).expect("a store"),
            _ => {}
        }
        let expected = content(&memory);
        assert_eq!(content(&store), expected, "step {step}");
        for ((space, key), value) in &expected {
            assert_eq!(store.get(*space, key).expect("a value").as_ref(), Some(value));
        }
        let (from, to) = (some_bytes(&mut random, 3), some_bytes(&mut random, 3));
        for range in
            [KeyRange::from(&from), KeyRange::after(&from), KeyRange::prefix(&from), KeyRange::from(&from).before(&to)]
        {
            for space in (0..4).map(Space) {
                assert_eq!(keys(&store, space, &range), keys(&memory, space, &range), "step {step}, {range:?}");
            }
        }
    }
    let verification = store.verify().expect("a verification");
    assert!(verification.is_clean() && verification.entries == content(&memory).len() as u64, "{verification:?}");
    assert!(store.size_on_disk().expect("a size") > 0);
    // Another graph of the same database is another store.
    assert_eq!(content(&Postgres::open(&server.graph("two")).expect("a store")).len(), 1);

    let folder = Folder::new();
    store.backup(&folder.join("copy")).expect("a backup");
    assert_eq!(content(&Disk::open(folder.join("copy")).expect("a store")), content(&memory));
    assert_eq!(store.backup(&folder.join("copy")).expect_err("there is one").code(), Code::StoreIo);
}

#[test]
fn a_scan_goes_over_pages_and_ends_where_its_visitor_says() {
    let Some(server) = Server::start() else { return };
    let store = Postgres::open(&server.graph("pages")).expect("a store");
    let mut batch = Batch::new();
    (0..2_500u32).for_each(|n| batch.put(Space::AUDIT, &n.to_be_bytes(), b"x"));
    store.commit(batch).expect("a commit");
    assert_eq!(keys(&store, Space::AUDIT, &KeyRange::all()).len(), 2_500);
    let mut seen = 0;
    let read = store.scan(Space::AUDIT, &KeyRange::from(&100u32.to_be_bytes()), &mut |key, _| {
        seen += 1;
        // A visitor may use the store.
        store.commit(put(Space::REMOVED, key, b"")).expect("a commit");
        Ok(if seen == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    assert_eq!((read, seen), (Ok(()), 5));
    assert_eq!(keys(&store, Space::REMOVED, &KeyRange::all()).len(), 5);
}

#[test]
fn turns_are_counted_and_what_is_not_committed_leaves_nothing() {
    let Some(server) = Server::start() else { return };
    let (one, other) = (server.graph("turns"), server.graph("turns"));
    let (one, other) = (Postgres::open(&one).expect("a store"), Postgres::open(&other).expect("a store"));
    let [mine, theirs] = [&one, &other].map(|store| store.shared().expect("a shared store"));
    let turn = mine.turn().expect("a turn");
    assert_eq!(turn.seen(), Seen::default());
    let (_, view) = theirs.view().expect("a view");
    assert_eq!(turn.commit(put(Space::EVIDENCE, b"1", b"x"), false), Ok(true));
    assert_eq!(view.get(Space::EVIDENCE, b"1"), Ok(None), "a view stays as it was");
    drop(theirs.turn().expect("a turn"));
    assert_eq!(other.get(Space::EVIDENCE, b"1"), Ok(Some(b"x".to_vec())));
    assert_eq!(theirs.seen(), Ok(Seen { commits: 1, rewrites: 0 }));
    one.commit(put(Space::EVIDENCE, b"1", b"y")).expect("a commit");
    assert_eq!(theirs.seen(), Ok(Seen { commits: 2, rewrites: 1 }));

    // Who is cut off while it has the turn has kept nothing, knows it, and lets the others go on.
    let turn = mine.turn().expect("a turn");
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%FOR UPDATE%'";
    assert_eq!(server.client().query(cut, &[]).expect("an answer").len(), 1);
    other.commit(put(Space::EVIDENCE, b"2", b"z")).expect("the turn is free");
    assert_eq!(turn.commit(put(Space::EVIDENCE, b"3", b"lost"), false), Ok(false));
    assert_eq!(one.get(Space::EVIDENCE, b"3"), Ok(None));
    assert_eq!(one.get(Space::EVIDENCE, b"2"), Ok(Some(b"z".to_vec())));

    let long = one.commit(put(Space::EVIDENCE, &[7; 3_000], b"x")).expect_err("too long a key");
    assert_eq!(long.code(), Code::ValueTooLarge);
    one.commit(put(Space::EVIDENCE, b"4", &vec![7; 3 << 20])).expect("a large value");
}

#[test]
fn a_server_that_restarts_is_waited_for() {
    let Some(server) = Server::start() else { return };
    let store = Postgres::open(&server.graph("restarts")).expect("a store");
    store.commit(put(Space::EVIDENCE, b"1", b"x")).expect("a commit");
    server.crash();
    thread::scope(|scope| {
        let writer = scope.spawn(|| store.commit(put(Space::EVIDENCE, b"2", b"x")));
        server.run();
        writer.join().expect("an end").expect("a commit");
    });
    assert_eq!(keys(&store, Space::EVIDENCE, &KeyRange::all()).len(), 2, "what was acknowledged is there");
}

/// Where the connection is cut that a commit comes over.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cut {
    BeforeItsEnd,
    BeforeTheAnswer,
}

/// A way to the server on which the first commit is cut. Before its client learns of that, `meanwhile` happens.
fn cuts(server: &Server, cut: Cut, meanwhile: impl Fn() + Send + Sync + 'static) -> String {
    let listener = UnixListener::bind(server.folder().join(".s.PGSQL.5433")).expect("a socket");
    let there = server.folder().join(".s.PGSQL.5432");
    let (has_cut, meanwhile) = (Arc::new(AtomicBool::new(false)), Arc::new(meanwhile));
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.expect("a client"), UnixStream::connect(&there).expect("a server"));
            let (mut answers, mut back) = (server.try_clone().expect("a copy"), client.try_clone().expect("a copy"));
            let (is_silent, (answered, waits)) = (Arc::new(AtomicBool::new(false)), mpsc::channel());
            let (has_cut, meanwhile, silenced) = (Arc::clone(&has_cut), Arc::clone(&meanwhile), Arc::clone(&is_silent));
            thread::spawn(move || {
                let mut bytes = [0; 1 << 16];
                while let Ok(read @ 1..) = answers.read(&mut bytes) {
                    if silenced.load(SeqCst) {
                        answered.send(()).expect("somebody waits");
                        return;
                    }
                    // The client may be gone.
                    let _ = back.write_all(&bytes[..read]);
                }
            });
            thread::spawn(move || {
                let mut bytes = [0; 1 << 16];
                while let Ok(read @ 1..) = client.read(&mut bytes) {
                    let is_end = String::from_utf8_lossy(&bytes[..read]).contains("COMMIT");
                    if is_end && !has_cut.swap(true, SeqCst) {
                        if cut == Cut::BeforeTheAnswer {
                            is_silent.store(true, SeqCst);
                            server.write_all(&bytes[..read]).expect("a server");
                            waits.recv().expect("an answer");
                        }
                        server.shutdown(Shutdown::Both).expect("an end");
                        meanwhile();
                        break;
                    }
                    server.write_all(&bytes[..read]).expect("a server");
                }
                let _ = client.shutdown(Shutdown::Both);
                let _ = server.shutdown(Shutdown::Both);
            });
        }
    });
    let socket = server.folder().to_string_lossy().replace('/', "%2F");
    format!("postgres://cdp@{socket}:5433/postgres?graph=cut")
}

#[test]
fn what_became_of_a_call_is_known_whatever_came_after_it() {
    for (cut, others, expected) in [
        (Cut::BeforeItsEnd, 0, Some(false)),
        (Cut::BeforeItsEnd, 3, Some(false)),
        (Cut::BeforeTheAnswer, 0, Some(true)),
        (Cut::BeforeTheAnswer, 3, Some(true)),
        // It is forgotten then, and nobody guesses.
        (Cut::BeforeItsEnd, 70, None),
        (Cut::BeforeTheAnswer, 70, None),
    ] {
        let Some(server) = Server::start() else { return };
        let other = Postgres::open(&server.graph("cut")).expect("a store");
        let meanwhile = move || {
            (0..others).for_each(|n: u8| other.commit(put(Space::AUDIT, &[n], b"x")).expect("a commit"));
        };
        let store = Postgres::open(&cuts(&server, cut, meanwhile)).expect("a store");
        let turn = store.shared().expect("a shared store").turn().expect("a turn");
        let outcome = turn.commit(put(Space::EVIDENCE, b"1", b"x"), false);
        match expected {
            Some(_) => assert_eq!(outcome.ok(), expected, "{cut:?}, {others} others"),
            None => assert!(outcome.expect_err("nobody knows").to_string().contains("hand it in again")),
        }
        let is_kept = store.get(Space::EVIDENCE, b"1").expect("an answer").is_some();
        assert_eq!(is_kept, cut == Cut::BeforeTheAnswer, "{cut:?}, {others} others");
    }
}

#[test]
fn a_store_of_an_earlier_build_learns_to_name_its_writers() {
    let Some(server) = Server::start() else { return };
    let old = Postgres::open(&server.graph("old")).expect("a store");
    old.commit(put(Space::EVIDENCE, b"1", b"x")).expect("a commit");
    server.client().batch_execute("ALTER TABLE old.head DROP COLUMN writers").expect("as it was");
    for key in [b"2", b"3"] {
        let store = Postgres::open(&server.graph("old")).expect("a store");
        store.commit(put(Space::EVIDENCE, key, b"x")).expect("a commit");
    }
    assert_eq!(old.shared().expect("a shared store").seen(), Ok(Seen { commits: 3, rewrites: 3 }));
}

#[test]
fn no_error_tells_the_password() {
    let refused = Postgres::open("postgres://ann:secret@127.0.0.1:1/crm?connect_timeout=1&graph=Shop");
    assert_eq!(refused.expect_err("no such name").code(), Code::InvalidInput);
    let Some(server) = Server::start() else { return };
    let with_password = server.graph("x").replacen("cdp@", "nobody:secret@", 1);
    let error = Postgres::open(&with_password).expect_err("no such user");
    assert_eq!(error.code(), Code::StoreIo);
    assert!(!error.to_string().contains("secret"), "{error}");
    let debug = format!("{:?}", Postgres::open(&server.graph("x").replacen("cdp@", "cdp:secret@", 1)));
    assert!(!debug.contains("secret"), "{debug}");
}

/// What serialising costs: writers that take turns on one graph, beside as many that have a graph each and so wait for nobody, which is
/// the most that any finer lock could win.
#[test]
#[ignore = "it measures"]
fn turns_per_second() {
    let Some(server) = Server::start() else { return };
    for writers in [1u32, 2, 4] {
        for is_shared in [true, false] {
            let url = |writer: u32| server.graph(&format!("t{writers}_{}", if is_shared { 0 } else { 1 + writer }));
            let stores: Vec<Postgres> = (0..writers).map(|n| Postgres::open(&url(n)).expect("a store")).collect();
            let (begun, share) = (std::time::Instant::now(), 1_200 / writers);
            thread::scope(|scope| {
                for (writer, store) in (0u32..).zip(&stores) {
                    scope.spawn(move || (0..share).for_each(|turn| take_a_turn(store, writer * 10_000 + turn)));
                }
            });
            let rate = f64::from(writers * share) / begun.elapsed().as_secs_f64();
            let graphs = if is_shared { "one graph" } else { "a graph each" };
            eprintln!("{writers} writers, {graphs}: {rate:.0} commits/s");
        }
    }
}

/// What a call of three messages keeps, without the work of it.
fn take_a_turn(store: &Postgres, number: u32) {
    let mut batch = Batch::new();
    for place in 0..3 {
        let key = (u64::from(number) * 3 + place).to_be_bytes();
        batch.put(Space::EVIDENCE, &key, &[7; 300]);
        batch.put(Space::CHANGES, &key, &[7; 100]);
    }
    let turn = store.shared().expect("a shared store").turn().expect("a turn");
    assert_eq!(turn.commit(batch, false), Ok(true));
}
