//! Why two records are not one person, what holds a profile together, and how it came to be.

mod common;

use cdp_core::explain::{Hindrance, RecordName, Remedy};
use cdp_core::graph::Graph;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Decisions, Options, Resolution, resolve};
use cdp_core::{Config, io};
use std::collections::BTreeSet;
use std::path::Path;

const NOW: i64 = 1_714_557_600_000;

fn name(source: &str, id: &str) -> RecordName {
    RecordName { source: source.to_owned(), record_id: id.to_owned() }
}

fn retailer() -> Vec<Table> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    ["webshop.csv", "loyalty.csv"].map(|file| io::read(data.join(file), None).expect("the example data")).to_vec()
}

fn resolved(decisions: Decisions) -> Resolution {
    resolve(&retailer(), None, &Options { decisions, ..Options::default() }).expect("a result")
}

/// Pairs of records evenly drawn, of one profile and of two, in equal parts where there are as many.
fn pairs(result: &Resolution, wanted: usize) -> Vec<(u32, u32)> {
    let links = result.links().iter().map(|link| (link.a, link.b));
    let refused = result.refused().iter().map(|refusal| (refusal.a, refusal.b));
    let all = result.records().len() as u32;
    let far = (0..wanted as u32 / 2).map(|n| (n * 7919 % all, n * 104_729 % all)).filter(|(a, b)| a != b);
    let near: Vec<(u32, u32)> = links.chain(refused).collect();
    let step = (near.len() / (wanted / 2)).max(1);
    near.into_iter().step_by(step).chain(far).collect()
}

#[test]
fn parts_add_up_and_each_answer_fits_the_other() {
    let result = resolved(Decisions::default());
    let pairs = pairs(&result, 400);
    assert!(pairs.len() > 300);
    let (mut frequencies, mut unlike) = (0, 0);
    for (a, b) in pairs {
        let why = result.why(a, b).expect("an explanation");
        let sum = why.prior + why.parts.iter().map(|part| part.weight).sum::<f64>() + why.related;
        assert!((sum - why.weight).abs() < 1e-9, "{}", why.text);
        frequencies += usize::from(why.parts.iter().any(|part| part.frequency != 0.0));
        for link in why.links.iter().filter(|link| link.rule == "match") {
            assert!((link.weight - why.weight).abs() < 1e-9, "the decision used another number: {}", why.text);
            assert_eq!(link.evidence, Some(why.weight));
        }
        assert_eq!(why.same_profile, !why.path.is_empty(), "{}", why.text);
        if let Some(weakest) = why.weakest {
            let least = why.path.iter().filter_map(|step| step.evidence).fold(f64::INFINITY, f64::min);
            assert_eq!(why.path[weakest].evidence, Some(least));
        }
        let not = result.why_not(a, b).expect("an explanation");
        assert_eq!(not.same_profile, why.same_profile);
        if not.same_profile {
            assert!(not.obstacles.is_empty() && not.needed.is_empty());
            continue;
        }
        unlike += 1;
        assert_eq!(not.weight, Some(why.weight));
        assert!(!not.obstacles.is_empty(), "something must stand between them: {}", not.text);
        let weak = not.obstacles.iter().any(|obstacle| obstacle.kind == Hindrance::TooWeak);
        assert_eq!(weak, why.weight <= why.threshold, "{}", not.text);
        let compared = not.blocking.iter().any(|rule| rule.compares);
        let never = not.obstacles.iter().any(|obstacle| obstacle.kind == Hindrance::NotCompared);
        assert_eq!(compared, !never);
        if compared && !weak {
            assert!(not.obstacles.iter().any(|o| o.kind == Hindrance::Refused), "a link was refused: {}", not.text);
        }
    }
    assert!(frequencies > 50 && unlike > 50, "{frequencies} with frequencies, {unlike} apart");
}

#[test]
fn links_of_the_model_are_compared_by_a_blocking_rule() {
    let result = resolved(Decisions::default());
    // Records of one profile are told apart first, so that blocking is shown.
    let link = result.links().iter().find(|link| link.rule == "match").expect("a link");
    let names = [link.a, link.b].map(|r| name(result.records().source(r), result.records().id(r)));
    let mut decisions = Decisions::default();
    let [a, b] = names;
    decisions.refuse(a, b).expect("a decision");
    let apart = resolve(
        &retailer(),
        Some(result.config()),
        &Options { decisions, model: Some(result.model().clone()), ..Options::default() },
    );
    let not = apart.expect("a result").why_not(link.a, link.b).expect("an explanation");
    assert_eq!(not.obstacles[0].kind, Hindrance::Decided);
    assert!(not.needed.iter().any(|need| need.kind == Remedy::Forget));
    assert!(not.blocking.iter().any(|rule| rule.compares), "{}", not.text);
    assert!(not.blocking.iter().all(|rule| rule.shared == 0 || rule.records.is_some_and(|records| records >= 2)));
}

#[test]
fn an_agreement_adds_about_what_was_told_and_joins_where_it_is_enough() {
    let rows = |email: &str| {
        let result = retailer();
        let mut tables = result;
        let shop = ["account_id", "first_name", "last_name", "email", "birth_date", "city"].map(|column| {
            let cells: Vec<Option<String>> = match column {
                "account_id" => vec![Some("X1".to_owned()), Some("X2".to_owned())],
                "first_name" => vec![Some("Philippine".to_owned()), Some("Philippa".to_owned())],
                "last_name" => vec![Some("Desrosiers".to_owned()); 2],
                "email" => vec![Some("phdr75@mail.example".to_owned()), Some(email.to_owned())],
                "birth_date" => vec![None, None],
                _ => vec![Some("Lyon".to_owned()), Some("Nantes".to_owned())],
            };
            Column::new(column, cells.iter().map(Option::as_deref))
        });
        tables.push(Table::new("other", shop.to_vec()).expect("a table"));
        tables
    };
    let before = resolve(&rows("zoe.unlike@mail.example"), None, &Options::default()).expect("a result");
    let of = |result: &Resolution| ["X1", "X2"].map(|id| result.records().find("other", id).expect("a record"));
    let [a, b] = of(&before);
    let not = before.why_not(a, b).expect("an explanation");
    assert!(!not.same_profile);
    let email = not.needed.iter().find(|need| need.field.as_deref() == Some("email")).expect("an agreement");
    assert!(email.value.is_some_and(|bits| bits > 5.0), "{}", not.text);
    let options = Options { model: Some(before.model().clone()), ..Options::default() };
    let after = resolve(&rows("phdr75@mail.example"), Some(before.config()), &options).expect("a result");
    let [a, b] = of(&after);
    let why = after.why(a, b).expect("why");
    assert!(why.same_profile || !email.enough, "told was that it is enough: {}\n{}", not.text, why.text);
    let gained = why.weight - not.weight.expect("a weight");
    let told = email.value.expect("bits");
    // The model does not know how rare this very address is, so it is a typical one that is told.
    assert!(gained > 5.0 && (gained - told).abs() < 12.0, "{gained} bits, told were {told}");
}

/// The tree holds each member once, and is a tree.
fn check_tree(how: &cdp_core::explain::How) {
    let members = how.members.len();
    assert_eq!(how.tree.len(), how.merges.len());
    let mut seen = BTreeSet::new();
    for (place, merge) in how.tree.iter().enumerate() {
        for node in merge.nodes {
            assert!(node < members + place, "a part comes before the whole");
            assert!(seen.insert(node), "node {node} is a part twice");
        }
    }
    let leaves = (0..members).filter(|node| seen.contains(node)).count();
    assert_eq!(leaves, if members > 1 { members } else { 0 }, "each member once: {}", how.text);
    assert_eq!(how.tree.last().map_or(1, |root| root.size), members);
}

#[test]
fn the_tree_holds_each_member_once_and_bridges_part_the_profile() {
    let result = resolved(Decisions::default());
    let (mut bridged, mut large) = (0, 0);
    for profile in (0..result.profiles().len()).filter(|&at| result.profiles().members(at).len() > 1).step_by(3) {
        let how = result.how(result.profiles().id(profile)).expect("a history");
        check_tree(&how);
        assert!((0.0..=1.0).contains(&how.cohesion));
        large += usize::from(how.members.len() > 2);
        let inside: Vec<(u32, u32)> = result
            .links()
            .iter()
            .map(|link| (link.a, link.b))
            .filter(|&(a, _)| result.assignments()[a as usize] as usize == profile)
            .collect();
        let parts = |without: Option<usize>| {
            let mut part: Vec<u32> = (0..result.records().len() as u32).collect();
            loop {
                let before = part.clone();
                for (_, &(a, b)) in inside.iter().enumerate().filter(|(place, _)| Some(*place) != without) {
                    let low = part[a as usize].min(part[b as usize]);
                    (part[a as usize], part[b as usize]) = (low, low);
                }
                if part == before {
                    let members = result.profiles().members(profile).iter();
                    break members.map(|&m| part[m as usize]).collect::<BTreeSet<_>>().len();
                }
            }
        };
        if how.members.len() > 2 && large < 30 {
            let expected = (0..inside.len()).filter(|&link| parts(Some(link)) > parts(None)).count();
            assert_eq!(how.bridges.len(), expected, "{}", how.text);
            bridged += expected;
        }
    }
    assert!(bridged > 0 && large > 10, "{bridged} bridges, {large} profiles of more than two");
}

#[test]
fn a_graph_tells_how_a_profile_came_to_be() {
    let config = "[sources.crm]\nid = 'id'\nfields = { email = 'email', phone = 'phone' }";
    let graph = Graph::in_memory(&Config::from_toml(config).expect("valid")).expect("a graph");
    let row = |id: &str, cells: &str| {
        let json = format!(r#"{{"type": "record", "source": "crm", "record": {{"id": "{id}", {cells}}}}}"#);
        graph.ingest(&json, NOW).expect("taken in")
    };
    row("1", r#""email": "ann@example.fr""#);
    row("3", r#""phone": "+33612345678""#);
    row("2", r#""email": "ann@example.fr", "phone": "+33612345678""#);
    let id = graph.profiles()[0].profile_id.clone();
    let how = graph.how(&id).expect("a history");
    check_tree(&how);
    assert_eq!((how.members.len(), how.bridges.len()), (3, 2));
    assert!((how.cohesion - 2.0 / 3.0).abs() < 1e-9, "1 and 3 are linked through 2 only");
    let what: Vec<&str> = how.history.iter().map(|told| told.what.as_str()).collect();
    assert_eq!(what.iter().filter(|what| **what == "profile_created").count(), 2, "{what:?}");
    assert!(what.contains(&"profile_merged"), "{what:?}");
    let path = graph.path(&name("crm", "1"), &name("crm", "3")).expect("a path");
    assert_eq!(path.len(), 2);
}

#[test]
fn a_graph_without_a_model_says_why_not() {
    let graph = Graph::in_memory(&Config::default()).expect("a graph");
    let user = |id: &str, email: &str| {
        let json = format!(r#"{{"type": "identify", "userId": "{id}", "traits": {{"email": "{email}"}}}}"#);
        graph.ingest(&json, NOW).expect("taken in");
    };
    user("u1", "ann@example.fr");
    user("u2", "ann@example.fr");
    user("u3", "bob@example.fr");
    let users = ["user:u1", "user:u2", "user:u3"].map(|id| name("events", id));
    let not = graph.why_not(&users[0], &users[1]).expect("an explanation");
    assert_eq!(not.obstacles[0].kind, Hindrance::Refused);
    assert_eq!(not.obstacles[0].rule.as_deref(), Some("identifier:email"));
    assert!(not.needed.iter().any(|need| need.kind == Remedy::Rule), "{}", not.text);
    let confirm = not.needed.iter().find(|need| need.kind == Remedy::Confirm).expect("a remedy");
    assert!(!confirm.enough, "the rule still holds: {}", not.text);
    assert_eq!(not.weight, None);
    let not = graph.why_not(&users[0], &users[2]).expect("an explanation");
    assert_eq!(not.obstacles[0].kind, Hindrance::NothingShared);
    graph.refuse(users[0].clone(), users[2].clone(), NOW).expect("a decision");
    let not = graph.why_not(&users[2], &users[0]).expect("an explanation");
    assert_eq!(not.obstacles[0].kind, Hindrance::Decided);
    graph.confirm(users[0].clone(), users[1].clone(), NOW).expect("a decision");
    let not = graph.why_not(&users[0], &users[1]).expect("an explanation");
    assert!(!not.same_profile, "a rule forbids it");
    assert!(not.needed.iter().all(|need| need.kind != Remedy::Confirm), "they are confirmed already: {}", not.text);
    for number in 0..6 {
        let json = format!(
            r#"{{"type": "identify", "anonymousId": "a{number}", "userId": "v{number}", "traits": {{"email": "desk@example.fr"}}}}"#
        );
        graph.ingest(&json, NOW).expect("taken in");
    }
    let not = graph.why_not(&name("events", "user:v1"), &name("events", "user:v2")).expect("an explanation");
    assert!(not.obstacles.iter().any(|obstacle| obstacle.kind == Hindrance::Generic), "{}", not.text);
}

#[test]
fn a_graph_with_a_model_says_what_the_batch_says() {
    let trained = resolved(Decisions::default());
    let graph = Graph::in_memory_with(trained.config(), Some(trained.model().clone())).expect("a graph");
    let row = |id: &str, first: &str, birth: &str| {
        let record = format!(
            r#"{{"account_id": "{id}", "first_name": "{first}", "last_name": "Vasseur", "birth_date": "{birth}", "postcode": "35000", "city": "Rennes"}}"#
        );
        let json = format!(r#"{{"type": "record", "source": "webshop", "record": {record}}}"#);
        graph.ingest(&json, NOW).expect("taken in");
    };
    row("T1", "Emma", "1998-04-12");
    row("T2", "Louis", "1961-01-02");
    let (a, b) = (name("webshop", "T1"), name("webshop", "T2"));
    let (why, not) = (graph.why(&a, &b).expect("why"), graph.why_not(&a, &b).expect("why not"));
    assert!(!why.same_profile);
    assert_eq!(not.weight, Some(why.weight));
    assert!(not.obstacles.iter().any(|obstacle| obstacle.kind == Hindrance::TooWeak), "{}", not.text);
    let sum = why.prior + why.parts.iter().map(|part| part.weight).sum::<f64>() + why.related;
    assert!((sum - why.weight).abs() < 1e-9);
}
