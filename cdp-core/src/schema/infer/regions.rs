//! The region of a source: under which country's rules its phones and postal codes read best.
//!
//! Countries, phones and postal codes vote; words of streets and ends of e-mail addresses decide between neighbours.

use super::value::{fold, shape};
use super::{Source, Studied};
use crate::normalize::phone;
use crate::schema::Kind;
use std::collections::BTreeMap;

/// What tells a region.
struct Look {
    region: &'static str,
    /// Country code of phones.
    calling: &'static str,
    /// Shapes of postal codes.
    postal: &'static str,
    /// Names and codes of the country.
    names: &'static str,
    /// The language of streets, as an index of [`STREETS`]; none beyond.
    streets: usize,
}

/// Words of streets by language: English, French, German, Spanish, Italian, Portuguese, Dutch.
const STREETS: [&str; 7] = [
    "street st road rd avenue ave lane ln drive dr close court crescent way highway circuit parade",
    "rue avenue av boulevard bd chemin impasse allee place quai cours passage lotissement route",
    "strasse str weg platz gasse allee damm ring ufer",
    "calle c avenida avda paseo plaza camino carretera ronda",
    "via viale piazza corso vicolo largo",
    "rua avenida travessa praca estrada alameda",
    "straat laan weg plein gracht kade",
];

const ENGLISH: usize = 0;
const FRENCH: usize = 1;
const GERMAN: usize = 2;
const SPANISH: usize = 3;
const ITALIAN: usize = 4;
const PORTUGUESE: usize = 5;
const DUTCH: usize = 6;
const OTHER: usize = usize::MAX;

const fn look(
    region: &'static str,
    calling: &'static str,
    streets: usize,
    postal: &'static str,
    names: &'static str,
) -> Look {
    Look { region, calling, streets, postal, names }
}

const LOOKS: &[Look] = &[
    look("FR", "+33", FRENCH, "99999", "fr|fra|france|frankreich|francia"),
    look("US", "+1", ENGLISH, "99999|99999-9999", "us|usa|united states|united states of america|etats-unis"),
    look("GB", "+44", ENGLISH, "gb", "gb|uk|gbr|united kingdom|england|scotland|wales|great britain|royaume-uni"),
    look("DE", "+49", GERMAN, "99999", "de|deu|germany|deutschland|allemagne|alemania"),
    look("ES", "+34", SPANISH, "99999", "es|esp|spain|espana|espagne|spanien"),
    look("IT", "+39", ITALIAN, "99999", "it|ita|italy|italia|italie|italien"),
    look("PT", "+351", PORTUGUESE, "9999-999", "pt|prt|portugal"),
    look("NL", "+31", DUTCH, "9999 AA|9999AA", "nl|nld|netherlands|nederland|pays-bas|niederlande"),
    look("BE", "+32", FRENCH, "9999", "be|bel|belgium|belgique|belgie|belgien"),
    look("CH", "+41", GERMAN, "9999", "ch|che|switzerland|suisse|schweiz|svizzera"),
    look("AT", "+43", GERMAN, "9999", "at|aut|austria|osterreich|oesterreich|autriche"),
    look("AU", "+61", ENGLISH, "9999", "au|aus|australia|australie"),
    look("CA", "+1", ENGLISH, "A9A 9A9|A9A9A9", "ca|can|canada"),
    look("NZ", "+64", ENGLISH, "9999", "nz|nzl|new zealand"),
    look("IE", "+353", ENGLISH, "A99 AAAA|A99 A9A9|A99 AA99|A99 A999", "ie|irl|ireland|irlande"),
    look("LU", "+352", FRENCH, "9999|L-9999", "lu|lux|luxembourg"),
    look("BR", "+55", PORTUGUESE, "99999-999|99999999", "br|bra|brazil|brasil|bresil"),
    look("MX", "+52", SPANISH, "99999", "mx|mex|mexico|mexique"),
    look("AR", "+54", SPANISH, "9999", "ar|arg|argentina"),
    look("PL", "+48", OTHER, "99-999", "pl|pol|poland|polska|pologne"),
    look("SE", "+46", OTHER, "999 99", "se|swe|sweden|sverige|suede"),
    look("DK", "+45", OTHER, "9999", "dk|dnk|denmark|danmark"),
    look("NO", "+47", OTHER, "9999", "no|nor|norway|norge"),
    look("FI", "+358", OTHER, "99999", "fi|fin|finland|suomi"),
    look("CZ", "+420", OTHER, "999 99", "cz|cze|czechia|czech republic"),
    look("IN", "+91", ENGLISH, "999999", "in|ind|india|inde"),
    look("CN", "+86", OTHER, "999999", "cn|chn|china|chine"),
    look("JP", "+81", OTHER, "999-9999", "jp|jpn|japan|japon"),
    look("MA", "+212", FRENCH, "99999", "ma|mar|morocco|maroc"),
    look("TN", "+216", FRENCH, "9999", "tn|tun|tunisia|tunisie"),
    look("ZA", "+27", ENGLISH, "9999", "za|zaf|south africa"),
];

/// Values looked at per column.
const LOOKED_AT: usize = 60;

/// The regions of sources, where the lead over all others is clear: by what a source has itself, or else by what all have, if that
/// fits the source's own.
pub(super) fn of(sources: &[Source<'_>]) -> Vec<Option<String>> {
    let votes: Vec<Vec<f64>> = sources.iter().map(votes).collect();
    let all: Vec<f64> = (0..LOOKS.len()).map(|look| votes.iter().map(|of| of[look]).sum()).collect();
    let common = clear(&all);
    let of = |own: &Vec<f64>| clear(own).or(common.filter(|&look| own[look] > 0.0));
    votes.iter().map(|own| of(own).map(|look| LOOKS[look].region.to_owned())).collect()
}

/// How much speaks for each region.
fn votes(source: &Source<'_>) -> Vec<f64> {
    let mut votes = vec![0.0; LOOKS.len()];
    for column in &source.columns {
        let (weight, test): (f64, Test) = match column.verdict.kind {
            Kind::Country => (4.0, is_named),
            Kind::Phone => (2.0, has_phone),
            Kind::PostalCode => (1.0, has_postal_code),
            Kind::StreetAddress | Kind::FullAddress => (0.7, has_street),
            Kind::Email => (0.3, has_domain),
            Kind::Region => (0.5, has_state),
            _ => continue,
        };
        for (vote, share) in votes.iter_mut().zip(shares(column, test)) {
            *vote += weight * share;
        }
    }
    votes
}

/// The one that leads clearly.
fn clear(votes: &[f64]) -> Option<usize> {
    let mut ranked: Vec<(f64, usize)> = votes.iter().zip(0..).map(|(vote, look)| (vote * prior(look), look)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| LOOKS[a.1].region.cmp(LOOKS[b.1].region)));
    let [(best, look), (next, _), ..] = ranked[..] else { return None };
    (best >= 0.4 && best >= 1.1 * next + 0.02).then_some(look)
}

/// Neighbours share numbering plans and shapes of postal codes; where nothing tells them apart, the larger one is meant.
fn prior(rank: usize) -> f64 {
    if rank < 6 { 1.0 } else { 0.85 }
}

/// A value in the forms the tests need.
struct Seen<'a> {
    text: &'a str,
    folded: String,
    /// The number, where it is written with its country code.
    international: Option<String>,
}

/// Whether a value speaks for a region.
type Test = fn(&Look, &Seen<'_>) -> bool;

/// The share of the column's values that speak for each region.
fn shares(column: &Studied<'_>, test: Test) -> Vec<f64> {
    let sample = &column.content.sample[..column.content.sample.len().min(LOOKED_AT)];
    let mut shares = vec![0.0; LOOKS.len()];
    let mut total = 0.0;
    for sampled in sample {
        let weight = f64::from(sampled.count).sqrt();
        let seen = see(sampled.text.trim(), column.verdict.kind);
        total += weight;
        for (share, look) in shares.iter_mut().zip(LOOKS) {
            *share += if test(look, &seen) { weight } else { 0.0 };
        }
    }
    shares.iter_mut().for_each(|share| *share /= f64::max(total, 1.0));
    shares
}

fn see(text: &str, kind: Kind) -> Seen<'_> {
    let abroad = kind == Kind::Phone && (text.starts_with('+') || text.starts_with("00"));
    let number = if abroad { phone::parse(text, None).filter(|read| read.valid) } else { None };
    Seen { text, folded: fold(text), international: number.map(|read| read.e164) }
}

fn is_named(look: &Look, seen: &Seen<'_>) -> bool {
    look.names.split('|').any(|name| name == seen.folded)
}

/// A number with the region's country code, or one that its plan has.
fn has_phone(look: &Look, seen: &Seen<'_>) -> bool {
    match &seen.international {
        Some(number) => number.starts_with(look.calling),
        // Plans whose numbers have no fixed length take nearly any digits: there the trunk prefix has to be written.
        None if matches!(look.region, "DE" | "AT" | "FI") && !begins_with_trunk(seen.text) => false,
        None => phone::parse(seen.text, Some(look.region)).is_some_and(|read| read.valid),
    }
}

fn begins_with_trunk(text: &str) -> bool {
    text.trim_start_matches(|c: char| !c.is_ascii_digit()).starts_with('0')
}

fn has_postal_code(look: &Look, seen: &Seen<'_>) -> bool {
    let shape = shape(seen.text);
    if look.postal == "gb" {
        let compact = shape.replace(' ', "");
        return matches!(compact.as_str(), "A99AA" | "A999AA" | "AA99AA" | "AA999AA" | "A9A9AA" | "AA9A9AA");
    }
    look.postal.split('|').any(|postal| postal == shape)
}

fn has_street(look: &Look, seen: &Seen<'_>) -> bool {
    let Some(words) = STREETS.get(look.streets) else { return false };
    let mut tokens = seen.folded.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty());
    let compound = |token: &str, word: &str| {
        matches!(look.streets, GERMAN | DUTCH)
            && word.len() >= 3
            && token.len() > word.len() + 2
            && token.ends_with(word)
    };
    tokens.any(|token| words.split(' ').any(|word| token == word || compound(token, word)))
}

/// The e-mail address ends in the region's letters.
fn has_domain(look: &Look, seen: &Seen<'_>) -> bool {
    let end = seen.folded.rsplit('.').next().unwrap_or_default();
    end == look.region.to_ascii_lowercase() || end == "uk" && look.region == "GB"
}

fn has_state(look: &Look, seen: &Seen<'_>) -> bool {
    let states: BTreeMap<&str, &str> = [
        ("AU", "nsw vic qld act tas sa wa nt"),
        (
            "US",
            "ca tx ny fl il pa oh ga mi nj va az ma in mo md wi mn al la ky or ok ct ia ut nv ar ms ks nm id nh wv me",
        ),
        ("CA", "on qc bc ab mb sk ns nb nl pe"),
    ]
    .into();
    states.get(look.region).is_some_and(|states| states.split(' ').any(|state| state == seen.folded))
}
