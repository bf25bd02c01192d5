//! Laws of the predicate language: nothing panics, text and JSON are loss-free, and the columnar evaluation is that of one
//! profile at a time.

use cdp_core::profile::{GoldenField, Profiles};
use cdp_core::record::Column;
use cdp_core::schema::Kind;
use cdp_core::segment::{
    At, CalendarUnit, Call, Context, Date, EventTypes, Expr, Fields, List, Literal, Op, Operand, Sources, Then, Unit,
    Window, compile, compile_all, evaluate_all, from_json, parse, render, to_json,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn at() -> At {
    At::default()
}

fn field(name: &str) -> Operand {
    Operand::Field(name.to_owned(), at())
}

fn call(name: &str, args: Vec<Operand>) -> Operand {
    Operand::Call(Box::new(Call {
        name: name.to_owned(),
        args,
        filter: None,
        then: Vec::new(),
        within: None,
        at: at(),
    }))
}

fn literal(value: Literal) -> Operand {
    Operand::Literal(value, at())
}

fn texts() -> impl Strategy<Value = Operand> {
    prop_oneof![
        Just(field("country")),
        Just(field("city")),
        Just(call("lower", vec![field("city")])),
        "[FRBE%' ]{0,3}".prop_map(|text| literal(Literal::Text(text))),
    ]
}

fn numbers() -> impl Strategy<Value = Operand> {
    prop_oneof![
        Just(field("points")),
        Just(field("size")),
        Just(call("length", vec![field("sources")])),
        Just(call("age", vec![field("birth_date")])),
        Just(call("year", vec![field("birth_date")])),
        (-40i32..40).prop_map(|n| literal(Literal::Number(f64::from(n) / 4.0))),
    ]
}

fn dates() -> impl Strategy<Value = Operand> {
    let date = (1990u16..2010, 1u8..=12, 1u8..=31).prop_filter_map("no such day", |(y, m, d)| Date::new(y, m, d));
    prop_oneof![Just(field("birth_date")), date.prop_map(|date| literal(Literal::Date(date)))]
}

fn pairs() -> impl Strategy<Value = (Operand, Operand)> {
    prop_oneof![(texts(), texts()), (numbers(), numbers()), (dates(), dates())]
}

/// Conditions that compile against [`profiles`].
fn leaves() -> impl Strategy<Value = Expr> {
    let op = prop::sample::select(Op::ALL);
    let items = prop::collection::vec((-8i32..8).prop_map(|n| literal(Literal::Number(n.into()))), 1..4);
    prop_oneof![
        (pairs(), op).prop_map(|((left, right), op)| Expr::Compare { left, op, right }),
        (pairs(), any::<bool>())
            .prop_map(|((left, low), negated)| { Expr::Between { left: left.clone(), high: left, low, negated } }),
        (numbers(), items, any::<bool>())
            .prop_map(|(left, items, negated)| { Expr::In { left, list: List::Items(items), negated } }),
        (texts(), "[FRBEl%_]{0,4}", any::<bool>()).prop_map(|(left, pattern, negated)| Expr::Like {
            left,
            pattern,
            at: at(),
            negated
        }),
        (pairs(), any::<bool>()).prop_map(|((left, _), negated)| Expr::Missing { left, negated }),
        Just(Expr::Truth(call("has", vec![field("city")]))),
        Just(Expr::Truth(call("source", vec![literal(Literal::Text("pos".into()))]))),
        any::<bool>().prop_map(|truth| Expr::Truth(literal(Literal::Boolean(truth)))),
    ]
}

fn trees(leaf: impl Strategy<Value = Expr> + 'static) -> impl Strategy<Value = Expr> {
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.prop_map(|inner| Expr::Not(Box::new(inner))),
        ]
    })
}

/// Conditions that parse, whatever they mean: odd names, every literal, events with filters and windows.
fn wild_leaves() -> impl Strategy<Value = Expr> {
    let name = prop_oneof![
        "[a-z]{1,6}",
        "\\PC{1,6}",
        prop::sample::select(vec!["and", "Date", "true", "a.b", "a\nb"]).prop_map(str::to_owned)
    ]
    .prop_filter("a name has something to show", |name: &String| !name.trim().is_empty());
    let value = prop_oneof![
        any::<String>().prop_map(Literal::Text),
        (-1e15..1e15f64).prop_map(Literal::Number),
        any::<i32>().prop_map(|n| Literal::Number(n.into())),
        any::<bool>().prop_map(Literal::Boolean),
        instants().prop_map(Literal::Instant),
    ];
    let operands = prop_oneof![name.prop_map(|name| field(&name)), value.prop_map(literal)];
    let args = prop::collection::vec(operands.clone(), 0..3);
    let filter = prop::option::of((operands.clone(), operands.clone()).prop_map(|(left, right)| less(left, right)));
    let then = prop::collection::vec(thens(), 0..3);
    let calls = ("[a-z]{1,4}_", args, filter, then, prop::option::of(windows()))
        .prop_map(|(name, args, filter, then, within)| {
            // What follows an event stands after one.
            let (then, within) = if args.is_empty() { (Vec::new(), None) } else { (then, within) };
            Operand::Call(Box::new(Call { name, args, filter, then, within, at: at() }))
        })
        .boxed();
    let listed = ("[a-z ']{1,5}", any::<bool>()).prop_map(|(name, negated)| Expr::In {
        left: field("x"),
        list: List::Named(name, at()),
        negated,
    });
    let during = (windows(), any::<bool>()).prop_map(|(window, negated)| Expr::During {
        left: field("x"),
        window,
        at: at(),
        negated,
    });
    let operands = prop_oneof![3 => operands, 1 => calls.clone()];
    prop_oneof![
        (operands.clone(), prop::sample::select(Op::ALL), operands).prop_map(|(left, op, right)| Expr::Compare {
            left,
            op,
            right
        }),
        calls.prop_map(Expr::Truth),
        listed,
        during,
    ]
}

fn zones() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["Europe/Paris", "UTC", "America/New_York", "Asia/Kolkata"]).prop_map(str::to_owned)
}

fn less(left: Operand, right: Operand) -> Expr {
    Expr::Compare { left, op: Op::Less, right }
}

fn instants() -> impl Strategy<Value = i64> {
    -62_135_596_800_000i64..253_402_300_799_000
}

fn windows() -> impl Strategy<Value = Window> {
    let unit = || prop::sample::select(Unit::ALL);
    let calendar = || (1u32..100, prop::sample::select(CalendarUnit::ALL), zones());
    prop_oneof![
        (1u32..1000, unit()).prop_map(|(count, unit)| Window::Within { count, unit }),
        (1u32..1000, unit()).prop_map(|(count, unit)| Window::BeforeAgo { count, unit }),
        (1u32..1000, 1u32..1000, unit()).prop_map(|(to, more, unit)| Window::Ago { from: to + more, to, unit }),
        calendar().prop_map(|(count, unit, zone)| Window::Calendar { count, unit, zone }),
        calendar().prop_map(|(count, unit, zone)| Window::Last { count, unit, zone }),
        instants().prop_map(Window::Since),
        instants().prop_map(Window::Before),
        (instants(), 1i64..1000).prop_map(|(from, more)| Window::Between(from, from + more)),
    ]
}

fn thens() -> impl Strategy<Value = Then> {
    let within = prop::option::of((1u32..1000, prop::sample::select(Unit::ALL)));
    (any::<bool>(), within, "[a-z]{1,5}_", any::<bool>()).prop_map(|(negated, within, name, filtered)| Then {
        negated,
        within,
        event: field(&name),
        filter: filtered.then(|| less(field("p"), field("q"))),
    })
}

const CITIES: &[Option<&str>] = &[Some("Lille"), Some("FR"), Some("BE'"), Some(""), None];
const DATES: &[Option<&str>] = &[Some("1999-12-31"), Some("2000-02-29"), Some("2009-01-01T00:00"), Some("soon"), None];
const POINTS: &[Option<&str>] = &[Some("1"), Some("-2.5"), Some("0"), Some("many"), None];
const SOURCES: &[&str] = &["crm", "pos", "web"];

fn profiles() -> impl Strategy<Value = (Profiles, Vec<u32>)> {
    let choice = |values: &'static [Option<&'static str>]| prop::sample::select(values);
    let row = (choice(CITIES), choice(CITIES), choice(DATES), choice(POINTS), prop::collection::vec(0u32..3, 1..4));
    prop::collection::vec(row, 0..20).prop_map(|rows| {
        let column = |name, kind, values: Vec<Option<&str>>| GoldenField::new(kind, Column::new(name, values));
        let fields = vec![
            column("country", Kind::Country, rows.iter().map(|row| row.0).collect()),
            column("city", Kind::City, rows.iter().map(|row| row.1).collect()),
            column("birth_date", Kind::BirthDate, rows.iter().map(|row| row.2).collect()),
            column("points", Kind::Number, rows.iter().map(|row| row.3).collect()),
        ];
        let (mut members, mut of_record) = (Vec::new(), Vec::new());
        for row in &rows {
            let start = of_record.len() as u32;
            of_record.extend(&row.4);
            members.push((start..of_record.len() as u32).collect());
        }
        let ids = (0..rows.len()).map(|index| format!("{index:04}")).collect();
        (Profiles::new(ids, &members, fields).expect("profiles"), of_record)
    })
}

fn now() -> Option<i64> {
    cdp_core::instant::parse("2026-03-01")
}

fn source_names() -> Vec<String> {
    SOURCES.iter().map(|&name| name.to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        check_text(&text);
    }

    #[test]
    fn no_sequence_of_tokens_panics(words in prop::collection::vec(prop::sample::select(vec![
        "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "MISSING", "TRUE", "DATE", "WHERE", "WITHIN", "DAYS", "(", ")",
        ",", "-", "=", "<>", "<", ">=", "'x'", "'", "\"n\"", "\"", "5", "1.5", "'2000-01-01'", "city", "size", "sources",
        "lower", "age", "count", "source", "é", "\n", "%", "\u{0}",
    ]), 0..30)) {
        check_text(&words.join(" "));
    }

    #[test]
    fn text_and_json_are_loss_free(tree in trees(wild_leaves())) {
        let text = tree.to_string();
        // Deeper trees than the language allows are refused, in both forms alike.
        match parse(&text) {
            Ok(parsed) => {
                prop_assert_eq!(&parsed, &tree, "{}", text);
                prop_assert_eq!(parsed.to_string(), text);
                let json = to_json(&tree);
                let written = serde_json::to_string(&json).unwrap();
                let read: serde_json::Value = serde_json::from_str(&written).unwrap();
                prop_assert_eq!(from_json(&read).unwrap(), tree);
                prop_assert_eq!(to_json(&from_json(&read).unwrap()), json);
            }
            Err(error) => {
                prop_assert!(error.reason().contains("nested"), "{}: {}", error, text);
                prop_assert!(from_json(&to_json(&tree)).is_err());
            }
        }
    }

    #[test]
    fn columns_agree_with_profiles(tree in trees(leaves()), (profiles, of_record) in profiles()) {
        let names = source_names();
        let sources = Sources { names: &names, of_record: &of_record };
        let context = Context { now: now(), sources: Some(sources), ..Context::default() };
        let predicate = compile(&tree.to_string(), &Fields::of(&profiles).sources(SOURCES.iter().copied())).unwrap();
        let one_by_one: Vec<u32> = (0..profiles.len())
            .filter(|&profile| predicate.truth(&profiles, profile, &context).unwrap() == Some(true))
            .map(|profile| profile as u32)
            .collect();
        prop_assert_eq!(predicate.members(&profiles, &context).unwrap(), one_by_one);
    }

    #[test]
    fn a_condition_its_negation_and_its_unknown_part_the_profiles(tree in trees(leaves()), (profiles, of_record) in profiles()) {
        let names = source_names();
        let sources = Some(Sources { names: &names, of_record: &of_record });
        let context = Context { now: now(), sources, ..Context::default() };
        let fields = Fields::of(&profiles).sources(SOURCES.iter().copied());
        let text = tree.to_string();
        let segments = BTreeMap::from([
            ("yes".to_owned(), text.clone()),
            ("no".to_owned(), format!("NOT ({text})")),
            ("both".to_owned(), "segment('yes') AND segment('no')".to_owned()),
            ("neither".to_owned(), "NOT segment('yes') AND NOT segment('no')".to_owned()),
        ]);
        prop_assume!(parse(&segments["no"]).is_ok());
        let found = evaluate_all(&segments, &profiles, &fields, &context).unwrap();
        let sizes: BTreeMap<&str, usize> = found.iter().map(|one| (one.name.as_str(), one.members.len())).collect();
        prop_assert_eq!(sizes["both"], 0);
        prop_assert_eq!(sizes["yes"] + sizes["no"] + sizes["neither"], profiles.len());
    }
}

/// Parses, compiles and renders; errors must have a position inside the text.
fn check_text(text: &str) {
    let fields = Fields::new([("city", Kind::City), ("birth_date", Kind::BirthDate), ("points", Kind::Number)]);
    let error = match compile(text, &fields) {
        Ok(predicate) => {
            assert_eq!(parse(&predicate.to_string()).expect("canonical"), *predicate.expr());
            return;
        }
        Err(error) => error,
    };
    let (line, column) = error.text_position().expect("a position");
    let lines: Vec<&str> = text.split('\n').collect();
    assert!((1..=lines.len() as u64).contains(&line), "{error}");
    assert!((1..=lines[line as usize - 1].chars().count() as u64 + 1).contains(&column), "{error}");
    assert!(render(&error, text).ends_with('^'));
}

#[test]
fn deep_and_long_texts_end_quickly_in_an_error() {
    for text in ["(".repeat(60_000), "NOT ".repeat(16_000), "f(".repeat(30_000), "a".repeat(60_000), "'".repeat(65_000)]
    {
        check_text(&text);
    }
    let many = vec!["city <> 'x'"; 4000].join(" AND ");
    let fields = Fields::new([("city", Kind::City)]);
    assert_eq!(compile(&many, &fields).expect("long, but flat").warnings().len(), 1);
}

/// Texts are never read as instants, which engines would do each in its way.
#[test]
fn a_property_is_no_instant() {
    let fields = Fields::default().events(EventTypes::new());
    for text in
        ["last(order.day) > INSTANT '2026-01-01T00:00:00Z'", "INSTANT '2026-01-01T00:00:00Z' = first(order.day)"]
    {
        let error = compile(text, &fields).expect_err(text);
        assert_eq!(error.code(), cdp_core::Code::PredicateType, "{error}");
    }
    assert!(compile("last(order) > INSTANT '2026-01-01T00:00:00Z'", &fields).is_ok());
}

/// Four times as long a text takes about four times as long, not sixteen; the quickest of some runs, since others run beside.
#[test]
#[allow(clippy::disallowed_methods)] // ratios of times are what it is about
fn no_text_takes_quadratic_time() {
    type OfLength = fn(usize) -> String;
    let fields = Fields::new([("city", Kind::City)]).events(EventTypes::new());
    let texts: [(&str, OfLength); 10] = [
        ("parentheses", |n| "(".repeat(n)),
        ("NOT", |n| "NOT ".repeat(n / 4)),
        ("calls", |n| "f(".repeat(n / 2)),
        ("a long name", |n| "a".repeat(n)),
        ("a long text", |n| format!("city = '{}'", "'".repeat(n / 2 * 2))),
        ("AND", |n| vec!["city <> 'x'"; n / 16].join(" AND ")),
        ("IN", |n| format!("city IN ({})", vec!["'x'"; n / 5].join(", "))),
        ("LIKE", |n| vec!["city LIKE '%a%'"; n / 20].join(" OR ")),
        ("THEN", |n| format!("sequence(a{})", " THEN a".repeat(n / 7))),
        ("other events", |n| {
            (0..n / 40).map(|event| format!("exists(event{event} WHERE p > {event})")).collect::<Vec<_>>().join(" OR ")
        }),
    ];
    for (what, text) in texts {
        let time = |text: &str| {
            let start = std::time::Instant::now();
            drop(compile(text, &fields).map(|predicate| predicate.hash()));
            start.elapsed()
        };
        let (short, long) = (text(15_000), text(60_000));
        // What is quick is not measured well, and others run beside: the quickest of a number of runs is taken.
        let mut least = (std::time::Duration::MAX, std::time::Duration::MAX);
        let is_linear = (0..100).any(|_| {
            least = (least.0.min(time(&short)), least.1.min(time(&long)));
            least.1 < least.0.max(std::time::Duration::from_micros(50)) * 10
        });
        assert!(is_linear, "{what}: {:?}, four times as long {:?}", least.0, least.1);
    }
}

#[test]
fn a_negation_over_a_field_that_can_be_missing_warns() {
    let fields = Fields::new([("city", Kind::City), ("points", Kind::Number)]).events(EventTypes::new()).consents();
    let warnings = |text: &str| -> Vec<String> {
        compile(text, &fields).expect(text).warnings().iter().map(ToString::to_string).collect()
    };
    let message = "profiles without 'city' are not members, although the condition is negated \
                   (add OR city IS MISSING to include them, AND city IS PRESENT to say so)";
    assert_eq!(warnings("points > 1 AND\n NOT city = 'x'"), [format!("line 2, column 6: {message}")]);
    assert_eq!(warnings("city <> 'x'"), [format!("line 1, column 1: {message}")]);
    assert_eq!(warnings("lower(city) NOT IN ('x')"), [format!("line 1, column 7: {message}")]);
    for quiet in [
        "city = 'x'",
        "NOT city <> 'x'",
        "NOT NOT city = 'x'",
        "city <> 'x' OR city IS MISSING",
        "has(city) AND city <> 'x'",
        "NOT has(city)",
        "NOT size = 1",
        "city IS PRESENT",
        "(points > 1 OR city <> 'x') AND has(city)",
        "NOT (city = 'x' AND has(city))",
        "NOT consent('ads') OR consent('ads') IS MISSING",
        "NOT count(e) > 3",
        "NOT exists(e WHERE c = 'web')",
        "count(e WHERE c <> 'web' OR c IS MISSING) > 0",
    ] {
        assert_eq!(warnings(quiet), Vec::<String>::new(), "{quiet}");
    }
    assert_eq!(warnings("(has(city) AND points > 1) OR city <> 'x'").len(), 1, "what is asked elsewhere says nothing");
    let unknown = |shown: &str| {
        format!(
            "profiles for whom {shown} is unknown are not members, although the condition is negated \
             (add OR {shown} IS MISSING to include them, AND {shown} IS PRESENT to say so)"
        )
    };
    assert_eq!(warnings("NOT consent('ads')"), [format!("line 1, column 5: {}", unknown("consent('ads')"))]);
    assert_eq!(warnings("last(e.c) <> 'web'"), [format!("line 1, column 1: {}", unknown("last(e.c)"))]);
    assert_eq!(
        warnings("NOT avg(e.p WITHIN 3 DAYS) > 3"),
        [format!("line 1, column 5: {}", unknown("avg(e.p WITHIN 3 DAYS)"))]
    );
    let events = "events without 'c' do not count, although the condition is negated \
                  (add OR c IS MISSING to include them, AND c IS PRESENT to say so)";
    assert_eq!(warnings("count(e WHERE c <> 'web') > 0"), [format!("line 1, column 15: {events}")]);
    assert_eq!(warnings("count(e WHERE NOT (c = 'web')) > 0"), [format!("line 1, column 20: {events}")]);
}

#[test]
fn segments_refer_to_each_other_in_any_order_but_not_in_a_circle() {
    let fields = Fields::new([("city", Kind::City)]);
    let set = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
    };
    let good = set(&[("a", "segment('b') OR segment('c')"), ("b", "segment('c')"), ("c", "city = 'Lyon'")]);
    assert!(compile_all(&good, &fields).is_ok());
    let message = |segments| compile_all(&segments, &fields).expect_err("an error").to_string();
    assert_eq!(
        message(set(&[("a", "segment('b')"), ("b", "NOT segment('c')"), ("c", "segment('b')"), ("d", "TRUE")])),
        "field 'segments.b': segments refer to each other in a circle: b -> c -> b (take one of the references out)"
    );
    assert_eq!(
        message(set(&[("a", "NOT segment('a')")])),
        "field 'segments.a': segments refer to each other in a circle: a -> a (take one of the references out)"
    );
    assert_eq!(
        message(set(&[("loyal", "size > 1"), ("b", "segment('royal')")])),
        "line 1, column 9, field 'segments.b': there is no segment 'royal' (did you mean 'loyal'?)"
    );
    let chain: BTreeMap<String, String> = (0..20_000)
        .map(|n| (format!("s{n:05}"), if n == 0 { "TRUE".into() } else { format!("segment('s{:05}')", n - 1) }))
        .collect();
    assert_eq!(compile_all(&chain, &fields).expect("a long chain").len(), 20_000);
}

#[test]
fn json_errors_name_the_path() {
    let message = |json: serde_json::Value| from_json(&json).expect_err("an error").to_string();
    let leaf = serde_json::json!({"op": "=", "left": {"field": "a"}, "right": "x"});
    assert_eq!(
        message(serde_json::json!({"and": [leaf, {"op": "=", "left": {"feild": "a"}, "right": "x"}]})),
        "$.and[1].left: expected a value: a text, a number, or an object with 'field', 'date' or 'call'"
    );
    assert_eq!(
        message(serde_json::json!({"op": "=", "left": {"field": "a"}, "rigth": "x"})),
        "$: unknown key 'rigth' (did you mean 'right'?)"
    );
    assert_eq!(message(serde_json::json!({"and": [leaf]})), "$.and: expected a list of two or more conditions");
    assert_eq!(
        message(serde_json::json!({"op": "==", "left": "a", "right": "a"})),
        "$.op: there is no operator '==' (the operators are: =, <>, <, <=, >, >=, in, not in, between, not between, like, \
         not like, is missing, is present, is, is not)"
    );
    assert_eq!(message(serde_json::json!({"call": "f) OR (g", "args": []})), "$.call: expected the name of a function");
    let mut deep = leaf;
    for _ in 0..100_000 {
        deep = serde_json::Value::Object([("not".to_owned(), deep)].into_iter().collect());
    }
    assert_eq!(from_json(&deep).expect_err("too deep").to_string(), "the tree is more than 120 levels deep");
    unnest(deep);
}

/// Takes a deep tree apart without recursion, which dropping it would use.
fn unnest(mut tree: serde_json::Value) {
    while let Some(inner) = tree.get_mut("not").map(serde_json::Value::take) {
        tree = inner;
    }
}

#[test]
fn the_committed_schema_is_what_the_code_says() {
    let committed: serde_json::Value =
        serde_json::from_str(include_str!("../../conformance/segment.schema.json")).expect("JSON");
    assert!(
        committed == cdp_core::segment::json_schema(),
        "write it again: cargo run --package cdp-core --example segment_schema > conformance/segment.schema.json"
    );
}

#[test]
fn what_means_the_same_has_the_same_hash() {
    let fields = Fields::new([
        ("country", Kind::Country),
        ("city", Kind::City),
        ("points", Kind::Number),
        ("born", Kind::BirthDate),
    ])
    .events(cdp_core::segment::EventTypes::new());
    let hash = |text: &str| compile(text, &fields).unwrap_or_else(|error| panic!("{text}: {error}")).hash();
    for (a, b) in [
        ("country = 'FR' AND points > 1", "points > 1 AND country = 'FR'"),
        ("country = 'FR' AND (points > 1 AND has(city))", "has(city) AND country = 'FR' AND 1 < points"),
        ("NOT (country = 'FR' OR points > 1)", "country <> 'FR' AND points <= 1"),
        ("country IN ('FR', 'BE')", "country in ('BE','FR','BE')"),
        ("country IN ('FR')", "'FR' = country"),
        ("city IS NOT NULL", "has(city)"),
        ("points BETWEEN 1 AND 5", "points >= 1 AND points <= 5"),
        ("source('crm')", "'crm' IN sources"),
        ("exists(order WITHIN 7 DAYS)", "NOT absence(order WITHIN 168 HOURS)"),
        ("count(order WITHIN 14 DAYS) > 1", "count(order WITHIN 2 WEEKS) > 1"),
        ("country = city", "city = country"),
        ("NOT NOT TRUE", "NOT FALSE"),
    ] {
        assert_eq!(hash(a), hash(b), "{a} and {b}");
    }
    for (a, b) in [
        ("country = 'FR'", "country = 'BE'"),
        ("country = 'FR' AND has(city)", "country = 'FR' OR has(city)"),
        ("exists(order WITHIN 7 DAYS)", "exists(order WITHIN 8 DAYS)"),
        ("periods(order WITHIN 7 DAYS) > 1", "periods(order WITHIN 1 WEEKS) > 1"),
        ("points < 1", "points > 1"),
        ("exists(order WITHIN 1 CALENDAR DAYS IN 'UTC')", "exists(order WITHIN 1 DAYS)"),
    ] {
        assert_ne!(hash(a), hash(b), "{a} and {b}");
    }
    assert_eq!(hash("country = 'FR'"), "2:d4071fe01eccd45fef94daca7617824b");
}
