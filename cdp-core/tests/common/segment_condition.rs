//! Random predicates over the people of a world.

use super::*;

/// A random predicate. `exact`: only what SQL can do too.
pub fn condition(dice: &mut Dice<'_>, depth: usize, exact: bool) -> String {
    match if depth == 0 { 3 } else { dice.below(6) } {
        0 => joined(dice, depth, exact, " AND "),
        1 => joined(dice, depth, exact, " OR "),
        2 => format!("NOT ({})", condition(dice, depth - 1, exact)),
        _ => leaf(dice, exact),
    }
}

fn joined(dice: &mut Dice<'_>, depth: usize, exact: bool, word: &str) -> String {
    let parts = 2 + dice.below(2);
    let parts: Vec<String> = (0..parts).map(|_| format!("({})", condition(dice, depth - 1, exact))).collect();
    parts.join(word)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn sign(dice: &mut Dice<'_>) -> &'static str {
    ["=", "<>", "<", "<=", ">", ">="][dice.below(6)]
}

fn not(dice: &mut Dice<'_>) -> &'static str {
    if dice.one_in(3) { "NOT " } else { "" }
}

fn leaf(dice: &mut Dice<'_>, exact: bool) -> String {
    match dice.below(20) {
        0 => {
            let (left, op) = (text(dice, exact), sign(dice));
            format!("{left} {op} {}", text(dice, exact))
        }
        1 | 2 => {
            let (left, op) = (number(dice), sign(dice));
            format!("{left} {op} {}", number(dice))
        }
        3 => {
            let (left, op) = (date(dice), sign(dice));
            format!("{left} {op} {}", date(dice))
        }
        4 => {
            let (left, not) = (text(dice, exact), not(dice));
            format!("{left} {not}IN ({}, {})", quoted(dice.pick(CITIES)), quoted(dice.pick(COUNTRIES)))
        }
        5 => {
            let (value, not, low) = (number(dice), not(dice), number(dice));
            format!("{value} {not}BETWEEN {low} AND {}", number(dice))
        }
        6 => {
            let pattern = ["L%", "%o%", "_yon", "%\\%", "a\\_b", "%", "", "%'%", "\\\\%"][dice.below(9)];
            format!("{} {}LIKE {}", text(dice, exact), not(dice), quoted(pattern))
        }
        7 => {
            let value = if dice.one_in(2) { text(dice, exact) } else { number(dice) };
            format!("{value} IS {}", ["MISSING", "PRESENT"][dice.below(2)])
        }
        8 => format!("{} IS {}{}", dated(dice), not(dice), window(dice)),
        9 => format!("{} {}IN LIST {}", text(dice, exact), not(dice), quoted(dice.pick(LISTS))),
        10 => format!("{} {}IN tags", quoted(dice.pick(ITEMS)), not(dice)),
        11 => {
            let (purpose, medium) = (quoted(dice.pick(PURPOSES)), quoted(dice.pick(MEDIA)));
            if dice.one_in(2) { format!("consent({purpose}, {medium})") } else { format!("consent({purpose})") }
        }
        12 => truth(dice, exact),
        17 => {
            let (left, op) = (truth(dice, exact), ["=", "<>"][dice.below(2)]);
            format!("{left} {op} {}", truth(dice, exact))
        }
        18 => "'pos' IN sources".to_owned(),
        13 => format!(
            "{}({}{}{})",
            ["exists", "absence"][dice.below(2)],
            dice.pick(EVENTS),
            filter(dice, exact),
            during(dice)
        ),
        14 => sequence(dice, exact),
        15 => {
            let (which, place) = (["first", "last"][dice.below(2)], dice.pick(EVENTS));
            let (filter, during) = (filter(dice, exact), during(dice));
            match dice.below(5) {
                4 => {
                    format!("{which}({place}.gift{filter}{during}) {} {}", dice.pick(&["=", "<>"]), truth(dice, exact))
                }
                0 => format!("{which}({place}{filter}{during}) IS {}{}", not(dice), window(dice)),
                1 => format!("{which}({place}.channel{filter}{during}) = {}", quoted(dice.pick(CHANNELS))),
                2 => format!(
                    "{which}({place}.revenue{filter}{during}) {} {}",
                    sign(dice),
                    dice.pick(REVENUES_AS_NUMBERS)
                ),
                _ => format!("{which}({place}{filter}{during}) {} {}", sign(dice), instant(dice)),
            }
        }
        _ => format!("starts_with({}, {})", text(dice, exact), quoted(dice.pick(&["L", "l", "", "Saint"]))),
    }
}

/// What is true or false by itself.
fn truth(dice: &mut Dice<'_>, exact: bool) -> String {
    match dice.below(10) {
        0 => "segment('loyal')".to_owned(),
        1 => "source('crm')".to_owned(),
        2 | 3 => format!("has({})", dice.pick(&["city", "flag", "points", "tags", "created"])),
        4 => dice.pick(&["TRUE", "FALSE", "sample(40, 'may')"]).to_owned(),
        5 => format!("exists({}{}{})", dice.pick(EVENTS), filter(dice, exact), during(dice)),
        6 => format!("consent({})", quoted(dice.pick(PURPOSES))),
        7 => sequence(dice, exact),
        8 => format!("starts_with({}, {})", text(dice, exact), quoted(dice.pick(&["L", "G", ""]))),
        _ => format!("contains({}, {})", text(dice, exact), quoted(dice.pick(&["SS", "ß", "i", "o"]))),
    }
}

const REVENUES_AS_NUMBERS: &[&str] = &["10", "0.1", "0.3", "-5", "0.6", "20", "99.999999"];

fn text(dice: &mut Dice<'_>, exact: bool) -> String {
    match dice.below(if exact { 6 } else { 7 }) {
        0 | 1 => "country".to_owned(),
        2 | 3 => "city".to_owned(),
        4 => format!("{}(city)", dice.pick(&["lower", "upper"])),
        5 => quoted(dice.pick(CITIES)),
        _ => "fold(city)".to_owned(),
    }
}

fn number(dice: &mut Dice<'_>) -> String {
    match dice.below(14) {
        0 | 1 => "points".to_owned(),
        2 => "size".to_owned(),
        3 => dice.pick(&["length(sources)", "length(upper(city))", "number(flag)"]).to_owned(),
        4 => [
            "age(birth_date)",
            "age(birth_date, 'Europe/Paris')",
            "age(joined, 'Asia/Kathmandu')",
            "age(last(order.day))",
        ][dice.below(4)]
        .to_owned(),
        5 => format!("{}(birth_date)", dice.pick(&["year", "month", "day"])),
        6 => "profile_age()".to_owned(),
        7 => format!("count({}{}{})", dice.pick(EVENTS), filter(dice, true), during(dice)),
        8 => format!(
            "{}({}.revenue{}{})",
            dice.pick(&["sum", "avg", "min", "max"]),
            dice.pick(EVENTS),
            filter(dice, true),
            during(dice)
        ),
        9 => format!(
            "distinct({}.{}{}{})",
            dice.pick(EVENTS),
            dice.pick(&["channel", "revenue"]),
            filter(dice, true),
            during(dice)
        ),
        10 => format!("periods({}{} {})", dice.pick(EVENTS), filter(dice, true), units(dice)),
        11 => "length(city)".to_owned(),
        _ => dice.pick(&["0", "1", "2", "3", "0.1", "0.3", "0.6", "-5", "2.5", "18", "10"]).to_owned(),
    }
}

fn date(dice: &mut Dice<'_>) -> String {
    if dice.one_in(4) {
        return format!("DATE '{}'", dice.pick(&["2008-03-15", "2026-03-14", "2025-12-31", "1980-06-15"]));
    }
    dated(dice)
}

/// A date of a profile.
fn dated(dice: &mut Dice<'_>) -> String {
    match dice.below(6) {
        0 => "birth_date".to_owned(),
        1 | 2 => "joined".to_owned(),
        3 => "created".to_owned(),
        _ => {
            let (which, place, filter) = (dice.pick(&["first", "last"]), dice.pick(EVENTS), filter(dice, true));
            format!("{which}({place}.day{filter}{})", during(dice))
        }
    }
}

fn instant(dice: &mut Dice<'_>) -> String {
    let now = BASE + DAY * dice.below(400) as i64;
    let at = moment(dice, now);
    format!("INSTANT '{}'", cdp_core::instant::text(at))
}

/// Of a calendar, or of rolling units from now.
fn units(dice: &mut Dice<'_>) -> String {
    let count = 1 + dice.below(9);
    match dice.below(3) {
        0 => format!("WITHIN {count} {}", dice.pick(&["MINUTES", "HOURS", "DAYS", "WEEKS"])),
        1 => format!("WITHIN {count} CALENDAR {} IN {}", calendar_unit(dice), quoted(dice.pick(ZONES))),
        _ => format!("LAST {count} CALENDAR {} IN {}", calendar_unit(dice), quoted(dice.pick(ZONES))),
    }
}

fn calendar_unit(dice: &mut Dice<'_>) -> &'static str {
    ["DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS"][dice.below(5)]
}

fn window(dice: &mut Dice<'_>) -> String {
    match dice.below(7) {
        0..=2 => units(dice),
        3 => format!("FROM {} TO {} DAYS AGO", 5 + dice.below(5), 1 + dice.below(4)),
        4 => format!("BEFORE {} {} AGO", 1 + dice.below(8), dice.pick(&["HOURS", "DAYS", "WEEKS"])),
        5 => format!("{} {}", dice.pick(&["SINCE", "BEFORE"]), instant(dice)),
        _ => {
            let now = BASE + DAY * dice.below(400) as i64;
            let from = moment(dice, now);
            let to = from + DAY * (1 + dice.below(40) as i64);
            format!("FROM INSTANT '{}' TO INSTANT '{}'", cdp_core::instant::text(from), cdp_core::instant::text(to))
        }
    }
}

fn during(dice: &mut Dice<'_>) -> String {
    if dice.one_in(4) { String::new() } else { format!(" {}", window(dice)) }
}

fn filter(dice: &mut Dice<'_>, exact: bool) -> String {
    if dice.one_in(2) {
        return String::new();
    }
    let one = match dice.below(if exact { 12 } else { 13 }) {
        0 | 1 => format!("revenue {} {}", sign(dice), dice.pick(REVENUES_AS_NUMBERS)),
        2 => format!("channel {} {}", dice.pick(&["=", "<>"]), quoted(dice.pick(CHANNELS))),
        3 => "gift = TRUE".to_owned(),
        4 => format!("day {} DATE '2026-03-14'", sign(dice)),
        5 => "channel IS MISSING OR revenue IS PRESENT".to_owned(),
        6 => "NOT (channel = 'web' AND revenue > 5)".to_owned(),
        7 => format!("name {} {}", sign(dice), quoted(dice.pick(EVENTS))),
        8 => format!("time {} {}", sign(dice), dice.pick(&["0", "1", "2.5"])),
        9 => format!("has({}) {} has({})", dice.pick(PROPERTIES), dice.pick(&["=", "<>"]), dice.pick(PROPERTIES)),
        10 => format!("{} {}IN tags", quoted(dice.pick(ITEMS)), not(dice)),
        11 => format!("upper(name) = {}", quoted(dice.pick(&["ORDER", "PAGE"]))),
        _ => "fold(channel) = 'web'".to_owned(),
    };
    format!(" WHERE {one}")
}

fn sequence(dice: &mut Dice<'_>, exact: bool) -> String {
    let mut text = format!("sequence({}{}", dice.pick(EVENTS), filter(dice, exact));
    let within =
        |dice: &mut Dice<'_>| format!("WITHIN {} {} ", 1 + dice.below(5), dice.pick(&["HOURS", "DAYS", "WEEKS"]));
    for _ in 0..dice.below(3) {
        let within = if dice.one_in(2) { within(dice) } else { String::new() };
        text += &format!(" THEN {within}{}{}", dice.pick(EVENTS), filter(dice, exact));
    }
    if dice.one_in(2) || !text.contains("THEN") {
        text += &format!(" THEN NOT {}{}{}", within(dice), dice.pick(EVENTS), filter(dice, exact));
    }
    format!("{text}{})", during(dice))
}
