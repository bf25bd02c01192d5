//! Columns with their kinds, each distinct value normalised once.

use super::ids::Origin;
use crate::compare::PART;
use crate::error::Result;
use crate::normalize::{self, address, date, name, text};
use crate::progress::Control;
use crate::record::{Column, NULL, Table, TextPool};
use crate::schema::{Config, FieldConfig, Kind, SourceConfig};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// Distinct values normalised between two looks at the cancel flag.
const CHUNK: u32 = 4_096;

/// One column with its kind and its normalised distinct values. Records are named by their numbers in canonical order.
pub(in crate::resolve) struct Field<'a> {
    table: u32,
    /// The first record of its table.
    first: u32,
    /// The distinct value of each record of its table; [`NULL`] where it is missing or unusable.
    codes: Vec<u32>,
    pub(in crate::resolve) config: FieldConfig,
    pub(in crate::resolve) golden_name: String,
    /// How its values are normalised.
    pub(in crate::resolve) options: normalize::Options,
    column: &'a Column,
    displays: Forms,
    keys: Forms,
    names: Names,
    addresses: Vec<address::Address>,
    /// The names of which there is a second or a third.
    pub(super) numbered_names: BTreeSet<String>,
}

/// A text for each distinct value of a column; most are the value as it was written.
#[derive(Default)]
struct Forms {
    of: Vec<u32>,
    pool: TextPool,
}

/// In [`Forms::of`]: the text as it was written.
const AS_WRITTEN: u32 = NULL - 1;

impl Forms {
    fn push(&mut self, text: &str, raw: &str) {
        let form = match text {
            "" => NULL,
            text if text == raw => AS_WRITTEN,
            text => self.pool.push(text),
        };
        self.of.push(form);
    }

    fn append(&mut self, other: &Forms) {
        let moved = self.pool.append(&other.pool);
        self.of.extend(other.of.iter().map(|&form| if form >= AS_WRITTEN { form } else { form + moved }));
    }

    fn get<'t>(&'t self, code: u32, column: &'t Column) -> &'t str {
        match self.of[code as usize] {
            NULL => "",
            AS_WRITTEN => column.distinct().get(code),
            form => self.pool.get(form),
        }
    }
}

/// The parts of names, by code; those that are nothing but their key are left out.
#[derive(Default)]
struct Names {
    kind: Option<Kind>,
    parts: HashMap<u32, Vec<name::PersonName>>,
}

/// What one reading of a name says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading<'t> {
    pub(crate) given: &'t str,
    pub(crate) middle: &'t [String],
    pub(crate) family: &'t str,
    pub(crate) birth: Option<&'t str>,
    pub(crate) suffix: Option<&'t str>,
}

impl<'t> Reading<'t> {
    fn of(name: &'t name::PersonName) -> Self {
        Reading {
            given: &name.given,
            middle: &name.middle,
            family: &name.family,
            birth: name.birth.as_deref(),
            suffix: name.suffix.as_deref(),
        }
    }
}

impl<'a> Field<'a> {
    /// The distinct value of a record, unless it is missing or unusable.
    pub(in crate::resolve) fn code(&self, record: u32) -> Option<u32> {
        let place = record.wrapping_sub(self.first) as usize;
        self.codes.get(place).copied().filter(|&code| code != NULL)
    }

    /// The index of its table.
    pub(super) fn table(&self) -> u32 {
        self.table
    }

    /// The name of its column.
    pub(super) fn column_name(&self) -> &'a str {
        self.column.name()
    }

    /// The records of its table.
    pub(super) fn records(&self) -> Range<u32> {
        self.first..self.first + self.codes.len() as u32
    }

    /// Fills the values of the records; `origins` are those of all records.
    fn take_codes(&mut self, origins: &[Origin]) {
        // The records of one source stand together.
        let first = origins.iter().position(|origin| origin.table == self.table).unwrap_or(0);
        let mine = origins[first..].iter().take_while(|origin| origin.table == self.table);
        let code = |origin: &Origin| {
            let code = self.column.codes()[origin.row as usize];
            if code == NULL || self.displays.of[code as usize] == NULL { NULL } else { code }
        };
        self.codes = mine.map(code).collect();
        self.first = first as u32;
    }

    /// How many distinct values it has.
    pub(in crate::resolve) fn distinct(&self) -> u32 {
        self.column.distinct().len() as u32
    }

    /// The match key of a distinct value; empty where it is unusable.
    pub(in crate::resolve) fn key_of(&self, code: u32) -> &str {
        self.keys.get(code, self.column)
    }

    /// The match key of a record's value; empty where there is none.
    pub(in crate::resolve) fn key(&self, record: u32) -> &str {
        self.code(record).map_or("", |code| self.key_of(code))
    }

    /// The display form of a distinct value; empty where it is unusable.
    pub(in crate::resolve) fn display_of(&self, code: u32) -> &str {
        self.displays.get(code, self.column)
    }

    /// What a distinct value says of a person's name, in each of its readings.
    pub(super) fn readings_of(&self, code: u32) -> impl Iterator<Item = Reading<'_>> {
        let parts = self.names.parts.get(&code).map(Vec::as_slice);
        readings(self.names.kind, parts, self.key_of(code))
    }

    /// What a record's value says of a person's name, in each of its readings.
    pub(super) fn readings(&self, record: u32) -> impl Iterator<Item = Reading<'_>> {
        self.code(record).into_iter().flat_map(|code| self.readings_of(code))
    }

    /// Whether any of its values can say a generational suffix.
    pub(super) fn may_have_suffix(&self) -> bool {
        self.config.kind == Kind::NameSuffix || self.names.parts.values().flatten().any(|name| name.suffix.is_some())
    }

    pub(super) fn address(&self, record: u32) -> Option<&address::Address> {
        self.addresses.get(self.code(record)? as usize)
    }

    /// Takes the keys of these values away: they neither link nor count as evidence. Their display forms stay.
    pub(super) fn set_aside(&mut self, keys: &BTreeSet<String>) {
        for code in 0..self.distinct() {
            if keys.contains(self.key_of(code)) {
                self.keys.of[code as usize] = NULL;
            }
        }
    }

    /// The names of which there is a second or a third in the column.
    fn find_numbered_names(&self) -> BTreeSet<String> {
        if !matches!(self.config.readable_kind(), Some(Kind::GivenName | Kind::FamilyName)) {
            return BTreeSet::new();
        }
        let numbered = |name: &&name::PersonName| matches!(name.suffix.as_deref(), Some("ii" | "iii" | "iv"));
        let part = |name: &name::PersonName| format!("{}{}", name.given, name.family);
        self.names.parts.values().flatten().filter(numbered).map(part).collect()
    }

    /// Reads `I` after these names as the first of the name.
    fn read_first_generations(&mut self) {
        if self.numbered_names.is_empty() {
            return;
        }
        for code in 0..self.distinct() {
            if let Some(name) = first_generation(self.config.kind, self.key_of(code), &self.numbered_names) {
                self.names.parts.insert(code, vec![name]);
            }
        }
    }

    /// Adds the normalised values of a further part of the distinct values.
    fn append(&mut self, part: Part) {
        self.displays.append(&part.displays);
        self.keys.append(&part.keys);
        self.names.parts.extend(part.names);
        self.addresses.extend(part.addresses);
    }
}

/// All columns that have a kind, normalised.
///
/// # Errors
/// `cancelled`.
pub(super) fn normalise<'a>(
    tables: &'a [Table],
    origins: &[Origin],
    config: &Config,
    known: Option<&crate::model::Reading>,
    control: &Control,
) -> Result<Vec<Field<'a>>> {
    let mut fields = Vec::new();
    for (index, table) in (0..).zip(tables) {
        let Some(source) = config.sources.get(table.source()) else { continue };
        for (name, field) in source.fields.iter().filter(|(_, field)| !field.kind.is_kept_out()) {
            fields.extend(table.column(name).map(|column| empty(index, column, field, options(field, source, config))));
        }
    }
    let parts = |field: &Field<'a>| (0..field.distinct()).step_by(CHUNK as usize).collect::<Vec<_>>();
    let jobs: Vec<(usize, u32)> = fields
        .iter()
        .enumerate()
        .flat_map(|(f, field)| parts(field).into_iter().map(move |first| (f, first)))
        .collect();
    let done: Vec<(usize, Part)> = jobs
        .into_par_iter()
        .map(|(f, first)| control.check().map(|()| (f, Part::of(&fields[f], first))))
        .collect::<Result<_>>()?;
    let mut parts: Vec<Vec<Part>> = fields.iter().map(|_| Vec::new()).collect();
    done.into_iter().for_each(|(f, part)| parts[f].push(part));
    fields.par_iter_mut().zip(parts).for_each(|(field, parts)| {
        parts.into_iter().for_each(|part| field.append(part));
        field.numbered_names = match known {
            Some(known) => {
                let source = tables[field.table as usize].source();
                known.numbered_names(source, field.column.name()).cloned().unwrap_or_default()
            }
            None => field.find_numbered_names(),
        };
        field.read_first_generations();
        field.take_codes(origins);
    });
    Ok(fields)
}

fn empty<'a>(table: u32, column: &'a Column, field: &FieldConfig, options: normalize::Options) -> Field<'a> {
    Field {
        table,
        first: 0,
        codes: Vec::new(),
        config: field.clone(),
        golden_name: field.golden_name(column.name()).into_owned(),
        options,
        column,
        displays: Forms::default(),
        keys: Forms::default(),
        names: Names { kind: field.readable_kind().filter(|&kind| is_name(kind)), ..Names::default() },
        addresses: Vec::new(),
        numbered_names: BTreeSet::new(),
    }
}

/// How the values of a field are to be normalised.
pub(crate) fn options(field: &FieldConfig, source: &SourceConfig, config: &Config) -> normalize::Options {
    normalize::Options {
        region: field.region.clone().or_else(|| source.region.clone()),
        order: field.order.as_deref().and_then(|order| order.parse().ok()),
        placeholders: config.placeholders.get(&field.kind).cloned().unwrap_or_default(),
        hashed: field.hashed,
    }
}

/// Normalised values of some neighbouring codes.
#[derive(Default)]
struct Part {
    displays: Forms,
    keys: Forms,
    names: Vec<(u32, Vec<name::PersonName>)>,
    addresses: Vec<address::Address>,
}

impl Part {
    fn of(field: &Field<'_>, first: u32) -> Part {
        let reader = Reader::new(&field.config, &field.options);
        let mut part = Part::default();
        for code in first..(first + CHUNK).min(field.distinct()) {
            let raw = field.column.distinct().get(code);
            let cell = reader.read(raw);
            part.displays.push(&cell.display, raw);
            part.keys.push(&cell.key, raw);
            part.names.extend(cell.names.map(|readings| (code, readings)));
            if field.config.readable_kind() == Some(Kind::FullAddress) {
                part.addresses.push(cell.address.unwrap_or_default());
            }
        }
        part
    }
}

/// How the values of a field are read.
pub(crate) struct Reader<'a> {
    kind: Kind,
    options: &'a normalize::Options,
    reading: name::Reading,
    /// Whether names and addresses are taken apart.
    parts: bool,
}

/// A value as it is used; without display form where it is unusable.
#[derive(Debug, Default)]
pub(crate) struct CellValue {
    pub(crate) display: String,
    pub(crate) key: String,
    /// The readings of a name; `None` where there is one, which is its key.
    pub(crate) names: Option<Vec<name::PersonName>>,
    pub(crate) address: Option<address::Address>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(field: &FieldConfig, options: &'a normalize::Options) -> Self {
        let order = field.order.as_deref().and_then(|order| order.parse().ok()).unwrap_or_default();
        let reading = name::Reading::new(order, options.region.as_deref());
        Reader { kind: field.kind, options, reading, parts: true }
    }

    /// The same without taking names and addresses apart, which only comparing them needs.
    pub(crate) fn whole(self) -> Self {
        Reader { parts: false, ..self }
    }

    pub(crate) fn read(&self, raw: &str) -> CellValue {
        let value = normalize::normalize(self.kind, raw, self.options);
        if !value.verdict.is_ok() {
            return CellValue::default();
        }
        if self.options.hashed.is_some() {
            return CellValue { display: value.display, key: value.key, ..CellValue::default() };
        }
        // Parts are read where the key was: in the cleaned text.
        let shown = if has_parts(self.kind) { normalize::shown(self.kind, raw) } else { String::new() };
        let key = comparison_key(self.kind, &shown, value.key, self.options);
        let names =
            if self.parts && is_name(self.kind) { parse_name(self.kind, &shown, &key, self.reading) } else { None };
        let address = (self.parts && self.kind == Kind::FullAddress).then(|| address::parse_full(&shown));
        // A golden country is its code, so that sources that write it differently agree, and segments find it.
        let display = if self.kind == Kind::Country { key.clone() } else { value.display };
        CellValue { display, key, names, address }
    }
}

/// The reading of `Morris I` as the first of the name, where there is a `Morris II` too; elsewhere `I` is an initial.
pub(crate) fn first_generation(kind: Kind, key: &str, later: &BTreeSet<String>) -> Option<name::PersonName> {
    let rest = key.strip_suffix(" i").filter(|rest| later.contains(*rest))?.to_owned();
    let suffix = Some("i".to_owned());
    match kind {
        Kind::GivenName => Some(name::PersonName { given: rest, suffix, ..Default::default() }),
        Kind::FamilyName => Some(name::PersonName { family: rest, suffix, ..Default::default() }),
        _ => None,
    }
}

/// What a value says of a person's name: its parts as they were read, or its key.
pub(crate) fn readings<'t>(
    kind: Option<Kind>,
    parts: Option<&'t [name::PersonName]>,
    key: &'t str,
) -> impl Iterator<Item = Reading<'t>> + use<'t> {
    let plain = match kind {
        _ if parts.is_some() || key.is_empty() => None,
        Some(Kind::GivenName) => Some(Reading { given: key, ..Reading::default() }),
        Some(_) => Some(Reading { family: key, ..Reading::default() }),
        None => None,
    };
    plain.into_iter().chain(parts.into_iter().flatten().map(Reading::of))
}

/// Whether more than the key is read in values of a kind.
fn has_parts(kind: Kind) -> bool {
    is_name(kind) || matches!(kind, Kind::FullAddress | Kind::StreetAddress | Kind::BirthDate)
}

pub(crate) fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::GivenName | Kind::FamilyName | Kind::BirthName | Kind::FullName)
}

/// The readings of a name; `None` where there is one, which is its key.
fn parse_name(kind: Kind, shown: &str, key: &str, reading: name::Reading) -> Option<Vec<name::PersonName>> {
    let latin = || text::latin(key);
    let readings = match kind {
        Kind::FullName => [Some(name::parse_full_in(shown, reading)), name::parse_full_latin(shown, reading)],
        Kind::GivenName => {
            let part = |given| name::PersonName { given, ..Default::default() };
            let suffix = name::parse_given(shown).suffix;
            let latin = latin().map(part);
            if suffix.is_none() && latin.is_none() {
                return None;
            }
            [Some(name::PersonName { suffix, ..part(key.to_owned()) }), latin]
        }
        _ => {
            let parts = name::parse_family(shown);
            let part = |family| name::PersonName { family, ..Default::default() };
            let latin = latin().map(part);
            if parts.suffix.is_none() && parts.birth.is_none() && latin.is_none() {
                return None;
            }
            [Some(name::PersonName { suffix: parts.suffix, birth: parts.birth, ..part(key.to_owned()) }), latin]
        }
    };
    Some(readings.into_iter().flatten().collect())
}

/// The key that is compared, where it is more than the match key: both readings of a date, the parts of a street line.
fn comparison_key(kind: Kind, shown: &str, key: String, options: &normalize::Options) -> String {
    match kind {
        _ if key.is_empty() => key,
        Kind::BirthDate => {
            let readings: BTreeSet<String> =
                date::parse(shown, options.order).iter().map(ToString::to_string).collect();
            readings.into_iter().collect::<Vec<_>>().join(&PART.to_string())
        }
        Kind::StreetAddress => street_key(&address::parse_street(shown)),
        _ => key,
    }
}

pub(crate) fn street_key(street: &address::Street) -> String {
    if street.name.is_empty() {
        return String::new();
    }
    format!("{}{PART}{}", street.number.as_deref().unwrap_or(""), street.name)
}
