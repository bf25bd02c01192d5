//! Work with sets of profiles: how large they and their overlaps are, how they are made up, and how one differs from another.

use crate::record::{Column, NULL};
use roaring::RoaringBitmap;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many profiles two sets have in common, for each pair: symmetric, with the sizes on the diagonal.
///
/// ```
/// use cdp_core::segment::{bitmap, overlaps};
/// let sets = [bitmap(&[1, 2, 3]), bitmap(&[2, 3, 4]), bitmap(&[9])];
/// assert_eq!(overlaps(&sets), [[3, 2, 0], [2, 3, 0], [0, 0, 1]]);
/// ```
pub fn overlaps(sets: &[RoaringBitmap]) -> Vec<Vec<u64>> {
    sets.iter().map(|a| sets.iter().map(|b| a.intersection_len(b)).collect()).collect()
}

/// How many profiles are in exactly these sets, for each combination that somebody is in: positions of the sets, and the number
/// of profiles, largest first, then in order of positions.
///
/// ```
/// use cdp_core::segment::{bitmap, combinations};
/// let sets = [bitmap(&[1, 2, 3]), bitmap(&[2, 3, 4]), bitmap(&[9])];
/// assert!(combinations(&[]).is_empty());
/// assert_eq!(combinations(&sets), [(vec![0, 1], 2), (vec![0], 1), (vec![1], 1), (vec![2], 1)]);
/// ```
pub fn combinations(sets: &[RoaringBitmap]) -> Vec<(Vec<usize>, u64)> {
    if sets.is_empty() {
        return Vec::new();
    }
    let everybody = sets.iter().fold(RoaringBitmap::new(), |all, set| all | set);
    let mut parts: Vec<(Vec<usize>, RoaringBitmap)> = vec![(Vec::new(), everybody)];
    for (place, set) in sets.iter().enumerate() {
        let halves = parts.into_iter().flat_map(|(of, members)| {
            let with = of.iter().copied().chain([place]).collect();
            [(with, &members & set), (of, &members - set)]
        });
        parts = halves.filter(|(_, members)| !members.is_empty()).collect();
    }
    let mut counted: Vec<(Vec<usize>, u64)> = parts.into_iter().map(|(of, members)| (of, members.len())).collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counted
}

/// A set from the indexes of profiles, in any order.
pub fn bitmap(members: &[u32]) -> RoaringBitmap {
    members.iter().copied().collect()
}

/// How many members have each value of a golden field; `None` for those without one. Largest first, then in order of values.
pub fn breakdown(members: &RoaringBitmap, values: &Column) -> Vec<(Option<String>, u64)> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for member in members {
        *counts.entry(values.codes()[member as usize]).or_default() += 1;
    }
    let text = |code: u32| (code != NULL).then(|| values.distinct().get(code).to_owned());
    let mut found: Vec<(Option<String>, u64)> = counts.into_iter().map(|(code, count)| (text(code), count)).collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found
}

/// How a set differs from what it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Who is in the second only.
    pub entered: Vec<String>,
    /// Who is in the first only.
    pub exited: Vec<String>,
    /// How many are in both.
    pub stayed: u64,
}

/// How the second set differs from the first; `id` names the profiles.
pub fn difference(before: &RoaringBitmap, after: &RoaringBitmap, id: impl Fn(u32) -> String) -> Difference {
    Difference {
        entered: (after - before).into_iter().map(&id).collect(),
        exited: (before - after).into_iter().map(&id).collect(),
        stayed: before.intersection_len(after),
    }
}
