//! Street lines, and places (postal code, city, region as one nested thing, so that they are not counted thrice).

use super::build::{Texts, Words, hash, numbered};
use super::frequency::{Counts, share, sums};
use super::letters::similarity;
use super::short::Ascii;
use super::{Class, Level, Outcome, PART, frequent, neutral, plain};
use crate::record::{Interner, NULL, TextPool};
use crate::similarity::osa;

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
    neutral("different, as the street"),
];

/// The levels of disagreement in the street, and in the place; and that of a place which is another because the street is: who
/// moved has both at once, and the place adds nothing.
pub(super) const STREET_DIFFERS: usize = 6;
pub(super) const PLACE_DIFFERS: usize = 7;
pub(super) const PLACE_MOVED: usize = 8;

/// Numbers for texts; [`NULL`] for the empty one.
fn number(interner: &mut Interner, text: &str) -> u32 {
    if text.is_empty() { NULL } else { interner.intern(text) }
}

/// Street lines as they are compared.
#[derive(Debug, Clone, Default)]
pub struct Streets {
    list: Vec<StreetValue>,
    numbers: Interner,
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
        let (names, name_numbers) = numbered(keys.iter().map(|key| split_street(key).1));
        let mut streets = Streets { names: Texts::new(names), ..Streets::default() };
        for name in 0..streets.names.len() {
            streets.words.push(street_words(streets.names.get(name)));
        }
        keys.iter().zip(name_numbers).for_each(|(key, name)| streets.add(key, name));
        streets.numbers.close();
        streets
    }

    pub(super) fn push(&mut self, key: &str) {
        let name = self.names.number(split_street(key).1);
        if name == self.words.texts() {
            self.words.push(street_words(self.names.get(name)));
        }
        self.add(key, name);
    }

    fn add(&mut self, key: &str, name: u32) {
        let number = number(&mut self.numbers, split_street(key).0);
        self.list.push(StreetValue { number, name, class: Class::default() });
    }

    pub(super) fn part_count(&self) -> u32 {
        self.names.len()
    }

    pub(super) fn each_part<'k>(&'k self, street: u32, visit: &mut dyn FnMut(u32, &'k str)) {
        let name = self.list[street as usize].name;
        visit(name, self.names.get(name));
    }

    pub(super) fn sum_parts(&self, counts: &[f64]) -> Vec<f64> {
        sums(self.list.iter().map(|street| street.name).zip(counts.iter().copied()), self.names.len())
    }

    pub(super) fn set_class(&mut self, street: u32, counts: &Counts) {
        let value = &mut self.list[street as usize];
        value.class = Class::of(share(counts.values[street as usize], counts.total));
        let name = value.name as usize;
        self.names.classes[name] = Class::of(share(counts.parts[0][name], counts.total));
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

    fn names_are_close(&self, a: u32, b: u32) -> bool {
        let shared = self.words.shared(a, b).count();
        let (x, y) = (self.words.of(a).len(), self.words.of(b).len());
        (x.max(y) > 0 && shared * 2 > x.max(y))
            || (x.min(y) > 1 && shared == x.min(y))
            || (self.names.can_be_similar(a, b, 0.9) && similarity(self.names.get(a), self.names.get(b)) >= 0.9)
    }
}

/// The number and the name that a street line's key says.
fn split_street(key: &str) -> (&str, &str) {
    key.split_once(PART).unwrap_or(("", key))
}

/// The hashes of the words of a street's name.
fn street_words(name: &str) -> impl Iterator<Item = u64> {
    name.split(' ').filter(|word| !word.is_empty()).map(hash)
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
#[derive(Debug, Clone, Default)]
pub struct Places {
    list: Vec<PlaceValue>,
    codes: Codes,
    cities: Texts,
    regions: Interner,
    /// How common each region is.
    region_classes: Vec<Class>,
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
#[derive(Debug, Clone, Default)]
struct Codes {
    texts: Interner,
    districts: Interner,
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
    /// The number of a code, which may be new; [`NULL`] for none.
    fn number(&mut self, code: &str) -> u32 {
        let number = number(&mut self.texts, code);
        if number as usize == self.list.len() {
            let district = self::number(&mut self.districts, district(code).unwrap_or(""));
            self.list.push(CodeValue { packed: Ascii::of(code), district, class: Class::default() });
        }
        number
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
        let mut places = Places::default();
        keys.iter().for_each(|key| places.push(key));
        places
    }

    pub(super) fn push(&mut self, key: &str) {
        let mut parts = key.split(PART);
        let mut next = || parts.next().unwrap_or("");
        let code = self.codes.number(next());
        let city = next();
        let city = if city.is_empty() { NULL } else { self.cities.number(city) };
        let region = number(&mut self.regions, next());
        self.region_classes.resize(self.regions.len(), Class::default());
        self.list.push(PlaceValue { code, city, region });
    }

    pub(super) fn part_count(&self, part: usize) -> u32 {
        [self.codes.list.len() as u32, self.cities.len(), self.regions.len() as u32][part]
    }

    fn part(place: &PlaceValue, part: usize) -> u32 {
        [place.code, place.city, place.region][part]
    }

    pub(super) fn each_part<'k>(&'k self, place: u32, part: usize, visit: &mut dyn FnMut(u32, &'k str)) {
        let number = Self::part(&self.list[place as usize], part);
        if number != NULL {
            let text = match part {
                0 => self.codes.texts.get(number),
                1 => self.cities.get(number),
                _ => self.regions.get(number),
            };
            visit(number, text);
        }
    }

    pub(super) fn sum_parts(&self, part: usize, counts: &[f64]) -> Vec<f64> {
        let of = self.list.iter().map(|place| Self::part(place, part)).zip(counts.iter().copied());
        sums(of.filter(|(number, _)| *number != NULL), self.part_count(part))
    }

    pub(super) fn set_class(&mut self, place: u32, counts: &Counts) {
        let place = &self.list[place as usize];
        let class = |part: usize, number: u32| Class::of(share(counts.parts[part][number as usize], counts.total));
        if place.code != NULL {
            self.codes.list[place.code as usize].class = class(0, place.code);
        }
        if place.city != NULL {
            self.cities.classes[place.city as usize] = class(1, place.city);
        }
        if place.region != NULL {
            self.region_classes[place.region as usize] = class(2, place.region);
        }
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
        u8::from(x.contains(y) || y.contains(x) || similarity(x, y) >= 0.9)
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
        _ if same_region => Outcome::classed(6, places.region_classes[a.region as usize]),
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
