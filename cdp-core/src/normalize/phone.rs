//! Telephone numbers: E.164 with a default region, extensions, French overseas prefixes.
//!
//! The numbering plans are libphonenumber's, through the crate `rlibphonenumber`, behind [`PhoneParser`].

use super::text::{self, is_digits};
use crate::error::{Code, Error};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region, ValidationError,
};
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

/// The E.164 form of a number, whichever way it is written; `None` where nothing says of which country it is. Numbers that
/// no plan has yet have one too, if their country has room for them.
///
/// ```
/// use cdp_core::normalize::phone::e164;
/// assert_eq!(e164("06 12 34 56 79", Some("FR")).unwrap().as_deref(), Some("+33612345679"));
/// assert_eq!(e164("06 12 34 56 79", None).unwrap(), None);
/// assert!(e164("call me", None).is_err());
/// ```
///
/// # Errors
/// The reason in words, if it is no number.
pub fn e164(raw: &str, region: Option<&str>) -> Result<Option<String>, &'static str> {
    let shown = text::display(raw);
    let key = match forms(&shown, region) {
        Some((_, e164)) => e164,
        None => key(&shown, region)?,
    };
    Ok(Some(key).filter(|key| key.starts_with('+')))
}

/// Whether there are numbering plans for this ISO 3166 region, written in capitals.
pub fn is_region(code: &str) -> bool {
    code.len() == 2
        && code.bytes().all(|byte| byte.is_ascii_uppercase())
        && Region::from_code(code).is_ok_and(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region).is_some())
}

/// The error for a region that [`is_region`] does not know.
pub(crate) fn no_region(code: &str) -> Error {
    Error::new(Code::InvalidConfig, format!("there is no region '{code}'"))
        .help("two capital letters of ISO 3166 are expected, such as FR or GB")
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

/// The key of a number that cannot be read as it stands: its E.164 form in the first way that gives one, else its digits
/// where nothing says of which country it is.
pub(super) fn key(raw: &str, region: Option<&str>) -> Result<String, &'static str> {
    let raw = tidy(raw);
    let number = without_extension(raw);
    let digits = digits(number);
    let bare = digits.trim_start_matches('0');
    if bare.len() < 6 {
        return Err("fewer than 6 digits");
    }
    if has_exponent(raw) {
        return Err("a number with an exponent, as spreadsheets write it");
    }
    if let Some(Note::Number) = noted(raw, region).map(|(_, note)| note) {
        return Err("more than one number");
    }
    let assigned = |digits: &str, region| forms(digits, region).map(|(_, e164)| e164);
    // A country code that is written is meant.
    if is_international(number) {
        return unassigned(number, None).ok_or_else(|| fault(number, None, bare));
    }
    // Otherwise something around the number was in the way, or no plan has it; and where the region's plan has no room for
    // it, its country code is there without a plus, unless it begins with the zero of a national number.
    let abroad = format!("+{bare}");
    let abroad = region.filter(|_| !digits.starts_with('0')).map(|_| abroad.as_str());
    let e164 = assigned(&digits, region)
        .or_else(|| assigned(bare, region))
        .or_else(|| unassigned(number, region).or_else(|| unassigned(bare, region)))
        .or_else(|| abroad.and_then(|abroad| assigned(abroad, None).or_else(|| unassigned(abroad, None))));
    match e164 {
        Some(e164) => Ok(e164),
        None if bare.len() > 15 => Err("more than 15 digits"),
        None if region.is_some() && !is_local(number, region) => Err(fault(number, region, bare)),
        None if raw == bare => Ok(bare.to_owned()),
        // What is read otherwise from its own key would have two.
        None => key(bare, region),
    }
}

/// What is wrong with the length of a number that no plan has room for.
fn fault(number: &str, region: Option<&str>, bare: &str) -> &'static str {
    let number = parsed(number, region).or_else(|| parsed(bare, region));
    match number.as_ref().map(PhoneNumber::is_possible_with_reason) {
        _ if bare.len() > 15 => "more than 15 digits",
        _ if number.as_ref().is_some_and(keeps_prefix) => "too few digits for its country",
        Some(Err(ValidationError::TooShort)) => "too few digits for its country",
        Some(Err(ValidationError::TooLong)) => "too many digits for its country",
        _ => "not a number of its country",
    }
}

/// Whether a number can be dialled within its town.
fn is_local(number: &str, region: Option<&str>) -> bool {
    parsed(number, region)
        .is_some_and(|number| number.is_possible_with_reason() == Ok(NumberLengthType::IsPossibleLocalOnly))
}

/// Without the code before a number that hides or shows the caller's (`#31#`, `*31#`), and the decimals that a spreadsheet adds.
fn tidy(raw: &str) -> &str {
    let raw = raw.trim();
    let code = raw.strip_prefix(['*', '#']).and_then(|rest| rest.split_once('#'));
    let raw = match code {
        Some((code, number)) if matches!(code.len(), 2 | 3) && is_digits(code) => number,
        _ => raw,
    };
    text::without_idle_decimal(raw)
}

/// `6.12345679E8`.
fn has_exponent(raw: &str) -> bool {
    raw.split_once(['e', 'E']).is_some_and(|(mantissa, power)| {
        let power = power.strip_prefix('+').unwrap_or(power);
        is_digits(&mantissa.replace(['.', ','], "")) && is_digits(power)
    })
}

/// What stands behind a whole number.
enum Note {
    /// Nothing that is dialled: `(bureau)`.
    Words,
    /// The digits of an extension: `poste 12`.
    Extension(String),
    /// Another number.
    Number,
}

/// A valid number that something stands behind, and what.
fn noted(raw: &str, region: Option<&str>) -> Option<(PhoneNumber, Note)> {
    if raw.len() > LONGEST_TEXT {
        return None;
    }
    let ends = raw.char_indices().filter(|&(_, c)| c.is_alphabetic() || ";,/|&(".contains(c)).map(|(end, _)| end);
    let mut ends = ends.filter(|&end| digits(&raw[..end]).len() >= 6);
    let (number, rest) = ends.find_map(|end| {
        let number = direct(&raw[..end], region).filter(is_assigned)?;
        (number.extension.is_none()).then_some((number, &raw[end..]))
    })?;
    let text = rest.trim_start_matches(|c: char| !c.is_numeric() && c != '+');
    let word = text::fold(&rest[..rest.len() - text.len()]);
    let dialled = digits(text);
    let note = match word.as_str() {
        _ if dialled.is_empty() => Note::Words,
        "ext" | "extn" | "extension" | "poste" | "post" | "p" | "x" if dialled.len() <= LONGEST_EXTENSION => {
            Note::Extension(dialled)
        }
        _ if direct(text, region).is_some_and(|other| is_assigned(&other)) => Note::Number,
        _ => return None,
    };
    Some((number, note))
}

/// The E.164 form of a number that no plan has, but whose length its country's plan allows: one for all its notations.
fn unassigned(raw: &str, region: Option<&str>) -> Option<String> {
    let possible = |number: &PhoneNumber| number.is_possible_with_reason() == Ok(NumberLengthType::IsPossible);
    let international = || raw.trim_start().strip_prefix("00").and_then(parse_international);
    let number = read(raw, region).filter(possible).or_else(|| international().filter(possible))?;
    if keeps_prefix(&number) {
        return None;
    }
    let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
    // What is read otherwise from its own key would have two.
    let again = read(&e164, None)?.format_as(PhoneNumberFormat::E164).into_owned();
    (e164.len() <= LONGEST_E164 && again == e164).then_some(e164)
}

/// Whether the zero before national numbers was left in, because the number is too short without it. In some countries
/// (Italy, San Marino, Côte d'Ivoire, Gabon, both Congos) numbers begin with a zero.
fn keeps_prefix(number: &PhoneNumber) -> bool {
    let significant = matches!(number.country_code, 39 | 225 | 241 | 242 | 243 | 378);
    !significant && !number.is_valid() && number.get_national_significant_number().starts_with('0')
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

/// A longer text is no telephone number.
const LONGEST_TEXT: usize = 128;

/// Reads a number as it stands, else the one that only a note stands behind.
fn read(raw: &str, region: Option<&str>) -> Option<PhoneNumber> {
    let raw = tidy(raw);
    let whole = direct(raw, region);
    if whole.as_ref().is_some_and(is_assigned) {
        return whole;
    }
    match noted(raw, region) {
        Some((_, Note::Number)) => None,
        Some((mut number, Note::Extension(digits))) => {
            number.extension = Some(digits);
            Some(number)
        }
        Some((number, Note::Words)) => Some(number),
        None => whole,
    }
}

fn direct(raw: &str, region: Option<&str>) -> Option<PhoneNumber> {
    let number = parsed(raw, region)?;
    // A second number is no extension.
    let dialled = number.extension.as_ref().is_none_or(|digits| digits.len() <= LONGEST_EXTENSION);
    let number = dialled.then_some(number)?;
    // The overseas lands and the mainland are one network, dialled with the same ten digits.
    let mainland = || region.filter(|code| is_overseas(code)).and_then(|_| parsed(raw, Some("FR"))).filter(is_assigned);
    let number = if is_assigned(&number) { number } else { mainland().unwrap_or(number) };
    match overseas(&number) {
        Some(moved) => {
            let extension = number.extension;
            PHONE_NUMBER_UTIL.parse(moved, None).ok().map(|moved| PhoneNumber { extension, ..moved })
        }
        None => Some(number),
    }
}

fn is_overseas(region: &str) -> bool {
    matches!(region, "RE" | "YT" | "GP" | "MQ" | "GF" | "BL" | "MF" | "PM")
}

fn parsed(raw: &str, region: Option<&str>) -> Option<PhoneNumber> {
    if raw.len() > LONGEST_TEXT {
        return None;
    }
    let region = region.and_then(|code| Region::from_code(code).ok());
    let abroad = raw.trim_start().strip_prefix("00").and_then(parse_international).filter(is_assigned);
    abroad.or_else(|| PHONE_NUMBER_UTIL.parse(raw, region).ok())
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
