//! Reading entries from a connection.

use super::super::{KeyRange, Seen, Space};
use super::connection::Answer;
use postgres::types::Type;
use postgres::{Client, Row};

/// Entries that one question asks for.
pub(super) const PAGE: usize = 1_000;

/// An entry: its key and its value.
pub(super) type Entry = (Vec<u8>, Vec<u8>);

pub(super) fn get(client: &mut Client, schema: &str, space: Space, key: &[u8]) -> Answer<Option<Vec<u8>>> {
    let question = format!("SELECT value FROM {schema}.entries WHERE space = $1 AND key = $2");
    let rows = client.query_typed(&question, &[(&i16::from(space.0), Type::INT2), (&key, Type::BYTEA)])?;
    rows.first().map(|row| row.try_get(0)).transpose()
}

pub(super) fn last_key(client: &mut Client, schema: &str, space: Space) -> Answer<Option<Vec<u8>>> {
    let question = format!("SELECT key FROM {schema}.entries WHERE space = $1 ORDER BY key DESC LIMIT 1");
    let rows = client.query_typed(&question, &[(&i16::from(space.0), Type::INT2)])?;
    rows.first().map(|row| row.try_get(0)).transpose()
}

/// The first entries of a range.
pub(super) fn page(client: &mut Client, schema: &str, space: Space, range: &KeyRange) -> Answer<Vec<Entry>> {
    let end = if range.end().is_some() { "AND key < $3" } else { "" };
    let question = format!(
        "SELECT key, value FROM {schema}.entries WHERE space = $1 AND key >= $2 {end} ORDER BY key LIMIT {PAGE}"
    );
    let (space, first, end) = (i16::from(space.0), range.first(), range.end());
    let rows = match &end {
        Some(end) => client.query_typed(&question, &[(&space, Type::INT2), (&first, Type::BYTEA), (end, Type::BYTEA)]),
        None => client.query_typed(&question, &[(&space, Type::INT2), (&first, Type::BYTEA)]),
    }?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// The spaces that hold anything.
pub(super) fn spaces(client: &mut Client, schema: &str) -> Answer<Vec<Space>> {
    let rows = client.query_typed(&format!("SELECT DISTINCT space FROM {schema}.entries ORDER BY space"), &[])?;
    rows.iter().map(|row| row.try_get::<_, i16>(0).map(|space| Space(space as u8))).collect()
}

/// How much there is to be seen.
pub(super) fn seen(client: &mut Client, schema: &str) -> Answer<Seen> {
    let row = client.query_typed_one(&format!("SELECT commits, rewrites FROM {schema}.head"), &[])?;
    seen_in(&row)
}

fn seen_in(row: &Row) -> Answer<Seen> {
    let number = |column: usize| row.try_get::<_, i64>(column).map(|number| number as u64);
    Ok(Seen { commits: number(0)?, rewrites: number(1)? })
}
