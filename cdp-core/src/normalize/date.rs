//! Dates: every reading a text allows, in the proleptic Gregorian calendar, years 1000 to 2100.
//!
//! Two-digit years are read by a fixed pivot, since no clock is read here: 00 to 29 are 2000 to 2029, 30 to 99 are 1930
//! to 1999. Texts without a day are not dates.

use super::text;
use crate::error::{Code, Error};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The order of day, month and year in a date written with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Day, month, year: 31/12/1980.
    Dmy,
    /// Month, day, year: 12/31/1980.
    Mdy,
    /// Year, month, day: 1980/12/31.
    Ymd,
}

impl FromStr for DateOrder {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        match word {
            "dmy" => Ok(DateOrder::Dmy),
            "mdy" => Ok(DateOrder::Mdy),
            "ymd" => Ok(DateOrder::Ymd),
            _ => Err(Error::new(Code::InvalidConfig, format!("there is no date order '{word}'"))
                .help("the orders are: dmy, mdy, ymd")),
        }
    }
}

/// A day. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// The year, 1000 to 2100.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    /// The date, if the calendar has it.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        let valid =
            (1000..=2100).contains(&year) && (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
        valid.then_some(Date { year, month: month as u8, day: day as u8 })
    }
}

fn days(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Every reading of a text: none where it is no date, two where day and month could be exchanged and `order` does not say
/// (day first comes first). A year written first is always followed by month and day. A reading against `order` is
/// accepted where the calendar allows no other (13/25/1990).
///
/// ```
/// use cdp_core::normalize::date::{parse, DateOrder};
/// assert_eq!(parse("12/03/1917", Some(DateOrder::Dmy))[0].to_string(), "1917-03-12");
/// assert_eq!(parse("12/03/1917", None).len(), 2);
/// assert_eq!(parse("1917-12-03T00:00:00Z", None)[0].to_string(), "1917-12-03");
/// assert!(parse("31/02/1990", None).is_empty());
/// ```
pub fn parse(raw: &str, order: Option<DateOrder>) -> Vec<Date> {
    read(raw, order).map_or_else(Vec::new, |parts| parts.readings(order))
}

/// Why a text has no reading.
pub(super) fn fault(raw: &str, order: Option<DateOrder>) -> &'static str {
    match read(raw, order) {
        None => "not a date",
        Some(parts) if parts.years().next().is_none() || !parts.is_whole() => "not a day, a month and a year",
        Some(parts) if parts.is_of_another_calendar() => "a year of another calendar",
        Some(parts) if parts.years().all(|year| !(1000..=2100).contains(&year)) => "a year before 1000 or after 2100",
        Some(_) => "a day that is in no calendar",
    }
}

/// The parts of a text that has nothing but those of a date.
fn read(raw: &str, order: Option<DateOrder>) -> Option<Parts> {
    if raw.len() > 96 {
        return None;
    }
    let foreign = !raw.is_ascii() && raw.contains(|c| text::decimal_digit(c).is_some());
    let mut parts = Parts { foreign, ..Parts::default() };
    parts.read(&without_clock(raw), order)?;
    Some(parts).filter(|parts| parts.count > 0)
}

/// Without the time of day (`00:00:00`), which can stand before the year, and what follows it in brackets.
fn without_clock(raw: &str) -> Cow<'_, str> {
    let is_clock = |run: &str| {
        let parts: Vec<&str> = run.split([':', '.']).collect();
        let digits = |(index, part): (usize, &&str)| {
            let length = if index == 0 {
                1..=2
            } else if index == 3 {
                1..=9
            } else {
                2..=2
            };
            length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        (2..=4).contains(&parts.len()) && run.find('.').is_none_or(|at| at > 4) && parts.iter().enumerate().all(digits)
    };
    if !raw.contains(':') {
        return Cow::Borrowed(raw);
    }
    let mut kept = String::with_capacity(raw.len());
    let mut removed = false;
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.');
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| is_part(c) != is_part(first)).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        let clock = run.contains(':') && is_clock(run);
        kept.push_str(if clock { " " } else { run });
        removed |= clock;
        rest = tail;
    }
    if let Some(aside) = kept.find('(').filter(|_| removed) {
        kept.truncate(aside);
    }
    Cow::Owned(kept)
}

/// Up to three numbers in their order, and a month's name if there is one.
#[derive(Default)]
struct Parts {
    numbers: [(i32, usize); 3],
    count: usize,
    month: Option<u32>,
    /// How many numbers stood before the month's name.
    before: usize,
    /// Written with digits of another script.
    foreign: bool,
}

impl Parts {
    fn read(&mut self, raw: &str, order: Option<DateOrder>) -> Option<()> {
        let folded = text::fold(raw);
        let weekday = tuesday(&folded);
        for (index, token) in text::tokens(&folded).enumerate() {
            if weekday == Some(index) {
                continue;
            }
            if self.is_whole() {
                // What follows a whole date is its time.
                return if is_time(token) { Some(()) } else { None };
            }
            self.read_token(token, order)?;
        }
        Some(())
    }

    fn read_token(&mut self, token: &str, order: Option<DateOrder>) -> Option<()> {
        let digits = token.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = token.split_at(digits);
        if digits == 0 {
            return if is_filler(rest) { Some(()) } else { self.push_month(rest) };
        }
        if digits == 8 && self.count == 0 && (rest.is_empty() || rest.starts_with('t')) {
            return self.push_compact(number, order);
        }
        if digits > 4 {
            return None;
        }
        self.push_number(number)?;
        match rest {
            "" | "st" | "nd" | "rd" | "th" | "er" | "e" => Some(()),
            rest if self.is_whole() && rest.starts_with('t') => Some(()),
            rest => self.push_month(rest),
        }
    }

    fn push_number(&mut self, digits: &str) -> Option<()> {
        let slot = self.numbers.get_mut(self.count)?;
        *slot = (digits.parse().ok()?, digits.len());
        self.count += 1;
        Some(())
    }

    fn push_month(&mut self, word: &str) -> Option<()> {
        let letters = word.len() - word.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (word, year) = word.split_at(letters);
        if self.month.is_some() {
            return None;
        }
        self.month = Some(month(word)?);
        self.before = self.count;
        if year.is_empty() { Some(()) } else { self.push_number(year) }
    }

    /// `19171203` or `03121917`: the year where the order has it, else where the calendar allows it.
    fn push_compact(&mut self, digits: &str, order: Option<DateOrder>) -> Option<()> {
        let number = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or_default();
        let exists = |year: u32, month, day| plausible_year(year) && Date::new(year as i32, month, day).is_some();
        let first = exists(number(0, 4), number(4, 6), number(6, 8));
        let (a, b, year) = (number(0, 2), number(2, 4), number(4, 8));
        let last = exists(year, b, a) || exists(year, a, b);
        let is_last = last && matches!(order, Some(DateOrder::Dmy | DateOrder::Mdy)) || !first;
        let cuts = if is_last { [0, 2, 4, 8] } else { [0, 4, 6, 8] };
        cuts.windows(2).try_for_each(|cut| self.push_number(&digits[cut[0]..cut[1]]))
    }

    fn is_whole(&self) -> bool {
        self.count + usize::from(self.month.is_some()) == 3
    }

    /// The numbers that can be a year.
    fn years(&self) -> impl Iterator<Item = i32> {
        let longest = self.numbers[..self.count].iter().map(|number| number.1).max().unwrap_or_default();
        self.numbers.into_iter().filter(move |number| number.1 == longest).filter_map(year)
    }

    /// Persian and Arabic digits write years of the Solar and of the Lunar Hijra too, which are in the 1300s and 1400s; two
    /// digits say nothing there.
    fn is_of_another_calendar(&self) -> bool {
        self.foreign && self.numbers.iter().all(|number| number.1 < 4 || number.0 < 1500)
    }

    fn readings(&self, order: Option<DateOrder>) -> Vec<Date> {
        let [a, b, c] = self.numbers;
        if self.is_of_another_calendar() {
            return Vec::new();
        }
        match (self.month, self.count) {
            (Some(month), 2) => named_month(month, a, b).into_iter().collect(),
            (None, 3) if a.1 == 4 || a.1 == 3 => date(a, b.0, c.0).into_iter().collect(),
            (None, 3) => numeric(a, b, c, order),
            _ => Vec::new(),
        }
    }
}

/// Where `mar` is the French and Spanish Tuesday, not March: before the first number, with a month after it.
fn tuesday(folded: &str) -> Option<usize> {
    let is_month = |token: &str| month(token.trim_matches(|c: char| c.is_ascii_digit())).is_some();
    let words = text::tokens(folded).take_while(|token| !token.starts_with(|c: char| c.is_ascii_digit()));
    let at = words.into_iter().position(|token| token == "mar")?;
    text::tokens(folded).skip(at + 1).any(is_month).then_some(at)
}

fn plausible_year(year: u32) -> bool {
    (1300..=2100).contains(&year)
}

fn is_time(token: &str) -> bool {
    token.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        || matches!(token, "t" | "am" | "pm")
        || is_zone(token)
}

/// Abbreviations of time zones, which programs write between the time and the year.
fn is_zone(token: &str) -> bool {
    matches!(
        token,
        "utc"
            | "gmt"
            | "z"
            | "cet"
            | "cest"
            | "met"
            | "mest"
            | "wet"
            | "west"
            | "eet"
            | "eest"
            | "bst"
            | "est"
            | "edt"
            | "cst"
            | "cdt"
            | "mst"
            | "mdt"
            | "pst"
            | "pdt"
    )
}

/// Weekdays and the words between the parts of a date.
fn is_filler(token: &str) -> bool {
    is_zone(token)
        || matches!(
            token,
            "of" | "de"
                | "le"
                | "the"
                | "on"
                | "am"
                | "el"
                | "il"
                | "born"
                | "ne"
                | "nee"
                | "geboren"
                | "nacido"
                | "nacida"
                | "nato"
                | "nata"
                | "lundi"
                | "mardi"
                | "mercredi"
                | "jeudi"
                | "vendredi"
                | "samedi"
                | "dimanche"
                | "monday"
                | "tuesday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "saturday"
                | "sunday"
                | "mon"
                | "tue"
                | "wed"
                | "thu"
                | "fri"
                | "sat"
                | "sun"
                | "lun"
                | "mer"
                | "jeu"
                | "ven"
                | "sam"
                | "dim"
        )
}

/// Month names and their abbreviations in English, French, German, Spanish, Italian, Portuguese and Dutch, folded.
pub(super) fn month(word: &str) -> Option<u32> {
    Some(match word {
        "jan" | "january" | "janvier" | "janv" | "januar" | "janner" | "enero" | "ene" | "gennaio" | "gen"
        | "janeiro" | "januari" => 1,
        "feb" | "february" | "fevrier" | "fev" | "fevr" | "februar" | "febrero" | "febbraio" | "fevereiro"
        | "februari" => 2,
        "mar" | "march" | "mars" | "marz" | "maerz" | "mrz" | "marzo" | "marco" | "maart" | "mrt" => 3,
        "apr" | "april" | "avril" | "avr" | "abril" | "abr" | "aprile" => 4,
        "may" | "mai" | "mayo" | "maggio" | "mag" | "maio" | "mei" => 5,
        "jun" | "june" | "juin" | "juni" | "junio" | "giugno" | "giu" | "junho" => 6,
        "jul" | "july" | "juillet" | "juil" | "jui" | "juli" | "julio" | "luglio" | "lug" | "julho" => 7,
        "aug" | "august" | "aout" | "aou" | "agosto" | "ago" | "augustus" => 8,
        "sep" | "sept" | "september" | "septembre" | "septiembre" | "setiembre" | "settembre" | "set" | "setembro" => 9,
        "oct" | "october" | "octobre" | "oktober" | "okt" | "octubre" | "ottobre" | "ott" | "outubro" | "out" => 10,
        "nov" | "november" | "novembre" | "noviembre" | "novembro" => 11,
        "dec" | "december" | "decembre" | "dezember" | "dez" | "diciembre" | "dic" | "dicembre" | "dezembro" => 12,
        _ => return None,
    })
}

/// A number that may be a year, with the number of its digits.
type Written = (i32, usize);

fn year(written: Written) -> Option<i32> {
    match written {
        (year, 4) => Some(year),
        (year @ 0..=29, 2) => Some(2000 + year),
        (year, 2) => Some(1900 + year),
        _ => None,
    }
}

fn date(written: Written, month: i32, day: i32) -> Option<Date> {
    Date::new(year(written)?, month as u32, day as u32)
}

/// `3 mars 1917`, `March 3, 1917`, `1917 March 3`.
fn named_month(month: u32, a: Written, b: Written) -> Option<Date> {
    let (day, written) = if a.1 == 4 { (b, a) } else { (a, b) };
    date(written, month as i32, day.0)
}

fn numeric(a: Written, b: Written, c: Written, order: Option<DateOrder>) -> Vec<Date> {
    let dmy = date(c, b.0, a.0);
    let mdy = date(c, a.0, b.0);
    let ymd = if a.1 == 2 && c.1 <= 2 { date(a, b.0, c.0) } else { None };
    let only = |first: Option<Date>, others: [Option<Date>; 2]| first.or(others[0]).or(others[1]).into_iter().collect();
    match order {
        Some(DateOrder::Dmy) => only(dmy, [mdy, None]),
        Some(DateOrder::Mdy) => only(mdy, [dmy, None]),
        Some(DateOrder::Ymd) => only(ymd, [dmy, mdy]),
        None => {
            let mut readings: Vec<Date> = [dmy, mdy].into_iter().flatten().collect();
            readings.dedup();
            readings
        }
    }
}
