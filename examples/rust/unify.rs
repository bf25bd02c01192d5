//! Three systems of a French retailer become one list of people: `cargo run --release --example unify`.
//!
//! Reads `examples/data`, works out by itself what the columns mean, unifies, segments, and writes profiles, links,
//! segments and a report under `target/unify/`. The retailer's own rules are in `examples/data/retailer.toml`.

#![allow(clippy::print_stdout, reason = "a program talks to its user")]

use cdp_core::progress::Control;
use cdp_core::quality::{self, Quality};
use cdp_core::record::Table;
use cdp_core::report;
use cdp_core::resolve::{Options, Resolution};
use cdp_core::segment::Segment;
use cdp_core::{Code, Config, Error, Result, io};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn main() {
    LazyLock::force(&START);
    if let Err(error) = run() {
        println!("error: {error}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let output = output_folder();
    create(&output.join("segments"))?;
    let tables = ["webshop.csv", "loyalty.csv", "tickets.jsonl"].map(|name| io::read(data.join(name), None));
    let tables = tables.into_iter().collect::<Result<Vec<Table>>>()?;

    // The rules are the retailer's; what the columns mean is inferred, as the rules do not say it.
    let rules = Config::load(data.join("retailer.toml"))?;
    let result = with_progress(&tables, &rules)?;
    result.config().save(output.join("cdp.toml"))?;
    let segments = result.segments(None)?;
    let truth = io::read(data.join("truth.csv"), None)?;
    let assignments = io::arrow::to_table("assignments", &[io::tables::assignments(&result)?])?;
    let quality = quality::evaluate_tables(&assignments, &truth)?;

    write_tables(&output, &result)?;
    write_segments(&output.join("segments"), &result, &segments)?;
    let columns = cdp_core::columns::profile(&tables, Some(result.config()), &Control::default())?;
    let options = report::Options { columns: &columns, ..report::Options::default() };
    write(&output.join("report.html"), &report::html_with(&result, &segments, &options))?;
    tell(&result, &segments, &quality, &output)
}

/// `target/unify` of the workspace, wherever the program is started from.
fn output_folder() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    workspace.join("target").join("unify")
}

/// Resolves with a progress bar: one line that goes through the stages.
fn with_progress(tables: &[Table], config: &Config) -> Result<Resolution> {
    let style = ProgressStyle::with_template("{msg:>10} {bar:40} {percent:>3}% {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(1).with_style(style);
    let listener = bar.clone();
    let control = Control::with_listener(move |event| {
        listener.set_message(event.stage);
        listener.set_length(event.total.max(1));
        listener.set_position(event.done);
    });
    let options = Options { control, clock: Some(|| START.elapsed().as_secs_f64()), ..Options::default() };
    let result = cdp_core::resolve(tables, Some(config), &options);
    bar.finish_and_clear();
    result
}

/// Profiles (CSV, and Parquet where the feature is on), assignments, links and refused links.
fn write_tables(folder: &Path, result: &Resolution) -> Result<()> {
    let profiles = io::tables::profiles(result)?;
    io::write(folder.join("profiles.csv"), &profiles)?;
    if cfg!(feature = "parquet") {
        io::write(folder.join("profiles.parquet"), &profiles)?;
    }
    io::write(folder.join("assignments.csv"), &io::tables::assignments(result)?)?;
    io::write(folder.join("links.csv"), &io::tables::links(result)?)?;
    io::write(folder.join("refused.csv"), &io::tables::refused(result)?)
}

/// One CSV file per segment: the id and golden values of each member.
fn write_segments(folder: &Path, result: &Resolution, segments: &[Segment]) -> Result<()> {
    let fields = result.profiles().fields();
    for segment in segments {
        let path = folder.join(format!("{}.csv", segment.name));
        let broken = |error: csv::Error| Error::new(Code::Io, error.to_string()).file(path.display().to_string());
        let mut file = csv::Writer::from_path(&path).map_err(broken)?;
        file.write_record(std::iter::once("profile_id").chain(fields.iter().map(|field| field.name.as_str())))
            .map_err(broken)?;
        for &member in &segment.members {
            let values = fields.iter().map(|field| field.values.get(member as usize).unwrap_or_default());
            let id = result.profiles().id(member as usize);
            file.write_record(std::iter::once(id).chain(values)).map_err(broken)?;
        }
        file.flush().map_err(|error| Error::new(Code::Io, error.to_string()).file(path.display().to_string()))?;
    }
    Ok(())
}

/// The summary in words.
fn tell(result: &Resolution, segments: &[Segment], quality: &Quality, folder: &Path) -> Result<()> {
    println!("{}\n", report::in_words(result, segments));
    let scores = quality.pairwise;
    println!(
        "Against the truth: {} people; precision {:.3}, recall {:.3}, F1 {:.3} over pairs; F1 {:.3} over records (B-cubed).\n",
        quality.entities, scores.precision, scores.recall, scores.f1, quality.b_cubed.f1
    );
    println!("Three merges that look doubtful, and why they were made:");
    for (a, b) in doubtful(result)? {
        println!("  {}", result.why(a, b)?.text.trim_end().replace('\n', "\n  "));
    }
    let shown = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    println!("\nEverything is in {}: start with report.html.", shown.display());
    println!("{:.1} seconds.", START.elapsed().as_secs_f64());
    Ok(())
}

/// Links that are looked at in search of doubtful ones.
const LOOKED_AT: usize = 400;

/// Up to three accepted links that have strong evidence against them too, each about another field.
fn doubtful(result: &Resolution) -> Result<Vec<(u32, u32)>> {
    let mut found = Vec::new();
    for link in result.links().iter().step_by(1 + result.links().len() / LOOKED_AT) {
        let why = result.why(link.a, link.b)?;
        let against =
            why.parts.into_iter().min_by(|x, y| x.weight.total_cmp(&y.weight)).filter(|part| part.weight < 0.0);
        found.extend(against.map(|part| (part.weight, part.field, link.a, link.b)));
    }
    found.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.2, x.3).cmp(&(y.2, y.3))));
    let mut fields = Vec::new();
    found.retain(|(_, field, ..)| {
        !fields.contains(field) && {
            fields.push(field.clone());
            true
        }
    });
    Ok(found.into_iter().take(3).map(|(_, _, a, b)| (a, b)).collect())
}

fn create(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| system_error(folder, &error))
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| system_error(path, &error))
}

fn system_error(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::Io, error.to_string()).file(path.display().to_string())
}
