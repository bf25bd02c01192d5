//! Identifier values: who holds each, and which are shared too widely to join anybody.

use super::growing::{Chunks, Sparse};
use crate::record::NULL;
use hashbrown::HashMap;

/// Up to so many holders, the groups that share a value are counted anew each time.
const FEW: usize = 32;

/// One value of one identifier rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Holders {
    /// The records that have it, ascending.
    pub(super) records: Vec<u32>,
    /// How many records of each group have it, where they are many.
    groups: Option<Box<HashMap<u32, u32>>>,
    /// The number of profiles that share it, where they are too many.
    pub(super) generic: Option<u32>,
}

impl Holders {
    /// Adds a record of a group.
    pub(super) fn add(&mut self, record: u32, group: u32) {
        if let Err(place) = self.records.binary_search(&record) {
            self.records.insert(place, record);
            if let Some(groups) = &mut self.groups {
                *groups.entry(group).or_default() += 1;
            }
        }
    }

    /// Takes a record of a group out.
    pub(super) fn remove(&mut self, record: u32, group: u32) {
        if let Ok(place) = self.records.binary_search(&record) {
            self.records.remove(place);
            self.leave(group);
        }
    }

    /// Says that a record went from one group to another.
    pub(super) fn moved(&mut self, from: u32, to: u32) {
        self.leave(from);
        if let Some(groups) = &mut self.groups {
            *groups.entry(to).or_default() += 1;
        }
    }

    fn leave(&mut self, group: u32) {
        let Some(groups) = &mut self.groups else { return };
        if let Some(count) = groups.get_mut(&group) {
            *count -= 1;
            if *count == 0 {
                groups.remove(&group);
            }
        }
    }

    /// How many groups share it.
    pub(super) fn shared_by(&mut self, group: impl Fn(u32) -> u32) -> usize {
        if self.records.len() <= FEW {
            self.groups = None;
            let mut groups: Vec<u32> = self.records.iter().map(|&record| group(record)).collect();
            groups.sort_unstable();
            groups.dedup();
            return groups.len();
        }
        let records = &self.records;
        let groups = self.groups.get_or_insert_with(|| {
            let mut groups: HashMap<u32, u32> = HashMap::new();
            records.iter().for_each(|&record| *groups.entry(group(record)).or_default() += 1);
            Box::new(groups)
        });
        groups.len()
    }
}

/// The values of one identifier rule, found by the numbers of their texts.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The number of the value that each text is; [`NULL`] of one that nobody had yet, or [`NOBODYS`].
    numbers: Sparse,
    /// The text of each value.
    texts: Chunks<u32>,
    pub(super) holders: Chunks<Holders>,
}

/// In [`Values::numbers`]: a text that is nobody's.
const NOBODYS: u32 = NULL - 1;

impl Values {
    /// The number of the value that a text is, new if nobody had it yet; `None` for one that is nobody's.
    pub(super) fn number(&mut self, text: u32, is_nobodys: impl FnOnce() -> bool) -> Option<u32> {
        let number = self.numbers.at(text);
        if *number == NULL {
            *number = if is_nobodys() { NOBODYS } else { self.holders.len() as u32 };
            if *number != NOBODYS {
                self.holders.push(Holders::default());
                self.texts.push(text);
            }
        }
        Some(*number).filter(|number| *number != NOBODYS)
    }

    pub(super) fn find(&self, text: u32) -> Option<u32> {
        Some(self.numbers.get(text)).filter(|number| *number < NOBODYS)
    }

    /// The number of a value's text.
    pub(super) fn text(&self, value: u32) -> u32 {
        self.texts[value as usize]
    }
}
