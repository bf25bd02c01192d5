//! Retention: how long what was said is kept. Nothing goes by itself; [`super::Graph::advance`] deletes what is too old by then, as
//! if it had never come, and the audit log says how much and by which rule.

use super::changes::{Change, Event};
use super::erasure::Named;
use super::gone::{Going, Gone, Numbered};
use super::marks::Member;
use super::mentions::Name;
use super::message::Message;
use super::profiles::{Home, Profile};
use super::state::{State, Written};
use crate::consent::Subject;
use crate::error::Result;
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::privacy::audit::Fact;
use crate::profile::id_text;
use crate::schema::{Prospects, RetentionRule};
use crate::store::{Batch, Store};
use std::collections::BTreeSet;

const DAY: Instant = 86_400_000;

/// What goes at most in one batch of the store.
const AT_ONCE: usize = 10_000;

/// What is to go when.
#[derive(Debug)]
pub(super) struct Retention {
    /// When each message that a rule speaks of is too old, with its evidence.
    due: BTreeSet<(Instant, u64)>,
    /// What was due, and is of people whose data may only be kept, or without which something would be permitted.
    held: BTreeSet<(Instant, u64)>,
    /// No prospect is too old before this.
    prospects: Instant,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { due: BTreeSet::new(), held: BTreeSet::new(), prospects: Instant::MIN }
    }
}

impl State {
    /// Notes when a message is too old.
    pub(super) fn note_due(&mut self, message: &Message, evidence: u64) {
        if let Some(Prospects { days, .. }) = &self.live.config.retention.prospects {
            let due = self.live.observed(message).saturating_add(Instant::from(*days) * DAY);
            self.retention.prospects = self.retention.prospects.min(due);
        }
        if let Some(due) = self.due(message) {
            self.retention.due.insert((due, evidence));
        }
    }

    /// When a message is too old; never, if it refuses or ends something: forgetting that would permit it.
    fn due(&mut self, message: &Message) -> Option<Instant> {
        let speaks = |rule: &&RetentionRule| {
            rule.source.as_ref().is_none_or(|source| *source == message.source())
                && rule.kind.is_none_or(|kind| kind == message.kind)
        };
        let days = self.live.config.retention.rules.iter().filter(speaks).map(|rule| rule.days).min()?;
        if self.live.takes_back(message) {
            return None;
        }
        Some(self.live.observed(message).saturating_add(Instant::from(days) * DAY))
    }

    /// Deletes what is too old; tells whether there may be more.
    pub(super) fn retain(
        &mut self,
        now: Instant,
        store: Written<'_>,
        batch: &mut Batch,
        changes: &mut Vec<Change>,
    ) -> Result<bool> {
        let due: Vec<(Instant, u64)> = self.retention.due.range(..=(now, u64::MAX)).take(AT_ONCE).copied().collect();
        let prospects = self.old_prospects(now);
        if due.is_empty() && prospects.is_empty() {
            return Ok(false);
        }
        let store = store()?;
        let mut gone = Gone::default();
        let mut named = Named::default();
        for &(instant, number) in &due {
            self.retention.due.remove(&(instant, number));
            let Some(message) = self.message_of(number, store.as_ref())? else { continue };
            if self.is_about_restricted(&message)
                || self.is_last_of_objector(&message, number, &gone.whole)
                || self.is_last_where_refused(&message, number, &gone.whole)
            {
                self.retention.held.insert((instant, number));
                continue;
            }
            named.subjects.extend(self.mentioned(&message));
            named.records.extend(self.names_in(&message));
            gone.whole.insert(number, Some(message.id().to_owned()));
        }
        let (messages, mut went) = (gone.whole.len(), 0);
        for id in &prospects {
            let members = self.own_members(id)?;
            let (mut going, said, of_others) = self.all_too_old(id, store.as_ref())?;
            self.leave_to_others(id, &of_others, &mut going.whole, store.as_ref())?;
            self.forget_recipients(&members, batch);
            went += usize::from(!going.whole.is_empty());
            gone.extend(going);
            named.subjects.extend(said.subjects);
            named.records.extend(said.records);
        }
        if gone.is_empty() {
            return Ok(due.len() == AT_ONCE);
        }
        let (events, evidence) = self.delete_for_good(&gone, &named, store.as_ref(), batch)?;
        self.pass(now, batch, changes);
        self.write(events, &"retention".into(), now, batch, changes);
        self.write_settled(&"retention".into(), now, batch, changes);
        self.keep_clock(batch);
        let details = [("messages", messages), ("prospects", went), ("evidence", evidence)];
        let details = details.iter().map(|(name, count)| ((*name).to_owned(), count.to_string())).collect();
        self.privacy.audit(now, Fact { action: "retain", details, ..Fact::default() }, batch);
        // Without what went, others can be prospects.
        Ok(true)
    }

    /// Says that somebody may be a prospect now who was a customer before.
    pub(super) fn look_at_prospects(&mut self) {
        self.retention.prospects = Instant::MIN;
    }

    /// Looks again at what was held back: its people may have been released.
    pub(super) fn look_at_held(&mut self) {
        let mut held = std::mem::take(&mut self.retention.held);
        self.retention.due.append(&mut held);
    }

    /// Whether a message is about somebody whose data may only be kept; also one that was put aside.
    fn is_about_restricted(&mut self, message: &Message) -> bool {
        if !self.live.is_anybody_marked() {
            return false;
        }
        let home = self.live.home_of_event(message);
        let profile = home.and_then(|home| self.live.profiles.get(&home));
        profile.is_some_and(|profile| self.live.restricted(profile).is_some())
            || self.members_in(message).into_iter().any(|member| self.live.is_restricted(member))
    }

    /// The record and the devices that a message is about.
    fn members_in(&mut self, message: &Message) -> Vec<Member> {
        let values = self.live.values_of(message);
        let (record, devices) = self.live.about(message, &values);
        record.into_iter().map(Member::Record).chain(devices.into_iter().map(Member::Device)).collect()
    }

    /// Whether a message is the last that is kept of somebody who objected: without it nobody would know whose objection it is.
    fn is_last_of_objector(&mut self, message: &Message, number: u64, gone: &Numbered) -> bool {
        if !self.live.is_anybody_marked() {
            return false;
        }
        let is_kept = |evidence: &u64| *evidence != number && !gone.contains_key(evidence);
        let objectors = self.members_in(message).into_iter().filter(|&member| self.live.objects(member));
        objectors.into_iter().any(|member| !self.live.evidence_of(member).iter().any(is_kept))
    }

    /// Whether a message is the last that tells that somebody uses a device on which something is refused, or was ended: it bears
    /// on them as long as that is known, and forgetting it would permit.
    fn is_last_where_refused(&mut self, message: &Message, number: u64, gone: &Numbered) -> bool {
        let values = self.live.values_of(message);
        let (Some(record), devices) = self.live.about(message, &values) else { return false };
        devices.into_iter().filter(|&device| self.live.refuses_on(device)).any(|device| {
            let theirs = self.live.devices[device as usize].sightings.iter().filter(|seen| seen.record == record);
            let mut left = theirs.map(|seen| seen.evidence).filter(|evidence| !gone.contains_key(evidence)).peekable();
            left.peek().is_some() && left.all(|evidence| evidence == number)
        })
    }

    /// The ids of those who never became customers and were not heard of for too long.
    fn old_prospects(&mut self, now: Instant) -> Vec<String> {
        let Some(Prospects { days, customers }) = &self.live.config.retention.prospects else { return Vec::new() };
        if now < self.retention.prospects {
            return Vec::new();
        }
        let (mut old, mut next) = (Vec::new(), Instant::MAX);
        for (home, profile) in
            self.live.profiles.iter().filter(|(home, profile)| !self.live.holds_any(*home, profile, customers))
        {
            let due = self.last_seen(home, profile).saturating_add(Instant::from(*days) * DAY);
            if due > now {
                next = next.min(due);
            } else if self.live.restricted(profile).is_none() {
                old.push(id_text(profile.id));
            }
        }
        old.sort_unstable();
        if old.len() > AT_ONCE {
            old.truncate(AT_ONCE);
            next = now;
        }
        self.retention.prospects = next;
        old
    }

    fn last_seen(&self, home: Home, profile: &Profile) -> Instant {
        self.live.times(home, profile).into_iter().max().unwrap_or(Instant::MAX)
    }

    /// What was refused on a device holds for everybody who is known on it: it stays while others are, or were put aside.
    fn leave_to_others(
        &mut self,
        id: &str,
        of_others: &BTreeSet<u32>,
        evidence: &mut Numbered,
        store: &dyn Store,
    ) -> Result<()> {
        let (home, profile) = self.live.found(id)?;
        let is_others = |device: &&u32| {
            of_others.contains(*device) || self.live.homes_of_sightings(**device).iter().any(|other| *other != home)
        };
        let shared: Vec<u32> = profile.devices.iter().filter(is_others).copied().collect();
        if shared.is_empty() {
            return Ok(());
        }
        let numbers: Vec<u64> = evidence.keys().copied().collect();
        for number in numbers {
            let Some(message) = self.message_of(number, store)? else { continue };
            let device = message.anonymous_id().and_then(|id| self.live.device_names.find(id));
            if device.is_some_and(|device| shared.contains(&device)) && self.live.takes_back(&message) {
                evidence.remove(&number);
            }
        }
        Ok(())
    }

    /// Forgets what was founded by those of whom nothing is left, by these records and identifiers, and to whom it was sent.
    fn forget_members(&mut self, records: &BTreeSet<RecordName>, lost: &BTreeSet<Subject>, batch: &mut Batch) {
        let is_lost =
            |state: &mut State, record: &RecordName| state.named_by(record).iter().any(|one| lost.contains(one));
        let records = records.iter().filter(|record| is_lost(self, record)).cloned().collect();
        let members = self.gone_members(&records, lost);
        self.forget_recipients(&members, batch);
        self.live.founders.forget(&members.into_iter().collect(), batch);
    }

    /// Deletes evidence for good, and what nobody has any more also from the change feed and from what was decided; tells what
    /// became of profiles, and how much went.
    pub(super) fn delete_for_good(
        &mut self,
        gone: &Gone,
        named: &Named,
        store: &dyn Store,
        batch: &mut Batch,
    ) -> Result<(Vec<Event>, usize)> {
        let mut touched = self.delete(gone, store, batch)?;
        let (mut lost, nothing) = (BTreeSet::new(), Going::default());
        for subject in &named.subjects {
            // What is put aside can come back.
            if !self.is_others(subject, &nothing) && self.out_of(subject, store)?.is_empty() {
                lost.insert(subject.clone());
            }
        }
        let absent = self.absent_named_by(&lost);
        let about = absent.iter().flat_map(|name| self.said_about(name));
        let about: Numbered =
            about.filter(|number| !gone.whole.contains_key(number)).map(|number| (number, None)).collect();
        let mut about = Gone { whole: about, ..Gone::default() };
        self.without_users(&lost, &mut about);
        touched.extend(self.delete(&about, store, batch)?);
        let mut events = self.settle(&touched)?;
        self.forget_members(&named.records, &lost, batch);
        let is_dead = |record: &&RecordName| self.live.number_of(&record.source, &record.record_id).is_none();
        let dead = named.records.iter().filter(is_dead).chain(&absent);
        let mut names: BTreeSet<Name> = dead.map(Name::of).chain(lost.iter().map(Name::of_subject)).collect();
        let mut entries = self.privacy.mentions.of(&names);
        for (number, id) in gone.messages() {
            names.insert(Name::Message(id.clone()));
            entries.extend(self.changes_by(number, store)?);
        }
        self.make_nameless(&entries, &names, store, batch)?;
        // What went is not told of again by its going.
        events.iter_mut().for_each(|event| event.forget(&names));
        Ok((events, gone.whole.len() + about.whole.len()))
    }
}
