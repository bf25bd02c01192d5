//! Web addresses: the page behind the ways to write its address (RFC 3986, sections 3 and 6.2).

use super::{domain, text};
use std::borrow::Cow;

/// The comparable form: without scheme, `www.`, default port, fragment, tags of campaigns (`utm_...`, `fbclid`, `gclid`) and
/// a slash at the end; the host in lower case and Unicode; `.` and `..` followed, escapes that need not be resolved.
///
/// ```
/// use cdp_core::normalize::url::key;
/// assert_eq!(key("HTTPS://www.Example.fr:443/Shop/?utm_source=mail&id=7#top").unwrap(), "example.fr/Shop?id=7");
/// assert_eq!(key("http://xn--bcher-kva.example/a/../%7Eann").unwrap(), "bücher.example/~ann");
/// assert!(key("no address").is_err());
/// ```
///
/// # Errors
/// The reason in words, if it is no web address.
pub fn key(raw: &str) -> Result<String, &'static str> {
    let shown = text::display(raw);
    if shown.contains(' ') {
        return Err("a space in a web address");
    }
    let rest = without_scheme(&shown)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    let host = host(authority)?;
    let parameters = query.split('&').filter(|part| !part.is_empty()).map(unescaped);
    let kept: Vec<Cow<'_, str>> = parameters.filter(|part| !is_tag(part)).collect();
    let mut key = host + resolved(path).trim_end_matches('/');
    if !kept.is_empty() {
        key.push('?');
        key.push_str(&kept.join("&"));
    }
    Ok(key)
}

/// Escapes of letters, digits and `-._~` resolved, all others in capitals (RFC 3986, section 6.2.2). From a `%` without two
/// hexadecimal digits on, nothing is resolved: it could become one of another escape.
fn unescaped(part: &str) -> Cow<'_, str> {
    let mut pieces = part.split('%');
    let Some(first) = pieces.next().filter(|first| first.len() < part.len()) else { return part.into() };
    let mut plain = first.to_owned();
    let mut broken = false;
    for piece in pieces {
        let escape = piece.get(..2).and_then(|digits| Some((digits, u8::from_str_radix(digits, 16).ok()?)));
        let escape = escape.filter(|(digits, _)| !broken && !digits.starts_with('+'));
        match escape {
            Some((_, byte)) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => plain.push(char::from(byte)),
            Some((digits, _)) => plain.extend(["%", &digits.to_ascii_uppercase()]),
            None => plain.push('%'),
        }
        broken |= escape.is_none();
        plain.push_str(if escape.is_some() { &piece[2..] } else { piece });
    }
    plain.into()
}

/// A path without needless escapes, its segments `.` and `..` followed (RFC 3986, section 5.2.4).
fn resolved(path: &str) -> Cow<'_, str> {
    if !path.contains("/.") && !path.contains('%') {
        return path.into();
    }
    let mut kept: Vec<Cow<'_, str>> = Vec::new();
    for segment in path.split('/').skip(1).map(unescaped) {
        match &*segment {
            "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    kept.iter().flat_map(|segment| ["/", segment]).collect::<String>().into()
}

fn without_scheme(shown: &str) -> Result<&str, &'static str> {
    match shown.split_once("://") {
        Some((scheme, rest)) if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") => Ok(rest),
        // A colon and slashes further on belong to a query.
        Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) => {
            Err("not the scheme of a web page")
        }
        _ => Ok(shown.trim_start_matches('/')),
    }
}

/// The host and, unless it is the default, its port.
fn host(authority: &str) -> Result<String, &'static str> {
    let host = unescaped(authority.rsplit('@').next().unwrap_or_default()).to_lowercase();
    let (name, port) = host.split_once(':').unwrap_or((&host, "80"));
    let name = domain::in_unicode(name.to_owned());
    let mut name = name.trim_end_matches('.');
    // Taken off again and again, so that the key of a key is itself.
    while let Some(rest) = name.strip_prefix("www.").filter(|rest| rest.contains('.')) {
        name = rest;
    }
    let well_formed = name.split('.').all(|label| !label.is_empty())
        && name.contains('.')
        && name.chars().all(|c| c.is_alphanumeric() || text::is_mark(c) || matches!(c, '.' | '-' | '_'))
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit());
    match (well_formed, port) {
        (false, _) => Err("no host in a web address"),
        (true, "80" | "443") => Ok(name.to_owned()),
        (true, port) => Ok(format!("{name}:{port}")),
    }
}

fn is_tag(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "msclkid" | "mc_cid" | "mc_eid")
}
