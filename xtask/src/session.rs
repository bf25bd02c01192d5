//! Runs steps one after another: says which one is running and for how long, keeps its output, counts its tests.
//!
//! A step's output goes to `target/xtask/<step>.log` and is shown only where the step failed.

use crate::tally::Tally;
use crate::tools;
use std::fs;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How many of the last lines of a failed step are shown.
const SHOWN_LINES: usize = 200;

/// Seconds between signs of life where the output is not a terminal.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// One run of several steps.
pub(crate) struct Session {
    started: Instant,
    tally: Tally,
    steps: Vec<(String, bool, f64)>,
}

impl Session {
    /// A session without steps.
    pub(crate) fn new() -> Self {
        Session { started: Instant::now(), tally: Tally::default(), steps: Vec::new() }
    }

    /// Runs a step that only prepares: it counts as failed where it fails, and not at all where it passes.
    pub(crate) fn prepare(&mut self, name: &str, command: &mut Command) -> bool {
        self.step(name, false, || execute(name, command))
    }

    /// Runs a step that checks: it counts the tests in its output, or itself as one.
    pub(crate) fn check(&mut self, name: &str, command: &mut Command) -> bool {
        self.step(name, true, || execute(name, command))
    }

    /// Runs a step that is code of this tool; `work` returns what to show.
    pub(crate) fn check_with(&mut self, name: &str, work: impl FnOnce() -> Result<String, String>) -> bool {
        self.step(name, true, work)
    }

    /// As [`Session::check_with`], for a step that only prepares.
    pub(crate) fn prepare_with(&mut self, name: &str, work: impl FnOnce() -> Result<String, String>) -> bool {
        self.step(name, false, work)
    }

    fn step(&mut self, name: &str, counts: bool, work: impl FnOnce() -> Result<String, String>) -> bool {
        println!("==> {name}");
        let begun = Instant::now();
        let outcome = work();
        let seconds = begun.elapsed().as_secs_f64();
        let passed = outcome.is_ok();
        let log = outcome.unwrap_or_else(|log| log);
        let mut tally = if counts { Tally::read(&log) } else { Tally::default() };
        if tally.is_empty() && counts && passed {
            tally.passed = 1;
        }
        if !passed {
            tally.failed = tally.failed.max(1);
            println!("{}", last_lines(&log));
        }
        self.tally.add(tally);
        println!("    {} in {seconds:.1} s{}", if passed { "ok" } else { "FAILED" }, describe(tally));
        // What was not looked at is never passed over in silence (pytest says so with `-rs`).
        log.lines().filter(|line| line.starts_with("SKIPPED [")).for_each(|line| println!("    | {line}"));
        self.steps.push((name.to_owned(), passed, seconds));
        passed
    }

    /// Prints the summary, closing with the line `N passed, N failed`; true where nothing failed.
    pub(crate) fn finish(self) -> bool {
        println!("\nsummary");
        for (name, passed, seconds) in &self.steps {
            println!("  {} {seconds:>7.1} s  {name}", if *passed { "ok    " } else { "FAILED" });
        }
        println!("  all    {:>7.1} s", self.started.elapsed().as_secs_f64());
        let Tally { passed, failed, skipped } = self.tally;
        match skipped {
            0 => println!("{passed} passed, {failed} failed"),
            _ => println!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
        failed == 0
    }
}

fn describe(tally: Tally) -> String {
    match tally {
        Tally { passed: 0 | 1, failed: 0, skipped: 0 } => String::new(),
        Tally { passed, failed, skipped: 0 } => format!(": {passed} passed, {failed} failed"),
        Tally { passed, failed, skipped } => format!(": {passed} passed, {failed} failed, {skipped} skipped"),
    }
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let hidden = lines.len().saturating_sub(SHOWN_LINES);
    let mut shown = lines[hidden..].iter().map(|line| format!("    | {line}")).collect::<Vec<_>>();
    if hidden > 0 {
        shown.insert(
            0,
            format!("    | ... {hidden} lines before, all in {}", tools::target_dir().join("xtask").display()),
        );
    }
    shown.join("\n")
}

/// Runs a command to its end: its output where it succeeded, its output as the error where it did not.
fn execute(name: &str, command: &mut Command) -> Result<String, String> {
    let shown = format!("$ {}\n", words_of(command));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("{shown}cannot start: {error}"))?;
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take().map(|pipe| forward(pipe, sender.clone()));
    let stderr = child.stderr.take().map(|pipe| forward(pipe, sender));
    let log = shown + &collect(&receiver);
    for reader in [stdout, stderr].into_iter().flatten() {
        let _ = reader.join();
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    save(name, &log);
    match status.success() {
        true => Ok(log),
        false => Err(format!("{log}{status}")),
    }
}

/// Sends each line of a pipe, bytes that are no UTF-8 replaced.
fn forward(pipe: impl Read + Send + 'static, sender: mpsc::Sender<String>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let _ = sender.send(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned());
        }
    })
}

/// Gathers the lines until both pipes are closed, and shows that something is going on meanwhile.
fn collect(receiver: &mpsc::Receiver<String>) -> String {
    let terminal = std::io::stderr().is_terminal();
    let pause = if terminal { Duration::from_millis(200) } else { HEARTBEAT };
    let begun = Instant::now();
    let (mut log, mut last, mut shown) = (String::new(), String::new(), Instant::now());
    loop {
        match receiver.recv_timeout(pause) {
            Ok(line) => {
                log.push_str(&line);
                log.push('\n');
                last = line;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if shown.elapsed() >= pause {
            show_life(terminal, begun.elapsed(), last.trim());
            shown = Instant::now();
        }
    }
    if terminal {
        eprint!("\r\x1b[K");
    }
    log
}

fn show_life(terminal: bool, elapsed: Duration, last: &str) {
    let last: String = last.chars().filter(|c| !c.is_control()).take(90).collect();
    match terminal {
        true => eprint!("\r\x1b[K    {:>4} s  {last}", elapsed.as_secs()),
        false => eprintln!("    ... {} s  {last}", elapsed.as_secs()),
    }
    let _ = std::io::stderr().flush();
}

fn save(name: &str, log: &str) {
    let folder = tools::target_dir().join("xtask");
    let file = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-") + ".log";
    // The log is a convenience: the step's outcome does not depend on it.
    let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(file), log));
}

/// A command as it would be typed.
pub(crate) fn words_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
