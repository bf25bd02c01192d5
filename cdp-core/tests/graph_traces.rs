//! Law 7 where names lie apart from the evidence of the person: in the texts of the change feed, in what was put aside or decided, in
//! what others said too, in what was noted of recipients. And what retention leaves of whom nothing is kept.

#[path = "common/store.rs"]
mod stored;

use cdp_core::explain::RecordName;
use cdp_core::graph::{Change, Graph, Imported, ProfileView, Receipt};
use cdp_core::privacy::{Key, Keys};
use cdp_core::store::{KeyRange, Memory, Space, Store};
use cdp_core::{Code, Config};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::sync::Arc;
use stored::content;

/// 2026-06-01, in milliseconds.
const NOW: i64 = 1_780_272_000_000;
const DAY: i64 = 86_400_000;

const SOURCE: &str = "[sources.crm]\nid = 'id'\nobserved_at = 'at'\n[sources.crm.fields]\nemail = 'email'\nname = 'full_name'\n\
    card = 'loyalty_id'\nuser = 'customer_id'\n";
const RULES: &str = "[identifiers.customer_id]\npriority = 1\nunique = true\n[identifiers.loyalty_id]\npriority = 2\n\
    [identifiers.email]\npriority = 3\n";

struct Kept {
    store: Arc<dyn Store>,
    graph: Graph,
}

fn kept(rules: &str) -> Kept {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let config = Config::from_toml(&format!("{SOURCE}{rules}")).unwrap();
    let graph = Graph::on(Arc::clone(&store), &config, false).unwrap();
    graph.unlock(Keys::new(vec![Key::new("k1", &[7; 32]).unwrap()]).unwrap()).unwrap();
    Kept { store, graph }
}

impl Kept {
    fn tell(&self, message: &Value) -> Vec<Change> {
        self.graph.ingest(&message.to_string(), NOW).unwrap()
    }

    fn row(&self, cells: &Value) -> Vec<Change> {
        self.tell(&json!({"type": "record", "source": "crm", "record": cells}))
    }

    fn of(&self, record: &RecordName) -> ProfileView {
        self.graph.profile_of(record).unwrap()
    }

    fn erase(&self, record: &RecordName) -> Receipt {
        self.graph.erase(&self.of(record).profile_id, "dpo", false, NOW).unwrap()
    }

    /// Whether anything in the store has a text.
    fn has(&self, text: &str) -> bool {
        let has = |bytes: Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        content(self.store.as_ref()).into_iter().any(|((_, key), value)| has([key, value].concat()))
    }

    fn import(&self, other: &Kept) -> Imported {
        self.graph.import_tombstones(&other.graph.export_tombstones().unwrap(), "dpo", NOW).unwrap()
    }
}

fn crm(id: &str) -> RecordName {
    RecordName { source: "crm".to_owned(), record_id: id.to_owned() }
}

fn user(id: &str) -> RecordName {
    RecordName { source: "events".to_owned(), record_id: format!("user:{id}") }
}

fn at(days: i64) -> String {
    cdp_core::instant::text(NOW - days * DAY)
}

fn identify(user: &str, days: i64, traits: &Value) -> Value {
    json!({"type": "identify", "userId": user, "traits": traits, "timestamp": at(days)})
}

fn anonymous(device: &str, days: i64, traits: &Value) -> Value {
    json!({"type": "identify", "anonymousId": device, "traits": traits, "timestamp": at(days)})
}

#[test]
fn a_cause_is_made_nameless_whatever_its_records_are_called() {
    let kept = kept(RULES);
    kept.row(&json!({"id": "Zelda and Fitz", "email": "z@shop.fr"}));
    kept.row(&json!({"id": "2", "email": "b@shop.fr"}));
    kept.graph.confirm(crm("Zelda and Fitz"), crm("2"), NOW).unwrap();
    kept.graph.forget(crm("Zelda and Fitz"), crm("2"), NOW + 1).unwrap();
    kept.graph.remove(&crm("Zelda and Fitz"), NOW).unwrap();
    kept.graph.restore("crm", Some("Zelda and Fitz"), NOW).unwrap();
    assert!(kept.has("removed: crm/Zelda and Fitz"));
    kept.erase(&crm("Zelda and Fitz"));
    assert!(!kept.has("Zelda") && kept.has("removed: erased") && kept.has("forgotten: erased"));
}

#[test]
fn the_names_in_texts_are_found_after_opening_too_and_where_they_were_not_kept_yet() {
    for emptied in [false, true] {
        let kept = kept(RULES);
        kept.row(&json!({"id": "Zelda and Fitz", "email": "z@shop.fr"}));
        kept.row(&json!({"id": "2", "email": "b@shop.fr"}));
        kept.graph.confirm(crm("Zelda and Fitz"), crm("2"), NOW).unwrap();
        kept.graph.forget(crm("Zelda and Fitz"), crm("2"), NOW + 1).unwrap();
        kept.graph.close().unwrap();
        let mut named = Vec::new();
        let look = &mut |key: &[u8], _: &[u8]| {
            named.push(key.to_vec());
            Ok(ControlFlow::Continue(()))
        };
        kept.store.scan(Space::NAMED, &KeyRange::all(), look).unwrap();
        assert!(!named.is_empty());
        for key in named.iter().filter(|_| emptied) {
            let mut batch = cdp_core::store::Batch::new();
            batch.put(Space::NAMED, key, &[]);
            kept.store.commit(batch).unwrap();
        }
        let config = Config::from_toml(&format!("{SOURCE}{RULES}")).unwrap();
        let graph = Graph::on(Arc::clone(&kept.store), &config, false).unwrap();
        graph.unlock(Keys::new(vec![Key::new("k1", &[7; 32]).unwrap()]).unwrap()).unwrap();
        let again = Kept { store: Arc::clone(&kept.store), graph };
        again.erase(&crm("Zelda and Fitz"));
        assert!(!again.has("Zelda"), "emptied: {emptied}");
    }
}

#[test]
fn a_reason_that_quotes_somebody_further_off_is_made_nameless_with_them() {
    let kept = kept(RULES);
    kept.row(&json!({"id": "3", "user": "zelda77", "card": "L1", "at": at(9)}));
    kept.row(&json!({"id": "1", "card": "L1", "email": "a@shop.fr", "at": at(8)}));
    kept.row(&json!({"id": "2", "user": "bob1", "email": "a@shop.fr", "at": at(7)}));
    kept.row(&json!({"id": "1", "card": "L2", "email": "a@shop.fr", "at": at(6)}));
    assert!(kept.has("the two sides have 'zelda77' and 'bob1'"));
    kept.erase(&crm("3"));
    assert!(!kept.has("zelda77"));
}

#[test]
fn another_kind_with_the_same_value_is_not_made_nameless() {
    let kept = kept(&RULES.replace("priority = 2", "priority = 2\nmax_profiles = 1"));
    for id in ["1", "2", "3"] {
        kept.row(&json!({"id": id, "card": "77"}));
    }
    assert!(kept.has(r#""kind":"loyalty_id","value":"77""#));
    kept.tell(&identify("77", 5, &json!({})));
    kept.erase(&user("77"));
    assert!(kept.has(r#""kind":"loyalty_id","value":"77""#), "the card is another's");
}

#[test]
fn what_others_mention_too_is_shared_however_they_do() {
    let shared = |kept: &Kept, kind: &str, text: &str| {
        let receipt = kept.erase(&user("u1"));
        assert_eq!((receipt.identifiers.get(kind), receipt.shared.get(kind)), (None, Some(&1)), "{receipt:?}");
        assert!(kept.has(text), "it is in what others said");
    };
    // Without a rule, on a device of nobody known.
    let one = kept("[identifiers.customer_id]\npriority = 1\n");
    one.tell(&identify("u1", 5, &json!({"email": "zelda@shop.fr"})));
    one.tell(&anonymous("d2", 4, &json!({"email": "zelda@shop.fr"})));
    shared(&one, "email", "zelda@shop.fr");
    assert_eq!(one.tell(&anonymous("d2", 3, &json!({"email": "zelda@shop.fr"}))), [], "it is refused to nobody");
    // An address that somebody had before.
    let one = kept(RULES);
    one.tell(&identify("u2", 9, &json!({"email": "zelda@shop.fr"})));
    one.tell(&identify("u2", 8, &json!({"email": "bob@shop.fr"})));
    one.tell(&identify("u1", 7, &json!({"email": "zelda@shop.fr"})));
    shared(&one, "email", "zelda@shop.fr");
    // A user id before that two users have.
    let one = kept(RULES);
    for name in ["u1", "u2"] {
        one.tell(&identify(name, 9, &json!({"email": format!("{name}@shop.fr")})));
        one.tell(&json!({"type": "alias", "userId": name, "previousId": "before", "timestamp": at(8)}));
    }
    // They are one by it; once it is said that they are not, it is both's.
    one.graph.refuse(user("u1"), user("u2"), NOW).unwrap();
    let receipt = one.erase(&user("u1"));
    assert_eq!(receipt.shared.get("anonymous_id"), Some(&1), "{receipt:?}");
    assert!(one.has("before") && !one.has("u1@shop.fr"));
}

#[test]
fn a_user_who_is_heard_of_as_another_before_is_not_erased_with_that_one() {
    let kept = kept(RULES);
    kept.tell(&identify("u0", 9, &json!({})));
    // Who said what is followed from then on.
    kept.erase(&user("u0"));
    kept.tell(&json!({"type": "alias", "userId": "u1", "previousId": "u2", "timestamp": at(8)}));
    kept.tell(&json!({"type": "page", "userId": "u2", "timestamp": at(7)}));
    let receipt = kept.erase(&user("u1"));
    assert_eq!(receipt.shared.get("customer_id"), Some(&1), "{receipt:?}");
    assert_eq!(kept.tell(&json!({"type": "page", "userId": "u2", "timestamp": at(6)})), []);
}

#[test]
fn what_others_said_once_and_is_gone_is_nobody_elses() {
    let kept = kept("[identifiers.customer_id]\npriority = 1\n");
    kept.tell(&identify("u0", 9, &json!({})));
    // Who is asked for once is followed from then on.
    kept.erase(&user("u0"));
    kept.tell(&identify("u1", 5, &json!({"email": "zelda@shop.fr"})));
    kept.tell(&identify("u2", 4, &json!({"email": "zelda@shop.fr"})));
    kept.erase(&user("u2"));
    let receipt = kept.erase(&user("u1"));
    assert_eq!(receipt.identifiers.get("email"), Some(&1), "{receipt:?}");
    assert!(!kept.has("zelda@shop.fr"));
}

#[test]
fn what_is_said_of_nobody_goes_with_whom_it_names() {
    let kept = kept("[identifiers.customer_id]\npriority = 1\n");
    kept.tell(&identify("u1", 5, &json!({"email": "zelda@shop.fr"})));
    kept.tell(&json!({"type": "identify", "userId": "null", "traits": {"email": "zelda@shop.fr"}, "timestamp": at(4)}));
    let receipt = kept.erase(&user("u1"));
    assert_eq!((receipt.evidence, receipt.identifiers["email"]), (2, 1));
    assert!(!kept.has("zelda@shop.fr"));
}

#[test]
fn what_was_put_aside_goes_with_whom_it_was_decided_to_be() {
    let kept = kept(RULES);
    kept.row(&json!({"id": "7", "name": "Zelda Fitz"}));
    kept.tell(&identify("u1", 5, &json!({"email": "z@shop.fr"})));
    kept.graph.confirm(crm("7"), user("u1"), NOW).unwrap();
    kept.graph.remove(&crm("7"), NOW).unwrap();
    let receipt = kept.erase(&user("u1"));
    assert_eq!(receipt.identifiers.get("record"), Some(&1));
    assert!(!kept.has("Zelda Fitz"));
    assert_eq!(kept.graph.restore("crm", Some("7"), NOW).unwrap_err().code(), Code::NotFound);
}

#[test]
fn imported_tombstones_reach_what_was_put_aside_and_whoever_mentions_the_erased() {
    let other = kept(RULES);
    other.row(&json!({"id": "7", "email": "z@shop.fr"}));
    other.tell(&identify("olduser", 5, &json!({})));
    other.erase(&crm("7"));
    other.erase(&user("olduser"));

    let kept = kept("[identifiers.customer_id]\npriority = 1\n");
    kept.row(&json!({"id": "7", "email": "z@shop.fr", "name": "Zelda Fitz"}));
    kept.row(&json!({"id": "8", "email": "b@shop.fr"}));
    kept.graph.refuse(crm("7"), crm("8"), NOW).unwrap();
    kept.graph.note_sent(&[kept.of(&crm("7")).profile_id], "print shop", "letters", NOW).unwrap();
    kept.graph.remove(&crm("7"), NOW).unwrap();
    // Two different messages with one id, of which the one that speaks of the erased loses.
    for (name, email) in [("u4", "w@shop.fr"), ("u5", "z@shop.fr")] {
        let message = json!({"type": "identify", "userId": name, "messageId": "m", "traits": {"email": email}, "timestamp": at(4)});
        kept.tell(&message);
    }
    kept.tell(&identify("u9", 5, &json!({})));
    kept.tell(&json!({"type": "alias", "userId": "u9", "previousId": "olduser", "timestamp": at(4)}));
    kept.tell(&anonymous("d7", 4, &json!({"email": "z@shop.fr"})));
    let imported = kept.import(&other);
    assert_eq!(imported.evidence, 3, "the row, the decision about it, and the message that lost");
    // Whoever only was an alias of the erased is not to go: the alias loses the name.
    assert_eq!(imported.profiles, [kept.graph.find("anonymous_id", "d7").unwrap()[0].profile_id.clone()]);
    assert_eq!(imported.recipients.len(), 1, "they have to be told");
    assert!(!kept.has("Zelda Fitz") && !kept.has(r#""7""#) && !kept.has("print shop"));
    imported.profiles.iter().for_each(|id| drop(kept.graph.erase(id, "dpo", false, NOW).unwrap()));
    assert!(!kept.has("z@shop.fr") && !kept.has("olduser"));
    assert!(kept.has("b@shop.fr") && kept.has("w@shop.fr"), "everybody else is there");
    let again = kept.import(&other);
    assert_eq!((again.added, again.evidence, again.profiles), (0, 0, Vec::new()));
}

#[test]
fn an_erased_row_comes_back_once_its_name_is_lifted() {
    let kept = kept(RULES);
    let row = json!({"id": "7", "email": "z@shop.fr"});
    kept.row(&row);
    assert_eq!(kept.erase(&crm("7")).identifiers.get("record"), Some(&1));
    assert_eq!(kept.graph.lift("email", "z@shop.fr", "dpo", NOW).unwrap(), 1);
    assert_eq!(kept.row(&row)[0].event.word(), "message_refused");
    assert_eq!(kept.graph.lift("record", "crm/8", "dpo", NOW).unwrap(), 0);
    assert_eq!(kept.graph.lift("record", "crm/7", "dpo", NOW).unwrap(), 1);
    assert_eq!(kept.row(&row)[0].event.word(), "profile_created");
}

#[test]
fn who_was_sent_what_was_taken_out_since_is_told_too() {
    let kept = kept(RULES);
    kept.row(&json!({"id": "7", "email": "z@shop.fr"}));
    kept.graph.note_sent(&[kept.of(&crm("7")).profile_id], "print shop", "letters", NOW).unwrap();
    kept.tell(&identify("u1", 5, &json!({"email": "z@shop.fr"})));
    kept.graph.remove(&crm("7"), NOW).unwrap();
    let receipt = kept.erase(&user("u1"));
    assert_eq!(receipt.recipients.len(), 1, "{receipt:?}");
    assert!(!kept.has("print shop"));
}

#[test]
fn what_was_sent_last_is_the_latest_whatever_was_noted_last() {
    let kept = kept(RULES);
    kept.tell(&identify("u1", 5, &json!({})));
    let ids = [kept.of(&user("u1")).profile_id];
    kept.graph.note_sent(&ids, "print shop", "letters", NOW).unwrap();
    kept.graph.note_sent(&ids, "print shop", "letters", NOW - DAY).unwrap();
    let told = kept.graph.recipients(&ids[0]).unwrap();
    let again =
        Graph::on(Arc::clone(&kept.store), &Config::from_toml(&format!("{SOURCE}{RULES}")).unwrap(), false).unwrap();
    assert_eq!((told[0].at.clone(), again.recipients(&ids[0]).unwrap()), (at(0), told));
}

#[test]
fn a_customer_is_one_whether_the_kind_has_a_rule_or_not() {
    let prospects = "[retention.prospects]\ndays = 10\n";
    let kept = kept(&format!("[identifiers.email]\npriority = 1\n{prospects}"));
    kept.tell(&identify("u1", 50, &json!({"email": "a@shop.fr"})));
    kept.row(&json!({"id": "1", "card": "L1", "at": at(50)}));
    kept.row(&json!({"id": "2", "email": "b@shop.fr", "at": at(50)}));
    kept.graph.advance(NOW).unwrap();
    let left: Vec<String> =
        kept.graph.profiles().into_iter().flat_map(|view| view.records).map(|r| r.record_id).collect();
    assert_eq!(left.iter().collect::<std::collections::BTreeSet<_>>(), [&"1".to_owned(), &"user:u1".to_owned()].into());
}

#[test]
fn retention_leaves_no_decision_about_whom_nothing_is_kept() {
    let kept = kept(&format!("{RULES}[[retention.rules]]\ndays = 30\n"));
    kept.tell(&identify("zelda@shop.fr", 50, &json!({})));
    kept.row(&json!({"id": "row-of-zelda", "email": "q@shop.fr", "at": at(50)}));
    kept.row(&json!({"id": "row-aside", "email": "r@shop.fr", "at": at(20)}));
    kept.row(&json!({"id": "row-here", "email": "s@shop.fr", "at": at(1)}));
    kept.graph.confirm(user("zelda@shop.fr"), crm("row-of-zelda"), NOW).unwrap();
    kept.graph.refuse(crm("row-aside"), crm("row-here"), NOW).unwrap();
    kept.graph.remove(&crm("row-aside"), NOW).unwrap();
    kept.graph.advance(NOW).unwrap();
    assert!(!kept.has("zelda"));
    let evidence = &kept.graph.audit().unwrap()[0].details["evidence"];
    assert_eq!(evidence, "3", "two messages and the decision");
    assert!(kept.has(r#""record_id":"row-aside""#), "what is put aside can come back, and is apart then");
    kept.graph.advance(NOW + 15 * DAY).unwrap();
    assert!(!kept.has("row-aside") && kept.has("row-here"));
}

#[test]
fn retention_keeps_the_last_word_of_who_objected_so_that_the_objection_holds_and_can_be_erased() {
    let kept = kept(&format!("{RULES}[[retention.rules]]\ndays = 30\n"));
    kept.tell(&identify("zelda", 60, &json!({"email": "z@shop.fr"})));
    kept.tell(&identify("zelda", 50, &json!({"firstName": "Zelda"})));
    kept.graph.object(&kept.of(&user("zelda")).profile_id, "ads", "dpo", NOW).unwrap();
    kept.graph.advance(NOW).unwrap();
    assert!(!kept.has("z@shop.fr"), "only the last is kept");
    let view = kept.of(&user("zelda"));
    assert_eq!(kept.graph.ledger(&view.profile_id).unwrap().len(), 1);
    kept.erase(&user("zelda"));
    assert!(!kept.has("zelda") && !kept.has("Zelda"));
}
