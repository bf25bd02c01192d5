//! What is done to a graph between the messages of a scenario: rights that people use, and evidence taken out.

use super::expect::named;
use super::run::{read, record};
use crate::error::{Code, Error, Result};
use crate::graph::Graph;
use crate::instant::Instant;
use crate::privacy::{Key, Keys};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Who is said to have asked for it, in the audit log.
const BY: &str = "scenario";

/// Something that is done at a moment: after the messages that arrived until then, before those that arrive later.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What is done.
    #[serde(rename = "do")]
    pub what: Deed,
    /// To whom: a record or an identifier; of `rectify` and `remove` a record; of `remove_source` a source.
    pub of: String,
    /// When.
    pub at: String,
    /// Of `object`: the purpose, `*` for all.
    #[serde(default)]
    pub purpose: String,
    /// Of `rectify`: what the fields are to say.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The data may be kept, and not be used.
    Restrict,
    /// It may be used again.
    Release,
    /// It may not be used for a purpose.
    Object,
    /// The person is erased, under a key of the scenario's own.
    Erase,
    /// Fields of a record are corrected.
    Rectify,
    /// The evidence of a record is put aside.
    Remove,
    /// The evidence of a whole source is put aside.
    RemoveSource,
}

impl Action {
    pub(super) fn at(&self) -> Result<Instant> {
        read("actions.at", &self.at)
    }

    /// Does it.
    ///
    /// # Errors
    /// Those of the graph; `invalid_input` for a name that does not lead to one profile.
    pub(super) fn run(&self, graph: &Graph) -> Result<()> {
        let at = self.at()?;
        match self.what {
            Deed::Restrict => graph.restrict(&self.profile(graph)?, BY, at).map(drop),
            Deed::Release => graph.release(&self.profile(graph)?, BY, at).map(drop),
            Deed::Object => graph.object(&self.profile(graph)?, &self.purpose, BY, at).map(drop),
            Deed::Erase => {
                graph.unlock(Keys::new(vec![Key::new("scenario", &[1; 32])?])?)?;
                graph.erase(&self.profile(graph)?, BY, false, at).map(drop)
            }
            Deed::Rectify => graph.rectify(&record(&self.of)?, &self.fields, BY, at).map(drop),
            Deed::Remove => graph.remove(&record(&self.of)?, at).map(drop),
            Deed::RemoveSource => graph.remove_source(&self.of, at).map(drop),
        }
    }

    fn profile(&self, graph: &Graph) -> Result<String> {
        let profiles = named(graph, &self.of)?;
        let [profile] = profiles.as_slice() else {
            let reason = format!("'{}' leads to {} profiles, where one is meant", self.of, profiles.len());
            return Err(Error::new(Code::InvalidInput, reason).field("actions.of"));
        };
        Ok(profile.profile_id.clone())
    }
}
