//! One-to-one links between two sources that never hold anybody twice: the assignment whose weights add up to most.
//!
//! Following the strongest link first can cost more than it wins: a-x 9, a-y 8, b-x 8 gives a-x alone, where a-y and b-x are 16
//! together. The assignment problem is solved for each connected group of rivals (Kuhn 1955, Munkres 1957, in the form with
//! potentials and shortest augmenting paths).

use super::Edge;
use std::collections::{BTreeMap, BTreeSet};

/// Cells of the largest matrix that is solved; a larger group of rivals is left to strongest first.
const LARGEST: usize = 1_000_000;

/// Takes the links out that the best one-to-one assignment does without. `source` is by record, `free` holds the sources that
/// never hold anybody twice, and a link is worth what its weight is above `cut`.
pub fn one_to_one(edges: &mut Vec<Edge>, source: &[u32], free: &BTreeSet<u32>, cut: f64) -> Vec<Edge> {
    if free.len() < 2 {
        return Vec::new();
    }
    let of = |record: u32| source[record as usize];
    let mut between: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for (index, edge) in edges.iter().enumerate() {
        let (a, b) = (of(edge.a), of(edge.b));
        if a != b && free.contains(&a) && free.contains(&b) {
            between.entry((a.min(b), a.max(b))).or_default().push(index);
        }
    }
    let mut dropped = BTreeSet::new();
    for ((first, _), indexes) in between {
        // Each link as (record of the first source, record of the other).
        let ends = |index: usize| match edges[index] {
            Edge { a, b, .. } if of(a) == first => (a, b),
            Edge { a, b, .. } => (b, a),
        };
        for group in rivals(&indexes, ends) {
            let benefit = |index: usize| (edges[index].weight - cut).max(0.0) + f64::MIN_POSITIVE;
            let kept = assign(&group, ends, benefit);
            dropped.extend(group.into_iter().filter(|index| !kept.contains(index)));
        }
    }
    let mut indexes = 0..;
    edges.extract_if(.., |_| indexes.next().is_some_and(|index| dropped.contains(&index))).collect()
}

/// Groups of links that share records, those with more than one link.
fn rivals(indexes: &[usize], ends: impl Fn(usize) -> (u32, u32)) -> Vec<Vec<usize>> {
    let mut of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &index in indexes {
        let (a, b) = ends(index);
        of.entry(a).or_default().push(index);
        of.entry(b).or_default().push(index);
    }
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for &start in indexes {
        let mut group = BTreeSet::new();
        let mut open = vec![start];
        while let Some(index) = open.pop() {
            if seen.insert(index) {
                group.insert(index);
                let (a, b) = ends(index);
                open.extend([a, b].iter().flat_map(|record| &of[record]));
            }
        }
        if group.len() > 1 {
            groups.push(group.into_iter().collect());
        }
    }
    groups
}

/// The links of a group that the best assignment follows.
fn assign(group: &[usize], ends: impl Fn(usize) -> (u32, u32), benefit: impl Fn(usize) -> f64) -> BTreeSet<usize> {
    let place = |records: BTreeSet<u32>| -> BTreeMap<u32, usize> { records.into_iter().zip(0..).collect() };
    let rows = place(group.iter().map(|&index| ends(index).0).collect());
    let columns = place(group.iter().map(|&index| ends(index).1).collect());
    // The method wants no more rows than columns.
    let turned = rows.len() > columns.len();
    let (height, width) = (rows.len().min(columns.len()), rows.len().max(columns.len()));
    if height * width > LARGEST {
        return group.iter().copied().collect();
    }
    let cell = |index: usize| {
        let (a, b) = ends(index);
        let (row, column) = (rows[&a], columns[&b]);
        if turned { column * width + row } else { row * width + column }
    };
    let mut benefits = vec![0.0; height * width];
    group.iter().for_each(|&index| benefits[cell(index)] = benefit(index));
    let chosen = best(&benefits, width);
    group.iter().copied().filter(|&index| chosen[cell(index) / width] == cell(index) % width).collect()
}

/// The column of each row in the assignment with the largest sum; there are no more rows than columns.
fn best(benefits: &[f64], width: usize) -> Vec<usize> {
    let height = benefits.len() / width;
    // Rows and columns count from 1; column 0 holds the row that is being placed.
    let (mut row_potential, mut column_potential) = (vec![0.0; height + 1], vec![0.0; width + 1]);
    let mut row_of = vec![0; width + 1];
    for row in 1..=height {
        row_of[0] = row;
        let mut column = 0;
        let (mut least, mut used, mut before) =
            (vec![f64::INFINITY; width + 1], vec![false; width + 1], vec![0; width + 1]);
        while row_of[column] != 0 {
            used[column] = true;
            let at = row_of[column];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for j in (1..=width).filter(|&j| !used[j]) {
                let cost = -benefits[(at - 1) * width + j - 1] - row_potential[at] - column_potential[j];
                if cost < least[j] {
                    (least[j], before[j]) = (cost, column);
                }
                if least[j] < step {
                    (step, next) = (least[j], j);
                }
            }
            for j in 0..=width {
                if used[j] {
                    row_potential[row_of[j]] += step;
                    column_potential[j] -= step;
                } else {
                    least[j] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut columns = vec![0; height];
    (1..=width).filter(|&j| row_of[j] != 0).for_each(|j| columns[row_of[j] - 1] = j - 1);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The largest sum by trying every assignment.
    fn by_hand(benefits: &[f64], width: usize, taken: &mut Vec<usize>) -> f64 {
        let row = taken.len();
        if row * width == benefits.len() {
            return 0.0;
        }
        let mut most = f64::NEG_INFINITY;
        for column in 0..width {
            if !taken.contains(&column) {
                taken.push(column);
                most = most.max(benefits[row * width + column] + by_hand(benefits, width, taken));
                taken.pop();
            }
        }
        most
    }

    proptest! {
        #[test]
        fn the_assignment_is_the_best_there_is(height in 1usize..5, more in 0usize..3, cells in prop::collection::vec(0u8..20, 35)) {
            let width = height + more;
            let benefits: Vec<f64> = cells[..height * width].iter().map(|&cell| f64::from(cell)).collect();
            let chosen = best(&benefits, width);
            prop_assert_eq!(chosen.iter().collect::<BTreeSet<_>>().len(), height);
            let sum: f64 = chosen.iter().enumerate().map(|(row, column)| benefits[row * width + column]).sum();
            prop_assert_eq!(sum, by_hand(&benefits, width, &mut Vec::new()));
        }
    }

    #[test]
    fn the_strongest_link_gives_way_to_two_that_are_more_together() {
        let edge = |a, b, weight| Edge { a, b, weight, rule: 0 };
        let mut edges = vec![edge(0, 2, 9.0), edge(0, 3, 8.0), edge(1, 2, 8.0)];
        let gone = one_to_one(&mut edges, &[0, 0, 1, 1], &BTreeSet::from([0, 1]), 0.0);
        assert_eq!((edges.len(), gone), (2, vec![edge(0, 2, 9.0)]));
        let mut edges = vec![edge(0, 2, 9.0), edge(0, 3, 8.0), edge(1, 2, 8.0)];
        assert!(one_to_one(&mut edges, &[0, 0, 1, 1], &BTreeSet::from([0]), 0.0).is_empty(), "one source may repeat");
    }
}
