//! What changed between two results.

use super::{Records, Resolution};
use crate::error::Result;
use crate::explain::RecordName;
use crate::explain::diff::{Diff, Input, Options, Side};
use crate::instant::Instant;
use crate::record::NULL;
use hashbrown::HashMap;
use std::collections::BTreeMap;

impl Resolution {
    /// What changed from this result to another: merges, splits, moved records, golden values, segments. Records are told by source
    /// and id, so the results may be on different evidence.
    ///
    /// # Errors
    /// Those of [`Resolution::segments`]: with segments that speak of time, `options.now` must be given.
    pub fn diff(&self, after: &Resolution, options: &Options) -> Result<Diff> {
        let twins = Twins::new(&self.records, &after.records);
        let sides = [self.side(options.now)?, after.side(options.now)?];
        let members = twins.members([&self.assignments, &after.assignments]);
        let name = |member| twins.name(member);
        let [before, after] = sides;
        Ok(Input { before, after, members, name: &name }.diff(options))
    }

    pub(crate) fn side(&self, now: Option<Instant>) -> Result<Side<'_>> {
        let segments = self.segments(now)?.into_iter().map(|segment| (segment.name, segment.members)).collect();
        Ok(Side { profiles: &self.profiles, segments, consents: BTreeMap::new() })
    }
}

/// The records of two results, those of one source and id being one.
pub(crate) struct Twins<'a> {
    before: &'a Records,
    after: &'a Records,
    /// The record before of each record after, or [`NULL`]; absent where both are the same in the same order.
    twin: Option<Vec<u32>>,
    /// The records before without a twin.
    rest: Vec<u32>,
}

impl<'a> Twins<'a> {
    pub(crate) fn new(before: &'a Records, after: &'a Records) -> Self {
        if before == after {
            return Twins { before, after, twin: None, rest: Vec::new() };
        }
        // Sources by name, so that a key is a number and a text.
        let source = |name: &str| before.sources.iter().position(|known| known == name);
        let sources: Vec<Option<usize>> = after.sources.iter().map(|name| source(name)).collect();
        let mut known: HashMap<(usize, &str), u32> = HashMap::with_capacity(before.len());
        for record in 0..before.len() as u32 {
            known.insert((before.source[record as usize] as usize, before.id(record)), record);
        }
        let mut twin = Vec::with_capacity(after.len());
        for record in 0..after.len() as u32 {
            let source = sources[after.source[record as usize] as usize];
            twin.push(source.and_then(|source| known.remove(&(source, after.id(record)))).unwrap_or(NULL));
        }
        let mut rest: Vec<u32> = known.into_values().collect();
        rest.sort_unstable();
        Twins { before, after, twin: Some(twin), rest }
    }

    /// The profiles of each member before and after: the records after in their order, then the rest of those before.
    pub(crate) fn members(&self, [before, after]: [&[u32]; 2]) -> Vec<[u32; 2]> {
        let Some(twin) = &self.twin else {
            return before.iter().zip(after).map(|(&before, &after)| [before, after]).collect();
        };
        let profile = |record: u32| if record == NULL { NULL } else { before[record as usize] };
        let members = twin.iter().zip(after).map(|(&twin, &after)| [profile(twin), after]);
        members.chain(self.rest.iter().map(|&record| [profile(record), NULL])).collect()
    }

    /// The name of a member.
    pub(crate) fn name(&self, member: u32) -> RecordName {
        let (records, record) = match (member as usize).checked_sub(self.after.len()) {
            Some(place) => (self.before, self.rest[place]),
            None => (self.after, member),
        };
        RecordName { source: records.source(record).to_owned(), record_id: records.id(record).to_owned() }
    }
}
