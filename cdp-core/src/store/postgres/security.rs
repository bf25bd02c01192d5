//! How connections are encrypted, and what the server's certificate has to prove: `sslmode` and `sslrootcert` of the address, as
//! libpq reads them. Sockets are never encrypted.

use super::connection::Answer;
#[cfg(feature = "postgres-tls")]
use super::tls;
#[cfg(feature = "postgres-tls")]
pub(super) use super::tls::words;
use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};

/// What is asked of a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Mode {
    /// No encryption.
    Disable,
    /// Encryption where the server can, by whatever certificate.
    Prefer,
    /// Encryption; a certificate of the authorities, where those are given.
    Require,
    /// A certificate of the authorities.
    VerifyCa,
    /// A certificate of the authorities, for the host of the address.
    VerifyFull,
}

/// Who may have signed the server's certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Authorities {
    /// Whoever.
    Any,
    /// Those that the system trusts.
    System,
    /// Those of a file in PEM.
    File(String),
}

/// Why an address is refused, and what helps.
pub(super) type Wrong = (String, &'static str);

/// What the address asks for.
#[derive(Clone)]
pub(super) struct Security {
    #[cfg(feature = "postgres-tls")]
    mode: Mode,
    #[cfg(feature = "postgres-tls")]
    connector: Option<tls::Connector>,
}

/// The mode and the authorities that the parameters name.
fn asked(mode: Option<&str>, authorities: Option<&str>) -> Result<(Mode, Authorities), Wrong> {
    let mode = match mode {
        Some("disable") => Mode::Disable,
        // What can be encrypted is.
        None | Some("allow" | "prefer") => Mode::Prefer,
        Some("require") => Mode::Require,
        Some("verify-ca") => Mode::VerifyCa,
        Some("verify-full") => Mode::VerifyFull,
        Some(_) => {
            let help = "it is disable, allow, prefer, require, verify-ca or verify-full";
            return Err(("it has an unknown sslmode".to_owned(), help));
        }
    };
    let authorities = match authorities {
        None if mode == Mode::VerifyFull => Authorities::System,
        None => Authorities::Any,
        Some("system") => Authorities::System,
        Some(file) => Authorities::File(decoded(file)),
    };
    let least = match authorities {
        // Anybody can have a certificate of theirs, for a host of their own.
        Authorities::System => Mode::VerifyFull,
        Authorities::File(_) => Mode::Require,
        Authorities::Any => Mode::Disable,
    };
    let needs = |what: &str, help| Err((what.to_owned(), help));
    match mode {
        Mode::VerifyCa if authorities == Authorities::Any => needs(
            "sslmode=verify-ca without sslrootcert",
            "name the file of the authority's certificate: sslrootcert=file",
        ),
        _ if mode < least => needs(
            "its sslmode is too weak for its sslrootcert, which would not protect anything",
            "say sslmode=verify-full",
        ),
        _ => Ok((mode, authorities)),
    }
}

/// Text with `%41` for `A`, as addresses have it.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, left @ ..] = rest {
        let digit = |place: usize| left.get(place).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &left[2..];
            }
            _ => {
                bytes.push(*first);
                rest = left;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Security {
    /// What the parameters ask for, put into the configuration of connections too.
    pub(super) fn read(mode: Option<&str>, authorities: Option<&str>, config: &mut Config) -> Result<Security, Wrong> {
        let (mut mode, authorities) = asked(mode, authorities)?;
        // What a socket carries leaves the machine by no wire; and TLS is for a name, which an address alone (`hostaddr`) is not.
        let has_name = config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(_)));
        if !has_name && (config.get_hostaddrs().is_empty() || mode == Mode::Prefer) {
            mode = Mode::Disable;
        }
        config.ssl_mode(match mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            _ => SslMode::Require,
        });
        Self::with(mode, &authorities)
    }

    #[cfg(feature = "postgres-tls")]
    fn with(mode: Mode, authorities: &Authorities) -> Result<Security, Wrong> {
        let connector = match mode {
            Mode::Disable => None,
            _ => Some(tls::connector(mode, authorities)?),
        };
        Ok(Security { mode, connector })
    }

    #[cfg(feature = "postgres-tls")]
    pub(super) fn connect(&self, config: &Config) -> Answer<Client> {
        let Some(connector) = &self.connector else { return config.connect(NoTls) };
        match config.connect(connector.clone()) {
            Err(error) if self.mode == Mode::Prefer && tls::is_refused(&error) => {
                let plain = config.clone().ssl_mode(SslMode::Disable).connect(NoTls);
                plain.map_err(|_| error)
            }
            outcome => outcome,
        }
    }

    #[cfg(not(feature = "postgres-tls"))]
    fn with(mode: Mode, _: &Authorities) -> Result<Security, Wrong> {
        if mode > Mode::Prefer {
            let help = "build cdp-core with the feature postgres-tls, or use a socket or a private network and leave sslmode out";
            return Err(("it asks for TLS, which this build is without".to_owned(), help));
        }
        Ok(Security {})
    }

    #[cfg(not(feature = "postgres-tls"))]
    pub(super) fn connect(&self, config: &Config) -> Answer<Client> {
        config.connect(NoTls)
    }
}

/// A failure to agree on encryption, and what helps.
#[cfg(not(feature = "postgres-tls"))]
pub(super) fn words(_: &postgres::Error) -> Option<Wrong> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_modes_do_not_pretend_to_check_anything() {
        let file = || Authorities::File("/etc/a b.pem".to_owned());
        assert_eq!(asked(None, None), Ok((Mode::Prefer, Authorities::Any)));
        assert_eq!(asked(Some("allow"), None), Ok((Mode::Prefer, Authorities::Any)));
        assert_eq!(asked(Some("require"), Some("%2Fetc/a%20b.pem")), Ok((Mode::Require, file())));
        assert_eq!(asked(Some("verify-ca"), Some("/etc/a b.pem")), Ok((Mode::VerifyCa, file())));
        for system in [None, Some("system")] {
            assert_eq!(asked(Some("verify-full"), system), Ok((Mode::VerifyFull, Authorities::System)));
        }
        for (mode, authorities, reason) in [
            ("prefer", Some("a.pem"), "too weak"),
            ("disable", Some("a.pem"), "too weak"),
            ("require", Some("system"), "too weak"),
            ("verify-ca", Some("system"), "too weak"),
            ("verify-ca", None, "without sslrootcert"),
            ("Require", None, "unknown sslmode"),
        ] {
            let refused = asked(Some(mode), authorities).expect_err(mode).0;
            assert!(refused.contains(reason), "{mode} {authorities:?}: {refused}");
        }
    }

    #[test]
    fn a_path_may_have_any_sign() {
        for (written, meant) in [("a%20b", "a b"), ("50%", "50%"), ("%zz%4", "%zz%4"), ("%C3%A9t%c3%a9", "été")] {
            assert_eq!(decoded(written), meant);
        }
    }
}
