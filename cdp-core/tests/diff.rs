//! What changed between two results: nothing between equal ones, the mirror image from the other side, counts that equal a
//! comparison pair by pair, and the gate.

mod common;

use cdp_core::explain::diff::{Diff, Kind, Limit, Limits, Options, What};
use cdp_core::graph::{AsOf, Graph};
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options as ResolveOptions, Resolution, resolve};
use cdp_core::{Code, Config};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// People with an e-mail address, a telephone number and a card; few values, so that rules join them in many ways.
fn table(source: &str, rows: &[(u8, u8, u8, u8)]) -> Table {
    let cell = |prefix: &str, number: u8| (number > 0).then(|| format!("{prefix}{number:03}"));
    let ids: Vec<String> = (0..rows.len()).map(|row| format!("r{}", rows[row].3 as usize * 1_000 + row)).collect();
    let columns = [
        ("id", ids.iter().map(|id| Some(id.clone())).collect::<Vec<_>>()),
        ("email", rows.iter().map(|row| cell("p", row.0).map(|name| name + "@mail.example")).collect()),
        ("card", rows.iter().map(|row| cell("77001", row.1)).collect()),
        ("town", rows.iter().map(|row| cell("Town", row.2)).collect()),
    ];
    let column = |(name, cells): &(&str, Vec<Option<String>>)| Column::new(name, cells.iter().map(Option::as_deref));
    Table::new(source, columns.iter().map(column).collect()).expect("a table")
}

fn config(identifiers: &[&str]) -> Config {
    let mut text = "[sources.s]\nid = 'id'\n[sources.s.fields]\nemail = 'email'\ncard = 'loyalty_id'\ntown = 'city'\n\
         [matching]\nfuzzy = false\n[segments]\nsouth = \"city = 'Town001'\"\n"
        .to_owned();
    identifiers.iter().for_each(|kind| text += &format!("[identifiers.{kind}]\n"));
    Config::from_toml(&text).expect("a configuration")
}

fn joined(rows: &[(u8, u8, u8, u8)], identifiers: &[&str]) -> Resolution {
    resolve(&[table("s", rows)], Some(&config(identifiers)), &ResolveOptions::default()).expect("a result")
}

fn all() -> Options {
    Options { examples: usize::MAX, ..Options::default() }
}

fn diff(before: &Resolution, after: &Resolution) -> Diff {
    before.diff(after, &all()).expect("a diff")
}

/// The members of each profile by name, and the profile of each member.
fn members(result: &Resolution) -> (Vec<BTreeSet<String>>, HashMap<String, usize>) {
    let records = result.records();
    let name = |record: u32| format!("{}/{}", records.source(record), records.id(record));
    let profiles = result.profiles();
    let sets = (0..profiles.len()).map(|at| profiles.members(at).iter().map(|&record| name(record)).collect());
    let of = result.assignments().iter().zip(0..).map(|(&profile, record)| (name(record), profile as usize)).collect();
    (sets.collect(), of)
}

/// The counts, found pair by pair and by following who is with whom.
fn by_hand(before: &Resolution, after: &Resolution) -> BTreeMap<&'static str, u64> {
    let ((sets_a, of_a), (sets_b, of_b)) = (members(before), members(after));
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut add = |word: &'static str, count: usize| *counts.entry(word).or_default() += count as u64;
    let both: Vec<&String> = of_a.keys().filter(|name| of_b.contains_key(*name)).collect();
    add("members", both.len());
    for (place, x) in both.iter().enumerate() {
        for y in &both[place + 1..] {
            match (of_a[*x] == of_a[*y], of_b[*x] == of_b[*y]) {
                (false, true) => add("pairs_joined", 1),
                (true, false) => add("pairs_parted", 1),
                _ => {}
            }
        }
    }
    let mut seen = (BTreeSet::new(), BTreeSet::new());
    let starts = (0..sets_a.len()).map(|a| (Some(a), None)).chain((0..sets_b.len()).map(|b| (None, Some(b))));
    for start in starts {
        let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            match node {
                (Some(a), _) if seen.0.insert(a) => {
                    left.insert(a);
                    open.extend(sets_a[a].iter().filter_map(|name| of_b.get(name)).map(|&b| (None, Some(b))));
                }
                (_, Some(b)) if seen.1.insert(b) => {
                    right.insert(b);
                    open.extend(sets_b[b].iter().filter_map(|name| of_a.get(name)).map(|&a| (Some(a), None)));
                }
                _ => {}
            }
        }
        match (left.len(), right.len()) {
            (0, 0) => {}
            (_, 0) => add("disappeared", 1),
            (0, _) => add("appeared", 1),
            (1, 1) => add("kept", 1),
            (_, 1) => add("merged", 1),
            (1, _) => add("split", 1),
            _ => add("rearranged", 1),
        }
        if let (1, 1) = (left.len(), right.len()) {
            let (a, b) = (*left.first().expect("one"), *right.first().expect("one"));
            add("same_members", usize::from(sets_a[a] == sets_b[b]));
        }
    }
    counts
}

fn told(diff: &Diff) -> BTreeMap<&'static str, u64> {
    let c = &diff.counts;
    let all = [
        ("members", c.members),
        ("pairs_joined", c.pairs_joined),
        ("pairs_parted", c.pairs_parted),
        ("disappeared", c.disappeared),
        ("appeared", c.appeared),
        ("kept", c.kept),
        ("same_members", c.same_members),
        ("merged", c.merged),
        ("split", c.split),
        ("rearranged", c.rearranged),
    ];
    all.into_iter().filter(|(word, count)| *count > 0 || *word == "members").collect()
}

fn without_zeros(counts: BTreeMap<&'static str, u64>) -> BTreeMap<&'static str, u64> {
    counts.into_iter().filter(|(word, count)| *count > 0 || *word == "members").collect()
}

const RULES: [&[&str]; 4] = [&[], &["email"], &["loyalty_id"], &["email", "loyalty_id"]];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_changed_from_a_result_to_itself(
        rows in prop::collection::vec((0u8..8, 0u8..8, 0u8..4, 0u8..1), 1..40), rules in 0usize..4
    ) {
        let result = joined(&rows, RULES[rules]);
        let found = diff(&result, &result);
        prop_assert!(found.is_empty(), "{}", found.text);
        prop_assert_eq!(found.counts.kept, found.counts.profiles_before);
        prop_assert_eq!(found.counts.moved + found.counts.values + found.counts.renamed, 0);
        prop_assert!(found.segments.values().all(|segment| segment.entered + segment.left == 0));
    }

    #[test]
    fn counts_are_those_found_by_hand_and_mirrored_from_the_other_side(
        rows in prop::collection::vec((0u8..8, 0u8..8, 0u8..4, 0u8..1), 1..40),
        more in prop::collection::vec((0u8..8, 0u8..8, 0u8..4, 1u8..2), 0..6),
        cut in 0usize..4, rules in (0usize..4, 0usize..4)
    ) {
        let before = joined(&rows, RULES[rules.0]);
        let kept = rows.len().saturating_sub(cut).max(1);
        let changed: Vec<_> = rows[..kept].iter().map(|&(a, b, c, d)| (a, b, 3 - c.min(3), d)).chain(more).collect();
        let after = joined(&changed, RULES[rules.1]);
        let (there, back) = (diff(&before, &after), diff(&after, &before));
        prop_assert_eq!(told(&there), without_zeros(by_hand(&before, &after)), "{}", there.text);

        let (x, y) = (&there.counts, &back.counts);
        prop_assert_eq!((x.merged, x.split, x.rearranged), (y.split, y.merged, y.rearranged));
        prop_assert_eq!((x.appeared, x.disappeared), (y.disappeared, y.appeared));
        prop_assert_eq!((x.pairs_joined, x.pairs_parted), (y.pairs_parted, y.pairs_joined));
        prop_assert_eq!((x.members_before, x.members_after), (y.members_after, y.members_before));
        prop_assert_eq!((x.moved, x.renamed, x.values), (y.moved, y.renamed, y.values));
        prop_assert_eq!(&there.values, &back.values);
        for (name, moves) in &there.segments {
            let other = &back.segments[name];
            prop_assert_eq!((moves.entered, moves.left), (other.left, other.entered));
        }
        prop_assert_eq!(there.groups_changed, back.groups_changed);
        let impacts = |diff: &Diff| diff.groups.iter().map(|group| group.impact).collect::<Vec<_>>();
        prop_assert_eq!(impacts(&there), impacts(&back));
        prop_assert!(impacts(&there).is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn details_add_up_to_the_counts(
        rows in prop::collection::vec((0u8..8, 0u8..8, 0u8..4, 0u8..1), 1..40), rules in (0usize..4, 0usize..4)
    ) {
        let found = diff(&joined(&rows, RULES[rules.0]), &joined(&rows, RULES[rules.1]));
        let details = |what: What| found.groups.iter().flat_map(|group| &group.details).filter(|d| d.what == what).count() as u64;
        prop_assert_eq!(details(What::Value), found.counts.values);
        prop_assert_eq!(details(What::Entered), found.segments["south"].entered);
        prop_assert_eq!(details(What::Left), found.segments["south"].left);
        let kinds = |kind: Kind| found.groups.iter().filter(|group| group.kind == kind).count() as u64;
        prop_assert_eq!([Kind::Merged, Kind::Split, Kind::Rearranged].map(kinds), [found.counts.merged, found.counts.split, found.counts.rearranged]);
        prop_assert_eq!(found.groups.iter().map(|group| group.moved).sum::<u64>(), found.counts.moved);
        for detail in found.groups.iter().flat_map(|group| &group.details).filter(|d| d.what == What::Value) {
            prop_assert_ne!(&detail.before, &detail.after);
        }
    }
}

#[test]
fn ten_thousand_records_equal_a_comparison_by_hand() {
    // Numbers of a linear congruential generator: many small profiles, chains by card, some large ones.
    let mut state = 7_u64;
    let mut draw = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    let rows: Vec<[Option<String>; 4]> = (0..10_000)
        .map(|row| {
            let cell = |prefix: &str, number: u64| (number > 0).then(|| format!("{prefix}{number}"));
            let email = cell("p", draw(7_000)).map(|name| name + "@mail.example");
            [Some(format!("r{row}")), email, cell("7700", draw(9_000)), cell("Town", draw(40))]
        })
        .collect();
    let columns = ["id", "email", "card", "town"].iter().enumerate();
    let columns = columns.map(|(at, name)| Column::new(name, rows.iter().map(move |row| row[at].as_deref())));
    let table = Table::new("s", columns.collect()).expect("a table");
    let under = |identifiers: &[&str]| {
        resolve(std::slice::from_ref(&table), Some(&config(identifiers)), &ResolveOptions::default()).expect("a result")
    };
    let (before, after) = (under(&["email"]), under(&["loyalty_id"]));
    let found = diff(&before, &after);
    assert_eq!(told(&found), without_zeros(by_hand(&before, &after)), "{}", found.text);
    assert!(found.counts.rearranged > 100 && found.counts.merged > 100 && found.counts.split > 100, "{}", found.text);
}

#[test]
fn a_merge_is_told_with_its_members_and_values() {
    let rows = [(1, 1, 1, 0), (2, 1, 2, 0), (3, 3, 3, 0)];
    let found = diff(&joined(&rows, &["email"]), &joined(&rows, &["loyalty_id"]));
    let [group] = found.groups.as_slice() else { panic!("{}", found.text) };
    assert_eq!((group.kind, group.members, group.before.len(), group.after.len()), (Kind::Merged, 2, 2, 1));
    assert_eq!(group.moved, 1, "one of the two was with its partner already");
    let names: Vec<String> = group.records.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["s/r0", "s/r1"]);
}

#[test]
fn a_gate_names_every_limit_that_is_exceeded() {
    let rows = [(1, 1, 1, 0), (2, 1, 2, 0), (3, 3, 3, 0), (4, 3, 1, 0)];
    let found = diff(&joined(&rows, &["email"]), &joined(&rows, &["loyalty_id"]));
    let check = |text: &str| found.check(&Limits::from_toml(text).expect("limits"));
    check("").expect("nothing is limited");
    check("merged = 2\nmoved = '50%'\nsplit = 0").expect("as much as is allowed");
    let error = check("merged = 1\nmoved = '49%'\nsplit = 0").expect_err("more than is allowed");
    assert_eq!(error.code(), Code::LimitExceeded);
    let text = error.to_string();
    assert!(text.contains("merged: 2 of 4, at most 1 may be; moved: 2 of 4, at most 49% may be"), "{text}");
    assert!(!text.contains("split"), "{text}");
    assert_eq!(check("[segments]\nnorth = 0").expect_err("no such segment").code(), Code::NotFound);
    let moved_house: Vec<_> = rows.iter().map(|&(a, b, c, d)| (a, b, c + 4, d)).collect();
    let towns = diff(&joined(&rows, &["email"]), &joined(&moved_house, &["email"]));
    assert_eq!(towns.values["city"], 4);
    assert!(towns.check(&Limits::from_toml("[fields]\nemail = 0\ncity = 4").expect("limits")).is_ok());
    let unknown = towns.check(&Limits::from_json(r#"{"fields": {"no_such": 0}}"#).expect("limits"));
    assert_eq!(unknown.expect_err("no such field").code(), Code::NotFound);
    assert!(towns.check(&Limits::from_toml("[fields]\ncity = '50%'").expect("limits")).is_err());
    assert!(towns.check(&Limits::from_toml("segment = 0").expect("limits")).is_err(), "some left the south");
    for wrong in ["merged = -1", "merged = 'many'", "merged = '101%'", "merge = 1", "merged = 0.5"] {
        assert!(Limits::from_toml(wrong).is_err(), "{wrong}");
    }
    assert!(Limits::from_json(r#"{"merged": 1, "segments": {"south": "10%"}}"#).is_ok());
    assert_eq!(Limit::Share(0.07).to_string(), "7%");
}

const MARCH: i64 = 1_709_251_200_000;
const APRIL: i64 = 1_711_929_600_000;

/// A shop with two accounts of one telephone, of which one agrees to letters.
fn shop() -> Graph {
    let config = "[segments]\nann = \"given_name = 'Ann'\"";
    let graph = Graph::in_memory(&Config::from_toml(config).expect("a configuration")).expect("a graph");
    let messages = [
        r#"{"type": "page", "anonymousId": "a1", "name": "Home"}"#,
        r#"{"type": "identify", "anonymousId": "a2", "traits": {"phone": "+33612345678", "firstName": "Ann"}}"#,
        r#"{"type": "consent", "anonymousId": "a2", "purpose": "letters", "status": "granted"}"#,
    ];
    messages.iter().for_each(|message| drop(graph.ingest(message, MARCH).expect("taken in")));
    let later = [
        r#"{"type": "identify", "anonymousId": "a1", "userId": "u1", "traits": {"phone": "+33612345678", "firstName": "Anna"}}"#,
        r#"{"type": "consent", "userId": "u1", "purpose": "letters", "status": "denied"}"#,
    ];
    later.iter().for_each(|message| drop(graph.ingest(message, APRIL).expect("taken in")));
    graph
}

#[test]
fn two_instants_of_a_graph() {
    let graph = shop();
    let before = graph.as_of(AsOf::Ingested(MARCH)).expect("March");
    let found = before.diff(&graph, &Options::default()).expect("a diff");
    assert_eq!(
        (found.counts.merged, found.counts.profiles_before, found.counts.profiles_after),
        (1, 2, 1),
        "{}",
        found.text
    );
    let [group] = found.groups.as_slice() else { panic!("{}", found.text) };
    let of = |what: What| group.details.iter().filter(|detail| detail.what == what).collect::<Vec<_>>();
    assert_eq!(of(What::Left).len(), 1, "Ann is called Anna now: {}", found.text);
    let answers: Vec<_> =
        of(What::Consent).iter().map(|detail| (detail.before.as_deref(), detail.after.as_deref())).collect();
    assert_eq!(answers.len(), 2, "of Ann's profile, and of the visitor's who had said nothing");
    assert!(answers.contains(&(Some("granted"), Some("denied"))), "{answers:?}");
    assert_eq!(found.consents["letters"]["granted to denied"], 1);
    let names: Vec<String> = group.records.iter().map(ToString::to_string).collect();
    assert!(names.contains(&"anonymous_id/a1".to_owned()), "{names:?}");

    let back = graph.diff(&before, &Options::default()).expect("a diff");
    assert_eq!((back.counts.split, back.counts.moved), (1, found.counts.moved));
    assert!(graph.diff(&graph, &Options::default()).expect("a diff").is_empty());
    let limits = Limits::from_toml("newly_granted = 0").expect("limits");
    found.check(&limits).expect("nothing is granted that was not");
    assert!(back.check(&limits).is_err(), "from denied to granted");
}

#[test]
fn another_configuration_of_a_graph() {
    let graph = shop();
    let strict =
        Config::from_toml("[identifiers.customer_id]\nunique = true\n[identifiers.phone]\nlinks = false").expect("one");
    let under = graph.under(Some(&strict), None).expect("the same evidence");
    let found = graph.diff(&under, &Options::default()).expect("a diff");
    assert_eq!((found.counts.split, found.counts.merged), (1, 0), "{}", found.text);
    let error = under.ingest(r#"{"type": "page", "anonymousId": "a9"}"#, APRIL).expect_err("only to be looked at");
    assert_eq!(error.code(), Code::InvalidInput);
    assert_eq!(graph.profiles().len(), 1, "the graph itself is as it was");
    let own = graph.under(None, None).expect("under its own configuration");
    assert_eq!(own.config(), graph.config(), "none given: the graph's own");
    assert!(own.config().segments.contains_key("ann"));
}

#[test]
fn a_refusal_of_everything_answers_for_each_purpose() {
    let graph = Graph::in_memory(&Config::default()).expect("a graph");
    let say = |user: &str, purpose: &str, status: &str, at: i64| {
        let message =
            format!(r#"{{"type": "consent", "userId": "{user}", "purpose": "{purpose}", "status": "{status}"}}"#);
        graph.ingest(&message, at).expect("taken in");
    };
    say("u1", "letters", "granted", MARCH);
    let identify = r#"{"type": "identify", "userId": "u2"}"#;
    graph.ingest(identify, MARCH).expect("taken in");
    // u2 never names letters, and refuses everything.
    say("u2", "*", "denied", APRIL);
    let before = graph.as_of(AsOf::Ingested(MARCH)).expect("March");
    let found = before.diff(&graph, &Options::default()).expect("a diff");
    assert_eq!(found.consents["letters"].get("unknown to denied"), Some(&1), "{}", found.text);
}

#[test]
fn a_shared_device_is_the_same_before_and_after() {
    let graph = Graph::in_memory(&Config::default()).expect("a graph");
    let at = |message: &str, minutes: i64| drop(graph.ingest(message, MARCH + minutes * 60_000).expect("taken in"));
    at(r#"{"type": "identify", "anonymousId": "tablet", "userId": "u1"}"#, 0);
    at(r#"{"type": "page", "anonymousId": "tablet"}"#, 300);
    at(r#"{"type": "identify", "anonymousId": "tablet", "userId": "u2"}"#, 600);
    assert_eq!(graph.profiles().len(), 3, "the session between is nobody's");
    let same = graph.diff(&graph, &Options::default()).expect("a diff");
    assert!(same.is_empty(), "{}", same.text);
}
