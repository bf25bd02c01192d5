//! The drawings of the report, as inline SVG with a table of the same figures beside them.

use super::View;
use super::escape::{Html, count, counted, percent, share};

/// How many profiles have one record, two, three, ...
pub(super) fn profile_sizes(page: &mut Html, view: &View<'_>) {
    const GROUPS: &[(usize, usize, &str)] = &[
        (1, 1, "1"),
        (2, 2, "2"),
        (3, 3, "3"),
        (4, 4, "4"),
        (5, 5, "5"),
        (6, 10, "6 to 10"),
        (11, 20, "11 to 20"),
        (21, 100, "21 to 100"),
        (101, usize::MAX, "over 100"),
    ];
    let profiles = view.resolution.profiles();
    let sizes: Vec<usize> = (0..profiles.len()).map(|profile| profiles.members(profile).len()).collect();
    page.section("sizes", "Profile sizes");
    page.raw(
        "<p>How many records each person has. Very large profiles deserve a look: shared devices and made-up contact ",
    );
    page.raw("values are the usual cause.</p>\n");
    page.table_head("Profiles by number of records", &["Records", "#Profiles", "#Share", ""]);
    for &(low, high, name) in GROUPS {
        let number = sizes.iter().filter(|&&size| (low..=high).contains(&size)).count() as u64;
        if number > 0 {
            let part = share(number, sizes.len() as u64);
            page.raw("<tr>").element("td", name).number_cell(&count(number)).number_cell(&percent(part)).bar_cell(part);
            page.raw("</tr>\n");
        }
    }
    page.table_end().raw("</section>\n");
}

/// One bar of the histogram: links accepted and refused with weights from `low` to `low + width`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bin {
    pub(super) low: f64,
    pub(super) accepted: u64,
    pub(super) refused: u64,
}

/// At most this many bars are drawn.
const MAX_BINS: f64 = 36.0;

/// Bars of one width (a round number of bits) over all finite weights.
pub(super) fn bins(accepted: &[f64], refused: &[f64]) -> (f64, Vec<Bin>) {
    let weights = || accepted.iter().chain(refused).copied().filter(|weight| weight.is_finite());
    let (low, high) = weights().fold((f64::MAX, f64::MIN), |(low, high), weight| (low.min(weight), high.max(weight)));
    if low > high {
        return (1.0, Vec::new());
    }
    let width = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0].into_iter().find(|width| (high - low) / width < MAX_BINS - 1.0);
    let width = width.unwrap_or((high - low) / (MAX_BINS - 1.0));
    let first = (low / width).floor();
    let number = ((high / width).floor() - first) as usize + 1;
    let mut bins: Vec<Bin> =
        (0..number).map(|index| Bin { low: (first + index as f64) * width, accepted: 0, refused: 0 }).collect();
    let index = |weight: f64| ((weight / width).floor() - first) as usize;
    accepted.iter().filter(|weight| weight.is_finite()).for_each(|&weight| bins[index(weight)].accepted += 1);
    refused.iter().filter(|weight| weight.is_finite()).for_each(|&weight| bins[index(weight)].refused += 1);
    (width, bins)
}

/// The weights of links accepted and refused, and the threshold.
pub(super) fn match_weights(page: &mut Html, view: &View<'_>) {
    let accepted: Vec<f64> = view.resolution.links().iter().map(|link| link.weight).collect();
    let refused: Vec<f64> = view.resolution.refused().iter().map(|link| link.weight).collect();
    let (width, bins) = bins(&accepted, &refused);
    page.section("weights", "Match weights");
    page.raw("<p>The match weight of a link says how much its evidence speaks for one person, in bits: each bit doubles the ");
    page.raw("odds, 0 is even. Links near the threshold are the ones to check.</p>\n");
    if bins.is_empty() {
        page.raw("<p>There are no links.</p>\n</section>\n");
        return;
    }
    let threshold = threshold_bits(view.resolution.summary().threshold);
    draw(page, width, &bins, threshold);
    page.raw("<details><summary>The same as a table</summary>\n");
    page.table_head("Links by match weight", &["#From bits", "#To bits", "#Accepted", "#Refused"]);
    for bin in bins.iter().filter(|bin| bin.accepted + bin.refused > 0) {
        page.raw("<tr>").number_cell(&format!("{:.1}", bin.low)).number_cell(&format!("{:.1}", bin.low + width));
        page.number_cell(&count(bin.accepted)).number_cell(&count(bin.refused)).raw("</tr>\n");
    }
    page.table_end().raw("</details>\n</section>\n");
}

/// The log2 odds of a probability.
pub(super) fn threshold_bits(probability: f64) -> Option<f64> {
    Some((probability / (1.0 - probability)).log2()).filter(|bits| bits.is_finite())
}

/// Width and height of the drawing's inner area, and its margins, in SVG units.
const PLOT: (f64, f64) = (860.0, 220.0);
const MARGIN: (f64, f64, f64) = (56.0, 26.0, 44.0); // left, top, bottom

fn draw(page: &mut Html, width: f64, bins: &[Bin], threshold: Option<f64>) {
    let most = bins.iter().map(|bin| bin.accepted + bin.refused).max().unwrap_or(1).max(1);
    let (first, last) = (bins[0].low, bins[bins.len() - 1].low + width);
    // The threshold belongs into the picture even where no link is near it.
    let first = threshold.map_or(first, |bits| first.min((bits / width).floor() * width));
    let x = |bits: f64| MARGIN.0 + (bits - first) / (last - first) * PLOT.0;
    let y = |number: u64| MARGIN.1 + PLOT.1 * (1.0 - number as f64 / most as f64);
    let links: u64 = bins.iter().map(|bin| bin.accepted).sum();
    let label =
        format!("Histogram of the match weights of {}, from {first:.0} to {last:.0} bits", counted(links, "link"));
    let size = (MARGIN.0 + PLOT.0 + 20.0, MARGIN.1 + PLOT.1 + MARGIN.2);
    page.raw(&format!("<figure><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{label}\">\n", size.0, size.1));
    for tick in 0..=4 {
        let number = most * tick / 4;
        page.raw(&format!("<line class=\"grid\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"axis end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
            MARGIN.0, MARGIN.0 + PLOT.0, MARGIN.0 - 8.0, y(number) + 4.0, count(number), y = y(number)));
    }
    for bin in bins {
        let (left, wide) = (x(bin.low) + 1.0, (x(bin.low + width) - x(bin.low) - 2.0).max(1.0));
        for (class, from, to) in [("accepted", 0, bin.accepted), ("refused", bin.accepted, bin.accepted + bin.refused)]
        {
            if to > from {
                let tall = (y(from) - y(to)).max(1.5);
                page.raw(&format!("<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\"><title>{:.1} to {:.1} bits: {} {class}</title></rect>\n",
                    y(from) - tall, bin.low, bin.low + width, count(to - from)));
            }
        }
    }
    axis(page, first, last, &x);
    if let Some(bits) = threshold {
        let (at, top, foot) = (x(bits), MARGIN.1 - 8.0, MARGIN.1 + PLOT.1);
        page.raw(&format!("<line class=\"threshold\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top:.1}\" y2=\"{foot:.1}\"/><text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\">threshold {bits:.1}</text>\n", at + 5.0, top + 2.0));
    }
    page.raw(
        "</svg>\n<figcaption><span class=\"key accepted\"></span>accepted <span class=\"key refused\"></span>refused",
    );
    page.raw(" · across: match weight in bits · up: links</figcaption></figure>\n");
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
            "<text class=\"axis middle\" x=\"{:.1}\" y=\"{:.1}\">{bits:.0}</text>\n",
            x(bits),
            MARGIN.1 + PLOT.1 + 20.0
        ));
        bits += step;
    }
}
