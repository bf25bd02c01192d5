//! Names of persons: parts, order, titles, particles, suffixes.
//!
//! Everything returned is folded (see [`text::fold`]); nothing here decides whether two names are the same person's.

use super::text::{self, Apostrophe};

/// The parts of a whole name, each folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Titles, civilities, ranks: `mr`, `mme`, `dr`.
    pub titles: Vec<String>,
    /// The first given name; a compound one (`jean pierre`) where it was written with a hyphen.
    pub given: String,
    /// The further given names and initials.
    pub middle: Vec<String>,
    /// The family name with its particles.
    pub family: String,
    /// `jr`, `sr`, `ii`, ...
    pub suffix: Option<String>,
}

/// A given name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenName {
    /// The folded names joined by spaces, without titles: `jean pierre`.
    pub key: String,
    /// The titles that stood before it.
    pub titles: Vec<String>,
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
}

/// Titles of persons; all folded.
const TITLES: &[&str] = &[
    // Civilities.
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "mistress",
    "mx",
    "madam",
    "madame",
    "mesdames",
    "monsieur",
    "messieurs",
    "mademoiselle",
    "m",
    "mm",
    "mme",
    "mmes",
    "mlle",
    "mlles",
    "mle",
    "messrs",
    "herr",
    "frau",
    "fraulein",
    "signor",
    "signora",
    "signorina",
    "sig",
    "senor",
    "senora",
    "senorita",
    "sr",
    "sra",
    "srta",
    "senhor",
    "senhora",
    "dom",
    "mgr",
    "monseigneur",
    "esq",
    "esquire",
    // Learning, law, church.
    "dr",
    "dre",
    "docteur",
    "doctor",
    "doctoresse",
    "prof",
    "professor",
    "professeur",
    "pr",
    "me",
    "maitre",
    "rev",
    "revd",
    "reverend",
    "reverende",
    "rt",
    "hon",
    "honourable",
    "honorable",
    "pere",
    "frere",
    "soeur",
    "father",
    "brother",
    "sister",
    "abbe",
    "pasteur",
    "bishop",
    "archbishop",
    "cardinal",
    "pope",
    "rabbi",
    "imam",
    "canon",
    "deacon",
    "archdeacon",
    "vicar",
    "ing",
    "dipl",
    "mag",
    // Nobility.
    "sir",
    "dame",
    "lord",
    "lady",
    "duke",
    "duchess",
    "earl",
    "count",
    "countess",
    "comte",
    "comtesse",
    "viscount",
    "viscountess",
    "vicomte",
    "vicomtesse",
    "baron",
    "baroness",
    "baronne",
    "baronet",
    "marquess",
    "marquis",
    "marquise",
    "marchioness",
    "duc",
    "duchesse",
    "prince",
    "princess",
    "princesse",
    "chevalier",
    "king",
    "queen",
    "roi",
    "reine",
    "bart",
    // Ranks.
    "general",
    "gen",
    "colonel",
    "col",
    "major",
    "maj",
    "captain",
    "capt",
    "capitaine",
    "lieutenant",
    "lt",
    "sergeant",
    "sgt",
    "corporal",
    "cpl",
    "private",
    "pvt",
    "admiral",
    "adm",
    "commander",
    "cmdr",
    "commodore",
    "brigadier",
    "brig",
    "marshal",
    "president",
    "senator",
    "governor",
    "judge",
    "justice",
];

/// Titles that are also given or family names: titles only at the very beginning, before at least two more words.
const NAME_LIKE: &[&str] = &[
    "prince",
    "earl",
    "duke",
    "baron",
    "king",
    "queen",
    "major",
    "general",
    "judge",
    "justice",
    "dame",
    "marquis",
    "marshal",
    "dom",
    "pope",
    "bishop",
    "abbe",
    "canon",
    "deacon",
    "roi",
    "reine",
    "sergeant",
    "private",
    "gen",
    "col",
    "mag",
    "sig",
    "pr",
    "count",
    "comte",
    "chevalier",
    "lord",
    "lady",
    "vicar",
    "cardinal",
    "frere",
    "pasteur",
    "marquise",
    "duc",
    "brig",
    "hon",
    "m",
    "me",
    "sr",
    "president",
    "maitre",
    "princess",
    "leroi",
    "capitaine",
    "father",
    "brother",
    "sister",
    "governor",
    "senator",
    "miss",
    "bart",
    "docteur",
    "imam",
    "ing",
];

/// Words that belong to the family name that follows them.
const PARTICLES: &[&str] = &[
    "de", "du", "des", "d", "la", "le", "les", "l", "van", "von", "der", "den", "ter", "ten", "vom", "zu", "zum",
    "zur", "af", "av", "el", "al", "bin", "ben", "ibn", "abu", "di", "da", "do", "dos", "das", "del", "della", "dello",
    "dei", "degli", "delle", "mac", "mc", "o", "st", "saint", "sainte", "ste", "san", "santa", "y", "e", "af", "ap",
    "fitz", "vander", "vanden", "ait",
];

/// Suffixes; all folded.
const SUFFIXES: &[&str] = &[
    "jr", "junior", "sr", "senior", "ii", "iii", "iv", "2nd", "3rd", "4th", "esq", "esquire", "phd", "md", "bart",
    "kc", "qc", "obe", "mbe", "cbe",
];

/// Whether a folded word is a title, civility or rank.
///
/// ```
/// assert!(cdp_core::normalize::name::is_title("mme"));
/// assert!(!cdp_core::normalize::name::is_title("martin"));
/// ```
pub fn is_title(token: &str) -> bool {
    TITLES.contains(&token)
}

fn is_particle(token: &str) -> bool {
    PARTICLES.contains(&token)
}

fn is_suffix(token: &str) -> bool {
    SUFFIXES.contains(&token)
}

/// The parts of a name in one of the orders `First Middle Last`, `Last, First M.` and `DUPONT Jean` (the family name in
/// capitals, the rest not). A single word is taken for the family name.
///
/// ```
/// use cdp_core::normalize::name::parse_full;
/// let name = parse_full("Dr. Jean-Pierre de La Tour");
/// assert_eq!((name.given.as_str(), name.family.as_str()), ("jean pierre", "de la tour"));
/// assert_eq!(parse_full("DUPONT Marie").given, "marie");
/// assert_eq!(parse_full("Smith, John A.").middle, ["a"]);
/// ```
pub fn parse_full(raw: &str) -> PersonName {
    let mut name = PersonName::default();
    if let Some((family, given)) = raw.split_once(',') {
        let rest = words(given);
        if !rest.is_empty() && !rest.iter().all(|word| is_suffix(&word.key)) {
            return parse_comma(family, rest);
        }
        name.suffix = rest.into_iter().map(|word| word.key).next();
        let raw = family;
        parse_ordered(words(raw), &mut name);
        return name;
    }
    parse_ordered(words(raw), &mut name);
    name
}

/// One white-space separated word of a raw name.
struct Word {
    key: String,
    capitals: bool,
}

fn words(raw: &str) -> Vec<Word> {
    raw.split([' ', '\t', '\n', '\r', '\u{a0}', ','])
        .map(|word| Word { key: text::fold_with(word, Apostrophe::Joined), capitals: is_capitals(word) })
        .filter(|word| !word.key.is_empty())
        .collect()
}

/// Two letters or more, none of them lower case.
fn is_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() >= 2 && letters.all(|c| !c.is_lowercase())
}

fn parse_comma(family: &str, given: Vec<Word>) -> PersonName {
    let mut name = PersonName::default();
    let mut family = words(family);
    take_suffix(&mut family, &mut name);
    take_titles(&mut family, &mut name, 1);
    name.family = join(&family);
    let mut given = given;
    take_suffix(&mut given, &mut name);
    take_titles(&mut given, &mut name, 0);
    set_given(given, &mut name);
    name
}

fn parse_ordered(mut words: Vec<Word>, name: &mut PersonName) {
    take_suffix(&mut words, name);
    take_titles(&mut words, name, 1);
    let leading = words.iter().take_while(|word| word.capitals).count();
    let trailing = words.iter().rev().take_while(|word| word.capitals).count();
    let family = if leading > 0 && leading < words.len() && words[leading..].iter().all(|word| !word.capitals) {
        let given = words.split_off(leading);
        std::mem::replace(&mut words, given)
    } else if trailing > 0 && trailing < words.len() {
        words.split_off(words.len() - trailing)
    } else {
        split_family(&mut words)
    };
    name.family = join(&family);
    set_given(words, name);
}

/// Cuts the family name off the end: the last word with the particles before it. The first word stays a given name.
fn split_family(words: &mut Vec<Word>) -> Vec<Word> {
    let Some(last) = words.len().checked_sub(1) else { return Vec::new() };
    let mut start = last;
    while start > 1 && is_particle(&words[start - 1].key) {
        start -= 1;
    }
    words.split_off(start)
}

fn set_given(words: Vec<Word>, name: &mut PersonName) {
    let mut words = words.into_iter().map(|word| word.key);
    name.given = words.next().unwrap_or_default();
    name.middle = words.collect();
}

/// Moves leading titles out, as long as `keep` words remain.
fn take_titles(words: &mut Vec<Word>, name: &mut PersonName, keep: usize) {
    let mut count = 0;
    while count + keep < words.len() && is_title(&words[count].key) {
        let left = words.len() - count - 1;
        if NAME_LIKE.contains(&words[count].key.as_str()) && left < 2 && keep > 0 && !is_civility(&words[count].key) {
            break;
        }
        count += 1;
    }
    name.titles.extend(words.drain(..count).map(|word| word.key));
}

/// Short civilities, which stand before a family name alone (`M. Dupont`).
fn is_civility(token: &str) -> bool {
    matches!(token, "m" | "me" | "pr" | "miss" | "lord" | "lady" | "maitre" | "docteur")
}

fn take_suffix(words: &mut Vec<Word>, name: &mut PersonName) {
    while words.len() > 1 && words.last().is_some_and(|word| is_suffix(&word.key)) {
        name.suffix = words.pop().map(|word| canonical_suffix(&word.key));
    }
}

fn canonical_suffix(suffix: &str) -> String {
    match suffix {
        "junior" => "jr",
        "senior" => "sr",
        "2nd" => "ii",
        "3rd" => "iii",
        "4th" => "iv",
        "esquire" => "esq",
        other => other,
    }
    .to_owned()
}

fn join(words: &[Word]) -> String {
    let keys: Vec<&str> = words.iter().map(|word| word.key.as_str()).collect();
    keys.join(" ")
}

/// A given name without its titles; compound names joined by a space.
///
/// ```
/// let name = cdp_core::normalize::name::parse_given("Mme Anne-Marie");
/// assert_eq!(name.key, "anne marie");
/// ```
pub fn parse_given(raw: &str) -> GivenName {
    let mut parts = PersonName::default();
    let mut words = words(raw);
    take_titles(&mut words, &mut parts, 1);
    GivenName { key: join(&words), titles: parts.titles }
}

/// A family name without titles and suffix.
///
/// ```
/// let name = cdp_core::normalize::name::parse_family("de La Fontaine Jr.");
/// assert_eq!((name.key.as_str(), name.core.as_str()), ("de la fontaine", "fontaine"));
/// ```
pub fn parse_family(raw: &str) -> FamilyName {
    let mut parts = PersonName::default();
    let mut words = words(raw);
    take_suffix(&mut words, &mut parts);
    take_titles(&mut words, &mut parts, 1);
    let key = join(&words);
    let core = core(&key).to_owned();
    FamilyName { key, core, suffix: parts.suffix }
}

/// A folded family name without its leading particles; at least one word stays.
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
