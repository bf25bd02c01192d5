//! The keys that values offer for blocking.

use super::mix;
use crate::compare::{Feature, Features, Role, Values, district, ending, hash};
use crate::normalize::phonetic;
use rayon::prelude::*;

/// The most keys of one part that a record has.
const MAX_KEYS: usize = 16;

/// One way to make keys from the values of a feature.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name in saved rules: `family_name: sounds`.
    pub(super) name: String,
    /// The feature; `None` for keys made from several features, which each record has of its own.
    pub(super) feature: Option<usize>,
    /// Whether the keys may form blocks by themselves.
    pub(super) alone: bool,
    /// Whether the keys may form blocks together with those of another feature.
    pub(super) together: bool,
    keys: Keys,
}

/// The keys of each value, or of each record.
#[derive(Debug)]
enum Keys {
    /// At most one each; 0 where there is none.
    One(Vec<u32>),
    /// Any number each.
    Many { starts: Vec<u32>, keys: Vec<u32> },
}

impl Keys {
    /// From lists of keys that end at `ends`.
    fn new(ends: &[u32], keys: &[u64]) -> Keys {
        // Half of a well-mixed key: that two of a million share one by chance makes no pair that matters.
        let short = |key: &u64| ((mix(*key) >> 32) as u32).max(1);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let lists = starts.zip(ends).map(|(start, &end)| &keys[start as usize..end as usize]);
        if lists.clone().all(|list| list.len() <= 1) {
            return Keys::One(lists.map(|list| list.first().map_or(0, short)).collect());
        }
        let starts = std::iter::once(0).chain(ends.iter().copied()).collect();
        Keys::Many { starts, keys: keys.iter().map(short).collect() }
    }

    fn of(&self, index: u32) -> &[u32] {
        let index = index as usize;
        match self {
            Keys::One(keys) if keys[index] == 0 => &[],
            Keys::One(keys) => std::slice::from_ref(&keys[index]),
            Keys::Many { starts, keys } => &keys[starts[index] as usize..starts[index + 1] as usize],
        }
    }
}

/// All parts of all features.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(super) list: Vec<Part>,
    features: &'a Features,
}

/// Writes the keys of one value.
type Maker = fn(&Values, usize, &mut Vec<u64>);

/// A maker with its name and what its keys may do: form blocks alone, together with another feature's.
type Offer = (&'static str, Maker, bool, bool);

impl<'a> Parts<'a> {
    pub(crate) fn of(features: &'a Features) -> Self {
        let offers: Vec<(usize, Offer)> = features
            .list
            .iter()
            .enumerate()
            .flat_map(|(index, feature)| offers(feature).iter().map(move |&offer| (index, offer)))
            .collect();
        let mut list: Vec<Part> =
            offers.par_iter().map(|&(index, offer)| Part::of(index, &features.list[index], offer)).collect();
        list.extend(name_pairs(features));
        Parts { list, features }
    }

    pub(super) fn records(&self) -> u32 {
        self.features.records()
    }

    /// The keys of a record, each once; `buffer` is room to work.
    pub(super) fn keys<'k>(&'k self, part: usize, record: u32, buffer: &'k mut Vec<u32>) -> &'k [u32] {
        let part = &self.list[part];
        let keys = match part.feature {
            None => part.keys.of(record),
            Some(feature) => match self.features.list[feature].codes.of(record) {
                [] => &[],
                [value] => part.keys.of(*value),
                values => {
                    buffer.clear();
                    buffer.extend(values.iter().flat_map(|&value| part.keys.of(value)));
                    return distinct(buffer);
                }
            },
        };
        if keys.len() < 2 {
            return keys;
        }
        buffer.clear();
        buffer.extend(keys);
        distinct(buffer)
    }
}

fn distinct(keys: &mut Vec<u32>) -> &[u32] {
    keys.sort_unstable();
    keys.dedup();
    keys.truncate(MAX_KEYS);
    keys
}

impl Part {
    fn of(index: usize, feature: &Feature, (name, maker, alone, together): Offer) -> Part {
        let (mut ends, mut keys) = (Vec::with_capacity(feature.values.count()), Vec::new());
        for value in 0..feature.values.count() {
            maker(&feature.values, value, &mut keys);
            ends.push(keys.len() as u32);
        }
        let name = format!("{}: {name}", feature.name);
        Part { name, feature: Some(index), alone, together, keys: Keys::new(&ends, &keys) }
    }
}

/// Unordered pairs of name tokens by sound: they find swapped names and middle names in use.
fn name_pairs(features: &Features) -> Option<Part> {
    let names: Vec<&Feature> = features
        .list
        .iter()
        .filter(|feature| matches!(feature.role, Role::Given | Role::Family | Role::OtherNames))
        .collect();
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
        tokens.sort_unstable();
        tokens.dedup();
        for (i, &a) in tokens.iter().take(5).enumerate() {
            keys.extend(tokens[i + 1..].iter().take(5).map(|&b| mix(a).wrapping_add(b)));
        }
        ends.push(keys.len() as u32);
    }
    let name = "two names: sounds".to_owned();
    Some(Part { name, feature: None, alone: true, together: false, keys: Keys::new(&ends, &keys) })
}

fn token_sounds(feature: &Feature) -> Vec<Vec<u64>> {
    let sounds = |key: &str| {
        let long = key.split(' ').filter(|token| token.chars().nth(1).is_some());
        long.map(|token| hash(&phonetic::key(token))).collect()
    };
    (0..feature.keys.len() as u32).into_par_iter().map(|value| sounds(feature.keys.get(value))).collect()
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
        (Values::Email(_), _) => &[("mailbox", mailbox, true, false), ("local", local, true, false), ("local_prefix", local_prefix, true, true)],
        (Values::Phone(_), _) => &[("digits", digits, true, false), ("last_seven", last_seven, true, false), ("last_four", last_four, false, true)],
        (Values::Street(_), _) => &[("number_word", number_word, true, true), ("street_words", street_words, true, true), ("number", number, false, true)],
        (Values::Place(_), _) => &[("postal_code", postal_code, true, true), ("postal_district", postal_district, false, true), ("city", city, true, true)],
        (Values::Tokens(_), _) => &[("rare_words", rare_words, true, true), ("text_prefix", text_prefix, true, true)],
        (Values::Exact(_), Role::Attribute) => &[("whole", whole, false, true)],
        (Values::Exact(_), _) => &[("whole", whole, true, false), ("halves", halves, true, true)],
    }
}

macro_rules! maker {
    ($(#[$doc:meta])* $name:ident, $pattern:pat => $value:ident, |$v:ident, $keys:ident| $body:block) => {
        $(#[$doc])*
        fn $name(values: &Values, index: usize, $keys: &mut Vec<u64>) {
            #[allow(unreachable_patterns, reason = "a pattern may name several variants")]
            if let $pattern = values {
                let $v = &$value[index];
                $body
            }
        }
    };
}

maker!(/// Each word.
    tokens, Values::Given(list) | Values::Family(list) | Values::OtherNames(list) => list, |v, keys| { keys.extend(&v.tokens); });
maker!(/// How each word sounds.
sounds, Values::Given(list) | Values::Family(list) | Values::OtherNames(list) => list, |v, keys| {
    let long = v.text.split(' ').filter(|token| token.chars().nth(1).is_some());
    keys.extend(long.map(|token| hash(&phonetic::key(token))));
});
maker!(/// The first four letters.
prefix, Values::Given(list) | Values::Family(list) | Values::OtherNames(list) => list, |v, keys| {
    if v.text.chars().nth(2).is_some() { keys.push(hash(first(&v.text, 4))) }
});
maker!(whole_date, Values::Date(list) => list, |v, keys| {
    keys.extend(v.readings.iter().map(|d| hash(&format!("{}-{}-{}", d.year, d.month, d.day))));
});
maker!(year, Values::Date(list) => list, |v, keys| { keys.extend(v.readings.iter().map(|d| number_key(1, d.year, 0))); });
maker!(year_month, Values::Date(list) => list, |v, keys| {
    keys.extend(v.readings.iter().map(|d| number_key(2, d.year, d.month)));
});
maker!(month_day, Values::Date(list) => list, |v, keys| {
    keys.extend(v.readings.iter().map(|d| number_key(3, d.month, d.day)));
});
maker!(year_day, Values::Date(list) => list, |v, keys| {
    keys.extend(v.readings.iter().map(|d| number_key(4, d.year, d.day)));
});
maker!(mailbox, Values::Email(list) => list, |v, keys| { keys.push(hash(&v.mailbox)); });
maker!(local, Values::Email(list) => list, |v, keys| { keys.push(hash(&v.local)); });
maker!(/// The first letters of the local part.
    local_prefix, Values::Email(list) => list, |v, keys| { keys.push(hash(first(&v.local, 6))); });
maker!(digits, Values::Phone(list) => list, |v, keys| { keys.push(hash(&v.digits)); });
maker!(last_seven, Values::Phone(list) => list, |v, keys| { keys.extend(ending(&v.digits).map(hash)); });
maker!(last_four, Values::Phone(list) => list, |v, keys| { keys.extend(last(&v.digits, 4).map(hash)); });
maker!(/// The number with each word.
number_word, Values::Street(list) => list, |v, keys| {
    if let Some(number) = &v.number {
        let number = hash(number);
        keys.extend(v.words.iter().map(|&word| mix(number ^ word)));
    }
});
maker!(street_words, Values::Street(list) => list, |v, keys| { keys.extend(&v.words); });
maker!(number, Values::Street(list) => list, |v, keys| { keys.extend(v.number.as_deref().map(hash)); });
maker!(postal_code, Values::Place(list) => list, |v, keys| { keys.extend(v.postal_code.as_deref().map(hash)); });
maker!(postal_district, Values::Place(list) => list, |v, keys| {
    keys.extend(v.postal_code.as_deref().and_then(district).map(hash));
});
maker!(city, Values::Place(list) => list, |v, keys| { keys.extend(v.city.as_deref().map(hash)); });
maker!(/// The rarest words.
rare_words, Values::Tokens(list) => list, |v, keys| {
    let mut words: Vec<(f64, u64)> = v.word_frequency.iter().copied().zip(v.words.iter().copied()).collect();
    words.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    keys.extend(words.iter().take(4).map(|&(_, word)| word));
});
maker!(text_prefix, Values::Tokens(list) => list, |v, keys| {
    let letters: String = v.text.chars().filter(|c| *c != ' ').take(6).collect();
    keys.push(hash(&letters));
});
maker!(whole, Values::Exact(list) => list, |v, keys| { keys.push(hash(&v.key)); });
maker!(/// Either half: one typing error leaves the other.
halves, Values::Exact(list) => list, |v, keys| {
    let length = v.key.chars().count();
    if length >= 6 {
        let (head, tail) = (first(&v.key, length / 2), last(&v.key, length - length / 2));
        keys.push(mix(hash(head)));
        keys.extend(tail.map(|tail| mix(hash(tail) ^ 1)));
    }
});

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
