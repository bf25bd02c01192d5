//! How common values and their parts are in a population: counted over records, or taken from a saved model.

use super::{Emails, Feature, Outcome, Role, Values};
use crate::record::TextPool;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values had by fewer are not kept in a model: whether one or two have them makes no difference.
const COMMON: f64 = 3.0;
/// The most values, or parts of one sort, that a model keeps of one feature.
const MOST_COMMON: usize = 100_000;

/// How common the values of a feature are in a population: part of a saved model. Whatever is not listed counts as had by
/// one, also what no record of that population had.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequencies {
    /// How many people have any value.
    pub population: u64,
    /// How many have each value, by key; values not listed are had by one or two.
    pub counts: BTreeMap<String, u32>,
    /// The same for what values are made of: words of names, domains, cities. Each value counts by what is kept of it here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, BTreeMap<String, u32>>,
}

/// How much of the one other record that agrees on a name or a birth date is no other person.
const SAME_PERSON: f64 = 0.7;

/// The same of a mailbox: two people seldom share one.
const SAME_MAILBOX: f64 = 0.9;
/// Of a number that fewer records have, it may be that one person has them all.
const NUMBER_OF_MANY: f64 = 64.0;

/// The share of a population that has a value which `count` people have. What counts is how many others have it too, one at
/// least: who agrees on it are two.
pub(super) fn share(count: f64, total: f64) -> f64 {
    share_but(0.0, count, total)
}

/// The same for names and birth dates, which people have by themselves: of the others who have the value, the one who agrees
/// on it may be the same person, and most often is.
pub(super) fn own_share(count: f64, total: f64) -> f64 {
    share_but(SAME_PERSON, count, total)
}

/// The same for mailboxes.
pub(super) fn mailbox_share(count: f64, total: f64) -> f64 {
    share_but(SAME_MAILBOX, count, total)
}

/// The share where so much of the one other who agrees is the same person.
fn share_but(same: f64, count: f64, total: f64) -> f64 {
    (((count - 1.0).max(1.0) - same) / total).clamp(1e-9, 1.0)
}

/// Sums counts over the parts, numbered from 0, that they are given for.
pub(super) fn sums(counts: impl Iterator<Item = (u32, f64)>, parts: u32) -> Vec<f64> {
    let mut sums = vec![0.0; parts as usize];
    counts.for_each(|(part, count)| sums[part as usize] += count);
    sums
}

/// How many people have each value, and each part of values, by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts {
    /// How many have any value.
    pub(super) total: f64,
    pub(super) values: Vec<f64>,
    /// In the order of [`Values::parts`].
    pub(super) parts: Vec<Vec<f64>>,
}

/// The counts of a saved model, ready to be looked up.
#[derive(Debug)]
pub(super) struct Known {
    total: f64,
    values: HashMap<String, f64>,
    parts: Vec<HashMap<String, f64>>,
}

impl Known {
    fn new(frequencies: &Frequencies, parts: &[&str]) -> Known {
        let table = |counts: &BTreeMap<String, u32>| -> HashMap<String, f64> {
            counts.iter().map(|(key, &count)| (key.clone(), f64::from(count))).collect()
        };
        Known {
            total: (frequencies.population as f64).max(1.0),
            values: table(&frequencies.counts),
            parts: parts.iter().map(|part| frequencies.parts.get(*part).map(table).unwrap_or_default()).collect(),
        }
    }
}

/// What counts for whatever is not listed.
const UNKNOWN: f64 = 1.0;

impl Feature {
    /// How many records have each value, and how many have any.
    pub fn count(&self) -> (Vec<f64>, f64) {
        let mut counts = vec![0.0; self.values.count()];
        let mut total = 0.0;
        for record in 0..self.codes.records() {
            let values = self.codes.of(record);
            values.iter().for_each(|&value| counts[value as usize] += 1.0);
            total += f64::from(u8::from(!values.is_empty()));
        }
        (counts, total)
    }

    /// Takes the frequencies of its own records.
    pub(super) fn count_own(&mut self) {
        let (values, total) = self.count();
        let parts = self.values.sum_parts(&values);
        self.set_counts(Counts { total: total.max(1.0), values, parts });
    }

    /// Takes the frequencies of its own records that a model would keep.
    pub fn keep_common(&mut self) {
        let (values, total) = self.count();
        let common = common(&values, |v| self.keys.get(v).to_owned());
        let values = kept(&common, values.len());
        // Parts of values by what is kept of these: the two records of one person make no word common.
        let parts = self.values.sum_parts(&values);
        let mut counts = Counts { total: total.max(1.0), values, parts };
        for (part, sums) in counts.parts.iter_mut().enumerate() {
            let texts = self.part_texts(part, sums);
            let common = self::common(sums, |number| texts.get(&number).cloned().unwrap_or_default());
            *sums = kept(&common, sums.len());
        }
        self.set_counts(counts);
    }

    /// The frequencies as a model keeps them.
    pub fn freeze(&self) -> Frequencies {
        let list = |common: Vec<(u32, f64, String)>| -> BTreeMap<String, u32> {
            common.into_iter().map(|(_, count, text)| (text, count as u32)).collect()
        };
        let part = |(part, name): (usize, &&str)| {
            let sums = self.counts.parts.get(part).map_or(&[][..], Vec::as_slice);
            let texts = self.part_texts(part, sums);
            let common = common(sums, |number| texts.get(&number).cloned().unwrap_or_default());
            ((*name).to_owned(), list(common))
        };
        let parts = self.values.parts().iter().enumerate().map(part).filter(|(_, counts)| !counts.is_empty());
        Frequencies {
            population: self.counts.total as u64,
            counts: list(common(&self.counts.values, |v| self.keys.get(v).to_owned())),
            parts: parts.collect(),
        }
    }

    /// The texts of the common ones among the parts.
    fn part_texts(&self, part: usize, sums: &[f64]) -> HashMap<u32, String> {
        let mut texts = HashMap::new();
        if sums.iter().all(|&sum| sum < COMMON) {
            return texts;
        }
        for (value, key) in (0..).zip(self.keys.iter()) {
            self.values.each_part(key, value, part, &mut |number, text| {
                if sums[number as usize] >= COMMON && !texts.contains_key(&number) {
                    texts.insert(number, text().to_owned());
                }
            });
        }
        texts
    }

    /// Takes the frequencies of a population, which need not be that of these records; values that come later take theirs
    /// from it too.
    pub fn thaw(&mut self, frequencies: &Frequencies) {
        let known = Arc::new(Known::new(frequencies, self.values.parts()));
        let values = self.keys.iter().map(|key| known.values.get(key).copied().unwrap_or(UNKNOWN)).collect();
        let parts = known.parts.iter().enumerate().map(|(part, known)| {
            let mut counts = vec![f64::NAN; self.values.part_count(part) as usize];
            for (value, key) in (0..).zip(self.keys.iter()) {
                self.values.each_part(key, value, part, &mut |number, text| {
                    let count = &mut counts[number as usize];
                    if count.is_nan() {
                        *count = known.get(text()).copied().unwrap_or(UNKNOWN);
                    }
                });
            }
            counts
        });
        let parts = parts.collect();
        self.set_counts(Counts { total: known.total, values, parts });
        self.known = Some(known);
    }

    fn set_counts(&mut self, counts: Counts) {
        self.values.set_classes(&counts);
        self.counts = counts;
        self.same.clear();
        for value in 0..self.values.count() as u32 {
            self.same.push(self.code_of_same(value));
        }
    }

    /// The code of agreeing on a value.
    fn code_of_same(&self, value: u32) -> u8 {
        let (count, total) = (self.counts.values[value as usize], self.counts.total);
        self.layout.code(match &self.values {
            Values::Email(_) => self.values.compare(self.keys.pool(), value, value),
            Values::Given(_) | Values::Family(_) | Values::OtherNames(_) | Values::Date(_) => {
                Outcome::new(0, own_share(count, total))
            }
            // By chance two people have hardly ever one number, even where a few records have it.
            Values::Exact(_) if self.role == Role::Personal => {
                Outcome::new(0, share(count, total) * (count / NUMBER_OF_MANY).min(1.0))
            }
            _ => Outcome::new(0, share(count, total)),
        })
    }

    /// The number of a value, which is new if no record had it; its frequency is that of the model taken ([`Feature::thaw`]).
    pub(super) fn number(&mut self, key: &str) -> Option<u32> {
        if let Some(value) = self.keys.find(key) {
            return Some(value);
        }
        let value = self.values.push(self.keys.pool(), key)?;
        self.keys.intern(key);
        let known = self.known.clone();
        let count = |table: Option<&HashMap<String, f64>>, text: &str| {
            table.and_then(|table| table.get(text)).copied().unwrap_or(UNKNOWN)
        };
        self.counts.values.push(count(known.as_ref().map(|known| &known.values), key));
        for part in 0..self.values.parts().len() {
            let table = known.as_ref().map(|known| &known.parts[part]);
            if self.counts.parts.len() <= part {
                self.counts.parts.push(Vec::new());
            }
            let counts = &mut self.counts.parts[part];
            self.values.each_part(key, value, part, &mut |number, text| {
                if number as usize >= counts.len() {
                    counts.resize(number as usize + 1, f64::NAN);
                }
                if counts[number as usize].is_nan() {
                    counts[number as usize] = count(table, text());
                }
            });
        }
        self.values.set_class(value, &self.counts);
        self.same.push(self.code_of_same(value));
        Some(value)
    }
}

/// What a model keeps of counts: number, count and text of those that several have, the most common first.
fn common(counts: &[f64], text: impl Fn(u32) -> String) -> Vec<(u32, f64, String)> {
    let several = (0..).zip(counts).filter(|(_, count)| **count >= COMMON);
    let mut common: Vec<_> = several.map(|(number, &count)| (number, count, text(number))).collect();
    if common.len() > MOST_COMMON {
        common.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.2.cmp(&b.2)));
        common.truncate(MOST_COMMON);
    }
    common
}

/// The counts that are kept; all others are as if had by one.
fn kept(common: &[(u32, f64, String)], len: usize) -> Vec<f64> {
    let mut counts = vec![UNKNOWN; len];
    common.iter().for_each(|(number, count, _)| counts[*number as usize] = *count);
    counts
}

impl Values {
    /// What values are made of that frequencies are kept for.
    pub(super) fn parts(&self) -> &'static [&'static str] {
        match self {
            Values::Given(_) | Values::Family(_) | Values::OtherNames(_) | Values::Tokens(_) => &["word"],
            Values::Email(_) => &["mailbox", "local_part", "domain"],
            Values::Phone(_) => &["ending"],
            Values::Street(_) => &["street"],
            Values::Place(_) => &["postal_code", "city", "region"],
            Values::Date(_) | Values::Generation(_) | Values::Exact(_) => &[],
        }
    }

    /// How many different parts there are.
    fn part_count(&self, part: usize) -> u32 {
        match self {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => v.word_count(),
            Values::Tokens(v) => v.word_count(),
            Values::Email(v) => v.part_count(part),
            Values::Phone(v) => v.part_count(),
            Values::Street(v) => v.part_count(),
            Values::Place(v) => v.part_count(part),
            Values::Date(_) | Values::Generation(_) | Values::Exact(_) => 0,
        }
    }

    /// Visits the parts of a value: number, and text for whoever asks for it; some perhaps more than once.
    fn each_part<'k>(
        &'k self,
        key: &'k str,
        value: u32,
        part: usize,
        visit: &mut dyn FnMut(u32, &dyn Fn() -> &'k str),
    ) {
        if let Values::Email(v) = self {
            return visit(v.part_of(value, part), &|| Emails::part_text(key, part));
        }
        let visit = &mut |number: u32, text: &'k str| visit(number, &|| text);
        match self {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => v.each_word(key, visit),
            Values::Tokens(v) => v.each_word(key, visit),
            Values::Phone(v) => v.each_part(key, value, visit),
            Values::Street(v) => v.each_part(value, visit),
            Values::Place(v) => v.each_part(value, part, visit),
            Values::Email(_) | Values::Date(_) | Values::Generation(_) | Values::Exact(_) => {}
        }
    }

    /// How many people have each part, by how many have each value.
    fn sum_parts(&self, counts: &[f64]) -> Vec<Vec<f64>> {
        match self {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => vec![v.sum_words(counts)],
            Values::Tokens(v) => vec![v.sum_words(counts)],
            Values::Email(v) => (0..3).map(|part| v.sum_parts(part, counts)).collect(),
            Values::Phone(v) => vec![v.sum_parts(counts)],
            Values::Street(v) => vec![v.sum_parts(counts)],
            Values::Place(v) => (0..3).map(|part| v.sum_parts(part, counts)).collect(),
            Values::Date(_) | Values::Generation(_) | Values::Exact(_) => Vec::new(),
        }
    }

    /// Sets how common all values and their parts are.
    fn set_classes(&mut self, counts: &Counts) {
        for value in 0..self.count() as u32 {
            self.set_class(value, counts);
        }
    }

    /// Sets how common a value and its parts are.
    fn set_class(&mut self, value: u32, counts: &Counts) {
        match self {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => v.set_class(value, counts),
            Values::Tokens(v) => v.set_class(value, counts),
            Values::Date(v) => v[value as usize].set_class(counts.values[value as usize], counts.total),
            Values::Generation(_) => {}
            Values::Exact(v) => v.set_class(value, counts),
            Values::Email(v) => v.set_class(value, counts),
            Values::Phone(v) => v.set_class(value, counts),
            Values::Street(v) => v.set_class(value, counts),
            Values::Place(v) => v.set_class(value, counts),
        }
    }

    /// Appends a value by its key; `keys` are those of all before it. `None` where the key is none of this sort.
    fn push(&mut self, keys: &TextPool, key: &str) -> Option<u32> {
        let value = self.count() as u32;
        match self {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => v.push(key),
            Values::Tokens(v) => v.push(key),
            Values::Date(v) => v.push(super::build::birth_date(key)?),
            Values::Generation(count) => *count += 1,
            Values::Exact(v) => v.push(),
            Values::Email(v) => v.push(key),
            Values::Phone(v) => v.push(keys, key),
            Values::Street(v) => v.push(key),
            Values::Place(v) => v.push(key),
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::{FeatureBuilder, Features, Form, Memo, PART, Role};
    use proptest::prelude::*;

    /// Keys as the forms have them, of few letters so that they meet.
    fn key(form: Form) -> BoxedStrategy<String> {
        let words = || "[a-c]{1,5}( [a-c]{1,4})?";
        match form {
            Form::Date => {
                (1990u32..1993, 1u32..13, 1u32..29).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}")).boxed()
            }
            Form::Email => ("[a-c]{1,10}[0-9]{0,2}", "[xy]{1,2}\\.fr", prop::option::of("[a-c]{0,3}"))
                .prop_map(|(local, domain, rest)| match rest {
                    Some(rest) => format!("{local}@{domain}{PART}{rest}"),
                    None => format!("{local}@{domain}"),
                })
                .boxed(),
            Form::Phone => "\\+33[67]{3,9}".boxed(),
            Form::Street => ("[12]{0,2}", words()).prop_map(|(number, name)| format!("{number}{PART}{name}")).boxed(),
            Form::Place => ("(7500[1-3]|SW1A 1[AB]A)?", "([a-c]{1,4})?", "[pq]?")
                .prop_map(|(code, city, region)| format!("{code}{PART}{city}{PART}{region}"))
                .boxed(),
            Form::Generation => "(ii|iii|jr)".boxed(),
            _ => words().boxed(),
        }
    }

    fn features(form: Form, keys: &[String], order: impl Iterator<Item = usize>) -> (Features, Vec<u32>) {
        let mut builder = FeatureBuilder::new("f", Role::Attribute, form);
        let mut place = vec![0; keys.len()];
        for (at, index) in (0..).zip(order) {
            builder.push([keys[index].as_str()]);
            place[index] = at;
        }
        let sources = vec![0; keys.len()];
        (Features::new(vec![builder.finish()], sources, vec!["s".to_owned()]), place)
    }

    fn a_form() -> impl Strategy<Value = (Form, Vec<String>)> {
        let form = prop::sample::select(Form::ALL.to_vec());
        form.prop_flat_map(|form| (Just(form), prop::collection::vec(key(form), 2..14)))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn values_compare_the_same_whoever_came_first_and_one_by_one((form, keys) in a_form()) {
            let count = keys.len();
            let (mut there, at) = features(form, &keys, 0..count);
            let (mut back, from) = features(form, &keys, (0..count).rev());
            there.keep_common();
            let frozen = there.list[0].freeze();
            there.set_frequencies(std::iter::once(&frozen));
            back.set_frequencies(std::iter::once(&frozen));
            let mut one = FeatureBuilder::growing("f", Role::Attribute, form);
            one.thaw(&frozen);
            let mut growing = Features::growing(vec![one], vec!["s".to_owned()]);
            for (record, key) in (0..).zip(&keys) {
                growing.set(record, "s", &[[&key].into_iter().collect()]);
            }
            let [mut memo, mut other, mut third] = [(); 3].map(|()| Memo::default());
            for a in 0..count {
                for b in 0..count {
                    let code = there.pattern(at[a], at[b], &mut memo)[0];
                    prop_assert_eq!(code, back.pattern(from[a], from[b], &mut other)[0], "{:?} {:?}", &keys[a], &keys[b]);
                    prop_assert_eq!(code, back.pattern(from[b], from[a], &mut other)[0], "from the other side");
                    prop_assert_eq!(code, growing.pattern(a as u32, b as u32, &mut third)[0], "one by one");
                }
            }
        }
    }
}
