//! The state of a live graph: what all evidence so far says, kept up to date piece by piece.
//!
//! Evidence changes records and devices ([`Live::apply`], [`Live::retract`]); what follows for clusters and profiles is worked
//! out anew for the components that were touched (`components`, `profiles`), by the code that works on a batch. So the order
//! in which evidence came cannot matter, and evidence taken out leaves no trace.

use super::consents::Speakers;
use super::devices::{ALIAS, Device, Sighting};
use super::fields::{Fields, UNNAMED, Value, is_nobody};
use super::founders::Founders;
use super::growing::{Chunks, Profiles};
use super::marks::{Marks, Member};
use super::matching::Matching;
use super::message::Message;
use super::profiles::Home;
use super::records::{Changed, Moment, Names, Record, Statement};
use super::sayers::Sayers;
use super::segments::Settled;
use super::values::Values;
use crate::error::Result;
use crate::explain::RecordName;
use crate::identity;
use crate::instant::{self, Instant};
use crate::model::Model;
use crate::profile::ProfileId;
use crate::record::{Interner, NULL};
use crate::schema::{Config, IdentifierRule, Kind, MessageType};
use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Event {
    pub(super) time: Instant,
    pub(super) evidence: u64,
    /// Of the message's type and name.
    pub(super) name: u32,
}

/// What a piece of evidence did to records and devices.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Touched {
    /// Records whose identifiers, values or age changed.
    pub(super) records: Vec<u32>,
    /// Devices on which that is not yet settled.
    pub(super) devices: Vec<u32>,
    /// Limited identifier values that a record lost, as (rule, value).
    pub(super) values: Vec<(u8, u32)>,
    /// Records that are in the same cluster as before, whatever else they say now.
    pub(super) later: Vec<u32>,
    /// Whether it speaks of no record and no device.
    pub(super) nobody: bool,
    /// The profile that is erased.
    pub(super) erased: Option<ProfileId>,
}

impl Touched {
    pub(super) fn extend(&mut self, other: Touched) {
        add(&mut self.records, other.records);
        add(&mut self.devices, other.devices);
        add(&mut self.values, other.values);
        add(&mut self.later, other.later);
    }

    /// Whose consents may be others.
    pub(super) fn look_at(&mut self, member: Member) {
        match member {
            Member::Record(record) => self.later.push(record),
            Member::Device(device) => self.devices.push(device),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.devices.is_empty() && self.values.is_empty() && self.later.is_empty()
    }
}

/// Adds to a list, which is mostly empty.
pub(super) fn add<T>(list: &mut Vec<T>, others: Vec<T>) {
    match list.is_empty() {
        true => *list = others,
        false => list.extend(others),
    }
}

/// Everything derived from the evidence.
pub(super) struct Live {
    pub(super) config: Config,
    /// Identifier rules in order of priority.
    pub(super) rules: Vec<(Kind, IdentifierRule)>,
    /// Whether a rule asks when values were said.
    pub(super) timed: bool,
    /// Whether a rule limits how many profiles share a value.
    pub(super) limits_sharing: bool,
    /// Whether a source never holds anybody twice, which parts its records.
    pub(super) parts_sources: bool,
    /// Keys that each rule blocks.
    blocked: Vec<HashSet<String>>,
    pub(super) fields: Fields,
    /// Fuzzy matching, where there is a model for it.
    pub(super) matching: Option<Matching>,
    pub(super) names: Names,
    pub(super) records: Chunks<Record>,
    /// The values of each identifier rule.
    pub(super) values: Vec<Values>,
    pub(super) device_names: Interner,
    pub(super) devices: Chunks<Device>,
    pub(super) events: Chunks<Event>,
    pub(super) event_names: Interner,
    /// Decided pairs, the lower record first.
    pub(super) decided: BTreeMap<(u32, u32), bool>,
    /// The records that each record was decided to be.
    pub(super) confirmed: HashMap<u32, Vec<u32>>,
    /// The users that each user is said to be by an alias, each with the evidence.
    pub(super) aliases: HashMap<u32, Vec<(u32, u64)>>,
    pub(super) profiles: Profiles,
    /// Whether some segment asks for consents, so that profiles are looked at when one is given.
    pub(super) heeds_consents: bool,
    /// What the last settling looked at.
    pub(super) settled: Settled,
    /// Who founded what: every id that a profile ever had leads to its founder.
    pub(super) founders: Founders,
    /// For each device that several people use: when each of them, or nobody, first owned a sighting.
    pub(super) shared: HashMap<u32, Vec<(u32, Moment)>>,
    /// Refused links, by their records and rule, with the reason.
    pub(super) refused: BTreeMap<(u32, u32, u16), String>,
    /// The same links, the other record first.
    pub(super) refused_ends: BTreeSet<(u32, u32, u16)>,
    /// Restrictions and objections.
    pub(super) marks: Marks,
    /// Whom decisions and marks tell of, by a hash of each identifier that their names name. What is gone by now is among it.
    pub(super) told_of: BTreeSet<(u64, Member)>,
    pub(super) sayers: Sayers,
    pub(super) speakers: Speakers,
}

impl Live {
    /// # Errors
    /// `invalid_model`.
    pub(super) fn new(config: Config, model: Option<&Arc<Model>>) -> Result<Live> {
        let model = model.filter(|_| config.matching.fuzzy != Some(false));
        let matching = model.map(|model| Matching::new(Arc::clone(model), &config)).transpose()?;
        let rules: Vec<(Kind, IdentifierRule)> =
            identity::rules(&config).into_iter().map(|(kind, rule)| (kind, rule.clone())).collect();
        let mut live = Live {
            values: rules.iter().map(|_| Values::default()).collect(),
            timed: rules.iter().any(|(_, rule)| rule.is_timed()),
            limits_sharing: rules.iter().any(|(_, rule)| rule.links.unwrap_or(true) && rule.max_profiles.is_some()),
            parts_sources: config.sources.values().any(|source| source.duplicate_free == Some(true)),
            blocked: vec![HashSet::new(); rules.len()],
            rules,
            config,
            fields: Fields::default(),
            matching,
            names: Names::default(),
            records: Chunks::default(),
            device_names: Interner::default(),
            devices: Chunks::default(),
            events: Chunks::default(),
            event_names: Interner::default(),
            decided: BTreeMap::new(),
            confirmed: HashMap::new(),
            aliases: HashMap::new(),
            profiles: Profiles::default(),
            heeds_consents: false,
            settled: Settled::default(),
            founders: Founders::default(),
            shared: HashMap::new(),
            refused: BTreeMap::new(),
            refused_ends: BTreeSet::new(),
            marks: Marks::default(),
            told_of: BTreeSet::new(),
            sayers: Sayers::default(),
            speakers: Speakers::default(),
        };
        // All at once, so that no source that is heard of later changes how values are read.
        for source in live.config.sources.keys().map(String::as_str).chain([UNNAMED]) {
            live.fields.learn(source, &live.config, model.map(Arc::as_ref));
        }
        let blocked = live
            .rules
            .iter()
            .map(|(kind, rule)| identity::blocked(*kind, rule, live.fields.options(*kind)).into_iter().collect());
        live.blocked = blocked.collect();
        Ok(live)
    }

    /// The model of fuzzy matching.
    pub(super) fn model(&self) -> Option<Arc<Model>> {
        self.matching.as_ref().map(|matching| Arc::clone(&matching.model))
    }

    /// Takes a message in.
    pub(super) fn apply(&mut self, message: &Message, evidence: u64) -> Touched {
        let mut touched = Touched::default();
        match message.kind {
            MessageType::Record => self.apply_row(message, evidence, &mut touched),
            _ => self.apply_event(message, evidence, &mut touched),
        }
        touched
    }

    pub(super) fn values_of(&mut self, message: &Message) -> Vec<Value> {
        message.traits().filter_map(|(name, raw)| self.fields.value(message.source(), name, raw)).collect()
    }

    /// A row says what its record is, whole; the latest counts.
    fn apply_row(&mut self, message: &Message, evidence: u64, touched: &mut Touched) {
        let observed = self.said_observed(message);
        let moment = Moment { time: observed.unwrap_or(message.time).into(), tie: tie(message.id()) };
        let values = self.values_of(message);
        let id = self.row_name(message);
        let record = self.record(message.source(), id);
        self.records[record as usize].is_row = true;
        for consent in self.consents_of(message, &values, moment, evidence) {
            self.agree(Member::Record(record), consent, touched);
        }
        for id in self.device_ids(&values) {
            let device = self.device(&id);
            self.see(device, Sighting { moment, evidence, record, event: NULL }, touched);
        }
        self.state(record, Statement { moment, observed: observed.into(), evidence, values }, touched);
    }

    /// When it happened; of a row, what its column of instants says, or when it arrived.
    pub(super) fn observed(&self, message: &Message) -> Instant {
        self.said_observed(message).unwrap_or(message.time)
    }

    /// What the column of instants of a row says.
    fn said_observed(&self, message: &Message) -> Option<Instant> {
        let column = self.config.sources.get(message.source()).and_then(|settings| settings.observed_at.as_ref());
        column.and_then(|column| message.cell(column)).and_then(instant::parse)
    }

    /// The anonymous ids in a row.
    fn device_ids(&self, values: &[Value]) -> Vec<String> {
        let ids = values.iter().filter(|value| self.fields.field(value).kind == Kind::AnonymousId);
        ids.map(|value| self.fields.text(value.display).to_owned()).collect()
    }

    /// The id of a row: what its id column says, or the id of the message.
    pub(super) fn row_name<'m>(&self, message: &'m Message) -> &'m str {
        let column = self.config.sources.get(message.source()).and_then(|settings| settings.id.as_ref());
        column.and_then(|column| message.cell(column)).unwrap_or(message.id())
    }

    /// Everything else says who did something, on which device.
    fn apply_event(&mut self, message: &Message, evidence: u64, touched: &mut Touched) {
        let moment = Moment { time: message.time.into(), tie: tie(message.id()) };
        let values = self.values_of(message);
        let record = self.who(message, &values);
        let device = message.anonymous_id().and_then(|id| self.real_device(id));
        let event = message.kind.is_event().then(|| self.event(message, evidence));
        for consent in self.consents_of(message, &values, moment, evidence) {
            let member = record.map(Member::Record).or(device.map(Member::Device));
            member.into_iter().for_each(|member| self.agree(member, consent.clone(), touched));
        }
        if let (Some(_), Some(device)) = (record, device) {
            for consent in self.browsers_refusals(message, moment, evidence) {
                self.agree(Member::Device(device), consent, touched);
            }
        }
        if let Some(record) = record {
            event.into_iter().for_each(|event| self.happen(record, event, touched));
            if event.is_none() || !values.is_empty() {
                self.state(record, Statement { moment, observed: moment.time, evidence, values }, touched);
            }
        } else if let Some(device) = device.filter(|_| !values.is_empty()) {
            self.note_said(Member::Device(device), &values);
            let statements = &mut self.devices[device as usize].statements;
            let place = statements.partition_point(|other| other.moment < moment);
            statements.insert(place, Statement { moment, observed: moment.time, evidence, values });
            touched.devices.push(device);
        }
        touched.nobody = record.is_none() && device.is_none();
        let record = record.unwrap_or(NULL);
        let sighting = Sighting { moment, evidence, record, event: event.unwrap_or(NULL) };
        device.into_iter().for_each(|device| self.see(device, sighting, touched));
        if let Some(previous) = message.previous_id().filter(|id| !is_nobody(id) && record != NULL) {
            self.alias(previous, Sighting { event: ALIAS, ..sighting }, message.source(), touched);
        }
    }

    /// The record that a message is about: of its user, or of somebody known by other identifiers; `None` for nobody known.
    pub(super) fn who(&mut self, message: &Message, values: &[Value]) -> Option<u32> {
        if let Some(record) = message.user_id().and_then(|id| self.user(message.source(), id)) {
            return Some(record);
        }
        let contact = self.contact(message, values)?;
        Some(self.record(message.source(), &contact))
    }

    /// The record of a user; `None` for an id that means nobody.
    fn user(&mut self, source: &str, id: &str) -> Option<u32> {
        let name = user_name(id);
        // Whoever was heard of has a usable id.
        if let Some(known) = self.names.find(source, &name).filter(|&known| self.records[known as usize].user.is_some())
        {
            return Some(known);
        }
        let value = self.fields.user(source, id)?;
        let record = self.record(source, &name);
        self.records[record as usize].user = Some(value);
        self.note_said(Member::Record(record), &[value]);
        Some(record)
    }

    /// Lets an event be a user's.
    fn happen(&mut self, record: u32, event: u32, touched: &mut Touched) {
        let time = self.events[event as usize].time;
        let state = &mut self.records[record as usize];
        state.events.push(event);
        let is_first = state.first_event.get().is_none_or(|first| time < first);
        if is_first {
            state.first_event = time.into();
            state.refresh();
            self.refresh_identifiers(record, touched);
            touched.records.push(record);
        }
    }

    /// The id before is a device on which the user is known now, or another user id.
    fn alias(&mut self, previous: &str, sighting: Sighting, source: &str, touched: &mut Touched) {
        let device = self.device(previous);
        self.see(device, sighting, touched);
        let other = self.record(source, &user_name(previous));
        // It is an identifier, whether anything else is ever heard of that user or not.
        if let Some(user) = self.fields.user(source, previous) {
            self.records[other as usize].user = Some(user);
            [sighting.record, other].iter().for_each(|&record| self.note_said(Member::Record(record), &[user]));
        }
        if other != sighting.record {
            self.aliases.entry(sighting.record).or_default().push((other, sighting.evidence));
            self.aliases.entry(other).or_default().push((sighting.record, sighting.evidence));
            touched.records.push(sighting.record);
        }
    }

    /// The name of somebody without a user id who is known by other identifiers, such as an e-mail address.
    fn contact(&self, message: &Message, values: &[Value]) -> Option<String> {
        let linking = values.iter().filter(|value| self.rule_of(self.fields.field(value).kind).is_some());
        let known = linking.map(|value| self.fields.text(value.key)).filter(|key| !key.is_empty());
        let known: Vec<&str> = known.collect();
        let device = message.anonymous_id().unwrap_or("");
        (!known.is_empty()).then(|| format!("contact:{device}/{}", known.join("/")))
    }

    /// The rule of a kind that links records.
    pub(super) fn rule_of(&self, kind: Kind) -> Option<usize> {
        let links = |rule: &IdentifierRule| rule.links.unwrap_or(true);
        self.rules.iter().position(|(of, rule)| *of == kind && links(rule))
    }

    /// Whether the rules say that a value is nobody's.
    pub(super) fn is_blocked(&self, kind: Kind, key: &str) -> bool {
        let rule = self.rules.iter().position(|(of, _)| *of == kind);
        rule.is_some_and(|rule| self.blocked[rule].contains(key))
    }

    /// An identifier value by its number.
    pub(super) fn key(&self, rule: u8, value: u32) -> &str {
        self.fields.text(self.values[rule as usize].text(value))
    }

    /// The number of an identifier value, if anybody ever had it.
    pub(super) fn value_of(&self, rule: usize, key: &str) -> Option<u32> {
        self.values[rule].find(self.fields.number_of(key)?)
    }

    /// Whether no rule ever deletes anything for its age.
    pub(super) fn keeps_for_ever(&self) -> bool {
        self.config.retention.is_for_ever()
    }

    /// The word of a rule by its number in an edge.
    pub(super) fn rule_name(&self, rule: u16) -> String {
        identity::rule_name(rule, |index| self.rules.get(index).map(|(kind, _)| *kind))
    }

    pub(super) fn record(&mut self, source: &str, id: &str) -> u32 {
        let record = self.names.number(source, id);
        if record as usize == self.records.len() {
            self.records.push(Record { cluster: record, without: record, ..Record::default() });
        }
        record
    }

    pub(super) fn device(&mut self, id: &str) -> u32 {
        let device = self.device_names.intern(id);
        if device as usize == self.devices.len() {
            self.devices.push(Device::default());
        }
        device
    }

    /// The device of an id, unless that is nobody's in particular: which those that were heard of are not.
    fn real_device(&mut self, id: &str) -> Option<u32> {
        self.device_names.find(id).or_else(|| (!is_nobody(id)).then(|| self.device(id)))
    }

    fn event(&mut self, message: &Message, evidence: u64) -> u32 {
        let name = self.event_names.intern(&event_name(message));
        self.events.push(Event { time: message.time, evidence, name });
        (self.events.len() - 1) as u32
    }

    /// Lets a statement speak of a record.
    fn state(&mut self, record: u32, statement: Statement, touched: &mut Touched) {
        self.note_said(Member::Record(record), &statement.values);
        let state = &self.records[record as usize];
        let was = (state.since(), state.is_alive());
        // A consent speaks of the addresses that its record had, whatever was said of them later.
        if !state.consents.is_empty() {
            touched.later.extend(self.heeds_consents.then_some(record));
            self.note_addresses(record, &statement.values);
        }
        let state = &mut self.records[record as usize];
        let changed = state.state(statement);
        let since = state.since();
        self.look_at_peers_by_address(Member::Record(record), touched);
        if changed == Changed::Values || (since, true) != was || self.timed {
            let list = match self.refresh_identifiers(record, touched) || self.is_clustered_by_more() || !was.1 {
                true => &mut touched.records,
                false => &mut touched.later,
            };
            list.push(record);
        } else if changed == Changed::Moments {
            touched.later.push(record);
        }
    }

    /// Adds a sighting to a device.
    fn see(&mut self, device: u32, sighting: Sighting, touched: &mut Touched) {
        let state = &mut self.devices[device as usize];
        let looks = |device: &Device| (device.since(), device.known.len(), device.is_real());
        let before = looks(state);
        state.see(sighting);
        // A device of one person, or of nobody, is settled unless somebody else is known on it, or it is older than it was.
        let same = looks(state) == before;
        let plain = self.config.devices.ttl_days.is_none() && !self.shared.contains_key(&device);
        if !same || !plain && !self.is_settled(device, &sighting) {
            touched.devices.push(device);
        }
        if sighting.record != NULL {
            let devices = &mut self.records[sighting.record as usize].devices;
            if let Err(place) = devices.binary_search(&device) {
                devices.insert(place, device);
            }
        }
    }

    /// Whether there is a device of that id, and not only a user who is said to have been called so before. One that a mark
    /// restricts, or on which one refuses something, stays one: forgetting what it was seen by may permit nothing.
    pub(super) fn is_device(&self, device: u32) -> bool {
        let state = &self.devices[device as usize];
        let member = Member::Device(device);
        state.is_real() || !state.sightings.is_empty() && (self.objects(member) || self.is_restricted(member))
    }

    /// Whether a sighting of a device that several use, or whose id can expire, is the latest, and of one of whom others are.
    fn is_settled(&self, device: u32, sighting: &Sighting) -> bool {
        let state = &self.devices[device as usize];
        // At opening nothing is settled yet.
        !state.homes.is_empty()
            && state.sightings.last() == Some(sighting)
            && self.owner_of_latest(device).is_some_and(|owner| state.homes.contains(&owner))
    }

    /// Where the latest sighting of a device belongs, if whose all others are is as it was.
    pub(super) fn owner_of_latest(&self, device: u32) -> Option<Home> {
        let person = |record: u32| self.records[record as usize].cluster;
        match self.devices[device as usize].owner_of_latest(&self.config.devices, person)? {
            NULL => Some(Home::Device(device)),
            record => Some(Home::Cluster(person(record))),
        }
    }

    /// Brings the identifiers of a record, and who holds them, in line with its values; tells whether they are others.
    fn refresh_identifiers(&mut self, record: u32, touched: &mut Touched) -> bool {
        let state = &self.records[record as usize];
        let mut now: Vec<(u8, u32)> = Vec::with_capacity(state.values.len());
        for (value, _) in &state.values {
            let kind = self.fields.field(value).kind;
            let Some(rule) = self.rules.iter().position(|(of, _)| *of == kind) else { continue };
            let is_nobodys = || {
                let key = self.fields.text(value.key);
                key.is_empty() || self.blocked[rule].contains(key)
            };
            now.extend(self.values[rule].number(value.key, is_nobodys).map(|number| (rule as u8, number)));
        }
        now.sort_unstable();
        now.dedup();
        if now == state.identifiers {
            return false;
        }
        let group = state.without;
        let before = std::mem::replace(&mut self.records[record as usize].identifiers, now.clone());
        for &(rule, value) in before.iter().filter(|value| !now.contains(value)) {
            self.values[rule as usize].holders[value as usize].remove(record, group);
            touched.values.push((rule, value));
        }
        for &(rule, value) in now.iter().filter(|value| !before.contains(value)) {
            self.values[rule as usize].holders[value as usize].add(record, group);
        }
        true
    }

    /// Takes a message out again, as if it had never come.
    pub(super) fn retract(&mut self, message: &Message, evidence: u64) -> Touched {
        let mut touched = Touched::default();
        let values = self.values_of(message);
        let (record, devices) = self.about(message, &values);
        for device in devices {
            self.look_at_peers(Member::Device(device), &mut touched);
            self.devices[device as usize].unsee(evidence);
            touched.devices.push(device);
            if let Some(record) = record.filter(|record| !self.devices[device as usize].knows(*record)) {
                self.records[record as usize].devices.retain(|other| *other != device);
            }
        }
        if let Some(record) = record {
            self.look_at_peers(Member::Record(record), &mut touched);
            let events = &self.events;
            let state = &mut self.records[record as usize];
            state.events.retain(|&event| events[event as usize].evidence != evidence);
            state.first_event = state.events.iter().map(|&event| events[event as usize].time).min().into();
            state.unstate(evidence);
            self.unalias(record, evidence, &mut touched);
            self.refresh_identifiers(record, &mut touched);
            touched.records.push(record);
        }
        touched
    }

    /// The events that a piece of evidence tells of, by number.
    pub(super) fn events_by(&mut self, message: &Message, evidence: u64) -> Vec<u32> {
        if !message.kind.is_event() {
            return Vec::new();
        }
        let values = self.values_of(message);
        let (record, devices) = self.about(message, &values);
        let own = record.into_iter().flat_map(|record| self.records[record as usize].events.iter().copied());
        let seen = devices.into_iter().flat_map(|device| &self.devices[device as usize].sightings);
        let seen = seen.filter(|sighting| sighting.evidence == evidence);
        let mut events: Vec<u32> = own.chain(seen.filter_map(Sighting::event)).collect();
        events.retain(|&event| self.events[event as usize].evidence == evidence);
        events
    }

    /// The record and the devices that a message is about.
    pub(super) fn about(&mut self, message: &Message, values: &[Value]) -> (Option<u32>, Vec<u32>) {
        if message.kind == MessageType::Record {
            let record = self.row_name(message);
            let ids = self.device_ids(values);
            return (Some(self.record(message.source(), record)), ids.iter().map(|id| self.device(id)).collect());
        }
        let ids = [message.anonymous_id(), message.previous_id()];
        let ids = ids.into_iter().flatten().filter(|id| !is_nobody(id));
        (self.who(message, values), ids.map(|id| self.device(id)).collect())
    }

    /// A record that evidence speaks of.
    pub(super) fn alive(&self, source: &str, id: &str) -> Option<&Record> {
        let record = &self.records[self.names.find(source, id)? as usize];
        record.is_alive().then_some(record)
    }

    /// The number of a record, if it is there.
    pub(super) fn number_of(&self, source: &str, id: &str) -> Option<u32> {
        self.names.find(source, id).filter(|&record| self.records[record as usize].is_alive())
    }

    /// The id of the record that a message is about.
    pub(super) fn name_of(&mut self, message: &Message) -> Option<String> {
        let values = self.values_of(message);
        let (record, _) = self.about(message, &values);
        record.map(|record| self.names.get(record).1.to_owned())
    }

    /// Lets a decision about two records count, or takes it back.
    pub(super) fn decide(&mut self, names: &[RecordName; 2], same: Option<bool>, touched: &mut Touched) {
        let [a, b] = names.each_ref().map(|name| self.record(&name.source, &name.record_id));
        let pair = (a.min(b), a.max(b));
        let before = match same {
            Some(same) => self.decided.insert(pair, same),
            None => self.decided.remove(&pair),
        };
        if before == same {
            return;
        }
        for (one, other) in [(a, b), (b, a)] {
            let list = self.confirmed.entry(one).or_default();
            list.retain(|known| *known != other);
            if same == Some(true) {
                list.push(other);
            }
            touched.records.push(one);
        }
    }

    /// Whether more than identifiers and what was decided says what cluster a record is in.
    fn is_clustered_by_more(&self) -> bool {
        self.timed || self.matching.is_some()
    }

    fn unalias(&mut self, record: u32, evidence: u64, touched: &mut Touched) {
        let mine = self.aliases.get(&record).into_iter().flatten();
        let others: Vec<u32> = mine.filter(|(_, by)| *by == evidence).map(|(other, _)| *other).collect();
        for other in others {
            for end in [record, other] {
                self.aliases.get_mut(&end).into_iter().for_each(|list| list.retain(|(_, by)| *by != evidence));
                touched.records.push(end);
            }
        }
    }
}

/// What the id of the record of a user begins with.
pub(super) const USER: &str = "user:";

/// The id of the record of a user.
fn user_name(id: &str) -> String {
    [USER, id].concat()
}

/// The name of an event: `page` and `screen` with theirs, others as they are called.
fn event_name(message: &Message) -> Cow<'_, str> {
    match (message.kind, message.name()) {
        (MessageType::Track, Some(name)) => name.into(),
        (kind, Some(name)) => [kind.word(), " ", name].concat().into(),
        (kind, None) => kind.word().into(),
    }
}

/// A number for a message id, that parts statements of one instant.
pub(super) fn tie(id: &str) -> u64 {
    crate::compare::hash(id)
}
