//! Places: city, postal code, department, region, country.

use crate::normalize::country as countries;
use crate::normalize::text::{self, Apostrophe};

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

/// The folded name of a region, state or county.
pub fn region(raw: &str) -> String {
    text::fold_with(raw, Apostrophe::Elision)
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
    countries::code(&text::fold(raw))
}
