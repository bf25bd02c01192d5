//! From links to clusters: strongest link first, and only where the two groups as wholes agree.
//!
//! Plain connected components chain: a joins b, b joins c, and strangers end up together. Here two clusters merge only
//! if the evidence of all their cross pairs together is for it, and no rule forbids it. Every link that is not followed
//! is kept with its reason.

mod groups;
mod one_to_one;

pub(crate) use groups::{Groups, top};
pub use one_to_one::one_to_one;

use crate::error::Result;
use crate::progress::Control;
use rayon::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// A link proposed between two records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The lower record.
    pub a: u32,
    /// The higher record.
    pub b: u32,
    /// Its weight in nats; identifier links come before all others whatever it is.
    pub weight: f64,
    /// 0 for the match model, otherwise the identifier rule that made it, in order of priority.
    pub rule: u16,
}

/// What happened to a link.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It merged two clusters.
    Merged,
    /// Its records were in one cluster already.
    Within,
    /// It was refused, for this reason.
    Refused(String),
}

/// What clusters may not do, and how well two of them agree.
pub trait Judge: Sync {
    /// The weight in nats of all cross evidence between two groups of records.
    fn agreement(&self, a: &[u32], b: &[u32]) -> f64;

    /// Why the two groups must not be one, if a rule forbids it.
    fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String>;
}

/// Clusters of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// Cluster of each record: the lowest record in it.
    pub cluster: Vec<u32>,
    /// What happened to each edge, in the order given.
    pub fates: Vec<Fate>,
    /// The edges that merged, in the order of merging.
    pub merges: Vec<usize>,
    /// Of each merge: how many cross pairs it made one, and the weight in nats with which the two groups agreed.
    pub agreements: Vec<(u64, f64)>,
}

/// The most passes over refused links: a cluster that grew may agree where its part did not.
const PASSES: usize = 3;
/// Links that are followed by one thread, about.
const PART: usize = 4_096;

/// Clusters `records` records by `edges`, which need not be sorted.
///
/// # Errors
/// `cancelled`.
pub fn cluster(records: u32, edges: &[Edge], judge: &impl Judge, control: &Control) -> Result<Clustering> {
    in_parts(records, edges, judge, PART, control)
}

/// [`cluster`], with about so many links a part.
fn in_parts(records: u32, edges: &[Edge], judge: &impl Judge, part: usize, control: &Control) -> Result<Clustering> {
    let done = AtomicU64::new(0);
    let report = |links: usize| {
        let done = done.fetch_add(links as u64, Ordering::Relaxed) + links as u64;
        control.report("cluster", done.min(edges.len() as u64), edges.len() as u64)
    };
    let order = strongest_first(edges, part);
    let parts = if edges.len() <= part {
        vec![((0..edges.len() as u32).collect(), (0..records).collect())]
    } else {
        parts(records, edges, &order, part)
    };
    let follow = |(ranks, records)| Work::new(edges, &order, ranks, records).run(judge, &report);
    let works = match parts.len() {
        1 => parts.into_iter().map(follow).collect::<Result<_>>()?,
        _ => parts.into_par_iter().map(follow).collect::<Result<_>>()?,
    };
    Ok(together(records, edges.len(), works))
}

/// The places of links, in the order in which they are followed.
fn strongest_first(edges: &[Edge], part: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..edges.len() as u32).collect();
    let identifier = |edge: &Edge| if edge.rule == 0 { u16::MAX } else { edge.rule };
    let compare = |x: &u32, y: &u32| {
        let (a, b) = (&edges[*x as usize], &edges[*y as usize]);
        let by_weight = identifier(a).cmp(&identifier(b)).then(b.weight.total_cmp(&a.weight));
        by_weight.then((a.a, a.b).cmp(&(b.a, b.b))).then(x.cmp(y))
    };
    if edges.len() <= part {
        order.sort_unstable_by(compare)
    } else {
        order.par_sort_unstable_by(compare)
    }
    order
}

/// Links in parts that have no record in common, each in the order in which it is followed, with the records of each part.
fn parts(records: u32, edges: &[Edge], order: &[u32], part: usize) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut groups = Groups::new(records as usize);
    edges.iter().for_each(|edge| {
        groups.join(edge.a, edge.b);
    });
    let mut ranks: Vec<(u32, u32)> =
        (0..).zip(order).map(|(rank, &index)| (groups.of(edges[index as usize].a), rank)).collect();
    ranks.par_sort_unstable();
    let mut ends: Vec<usize> = Vec::new();
    for (next, pair) in (1..).zip(ranks.windows(2)) {
        if pair[0].0 != pair[1].0 && next - ends.last().unwrap_or(&0) >= part {
            ends.push(next);
        }
    }
    ends.push(ranks.len());
    let starts: Vec<usize> = std::iter::once(0).chain(ends.iter().copied()).collect();
    let of = |(start, end): (usize, usize)| {
        let ranks: Vec<u32> = ranks[start..end].iter().map(|(_, rank)| *rank).collect();
        let ends = ranks.iter().map(|&rank| &edges[order[rank as usize] as usize]).flat_map(|edge| [edge.a, edge.b]);
        let mut records: Vec<u32> = ends.collect();
        records.sort_unstable();
        records.dedup();
        (ranks, records)
    };
    starts.into_par_iter().zip(ends).map(of).collect()
}

/// Follows links among some records, which no other links join to others.
struct Work<'a> {
    edges: &'a [Edge],
    /// All links, in the order in which they are followed.
    order: &'a [u32],
    /// The links of these records, by their ranks in that order.
    ranks: Vec<u32>,
    /// The records, in order; elsewhere here they go by their places in this list.
    records: Vec<u32>,
    /// A forest (union-find); the groups are its roots.
    above: Vec<u32>,
    /// The records of each group; empty where that is the record of this place alone.
    members: Vec<Vec<u32>>,
    /// By place among the ranks.
    fates: Vec<Option<Fate>>,
    merges: Vec<Merge>,
    /// Pairs of groups that were refused, with their sizes then: sizes only grow.
    refused: HashMap<(u32, u32), (usize, usize, String)>,
}

/// A link that merged two groups.
struct Merge {
    pass: usize,
    rank: u32,
    /// Cross pairs that it made one.
    pairs: u64,
    /// The weight with which they agreed.
    agreement: f64,
}

impl<'a> Work<'a> {
    fn new(edges: &'a [Edge], order: &'a [u32], ranks: Vec<u32>, records: Vec<u32>) -> Self {
        Work {
            edges,
            order,
            above: (0..records.len() as u32).collect(),
            members: vec![Vec::new(); records.len()],
            fates: vec![None; ranks.len()],
            merges: Vec::new(),
            refused: HashMap::new(),
            ranks,
            records,
        }
    }

    /// Follows the links, strongest first; `report` hears of every few.
    fn run(mut self, judge: &impl Judge, report: &impl Fn(usize) -> Result<()>) -> Result<Self> {
        for pass in 0..PASSES {
            let before = self.merges.len();
            for place in 0..self.ranks.len() {
                if place % 1024 == 0 {
                    report(if pass == 0 { 1024.min(self.ranks.len() - place) } else { 0 })?;
                }
                if matches!(self.fates[place], None | Some(Fate::Refused(_))) {
                    self.fates[place] = Some(self.follow(pass, place, judge));
                }
            }
            let refused = self.fates.iter().any(|fate| matches!(fate, Some(Fate::Refused(_))));
            if !refused || self.merges.len() == before {
                break;
            }
        }
        self.overtake();
        Ok(self)
    }

    fn edge(&self, place: usize) -> &'a Edge {
        &self.edges[self.order[self.ranks[place] as usize] as usize]
    }

    /// The groups of the records of a link.
    fn ends(&mut self, edge: &Edge) -> (u32, u32) {
        let [a, b] = [edge.a, edge.b].map(|record| {
            let place = self.records.partition_point(|&other| other < record);
            top(&mut self.above, place as u32)
        });
        (a, b)
    }

    fn members(&self, group: u32) -> &[u32] {
        match self.members[group as usize].as_slice() {
            [] => std::slice::from_ref(&self.records[group as usize]),
            members => members,
        }
    }

    fn follow(&mut self, pass: usize, place: usize, judge: &impl Judge) -> Fate {
        let edge = self.edge(place);
        let (a, b) = self.ends(edge);
        if a == b {
            return Fate::Within;
        }
        match self.verdict(a.min(b), a.max(b), edge, judge) {
            Err(reason) => Fate::Refused(reason),
            Ok(agreement) => {
                let pairs = self.members(a).len() as u64 * self.members(b).len() as u64;
                self.merge(a, b);
                self.merges.push(Merge { pass, rank: self.ranks[place], pairs, agreement });
                Fate::Merged
            }
        }
    }

    /// The weight with which two groups agree, or why they must not merge.
    fn verdict(&mut self, a: u32, b: u32, edge: &Edge, judge: &impl Judge) -> std::result::Result<f64, String> {
        let (left, right) = (self.members(a), self.members(b));
        let sizes = (left.len(), right.len());
        if let Some((x, y, reason)) = self.refused.get(&(a, b))
            && (*x, *y) == sizes
        {
            return Err(reason.clone());
        }
        let verdict = match judge.conflict(left, right) {
            Some(reason) => Err(reason),
            None if edge.rule != 0 || sizes == (1, 1) => Ok(edge.weight),
            None => Some(judge.agreement(left, right))
                .filter(|&agreement| agreement > 0.0)
                .ok_or_else(|| "the two groups as wholes do not agree".to_owned()),
        };
        if let Err(reason) = &verdict {
            self.refused.insert((a, b), (sizes.0, sizes.1, reason.clone()));
        }
        verdict
    }

    fn merge(&mut self, a: u32, b: u32) {
        let (large, small) = if self.members(a).len() >= self.members(b).len() { (a, b) } else { (b, a) };
        let mut members = std::mem::take(&mut self.members[large as usize]);
        if members.is_empty() {
            members.push(self.records[large as usize]);
        }
        members.extend(self.members(small));
        self.members[large as usize] = members;
        self.members[small as usize] = Vec::new();
        self.above[small as usize] = large;
    }

    /// A link refused early may have been overtaken by merges of others.
    fn overtake(&mut self) {
        for place in 0..self.fates.len() {
            if matches!(self.fates[place], Some(Fate::Refused(_))) {
                let (a, b) = self.ends(self.edge(place));
                if a == b {
                    self.fates[place] = Some(Fate::Within);
                }
            }
        }
    }
}

/// What the parts of all links make together.
fn together(records: u32, edges: usize, works: Vec<Work<'_>>) -> Clustering {
    let mut cluster: Vec<u32> = (0..records).collect();
    let mut fates = vec![Fate::Within; edges];
    let mut merges = Vec::new();
    for mut work in works {
        // Records come in order: the first of a group is its lowest.
        let mut lowest = vec![None; work.records.len()];
        for (place, &record) in (0..).zip(&work.records) {
            let group = top(&mut work.above, place);
            cluster[record as usize] = *lowest[group as usize].get_or_insert(record);
        }
        for (fate, &rank) in work.fates.into_iter().zip(&work.ranks) {
            fates[work.order[rank as usize] as usize] = fate.unwrap_or(Fate::Within);
        }
        merges.extend(work.merges.into_iter().map(|merge| (work.order[merge.rank as usize] as usize, merge)));
    }
    // In the order in which they would have come one after another.
    merges.sort_unstable_by_key(|(_, merge)| (merge.pass, merge.rank));
    Clustering {
        cluster,
        fates,
        agreements: merges.iter().map(|(_, merge)| (merge.pairs, merge.agreement)).collect(),
        merges: merges.into_iter().map(|(index, _)| index).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::hash;
    use proptest::prelude::*;

    /// Judges by the groups as they are handed in, whose order says how they came together.
    struct Whim(u64);

    impl Whim {
        fn number(&self, a: &[u32], b: &[u32]) -> u64 {
            hash(&format!("{} {a:?} {b:?}", self.0))
        }
    }

    impl Judge for Whim {
        fn agreement(&self, a: &[u32], b: &[u32]) -> f64 {
            (self.number(a, b) % 9) as f64 - 2.0
        }

        fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
            let number = self.number(a, b) >> 8;
            number.is_multiple_of(5).then(|| format!("{number}"))
        }
    }

    proptest! {
        #[test]
        fn parts_side_by_side_are_as_one_after_another(
            links in prop::collection::vec((0u32..40, 0u32..40, 0i8..6, 0u16..3), 0..60), seed in any::<u64>(), part in 1usize..9,
        ) {
            let links = links.iter().filter(|(a, b, ..)| a != b);
            let edge = |&(a, b, weight, rule): &(u32, u32, i8, u16)| Edge { a: a.min(b), b: a.max(b), weight: f64::from(weight), rule };
            let edges: Vec<Edge> = links.map(edge).collect();
            let of = |part| in_parts(40, &edges, &Whim(seed), part, &Control::default()).unwrap();
            let (whole, parted) = (of(usize::MAX), of(part));
            prop_assert!(whole.merges.iter().all(|&edge| whole.fates[edge] == Fate::Merged));
            prop_assert_eq!(parted, whole);
        }
    }
}
