//! The keys that values offer for blocking.

use super::mix;
use crate::compare::{Codes, Feature, Features, Role, Values, district, ending, hash};
use crate::record::NULL;
use crate::normalize::phonetic;
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
        let short = |key: &u64| ((mix(*key) >> 32) as u32).max(1);
        Keys::Many { ends, keys: keys.iter().map(short).collect() }.tidy()
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
            list.sort_unstable();
            list.dedup();
            keys.extend(list.iter().take(MAX_KEYS));
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

/// All parts of all features.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(super) list: Vec<Part>,
    pub(super) records: u32,
}

/// Writes the keys of one value.
type Maker = fn(&Values, usize, &mut Vec<u64>);

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
        let mut list: Vec<Part> =
            offers.par_iter().map(|&(index, offer)| Part::of(index, &features.list[index], offer)).collect();
        list.extend(name_pairs(features));
        Parts { list, records: features.records() }
    }
}

impl Part {
    fn of(index: usize, feature: &Feature, (name, maker, alone, together): Offer) -> Part {
        let (mut ends, mut keys) = (Vec::with_capacity(feature.values.count()), Vec::new());
        for value in 0..feature.values.count() {
            maker(&feature.values, value, &mut keys);
            ends.push(keys.len() as u32);
        }
        let keys = Keys::new(ends, &keys).of_records(&feature.codes);
        Part { name: format!("{}: {name}", feature.name), feature: Some(index), alone, together, keys }
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
    Some(Part { name, feature: None, alone: true, together: false, keys: Keys::new(ends, &keys) })
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
