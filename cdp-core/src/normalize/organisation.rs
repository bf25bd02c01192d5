//! Names of organisations: the legal form and the leading article apart from the name.

use super::text;
use hashbrown::HashSet;
use std::sync::LazyLock;

/// The parts of an organisation's name, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organisation {
    /// The name without legal forms, articles at its ends and the word for `&`; the whole folded name where nothing else is
    /// left.
    pub key: String,
    /// The words of the key.
    pub tokens: Vec<String>,
    /// `sarl`, `ltd`, `gmbh`, ... where there is one.
    pub legal_form: Option<String>,
}

/// Legal forms, folded, initials joined.
static FORMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "sarl sas sasu sa eurl snc sci scop scp selarl selas earl gaec gie eirl scea scic scm sca sem epic
    ltd limited plc llp llc lp inc incorporated corp corporation co company cie cic
    gmbh ag kg ohg ug gbr mbh kgaa
    spa srl sapa bv nv vof bvba sprl asbl vzw
    ab oy oyj as asa aps  sl slu sau lda ltda pty pte pvt bhd sdn kk doo sro zoo kft zrt ooo oao"
        .split_whitespace()
        .collect()
});

/// Legal forms that also stand before the name.
const LEADING_FORMS: &[&str] =
    &["sarl", "sas", "sasu", "sa", "eurl", "snc", "sci", "scop", "scp", "selarl", "earl", "gaec", "gie", "pt"];

/// Words of the long forms, cut as a whole: `societe a responsabilite limitee`.
const LONG_FORMS: &[(&str, &str)] = &[
    ("societe a responsabilite limitee", "sarl"),
    ("societe par actions simplifiee", "sas"),
    ("societe anonyme", "sa"),
    ("societe civile immobiliere", "sci"),
    ("entreprise unipersonnelle a responsabilite limitee", "eurl"),
    ("gesellschaft mit beschrankter haftung", "gmbh"),
    ("public limited company", "plc"),
    ("limited liability company", "llc"),
];

/// The parts of a name.
///
/// ```
/// let parts = cdp_core::normalize::organisation::parse("La Maison du Café S.A.R.L.");
/// assert_eq!((parts.key.as_str(), parts.legal_form.as_deref()), ("maison du cafe", Some("sarl")));
/// ```
pub fn parse(raw: &str) -> Organisation {
    let folded = text::fold(raw);
    let mut legal_form = None;
    let mut rest = folded.as_str();
    while let Some((name, form)) = LONG_FORMS.iter().find_map(|(long, form)| Some((cut(rest, long)?, *form))) {
        (rest, legal_form) = (name, Some(form.to_owned()));
    }
    let mut tokens = join_initials(rest);
    strip(&mut tokens, &mut legal_form);
    let key = tokens.join(" ");
    Organisation { key, tokens, legal_form }
}

/// Whether a folded word is a legal form.
pub(super) fn is_form(word: &str) -> bool {
    FORMS.contains(word)
}

/// `text` without `long` at its beginning or end, if something is left.
fn cut<'a>(text: &'a str, long: &str) -> Option<&'a str> {
    let before = text.strip_suffix(long).and_then(|rest| rest.strip_suffix(' '));
    before.or_else(|| text.strip_prefix(long).and_then(|rest| rest.strip_prefix(' ')))
}

/// Takes off what is not the name itself, from both ends, until nothing more comes off.
fn strip(tokens: &mut Vec<String>, legal_form: &mut Option<String>) {
    while tokens.len() > 1 {
        let (first, last) = (tokens[0].as_str(), tokens[tokens.len() - 1].as_str());
        if FORMS.contains(last) {
            *legal_form = tokens.pop();
        } else if LEADING_FORMS.contains(&first) {
            let form = tokens.remove(0);
            legal_form.get_or_insert(form);
        } else if is_joint(last) || last == "the" {
            tokens.pop();
        } else if is_article(first) {
            tokens.remove(0);
        } else {
            break;
        }
    }
}

fn is_article(token: &str) -> bool {
    matches!(token, "the" | "le" | "la" | "les" | "l")
}

/// What `&` is written as, which itself folds to nothing.
fn is_joint(token: &str) -> bool {
    matches!(token, "and" | "et" | "und")
}

/// The words of a folded name but for the `and`s inside, runs of single letters joined: `s a r l` is `sarl`.
fn join_initials(folded: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut open = false;
    let mut words = text::tokens(folded).peekable();
    while let Some(token) = words.next() {
        if is_joint(token) && !tokens.is_empty() && words.peek().is_some() {
            continue;
        }
        let single = token.len() == 1 && token.as_bytes()[0].is_ascii_lowercase();
        match tokens.last_mut() {
            Some(last) if single && open => last.push_str(token),
            _ => tokens.push(token.to_owned()),
        }
        open = single;
    }
    tokens
}
