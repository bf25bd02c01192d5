//! Erasing a person: what goes, what stays and why, tombstones so that nothing of it comes back, and the audit log.
//!
//! What is erased is deleted from the evidence, from what was put aside, and from the change feed. [`super::Graph::compact`]
//! then leaves no byte of it in any file. An identifier that somebody else has too is theirs as well: it stays, and the receipt
//! says so.

use super::changes::{Change, Event};
use super::evidence::{self, Evidence};
use super::gone::{Going, Gone};
use super::live::Touched;
use super::marks::Member;
use super::mentions::{Cause, Mentions, Name};
use super::message::Message;
use super::named::{self, row_of};
use super::profiles::{Home, Profile};
use super::recipients::{Recipient, members_named};
use super::state::{State, Written, key};
use crate::consent::Subject;
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::{self, Instant};
use crate::privacy::audit::{self, Entry, Fact};
use crate::privacy::{Keys, Pseudonym, Tombstone, Tombstones, Use};
use crate::profile::{ProfileId, id_of, id_text};
use crate::schema::Kind;
use crate::store::{Batch, KeyRange, Space, Store};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Before the id of a key whose check is kept.
pub(super) const CHECK: &str = "privacy.key.";

/// What an erasure takes away, or would.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Receipt {
    /// Its number, which tombstones and the audit log name; absent of a dry run.
    pub number: Option<u64>,
    /// The profile.
    pub profile_id: String,
    /// When, in RFC 3339.
    pub at: String,
    /// How many records go.
    pub records: u64,
    /// How many messages and decisions go. What others said of the person, that they were called so before, goes out of their
    /// messages, which stay.
    pub evidence: u64,
    /// How many entries of the change feed are made nameless.
    pub changes: u64,
    /// How many identifiers of each kind can't come back.
    pub identifiers: BTreeMap<String, u64>,
    /// How many identifiers of each kind stay, because others have them too.
    pub shared: BTreeMap<String, u64>,
    /// How many refusals of the person stay on devices that others use, since they are theirs too: of each the device, the
    /// purpose and the instant.
    pub kept: u64,
    /// To whom data of the person was sent: they have to be told (GDPR 19).
    pub recipients: Vec<Recipient>,
}

/// What is kept for privacy's sake.
#[derive(Debug, Default)]
pub(super) struct Privacy {
    pub(super) keys: Option<Keys>,
    pub(super) tombstones: Tombstones,
    /// The last entry of the audit log.
    pub(super) last: Option<Entry>,
    /// Whom the change feed names.
    pub(super) mentions: Mentions,
}

/// By what somebody is named.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub(super) subjects: BTreeSet<Subject>,
    pub(super) records: BTreeSet<RecordName>,
}

/// What is to be erased.
#[derive(Debug, Default)]
struct Plan {
    /// The id that the profile has now.
    profile_id: String,
    records: Vec<RecordName>,
    /// The names of records that go, also of those that do not count now.
    names: BTreeSet<RecordName>,
    gone: Gone,
    going: Going,
    erased: BTreeSet<Subject>,
    shared: BTreeSet<Subject>,
    /// Whether what was put aside stays where it is about others, or refuses something: nobody asked for this to go.
    spares_others: bool,
    /// The devices that others use by what is spared.
    devices_of_others: BTreeSet<u32>,
}

impl Privacy {
    /// What a store keeps of it.
    pub(super) fn read(store: &dyn Store) -> Result<Privacy> {
        let mut privacy = Privacy::default();
        store.scan(Space::TOMBSTONES, &KeyRange::all(), &mut |hash, bytes| {
            let corrupt = || Error::new(Code::StoreCorrupt, "a tombstone cannot be read");
            let tombstone: Tombstone = serde_json::from_slice(bytes).map_err(|_| corrupt())?;
            let hash: [u8; 32] = hash.get(..32).and_then(|hash| hash.try_into().ok()).ok_or_else(corrupt)?;
            privacy.tombstones.insert(&Pseudonym { key: tombstone.key, hash });
            Ok(ControlFlow::Continue(()))
        })?;
        privacy.last = last_entry(store)?;
        privacy.mentions.follow(store, 1)?;
        Ok(privacy)
    }

    /// The keys, checked against those that were used before.
    ///
    /// # Errors
    /// `invalid_key` where a secret is not the one its id stood for; `missing_key`.
    pub(super) fn unlock(&mut self, keys: Keys, store: &dyn Store, batch: &mut Batch) -> Result<()> {
        let mut fresh = Vec::new();
        for one in keys.iter() {
            let name = format!("{CHECK}{}", one.id());
            let check = one.hash(Use::Check, &[one.id()]);
            match store.get(Space::META, name.as_bytes())? {
                None => fresh.push((name, check)),
                Some(known) if known == check => {}
                Some(_) => {
                    let reason = format!("the secret of the key '{}' is not the one it had before", one.id());
                    return Err(Error::new(Code::InvalidKey, reason)
                        .help("give the secret it had, or another id to a new secret"));
                }
            }
        }
        self.tombstones.check(Some(&keys))?;
        // Nothing is written of keys that are refused.
        fresh.iter().for_each(|(name, check)| batch.put(Space::META, name.as_bytes(), check));
        self.keys = Some(keys);
        Ok(())
    }

    /// Checks that whoever was erased would be recognised.
    ///
    /// # Errors
    /// `missing_key`.
    pub(super) fn check(&self) -> Result<()> {
        self.tombstones.check(self.keys.as_ref())
    }

    pub(super) fn keys(&self) -> Result<&Keys> {
        self.keys.as_ref().ok_or_else(|| {
            Error::new(Code::MissingKey, "erasing needs a key, to recognise what may not come back")
                .help("open the graph with one")
        })
    }

    /// Whether an identifier was erased.
    pub(super) fn is_erased(&self, subject: &Subject) -> bool {
        self.keys.as_ref().is_some_and(|keys| self.tombstones.contains(keys, subject.kind, &subject.key))
    }

    /// Writes an entry of the audit log.
    pub(super) fn audit(&mut self, at: Instant, fact: Fact<'_>, batch: &mut Batch) {
        let entry = Entry::after(self.last.as_ref(), at, fact);
        batch.put(Space::AUDIT, &key(entry.number), entry.to_json().as_bytes());
        self.last = Some(entry);
    }

    /// The pseudonym of a profile in the audit log.
    pub(super) fn name(&self, profile_id: &str) -> Vec<String> {
        self.keys.iter().map(|keys| keys.pseudonym(Use::Audit, &["profile", profile_id]).to_string()).collect()
    }
}

/// The last entry of the audit log.
pub(super) fn last_entry(store: &dyn Store) -> Result<Option<Entry>> {
    let Some(last) = store.last_key(Space::AUDIT)? else { return Ok(None) };
    entry(&store.get(Space::AUDIT, &last)?.unwrap_or_default()).map(Some)
}

/// Reads an entry of the audit log.
fn entry(bytes: &[u8]) -> Result<Entry> {
    Entry::from_json(&String::from_utf8_lossy(bytes))
}

/// All entries of the audit log.
pub(super) fn audit_log(store: &dyn Store) -> Result<Vec<Entry>> {
    let mut log = Vec::new();
    store.scan(Space::AUDIT, &KeyRange::all(), &mut |_, bytes| {
        log.push(entry(bytes)?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(log)
}

/// Checks the audit log; the hash of its last entry.
pub(super) fn verify_audit(store: &dyn Store, head: Option<&str>) -> Result<String> {
    audit::verify(&audit_log(store)?, head)
}

impl State {
    /// Whether a message speaks of somebody who was erased.
    pub(super) fn speaks_of_erased(&mut self, message: &Message) -> Result<bool> {
        if self.privacy.tombstones.is_empty() {
            return Ok(false);
        }
        let subjects = self.mentioned(message);
        Ok(subjects.iter().any(|subject| self.privacy.is_erased(subject)))
    }

    /// Erases a profile, or says what that would take away.
    pub(super) fn erase(
        &mut self,
        profile_id: &str,
        by: &str,
        dry_run: bool,
        at: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<(Receipt, Vec<Change>)> {
        let store = store()?;
        let plan = self.plan(profile_id, false, store.as_ref())?;
        let profile_id = plan.profile_id.as_str();
        let mut names: BTreeSet<Name> =
            plan.names.iter().map(Name::of).chain(plan.erased.iter().map(Name::of_subject)).collect();
        let mut named = self.privacy.mentions.of(&names);
        // Ids of messages can name people too.
        for (number, id) in plan.gone.messages() {
            names.insert(Name::Message(id.clone()));
            named.extend(self.changes_by(number, store.as_ref())?);
        }
        let count = |subjects: &BTreeSet<Subject>| {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            let kind = |subject: &Subject| {
                if row_of(subject).is_some() { named::RECORD.to_owned() } else { subject.kind.to_string() }
            };
            subjects.iter().for_each(|subject| *counts.entry(kind(subject)).or_default() += 1);
            counts
        };
        let gone = self.gone_members(&plan.names, &plan.erased);
        let (home, profile) = self.live.found(profile_id)?;
        let erased = profile.id;
        let kept = self.live.kept_for_others(home, profile, |number| plan.gone.whole.contains_key(&number));
        let mut receipt = Receipt {
            number: None,
            profile_id: profile_id.to_owned(),
            at: instant::text(at),
            records: plan.records.len() as u64,
            evidence: plan.gone.whole.len() as u64,
            changes: named.len() as u64,
            identifiers: count(&plan.erased),
            shared: count(&plan.shared),
            kept: kept.len() as u64,
            recipients: self.told(&plan)?,
        };
        if dry_run {
            return Ok((receipt, Vec::new()));
        }
        let number = self.privacy.last.as_ref().map_or(1, |entry| entry.number + 1);
        receipt.number = Some(number);
        self.bury(&plan, number, at, batch)?;
        let mut members = self.own_members(profile_id)?;
        members.extend(gone);
        self.forget_recipients(&members, batch);
        let touched = Touched { erased: Some(erased), ..self.delete(&plan.gone, store.as_ref(), batch)? };
        kept.into_iter().for_each(|mark| self.put_mark(mark, batch));
        let mut events = self.settle(&touched)?;
        let members = members_named(&plan.names, &plan.erased);
        let members = members.map(|name| id_of(&name.source, &name.record_id));
        self.live.founders.forget(&members.chain([erased]).collect(), batch);
        self.make_nameless(&named, &names, store.as_ref(), batch)?;
        for event in &mut events {
            if matches!(event, Event::ProfileRemoved { profile_id: gone } if gone == profile_id) {
                *event = Event::ProfileErased { profile_id: profile_id.to_owned(), receipt: number };
            }
        }
        let details = [("evidence", receipt.evidence), ("records", receipt.records), ("changes", receipt.changes)];
        let details = details.iter().map(|(name, count)| ((*name).to_owned(), count.to_string())).collect();
        let fact = Fact { action: "erase", by, subjects: self.privacy.name(profile_id), details };
        self.privacy.audit(at, fact, batch);
        let mut changes = Vec::new();
        self.pass(at, batch, &mut changes);
        let cause = Cause::from(format!("erased: receipt {number}").as_str());
        self.write(events, &cause, at, batch, &mut changes);
        self.write_settled(&cause, at, batch, &mut changes);
        self.keep_clock(batch);
        Ok((receipt, changes))
    }

    /// To whom data of a profile was sent.
    ///
    /// # Errors
    /// `not_found`; those of the store.
    pub(super) fn recipients_of(&mut self, profile_id: &str, store: Written<'_>) -> Result<Vec<Recipient>> {
        if self.recipients.is_empty() {
            return self.live.found(profile_id).map(|_| Vec::new());
        }
        let plan = self.plan(profile_id, false, store()?.as_ref())?;
        self.told(&plan)
    }

    /// To whom data was sent of a profile, and of what was taken out of it.
    fn told(&self, plan: &Plan) -> Result<Vec<Recipient>> {
        let gone = self.gone_members(&plan.names, &plan.erased);
        let members: Vec<ProfileId> = self.members_by_id(&plan.profile_id)?.into_iter().chain(gone).collect();
        Ok(self.recipients.of(&members))
    }

    /// What is to go: the evidence of a profile's members, and the identifiers that are nobody else's.
    fn plan(&mut self, profile_id: &str, spares_others: bool, store: &dyn Store) -> Result<Plan> {
        let (home, profile) = self.live.found(profile_id)?;
        let profile = profile.clone();
        let mut plan = Plan { profile_id: id_text(profile.id), spares_others, ..Plan::default() };
        let (mut evidence, mut said_to_be) = (BTreeSet::new(), BTreeSet::new());
        for &record in &profile.records {
            let name = self.live.record_name(record);
            let state = &self.live.records[record as usize];
            evidence.extend(state.statements.iter().map(|statement| statement.evidence));
            evidence.extend(state.events.iter().map(|&event| self.live.events[event as usize].evidence));
            said_to_be.extend(self.live.aliases.get(&record).into_iter().flatten().map(|(_, evidence)| *evidence));
            evidence.extend(self.decided_about(&name));
            evidence.extend(self.live.marks.of(Member::Record(record)));
            plan.records.push(name);
        }
        plan.names.extend(plan.records.iter().cloned());
        self.plan_devices(home, &profile, &mut evidence);
        plan.going.of_others = said_to_be.difference(&evidence).copied().collect();
        evidence.extend(said_to_be);
        plan.going.all.clone_from(&evidence);
        for number in evidence {
            match self.message_of(number, store)? {
                Some(message) => self.plan_message(number, message, &mut plan),
                None => drop(plan.gone.whole.insert(number, None)),
            }
        }
        self.plan_out(store, &mut plan)?;
        if !spares_others {
            self.plan_absent(&mut plan);
        }
        Ok(plan)
    }

    /// Decisions about records, and marks of them, name people by whom nothing is there (any more).
    fn plan_absent(&mut self, plan: &mut Plan) {
        plan.names.extend(self.absent_named_by(&plan.erased));
        for name in &plan.names {
            plan.gone.whole.extend(self.said_about(name).into_iter().map(|number| (number, None)));
        }
        self.without_users(&plan.erased, &mut plan.gone);
    }

    /// The decisions about a record, and its marks.
    pub(super) fn said_about(&self, record: &RecordName) -> Vec<u64> {
        self.decided_about(record).into_iter().chain(self.live.marks_of(record)).collect()
    }

    /// What does not count is of a profile if it speaks of identifiers that are its own, or of records that were decided to be
    /// the person's.
    fn plan_out(&mut self, store: &dyn Store, plan: &mut Plan) -> Result<()> {
        let (mut looked_at, mut decided) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let open: Vec<Subject> = plan.erased.difference(&looked_at).cloned().collect();
            for subject in &open {
                for (number, message) in self.out_of(subject, store)? {
                    if !plan.gone.whole.contains_key(&number) && !self.spare(number, &message, plan) {
                        self.plan_out_message(number, message, plan);
                    }
                }
            }
            looked_at.extend(open);
            let fresh: Vec<RecordName> = plan.names.difference(&decided).cloned().collect();
            for name in &fresh {
                self.plan_decided(name, store, plan)?;
            }
            decided.extend(fresh);
            if plan.erased.is_subset(&looked_at) && plan.names.is_subset(&decided) {
                return Ok(());
            }
        }
    }

    /// What does not count of the records that were decided to be the same person as one.
    fn plan_decided(&mut self, name: &RecordName, store: &dyn Store, plan: &mut Plan) -> Result<()> {
        for other in self.decided_same(name) {
            // Another record, whatever it was decided to be.
            if plan.spares_others || self.live.number_of(&other.source, &other.record_id).is_some() {
                continue;
            }
            for (number, message) in self.out_named(&other, store)? {
                if !plan.gone.whole.contains_key(&number) {
                    self.plan_message(number, message, plan);
                }
            }
            plan.names.insert(other);
        }
        Ok(())
    }

    /// Spares what was put aside though it speaks of whoever goes, and notes its devices, where it is about a record of somebody
    /// else; or where it refuses something on a device. With it who comes back would lose what they are restricted by, or refused.
    /// Tells whether it stays.
    fn spare(&mut self, number: u64, message: &Message, plan: &mut Plan) -> bool {
        if !plan.spares_others || !self.aside.contains(&number) {
            return false;
        }
        let values = self.live.values_of(message);
        let (record, devices) = self.live.about(message, &values);
        match record {
            Some(record) if plan.records.contains(&self.live.record_name(record)) => false,
            Some(_) => {
                plan.devices_of_others.extend(devices);
                true
            }
            None => self.live.takes_back(message),
        }
    }

    /// The messages about a record that do not count, with their evidence.
    pub(super) fn out_named(&mut self, record: &RecordName, store: &dyn Store) -> Result<BTreeMap<u64, Message>> {
        let mut found = BTreeMap::new();
        for subject in self.named_by(record) {
            for (number, message) in self.out_of(&subject, store)? {
                if message.source() == record.source && self.live.name_of(&message).as_ref() == Some(&record.record_id)
                {
                    found.insert(number, message);
                }
            }
        }
        Ok(found)
    }

    /// The evidence of a profile that is too old, of messages with their ids, what identifiers and records it names, and the
    /// devices that others use by what was put aside of them.
    pub(super) fn all_too_old(&mut self, profile_id: &str, store: &dyn Store) -> Result<(Gone, Named, BTreeSet<u32>)> {
        let plan = self.plan(profile_id, true, store)?;
        let subjects = plan.erased.union(&plan.shared).cloned().collect();
        Ok((plan.gone, Named { subjects, records: plan.names }, plan.devices_of_others))
    }

    /// The message of a piece of evidence; of a decision, none.
    pub(super) fn message_of(&self, number: u64, store: &dyn Store) -> Result<Option<Message>> {
        let Some(bytes) = store.get(Space::EVIDENCE, &key(number))? else { return Ok(None) };
        Ok(match evidence::read(&bytes)? {
            Evidence::Message(message, _) => Some(message),
            Evidence::Decision(_) | Evidence::Mark(_) => None,
        })
    }

    /// Plans a message, and what it tells of identifiers and records, past ones too.
    fn plan_message(&mut self, number: u64, message: Message, plan: &mut Plan) {
        let is_others = plan.going.of_others.contains(&number);
        let mentioned = if is_others { self.mentioned_before(&message) } else { self.mentioned(&message) };
        for subject in mentioned {
            if !plan.erased.contains(&subject) && !plan.shared.contains(&subject) {
                let shared = self.is_others(&subject, &plan.going);
                (if shared { &mut plan.shared } else { &mut plan.erased }).insert(subject);
            }
        }
        self.plan_names(&message, plan);
        if is_others {
            plan.gone.in_part.insert(number, Some(message.id().to_owned()));
        } else {
            plan.gone.in_part.remove(&number);
            plan.gone.whole.insert(number, Some(message.id().to_owned()));
        }
    }

    /// Plans a message that does not count. One that was put aside, and says of the erased only that its sender was called so
    /// before, stays the sender's.
    fn plan_out_message(&mut self, number: u64, message: Message, plan: &mut Plan) {
        let erased = &plan.erased;
        if self.aside.contains(&number) && self.only_was_before(&message, |_, subject| erased.contains(subject)) {
            self.plan_names(&message, plan);
            plan.gone.in_part.insert(number, Some(message.id().to_owned()));
        } else {
            self.plan_message(number, message, plan);
        }
    }

    fn plan_names(&mut self, message: &Message, plan: &mut Plan) {
        for name in self.names_in(message).into_iter().filter(|name| !plan.names.contains(name)).collect::<Vec<_>>() {
            // An alias can be about somebody else, of whom nothing more goes.
            let is_here = self.live.number_of(&name.source, &name.record_id).is_some();
            if !is_here && self.named_by(&name).iter().any(|subject| plan.erased.contains(subject)) {
                plan.names.insert(name);
            }
        }
    }

    /// Whether an identifier is somebody else's too: evidence that counts has it, other than this.
    pub(super) fn is_others(&mut self, subject: &Subject, going: &Going) -> bool {
        if let Some((source, id)) = row_of(subject) {
            let row = self.live.alive(source, id);
            return row.is_some_and(|row| row.statements.iter().any(|said| !going.is_own(said.evidence)));
        }
        if subject.kind == Kind::AnonymousId
            && let Some(device) = self.live.device_names.find(&subject.key)
            && let sightings = &self.live.devices[device as usize].sightings
            && sightings
                .iter()
                .any(|seen| !(going.is_own(seen.evidence) || seen.is_alias() && going.has(seen.evidence)))
        {
            return true;
        }
        // What is shared too widely joins nobody: it is not one person's, whoever holds it now.
        let rule = self.live.rules.iter().position(|(kind, _)| *kind == subject.kind);
        let holders = rule.and_then(|rule| {
            let value = self.live.value_of(rule, &subject.key)?;
            Some(&self.live.values[rule].holders[value as usize])
        });
        // That is not told anew yet where the last of them went just now.
        holders.is_some_and(|holders| holders.generic.is_some() && !holders.records.is_empty())
            || self.live.is_said_beside(subject, going)
    }

    /// What this profile did on its devices.
    fn plan_devices(&self, home: Home, profile: &Profile, evidence: &mut BTreeSet<u64>) {
        for &device in &profile.devices {
            let state = &self.live.devices[device as usize];
            let homes = self.live.homes_of_sightings(device);
            let sightings = state.sightings.iter().zip(&homes).filter(|(_, other)| **other == home);
            evidence.extend(sightings.map(|(sighting, _)| sighting.evidence));
            if homes.iter().all(|other| *other == home) {
                evidence.extend(state.statements.iter().map(|statement| statement.evidence));
                evidence.extend(self.live.marks.of(Member::Device(device)));
            }
        }
    }

    /// Sets tombstones up.
    fn bury(&mut self, plan: &Plan, receipt: u64, at: Instant, batch: &mut Batch) -> Result<()> {
        let keys = self.privacy.keys()?.clone();
        for subject in &plan.erased {
            let pseudonym = Tombstones::pseudonym(&keys, subject.kind, &subject.key);
            self.privacy.tombstones.insert(&pseudonym);
            let tombstone =
                Tombstone { key: pseudonym.key.clone(), at: instant::text(at), receipt: receipt.to_string() };
            let bytes = serde_json::to_vec(&tombstone).unwrap_or_default();
            batch.put(Space::TOMBSTONES, &tombstone_key(&pseudonym), &bytes);
        }
        Ok(())
    }

    /// Lets an identifier come back.
    pub(super) fn lift(&mut self, subject: &Subject, by: &str, at: Instant, batch: &mut Batch) -> Result<u64> {
        let keys = self.privacy.keys()?.clone();
        let lifted = self.privacy.tombstones.lift(&keys, subject.kind, &subject.key);
        lifted.iter().for_each(|pseudonym| batch.delete(Space::TOMBSTONES, &tombstone_key(pseudonym)));
        if !lifted.is_empty() {
            let subjects = lifted.iter().map(|_| keys.pseudonym(Use::Audit, &[subject.kind.as_str(), &subject.key]));
            let subjects = subjects.map(|name| name.to_string()).collect();
            self.privacy.audit(at, Fact { action: "lift", by, subjects, ..Fact::default() }, batch);
        }
        Ok(lifted.len() as u64)
    }

    /// Everything held of a profile, as JSON: what was said word for word, and what follows from it.
    pub(super) fn export_subject(
        &mut self,
        profile_id: &str,
        by: &str,
        at: Instant,
        store: Written<'_>,
        batch: &mut Batch,
    ) -> Result<serde_json::Value> {
        let store = store()?;
        let plan = self.plan(profile_id, false, store.as_ref())?;
        let profile_id = plan.profile_id.as_str();
        let mut messages = Vec::new();
        for &number in plan.gone.whole.keys() {
            let Some(bytes) = store.get(Space::EVIDENCE, &key(number))? else { continue };
            messages.extend(evidence::told(&bytes)?);
        }
        for &number in plan.gone.in_part.keys() {
            let Some(bytes) = store.get(Space::EVIDENCE, &key(number))? else { continue };
            messages.extend(evidence::told_of_previous(&bytes)?);
        }
        let recipients = self.told(&plan)?;
        let profile = self.live.profile(profile_id);
        let ledger = self.live.ledger_of(profile_id)?;
        let fact = Fact { action: "export_subject", by, subjects: self.privacy.name(profile_id), ..Fact::default() };
        self.privacy.audit(at, fact, batch);
        Ok(serde_json::json!({
            "profile": profile,
            "consents": ledger,
            "evidence": messages,
            "recipients": recipients,
            "at": instant::text(at),
        }))
    }
}

/// The key of a tombstone: its hash, then the id of its key.
pub(super) fn tombstone_key(pseudonym: &Pseudonym) -> Vec<u8> {
    [&pseudonym.hash[..], pseudonym.key.as_bytes()].concat()
}
