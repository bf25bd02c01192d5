//! Marks: restriction of processing and objections. A mark is evidence about one record (or, of somebody nobody knows, a device),
//! never about a profile, so that a profile that comes apart gives each side its own, and one that merges carries all.

use super::changes::{Change, Event};
use super::evidence::{Mark, Marked};
use super::live::Live;
use super::profiles::{DEVICE, Home, Profile};
use super::segments::Settled;
use super::state::{State, key};
use crate::consent::{ANY, Statement, Status, Subject};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::privacy::audit::Fact;
use crate::profile::id_text;
use crate::schema::Kind;
use crate::store::{Batch, Space};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Who carries a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Member {
    Record(u32),
    Device(u32),
}

/// All marks, by who carries them and by their evidence.
#[derive(Debug, Default)]
pub(super) struct Marks(HashMap<Member, BTreeMap<u64, Mark>>);

impl Marks {
    /// When somebody was restricted, if the latest word of it is that they are; of two at one instant that word stands.
    fn restricted(&self, member: Member) -> Option<Instant> {
        let word = |mark: &Mark| match mark.what {
            Marked::Restricted => Some((mark.at, true)),
            Marked::Released => Some((mark.at, false)),
            Marked::Objected { .. } => None,
        };
        let latest = self.0.get(&member)?.values().filter_map(word).max()?;
        latest.1.then_some(latest.0)
    }

    /// The evidence of the marks of somebody.
    pub(super) fn of(&self, member: Member) -> impl Iterator<Item = u64> + '_ {
        self.0.get(&member).into_iter().flat_map(|marks| marks.keys().copied())
    }
}

impl Live {
    fn member(&mut self, name: &RecordName) -> Member {
        match name.source.as_str() {
            DEVICE => Member::Device(self.device(&name.record_id)),
            source => Member::Record(self.record(source, &name.record_id)),
        }
    }

    /// Lets a mark count.
    pub(super) fn mark(&mut self, mark: Mark, evidence: u64) {
        let member = self.member(&mark.record);
        self.marks.0.entry(member).or_default().insert(evidence, mark);
    }

    /// Lets a mark be gone.
    pub(super) fn unmark(&mut self, mark: &Mark, evidence: u64) {
        let member = self.member(&mark.record);
        if let Some(marks) = self.marks.0.get_mut(&member) {
            marks.remove(&evidence);
            if marks.is_empty() {
                self.marks.0.remove(&member);
            }
        }
    }

    /// Whoever carries a mark, by name.
    pub(super) fn marked(&self) -> Vec<RecordName> {
        let name = |member: &Member| match *member {
            Member::Record(record) => self.record_name(record),
            Member::Device(device) => {
                RecordName { source: DEVICE.to_owned(), record_id: self.device_names.get(device).to_owned() }
            }
        };
        self.marks.0.keys().map(name).collect()
    }

    /// The evidence of the marks of a record, or a device, of that name.
    pub(super) fn marks_of(&self, name: &RecordName) -> Vec<u64> {
        let member = match name.source.as_str() {
            DEVICE => self.device_names.find(&name.record_id).map(Member::Device),
            source => self.names.find(source, &name.record_id).map(Member::Record),
        };
        member.into_iter().flat_map(|member| self.marks.of(member)).collect()
    }

    fn carriers(profile: &Profile) -> impl Iterator<Item = Member> + '_ {
        let records = profile.records.iter().map(|&record| Member::Record(record));
        records.chain(profile.devices.iter().map(|&device| Member::Device(device)))
    }

    /// Since when a profile is restricted, if it is: as any of its members.
    pub(super) fn restricted(&self, profile: &Profile) -> Option<Instant> {
        if self.marks.0.is_empty() {
            return None;
        }
        Self::carriers(profile).filter_map(|member| self.marks.restricted(member)).min()
    }

    /// What a restriction says to whoever asks for a consent.
    pub(super) fn restriction(since: Instant) -> Statement {
        refusal(ANY, since, Vec::new(), "restriction", "")
    }

    /// The objections of a profile, as refusals.
    pub(super) fn objections(&self, profile: &Profile) -> Vec<Statement> {
        if self.marks.0.is_empty() {
            return Vec::new();
        }
        let marks = Self::carriers(profile).filter_map(|member| Some((member, self.marks.0.get(&member)?)));
        let said = marks.flat_map(|(member, marks)| marks.values().map(move |mark| (member, mark)));
        let refusals = said.filter_map(|(member, mark)| match &mark.what {
            Marked::Objected { purpose } => {
                let subjects = self.known_by(member);
                Some(refusal(purpose.as_str(), mark.at, subjects, "objection", &mark.record.source))
            }
            _ => None,
        });
        refusals.collect()
    }

    pub(super) fn is_anybody_marked(&self) -> bool {
        !self.marks.0.is_empty()
    }

    pub(super) fn is_restricted(&self, member: Member) -> bool {
        self.marks.restricted(member).is_some()
    }

    /// Whether somebody objected to anything.
    pub(super) fn objects(&self, member: Member) -> bool {
        let marks = self.marks.0.get(&member).into_iter().flat_map(BTreeMap::values);
        marks.into_iter().any(|mark| matches!(mark.what, Marked::Objected { .. }))
    }

    /// The identifiers by which somebody is known.
    fn known_by(&self, member: Member) -> Vec<Subject> {
        let mut subjects = match member {
            Member::Device(device) => {
                vec![Subject { kind: Kind::AnonymousId, key: self.device_names.get(device).to_owned() }]
            }
            Member::Record(record) => {
                let state = &self.records[record as usize];
                let own = state.values.iter().map(|(value, _)| self.subject(value));
                own.filter(|subject| !subject.key.is_empty() && self.identifies(subject.kind)).collect()
            }
        };
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }
}

/// A refusal that follows from a mark.
fn refusal(purpose: &str, at: Instant, subjects: Vec<Subject>, basis: &str, source: &str) -> Statement {
    Statement {
        subjects,
        purpose: purpose.to_owned(),
        channel: None,
        status: Status::Denied,
        at,
        expires_at: None,
        authenticated: true,
        source: source.to_owned(),
        legal_basis: Some(basis.to_owned()),
        document_version: None,
        proof: None,
    }
}

impl State {
    /// Marks every member of a profile.
    pub(super) fn mark(
        &mut self,
        profile_id: &str,
        what: &Marked,
        by: &str,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        if matches!(what, Marked::Objected { purpose } if purpose.trim().is_empty()) {
            let error = Error::new(Code::InvalidInput, "an objection needs a purpose");
            return Err(error.help(format!("name it, or say '{ANY}' for all")));
        }
        let (home, profile) = self.live.found(profile_id)?;
        let profile_id = id_text(profile.id);
        let devices = if profile.records.is_empty() { profile.devices.clone() } else { Vec::new() };
        let names = self.marked_names(home);
        let (action, event) = match what {
            Marked::Restricted => ("restrict", Event::ProfileRestricted { profile_id: profile_id.clone() }),
            Marked::Released => ("release", Event::ProfileReleased { profile_id: profile_id.clone() }),
            Marked::Objected { purpose } => {
                ("object", Event::ProfileObjected { profile_id: profile_id.clone(), purpose: purpose.clone() })
            }
        };
        for record in names {
            let mark = Mark { record, at, what: what.clone() };
            batch.put(Space::EVIDENCE, &key(self.next_evidence), &mark.bytes());
            self.live.mark(mark, self.next_evidence);
            self.next_evidence += 1;
        }
        let details = match what {
            Marked::Objected { purpose } => [("purpose".to_owned(), purpose.clone())].into(),
            _ => BTreeMap::new(),
        };
        let subjects = self.privacy.name(&profile_id);
        self.privacy.audit(at, Fact { action, by, subjects, details }, batch);
        let mut changes = Vec::new();
        self.pass(at, batch, &mut changes);
        self.write(vec![event], &action.into(), at, batch, &mut changes);
        // Who else uses a device that is marked is under the mark too.
        let mut homes = vec![home];
        for device in devices {
            homes.extend(&self.live.devices[device as usize].homes);
        }
        homes.sort_unstable();
        homes.dedup();
        self.live.settled = Settled { homes, gone: Vec::new() };
        self.write_settled(&action.into(), at, batch, &mut changes);
        self.keep_clock(batch);
        Ok(changes)
    }

    /// Whom a mark is put on: the records of a profile, or its devices where it has none.
    fn marked_names(&self, home: Home) -> Vec<RecordName> {
        let Some(profile) = self.live.profiles.get(&home) else { return Vec::new() };
        if profile.records.is_empty() {
            let device = |&device: &u32| RecordName {
                source: DEVICE.to_owned(),
                record_id: self.live.device_names.get(device).to_owned(),
            };
            return profile.devices.iter().map(device).collect();
        }
        profile.records.iter().map(|&record| self.live.record_name(record)).collect()
    }
}
