//! Which part comes first in whole names, column by column: `Jean Dupont` or `Dupont Jean`.
//!
//! Known names vote; a column they do not decide goes by the columns of other names, whose words it shares.

use super::Source;
use super::value::fold;
use super::words;
use crate::normalize::name::NameOrder;
use crate::schema::Kind;
use std::collections::HashSet;

/// The first and last words of a column's whole names, folded.
struct Ends {
    first: HashSet<String>,
    last: HashSet<String>,
    /// Votes of known names.
    given_first: usize,
    family_first: usize,
}

/// Votes needed to decide, and how many times the votes against.
const LEAST: usize = 5;
const MARGIN: usize = 3;

/// The columns, as source and column index, whose whole names begin with the family name.
pub(super) fn family_first(sources: &[Source<'_>]) -> HashSet<(usize, usize)> {
    let mut columns = Vec::new();
    let (mut given, mut family) = (HashSet::new(), HashSet::new());
    for (s, source) in sources.iter().enumerate() {
        for (c, column) in source.columns.iter().enumerate() {
            let texts = || column.content.sample.iter().map(|sampled| sampled.text);
            let words = |texts: &mut dyn Iterator<Item = &str>| texts.flat_map(words_of).collect::<Vec<_>>();
            match column.verdict.kind {
                Kind::FullName => columns.push(((s, c), ends(texts()))),
                Kind::GivenName => given.extend(words(&mut texts())),
                Kind::FamilyName => family.extend(words(&mut texts())),
                _ => {}
            }
        }
    }
    let mut found = HashSet::new();
    let mut undecided = Vec::new();
    for (place, ends) in columns {
        match decide(ends.given_first, ends.family_first) {
            Some(order) => learn(place, order, ends, (&mut given, &mut family), &mut found),
            None => undecided.push((place, ends)),
        }
    }
    for (place, ends) in undecided {
        let shared = |x: &HashSet<String>, y: &HashSet<String>| x.intersection(y).count();
        let along = shared(&ends.first, &given) + shared(&ends.last, &family);
        let against = shared(&ends.first, &family) + shared(&ends.last, &given);
        let order = decide(along, against).unwrap_or_default();
        learn(place, order, ends, (&mut given, &mut family), &mut found);
    }
    found
}

fn decide(given_first: usize, family_first: usize) -> Option<NameOrder> {
    let clear = |more: usize, less: usize| more >= LEAST && more >= MARGIN * less;
    match () {
        () if clear(given_first, family_first) => Some(NameOrder::GivenFirst),
        () if clear(family_first, given_first) => Some(NameOrder::FamilyFirst),
        () => None,
    }
}

/// Keeps the order of a column, and its words for the columns that follow.
fn learn(
    place: (usize, usize),
    order: NameOrder,
    ends: Ends,
    (given, family): (&mut HashSet<String>, &mut HashSet<String>),
    found: &mut HashSet<(usize, usize)>,
) {
    let (first, last) = (ends.first, ends.last);
    if order == NameOrder::FamilyFirst {
        found.insert(place);
        family.extend(first);
        given.extend(last);
    } else {
        given.extend(first);
        family.extend(last);
    }
}

fn words_of(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1).map(str::to_owned).collect()
}

fn ends<'a>(texts: impl Iterator<Item = &'a str>) -> Ends {
    let mut ends = Ends { first: HashSet::new(), last: HashSet::new(), given_first: 0, family_first: 0 };
    for text in texts.filter(|text| !text.contains(',')) {
        let words = words_of(text);
        let ([first, .., last], true) = (words.as_slice(), words.len() > 1) else { continue };
        let given = |word: &String| words::GIVEN.has(word) && !words::FAMILY.has(word);
        let family = |word: &String| words::FAMILY.has(word) && !words::GIVEN.has(word);
        ends.given_first += usize::from(given(first) && !given(last)) + usize::from(family(last) && !family(first));
        ends.family_first += usize::from(given(last) && !given(first)) + usize::from(family(first) && !family(last));
        ends.first.insert(first.clone());
        ends.last.insert(last.clone());
    }
    ends
}
