//! Registers of organisations: SIREN, SIRET, VAT numbers and their check digits.

use super::{country, identifier, text};

/// The key of an organisation's number, without the words that announce it (`SIRET`, `RCS Paris`, `TVA`). Digits alone are of
/// the register of `region` where that is France (SIREN, SIRET), Belgium or Italy; zeros lost to a spreadsheet come back there
/// if the check digits then agree. A VAT number is known by its letters.
///
/// ```
/// use cdp_core::normalize::register::key;
/// assert_eq!(key("SIRET : 732 829 320 00074", None).unwrap(), "73282932000074");
/// assert_eq!(key("5880073", Some("FR")), Err("neither the 9 digits of a SIREN nor the 14 of a SIRET"));
/// ```
///
/// # Errors
/// The reason in words, if it is no such number.
pub fn key(raw: &str, region: Option<&str>) -> Result<String, &'static str> {
    // A `+` stays in a key, so that what stands beside it would announce something the second time.
    let number = if raw.contains('+') { None } else { announced(&text::fold(raw)) };
    let key = unglued(identifier::key(number.as_deref().unwrap_or(raw)));
    if !key.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err("no digit in the number of an organisation");
    }
    if is_vat_wrong(&key) {
        return Err("the check digits of a VAT number are wrong");
    }
    match region {
        Some(region) if text::is_digits(&key) => of_region(key, region),
        _ => Ok(key),
    }
}

/// What follows the words that announce a number, if a folded text has any of them.
fn announced(folded: &str) -> Option<String> {
    let spelt = folded.replace("r c s ", "rcs ");
    let words: Vec<&str> = text::tokens(&spelt).collect();
    let is_label = |word: &&str| {
        matches!(
            *word,
            "siren"
                | "siret"
                | "rcs"
                | "tva"
                | "vat"
                | "ust"
                | "ustid"
                | "ustidnr"
                | "idnr"
                | "btw"
                | "iva"
                | "nif"
                | "cif"
        )
    };
    if !words.iter().any(is_label) {
        return None;
    }
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    // The letters of a country before the digits of a VAT number.
    let is_country = |word: &str| word.len() == 2 && !matches!(word, "no" | "nr" | "id" | "du" | "la" | "le");
    let next = words.iter().skip(1).copied().chain([""]);
    let kept = words.iter().zip(next).filter(|(word, next)| has_digit(word) || is_country(word) && has_digit(next));
    Some(kept.map(|(word, _)| *word).collect())
}

/// `siret73282932000074` without its word; more digits than a SIRET has are no such number.
fn unglued(key: String) -> String {
    let number = key.strip_prefix("siret").or_else(|| key.strip_prefix("siren"));
    number.filter(|number| text::is_digits(number) && number.len() <= 14).map(str::to_owned).unwrap_or(key)
}

/// Digits that must be of a register of the region, with the zeros they lost.
fn of_region(digits: String, region: &str) -> Result<String, &'static str> {
    let padded = |length: usize, is_right: fn(&str) -> bool| {
        let whole = format!("{digits:0>length$}");
        is_right(&whole).then_some(whole)
    };
    match (region, digits.len()) {
        (region, length) if country::is_french(region) => match length {
            9 => padded(9, is_siren).ok_or("the check digit of a SIREN is wrong"),
            14 => padded(14, is_siret).ok_or("the check digit of a SIRET is wrong"),
            8 | 13 => padded(length + 1, |whole| is_siren(whole) || is_siret(whole)).ok_or(NO_SIREN),
            _ => Err(NO_SIREN),
        },
        ("BE", 9 | 10) => padded(10, is_belgian).ok_or("the check digits of a Belgian enterprise number are wrong"),
        ("BE", _) => Err("not the 10 digits of a Belgian enterprise number"),
        ("IT", 8..=11) => padded(11, luhn).ok_or("the check digit of a partita IVA is wrong"),
        ("IT", _) => Err("not the 11 digits of a partita IVA"),
        _ => Ok(digits),
    }
}

const NO_SIREN: &str = "neither the 9 digits of a SIREN nor the 14 of a SIRET";

/// The register that the key of an organisation's number is of (`siren`, `siret` or `vat`), and the SIREN inside.
///
/// ```
/// use cdp_core::normalize::register::register;
/// assert_eq!(register("fr40303265045"), Some(("vat", "303265045")));
/// assert_eq!(register("73282932000074"), Some(("siret", "732829320")));
/// ```
pub fn register(key: &str) -> Option<(&'static str, &str)> {
    if is_siren(key) {
        return Some(("siren", key));
    }
    if is_siret(key) {
        return Some(("siret", &key[..9]));
    }
    let siren = key.strip_prefix("fr").and_then(|number| number.get(2..)).filter(|siren| is_siren(siren))?;
    (!is_vat_wrong(key)).then_some(("vat", siren))
}

/// A French VAT number: `FR`, two check digits, a SIREN. The check is `(12 + 3 * (SIREN mod 97)) mod 97`; check characters
/// that are letters are not judged.
fn is_french_vat_wrong(key: &str) -> bool {
    let Some(number) = key.strip_prefix("fr").filter(|number| number.len() == 11) else { return false };
    let Some((check, siren)) = number.split_at_checked(2) else { return false };
    match (check.parse::<u64>(), siren.parse::<u64>()) {
        (Ok(check), Ok(siren)) => check != (12 + 3 * (siren % 97)) % 97,
        _ => false,
    }
}

/// Whether the check digits of a VAT number are wrong: of France, Belgium (97 less the number modulo 97), Germany (ISO 7064
/// MOD 11,10), Italy (Luhn) and Great Britain (weights 8 to 2, modulo 97, or 55 more since 2010). Others are not judged.
fn is_vat_wrong(key: &str) -> bool {
    let digits = |country: &str, length: usize| -> Option<Vec<u32>> {
        let number = key.strip_prefix(country).filter(|number| number.len() == length)?;
        number.chars().map(|c| c.to_digit(10)).collect()
    };
    if digits("be", 10).is_some() {
        return !is_belgian(&key[2..]);
    }
    if let Some(digits) = digits("de", 9) {
        let product = digits[..8].iter().fold(10, |product, digit| match (product + digit) % 10 {
            0 => 20 % 11,
            sum => 2 * sum % 11,
        });
        return digits[8] != (11 - product) % 10;
    }
    if digits("it", 11).is_some() {
        return !luhn(&key[2..]);
    }
    if let Some(digits) = digits("gb", 9) {
        let sum = digits[..7].iter().zip((2..=8).rev()).map(|(digit, weight)| digit * weight).sum::<u32>();
        let check = sum + number(&digits[7..]);
        return !check.is_multiple_of(97) && !(check + 55).is_multiple_of(97);
    }
    is_french_vat_wrong(key)
}

/// Whether ten digits are a Belgian enterprise number: the last two are 97 less the others modulo 97.
fn is_belgian(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    part(0, 8).zip(part(8, 10)).is_some_and(|(number, check)| check == 97 - number % 97)
}

/// The number that digits make.
fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + digit)
}

/// Whether the digits satisfy the Luhn check (ISO/IEC 7812-1).
pub fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| match (u32::from(byte.wrapping_sub(b'0')), index % 2) {
            (digit, 0) => digit,
            (digit, _) if digit > 4 => digit * 2 - 9,
            (digit, _) => digit * 2,
        })
        .sum();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && sum.is_multiple_of(10)
}

/// Whether nine digits are a French SIREN.
pub fn is_siren(digits: &str) -> bool {
    digits.len() == 9 && luhn(digits)
}

/// Whether fourteen digits are a French SIRET. Offices of La Poste (SIREN 356 000 000) have a digit sum that is a multiple
/// of five instead of the Luhn check.
pub fn is_siret(digits: &str) -> bool {
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits.bytes().map(|byte| u32::from(byte - b'0')).sum();
    luhn(digits) || (digits.starts_with("356000000") && sum.is_multiple_of(5))
}
