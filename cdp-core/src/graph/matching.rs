//! Fuzzy matching of records as they come, by a frozen model: candidates of the block index, compared and weighed as in a batch.
//!
//! The links are a function of the records alone: two are linked where a block that is not too large holds both and the model
//! weighs them above the cut. A block that grows too large dissolves, with all links that it alone made candidates; one that
//! shrinks forms again. So the order in which records come and go leaves no trace.

use super::compose::Composer;
use super::fields::{Fields, Value};
use crate::block::{BlockIndex, BlockKey, Plan};
use crate::cluster::Edge;
use crate::compare::{Features, Memo, Memos};
use crate::error::{Code, Error, Result};
use crate::model::{Model, Weights};
use crate::resolve::{Judged, cut_of, weigh};
use crate::schema::Config;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use std::sync::Arc;

/// From so many changed records on they are compared by all threads.
const MANY: usize = 64;

/// A link of the model: the other record, and the weight in nats.
type Link = (u32, f64);

/// The matching of a live graph.
pub(super) struct Matching {
    pub(super) model: Arc<Model>,
    pub(super) weights: Weights,
    pub(super) features: Features,
    /// The weight, in nats, above which candidates link.
    pub(super) cut: f64,
    composer: Composer,
    plan: Plan,
    index: BlockIndex,
    /// The block keys of each record, in order.
    keys: Vec<Box<[BlockKey]>>,
    /// The links of each record that has any, in no order.
    links: HashMap<u32, Vec<Link>>,
    pub(super) memos: Memos,
}

/// Blocks whose members changed, with whether they formed one before.
type Before = HashMap<BlockKey, bool>;

impl Matching {
    /// # Errors
    /// `invalid_model` if the model cannot be used on records one by one.
    pub(super) fn new(model: Arc<Model>, config: &Config) -> Result<Matching> {
        if model.blocking.is_empty() {
            return Err(Error::new(Code::InvalidModel, "the model does not say which records are compared")
                .help("use one that resolve or train gives"));
        }
        let features = Features::growing(model.empty_features()?, model.sources.clone());
        Ok(Matching {
            weights: model.weights(&features)?,
            cut: cut_of(&model, &config.matching),
            composer: Composer::new(&model),
            plan: Plan::new(&features, &model.blocking),
            index: BlockIndex::default(),
            keys: Vec::new(),
            links: HashMap::new(),
            memos: Memos::default(),
            features,
            model,
        })
    }

    /// The links of a record.
    pub(super) fn links(&self, record: u32) -> &[Link] {
        self.links.get(&record).map_or(&[], Vec::as_slice)
    }

    /// The weight of the link of two records, in nats.
    pub(super) fn weight(&self, a: u32, b: u32) -> Option<f64> {
        self.links(a).iter().find(|(other, _)| *other == b).map(|(_, weight)| *weight)
    }

    /// What judges pairs, for explanations.
    pub(super) fn judged(&self) -> Judged<'_> {
        Judged { features: &self.features, weights: &self.weights, model: &self.model, plan: &self.plan, cut: self.cut }
    }

    /// How many records have a key.
    pub(super) fn size(&self, key: BlockKey) -> u64 {
        self.index.size(key) as u64
    }

    /// What the model says of two records, in nats.
    pub(super) fn evidence(&self, a: u32, b: u32) -> f64 {
        self.weights.score(&self.memos.with(|memo| self.features.pattern(a, b, memo))).total
    }

    /// The links among the records of a component, by their places in it, in order.
    pub(super) fn edges(&self, records: &[u32], place: impl Fn(&u32) -> Option<u32>) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (a, record) in (0..).zip(records) {
            let others = self.links(*record).iter().filter_map(|(other, weight)| Some((place(other)?, *weight)));
            edges.extend(others.filter(|(b, _)| a < *b).map(|(b, weight)| Edge { a, b, weight, rule: 0 }));
        }
        edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
        edges
    }

    /// Sets the values of a record, in order of field; tells whether that changed what is compared.
    pub(super) fn set<'v>(
        &mut self,
        record: u32,
        source: &str,
        fields: &Fields,
        values: impl Iterator<Item = &'v Value>,
    ) -> bool {
        let keys = self.composer.compose(fields, values);
        self.features.set(record, source, &keys)
    }

    /// Brings links in line with these records, whose values changed. Tells all records whose links may have changed.
    pub(super) fn relink(&mut self, changed: &[u32]) -> Vec<u32> {
        let mut before = Before::new();
        let keys = |record: &u32| self.plan.keys(&self.features, *record);
        let fresh: Vec<Vec<BlockKey>> = match changed.len() < MANY {
            true => changed.iter().map(keys).collect(),
            false => {
                let (plan, features) = (&self.plan, &self.features);
                changed.par_iter().map(|record| plan.keys(features, *record)).collect()
            }
        };
        changed.iter().zip(fresh).for_each(|(&record, keys)| self.reindex(record, keys, &mut before));
        let is_changed: HashSet<u32> = changed.iter().copied().collect();
        let mut moved = Vec::new();
        for (key, formed) in before {
            let forms = self.index.forms(&self.plan, key);
            if formed != forms {
                let mut members = Vec::new();
                self.index.each(key, |record| members.push(record));
                members.retain(|record| !is_changed.contains(record));
                if forms { self.form(&members, &mut moved) } else { self.dissolve(&members, &mut moved) }
            }
        }
        for &record in changed {
            for (other, _) in self.links.remove(&record).unwrap_or_default() {
                self.unlink(other, record);
                moved.push(other);
            }
        }
        for (a, b, weight) in self.find(changed, &is_changed) {
            self.link(a, b, weight);
            moved.extend([a, b]);
        }
        moved.sort_unstable();
        moved.dedup();
        moved
    }

    /// Puts a record where its keys say.
    fn reindex(&mut self, record: u32, now: Vec<BlockKey>, before: &mut Before) {
        if self.keys.len() <= record as usize {
            self.keys.resize(record as usize + 1, Box::default());
        }
        let was = std::mem::take(&mut self.keys[record as usize]);
        let mut note = |index: &BlockIndex, plan: &Plan, key: BlockKey| {
            before.entry(key).or_insert_with(|| index.forms(plan, key));
        };
        for &key in was.iter().filter(|key| now.binary_search(key).is_err()) {
            note(&self.index, &self.plan, key);
            self.index.remove(key, record);
        }
        for &key in now.iter().filter(|key| was.binary_search(key).is_err()) {
            note(&self.index, &self.plan, key);
            self.index.add(key, record);
        }
        self.keys[record as usize] = now.into();
    }

    /// Takes the links away that a block alone made candidates.
    fn dissolve(&mut self, members: &[u32], moved: &mut Vec<u32>) {
        let inside: HashSet<u32> = members.iter().copied().collect();
        for &a in members {
            let others = self.links(a).iter().map(|(other, _)| *other).filter(|b| a < *b && inside.contains(b));
            for b in others.filter(|&b| !self.are_candidates(a, b)).collect::<Vec<_>>() {
                self.unlink(a, b);
                self.unlink(b, a);
                moved.extend([a, b]);
            }
        }
    }

    /// Compares the members of a block that formed.
    fn form(&mut self, members: &[u32], moved: &mut Vec<u32>) {
        for (place, &a) in members.iter().enumerate() {
            for &b in &members[place + 1..] {
                let weight = self.memos.with(|memo| self.weigh((a, b), memo));
                if let Some(weight) = weight.filter(|_| self.weight(a, b).is_none()) {
                    self.link(a, b, weight);
                    moved.extend([a, b]);
                }
            }
        }
    }

    /// Whether a block holds both records.
    fn are_candidates(&self, a: u32, b: u32) -> bool {
        let (mine, theirs) = (&self.keys[a as usize], &self.keys[b as usize]);
        mine.iter().any(|key| theirs.binary_search(key).is_ok() && self.index.forms(&self.plan, *key))
    }

    /// The links of changed records, each once.
    fn find(&self, changed: &[u32], is_changed: &HashSet<u32>) -> Vec<(u32, u32, f64)> {
        let this = self.shared();
        let of = |memo: &mut Memo, a: u32| -> Vec<(u32, u32, f64)> {
            let others = this.candidates(a).into_iter().filter(|b| a < *b || !is_changed.contains(b));
            others.filter_map(|b| Some((a, b, this.weigh((a, b), memo)?))).collect()
        };
        if changed.len() < MANY {
            return self.memos.with(|memo| changed.iter().flat_map(|&record| of(memo, record)).collect());
        }
        let found = changed.par_iter().with_min_len(MANY).map_init(Memo::default, |memo, &record| of(memo, record));
        found.collect::<Vec<_>>().concat()
    }

    fn shared(&self) -> Shared<'_> {
        Shared {
            features: &self.features,
            weights: &self.weights,
            cut: self.cut,
            plan: &self.plan,
            index: &self.index,
            keys: &self.keys,
        }
    }

    fn weigh(&self, pair: (u32, u32), memo: &mut Memo) -> Option<f64> {
        self.shared().weigh(pair, memo)
    }

    fn link(&mut self, a: u32, b: u32, weight: f64) {
        self.links.entry(a).or_default().push((b, weight));
        self.links.entry(b).or_default().push((a, weight));
    }

    /// Takes the link to another record from the list of one.
    fn unlink(&mut self, record: u32, other: u32) {
        if let Some(links) = self.links.get_mut(&record) {
            links.retain(|(known, _)| *known != other);
            if links.is_empty() {
                self.links.remove(&record);
            }
        }
    }
}

/// What finding links needs, by any number of threads.
#[derive(Clone, Copy)]
struct Shared<'a> {
    features: &'a Features,
    weights: &'a Weights,
    cut: f64,
    plan: &'a Plan,
    index: &'a BlockIndex,
    keys: &'a [Box<[BlockKey]>],
}

impl Shared<'_> {
    /// The records that blocks hold together with one, each once, in order.
    fn candidates(&self, record: u32) -> Vec<u32> {
        let mut found = Vec::new();
        for &key in self.keys[record as usize].iter().filter(|key| self.index.forms(self.plan, **key)) {
            self.index.each(key, |other| found.push(other));
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|other| *other != record);
        found
    }

    /// The weight of a pair, if it links.
    fn weigh(&self, pair: (u32, u32), memo: &mut Memo) -> Option<f64> {
        weigh(self.features, self.weights, pair, self.cut, memo).filter(|&weight| weight > self.cut)
    }
}
