//! The tables: medians, and ratios to the first tool.

use crate::beside::{Run, Set, Tool};
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "| tool | wall s | CPU s | peak MB | wall, CPU, memory beside ours | precision | recall | F1 |\n\
                    | --- | --- | --- | --- | --- | --- | --- | --- |\n";

/// The table of one set.
pub(crate) fn of(set: &Set, tools: &[Tool]) -> String {
    let first = tools.iter().find(|tool| !tool.runs.is_empty());
    let rows: String = tools.iter().map(|tool| row(tool, first)).collect();
    let runs = tools.iter().map(|tool| tool.runs.len()).max().unwrap_or(0);
    format!("{}, {} records, median of {runs}\n\n{HEAD}{rows}", set.name, set.records)
}

fn row(tool: &Tool, first: Option<&Tool>) -> String {
    if let Some(why) = &tool.failed {
        return format!("| {} | {why} | | | | | | |\n", tool.name);
    }
    let of = |tool: &Tool, figure: fn(&Run) -> f64| median(tool.runs.iter().map(figure).collect());
    let figures: [fn(&Run) -> f64; 3] =
        [|run| run.seconds, |run| run.told.cpu_seconds, |run| run.told.peak_memory_mb as f64];
    let [seconds, cpu, memory] = figures.map(|figure| of(tool, figure));
    let ratio = |figure| first.map_or(f64::NAN, |first| of(tool, figure) / of(first, figure));
    let [a, b, c] = figures.map(ratio);
    let judged = tool.runs[0].judged;
    format!(
        "| {} | {seconds:.1} | {cpu:.1} | {memory:.0} | {a:.2} {b:.2} {c:.2} | {:.3} | {:.3} | {:.3} |\n",
        tool.name, judged.precision, judged.recall, judged.f1
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => (values[n / 2 - 1] + values[n / 2]) / 2.0,
    }
}

/// Writes `peers.md` and `peers.json`.
pub(crate) fn write(out: &Path, measured: &[(Set, Vec<Tool>)]) -> Result<(), String> {
    let mut text = String::new();
    for (set, tools) in measured {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", of(set, tools));
    }
    let json = serde_json::to_string_pretty(measured).map_err(|error| error.to_string())?;
    std::fs::write(out.join("peers.md"), text)
        .and_then(|()| std::fs::write(out.join("peers.json"), json))
        .map_err(|error| format!("{}: {error}", out.display()))
}
