//! From a pair of records to comparison levels.
//!
//! A [`Feature`] is one comparable aspect of the records (given name, e-mail, place, ...): a table of distinct prepared
//! values and, per record, which of them it has. Comparing two values gives a *level* (how well they agree) and the
//! population frequency of what they agree on; both are packed into one byte, the *code*. The codes of all features
//! are the pair's [`Pattern`]: everything the model ever sees of a pair. Nothing here knows weights.

mod address;
mod build;
mod codes;
mod contact;
mod date;
mod exact;
mod feature;
mod frequency;
mod letters;
mod name;
mod short;
mod tokens;

pub(crate) use address::district;
pub use address::{Places, Streets};
pub use build::{FeatureBuilder, Form, PART, hash};
pub use codes::Codes;
pub(crate) use contact::ending;
pub use contact::{Emails, Phones, rest_of_local};
pub use date::DateValue;
pub use exact::ExactValues;
pub(crate) use feature::Memos;
pub use feature::{Feature, Features, Memo, Role, Values, group, groups};
pub use frequency::Frequencies;
pub use letters::Letters;
pub use name::Names;
pub(crate) use name::is_word;
pub use tokens::{Tokens, TokensValue};

/// The most features a pattern holds; the last byte of a pattern is the group of the pair's sources.
pub const MAX_FEATURES: usize = 15;

/// One code per feature; byte 15 is the pair's source group.
pub type Pattern = [u8; 16];

/// The code of a feature that is missing in one of the records.
pub const MISSING: u8 = 0;

/// Number of frequency classes of a level that depends on how common the agreed value is.
pub const FREQUENCY_CLASSES: usize = 24;

/// Width of a frequency class in nats: 24 classes reach down to one in 65 million.
const CLASS_NATS: f64 = 0.75;

/// One comparison level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// In words, for explanations.
    pub name: &'static str,
    /// Whether agreeing on a rare value counts for more than on a common one.
    pub frequency: bool,
    /// Share of true matches at this level that training starts from, in percent.
    pub start: u8,
    /// Says nothing either way: its weight is zero whatever the data.
    pub neutral: bool,
    /// Agreement that people of one name have by chance.
    pub follows_from_name: bool,
}

/// A level whose weight depends on the frequency of the agreed value.
const fn frequent(name: &'static str, start: u8) -> Level {
    Level { name, frequency: true, start, neutral: false, follows_from_name: false }
}

/// A level with one weight.
const fn plain(name: &'static str, start: u8) -> Level {
    Level { name, frequency: false, start, neutral: false, follows_from_name: false }
}

/// A level whose agreement follows from other fields already counted, so that it says nothing by itself.
const fn neutral(name: &'static str) -> Level {
    Level { name, frequency: false, start: 0, neutral: true, follows_from_name: false }
}

/// How common a value is, in classes of `CLASS_NATS` of the logarithm of its frequency; the lowest is the commonest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Class(u8);

impl Class {
    /// The class of a frequency, above 0 and at most 1.
    pub fn of(frequency: f64) -> Self {
        let class = (-frequency.ln() / CLASS_NATS) as usize;
        Class(class.min(FREQUENCY_CLASSES - 1) as u8)
    }

    /// The class of the commoner value.
    pub fn commoner(self, other: Self) -> Self {
        self.min(other)
    }
}

/// The outcome of comparing two values: a level and how common in the population that is which they agree on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Index into the feature's levels, strongest agreement first.
    pub level: usize,
    /// How common the agreed value is; of no meaning where the level has no frequency.
    pub class: Class,
}

impl Outcome {
    /// The outcome of a level with the frequency of the agreed value.
    pub fn new(level: usize, frequency: f64) -> Self {
        Outcome { level, class: Class::of(frequency) }
    }

    fn classed(level: usize, class: Class) -> Self {
        Outcome { level, class }
    }

    fn plain(level: usize) -> Self {
        Outcome { level, class: Class::default() }
    }

    /// The outcome of values that have nothing to compare.
    fn missing() -> Self {
        Outcome::plain(usize::MAX)
    }
}

/// The levels that a saved model names, found by their names.
pub fn levels_named<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<&'static [Level]> {
    feature::LEVEL_TABLES.iter().copied().find(|levels| levels.iter().map(|level| level.name).eq(names.clone()))
}

/// The codes of a feature's levels: code 0 is missing, then each level has one code or [`FREQUENCY_CLASSES`] of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    levels: &'static [Level],
    first: Vec<u8>,
    level_of: Vec<u8>,
}

impl Layout {
    /// The layout of these levels.
    pub fn new(levels: &'static [Level]) -> Self {
        let mut first = Vec::with_capacity(levels.len());
        let mut level_of = vec![u8::MAX];
        for (index, level) in levels.iter().enumerate() {
            first.push(level_of.len() as u8);
            let codes = if level.frequency { FREQUENCY_CLASSES } else { 1 };
            level_of.extend(std::iter::repeat_n(index as u8, codes));
        }
        assert!(level_of.len() <= 256, "the codes of one feature fit a byte");
        Layout { levels, first, level_of }
    }

    /// The levels, strongest agreement first.
    pub fn levels(&self) -> &'static [Level] {
        self.levels
    }

    /// How many codes there are, the missing one included.
    pub fn codes(&self) -> usize {
        self.level_of.len()
    }

    /// The code of an outcome.
    pub fn code(&self, outcome: Outcome) -> u8 {
        let Some(&first) = self.first.get(outcome.level) else { return MISSING };
        if self.levels[outcome.level].frequency { first + outcome.class.0 } else { first }
    }

    /// The level of a code, `None` for the missing one.
    pub fn level(&self, code: u8) -> Option<usize> {
        Some(self.level_of[code as usize] as usize).filter(|_| code != MISSING)
    }

    /// Natural logarithm of the frequency a code stands for (the middle of its class); `None` where it has none.
    pub fn ln_frequency(&self, code: u8) -> Option<f64> {
        let level = self.level(code)?;
        let class = f64::from(code - self.first[level]);
        self.levels[level].frequency.then(|| -(class + 0.5) * CLASS_NATS)
    }
}
