//! What scenarios expect, held against a graph.

use super::Failure;
use super::run::record;
use crate::consent::{Effective, Question};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::graph::{Graph, ProfileView, Refused};
use crate::instant::Instant;
use serde::Deserialize;
use std::cell::Cell;
use std::collections::BTreeMap;

/// What is expected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// How many profiles there are.
    pub count: Option<u64>,
    /// Profiles there must be.
    pub profiles: Vec<ExpectedProfile>,
    /// Links that must be refused.
    pub refused: Vec<ExpectedRefusal>,
    /// Per segment of the configuration, how many members it has.
    pub segments: BTreeMap<String, u64>,
}

/// A profile there must be. Somebody is named by a record (`crm/17`, `events/user:u1`) or by an identifier
/// (`email=ann@example.fr`, `anonymous_id=a1`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpectedProfile {
    /// All of these are this profile.
    pub together: Vec<String>,
    /// None of these is this profile.
    #[serde(default)]
    pub apart: Vec<String>,
    /// Golden values by field; an empty text where there must be none.
    #[serde(default)]
    pub golden: BTreeMap<String, String>,
    /// Segments that it is in.
    #[serde(default)]
    pub segments: Vec<String>,
    /// Segments that it is not in.
    #[serde(default)]
    pub not_segments: Vec<String>,
    /// What may be done with its data.
    #[serde(default)]
    pub consents: Vec<Consent>,
    /// How many events it has.
    #[serde(default)]
    pub events: Option<u64>,
    /// All its records, in any order.
    #[serde(default)]
    pub records: Option<Vec<String>>,
    /// All its devices, in any order.
    #[serde(default)]
    pub devices: Option<Vec<String>>,
}

/// A question about consent, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The purpose.
    pub purpose: String,
    /// The channel.
    #[serde(default)]
    pub channel: Option<String>,
    /// The address that is to be used: `email=ann@example.fr`.
    #[serde(default)]
    pub address: Option<String>,
    /// The answer.
    pub is: Answer,
    /// What one of the statements that decide has for a proof.
    #[serde(default)]
    pub proof: Option<String>,
}

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was allowed.
    Granted,
    /// It was refused.
    Denied,
    /// Nothing that counts was said.
    Unknown,
}

/// A link that must be refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpectedRefusal {
    /// The records: `source/record_id`.
    pub records: [String; 2],
    /// What would have made it: `identifier:email`, `match`, `alias`; any where absent.
    #[serde(default)]
    pub rule: Option<String>,
    /// A part of the reason; any where absent.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What came out, and how much of it was looked at.
pub(super) struct Found<'a> {
    graph: &'a Graph,
    now: Instant,
    refused: Vec<Refused>,
    checks: Cell<u64>,
}

impl<'a> Found<'a> {
    pub(super) fn new(graph: &'a Graph, now: Instant) -> Self {
        Found { graph, now, refused: graph.refused(), checks: Cell::new(0) }
    }

    /// How many expectations were looked at.
    pub(super) fn checks(&self) -> u64 {
        self.checks.get()
    }

    /// Notes a thing that was looked at; gives the failure where it is not as expected.
    fn look(&self, place: String, expected: impl ToString, found: impl ToString, met: bool) -> Option<Failure> {
        self.checks.set(self.checks.get() + 1);
        let (expected, found) = (expected.to_string(), found.to_string());
        (!met).then(|| Failure { place, expected, found, why: Vec::new(), orders: Vec::new() })
    }

    /// Why two profiles are not one.
    fn why_apart(&self, a: &ProfileView, b: &ProfileView) -> Vec<String> {
        let ends = a.records.first().zip(b.records.first());
        match ends.and_then(|(a, b)| self.graph.why_not(a, b).ok()) {
            Some(told) => told.text.lines().map(str::to_owned).collect(),
            None => vec!["a device joins nobody: whose it is follows from the logins on it".to_owned()],
        }
    }

    /// Why two names are one profile: the links on the way from a record of the one to a record of the other.
    fn why_together(&self, one: &str, other: &str) -> Vec<String> {
        let of = |name: &str| -> Option<RecordName> {
            match identifier(name) {
                Some((kind, value)) => self.graph.records_with(kind, value).ok()?.into_iter().next(),
                None => record(name).ok(),
            }
        };
        let path = of(one).zip(of(other)).and_then(|(a, b)| self.graph.path(&a, &b).ok()).unwrap_or_default();
        path.iter().map(ToString::to_string).collect()
    }
}

/// Whose profiles a name leads to: a record, or an identifier.
pub(super) fn named(graph: &Graph, name: &str) -> Result<Vec<ProfileView>> {
    match identifier(name) {
        Some((kind, value)) => graph.find(kind, value),
        None if name.contains('/') => Ok(graph.profile_of(&record(name)?).into_iter().collect()),
        None => Err(Error::new(Code::InvalidValue, format!("'{name}' names nobody"))
            .help("write source/record_id, or an identifier as email=ann@example.fr")),
    }
}

/// The kind and the value of a name that is an identifier (`email=ann@example.fr`); none for a record, whose id can hold `=`.
fn identifier(name: &str) -> Option<(&str, &str)> {
    name.split_once('=').filter(|(kind, _)| !kind.contains('/'))
}

fn refusal_in_words(refused: &Refused) -> String {
    let [a, b] = &refused.records;
    format!("{a} - {b} by {} was refused: {}", refused.rule, refused.reason)
}

fn ids(profiles: &[ProfileView]) -> String {
    let shown = |profile: &ProfileView| {
        let mut members: Vec<String> = profile.records.iter().map(ToString::to_string).collect();
        members.extend(profile.devices.iter().map(|device| format!("anonymous_id={device}")));
        format!("{} ({})", profile.profile_id, members.join(", "))
    };
    match profiles {
        [] => "nobody".to_owned(),
        some => some.iter().map(shown).collect::<Vec<_>>().join("; "),
    }
}

impl Expect {
    pub(super) fn is_empty(&self) -> bool {
        *self == Expect::default()
    }

    /// What is not as expected.
    pub(super) fn failures(&self, found: &Found<'_>) -> Result<Vec<Failure>> {
        let mut failures = Vec::new();
        if let Some(count) = self.count {
            let profiles = found.graph.profiles();
            let there = profiles.len();
            let failure = found.look("expect.count".to_owned(), count, there, there as u64 == count);
            let told = |mut failure: Failure| {
                failure.why = profiles.iter().map(|profile| ids(std::slice::from_ref(profile))).collect();
                failure
            };
            failures.extend(failure.map(told));
        }
        for (place, profile) in self.profiles.iter().enumerate() {
            profile.failures(&format!("expect.profiles[{place}]"), found, &mut failures)?;
        }
        for (place, refusal) in self.refused.iter().enumerate() {
            failures.extend(refusal.failure(format!("expect.refused[{place}]"), found)?);
        }
        for (segment, &size) in &self.segments {
            let members = found.graph.members(segment)?.len();
            failures.extend(found.look(format!("expect.segments.{segment}"), size, members, members as u64 == size));
        }
        Ok(failures)
    }
}

impl ExpectedProfile {
    fn failures(&self, place: &str, found: &Found<'_>, failures: &mut Vec<Failure>) -> Result<()> {
        let before = failures.len();
        let Some(first) = self.together.first() else {
            return Err(Error::new(Code::InvalidInput, "it does not say whose profile it is")
                .field(format!("{place}.together"))
                .help("name a record or an identifier"));
        };
        let mut one: Option<ProfileView> = None;
        for name in &self.together {
            let profiles = named(found.graph, name)?;
            let met = profiles.len() == 1 && one.as_ref().is_none_or(|one| one.profile_id == profiles[0].profile_id);
            let expected = match &one {
                Some(_) => format!("{name} and {first} are one profile"),
                None => format!("{name} is one profile"),
            };
            let shown = one.iter().chain(&profiles).cloned().collect::<Vec<_>>();
            let failure = found.look(format!("{place}.together"), expected, ids(&shown), met);
            let told = |mut failure: Failure| {
                failure.why = match (&shown[..], &profiles[..]) {
                    (_, []) => vec![format!("nobody has {name}")],
                    ([a, .., b], _) => found.why_apart(a, b),
                    _ => Vec::new(),
                };
                failure
            };
            failures.extend(failure.map(told));
            one = one.or_else(|| profiles.into_iter().next());
        }
        // Whose the rest would be is not known where these are not one.
        if let Some(profile) = one.filter(|_| failures.len() == before) {
            self.apart(&profile, place, found, failures)?;
            self.members(&profile, place, found, failures)?;
            self.values(&profile, place, found, failures)?;
        }
        Ok(())
    }

    fn apart(&self, one: &ProfileView, place: &str, found: &Found<'_>, failures: &mut Vec<Failure>) -> Result<()> {
        let first = &self.together[0];
        for name in &self.apart {
            let profiles = named(found.graph, name)?;
            let is_one = profiles.iter().any(|profile| profile.profile_id == one.profile_id);
            let expected = format!("{name} is somebody else than {first}");
            let failure =
                found.look(format!("{place}.apart"), expected, ids(&profiles), !is_one && !profiles.is_empty());
            let told = |mut failure: Failure| {
                let nobody = || vec![format!("nobody has {name}")];
                failure.why = if profiles.is_empty() { nobody() } else { found.why_together(first, name) };
                failure
            };
            failures.extend(failure.map(told));
        }
        Ok(())
    }

    fn members(&self, one: &ProfileView, place: &str, found: &Found<'_>, failures: &mut Vec<Failure>) -> Result<()> {
        let records: Vec<String> = one.records.iter().map(ToString::to_string).collect();
        for (key, expected, there) in [("records", &self.records, &records), ("devices", &self.devices, &one.devices)] {
            let Some(expected) = expected else { continue };
            let sorted = |names: &Vec<String>| {
                let mut names = names.clone();
                names.sort_unstable();
                names.join(", ")
            };
            let (expected, there) = (sorted(expected), sorted(there));
            let met = expected == there;
            failures.extend(found.look(format!("{place}.{key}"), expected, there, met));
        }
        if let Some(events) = self.events {
            failures.extend(found.look(format!("{place}.events"), events, one.events, one.events == events));
        }
        Ok(())
    }

    fn values(&self, one: &ProfileView, place: &str, found: &Found<'_>, failures: &mut Vec<Failure>) -> Result<()> {
        for (field, expected) in &self.golden {
            if !found.graph.has_golden_field(field) {
                return Err(Error::new(Code::InvalidValue, format!("'{field}' is no golden field"))
                    .field(format!("{place}.golden"))
                    .help("write a kind, or a field of the configuration"));
            }
            let there = one.fields.get(field).map_or("", String::as_str);
            let failure =
                found.look(format!("{place}.golden.{field}"), quoted(expected), quoted(there), there == expected);
            let told = |mut failure: Failure| {
                let from = one.provenance.get(field);
                failure.why = from.map(|record| format!("the value comes from {record}")).into_iter().collect();
                failure
            };
            failures.extend(failure.map(told));
        }
        let all = found.graph.segments(&one.profile_id)?;
        let wanted = self.segments.iter().map(|name| (name, "segments", true));
        for (name, key, inside) in wanted.chain(self.not_segments.iter().map(|name| (name, "not_segments", false))) {
            found.graph.members(name)?;
            let said = |inside: bool| if inside { format!("in {name}") } else { format!("not in {name}") };
            let is_in = all.contains(name);
            failures.extend(found.look(format!("{place}.{key}"), said(inside), said(is_in), is_in == inside));
        }
        for consent in &self.consents {
            failures.extend(consent.failure(one, format!("{place}.consents"), found)?);
        }
        Ok(())
    }
}

fn quoted(value: &str) -> String {
    if value.is_empty() { "no value".to_owned() } else { format!("'{value}'") }
}

impl Consent {
    fn failure(&self, one: &ProfileView, place: String, found: &Found<'_>) -> Result<Option<Failure>> {
        let address = self.address.as_deref().map(|address| {
            let named = address.split_once('=').ok_or_else(|| {
                Error::new(Code::InvalidValue, format!("'{address}' is no address")).help("write email=ann@example.fr")
            });
            named.and_then(|(kind, value)| found.graph.subject(kind, value))
        });
        let address = address.transpose()?;
        found.graph.check_question(&self.purpose, self.channel.as_deref())?;
        let question = Question { purpose: &self.purpose, channel: self.channel.as_deref(), address: address.as_ref() };
        let view = found.graph.consent(&one.profile_id, &question, found.now)?;
        let expected = match self.is {
            Answer::Granted => Effective::Granted,
            Answer::Denied => Effective::Denied,
            Answer::Unknown => Effective::Unknown,
        };
        let about = |effective: Effective| format!("{}: {}", self.purpose, effective.as_str());
        let proofs: Vec<&str> = view.because.iter().filter_map(|statement| statement.proof.as_deref()).collect();
        let proven = self.proof.as_deref().is_none_or(|proof| proofs.contains(&proof));
        let with =
            |proof: &str| if self.proof.is_some() { format!(", proof {}", quoted(proof)) } else { String::new() };
        let expected_text = about(expected) + &with(self.proof.as_deref().unwrap_or_default());
        let found_text = about(view.effective) + &with(&proofs.join("', '"));
        let failure = found.look(place, expected_text, found_text, view.effective == expected && proven);
        Ok(failure.map(|mut failure| {
            let because = view.because.iter();
            let said = |s: &crate::consent::Statement| {
                format!("{:?} at {} by {}", s.status, crate::instant::text(s.at), s.source)
            };
            failure.why = because.map(said).collect();
            failure
        }))
    }
}

impl ExpectedRefusal {
    fn failure(&self, place: String, found: &Found<'_>) -> Result<Option<Failure>> {
        let [a, b] = [&self.records[0], &self.records[1]].map(|name| record(name));
        let (a, b) = (a?, b?);
        let between: Vec<&Refused> = found
            .refused
            .iter()
            .filter(|refused| refused.records.contains(&a) && refused.records.contains(&b))
            .collect();
        let fits = |refused: &&Refused| {
            self.rule.as_ref().is_none_or(|rule| *rule == refused.rule)
                && self.reason.as_ref().is_none_or(|reason| refused.reason.contains(reason.as_str()))
        };
        let met = between.iter().copied().any(|refused| fits(&refused));
        let expected = format!(
            "{a} - {b} by {} is refused{}",
            self.rule.as_deref().unwrap_or("any rule"),
            self.reason.as_ref().map(|reason| format!(" since '{reason}'")).unwrap_or_default()
        );
        let there: Vec<String> = between.iter().map(|refused| refusal_in_words(refused)).collect();
        let there = if there.is_empty() { "no link between them is refused".to_owned() } else { there.join("; ") };
        Ok(found.look(place, expected, there, met))
    }
}
