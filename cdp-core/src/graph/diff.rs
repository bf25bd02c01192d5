//! What changed between two graphs: two instants, or the same evidence under another configuration or model.

use super::Graph;
use super::live::Live;
use super::profiles::{Home, Profile};
use crate::consent::{Effective, Entry, Question, effective};
use crate::error::{Error, Result};
use crate::explain::RecordName;
use crate::explain::diff::{Diff, Input, Options, Side};
use crate::instant::Instant;
use crate::model::Model;
use crate::profile::id_text;
use crate::record::NULL;
use crate::resolve::{Resolution, Twins};
use crate::schema::{Config, Kind};
use crate::store::Memory;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::Arc;

impl Graph {
    /// The same evidence under another configuration, or under the graph's own where none is given, to be looked at only: what a
    /// change of the rules would make of it. With a model it matches by that one, without by its own. It takes as long as opening the store does.
    ///
    /// # Errors
    /// Those of [`Graph::on_with`].
    pub fn under(&self, config: Option<&Config>, model: Option<Model>) -> Result<Graph> {
        self.held().check()?;
        let config = config.cloned().unwrap_or_else(|| self.config());
        let model = model.map(Arc::new).or_else(|| self.held().live.model());
        let config = super::completed(&config, model.as_deref())?;
        let mut state = super::State::read(self.view()?.as_ref(), config, model.as_ref(), None)?;
        let reason = "this is the graph as it would be under another configuration: it takes nothing in";
        let refusal = Error::new(crate::error::Code::InvalidInput, reason);
        state.break_with(&refusal.help("open the store with the configuration to keep it so"));
        Ok(Graph::of(state, Arc::new(Memory::new()), None))
    }

    /// What changed from this graph to another: merges, splits, moved records and devices, golden values, segments, consents. Give it
    /// [`Graph::as_of`] an instant, or [`Graph::under`] another configuration.
    ///
    /// Segments and consents are those of `options.now`; where absent, segments are as each graph has them, and consents as of when
    /// its latest message arrived. Consents are those for no channel in particular: of a channel alone, ask [`Graph::consent`].
    ///
    /// # Errors
    /// `internal` only.
    pub fn diff(&self, after: &Graph, options: &Options) -> Result<Diff> {
        let mut purposes = self.state()?.live.purposes();
        purposes.append(&mut after.state()?.live.purposes());
        let mut laid = [self.laid(options.now, &purposes)?, after.laid(options.now, &purposes)?];
        let told = laid.each_mut().map(|laid| (take(&mut laid.segments), take(&mut laid.consents)));
        let [before, after] = &laid;
        let twins = Twins::new(&before.made.records, &after.made.records);
        let mut members = twins.members([&before.made.assignments, &after.made.assignments]);
        let records = members.len();
        let devices: BTreeSet<&String> = before.devices.keys().chain(after.devices.keys()).collect();
        let devices: Vec<&String> = devices.into_iter().collect();
        let home = |laid: &Laid, device: &String| laid.devices.get(device).copied().unwrap_or(NULL);
        members.extend(devices.iter().map(|device| [home(before, device), home(after, device)]));
        let name = |member: u32| match (member as usize).checked_sub(records) {
            Some(place) => RecordName { source: Kind::AnonymousId.to_string(), record_id: devices[place].clone() },
            None => twins.name(member),
        };
        let [(segments, consents), (segments_after, consents_after)] = told;
        let before = Side { profiles: &before.made.profiles, segments, consents };
        let after = Side { profiles: &after.made.profiles, segments: segments_after, consents: consents_after };
        Ok(Input { before, after, members, name: &name }.diff(options))
    }

    fn laid(&self, now: Option<Instant>, purposes: &BTreeSet<String>) -> Result<Laid> {
        let state = self.state()?;
        let live = &state.live;
        let made = live.snapshot(state.segments.as_ref())?;
        let mut segments = BTreeMap::new();
        match (&state.segments, now) {
            (_, Some(now)) => {
                segments.extend(made.segments(Some(now))?.into_iter().map(|segment| (segment.name, segment.members)));
            }
            (Some(live), None) => {
                for name in self::names(&made) {
                    let ids = live.members(&name)?;
                    let mut members: Vec<u32> =
                        ids.iter().filter_map(|id| made.profiles.find(id)).map(|place| place as u32).collect();
                    members.sort_unstable();
                    segments.insert(name, members);
                }
            }
            (None, None) => {}
        }
        let ledgers = made.kept.ledgers.as_deref().unwrap_or_default();
        let consents = consents_by_purpose(purposes, ledgers, now.unwrap_or(state.arrived.max(0)));
        let devices = live.devices_by_name(&made);
        Ok(Laid { made, segments, consents, devices })
    }
}

fn names(made: &Resolution) -> Vec<String> {
    made.config.segments.keys().cloned().collect()
}

/// A graph laid out to be compared.
struct Laid {
    made: Resolution,
    segments: BTreeMap<String, Vec<u32>>,
    consents: BTreeMap<String, Vec<Effective>>,
    /// The profile of each device: its own where it has one alone, otherwise that of its part that is nobody's, if it has one.
    devices: BTreeMap<String, u32>,
}

impl Live {
    /// The profiles in the order of their ids, as a snapshot numbers them: without those whose data may only be kept.
    pub(super) fn homes_in_order(&self) -> Vec<(Home, &Profile)> {
        let mut homes: Vec<_> = self.profiles.iter().collect();
        homes.retain(|(_, profile)| self.restricted(profile).is_none());
        homes.sort_unstable_by_key(|(_, profile)| profile.id);
        homes
    }

    /// The purposes that anything was said of.
    fn purposes(&self) -> BTreeSet<String> {
        let ledgers = self.profiles.iter().flat_map(|(home, profile)| self.ledger(home, profile));
        ledgers.map(|entry| entry.statement.purpose).collect()
    }

    /// The profiles of devices; of one that several people share, that of the part that is nobody's.
    fn devices_by_name(&self, made: &Resolution) -> BTreeMap<String, u32> {
        let mut devices = BTreeMap::new();
        for (device, state) in (0..).zip(&self.devices) {
            let nobody = || state.homes.iter().find(|home| matches!(home, Home::Device(_)));
            let home = if let [home] = state.homes.as_slice() { Some(home) } else { nobody() };
            let profile = home
                .and_then(|home| self.profiles.get(home))
                .and_then(|profile| made.profiles.find(&id_text(profile.id)));
            devices.extend(profile.map(|place| (self.device_names.get(device).to_owned(), place as u32)));
        }
        devices
    }
}

/// Per purpose, what may be done with the data of each profile. Every one is asked of everybody: what was said of all
/// purposes at once answers for those that it does not name.
fn consents_by_purpose(
    purposes: &BTreeSet<String>,
    ledgers: &[Vec<Entry>],
    now: Instant,
) -> BTreeMap<String, Vec<Effective>> {
    let unknown = |purpose: &String| (purpose.clone(), vec![Effective::Unknown; ledgers.len()]);
    let mut consents: BTreeMap<String, Vec<Effective>> = purposes.iter().map(unknown).collect();
    for (place, ledger) in ledgers.iter().enumerate().filter(|(_, ledger)| !ledger.is_empty()) {
        for (purpose, answers) in &mut consents {
            answers[place] = effective(ledger, &Question { purpose, channel: None, address: None }, now).effective;
        }
    }
    consents
}
