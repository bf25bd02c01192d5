//! Gender or sex as written in forms: `F`, `Madame`, `male`, `1`.

use super::text;

/// `female`, `male` or `other`; `None` where the word is not known. Digits follow ISO/IEC 5218 (1 male, 2 female, 9 other).
///
/// ```
/// assert_eq!(cdp_core::normalize::gender::key("Mme"), Some("female"));
/// ```
pub fn key(raw: &str) -> Option<&'static str> {
    if raw.len() > 64 {
        return None;
    }
    Some(match text::fold(raw).as_str() {
        "f" | "female" | "femme" | "feminin" | "feminine" | "femina" | "woman" | "girl" | "fille" | "w"
        | "weiblich" | "frau" | "mme" | "mrs" | "ms" | "miss" | "mlle" | "madame" | "mademoiselle" | "2" | "fem"
        | "mujer" | "femenino" | "donna" | "femmina" | "dame" => "female",
        "m" | "male" | "homme" | "masculin" | "masculine" | "man" | "boy" | "garcon" | "h" | "mannlich" | "herr"
        | "mr" | "monsieur" | "1" | "masc" | "hombre" | "masculino" | "uomo" | "maschio" | "mister" | "maennlich" => {
            "male"
        }
        "other" | "autre" | "x" | "nonbinary" | "non binary" | "non binaire" | "nb" | "diverse" | "divers" | "d"
        | "9" | "o" | "neutral" | "neutre" => "other",
        _ => return None,
    })
}
