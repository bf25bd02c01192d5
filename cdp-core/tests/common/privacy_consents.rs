//! What histories may do to consents, by the ledgers alone: no merge, no erasure and nothing else that brings no statement permits
//! what was refused.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use super::history::{Step, says_consent};
use super::privacy_world::{ADS, Act, Member};
use cdp_core::consent::{Bearing, Effective, Entry, Statement, Status, Subject, effective};
use cdp_core::graph::ProfileView;
use cdp_core::schema::Kind;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What is known of one person, and what may be done.
#[derive(Debug)]
pub struct Person {
    pub view: ProfileView,
    pub members: BTreeSet<Member>,
    pub ledger: Vec<Statement>,
    /// What the graph answers.
    pub effective: Effective,
    pub restricted: bool,
    /// The answers by the ledgers alone, which do not tell who of a person is known on which device: what was refused on a device
    /// lifted by any user's grant on it, or only where each user of the person has lifted it.
    pub lenient: Effective,
    pub strict: Effective,
}

impl Person {
    /// Whether it was refused, whatever may be said of a restriction.
    pub fn was_refused(&self) -> bool {
        (if self.restricted { self.lenient } else { self.effective }) == Effective::Denied
    }
}

/// The answers by the ledger of somebody and those of everybody else, whose grants can lift, and permit nothing.
pub fn answers(mine: &ProfileView, ledger: &[Statement], others: &[&Vec<Statement>], now: i64) -> [Effective; 2] {
    let users: Vec<Subject> =
        mine.records.iter().filter_map(|record| record.record_id.strip_prefix("user:")).map(user).collect();
    let names = |statement: &Statement, kind| statement.subjects.iter().any(|subject| subject.kind == kind);
    let on_device = |one: &Statement| names(one, Kind::AnonymousId) && !names(one, Kind::CustomerId);
    let entry = |statement: &Statement, bearing| Entry { statement: statement.clone(), bearing };
    let mut lenient: Vec<Entry> = ledger.iter().map(|statement| entry(statement, Bearing::Own)).collect();
    let mut strict = lenient.clone();
    for refusal in ledger.iter().filter(|one| one.status.refuses() && on_device(one)) {
        strict.extend(users.iter().map(|user| entry(refusal, Bearing::User(user.clone()))));
    }
    for (number, ledger) in others.iter().enumerate() {
        let lifts = |one: &&Statement| one.status == Status::Granted && one.authenticated;
        lenient.extend(ledger.iter().filter(lifts).map(|one| entry(one, Bearing::Others(number))));
        let bears = |one: &&Statement| lifts(one) || one.status == Status::Expired;
        strict.extend(ledger.iter().filter(bears).map(|one| entry(one, Bearing::Others(number))));
    }
    [effective(&lenient, &ADS, now).effective, effective(&strict, &ADS, now).effective]
}

fn user(id: &str) -> Subject {
    Subject { kind: Kind::CustomerId, key: id.to_owned() }
}

/// What a statement is recognised by in any ledger.
pub type Said = (Option<String>, Option<String>, i64, Status, String);

pub fn said(statement: &Statement) -> Said {
    let Statement { proof, legal_basis, at, status, source, .. } = statement;
    (proof.clone(), legal_basis.clone(), *at, *status, source.clone())
}

/// What is said of people that is no grant.
pub fn refusals<'p>(people: impl IntoIterator<Item = &'p Person>) -> BTreeSet<Said> {
    let all = people.into_iter().flat_map(|person| &person.ledger);
    all.filter(|statement| statement.status != Status::Granted).map(said).collect()
}

/// What a browser refused bears on everybody who is known on it, whoever was signed in.
pub fn check_browsers(messages: &[String], people: &[Person]) -> Result<(), TestCaseError> {
    let asks = messages.iter().filter(|json| json.contains("\"gpc\":true"));
    let read = asks.map(|json| serde_json::from_str::<serde_json::Value>(json).expect("JSON"));
    for device in read.filter_map(|message| message["anonymousId"].as_str().map(str::to_owned)) {
        let browser = [Subject { kind: Kind::AnonymousId, key: device.clone() }];
        for person in people.iter().filter(|person| person.view.devices.contains(&device)) {
            let mut refusals = person.ledger.iter().filter(|statement| statement.status.refuses());
            prop_assert!(refusals.any(|one| one.subjects == browser), "{} refused: {:?}", device, person);
        }
    }
    Ok(())
}

/// What an act that brings no statement may do to consents: no refusal is lost of whoever is still there, and whoever is joined
/// carries those of all parts and is refused what any part was. Where an act tells who has which identifier (not strictly), what
/// was refused is permitted by a grant that is found to speak of it, later and signed in.
pub fn no_more_permissive(before: &[Person], after: &[Person], now: i64, strictly: bool) -> Result<(), TestCaseError> {
    let there: BTreeSet<&Member> = after.iter().flat_map(|person| &person.members).collect();
    let all = refusals(after);
    let granted: Vec<&Statement> = after.iter().flat_map(|person| &person.ledger).collect();
    for person in before {
        let mine = refusals([person]);
        if person.members.iter().all(|member| there.contains(member)) {
            prop_assert!(mine.is_subset(&all), "lost: {:?}", mine.difference(&all).collect::<Vec<_>>());
        }
        for other in after.iter().filter(|other| person.members.is_subset(&other.members)) {
            prop_assert!(mine.is_subset(&refusals([other])), "not carried: {:?}\n{:?}", person, other);
            if person.was_refused() && other.effective == Effective::Granted {
                let lifts = |grant: &&&Statement| {
                    grant.status == Status::Granted
                        && grant.authenticated
                        && grant.expires_at.is_none_or(|until| until > now)
                        && person.ledger.iter().any(|one| one.status.refuses() && one.shares_identifier(grant))
                };
                prop_assert!(granted.iter().find(lifts).is_some(), "permitted: {:?}\n{:?}", person, other);
            }
        }
    }
    if strictly { still_refused(before, after) } else { Ok(()) }
}

/// Whoever was refused is refused, alone or with others.
pub fn still_refused(before: &[Person], after: &[Person]) -> Result<(), TestCaseError> {
    for person in before.iter().filter(|person| person.was_refused()) {
        for other in after.iter().filter(|other| person.members.is_subset(&other.members)) {
            prop_assert_eq!(other.effective, Effective::Denied, "permitted: {:?}\n{:?}", person, other);
        }
    }
    Ok(())
}

/// Whoever is not erased is there still, with all that they granted and refused themselves.
pub fn check_bystanders(before: &[Person], after: &[Person]) -> Result<(), TestCaseError> {
    let there: BTreeSet<_> = after.iter().flat_map(|person| &person.view.records).collect();
    for person in before {
        let mut gone = person.view.records.iter().filter(|record| !there.contains(record));
        prop_assert!(gone.next().is_none(), "gone with somebody else: {:?}", person);
        let Some(now) = after.iter().find(|other| person.members.is_subset(&other.members)) else { continue };
        // What was said on a device can be somebody else's, of which its refusals are kept.
        let by_user = |one: &&Statement| one.subjects.iter().any(|subject| subject.kind == Kind::CustomerId);
        let own = |person: &Person| person.ledger.iter().filter(by_user).map(said).collect::<BTreeSet<Said>>();
        prop_assert!(own(person).is_subset(&own(now)), "what they said is gone: {:?}\n{:?}", person, now);
    }
    Ok(())
}

/// Whoever was refused, and of whom all records are there still, is not permitted: by forgetting nothing is.
pub fn never_permitted(before: &[Person], after: &[Person]) -> Result<(), TestCaseError> {
    let records = |person: &Person| person.view.records.iter().cloned().collect::<BTreeSet<_>>();
    let refused = |person: &&Person| !person.restricted && person.was_refused() && !person.view.records.is_empty();
    for person in before.iter().filter(refused) {
        for other in after.iter().filter(|other| records(person).is_subset(&records(other))) {
            prop_assert!(other.effective != Effective::Granted, "permitted by forgetting: {:?}\n{:?}", person, other);
        }
    }
    Ok(())
}

/// Whether an act tells nothing of who has which identifier, and takes no evidence away: then it can only merge and part.
pub fn is_strict(act: &Act) -> bool {
    match act {
        Act::Step(Step::Message(json)) => !json.contains("\"email\"") && !json.contains("\"messageId\""),
        Act::Advance(_) => false,
        _ => true,
    }
}

/// Whether an act says nothing of consents and takes no evidence away but by its age.
pub fn is_silent(act: &Act) -> bool {
    match act {
        Act::Step(Step::Message(json)) => !says_consent(json),
        Act::Step(Step::Decide(..)) => true,
        Act::Reopen | Act::Compact | Act::Restrict(_) | Act::Release(_) | Act::Object(_) => true,
        Act::Activate(_) | Act::NoteSent(_) | Act::Advance(_) => true,
        _ => false,
    }
}
