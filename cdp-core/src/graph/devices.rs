//! Devices: what is known by an anonymous id alone, and whose it is when several people use one.
//!
//! A device on which one person was ever known is that person's with all its history. One on which several were is cut into
//! slices by login: within a session, what comes before the first login belongs to it, what follows a login to that one; a
//! session without any login belongs to nobody known. Anonymous ids therefore never join two known people.

use super::consents::Consent;
use super::fields::Value;
use super::profiles::Home;
use super::records::{Moment, Statement};
use crate::instant::Instant;
use crate::record::NULL;
use crate::schema::{Devices as Settings, SharedDevice};
use std::ops::Range;

/// Something seen on a device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sighting {
    pub(super) moment: Moment,
    pub(super) evidence: u64,
    /// Who was known to use it; [`NULL`] where nobody was.
    pub(super) record: u32,
    /// The event, by its number; [`NULL`] for none, [`ALIAS`] for an alias.
    pub(super) event: u32,
}

/// Where the id is only said to be of the user before, and perhaps none of a device.
pub(super) const ALIAS: u32 = NULL - 1;

impl Sighting {
    pub(super) fn is_alias(&self) -> bool {
        self.event == ALIAS
    }

    /// The event, by its number.
    pub(super) fn event(&self) -> Option<u32> {
        Some(self.event).filter(|event| *event < ALIAS)
    }
}

/// A device.
#[derive(Debug, Clone, Default)]
pub(super) struct Device {
    /// In order of their moments.
    pub(super) sightings: Vec<Sighting>,
    /// Traits of somebody not known by an identifier.
    pub(super) statements: Vec<Statement>,
    /// What was said of consents by nobody known by more, in order of when.
    pub(super) consents: Vec<Consent>,
    /// Who was ever known on it, with how many sightings, by number of record.
    pub(super) known: Vec<(u32, u32)>,
    /// When each person, or nobody, first owned a sighting, as last settled.
    pub(super) owned: Vec<(u32, Moment)>,
    /// Where these people live.
    pub(super) homes: Vec<Home>,
}

impl Device {
    /// Adds a sighting.
    pub(super) fn see(&mut self, sighting: Sighting) {
        // Mostly it is the latest.
        let is_latest = self.sightings.last().is_none_or(|last| last.moment < sighting.moment);
        let earlier = || self.sightings.partition_point(|other| other.moment < sighting.moment);
        let place = if is_latest { self.sightings.len() } else { earlier() };
        self.sightings.insert(place, sighting);
        if sighting.record != NULL {
            match self.known.binary_search_by_key(&sighting.record, |(record, _)| *record) {
                Ok(known) => self.known[known].1 += 1,
                Err(place) => self.known.insert(place, (sighting.record, 1)),
            }
        }
    }

    /// Whether somebody was ever known on it.
    pub(super) fn knows(&self, record: u32) -> bool {
        self.known.binary_search_by_key(&record, |(known, _)| *known).is_ok()
    }

    /// Takes the sightings of a piece of evidence out.
    pub(super) fn unsee(&mut self, evidence: u64) {
        self.statements.retain(|statement| statement.evidence != evidence);
        self.consents.retain(|consent| consent.evidence != evidence);
        let gone: Vec<u32> = self.sightings.iter().filter(|s| s.evidence == evidence).map(|s| s.record).collect();
        self.sightings.retain(|sighting| sighting.evidence != evidence);
        for record in gone.into_iter().filter(|record| *record != NULL) {
            if let Ok(known) = self.known.binary_search_by_key(&record, |(record, _)| *record) {
                self.known[known].1 -= 1;
            }
        }
        self.known.retain(|(_, sightings)| *sightings > 0);
    }

    /// Whether anything was seen of it but that it is called a user's id before; see also [`super::live::Live::is_device`].
    pub(super) fn is_real(&self) -> bool {
        self.sightings.iter().any(|sighting| !sighting.is_alias())
    }

    /// When it was first seen.
    pub(super) fn since(&self) -> Option<Moment> {
        self.sightings.first().map(|sighting| sighting.moment)
    }

    /// Whose each sighting is: a record that stands for its owner, [`NULL`] for nobody known. `person` numbers the people that
    /// records are of.
    pub(super) fn owners(&self, settings: &Settings, person: impl Fn(u32) -> u32) -> Vec<u32> {
        let mut owners: Vec<u32> = self.sightings.iter().map(|sighting| sighting.record).collect();
        for life in self.pieces(0..owners.len(), life(settings)) {
            let known = || owners[life.clone()].iter().copied().filter(|record| *record != NULL);
            let Some(first) = known().next() else { continue };
            if known().all(|record| person(record) == person(first)) {
                owners[life].fill(first);
                continue;
            }
            match settings.shared {
                SharedDevice::Anonymous => {}
                SharedDevice::LastLogin => fill(&mut owners[life]),
                SharedDevice::Slices => {
                    self.pieces(life, session(settings)).into_iter().for_each(|session| fill(&mut owners[session]));
                }
            }
        }
        owners
    }

    /// Who owns the latest sighting, where that leaves whose all others are as it was; `None` where it may not. It looks back no
    /// further than it has to.
    pub(super) fn owner_of_latest(&self, settings: &Settings, person: impl Fn(u32) -> u32) -> Option<u32> {
        let mine = self.sightings.last()?.record;
        if self.known.is_empty() {
            return Some(NULL);
        }
        let life = life(settings);
        let before =
            self.known.iter().filter(|(record, times)| *record != mine || *times > 1).map(|(record, _)| *record);
        let one = match settings.ttl_days {
            None => one_of(before, &person),
            Some(_) => one_of(self.logins_before(life), &person),
        };
        match (one, settings.shared) {
            (Some(NULL), _) => self.owned_after(NULL, life),
            (Some(one), _) => (mine == NULL || person(mine) == person(one)).then_some(one),
            (None, SharedDevice::Anonymous) => Some(mine),
            (None, SharedDevice::LastLogin) => self.owned_after(self.login_before(life), life),
            (None, SharedDevice::Slices) => {
                let session = session(settings);
                self.owned_after(self.login_before(session), session)
            }
        }
    }

    /// Who owns the latest sighting of a piece by the login before it; of a piece without one a login takes what comes before too.
    fn owned_after(&self, login: u32, pause: Instant) -> Option<u32> {
        let mine = self.sightings.last()?.record;
        match (mine, login) {
            (NULL, login) => Some(login),
            (mine, NULL) => self.before(pause).next().is_none().then_some(mine),
            (mine, _) => Some(mine),
        }
    }

    fn login_before(&self, pause: Instant) -> u32 {
        self.logins_before(pause).next().unwrap_or(NULL)
    }

    fn logins_before(&self, pause: Instant) -> impl Iterator<Item = u32> {
        self.before(pause).map(|sighting| sighting.record).filter(|record| *record != NULL)
    }

    /// The sightings before the latest in its piece, from the later to the earlier.
    fn before(&self, pause: Instant) -> impl Iterator<Item = &Sighting> {
        let time = |sighting: &Sighting| sighting.moment.time.get().unwrap_or(Instant::MIN);
        let mut backwards = self.sightings.iter().rev();
        let mut later = backwards.next().map_or(Instant::MIN, time);
        backwards.take_while(move |sighting| {
            let gap = later.saturating_sub(time(sighting));
            later = time(sighting);
            gap <= pause
        })
    }

    /// Sightings parted where nothing was seen for longer than `pause`.
    fn pieces(&self, range: Range<usize>, pause: Instant) -> Vec<Range<usize>> {
        let time = |index: usize| self.sightings[index].moment.time.get().unwrap_or(Instant::MIN);
        let mut start = range.start;
        let mut pieces = Vec::new();
        for end in range.start + 1..range.end {
            if time(end).saturating_sub(time(end - 1)) > pause {
                pieces.push(start..end);
                start = end;
            }
        }
        pieces.push(start..range.end);
        pieces
    }

    /// When each person, or nobody, first owned a sighting: a record that stands for the owner, with the moment, in order of
    /// person.
    pub(super) fn first_owned(&self, settings: &Settings, person: impl Fn(u32) -> u32) -> Vec<(u32, Moment)> {
        let plain = self.owned_by_one(settings, &person);
        debug_assert!(plain.is_none_or(|owned| vec![owned] == self.first_owned_of_all(settings, &person)));
        plain.map_or_else(|| self.first_owned_of_all(settings, &person), |owned| vec![owned])
    }

    /// The same where all of it is one person's, or nobody's, without looking at each sighting; `None` where it may not be.
    fn owned_by_one(&self, settings: &Settings, person: impl Fn(u32) -> u32) -> Option<(u32, Moment)> {
        let first = self.sightings.first().filter(|_| settings.ttl_days.is_none())?.moment;
        let Some(((one, _), others)) = self.known.split_first() else { return Some((NULL, first)) };
        if others.iter().any(|(other, _)| person(*other) != person(*one)) {
            return None;
        }
        let owner = self.sightings.iter().map(|sighting| sighting.record).find(|record| *record != NULL)?;
        Some((owner, first))
    }

    fn first_owned_of_all(&self, settings: &Settings, person: impl Fn(u32) -> u32) -> Vec<(u32, Moment)> {
        let owners = self.owners(settings, &person).into_iter().zip(&self.sightings);
        let who = |record: u32| if record == NULL { NULL } else { person(record) };
        let mut first: Vec<(u32, Moment, u32)> = owners.map(|(owner, s)| (who(owner), s.moment, owner)).collect();
        first.sort_unstable();
        first.dedup_by_key(|(person, ..)| *person);
        first.into_iter().map(|(_, moment, owner)| (owner, moment)).collect()
    }

    /// The traits said on it that hold.
    pub(super) fn values(&self) -> Vec<(Value, Moment)> {
        let mut values: Vec<(Value, Moment)> = Vec::new();
        for statement in &self.statements {
            for value in &statement.values {
                values.retain(|(other, _)| other.field != value.field);
                values.push((*value, statement.moment));
            }
        }
        values
    }
}

/// For how long a device can be silent and be the same still.
fn life(settings: &Settings) -> Instant {
    settings.ttl_days.map_or(Instant::MAX, |days| Instant::from(days) * 86_400_000)
}

/// For how long nothing can be seen within a session.
fn session(settings: &Settings) -> Instant {
    Instant::from(settings.session_minutes) * 60_000
}

/// A record of the one person that all of these are of, [`NULL`] where there are none; `None` where they are of several.
fn one_of(mut records: impl Iterator<Item = u32>, person: impl Fn(u32) -> u32) -> Option<u32> {
    let Some(first) = records.next() else { return Some(NULL) };
    records.all(|record| person(record) == person(first)).then_some(first)
}

/// Gives what nobody owns to the login before it, and what comes before the first login to that.
fn fill(owners: &mut [u32]) {
    let Some(first) = owners.iter().copied().find(|owner| *owner != NULL) else { return };
    let mut last = first;
    for owner in owners {
        if *owner == NULL {
            *owner = last;
        }
        last = *owner;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn device(sightings: &[(i64, u32)]) -> Device {
        let mut device = Device::default();
        for (number, &(minute, record)) in sightings.iter().enumerate().rev() {
            let moment = Moment { time: (minute * 60_000).into(), tie: number as u64 };
            device.see(Sighting { moment, evidence: number as u64, record, event: NULL });
        }
        device
    }

    fn owners(sightings: &[(i64, u32)], shared: SharedDevice) -> Vec<u32> {
        device(sightings).owners(&Settings { shared, ..Settings::default() }, |record| record)
    }

    const TABLET: &[(i64, u32)] =
        &[(0, NULL), (1, 7), (2, NULL), (10, 8), (11, NULL), (200, NULL), (300, NULL), (305, 7), (500, NULL)];

    #[test]
    fn a_slice_is_whose_login_it_is_and_a_session_without_one_is_nobodys() {
        assert_eq!(owners(TABLET, SharedDevice::Slices), [7, 7, 7, 8, 8, NULL, 7, 7, NULL]);
    }

    #[test]
    fn the_alternatives_are_last_login_and_nobody() {
        assert_eq!(owners(TABLET, SharedDevice::LastLogin), [7, 7, 7, 8, 8, 8, 8, 7, 7]);
        assert_eq!(owners(TABLET, SharedDevice::Anonymous), [NULL, 7, NULL, 8, NULL, NULL, NULL, 7, NULL]);
    }

    #[test]
    fn a_device_of_one_person_is_that_persons_with_all_its_history() {
        let one = device(TABLET).owners(&Settings::default(), |_| 1);
        assert!(one.iter().all(|owner| *owner == 7));
        assert_eq!(owners(&[(0, NULL), (9, NULL)], SharedDevice::Slices), [NULL, NULL]);
    }

    #[test]
    fn a_cookie_that_expired_is_another_device() {
        let settings = Settings { ttl_days: Some(7), ..Settings::default() };
        let days = [(0, NULL), (1, 7), (10 * 1440, NULL), (11 * 1440, 8)];
        assert_eq!(device(&days).owners(&settings, |record| record), [7, 7, 8, 8]);
    }

    proptest! {
        #[test]
        fn whose_the_latest_is_leaves_the_others_as_they_are(
            seen in prop::collection::vec((0i64..60, prop_oneof![3 => Just(NULL), 2 => 0u32..4]), 1..12),
            shared in prop_oneof![Just(SharedDevice::Slices), Just(SharedDevice::LastLogin), Just(SharedDevice::Anonymous)],
            ttl_days in prop::option::of(Just(1)),
        ) {
            // Pauses of hours, of which some are longer than a session, and some than a day.
            let mut minute = 0;
            let seen: Vec<(i64, u32)> = seen.into_iter().map(|(pause, record)| {
                minute += if pause > 55 { 2_000 } else { pause };
                (minute, record)
            }).collect();
            let settings = Settings { shared, ttl_days, ..Settings::default() };
            // Records 0 and 1 are one person.
            let person = |record: u32| record.max(1);
            let who = |owners: Vec<u32>| -> Vec<u32> {
                owners.into_iter().map(|owner| if owner == NULL { NULL } else { person(owner) }).collect()
            };
            let now = device(&seen);
            let before = who(device(&seen[..seen.len() - 1]).owners(&settings, person));
            let after = who(now.owners(&settings, person));
            if let Some(owner) = now.owner_of_latest(&settings, person) {
                prop_assert_eq!(after, [before, who(vec![owner])].concat());
            }
        }
    }

    #[test]
    fn sightings_taken_out_leave_no_trace() {
        let mut seen = device(TABLET);
        seen.see(Sighting { moment: Moment { time: 3.into(), tie: 99 }, evidence: 99, record: 9, event: NULL });
        seen.unsee(99);
        let never = device(TABLET);
        assert_eq!((seen.sightings, seen.known), (never.sightings, never.known));
    }
}
