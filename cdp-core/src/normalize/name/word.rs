//! The words of a raw name, with what their writing tells, and the key that words of a family name make.

use super::is_title;
use crate::normalize::text;
use crate::normalize::vocabulary::{self as words, is_suffix};

/// One word of a raw name.
#[derive(Default)]
pub(super) struct Word {
    pub(super) key: String,
    /// A dot follows, as after an initial.
    pub(super) dotted: bool,
    /// `y` and `e` between two family names.
    pub(super) links: bool,
    /// Two capital letters or more, and no small ones.
    pub(super) capitals: bool,
    /// A comma follows.
    pub(super) comma: bool,
    /// The sign `&`.
    pub(super) sign: bool,
    /// It begins with a small letter.
    pub(super) small: bool,
    /// It has a letter that only Vietnamese writes.
    pub(super) vietnamese: bool,
}

pub(super) fn split_words(raw: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for piece in raw.split_inclusive(|c| c == ',' || is_space(c)) {
        let comma = piece.ends_with(',');
        let key = joined_initials(text::fold(piece), piece);
        if key.is_empty() && matches!(piece.trim_matches(is_space), "&" | "+") && !words.is_empty() {
            words.push(Word { key: "et".to_owned(), sign: true, ..Word::default() });
            continue;
        }
        if key.is_empty() {
            if let (true, Some(last)) = (comma, words.last_mut()) {
                last.comma = true;
            }
            continue;
        }
        if !is_several(&key) {
            let links = matches!(piece.trim_matches(is_space), "y" | "Y" | "e");
            words.push(Word {
                key,
                dotted: piece.contains('.'),
                links,
                capitals: is_capitals(piece),
                comma,
                sign: false,
                small: piece.starts_with(char::is_lowercase),
                vietnamese: !piece.is_ascii() && piece.contains(is_vietnamese),
            });
            continue;
        }
        words.extend(key.split(' ').map(|part| Word {
            key: part.to_owned(),
            dotted: piece.contains('.'),
            ..Word::default()
        }));
        if let Some(last) = words.last_mut() {
            last.comma = comma;
        }
    }
    words
}

fn is_vietnamese(c: char) -> bool {
    matches!(c, '\u{1ea0}'..='\u{1ef9}' | 'ơ' | 'Ơ' | 'ư' | 'Ư')
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Whether what was written without a space is several words: dotted initials (`J.R.R.`), or a name with a title or
/// suffix (`Maj.-Gen.`). All else is one compound name.
fn is_several(key: &str) -> bool {
    let (Some((first, _)), Some((_, last))) = (key.split_once(' '), key.rsplit_once(' ')) else { return false };
    let mut parts = key.split(' ');
    is_title(first)
        || is_suffix(last)
        || parts.clone().all(|part| part.len() == 1)
        || parts.any(|part| words::other_family(part).is_some())
}

/// `J-P` is `jp`, as people write it without the hyphen.
fn joined_initials(key: String, piece: &str) -> String {
    let initials = key.len() == 3 && key.as_bytes()[1] == b' ' && piece.contains('-');
    if initials { key.replace(' ', "") } else { key }
}

fn is_capitals(word: &str) -> bool {
    let mut letters = 0;
    for c in word.chars().filter(|c| c.is_alphabetic()) {
        if c.is_lowercase() {
            return false;
        }
        letters += usize::from(c.is_uppercase());
    }
    letters >= 2
}

/// Whether a folded word is a single letter, which is written as a capital in any name.
pub(super) fn is_letter(key: &str) -> bool {
    key.chars().nth(1).is_none()
}

/// Whether `de` and `le` lose their vowel before a word.
pub(super) fn is_elided_before(word: &str) -> bool {
    word.starts_with(['a', 'e', 'h', 'i', 'o', 'u', 'y'])
}

/// Joins the words of a family name. `o`, `mc` and `mac`, and `d` and `l` before a vowel, join the word that follows (`O Brien`
/// is `obrien`), and `st` is `saint`.
pub(super) fn family_key(words: &[Word]) -> String {
    let mut key = String::with_capacity(words.iter().map(|word| word.key.len() + 1).sum());
    let mut parts = words.iter().flat_map(|word| word.key.split(' ')).peekable();
    let mut glued = true;
    while let Some(part) = parts.next() {
        if !glued {
            key.push(' ');
        }
        let more = parts.peek().is_some();
        key.push_str(match part {
            "st" if more => "saint",
            "ste" if more => "sainte",
            part => part,
        });
        glued = match part {
            // The Dutch `v.d. Akker` elides nothing.
            "d" if key == "v d" || key.ends_with(" v d") => false,
            "d" | "l" => parts.peek().is_some_and(|next| is_elided_before(next)),
            _ => more && matches!(part, "o" | "mc" | "mac"),
        };
    }
    key
}

pub(super) fn join(words: &[Word], between: &str) -> String {
    let keys: Vec<&str> = words.iter().map(|word| word.key.as_str()).collect();
    keys.join(between)
}
