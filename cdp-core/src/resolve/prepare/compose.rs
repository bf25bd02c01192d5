//! Features composed of fields: names, streets and places out of several cells of a record.
//!
//! What a feature's values are follows from the record's cells alone, so it is worked out once for each distinct
//! combination of them ([`composed`]), not record by record.

use super::cells::{self, Cell, Keys, PlaceCells, SIMPLE};
use super::fields::{Field, Reading};
use crate::compare::{Feature, FeatureBuilder, Form, Role};
use crate::model::Model;
use crate::normalize::address;
use crate::progress::Control;
use crate::schema::{FieldConfig, Kind};
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

/// Records whose keys are composed by one thread before they are looked up.
const AT_ONCE: usize = 512;
/// Pieces of so many records that are composed while those before them are looked up.
const PIECES: usize = 64;

/// The cell of a record in a field.
#[derive(Clone, Copy)]
struct At<'a>(&'a Field<'a>, u32);

impl<'a> Cell<'a> for At<'a> {
    fn key(self) -> &'a str {
        self.0.key(self.1)
    }

    fn readings(self) -> impl Iterator<Item = Reading<'a>> {
        self.0.readings(self.1)
    }

    fn address(self) -> Option<&'a address::Address> {
        self.0.address(self.1)
    }
}

/// The cells of a record in these fields.
fn at<'a, 'f>(fields: &'f [&'a Field<'a>], record: u32) -> impl Iterator<Item = At<'a>> + Clone + use<'a, 'f> {
    fields.iter().map(move |field| At(field, record))
}

impl<'a> Cells<'a> {
    fn of(self, kinds: &[Kind]) -> Vec<&'a Field<'a>> {
        self.fields
            .iter()
            .filter(|field| field.config.readable_kind().is_some_and(|kind| kinds.contains(&kind)))
            .collect()
    }

    /// A feature whose values depend on the cells of `fields` alone.
    fn composed(
        self,
        mut feature: FeatureBuilder,
        fields: &[&Field<'_>],
        compose: impl Fn(u32, &mut Keys) + Sync,
    ) -> Feature {
        let Combinations { of, examples } = Combinations::new(fields, self.records);
        push_composed(&mut feature, &examples, self.control, compose);
        feature.finish_as(&of)
    }
}

/// Appends these records to a feature, each with the keys that are composed for it. Looking keys up is one thread's work; others
/// compose the next ones meanwhile.
fn push_composed(
    feature: &mut FeatureBuilder,
    records: &[u32],
    control: &Control,
    compose: impl Fn(u32, &mut Keys) + Sync,
) {
    let piece = |records: &[u32]| {
        let (mut keys, mut ends) = (Keys::default(), Vec::with_capacity(records.len()));
        let cancelled = control.is_cancelled();
        for &record in records {
            if !cancelled {
                compose(record, &mut keys);
            }
            ends.push(keys.len());
        }
        (keys, ends)
    };
    let mut composed: Vec<(Keys, Vec<usize>)> = Vec::new();
    for records in records.chunks(AT_ONCE * PIECES).chain([&[][..]]) {
        let push = || composed.iter().for_each(|(keys, ends)| feature.push_all(keys, ends));
        let next = || records.par_chunks(AT_ONCE).map(piece).collect();
        composed = rayon::join(push, next).1;
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

/// All features that the fields give; with a model, named as there.
pub(super) fn compose(cells: Cells<'_>, model: Option<&Model>) -> Vec<Feature> {
    let mut jobs: Vec<Box<dyn Fn() -> Vec<Feature> + Sync + '_>> = vec![
        Box::new(|| person_features(cells)),
        Box::new(|| vec![street_feature(cells)]),
        Box::new(|| vec![place_feature(cells)]),
    ];
    for (name, role, form, kinds) in SIMPLE {
        jobs.push(Box::new(move || vec![keyed_feature(cells, name, role, form, &cells.of(kinds))]));
    }
    for (name, (role, form, chosen)) in named_features(cells.fields, model) {
        jobs.push(Box::new(move || vec![keyed_feature(cells, &name, role, form, &chosen)]));
    }
    jobs.par_iter().flat_map_iter(|job| job()).collect()
}

/// Identifiers, categories and texts: one feature for each golden name.
fn named_features<'a>(
    fields: &'a [Field<'a>],
    model: Option<&Model>,
) -> BTreeMap<String, (Role, Form, Vec<&'a Field<'a>>)> {
    let mut named: BTreeMap<String, (Role, Form, Vec<&Field<'_>>)> = BTreeMap::new();
    let papers = fields
        .iter()
        .filter(|field| field.config.readable_kind() == Some(Kind::NationalId) && field.config.name.is_none());
    let apart = several_papers(papers.map(|field| (field.table(), field.column_name())));
    for field in fields {
        let Some((role, form)) = cells::named(&field.config) else { continue };
        let name = match model {
            Some(model) => named_feature(&field.config, field.column_name(), model).unwrap_or_default(),
            None => feature_name(&field.config, field.column_name(), apart),
        };
        named.entry(name).or_insert_with(|| (role, form, Vec::new())).2.push(field);
    }
    named
}

/// The name of the feature of a field that is one by itself; the numbers of several papers are told apart by their columns.
fn feature_name(field: &FieldConfig, column: &str, apart: bool) -> String {
    match field.readable_kind() {
        Some(Kind::NationalId) if apart => column.to_lowercase(),
        _ => field.golden_name(column).into_owned(),
    }
}

/// The feature of a field that is one by itself, among those that a model compares.
pub(crate) fn named_feature(field: &FieldConfig, column: &str, model: &Model) -> Option<String> {
    cells::named(field)?;
    let names = [true, false].map(|apart| feature_name(field, column, apart));
    names.into_iter().find(|name| model.features.iter().any(|feature| feature.name == *name))
}

/// Whether the numbers of several papers (passport, licence, social security) are columns of their own: somebody's passport
/// does not disagree with a licence. So it is where a source has more than one, and no source has one of another name.
fn several_papers<'a, S: Ord>(papers: impl Iterator<Item = (S, &'a str)>) -> bool {
    let mut columns: BTreeMap<S, BTreeSet<String>> = BTreeMap::new();
    for (source, column) in papers {
        columns.entry(source).or_default().insert(column.to_lowercase());
    }
    let together: BTreeSet<&String> = columns.values().filter(|names| names.len() > 1).flatten().collect();
    !together.is_empty() && columns.values().flatten().all(|name| together.contains(name))
}

fn keyed_feature(cells: Cells<'_>, name: &str, role: Role, form: Form, fields: &[&Field<'_>]) -> Feature {
    cells.composed(FeatureBuilder::new(name, role, form), fields, |record, keys| {
        fields.iter().for_each(|field| {
            keys.push(field.key(record));
        });
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

    fn given_names(&self, record: u32) -> Vec<&'a str> {
        cells::given_names(at(&self.given, record), at(&self.full, record))
    }

    fn family_names(&self, record: u32) -> Vec<&'a str> {
        cells::family_names(at(&self.family, record), at(&self.full, record))
    }

    fn other_names(&self, record: u32) -> String {
        let (given, family) = (self.given_names(record), self.family_names(record));
        cells::other_names(&given, &family, at(&self.middle, record), at(&self.full, record))
    }

    fn suffixes(&self, record: u32) -> Vec<&'a str> {
        let names = at(&self.given, record).chain(at(&self.family, record)).chain(at(&self.full, record));
        cells::suffixes(at(&self.suffix, record), names).collect()
    }
}

/// Given, family and other names and suffixes, composed from separate and whole-name columns.
fn person_features(cells: Cells<'_>) -> Vec<Feature> {
    let from = &NameFields::of(cells);
    let push = |names: Vec<&str>, keys: &mut Keys| {
        names.into_iter().for_each(|name| {
            keys.push(name);
        });
    };
    let given = || {
        let feature = FeatureBuilder::new("given_name", Role::Given, Form::Given);
        cells.composed(feature, &[from.given.as_slice(), &from.full].concat(), |record, keys| {
            push(from.given_names(record), keys)
        })
    };
    let family = || {
        let feature = FeatureBuilder::new("family_name", Role::Family, Form::Family);
        cells.composed(feature, &[from.family.as_slice(), &from.full].concat(), |record, keys| {
            push(from.family_names(record), keys)
        })
    };
    let others = || {
        let feature = FeatureBuilder::new("other_names", Role::OtherNames, Form::OtherNames);
        // Other names come from these; without them every record has none.
        let sources = [from.middle.as_slice(), &from.full].concat();
        let all = [sources.as_slice(), &from.given, &from.family].concat();
        let fields = if sources.is_empty() { Vec::new() } else { all };
        cells.composed(feature, &fields, |record, keys| {
            keys.push(&from.other_names(record));
        })
    };
    let suffixes = || {
        let feature = FeatureBuilder::new("name_suffix", Role::Generation, Form::Generation);
        let fields = [from.suffix.as_slice(), &from.given, &from.family, &from.full].concat();
        let fields: Vec<_> = fields.into_iter().filter(|field| field.may_have_suffix()).collect();
        cells.composed(feature, &fields, |record, keys| push(from.suffixes(record), keys))
    };
    let ((given, family), (others, suffixes)) =
        rayon::join(|| rayon::join(given, family), || rayon::join(others, suffixes));
    let names = vec![given, family, others];
    let emails = email_feature(cells, &names);
    names.into_iter().chain([emails, suffixes]).collect()
}

/// E-mail addresses, each with what is left of its local part without the names of the same record.
fn email_feature(cells: Cells<'_>, names: &[Feature]) -> Feature {
    let fields = cells.of(&[Kind::Email]);
    let mut builder = FeatureBuilder::new("email", Role::Email, Form::Email);
    // Hardly two records have one address and one name, so each is composed by itself.
    let records: Vec<u32> = (0..cells.records).collect();
    push_composed(&mut builder, &records, cells.control, |record, keys| {
        let texts = names.iter().flat_map(|name| name.codes.of(record).iter().map(|&value| name.keys.get(value)));
        cells::email_keys(at(&fields, record), texts, keys);
    });
    builder.finish_as(&records)
}

fn street_feature(cells: Cells<'_>) -> Feature {
    let numbers = cells.of(&[Kind::HouseNumber]);
    let streets = cells.of(&[Kind::StreetAddress]);
    let addresses = cells.of(&[Kind::FullAddress]);
    let feature = FeatureBuilder::new("street_address", Role::Street, Form::Street);
    let all = [streets.as_slice(), &addresses, &numbers].concat();
    cells.composed(feature, &all, |record, keys| {
        cells::street_keys(at(&numbers, record), at(&streets, record), at(&addresses, record), keys);
    })
}

fn place_feature(cells: Cells<'_>) -> Feature {
    let (codes, cities) = (cells.of(&[Kind::PostalCode]), cells.of(&[Kind::City]));
    let (regions, countries) = (cells.of(&[Kind::Region]), cells.of(&[Kind::Country]));
    let addresses = cells.of(&[Kind::FullAddress]);
    let feature = FeatureBuilder::new("place", Role::Place, Form::Place);
    let all = [codes.as_slice(), &cities, &regions, &countries, &addresses].concat();
    cells.composed(feature, &all, |record, keys| {
        let place = PlaceCells {
            codes: at(&codes, record),
            cities: at(&cities, record),
            regions: at(&regions, record),
            countries: at(&countries, record),
            addresses: at(&addresses, record),
        };
        cells::place_keys(place, keys);
    })
}
