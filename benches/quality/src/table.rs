//! The table of results: one row a set, other tools' figures beside ours.

use crate::live::Run;
use crate::measure::Measure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What came of one set.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) set: String,
    pub(crate) result: Result<Measure, String>,
    /// Other tools on the same rows, where they were run.
    pub(crate) beside: Vec<Run>,
}

/// Figures of other tools.
#[derive(Debug, Deserialize)]
pub(crate) struct Peers {
    about: String,
    sets: BTreeMap<String, Vec<Peer>>,
}

#[derive(Debug, Deserialize)]
struct Peer {
    tool: String,
    f1: f64,
    how: String,
}

/// Lowest pairwise F1 per set.
pub(crate) type Floors = BTreeMap<String, f64>;

impl Peers {
    /// The figures committed beside this program.
    pub(crate) fn built_in() -> Result<Self, String> {
        serde_json::from_str(include_str!("../peers.json")).map_err(|error| format!("peers.json: {error}"))
    }

    fn of(&self, set: &str) -> String {
        let peers = self.sets.get(set).map(Vec::as_slice).unwrap_or_default();
        let texts: Vec<String> = peers.iter().map(|peer| format!("{} {:.4}", peer.tool, peer.f1)).collect();
        texts.join(", ")
    }
}

/// The name of a set: that of its folder.
pub(crate) fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The two head lines of the table.
pub(crate) fn head() -> String {
    let head = "| set | records | profiles | true | pairs | P | R | F1 | B-cubed F1 | expected P, R | seconds | MB | peers' F1 |";
    let line = "| --- ".repeat(head.matches('|').count() - 1) + "|";
    format!("{head}\n{line}")
}

/// One row of the table.
pub(crate) fn row(outcome: &Outcome, peers: &Peers) -> String {
    let peers = peers.of(&outcome.set);
    match &outcome.result {
        Err(reason) => format!("| {} | {} | | | | | | | | | | | {peers} |", outcome.set, reason.replace('\n', " ")),
        Ok(m) => format!(
            "| {} | {} | {} | {} | {} | {:.4} | {:.4} | **{:.4}** | {:.4} | {:.3}, {:.3} | {:.2} | {} | {peers} |",
            outcome.set,
            m.records,
            m.profiles,
            m.true_profiles,
            m.pairs_compared,
            m.precision,
            m.recall,
            m.f1,
            m.b_cubed_f1,
            m.expected_precision,
            m.expected_recall,
            m.seconds,
            m.peak_memory_mb.map_or_else(|| "-".to_owned(), |mb| mb.to_string()),
        ),
    }
}

/// One row for each tool that was run beside ours.
pub(crate) fn beside(outcome: &Outcome) -> Vec<String> {
    let row = |run: &Run| match &run.result {
        Err(reason) => {
            format!("| {}: {} | {} | | | | | | | | | | | |", outcome.set, run.tool, reason.replace('|', "/"))
        }
        Ok(f) => format!(
            "| {}: {} | | | | | {:.4} | {:.4} | {:.4} | {:.4} | | {:.2} | {} | |",
            outcome.set, run.tool, f.precision, f.recall, f.f1, f.b_cubed_f1, f.seconds, f.peak_memory_mb
        ),
    };
    outcome.beside.iter().map(row).collect()
}

/// Writes `quality.md` and `quality.json` into `out`.
pub(crate) fn write(out: &Path, outcomes: &[Outcome], peers: &Peers) -> Result<(), String> {
    let mut text = format!("# Match quality\n\n{}\n", head());
    for outcome in outcomes {
        text += &row(outcome, peers);
        text.push('\n');
        beside(outcome).iter().for_each(|row| text += &format!("{row}\n"));
    }
    text += "\nP, R, F1: pairwise precision, recall and their harmonic mean over the clusters; expected: as the model\n\
             itself says, without labels; MB: peak memory of the process. Ours: no configuration, no labels.\n";
    text += &format!("\n## Seconds per stage\n\n{}\n## Other tools\n\n{}\n\n", stages(outcomes), peers.about);
    for (set, figures) in &peers.sets {
        for peer in figures {
            text += &format!("- {set}: {} {:.4}, {}\n", peer.tool, peer.f1, peer.how);
        }
    }
    let json = serde_json::to_string_pretty(outcomes).map_err(|error| error.to_string())?;
    let written = std::fs::create_dir_all(out)
        .and_then(|()| std::fs::write(out.join("quality.md"), text))
        .and_then(|()| std::fs::write(out.join("quality.json"), json + "\n"));
    written.map_err(|error| format!("{}: {error}", out.display()))
}

fn stages(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        if let Ok(measure) = &outcome.result {
            let stages: Vec<String> = measure.stages.iter().map(|(name, s)| format!("{name} {s:.2}")).collect();
            text += &format!("- {}: {}\n", outcome.set, stages.join(", "));
        }
    }
    text
}

/// Reads a file of floors: `{"set": 0.95}`.
pub(crate) fn read_floors(path: &Path) -> Result<Floors, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The mean F1 of all sets, and how far the expected precision and recall are from the real ones.
fn mean(outcomes: &[Outcome]) -> String {
    let measures: Vec<&Measure> = outcomes.iter().filter_map(|outcome| outcome.result.as_ref().ok()).collect();
    let mean =
        |of: &dyn Fn(&Measure) -> f64| measures.iter().map(|m| of(m)).sum::<f64>() / measures.len().max(1) as f64;
    let f1 = mean(&|m| m.f1);
    let off = |m: &Measure| ((m.expected_precision - m.precision).abs(), (m.expected_recall - m.recall).abs());
    let (precision, recall) = (mean(&|m| off(m).0), mean(&|m| off(m).1));
    format!("mean F1 {f1:.4}; mean error of the expected precision {precision:.4}, recall {recall:.4}")
}

/// Whether every set ran and reached its floor; prints a line for each that did not, and the closing counts.
pub(crate) fn judge(outcomes: &[Outcome], floors: Option<&Floors>) -> bool {
    let mut failed = 0;
    for outcome in outcomes {
        let floor = floors.and_then(|floors| floors.get(&outcome.set)).copied().unwrap_or(0.0);
        match &outcome.result {
            Err(reason) => println!("{}: {reason}", outcome.set),
            Ok(measure) if measure.f1 < floor => println!("{}: F1 {:.4} is below {floor}", outcome.set, measure.f1),
            Ok(_) => continue,
        }
        failed += 1;
    }
    println!("{}", mean(outcomes));
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    failed == 0
}
