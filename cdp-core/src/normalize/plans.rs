//! The numbering plans of libphonenumber as tables of digits.
//!
//! Nearly all telephone numbers are digits with blanks or dots between them. Those are read here by the plans' own patterns,
//! compiled to automata over digits, and many times faster than by regular expressions. Whatever is unusual (letters, a prefix
//! that names a carrier, a code of no country) is left to the library: [`read`] gives `None`.

use super::digits::Pattern;
use super::phone::LineType;
use hashbrown::HashMap;
use std::sync::{LazyLock, OnceLock};

/// The longest national number (libphonenumber's limit).
const LONGEST: usize = 17;
/// The fewest digits of a text that is read here.
const FEWEST: usize = 6;

/// A number read by its plan.
pub(super) struct Number {
    country: &'static Country,
    digits: [u8; LONGEST],
    length: usize,
    /// What it is used for, where the plan has it.
    pub(super) line: Option<LineType>,
}

/// Reads a number that needs nothing but its plan; `None` where the library has to.
pub(super) fn read(text: &str, region: Option<&str>) -> Option<Number> {
    let digits = Digits::of(text)?;
    let digits = digits.get();
    let (country, plan, digits) = if text.starts_with('+') {
        let (country, rest) = Country::at_start(digits)?;
        (country, country.plans.first()?, rest)
    } else {
        let region = region?;
        let country = Country::of(*PLANS.regions.get(region)?)?;
        let plan = country.plans.iter().find(|plan| plan.region == region)?;
        // These may be a country code without a plus.
        let abroad = plan.abroad.as_ref().is_some_and(|abroad| abroad.begins(digits));
        if abroad || digits.starts_with(b"00") || digits.starts_with(country.text.as_bytes()) {
            return None;
        }
        (country, plan, digits)
    };
    let national = plan.national(digits)?;
    if !(2..=LONGEST).contains(&national.len()) || national.iter().all(|&digit| digit == b'0') {
        return None;
    }
    let mut digits = [0; LONGEST];
    digits[..national.len()].copy_from_slice(national);
    Some(Number { country, digits, length: national.len(), line: country.line(national) })
}

impl Number {
    /// The digits after the country code.
    pub(super) fn national(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length]).unwrap_or_default()
    }

    pub(super) fn country_code(&self) -> i32 {
        self.country.code
    }

    pub(super) fn e164(&self) -> String {
        let mut text = String::with_capacity(self.length + 4);
        text.push('+');
        text.push_str(&self.country.text);
        text.push_str(self.national());
        text
    }

    /// The international form; `None` where the library has to write it.
    pub(super) fn international(&self) -> Option<String> {
        let mut text = String::with_capacity(self.length + 9);
        text.push('+');
        text.push_str(&self.country.text);
        text.push(' ');
        let national = &self.digits[..self.length];
        match self.country.formats.iter().find(|format| format.fits(national)) {
            Some(format) => format.write(self.national(), &mut text)?,
            None => text.push_str(self.national()),
        }
        Some(text)
    }

    /// Whether a number of its country can have so many digits.
    pub(super) fn is_possible(&self) -> bool {
        self.country.plans.first().is_some_and(|plan| plan.any.judge(self.length) == Length::Possible)
    }
}

/// The digits of a text of digits with blanks, dots, hyphens and brackets between them, and a plus before, if it is one.
struct Digits {
    digits: [u8; LONGEST + 4],
    length: usize,
}

impl Digits {
    fn of(text: &str) -> Option<Digits> {
        let text = text.as_bytes();
        let text = text.strip_prefix(b"+").unwrap_or(text);
        if !text.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let mut found = Digits { digits: [0; LONGEST + 4], length: 0 };
        for &byte in text {
            match byte {
                b'0'..=b'9' => {
                    *found.digits.get_mut(found.length)? = byte;
                    found.length += 1;
                }
                b' ' | b'.' | b'-' | b'(' | b')' => {}
                _ => return None,
            }
        }
        (found.length >= FEWEST).then_some(found)
    }

    fn get(&self) -> &[u8] {
        &self.digits[..self.length]
    }
}

/// All plans that share a country code.
struct Country {
    code: i32,
    text: String,
    /// Of the main region first.
    plans: Vec<Plan>,
    formats: Vec<Format>,
}

/// The countries read so far, by code; `None` for those that the library has to read.
static COUNTRIES: [OnceLock<Option<Country>>; 1000] = [const { OnceLock::new() }; 1000];

/// The table of plans, by country, before their patterns are compiled.
struct Plans {
    /// The lines of each country, by code.
    countries: HashMap<usize, &'static str>,
    /// The code of each region.
    regions: HashMap<&'static str, usize>,
}

static PLANS: LazyLock<Plans> = LazyLock::new(|| {
    let mut plans = Plans { countries: HashMap::new(), regions: HashMap::new() };
    for lines in include_str!("data/phone_plans.txt").split("code\t").skip(1) {
        let Some((Ok(code), lines)) = lines.split_once('\n').map(|(code, lines)| (code.parse(), lines)) else {
            continue;
        };
        plans.countries.insert(code, lines);
        let regions = lines.lines().filter_map(|line| line.strip_prefix("region\t"));
        plans.regions.extend(regions.map(|region| (region, code)));
    }
    plans
});

impl Country {
    fn of(code: usize) -> Option<&'static Country> {
        COUNTRIES.get(code)?.get_or_init(|| Country::new(code)).as_ref()
    }

    /// The country whose code these digits begin with, and the rest of them.
    fn at_start(digits: &'_ [u8]) -> Option<(&'static Country, &'_ [u8])> {
        if digits.first() == Some(&b'0') {
            return None;
        }
        let mut code = 0;
        for (place, digit) in digits.iter().enumerate().take(3) {
            code = 10 * code + usize::from(digit - b'0');
            if PLANS.countries.contains_key(&code) {
                return Some((Country::of(code)?, &digits[place + 1..]));
            }
        }
        None
    }

    fn new(code: usize) -> Option<Country> {
        let (formats, regions) = PLANS.countries.get(&code)?.split_once("region\t")?;
        let format = |line: &str| {
            let mut words = line.split('\t').skip(1);
            let (pattern, template, leading) = (words.next()?, words.next()?, words.next()?);
            let leading = if leading.is_empty() { None } else { Some(Pattern::beginning(leading)?) };
            Format::new(pattern, leading, template)
        };
        Some(Country {
            code: i32::try_from(code).ok()?,
            text: code.to_string(),
            plans: regions.split("region\t").map(Plan::new).collect::<Option<_>>()?,
            formats: formats.lines().map(format).collect::<Option<_>>()?,
        })
    }

    /// What a national number is used for: by the first region that it is of, as the library looks.
    fn line(&self, national: &[u8]) -> Option<LineType> {
        if let [only] = self.plans.as_slice() {
            return only.line(national);
        }
        self.plans.iter().find_map(|plan| match plan.line(national) {
            Some(line) => Some(Some(line)),
            None => plan.leading.as_ref().is_some_and(|leading| leading.begins(national)).then_some(None),
        })?
    }
}

/// The plan of one region.
#[derive(Default)]
struct Plan {
    region: &'static str,
    /// Digits that all its numbers begin with, where it shares a country code.
    leading: Option<Pattern>,
    /// What is dialled before a country code.
    abroad: Option<Pattern>,
    /// What is dialled before a national number.
    prefix: Prefix,
    any: Uses,
    /// Numbers by use, in the order in which the library looks at them.
    uses: Vec<(LineType, Uses)>,
    mobile: Uses,
}

#[derive(Default)]
enum Prefix {
    #[default]
    None,
    /// The first of these.
    Digits(Vec<&'static [u8]>),
    /// A prefix that says more: left to the library where a number may begin with it.
    Other(Pattern),
}

impl Plan {
    /// From the lines of a region, its name first.
    fn new(lines: &'static str) -> Option<Plan> {
        let (region, lines) = lines.split_once('\n')?;
        let mut plan = Plan { region, ..Plan::default() };
        for line in lines.lines() {
            let mut words = line.split('\t');
            let (name, pattern) = (words.next()?, words.next()?);
            let mut uses = || Uses::new(pattern, words.next()?, words.next()?);
            let line = match name {
                "leading" => {
                    plan.leading = Some(Pattern::beginning(pattern)?);
                    continue;
                }
                "abroad" => {
                    plan.abroad = Some(Pattern::beginning(pattern)?);
                    continue;
                }
                "prefix" => {
                    plan.prefix = Prefix::new(pattern, words.next())?;
                    continue;
                }
                "any" => {
                    plan.any = uses()?;
                    continue;
                }
                "premium_rate" => LineType::PremiumRate,
                "toll_free" => LineType::TollFree,
                "voip" => LineType::Voip,
                "fixed" => LineType::Fixed,
                "mobile" => {
                    plan.mobile = uses()?;
                    continue;
                }
                _ => LineType::Other,
            };
            plan.uses.push((line, uses()?));
        }
        Some(plan)
    }

    /// The number without what is dialled before it.
    fn national<'d>(&self, digits: &'d [u8]) -> Option<&'d [u8]> {
        let stripped = match &self.prefix {
            Prefix::None => digits,
            Prefix::Digits(list) => list.iter().find_map(|prefix| digits.strip_prefix(*prefix)).unwrap_or(digits),
            Prefix::Other(prefix) if prefix.begins(digits) => return None,
            Prefix::Other(_) => digits,
        };
        // A number that has the form of one keeps it; and what is left must not be too short.
        let keeps = stripped.len() < digits.len() && self.any.has_form(digits) && !self.any.has_form(stripped);
        let kept = matches!(self.any.judge(stripped.len()), Length::Possible | Length::TooLong);
        Some(if kept && !keeps { stripped } else { digits })
    }

    fn line(&self, national: &[u8]) -> Option<LineType> {
        if !self.any.has(national) {
            return None;
        }
        let mobile = || self.mobile.has(national);
        match self.uses.iter().find(|(_, uses)| uses.has(national)) {
            Some((LineType::Fixed, _)) if mobile() => Some(LineType::FixedOrMobile),
            Some((line, _)) => Some(*line),
            None => mobile().then_some(LineType::Mobile),
        }
    }
}

impl Prefix {
    fn new(pattern: &'static str, rule: Option<&str>) -> Option<Prefix> {
        if rule.is_none() && pattern.bytes().all(|byte| byte.is_ascii_digit() || byte == b'|') {
            return Some(Prefix::Digits(pattern.split('|').map(str::as_bytes).collect()));
        }
        Some(Prefix::Other(Pattern::beginning(pattern)?))
    }
}

/// The national numbers of one use.
#[derive(Default)]
struct Uses {
    /// `None` where there are none.
    pattern: Option<Pattern>,
    /// The lengths they can have, a bit each.
    possible: u64,
    /// The lengths that can be dialled within a town only.
    local: u64,
}

/// What the plan says of a number of digits.
#[derive(PartialEq, Eq)]
enum Length {
    Possible,
    Local,
    TooLong,
    /// Too short, or between those there are.
    Other,
}

impl Uses {
    fn new(pattern: &str, possible: &str, local: &str) -> Option<Uses> {
        Some(Uses { pattern: Some(Pattern::whole(pattern)?), possible: bits(possible), local: bits(local) })
    }

    fn has(&self, national: &[u8]) -> bool {
        (self.possible == 0 || self.possible >> national.len() & 1 == 1) && self.has_form(national)
    }

    /// Whether the pattern fits, whatever the lengths.
    fn has_form(&self, national: &[u8]) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.is(national))
    }

    fn judge(&self, length: usize) -> Length {
        let longest = 64 - self.possible.leading_zeros() as usize;
        match length {
            _ if self.possible == 0 => Length::Other,
            _ if self.local >> length & 1 == 1 => Length::Local,
            _ if self.possible >> length & 1 == 1 => Length::Possible,
            _ if length >= longest => Length::TooLong,
            _ => Length::Other,
        }
    }
}

/// A bit for each of these lengths.
fn bits(lengths: &str) -> u64 {
    let lengths = lengths.split(',').filter_map(|length| length.parse::<u32>().ok()).filter(|length| *length < 64);
    lengths.fold(0, |bits, length| bits | 1 << length)
}

/// How numbers are written in groups.
struct Format {
    pattern: Pattern,
    leading: Option<Pattern>,
    /// The fewest and the most digits of each group, and what stands before each and at the end; `None` where
    /// there is more to it.
    groups: Option<Vec<(usize, usize)>>,
    between: Vec<String>,
}

impl Format {
    fn new(pattern: &str, leading: Option<Pattern>, template: &str) -> Option<Format> {
        let between = between(template);
        let groups = groups(pattern).filter(|groups| groups.len() + 1 == between.len());
        Some(Format { pattern: Pattern::whole(pattern)?, leading, groups, between })
    }

    fn fits(&self, national: &[u8]) -> bool {
        self.leading.as_ref().is_none_or(|leading| leading.begins(national)) && self.pattern.is(national)
    }

    /// Appends a number that fits.
    fn write(&self, national: &str, text: &mut String) -> Option<()> {
        let mut rest = national;
        let groups = self.groups.as_ref()?;
        for (place, &(_, most)) in groups.iter().enumerate() {
            let later: usize = groups[place + 1..].iter().map(|(fewest, _)| fewest).sum();
            let (group, after) = rest.split_at_checked(most.min(rest.len().checked_sub(later)?))?;
            text.push_str(&self.between[place]);
            text.push_str(group);
            rest = after;
        }
        text.push_str(self.between.last()?);
        rest.is_empty().then_some(())
    }
}

/// The groups of `(\d{2})(\d{3,4})(\d)`; `None` for a pattern of another form.
fn groups(pattern: &str) -> Option<Vec<(usize, usize)>> {
    let inner = pattern.strip_prefix('(')?.strip_suffix(')')?;
    let group = |text: &str| {
        let count = match text.strip_prefix("\\d")? {
            "" => "1",
            count => count.strip_prefix('{')?.strip_suffix('}')?,
        };
        let (fewest, most) = count.split_once(',').unwrap_or((count, count));
        Some((fewest.parse().ok()?, most.parse().ok()?))
    };
    inner.split(")(").map(group).collect()
}

/// What stands before each of `$1`, `$2`, ..., which must follow each other, and at the end; nothing for a template of
/// another form.
fn between(template: &str) -> Vec<String> {
    let mut parts = template.split('$');
    let mut between = vec![parts.next().unwrap_or_default().to_owned()];
    for (number, part) in (1..=9_u32).zip(parts.by_ref()) {
        match part.strip_prefix(|c: char| c.to_digit(10) == Some(number)) {
            Some(rest) if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') => {
                between.push(rest.to_owned())
            }
            _ => return Vec::new(),
        }
    }
    if parts.next().is_some() { Vec::new() } else { between }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

    /// SplitMix64 (Steele et al. 2014).
    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Whether both read a text alike; the number of texts read here is counted.
    fn compare(text: &str, region: Option<&str>, read_here: &mut usize) {
        let Some(ours) = read(text, region) else { return };
        *read_here += 1;
        let region = region.and_then(|region| Region::from_code(region).ok());
        let theirs: PhoneNumber = PHONE_NUMBER_UTIL.parse(text, region).unwrap_or_else(|_| panic!("{text} {region:?}"));
        let e164 = theirs.format_as(PhoneNumberFormat::E164).into_owned();
        assert_eq!((ours.e164(), ours.line.is_some()), (e164, theirs.is_valid()), "{text} {region:?}");
        assert_eq!(ours.national(), theirs.get_national_significant_number(), "{text} {region:?}");
        let line = theirs.is_valid().then(|| super::super::phone::line_type(theirs.get_type()));
        assert_eq!(ours.line, line, "{text} {region:?}");
        assert_eq!(ours.is_possible(), theirs.is_possible_with_reason() == Ok(NumberLengthType::IsPossible), "{text}");
        if let Some(shown) = ours.international() {
            assert_eq!(shown, theirs.format_as(PhoneNumberFormat::International), "{text} {region:?}");
        }
    }

    #[test]
    fn tables_and_library_agree() {
        let mut state = 7;
        let (mut texts, mut here) = (0, 0);
        for (region, code) in &PLANS.regions {
            assert!(Country::of(*code).is_some(), "{region}: the patterns of {code} are not compiled");
            let library = Region::from_code(region).unwrap();
            let example = |kind| PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(library, kind).ok();
            use rlibphonenumber::PhoneNumberType as Type;
            let kinds = [Type::FixedLine, Type::Mobile, Type::TollFree, Type::PremiumRate, Type::VoIP];
            for number in kinds.into_iter().filter_map(example) {
                let national = number.get_national_significant_number();
                for _ in 0..12 {
                    // A number as there is one, with some of its last digits others, and at times one more or less.
                    let mut digits: Vec<u8> = national.bytes().collect();
                    let changed = random(&mut state) as usize % (digits.len() + 1);
                    let from = digits.len() - changed;
                    digits[from..].iter_mut().for_each(|digit| *digit = b'0' + (random(&mut state) % 10) as u8);
                    match random(&mut state) % 8 {
                        0 => digits.push(b'5'),
                        1 => drop(digits.pop()),
                        _ => {}
                    }
                    let digits = String::from_utf8(digits).unwrap();
                    let (head, tail) = digits.split_at(digits.len() / 2);
                    for text in [
                        format!("{head} {tail}"),
                        format!("0{digits}"),
                        format!("8{head}-{tail}"),
                        format!("1{digits}"),
                    ] {
                        compare(&text, Some(region), &mut here);
                    }
                    for text in [
                        format!("+{code} {head}.{tail}"),
                        format!("+{code}0{digits}"),
                        format!("+{code} ({head}) {tail}"),
                    ] {
                        compare(&text, None, &mut here);
                        compare(&text, Some("DE"), &mut here);
                    }
                    texts += 10;
                }
            }
        }
        assert!(here * 10 > texts * 7, "only {here} of {texts} are read by the tables");
    }
}
