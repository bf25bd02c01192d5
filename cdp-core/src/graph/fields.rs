//! What traits and cells mean: the fields of each source, and their values normalised.

use super::growing::Chunks;
use crate::model::Model;
use crate::normalize::address::Address;
use crate::normalize::name::PersonName;
use crate::normalize::{self, Options};
use crate::record::{Interner, NULL};
use crate::resolve::prepare::{self, CellValue, Reader};
use crate::schema::{Config, FieldConfig, Kind, SourceConfig};
use hashbrown::HashMap;
use std::collections::BTreeSet;

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

/// The kinds of what messages say by themselves.
pub(super) fn said_kinds() -> impl Iterator<Item = Kind> {
    RESERVED.iter().map(|(_, kind)| *kind).chain([Kind::CustomerId])
}

/// Stands for the sources that the configuration does not name.
pub(super) const UNNAMED: &str = "";

/// One field of a source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) kind: Kind,
    /// The kind by which its values are taken apart; of hashes none.
    pub(super) readable: Option<Kind>,
    /// The golden field it feeds.
    pub(super) golden: String,
    /// The number of that golden field.
    number: u16,
    options: Options,
    config: FieldConfig,
    /// The feature that its values are by themselves, where they are one.
    pub(super) feature: Option<String>,
    /// Keys of values that a model sets aside.
    aside: BTreeSet<String>,
    /// The names of which a model knows a second or a third.
    numbered_names: BTreeSet<String>,
    /// The first field that reads every value as this one does.
    like: u16,
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
    /// What of a value is compared besides its key, and where it is found by the first of the fields that read alike and value as written.
    details: Vec<Detail>,
    detail_numbers: HashMap<(u16, String), u32>,
    /// Whether values are compared: their details are kept then.
    compares: bool,
    /// By the number of a text, what the fields that read alike made of it last, as the value of the first of them; without display
    /// where they can make nothing of it. Who comes again says the same again.
    read: Chunks<Value>,
    /// By the first of the fields that read alike, the same of spellings that are no text, of late.
    spelt: Vec<HashMap<Box<str>, Value>>,
}

/// So many spellings are remembered.
const REMEMBERED: usize = 1 << 15;
/// Longer ones hardly come again.
const LONGEST: usize = 64;
/// What was made of a text that was no field's value yet.
const UNREAD: Value = Value { field: u16::MAX, display: NULL, key: NULL, detail: NULL };

/// What of a value is compared besides its key.
#[derive(Debug)]
pub(super) struct Detail {
    /// The readings of a name.
    pub(super) names: Option<Vec<PersonName>>,
    pub(super) address: Option<Address>,
}

/// A usable value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    pub(super) field: u16,
    /// Numbers of texts.
    pub(super) display: u32,
    pub(super) key: u32,
    /// The number of its details; [`NULL`] where it is nothing but its key.
    pub(super) detail: u32,
}

impl Field {
    /// Whether it reads every value as another field does.
    fn reads_as(&self, other: &Field) -> bool {
        let how = |field: &Field| (field.kind, field.readable, field.config.order.clone(), field.options.clone());
        how(self) == how(other) && self.aside == other.aside && self.numbered_names == other.numbered_names
    }
}

impl Fields {
    /// Learns the fields of a source, once: as configured, otherwise those of reserved traits. With a model, what it knows of
    /// their values.
    pub(super) fn learn(&mut self, source: &str, config: &Config, model: Option<&Model>) {
        let settings = config.sources.get(source);
        // Sources that nothing is said of share their fields: senders may name any number.
        let source = if settings.is_some() { source } else { UNNAMED };
        if self.by_source.contains_key(source) {
            return;
        }
        self.compares |= model.is_some();
        let none = SourceConfig::default();
        let settings = settings.unwrap_or(&none);
        let reserved = || RESERVED.iter().map(|&(name, kind)| (name.to_owned(), config.field(kind)));
        let mut chosen: Vec<(String, FieldConfig)> = match settings.fields.is_empty() {
            true => reserved().collect(),
            false => settings.fields.iter().map(|(name, field)| (name.clone(), field.clone())).collect(),
        };
        // In the order of the columns of a table.
        chosen.sort_by(|a, b| a.0.cmp(&b.0));
        let mut names = HashMap::new();
        for (name, field) in chosen.into_iter().filter(|(_, field)| !field.kind.is_kept_out()) {
            let number = self.add(source, &name, &field, settings, config, model);
            names.insert(name, number);
        }
        let user = config.field(Kind::CustomerId);
        let user = self.add(source, "userId", &user, &SourceConfig::default(), config, model);
        self.users.insert(source.to_owned(), user);
        self.by_source.insert(source.to_owned(), names);
    }

    fn add(
        &mut self,
        source: &str,
        name: &str,
        field: &FieldConfig,
        settings: &SourceConfig,
        config: &Config,
        model: Option<&Model>,
    ) -> u16 {
        let options = prepare::options(field, settings, config);
        let golden = (field.kind, field.golden_name(name).into_owned());
        let known = self.golden.iter().position(|known| *known == golden);
        let number = known.unwrap_or_else(|| {
            self.golden.push(golden.clone());
            self.golden.len() - 1
        });
        let reading = model.map(|model| &model.reading);
        let aside = reading.filter(|_| prepare::may_be_set_aside(field.kind, config));
        let numbered_names = reading.and_then(|reading| reading.numbered_names(source, name));
        let mut made = Field {
            kind: field.kind,
            readable: field.readable_kind(),
            feature: model.and_then(|model| prepare::named_feature(field, name, model)),
            golden: golden.1,
            number: number as u16,
            options,
            config: field.clone(),
            aside: aside.and_then(|reading| reading.set_aside.get(&field.kind)).cloned().unwrap_or_default(),
            numbered_names: numbered_names.cloned().unwrap_or_default(),
            like: self.list.len() as u16,
        };
        if let Some(first) = self.list.iter().find(|other| other.reads_as(&made)) {
            made.like = first.like;
        }
        self.list.push(made);
        self.spelt.push(HashMap::new());
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
        if raw.len() > LONGEST {
            return self.read_anew(field, raw);
        }
        let (text, like) = (self.texts.find(raw), self.list[field as usize].like);
        let known = match text {
            Some(text) => self.read.get(text as usize).filter(|value| value.field == like),
            None => self.spelt[like as usize].get(raw),
        };
        let value = known.copied().unwrap_or_else(|| {
            let value = Value { field: like, ..self.read_anew(field, raw).unwrap_or(UNREAD) };
            self.remember(text, raw, value);
            value
        });
        Some(Value { field, ..value }).filter(|value| value.display != NULL)
    }

    /// Remembers what was made of a spelling: with its text, where it is how a value is shown or compared, which is kept anyway.
    fn remember(&mut self, text: Option<u32>, raw: &str, value: Value) {
        let is_it = |text: &u32| *text != NULL && self.texts.get(*text) == raw;
        match text.or_else(|| [value.display, value.key].into_iter().find(is_it)) {
            Some(text) => {
                while self.read.len() <= text as usize {
                    self.read.push(UNREAD);
                }
                self.read[text as usize] = value;
            }
            None => {
                let spelt = &mut self.spelt[value.field as usize];
                if spelt.len() >= REMEMBERED {
                    spelt.clear();
                }
                spelt.insert(raw.into(), value);
            }
        }
    }

    fn read_anew(&mut self, field: u16, raw: &str) -> Option<Value> {
        let spec = &self.list[field as usize];
        let reader = Reader::new(&spec.config, &spec.options);
        let mut cell = if self.compares { reader.read(raw) } else { reader.whole().read(raw) };
        if cell.display.is_empty() {
            return None;
        }
        if let Some(name) =
            spec.readable.and_then(|kind| prepare::first_generation(kind, &cell.key, &spec.numbered_names))
        {
            cell.names = Some(vec![name]);
        }
        if spec.aside.contains(&cell.key) {
            cell.key.clear();
        }
        let detail = if self.compares { self.detail(spec.like, raw, &mut cell) } else { NULL };
        let display = self.texts.intern(&cell.display);
        let key = if cell.key == cell.display { display } else { self.texts.intern(&cell.key) };
        Some(Value { field, display, key, detail })
    }

    /// The number of what a value is besides its key.
    fn detail(&mut self, field: u16, raw: &str, cell: &mut CellValue) -> u32 {
        if cell.names.is_none() && cell.address.is_none() {
            return NULL;
        }
        let next = self.details.len() as u32;
        let number = *self.detail_numbers.entry((field, raw.to_owned())).or_insert(next);
        if number == next {
            self.details.push(Detail { names: cell.names.take(), address: cell.address.take() });
        }
        number
    }

    /// What of a value is compared besides its key, if anything is.
    pub(super) fn detail_of(&self, value: &Value) -> Option<&Detail> {
        self.details.get(value.detail as usize)
    }

    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// The number of a text, if it is known.
    pub(super) fn number_of(&self, text: &str) -> Option<u32> {
        self.texts.find(text)
    }

    /// The number of the golden field that a value feeds.
    pub(super) fn golden(&self, value: &Value) -> u16 {
        self.field(value).number
    }

    pub(super) fn golden_name(&self, number: u16) -> &str {
        &self.golden[number as usize].1
    }

    /// The golden fields there are.
    pub(super) fn golden_fields(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.golden.iter().map(|(kind, name)| (name.as_str(), *kind))
    }

    /// The golden fields that the configured columns of a source feed; of a source without any, none.
    pub(super) fn golden_of(&self, source: &str, config: &Config) -> impl Iterator<Item = u16> {
        let named = config.sources.get(source).is_some_and(|settings| !settings.fields.is_empty());
        let fields = self.by_source.get(source).filter(|_| named);
        fields.into_iter().flat_map(|fields| fields.values().map(|&field| self.list[field as usize].number))
    }

    /// The kind and name of a golden field.
    pub(super) fn golden_kind(&self, number: u16) -> (Kind, &str) {
        let (kind, name) = &self.golden[number as usize];
        (*kind, name)
    }

    /// Whether a golden field holds hashes.
    pub(super) fn is_hashed(&self, golden: u16) -> bool {
        self.list.iter().any(|field| field.number == golden && field.readable.is_none())
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
