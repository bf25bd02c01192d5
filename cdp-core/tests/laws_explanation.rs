//! Law 8, explanation: the weight shown is the sum of the parts shown, and is the number the decision used.

mod common;

use common::{config, populations, resolved, tables};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_weight_of_a_link_is_the_sum_of_what_why_shows(population in populations(60)) {
        let tables = tables(&population);
        let config = config(&tables);
        let result = resolved(&tables, Some(&config));
        for link in result.links().iter().filter(|link| link.rule == "match").take(50) {
            let why = result.why(link.a, link.b).expect("an explanation");
            let sum = why.prior + why.parts.iter().map(|part| part.weight).sum::<f64>() + why.related;
            prop_assert!((sum - why.weight).abs() < 1e-9, "parts sum to {sum}, the weight shown is {}", why.weight);
            prop_assert!((why.weight - link.weight).abs() < 1e-9, "the decision used {}", link.weight);
            prop_assert!(why.related <= 0.0, "related people can only speak against a match");
            prop_assert!(why.same_profile);
        }
    }

    #[test]
    fn why_is_the_same_from_both_sides(population in populations(40)) {
        let tables = tables(&population);
        let result = resolved(&tables, None);
        let last = result.records().len() as u32 - 1;
        for (a, b) in (0..last.min(20)).map(|record| (record, last)) {
            let (one, two) = (result.why(a, b).expect("one"), result.why(b, a).expect("two"));
            prop_assert!((one.weight - two.weight).abs() < 1e-9);
            prop_assert_eq!(one.same_profile, two.same_profile);
        }
    }

    #[test]
    fn how_names_every_member_and_joins_them_all(population in populations(40)) {
        let result = resolved(&tables(&population), None);
        let profiles = result.profiles();
        for profile in 0..profiles.len() {
            let how = result.how(profiles.id(profile)).expect("a history");
            prop_assert_eq!(how.members.len(), profiles.members(profile).len());
            prop_assert_eq!(how.merges.len(), how.members.len() - 1, "n records are joined by n - 1 merges");
        }
    }
}
