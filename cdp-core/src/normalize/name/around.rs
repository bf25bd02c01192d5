//! What surrounds a name without being of it: titles, suffixes, a peerage, another family name, a second person.

use super::word::{Word, family_key, is_letter, join};
use super::{PersonName, Reading, is_title};
use crate::normalize::vocabulary::{self as words, is_suffix};

/// Moves leading titles out. At least `keep` words remain, except that words which are no names are always moved. In
/// English names `M` is a title only before another one (`M. et Mme`); `D.` and `Don` are titles in Spanish ones.
pub(super) fn take_titles(words: &mut Vec<Word>, titles: &mut Vec<String>, keep: usize, reading: Reading) {
    let mut count = 0;
    while count < words.len() {
        let left = words.len() - count - 1;
        let word = words[count].key.as_str();
        let joins = count > 0 && (is_couple(&words[count - 1..]) || left >= 1 && is_faculty(&words[count - 1..=count]));
        let is_don = reading.spanish && is_don(&words[count]);
        let enough = match () {
            () if words::is_name_like(word) => left > keep.max(1),
            () if is_don => left > keep,
            () if reading.english && word == "m" => is_couple(&words[count..]),
            () if words::is_short_title(word) => left >= 1,
            () => left >= keep,
        };
        if !(joins || ((is_title(word) || is_don) && enough)) {
            break;
        }
        count += 1;
    }
    // `Mr Earl of ...`: what follows the titles of a rank is its seat.
    let taken = words.drain(..count).filter(|word| is_title(&word.key) || reading.spanish && is_don(word));
    titles.extend(taken.map(|word| word.key));
}

fn is_don(word: &Word) -> bool {
    matches!(word.key.as_str(), "don" | "dona") || word.key == "d" && word.dotted
}

/// The faculty of a doctor, or of one with two: `Dr. med. dent.`. `Med` in capitals is Mohamed.
fn is_faculty(words: &[Word]) -> bool {
    let named = |word: &Word| {
        let known = matches!(
            word.key.as_str(),
            "med" | "jur" | "iur" | "phil" | "rer" | "nat" | "habil" | "dent" | "vet" | "pol" | "oec" | "theol" | "ing"
        );
        known && word.dotted && word.small
    };
    let [before, word] = words else { return false };
    named(word) && (matches!(before.key.as_str(), "dr" | "prof" | "dipl") || named(before))
}

/// `M. et Mme`: a title, the word for and, another title.
fn is_couple(words: &[Word]) -> bool {
    words.get(1).is_some_and(|word| words::is_and(&word.key) || words::is_or(&word.key))
        && words.get(2).is_some_and(|word| is_title(&word.key))
}

pub(super) fn take_suffix(words: &mut Vec<Word>, suffix: &mut Option<String>) {
    while let Some((count, found)) = suffix_at_end(words) {
        words.truncate(words.len() - count);
        *suffix = Some(words::canonical_suffix(&found).to_owned());
    }
}

/// The suffix that a name ends with, in one word or in dotted letters (`M.D.`), and how many words it takes.
fn suffix_at_end(words: &[Word]) -> Option<(usize, String)> {
    (1..words.len().min(4)).find_map(|count| {
        let tail = &words[words.len() - count..];
        let spelt = count == 1 || tail.iter().all(|word| word.dotted && is_letter(&word.key));
        let joined = join(tail, "").replace(' ', "");
        (spelt && is_suffix(&joined)).then_some((count, joined))
    })
}

/// Cuts a peerage off the end: `, 5th Earl of Rosebery`, `4th Earl of Westmorland`, `2nd Baronet`.
pub(super) fn take_peerage(words: &mut Vec<Word>, name: &mut PersonName) {
    let Some(rank) = (1..words.len()).find(|&index| begins_peerage(words, index)) else { return };
    let tail = words.split_off(rank);
    if let Some(last) = words.last_mut() {
        last.comma = false;
    }
    let mut seat: Vec<Word> = Vec::new();
    for word in tail {
        if words::is_rank(&word.key) {
            name.titles.push(word.key);
        } else if !(words::is_ordinal(&word.key)
            || seat.is_empty() && matches!(word.key.as_str(), "of" | "the" | "and"))
        {
            seat.push(word);
        }
    }
    name.seat = Some(family_key(&seat)).filter(|seat| !seat.is_empty());
    // `Vere, 4th Earl of Westmorland`: one word before the rank is a given name.
    let before = words.iter().filter(|word| !is_title(&word.key)).count();
    if before == 1 && name.seat.is_some() {
        words.push(Word { key: name.seat.take().unwrap_or_default(), ..Word::default() });
    }
}

/// An ordinal before a rank, a rank before `of`, or a rank after a comma and two names (after one, it is a title before
/// the given name: `Byron, Lord George`).
fn begins_peerage(words: &[Word], index: usize) -> bool {
    let word = words[index].key.as_str();
    let next = words.get(index + 1).map(|word| word.key.as_str());
    if words::is_ordinal(word) {
        return next.is_some_and(words::is_rank);
    }
    let after_comma = index > 1 && words[index - 1].comma;
    words::is_rank(word) && (after_comma || next == Some("of"))
        || word == "baronet"
        || word == "bart" && words[0].key == "sir"
}

/// Cuts `née Martin` and `épouse Durand` off. The married name is returned: it is the name in use.
pub(super) fn take_other_family(words: &mut Vec<Word>, name: &mut PersonName) -> Option<String> {
    let is_marker = |word: &Word| words::other_family(&word.key).is_some();
    let at = words.iter().take(words.len().saturating_sub(1)).rposition(is_marker).filter(|&at| at > 0)?;
    let birth = words::other_family(&words[at].key)?;
    // `Mme Veuve Dupont`, `Mme née Martin`: nothing but titles stands before.
    if words[..at].iter().all(|word| is_title(&word.key)) {
        name.titles.extend(words.drain(..=at).map(|word| word.key).take(at));
        name.birth = birth.then(|| family_key(words));
        return None;
    }
    let mut tail = words.split_off(at);
    tail.remove(0);
    // `DUPONT née MARTIN Marie`: the given name can stand last.
    let capitals = tail.iter().take_while(|word| word.capitals).count();
    if capitals > 0 && !reading_ends(&tail[capitals..]) {
        words.extend(tail.drain(capitals..));
    }
    let other = family_key(&tail);
    if birth {
        name.birth = Some(other);
        return None;
    }
    Some(other)
}

/// Whether the words of a name end here: nothing follows, or a letter or a suffix only.
fn reading_ends(rest: &[Word]) -> bool {
    rest.iter().all(|word| word.capitals || is_letter(&word.key) || is_suffix(&word.key))
}

/// `Marie MARTIN épouse DUPONT`: the name in use is the married one. One word before it is the given name.
pub(super) fn use_married(married: String, name: &mut PersonName) {
    let own = std::mem::replace(&mut name.family, married);
    match name.given.is_empty() {
        true => name.given = own,
        false => name.birth = Some(own),
    }
}

/// Cuts the second of two people off: `Jean & Marie Dupont`, `Jean Dupont et Marie Martin`. Titles alone are two for one name.
pub(super) fn take_partner(words: &mut Vec<Word>) {
    let is_name = |word: &Word| !is_title(&word.key) || words::is_name_like(&word.key);
    let Some(at) = (1..words.len()).find(|&at| words[at].sign || words::is_and(&words[at].key)) else { return };
    let before = words[..at].iter().filter(|word| is_name(word)).count();
    if before == 0 {
        return;
    }
    if before > 1 {
        return words.truncate(at);
    }
    let titles = words[at + 1..].iter().take_while(|word| !is_name(word)).count();
    let end = at + 1 + titles + 1;
    if end < words.len() {
        words.drain(at..end);
    } else if words[at].sign {
        words.remove(at);
    }
}
