//! A graph to which everything is done that is done to personal data, and plain bookkeeping of what has to hold then.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use super::history::{RULES, START, Step, consent, decide, email, name, step, text_of, vocabulary};
use super::privacy_consents::{
    Person, Said, answers, check_browsers, check_bystanders, is_silent, is_strict, never_permitted, no_more_permissive,
    said, still_refused,
};
use cdp_core::consent::{Effective, Question, Statement, Status};
use cdp_core::explain::RecordName;
use cdp_core::graph::{Activation, Event, Graph, ProfileView, Recipient};
use cdp_core::privacy::{Key, Keys, Tombstones};
use cdp_core::schema::Kind;
use cdp_core::store::{KeyRange, Space, Store};
use cdp_core::{Code, Config};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

pub const DAY: i64 = 86_400_000;
pub const ADS: Question<'_> = Question { purpose: "ads", channel: None, address: None };
pub const DEVICE: &str = "anonymous_id";

pub const RETENTION: &str = r#"
[[retention.rules]]
type = "page"
days = 6
[[retention.rules]]
type = "consent"
days = 7
[[retention.rules]]
source = "crm"
days = 8
"#;
pub const PROSPECTS: &str = "[retention.prospects]\ndays = 9\n";

/// With prospects or without: then a record whose messages all went is told from a person who went whole. User ids are unique, or
/// any two users can be one person.
pub fn config(prospects: bool, unique: bool) -> Config {
    let segments =
        "[segments]\nknown = \"email IS NOT MISSING\"\nagreed = \"consent('ads')\"\n[consent]\ngpc = [\"ads\"]\n";
    let prospects = if prospects { PROSPECTS } else { "" };
    let rules = if unique { RULES.to_owned() } else { RULES.replace("unique = true\n", "") };
    Config::from_toml(&format!("{rules}{segments}{RETENTION}{prospects}")).expect("a configuration")
}

pub fn keys() -> Keys {
    Keys::new(vec![Key::new("k1", &[7; 32]).expect("a key")]).expect("keys")
}

/// Something that is done.
#[derive(Debug, Clone)]
pub enum Act {
    Step(Step),
    Consent(String),
    Restore(RecordName),
    /// All that was ever said is said again.
    Again,
    Reopen,
    Compact,
    Erase(Index),
    /// Erased in another store, whose tombstones come here.
    Elsewhere(Index),
    Restrict(Index),
    Release(Index),
    Object(Index),
    Rectify(RecordName, String),
    Activate(bool),
    NoteSent(Index),
    Advance(i64),
}

pub fn act() -> impl Strategy<Value = Act> {
    let index = any::<Index>;
    prop_oneof![
        10 => step().prop_map(Act::Step),
        5 => consent().prop_map(Act::Consent),
        1 => name().prop_map(Act::Restore),
        1 => Just(Act::Again),
        1 => Just(Act::Reopen),
        1 => Just(Act::Compact),
        2 => index().prop_map(Act::Erase),
        1 => index().prop_map(Act::Elsewhere),
        2 => index().prop_map(Act::Restrict),
        1 => index().prop_map(Act::Release),
        1 => index().prop_map(Act::Object),
        1 => (name(), email()).prop_map(|(record, email)| Act::Rectify(record, email)),
        2 => any::<bool>().prop_map(Act::Activate),
        1 => index().prop_map(Act::NoteSent),
        2 => (0i64..4).prop_map(Act::Advance),
    ]
}

/// A record or a device.
pub type Member = (String, String);

pub fn members(profile: &ProfileView) -> BTreeSet<Member> {
    let records = profile.records.iter().map(|record| (record.source.clone(), record.record_id.clone()));
    records.chain(profile.devices.iter().map(|device| (DEVICE.to_owned(), device.clone()))).collect()
}

/// With whom it is noted what is done to a person: with the records; of somebody nobody knows, with the devices.
pub fn noted(members: &BTreeSet<Member>) -> BTreeSet<Member> {
    let records: BTreeSet<Member> = members.iter().filter(|(source, _)| source != DEVICE).cloned().collect();
    if records.is_empty() { members.clone() } else { records }
}

/// A graph, and the bookkeeping of what it was told to do.
pub struct World {
    pub store: Arc<dyn Store>,
    pub graph: Graph,
    pub config: Config,
    pub prospects: bool,
    pub unique: bool,
    pub now: i64,
    pub said: Vec<String>,
    /// Whether evidence was ever taken away, so that saying it again brings it back.
    pub lost: bool,
    pub restricted: BTreeSet<Member>,
    /// Of whom it cannot be told whether they went with a person, so that what was noted of them went too.
    pub unsure: BTreeSet<Member>,
    pub sent: BTreeMap<Member, BTreeMap<(String, String), i64>>,
    pub audit: Vec<&'static str>,
    /// What was erased here, and what must not be held by anybody (also what was erased elsewhere).
    pub erased: BTreeSet<(Kind, String)>,
    pub gone: BTreeSet<(Kind, String)>,
    /// The latest decision about each pair.
    pub decided: BTreeMap<[RecordName; 2], (i64, Option<bool>)>,
}

impl World {
    pub fn on(store: Arc<dyn Store>, prospects: bool, unique: bool) -> World {
        let config = config(prospects, unique);
        let graph = Graph::on(Arc::clone(&store), &config, false).expect("a graph");
        graph.unlock(keys()).expect("keys");
        World {
            store,
            graph,
            config,
            prospects,
            unique,
            now: START + 5 * DAY,
            said: Vec::new(),
            lost: false,
            restricted: BTreeSet::new(),
            unsure: BTreeSet::new(),
            sent: BTreeMap::new(),
            audit: Vec::new(),
            erased: BTreeSet::new(),
            gone: BTreeSet::new(),
            decided: BTreeMap::new(),
        }
    }

    pub fn people(&self) -> Vec<Person> {
        let views = self.graph.profiles();
        let ledgers: Vec<Vec<Statement>> =
            views.iter().map(|view| self.graph.ledger(&view.profile_id).expect("a ledger")).collect();
        let person = |(place, view): (usize, ProfileView)| {
            let others: Vec<&Vec<Statement>> =
                ledgers.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, ledger)| ledger).collect();
            let [lenient, strict] = answers(&view, &ledgers[place], &others, self.now);
            let effective = self.graph.consent(&view.profile_id, &ADS, self.now).expect("an answer").effective;
            let members = members(&view);
            let restricted = self.is_restricted(&members);
            Person { members, view, ledger: ledgers[place].clone(), effective, restricted, lenient, strict }
        };
        views.into_iter().enumerate().map(person).collect()
    }

    pub fn pick(&self, which: &Index) -> Option<ProfileView> {
        let all = self.graph.profiles();
        (!all.is_empty()).then(|| all[which.index(all.len())].clone())
    }

    pub fn count(&self, space: Space) -> usize {
        let mut count = 0;
        let scanned = self.store.scan(space, &KeyRange::all(), &mut |_, _| {
            count += 1;
            Ok(ControlFlow::Continue(()))
        });
        scanned.expect("a scan");
        count
    }

    pub fn buried(&self, of: &Graph) -> BTreeSet<(Kind, String)> {
        let lines = of.export_tombstones().expect("tombstones");
        let hex = |kind, value: &str| Tombstones::pseudonym(&keys(), kind, value).to_string()[3..].to_owned();
        vocabulary().into_iter().filter(|(kind, value)| lines.contains(&hex(*kind, value))).collect()
    }

    pub fn ingest(&mut self, json: &str) {
        self.graph.ingest(json, self.now).expect("a message");
        self.said.push(json.to_owned());
    }

    pub fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        self.now += 1_000;
        match act {
            Act::Step(Step::Message(json)) | Act::Consent(json) => self.ingest(json),
            Act::Step(Step::Decide(a, b, same, at)) => {
                let done = decide(&self.graph, a, b, *same, START + at);
                if done.is_ok() {
                    let pair = if a <= b { [a.clone(), b.clone()] } else { [b.clone(), a.clone()] };
                    let latest = self.decided.entry(pair).or_insert((i64::MIN, None));
                    *latest = (*latest).max((START + at, *same));
                }
                prop_assert!(
                    done.as_ref().map_or_else(|error| error.code() == Code::NotFound, |()| true),
                    "{:?}",
                    done
                );
            }
            Act::Step(Step::Remove(record)) => self.lost |= self.graph.remove(record, self.now).is_ok(),
            Act::Step(Step::RemoveSource(source)) => self.lost |= self.graph.remove_source(source, self.now).is_ok(),
            Act::Restore(record) => {
                drop(self.graph.restore(&record.source, Some(&record.record_id), self.now));
            }
            Act::Again => {
                self.said.clone().iter().for_each(|json| drop(self.graph.ingest(json, self.now).expect("again")))
            }
            Act::Reopen => self.reopen()?,
            Act::Compact => self.graph.compact().expect("compacted"),
            Act::Erase(which) => {
                if let Some(view) = self.pick(which) {
                    self.erase(&view.profile_id)?;
                }
            }
            Act::Elsewhere(which) => self.erase_elsewhere(which)?,
            Act::Restrict(which) | Act::Release(which) | Act::Object(which) => {
                if let Some(view) = self.pick(which) {
                    self.mark(act, &view);
                }
            }
            Act::Rectify(record, email) => self.rectify(record, email)?,
            Act::Activate(known) => self.activate(*known)?,
            Act::NoteSent(which) => {
                if let Some(view) = self.pick(which) {
                    let done =
                        self.graph.note_sent(std::slice::from_ref(&view.profile_id), "shop", "letters", self.now);
                    done.expect("noted");
                    self.note(&noted(&members(&view)), "shop", "letters");
                }
            }
            Act::Advance(days) => self.advance(*days)?,
        }
        Ok(())
    }

    pub fn mark(&mut self, act: &Act, view: &ProfileView) {
        let id = &view.profile_id;
        let marked = noted(&members(view));
        match act {
            Act::Restrict(_) => {
                self.graph.restrict(id, "dpo", self.now).expect("restricted");
                self.restricted.extend(marked);
                self.audit.push("restrict");
            }
            Act::Release(_) => {
                self.graph.release(id, "dpo", self.now).expect("released");
                // Whatever the person was restricted by: also a device that was before anybody logged in.
                self.restricted.retain(|member| !members(view).contains(member));
                self.audit.push("release");
            }
            _ => {
                self.graph.object(id, "ads", "dpo", self.now).expect("an objection");
                self.audit.push("object");
            }
        }
    }

    pub fn note(&mut self, members: &BTreeSet<Member>, destination: &str, purpose: &str) {
        for member in members {
            let sent = self.sent.entry(member.clone()).or_default();
            sent.insert((destination.to_owned(), purpose.to_owned()), self.now);
        }
    }

    /// To whom data of any of these was sent, and when last.
    pub fn told(&self, members: &BTreeSet<Member>) -> BTreeMap<(String, String), i64> {
        let mut told: BTreeMap<(String, String), i64> = BTreeMap::new();
        for (name, at) in members.iter().filter_map(|member| self.sent.get(member)).flatten() {
            told.entry(name.clone()).and_modify(|last| *last = (*last).max(*at)).or_insert(*at);
        }
        told
    }

    /// Whether recipients are those that have to be told; `perhaps`: who may be members too.
    pub fn are_told(&self, members: &BTreeSet<Member>, perhaps: &BTreeSet<Member>, recipients: &[Recipient]) -> bool {
        let name = |one: &Recipient| (one.destination.clone(), one.purpose.clone());
        let all = self.told(&members.union(perhaps).cloned().collect()).into_iter();
        let all: BTreeMap<_, _> = all.map(|(name, at)| (name, cdp_core::instant::text(at))).collect();
        if perhaps.is_empty() && members.is_disjoint(&self.unsure) {
            return recipients.iter().map(|one| (name(one), one.at.clone())).collect::<BTreeMap<_, _>>() == all;
        }
        let names: BTreeSet<_> = recipients.iter().map(name).collect();
        let sure: BTreeSet<_> = self.told(&members.difference(&self.unsure).cloned().collect()).into_keys().collect();
        sure.is_subset(&names) && names.iter().all(|name| all.contains_key(name))
    }

    pub fn rectify(&mut self, record: &RecordName, email: &str) -> Result<(), TestCaseError> {
        let fields = BTreeMap::from([("email".to_owned(), email.to_owned())]);
        let before = self.count(Space::EVIDENCE);
        let grants = |world: &World| -> BTreeSet<Said> {
            let all = world.people().into_iter().flat_map(|person| person.ledger);
            all.filter(|statement| statement.status == Status::Granted).map(|statement| said(&statement)).collect()
        };
        let granted = grants(self);
        match self.graph.rectify(record, &fields, "dpo", self.now) {
            Ok(_) => {
                self.audit.push("rectify");
                prop_assert!(grants(self).is_subset(&granted), "correcting an address grants nothing");
                prop_assert_eq!(self.count(Space::EVIDENCE), before + 1, "what is said to be corrected is");
            }
            Err(error) => prop_assert!([Code::NotFound, Code::InvalidInput].contains(&error.code()), "{}", error),
        }
        Ok(())
    }

    pub fn activate(&mut self, known: bool) -> Result<(), TestCaseError> {
        let people = self.people();
        let members = known.then(|| cdp_core::graph::Members::Segment("known".to_owned()));
        let activation =
            Activation { destination: "plain".to_owned(), purpose: "ads".to_owned(), members, ..Activation::default() };
        let export = self.graph.activate(&activation, "campaign", self.now).expect("an export");
        let ids: BTreeSet<&String> = export.batches.iter().flat_map(|batch| &batch.profiles).collect();
        for person in people.iter().filter(|person| ids.contains(&person.view.profile_id)) {
            prop_assert!(!self.is_restricted(&person.members), "restricted, and exported: {:?}", person.view);
            prop_assert_eq!(person.effective, Effective::Granted, "{:?}", person);
            self.note(&noted(&person.members), export.destination, "ads");
        }
        // Whoever refuses protects every address that they have, whether it is their best or not.
        let refused = people.iter().filter(|person| person.effective == Effective::Denied);
        let refused: BTreeSet<&String> =
            refused.flat_map(|person| person.view.identifiers.get("email").into_iter().flatten()).collect();
        for table in export.batches.iter().map(|batch| &batch.table) {
            let column = table.column("email").expect("a column of addresses");
            let sent = (0..table.len()).filter_map(|row| column.get(row));
            for address in sent {
                prop_assert!(!refused.contains(&address.to_owned()), "{} was refused, and sent", address);
            }
        }
        self.audit.push("activate");
        let log = self.graph.audit().expect("a log");
        let last = log.last().expect("an entry");
        prop_assert_eq!(&last.details["people"], &ids.len().to_string());
        Ok(())
    }

    pub fn is_restricted(&self, members: &BTreeSet<Member>) -> bool {
        members.iter().any(|member| self.restricted.contains(member))
    }

    /// Erases, and holds the receipt against what went.
    pub fn erase(&mut self, id: &str) -> Result<(), TestCaseError> {
        let Some(view) = self.graph.profile(id) else { return Ok(()) };
        let others: Vec<ProfileView> =
            self.graph.profiles().into_iter().filter(|other| other.profile_id != view.profile_id).collect();
        let theirs: BTreeSet<Member> = others.iter().flat_map(members).collect();
        let before = (self.count(Space::EVIDENCE), self.count(Space::CHANGES), self.buried(&self.graph));
        let people = self.people();
        let dry = self.graph.erase(id, "dpo", true, self.now).expect("a dry run");
        prop_assert_eq!(self.count(Space::EVIDENCE), before.0, "a dry run changes nothing");
        let receipt = self.graph.erase(id, "dpo", false, self.now).expect("erased");
        self.audit.push("erase");
        self.lost = true;
        prop_assert_eq!(receipt.number, Some(self.audit.len() as u64));
        prop_assert_eq!(&cdp_core::graph::Receipt { number: None, ..receipt.clone() }, &dry);
        prop_assert_eq!(receipt.records, view.records.len() as u64);
        let after = self.count(Space::EVIDENCE) as u64;
        prop_assert_eq!(before.0 as u64 + receipt.kept, after + receipt.evidence, "{:?}", receipt);
        prop_assert!(self.count(Space::CHANGES) >= before.1, "entries of the feed stay");
        // Who was taken out, and was sent something, may be the person.
        let taken_out = |member: &&Member| !theirs.contains(*member) && !members(&view).contains(*member);
        let perhaps: BTreeSet<Member> = self.sent.keys().filter(taken_out).cloned().collect();
        prop_assert!(
            self.are_told(&members(&view), &perhaps, &receipt.recipients),
            "who has to be told: {:?}",
            receipt
        );
        let log = self.graph.audit().expect("a log");
        let gone = self.graph.profile(id).is_none_or(|led| led.profile_id != view.profile_id);
        let feed = self.graph.changes(before.1 as u64, usize::MAX).expect("changes");
        let erased = feed.iter().any(
            |change| matches!(&change.event, Event::ProfileErased { profile_id, .. } if *profile_id == view.profile_id),
        );
        prop_assert_eq!(gone, erased, "whoever goes is told to be erased: {:?}", feed);
        let last = log.last().expect("an entry");
        prop_assert_eq!(
            (&last.details["evidence"], &last.details["records"], &last.details["changes"]),
            (&receipt.evidence.to_string(), &receipt.records.to_string(), &receipt.changes.to_string())
        );

        let own: BTreeSet<Member> = members(&view).difference(&theirs).cloned().collect();
        self.restricted.retain(|member| !own.contains(member));
        let stayed: Vec<Person> = people.into_iter().filter(|one| one.view.profile_id != view.profile_id).collect();
        let left = self.people();
        still_refused(&stayed, &left)?;
        check_bystanders(&stayed, &left)?;
        self.sent.retain(|member, _| !own.contains(member));
        let fresh: BTreeSet<(Kind, String)> = self.buried(&self.graph).difference(&before.2).cloned().collect();
        let identifiers: u64 = receipt.identifiers.values().sum();
        prop_assert!(fresh.len() as u64 <= identifiers, "{:?} of {:?}", fresh, receipt);
        self.erased.extend(fresh.iter().cloned());
        self.gone.extend(fresh);
        // What of the person was put aside, or lost to another message, may have gone with them.
        let there: BTreeSet<Member> = self.graph.profiles().iter().flat_map(members).collect();
        self.unsure.extend(self.sent.keys().filter(|member| !there.contains(*member)).cloned());
        self.check_taken_out(&members(&view), &there)?;
        self.bury_checked(&view, &others)
    }

    /// What the person held alone is buried.
    pub fn bury_checked(&mut self, view: &ProfileView, others: &[ProfileView]) -> Result<(), TestCaseError> {
        let buried = self.buried(&self.graph);
        // What others said too, if only before, is theirs as well.
        let theirs = self.words_of(others);
        for (kind, values) in &view.identifiers {
            for value in values.iter().filter(|value| *value != "test@shop.example") {
                let held = theirs.contains(value.as_str());
                let kind: Kind = kind.parse().expect("a kind");
                prop_assert!(held || buried.contains(&(kind, value.clone())), "{} {} can come back", kind, value);
            }
        }
        for device in &view.devices {
            let held = theirs.contains(device.as_str());
            prop_assert!(held || buried.contains(&(Kind::AnonymousId, device.clone())), "{} can come back", device);
        }
        Ok(())
    }

    pub fn erase_elsewhere(&mut self, which: &Index) -> Result<(), TestCaseError> {
        let twin = Graph::in_memory(&self.config).expect("a graph");
        twin.unlock(keys()).expect("keys");
        self.said.iter().for_each(|json| drop(twin.ingest(json, self.now).expect("a message")));
        let all = twin.profiles();
        if all.is_empty() {
            return Ok(());
        }
        twin.erase(&all[which.index(all.len())].profile_id, "dpo", false, self.now).expect("erased");
        let lines = twin.export_tombstones().expect("tombstones");
        let imported = self.graph.import_tombstones(&lines, "dpo", self.now).expect("imported");
        self.audit.extend((imported.added > 0).then_some("import_tombstones"));
        for id in imported.profiles {
            self.erase(&id)?;
        }
        self.gone.extend(self.buried(&twin));
        Ok(())
    }

    pub fn advance(&mut self, days: i64) -> Result<(), TestCaseError> {
        self.now += days * DAY;
        let before = (self.count(Space::EVIDENCE), self.people());
        let said = self.messages();
        self.graph.advance(self.now).expect("time passes");
        let log = self.graph.audit().expect("a log");
        let fresh = &log[self.audit.len()..];
        let told: usize = fresh.iter().map(|entry| entry.details["evidence"].parse::<usize>().expect("a number")).sum();
        prop_assert_eq!(told, before.0 - self.count(Space::EVIDENCE), "the log tells how much went");
        self.audit.extend(fresh.iter().map(|_| "retain"));
        self.lost |= told > 0;
        let (left, bytes) = (self.messages(), self.bytes());
        for (kind, value) in vocabulary() {
            let text = text_of(&value);
            let went = said.contains(text) && !left.contains(text);
            prop_assert!(!went || !contains(&bytes, text.as_bytes()), "{} {} is in the store", kind, text);
        }
        // With the last that was said of a row, of a user, or of what names a contact goes what was decided of it.
        let went = |name: &RecordName| {
            let id = name.record_id.trim_start_matches("user:").trim_start_matches("contact:");
            id.split('/').any(|word| said.contains(word) && !left.contains(word))
        };
        self.decided.retain(|pair, _| !pair.iter().any(went));
        let there: BTreeSet<Member> = self.graph.profiles().iter().flat_map(members).collect();
        // Of whom nothing is left, what was noted of them went along.
        self.unsure.extend(self.sent.keys().filter(|member| !there.contains(*member)).cloned());
        never_permitted(&before.1, &self.people())?;
        for person in before.1.iter().filter(|person| self.is_restricted(&person.members)) {
            let left = self.graph.profiles().into_iter().filter(|view| !members(view).is_disjoint(&person.members));
            let left: BTreeSet<Member> = left.flat_map(|view| members(&view)).collect();
            // A device can be theirs only in name, and what was done on it somebody else's.
            let others = before.1.iter().filter(|other| other.view.profile_id != person.view.profile_id);
            let theirs: BTreeSet<&Member> = others.flat_map(|other| &other.members).collect();
            let mut own = person.members.iter().filter(|member| !theirs.contains(member));
            prop_assert!(own.all(|member| left.contains(member)), "retention took of the restricted {:?}", person.view);
        }
        Ok(())
    }

    pub fn reopen(&mut self) -> Result<(), TestCaseError> {
        let again = Graph::on(Arc::clone(&self.store), &self.config, false).expect("a graph");
        prop_assert_eq!(again.profiles(), self.graph.profiles(), "opened again");
        again.unlock(keys()).expect("keys");
        let before = self.people();
        self.graph = again;
        let after = self.people();
        for (one, other) in before.iter().zip(&after) {
            prop_assert_eq!(&one.ledger, &other.ledger);
        }
        Ok(())
    }

    /// What has to hold whatever was done.
    pub fn check(&self) -> Result<(), TestCaseError> {
        let people = self.people();
        let (known, agreed) =
            (self.graph.members("known").expect("members"), self.graph.members("agreed").expect("members"));
        let mut shown = Vec::new();
        let there: BTreeSet<&Member> = people.iter().flat_map(|person| &person.members).collect();
        // Who was taken out, and was sent something, may be any of them.
        let perhaps: BTreeSet<Member> = self.sent.keys().filter(|member| !there.contains(member)).cloned().collect();
        for person in &people {
            let Person { view, members, effective, restricted, lenient, strict, .. } = person;
            match effective {
                Effective::Denied => prop_assert!(*restricted || *strict == Effective::Denied, "{:?}", person),
                answer => prop_assert!(!restricted && answer == lenient, "{:?}", person),
            }
            if *restricted {
                prop_assert!(!known.contains(&view.profile_id) && !agreed.contains(&view.profile_id), "{:?}", view);
                prop_assert!(self.graph.segments(&view.profile_id).expect("segments").is_empty());
            } else {
                shown.push(view.profile_id.as_str());
                prop_assert_eq!(known.contains(&view.profile_id), view.fields.contains_key("email"));
            }
            let told = self.graph.recipients(&view.profile_id).expect("recipients");
            prop_assert!(self.are_told(members, &perhaps, &told), "{:?} of {:?}", told, view);
        }
        if !self.lost {
            check_browsers(&self.said, &people)?;
        }
        let snapshot = self.graph.snapshot().expect("a snapshot");
        let ids: Vec<&str> = (0..snapshot.profiles().len()).map(|index| snapshot.profiles().id(index)).collect();
        prop_assert_eq!(ids, shown, "the restricted are in no snapshot, everybody else is");
        let actions: Vec<String> = self.graph.audit().expect("a log").into_iter().map(|entry| entry.action).collect();
        prop_assert_eq!(&actions, &self.audit);
        self.graph.verify_audit(None).expect("a whole chain");
        for Person { view, .. } in &people {
            for (kind, value) in &self.gone {
                let held = match kind {
                    Kind::AnonymousId => view.devices.contains(value),
                    Kind::Identifier => view.records.iter().any(|r| r.source == "crm" && r.record_id == text_of(value)),
                    _ => view.identifiers.get(kind.as_str()).is_some_and(|all| all.contains(value)),
                };
                prop_assert!(!held, "{} {} came back: {:?}", kind, text_of(value), view);
            }
        }
        self.check_bytes()
    }
}

pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

pub fn live(acts: &[Act], world: &mut World) -> Result<(), TestCaseError> {
    for act in acts {
        let before = world.people();
        let was_lost = world.lost;
        world.act(act)?;
        world.check()?;
        let after = world.people();
        if is_silent(act) {
            no_more_permissive(&before, &after, world.now, is_strict(act))?;
        }
        if matches!(act, Act::Again) && !was_lost {
            let views = |people: &[Person]| people.iter().map(|person| person.view.clone()).collect::<Vec<_>>();
            prop_assert_eq!(views(&before), views(&after), "saying it again changes nothing");
        }
    }
    Ok(())
}
