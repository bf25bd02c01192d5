//! Features composed of fields: names, streets and places out of several cells of a record.
//!
//! What a feature's values are follows from the record's cells alone, so it is worked out once for each distinct
//! combination of them ([`composed`]), not record by record.

use super::fields::{Field, Reading, street_key};
use crate::compare::{Feature, FeatureBuilder, Form, PART, Role, rest_of_local};
use crate::normalize::{address, name};
use crate::progress::Control;
use crate::schema::Kind;
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The fields of all sources, and how many records there are.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) fields: &'a [Field<'a>],
    pub(super) records: u32,
    /// Once the call was cancelled, what is made here is thrown away: it is left empty then.
    pub(super) control: &'a Control,
}

/// Records whose keys are composed before they are looked up.
const AT_ONCE: usize = 512;

/// The values of a feature that records have, as keys, one record after another.
type Keys = Vec<String>;

impl<'a> Cells<'a> {
    fn of(self, kinds: &[Kind]) -> Vec<&'a Field<'a>> {
        self.fields.iter().filter(|field| kinds.contains(&field.config.kind)).collect()
    }

    /// A feature whose values depend on the cells of `fields` alone.
    fn composed(
        self,
        mut feature: FeatureBuilder,
        fields: &[&Field<'_>],
        compose: impl FnMut(u32, &mut Keys),
    ) -> Feature {
        let Combinations { of, examples } = Combinations::new(fields, self.records);
        push_composed(&mut feature, &examples, self.control, compose);
        feature.finish_as(&of)
    }
}

/// Appends these records to a feature, each with the keys that are composed for it.
fn push_composed(
    feature: &mut FeatureBuilder,
    records: &[u32],
    control: &Control,
    mut compose: impl FnMut(u32, &mut Keys),
) {
    let (mut keys, mut ends) = (Keys::new(), Vec::with_capacity(AT_ONCE));
    for records in records.chunks(AT_ONCE) {
        keys.clear();
        ends.clear();
        let cancelled = control.is_cancelled();
        for &record in records {
            if !cancelled {
                compose(record, &mut keys);
            }
            ends.push(keys.len());
        }
        feature.push_all(&keys, &ends);
    }
}

/// The distinct combinations of cells that records have, numbered in order of first sight.
struct Combinations {
    /// The combination of each record.
    of: Vec<u32>,
    /// The first record that has each combination.
    examples: Vec<u32>,
}

impl Combinations {
    fn new(fields: &[&Field<'_>], records: u32) -> Combinations {
        let mut combinations = Combinations { of: Vec::with_capacity(records as usize), examples: Vec::new() };
        while (combinations.of.len() as u32) < records {
            let record = combinations.of.len() as u32;
            // The records of one source stand together, and have the cells of its fields alone.
            let mine: Vec<_> = fields.iter().copied().filter(|field| field.records().contains(&record)).collect();
            let end = |field: &&Field<'_>| field.records().end;
            let next = || fields.iter().map(|field| field.records().start).filter(|&start| start > record).min();
            match mine.as_slice() {
                [] => combinations.push_equal(next().unwrap_or(records) - record),
                [field] => combinations.push_cells(field, record..end(field)),
                [first, rest @ ..] => combinations.push_combined(first, rest, record..end(first)),
            }
        }
        combinations
    }

    fn fresh(&mut self, record: u32) -> u32 {
        self.examples.push(record);
        self.examples.len() as u32 - 1
    }

    fn push_equal(&mut self, records: u32) {
        let only = self.fresh(self.of.len() as u32);
        self.of.extend(std::iter::repeat_n(only, records as usize));
    }

    fn push_cells(&mut self, field: &Field<'_>, records: Range<u32>) {
        let missing = field.distinct() as usize;
        let mut numbers = vec![u32::MAX; missing + 1];
        for record in records {
            let slot = field.code(record).map_or(missing, |code| code as usize);
            if numbers[slot] == u32::MAX {
                numbers[slot] = self.fresh(record);
            }
            self.of.push(numbers[slot]);
        }
    }

    fn push_combined(&mut self, first: &Field<'_>, rest: &[&Field<'_>], records: Range<u32>) {
        let cell = |field: &Field<'_>, record| field.code(record).unwrap_or(u32::MAX);
        let mut so_far: Vec<u32> = records.clone().map(|record| cell(first, record)).collect();
        let Some((last, between)) = rest.split_last() else { return };
        for field in between {
            let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
            for (number, record) in so_far.iter_mut().zip(records.clone()) {
                let next = numbers.len() as u32;
                *number = *numbers.entry((*number, cell(field, record))).or_insert(next);
            }
        }
        let mut numbers: HashMap<(u32, u32), u32> = HashMap::new();
        for (number, record) in so_far.into_iter().zip(records) {
            let combination = *numbers.entry((number, cell(last, record))).or_insert_with(|| self.fresh(record));
            self.of.push(combination);
        }
    }
}

/// All features that the fields give.
pub(super) fn compose(cells: Cells<'_>) -> Vec<Feature> {
    let mut jobs: Vec<Box<dyn Fn() -> Vec<Feature> + Sync + '_>> = vec![
        Box::new(|| person_features(cells)),
        Box::new(|| vec![street_feature(cells)]),
        Box::new(|| vec![place_feature(cells)]),
    ];
    let simple: [(&str, Role, Form, &[Kind]); 4] = [
        ("birth_date", Role::Birth, Form::Date, &[Kind::BirthDate]),
        ("phone", Role::Phone, Form::Phone, &[Kind::Phone]),
        ("organisation_name", Role::Organisation, Form::Tokens, &[Kind::OrganisationName]),
        ("gender", Role::Attribute, Form::Exact, &[Kind::Gender]),
    ];
    for (name, role, form, kinds) in simple {
        jobs.push(Box::new(move || vec![keyed_feature(cells, name, role, form, &cells.of(kinds))]));
    }
    for (name, (role, form, chosen)) in named_features(cells.fields) {
        jobs.push(Box::new(move || vec![keyed_feature(cells, &name, role, form, &chosen)]));
    }
    jobs.par_iter().flat_map_iter(|job| job()).collect()
}

/// Identifiers, categories and texts: one feature for each golden name.
fn named_features<'a>(fields: &'a [Field<'a>]) -> BTreeMap<String, (Role, Form, Vec<&'a Field<'a>>)> {
    let mut named: BTreeMap<String, (Role, Form, Vec<&Field<'_>>)> = BTreeMap::new();
    let apart = several_papers(fields);
    for field in fields {
        let (role, form) = match field.config.kind {
            Kind::NationalId
            | Kind::OrganisationId
            | Kind::CustomerId
            | Kind::LoyaltyId
            | Kind::AnonymousId
            | Kind::Identifier => (Role::Personal, Form::Exact),
            Kind::Category => (Role::Attribute, Form::Exact),
            Kind::Text | Kind::AddressExtra | Kind::Url => (Role::Attribute, Form::Tokens),
            _ => continue,
        };
        let name = match field.config.kind {
            Kind::NationalId if apart => field.column_name().to_lowercase(),
            _ => field.golden_name.clone(),
        };
        named.entry(name).or_insert_with(|| (role, form, Vec::new())).2.push(field);
    }
    named
}

/// Whether the numbers of several papers (passport, licence, social security) are columns of their own: somebody's passport
/// does not disagree with a licence. So it is where a source has more than one, and no source has one of another name.
fn several_papers(fields: &[Field<'_>]) -> bool {
    let mut columns: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for field in fields.iter().filter(|field| field.config.kind == Kind::NationalId && field.config.name.is_none()) {
        columns.entry(field.records().start).or_default().insert(field.column_name().to_lowercase());
    }
    let together: BTreeSet<&String> = columns.values().filter(|names| names.len() > 1).flatten().collect();
    !together.is_empty() && columns.values().flatten().all(|name| together.contains(name))
}

fn keyed_feature(cells: Cells<'_>, name: &str, role: Role, form: Form, fields: &[&Field<'_>]) -> Feature {
    cells.composed(FeatureBuilder::new(name, role, form), fields, |record, keys| {
        keys.extend(fields.iter().map(|field| field.key(record).to_owned()));
    })
}

/// The fields that names of persons come from.
struct NameFields<'a> {
    given: Vec<&'a Field<'a>>,
    middle: Vec<&'a Field<'a>>,
    /// Family names, then names at birth.
    family: Vec<&'a Field<'a>>,
    full: Vec<&'a Field<'a>>,
    suffix: Vec<&'a Field<'a>>,
}

impl<'a> NameFields<'a> {
    fn of(cells: Cells<'a>) -> Self {
        NameFields {
            given: cells.of(&[Kind::GivenName]),
            middle: cells.of(&[Kind::MiddleName]),
            family: [cells.of(&[Kind::FamilyName]), cells.of(&[Kind::BirthName])].concat(),
            full: cells.of(&[Kind::FullName]),
            suffix: cells.of(&[Kind::NameSuffix]),
        }
    }

    fn wholes(&self, record: u32) -> impl Iterator<Item = Reading<'a>> + use<'_, 'a> {
        self.full.iter().flat_map(move |field| field.readings(record))
    }

    fn families(&self, record: u32) -> impl Iterator<Item = Reading<'a>> + use<'_, 'a> {
        self.family.iter().flat_map(move |field| field.readings(record))
    }

    /// The given names of a record: of the first column that says anything; of the whole name where none does.
    fn given_names(&self, record: u32) -> Vec<&'a str> {
        let columns = self.given.iter().map(|field| field.readings(record).map(|name| name.given).collect::<Vec<_>>());
        let stated = columns.into_iter().find(|names| !names.is_empty());
        stated.unwrap_or_else(|| first_readings(&self.full, record, |name| name.given))
    }

    /// The family names of a record, those at birth too.
    fn family_names(&self, record: u32) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.families(record).map(|name| name.family).collect();
        if names.is_empty() {
            names = first_readings(&self.full, record, |name| name.family);
        }
        names.extend(self.families(record).chain(self.wholes(record)).filter_map(|name| name.birth));
        names
    }

    /// The words of the names that are neither given nor family name.
    fn other_names(&self, record: u32) -> String {
        let (given, family) = (self.given_names(record), self.family_names(record));
        let known: BTreeSet<&str> = given.iter().chain(&family).flat_map(|name| name.split(' ')).collect();
        let mut rest: BTreeSet<&str> = self
            .wholes(record)
            .flat_map(|name| [name.given, name.family].into_iter().chain(name.middle.iter().map(String::as_str)))
            .flat_map(|name| name.split(' '))
            .collect();
        rest.extend(self.middle.iter().flat_map(|field| field.key(record).split(' ')));
        let rest = rest.into_iter().filter(|token| !token.is_empty() && !known.contains(token));
        rest.collect::<Vec<_>>().join(" ")
    }

    /// The generational suffixes of a record, stated or part of a name.
    fn suffixes(&self, record: u32) -> impl Iterator<Item = &'a str> + use<'_, 'a> {
        let stated = self.suffix.iter().map(move |field| field.key(record));
        let given = self.given.iter().flat_map(move |field| field.readings(record));
        let names = given.chain(self.families(record)).chain(self.wholes(record));
        stated.chain(names.filter_map(|name| name.suffix)).filter(|suffix| name::is_generation(suffix))
    }
}

/// Given, family and other names and suffixes, composed from separate and whole-name columns.
fn person_features(cells: Cells<'_>) -> Vec<Feature> {
    let from = &NameFields::of(cells);
    let owned = |names: Vec<&str>, keys: &mut Keys| keys.extend(names.into_iter().map(str::to_owned));
    let given = || {
        let feature = FeatureBuilder::new("given_name", Role::Given, Form::Given);
        cells.composed(feature, &[from.given.as_slice(), &from.full].concat(), |record, keys| {
            owned(from.given_names(record), keys)
        })
    };
    let family = || {
        let feature = FeatureBuilder::new("family_name", Role::Family, Form::Family);
        cells.composed(feature, &[from.family.as_slice(), &from.full].concat(), |record, keys| {
            owned(from.family_names(record), keys)
        })
    };
    let others = || {
        let feature = FeatureBuilder::new("other_names", Role::OtherNames, Form::OtherNames);
        // Other names come from these; without them every record has none.
        let sources = [from.middle.as_slice(), &from.full].concat();
        let all = [sources.as_slice(), &from.given, &from.family].concat();
        let fields = if sources.is_empty() { Vec::new() } else { all };
        cells.composed(feature, &fields, |record, keys| keys.push(from.other_names(record)))
    };
    let suffixes = || {
        let feature = FeatureBuilder::new("name_suffix", Role::Generation, Form::Generation);
        let fields = [from.suffix.as_slice(), &from.given, &from.family, &from.full].concat();
        let fields: Vec<_> = fields.into_iter().filter(|field| field.may_have_suffix()).collect();
        cells.composed(feature, &fields, |record, keys| owned(from.suffixes(record).collect(), keys))
    };
    let ((given, family), (others, suffixes)) =
        rayon::join(|| rayon::join(given, family), || rayon::join(others, suffixes));
    let names = vec![given, family, others];
    let emails = email_feature(cells, &names);
    names.into_iter().chain([emails, suffixes]).collect()
}

/// A part of a whole name, in all readings of the first column that has it.
fn first_readings<'a>(fields: &[&'a Field<'a>], record: u32, part: impl Fn(Reading<'a>) -> &'a str) -> Vec<&'a str> {
    let columns = fields.iter().map(|field| field.readings(record).map(&part).collect::<Vec<_>>());
    columns.into_iter().find(|parts| parts.iter().any(|part| !part.is_empty())).unwrap_or_default()
}

/// E-mail addresses, each with what is left of its local part without the names of the same record.
fn email_feature(cells: Cells<'_>, names: &[Feature]) -> Feature {
    let fields = cells.of(&[Kind::Email]);
    let mut builder = FeatureBuilder::new("email", Role::Email, Form::Email);
    // Hardly two records have one address and one name, so each is composed by itself.
    let records: Vec<u32> = (0..cells.records).collect();
    push_composed(&mut builder, &records, cells.control, |record, keys| {
        let texts = || names.iter().flat_map(|name| name.codes.of(record).iter().map(|&value| name.keys.get(value)));
        for key in fields.iter().map(|field| field.key(record)).filter(|key| !key.is_empty()) {
            let local = key.rsplit_once('@').map_or(key, |(local, _)| local);
            keys.push(match rest_of_local(local, texts().flat_map(|text| text.split(' '))) {
                Some(rest) => format!("{key}{PART}{rest}"),
                None => key.to_owned(),
            });
        }
    });
    builder.finish()
}

fn street_feature(cells: Cells<'_>) -> Feature {
    let numbers = cells.of(&[Kind::HouseNumber]);
    let streets = cells.of(&[Kind::StreetAddress]);
    let addresses = cells.of(&[Kind::FullAddress]);
    let feature = FeatureBuilder::new("street_address", Role::Street, Form::Street);
    let all = [streets.as_slice(), &addresses, &numbers].concat();
    cells.composed(feature, &all, |record, keys| {
        let number = first_key(&numbers, record).unwrap_or("");
        let lines = streets.iter().map(|f| f.key(record)).filter(|key| !key.is_empty());
        keys.extend(lines.map(|key| if key.starts_with(PART) { format!("{number}{key}") } else { key.to_owned() }));
        keys.extend(addresses.iter().filter_map(|f| f.address(record)).map(|a| street_key(&a.street)));
    })
}

/// The key of the first of these fields that has one.
fn first_key<'a>(fields: &[&'a Field<'a>], record: u32) -> Option<&'a str> {
    fields.iter().map(|field| field.key(record)).find(|key| !key.is_empty())
}

fn place_feature(cells: Cells<'_>) -> Feature {
    let (codes, cities) = (cells.of(&[Kind::PostalCode]), cells.of(&[Kind::City]));
    let (regions, countries) = (cells.of(&[Kind::Region]), cells.of(&[Kind::Country]));
    let addresses = cells.of(&[Kind::FullAddress]);
    let feature = FeatureBuilder::new("place", Role::Place, Form::Place);
    let all = [codes.as_slice(), &cities, &regions, &countries, &addresses].concat();
    cells.composed(feature, &all, |record, keys| {
        let parsed = addresses.iter().filter_map(|f| f.address(record));
        let whole = |part: fn(&address::Address) -> Option<&str>| parsed.clone().find_map(part);
        let code = first_key(&codes, record).or_else(|| whole(|a| a.postal_code.as_deref())).unwrap_or("");
        let city = first_key(&cities, record).or_else(|| whole(|a| a.city.as_deref())).unwrap_or("");
        let region =
            first_key(&regions, record).or_else(|| whole(|a| a.region.as_deref()).filter(|region| !region.is_empty()));
        let region = region.or_else(|| first_key(&countries, record)).unwrap_or("");
        if !(code.is_empty() && city.is_empty() && region.is_empty()) {
            keys.push(format!("{code}{PART}{city}{PART}{region}"));
        }
    })
}
