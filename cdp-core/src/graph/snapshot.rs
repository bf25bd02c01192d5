//! A graph laid out as the result of a batch: the same tables, segments and report.

use super::live::Live;
use super::matching::Matching;
use super::profiles::{Golden, Home, Origin};
use super::segments::{Segments, history};
use crate::cluster::{Edge, Fate};
use crate::error::Result;
use crate::model::bits;
use crate::profile::{GoldenField, Profiles, id_text};
use crate::record::{ColumnBuilder, NULL, TextPool};
use crate::resolve::{Kept, Link, Records, Refusal, Resolution};
use hashbrown::HashSet;
use std::collections::BTreeSet;

impl Live {
    /// All records and profiles as they are now, but of people whose data may not be used. Records are in order of source and id,
    /// and their rows are these places.
    pub(super) fn snapshot(&self, segments: Option<&Segments>) -> Result<Resolution> {
        let order = self.records_in_order();
        let mut place = vec![NULL; self.records.len()];
        (0..).zip(&order).for_each(|(at, &record)| place[record as usize] = at);
        let homes = self.homes_in_order();
        let mut assignments = vec![NULL; order.len()];
        let mut members = Vec::with_capacity(homes.len());
        for (index, (_, profile)) in (0..).zip(&homes) {
            let mut mine: Vec<u32> = profile.records.iter().map(|&record| place[record as usize]).collect();
            if let Some(Origin::Record(founder)) = self.founders.origins.get(&profile.id)
                && let Some(at) = profile.records.iter().position(|record| record == founder)
            {
                mine[..=at].rotate_right(1);
            }
            mine.iter().for_each(|&at| assignments[at as usize] = index);
            members.push(mine);
        }
        let ids = homes.iter().map(|(_, profile)| id_text(profile.id)).collect();
        let golden: Vec<&[Golden]> = homes.iter().map(|(_, profile)| profile.golden.as_slice()).collect();
        let records = self.records_of(&order);
        let fields = self.golden_fields(&golden, &place, &records.sources);
        let profiles = Profiles::new(ids, &members, fields)?;
        let links = self.links(&order, &place)?;
        let is_there = |record: u32| place[record as usize] != NULL;
        let refused = self.refused.iter().filter(|((a, b, _), _)| is_there(*a) && is_there(*b));
        let refused = refused.map(|(&(a, b, rule), reason)| {
            let records = [a, b];
            let [a, b] = records.map(|record| place[record as usize]);
            let weight = |matching: &Matching| matching.weight(records[0], records[1]);
            let weight = self.matching.as_ref().filter(|_| rule == 0).and_then(weight).map_or(f64::INFINITY, bits);
            Refusal { a: a.min(b), b: a.max(b), weight, rule: self.rule_name(rule), reason: reason.clone() }
        });
        let mut refused: Vec<Refusal> = refused.collect();
        refused.sort_by(|x, y| (x.a, x.b, &x.rule).cmp(&(y.a, y.b, &y.rule)));
        let model = self.model().map(|model| (*model).clone()).unwrap_or_default();
        let history = Some(history(segments, self, &homes)?);
        let ledgers = Some(homes.iter().map(|(home, profile)| self.ledger(*home, profile)).collect());
        let mut made = Resolution::of_graph(self.config.clone(), model, records, assignments, profiles, links, refused);
        made.summary.warnings = self.warnings(&order);
        Ok(Resolution { kept: Kept { history, ledgers }, ..made })
    }

    /// Sources whose rows the filled-in rules keep apart though other identifiers would join some: each row has a value of its own
    /// of a kind of which a profile takes one.
    fn warnings(&self, order: &[u32]) -> Vec<String> {
        if self.config.identifiers != super::default_rules().collect() {
            return Vec::new();
        }
        let rows = |a: u32, b: u32| {
            let source = self.names.get(a).0;
            let both = [a, b].map(|record| self.records[record as usize].is_row);
            (both == [true; 2] && source == self.names.get(b).0).then_some(source)
        };
        let kept_apart: BTreeSet<&str> = self.refused.keys().filter_map(|&(a, b, _)| rows(a, b)).collect();
        let unique = self.rules.iter().enumerate().filter(|(_, (_, rule))| rule.unique);
        let told = unique.flat_map(|(rule, (kind, _))| {
            let apart = kept_apart.iter().filter(move |source| self.has_own_values(source, rule as u8, order));
            apart.map(move |source| {
                format!(
                    "source '{source}': none of its rows can be one person, since each has a {kind} of its own and a \
                     profile takes one; where they repeat people, give the configuration [identifiers] of its own"
                )
            })
        });
        told.collect()
    }

    /// Whether each row of a source has values of a rule that no other row of it has.
    fn has_own_values(&self, source: &str, rule: u8, order: &[u32]) -> bool {
        let mut seen = HashSet::new();
        let mut rows = order.iter().filter(|&&record| self.names.get(record).0 == source);
        rows.all(|&record| {
            let held = &self.records[record as usize].identifiers;
            let mut held = held.iter().filter(|(of, _)| *of == rule).peekable();
            held.peek().is_some() && held.all(|(_, value)| seen.insert(*value))
        })
    }

    /// Records that evidence speaks of, by source and id.
    fn records_in_order(&self) -> Vec<u32> {
        let is_used = |record: &u32| {
            let state = &self.records[*record as usize];
            let profile = || self.profiles.get(&Home::Cluster(state.cluster));
            state.is_alive() && profile().is_none_or(|profile| self.restricted(profile).is_none())
        };
        let mut order: Vec<u32> = (0..self.records.len() as u32).filter(is_used).collect();
        order.sort_unstable_by(|&a, &b| self.names.get(a).cmp(&self.names.get(b)));
        order
    }

    fn records_of(&self, order: &[u32]) -> Records {
        let mut records = Records::default();
        let mut ids = TextPool::default();
        for &record in order {
            let (source, id) = self.names.get(record);
            if records.sources.last().is_none_or(|last| last != source) {
                records.sources.push(source.to_owned());
            }
            records.source.push(records.sources.len() as u32 - 1);
            ids.push(id);
        }
        records.rows = (0..order.len() as u64).collect();
        records.ids = ids;
        records
    }

    /// The golden fields that columns of these sources feed, or that any profile has a value of, in order of kind and name.
    fn golden_fields(&self, profiles: &[&[Golden]], place: &[u32], sources: &[String]) -> Vec<GoldenField> {
        let mut numbers: Vec<u16> =
            profiles.iter().flat_map(|g| g.iter().map(|g| self.fields.golden(&g.value))).collect();
        numbers.extend(sources.iter().flat_map(|source| self.fields.golden_of(source, &self.config)));
        numbers.sort_unstable();
        numbers.dedup();
        numbers.sort_by_key(|&number| self.fields.golden_kind(number));
        let field = |number: u16| {
            let mut values = ColumnBuilder::new(self.fields.golden_name(number));
            let mut provenance = Vec::with_capacity(profiles.len());
            for golden in profiles {
                let mine = golden.iter().find(|golden| self.fields.golden(&golden.value) == number);
                values.push(mine.map(|golden| self.fields.text(golden.value.display)));
                provenance.push(mine.map_or(NULL, |g| if g.record == NULL { NULL } else { place[g.record as usize] }));
            }
            let (kind, name) = self.fields.golden_kind(number);
            GoldenField {
                name: name.to_owned(),
                kind,
                hashed: self.fields.is_hashed(number),
                values: values.finish(),
                provenance,
            }
        };
        numbers.into_iter().map(field).collect()
    }

    /// The links that hold, and the places of those that merged clusters, in the order they did.
    fn links(&self, order: &[u32], place: &[u32]) -> Result<(Vec<Link>, Vec<u32>)> {
        let (mut links, mut merges) = (Vec::new(), Vec::new());
        let mut seen: HashSet<u32> = HashSet::new();
        for &record in order {
            if seen.contains(&record) {
                continue;
            }
            let component = self.component(record).records;
            seen.extend(&component);
            if component.len() == 1 {
                continue;
            }
            let (joined, _) = self.join(&component)?;
            let mut at = vec![NULL; joined.edges.len()];
            for (index, (edge, fate)) in joined.edges.iter().zip(&joined.clustering.fates).enumerate() {
                let is_used = place[component[edge.a as usize] as usize] != NULL;
                if is_used && !matches!(fate, Fate::Refused(_)) {
                    at[index] = links.len() as u32;
                    links.push(self.link(edge, &component, place));
                }
            }
            merges.extend(joined.clustering.merges.iter().map(|&edge| at[edge]).filter(|&edge| edge != NULL));
        }
        Ok((links, merges))
    }

    fn link(&self, edge: &Edge, component: &[u32], place: &[u32]) -> Link {
        let [a, b] = [edge.a, edge.b].map(|end| place[component[end as usize] as usize]);
        Link { a: a.min(b), b: a.max(b), weight: bits(edge.weight), rule: self.rule_name(edge.rule) }
    }
}
