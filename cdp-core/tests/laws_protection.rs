//! Law 5, protection: no rule marked `unique` is violated inside a profile, and every refused link says why.

mod common;

use cdp_core::resolve::Resolution;
use cdp_core::schema::Kind;
use common::{COLUMNS, Population, Row, config, populations, resolved, tables};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

const CARD: usize = 9;

/// The raw card number of a record.
fn card(population: &Population, result: &Resolution, record: u32) -> Option<String> {
    let rows = if result.records().source(record) == "shop" { &population.shop } else { &population.till };
    rows[result.records().row(record) as usize][CARD].clone()
}

/// The different card numbers of each profile.
fn cards(population: &Population, result: &Resolution) -> Vec<BTreeSet<String>> {
    let profiles = result.profiles();
    let of = |profile| profiles.members(profile).iter().filter_map(|&record| card(population, result, record));
    (0..profiles.len()).map(|profile| of(profile).collect()).collect()
}

/// At most one card per profile, while a shared e-mail address links by itself.
fn with_unique_cards(population: &Population) -> Resolution {
    let tables = tables(population);
    let mut config = config(&tables);
    config.identifiers.entry(Kind::LoyaltyId).or_default().unique = true;
    config.identifiers.entry(Kind::Email).or_default().priority = Some(1);
    resolved(&tables, Some(&config))
}

#[test]
fn the_populations_have_links_and_refusals() {
    let (mut runner, mut links, mut refused) = (TestRunner::deterministic(), 0, 0);
    for _ in 0..8 {
        let population = populations(60).new_tree(&mut runner).expect("a population").current();
        let result = with_unique_cards(&population);
        links += result.links().len();
        refused += result.refused().len();
    }
    assert!(links > 50 && refused > 5, "{links} links and {refused} refusals test little");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_profile_holds_two_values_of_a_unique_identifier(population in populations(60)) {
        let result = with_unique_cards(&population);
        for (profile, cards) in cards(&population, &result).iter().enumerate() {
            prop_assert!(cards.len() <= 1, "profile {} has {:?}", result.profiles().id(profile), cards);
        }
    }

    #[test]
    fn refused_links_have_a_reason_and_stay_refused(population in populations(60)) {
        let result = with_unique_cards(&population);
        for refusal in result.refused() {
            prop_assert!(!refusal.reason.is_empty());
            let profile = |record: u32| result.assignments()[record as usize];
            prop_assert_ne!(profile(refusal.a), profile(refusal.b), "refused, and yet in one profile");
        }
        prop_assert_eq!(result.summary().refused, result.refused().len() as u64);
    }
}

/// Two sightings of one person, complete and equal but for the card, among people who are seen once.
fn twice_with_different_cards() -> Population {
    let person = |id: &str, number: usize, card: &str| -> Row {
        let names = [("Zoé", "Quemeneur"), ("Paul", "Durand"), ("Inès", "Garcia"), ("Karim", "Petit")];
        let (given, family) = names[number % names.len()];
        let texts = [
            id.to_owned(),
            given.to_owned(),
            family.to_owned(),
            format!("19{:02}-03-{:02}", 50 + number % 40, 1 + number % 28),
            format!("{}{number}@laposte.net", family.to_lowercase()),
            format!("06123{:05}", number * 37),
            format!("{number} rue de la Paix"),
            format!("750{:02}", 1 + number % 20),
            "Paris".to_owned(),
            card.to_owned(),
            "2024-01-01".to_owned(),
        ];
        texts.into_iter().map(Some).collect()
    };
    let mut population = Population::default();
    population.shop.push(person("s0", 0, "CARD90001"));
    population.till.push(person("t0", 0, "CARD90002"));
    for number in 1..60 {
        let rows = if number % 2 == 0 { &mut population.shop } else { &mut population.till };
        rows.push(person(&format!("x{number}"), number, &format!("CARD{number:05}")));
    }
    population
}

#[test]
fn a_link_against_a_unique_rule_is_refused_and_listed() {
    let population = twice_with_different_cards();
    let result = with_unique_cards(&population);
    let records = result.records();
    let (one, two) = (records.find("shop", "s0").expect("s0"), records.find("till", "t0").expect("t0"));
    assert_ne!(result.assignments()[one as usize], result.assignments()[two as usize]);
    let refusal = result.refused().iter().find(|link| [(one, two), (two, one)].contains(&(link.a, link.b)));
    let reason = &refusal.expect("the refused link is listed").reason;
    assert!(reason.contains(Kind::LoyaltyId.as_str()) || reason.contains(COLUMNS[CARD]), "{reason}");
}

#[test]
fn without_the_rule_the_same_link_is_made() {
    let tables = tables(&twice_with_different_cards());
    let mut config = config(&tables);
    for source in config.sources.values_mut() {
        source.fields.remove(COLUMNS[CARD]);
    }
    let result = resolved(&tables, Some(&config));
    let records = result.records();
    let (one, two) = (records.find("shop", "s0").expect("s0"), records.find("till", "t0").expect("t0"));
    assert_eq!(result.assignments()[one as usize], result.assignments()[two as usize]);
}
