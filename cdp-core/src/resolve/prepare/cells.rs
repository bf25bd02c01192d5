//! What the cells of one record say: names, street, place, e-mail addresses, as keys of features.
//!
//! The rules are the same for the columns of a batch and for a record that comes alone.

use super::fields::{Reading, street_key};
use crate::compare::{Form, PART, Role, rest_of_local};
use crate::normalize::{address, name};
use crate::record::TextPool;
use crate::schema::{FieldConfig, Kind};
use std::collections::BTreeSet;

/// A cell of a record.
pub(crate) trait Cell<'t>: Copy {
    /// The match key; empty where there is none.
    fn key(self) -> &'t str;

    /// What it says of a person's name, in each of its readings.
    fn readings(self) -> impl Iterator<Item = Reading<'t>>;

    /// The parts of a whole address.
    fn address(self) -> Option<&'t address::Address>;
}

/// The values of a feature that records have, as keys, one record after another.
pub(crate) type Keys = TextPool;

/// [`PART`] as a text.
const SEPARATOR: &str = "\u{1f}";

/// Features that are the keys of cells of some kinds.
pub(crate) const SIMPLE: [(&str, Role, Form, &[Kind]); 4] = [
    ("birth_date", Role::Birth, Form::Date, &[Kind::BirthDate]),
    ("phone", Role::Phone, Form::Phone, &[Kind::Phone]),
    ("organisation_name", Role::Organisation, Form::Tokens, &[Kind::OrganisationName]),
    ("gender", Role::Attribute, Form::Exact, &[Kind::Gender]),
];

/// The role and form of a field that is a feature by its golden name: identifiers, hashes of anything, categories and texts.
pub(crate) fn named(field: &FieldConfig) -> Option<(Role, Form)> {
    let Some(kind) = field.readable_kind() else { return Some((Role::Personal, Form::Exact)) };
    match kind {
        Kind::NationalId
        | Kind::OrganisationId
        | Kind::CustomerId
        | Kind::LoyaltyId
        | Kind::AnonymousId
        | Kind::Identifier => Some((Role::Personal, Form::Exact)),
        Kind::Category => Some((Role::Attribute, Form::Exact)),
        Kind::Text | Kind::AddressExtra | Kind::Url => Some((Role::Attribute, Form::Tokens)),
        _ => None,
    }
}

/// The given names: of the first column that says anything; of the whole name where none does.
pub(crate) fn given_names<'t, C: Cell<'t>>(
    given: impl Iterator<Item = C>,
    full: impl Iterator<Item = C>,
) -> Vec<&'t str> {
    let mut columns = given.map(|cell| cell.readings().map(|name| name.given).collect::<Vec<_>>());
    let stated = columns.find(|names| !names.is_empty());
    stated.unwrap_or_else(|| first_readings(full, |name| name.given))
}

/// The family names, those at birth too.
pub(crate) fn family_names<'t, C: Cell<'t>>(
    family: impl Iterator<Item = C> + Clone,
    full: impl Iterator<Item = C> + Clone,
) -> Vec<&'t str> {
    let families = || family.clone().flat_map(Cell::readings);
    let mut names: Vec<&str> = families().map(|name| name.family).collect();
    if names.is_empty() {
        names = first_readings(full.clone(), |name| name.family);
    }
    names.extend(families().chain(full.flat_map(Cell::readings)).filter_map(|name| name.birth));
    names
}

/// The words of the names that are neither given nor family name.
pub(crate) fn other_names<'t, C: Cell<'t>>(
    given: &[&str],
    family: &[&str],
    middle: impl Iterator<Item = C>,
    full: impl Iterator<Item = C>,
) -> String {
    let known: BTreeSet<&str> = given.iter().chain(family).flat_map(|name| name.split(' ')).collect();
    let mut rest: BTreeSet<&str> = full
        .flat_map(Cell::readings)
        .flat_map(|name| [name.given, name.family].into_iter().chain(name.middle.iter().map(String::as_str)))
        .flat_map(|name| name.split(' '))
        .collect();
    rest.extend(middle.flat_map(|cell| cell.key().split(' ')));
    let rest = rest.into_iter().filter(|token| !token.is_empty() && !known.contains(token));
    rest.collect::<Vec<_>>().join(" ")
}

/// The generational suffixes, stated or part of a name (given, family, then whole names).
pub(crate) fn suffixes<'t, C: Cell<'t>>(
    stated: impl Iterator<Item = C>,
    names: impl Iterator<Item = C>,
) -> impl Iterator<Item = &'t str> {
    let read = names.flat_map(Cell::readings).filter_map(|name| name.suffix);
    stated.map(Cell::key).chain(read).filter(|suffix| name::is_generation(suffix))
}

/// A part of a whole name, in all readings of the first column that has it.
fn first_readings<'t, C: Cell<'t>>(
    cells: impl Iterator<Item = C>,
    part: impl Fn(Reading<'t>) -> &'t str,
) -> Vec<&'t str> {
    let mut columns = cells.map(|cell| cell.readings().map(&part).collect::<Vec<_>>());
    columns.find(|parts| parts.iter().any(|part| !part.is_empty())).unwrap_or_default()
}

/// E-mail addresses, each with what is left of its local part without the names (their words) of the same record.
pub(crate) fn email_keys<'t, 'n, C: Cell<'t>>(
    cells: impl Iterator<Item = C>,
    names: impl Iterator<Item = &'n str> + Clone,
    keys: &mut Keys,
) {
    for key in cells.map(Cell::key).filter(|key| !key.is_empty()) {
        let local = key.rsplit_once('@').map_or(key, |(local, _)| local);
        match rest_of_local(local, names.clone().flat_map(|text| text.split(' '))) {
            Some(rest) => keys.push_parts(&[key, SEPARATOR, &rest]),
            None => keys.push(key),
        };
    }
}

/// Street lines.
pub(crate) fn street_keys<'t, C: Cell<'t>>(
    numbers: impl Iterator<Item = C>,
    streets: impl Iterator<Item = C>,
    addresses: impl Iterator<Item = C>,
    keys: &mut Keys,
) {
    let number = first_key(numbers).unwrap_or("");
    let lines = streets.map(Cell::key).filter(|key| !key.is_empty());
    for key in lines {
        keys.push_parts(&[if key.starts_with(PART) { number } else { "" }, key]);
    }
    for address in addresses.filter_map(Cell::address) {
        keys.push(&street_key(&address.street));
    }
}

/// The cells that a place is made of.
pub(crate) struct PlaceCells<I> {
    pub(crate) codes: I,
    pub(crate) cities: I,
    pub(crate) regions: I,
    pub(crate) countries: I,
    pub(crate) addresses: I,
}

/// The place: postal code, city and region.
pub(crate) fn place_keys<'t, C: Cell<'t>, I: Iterator<Item = C> + Clone>(cells: PlaceCells<I>, keys: &mut Keys) {
    let parsed = cells.addresses.filter_map(Cell::address);
    let whole = |part: fn(&'t address::Address) -> Option<&'t str>| parsed.clone().find_map(part);
    let code = first_key(cells.codes).or_else(|| whole(|a| a.postal_code.as_deref())).unwrap_or("");
    let city = first_key(cells.cities).or_else(|| whole(|a| a.city.as_deref())).unwrap_or("");
    let region =
        first_key(cells.regions).or_else(|| whole(|a| a.region.as_deref()).filter(|region| !region.is_empty()));
    let region = region.or_else(|| first_key(cells.countries)).unwrap_or("");
    if !(code.is_empty() && city.is_empty() && region.is_empty()) {
        keys.push_parts(&[code, SEPARATOR, city, SEPARATOR, region]);
    }
}

/// The key of the first of these cells that has one.
fn first_key<'t, C: Cell<'t>>(mut cells: impl Iterator<Item = C>) -> Option<&'t str> {
    cells.find_map(|cell| Some(cell.key()).filter(|key| !key.is_empty()))
}
