//! Encrypted connections to a real PostgreSQL, whose certificates the test makes (openssl). Skipped where there is no server to start,
//! or no openssl.

#![cfg(all(feature = "postgres-tls", unix))]
#![allow(clippy::disallowed_methods, clippy::print_stderr)] // a test has processes and files

#[path = "common/store.rs"]
mod common;
#[path = "common/postgres.rs"]
mod server;

use cdp_core::graph::Graph;
use cdp_core::store::{Postgres, Space, Store};
use cdp_core::{Code, Config, Error};
use common::put;
use server::{Server, nobody_owns};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Two authorities; the first one signs the server's certificate, for `localhost` alone.
const CERTIFICATES: &str = "
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stranger -keyout other.key -out other.pem
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' > names
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
";

fn certificates(folder: &Path) -> bool {
    let has = Command::new("openssl").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no openssl to make certificates with");
        return false;
    }
    let made = Command::new("sh").args(["-ec", CERTIFICATES]).current_dir(folder).output().expect("a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let key = folder.join("server.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a mode");
    nobody_owns(&key);
    true
}

/// An encrypting server, and the port where it listens.
fn start() -> Option<(Server, u16)> {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    let server = Server::start_with(|folder| {
        let file = |name: &str| folder.join(name).display().to_string();
        certificates(folder).then(|| {
            drop(free);
            vec![
                "listen_addresses=127.0.0.1".to_owned(),
                format!("port={port}"),
                "ssl=on".to_owned(),
                format!("ssl_cert_file={}", file("server.pem")),
                format!("ssl_key_file={}", file("server.key")),
            ]
        })
    })?;
    Some((server, port))
}

/// Whether the connections of the library are encrypted; they are all alike.
fn is_encrypted(server: &Server) -> bool {
    let question =
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'light-cdp'";
    let rows = server.client().query(question, &[]).expect("an answer");
    assert_eq!(rows.len(), 1);
    rows[0].get(0)
}

fn refused(url: &str) -> Error {
    let begun = Instant::now();
    let error = Postgres::open(url).map(drop).expect_err(url);
    assert!(begun.elapsed().as_secs() < 8, "it was tried for {:?}: {error}", begun.elapsed());
    assert!(!error.to_string().contains("secret"), "{error}");
    error
}

#[test]
fn what_sslmode_asks_for_is_done() {
    let Some((server, port)) = start() else { return };
    let folder = server.folder().display().to_string();
    let (mine, other) = (format!("sslrootcert={folder}/ca.pem"), format!("sslrootcert={folder}/other.pem"));
    let at = |host: &str, asked: &str| format!("postgres://cdp:secret@{host}:{port}/postgres?graph=tls&{asked}");
    let opens = |url: String, encrypted: bool| {
        let store = Postgres::open(&url).expect(&url);
        store.commit(put(Space::EVIDENCE, b"1", b"x")).expect("a commit");
        assert_eq!(store.get(Space::EVIDENCE, b"1"), Ok(Some(b"x".to_vec())));
        assert_eq!(is_encrypted(&server), encrypted, "{url}");
    };
    for asked in ["", "sslmode=allow", "sslmode=prefer", "sslmode=require"] {
        opens(at("127.0.0.1", asked), true);
    }
    opens(at("127.0.0.1", "sslmode=disable"), false);
    opens(at("localhost", &format!("sslmode=verify-full&{mine}")), true);
    opens(at("localhost", &format!("sslmode=verify-full&{}", mine.replace('/', "%2F"))), true);
    // The certificate does not name the address.
    opens(at("127.0.0.1", &format!("sslmode=verify-ca&{mine}")), true);
    opens(at("127.0.0.1", &format!("sslmode=require&{mine}")), true);

    for (host, asked, reason, help) in [
        ("127.0.0.1", format!("sslmode=verify-full&{mine}"), "not valid for name", "verify-ca"),
        ("localhost", format!("sslmode=verify-full&{other}"), "UnknownIssuer", "sslrootcert"),
        ("localhost", format!("sslmode=verify-ca&{other}"), "UnknownIssuer", "sslrootcert"),
        ("localhost", format!("sslmode=require&{other}"), "UnknownIssuer", "sslrootcert"),
    ] {
        let error = refused(&at(host, &asked));
        assert_eq!(error.code(), Code::StoreIo);
        assert!(error.to_string().contains(reason) && error.remedy().is_some_and(|it| it.contains(help)), "{error}");
    }
    // The system's authorities, where there are any, know nothing of the test's.
    let error = refused(&at("localhost", "sslmode=verify-full"));
    assert!(error.to_string().contains("UnknownIssuer") || error.code() == Code::InvalidInput, "{error}");
    for file in ["none.pem", "server.key"] {
        let error = refused(&at("localhost", &format!("sslmode=verify-full&sslrootcert={folder}/{file}")));
        assert_eq!(error.code(), Code::InvalidInput, "{error}");
    }
}

#[test]
fn a_server_without_tls_gets_nothing_in_the_clear_that_was_to_be_encrypted() {
    let Some((server, port)) = start() else { return };
    let at = |asked: &str| format!("postgres://cdp:secret@localhost:{port}/postgres?graph=plain&{asked}");
    let graph = Graph::open(at("sslmode=require"), &Config::default()).expect("a graph");
    let message =
        |user: &str| format!(r#"{{"type":"identify","userId":"{user}","traits":{{"email":"{user}@example.fr"}}}}"#);
    graph.ingest(&message("u1"), 1_714_557_600_000).expect("a message");

    server.crash();
    server.run_with(&["ssl=off"]);
    let error = refused(&at("sslmode=require"));
    assert!(error.to_string().contains("does not encrypt"), "{error}");
    assert_eq!(graph.ingest(&message("u2"), 1_714_557_600_000).expect_err("in the clear").code(), Code::StoreIo);
    let store = Postgres::open(&at("sslmode=prefer")).expect("a store");
    assert!(!is_encrypted(&server));
    assert!(store.last_key(Space::EVIDENCE).expect("a key").is_some());

    // It goes on where the server encrypts again.
    drop(store);
    server.crash();
    server.run();
    graph.ingest(&message("u2"), 1_714_557_600_000).expect("a message");
    assert_eq!(graph.counts().messages, 2);
    assert!(is_encrypted(&server));
}

#[test]
fn passwords_are_bound_to_the_encrypted_connection() {
    let Some((server, port)) = start() else { return };
    server
        .client()
        .batch_execute("CREATE ROLE ann LOGIN PASSWORD 'secret'; GRANT ALL ON DATABASE postgres TO ann")
        .expect("a role");
    let rules =
        "local all cdp trust\nhostssl all ann 127.0.0.1/32 scram-sha-256\nhostnossl all bob 127.0.0.1/32 trust\n";
    fs::write(server.data().join("pg_hba.conf"), rules).expect("rules");
    server
        .client()
        .batch_execute("CREATE ROLE bob LOGIN; GRANT ALL ON DATABASE postgres TO bob; SELECT pg_reload_conf()")
        .expect("rules");
    let at = |who: &str, asked: &str| format!("postgres://{who}@127.0.0.1:{port}/postgres?graph={}&{asked}", &who[..3]);
    for asked in ["", "sslmode=require", "sslmode=require&channel_binding=require"] {
        Postgres::open(&at("ann:secret", asked)).expect(asked);
    }
    for (who, asked) in [("ann:secret2", ""), ("ann:secret", "sslmode=disable"), ("bob", "sslmode=require")] {
        assert!(refused(&at(who, asked)).to_string().contains("does not let its user in"), "{who} {asked}");
    }
    // Whoever prefers encryption goes without where it is not let in otherwise.
    Postgres::open(&at("bob", "sslmode=prefer")).expect("a store");
}
