//! Bridges: links whose removal would take a profile apart.

use std::ops::Range;

/// Bridges, and the nodes in an order in which the nodes on one side of each stand together.
pub(crate) struct Bridges {
    /// All nodes.
    pub(crate) order: Vec<usize>,
    /// Links by their places, in order, with the part of `order` on the one side of each.
    pub(crate) found: Vec<(usize, Range<usize>)>,
}

/// The links that alone hold a graph of `nodes` together. Several links between the same two nodes are no bridge.
///
/// Tarjan's search for bridges (Information Processing Letters 2, 1974), with a stack of its own: a profile can be a long chain.
pub(crate) fn bridges(nodes: usize, links: &[(usize, usize)]) -> Bridges {
    let mut neighbours: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nodes];
    for (link, &(a, b)) in links.iter().enumerate().filter(|(_, (a, b))| a != b) {
        neighbours[a].push((b, link));
        neighbours[b].push((a, link));
    }
    let (mut time, mut lowest) = (vec![usize::MAX; nodes], vec![usize::MAX; nodes]);
    let (mut order, mut found) = (Vec::with_capacity(nodes), Vec::new());
    for root in 0..nodes {
        // A node, the link it was reached by, and how many of its neighbours were looked at.
        let mut stack = if time[root] == usize::MAX { vec![(root, usize::MAX, 0)] } else { Vec::new() };
        while let Some((node, by, next)) = stack.last_mut() {
            let (node, by) = (*node, *by);
            if time[node] == usize::MAX {
                (time[node], lowest[node]) = (order.len(), order.len());
                order.push(node);
            }
            if let Some(&(other, link)) = neighbours[node].get(*next) {
                *next += 1;
                if time[other] == usize::MAX {
                    stack.push((other, link, 0));
                } else if link != by {
                    lowest[node] = lowest[node].min(time[other]);
                }
                continue;
            }
            stack.pop();
            if let Some(&(parent, ..)) = stack.last() {
                lowest[parent] = lowest[parent].min(lowest[node]);
                if lowest[node] > time[parent] {
                    found.push((by, time[node]..order.len()));
                }
            }
        }
    }
    found.sort_by_key(|(link, _)| *link);
    Bridges { order, found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The parts of a graph without one of its links, each node's by its lowest.
    fn parts(nodes: usize, links: &[(usize, usize)], without: usize) -> Vec<usize> {
        let mut part: Vec<usize> = (0..nodes).collect();
        loop {
            let before = part.clone();
            for (_, &(a, b)) in links.iter().enumerate().filter(|(link, _)| *link != without) {
                let low = part[a].min(part[b]);
                (part[a], part[b]) = (low, low);
            }
            if part == before {
                return part;
            }
        }
    }

    proptest! {
        #[test]
        fn bridges_are_the_links_whose_removal_parts_the_graph(
            links in prop::collection::vec((0usize..12, 0usize..12), 0..24)
        ) {
            let whole = parts(12, &links, usize::MAX);
            let Bridges { order, found } = bridges(12, &links);
            for (link, &(a, b)) in links.iter().enumerate() {
                let rest = parts(12, &links, link);
                let bridge = found.iter().find(|(bridge, _)| *bridge == link);
                prop_assert_eq!(bridge.is_some(), rest != whole, "link {}", link);
                if let Some((_, side)) = bridge {
                    let side = &order[side.clone()];
                    prop_assert!(side.contains(&a) != side.contains(&b));
                    let own = rest[side[0]];
                    let expected: Vec<usize> = (0..12).filter(|&node| rest[node] == own).collect();
                    let mut side = side.to_vec();
                    side.sort_unstable();
                    prop_assert_eq!(side, expected);
                }
            }
        }
    }

    #[test]
    fn a_long_chain_is_all_bridges() {
        let links: Vec<(usize, usize)> = (0..100_000).map(|node| (node, node + 1)).collect();
        let found = bridges(100_001, &links).found;
        assert_eq!(found.len(), 100_000);
        assert_eq!(found[40].1, 41..100_001);
    }
}
