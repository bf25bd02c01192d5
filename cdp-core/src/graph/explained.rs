//! Explanations of a live graph: why two records are one person or are not, and how a profile came together.

use super::live::Live;
use super::{Change, Event, Filter, Graph};
use crate::cluster::{Edge, Fate};
use crate::error::{Code, Error, Result};
use crate::explain::{
    Hindrance, How, Joint, Obstacle, PathStep, RecordName, RefusedStep, Remedy, Together, Told, Why, WhyNot,
};
use crate::model::bits;
use crate::profile::id_text;
use crate::resolve::{self, Between, fewest, tell_refused};
use crate::schema::Kind;
use hashbrown::HashMap;
use std::collections::BTreeSet;

impl Graph {
    /// How a profile came together: its records, the links that merged them as a tree, the links that alone hold it together,
    /// how well it holds, and what the feed tells of it and of the profiles it came from.
    ///
    /// # Errors
    /// `not_found` if there is no such profile; those of the store.
    pub fn how(&self, profile_id: &str) -> Result<How> {
        self.state()?.live.found(profile_id)?;
        let types = ["profile_created", "profile_merged", "profile_renamed", "profile_split", "profile_removed"];
        let filter = Filter { types: types.map(str::to_owned).to_vec(), ..Filter::default() };
        let feed = self.changes_where(0, usize::MAX, &filter)?;
        // The feed takes a while, in which the profile may be merged: from here on all is of one moment.
        let state = self.state()?;
        let id = id_text(state.live.found(profile_id)?.1.id);
        state.live.how(&id, history(&id, &feed))
    }

    /// Why two records are, or are not, one person: the weight that the model gives them, part by part.
    ///
    /// # Errors
    /// `not_found` if there is no such record; `invalid_input` if the graph was opened without a model.
    pub fn why(&self, a: &RecordName, b: &RecordName) -> Result<Why> {
        self.state()?.live.why([a, b])
    }

    /// Why two records are not one person: whether they were compared, the weight they have or would have, which refused links,
    /// rules and decisions stand between them, and what it would take. It needs no model.
    ///
    /// # Errors
    /// `not_found` if there is no such record.
    pub fn why_not(&self, a: &RecordName, b: &RecordName) -> Result<WhyNot> {
        let state = self.state()?;
        let names = if a <= b { [a.clone(), b.clone()] } else { [b.clone(), a.clone()] };
        let decided = state.decisions.get(&names).and_then(|decision| decision.same);
        state.live.why_not([a, b], decided)
    }

    /// The fewest links that lead from one record to another of the same profile; none where they are in two.
    ///
    /// # Errors
    /// `not_found` if there is no such record.
    pub fn path(&self, a: &RecordName, b: &RecordName) -> Result<Vec<PathStep>> {
        let state = self.state()?;
        let [a, b] = state.live.two([a, b])?;
        let live = &state.live;
        Ok(if live.are_one(a, b) { live.path(&live.held(a)?, a, b) } else { Vec::new() })
    }

    /// The records that hold an identifier, in order; a device is no record.
    ///
    /// # Errors
    /// Those of [`Graph::find`].
    pub fn records_with(&self, kind: &str, value: &str) -> Result<Vec<RecordName>> {
        let state = self.state()?;
        let kind = kind.parse()?;
        if kind == Kind::AnonymousId {
            return Ok(Vec::new());
        }
        let holders = state.live.holders(kind, value)?.into_iter();
        let mut names: Vec<RecordName> = holders.map(|record| state.live.record_name(record)).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// What the feed tells of a profile and of those that it came from, in order.
fn history(id: &str, changes: &[Change]) -> Vec<Told> {
    let mut ids: BTreeSet<&str> = BTreeSet::from([id]);
    // From the latest back: what went into a profile is found after the profile.
    let mut told: Vec<Told> = Vec::new();
    for change in changes.iter().rev() {
        let others: &[String] = match &change.event {
            Event::ProfileMerged { from, .. } | Event::ProfileRenamed { from, .. } => from,
            Event::ProfileSplit { into, .. } => into,
            Event::ProfileCreated { .. } | Event::ProfileRemoved { .. } => &[],
            _ => continue,
        };
        let profiles: Vec<&str> =
            change.event.profile_id().into_iter().chain(others.iter().map(String::as_str)).collect();
        if profiles.iter().any(|profile| ids.contains(profile)) {
            ids.extend(&profiles);
            told.push(Told {
                number: change.number,
                at: change.at.clone(),
                what: change.event.word().to_owned(),
                cause: change.cause.clone(),
                profiles: profiles.into_iter().map(str::to_owned).collect(),
            });
        }
    }
    told.reverse();
    told
}

impl Live {
    /// Two different records by their names.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) fn two(&self, names: [&RecordName; 2]) -> Result<[u32; 2]> {
        let number = |name: &RecordName| {
            let record = self.names.find(&name.source, &name.record_id);
            record.filter(|&record| self.records[record as usize].is_alive()).ok_or_else(|| {
                Error::hiding(Code::NotFound, "there is no record '{}'", [&name.record_id]).source(&name.source)
            })
        };
        let [a, b] = [number(names[0])?, number(names[1])?];
        if a == b {
            return Err(Error::new(Code::NotFound, "the two records are one and the same").help("name two records"));
        }
        Ok([a, b])
    }

    pub(super) fn are_one(&self, a: u32, b: u32) -> bool {
        self.records[a as usize].cluster == self.records[b as usize].cluster
    }

    fn how(&self, profile_id: &str, history: Vec<Told>) -> Result<How> {
        let (_, profile) = self.found(profile_id)?;
        let members = &profile.records;
        let place: HashMap<u32, usize> = members.iter().copied().zip(0..).collect();
        let (mut merges, mut links) = (Vec::new(), Vec::new());
        if let [first, _, ..] = members.as_slice() {
            let component = self.component(*first).records;
            let (joined, _) = self.join(&component)?;
            let step = |edge: &Edge| {
                let ends = [edge.a, edge.b].map(|end| component[end as usize]);
                let places = [place.get(&ends[0]).copied()?, place.get(&ends[1]).copied()?];
                Some(Joint { ends: places, link: self.step(ends, edge) })
            };
            let fates = joined.edges.iter().zip(&joined.clustering.fates);
            links.extend(fates.filter(|(_, fate)| holds(fate)).filter_map(|(edge, _)| step(edge)));
            merges.extend(joined.clustering.merges.iter().filter_map(|&edge| step(&joined.edges[edge])));
        }
        let names = members.iter().map(|&record| self.record_name(record)).collect();
        let together = Together { profile_id: id_text(profile.id), members: names, merges, links };
        let holds = |a: usize, b: usize| {
            self.matching.as_ref().is_some_and(|matching| matching.evidence(members[a], members[b]) > matching.cut)
        };
        Ok(together.how(holds, history))
    }

    fn why(&self, names: [&RecordName; 2]) -> Result<Why> {
        let Some(matching) = &self.matching else {
            let reason = "the graph joins records by rules alone: no fields are compared";
            let help = "ask why_not, or how their profile came together, or open the graph with a model";
            return Err(Error::new(Code::InvalidInput, reason).help(help));
        };
        let [a, b] = self.two(names)?;
        let (same_profile, held) = (self.are_one(a, b), self.held(a)?);
        let step = |(ends, edge): &([u32; 2], Edge)| self.step(*ends, edge);
        let between = Between {
            same_profile,
            threshold: bits(matching.cut),
            links: held.iter().filter(|(ends, _)| [[a, b], [b, a]].contains(ends)).map(step).collect(),
            refused: self.refused_between(|x, y| (x, y) == (a.min(b), a.max(b))),
            path: if same_profile { self.path(&held, a, b) } else { Vec::new() },
        };
        let records = [(names[0].clone(), a), (names[1].clone(), b)];
        Ok(resolve::why(&matching.features, &matching.weights, records, between))
    }

    fn why_not(&self, names: [&RecordName; 2], decided: Option<bool>) -> Result<WhyNot> {
        let [a, b] = self.two(names)?;
        let mut told = WhyNot::new([names[0].clone(), names[1].clone()], self.are_one(a, b));
        if told.same_profile {
            return Ok(told.finish(None));
        }
        let cluster = |record: u32| self.records[record as usize].cluster;
        let (p, q) = (cluster(a), cluster(b));
        let between = |x: u32, y: u32| [(p, q), (q, p)].contains(&(cluster(x), cluster(y)));
        let refused = self.refused_between(between).into_iter().map(|step| Obstacle {
            kind: Hindrance::Refused,
            records: Some(step.records),
            rule: Some(step.rule),
            reason: step.reason,
        });
        tell_refused(&mut told, refused);
        self.tell_generic(&mut told, a, b);
        match &self.matching {
            Some(matching) => matching.judged().tell(&mut told, [a, b], |key| matching.size(key)),
            None if told.obstacles.is_empty() => {
                told.obstacle(Hindrance::NothingShared, "they share no identifier value that links".to_owned());
            }
            None => {}
        }
        Ok(told.finish(decided))
    }

    /// Adds the identifier values of both records that too many share.
    fn tell_generic(&self, told: &mut WhyNot, a: u32, b: u32) {
        let theirs = &self.records[b as usize].identifiers;
        for &(rule, value) in self.records[a as usize].identifiers.iter().filter(|value| theirs.contains(value)) {
            let (kind, settings) = &self.rules[rule as usize];
            let Some(profiles) = self.values[rule as usize].holders[value as usize].generic else { continue };
            let limit = settings.max_profiles.unwrap_or_default();
            let reason = format!(
                "the {kind} '{}' joins nobody: {profiles} profiles share it, the limit is {limit}",
                self.key(rule, value)
            );
            told.obstacle(Hindrance::Generic, reason);
            let text = format!("max_profiles of {profiles} or more for {kind}; it would join the others, too");
            told.need(Remedy::Rule, Some(f64::from(profiles)), false, text);
        }
    }

    /// The links that are refused, in order.
    pub(super) fn all_refused(&self) -> Vec<RefusedStep> {
        self.refused_between(|_, _| true)
    }

    /// The refused links whose records, the first of each being the lower, are wanted; in order.
    fn refused_between(&self, wanted: impl Fn(u32, u32) -> bool) -> Vec<RefusedStep> {
        let links = self.refused.iter().filter(|((a, b, _), _)| wanted(*a.min(b), *a.max(b)));
        let step = |(&(a, b, rule), reason): (&(u32, u32, u16), &String)| RefusedStep {
            records: [a, b].map(|record| self.record_name(record)),
            rule: self.rule_name(rule),
            reason: reason.clone(),
        };
        let mut steps: Vec<RefusedStep> = links.map(step).collect();
        steps.sort_by(|x, y| (&x.records, &x.rule).cmp(&(&y.records, &y.rule)));
        steps
    }

    fn step(&self, ends: [u32; 2], edge: &Edge) -> PathStep {
        let [a, b] = ends;
        PathStep {
            records: ends.map(|record| self.record_name(record)),
            weight: bits(edge.weight),
            rule: self.rule_name(edge.rule),
            evidence: self.matching.as_ref().map(|matching| bits(matching.evidence(a, b))),
        }
    }

    /// The links that hold among the records of a profile, by their numbers.
    fn held(&self, record: u32) -> Result<Vec<([u32; 2], Edge)>> {
        let component = self.component(record).records;
        let (joined, _) = self.join(&component)?;
        let held = joined
            .edges
            .iter()
            .zip(&joined.clustering.fates)
            .filter(|(edge, fate)| holds(fate) && self.are_one(component[edge.a as usize], record));
        Ok(held.map(|(edge, _)| ([edge.a, edge.b].map(|end| component[end as usize]), *edge)).collect())
    }

    /// The fewest of the links that hold which lead from one record of a profile to another.
    fn path(&self, held: &[([u32; 2], Edge)], a: u32, b: u32) -> Vec<PathStep> {
        let pairs: Vec<(u32, u32)> = held.iter().map(|([x, y], _)| (*x, *y)).collect();
        fewest(&pairs, a, b).into_iter().map(|place| self.step(held[place].0, &held[place].1)).collect()
    }
}

/// Whether a link with this fate holds.
fn holds(fate: &Fate) -> bool {
    !matches!(fate, Fate::Refused(_))
}
