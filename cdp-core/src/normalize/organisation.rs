//! Names of organisations: the legal form and the leading article apart from the name.

use super::text;

/// The parts of an organisation's name, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organisation {
    /// The name without legal form and leading article; the whole folded name where nothing else is left.
    pub key: String,
    /// The words of the key.
    pub tokens: Vec<String>,
    /// `sarl`, `ltd`, `gmbh`, ... where there is one.
    pub legal_form: Option<String>,
}

/// Legal forms, folded and joined.
const FORMS: &[&str] = &[
    "sarl",
    "sas",
    "sasu",
    "sa",
    "eurl",
    "snc",
    "sci",
    "scop",
    "scp",
    "selarl",
    "earl",
    "gaec",
    "gie",
    "ei",
    "eirl",
    "ltd",
    "limited",
    "plc",
    "llp",
    "llc",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "cie",
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "ev",
    "spa",
    "srl",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "aps",
    "sl",
    "lda",
    "pty",
    "se",
];

/// The parts of a name.
///
/// ```
/// let parts = cdp_core::normalize::organisation::parse("La Maison du Café S.A.R.L.");
/// assert_eq!((parts.key.as_str(), parts.legal_form.as_deref()), ("maison du cafe", Some("sarl")));
/// ```
pub fn parse(raw: &str) -> Organisation {
    let folded = text::fold(raw);
    let mut tokens = join_initials(&folded);
    let mut legal_form = None;
    while tokens.len() > 1 && tokens.last().is_some_and(|token| FORMS.contains(&token.as_str())) {
        legal_form = tokens.pop();
    }
    if legal_form.is_none() && tokens.len() > 1 && FORMS.contains(&tokens[0].as_str()) {
        legal_form = Some(tokens.remove(0));
    }
    if tokens.len() > 1 && matches!(tokens[0].as_str(), "the" | "le" | "la" | "les" | "l") {
        tokens.remove(0);
    }
    Organisation { key: tokens.join(" "), tokens, legal_form }
}

/// The words of a folded name, runs of single letters joined: `s a r l` is `sarl`.
fn join_initials(folded: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut open = false;
    for token in text::tokens(folded) {
        let single = token.len() == 1 && token.is_ascii();
        match tokens.last_mut() {
            Some(last) if single && open => last.push_str(token),
            _ => tokens.push(token.to_owned()),
        }
        open = single;
    }
    tokens
}
