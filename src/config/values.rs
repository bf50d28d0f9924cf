//! The values that directives may have, and the words for those that they may not.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, Result};

/// `rustdb.lock`: who keeps two requests of one session apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// A row lock in a transaction that lives as long as the session is open.
    Row,
    /// A lease in a table beside the sessions.
    Lease,
    /// Nobody: what requests changed in different places is put together.
    Merge,
    /// Nobody: the last write wins.
    None,
}

impl LockMode {
    /// php.ini's parser makes an empty string of the bare word none.
    pub(super) const WORDS: &[(&'static str, LockMode)] = &[
        ("row", LockMode::Row),
        ("merge", LockMode::Merge),
        ("lease", LockMode::Lease),
        ("none", LockMode::None),
        ("", LockMode::None),
    ];

    /// Checks that a request may use this mode where its server was set to another: a lease is no row lock, and who does not know of leases
    /// would pass by those who hold one.
    pub(super) fn check_beside(self, server: LockMode) -> Result<()> {
        if (self == LockMode::Lease) != (server == LockMode::Lease) {
            let expected = format!(
                "it is {server} here, and lease is for all requests of a server or for none: set it in php.ini"
            );
            return Err(invalid("rustdb.lock", &self.to_string(), expected));
        }
        Ok(())
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word_for(LockMode::WORDS, *self))
    }
}

/// `rustdb.lock_failure`: what session_start() does when the lock was not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockFailure {
    Fail,
    ReadOnly,
}

impl LockFailure {
    pub(super) const WORDS: &[(&'static str, LockFailure)] =
        &[("fail", LockFailure::Fail), ("readonly", LockFailure::ReadOnly)];
}

/// `rustdb.merge_conflict`: what becomes of a write where another request has changed the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeConflict {
    /// It wins: it is the later one.
    Mine,
    /// It is refused as a whole.
    Refuse,
}

impl MergeConflict {
    pub(super) const WORDS: &[(&'static str, MergeConflict)] =
        &[("mine", MergeConflict::Mine), ("refuse", MergeConflict::Refuse)];
}

/// `rustdb.ssl_mode`, for connections over TCP; a Unix socket is never encrypted. The words are those of MySQL's
/// clients (MySQL manual, "Command Options for Encrypted Connections").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SslMode {
    Disabled,
    /// TLS where the server offers it.
    Preferred,
    /// TLS or nothing.
    Required,
    /// And the server's certificate comes from a CA in `rustdb.ssl_ca`.
    VerifyCa,
    /// And it names the host that we connect to.
    VerifyIdentity,
}

impl SslMode {
    const WORDS: &[(&'static str, SslMode)] = &[
        ("disabled", SslMode::Disabled),
        ("preferred", SslMode::Preferred),
        ("required", SslMode::Required),
        ("verify_ca", SslMode::VerifyCa),
        ("verify_identity", SslMode::VerifyIdentity),
    ];
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word_for(SslMode::WORDS, *self))
    }
}

/// How connections over TCP are encrypted. Paths are those of PEM files, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    pub mode: SslMode,
    /// Certificates of the CAs that may have issued the server's. Where it is set, every mode that encrypts checks
    /// that, as MySQL's clients do.
    pub ca: String,
    /// Our own certificate and its intermediates, for accounts that REQUIRE one; set together with `key`.
    pub cert: String,
    /// Our certificate's private key.
    pub key: String,
}

/// A server's place: a host and port, or a Unix socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A name or an address (an IPv6 address without brackets), and a TCP port.
    Tcp(String, u16),
    /// The path of a Unix socket.
    Socket(String),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Endpoint::Tcp(host, port) => write!(f, "{host}:{port}"),
            Endpoint::Socket(path) => f.write_str(path),
        }
    }
}

pub(super) fn invalid(directive: &'static str, value: &str, expected: impl Into<String>) -> Error {
    // A value as long as a page, or one with control characters, would hide the message.
    let shown: String = value.chars().take(60).flat_map(char::escape_debug).collect();
    Error::Config { directive, value: format!("\"{shown}\""), expected: expected.into() }
}

pub(super) type Get<'a> = &'a dyn Fn(&'static str) -> String;

pub(super) fn number(get: Get<'_>, name: &'static str, low: u64, high: u64) -> Result<u64> {
    let value = get(name);
    let digits = value.trim();
    let plain = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    match digits.parse() {
        Ok(number) if plain && (low..=high).contains(&number) => Ok(number),
        _ => Err(invalid(name, &value, format!("a whole number from {low} to {high}"))),
    }
}

/// Seconds up to ten years, 0 for none.
pub(super) fn limit(get: Get<'_>, name: &'static str) -> Result<Option<u64>> {
    number(get, name, 0, 315_360_000).map(|seconds| (seconds > 0).then_some(seconds))
}

pub(super) fn seconds(get: Get<'_>, name: &'static str, low: u64, high: u64) -> Result<Duration> {
    number(get, name, low, high).map(Duration::from_secs)
}

/// php.ini's parser makes "1" and "" of On and Off; `-d` and FPM's pool files may leave the words.
pub(super) fn boolean(get: Get<'_>, name: &'static str) -> Result<bool> {
    let value = get(name);
    match value.trim().to_ascii_lowercase().as_str() {
        "1" | "on" | "yes" | "true" => Ok(true),
        "" | "0" | "off" | "no" | "false" | "none" => Ok(false),
        _ => Err(invalid(name, &value, "0 or 1")),
    }
}

pub(super) fn choice<T: Copy>(get: Get<'_>, name: &'static str, choices: &[(&str, T)]) -> Result<T> {
    let value = get(name);
    let found = choices.iter().find(|(word, _)| word.eq_ignore_ascii_case(value.trim()));
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).filter(|w| !w.is_empty()).collect();
        invalid(name, &value, format!("one of {}", words.join(", ")))
    })
}

/// The word that stands for a choice.
fn word_for<T: PartialEq>(choices: &[(&'static str, T)], choice: T) -> &'static str {
    choices.iter().find(|(_, known)| *known == choice).map_or("", |(word, _)| word)
}

pub(super) fn parse_table(name: &'static str, value: &str, leases: bool) -> Result<String> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'$');
    // A table's name has at most 64 characters, and that of the leases' has 6 more.
    let longest = if leases { 58 } else { 64 };
    if value.is_empty() || value.len() > longest || !value.bytes().all(plain) {
        let expected = format!("1 to {longest} characters of A-Z, a-z, 0-9, _ and $");
        return Err(invalid(name, value, expected));
    }
    Ok(value.to_owned())
}

pub(super) fn parse_tls(get: Get<'_>, endpoints: &[Endpoint]) -> Result<TlsConfig> {
    let mode = choice(get, "rustdb.ssl_mode", SslMode::WORDS)?;
    let tls = TlsConfig { mode, ca: get("rustdb.ssl_ca"), cert: get("rustdb.ssl_cert"), key: get("rustdb.ssl_key") };
    // What is never used may be anything.
    if mode == SslMode::Disabled || endpoints.iter().all(|e| matches!(e, Endpoint::Socket(_))) {
        return Ok(tls);
    }
    if tls.ca.is_empty() && matches!(mode, SslMode::VerifyCa | SslMode::VerifyIdentity) {
        let expected = format!(
            "rustdb.ssl_mode={mode} needs a file with the certificate of the server's CA; \
             where a public CA has issued it, the system's is often /etc/ssl/certs/ca-certificates.crt"
        );
        return Err(invalid("rustdb.ssl_ca", "", expected));
    }
    match (tls.cert.is_empty(), tls.key.is_empty()) {
        (false, true) => Err(invalid("rustdb.ssl_key", "", "the file with the key of rustdb.ssl_cert")),
        (true, false) => Err(invalid("rustdb.ssl_cert", "", "the file with the certificate for rustdb.ssl_key")),
        _ => Ok(tls),
    }
}

/// Parses `db1, db2:3307, [2001:db8::1]:3306, ::1` into endpoints, in the given order.
pub(super) fn parse_hosts(list: &str, default_port: u16) -> Result<Vec<Endpoint>> {
    let expected = "a comma list of host, host:port or [IPv6]:port";
    let parse = |entry| parse_host(entry, default_port).ok_or_else(|| invalid("rustdb.host", entry, expected));
    list.split(',').map(|entry| parse(entry.trim())).collect()
}

fn parse_host(entry: &str, default_port: u16) -> Option<Endpoint> {
    let (host, port) = match entry.strip_prefix('[') {
        Some(rest) => match rest.split_once(']')? {
            (host, "") => (host, None),
            (host, rest) => (host, Some(rest.strip_prefix(':')?)),
        },
        None => match entry.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            // Two colons outside brackets: an IPv6 address without a port.
            _ => (entry, None),
        },
    };
    let port = match port {
        Some(digits) if digits.starts_with('+') => return None,
        Some(digits) => digits.parse().ok().filter(|port| *port > 0)?,
        None => default_port,
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    (!host.is_empty() && host.chars().all(plain)).then(|| Endpoint::Tcp(host.to_owned(), port))
}
