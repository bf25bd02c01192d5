//! Marks: restriction of processing and objections. A mark is evidence about one record (or, of somebody nobody knows, a device),
//! never about a profile, so that a profile that comes apart gives each side its own, and one that merges carries all.

use super::changes::{Change, Event};
use super::consents::hash;
use super::evidence::{Mark, Marked};
use super::live::{Live, Touched};
use super::profiles::{DEVICE, Home, Profile};
use super::said;
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
use std::collections::{BTreeMap, BTreeSet};

/// The proof of what was kept of somebody who was erased.
const KEPT: &str = "kept after an erasure";

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
            Marked::Objected { .. } | Marked::Kept { .. } => None,
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
    pub(super) fn member(&mut self, name: &RecordName) -> Member {
        match name.source.as_str() {
            DEVICE => Member::Device(self.device(&name.record_id)),
            source => Member::Record(self.record(source, &name.record_id)),
        }
    }

    /// Lets a mark count.
    pub(super) fn mark(&mut self, mark: Mark, evidence: u64) {
        let member = self.member(&mark.record);
        let users = mark.users().to_vec();
        self.marks.0.entry(member).or_default().insert(evidence, mark);
        if self.objects(member) {
            self.note_objector(member, &users);
        }
    }

    /// Lets a mark be gone.
    pub(super) fn unmark(&mut self, mark: &Mark, evidence: u64, touched: &mut Touched) {
        let member = self.member(&mark.record);
        if let Member::Device(device) = member {
            touched.devices.push(device);
        }
        if let Some(marks) = self.marks.0.get_mut(&member) {
            marks.remove(&evidence);
            if marks.is_empty() {
                self.marks.0.remove(&member);
            }
        }
    }

    /// By what a mark names whoever carries it.
    pub(super) fn member_name(&self, member: Member) -> RecordName {
        match member {
            Member::Record(record) => self.record_name(record),
            Member::Device(device) => {
                RecordName { source: DEVICE.to_owned(), record_id: self.device_names.get(device).to_owned() }
            }
        }
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

    /// What follows from the marks of a record or a device: objections, and what was kept of somebody erased, as statements.
    pub(super) fn marked_refusals(&self, member: Member) -> Vec<Statement> {
        let Some(marks) = self.marks.0.get(&member) else { return Vec::new() };
        let said = marks.values().filter_map(|mark| match &mark.what {
            Marked::Objected { purpose, users } => {
                let subjects = [self.known_by(member), users.clone()].concat();
                Some(refusal(purpose.as_str(), mark.at, subjects, "objection", &mark.record.source))
            }
            Marked::Kept { purpose, channel, status } => Some(Statement {
                channel: channel.clone(),
                status: *status,
                authenticated: false,
                legal_basis: None,
                proof: Some(KEPT.to_owned()),
                ..refusal(purpose.as_str(), mark.at, self.known_by(member), "", "")
            }),
            Marked::Restricted | Marked::Released => None,
        });
        said.collect()
    }

    /// What evidence that goes refused, or ended, on devices that others use too: it is theirs as well, and stays as a mark of the
    /// device, without anything else that was said.
    pub(super) fn kept_for_others(&self, home: Home, profile: &Profile, is_gone: impl Fn(u64) -> bool) -> Vec<Mark> {
        let mut latest: BTreeMap<(u32, Marked), Instant> = BTreeMap::new();
        let shared = |device: &&u32| self.homes_of_sightings(**device).iter().any(|other| *other != home);
        for &device in profile.devices.iter().filter(shared) {
            let consents = self.devices[device as usize].consents.iter().filter(|consent| is_gone(consent.evidence));
            for said in consents.map(|consent| &consent.statement).filter(|said| said.status != Status::Granted) {
                let (purpose, channel) = (said.purpose.clone(), said.channel.clone());
                let what = Marked::Kept { purpose, channel, status: said.status };
                let at = latest.entry((device, what)).or_insert(said.at);
                *at = said.at.max(*at);
            }
        }
        let mark = |((device, what), at)| Mark { record: self.member_name(Member::Device(device)), at, what };
        latest.into_iter().map(mark).collect()
    }

    pub(super) fn is_anybody_marked(&self) -> bool {
        !self.marks.0.is_empty()
    }

    pub(super) fn is_restricted(&self, member: Member) -> bool {
        self.marks.restricted(member).is_some()
    }

    /// Whether anything is refused by a mark of somebody.
    pub(super) fn objects(&self, member: Member) -> bool {
        let marks = self.marks.0.get(&member).into_iter().flat_map(BTreeMap::values);
        marks.into_iter().any(|mark| matches!(mark.what, Marked::Objected { .. } | Marked::Kept { .. }))
    }

    /// Whether somebody is known by a user.
    fn names_user(&self, member: Member) -> bool {
        self.known_by(member).iter().any(|subject| subject.kind == Kind::CustomerId)
    }

    /// The evidence of marks that name any of these users beside whom they are of.
    pub(super) fn marks_naming(&self, users: &BTreeSet<Subject>) -> Vec<u64> {
        let members: BTreeSet<Member> = users.iter().flat_map(|user| self.told_by(user)).collect();
        let marks = members.iter().filter_map(|member| self.marks.0.get(member)).flatten();
        let named = marks.filter(|(_, mark)| mark.users().iter().any(|user| users.contains(user)));
        named.map(|(evidence, _)| *evidence).collect()
    }

    /// Whom decisions and marks tell of that may name an identifier.
    pub(super) fn told_by(&self, subject: &Subject) -> impl Iterator<Item = Member> + '_ {
        let hash = hash(subject);
        let all = (hash, Member::Record(0))..=(hash, Member::Device(u32::MAX));
        self.told_of.range(all).map(|(_, member)| *member)
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
        if let Marked::Objected { purpose, .. } = what {
            if purpose.trim().is_empty() {
                let error = Error::new(Code::InvalidInput, "an objection needs a purpose");
                return Err(error.help(format!("name it, or say '{ANY}' for all")));
            }
            said::known(Code::InvalidInput, "purpose", purpose, &self.live.config.consent.purposes)?;
        }
        let (home, profile) = self.live.found(profile_id)?;
        let profile_id = id_text(profile.id);
        let Some((action, event)) = told_as(what, &profile_id) else { return Ok(Vec::new()) };
        // Of somebody nobody knows the devices are marked. A release is of all that a profile can be restricted by.
        let marks_devices = profile.records.is_empty() || *what == Marked::Released;
        let devices = if marks_devices { profile.devices.clone() } else { Vec::new() };
        let records = profile.records.iter().map(|&record| Member::Record(record));
        let members: Vec<Member> = records.chain(devices.iter().map(|&device| Member::Device(device))).collect();
        let users = self.live.users_of(profile, |_| true);
        for member in members {
            let record = self.live.member_name(member);
            let what = match what {
                Marked::Objected { purpose, .. } if !self.live.names_user(member) => {
                    Marked::Objected { purpose: purpose.clone(), users: users.clone() }
                }
                what => what.clone(),
            };
            self.put_mark(Mark { record, at, what }, batch);
        }
        let details = match what {
            Marked::Objected { purpose, .. } => [("purpose".to_owned(), purpose.clone())].into(),
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

    /// Keeps a mark, and lets it count.
    pub(super) fn put_mark(&mut self, mark: Mark, batch: &mut Batch) {
        batch.put(Space::EVIDENCE, &key(self.next_evidence), &mark.bytes());
        self.note_mark(mark, self.next_evidence);
        self.next_evidence += 1;
    }

    /// Lets a mark count.
    pub(super) fn note_mark(&mut self, mark: Mark, evidence: u64) {
        self.note_told(&mark.record, mark.users());
        self.live.mark(mark, evidence);
    }
}

/// How a mark of a profile is told, in the audit log and the change feed; what was kept of somebody erased is not.
fn told_as(what: &Marked, profile_id: &str) -> Option<(&'static str, Event)> {
    let profile_id = profile_id.to_owned();
    Some(match what {
        Marked::Restricted => ("restrict", Event::ProfileRestricted { profile_id }),
        Marked::Released => ("release", Event::ProfileReleased { profile_id }),
        Marked::Objected { purpose, .. } => ("object", Event::ProfileObjected { profile_id, purpose: purpose.clone() }),
        Marked::Kept { .. } => return None,
    })
}
