//! A store that is opened with other rules than before: what they made of profiles is told in the change feed.

use super::changes::Event;
use super::live::Live;
use super::profiles::{Home, Profile, Story};
use super::segments::TOLD_BY;
use super::state::State;
use crate::error::Result;
use crate::explain::RecordName;
use crate::model::Model;
use crate::privacy::hex;
use crate::profile::{ProfileId, id_text};
use crate::schema::{Config, ConsentConfig, Retention};
use crate::store::{Batch, Space, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The key under which the rules are kept.
const RULES: &[u8] = b"graph.rules";

/// What is kept of the rules: those that decide who somebody is, and a hash of those that decide memberships.
pub(super) type Hashes = [Option<Vec<u8>>; 2];

/// What a store keeps of the rules it was opened with last.
///
/// # Errors
/// Those of the store.
pub(super) fn kept(store: &dyn Store) -> Result<Hashes> {
    Ok([store.get(Space::META, RULES)?, store.get(Space::META, TOLD_BY)?])
}

/// What to the feed did it.
const CAUSE: &str = "rules";

/// By what profiles were made.
#[derive(Serialize, Deserialize)]
struct Kept {
    config: Config,
    /// A hash of the model: the model itself can hold values.
    model: Option<String>,
}

/// The parts of a configuration that decide who somebody is. The others can name people.
fn deciding(config: &Config) -> Config {
    Config {
        segments: BTreeMap::new(),
        events: BTreeMap::new(),
        lists: BTreeMap::new(),
        consent: ConsentConfig::default(),
        retention: Retention::default(),
        ..config.clone()
    }
}

/// A hash of a model.
pub(super) fn fingerprint(model: &Model) -> String {
    hex(&Sha256::digest(model.to_json().as_bytes()))
}

/// The names of the parts that differ.
fn changed(before: &Kept, now: &Kept) -> Vec<String> {
    let parts = |kept: &Kept| match serde_json::to_value(&kept.config) {
        Ok(serde_json::Value::Object(parts)) => parts,
        _ => serde_json::Map::new(),
    };
    let (a, b) = (parts(before), parts(now));
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let differing = names.into_iter().filter(|name| a.get(*name) != b.get(*name)).cloned();
    differing.chain((before.model != now.model).then(|| "model".to_owned())).collect()
}

impl State {
    /// Tells what other rules than those the store was opened with before made of profiles, and keeps these.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn tell_rules(
        &mut self,
        store: &dyn Store,
        model: Option<&Arc<Model>>,
        fingerprint: Option<String>,
        batch: &mut Batch,
    ) -> Result<()> {
        let config = deciding(&self.live.config);
        let now = Kept { config, model: fingerprint };
        let bytes = serde_json::to_vec(&now).unwrap_or_default();
        let kept = store.get(Space::META, RULES)?;
        if kept.as_ref() == Some(&bytes) {
            return Ok(());
        }
        batch.put(Space::META, RULES, &bytes);
        let before = kept.and_then(|kept| serde_json::from_slice::<Kept>(&kept).ok());
        let Some(before) = before.filter(|_| !self.known.is_empty()) else { return Ok(()) };
        let parts = changed(&before, &now);
        // With another model than before only the effect of the other rules can be told.
        let events = match before.config == now.config {
            true => Vec::new(),
            false => self.live.became(&State::read(store, before.config, model, None)?.live),
        };
        let (at, mut changes) = (self.arrived(), Vec::new());
        self.write(vec![Event::RulesChanged { parts }], &CAUSE.into(), at, batch, &mut changes);
        self.write(events, &CAUSE.into(), at, batch, &mut changes);
        Ok(())
    }
}

/// What a profile looks like, by names that two graphs share.
fn looks(live: &Live, profile: &Profile) -> (BTreeMap<String, String>, Vec<RecordName>, Vec<String>) {
    let golden = profile.golden.iter().map(|golden| {
        let name = live.fields.golden_name(live.fields.golden(&golden.value));
        (name.to_owned(), live.fields.text(golden.value.display).to_owned())
    });
    let records = profile.records.iter().map(|&record| live.record_name(record)).collect();
    let devices = profile.devices.iter().map(|&device| live.device_names.get(device).to_owned()).collect();
    (golden.collect(), records, devices)
}

impl Live {
    /// What became of the profiles that other rules made of the same evidence.
    fn became(&mut self, before: &Live) -> Vec<Event> {
        let mut events = self.sharing_became(before);
        let went =
            before.profiles.iter().map(|(home, profile)| (profile.id, self.ids_of_members(before, home, profile)));
        let story = Story::new(went, self.profiles.values().map(|profile| profile.id));
        self.let_go(&story, |live, id| live.same_founder(before, id));
        events.extend(story.told());
        let were: BTreeMap<_, &Profile> = before.profiles.values().map(|profile| (profile.id, profile)).collect();
        let mut profiles: Vec<&Profile> = self.profiles.values().collect();
        profiles.sort_unstable_by_key(|profile| profile.id);
        events.extend(profiles.into_iter().filter_map(|profile| {
            let (was, is) = (looks(before, were.get(&profile.id)?), looks(self, profile));
            let names: BTreeSet<&String> = was.0.keys().chain(is.0.keys()).collect();
            let fields = names.into_iter().filter(|name| was.0.get(*name) != is.0.get(*name)).cloned().collect();
            (was != is).then(|| Event::ProfileUpdated { profile_id: id_text(profile.id), fields })
        }));
        events.extend(self.refusals_new_to(before));
        events
    }

    /// The ids that the members of a profile have here.
    fn ids_of_members(&self, before: &Live, home: Home, profile: &Profile) -> Vec<ProfileId> {
        let id = |home: Home| self.profiles.get(&home).map(|profile| profile.id);
        let here = |record: &u32| {
            let (source, name) = before.names.get(*record);
            let state = &self.records[self.names.find(source, name)? as usize];
            state.is_alive().then_some(Home::Cluster(state.cluster)).and_then(id)
        };
        let mut ids: Vec<_> = profile.records.iter().filter_map(here).collect();
        let founder = self.same_founder(before, profile.id).and_then(|origin| self.home_of_origin(origin));
        ids.extend(founder.and_then(id));
        let has_records = !ids.is_empty() && !profile.records.is_empty();
        for device in profile.devices.iter().filter(|_| !has_records) {
            let Some(same) = self.device_names.find(before.device_names.get(*device)) else { continue };
            // The same evidence gives a device the same sightings.
            let homes = before.homes_of_sightings(*device).into_iter().zip(self.homes_of_sightings(same));
            ids.extend(homes.filter(|(was, _)| *was == home).filter_map(|(_, is)| id(is)));
        }
        ids
    }

    /// Which values came to be shared too widely, or are no longer.
    fn sharing_became(&self, before: &Live) -> Vec<Event> {
        let generic = |live: &Live| {
            let mut generic = BTreeMap::new();
            for (rule, ((kind, _), values)) in (0..).zip(live.rules.iter().zip(&live.values)) {
                let wide = (0..).zip(&values.holders).filter_map(|(value, holders)| Some((value, holders.generic?)));
                generic.extend(wide.map(|(value, profiles)| ((*kind, live.key(rule, value).to_owned()), profiles)));
            }
            generic
        };
        let (was, is) = (generic(before), generic(self));
        let fresh = is.iter().filter(|(value, _)| !was.contains_key(*value));
        let fresh = fresh.map(|((kind, value), profiles)| Event::IdentifierGeneric {
            kind: kind.to_string(),
            value: value.clone(),
            profiles: u64::from(*profiles),
        });
        let gone = was.keys().filter(|value| !is.contains_key(*value));
        let gone = gone.map(|(kind, value)| Event::IdentifierRestored { kind: kind.to_string(), value: value.clone() });
        fresh.chain(gone).collect()
    }

    /// The links that are refused here alone.
    fn refusals_new_to(&self, before: &Live) -> Vec<Event> {
        let link = |refused: &super::Refused| (refused.records.clone(), refused.rule.clone());
        let known: BTreeSet<_> = before.all_refused().iter().map(link).collect();
        let fresh = self.all_refused().into_iter().filter(|refused| !known.contains(&link(refused)));
        let told = fresh.map(|refused| {
            let super::Refused { records, rule, reason } = refused;
            Event::LinkRefused { records, rule, reason }
        });
        told.collect()
    }
}
