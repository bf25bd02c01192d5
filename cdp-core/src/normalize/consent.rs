//! Whether somebody agreed, as written in columns: `oui`, `opt-out`, `1`, `unsubscribed`.

use super::text;

/// `granted`, `denied`, `withdrawn` or `expired`; `None` for any other word, so that nothing is taken for a yes by mistake.
///
/// ```
/// use cdp_core::normalize::consent::key;
/// assert_eq!((key(" Oui "), key("opt-out"), key("perhaps")), (Some("granted"), Some("denied"), None));
/// ```
pub fn key(raw: &str) -> Option<&'static str> {
    if raw.len() > 64 {
        return None;
    }
    Some(match text::fold(raw).as_str() {
        "granted" | "true" | "t" | "yes" | "y" | "1" | "oui" | "o" | "vrai" | "ja" | "j" | "si" | "sim" | "wahr"
        | "tak" | "opt in" | "optin" | "opted in" | "subscribed" | "accepted" | "agreed" | "consented" | "on" => {
            "granted"
        }
        "denied" | "false" | "f" | "no" | "n" | "0" | "non" | "faux" | "nein" | "nee" | "nao" | "falsch" | "nie"
        | "opt out" | "optout" | "opted out" | "refused" | "declined" | "rejected" | "objected" | "off" => "denied",
        "withdrawn" | "unsubscribed" | "revoked" | "desabonne" | "abgemeldet" => "withdrawn",
        "expired" | "lapsed" => "expired",
        _ => return None,
    })
}
