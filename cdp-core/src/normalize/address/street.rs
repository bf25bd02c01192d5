//! Street lines: house number, street, unit; post boxes and further lines.

use super::Street;
use super::words::{expand, fold, is_french_type, is_letter, is_repeat, ordinal, unit_keyword, unit_word};
use crate::normalize::{date, text};

/// Reads a street line.
///
/// ```
/// use cdp_core::normalize::address::parse_street;
/// let street = parse_street("12 bis, av. du Gal Leclerc");
/// assert_eq!((street.number.as_deref(), street.name.as_str()), (Some("12 bis"), "avenue du general leclerc"));
/// ```
pub fn parse_street(raw: &str) -> Street {
    let folded = fold(raw);
    let tokens: Vec<&str> = text::tokens(&folded).collect();
    let mut street = Street::default();
    let mut names: Vec<&str> = Vec::with_capacity(tokens.len());
    let mut units: Vec<(u8, &str)> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let rest = &tokens[index..];
        index += post_box(rest, &mut names)
            .or_else(|| take_unit(rest, &mut units))
            .or_else(|| if street.number.is_none() { take_number_at(rest, &names, &mut street) } else { None })
            .unwrap_or_else(|| keep(rest[0], &mut names));
    }
    units.sort_by_key(|&(rank, _)| rank);
    let units: Vec<&str> = units.into_iter().map(|(_, unit)| unit).collect();
    street.unit = (!units.is_empty()).then(|| units.join(" "));
    street.name = expand(&names);
    street
}

/// `Bat A`, `3e étage`, `Ste 200`, and the side of the landing after one. How many words it took.
fn take_unit<'a>(rest: &[&'a str], units: &mut Vec<(u8, &'a str)>) -> Option<usize> {
    if let ["gauche" | "droite" | "face", ..] = rest {
        units.last()?;
        units.push((3, rest[0]));
        return Some(1);
    }
    let [word, next, ..] = rest else { return None };
    if let (Some(floor), Some((_, rank @ 2))) = (ordinal(word), unit_keyword(next)) {
        units.push((rank, floor));
        return Some(2);
    }
    let is_number = next.starts_with(|c: char| c.is_ascii_digit());
    let (_, rank) = unit_keyword(word).or(("ste" == *word && is_number).then_some(("suite", 3)))?;
    // `Porte de Vanves` is a street.
    let is_value = is_number
        || next.ends_with(|c: char| c.is_ascii_digit())
        || (next.len() <= 2 && !matches!(*next, "de" | "du" | "la" | "le"))
        || matches!(*next, "gauche" | "droite" | "face");
    if !is_value {
        return None;
    }
    units.push((rank, next));
    Some(2)
}

/// The house number where one can stand: first, last, or before a French street type (`Résidence Les Lilas, 12 rue ...`).
fn take_number_at(rest: &[&str], names: &[&str], street: &mut Street) -> Option<usize> {
    if names.is_empty() {
        let mark = announced(rest);
        return take_number(&rest[mark..], street).map(|used| used + mark);
    }
    // `rue du 8 mai 1945`
    let is_year = rest[0].len() == 4 && names.last().is_some_and(|word| date::month(word).is_some());
    let last = rest.len() == 1 && !is_year;
    let before_type = || rest.iter().skip(1).take(2).any(|word| is_french_type(word)) && !is_year;
    if !(last || before_type()) {
        return None;
    }
    let mut found = Street::default();
    let used = take_number(rest, &mut found)
        .filter(|&used| last || rest.get(used).is_some_and(|word| is_french_type(word)))?;
    street.number = found.number;
    Some(used)
}

/// How many words announce a house number: `n° 12`, `no 12`.
fn announced(rest: &[&str]) -> usize {
    let number = rest.get(1).is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    usize::from(number && matches!(rest[0], "no" | "n" | "nr" | "num" | "numero"))
}

/// A house number alone, in the form that [`parse_street`] gives it: `12`, `12b`, `12 bis`; another text folded.
///
/// ```
/// use cdp_core::normalize::address::house_number;
/// assert_eq!((house_number("n° 12 BIS").as_str(), house_number("12 B").as_str()), ("12 bis", "12b"));
/// ```
pub fn house_number(raw: &str) -> String {
    let folded = text::fold(raw);
    let words: Vec<&str> =
        text::tokens(&folded).skip_while(|word| matches!(*word, "no" | "n" | "nr" | "num" | "numero")).collect();
    let mut street = Street::default();
    match words[..] {
        [number, letter] if is_letter(letter) && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{number}{letter}")
        }
        [_, ..] if take_number(&words, &mut street) == Some(words.len()) => street.number.unwrap_or_default(),
        _ => folded,
    }
}

fn keep<'a>(token: &'a str, names: &mut Vec<&'a str>) -> usize {
    names.push(token);
    1
}

/// `BP 12`, `P.O. Box 12`: kept as a name, `po box 12`. How many words it took.
fn post_box<'a>(rest: &[&'a str], names: &mut Vec<&'a str>) -> Option<usize> {
    let (number, used) = match rest {
        ["p", "o", "box", number, ..] => (number, 4),
        ["po", "box", number, ..] | ["b", "p", number, ..] | ["boite", "postale", number, ..] => (number, 3),
        ["bp" | "cs", number, ..] => (number, 2),
        _ => return None,
    };
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    names.extend(["po", "box", number]);
    Some(used)
}

/// Words with one form for each post box.
pub(super) fn boxed<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut names = Vec::with_capacity(words.len());
    let mut index = 0;
    while index < words.len() {
        let rest = &words[index..];
        index += post_box(rest, &mut names).unwrap_or_else(|| keep(rest[0], &mut names));
    }
    names
}

/// `12`, `12b`, `12 bis`, `12bis`, and `12 B` before a French street type. How many words it took.
fn take_number(rest: &[&str], street: &mut Street) -> Option<usize> {
    let token = rest[0];
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || token.len() > 8 {
        return None;
    }
    let (number, ending) = token.split_at(digits);
    let range = if ending.is_empty() { range_end(number, &rest[1..]) } else { None };
    let (text, used) = match (range, ending, rest.get(1).copied()) {
        (Some((end, used)), ..) => (format!("{number} {end}"), used + 1),
        (_, ending, _) if is_repeat(ending) => (format!("{number} {ending}"), 1),
        (_, "", Some(next)) if is_repeat(next) => (format!("{number} {next}"), 2),
        (_, "", Some(next)) if is_letter(next) && rest.get(2).is_some_and(|word| is_french_type(word)) => {
            (format!("{number}{next}"), 2)
        }
        (_, ending, _) if ending.is_empty() || is_letter(ending) => (token.to_owned(), 1),
        _ => return None,
    };
    street.number = Some(text);
    Some(used)
}

/// The last house of `12-14` and `12 à 14`, and how many words it took.
fn range_end<'a>(first: &str, rest: &[&'a str]) -> Option<(&'a str, usize)> {
    let (last, used) = match rest {
        ["a", last, ..] => (*last, 2),
        [last, ..] => (*last, 1),
        [] => return None,
    };
    let number = |text: &str| text.parse::<u32>().ok();
    let (from, to) = number(first).zip(number(last))?;
    (from < to && to - from <= LONGEST_ROW).then_some((last, used))
}

/// Between the numbers of the first and the last house of one address.
const LONGEST_ROW: u32 = 100;

/// The key of a further address line (building, stair, floor, flat, hamlet): its words in their order, abbreviations written out.
pub(in crate::normalize) fn extra_key(raw: &str) -> String {
    let folded = fold(raw);
    let words: Vec<&str> = text::tokens(&folded).map(unit_word).collect();
    expand(&boxed(&words))
}
