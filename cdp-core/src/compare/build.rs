//! Building features from keys, and the population frequencies of their values.
//!
//! A feature's distinct values are kept as one key text each, parts separated by [`PART`]; everything compared is
//! derived from the key, so that a key is all that has to be stored.

use super::{
    Class, Codes, DateValue, Emails, ExactValues, Feature, Layout, Letters, Names, Outcome, Phones, Places, Role,
    Streets, TokensValue, Values,
};
use crate::normalize::date;
use crate::record::{Interner, NULL, TextPool};
use std::collections::{BTreeMap, HashMap};

/// Separates the parts of a composite key (ASCII unit separator: normalisation removes control characters).
pub const PART: char = '\u{1f}';

/// How the keys of a feature are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Folded given name.
    Given,
    /// Folded family name.
    Family,
    /// Folded names, separated by spaces.
    OtherNames,
    /// One or two ISO dates.
    Date,
    /// Mailbox key `local@domain`, and what is left of the local part without the person's names where it has any.
    Email,
    /// Digits.
    Phone,
    /// Number and street name.
    Street,
    /// Postal code, city and region.
    Place,
    /// Folded words.
    Tokens,
    /// Generational suffixes.
    Generation,
    /// Any key.
    Exact,
}

/// Values had by fewer are not kept in a model: whether one or two have them makes no difference.
const COMMON: f64 = 3.0;
/// The most values that a model keeps of one feature.
const MOST_COMMON: usize = 100_000;

/// How common the values of a feature are in a population: part of a saved model.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequencies {
    /// How many people have any value.
    pub population: u64,
    /// How many have each value, by key; values not listed are had by one or two.
    pub counts: BTreeMap<String, u32>,
}

/// How much of the one other record that agrees on a name or a birth date is no other person.
const SAME_PERSON: f64 = 0.7;

/// Collects the keys of a feature record by record.
#[derive(Debug)]
pub struct FeatureBuilder {
    name: String,
    role: Role,
    form: Form,
    interner: Interner,
    lists: Lists,
}

impl FeatureBuilder {
    /// A feature without records.
    pub fn new(name: &str, role: Role, form: Form) -> Self {
        FeatureBuilder { name: name.to_owned(), role, form, interner: Interner::default(), lists: Lists::default() }
    }

    /// Appends a record with its keys; empty and repeated keys are left out.
    pub fn push<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        for key in keys.into_iter().filter(|key| !key.is_empty()) {
            let code = self.interner.intern(key);
            self.lists.add(code);
        }
        self.lists.end();
    }

    /// Appends records with their keys, those of one after those of another; `ends` says where each record's end. The same
    /// as pushing them one by one, and faster.
    pub fn push_all(&mut self, keys: &[String], ends: &[usize]) {
        let texts: Vec<Option<&str>> =
            keys.iter().map(|key| Some(key.as_str()).filter(|key| !key.is_empty())).collect();
        let mut codes = Vec::with_capacity(texts.len());
        self.interner.intern_all(&texts, &mut codes);
        let mut start = 0;
        for &end in ends {
            codes[start..end].iter().filter(|code| **code != NULL).for_each(|&code| self.lists.add(code));
            self.lists.end();
            start = end;
        }
    }

    /// The finished feature, with frequencies counted over its records.
    pub fn finish(self) -> Feature {
        let records: Vec<u32> = (0..self.lists.len()).collect();
        self.finish_as(&records)
    }

    /// The finished feature of records that each have the keys of one push: the number of that push, by record.
    pub fn finish_as(self, pushes: &[u32]) -> Feature {
        let keys = self.interner.into_pool();
        let values = parse(self.form, &keys);
        let layout = Layout::new(values.levels());
        let codes = self.lists.codes(pushes);
        let mut feature = Feature {
            name: self.name,
            role: self.role,
            keys,
            values,
            codes,
            counts: Default::default(),
            same: Vec::new(),
            layout,
        };
        let (counts, total) = feature.count();
        feature.set_frequencies(counts, total);
        feature
    }
}

/// Lists of values, one after another.
#[derive(Debug, Default)]
struct Lists {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// Adds a value to the list that is being made, once.
    fn add(&mut self, value: u32) {
        let start = self.ends.last().map_or(0, |&end| end as usize);
        if !self.values[start..].contains(&value) {
            self.values.push(value);
        }
    }

    fn end(&mut self) {
        self.ends.push(self.values.len() as u32);
    }

    fn of(&self, list: u32) -> &[u32] {
        let start = list.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.values[start as usize..self.ends[list as usize] as usize]
    }

    /// The values of records that each have one of the lists; as one value a record where that is enough.
    fn codes(&self, records: &[u32]) -> Codes {
        if (0..self.len()).all(|list| self.of(list).len() <= 1) {
            let only: Vec<u32> = (0..self.len()).map(|list| self.of(list).first().copied().unwrap_or(NULL)).collect();
            return Codes::One(records.iter().map(|&list| only[list as usize]).collect());
        }
        let (mut starts, mut values) = (vec![0], Vec::new());
        for &list in records {
            values.extend(self.of(list));
            starts.push(values.len() as u32);
        }
        Codes::Many { starts, values }
    }
}

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

    /// The values that a model keeps, the most common first: those that hardly anybody has are left out.
    fn common(&self) -> Vec<u32> {
        let mut common: Vec<u32> =
            (0..).zip(&self.counts.0).filter(|(_, count)| **count >= COMMON).map(|(v, _)| v).collect();
        let count = |value: u32| self.counts.0[value as usize];
        common.sort_by(|&a, &b| count(b).total_cmp(&count(a)).then_with(|| self.keys.get(a).cmp(self.keys.get(b))));
        common.truncate(MOST_COMMON);
        common
    }

    /// The frequencies as a model keeps them.
    pub fn freeze(&self) -> Frequencies {
        let entry = |value: u32| (self.keys.get(value).to_owned(), self.counts.0[value as usize] as u32);
        Frequencies { population: self.counts.1 as u64, counts: self.common().into_iter().map(entry).collect() }
    }

    /// Forgets the frequencies that a model would not keep.
    pub fn keep_common(&mut self) {
        let mut counts = vec![1.0; self.values.count()];
        self.common().into_iter().for_each(|value| counts[value as usize] = self.counts.0[value as usize]);
        self.set_frequencies(counts, self.counts.1.trunc());
    }

    /// Takes the frequencies of a population, which need not be that of these records.
    pub fn thaw(&mut self, frequencies: &Frequencies) {
        let count = |key: &str| frequencies.counts.get(key).map_or(1.0, |&count| f64::from(count));
        let counts = self.keys.iter().map(count).collect();
        self.set_frequencies(counts, frequencies.population as f64);
    }

    /// Sets the frequencies of values and of their parts from counts.
    pub fn set_frequencies(&mut self, counts: Vec<f64>, total: f64) {
        let total = total.max(1.0);
        match &mut self.values {
            Values::Given(names) | Values::Family(names) | Values::OtherNames(names) => {
                names.set_frequencies(&counts, total);
            }
            Values::Tokens(v) => {
                let words = tally(v, &counts, |value, add| value.words.iter().for_each(|&word| add(word)));
                for (value, &count) in v.iter_mut().zip(&counts) {
                    value.frequency = share(count, total);
                    value.word_frequency = value.words.iter().map(|word| share(words[word], total)).collect();
                }
            }
            Values::Date(v) => {
                v.iter_mut().zip(&counts).for_each(|(date, &count)| date.class = Class::of(own_share(count, total)));
            }
            Values::Generation(_) => {}
            Values::Exact(v) => v.classes = counts.iter().map(|&count| Class::of(share(count, total))).collect(),
            Values::Email(v) => v.set_frequencies(&counts, total),
            Values::Phone(v) => v.set_frequencies(&counts, total),
            Values::Street(v) => v.set_frequencies(&counts, total),
            Values::Place(v) => v.set_frequencies(&counts, total),
        }
        let same = |(value, &count): (u32, &f64)| match &self.values {
            Values::Email(_) => self.values.compare(&self.keys, value, value),
            Values::Given(_) | Values::Family(_) | Values::OtherNames(_) | Values::Date(_) => {
                Outcome::new(0, own_share(count, total))
            }
            _ => Outcome::new(0, share(count, total)),
        };
        self.same = (0..).zip(&counts).map(|value| self.layout.code(same(value))).collect();
        self.counts = (counts, total);
    }
}

/// The share of a population that has a value which `count` people have. What counts is how many others have it too, one at
/// least: who agrees on it are two.
pub(super) fn share(count: f64, total: f64) -> f64 {
    ((count - 1.0).max(1.0) / total).clamp(1e-9, 1.0)
}

/// The same for names and birth dates, which people have by themselves: of the others who have the value, the one who agrees
/// on it may be the same person, and most often is.
pub(super) fn own_share(count: f64, total: f64) -> f64 {
    (((count - 1.0).max(1.0) - SAME_PERSON) / total).clamp(1e-9, 1.0)
}

/// Sums counts over the parts, numbered from 0, that they are given for.
pub(super) fn sums(counts: impl Iterator<Item = (u32, f64)>, parts: u32) -> Vec<f64> {
    let mut sums = vec![0.0; parts as usize];
    counts.for_each(|(part, count)| sums[part as usize] += count);
    sums
}

/// Sums the counts of the values over their parts.
fn tally<T>(values: &[T], counts: &[f64], parts: impl Fn(&T, &mut dyn FnMut(u64))) -> HashMap<u64, f64> {
    let mut sums = HashMap::new();
    for (value, &count) in values.iter().zip(counts) {
        parts(value, &mut |part| *sums.entry(part).or_insert(0.0) += count);
    }
    sums
}

/// Distinct texts, and the number of each text among them.
pub(super) fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> (TextPool, Vec<u32>) {
    let texts: Vec<Option<&str>> = texts.map(Some).collect();
    let (mut interner, mut numbers) = (Interner::default(), Vec::with_capacity(texts.len()));
    interner.intern_all(&texts, &mut numbers);
    (interner.into_pool(), numbers)
}

/// Distinct texts, what of them is looked at before their letters, and how common they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Texts {
    pool: TextPool,
    letters: Vec<Letters>,
    pub(super) classes: Vec<Class>,
}

impl Texts {
    pub(super) fn new(pool: TextPool) -> Texts {
        Texts { letters: pool.iter().map(Letters::of).collect(), classes: Vec::new(), pool }
    }

    pub(super) fn len(&self) -> u32 {
        self.letters.len() as u32
    }

    pub(super) fn get(&self, text: u32) -> &str {
        self.pool.get(text)
    }

    /// Whether the Jaro-Winkler similarity of two texts can reach `least`.
    pub(super) fn can_be_similar(&self, a: u32, b: u32, least: f64) -> bool {
        self.letters[a as usize].can_be_similar(self.letters[b as usize], least)
    }

    /// Whether the first text can contain the second.
    pub(super) fn can_contain(&self, a: u32, b: u32) -> bool {
        self.letters[a as usize].can_contain(self.letters[b as usize])
    }
}

/// The words of texts, each distinct word once with how common it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Words {
    ends: Vec<u32>,
    /// The words of all texts, by number, in the order of their hashes within a text.
    list: Vec<u32>,
    hashes: Vec<u64>,
    classes: Vec<Class>,
}

impl Words {
    /// From the hashes of the words of each text, in any order.
    pub(super) fn new(texts: impl Iterator<Item = Vec<u64>>) -> Words {
        let mut words = Words::default();
        let mut numbers: hashbrown::HashMap<u64, u32> = hashbrown::HashMap::new();
        for mut hashes in texts {
            hashes.sort_unstable();
            hashes.dedup();
            for hash in hashes {
                words.list.push(*numbers.entry(hash).or_insert_with(|| {
                    words.hashes.push(hash);
                    words.hashes.len() as u32 - 1
                }));
            }
            words.ends.push(words.list.len() as u32);
        }
        words
    }

    /// The words of a text, by number.
    pub(super) fn of(&self, text: u32) -> &[u32] {
        let start = text.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.list[start as usize..self.ends[text as usize] as usize]
    }

    /// The hash of a word.
    pub(super) fn hash(&self, word: u32) -> u64 {
        self.hashes[word as usize]
    }

    /// How common each word is that both texts have.
    pub(super) fn shared(&self, a: u32, b: u32) -> impl Iterator<Item = Class> {
        let others = self.of(b);
        self.of(a)
            .iter()
            .filter(|word| others.contains(word))
            .map(|&word| self.classes.get(word as usize).copied().unwrap_or_default())
    }

    pub(super) fn set_frequencies(&mut self, counts: &[f64], total: f64) {
        let of_text = |(text, &count): (u32, &f64)| self.of(text).iter().map(move |&word| (word, count));
        let sums = sums((0..).zip(counts).flat_map(of_text), self.hashes.len() as u32);
        self.classes = sums.into_iter().map(|count| Class::of(share(count, total))).collect();
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every release, which blocks and sampling need.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn parse(form: Form, keys: &TextPool) -> Values {
    match form {
        Form::Given => Values::Given(Names::new(keys)),
        Form::Family => Values::Family(Names::new(keys)),
        Form::OtherNames => Values::OtherNames(Names::new(keys)),
        Form::Date => Values::Date(keys.iter().filter_map(birth_date).collect()),
        Form::Email => Values::Email(Emails::new(keys)),
        Form::Phone => Values::Phone(Phones::new(keys)),
        Form::Street => Values::Street(Streets::new(keys)),
        Form::Place => Values::Place(Places::new(keys)),
        Form::Tokens => Values::Tokens(keys.iter().map(words).collect()),
        Form::Generation => Values::Generation(keys.len()),
        Form::Exact => Values::Exact(ExactValues { classes: vec![Class::default(); keys.len()] }),
    }
}

fn birth_date(key: &str) -> Option<DateValue> {
    DateValue::new(key.split(PART).flat_map(|reading| date::parse(reading, Some(date::DateOrder::Ymd))))
}

fn words(key: &str) -> TokensValue {
    TokensValue {
        text: key.to_owned(),
        words: sorted_hashes(key.split(' ').map(singular)),
        word_frequency: Vec::new(),
        frequency: 1.0,
    }
}

fn singular(word: &str) -> &str {
    if word.len() > 4 { word.strip_suffix('s').unwrap_or(word) } else { word }
}

fn sorted_hashes<'a>(tokens: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let mut hashes: Vec<u64> = tokens.filter(|token| !token.is_empty()).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
