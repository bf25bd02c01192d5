//! Placeholders: values typed to fill a field, which say nothing about anybody.
//!
//! Precision first: a short real name (`Null`, `Na`, `Test`) is never taken for one by itself.

use super::{date, text};
use crate::schema::Kind;
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The rule by which a value is a placeholder, if it is one: raw text or key.
///
/// ```
/// use cdp_core::{normalize::placeholder::rule, schema::Kind};
/// assert_eq!(rule(Kind::Phone, "0000000000"), Some("repeated digit"));
/// assert_eq!(rule(Kind::FamilyName, "Null"), None);
/// ```
pub fn rule(kind: Kind, raw: &str) -> Option<&'static str> {
    if is_long_identifier(kind, raw) {
        return Some("identifier over 400 characters");
    }
    if raw.len() > 400 {
        return None;
    }
    // What begins with a digit is neither empty nor a word.
    if kind == Kind::Phone && raw.trim_start_matches('+').starts_with(|c: char| c.is_ascii_digit()) {
        return phone(raw);
    }
    let folded = text::folded(raw);
    if folded.is_empty() {
        return Some("no letter or digit");
    }
    if let Some(rule) = folded_rule(kind, &folded) {
        return Some(rule);
    }
    match kind {
        Kind::Email => email(raw),
        Kind::Phone => phone(raw),
        Kind::BirthDate => birth_date(raw),
        // 22222, 44444 and 55555 are ZIP codes of places.
        Kind::PostalCode => {
            (repeated(&folded, 4) && !matches!(&*folded, "22222" | "44444" | "55555")).then_some("repeated digit")
        }
        _ if is_identifier(kind) => identifier(kind, raw, &folded),
        Kind::GivenName
        | Kind::FamilyName
        | Kind::BirthName
        | Kind::MiddleName
        | Kind::FullName
        | Kind::City
        | Kind::StreetAddress
        | Kind::FullAddress
        | Kind::OrganisationName => name(kind, &folded),
        _ => None,
    }
}

/// [`rule`] for a folded text, by its words alone.
pub(super) fn folded_rule(kind: Kind, folded: &str) -> Option<&'static str> {
    is_missing_word(kind, folded).then_some("word for a missing value")
}

fn is_identifier(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::NationalId
            | Kind::OrganisationId
            | Kind::CustomerId
            | Kind::LoyaltyId
            | Kind::AnonymousId
            | Kind::Identifier
    )
}

fn is_long_identifier(kind: Kind, raw: &str) -> bool {
    raw.len() > 400 && is_identifier(kind) && raw.chars().nth(400).is_some()
}

/// Words for nothing in every kind.
const EVERYWHERE: &[&str] = &[
    "n a",
    "unknown",
    "inconnu",
    "inconnue",
    "not available",
    "not applicable",
    "non renseigne",
    "non renseignee",
    "undefined",
    "xxx",
    "xxxx",
    "xxxxx",
    "not provided",
    "not known",
    "non communique",
    "non communiquee",
    "sans objet",
    "a renseigner",
    "object object",
    "to be confirmed",
    "non precise",
    "to be determined",
    "no data",
    "not specified",
    "non specifie",
    "non disponible",
    "pas de nom",
    "no name",
];
/// Words for nothing that are codes of countries and regions, and names.
const CODES: &[&str] = &["na", "nc", "nr", "nd"];
/// Words for nothing that somebody, or a place, can be called.
const NAMES: &[&str] = &[
    "null",
    "none",
    "nil",
    "nan",
    "tbd",
    "tbc",
    "aucun",
    "aucune",
    "vide",
    "empty",
    "missing",
    "anonymous",
    "anonyme",
];

/// `n/a`, `unknown` and their like; for names only those that nobody is called, for countries and regions none that is a
/// code (`NA`, `NC`).
fn is_missing_word(kind: Kind, folded: &str) -> bool {
    // None of them is longer, and most values are.
    let used = if folded.len() <= 18 { MISSING.get(folded) } else { None };
    used.is_some_and(|used| match used {
        Used::Everywhere => true,
        Used::AsCode => !is_name(kind) && !matches!(kind, Kind::Country | Kind::Region | Kind::Gender),
        Used::AsName => !is_name(kind),
    })
}

/// What a word for nothing can be besides.
#[derive(Debug, Clone, Copy)]
enum Used {
    Everywhere,
    AsCode,
    AsName,
}

static MISSING: LazyLock<HashMap<&str, Used>> = LazyLock::new(|| {
    let of = |words: &'static [&'static str], used| words.iter().map(move |word| (*word, used));
    of(EVERYWHERE, Used::Everywhere).chain(of(CODES, Used::AsCode)).chain(of(NAMES, Used::AsName)).collect()
});

/// Why a text of whatever kind is a word for nothing, if it is one.
pub(super) fn missing(raw: &str) -> Option<&'static str> {
    let folded = if raw.len() <= 400 { text::folded(raw) } else { return None };
    if folded.is_empty() { Some("no letter or digit") } else { folded_rule(Kind::Text, &folded) }
}

/// What is written for nothing, where that can be listed: words, test addresses, repeated digits and runs of them.
pub(super) fn words() -> impl Iterator<Item = String> {
    let words = [&[""], EVERYWHERE, CODES, NAMES, UNNAMED].into_iter().flatten().map(|word| (*word).to_owned());
    let locals = [TEST_LOCALS, MISSING_LOCALS, NOBODYS_LOCALS, KEYBOARD].into_iter().flatten();
    let domains = TEST_DOMAINS.iter().chain(&["mail.com", "email.com", "gmail.com"]);
    let addresses = locals.flat_map(move |local| domains.clone().map(move |domain| format!("{local}@{domain}")));
    let repeated = (b'0'..=b'9').flat_map(|digit| (4..=15).map(move |n| char::from(digit).to_string().repeat(n)));
    let runs = RUNS.iter().map(|run| (*run).to_owned());
    words.chain(addresses).chain(repeated.clone()).chain(repeated.map(|number| format!("+{number}"))).chain(runs)
}

/// Kinds whose values are proper names, where a word for nothing can be one.
fn is_name(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::GivenName
            | Kind::FamilyName
            | Kind::BirthName
            | Kind::MiddleName
            | Kind::FullName
            | Kind::City
            | Kind::OrganisationName
    )
}

const TEST_LOCALS: &[&str] = &["test", "tests", "testtest", "test1", "test123", "toto", "tata", "titi", "foo"];
const MISSING_LOCALS: &[&str] = &[
    "nc",
    "na",
    "none",
    "null",
    "noemail",
    "nomail",
    "pasdemail",
    "sansmail",
    "aucun",
    "nomailcom",
    "unknown",
    "inconnu",
    "xxx",
    "pasdadresse",
    "nepascontacter",
    "pasmail",
    "notprovided",
];
const NOBODYS_LOCALS: &[&str] = &["noreply", "donotreply", "nepasrepondre", "mailerdaemon"];
const KEYBOARD: &[&str] =
    &["azerty", "qwerty", "qwertz", "asdf", "qsdf", "asdfgh", "azertyuiop", "qwertyuiop", "aaa", "aaaa"];
const TEST_DOMAINS: &[&str] =
    &["example.com", "example.org", "example.net", "test.com", "test.fr", "email.invalid", "localhost"];
/// Runs of digits that are no telephone number.
const RUNS: &[&str] =
    &["0123456789", "1234567890", "0102030405", "102030405", "123456789", "9876543210", "12345678", "01234567"];
/// What an identifier says of nobody.
const UNNAMED: &[&str] = &["test", "guest", "user", "invite", "true", "false", "undefined", "deleted"];
/// The length of the longest of them, and of the runs of digits that identify nobody.
const LONGEST_UNNAMED: usize = 10;

fn email(raw: &str) -> Option<&'static str> {
    let lower = lower_case(raw.trim());
    let (local, domain) = lower.rsplit_once('@').unwrap_or((&lower, ""));
    // `n.a@` and `t.est@` are people: only hyphens stand inside these words.
    let plain: Cow<'_, str> =
        if local.contains(['-', '_']) { local.replace(['-', '_'], "").into() } else { local.into() };
    if let Some(rule) = LOCALS.get(&*plain) {
        return Some(rule);
    }
    TEST_DOMAINS.contains(&domain).then_some("test domain")
}

/// What is written before the @ of an address that is nobody's, with the rule.
static LOCALS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let of = |words: &'static [&'static str], rule| words.iter().map(move |word| (*word, rule));
    let (tests, missing) = (of(TEST_LOCALS, "test address"), of(MISSING_LOCALS, "word for a missing value"));
    let (nobodys, keyboard) = (of(NOBODYS_LOCALS, "address nobody reads"), of(KEYBOARD, "keyboard run"));
    tests.chain(missing).chain(nobodys).chain(keyboard).collect()
});

/// In lower case; most addresses are.
fn lower_case(text: &str) -> Cow<'_, str> {
    let is_lower = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { text.into() } else { text.to_lowercase().into() }
}

fn phone(raw: &str) -> Option<&'static str> {
    let mut digits = String::with_capacity(raw.len());
    digits.extend(raw.chars().filter(char::is_ascii_digit));
    let stated = raw.trim_start().starts_with('+').then_some(digits.as_str()).or_else(|| digits.strip_prefix("00"));
    let national = stated.and_then(|digits| digits.get(country_code_length(digits)..)).filter(|rest| rest.len() >= 8);
    let subscriber = national.unwrap_or(&digits).trim_start_matches('0');
    if digits.len() >= 5 && (subscriber.is_empty() || repeated(subscriber, 6)) {
        return Some("repeated digit");
    }
    if RUNS.contains(&digits.as_str())
        || matches!(digits.as_str(), "33102030405" | "330102030405" | "0033102030405" | "33123456789" | "0033123456789")
    {
        return Some("run of digits");
    }
    None
}

/// How many digits the country code has that a number begins with (ITU-T E.164).
fn country_code_length(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

fn birth_date(raw: &str) -> Option<&'static str> {
    let readings = date::parse(raw, None);
    match readings.first() {
        Some(date) => match (date.year, date.month, date.day) {
            (1753 | 1900 | 1970, 1, 1) | (1899, 12, 30 | 31) | (2099, 12, 31) => Some("default date of a system"),
            (1111, 11, 11) | (1212, 12, 12) => Some("repeated digit"),
            _ => None,
        },
        None => raw
            .bytes()
            .filter(u8::is_ascii_digit)
            .all(|digit| digit == b'0')
            .then_some("repeated digit")
            .filter(|_| raw.contains('0')),
    }
}

fn identifier(kind: Kind, raw: &str, folded: &str) -> Option<&'static str> {
    // What a data warehouse writes for nobody.
    if matches!(text::without_idle_decimal(raw), "-1" | "\u{2212}1") {
        return Some("number for a missing value");
    }
    // What is longer than any word below is a placeholder only where all of it is one digit.
    let letters = || folded.bytes().filter(|byte| *byte != b' ');
    let first = letters().next();
    if letters().any(|byte| Some(byte) != first) && letters().count() > LONGEST_UNNAMED {
        return None;
    }
    let digits: Cow<'_, str> = if folded.contains(' ') { folded.replace(' ', "").into() } else { folded.into() };
    // Customers are numbered one after the other, through 1111 and 7777 too.
    let least = if kind == Kind::CustomerId { 9 } else { 4 };
    if digits.bytes().all(|byte| byte == b'0') || repeated(&digits, least) {
        return Some("repeated digit");
    }
    match &*digits {
        word if UNNAMED.contains(&word) => Some("word for a missing value"),
        "12345678" if kind == Kind::CustomerId => None,
        "123456789" | "1234567890" | "0123456789" | "12345678" => Some("run of digits"),
        _ => None,
    }
}

fn name(kind: Kind, folded: &str) -> Option<&'static str> {
    // `Inconnu Inconnu`: a first and a last name filled in alike.
    if kind == Kind::FullName
        && let Some((first, last)) = halves(folded)
        && first == last
    {
        let rule = is_missing_word(Kind::Text, first).then_some("word for a missing value");
        if let Some(rule) = rule.or_else(|| name(Kind::FamilyName, first)) {
            return Some(rule);
        }
    }
    match folded {
        "nom prenom" | "prenom nom" | "first name last name" | "firstname lastname" if kind == Kind::FullName => {
            Some("name of a column")
        }
        "azerty" | "qwerty" | "asdf" | "qsdf" | "asdfgh" | "azertyuiop" | "qwertyuiop" | "abcd" | "abcdef" => {
            Some("keyboard run")
        }
        "test test" | "john doe" | "jane doe" => Some("test name"),
        _ if folded.chars().count() >= 4 && same_characters(folded) => Some("repeated character"),
        _ => None,
    }
}

/// A text of an even number of words in two.
fn halves(folded: &str) -> Option<(&str, &str)> {
    folded.split_at_checked(folded.len() / 2).and_then(|(first, rest)| Some((first, rest.strip_prefix(' ')?)))
}

/// At least `least` characters, all of them the same digit.
fn repeated(text: &str, least: usize) -> bool {
    text.len() >= least && text.starts_with(|c: char| c.is_ascii_digit()) && same_characters(text)
}

fn same_characters(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_nobody_are_found_however_they_are_spaced() {
        assert_eq!(UNNAMED.iter().map(|word| word.len()).max().max(Some(10)), Some(LONGEST_UNNAMED));
        let of = |text: &str| rule(Kind::Identifier, text);
        assert_eq!([of("12 3456-7890"), of("0123456 789"), of("12345678")], [Some("run of digits"); 3]);
        assert_eq!([of("00 000-000 0000"), of("1111 1111-1111")], [Some("repeated digit"); 2]);
        assert_eq!([of("u n d e f i n e d"), of("Deleted")], [Some("word for a missing value"); 2]);
        assert_eq!([of("12345678901"), of("1111 1111-1112"), of("undefined-undefined")], [None; 3]);
    }
}
