//! Places: city, postal code, department, region, country.

use crate::normalize::country as countries;
use crate::normalize::text::{self, Apostrophe};

/// The folded city without postal code, CEDEX and arrondissement; `St`, `s/` and a small number after `Les` written out.
///
/// ```
/// use cdp_core::normalize::address::city;
/// assert_eq!(city("LYON CEDEX 03"), "lyon");
/// assert_eq!(city("Paris 12 ème"), "paris");
/// assert_eq!(city("St-Étienne"), "saint etienne");
/// assert_eq!(city("Neuilly s/Seine"), "neuilly sur seine");
/// ```
pub fn city(raw: &str) -> String {
    let folded = text::fold_with(raw, Apostrophe::Elision);
    let mut words: Vec<&str> = text::tokens(&folded).collect();
    if let Some(cedex) = words.iter().position(|word| *word == "cedex").filter(|&at| at > 0) {
        words.truncate(cedex);
    }
    if words.iter().any(|word| word.contains(char::is_alphabetic)) {
        words.retain(|word| !(matches!(word.len(), 4 | 5) && text::is_digits(word)));
    }
    without_arrondissement(&mut words);
    let mut city = String::with_capacity(folded.len() + 8);
    let (mut index, mut before) = (0, None);
    while index < words.len() {
        let (word, used) = written_out(before, &words[index..]);
        before = Some(word);
        if index > 0 {
            city.push(' ');
        }
        city.push_str(word);
        index += used;
    }
    city
}

/// The first word of the rest of a city's name without its abbreviation, and how many words were read: `s Seine` is `sur Seine`,
/// `s s Bois` is `sous Bois`.
fn written_out<'a>(before: Option<&str>, rest: &[&'a str]) -> (&'a str, usize) {
    let is_long = |word: &str| word.len() > 1;
    let inside = before.is_some_and(is_long);
    match rest {
        ["s", "s", after, ..] if inside && is_long(after) => ("sous", 2),
        ["s", after, ..] if inside && is_long(after) => ("sur", 1),
        ["2", _, ..] if before == Some("les") => ("deux", 1),
        ["3", _, ..] if before == Some("les") => ("trois", 1),
        ["st", ..] => ("saint", 1),
        ["ste", ..] => ("sainte", 1),
        _ => (rest[0], 1),
    }
}

/// Takes out `12e`, `12 ème` and `arrondissement`, and numbers of one or two digits at the end. The first word stays.
fn without_arrondissement(words: &mut Vec<&str>) {
    let is_number = |word: &str| word.len() <= 2 && text::is_digits(word);
    let takes_part = |word: &&&str| is_number(word) || is_ending(word) || is_arrondissement(word);
    let tail = words.len() - words.iter().rev().take_while(takes_part).count();
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut taken = false;
    for (index, word) in words.iter().enumerate() {
        let counts = index >= tail || words.get(index + 1).is_some_and(|next| is_ending(next));
        taken = !kept.is_empty() && (is_arrondissement(word) || is_number(word) && counts || is_ending(word) && taken);
        if !taken {
            kept.push(word);
        }
    }
    *words = kept;
}

/// What makes an ordinal of a number in French.
fn is_ending(word: &str) -> bool {
    matches!(word, "e" | "er" | "eme" | "ieme")
}

fn is_arrondissement(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    matches!(word, "arrondissement" | "arrdt") || ((1..=2).contains(&digits) && is_ending(&word[digits..]))
}

/// The postal code in capitals without spaces and hyphens, without a town behind it. `region` (ISO 3166) adds what is usual
/// there: the country's letters before the digits are dropped (`F-75002`), a zero lost to a spreadsheet comes back (France,
/// Germany, Italy, Spain, United States), and ZIP+4 becomes ZIP.
///
/// ```
/// use cdp_core::normalize::address::postal_code;
/// assert_eq!(postal_code("sw1a 1aa", None), "SW1A1AA");
/// assert_eq!((postal_code("1000", Some("FR")), postal_code("1000.0", Some("FR"))), ("01000".into(), "01000".into()));
/// assert_eq!(postal_code("75002 Paris", None), "75002");
/// ```
pub fn postal_code(raw: &str, region: Option<&str>) -> String {
    let mut code = text::fold(before_town(text::without_idle_decimal(raw.trim())));
    code.retain(|c| c != ' ');
    // Marks that a space kept apart can change places.
    code = text::compose(code);
    code.make_ascii_uppercase();
    let Some(region) = region else { return code };
    let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
    if !text::is_digits(&code[letters..]) {
        return code;
    }
    if letters > 0 && (region.starts_with(&code[..letters]) || (region == "LU" && letters == 1)) {
        code.drain(..letters);
    }
    match (region, code.len()) {
        ("FR" | "DE" | "US" | "IT" | "ES", 4) | ("US", 8) => code.insert(0, '0'),
        _ => {}
    }
    if region == "US" && code.len() == 9 {
        code.truncate(5);
    }
    code
}

/// Four or five digits before the name of a town.
fn before_town(raw: &str) -> &str {
    let Some((code, town)) = raw.split_once(' ') else { return raw };
    let code = code.trim_end_matches(',');
    let letters = town.chars().take_while(|c| c.is_alphabetic()).count();
    if matches!(code.len(), 4 | 5) && text::is_digits(code) && letters >= 3 { code } else { raw }
}

/// Why the key of a postal code cannot be one of any country, or with digits alone, one of `region` or of the neighbours, which
/// have four or five.
pub(in crate::normalize) fn postal_fault(key: &str, region: Option<&str>) -> Option<&'static str> {
    if !key.bytes().any(|byte| byte.is_ascii_digit()) {
        return Some("no digit in a postal code");
    }
    // `US` before a ZIP+4 is the longest.
    if key.chars().count() > 12 {
        return Some("longer than a postal code can be");
    }
    let usual = region.and_then(digits_of);
    match (key.len(), usual) {
        _ if !text::is_digits(key) => None,
        (0..=2, _) => Some("fewer digits than a postal code has"),
        (4 | 5, _) | (_, None) => None,
        (length, Some(usual)) if length < usual => Some("fewer digits than postal codes of the region have"),
        (length, Some(usual)) if length > usual => Some("more digits than postal codes of the region have"),
        _ => None,
    }
}

/// How many digits the postal codes of a region have, where they have nothing else (Universal Postal Union, addressing systems).
fn digits_of(region: &str) -> Option<usize> {
    Some(match region {
        region if countries::is_french(region) => 5,
        "AT" | "AU" | "BE" | "BG" | "CH" | "CY" | "DK" | "HU" | "LU" | "NO" | "NZ" | "SI" | "TN" | "ZA" => 4,
        "CZ" | "DE" | "DZ" | "EE" | "ES" | "FI" | "GR" | "HR" | "IT" | "KR" | "MA" | "MC" | "MX" | "MY" | "PL"
        | "SE" | "SK" | "TH" | "TR" | "UA" | "US" => 5,
        "CN" | "CO" | "IN" | "RO" | "RU" | "SG" => 6,
        "JP" | "PT" => 7,
        "BR" => 8,
        _ => return None,
    })
}

/// The French department of a postal code: `2A` and `2B` for Corsica (20000 to 20199, and from 20200), three digits
/// overseas; `None` where the code is no French one, or Monaco's. A code tells the department of its post office, which for
/// a few border communes is not the commune's own.
///
/// ```
/// use cdp_core::normalize::address::department;
/// assert_eq!(department("75002").as_deref(), Some("75"));
/// assert_eq!(department("20167").as_deref(), Some("2A"));
/// assert_eq!(department("97410").as_deref(), Some("974"));
/// assert_eq!(department("98000"), None);
/// ```
pub fn department(postal_code: &str) -> Option<String> {
    if postal_code.len() != 5 || !postal_code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match &postal_code[..2] {
        "00" | "96" | "99" => None,
        "20" if postal_code < "20200" => Some("2A".to_owned()),
        "20" => Some("2B".to_owned()),
        // Saint-Barthélemy and Saint-Martin kept the codes they had in Guadeloupe.
        "97" if postal_code == "97133" => Some("977".to_owned()),
        "97" if postal_code == "97150" => Some("978".to_owned()),
        "97" => Some(postal_code[..3].to_owned()).filter(|code| code != "970" && code != "979"),
        "98" => Some(postal_code[..3].to_owned()).filter(|code| matches!(code.as_str(), "984" | "986" | "987" | "988")),
        two => Some(two.to_owned()),
    }
}

/// The folded name of a region, state or county.
pub fn region(raw: &str) -> String {
    text::fold_with(raw, Apostrophe::Elision)
}

/// The ISO 3166 alpha-2 code of a country given by code or by its English or French name.
///
/// ```
/// assert_eq!(cdp_core::normalize::address::country("Allemagne"), Some("DE"));
/// ```
pub fn country(raw: &str) -> Option<&'static str> {
    if raw.len() > 128 {
        return None;
    }
    countries::code(&text::fold(raw))
}
