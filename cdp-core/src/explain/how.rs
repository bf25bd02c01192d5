//! How a profile came together: the tree of its merges, and how well it holds.

use super::bridges::{Bridges, bridges};
use super::{PathStep, RecordName};
use crate::cluster::top;
use serde::Serialize;
use std::ops::Range;

/// How a profile came together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct How {
    /// The profile.
    pub profile_id: String,
    /// Its records, founder first.
    pub members: Vec<RecordName>,
    /// The merges in the order they were made, strongest first.
    pub merges: Vec<PathStep>,
    /// The same merges as a tree: the last one is its root.
    pub tree: Vec<Merge>,
    /// Links whose removal would take the profile apart, those that the most records hang on first.
    pub bridges: Vec<Bridge>,
    /// The share of the pairs of members that hold by themselves: linked directly, or with enough evidence to be. Over 200
    /// members it is that of 200 of them, evenly drawn.
    pub cohesion: f64,
    /// What became of it, in order; of a live graph.
    pub history: Vec<Told>,
    /// In words.
    pub text: String,
}

/// One merge of the tree. Nodes are numbered: the members first, in their order, then the merges, in theirs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Merge {
    /// The two nodes that became one.
    pub nodes: [usize; 2],
    /// How many records it holds.
    pub size: usize,
    /// The link that merged them.
    pub link: PathStep,
}

/// A link that alone holds two parts of a profile together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bridge {
    /// The link.
    pub link: PathStep,
    /// How many records the smaller part has.
    pub size: usize,
    /// The records of the smaller part, twenty at most.
    pub part: Vec<RecordName>,
}

/// An entry of a graph's feed about a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// Its number in the feed.
    pub number: u64,
    /// When it was written.
    pub at: String,
    /// What happened: `profile_merged`.
    pub what: String,
    /// What did it.
    pub cause: String,
    /// The ids of the profiles it is about.
    pub profiles: Vec<String>,
}

/// A link between two members, by their places.
pub(crate) struct Joint {
    pub(crate) ends: [usize; 2],
    pub(crate) link: PathStep,
}

/// What a profile is known to be made of.
pub(crate) struct Together {
    pub(crate) profile_id: String,
    pub(crate) members: Vec<RecordName>,
    /// The links that merged it, in order.
    pub(crate) merges: Vec<Joint>,
    /// All links that hold inside it.
    pub(crate) links: Vec<Joint>,
}

/// Members whose pairs are all looked at.
const MOST_PAIRED: usize = 200;
/// Records of a part that are named.
const MOST_NAMED: usize = 20;
/// Lines of the tree that are told in words, and levels that it is set in by.
const MOST_LINES: usize = 60;
const MOST_LEVELS: usize = 20;

impl Together {
    /// How it came together; `holds` says whether two members have enough evidence to be linked.
    pub(crate) fn how(self, holds: impl Fn(usize, usize) -> bool, history: Vec<Told>) -> How {
        let cohesion = self.cohesion(holds);
        let bridges = self.bridges();
        let tree = tree(self.members.len(), &self.merges);
        let merges = self.merges.into_iter().map(|step| step.link).collect();
        let (profile_id, members) = (self.profile_id, self.members);
        let mut how = How { profile_id, members, merges, tree, bridges, cohesion, history, text: String::new() };
        how.text = how.in_words();
        how
    }

    fn cohesion(&self, holds: impl Fn(usize, usize) -> bool) -> f64 {
        let members = self.members.len();
        let step = members.div_ceil(MOST_PAIRED).max(1);
        let mut linked: Vec<[usize; 2]> = self.links.iter().map(|link| sorted(link.ends)).collect();
        linked.sort_unstable();
        let (mut pairs, mut held) = (0_u64, 0_u64);
        for a in (0..members).step_by(step) {
            for b in (a + step..members).step_by(step) {
                pairs += 1;
                held += u64::from(linked.binary_search(&[a, b]).is_ok() || holds(a, b));
            }
        }
        if pairs == 0 { 1.0 } else { held as f64 / pairs as f64 }
    }

    fn bridges(&self) -> Vec<Bridge> {
        let links: Vec<(usize, usize)> = self.links.iter().map(|link| (link.ends[0], link.ends[1])).collect();
        let Bridges { order, found } = bridges(self.members.len(), &links);
        let bridge = |(link, side): (usize, Range<usize>)| {
            let rest = || order[..side.start].iter().chain(&order[side.end..]);
            let smaller: Vec<usize> = match 2 * side.len() <= order.len() {
                true => order[side.clone()].iter().take(MOST_NAMED).copied().collect(),
                false => rest().take(MOST_NAMED).copied().collect(),
            };
            let mut part: Vec<RecordName> = smaller.iter().map(|&member| self.members[member].clone()).collect();
            part.sort();
            Bridge { link: self.links[link].link.clone(), size: side.len().min(order.len() - side.len()), part }
        };
        let mut all: Vec<Bridge> = found.into_iter().map(bridge).collect();
        all.sort_by(|x, y| y.size.cmp(&x.size).then_with(|| x.link.records.cmp(&y.link.records)));
        all
    }
}

fn sorted([a, b]: [usize; 2]) -> [usize; 2] {
    [a.min(b), a.max(b)]
}

/// The merges as a tree.
fn tree(members: usize, merges: &[Joint]) -> Vec<Merge> {
    let mut above: Vec<u32> = (0..members as u32).collect();
    let mut sizes = vec![1; members];
    let mut tree = Vec::with_capacity(merges.len());
    for Joint { ends, link } in merges {
        let nodes = ends.map(|end| top(&mut above, end as u32) as usize);
        let (node, size) = (above.len(), sizes[nodes[0]] + sizes[nodes[1]]);
        above.push(node as u32);
        sizes.push(size);
        nodes.iter().for_each(|&part| above[part] = node as u32);
        tree.push(Merge { nodes, size, link: link.clone() });
    }
    tree
}

impl How {
    /// The explanation as lines of text: the tree from its root.
    pub(super) fn in_words(&self) -> String {
        let (members, merges) = (self.members.len(), self.merges.len());
        let mut lines = vec![format!("{}: {members} records, {merges} merges", self.profile_id)];
        if members > 1 {
            let (share, bridges) = (self.cohesion * 100.0, self.bridges.len());
            lines.push(format!("{share:.0} % of the pairs hold by themselves; {bridges} links alone hold it together"));
        }
        let mut stack: Vec<(usize, usize)> = Vec::new();
        if !self.tree.is_empty() {
            stack.push((members + self.tree.len() - 1, 1));
        }
        let mut told = 0;
        while let Some((node, level)) = stack.pop() {
            told += 1;
            if told > MOST_LINES {
                lines.push(format!("  ... and {} more", members + merges + 1 - told));
                break;
            }
            let indent = "  ".repeat(level.min(MOST_LEVELS));
            match node.checked_sub(members).map(|merge| &self.tree[merge]) {
                Some(Merge { nodes, size, link }) => {
                    lines.push(format!("{indent}{size} records by {link}"));
                    stack.extend(nodes.iter().rev().map(|&part| (part, level + 1)));
                }
                None => lines.push(format!("{indent}{}", self.members[node])),
            }
        }
        lines.extend(self.history.iter().map(|told| format!("  {}: {} ({})", told.at, told.what, told.cause)));
        lines.join("\n")
    }
}
