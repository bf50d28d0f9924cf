//! The values that directives may have, and the words for those that they may not.

use std::time::Duration;

use super::{Endpoint, LockMode, SslMode, TlsConfig};
use crate::error::{Error, Result};

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

pub(super) fn not_empty(get: Get<'_>, name: &'static str, expected: &str) -> Result<String> {
    let value = get(name);
    if value.is_empty() { Err(invalid(name, &value, expected)) } else { Ok(value) }
}

pub(super) fn parse_table(value: &str, lock: LockMode) -> Result<String> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'$');
    // A table's name has at most 64 characters, and that of the leases' has 6 more.
    let longest = if lock == LockMode::Lease { 58 } else { 64 };
    if value.is_empty() || value.len() > longest || !value.bytes().all(plain) {
        let expected = format!("1 to {longest} characters of A-Z, a-z, 0-9, _ and $");
        return Err(invalid("rustdb.table", value, expected));
    }
    Ok(value.to_owned())
}

pub(super) fn parse_tls(get: Get<'_>, endpoints: &[Endpoint]) -> Result<TlsConfig> {
    let mode = choice(
        get,
        "rustdb.ssl_mode",
        &[
            ("disabled", SslMode::Disabled),
            ("preferred", SslMode::Preferred),
            ("required", SslMode::Required),
            ("verify_ca", SslMode::VerifyCa),
            ("verify_identity", SslMode::VerifyIdentity),
        ],
    )?;
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
    let wrong = |entry: &str| {
        let expected = "a comma list of host, host:port or [IPv6]:port";
        invalid("rustdb.host", entry, expected)
    };
    let mut endpoints = Vec::new();
    for entry in list.split(',') {
        let entry = entry.trim();
        let (host, port) = if let Some(rest) = entry.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or_else(|| wrong(entry))?;
            match (rest, rest.strip_prefix(':')) {
                ("", _) => (host, None),
                (_, Some(port)) => (host, Some(port)),
                _ => return Err(wrong(entry)),
            }
        } else {
            match entry.split_once(':') {
                // Two colons outside brackets: an IPv6 address without a port.
                Some((_, rest)) if rest.contains(':') => (entry, None),
                Some((host, port)) => (host, Some(port)),
                None => (entry, None),
            }
        };
        let port = match port {
            None => default_port,
            Some(digits) if digits.bytes().all(|c| c.is_ascii_digit()) => {
                digits.parse().ok().filter(|port| *port > 0).ok_or_else(|| wrong(entry))?
            }
            Some(_) => return Err(wrong(entry)),
        };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
        if host.is_empty() || !host.chars().all(plain) {
            return Err(wrong(entry));
        }
        endpoints.push(Endpoint::Tcp(host.to_owned(), port));
    }
    Ok(endpoints)
}
