//! Segments of a live graph: memberships are those of evaluation from scratch, whatever the order of messages, merges and splits;
//! the feed tells each entry and exit, and they survive the process.

use cdp_core::Config;
use cdp_core::graph::{Change, Event, Graph};
use cdp_core::store::{Memory, Store};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const NOW: i64 = 1_773_576_000_000;
const DAY: i64 = 86_400_000;

fn config() -> Config {
    Config::from_toml(
        "[segments]\n\
         loyal = \"count(order_completed WHERE revenue >= 50 WITHIN 30 DAYS) >= 2\"\n\
         quiet = \"NOT exists(order_completed WITHIN 7 DAYS)\"\n\
         abandoned = \"sequence(cart THEN NOT WITHIN 2 HOURS order_completed WITHIN 14 DAYS)\"\n\
         french = \"country = 'FR' AND has(email)\"\n\
         both = \"segment('loyal') AND NOT segment('french')\"\n\
         many = \"size >= 2 OR profile_age() > 20\"\n\
         vip = \"email IN LIST 'vip' OR exists(page WHERE name = 'Pricing' WITHIN 1 DAYS)\"\n\
         agreed = \"consent('ads') AND NOT consent('ads', 'sms')\"\n\
         mail = \"consent('ads', 'email') AND segment('agreed')\"\n\
         signal = \"NOT consent('advertising')\"\n\
         [lists]\n\
         vip = [\"e1@example.com\"]\n",
    )
    .expect("a configuration")
}

fn message(kind: &str, who: &str, at: i64, rest: &str, number: usize) -> String {
    let time = cdp_core::instant::text(at);
    format!(r#"{{"type": "{kind}", "messageId": "m{number}", {who}, "timestamp": "{time}"{rest}}}"#)
}

/// Messages about a few people who share devices and addresses.
fn messages() -> impl Strategy<Value = Vec<String>> {
    let who = (0..3u8, 0..3u8, 0..4u8).prop_map(|(user, device, which)| match which {
        0 => format!(r#""anonymousId": "a{device}""#),
        1 => format!(r#""userId": "u{user}""#),
        _ => format!(r#""anonymousId": "a{device}", "userId": "u{user}""#),
    });
    let what = prop_oneof![
        (0..4u8, 0..3u8).prop_map(|(email, country)| {
            let country = ["FR", "BE", "LU"][usize::from(country)];
            let traits =
                format!(r#", "traits": {{"email": "e{email}@example.com", "address": {{"country": "{country}"}}}}"#);
            ("identify", traits)
        }),
        (0..3u8).prop_map(|n| {
            let revenue = [10, 50, 99][usize::from(n)];
            ("track", format!(r#", "event": "order_completed", "properties": {{"revenue": {revenue}}}"#))
        }),
        Just(("track", r#", "event": "cart""#.to_owned())),
        Just(("track", r#", "event": "unread""#.to_owned())),
        Just(("page", r#", "name": "Pricing""#.to_owned())),
        Just(("page", r#", "name": "Pricing", "context": {"gpc": true}"#.to_owned())),
        (0..4usize, 0..3usize, 0..3i64).prop_map(|(status, channel, ends)| {
            let status = ["granted", "denied", "withdrawn", "granted"][status];
            let channel = ["", r#", "channel": "sms""#, r#", "channel": "email""#][channel];
            let until = cdp_core::instant::text(NOW + (ends - 1) * 9 * DAY);
            let ends = if ends == 0 { String::new() } else { format!(r#", "expiresAt": "{until}""#) };
            ("consent", format!(r#", "purpose": "ads", "status": "{status}"{channel}{ends}"#))
        }),
    ];
    let at = (0i64..20, 0i64..3).prop_map(|(days, hours)| NOW - days * DAY - hours * 3_600_000);
    prop::collection::vec((who, what, at), 1..14).prop_map(|list| {
        let numbered = list.into_iter().enumerate();
        numbered.map(|(number, (who, (kind, rest), at))| message(kind, &who, at, &rest, number)).collect()
    })
}

type Memberships = BTreeSet<(String, String)>;

/// Memberships by the graph, both ways it can be asked.
fn told(graph: &Graph) -> Memberships {
    let by_profile: Memberships = graph
        .profiles()
        .iter()
        .flat_map(|profile| {
            let segments = graph.segments(&profile.profile_id).expect("a profile");
            segments.into_iter().map(|segment| (profile.profile_id.clone(), segment)).collect::<Vec<_>>()
        })
        .collect();
    let by_segment: Memberships = config()
        .segments
        .keys()
        .flat_map(|name| graph.members(name).expect(name).into_iter().map(|id| (id, name.clone())))
        .collect();
    assert_eq!(by_profile, by_segment);
    by_profile
}

/// Memberships from scratch, column by column.
fn scratch(graph: &Graph, now: i64) -> Memberships {
    let snapshot = graph.snapshot().expect("a snapshot");
    let segments = snapshot.segments(Some(now)).expect("segments");
    let id = |place: &u32| snapshot.profiles().id(*place as usize).to_owned();
    segments
        .iter()
        .flat_map(|one| one.members.iter().map(|place| (id(place), one.name.clone())).collect::<Vec<_>>())
        .collect()
}

/// Memberships by what the feed says.
fn replayed(changes: &[Change]) -> Memberships {
    let mut found = Memberships::new();
    for change in changes {
        match &change.event {
            Event::SegmentEntered { profile_id, segment } => {
                assert!(found.insert((profile_id.clone(), segment.clone())), "entered twice: {change:?}");
            }
            Event::SegmentExited { profile_id, segment } => {
                assert!(found.remove(&(profile_id.clone(), segment.clone())), "left without being in: {change:?}");
            }
            _ => {}
        }
    }
    found
}

fn feed(graph: &Graph) -> Vec<Change> {
    graph.changes(0, usize::MAX).expect("changes")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn memberships_are_those_from_scratch_whatever_the_order(
        messages in messages(), order in any::<prop::sample::Index>(), later in 0i64..60, hours in 0i64..30,
    ) {
        let store: Arc<dyn Store> = Arc::new(Memory::new());
        let graph = Graph::on(Arc::clone(&store), &config(), false).expect("a graph");
        for message in &messages {
            graph.ingest(message, NOW).expect("a message");
            prop_assert_eq!(told(&graph), scratch(&graph, NOW));
            prop_assert_eq!(replayed(&feed(&graph)), told(&graph));
        }
        let mut other: Vec<&String> = messages.iter().collect();
        other.rotate_left(order.index(messages.len()));
        other.reverse();
        let again = Graph::in_memory(&config()).expect("a graph");
        for message in other {
            again.ingest(message, NOW).expect("a message");
        }
        prop_assert_eq!(told(&again), told(&graph));
        // Time alone.
        let then = NOW + later * DAY + hours * 3_600_000;
        for change in graph.advance(then).expect("advance") {
            let at = cdp_core::instant::parse(&change.at).expect("an instant");
            prop_assert!(at > NOW && at <= then);
        }
        prop_assert_eq!(told(&graph), scratch(&graph, then));
        prop_assert_eq!(replayed(&feed(&graph)), told(&graph));
        // Taken out and brought back.
        if let Some(record) = graph.profiles().iter().flat_map(|profile| profile.records.clone()).next() {
            graph.remove(&record, then).expect("removed");
            prop_assert_eq!(told(&graph), scratch(&graph, then));
            graph.restore(&record.source, Some(&record.record_id), then).expect("restored");
            prop_assert_eq!(told(&graph), scratch(&graph, then));
            prop_assert_eq!(replayed(&feed(&graph)), told(&graph));
        }
        // Opened again.
        let (before, changes) = (told(&graph), feed(&graph));
        drop(graph);
        let graph = Graph::on(store, &config(), false).expect("a graph");
        prop_assert_eq!(told(&graph), before);
        prop_assert_eq!(feed(&graph), changes);
    }
}

#[test]
fn entries_and_exits_say_what_did_it_and_when() {
    let graph = Graph::in_memory(&config()).expect("a graph");
    let order = |number: usize, at: i64| {
        message(
            "track",
            r#""userId": "u1""#,
            at,
            r#", "event": "order_completed", "properties": {"revenue": 60}"#,
            number,
        )
    };
    graph.ingest(&order(1, NOW - 10 * DAY), NOW).expect("a message");
    let changes = graph.ingest(&order(2, NOW), NOW).expect("a message");
    let mut entered: Vec<(&str, &str, &str)> = changes
        .iter()
        .filter_map(|change| match &change.event {
            Event::SegmentEntered { segment, .. } => Some(("entered", segment.as_str(), change.cause.as_str())),
            Event::SegmentExited { segment, .. } => Some(("exited", segment.as_str(), change.cause.as_str())),
            _ => None,
        })
        .collect();
    entered.sort_unstable();
    assert_eq!(entered, [("entered", "both", "m2"), ("entered", "loyal", "m2"), ("exited", "quiet", "m2")]);
    let later = graph.advance(NOW + 25 * DAY).expect("advance");
    let exits: BTreeMap<&str, &str> = later
        .iter()
        .filter_map(|change| match &change.event {
            Event::SegmentExited { segment, .. } => Some((segment.as_str(), change.at.as_str())),
            _ => None,
        })
        .collect();
    let instant = cdp_core::instant::text(NOW + 20 * DAY);
    assert_eq!(exits.get("loyal"), Some(&instant.as_str()));
    assert_eq!(exits.get("both"), Some(&instant.as_str()));
    assert!(graph.segments("p0").is_err());
    let error = graph.members("loyl").expect_err("no such segment");
    assert_eq!(error.code().as_str(), "not_found");
}

#[test]
fn a_consent_changes_memberships_with_the_message_as_cause_and_its_end_with_the_instant() {
    let config = Config::from_toml(
        "[segments]\nreach = \"consent('news') AND has(email)\"\ntexts = \"consent('news', 'sms')\"\n[consent]\npurposes = ['news']\n",
    )
    .expect("a configuration");
    let graph = Graph::in_memory(&config).expect("a graph");
    let who = r#""userId": "u1""#;
    let news = |number: usize, day: i64, rest: &str| {
        message("consent", who, NOW + day * DAY, &format!(r#", "purpose": "news", {rest}"#), number)
    };
    let told = |changes: Vec<Change>| -> Vec<String> {
        let of = |change: &Change| match &change.event {
            Event::SegmentEntered { segment, .. } => Some(format!("+{segment} {}", change.cause)),
            Event::SegmentExited { segment, .. } => Some(format!("-{segment} {}", change.cause)),
            _ => None,
        };
        changes.iter().filter_map(of).collect()
    };
    let ingest = |message: &str, day: i64| told(graph.ingest(message, NOW + day * DAY).expect("a message"));
    let identify = message("identify", who, NOW, r#", "traits": {"email": "ann@b.fr"}"#, 0);
    assert!(ingest(&identify, 0).is_empty());
    let ends = cdp_core::instant::text(NOW + 30 * DAY);
    let granted = format!(r#""status": "granted", "expiresAt": "{ends}""#);
    assert_eq!(ingest(&news(1, 1, &granted), 1), ["+reach m1", "+texts m1"]);
    assert_eq!(ingest(&news(2, 2, r#""status": "denied", "channel": "sms""#), 2), ["-reach m2", "-texts m2"]);
    // Asked about no channel, a refusal of any bears on it; a later grant of that channel lifts it.
    assert_eq!(ingest(&news(3, 3, r#""status": "granted", "channel": "sms""#), 3), ["+reach m3", "+texts m3"]);
    assert_eq!(ingest(&news(4, 4, r#""status": "withdrawn", "channel": "sms""#), 4), ["-reach m4", "-texts m4"]);
    assert_eq!(ingest(&news(5, 5, &granted), 5), ["+reach m5", "+texts m5"]);
    let later = told(graph.advance(NOW + 60 * DAY).expect("advance"));
    assert_eq!(later, [format!("-reach {ends}"), format!("-texts {ends}")]);
    let id = graph.profiles()[0].profile_id.clone();
    let reason = serde_json::to_string(&graph.membership(&id, "texts").expect("a reason")).expect("JSON");
    assert!(reason.contains("denied") || reason.contains("false"), "{reason}");
    let misspelt = "[segments]\nreach = \"consent('newz')\"\n[consent]\npurposes = ['news']\n";
    let error = Graph::in_memory(&Config::from_toml(misspelt).expect("a configuration"))
        .map(drop)
        .expect_err("no such purpose");
    assert!(error.to_string().contains("did you mean 'news'?"), "{error}");
}

#[test]
fn a_snapshot_answers_for_consents_whether_or_not_there_are_segments() {
    let graph = Graph::in_memory(&Config::default()).expect("a graph");
    let granted = message("consent", r#""userId": "u1""#, NOW, r#", "purpose": "ads", "status": "granted""#, 1);
    let page = message("page", r#""userId": "u2""#, NOW, r#", "name": "Home""#, 2);
    graph.ingest(&format!("[{granted}, {page}]"), NOW).expect("messages");
    let snapshot = graph.snapshot().expect("a snapshot");
    let size = |text: &str, at: i64| snapshot.segment(text, Some(at)).expect(text).len();
    assert_eq!(
        (size("consent('ads')", NOW), size("consent('ads', 'sms')", NOW), size("consent('ads')", NOW - 1)),
        (1, 1, 0)
    );
    assert_eq!(size("NOT consent('ads')", NOW), 0, "silence is no refusal");
    let rows = snapshot.consent_spans(&[("ads".to_owned(), None)]);
    assert_eq!((rows.len(), rows[0].granted, rows[0].from, rows[0].until), (1, true, NOW, None));
}

#[test]
fn another_definition_tells_who_enters_and_leaves_because_of_it() {
    let with = |segments: &str| Config::from_toml(&format!("[segments]\n{segments}")).expect("a configuration");
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = |config: &Config| Graph::on(Arc::clone(&store), config, false).expect("a graph");
    let graph = open(&with("buyer = \"exists(order)\"\nold = \"exists(order)\""));
    for (number, (user, orders)) in [("u1", 1), ("u2", 3)].into_iter().enumerate() {
        for order in 0..orders {
            let who = format!(r#""userId": "{user}""#);
            let order = message("track", &who, NOW, r#", "event": "order""#, number * 10 + order);
            graph.ingest(&order, NOW).expect("a message");
        }
    }
    let count = feed(&graph).len();
    drop(graph);
    let graph = open(&with("buyer = \"count(order) >= 2\"\nnew = \"count(order) >= 1\""));
    let told: Vec<(&str, String)> = feed(&graph)[count..]
        .iter()
        .map(|change| match &change.event {
            Event::SegmentEntered { segment, .. } => (change.cause.as_str(), format!("+{segment}")),
            Event::SegmentExited { segment, .. } => (change.cause.as_str(), format!("-{segment}")),
            other => panic!("{other:?}"),
        })
        .map(|(cause, what)| (if cause == "definition" { "definition" } else { "?" }, what))
        .collect();
    let mut whats: Vec<&str> = told.iter().map(|(_, what)| what.as_str()).collect();
    whats.sort_unstable();
    assert!(told.iter().all(|(cause, _)| *cause == "definition"), "{told:?}");
    assert_eq!(whats, ["+new", "+new", "-buyer", "-old", "-old"]);
    let (members, count) = (graph.members("buyer").expect("a segment"), feed(&graph).len());
    let of_feed = replayed(&feed(&graph));
    assert_eq!(of_feed.iter().filter(|(_, segment)| segment == "buyer").count(), members.len());
    drop(graph);
    let again = open(&with("buyer = \"count(order) >= 2\"\nnew = \"count(order) >= 1\""));
    assert_eq!(feed(&again).len(), count, "opened by the same rules, nothing is told");
    drop(again);
    let none = open(&Config::default());
    assert!(replayed(&feed(&none)).is_empty(), "without segments nobody is in one");
}

/// Opened with segments, then without any: everybody leaves, and who is merged away meanwhile is in none when they come back.
#[test]
fn without_segments_everybody_leaves_and_nobody_who_is_no_more_stays() {
    let with = Config::from_toml("[segments]\nbuyer = \"exists(order)\"").expect("a configuration");
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = |config: &Config| Graph::on(Arc::clone(&store), config, false).expect("a graph");
    let graph = open(&with);
    for (number, who) in [(1, r#""anonymousId": "d1""#), (2, r#""userId": "u2""#)] {
        let order = message("track", who, NOW - i64::from(number), r#", "event": "order""#, number as usize);
        graph.ingest(&order, NOW).expect("a message");
    }
    assert_eq!(replayed(&feed(&graph)).len(), 2);
    drop(graph);
    let graph = open(&Config::default());
    assert!(replayed(&feed(&graph)).is_empty(), "without segments nobody is in one");
    let login = message("identify", r#""userId": "u2", "anonymousId": "d1""#, NOW, "", 3);
    graph.ingest(&login, NOW).expect("a message");
    drop(graph);
    let graph = open(&with);
    let (told, members) = (replayed(&feed(&graph)), graph.members("buyer").expect("a segment"));
    assert_eq!(told.into_iter().map(|(profile, _)| profile).collect::<Vec<_>>(), members);
    assert_eq!(members.len(), 1);
    let count = feed(&graph).len();
    drop(graph);
    assert_eq!(feed(&open(&with)).len(), count, "opened by the same rules, nothing is told");
}

/// What was told before it was kept by which rules: who went meanwhile leaves now.
#[test]
fn who_is_no_more_leaves_when_rules_change() {
    let with = Config::from_toml("[segments]\nbuyer = \"exists(order)\"").expect("a configuration");
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = |config: &Config| Graph::on(Arc::clone(&store), config, false).expect("a graph");
    let order = message("track", r#""userId": "u1""#, NOW, r#", "event": "order""#, 1);
    open(&with).ingest(&order, NOW).expect("a message");
    // As stores were written before: nothing says by which rules memberships were told.
    let mut batch = cdp_core::store::Batch::new();
    batch.delete(cdp_core::store::Space::META, b"told by");
    store.commit(batch).expect("a commit");
    let graph = open(&Config::default());
    assert!(replayed(&feed(&graph)).is_empty());
}

#[test]
fn nobody_is_told_to_enter_and_leave_by_one_message() {
    let segments = "[segments]\nlapsed = \"profile_age() > 2 AND NOT exists(order)\"";
    let graph = Graph::in_memory(&Config::from_toml(segments).expect("a configuration")).expect("a graph");
    let who = r#""anonymousId": "d1""#;
    let consent = message("consent", who, NOW - 7 * DAY, r#", "purpose": "ads", "status": "granted""#, 1);
    let other = message("track", who, NOW, r#", "event": "other""#, 2);
    let order = message("track", who, NOW - 6 * DAY, r#", "event": "order""#, 3);
    for message in [consent, other, order] {
        graph.ingest(&message, NOW).expect("a message");
    }
    let told = feed(&graph);
    let memberships = told.iter().filter(|change| change.event.word().starts_with("segment"));
    assert_eq!(memberships.count(), 0, "{told:#?}");
}

#[test]
fn an_event_brought_back_is_counted_though_nothing_else_changes() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let graph = Graph::on(Arc::clone(&store), &config(), false).expect("a graph");
    let page = |source: &str, at: i64, number: usize| {
        let rest = format!(r#", "source": "{source}", "name": "Pricing""#);
        message("page", r#""anonymousId": "a1""#, at, &rest, number)
    };
    let told = |changes: Vec<Change>| -> Vec<&'static str> {
        let of = |change: &Change| match &change.event {
            Event::SegmentEntered { segment, .. } if segment == "vip" => Some("entered"),
            Event::SegmentExited { segment, .. } if segment == "vip" => Some("exited"),
            _ => None,
        };
        changes.iter().filter_map(of).collect()
    };
    graph.ingest(&page("app", NOW - 3 * DAY, 1), NOW).expect("a message");
    assert_eq!(told(graph.ingest(&page("web", NOW, 2), NOW).expect("a message")), ["entered"]);
    assert_eq!(told(graph.remove_source("web", NOW).expect("removed")), ["exited"]);
    assert_eq!(told(graph.restore("web", None, NOW).expect("restored")), ["entered"]);
    let before = self::told(&graph);
    drop(graph);
    assert_eq!(self::told(&Graph::on(store, &config(), false).expect("a graph")), before);
}

#[test]
fn a_snapshot_answers_for_events_that_are_kept_and_says_which_are_not() {
    let order = message(
        "track",
        r#""userId": "u1""#,
        NOW,
        r#", "event": "order", "properties": {"revenue": 10, "channel": "web"}"#,
        1,
    );
    let refund = message("track", r#""userId": "u1""#, NOW, r#", "event": "refund", "properties": {"why": "late"}"#, 2);
    let ask = |config: &str, predicate: &str| {
        let graph = Graph::in_memory(&Config::from_toml(config).expect(config)).expect("a graph");
        graph.ingest(&format!("[{order}, {refund}]"), NOW).expect("messages");
        let found = graph.snapshot().expect("a snapshot").segment(predicate, Some(NOW));
        found.map(|members| members.len()).map_err(|error| error.to_string())
    };
    let help = "a graph keeps the events and properties that its [segments] name and those that [events] declares";
    assert_eq!(ask("", "profile_age() >= 0"), Ok(1));
    let none = format!("line 1, column 1: exists() reads events, of which this graph keeps none ({help})");
    assert_eq!(ask("", "exists(order)"), Err(none));
    let declared = "[events.order]\nrevenue = \"number\"\n[events.refund]\n";
    assert_eq!(ask(declared, "sum(order.revenue) = 10"), Ok(1));
    assert_eq!(ask(declared, "exists(refund WHERE why = 'late')"), Ok(1), "declared without properties, all are kept");
    let other = "line 1, column 20: there is no property of 'order' 'channel'";
    let error = ask(declared, "exists(order WHERE channel = 'web')").expect_err("a property that is not kept");
    assert!(error.starts_with(other) && error.contains(help), "{error}");
    let segments = "[segments]\nbuyer = \"exists(order)\"";
    assert_eq!(ask(segments, "count(order) = 1"), Ok(1));
    let error = ask(segments, "exists(refund)").expect_err("an event that is not kept");
    assert!(error.contains("there is no event 'refund'") && error.contains(help), "{error}");
    let both = format!("{segments}\n{declared}");
    assert_eq!(ask(&both, "exists(refund) AND sum(order.revenue) = 10 AND exists(order)"), Ok(1));
}

#[test]
fn what_entered_a_segment_that_is_nowhere_is_an_error() {
    let with = Config::from_toml("[segments]\nbuyer = \"exists(order)\"").expect("a configuration");
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let open = |config: &Config| Graph::on(Arc::clone(&store), config, false).expect("a graph");
    let graph = open(&with);
    let order = message("track", r#""userId": "u1""#, NOW, r#", "event": "order""#, 1);
    graph.ingest(&order, NOW).expect("a message");
    assert_eq!(graph.delta("buyer", 0).expect("a segment").entered.len(), 1);
    let error = graph.delta("buyr", 0).expect_err("a misspelt segment");
    assert_eq!(error.to_string(), "there is no segment 'buyr' (the segments are: buyer)");
    drop(graph);
    let graph = open(&Config::default());
    let last = feed(&graph).len() as u64;
    assert!(graph.delta("buyer", last).expect("a segment that was").entered.is_empty());
}
