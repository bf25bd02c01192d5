//! Names of persons: parts, order, titles, particles, suffixes.
//!
//! Everything returned is folded (see [`text::fold`]); nothing here decides whether two names are the same person's.

use super::vocabulary::{self as words, is_particle, is_suffix};
use super::{country, nickname, text};
use crate::error::{Code, Error};

/// The parts of a whole name, each folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Titles, civilities, ranks: `mr`, `mme`, `dr`, `earl`.
    pub titles: Vec<String>,
    /// The first given name; a compound one as two words: `jean pierre`.
    pub given: String,
    /// The further given names and initials.
    pub middle: Vec<String>,
    /// The family name with its particles.
    pub family: String,
    /// `jr`, `sr`, `ii`, ...
    pub suffix: Option<String>,
    /// The family name at birth, after `née` or before `épouse`.
    pub birth: Option<String>,
    /// The seat of a peerage where the family name is another: `rosebery` in `Archibald Primrose, 5th Earl of Rosebery`.
    pub seat: Option<String>,
}

/// A given name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenName {
    /// The folded names joined by spaces, without titles: `jean pierre`. Empty where there are titles only.
    pub key: String,
    /// The titles that stood before it.
    pub titles: Vec<String>,
    /// `jr`, `sr`, `ii`, ..., which some write after it.
    pub suffix: Option<String>,
}

/// A family name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FamilyName {
    /// The folded name with its particles, without titles and suffix: `de la tour`.
    pub key: String,
    /// The key without leading particles: `tour`.
    pub core: String,
    /// `jr`, `sr`, `ii`, ...
    pub suffix: Option<String>,
    /// The family name at birth, after `née` or before `épouse`.
    pub birth: Option<String>,
}

/// Whether a folded word is a title, civility or rank.
///
/// ```
/// assert!(cdp_core::normalize::name::is_title("mme"));
/// assert!(!cdp_core::normalize::name::is_title("martin"));
/// ```
pub fn is_title(token: &str) -> bool {
    words::is_title(token)
}

/// The parts of a name in one of the orders `First Middle Last`, `Last, First M.` and `DUPONT Jean` (the family name in
/// capitals, the rest not). A single word is taken for the family name. A peerage after the name (`1st Earl of Derby`) is
/// a title; its seat is the family name where there is no other.
///
/// ```
/// use cdp_core::normalize::name::parse_full;
/// let name = parse_full("Dr. Jean-Pierre de La Tour");
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("jean pierre", "de la tour"));
/// assert_eq!(parse_full("DUPONT Marie").given, "marie");
/// assert_eq!(parse_full("Smith, John A.").middle, ["a"]);
/// ```
pub fn parse_full(raw: &str) -> PersonName {
    parse_full_in(raw, Reading::default())
}

/// The order of the parts of a whole name without a comma.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NameOrder {
    /// `Jean Dupont`.
    #[default]
    GivenFirst,
    /// `Dupont Jean`.
    FamilyFirst,
}

impl std::str::FromStr for NameOrder {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        match word {
            "given_first" => Ok(NameOrder::GivenFirst),
            "family_first" => Ok(NameOrder::FamilyFirst),
            _ => Err(Error::new(Code::InvalidConfig, format!("there is no name order '{word}'"))
                .help("the orders are: given_first, family_first")),
        }
    }
}

/// How the names of a source are to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// The order of the parts.
    pub order: NameOrder,
    /// `M.` before a name is an initial, not Monsieur; `Al` and `Mac` are given names.
    pub english: bool,
    /// `D` and `L` before a vowel are what is left of `d'` and `l'`, not initials: `JEAN D ORMESSON`.
    pub elides: bool,
}

impl Reading {
    /// Names in that order, of a region (ISO 3166) if one is known.
    pub fn new(order: NameOrder, region: Option<&str>) -> Self {
        let is = |rule: fn(&str) -> bool| region.is_some_and(rule);
        Reading { order, english: is(country::speaks_english), elides: is(country::elides) }
    }
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
    let mut head = split_words(raw);
    take_partner(&mut head);
    take_peerage(&mut head, &mut name);
    let married = take_other_family(&mut head, &mut name);
    take_suffix(&mut head, &mut name.suffix);
    match head.iter().position(|word| word.comma).filter(|&comma| comma + 1 < head.len()) {
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
    let (family, given) = shown.split_once(' ').unwrap_or_else(|| shown.split_at(first));
    let part = |text: &str| read(text).unwrap_or_else(|| text::fold(text));
    Some(PersonName { given: part(given), family: part(family), ..PersonName::default() })
}

/// One word of a raw name.
#[derive(Default)]
struct Word {
    key: String,
    /// A dot follows, as after an initial.
    dotted: bool,
    /// `y` and `e` between two family names.
    links: bool,
    /// Two capital letters or more, and no small ones.
    capitals: bool,
    /// A comma follows.
    comma: bool,
    /// The sign `&`.
    sign: bool,
}

fn split_words(raw: &str) -> Vec<Word> {
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

/// `Last, First Middle`.
fn read_reversed(mut family: Vec<Word>, mut given: Vec<Word>, reading: Reading, name: &mut PersonName) {
    take_suffix(&mut family, &mut name.suffix);
    take_suffix(&mut given, &mut name.suffix);
    take_titles(&mut family, &mut name.titles, 1, false);
    take_titles(&mut given, &mut name.titles, 0, reading.english);
    set_given(given, name);
    name.family = family_key(&family);
}

/// `First Middle Last`, `LAST First`, or `Last First` where that is the order.
fn read_ordered(mut words: Vec<Word>, reading: Reading, name: &mut PersonName) {
    take_titles(&mut words, &mut name.titles, 1, reading.english);
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

/// Whether a folded word is a single letter, which is written as a capital in any name.
fn is_letter(key: &str) -> bool {
    key.chars().nth(1).is_none()
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

/// Whether `de` and `le` lose their vowel before a word.
fn is_elided_before(word: &str) -> bool {
    word.starts_with(['a', 'e', 'h', 'i', 'o', 'u', 'y'])
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

/// Moves leading titles out. At least `keep` words remain, except that words which are no names are always moved. In
/// `english` names `M` is a title only before another one (`M. et Mme`).
fn take_titles(words: &mut Vec<Word>, titles: &mut Vec<String>, keep: usize, english: bool) {
    let mut count = 0;
    while count < words.len() {
        let left = words.len() - count - 1;
        let word = words[count].key.as_str();
        let joins = count > 0 && is_couple(&words[count - 1..]);
        let enough = match () {
            () if words::is_name_like(word) => left > keep.max(1),
            () if english && word == "m" => is_couple(&words[count..]),
            () if words::is_short_title(word) => left >= 1,
            () => left >= keep,
        };
        if !(joins || (is_title(word) && enough)) {
            break;
        }
        count += 1;
    }
    // `Mr Earl of ...`: what follows the titles of a rank is its seat.
    titles.extend(words.drain(..count).map(|word| word.key).filter(|word| is_title(word)));
}

/// `M. et Mme`: a title, the word for and, another title.
fn is_couple(words: &[Word]) -> bool {
    words.get(1).is_some_and(|word| words::is_and(&word.key) || words::is_or(&word.key))
        && words.get(2).is_some_and(|word| is_title(&word.key))
}

fn take_suffix(words: &mut Vec<Word>, suffix: &mut Option<String>) {
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
fn take_peerage(words: &mut Vec<Word>, name: &mut PersonName) {
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
fn take_other_family(words: &mut Vec<Word>, name: &mut PersonName) -> Option<String> {
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
fn use_married(married: String, name: &mut PersonName) {
    let own = std::mem::replace(&mut name.family, married);
    match name.given.is_empty() {
        true => name.given = own,
        false => name.birth = Some(own),
    }
}

/// Cuts the second of two people off: `Jean & Marie Dupont`, `Jean Dupont et Marie Martin`. Titles alone are two for one name.
fn take_partner(words: &mut Vec<Word>) {
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

/// A given name without its titles; compound names joined by a space.
///
/// ```
/// let name = cdp_core::normalize::name::parse_given("Mme Anne-Marie");
/// assert_eq!(name.key, "anne marie");
/// ```
pub fn parse_given(raw: &str) -> GivenName {
    parse_given_in(raw, Reading::default())
}

/// [`parse_given`] for names of a known region.
pub fn parse_given_in(raw: &str, reading: Reading) -> GivenName {
    let mut titles = Vec::new();
    let mut words = split_words(raw);
    words.retain(|word| !word.sign);
    take_titles(&mut words, &mut titles, 0, reading.english);
    let mut suffix = None;
    take_suffix(&mut words, &mut suffix);
    let initials = words.len() == 2 && words.iter().all(|word| word.key.len() == 1);
    GivenName { key: join(&words, if initials { "" } else { " " }), titles, suffix }
}

/// Whether a text is a civility and nothing else.
pub(super) fn is_title_alone(raw: &str) -> bool {
    let folded = text::fold(raw);
    is_title(&folded) && !words::is_name_like(&folded) && !words::is_short_title(&folded)
}

/// The comparable form of a title or civility: one word for each, whatever the language or abbreviation.
///
/// ```
/// use cdp_core::normalize::name::title;
/// assert_eq!((title("Monsieur").as_str(), title("Mlle").as_str(), title("Dr.").as_str()), ("mr", "miss", "dr"));
/// ```
pub fn title(raw: &str) -> String {
    let folded = text::fold(raw);
    folded.split(' ').map(words::canonical_title).collect::<Vec<_>>().join(" ")
}

/// The comparable form of a suffix: `jr`, `sr`, `ii`, ...
///
/// ```
/// assert_eq!(cdp_core::normalize::name::suffix("Senior"), "sr");
/// ```
pub fn suffix(raw: &str) -> String {
    words::canonical_suffix(&text::fold(raw)).to_owned()
}

/// Whether a canonical suffix tells generations of one family apart.
pub fn is_generation(suffix: &str) -> bool {
    matches!(suffix, "jr" | "sr" | "i" | "ii" | "iii" | "iv")
}

/// A family name without titles and suffix.
///
/// ```
/// let name = cdp_core::normalize::name::parse_family("de La Fontaine Jr.");
/// assert_eq!((name.key.as_str(), name.core.as_str()), ("de la fontaine", "fontaine"));
/// ```
pub fn parse_family(raw: &str) -> FamilyName {
    let mut words = split_words(raw);
    let mut name = PersonName::default();
    take_suffix(&mut words, &mut name.suffix);
    take_titles(&mut words, &mut name.titles, 1, false);
    if words.len() > 1 && words::other_family(&words[0].key).is_some() {
        words.remove(0);
    }
    words.retain(|word| !word.sign);
    let married = take_other_family(&mut words, &mut name);
    let mut key = family_key(&words);
    if let Some(married) = married {
        name.birth = Some(std::mem::replace(&mut key, married));
    }
    let core = core(&key).to_owned();
    FamilyName { key, core, suffix: name.suffix, birth: name.birth }
}

/// The family name at birth in a column of such names, whatever stands around it: `née Lefèvre`, `Martin née Lefèvre`.
///
/// ```
/// use cdp_core::normalize::name::birth;
/// assert_eq!((birth("née Lefèvre"), birth("Martin (née Lefèvre)")), ("lefevre".to_owned(), "lefevre".to_owned()));
/// ```
pub fn birth(raw: &str) -> String {
    let name = parse_family(raw);
    name.birth.unwrap_or(name.key)
}

/// A folded family name without its leading particles; at least one word stays.
///
/// ```
/// assert_eq!(cdp_core::normalize::name::core("van den berg"), "berg");
/// ```
pub fn core(family: &str) -> &str {
    let mut core = family;
    while let Some((first, rest)) = core.split_once(' ') {
        if !is_particle(first) {
            break;
        }
        core = rest;
    }
    core
}

/// Joins the words of a family name. `o`, `mc` and `mac`, and `d` and `l` before a vowel, join the word that follows (`O Brien`
/// is `obrien`), and `st` is `saint`.
fn family_key(words: &[Word]) -> String {
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

fn join(words: &[Word], between: &str) -> String {
    let keys: Vec<&str> = words.iter().map(|word| word.key.as_str()).collect();
    keys.join(between)
}
