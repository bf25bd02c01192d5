//! Messages for a live graph from JSON lines: a message, a list of them, or a batch envelope a line.

use super::{Watched, file_name, stopped, system_error};
use crate::error::{Code, Error, Family, Result};
use crate::graph::Graph;
use crate::instant::Instant;
use crate::progress::{Control, NOTHING_KEPT};
use serde::Serialize;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The longest line, in bytes.
const LONGEST: usize = 64 << 20;
/// So many lines that were left out are told one by one.
const TOLD: usize = 1_000;
/// Lines between two looks at whether to stop.
const STRIDE: u64 = 1_024;

/// What became of the lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ingested {
    /// Lines that were taken in; blank ones are not counted.
    pub lines: u64,
    /// Entries that they made in the change feed.
    pub changes: u64,
    /// Lines that were left out.
    pub skipped: u64,
    /// Why: of the first thousand of them.
    pub faults: Vec<Fault>,
}

/// Why a line was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: u64,
    /// The stable code of the error.
    pub code: String,
    /// The error: place, reason, remedy.
    pub reason: String,
}

/// How the lines of a file are taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// When the messages arrived.
    pub received: Instant,
    /// Whether a line that is at fault is left out and told; otherwise it ends the call.
    pub skip_faults: bool,
}

/// Takes in the messages of a file of JSON lines, in the order of its lines.
///
/// A line is taken in whole or not at all. When this returns, all that was taken in survives a crash.
///
/// ```
/// use cdp_core::graph::Graph;
/// use cdp_core::io::messages::{Settings, ingest};
/// use cdp_core::progress::Control;
/// let graph = Graph::in_memory(&cdp_core::Config::default())?;
/// let lines = "{\"type\": \"identify\", \"userId\": \"u1\"}\n\n{\"type\": \"page\"}\n";
/// let settings = Settings { received: 1_714_557_600_000, skip_faults: true };
/// let ingested = ingest(&graph, lines.as_bytes(), &settings, &Control::default())?;
/// assert_eq!((ingested.lines, ingested.skipped), (1, 1));
/// assert!(ingested.faults[0].reason.starts_with("line 3, field 'anonymousId': the message says nobody"));
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `io` if the file cannot be read; `invalid_message`, `invalid_input` with the line that is at fault, unless those are left out;
/// those of the store; `cancelled`. The lines before the one that the error names are kept then, and the error says so.
pub fn ingest_file(graph: &Graph, path: impl AsRef<Path>, settings: &Settings, control: &Control) -> Result<Ingested> {
    let path = path.as_ref();
    let named = |error: Error| if stopped(&error) { error } else { error.file(file_name(path)) };
    let file = Watched::open(path, control).map_err(named)?;
    ingest(graph, file, settings, control).map_err(named)
}

/// As [`ingest_file`], from any reader.
///
/// # Errors
/// Those of [`ingest_file`].
pub fn ingest(graph: &Graph, reader: impl Read, settings: &Settings, control: &Control) -> Result<Ingested> {
    let mut lines = Lines { reader: BufReader::with_capacity(1 << 16, reader), bytes: Vec::new(), number: 0 };
    let mut ingested = Ingested::default();
    let taken = take_all(graph, &mut lines, settings, control, &mut ingested);
    // Whatever ended it: what was taken in is kept.
    let kept = graph.flush();
    taken.map_err(|error| told(error, &ingested)).and(kept)?;
    Ok(ingested)
}

fn take_all(
    graph: &Graph,
    lines: &mut Lines<impl BufRead>,
    settings: &Settings,
    control: &Control,
    ingested: &mut Ingested,
) -> Result<()> {
    control.check()?;
    while let Some((number, line)) = lines.next()? {
        if number.is_multiple_of(STRIDE) {
            control.check()?;
        }
        let taken = line.and_then(|line| match line.trim().is_empty() {
            true => Ok(None),
            false => graph.ingest_soon(line, settings.received).map(|(changes, _)| Some(changes.len())),
        });
        match taken {
            Ok(None) => {}
            Ok(Some(changes)) => {
                ingested.lines += 1;
                ingested.changes += changes as u64;
            }
            Err(error) => {
                let blames = error.code().family() == Family::Data;
                let error = error.line(number);
                if !blames || !settings.skip_faults {
                    return Err(error);
                }
                ingested.skipped += 1;
                if ingested.faults.len() < TOLD {
                    let (code, reason) = (error.code().as_str().to_owned(), error.to_string());
                    ingested.faults.push(Fault { line: number, code, reason });
                }
            }
        }
    }
    Ok(())
}

/// An error with what was kept before it.
fn told(error: Error, ingested: &Ingested) -> Error {
    let kept = match ingested.lines {
        0 => "no line was taken in".to_owned(),
        lines => format!(
            "the {lines} line(s) taken in before are kept; what has an id counts once when the file is read again"
        ),
    };
    let error = match error.reason().strip_suffix(NOTHING_KEPT) {
        Some(reason) => Error::new(error.code(), reason),
        None => error,
    };
    let help = error.remedy().map_or_else(|| kept.clone(), |remedy| format!("{remedy}; {kept}"));
    error.help(help)
}

/// The lines of a text, counted from 1.
struct Lines<R> {
    reader: R,
    bytes: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line with its number, or what is wrong with it; `None` at the end.
    fn next(&mut self) -> Result<Option<(u64, Result<&str>)>> {
        self.bytes.clear();
        let failed = |error: std::io::Error| system_error(&error);
        // One byte more than is taken shows that it is too long.
        let read = self.reader.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut self.bytes).map_err(failed)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if read > LONGEST && self.bytes.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n').map_err(failed)?;
            let reason = format!("the line has more than {LONGEST} bytes");
            let error = Error::new(Code::InvalidMessage, reason).help("write one message a line");
            return Ok(Some((self.number, Err(error))));
        }
        let line = self.bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| self.number == 1).unwrap_or(&self.bytes);
        let text = std::str::from_utf8(line);
        let broken = |_| Error::new(Code::InvalidMessage, "the line is not UTF-8").help("save the file as UTF-8");
        Ok(Some((self.number, text.map_err(broken))))
    }
}
