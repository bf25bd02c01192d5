//! Everything that is known of one value: its forms, its parts, and further keys to find it by.

use super::{
    Normalized, Options, address, date, email, name, nickname, normalize, organisation, phone, register, shown,
};
use super::{phonetic, text};
use crate::schema::Kind;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value with all its forms. As JSON: one object with `raw`, `display`, `key`, `verdict` and the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The text as given.
    pub raw: String,
    /// Display form, key and verdict.
    pub value: Normalized,
    /// The parts by name, in the order of [`part_names`]; empty texts where there is none, and where the value is unusable.
    pub parts: Vec<(&'static str, String)>,
}

impl Serialize for Details {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("raw", &self.raw)?;
        map.serialize_entry("display", &self.value.display)?;
        map.serialize_entry("key", &self.value.key)?;
        map.serialize_entry("verdict", &self.value.verdict)?;
        self.parts.iter().try_for_each(|(name, part)| map.serialize_entry(name, part))?;
        map.end()
    }
}

/// The names of the parts that values of a kind have. Several words in one part are separated by spaces.
///
/// `phonetic`, `initials`, `nickname_root`, `tokens` (sorted), `latin` and `corrected` are keys to find further candidates
/// by; they never replace the key.
pub fn part_names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::GivenName | Kind::MiddleName => &["title", "suffix", "nickname_root", "initials", "phonetic", "latin"],
        Kind::FamilyName | Kind::BirthName => &["core", "suffix", "birth_name", "phonetic", "latin"],
        Kind::FullName => &[
            "title",
            "given_name",
            "middle_name",
            "family_name",
            "suffix",
            "birth_name",
            "nickname_root",
            "initials",
            "phonetic",
            "tokens",
            "latin",
        ],
        Kind::OrganisationName => &["legal_form", "initials", "phonetic", "tokens", "latin"],
        Kind::Email => &["local", "domain", "role", "disposable", "corrected"],
        Kind::Phone => &["country_code", "national", "extension", "line_type"],
        Kind::BirthDate | Kind::Date => &["year", "month", "day", "other_reading"],
        Kind::StreetAddress | Kind::AddressExtra => &["number", "street", "unit"],
        Kind::FullAddress => &["number", "street", "unit", "postal_code", "city", "region", "department"],
        Kind::City => &["phonetic", "tokens", "latin"],
        Kind::PostalCode => &["department"],
        Kind::OrganisationId => &["register", "siren"],
        Kind::Region | Kind::Category | Kind::Text => &["tokens", "latin"],
        _ => &[],
    }
}

/// One value of a kind with its parts.
///
/// ```
/// use cdp_core::normalize::{Options, details::details};
/// use cdp_core::schema::Kind;
/// let found = details(Kind::FullName, "Dr. Bob Müller Jr", &Options::default());
/// let part = |name| found.parts.iter().find(|(part, _)| *part == name).unwrap().1.as_str();
/// assert_eq!((part("title"), part("given_name"), part("family_name")), ("dr", "bob", "muller"));
/// assert_eq!((part("suffix"), part("initials")), ("jr", "bm"));
/// ```
pub fn details(kind: Kind, raw: &str, options: &Options) -> Details {
    let value = normalize(kind, raw, options);
    let texts = if value.verdict.is_ok() { texts(kind, &shown(kind, raw), &value, options) } else { Vec::new() };
    let texts = texts.into_iter().chain(std::iter::repeat(String::new()));
    Details { raw: raw.to_owned(), parts: part_names(kind).iter().copied().zip(texts).collect(), value }
}

/// The texts of the parts, in the order of their names, read in the cleaned text (`shown`) as the key is.
fn texts(kind: Kind, shown: &str, value: &Normalized, options: &Options) -> Vec<String> {
    let key = value.key.as_str();
    let reading = name::Reading::new(Default::default(), options.region.as_deref());
    match kind {
        Kind::GivenName | Kind::MiddleName => {
            let name = name::parse_given_in(shown, reading);
            let title = name.titles.join(" ");
            vec![title, or_empty(name.suffix), nickname_roots(key), initials(key), phonetics(key), latin(key)]
        }
        Kind::FamilyName | Kind::BirthName => {
            let name = name::parse_family(shown);
            let core = name::core(key).to_owned();
            vec![core, or_empty(name.suffix), or_empty(name.birth), phonetics(key), latin(key)]
        }
        Kind::FullName => full_name(&name::parse_full_in(shown, reading), key),
        Kind::OrganisationName => {
            let name = organisation::parse(shown);
            vec![or_empty(name.legal_form), initials(key), phonetics(key), tokens(key), latin(key)]
        }
        Kind::Email => email::parse(shown).map_or_else(|_| Vec::new(), email_texts),
        Kind::Phone => phone::parse(shown, options.region.as_deref())
            .filter(|phone| phone.valid)
            .map_or_else(Vec::new, phone_texts),
        Kind::BirthDate | Kind::Date => date_texts(&date::parse(shown, options.order)),
        Kind::StreetAddress | Kind::AddressExtra => {
            let street = address::parse_street(shown);
            vec![or_empty(street.number), street.name, or_empty(street.unit)]
        }
        Kind::FullAddress => {
            let found = address::parse_full(shown);
            let is_french = found.region.is_none() && found.country.is_none_or(|country| country == "FR");
            let code = found.postal_code.as_deref().filter(|_| is_french);
            let department = code.and_then(|code| department(code, options));
            let street = [or_empty(found.street.number), found.street.name, or_empty(found.street.unit)];
            let place = [found.postal_code, found.city, found.region, department].map(or_empty);
            street.into_iter().chain(place).collect()
        }
        Kind::City => vec![phonetics(key), tokens(key), latin(key)],
        Kind::PostalCode => vec![or_empty(department(key, options))],
        Kind::OrganisationId => {
            let (register, siren) = register::register(key).unwrap_or_default();
            vec![register.to_owned(), siren.to_owned()]
        }
        _ => vec![tokens(key), latin(key)],
    }
}

/// Five digits are a postal code in many countries: only in France they tell a department.
fn department(postal_code: &str, options: &Options) -> Option<String> {
    address::department(postal_code).filter(|_| options.region.as_deref() == Some("FR"))
}

fn full_name(name: &name::PersonName, key: &str) -> Vec<String> {
    let whole = [name.given.as_str(), &name.middle.join(" "), &name.family].join(" ");
    vec![
        name.titles.join(" "),
        name.given.clone(),
        name.middle.join(" "),
        name.family.clone(),
        name.suffix.clone().unwrap_or_default(),
        name.birth.clone().unwrap_or_default(),
        nickname_roots(&name.given),
        initials(&whole),
        phonetics(&name.family),
        tokens(key),
        latin(key),
    ]
}

fn email_texts(email: email::Email) -> Vec<String> {
    let flag = |flag: bool, word: &str| if flag { word.to_owned() } else { String::new() };
    let corrected = email::typo_domain(&email.domain)
        .and_then(|domain| email::parse(&format!("{}@{domain}", email.local)).ok())
        .map(|email| email.mailbox);
    let (role, disposable) = (flag(email.role, "role"), flag(email.disposable, "disposable"));
    vec![email.local, email.domain, role, disposable, or_empty(corrected)]
}

fn phone_texts(phone: phone::Phone) -> Vec<String> {
    let digits = phone.e164.trim_start_matches('+');
    let code = digits.strip_suffix(phone.national.as_str()).unwrap_or_default().to_owned();
    vec![code, phone.national, or_empty(phone.extension), phone.line_type.as_str().to_owned()]
}

fn date_texts(readings: &[date::Date]) -> Vec<String> {
    let Some(first) = readings.first() else { return Vec::new() };
    let other = readings.get(1).map(ToString::to_string);
    vec![first.year.to_string(), first.month.to_string(), first.day.to_string(), or_empty(other)]
}

fn or_empty(text: Option<String>) -> String {
    text.unwrap_or_default()
}

fn nickname_roots(name: &str) -> String {
    let first = name.split(' ').next().unwrap_or_default();
    nickname::roots(first).join(" ")
}

fn initials(text: &str) -> String {
    text::tokens(text).filter_map(|token| token.chars().next()).collect()
}

fn phonetics(text: &str) -> String {
    text::tokens(text).map(phonetic::key).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn tokens(text: &str) -> String {
    let mut tokens: Vec<&str> = text::tokens(text).collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens.join(" ")
}

fn latin(text: &str) -> String {
    or_empty(text::latin(text))
}
