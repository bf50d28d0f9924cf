//! What `rustdb.ssl_*` make of a connection: the files read, and the checks of the server's certificate.

use std::net::TcpStream;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::words;
use crate::config::{SslMode, TlsConfig};
use crate::error::{Error, Result};
use crate::secret_file::{self, Stamp};

/// The directives' files as they were read, ready for any number of connections.
pub struct Settings {
    pub(super) config: TlsConfig,
    client: Arc<ClientConfig>,
    stamps: [Stamp; 3],
}

impl Settings {
    /// Reads the files.
    ///
    /// # Errors
    /// [`Error::Config`] that names the directive of a file that cannot be used, and why.
    pub fn load(config: &TlsConfig) -> Result<Settings> {
        // Before they are read, so that a change in between shows later.
        let stamps = stamps(config);
        let provider = ring::default_provider();
        let check = Check {
            roots: roots(&config.ca)?,
            name: config.mode == SslMode::VerifyIdentity,
            algorithms: provider.signature_verification_algorithms,
        };
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| words::other(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(check));
        let client = if config.cert.is_empty() {
            builder.with_no_client_auth()
        } else {
            let (chain, key) = (certificates("rustdb.ssl_cert", &config.cert)?, key(&config.key)?);
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| wrong("rustdb.ssl_cert", &config.cert, words::of_client(&error)))?
        };
        Ok(Settings { config: config.clone(), client: Arc::new(client), stamps })
    }

    /// Whether the files are still those that were read.
    pub fn is_current(&self) -> bool {
        self.stamps == stamps(&self.config)
    }

    /// Whether a server without TLS will do.
    pub fn optional(&self) -> bool {
        self.config.mode == SslMode::Preferred
    }

    pub fn mode(&self) -> SslMode {
        self.config.mode
    }

    /// Whether we can show a certificate.
    pub fn has_certificate(&self) -> bool {
        !self.config.cert.is_empty()
    }

    /// A TLS session with a server, which has not begun.
    ///
    /// # Errors
    /// [`Error::Tls`] where the host's name can stand in no certificate, and that is to be checked.
    pub(super) fn session(&self, host: &str, socket: &TcpStream) -> Result<ClientConnection> {
        // fe80::1%eth0: the zone is this machine's affair.
        let bare = host.split_once('%').map_or(host, |(address, _)| address);
        let name = match (ServerName::try_from(bare.to_owned()), socket.peer_addr()) {
            (Ok(name), _) => name,
            // Nobody looks at it.
            (Err(_), Ok(peer)) if self.config.mode != SslMode::VerifyIdentity => peer.ip().into(),
            _ => return Err(words::no_name(host)),
        };
        ClientConnection::new(Arc::clone(&self.client), name).map_err(|error| words::other(&error))
    }
}

fn stamps(config: &TlsConfig) -> [Stamp; 3] {
    [&config.ca, &config.cert, &config.key].map(|path| Stamp::of(path))
}

fn wrong(directive: &'static str, path: &str, why: impl Into<String>) -> Error {
    Error::Config { directive, value: path.to_owned(), expected: why.into() }
}

/// The CAs of `rustdb.ssl_ca`; none where it is empty.
fn roots(path: &str) -> Result<Option<RootCertStore>> {
    if path.is_empty() {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    // A bundle may have some that only others understand.
    let (usable, _) = roots.add_parsable_certificates(certificates("rustdb.ssl_ca", path)?);
    if usable == 0 {
        return Err(wrong("rustdb.ssl_ca", path, "no certificate in it can be read"));
    }
    Ok(Some(roots))
}

fn certificates(directive: &'static str, path: &str) -> Result<Vec<CertificateDer<'static>>> {
    let pem = secret_file::read_public(directive, path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    found
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| wrong(directive, path, "a file with a certificate in PEM (BEGIN CERTIFICATE)"))
}

fn key(path: &str) -> Result<PrivateKeyDer<'static>> {
    let pem = secret_file::read("rustdb.ssl_key", path)?;
    PrivateKeyDer::from_pem_slice(pem.text().as_bytes()).map_err(|_| {
        let why = match pem.text().contains("ENCRYPTED") {
            true => "the key has a passphrase, which nobody is here to give: store it without one",
            false => "a file with a private key in PEM (BEGIN PRIVATE KEY)",
        };
        wrong("rustdb.ssl_key", path, why)
    })
}

/// Checks the server's certificate as far as `rustdb.ssl_mode` wants it, and always that the server has its key.
#[derive(Debug)]
struct Check {
    /// None: any certificate will do.
    roots: Option<RootCertStore>,
    /// It has to name the host.
    name: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Check {
    /// A certificate of version 1, as the MySQL manual's own openssl recipe makes, cannot be read here, and so not
    /// its key. Where any certificate would do, that is no loss: an impostor would simply show one of his own.
    fn signature(
        &self,
        outcome: Result<HandshakeSignatureValid, rustls::Error>,
        certificate: &CertificateDer<'_>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.roots.is_none() && ParsedCertificate::try_from(certificate).is_err() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        outcome
    }
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let all = self.algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, all)?;
            if self.name {
                verify_server_name(&certificate, server_name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let outcome = verify_tls12_signature(message, certificate, signed, &self.algorithms);
        self.signature(outcome, certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let outcome = verify_tls13_signature(message, certificate, signed, &self.algorithms);
        self.signature(outcome, certificate)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
