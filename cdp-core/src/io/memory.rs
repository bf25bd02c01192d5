//! How much memory the process holds and may hold, as the operating system tells; limits as callers write them.

use crate::error::{Code, Error, Result};
use crate::progress::Control;
use std::fs::read_to_string;

/// The size of a page, by which Linux counts what a process holds, on every common machine.
const PAGE_BYTES: u64 = 4096;
/// Part of the memory that is left alone where no limit was given, so that the machine does not begin to swap.
const SPARE: f64 = 0.05;

/// Bytes of memory that this process holds; 0 where the system does not tell (it does on Linux).
pub fn held() -> u64 {
    let pages = || read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse::<u64>().ok();
    pages().map_or(0, |pages| pages * PAGE_BYTES)
}

/// Bytes of memory that this process may hold before the machine, or its container, runs out; `None` where the system does
/// not tell (it does on Linux).
pub fn available() -> Option<u64> {
    let machine = meminfo(&read_to_string("/proc/meminfo").ok()?)?;
    let container = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|path| read_to_string(path).ok()?.trim().parse::<u64>().ok());
    let most = (held() + machine).min(container.unwrap_or(u64::MAX));
    Some((most as f64 * (1.0 - SPARE)) as u64)
}

/// The bytes that are available, of the text of `/proc/meminfo`.
fn meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// A limit as callers write it: bytes, or a number with a unit: `2 GB`, `1.5GiB`, `800 MB`.
///
/// ```
/// use cdp_core::io::memory::parse;
/// assert_eq!(parse("1.5 GB")?, 1_500_000_000);
/// assert_eq!(parse("2GiB")?, 2 << 30);
/// assert_eq!(parse("4000000")?, 4_000_000);
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `invalid_input`.
pub fn parse(text: &str) -> Result<u64> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 1.0,
        "KB" | "K" => 1e3,
        "MB" | "M" => 1e6,
        "GB" | "G" => 1e9,
        "TB" | "T" => 1e12,
        "KIB" => 1024.0,
        "MIB" => 1048576.0,
        "GIB" => 1073741824.0,
        "TIB" => 1099511627776.0,
        _ => return Err(not_a_size(text)),
    };
    match number.parse::<f64>() {
        Ok(number) if number > 0.0 => Ok((number * factor) as u64),
        _ => Err(not_a_size(text)),
    }
}

fn not_a_size(text: &str) -> Error {
    Error::new(Code::InvalidInput, format!("'{text}' is not an amount of memory"))
        .field("memory_limit")
        .help("give bytes, or a number with a unit: 2 GB, 800 MB, 1.5 GiB")
}

/// The control of a call that may make the process hold so much memory; where no limit is given, as much as the system has.
pub fn limited(control: Control, limit: Option<u64>) -> Control {
    match limit.or_else(available) {
        Some(bytes) => control.with_memory_limit(bytes, held),
        None => control,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_size_is_told() {
        for text in ["", "much", "-3 GB", "3 apples", "GB", "0", "1.2.3 MB"] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.code(), Code::InvalidInput, "{text}");
        }
        let text = "field 'memory_limit': 'much' is not an amount of memory (give bytes, or a number with a unit: 2 GB, \
                    800 MB, 1.5 GiB)";
        assert_eq!(parse("much").unwrap_err().to_string(), text);
    }

    #[test]
    fn the_line_of_what_is_available_is_read() {
        let text = "MemTotal:       24000000 kB\nMemFree:          100000 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(meminfo(text), Some(20_480_000_000));
        assert_eq!(meminfo("nothing"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_holds_some_and_may_hold_more() {
        let block = std::hint::black_box(vec![1u8; 64 << 20]);
        assert!(held() > block.len() as u64);
        assert!(available().unwrap() > held());
    }
}
