//! Windows of time, from tokens: `WITHIN 30 DAYS`, `LAST 3 CALENDAR MONTHS IN 'Europe/Paris'`, `SINCE INSTANT '...'`.

use super::ast::{Literal, Operand};
use super::lexer::{Token, syntax};
use super::parser::{Input, Parsed, eat, expected, fatal, is_word, literal, peeked, place, skip, text};
use super::window::{CalendarUnit, Unit, Window, Zone};
use super::wording::no_zone;
use crate::instant::Instant;

/// A number and a rolling unit.
pub(super) fn length(input: &mut Input<'_, '_>, after: &str) -> Parsed<(u32, Unit)> {
    let count = whole_number(input, after)?;
    Ok((count, unit(input)?))
}

fn unit(input: &mut Input<'_, '_>) -> Parsed<Unit> {
    let Token::Word(word) = *peeked(input) else {
        return Err(expected(input, "MINUTES, HOURS, DAYS or WEEKS"));
    };
    let unit = Unit::from_word(word).ok_or_else(|| expected(input, "MINUTES, HOURS, DAYS or WEEKS"))?;
    skip(input);
    Ok(unit)
}

fn whole_number(input: &mut Input<'_, '_>, after: &str) -> Parsed<u32> {
    match *peeked(input) {
        Token::Number(n) if (1.0..=1e6).contains(&n) && n.fract() == 0.0 => {
            skip(input);
            Ok(n as u32)
        }
        _ => Err(expected(input, &format!("a whole number from 1 to 1000000 after {after}"))),
    }
}

/// A window of time, if there is one.
pub(super) fn window(input: &mut Input<'_, '_>) -> Parsed<Option<Window>> {
    let Token::Word(first) = *peeked(input) else { return Ok(None) };
    match first.to_ascii_uppercase().as_str() {
        "WITHIN" => within(input).map(Some),
        "FROM" => from(input).map(Some),
        "BEFORE" => before(input).map(Some),
        "SINCE" => {
            skip(input);
            Ok(Some(Window::Since(moment(input, "INSTANT '...' after SINCE")?)))
        }
        "THIS" => {
            skip(input);
            let (unit, zone) = calendar(input)?;
            Ok(Some(Window::Calendar { count: 1, unit, zone }))
        }
        "LAST" => {
            skip(input);
            let count = if matches!(peeked(input), Token::Number(_)) { whole_number(input, "LAST")? } else { 1 };
            let (unit, zone) = calendar(input)?;
            Ok(Some(Window::Last { count, unit, zone }))
        }
        _ => Ok(None),
    }
}

fn within(input: &mut Input<'_, '_>) -> Parsed<Window> {
    skip(input);
    let count = whole_number(input, "WITHIN")?;
    if is_word(peeked(input), "CALENDAR") {
        let (unit, zone) = calendar(input)?;
        return Ok(Window::Calendar { count, unit, zone });
    }
    // A calendar unit without the word CALENDAR is told apart by its zone, or the error speaks of it.
    Ok(Window::Within { count, unit: unit(input)? })
}

fn from(input: &mut Input<'_, '_>) -> Parsed<Window> {
    skip(input);
    if is_word(peeked(input), "INSTANT") {
        let from = moment(input, "INSTANT '...' after FROM")?;
        to(input)?;
        let at = place(input);
        let to = moment(input, "INSTANT '...' after TO")?;
        return if from < to {
            Ok(Window::Between(from, to))
        } else {
            Err(fatal(syntax(at, "this instant is not after the first").help("write the earlier one first")))
        };
    }
    let from = whole_number(input, "FROM")?;
    to(input)?;
    let at = place(input);
    let to = whole_number(input, "TO")?;
    if from <= to {
        let error = syntax(at, format!("{to} is not nearer than {from}"));
        return Err(fatal(error.help("write the farther end first: FROM 60 TO 30 DAYS AGO")));
    }
    let unit = unit(input)?;
    ago(input)?;
    Ok(Window::Ago { from, to, unit })
}

fn to(input: &mut Input<'_, '_>) -> Parsed<()> {
    if eat(input, "TO") { Ok(()) } else { Err(expected(input, "TO and the other end of the window")) }
}

fn ago(input: &mut Input<'_, '_>) -> Parsed<()> {
    if eat(input, "AGO") { Ok(()) } else { Err(expected(input, "AGO")) }
}

fn before(input: &mut Input<'_, '_>) -> Parsed<Window> {
    skip(input);
    if is_word(peeked(input), "INSTANT") {
        return moment(input, "INSTANT '...' after BEFORE").map(Window::Before);
    }
    let (count, unit) = length(input, "BEFORE")?;
    ago(input)?;
    Ok(Window::BeforeAgo { count, unit })
}

/// `[CALENDAR] MONTHS IN 'Europe/Paris'`
fn calendar(input: &mut Input<'_, '_>) -> Parsed<(CalendarUnit, String)> {
    const UNITS: &str = "DAYS, WEEKS, MONTHS, QUARTERS or YEARS";
    eat(input, "CALENDAR");
    let Token::Word(word) = *peeked(input) else { return Err(expected(input, UNITS)) };
    let unit = CalendarUnit::from_word(word).ok_or_else(|| expected(input, UNITS))?;
    skip(input);
    if !eat(input, "IN") {
        return Err(expected(input, "IN and a time zone such as 'Europe/Paris'"));
    }
    let at = place(input);
    let zone = text(input).ok_or_else(|| expected(input, "a time zone such as 'Europe/Paris'"))?;
    match Zone::find(&zone) {
        Some(_) => Ok((unit, zone)),
        None => Err(fatal(no_zone(&zone, at))),
    }
}

fn moment(input: &mut Input<'_, '_>, what: &str) -> Parsed<Instant> {
    if !is_word(peeked(input), "INSTANT") {
        return Err(expected(input, what));
    }
    match literal(input)? {
        Some(Operand::Literal(Literal::Instant(instant), _)) => Ok(instant),
        _ => Err(expected(input, what)),
    }
}
