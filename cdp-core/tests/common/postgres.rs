//! A PostgreSQL server of a test's own: in a temporary folder, on a socket there, gone with the test.

#![allow(dead_code)] // each test uses some of it
#![allow(clippy::disallowed_methods, clippy::print_stderr)] // a test has processes, files and an environment

use super::common::Folder;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// A server.
pub(crate) struct Server {
    folder: Folder,
    programs: PathBuf,
    is_root: bool,
    settings: Vec<String>,
    process: Mutex<Option<Child>>,
}

/// Where `initdb` and `postgres` lie together.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn has(program: &str) -> bool {
    let probe = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

impl Server {
    /// A server, or `None` and a message why the test is skipped.
    pub(crate) fn start() -> Option<Server> {
        Server::start_with(|_| Some(vec!["listen_addresses=".to_owned()]))
    }

    /// As [`Server::start`], with settings that may name files in its folder; whoever makes them says why where there are none.
    pub(crate) fn start_with(settings: impl FnOnce(&Path) -> Option<Vec<String>>) -> Option<Server> {
        let Some(programs) = programs() else {
            eprintln!("skipped: there is no PostgreSQL (initdb and postgres) on the PATH or in /usr/lib/postgresql");
            return None;
        };
        let folder = Folder::new();
        let is_root = std::fs::metadata(folder.path()).is_ok_and(|folder| folder.uid() == 0);
        if is_root && !(has("setpriv") && nobody_owns(folder.path())) {
            eprintln!("skipped: PostgreSQL does not run as root, and there is no setpriv to run it as nobody");
            return None;
        }
        let settings = settings(folder.path())?;
        let server = Server { folder, programs, is_root, settings, process: Mutex::new(None) };
        let mut init = server.command("initdb");
        init.args(["--auth=trust", "--username=cdp", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(server.data());
        let made = init.stdout(Stdio::null()).output().expect("initdb");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        server.run();
        Some(server)
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if !self.is_root {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--clear-groups"]).arg(program);
        command
    }

    /// Starts the server, and waits until it answers.
    pub(crate) fn run(&self) {
        self.run_with(&[]);
    }

    /// As [`Server::run`], with settings that come after its own.
    pub(crate) fn run_with(&self, settings: &[&str]) {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log")).expect("a log");
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        let own = self.settings.iter().map(String::as_str);
        for setting in own.chain(settings.iter().copied()) {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::null()).stderr(log);
        *self.process.lock().expect("a lock") = Some(command.spawn().expect("a server"));
        for _ in 0..600 {
            if postgres::Client::connect(&self.address(), postgres::NoTls).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("the server does not answer: {log}");
    }

    /// Ends the server at once, as a loss of power would, but that the system lives on.
    pub(crate) fn crash(&self) {
        self.end("-QUIT");
    }

    fn end(&self, signal: &str) {
        if let Some(mut process) = self.process.lock().expect("a lock").take() {
            let _ = Command::new("kill").args([signal, &process.id().to_string()]).status();
            let _ = process.wait();
        }
    }

    fn address(&self) -> String {
        let socket = self.folder.path().to_string_lossy().replace('/', "%2F");
        let port = self.settings.iter().find_map(|setting| setting.strip_prefix("port=")).unwrap_or("5432");
        format!("postgres://cdp@{socket}:{port}/postgres")
    }

    /// The address of a graph on the server.
    pub(crate) fn graph(&self, name: &str) -> String {
        format!("{}?graph={name}", self.address())
    }

    /// A connection to the server.
    pub(crate) fn client(&self) -> postgres::Client {
        postgres::Client::connect(&self.address(), postgres::NoTls).expect("a connection")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end("-INT");
    }
}

/// Makes the server's user the owner of a file, where the test is root.
pub(crate) fn nobody_owns(folder: &Path) -> bool {
    Command::new("chown").arg("nobody").arg(folder).status().is_ok_and(|status| status.success())
}
