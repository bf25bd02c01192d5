//! The drawings of the report, as inline SVG with a table of the same figures beside them. The figures are the result's own.

use super::View;
use super::escape::{Html, count, counted, percent, share};
use crate::resolve::WeightBin;

/// How many profiles have one record, two, three, ...
pub(super) fn profile_sizes(page: &mut Html, view: &View<'_>) {
    const GROUPS: &[(u64, u64, &str)] = &[
        (1, 1, "1"),
        (2, 2, "2"),
        (3, 3, "3"),
        (4, 4, "4"),
        (5, 5, "5"),
        (6, 10, "6 to 10"),
        (11, 20, "11 to 20"),
        (21, 100, "21 to 100"),
        (101, u64::MAX, "over 100"),
    ];
    let sizes = view.resolution.profile_sizes();
    let all = view.resolution.profiles().len() as u64;
    page.section("sizes", "Profile sizes");
    page.raw(
        "<p>How many records each person has. Very large profiles deserve a look: shared devices and made-up contact ",
    );
    page.raw("values are the usual cause.</p>\n");
    page.table_head("Profiles by number of records", &["Records", "#Profiles", "#Share", ""]);
    for &(low, high, name) in GROUPS {
        let number = sizes.iter().filter(|(size, _)| (low..=high).contains(size)).map(|(_, profiles)| profiles).sum();
        if number > 0 {
            let part = share(number, all);
            page.raw("<tr>").element("td", name).number_cell(&count(number)).number_cell(&percent(part)).bar_cell(part);
            page.raw("</tr>\n");
        }
    }
    page.table_end().raw("</section>\n");
}

/// The weights of links accepted and refused, and the threshold.
pub(super) fn match_weights(page: &mut Html, view: &View<'_>) {
    // Of the pairs that do not link only the strongest are kept: beside all links they would mislead.
    let bins = view.resolution.weight_histogram();
    let is_link = |bin: &WeightBin| bin.accepted + bin.refused > 0;
    let (first, last) = (bins.iter().position(is_link), bins.iter().rposition(is_link));
    page.section("weights", "Match weights");
    page.raw("<p>The match weight of a link says how much its evidence speaks for one person, in bits: each bit doubles the ");
    page.raw("odds, 0 is even. Links near the threshold are the ones to check.</p>\n");
    if let Some(told) = unweighed(view) {
        page.raw("<p class=\"note\">").text(&told).raw("</p>\n");
    }
    let (Some(first), Some(last)) = (first, last) else {
        let none = if unweighed(view).is_some() { "No link was weighed." } else { "There are no links." };
        page.raw("<p>").text(none).raw("</p>\n</section>\n");
        return;
    };
    let bins = &bins[first..=last];
    draw(page, bins, view.resolution.threshold_bits());
    page.raw("<details><summary>The same as a table</summary>\n");
    page.table_head("Links by match weight", &["#From bits", "#To bits", "#Accepted", "#Refused"]);
    for bin in bins.iter().filter(|bin| is_link(bin)) {
        page.raw("<tr>").number_cell(&format!("{:.1}", bin.from)).number_cell(&format!("{:.1}", bin.to));
        page.number_cell(&count(bin.accepted)).number_cell(&count(bin.refused)).raw("</tr>\n");
    }
    page.table_end().raw("</details>\n</section>\n");
}

/// The links that weigh infinitely much, in words: no bar of the histogram has them.
fn unweighed(view: &View<'_>) -> Option<String> {
    let [accepted, refused] = view.resolution.unweighed();
    let told = || {
        let (links, refused) = (counted(accepted, "accepted link"), counted(refused, "refused one"));
        format!(
            "{links} and {refused} by rule or decision alone, such as identifiers, have no weight and are not drawn."
        )
    };
    (accepted + refused > 0).then(told)
}

/// Width and height of the drawing's inner area, and its margins, in SVG units.
const PLOT: (f64, f64) = (860.0, 220.0);
const MARGIN: (f64, f64, f64) = (56.0, 26.0, 44.0); // left, top, bottom

/// Stripes of the refused links, so that colour alone does not tell them.
const STRIPES: &str = "<defs><pattern id=\"stripes\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><rect class=\"refused\" width=\"6\" height=\"6\"/>\
    <rect class=\"stripe\" width=\"2\" height=\"6\"/></pattern></defs>\n";

fn draw(page: &mut Html, bins: &[WeightBin], threshold: Option<f64>) {
    let width = bins[0].to - bins[0].from;
    let most = bins.iter().map(|bin| bin.accepted + bin.refused).max().unwrap_or(1).max(1);
    let (first, last) = (bins[0].from, bins[bins.len() - 1].to);
    // The threshold belongs into the picture even where no link is near it.
    let first = threshold.map_or(first, |bits| first.min((bits / width).floor() * width));
    let x = |bits: f64| MARGIN.0 + (bits - first) / (last - first) * PLOT.0;
    let y = |number: u64| MARGIN.1 + PLOT.1 * (1.0 - number as f64 / most as f64);
    let links: u64 = bins.iter().map(|bin| bin.accepted).sum();
    let label =
        format!("Histogram of the match weights of {}, from {first:.0} to {last:.0} bits", counted(links, "link"));
    let size = (MARGIN.0 + PLOT.0 + 20.0, MARGIN.1 + PLOT.1 + MARGIN.2);
    page.raw(&format!("<figure><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{label}\">\n", size.0, size.1));
    page.raw(STRIPES);
    for number in ticks(most) {
        page.raw(&format!("<line class=\"grid\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"axis end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
            MARGIN.0, MARGIN.0 + PLOT.0, MARGIN.0 - 8.0, y(number) + 4.0, count(number), y = y(number)));
    }
    for bin in bins {
        let (left, wide) = (x(bin.from) + 1.0, (x(bin.to) - x(bin.from) - 2.0).max(1.0));
        for (class, from, to) in
            [("accepted", 0, bin.accepted), ("refused striped", bin.accepted, bin.accepted + bin.refused)]
        {
            if to > from {
                let tall = (y(from) - y(to)).max(1.5);
                let word = class.trim_end_matches(" striped");
                page.raw(&format!("<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\"><title>{:.1} to {:.1} bits: {} {word}</title></rect>\n",
                    y(from) - tall, bin.from, bin.to, count(to - from)));
            }
        }
    }
    axis(page, first, last, &x);
    if let Some(bits) = threshold {
        let (at, top, foot) = (x(bits), MARGIN.1 - 8.0, MARGIN.1 + PLOT.1);
        page.raw(&format!("<line class=\"threshold\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top:.1}\" y2=\"{foot:.1}\"/><text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\">threshold {}</text>\n", at + 5.0, top + 2.0, super::escape::bits(bits)));
    }
    page.raw(
        "</svg>\n<figcaption><span class=\"key accepted\"></span>accepted <span class=\"key refused\"></span>refused (striped)",
    );
    page.raw(" · across: match weight in bits · up: links</figcaption></figure>\n");
}

/// Round numbers up to the highest.
fn ticks(most: u64) -> Vec<u64> {
    let powers = (0..18).map(|power| 10_u64.pow(power));
    let step = powers.flat_map(|power| [power, 2 * power, 5 * power]).find(|step| most / step <= 5).unwrap_or(most);
    (0..=most / step).map(|tick| tick * step).collect()
}

/// Round numbers of bits along the foot.
fn axis(page: &mut Html, first: f64, last: f64, x: &dyn Fn(f64) -> f64) {
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
        .into_iter()
        .find(|step| (last - first) / step <= 12.0)
        .unwrap_or(200.0);
    let mut bits = (first / step).ceil() * step;
    while bits <= last {
        page.raw(&format!(
            "<text class=\"axis middle\" x=\"{:.1}\" y=\"{:.1}\">{:.0}</text>\n",
            x(bits),
            MARGIN.1 + PLOT.1 + 20.0,
            bits + 0.0 // never -0
        ));
        bits += step;
    }
}

/// At most this many combinations of segments are listed.
const MOST_COMBINATIONS: usize = 20;

/// Which segments have people in common: one row a combination, with a dot under each segment that it is of.
pub(super) fn combinations(page: &mut Html, view: &View<'_>) {
    let sets: Vec<_> = view.segments.iter().map(|segment| crate::segment::bitmap(&segment.members)).collect();
    let found = crate::segment::combinations(&sets);
    if view.segments.len() < 2 || found.is_empty() {
        return;
    }
    let everybody = view.resolution.profiles().len() as u64;
    let inside: u64 = found.iter().map(|(_, people)| people).sum();
    page.raw("<h3>Who is in which segments at once</h3>\n<p class=\"note\">")
        .text(&format!("{} in no segment.", counted(everybody - inside, "person")));
    if found.len() > MOST_COMBINATIONS {
        let rest: u64 = found[MOST_COMBINATIONS..].iter().map(|(_, people)| people).sum();
        let (shown, all) = (MOST_COMBINATIONS, found.len());
        page.text(&format!(
            " The {shown} largest of {all} combinations are shown; the others have {}.",
            counted(rest, "person")
        ));
    }
    page.raw("</p>\n");
    let names: Vec<&str> = view.segments.iter().map(|segment| segment.name.as_str()).collect();
    page.overlap_head(&names);
    let largest = found[0].1;
    for (of, people) in found.iter().take(MOST_COMBINATIONS) {
        page.raw("<tr>");
        for place in 0..names.len() {
            page.raw(match of.contains(&place) {
                true => "<td class=\"dot in\"><span aria-label=\"in\">●</span></td>",
                false => "<td class=\"dot\"><span aria-label=\"not in\">·</span></td>",
            });
        }
        page.number_cell(&count(*people)).bar_cell(share(*people, largest)).raw("</tr>\n");
    }
    page.table_end();
}
