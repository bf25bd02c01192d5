//! Whole names: which words are given names, and which the family's.

use super::around::{take_other_family, take_partner, take_peerage, take_suffix, take_titles, use_married};
use super::word::{Word, family_key, is_elided_before, is_letter, join, split_words};
use super::{NameOrder, PersonName, Reading};
use crate::normalize::vocabulary::{self as words, is_particle};
use crate::normalize::{nickname, organisation, text};

/// The parts of a name in one of the orders `First Middle Last`, `Last, First M.` and `DUPONT Jean` (the family name in
/// capitals, the rest not). A single word is taken for the family name. A peerage after the name (`1st Earl of Derby`) is
/// a title; its seat is the family name where there is no other.
///
/// ```
/// use cdp_core::normalize::name::parse_full;
/// assert_eq!(parse_full("Acme, LLC").given, parse_full("Acme LLC").given, "an organisation after all");
/// let name = parse_full("Dr. Jean-Pierre de La Tour");
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("jean pierre", "de la tour"));
/// assert_eq!(parse_full("DUPONT Marie").given, "marie");
/// assert_eq!(parse_full("Smith, John A.").middle, ["a"]);
/// let name = parse_full("KERR^HANNAH^M");
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("hannah", "kerr"));
/// let name = parse_full("小川香織");
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("香織", "小川"));
/// ```
pub fn parse_full(raw: &str) -> PersonName {
    parse_full_in(raw, Reading::default())
}

/// [`parse_full`] for names in a known order. A comma, or capitals for one part only, say more than the order. A family
/// name that comes first is one word with the particles before it.
///
/// ```
/// use cdp_core::normalize::name::{NameOrder, Reading, parse_full_in};
/// let name = parse_full_in("van den Berg Jan Pieter", Reading::new(NameOrder::FamilyFirst, None));
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("jan", "van den berg"));
/// let given = |region| parse_full_in("M. McCarthy", Reading::new(NameOrder::GivenFirst, Some(region))).given;
/// assert_eq!((given("GB").as_str(), given("FR").as_str()), ("m", ""));
/// ```
pub fn parse_full_in(raw: &str, reading: Reading) -> PersonName {
    let mut name = PersonName::default();
    if let Some((family, given)) = split_eastern(raw.trim(), reading) {
        return PersonName { given: text::fold(given), family: text::fold(family), ..name };
    }
    let mut head = if raw.contains('^') { split_words(&without_carets(raw)) } else { split_words(raw) };
    take_partner(&mut head);
    take_peerage(&mut head, &mut name);
    let married = take_other_family(&mut head, &mut name);
    take_suffix(&mut head, &mut name.suffix);
    let is_form = |word: &Word| organisation::is_form(&word.key);
    // What follows in `Acme, LLC` is no given name.
    let parts = |&comma: &usize| head.get(comma + 1..).is_some_and(|given| !given.iter().all(is_form));
    match head.iter().position(|word| word.comma).filter(parts) {
        Some(comma) => {
            let given = head.split_off(comma + 1);
            read_reversed(head, given, reading, &mut name);
        }
        None => read_ordered(head, reading, &mut name),
    }
    if let Some(married) = married {
        use_married(married, &mut name);
    }
    if name.family.is_empty() {
        name.family = name.seat.take().unwrap_or_default();
    }
    name
}

/// The reading of a whole name in Latin letters, where it is written in others. Names in Chinese characters or Korean
/// syllables begin with the family name, of one syllable where no space says otherwise.
///
/// ```
/// use cdp_core::normalize::name::{Reading, parse_full_latin};
/// let latin = |name| parse_full_latin(name, Reading::default());
/// let name = latin("王秀英").unwrap();
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("xiu ying", "wang"));
/// assert_eq!(latin("Елена Иванова").unwrap().family, "ivanova");
/// assert_eq!(latin("Jean Dupont"), None);
/// ```
pub fn parse_full_latin(raw: &str, reading: Reading) -> Option<PersonName> {
    let read = |text: &str| text::latin(&text::fold(text));
    if !raw.chars().any(text::is_syllable) {
        // Word by word, so that commas keep their meaning.
        let spelt = raw.split_inclusive([' ', ',']).map(|word| {
            let comma = if word.ends_with(',') { ", " } else { " " };
            text::latin(&text::fold(word)).unwrap_or_else(|| text::fold(word)) + comma
        });
        return if raw.is_ascii() || read(raw).is_none() {
            None
        } else {
            Some(parse_full_in(&spelt.collect::<String>(), reading))
        };
    }
    let shown = text::display(raw);
    let first = shown.chars().next().map_or(0, char::len_utf8);
    let split = shown.split_once(' ').or_else(|| split_eastern(&shown, reading));
    let (family, given) = split.unwrap_or_else(|| shown.split_at(first));
    let part = |text: &str| read(text).unwrap_or_else(|| text::fold(text));
    Some(PersonName { given: part(given), family: part(family), ..PersonName::default() })
}

/// `Last^First^Middle`, as HL7 writes names (version 2.5, data type XPN), with a comma.
fn without_carets(raw: &str) -> String {
    raw.replacen('^', ", ", 1).replace('^', " ")
}

/// The commonest Japanese family names of three characters.
const OF_THREE: &str =
    "佐々木 長谷川 五十嵐 大久保 久保田 小野寺 小笠原 佐久間 東海林 日比野 宇佐美 勅使河 千葉田 曽我部 長谷部 大河内";

/// Family and given name of a whole name that is written without a space in Chinese characters or Korean syllables. Chinese and
/// Korean family names have one character, two where four follow each other; most Japanese ones have two.
fn split_eastern(name: &str, reading: Reading) -> Option<(&str, &str)> {
    let count = name.chars().count();
    if !(2..=7).contains(&count) || !name.starts_with(text::is_syllable) || !name.chars().all(text::is_eastern) {
        return None;
    }
    let of_three = || OF_THREE.split(' ').any(|family| name.starts_with(family));
    // A given name in kana begins where the family's characters end.
    let kana = name.chars().position(|c| !text::is_syllable(c) && c != '々').filter(|&at| at > 0);
    let family = match count {
        _ if kana.is_some() => kana.unwrap_or(1),
        5.. if of_three() => 3,
        4.. => 2,
        3 if reading.japanese => 2,
        _ => 1,
    };
    name.char_indices().nth(family).map(|(end, _)| name.split_at(end))
}

/// `Last, First Middle`.
fn read_reversed(mut family: Vec<Word>, mut given: Vec<Word>, reading: Reading, name: &mut PersonName) {
    take_suffix(&mut family, &mut name.suffix);
    take_suffix(&mut given, &mut name.suffix);
    take_titles(&mut family, &mut name.titles, 1, Reading::default());
    take_titles(&mut given, &mut name.titles, 0, reading);
    set_given(given, name);
    name.family = family_key(&family);
}

/// `First Middle Last`, `LAST First`, or `Last First` where that is the order.
fn read_ordered(mut words: Vec<Word>, reading: Reading, name: &mut PersonName) {
    take_titles(&mut words, &mut name.titles, 1, reading);
    if is_eastern(&words) {
        name.family = words.remove(0).key;
        name.given = join(&words, "");
        return;
    }
    if is_vietnamese(&words) {
        name.family = words.remove(0).key;
        let given = words.pop();
        words.splice(..0, given);
        return set_given(words, name);
    }
    let leading = if is_initials(&words) { 0 } else { words.iter().take_while(|word| word.capitals).count() };
    let trailing = words.iter().rev().take_while(|word| word.capitals).count();
    let is_mixed = words.iter().any(|word| !word.capitals && !is_letter(&word.key));
    let family = if (1..words.len()).contains(&leading) && words[leading..].iter().all(|word| !word.capitals) {
        let given = words.split_off(leading);
        std::mem::replace(&mut words, given)
    } else if (1..words.len()).contains(&trailing) && is_mixed {
        words.split_off(words.len() - trailing)
    } else if reading.order == NameOrder::FamilyFirst && words.len() > 1 {
        let particles = (0..words.len()).take_while(|&index| is_before_family(&words, index, reading)).count();
        let given = words.split_off((particles + 1).min(words.len()));
        std::mem::replace(&mut words, given)
    } else {
        split_family(&mut words, reading)
    };
    name.family = family_key(&family);
    set_given(words, name);
}

/// Whether a name of several words is in Chinese characters or Korean syllables, which put the family first, whatever the order
/// of the others; Japanese given names can be in kana.
fn is_eastern(words: &[Word]) -> bool {
    words.len() > 1
        && words.iter().all(|word| word.key.chars().all(text::is_eastern))
        && words[0].key.starts_with(text::is_syllable)
}

/// Whether a name is in the Vietnamese order, family first: by letters that only Vietnamese writes, or without them, by the
/// commonest families before `Văn` and `Thị`.
fn is_vietnamese(names: &[Word]) -> bool {
    let is_family = |word: &Word| words::is_vietnamese_family(&word.key);
    let is_spelt = names.iter().any(|word| word.vietnamese);
    match names {
        [first, .., _] if is_spelt => is_family(first),
        [first, middle, third, ..] => {
            let is_middle = matches!(middle.key.as_str(), "van" | "thi") && !is_particle(&third.key);
            is_family(first) && is_middle && !names.last().is_some_and(is_family)
        }
        _ => false,
    }
}

/// Whether a name begins with two initials written as one word: `JP Martin`.
fn is_initials(words: &[Word]) -> bool {
    let Some(first) = words.first().filter(|word| word.capitals && word.key.len() == 2) else { return false };
    !first.key.contains(['a', 'e', 'i', 'o', 'u', 'y']) && !nickname::roots(&first.key).is_empty()
}

/// Cuts the family name off the end: the last word with the particles before it, and the name that `y` or `e` links to it
/// (`Ortega y Gasset`). The first word stays a given name.
fn split_family(words: &mut Vec<Word>, reading: Reading) -> Vec<Word> {
    let Some(mut start) = words.len().checked_sub(1) else { return Vec::new() };
    loop {
        while start > 1 && is_before_family(words, start - 1, reading) {
            start -= 1;
        }
        if start < 3 || !words[start - 1].links {
            break;
        }
        start -= 2;
    }
    // Without a given name (`de La Tour`) the particles begin the name.
    let given = match words[0].key.as_str() {
        "ben" | "d" | "l" => true,
        "al" | "mac" => reading.english,
        _ => false,
    };
    if start == 1 && is_before_family(words, 0, reading) && !given {
        start = 0;
    }
    words.split_off(start)
}

/// Whether a word of a whole name is a particle of the family name that follows. A single letter is an initial, unless the
/// next word makes it the rest of an Irish `O'`, or where names elide, of `d'` or `l'`.
fn is_before_family(words: &[Word], index: usize, reading: Reading) -> bool {
    let word = &words[index];
    let is_initial = word.dotted && is_letter(&word.key);
    let Some(next) = words.get(index + 1).filter(|_| !is_initial) else { return false };
    match word.key.as_str() {
        "o" => words::is_after_o(&next.key),
        "l" if index > 0 && words[index - 1].key == "de" => is_elided_before(&next.key),
        "d" | "l" => reading.elides && is_elided_before(&next.key),
        "e" | "y" => false,
        key => is_particle(key),
    }
}

fn set_given(words: Vec<Word>, name: &mut PersonName) {
    let mut words = words.into_iter().map(|word| word.key);
    name.given = words.next().unwrap_or_default();
    name.middle = words.collect();
    if let Some(second) = name.middle.first()
        && nickname::is_compound(&name.given, second)
    {
        name.given = format!("{} {second}", name.given);
        name.middle.remove(0);
    }
}
