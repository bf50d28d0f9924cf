//! What rustls and a server's alerts say, in the words of somebody who has to mend it.

use std::time::Duration;

use rustls::pki_types::{ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use crate::config::SslMode;
use crate::error::Error;

const OTHER_CA: &str = "rustdb.ssl_ca has to hold the certificate of the CA that issued it";
const OTHER_NAME: &str = "put a name of the certificate into rustdb.host, issue one with this host as subjectAltName, or \
                          set rustdb.ssl_mode=verify_ca";
const RENEW: &str = "renew it, or correct the clock";
const ISSUE: &str = "issue another one for the server";
const OUR_CERTIFICATE: &str = "check rustdb.ssl_cert and rustdb.ssl_key, and the ssl_ca of the server";
const NO_VERSION: &str =
    "let the server speak TLS 1.2 or 1.3, or set rustdb.ssl_mode=disabled on a network that you trust";

fn tls(cause: impl Into<String>, remedy: &'static str) -> Error {
    Error::Tls { cause: cause.into(), remedy }
}

/// An error of the handshake; `has_certificate`: we have one to show.
pub fn in_words(error: &TlsError, has_certificate: bool) -> Error {
    match error {
        TlsError::InvalidCertificate(error) => certificate(error),
        TlsError::AlertReceived(alert) => of_alert(*alert, has_certificate),
        TlsError::PeerIncompatible(what) => {
            tls(format!("the server has no version or cipher of TLS in common with rustdb ({what:?})"), NO_VERSION)
        }
        TlsError::InvalidMessage(what) => tls(
            format!("the server offered TLS and then did not speak it ({what:?})"),
            "check what stands between PHP and the server, and the server's log",
        ),
        // Where nothing better is known.
        other => tls(other.to_string(), "check the server's log"),
    }
}

/// A server without TLS where this mode wants it.
pub fn not_offered(mode: SslMode) -> Error {
    tls(
        format!("the server offers no TLS, and rustdb.ssl_mode={mode} does not go on without"),
        "give the server a certificate and key (its ssl_cert and ssl_key), or set rustdb.ssl_mode=preferred on a network \
         that you trust",
    )
}

/// A host that can stand in no certificate.
pub fn no_name(host: &str) -> Error {
    tls(format!("\"{}\" is no name that a certificate can have", shown(host)), OTHER_NAME)
}

/// What is wrong with our own certificate, behind "rustdb.ssl_cert=… is not valid".
pub fn of_client(error: &TlsError) -> String {
    match error {
        TlsError::InconsistentKeys(_) => "rustdb.ssl_key is not its key".into(),
        TlsError::InvalidCertificate(error) => match certificate(error) {
            Error::Tls { cause, .. } => cause.replace("the server's certificate", "the certificate"),
            other => other.to_string(),
        },
        TlsError::General(why) => format!("rustdb.ssl_key cannot be used ({why})"),
        other => other.to_string(),
    }
}

fn is_about_certificates(alert: AlertDescription) -> bool {
    use AlertDescription as A;
    matches!(
        alert,
        A::NoCertificate
            | A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::UnknownCA
            | A::AccessDenied
            | A::DecryptError
            | A::CertificateRequired
    )
}

/// RFC 8446, section 6.2: what the other side has against us.
fn of_alert(alert: AlertDescription, has_certificate: bool) -> Error {
    use AlertDescription as A;
    match alert {
        A::ProtocolVersion | A::InsufficientSecurity => tls(
            format!("the server has no version or cipher of TLS in common with rustdb (alert {alert:?})"),
            NO_VERSION,
        ),
        A::CertificateRequired | A::NoCertificate => tls(
            format!("the server demands a client certificate (alert {alert:?})"),
            "set rustdb.ssl_cert and rustdb.ssl_key",
        ),
        _ if has_certificate && is_about_certificates(alert) => {
            tls(format!("the server refused the client certificate (alert {alert:?})"), OUR_CERTIFICATE)
        }
        _ => tls(format!("the server refused it (alert {alert:?})"), "check the server's log"),
    }
}

fn certificate(error: &CertificateError) -> Error {
    use CertificateError as C;
    match error {
        C::UnknownIssuer => tls("the server's certificate was not issued by a CA in rustdb.ssl_ca", OTHER_CA),
        // The CA of another server may have the same name: MySQL's own all have.
        C::BadSignature => {
            tls("the server's certificate was not signed by the CA of that name in rustdb.ssl_ca", OTHER_CA)
        }
        C::ExpiredContext { time, not_after } => tls(
            format!("the server's certificate expired {} ago by this machine's clock", span(*not_after, *time)),
            RENEW,
        ),
        C::Expired => tls("the server's certificate has expired", RENEW),
        C::NotValidYetContext { time, not_before } => tls(
            format!(
                "the server's certificate is not valid before another {} by this machine's clock",
                span(*time, *not_before)
            ),
            RENEW,
        ),
        C::NotValidYet => tls("the server's certificate is not valid yet", RENEW),
        C::NotValidForNameContext { expected, presented } => {
            let names = match presented.as_slice() {
                [] => "no host (its subjectAltName is empty, and its common name does not count)".into(),
                names => list(names),
            };
            let host = host(expected);
            tls(format!("the server's certificate is for {names}, not for {host}"), OTHER_NAME)
        }
        C::NotValidForName => tls("the server's certificate is for another host", OTHER_NAME),
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => {
            tls("the server's certificate is not one for servers (extendedKeyUsage)", ISSUE)
        }
        C::Other(inner) => match inner.to_string().as_str() {
            "CaUsedAsEndEntity" => tls(
                "the server's certificate is that of a CA (basicConstraints CA:TRUE)",
                "let that CA issue one for the server, or make the self-signed one with CA:FALSE",
            ),
            "UnsupportedCertVersion" => tls(
                "the server's certificate is not of X.509 version 3, and others cannot be checked",
                "issue it with extensions (openssl x509 -req -extfile …): that makes it version 3",
            ),
            why => tls(format!("the server's certificate cannot be used ({why})"), ISSUE),
        },
        other => tls(format!("the server's certificate cannot be used ({other})"), ISSUE),
    }
}

fn host(name: &ServerName<'_>) -> String {
    match name {
        ServerName::IpAddress(address) => std::net::IpAddr::from(*address).to_string(),
        name => name.to_str().into_owned(),
    }
}

/// "db2, 10.0.0.2": what rustls prints as `DnsName("db2")` and `IpAddress(10.0.0.2)`.
fn list(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(name).trim_matches('"').to_owned()
    };
    let all: Vec<_> = presented.iter().map(bare).collect();
    shown(&all.join(", "))
}

/// What comes from outside, without control characters and not as long as a page.
fn shown(text: &str) -> String {
    text.chars().take(120).flat_map(char::escape_debug).collect()
}

/// A time between two in its largest unit, as "3 days".
fn span(from: UnixTime, to: UnixTime) -> String {
    let seconds = Duration::from_secs(to.as_secs().saturating_sub(from.as_secs())).as_secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
