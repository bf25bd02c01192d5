//! Every link in the documents that leads into the repository leads somewhere: to a file that is there, and to a heading of it.

use crate::{docs, tools};
use std::fs;
use std::path::Path;

/// Checks the links of all documents; the log closes with `N passed, N failed`.
pub(crate) fn check() -> Result<String, String> {
    let root = tools::root();
    let mut files = docs::documents()?;
    files.extend(
        ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "conformance/README.md"].map(|name| root.join(name)),
    );
    let (mut sound, mut broken) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        for (line, target) in links(&text) {
            match fault(&file, &text, &target) {
                None => sound += 1,
                Some(fault) => broken.push(format!("{}:{line}: {target}: {fault}", docs::name_of(&file))),
            }
        }
    }
    let log = format!("{}\n{sound} passed, {} failed", broken.join("\n"), broken.len());
    if broken.is_empty() { Ok(log) } else { Err(log) }
}

/// The targets of links within the repository, with their lines; what is code holds none.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("");
        let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let inner = targets
            .map(|(target, _)| target)
            .filter(|target| !target.contains("://") && !target.starts_with("mailto:"));
        found.extend(inner.filter(|_| !fenced).map(|target| (index + 1, target.to_owned())));
    }
    found
}

/// What is wrong with a link, if anything is.
fn fault(file: &Path, text: &str, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let place = file.parent().unwrap_or(file).join(path);
    if !path.is_empty() && !place.exists() {
        return Some("there is no such file".to_owned());
    }
    let anchor = anchor.filter(|_| path.is_empty() || path.ends_with(".md"))?;
    let other = if path.is_empty() { text.to_owned() } else { fs::read_to_string(&place).ok()? };
    match headings(&other).iter().any(|heading| heading == anchor) {
        true => None,
        false => Some("there is no such heading".to_owned()),
    }
}

/// The anchors of the headings of a document.
fn headings(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if let Some(title) = line.strip_prefix('#').filter(|_| !fenced) {
            found.push(slug(title.trim_start_matches('#').trim()));
        }
    }
    found
}

/// A heading as an anchor: small letters, without signs, with hyphens for spaces.
fn slug(title: &str) -> String {
    let kept = title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::{fault, headings, links};
    use std::path::Path;

    const TEXT: &str = "# A title, with `code`\nsee [b](b.md#part) and [c](https://c.org) and `[d](d.md)`\n```\n[e](e.md)\n# no heading\n```\n";

    #[test]
    fn links_are_those_of_prose_into_the_repository() {
        assert_eq!(links(TEXT), [(2, "b.md#part".to_owned())]);
    }

    #[test]
    fn the_documents_have_no_broken_link() {
        assert_eq!(super::check().map(drop), Ok(()));
    }

    #[test]
    fn a_link_needs_its_file_and_its_heading() {
        assert_eq!(headings(TEXT), ["a-title-with-code"]);
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert_eq!(fault(&here, TEXT, "#a-title-with-code"), None);
        assert_eq!(fault(&here, TEXT, "src/links.rs"), None);
        assert!(fault(&here, TEXT, "#another").is_some());
        assert!(fault(&here, TEXT, "src/missing.rs").is_some());
        assert!(fault(&here, TEXT, "../README.md#no-such-heading").is_some());
    }
}
