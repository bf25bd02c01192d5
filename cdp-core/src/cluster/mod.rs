//! From links to clusters: strongest link first, and only where the two groups as wholes agree.
//!
//! Plain connected components chain: a joins b, b joins c, and strangers end up together. Here two clusters merge only
//! if the evidence of all their cross pairs together is for it, and no rule forbids it. Every link that is not followed
//! is kept with its reason.

mod one_to_one;

pub use one_to_one::one_to_one;

use crate::error::Result;
use crate::progress::Control;
use std::collections::HashMap;

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
pub trait Judge {
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

/// Clusters `records` records by `edges`, which need not be sorted.
///
/// # Errors
/// `cancelled`.
pub fn cluster(records: u32, edges: &[Edge], judge: &impl Judge, control: &Control) -> Result<Clustering> {
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_unstable_by(|&x, &y| {
        let (x, y) = (&edges[x], &edges[y]);
        let identifier = |edge: &Edge| if edge.rule == 0 { u16::MAX } else { edge.rule };
        identifier(x).cmp(&identifier(y)).then(y.weight.total_cmp(&x.weight)).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    let mut work = Work::new(records, edges.len());
    for _ in 0..PASSES {
        let before = work.merges.len();
        for (done, &index) in order.iter().enumerate() {
            if done % 1024 == 0 {
                control.report("cluster", done as u64, order.len() as u64)?;
            }
            if matches!(work.fates[index], None | Some(Fate::Refused(_))) {
                work.follow(index, &edges[index], judge);
            }
        }
        let refused = work.fates.iter().any(|fate| matches!(fate, Some(Fate::Refused(_))));
        if !refused || work.merges.len() == before {
            break;
        }
    }
    Ok(work.finish(edges))
}

struct Work {
    /// Index into `members`.
    group: Vec<u32>,
    members: Vec<Vec<u32>>,
    fates: Vec<Option<Fate>>,
    merges: Vec<usize>,
    agreements: Vec<(u64, f64)>,
    /// Pairs of groups that were refused, with their sizes then: sizes only grow.
    refused: HashMap<(u32, u32), (usize, usize, String)>,
}

impl Work {
    fn new(records: u32, edges: usize) -> Self {
        Work {
            group: (0..records).collect(),
            members: (0..records).map(|record| vec![record]).collect(),
            fates: vec![None; edges],
            merges: Vec::new(),
            agreements: Vec::new(),
            refused: HashMap::new(),
        }
    }

    fn follow(&mut self, index: usize, edge: &Edge, judge: &impl Judge) {
        let (a, b) = (self.group[edge.a as usize], self.group[edge.b as usize]);
        self.fates[index] = Some(if a == b {
            Fate::Within
        } else {
            match self.verdict(a.min(b), a.max(b), edge, judge) {
                Err(reason) => Fate::Refused(reason),
                Ok(agreement) => {
                    let pairs = self.members[a as usize].len() as u64 * self.members[b as usize].len() as u64;
                    self.merge(a, b);
                    self.merges.push(index);
                    self.agreements.push((pairs, agreement));
                    Fate::Merged
                }
            }
        });
    }

    /// The weight with which two groups agree, or why they must not merge.
    fn verdict(&mut self, a: u32, b: u32, edge: &Edge, judge: &impl Judge) -> std::result::Result<f64, String> {
        let (left, right) = (&self.members[a as usize], &self.members[b as usize]);
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
        let (large, small) =
            if self.members[a as usize].len() >= self.members[b as usize].len() { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.members[small as usize]);
        moved.iter().for_each(|&record| self.group[record as usize] = large);
        self.members[large as usize].extend(moved);
    }

    fn finish(mut self, edges: &[Edge]) -> Clustering {
        // A link refused early may have been overtaken by merges of others.
        for (fate, edge) in self.fates.iter_mut().zip(edges) {
            if matches!(fate, Some(Fate::Refused(_))) && self.group[edge.a as usize] == self.group[edge.b as usize] {
                *fate = Some(Fate::Within);
            }
        }
        let lowest: Vec<u32> = self.members.iter().map(|m| m.iter().copied().min().unwrap_or(0)).collect();
        Clustering {
            cluster: self.group.iter().map(|&group| lowest[group as usize]).collect(),
            fates: self.fates.into_iter().map(|fate| fate.unwrap_or(Fate::Within)).collect(),
            merges: self.merges,
            agreements: self.agreements,
        }
    }
}
