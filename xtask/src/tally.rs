//! Reads how many tests passed and failed from the output of cargo, pytest, node and this tool.

/// How many tests ran, by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// The sum of all closing lines found in `log`.
    pub(crate) fn read(log: &str) -> Tally {
        let mut tally = Tally::default();
        for line in log.lines() {
            tally.add(Tally::of_line(line.trim()).unwrap_or_default());
        }
        tally
    }

    /// Adds another tally.
    pub(crate) fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Whether nothing ran.
    pub(crate) fn is_empty(self) -> bool {
        self == Tally::default()
    }

    fn of_line(line: &str) -> Option<Tally> {
        if let Some(counts) = line.strip_prefix("test result: ") {
            return Some(Tally::of_words(counts));
        }
        if let Some(counts) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            return Tally::of_node(counts);
        }
        let bare = line.trim_matches('=').trim();
        let bare = bare.split_once(" in ").map_or(bare, |(counts, _seconds)| counts);
        let is_counts = bare.split(',').all(|part| Tally::count(part).is_some());
        is_counts.then(|| Tally::of_words(bare))
    }

    /// `12 passed; 0 failed; 1 ignored` of cargo, `2 failed, 12 passed, 1 skipped in 0.4s` of pytest.
    fn of_words(text: &str) -> Tally {
        let mut tally = Tally::default();
        for (word, count) in text.split([',', ';', '.']).filter_map(Tally::count) {
            match word {
                "passed" | "xfailed" => tally.passed += count,
                "failed" | "error" | "errors" | "xpassed" => tally.failed += count,
                "skipped" | "ignored" => tally.skipped += count,
                _ => {}
            }
        }
        tally
    }

    /// `pass 12`, `fail 0`, `skipped 1`: one a line.
    fn of_node(text: &str) -> Option<Tally> {
        let (word, count) = text.split_once(' ')?;
        let count = count.parse().ok()?;
        match word {
            "pass" => Some(Tally { passed: count, ..Tally::default() }),
            "fail" | "cancelled" => Some(Tally { failed: count, ..Tally::default() }),
            "skipped" | "todo" => Some(Tally { skipped: count, ..Tally::default() }),
            _ => None,
        }
    }

    /// `12 passed` as a word and a count.
    fn count(part: &str) -> Option<(&str, u64)> {
        const WORDS: &[&str] = &[
            "passed",
            "failed",
            "skipped",
            "ignored",
            "error",
            "errors",
            "xfailed",
            "xpassed",
            "warning",
            "warnings",
            "deselected",
        ];
        let mut words = part.split_whitespace();
        let count = words.next()?.parse().ok()?;
        let word = words.next()?;
        WORDS.contains(&word).then_some((word, count))
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally { passed, failed, skipped }
    }

    #[test]
    fn cargo_lines_add_up() {
        let log = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.1s\n\
                   test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(Tally::read(log), tally(14, 1, 1));
    }

    #[test]
    fn pytest_lines() {
        assert_eq!(Tally::read("=== 2 failed, 12 passed, 1 skipped in 0.42s ==="), tally(12, 2, 1));
        assert_eq!(Tally::read("12 passed in 0.42s"), tally(12, 0, 0));
        assert_eq!(Tally::read("1 error in 0.42s"), tally(0, 1, 0));
        assert_eq!(Tally::read("120 passed, 3 warnings in 65.00s (0:01:05)"), tally(120, 0, 0));
    }

    #[test]
    fn node_lines_of_both_reporters() {
        assert_eq!(Tally::read("# tests 5\n# pass 4\n# fail 1\n# cancelled 0\n# skipped 0"), tally(4, 1, 0));
        assert_eq!(Tally::read("ℹ pass 4\nℹ fail 0"), tally(4, 0, 0));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            Tally::read("12 apples\nerror: could not compile\n# 5 things\n\n=====\nfinished in 3 s"),
            tally(0, 0, 0)
        );
        assert_eq!(Tally::read("3 passed, 0 failed"), tally(3, 0, 0));
    }
}
