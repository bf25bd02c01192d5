//! The figures of a result that plots and the report are drawn from, so that all of them show the same.

use super::{Link, Refusal, Resolution};
use crate::error::Result;
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::model::bits;
use crate::quality;
use crate::record::{Column, NULL, Table};
use crate::segment::{bitmap, combinations};
use std::collections::BTreeMap;

/// One bar of the histogram of weights: pairs of records that weigh from `from` on, and less than `to`, in bits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightBin {
    /// The lowest weight in it.
    pub from: f64,
    /// The lowest weight above it.
    pub to: f64,
    /// Links that were accepted.
    pub accepted: u64,
    /// Links that were refused.
    pub refused: u64,
    /// Pairs just too weak to link; only the strongest of them are kept.
    pub below: u64,
}

/// Precision and recall at a threshold, against a truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OperatingPoint {
    /// Whether it judges `pairs` that weigh at least the threshold, or the `profiles` that were made.
    pub of: &'static str,
    /// The threshold in bits.
    pub threshold: f64,
    /// Whether it is the threshold that the result was made with.
    pub chosen: bool,
    /// Pairs that are claimed to be one person.
    pub pairs: u64,
    /// Those among them that are.
    pub right: u64,
    /// The share of the claimed pairs that are right.
    pub precision: f64,
    /// The share of all pairs of one person that are claimed.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// A link by the places of its ends, with its weight in bits and what made it.
type Join = (usize, usize, f64, String);

/// The records of a profile and the links between them.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileGraph {
    /// Its records, founder first; those that links join stand next to each other where that is possible.
    pub records: Vec<RecordName>,
    /// Positions of two records in `records`, the weight in bits, and what made the link.
    pub links: Vec<(usize, usize, f64, String)>,
}

/// At most this many bars make a histogram.
const MAX_BINS: f64 = 36.0;

/// At most about this many thresholds make a curve.
const MAX_POINTS: f64 = 120.0;

impl Resolution {
    /// The threshold in bits; `None` where nothing was compared.
    pub fn threshold_bits(&self) -> Option<f64> {
        let is_compared = self.is_compared() && self.config.matching.fuzzy != Some(false);
        is_compared.then(|| bits(self.cut())).filter(|bits| bits.is_finite())
    }

    /// The weights of the links accepted and refused, and of the strongest pairs that do not link, in bars of one width.
    /// Links of identifiers and decisions, which weigh infinitely much, are in none: see [`Resolution::unweighed`].
    pub fn weight_histogram(&self) -> Vec<WeightBin> {
        let accepted: Vec<f64> = self.links.iter().map(|link| link.weight).collect();
        let refused: Vec<f64> = self.refused.iter().map(|link| link.weight).collect();
        let below: Vec<f64> = self.evidence.doubtful.iter().map(|(_, nats)| bits(*nats)).collect();
        bins(&accepted, &refused, &below)
    }

    /// How many links, accepted and refused, are by rule or decision alone and weigh infinitely much: those of identifiers, and
    /// those that somebody confirmed.
    pub fn unweighed(&self) -> [u64; 2] {
        let accepted = self.links.iter().filter(|link| link.weight.is_infinite()).count();
        let refused = self.refused.iter().filter(|link| link.weight.is_infinite()).count();
        [accepted as u64, refused as u64]
    }

    /// How many profiles have one record, two, three, ...: numbers of records and of profiles, smallest first.
    pub fn profile_sizes(&self) -> Vec<(u64, u64)> {
        let mut sizes = BTreeMap::new();
        (0..self.profiles.len()).for_each(|p| *sizes.entry(self.profiles.members(p).len() as u64).or_default() += 1);
        sizes.into_iter().collect()
    }

    /// Precision and recall of the pairs that weigh at least a threshold, for thresholds from the weakest pair kept to the
    /// strongest, and of the profiles as they are. Pairs of records that the truth does not name are left out.
    ///
    /// # Errors
    /// Those of [`quality::evaluate_tables`].
    pub fn precision_recall(&self, truth: &Table) -> Result<Vec<OperatingPoint>> {
        let all = 0..self.records.len() as u32;
        let sources = Column::new("source", all.clone().map(|record| Some(self.records.source(record))));
        let ids = Column::new("record_id", all.clone().map(|record| Some(self.records.id(record))));
        let rows: Vec<String> = all.clone().map(|record| self.records.row(record).to_string()).collect();
        let rows = Column::new("row", rows.iter().map(|row| Some(row.as_str())));
        let profile = |record: u32| Some(self.profiles.id(self.assignments[record as usize] as usize));
        let table = Table::new("assignments", vec![sources, ids, rows, Column::new("profile_id", all.map(profile))])?;
        let entities = quality::entities(&table, truth)?;
        let made = quality::evaluate_tables(&table, truth)?;
        let mut points = curve(&self.judged(&entities), made.pairs_true, self.threshold_bits());
        points.push(OperatingPoint {
            of: "profiles",
            threshold: self.threshold_bits().unwrap_or(f64::NAN),
            chosen: true,
            pairs: made.pairs_predicted,
            right: made.pairs_both,
            precision: made.pairwise.precision,
            recall: made.pairwise.recall,
            f1: made.pairwise.f1,
        });
        Ok(points)
    }

    /// Every pair that was weighed and whose truth is known: its weight in bits, and whether it is one person; heaviest first.
    fn judged(&self, entities: &[u32]) -> Vec<(f64, bool)> {
        let links = self.links.iter().map(|&Link { a, b, weight, .. }| ((a, b), weight));
        let refused = self.refused.iter().map(|&Refusal { a, b, weight, .. }| ((a, b), weight));
        let doubtful = self.evidence.doubtful.iter();
        let doubtful = doubtful.map(|&([a, b], nats)| ((a.min(b), a.max(b)), bits(nats)));
        let mut weights: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (pair, weight) in links.chain(refused).chain(doubtful) {
            let heaviest = weights.entry(pair).or_insert(f64::NEG_INFINITY);
            *heaviest = heaviest.max(weight);
        }
        let judge = |((a, b), weight): ((u32, u32), f64)| {
            let [a, b] = [a, b].map(|record| entities[record as usize]);
            (a != NULL && b != NULL).then_some((weight, a == b))
        };
        let mut judged: Vec<(f64, bool)> = weights.into_iter().filter_map(judge).collect();
        judged.sort_unstable_by(|x, y| y.0.total_cmp(&x.0));
        judged
    }

    /// The records of a profile and the links between them.
    ///
    /// # Errors
    /// `not_found` if there is no such profile.
    pub fn profile_graph(&self, profile_id: &str) -> Result<ProfileGraph> {
        let profile = self.found(profile_id)?;
        let inside = self.links.iter().filter(|link| self.assignments[link.a as usize] as usize == profile);
        let links: Vec<&Link> = inside.collect();
        let (order, links) = self.drawing(profile, &links);
        Ok(ProfileGraph { records: order.into_iter().map(|record| self.name(record)).collect(), links })
    }

    /// The records of a profile in the order of a drawing, and the links among them by their places in it.
    pub(crate) fn drawing(&self, profile: usize, links: &[&Link]) -> (Vec<u32>, Vec<Join>) {
        let order = neighbours_together(self.profiles.members(profile), links);
        let place: BTreeMap<u32, usize> = order.iter().enumerate().map(|(place, &record)| (record, place)).collect();
        let join = |link: &&Link| Some((*place.get(&link.a)?, *place.get(&link.b)?, link.weight, link.rule.clone()));
        let links = links.iter().filter_map(join).collect();
        (order, links)
    }

    /// How many profiles are members of exactly these predicates, for each combination that somebody is in, largest first;
    /// predicates by their positions.
    ///
    /// # Errors
    /// Those of [`Resolution::segment`].
    pub fn combinations(&self, predicates: &[String], now: Option<Instant>) -> Result<Vec<(Vec<usize>, u64)>> {
        let sets = predicates.iter().map(|predicate| Ok(bitmap(&self.segment(predicate, now)?)));
        Ok(combinations(&sets.collect::<Result<Vec<_>>>()?))
    }
}

/// Records so that a walk along the links, heaviest first, meets them in order: a drawing on a circle then has short lines.
fn neighbours_together(members: &[u32], links: &[&Link]) -> Vec<u32> {
    let mut near: BTreeMap<u32, Vec<(f64, u32)>> = BTreeMap::new();
    for link in links {
        near.entry(link.a).or_default().push((link.weight, link.b));
        near.entry(link.b).or_default().push((link.weight, link.a));
    }
    near.values_mut().for_each(|near| near.sort_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1))));
    let (mut order, mut met) = (Vec::with_capacity(members.len()), std::collections::BTreeSet::new());
    for &start in members {
        let mut waiting = vec![start];
        while let Some(record) = waiting.pop() {
            if met.insert(record) {
                order.push(record);
                waiting.extend(near.get(&record).into_iter().flatten().map(|&(_, other)| other));
            }
        }
    }
    order
}

/// Bars of one width (a round number of bits) over all finite weights.
pub(crate) fn bins(accepted: &[f64], refused: &[f64], below: &[f64]) -> Vec<WeightBin> {
    let weights = || accepted.iter().chain(refused).chain(below).copied().filter(|weight| weight.is_finite());
    let (low, high) = weights().fold((f64::MAX, f64::MIN), |(low, high), weight| (low.min(weight), high.max(weight)));
    if low > high {
        return Vec::new();
    }
    let width = round_step(high - low, MAX_BINS - 1.0);
    let first = (low / width).floor();
    let number = ((high / width).floor() - first) as usize + 1;
    let bin = |index: usize| {
        let from = (first + index as f64) * width;
        WeightBin { from, to: from + width, ..WeightBin::default() }
    };
    let mut bins: Vec<WeightBin> = (0..number).map(bin).collect();
    let mut count = |weights: &[f64], of: fn(&mut WeightBin) -> &mut u64| {
        for weight in weights.iter().filter(|weight| weight.is_finite()) {
            *of(&mut bins[((weight / width).floor() - first) as usize]) += 1;
        }
    };
    count(accepted, |bin| &mut bin.accepted);
    count(refused, |bin| &mut bin.refused);
    count(below, |bin| &mut bin.below);
    bins
}

/// The smallest round step by which a span is passed in fewer than `most` steps.
fn round_step(span: f64, most: f64) -> f64 {
    let round = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
    round.into_iter().find(|step| span / step < most).unwrap_or(span / most)
}

/// Precision and recall from each threshold on, lowest first; `judged` is sorted, heaviest first.
fn curve(judged: &[(f64, bool)], pairs_true: u64, chosen: Option<f64>) -> Vec<OperatingPoint> {
    let finite = || judged.iter().map(|(weight, _)| *weight).filter(|weight| weight.is_finite());
    let (Some(high), Some(low)) = (finite().next(), finite().next_back()) else { return Vec::new() };
    let step = round_step(high - low, MAX_POINTS);
    let (first, last) = ((low / step).floor() as i64, (high / step).floor() as i64);
    let mut thresholds: Vec<(f64, bool)> = (first..=last).map(|index| (index as f64 * step, false)).collect();
    thresholds.extend(chosen.map(|bits| (bits, true)));
    thresholds.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    thresholds.dedup_by(|later, before| {
        let same = later.0 == before.0;
        before.1 |= same && later.1;
        same
    });
    let mut right = vec![0_u64];
    judged.iter().for_each(|(_, same)| right.push(right[right.len() - 1] + u64::from(*same)));
    let point = |(threshold, chosen): (f64, bool)| {
        // The very threshold does not link: a pair must weigh more.
        let pairs =
            judged.partition_point(|(weight, _)| if chosen { *weight > threshold } else { *weight >= threshold });
        let share = |part: u64, whole: u64| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
        let (precision, recall) = (share(right[pairs], pairs as u64), share(right[pairs], pairs_true));
        let sum = precision + recall;
        let f1 = if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum };
        OperatingPoint {
            of: "pairs",
            threshold,
            chosen,
            pairs: pairs as u64,
            right: right[pairs],
            precision,
            recall,
            f1,
        }
    };
    thresholds.into_iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_histogram_counts_every_finite_weight() {
        let accepted = [3.0, 3.4, 12.0, f64::INFINITY];
        let bars = bins(&accepted, &[5.1, f64::NAN], &[-1.0, 2.9]);
        assert_eq!(bars[0].to - bars[0].from, 0.5);
        assert_eq!(bars.iter().map(|bar| bar.accepted).sum::<u64>(), 3);
        assert_eq!(bars.iter().map(|bar| bar.refused).sum::<u64>(), 1);
        assert_eq!(bars.iter().map(|bar| bar.below).sum::<u64>(), 2);
        let at_three = bars.iter().find(|bar| bar.from == 3.0).expect("a bar from 3 bits on");
        assert_eq!((at_three.accepted, at_three.below), (2, 0));
        assert!(bins(&[-2000.0, 2000.0], &[], &[]).len() <= 36);
        assert_eq!(bins(&[1.0], &[], &[]).len(), 1);
        assert!(bins(&[], &[], &[]).is_empty());
    }

    #[test]
    fn the_curve_is_what_counting_pairs_gives() {
        let judged =
            [(f64::INFINITY, true), (9.0, true), (6.2, false), (6.0, true), (1.5, true), (-2.0, false), (-2.0, true)];
        let points = curve(&judged, 8, Some(1.5));
        for point in &points {
            let claimed = |weight: f64| if point.chosen { weight > point.threshold } else { weight >= point.threshold };
            let pairs: Vec<bool> =
                judged.iter().filter(|(weight, _)| claimed(*weight)).map(|(_, same)| *same).collect();
            let right = pairs.iter().filter(|same| **same).count() as u64;
            assert_eq!((point.pairs, point.right), (pairs.len() as u64, right), "at {}", point.threshold);
            assert_eq!(point.precision, right as f64 / pairs.len() as f64);
            assert_eq!(point.recall, right as f64 / 8.0);
        }
        assert_eq!(points.iter().filter(|point| point.chosen).count(), 1);
        assert!(points.windows(2).all(|two| two[0].threshold < two[1].threshold && two[0].pairs >= two[1].pairs));
        assert!(curve(&[], 0, Some(1.0)).is_empty());
    }

    #[test]
    fn records_that_are_linked_stand_together() {
        let link = |a, b, weight| Link { a, b, weight, rule: "match".to_owned() };
        let links = [link(1, 9, 3.0), link(9, 4, 8.0), link(4, 2, 1.0)];
        let order = neighbours_together(&[1, 2, 4, 9, 7], &links.iter().collect::<Vec<_>>());
        assert_eq!(order, [1, 9, 4, 2, 7]);
    }
}
