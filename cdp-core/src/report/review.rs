//! Links a person should look at: the weakest that were accepted, the strongest that were refused, part by part.

use super::View;
use super::escape::{Html, bits, counted, percent, shorten};
use super::words::unweighed;
use crate::explain::{Part, Why};
use crate::schema::Kind;

/// One link as it is listed: its records, weight, rule and, where refused, the reason.
struct Item<'a> {
    a: u32,
    b: u32,
    weight: f64,
    rule: &'a str,
    reason: Option<&'a str>,
}

/// The section.
pub(super) fn links(page: &mut Html, view: &View<'_>) {
    let links = view.resolution.links();
    let mut weakest: Vec<Item<'_>> = links
        .iter()
        .map(|link| Item { a: link.a, b: link.b, weight: link.weight, rule: &link.rule, reason: None })
        .collect();
    weakest.sort_by(|x, y| x.weight.total_cmp(&y.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    let refused = view.resolution.refused();
    let mut strongest: Vec<Item<'_>> = refused
        .iter()
        .map(|link| Item { a: link.a, b: link.b, weight: link.weight, rule: &link.rule, reason: Some(&link.reason) })
        .collect();
    strongest.sort_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    page.section("review", "To review");
    list(page, view, "Weakest links that were accepted", &weakest);
    list(page, view, "Strongest links that were refused", &strongest);
    page.raw("</section>\n");
}

fn list(page: &mut Html, view: &View<'_>, title: &str, items: &[Item<'_>]) {
    page.element("h3", title).raw("\n");
    let shown = items.len().min(view.options.review_links);
    match (shown, items.len()) {
        (0, _) => page.raw("<p>There are none.</p>\n"),
        (shown, all) if shown < all => {
            page.raw("<p class=\"note\">").text(&format!("{shown} of {}.", counted(all as u64, "link"))).raw("</p>\n")
        }
        _ => page,
    };
    items[..shown].iter().for_each(|item| details(page, view, item));
}

fn details(page: &mut Html, view: &View<'_>, item: &Item<'_>) {
    let why = view.resolution.why(item.a, item.b).ok();
    let weight = match item.weight.is_finite() {
        true => format!("{} bits", bits(item.weight)),
        false => unweighed(item.rule).to_owned(),
    };
    page.raw("<details class=\"link\"><summary><span class=\"weight\">").text(&weight).raw("</span> ");
    page.value(&view.record(item.a)).raw(" and ").value(&view.record(item.b));
    page.raw(" <span class=\"note\">").text(item.rule).raw("</span>");
    why.iter().for_each(|why| strongest_against(page, view, why));
    page.raw("</summary>\n");
    if let Some(reason) = item.reason {
        // A reason may quote values, whose kinds are not known here.
        let shown = if view.options.mask_personal { "hidden, because it may quote personal values" } else { reason };
        page.raw("<p>Refused: ").value(&shorten(shown)).raw("</p>\n");
    }
    match &why {
        Some(why) => parts(page, view, why),
        None => drop(page.raw("<p class=\"note\">No explanation is available for this pair.</p>\n")),
    }
    page.raw("</details>\n");
}

/// The field that speaks most against the link, which is what a reviewer looks for first.
fn strongest_against(page: &mut Html, view: &View<'_>, why: &Why) {
    let against = why.parts.iter().filter(|part| part.weight < 0.0).min_by(|x, y| x.weight.total_cmp(&y.weight));
    let Some(part) = against else { return };
    let [Some(a), Some(b)] = &part.values else { return };
    let kind = kind_of(view, part);
    page.raw(" <span class=\"against\">").text(&part.field).raw(": ");
    page.value(&view.value(kind, a)).raw(" or ").value(&view.value(kind, b)).raw("</span>");
}

/// The parts whose sum is the weight.
fn parts(page: &mut Html, view: &View<'_>, why: &Why) {
    let names: Vec<String> = why.records.iter().map(|record| record.source.clone()).collect();
    let caption = format!("Evidence, in bits; the sum {} stands for {}", bits(why.weight), percent(why.probability));
    page.table_head(&caption, &["Field", &names[0], &names[1], "Comparison", "#Bits"]);
    for part in &why.parts {
        let kind = kind_of(view, part);
        page.raw("<tr>").value_cell(&part.field);
        for value in &part.values {
            match value {
                Some(value) => page.value_cell(&view.value(kind, value)),
                None => page.raw("<td class=\"note\">missing</td>"),
            };
        }
        page.element("td", &part.level);
        weight_cell(page, part.weight);
    }
    for (name, weight) in
        [("before any field was looked at", why.prior), ("for people who share a home or a name", why.related)]
    {
        page.raw("<tr><td colspan=\"4\">").text(name).raw("</td>");
        weight_cell(page, weight);
    }
    page.table_end();
}

fn weight_cell(page: &mut Html, weight: f64) {
    let class = if weight < 0.0 { "against" } else { "for" };
    page.raw(&format!("<td class=\"number {class}\">")).text(&bits(weight)).raw("</td></tr>\n");
}

/// The kind of a compared field, where it is a golden field or a kind's own word.
fn kind_of(view: &View<'_>, part: &Part) -> Option<Kind> {
    match view.resolution.profiles().field(&part.field) {
        Some(field) => Some(field.kind),
        None => part.field.parse().ok(),
    }
}
