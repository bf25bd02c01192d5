//! Events and consents of many profiles, column by column.

use super::person::PersonEvent;
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::record::{Column, NULL};
use rayon::prelude::*;
use std::ops::Range;

/// What happened to whom: a row an event, in order of name, profile and time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventTable {
    names: Vec<String>,
    /// Where the rows of each name begin, and the end.
    starts: Vec<usize>,
    profiles: Vec<u32>,
    times: Vec<Instant>,
    properties: Vec<Column>,
}

impl EventTable {
    /// Events from their columns, in any order: the index of the profile, the name, the time, and one column a property. Rows
    /// without a name are left out.
    ///
    /// ```
    /// use cdp_core::{record::Column, segment::EventTable};
    /// let names = Column::new("name", [Some("order"), Some("page"), Some("order")]);
    /// let revenue = Column::new("revenue", [Some("12.5"), None, Some("20")]);
    /// let events = EventTable::new(&[1, 0, 0], &names, &[10, 30, 20], vec![revenue])?;
    /// assert_eq!(events.len(), 3);
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_input` if the columns are of different lengths.
    pub fn new(profiles: &[u32], names: &Column, times: &[Instant], properties: Vec<Column>) -> Result<Self> {
        let rows = profiles.len();
        if names.len() != rows || times.len() != rows || properties.iter().any(|column| column.len() != rows) {
            return Err(Error::new(Code::InvalidInput, "the columns of the events are of different lengths"));
        }
        let named: Vec<u32> = (0..rows as u32).filter(|&row| names.codes()[row as usize] != NULL).collect();
        let (mut order, starts) = counted(&named, names.distinct().len(), |row| names.codes()[row as usize]);
        let mut rest = &mut order[..];
        let mut of_name = Vec::with_capacity(starts.len());
        for ends in starts.windows(2) {
            let (own, others) = rest.split_at_mut(ends[1] - ends[0]);
            of_name.push(own);
            rest = others;
        }
        of_name.into_par_iter().for_each(|own| sort(own, profiles, times));
        let sorted = |column: &Column| {
            let codes = order.iter().map(|&row| column.codes()[row as usize]).collect();
            Column::from_codes(column.name(), codes, column.distinct().clone())
        };
        Ok(EventTable {
            names: names.distinct().iter().map(str::to_owned).collect(),
            starts,
            profiles: order.iter().map(|&row| profiles[row as usize]).collect(),
            times: order.iter().map(|&row| times[row as usize]).collect(),
            properties: properties.iter().map(sorted).collect(),
        })
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The names of the events.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The rows of a name, in order of profile and time.
    pub(crate) fn rows(&self, name: &str) -> Range<usize> {
        match self.names.iter().position(|known| known == name) {
            Some(place) => self.starts[place]..self.starts[place + 1],
            None => 0..0,
        }
    }

    /// Of rows of one name, those of profiles in a range.
    pub(super) fn of_profiles(&self, rows: Range<usize>, profiles: Range<usize>) -> Range<usize> {
        let from =
            |profile: usize| self.profiles[rows.clone()].partition_point(|&p| (p as usize) < profile) + rows.start;
        from(profiles.start)..from(profiles.end)
    }

    pub(crate) fn profiles(&self) -> &[u32] {
        &self.profiles
    }

    pub(crate) fn times(&self) -> &[Instant] {
        &self.times
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Column> {
        self.properties.iter().find(|column| column.name() == name)
    }

    /// The events of a profile, in plain form and in order of time.
    pub(crate) fn of(&self, profile: u32) -> Vec<PersonEvent> {
        let mut events = Vec::new();
        for name in &self.names {
            let place = profile as usize;
            events.extend(self.of_profiles(self.rows(name), place..place + 1).map(|row| {
                PersonEvent {
                    time: self.times[row],
                    name: name.clone(),
                    properties: self
                        .properties
                        .iter()
                        .filter_map(|column| Some((column.name().to_owned(), column.get(row)?.to_owned())))
                        .collect(),
                }
            }));
        }
        events.sort();
        events
    }

    /// The names of the properties.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(Column::name)
    }
}

/// Items in order of their keys below `end`, those of one key in the order they had; and where those of each key begin, and the end.
fn counted(items: &[u32], end: usize, key: impl Fn(u32) -> u32) -> (Vec<u32>, Vec<usize>) {
    let mut starts = vec![0usize; end + 1];
    items.iter().for_each(|&item| starts[key(item) as usize + 1] += 1);
    for key in 1..starts.len() {
        starts[key] += starts[key - 1];
    }
    let (mut next, mut sorted) = (starts.clone(), vec![0; items.len()]);
    for &item in items {
        let place = &mut next[key(item) as usize];
        sorted[*place] = item;
        *place += 1;
    }
    (sorted, starts)
}

/// Rows in order of profile, time and number. Where there are many for each profile they are counted; comparing them takes longer.
fn sort(rows: &mut [u32], profiles: &[u32], times: &[Instant]) {
    let of = |row: u32| profiles[row as usize];
    let end = rows.iter().map(|&row| of(row) as usize + 1).max().unwrap_or(0);
    if rows.len() < end / 8 {
        rows.par_sort_unstable_by_key(|&row| (of(row), times[row as usize], row));
        return;
    }
    rows.copy_from_slice(&counted(rows, end, of).0);
    for own in rows.chunk_by_mut(|&a, &b| of(a) == of(b)) {
        own.sort_unstable_by_key(|&row| (times[row as usize], row));
    }
}

/// What holds of consent, a row a span of time: answers, not statements.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsentTable {
    rows: Vec<ConsentRow>,
}

/// One span of a [`ConsentTable`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConsentRow {
    /// The index of the profile.
    pub profile: u32,
    /// The purpose.
    pub purpose: String,
    /// The channel that was asked about; `None`: none in particular.
    pub channel: Option<String>,
    /// Granted, or denied.
    pub granted: bool,
    /// From when on it holds.
    pub from: Instant,
    /// From when on it no longer does.
    pub until: Option<Instant>,
}

impl ConsentTable {
    /// Spans in any order.
    pub fn new(mut rows: Vec<ConsentRow>) -> Self {
        rows.sort();
        ConsentTable { rows }
    }

    /// What holds of a profile.
    pub(super) fn of(&self, profile: u32) -> &[ConsentRow] {
        let start = self.rows.partition_point(|row| row.profile < profile);
        let end = self.rows[start..].partition_point(|row| row.profile == profile);
        &self.rows[start..start + end]
    }
}
