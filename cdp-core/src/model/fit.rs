//! Training without labels: expectation-maximisation over counted comparison patterns.
//!
//! The population is all pairs of records: candidates outside the sample are represented by the sampling weight, pairs
//! that are no candidates count as non-matches, so that the prior is global and falls as the data grows.

use super::related::{BRANCHES, COLLEAGUES, NAMESAKES};
use super::{
    FeatureModel, LevelModel, Model, RelatedClass, RelatedModel, Row, VERSION, Weights, counts_as, disagreement,
    related_classes, starting_shares,
};
use crate::compare::{Feature, Features, Frequencies, Layout, Level, MISSING, Pattern, Role, groups};
use crate::error::Result;
use crate::progress::Control;
use rayon::prelude::*;
use std::borrow::Cow;

/// A comparison pattern and how many candidate pairs it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// The pattern.
    pub pattern: Pattern,
    /// Number of pairs.
    pub pairs: f64,
}

/// What training reads.
#[derive(Debug)]
pub struct Training<'a> {
    /// The features compared.
    pub features: &'a Features,
    /// Counted candidate patterns.
    pub candidates: &'a [Counted],
    /// Patterns of pairs drawn at random from all pairs.
    pub random: &'a [Counted],
    /// Number of all pairs per group of sources.
    pub pairs: &'a [f64],
}

const ROUNDS: usize = 60;
/// Every so many rounds all patterns are looked at again.
const LOOK_AGAIN: usize = 12;
/// Odds below which a pattern is of strangers beyond doubt.
const BEYOND_DOUBT: f64 = 1e-5;
/// Training stops when no share moves by more than this.
const STILL: f64 = 1e-4;
/// Pseudo-pairs that hold each distribution of a class near its start while there is little data.
const PRIOR_PAIRS: f64 = 10.0;
/// The same among matches for names and identifiers: how often people's own data is wrong differs little from set to set.
const OWN_PRIOR_PAIRS: f64 = 30.0;
/// The same for birth dates, which are wrong even less often; fewer let father and son, or twins of a small set, drag them along.
const BIRTH_PRIOR_PAIRS: f64 = 100.0;
/// The same for generational suffixes, which few pairs have and which are hardly ever wrong.
const GENERATION_PRIOR_PAIRS: f64 = 100.0;
/// The share of matches that start with different identifiers of one kind, and with different generational suffixes.
const OTHER_IDENTIFIER: f64 = 0.05;
const OTHER_GENERATION: f64 = 0.002;
/// The largest share of matches that may disagree in a name, of an organisation too, or a birth date.
const MOST_DISAGREE: f64 = 0.25;
/// The same for the given name where training came to rest at that: its matches were two people of one household.
const FEW_DISAGREE: f64 = 0.01;
/// Where so many of the pairs of one organisation name the same person, the person stands for the organisation: another one is
/// a successor, not a colleague.
const MOST_ONE_PERSON: f64 = 0.4;
/// The lowest share of any level.
const LOWEST: f64 = 1e-9;

/// Where training starts from. It ends at a likelihood that is the best nearby only, so that it starts from several places.
#[derive(Debug, Clone, Copy)]
struct Start {
    /// How much firmer the distributions among matches are held in the first rounds.
    firmness: f64,
    /// The prior within one source, as a part of that between sources.
    within: f64,
}

/// The first is the one to keep where others are no likelier. Firm, so that few matches that differ in one field don't pull the
/// others after them; and as if sources held nobody twice.
const STARTS: [Start; 3] = [
    Start { firmness: 1.0, within: 1.0 },
    Start { firmness: 10.0, within: 1.0 },
    Start { firmness: 10.0, within: 0.01 },
];
/// Pseudo-pairs that hold every distribution among matches where the likeliest model is chosen: firmer than while training, so
/// that a class of pairs that have little in common but their class does not win by being large.
const CHOICE_PAIRS: f64 = 30.0;
/// The first rounds of a firm start.
const FIRM_ROUNDS: usize = 10;

/// Fits a model: the likeliest that training arrives at.
///
/// # Errors
/// `cancelled`.
pub fn fit(training: &Training<'_>, control: &Control) -> Result<Model> {
    let beginning = State::new(training);
    let mut best = likeliest(training, &beginning, MOST_DISAGREE, control)?;
    if best.capped && feature_of(training, Role::Organisation).is_none() {
        // Matches that often disagree in the given name are two people of one household: once more, with less room for that.
        best = likeliest(training, &beginning, FEW_DISAGREE, control)?;
    }
    let frequencies: Vec<Frequencies> = training.features.list.par_iter().map(Feature::freeze).collect();
    best.model.features.iter_mut().zip(frequencies).for_each(|(model, frequencies)| model.frequencies = frequencies);
    Ok(best.model)
}

fn feature_of(training: &Training<'_>, role: Role) -> Option<usize> {
    training.features.list.iter().position(|feature| feature.role == role)
}

/// The likeliest of the models that training arrives at, with so large a share of matches that may disagree in the given name.
fn likeliest<'a>(training: &Training<'a>, beginning: &State<'a>, most: f64, control: &Control) -> Result<State<'a>> {
    let useful = if training.features.sources.len() > 1 { STARTS.len() } else { STARTS.len() - 1 };
    let mut best: Option<(f64, State<'a>)> = None;
    let from = |start: &Start| {
        let state = fit_from(training, State { most, ..beginning.clone() }, *start, control)?;
        Ok((state.likelihood(training), state))
    };
    for (likelihood, state) in STARTS[..useful].par_iter().map(from).collect::<Result<Vec<_>>>()? {
        if best.as_ref().is_none_or(|(most, _)| likelihood > most + STILL) {
            best = Some((likelihood, state));
        }
    }
    Ok(best.map_or_else(|| beginning.clone(), |(_, state)| state))
}

fn fit_from<'a>(training: &Training<'a>, mut state: State<'a>, start: Start, control: &Control) -> Result<State<'a>> {
    if training.features.sources.len() > 1 {
        let within = training.features.sources.len().min(state.model.prior.len());
        state.model.prior[..within].iter_mut().for_each(|prior| *prior *= start.within);
    }
    let mut active = Cow::Borrowed(training.candidates);
    for round in 0..ROUNDS {
        control.report("train", round as u64, ROUNDS as u64)?;
        if round % LOOK_AGAIN == 1 {
            active = Cow::Owned(state.undecided(training.candidates));
        }
        let sums = state.expect(&active);
        let firm = start.firmness > 1.0 && round < FIRM_ROUNDS;
        let moved = state.maximise(training, &sums, if firm { start.firmness } else { 1.0 });
        if moved < STILL && !firm {
            break;
        }
    }
    Ok(state)
}

/// The model being fitted, and what it was before matches were taken out of `u`.
#[derive(Clone)]
struct State<'a> {
    model: Model,
    layouts: Vec<&'a Layout>,
    classes: Vec<RelatedClass>,
    roles: Vec<Role>,
    /// Shares of levels over all pairs.
    overall: Vec<Vec<f64>>,
    /// Share of pairs in which each feature is present.
    present: Vec<f64>,
    /// The largest share of matches that may disagree in the given name.
    most: f64,
    /// Whether the largest share was reached.
    capped: bool,
}

/// Expected numbers of pairs: per class (matches first, then the related classes), feature and level; per group.
struct Sums {
    levels: Vec<Vec<Vec<f64>>>,
    class_pairs: Vec<f64>,
    matches: Vec<f64>,
}

impl Sums {
    fn new(classes: usize, layouts: &[&Layout], groups: usize) -> Self {
        let levels = vec![layouts.iter().map(|layout| vec![0.0; layout.levels().len()]).collect(); classes + 1];
        Sums { levels, class_pairs: vec![0.0; classes + 1], matches: vec![0.0; groups] }
    }

    fn merge(mut self, other: Sums) -> Sums {
        let add = |a: &mut Vec<f64>, b: &[f64]| a.iter_mut().zip(b).for_each(|(x, y)| *x += y);
        for (mine, theirs) in self.levels.iter_mut().zip(&other.levels) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| add(a, b));
        }
        add(&mut self.class_pairs, &other.class_pairs);
        add(&mut self.matches, &other.matches);
        self
    }
}

impl<'a> State<'a> {
    fn new(training: &Training<'a>) -> Self {
        let features = &training.features.list;
        let roles: Vec<Role> = features.iter().map(|feature| feature.role).collect();
        let layouts: Vec<&Layout> = features.iter().map(|feature| &feature.layout).collect();
        let mut classes = related_classes(&roles);
        // A person's name at another place of the organisation is a branch where the person stands for it, otherwise the person.
        let out = if named_by_persons(training) >= MOST_ONE_PERSON { COLLEAGUES } else { BRANCHES };
        if classes.iter().any(|class| class.name == COLLEAGUES) {
            classes.retain(|class| class.name != out);
        }
        let (overall, present) = overall_shares(training);
        let records = f64::from(training.features.records()).max(2.0);
        let feature_models = features.iter().zip(&overall).map(|(feature, u)| {
            let m = starting_matches(feature.role, &feature.layout, u);
            let levels = feature.layout.levels().iter().zip(m).zip(u);
            let levels = levels.map(|((level, m), &u)| LevelModel { level: level.name.to_owned(), m, u, learned: 0.0 });
            FeatureModel {
                name: feature.name.clone(),
                role: feature.role,
                levels: levels.collect(),
                frequencies: Frequencies::default(),
            }
        });
        let features = feature_models.collect();
        let related = classes.iter().map(|class| starting_class(class, &layouts, &roles, &overall, records)).collect();
        let prior = vec![(1.0 / records).min(0.1); groups(training.features.sources.len() as u32)];
        let model = Model {
            version: VERSION,
            threshold: None,
            weighed: Vec::new(),
            reading: Default::default(),
            blocking: Vec::new(),
            learned: 0.0,
            records: u64::from(training.features.records()),
            sources: training.features.sources.clone(),
            prior,
            features,
            related,
        };
        State { model, layouts, classes, roles, overall, present, most: MOST_DISAGREE, capped: false }
    }

    /// The patterns that are not strangers beyond doubt: the others change no sum that matters.
    fn undecided(&self, candidates: &[Counted]) -> Vec<Counted> {
        let weights = Weights::new(&self.model, &self.layouts, &self.model.prior);
        candidates
            .par_iter()
            .filter(|counted| self.odds(&weights, &counted.pattern).iter().sum::<f64>() > BEYOND_DOUBT)
            .copied()
            .collect()
    }

    /// The E step: how many pairs of each pattern belong to each class.
    fn expect(&self, candidates: &[Counted]) -> Sums {
        let weights = Weights::new(&self.model, &self.layouts, &self.model.prior);
        let fresh = || Sums::new(self.classes.len(), &self.layouts, self.model.prior.len());
        // Chunks are fixed and summed in order, so that the result does not depend on the number of threads.
        let partial: Vec<Sums> = candidates
            .par_chunks(16_384)
            .map(|chunk| {
                let mut sums = fresh();
                chunk.iter().for_each(|counted| self.expect_pattern(&weights, counted, &mut sums));
                sums
            })
            .collect();
        partial.into_iter().fold(fresh(), Sums::merge)
    }

    /// Odds of matches and of each class against strangers.
    fn odds(&self, weights: &Weights, pattern: &Pattern) -> Row {
        let sums = weights.sums(pattern);
        let mut odds = Row::default();
        odds[0] = (weights.prior(pattern[15]) + sums[0]).min(600.0).exp();
        for ((odds, (share, _)), sum) in odds[1..].iter_mut().zip(&weights.related).zip(&sums[1..]) {
            *odds = (share + sum).min(600.0).exp();
        }
        odds
    }

    fn expect_pattern(&self, weights: &Weights, counted: &Counted, sums: &mut Sums) {
        let pattern = &counted.pattern;
        let odds = self.odds(weights, pattern);
        let total = 1.0 + odds.iter().sum::<f64>();
        for (class, odd) in odds.iter().enumerate().take(self.classes.len() + 1) {
            let pairs = counted.pairs * odd / total;
            sums.class_pairs[class] += pairs;
            if class == 0 {
                sums.matches[pattern[15] as usize] += pairs;
            }
            for f in (0..self.layouts.len()).filter(|&f| pattern[f] != MISSING) {
                let level = self.layouts[f].level(pattern[f]);
                if let Some(level) = level.and_then(|l| counts_as(self.layouts[f], self.roles[f], l, class > 0)) {
                    sums.levels[class][f][level] += pairs;
                }
            }
        }
    }

    /// The logarithm of how likely the model makes the candidates, beside all of them being strangers, and of how near its
    /// shares among matches are to where they started.
    fn likelihood(&self, training: &Training<'_>) -> f64 {
        let weights = Weights::new(&self.model, &self.layouts, &self.model.prior);
        let of = |counted: &Counted| counted.pairs * self.odds(&weights, &counted.pattern).iter().sum::<f64>().ln_1p();
        // Chunks are fixed and summed in order, as in the E step.
        let parts: Vec<f64> =
            training.candidates.par_chunks(16_384).map(|chunk| chunk.iter().map(of).sum::<f64>()).collect();
        let all_pairs: f64 = training.pairs.iter().sum();
        let related: f64 = self.model.related.iter().map(|class| class.share * all_pairs).sum();
        let matched: f64 = self.model.prior.iter().zip(training.pairs).map(|(prior, pairs)| prior * pairs).sum();
        let held: f64 = (0..self.layouts.len()).map(|f| self.held(f)).sum();
        parts.iter().sum::<f64>() - related - matched + held
    }

    /// The part of the likelihood that holds a feature's shares among matches near their start.
    fn held(&self, f: usize) -> f64 {
        let start = starting_matches(self.roles[f], self.layouts[f], &self.overall[f]);
        let levels = self.model.features[f].levels.iter().zip(&start).filter(|(_, start)| **start > 0.0);
        levels.map(|(level, start)| CHOICE_PAIRS * start * (level.m / start).ln()).sum()
    }

    /// The M step, with the distributions among matches held so much firmer; returns the largest change of a share.
    fn maximise(&mut self, training: &Training<'_>, sums: &Sums, firmness: f64) -> f64 {
        let mut moved: f64 = 0.0;
        self.capped = false;
        let all_pairs: f64 = training.pairs.iter().sum();
        let records = f64::from(training.features.records());
        for (group, prior) in self.model.prior.iter_mut().enumerate() {
            let pairs = training.pairs[group].max(1.0);
            let fresh = ((sums.matches[group] + 0.5) / (pairs + records)).clamp(1e-12, 0.5);
            moved = moved.max((fresh / *prior).ln().abs() * 0.01);
            *prior = fresh;
        }
        for (f, feature) in self.model.features.iter_mut().enumerate() {
            let start = starting_matches(self.roles[f], self.layouts[f], &self.overall[f]);
            let mut fresh = shares(&sums.levels[0][f], &start, firmness * prior_pairs(self.roles[f]));
            let is_given = self.roles[f] == Role::Given;
            let most = if is_given { self.most } else { MOST_DISAGREE };
            let capped = is_kept(self.roles[f], &self.roles) && cap_disagreement(self.layouts[f], most, &mut fresh);
            self.capped |= capped && is_given;
            for (level, &m) in feature.levels.iter_mut().zip(&fresh) {
                moved = moved.max((level.m - m).abs());
                level.m = m;
            }
            let matched: f64 = sums.levels[0][f].iter().sum();
            let pairs = (all_pairs * self.present[f]).max(1.0);
            for (l, level) in feature.levels.iter_mut().enumerate() {
                level.u = share_among_strangers(self.overall[f][l], pairs, sums.levels[0][f][l], matched);
            }
        }
        for (r, class) in self.model.related.iter_mut().enumerate() {
            let pairs = sums.class_pairs[r + 1] + self.classes[r].expected_pairs();
            class.share = (pairs / all_pairs.max(1.0)).max(1e-12);
            for (f, distribution) in class.features.iter_mut().enumerate() {
                if let Some(distribution) = distribution {
                    let start = starting_shared(&self.classes[r], self.roles[f], self.layouts[f], &self.overall[f]);
                    *distribution = shares(&sums.levels[r + 1][f], &start, PRIOR_PAIRS);
                    let levels = self.layouts[f].levels();
                    for l in (0..levels.len()).filter(|&l| !self.classes[r].owns(self.roles[f], &levels[l])) {
                        distribution[l] = self.model.features[f].levels[l].u;
                    }
                }
            }
        }
        moved
    }
}

/// The share of a level among strangers, of which so many of all pairs have it, and so many of those that match: matches agree
/// too, and what is left is how often strangers do. Where more match than agree, by the estimate of all pairs, the other levels
/// would have more pairs than there are.
fn share_among_strangers(overall: f64, pairs: f64, with_level: f64, matched: f64) -> f64 {
    let strangers = overall * pairs - with_level;
    (strangers / (pairs - matched).max(1.0)).max(0.05 * overall).clamp(LOWEST, 1.0)
}

/// Of the candidates that name one organisation, and no two places, the share that names one person too.
fn named_by_persons(training: &Training<'_>) -> f64 {
    let at = |role: Role| feature_of(training, role);
    let (Some(organisation), Some(family)) = (at(Role::Organisation), at(Role::Family)) else { return 0.0 };
    let level = |pattern: &Pattern, f: usize| training.features.list[f].layout.level(pattern[f]);
    let differs = |pattern: &Pattern, f: usize| {
        level(pattern, f).is_some_and(|level| level >= disagreement(&training.features.list[f].layout))
    };
    // Branches of an organisation have people of their own.
    let elsewhere = |pattern: &Pattern| at(Role::Place).is_some_and(|place| differs(pattern, place));
    let (mut all, mut one) = (0.0, 0.0);
    for Counted { pattern, pairs } in training.candidates {
        if level(pattern, organisation) == Some(0) && level(pattern, family).is_some() && !elsewhere(pattern) {
            all += pairs;
            one += if differs(pattern, family) { 0.0 } else { *pairs };
        }
    }
    // Where no pair has both, nobody is a colleague.
    if all > 0.0 { one / all } else { 1.0 }
}

/// The pseudo-pairs that hold the shares of a field among matches.
fn prior_pairs(role: Role) -> f64 {
    match role {
        Role::Generation => GENERATION_PRIOR_PAIRS,
        Role::Birth => BIRTH_PRIOR_PAIRS,
        Role::Personal => OWN_PRIOR_PAIRS,
        role if role.is_own() => OWN_PRIOR_PAIRS,
        _ => PRIOR_PAIRS,
    }
}

/// Whether a person or an organisation keeps this for life. Somebody who stands for an organisation does not: its records may name
/// who was there before.
fn is_kept(role: Role, roles: &[Role]) -> bool {
    let of_organisations = roles.contains(&Role::Organisation);
    match role {
        Role::Given | Role::Family => !of_organisations,
        role => matches!(role, Role::Birth | Role::Organisation),
    }
}

/// Holds the share of matches that disagree in what is kept for life: a class of pairs that often disagree there is something else,
/// such as people of one given name and town where nobody is recorded twice. Tells whether it had to.
fn cap_disagreement(layout: &Layout, most: f64, shares: &mut [f64]) -> bool {
    let last = disagreement(layout);
    if shares[last] <= most {
        return false;
    }
    let scale = (1.0 - most) / (1.0 - shares[last]).max(LOWEST);
    shares.iter_mut().for_each(|share| *share = (*share * scale).max(LOWEST));
    shares[last] = most;
    true
}

/// Where the shares among matches start: an attribute may say nothing at all, so it starts half way to the shares among all
/// pairs; hardly anybody has two identifiers of one kind, and nobody two generational suffixes.
fn starting_matches(role: Role, layout: &Layout, overall: &[f64]) -> Vec<f64> {
    let mut start = starting_shares(layout.levels());
    match role {
        Role::Attribute => start.iter().zip(overall).map(|(m, u)| 0.5 * (m + u)).collect(),
        Role::Personal | Role::Generation => {
            let last = disagreement(layout);
            let fewer = if role == Role::Generation { OTHER_GENERATION } else { OTHER_IDENTIFIER };
            start[0] += start[last] - fewer;
            start[last] = fewer;
            start
        }
        _ => start,
    }
}

/// Shares from expected counts, held near `start` by so many pseudo-pairs (a Dirichlet prior).
fn shares(counts: &[f64], start: &[f64], held: f64) -> Vec<f64> {
    let total: f64 = counts.iter().sum::<f64>() + held;
    counts.iter().zip(start).map(|(count, start)| ((count + held * start) / total).max(LOWEST)).collect()
}

fn starting_class(
    class: &RelatedClass,
    layouts: &[&Layout],
    roles: &[Role],
    overall: &[Vec<f64>],
    records: f64,
) -> RelatedModel {
    let features = (0..layouts.len())
        .map(|f| class.shared.contains(&roles[f]).then(|| starting_shared(class, roles[f], layouts[f], &overall[f])));
    RelatedModel { class: class.name.to_owned(), share: class.start / records, features: features.collect() }
}

/// Where a class's own shares start: mostly in common, otherwise as among strangers. An e-mail address is shared seldom, and branches
/// are more often elsewhere. Twins have a birth date and a home in common by what they are, and most contacts.
fn starting_shared(class: &RelatedClass, role: Role, layout: &Layout, overall: &[f64]) -> Vec<f64> {
    let common = match role {
        Role::Birth if class.at_home => 0.99,
        Role::Family if class.at_home => 0.98,
        Role::Street | Role::Place if class.at_home => 0.95,
        Role::Phone if class.at_home => 0.7,
        Role::Email if class.at_home => 0.5,
        Role::Email if class.name == NAMESAKES => 0.5,
        Role::Email => 0.1,
        Role::Phone => 0.3,
        Role::Place if class.name == BRANCHES => 0.3,
        Role::Attribute => 0.5,
        _ => 0.8,
    };
    let matches = starting_shares(layout.levels());
    let levels = matches.iter().zip(overall).zip(layout.levels());
    let share = |((m, u), level): ((&f64, &f64), &Level)| match class.owns(role, level) {
        true => (common * m + (1.0 - common) * u).max(LOWEST),
        false => *u,
    };
    levels.map(share).collect()
}

/// Shares of the levels over all pairs of records, and the share of pairs in which each feature is present.
///
/// The first level of a feature with single values has a closed form, sum of c (c - 1) over N (N - 1); the others come
/// from the random pairs.
fn overall_shares(training: &Training<'_>) -> (Vec<Vec<f64>>, Vec<f64>) {
    let drawn: f64 = training.random.iter().map(|counted| counted.pairs).sum::<f64>().max(1.0);
    let features = training.features.list.iter().enumerate();
    features
        .map(|(f, feature)| {
            let mut counts = vec![0.0; feature.layout.levels().len()];
            for counted in training.random {
                if let Some(level) = feature
                    .layout
                    .level(counted.pattern[f])
                    .and_then(|level| counts_as(&feature.layout, feature.role, level, true))
                {
                    counts[level] += counted.pairs;
                }
            }
            let present: f64 = counts.iter().sum();
            let start = starting_shares(feature.layout.levels());
            let last = disagreement(&feature.layout);
            let mut shares: Vec<f64> =
                counts.iter().zip(&start).map(|(c, s)| (c + 0.5 * s) / (present + 0.5)).collect();
            let (values, total) = feature.count();
            let same: f64 = values.iter().map(|c| c * (c - 1.0)).sum();
            if total >= 2.0 {
                let exact = (same / (total * (total - 1.0))).clamp(LOWEST, 0.999);
                shares[last] = (shares[last] + shares[0] - exact).max(LOWEST);
                shares[0] = exact;
            }
            (shares, (present / drawn).max(1e-6))
        })
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_more_pseudo_pairs_the_nearer_the_start(seen in prop::collection::vec(0.0f64..500.0, 3), held in 1.0f64..50.0) {
            let start = [0.7, 0.2, 0.1];
            let off = |held: f64| shares(&seen, &start, held).iter().zip(start).map(|(x, y)| (x - y).abs()).sum::<f64>();
            prop_assert!(off(held + 1.0) <= off(held) + 1e-12);
            prop_assert!((shares(&seen, &start, held).iter().sum::<f64>() - 1.0).abs() < 1e-6);
        }

        #[test]
        fn no_level_has_more_than_all_strangers(rare in 0.0f64..1e-4, pairs in 1.0f64..1e7, part in 0.0f64..=1.0, matches in 0.0f64..1e4) {
            let share = share_among_strangers(1.0 - rare, pairs, part * matches, matches);
            prop_assert!(share > 0.0 && share <= 1.0, "{share}");
        }
    }
}
