//! `cargo xtask api`: what `cdp-core` offers to Rust programs, listed from its sources and held against the listing of the last release.
//!
//! The listing is `cdp-core/api.txt`, one line for each thing that somebody may use. A line that is gone breaks somebody, and asks for a
//! version that says so; a line more breaks nobody. It reads sources, so that it needs neither a network nor a certain compiler: the lint
//! `unreachable_pub` sees to it that `pub` means public. It does not see what types infer (`Send`, `Sync`) nor what code does.

mod listing;
mod source;

use crate::session::Session;
use crate::tools;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// `cargo xtask api [--update]`.
pub(crate) fn run(arguments: &[String]) -> Result<bool, String> {
    match arguments {
        [] => {
            let mut session = Session::new();
            step(&mut session);
            Ok(session.finish())
        }
        [update] if update == "--update" => {
            let lines = listing::lines()?;
            let text = format!("version {}\n{}\n", version()?, lines.join("\n"));
            fs::write(file(), text).map_err(|error| error.to_string())?;
            println!("{} lines in {}", lines.len(), file().display());
            Ok(true)
        }
        _ => Err("usage: cargo xtask api [--update]".to_owned()),
    }
}

/// The comparison, as a step of others.
pub(crate) fn step(session: &mut Session) {
    session.check_with("the Rust API breaks nobody that its version does not warn", check);
}

fn file() -> PathBuf {
    tools::root().join("cdp-core").join("api.txt")
}

/// The version of the workspace.
fn version() -> Result<String, String> {
    let manifest = fs::read_to_string(tools::root().join("Cargo.toml")).map_err(|error| error.to_string())?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = "));
    line.map(|value| value.trim_matches('"').to_owned()).ok_or_else(|| "Cargo.toml has no version".to_owned())
}

fn check() -> Result<String, String> {
    let kept = fs::read_to_string(file()).map_err(|error| format!("{}: {error}", file().display()))?;
    let (first, kept) = kept.split_once('\n').unwrap_or_default();
    let (then, now) = (first.trim_start_matches("version "), version()?);
    let lines = listing::lines()?;
    let (gone, more) = differences(kept.lines(), lines.iter().map(String::as_str));
    let told = format!("since {then}: {} gone or changed, {} new\n", gone.len(), more.len());
    if gone.is_empty() || may_break(then, &now) {
        return Ok(told);
    }
    Err(format!(
        "{told}- {}\n{}\nwhoever uses these has to change something, and version {now} does not say so. Keep them, or raise the version \
         (before 1.0 the second number, later the first). Before the first release, and in the commit of a release: cargo xtask api --update",
        gone.join("\n- "),
        more.iter().map(|line| format!("+ {line}\n")).collect::<String>(),
    ))
}

/// What only the first has, and what only the second; a line counts as often as it stands there.
fn differences<'a>(
    first: impl Iterator<Item = &'a str>,
    second: impl Iterator<Item = &'a str>,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    first.for_each(|line| *counts.entry(line).or_default() += 1);
    second.for_each(|line| *counts.entry(line).or_default() -= 1);
    let those = |sign: i32| counts.iter().filter(|(_, count)| count.signum() == sign).map(|(line, _)| *line).collect();
    (those(1), those(-1))
}

/// Whether a version tells those of another one that something breaks.
fn may_break(then: &str, now: &str) -> bool {
    let parts = |version: &str| -> Vec<u64> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    let (then, now) = (parts(then), parts(now));
    let telling = 1 + then.iter().take_while(|part| **part == 0).count();
    now.iter().take(telling).ne(then.iter().take(telling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_warns_by_its_first_number_that_is_not_nought() {
        for (then, now, warns) in [
            ("0.1.0", "0.1.1", false),
            ("0.1.0", "0.2.0", true),
            ("1.2.0", "1.3.0", false),
            ("1.2.0", "2.0.0", true),
            ("0.9.0", "1.0.0", true),
            ("0.0.1", "0.0.2", true),
        ] {
            assert_eq!(may_break(then, now), warns, "{then} to {now}");
        }
    }

    #[test]
    fn lines_are_counted() {
        let (gone, more) = differences(["a", "b", "b"].into_iter(), ["b", "c"].into_iter());
        assert_eq!((gone, more), (vec!["a", "b"], vec!["c"]));
    }
}
