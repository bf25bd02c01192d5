//! One phonetic key for European given and family names, for blocking: coarse, short, the same for spellings that sound
//! alike in English, French or German.
//!
//! Consonants by their sound, vowels only at the beginning (all alike). It is our own simplification, not one of the
//! published algorithms, so its keys mean nothing outside this library.

use super::text;

/// The most letters a key has.
const LENGTH: usize = 6;

/// How many letters of a word are looked at.
const WINDOW: usize = 24;

/// The key of one folded word; empty where it has no letter with a Latin reading.
///
/// ```
/// use cdp_core::normalize::phonetic::key;
/// assert_eq!(key("philippe"), key("filip"));
/// assert_eq!(key("schmidt"), key("schmitt"));
/// assert_eq!(key("dupont"), key("dupond"));
/// ```
pub fn key(token: &str) -> String {
    match text::latin(token) {
        Some(latin) => of_latin(&latin),
        None => of_latin(token),
    }
}

fn of_latin(token: &str) -> String {
    let mut letters = [0u8; WINDOW];
    let mut count = 0;
    for byte in token.bytes().filter(u8::is_ascii_lowercase).take(WINDOW) {
        letters[count] = byte;
        count += 1;
    }
    let word = without_mute_end(&letters[..count]);
    let mut key = String::with_capacity(LENGTH);
    let (mut at, mut last) = (0, ' ');
    while at < word.len() && key.len() < LENGTH {
        let (sounds, used) = sound(word, at);
        for sound in sounds.chars() {
            if (sound != 'a' || at == 0) && sound != last && key.len() < LENGTH {
                key.push(sound);
            }
            last = sound;
        }
        at += used;
    }
    key
}

/// Without the letters that French leaves mute at the end: `dupont`, `renault`, `louis`. Doubled letters and the ends of
/// short words are heard.
fn without_mute_end(word: &[u8]) -> &[u8] {
    if let Some(stem) = word.strip_suffix(b"ault").or_else(|| word.strip_suffix(b"auld")) {
        return &word[..stem.len() + 2];
    }
    match word {
        [rest @ .., before, b's' | b'x' | b'z' | b't' | b'd']
            if rest.len() >= 2 && matches!(before, b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'n' | b'r' | b'm') =>
        {
            &word[..word.len() - 1]
        }
        _ => word,
    }
}

/// Several letters with one sound; `a` is any vowel.
const GROUPS: &[(&[u8], &str)] = &[
    (b"tsch", "s"),
    (b"chael", "kal"),
    (b"sch", "s"),
    (b"chr", "kr"),
    (b"chl", "kl"),
    (b"ght", "t"),
    (b"ph", "f"),
    (b"ck", "k"),
    (b"ch", "s"),
    (b"sh", "s"),
    (b"th", "t"),
    (b"dt", "t"),
    (b"qu", "k"),
    (b"gn", "n"),
    (b"gh", ""),
    (b"gu", "k"),
    (b"dg", "j"),
    (b"dj", "j"),
    (b"tz", "s"),
    (b"ts", "s"),
    (b"cz", "s"),
    (b"sc", "s"),
    (b"sw", "sf"),
];

/// The sounds of the letters at `at`, and how many letters spell them.
fn sound(word: &[u8], at: usize) -> (&'static str, usize) {
    let rest = &word[at..];
    if at == 0 {
        match rest {
            [b'k', b'n', ..] => return ("n", 2),
            [b'w', b'r', ..] => return ("r", 2),
            [b'w', ..] => return ("f", 1),
            _ => {}
        }
    }
    let soft = matches!(rest.get(1), Some(b'e' | b'i' | b'y'));
    if rest.starts_with(b"sc") && !matches!(rest.get(2), Some(b'e' | b'i' | b'y' | b'h')) {
        return ("sk", 2);
    }
    if let Some((group, sounds)) = GROUPS.iter().find(|(group, _)| rest.starts_with(group)) {
        return (sounds, group.len());
    }
    let sounds = match rest[0] {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' => "a",
        b'b' => "b",
        b'c' if soft => "s",
        b'c' | b'k' | b'q' => "k",
        b'd' | b't' => "t",
        b'f' | b'v' => "f",
        b'g' if soft => "j",
        b'g' => "k",
        b'j' => "j",
        b'l' => "l",
        b'm' => "m",
        b'n' => "n",
        b'p' => "p",
        b'r' => "r",
        b's' | b'z' => "s",
        b'x' => "ks",
        _ => "",
    };
    (sounds, 1)
}
