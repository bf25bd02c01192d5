//! Street lines, and places (postal code, city, region as one nested thing, so that they are not counted thrice).

use super::build::{Texts, Words, hash, numbered, share, sums};
use super::short::Ascii;
use super::{Class, Level, Outcome, PART, frequent, plain};
use crate::record::{Interner, NULL, TextPool};
use crate::similarity::{jaro_winkler, osa};

/// Levels of street lines.
pub(super) const STREET: &[Level] = &[
    frequent("same", 65),
    frequent("same number, street close", 10),
    frequent("same street, a number missing", 4),
    frequent("same street, other number", 4),
    plain("similar street", 3),
    plain("same number only", 4),
    plain("different", 10),
];

/// Levels of places.
pub(super) const PLACE: &[Level] = &[
    frequent("same", 55),
    frequent("same postal code", 12),
    frequent("same city, postal code close", 8),
    frequent("same city", 8),
    frequent("postal code close", 3),
    plain("similar city", 3),
    frequent("same region", 4),
    plain("different", 7),
];

/// Numbers for texts; [`NULL`] for the empty one.
fn number(interner: &mut Interner, text: &str) -> u32 {
    if text.is_empty() { NULL } else { interner.intern(text) }
}

/// Street lines as they are compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Streets {
    list: Vec<StreetValue>,
    numbers: TextPool,
    /// Folded street names with abbreviations written out, numbers removed.
    names: Texts,
    words: Words,
}

/// One street line.
#[derive(Debug, Clone, Copy, PartialEq)]
struct StreetValue {
    /// House number; [`NULL`] where there is none.
    number: u32,
    name: u32,
    /// Of number and name together.
    class: Class,
}

impl Streets {
    /// From keys: house number and street name.
    pub(super) fn new(keys: &TextPool) -> Streets {
        let mut numbers = Interner::default();
        let split = |key| str::split_once(key, PART).unwrap_or(("", key));
        let (names, name_numbers) = numbered(keys.iter().map(|key| split(key).1));
        let list = keys.iter().zip(name_numbers).map(|(key, name)| StreetValue {
            number: number(&mut numbers, split(key).0),
            name,
            class: Class::default(),
        });
        let list = list.collect();
        let words =
            Words::new(names.iter().map(|name| name.split(' ').filter(|word| !word.is_empty()).map(hash).collect()));
        Streets { list, numbers: numbers.into_pool(), names: Texts::new(names), words }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reads what comparing a street line begins with; see [`super::Features::fetch`].
    pub(super) fn touch(&self, street: u32) -> u32 {
        self.list[street as usize].number
    }

    /// The house number.
    pub fn number(&self, street: u32) -> Option<&str> {
        let number = self.list[street as usize].number;
        (number != NULL).then(|| self.numbers.get(number))
    }

    /// The hashes of the words of the name.
    pub fn words(&self, street: u32) -> impl Iterator<Item = u64> {
        self.words.of(self.list[street as usize].name).iter().map(|&word| self.words.hash(word))
    }

    pub(super) fn set_frequencies(&mut self, counts: &[f64], total: f64) {
        let names = sums(self.list.iter().map(|street| street.name).zip(counts.iter().copied()), self.names.len());
        self.names.classes = names.into_iter().map(|count| Class::of(share(count, total))).collect();
        self.list.iter_mut().zip(counts).for_each(|(street, &count)| street.class = Class::of(share(count, total)));
    }

    fn names_are_close(&self, a: u32, b: u32) -> bool {
        let shared = self.words.shared(a, b).count();
        let (x, y) = (self.words.of(a).len(), self.words.of(b).len());
        (x.max(y) > 0 && shared * 2 > x.max(y))
            || (x.min(y) > 1 && shared == x.min(y))
            || (self.names.can_be_similar(a, b, 0.9)
                && jaro_winkler::similarity(self.names.get(a), self.names.get(b)) >= 0.9)
    }
}

/// Compares two different street lines.
pub(super) fn compare_street(streets: &Streets, a: u32, b: u32) -> Outcome {
    let (a, b) = (&streets.list[a as usize], &streets.list[b as usize]);
    let both = a.number != NULL && b.number != NULL;
    if a.name == b.name {
        return Outcome::classed(if both { 3 } else { 2 }, streets.names.classes[a.name as usize]);
    }
    let same_number = both && a.number == b.number;
    match (streets.names_are_close(a.name, b.name), same_number) {
        (true, true) => Outcome::classed(1, a.class.commoner(b.class)),
        (true, false) => Outcome::plain(4),
        (false, true) => Outcome::plain(5),
        (false, false) => Outcome::plain(6),
    }
}

/// Places as they are compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    list: Vec<PlaceValue>,
    codes: Codes,
    cities: Texts,
    /// How common each region is.
    regions: Vec<Class>,
}

/// One place, its parts by number; [`NULL`] where missing.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PlaceValue {
    code: u32,
    city: u32,
    /// Region or country.
    region: u32,
}

/// Postal codes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Codes {
    texts: TextPool,
    list: Vec<CodeValue>,
}

/// One postal code.
#[derive(Debug, Clone, Copy, PartialEq)]
struct CodeValue {
    packed: Option<Ascii>,
    /// What it starts with, by number; [`NULL`] where it is too short to have a district.
    district: u32,
    class: Class,
}

impl Codes {
    fn new(texts: TextPool) -> Codes {
        let mut names = Interner::default();
        let list = texts.iter().map(|code| CodeValue {
            packed: Ascii::of(code),
            district: number(&mut names, district(code).unwrap_or("")),
            class: Class::default(),
        });
        Codes { list: list.collect(), texts }
    }

    /// Whether two different codes are one error apart, or of one district.
    fn are_close(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.list[a as usize], &self.list[b as usize]);
        if x.district != NULL && x.district == y.district {
            return true;
        }
        match (x.packed, y.packed) {
            (Some(x), Some(y)) => x.one_edit_from(y),
            _ => osa::within(self.texts.get(a), self.texts.get(b), 1).is_some(),
        }
    }
}

impl Places {
    /// From keys: postal code, city and region.
    pub(super) fn new(keys: &TextPool) -> Places {
        let mut interners: [Interner; 3] = Default::default();
        let list = keys.iter().map(|key| {
            let mut parts = key.split(PART);
            let mut next = |part: usize| number(&mut interners[part], parts.next().unwrap_or(""));
            PlaceValue { code: next(0), city: next(1), region: next(2) }
        });
        let list = list.collect();
        let [codes, cities, regions] = interners.map(Interner::into_pool);
        let regions = vec![Class::default(); regions.len()];
        Places { list, codes: Codes::new(codes), cities: Texts::new(cities), regions }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reads what comparing a place begins with; see [`super::Features::fetch`].
    pub(super) fn touch(&self, place: u32) -> u32 {
        self.codes.list.get(self.list[place as usize].code as usize).map_or(0, |code| code.district)
    }

    /// The postal code.
    pub fn postal_code(&self, place: u32) -> Option<&str> {
        let code = self.list[place as usize].code;
        (code != NULL).then(|| self.codes.texts.get(code))
    }

    /// The city.
    pub fn city(&self, place: u32) -> Option<&str> {
        let city = self.list[place as usize].city;
        (city != NULL).then(|| self.cities.get(city))
    }

    pub(super) fn set_frequencies(&mut self, counts: &[f64], total: f64) {
        let classes = |part: fn(&PlaceValue) -> u32, parts: usize| {
            let filled = self.list.iter().map(part).zip(counts.iter().copied()).filter(|(part, _)| *part != NULL);
            let sums = sums(filled, parts as u32);
            sums.into_iter().map(|count| Class::of(share(count, total))).collect::<Vec<_>>()
        };
        let codes = classes(|place| place.code, self.codes.list.len());
        let cities = classes(|place| place.city, self.cities.len() as usize);
        let regions = classes(|place| place.region, self.regions.len());
        self.codes.list.iter_mut().zip(codes).for_each(|(code, class)| code.class = class);
        (self.cities.classes, self.regions) = (cities, regions);
    }

    /// 2 same, 1 similar, 0 different.
    fn cities_agree(&self, a: u32, b: u32) -> u8 {
        if a == b {
            return 2;
        }
        let may_contain = self.cities.can_contain(a, b) || self.cities.can_contain(b, a);
        if !may_contain && !self.cities.can_be_similar(a, b, 0.9) {
            return 0;
        }
        let (x, y) = (self.cities.get(a), self.cities.get(b));
        u8::from(x.contains(y) || y.contains(x) || jaro_winkler::similarity(x, y) >= 0.9)
    }
}

/// Compares two places that are not the same in every part.
pub(super) fn compare_place(places: &Places, a: u32, b: u32) -> Outcome {
    let (a, b) = (&places.list[a as usize], &places.list[b as usize]);
    let both = |x: u32, y: u32| x != NULL && y != NULL;
    let code = both(a.code, b.code).then(|| match a.code == b.code {
        true => 2,
        false => u8::from(places.codes.are_close(a.code, b.code)),
    });
    let city = both(a.city, b.city).then(|| places.cities_agree(a.city, b.city));
    let same_region = both(a.region, b.region) && a.region == b.region;
    let class = |code: u32| places.codes.list[code as usize].class;
    let of_codes = || class(a.code).commoner(class(b.code));
    let of_city = || places.cities.classes[a.city as usize];
    match (code, city) {
        (Some(2), Some(0)) => Outcome::classed(1, of_codes()),
        (Some(2), _) => Outcome::classed(0, of_codes()),
        (Some(1), Some(2)) => Outcome::classed(2, of_city()),
        (_, Some(2)) => Outcome::classed(3, of_city()),
        (Some(1), _) => Outcome::classed(4, of_codes()),
        (_, Some(1)) => Outcome::plain(5),
        _ if same_region => Outcome::classed(6, places.regions[a.region as usize]),
        (None, None) if !both(a.region, b.region) => Outcome::missing(),
        _ => Outcome::plain(7),
    }
}

/// What a long postal code (British, Canadian, Dutch, ZIP+4) starts with: all but its last three characters.
pub(crate) fn district(code: &str) -> Option<&str> {
    let start =
        code.len().checked_sub(3).filter(|_| code.len() >= 6 || code.bytes().any(|b| b.is_ascii_alphabetic()))?;
    code.get(..start).filter(|prefix| prefix.len() >= 2)
}
