//! Profiles of a live graph: the records and devices of a person, the id and the golden values, and what became of them.

use super::changes::Event;
use super::components::Moved;
use super::devices::Device;
use super::fields::Value;
use super::live::{Live, Touched, add};
use super::records::Moment;
use crate::error::Result;
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::profile::survivorship::{Candidate, choose, default_rules};
use crate::profile::{self, ProfileId};
use crate::record::NULL;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The source by which a device is named as a member.
pub(super) const DEVICE: &str = "anonymous_id";

/// From so many profiles on they are made by all threads.
const MANY: usize = 1_000;

/// Where a profile lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Home {
    /// With a cluster of records, by its lowest one.
    Cluster(u32),
    /// With a device, of what nobody known did on it.
    Device(u32),
}

/// Who founded a profile: of one with records, the earliest of them, whatever device it is named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Record(u32),
    /// Somebody on a device, at a moment.
    Device(u32, Moment),
}

/// A profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Profile {
    pub(super) id: ProfileId,
    /// The record that founded it; [`NULL`] where a device did.
    pub(super) founder: u32,
    /// In order of name.
    pub(super) records: Vec<u32>,
    /// Devices that are its own, or of which a part is.
    pub(super) devices: Vec<u32>,
    pub(super) golden: Vec<Golden>,
}

impl Profile {
    fn is_founded_as(&self, other: &Profile) -> bool {
        self.id == other.id && self.founder == other.founder
    }
}

/// A golden value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Golden {
    /// The value, by one of the fields that feed it.
    pub(super) value: Value,
    /// The record it was taken from; [`NULL`] for a device.
    pub(super) record: u32,
}

/// When each person, or nobody, first owned a sighting of a device, and where they live.
type Owned = (Vec<(u32, Moment)>, Vec<Home>);

/// Profiles that may have changed, as they were, in order of home. Mostly one or two.
pub(super) type Before = Vec<(Home, Profile)>;

impl Live {
    /// Brings clusters and profiles in line with what was touched, and tells what became of profiles.
    pub(super) fn settle(&mut self, touched: &Touched) -> Result<Vec<Event>> {
        let (moved, before, homes) = self.build(touched)?;
        Ok(self.tell(&moved, &before, &homes, touched.erased))
    }

    /// Brings clusters and profiles in line with what was touched; gives what telling of it needs.
    pub(super) fn build(&mut self, touched: &Touched) -> Result<(Moved, Before, Vec<Home>)> {
        let moved = self.recluster(touched)?;
        let mut devices = touched.devices.clone();
        devices.extend(moved.was.iter().flat_map(|&(record, _)| &self.records[record as usize].devices));
        devices.sort_unstable();
        devices.dedup();
        let mut homes: Vec<Home> = Vec::new();
        for (&device, (owned, homes_now)) in devices.iter().zip(self.all_owned(&devices)) {
            match owned.len() {
                0 | 1 => self.shared.remove(&device),
                _ => self.shared.insert(device, owned.clone()),
            };
            let state = &mut self.devices[device as usize];
            let before = (std::mem::replace(&mut state.owned, owned), std::mem::replace(&mut state.homes, homes_now));
            affected(&before, state, &mut homes);
        }
        homes.extend(touched.later.iter().map(|&record| Home::Cluster(self.records[record as usize].cluster)));
        homes.extend(moved.was.iter().map(|&(_, cluster)| Home::Cluster(cluster)));
        let now = moved.was.iter().map(|&(record, _)| &self.records[record as usize]);
        homes.extend(now.filter(|record| record.is_alive()).map(|record| Home::Cluster(record.cluster)));
        homes.sort_unstable();
        homes.dedup();
        let before: Before = homes.iter().filter_map(|&home| Some((home, self.profiles.remove(&home)?))).collect();
        let records = self.records_by_home(&moved, &before, &homes);
        for (home, profile, origin) in self.make_profiles(&homes, records) {
            // Mostly it is known already.
            let was = before.binary_search_by_key(&home, |(of, _)| *of).map(|place| &before[place].1);
            let is_known = |was: &Profile| profile.founder != NULL && was.is_founded_as(&profile);
            if !was.is_ok_and(is_known) {
                self.founders.origins.insert(profile.id, origin);
            }
            self.profiles.insert(home, profile);
        }
        if !self.config.segments.is_empty() {
            // Whose part of a device is as it was may have an event more.
            let parts = devices.iter().flat_map(|&device| self.devices[device as usize].homes.iter().copied());
            let looked_at: BTreeSet<Home> = homes.iter().copied().chain(parts).collect();
            self.note_settled(looked_at.into_iter().collect(), before.iter().map(|(_, profile)| profile.id));
        }
        Ok((moved, before, homes))
    }

    /// Whose devices are: of each, what [`Device::owned`] and [`Device::homes`] have to say now.
    fn all_owned(&self, devices: &[u32]) -> Vec<Owned> {
        match devices.len() < MANY {
            true => devices.iter().map(|&device| self.owned(device)).collect(),
            false => devices.par_iter().map(|&device| self.owned(device)).collect(),
        }
    }

    fn owned(&self, device: u32) -> Owned {
        let state = &self.devices[device as usize];
        let person = |record: u32| self.records[record as usize].cluster;
        let owned = if self.is_device(device) { state.first_owned(&self.config.devices, person) } else { Vec::new() };
        let home = |&(owner, _): &(u32, Moment)| match owner {
            NULL => Home::Device(device),
            record => Home::Cluster(person(record)),
        };
        let homes = owned.iter().map(home).collect();
        (owned, homes)
    }

    /// The records of each of these homes, in order of name.
    fn records_by_home(&self, moved: &Moved, before: &Before, homes: &[Home]) -> Vec<Vec<u32>> {
        let mut by_home: Vec<Vec<u32>> = vec![Vec::new(); homes.len()];
        for &(record, _) in moved.was.iter().filter(|(record, _)| self.records[*record as usize].is_alive()) {
            // Where a record went is among the homes.
            if let Ok(place) = homes.binary_search(&Home::Cluster(self.records[record as usize].cluster)) {
                by_home[place].push(record);
            }
        }
        for (home, records) in homes.iter().zip(&mut by_home) {
            // Only its devices changed.
            if let (true, Ok(place)) = (records.is_empty(), before.binary_search_by_key(home, |(of, _)| *of))
                && let profile = &before[place].1
                && profile.records.iter().all(|record| moved.was.binary_search_by_key(record, |(was, _)| *was).is_err())
            {
                records.clone_from(&profile.records);
            }
            if records.len() > 1 {
                records.sort_by(|&a, &b| self.names.get(a).cmp(&self.names.get(b)));
            }
        }
        by_home
    }

    /// The profiles of homes, of which each has these records, with who founded them.
    fn make_profiles(&self, homes: &[Home], records: Vec<Vec<u32>>) -> Vec<(Home, Profile, Origin)> {
        let make = |(&home, records)| self.make_profile(home, records);
        match homes.len() < MANY {
            true => homes.iter().zip(records).filter_map(make).collect(),
            false => homes.par_iter().zip(records).filter_map(make).collect(),
        }
    }

    /// The profile of a home; `None` where nothing lives there.
    fn make_profile(&self, home: Home, records: Vec<u32>) -> Option<(Home, Profile, Origin)> {
        let mut devices: Vec<u32> = match home {
            Home::Device(device) => vec![device],
            Home::Cluster(_) => {
                records.iter().flat_map(|&r| self.records[r as usize].devices.iter().copied()).collect()
            }
        };
        devices.sort_unstable();
        devices.dedup();
        devices.retain(|&device| self.devices[device as usize].homes.contains(&home));
        devices.sort_by(|&a, &b| self.device_names.get(a).cmp(self.device_names.get(b)));
        if records.is_empty() && devices.is_empty() {
            return None;
        }
        let (id, origin) = self.founder(home, &records, &devices);
        let golden = self.golden(home, &records, &devices);
        let founder = if let Origin::Record(record) = origin { record } else { NULL };
        Some((home, Profile { id, founder, records, devices, golden }, origin))
    }

    /// The id of the founding member, the earliest evidence, of a record rather than of a device, settled by name; and to whom that
    /// leads for ever. A device that several use names none who has a record: what comes late would give the id to another.
    fn founder(&self, home: Home, records: &[u32], devices: &[u32]) -> (ProfileId, Origin) {
        // Absent times come last. Names lie far away: they are looked at where times are the same.
        let age = |time: Option<Instant>| (time.is_none(), time);
        let of_records = records.iter().map(|&record| (age(self.records[record as usize].since()), record));
        let known = of_records
            .min_by(|(one, a), (other, b)| one.cmp(other).then_with(|| self.names.get(*a).cmp(&self.names.get(*b))));
        let is_shared = |device: u32| self.devices[device as usize].homes.len() > 1;
        let name = |device: u32| match self.device_names.get(device) {
            id if is_shared(device) => Cow::from(format!("{id}@")),
            id => id.into(),
        };
        let of_devices =
            devices.iter().filter(|device| known.is_none() || !is_shared(**device)).filter_map(|&device| {
                let state = &self.devices[device as usize];
                let (&(_, moment), _) = state.owned.iter().zip(&state.homes).find(|(_, other)| **other == home)?;
                Some((age(moment.time.get()), device, moment))
            });
        let device =
            of_devices.min_by(|(one, a, _), (other, b, _)| one.cmp(other).then_with(|| name(*a).cmp(&name(*b))));
        let origin = match (known, device) {
            (Some((_, record)), _) => Origin::Record(record),
            (None, Some((_, device, moment))) => Origin::Device(device, moment),
            (None, None) => Origin::Record(NULL),
        };
        let id = match (known, device) {
            // Whose a device was can change with what comes late; what is said of a record is always of that.
            (Some((since, record)), device) if device.is_none_or(|(seen, ..)| since <= seen) => {
                let (source, id) = self.names.get(record);
                profile::id_of(source, id)
            }
            (_, Some((_, device, _))) => profile::id_of(DEVICE, &name(device)),
            (_, None) => profile::id_of("", ""),
        };
        (id, origin)
    }

    /// The golden values, in order of kind and name.
    fn golden(&self, home: Home, records: &[u32], devices: &[u32]) -> Vec<Golden> {
        let held = records.iter().map(|&record| self.records[record as usize].values.len());
        let mut offers: Vec<(u16, Value, Option<Instant>, u32, u32)> = Vec::with_capacity(held.sum());
        for (place, &record) in (0..).zip(records) {
            let state = &self.records[record as usize];
            let since = state.since();
            let values = state.values.iter();
            offers.extend(values.map(|(value, moment)| {
                // What a user's own id says was said whenever the user was first heard of.
                let time = if *moment == Moment::default() { since } else { moment.time.get() };
                (self.fields.golden(value), *value, time, place, record)
            }));
        }
        for (place, &device) in (records.len() as u32..).zip(devices) {
            let values = self.told_on(device, home).into_iter();
            offers.extend(values.map(|(value, m)| (self.fields.golden(&value), value, m.time.get(), place, NULL)));
        }
        offers.sort_by_key(|&(golden, value, _, place, _)| (golden, place, value.field));
        let fields = || offers.chunk_by(|a, b| a.0 == b.0);
        let mut chosen = Vec::with_capacity(fields().count());
        chosen.extend(fields().filter_map(|offers| {
            let place = self.survivor(offers)?;
            Some(Golden { value: offers[place].1, record: offers[place].4 })
        }));
        chosen
    }

    /// The traits that nobody known said on a device, as far as they are of those who live there: on a shared device nobody's.
    pub(super) fn told_on(&self, device: u32, home: Home) -> Vec<(Value, Moment)> {
        let state = &self.devices[device as usize];
        if state.homes.len() == 1 || matches!(home, Home::Device(_)) { state.values() } else { Vec::new() }
    }

    /// The place of the value that survives, among those offered for one golden field.
    fn survivor(&self, offers: &[(u16, Value, Option<Instant>, u32, u32)]) -> Option<usize> {
        if offers.len() == 1 {
            return Some(0);
        }
        let field = self.fields.field(&offers[0].1);
        let rules = self.config.survivorship.get(&field.golden).map_or(default_rules(field.kind), Vec::as_slice);
        let candidate = |&(_, value, observed, record, from): &(u16, Value, Option<Instant>, u32, u32)| Candidate {
            record,
            display: self.fields.text(value.display),
            key: self.fields.text(value.key),
            trust: self.trust(from),
            observed,
        };
        choose(&offers.iter().map(candidate).collect::<Vec<_>>(), rules)
    }

    fn trust(&self, record: u32) -> i32 {
        let source = if record == NULL { None } else { self.config.sources.get(self.names.get(record).0) };
        source.and_then(|source| source.trust).unwrap_or(1)
    }

    /// Tells what became of profiles. What is left on the devices of somebody erased is others', and never was them.
    fn tell(&mut self, moved: &Moved, before: &Before, looked_at: &[Home], erased: Option<ProfileId>) -> Vec<Event> {
        let mut story = self.story(before, looked_at);
        story.went.iter_mut().filter(|(id, _)| erased == Some(*id)).for_each(|(_, went)| went.clear());
        self.let_go(&story, |live, id| live.founders.origins.get(&id).copied());
        let mut events = self.sharings(moved);
        add(&mut events, story.told());
        let mut were: Vec<&Profile> = before.iter().map(|(_, was)| was).collect();
        were.sort_unstable_by_key(|was| was.id);
        let mut are: Vec<&Profile> = looked_at.iter().filter_map(|home| self.profiles.get(home)).collect();
        are.sort_unstable_by_key(|now| now.id);
        events.extend(are.into_iter().filter_map(|now| {
            let place = were.binary_search_by_key(&now.id, |was| was.id).ok()?;
            self.update(were[place], now)
        }));
        events.extend(self.refusals_told(moved));
        events
    }

    /// Where profiles went.
    fn story(&self, before: &Before, looked_at: &[Home]) -> Story {
        let id = |home: &Home| self.profiles.get(home).map(|profile| profile.id);
        let went = before.iter().map(|(home, profile)| {
            let mut went = Vec::new();
            let records = profile.records.iter().filter(|record| self.records[**record as usize].is_alive());
            went.extend(records.filter_map(|&r| id(&Home::Cluster(self.records[r as usize].cluster))));
            let founder = self.founders.origins.get(&profile.id).and_then(|origin| self.home_of_origin(*origin));
            went.extend(founder.as_ref().and_then(id));
            for device in &profile.devices {
                let homes = &self.devices[*device as usize].homes;
                if homes.contains(home) {
                    went.extend(id(home));
                } else if went.is_empty() && profile.records.is_empty() {
                    went.extend(homes.iter().filter_map(id));
                }
            }
            (profile.id, went)
        });
        Story::new(went, looked_at.iter().filter_map(id))
    }

    /// What is told of values that came to be shared too widely, or are no longer.
    fn sharings(&self, moved: &Moved) -> Vec<Event> {
        let mut generic = moved.generic.clone();
        generic.sort_unstable_by_key(|&(rule, value)| (rule, self.key(rule, value)));
        // What changed there and back again is as it was.
        let changed = generic.chunk_by(|a, b| a == b).filter(|times| times.len() % 2 == 1);
        changed.map(|times| self.sharing(times[0].0, times[0].1)).collect()
    }

    /// What is told of links that are refused now, in an order of their own: that of internal numbers is another one after the
    /// store was opened again.
    fn refusals_told(&self, moved: &Moved) -> Vec<Event> {
        let mut refused = moved.refused.clone();
        refused.sort_by_cached_key(|&(a, b, rule)| (self.record_name(a), self.record_name(b), rule));
        refused.dedup();
        refused.iter().filter_map(|link| self.refusal(link)).collect()
    }

    /// What changed of a profile that kept its id, if anything did.
    fn update(&self, was: &Profile, now: &Profile) -> Option<Event> {
        let of = |golden: &Golden| (self.fields.golden(&golden.value), golden.value.display);
        let missing = |from: &[Golden], others: &[Golden]| -> Vec<u16> {
            let lost = from.iter().map(of).filter(|value| !others.iter().any(|other| of(other) == *value));
            lost.map(|(name, _)| name).collect()
        };
        let mut names = missing(&was.golden, &now.golden);
        names.extend(missing(&now.golden, &was.golden));
        names.sort_unstable();
        names.dedup();
        let fields: Vec<String> = names.into_iter().map(|name| self.fields.golden_name(name).to_owned()).collect();
        let same_members = was.records == now.records && was.devices == now.devices;
        (!fields.is_empty() || !same_members)
            .then(|| Event::ProfileUpdated { profile_id: profile::id_text(now.id), fields })
    }

    fn sharing(&self, rule: u8, value: u32) -> Event {
        let (kind, text) = (self.rules[rule as usize].0.to_string(), self.key(rule, value).to_owned());
        match self.values[rule as usize].holders[value as usize].generic {
            Some(profiles) => Event::IdentifierGeneric { kind, value: text, profiles: profiles as u64 },
            None => Event::IdentifierRestored { kind, value: text },
        }
    }

    fn refusal(&self, link: &(u32, u32, u16)) -> Option<Event> {
        let reason = self.refused.get(link)?.clone();
        let records = [link.0, link.1].map(|record| self.record_name(record));
        Some(Event::LinkRefused { records, rule: self.rule_name(link.2), reason })
    }

    pub(super) fn record_name(&self, record: u32) -> RecordName {
        let (source, id) = self.names.get(record);
        RecordName { source: source.to_owned(), record_id: id.to_owned() }
    }
}

/// The homes whose part in a device is another than before: where it was first theirs, or whether it is theirs alone.
fn affected((owned, homes): &Owned, now: &Device, found: &mut Vec<Home>) {
    if owned.len() < 2 || now.owned.len() < 2 {
        found.extend(homes.iter().chain(&now.homes));
        return;
    }
    let parts = |owned: &[(u32, Moment)], homes: &[Home]| -> BTreeSet<(Home, Moment)> {
        homes.iter().zip(owned).map(|(home, (_, moment))| (*home, *moment)).collect()
    };
    let (before, after) = (parts(owned, homes), parts(&now.owned, &now.homes));
    // What nobody known said on it is theirs who have no other home.
    let nobody = now.homes.iter().copied().filter(|home| matches!(home, Home::Device(_)));
    found.extend(before.symmetric_difference(&after).map(|(home, ..)| *home).chain(nobody));
}

/// Where profiles went. Sorted lists: mostly one or two take part, and a tree would take more for each than all else.
pub(super) struct Story {
    /// From each id before to the ids that its members have now, all in order.
    pub(super) went: Vec<(ProfileId, Vec<ProfileId>)>,
    /// The ids there are now, in order.
    pub(super) now: Vec<ProfileId>,
}

impl Story {
    pub(super) fn new(
        went: impl Iterator<Item = (ProfileId, Vec<ProfileId>)>,
        now: impl Iterator<Item = ProfileId>,
    ) -> Story {
        let mut story = Story { went: went.collect(), now: now.collect() };
        story.went.sort_by_key(|(id, _)| *id);
        story.went.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                earlier.1.append(&mut later.1);
            }
            is_same
        });
        for ids in story.went.iter_mut().map(|(_, went)| went).chain([&mut story.now]) {
            ids.sort_unstable();
            ids.dedup();
        }
        story
    }

    /// Whether all was one profile's and still is, which is mostly so.
    fn is_of_one(&self) -> bool {
        matches!(&*self.went, [(id, went)] if self.now == [*id] && went.iter().all(|into| into == id))
    }

    pub(super) fn told(mut self) -> Vec<Event> {
        if self.is_of_one() {
            return Vec::new();
        }
        let text = profile::id_text;
        let (mut events, mut explained) = (Vec::new(), Vec::new());
        let mut from: BTreeMap<ProfileId, Vec<ProfileId>> = BTreeMap::new();
        for (old, went) in &mut self.went {
            // An id that passed to others took its founding member with it.
            if let (Ok(_), Err(place)) = (self.now.binary_search(old), went.binary_search(old)) {
                went.insert(place, *old);
            }
            explained.extend_from_slice(went);
            match went.as_slice() {
                [] => events.push(Event::ProfileRemoved { profile_id: text(*old) }),
                [only] if only == old => {}
                [only] => from.entry(*only).or_default().push(*old),
                parts => {
                    let into = parts.iter().map(|part| text(*part)).collect();
                    events.push(Event::ProfileSplit { profile_id: text(*old), into });
                }
            }
        }
        for (into, from) in from {
            let profile_id = text(into);
            let was_there = self.went.binary_search_by_key(&into, |(old, _)| *old).is_ok();
            events.push(match from.as_slice() {
                [only] if !was_there => Event::ProfileRenamed { profile_id, from: vec![text(*only)] },
                _ => Event::ProfileMerged { profile_id, from: from.iter().map(|id| text(*id)).collect() },
            });
        }
        // Last, since an id can pass to somebody else whose evidence is earlier.
        explained.sort_unstable();
        let created = self.now.iter().filter(|id| explained.binary_search(id).is_err());
        events.extend(created.map(|id| Event::ProfileCreated { profile_id: text(*id) }));
        events
    }
}
