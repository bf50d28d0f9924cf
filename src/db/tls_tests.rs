//! TLS with a server that the test plays, with certificates of php-tests/inc/certificates.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rustls::{AlertDescription, CertificateError};

use super::*;
use crate::testing::played::{OK, certificate, encrypt, greeting, log_in, packet, read_packet, server};

const LIMIT: Duration = Duration::from_secs(5);

/// What comes of a login at a server with this certificate: whether it is encrypted.
fn try_with(name: &'static str, mode: &str, ca: &str, host: &str) -> Result<bool> {
    let (port, served) = server(move |socket| {
        let mut stream = encrypt(socket, name);
        let mut header = [0; 4];
        if stream.read_exact(&mut header).is_ok() {
            let mut rest = vec![0; usize::from(header[0])];
            stream.read_exact(&mut rest).unwrap();
            assert_eq!(&rest[32..35], b"me\0");
            let _ = stream.write_all(&packet(3, OK)).and_then(|()| stream.flush());
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let ca = if ca.is_empty() { String::new() } else { certificate(ca) };
    let outcome = log_in(host, port, &[("rustdb.ssl_mode", mode), ("rustdb.ssl_ca", &ca)], LIMIT);
    let outcome = outcome.map(|(conn, encrypted)| {
        drop(conn);
        encrypted
    });
    served.join().unwrap();
    outcome
}

#[test]
fn certificates_are_checked_as_far_as_the_mode_says() {
    let good = |name, mode, ca, host| assert_eq!(try_with(name, mode, ca, host), Ok(true), "{name}, {host}");
    let bad = |name, mode, ca, host, why: &str| match try_with(name, mode, ca, host) {
        Err(Error::Tls { cause, remedy }) => {
            assert!(cause.contains(why) && !remedy.is_empty(), "{name}: {cause}");
        }
        other => panic!("{name}: {other:?}"),
    };
    for name in ["server", "other-host", "no-name", "expired", "future", "own-ca"] {
        good(name, "required", "", "127.0.0.1");
        good(name, "preferred", "", "127.0.0.1");
    }
    for host in ["127.0.0.1", "::1", "localhost", "LOCALHOST"] {
        good("server", "verify_identity", "ca", host);
    }
    good("other-host", "verify_ca", "ca", "127.0.0.1");
    good("self-signed", "verify_identity", "self-signed", "localhost");
    bad("server", "verify_identity", "ca", "127.0.0.2", "for localhost, 127.0.0.1, 0::1, not for 127.0.0.2");
    bad("no-name", "verify_identity", "ca", "localhost", "for no host");
    bad("expired", "verify_ca", "ca", "localhost", "expired 9");
    bad("future", "verify_ca", "ca", "localhost", "not valid before another");
    bad("server", "verify_ca", "self-signed", "localhost", "not issued by a CA in rustdb.ssl_ca");
    bad("server", "verify_ca", "stranger-ca", "localhost", "not signed by the CA of that name");
    bad("server", "required", "stranger-ca", "localhost", "not signed by the CA of that name");
    bad("own-ca", "verify_ca", "own-ca", "localhost", "that of a CA");
    bad("client", "verify_ca", "ca", "localhost", "not one for servers");
}

#[test]
fn nobody_is_trusted_but_rustdb_ssl_ca() {
    let [nobody] = webpki_roots::TLS_SERVER_ROOTS else { panic!("not the stand-in of vendor/webpki-roots") };
    assert!(nobody.subject_public_key_info.is_empty(), "no signature can be checked with it");
}

#[test]
fn a_host_that_stands_in_no_certificate_is_named_where_tls_has_to_be() {
    let config = |mode| TlsConfig { mode, ca: String::new(), cert: String::new(), key: String::new() };
    let error = options(&config(SslMode::Required), "fe80::1%eth0").unwrap_err();
    assert!(error.to_string().contains("\"fe80::1%eth0\" is no name"), "{error}");
    assert!(options(&config(SslMode::Preferred), "fe80::1%eth0").unwrap().is_none());
    assert!(options(&config(SslMode::Preferred), "db_1").unwrap().is_some());
}

#[test]
fn a_server_that_is_said_to_have_no_tls_learns_nothing() {
    let ca = certificate("ca");
    for (mode, ca) in [("required", ""), ("verify_ca", &ca), ("verify_identity", &ca)] {
        let (port, served) = server(|mut socket| {
            socket.write_all(&greeting(false)).unwrap();
            let mut said = Vec::new();
            socket.read_to_end(&mut said).unwrap();
            said
        });
        let outcome = log_in("127.0.0.1", port, &[("rustdb.ssl_mode", mode), ("rustdb.ssl_ca", ca)], LIMIT);
        let error = outcome.map(drop).unwrap_err().to_string();
        assert!(error.contains(&format!("no TLS, and rustdb.ssl_mode={mode}")), "{error}");
        // A goodbye at most.
        let said = served.join().unwrap();
        assert!(matches!(said[..], [] | [1, 0, 0, _, 1]), "{said:?}");
    }
}

#[test]
fn a_password_is_in_clear_only_where_nobody_listens() {
    let (port, served) = server(|socket| {
        let mut stream = encrypt(socket, "server");
        read_packet(&mut stream);
        // caching_sha2_password: "I do not know you, send the password".
        stream.write_all(&packet(3, &[1, 4])).unwrap();
        let password = read_packet(&mut stream);
        stream.write_all(&packet(5, OK)).unwrap();
        stream.flush().unwrap();
        password
    });
    let opened = log_in("127.0.0.1", port, &[], LIMIT);
    assert_eq!(served.join().unwrap(), b"secret\0");
    assert!(opened.is_ok());
}

#[test]
fn a_handshake_that_stalls_or_drips_is_left_in_time() {
    for byte in [None, Some(Duration::from_millis(50))] {
        let (port, served) = server(move |mut socket| {
            socket.write_all(&greeting(true)).unwrap();
            read_packet(&mut socket);
            let record = [22, 3, 3, 0x10, 0].into_iter().chain(std::iter::repeat(2));
            let Some(pause) = byte else {
                let _ = socket.read_to_end(&mut Vec::new());
                return;
            };
            // A record that comes a byte at a time, each within the limit of one read.
            for byte in record.take(100) {
                thread::sleep(pause);
                if socket.write_all(&[byte]).is_err() {
                    return;
                }
            }
        });
        let began = Instant::now();
        let limits = [("rustdb.ssl_mode", "required"), ("rustdb.connect_timeout", "1")];
        let error = log_in("127.0.0.1", port, &limits, Duration::from_secs(1)).map(drop).unwrap_err();
        assert!(matches!(error, Error::Stalled(_)), "{byte:?}: {error:?}");
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
        drop(served);
    }
}

#[test]
fn a_server_that_says_tls_and_does_not_speak_it_is_named() {
    let (port, served) = server(|mut socket| {
        socket.write_all(&greeting(true)).unwrap();
        read_packet(&mut socket);
        socket.write_all(&packet(2, b"\xff\x15\x04#08S01Bad handshake")).unwrap();
    });
    let error = log_in("127.0.0.1", port, &[("rustdb.ssl_mode", "required")], LIMIT).map(drop).unwrap_err();
    assert!(error.to_string().contains("did not speak it"), "{error}");
    served.join().unwrap();
}

#[test]
fn alerts_say_what_the_server_has_against_us() {
    let words = |alert, has_certificate| {
        tls_errors::in_words(&rustls::Error::AlertReceived(alert), has_certificate).to_string()
    };
    use AlertDescription as A;
    assert!(words(A::CertificateRequired, false).contains("demands a client certificate"));
    assert!(words(A::UnknownCA, true).contains("refused the client certificate (alert UnknownCA)"));
    assert!(words(A::CertificateExpired, true).contains("(alert CertificateExpired)"));
    assert!(!words(A::UnknownCA, false).contains("client certificate"));
    assert!(words(A::ProtocolVersion, false).contains("no version or cipher of TLS in common"));
}

#[test]
fn names_in_a_certificate_cannot_write_lines_of_their_own() {
    let error = CertificateError::NotValidForNameContext {
        expected: "localhost".try_into().unwrap(),
        presented: vec!["DnsName(\"a\nPHP Fatal error\u{7}\")".into(), "x".repeat(1000)],
    };
    let text = tls_errors::in_words(&error.into(), false).to_string();
    assert!(!text.contains(['\n', '\u{7}']) && text.len() < 400, "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_answer_to_the_request_for_tls_makes_it_panic(answer in prop::collection::vec(any::<u8>(), 0..200)) {
        let (port, served) = server(move |mut socket| {
            let _ = socket.write_all(&greeting(true));
            read_packet(&mut socket);
            let _ = socket.write_all(&answer);
            let _ = socket.shutdown(Shutdown::Write);
            let _ = socket.read_to_end(&mut Vec::new());
        });
        prop_assert!(log_in("127.0.0.1", port, &[("rustdb.ssl_mode", "required")], LIMIT).is_err());
        served.join().unwrap();
    }
}

#[test]
fn an_encrypted_connection_that_is_cut_ends_in_the_same_words_as_another() {
    let (port, served) = server(|socket| {
        let mut stream = encrypt(socket, "server");
        read_packet(&mut stream);
        let _ = stream.write_all(&packet(3, OK)).and_then(|()| stream.flush());
        read_packet(&mut stream);
    });
    let (mut conn, _) = log_in("localhost", port, &[("rustdb.ssl_mode", "required")], LIMIT).unwrap();
    let outcome = conn.query("DO 1").map(drop);
    assert_eq!(outcome, Err(Error::Gone("the server closed it".into())));
    served.join().unwrap();
}
