//! An export: people and their consents in, batches of encoded rows out, and counts of what was left out and why.
//!
//! A refusal goes further than a permission: an address that anybody in the export refused is left out for everybody who
//! has it, since the destination knows the address, not the person.

use super::destinations::{Destination, Field, Limit};
use super::{LeftOut, encode};
use crate::consent::Effective;
use crate::error::{Code, Error, Result};
use crate::profile::Profiles;
use crate::record::{ColumnBuilder, Table};
use crate::schema::Kind;
use hashbrown::HashSet;
use std::collections::BTreeMap;

/// Somebody who may be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person<'a> {
    /// The id of the profile; never exported.
    pub id: &'a str,
    /// Values with their kinds, the best of each kind first. The country is among them, where it is known.
    pub values: Vec<(Kind, &'a str)>,
    /// Values that came as their SHA-256 hashes, in lower-case hexadecimal.
    pub hashed: Vec<(Kind, &'a str)>,
}

/// A value of a person as it came.
#[derive(Debug, Clone, Copy)]
enum Came<'v> {
    Plain(&'v str),
    Hashed(&'v str),
}

impl Came<'_> {
    fn text(&self) -> &str {
        match self {
            Came::Plain(text) | Came::Hashed(text) => text,
        }
    }

    fn encode(self, field: &Field, country: Option<&str>) -> std::result::Result<String, LeftOut> {
        match self {
            Came::Plain(value) => encode::encode(field, value, country),
            Came::Hashed(hash) => encode::encode_hashed(field, hash),
        }
    }
}

impl<'a> Person<'a> {
    /// The person of a profile with its golden values, the fields in their order.
    pub fn of(profiles: &'a Profiles, index: usize) -> Self {
        let of = |hashed: bool| {
            let fields = profiles.fields().iter().filter(move |field| field.hashed == hashed);
            fields.filter_map(|field| Some((field.kind, field.values.get(index)?))).collect()
        };
        Person { id: profiles.id(index), values: of(false), hashed: of(true) }
    }

    /// The values of a kind.
    pub fn values(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(other, _)| *other == kind).map(|(_, value)| *value)
    }

    /// The values of a kind, hashed ones last.
    fn all(&self, kind: Kind) -> impl Iterator<Item = Came<'a>> {
        let hashed = self.hashed.iter().filter(move |(other, _)| *other == kind).map(|(_, hash)| Came::Hashed(hash));
        self.values(kind).map(Came::Plain).chain(hashed)
    }

    fn country(&self, request: &Request<'_>) -> Option<&'static str> {
        let own = self.values(Kind::Country).find_map(encode::country);
        own.or_else(|| encode::country(request.country?))
    }
}

/// An address that somebody has and that is not offered for export.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// It, as it came.
    pub text: String,
    /// Whether it came as its SHA-256 hash, in lower-case hexadecimal.
    pub hashed: bool,
}

impl Held {
    fn came(&self) -> Came<'_> {
        if self.hashed { Came::Hashed(&self.text) } else { Came::Plain(&self.text) }
    }
}

/// Who allows the purpose of an export.
pub trait Consents {
    /// Whether the person allows it at all.
    fn person(&self, person: &Person<'_>) -> Effective;

    /// Whether it is allowed with this e-mail address or telephone number.
    fn address(&self, person: &Person<'_>, kind: Kind, value: &str) -> Effective;

    /// All that the person has of this kind of address, for refusals hold for these too.
    fn held(&self, person: &Person<'_>, kind: Kind) -> Vec<Held> {
        let _ = (person, kind);
        Vec::new()
    }

    /// What else the person said, where a destination is told once for a whole batch; people with different words go
    /// into different batches.
    fn signal(&self, person: &Person<'_>) -> String {
        let _ = person;
        String::new()
    }
}

/// Consents that people gave for themselves, whatever the address.
#[derive(Debug, Clone, Copy)]
pub struct ByPerson<F>(pub F);

impl<F: Fn(&Person<'_>) -> Effective> Consents for ByPerson<F> {
    fn person(&self, person: &Person<'_>) -> Effective {
        self.0(person)
    }

    fn address(&self, _: &Person<'_>, _: Kind, _: &str) -> Effective {
        Effective::Granted
    }
}

/// What is to be exported.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Where to.
    pub destination: &'a Destination,
    /// What for, in the words of the consents.
    pub purpose: &'a str,
    /// Only these kinds; all that the destination takes where `None`.
    pub kinds: Option<&'a [Kind]>,
    /// The country (code or name) of people whose profile has none. Nothing is assumed where there is neither.
    pub country: Option<&'a str>,
    /// At most so many people a batch, where the destination takes more.
    pub batch_size: Option<usize>,
}

impl<'a> Request<'a> {
    /// Everything that the destination takes, for a purpose.
    pub fn new(destination: &'a Destination, purpose: &'a str) -> Self {
        Request { destination, purpose, kinds: None, country: None, batch_size: None }
    }

    fn check(&self) -> Result<()> {
        let fail = |reason: String, help: &str| Err(Error::new(Code::InvalidInput, reason).help(help));
        if self.purpose.trim().is_empty() {
            return fail("an export needs a purpose".to_owned(), "name what the people agreed to, e.g. advertising");
        }
        if self.batch_size == Some(0) {
            return fail("a batch of nobody".to_owned(), "give a batch_size of 1 or more");
        }
        if let Some(country) = self.country.filter(|country| encode::country(country).is_none()) {
            return fail(
                format!("there is no country '{country}'"),
                "two letters of ISO 3166 are expected, such as FR",
            );
        }
        let unknown = self.kinds.unwrap_or_default().iter().find(|kind| self.destination.field(**kind).is_none());
        match unknown {
            Some(kind) => {
                let taken: Vec<&str> = self.destination.fields.iter().map(|field| field.kind.as_str()).collect();
                let reason = format!("{} takes no {kind}", self.destination.name);
                fail(reason, &format!("it takes: {}", taken.join(", ")))
            }
            None => Ok(()),
        }
    }

    fn fields(&self) -> impl Iterator<Item = &'a Field> {
        let kinds = self.kinds;
        self.destination.fields.iter().filter(move |field| kinds.is_none_or(|kinds| kinds.contains(&field.kind)))
    }
}

/// Rows to be sent in one request or file.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// What the people of the batch said besides, where the destination is told once for a batch; empty otherwise.
    pub signal: String,
    /// The profiles, row by row; for your records, not for the destination.
    pub profiles: Vec<String>,
    /// The rows, under the names of [`Destination::columns`]; numbered columns that stay empty are left out.
    pub table: Table,
}

/// What [`export`] gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The name of the destination.
    pub destination: &'static str,
    /// What for.
    pub purpose: String,
    /// The rows, in batches.
    pub batches: Vec<Batch>,
    /// How many people are not in them, by reason.
    pub left_out: BTreeMap<LeftOut, usize>,
    /// How many values are not in them, by kind and reason, of people who allow the purpose.
    pub values_left_out: BTreeMap<(Kind, LeftOut), usize>,
}

impl Export {
    /// How many people are in it.
    pub fn people(&self) -> usize {
        self.batches.iter().map(|batch| batch.profiles.len()).sum()
    }

    /// The batch at `index`, counted from 0.
    ///
    /// # Errors
    /// `not_found` if there are not so many.
    pub fn batch(&self, index: usize) -> Result<&Batch> {
        let missing = || Error::new(Code::NotFound, format!("there are {} batches", self.batches.len()));
        self.batches.get(index).ok_or_else(|| missing().help("they are counted from 0"))
    }

    /// How many people are not in it, by the word of the reason.
    pub fn left_out_by_word(&self) -> BTreeMap<&'static str, usize> {
        self.left_out.iter().map(|(reason, count)| (reason.as_str(), *count)).collect()
    }

    /// How many values are not in it, by the words of their kind and of the reason.
    pub fn values_left_out_by_word(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, usize>> {
        let mut words: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for ((kind, reason), count) in &self.values_left_out {
            words.entry(kind.as_str()).or_default().insert(reason.as_str(), *count);
        }
        words
    }
}

/// Encodes those who allow the purpose, in the order given.
///
/// ```
/// use cdp_core::activation::{ByPerson, Destination, LeftOut, Person, Request, export};
/// use cdp_core::consent::Effective;
/// use cdp_core::schema::Kind;
/// let people = [
///     Person { id: "p1", values: vec![(Kind::Email, "Ann@example.com"), (Kind::Phone, "06 12 34 56 79")], hashed: vec![] },
///     Person { id: "p2", values: vec![(Kind::Email, "bob@example.com")], hashed: vec![] },
/// ];
/// let request = Request::new(Destination::named("uid2@1")?, "advertising");
/// let granted = ByPerson(|person: &Person<'_>| if person.id == "p1" { Effective::Granted } else { Effective::Unknown });
/// let export = export(&request, people, &granted)?;
/// assert_eq!(export.people(), 1);
/// assert_eq!(export.left_out[&LeftOut::ConsentUnknown], 1);
/// assert_eq!(export.values_left_out[&(Kind::Phone, LeftOut::NoCountry)], 1);
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `invalid_input` without a purpose, for a kind that the destination does not take, an unknown country, a `batch_size` of 0.
pub fn export<'p>(
    request: &Request<'_>,
    people: impl IntoIterator<Item = Person<'p>>,
    consents: &impl Consents,
) -> Result<Export> {
    export_among(request, people, [], consents)
}

/// [`export`] of some people among others, who are not exported, and whose refusals hold for the addresses they share.
///
/// # Errors
/// Those of [`export`].
pub fn export_among<'p>(
    request: &Request<'_>,
    people: impl IntoIterator<Item = Person<'p>>,
    others: impl IntoIterator<Item = Person<'p>>,
    consents: &impl Consents,
) -> Result<Export> {
    request.check()?;
    let people: Vec<(Person<'p>, Effective)> = people
        .into_iter()
        .map(|person| {
            let consent = consents.person(&person);
            (person, consent)
        })
        .collect();
    let mut exporter = Exporter {
        request,
        fields: request.fields().collect(),
        refused: HashSet::new(),
        left_out: BTreeMap::new(),
        values_left_out: BTreeMap::new(),
    };
    people.iter().for_each(|(person, consent)| exporter.note_refusals(person, *consent, consents));
    others.into_iter().for_each(|person| exporter.note_refusals(&person, consents.person(&person), consents));
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for (person, consent) in &people {
        match exporter.row(person, *consent, consents) {
            Ok(row) if request.destination.consent_per_batch => {
                rows.entry(consents.signal(person)).or_default().push(row)
            }
            Ok(row) => rows.entry(String::new()).or_default().push(row),
            Err(reason) => *exporter.left_out.entry(reason).or_default() += 1,
        }
    }
    let batches = exporter.batches(rows)?;
    let Exporter { left_out, values_left_out, .. } = exporter;
    let purpose = request.purpose.to_owned();
    Ok(Export { destination: request.destination.name, purpose, batches, left_out, values_left_out })
}

/// What one person becomes: the values of each field.
struct Row {
    id: String,
    values: Vec<Vec<String>>,
}

struct Exporter<'a> {
    request: &'a Request<'a>,
    fields: Vec<&'a Field>,
    /// Encoded addresses that somebody refused.
    refused: HashSet<(Kind, String)>,
    left_out: BTreeMap<LeftOut, usize>,
    values_left_out: BTreeMap<(Kind, LeftOut), usize>,
}

impl Exporter<'_> {
    fn note_refusals(&mut self, person: &Person<'_>, consent: Effective, consents: &impl Consents) {
        let country = person.country(self.request);
        for field in self.fields.iter().filter(|field| field.kind.is_address()) {
            let held = consents.held(person, field.kind);
            for value in person.all(field.kind).chain(held.iter().map(Held::came)) {
                let refused = consent == Effective::Denied
                    || consents.address(person, field.kind, value.text()) == Effective::Denied;
                if let (true, Ok(encoded)) = (refused, value.encode(field, country)) {
                    self.refused.insert((field.kind, encoded));
                }
            }
        }
    }

    fn row(
        &mut self,
        person: &Person<'_>,
        consent: Effective,
        consents: &impl Consents,
    ) -> std::result::Result<Row, LeftOut> {
        match consent {
            Effective::Granted => {}
            Effective::Denied => return Err(LeftOut::ConsentDenied),
            Effective::Unknown => return Err(LeftOut::ConsentUnknown),
        }
        let country = person.country(self.request);
        let mut values: Vec<Vec<String>> = vec![Vec::new(); self.fields.len()];
        let mut withheld = None;
        for (index, field) in self.fields.clone().into_iter().enumerate() {
            for value in person.all(field.kind) {
                match self.value(field, value, country, person, consents) {
                    Ok(encoded) if values[index].contains(&encoded) => {}
                    Ok(_) if values[index].len() == field.most => self.leave(field.kind, LeftOut::TooMany),
                    Ok(encoded) => values[index].push(encoded),
                    Err(reason) => {
                        let consent = matches!(
                            reason,
                            LeftOut::ConsentDenied | LeftOut::ConsentUnknown | LeftOut::RefusedByAnother
                        );
                        withheld = withheld.or(Some(reason).filter(|_| consent && field.finds));
                        self.leave(field.kind, reason);
                    }
                }
            }
            // A country that was stated for those without one is theirs.
            if let (Kind::Country, true, Some(code)) = (field.kind, values[index].is_empty(), country) {
                values[index].extend(encode::encode(field, code, country).ok());
            }
        }
        self.drop_incomplete(&mut values);
        let found = self.fields.iter().zip(&values).any(|(field, values)| field.finds && !values.is_empty());
        if !found {
            return Err(withheld.unwrap_or(LeftOut::NothingToSend));
        }
        Ok(Row { id: person.id.to_owned(), values })
    }

    fn value(
        &self,
        field: &Field,
        value: Came<'_>,
        country: Option<&str>,
        person: &Person<'_>,
        consents: &impl Consents,
    ) -> std::result::Result<String, LeftOut> {
        if field.kind.is_address() {
            match consents.address(person, field.kind, value.text()) {
                Effective::Granted => {}
                Effective::Denied => return Err(LeftOut::ConsentDenied),
                Effective::Unknown => return Err(LeftOut::ConsentUnknown),
            }
        }
        let key = (field.kind, value.encode(field, country)?);
        if self.refused.contains(&key) { Err(LeftOut::RefusedByAnother) } else { Ok(key.1) }
    }

    /// Empties the fields that the destination takes only together, where one of them has no value.
    fn drop_incomplete(&mut self, values: &mut [Vec<String>]) {
        let together = self.request.destination.together;
        let is_there =
            |kind: &Kind| self.fields.iter().zip(&*values).any(|(field, v)| field.kind == *kind && !v.is_empty());
        if together.iter().all(is_there) {
            return;
        }
        for (index, field) in self.fields.clone().into_iter().enumerate() {
            if together.contains(&field.kind) && !values[index].is_empty() {
                values[index].clear();
                self.leave(field.kind, LeftOut::Incomplete);
            }
        }
    }

    fn leave(&mut self, kind: Kind, reason: LeftOut) {
        *self.values_left_out.entry((kind, reason)).or_default() += 1;
    }

    /// Rows of one signal to a batch, as many as the limits allow.
    fn batches(&self, rows: BTreeMap<String, Vec<Row>>) -> Result<Vec<Batch>> {
        let widths: Vec<usize> = (0..self.fields.len())
            .map(|index| rows.values().flatten().map(|row| row.values[index].len()).max().unwrap_or(0).max(1))
            .collect();
        let mut batches = Vec::new();
        for (signal, rows) in rows {
            let mut rows = rows.as_slice();
            while !rows.is_empty() {
                let (batch, rest) = rows.split_at(self.fitting(rows));
                batches.push(self.batch(&signal, batch, &widths)?);
                rows = rest;
            }
        }
        Ok(batches)
    }

    /// How many of the first rows fit into a batch; one at least.
    fn fitting(&self, rows: &[Row]) -> usize {
        let (people, values) = match self.request.destination.limit {
            Some(Limit::People(most)) => (most, usize::MAX),
            Some(Limit::Values(most)) => (usize::MAX, most),
            None => (usize::MAX, usize::MAX),
        };
        let people = self.request.batch_size.unwrap_or(people).min(people);
        let mut sum = 0usize;
        let within = |row: &&Row| {
            sum += row.values.iter().map(Vec::len).sum::<usize>();
            sum <= values
        };
        rows.iter().take(people).take_while(within).count().max(1)
    }

    fn batch(&self, signal: &str, rows: &[Row], widths: &[usize]) -> Result<Batch> {
        let mut columns = Vec::new();
        for (index, (field, width)) in self.fields.iter().zip(widths).enumerate() {
            for place in 0..*width {
                let mut column = ColumnBuilder::new(&field.column(place));
                rows.iter().for_each(|row| column.push(row.values[index].get(place).map(String::as_str)));
                columns.push(column.finish());
            }
        }
        let profiles = rows.iter().map(|row| row.id.clone()).collect();
        Ok(Batch { signal: signal.to_owned(), profiles, table: Table::new(self.request.destination.name, columns)? })
    }
}
