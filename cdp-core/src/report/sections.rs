//! The tables of the report: overview, sources and their columns, golden fields, segments, settings.

use super::escape::{Html, count, counted, percent, share};
use super::{View, charts, words};
use crate::columns::ColumnProfile;
use crate::record::{Column, NULL};
use crate::schema::{Config, Kind};

/// Title and navigation.
pub(super) fn header(page: &mut Html, view: &View<'_>) {
    page.raw("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n").element("h1", &view.options.title);
    page.raw("<p class=\"lead\">")
        .text(&words::headline(view.resolution.summary()))
        .raw("</p>\n<nav aria-label=\"Sections\">");
    let mut links = vec![("overview", "Overview"), ("sources", "Sources"), ("sizes", "Profile sizes")];
    links.extend([("weights", "Match weights"), ("review", "To review"), ("explorer", "Profiles")]);
    links.extend([("segments", "Segments"), ("settings", "Settings")]);
    for (id, name) in links {
        page.raw(&format!("<a href=\"#{id}\">{name}</a>"));
    }
    page.raw("</nav>\n</header>\n");
}

/// The tiles.
pub(super) fn overview(page: &mut Html, view: &View<'_>) {
    let summary = view.resolution.summary();
    let duplicates = summary.records.saturating_sub(summary.profiles);
    page.section("overview", "Overview").raw("<dl class=\"tiles\">\n");
    let tiles = [
        ("Records in", count(summary.records), format!("from {}", counted(summary.sources.len() as u64, "source"))),
        ("People out", count(summary.profiles), "one profile each".to_owned()),
        (
            "Records joined",
            count(duplicates),
            format!("{} of all records", percent(share(duplicates, summary.records))),
        ),
        ("Pairs compared", count(summary.pairs_compared), format!("{} accepted", counted(summary.links, "link"))),
        ("Expected precision", percent(summary.expected_precision), "of the links made are right".to_owned()),
        ("Expected recall", percent(summary.expected_recall), "of the compared matches were found".to_owned()),
    ];
    for (name, figure, note) in tiles {
        page.raw("<div>")
            .element("dt", name)
            .element("dd", &figure)
            .raw("<dd class=\"note\">")
            .text(&note)
            .raw("</dd></div>\n");
    }
    page.raw(
        "</dl>\n<p class=\"note\">Expected precision and recall are the model's own estimate, not a measurement: ",
    );
    page.raw("measure against known pairs where you have them.</p>\n");
    if !summary.warnings.is_empty() {
        page.raw("<ul class=\"warnings\">\n");
        summary.warnings.iter().for_each(|warning| {
            page.element("li", warning).raw("\n");
        });
        page.raw("</ul>\n");
    }
    page.raw("</section>\n");
}

/// Records, people and duplicates per source, then the columns of each.
pub(super) fn sources(page: &mut Html, view: &View<'_>) {
    let summary = view.resolution.summary();
    page.section("sources", "Sources");
    page.table_head(
        "Records and duplicates of each source",
        &["Source", "#Records", "#People", "#Duplicates", "#Share"],
    );
    for source in &summary.sources {
        page.raw("<tr>")
            .value_cell(&source.name)
            .number_cell(&count(source.records))
            .number_cell(&count(source.profiles));
        page.number_cell(&count(source.duplicates)).number_cell(&percent(share(source.duplicates, source.records)));
        page.raw("</tr>\n");
    }
    page.table_end();
    if view.options.columns.is_empty() {
        page.raw("<p class=\"note\">How well the columns are filled is shown where the report is given a profile of them.</p>\n");
    }
    for columns in view.options.columns.chunk_by(|a, b| a.source == b.source) {
        quality(page, view, columns);
    }
    page.raw("</section>\n");
}

/// What the columns of one source hold.
fn quality(page: &mut Html, view: &View<'_>, columns: &[ColumnProfile]) {
    let source = &columns[0].source;
    page.raw("<h3>").text("Columns of ").value(source).raw("</h3>\n");
    let caption = format!("How well the columns of {source} are filled, and what is wrong with them");
    page.table_head(&caption, &["Column", "Meaning", "#Filled", "", "#Unusable", "#Distinct", "To look at"]);
    for column in columns {
        let all = column.rows as u64;
        let part = share(all - column.missing as u64, all);
        page.raw("<tr>").value_cell(&column.column).element("td", &use_of(view, column));
        page.number_cell(&percent(part)).bar_cell(part);
        page.number_cell(&count((column.invalid + column.placeholder) as u64));
        page.number_cell(&count(column.distinct as u64)).raw("<td>");
        to_look_at(page, view, column);
        page.raw("</td></tr>\n");
    }
    page.table_end();
}

/// The most frequent fault of a column, or the value that most people share.
fn to_look_at(page: &mut Html, view: &View<'_>, column: &ColumnProfile) {
    if let Some(shared) = column.shared.first() {
        let people = counted(shared.people as u64, "different person").replace("different persons", "different people");
        page.value(&view.value(Some(column.kind), &shared.value)).text(&format!(" goes with {people}"));
    } else if let Some(problem) = column.problems.first() {
        page.text(&format!("{} times {}, such as ", count(problem.rows as u64), problem.reason));
        page.value(&view.value(Some(column.kind), &problem.example));
    } else if !column.exchanged.is_empty() {
        page.text(&format!("{} with given and family name exchanged", counted(column.exchanged.len() as u64, "row")));
    }
}

/// What the configuration makes of a column.
fn use_of(view: &View<'_>, column: &ColumnProfile) -> String {
    let Some(source) = view.resolution.config().sources.get(&column.source) else { return "not used".to_owned() };
    if let Some(field) = source.fields.get(&column.column) {
        return field.kind.to_string();
    }
    match Some(&column.column) {
        name if source.id.as_ref() == name => "record id".to_owned(),
        name if source.observed_at.as_ref() == name => "observed at".to_owned(),
        _ => "not used".to_owned(),
    }
}

fn filled(column: &Column) -> u64 {
    column.codes().iter().filter(|&&code| code != NULL).count() as u64
}

/// How well the profiles are filled.
pub(super) fn golden_fields(page: &mut Html, view: &View<'_>) {
    let profiles = view.resolution.profiles();
    page.raw("<section id=\"fields\" aria-labelledby=\"fields-title\">\n<h2 id=\"fields-title\">What is known of people</h2>\n");
    page.table_head("Golden fields of the profiles", &["Field", "Kind", "#Filled", "", "#Distinct values"]);
    for field in profiles.fields() {
        let filled = filled(&field.values);
        let part = share(filled, profiles.len() as u64);
        page.raw("<tr>").value_cell(&field.name).element("td", field.kind.as_str()).number_cell(&percent(part));
        page.bar_cell(part).number_cell(&count(field.values.distinct().len() as u64)).raw("</tr>\n");
    }
    page.table_end().raw("</section>\n");
}

/// Segments with their sizes.
pub(super) fn segments(page: &mut Html, view: &View<'_>) {
    page.section("segments", "Segments");
    if view.segments.is_empty() {
        page.raw(
            "<p>No segments were defined. Name predicates under <code>[segments]</code> in the configuration.</p>\n",
        );
    } else {
        page.table_head("Segments and how many people are in each", &["Segment", "Predicate", "#People", "#Share", ""]);
        let everybody = view.resolution.profiles().len() as u64;
        for segment in view.segments {
            let people = segment.members.len() as u64;
            page.raw("<tr>")
                .value_cell(&segment.name)
                .raw("<td><code>")
                .text(&segment.predicate.expr().to_string())
                .raw("</code></td>");
            page.number_cell(&count(people)).number_cell(&percent(share(people, everybody)));
            page.bar_cell(share(people, everybody)).raw("</tr>\n");
        }
        page.table_end();
        charts::combinations(page, view);
    }
    page.raw("</section>\n");
}

/// The configuration and the seconds it took.
pub(super) fn settings(page: &mut Html, view: &View<'_>) {
    let summary = view.resolution.summary();
    page.section("settings", "Settings used").element("p", &words::expectation(summary)).raw("\n");
    if !summary.seconds.is_empty() {
        page.table_head("Seconds of each stage", &["Stage", "#Seconds"]);
        for (stage, seconds) in &summary.seconds {
            page.raw("<tr>").element("td", stage).number_cell(&format!("{seconds:.3}")).raw("</tr>\n");
        }
        page.table_end();
    }
    page.raw("<details><summary>The whole configuration (TOML)</summary>\n<pre tabindex=\"0\">");
    page.text(&settings_text(view)).raw("</pre></details>\n</section>\n");
}

/// The configuration as TOML, without the values it blocks where personal values are masked.
fn settings_text(view: &View<'_>) -> String {
    let mut config: Config = view.resolution.config().clone();
    if view.options.mask_personal {
        let hide = |values: &mut Vec<String>| values.iter_mut().for_each(|value| *value = crate::privacy::mask(value));
        config.identifiers.values_mut().for_each(|rule| hide(&mut rule.blocked));
        config.lists.values_mut().for_each(hide);
        config.placeholders.iter_mut().filter(|(kind, _)| is_masked(**kind)).for_each(|(_, values)| hide(values));
    }
    toml::to_string_pretty(&config).unwrap_or_else(|error| error.to_string())
}

fn is_masked(kind: Kind) -> bool {
    crate::privacy::is_personal(Some(kind))
}

/// What the file is, and what it is not.
pub(super) fn footer(page: &mut Html, view: &View<'_>) {
    page.raw("<footer><p>").text("Made by light CDP ").text(env!("CARGO_PKG_VERSION"));
    if let Some(made_at) = &view.options.made_at {
        page.text(", ").text(made_at);
    }
    let masked = match view.options.mask_personal {
        true => " Personal values are masked.",
        false => " It holds personal data: keep it where your customers' data may be kept.",
    };
    page.text(". This file loads nothing from the network.").text(masked).raw("</p></footer>\n");
}
