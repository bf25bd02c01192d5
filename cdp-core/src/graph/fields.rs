//! What traits and cells mean: the fields of each source, and their values normalised.

use crate::normalize::{self, Options};
use crate::record::Interner;
use crate::schema::{Config, FieldConfig, Kind};
use std::collections::HashMap;

/// The traits that the Segment spec reserves, and what they mean here.
const RESERVED: &[(&str, Kind)] = &[
    ("email", Kind::Email),
    ("phone", Kind::Phone),
    ("firstName", Kind::GivenName),
    ("first_name", Kind::GivenName),
    ("lastName", Kind::FamilyName),
    ("last_name", Kind::FamilyName),
    ("name", Kind::FullName),
    ("birthday", Kind::BirthDate),
    ("gender", Kind::Gender),
    ("title", Kind::Title),
    ("address.street", Kind::StreetAddress),
    ("address.city", Kind::City),
    ("address.postalCode", Kind::PostalCode),
    ("address.postal_code", Kind::PostalCode),
    ("address.state", Kind::Region),
    ("address.country", Kind::Country),
    ("company.name", Kind::OrganisationName),
    ("website", Kind::Url),
];

/// Stands for the sources that the configuration does not name.
pub(super) const UNNAMED: &str = "";

/// One field of a source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) kind: Kind,
    /// The golden field it feeds.
    pub(super) golden: String,
    /// The number of that golden field.
    number: u16,
    options: Options,
}

/// The fields of all sources.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) list: Vec<Field>,
    /// By source, the field of each trait or cell.
    by_source: HashMap<String, HashMap<String, u16>>,
    /// The field that a user id feeds, by source.
    users: HashMap<String, u16>,
    /// The golden fields there are, by kind and name.
    golden: Vec<(Kind, String)>,
    texts: Interner,
}

/// A usable value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    pub(super) field: u16,
    /// Numbers of texts.
    pub(super) display: u32,
    pub(super) key: u32,
}

impl Fields {
    /// Learns the fields of a source, once: as configured, otherwise those of reserved traits.
    pub(super) fn learn(&mut self, source: &str, config: &Config) {
        let settings = config.sources.get(source);
        // Sources that nothing is said of share their fields: senders may name any number.
        let source = if settings.is_some() { source } else { UNNAMED };
        if self.by_source.contains_key(source) {
            return;
        }
        let region = settings.and_then(|settings| settings.region.clone());
        let reserved = || RESERVED.iter().map(|&(name, kind)| (name.to_owned(), FieldConfig::new(kind)));
        let chosen: Vec<(String, FieldConfig)> = match settings.filter(|settings| !settings.fields.is_empty()) {
            Some(settings) => settings.fields.iter().map(|(name, field)| (name.clone(), field.clone())).collect(),
            None => reserved().collect(),
        };
        let mut names = HashMap::new();
        for (name, field) in chosen.into_iter().filter(|(_, field)| field.kind != Kind::Ignore) {
            let number = self.add(&name, &field, region.as_deref(), config);
            names.insert(name, number);
        }
        let user = self.add("userId", &FieldConfig::new(Kind::CustomerId), None, config);
        self.users.insert(source.to_owned(), user);
        self.by_source.insert(source.to_owned(), names);
    }

    fn add(&mut self, name: &str, field: &FieldConfig, region: Option<&str>, config: &Config) -> u16 {
        let options = Options {
            region: field.region.clone().or_else(|| region.map(str::to_owned)),
            order: field.order.as_deref().and_then(|order| order.parse().ok()),
            placeholders: config.placeholders.get(&field.kind).cloned().unwrap_or_default(),
        };
        let golden = (field.kind, field.golden_name(name).to_owned());
        let known = self.golden.iter().position(|known| *known == golden);
        let number = known.unwrap_or_else(|| {
            self.golden.push(golden.clone());
            self.golden.len() - 1
        });
        self.list.push(Field { kind: field.kind, golden: golden.1, number: number as u16, options });
        (self.list.len() - 1) as u16
    }

    /// The usable value of a trait or cell, if it means anything.
    pub(super) fn value(&mut self, source: &str, name: &str, raw: &str) -> Option<Value> {
        let field = *self.by_source.get(source).or_else(|| self.by_source.get(UNNAMED))?.get(name)?;
        self.normalised(field, raw)
    }

    /// The value of a user id; `None` for one that means nobody, such as `null` or `undefined`.
    pub(super) fn user(&mut self, source: &str, id: &str) -> Option<Value> {
        let field = *self.users.get(source).or_else(|| self.users.get(UNNAMED))?;
        self.normalised(field, id)
    }

    fn normalised(&mut self, field: u16, raw: &str) -> Option<Value> {
        let spec = &self.list[field as usize];
        let value = normalize::normalize(spec.kind, raw, &spec.options);
        if !value.verdict.is_ok() {
            return None;
        }
        let display = if spec.kind == Kind::Country { &value.key } else { &value.display };
        Some(Value { field, display: self.texts.intern(display), key: self.texts.intern(&value.key) })
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// The number of the golden field that a value feeds.
    pub(super) fn golden(&self, value: &Value) -> u16 {
        self.field(value).number
    }

    pub(super) fn golden_name(&self, number: u16) -> &str {
        &self.golden[number as usize].1
    }

    /// The kind and name of a golden field.
    pub(super) fn golden_kind(&self, number: u16) -> (Kind, &str) {
        let (kind, name) = &self.golden[number as usize];
        (*kind, name)
    }

    pub(super) fn field(&self, value: &Value) -> &Field {
        &self.list[value.field as usize]
    }

    /// How the fields of a kind are read.
    pub(super) fn options(&self, kind: Kind) -> impl Iterator<Item = &Options> + Clone {
        self.list.iter().filter(move |field| field.kind == kind).map(|field| &field.options)
    }
}

/// Whether an anonymous id stands for nobody in particular: `null`, `undefined`, `[object Object]`, over 400 characters.
pub(super) fn is_nobody(id: &str) -> bool {
    !normalize::normalize(Kind::AnonymousId, id, &Options::default()).verdict.is_ok()
}
