//! Recognises dates and what they prove about the order of day and month.

use super::words::Words;

/// What one date shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// The year; two-digit years are read as 1930 to 2029.
    pub(super) year: i32,
    /// The day stands before the month, beyond doubt.
    pub(super) day_first: bool,
    /// The month stands before the day in front of the year, beyond doubt.
    pub(super) month_first: bool,
    /// A time of day follows.
    pub(super) timed: bool,
    /// Six or eight digits without separators.
    pub(super) compact: bool,
}

static MONTHS: Words = Words::new(
    "jan feb mar apr may jun jul aug sep oct nov dec janv fev fevr mars avr avril mai juin juil juillet aout \
sept janvier fevrier septembre octobre novembre decembre january february march april june july august september october \
november december januar februar marz maerz juni juli oktober dezember okt dez enero febrero marzo abril mayo junio julio \
agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre \
janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus",
);

/// Reads a date in lower case without accents; `None` if it is none.
pub(super) fn read(text: &str) -> Option<Seen> {
    let (date, timed) = split_time(text.trim());
    let seen = compact(date).or_else(|| numeric(date)).or_else(|| worded(date))?;
    (1000..=2199).contains(&seen.year).then_some(Seen { timed, ..seen })
}

/// Cuts a time of day off: `2024-05-01t10:00:00z`, `01/05/2024 10:00`.
fn split_time(text: &str) -> (&str, bool) {
    let Some(colon) = text.find(':') else {
        return (text, false);
    };
    let start = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    (start.trim_end_matches('t').trim_end_matches([' ', ',']), true)
}

/// `19801231`.
fn compact(text: &str) -> Option<Seen> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i32>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let fits = (1800..=2099).contains(&year) && month <= 12 && day <= 31;
    fits.then_some(Seen { year, day_first: false, month_first: false, timed: false, compact: true })
}

/// Three numbers with separators, the year first or last.
fn numeric(text: &str) -> Option<Seen> {
    let separator = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| "-/. ".contains(*c))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let [first, second, third] = parts.try_into().ok()?;
    let number = |part: &str| (1..=4).contains(&part.len()).then(|| part.parse::<i32>().ok()).flatten();
    let (a, b, c) = (number(first)?, number(second)?, number(third)?);
    if first.len() == 4 {
        let fits = a >= 1000 && b <= 31 && c <= 31 && (b <= 12 || c <= 12);
        return fits.then_some(Seen { year: a, day_first: false, month_first: false, timed: false, compact: false });
    }
    let fits = a <= 31 && b <= 31 && (a <= 12 || b <= 12) && a + b > 0 && matches!(third.len(), 2 | 4);
    let (day_first, month_first) = (a > 12 && b <= 12, b > 12 && a <= 12);
    fits.then_some(Seen { year: full_year(c), day_first, month_first, timed: false, compact: false })
}

/// A date with the month in words.
fn worded(text: &str) -> Option<Seen> {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let is_month = |part: &str| part.len() >= 3 && MONTHS.has(part);
    if !(2..=5).contains(&parts.len()) || !parts.iter().any(|part| is_month(part)) {
        return None;
    }
    let mut rest = parts.iter().filter(|part| !is_month(part));
    let known = rest.all(|part| part.starts_with(|c: char| c.is_ascii_digit()) || matches!(*part, "de" | "of" | "le"));
    let year = parts.iter().rev().find_map(|part| part.parse::<i32>().ok())?;
    known.then_some(Seen { year: full_year(year), day_first: false, month_first: false, timed: false, compact: false })
}

fn full_year(year: i32) -> i32 {
    match year {
        0..30 => 2000 + year,
        30..100 => 1900 + year,
        _ => year,
    }
}
