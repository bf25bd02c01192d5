//! Postal addresses: house number, street with its abbreviations written out, unit, city, postal code, country.
//!
//! Rules and small tables for French and English habits; no gazetteer.

use super::text::{self, Apostrophe};

/// A street line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Street {
    /// House number with its letter or `bis`: `12`, `12b`, `12 bis`.
    pub number: Option<String>,
    /// The folded street name, abbreviations written out, number and unit removed.
    pub name: String,
    /// Flat, suite, building: what follows its keyword.
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
}

/// Abbreviations in street names, folded.
const STREET_WORDS: &[(&str, &str)] = &[
    ("st", "street"),
    ("str", "street"),
    ("rd", "road"),
    ("ave", "avenue"),
    ("av", "avenue"),
    ("aven", "avenue"),
    ("bd", "boulevard"),
    ("blvd", "boulevard"),
    ("bld", "boulevard"),
    ("boul", "boulevard"),
    ("bvd", "boulevard"),
    ("ln", "lane"),
    ("dr", "drive"),
    ("ct", "court"),
    ("crt", "court"),
    ("pl", "place"),
    ("sq", "square"),
    ("cres", "crescent"),
    ("cl", "close"),
    ("tce", "terrace"),
    ("terr", "terrace"),
    ("ter", "terrace"),
    ("hwy", "highway"),
    ("pkwy", "parkway"),
    ("cir", "circle"),
    ("gdns", "gardens"),
    ("gdn", "gardens"),
    ("gr", "grove"),
    ("ch", "chemin"),
    ("che", "chemin"),
    ("chem", "chemin"),
    ("imp", "impasse"),
    ("all", "allee"),
    ("fg", "faubourg"),
    ("fbg", "faubourg"),
    ("rte", "route"),
    ("r", "rue"),
    ("qu", "quai"),
    ("res", "residence"),
    ("lot", "lotissement"),
    ("pass", "passage"),
    ("n", "north"),
    ("s", "south"),
    ("e", "east"),
    ("w", "west"),
    ("mt", "mount"),
    ("ft", "fort"),
    ("gal", "general"),
    ("gen", "general"),
    ("mal", "marechal"),
    ("cdt", "commandant"),
    ("ste", "sainte"),
];

/// Keywords of a unit, folded.
const UNITS: &[&str] = &[
    "apt",
    "appt",
    "app",
    "apartment",
    "appartement",
    "flat",
    "unit",
    "suite",
    "bat",
    "batiment",
    "bldg",
    "building",
    "esc",
    "escalier",
    "etage",
    "floor",
    "room",
    "porte",
];

/// Reads a street line.
///
/// ```
/// use cdp_core::normalize::address::parse_street;
/// let street = parse_street("12 bis, av. du Gal Leclerc");
/// assert_eq!((street.number.as_deref(), street.name.as_str()), (Some("12 bis"), "avenue du general leclerc"));
/// ```
pub fn parse_street(raw: &str) -> Street {
    let folded = text::fold_with(raw, Apostrophe::Split);
    let tokens: Vec<&str> = text::tokens(&folded).collect();
    let mut street = Street::default();
    let mut names: Vec<&str> = Vec::with_capacity(tokens.len());
    let mut index = 0;
    while index < tokens.len() {
        let token = tokens[index];
        if UNITS.contains(&token) && index + 1 < tokens.len() && street.unit.is_none() {
            street.unit = Some(tokens[index + 1].to_owned());
            index += 2;
        } else if street.number.is_none() && is_number(token) && (names.is_empty() || index + 1 == tokens.len()) {
            let suffix = tokens.get(index + 1).filter(|next| matches!(**next, "bis" | "ter" | "quater"));
            street.number = Some(suffix.map_or(token.to_owned(), |suffix| format!("{token} {suffix}")));
            index += 1 + usize::from(suffix.is_some());
        } else {
            names.push(token);
            index += 1;
        }
    }
    street.name = expand(&names);
    street
}

/// Digits with at most one letter after them.
fn is_number(token: &str) -> bool {
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && token.len() <= 8 && token[digits..].len() <= 1
}

/// Joins the words of a street name, abbreviations written out. `st` at the beginning is a saint, elsewhere a street.
fn expand(names: &[&str]) -> String {
    let mut name = String::new();
    for (index, &token) in names.iter().enumerate() {
        let french_saint = token == "st" && index + 1 < names.len() && (index == 0 || is_french_type(names[0]));
        let full = if french_saint { "saint" } else { lookup(token) };
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(full);
    }
    name
}

fn is_french_type(token: &str) -> bool {
    matches!(
        token,
        "rue"
            | "r"
            | "place"
            | "pl"
            | "bd"
            | "boulevard"
            | "av"
            | "avenue"
            | "chemin"
            | "impasse"
            | "route"
            | "rte"
            | "quai"
            | "allee"
            | "faubourg"
    )
}

fn lookup(token: &str) -> &str {
    STREET_WORDS.iter().find(|(short, _)| *short == token).map_or(token, |(_, long)| long)
}

/// Reads a whole address in one line: parts separated by commas or line ends.
///
/// ```
/// let address = cdp_core::normalize::address::parse_full("3 rue de la Paix, 75002 Paris");
/// assert_eq!(address.postal_code.as_deref(), Some("75002"));
/// assert_eq!(address.city.as_deref(), Some("paris"));
/// ```
pub fn parse_full(raw: &str) -> Address {
    let mut parts: Vec<&str> = raw.split([',', '\n', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut address = Address::default();
    if parts.len() > 1 && parts.last().is_some_and(|part| country(part).is_some()) {
        parts.pop();
    }
    if parts.len() > 1 {
        if let Some(last) = parts.pop() {
            read_locality(last, &mut address);
        }
        if address.city.is_none() && parts.len() > 1 {
            address.city = parts.pop().map(city);
        }
    }
    address.street = parse_street(&parts.join(" "));
    address
}

/// `75002 Paris`, `Paris 75002`, `NY 10001`.
fn read_locality(part: &str, address: &mut Address) {
    let mut words: Vec<&str> = part.split_whitespace().collect();
    let code = words.iter().position(|word| word.len() >= 4 && word.bytes().filter(u8::is_ascii_digit).count() >= 4);
    if let Some(index) = code {
        address.postal_code = Some(postal_code(words.remove(index), None));
    }
    let rest = words.join(" ");
    if code.is_some() && rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_uppercase()) {
        address.region = Some(rest.to_lowercase());
    } else if !rest.is_empty() {
        address.city = Some(city(&rest));
    }
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
    let folded = text::fold_with(raw, Apostrophe::Split);
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

/// The postal code in capitals without spaces and hyphens. With `region` `FR`, a code of four digits gets back the zero
/// that a spreadsheet took away.
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
    if region == Some("FR") && code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("0{code}");
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
    text::fold_with(raw, Apostrophe::Split)
}
