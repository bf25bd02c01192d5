//! Diminutives: which given names may stand for the same name.
//!
//! The table `data/nicknames.txt` was written for this project from general knowledge and has the project's licence.

use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;
use std::sync::LazyLock;

/// One line: a root name, a colon, its short forms.
static LINES: &str = include_str!("data/nicknames.txt");

/// From each word to the root names it may stand for.
static ROOTS: LazyLock<HashMap<Cow<'static, str>, Vec<&'static str>>> = LazyLock::new(|| {
    let mut roots: HashMap<Cow<'static, str>, Vec<&str>> = HashMap::new();
    for line in LINES.lines().filter(|line| !line.starts_with('#')) {
        let Some((root, forms)) = line.split_once(':') else { continue };
        let root = root.trim();
        for form in forms.split(',').map(str::trim).filter(|form| !form.is_empty() && *form != root) {
            let known = roots.entry(form.into()).or_default();
            if !known.contains(&root) {
                known.push(root);
            }
        }
    }
    let names: HashSet<&str> = roots.values().flatten().copied().collect();
    let spelled = |(form, of): (&Cow<'static, str>, &Vec<_>)| Some((other_spelling(form)?, of.clone()));
    let others: Vec<(String, Vec<&str>)> = roots.iter().filter_map(spelled).collect();
    for (form, of) in others.into_iter().filter(|(form, _)| !names.contains(form.as_str())) {
        roots.entry(form.into()).or_insert(of);
    }
    roots
});

/// Short forms that end in `y` are as often spelled with `ie`, and the other way round.
fn other_spelling(form: &str) -> Option<String> {
    let stem = form.strip_suffix("ie").map(|stem| (stem, "y")).or_else(|| Some((form.strip_suffix('y')?, "ie")));
    stem.filter(|(stem, _)| stem.len() >= 3 && !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
        .map(|(stem, end)| format!("{stem}{end}"))
}

/// The compound names of the table (`jean pierre`), first and second word.
static COMPOUNDS: LazyLock<HashSet<(&str, &str)>> = LazyLock::new(|| {
    let roots = LINES.lines().filter_map(|line| line.split_once(':')).map(|(root, _)| root.trim());
    roots.filter_map(|root| root.split_once(' ')).collect()
});

/// Whether two given names in a row are usually one compound name: `jean`, `pierre`.
pub(super) fn is_compound(first: &str, second: &str) -> bool {
    COMPOUNDS.contains(&(first, second))
}

/// The root names a folded given name may stand for, itself excluded; empty where none is known.
///
/// ```
/// assert_eq!(cdp_core::normalize::nickname::roots("bob"), ["robert"]);
/// ```
pub fn roots(token: &str) -> &'static [&'static str] {
    ROOTS.get(token).map_or(&[], Vec::as_slice)
}

/// Whether two different folded given names may be the same name: one is a short form of the other, or both of a third.
///
/// ```
/// use cdp_core::normalize::nickname::related;
/// assert!(related("bob", "robert") && related("bob", "rob"));
/// assert!(related("kees", "cornelis") && related("gosia", "malgorzata") && related("laxmi", "lakshmi"));
/// assert!(related("peggie", "margaret"), "peggy is in the table");
/// assert!(!related("bob", "william"));
/// ```
pub fn related(a: &str, b: &str) -> bool {
    let (roots_a, roots_b) = (roots(a), roots(b));
    roots_a.contains(&b) || roots_b.contains(&a) || roots_a.iter().any(|root| roots_b.contains(root))
}
