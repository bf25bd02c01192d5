//! Comparing two results: which profiles belong together, and what changed in all of them.

use super::groups::Drafts;
use super::{Diff, Options};
use crate::cluster::top;
use crate::consent::Effective;
use crate::explain::RecordName;
use crate::profile::Profiles;
use crate::record::NULL;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One of the two results.
pub(crate) struct Side<'a> {
    pub(crate) profiles: &'a Profiles,
    /// The members of each segment, ascending.
    pub(crate) segments: BTreeMap<String, Vec<u32>>,
    /// Per purpose, what may be done with the data of each profile.
    pub(crate) consents: BTreeMap<String, Vec<Effective>>,
}

/// What is compared.
pub(crate) struct Input<'a> {
    pub(crate) before: Side<'a>,
    pub(crate) after: Side<'a>,
    /// The profile of each member before and after; [`NULL`] where it is not there.
    pub(crate) members: Vec<[u32; 2]>,
    /// The name of a member.
    pub(crate) name: &'a (dyn Fn(u32) -> RecordName + Sync),
}

/// How much changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Members (records, in a live graph also devices) of both results.
    pub members: u64,
    /// Members of the first only.
    pub members_before: u64,
    /// Members of the second only.
    pub members_after: u64,
    /// Profiles of the first.
    pub profiles_before: u64,
    /// Profiles of the second.
    pub profiles_after: u64,
    /// Profiles that are one before and one after.
    pub kept: u64,
    /// Of these, those with the same members.
    pub same_members: u64,
    /// Profiles whose partner has another id.
    pub renamed: u64,
    /// Groups of several profiles that became one.
    pub merged: u64,
    /// Groups of one profile that came apart.
    pub split: u64,
    /// Groups of several profiles that became several others.
    pub rearranged: u64,
    /// Profiles of members that were not there before only.
    pub appeared: u64,
    /// Profiles of members that are gone only.
    pub disappeared: u64,
    /// Members of both that are not with the partner of the profile they were in.
    pub moved: u64,
    /// Pairs of members that became one person.
    pub pairs_joined: u64,
    /// Pairs of members that became two.
    pub pairs_parted: u64,
    /// Golden values that are not what they were, of profiles with a partner.
    pub values: u64,
    /// Profiles with such a value.
    pub profiles_with_values: u64,
    /// Answers about consent that changed, over all purposes.
    pub consents: u64,
}

/// How a segment changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SegmentCounts {
    /// Members before.
    pub before: u64,
    /// Members after.
    pub after: u64,
    /// Members after that share no member with one before.
    pub entered: u64,
    /// Members before that share no member with one after.
    pub left: u64,
}

/// Members that are of one profile before and of one after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap {
    pub(super) before: u32,
    pub(super) after: u32,
    pub(super) members: u32,
}

/// Which profiles belong together.
pub(super) struct Matched {
    /// In order of the profile before, then after.
    pub(super) overlaps: Vec<Overlap>,
    /// The group of each profile before, and after.
    pub(super) groups: [Vec<u32>; 2],
    pub(super) count: u32,
    /// The partner after of each profile before; [`NULL`] where it has none.
    pub(super) partner: Vec<u32>,
    /// Members of each profile, before and after.
    pub(super) sizes: [Vec<u32>; 2],
}

impl Input<'_> {
    /// What changed.
    pub(crate) fn diff(&self, options: &Options) -> Diff {
        let matched = self.matched();
        let mut counts = self.counts(&matched);
        let changed = self.values(&matched);
        let fields = self.fields();
        let mut values: BTreeMap<String, u64> = BTreeMap::new();
        for (field, pairs) in fields.iter().zip(&changed) {
            values.insert((*field).to_owned(), pairs.len() as u64);
            counts.values += pairs.len() as u64;
        }
        let with: BTreeSet<u32> = changed.iter().flatten().copied().collect();
        counts.profiles_with_values = with.len() as u64;
        let moves = self.moves(&matched);
        let consents = self.consents(&matched);
        let mut told: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for (purpose, pairs) in &consents {
            let changes = told.entry(purpose.clone()).or_default();
            for &(_, from, to) in pairs {
                *changes.entry(format!("{} to {}", from.as_str(), to.as_str())).or_default() += 1;
                counts.consents += 1;
            }
        }
        let segments = moves.iter().map(|(name, moves)| (name.clone(), moves.counts.clone())).collect();
        let mut drafts = Drafts::new(self, &matched);
        fields.iter().zip(&changed).for_each(|(field, pairs)| drafts.values(field, pairs));
        moves.iter().for_each(|(name, moves)| drafts.moves(name, moves));
        consents.iter().for_each(|(purpose, pairs)| drafts.consents(purpose, pairs));
        let (groups, groups_changed) = drafts.finish(&mut counts, options.examples);
        let mut diff = Diff { counts, values, segments, consents: told, groups, groups_changed, text: String::new() };
        diff.text = diff.in_words();
        diff
    }

    fn matched(&self) -> Matched {
        let counts = [self.before.profiles.len(), self.after.profiles.len()];
        let mut sizes = counts.map(|count| vec![0_u32; count]);
        let mut keys: Vec<u64> = Vec::with_capacity(self.members.len());
        for &[before, after] in &self.members {
            for (sizes, profile) in sizes.iter_mut().zip([before, after]).filter(|(_, profile)| *profile != NULL) {
                sizes[profile as usize] += 1;
            }
            if before != NULL && after != NULL {
                keys.push(u64::from(before) << 32 | u64::from(after));
            }
        }
        keys.par_sort_unstable();
        let overlap = |same: &[u64]| Overlap {
            before: (same[0] >> 32) as u32,
            after: same[0] as u32,
            members: same.len() as u32,
        };
        let overlaps: Vec<Overlap> = keys.chunk_by(|a, b| a == b).map(overlap).collect();
        let (groups, count) = groups(&overlaps, counts);
        let mut matched = Matched { overlaps, groups, count, partner: vec![NULL; counts[0]], sizes };
        self.pair(&mut matched);
        matched
    }

    /// Gives each profile its partner: those that share the most members come first, of equals those with the member of the lower
    /// name, which is the same from either side.
    fn pair(&self, matched: &mut Matched) {
        let mut degrees = [&matched.groups[0], &matched.groups[1]].map(|groups| vec![0_u32; groups.len()]);
        for overlap in &matched.overlaps {
            degrees[0][overlap.before as usize] += 1;
            degrees[1][overlap.after as usize] += 1;
        }
        let is_single = |o: &Overlap| degrees[0][o.before as usize] == 1 && degrees[1][o.after as usize] == 1;
        let mut several: Vec<(Overlap, Option<RecordName>)> = Vec::new();
        for overlap in &matched.overlaps {
            match is_single(overlap) {
                true => matched.partner[overlap.before as usize] = overlap.after,
                false => several.push((*overlap, None)),
            }
        }
        let place = |before, after| several.binary_search_by_key(&(before, after), |(o, _)| (o.before, o.after)).ok();
        let places: Vec<Option<usize>> = match several.is_empty() {
            true => Vec::new(),
            false => self.members.par_iter().map(|&[before, after]| place(before, after)).collect(),
        };
        for (member, place) in (0..).zip(places) {
            let Some(place) = place else { continue };
            let (name, lowest) = ((self.name)(member), &mut several[place].1);
            if lowest.as_ref().is_none_or(|lowest| name < *lowest) {
                *lowest = Some(name);
            }
        }
        several.sort_by(|(x, low), (y, other)| y.members.cmp(&x.members).then_with(|| low.cmp(other)));
        let mut taken = vec![false; matched.groups[1].len()];
        for (overlap, _) in several {
            let partner = &mut matched.partner[overlap.before as usize];
            if *partner == NULL && !taken[overlap.after as usize] {
                *partner = overlap.after;
                taken[overlap.after as usize] = true;
            }
        }
    }

    fn counts(&self, matched: &Matched) -> Counts {
        let mut counts = Counts {
            profiles_before: self.before.profiles.len() as u64,
            profiles_after: self.after.profiles.len() as u64,
            ..Counts::default()
        };
        for member in &self.members {
            match member {
                [_, NULL] => counts.members_before += 1,
                [NULL, _] => counts.members_after += 1,
                _ => counts.members += 1,
            }
        }
        let pairs = |members: u64| members * members.saturating_sub(1) / 2;
        let mut shared = [vec![0_u64; matched.sizes[0].len()], vec![0; matched.sizes[1].len()]];
        let mut both = 0;
        for overlap in &matched.overlaps {
            let members = u64::from(overlap.members);
            shared[0][overlap.before as usize] += members;
            shared[1][overlap.after as usize] += members;
            both += pairs(members);
            let is_partner = matched.partner[overlap.before as usize] == overlap.after;
            counts.moved += if is_partner { 0 } else { members };
            if is_partner {
                let ids =
                    (self.before.profiles.id(overlap.before as usize), self.after.profiles.id(overlap.after as usize));
                counts.renamed += u64::from(ids.0 != ids.1);
            }
        }
        let [before, after] = shared.map(|shared| shared.into_iter().map(pairs).sum::<u64>());
        (counts.pairs_joined, counts.pairs_parted) = (after - both, before - both);
        counts
    }

    /// The golden fields of either result.
    fn fields(&self) -> Vec<&str> {
        let all =
            [&self.before, &self.after].map(|side| side.profiles.fields().iter().map(|field| field.name.as_str()));
        all.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Per golden field, the profiles before whose partner has another value.
    fn values(&self, matched: &Matched) -> Vec<Vec<u32>> {
        let changed = |name: &&str| -> Vec<u32> {
            let [before, after] = [&self.before, &self.after].map(|side| side.profiles.field(name));
            let value = |field: Option<&'_ crate::profile::GoldenField>, at: u32| -> Option<String> {
                field.and_then(|field| field.values.get(at as usize)).map(str::to_owned)
            };
            let differs = |(at, &partner): (u32, &u32)| match (before, after) {
                _ if partner == NULL => false,
                (Some(before), Some(after)) => before.values.get(at as usize) != after.values.get(partner as usize),
                _ => value(before, at) != value(after, partner),
            };
            (0..).zip(&matched.partner).filter(|pair| differs(*pair)).map(|(at, _)| at).collect()
        };
        self.fields().par_iter().map(changed).collect()
    }

    fn moves(&self, matched: &Matched) -> BTreeMap<String, Moves> {
        let names: BTreeSet<&String> = self.before.segments.keys().chain(self.after.segments.keys()).collect();
        let moves = |name: &String| {
            let members =
                [&self.before, &self.after].map(|side| side.segments.get(name).map_or(&[][..], Vec::as_slice));
            Moves::new(members, matched)
        };
        names.into_iter().map(|name| (name.clone(), moves(name))).collect()
    }

    /// Per purpose, the places of the overlaps whose profiles have different answers, with these.
    fn consents(&self, matched: &Matched) -> BTreeMap<String, Vec<(u32, Effective, Effective)>> {
        let purposes: BTreeSet<&String> = self.before.consents.keys().chain(self.after.consents.keys()).collect();
        let answer = |side: &Side<'_>, purpose: &String, profile: u32| {
            side.consents.get(purpose).map_or(Effective::Unknown, |answers| answers[profile as usize])
        };
        let changed = |purpose: &String| {
            let pairs = (0..).zip(&matched.overlaps).map(|(place, overlap)| {
                let from = answer(&self.before, purpose, overlap.before);
                (place, from, answer(&self.after, purpose, overlap.after))
            });
            pairs.filter(|(_, from, to)| from != to).collect()
        };
        purposes.into_iter().map(|purpose| (purpose.clone(), changed(purpose))).collect()
    }
}

/// Who entered and who left a segment.
pub(super) struct Moves {
    pub(super) counts: SegmentCounts,
    /// Profiles after.
    pub(super) entered: Vec<u32>,
    /// Profiles before.
    pub(super) left: Vec<u32>,
}

impl Moves {
    fn new(members: [&[u32]; 2], matched: &Matched) -> Moves {
        let flags = |members: &[u32], count: usize| {
            let mut flags = vec![false; count];
            members.iter().for_each(|&profile| flags[profile as usize] = true);
            flags
        };
        let inside = [0, 1].map(|side: usize| flags(members[side], matched.sizes[side].len()));
        let mut known = [0, 1].map(|side: usize| vec![false; matched.sizes[side].len()]);
        for overlap in &matched.overlaps {
            known[0][overlap.before as usize] |= inside[1][overlap.after as usize];
            known[1][overlap.after as usize] |= inside[0][overlap.before as usize];
        }
        let new = |side: usize| -> Vec<u32> {
            members[side].iter().copied().filter(|&profile| !known[side][profile as usize]).collect()
        };
        let (left, entered) = (new(0), new(1));
        let counts = SegmentCounts {
            before: members[0].len() as u64,
            after: members[1].len() as u64,
            entered: entered.len() as u64,
            left: left.len() as u64,
        };
        Moves { counts, entered, left }
    }
}

/// The groups of profiles that hang together, numbered in order of their first profile before, then of the rest; and how many.
fn groups(overlaps: &[Overlap], counts: [usize; 2]) -> ([Vec<u32>; 2], u32) {
    let mut above: Vec<u32> = (0..(counts[0] + counts[1]) as u32).collect();
    for overlap in overlaps {
        let a = top(&mut above, overlap.before);
        let b = top(&mut above, overlap.after + counts[0] as u32);
        above[a.max(b) as usize] = a.min(b);
    }
    let mut numbers = vec![NULL; above.len()];
    let mut next = 0;
    let mut of = vec![0; above.len()];
    for node in 0..above.len() as u32 {
        let root = top(&mut above, node) as usize;
        if numbers[root] == NULL {
            numbers[root] = next;
            next += 1;
        }
        of[node as usize] = numbers[root];
    }
    let after = of.split_off(counts[0]);
    ([of, after], next)
}
