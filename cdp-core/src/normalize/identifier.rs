//! Identifiers: one form for the same number however it is spaced, and the check digits of personal numbers.

use super::text;

/// The key of a generic identifier: upper and lower case alike, separators removed. Kept are a `+` inside (`C+1` is not
/// `C-1`), the minus of a negative number, and the hyphens of a UUID, which come back where they were left out. A `.0` that a
/// spreadsheet put behind a number is dropped.
///
/// ```
/// use cdp_core::normalize::identifier::key;
/// assert_eq!((key(" ab-12.34 "), key("1.0"), key("-1")), ("ab1234".to_owned(), "1".to_owned(), "-1".to_owned()));
/// let uuid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
/// assert_eq!((key("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}"), key("3f2504e04f8911d39a0c0305e82c3301")), (uuid.into(), uuid.into()));
/// ```
pub fn key(raw: &str) -> String {
    let bare = text::without_idle_decimal(uuid_part(raw));
    if let Some(digits) = negative(bare) {
        return format!("-{digits}");
    }
    let key = if bare.contains('+') { joined_by_plus(bare) } else { compact(bare) };
    if is_uuid_digits(&key) { with_hyphens(&key) } else { key }
}

/// Folded, without separators.
fn compact(text: &str) -> String {
    let mut key = text::fold(text);
    if key.contains(' ') {
        key.retain(|c| c != ' ');
    }
    // Marks that a space kept apart can change places.
    text::compose(key)
}

fn joined_by_plus(text: &str) -> String {
    text.split('+').map(compact).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("+")
}

/// The digits after the minus of a negative number.
fn negative(bare: &str) -> Option<&str> {
    let digits = bare.strip_prefix(['-', '\u{2212}'])?;
    text::is_digits(digits).then_some(digits)
}

fn uuid_part(raw: &str) -> &str {
    let bare = raw.trim();
    let urn = bare.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("urn:uuid:"));
    let bare = if urn { &bare[9..] } else { bare };
    bare.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(bare)
}

/// 32 hexadecimal digits: a UUID (RFC 9562) without its hyphens.
fn is_uuid_digits(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn with_hyphens(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
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
