//! Segments of a result: predicates over its profiles, with its sources and its named segments at hand.

use super::Resolution;
use crate::error::Result;
use crate::instant::Instant;
use crate::segment::{Context, Fields, Segment, Sources, compile, evaluate_all};
use std::collections::BTreeMap;

impl Resolution {
    /// The indexes of the profiles for which a predicate is true, ascending. `now` is what time it is, for predicates on ages.
    ///
    /// # Errors
    /// Those of [`compile`] and [`crate::segment::Predicate::members`].
    pub fn segment(&self, predicate: &str, now: Option<Instant>) -> Result<Vec<u32>> {
        let names = &self.config.segments;
        let fields = Fields::of(&self.profiles)
            .sources(self.records.sources.iter().map(String::as_str))
            .segments(names.keys().map(String::as_str));
        let predicate = compile(predicate, &fields)?;
        // Named segments are evaluated only for those who name one: they may need a date that this predicate does not.
        let named = if predicate.segments().is_empty() { Vec::new() } else { self.segments(now)? };
        let segments: BTreeMap<String, Vec<u32>> = named.into_iter().map(|s| (s.name, s.members)).collect();
        predicate.members(
            &self.profiles,
            &Context { now, sources: Some(self.sources()), segments: Some(&segments), ..Context::default() },
        )
    }

    /// The segments of the configuration with their members, in ascending order of names.
    ///
    /// # Errors
    /// Those of [`evaluate_all`].
    pub fn segments(&self, now: Option<Instant>) -> Result<Vec<Segment>> {
        evaluate_all(&self.config.segments, &self.profiles, Some(self.sources()), now)
    }

    fn sources(&self) -> Sources<'_> {
        Sources { names: &self.records.sources, of_record: &self.records.source }
    }
}
