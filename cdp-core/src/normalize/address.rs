//! Postal addresses: house number, street with its abbreviations written out, unit, city, postal code, country.
//!
//! Rules and small tables for French and English habits; no gazetteer.

use super::date;
use super::text::{self, Apostrophe};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A street line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Street {
    /// House number with its letter or `bis`: `12`, `12b`, `12 bis`.
    pub number: Option<String>,
    /// The folded street name, abbreviations written out, number and unit removed.
    pub name: String,
    /// Building, stair, floor, flat: what follows their keywords, the larger first, separated by spaces.
    pub unit: Option<String>,
}

/// A whole address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The street line.
    pub street: Street,
    /// The folded city.
    pub city: Option<String>,
    /// The folded state, county or region.
    pub region: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The ISO 3166 code of the country, where it is written.
    pub country: Option<&'static str>,
}

/// Abbreviations in street names, folded.
static STREET_WORDS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let words = "
        st=street str=street rd=road ave=avenue av=avenue aven=avenue bd=boulevard blvd=boulevard bld=boulevard
        boul=boulevard bvd=boulevard ln=lane ct=court crt=court pl=place sq=square cres=crescent cl=close
        tce=terrace terr=terrace ter=terrace hwy=highway pkwy=parkway cir=circle gdns=gardens gdn=gardens
        gr=grove ch=chemin che=chemin chem=chemin imp=impasse all=allee fg=faubourg fbg=faubourg rte=route r=rue
        qu=quai res=residence lot=lotissement pass=passage n=north s=south e=east w=west mt=mount ft=fort
        gal=general gen=general mal=marechal cdt=commandant ste=sainte dr=drive q=quai blv=boulevard
        boulv=boulevard avda=avenida vlg=village prom=promenade pde=parade gve=grove grv=grove rdg=ridge
        trl=trail cswy=causeway expy=expressway fwy=freeway hts=heights jct=junction mdw=meadow mdws=meadows
        pk=park pt=point sta=station vw=view wy=way xing=crossing ne=northeast nw=northwest se=southeast
        sw=southwest lieut=lieutenant cne=capitaine
        col=colonel cap=capitaine pdt=president prof=professeur mgr=monseigneur
    ";
    words.split_whitespace().filter_map(|pair| pair.split_once('=')).collect()
});
/// What a keyword of a unit is written out as, and its rank: buildings before stairs, floors and flats.
fn unit_keyword(word: &str) -> Option<(&'static str, u8)> {
    Some(match word {
        "bat" | "batiment" | "bt" => ("batiment", 0),
        "bldg" | "building" => ("building", 0),
        "esc" | "escalier" => ("escalier", 1),
        "etage" | "etg" => ("etage", 2),
        "floor" => ("floor", 2),
        "apt" | "appt" | "app" | "apartment" | "appartement" | "flat" => ("apt", 3),
        "unit" => ("unit", 3),
        "suite" => ("suite", 3),
        "room" => ("room", 3),
        "porte" => ("porte", 3),
        _ => return None,
    })
}

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

/// The number of `3e`, `1er`, `2nd`.
fn ordinal(word: &str) -> Option<&str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at(digits);
    let known = matches!(ending, "e" | "er" | "ere" | "eme" | "ieme" | "st" | "nd" | "rd" | "th");
    (digits > 0 && known).then_some(number)
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

/// The French department of a postal code: `2A` and `2B` for Corsica (20000 to 20199, and from 20200), three digits
/// overseas; `None` where the code is no French one, or Monaco's. A code tells the department of its post office, which for
/// a few border communes is not the commune's own.
///
/// ```
/// use cdp_core::normalize::address::department;
/// assert_eq!(department("75002").as_deref(), Some("75"));
/// assert_eq!(department("20167").as_deref(), Some("2A"));
/// assert_eq!(department("97410").as_deref(), Some("974"));
/// assert_eq!(department("98000"), None);
/// ```
pub fn department(postal_code: &str) -> Option<String> {
    if postal_code.len() != 5 || !postal_code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match &postal_code[..2] {
        "00" | "96" | "99" => None,
        "20" if postal_code < "20200" => Some("2A".to_owned()),
        "20" => Some("2B".to_owned()),
        "97" => Some(postal_code[..3].to_owned()).filter(|code| code != "970" && code != "979"),
        "98" => Some(postal_code[..3].to_owned()).filter(|code| matches!(code.as_str(), "984" | "986" | "987" | "988")),
        two => Some(two.to_owned()),
    }
}

/// Folds an address line; `#` announces a unit.
fn fold(raw: &str) -> String {
    let mut line = Cow::Borrowed(raw);
    if line.contains('#') {
        line = Cow::Owned(line.replace('#', " apt "));
    }
    if line.contains(text::is_apostrophe) {
        line = Cow::Owned(without_possessive(&line));
    }
    text::fold_with(&line, Apostrophe::Elision)
}

/// `St James's Square` without the second `s`, as it is written and spoken too.
fn without_possessive(line: &str) -> String {
    let mut parts = line.split(text::is_apostrophe);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let after = part.strip_prefix(['s', 'S']).filter(|rest| !rest.starts_with(char::is_alphanumeric));
        match after.filter(|_| kept.ends_with(['s', 'S'])) {
            Some(rest) => kept.push_str(rest),
            None => kept.extend(["'", part]),
        }
    }
    kept
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

/// `12`, `12b`, `12 bis`, `12bis`, and `12 B` before a French street type. How many words it took.
fn take_number(rest: &[&str], street: &mut Street) -> Option<usize> {
    let token = rest[0];
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || token.len() > 8 {
        return None;
    }
    let (number, ending) = token.split_at(digits);
    let (text, used) = match (ending, rest.get(1).copied()) {
        ("", Some(_)) if let Some((end, used)) = range_end(number, &rest[1..]) => (format!("{number} {end}"), used + 1),
        (ending, _) if is_repeat(ending) => (format!("{number} {ending}"), 1),
        ("", Some(next)) if is_repeat(next) => (format!("{number} {next}"), 2),
        ("", Some(next)) if is_letter(next) && rest.get(2).is_some_and(|word| is_french_type(word)) => {
            (format!("{number}{next}"), 2)
        }
        (ending, _) if ending.is_empty() || is_letter(ending) => (token.to_owned(), 1),
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

/// What follows the number of a further house of that number.
fn is_repeat(token: &str) -> bool {
    matches!(token, "bis" | "ter" | "quater")
}

fn is_letter(token: &str) -> bool {
    token.len() == 1 && token.as_bytes()[0].is_ascii_lowercase()
}

/// Joins the words of an address line, abbreviations written out.
fn expand(names: &[&str]) -> String {
    let mut name = String::with_capacity(names.iter().map(|word| word.len() + 4).sum());
    let mut french = false;
    let mut leads = false;
    for (index, &token) in names.iter().enumerate() {
        let first = index == 0 || names[index - 1].starts_with(|c: char| c.is_ascii_digit());
        let last = index + 1 == names.len();
        if index > 0 {
            name.push(' ');
        }
        match token {
            // `rue E. Zola`
            "n" | "s" | "e" | "w" | "r" | "q" if leads && !last => name.push_str(token),
            "st" if !last && (first || french) => name.push_str("saint"),
            "ter" if index > 0 && names[index - 1].bytes().all(|byte| byte.is_ascii_digit()) => name.push_str(token),
            "dr" if !last && french => name.push_str("docteur"),
            "dr" if !last && first => name.push_str("doctor"),
            _ => push_expanded(token, &mut name),
        }
        leads = first && is_french_type(token);
        french |= is_french_type(token);
    }
    name
}

fn push_expanded(token: &str, name: &mut String) {
    if let Some(long) = lookup(token) {
        name.push_str(long);
    } else if let Some(stem) = token.strip_suffix("str").filter(|stem| stem.len() > 3) {
        // `Hauptstr.`
        name.push_str(stem);
        name.push_str("strasse");
    } else {
        name.push_str(token);
    }
}

/// The key of a whole address: its words in their order, abbreviations written out, without country and CEDEX.
pub(super) fn full_key(raw: &str) -> String {
    let mut line = raw;
    if let Some((rest, _)) = raw.rsplit_once([',', '\n', ';']).filter(|(_, last)| is_country(last)) {
        line = rest;
    }
    let bare: Vec<&str> = line.split(' ').map(without_country).collect();
    let folded = fold(&bare.join(" "));
    let mut words: Vec<&str> = text::tokens(&folded).collect();
    if let Some(cedex) = words.iter().position(|word| *word == "cedex").filter(|&at| at > 0) {
        words.truncate(cedex);
    }
    let words: Vec<&str> = words.into_iter().flat_map(apart).map(unit_word).collect();
    expand(&boxed(&words))
}

/// `47ter` as its two words.
fn apart(word: &str) -> impl Iterator<Item = &str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at(digits);
    let two = digits > 0 && is_repeat(ending);
    let (first, second) = if two { (number, Some(ending)) } else { (word, None) };
    std::iter::once(first).chain(second)
}

/// The key of a further address line (building, stair, floor, flat, hamlet): its words in their order, abbreviations written out.
pub(super) fn extra_key(raw: &str) -> String {
    let folded = fold(raw);
    let words: Vec<&str> = text::tokens(&folded).map(unit_word).collect();
    expand(&boxed(&words))
}

/// Words with one form for each post box.
fn boxed<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut names = Vec::with_capacity(words.len());
    let mut index = 0;
    while index < words.len() {
        let rest = &words[index..];
        index += post_box(rest, &mut names).unwrap_or_else(|| keep(rest[0], &mut names));
    }
    names
}

/// The keyword of a unit written out.
fn unit_word(word: &str) -> &str {
    unit_keyword(word).map_or(word, |(keyword, _)| keyword)
}

fn is_french_type(token: &str) -> bool {
    matches!(
        token,
        "rue"
            | "r"
            | "place"
            | "pl"
            | "bd"
            | "bld"
            | "blvd"
            | "boul"
            | "bvd"
            | "boulevard"
            | "av"
            | "ave"
            | "avenue"
            | "chemin"
            | "impasse"
            | "route"
            | "rte"
            | "quai"
            | "allee"
            | "faubourg"
            | "fg"
            | "fbg"
    )
}

fn lookup(token: &str) -> Option<&'static str> {
    STREET_WORDS.get(token).copied()
}

/// Reads a whole address in one line: parts separated by commas, semicolons or line ends, the locality last, the country
/// (which is dropped) after it. Without such parts a postal code parts street and city (`3 rue X 75002 Paris`); where it
/// comes last, the city stays in the street's name.
///
/// ```
/// let address = cdp_core::normalize::address::parse_full("3 rue de la Paix, 75002 Paris");
/// assert_eq!(address.postal_code.as_deref(), Some("75002"));
/// assert_eq!(address.city.as_deref(), Some("paris"));
/// ```
pub fn parse_full(raw: &str) -> Address {
    let mut parts: Vec<&str> = raw.split([',', '\n', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut address = Address::default();
    if parts.len() > 1 && parts.last().is_some_and(|part| is_country(part)) {
        address.country = parts.pop().and_then(country);
    }
    if let [line] = parts[..] {
        read_line(line, &mut address);
        return address;
    }
    if let Some(last) = parts.pop() {
        read_locality(last.split_whitespace().collect(), &mut address);
    }
    let is_code = |part: &&str| !part.contains(' ') && is_postal_code(part);
    if address.postal_code.is_none() && parts.len() > 1 && parts.last().is_some_and(is_code) {
        address.postal_code = parts.pop().map(|code| postal_code(code, None));
    }
    if address.city.is_none() && parts.len() > 1 {
        address.city = parts.pop().map(city);
    }
    address.street = parse_street(&parts.join(" "));
    address
}

/// Two letters can be a state: `Wilmington, DE`.
fn is_country(part: &str) -> bool {
    let part = part.trim();
    (part.len() > 2 || matches!(part, "FR" | "UK" | "US")) && country(part).is_some()
}

/// An address without commas.
fn read_line(line: &str, address: &mut Address) {
    let words: Vec<&str> = line.split_whitespace().collect();
    // `75002 Paris`, but `12200 Ventura Blvd`.
    if words.len() > 1
        && is_postal_code(words[0])
        && !words[1..].iter().any(|word| is_street_word(word) || has_digits(word))
    {
        return read_locality(words, address);
    }
    let code = (1..words.len()).rev().find(|&index| is_postal_code(words[index]));
    let Some(code) = code.filter(|&code| code > 1) else {
        address.street = parse_street(line);
        return;
    };
    if code + 1 < words.len() {
        address.street = parse_street(&words[..code].join(" "));
        read_locality(words[code..].to_vec(), address);
        return;
    }
    address.postal_code = Some(postal_code(words[code], None));
    let state = is_state(words[code - 1]);
    address.region = state.then(|| words[code - 1].to_lowercase());
    address.street = parse_street(&words[..code - usize::from(state)].join(" "));
}

/// Whether a word is of a street: a type or an abbreviation.
fn is_street_word(word: &str) -> bool {
    let word = text::fold(word);
    is_french_type(&word) || STREET_WORDS.iter().any(|(short, long)| word == *short || word == *long)
}

/// Five digits, or ZIP+4.
fn is_postal_code(word: &str) -> bool {
    let (zip, plus) = word.split_once('-').unwrap_or((word, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    zip.len() == 5 && digits(zip) && digits(plus) && matches!(plus.len(), 0 | 4)
}

/// Two capital letters.
fn is_state(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `75002 Paris`, `Paris 75002`, `Las Vegas NV 89132`, `NY 10001`, `London SW1A 2AA`.
fn read_locality(mut words: Vec<&str>, address: &mut Address) {
    let count = words.len();
    if count > 1 && is_british(words[count - 2], words[count - 1]) {
        address.postal_code = Some(postal_code(&words.split_off(count - 2).concat(), None));
    } else if let Some((outward, inward)) = words.last().and_then(|word| word.split_at_checked(word.len().max(3) - 3))
        && is_british(outward, inward)
    {
        address.postal_code = Some(postal_code(&[outward, inward].concat(), None));
        words.pop();
    } else if let Some(index) = words.iter().position(|word| has_digits(word)) {
        address.postal_code = Some(postal_code(without_country(words.remove(index)), None));
    }
    if words.last().is_some_and(|word| is_state(word)) && (words.len() == 1 || address.postal_code.is_some()) {
        address.region = words.pop().map(str::to_lowercase);
    }
    if !words.is_empty() {
        address.city = Some(city(&words.join(" ")));
    }
}

/// `F-75002` without the letters of the country.
fn without_country(code: &str) -> &str {
    let letters = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let digits = |text: &str| matches!(text.len(), 4 | 5) && text.bytes().all(|byte| byte.is_ascii_digit());
    code.split_once('-').filter(|(country, code)| letters(country) && digits(code)).map_or(code, |(_, code)| code)
}

/// Four digits at least: the postal code of most countries.
fn has_digits(word: &str) -> bool {
    word.len() <= 10 && word.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// The two halves of a British postcode.
fn is_british(outward: &str, inward: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic();
    let outward = outward.as_bytes();
    matches!(inward.as_bytes(), [digit, a, b] if digit.is_ascii_digit() && letter(a) && letter(b))
        && (2..=4).contains(&outward.len())
        && letter(&outward[0])
        && outward.iter().any(u8::is_ascii_digit)
}

/// The folded city without CEDEX and arrondissement, `St` written out.
///
/// ```
/// use cdp_core::normalize::address::city;
/// assert_eq!(city("LYON CEDEX 03"), "lyon");
/// assert_eq!(city("Paris 12e"), "paris");
/// assert_eq!(city("St-Étienne"), "saint etienne");
/// ```
pub fn city(raw: &str) -> String {
    let folded = text::fold_with(raw, Apostrophe::Elision);
    let mut city = String::with_capacity(folded.len());
    for token in text::tokens(&folded) {
        if token == "cedex" && !city.is_empty() {
            break;
        }
        if !city.is_empty() && is_arrondissement(token) {
            continue;
        }
        if !city.is_empty() {
            city.push(' ');
        }
        city.push_str(match token {
            "st" => "saint",
            "ste" => "sainte",
            other => other,
        });
    }
    city
}

fn is_arrondissement(token: &str) -> bool {
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    token == "arrondissement"
        || ((1..=2).contains(&digits) && matches!(&token[digits..], "" | "e" | "er" | "eme" | "ieme"))
}

/// The postal code in capitals without spaces and hyphens. `region` (ISO 3166) adds what is usual there: the country's
/// letters before the digits are dropped (`F-75002`), a zero lost to a spreadsheet comes back (France, Germany, United
/// States), and ZIP+4 becomes ZIP.
///
/// ```
/// use cdp_core::normalize::address::postal_code;
/// assert_eq!(postal_code("sw1a 1aa", None), "SW1A1AA");
/// assert_eq!(postal_code("1000", Some("FR")), "01000");
/// ```
pub fn postal_code(raw: &str, region: Option<&str>) -> String {
    let mut code = text::fold(raw);
    code.retain(|c| c != ' ');
    code.make_ascii_uppercase();
    let Some(region) = region else { return code };
    let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
    let numeric = code.len() > letters && code.bytes().skip(letters).all(|byte| byte.is_ascii_digit());
    if !numeric {
        return code;
    }
    if letters > 0 && (region.starts_with(&code[..letters]) || (region == "LU" && letters == 1)) {
        code.drain(..letters);
    }
    match (region, code.len()) {
        ("FR" | "DE" | "US" | "IT" | "ES", 4) => code.insert(0, '0'),
        ("US", 9) => code.truncate(5),
        _ => {}
    }
    code
}

/// The ISO 3166 alpha-2 code of a country given by code or by its English or French name.
///
/// ```
/// assert_eq!(cdp_core::normalize::address::country("Allemagne"), Some("DE"));
/// ```
pub fn country(raw: &str) -> Option<&'static str> {
    if raw.len() > 128 {
        return None;
    }
    super::country::code(&text::fold(raw))
}

/// The folded name of a region, state or county.
pub fn region(raw: &str) -> String {
    text::fold_with(raw, Apostrophe::Elision)
}
