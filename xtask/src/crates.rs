//! How many crates stand behind `cdp-core`, as docs/languages.md says it for each feature, counted again.

use crate::tools;
use std::collections::BTreeSet;
use std::fs;

/// Where the counts are told: a table whose rows begin with a feature, its default, its count.
const TABLE: &str = "docs/languages.md";

/// Every row against what cargo says. Other systems have other crates; the counts are those of Linux.
pub(crate) fn check() -> Result<String, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok("not counted: the table is of Linux on x86-64".to_owned());
    }
    let text = fs::read_to_string(tools::root().join(TABLE)).map_err(|error| format!("{TABLE}: {error}"))?;
    let told = told(&text);
    if told.len() < 2 {
        return Err(format!("{TABLE}: there is no table that begins with '{HEAD}'"));
    }
    let mut wrong = Vec::new();
    for (feature, told) in &told {
        let counted = count(feature)?;
        if counted.to_string() != *told {
            wrong.push(format!("{TABLE}: {feature}: {counted} crates, where the table says {told}"));
        }
    }
    let manifest = tools::root().join("cdp-core").join("Cargo.toml");
    let manifest = fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let untold = features(&manifest).into_iter().filter(|name| !told.iter().any(|(feature, _)| feature == name));
    wrong.extend(untold.map(|name| format!("{TABLE}: the feature {name} has no row")));
    if wrong.is_empty() { Ok(format!("{} features\n", told.len())) } else { Err(wrong.join("\n")) }
}

const HEAD: &str = "| feature | default | crates |";

/// Feature and count of each row; without a name in code, no feature.
fn told(text: &str) -> Vec<(String, String)> {
    let rows = text.lines().skip_while(|line| !line.starts_with(HEAD)).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let name = cells.get(1)?.strip_prefix('`').map_or("", |name| name.trim_end_matches('`'));
            Some((name.to_owned(), (*cells.get(3)?).to_owned()))
        })
        .collect()
}

/// The features of a manifest, but for what is on by default.
fn features(manifest: &str) -> Vec<&str> {
    let lines = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| Some(line.split_once(" = ")?.0)).filter(|name| *name != "default").collect()
}

/// The crates behind `cdp-core` with one feature alone, itself left out.
fn count(feature: &str) -> Result<usize, String> {
    let mut tree = tools::cargo("tree --locked -p cdp-core --no-default-features -e normal --prefix none --format {p}");
    if !feature.is_empty() {
        tree.args(["--features", feature]);
    }
    let output = tree.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let crates: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_the_table_alone_are_read() {
        let text = "| `a` | yes | 3 |\n\n| feature | default | crates | gives |\n| --- | --- | --- | --- |\n| none | | 7 | x |\n| `csv` | yes | 12 | y |\n\n| `b` | 1 | 2 |\n";
        let told: Vec<String> = told(text).into_iter().map(|(feature, count)| format!("{feature}={count}")).collect();
        assert_eq!(told, ["=7", "csv=12"]);
    }

    #[test]
    fn the_features_of_a_manifest_are_read() {
        let text = "[package]\nname = \"a\"\n\n[features]\ndefault = [\"b\"]\n# What it gives.\nb = []\nc-d = [\"b\"]\n\n[dependencies]\ne = \"1\"\n";
        assert_eq!(features(text), ["b", "c-d"]);
    }
}
