//! The consent ledger of a live graph: statements attach to records and devices, never to profiles, so that a profile that
//! comes apart gives each side its own back.

use super::fields::{Value, is_nobody};
use super::live::Live;
use super::message::Message;
use super::profiles::{Home, Profile};
use super::records::{Moment, Record};
use super::said::{self, Said};
use crate::consent::{Effective, Question, Statement, Status, Subject, effective};
use crate::error::Result;
use crate::instant::{self, Instant};
use crate::schema::{Kind, MessageType};
use serde::Serialize;

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

/// Adds in order of moment.
pub(super) fn add(consents: &mut Vec<Consent>, consent: Consent) {
    let place = consents.partition_point(|other| other.moment <= consent.moment);
    consents.insert(place, consent);
}

impl Live {
    /// What a message says of consents.
    pub(super) fn consents_of(
        &mut self,
        message: &Message,
        values: &[Value],
        moment: Moment,
        evidence: u64,
    ) -> Vec<Consent> {
        let mut said = message.said.clone();
        said.extend(said::columns(message, self.config.sources.get(&message.source)));
        if message.privacy_control {
            said.extend(said::privacy_control(&self.config.consent));
        }
        if said.is_empty() {
            return Vec::new();
        }
        let subjects = self.subjects(message, values);
        // A row tells what a source has written down, not what somebody who is signed in does.
        let user = message.user_id.as_deref().and_then(|id| self.fields.user(&message.source, id));
        let signed_in = user.is_some() && message.kind != MessageType::Record;
        let statement = |said: Said| Statement {
            subjects: subjects.clone(),
            purpose: said.purpose,
            channel: said.channel,
            status: said.status,
            at: moment.time.unwrap_or(message.time),
            expires_at: said.expires_at,
            authenticated: said.authenticated.unwrap_or(signed_in),
            source: message.source.clone(),
            legal_basis: said.legal_basis,
            document_version: said.document_version,
            proof: said.proof,
        };
        said.into_iter().map(|said| Consent { moment, evidence, statement: statement(said) }).collect()
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
        let user = message.user_id.as_deref().and_then(|id| self.fields.user(&message.source, id));
        subjects.extend(user.map(|user| self.subject(&user)));
        let device = message.anonymous_id.as_ref().filter(|id| !is_nobody(id));
        subjects.extend(device.map(|id| Subject { kind: Kind::AnonymousId, key: id.clone() }));
        subjects.retain(|subject| !subject.key.is_empty());
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    pub(super) fn subject(&self, value: &Value) -> Subject {
        let text = self.fields.text(self.subject_text(value)).to_owned();
        Subject { kind: self.fields.field(value).kind, key: text }
    }

    /// All that was said of a profile's consents, in order of when.
    pub(super) fn ledger(&self, home: Home, profile: &Profile) -> Vec<Statement> {
        let mut ledger: Vec<Statement> = Vec::new();
        for &record in &profile.records {
            let state = &self.records[record as usize];
            ledger.extend(state.consents.iter().map(|consent| self.with_addresses(state, consent)));
        }
        for &device in profile.devices.iter().filter(|&&device| !self.devices[device as usize].consents.is_empty()) {
            let state = &self.devices[device as usize];
            let homes = self.homes_of_sightings(device);
            // A refusal, or the end of a grant, is everybody's who is known on the device; a grant is of whoever used it then.
            let mine = |consent: &&Consent| {
                let place = state.sightings.iter().position(|sighting| sighting.evidence == consent.evidence);
                consent.statement.status != Status::Granted || place.is_some_and(|place| homes[place] == home)
            };
            ledger.extend(state.consents.iter().filter(mine).map(|consent| consent.statement.clone()));
        }
        ledger.extend(self.objections(profile));
        ledger.sort_by(|a, b| (a.at, a).cmp(&(b.at, b)));
        ledger
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
        let because = view.because.iter().map(|&place| ledger[place].clone()).collect();
        Ok(ConsentView { effective: view.effective, because, until: view.until.map(instant::text) })
    }

    pub(super) fn ledger_of(&self, profile_id: &str) -> Result<Vec<Statement>> {
        let (home, profile) = self.found(profile_id)?;
        Ok(self.ledger(home, profile))
    }
}
