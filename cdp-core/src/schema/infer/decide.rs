//! The kind of one column: what its header suggests if the content allows it, else what the content says.

use super::content::{Content, Trait};
use super::header::Hint;
use super::value;
use crate::schema::Kind;

/// A kind, how sure it is, and why.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) kind: Kind,
    pub(super) confidence: f64,
    pub(super) reason: String,
    /// Whether the header said so.
    pub(super) by_header: bool,
}

impl Verdict {
    pub(super) fn new(kind: Kind, confidence: f64, reason: impl Into<String>) -> Self {
        Verdict { kind, confidence, reason: reason.into(), by_header: false }
    }
}

/// Below this fit the content contradicts the header.
const CONTRADICTED: f64 = 0.4;

/// Decides by header and content of the column alone.
pub(super) fn decide(hint: Option<&Hint>, content: &Content<'_>) -> Verdict {
    if content.filled == 0 {
        return Verdict::new(Kind::Ignore, 1.0, "no value");
    }
    let held = by_content(content);
    let Some(hint) = hint else { return held };
    let fit = fit(hint.kind, content);
    let unmistakable = held.confidence >= 0.9 && held.kind == Kind::Email;
    if fit < CONTRADICTED || unmistakable && hint.kind != Kind::Email {
        let reason = format!("named like {} ('{}') but {}", hint.kind, hint.phrase, held.reason);
        return Verdict { reason, confidence: held.confidence * 0.9, ..held };
    }
    let reason = format!("named '{}'", hint.phrase);
    Verdict { kind: hint.kind, confidence: hint.strength * (0.6 + 0.4 * fit.min(1.0)), reason, by_header: true }
}

/// Whether the content allows that kind.
pub(super) fn allows(kind: Kind, content: &Content<'_>) -> bool {
    content.filled > 0 && fit(kind, content) >= CONTRADICTED
}

/// How well the content fits a kind that the header suggests, from 0 to 1.
fn fit(kind: Kind, content: &Content<'_>) -> f64 {
    let share = |property| content.share(property);
    let (wordy, integer) = (share(Trait::Wordy), share(Trait::Integer));
    match kind {
        Kind::GivenName | Kind::FamilyName | Kind::BirthName | Kind::MiddleName => {
            let whole = share(Trait::WholeName) >= 0.25 && content.mean_words >= 1.8;
            if whole || share(Trait::Sentence) > 0.4 { 0.2 } else { wordy }
        }
        Kind::FullName => wordy.max(share(Trait::Organisation)).min(1.0 - share(Trait::Sentence) / 1.5),
        Kind::OrganisationName if share(Trait::Person) > 0.75 && share(Trait::Organisation) < 0.05 => 0.25,
        Kind::OrganisationName => (1.0 - integer - share(Trait::Hash)).min(1.0 - share(Trait::Sentence) / 1.2),
        Kind::Title if content.distinct <= 12 && content.mean_length <= 10.0 => share(Trait::Title).max(0.6),
        Kind::Title => share(Trait::Title),
        Kind::NameSuffix if content.distinct <= 30 && content.mean_length <= 6.0 => share(Trait::Suffix).max(0.6),
        Kind::NameSuffix => share(Trait::Suffix),
        Kind::Email => share(Trait::Email),
        Kind::Phone => share(Trait::MayBePhone),
        Kind::Url => share(Trait::Url).max(share(Trait::Wordy) * 0.3),
        Kind::BirthDate | Kind::Date => share(Trait::Date).max(if is_instant(content) { integer * 0.9 } else { 0.0 }),
        Kind::Gender if content.distinct <= 5 => share(Trait::Gender).max(0.7),
        Kind::Gender => share(Trait::Gender),
        Kind::HouseNumber => share(Trait::HouseNumber),
        Kind::StreetAddress | Kind::FullAddress => fit_of_street(content),
        Kind::AddressExtra => 1.0 - share(Trait::Sentence).max(share(Trait::Hash)).max(share(Trait::Date)),
        Kind::City if share(Trait::Person) > 0.6 && share(Trait::City) < 0.05 => 0.2,
        Kind::City => (1.0 - integer).min(1.0 - share(Trait::Sentence) * 0.7).min(1.0 - share(Trait::Hash)),
        Kind::PostalCode => share(Trait::MayBePostal),
        Kind::Region | Kind::Country => fit_of_area(content, kind),
        _ => fit_of_the_rest(kind, content),
    }
}

fn fit_of_street(content: &Content<'_>) -> f64 {
    let share = |property| content.share(property);
    let street = share(Trait::Street);
    if share(Trait::StreetWord) < 0.3 && share(Trait::Sentence) > 0.4 || share(Trait::Person) > 0.6 && street < 0.1 {
        return 0.1;
    }
    let other = share(Trait::Integer) + share(Trait::Hash) + share(Trait::Date) + share(Trait::Url);
    street.max(0.7 * (1.0 - other))
}

fn fit_of_area(content: &Content<'_>, kind: Kind) -> f64 {
    let share = |property| content.share(property);
    let codes = kind == Kind::Region && content.mean_length <= 3.0 && content.distinct <= 120;
    if codes { 0.8 } else { share(Trait::Wordy).min(1.0 - share(Trait::Sentence)) }
}

fn fit_of_the_rest(kind: Kind, content: &Content<'_>) -> f64 {
    let share = |property| content.share(property);
    let numeric = share(Trait::Integer) + share(Trait::Decimal);
    let few = content.distinct <= 50;
    match kind {
        Kind::Number => numeric.max(if few && share(Trait::Wordy) < 0.5 { 0.5 } else { 0.0 }),
        Kind::Category if share(Trait::Person) > 0.5 && content.distinct > 10 => 0.1,
        Kind::Category if share(Trait::Date) > 0.7 || share(Trait::Decimal) > 0.5 => 0.1,
        Kind::Category if content.uniqueness() > 0.9 && share(Trait::Integer) > 0.8 && !few => 0.2,
        Kind::Category if few || content.uniqueness() < 0.3 => 1.0,
        Kind::Category => 0.7 - 0.5 * share(Trait::Sentence),
        Kind::Text => 1.0 - numeric.max(share(Trait::Date)),
        Kind::Ignore if content.distinct <= 200 || content.uniqueness() < 0.3 => 1.0,
        Kind::Ignore => share(Trait::Code).max(share(Trait::Hash)).max(share(Trait::Integer)),
        _ if share(Trait::Wordy) > 0.5 || share(Trait::Decimal) > 0.3 || share(Trait::Sentence) > 0.3 => 0.1,
        _ if share(Trait::Boolean) > 0.9 || share(Trait::Email) > 0.5 => 0.1,
        _ => 0.9,
    }
}

/// Years, or seconds or milliseconds since 1970.
fn is_instant(content: &Content<'_>) -> bool {
    [4.0, 10.0, 13.0].iter().any(|length| (content.mean_length - length).abs() < 0.1)
}

/// Decides by content alone. The order of the tests matters: the surest shapes come first.
fn by_content(content: &Content<'_>) -> Verdict {
    by_form(content).or_else(|| by_number(content)).or_else(|| by_place(content)).unwrap_or_else(|| by_words(content))
}

fn by_form(content: &Content<'_>) -> Option<Verdict> {
    let share = |property| content.share(property);
    let found = |kind, share: f64, reason: &str| Some(Verdict::new(kind, 0.5 + share / 2.0, reason));
    let date = share(Trait::Date);
    if share(Trait::Email) >= 0.6 {
        return found(Kind::Email, share(Trait::Email).max(0.85), "holds e-mail addresses");
    }
    if share(Trait::Url) >= 0.6 {
        return found(Kind::Url, share(Trait::Url), "holds web addresses");
    }
    if share(Trait::Uuid) >= 0.6 || share(Trait::Hash) >= 0.6 && share(Trait::Integer) < 0.3 {
        return found(Kind::Identifier, share(Trait::Uuid).max(share(Trait::Hash)), "holds hexadecimal codes");
    }
    if date >= 0.7 {
        let (kind, reason) = if are_births(content) { (Kind::BirthDate, "birth dates") } else { (Kind::Date, "dates") };
        return found(kind, date - 0.2, &format!("holds {reason}"));
    }
    if share(Trait::NationalId) >= 0.7 {
        return found(Kind::NationalId, share(Trait::NationalId) - 0.4, "holds numbers of persons");
    }
    if share(Trait::Phone) >= 0.6 {
        return found(Kind::Phone, share(Trait::Phone) - 0.1, "holds phone numbers");
    }
    if share(Trait::Gender) >= 0.8 && share(Trait::Boolean) < 0.9 && content.distinct <= 12 {
        return found(Kind::Gender, share(Trait::Gender) - 0.1, "holds genders");
    }
    if share(Trait::HouseNumber) >= 0.9 && (0.2..0.85).contains(&share(Trait::Integer)) && content.mean_length <= 5.0 {
        return found(Kind::HouseNumber, 0.2, "holds small numbers, some with letters");
    }
    if share(Trait::Boolean) >= 0.95 {
        return found(Kind::Category, 0.6, "holds yes and no");
    }
    if share(Trait::Title) >= 0.7 {
        return found(Kind::Title, share(Trait::Title) - 0.1, "holds titles");
    }
    if share(Trait::DistinctPostal) >= 0.5 {
        return found(Kind::PostalCode, share(Trait::DistinctPostal) - 0.1, "holds postal codes");
    }
    None
}

/// Birth dates lie over decades and carry no time of day; other dates lie close together or near today.
fn are_births(content: &Content<'_>) -> bool {
    let years = content.years();
    let at = |part: f64| years[((years.len() - 1) as f64 * part) as usize];
    let timed = content.dates.iter().filter(|seen| seen.timed).count();
    !years.is_empty() && at(0.9) - at(0.1) >= 15 && at(0.5) <= 2012 && timed * 5 < years.len()
}

fn by_number(content: &Content<'_>) -> Option<Verdict> {
    let share = |property| content.share(property);
    let (integer, decimal) = (share(Trait::Integer), share(Trait::Decimal));
    if integer + decimal < 0.85 {
        return None;
    }
    if decimal >= 0.05 {
        return Some(Verdict::new(Kind::Number, 0.8, "holds decimal numbers"));
    }
    let years = content.sample.iter().filter_map(|sampled| sampled.text.trim().parse::<i32>().ok());
    let is_year =
        content.same_length >= 0.99 && years.clone().count() > 0 && years.clone().all(|y| (1850..=2050).contains(&y));
    if is_year {
        return Some(Verdict::new(Kind::Number, 0.6, "holds years"));
    }
    let padded = content.sample.iter().any(|sampled| sampled.text.trim().starts_with('0'));
    if share(Trait::PlainPostal) >= 0.9
        && content.same_length >= 0.9
        && content.distinct > 5
        && content.uniqueness() < 0.9
        && !content.is_counter()
    {
        let confidence = if padded || content.uniqueness() < 0.7 { 0.6 } else { 0.4 };
        if confidence > 0.5 || content.mean_length >= 4.5 {
            return Some(Verdict::new(Kind::PostalCode, confidence, "holds numbers of the length of postal codes"));
        }
    }
    if content.mean_length > 8.5 && !content.is_counter() && content.share_of_few(value::is_plain_phone) >= 0.85 {
        return Some(Verdict::new(Kind::Phone, 0.6, "holds numbers that numbering plans of phones have"));
    }
    if content.same_length >= 0.9 && content.mean_length >= 6.0 {
        return Some(Verdict::new(Kind::Identifier, 0.5, "holds numbers of one length"));
    }
    Some(Verdict::new(Kind::Number, 0.6, "holds numbers"))
}

fn by_place(content: &Content<'_>) -> Option<Verdict> {
    let share = |property| content.share(property);
    if share(Trait::Sentence) >= 0.4 && share(Trait::StreetWord) < 0.3 {
        return Some(Verdict::new(Kind::Text, 0.7, "holds sentences"));
    }
    if share(Trait::Address) >= 0.45 {
        return Some(Verdict::new(Kind::FullAddress, 0.75, "holds whole addresses"));
    }
    if share(Trait::Street) >= 0.4 && share(Trait::Organisation) < 0.5 {
        return Some(Verdict::new(Kind::StreetAddress, 0.75, "holds streets"));
    }
    let (country, code, region) = (share(Trait::Country), share(Trait::CountryCode), share(Trait::Region));
    if country >= 0.5 && country > region {
        return Some(Verdict::new(Kind::Country, 0.8, "holds countries"));
    }
    if region.max(code) >= 0.8 && content.mean_length <= 3.5 {
        let kind = if region > code { Kind::Region } else { Kind::Country };
        return Some(Verdict::new(kind, 0.6, format!("holds codes of {kind}")));
    }
    (region >= 0.5 && region > share(Trait::City)).then(|| Verdict::new(Kind::Region, 0.7, "holds regions"))
}

fn by_words(content: &Content<'_>) -> Verdict {
    let share = |property| content.share(property);
    let (person, organisation) = (share(Trait::Person), share(Trait::Organisation));
    let known = share(Trait::Given).max(share(Trait::Family)) >= 0.12 && content.mean_words >= 1.8;
    let named = share(Trait::PersonForm) >= 0.8 && (person >= 0.25 || share(Trait::WholeName) >= 0.12 || known);
    if organisation < 0.2 && (person >= 0.5 && content.mean_words >= 1.7 || named) {
        return Verdict::new(Kind::FullName, 0.7, "holds whole personal names");
    }
    let all_known = [Trait::City, Trait::Given, Trait::Family, Trait::Organisation, Trait::WholeName];
    let unknown = all_known.into_iter().all(|property| share(property) < 0.5);
    if content.distinct <= 20 && content.filled > 5 * content.distinct && unknown {
        return Verdict::new(Kind::Category, 0.6, "holds few different values");
    }
    if organisation >= 0.25 {
        return Verdict::new(Kind::OrganisationName, 0.65, "holds names of organisations");
    }
    let parts = [(Kind::GivenName, Trait::Given), (Kind::FamilyName, Trait::Family), (Kind::City, Trait::City)];
    let (kind, part) =
        parts.map(|(kind, property)| (kind, share(property))).into_iter().fold((Kind::Text, 0.0), larger);
    if part >= 0.12 && share(Trait::Wordy) >= 0.7 {
        return Verdict::new(kind, (0.5 + part / 2.0).min(0.8), format!("holds words that are known as {kind}"));
    }
    if share(Trait::Code) >= 0.6 {
        return Verdict::new(Kind::Identifier, 0.5, "holds codes");
    }
    if content.distinct <= 50 && content.filled > content.distinct
        || content.uniqueness() < 0.15 && content.mean_words <= 3.0
    {
        return Verdict::new(Kind::Category, 0.6, "holds few different values");
    }
    Verdict::new(Kind::Text, 0.4, "holds words of no known kind")
}

fn larger(best: (Kind, f64), next: (Kind, f64)) -> (Kind, f64) {
    if next.1 > best.1 { next } else { best }
}
