//! Identifiers: which column names the record, and which of the others are worth comparing.

use super::content::Sampled;
use super::decide::Verdict;
use super::{Source, Studied, header};
use crate::record::{Column, NULL, Table};
use crate::schema::Kind;
use hashbrown::{HashMap, HashSet};

/// Chooses the id columns, and takes identifiers out that can link nothing.
pub(super) fn settle(sources: &mut [Source<'_>]) {
    let verdicts: Vec<Vec<Option<Verdict>>> = (0..sources.len()).map(|index| judge_source(sources, index)).collect();
    for (source, verdicts) in sources.iter_mut().zip(verdicts) {
        source.id = record_id(source);
        for (column, verdict) in source.columns.iter_mut().zip(verdicts) {
            column.verdict = verdict.unwrap_or_else(|| column.verdict.clone());
        }
        if let Some(index) = source.id {
            let column = &mut source.columns[index];
            column.verdict.reason = format!("the record's id: {}", column.verdict.reason);
            if column.verdict.kind == Kind::Category {
                column.verdict.kind = Kind::Ignore;
            }
        }
    }
}

pub(super) fn is_id(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Identifier
            | Kind::CustomerId
            | Kind::LoyaltyId
            | Kind::AnonymousId
            | Kind::NationalId
            | Kind::OrganisationId
    )
}

/// The unique, complete column whose name is most like that of a record id.
fn record_id(source: &Source<'_>) -> Option<usize> {
    let complete = |column: &Studied<'_>| column.content.is_unique() && column.content.filled == column.content.rows;
    let candidate = |(index, column): (usize, &Studied<'_>)| {
        // `ticket_id` is a category by its name, but not in the source `tickets`, where no value occurs twice.
        let id_like =
            is_id(column.verdict.kind) || matches!(column.verdict.kind, Kind::Ignore | Kind::Number | Kind::Category);
        let rank = header::record_id_rank(column.name, source.table.source())?;
        (id_like && complete(column)).then_some((rank, index))
    };
    source.columns.iter().enumerate().filter_map(candidate).min().map(|(_, index)| index)
}

/// The complete column whose name is most like that of a record id, where some of its values stand in more than one row; and how
/// many do.
pub(super) fn repeated_id(table: &Table) -> Option<(&str, usize)> {
    let repeats = |column: &Column| {
        let mut rows = vec![0u32; column.distinct().len()];
        column.codes().iter().filter(|code| **code != NULL).for_each(|code| rows[*code as usize] += 1);
        let repeated = rows.iter().filter(|rows| **rows > 1).count();
        let is_complete = rows.iter().map(|rows| *rows as usize).sum::<usize>() == table.len();
        // Fewer values than half the rows name something else, such as the customer of an order.
        (is_complete && repeated > 0 && 2 * rows.len() >= table.len()).then_some(repeated)
    };
    let ranked = table.columns().iter().filter_map(|column| {
        Some((header::record_id_rank(column.name(), table.source())?, column.name(), repeats(column)?))
    });
    ranked.min().map(|(_, name, repeated)| (name, repeated))
}

fn judge_source(sources: &[Source<'_>], index: usize) -> Vec<Option<Verdict>> {
    let columns = 0..sources[index].columns.len();
    columns.map(|column| judge(sources, index, column)).collect()
}

/// A new verdict for an identifier that is not worth comparing, or is one after all.
fn judge(sources: &[Source<'_>], index: usize, at: usize) -> Option<Verdict> {
    let column = &sources[index].columns[at];
    let (verdict, content) = (&column.verdict, &column.content);
    let personal =
        matches!(verdict.kind, Kind::NationalId | Kind::OrganisationId | Kind::LoyaltyId) && !content.is_counter();
    if !is_id(verdict.kind) || personal {
        return None;
    }
    let shared =
        sources.iter().enumerate().any(|(other, source)| other != index && is_shared(&sources[index], column, source));
    if shared {
        return None;
    }
    let ignored = |why: &str| Some(Verdict::new(Kind::Ignore, 0.8, format!("{}; {why}", verdict.reason)));
    if content.is_unique() {
        return ignored("no value occurs twice");
    }
    if verdict.kind == Kind::Identifier && content.filled > 4 * content.distinct {
        return Some(Verdict::new(Kind::Category, 0.6, format!("{}; many records share a value", verdict.reason)));
    }
    let repeats = pairs_within(&sources[index], column);
    if verdict.kind == Kind::Identifier && !agree(&sources[index], &sources[index], column.name, None, &repeats) {
        return ignored("records that share a value have little else in common");
    }
    None
}

/// Whether the other source has a column of the same identifiers: values in common, on records that agree elsewhere.
fn is_shared(source: &Source<'_>, column: &Studied<'_>, other: &Source<'_>) -> bool {
    let alike = other.columns.iter().filter(|candidate| is_id(candidate.verdict.kind));
    alike.into_iter().any(|candidate| {
        let pairs = pairs_between(source, column, other, candidate);
        let enough =
            pairs.len() >= 2 && pairs.len() * 50 >= column.content.sample.len().min(candidate.content.sample.len());
        enough && agree(source, other, column.name, Some(candidate.name), &pairs)
    })
}

/// Pairs of records at most that identifiers are tried on.
const TRIED: usize = 200;

/// A value of more records than this identifies nobody.
const MANY: u32 = 32;

/// A record for each of the first sampled values they have in common.
fn pairs_between(
    source: &Source<'_>,
    column: &Studied<'_>,
    other: &Source<'_>,
    candidate: &Studied<'_>,
) -> Vec<(usize, usize)> {
    let theirs: HashMap<&str, u32> = candidate
        .content
        .sample
        .iter()
        .filter(|sampled| sampled.count <= MANY)
        .map(|sampled| (sampled.text, sampled.code))
        .collect();
    let common: Vec<(u32, u32)> = column
        .content
        .sample
        .iter()
        .filter(|s| s.count <= MANY)
        .filter_map(|s| Some((s.code, *theirs.get(s.text)?)))
        .take(TRIED)
        .collect();
    let (ours, theirs) = (
        rows_of(source, column, common.iter().map(|pair| pair.0)),
        rows_of(other, candidate, common.iter().map(|pair| pair.1)),
    );
    common.iter().filter_map(|(a, b)| Some((*ours.get(a)?.first()?, *theirs.get(b)?.first()?))).collect()
}

/// Two records for each of the first sampled values that occur more than once.
fn pairs_within(source: &Source<'_>, column: &Studied<'_>) -> Vec<(usize, usize)> {
    let repeated: Vec<&Sampled<'_>> =
        column.content.sample.iter().filter(|sampled| (2..=MANY).contains(&sampled.count)).take(TRIED).collect();
    let rows = rows_of(source, column, repeated.iter().map(|sampled| sampled.code));
    repeated
        .iter()
        .filter_map(|sampled| rows.get(&sampled.code).and_then(|rows| Some((*rows.first()?, *rows.get(1)?))))
        .collect()
}

/// The rows of each code, ordered by their content, so that their place does not matter.
fn rows_of(source: &Source<'_>, column: &Studied<'_>, codes: impl Iterator<Item = u32>) -> HashMap<u32, Vec<usize>> {
    let mut rows: HashMap<u32, Vec<usize>> = codes.map(|code| (code, Vec::new())).collect();
    let Some(column) = source.table.column(column.name) else { return rows };
    for (row, code) in column.codes().iter().enumerate() {
        if let Some(found) = rows.get_mut(code) {
            found.push(row);
        }
    }
    rows.values_mut().for_each(|found| found.sort_by_cached_key(|&row| texts(source.table.columns(), row)));
    rows
}

fn texts(columns: &[Column], row: usize) -> Vec<Option<&str>> {
    columns.iter().map(|column| column.get(row)).collect()
}

/// Whether paired records have clearly more in common than records paired at random.
fn agree(source: &Source<'_>, other: &Source<'_>, ours: &str, theirs: Option<&str>, pairs: &[(usize, usize)]) -> bool {
    let theirs = theirs.unwrap_or(ours);
    let left: Vec<HashSet<String>> = pairs.iter().map(|pair| telling(source, pair.0, ours)).collect();
    let right: Vec<HashSet<String>> = pairs.iter().map(|pair| telling(other, pair.1, theirs)).collect();
    let common = |shift: usize| -> usize {
        let shifted = right.iter().cycle().skip(shift);
        left.iter().zip(shifted).map(|(a, b)| a.intersection(b).count()).sum()
    };
    let (paired, random) = (common(0), common(pairs.len().div_ceil(2).max(1)));
    let possible = left.iter().zip(&right).filter(|(a, b)| !a.is_empty() && !b.is_empty()).count();
    possible > 0 && pairs.len() > 1 && paired * 10 >= random * 14 + possible * 5
}

/// The words of a record that tell records apart: those of its columns with many values.
fn telling(source: &Source<'_>, row: usize, except: &str) -> HashSet<String> {
    let mut words = HashSet::new();
    for column in &source.columns {
        let telling = column.content.distinct > 20 || column.content.uniqueness() > 0.3;
        if column.name == except || !telling || matches!(column.verdict.kind, Kind::Number | Kind::Date | Kind::Ignore)
        {
            continue;
        }
        if let Some(text) = source.table.column(column.name).and_then(|column| column.get(row)) {
            words.extend(super::value::Value::new(text).tokens.into_iter().filter(|token| token.len() > 2));
        }
    }
    words
}
