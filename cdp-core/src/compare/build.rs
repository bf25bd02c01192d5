//! Building features from keys, and the population frequencies of their values.
//!
//! A feature's distinct values are kept as one key text each, parts separated by [`PART`]; everything compared is
//! derived from the key, so that a key is all that has to be stored.

use super::contact::{digit_counts, ending};
use super::{
    Codes, DateValue, EmailValue, ExactValue, Feature, Layout, Letters, NameValue, PhoneValue, PlaceValue, Role,
    StreetValue, TokensValue, Values,
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
            frequency: Vec::new(),
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

    /// The frequencies as a model keeps them: values that hardly anybody has are left out.
    pub fn freeze(&self) -> Frequencies {
        let mut common: Vec<(f64, &str)> =
            self.counts.0.iter().copied().zip(self.keys.iter()).filter(|(count, _)| *count >= COMMON).collect();
        common.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        common.truncate(MOST_COMMON);
        let counts = common.into_iter().map(|(count, key)| (key.to_owned(), count as u32)).collect();
        Frequencies { population: self.counts.1 as u64, counts }
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
        self.counts = (counts, total);
        let counts = &self.counts.0;
        // What counts is how many others have a value too, one at least: who agrees on it are two.
        let share = |count: f64| ((count - 1.0).max(1.0) / total).clamp(1e-9, 1.0);
        self.frequency = counts.iter().map(|&count| share(count)).collect();
        match &mut self.values {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => {
                let tokens = tally(v, counts, |value, add| value.tokens.iter().for_each(|&token| add(token)));
                for (value, &count) in v.iter_mut().zip(counts) {
                    value.frequency = share(count);
                    value.token_frequency = value.tokens.iter().map(|token| share(tokens[token])).collect();
                }
            }
            Values::Tokens(v) => {
                let words = tally(v, counts, |value, add| value.words.iter().for_each(|&word| add(word)));
                for (value, &count) in v.iter_mut().zip(counts) {
                    value.frequency = share(count);
                    value.word_frequency = value.words.iter().map(|word| share(words[word])).collect();
                }
            }
            Values::Date(v) => v.iter_mut().zip(counts).for_each(|(value, &count)| value.frequency = share(count)),
            Values::Exact(v) => v.iter_mut().zip(counts).for_each(|(value, &count)| value.frequency = share(count)),
            Values::Email(v) => {
                let mailboxes = tally(v, counts, |value, add| add(hash(&value.mailbox)));
                let locals = tally(v, counts, |value, add| add(hash(&value.local)));
                let domains = tally(v, counts, |value, add| add(hash(&value.domain)));
                for value in v.iter_mut() {
                    value.frequency = share(mailboxes[&hash(&value.mailbox)]);
                    value.local_frequency = share(locals[&hash(&value.local)]);
                    value.domain_frequency = share(domains[&hash(&value.domain)]);
                }
            }
            Values::Phone(v) => {
                let part = |value: &PhoneValue| value.ending.unwrap_or_else(|| hash(&value.digits));
                let endings = tally(v, counts, |value, add| add(part(value)));
                for (value, &count) in v.iter_mut().zip(counts) {
                    value.frequency = share(count);
                    value.ending_frequency = share(endings[&part(value)]);
                }
            }
            Values::Street(v) => {
                let names = tally(v, counts, |value, add| add(hash(&value.name)));
                for (value, &count) in v.iter_mut().zip(counts) {
                    value.frequency = share(count);
                    value.name_frequency = share(names[&hash(&value.name)]);
                }
            }
            Values::Place(v) => set_place_frequencies(v, counts, share),
        }
        if let Values::Email(v) = &self.values {
            self.frequency = v.iter().map(|value| value.frequency).collect();
        }
    }
}

fn set_place_frequencies(places: &mut [PlaceValue], counts: &[f64], share: impl Fn(f64) -> f64) {
    let part = |text: &Option<String>| text.as_deref().map(hash);
    let postal = tally(places, counts, |place, add| part(&place.postal_code).into_iter().for_each(add));
    let city = tally(places, counts, |place, add| part(&place.city).into_iter().for_each(add));
    let region = tally(places, counts, |place, add| part(&place.region).into_iter().for_each(add));
    let of = |tally: &HashMap<u64, f64>, text| part(text).map_or(1.0, |key| share(tally[&key]));
    for place in places {
        place.postal_frequency = of(&postal, &place.postal_code);
        place.city_frequency = of(&city, &place.city);
        place.region_frequency = of(&region, &place.region);
    }
}

/// Sums the counts of the values over their parts.
fn tally<T>(values: &[T], counts: &[f64], parts: impl Fn(&T, &mut dyn FnMut(u64))) -> HashMap<u64, f64> {
    let mut sums = HashMap::new();
    for (value, &count) in values.iter().zip(counts) {
        parts(value, &mut |part| *sums.entry(part).or_insert(0.0) += count);
    }
    sums
}

/// FNV-1a, 64 bits: the same on every machine and in every release, which blocks and sampling need.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn parse(form: Form, keys: &TextPool) -> Values {
    match form {
        Form::Given => Values::Given(keys.iter().map(name).collect()),
        Form::Family => Values::Family(keys.iter().map(name).collect()),
        Form::OtherNames => Values::OtherNames(keys.iter().map(name).collect()),
        Form::Date => Values::Date(keys.iter().map(birth_date).collect()),
        Form::Email => Values::Email(keys.iter().map(email).collect()),
        Form::Phone => Values::Phone(keys.iter().map(phone).collect()),
        Form::Street => Values::Street(keys.iter().map(street).collect()),
        Form::Place => Values::Place(keys.iter().map(place).collect()),
        Form::Tokens => Values::Tokens(keys.iter().map(words).collect()),
        Form::Exact => {
            Values::Exact(keys.iter().map(|key| ExactValue { key: key.to_owned(), frequency: 1.0 }).collect())
        }
    }
}

fn name(key: &str) -> NameValue {
    let tokens = sorted_hashes(key.split(' ').filter(|token| token.chars().nth(1).is_some()));
    NameValue { text: key.to_owned(), letters: Letters::of(key), token_frequency: Vec::new(), tokens, frequency: 1.0 }
}

fn birth_date(key: &str) -> DateValue {
    let readings = key.split(PART).flat_map(|reading| date::parse(reading, Some(date::DateOrder::Ymd))).collect();
    DateValue { readings, frequency: 1.0 }
}

fn email(key: &str) -> EmailValue {
    let (mailbox, rest) = key.split_once(PART).map_or((key, None), |(mailbox, rest)| (mailbox, Some(rest.to_owned())));
    let (local, domain) = mailbox.rsplit_once('@').unwrap_or((mailbox, ""));
    EmailValue {
        mailbox: mailbox.to_owned(),
        rest,
        letters: Letters::of(local),
        local: local.to_owned(),
        domain: domain.to_owned(),
        frequency: 1.0,
        local_frequency: 1.0,
        domain_frequency: 1.0,
    }
}

fn phone(key: &str) -> PhoneValue {
    PhoneValue {
        digits: key.to_owned(),
        ending: ending(key).map(hash),
        counts: digit_counts(key),
        frequency: 1.0,
        ending_frequency: 1.0,
    }
}

fn street(key: &str) -> StreetValue {
    let (number, name) = key.split_once(PART).unwrap_or(("", key));
    StreetValue {
        number: filled(number),
        name: name.to_owned(),
        letters: Letters::of(name),
        words: sorted_hashes(name.split(' ')),
        frequency: 1.0,
        name_frequency: 1.0,
    }
}

fn place(key: &str) -> PlaceValue {
    let mut parts = key.split(PART);
    let mut next = || filled(parts.next().unwrap_or(""));
    PlaceValue {
        postal_code: next(),
        city: next(),
        region: next(),
        postal_frequency: 1.0,
        city_frequency: 1.0,
        region_frequency: 1.0,
    }
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

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn sorted_hashes<'a>(tokens: impl Iterator<Item = &'a str>) -> Vec<u64> {
    let mut hashes: Vec<u64> = tokens.filter(|token| !token.is_empty()).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
