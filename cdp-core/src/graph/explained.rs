//! Explanations of a live graph.

use super::Graph;
use super::live::Live;
use crate::error::{Code, Error, Result};
use crate::explain::{PathStep, RecordName};
use crate::schema::Kind;

impl Graph {
    /// The fewest links that lead from one record to another of the same profile; none where they are in two.
    ///
    /// # Errors
    /// `not_found` if there is no such record.
    pub fn path(&self, a: &RecordName, b: &RecordName) -> Result<Vec<PathStep>> {
        let state = self.state();
        let [a, b] = state.live.two([a, b])?;
        if state.live.are_one(a, b) { state.live.path(a, b) } else { Ok(Vec::new()) }
    }

    /// The records that hold an identifier, in order; a device is no record.
    ///
    /// # Errors
    /// Those of [`Graph::find`].
    pub fn records_with(&self, kind: &str, value: &str) -> Result<Vec<RecordName>> {
        let state = self.state();
        let kind = kind.parse()?;
        if kind == Kind::AnonymousId {
            return Ok(Vec::new());
        }
        let holders = state.live.holders(kind, value)?.into_iter();
        let mut names: Vec<RecordName> = holders.map(|record| state.live.record_name(record)).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}

impl Live {
    /// Two different records by their names.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) fn two(&self, names: [&RecordName; 2]) -> Result<[u32; 2]> {
        let number = |name: &RecordName| {
            let record = self.names.find(&name.source, &name.record_id);
            record.filter(|&record| self.records[record as usize].is_alive()).ok_or_else(|| {
                Error::new(Code::NotFound, format!("there is no record '{}'", name.record_id)).source(&name.source)
            })
        };
        let [a, b] = [number(names[0])?, number(names[1])?];
        if a == b {
            return Err(Error::new(Code::NotFound, "the two records are one and the same").help("name two records"));
        }
        Ok([a, b])
    }

    pub(super) fn are_one(&self, a: u32, b: u32) -> bool {
        self.records[a as usize].cluster == self.records[b as usize].cluster
    }
}
