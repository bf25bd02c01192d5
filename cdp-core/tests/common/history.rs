//! Invented histories of a live graph: what is said, decided and taken out, of few people who share devices, addresses and cards.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use cdp_core::Config;
use cdp_core::explain::RecordName;
use cdp_core::graph::Graph;
use cdp_core::schema::Kind;
use proptest::prelude::*;
use serde_json::json;

pub const START: i64 = 1_700_000_000_000;

pub const RULES: &str = r#"
[sources.crm]
id = "id"
observed_at = "at"
[sources.crm.fields]
email = "email"
first = "given_name"
card = "loyalty_id"
cookie = "anonymous_id"
user = "customer_id"
optin = { kind = "consent", purpose = "ads" }
[identifiers.customer_id]
priority = 1
unique = true
[identifiers.loyalty_id]
priority = 2
max_per_profile = 2
[identifiers.email]
priority = 3
max_profiles = 2
blocked = ["test@shop.example"]
"#;

/// One step of a history.
#[derive(Debug, Clone)]
pub enum Step {
    Message(String),
    Decide(RecordName, RecordName, Option<bool>, i64),
    Remove(RecordName),
    RemoveSource(String),
}

pub fn history() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..24)
}

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => message().prop_map(Step::Message),
        2 => (name(), name(), prop::option::of(any::<bool>()), 0i64..50)
            .prop_filter("two records", |(a, b, ..)| a != b)
            .prop_map(|(a, b, same, at)| Step::Decide(a, b, same, at)),
        1 => name().prop_map(Step::Remove),
        1 => prop_oneof![Just("crm"), Just("web")].prop_map(|source| Step::RemoveSource(source.to_owned())),
    ]
}

pub fn name() -> impl Strategy<Value = RecordName> {
    let named = |source: &str, record_id: String| RecordName { source: source.to_owned(), record_id };
    prop_oneof![
        (0u8..5).prop_map(move |n| named("crm", row_id(n))),
        (0u8..4).prop_map(move |n| named("web", format!("user:usr{n}"))),
    ]
}

/// The id of a row; one of them reads like two.
pub fn row_id(n: u8) -> String {
    if n == 3 { "row3 and row9".to_owned() } else { format!("row{n}") }
}

pub const DAY: i64 = 86_400_000;

/// When the first things happen: before anything arrives, unless a history says when that is.
pub const FIRST: i64 = START - 5 * DAY;

/// Instants of a few hours, with ties, late arrivals and long pauses; some are days later.
pub fn time() -> impl Strategy<Value = String> {
    time_since(FIRST)
}

fn time_since(first: i64) -> impl Strategy<Value = String> {
    let day = prop_oneof![3 => Just(0i64), 1 => 1i64..4];
    (0i64..8, 0i64..3, day).prop_map(move |(hour, minute, day)| {
        cdp_core::instant::text(first + day * DAY + hour * 3_600_000 + minute * 60_000)
    })
}

/// When the messages of a history arrive, on different days; some before they happened, by their clocks.
pub fn arrivals() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec((0i64..8).prop_map(|day| FIRST + day * DAY + DAY / 2), 24)
}

pub fn email() -> impl Strategy<Value = String> {
    prop_oneof![
        (0u8..4).prop_map(|n| format!("p{n}@mail.example")),
        Just("test@shop.example".to_owned()),
        Just("n/a".to_owned()),
    ]
}

pub fn number(n: u8) -> String {
    format!("+3361234560{n}")
}

pub fn message() -> impl Strategy<Value = String> {
    let quoted =
        |value: Option<String>, key: &str| value.map(|value| format!(",\"{key}\":\"{value}\"")).unwrap_or_default();
    let id = prop::option::weighted(0.2, (0u8..3).prop_map(|n| format!("m{n}")));
    let user =
        prop::option::of(prop_oneof![3 => (0u8..4).prop_map(|n| format!("usr{n}")), 1 => Just("null".to_owned())]);
    let device = (0u8..3).prop_map(|n| format!("dev{n}"));
    let first = prop::option::of(prop_oneof![Just("Ann"), Just("Bob")]);
    let traits = (prop::option::of(email()), first, prop::option::weighted(0.2, 0u8..3));
    let traits = traits.prop_map(move |(email, first, phone)| {
        let mut fields = Vec::new();
        // No rule is about telephone numbers: they join nobody, and are identifiers still.
        fields.extend(phone.map(|n| format!("\"phone\":\"{}\"", number(n))));
        fields.extend(email.map(|email| format!("\"email\":\"{email}\"")));
        fields.extend(first.map(|first| format!("\"firstName\":\"{first}\"")));
        format!("{{{}}}", fields.join(","))
    });
    let event =
        (id.clone(), user, device, time(), traits, 0u8..5).prop_map(move |(id, user, device, time, traits, kind)| {
            let (id, user) = (quoted(id, "messageId"), quoted(user, "userId"));
            let head = format!("\"source\":\"web\",\"anonymousId\":\"{device}\",\"timestamp\":\"{time}\"{id}{user}");
            match kind {
                0 => format!("{{\"type\":\"page\",{head}}}"),
                1 => format!("{{\"type\":\"track\",\"event\":\"Bought\",{head},\"context\":{{\"traits\":{traits}}}}}"),
                _ => format!("{{\"type\":\"identify\",{head},\"traits\":{traits}}}"),
            }
        });
    let said = prop_oneof![
        3 => Just(json!(null)),
        1 => email().prop_map(|email| json!({"traits": {"email": email}})),
        1 => Just(json!({"gpc": true})),
        2 => (any::<bool>(), any::<u32>()).prop_map(|(yes, proof)| {
            json!({"consent": {"categoryPreferences": {"ads": yes}, "tcf": format!("proof-{proof}")}})
        }),
    ];
    let alias = (
        0u8..4,
        prop_oneof![(0u8..3).prop_map(|n| format!("dev{n}")), (0u8..4).prop_map(|n| format!("usr{n}"))],
        time(),
        prop::option::weighted(0.3, 0u8..3),
        said,
    );
    let alias = alias.prop_map(|(user, previous, time, device, said)| {
        let mut message = json!({"type": "alias", "source": "web", "userId": format!("usr{user}"), "previousId": previous, "timestamp": time});
        let object = message.as_object_mut().expect("an object");
        object.extend(device.map(|device| ("anonymousId".to_owned(), json!(format!("dev{device}")))));
        object.extend((!said.is_null()).then(|| ("context".to_owned(), said)));
        message.to_string()
    });
    let row = (
        0u8..5,
        prop::option::of(time()),
        email(),
        prop::option::of(0u8..3),
        prop::option::of(0u8..3),
        prop::option::of(0u8..4),
        prop::option::weighted(0.2, prop_oneof![Just("oui"), Just("non")]),
    );
    let row = row.prop_map(|(id, at, email, card, cookie, user, optin)| {
        let mut cells = vec![format!("\"id\":\"{}\",\"email\":\"{email}\",\"first\":\"Ann\"", row_id(id))];
        cells.extend(at.map(|at| format!("\"at\":\"{at}\"")));
        cells.extend(card.map(|card| format!("\"card\":\"card{card}77\"")));
        cells.extend(cookie.map(|cookie| format!("\"cookie\":\"dev{cookie}\"")));
        cells.extend(optin.map(|optin| format!("\"optin\":\"{optin}\"")));
        cells.extend(user.map(|user| format!("\"user\":\"usr{user}\"")));
        format!("{{\"type\":\"record\",\"source\":\"crm\",\"record\":{{{}}}}}", cells.join(","))
    });
    prop_oneof![6 => event, 2 => alias, 4 => row]
}

/// A statement, or a browser's signal. Each has a proof of its own, so that it is found again in any ledger.
pub fn consent() -> impl Strategy<Value = String> {
    let who = prop_oneof![
        (0u8..4).prop_map(|user| json!({"userId": format!("usr{user}")})),
        (0u8..3).prop_map(|device| json!({"anonymousId": format!("dev{device}")})),
        (0u8..4, 0u8..3).prop_map(|(u, d)| json!({"userId": format!("usr{u}"), "anonymousId": format!("dev{d}")})),
    ];
    let status = prop_oneof![3 => Just("granted"), 1 => Just("denied"), 1 => Just("withdrawn"), 1 => Just("expired")];
    (who, status, time(), prop::option::weighted(0.3, time_since(START)), 0u8..5, any::<u32>()).prop_map(
        |(who, status, time, until, what, proof)| {
            let mut message = match what {
                0 => json!({"type": "page", "context": {"gpc": true}}),
                _ => json!({"type": "consent", "purpose": "ads", "status": status, "proof": format!("proof-{proof}")}),
            };
            let object = message.as_object_mut().expect("an object");
            object.extend(who.as_object().expect("an object").clone());
            object.insert("timestamp".to_owned(), json!(time));
            object.insert("source".to_owned(), json!("web"));
            object.extend(until.map(|until| ("expiresAt".to_owned(), json!(until))));
            message.to_string()
        },
    )
}

/// Whether a message says anything of consents.
pub fn says_consent(json: &str) -> bool {
    ["\"consent\"", "\"gpc\"", "\"optin\""].iter().any(|word| json.contains(word))
}

/// Every identifier that the histories know, as its key; of rows, their ids.
pub fn vocabulary() -> Vec<(Kind, String)> {
    let of = |kind: Kind, count: usize, name: fn(usize) -> String| (0..count).map(move |n| (kind, name(n)));
    let mut all: Vec<(Kind, String)> = of(Kind::Email, 4, |n| format!("p{n}@mail.example")).collect();
    all.extend(of(Kind::CustomerId, 4, |n| format!("usr{n}")));
    all.extend(of(Kind::AnonymousId, 3, |n| format!("dev{n}")));
    all.extend(of(Kind::LoyaltyId, 3, |n| format!("card{n}77")));
    all.extend(of(Kind::Identifier, 5, |n| format!("record\u{1f}crm\u{1f}{}", row_id(n as u8))));
    all.extend(of(Kind::Phone, 3, |n| number(n as u8)));
    all
}

/// The text by which an identifier of the vocabulary is found in bytes.
pub fn text_of(value: &str) -> &str {
    value.rsplit('\u{1f}').next().unwrap_or(value)
}

pub fn config() -> Config {
    Config::from_toml(RULES).expect("a configuration")
}

/// Decides about two records; what was erased cannot be decided about.
pub fn decide(graph: &Graph, a: &RecordName, b: &RecordName, same: Option<bool>, at: i64) -> cdp_core::Result<()> {
    let (a, b) = (a.clone(), b.clone());
    let done = match same {
        Some(true) => graph.confirm(a, b, at),
        Some(false) => graph.refuse(a, b, at),
        None => graph.forget(a, b, at),
    };
    done.map(drop)
}

/// Lets a history happen.
pub fn run(graph: &Graph, steps: &[Step]) {
    steps.iter().for_each(|step| take(graph, step));
}

/// Lets a step happen.
pub fn take(graph: &Graph, step: &Step) {
    happen(graph, step, START);
}

/// Lets a step happen, a message arriving at that instant; what cannot be removed because it is not there is left.
pub fn happen(graph: &Graph, step: &Step, received: i64) {
    match step {
        Step::Message(json) => drop(graph.ingest(json, received).expect("a message")),
        Step::Decide(a, b, same, at) => {
            decide(graph, a, b, *same, START + at).expect("a decision");
        }
        Step::Remove(record) => drop(graph.remove(record, START)),
        Step::RemoveSource(source) => drop(graph.remove_source(source, START)),
    }
}
