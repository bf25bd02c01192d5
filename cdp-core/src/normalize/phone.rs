//! Telephone numbers: E.164 with a default region, extensions, French overseas prefixes.
//!
//! The numbering plans are libphonenumber's, through the crate `rlibphonenumber`, behind [`PhoneParser`].

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
use unicode_normalization::UnicodeNormalization;

/// What a number is used for, as far as its plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LineType {
    /// A fixed line.
    Fixed,
    /// A mobile phone.
    Mobile,
    /// Fixed or mobile: the plan does not tell.
    FixedOrMobile,
    /// Free for the caller.
    TollFree,
    /// Dearer than a normal call.
    PremiumRate,
    /// Over the internet.
    Voip,
    /// Anything else.
    Other,
}

impl LineType {
    /// Its word, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            LineType::Fixed => "fixed",
            LineType::Mobile => "mobile",
            LineType::FixedOrMobile => "fixed_or_mobile",
            LineType::TollFree => "toll_free",
            LineType::PremiumRate => "premium_rate",
            LineType::Voip => "voip",
            LineType::Other => "other",
        }
    }
}

/// A number that could be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Phone {
    /// `+33612345678`.
    pub e164: String,
    /// The number without country code, digits only: `612345678`.
    pub national: String,
    /// The digits of the extension.
    pub extension: Option<String>,
    /// Whether the numbering plan has such a number.
    pub valid: bool,
    /// What it is used for; [`LineType::Other`] where it is not valid.
    pub line_type: LineType,
}

/// Something that reads telephone numbers.
pub trait PhoneParser {
    /// Reads a number; one without country code is taken for one of `region` (ISO 3166: `FR`).
    fn parse(&self, raw: &str, region: Option<&str>) -> Option<Phone>;
}

/// The numbering plans of libphonenumber.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumberingPlans;

impl PhoneParser for NumberingPlans {
    fn parse(&self, raw: &str, region: Option<&str>) -> Option<Phone> {
        let number = read(raw, region)?;
        let valid = number.is_valid();
        Some(Phone {
            e164: number.format_as(PhoneNumberFormat::E164).into_owned(),
            national: number.get_national_significant_number(),
            extension: number.extension.clone().filter(|extension| !extension.is_empty()),
            valid,
            line_type: if valid { line_type(number.get_type()) } else { LineType::Other },
        })
    }
}

/// Reads a number by the numbering plans.
///
/// ```
/// use cdp_core::normalize::phone::parse;
/// assert_eq!(parse("+33 (0)6 12 34 56 78", None).unwrap().e164, "+33612345678");
/// assert_eq!(parse("0692 12 34 56", Some("FR")).unwrap().e164, "+262692123456");
/// ```
pub fn parse(raw: &str, region: Option<&str>) -> Option<Phone> {
    NumberingPlans.parse(raw, region)
}

/// Whether there are numbering plans for this ISO 3166 region, written in capitals.
pub fn is_region(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) && Region::from_code(code).is_ok()
}

/// A plus and fifteen digits (ITU-T E.164).
const LONGEST_E164: usize = 16;

/// The digits of an extension that libphonenumber reads again in what it writes (`x 123456789`).
const LONGEST_EXTENSION: usize = 9;

/// The international form (`+33 6 12 34 56 78`) and the E.164 form of a valid number.
pub(super) fn forms(raw: &str, region: Option<&str>) -> Option<(String, String)> {
    let dialled =
        |number: &PhoneNumber| number.extension.as_ref().is_none_or(|digits| digits.len() <= LONGEST_EXTENSION);
    let number = read(raw, region).filter(|number| number.is_valid() && dialled(number))?;
    let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
    // Some plans have longer numbers, which cannot be dialled from abroad, nor read again.
    let shown = || number.format_as(PhoneNumberFormat::International).into_owned();
    (e164.len() <= LONGEST_E164).then(|| (shown(), e164))
}

/// The key of a number that cannot be read as it stands: its E.164 form in the first way that gives one, else its digits.
pub(super) fn key(raw: &str, region: Option<&str>) -> Result<String, &'static str> {
    let number = without_extension(raw);
    let digits = digits(number);
    let bare = digits.trim_start_matches('0');
    if bare.len() < 6 {
        return Err("fewer than 6 digits");
    }
    let assigned = |digits: &str, region| forms(digits, region).map(|(_, e164)| e164);
    // A country code that is written is meant. Otherwise something around the number was in the way, or no plan has it; and
    // where the region's plan has no room for it, its country code is there without a plus.
    let stated = is_international(number).then(|| unassigned(number, None)).flatten();
    let abroad = format!("+{bare}");
    let e164 = stated
        .or_else(|| assigned(&digits, region).or_else(|| assigned(bare, region)))
        .or_else(|| unassigned(number, region).or_else(|| unassigned(bare, region)))
        .or_else(|| region.and_then(|_| assigned(&abroad, None).or_else(|| unassigned(&abroad, None))));
    match e164 {
        Some(e164) => Ok(e164),
        None if bare.len() > 15 => Err("more than 15 digits"),
        None => Ok(bare.to_owned()),
    }
}

/// The E.164 form of a number that no plan has, but whose length its country's plan allows: one for all its notations.
fn unassigned(raw: &str, region: Option<&str>) -> Option<String> {
    let possible = |number: &PhoneNumber| number.is_possible_with_reason() == Ok(NumberLengthType::IsPossible);
    let international = || raw.trim_start().strip_prefix("00").and_then(parse_international);
    let number = read(raw, region).filter(possible).or_else(|| international().filter(possible))?;
    let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
    // What is read otherwise from its own key would have two.
    let again = read(&e164, None)?.format_as(PhoneNumberFormat::E164).into_owned();
    (e164.len() <= LONGEST_E164 && again == e164).then_some(e164)
}

/// Whether a number is written with its country code after a plus.
fn is_international(raw: &str) -> bool {
    raw.trim_start_matches(|c: char| c != '+' && c != '\u{ff0b}' && !c.is_numeric()).starts_with(['+', '\u{ff0b}'])
}

/// The text before `ext`, `extension` or `poste`, where enough digits stand there.
fn without_extension(raw: &str) -> &str {
    let lower = raw.to_ascii_lowercase();
    let end = ["ext", "poste"].iter().filter_map(|word| lower.find(word)).min();
    let before = end.map_or(raw, |end| &raw[..end]);
    if digits(before).len() >= 6 { before } else { raw }
}

/// The digits of a text, those of other scripts as ASCII.
fn digits(raw: &str) -> String {
    raw.nfkd().filter(char::is_ascii_digit).collect()
}

fn read(raw: &str, region: Option<&str>) -> Option<PhoneNumber> {
    if raw.len() > 128 {
        return None;
    }
    let region = region.and_then(|code| Region::from_code(code).ok());
    let abroad = raw.trim_start().strip_prefix("00").and_then(parse_international).filter(is_assigned);
    let number = abroad.or_else(|| PHONE_NUMBER_UTIL.parse(raw, region).ok())?;
    match overseas(&number) {
        Some(moved) => PHONE_NUMBER_UTIL.parse(moved, None).ok(),
        None => Some(number),
    }
}

/// A number that its plan has, or France for its overseas lands.
fn is_assigned(number: &PhoneNumber) -> bool {
    number.is_valid() || overseas(number).is_some()
}

/// `0033...` means `+33...` in most countries; where it does not, the result is not valid and is dropped.
fn parse_international(rest: &str) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(format!("+{}", rest.trim_start()), None).ok()
}

/// French overseas numbers are dialled with ten digits as in France, also after `+33`, but have country codes of their own.
fn overseas(number: &PhoneNumber) -> Option<String> {
    let national = number.get_national_significant_number();
    if number.country_code != 33 || national.len() != 9 {
        return None;
    }
    let code = overseas_code(&national)?;
    let subscriber = if code == "508" { &national[3..] } else { national.as_str() };
    Some(format!("+{code}{subscriber}"))
}

/// The country code for a nine-digit national number, by its first three digits (ARCEP's numbering plan).
fn overseas_code(national: &str) -> Option<&'static str> {
    Some(match &national[..3] {
        "262" | "263" | "269" | "639" | "692" | "693" => "262",
        "590" | "690" | "691" => "590",
        "594" | "694" => "594",
        "596" | "696" | "697" => "596",
        "508" => "508",
        _ => return None,
    })
}

fn line_type(kind: PhoneNumberType) -> LineType {
    match kind {
        PhoneNumberType::FixedLine => LineType::Fixed,
        PhoneNumberType::Mobile => LineType::Mobile,
        PhoneNumberType::FixedLineOrMobile => LineType::FixedOrMobile,
        PhoneNumberType::TollFree => LineType::TollFree,
        PhoneNumberType::PremiumRate => LineType::PremiumRate,
        PhoneNumberType::VoIP => LineType::Voip,
        _ => LineType::Other,
    }
}
