//! Domain names, as e-mail and web addresses share them.

/// The Unicode form of an internationalised domain (UTS 46), so that it and its `xn--` form are one.
pub(super) fn in_unicode(domain: String) -> String {
    if domain.is_ascii() && !domain.contains("xn--") {
        return domain;
    }
    match idna::domain_to_unicode(&domain) {
        (unicode, Ok(())) => unicode,
        _ => domain,
    }
}
