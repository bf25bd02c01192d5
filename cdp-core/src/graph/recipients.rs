//! To whom data of people was sent: noted per member, so that it comes apart with profiles, and told when a person is given their
//! data or is erased.

use super::live::Live;
use super::profiles::{DEVICE, Profile};
use super::segments::no_segment;
use super::state::State;
use crate::activation::{Consents, Destination, Export, Held, Person, Request, export_among};
use crate::consent::{Effective, Question, Subject};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::{self, Instant};
use crate::privacy::audit::Fact;
use crate::profile::{ProfileId, id_of, id_text};
use crate::schema::Kind;
use crate::store::{Batch, KeyRange, Space, Store};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Between a destination and a purpose.
const BETWEEN: char = '\u{1f}';

/// Somebody to whom data of a person was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recipient {
    /// Where to: `meta_capi@2026`, or whatever the caller called it.
    pub destination: String,
    /// What for.
    pub purpose: String,
    /// When last, in RFC 3339.
    pub at: String,
}

/// What is to be exported of a graph.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// The name of the destination, e.g. `meta_capi@2026`.
    pub destination: String,
    /// What for, in the words of the consents.
    pub purpose: String,
    /// The channel that the consents have to allow; any where absent.
    #[serde(default)]
    pub channel: Option<String>,
    /// Whom to export: the name of a segment, or profile ids; all where absent.
    #[serde(default)]
    pub members: Option<Members>,
    /// Only these kinds of values; all that the destination takes where absent.
    #[serde(default)]
    pub kinds: Option<Vec<Kind>>,
    /// The country of people whose profile has none.
    #[serde(default)]
    pub country: Option<String>,
    /// At most so many people a batch, where the destination takes more.
    #[serde(default)]
    pub batch_size: Option<usize>,
}

/// Some of the profiles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "the name of a segment, or a list of profile ids")]
pub enum Members {
    /// The members of a segment of the configuration.
    Segment(String),
    /// Those with these ids.
    Ids(Vec<String>),
}

impl Activation {
    /// Reads what a caller of another language gave.
    ///
    /// # Errors
    /// `invalid_input` for what is missing, unknown or of the wrong form.
    pub fn from_json(given: serde_json::Value) -> Result<Self> {
        serde_json::from_value(given).map_err(|error| {
            Error::unreadable(Code::InvalidInput, "the activation", &error)
                .help("it has a destination and a purpose; see docs/activation.md")
        })
    }
}

/// Per member, by the id of the profile it founds: to whom data of it was sent, by number, and when last.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    sent: HashMap<ProfileId, Vec<(u32, Instant)>>,
    /// Destination and purpose of each number.
    names: Vec<String>,
}

impl Recipients {
    pub(super) fn read(store: &dyn Store) -> Result<Recipients> {
        let mut recipients = Recipients::default();
        store.scan(Space::RECIPIENTS, &KeyRange::all(), &mut |key, at| {
            let corrupt = || Error::new(Code::StoreCorrupt, "a recipient cannot be read");
            let (member, name) = key.split_at_checked(12).ok_or_else(corrupt)?;
            let member: ProfileId = member.try_into().map_err(|_| corrupt())?;
            let name = std::str::from_utf8(name).map_err(|_| corrupt())?;
            let at = Instant::from_be_bytes(at.try_into().map_err(|_| corrupt())?);
            recipients.note(member, name, at);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(recipients)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }

    /// Notes a recipient; when it was sent last.
    fn note(&mut self, member: ProfileId, name: &str, at: Instant) -> Instant {
        let known = self.names.iter().position(|known| known == name);
        let number = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        }) as u32;
        let sent = self.sent.entry(member).or_default();
        match sent.iter_mut().find(|(other, _)| *other == number) {
            Some((_, last)) => {
                *last = at.max(*last);
                *last
            }
            None => {
                sent.push((number, at));
                at
            }
        }
    }

    /// To whom data of any of these members was sent.
    pub(super) fn of(&self, members: &[ProfileId]) -> Vec<Recipient> {
        let mut last: BTreeMap<&str, Instant> = BTreeMap::new();
        for (number, at) in members.iter().filter_map(|member| self.sent.get(member)).flatten() {
            last.entry(&self.names[*number as usize]).and_modify(|last| *last = (*last).max(*at)).or_insert(*at);
        }
        let recipient = |(name, at): (&str, Instant)| {
            let (destination, purpose) = name.split_once(BETWEEN).unwrap_or((name, ""));
            Recipient { destination: destination.to_owned(), purpose: purpose.to_owned(), at: instant::text(at) }
        };
        last.into_iter().map(recipient).collect()
    }

    fn forget(&mut self, members: &[ProfileId], batch: &mut Batch) {
        for member in members {
            for (number, _) in self.sent.remove(member).unwrap_or_default() {
                batch.delete(Space::RECIPIENTS, &recipient_key(*member, &self.names[number as usize]));
            }
        }
    }
}

/// The members that these names and identifiers are of, by their names.
pub(super) fn members_named(
    names: &BTreeSet<RecordName>,
    subjects: &BTreeSet<Subject>,
) -> impl Iterator<Item = RecordName> {
    let devices = subjects.iter().filter(|subject| subject.kind == Kind::AnonymousId);
    let devices = devices.map(|device| RecordName { source: DEVICE.to_owned(), record_id: device.key.clone() });
    names.iter().cloned().chain(devices)
}

fn recipient_key(member: ProfileId, name: &str) -> Vec<u8> {
    [&member[..], name.as_bytes()].concat()
}

impl State {
    /// The ids of the members of a profile, by which it is noted what was sent.
    fn member_ids(&self, profile: &Profile) -> Vec<ProfileId> {
        let records = profile.records.iter().map(|&record| {
            let (source, id) = self.live.names.get(record);
            id_of(source, id)
        });
        let devices = profile.devices.iter().map(|&device| id_of(DEVICE, self.live.device_names.get(device)));
        records.chain(devices).collect()
    }

    /// Forgets to whom data of a profile was sent.
    pub(super) fn forget_recipients(&mut self, members: &[ProfileId], batch: &mut Batch) {
        self.recipients.forget(members, batch);
    }

    pub(super) fn members_by_id(&self, profile_id: &str) -> Result<Vec<ProfileId>> {
        let (_, profile) = self.live.found(profile_id)?;
        Ok(self.member_ids(profile))
    }

    /// The members of a profile with which it is noted what was sent. A device tells of whoever uses it: it is noted with the device
    /// only where nobody is known.
    fn noted_members(&self, profile_id: &str) -> Result<Vec<ProfileId>> {
        let (_, profile) = self.live.found(profile_id)?;
        let devices = if profile.records.is_empty() { profile.devices.clone() } else { Vec::new() };
        Ok(self.member_ids(&Profile { devices, ..profile.clone() }))
    }

    /// The members of a profile that are nobody else's: what is noted of a device that others use is theirs too.
    pub(super) fn own_members(&self, profile_id: &str) -> Result<Vec<ProfileId>> {
        let (home, profile) = self.live.found(profile_id)?;
        let is_own = |device: &&u32| self.live.homes_of_sightings(**device).iter().all(|other| *other == home);
        let devices = profile.devices.iter().filter(is_own).copied().collect();
        Ok(self.member_ids(&Profile { devices, ..profile.clone() }))
    }

    /// Members of a person that are not there now, by these names and identifiers: what was noted of them is the person's still.
    pub(super) fn gone_members(&self, names: &BTreeSet<RecordName>, subjects: &BTreeSet<Subject>) -> Vec<ProfileId> {
        let gone = members_named(names, subjects).filter(|name| !self.live.is_here(name));
        gone.map(|name| id_of(&name.source, &name.record_id)).collect()
    }

    /// Notes that data of people was sent.
    ///
    /// # Errors
    /// `not_found` if there is no such profile; `invalid_input` without a destination.
    pub(super) fn note_sent(
        &mut self,
        ids: &[String],
        destination: &str,
        purpose: &str,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<()> {
        if destination.trim().is_empty() {
            return Err(Error::new(Code::InvalidInput, "a recipient needs a name"));
        }
        let members: Vec<Vec<ProfileId>> = ids.iter().map(|id| self.noted_members(id)).collect::<Result<_>>()?;
        let name = format!("{destination}{BETWEEN}{purpose}");
        for member in members.into_iter().flatten() {
            let last = self.recipients.note(member, &name, at);
            batch.put(Space::RECIPIENTS, &recipient_key(member, &name), &last.to_be_bytes());
        }
        Ok(())
    }

    /// Exports people by what they said of the purpose, and notes to whom.
    pub(super) fn activate(
        &mut self,
        activation: &Activation,
        by: &str,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<Export> {
        let request = Request {
            kinds: activation.kinds.as_deref(),
            country: activation.country.as_deref(),
            batch_size: activation.batch_size,
            ..Request::new(Destination::named(&activation.destination)?, &activation.purpose)
        };
        let chosen = self.chosen(activation.members.as_ref())?;
        let mut people: Vec<(String, &Profile)> =
            self.live.profiles.values().map(|profile| (id_text(profile.id), profile)).collect();
        people.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let is_chosen = |id: &str| chosen.as_ref().is_none_or(|chosen| chosen.contains(id));
        let some = |wanted: bool| {
            let people = people.iter().filter(move |(id, _)| is_chosen(id) == wanted);
            people.map(|(id, profile)| self.live.person(id, profile))
        };
        let ledgers =
            Ledgers { live: &self.live, purpose: &activation.purpose, channel: activation.channel.as_deref(), at };
        let export = export_among(&request, some(true), some(false), &ledgers)?;
        let ids: Vec<String> = export.batches.iter().flat_map(|batch| batch.profiles.iter().cloned()).collect();
        self.note_sent(&ids, export.destination, &activation.purpose, at, batch)?;
        let details = [
            ("destination".to_owned(), export.destination.to_owned()),
            ("purpose".to_owned(), activation.purpose.clone()),
            ("people".to_owned(), ids.len().to_string()),
        ];
        let fact = Fact { action: "activate", by, details: details.into(), ..Fact::default() };
        self.privacy.audit(at, fact, batch);
        Ok(export)
    }

    /// The present ids of whom to export.
    fn chosen(&self, members: Option<&Members>) -> Result<Option<BTreeSet<String>>> {
        Ok(match members {
            None => None,
            Some(Members::Segment(name)) => {
                let known = self.segments.as_ref().ok_or_else(|| no_segment(name, &[]))?;
                Some(known.members(name)?.into_iter().collect())
            }
            Some(Members::Ids(ids)) => {
                let id = |id: &String| Ok(id_text(self.live.found(id)?.1.id));
                Some(ids.iter().map(id).collect::<Result<_>>()?)
            }
        })
    }
}

impl Live {
    /// A profile as exports see it.
    fn person<'p>(&'p self, id: &'p str, profile: &'p Profile) -> Person<'p> {
        let value = |golden: &super::profiles::Golden| {
            let (kind, name) = self.fields.golden_kind(self.fields.golden(&golden.value));
            (kind, name, self.fields.text(golden.value.display))
        };
        let of = |hashed: bool| {
            let chosen =
                profile.golden.iter().filter(|g| self.fields.is_hashed(self.fields.golden(&g.value)) == hashed);
            let mut values: Vec<(Kind, &str, &str)> = chosen.map(value).collect();
            values.sort_unstable();
            values.into_iter().map(|(kind, _, text)| (kind, text)).collect()
        };
        Person { id, values: of(false), hashed: of(true) }
    }

    /// The addresses of a kind that any member of a profile has.
    fn addresses(&self, profile: &Profile, kind: Kind) -> Vec<Held> {
        let records = profile.records.iter().flat_map(|&record| self.records[record as usize].values.iter().copied());
        let devices = profile.devices.iter().flat_map(|&device| self.devices[device as usize].values());
        let said = records.chain(devices).map(|(value, _)| value);
        let of_kind = said.filter(|value| self.fields.field(value).kind == kind);
        let mut held: Vec<Held> = of_kind
            .map(|value| Held {
                text: self.fields.text(value.display).to_owned(),
                hashed: self.fields.is_hashed(self.fields.golden(&value)),
            })
            .collect();
        held.sort_unstable();
        held.dedup();
        held
    }
}

/// Consents of people as their ledgers say.
struct Ledgers<'a> {
    live: &'a Live,
    purpose: &'a str,
    channel: Option<&'a str>,
    at: Instant,
}

impl Ledgers<'_> {
    fn ask(&self, person: &Person<'_>, address: Option<&Subject>) -> Effective {
        let question = Question { purpose: self.purpose, channel: self.channel, address };
        self.live.consent(person.id, &question, self.at).map_or(Effective::Unknown, |view| view.effective)
    }
}

impl Consents for Ledgers<'_> {
    fn person(&self, person: &Person<'_>) -> Effective {
        self.ask(person, None)
    }

    fn address(&self, person: &Person<'_>, kind: Kind, value: &str) -> Effective {
        // However the fields of a kind are read, one of these keys is the one in the ledger.
        let answers =
            self.live.keys_of(kind, value).into_iter().map(|key| self.ask(person, Some(&Subject { kind, key })));
        answers
            .reduce(|one, other| match (one, other) {
                (Effective::Denied, _) | (_, Effective::Denied) => Effective::Denied,
                (Effective::Granted, _) | (_, Effective::Granted) => Effective::Granted,
                _ => Effective::Unknown,
            })
            .unwrap_or(Effective::Unknown)
    }

    fn held(&self, person: &Person<'_>, kind: Kind) -> Vec<Held> {
        self.live.found(person.id).map_or_else(|_| Vec::new(), |(_, profile)| self.live.addresses(profile, kind))
    }
}
