//! Blocks of records that come and go one by one: the candidates are those that the batch finds.

use super::parts::{Maker, NAME_PAIRS, is_paired, maker, pair_keys, short, sounds_of, tidy};
use super::rule::{Rule, both};
use crate::compare::Features;
use hashbrown::{HashMap, HashSet};

/// A key of one rule: the rule's number in the upper half.
pub(crate) type BlockKey = u64;

/// What makes keys.
#[derive(Debug)]
enum Source {
    Values(usize, Maker),
    NamePairs,
}

/// The rules of a model, ready to make the keys of single records.
#[derive(Debug)]
pub(crate) struct Plan {
    names: Vec<String>,
    parts: Vec<Source>,
    /// By rule: one part or two, and the most records of a block.
    rules: Vec<(usize, Option<usize>, u32)>,
}

impl Plan {
    /// The plan of these rules; those whose parts the features do not have find nothing.
    pub(crate) fn new(features: &Features, rules: &[Rule]) -> Plan {
        let mut plan = Plan { names: Vec::new(), parts: Vec::new(), rules: Vec::new() };
        for rule in rules {
            let places: Option<Vec<usize>> = rule.parts.iter().map(|part| plan.place(features, part)).collect();
            match places.as_deref() {
                Some([a]) => plan.rules.push((*a, None, rule.largest)),
                Some([a, b]) => plan.rules.push((*a, Some(*b), rule.largest)),
                _ => {}
            }
        }
        plan
    }

    /// Where a part stands, which is added where it is new.
    fn place(&mut self, features: &Features, name: &str) -> Option<usize> {
        if let Some(place) = self.names.iter().position(|known| known == name) {
            return Some(place);
        }
        let source = match name {
            NAME_PAIRS => features.list.iter().any(is_paired).then_some(Source::NamePairs),
            _ => maker(features, name).map(|(feature, maker)| Source::Values(feature, maker)),
        };
        self.parts.push(source?);
        self.names.push(name.to_owned());
        Some(self.parts.len() - 1)
    }

    /// The keys of a record, each once, in order.
    pub(crate) fn keys(&self, features: &Features, record: u32) -> Vec<BlockKey> {
        let parts: Vec<Vec<u32>> = self.parts.iter().map(|source| source.keys(features, record)).collect();
        let mut keys = Vec::new();
        for (rule, &(a, b, _)) in (0u64..).zip(&self.rules) {
            let mut add = |key: u32| keys.push(rule << 32 | u64::from(key));
            match b {
                None => parts[a].iter().for_each(|&key| add(key)),
                Some(b) => parts[a].iter().for_each(|&x| parts[b].iter().for_each(|&y| add(both(x, y)))),
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether a record has a key.
    pub(crate) fn has(&self, features: &Features, record: u32, key: BlockKey) -> bool {
        let (a, b, _) = self.rules[(key >> 32) as usize];
        let wanted = key as u32;
        let first = self.parts[a].keys(features, record);
        match b {
            None => first.contains(&wanted),
            Some(_) if first.is_empty() => false,
            Some(b) => {
                let second = self.parts[b].keys(features, record);
                first.iter().any(|&x| second.iter().any(|&y| both(x, y) == wanted))
            }
        }
    }

    /// By rule, in the order given, the keys that both records have; rules whose parts the features do not have are left out.
    pub(crate) fn shared(&self, features: &Features, a: u32, b: u32) -> Vec<Vec<BlockKey>> {
        let mut shared = vec![Vec::new(); self.rules.len()];
        let theirs = self.keys(features, b);
        for key in self.keys(features, a).into_iter().filter(|key| theirs.binary_search(key).is_ok()) {
            shared[(key >> 32) as usize].push(key);
        }
        shared
    }

    /// The names of the parts of each rule that is used, and the most records of a block.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (Vec<String>, u32)> {
        let names = |&(a, b, largest): &(usize, Option<usize>, u32)| {
            (std::iter::once(a).chain(b).map(|part| self.names[part].clone()).collect(), largest)
        };
        self.rules.iter().map(names)
    }

    /// The most records that may have a key for it to form a block.
    fn largest(&self, key: BlockKey) -> usize {
        self.rules[(key >> 32) as usize].2 as usize
    }
}

impl Source {
    fn keys(&self, features: &Features, record: u32) -> Vec<u32> {
        let (mut made, mut keys) = (Vec::new(), Vec::new());
        match self {
            Source::Values(feature, maker) => {
                let feature = &features.list[*feature];
                let values = feature.codes.of(record);
                for &value in values {
                    made.clear();
                    maker(feature, value, &mut made);
                    let mut mine: Vec<u32> = made.iter().map(|&key| short(key)).collect();
                    tidy(&mut mine);
                    keys.extend(mine);
                }
                if values.len() > 1 {
                    tidy(&mut keys);
                }
            }
            Source::NamePairs => {
                let mut tokens = Vec::new();
                for feature in features.list.iter().filter(|feature| is_paired(feature)) {
                    let values = feature.codes.of(record).iter();
                    tokens.extend(values.flat_map(|&value| sounds_of(feature.keys.get(value))));
                }
                pair_keys(&mut tokens, &mut made);
                keys.extend(made.iter().map(|&key| short(key)));
                tidy(&mut keys);
            }
        }
        keys
    }
}

/// The records of one key. Most keys have one record only.
#[derive(Debug)]
enum Block {
    One(u32),
    Few(Vec<u32>),
    /// More than may form a block, or once were.
    Many(Box<HashSet<u32>>),
}

/// Lists longer than this are kept as sets.
const FEW: usize = 512;

impl Block {
    fn len(&self) -> usize {
        match self {
            Block::One(_) => 1,
            Block::Few(records) => records.len(),
            Block::Many(records) => records.len(),
        }
    }

    fn add(&mut self, record: u32) {
        match self {
            Block::One(first) => *self = Block::Few(vec![*first, record]),
            Block::Few(records) if records.len() < FEW => records.push(record),
            Block::Few(records) => *self = Block::Many(Box::new(records.iter().copied().chain([record]).collect())),
            Block::Many(records) => {
                records.insert(record);
            }
        }
    }

    /// Takes a record out of several.
    fn remove(&mut self, record: u32) {
        match self {
            Block::One(_) => {}
            Block::Few(records) => records.retain(|other| *other != record),
            Block::Many(records) => {
                records.remove(&record);
            }
        }
    }

    fn each(&self, mut visit: impl FnMut(u32)) {
        match self {
            Block::One(record) => visit(*record),
            Block::Few(records) => records.iter().for_each(|&record| visit(record)),
            Block::Many(records) => records.iter().for_each(|&record| visit(record)),
        }
    }
}

/// The records of all keys.
#[derive(Default)]
pub(crate) struct BlockIndex {
    blocks: HashMap<BlockKey, Block>,
}

impl BlockIndex {
    /// Adds a record to the block of a key, in which it is not.
    pub(crate) fn add(&mut self, key: BlockKey, record: u32) {
        self.blocks.entry(key).and_modify(|block| block.add(record)).or_insert(Block::One(record));
    }

    /// Takes a record out of the block of a key, in which it is.
    pub(crate) fn remove(&mut self, key: BlockKey, record: u32) {
        match self.blocks.get_mut(&key) {
            Some(block) if block.len() > 1 => block.remove(record),
            _ => {
                self.blocks.remove(&key);
            }
        }
    }

    /// How many records have a key.
    pub(crate) fn size(&self, key: BlockKey) -> usize {
        self.blocks.get(&key).map_or(0, Block::len)
    }

    /// Whether the records of a key are not too many to form a block.
    pub(crate) fn forms(&self, plan: &Plan, key: BlockKey) -> bool {
        self.blocks.get(&key).is_none_or(|block| block.len() <= plan.largest(key))
    }

    /// Visits the records of a key, whether or not they form a block.
    pub(crate) fn each(&self, key: BlockKey, visit: impl FnMut(u32)) {
        if let Some(block) = self.blocks.get(&key) {
            block.each(visit);
        }
    }
}
