//! From tables to features: normalise each distinct value once, compose names, streets and places record by record.

use crate::columns::shared::{self, Parts, Person, Sounds};
use crate::compare::{Feature, FeatureBuilder, Features, Form, PART, Role, rest_of_local};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::normalize::{self, address, date, name, text};
use crate::progress::Control;
use crate::record::{Column, Interner, NULL, Table};
use crate::schema::{Config, FieldConfig, Kind, SourceConfig};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A record's place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// Index of the table.
    pub(super) table: u32,
    /// Row in the table.
    pub(super) row: u32,
}

/// Features of all records in canonical order: by source name, then record id, whatever order they came in.
pub(super) struct Prepared<'a> {
    pub(super) origins: Vec<Origin>,
    pub(super) features: Features,
    pub(super) fields: Vec<Field<'a>>,
    /// What was set aside because improbably many people share it, in words.
    pub(super) shared: Vec<String>,
}

/// One column with its kind and its normalised distinct values.
pub(super) struct Field<'a> {
    table: u32,
    pub(super) config: FieldConfig,
    pub(super) golden_name: String,
    /// How its values are normalised.
    pub(super) options: normalize::Options,
    column: &'a Column,
    /// Display form by code; empty where the value is unusable.
    displays: Vec<String>,
    parsed: Parsed,
}

/// Normalised distinct values of a column, by code; keys are empty where the value is unusable.
enum Parsed {
    Keys(Vec<String>),
    Names(Vec<Name>),
    Addresses(Vec<(String, address::Address)>),
}

/// A name of a person, or a part of one.
#[derive(Default)]
struct Name {
    key: String,
    /// Its parts as written, and in Latin letters where it is written in others.
    readings: Vec<name::PersonName>,
}

impl Field<'_> {
    fn code(&self, origin: Origin) -> Option<usize> {
        if self.table != origin.table {
            return None;
        }
        Some(self.column.codes()[origin.row as usize]).filter(|&code| code != NULL).map(|code| code as usize)
    }

    /// The match key of a record's value; empty where there is none.
    pub(super) fn key(&self, origin: Origin) -> &str {
        match (&self.parsed, self.code(origin)) {
            (Parsed::Keys(keys), Some(code)) => &keys[code],
            (Parsed::Names(names), Some(code)) => &names[code].key,
            (Parsed::Addresses(addresses), Some(code)) => &addresses[code].0,
            (_, None) => "",
        }
    }

    /// The display form of a record's value; empty where there is none.
    pub(super) fn display(&self, origin: Origin) -> &str {
        self.code(origin).map_or("", |code| &self.displays[code])
    }

    fn readings(&self, origin: Origin) -> &[name::PersonName] {
        match (&self.parsed, self.code(origin)) {
            (Parsed::Names(names), Some(code)) => &names[code].readings,
            _ => &[],
        }
    }

    fn address(&self, origin: Origin) -> Option<&address::Address> {
        match &self.parsed {
            Parsed::Addresses(addresses) => addresses.get(self.code(origin)?).map(|(_, address)| address),
            _ => None,
        }
    }
}

/// Prepares the features of all records.
///
/// # Errors
/// `duplicate_record_id`, `missing_record_id`.
pub(super) fn prepare<'a>(
    tables: &'a [Table],
    config: &Config,
    model: Option<&Model>,
    control: &Control,
) -> Result<Prepared<'a>> {
    let origins = canonical_order(tables, config)?;
    control.report("normalize", 0, 2)?;
    let mut fields = normalise(tables, config, control)?;
    let shared = set_shared_aside(&mut fields, &origins, config);
    control.report("normalize", 1, 2)?;
    let mut features = compose(&fields, &origins);
    // A saved model compares what it was trained on, even where these records say little by it.
    features.retain(|feature| match model {
        Some(model) => model.features.iter().any(|known| known.name == feature.name),
        None => says_something(feature),
    });
    control.report("normalize", 2, 2)?;
    let mut names: Vec<String> = tables.iter().map(|table| table.source().to_owned()).collect();
    names.sort();
    let ranks: Vec<u32> = (0..tables.len() as u32).map(|table| rank(tables, table)).collect();
    let source = origins.iter().map(|origin| ranks[origin.table as usize]).collect();
    let features = Features::new(features, source, names);
    Ok(Prepared { origins, features, fields, shared })
}

/// The place of a table's source among the sources in order of their names.
fn rank(tables: &[Table], table: u32) -> u32 {
    let name = tables[table as usize].source();
    tables.iter().filter(|other| other.source() < name).count() as u32
}

/// The id of each row of a table.
pub(super) fn record_ids(table: &Table, source: Option<&SourceConfig>) -> Result<Vec<String>> {
    let Some(id) = source.and_then(|source| source.id.as_deref()) else {
        return Ok((0..table.len()).map(|row| row.to_string()).collect());
    };
    let column = table
        .column(id)
        .ok_or_else(|| Error::new(Code::UnknownColumn, "there is no such column").source(table.source()).field(id))?;
    let ids = column.iter().enumerate().map(|(row, value)| {
        value.map(str::to_owned).ok_or_else(|| {
            Error::new(Code::MissingRecordId, "the record has no id")
                .source(table.source())
                .row(row as u64)
                .field(id)
                .help("fill it in, leave the row out, or configure another id column")
        })
    });
    ids.collect()
}

fn canonical_order(tables: &[Table], config: &Config) -> Result<Vec<Origin>> {
    let mut names: Vec<usize> = (0..tables.len()).collect();
    names.sort_by_key(|&table| tables[table].source());
    let mut order = Vec::new();
    for table in names {
        let source = config.sources.get(tables[table].source());
        let ids = record_ids(&tables[table], source)?;
        let mut rows: Vec<u32> = (0..ids.len() as u32).collect();
        rows.par_sort_by(|&x, &y| ids[x as usize].cmp(&ids[y as usize]));
        if let Some(pair) = rows.windows(2).find(|pair| ids[pair[0] as usize] == ids[pair[1] as usize]) {
            let id = &ids[pair[0] as usize];
            return Err(Error::new(
                Code::DuplicateRecordId,
                format!("rows {} and {} both have the id '{id}'", pair[0], pair[1]),
            )
            .source(tables[table].source())
            .field(source.and_then(|source| source.id.clone()).unwrap_or_default())
            .help("remove one of them, or leave `id` out to use row numbers"));
        }
        order.extend(rows.into_iter().map(|row| Origin { table: table as u32, row }));
    }
    Ok(order)
}

fn normalise<'a>(tables: &'a [Table], config: &Config, control: &Control) -> Result<Vec<Field<'a>>> {
    let mut wanted = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let Some(source) = config.sources.get(table.source()) else { continue };
        for (name, field) in &source.fields {
            let skip = field.kind == Kind::Ignore;
            if let (Some(column), false) = (table.column(name), skip) {
                wanted.push((index as u32, source, field, column));
            }
        }
    }
    let parse = |&(table, source, field, column): &(u32, &SourceConfig, &FieldConfig, &'a Column)| {
        control.check()?;
        let options = options(field, source, config);
        let (displays, parsed) = parse_column(column, field, &options);
        let golden_name = field.golden_name(column.name()).to_owned();
        Ok(Field { table, config: field.clone(), golden_name, options, column, displays, parsed })
    };
    wanted.par_iter().map(parse).collect()
}

/// Takes away the keys of values that improbably many people share, so that they neither link nor count as evidence. Their
/// display forms stay. A kind whose rule says how many profiles may share a value is left to its rule.
fn set_shared_aside(fields: &mut [Field<'_>], origins: &[Origin], config: &Config) -> Vec<String> {
    let ruled = |kind: Kind| config.identifiers.get(&kind).is_some_and(|rule| rule.max_profiles.is_some());
    let kinds: BTreeSet<Kind> = fields.iter().map(|field| field.config.kind).collect();
    let kinds: Vec<Kind> = kinds.into_iter().filter(|&kind| shared::is_personal(kind) && !ruled(kind)).collect();
    if kinds.is_empty() {
        return Vec::new();
    }
    let people = people(fields, origins);
    let mut told = Vec::new();
    for kind in kinds {
        let mut keys = Interner::default();
        let mut holders = Vec::new();
        for field in fields.iter().filter(|field| field.config.kind == kind) {
            let Parsed::Keys(distinct) = &field.parsed else { continue };
            let numbers: Vec<u32> = distinct.iter().map(|key| keys.intern(key)).collect();
            let rows = origins.iter().zip(&people).filter_map(|(&origin, person)| Some((field.code(origin)?, person)));
            holders.extend(rows.filter(|&(code, _)| !distinct[code].is_empty()).map(|(code, p)| (numbers[code], *p)));
        }
        let keys = keys.into_pool();
        let mut aside = BTreeSet::new();
        for (value, rows, people) in shared::shared(holders) {
            // Without the value: warnings end up in logs and in masked reports.
            told.push(format!("a value of {kind} was set aside: {rows} records of {people} different people have it"));
            aside.insert(keys.get(value));
        }
        for field in fields.iter_mut().filter(|field| field.config.kind == kind && !aside.is_empty()) {
            if let Parsed::Keys(distinct) = &mut field.parsed {
                distinct.iter_mut().filter(|key| aside.contains(key.as_str())).for_each(String::clear);
            }
        }
    }
    told
}

/// Who each record is about; `None` where no name says it.
fn people(fields: &[Field<'_>], origins: &[Origin]) -> Vec<Option<Person>> {
    let mut sounds = Sounds::default();
    let mut columns = Vec::new();
    for kind in [Kind::GivenName, Kind::FamilyName, Kind::FullName] {
        for field in fields.iter().filter(|field| field.config.kind == kind) {
            let Parsed::Names(names) = &field.parsed else { continue };
            let first = names.iter().map(|name| name.readings.first());
            let parts = first.map(|name| name.map(|name| sounds.name(name)).unwrap_or_default());
            columns.push((field, parts.collect::<Vec<Parts>>()));
        }
    }
    origins
        .iter()
        .map(|&origin| shared::person(columns.iter().filter_map(|(field, parts)| Some(parts[field.code(origin)?]))))
        .collect()
}

/// How the values of a field are to be normalised.
pub(super) fn options(field: &FieldConfig, source: &SourceConfig, config: &Config) -> normalize::Options {
    normalize::Options {
        region: field.region.clone().or_else(|| source.region.clone()),
        order: field.order.as_deref().and_then(|order| order.parse().ok()),
        placeholders: config.placeholders.get(&field.kind).cloned().unwrap_or_default(),
    }
}

/// Display forms and keys of the distinct values of a column.
fn parse_column(column: &Column, field: &FieldConfig, options: &normalize::Options) -> (Vec<String>, Parsed) {
    let values: Vec<&str> = column.distinct().iter().collect();
    let normalized: Vec<(String, String)> = values
        .par_iter()
        .map(|raw| {
            let normalized = normalize::normalize(field.kind, raw, options);
            match (normalized.verdict.is_ok(), field.kind) {
                (false, _) => Default::default(),
                // A golden country is its code, so that sources that write it differently agree, and segments find it.
                (true, Kind::Country) => (normalized.key.clone(), normalized.key),
                (true, _) => (normalized.display, normalized.key),
            }
        })
        .collect();
    let (displays, keys): (Vec<String>, Vec<String>) = normalized.into_iter().unzip();
    let pairs = values.par_iter().zip(keys);
    let parsed = match field.kind {
        kind if is_name(kind) => {
            let order = field.order.as_deref().and_then(|order| order.parse().ok()).unwrap_or_default();
            let reading = name::Reading::new(order, options.region.as_deref());
            Parsed::Names(pairs.map(|(raw, key)| parse_name(kind, raw, key, reading)).collect())
        }
        Kind::FullAddress => Parsed::Addresses(
            pairs
                .map(|(raw, key)| if key.is_empty() { Default::default() } else { (key, address::parse_full(raw)) })
                .collect(),
        ),
        kind => Parsed::Keys(pairs.map(|(raw, key)| comparison_key(kind, raw, key, options)).collect()),
    };
    (displays, parsed)
}

fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::GivenName | Kind::FamilyName | Kind::BirthName | Kind::FullName)
}

fn parse_name(kind: Kind, raw: &str, key: String, reading: name::Reading) -> Name {
    if key.is_empty() {
        return Name::default();
    }
    let latin = || text::latin(&key);
    let readings = match kind {
        Kind::FullName => [Some(name::parse_full_in(raw, reading)), name::parse_full_latin(raw, reading)],
        Kind::GivenName => {
            let part = |given| name::PersonName { given, ..Default::default() };
            let written = name::PersonName { suffix: name::parse_given(raw).suffix, ..part(key.clone()) };
            [Some(written), latin().map(part)]
        }
        _ => {
            let parts = name::parse_family(raw);
            let part = |family| name::PersonName { family, ..Default::default() };
            let written = name::PersonName { suffix: parts.suffix, birth: parts.birth, ..part(key.clone()) };
            [Some(written), latin().map(part)]
        }
    };
    Name { key, readings: readings.into_iter().flatten().collect() }
}

/// The key that is compared, where it is more than the match key: both readings of a date, the parts of a street line.
fn comparison_key(kind: Kind, raw: &str, key: String, options: &normalize::Options) -> String {
    match kind {
        _ if key.is_empty() => key,
        Kind::BirthDate => {
            let readings: BTreeSet<String> = date::parse(raw, options.order).iter().map(ToString::to_string).collect();
            readings.into_iter().collect::<Vec<_>>().join(&PART.to_string())
        }
        Kind::StreetAddress => street_key(&address::parse_street(raw)),
        _ => key,
    }
}

fn street_key(street: &address::Street) -> String {
    if street.name.is_empty() {
        return String::new();
    }
    format!("{}{PART}{}", street.number.as_deref().unwrap_or(""), street.name)
}

/// All features that the fields give.
fn compose(fields: &[Field<'_>], origins: &[Origin]) -> Vec<Feature> {
    let of = |kinds: &[Kind]| fields.iter().filter(|f| kinds.contains(&f.config.kind)).collect::<Vec<_>>();
    let mut jobs: Vec<Box<dyn Fn() -> Vec<Feature> + Sync + '_>> = vec![
        Box::new(|| person_features(fields, origins)),
        Box::new(|| vec![street_feature(fields, origins)]),
        Box::new(|| vec![place_feature(fields, origins)]),
    ];
    let simple: [(&str, Role, Form, &[Kind]); 4] = [
        ("birth_date", Role::Birth, Form::Date, &[Kind::BirthDate]),
        ("phone", Role::Phone, Form::Phone, &[Kind::Phone]),
        ("organisation_name", Role::Organisation, Form::Tokens, &[Kind::OrganisationName]),
        ("gender", Role::Attribute, Form::Exact, &[Kind::Gender]),
    ];
    for (name, role, form, kinds) in simple {
        let chosen = of(kinds);
        jobs.push(Box::new(move || vec![keyed_feature(name, role, form, &chosen, origins)]));
    }
    for (name, (role, form, chosen)) in named_features(fields) {
        jobs.push(Box::new(move || vec![keyed_feature(&name, role, form, &chosen, origins)]));
    }
    jobs.par_iter().flat_map_iter(|job| job()).collect()
}

/// Identifiers, categories and texts: one feature for each golden name.
fn named_features<'a>(fields: &'a [Field<'a>]) -> BTreeMap<String, (Role, Form, Vec<&'a Field<'a>>)> {
    let mut named: BTreeMap<String, (Role, Form, Vec<&Field<'_>>)> = BTreeMap::new();
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
        named.entry(field.golden_name.clone()).or_insert_with(|| (role, form, Vec::new())).2.push(field);
    }
    named
}

/// Whether a feature can tell records apart: two values, in two records at least.
fn says_something(feature: &Feature) -> bool {
    let filled = (0..feature.codes.records()).filter(|&record| !feature.codes.of(record).is_empty()).take(2).count();
    filled == 2 && feature.values.count() > 1
}

fn keyed_feature(name: &str, role: Role, form: Form, fields: &[&Field<'_>], origins: &[Origin]) -> Feature {
    let mut builder = FeatureBuilder::new(name, role, form);
    for &origin in origins {
        builder.push(fields.iter().map(|field| field.key(origin)));
    }
    builder.finish()
}

/// Given, family and other names and suffixes, composed from separate and whole-name columns.
fn person_features(fields: &[Field<'_>], origins: &[Origin]) -> Vec<Feature> {
    let of = |kind| fields.iter().filter(|f| f.config.kind == kind).collect::<Vec<_>>();
    let (given, middle, full, suffix) =
        (of(Kind::GivenName), of(Kind::MiddleName), of(Kind::FullName), of(Kind::NameSuffix));
    let family: Vec<&Field<'_>> = of(Kind::FamilyName).into_iter().chain(of(Kind::BirthName)).collect();
    let mut givens = FeatureBuilder::new("given_name", Role::Given, Form::Given);
    let mut families = FeatureBuilder::new("family_name", Role::Family, Form::Family);
    let mut others = FeatureBuilder::new("other_names", Role::OtherNames, Form::OtherNames);
    let mut suffixes = FeatureBuilder::new("name_suffix", Role::Attribute, Form::Exact);
    for &origin in origins {
        let wholes = || full.iter().flat_map(|field| field.readings(origin));
        // The first column that says anything; the whole name where none does.
        let named = || given.iter().flat_map(|field| field.readings(origin));
        let given_name = given.iter().map(|field| field.readings(origin)).find(|readings| !readings.is_empty());
        let given_names: Vec<&str> = match given_name {
            Some(readings) => readings.iter().map(|name| name.given.as_str()).collect(),
            None => first_readings(&full, origin, |name| &name.given),
        };
        let parts = || family.iter().flat_map(|field| field.readings(origin));
        let mut family: Vec<&str> = parts().map(|name| name.family.as_str()).collect();
        if family.is_empty() {
            family = first_readings(&full, origin, |name| &name.family);
        }
        family.extend(parts().chain(wholes()).filter_map(|name| name.birth.as_deref()));
        let known: BTreeSet<&str> = given_names.iter().chain(&family).flat_map(|name| name.split(' ')).collect();
        let mut rest: BTreeSet<&str> = wholes()
            .flat_map(|name| [&name.given, &name.family].into_iter().chain(&name.middle))
            .flat_map(|name| name.split(' '))
            .collect();
        rest.extend(middle.iter().flat_map(|field| field.key(origin).split(' ')));
        let rest: Vec<&str> = rest.into_iter().filter(|token| !token.is_empty() && !known.contains(token)).collect();
        others.push([rest.join(" ").as_str()]);
        let stated = suffix.iter().map(|field| field.key(origin));
        let parsed = named().chain(parts()).chain(wholes()).filter_map(|name| name.suffix.as_deref());
        suffixes.push(stated.chain(parsed).filter(|suffix| name::is_generation(suffix)));
        givens.push(given_names);
        families.push(family);
    }
    let names = vec![givens.finish(), families.finish(), others.finish()];
    let emails = email_feature(fields, origins, &names);
    names.into_iter().chain([emails, suffixes.finish()]).collect()
}

/// A part of a whole name, in all readings of the first column that has it.
fn first_readings<'a>(
    fields: &[&'a Field<'_>],
    origin: Origin,
    part: impl Fn(&'a name::PersonName) -> &'a str,
) -> Vec<&'a str> {
    let columns = fields.iter().map(|field| field.readings(origin).iter().map(&part).collect::<Vec<_>>());
    columns.into_iter().find(|parts| parts.iter().any(|part| !part.is_empty())).unwrap_or_default()
}

/// E-mail addresses, each with what is left of its local part without the names of the same record.
fn email_feature(fields: &[Field<'_>], origins: &[Origin], names: &[Feature]) -> Feature {
    let emails: Vec<_> = fields.iter().filter(|f| f.config.kind == Kind::Email).collect();
    let mut builder = FeatureBuilder::new("email", Role::Email, Form::Email);
    for (record, &origin) in (0..).zip(origins) {
        let mut keys: Vec<String> =
            emails.iter().map(|f| f.key(origin)).filter(|k| !k.is_empty()).map(str::to_owned).collect();
        for key in &mut keys {
            let texts = names.iter().flat_map(|f| f.codes.of(record).iter().map(|&value| f.keys.get(value)));
            let local = key.rsplit_once('@').map_or(key.as_str(), |(local, _)| local);
            if let Some(rest) = rest_of_local(local, texts.flat_map(|text| text.split(' '))) {
                key.push(PART);
                key.push_str(&rest);
            }
        }
        builder.push(keys.iter().map(String::as_str));
    }
    builder.finish()
}

fn street_feature(fields: &[Field<'_>], origins: &[Origin]) -> Feature {
    let of = |kind| fields.iter().filter(|f| f.config.kind == kind).collect::<Vec<_>>();
    let (numbers, streets, addresses) = (of(Kind::HouseNumber), of(Kind::StreetAddress), of(Kind::FullAddress));
    let mut builder = FeatureBuilder::new("street_address", Role::Street, Form::Street);
    for &origin in origins {
        let number = numbers.iter().map(|f| f.key(origin)).find(|k| !k.is_empty()).unwrap_or("");
        let mut keys: Vec<String> = streets
            .iter()
            .map(|f| f.key(origin))
            .filter(|key| !key.is_empty())
            .map(|key| if key.starts_with(PART) { format!("{number}{key}") } else { key.to_owned() })
            .collect();
        keys.extend(addresses.iter().filter_map(|f| f.address(origin)).map(|a| street_key(&a.street)));
        builder.push(keys.iter().map(String::as_str));
    }
    builder.finish()
}

fn place_feature(fields: &[Field<'_>], origins: &[Origin]) -> Feature {
    let of = |kind| fields.iter().filter(|f| f.config.kind == kind).collect::<Vec<_>>();
    let (codes, cities) = (of(Kind::PostalCode), of(Kind::City));
    let (regions, countries, addresses) = (of(Kind::Region), of(Kind::Country), of(Kind::FullAddress));
    let mut builder = FeatureBuilder::new("place", Role::Place, Form::Place);
    let mut key = String::new();
    for &origin in origins {
        let parsed = addresses.iter().filter_map(|f| f.address(origin));
        let whole = |part: fn(&address::Address) -> Option<&str>| parsed.clone().find_map(part).unwrap_or("");
        let first =
            |fields: &[&Field<'_>]| fields.iter().map(|f| f.key(origin)).find(|k| !k.is_empty()).map(str::to_owned);
        let code = first(&codes).unwrap_or_else(|| whole(|a| a.postal_code.as_deref()).to_owned());
        let city = first(&cities).unwrap_or_else(|| whole(|a| a.city.as_deref()).to_owned());
        let region = first(&regions)
            .or_else(|| Some(whole(|a| a.region.as_deref()).to_owned()).filter(|r| !r.is_empty()))
            .or_else(|| first(&countries))
            .unwrap_or_default();
        key.clear();
        if !(code.is_empty() && city.is_empty() && region.is_empty()) {
            key = format!("{code}{PART}{city}{PART}{region}");
        }
        builder.push([key.as_str()]);
    }
    builder.finish()
}
