//! What a single value looks like: the tests that content is judged by, one function each.
//!
//! They recognise shapes; they do not validate or clean (that is `normalize`'s).

use super::words::{self, Words};
use crate::normalize::{phone, text};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A value prepared for the tests.
pub(super) struct Value<'a> {
    /// As it came, trimmed.
    pub(super) text: &'a str,
    /// Lower case, without accents.
    pub(super) folded: String,
    /// Runs of letters and digits of `folded`; apostrophes are dropped.
    pub(super) tokens: Vec<String>,
    /// How many digits, letters.
    pub(super) digits: usize,
    pub(super) letters: usize,
}

impl<'a> Value<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let text = text.trim();
        let folded = fold(text);
        let tokens = tokens(&folded);
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        Value { text, folded, tokens, digits, letters }
    }

    /// The value as one entry of a word list: white space is written `_`.
    fn entry(&self) -> String {
        self.folded.split_whitespace().collect::<Vec<_>>().join("_").trim_end_matches('.').to_owned()
    }

    fn is_in(&self, words: &Words) -> bool {
        words.has(&self.entry())
    }

    fn any_token(&self, words: &Words) -> bool {
        self.tokens.iter().any(|token| words.has(token))
    }
}

/// Lower case without accents.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase().replace('`', "'");
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfd().filter(|&c| !is_combining_mark(c)).nfc().flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            '’' | '`' => folded.push('\''),
            c => folded.push(c),
        }
    }
    folded
}

fn tokens(folded: &str) -> Vec<String> {
    let kept = folded.replace('\'', "");
    kept.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// Whether the text stands for a missing value.
pub(super) fn is_nothing(text: &str) -> bool {
    let bytes = text.as_bytes();
    // None of these words has a digit, nor an @.
    if bytes.is_ascii() && bytes.iter().any(|byte| byte.is_ascii_digit() || *byte == b'@') {
        return false;
    }
    let entry = fold(text.trim()).split_whitespace().collect::<Vec<_>>().join("_");
    words::NOTHING.has(&entry)
}

pub(super) fn is_email(v: &Value<'_>) -> bool {
    let Some((local, domain)) = v.text.split_once('@') else { return false };
    !local.is_empty() && domain.len() > 2 && !v.text.contains(char::is_whitespace) && !domain.contains('@')
}

pub(super) fn is_url(v: &Value<'_>) -> bool {
    let text = v.folded.as_str();
    if text.contains(char::is_whitespace) || text.contains('@') {
        return false;
    }
    if ["http://", "https://", "www.", "ftp://"].iter().any(|start| text.starts_with(start)) {
        return true;
    }
    let host = text.split('/').next().unwrap_or_default();
    let end = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
        && ["com", "org", "net", "fr", "de", "es", "it", "nl", "be", "eu", "io", "gov", "edu", "uk", "pt"]
            .contains(&end)
}

pub(super) fn is_uuid(v: &Value<'_>) -> bool {
    let groups: Vec<usize> = v.text.trim_matches(['{', '}']).split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && v.text.chars().all(|c| c.is_ascii_hexdigit() || "-{}".contains(c))
}

/// A hash or random token in hexadecimal: eight characters or more, letters and digits mixed.
pub(super) fn is_hash(v: &Value<'_>) -> bool {
    let text = v.text.strip_prefix("0x").unwrap_or(v.text);
    text.len() >= 8
        && text.chars().all(|c| c.is_ascii_hexdigit())
        && (v.letters > 0 && v.digits > 0 || text.len() >= 32)
}

/// One word of letters and digits mixed: `C00123`, `AB-77-1042`, a cookie.
pub(super) fn is_code(v: &Value<'_>) -> bool {
    v.digits >= 2
        && v.letters >= 1
        && v.text.chars().count() >= 4
        && v.text.chars().all(|c| c.is_ascii_alphanumeric() || "-_/.:#".contains(c))
}

pub(super) fn is_integer(v: &Value<'_>) -> bool {
    let text = v.text.strip_prefix(['-', '+']).unwrap_or(v.text);
    let text = text.strip_suffix(".0").unwrap_or(text);
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A number with decimals, a unit of money or a percent sign.
pub(super) fn is_decimal(v: &Value<'_>) -> bool {
    let bare = v.text.trim_matches(|c: char| "€$£%-+".contains(c) || c.is_whitespace());
    let bare = bare.strip_suffix("EUR").or_else(|| bare.strip_suffix("USD")).unwrap_or(bare).trim();
    let plain = bare.chars().all(|c| c.is_ascii_digit() || ".,' \u{a0}".contains(c));
    let points = bare.matches(['.', ',']).count();
    let money = v.text.contains(['€', '$', '£', '%']);
    plain
        && v.digits > 0
        && (money || (1..=2).contains(&points) && !bare.contains(' ') && !is_date(v))
        && !is_integer(v)
}

/// The digits of a text of phone characters, `None` if other characters occur.
fn phone_digits(v: &Value<'_>) -> Option<usize> {
    let number = v.folded.split(['x', 'e', '#']).next().unwrap_or_default();
    let number = number.trim_start_matches(|c: char| c.is_alphabetic() || ".: ".contains(c));
    let plain = number.chars().all(|c| c.is_ascii_digit() || "+()-./\u{2011}".contains(c) || c.is_whitespace());
    plain.then(|| number.chars().filter(char::is_ascii_digit).count())
}

/// Could be a phone number if the header says so.
pub(super) fn may_be_phone(v: &Value<'_>) -> bool {
    phone_digits(v).is_some_and(|digits| (6..=16).contains(&digits)) && v.letters <= 10
}

/// Looks like a phone number by itself: a plus, a national zero, or groups of digits.
pub(super) fn is_phone(v: &Value<'_>) -> bool {
    let Some(digits) = phone_digits(v).filter(|digits| (8..=15).contains(digits)) else { return false };
    if is_date(v) || v.text.contains("--") {
        return false;
    }
    let text = v.text;
    let international = text.starts_with('+') || text.starts_with("00") || text.starts_with("(+");
    let national = text.starts_with('0') && (9..=12).contains(&digits);
    let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).count();
    let bracketed = text.starts_with('(');
    let decimal = text.matches(['.', ',']).count() == 1 && groups == 2;
    international || national || bracketed || (groups >= 3 || groups == 2 && digits >= 9) && !decimal
}

pub(super) fn is_gender(v: &Value<'_>) -> bool {
    v.is_in(&words::GENDER)
}

pub(super) fn is_title(v: &Value<'_>) -> bool {
    v.tokens.len() <= 2 && v.tokens.iter().all(|token| words::TITLE.has(token)) && !v.tokens.is_empty()
}

pub(super) fn is_suffix(v: &Value<'_>) -> bool {
    v.tokens.len() == 1 && words::SUFFIX.has(&v.tokens[0])
}

pub(super) fn is_boolean(v: &Value<'_>) -> bool {
    v.is_in(&words::BOOLEAN)
}

/// Number given to a person by a state, where the shape alone tells: US, ES, IT, GB, FR with spaces.
pub(super) fn is_national_id(v: &Value<'_>) -> bool {
    let shape = shape(v.text);
    let known = ["999-99-9999", "99999999A", "99999999-A", "AAAAAA99A99A999A", "AA999999A", "AA 99 99 99 A"];
    let french = v.digits == 15 && v.text.contains(' ') && v.text.starts_with(['1', '2']);
    known.contains(&shape.as_str()) || french
}

/// A number of nine to twelve digits that one of the large numbering plans has.
pub(super) fn is_plain_phone(v: &Value<'_>) -> bool {
    const PLANS: [&str; 8] = ["US", "FR", "ES", "GB", "IT", "IN", "CN", "BR"];
    let plain = (9..=12).contains(&v.text.len()) && v.text.bytes().all(|byte| byte.is_ascii_digit());
    plain && PLANS.iter().any(|region| phone::parse(v.text, Some(region)).is_some_and(|phone| phone.valid))
}

/// Letters only, with what may stand between them in names.
pub(super) fn is_wordy(v: &Value<'_>) -> bool {
    v.letters > 0 && v.text.chars().all(|c| c.is_alphabetic() || is_combining_mark(c) || " -'’.,`^".contains(c))
}

fn is_short_name(v: &Value<'_>) -> bool {
    is_wordy(v) && v.text.split_whitespace().count() <= 2 && v.tokens.len() <= 3
}

pub(super) fn is_given(v: &Value<'_>) -> bool {
    is_short_name(v) && v.tokens.iter().any(|token| words::GIVEN.has(token)) && !is_only(v, &words::FAMILY)
}

pub(super) fn is_family(v: &Value<'_>) -> bool {
    is_short_name(v) && v.tokens.iter().any(|token| words::FAMILY.has(token)) && !is_only(v, &words::GIVEN)
}

/// In that list although it is in the other one too: such names tell nothing.
fn is_only(v: &Value<'_>, other: &Words) -> bool {
    v.tokens.iter().all(|token| other.has(token))
}

/// A whole personal name: two to five words of letters, one of them a known given name, none an organisation's.
pub(super) fn is_person(v: &Value<'_>) -> bool {
    has_person_form(v) && v.any_token(&words::GIVEN) && !v.any_token(&words::ORGANISATION)
}

/// A known given name and a known family name side by side.
pub(super) fn is_whole_name(v: &Value<'_>) -> bool {
    let in_list = |words: &'static Words| v.tokens.iter().position(|token| words.has(token));
    let apart = |given: usize| v.tokens.iter().enumerate().any(|(at, token)| at != given && words::FAMILY.has(token));
    has_person_form(v) && in_list(&words::GIVEN).is_some_and(apart)
}

/// The form of a personal name: two to five words of letters, or as many Chinese characters or Korean syllables.
pub(super) fn has_person_form(v: &Value<'_>) -> bool {
    let words = v.text.split(|c: char| c.is_whitespace() || c == '^').filter(|word| !word.is_empty()).count();
    let eastern = || v.text.starts_with(text::is_syllable) && v.text.chars().all(text::is_eastern);
    is_wordy(v) && !is_sentence(v) && ((2..=5).contains(&words) || (2..=5).contains(&v.letters) && eastern())
}

pub(super) fn is_organisation(v: &Value<'_>) -> bool {
    v.letters > 1 && v.any_token(&words::ORGANISATION)
}

/// Street line: a street word, or a number followed by words.
pub(super) fn is_street(v: &Value<'_>) -> bool {
    if v.letters < 3 || v.tokens.len() < 2 && !has_street_ending(v) {
        return false;
    }
    has_street_word(v) || starts_with_house_number(v) && !is_sentence(v)
}

pub(super) fn has_street_word(v: &Value<'_>) -> bool {
    let many = v.tokens.len() > 1;
    v.tokens.iter().any(|token| words::STREET.has(token)) && many || has_street_ending(v)
}

fn has_street_ending(v: &Value<'_>) -> bool {
    v.tokens
        .iter()
        .any(|token| words::STREET_ENDINGS.iter().any(|end| token.len() > end.len() + 2 && token.ends_with(end)))
}

fn starts_with_house_number(v: &Value<'_>) -> bool {
    let first = v.tokens.first().map_or("", String::as_str);
    let digits = first.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits) && first.len() <= digits + 2 && v.tokens.len() >= 2
}

/// A whole address: a street, then more behind a comma or a line break, or with a postal code.
pub(super) fn is_address(v: &Value<'_>) -> bool {
    let parted = v.text.contains([',', '\n', ';']);
    let coded = v
        .tokens
        .iter()
        .skip(1)
        .any(|token| (4..=6).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit()));
    is_street(v) && v.digits > 0 && v.tokens.len() >= 4 && (coded || parted && v.tokens.len() >= 6) && !is_sentence(v)
}

/// House number: `12`, `12 bis`, `4b`, `10-12`.
pub(super) fn is_house_number(v: &Value<'_>) -> bool {
    (1..=5).contains(&v.digits)
        && v.letters <= 4
        && v.text.len() <= 9
        && v.text.starts_with(|c: char| c.is_ascii_digit())
}

pub(super) fn is_city(v: &Value<'_>) -> bool {
    v.is_in(&words::CITY)
}

pub(super) fn is_country(v: &Value<'_>) -> bool {
    v.is_in(&words::COUNTRY)
}

pub(super) fn is_country_code(v: &Value<'_>) -> bool {
    v.is_in(&words::COUNTRY_CODE)
}

pub(super) fn is_region(v: &Value<'_>) -> bool {
    v.is_in(&words::REGION)
}

/// Three words or more with one that only sentences have.
pub(super) fn is_sentence(v: &Value<'_>) -> bool {
    v.tokens.len() >= 3 && v.any_token(&words::SENTENCE)
}

/// A postal code whose shape tells it from any other number (GB, NL, CA, PT, PL, BR, US with four more digits).
pub(super) fn is_distinct_postal(v: &Value<'_>) -> bool {
    let shape = shape(v.text);
    let gb = |s: &str| matches!(s, "A99AA" | "A999AA" | "AA99AA" | "AA999AA" | "A9A9AA" | "AA9A9AA");
    gb(&shape.replace(' ', ""))
        || matches!(shape.as_str(), "A9A 9A9" | "A9A9A9" | "9999 AA" | "9999AA" | "9999-999" | "99-999" | "99999-999")
        || matches!(shape.as_str(), "99999-9999" | "999 99")
}

/// Digits alone, four to six of them: a postal code if anything else speaks for it.
pub(super) fn is_plain_postal(v: &Value<'_>) -> bool {
    (4..=6).contains(&v.text.len()) && v.text.bytes().all(|b| b.is_ascii_digit())
}

/// Could be a postal code if the header says so.
pub(super) fn may_be_postal(v: &Value<'_>) -> bool {
    let text = v.text.strip_suffix(".0").unwrap_or(v.text);
    v.digits >= 1
        && text.chars().count() <= 10
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-')
}

/// The text with `9` for each digit and `A` for each letter.
pub(super) fn shape(text: &str) -> String {
    let class = |c: char| {
        if c.is_ascii_digit() {
            '9'
        } else if c.is_alphabetic() {
            'A'
        } else {
            c
        }
    };
    text.chars().map(class).collect()
}

pub(super) fn is_date(v: &Value<'_>) -> bool {
    super::dates::read(&v.folded).is_some()
}
