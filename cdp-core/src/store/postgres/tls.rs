//! Encrypted connections, by rustls: which certificates are taken, and what to say where one is not.

use super::security::{Authorities, Mode, Wrong};
use postgres::error::SqlState;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::error::Error as _;
use std::io;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Makes connections encrypted.
pub(super) type Connector = MakeRustlsConnect;

/// What servers that are told their protocol at once want to hear (PostgreSQL 17).
const PROTOCOL: &[u8] = b"postgresql";

pub(super) fn connector(mode: Mode, authorities: &Authorities) -> Result<Connector, Wrong> {
    let provider = Arc::new(ring::default_provider());
    let chain = match roots(authorities)? {
        None => None,
        Some(roots) => {
            let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build();
            Some(verifier.map_err(|error| (format!("sslrootcert: {error}"), GIVE_AUTHORITY))?)
        }
    };
    let verifier = Verifier { provider: provider.clone(), chain, knows_names: mode == Mode::VerifyFull };
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| (format!("TLS cannot be set up: {error}"), "report it"))?;
    let mut config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

const GIVE_AUTHORITY: &str =
    "sslrootcert names a file in PEM with the certificate of the authority that signed the server's";

/// The certificates of authorities; `None` where anybody's do.
fn roots(authorities: &Authorities) -> Result<Option<RootCertStore>, Wrong> {
    let certificates = match authorities {
        Authorities::Any => return Ok(None),
        Authorities::System => rustls_native_certs::load_native_certs().certs,
        Authorities::File(path) => {
            let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
            read.map_err(|error| (format!("sslrootcert cannot be read: {error}"), GIVE_AUTHORITY))?
        }
    };
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(certificates);
    match (taken, authorities) {
        (1.., _) => Ok(Some(roots)),
        (_, Authorities::System) => Err(("the system trusts no authority".to_owned(), GIVE_AUTHORITY)),
        _ => Err(("sslrootcert has no certificate in it".to_owned(), GIVE_AUTHORITY)),
    }
}

/// Takes the certificates that a mode asks for. That the server holds the key of its certificate is checked in any mode.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// Checks that authorities signed it and that it is valid now, then its names.
    chain: Option<Arc<WebPkiServerVerifier>>,
    knows_names: bool,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(certificate, others, name, ocsp, now) {
            // Names come last, so that all else was right.
            Err(rustls::Error::InvalidCertificate(error)) if !self.knows_names && is_of_names(&error) => {
                Ok(ServerCertVerified::assertion())
            }
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn is_of_names(error: &CertificateError) -> bool {
    matches!(error, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })
}

/// What rustls said, where it was that.
fn said(error: &postgres::Error) -> Option<&rustls::Error> {
    error.source()?.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>()
}

/// Whether the server lets nobody in who encrypts, or cannot agree on how.
pub(super) fn is_refused(error: &postgres::Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) || said(error).is_some()
}

/// A failure to agree on encryption, and what helps.
pub(super) fn words(error: &postgres::Error) -> Option<Wrong> {
    let Some(said) = said(error) else {
        let none = error.source().is_some_and(|cause| cause.to_string() == "server does not support TLS");
        let help = "turn on ssl at the server, or leave sslmode out on a private network";
        return none.then(|| ("the server does not encrypt, and sslmode asks for it".to_owned(), help));
    };
    let help = match said {
        rustls::Error::InvalidCertificate(error) if is_of_names(error) => {
            "give the host by a name of the certificate, or say sslmode=verify-ca"
        }
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => GIVE_AUTHORITY,
        // Most often this: a certificate that `openssl req -x509` made stands for itself.
        rustls::Error::InvalidCertificate(CertificateError::Other(_)) => {
            "sign the server's certificate (CA:FALSE) by an authority, and give that one's as sslrootcert"
        }
        rustls::Error::InvalidCertificate(_) => "give the server a certificate that is valid",
        _ => "see the log of the server, and that it speaks TLS 1.2 or 1.3",
    };
    Some((format!("the connection cannot be encrypted as sslmode asks: {said}"), help))
}
