//! A store in a schema of a PostgreSQL database (13 or newer), for several processes that share one graph.
//!
//! Two tables: `entries` holds spaces, keys and values, ordered bytewise; the one row of `head` counts commits and names the last
//! writers, and whoever holds it has the turn to write. A commit is one transaction, so whoever is killed leaves nothing of it.
//! Where the connection was lost during a commit, `head` tells on another one whether there was one.
//!
//! It blocks: from asynchronous code call it on a thread that may block.

mod connection;
mod read;
mod security;
#[cfg(feature = "postgres-tls")]
mod tls;
mod turn;

use super::{Batch, FORMAT, FORMAT_KEY, KeyRange, Seen, Shared, Space, Store, Turn, Verification, Visit};
use crate::error::{Code, Error, Result};
use connection::{Address, Answer, Link};
use read::Entry;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use turn::Writing;

/// A [`Store`] on PostgreSQL, that several processes write to by turns.
pub struct Postgres {
    reading: Link,
    writing: Link,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("graph", &self.reading.address.quoted_schema()).finish_non_exhaustive()
    }
}

impl Postgres {
    /// The store at `postgres://user:password@host:port/database?graph=name`, which is made where there is none. `graph` is the
    /// schema of its tables, `light_cdp` unless told; all other parameters are those of libpq. With the feature
    /// `postgres-tls`, `sslmode` and `sslrootcert` are as libpq has them; without `sslrootcert`, `verify-full` asks the authorities that the
    /// system trusts. Without the feature connections are not encrypted.
    ///
    /// # Errors
    /// `invalid_input` for an address that cannot be read; `store_version` if a newer version made it; `store_io`. No error holds
    /// the user or the password.
    pub fn open(url: &str) -> Result<Postgres> {
        let address = Address::read(url)?;
        let store = Postgres { reading: Link::new(address.clone()), writing: Link::new(address) };
        store.create()?;
        let format =
            store.get(Space::META, FORMAT_KEY)?.and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
        match format {
            Some(1..=FORMAT) => Ok(store),
            Some(newer) => {
                let reason = format!("the store has format {newer}, and this version knows formats up to {FORMAT}");
                Err(store.reading.address.broken(Code::StoreVersion, &reason, "use a newer version"))
            }
            None => {
                Err(store.reading.address.broken(Code::StoreCorrupt, "it does not say its format", "restore a backup"))
            }
        }
    }

    /// Makes the tables, once, whoever comes first.
    fn create(&self) -> Result<()> {
        let schema = self.reading.address.quoted_schema();
        let there = format!(
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('{schema}.head') AND attname = 'writers')"
        );
        let is_there = |client: &mut postgres::Client| client.query_typed_one(&there, &[])?.try_get::<_, bool>(0);
        // A wrong address is told at once: a database that was never reached is not waited for.
        if self.writing.reach(is_there)? {
            return Ok(());
        }
        let create = format!(
            "BEGIN; SELECT pg_advisory_xact_lock(hashtext('light-cdp {schema}')); \
             CREATE SCHEMA IF NOT EXISTS {schema}; \
             CREATE TABLE IF NOT EXISTS {schema}.entries (space int2 NOT NULL, key bytea NOT NULL, value bytea NOT NULL, \
             PRIMARY KEY (space, key)); \
             INSERT INTO {schema}.entries VALUES ({}, 'store.format', '\\x{FORMAT:08x}') ON CONFLICT DO NOTHING; \
             CREATE TABLE IF NOT EXISTS {schema}.head (one bool PRIMARY KEY DEFAULT true CHECK (one), \
             commits int8 NOT NULL, rewrites int8 NOT NULL); \
             ALTER TABLE {schema}.head ADD COLUMN IF NOT EXISTS writers uuid[] NOT NULL DEFAULT '{{}}'; \
             INSERT INTO {schema}.head VALUES (true, 0, 0) ON CONFLICT DO NOTHING; COMMIT",
            Space::META.0
        );
        self.writing.work(|client| client.batch_execute(&create))
    }
}

/// Visits the entries of a range, page by page, so that nobody waits for the visitor.
fn scan(range: &KeyRange, page: impl Fn(&KeyRange) -> Result<Vec<Entry>>, visit: &mut Visit<'_>) -> Result<()> {
    let mut left = range.clone();
    while !left.is_empty() {
        let page = page(&left)?;
        for (key, value) in &page {
            if visit(key, value)?.is_break() {
                return Ok(());
            }
        }
        match page.last() {
            Some((key, _)) if page.len() == read::PAGE => left = left.following(key),
            _ => return Ok(()),
        }
    }
    Ok(())
}

impl Store for Postgres {
    fn commit(&self, batch: Batch) -> Result<()> {
        batch.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        for _ in 0..super::shared::TRIES {
            if self.turn()?.commit(batch.clone(), true)? {
                return Ok(());
            }
        }
        Err(super::shared::given_up())
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.reading.work(|client| read::get(client, self.reading.address.quoted_schema(), space, key))
    }

    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        let link = &self.reading;
        scan(range, |left| link.work(|client| read::page(client, link.address.quoted_schema(), space, left)), visit)
    }

    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>> {
        self.reading.work(|client| read::last_key(client, self.reading.address.quoted_schema(), space))
    }

    /// Writes the table anew (`VACUUM FULL`), for which its user has to own it; readers wait too. The write-ahead log of the
    /// server, its archives, replicas and backups are the server's: they keep what was deleted until they are recycled.
    fn compact(&self) -> Result<()> {
        let vacuum = format!("VACUUM (FULL, ANALYZE) {}.entries", self.writing.address.quoted_schema());
        self.writing.work(|client| client.batch_execute(&vacuum))
    }

    fn verify(&self) -> Result<Verification> {
        View::of(&self.reading.address)?.1.verify()
    }

    fn backup(&self, path: &Path) -> Result<()> {
        View::of(&self.reading.address)?.1.backup(path)
    }

    fn size_on_disk(&self) -> Result<u64> {
        let schema = self.reading.address.quoted_schema();
        let question =
            format!("SELECT pg_total_relation_size('{schema}.entries') + pg_total_relation_size('{schema}.head')");
        let size = self.reading.work(|client| client.query_typed_one(&question, &[])?.try_get::<_, i64>(0))?;
        Ok(size as u64)
    }

    fn shared(&self) -> Option<&dyn Shared> {
        Some(self)
    }
}

impl Shared for Postgres {
    fn turn(&self) -> Result<Box<dyn Turn + '_>> {
        Ok(Box::new(Writing::begin(&self.writing)?))
    }

    fn seen(&self) -> Result<Seen> {
        self.reading.work(|client| read::seen(client, self.reading.address.quoted_schema()))
    }

    fn view(&self) -> Result<(Seen, Arc<dyn Store>)> {
        let (seen, view) = View::of(&self.reading.address)?;
        Ok((seen, Arc::new(view)))
    }
}

/// The store as of one instant: a transaction of its own that reads only.
struct View(Link);

impl View {
    fn of(address: &Address) -> Result<(Seen, View)> {
        let link = Link::new(address.clone());
        let seen = link.work(|client| {
            client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            read::seen(client, address.quoted_schema())
        })?;
        Ok((seen, View(link)))
    }

    /// Reads on the one connection that has the view: on another one it would be of another instant.
    fn read<T>(&self, work: impl FnOnce(&mut postgres::Client, &str) -> Answer<T>) -> Result<T> {
        let address = &self.0.address;
        let read = Link::on_same(&mut self.0.lock(), |client| work(client, address.quoted_schema()));
        let lost = || address.broken(Code::StoreIo, "the connection was lost while reading", "try again");
        read.map_err(|error| address.error(&error))?.ok_or_else(lost)
    }

    fn refused(&self) -> Error {
        self.0.address.broken(Code::Internal, "a view of a store is to be read only", "use the store")
    }
}

impl Store for View {
    fn commit(&self, _: Batch) -> Result<()> {
        Err(self.refused())
    }

    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.read(|client, schema| read::get(client, schema, space, key))
    }

    fn scan(&self, space: Space, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        scan(range, |left| self.read(|client, schema| read::page(client, schema, space, left)), visit)
    }

    fn last_key(&self, space: Space) -> Result<Option<Vec<u8>>> {
        self.read(|client, schema| read::last_key(client, schema, space))
    }

    fn compact(&self) -> Result<()> {
        Err(self.refused())
    }

    fn verify(&self) -> Result<Verification> {
        let mut found = Verification::default();
        for space in self.read(read::spaces)? {
            let read = self.scan(space, &KeyRange::all(), &mut |key, value| {
                found.entries += 1;
                found.bytes += (key.len() + value.len()) as u64;
                Ok(ControlFlow::Continue(()))
            });
            found.problems.extend(read.err());
        }
        Ok(found)
    }

    fn backup(&self, path: &Path) -> Result<()> {
        super::disk::create_copy(path, |put| {
            for space in self.read(read::spaces)? {
                self.scan(space, &KeyRange::all(), &mut |key, value| {
                    put(space, key, value).map(|()| ControlFlow::Continue(()))
                })?;
            }
            Ok(())
        })
    }

    fn size_on_disk(&self) -> Result<u64> {
        Err(self.refused())
    }
}
