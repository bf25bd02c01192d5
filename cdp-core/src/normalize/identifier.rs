//! Identifiers: one form for the same number however it is spaced, and the check digits of known registers.

use super::text;

/// The key of a generic identifier: upper and lower case alike, separators removed; the hyphens of a UUID stay.
///
/// ```
/// use cdp_core::normalize::identifier::key;
/// assert_eq!(key(" ab-12.34 "), "ab1234");
/// assert_eq!(key("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}"), "3f2504e0-4f89-11d3-9a0c-0305e82c3301");
/// ```
pub fn key(raw: &str) -> String {
    let mut key = text::fold(raw);
    if is_uuid(raw) {
        return text::fold(uuid_part(raw)).replace(' ', "-");
    }
    key.retain(|c| c != ' ');
    // Marks that a space kept apart can change places.
    text::compose(key)
}

fn uuid_part(raw: &str) -> &str {
    let bare = raw.trim();
    let bare = bare.strip_prefix("urn:uuid:").unwrap_or(bare);
    bare.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(bare)
}

/// 32 hexadecimal digits with hyphens where a UUID has them, perhaps in braces or after `urn:uuid:`.
fn is_uuid(raw: &str) -> bool {
    let bare = uuid_part(raw);
    bare.len() == 36
        && bare.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// What is wrong with the key of an organisation's number, if its check digits say so. Plain numbers are taken for a SIREN
/// or SIRET only where `region` is `FR`; a French VAT number is known by its letters.
pub fn organisation_fault(key: &str, region: Option<&str>) -> Option<&'static str> {
    let digits = key.bytes().all(|byte| byte.is_ascii_digit());
    match (region, key.len()) {
        (Some("FR"), 9) if digits && !is_siren(key) => Some("the check digit of a SIREN is wrong"),
        (Some("FR"), 14) if digits && !is_siret(key) => Some("the check digit of a SIRET is wrong"),
        _ if is_vat_wrong(key) => Some("the check digits of a VAT number are wrong"),
        _ => None,
    }
}

/// The register that the key of an organisation's number is of (`siren`, `siret` or `vat`), and the SIREN inside.
///
/// ```
/// use cdp_core::normalize::identifier::register;
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

/// What is wrong with a number that a state gives to a person, if its check digits say so: where `region` is `FR`, the
/// fifteen characters of a NIR, whose key is `97 - (number mod 97)`, with 19 and 18 for the Corsican departments 2A and 2B
/// (INSEE, Répertoire national d'identification des personnes physiques).
pub fn national_fault(key: &str, region: Option<&str>) -> Option<&'static str> {
    let (number, check) = key.split_at_checked(13).filter(|(_, check)| check.len() == 2)?;
    if region != Some("FR") {
        return None;
    }
    let corsican = matches!(&number.as_bytes()[5..7], b"2a" | b"2b");
    let plain = if corsican { number.replacen("2a", "19", 1).replacen("2b", "18", 1) } else { number.to_owned() };
    match (plain.parse::<u64>(), check.parse::<u64>()) {
        (Ok(number), Ok(check)) => (check != 97 - number % 97).then_some("the key of a NIR is wrong"),
        _ => None,
    }
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
    if let Some(digits) = digits("be", 10) {
        return number(&digits[8..]) != 97 - number(&digits[..8]) % 97;
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
