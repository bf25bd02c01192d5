//! Match quality against a known truth: pairwise and B-cubed precision, recall, F1.
//!
//! It judges any clustering of keyed records, ours or another tool's, and knows nothing about how it was made.
//!
//! The textbook definitions, over the records whose truth is known:
//!
//! | figure | definition |
//! | --- | --- |
//! | pairwise precision | pairs that share a cluster and an entity / pairs that share a cluster |
//! | pairwise recall | pairs that share a cluster and an entity / pairs that share an entity |
//! | B-cubed precision | mean over records of: share of its cluster that is of its entity, itself included |
//! | B-cubed recall | mean over records of: share of its entity that is in its cluster, itself included |
//! | F1 | harmonic mean of precision and recall |
//!
//! Where a share is 0/0 it is 1: a clustering that claims no pair makes no wrong claim, and where no pair is to be found
//! none is missed. So a data set without duplicates, left alone, scores 1 throughout; one with duplicates, left
//! alone, has precision 1, recall 0 and F1 0. F1 is 0 where precision and recall are both 0.

mod keyed;

pub use keyed::{Keyed, entities, evaluate_keyed, evaluate_tables};

use serde::Serialize;
use std::collections::BTreeMap;

/// How well a clustering fits a truth. Shares are between 0 and 1, rounded to 12 decimals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// Records that were judged: those whose truth is known.
    pub records: u64,
    /// Records that were left out, because the truth does not name them.
    pub records_without_truth: u64,
    /// Clusters among the judged records.
    pub clusters: u64,
    /// True entities among the judged records.
    pub entities: u64,
    /// Clusters that hold all the judged records of one entity and no others.
    pub exact_clusters: u64,
    /// Pairs of judged records that share a cluster.
    pub pairs_predicted: u64,
    /// Pairs of judged records that share an entity.
    pub pairs_true: u64,
    /// Pairs of judged records that share both.
    pub pairs_both: u64,
    /// Over pairs of records: a cluster of n records counts n(n-1)/2 times.
    pub pairwise: Scores,
    /// Over records: every record counts once, so large clusters do not drown the small ones.
    pub b_cubed: Scores,
}

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// The share of what was claimed that is true.
    pub precision: f64,
    /// The share of what is true that was claimed.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

impl Scores {
    fn new(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        let f1 = if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum };
        Scores { precision: round(precision), recall: round(recall), f1: round(f1) }
    }
}

/// Judges a clustering: `assigned` and `truth` give the cluster and the entity of each record, by any numbering.
///
/// Takes O(n log n) time; never looks at pairs one by one.
///
/// ```
/// use cdp_core::quality;
/// let quality = quality::evaluate(&[0, 0, 1, 1], &[0, 0, 0, 1]);
/// assert_eq!((quality.pairs_predicted, quality.pairs_true, quality.pairs_both), (2, 3, 1));
/// assert_eq!(quality.pairwise.precision, 0.5);
/// assert_eq!(quality.b_cubed.precision, 0.75);
/// ```
///
/// # Panics
/// If the two are of different lengths.
pub fn evaluate(assigned: &[u32], truth: &[u32]) -> Quality {
    assert_eq!(assigned.len(), truth.len(), "one cluster and one entity per record");
    let clusters = Side::of(assigned, truth);
    let entities = Side::of(truth, assigned);
    let pairwise = Scores::new(share(clusters.pairs_both, clusters.pairs), share(clusters.pairs_both, entities.pairs));
    let records = assigned.len() as u64;
    Quality {
        records,
        records_without_truth: 0,
        clusters: clusters.groups,
        entities: entities.groups,
        exact_clusters: exact_clusters(&clusters, &entities),
        pairs_predicted: clusters.pairs,
        pairs_true: entities.pairs,
        pairs_both: clusters.pairs_both,
        pairwise,
        b_cubed: Scores::new(clusters.mean_share(records), entities.mean_share(records)),
    }
}

/// What one partition says about the other.
#[derive(Default)]
struct Side {
    groups: u64,
    pairs: u64,
    pairs_both: u64,
    /// Groups that lie within one group of the other side: (group, other group), in order of group.
    pure: Vec<(u32, u32)>,
    /// Per group size, the sum of the squared sizes of the intersections: makes the mean independent of numbering.
    squares: BTreeMap<u64, u128>,
}

impl Side {
    fn of(groups: &[u32], others: &[u32]) -> Side {
        let mut cells: Vec<(u32, u32)> = groups.iter().copied().zip(others.iter().copied()).collect();
        cells.sort_unstable();
        let mut side = Side::default();
        for group in cells.chunk_by(|a, b| a.0 == b.0) {
            side.add(group);
        }
        side
    }

    /// Adds one group, its records sorted by their group on the other side.
    fn add(&mut self, group: &[(u32, u32)]) {
        let size = group.len() as u64;
        self.groups += 1;
        self.pairs += pairs(size);
        let mut squares = 0;
        for cell in group.chunk_by(|a, b| a.1 == b.1) {
            let common = cell.len() as u64;
            self.pairs_both += pairs(common);
            squares += u128::from(common) * u128::from(common);
            if common == size {
                self.pure.push(cell[0]);
            }
        }
        *self.squares.entry(size).or_default() += squares;
    }

    /// The mean over records of the share of their group that is with them on the other side too.
    fn mean_share(&self, records: u64) -> f64 {
        if records == 0 {
            return 1.0;
        }
        let sum: f64 = self.squares.iter().map(|(&size, &squares)| squares as f64 / size as f64).sum();
        sum / records as f64
    }
}

/// Clusters inside one entity that itself lies inside one cluster.
fn exact_clusters(clusters: &Side, entities: &Side) -> u64 {
    let exact = |&&(cluster, entity): &&(u32, u32)| entities.pure.binary_search(&(entity, cluster)).is_ok();
    clusters.pure.iter().filter(exact).count() as u64
}

fn pairs(size: u64) -> u64 {
    size * size.saturating_sub(1) / 2
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// To 12 decimals: the last bits of a sum depend on its order, and the vectors are compared exactly.
fn round(share: f64) -> f64 {
    (share * 1e12).round() / 1e12
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pairs and sets, one by one.
    fn brute_force(assigned: &[u32], truth: &[u32]) -> (u64, u64, u64, f64, f64) {
        let n = assigned.len();
        let (mut predicted, mut real, mut both, mut precision, mut recall) = (0, 0, 0, 0.0, 0.0);
        for i in 0..n {
            let (mut a, mut t, mut common) = (0.0, 0.0, 0.0);
            for j in 0..n {
                let (same_a, same_t) = (assigned[i] == assigned[j], truth[i] == truth[j]);
                a += f64::from(u8::from(same_a));
                t += f64::from(u8::from(same_t));
                common += f64::from(u8::from(same_a && same_t));
                if i < j {
                    predicted += u64::from(same_a);
                    real += u64::from(same_t);
                    both += u64::from(same_a && same_t);
                }
            }
            precision += common / a / n as f64;
            recall += common / t / n as f64;
        }
        (predicted, real, both, precision, recall)
    }

    proptest! {
        #[test]
        fn agrees_with_brute_force(rows in prop::collection::vec((0u32..6, 0u32..6), 1..60)) {
            let (assigned, truth): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
            let quality = evaluate(&assigned, &truth);
            let (predicted, real, both, precision, recall) = brute_force(&assigned, &truth);
            prop_assert_eq!((quality.pairs_predicted, quality.pairs_true, quality.pairs_both), (predicted, real, both));
            prop_assert!((quality.b_cubed.precision - precision).abs() < 1e-9);
            prop_assert!((quality.b_cubed.recall - recall).abs() < 1e-9);
        }

        #[test]
        fn numbering_and_order_do_not_matter(
            rows in prop::collection::vec((0u32..6, 0u32..6), 0..60), (turn, shift) in (0usize..60, 1u32..1000)
        ) {
            let (assigned, truth): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
            let mut rows = rows;
            let turn = turn.min(rows.len());
            rows.rotate_left(turn);
            let renumbered = rows.iter().map(|&(a, t)| ((a + 1).wrapping_mul(2_654_435_761), 6 * shift - t)).unzip();
            let (a, t): (Vec<u32>, Vec<u32>) = renumbered;
            prop_assert_eq!(evaluate(&assigned, &truth), evaluate(&a, &t));
        }

        #[test]
        fn swapping_sides_swaps_precision_and_recall(rows in prop::collection::vec((0u32..6, 0u32..6), 0..60)) {
            let (assigned, truth): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
            let (one, two) = (evaluate(&assigned, &truth), evaluate(&truth, &assigned));
            prop_assert_eq!(one.pairwise.precision, two.pairwise.recall);
            prop_assert_eq!(one.b_cubed.precision, two.b_cubed.recall);
            prop_assert_eq!(one.pairwise.f1, two.pairwise.f1);
            prop_assert_eq!(one.exact_clusters, two.exact_clusters);
        }
    }

    #[test]
    fn nothing_claimed_and_nothing_to_find_is_perfect() {
        let quality = evaluate(&[0, 1, 2], &[5, 6, 7]);
        assert_eq!(quality.pairwise, Scores { precision: 1.0, recall: 1.0, f1: 1.0 });
        assert_eq!(quality.exact_clusters, 3);
    }

    #[test]
    fn nothing_claimed_where_there_is_something_to_find_has_no_recall() {
        let quality = evaluate(&[0, 1, 2], &[5, 5, 5]);
        assert_eq!(quality.pairwise, Scores { precision: 1.0, recall: 0.0, f1: 0.0 });
    }

    #[test]
    fn a_million_records_in_one_cluster_do_not_overflow() {
        let quality = evaluate(&vec![7; 1_000_000], &vec![9; 1_000_000]);
        assert_eq!(quality.pairs_both, 499_999_500_000);
        assert_eq!(quality.b_cubed, Scores { precision: 1.0, recall: 1.0, f1: 1.0 });
    }
}
