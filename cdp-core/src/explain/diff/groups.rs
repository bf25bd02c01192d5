//! The groups in which anything changed, the most members and values first.

use super::compare::{Counts, Input, Matched, Moves};
use super::{Detail, Group, Kind, What};
use crate::consent::Effective;
use crate::explain::RecordName;
use crate::record::NULL;
use std::collections::HashMap;

/// Members of a group that are named.
const MOST_NAMED: usize = 20;

/// One thing that changed, by numbers: names are made for those shown only.
struct Change {
    group: u32,
    what: What,
    /// Which name.
    name: u32,
    before: u32,
    after: u32,
}

/// What is gathered of all groups.
pub(super) struct Drafts<'a> {
    input: &'a Input<'a>,
    matched: &'a Matched,
    names: Vec<String>,
    changes: Vec<Change>,
    /// By group: changed values.
    values: Vec<u32>,
    /// By group: other changes.
    others: Vec<u32>,
}

impl<'a> Drafts<'a> {
    pub(super) fn new(input: &'a Input<'a>, matched: &'a Matched) -> Self {
        let count = matched.count as usize;
        Drafts {
            input,
            matched,
            names: Vec::new(),
            changes: Vec::new(),
            values: vec![0; count],
            others: vec![0; count],
        }
    }

    fn name(&mut self, name: &str) -> u32 {
        self.names.push(name.to_owned());
        self.names.len() as u32 - 1
    }

    /// Adds the profiles before whose partner has another value of a field.
    pub(super) fn values(&mut self, field: &str, profiles: &[u32]) {
        let name = self.name(field);
        for &before in profiles {
            let (group, after) = (self.matched.groups[0][before as usize], self.matched.partner[before as usize]);
            self.values[group as usize] += 1;
            self.changes.push(Change { group, what: What::Value, name, before, after });
        }
    }

    /// Adds who entered and left a segment.
    pub(super) fn moves(&mut self, segment: &str, moves: &Moves) {
        let name = self.name(segment);
        for &before in &moves.left {
            let group = self.matched.groups[0][before as usize];
            self.others[group as usize] += 1;
            self.changes.push(Change { group, what: What::Left, name, before, after: NULL });
        }
        for &after in &moves.entered {
            let group = self.matched.groups[1][after as usize];
            self.others[group as usize] += 1;
            self.changes.push(Change { group, what: What::Entered, name, before: NULL, after });
        }
    }

    /// Adds the overlaps whose profiles have different answers.
    pub(super) fn consents(&mut self, purpose: &str, pairs: &[(u32, Effective, Effective)]) {
        let name = self.name(purpose);
        for &(place, ..) in pairs {
            let overlap = self.matched.overlaps[place as usize];
            let group = self.matched.groups[0][overlap.before as usize];
            self.others[group as usize] += 1;
            let (before, after) = (overlap.before, overlap.after);
            self.changes.push(Change { group, what: What::Consent, name, before, after });
        }
    }
}

/// The shape of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    before: u32,
    after: u32,
    members: u64,
    /// Members of both results.
    shared: u64,
    /// Those that are with the partner of their profile.
    stayed: u64,
    /// Members before and after, each by itself.
    sizes: [u64; 2],
    renamed: bool,
}

impl Shape {
    /// What became of it; `None` where nothing did.
    fn kind(&self) -> Option<Kind> {
        Some(match (self.before, self.after) {
            (_, 0) => Kind::Disappeared,
            (0, _) => Kind::Appeared,
            (1, 1) if self.renamed || self.sizes != [self.shared; 2] => Kind::Changed,
            (1, 1) => return None,
            (_, 1) => Kind::Merged,
            (1, _) => Kind::Split,
            _ => Kind::Rearranged,
        })
    }
}

impl Drafts<'_> {
    fn shapes(&self) -> Vec<Shape> {
        let mut shapes = vec![Shape::default(); self.matched.count as usize];
        for side in [0, 1] {
            for (&group, &size) in self.matched.groups[side].iter().zip(&self.matched.sizes[side]) {
                let shape = &mut shapes[group as usize];
                if side == 0 {
                    shape.before += 1
                } else {
                    shape.after += 1
                }
                shape.sizes[side] += u64::from(size);
            }
        }
        for overlap in &self.matched.overlaps {
            let shape = &mut shapes[self.matched.groups[0][overlap.before as usize] as usize];
            shape.shared += u64::from(overlap.members);
            if self.matched.partner[overlap.before as usize] == overlap.after {
                shape.stayed += u64::from(overlap.members);
                let [before, after] = [overlap.before, overlap.after].map(|profile| profile as usize);
                shape.renamed |= self.input.before.profiles.id(before) != self.input.after.profiles.id(after);
            }
        }
        shapes.iter_mut().for_each(|shape| shape.members = shape.sizes[0] + shape.sizes[1] - shape.shared);
        shapes
    }

    /// The groups of the largest impact, at most so many, and how many changed.
    pub(super) fn finish(self, counts: &mut Counts, examples: usize) -> (Vec<Group>, u64) {
        let shapes = self.shapes();
        let mut changed: Vec<(u64, u32)> = Vec::new();
        for (group, shape) in (0..).zip(&shapes) {
            let kind = shape.kind();
            count(counts, kind, shape);
            let (values, others) = (self.values[group as usize], self.others[group as usize]);
            if kind.is_some() || values + others > 0 {
                changed.push((shape.members.max(1) * u64::from(values).max(1), group));
            }
        }
        let all = changed.len() as u64;
        // Groups are numbered in order of the ids of their profiles before, which are as good as any among equals.
        changed.sort_unstable_by_key(|&(impact, group)| (std::cmp::Reverse(impact), group));
        changed.truncate(examples);
        (self.shown(&changed, &shapes), all)
    }

    fn shown(&self, chosen: &[(u64, u32)], shapes: &[Shape]) -> Vec<Group> {
        let place: HashMap<u32, usize> = chosen.iter().enumerate().map(|(place, (_, group))| (*group, place)).collect();
        let mut shown: Vec<Group> = chosen
            .iter()
            .map(|&(impact, group)| {
                let shape = &shapes[group as usize];
                Group {
                    kind: shape.kind().unwrap_or(Kind::Changed),
                    before: Vec::new(),
                    after: Vec::new(),
                    records: Vec::new(),
                    members: shape.members,
                    moved: shape.shared - shape.stayed,
                    impact,
                    details: Vec::new(),
                }
            })
            .collect();
        let sides = [&self.input.before, &self.input.after];
        for (side, groups) in [0, 1].into_iter().zip(&self.matched.groups) {
            for (profile, group) in groups.iter().enumerate() {
                let Some(group) = place.get(group).map(|&place| &mut shown[place]) else { continue };
                let ids = if side == 0 { &mut group.before } else { &mut group.after };
                ids.push(sides[side].profiles.id(profile).to_owned());
            }
        }
        self.name_members(&place, &mut shown);
        for change in &self.changes {
            if let Some(&place) = place.get(&change.group) {
                shown[place].details.push(self.detail(change));
            }
        }
        shown
    }

    fn name_members(&self, place: &HashMap<u32, usize>, shown: &mut [Group]) {
        let mut members: Vec<Vec<RecordName>> = vec![Vec::new(); shown.len()];
        for (member, &[before, after]) in (0..).zip(&self.input.members) {
            let group = match (before, after) {
                (NULL, after) => self.matched.groups[1][after as usize],
                (before, _) => self.matched.groups[0][before as usize],
            };
            if let Some(&place) = place.get(&group) {
                members[place].push((self.input.name)(member));
            }
        }
        for (group, mut names) in shown.iter_mut().zip(members) {
            names.sort();
            names.truncate(MOST_NAMED);
            group.records = names;
        }
    }

    fn detail(&self, change: &Change) -> Detail {
        let name = self.names[change.name as usize].clone();
        let (before, after) = (&self.input.before, &self.input.after);
        let ids = [(before, change.before), (after, change.after)];
        let [profile_before, profile_after] =
            ids.map(|(side, at)| (at != NULL).then(|| side.profiles.id(at as usize).to_owned()));
        let values = match change.what {
            What::Value => ids.map(|(side, at)| {
                let field = side.profiles.field(&name)?;
                field.values.get(at as usize).map(str::to_owned)
            }),
            What::Consent => ids.map(|(side, at)| {
                let answers = side.consents.get(&name);
                let answer = answers.map_or(Effective::Unknown, |answers| answers[at as usize]);
                Some(answer.as_str().to_owned())
            }),
            What::Entered | What::Left => [None, None],
        };
        let [before, after] = values;
        Detail { what: change.what, name, profile_before, profile_after, before, after }
    }
}

/// Counts a group.
fn count(counts: &mut Counts, kind: Option<Kind>, shape: &Shape) {
    match kind {
        None => {
            counts.kept += 1;
            counts.same_members += 1;
        }
        Some(Kind::Changed) => {
            counts.kept += 1;
            counts.same_members += u64::from(shape.sizes == [shape.shared; 2]);
        }
        Some(Kind::Merged) => counts.merged += 1,
        Some(Kind::Split) => counts.split += 1,
        Some(Kind::Rearranged) => counts.rearranged += 1,
        Some(Kind::Appeared) => counts.appeared += 1,
        Some(Kind::Disappeared) => counts.disappeared += 1,
    }
}
