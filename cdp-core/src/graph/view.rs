//! What callers see of the graph.

use super::fields::Value;
use super::live::Live;
use super::message::Message;
use super::profiles::{DEVICE, Home, Origin, Profile};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::{self, Instant};
use crate::normalize::{self, Options};
use crate::profile::{id_text, no_profile, parse_id};
use crate::record::NULL;
use crate::schema::Kind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A profile of the graph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileView {
    /// Its id now.
    pub profile_id: String,
    /// The golden values, by field.
    pub fields: BTreeMap<String, String>,
    /// The record that each golden value was taken from; absent where a device said it.
    pub provenance: BTreeMap<String, RecordName>,
    /// Its records, in order.
    pub records: Vec<RecordName>,
    /// The anonymous ids of devices that are its own, or of which a part is.
    pub devices: Vec<String>,
    /// Its identifiers, by kind.
    pub identifiers: BTreeMap<String, Vec<String>>,
    /// When it was first heard of, in RFC 3339.
    pub first_seen: Option<String>,
    /// When it was last heard of.
    pub last_seen: Option<String>,
    /// How many events it has.
    pub events: u64,
}

/// How much there is in a graph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Messages that count.
    pub messages: u64,
    /// Records: rows, users, and contacts on devices.
    pub records: u64,
    /// Devices.
    pub devices: u64,
    /// Profiles.
    pub profiles: u64,
    /// Refused links.
    pub refused: u64,
    /// Entries of the change feed.
    pub changes: u64,
}

impl Live {
    /// The profile that an id leads to.
    pub(super) fn profile(&self, id: &str) -> Option<ProfileView> {
        let home = self.home_of_id(id)?;
        Some(self.view(home, self.profiles.get(&home)?))
    }

    /// The profile that an id leads to, and where it is.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) fn found(&self, id: &str) -> Result<(Home, &Profile)> {
        let home = self.home_of_id(id);
        let found = home.and_then(|home| Some((home, self.profiles.get(&home)?)));
        found.ok_or_else(|| no_profile(id))
    }

    /// Where an id leads.
    pub(super) fn home_of_id(&self, id: &str) -> Option<Home> {
        self.home_of(parse_id(id)?)
    }

    pub(super) fn home_of_origin(&self, origin: Origin) -> Option<Home> {
        match origin {
            Origin::Record(record) => self.home_of_record(record),
            Origin::Device(device, moment) => {
                let sightings = &self.devices[device as usize].sightings;
                let same = || sightings.iter().position(|sighting| sighting.moment == moment);
                // Of a message that came twice the earlier counts, which may be the one that came later.
                let said = || sightings.iter().position(|sighting| sighting.moment.tie == moment.tie);
                let place = same().or_else(said)?;
                if let [home] = self.devices[device as usize].homes.as_slice() {
                    return Some(*home);
                }
                Some(self.homes_of_sightings(device)[place])
            }
        }
    }

    /// Where each sighting of a device belongs.
    pub(super) fn homes_of_sightings(&self, device: u32) -> Vec<Home> {
        let person = |record: u32| self.records[record as usize].cluster;
        let owners = self.devices[device as usize].owners(&self.config.devices, person);
        let home = |owner| if owner == NULL { Home::Device(device) } else { Home::Cluster(person(owner)) };
        owners.into_iter().map(home).collect()
    }

    /// Where a piece of evidence that counts is: with its record, or on its device with whose use of it that was.
    pub(super) fn homes_of_evidence(&mut self, message: &Message, evidence: u64) -> Vec<Home> {
        let values = self.values_of(message);
        let (record, devices) = self.about(message, &values);
        if let Some(record) = record {
            return vec![Home::Cluster(self.records[record as usize].cluster)];
        }
        let seen = devices.into_iter().flat_map(|device| {
            let homes = self.homes_of_sightings(device);
            let sightings = self.devices[device as usize].sightings.iter().zip(homes);
            sightings.filter(|(sighting, _)| sighting.evidence == evidence).map(|(_, home)| home).collect::<Vec<_>>()
        });
        seen.collect()
    }

    /// Whether a profile has a usable value of any of these kinds, with a rule or without.
    pub(super) fn holds_any(&self, home: Home, profile: &Profile, kinds: &[Kind]) -> bool {
        let is_it = |value: &Value| {
            let (kind, key) = (self.fields.field(value).kind, self.fields.text(value.key));
            kinds.contains(&kind) && !key.is_empty() && !self.is_blocked(kind, key)
        };
        let held = profile.records.iter().flat_map(|&record| &self.records[record as usize].values);
        let told = profile.devices.iter().flat_map(|&device| self.told_on(device, home));
        held.map(|(value, _)| *value).chain(told.map(|(value, _)| value)).any(|value| is_it(&value))
    }

    fn home_of_record(&self, record: u32) -> Option<Home> {
        let state = self.records.get(record as usize).filter(|state| state.is_alive())?;
        Some(Home::Cluster(state.cluster))
    }

    pub(super) fn profile_of(&self, source: &str, id: &str) -> Option<ProfileView> {
        let home = *self.homes_of(source, id).first()?;
        Some(self.view(home, self.profiles.get(&home)?))
    }

    /// Where a record is, or what happened on a device.
    pub(super) fn homes_of(&self, source: &str, id: &str) -> Vec<Home> {
        match source {
            DEVICE => self.device_names.find(id).map(|device| self.devices[device as usize].homes.clone()),
            _ => self.names.find(source, id).and_then(|record| self.home_of_record(record)).map(|home| vec![home]),
        }
        .unwrap_or_default()
    }

    /// The profiles that hold an identifier.
    pub(super) fn find(&self, kind: Kind, value: &str) -> Result<Vec<ProfileView>> {
        let homes = self.homes_with(kind, value)?;
        let mut found: Vec<ProfileView> =
            homes.into_iter().filter_map(|home| Some(self.view(home, self.profiles.get(&home)?))).collect();
        found.sort_by(|a, b| a.profile_id.cmp(&b.profile_id));
        Ok(found)
    }

    fn homes_with(&self, kind: Kind, value: &str) -> Result<BTreeSet<Home>> {
        if kind == Kind::AnonymousId {
            let device = self.device_names.find(value.trim());
            return Ok(device
                .map(|device| self.devices[device as usize].homes.iter().copied().collect())
                .unwrap_or_default());
        }
        let holders = self.holders(kind, value)?.into_iter();
        Ok(holders.filter_map(|record| self.home_of_record(record)).collect())
    }

    /// The records that hold an identifier.
    pub(super) fn holders(&self, kind: Kind, value: &str) -> Result<Vec<u32>> {
        let rule = self.rules.iter().position(|(of, _)| *of == kind).ok_or_else(|| {
            let kinds: Vec<&str> = self.rules.iter().map(|(kind, _)| kind.as_str()).chain([DEVICE]).collect();
            Error::new(Code::InvalidInput, format!("the configuration has no rule for the identifier '{kind}'"))
                .help(format!("the identifiers are: {}", kinds.join(", ")))
        })?;
        let keys = self.keys_of(kind, value);
        let values = keys.iter().filter_map(|key| self.value_of(rule, key));
        Ok(values.flat_map(|value| self.values[rule].holders[value as usize].records.iter().copied()).collect())
    }

    /// The keys that a value can have, by how the fields of its kind are read.
    pub(super) fn keys_of(&self, kind: Kind, value: &str) -> BTreeSet<String> {
        if kind == Kind::AnonymousId {
            return [value.trim().to_owned()].into();
        }
        let options: Vec<Options> = self.fields.options(kind).cloned().chain([Options::default()]).collect();
        options.iter().map(|o| normalize::normalize(kind, value, o).key).collect()
    }

    pub(super) fn all_profiles(&self) -> Vec<ProfileView> {
        let mut all: Vec<ProfileView> = self.profiles.iter().map(|(home, profile)| self.view(home, profile)).collect();
        all.sort_by(|a, b| a.profile_id.cmp(&b.profile_id));
        all
    }

    fn view(&self, home: Home, profile: &Profile) -> ProfileView {
        let mut fields = BTreeMap::new();
        let mut provenance = BTreeMap::new();
        for golden in &profile.golden {
            let name = self.fields.golden_name(self.fields.golden(&golden.value));
            fields.insert(name.to_owned(), self.fields.text(golden.value.display).to_owned());
            if golden.record != NULL {
                provenance.insert(name.to_owned(), self.record_name(golden.record));
            }
        }
        let times = self.times(home, profile);
        ProfileView {
            profile_id: id_text(profile.id),
            fields,
            provenance,
            records: profile.records.iter().map(|&record| self.record_name(record)).collect(),
            devices: profile.devices.iter().map(|&device| self.device_names.get(device).to_owned()).collect(),
            identifiers: self.identifiers(profile),
            first_seen: times.iter().min().map(|&time| instant::text(time)),
            last_seen: times.iter().max().map(|&time| instant::text(time)),
            events: self.events_of(home, profile).len() as u64,
        }
    }

    fn identifiers(&self, profile: &Profile) -> BTreeMap<String, Vec<String>> {
        let mut identifiers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for &record in &profile.records {
            for &(rule, value) in &self.records[record as usize].identifiers {
                let kind = self.rules[rule as usize].0.to_string();
                let key = self.key(rule, value).to_owned();
                identifiers.entry(kind).or_default().insert(key);
            }
        }
        identifiers.into_iter().map(|(kind, values)| (kind, values.into_iter().collect())).collect()
    }

    /// The events of a profile, by number, each once.
    pub(super) fn events_of(&self, home: Home, profile: &Profile) -> BTreeSet<u32> {
        let own = profile.records.iter().flat_map(|&record| self.records[record as usize].events.iter().copied());
        let mut events: BTreeSet<u32> = own.collect();
        for &device in &profile.devices {
            let sightings = self.devices[device as usize].sightings.iter().zip(self.homes_of_sightings(device));
            let sightings = sightings.filter(|(_, other)| *other == home);
            events.extend(sightings.filter_map(|(sighting, _)| sighting.event()));
        }
        events
    }

    /// When anything was said of a profile, or happened.
    pub(super) fn times(&self, home: Home, profile: &Profile) -> Vec<Instant> {
        let stated = profile.records.iter().flat_map(|&record| {
            self.records[record as usize].statements.iter().filter_map(|statement| statement.moment.time.get())
        });
        let events = self.events_of(home, profile).into_iter().map(|event| self.events[event as usize].time);
        stated.chain(events).collect()
    }
}
