//! Terms as expressions of SQL.

use super::{Row, Writer, cannot};
use crate::error::Result;
use crate::instant::Instant;
use crate::profile::column;
use crate::segment::Date;
use crate::segment::evaluate::midnight;
use crate::segment::function::{Function, Type};
use crate::segment::program::{Constant, Set, Symbol, Term};
use crate::segment::window::{Span, Zone};

/// Milliseconds of 24 hours.
const DAY: i64 = 86_400_000;

impl Writer<'_> {
    pub(super) fn term(&mut self, term: &Term) -> Result<String> {
        match term {
            Term::Value(field, kind) => {
                let column = self.column(*field);
                Ok(self.read(&column, *kind))
            }
            Term::Size => Ok("p.size".to_owned()),
            Term::SourceCount => Ok(self.dialect.different("p.sources")),
            Term::Source(source) => Ok(self.dialect.contains("p.sources", &self.text(self.name(*source))?)),
            Term::Segment(segment) => self.in_segment(*segment),
            Term::Has(term) => Ok(format!("(({}) IS NOT NULL)", self.term(term)?)),
            Term::Constant(constant) => self.constant(constant),
            Term::Call(function, args) => self.call(*function, args),
            Term::Age(born, zone) => {
                let born = self.term(born)?;
                self.age(&born, zone)
            }
            Term::ProfileAge => {
                let (now, days) = (self.now, self.dialect.divided(&format!("{} - p.created", self.now), DAY));
                Ok(format!("CASE WHEN p.created <= {now} THEN {days} END"))
            }
            Term::Sample(below, salt) => {
                let salted = self.dialect.concatenated(&self.text(&format!("{salt}:"))?, "p.profile_id");
                Ok(format!("({} < {below})", self.dialect.bucket(&salted)))
            }
            Term::Consent(purpose, channel) => self.consent(*purpose, *channel),
            Term::Events(events) => self.events(events),
            Term::Sequence(sequence) => self.sequence(sequence),
        }
    }

    /// The column of a field of the profile, or of a property of an event.
    pub(super) fn column(&self, symbol: Symbol) -> String {
        let name = self.name(symbol);
        match self.row {
            Row::Profile => format!("p.{}", self.dialect.name(&column::of_golden(name))),
            Row::Event => format!("e.{}", self.dialect.name(&column::of_property(name))),
        }
    }

    /// A column read as a type.
    pub(super) fn read(&self, column: &str, kind: Type) -> String {
        if self.tables.typed || matches!(kind, Type::Text | Type::Any | Type::List | Type::Instant) {
            return column.to_owned();
        }
        match kind {
            Type::Number => self.number(column),
            Type::Date => self.date(column),
            _ => format!("CASE lower({column}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"),
        }
    }

    /// A text read as a number.
    fn number(&self, text: &str) -> String {
        let text = format!("trim({text})");
        let pattern = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\z";
        let matches = self.dialect.matches(&text, pattern);
        let number = format!("TRY_CAST({text} AS DOUBLE)");
        format!("CASE WHEN {matches} AND abs({number}) <= {} THEN {number} END", self.dialect.number(f64::MAX))
    }

    /// A text read as a date.
    fn date(&self, text: &str) -> String {
        let text = format!("trim({text})");
        let matches = self.dialect.matches(&text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(\z|[T ])");
        format!("TRY_CAST(CASE WHEN {matches} AND {text} NOT LIKE '0000%' THEN substr({text}, 1, 10) END AS DATE)")
    }

    fn constant(&self, constant: &Constant) -> Result<String> {
        Ok(match constant {
            Constant::Text(text) => self.text(text)?,
            Constant::Number(number) => self.dialect.number(number.get()),
            Constant::Date(date) => format!("DATE '{date}'"),
            Constant::Instant(instant) => instant.to_string(),
            Constant::Boolean(truth) => truth.to_string().to_uppercase(),
        })
    }

    pub(super) fn set(&self, set: &Set) -> Result<Vec<String>> {
        match set {
            Set::Texts(texts) => texts.iter().map(|text| self.text(text)).collect(),
            Set::Numbers(numbers) => Ok(numbers.iter().map(|number| self.dialect.number(number.get())).collect()),
            Set::Dates(dates) => Ok(dates.iter().map(|date| format!("DATE '{date}'")).collect()),
        }
    }

    fn call(&mut self, function: Function, args: &[Term]) -> Result<String> {
        let args = args.iter().map(|arg| self.term(arg)).collect::<Result<Vec<String>>>()?;
        match function {
            Function::Number => Ok(self.number(&args[0])),
            Function::Date => Ok(self.date(&args[0])),
            _ => self.dialect.call(function, &args),
        }
    }

    /// Whole years up to the day of now, which is a constant.
    fn age(&self, born: &str, zone: &Zone) -> Result<String> {
        let today = zone.day(self.now).ok_or_else(|| cannot("this instant", "give one of the years 1 to 9999"))?;
        let (year, place) = (today.year(), i32::from(today.month()) * 100 + i32::from(today.day()));
        let later = format!("CASE WHEN month({born}) * 100 + day({born}) > {place} THEN 1 ELSE 0 END");
        Ok(format!("CASE WHEN {born} <= DATE '{today}' THEN {year} - year({born}) - {later} END"))
    }

    /// Whether a date or an instant is in a span, whose ends are constants.
    pub(super) fn during(&mut self, value: &Term, span: &Span) -> Result<String> {
        let (low, high) = span.bounds(self.now);
        let is_instant = matches!(value, Term::Events(events) if events.aggregate.is_time());
        let value = self.term(value)?;
        let ends = if is_instant {
            (Some(low.to_string()), Some(high.to_string()))
        } else {
            let day = |date: Date| format!("DATE '{date}'");
            match (first_date(low, span.zone()), last_date(high, span.zone())) {
                (Some(first), Some(last)) => (Some(day(first)).filter(|_| first != Date::FIRST), Some(day(last))),
                // No date is that early, or that late.
                _ => return Ok(format!("CASE WHEN {value} IS NOT NULL THEN FALSE END")),
            }
        };
        let ends = [(">=", ends.0), ("<=", ends.1)].into_iter();
        let conditions = ends.filter_map(|(op, end)| Some(format!("{value} {op} {}", end?)));
        Ok(conditions.collect::<Vec<_>>().join(" AND "))
    }

    fn in_segment(&mut self, segment: Symbol) -> Result<String> {
        let (alias, name) = (self.alias(), self.text(self.name(segment))?);
        let table = &self.tables.segments;
        let query = format!("(SELECT DISTINCT profile_id FROM {table} WHERE segment = {name})");
        self.joins.push(format!("{query} {alias} ON {alias}.profile_id = p.profile_id"));
        Ok(format!("({alias}.profile_id IS NOT NULL)"))
    }
}

/// The first date whose midnight is not before an instant.
fn first_date(low: Instant, zone: Option<&Zone>) -> Option<Date> {
    near(low, zone).into_iter().find(|date| midnight(*date, zone).is_some_and(|start| start >= low))
}

/// The last date whose midnight is not after an instant; none where none is.
fn last_date(high: Instant, zone: Option<&Zone>) -> Option<Date> {
    near(high, zone).into_iter().rev().find(|date| midnight(*date, zone).is_some_and(|start| start <= high))
}

/// The dates around an instant, and those at the ends of the calendar, in order. The last one of all begins after time does.
fn near(instant: Instant, zone: Option<&Zone>) -> Vec<Date> {
    let utc = Zone::utc();
    let zone = zone.unwrap_or(&utc);
    let days = [-DAY, 0, DAY].into_iter().filter_map(|by| zone.day(instant.checked_add(by)?));
    let around = days.filter_map(|day| Date::new(u16::try_from(day.year()).ok()?, day.month() as u8, day.day() as u8));
    let ends = [Date::new(9999, 12, 30), Date::new(9999, 12, 31)].into_iter().flatten();
    let mut dates: Vec<Date> = around.chain(ends).chain([Date::FIRST]).collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}
