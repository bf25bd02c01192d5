//! Who said what: which evidence that counts has an identifier, also of values that do not hold any more, and of kinds without a
//! rule. Kept up once there is a key to erase with, or somebody asked.

use super::fields::Value;
use super::gone::Going;
use super::live::Live;
use super::marks::Member;
use super::message::Message;
use super::profiles::DEVICE;
use crate::consent::Subject;
use crate::explain::RecordName;
use crate::schema::{Kind, MessageType};
use std::collections::BTreeSet;

/// Members that said a text at some time, by the number of the text; those that say it no more are among them.
#[derive(Debug, Default)]
pub(super) struct Sayers(Option<BTreeSet<(u32, Member)>>);

impl Live {
    /// The text by which an identifier is known: devices by their ids as they are.
    pub(super) fn subject_text(&self, value: &Value) -> u32 {
        if self.fields.field(value).kind == Kind::AnonymousId { value.display } else { value.key }
    }

    /// Notes what a member says.
    pub(super) fn note_said(&mut self, member: Member, values: &[Value]) {
        if self.sayers.0.is_some() {
            let said: Vec<(u32, Member)> = self.identifying(values).map(|text| (text, member)).collect();
            self.sayers.0.iter_mut().for_each(|sayers| sayers.extend(said.iter().copied()));
        }
        if let Member::Record(record) = member {
            self.note_known(record, values);
        }
    }

    fn identifying<'a>(&'a self, values: &'a [Value]) -> impl Iterator<Item = u32> + 'a {
        let known = values.iter().filter(|value| self.identifies(self.fields.field(value).kind));
        known.map(|value| self.subject_text(value))
    }

    /// Sees to it that it is known who said what.
    pub(super) fn know_sayers(&mut self) {
        if self.sayers.0.is_none() {
            self.sayers.0 = Some(self.all_sayers());
        }
    }

    /// Whether evidence that counts says an identifier, other than this.
    pub(super) fn is_said_beside(&mut self, subject: &Subject, going: &Going) -> bool {
        self.know_sayers();
        let (Some(text), Some(sayers)) = (self.fields.number_of(&subject.key), &self.sayers.0) else { return false };
        let range = (text, Member::Record(0))..=(text, Member::Device(u32::MAX));
        sayers.range(range).any(|(_, member)| self.says_beside(*member, text, subject.kind, going))
    }

    fn all_sayers(&self) -> BTreeSet<(u32, Member)> {
        let mut all = Vec::new();
        for (number, record) in (0..).zip(&self.records) {
            let member = Member::Record(number);
            let others = self.aliases.get(&number).into_iter().flatten();
            let users = others.filter_map(|(other, _)| self.records[*other as usize].user).chain(record.user);
            all.extend(users.map(|user| (user.key, member)));
            let said = record.statements.iter().flat_map(|statement| self.identifying(&statement.values));
            all.extend(said.map(|text| (text, member)));
        }
        for (number, device) in (0..).zip(&self.devices) {
            let said = device.statements.iter().flat_map(|statement| self.identifying(&statement.values));
            all.extend(said.map(|text| (text, Member::Device(number))));
        }
        all.into_iter().collect()
    }

    fn says_beside(&self, member: Member, text: u32, kind: Kind, going: &Going) -> bool {
        let is_it = |value: &Value| self.fields.field(value).kind == kind && self.subject_text(value) == text;
        let is_user = |record: u32| self.records[record as usize].user.as_ref().is_some_and(is_it);
        let statements = match member {
            Member::Record(record) => &self.records[record as usize].statements,
            Member::Device(device) => &self.devices[device as usize].statements,
        };
        let mut beside = statements.iter().filter(|statement| !going.is_own(statement.evidence));
        if beside.clone().any(|statement| statement.values.iter().any(is_it)) {
            return true;
        }
        let Member::Record(record) = member else { return false };
        let mut events = self.records[record as usize].events.iter().map(|&event| self.events[event as usize].evidence);
        let named = is_user(record) && (beside.next().is_some() || events.any(|evidence| !going.is_own(evidence)));
        let aliases = self.aliases.get(&record).into_iter().flatten();
        named || aliases.into_iter().any(|(other, evidence)| is_user(*other) && !going.has(*evidence))
    }

    /// Whether a message speaks of no record and no device.
    pub(super) fn is_about_nobody(&mut self, message: &Message) -> bool {
        let id = message.anonymous_id();
        if message.kind == MessageType::Record || id.is_some_and(|id| self.device_names.find(id).is_some()) {
            return false;
        }
        let values = self.values_of(message);
        self.who(message, &values).is_none()
    }

    /// Whether there is a record, or a device, of that name.
    pub(super) fn is_here(&self, name: &RecordName) -> bool {
        match name.source.as_str() {
            DEVICE => {
                let device = self.device_names.find(&name.record_id);
                device.is_some_and(|device| self.is_device(device))
            }
            source => self.number_of(source, &name.record_id).is_some(),
        }
    }

    /// Where the evidence is that speaks of a record.
    pub(super) fn evidence_about(&self, source: &str, id: &str) -> Vec<u64> {
        let Some(number) = self.names.find(source, id) else { return Vec::new() };
        let record = &self.records[number as usize];
        let stated = record.statements.iter().map(|statement| statement.evidence);
        let happened = record.events.iter().map(|&event| self.events[event as usize].evidence);
        let sightings = record.devices.iter().flat_map(|&device| &self.devices[device as usize].sightings);
        let seen = sightings.filter(|sighting| sighting.record == number).map(|sighting| sighting.evidence);
        stated.chain(happened).chain(seen).collect()
    }

    /// Where the evidence is that counts of a record or a device.
    pub(super) fn evidence_of(&self, member: Member) -> Vec<u64> {
        match member {
            Member::Record(record) => {
                let (source, id) = self.names.get(record);
                self.evidence_about(source, id)
            }
            Member::Device(device) => {
                self.devices[device as usize].sightings.iter().map(|seen| seen.evidence).collect()
            }
        }
    }
}
