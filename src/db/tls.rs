//! What `rustdb.ssl_*` ask of a connection: the files looked at, and the checks of the server's certificate, as the mysql crate takes them.
//!
//! The crate reads the files anew for each connection, and so do we, before it: for it does not say which one it cannot use. What it checks by
//! is rustls; which CAs it trusts besides is none, for its `webpki-roots` is a stand-in (`vendor/`).

use std::path::PathBuf;

use mysql::{ClientIdentity, SslOpts};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, crypto::ring};

use super::tls_errors;
use crate::config::secret_file;
use crate::config::{SslMode, TlsConfig};
use crate::error::{Error, Result};

/// What a connection to a host over TCP is encrypted with; none where it is not to be.
///
/// # Errors
/// [`Error::Config`] that names the directive of a file that cannot be used, and why; [`Error::Tls`] where the host's name can stand in no
/// certificate.
pub fn options(config: &TlsConfig, host: &str) -> Result<Option<SslOpts>> {
    if config.mode == SslMode::Disabled {
        return Ok(None);
    }
    if ServerName::try_from(host).is_err() {
        // An address with a zone (fe80::1%eth0), for which the crate knows no TLS.
        return match config.mode {
            SslMode::Preferred => Ok(None),
            _ => Err(tls_errors::no_name(host)),
        };
    }
    let mut options = SslOpts::default()
        .with_danger_accept_invalid_certs(config.ca.is_empty())
        .with_danger_skip_domain_validation(config.mode != SslMode::VerifyIdentity);
    if !config.ca.is_empty() {
        check_roots(&config.ca)?;
        options = options.with_root_cert_path(Some(PathBuf::from(&config.ca)));
    }
    if !config.cert.is_empty() {
        check_identity(config)?;
        let identity = ClientIdentity::new(PathBuf::from(&config.cert), PathBuf::from(&config.key));
        options = options.with_client_identity(Some(identity));
    }
    Ok(Some(options))
}

fn wrong(directive: &'static str, path: &str, why: impl Into<String>) -> Error {
    Error::Config { directive, value: path.to_owned(), expected: why.into() }
}

fn check_roots(path: &str) -> Result<()> {
    for certificate in certificates("rustdb.ssl_ca", path)? {
        // The crate uses all of a bundle, or none.
        RootCertStore::empty().add(certificate).map_err(|error| {
            wrong(
                "rustdb.ssl_ca",
                path,
                format!("a certificate in it cannot be read ({})", tls_errors::of_client(&error)),
            )
        })?;
    }
    Ok(())
}

fn check_identity(config: &TlsConfig) -> Result<()> {
    let (chain, key) = (certificates("rustdb.ssl_cert", &config.cert)?, key(&config.key)?);
    let identity = CertifiedKey::from_der(chain, key, &ring::default_provider());
    identity.map(drop).map_err(|error| wrong("rustdb.ssl_cert", &config.cert, tls_errors::of_client(&error)))
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
    PrivateKeyDer::from_pem_slice(pem.0.as_bytes()).map_err(|_| {
        let why = match pem.0.contains("ENCRYPTED") {
            true => "the key has a passphrase, which nobody is here to give: store it without one",
            false => "a file with a private key in PEM (BEGIN PRIVATE KEY)",
        };
        wrong("rustdb.ssl_key", path, why)
    })
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;
