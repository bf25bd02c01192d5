//! Functions of events and consents: what they read, over which span, with which filter.

use super::ast::{At, Call, Literal, Operand, Then};
use super::check::{Checker, Typed};
use super::check_parts::{check_known, plain_call, position_or_push, span};
use super::function::Type;
use super::program::{Aggregate, Events, Part, Program, Sequence, Symbol, Term};
use super::window::{Span, Window};
use super::wording::{KEPT, type_error, unknown};
use crate::error::Result;

impl Checker<'_> {
    /// `consent('email_marketing')`, `consent('marketing', 'email')`
    pub(super) fn consent(&mut self, call: &Call) -> Result<Typed> {
        plain_call(call, if call.args.len() == 2 { 2 } else { 1 })?;
        let mut named = Vec::new();
        for arg in &call.args {
            match arg {
                Operand::Literal(Literal::Text(name), at) => {
                    if named.is_empty() {
                        check_known("purpose", name, self.known.purposes.as_ref(), *at)?;
                    }
                    named.push(name.clone());
                }
                other => {
                    let error = type_error(other.at(), "consent() takes a purpose and a channel in single quotes");
                    return Err(error.help("e.g. consent('marketing', 'email')"));
                }
            }
        }
        let mut named = named.into_iter();
        let asked = (named.next().unwrap_or_default(), named.next());
        let term = Term::Consent(self.symbol(&asked.0), asked.1.as_ref().map(|channel| self.symbol(channel)));
        if !self.uses.consents.contains(&asked) {
            self.uses.consents.push(asked);
        }
        Ok((term, Type::Boolean))
    }

    /// A function of events.
    pub(super) fn events(&mut self, call: &Call) -> Result<Typed> {
        self.uses.events = true;
        if call.name == "sequence" {
            return self.sequence(call);
        }
        if let Some(then) = call.then.first() {
            let error = type_error(then.event.at(), format!("{}() takes no THEN", call.name));
            return Err(error.help("write sequence(a THEN b)"));
        }
        let (event, aggregate, kind) = self.aggregate(call)?;
        let name = self.symbol(&event);
        let filter = self.filter(&event, call.filter.as_ref())?;
        let span = self.window(call)?;
        Ok((Term::Events(Box::new(Events { event: name, aggregate, filter, span })), kind))
    }

    /// The event, what is made of it, and of which type that is.
    fn aggregate(&mut self, call: &Call) -> Result<(String, Aggregate, Type)> {
        let whole = |aggregate, kind| (aggregate, kind);
        let (aggregate, kind) = match call.name.as_str() {
            "count" => whole(Aggregate::Count, Type::Number),
            "exists" => whole(Aggregate::Exists, Type::Boolean),
            "absence" => whole(Aggregate::Absence, Type::Boolean),
            "periods" => whole(Aggregate::Periods(rolling_period(call)?), Type::Number),
            "first" if !self.names_property(call) => whole(Aggregate::FirstTime, Type::Instant),
            "last" if !self.names_property(call) => whole(Aggregate::LastTime, Type::Instant),
            _ => return self.aggregate_of_property(call),
        };
        arguments(call, 1)?;
        let (event, at) = field(call, 0)?;
        self.known_event(event, at)?;
        Ok((event.to_owned(), aggregate, kind))
    }

    fn aggregate_of_property(&mut self, call: &Call) -> Result<(String, Aggregate, Type)> {
        let (event, property, at) = self.event_and_property(call)?;
        let (_, kind) = self.property(&event, &property, at)?;
        let name = self.symbol(&property);
        let (aggregate, result) = match call.name.as_str() {
            "distinct" => (Aggregate::Distinct(name), Type::Number),
            "first" => (Aggregate::First(name, kind), kind),
            "last" => (Aggregate::Last(name, kind), kind),
            _ if !matches!(kind, Type::Number | Type::Any) => {
                let reason = format!("{}() takes a number, '{property}' of '{event}' is a {kind}", call.name);
                return Err(type_error(at, reason));
            }
            "sum" => (Aggregate::Sum(name), Type::Number),
            "avg" => (Aggregate::Average(name), Type::Number),
            "min" => (Aggregate::Min(name), Type::Number),
            _ => (Aggregate::Max(name), Type::Number),
        };
        Ok((event, aggregate, result))
    }

    /// Whether the arguments name a property of an event rather than the event alone.
    fn names_property(&self, call: &Call) -> bool {
        match &call.args[..] {
            [Operand::Field(name, _)] => name.contains('.') && !self.is_known_event(name),
            args => args.len() == 2,
        }
    }

    /// `order_completed.revenue`, or the two apart: `"Order Completed", revenue`.
    fn event_and_property(&mut self, call: &Call) -> Result<(String, String, At)> {
        if call.args.len() == 2 {
            let ((event, at), (property, place)) = (field(call, 0)?, field(call, 1)?);
            self.known_event(event, at)?;
            return Ok((event.to_owned(), property.to_owned(), place));
        }
        arguments(call, 1)?;
        let (name, at) = field(call, 0)?;
        let Some((event, property)) =
            name.split_once('.').filter(|(event, rest)| !event.is_empty() && !rest.is_empty())
        else {
            let reason = format!("{}() takes a property of an event", call.name);
            return Err(type_error(at, reason).help(format!("e.g. {}({name}.revenue)", call.name)));
        };
        self.known_event(event, at)?;
        Ok((event.to_owned(), property.to_owned(), at))
    }

    fn is_known_event(&self, name: &str) -> bool {
        self.known.events.as_ref().is_some_and(|events| events.contains_key(name))
    }

    /// Refuses an event that nobody declared, where any are.
    fn known_event(&mut self, name: &str, at: At) -> Result<()> {
        position_or_push(&mut self.uses.event_names, name);
        match &self.known.events {
            Some(events) if !events.is_empty() && !events.contains_key(name) => {
                Err(unknown("event", name, events.keys().map(String::as_str), at, self.kept()))
            }
            _ => Ok(()),
        }
    }

    /// What to say of an event or a property that is not kept.
    fn kept(&self) -> Option<String> {
        self.known.of_graph.then(|| KEPT.to_owned())
    }

    /// A property of an event: of its declared type, or of any.
    pub(super) fn property(&mut self, event: &str, name: &str, at: At) -> Result<Typed> {
        let declared = self.known.events.as_ref().and_then(|events| events.get(event));
        let kind = match declared.filter(|properties| !properties.is_empty()) {
            None => Type::Any,
            Some(properties) => match properties.get(name) {
                Some(kind) => *kind,
                None => {
                    let what = format!("property of '{event}'");
                    return Err(unknown(&what, name, properties.keys().map(String::as_str), at, self.kept()));
                }
            },
        };
        position_or_push(&mut self.uses.properties, name);
        Ok((Term::Value(self.symbol(name), kind), kind))
    }

    fn filter(&mut self, event: &str, filter: Option<&super::Expr>) -> Result<Option<Program>> {
        let Some(filter) = filter else { return Ok(None) };
        self.event = Some(event.to_owned());
        let program = self.program(filter);
        self.event = None;
        program.map(Some)
    }

    fn window(&self, call: &Call) -> Result<Span> {
        call.within.as_ref().map_or(Ok(Span::Always), |window| span(window, call.at))
    }

    /// `sequence(cart THEN WITHIN 2 HOURS order)`
    fn sequence(&mut self, call: &Call) -> Result<Typed> {
        let mut parts = Vec::new();
        for place in 0..call.args.len() {
            let (event, at) = field(call, place)?;
            let filter = if place + 1 == call.args.len() { call.filter.as_ref() } else { None };
            parts.push(self.part(event, at, filter, None)?);
        }
        let mut never = None;
        for then in &call.then {
            if never.is_some() {
                return Err(type_error(then.event.at(), "THEN NOT ends a sequence: nothing follows it"));
            }
            let part = self.then(then)?;
            if then.negated { never = Some(part) } else { parts.push(part) }
        }
        if parts.len() + usize::from(never.is_some()) < 2 || parts.is_empty() {
            let error = type_error(call.at, "sequence() takes two events or more");
            return Err(error.help("e.g. sequence(cart THEN WITHIN 2 HOURS order_completed)"));
        }
        let span = self.window(call)?;
        Ok((Term::Sequence(Box::new(Sequence { parts, never, span })), Type::Boolean))
    }

    fn then(&mut self, then: &Then) -> Result<Part> {
        let Operand::Field(event, at) = &then.event else {
            return Err(type_error(then.event.at(), "after THEN stands the name of an event"));
        };
        let within = then.within.map(|(count, unit)| i64::from(count) * unit.milliseconds());
        if then.negated && within.is_none() {
            let error = type_error(*at, "THEN NOT says how long one has to wait");
            return Err(error.help(format!("e.g. THEN NOT WITHIN 2 HOURS {}", then.event)));
        }
        self.part(event, *at, then.filter.as_ref(), within)
    }

    fn part(&mut self, event: &str, at: At, filter: Option<&super::Expr>, within: Option<i64>) -> Result<Part> {
        self.known_event(event, at)?;
        let name: Symbol = self.symbol(event);
        Ok(Part { event: name, filter: self.filter(event, filter)?, within })
    }
}

/// The length of the periods of a rolling window; none where they are those of the calendar.
fn rolling_period(call: &Call) -> Result<Option<i64>> {
    match &call.within {
        Some(Window::Within { unit, .. }) => Ok(Some(unit.milliseconds())),
        Some(Window::Calendar { .. } | Window::Last { .. }) => Ok(None),
        _ => Err(type_error(call.at, "periods() counts the units of its window, e.g. WITHIN 6 WEEKS")
            .help("periods(order_completed WITHIN 6 WEEKS) >= 4: in at least four of six weeks")),
    }
}

fn arguments(call: &Call, count: usize) -> Result<()> {
    if call.args.len() == count {
        return Ok(());
    }
    let plural = if count == 1 { "" } else { "s" };
    Err(type_error(call.at, format!("{}() takes {count} argument{plural}, found {}", call.name, call.args.len())))
}

/// The name at a place of the arguments.
fn field(call: &Call, place: usize) -> Result<(&str, At)> {
    match &call.args[place] {
        Operand::Field(name, at) => Ok((name, *at)),
        other => {
            let error = type_error(other.at(), format!("{}() takes the name of an event", call.name));
            Err(error.help("names stand without single quotes"))
        }
    }
}
