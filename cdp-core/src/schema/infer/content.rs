//! What a column holds: counts, and the share of its values that pass each test of [`super::value`].

use super::dates::{self, Seen};
use super::value::{self, Value};
use crate::record::{Column, NULL};

/// Distinct values looked at per column.
const SAMPLE: usize = 2_000;

macro_rules! traits {
    ($($name:ident = $test:path;)*) => {
        /// A property of a value.
        #[derive(Debug, Clone, Copy)]
        pub(super) enum Trait { $($name,)* }

        const TESTS: &[fn(&Value<'_>) -> bool] = &[$($test,)*];
    };
}

traits! {
    Email = value::is_email;
    Url = value::is_url;
    Uuid = value::is_uuid;
    Hash = value::is_hash;
    Code = value::is_code;
    Integer = value::is_integer;
    Decimal = value::is_decimal;
    Phone = value::is_phone;
    NationalId = value::is_national_id;
    MayBePhone = value::may_be_phone;
    Date = value::is_date;
    Gender = value::is_gender;
    Title = value::is_title;
    Suffix = value::is_suffix;
    Boolean = value::is_boolean;
    Wordy = value::is_wordy;
    Given = value::is_given;
    Family = value::is_family;
    Person = value::is_person;
    WholeName = value::is_whole_name;
    PersonForm = value::has_person_form;
    Organisation = value::is_organisation;
    Street = value::is_street;
    StreetWord = value::has_street_word;
    Address = value::is_address;
    HouseNumber = value::is_house_number;
    City = value::is_city;
    Country = value::is_country;
    CountryCode = value::is_country_code;
    Region = value::is_region;
    Sentence = value::is_sentence;
    DistinctPostal = value::is_distinct_postal;
    PlainPostal = value::is_plain_postal;
    MayBePostal = value::may_be_postal;
}

/// One distinct value of the sample.
pub(super) struct Sampled<'a> {
    pub(super) text: &'a str,
    /// Rows that hold it.
    pub(super) count: u32,
    /// Order in the sample; equal values of different columns have equal hashes.
    pub(super) hash: u64,
    /// Its code in the column.
    pub(super) code: u32,
}

/// The picture of one column. It does not depend on the order of the rows.
pub(super) struct Content<'a> {
    pub(super) rows: usize,
    /// Rows with a value that says something (`n/a` does not).
    pub(super) filled: usize,
    /// Distinct values among them.
    pub(super) distinct: usize,
    pub(super) sample: Vec<Sampled<'a>>,
    /// The dates of the sample.
    pub(super) dates: Vec<Seen>,
    /// Mean characters, mean words, over the sample.
    pub(super) mean_length: f64,
    pub(super) mean_words: f64,
    /// Share of the sample that has the commonest length.
    pub(super) same_length: f64,
    shares: Vec<f64>,
}

impl<'a> Content<'a> {
    /// Looks at a column.
    pub(super) fn of(column: &'a Column) -> Self {
        let mut counts = vec![0_u32; column.distinct().len()];
        column.codes().iter().filter(|&&code| code != NULL).for_each(|&code| counts[code as usize] += 1);
        let mut sample = Vec::new();
        let (mut filled, mut distinct, mut largest) = (0, 0, u64::MAX);
        for (code, text) in column.distinct().iter().enumerate() {
            if counts[code] == 0 || text.len() <= 16 && value::is_nothing(text) {
                continue;
            }
            filled += counts[code] as usize;
            distinct += 1;
            let hash = hash(text);
            if hash > largest {
                continue;
            }
            sample.push(Sampled { text, count: counts[code], hash, code: code as u32 });
            if sample.len() >= 4 * SAMPLE {
                keep_smallest(&mut sample);
                largest = sample.last().map_or(u64::MAX, |sampled| sampled.hash);
            }
        }
        keep_smallest(&mut sample);
        let mut content = Content {
            rows: column.len(),
            filled,
            distinct,
            sample,
            dates: Vec::new(),
            mean_length: 0.0,
            mean_words: 0.0,
            same_length: 0.0,
            shares: vec![0.0; TESTS.len()],
        };
        content.measure();
        content
    }

    /// The share of the values with that property, each weighted by the root of its count, so that neither a long
    /// tail of typing errors nor one common value decides alone.
    pub(super) fn share(&self, property: Trait) -> f64 {
        self.shares[property as usize]
    }

    /// Distinct values per filled row: 1 where every value is different.
    pub(super) fn uniqueness(&self) -> f64 {
        self.distinct as f64 / self.filled.max(1) as f64
    }

    /// Whether no value occurs twice.
    pub(super) fn is_unique(&self) -> bool {
        self.filled > 1 && self.distinct == self.filled
    }

    /// Whether the values are whole numbers that lie as close together as row numbers do.
    pub(super) fn is_counter(&self) -> bool {
        let numbers = self.sample.iter().map(|sampled| sampled.text.trim().parse::<u64>());
        let Ok(numbers) = numbers.collect::<Result<Vec<_>, _>>() else { return false };
        let span = numbers.iter().max().zip(numbers.iter().min()).map_or(0, |(max, min)| max - min);
        self.distinct > 1 && span < 2 * self.distinct as u64
    }

    /// The share of the first values of the sample, at most 100, that pass a test too dear for all.
    pub(super) fn share_of_few(&self, test: fn(&Value<'_>) -> bool) -> f64 {
        let few = self.sample.len().min(100);
        let passed = self.sample[..few].iter().filter(|sampled| test(&Value::new(sampled.text))).count();
        passed as f64 / few.max(1) as f64
    }

    /// The years of the dates, in ascending order.
    pub(super) fn years(&self) -> Vec<i32> {
        let mut years: Vec<i32> = self.dates.iter().map(|seen| seen.year).collect();
        years.sort_unstable();
        years
    }

    fn measure(&mut self) {
        let mut total = 0.0;
        let mut lengths = std::collections::BTreeMap::new();
        for sampled in &self.sample {
            let value = Value::new(sampled.text);
            let weight = f64::from(sampled.count).sqrt();
            total += weight;
            for (share, test) in self.shares.iter_mut().zip(TESTS) {
                *share += if test(&value) { weight } else { 0.0 };
            }
            let length = value.text.chars().count();
            self.mean_length += length as f64;
            self.mean_words += value.tokens.len() as f64;
            *lengths.entry(length).or_insert(0_usize) += 1;
            self.dates.extend(dates::read(&value.folded));
        }
        let values = self.sample.len().max(1) as f64;
        self.shares.iter_mut().for_each(|share| *share /= f64::max(total, 1.0));
        self.mean_length /= values;
        self.mean_words /= values;
        self.same_length = lengths.into_values().max().unwrap_or(0) as f64 / values;
    }
}

/// Keeps the values of smallest hash, in order of hash: a sample that depends on the values alone, and that two
/// columns share as far as they share values.
fn keep_smallest(sample: &mut Vec<Sampled<'_>>) {
    if sample.len() > SAMPLE {
        sample.select_nth_unstable_by(SAMPLE, |a, b| (a.hash, a.text).cmp(&(b.hash, b.text)));
        sample.truncate(SAMPLE);
    }
    sample.sort_unstable_by(|a, b| (a.hash, a.text).cmp(&(b.hash, b.text)));
}

/// FNV-1a with a final mix: fixed for ever, unlike the standard library's.
pub(super) fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}
