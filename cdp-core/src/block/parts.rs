//! The keys that values offer for blocking, and the rules made of them.

use super::mix;
use crate::compare::{Feature, Features, Role, Values, district, ending, hash};
use crate::normalize::phonetic;
use rayon::prelude::*;

/// One way to make keys from the values of a feature.
#[derive(Debug)]
pub(super) struct Part {
    /// The feature; `None` for keys made from several features.
    pub(super) feature: Option<usize>,
    /// Whether the keys may form blocks by themselves.
    alone: bool,
    /// Whether the keys may form blocks together with those of another feature.
    together: bool,
    starts: Vec<u32>,
    keys: Vec<u64>,
}

/// All parts of all features.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) list: Vec<Part>,
    features: &'a Features,
}

/// Writes the keys of one value.
type Maker = fn(&Values, usize, &mut Vec<u64>);

/// A maker with what its keys may do: form blocks alone, together with another feature's.
type Offer = (Maker, bool, bool);

impl<'a> Parts<'a> {
    pub(super) fn of(features: &'a Features) -> Self {
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

    /// Single parts, and pairs of parts of different features.
    pub(super) fn rules(&self) -> Vec<Vec<usize>> {
        let mut rules: Vec<Vec<usize>> =
            (0..self.list.len()).filter(|&part| self.list[part].alone).map(|part| vec![part]).collect();
        for (i, a) in self.list.iter().enumerate() {
            for (j, b) in self.list.iter().enumerate().skip(i + 1) {
                if a.together && b.together && a.feature != b.feature {
                    rules.push(vec![i, j]);
                }
            }
        }
        rules
    }

    pub(super) fn for_each_key(&self, part: &Part, record: u32, visit: &mut dyn FnMut(u64)) {
        match part.feature {
            Some(feature) => {
                for &value in self.features.list[feature].codes.of(record) {
                    part.of_index(value).iter().for_each(|&key| visit(key));
                }
            }
            None => part.of_index(record).iter().for_each(|&key| visit(key)),
        }
    }
}

impl Part {
    fn of(index: usize, feature: &Feature, (maker, alone, together): Offer) -> Part {
        let mut part = Part { feature: Some(index), alone, together, starts: vec![0], keys: Vec::new() };
        for value in 0..feature.values.count() {
            maker(&feature.values, value, &mut part.keys);
            part.starts.push(part.keys.len() as u32);
        }
        part
    }

    fn of_index(&self, index: u32) -> &[u64] {
        &self.keys[self.starts[index as usize] as usize..self.starts[index as usize + 1] as usize]
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
    let mut part = Part { feature: None, alone: true, together: false, starts: vec![0], keys: Vec::new() };
    let mut tokens = Vec::new();
    for record in 0..features.records() {
        tokens.clear();
        for (feature, sounds) in names.iter().zip(&sounds) {
            feature.codes.of(record).iter().for_each(|&value| tokens.extend(&sounds[value as usize]));
        }
        tokens.sort_unstable();
        tokens.dedup();
        for (i, &a) in tokens.iter().take(5).enumerate() {
            tokens[i + 1..].iter().take(5).for_each(|&b| part.keys.push(mix(a).wrapping_add(b)));
        }
        part.starts.push(part.keys.len() as u32);
    }
    Some(part)
}

fn token_sounds(feature: &Feature) -> Vec<Vec<u64>> {
    let sounds = |key: &str| {
        let long = key.split(' ').filter(|token| token.chars().nth(1).is_some());
        long.map(|token| hash(&phonetic::key(token))).collect()
    };
    feature.keys.iter().map(sounds).collect()
}

/// What a feature offers, by role and form of its values.
fn offers(feature: &Feature) -> &'static [Offer] {
    match (&feature.values, feature.role) {
        (Values::Given(_) | Values::Family(_) | Values::OtherNames(_), _) => {
            &[(tokens, true, false), (sounds, true, true), (prefix, false, true)]
        }
        (Values::Date(_), _) => &[
            (whole_date, true, false),
            (year, false, true),
            (year_month, false, true),
            (month_day, false, true),
            (year_day, false, true),
        ],
        (Values::Email(_), _) => &[(mailbox, true, false), (local, true, false), (local_prefix, true, true)],
        (Values::Phone(_), _) => &[(digits, true, false), (last_seven, true, false), (last_four, false, true)],
        (Values::Street(_), _) => &[(number_word, true, true), (street_words, true, true), (number, false, true)],
        (Values::Place(_), _) => &[(postal_code, true, true), (postal_district, false, true), (city, true, true)],
        (Values::Tokens(_), _) => &[(rare_words, true, true), (text_prefix, true, true)],
        (Values::Exact(_), Role::Attribute) => &[(whole, false, true)],
        (Values::Exact(_), _) => &[(whole, true, false), (halves, true, true)],
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
