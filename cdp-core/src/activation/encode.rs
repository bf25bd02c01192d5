//! The engine: applies the steps of a field to a value, and hashes what is left.

use super::destinations::{Field, Hash, Step};
use super::{LeftOut, states};
use crate::normalize::hashed::{self, base64, hex};
use crate::normalize::{address, date, email, gender, name, phone, text};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

type Outcome = Result<String, LeftOut>;

/// The country (ISO 3166, capitals) given by code or name.
pub(super) fn country(raw: &str) -> Option<&'static str> {
    address::country(raw)
}

/// A value as the destination wants it.
pub(super) fn encode(field: &Field, value: &str, country: Option<&str>) -> Outcome {
    let text = field.steps.iter().try_fold(text::display(value), |text, step| apply(*step, text, country))?;
    let text: String = text.nfc().collect();
    if text.is_empty() {
        return Err(LeftOut::Unusable);
    }
    Ok(match field.hash {
        Hash::Plain => text,
        Hash::Sha256Hex => hex(&Sha256::digest(text)),
        Hash::Sha256Base64 => base64(&Sha256::digest(text)),
        Hash::Sha1Hex => hex(&Sha1::digest(text)),
    })
}

/// A value that came as its SHA-256 hash, in lower-case hexadecimal, where the destination wants that hash.
pub(super) fn encode_hashed(field: &Field, hash: &str) -> Outcome {
    let bytes = hashed::sha256(hash).ok_or(LeftOut::Unusable)?;
    match field.hash {
        // What a hash stands for cannot be looked at.
        _ if field.steps.contains(&Step::OutsideEu) => Err(LeftOut::HashedAlready),
        Hash::Sha256Hex => Ok(hex(&bytes)),
        Hash::Sha256Base64 => Ok(base64(&bytes)),
        Hash::Plain | Hash::Sha1Hex => Err(LeftOut::HashedAlready),
    }
}

fn apply(step: Step, text: String, country: Option<&str>) -> Outcome {
    match step {
        Step::NoSpaces => Ok(text.split_whitespace().collect()),
        Step::Address => address_of(&text),
        Step::Lower => Ok(text.to_lowercase()),
        Step::Mailbox(domains) => mailbox(text, domains),
        Step::NoTitle => Ok(without_titles(&text)),
        Step::NoSuffix => Ok(without_suffix(&text)),
        Step::NoPunctuation => Ok(text::display(&kept(&text, |c| is_word(c) || c == ' '))),
        Step::LettersAndDigits => Ok(kept(&text, is_word)),
        Step::AsciiOnly if text.is_ascii() => Ok(text),
        Step::AsciiOnly => Err(LeftOut::Unpublished),
        Step::E164 => e164(&text, country),
        Step::OutsideEu if is_european(&text) => Err(LeftOut::NotAccepted),
        Step::OutsideEu => Ok(text),
        Step::NoPlus => Ok(text.trim_start_matches('+').to_owned()),
        Step::National => phone::parse(&text, None).map(|phone| phone.national).ok_or(LeftOut::Unusable),
        Step::DateDigits => date_digits(&text),
        Step::Initial => match gender::key(&text) {
            Some("female") => Ok("f".to_owned()),
            Some("male") => Ok("m".to_owned()),
            _ => Err(LeftOut::Unusable),
        },
        Step::CountryCode => address::country(&text).map(str::to_owned).ok_or(LeftOut::Unusable),
        Step::UsState => state(text, country),
        Step::UsZip5 => zip(text, country, |digits| digits[..5].to_owned()),
        Step::UsZip9(between) => zip(text, country, |digits| match digits.len() {
            5 => digits.to_owned(),
            _ => format!("{}{between}{}", &digits[..5], &digits[5..]),
        }),
    }
}

fn address_of(text: &str) -> Outcome {
    let address = email::parse(text).map_err(|_| LeftOut::Unusable)?;
    Ok(format!("{}@{}", address.local, address.domain))
}

/// At the domains named, and at no other that looks like them.
fn mailbox(text: String, domains: &[&str]) -> Outcome {
    let Some((local, domain)) = text.rsplit_once('@').filter(|(_, domain)| domains.contains(domain)) else {
        return Ok(text);
    };
    let local: String = local.split('+').next().unwrap_or_default().replace('.', "");
    if local.is_empty() { Err(LeftOut::Unusable) } else { Ok(format!("{local}@{domain}")) }
}

fn without_titles(text: &str) -> String {
    let titles = name::parse_given(text).titles;
    let words: Vec<&str> = text.split(' ').collect();
    let leading = words.iter().take_while(|word| titles.contains(&text::fold(word))).count();
    if leading == words.len() { text.to_owned() } else { words[leading..].join(" ") }
}

fn without_suffix(text: &str) -> String {
    let Some(suffix) = name::parse_family(text).suffix else { return text.to_owned() };
    match text.rsplit_once(' ') {
        Some((rest, last)) if name::suffix(last) == suffix => rest.trim_end_matches(',').to_owned(),
        _ => text.to_owned(),
    }
}

fn kept(text: &str, keep: impl Fn(char) -> bool) -> String {
    text.chars().filter(|&c| keep(c)).collect()
}

/// Letters and digits of any script, and the marks without which some scripts cannot be spelt.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

fn e164(text: &str, country: Option<&str>) -> Outcome {
    let region = country.filter(|code| phone::is_region(code));
    match phone::e164(text, region) {
        Ok(number) => number.ok_or(LeftOut::NoCountry),
        Err(_) => Err(LeftOut::Unusable),
    }
}

/// The country codes of the member states of the European Union, with its outermost regions.
const EU_CODES: &[&str] = &[
    "30", "31", "32", "33", "34", "351", "352", "353", "356", "357", "358", "359", "36", "370", "371", "372", "385",
    "386", "39", "40", "420", "421", "43", "45", "46", "48", "49", "262", "590", "594", "596",
];

/// Country codes are prefix-free, so the first that fits is the number's.
fn is_european(e164: &str) -> bool {
    let digits = e164.trim_start_matches('+');
    EU_CODES.iter().any(|code| digits.starts_with(code))
}

/// The digits of a date with one reading, from 1900 on.
fn date_digits(text: &str) -> Outcome {
    match date::parse(text, None).as_slice() {
        [date] if (1900..=9999).contains(&date.year) => Ok(format!("{:04}{:02}{:02}", date.year, date.month, date.day)),
        _ => Err(LeftOut::Unusable),
    }
}

fn state(text: String, country: Option<&str>) -> Outcome {
    match country {
        None => Err(LeftOut::NoCountry),
        Some("US") => states::letters(&text).map(str::to_owned).ok_or(LeftOut::Unusable),
        Some(_) => Ok(text),
    }
}

/// `form` of the five or nine digits of a code of the United States; other countries' codes as they are.
fn zip(text: String, country: Option<&str>, form: impl Fn(&str) -> String) -> Outcome {
    match country {
        None => Err(LeftOut::NoCountry),
        Some("US") => {
            let digits = kept(&text, |c| !matches!(c, ' ' | '-'));
            let sound = matches!(digits.len(), 5 | 9) && digits.bytes().all(|byte| byte.is_ascii_digit());
            if sound { Ok(form(&digits)) } else { Err(LeftOut::Unusable) }
        }
        Some(_) => Ok(text),
    }
}
