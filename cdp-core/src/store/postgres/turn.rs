//! Writing: one transaction that holds the row everybody has to hold who writes.

use super::super::{Batch, Seen, Turn};
use super::connection::{Answer, Link, is_passing};
use crate::error::{Code, Error, Result};
use postgres::types::{ToSql, Type};
use postgres::{Client, SimpleQueryMessage, SimpleQueryRow};
use std::collections::BTreeMap;
use std::sync::MutexGuard;

/// The longest key: PostgreSQL indexes no longer one.
const MAX_KEY: usize = 2_600;

/// How many of the last writers `head` remembers.
const REMEMBERED: u64 = 64;

/// A transaction that has the turn.
pub(super) struct Writing<'a> {
    link: &'a Link,
    held: MutexGuard<'a, Option<Client>>,
    seen: Seen,
    /// A name that no other transaction has. `head` gets it with the commit, and so tells later whether there was one. The
    /// number of the transaction would not do: a server that crashed may give it again.
    name: String,
    is_open: bool,
}

/// The row of so many columns that the last of several questions answers with.
fn row_of(client: &mut Client, questions: &str, columns: usize) -> Answer<Option<SimpleQueryRow>> {
    let answers = client.simple_query(questions)?;
    Ok(answers.into_iter().rev().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) if row.len() == columns => Some(row),
        _ => None,
    }))
}

/// Begins the transaction. Durability is not the server's to weaken; whoever hangs with the turn loses it.
fn begin(client: &mut Client, schema: &str) -> Answer<(Seen, String)> {
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '5min'; \
         SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'; \
         SELECT commits, rewrites, gen_random_uuid() FROM {schema}.head FOR UPDATE"
    );
    let row = row_of(client, &begin, 3)?;
    let text = |column: usize| row.as_ref().and_then(|row| row.get(column)).unwrap_or_default().to_owned();
    let number = |column: usize| text(column).parse().unwrap_or_default();
    Ok((Seen { commits: number(0), rewrites: number(1) }, text(2)))
}

impl<'a> Writing<'a> {
    pub(super) fn begin(link: &'a Link) -> Result<Writing<'a>> {
        let mut held = link.lock();
        let begun = link.patiently(&mut held, |client| begin(client, link.address.quoted_schema()));
        let (seen, name) = begun.map_err(|error| link.address.error(&error))?;
        Ok(Writing { link, held, seen, name, is_open: true })
    }

    /// Whether the transaction was committed, asked on another connection once it is over: until then it holds the row.
    fn outcome(&mut self) -> Result<bool> {
        let link = self.link;
        let question = format!(
            "SET lock_timeout = '30s'; \
             SELECT '{}' = ANY(writers), commits < {} FROM {}.head FOR UPDATE; RESET lock_timeout",
            self.name,
            self.seen.commits + REMEMBERED,
            link.address.quoted_schema()
        );
        let row = link.patiently(&mut self.held, |client| row_of(client, &question, 2)).ok().flatten();
        let says = |column: usize| row.as_ref().is_some_and(|row| row.get(column) == Some("t"));
        match (says(0), says(1)) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => {
                let reason = "the database went away, and it is unknown whether it kept what was handed in";
                let help = "hand it in again: the same message counts once";
                Err(link.address.broken(Code::StoreIo, reason, help))
            }
        }
    }

    /// Writes the entries; nothing is kept yet. `None` where the connection is gone.
    fn write(&mut self, changes: &BTreeMap<(i16, &[u8]), Option<&[u8]>>) -> Answer<Option<()>> {
        let schema = self.link.address.quoted_schema();
        let those = |put: bool| changes.iter().filter(move |(_, value)| value.is_some() == put);
        let keys = |put: bool| those(put).map(|((space, key), _)| (*space, *key));
        let (gone_spaces, gone_keys): (Vec<i16>, Vec<&[u8]>) = keys(false).unzip();
        let (spaces, put_keys): (Vec<i16>, Vec<&[u8]>) = keys(true).unzip();
        let values: Vec<&[u8]> = those(true).filter_map(|(_, value)| *value).collect();
        Link::on_same(&mut self.held, |client| {
            if !gone_keys.is_empty() {
                let delete = format!(
                    "DELETE FROM {schema}.entries USING unnest($1::int2[], $2::bytea[]) AS gone (s, k) WHERE space = s AND key = k"
                );
                client.execute_typed(&delete, &[(&gone_spaces, Type::INT2_ARRAY), (&gone_keys, Type::BYTEA_ARRAY)])?;
            }
            let insert = format!(
                "INSERT INTO {schema}.entries SELECT * FROM unnest($1::int2[], $2::bytea[], $3::bytea[]) \
                 ON CONFLICT (space, key) DO UPDATE SET value = excluded.value"
            );
            let columns: [(&(dyn ToSql + Sync), Type); 3] =
                [(&spaces, Type::INT2_ARRAY), (&put_keys, Type::BYTEA_ARRAY), (&values, Type::BYTEA_ARRAY)];
            client.execute_typed(&insert, &columns).map(drop)
        })
    }
}

/// The last change of each key.
fn last_of_each(batch: &Batch) -> BTreeMap<(i16, &[u8]), Option<&[u8]>> {
    batch.ops().map(|op| ((i16::from(op.space.0), op.key), op.value)).collect()
}

fn check(batch: &Batch) -> Result<()> {
    batch.check()?;
    match batch.ops().map(|op| op.key.len()).find(|length| *length > MAX_KEY) {
        None => Ok(()),
        Some(length) => Err(Error::new(Code::ValueTooLarge, format!("a key has {length} bytes"))
            .help(format!("a store on PostgreSQL takes at most {MAX_KEY}"))),
    }
}

impl Turn for Writing<'_> {
    fn seen(&self) -> Seen {
        self.seen
    }

    fn commit(mut self: Box<Self>, batch: Batch, rewrites: bool) -> Result<bool> {
        check(&batch)?;
        let link = self.link;
        let written = self.write(&last_of_each(&batch));
        self.is_open = false;
        // Without its connection the transaction is gone too.
        match written {
            Ok(Some(())) => {}
            Ok(None) => return Ok(false),
            Err(error) if is_passing(&error) => return Ok(false),
            Err(error) => return Err(link.address.error(&error)),
        }
        let schema = link.address.quoted_schema();
        let end = format!(
            "UPDATE {schema}.head SET commits = commits + 1, rewrites = rewrites + {}, \
             writers = ('{}'::uuid || writers)[:{REMEMBERED}]; COMMIT",
            u8::from(rewrites),
            self.name
        );
        match Link::on_same(&mut self.held, |client| client.batch_execute(&end)) {
            Ok(Some(())) => Ok(true),
            Ok(None) => Ok(false),
            Err(error) if error.as_db_error().is_some() && !is_passing(&error) => Err(link.address.error(&error)),
            Err(_) => self.outcome(),
        }
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // A connection that cannot roll back is let go of, which does the same.
            let _ = Link::on_same(&mut self.held, |client| client.batch_execute("ROLLBACK"));
        }
    }
}
