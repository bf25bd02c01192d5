//! The operations of the conformance vectors by name, for the runners of all languages.
//!
//! Each entry only unpacks the arguments of one public function and packs its result as JSON; no behaviour lives here.
//! Not part of the public interface.

use crate::activation::{self, Consents, Destination, Person, Request};
use crate::cluster::{self, Edge, Fate, Judge};
use crate::columns;
use crate::consent::Effective;
use crate::consent::{self, Question, Statement, Subject};
use crate::error::{Code, Error, Result};
use crate::model::Model;
use crate::normalize::{Hashed, Options, details::details, normalize, phone};
use crate::profile::{GoldenField, Profiles};
use crate::progress::Control;
use crate::record::{Column, Table};
use crate::schema::Kind;
use crate::segment::{Context, Fields, Sources};
use crate::{instant, quality, segment, similarity};
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Operation = fn(&[Value]) -> Result<Value>;

/// Every operation, in order of name.
const OPERATIONS: &[(&str, Operation)] = &[
    ("activation.columns", |input| Ok(json!(Destination::named(text(input, 0)?)?.columns()))),
    ("activation.encode", |input| {
        let country = input.get(3).and_then(Value::as_str);
        let encoded = Destination::named(text(input, 0)?)?.encode(text(input, 1)?.parse()?, text(input, 2)?, country);
        Ok(encoded.map_or_else(|reason| json!({"left_out": reason.as_str()}), Value::String))
    }),
    ("activation.encode_hashed", |input| {
        let encoded = Destination::named(text(input, 0)?)?.encode_hashed(text(input, 1)?.parse()?, text(input, 2)?);
        Ok(encoded.map_or_else(|reason| json!({"left_out": reason.as_str()}), Value::String))
    }),
    ("activation.export", activation_export),
    ("cluster.cluster", clustered),
    ("columns.profile", |input| packed(columns::profile(&[table(input, 0)?], None, &Control::default())?)),
    ("consent.effective", effective_consent),
    ("evaluation.evaluate", |input| packed(quality::evaluate_tables(&table(input, 0)?, &table(input, 1)?)?)),
    ("model.match_weight", match_weight),
    ("normalize.address_extra", |input| normalized(Kind::AddressExtra, input)),
    ("normalize.anonymous_id", |input| normalized(Kind::AnonymousId, input)),
    ("normalize.birth_date", |input| normalized(Kind::BirthDate, input)),
    ("normalize.birth_name", |input| normalized(Kind::BirthName, input)),
    ("normalize.category", |input| normalized(Kind::Category, input)),
    ("normalize.city", |input| normalized(Kind::City, input)),
    ("normalize.country", |input| normalized(Kind::Country, input)),
    ("normalize.customer_id", |input| normalized(Kind::CustomerId, input)),
    ("normalize.date", |input| normalized(Kind::Date, input)),
    ("normalize.department", |input| packed(crate::normalize::address::department(text(input, 0)?))),
    ("normalize.details", |input| {
        let options: Options = unpacked(input, 2).unwrap_or_default();
        packed(details(text(input, 0)?.parse()?, text(input, 1)?, &options.checked()?))
    }),
    ("normalize.email", |input| normalized(Kind::Email, input)),
    ("normalize.family_name", |input| normalized(Kind::FamilyName, input)),
    ("normalize.full_address", |input| normalized(Kind::FullAddress, input)),
    ("normalize.full_name", |input| normalized(Kind::FullName, input)),
    ("normalize.gender", |input| normalized(Kind::Gender, input)),
    ("normalize.given_name", |input| normalized(Kind::GivenName, input)),
    ("normalize.hashed", |input| {
        let options = Options { hashed: Some(Hashed::Sha256), ..Options::default() };
        packed(normalize(text(input, 0)?.parse()?, text(input, 1)?, &options))
    }),
    ("normalize.house_number", |input| normalized(Kind::HouseNumber, input)),
    ("normalize.identifier", |input| normalized(Kind::Identifier, input)),
    ("normalize.ignore", |input| normalized(Kind::Ignore, input)),
    ("normalize.loyalty_id", |input| normalized(Kind::LoyaltyId, input)),
    ("normalize.middle_name", |input| normalized(Kind::MiddleName, input)),
    ("normalize.name_suffix", |input| normalized(Kind::NameSuffix, input)),
    ("normalize.national_id", |input| normalized(Kind::NationalId, input)),
    ("normalize.number", |input| normalized(Kind::Number, input)),
    ("normalize.organisation_id", |input| normalized(Kind::OrganisationId, input)),
    ("normalize.organisation_name", |input| normalized(Kind::OrganisationName, input)),
    ("normalize.phone", |input| normalized(Kind::Phone, input)),
    ("normalize.phone_number", phone_number),
    ("normalize.postal_code", |input| normalized(Kind::PostalCode, input)),
    ("normalize.region", |input| normalized(Kind::Region, input)),
    ("normalize.street_address", |input| normalized(Kind::StreetAddress, input)),
    ("normalize.text", |input| normalized(Kind::Text, input)),
    ("normalize.title", |input| normalized(Kind::Title, input)),
    ("normalize.url", |input| normalized(Kind::Url, input)),
    ("segment.evaluate", segment_evaluate),
    ("segment.hash", segment_hash),
    ("segment.members", segment_members),
    ("segment.parse", |input| Ok(segment::to_json(&segment::parse(text(input, 0)?)?))),
    ("similarity.common_prefix", |input| Ok(json!(similarity::common_prefix(text(input, 0)?, text(input, 1)?)))),
    ("similarity.jaro", |input| Ok(json!(similarity::jaro_winkler::jaro(text(input, 0)?, text(input, 1)?)))),
    ("similarity.jaro_winkler", |input| {
        Ok(json!(similarity::jaro_winkler::similarity(text(input, 0)?, text(input, 1)?)))
    }),
    ("similarity.levenshtein", |input| {
        Ok(json!(similarity::levenshtein::similarity(text(input, 0)?, text(input, 1)?)))
    }),
    ("similarity.levenshtein_distance", |input| {
        Ok(json!(similarity::levenshtein::distance(text(input, 0)?, text(input, 1)?)))
    }),
    ("similarity.osa", |input| Ok(json!(similarity::osa::similarity(text(input, 0)?, text(input, 1)?)))),
    ("similarity.osa_distance", |input| Ok(json!(similarity::osa::distance(text(input, 0)?, text(input, 1)?)))),
    ("similarity.token_set", |input| Ok(json!(similarity::token_set::similarity(text(input, 0)?, text(input, 1)?)))),
];

/// The names of all operations.
pub fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _)| *name)
}

/// Calls an operation with the input of a case.
///
/// # Errors
/// Those of the operation; `not_found` where there is none of this name, `invalid_input` where the input does not fit it.
pub fn call(operation: &str, input: &[Value]) -> Result<Value> {
    match OPERATIONS.iter().find(|(name, _)| *name == operation) {
        Some((_, function)) => function(input),
        None => Err(Error::new(Code::NotFound, format!("there is no operation '{operation}'"))),
    }
}

/// A destination, a purpose, people as `{id, consent, signal, values}` with values as `[kind, value]` or
/// `[kind, value, consent of the address]`, and settings: the batches, and what is not in them.
fn activation_export(input: &[Value]) -> Result<Value> {
    let people: Vec<Exported> = unpacked(input, 2)?;
    let settings: Settings = if input.len() > 3 { unpacked(input, 3)? } else { Settings::default() };
    let request = Request {
        kinds: settings.kinds.as_deref(),
        country: settings.country.as_deref(),
        batch_size: settings.batch_size,
        ..Request::new(Destination::named(text(input, 0)?)?, text(input, 1)?)
    };
    let persons = people.iter().map(|person| Person {
        id: &person.id,
        values: person.values.iter().map(|value| (value.0, value.1.as_str())).collect(),
        hashed: person.hashed.iter().map(|value| (value.0, value.1.as_str())).collect(),
    });
    let export = activation::export(&request, persons, &People(&people))?;
    let batches = export.batches.iter().map(|batch| {
        let row = |row| batch.table.columns().iter().map(|column| column.get(row)).collect::<Vec<_>>();
        json!({
            "signal": batch.signal,
            "profiles": batch.profiles,
            "columns": batch.table.columns().iter().map(Column::name).collect::<Vec<_>>(),
            "rows": (0..batch.table.len()).map(row).collect::<Vec<_>>(),
        })
    });
    let (left_out, values) = (export.left_out_by_word(), export.values_left_out_by_word());
    Ok(json!({"batches": batches.collect::<Vec<_>>(), "left_out": left_out, "values_left_out": values}))
}

#[derive(serde::Deserialize)]
struct Exported {
    id: String,
    consent: String,
    #[serde(default)]
    signal: String,
    #[serde(default)]
    values: Vec<ExportedValue>,
    #[serde(default)]
    hashed: Vec<ExportedValue>,
}

#[derive(serde::Deserialize)]
struct ExportedValue(Kind, String, #[serde(default)] Option<String>);

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Settings {
    kinds: Option<Vec<Kind>>,
    country: Option<String>,
    batch_size: Option<usize>,
}

/// The consents written beside the people and their addresses.
struct People<'a>(&'a [Exported]);

impl People<'_> {
    fn of(&self, person: &Person<'_>) -> &Exported {
        self.0.iter().find(|other| other.id == person.id).expect("a person of the case")
    }
}

impl Consents for People<'_> {
    fn person(&self, person: &Person<'_>) -> Effective {
        consent(&self.of(person).consent)
    }

    fn address(&self, person: &Person<'_>, kind: Kind, value: &str) -> Effective {
        let stated = self.of(person).values.iter().find(|other| other.0 == kind && other.1 == value);
        stated.and_then(|value| value.2.as_deref()).map_or(Effective::Granted, consent)
    }

    fn signal(&self, person: &Person<'_>) -> String {
        self.of(person).signal.clone()
    }
}

fn consent(word: &str) -> Effective {
    match word {
        "granted" => Effective::Granted,
        "denied" => Effective::Denied,
        _ => Effective::Unknown,
    }
}

/// A number of records, links as `[a, b, weight]` in nats, the weight of every pair without a link, and the value of a
/// unique identifier per record or null: the cluster of each record and how many links were refused.
fn clustered(input: &[Value]) -> Result<Value> {
    let records = input.first().and_then(Value::as_u64).ok_or_else(|| misfit(0, "a number of records"))?;
    let links: Vec<(u32, u32, f64)> = unpacked(input, 1)?;
    let judge = TableJudge {
        weights: links.iter().map(|&(a, b, weight)| ((a, b), weight)).collect(),
        otherwise: unpacked(input, 2)?,
        unique: unpacked(input, 3)?,
    };
    let edges: Vec<Edge> = links.iter().map(|&(a, b, weight)| Edge { a, b, weight, rule: 0 }).collect();
    let clustering = cluster::cluster(records as u32, &edges, &judge, &Control::default())?;
    let refused = clustering.fates.iter().filter(|fate| matches!(fate, Fate::Refused(_))).count();
    Ok(json!({"cluster": clustering.cluster, "refused": refused}))
}

/// Judges by a table of pair weights: two groups agree by the mean over their cross pairs.
struct TableJudge {
    weights: BTreeMap<(u32, u32), f64>,
    otherwise: f64,
    unique: Vec<Option<String>>,
}

impl Judge for TableJudge {
    fn agreement(&self, a: &[u32], b: &[u32]) -> f64 {
        let pairs = a.iter().flat_map(|&x| b.iter().map(move |&y| (x.min(y), x.max(y))));
        let sum: f64 = pairs.map(|pair| self.weights.get(&pair).unwrap_or(&self.otherwise)).sum();
        sum / (a.len() * b.len()) as f64
    }

    fn conflict(&self, a: &[u32], b: &[u32]) -> Option<String> {
        let mut values = a.iter().chain(b).filter_map(|&record| self.unique.get(record as usize)?.as_ref());
        let first = values.next()?;
        values.any(|value| value != first).then(|| "unique".to_owned())
    }
}

/// A ledger of statements, a question and an instant: what may be done, the places of the statements that decide, and until when.
fn effective_consent(input: &[Value]) -> Result<Value> {
    let statements: Vec<Statement> = unpacked(input, 0)?;
    let question = input.get(1).ok_or_else(|| misfit(1, "a question"))?;
    let address: Option<Subject> = serde_json::from_value(question["address"].clone())
        .map_err(|error| Error::new(Code::InvalidInput, error.to_string()))?;
    let purpose = question["purpose"].as_str().ok_or_else(|| misfit(1, "a question with a purpose"))?;
    let question = Question { purpose, channel: question["channel"].as_str(), address: address.as_ref() };
    let now = instant::parse(text(input, 2)?).ok_or_else(|| misfit(2, "an instant"))?;
    packed(consent::effective(&statements, &question, now))
}

/// A saved model, and per feature the level's name and the frequency of the agreed value or null: bits, to nine
/// decimal places, which is what different orders of summation agree on.
fn match_weight(input: &[Value]) -> Result<Value> {
    let model = Model::from_json(&input.first().map(Value::to_string).unwrap_or_default())?;
    let comparisons: Vec<Option<(String, f64)>> = unpacked(input, 1)?;
    let named: Vec<Option<(&str, f64)>> =
        comparisons.iter().map(|c| c.as_ref().map(|(n, f)| (n.as_str(), *f))).collect();
    Ok(json!((model.match_weight(&named)? * 1e9).round() / 1e9))
}

fn unpacked<T: serde::de::DeserializeOwned>(input: &[Value], index: usize) -> Result<T> {
    let value = input.get(index).cloned().ok_or_else(|| misfit(index, "given"))?;
    serde_json::from_value(value).map_err(|error| Error::new(Code::InvalidInput, error.to_string()))
}

/// The value of a kind, with the options of the second argument if there is one.
fn normalized(kind: Kind, input: &[Value]) -> Result<Value> {
    let options = match input.get(1) {
        None => Options::default(),
        Some(options) => serde_json::from_value::<Options>(options.clone())
            .map_err(|error| Error::new(Code::InvalidConfig, error.to_string()))?,
    };
    packed(normalize(kind, text(input, 0)?, &options.checked()?))
}

/// Several forms of a number and its region: what they are read as, each reading once.
fn phone_number(input: &[Value]) -> Result<Value> {
    let forms: Vec<String> = unpacked(input, 0)?;
    let mut read = Vec::new();
    for form in &forms {
        let phone = packed(phone::parse(form, Some(text(input, 1)?)))?;
        if !read.contains(&phone) {
            read.push(phone);
        }
    }
    Ok(Value::Array(read))
}

fn packed(value: impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::new(Code::Internal, error.to_string()))
}

fn text(input: &[Value], index: usize) -> Result<&str> {
    input.get(index).and_then(Value::as_str).ok_or_else(|| misfit(index, "a text"))
}

/// A table from a list of objects; its columns are in order of first sight.
fn table(input: &[Value], index: usize) -> Result<Table> {
    let rows = input.get(index).and_then(Value::as_array).ok_or_else(|| misfit(index, "a list of rows"))?;
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().filter_map(Value::as_object).flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let column = |name: &&str| Column::new(name, rows.iter().map(|row| row[*name].as_str()));
    Table::new("", names.iter().map(column).collect())
}

/// Profiles as rows of texts, a predicate, today or null, the kinds of fields that are not called after theirs: the
/// indexes of the members. A row's `records` lists the source of each of its records, one of `crm` where absent.
fn segment_members(input: &[Value]) -> Result<Value> {
    let rows = input.first().and_then(Value::as_array).ok_or_else(|| misfit(0, "a list of rows"))?;
    let mut names = Vec::new();
    let mut of_record = Vec::new();
    let mut members = Vec::new();
    for row in rows {
        let start = of_record.len() as u32;
        let default = [json!("crm")];
        for source in row["records"].as_array().map_or(&default[..], |records| records) {
            let name = source.as_str().unwrap_or_default().to_owned();
            let known = names.iter().position(|known| *known == name);
            of_record.push(known.unwrap_or(names.len()) as u32);
            names.extend(known.is_none().then_some(name));
        }
        members.push((start..of_record.len() as u32).collect());
    }
    let ids = (0..rows.len()).map(|index| format!("{index:06}")).collect();
    let profiles = Profiles::new(ids, &members, golden_fields(input, &table(input, 0)?)?)?;
    let sources = Sources { names: &names, of_record: &of_record };
    let now = input.get(2).and_then(Value::as_str).map(segment::read_now).transpose()?;
    let fields = Fields::of(&profiles).sources(names.iter().map(String::as_str));
    let predicate = segment::compile(text(input, 1)?, &fields)?;
    Ok(json!(predicate.members(&profiles, &Context { now, sources: Some(sources), ..Context::default() })?))
}

/// A person (`traits`, `sources`, `created`, `events` of `at`, `name` and properties, `consents` of `purpose`, `channel`,
/// `granted`, `from`, `until`), a predicate and an instant: its truth or null, and when that may change.
fn segment_evaluate(input: &[Value]) -> Result<Value> {
    let given = input.first().filter(|value| value.is_object()).ok_or_else(|| misfit(0, "a person"))?;
    let person = person(given)?;
    let kinds: BTreeMap<String, Kind> = unpacked(input, 3).unwrap_or_default();
    let fields = segment::Fields::new(kinds.iter().map(|(name, kind)| (name.as_str(), *kind)));
    let fields = fields.events(segment::EventTypes::new()).consents().created();
    let held =
        segment::compile(text(input, 1)?, &fields)?.evaluate(&person, &segment::Lists::new(), instant(&input[2])?);
    Ok(json!({ "truth": held.truth, "changes": held.changes.map(crate::instant::text) }))
}

fn instant(value: &Value) -> Result<crate::instant::Instant> {
    segment::read_now(value.as_str().unwrap_or_default())
}

fn person(given: &Value) -> Result<segment::Person> {
    let texts = |value: &Value| -> BTreeMap<String, String> {
        let object = value.as_object().into_iter().flatten();
        object.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
    };
    let list = |name: &str| given[name].as_array().into_iter().flatten();
    let optional = |value: &Value| if value.is_null() { Ok(None) } else { instant(value).map(Some) };
    let event = |event: &Value| {
        let mut properties = texts(event);
        properties.remove("at");
        let name = properties.remove("name").unwrap_or_default();
        Ok(segment::PersonEvent { time: instant(&event["at"])?, name, properties })
    };
    let consent = |said: &Value| {
        Ok(segment::Consent {
            purpose: said["purpose"].as_str().unwrap_or_default().to_owned(),
            channel: said["channel"].as_str().map(str::to_owned),
            granted: said["granted"] == true,
            from: instant(&said["from"])?,
            until: optional(&said["until"])?,
        })
    };
    Ok(segment::Person {
        id: given["id"].as_str().unwrap_or("p0").to_owned(),
        created: optional(&given["created"])?,
        sources: list("sources").filter_map(|source| source.as_str().map(str::to_owned)).collect(),
        traits: texts(&given["traits"]),
        events: list("events").map(event).collect::<Result<_>>()?,
        consents: list("consents").map(consent).collect::<Result<_>>()?,
        segments: list("segments").filter_map(|name| name.as_str().map(str::to_owned)).collect(),
    })
}

/// Two predicates over fields of text: whether they mean the same.
fn segment_hash(input: &[Value]) -> Result<Value> {
    let kinds: BTreeMap<String, Kind> = unpacked(input, 2).unwrap_or_default();
    let fields = segment::Fields::new(kinds.iter().map(|(name, kind)| (name.as_str(), *kind)));
    let fields = fields.events(segment::EventTypes::new()).consents().created();
    let hash = |place: usize| Ok(segment::compile(text(input, place)?, &fields)?.hash());
    let (a, b): (Result<String>, Result<String>) = (hash(0), hash(1));
    Ok(json!(a? == b?))
}

fn golden_fields(input: &[Value], table: &Table) -> Result<Vec<GoldenField>> {
    let golden = table.columns().iter().filter(|column| column.name() != "records").map(|column| {
        let kind = input.get(3).and_then(|kinds| kinds[column.name()].as_str());
        Ok(GoldenField::new(kind.unwrap_or(column.name()).parse::<Kind>()?, column.clone()))
    });
    golden.collect()
}

fn misfit(index: usize, wanted: &str) -> Error {
    Error::new(Code::InvalidInput, format!("argument {index} is not {wanted}"))
}
