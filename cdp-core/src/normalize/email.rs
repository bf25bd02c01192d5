//! E-mail addresses: syntax, the mailbox behind the address, role and disposable addresses, mistyped domains.
//!
//! The provider tables are `data/email_*.txt`; see the version in their first line.

use super::{domain, text};
use hashbrown::HashMap;
use std::sync::LazyLock;

/// The parts of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The part before the `@`, as written.
    pub local: String,
    /// The domain in lower case; an internationalised one in Unicode.
    pub domain: String,
    /// The mailbox: lower case, the provider's rules for dots and tags applied, one domain per provider.
    pub mailbox: String,
    /// Whether it names a function rather than a person (`contact@`).
    pub role: bool,
    /// Whether the domain gives throw-away addresses.
    pub disposable: bool,
}

/// How a provider maps addresses to mailboxes.
#[derive(Debug, Clone, Copy)]
struct Provider {
    /// Characters of the local part that mean nothing.
    ignored: &'static str,
    /// The character that begins a tag.
    tag: Option<char>,
    /// The domain the mailboxes are known by.
    domain: &'static str,
}

static PROVIDERS: LazyLock<HashMap<&'static str, Provider>> = LazyLock::new(|| {
    let lines = include_str!("data/email_providers.txt").lines().filter(|line| !line.starts_with('#'));
    let mut providers = HashMap::new();
    for line in lines {
        let mut columns = line.split_whitespace();
        let (Some(domain), Some(ignored), Some(tag)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        let ignored = if ignored == "none" { "" } else { ignored };
        let tag = tag.chars().next().filter(|_| tag != "none");
        let provider = Provider { ignored, tag, domain: columns.next().unwrap_or(domain) };
        providers.insert(domain, provider);
    }
    providers
});

static DISPOSABLE: LazyLock<HashMap<&'static str, ()>> =
    LazyLock::new(|| lines(include_str!("data/email_disposable.txt")));
static ROLES: LazyLock<HashMap<&'static str, ()>> = LazyLock::new(|| lines(include_str!("data/email_roles.txt")));
static TYPOS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("data/email_typos.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(':'))
        .flat_map(|(domain, typos)| typos.split_whitespace().map(move |typo| (typo, domain)))
        .collect()
});

fn lines(text: &'static str) -> HashMap<&'static str, ()> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| (line.trim(), ())).collect()
}

/// Reads one address.
///
/// ```
/// let email = cdp_core::normalize::email::parse(" Jean.Dupont+shop@GMail.com ").unwrap();
/// assert_eq!(email.local, "Jean.Dupont+shop");
/// assert_eq!(email.mailbox, "jeandupont@gmail.com");
/// ```
///
/// # Errors
/// The reason in words, if it is no address.
pub fn parse(raw: &str) -> Result<Email, &'static str> {
    if raw.len() > 2048 {
        return Err("longer than an address can be");
    }
    let shown = text::display(raw);
    let address = bare(&shown);
    let Some((local, domain)) = address.rsplit_once('@') else { return Err("no @") };
    let (local, domain) = (local.trim(), domain.trim().trim_end_matches('.').to_lowercase());
    check_local(local)?;
    let domain = domain::in_unicode(domain);
    let provider = PROVIDERS.get(domain.as_str());
    if provider.is_none() {
        check_domain(&domain)?;
    }
    let (mailbox, plain) = mailbox(local, &domain, provider);
    // Lower case can have more letters.
    if plain != local {
        check_local(&plain)?;
    }
    let role = ROLES.contains_key(plain.as_str());
    let disposable = provider.is_none() && is_disposable(&domain);
    Ok(Email { local: local.to_owned(), domain, mailbox, role, disposable })
}

/// Without `mailto:`, a display name before `<...>`, and quotes or brackets around.
fn bare(shown: &str) -> &str {
    let inner = match (shown.rfind('<'), shown.rfind('>')) {
        (Some(open), Some(close)) if open < close => &shown[open + 1..close],
        _ => shown,
    };
    let scheme = inner.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let inner = if scheme { &inner[7..] } else { inner };
    inner.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';')
    })
}

fn check_local(local: &str) -> Result<(), &'static str> {
    if local.is_empty() {
        return Err("nothing before the @");
    }
    if local.chars().count() > 64 {
        return Err("more than 64 characters before the @");
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err("a dot at an end or two dots in a row before the @");
    }
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || text::is_mark(c);
    if local.chars().all(allowed) { Ok(()) } else { Err("a character that is not allowed before the @") }
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    if domain.is_empty() {
        return Err("nothing after the @");
    }
    if domain.len() > 253 || domain.split('.').any(|label| label.is_empty() || label.len() > 63) {
        return Err("a domain label that is empty or too long");
    }
    if !domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.' || text::is_mark(c)) {
        return Err("a character that is not allowed in a domain");
    }
    if domain.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
        return Err("a domain label that begins or ends with a hyphen");
    }
    match domain.rsplit_once('.') {
        None => Err("a domain without a dot"),
        Some((_, top)) if top.chars().count() < 2 || top.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err("no such top-level domain")
        }
        Some(_) => Ok(()),
    }
}

/// Whether a domain, or one that it is under, gives throw-away addresses.
fn is_disposable(domain: &str) -> bool {
    let parents = domain.match_indices('.').map(|(dot, _)| &domain[dot + 1..]);
    std::iter::once(domain).chain(parents).any(|domain| DISPOSABLE.contains_key(domain))
}

/// The mailbox, and its local part.
fn mailbox(local: &str, domain: &str, provider: Option<&Provider>) -> (String, String) {
    let mut plain = local.to_lowercase();
    let mut home = domain;
    if let Some(provider) = provider {
        home = provider.domain;
        if let Some(at) = provider.tag.and_then(|tag| plain.find(tag)).filter(|&at| at > 0) {
            plain.truncate(at);
        }
        if plain.contains(|c| provider.ignored.contains(c)) {
            plain.retain(|c| !provider.ignored.contains(c));
            plain = text::compose(plain);
        }
    }
    ([&plain, "@", home].concat(), plain)
}

/// The domain that was probably meant, for a common misspelling of a large provider.
///
/// ```
/// assert_eq!(cdp_core::normalize::email::typo_domain("gmial.com"), Some("gmail.com"));
/// ```
pub fn typo_domain(domain: &str) -> Option<&'static str> {
    TYPOS.get(domain).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_sound_domains_that_last() {
        for domain in PROVIDERS.keys() {
            assert_eq!((check_domain(domain), is_disposable(domain)), (Ok(()), false), "{domain}");
        }
    }
}
