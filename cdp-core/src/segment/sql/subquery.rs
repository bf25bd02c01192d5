//! Events and consents as subqueries, one row a profile, joined to the profiles.

use super::{Row, Writer, cannot};
use crate::error::Result;
use crate::instant::Instant;
use crate::segment::function::Type;
use crate::segment::history::{MAX_AMOUNT, PARTS};
use crate::segment::program::{Aggregate, Events, Part, Program, Sequence, Symbol};

/// The most calendar periods whose edges are written out.
const MAX_PERIODS: u32 = 1000;

impl Writer<'_> {
    /// What is made of events: an expression over a subquery that is joined.
    pub(super) fn events(&mut self, events: &Events) -> Result<String> {
        let (value, column) = match events.aggregate {
            Aggregate::Sum(p) | Aggregate::Average(p) | Aggregate::Min(p) | Aggregate::Max(p) => {
                (Some(Type::Number), Some(p))
            }
            Aggregate::Distinct(p) => (Some(Type::Text), Some(p)),
            Aggregate::First(p, kind) | Aggregate::Last(p, kind) => (Some(kind), Some(p)),
            _ => (None, None),
        };
        let rows =
            self.rows(events.event, events.filter.as_ref(), Some(events.span.bounds(self.now)), value.zip(column))?;
        let aggregate = self.aggregate(events)?;
        let present = if value.is_some() { " WHERE e.v IS NOT NULL" } else { "" };
        let alias = self.alias();
        let query = format!("(SELECT e.profile_id, {aggregate} AS v FROM ({rows}) e{present} GROUP BY e.profile_id)");
        self.joins.push(format!("{query} {alias} ON {alias}.profile_id = p.profile_id"));
        Ok(match events.aggregate {
            Aggregate::Exists => format!("({alias}.v IS NOT NULL)"),
            Aggregate::Absence => format!("({alias}.v IS NULL)"),
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_) | Aggregate::Periods(_) => {
                format!("coalesce({alias}.v, 0)")
            }
            _ => format!("{alias}.v"),
        })
    }

    fn aggregate(&self, events: &Events) -> Result<String> {
        Ok(match events.aggregate {
            Aggregate::Count | Aggregate::Exists | Aggregate::Absence => "COUNT(*)".to_owned(),
            Aggregate::Sum(_) => self.sum(),
            Aggregate::Average(_) => format!("{} / COUNT(CASE WHEN {} THEN 1 END)", self.sum(), self.is_amount()),
            Aggregate::Min(_) => "MIN(e.v)".to_owned(),
            Aggregate::Max(_) => "MAX(e.v)".to_owned(),
            Aggregate::Distinct(_) => "COUNT(DISTINCT e.v)".to_owned(),
            Aggregate::FirstTime => "MIN(e.time)".to_owned(),
            Aggregate::LastTime => "MAX(e.time)".to_owned(),
            Aggregate::First(..) => self.dialect.edge(false),
            Aggregate::Last(..) => self.dialect.edge(true),
            Aggregate::Periods(Some(length)) => {
                format!("COUNT(DISTINCT {})", self.dialect.divided(&format!("{} - e.time", self.now), length))
            }
            Aggregate::Periods(None) => self.calendar_periods(events)?,
        })
    }

    /// The sum in millionths, which does not depend on the order, as a double.
    fn sum(&self) -> String {
        let (wide, parts) = (self.dialect.wide(), self.dialect.number(PARTS));
        let amount = format!("CASE WHEN {} THEN CAST(round(e.v * {parts}) AS {wide}) END", self.is_amount());
        format!("CAST(SUM({amount}) AS DOUBLE) / {parts}")
    }

    fn is_amount(&self) -> String {
        format!("abs(e.v) < {}", self.dialect.number(MAX_AMOUNT))
    }

    fn calendar_periods(&self, events: &Events) -> Result<String> {
        if events.span.periods().is_some_and(|count| count > MAX_PERIODS) {
            return Err(cannot("periods() of so many", "count larger units"));
        }
        let edges = events.span.edges(self.now);
        let ends = edges.iter().skip(1).enumerate();
        let cases: String = ends.map(|(period, end)| format!(" WHEN e.time < {end} THEN {period}")).collect();
        Ok(format!("COUNT(DISTINCT CASE{cases} END)"))
    }

    /// The events of a name, with their profile, time, and a property as `v`.
    fn rows(
        &mut self,
        event: Symbol,
        filter: Option<&Program>,
        bounds: Option<(Instant, Instant)>,
        value: Option<(Type, Symbol)>,
    ) -> Result<String> {
        let name = self.text(self.name(event))?;
        let (low, high) = bounds.unwrap_or((Instant::MIN, self.now));
        let low = if low == Instant::MIN { String::new() } else { format!(" AND e.time >= {low}") };
        self.row = Row::Event;
        let value = value.map(|(kind, property)| {
            let column = self.column(property);
            format!(", {} AS v", self.read(&column, kind))
        });
        let filter = filter.map(|filter| self.program(filter)).transpose();
        self.row = Row::Profile;
        let filter = filter?.map(|filter| format!(" AND ({filter})")).unwrap_or_default();
        let (value, table) = (value.unwrap_or_default(), &self.tables.events);
        Ok(format!(
            "SELECT e.profile_id, e.time{value} FROM {table} e WHERE e.name = {name}{low} AND e.time <= {high}{filter}"
        ))
    }

    /// Whether events follow each other. After each part there are the times at which it was reached; of the part before only the
    /// latest time earlier than an event counts, so a window over both finds it without pairing all with all.
    pub(super) fn sequence(&mut self, sequence: &Sequence) -> Result<String> {
        let bounds = sequence.span.bounds(self.now);
        let mut reached = String::new();
        for (place, part) in sequence.parts.iter().enumerate() {
            let rows = self.rows(part.event, part.filter.as_ref(), Some(bounds), None)?;
            reached = if place == 0 { rows } else { follows(&reached, &rows, part) };
        }
        if let Some(never) = &sequence.never {
            let rows = self.rows(never.event, never.filter.as_ref(), None, None)?;
            reached = self.unanswered(&reached, &rows, never);
        }
        let alias = self.alias();
        let query = format!("(SELECT DISTINCT s.profile_id FROM ({reached}) s)");
        self.joins.push(format!("{query} {alias} ON {alias}.profile_id = p.profile_id"));
        Ok(format!("({alias}.profile_id IS NOT NULL)"))
    }

    /// The times whose gap is over, and nothing was in it.
    fn unanswered(&self, times: &str, later: &str, never: &Part) -> String {
        let gap = never.within.unwrap_or_default();
        let next =
            beside(times, later, "MIN(CASE WHEN s.part = 1 THEN s.time END)", "1 FOLLOWING AND UNBOUNDED FOLLOWING");
        let over = self.now.saturating_sub(gap);
        format!(
            "SELECT s.profile_id, s.time FROM ({next}) s \
             WHERE s.part = 0 AND s.time <= {over} AND (s.near IS NULL OR s.near > s.time + {gap})"
        )
    }

    /// The latest grant against the latest denial that hold, as the reference has it.
    pub(super) fn consent(&mut self, purpose: Symbol, channel: Option<Symbol>) -> Result<String> {
        let (now, alias, table) = (self.now, self.alias(), &self.tables.consents);
        let purpose = self.text(self.name(purpose))?;
        let channel = match channel {
            Some(channel) => format!("= {}", self.text(self.name(channel))?),
            None => "IS NULL".to_owned(),
        };
        let latest = |granted: &str| format!("MAX(CASE WHEN {granted} THEN from_time END)");
        let columns = format!("{} AS g, {} AS d", latest("granted"), latest("NOT granted"));
        let holds = format!("from_time <= {now} AND (until_time IS NULL OR until_time > {now})");
        let query = format!(
            "(SELECT profile_id, {columns} FROM {table} WHERE purpose = {purpose} AND channel {channel} AND {holds} GROUP BY profile_id)"
        );
        self.joins.push(format!("{query} {alias} ON {alias}.profile_id = p.profile_id"));
        Ok(format!(
            "CASE WHEN {alias}.d IS NULL THEN (CASE WHEN {alias}.g IS NOT NULL THEN TRUE END) ELSE coalesce({alias}.g > {alias}.d, FALSE) END"
        ))
    }
}

/// The events of a part that come after one of the times, soon enough.
fn follows(times: &str, rows: &str, part: &Part) -> String {
    let before =
        beside(times, rows, "MAX(CASE WHEN s.part = 0 THEN s.time END)", "UNBOUNDED PRECEDING AND 1 PRECEDING");
    let soon = part.within.map(|within| format!(" AND s.time <= s.near + {within}")).unwrap_or_default();
    format!("SELECT s.profile_id, s.time FROM ({before}) s WHERE s.part = 1 AND s.near IS NOT NULL{soon}")
}

/// Two sets of times as parts 0 and 1, each time with what is found in a range of the times of its profile.
fn beside(first: &str, second: &str, find: &str, range: &str) -> String {
    let part = |rows: &str, part: u8| format!("SELECT s.profile_id, s.time, {part} AS part FROM ({rows}) s");
    let both = format!("{} UNION ALL {}", part(first, 0), part(second, 1));
    format!(
        "SELECT s.profile_id, s.time, s.part, \
         {find} OVER (PARTITION BY s.profile_id ORDER BY s.time RANGE BETWEEN {range}) AS near FROM ({both}) s"
    )
}
