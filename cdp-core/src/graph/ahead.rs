//! Looking ahead: what the messages of a list will touch is read before, so that they wait for memory together, and not one after
//! another.

use super::devices::Device;
use super::live::{Live, USER};
use super::message::Message;
use super::profiles::{Home, Profile};
use super::records::Record;
use crate::schema::MessageType;

impl Live {
    /// Reads where messages will look.
    pub(super) fn look_ahead<'m>(&self, messages: impl Iterator<Item = &'m Message> + Clone) {
        let (mut devices, mut records) = (Vec::new(), Vec::new());
        let ids: Vec<Option<&str>> = messages.clone().map(|message| message.anonymous_id()).collect();
        self.device_names.find_all(&ids, &mut devices);
        let name = |message: &'m Message| match message.kind {
            MessageType::Record => Some((message.source(), "", self.row_name(message))),
            _ => Some((message.source(), USER, message.user_id()?)),
        };
        self.names.find_all(messages.clone().map(name), &mut records);
        let devices = devices.into_iter().filter_map(|device| self.devices.get(device as usize));
        let devices: Vec<&Device> = devices.collect();
        let records: Vec<Option<&Record>> = records.into_iter().map(|one| self.records.get(one as usize)).collect();
        let seen = devices.iter().filter_map(|device| Some(device.sightings.last()?.record));
        let happened = records.iter().flatten().filter_map(|record| record.events.last().copied());
        // Events leave profiles as they are, mostly.
        let stating = messages.zip(&records).filter(|(message, _)| !message.kind.is_event());
        let stating: Vec<&Record> = stating.filter_map(|(_, record)| *record).collect();
        let profiles = stating.iter().filter_map(|record| self.profiles.get(&Home::Cluster(record.cluster)));
        let profiles: Vec<&Profile> = profiles.collect();
        let stated = stating.iter().filter_map(|record| Some(record.statements.last()?.values.len() as u32));
        let held = stating.iter().filter_map(|record| Some(record.identifiers.last()?.1 ^ record.values.last()?.0.key));
        let lists = profiles.iter().flat_map(|profile| [profile.records.last(), profile.devices.last()]);
        let golden = profiles.iter().filter_map(|profile| Some(profile.golden.last()?.record));
        let all = seen.chain(happened).chain(stated).chain(held).chain(lists.flatten().copied()).chain(golden);
        std::hint::black_box(all.fold(0, |all, one| all ^ one));
    }
}
