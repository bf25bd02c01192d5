//! Human decisions: they hold in every run, can be taken back without a trace, and move the model.

mod common;

use cdp_core::explain::RecordName;
use cdp_core::model::Model;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Decisions, Options, Resolution, resolve, train};
use common::{Population, config, populations, tables};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn run(population: &Population, decisions: &Decisions) -> Resolution {
    let tables = tables(population);
    let options = Options { decisions: decisions.clone(), ..Options::default() };
    resolve(&tables, Some(&config(&tables)), &options).expect("a result")
}

fn population(people: usize) -> Population {
    populations(people).new_tree(&mut TestRunner::deterministic()).expect("a population").current()
}

fn name(result: &Resolution, record: u32) -> RecordName {
    let records = result.records();
    RecordName { source: records.source(record).to_owned(), record_id: records.id(record).to_owned() }
}

fn together(result: &Resolution, a: u32, b: u32) -> bool {
    result.assignments()[a as usize] == result.assignments()[b as usize]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn what_was_decided_holds(population in populations(40), pairs in prop::collection::vec((any::<u32>(), any::<u32>(), any::<bool>()), 1..12)) {
        let before = run(&population, &Decisions::default());
        let count = before.records().len() as u32;
        let mut decisions = Decisions::default();
        for (a, b, same) in pairs {
            let (a, b) = (a % count, b % count);
            if a != b {
                let (a, b) = (name(&before, a), name(&before, b));
                if same { decisions.confirm(a, b) } else { decisions.refuse(a, b) }.expect("two records");
            }
        }
        let after = run(&population, &decisions);
        for (a, b, same) in decisions.iter() {
            let [a, b] = [a, b].map(|name| after.records().named(&name.source, &name.record_id).expect("the record"));
            if same {
                let why = after.refused().iter().find(|r| (r.a, r.b) == (a.min(b), a.max(b)) && r.rule == "confirmed");
                prop_assert!(together(&after, a, b) || why.is_some(), "neither joined nor refused with a reason");
            } else {
                prop_assert!(!together(&after, a, b), "joined, although refused");
            }
        }
    }
}

#[test]
fn a_decision_taken_back_leaves_no_trace() {
    let population = population(60);
    let before = run(&population, &Decisions::default());
    let link = before.links().iter().find(|link| link.rule == "match").expect("a link");
    let [a, b] = [link.a, link.b].map(|record| name(&before, record));
    let mut decisions = Decisions::default();
    decisions.refuse(a.clone(), b.clone()).expect("two records");
    assert!(!together(&run(&population, &decisions), link.a, link.b));
    assert!(decisions.forget(b, a));
    let after = run(&population, &decisions);
    assert_eq!((after.assignments(), after.model()), (before.assignments(), before.model()));
}

#[test]
fn answers_move_the_model_and_the_weights_still_add_up() {
    let population = population(120);
    let before = run(&population, &Decisions::default());
    let mut decisions = Decisions::default();
    for question in before.review(10).expect("questions") {
        let [a, b] = question.records;
        decisions.confirm(a, b).expect("two records");
    }
    let after = run(&population, &decisions);
    assert!(after.model().learned > 0.0, "only ever confirmed: {}", after.model().learned);
    let link = after.links().iter().find(|link| link.rule == "match").expect("a link");
    let why = after.why(link.a, link.b).expect("an explanation");
    let sum = why.prior + why.parts.iter().map(|part| part.weight).sum::<f64>() + why.related;
    assert!((sum - why.weight).abs() < 1e-9 && (link.weight - why.weight).abs() < 1e-9);
    let saved = Model::from_json(&after.model().to_json()).expect("the model");
    assert_eq!(&saved, after.model());
}

#[test]
fn a_review_asks_about_both_sides_and_never_twice() {
    let population = population(120);
    let result = run(&population, &Decisions::default());
    let questions = result.review(12).expect("questions");
    assert!(!questions.is_empty() && questions.len() <= 12);
    let mut decisions = Decisions::default();
    for question in &questions {
        let [a, b] = question.records.clone();
        decisions.refuse(a, b).expect("two records");
    }
    assert_eq!(decisions.len(), questions.len(), "a pair was asked twice");
    let again = run(&population, &decisions).review(1000).expect("questions");
    let asked = |question: &cdp_core::explain::Why| questions.iter().any(|q| q.records == question.records);
    assert!(!again.iter().any(asked), "a decided pair was asked again");
}

#[test]
fn a_model_trained_with_labels_gives_what_a_run_with_them_gives() {
    let population = population(80);
    let tables = tables(&population);
    let config = config(&tables);
    let first = run(&population, &Decisions::default());
    let mut options = Options::default();
    for (index, question) in first.review(8).expect("questions").into_iter().enumerate() {
        let [a, b] = question.records;
        if index % 2 == 0 { options.decisions.confirm(a, b) } else { options.decisions.refuse(a, b) }.expect("two");
    }
    let model = train(&tables, Some(&config), &options).expect("a model");
    let with = resolve(&tables, Some(&config), &options).expect("a result");
    assert_eq!(&model, with.model());
    options.model = Some(model);
    let again = resolve(&tables, Some(&config), &options).expect("a result");
    assert_eq!(again.assignments(), with.assignments());
}

#[test]
fn decisions_are_read_with_a_clear_word_on_what_is_wrong() {
    let table = |same: &str| {
        let cell = |name: &str, value: &str| Column::new(name, [Some(value)]);
        let ends =
            [("source_a", "crm"), ("record_id_a", "1"), ("source_b", "crm"), ("record_id_b", "2"), ("same", same)];
        Table::new("answers", ends.map(|(name, value)| cell(name, value)).to_vec()).expect("a table")
    };
    assert_eq!(Decisions::from_table(&table("Yes")).expect("one").len(), 1);
    assert!(Decisions::from_table(&table(" ")).expect("none").is_empty());
    let error = Decisions::from_table(&table("maybe")).expect_err("no answer").to_string();
    assert_eq!(
        error,
        "source 'answers', row 0, field 'same': '•••' is no answer (answer true or false, or leave it empty)"
    );
    let itself = RecordName { source: "crm".to_owned(), record_id: "1".to_owned() };
    assert!(Decisions::default().confirm(itself.clone(), itself).is_err());
}

#[test]
fn a_decision_about_a_record_that_is_gone_is_told() {
    let population = population(20);
    let gone = |id: &str| RecordName { source: "shop".to_owned(), record_id: id.to_owned() };
    let mut decisions = Decisions::default();
    decisions.confirm(gone("no such"), gone("nor this")).expect("two records");
    let result = run(&population, &decisions);
    let warning = "1 decisions name a record that is not there: not used";
    assert!(result.summary().warnings.iter().any(|w| w == warning), "{:?}", result.summary().warnings);
}
