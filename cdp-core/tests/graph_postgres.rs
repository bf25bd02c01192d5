//! A graph that several processes share: four of them take in one history, killed at random, and the end is what one process with a
//! store of its own makes of it. Skipped where there is no server to start.
//!
//! `CDP_CALLS=5000 CDP_KILLS=100 cargo test --release -p cdp-core --features arrow,postgres --test graph_postgres` for more;
//! `... -- --ignored --nocapture calls_per_second` measures.

#![cfg(all(feature = "postgres", feature = "arrow", unix))]
#![allow(clippy::print_stderr, clippy::disallowed_methods)] // a test has processes, threads, time and an environment

#[path = "common/store.rs"]
mod common;
#[path = "common/feed.rs"]
mod feed;
#[path = "common/calls.rs"]
mod history;
#[path = "common/postgres.rs"]
mod server;

use cdp_core::consent::Question;
use cdp_core::explain::RecordName;
use cdp_core::graph::{Change, Graph};
use cdp_core::io::{self, tables};
use cdp_core::privacy::{Key, Keys};
use cdp_core::{Code, Config};
use common::{Folder, Random, say_acknowledged};
use history::{RULES, received};
use server::Server;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const PROCESSES: u64 = 4;

/// Where a process finds its graph, and which part of the history is its.
const URL: &str = "CDP_SHARED_URL";
const SHARE: &str = "CDP_SHARED_SHARE";
const FROM: &str = "CDP_SHARED_FROM";

fn config() -> Config {
    Config::from_toml(RULES).expect("a configuration")
}

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn calls() -> u64 {
    number_from("CDP_CALLS").unwrap_or(1_200)
}

fn name(source: &str, record_id: String) -> RecordName {
    RecordName { source: source.to_owned(), record_id }
}

fn messages(call: u64) -> String {
    history::messages(call, calls())
}

/// Lets a graph do what a call of the history says; most are messages, some decisions.
fn make(graph: &Graph, call: u64) -> Vec<Change> {
    make_of(graph, call, calls()).unwrap_or_else(|error| panic!("call {call}: {error}"))
}

/// The same of a history of so many calls: few of them speak of few people.
fn make_of(graph: &Graph, call: u64, calls: u64) -> cdp_core::Result<Vec<Change>> {
    let mut random = Random(call * 31 + 7);
    let mut row = || name("crm", format!("{}-{}", random.below(calls / 6 + 2), random.below(2)));
    let (a, b) = (row(), row());
    match call % 23 {
        5 if a != b => graph.confirm(a, b, received(call)),
        11 if a != b => graph.refuse(a, b, received(call)),
        _ => graph.ingest(&history::messages(call, calls), received(call)),
    }
}

/// Everything a graph says, as bytes: the tables of a snapshot, profiles, and who is in which segment.
fn bytes(graph: &Graph) -> Vec<u8> {
    let snapshot = graph.snapshot().expect("a snapshot");
    let mut bytes = Vec::new();
    for name in ["assignments", "profiles", "links", "refused"] {
        io::jsonl::write(&mut bytes, &tables::by_name(&snapshot, name).expect("a table")).expect("lines");
    }
    let members = ["recent", "named"].map(|segment| graph.members(segment).expect("a segment"));
    bytes.extend(format!("{:?}{members:?}", graph.profiles()).bytes());
    bytes
}

/// That the feed has no gap and leads to the profiles and memberships there are.
fn check_feed(graph: &Graph) {
    let members = feed::memberships(graph, "at the end");
    for segment in ["recent", "named"] {
        let told: Vec<&String> = members.iter().filter(|(of, _)| of == segment).map(|(_, id)| id).collect();
        assert_eq!(told, graph.members(segment).expect("a segment").iter().collect::<Vec<_>>(), "{segment}");
    }
}

/// A process that takes in its share of the history.
struct Writer {
    child: Child,
    share: u64,
    acknowledged: Arc<Mutex<Vec<u64>>>,
    reader: Option<JoinHandle<()>>,
}

impl Writer {
    fn start(url: &str, share: u64, acknowledged: Arc<Mutex<Vec<u64>>>) -> Writer {
        let last = acknowledged.lock().expect("a lock").last().copied();
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "takes_its_share_in", "--ignored", "--nocapture"]);
        command.env(URL, url).env(SHARE, share.to_string());
        command.env(FROM, last.map_or(share, |last| last + PROCESSES).to_string());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a process");
        let (output, list) = (child.stdout.take().expect("an output"), Arc::clone(&acknowledged));
        let reader = thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            let numbers = lines.filter_map(|line| line.strip_prefix("ack ")?.strip_suffix('.')?.parse().ok());
            numbers.for_each(|number| list.lock().expect("a lock").push(number));
        });
        Writer { child, share, acknowledged, reader: Some(reader) }
    }

    /// Kills the process and starts another one where it was; `false` if it had ended.
    fn is_killed(&mut self, url: &str) -> bool {
        if self.child.try_wait().expect("a status").is_some() {
            return false;
        }
        self.child.kill().expect("a kill");
        self.child.wait().expect("an end");
        self.reader.take().map(JoinHandle::join);
        *self = Writer::start(url, self.share, Arc::clone(&self.acknowledged));
        true
    }
}

#[test]
#[ignore = "a part of four_processes_make_what_one_makes"]
fn takes_its_share_in() {
    let (Ok(url), Some(from)) = (std::env::var(URL), number_from(FROM)) else { return };
    let graph = Graph::open(&url, &config()).expect("a graph");
    for call in (from..calls()).step_by(PROCESSES as usize) {
        make(&graph, call);
        say_acknowledged(call);
    }
}

#[test]
fn four_processes_make_what_one_makes() {
    let Some(server) = Server::start() else { return };
    let (url, kills) = (server.graph("shop"), number_from("CDP_KILLS").unwrap_or(20));
    let begun = Instant::now();
    let mut writers: Vec<Writer> = (0..PROCESSES).map(|share| Writer::start(&url, share, Arc::default())).collect();
    let (mut random, mut killed, mut per_share) = (Random(20), 0, [0; PROCESSES as usize]);
    while killed < kills {
        thread::sleep(Duration::from_micros(random.below(150_000)));
        let share = random.below(PROCESSES) as usize;
        if writers[share].is_killed(&url) {
            killed += 1;
            per_share[share] += 1;
        } else {
            let ended = writers.iter_mut().all(|writer| writer.child.try_wait().expect("a status").is_some());
            assert!(!ended, "only {killed} kills before the history ended: raise CDP_CALLS");
        }
    }
    let mut acknowledged = BTreeSet::new();
    for mut writer in writers {
        assert!(writer.child.wait().expect("an end").success());
        writer.reader.take().map(JoinHandle::join);
        acknowledged.extend(writer.acknowledged.lock().expect("a lock").iter().copied());
    }
    eprintln!(
        "{} calls by {PROCESSES} processes, {killed} kills {per_share:?}, {:?}",
        acknowledged.len(),
        begun.elapsed()
    );
    assert_eq!(acknowledged, (0..calls()).collect());

    let folder = Folder::new();
    let alone = Graph::open(folder.join("own"), &config()).expect("a graph");
    for call in 0..calls() {
        make(&alone, call);
    }
    let together = Graph::open(&url, &config()).expect("a graph");
    assert!(alone.counts().profiles < alone.counts().records && alone.counts().refused > 0, "{:?}", alone.counts());
    let end = received(calls()) + 1;
    for graph in [&alone, &together] {
        graph.advance(end).expect("time");
        check_feed(graph);
    }
    assert!(bytes(&alone) == bytes(&together), "four processes and one give different bytes");
    assert_eq!(alone.counts().messages, together.counts().messages);
    assert!(together.verify().expect("a verification").is_clean());

    // A copy of it opens without a server.
    together.backup(folder.join("copy")).expect("a backup");
    let copy = Graph::open(folder.join("copy"), &config()).expect("a graph");
    assert!(bytes(&copy) == bytes(&alone), "the backup is another graph");
}

/// So few calls that people meet, part and are taken out again.
const FEW: u64 = 60;

/// What one step does to a graph.
type Doing = Box<dyn Fn(&Graph) -> cdp_core::Result<()>>;

#[test]
fn whoever_follows_knows_what_whoever_reads_all_knows() {
    let Some(server) = Server::start() else { return };
    for seed in 1..=6u64 {
        let url = server.graph(&format!("laws_{seed}"));
        let shared: Vec<Graph> = (0..3).map(|_| Graph::open(&url, &config()).expect("a graph")).collect();
        let alone = Graph::in_memory(&config()).expect("a graph");
        let keys = || Keys::new(vec![Key::new("k1", &[1; 32]).expect("a key")]).expect("keys");
        shared.iter().chain([&alone]).for_each(|graph| graph.unlock(keys()).expect("a key"));
        let mut random = Random(seed * 97);
        for step in 0..90 {
            let call = random.below(FEW);
            let graph = &shared[random.below(3) as usize];
            let at = received(FEW) + step;
            let first = alone.profiles().first().map(|profile| profile.profile_id.clone());
            let people = FEW / 6 + 2;
            let mut record = || match random.below(2) {
                0 => name("web", format!("user:u{}", random.below(people))),
                _ => name("crm", format!("{}-{}", random.below(people), random.below(2))),
            };
            let (a, b) = (record(), record());
            let doing: Doing = match (random.below(24), first) {
                (0, _) => Box::new(move |graph| graph.remove_source("crm", at).map(drop)),
                (1, _) => Box::new(move |graph| graph.restore("crm", None, at).map(drop)),
                (2, Some(id)) => Box::new(move |graph| graph.restrict(&id, "dpo", at).map(drop)),
                (3, Some(id)) => Box::new(move |graph| graph.erase(&id, "dpo", false, at).map(drop)),
                (4, Some(id)) => Box::new(move |graph| graph.object(&id, "ads", "dpo", at).map(drop)),
                (5, _) => Box::new(move |graph| graph.advance(at).map(drop)),
                (6, Some(id)) => Box::new(move |graph| graph.note_sent(std::slice::from_ref(&id), "mail", "ads", at)),
                (7, _) => Box::new(move |graph| graph.remove(&a, at).map(drop)),
                (8, _) => Box::new(move |graph| graph.restore(&a.source, Some(&a.record_id), at).map(drop)),
                (9, _) => Box::new(move |graph| graph.confirm(a.clone(), b.clone(), at).map(drop)),
                (10 | 11, _) => Box::new(move |graph| graph.refuse(a.clone(), b.clone(), at).map(drop)),
                _ => Box::new(move |graph| make_of(graph, call, FEW).map(drop)),
            };
            // What there is nothing of is refused alike.
            let codes = [graph, &alone].map(|graph| doing(graph).err().map(|error| error.code()));
            assert_eq!(codes[0], codes[1], "seed {seed}, step {step}");
        }
        let opened = Graph::open(&url, &config()).expect("a graph");
        let feeds = [&opened, &alone].map(|graph| graph.changes(0, usize::MAX).expect("the feed"));
        let differs = feeds[0].iter().zip(&feeds[1]).find(|(a, b)| a != b);
        assert_eq!(differs, None, "seed {seed}: the feeds differ");
        assert_eq!(feeds[0].len(), feeds[1].len(), "seed {seed}");
        for graph in shared.iter().chain([&opened]) {
            graph.refresh().expect("what the others did");
            assert!(bytes(graph) == bytes(&alone), "seed {seed}: a process knows something else");
            assert_eq!(graph.counts(), alone.counts(), "seed {seed}");
            graph.verify_audit(None).expect("the audit log");
        }
    }
}

#[test]
fn several_calls_take_one_turn_and_each_has_its_answer() {
    let Some(server) = Server::start() else { return };
    let graph = Graph::open(server.graph("calls"), &config()).expect("a graph");
    let (first, last) = (messages(1), messages(2));
    let mut answers = graph.ingest_together(&[(&first, received(1)), ("{", received(1)), (&last, received(2))]);
    assert!(answers.remove(0).is_ok_and(|(changes, _)| !changes.is_empty()));
    assert_eq!(answers.remove(0).map(drop).expect_err("no message").code(), Code::InvalidMessage);
    assert!(answers.remove(0).is_ok_and(|(changes, _)| !changes.is_empty()));
    // Two of one turn that contradict each other under one id: the same one counts, whichever came first.
    let says = |card: u8| {
        format!(
            r#"{{"type":"record","messageId":"twice","source":"crm","record":{{"id":"9","at":"2024-05-01","card":"c{card}"}}}}"#
        )
    };
    let (one, other) = (says(1), says(2));
    for (name, order) in [("calls", [&one, &other]), ("calls_too", [&other, &one])] {
        let graph = Graph::open(server.graph(name), &config()).expect("a graph");
        let calls = order.map(|json| (json.as_str(), received(3)));
        graph.ingest_together(&calls).into_iter().for_each(|answer| drop(answer.expect("an answer")));
        assert_eq!(graph.find("loyalty_id", "c1").expect("a kind").len(), 1, "{name}");
        assert_eq!(graph.find("loyalty_id", "c2").expect("a kind").len(), 0, "{name}");
    }
    graph.refresh().expect("what the other did");
    check_feed(&graph);
    assert_eq!(Graph::open(server.graph("calls"), &config()).expect("a graph").counts(), graph.counts());
}

#[test]
fn one_set_of_rules_at_a_time() {
    let Some(server) = Server::start() else { return };
    let before = Graph::open(server.graph("rules"), &config()).expect("a graph");
    make(&before, 1);
    let others = Config::from_toml(&RULES.replace("max_profiles = 3", "max_profiles = 2")).expect("a configuration");
    let after = Graph::open(server.graph("rules"), &others).expect("a graph");
    let refused = before.ingest(&messages(2), received(2)).expect_err("other rules");
    assert_eq!(refused.code(), Code::InvalidConfig);
    assert_eq!(before.refresh().expect_err("other rules").code(), Code::InvalidConfig);
    make(&after, 2);
    assert_eq!(make(&Graph::open(server.graph("rules"), &others).expect("a graph"), 2), [], "it is there already");
}

/// Makes the database refuse what is written to a graph's entries.
const REFUSE: &str = "CREATE OR REPLACE FUNCTION @.no() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no'; END $$ LANGUAGE plpgsql; \
    CREATE TRIGGER no BEFORE INSERT OR DELETE ON @.entries FOR EACH ROW EXECUTE FUNCTION @.no()";

fn says_of_ads(user: &str, status: &str, day: u8) -> String {
    format!(
        r#"{{"type":"consent","userId":"{user}","purpose":"ads","status":"{status}","timestamp":"2024-05-0{day}T00:00:00Z"}}"#
    )
}

#[test]
fn what_the_database_refused_is_seen_by_nobody() {
    let Some(server) = Server::start() else { return };
    let graph = Graph::open(server.graph("refused"), &config()).expect("a graph");
    graph.ingest(&says_of_ads("u1", "denied", 1), received(1)).expect("a refusal");
    let id = graph.find("customer_id", "u1").expect("a kind")[0].profile_id.clone();
    let ads = Question { purpose: "ads", channel: None, address: None };
    let seen = |graph: &Graph| {
        let consent = graph.consent(&id, &ads, received(9)).expect("a profile").effective;
        (consent, graph.counts(), graph.find("customer_id", "u2").expect("a kind").len(), bytes(graph))
    };
    graph.unlock(Keys::new(vec![Key::new("k1", &[1; 32]).expect("a key")]).expect("keys")).expect("a key");
    let before = seen(&graph);
    server.client().batch_execute(&REFUSE.replace('@', "refused")).expect("a trigger");
    for message in [says_of_ads("u1", "granted", 2), says_of_ads("u2", "granted", 2)] {
        assert_eq!(graph.ingest(&message, received(2)).expect_err("refused").code(), Code::StoreIo);
        assert!(seen(&graph) == before, "{:?} {:?}", before.1, graph.counts());
    }
    assert_eq!(graph.erase(&id, "dpo", false, received(3)).expect_err("refused").code(), Code::StoreIo);
    assert!(seen(&graph) == before, "an erasure that was refused");

    // Where nobody can tell what there is, nothing is said.
    assert!(graph.ingest(&says_of_ads("u3", "granted", 2), received(4)).is_err());
    server.client().batch_execute("ALTER TABLE refused.head RENAME TO headless").expect("no head");
    assert_eq!(graph.find("customer_id", "u3").expect_err("unknown").code(), Code::StoreIo);
    assert_eq!(graph.check().expect_err("unknown").code(), Code::StoreIo);
    assert_eq!((graph.profiles(), graph.counts().profiles), (Vec::new(), 0));
    server.client().batch_execute("ALTER TABLE refused.headless RENAME TO head").expect("its head");
    server.client().batch_execute("DROP TRIGGER no ON refused.entries").expect("no trigger");
    graph.check().expect("it is known again");
    assert!(seen(&graph) == before);
    graph.ingest(&says_of_ads("u2", "granted", 2), received(5)).expect("it is taken in");
    assert_eq!(graph.find("customer_id", "u2").expect("a kind").len(), 1);
}

#[test]
fn who_reads_waits_for_no_turn() {
    let Some(server) = Server::start() else { return };
    let graph = Graph::open(server.graph("waits"), &config()).expect("a graph");
    make(&graph, 1);
    let mut other = server.client();
    let mut turn = other.transaction().expect("a transaction");
    turn.batch_execute("SELECT * FROM waits.head FOR UPDATE").expect("the turn");
    thread::scope(|scope| {
        let writer = scope.spawn(|| make(&graph, 2));
        thread::sleep(Duration::from_millis(300));
        let (answered, waits) = std::sync::mpsc::channel();
        let reads = &graph;
        scope.spawn(move || {
            reads.refresh().expect("nothing new");
            answered.send((reads.counts().messages, reads.find("customer_id", "u2").is_ok()))
        });
        let answer = waits.recv_timeout(Duration::from_secs(10));
        assert!(!writer.is_finished(), "the writer waits for its turn");
        turn.commit().expect("the end of the turn");
        assert_eq!(answer, Ok((3, true)), "the reader waits for it too");
    });
    assert_eq!(graph.counts().messages, 6);
}

#[test]
fn a_graph_may_have_a_name_of_sql_and_no_error_has_a_user() {
    let Some(server) = Server::start() else { return };
    for name in ["user", "table", "order"] {
        let graph = Graph::open(server.graph(name), &config()).expect(name);
        make(&graph, 1);
        assert!(graph.verify().expect("a verification").is_clean());
        graph.compact().expect(name);
        assert_eq!(Graph::open(server.graph(name), &config()).expect(name).counts(), graph.counts());
    }
    let as_nobody = server.graph("x").replace("cdp@", "annsecret@");
    let nowhere = server.graph("x").replace("cdp@", "annsecret:word@").replace("/postgres?", "/none?");
    server.client().batch_execute("CREATE ROLE poor LOGIN CONNECTION LIMIT 0").expect("a role");
    let too_many = server.graph("x").replace("cdp@", "poor@");
    for (url, secret) in [(as_nobody, "annsecret"), (nowhere, "annsecret"), (too_many, "poor")] {
        let error = Graph::open(&url, &config()).map(drop).expect_err("nobody").to_string();
        assert!(error.contains("the database refused") && !error.contains(secret), "{error}");
    }
}

#[test]
fn a_graph_outlives_its_server() {
    let Some(server) = Server::start() else { return };
    let graph = Graph::open(server.graph("outlives"), &config()).expect("a graph");
    make(&graph, 1);
    server.crash();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for call in 2..30 {
                // A crash as a call ends can leave it unknown what became of it: it is handed in again, as the error says.
                let mut attempts = 0..10;
                while let Err(error) = make_of(&graph, call, calls()) {
                    let is_unknown = error.to_string().contains("hand it in again");
                    assert!(is_unknown && attempts.next().is_some(), "call {call}: {error}");
                }
            }
        });
        server.run();
        thread::sleep(Duration::from_millis(30));
        server.crash();
        server.run();
        writer.join().expect("all calls");
    });
    let alone = Graph::in_memory(&config()).expect("a graph");
    (1..30).for_each(|call| drop(make(&alone, call)));
    assert!(bytes(&graph) == bytes(&alone));
    assert!(bytes(&Graph::open(server.graph("outlives"), &config()).expect("a graph")) == bytes(&alone));
}

#[test]
#[ignore = "it measures"]
fn calls_per_second() {
    let Some(server) = Server::start() else { return };
    let folder = Folder::new();
    let own = Graph::open(folder.join("own"), &config()).expect("a graph");
    let seconds = |work: &dyn Fn()| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64()
    };
    let took = seconds(&|| (0..calls()).for_each(|call| drop(make(&own, call))));
    eprintln!("one process, own store, a call of three messages each: {:.0} calls/s", calls() as f64 / took);
    for processes in [1usize, 2, 4] {
        let url = server.graph(&format!("speed_{processes}"));
        drop(Graph::open(&url, &config()).expect("a graph"));
        let graphs: Vec<Graph> = (0..processes).map(|_| Graph::open(&url, &config()).expect("a graph")).collect();
        let took = seconds(&|| {
            thread::scope(|scope| {
                for (share, graph) in (0..).zip(&graphs) {
                    scope.spawn(move || (share..calls()).step_by(processes).for_each(|call| drop(make(graph, call))));
                }
            });
        });
        eprintln!("{processes} writers, one graph on PostgreSQL: {:.0} calls/s", calls() as f64 / took);
    }
    let graph = Graph::open(server.graph("lists"), &config()).expect("a graph");
    let lists: Vec<String> = (0..calls()).map(messages).collect();
    let took = seconds(&|| {
        for (place, calls) in lists.chunks(100).enumerate() {
            let calls: Vec<(&str, i64)> =
                calls.iter().map(|call| (call.as_str(), received(place as u64 * 100))).collect();
            graph.ingest_together(&calls).into_iter().for_each(|answer| drop(answer.expect("an answer")));
        }
    });
    eprintln!("one writer, 100 calls a turn: {:.0} calls/s", calls() as f64 / took);
}
