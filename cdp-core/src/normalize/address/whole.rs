//! Whole addresses in one text: the locality told from the street.

use super::Address;
use super::place::{city, country, postal_code};
use super::street::{boxed, parse_street};
use super::words::{expand, fold, is_repeat, is_street_word, unit_word};
use crate::normalize::text;

/// Reads a whole address in one line: parts separated by commas, semicolons or line ends, the locality last, the country
/// (which is dropped) after it. Without such parts a postal code parts street and city (`3 rue X 75002 Paris`); where it
/// comes last, the city stays in the street's name.
///
/// ```
/// let address = cdp_core::normalize::address::parse_full("3 rue de la Paix, 75002 Paris");
/// assert_eq!(address.postal_code.as_deref(), Some("75002"));
/// assert_eq!(address.city.as_deref(), Some("paris"));
/// ```
pub fn parse_full(raw: &str) -> Address {
    let mut parts: Vec<&str> = raw.split([',', '\n', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut address = Address::default();
    if parts.len() > 1 && parts.last().is_some_and(|part| is_country(part)) {
        address.country = parts.pop().and_then(country);
    }
    if let [line] = parts[..] {
        read_line(line, &mut address);
        return address;
    }
    if let Some(last) = parts.pop() {
        read_locality(last.split_whitespace().collect(), &mut address);
    }
    let is_code = |part: &&str| !part.contains(' ') && is_postal_code(part);
    if address.postal_code.is_none() && parts.len() > 1 && parts.last().is_some_and(is_code) {
        address.postal_code = parts.pop().map(|code| postal_code(code, None));
    }
    if address.city.is_none() && parts.len() > 1 {
        address.city = parts.pop().map(city);
    }
    address.street = parse_street(&parts.join(" "));
    address
}

/// Two letters can be a state: `Wilmington, DE`.
fn is_country(part: &str) -> bool {
    let part = part.trim();
    (part.len() > 2 || matches!(part, "FR" | "UK" | "US")) && country(part).is_some()
}

/// An address without commas.
fn read_line(line: &str, address: &mut Address) {
    let words: Vec<&str> = line.split_whitespace().collect();
    // `75002 Paris`, but `12200 Ventura Blvd`.
    if words.len() > 1
        && is_postal_code(words[0])
        && !words[1..].iter().any(|word| is_street_word(word) || has_digits(word))
    {
        return read_locality(words, address);
    }
    let code = (1..words.len()).rev().find(|&index| is_postal_code(words[index]));
    let Some(code) = code.filter(|&code| code > 1) else {
        address.street = parse_street(line);
        return;
    };
    if code + 1 < words.len() {
        address.street = parse_street(&words[..code].join(" "));
        read_locality(words[code..].to_vec(), address);
        return;
    }
    address.postal_code = Some(postal_code(words[code], None));
    let state = is_state(words[code - 1]);
    address.region = state.then(|| words[code - 1].to_lowercase());
    address.street = parse_street(&words[..code - usize::from(state)].join(" "));
}

/// Five digits, or ZIP+4.
fn is_postal_code(word: &str) -> bool {
    let (zip, plus) = word.split_once('-').unwrap_or((word, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    zip.len() == 5 && digits(zip) && digits(plus) && matches!(plus.len(), 0 | 4)
}

/// Two capital letters.
fn is_state(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `75002 Paris`, `Paris 75002`, `Las Vegas NV 89132`, `NY 10001`, `London SW1A 2AA`.
fn read_locality(mut words: Vec<&str>, address: &mut Address) {
    let count = words.len();
    if count > 1 && is_british(words[count - 2], words[count - 1]) {
        address.postal_code = Some(postal_code(&words.split_off(count - 2).concat(), None));
    } else if let Some((outward, inward)) = words.last().and_then(|word| word.split_at_checked(word.len().max(3) - 3))
        && is_british(outward, inward)
    {
        address.postal_code = Some(postal_code(&[outward, inward].concat(), None));
        words.pop();
    } else if let Some(index) = words.iter().position(|word| has_digits(word)) {
        address.postal_code = Some(postal_code(without_country(words.remove(index)), None));
    }
    if words.last().is_some_and(|word| is_state(word)) && (words.len() == 1 || address.postal_code.is_some()) {
        address.region = words.pop().map(str::to_lowercase);
    }
    if !words.is_empty() {
        address.city = Some(city(&words.join(" ")));
    }
}

/// `F-75002` without the letters of the country.
fn without_country(code: &str) -> &str {
    let letters = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let digits = |text: &str| matches!(text.len(), 4 | 5) && text.bytes().all(|byte| byte.is_ascii_digit());
    code.split_once('-').filter(|(country, code)| letters(country) && digits(code)).map_or(code, |(_, code)| code)
}

/// Four digits at least: the postal code of most countries.
fn has_digits(word: &str) -> bool {
    word.len() <= 10 && word.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// The two halves of a British postcode.
fn is_british(outward: &str, inward: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic();
    let outward = outward.as_bytes();
    matches!(inward.as_bytes(), [digit, a, b] if digit.is_ascii_digit() && letter(a) && letter(b))
        && (2..=4).contains(&outward.len())
        && letter(&outward[0])
        && outward.iter().any(u8::is_ascii_digit)
}

/// The key of a whole address: its words in their order, abbreviations written out, without country and CEDEX.
pub(in crate::normalize) fn full_key(raw: &str) -> String {
    let mut line = raw;
    if let Some((rest, _)) = raw.rsplit_once([',', '\n', ';']).filter(|(_, last)| is_country(last)) {
        line = rest;
    }
    let bare: Vec<&str> = line.split(' ').map(without_country).collect();
    let folded = fold(&bare.join(" "));
    let mut words: Vec<&str> = text::tokens(&folded).collect();
    if let Some(cedex) = words.iter().position(|word| *word == "cedex").filter(|&at| at > 0) {
        words.truncate(cedex);
    }
    let words: Vec<&str> = words.into_iter().flat_map(apart).map(unit_word).collect();
    expand(&boxed(&words))
}

/// `47ter` as its two words.
fn apart(word: &str) -> impl Iterator<Item = &str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at(digits);
    let two = digits > 0 && is_repeat(ending);
    let (first, second) = if two { (number, Some(ending)) } else { (word, None) };
    std::iter::once(first).chain(second)
}
