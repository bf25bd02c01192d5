//! From raw text to comparable keys, one module a kind; takes `&str` and knows no records.
//!
//! Raw, display and key stay apart: the display is what people see, the key is what is compared, and the verdict says
//! why a value cannot be used. No function here panics, and each takes time linear in its input.

pub mod address;
pub mod consent;
mod country;
pub mod date;
pub mod details;
mod digits;
mod domain;
pub mod email;
pub mod gender;
pub mod hashed;
pub mod identifier;
pub mod name;
pub mod nickname;
pub mod number;
pub mod organisation;
pub mod phone;
pub mod phonetic;
pub mod placeholder;
mod plans;
pub mod register;
pub mod text;
pub mod url;
mod vocabulary;

pub use date::DateOrder;
pub use hashed::Hashed;

use crate::error::Result;
use crate::schema::Kind;
use serde::{Deserialize, Serialize};

/// Whether a value can be used, and why not. Its text is `ok`, `invalid: reason` or `placeholder: rule`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It can.
    Ok,
    /// It does not have the form of its kind; the reason in words.
    Invalid(&'static str),
    /// It fills a field without saying anything; which rule found it.
    Placeholder(&'static str),
}

impl Verdict {
    /// Whether the value can be used.
    pub fn is_ok(self) -> bool {
        self == Verdict::Ok
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Verdict::Ok => f.write_str("ok"),
            Verdict::Invalid(reason) => write!(f, "invalid: {reason}"),
            Verdict::Placeholder(rule) => write!(f, "placeholder: {rule}"),
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How to read values that can be read in several ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// ISO 3166 region (`FR`) for phone numbers and postal codes without a country.
    pub region: Option<String>,
    /// Order of day, month and year in numeric dates.
    pub order: Option<DateOrder>,
    /// Further placeholders, compared folded; of hashed values, as hashes.
    pub placeholders: Vec<String>,
    /// How the values were hashed before they came; they are compared exactly then.
    pub hashed: Option<Hashed>,
}

impl Options {
    /// The options with the region in capitals.
    ///
    /// ```
    /// use cdp_core::normalize::Options;
    /// let of = |region: &str| Options { region: Some(region.to_owned()), ..Options::default() }.checked();
    /// assert_eq!(of("fr").unwrap().region.as_deref(), Some("FR"));
    /// assert!(of("France").is_err());
    /// ```
    ///
    /// # Errors
    /// `invalid_config` for a region that does not exist.
    pub fn checked(mut self) -> Result<Self> {
        if let Some(region) = &mut self.region {
            let capitals = region.to_ascii_uppercase();
            if !phone::is_region(&capitals) {
                return Err(phone::no_region(region).field("region"));
            }
            *region = capitals;
        }
        Ok(self)
    }
}

/// A normalised value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Normalized {
    /// The form for people, NFC.
    pub display: String,
    /// The form for comparison; empty unless the verdict is ok.
    pub key: String,
    /// Whether the value can be used.
    pub verdict: Verdict,
}

/// The longest value of a structured kind, in bytes; what is longer is invalid. Free text has no limit.
pub const MAX_BYTES: usize = 4096;

const TOO_LONG: &str = "longer than such a value can be";

/// Normalises one value of a kind. A date with two readings gets the key of the first one, day before month; see
/// [`date::parse`] for both.
///
/// ```
/// use cdp_core::{normalize::{normalize, Options}, schema::Kind};
/// let value = normalize(Kind::Email, " Ann@EXAMPLE.fr ", &Options::default());
/// assert_eq!((value.display.as_str(), value.key.as_str()), ("Ann@example.fr", "ann@example.fr"));
/// ```
pub fn normalize(kind: Kind, raw: &str, options: &Options) -> Normalized {
    if options.hashed.is_some() {
        return hashed::normalize(raw, options);
    }
    let shown = shown(kind, raw);
    let limited = !matches!(kind, Kind::Text | Kind::Category | Kind::Url | Kind::Ignore);
    let too_long = |text: &str| limited && text.len() > MAX_BYTES;
    if too_long(&shown) {
        return invalid(shown, TOO_LONG);
    }
    let rule = placeholder::rule(kind, &shown).or_else(|| configured(&shown, options));
    if let Some(rule) = rule {
        return Normalized { display: shown, key: String::new(), verdict: Verdict::Placeholder(rule) };
    }
    match key(kind, &shown, options) {
        // Written out, it can be longer.
        Ok((_, key)) if too_long(&key) => invalid(shown, TOO_LONG),
        Ok((display, key)) if !key.is_empty() => {
            // What is its own key was asked about.
            let rule = if key == shown { None } else { placeholder::rule(kind, &key) };
            if let Some(rule) = rule {
                return Normalized { display: shown, key: String::new(), verdict: Verdict::Placeholder(rule) };
            }
            Normalized { display: display.unwrap_or(shown), key, verdict: Verdict::Ok }
        }
        Ok(_) => invalid(shown, "nothing left to compare"),
        Err(reason) => invalid(shown, reason),
    }
}

/// The cleaned text, in which everything is read. The lines of an address become parts with commas between.
pub(crate) fn shown(kind: Kind, raw: &str) -> String {
    if kind != Kind::FullAddress || !raw.contains(['\n', '\r']) {
        return text::display(raw);
    }
    let lines = raw.lines().map(|line| line.trim().trim_end_matches([',', ';'])).filter(|line| !line.is_empty());
    text::display(&lines.collect::<Vec<_>>().join(", "))
}

fn invalid(display: String, reason: &'static str) -> Normalized {
    Normalized { display, key: String::new(), verdict: Verdict::Invalid(reason) }
}

fn configured(shown: &str, options: &Options) -> Option<&'static str> {
    if options.placeholders.is_empty() {
        return None;
    }
    let folded = text::folded(shown);
    options.placeholders.iter().any(|value| text::folded(value) == folded).then_some("configured placeholder")
}

/// A display form, where it is not the text as given, and a key.
type Forms = (Option<String>, String);

fn key(kind: Kind, shown: &str, options: &Options) -> std::result::Result<Forms, &'static str> {
    let region = options.region.as_deref();
    let reading = name::Reading::new(Default::default(), region);
    Ok(match kind {
        Kind::GivenName | Kind::MiddleName => (None, settled(shown, |text| name::parse_given_in(text, reading).key)?),
        Kind::FamilyName => (None, settled(shown, |text| name::parse_family(text).key)?),
        Kind::BirthName => (None, settled(shown, name::birth)?),
        Kind::FullName if name::is_title_alone(shown) => return Err("a title without a name"),
        Kind::FullName => match settled(shown, |text| ordered_name(text, reading))? {
            left if name::is_title_alone(&left) => return Err("a title without a name"),
            left => (None, left),
        },
        Kind::OrganisationName => (None, settled(shown, |text| organisation::parse(text).key)?),
        Kind::Email => {
            let email = email::parse(shown)?;
            (Some([&email.local, "@", &email.domain].concat()), email.mailbox)
        }
        Kind::Phone => phone_forms(shown, region)?,
        Kind::BirthDate | Kind::Date => {
            let date = *date::parse(shown, options.order).first().ok_or_else(|| date::fault(shown, options.order))?;
            (Some(date.to_string()), date.to_string())
        }
        Kind::Gender => (None, gender::key(shown).ok_or("not a known gender")?.to_owned()),
        Kind::Consent => (None, consent::key(shown).ok_or("neither a yes nor a no")?.to_owned()),
        Kind::StreetAddress => (None, settled(shown, street_line)?),
        Kind::AddressExtra => (None, settled(shown, address::extra_key)?),
        Kind::FullAddress => (None, address::full_key(shown)),
        Kind::City => (None, address::city(shown)),
        Kind::PostalCode => {
            let code = address::postal_code(shown, region);
            match address::postal_fault(&code, region) {
                Some(fault) => return Err(fault),
                None => (None, code),
            }
        }
        Kind::Region => (None, address::region(shown)),
        Kind::Country => (None, address::country(shown).ok_or("not a known country")?.to_owned()),
        Kind::Url => (None, url::key(shown)?),
        Kind::Title => (None, name::title(shown)),
        Kind::NameSuffix => (None, name::suffix(shown)),
        Kind::HouseNumber => (None, address::house_number(shown)),
        Kind::OrganisationId => (None, register::key(shown, region)?),
        Kind::NationalId => {
            let key = identifier::key(shown);
            if let Some(fault) = identifier::national_fault(&key, region) {
                return Err(fault);
            }
            (None, key)
        }
        Kind::CustomerId | Kind::LoyaltyId | Kind::AnonymousId | Kind::Identifier => (None, identifier::key(shown)),
        Kind::Number => (None, settled(shown, |text| number::key(text, region))?),
        Kind::Category => (None, text::fold_graded(shown)),
        _ => (None, text::fold(shown)),
    })
}

/// Forms a key again until nothing changes, so that the key of a key is itself: parts brought together can look like
/// something else (a number before a letter, a title before a name).
fn settled(shown: &str, form: impl Fn(&str) -> String) -> std::result::Result<String, &'static str> {
    let mut key = form(shown);
    for _ in 0..4 {
        let next = form(&key);
        if next == key {
            return Ok(key);
        }
        key = next;
    }
    Err("parts that cannot be told apart")
}

/// The parts of a whole name in one order.
fn ordered_name(shown: &str, reading: name::Reading) -> String {
    let name = name::parse_full_in(shown, reading);
    let mut parts = vec![name.given.as_str()];
    parts.extend(name.middle.iter().map(String::as_str));
    parts.push(&name.family);
    let eastern =
        name.family.starts_with(text::is_syllable) && parts.iter().all(|part| part.starts_with(text::is_eastern));
    // The family first, and no space between: 王小明.
    let joined =
        if eastern { [name.family.as_str(), &name.given, &name.middle.concat()].concat() } else { String::new() };
    if eastern {
        parts = vec![joined.as_str()];
    }
    parts.extend(name.suffix.as_deref());
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// Number, name and units in one order.
fn street_line(shown: &str) -> String {
    let street = address::parse_street(shown);
    let mut key = street.number.unwrap_or_default();
    let units = street.unit.iter().flat_map(|units| units.split(' ')).flat_map(|unit| ["apt", unit]);
    for part in std::iter::once(street.name.as_str()).chain(units).filter(|part| !part.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(part);
    }
    key
}

fn phone_forms(shown: &str, region: Option<&str>) -> std::result::Result<Forms, &'static str> {
    match phone::forms(shown, region) {
        Some((display, e164)) => Ok((Some(display), e164)),
        None => phone::key(shown, region).map(|key| (None, key)),
    }
}

#[cfg(test)]
mod tests;
