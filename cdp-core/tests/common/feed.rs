//! Where a change feed leads.

use cdp_core::graph::{Event, Graph};
use std::collections::BTreeSet;

/// Checks that the feed has no gap and leads to the profiles there are; gives the memberships that it leads to, as segment and
/// profile. What fails names `context`.
pub(crate) fn memberships(graph: &Graph, context: &str) -> BTreeSet<(String, String)> {
    let (mut alive, mut members) = (BTreeSet::new(), BTreeSet::new());
    for (number, change) in (1..).zip(graph.changes(0, usize::MAX).expect("the feed")) {
        assert_eq!(change.number, number, "{context}: the feed has a gap");
        match change.event {
            Event::ProfileCreated { profile_id } => {
                alive.insert(profile_id);
            }
            Event::ProfileRemoved { profile_id } | Event::ProfileErased { profile_id, .. } => {
                alive.remove(&profile_id);
            }
            Event::ProfileMerged { profile_id, from } | Event::ProfileRenamed { profile_id, from } => {
                alive.retain(|id| !from.contains(id));
                alive.insert(profile_id);
            }
            Event::ProfileSplit { profile_id, into } => {
                alive.remove(&profile_id);
                alive.extend(into);
            }
            Event::SegmentEntered { profile_id, segment } => {
                assert!(members.insert((segment, profile_id)), "{context}: entered twice")
            }
            Event::SegmentExited { profile_id, segment } => {
                assert!(members.remove(&(segment, profile_id)), "{context}: left twice")
            }
            _ => {}
        }
    }
    let now: BTreeSet<String> = graph.profiles().into_iter().map(|profile| profile.profile_id).collect();
    assert_eq!(alive, now, "{context}");
    members
}
