//! Values that improbably many people share are set aside before anything is compared.

use super::fields::{Field, Reading};
use crate::columns::shared::{self, Parts, Person, Sounds};
use crate::error::Result;
use crate::progress::Control;
use crate::record::Interner;
use crate::schema::{Config, Kind};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Takes away the keys of values that improbably many people share, so that they neither link nor count as evidence, and
/// tells which, and in words. A kind whose rule says how many profiles may share a value is left to its rule.
pub(super) fn set_shared_aside(
    fields: &mut [Field<'_>],
    records: u32,
    config: &Config,
    control: &Control,
) -> Result<(SetAside, Vec<String>)> {
    let kinds: BTreeSet<Kind> = fields.iter().map(|field| field.config.kind).collect();
    let kinds: Vec<Kind> = kinds.into_iter().filter(|&kind| may_be_set_aside(kind, config)).collect();
    if kinds.is_empty() {
        return Ok(Default::default());
    }
    let people = people(fields, records);
    control.check()?;
    let shared = kinds.par_iter().map(|&kind| shared_values(kind, fields, &people, control));
    let shared: Vec<_> = shared.collect::<Result<_>>()?;
    let (mut found, mut told) = (SetAside::new(), Vec::new());
    for (kind, values) in kinds.into_iter().zip(shared) {
        let mut aside = BTreeSet::new();
        for (value, rows, people) in values {
            // Without the value: warnings end up in logs and in masked reports.
            told.push(format!("a value of {kind} was set aside: {rows} records of {people} different people have it"));
            aside.insert(value);
        }
        if !aside.is_empty() {
            found.insert(kind, aside);
        }
    }
    set_aside(fields, &found, config);
    Ok((found, told))
}

/// The keys of values that are set aside, by kind.
pub(super) type SetAside = BTreeMap<Kind, BTreeSet<String>>;

/// Whether shared values of a kind are set aside: personal ones, unless a rule says how many profiles may share one.
pub(crate) fn may_be_set_aside(kind: Kind, config: &Config) -> bool {
    let ruled = config.identifiers.get(&kind).is_some_and(|rule| rule.max_profiles.is_some());
    shared::is_personal(kind) && !ruled
}

/// Takes the keys of these values away.
pub(super) fn set_aside(fields: &mut [Field<'_>], aside: &SetAside, config: &Config) {
    for field in fields.iter_mut().filter(|field| may_be_set_aside(field.config.kind, config)) {
        aside.get(&field.config.kind).into_iter().for_each(|keys| field.set_aside(keys));
    }
}

/// The values of a kind that go with improbably many people, with how many records and people have each.
fn shared_values(
    kind: Kind,
    fields: &[Field<'_>],
    people: &[Option<Person>],
    control: &Control,
) -> Result<Vec<(String, usize, usize)>> {
    control.check()?;
    let mut keys = Interner::default();
    let mut holders = Vec::new();
    for field in fields.iter().filter(|field| field.config.kind == kind) {
        let texts: Vec<Option<&str>> = (0..field.distinct()).map(|code| Some(field.key_of(code))).collect();
        let mut numbers = Vec::with_capacity(texts.len());
        keys.intern_all(&texts, &mut numbers);
        let cells = field.records().filter_map(|record| Some((field.code(record)?, people[record as usize])));
        let filled = cells.filter(|&(code, _)| !field.key_of(code).is_empty());
        holders.extend(filled.map(|(code, person)| (numbers[code as usize], person)));
    }
    let keys = keys.into_pool();
    let found = shared::shared(holders).into_iter();
    Ok(found.map(|(value, rows, people)| (keys.get(value).to_owned(), rows, people)).collect())
}

/// Who each record is about; `None` where no name says it.
fn people(fields: &[Field<'_>], records: u32) -> Vec<Option<Person>> {
    let mut sounds = Sounds::default();
    let mut parts =
        |reading: Option<Reading<'_>>| reading.map(|name| sounds.name(name.given, name.family)).unwrap_or_default();
    let mut columns: Vec<(&Field<'_>, Vec<Parts>)> = Vec::new();
    for kind in [Kind::GivenName, Kind::FamilyName, Kind::FullName] {
        for field in fields.iter().filter(|field| field.config.readable_kind() == Some(kind)) {
            columns.push((field, (0..field.distinct()).map(|code| parts(field.readings_of(code).next())).collect()));
        }
    }
    let of = |record| {
        let names = columns.iter().filter_map(|(field, parts)| Some(parts[field.code(record)? as usize]));
        shared::person(names)
    };
    (0..records).map(of).collect()
}
