//! The keys that values offer for blocking.

use super::equal::beyond_first;
use super::mix;
use crate::compare::{Codes, Feature, Features, PART, Role, Values, district, ending, hash, is_word};
use crate::normalize::phonetic;
use crate::record::NULL;
use rayon::prelude::*;

/// The most keys of one part that a record has.
const MAX_KEYS: usize = 16;

/// One way to make keys from the values of a feature.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name in saved rules: `family_name: sounds`.
    pub(super) name: String,
    /// The feature; `None` for keys made from several features.
    pub(super) feature: Option<usize>,
    /// Whether the keys may form blocks by themselves.
    pub(super) alone: bool,
    /// Whether the keys may form blocks together with those of another feature.
    pub(super) together: bool,
    /// The keys of each record.
    pub(super) keys: Keys,
}

/// Keys of records, or of values: half of a well-mixed key each (that two of a million share one by chance makes no pair that
/// matters), never 0.
#[derive(Debug)]
pub(super) enum Keys {
    /// At most one each; 0 where there is none.
    One(Vec<u32>),
    /// Any number each, ascending.
    Many { ends: Vec<u32>, keys: Vec<u32> },
}

impl Keys {
    /// From lists of keys that end at `ends`.
    fn new(ends: Vec<u32>, keys: &[u64]) -> Keys {
        let starts = || std::iter::once(0).chain(ends.iter().copied());
        if starts().zip(&ends).all(|(start, end)| end - start <= 1) {
            let one = |(start, &end): (u32, &u32)| if end > start { short(keys[start as usize]) } else { 0 };
            return Keys::One(starts().zip(&ends).map(one).collect());
        }
        Keys::Many { ends, keys: keys.iter().map(|key| short(*key)).collect() }.tidy()
    }

    pub(super) fn of(&self, index: u32) -> &[u32] {
        match self {
            Keys::One(keys) => Some(&keys[index as usize]).filter(|key| **key != 0).map_or(&[], std::slice::from_ref),
            Keys::Many { ends, keys } => {
                let start = index.checked_sub(1).map_or(0, |before| ends[before as usize]);
                &keys[start as usize..ends[index as usize] as usize]
            }
        }
    }

    /// Takes the keys of some records away, which come in order.
    fn without(self, records: &[(u32, u32)]) -> Keys {
        match self {
            Keys::One(mut keys) => {
                records.iter().for_each(|&(_, record)| keys[record as usize] = 0);
                Keys::One(keys)
            }
            many => {
                let mut gone = records.iter().map(|&(_, record)| record).peekable();
                let (mut ends, mut keys) = (Vec::with_capacity(many.len() as usize), Vec::new());
                for record in 0..many.len() {
                    if gone.next_if_eq(&record).is_none() {
                        keys.extend(many.of(record));
                    }
                    ends.push(keys.len() as u32);
                }
                Keys::Many { ends, keys }
            }
        }
    }

    fn len(&self) -> u32 {
        match self {
            Keys::One(keys) => keys.len() as u32,
            Keys::Many { ends, .. } => ends.len() as u32,
        }
    }

    /// Each key once and in order, a few at most; as one each where that is enough.
    fn tidy(self) -> Keys {
        let (mut ends, mut keys, mut list) = (Vec::with_capacity(self.len() as usize), Vec::new(), Vec::new());
        for index in 0..self.len() {
            list.clear();
            list.extend(self.of(index));
            tidy(&mut list);
            keys.extend(&list);
            ends.push(keys.len() as u32);
        }
        let tidied = Keys::Many { ends, keys };
        if (0..tidied.len()).any(|index| tidied.of(index).len() > 1) {
            return tidied;
        }
        Keys::One((0..tidied.len()).map(|index| tidied.of(index).first().copied().unwrap_or(0)).collect())
    }

    /// The keys of records, from those of the values that they have.
    fn of_records(&self, codes: &Codes) -> Keys {
        if let (Codes::One(codes), Keys::One(keys)) = (codes, self) {
            return Keys::One(codes.iter().map(|&code| if code == NULL { 0 } else { keys[code as usize] }).collect());
        }
        let (mut ends, mut keys) = (Vec::new(), Vec::new());
        for record in 0..codes.records() {
            keys.extend(codes.of(record).iter().flat_map(|&value| self.of(value)));
            ends.push(keys.len() as u32);
        }
        let all = Keys::Many { ends, keys };
        if matches!(codes, Codes::One(_)) { all } else { all.tidy() }
    }
}

/// Half of a well-mixed key, never 0.
pub(super) fn short(key: u64) -> u32 {
    ((mix(key) >> 32) as u32).max(1)
}

/// Each key once and in order, a few at most.
pub(super) fn tidy(keys: &mut Vec<u32>) {
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(MAX_KEYS);
}

/// All parts of all features.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(super) list: Vec<Part>,
    pub(super) records: u32,
    /// Rows beyond the first few that are equal to them, each with the first: they have no keys.
    pub(super) equal: Vec<(u32, u32)>,
}

/// Writes the keys of one value.
pub(super) type Maker = fn(&Feature, u32, &mut Vec<u64>);

/// A maker with its name and what its keys may do: form blocks alone, together with another feature's.
type Offer = (&'static str, Maker, bool, bool);

impl Parts {
    pub(crate) fn of(features: &Features) -> Self {
        let offers: Vec<(usize, Offer)> = features
            .list
            .iter()
            .enumerate()
            .flat_map(|(index, feature)| offers(feature).iter().map(move |&offer| (index, offer)))
            .collect();
        let (mut list, pairs): (Vec<Part>, Option<Part>) = rayon::join(
            || offers.par_iter().map(|&(index, offer)| Part::of(index, &features.list[index], offer)).collect(),
            || name_pairs(features),
        );
        list.extend(pairs);
        let equal = beyond_first(features);
        if !equal.is_empty() {
            list = list.into_par_iter().map(|part| Part { keys: part.keys.without(&equal), ..part }).collect();
        }
        Parts { list, records: features.records(), equal }
    }
}

impl Part {
    fn of(index: usize, feature: &Feature, (name, maker, alone, together): Offer) -> Part {
        let (mut ends, mut keys) = (Vec::with_capacity(feature.values.count()), Vec::new());
        for value in 0..feature.values.count() as u32 {
            maker(feature, value, &mut keys);
            ends.push(keys.len() as u32);
        }
        let keys = Keys::new(ends, &keys).of_records(&feature.codes);
        Part { name: part_name(feature, name), feature: Some(index), alone, together, keys }
    }
}

fn part_name(feature: &Feature, name: &str) -> String {
    format!("{}: {name}", feature.name)
}

/// What makes the keys of the part of a saved rule, and the feature that it is of.
pub(super) fn maker(features: &Features, part: &str) -> Option<(usize, Maker)> {
    let mut all = features.list.iter().enumerate().flat_map(|(index, feature)| {
        offers(feature).iter().map(move |offer| (part_name(feature, offer.0), index, offer.1))
    });
    all.find(|(name, ..)| name == part).map(|(_, index, maker)| (index, maker))
}

/// The name of the part that is made of several features.
pub(super) const NAME_PAIRS: &str = "two names: sounds";

/// The features whose names make pairs.
pub(super) fn is_paired(feature: &Feature) -> bool {
    matches!(feature.role, Role::Given | Role::Family | Role::OtherNames)
}

/// The keys of pairs of name tokens, by how these sound.
pub(super) fn pair_keys(tokens: &mut Vec<u64>, keys: &mut Vec<u64>) {
    tokens.sort_unstable();
    tokens.dedup();
    for (i, &a) in tokens.iter().take(5).enumerate() {
        keys.extend(tokens[i + 1..].iter().take(5).map(|&b| mix(a).wrapping_add(b)));
    }
}

/// How the tokens of a name sound, but for initials.
pub(super) fn sounds_of(key: &str) -> impl Iterator<Item = u64> {
    key.split(' ').filter(|token| is_word(token)).map(|token| hash(&phonetic::key(token)))
}

/// Unordered pairs of name tokens by sound: they find swapped names and middle names in use.
fn name_pairs(features: &Features) -> Option<Part> {
    let names: Vec<&Feature> = features.list.iter().filter(|feature| is_paired(feature)).collect();
    if names.is_empty() {
        return None;
    }
    let sounds: Vec<Vec<Vec<u64>>> = names.iter().map(|feature| token_sounds(feature)).collect();
    let (mut ends, mut keys) = (Vec::new(), Vec::new());
    let mut tokens = Vec::new();
    for record in 0..features.records() {
        tokens.clear();
        for (feature, sounds) in names.iter().zip(&sounds) {
            feature.codes.of(record).iter().for_each(|&value| tokens.extend(&sounds[value as usize]));
        }
        pair_keys(&mut tokens, &mut keys);
        ends.push(keys.len() as u32);
    }
    let name = NAME_PAIRS.to_owned();
    Some(Part { name, feature: None, alone: true, together: false, keys: Keys::new(ends, &keys) })
}

fn token_sounds(feature: &Feature) -> Vec<Vec<u64>> {
    (0..feature.keys.len() as u32).into_par_iter().map(|value| sounds_of(feature.keys.get(value)).collect()).collect()
}

/// What a feature offers, by role and form of its values.
fn offers(feature: &Feature) -> &'static [Offer] {
    match (&feature.values, feature.role) {
        (Values::Given(_) | Values::Family(_) | Values::OtherNames(_), _) => {
            &[("tokens", tokens, true, false), ("sounds", sounds, true, true), ("prefix", prefix, false, true)]
        }
        (Values::Date(_), _) => &[
            ("whole_date", whole_date, true, true),
            ("year", year, false, true),
            ("year_month", year_month, false, true),
            ("month_day", month_day, false, true),
            ("year_day", year_day, false, true),
        ],
        (Values::Email(_), _) => &[
            ("mailbox", mailbox, true, false),
            ("local", local, true, false),
            ("local_prefix", local_prefix, true, true),
        ],
        (Values::Phone(_), _) => &[
            ("whole", whole, true, false),
            ("last_seven", last_seven, true, false),
            ("last_four", last_four, false, true),
        ],
        (Values::Street(_), _) => &[
            ("number_word", number_word, true, true),
            ("street_words", street_words, true, true),
            ("number", number, false, true),
        ],
        (Values::Place(_), _) => &[
            ("postal_code", postal_code, true, true),
            ("postal_district", postal_district, false, true),
            ("city", city, true, true),
        ],
        (Values::Tokens(_), _) => &[("rare_words", rare_words, true, true), ("text_prefix", text_prefix, true, true)],
        (Values::Generation(_), _) => &[],
        (Values::Exact(_), Role::Attribute) => &[("whole", whole, false, true)],
        (Values::Exact(_), _) => &[("whole", whole, true, false), ("halves", halves, true, true)],
    }
}

/// Each word.
fn tokens(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    keys.extend(feature.values.names().iter().flat_map(|names| names.words(value)));
}

/// How each word sounds.
fn sounds(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    keys.extend(sounds_of(feature.keys.get(value)));
}

/// The first four letters.
fn prefix(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    let text = feature.keys.get(value);
    if text.chars().nth(2).is_some() {
        keys.push(hash(first(text, 4)));
    }
}

/// A date's parts as keys.
macro_rules! date_part {
    ($($(#[$doc:meta])* $name:ident: |$date:ident| $key:expr;)*) => { $(
        $(#[$doc])*
        fn $name(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
            if let Values::Date(dates) = &feature.values {
                keys.extend(dates[value as usize].readings().map(|$date| $key));
            }
        }
    )* };
}

date_part! {
    whole_date: |d| mix(number_key(5, d.year, d.month) ^ u64::from(d.day));
    year: |d| number_key(1, d.year, 0);
    year_month: |d| number_key(2, d.year, d.month);
    month_day: |d| number_key(3, d.month, d.day);
    year_day: |d| number_key(4, d.year, d.day);
}

fn mailbox(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    keys.extend(feature.keys.get(value).split(PART).next().map(hash));
}

fn local(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Email(emails) = &feature.values {
        keys.push(hash(emails.local(value)));
    }
}

/// The first letters of the local part.
fn local_prefix(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Email(emails) = &feature.values {
        keys.push(hash(first(emails.local(value), 6)));
    }
}

fn last_seven(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    keys.extend(ending(feature.keys.get(value)).map(hash));
}

fn last_four(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    keys.extend(last(feature.keys.get(value), 4).map(hash));
}

/// The number with each word.
fn number_word(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Street(streets) = &feature.values
        && let Some(number) = streets.number(value)
    {
        let number = hash(number);
        keys.extend(streets.words(value).map(|word| mix(number ^ word)));
    }
}

fn street_words(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Street(streets) = &feature.values {
        keys.extend(streets.words(value));
    }
}

fn number(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Street(streets) = &feature.values {
        keys.extend(streets.number(value).map(hash));
    }
}

fn postal_code(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Place(places) = &feature.values {
        keys.extend(places.postal_code(value).map(hash));
    }
}

fn postal_district(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Place(places) = &feature.values {
        keys.extend(places.postal_code(value).and_then(district).map(hash));
    }
}

fn city(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Place(places) = &feature.values {
        keys.extend(places.city(value).map(hash));
    }
}

/// The rarest words.
fn rare_words(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    if let Values::Tokens(list) = &feature.values {
        let text = list.get(value);
        let mut words: Vec<(f64, u64)> = text.word_frequency.iter().copied().zip(text.words.iter().copied()).collect();
        words.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        keys.extend(words.iter().take(4).map(|&(_, word)| word));
    }
}

fn text_prefix(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    let letters: String = feature.keys.get(value).chars().filter(|c| *c != ' ').take(6).collect();
    keys.push(hash(&letters));
}

fn whole(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    keys.push(hash(feature.keys.get(value)));
}

/// Either half: one typing error leaves the other.
fn halves(feature: &Feature, value: u32, keys: &mut Vec<u64>) {
    let key = feature.keys.get(value);
    let length = key.chars().count();
    if length >= 6 {
        let (head, tail) = (first(key, length / 2), last(key, length - length / 2));
        keys.push(mix(hash(head)));
        keys.extend(tail.map(|tail| mix(hash(tail) ^ 1)));
    }
}

fn number_key(kind: u64, a: impl Into<i64>, b: impl Into<i64>) -> u64 {
    mix(kind << 56 ^ (a.into() as u64) << 16 ^ b.into() as u64)
}

/// The first `count` characters.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// The last `count` characters, if there are that many.
fn last(text: &str, count: usize) -> Option<&str> {
    let length = text.chars().count();
    text.char_indices().nth(length.checked_sub(count)?).map(|(start, _)| &text[start..])
}
