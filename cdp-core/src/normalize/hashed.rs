//! Values that come hashed: their shape is all that can be checked, and they are compared exactly.
//!
//! A hash of nothing (of the empty text, of `null`, of `n/a`) is the same for everybody who has nothing there, so it says as
//! little as the word itself: it is a placeholder.

use super::{Normalized, Options, Verdict, placeholder, text};
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::LazyLock;

/// How values were hashed before they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hashed {
    /// SHA-256: 64 hexadecimal digits, or 32 bytes in Base64.
    Sha256,
}

impl Hashed {
    /// Its word, e.g. `sha256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Hashed::Sha256 => "sha256",
        }
    }
}

impl std::str::FromStr for Hashed {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "sha256" => Ok(Hashed::Sha256),
            _ => Err(Error::new(Code::InvalidConfig, format!("values cannot come hashed by '{word}'"))
                .help("say sha256, or leave it out")),
        }
    }
}

const SHAPE: &str = "neither 64 hexadecimal digits nor 32 bytes in Base64";
const NOTHING: &str = "hash of a word for a missing value";

/// The bytes of a SHA-256 hash, in hexadecimal or in Base64 (either alphabet, with or without padding).
///
/// ```
/// use cdp_core::normalize::hashed::sha256;
/// let hex = sha256("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855").unwrap();
/// assert_eq!(sha256("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), Some(hex));
/// assert_eq!(sha256("ann@example.fr"), None);
/// ```
pub fn sha256(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() == 64 { unhex(text) } else { from_base64(text.strip_suffix('=').unwrap_or(text)) }
}

/// 32 bytes from 43 letters; the two bits that are left over have to be zero.
fn from_base64(text: &str) -> Option<[u8; 32]> {
    if text.len() != 43 {
        return None;
    }
    let (mut bytes, mut next) = ([0u8; 32], 0);
    let (mut bits, mut held) = (0u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes[next] = (bits >> held) as u8;
            next += 1;
        }
    }
    (bits & ((1 << held) - 1) == 0).then_some(bytes)
}

/// Bytes in lower-case hexadecimal, the form in which hashes are shown and compared.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(2 * bytes.len());
    bytes.iter().for_each(|&byte| text.extend_from_slice(&hex_digits(byte)));
    String::from_utf8(text).unwrap_or_default()
}

/// The two digits of a byte in lower-case hexadecimal.
pub(crate) fn hex_digits(byte: u8) -> [u8; 2] {
    [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)])
}

/// 32 bytes from 64 hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(hash)
}

/// Base64 with padding (RFC 4648, section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, &byte| group << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        let letter = |index: usize| char::from(LETTERS[(group >> (18 - 6 * index)) as usize & 63]);
        text.extend((0..4).map(|index| if index <= chunk.len() { letter(index) } else { '=' }));
    }
    text
}

/// Checks the shape; the key is the hash in lower-case hexadecimal.
pub(super) fn normalize(raw: &str, options: &Options) -> Normalized {
    let shown = text::display(raw);
    let unusable = |verdict| Normalized { display: shown.clone(), key: String::new(), verdict };
    if let Some(rule) = placeholder::missing(&shown) {
        return unusable(Verdict::Placeholder(rule));
    }
    let Some(bytes) = sha256(&shown) else { return unusable(Verdict::Invalid(SHAPE)) };
    if bytes.iter().all(|byte| *byte == bytes[0]) {
        return unusable(Verdict::Placeholder("repeated digit"));
    }
    if OF_NOTHING.contains(&bytes) {
        return unusable(Verdict::Placeholder(NOTHING));
    }
    if options.placeholders.iter().any(|value| sha256(value) == Some(bytes)) {
        return unusable(Verdict::Placeholder("configured placeholder"));
    }
    let key = hex(&bytes);
    Normalized { display: key.clone(), key, verdict: Verdict::Ok }
}

/// The hashes of what people write for nothing, as it is usually tidied before it is hashed: as it stands, in small letters, in
/// capitals, and with the signs that stand between its parts.
static OF_NOTHING: LazyLock<HashSet<[u8; 32]>> = LazyLock::new(|| {
    let mut hashes = HashSet::new();
    for word in placeholder::words() {
        for between in [" ", "", "/", "-", "_", "."] {
            let word = word.replace(' ', between);
            for form in [word.to_uppercase(), capitalised(&word), word] {
                hashes.insert(Sha256::digest(form).into());
            }
        }
    }
    hashes
});

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::normalize;
    use crate::schema::Kind;

    fn read(raw: &str) -> Normalized {
        normalize(Kind::Email, raw, &Options { hashed: Some(Hashed::Sha256), ..Options::default() })
    }

    fn hash(text: &str) -> String {
        hex(&Sha256::digest(text))
    }

    #[test]
    fn all_ways_to_write_a_hash_are_one_key() {
        let key = hash("ann@example.fr");
        let spaced = format!(" {} ", key.to_uppercase());
        for form in [key.as_str(), &spaced, &base64(&Sha256::digest("ann@example.fr"))] {
            let value = read(form);
            assert_eq!((value.key.as_str(), value.display.as_str()), (key.as_str(), key.as_str()), "{form}");
        }
    }

    #[test]
    fn every_32_bytes_come_back_from_base64() {
        for seed in 0..200u8 {
            let bytes: [u8; 32] = Sha256::digest([seed]).into();
            let text = base64(&bytes);
            assert_eq!(sha256(&text), Some(bytes));
            assert_eq!(sha256(&text.replace('+', "-").replace('/', "_").replace('=', "")), Some(bytes));
        }
    }

    #[test]
    fn what_is_no_hash_is_invalid_and_a_hash_of_nothing_a_placeholder() {
        for raw in ["ann@example.fr", "abc", &"g".repeat(64), &"a".repeat(63), &"B".repeat(43)] {
            assert_eq!(read(raw).verdict, Verdict::Invalid(SHAPE), "{raw}");
        }
        for nothing in ["", "null", "NULL", "None", "n/a", "N/A", "undefined", "test@test.com", "0000000000", "unknown"]
        {
            assert_eq!(read(&hash(nothing)).verdict, Verdict::Placeholder(NOTHING), "{nothing}");
        }
        assert!(!read("null").verdict.is_ok() && read("").key.is_empty());
        assert!(read(&hash("ann@example.fr")).verdict.is_ok());
    }
}
