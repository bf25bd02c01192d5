//! Where to part links from the rest, and what to expect of it.
//!
//! The posterior of the model is taken at its word: a candidate with probability p is worth p of a match.

use crate::schema::Matching;

/// The lowest weight, in nats, that a threshold is looked for at: what is below never becomes a link by itself.
pub(super) const LOWEST: f64 = -3.0;
/// The same for the threshold that is chosen by default, a probability of two fifths. The best F1 is often a little below even
/// odds; where hardly anybody is there twice it would be far below, at links that are mostly wrong.
const LOWEST_BY_DEFAULT: f64 = -0.41;
/// The weights, in nats, that are counted apart.
const RANGE: (f64, f64) = (-7.0, 18.0);
/// Width of a bin in nats.
const BIN: f64 = 0.05;

/// How many candidates have which weight.
#[derive(Debug, Clone, Default)]
pub(super) struct Weighed {
    bins: Vec<u64>,
}

impl Weighed {
    /// Counts a candidate of this weight, in nats.
    pub(super) fn count(&mut self, weight: f64) {
        if self.bins.is_empty() {
            self.bins = vec![0; ((RANGE.1 - RANGE.0) / BIN) as usize + 1];
        }
        if weight >= RANGE.0 {
            let bin = ((weight - RANGE.0) / BIN) as usize;
            let last = self.bins.len() - 1;
            self.bins[bin.min(last)] += 1;
        }
    }

    /// Whether no candidate was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// As a model keeps it: the bins that are not empty, by their lower ends in hundredths of a nat.
    pub(super) fn freeze(&self) -> Vec<(i32, u64)> {
        let bins = self.bins.iter().enumerate().filter(|(_, count)| **count > 0);
        bins.map(|(bin, &count)| (((RANGE.0 + bin as f64 * BIN) * 100.0).round() as i32, count)).collect()
    }

    /// From what a model keeps; bins that this release does not have are left out.
    pub(super) fn thaw(frozen: &[(i32, u64)]) -> Weighed {
        let mut weighed = Weighed::default();
        for &(end, count) in frozen {
            // Once, so that the bins are there.
            weighed.count(f64::NEG_INFINITY);
            let bin = ((f64::from(end) / 100.0 - RANGE.0) / BIN).round();
            if let Some(slot) = weighed.bins.get_mut(bin as usize).filter(|_| bin >= 0.0) {
                *slot = count;
            }
        }
        weighed
    }

    pub(super) fn merge(mut self, other: &Weighed) -> Weighed {
        if self.bins.is_empty() {
            return other.clone();
        }
        self.bins.iter_mut().zip(&other.bins).for_each(|(mine, theirs)| *mine += theirs);
        self
    }

    /// The matches to expect among the candidates below this weight.
    pub(super) fn matches_below(&self, lowest: f64) -> f64 {
        let bins = self.bins.iter().enumerate().take(((lowest - RANGE.0) / BIN).max(0.0) as usize);
        bins.map(|(bin, &count)| count as f64 * middle(bin)).sum()
    }

    /// What to expect of each threshold from the highest down: its weight, precision and recall.
    fn outlook(&self) -> impl Iterator<Item = Outlook> {
        let bins = self.bins.iter().enumerate().rev();
        let matches = |(bin, &count): (usize, &u64)| count as f64 * middle(bin);
        let all: f64 = bins.clone().map(matches).sum();
        let (mut links, mut found) = (0.0, 0.0);
        bins.map(move |(bin, count)| {
            links += *count as f64;
            found += matches((bin, count));
            Outlook { cut: RANGE.0 + bin as f64 * BIN, precision: part(found, links), recall: part(found, all) }
        })
    }

    /// The weight, in nats, above which candidates become links: as configured, or where the expected F1 is highest.
    pub(super) fn cut(&self, matching: &Matching) -> f64 {
        let lowest = if matching.chooses() { LOWEST } else { LOWEST_BY_DEFAULT };
        let allowed = || self.outlook().filter(|outlook| outlook.cut >= lowest);
        // Of those as good, where nothing lies between them, the one nearest to even odds.
        let best = |score: &dyn Fn(&Outlook) -> f64| {
            allowed().fold(None, |best: Option<Outlook>, next| match best {
                Some(best) if score(&best) > score(&next) => Some(best),
                Some(best) if score(&best) == score(&next) && best.cut.abs() <= next.cut.abs() => Some(best),
                _ => Some(next),
            })
        };
        if let Some(threshold) = matching.threshold {
            return log_odds(threshold);
        }
        let chosen = match (matching.precision, matching.recall) {
            // The lowest that keeps the precision; where none does, the surest.
            (Some(wanted), _) => best(&|outlook| match outlook.precision >= wanted {
                true => 1.0 + outlook.recall,
                false => outlook.precision,
            }),
            // The highest that reaches the recall; where none does, the lowest.
            (_, Some(wanted)) => best(&|outlook| match outlook.recall >= wanted {
                true => 1.0 + outlook.precision,
                false => outlook.recall,
            }),
            _ => best(&|outlook| 2.0 * outlook.precision * outlook.recall / (outlook.precision + outlook.recall)),
        };
        chosen.map_or(0.0, |outlook| outlook.cut)
    }
}

/// The probability in the middle of a bin.
fn middle(bin: usize) -> f64 {
    probability(RANGE.0 + (bin as f64 + 0.5) * BIN)
}

struct Outlook {
    cut: f64,
    precision: f64,
    recall: f64,
}

/// The probability that a weight in nats stands for.
pub(super) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp())
}

/// The weight in nats that a probability stands for.
pub(super) fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// A part of a whole; of nothing, all of it, as in [`crate::quality`].
pub(super) fn part(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten candidates at each of these odds.
    fn weighed(weights: &[f64]) -> Weighed {
        let mut weighed = Weighed::default();
        weights.iter().for_each(|&weight| (0..10).for_each(|_| weighed.count(weight)));
        weighed
    }

    #[test]
    fn even_odds_are_near_the_best_f1_where_most_is_sure() {
        let cut = weighed(&[-6.0, -6.0, -2.0, -0.5, 0.5, 9.0, 9.0, 9.0, 9.0]).cut(&Matching::default());
        assert!((-0.5..=0.5).contains(&cut), "{cut}");
    }

    #[test]
    fn a_precision_or_a_recall_that_is_asked_for_is_kept() {
        let seen = weighed(&[-2.5, -1.0, 0.5, 1.0, 2.0, 4.0, 8.0]);
        let strict = seen.cut(&Matching { precision: Some(0.98), ..Matching::default() });
        let loose = seen.cut(&Matching { recall: Some(0.98), ..Matching::default() });
        assert!(strict > 2.0 && strict <= 4.0, "{strict}");
        assert!(loose < -0.5, "{loose}");
    }

    #[test]
    fn the_threshold_is_never_far_from_even_odds_without_need() {
        let rare = weighed(&[-1.5; 60]).cut(&Matching::default());
        assert!(rare >= LOWEST_BY_DEFAULT, "{rare}");
        let apart = weighed(&[-6.0, 12.0]).cut(&Matching::default());
        assert!(apart.abs() < BIN, "nothing lies between: {apart}");
        assert!(weighed(&[-9.0]).cut(&Matching::default()).abs() < BIN, "nothing is counted");
    }

    #[test]
    fn no_candidates_mean_even_odds() {
        assert_eq!(Weighed::default().cut(&Matching::default()), 0.0);
    }
}
