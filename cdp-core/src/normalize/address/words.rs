//! The words of an address line: folding, street types and abbreviations written out, keywords of units.

use crate::normalize::text::{self, Apostrophe};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::LazyLock;

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
pub(super) fn unit_keyword(word: &str) -> Option<(&'static str, u8)> {
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

/// The keyword of a unit written out.
pub(super) fn unit_word(word: &str) -> &str {
    unit_keyword(word).map_or(word, |(keyword, _)| keyword)
}

pub(super) fn is_french_type(token: &str) -> bool {
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

/// Whether a word is of a street: a type or an abbreviation.
pub(super) fn is_street_word(word: &str) -> bool {
    let word = text::fold(word);
    is_french_type(&word) || STREET_WORDS.iter().any(|(short, long)| word == *short || word == *long)
}

fn lookup(token: &str) -> Option<&'static str> {
    STREET_WORDS.get(token).copied()
}

/// What follows the number of a further house of that number.
pub(super) fn is_repeat(token: &str) -> bool {
    matches!(token, "bis" | "ter" | "quater")
}

pub(super) fn is_letter(token: &str) -> bool {
    token.len() == 1 && token.as_bytes()[0].is_ascii_lowercase()
}

/// The number of `3e`, `1er`, `2nd`.
pub(super) fn ordinal(word: &str) -> Option<&str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at(digits);
    let known = matches!(ending, "e" | "er" | "ere" | "eme" | "ieme" | "st" | "nd" | "rd" | "th");
    (digits > 0 && known).then_some(number)
}

/// Folds an address line; `#` announces a unit.
pub(super) fn fold(raw: &str) -> String {
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

/// Joins the words of an address line, abbreviations written out.
pub(super) fn expand(names: &[&str]) -> String {
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
