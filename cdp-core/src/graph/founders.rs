//! Where ids lead: every id that a profile ever had leads to the profile that holds its founder now.
//!
//! Who founded a profile that is there follows from the evidence. An id that no profile has any more is kept with its founder, as
//! it was then: evidence that comes later can give the name that a founder had on a device to somebody else.

use super::growing::Shards;
use super::live::Live;
use super::profiles::{DEVICE, Home, Origin, Story};
use super::records::Moment;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::profile::{ProfileId, id_of};
use crate::store::{Batch, KeyRange, Space, Store};
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

/// Who founded a profile, by what lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Founder {
    /// The id that a record, or whoever was first on a device, gives.
    member: ProfileId,
    /// Of a device, when.
    moment: Option<Moment>,
}

impl Founder {
    /// The bytes that are kept: the member; of a device the time and the tie besides, 8 bytes each, big-endian.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.member.to_vec();
        if let Some(moment) = self.moment {
            bytes.extend(moment.time.get().unwrap_or(Instant::MIN).to_be_bytes());
            bytes.extend(moment.tie.to_be_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Founder> {
        let (member, rest) = bytes.split_first_chunk()?;
        let moment = match rest {
            [] => None,
            _ => {
                let (time, tie) = rest.split_first_chunk()?;
                let time = Some(Instant::from_be_bytes(*time)).filter(|time| *time != Instant::MIN);
                Some(Moment { time: time.into(), tie: u64::from_be_bytes(tie.try_into().ok()?) })
            }
        };
        Some(Founder { member: *member, moment })
    }
}

/// Who founded what.
#[derive(Default)]
pub(super) struct Founders {
    /// Of the profiles that are there, and of records that founded profiles since the graph was opened.
    pub(super) origins: Shards<ProfileId, Origin>,
    /// Of ids that no profile has any more, where the id does not say it by itself.
    kept: HashMap<ProfileId, Founder>,
    /// What of that is not in the store yet.
    fresh: Vec<(ProfileId, Founder)>,
    /// The ids that records and devices give, of as many as were there when one was last asked for.
    members: Mutex<Members>,
}

#[derive(Default)]
struct Members {
    records: HashMap<ProfileId, u32>,
    devices: HashMap<ProfileId, u32>,
    /// How many of each were looked at.
    looked_at: (usize, usize),
}

impl Founders {
    /// What a store keeps of them.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn read(store: &dyn Store) -> Result<Founders> {
        let mut founders = Founders::default();
        store.scan(Space::IDS, &KeyRange::all(), &mut |id, bytes| {
            let (Ok(id), Some(founder)) = (id.try_into(), Founder::read(bytes)) else {
                return Err(Error::new(Code::StoreCorrupt, "the founder of a profile cannot be read"));
            };
            founders.kept.insert(id, founder);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(founders)
    }

    /// Hands in what is not in the store yet.
    pub(super) fn keep(&mut self, batch: &mut Batch) {
        for (id, founder) in self.fresh.drain(..) {
            batch.put(Space::IDS, &id, &founder.bytes());
        }
    }

    /// Forgets what was founded by records or devices that are erased, by the ids that these give.
    pub(super) fn forget(&mut self, members: &BTreeSet<ProfileId>, batch: &mut Batch) {
        let is_gone = |id: &ProfileId, founder: &Founder| members.contains(id) || members.contains(&founder.member);
        self.fresh.retain(|(id, founder)| !is_gone(id, founder));
        self.kept.retain(|id, founder| {
            let gone = is_gone(id, founder);
            if gone {
                batch.delete(Space::IDS, id);
            }
            !gone
        });
    }

    /// Leaves what is not in the store yet to whoever wrote the same.
    pub(super) fn leave(&mut self) {
        self.fresh.clear();
    }
}

impl Live {
    /// Where an id leads by its founder.
    pub(super) fn home_of(&self, id: ProfileId) -> Option<Home> {
        let origin = self.founders.origins.get(&id).copied().or_else(|| self.older(id));
        self.home_of_origin(origin?)
    }

    /// Who founded a profile that is there no more.
    fn older(&self, id: ProfileId) -> Option<Origin> {
        let founder = self.founders.kept.get(&id).copied();
        self.origin_of(founder.unwrap_or(Founder { member: id, moment: None }))
    }

    fn origin_of(&self, Founder { member, moment }: Founder) -> Option<Origin> {
        let mut members = self.founders.members.lock().unwrap_or_else(PoisonError::into_inner);
        let (records, devices) = members.looked_at;
        for record in records..self.records.len() {
            let (source, id) = self.names.get(record as u32);
            members.records.insert(id_of(source, id), record as u32);
        }
        for device in devices..self.devices.len() {
            members.devices.insert(id_of(DEVICE, self.device_names.get(device as u32)), device as u32);
        }
        members.looked_at = (self.records.len(), self.devices.len());
        if let (None, Some(&record)) = (moment, members.records.get(&member)) {
            return Some(Origin::Record(record));
        }
        let device = *members.devices.get(&member)?;
        let moment = moment.or_else(|| self.devices[device as usize].since());
        Some(Origin::Device(device, moment?))
    }

    /// Keeps who founded the profiles whose ids none has any more. `origin` gives who did.
    pub(super) fn let_go(&mut self, story: &Story, origin: impl Fn(&Live, ProfileId) -> Option<Origin>) {
        for &(old, ref went) in story.went.iter().filter(|(old, _)| story.now.binary_search(old).is_err()) {
            let Some(mut founder) = origin(self, old) else { continue };
            // Whose founder is gone is where all that is left of it is.
            if let (None, [only]) = (self.home_of_origin(founder), went.as_slice())
                && let Some(&other) = self.founders.origins.get(only)
            {
                founder = other;
            }
            let last = self.lasting(founder);
            let by_itself = Founder { member: old, moment: None };
            if last == by_itself {
                self.founders.origins.insert(old, founder);
            } else {
                self.founders.origins.remove(&old);
            }
            if self.founders.kept.get(&old).copied().unwrap_or(by_itself) != last {
                self.founders.kept.insert(old, last);
                self.founders.fresh.push((old, last));
            }
        }
    }

    /// A founder by what lasts.
    fn lasting(&self, origin: Origin) -> Founder {
        match origin {
            Origin::Record(record) => {
                let (source, id) = self.names.get(record);
                Founder { member: id_of(source, id), moment: None }
            }
            Origin::Device(device, moment) => {
                Founder { member: id_of(DEVICE, self.device_names.get(device)), moment: Some(moment) }
            }
        }
    }

    /// The founder of a profile of another graph with the same evidence.
    pub(super) fn same_founder(&self, other: &Live, id: ProfileId) -> Option<Origin> {
        Some(match *other.founders.origins.get(&id)? {
            Origin::Record(record) => {
                let (source, id) = other.names.get(record);
                Origin::Record(self.names.find(source, id)?)
            }
            Origin::Device(device, moment) => {
                Origin::Device(self.device_names.find(other.device_names.get(device))?, moment)
            }
        })
    }
}
