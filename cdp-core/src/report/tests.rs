//! Tests of the report: what it shows, and that it loads nothing.

use super::escape::{bits, count, counted, percent, shorten};
use super::*;
use crate::model::Model;
use crate::privacy::mask;
use crate::profile::{GoldenField, Profiles};
use crate::record::{Column, TextPool};
use crate::resolve::{Link, Records, Refusal, SourceSummary, Summary};
use crate::schema::{Config, Kind};
use crate::segment::{self, Fields};

/// A result of one source: one profile a name, the first two joined by a link where there are two.
fn result(names: &[&str]) -> Resolution {
    let mut ids = TextPool::default();
    for row in 0..names.len() {
        ids.push(&format!("c{row}"));
    }
    let number = names.len() as u32;
    let records = Records {
        sources: vec!["crm".to_owned()],
        source: vec![0; names.len()],
        ids,
        rows: (0..u64::from(number)).collect(),
    };
    let first = if number > 1 { 2 } else { 1 };
    let starts: Vec<u32> = std::iter::once(0).chain(first..=number).collect();
    let founders: Vec<usize> = starts[..starts.len() - 1].iter().map(|&start| start as usize).collect();
    let field = GoldenField {
        name: "full_name".to_owned(),
        kind: Kind::FullName,
        hashed: false,
        values: Column::new("full_name", founders.iter().map(|&row| Some(names[row]))),
        provenance: founders.iter().map(|&row| row as u32).collect(),
    };
    let profiles = Profiles {
        ids: (0..founders.len()).map(|index| format!("p{index:05}")).collect(),
        starts,
        members: (0..number).collect(),
        fields: vec![field],
    };
    let people = profiles.len() as u64;
    let links = if number > 1 { vec![Link { a: 0, b: 1, weight: 7.25, rule: "match".to_owned() }] } else { vec![] };
    let summary = Summary {
        records: u64::from(number),
        profiles: people,
        sources: vec![SourceSummary {
            name: "crm".to_owned(),
            records: u64::from(number),
            profiles: people,
            duplicates: u64::from(number) - people,
        }],
        pairs_compared: 1234,
        links: links.len() as u64,
        threshold: 0.9,
        expected_precision: 0.981,
        expected_recall: 0.9,
        ..Summary::default()
    };
    let assignments = (0..number).map(|row| row.saturating_sub(first - 1)).collect();
    let (config, model) = (Config::default(), Model::default());
    let evidence = Default::default();
    let (refused, kept) = (vec![], Default::default());
    Resolution { records, assignments, profiles, links, refused, config, model, summary, evidence, kept }
}

/// The text of the embedded data.
fn embedded(page: &str) -> &str {
    let start = page.find("id=\"data\">").expect("there is data") + "id=\"data\">".len();
    &page[start..start + page[start..].find("</script>").expect("it ends")]
}

#[test]
fn markup_in_values_stays_text() {
    let attack = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let mut result = result(&[attack, attack]);
    result.summary.warnings.push(attack.to_owned());
    result.summary.sources[0].name = attack.to_owned();
    result.records.sources[0] = attack.to_owned();
    let predicate =
        segment::compile(&format!("full_name = '{attack}'"), &Fields::of(result.profiles())).expect("it compiles");
    let segment = Segment { name: attack.to_owned(), predicate, members: vec![0] };
    let page = html(&result, &[segment]);
    assert!(!page.contains("<script>alert"));
    assert!(!page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn a_value_cannot_end_the_embedded_data() {
    let attack = "</script><script>alert(1)</script><!-- \u{2028} &lt;";
    let page = html(&result(&[attack]), &[]);
    let data: serde_json::Value = serde_json::from_str(embedded(&page)).expect("the data is whole JSON");
    assert_eq!(data["profiles"][0]["values"][0], attack);
    assert_eq!(page.matches("<script").count(), 2, "the data and our own script");
}

#[test]
fn attributes_cannot_be_left() {
    let mut options = Options { title: "\"><b onclick='x'>".to_owned(), ..Options::default() };
    options.made_at = Some("\"'<>&".to_owned());
    let page = html_with(&result(&["Ann"]), &[], &options);
    assert!(page.contains("<title>&quot;&gt;&lt;b onclick=&#39;x&#39;&gt;</title>"));
    assert!(page.contains("&quot;&#39;&lt;&gt;&amp;"));
}

#[test]
fn long_values_are_cut_at_a_character() {
    let name = "é".repeat(10_000);
    let page = html(&result(&[&name, &name]), &[]);
    assert!(!page.contains(&"é".repeat(161)));
    assert!(page.contains(&format!("{}…", "é".repeat(160))));
    assert_eq!(shorten("short"), "short");
}

#[test]
fn right_to_left_text_emoji_and_control_characters_are_kept_apart() {
    let mut result = result(&["محمد العربي 👩‍👩‍👧", "שרה\u{202e}\u{0}\u{7}"]);
    result.summary.warnings.push("שרה\u{202e}\u{0}\u{7}".to_owned());
    let page = html(&result, &[]);
    let data: serde_json::Value = serde_json::from_str(embedded(&page)).expect("the data is whole JSON");
    assert_eq!(data["profiles"][0]["values"][0], "محمد العربي 👩‍👩‍👧");
    assert!(!page.contains('\u{0}') && !page.contains('\u{7}'));
    assert!(page.contains("<bdi>crm c0</bdi>"));
}

#[test]
fn nothing_is_loaded_from_the_network() {
    // A pattern of the page's own is no address, and the name of SVG's elements is only a name.
    let page =
        html(&result(&["Ann", "Ann"]), &[]).replace("url(#stripes)", "").replace("http://www.w3.org/2000/svg", "");
    assert!(page.contains("default-src 'none'"));
    for forbidden in ["http://", "https://", "@import", "url(", " src=", "<link", "innerHTML", "style-src *"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_policy_allows_exactly_our_script() {
    let page = html(&result(&["Ann"]), &[]);
    let start = page.rfind("<script>").expect("there is a script") + "<script>".len();
    let script = &page[start..start + page[start..].find("</script>").expect("it ends")];
    let hash = base64(Sha256::digest(script.as_bytes()).as_slice());
    assert!(page.contains(&format!("script-src 'sha256-{hash}'")));
    // RFC 4648, section 10.
    let vectors =
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
    vectors.iter().for_each(|(text, coded)| assert_eq!(base64(text.as_bytes()), *coded));
}

#[test]
fn masking_leaves_no_personal_value() {
    let mut result = result(&["Zebulon Quux", "Zebulon Quux", "Other Person"]);
    let reason = "two birth dates: Zebulon".to_owned();
    result.refused.push(Refusal { a: 0, b: 2, weight: 3.0, rule: "match".to_owned(), reason });
    let rule = crate::schema::IdentifierRule { blocked: vec!["zebulon@quux.org".to_owned()], ..Default::default() };
    result.config.identifiers.insert(Kind::Email, rule);
    let open = html(&result, &[]);
    assert!(open.contains("Zebulon Quux") && open.contains("zebulon@quux.org") && open.contains("crm c0"));
    let options = Options { mask_personal: true, ..Options::default() };
    let page = html_with(&result, &[], &options);
    for personal in ["ebulon", "Quux", "uux.org", "crm c0"] {
        assert!(!page.contains(personal), "{personal}");
    }
    assert!(page.contains("crm row 0") && page.contains("Z•••"));
    assert_eq!(mask("é"), "é•••");
}

#[test]
fn a_large_result_is_sampled_and_says_so() {
    let names: Vec<String> = (0..501).map(|row| format!("name {row}")).collect();
    let result = result(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let options = Options { explorer_profiles: 100, ..Options::default() };
    let page = html_with(&result, &[], &options);
    let data: serde_json::Value = serde_json::from_str(embedded(&page)).expect("the data is whole JSON");
    let profiles = data["profiles"].as_array().expect("an array");
    assert_eq!(profiles.len(), 100);
    assert!(page.contains("This file holds 100 of 500 profiles"));
    let largest =
        profiles.iter().any(|profile| profile["records"].as_array().is_some_and(|records| records.len() == 2));
    assert!(largest, "the largest profile is among them");
    assert!(html(&result, &[]).contains("All 500 profiles are in this file."));
}

#[test]
fn columns_are_shown_with_kind_filling_and_faults() {
    let mut result = result(&["Ann"]);
    let emails = [Some("a@exemple.fr"), Some("zeb(at)quux"), None, None];
    let columns = vec![Column::new("mail", emails), Column::new("spare", [None, None, None, None])];
    let table = crate::record::Table::new("crm", columns).expect("a table");
    let mut source = crate::schema::SourceConfig::default();
    source.fields.insert("mail".to_owned(), crate::schema::FieldConfig::new(Kind::Email));
    result.config.sources.insert("crm".to_owned(), source);
    let found = crate::columns::profile(&[table], Some(&result.config), &Default::default()).expect("columns");
    let options = Options { columns: &found, ..Options::default() };
    let page = html_with(&result, &[], &options);
    assert!(page.contains("<td><bdi>mail</bdi></td><td>email</td><td class=\"number\">50.0%</td>"));
    assert!(page.contains("<td><bdi>spare</bdi></td><td>not used</td><td class=\"number\">0.0%</td>"));
    assert!(page.contains("<bdi>zeb(at)quux</bdi>"));
    let masked = html_with(&result, &[], &Options { mask_personal: true, ..options });
    assert!(masked.contains("<bdi>z•••</bdi>") && !masked.contains("zeb(at)"));
}

#[test]
fn segments_that_overlap_are_counted_once_each() {
    let result = result(&["Ann", "Ann", "Bob", "Cid", "Dan"]);
    let segment = |name: &str, members: &[u32]| {
        let predicate = segment::compile("TRUE", &Fields::default()).expect("it compiles");
        Segment { name: name.to_owned(), predicate, members: members.to_vec() }
    };
    let page = html(&result, &[segment("early", &[0, 1, 2]), segment("<late>", &[2])]);
    let start = page.find("class=\"overlaps\"").expect("the table of overlaps");
    let table = &page[start..start + page[start..].find("</table>").expect("it ends")];
    let people: Vec<&str> =
        table.split("<td class=\"number\">").skip(1).filter_map(|cell| cell.split('<').next()).collect();
    assert_eq!(people, ["2", "1"]);
    assert!(table.contains("&lt;late&gt;") && page.contains("1 person in no segment."));
    assert!(!html(&result, &[segment("early", &[0])]).contains("class=\"overlaps\""), "one overlaps with nothing");
}

#[test]
fn an_empty_result_is_a_page_too() {
    let nothing = result(&[]);
    let page = html(&nothing, &[]);
    assert!(page.contains("There are no links.") && page.ends_with("</html>\n"));
}

#[test]
fn words_are_one_sentence_a_figure() {
    let predicate = segment::compile("TRUE", &Fields::default()).expect("it compiles");
    let segment = Segment { name: "all".to_owned(), predicate, members: vec![0, 1] };
    let text = in_words(&result(&["Ann", "Ann", "Bob"]), &[segment]);
    let expected = "3 records of 1 source are 2 people.\n\
        \x20 crm: 3 records of 2 people, 1 duplicate\n\
        1,234 pairs of records compared, 1 link accepted, 0 refused.\n\
        Pairs link from a match probability of 0.900 on; expected precision 98.1%, recall 90.0%.\n\
        \x20 segment all: 2 people";
    assert_eq!(text, expected);
}

#[test]
fn numbers_are_written_for_people() {
    assert_eq!([count(0), count(999), count(1_000), count(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
    assert_eq!([counted(1, "person"), counted(2, "person"), counted(0, "link")], ["1 person", "2 people", "0 links"]);
    assert_eq!([percent(0.99999), percent(1.0), percent(f64::NAN)], ["99.9%", "100.0%", "not known"]);
    assert_eq!([bits(3.04), bits(-0.5)], ["+3.0", "−0.5"]);
}
