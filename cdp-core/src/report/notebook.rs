//! Pieces of HTML for notebooks: results and explanations as small tables.
//!
//! A piece takes text colour and background from the page around it, so that it is readable on light and on dark ones. All
//! values are escaped, shortened and isolated from the direction of the text around them. Nothing here is a script.

use super::escape::{Html, bits, count, percent, shorten};
use super::words;
use crate::explain::diff::{Detail, Diff, Group, SegmentCounts, What};
use crate::explain::{Bridge, How, Why};
use crate::privacy::{is_personal, mask};
use crate::resolve::Summary;
use crate::schema::Kind;

/// Bits that fill one half of a bar.
const FULL_BAR: f64 = 20.0;

/// Colours are of middle lightness, which stand out from white and from black; what they say is also written as a sign.
const STYLE: &str = "<style>\
.light-cdp{max-width:70em;margin:.4em 0}\
.light-cdp h4{font-size:1em;margin:.2em 0}\
.light-cdp p{margin:.2em 0}\
.light-cdp .scroll{overflow-x:auto}\
.light-cdp table{border-collapse:collapse;margin:.4em 0;color:inherit;background:transparent;font-size:.92em}\
.light-cdp caption{text-align:left;opacity:.8;padding:.2em 0}\
.light-cdp th,.light-cdp td{text-align:left;vertical-align:top;padding:.25em .7em;border:0;\
border-bottom:1px solid rgba(128,128,128,.4);background:transparent;max-width:22em;overflow-wrap:break-word;white-space:normal}\
.light-cdp h4,.light-cdp p,.light-cdp caption{overflow-wrap:anywhere}\
.light-cdp td{min-width:5.5em}\
.light-cdp .number{text-align:right;font-variant-numeric:tabular-nums;min-width:0}\
.light-cdp td.number{white-space:nowrap}\
.light-cdp .balance{width:160px;height:.75em;background:linear-gradient(#888,#888) 50% 0/1px 100% no-repeat}\
.light-cdp .balance span{display:block;height:100%}\
.light-cdp .for{background:#1b87c9}\
.light-cdp .against{background:#d55e00}\
</style>";

/// A table of a piece.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// What it shows.
    pub caption: String,
    /// The columns. One that starts with `#` holds numbers; one called `±` holds match weights, drawn as bars.
    pub columns: Vec<String>,
    /// The rows, with a text for each column.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table of these columns.
    pub fn new(caption: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Grid {
        Grid { caption: caption.to_owned(), columns: columns.iter().map(|&name| name.to_owned()).collect(), rows }
    }
}

/// A piece of a title, lines of text, and tables.
///
/// ```
/// use cdp_core::report::notebook::{Grid, piece};
/// let grid = Grid { caption: "Names".into(), columns: vec!["name".into()], rows: vec![vec!["<b>".into()]] };
/// assert!(piece("People", &[], &[grid]).contains("<td><bdi>&lt;b&gt;</bdi></td>"));
/// ```
pub fn piece(title: &str, lines: &[String], grids: &[Grid]) -> String {
    let mut html = Html::default();
    html.raw("<div class=\"light-cdp\">").raw(STYLE);
    if !title.is_empty() {
        html.element("h4", &shorten(title));
    }
    for line in lines {
        html.element("p", &shorten(line));
    }
    grids.iter().for_each(|grid| table(&mut html, grid));
    html.raw("</div>");
    html.into_text()
}

fn table(html: &mut Html, grid: &Grid) {
    let heading = |name: &String| match name.strip_prefix('#') {
        _ if name == "±" => String::new(),
        Some(number) => format!("#{}", shorten(number)),
        None => shorten(name),
    };
    let columns: Vec<String> = grid.columns.iter().map(heading).collect();
    html.table_head(&shorten(&grid.caption), &columns.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &grid.rows {
        html.raw("<tr>");
        for (column, cell) in grid.columns.iter().zip(row) {
            match column.as_str() {
                "±" => html.raw(&balance(cell.parse().unwrap_or(0.0))),
                name if name.starts_with('#') => html.number_cell(cell),
                _ => html.value_cell(&shorten(cell)),
            };
        }
        html.raw("</tr>");
    }
    html.table_end();
}

/// A match weight as a bar: to the right for, to the left against.
fn balance(weight: f64) -> String {
    let width = if weight.is_finite() { (weight.abs() / FULL_BAR).min(1.0) * 50.0 } else { 50.0 };
    let (left, class) = if weight < 0.0 { (50.0 - width, "against") } else { (50.0, "for") };
    format!(
        "<td aria-hidden=\"true\"><div class=\"balance\"><span class=\"{class}\" \
         style=\"margin-left:{left:.1}%;width:{width:.1}%\"></span></div></td>"
    )
}

/// A value of a field as it may be shown: masked, where that is wanted and the field is personal. What is no kind is personal.
pub fn shown(field: &str, value: &str, masked: bool) -> String {
    if masked && is_personal(field.parse::<Kind>().ok()) { mask(value) } else { value.to_owned() }
}

/// Columns of our tables that hold nothing personal.
const PLAIN_COLUMNS: &[&str] = &[
    "source",
    "source_a",
    "source_b",
    "sources",
    "profile_id",
    "rule",
    "column",
    "kind",
    "finding",
    "type",
    "at",
    "of",
    "feature",
    "level",
    "step",
    "segment",
    "same_profile",
    "order",
    "region",
    "verdict",
];

/// A value of a column of one of our tables, as it may be shown.
pub fn shown_in(column: &str, value: &str, masked: bool) -> String {
    if PLAIN_COLUMNS.contains(&column) { value.to_owned() } else { shown(column, value, masked) }
}

/// An explanation of a pair.
pub fn why(why: &Why, masked: bool) -> String {
    let why = &if masked { why.masked() } else { why.clone() };
    let row = |name: &str, values: [&str; 2], level: &str, weight: f64| {
        let [a, b] = values.map(str::to_owned);
        vec![name.to_owned(), a, b, level.to_owned(), format!("{weight:+.2}"), weight.to_string()]
    };
    let mut rows = vec![row("before any field", ["", ""], "", why.prior)];
    rows.extend(why.parts.iter().map(|part| {
        let values = part.values.each_ref().map(|value| value.as_deref().unwrap_or("(missing)"));
        row(&part.field, values, &part.level, part.weight)
    }));
    rows.push(row("related people", ["", ""], "household or namesake", why.related));
    rows.push(row("match weight", ["", ""], "the sum", why.weight));
    let [a, b] = why.records.each_ref().map(ToString::to_string);
    let verdict = if why.same_profile { "one profile" } else { "different profiles" };
    let mut grids =
        vec![Grid::new("Bits for and against one person", &["field", &a, &b, "agreement", "#bits", "±"], rows)];
    if why.path.len() > 1 {
        let caption = format!("They are joined through {} links", why.path.len());
        grids.push(Grid::new(
            &caption,
            &["record", "record", "rule", "#bits", "±"],
            why.path.iter().map(step).collect(),
        ));
    }
    let line = format!("match weight {:+.2} bits, probability {:.6}", why.weight, why.probability);
    piece(&format!("{a} and {b}: {verdict}"), &[line], &grids)
}

fn step(step: &crate::explain::PathStep) -> Vec<String> {
    let [a, b] = step.records.each_ref().map(ToString::to_string);
    let weight = if step.weight.is_finite() { bits(step.weight) } else { words::unweighed(&step.rule).to_owned() };
    vec![a, b, step.rule.clone(), weight, step.weight.to_string()]
}

/// How a profile came together.
pub fn how(how: &How, masked: bool) -> String {
    let how = &if masked { how.masked() } else { how.clone() };
    let members = how.members.iter().map(|name| vec![name.source.clone(), name.record_id.clone()]).collect();
    let mut grids = vec![Grid::new("Its records, founder first", &["source", "record_id"], members)];
    if !how.merges.is_empty() {
        let merges = how.merges.iter().map(step).collect();
        grids.push(Grid::new(
            "The links that merged them, strongest first",
            &["record", "record", "rule", "#bits", "±"],
            merges,
        ));
    }
    if !how.bridges.is_empty() {
        let row = |bridge: &Bridge| {
            let mut row = step(&bridge.link);
            row.insert(3, count(bridge.size as u64));
            row
        };
        let columns = ["record", "record", "rule", "#records that hang on it", "#bits", "±"];
        let bridges = how.bridges.iter().take(SHOWN).map(row).collect();
        grids.push(Grid::new("Links that alone hold it together", &columns, bridges));
    }
    let line = format!("{} of the pairs of its records hold by themselves", percent(how.cohesion));
    let lines = if how.members.len() > 1 { vec![line] } else { Vec::new() };
    piece(&format!("Profile {}", how.profile_id), &lines, &grids)
}

/// Rows shown of what there may be many of.
const SHOWN: usize = 10;

/// What changed between two results or graphs.
pub fn diff(diff: &Diff, masked: bool) -> String {
    let c = &diff.counts;
    let counts = [
        ("profiles before", c.profiles_before),
        ("profiles after", c.profiles_after),
        ("groups merged", c.merged),
        ("groups split", c.split),
        ("groups rearranged", c.rearranged),
        ("profiles appeared", c.appeared),
        ("profiles disappeared", c.disappeared),
        ("members moved", c.moved),
        ("profiles renamed", c.renamed),
        ("golden values changed", c.values),
        ("consents changed", c.consents),
    ];
    let counts = counts.iter().map(|(name, number)| vec![(*name).to_owned(), count(*number)]).collect();
    let mut grids = vec![Grid::new("How much changed", &["what", "#number"], counts)];
    let segment = |(name, counts): (&String, &SegmentCounts)| {
        let numbers = [counts.before, counts.after, counts.entered, counts.left].map(count);
        std::iter::once(name.clone()).chain(numbers).collect()
    };
    if !diff.segments.is_empty() {
        let columns = ["segment", "#before", "#after", "#entered", "#left"];
        grids.push(Grid::new("Segments", &columns, diff.segments.iter().map(segment).collect()));
    }
    let group = |group: &Group| {
        let numbers = [group.members, group.moved, group.impact].map(count);
        let texts = [group.kind.as_str().to_owned(), group.before.join(", "), group.after.join(", ")];
        let what: Vec<String> = group.details.iter().take(3).map(|detail| changed(detail, masked)).collect();
        texts.into_iter().chain(numbers).chain([what.join("; ")]).collect()
    };
    if !diff.groups.is_empty() {
        let columns = ["what", "before", "after", "#members", "#moved", "#impact", "for example"];
        let caption = format!("The largest of {} groups that changed", count(diff.groups_changed));
        grids.push(Grid::new(&caption, &columns, diff.groups.iter().take(SHOWN).map(group).collect()));
    }
    piece(if diff.is_empty() { "Nothing changed" } else { "What changed" }, &[], &grids)
}

/// One thing that changed, in words.
fn changed(detail: &Detail, masked: bool) -> String {
    let value = |value: &Option<String>| match (value, detail.what) {
        (None, _) => "none".to_owned(),
        (Some(value), What::Value) => shown(&detail.name, value, masked),
        (Some(value), _) => value.clone(),
    };
    match detail.what {
        What::Entered => format!("entered {}", detail.name),
        What::Left => format!("left {}", detail.name),
        What::Value | What::Consent => format!("{}: {} → {}", detail.name, value(&detail.before), value(&detail.after)),
    }
}

/// The figures of a result.
pub fn summary(summary: &Summary) -> String {
    let sources = summary.sources.iter().map(|source| {
        let figures = [source.records, source.profiles, source.duplicates].map(count);
        std::iter::once(source.name.clone()).chain(figures).collect()
    });
    let figures = vec![
        vec!["pairs compared".to_owned(), count(summary.pairs_compared)],
        vec!["links accepted".to_owned(), count(summary.links)],
        vec!["links refused".to_owned(), count(summary.refused)],
        vec!["threshold (probability)".to_owned(), format!("{:.3}", summary.threshold)],
        vec!["expected precision".to_owned(), percent(summary.expected_precision)],
        vec!["expected recall".to_owned(), percent(summary.expected_recall)],
        vec!["seconds".to_owned(), format!("{:.2}", summary.seconds.iter().map(|(_, seconds)| seconds).sum::<f64>())],
    ];
    let grids = [
        Grid::new("Sources", &["source", "#records", "#people", "#duplicates"], sources.collect()),
        Grid::new("Figures", &["figure", "#value"], figures),
    ];
    let notes: Vec<String> = summary.warnings.iter().map(|warning| format!("Note: {warning}")).collect();
    piece(&words::headline(summary), &notes, &grids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_shortened_and_isolated() {
        let attack = "<script>alert(1)</script>";
        let long = "x".repeat(10_000);
        let rows = vec![
            vec![attack.to_owned(), long, "3".to_owned()],
            vec!["שרה".to_owned(), "👩‍👧".to_owned(), "4".to_owned()],
        ];
        let html = piece(attack, &[attack.to_owned()], &[Grid::new(attack, &[attack, "b", "#n"], rows)]);
        assert!(!html.contains("<script") && html.len() < 4_000);
        assert!(html.contains("<td><bdi>שרה</bdi></td><td><bdi>👩‍👧</bdi></td><td class=\"number\">4</td>"));
    }

    #[test]
    fn bars_point_the_way_of_their_weight() {
        assert!(balance(10.0).contains("class=\"for\" style=\"margin-left:50.0%;width:25.0%\""));
        assert!(balance(-40.0).contains("class=\"against\" style=\"margin-left:0.0%;width:50.0%\""));
        assert!(balance(f64::INFINITY).contains("width:50.0%"));
    }

    #[test]
    fn personal_columns_are_masked_and_others_are_not() {
        assert_eq!(shown("email", "ann@exemple.fr", true), "a•••");
        assert_eq!(shown("email", "ann@exemple.fr", false), "ann@exemple.fr");
        assert_eq!(shown("city", "Lyon", true), "Lyon");
        assert_eq!(shown_in("source", "crm", true), "crm");
        assert_eq!(shown_in("record_id", "17", true), "1•••");
        assert_eq!(shown_in("cause", "crm/17", true), "c•••", "what did it can name a record");
    }
}
