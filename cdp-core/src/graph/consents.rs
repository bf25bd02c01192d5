//! The consent ledger of a live graph: statements attach to records and devices, never to profiles, so that a profile that
//! comes apart gives each side its own back.

use super::fields::{Value, is_nobody};
use super::live::{Live, Touched};
use super::marks::Member;
use super::message::Message;
use super::profiles::{Home, Profile};
use super::records::{Moment, Record};
use super::said::{self, Said};
use crate::consent::{Bearing, Effective, Entry, Question, Statement, Status, Subject, effective};
use crate::error::Result;
use crate::instant::{self, Instant};
use crate::schema::{Kind, MessageType};
use serde::Serialize;
use std::collections::BTreeSet;

/// A statement with the evidence it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Consent {
    pub(super) moment: Moment,
    pub(super) evidence: u64,
    pub(super) statement: Statement,
}

/// What may be done with somebody's data for a purpose, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConsentView {
    /// Granted, denied or unknown.
    pub effective: Effective,
    /// The statements that decide: refusals that stand, or grants that count.
    pub because: Vec<Statement>,
    /// When the answer can next change by itself, in RFC 3339.
    pub until: Option<String>,
}

impl Consent {
    /// Whether it can lift what somebody else refused, or end a grant that does.
    fn can_lift(&self) -> bool {
        match self.statement.status {
            Status::Granted => self.statement.authenticated,
            Status::Expired => true,
            Status::Denied | Status::Withdrawn => false,
        }
    }
}

/// Adds in order of moment.
fn add(consents: &mut Vec<Consent>, consent: Consent) {
    let place = consents.partition_point(|other| other.moment <= consent.moment);
    consents.insert(place, consent);
}

/// Who said anything of consents, or carries a refusal as a mark, by a hash of each identifier that it may speak of. It can name more than that: whoever asks
/// looks at what they said.
#[derive(Debug, Default)]
pub(super) struct Speakers(BTreeSet<(u64, Member)>);

impl Speakers {
    fn of(&self, hash: u64) -> impl Iterator<Item = Member> + '_ {
        let all = (hash, Member::Record(0))..=(hash, Member::Device(u32::MAX));
        self.0.range(all).map(|(_, member)| *member)
    }
}

impl Live {
    /// Keeps what was said of a record's consents, or on a device.
    pub(super) fn agree(&mut self, member: Member, consent: Consent, touched: &mut Touched) {
        self.speakers.0.extend(consent.statement.subjects.iter().map(|subject| (hash(subject), member)));
        let can_lift = consent.can_lift();
        let consents = match member {
            Member::Record(record) => &mut self.records[record as usize].consents,
            Member::Device(device) => &mut self.devices[device as usize].consents,
        };
        let is_first = consents.is_empty();
        add(consents, consent);
        if let (true, Member::Record(record)) = (is_first, member) {
            let said = &self.records[record as usize].statements;
            let values: Vec<Value> = said.iter().flat_map(|statement| statement.values.iter().copied()).collect();
            self.note_addresses(record, &values);
        }
        if self.heeds_consents {
            touched.look_at(member);
            if can_lift {
                self.look_at_peers(member, touched);
            }
        }
    }

    /// Notes that the consents of a record may speak of these addresses.
    pub(super) fn note_addresses(&mut self, record: u32, values: &[Value]) {
        let fields = &self.fields;
        let addresses = values.iter().filter(|value| fields.field(value).kind.is_address());
        let hashes = addresses.map(|value| crate::compare::hash(fields.text(value.key)));
        self.speakers.0.extend(hashes.map(|hash| (hash, Member::Record(record))));
    }

    /// Notes by what whoever carries a refusal as a mark may be known.
    pub(super) fn note_objector(&mut self, member: Member, users: &[Subject]) {
        self.speakers.0.extend(users.iter().map(|user| (hash(user), member)));
        match member {
            Member::Device(device) => {
                let hash = crate::compare::hash(self.device_names.get(device));
                self.speakers.0.insert((hash, member));
            }
            Member::Record(record) => {
                let state = &self.records[record as usize];
                let said = state.statements.iter().flat_map(|statement| &statement.values);
                let values: Vec<Value> = said.chain(&state.user).copied().collect();
                self.note_known(record, &values);
            }
        }
    }

    /// Notes that a record that carries a refusal as a mark may be known by these values.
    pub(super) fn note_known(&mut self, record: u32, values: &[Value]) {
        let member = Member::Record(record);
        if self.objects(member) {
            let known = values.iter().filter(|value| self.identifies(self.fields.field(value).kind));
            let hashes: Vec<u64> =
                known.map(|value| crate::compare::hash(self.fields.text(self.subject_text(value)))).collect();
            self.speakers.0.extend(hashes.into_iter().map(|hash| (hash, member)));
        }
    }

    fn consents_by(&self, member: Member) -> &[Consent] {
        match member {
            Member::Record(record) => &self.records[record as usize].consents,
            Member::Device(device) => &self.devices[device as usize].consents,
        }
    }

    /// Those whose refusals a member can lift, or does no more, are looked at again, by all that its consents may speak of.
    pub(super) fn look_at_peers(&self, member: Member, touched: &mut Touched) {
        if self.heeds_consents && self.consents_by(member).iter().any(Consent::can_lift) {
            let subjects = self.consents_by(member).iter().flat_map(|consent| &consent.statement.subjects);
            let mut hashes: BTreeSet<u64> = subjects.map(hash).collect();
            hashes.extend(self.addresses_of(member));
            self.look_at_refusers(&hashes, touched);
        }
    }

    /// The same, where only the addresses of a record may be others.
    pub(super) fn look_at_peers_by_address(&self, member: Member, touched: &mut Touched) {
        if self.heeds_consents && self.consents_by(member).iter().any(Consent::can_lift) {
            self.look_at_refusers(&self.addresses_of(member), touched);
        }
    }

    /// The addresses that a record ever had, by their hashes.
    fn addresses_of(&self, member: Member) -> BTreeSet<u64> {
        let Member::Record(record) = member else { return BTreeSet::new() };
        let said = self.records[record as usize].statements.iter().flat_map(|statement| &statement.values);
        let addresses = said.filter(|value| self.fields.field(value).kind.is_address());
        addresses.map(|value| crate::compare::hash(self.fields.text(value.key))).collect()
    }

    fn look_at_refusers(&self, hashes: &BTreeSet<u64>, touched: &mut Touched) {
        let speakers: BTreeSet<Member> = hashes.iter().flat_map(|hash| self.speakers.of(*hash)).collect();
        let is_meant =
            |said: &Statement| said.status.refuses() && said.lifted_by().any(|one| hashes.contains(&hash(one)));
        let refuses = |member: &Member| self.consents_by(*member).iter().any(|consent| is_meant(&consent.statement));
        let objects = |member: &Member| self.marked_refusals(*member).iter().any(is_meant);
        speakers.into_iter().filter(|one| refuses(one) || objects(one)).for_each(|member| touched.look_at(member));
    }

    /// What a message says of consents.
    pub(super) fn consents_of(
        &mut self,
        message: &Message,
        values: &[Value],
        moment: Moment,
        evidence: u64,
    ) -> Vec<Consent> {
        let mut said = message.said.clone();
        said.extend(said::columns(message, self.config.sources.get(message.source())));
        if message.privacy_control {
            said.extend(said::privacy_control(&self.config.consent));
        }
        if said.is_empty() {
            return Vec::new();
        }
        let subjects = self.subjects(message, values);
        // A row tells what a source has written down, not what somebody who is signed in does.
        let user = message.user_id().and_then(|id| self.fields.user(message.source(), id));
        let signed_in = user.is_some() && message.kind != MessageType::Record;
        let statement = |said| stated(message, moment, &subjects, signed_in, said);
        said.into_iter().map(|said| Consent { moment, evidence, statement: statement(said) }).collect()
    }

    /// What the browser of a message refuses, of whoever uses it: nothing else of the message is told to them.
    pub(super) fn browsers_refusals(&self, message: &Message, moment: Moment, evidence: u64) -> Vec<Consent> {
        let Some(device) = message.anonymous_id().filter(|_| message.privacy_control) else { return Vec::new() };
        let subjects = [Subject { kind: Kind::AnonymousId, key: device.to_owned() }];
        let statement = |said| stated(message, moment, &subjects, false, said);
        let said = said::privacy_control(&self.config.consent);
        said.map(|said| Consent { moment, evidence, statement: statement(said) }).collect()
    }

    /// Whether values of a kind tell who somebody is.
    pub(super) fn identifies(&self, kind: Kind) -> bool {
        let known = [Kind::AnonymousId, Kind::CustomerId].contains(&kind) || kind.is_address();
        known || self.rules.iter().any(|(of, _)| *of == kind)
    }

    /// Whether a message refuses anything, or says that a grant has run out.
    pub(super) fn takes_back(&mut self, message: &Message) -> bool {
        let values = self.values_of(message);
        let said = self.consents_of(message, &values, Moment::default(), 0);
        said.iter().any(|consent| consent.statement.status != Status::Granted)
    }

    /// The identifiers in a message.
    pub(super) fn subjects(&mut self, message: &Message, values: &[Value]) -> Vec<Subject> {
        let known = |value: &&Value| self.identifies(self.fields.field(value).kind);
        let mut subjects: Vec<Subject> = values.iter().filter(known).map(|value| self.subject(value)).collect();
        let user = message.user_id().and_then(|id| self.fields.user(message.source(), id));
        subjects.extend(user.map(|user| self.subject(&user)));
        let device = message.anonymous_id().filter(|id| !is_nobody(id));
        subjects.extend(device.map(|id| Subject { kind: Kind::AnonymousId, key: id.to_owned() }));
        subjects.retain(|subject| !subject.key.is_empty());
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    pub(super) fn subject(&self, value: &Value) -> Subject {
        let text = self.fields.text(self.subject_text(value)).to_owned();
        Subject { kind: self.fields.field(value).kind, key: text }
    }

    /// All that bears on a profile's consents, in order of when.
    pub(super) fn ledger(&self, home: Home, profile: &Profile) -> Vec<Entry> {
        let mut ledger: Vec<Entry> = Vec::new();
        let own = |statement| Entry { statement, bearing: Bearing::Own };
        for &record in &profile.records {
            let state = &self.records[record as usize];
            ledger.extend(state.consents.iter().map(|consent| own(self.with_addresses(state, consent))));
            ledger.extend(self.marked_refusals(Member::Record(record)).into_iter().map(own));
        }
        for &device in &profile.devices {
            let said = self.said_on_device(home, device);
            if !said.is_empty() {
                let users = self.users_of(profile, |record| self.devices[device as usize].knows(record));
                ledger.extend(said.into_iter().flat_map(|statement| bearing_on(statement, &users)));
            }
        }
        self.add_others(home, &mut ledger);
        ledger.sort_by(|a, b| (a.statement.at, a).cmp(&(b.statement.at, b)));
        ledger
    }

    /// What was said on a device, as far as it bears on a profile: a refusal, or the end of a grant, is everybody's who is known on
    /// it; a grant is of whoever used it then.
    fn said_on_device(&self, home: Home, device: u32) -> Vec<Statement> {
        let state = &self.devices[device as usize];
        let mut said = self.marked_refusals(Member::Device(device));
        if !state.consents.is_empty() {
            let homes = self.homes_of_sightings(device);
            let mine = |consent: &&Consent| {
                let place = state.sightings.iter().position(|sighting| sighting.evidence == consent.evidence);
                consent.statement.status != Status::Granted || place.is_some_and(|place| homes[place] == home)
            };
            said.extend(state.consents.iter().filter(mine).map(|consent| consent.statement.clone()));
        }
        said
    }

    /// Whether anything that was said on a device, or noted of it, refuses or ends a consent of whoever uses it.
    pub(super) fn refuses_on(&self, device: u32) -> bool {
        let said = &self.devices[device as usize].consents;
        said.iter().any(|consent| consent.statement.status != Status::Granted) || self.objects(Member::Device(device))
    }

    /// The users of a profile by those of its records that are asked for.
    pub(super) fn users_of(&self, profile: &Profile, is_asked: impl Fn(u32) -> bool) -> Vec<Subject> {
        let users = profile
            .records
            .iter()
            .filter(|record| is_asked(**record))
            .filter_map(|&record| self.records[record as usize].user);
        let mut users: Vec<Subject> = users.map(|user| self.subject(&user)).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Adds what others said that can lift a refusal of the ledger.
    fn add_others(&self, home: Home, ledger: &mut Vec<Entry>) {
        let refused: Vec<&Statement> =
            ledger.iter().map(|entry| &entry.statement).filter(|statement| statement.status.refuses()).collect();
        let users = ledger.iter().filter_map(|entry| match &entry.bearing {
            Bearing::User(user) => Some(hash(user)),
            Bearing::Own | Bearing::Others(_) => None,
        });
        let own = ledger.iter().filter(|entry| entry.bearing == Bearing::Own && entry.statement.status.refuses());
        let named = own.flat_map(|entry| entry.statement.lifted_by()).map(hash);
        let hashes: BTreeSet<u64> = users.chain(named).collect();
        let is_other = |member: &Member| match *member {
            Member::Record(record) => Home::Cluster(self.records[record as usize].cluster) != home,
            Member::Device(_) => true,
        };
        let speakers: BTreeSet<Member> =
            hashes.into_iter().flat_map(|hash| self.speakers.of(hash)).filter(is_other).collect();
        let mut others = Vec::new();
        for (number, member) in speakers.into_iter().enumerate() {
            for consent in self.consents_by(member).iter().filter(|consent| consent.can_lift()) {
                let statement = match member {
                    Member::Record(record) => self.with_addresses(&self.records[record as usize], consent),
                    Member::Device(_) => consent.statement.clone(),
                };
                if refused.iter().any(|refusal| refusal.shares_identifier(&statement)) {
                    others.push(Entry { statement, bearing: Bearing::Others(number) });
                }
            }
        }
        ledger.extend(others);
    }

    /// A statement that names no address speaks of those that the record had when it was made.
    fn with_addresses(&self, record: &Record, consent: &Consent) -> Statement {
        let mut statement = consent.statement.clone();
        if record.is_row || statement.subjects.iter().any(Subject::is_address) {
            return statement;
        }
        let mut held: Vec<(u16, Subject)> = Vec::new();
        for said in record.statements.iter().take_while(|said| said.moment.time <= consent.moment.time) {
            for value in said.values.iter().filter(|value| self.fields.field(value).kind.is_address()) {
                held.retain(|(field, _)| *field != value.field);
                held.push((value.field, self.subject(value)));
            }
        }
        statement.subjects.extend(held.into_iter().map(|(_, subject)| subject));
        statement.subjects.sort_unstable();
        statement.subjects.dedup();
        statement
    }

    /// The answer to a question about a profile.
    pub(super) fn consent(&self, profile_id: &str, question: &Question<'_>, now: Instant) -> Result<ConsentView> {
        let (home, profile) = self.found(profile_id)?;
        if let Some(since) = self.restricted(profile) {
            let because = vec![Live::restriction(since)];
            return Ok(ConsentView { effective: Effective::Denied, because, until: None });
        }
        let ledger = self.ledger(home, profile);
        let view = effective(&ledger, question, now);
        let because = told(view.because.iter().map(|&place| &ledger[place]));
        Ok(ConsentView { effective: view.effective, because, until: view.until.map(instant::text) })
    }

    pub(super) fn ledger_of(&self, profile_id: &str) -> Result<Vec<Statement>> {
        let (home, profile) = self.found(profile_id)?;
        Ok(told(&self.ledger(home, profile)))
    }
}

/// A number for an identifier, the same for all kinds.
pub(super) fn hash(subject: &Subject) -> u64 {
    crate::compare::hash(&subject.key)
}

/// What somebody is told of a ledger: nothing that others said, and once what bears on several users.
fn told<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Vec<Statement> {
    let own = entries.into_iter().filter(|entry| !matches!(entry.bearing, Bearing::Others(_)));
    let mut told: Vec<Statement> = own.map(|entry| entry.statement.clone()).collect();
    told.sort_by(|a, b| (a.at, a).cmp(&(b.at, b)));
    told.dedup();
    told
}

/// What was said on a device bears on every user of it; where nobody is known, on whoever used it.
fn bearing_on(statement: Statement, users: &[Subject]) -> Vec<Entry> {
    if users.is_empty() || !statement.status.refuses() {
        return vec![Entry { statement, bearing: Bearing::Own }];
    }
    let entry = |user: &Subject| Entry { statement: statement.clone(), bearing: Bearing::User(user.clone()) };
    users.iter().map(entry).collect()
}

/// What a message states of one consent. A row can be observed in the future; what it says counts from when it arrived.
fn stated(message: &Message, moment: Moment, subjects: &[Subject], signed_in: bool, said: Said) -> Statement {
    Statement {
        subjects: subjects.to_vec(),
        purpose: said.purpose,
        channel: said.channel,
        status: said.status,
        at: moment.time.get().map_or(message.time, |time| time.min(message.time)),
        expires_at: said.expires_at,
        authenticated: said.authenticated.unwrap_or(signed_in),
        source: message.source().to_owned(),
        legal_basis: said.legal_basis,
        document_version: said.document_version,
        proof: said.proof,
    }
}
