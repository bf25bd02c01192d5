//! The match model: Fellegi-Sunter weights with related people on the non-match side.
//!
//! Two records of different people are not always strangers: they may be of one household, or namesakes. So the
//! non-match side is a mixture, and the match weight of a pair with codes c is, in nats,
//!
//! `ln(l / (1 - l)) + sum over fields ln(m / u) - ln(1 + sum over classes r of share_r * product over fields (r / u))`
//!
//! with the prior l of any pair being a match, and m, u and r the shares of a comparison level among matches, strangers
//! and related people (Fellegi and Sunter 1969; the mixture is a latent class model, Winkler 1993). A level with term
//! frequency replaces u by the frequency f of the agreed value: `ln m - ln f`, as `ln(m / u) + clip(ln u - ln f)`, of which a loss
//! counts half in names and birth dates (a person's own records make a value look common).
//! What was learnt from labelled pairs is added to the prior and to each level ([`learn`]).
//! The model sees comparison codes, never values.

mod fit;
mod learn;
mod parameters;
mod reading;
mod related;

pub use fit::{Counted, Training, fit};
pub use learn::learn;
pub use parameters::Parameter;
pub use reading::Reading;
pub use related::{RelatedClass, related_classes};

use crate::block::Rule;
use crate::compare::{
    Feature, FeatureBuilder, Features, Form, Frequencies, Layout, Level, MAX_FEATURES, MISSING, Outcome, Pattern, Role,
    groups, levels_named,
};
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// The version of the saved form that this release writes.
pub const VERSION: u32 = 2;

/// Log odds of a class that a pair cannot be of.
const RULED_OUT: f64 = -600.0;

/// How far term frequency may move a level's weight, in nats.
const FREQUENCY_CLIP: (f64, f64) = (-6.0, 8.0);

/// A trained model, frozen: everything that depends on the population is in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Version of the saved form.
    pub version: u32,
    /// Records it was trained on.
    pub records: u64,
    /// The match probability from which pairs link, where the training run chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// How many candidates of the training run weighed how much, from the lightest up: bins of 0.05 nats, by the lower end of
    /// the first in hundredths of a nat. From them another precision or recall can be asked for than the run was made with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weighed: Vec<(i32, u64)>,
    /// How the values of the records are read.
    #[serde(default, skip_serializing_if = "Reading::is_empty")]
    pub reading: Reading,
    /// Which records are compared at all; where there are none, rules are chosen from the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocking: Vec<Rule>,
    /// Names of the sources, which number the groups of `prior`.
    pub sources: Vec<String>,
    /// Per group of sources (each with itself, then each pair): the probability that any pair of records matches.
    pub prior: Vec<f64>,
    /// What labels add to every weight, in bits.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub learned: f64,
    /// Per feature: the shares of its levels.
    pub features: Vec<FeatureModel>,
    /// The classes of related people.
    pub related: Vec<RelatedModel>,
}

/// The shares of one feature's levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureModel {
    /// The feature's name.
    pub name: String,
    /// What it says about people.
    pub role: Role,
    /// Its levels, strongest agreement first.
    pub levels: Vec<LevelModel>,
    /// How common its values are.
    #[serde(default)]
    pub frequencies: Frequencies,
}

/// The shares of one level among pairs in which the feature is not missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelModel {
    /// The level in words.
    pub level: String,
    /// Share among matches.
    pub m: f64,
    /// Share among strangers.
    pub u: f64,
    /// What labels add to the weight of the level, in bits.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub learned: f64,
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// A class of related people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelatedModel {
    /// Its name: `household`, ...
    pub class: String,
    /// How many pairs of different people are related so.
    pub share: f64,
    /// Per feature the shares of its levels in this class; `null` where it is as among strangers.
    pub features: Vec<Option<Vec<f64>>>,
}

/// A weight in nats, in bits.
pub(crate) fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}

impl Model {
    /// The saved form: readable JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a saved form.
    ///
    /// # Errors
    /// `invalid_model` if the text is not a saved model of a known version.
    pub fn from_json(text: &str) -> Result<Self> {
        let model: Model =
            serde_json::from_str(text).map_err(|error| Error::unreadable(Code::InvalidModel, "the model", &error))?;
        if model.version != VERSION {
            let reason = format!("the model has version {}, this release reads version {VERSION}", model.version);
            return Err(Error::new(Code::InvalidModel, reason).help("train it again"));
        }
        model.check()?;
        Ok(model)
    }

    /// Whether the parts of the model fit together and every number is one that weights can be made of.
    fn check(&self) -> Result<()> {
        let share = |x: f64| x > 0.0 && x <= 1.0;
        let levels = |feature: &FeatureModel| {
            let known = levels_named(feature.levels.iter().map(|level| level.level.as_str()));
            known.is_some_and(|known| {
                known.iter().zip(&feature.levels).all(|(level, l)| level.neutral || (share(l.m) && share(l.u)))
            })
        };
        let class = |class: &RelatedModel| {
            let fits = |(own, feature): (&Option<Vec<f64>>, &FeatureModel)| {
                own.as_ref().is_none_or(|own| own.len() == feature.levels.len())
            };
            class.share > 0.0
                && class.features.len() == self.features.len()
                && class.features.iter().zip(&self.features).all(fits)
        };
        let fits = self.features.len() <= MAX_FEATURES
            && self.prior.len() == groups(self.sources.len() as u32)
            && self.prior.iter().all(|&prior| share(prior) && prior < 1.0)
            && self.features.iter().all(levels)
            && self.related.len() < COLUMNS
            && self.related.iter().all(class)
            && self.learned.is_finite()
            && self.features.iter().flat_map(|feature| &feature.levels).all(|level| level.learned.is_finite());
        if fits {
            return Ok(());
        }
        Err(Error::new(Code::InvalidModel, "the parts of the model do not fit together").help("train it again"))
    }

    /// The priors by group; of pairs with a source that the model does not know, the lowest.
    fn priors(&self) -> Vec<f64> {
        let lowest = self.prior.iter().copied().fold(0.5, f64::min);
        self.prior.iter().copied().chain([lowest]).collect()
    }

    /// The features that the model compares, without any record ([`Features::growing`]).
    ///
    /// # Errors
    /// `invalid_model` if a feature has levels that this release does not know.
    pub fn empty_features(&self) -> Result<Vec<Feature>> {
        let feature = |model: &FeatureModel| {
            let form = Form::with_levels(model.levels.iter().map(|level| level.level.as_str()));
            let unknown = || {
                Error::new(Code::InvalidModel, "its levels are none that this release compares by")
                    .field(&model.name)
                    .help("train it again")
            };
            let mut feature = FeatureBuilder::growing(&model.name, model.role, form.ok_or_else(unknown)?);
            feature.thaw(&model.frequencies);
            Ok(feature)
        };
        self.features.iter().map(feature).collect()
    }

    /// The weights of every code, ready for scoring pairs of these features.
    ///
    /// # Errors
    /// `invalid_model` if the model was trained on other features.
    pub fn weights(&self, features: &Features) -> Result<Weights> {
        let names: Vec<&str> = features.list.iter().map(|feature| feature.name.as_str()).collect();
        let mine: Vec<&str> = self.features.iter().map(|feature| feature.name.as_str()).collect();
        let levels = |(feature, model): (&crate::compare::Feature, &FeatureModel)| {
            feature.layout.levels().iter().map(|level| level.name).eq(model.levels.iter().map(|l| l.level.as_str()))
        };
        if names != mine || !features.list.iter().zip(&self.features).all(levels) {
            let reason = format!("the model compares {}, the data has {}", mine.join(", "), names.join(", "));
            return Err(Error::new(Code::InvalidModel, reason).help("train a model on this data"));
        }
        let layouts: Vec<&Layout> = features.list.iter().map(|feature| &feature.layout).collect();
        Ok(Weights::new(self, &layouts, &self.priors()))
    }
}

impl Model {
    /// The match weight, in bits, of two records of the first source whose fields compare so: per feature the name of
    /// the level and the frequency of the agreed value, or `None` where a value is missing.
    ///
    /// # Errors
    /// `invalid_model` if a level is not one of the feature's.
    pub fn match_weight(&self, comparisons: &[Option<(&str, f64)>]) -> Result<f64> {
        self.check()?;
        let unknown =
            |what: &str| Error::new(Code::InvalidModel, format!("{what} is not one this release compares by"));
        let mut pattern = Pattern::default();
        let mut layouts = Vec::new();
        for (index, feature) in self.features.iter().enumerate() {
            let names = feature.levels.iter().map(|level| level.level.as_str());
            let levels = levels_named(names).ok_or_else(|| unknown("a list of levels").field(&feature.name))?;
            let layout = Layout::new(levels);
            if let Some(Some((name, frequency))) = comparisons.get(index) {
                let level = levels.iter().position(|level| level.name == *name);
                let level = level.ok_or_else(|| unknown(&format!("the level '{name}'")).field(&feature.name))?;
                pattern[index] = layout.code(Outcome::new(level, *frequency));
            }
            layouts.push(layout);
        }
        let weights = Weights::new(self, &layouts.iter().collect::<Vec<_>>(), &self.prior);
        Ok(bits(weights.score(&pattern).total))
    }
}

/// Weights in nats by feature and code: the model as the inner loop reads it.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Log odds of a match before any field, per group of sources.
    prior: Vec<f64>,
    /// ln(m / u) per feature and code.
    fields: Vec<Vec<f64>>,
    /// Of these, what term frequency adds.
    frequencies: Vec<Vec<f64>>,
    /// Per class: ln(share), and ln(r / u) per feature and code, `None` where it is as among strangers.
    related: Vec<(f64, Vec<Option<Vec<f64>>>)>,
    /// The columns of classes that a feature tells, with the feature.
    told_by: Vec<(usize, usize)>,
    /// The most that the fields from each one on can add.
    most: Vec<f64>,
    /// The same by feature and code, of matches and of each class side by side: one read where there are as many tables.
    rows: Vec<Vec<Row>>,
    /// Their exponentials, worked out where groups are first compared.
    ratios: OnceLock<Vec<Vec<Row>>>,
}

/// The most related classes, and matches.
const COLUMNS: usize = 9;

/// A number for matches, then one for each related class.
type Row = [f64; COLUMNS];

/// The weight of one pair, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The sum of all parts: log odds of a match.
    pub total: f64,
    /// The correction for related people: never positive.
    pub related: f64,
}

impl Weights {
    fn new(model: &Model, layouts: &[&Layout], priors: &[f64]) -> Self {
        let table = |feature: usize, class: bool, shares: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let (layout, levels, role) =
                (layouts[feature], &model.features[feature].levels, model.features[feature].role);
            (0..layout.codes())
                .map(|code| match layout.level(code as u8).and_then(|level| counts_as(layout, role, level, class)) {
                    None => 0.0,
                    Some(level) => {
                        let u = levels[level].u;
                        (shares(level) / u).ln() + frequency_adjustment(layout, code as u8, u, role)
                    }
                })
                .collect()
        };
        let matched = |f: usize, level: usize| {
            let level = &model.features[f].levels[level];
            level.m * level.learned.exp2()
        };
        let fields = (0..layouts.len()).map(|f| table(f, false, &|level| matched(f, level))).collect();
        let frequencies = layouts.iter().zip(&model.features).map(|(layout, feature)| {
            let adjustment = |code: u8| match layout.level(code) {
                Some(level) if !layout.levels()[level].neutral => {
                    frequency_adjustment(layout, code, feature.levels[level].u, feature.role)
                }
                _ => 0.0,
            };
            (0..layout.codes()).map(|code| adjustment(code as u8)).collect()
        });
        let frequencies = frequencies.collect();
        let class = |class: &RelatedModel| {
            let tables = class.features.iter().enumerate();
            (
                class.share.ln(),
                tables.map(|(f, shares)| shares.as_ref().map(|s| table(f, true, &|level| s[level]))).collect(),
            )
        };
        let fields: Vec<Vec<f64>> = fields;
        let mut most = vec![0.0; fields.len() + 1];
        for (index, table) in fields.iter().enumerate().rev() {
            most[index] = most[index + 1] + table.iter().copied().fold(0.0, f64::max);
        }
        let related: Vec<_> = model.related.iter().map(class).collect();
        let rows = rows(&fields, &related);
        let told_by = model.related.iter().enumerate().filter_map(|(class, related)| {
            let role = related::told_by(&related.class)?;
            Some((class + 1, model.features.iter().position(|feature| feature.role == role)?))
        });
        Weights {
            told_by: told_by.collect(),
            most,
            rows,
            ratios: OnceLock::new(),
            prior: priors.iter().map(|&l| (l / (1.0 - l)).ln() + model.learned * std::f64::consts::LN_2).collect(),
            fields,
            frequencies,
            related,
        }
    }

    /// The sums of all fields, of matches and of each class.
    fn sums(&self, pattern: &Pattern) -> Row {
        let mut sums = Row::default();
        for (rows, &code) in self.rows.iter().zip(pattern) {
            sums.iter_mut().zip(&rows[code as usize]).for_each(|(sum, part)| *sum += part);
        }
        self.rule_out(&mut sums, |feature| pattern[feature] == MISSING);
        sums
    }

    /// Takes the classes out that what is missing would have to tell: somebody who moved is no branch of an organisation that
    /// one of the records does not name.
    fn rule_out(&self, sums: &mut Row, is_missing: impl Fn(usize) -> bool) {
        for &(column, _) in self.told_by.iter().filter(|(_, feature)| is_missing(*feature)) {
            sums[column] = RULED_OUT;
        }
    }

    /// Log odds of a match before any field was looked at.
    pub fn prior(&self, group: u8) -> f64 {
        self.prior[(group as usize).min(self.prior.len() - 1)]
    }

    /// One field's part in nats.
    pub fn field(&self, feature: usize, code: u8) -> f64 {
        self.fields[feature][code as usize]
    }

    /// What term frequency adds to one field's part, in nats: it is in [`Weights::field`].
    pub fn frequency(&self, feature: usize, code: u8) -> f64 {
        self.frequencies[feature][code as usize]
    }

    /// The most that the fields after `feature` can add to a weight.
    pub fn most_after(&self, feature: usize) -> f64 {
        self.most[feature + 1]
    }

    /// The weight of a pair.
    pub fn score(&self, pattern: &Pattern) -> Score {
        self.total(self.prior(pattern[15]), &self.sums(pattern))
    }

    /// The weight, in nats, of all evidence that two groups of records are one. `cross` holds the patterns of their cross
    /// pairs, row by row, `width` to a row.
    ///
    /// A record is taken for a copy of one record of the other group, which one unknown, each field on its own; so a field's
    /// ratio is the mean of its ratios over the partners (a mixture), and a group's the geometric mean over its records.
    /// The two directions are averaged, as are the priors. Of one pair it is the pair's own weight.
    ///
    /// `steady` says per feature how many records of a group share a value: where each group keeps to its own, that they
    /// disagree is no slip of one record, and counts by the root of that number.
    pub fn score_groups(&self, cross: &[Pattern], width: usize, steady: &[f64]) -> f64 {
        let prior = cross.iter().map(|pattern| self.prior(pattern[15])).sum::<f64>() / cross.len().max(1) as f64;
        let exp = |rows: &Vec<Row>| rows.iter().map(|row| row.map(f64::exp)).collect::<Vec<Row>>();
        let ratios = self.ratios.get_or_init(|| self.rows.iter().map(exp).collect());
        let mut sums = Row::default();
        for (f, ratios) in ratios.iter().enumerate() {
            for (column, sum) in sums.iter_mut().enumerate().take(self.related.len() + 1) {
                if column == 0 || self.related[column - 1].1[f].is_some() {
                    *sum += field_of_groups(cross, width, f, |code| ratios[code as usize][column], steady[f]);
                }
            }
        }
        self.rule_out(&mut sums, |feature| cross.iter().all(|pattern| pattern[feature] == MISSING));
        self.total(prior, &sums).total
    }

    /// Puts a weight together from the sums of its fields.
    fn total(&self, prior: f64, sums: &Row) -> Score {
        let odds: f64 = self.related.iter().zip(&sums[1..]).map(|((share, _), sum)| (share + sum).exp()).sum();
        let related = -odds.ln_1p();
        Score { total: prior + sums[0] + related, related }
    }
}

/// Tables by feature and code, side by side.
fn rows(fields: &[Vec<f64>], related: &[(f64, Vec<Option<Vec<f64>>>)]) -> Vec<Vec<Row>> {
    let row = |feature: usize, code: usize| {
        let mut row = Row::default();
        row[0] = fields[feature][code];
        for (column, (_, tables)) in row[1..].iter_mut().zip(related) {
            *column = tables[feature].as_ref().map_or(0.0, |table| table[code]);
        }
        row
    };
    (0..fields.len()).map(|feature| (0..fields[feature].len()).map(|code| row(feature, code)).collect()).collect()
}

/// One field's part in the evidence of two groups; see [`Weights::score_groups`].
fn field_of_groups(cross: &[Pattern], width: usize, feature: usize, ratio: impl Fn(u8) -> f64, steady: f64) -> f64 {
    let ratio = |pattern: &Pattern| Some(pattern[feature]).filter(|&code| code != MISSING).map(&ratio);
    let height = cross.len() / width.max(1);
    let rows =
        (0..height).filter_map(|row| ln_mean((0..width).filter_map(|column| ratio(&cross[row * width + column]))));
    let columns =
        (0..width).filter_map(|column| ln_mean((0..height).filter_map(|row| ratio(&cross[row * width + column]))));
    let ratio = (mean(rows) + mean(columns)) / 2.0;
    if ratio < 0.0 { ratio * steady.sqrt() } else { ratio }
}

fn ln_mean(ratios: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = ratios.fold((0.0, 0u32), |(sum, count), ratio| (sum + ratio, count + 1));
    (count > 0).then(|| (sum / f64::from(count)).ln())
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
    if count > 0 { sum / f64::from(count) } else { 0.0 }
}

/// The level that a pair counts for, if it says anything. A place that is another because the street is says nothing of one person,
/// who may have moved, but that people do not live together.
fn counts_as(layout: &Layout, role: Role, level: usize, related: bool) -> Option<usize> {
    match (layout.levels()[level].neutral, role) {
        (false, _) => Some(level),
        (true, Role::Place) if related => Some(disagreement(layout)),
        (true, _) => None,
    }
}

/// The level of plain disagreement: the last that is evidence.
fn disagreement(layout: &Layout) -> usize {
    layout.levels().iter().rposition(|level| !level.neutral).unwrap_or(0)
}

/// What term frequency adds to the weight of a code whose level has share `u` among strangers.
///
/// A value counts once a record, so one that a person has in many records looks common although few people have it. Names and
/// birth dates therefore lose only half of what their frequency would take from them. What people share (an address, a
/// telephone) loses all of it.
fn frequency_adjustment(layout: &Layout, code: u8, u: f64, role: Role) -> f64 {
    let adjustment = |ln_frequency: f64| (u.ln() - ln_frequency).clamp(FREQUENCY_CLIP.0, FREQUENCY_CLIP.1);
    match layout.ln_frequency(code).map(adjustment) {
        Some(loss) if loss < 0.0 && role.is_own() => loss / 2.0,
        adjustment => adjustment.unwrap_or(0.0),
    }
}

/// The starting shares of the levels among matches.
fn starting_shares(levels: &[Level]) -> Vec<f64> {
    let total: f64 = levels.iter().map(|level| f64::from(level.start)).sum();
    levels.iter().map(|level| f64::from(level.start) / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Layout;
    use proptest::prelude::*;

    /// Weights of two features that are the same, a typing error apart, or different.
    fn weights() -> (Weights, Layout) {
        let names = ["same", "one typing error", "different"];
        let layout = Layout::new(levels_named(names.into_iter()).expect("levels of identifiers"));
        let level = |(name, m, u): (&str, f64, f64)| LevelModel { level: name.to_owned(), m, u, learned: 0.0 };
        let levels = [(names[0], 0.8, 0.01), (names[1], 0.1, 0.01), (names[2], 0.1, 0.98)].map(level).to_vec();
        let feature = |name: &str| FeatureModel {
            name: name.to_owned(),
            role: Role::Personal,
            levels: levels.clone(),
            frequencies: Frequencies::default(),
        };
        let features = vec![feature("a"), feature("b")];
        let model = Model { version: VERSION, prior: vec![0.01], features, ..Model::default() };
        (Weights::new(&model, &[&layout, &layout], &model.prior), layout)
    }

    fn pattern(layout: &Layout, levels: [usize; 2]) -> Pattern {
        let mut pattern = Pattern::default();
        levels.iter().enumerate().for_each(|(f, &level)| pattern[f] = layout.code(Outcome::new(level, 0.01)));
        pattern
    }

    proptest! {
        #[test]
        fn steady_groups_disagree_more_and_agree_no_less(levels in prop::collection::vec(0usize..3, 8), steady in 1.0f64..9.0) {
            let (weights, layout) = weights();
            let cross: Vec<Pattern> = levels.chunks(2).map(|pair| pattern(&layout, [pair[0], pair[1]])).collect();
            let plain = weights.score_groups(&cross, 2, &[1.0, 1.0]);
            prop_assert!(weights.score_groups(&cross, 2, &[steady, 1.0]) <= plain + 1e-12);
            let one = weights.score_groups(&cross[..1], 1, &[1.0, 1.0]);
            prop_assert!((one - weights.score(&cross[0]).total).abs() < 1e-9, "of one pair it is the pair's own weight");
        }
    }

    #[test]
    fn only_disagreement_counts_more_where_groups_are_steady() {
        let (weights, layout) = weights();
        let same = vec![pattern(&layout, [0, 0]); 4];
        assert_eq!(weights.score_groups(&same, 2, &[4.0, 4.0]), weights.score_groups(&same, 2, &[1.0, 1.0]));
        let other = vec![pattern(&layout, [0, 2]); 4];
        let lost = weights.score_groups(&other, 2, &[1.0, 1.0]) - weights.score_groups(&other, 2, &[1.0, 4.0]);
        assert!(
            (lost + weights.field(1, layout.code(Outcome::new(2, 1.0)))).abs() < 1e-9,
            "the root of four is two: once more"
        );
    }
}
