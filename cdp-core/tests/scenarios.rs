//! Golden scenarios: the classic traps that are shipped, and what a failure says.

use cdp_core::Code;
use cdp_core::scenario::{Scenario, assert_all, load};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/scenarios")
}

#[test]
fn the_classic_traps() {
    assert_all(folder());
}

fn scenario(text: &str) -> Scenario {
    Scenario::from_toml(text).expect("a scenario")
}

const TWO: &str = r#"
    [[messages]]
    type = "identify"
    userId = "u1"
    traits = { email = "ann@example.fr", firstName = "Ann" }
    [[messages]]
    type = "identify"
    userId = "u2"
    traits = { email = "ann@example.fr", firstName = "Bob" }
    [[messages]]
    type = "identify"
    anonymousId = "a3"
    traits = { email = "ann@example.fr" }
"#;

#[test]
fn a_failure_says_what_was_expected_what_was_found_and_why() {
    let text = format!("{TWO}\n[[expect.profiles]]\ntogether = ['customer_id=u1', 'customer_id=u2']");
    let error = scenario(&text).check().expect_err("two people");
    assert_eq!(error.code(), Code::ScenarioFailed);
    let told = error.to_string();
    for part in [
        "expect.profiles[0].together",
        "expected: customer_id=u2 and customer_id=u1 are one profile",
        "events/user:u1",
        "by identifier:email was refused: customer_id is unique",
    ] {
        assert!(told.contains(part), "'{part}' is not in:\n{told}");
    }
}

#[test]
fn what_should_be_apart_is_told_with_the_links_that_join_it() {
    let rows = r#"
        [config.sources.crm]
        id = "id"
        fields = { email = "email", phone = "phone" }
        [[messages]]
        type = "record"
        source = "crm"
        record = { id = "1", email = "ann@example.fr" }
        [[messages]]
        type = "record"
        source = "crm"
        record = { id = "2", email = "ann@example.fr", phone = "+33612345678" }
        [[messages]]
        type = "record"
        source = "crm"
        record = { id = "3", phone = "+33612345678" }
        [[expect.profiles]]
        together = ["crm/1"]
        apart = ["crm/3"]
    "#;
    let outcome = scenario(rows).run().expect("it runs");
    let [failure] = outcome.failures.as_slice() else { panic!("{}", outcome.text) };
    assert_eq!(failure.why, ["crm/1 - crm/2: identifier:email", "crm/2 - crm/3: identifier:phone"]);
    assert_eq!(failure.orders.len(), 4, "in every order");
}

#[test]
fn a_name_that_leads_to_nobody_is_a_failure() {
    for expected in ["together = ['email=bob@example.fr']", "together = ['customer_id=u1']\napart = ['customer_id=u9']"]
    {
        let outcome = scenario(&format!("{TWO}\n[[expect.profiles]]\n{expected}")).run().expect("it runs");
        assert!(outcome.text.contains("nobody has"), "{}", outcome.text);
        assert!(!outcome.passed());
    }
}

#[test]
fn a_known_failure_passes_while_it_fails_and_is_told_once_it_does_not() {
    let count = |count: u8| format!("known_failure = 'a test'\n{TWO}\n[expect]\ncount = {count}");
    assert!(scenario(&count(9)).check().is_ok());
    let error = scenario(&count(2)).check().expect_err("it does not fail").to_string();
    assert!(error.contains("take known_failure out"), "{error}");
}

#[test]
fn values_consents_refusals_and_sizes_can_fail() {
    let wrong = r#"
        [expect]
        count = 1
        segments = { everybody = 7 }
        [[expect.profiles]]
        together = ["customer_id=u1"]
        golden = { given_name = "Bob", phone = "1" }
        not_segments = ["everybody"]
        consents = [{ purpose = "email", is = "granted" }]
        events = 3
        records = []
        devices = ["a1"]
        [[expect.refused]]
        records = ["events/user:u1", "events/user:u2"]
        reason = "no such reason"
    "#;
    let config = "[config.segments]\neverybody = \"given_name = 'Ann' OR given_name = 'Bob'\"";
    let outcome = scenario(&format!("{config}\n{TWO}\n{wrong}")).run().expect("it runs");
    let places: Vec<&str> = outcome.failures.iter().map(|failure| failure.place.as_str()).collect();
    let profile = |key: &str| format!("expect.profiles[0].{key}");
    let expected = [
        "expect.count".to_owned(),
        profile("records"),
        profile("devices"),
        profile("events"),
        profile("golden.given_name"),
        profile("golden.phone"),
        profile("not_segments"),
        profile("consents"),
        "expect.refused[0]".to_owned(),
        "expect.segments.everybody".to_owned(),
    ];
    assert_eq!(places, expected, "{}", outcome.text);
    assert_eq!(outcome.checks, 11, "and that it is one profile, which it is");
}

#[test]
fn decisions_hold() {
    let decided = r#"
        [[decisions]]
        records = ["crm/1", "crm/2"]
        same = false
        [expect]
        count = 2
        [config.sources.crm]
        id = "id"
        fields = { email = "email" }
        [[messages]]
        type = "record"
        source = "crm"
        record = { id = "1", email = "ann@example.fr" }
        [[messages]]
        type = "record"
        source = "crm"
        record = { id = "2", email = "ann@example.fr" }
    "#;
    scenario(decided).check().expect("they were decided to be two");
    assert!(scenario(&decided.replace("same = false", "same = true")).check().is_err());
}

#[test]
fn mistakes_of_the_file_are_told_with_their_place() {
    let refused = |text: &str, part: &str| {
        let error = Scenario::from_toml(text).and_then(|scenario| scenario.run()).expect_err(text).to_string();
        assert!(error.contains(part), "{error}");
    };
    refused("name = 'x'", "the scenario expects nothing");
    refused("[expct]\ncount = 1", "line 1, column 2, field 'expct': there is no such key (did you mean 'expect'?)");
    refused("[expect]\ncount = 1\n[config.identifiers.emial]", "there is no kind 'emial'");
    refused("[expect]\ncount = 1\n[[messages]]\ntype = 'idetify'", "row 0");
    refused("[[expect.profiles]]\ntogether = ['nobody']", "'nobody' names nobody");
    refused("[[expect.profiles]]\ntogether = []", "expect.profiles[0].together");
    let typo = format!("{TWO}\n[[expect.profiles]]\ntogether = ['customer_id=u1']\ngolden = {{ no_such_field = '' }}");
    refused(&typo, "'no_such_field' is no golden field");
    let asked = "together = ['customer_id=u1']\nconsents = [{ purpose = 'leters', is = 'unknown' }]";
    let typo = format!("{TWO}\n[config.consent]\npurposes = ['letters']\n[[expect.profiles]]\n{asked}");
    refused(&typo, "did you mean 'letters'?");
    refused("[expect]\ncount = 1\n[[messages]]\nreceived = 'soon'", "'soon' is no instant");
    refused("model = 'm.json'\npopulation = { a = 'a.csv' }\n[expect]\ncount = 1", "leave one of them out");
}

#[test]
fn json_says_the_same_as_toml() {
    let toml = scenario(&format!("{TWO}\n[expect]\ncount = 2"));
    let json = r#"{"messages": [
        {"type": "identify", "userId": "u1", "traits": {"email": "ann@example.fr", "firstName": "Ann"}},
        {"type": "identify", "userId": "u2", "traits": {"email": "ann@example.fr", "firstName": "Bob"}},
        {"type": "identify", "anonymousId": "a3", "traits": {"email": "ann@example.fr"}}
    ], "expect": {"count": 2}}"#;
    assert_eq!(Scenario::from_json(json).expect("valid"), toml);
}

#[test]
fn there_is_no_folder_without_scenarios() {
    assert_eq!(load("no/such/folder").expect_err("nothing is there").code(), Code::Io);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenario");
    assert_eq!(load(source).expect_err("no scenarios are there").code(), Code::NotFound);
}
