//! Building features from keys, and the population frequencies of their values.
//!
//! A feature's distinct values are kept as one key text each, parts separated by [`PART`]; everything compared is
//! derived from the key, so that a key is all that has to be stored.

use super::frequency::share;
use super::{
    Class, Codes, DateValue, Emails, ExactValues, Feature, Layout, Letters, Names, Phones, Places, Role, Streets,
    Tokens, Values,
};
use crate::normalize::date;
use crate::record::{Interner, NULL, TextPool};
use hashbrown::HashMap;

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

impl Form {
    pub(super) const ALL: [Form; 11] = [
        Form::Given,
        Form::Family,
        Form::OtherNames,
        Form::Date,
        Form::Email,
        Form::Phone,
        Form::Street,
        Form::Place,
        Form::Tokens,
        Form::Generation,
        Form::Exact,
    ];

    /// The form whose values are compared at levels of these names.
    pub fn with_levels<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<Form> {
        let levels = |form: &Form| parse(*form, &TextPool::default()).levels();
        Form::ALL.into_iter().find(|form| levels(form).iter().map(|level| level.name).eq(names.clone()))
    }
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

    /// Appends records with their keys, those of one after those of another; `ends` says where each record's end. The same
    /// as pushing them one by one, and faster.
    pub fn push_all(&mut self, keys: &TextPool, ends: &[usize]) {
        let texts: Vec<Option<&str>> = keys.iter().map(|key| Some(key).filter(|key| !key.is_empty())).collect();
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
        let mut feature = self.finish_as(&records);
        feature.count_own();
        feature
    }

    /// The finished feature of records that each have the keys of one push: the number of that push, by record. Its frequencies
    /// are to be set ([`super::Features::keep_common`], [`super::Features::set_frequencies`]) before it is compared.
    pub(crate) fn finish_as(self, pushes: &[u32]) -> Feature {
        let mut keys = self.interner;
        keys.close();
        let values = parse(self.form, keys.pool());
        Feature {
            name: self.name,
            role: self.role,
            layout: Layout::new(values.levels()),
            keys,
            values,
            codes: self.lists.codes(pushes),
            counts: Default::default(),
            known: None,
            same: Vec::new(),
        }
    }

    /// A feature whose records come one by one ([`super::Features::set`]).
    pub fn growing(name: &str, role: Role, form: Form) -> Feature {
        let mut feature = FeatureBuilder::new(name, role, form).finish();
        feature.codes = Codes::Growing { one: Vec::new(), several: HashMap::new() };
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

/// Distinct texts, and the number of each text among them.
pub(super) fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> (Interner, Vec<u32>) {
    let texts: Vec<Option<&str>> = texts.map(Some).collect();
    let (mut interner, mut numbers) = (Interner::default(), Vec::with_capacity(texts.len()));
    interner.intern_all(&texts, &mut numbers);
    interner.close();
    (interner, numbers)
}

/// Distinct texts, what of them is looked at before their letters, and how common they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    pool: Interner,
    letters: Vec<Letters>,
    pub(super) classes: Vec<Class>,
}

impl Texts {
    pub(super) fn new(pool: Interner) -> Texts {
        let letters: Vec<Letters> = pool.iter().map(Letters::of).collect();
        Texts { classes: vec![Class::default(); letters.len()], letters, pool }
    }

    /// The number of a text, which may be new.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let number = self.pool.intern(text);
        if number as usize == self.letters.len() {
            self.letters.push(Letters::of(text));
            self.classes.push(Class::default());
        }
        number
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
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    ends: Vec<u32>,
    /// The words of all texts, by number, in the order of their hashes within a text.
    list: Vec<u32>,
    hashes: Vec<u64>,
    numbers: HashMap<u64, u32>,
    classes: Vec<Class>,
}

impl Words {
    /// Appends a text, by the hashes of its words in any order.
    pub(super) fn push(&mut self, hashes: impl Iterator<Item = u64>) {
        let mut hashes: Vec<u64> = hashes.collect();
        hashes.sort_unstable();
        hashes.dedup();
        for hash in hashes {
            let next = self.hashes.len() as u32;
            let number = *self.numbers.entry(hash).or_insert(next);
            if number == next {
                self.hashes.push(hash);
                self.classes.push(Class::default());
            }
            self.list.push(number);
        }
        self.ends.push(self.list.len() as u32);
    }

    /// How many texts there are.
    pub(super) fn texts(&self) -> u32 {
        self.ends.len() as u32
    }

    /// How many distinct words there are.
    pub(super) fn count(&self) -> u32 {
        self.hashes.len() as u32
    }

    /// The number of a word of one of the texts.
    pub(super) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(&hash(word)).copied()
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
        self.of(a).iter().filter(|word| others.contains(word)).map(|&word| self.classes[word as usize])
    }

    /// How many people have each word, by how many have each text.
    pub(super) fn sum(&self, counts: &[f64]) -> Vec<f64> {
        let of_text = |(text, &count): (u32, &f64)| self.of(text).iter().map(move |&word| (word, count));
        super::frequency::sums((0..).zip(counts).flat_map(of_text), self.count())
    }

    /// Sets how common the words of a text are, by how many people have each word.
    pub(super) fn set_class(&mut self, text: u32, counts: &[f64], total: f64) {
        let start = text.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        for place in start..self.ends[text as usize] {
            let word = self.list[place as usize] as usize;
            self.classes[word] = Class::of(share(counts[word], total));
        }
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
        Form::Tokens => Values::Tokens(Tokens::new(keys)),
        Form::Generation => Values::Generation(keys.len()),
        Form::Exact => Values::Exact(ExactValues::of(keys.len())),
    }
}

/// The birth date that a key says.
pub(super) fn birth_date(key: &str) -> Option<DateValue> {
    DateValue::new(key.split(PART).flat_map(|reading| date::parse(reading, Some(date::DateOrder::Ymd))))
}
