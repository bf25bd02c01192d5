//! The searchable list of profiles: data embedded as JSON, drawn by the script with text nodes only.

use super::View;
use super::escape::{Html, count, json_in_html};
use serde::Serialize;

/// What the script reads. Arrays by position keep the file small.
#[derive(Serialize)]
struct Data {
    fields: Vec<String>,
    segments: Vec<String>,
    profiles: Vec<Entry>,
}

/// One profile.
#[derive(Serialize)]
struct Entry {
    id: String,
    values: Vec<Option<String>>,
    /// The record each value was taken from, as an index into `records`; -1 where there is none.
    from: Vec<i64>,
    /// How many records it has, of which the first are listed, in the order in which a circle of them is drawn.
    size: usize,
    records: Vec<String>,
    /// Links between its records: positions in `records`, weight in bits (none of what a rule joined), rule.
    links: Vec<(usize, usize, Option<f64>, String)>,
    segments: Vec<u32>,
}

/// The section and its data.
pub(super) fn section(page: &mut Html, view: &View<'_>) {
    let (chosen, note) = sample(view);
    page.section("explorer", "Profiles").raw("<p id=\"explorer-note\">").text(&note).raw("</p>\n");
    page.raw("<div class=\"search\"><label for=\"query\">Search names, values, ids</label>");
    page.raw("<input id=\"query\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">");
    page.raw("<label for=\"segment\">Segment</label><select id=\"segment\"><option value=\"\">any</option></select>");
    page.raw(
        "<label for=\"order\">Order</label><select id=\"order\"><option value=\"size\">most records first</option>",
    );
    page.raw("<option value=\"id\">by id</option></select></div>\n");
    page.raw("<p id=\"found\" role=\"status\" class=\"note\"></p>\n<div id=\"profiles\"></div>\n");
    page.raw("<button id=\"more\" type=\"button\" hidden>Show more</button>\n");
    page.raw("<noscript><p>The list of profiles needs JavaScript.</p></noscript>\n");
    page.raw("<script type=\"application/json\" id=\"data\">")
        .raw(&json_in_html(&data(view, &chosen)))
        .raw("</script>\n</section>\n");
}

/// The profiles put into the file, and what the reader is told about the choice.
pub(super) fn sample(view: &View<'_>) -> (Vec<usize>, String) {
    let profiles = view.resolution.profiles();
    let (all, limit) = (profiles.len(), view.options.explorer_profiles);
    if all <= limit {
        return ((0..all).collect(), format!("All {} profiles are in this file.", count(all as u64)));
    }
    // The largest are the likeliest to be wrong; ids are hashes, so that evenly spaced ones are a fair sample of the others.
    let mut by_size: Vec<usize> = (0..all).collect();
    by_size.sort_by_key(|&profile| (std::cmp::Reverse(profiles.members(profile).len()), profile));
    let largest = limit / 10;
    let mut rest = by_size.split_off(largest);
    rest.sort_unstable();
    let wanted = limit - largest;
    by_size.extend((0..wanted).map(|nth| rest[nth * rest.len() / wanted]));
    by_size.sort_unstable();
    let note = format!(
        "This file holds {} of {} profiles: the {} with the most records, and {} spread evenly over the others. \
         Searching finds these only.",
        count(limit as u64),
        count(all as u64),
        count(largest as u64),
        count(wanted as u64)
    );
    (by_size, note)
}

fn data(view: &View<'_>, chosen: &[usize]) -> Data {
    let links = links_by_profile(view);
    let profiles = view.resolution.profiles();
    Data {
        fields: profiles.fields().iter().map(|field| field.name.clone()).collect(),
        segments: view.segments.iter().map(|segment| segment.name.clone()).collect(),
        profiles: chosen.iter().map(|&profile| entry(view, profile, &links[profile])).collect(),
    }
}

/// The positions of the links of each profile in the result's list.
fn links_by_profile(view: &View<'_>) -> Vec<Vec<usize>> {
    let mut links = vec![Vec::new(); view.resolution.profiles().len()];
    for (index, link) in view.resolution.links().iter().enumerate() {
        let profile = view.resolution.assignments()[link.a as usize] as usize;
        links[profile].push(index);
    }
    links
}

/// At most this many records and links of one profile are put into the file.
const MAX_LISTED: usize = 100;

fn entry(view: &View<'_>, profile: usize, links: &[usize]) -> Entry {
    let profiles = view.resolution.profiles();
    let links: Vec<_> = links.iter().map(|&index| &view.resolution.links()[index]).collect();
    let (order, joins) = view.resolution.drawing(profile, &links);
    let listed = &order[..order.len().min(MAX_LISTED)];
    let place = |record: u32| listed.iter().position(|&member| member == record);
    let joins = joins.into_iter().filter(|(a, b, ..)| *a.max(b) < listed.len());
    Entry {
        id: profiles.id(profile).to_owned(),
        size: order.len(),
        values: profiles
            .fields()
            .iter()
            .map(|field| field.values.get(profile).map(|value| view.value(Some(field.kind), value)))
            .collect(),
        from: profiles
            .fields()
            .iter()
            .map(|field| field.source_record(profile).and_then(place).map_or(-1, |index| index as i64))
            .collect(),
        // JSON has no infinite numbers, which links by rule or decision alone weigh.
        links: joins
            .map(|(a, b, weight, rule)| (a, b, weight.is_finite().then(|| (weight * 10.0).round() / 10.0), rule))
            .take(MAX_LISTED)
            .collect(),
        records: listed.iter().map(|&record| view.record(record)).collect(),
        segments: (0..view.segments.len() as u32)
            .filter(|&segment| view.segments[segment as usize].members.binary_search(&(profile as u32)).is_ok())
            .collect(),
    }
}
