//! Components in which every link holds: the common case, where connecting records gives what clustering them would.

use super::components::Clusters;
use super::live::Live;
use crate::cluster::Groups;
use std::collections::BTreeMap;

impl Live {
    /// The one cluster of a component's records where nothing speaks against any merge; `None` where something might, so that they
    /// have to be clustered.
    pub(super) fn together(&self, records: &[u32]) -> Option<Clusters> {
        if self.matching.is_some() || self.timed || self.parts_sources || self.refused_among(records).next().is_some() {
            return None;
        }
        let held = self.held_values(records);
        // A merge adds no value to those of all together.
        let crowded = |of_rule: &[(u8, u32, u32)]| {
            let rule = &self.rules[of_rule[0].0 as usize].1;
            let limit = if rule.unique { Some(1) } else { rule.max_per_profile };
            limit.is_some_and(|limit| of_rule.chunk_by(|a, b| a.1 == b.1).count() > limit as usize)
        };
        if held.chunk_by(|a, b| a.0 == b.0).any(crowded) {
            return None;
        }
        let mut groups = Groups::new(records.len());
        for (a, b) in self.stated_among(records) {
            groups.join(a, b);
        }
        let shared = || held.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|holders| holders.len() > 1);
        let mut limited = false;
        for holders in shared() {
            let rule = &self.rules[holders[0].0 as usize].1;
            match (rule.links.unwrap_or(true), rule.max_profiles) {
                (true, None) => {
                    for &(_, _, place) in &holders[1..] {
                        groups.join(holders[0].2, place);
                    }
                }
                (true, Some(_)) => limited = true,
                (false, _) => {}
            }
        }
        if limited && shared().any(|holders| self.is_too_wide(holders, &mut groups)) {
            return None;
        }
        let lowest = vec![*records.iter().min()?; records.len()];
        let without = self.limits_sharing.then(|| lowest_of_each(groups, records));
        Some(Clusters { lowest, without, refused: BTreeMap::new() })
    }

    /// The identifier values of records, as (rule, value, place of the record), in order.
    fn held_values(&self, records: &[u32]) -> Vec<(u8, u32, u32)> {
        let mut held = Vec::with_capacity(4 * records.len());
        for (place, &record) in (0..).zip(records) {
            held.extend(self.records[record as usize].identifiers.iter().map(|&(rule, value)| (rule, value, place)));
        }
        held.sort_unstable();
        held
    }

    /// Pairs of places that an alias or a person says to be one.
    fn stated_among<'s>(&'s self, records: &'s [u32]) -> impl Iterator<Item = (u32, u32)> + 's {
        let place = |record: u32| records.iter().position(|&other| other == record).map(|place| place as u32);
        let any = !self.confirmed.is_empty() || !self.aliases.is_empty();
        let mine = (0..).zip(if any { records } else { &[] });
        mine.flat_map(move |(a, record)| {
            let confirmed = self.confirmed.get(record).into_iter().flatten().copied();
            let aliases = self.aliases.get(record).into_iter().flatten().map(|(other, _)| *other);
            confirmed.chain(aliases).filter_map(move |other| Some((a, place(other)?)))
        })
    }

    /// Whether clusters of these holders alone would be too many to share their value.
    fn is_too_wide(&self, holders: &[(u8, u32, u32)], groups: &mut Groups) -> bool {
        let (rule, value, _) = holders[0];
        let of_value = &self.values[rule as usize].holders[value as usize];
        let Some(limit) = self.rules[rule as usize].1.max_profiles else { return false };
        if holders.len() <= limit as usize || of_value.generic.is_some() {
            return false;
        }
        let mut clusters: Vec<u32> = holders.iter().map(|&(_, _, place)| groups.of(place)).collect();
        clusters.sort_unstable();
        clusters.dedup();
        clusters.len() > limit as usize
    }
}

/// The lowest record of each one's group, by place.
fn lowest_of_each(mut groups: Groups, records: &[u32]) -> Vec<u32> {
    let mut lowest: Vec<u32> = vec![u32::MAX; records.len()];
    for (place, &record) in (0..).zip(records) {
        let group = groups.of(place) as usize;
        lowest[group] = lowest[group].min(record);
    }
    (0..records.len() as u32).map(|place| lowest[groups.of(place) as usize]).collect()
}
