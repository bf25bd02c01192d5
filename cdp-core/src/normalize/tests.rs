//! Laws that hold for every kind: idempotence, and neither panics nor long runs on any text.

use super::{Options, Verdict, normalize, text};
use crate::schema::Kind;
use proptest::prelude::*;

/// Texts with the pieces that the normalisers look for.
fn raw() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "Dr",
            "M.",
            "Mme",
            "de",
            "La",
            "von",
            "O'Brien",
            "d'Artagnan",
            "JR",
            "III",
            "Jean-Pierre",
            "DUPONT",
            "Smith,",
            "Éric",
            "St",
            "bis",
            "apt",
            "12",
            "rue",
            "cedex",
            "75002",
            "Paris",
            "SARL",
            "S.A.",
            "&",
            "The",
            "jean.dupont+x@gmail.com",
            "@",
            "+33",
            "(0)6",
            "06 12 34 56 78",
            "0033612345678",
            "0692123456",
            "ext 12",
            "12/03/1917",
            "3 mars 1917",
            "1990",
            "n/a",
            "test",
            "FR-12",
            "{",
            "}",
            "ß",
            "İ",
            "ﬁ",
            "ǆ",
            "Ω",
            "й",
            "가",
            "ı",
            "٣",
            "\u{301}",
            "\u{200b}",
            "´",
            "ŉ",
            "ΐ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
        "[0-9 +().-]{0,14}",
        "[A-Za-z' -]{0,10}",
    ];
    (prop::collection::vec(piece, 0..5), prop::sample::select(vec!["", " ", "-", ", ", "."]))
        .prop_map(|(pieces, joint)| pieces.join(joint))
}

fn options() -> impl Strategy<Value = Options> {
    prop::sample::select(vec![None, Some("FR"), Some("GB"), Some("US")])
        .prop_map(|region| Options { region: region.map(str::to_owned), ..Options::default() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn display_of_display_is_display(raw in raw(), options in options()) {
        for &kind in Kind::ALL {
            let once = normalize(kind, &raw, &options);
            let twice = normalize(kind, &once.display, &options);
            prop_assert_eq!(&once, &twice, "{} of {:?}", kind, raw);
        }
    }

    #[test]
    fn key_of_key_is_key(raw in raw(), options in options()) {
        for &kind in Kind::ALL {
            let once = normalize(kind, &raw, &options);
            if once.verdict == Verdict::Ok {
                let twice = normalize(kind, &once.key, &options);
                prop_assert_eq!(&once.key, &twice.key, "{} of {:?}", kind, raw);
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing(raw in "\\PC{0,20}") {
        let once = text::fold(&raw);
        prop_assert_eq!(text::fold(&once), once.clone());
        prop_assert_eq!(text::display(&once), once);
    }
}

#[test]
fn values_at_the_limit_take_bounded_time() {
    let patterns = [
        "a",
        "1",
        "1 ",
        "Dr ",
        "St ",
        "12 bis ",
        "a,",
        "@",
        "a.",
        "+",
        "apt 1 ",
        "0",
        "l'",
        "sa ",
        "de ",
        "1st baron ",
    ];
    for pattern in patterns {
        let long = pattern.repeat(super::MAX_BYTES / pattern.len());
        for &kind in Kind::ALL {
            let start = std::time::Instant::now();
            normalize(kind, &long, &Options { region: Some("FR".to_owned()), ..Options::default() });
            let seconds = start.elapsed().as_secs_f64();
            assert!(seconds < 1.0, "{kind} took {seconds} s for {pattern:?}");
        }
    }
}

#[test]
fn long_values_take_bounded_time() {
    let patterns = ["a ", "\u{301}", "﷽"];
    for pattern in patterns {
        let long = pattern.repeat((1 << 20) / pattern.len());
        for &kind in Kind::ALL {
            let start = std::time::Instant::now();
            normalize(kind, &long, &Options { region: Some("FR".to_owned()), ..Options::default() });
            let seconds = start.elapsed().as_secs_f64();
            assert!(seconds < 10.0, "{kind} took {seconds} s for a megabyte of {pattern:?}");
        }
    }
}
