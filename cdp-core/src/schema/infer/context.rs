//! Corrects the kinds of a source's columns by what stands beside them.

use super::content::{Content, Trait};
use super::decide::{self, Verdict};
use super::{Source, Studied, header};
use crate::schema::Kind;
use std::collections::BTreeMap;

/// Settles what a column alone cannot tell: generic names, given against family names, numbers of houses.
pub(super) fn refine(source: &mut Source<'_>) {
    others_beside_own(source);
    for index in 0..source.columns.len() {
        if let Some(verdict) = generic_name(source, index) {
            source.columns[index].verdict = verdict;
        }
    }
    pair_of_names(source);
    house_number(source);
    name_beside_name(source);
    city_beside_code(source);
    whole_address(source);
    source.columns.iter_mut().for_each(constant);
}

/// Beside a person's own names or contacts, those of a referrer, a spouse, a seller, ... are mere texts.
fn others_beside_own(source: &mut Source<'_>) {
    let personal = |column: &Studied<'_>| {
        let names = [Kind::FullName, Kind::GivenName, Kind::FamilyName, Kind::MiddleName, Kind::BirthName];
        let contacts = [Kind::Email, Kind::Phone, Kind::BirthDate];
        names.contains(&column.verdict.kind) || contacts.contains(&column.verdict.kind)
    };
    let is_other = |column: &Studied<'_>| header::is_about_others(column.name);
    if !source.columns.iter().any(|column| personal(column) && !is_other(column)) {
        return;
    }
    for column in source.columns.iter_mut().filter(|column| personal(column) && is_other(column)) {
        column.verdict = Verdict { by_header: true, ..Verdict::new(Kind::Text, 0.85, "names somebody else") };
    }
}

/// Headers that say "name" without saying whose.
fn is_generic(column: &Studied<'_>) -> bool {
    let verdict = &column.verdict;
    let name = matches!(verdict.kind, Kind::FullName | Kind::GivenName | Kind::FamilyName);
    verdict.by_header && name && column.hint.as_ref().is_some_and(|hint| hint.strength < 0.75)
}

fn generic_name(source: &Source<'_>, index: usize) -> Option<Verdict> {
    let column = &source.columns[index];
    if !is_generic(column) {
        return None;
    }
    let others = || source.columns.iter().enumerate().filter(|&(at, _)| at != index).map(|(_, other)| other);
    let stated = |kind| others().any(|other| other.verdict.kind == kind && !is_generic(other));
    let said = column.verdict.kind;
    let (kind, confidence, why) = match said {
        Kind::FullName if stated(Kind::FamilyName) && !stated(Kind::GivenName) && column.content.mean_words < 1.6 => {
            (Kind::GivenName, 0.85, "stands beside a family name")
        }
        Kind::FullName => whose_name(&column.content, is_about_persons(source, index)),
        _ if is_whole(&column.content) => (Kind::FullName, 0.75, "holds whole personal names"),
        Kind::GivenName if stated(Kind::FamilyName) => (said, 0.85, "stands beside a family name"),
        Kind::FamilyName if others().any(|other| other.verdict.kind == Kind::GivenName) => {
            (said, 0.9, "stands beside a given name")
        }
        _ if column.content.share(Trait::Organisation) > 0.2 => {
            (Kind::OrganisationName, 0.7, "holds names of organisations")
        }
        _ => return None,
    };
    let reason = format!("{}, {why}", column.verdict.reason);
    Some(Verdict { by_header: true, ..Verdict::new(kind, confidence, reason) })
}

fn is_whole(content: &Content<'_>) -> bool {
    content.share(Trait::WholeName) >= 0.2 || content.share(Trait::Person) >= 0.4 && content.mean_words >= 1.8
}

fn whose_name(content: &Content<'_>, persons: bool) -> (Kind, f64, &'static str) {
    let (person, organisation) = (content.share(Trait::Person), content.share(Trait::Organisation));
    if organisation >= 0.15 && organisation > person {
        return (Kind::OrganisationName, 0.75, "holds names of organisations");
    }
    if person >= 0.35 || content.share(Trait::WholeName) >= 0.15 {
        return (Kind::FullName, 0.85, "holds names of persons");
    }
    if persons {
        return (Kind::FullName, 0.7, "in a table about persons");
    }
    let form = content.share(Trait::PersonForm);
    if form >= 0.85 && (person >= 0.12 || organisation < 0.03) {
        return (Kind::FullName, 0.6, "has the form of personal names");
    }
    (Kind::OrganisationName, 0.55, "does not look like personal names")
}

/// Whether other columns speak of persons.
fn is_about_persons(source: &Source<'_>, except: usize) -> bool {
    let personal = [
        Kind::GivenName,
        Kind::FamilyName,
        Kind::BirthDate,
        Kind::Gender,
        Kind::Title,
        Kind::NationalId,
        Kind::MiddleName,
    ];
    let mut columns = source.columns.iter().enumerate().filter(|&(index, _)| index != except);
    columns.any(|(_, column)| personal.contains(&column.verdict.kind) && !is_generic(column))
}

/// Two columns of names that content alone tells apart badly: the one with fewer different values holds given names.
fn pair_of_names(source: &mut Source<'_>) {
    let guessed: Vec<usize> =
        (0..source.columns.len()).filter(|&index| is_guessed_name(&source.columns[index])).collect();
    let has_stated = |kind| source.columns.iter().any(|column| column.verdict.by_header && column.verdict.kind == kind);
    let (given, family) = (has_stated(Kind::GivenName), has_stated(Kind::FamilyName));
    if let ([first, second], false, false) = (guessed.as_slice(), given, family) {
        let (first, second) = (*first, *second);
        if source.columns[first].verdict.kind == source.columns[second].verdict.kind {
            let lean = |index: usize| {
                let content = &source.columns[index].content;
                content.share(Trait::Given) - content.share(Trait::Family)
            };
            let (a, b) = if lean(first) >= lean(second) { (first, second) } else { (second, first) };
            source.columns[a].verdict.kind = Kind::GivenName;
            source.columns[b].verdict.kind = Kind::FamilyName;
        }
    }
}

fn is_guessed_name(column: &Studied<'_>) -> bool {
    !column.verdict.by_header && matches!(column.verdict.kind, Kind::GivenName | Kind::FamilyName)
}

/// Small numbers right before or after a street without numbers are its house numbers.
fn house_number(source: &mut Source<'_>) {
    if has(source, Kind::HouseNumber) {
        return;
    }
    let bare = |column: &Studied<'_>| {
        let content = &column.content;
        column.verdict.kind == Kind::StreetAddress
            && content.share(Trait::HouseNumber) < 0.1
            && content.share(Trait::Integer) < 0.1
    };
    let found = beside(source, bare, |column| {
        let small = column.content.share(Trait::HouseNumber) > 0.8 && column.content.mean_length <= 4.0;
        // `numero` beside a street is the street's.
        let vague = !column.verdict.by_header || matches!(column.verdict.kind, Kind::Identifier | Kind::Number);
        small && vague && !column.content.is_counter()
    });
    if let Some(index) = found {
        source.columns[index].verdict = Verdict::new(Kind::HouseNumber, 0.6, "holds small numbers beside a street");
    }
}

/// Words of no known kind beside a given name are the family name, where there is none else.
fn name_beside_name(source: &mut Source<'_>) {
    for (known, missing) in [(Kind::GivenName, Kind::FamilyName), (Kind::FamilyName, Kind::GivenName)] {
        if has(source, missing) {
            continue;
        }
        let found = beside(
            source,
            |column| column.verdict.kind == known,
            |column| is_plain_words(column) && column.content.mean_words < 1.4,
        );
        if let Some(index) = found {
            source.columns[index].verdict =
                Verdict::new(missing, 0.5, format!("holds single words beside the {known}"));
        }
    }
}

/// Words that come again and again beside a postal code or a region are cities, where there is none else.
fn city_beside_code(source: &mut Source<'_>) {
    if has(source, Kind::City) {
        return;
    }
    let coded = |column: &Studied<'_>| matches!(column.verdict.kind, Kind::PostalCode | Kind::Region);
    let found = beside(source, coded, |column| {
        is_plain_words(column) && column.content.mean_words < 2.6 && column.content.uniqueness() < 0.7
    });
    if let Some(index) = found {
        source.columns[index].verdict = Verdict::new(Kind::City, 0.5, "holds repeated words beside a postal code");
    }
}

/// A column named `address` holds whole addresses where most of its values do and no other column has the places.
fn whole_address(source: &mut Source<'_>) {
    if has(source, Kind::City) || has(source, Kind::PostalCode) {
        return;
    }
    for column in source.columns.iter_mut().filter(|column| column.verdict.kind == Kind::StreetAddress) {
        if column.content.share(Trait::Address) >= 0.45 {
            column.verdict.kind = Kind::FullAddress;
            column.verdict.reason += ", holds whole addresses";
        }
    }
}

/// Guessed by content alone to be words of no known kind, and more than a handful of them.
fn is_plain_words(column: &Studied<'_>) -> bool {
    let guessed = !column.verdict.by_header && matches!(column.verdict.kind, Kind::Text | Kind::Category);
    guessed && column.hint.is_none() && column.content.distinct > 20 && column.content.share(Trait::Wordy) > 0.85
}

fn has(source: &Source<'_>, kind: Kind) -> bool {
    source.columns.iter().any(|column| column.verdict.kind == kind)
}

/// The first column that passes the second test right before or after one that passes the first.
fn beside(
    source: &Source<'_>,
    anchor: impl Fn(&Studied<'_>) -> bool,
    wanted: impl Fn(&Studied<'_>) -> bool,
) -> Option<usize> {
    let anchors = (0..source.columns.len()).filter(|&index| anchor(&source.columns[index]));
    let neighbours = anchors.flat_map(|index| [index.wrapping_sub(1), index + 1]);
    neighbours.into_iter().find(|&index| source.columns.get(index).is_some_and(&wanted))
}

/// An employer is not the name of the record itself: where any source gives that too, the employer is a mere text.
pub(super) fn own_names_before_employers(sources: &mut [Source<'_>]) {
    let is_employer = |column: &Studied<'_>| {
        let phrase = column.hint.as_ref().map_or("", |hint| hint.phrase.as_str());
        matches!(phrase, "employer" | "employeur" | "arbeitgeber")
    };
    let own = |column: &Studied<'_>| column.verdict.kind == Kind::OrganisationName && !is_employer(column);
    if !sources.iter().flat_map(|source| &source.columns).any(own) {
        return;
    }
    for column in sources.iter_mut().flat_map(|source| &mut source.columns).filter(|column| is_employer(column)) {
        if column.verdict.kind == Kind::OrganisationName {
            column.verdict = Verdict::new(Kind::Text, 0.6, "names an employer beside the records' own names");
        }
    }
}

/// Beside the names of the records' own organisations, a column of few names that come again and again tells what they
/// belong to: an agency, a chain, a group.
pub(super) fn own_names_before_parents(source: &mut Source<'_>) {
    let names = |column: &Studied<'_>| column.verdict.kind == Kind::OrganisationName;
    let rank = |column: &Studied<'_>| (column.content.filled, column.content.distinct);
    let Some(own) = (0..source.columns.len())
        .filter(|&index| names(&source.columns[index]))
        .max_by_key(|&index| (rank(&source.columns[index]), std::cmp::Reverse(index)))
    else {
        return;
    };
    let (uniqueness, phrase) = {
        let own = &source.columns[own];
        (own.content.uniqueness(), own.hint.as_ref().map(|hint| hint.phrase.clone()))
    };
    for (index, column) in source.columns.iter_mut().enumerate() {
        let says_the_same = phrase.is_some() && column.hint.as_ref().map(|hint| hint.phrase.clone()) == phrase;
        if index != own && names(column) && !says_the_same && column.content.uniqueness() < 0.5 * uniqueness {
            column.verdict = Verdict::new(Kind::Text, 0.6, "names what the records' organisations belong to");
        }
    }
}

/// Columns of one name in several sources mean the same, unless their content forbids it: the surest one decides. A name is more
/// than a number or a letter or two.
pub(super) fn agree_across(sources: &mut [Source<'_>]) {
    let mut surest: BTreeMap<String, Verdict> = BTreeMap::new();
    for column in sources.iter().flat_map(|source| &source.columns).filter(|column| is_named(column)) {
        let best = surest.entry(column.name.to_lowercase()).or_insert_with(|| column.verdict.clone());
        let rank = |verdict: &Verdict| (verdict.kind != Kind::Ignore, verdict.confidence);
        if rank(&column.verdict) > rank(best) {
            *best = column.verdict.clone();
        }
    }
    for column in sources.iter_mut().flat_map(|source| &mut source.columns).filter(|column| is_named(column)) {
        let Some(best) = surest.get(&column.name.to_lowercase()) else { continue };
        let weaker = column.verdict.kind != Kind::Ignore && column.verdict.confidence < best.confidence;
        if weaker && column.verdict.kind != best.kind && decide::allows(best.kind, &column.content) {
            let reason = format!("{}; as in another source", best.reason);
            column.verdict = Verdict { reason, confidence: best.confidence * 0.9, ..best.clone() };
        }
    }
}

/// Whether the header says something: a known phrase, or a word that nobody knows; no numbered column, and not a letter or two.
fn is_named(column: &Studied<'_>) -> bool {
    let header = column.name;
    let letters = header.chars().filter(|c| c.is_alphabetic()).count();
    let short = if header.is_ascii() { 3 } else { 1 };
    column.hint.is_some() || letters >= short && !header.chars().any(|c| c.is_ascii_digit())
}

/// A column with one value tells nothing apart; the place it names is still worth keeping.
fn constant(column: &mut Studied<'_>) {
    let keeps =
        matches!(column.verdict.kind, Kind::Country | Kind::Region | Kind::City | Kind::PostalCode | Kind::Ignore);
    let rare = column.content.filled * 2 < column.content.rows;
    if column.content.distinct == 1 && column.content.filled >= 10 && !keeps && !rare {
        column.verdict = Verdict::new(Kind::Ignore, 0.9, "holds one value only");
    }
}
