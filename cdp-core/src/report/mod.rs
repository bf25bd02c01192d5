//! One self-contained HTML file about a result, and the same result in a few plain sentences.
//!
//! The file loads nothing from anywhere: style, script and data are inside, and its content security policy allows
//! no other script than the one written here. Every value of the data is escaped, shortened and isolated from the
//! direction of the text around it. Nothing here computes a score: weights come from the result and from `why`.

mod charts;
mod escape;
mod explorer;
pub mod notebook;
mod review;
mod sections;
mod words;

pub use words::in_words;

use crate::columns::ColumnProfile;
use crate::privacy::{is_personal, mask};

use crate::normalize::hashed::base64;
use crate::resolve::Resolution;
use crate::segment::Segment;
use escape::Html;
use sha2::{Digest, Sha256};

/// What a report shows, and how.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// The title of the page.
    pub title: String,
    /// Whether personal values and record ids are replaced by their first letter and dots.
    pub mask_personal: bool,
    /// At most this many profiles are put into the explorer.
    pub explorer_profiles: usize,
    /// At most this many links are listed for review, accepted and refused ones each.
    pub review_links: usize,
    /// What the columns of the sources hold ([`crate::columns::profile`]); that part is left out without them.
    pub columns: &'a [ColumnProfile],
    /// When the report was made, in words; the core reads no clock.
    pub made_at: Option<String>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            title: "Who is who: unified customers".to_owned(),
            mask_personal: false,
            explorer_profiles: 2_000,
            review_links: 20,
            columns: &[],
            made_at: None,
        }
    }
}

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// The report with the usual options.
///
/// See [`html_with`] for what it holds.
pub fn html(resolution: &Resolution, segments: &[Segment]) -> String {
    html_with(resolution, segments, &Options::default())
}

/// The report as one HTML document: overview, sources, profile sizes, match weights, links to review, profile explorer,
/// segments and settings.
pub fn html_with(resolution: &Resolution, segments: &[Segment], options: &Options<'_>) -> String {
    let view = View { resolution, segments, options };
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.raw(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", policy()));
    page.element("title", &options.title);
    page.raw(&format!("\n<style>\n{STYLE}</style>\n</head>\n<body>\n"));
    sections::header(&mut page, &view);
    page.raw("<main id=\"main\">\n");
    sections::overview(&mut page, &view);
    sections::sources(&mut page, &view);
    sections::golden_fields(&mut page, &view);
    charts::profile_sizes(&mut page, &view);
    charts::match_weights(&mut page, &view);
    review::links(&mut page, &view);
    explorer::section(&mut page, &view);
    sections::segments(&mut page, &view);
    sections::settings(&mut page, &view);
    page.raw("</main>\n");
    sections::footer(&mut page, &view);
    page.raw(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    page.into_text()
}

/// What every section reads.
struct View<'a> {
    resolution: &'a Resolution,
    segments: &'a [Segment],
    options: &'a Options<'a>,
}

impl View<'_> {
    /// A value of a kind, as it may be shown.
    fn value(&self, kind: Option<crate::schema::Kind>, value: &str) -> String {
        let shown = if self.options.mask_personal && is_personal(kind) { mask(value) } else { value.into() };
        escape::shorten(&shown)
    }

    /// A record's name, as it may be shown: its source and its id, or its row where ids are masked.
    fn record(&self, record: u32) -> String {
        let records = self.resolution.records();
        match self.options.mask_personal {
            true => format!("{} row {}", records.source(record), records.row(record)),
            false => escape::shorten(&format!("{} {}", records.source(record), records.id(record))),
        }
    }
}

/// The content security policy: nothing from the network, and no script but ours.
fn policy() -> String {
    let hash = base64(Sha256::digest(SCRIPT.as_bytes()).as_slice());
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests;
