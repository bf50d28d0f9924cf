//! A stand-in for the crate of this name, by which the mysql crate trusts every public certificate authority beside
//! the one it is told of. Whoever sets `rustdb.ssl_ca` trusts that one alone: a certificate for any name, which
//! anybody can buy, would otherwise pass `rustdb.ssl_mode=verify_ca`.
#![no_std]

use rustls_pki_types::{Der, TrustAnchor};

/// One anchor that has signed nothing: rustls makes no verifier without any. Its key is none, so that no signature
/// can be checked with it.
pub const TLS_SERVER_ROOTS: &[TrustAnchor<'static>] = &[TrustAnchor {
    subject: Der::from_slice(b"nobody"),
    subject_public_key_info: Der::from_slice(b""),
    name_constraints: None,
}];
