//! Blocking rules: one part, or two parts of different features together.

use super::group::{Bits, Grouped, KeySet, Sorter};
use super::mix;
use super::parts::{Keys, Parts};
use serde::{Deserialize, Serialize};

/// A blocking rule: records that agree on its parts are candidates, unless too many do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What has to agree: one or two parts of values, such as `family_name: sounds`.
    pub parts: Vec<String>,
    /// The most records that may agree on them; more form no block.
    pub largest: u32,
}

/// The parts of a rule by their places in [`Parts::list`]; one part alone has no second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places(pub(super) usize, pub(super) Option<usize>);

impl Parts {
    /// All rules there can be: single parts, and pairs of parts of different features.
    pub(super) fn all_rules(&self) -> Vec<Places> {
        let alone = (0..self.list.len()).filter(|&part| self.list[part].alone).map(|part| Places(part, None));
        let together: Vec<usize> = (0..self.list.len()).filter(|&part| self.list[part].together).collect();
        let pairs = together.iter().enumerate().flat_map(|(i, &a)| together[i + 1..].iter().map(move |&b| (a, b)));
        let pairs = pairs.filter(|&(a, b)| self.list[a].feature != self.list[b].feature);
        alone.chain(pairs.map(|(a, b)| Places(a, Some(b)))).collect()
    }

    /// The rule as it is saved.
    pub(super) fn named(&self, Places(a, b): Places, largest: u32) -> Rule {
        let name = |part: usize| self.list[part].name.clone();
        Rule { parts: std::iter::once(a).chain(b).map(name).collect(), largest }
    }

    /// Where the parts of a saved rule stand; `None` where these features do not have them.
    pub(super) fn places(&self, rule: &Rule) -> Option<Places> {
        let place = |name: &String| self.list.iter().position(|part| part.name == *name);
        match rule.parts.as_slice() {
            [a] => Some(Places(place(a)?, None)),
            [a, b] => Some(Places(place(a)?, Some(place(b)?))),
            _ => None,
        }
    }

    /// Visits these records' keys of a rule, in order of record.
    pub(super) fn each_key_of(&self, Places(a, b): Places, records: &Bits, mut visit: impl FnMut(u32, u32)) {
        match (&self.list[a].keys, b.map(|b| &self.list[b].keys)) {
            // The common case, without a look at lists.
            (Keys::One(first), Some(Keys::One(second))) => records.for_each(|record| {
                let (x, y) = (first[record as usize], second[record as usize]);
                if x != 0 && y != 0 {
                    visit(record, both(x, y));
                }
            }),
            _ => records.for_each(|record| self.keys_of(Places(a, b), record, |key| visit(record, key))),
        }
    }

    /// Whether each record has one key of a rule at most.
    pub(super) fn have_one_key(&self, Places(a, b): Places) -> bool {
        [Some(a), b].into_iter().flatten().all(|part| matches!(self.list[part].keys, Keys::One(_)))
    }

    /// Visits the keys of a rule that one record has.
    pub(super) fn keys_of(&self, Places(a, b): Places, record: u32, mut visit: impl FnMut(u32)) {
        let first = self.list[a].keys.of(record);
        match b.map(|b| self.list[b].keys.of(record)) {
            Some(second) => first.iter().for_each(|&x| second.iter().for_each(|&y| visit(both(x, y)))),
            None => first.iter().for_each(|&key| visit(key)),
        }
    }

    /// The records that may share a key of a part with another.
    pub(super) fn sharing(&self, part: usize) -> Bits {
        let keys = &self.list[part].keys;
        let twice = KeySet::repeated(self.records, (0..self.records).flat_map(|record| keys.of(record)).copied());
        Bits::of(self.records, |record| keys.of(record).iter().any(|&key| twice.contains(key)))
    }

    /// The blocks of a rule of at most `largest` records, of records that may share its parts; and the records of larger ones.
    pub(super) fn blocks(&self, rule: Places, sharing: &Bits, largest: u32, sorter: &mut Sorter) -> (Grouped, Bits) {
        sorter.clear();
        self.each_key_of(rule, sharing, |record, key| sorter.push(key, record));
        sorter.drop_single();
        let mut too_many = Bits::none(self.records);
        (sorter.by_key(largest as usize, |record| too_many.insert(record)), too_many)
    }
}

/// The key of two parts together.
pub(super) fn both(a: u32, b: u32) -> u32 {
    (mix(u64::from(a) << 32 | u64::from(b)) >> 32) as u32
}
