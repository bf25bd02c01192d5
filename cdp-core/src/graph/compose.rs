//! The keys of the features of one record: what a batch composes of columns, composed of one record's values.

use super::fields::{Detail, Fields, Value};
use crate::compare::Role;
use crate::model::Model;
use crate::normalize::address::Address;
use crate::resolve::prepare::{self, Cell, Keys, NameReading, PlaceCells};
use crate::schema::Kind;

/// How each feature of a model is made of cells.
pub(super) struct Composer {
    recipes: Vec<Recipe>,
}

/// How a feature is made.
enum Recipe {
    Given,
    Family,
    OtherNames,
    Suffixes,
    Email,
    Street,
    Place,
    /// The keys of cells of these kinds.
    Kinds(&'static [Kind]),
    /// The keys of the fields that are this feature by themselves.
    Named(String),
}

impl Recipe {
    fn of(name: &str, role: Role) -> Recipe {
        let simple = prepare::SIMPLE.iter().find(|(known, of, ..)| *known == name && *of == role);
        match (name, role, simple) {
            ("given_name", Role::Given, _) => Recipe::Given,
            ("family_name", Role::Family, _) => Recipe::Family,
            ("other_names", Role::OtherNames, _) => Recipe::OtherNames,
            ("name_suffix", Role::Generation, _) => Recipe::Suffixes,
            ("email", Role::Email, _) => Recipe::Email,
            ("street_address", Role::Street, _) => Recipe::Street,
            ("place", Role::Place, _) => Recipe::Place,
            (_, _, Some((.., kinds))) => Recipe::Kinds(kinds),
            _ => Recipe::Named(name.to_owned()),
        }
    }
}

/// A value of a record.
#[derive(Clone, Copy)]
struct Part<'t> {
    /// The kind by which it is taken apart; of a hash none.
    kind: Option<Kind>,
    feature: Option<&'t str>,
    key: &'t str,
    detail: Option<&'t Detail>,
}

impl<'t> Cell<'t> for Part<'t> {
    fn key(self) -> &'t str {
        self.key
    }

    fn readings(self) -> impl Iterator<Item = NameReading<'t>> {
        let kind = self.kind.filter(|&kind| prepare::is_name(kind));
        let names = self.detail.and_then(|detail| detail.names.as_deref());
        prepare::readings(kind, names, self.key)
    }

    fn address(self) -> Option<&'t Address> {
        self.detail?.address.as_ref()
    }
}

/// The values of a record.
#[derive(Clone, Copy)]
struct Row<'r, 't>(&'r [Part<'t>]);

impl<'r, 't> Row<'r, 't> {
    fn of(self, kind: Kind) -> impl Iterator<Item = Part<'t>> + Clone + use<'r, 't> {
        self.0.iter().copied().filter(move |part| part.kind == Some(kind))
    }

    fn families(self) -> impl Iterator<Item = Part<'t>> + Clone + use<'r, 't> {
        self.of(Kind::FamilyName).chain(self.of(Kind::BirthName))
    }

    fn given_names(self) -> Vec<&'t str> {
        prepare::given_names(self.of(Kind::GivenName), self.of(Kind::FullName))
    }

    fn family_names(self) -> Vec<&'t str> {
        prepare::family_names(self.families(), self.of(Kind::FullName))
    }

    fn other_names(self) -> String {
        let (given, family) = (self.given_names(), self.family_names());
        prepare::other_names(&given, &family, self.of(Kind::MiddleName), self.of(Kind::FullName))
    }

    fn emails(self, keys: &mut Keys) {
        let others = self.other_names();
        let mut names: Vec<&str> = Vec::new();
        // As the records of a batch have them: each once.
        let each_once = |names: &mut Vec<&'_ str>| {
            let mut seen = Vec::with_capacity(names.len());
            names.retain(|name| {
                !name.is_empty() && !seen.contains(name) && {
                    seen.push(*name);
                    true
                }
            });
        };
        let (mut given, mut family) = (self.given_names(), self.family_names());
        each_once(&mut given);
        each_once(&mut family);
        names.extend(given);
        names.extend(family);
        names.push(&others);
        prepare::email_keys(self.of(Kind::Email), names.iter().copied(), keys);
    }

    fn place(self, keys: &mut Keys) {
        let place = PlaceCells {
            codes: self.of(Kind::PostalCode),
            cities: self.of(Kind::City),
            regions: self.of(Kind::Region),
            countries: self.of(Kind::Country),
            addresses: self.of(Kind::FullAddress),
        };
        prepare::place_keys(place, keys);
    }

    fn suffixes(self) -> impl Iterator<Item = &'t str> {
        let names = self.of(Kind::GivenName).chain(self.families()).chain(self.of(Kind::FullName));
        prepare::suffixes(self.of(Kind::NameSuffix), names)
    }
}

impl Composer {
    pub(super) fn new(model: &Model) -> Composer {
        Composer { recipes: model.features.iter().map(|feature| Recipe::of(&feature.name, feature.role)).collect() }
    }

    /// The keys of each feature of a record with these values, which are in order of field.
    pub(super) fn compose<'v>(&self, fields: &Fields, values: impl Iterator<Item = &'v Value>) -> Vec<Keys> {
        let part = |value: &Value| {
            let field = fields.field(value);
            let feature = field.feature.as_deref();
            Part { kind: field.readable, feature, key: fields.text(value.key), detail: fields.detail_of(value) }
        };
        let parts: Vec<Part<'_>> = values.map(part).collect();
        let row = Row(&parts);
        let keys_of = |wanted: &dyn Fn(&Part<'_>) -> bool| -> Keys {
            parts.iter().filter(|part| wanted(part)).map(|part| part.key).collect()
        };
        let texts = |texts: Vec<&str>| texts.into_iter().collect();
        let make = |recipe: &Recipe| {
            let mut keys = Keys::default();
            match recipe {
                Recipe::Given => return texts(row.given_names()),
                Recipe::Family => return texts(row.family_names()),
                Recipe::OtherNames => return [row.other_names()].into_iter().collect(),
                Recipe::Suffixes => return texts(row.suffixes().collect()),
                Recipe::Email => row.emails(&mut keys),
                Recipe::Street => {
                    let addresses = row.of(Kind::FullAddress);
                    prepare::street_keys(row.of(Kind::HouseNumber), row.of(Kind::StreetAddress), addresses, &mut keys);
                }
                Recipe::Place => row.place(&mut keys),
                Recipe::Kinds(kinds) => return keys_of(&|part| part.kind.is_some_and(|kind| kinds.contains(&kind))),
                Recipe::Named(name) => return keys_of(&|part| part.feature == Some(name)),
            }
            keys
        };
        self.recipes.iter().map(make).collect()
    }
}
