//! Activation of a result: its golden values, to a destination, of those whom a predicate says to allow the purpose.

use super::Resolution;
use crate::activation::{Consents, Destination, Export, Person, Request, export_among};
use crate::consent::Effective;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::schema::Kind;
use hashbrown::HashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Some of the profiles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a predicate, or a list of profile ids")]
pub enum Who {
    /// Those for whom a predicate is true.
    Predicate(String),
    /// Those with these ids.
    Ids(Vec<String>),
}

/// What is to be exported of a result.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// The name of the destination, e.g. `meta_capi@2026`.
    pub destination: String,
    /// What for.
    pub purpose: String,
    /// Who allowed it. For whom a predicate is false has refused; for whom it is unknown has said nothing; nor have those
    /// who are not in a list.
    pub consent: Who,
    /// Who allowed it with their e-mail address or telephone number, where that is asked apart.
    #[serde(default)]
    pub address_consent: BTreeMap<Kind, Who>,
    /// What people said besides, by its name, where a destination is told once for a batch.
    #[serde(default)]
    pub signals: BTreeMap<String, Who>,
    /// Whom to export; all where absent.
    #[serde(default)]
    pub members: Option<Who>,
    /// Only these kinds of values; all that the destination takes where absent.
    #[serde(default)]
    pub kinds: Option<Vec<Kind>>,
    /// The country of people whose profile has none.
    #[serde(default)]
    pub country: Option<String>,
    /// At most so many people a batch, where the destination takes more.
    #[serde(default)]
    pub batch_size: Option<usize>,
    /// Today, for predicates on ages.
    #[serde(skip)]
    pub now: Option<Instant>,
}

impl Activation {
    /// Reads what a caller of another language gave.
    ///
    /// # Errors
    /// `invalid_input` for what is missing, unknown or of the wrong form.
    pub fn from_json(given: serde_json::Value) -> Result<Self> {
        serde_json::from_value(given).map_err(|error| {
            Error::unreadable(Code::InvalidInput, "the activation", &error)
                .help("it has a destination, a purpose and a consent; see docs/activation.md")
        })
    }
}

impl Resolution {
    /// Encodes the golden values of those who allow the purpose, in batches. A refusal by anybody, member or not, holds for the
    /// addresses that are shared.
    ///
    /// # Errors
    /// `not_found` for an unknown destination or profile; those of [`crate::activation::export`] and [`Resolution::segment`];
    /// `invalid_input` for consents of kinds that are no address.
    pub fn activate(&self, activation: &Activation) -> Result<Export> {
        let request = Request {
            kinds: activation.kinds.as_deref(),
            country: activation.country.as_deref(),
            batch_size: activation.batch_size,
            ..Request::new(Destination::named(&activation.destination)?, &activation.purpose)
        };
        let consents = self.consents(activation)?;
        let mut chosen = vec![activation.members.is_none(); self.profiles.len()];
        if let Some(members) = &activation.members {
            self.who(members, activation.now)?.into_iter().for_each(|index| chosen[index as usize] = true);
        }
        let some = |wanted: bool| {
            let indexes = (0..self.profiles.len()).filter(move |&index| chosen[index] == wanted);
            indexes.map(|index| Person::of(&self.profiles, index))
        };
        export_among(&request, some.clone()(true), some(false), &consents)
    }

    fn who(&self, who: &Who, now: Option<Instant>) -> Result<Vec<u32>> {
        let index = |id: &String| match self.profiles.find(id) {
            Some(index) => Ok(index as u32),
            None => Err(crate::profile::no_profile(id)),
        };
        match who {
            Who::Predicate(predicate) => self.segment(predicate, now),
            Who::Ids(ids) => ids.iter().map(index).collect(),
        }
    }

    /// What each profile said: the predicate is true, it is false, or neither.
    fn answers(&self, who: &Who, now: Option<Instant>) -> Result<Vec<Effective>> {
        let mut answers = vec![Effective::Unknown; self.profiles.len()];
        self.who(who, now)?.into_iter().for_each(|index| answers[index as usize] = Effective::Granted);
        if let Who::Predicate(predicate) = who {
            let refused = self.segment(&format!("NOT ({predicate}\n)"), now)?;
            refused.into_iter().for_each(|index| answers[index as usize] = Effective::Denied);
        }
        Ok(answers)
    }

    fn consents(&self, activation: &Activation) -> Result<Answers<'_>> {
        let now = activation.now;
        let other = activation.address_consent.keys().find(|kind| !kind.is_address());
        if let Some(kind) = other {
            return Err(Error::new(Code::InvalidInput, format!("a {kind} is no address"))
                .field("address_consent")
                .help("consent can be asked apart for: email, phone"));
        }
        let apart = activation.address_consent.iter().map(|(kind, who)| Ok((*kind, self.answers(who, now)?)));
        let mut signals = vec![String::new(); self.profiles.len()];
        for (name, who) in &activation.signals {
            for index in self.who(who, now)? {
                let signal = &mut signals[index as usize];
                *signal = if signal.is_empty() { name.clone() } else { format!("{signal},{name}") };
            }
        }
        Ok(Answers {
            indexes: (0..self.profiles.len()).map(|index| (self.profiles.id(index), index)).collect(),
            person: self.answers(&activation.consent, now)?,
            apart: apart.collect::<Result<_>>()?,
            signals,
        })
    }
}

/// What every profile of a result said.
struct Answers<'a> {
    indexes: HashMap<&'a str, usize>,
    person: Vec<Effective>,
    apart: BTreeMap<Kind, Vec<Effective>>,
    signals: Vec<String>,
}

impl Answers<'_> {
    fn index(&self, person: &Person<'_>) -> Option<usize> {
        self.indexes.get(person.id).copied()
    }
}

impl Consents for Answers<'_> {
    fn person(&self, person: &Person<'_>) -> Effective {
        self.index(person).map_or(Effective::Unknown, |index| self.person[index])
    }

    fn address(&self, person: &Person<'_>, kind: Kind, _: &str) -> Effective {
        let Some(answers) = self.apart.get(&kind) else { return Effective::Granted };
        self.index(person).map_or(Effective::Unknown, |index| answers[index])
    }

    fn signal(&self, person: &Person<'_>) -> String {
        self.index(person).map_or_else(String::new, |index| self.signals[index].clone())
    }
}
