//! The way to the database: its address, one connection that is made again where it was lost, and errors in our words.
//!
//! No error says more of the address than the host and the name of the database: never a user or a password.

use super::security::{self, Security};
use crate::error::{Code, Error, Result};
use postgres::error::{DbError, SqlState};
use postgres::{Client, Config};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What the database answers.
pub(super) type Answer<T> = std::result::Result<T, postgres::Error>;

/// How long a database may be away.
const PATIENCE: Duration = Duration::from_secs(30);
/// The first pause between tries; each is twice as long as the one before, up to a second.
const PAUSE: Duration = Duration::from_millis(10);
/// The schema where the address names none.
const SCHEMA: &str = "light_cdp";

/// Where a graph is kept.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    security: Security,
    /// The schema that holds the tables of the graph.
    schema: String,
    /// The same in quotes: it may be a word of SQL.
    quoted: String,
}

impl Address {
    /// Reads `postgres://user:password@host:port/database?graph=name`, with any parameter that libpq knows.
    ///
    /// # Errors
    /// `invalid_input`, without repeating what was given.
    pub(super) fn read(url: &str) -> Result<Address> {
        let wrong = |reason: &str| Error::new(Code::InvalidInput, format!("the address of the database: {reason}"));
        let refused =
            |reason: &str| wrong(reason).help("it reads postgres://user:password@host:port/database?graph=name");
        let (rest, parameters) = url.split_once('?').unwrap_or((url, ""));
        let (mut schema, mut mode, mut authorities, mut others) = (SCHEMA, None, None, Vec::new());
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("graph", name)) => schema = name,
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => authorities = Some(value),
                Some(("sslcert" | "sslkey" | "sslpassword", _)) => {
                    return Err(wrong("it has a certificate of a client, which is not supported")
                        .help("sign in by password (scram-sha-256)"));
                }
                _ => others.push(parameter),
            }
        }
        let first = |c: char| c.is_ascii_lowercase() || c == '_';
        if !schema.starts_with(first) || schema.len() > 60 || !schema.chars().all(|c| first(c) || c.is_ascii_digit()) {
            return Err(refused("the name of the graph is made of lower-case letters, digits and _, at most 60"));
        }
        let plain = if others.is_empty() { rest.to_owned() } else { format!("{rest}?{}", others.join("&")) };
        let mut config: Config = plain.parse().map_err(|_| refused("it cannot be read"))?;
        let security = Security::read(mode, authorities, &mut config);
        let security = security.map_err(|(reason, help)| wrong(&reason).help(help))?;
        if config.get_application_name().is_none() {
            config.application_name("light-cdp");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        Ok(Address { config, security, schema: schema.to_owned(), quoted: format!("\"{schema}\"") })
    }

    /// The schema of the graph, as SQL has it.
    pub(super) fn quoted_schema(&self) -> &str {
        &self.quoted
    }

    /// The place that errors name.
    fn place(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(postgres::config::Host::Tcp(host)) => host.clone(),
            _ => "a socket".to_owned(),
        };
        format!("{host}/{}, graph {}", self.config.get_dbname().unwrap_or("the user's database"), self.schema)
    }

    pub(super) fn connect(&self) -> Answer<Client> {
        self.security.connect(&self.config)
    }

    /// An error in our words. What the database says of values is in details, which are left out.
    pub(super) fn error(&self, error: &postgres::Error) -> Error {
        let (code, reason, help) = match error.as_db_error() {
            Some(said) => {
                let state = said.code();
                let reason = format!("the database refused: {} ({})", self.words(said), state.code());
                if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY].contains(state) {
                    (Code::StoreFull, reason, "give the database space; what was acknowledged before is safe")
                } else if *state == SqlState::LOCK_NOT_AVAILABLE {
                    let reason = "another process has had the turn to write for too long".to_owned();
                    (Code::StoreLocked, reason, "see which one in pg_stat_activity, and try again")
                } else {
                    (Code::StoreIo, reason, "check the database and the rights of its user")
                }
            }
            None => {
                let (reason, help) = security::words(error).unwrap_or_else(|| {
                    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
                    let reason = format!("the database cannot be reached: {error}{cause}");
                    (reason, "check that it runs and that the address is right")
                });
                (Code::StoreIo, reason, help)
            }
        };
        Error::new(code, reason).file(self.place()).help(help)
    }

    /// What the database says; in words of our own where it names the user.
    fn words<'a>(&self, said: &'a DbError) -> &'a str {
        let user = self.config.get_user().unwrap_or_default();
        match said.code().code().get(..2).unwrap_or_default() {
            "28" => "it does not let its user in",
            "3D" => "there is no such database",
            _ if !user.is_empty() && said.message().contains(user) => "for a reason that names its user",
            _ => said.message(),
        }
    }

    pub(super) fn broken(&self, code: Code, reason: &str, help: &str) -> Error {
        Error::new(code, reason).file(self.place()).help(help)
    }
}

/// Whether the same may succeed later: the connection was lost, the server restarts, or somebody else was in the way.
pub(super) fn is_passing(error: &postgres::Error) -> bool {
    match error.code() {
        Some(state) => {
            *state != SqlState::LOCK_NOT_AVAILABLE
                && (["08", "40", "57P"].iter().any(|class| state.code().starts_with(class))
                    || [SqlState::TOO_MANY_CONNECTIONS, SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT].contains(state))
        }
        None => error.is_closed() || is_of_the_network(error),
    }
}

fn is_of_the_network(error: &postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        // What cannot be read or agreed on (a certificate) stays so.
        if let Some(error) = inner.downcast_ref::<io::Error>() {
            return ![io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput].contains(&error.kind());
        }
        cause = inner.source();
    }
    // A connection that was cut says no more than that.
    error.to_string().contains("connection closed") || error.to_string().contains("communicating")
}

/// Tries again and again, with longer and longer pauses, for as long as a database may be away.
struct Patience {
    until: Instant,
    pause: Duration,
}

impl Patience {
    fn new() -> Self {
        Patience { until: Instant::now() + PATIENCE, pause: PAUSE }
    }

    /// Waits a little; `false` where it has been enough.
    fn waits(&mut self) -> bool {
        if Instant::now() > self.until {
            return false;
        }
        thread::sleep(self.pause);
        self.pause = (self.pause * 2).min(Duration::from_secs(1));
        true
    }
}

/// A connection that is made when it is needed, and again where it was lost.
pub(super) struct Link {
    pub(super) address: Address,
    client: Mutex<Option<Client>>,
}

impl Link {
    pub(super) fn new(address: Address) -> Link {
        Link { address, client: Mutex::new(None) }
    }

    /// The connection, for whoever has to keep it for a while.
    pub(super) fn lock(&self) -> MutexGuard<'_, Option<Client>> {
        // Whoever panicked may have left anything on the connection.
        self.client.lock().unwrap_or_else(|poisoned| {
            let mut client = PoisonError::into_inner(poisoned);
            *client = None;
            client
        })
    }

    /// Works on a connection, and again on another one where that was lost. What is asked for must be harmless twice.
    pub(super) fn work<T>(&self, work: impl FnMut(&mut Client) -> Answer<T>) -> Result<T> {
        self.patiently(&mut self.lock(), work).map_err(|error| self.address.error(&error))
    }

    /// The same for whoever keeps the connection.
    pub(super) fn patiently<T>(
        &self,
        held: &mut Option<Client>,
        mut work: impl FnMut(&mut Client) -> Answer<T>,
    ) -> Answer<T> {
        let mut patience = Patience::new();
        loop {
            match self.on(held, &mut work) {
                Err(error) if is_passing(&error) && patience.waits() => {}
                outcome => return outcome,
            }
        }
    }

    /// As [`Link::work`] for a first question: a database that starts is waited for, one that cannot be reached is not.
    pub(super) fn reach<T>(&self, mut work: impl FnMut(&mut Client) -> Answer<T>) -> Result<T> {
        let mut patience = Patience::new();
        loop {
            match self.on(&mut self.lock(), &mut work) {
                Err(error) if error.code().is_some() && is_passing(&error) && patience.waits() => {}
                outcome => return outcome.map_err(|error| self.address.error(&error)),
            }
        }
    }

    /// Works on a connection once; one that failed is not kept.
    fn on<T>(&self, held: &mut Option<Client>, work: &mut impl FnMut(&mut Client) -> Answer<T>) -> Answer<T> {
        let mut client = match held.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.address.connect()?,
        };
        let done = work(&mut client)?;
        *held = Some(client);
        Ok(done)
    }

    /// Works on the very connection that was used before; `None` where that is gone. One that failed is not kept.
    pub(super) fn on_same<T>(
        held: &mut Option<Client>,
        work: impl FnOnce(&mut Client) -> Answer<T>,
    ) -> Answer<Option<T>> {
        match held.take().filter(|client| !client.is_closed()) {
            None => Ok(None),
            Some(mut client) => {
                let done = work(&mut client)?;
                *held = Some(client);
                Ok(Some(done))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_graph_and_no_error_a_password() {
        let address = Address::read("postgresql://ann:secret@db.example:5433/crm?graph=web_2&connect_timeout=3");
        let address = address.expect("an address");
        assert_eq!((address.quoted_schema(), address.place().as_str()), ("\"web_2\"", "db.example/crm, graph web_2"));
        assert_eq!(Address::read("postgres://db.example/crm?sslmode=prefer").expect("an address").schema, SCHEMA);
        for (weak, reason) in
            [("sslmode=on", "unknown sslmode"), ("sslmode=verify-ca", "without sslrootcert"), ("sslcert=a", "client")]
        {
            let error = Address::read(&format!("postgres://h/x?{weak}")).err().expect("no address");
            assert!(error.code() == Code::InvalidInput && error.to_string().contains(reason), "{error}");
        }
        // Through a socket nothing is encrypted, whatever is asked for.
        assert!(Address::read("postgres://%2Ftmp/x?sslmode=require").is_ok());
        if cfg!(not(feature = "postgres-tls")) {
            let error = Address::read("postgres://h/x?sslmode=require").err().expect("no TLS");
            assert!(error.to_string().contains("postgres-tls"), "{error}");
        }
        for wrong in ["postgres://ann:secret@/x?graph=A", "postgres://ann:secret@h:port/x", "postgres://h/x?graph="] {
            let error = Address::read(wrong).err().expect("no address");
            assert_eq!(error.code(), Code::InvalidInput);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
