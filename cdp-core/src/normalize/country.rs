//! Countries: ISO 3166 codes, and names in English and French.

use hashbrown::HashMap;
use std::sync::LazyLock;

/// From every folded name and code to the alpha-2 code.
static CODES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("data/countries.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .flat_map(|(code, names)| names.split(',').map(move |name| (name.trim(), code)))
        .collect()
});

/// The alpha-2 codes themselves, folded.
static ALPHA2: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| CODES.values().map(|code| (code.to_ascii_lowercase(), *code)).collect());

/// Whether English is the first language of writing in a region (ISO 3166, in capitals) and no other is common beside it.
pub(super) fn speaks_english(region: &str) -> bool {
    matches!(region, "AU" | "GB" | "IE" | "IN" | "NZ" | "US")
}

/// Whether personal names of a region elide `de` and `le`: d'Ormesson, D'Amico.
pub(super) fn elides(region: &str) -> bool {
    matches!(region, "BE" | "CH" | "FR" | "GF" | "GP" | "IT" | "LU" | "MC" | "MQ" | "RE" | "YT")
}

/// Whether a region has France's postal codes and registers: it and its overseas departments and collectivities.
pub(super) fn is_french(region: &str) -> bool {
    matches!(region, "FR" | "BL" | "GF" | "GP" | "MF" | "MQ" | "PM" | "RE" | "YT")
}

/// Whether `D.` and `Don` before a personal name are civilities.
pub(super) fn says_don(region: &str) -> bool {
    matches!(
        region,
        "AR" | "BO"
            | "CL"
            | "CO"
            | "CR"
            | "CU"
            | "DO"
            | "EC"
            | "ES"
            | "GT"
            | "HN"
            | "MX"
            | "NI"
            | "PA"
            | "PE"
            | "PR"
            | "PY"
            | "SV"
            | "UY"
            | "VE"
    )
}

/// The alpha-2 code for a folded name or code.
pub(super) fn code(folded: &str) -> Option<&'static str> {
    CODES.get(folded).or_else(|| ALPHA2.get(folded)).copied()
}
