//! Components: the records that evidence could join, clustered anew by the code that clusters a batch.

use super::fields::Value;
use super::live::{Live, Touched};
use super::profiles::Home;
use super::records::Statement;
use crate::cluster::{Edge, Fate, Judge};
use crate::error::Result;
use crate::identity::{Decided, Given, Joined, Rules, join};
use crate::instant::Instant;
use crate::progress::Control;
use crate::resolve::ModelJudge;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Records of a component in canonical order: by source, then id.
pub(super) struct Component {
    /// Where it was looked for.
    seed: u32,
    /// None where the last evidence is gone.
    pub(super) records: Vec<u32>,
}

/// From so many components on they are clustered by all threads.
const MANY: usize = 1_000;

/// The clusters of a component.
#[derive(Debug, PartialEq)]
pub(super) struct Clusters {
    /// Of each record, the lowest of its cluster.
    pub(super) lowest: Vec<u32>,
    /// The same without identifiers whose sharing is limited, where any is.
    pub(super) without: Option<Vec<u32>>,
    /// Refused links, by record numbers.
    pub(super) refused: BTreeMap<(u32, u32, u16), String>,
}

/// Where the records of some components went.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Every record looked at, in order, with the cluster it was in before, by its lowest record.
    pub(super) was: Vec<(u32, u32)>,
    /// Links that are refused now and were not before.
    pub(super) refused: Vec<(u32, u32, u16)>,
    /// Values, by rule and number, that came to be shared too widely, or are no longer.
    pub(super) generic: Vec<(u8, u32)>,
}

impl Live {
    /// Brings clusters in line with what was touched.
    pub(super) fn recluster(&mut self, touched: &Touched) -> Result<Moved> {
        let mut moved = Moved::default();
        let mut seen = Seen::default();
        let mut seeds = touched.records.clone();
        seeds.extend(self.rematch(&touched.records));
        // Whoever shares a value that a record lost may have been kept from others by it.
        let left = touched.values.iter().filter_map(|&(rule, value)| {
            let holders = &self.values[rule as usize].holders[value as usize];
            holders.records.first().copied().filter(|_| holders.generic.is_none())
        });
        seeds.extend(left);
        let mut values = touched.values.clone();
        while !seeds.is_empty() || !values.is_empty() {
            self.with_old_clusters(&mut seeds);
            seeds.iter().for_each(|&record| {
                seen.insert(record);
            });
            let components = self.components(&seeds);
            let mut looked_at = std::mem::take(&mut values);
            let mut more = Vec::new();
            for (component, clusters) in components.iter().zip(self.all_clusters(&components)?) {
                // Records that come in only now bring their old clusters along.
                more.extend(component.records.iter().copied().filter(|&record| !seen.contains(record)));
                self.place_component(component, clusters, &mut moved);
                looked_at.extend(component.records.iter().flat_map(|&record| self.limited(record)));
            }
            looked_at.sort_unstable();
            looked_at.dedup();
            more.extend(self.regenerate(&looked_at, &mut moved));
            seeds = more;
        }
        // Of a record that was placed several times the first tells what was before.
        moved.was.sort_by_key(|(record, _)| *record);
        moved.was.dedup_by_key(|(record, _)| *record);
        Ok(moved)
    }

    /// Brings the links of the model in line with these records; tells those whose links may have changed.
    fn rematch(&mut self, records: &[u32]) -> Vec<u32> {
        let Some(matching) = &mut self.matching else { return Vec::new() };
        let mut records = records.to_vec();
        records.sort_unstable();
        records.dedup();
        let (names, fields, states) = (&self.names, &self.fields, &self.records);
        records.retain(|&record| {
            let values = states[record as usize].values.iter().map(|(value, _)| value);
            matching.set(record, names.get(record).0, fields, values)
        });
        if records.is_empty() { records } else { matching.relink(&records) }
    }

    /// Adds the records that were in one cluster with these.
    fn with_old_clusters(&self, records: &mut Vec<u32>) {
        let mut clusters: Vec<u32> = records.iter().map(|&record| self.records[record as usize].cluster).collect();
        clusters.sort_unstable();
        clusters.dedup();
        for cluster in clusters {
            match self.profiles.get(&Home::Cluster(cluster)) {
                Some(profile) => records.extend(&profile.records),
                None => records.push(cluster),
            }
        }
        records.sort_unstable();
        records.dedup();
    }

    /// The components of these records, which are told in ascending order.
    fn components(&self, seeds: &[u32]) -> Vec<Component> {
        let (mut met, mut components) = (Seen::default(), Vec::with_capacity(1));
        for &seed in seeds {
            if met.contains(seed) {
                continue;
            }
            let component = self.component(seed);
            component.records.iter().for_each(|&record| {
                met.insert(record);
            });
            components.push(component);
        }
        components
    }

    /// All records that evidence could join with this one.
    pub(super) fn component(&self, seed: u32) -> Component {
        let mut seen = Seen::default();
        let mut open = vec![seed];
        while let Some(record) = open.pop() {
            if !self.records[record as usize].is_alive() || !seen.insert(record) {
                continue;
            }
            for &(rule, value) in &self.records[record as usize].identifiers {
                let holders = &self.values[rule as usize].holders[value as usize];
                let links = self.rules[rule as usize].1.links.unwrap_or(true);
                if links && holders.generic.is_none() {
                    open.extend(holders.records.iter().filter(|other| !seen.contains(**other)));
                }
            }
            open.extend(self.confirmed.get(&record).into_iter().flatten());
            open.extend(self.aliases.get(&record).into_iter().flatten().map(|(other, _)| *other));
            let links = self.matching.as_ref().map_or(&[][..], |matching| matching.links(record));
            open.extend(links.iter().map(|(other, _)| *other));
        }
        let mut records = seen.list;
        if records.len() > 1 {
            records.sort_by(|&a, &b| self.names.get(a).cmp(&self.names.get(b)));
        }
        Component { seed, records }
    }

    /// The limited identifier values of a record, as (rule, value).
    fn limited(&self, record: u32) -> impl Iterator<Item = (u8, u32)> + '_ {
        let values = self.records[record as usize].identifiers.iter().copied();
        values.filter(|(rule, _)| self.rules[*rule as usize].1.max_profiles.is_some())
    }

    /// The clusters of components, which do not depend on each other.
    fn all_clusters(&self, components: &[Component]) -> Result<Vec<Clusters>> {
        match components.len() < MANY {
            true => components.iter().map(|component| self.clusters(&component.records)).collect(),
            false => components.par_iter().map(|component| self.clusters(&component.records)).collect(),
        }
    }

    fn clusters(&self, records: &[u32]) -> Result<Clusters> {
        if records.len() < 2 {
            return Ok(Clusters { lowest: records.to_vec(), without: None, refused: BTreeMap::new() });
        }
        match self.together(records) {
            Some(clusters) => {
                debug_assert!(self.joined(records).is_ok_and(|joined| joined == clusters), "{clusters:?}");
                Ok(clusters)
            }
            None => self.joined(records),
        }
    }

    /// The clusters of records by the code that clusters a batch.
    fn joined(&self, records: &[u32]) -> Result<Clusters> {
        let (joined, rivals) = self.join(records)?;
        Ok(Clusters {
            lowest: lowest(&joined.clustering.cluster, records),
            without: joined.without_limited.as_deref().map(|without| lowest(without, records)),
            refused: self.refusals(&joined, &rivals, records),
        })
    }

    fn place_component(&mut self, component: &Component, clusters: Clusters, moved: &mut Moved) {
        let Component { seed, records } = component;
        if records.is_empty() {
            self.forget_refused(&[*seed]);
            self.place(*seed, *seed, *seed, moved);
        }
        let known = self.forget_refused(records);
        let without = clusters.without.as_ref().unwrap_or(&clusters.lowest);
        for ((&record, &cluster), &without) in records.iter().zip(&clusters.lowest).zip(without) {
            self.place(record, cluster, without, moved);
        }
        if !clusters.refused.is_empty() {
            moved.refused.extend(clusters.refused.keys().filter(|link| !known.contains_key(*link)));
            self.refused_ends.extend(clusters.refused.keys().map(|&(a, b, rule)| (b, a, rule)));
            self.refused.extend(clusters.refused);
        }
    }

    /// Joins the records of a component as those of a batch are joined; tells also the links that others fit better than, one to
    /// one.
    pub(super) fn join(&self, records: &[u32]) -> Result<(Joined, Vec<(Edge, String)>)> {
        let place: HashMap<u32, u32> = records.iter().copied().zip(0..).collect();
        let place = |record: &u32| place.get(record).copied();
        let values = (0..self.rules.len()).map(|rule| records.iter().map(|&r| self.keys(r, rule)).collect()).collect();
        let mut sources: Vec<&str> = records.iter().map(|&record| self.names.get(record).0).collect();
        sources.dedup();
        let source = |record: &u32| sources.partition_point(|name| *name < self.names.get(*record).0) as u32;
        let free = |name: &str| self.config.sources.get(name).and_then(|source| source.duplicate_free) == Some(true);
        let pairs = |list: &HashMap<u32, Vec<u32>>, record: &u32| list.get(record).cloned().unwrap_or_default();
        let confirmed = records.iter().flat_map(|a| pairs(&self.confirmed, a).into_iter().map(move |b| (*a, b)));
        let stated = records.iter().flat_map(|a| {
            let others = self.aliases.get(a).into_iter().flatten();
            others.map(|(b, _)| (*a, *b)).collect::<Vec<_>>()
        });
        let locally = |(a, b): (u32, u32)| Some((place(&a)?, place(&b)?)).filter(|(a, b)| a < b);
        let refused = self.refused_among(records).filter_map(|pair| locally(pair).map(|(a, b)| (a, b, false)));
        let decided = confirmed.filter_map(locally).map(|(a, b)| (a, b, true)).chain(refused);
        let mut stated: Vec<(u32, u32)> = stated.filter_map(locally).collect();
        stated.sort_unstable();
        stated.dedup();
        let said = self.rules.iter().enumerate().map(|(index, (_, rule))| match rule.is_timed() {
            true => records.iter().map(|&record| self.said(record, index)).collect(),
            false => Vec::new(),
        });
        let given = Given {
            said: said.collect(),
            values,
            source: records.iter().map(source).collect(),
            duplicate_free: (0..).zip(&sources).filter(|(_, name)| free(name)).map(|(index, _)| index).collect(),
            decided: Decided::new(decided),
            stated,
            generic: self.generic_among(records),
        };
        let source = given.source.clone();
        let rules = Rules::new(&self.config, given);
        let control = Control::default();
        let Some(matching) = &self.matching else {
            let joined = join(records.len() as u32, &rules, Vec::new(), &Unmatched(&rules), &control)?;
            return Ok((joined, Vec::new()));
        };
        let judge = ModelJudge {
            features: &matching.features,
            weights: &matching.weights,
            rules: &rules,
            cut: matching.cut,
            memos: &matching.memos,
            numbers: Some(records),
        };
        judge.join(&source, matching.edges(records, place), &control)
    }

    /// The keys of a record for a rule, ascending.
    fn keys(&self, record: u32, rule: usize) -> Vec<&str> {
        let mine = self.records[record as usize].identifiers.iter().filter(|(of, _)| *of as usize == rule);
        let mut keys: Vec<&str> = mine.map(|&(rule, value)| self.key(rule, value)).collect();
        keys.sort_unstable();
        keys
    }

    /// When each of the keys of a record for a rule was said.
    fn said(&self, record: u32, rule: usize) -> Vec<Vec<Instant>> {
        let (state, kind) = (&self.records[record as usize], self.rules[rule].0);
        let is_it =
            |value: &Value, key: &str| self.fields.field(value).kind == kind && self.fields.text(value.key) == key;
        let said = self.keys(record, rule).into_iter().map(|key| {
            // A user's own id is said by all that the user says.
            let always = state.user.is_some_and(|user| is_it(&user, key));
            let says = |statement: &&Statement| always || statement.values.iter().any(|value| is_it(value, key));
            let mut said: Vec<Instant> = state.telling().iter().filter(says).filter_map(|s| s.observed.get()).collect();
            said.extend(state.first_event.get().filter(|_| always));
            said.sort_unstable();
            said.dedup();
            said
        });
        said.collect()
    }

    /// Pairs that were decided to be two, the lower record first.
    pub(super) fn refused_among<'s>(&'s self, records: &'s [u32]) -> impl Iterator<Item = (u32, u32)> + 's {
        let of = |&record: &u32| self.decided.range((record, 0)..=(record, u32::MAX));
        let refused = records.iter().flat_map(of).filter(|(_, same)| !**same);
        refused.flat_map(|(&(a, b), _)| [(a, b), (b, a)])
    }

    /// The values among those of these records that are shared too widely.
    fn generic_among(&self, records: &[u32]) -> BTreeMap<(usize, &str), usize> {
        let limited = records.iter().flat_map(|&record| self.limited(record));
        let generic = limited.filter_map(|(rule, value)| {
            let generic = self.values[rule as usize].holders[value as usize].generic?;
            Some(((rule as usize, self.key(rule, value)), generic as usize))
        });
        generic.collect()
    }

    /// Puts a record into a cluster, and into one of those without limited identifiers.
    fn place(&mut self, record: u32, cluster: u32, without: u32, moved: &mut Moved) {
        let state = &mut self.records[record as usize];
        moved.was.push((record, state.cluster));
        state.cluster = cluster;
        let was = std::mem::replace(&mut state.without, without);
        if was != without {
            let limited: Vec<(u8, u32)> = self.limited(record).collect();
            for (rule, value) in limited {
                self.values[rule as usize].holders[value as usize].moved(was, without);
            }
        }
    }

    /// Judges again how widely values are shared; gives the records that this frees to be joined.
    fn regenerate(&mut self, values: &[(u8, u32)], moved: &mut Moved) -> Vec<u32> {
        let mut freed = Vec::new();
        for &(rule, value) in values {
            let Some(limit) = self.rules[rule as usize].1.max_profiles else { continue };
            let records = &self.records;
            let holders = &mut self.values[rule as usize].holders[value as usize];
            if holders.records.len() <= limit as usize && holders.generic.is_none() {
                continue;
            }
            let profiles = holders.shared_by(|record| records[record as usize].without);
            let generic = (profiles > limit as usize).then_some(profiles as u32);
            if holders.generic.is_some() && generic.is_none() {
                freed.extend(&holders.records);
            }
            if holders.generic.is_some() != generic.is_some() {
                moved.generic.push((rule, value));
            }
            holders.generic = generic;
        }
        freed
    }

    /// Takes the refused links of these records out of the list.
    fn forget_refused(&mut self, records: &[u32]) -> BTreeMap<(u32, u32, u16), String> {
        let mut gone = BTreeMap::new();
        if self.refused.is_empty() {
            return gone;
        }
        for &record in records {
            let range = (record, 0, 0)..=(record, u32::MAX, u16::MAX);
            let from_here = self.refused.range(range.clone()).map(|(link, _)| *link);
            let to_here = self.refused_ends.range(range).map(|&(b, a, rule)| (a, b, rule));
            let links: Vec<(u32, u32, u16)> = from_here.chain(to_here).collect();
            for link @ (a, b, rule) in links {
                self.refused_ends.remove(&(b, a, rule));
                gone.extend(self.refused.remove(&link).map(|reason| (link, reason)));
            }
        }
        gone
    }

    /// The links that were refused, by record numbers. Those of values that too many share are not among them: the value is
    /// told, not each pair of its holders.
    fn refusals(
        &self,
        joined: &Joined,
        rivals: &[(Edge, String)],
        records: &[u32],
    ) -> BTreeMap<(u32, u32, u16), String> {
        let link = |edge: &Edge| (records[edge.a as usize], records[edge.b as usize], edge.rule);
        let fates = joined.edges.iter().zip(&joined.clustering.fates).filter_map(|(edge, fate)| match fate {
            Fate::Refused(reason) => Some((link(edge), reason.clone())),
            _ => None,
        });
        let cluster = &joined.clustering.cluster;
        let apart = |edge: &Edge| cluster[edge.a as usize] != cluster[edge.b as usize];
        let rivals = rivals.iter().filter(|(edge, _)| apart(edge)).map(|(edge, reason)| (link(edge), reason.clone()));
        fates.chain(rivals).collect()
    }
}

/// So many records are looked through one by one.
const FEW: usize = 16;

/// Records met so far, in the order they were met.
#[derive(Default)]
struct Seen {
    list: Vec<u32>,
    /// The same, where they are many.
    table: HashSet<u32>,
}

impl Seen {
    fn contains(&self, record: u32) -> bool {
        if self.table.is_empty() { self.list.contains(&record) } else { self.table.contains(&record) }
    }

    /// Whether it was not met before.
    fn insert(&mut self, record: u32) -> bool {
        if self.contains(record) {
            return false;
        }
        self.list.push(record);
        if self.list.len() > FEW {
            let new = if self.table.is_empty() { &self.list[..] } else { &[record] };
            self.table.extend(new);
        }
        true
    }
}

/// The lowest record of each one's cluster, where clusters are told by their lowest place.
fn lowest(clusters: &[u32], records: &[u32]) -> Vec<u32> {
    let mut lowest: HashMap<u32, u32> = HashMap::new();
    for (cluster, &record) in clusters.iter().zip(records) {
        lowest.entry(*cluster).and_modify(|low| *low = record.min(*low)).or_insert(record);
    }
    clusters.iter().map(|cluster| lowest[cluster]).collect()
}

/// Judges merges by rules alone: no model compares these records.
struct Unmatched<'a, 'r>(&'a Rules<'r>);

impl Judge for Unmatched<'_, '_> {
    fn agreement(&self, _: &[u32], _: &[u32]) -> f64 {
        0.0
    }

    fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
        self.0.conflict(a, b)
    }
}
