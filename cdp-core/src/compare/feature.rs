//! Features: tables of prepared values, and the comparison of two records.

use super::codes::{Codes, SEVERAL};
use super::frequency::{Counts, Known};
use super::{
    DateValue, Emails, ExactValues, Frequencies, Layout, Level, MISSING, Names, Outcome, Pattern, Phones, Places,
    Streets, Tokens, address, contact, date, exact, name, tokens,
};
use crate::record::{Interner, NULL, TextPool};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

/// What a feature says about people, in the order of comparison: the names first, what separates most for its cost next.
/// Related classes of the model are made of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Given name.
    Given,
    /// Further names of a person.
    OtherNames,
    /// Family name.
    Family,
    /// Birth date.
    Birth,
    /// Identifier of one person or organisation.
    Personal,
    /// E-mail address.
    Email,
    /// Telephone.
    Phone,
    /// Street line.
    Street,
    /// Postal code, city, region.
    Place,
    /// Name of an organisation.
    Organisation,
    /// Anything else: occupation, gender, type, text.
    Attribute,
    /// Generational suffix.
    Generation,
}

impl Role {
    /// Whether it is a person's own: a name or a birth date, nothing that people share.
    pub fn is_own(self) -> bool {
        matches!(self, Role::Given | Role::OtherNames | Role::Family | Role::Birth)
    }
}

/// The distinct values of a feature.
#[derive(Debug, Clone)]
pub enum Values {
    /// Given names.
    Given(Names),
    /// Family names.
    Family(Names),
    /// Sets of further names.
    OtherNames(Names),
    /// Birth dates.
    Date(Vec<DateValue>),
    /// E-mail addresses.
    Email(Emails),
    /// Telephone numbers.
    Phone(Phones),
    /// Street lines.
    Street(Streets),
    /// Places.
    Place(Places),
    /// Organisation names and free texts.
    Tokens(Tokens),
    /// Generational suffixes: how many distinct ones there are.
    Generation(usize),
    /// Identifiers and categories.
    Exact(ExactValues),
}

/// The levels of all kinds of values.
pub(super) const LEVEL_TABLES: &[&[Level]] = &[
    name::GIVEN,
    name::FAMILY,
    name::OTHER,
    date::LEVELS,
    contact::EMAIL,
    contact::PHONE,
    address::STREET,
    address::PLACE,
    tokens::LEVELS,
    exact::LEVELS,
    exact::GENERATION,
];

impl Values {
    /// The levels of this kind of values.
    pub fn levels(&self) -> &'static [Level] {
        match self {
            Values::Given(_) => name::GIVEN,
            Values::Family(_) => name::FAMILY,
            Values::OtherNames(_) => name::OTHER,
            Values::Date(_) => date::LEVELS,
            Values::Email(_) => contact::EMAIL,
            Values::Phone(_) => contact::PHONE,
            Values::Street(_) => address::STREET,
            Values::Place(_) => address::PLACE,
            Values::Tokens(_) => tokens::LEVELS,
            Values::Generation(_) => exact::GENERATION,
            Values::Exact(_) => exact::LEVELS,
        }
    }

    /// How many distinct values there are.
    pub fn count(&self) -> usize {
        match self {
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => v.len(),
            Values::Date(v) => v.len(),
            Values::Email(v) => v.len(),
            Values::Phone(v) => v.len(),
            Values::Street(v) => v.len(),
            Values::Place(v) => v.len(),
            Values::Tokens(v) => v.len(),
            Values::Generation(count) => *count,
            Values::Exact(v) => v.len(),
        }
    }

    /// Compares two values, which are not the same one unless they are e-mail addresses; `keys` are those of all values.
    pub(super) fn compare(&self, keys: &TextPool, a: u32, b: u32) -> Outcome {
        match self {
            Values::Given(v) => name::compare_given(v, keys, a, b),
            Values::Family(v) => name::compare_family(v, keys, a, b),
            Values::OtherNames(v) => name::compare_other(v, keys, a, b),
            Values::Date(v) => date::compare(&v[a as usize], &v[b as usize]),
            Values::Email(v) => contact::compare_email(v, a, b),
            Values::Phone(v) => contact::compare_phone(v, keys, a, b),
            Values::Street(v) => address::compare_street(v, a, b),
            Values::Place(v) => address::compare_place(v, a, b),
            Values::Tokens(v) => tokens::compare(v.get(a), v.get(b)),
            Values::Generation(_) => exact::compare_generation(),
            Values::Exact(v) => exact::compare(v, keys, a, b),
        }
    }
}

/// Of so few values the tables stay near the processor anyway.
const FEW: usize = 4_096;

impl Values {
    /// Reads what comparing a value begins with, where it is likely to be far from the processor.
    fn touch(&self, value: u32) -> u32 {
        match self {
            Values::Email(v) => v.touch(value),
            Values::Phone(v) => v.touch(value),
            Values::Street(v) => v.touch(value),
            Values::Place(v) => v.touch(value),
            Values::Given(v) | Values::Family(v) | Values::OtherNames(v) => v.word_bits(value) as u32,
            Values::Date(v) => v[value as usize].digits(),
            Values::Tokens(_) | Values::Generation(_) | Values::Exact(_) => 0,
        }
    }
}

/// One comparable aspect of the records.
#[derive(Debug, Clone)]
pub struct Feature {
    /// Its name: a kind's word, or the name of a category or text field.
    pub name: String,
    /// What it says about people.
    pub role: Role,
    /// The key of each distinct value.
    pub keys: Interner,
    /// The distinct values.
    pub values: Values,
    /// Which of them each record has.
    pub codes: Codes,
    /// How many records, or people, have each value.
    pub(super) counts: Counts,
    /// Where values that come later take their counts from.
    pub(super) known: Option<Arc<Known>>,
    /// The code of agreeing on each value.
    pub(super) same: Vec<u8>,
    /// The codes of its levels.
    pub layout: Layout,
}

/// Takes out what finds no room: the last attributes first, gender the longest, since it parts people of one name at one
/// place; then the identifiers that the fewest records have. Tells their names in order.
fn cut_to_size(list: &mut Vec<Feature>) -> Vec<String> {
    let mut cut = Vec::new();
    let filled =
        |feature: &Feature| (0..feature.codes.records()).filter(|&record| !feature.codes.of(record).is_empty()).count();
    while list.len() > super::MAX_FEATURES {
        let attribute = list.iter().rposition(|feature| feature.role == Role::Attribute && feature.name != "gender");
        // Counting takes a while: only where no attribute is left.
        let rarest = || {
            let identifiers = list.iter().enumerate().filter(|(_, feature)| feature.role == Role::Personal);
            let rarest = identifiers.min_by_key(|(_, feature)| (filled(feature), Reverse(&feature.name)));
            rarest.map(|(index, _)| index)
        };
        let last = attribute.or_else(rarest).unwrap_or(list.len() - 1);
        cut.push(list.remove(last).name);
    }
    cut.reverse();
    cut
}

/// Features of more distinct values than this are compared anew: they hardly repeat, and a memo would only miss.
const MEMO_VALUES: usize = 40_000;

impl Feature {
    /// How many of these records have any value, over how many different ones; of several values the first counts. Values
    /// at the two strongest levels of agreement are one: an address is the same whether `St` is there or not.
    fn records_per_value(&self, records: &[u32]) -> f64 {
        let mut values: Vec<u32> =
            records.iter().filter_map(|&record| self.codes.of(record).first().copied()).collect();
        if values.iter().all(|value| *value == values[0]) {
            return values.len() as f64;
        }
        values.sort_unstable();
        let mut runs: Vec<&[u32]> = values.chunk_by(|a, b| a == b).collect();
        // By text, not by number: numbers depend on who came first.
        let text = |run: &[u32]| self.keys.get(run[0]);
        runs.sort_unstable_by(|x, y| y.len().cmp(&x.len()).then_with(|| text(x).cmp(text(y))));
        let mut different: Vec<u32> = Vec::new();
        for value in runs.into_iter().map(|run| run[0]) {
            let is_one = |other: &u32| self.layout.level(self.code(*other, value)).is_some_and(|level| level <= 1);
            if !different.iter().any(is_one) {
                different.push(value);
            }
        }
        values.len() as f64 / different.len().max(1) as f64
    }

    /// The code of comparing two values.
    fn code(&self, a: u32, b: u32) -> u8 {
        if a == b {
            return self.same[a as usize];
        }
        self.layout.code(self.values.compare(self.keys.pool(), a.min(b), a.max(b)))
    }
}

/// All features of all records.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// In order of role: it is the order of comparison and of the pattern's bytes.
    pub list: Vec<Feature>,
    /// How many of them, the first ones, are names of persons.
    names: usize,
    /// The place, where the street stands right before it.
    moved: Option<usize>,
    /// The value of each feature record by record, so that one record's values lie together; [`NULL`] where missing.
    rows: Vec<u32>,
    /// Source index of each record.
    pub source: Vec<u32>,
    /// Names of the sources, in order.
    pub sources: Vec<String>,
    /// The number of each source among those that a model knows; [`NULL`] for others.
    numbers: Vec<u32>,
    /// How many sources the model knows.
    known: u32,
    /// Names of the features that found no room.
    pub cut: Vec<String>,
}

/// Rows that one thread puts together.
const ROWS_AT_ONCE: usize = 4_096;

/// Remembers the codes of value pairs compared lately; one per thread.
#[derive(Debug)]
pub struct Memo {
    /// A pair of values and its feature, above the code.
    entries: Vec<u64>,
}

/// So many entries stay near the processor.
const MEMO_BITS: u32 = 16;

impl Default for Memo {
    fn default() -> Self {
        Memo { entries: vec![u64::MAX; 1 << MEMO_BITS] }
    }
}

/// Memos of which each thread that needs one has its own.
#[derive(Debug, Default)]
pub(crate) struct Memos(Mutex<Vec<Memo>>);

impl Memos {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Memo) -> T) -> T {
        // What one remembers is whole whoever panicked.
        let list = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = list().pop();
        let mut memo = idle.unwrap_or_default();
        let done = work(&mut memo);
        list().push(memo);
        done
    }
}

impl Memo {
    fn code(&mut self, index: usize, feature: &Feature, a: u32, b: u32) -> u8 {
        if a == b || feature.values.count() > MEMO_VALUES {
            return feature.code(a, b);
        }
        // Values that are remembered are numbered in 16 bits, features in four.
        let key = (index as u64) << 32 | u64::from(a.min(b)) << 16 | u64::from(a.max(b));
        let slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - MEMO_BITS)) as usize;
        let entry = &mut self.entries[slot];
        if *entry >> 8 != key {
            *entry = key << 8 | u64::from(feature.code(a, b));
        }
        *entry as u8
    }
}

impl Features {
    /// The features of records of these sources; more than [`super::MAX_FEATURES`] are cut, the last roles first.
    pub fn new(mut list: Vec<Feature>, source: Vec<u32>, sources: Vec<String>) -> Self {
        list.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
        let cut = cut_to_size(&mut list);
        let names = list.iter().take_while(|f| f.role <= Role::Family).count();
        let value = |feature: &Feature, record: u32| match feature.codes.of(record) {
            [] => NULL,
            [value] => *value,
            _ => SEVERAL,
        };
        let fill = |first: usize, rows: &mut [u32]| {
            for (record, row) in (first as u32..).zip(rows.chunks_exact_mut(list.len().max(1))) {
                row.iter_mut().zip(&list).for_each(|(place, feature)| *place = value(feature, record));
            }
        };
        let mut rows = vec![NULL; list.len() * source.len()];
        match rows.len() {
            // Few records are no reason to wake other threads.
            0..ROWS_AT_ONCE => fill(0, &mut rows),
            _ => {
                let pieces = rows.par_chunks_mut(ROWS_AT_ONCE * list.len()).enumerate();
                pieces.for_each(|(piece, rows)| fill(piece * ROWS_AT_ONCE, rows));
            }
        }
        let known = sources.len() as u32;
        let moved = list.windows(2).position(|pair| pair[0].role == Role::Street && pair[1].role == Role::Place);
        // Branches of an organisation do not move: they are elsewhere.
        let persons = list.iter().all(|feature| feature.role != Role::Organisation);
        let moved = moved.filter(|_| persons).map(|street| street + 1);
        Features { list, names, moved, rows, source, sources, cut, numbers: (0..known).collect(), known }
    }

    /// Features of records that come one by one, of sources that a model knows. Records of others are of one further source.
    pub fn growing(list: Vec<Feature>, mut sources: Vec<String>) -> Self {
        sources.push(String::new());
        let mut features = Features::new(list, Vec::new(), sources);
        features.known -= 1;
        features.numbers[features.known as usize] = NULL;
        features
    }

    /// Sets the values of a record, which may be a new one, by their keys per feature; tells whether that changed anything.
    pub fn set(&mut self, record: u32, source: &str, keys: &[TextPool]) -> bool {
        let width = self.list.len();
        let number = self.sources.iter().position(|name| name == source).unwrap_or(self.known as usize);
        let record_place = record as usize;
        let is_new = self.source.len() <= record_place;
        if is_new {
            self.source.resize(record_place + 1, self.known);
            self.rows.resize((record_place + 1) * width, NULL);
        }
        let mut changed = false;
        let mut codes: Vec<u32> = Vec::new();
        for (index, feature) in self.list.iter_mut().enumerate() {
            codes.clear();
            for key in keys[index].iter().filter(|key| !key.is_empty()) {
                let code = feature.number(key);
                codes.extend(code.filter(|code| !codes.contains(code)));
            }
            let before = if feature.codes.records() > record { feature.codes.of(record) } else { &[] };
            if before != codes.as_slice() {
                changed = true;
            }
            self.rows[record_place * width + index] = feature.codes.set(record, &codes);
        }
        self.source[record_place] = number as u32;
        changed
    }

    /// Numbers the sources as a model does, which need not know all of them.
    pub fn number_sources(&mut self, known: &[String]) {
        let place = |name: &String| known.iter().position(|other| other == name).map_or(NULL, |place| place as u32);
        self.numbers = self.sources.iter().map(place).collect();
        self.known = known.len() as u32;
    }

    /// Forgets what a model would not keep of the frequencies, so that training and a saved model see the same.
    pub fn keep_common(&mut self) {
        self.list.par_iter_mut().for_each(Feature::keep_common);
    }

    /// Takes the frequencies of a population; features and frequencies are in the same order.
    pub fn set_frequencies<'a>(&mut self, frequencies: impl Iterator<Item = &'a Frequencies>) {
        self.list.iter_mut().zip(frequencies).for_each(|(feature, frequencies)| feature.thaw(frequencies));
    }

    /// How many records there are.
    pub fn records(&self) -> u32 {
        self.source.len() as u32
    }

    /// The group of a pair's sources: a number per source or pair of sources; the last one where the model knows not both.
    pub fn group(&self, a: u32, b: u32) -> u8 {
        let [x, y] = [a, b].map(|record| self.numbers[self.source[record as usize] as usize]);
        if x == NULL || y == NULL { groups(self.known) as u8 } else { group(x, y, self.known) }
    }

    /// Per feature, how steadily two groups of records keep to their own values: the lesser mean number of records that have
    /// one value, 1 at least.
    pub fn steadiness(&self, a: &[u32], b: &[u32]) -> Vec<f64> {
        if a.len() < 2 || b.len() < 2 {
            // A record alone has each value once.
            return vec![1.0; self.list.len()];
        }
        let of = |feature: &Feature| feature.records_per_value(a).min(feature.records_per_value(b)).max(1.0);
        self.list.iter().map(of).collect()
    }

    /// Reads what comparing these pairs begins with. One read after the other waits for memory, and pairs lie all over it;
    /// reads that do not depend on each other wait together.
    pub fn fetch(&self, pairs: &[(u32, u32)]) {
        let width = self.list.len();
        let row = |record: u32| &self.rows[record as usize * width..][..width];
        let ends = |row: &[u32]| row.first().zip(row.last()).map_or(0, |(first, last)| first ^ last);
        let of = |record: u32| ends(row(record)) ^ self.source[record as usize];
        let mut seen = pairs.iter().fold(0, |seen, &(a, b)| seen ^ of(a) ^ of(b));
        for (index, feature) in self.list.iter().enumerate().filter(|(_, feature)| feature.values.count() > FEW) {
            let touch = |x: u32, y: u32| match (x, y) {
                // Nothing is looked at where one has none; and nothing but its code where both have the same.
                (SEVERAL.., _) | (_, SEVERAL..) => 0,
                _ if x == y => u32::from(feature.same[x as usize]),
                _ => feature.values.touch(x) ^ feature.values.touch(y),
            };
            seen = pairs.iter().fold(seen, |seen, &(a, b)| seen ^ touch(row(a)[index], row(b)[index]));
        }
        std::hint::black_box(seen);
    }

    /// Compares two records.
    pub fn pattern(&self, a: u32, b: u32, memo: &mut Memo) -> Pattern {
        let mut pattern = [MISSING; 16];
        self.compare_while(a, b, memo, &mut pattern, |_, _| true);
        pattern
    }

    /// Compares two records feature by feature, in order, for as long as `go_on` says so of the feature and its code;
    /// returns whether all features were compared.
    pub fn compare_while(
        &self,
        a: u32,
        b: u32,
        memo: &mut Memo,
        pattern: &mut Pattern,
        mut go_on: impl FnMut(usize, u8) -> bool,
    ) -> bool {
        pattern[15] = self.group(a, b);
        for (index, feature) in self.list.iter().enumerate().take(self.names) {
            pattern[index] = self.code(index, feature, a, b, memo);
        }
        self.mark_crossed_names(a, b, pattern);
        if (0..self.names).any(|index| !go_on(index, pattern[index])) {
            return false;
        }
        for (index, feature) in self.list.iter().enumerate().skip(self.names) {
            pattern[index] = self.code(index, feature, a, b, memo);
            if self.moved == Some(index) {
                self.mark_moved(index, pattern);
            }
            if !go_on(index, pattern[index]) {
                return false;
            }
        }
        true
    }

    /// The code of one feature of two records.
    fn code(&self, index: usize, feature: &Feature, a: u32, b: u32, memo: &mut Memo) -> u8 {
        match (self.values_of(index, a), self.values_of(index, b)) {
            ([], _) | (_, []) => MISSING,
            (&[x], &[y]) => memo.code(index, feature, x, y),
            (left, right) => best_code(index, feature, left, right, memo),
        }
    }

    /// The values of a record.
    pub(crate) fn values_of(&self, index: usize, record: u32) -> &[u32] {
        let value = &self.rows[record as usize * self.list.len() + index];
        match *value {
            NULL => &[],
            SEVERAL => self.list[index].codes.of(record),
            _ => std::slice::from_ref(value),
        }
    }

    /// A place that is another because the street is says nothing by itself.
    fn mark_moved(&self, place: usize, pattern: &mut Pattern) {
        let level = |index: usize| self.list[index].layout.level(pattern[index]);
        let differs = level(place) == Some(address::PLACE_DIFFERS);
        if differs && level(place - 1) == Some(address::STREET_DIFFERS) {
            pattern[place] = self.list[place].layout.code(Outcome::plain(address::PLACE_MOVED));
        }
    }

    /// Names that disagree field by field may still be there in another name field: swapped, or a middle name in use. Each
    /// shared word counts once: `Ursula Neumann` and `Neumann Claudia` have one in common, not two.
    fn mark_crossed_names(&self, a: u32, b: u32, pattern: &mut Pattern) {
        let find = |role| self.list[..self.names].iter().position(|feature| feature.role == role);
        let (family, given) = (find(Role::Family), find(Role::Given));
        let mut taken: Option<u64> = None;
        for (index, crossed) in [(family, name::FAMILY_CROSSED), (given, name::GIVEN_CROSSED)] {
            let Some(index) = index else { continue };
            let layout = &self.list[index].layout;
            if layout.level(pattern[index]).is_none_or(|level| level <= crossed) {
                continue;
            }
            let words = self.words_elsewhere(index, a, b).chain(self.words_elsewhere(index, b, a));
            // The same one from either side.
            let found = words.filter(|&word| taken != Some(word)).min();
            if found.is_some() || taken.is_some() && self.are_swapped(given, family, a, b) {
                pattern[index] = layout.code(Outcome::plain(crossed));
                taken = taken.or(found);
            }
        }
    }

    /// Whether each record's given name is, but for a typing error, the other's family name.
    fn are_swapped(&self, given: Option<usize>, family: Option<usize>, a: u32, b: u32) -> bool {
        let (Some(given), Some(family)) = (given, family) else { return false };
        let texts = |index: usize, record: u32| {
            let feature = &self.list[index];
            feature.codes.of(record).iter().map(|&value| feature.keys.get(value))
        };
        let meet = |x: u32, y: u32| {
            texts(given, x).any(|first| {
                texts(family, y).any(|last| first == last || name::closeness(first, last) == name::Closeness::Close)
            })
        };
        meet(a, b) && meet(b, a)
    }

    /// The words of `a`'s name in feature `index` that stand in another name feature of `b`.
    fn words_elsewhere(&self, index: usize, a: u32, b: u32) -> impl Iterator<Item = u64> {
        let others = move || (0..self.names).filter(move |&other| other != index);
        let theirs = others().fold(0, |bits, other| bits | self.word_bits(other, b));
        let meet = self.word_bits(index, a) & theirs != 0;
        let mine = if meet { self.words_of(index, a) } else { None };
        let has = move |index: usize, record: u32, word: u64| {
            self.words_of(index, record).into_iter().flatten().any(|other| other == word)
        };
        // A word that both have there counts there.
        mine.into_iter()
            .flatten()
            .filter(move |&word| others().any(|other| has(other, b, word) && !has(other, a, word)))
    }

    /// The words of a record's names.
    fn words_of(&self, index: usize, record: u32) -> Option<impl Iterator<Item = u64>> {
        let names = self.list[index].values.names()?;
        Some(self.values_of(index, record).iter().flat_map(|&value| names.words(value)))
    }

    /// Bits of the words of a record's names: records that share none share no word.
    fn word_bits(&self, index: usize, record: u32) -> u64 {
        let names = self.list[index].values.names();
        let bits = |names: &Names| self.values_of(index, record).iter().fold(0, |bits, &v| bits | names.word_bits(v));
        names.map_or(0, bits)
    }
}

impl Values {
    /// The names of persons that these values are, if so.
    pub fn names(&self) -> Option<&Names> {
        match self {
            Values::Given(names) | Values::Family(names) | Values::OtherNames(names) => Some(names),
            _ => None,
        }
    }
}

/// The strongest code over the values of both records.
fn best_code(index: usize, feature: &Feature, left: &[u32], right: &[u32], memo: &mut Memo) -> u8 {
    let mut best = MISSING;
    for &x in left {
        for &y in right {
            best = stronger(&feature.layout, best, memo.code(index, feature, x, y));
        }
    }
    best
}

fn stronger(layout: &Layout, a: u8, b: u8) -> u8 {
    match (layout.level(a), layout.level(b)) {
        (None, _) => b,
        (_, None) => a,
        (Some(x), Some(y)) if x == y => a.max(b),
        (Some(x), Some(y)) => {
            if x < y {
                a
            } else {
                b
            }
        }
    }
}

/// The number of groups of `sources` sources: each one with itself, and each pair while they are few.
pub fn groups(sources: u32) -> usize {
    if sources <= 8 { (sources * (sources + 1) / 2) as usize } else { sources.min(200) as usize + 1 }
}

/// The group of a pair of sources, by their indexes.
pub fn group(a: u32, b: u32, sources: u32) -> u8 {
    let (low, high) = (a.min(b), a.max(b));
    if low == high {
        return low.min(199) as u8;
    }
    if sources > 8 {
        return sources.min(200) as u8;
    }
    let before = low * (2 * sources - low - 1) / 2;
    (sources + before + high - low - 1) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{FeatureBuilder, Form};

    #[test]
    fn what_parts_namesakes_is_cut_last() {
        let of = |name: &str| FeatureBuilder::new(name, Role::Attribute, Form::Exact).finish();
        let names = (0..15).map(|number| format!("a{number:02}")).chain(["gender".to_owned(), "zone".to_owned()]);
        let suffix = FeatureBuilder::new("name_suffix", Role::Generation, Form::Generation).finish();
        let features = Features::new(names.map(|name| of(&name)).chain([suffix]).collect(), Vec::new(), Vec::new());
        assert_eq!(features.cut, ["a13", "a14", "zone"]);
        let kept = |name: &str| features.list.iter().any(|feature| feature.name == name);
        assert!(kept("name_suffix") && kept("gender"));
    }

    #[test]
    fn of_identifiers_those_that_few_have_are_cut() {
        let of = |number: usize| {
            let mut builder = FeatureBuilder::new(&format!("id{number:02}"), Role::Personal, Form::Exact);
            // The later in the alphabet, the more records have one.
            (0..20).for_each(|record| builder.push((record < number).then_some("1")));
            builder.finish_as(&(0..20).collect::<Vec<u32>>())
        };
        let features = Features::new((1..18).rev().map(of).collect(), vec![0; 20], vec!["a".to_owned()]);
        assert_eq!(features.cut, ["id02", "id01"]);
    }

    #[test]
    fn a_word_that_both_have_in_one_name_is_not_in_another_too() {
        let name = |role, form, keys: [&str; 3]| {
            let mut builder = FeatureBuilder::new("name", role, form);
            keys.into_iter().for_each(|key| builder.push([key]));
            builder.finish()
        };
        let given = name(Role::Given, Form::Given, ["nancy", "thomas", "peter"]);
        let family = name(Role::Family, Form::Family, ["thomas", "thomas", "nancy"]);
        let features = Features::new(vec![family, given], vec![0; 3], vec!["a".to_owned()]);
        let level = |role, a, b| {
            let place = features.list.iter().position(|feature| feature.role == role).expect("a name");
            features.list[place].layout.level(features.pattern(a, b, &mut Memo::default())[place])
        };
        assert!(level(Role::Given, 0, 1) > Some(name::GIVEN_CROSSED), "thomas is the family name of both");
        assert_eq!(level(Role::Family, 0, 2), Some(name::FAMILY_CROSSED), "nancy is the given name of one");
    }

    #[test]
    fn groups_are_as_steady_as_the_less_steady_of_them() {
        let mut builder = FeatureBuilder::new("id", Role::Personal, Form::Exact);
        ["x", "x", "x", "", "y", "y", "z"].into_iter().for_each(|key| builder.push([key]));
        let features = Features::new(vec![builder.finish()], vec![0; 7], vec!["a".to_owned()]);
        assert_eq!(features.steadiness(&[0, 1, 2, 3], &[4, 5]), [2.0]);
        assert_eq!(features.steadiness(&[0, 1, 2, 3], &[4, 5, 6]), [1.5]);
        assert_eq!(features.steadiness(&[0, 1], &[3]), [1.0], "nothing to be steady in");
    }
}
