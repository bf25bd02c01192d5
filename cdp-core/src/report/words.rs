//! A result in plain sentences: the one place where figures become prose.

use super::escape::{count, counted, percent};
use crate::resolve::{Resolution, Summary};
use crate::segment::Segment;

/// The result in a few lines of plain text: records in, people out, duplicates per source, links, segments.
pub fn in_words(resolution: &Resolution, segments: &[Segment]) -> String {
    let summary = resolution.summary();
    let mut lines = vec![headline(summary)];
    lines.extend(summary.sources.iter().map(|source| {
        let (records, people) = (counted(source.records, "record"), counted(source.profiles, "person"));
        format!("  {}: {records} of {people}, {}", source.name, counted(source.duplicates, "duplicate"))
    }));
    lines.push(links(summary));
    lines.push(expectation(summary));
    lines.extend(
        segments
            .iter()
            .map(|segment| format!("  segment {}: {}", segment.name, counted(segment.members.len() as u64, "person"))),
    );
    lines.extend(summary.warnings.iter().map(|warning| format!("  note: {warning}")));
    lines.join("\n")
}

/// `4,455 records of 3 sources are 2,412 people.`
pub(super) fn headline(summary: &Summary) -> String {
    let (records, sources) = (counted(summary.records, "record"), counted(summary.sources.len() as u64, "source"));
    let verb = if summary.records == 1 { "is" } else { "are" };
    format!("{records} of {sources} {verb} {}.", counted(summary.profiles, "person"))
}

/// What stands in the place of bits for a link that weighs infinitely much: `confirmed` links are decided, others follow from a
/// rule, such as an identifier that both have.
pub(super) fn unweighed(rule: &str) -> &'static str {
    if rule == "confirmed" { "decided" } else { "by rule" }
}

/// How many pairs were compared, linked and refused.
fn links(summary: &Summary) -> String {
    let compared = counted(summary.pairs_compared, "pair");
    let (links, refused) = (counted(summary.links, "link"), count(summary.refused));
    format!("{compared} of records compared, {links} accepted, {refused} refused.")
}

/// What the model expects of its own decisions.
pub(super) fn expectation(summary: &Summary) -> String {
    let (precision, recall) = (percent(summary.expected_precision), percent(summary.expected_recall));
    let threshold = summary.threshold;
    format!(
        "Pairs link from a match probability of {threshold:.3} on; expected precision {precision}, recall {recall}."
    )
}
