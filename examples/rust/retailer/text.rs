//! Ways in which texts come to differ: accents lost, keys missed, formats of another house.

use super::random::Random;
use super::words::{NICKNAMES, STREET_SHORT};

/// Lower case without accents.
pub fn fold(text: &str) -> String {
    text.to_lowercase().chars().map(unaccented).collect()
}

/// The letter without its accent.
fn unaccented(letter: char) -> char {
    match letter {
        'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'û' | 'ü' | 'ù' => 'u',
        'ç' => 'c',
        other => other,
    }
}

/// Upper case without accents: what a till prints.
pub fn till(text: &str) -> String {
    fold(text).to_uppercase()
}

/// Without accents, letter case kept.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| match letter.is_uppercase() {
            true => unaccented(letter.to_lowercase().next().unwrap_or(letter)).to_ascii_uppercase(),
            false => unaccented(letter),
        })
        .collect()
}

/// First letter in upper case.
pub fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// One slip of the finger: a letter left out, doubled, swapped with the next, or replaced by a neighbour.
pub fn typo(random: &mut Random, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = 1 + random.below(letters.len() - 2);
    match random.below(4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = *random.pick(&['a', 'e', 'i', 'o', 'r', 's', 't', 'n', 'l', 'u']),
    }
    letters.into_iter().collect()
}

/// How somebody on the telephone spells what was heard.
pub fn misheard(text: &str) -> String {
    const SOUNDS: &[(&str, &str)] = &[
        ("ault", "o"),
        ("aud", "o"),
        ("eau", "o"),
        ("ph", "f"),
        ("y", "i"),
        ("mm", "m"),
        ("nn", "n"),
        ("ss", "c"),
        ("tt", "t"),
        ("th", "t"),
        ("ll", "l"),
        ("c", "k"),
    ];
    match SOUNDS.iter().find(|(from, _)| text.contains(from)) {
        Some((from, to)) => text.replacen(from, to, 1),
        None => text.to_owned(),
    }
}

/// The everyday form of a given name, or the name itself.
pub fn nickname(given: &str) -> &str {
    NICKNAMES.iter().find(|(name, _)| *name == given).map_or(given, |(_, short)| short)
}

/// A street as a till prints it: `12 BIS AV JEAN JAURES`.
pub fn till_street(number: &str, street: &str) -> String {
    let (first, rest) = street.split_once(' ').unwrap_or((street, ""));
    let short = STREET_SHORT.iter().find(|(long, _)| *long == first).map_or(first, |(_, short)| short);
    till(&format!("{number} {short} {rest}"))
}

/// The same number in one of the ways people write it. Takes the international form without a plus.
pub fn phone(random: &mut Random, international: &str) -> String {
    let Some(rest) = international.strip_prefix("33") else {
        return if random.chance(60.0) { format!("+{international}") } else { format!("00{international}") };
    };
    let pairs = |text: &str, by: &str| {
        text.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect::<Vec<_>>().join(by)
    };
    match random.below(8) {
        0..=2 => format!("0{rest}"),
        3 | 4 => pairs(&format!("0{rest}"), " "),
        5 => pairs(&format!("0{rest}"), "."),
        6 => format!("+33{rest}"),
        _ => format!("+33 {} {}", &rest[..1], pairs(&rest[1..], " ")),
    }
}
