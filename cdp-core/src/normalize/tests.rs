//! Laws that hold for every kind: idempotence, and neither panics nor long runs on any text.

#![allow(clippy::disallowed_methods)] // a test of bounded time reads the clock

use super::{Options, Verdict, address, date, email, name, nickname, normalize, phone, phonetic, register, text};
use crate::schema::Kind;
use proptest::prelude::*;

/// Pieces that the normalisers look for.
const PIECES: &[&str] = &[
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
    "d",
    "L",
    "O",
    "y",
    "M.D.",
    "née",
    "s's",
    "1 234,50",
    "(5)",
    "A+",
    "l·l",
    "ʿ",
];

/// Texts with those pieces.
fn raw() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(PIECES).prop_map(str::to_owned),
        "\\PC{0,6}",
        "[0-9 +().-]{0,14}",
        "[A-Za-z' -]{0,10}",
    ];
    (prop::collection::vec(piece, 0..5), prop::sample::select(vec!["", " ", "-", ", ", "."]))
        .prop_map(|(pieces, joint)| pieces.join(joint))
}

fn options() -> impl Strategy<Value = Options> {
    prop::sample::select(vec![None, Some("FR"), Some("GB"), Some("US"), Some("DE"), Some("IT")])
        .prop_map(|region| Options { region: region.map(str::to_owned), ..Options::default() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_folded_stays_as_it_is(text in "[ a-bA0é'-]{0,7}") {
        // With a blank before it, it has to be folded.
        prop_assert_eq!(&*text::folded(&text), text::fold(&format!(" {text}")));
    }

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
            assert!(seconds < 30.0, "{kind} took {seconds} s for {pattern:?}");
        }
    }
}

#[test]
fn long_values_take_bounded_time() {
    // Structured kinds refuse such values by their length; free text takes them whole.
    for (pattern, kind) in [("a ", Kind::Text), ("\u{301}", Kind::Text), ("﷽", Kind::Text), ("é", Kind::Phone)] {
        let long = pattern.repeat((1 << 20) / pattern.len());
        let start = std::time::Instant::now();
        normalize(kind, &long, &Options { region: Some("FR".to_owned()), ..Options::default() });
        let seconds = start.elapsed().as_secs_f64();
        // Quadratic time would be hours; the bound allows for a busy machine and a debug build.
        assert!(seconds < 120.0, "{kind} took {seconds} s for a megabyte of {pattern:?}");
    }
}

#[test]
fn parts_of_a_name() {
    let name = name::parse_full("Sir Archibald Primrose, 5th Earl of Rosebery");
    assert_eq!((name.given.as_str(), name.family.as_str()), ("archibald", "primrose"));
    assert_eq!(
        (name.seat.as_deref(), name.titles.as_slice()),
        (Some("rosebery"), &["earl".to_owned(), "sir".to_owned()][..])
    );

    let name = name::parse_full("Marie MARTIN épouse DUPONT");
    assert_eq!((name.given.as_str(), name.family.as_str(), name.birth.as_deref()), ("marie", "dupont", Some("martin")));

    let name = name::parse_full("Dr. Jean Pierre Henri van den Berg Jr.");
    assert_eq!((name.given.as_str(), name.middle.as_slice()), ("jean pierre", &["henri".to_owned()][..]));
    assert_eq!((name.family.as_str(), name.suffix.as_deref()), ("van den berg", Some("jr")));
    assert_eq!(name::parse_family("van den Berg").core, "berg");
    assert_eq!(name::parse_full(""), name::PersonName::default());
}

#[test]
fn parts_of_an_address() {
    let parts = |raw: &str| {
        let address::Address { street, city, region, postal_code, .. } = address::parse_full(raw);
        [street.number, Some(street.name), street.unit, city, region, postal_code]
            .map(Option::unwrap_or_default)
            .join("|")
    };
    assert_eq!(parts("12 bis rue St Jacques, Bât C, 75005 Paris, France"), "12 bis|rue saint jacques|c|paris||75005");
    assert_eq!(parts("3 rue de la Paix 75002 PARIS CEDEX 02"), "3|rue de la paix||paris||75002");
    assert_eq!(parts("123 Main Street, Las Vegas NV 89132"), "123|main street||las vegas|nv|89132");
    assert_eq!(parts("123 Main St, Springfield, IL 62701, USA"), "123|main street||springfield|il|62701");
    assert_eq!(parts("27 Washington Oak Park IL 60302"), "27|washington oak park|||il|60302");
    assert_eq!(parts("Flat 2, 10 Downing St, London SW1A 2AA"), "10|downing street|2|london||SW1A2AA");
    assert_eq!(parts("Hardenbergstraße 87"), "87|hardenbergstrasse||||");
}

#[test]
fn facts_about_addresses_and_numbers() {
    let email = email::parse("Contact@Yopmail.com").expect("an address");
    assert!(email.role && email.disposable);
    assert_eq!(email::typo_domain("hotmial.fr"), Some("hotmail.fr"));
    assert_eq!(email::typo_domain("gmail.com"), None);

    let number = phone::parse("020 7183 8750 ext. 12", Some("GB")).expect("a number");
    assert_eq!((number.national.as_str(), number.extension.as_deref()), ("2071838750", Some("12")));
    assert_eq!((number.valid, number.line_type), (true, phone::LineType::Fixed));
    assert_eq!(phone::parse("0612345679", Some("FR")).map(|number| number.line_type), Some(phone::LineType::Mobile));
    assert_eq!(phone::parse("hello", Some("FR")), None);

    assert!(register::is_siret("35600000049837") && !register::is_siret("35600000049838"));
    assert!(register::is_siren("732829320") && !register::is_siren("732829321"));
    // 32 digits would be a UUID the second time.
    let long = "siret70373382737555555555555555555558";
    assert_eq!(
        (register::key(long, None), register::key("siret73282932000074", None)),
        (Ok(long.into()), Ok("73282932000074".into()))
    );
}

#[test]
fn dates_keep_both_readings_of_an_ambiguous_day() {
    let readings = |raw: &str| date::parse(raw, None).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(readings("03/04/1985"), ["1985-04-03", "1985-03-04"]);
    assert_eq!(readings("03/03/1985"), ["1985-03-03"]);
    assert_eq!(readings("13/04/1985"), ["1985-04-13"]);
    assert!("ydm".parse::<date::DateOrder>().is_err());
}

#[test]
fn names_that_sound_alike_share_a_key() {
    for (a, b) in [
        ("philippe", "filip"),
        ("dupont", "dupond"),
        ("renault", "renaud"),
        ("thibault", "thibaut"),
        ("lewis", "louis"),
        ("catherine", "kathryn"),
        ("michael", "mikael"),
        ("jeffrey", "geoffrey"),
        ("stephen", "stefan"),
        ("schmidt", "schmitt"),
        ("meyer", "maier"),
        ("knight", "nite"),
        ("thomas", "tomas"),
        ("mcdonald", "macdonald"),
    ] {
        let (left, right) = (phonetic::key(a), phonetic::key(b));
        assert_eq!(left, right, "{a}, {b}");
    }
    for (a, b) in [("martin", "bernard"), ("smith", "jones"), ("paul", "pierre")] {
        assert_ne!(phonetic::key(a), phonetic::key(b));
    }
    assert_eq!(phonetic::key("иван"), phonetic::key("ivan"));
}

#[test]
fn nicknames_are_related_in_both_directions() {
    for (a, b) in [
        ("bob", "robert"),
        ("liz", "beth"),
        ("bill", "will"),
        ("jp", "jean pierre"),
        ("manu", "emmanuel"),
        ("peggy", "margaret"),
    ] {
        assert!(nickname::related(a, b) && nickname::related(b, a), "{a}, {b}");
    }
    for (a, b) in
        [("bob", "bill"), ("jean", "pierre"), ("alexander", "alexandra"), ("paul", "jean paul"), ("", "robert")]
    {
        assert!(!nickname::related(a, b), "{a}, {b}");
    }
}
