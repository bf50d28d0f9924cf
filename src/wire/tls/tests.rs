//! TLS against a server that the test plays, with certificates of php-tests/certificates.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{AlertDescription, CertificateError, ServerConfig, ServerConnection, StreamOwned};

use super::super::Reply;
use super::super::login::Login;
use super::super::packets::{Stream, Wire};
use super::*;
use crate::config::{SslMode, TlsConfig};

type Encrypted = StreamOwned<ServerConnection, TcpStream>;

const LIMIT: Duration = Duration::from_secs(5);

/// The certificates, made once; the run's folder goes away with them.
fn certificate(name: &str) -> String {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let run = std::env::var("RUSTDB_TEST_DIR").expect("these tests run under `make test`");
        let folder = format!("{run}/rust-certificates-{}", std::process::id());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("php-tests/certificates");
        assert!(Command::new(script).arg(&folder).status().unwrap().success());
        folder
    });
    format!("{}/{name}.pem", *FOLDER)
}

fn settings(mode: SslMode, ca: &str) -> Settings {
    let config = TlsConfig {
        mode,
        ca: if ca.is_empty() { String::new() } else { certificate(ca) },
        cert: String::new(),
        key: String::new(),
    };
    Settings::load(&config).unwrap()
}

fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    [&[length[0], length[1], length[2], number], payload].concat()
}

const OK_PACKET: &[u8] = &[0, 7, 0, 2, 0, 0, 0];

/// MySQL's greeting, with CLIENT_SSL among its capabilities or not.
fn greeting(tls: bool) -> Vec<u8> {
    let mut greeting = b"\x0a8.0.11\0\x07\0\0\0saltsalt\0".to_vec();
    greeting.extend([0xff, if tls { 0xff } else { 0xf7 }, 45, 2, 0, 0x8f, 0x80, 21]);
    greeting.extend([0; 10]);
    greeting.extend(b"saltsaltsalt\0caching_sha2_password\0");
    packet(0, &greeting)
}

/// A port of this machine, and what `serve` makes of the first connection to it.
fn server<T: Send + 'static>(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> (TcpStream, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (socket, _) = listener.accept().unwrap();
    (client, thread::spawn(move || serve(socket)))
}

fn read_packet(from: &mut impl Read) -> Vec<u8> {
    let mut header = [0; 4];
    from.read_exact(&mut header).unwrap();
    let mut payload = vec![0; u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize];
    from.read_exact(&mut payload).unwrap();
    payload
}

/// Takes the request for TLS, and goes on with it.
fn encrypt(mut socket: TcpStream, name: &str) -> Encrypted {
    socket.write_all(&greeting(true)).unwrap();
    let request = read_packet(&mut socket);
    assert_eq!(request.len(), 32, "nothing of who we are");
    assert_ne!(request[1] & 0x08, 0, "CLIENT_SSL");
    let chain = CertificateDer::pem_file_iter(certificate(name)).unwrap();
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            chain.map(Result::unwrap).collect(),
            PrivateKeyDer::from_pem_file(certificate(&format!("{name}-key"))).unwrap(),
        )
        .unwrap();
    StreamOwned::new(ServerConnection::new(config.into()).unwrap(), socket)
}

/// The server's side of a login over TLS; returns what followed the user's name.
fn welcome(socket: TcpStream) -> Encrypted {
    let mut stream = encrypt(socket, "server");
    let response = read_packet(&mut stream);
    assert_eq!(&response[32..35], b"me\0");
    stream.write_all(&packet(3, OK_PACKET)).unwrap();
    stream.flush().unwrap();
    stream
}

fn log_in(socket: TcpStream, settings: &Settings, host: &str, limit: Duration) -> Result<Wire> {
    let login = Login { user: "me", password: "secret", database: "app", tls: Some((settings, host)) };
    Ok(login.over(Stream::Tcp(socket), limit)?.0)
}

/// A connection over TLS, and the server's side of it.
fn connected() -> (Wire, Encrypted) {
    let (client, served) = server(welcome);
    let wire = log_in(client, &settings(SslMode::Required, ""), "127.0.0.1", LIMIT).unwrap();
    (wire, served.join().unwrap())
}

fn cause(outcome: Result<Wire>) -> String {
    match outcome.err().expect("no connection") {
        Error::Tls { cause, .. } => cause,
        other => panic!("{other:?}"),
    }
}

#[test]
fn certificates_are_checked_as_far_as_the_mode_says() {
    use SslMode::{Required, VerifyCa, VerifyIdentity};
    let try_with = |name: &'static str, mode, ca, host| {
        let (client, served) = server(move |socket| {
            let mut stream = encrypt(socket, name);
            let mut login = [0; 4];
            if stream.read_exact(&mut login).is_ok() {
                read_rest_and_accept(&mut stream, login);
            }
        });
        let outcome = log_in(client, &settings(mode, ca), host, LIMIT);
        let outcome = outcome.map(|wire| wire.tls_version().unwrap().to_owned());
        served.join().unwrap();
        outcome
    };
    fn read_rest_and_accept(stream: &mut Encrypted, header: [u8; 4]) {
        let mut rest = vec![0; u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize];
        stream.read_exact(&mut rest).unwrap();
        let _ = stream.write_all(&packet(3, OK_PACKET));
    }
    let good = |name, mode, ca, host| {
        assert_eq!(try_with(name, mode, ca, host).as_deref(), Ok("TLS 1.3"), "{name}, {host}");
    };
    let bad = |name, mode, ca, host, why: &str| match try_with(name, mode, ca, host) {
        Err(Error::Tls { cause, remedy }) => {
            assert!(cause.contains(why) && !remedy.is_empty(), "{name}: {cause}");
        }
        other => panic!("{name}: {other:?}"),
    };
    for name in ["server", "other-host", "no-name", "expired", "future", "own-ca"] {
        good(name, Required, "", "127.0.0.1");
    }
    for host in ["127.0.0.1", "::1", "localhost", "LOCALHOST"] {
        good("server", VerifyIdentity, "ca", host);
    }
    good("other-host", VerifyIdentity, "ca", "db.example");
    good("other-host", VerifyCa, "ca", "127.0.0.1");
    // A name that can stand in no certificate does not matter where nobody looks.
    good("server", VerifyCa, "ca", "-a..b");
    good("self-signed", VerifyIdentity, "self-signed", "localhost");
    bad("server", VerifyIdentity, "ca", "127.0.0.2", "for localhost, 127.0.0.1, 0::1, not for 127.0.0.2");
    bad("no-name", VerifyIdentity, "ca", "localhost", "for no host");
    bad("expired", VerifyCa, "ca", "localhost", "expired 9");
    bad("future", VerifyCa, "ca", "localhost", "not valid before another");
    bad("server", VerifyCa, "self-signed", "localhost", "not issued by a CA in rustdb.ssl_ca");
    bad("server", VerifyCa, "stranger-ca", "localhost", "not signed by the CA of that name");
    bad("server", Required, "stranger-ca", "localhost", "not signed by the CA of that name");
    bad("own-ca", VerifyCa, "own-ca", "localhost", "that of a CA");
    bad("client", VerifyCa, "ca", "localhost", "not one for servers");
}

#[test]
fn a_host_that_stands_in_no_certificate_is_named() {
    let (client, served) = server(|mut socket| {
        socket.write_all(&greeting(true)).unwrap();
        read_packet(&mut socket)
    });
    let why = cause(log_in(client, &settings(SslMode::VerifyIdentity, "ca"), "-a..b", LIMIT));
    assert!(why.contains("\"-a..b\" is no name"), "{why}");
    served.join().unwrap();
}

#[test]
fn a_server_that_is_said_to_have_no_tls_learns_nothing() {
    for (mode, ca) in [(SslMode::Required, ""), (SslMode::VerifyCa, "ca"), (SslMode::VerifyIdentity, "ca")] {
        let (client, served) = server(|mut socket| {
            socket.write_all(&greeting(false)).unwrap();
            let mut said = Vec::new();
            socket.read_to_end(&mut said).unwrap();
            said
        });
        let why = cause(log_in(client, &settings(mode, ca), "127.0.0.1", LIMIT));
        assert!(why.contains(&format!("no TLS, and rustdb.ssl_mode={mode}")), "{why}");
        assert!(served.join().unwrap().is_empty());
    }
}

#[test]
fn what_is_said_before_the_keys_are_agreed_on_is_refused() {
    let (client, served) = server(|mut socket| {
        // Somebody in between puts an answer in, to be read as if it came over TLS.
        socket.write_all(&[greeting(true), packet(3, OK_PACKET)].concat()).unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let outcome = log_in(client, &settings(SslMode::Required, ""), "127.0.0.1", LIMIT);
    assert!(matches!(outcome.err(), Some(Error::Nonsense(_))));
    served.join().unwrap();
}

#[test]
fn a_password_is_in_clear_only_where_nobody_listens() {
    // caching_sha2_password: "I do not know you, send the password".
    const FULL: &[u8] = &[1, 4];
    let (client, served) = server(|socket| {
        let mut stream = encrypt(socket, "server");
        read_packet(&mut stream);
        stream.write_all(&packet(3, FULL)).unwrap();
        let password = read_packet(&mut stream);
        stream.write_all(&packet(5, OK_PACKET)).unwrap();
        stream.flush().unwrap();
        password
    });
    let wire = log_in(client, &settings(SslMode::Preferred, ""), "127.0.0.1", LIMIT);
    assert_eq!(served.join().unwrap(), b"secret\0");
    assert!(wire.is_ok());

    let (client, served) = server(|mut socket| {
        socket.write_all(&greeting(false)).unwrap();
        let mut said = read_packet(&mut socket);
        socket.write_all(&packet(2, FULL)).unwrap();
        said.extend(read_packet(&mut socket));
        said
    });
    let wire = log_in(client, &settings(SslMode::Preferred, ""), "127.0.0.1", LIMIT);
    let said = served.join().unwrap();
    assert_eq!(said.last(), Some(&2), "it asks for the server's key");
    assert!(!said.windows(6).any(|part| part == b"secret"));
    assert!(wire.is_err());
}

#[test]
fn a_plugin_that_wants_the_password_in_clear_is_named_and_gets_nothing() {
    for name in ["mysql_clear_password", "dialog", "sha256_password", "parsec"] {
        let (client, served) = server(move |socket| {
            let mut stream = encrypt(socket, "server");
            read_packet(&mut stream);
            let switch = [&[0xfe], name.as_bytes(), b"\0saltsaltsaltsaltsalt\0"].concat();
            stream.write_all(&packet(3, &switch)).unwrap();
            let mut said = Vec::new();
            let _ = stream.read_to_end(&mut said);
            said
        });
        let outcome = log_in(client, &settings(SslMode::Required, ""), "127.0.0.1", LIMIT);
        assert_eq!(outcome.err(), Some(Error::AuthPlugin(name.into())));
        assert_eq!(served.join().unwrap(), b"");
    }
}

#[test]
fn long_statements_and_rows_go_through_whole() {
    let (mut wire, mut stream) = connected();
    let data: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let sent = data.clone();
    let served = thread::spawn(move || {
        let query = read_packet(&mut stream);
        let length = (sent.len() as u64).to_le_bytes();
        let row = [&[0xfe], &length[..], &sent].concat();
        let answers: [&[u8]; 5] = [&[1], b"column", &[0xfe, 0, 0, 2, 0], &row, &[0xfe, 0, 0, 2, 0]];
        for (number, answer) in (1..).zip(answers) {
            stream.write_all(&packet(number, answer)).unwrap();
        }
        stream.flush().unwrap();
        let query_is_whole = query.len() == 2_000_001 && query[1..].iter().all(|byte| *byte == b'x');
        (query_is_whole, stream)
    });
    wire.send_query(&"x".repeat(2_000_000)).unwrap();
    let replies = wire.replies().unwrap();
    let [Reply::Rows(rows)] = &replies[..] else { panic!("{} answers", replies.len()) };
    assert!(rows[0].values().bytes().unwrap().unwrap() == data);
    assert!(served.join().unwrap().0);
}

#[test]
fn session_tickets_that_wait_are_no_sign_of_an_end() {
    let (client, served) = server(welcome);
    let arrived = client.try_clone().unwrap();
    let required = settings(SslMode::Required, "");
    let mut wire = log_in(client, &required, "127.0.0.1", LIMIT).unwrap();
    let mut stream = served.join().unwrap();
    assert!(!wire.is_readable());
    // Like the tickets, which mostly come together with the answer to the login: a new key, without data.
    stream.conn.refresh_traffic_keys().unwrap();
    stream.conn.write_tls(&mut stream.sock).unwrap();
    assert_eq!(arrived.peek(&mut [0]).unwrap(), 1);
    assert!(!wire.is_readable());
    assert!(!wire.is_readable());
    let answers = thread::spawn(move || {
        read_packet(&mut stream);
        stream.write_all(&packet(1, OK_PACKET)).unwrap();
        stream.flush().unwrap();
        stream
    });
    wire.send_query("DO 1").unwrap();
    assert!(matches!(wire.replies().unwrap()[..], [Reply::Done(7)]));
    let mut stream = answers.join().unwrap();
    assert!(!wire.is_readable());

    stream.write_all(&packet(0, b"unasked")).unwrap();
    stream.flush().unwrap();
    wait_until(|| wire.is_readable());
}

#[test]
fn an_end_is_noticed_with_and_without_a_goodbye() {
    let (mut wire, mut stream) = connected();
    stream.conn.send_close_notify();
    stream.flush().unwrap();
    wait_until(|| wire.is_readable());

    let (mut wire, stream) = connected();
    stream.sock.shutdown(Shutdown::Write).unwrap();
    wait_until(|| wire.is_readable());
    wire.send_query("DO 1").unwrap();
    assert!(matches!(wire.replies(), Err(Error::Gone(_))));
}

#[test]
fn who_drops_a_connection_says_nothing_and_who_quits_says_goodbye_twice() {
    let (wire, mut stream) = connected();
    drop(wire);
    // As in a forked child, whose parent goes on speaking: the end of the socket and nothing before it.
    let mut said = Vec::new();
    stream.sock.read_to_end(&mut said).unwrap();
    assert!(said.is_empty(), "{said:?}");

    let (mut wire, mut stream) = connected();
    wire.quit();
    drop(wire);
    let mut said = Vec::new();
    stream.read_to_end(&mut said).unwrap();
    assert_eq!(said, QUIT);
}

#[test]
fn a_handshake_that_stalls_or_drips_is_left_in_time() {
    let limit = Duration::from_millis(200);
    for byte in [None, Some(Duration::from_millis(50))] {
        let (client, served) = server(move |mut socket| {
            socket.write_all(&greeting(true)).unwrap();
            read_packet(&mut socket);
            let record = [22, 3, 3, 0x10, 0].into_iter().chain(std::iter::repeat(2));
            let Some(pause) = byte else {
                let _ = socket.read_to_end(&mut Vec::new());
                return;
            };
            // A record that comes a byte at a time, each within the limit of one read.
            for byte in record.take(200) {
                thread::sleep(pause);
                if socket.write_all(&[byte]).is_err() {
                    return;
                }
            }
        });
        let began = Instant::now();
        let outcome = log_in(client, &settings(SslMode::Required, ""), "127.0.0.1", limit);
        assert!(matches!(outcome.err(), Some(Error::Stalled(_))), "{byte:?}");
        // Dripping goes on for ten seconds.
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
        served.join().unwrap();
    }
}

#[test]
fn an_answer_that_drips_in_records_is_left_in_time() {
    let (mut wire, mut stream) = connected();
    wire.set_limit(Duration::from_millis(300)).unwrap();
    let dripping = thread::spawn(move || {
        let bytes = packet(1, &[b'x'; 1000]);
        bytes.iter().all(|byte| {
            thread::sleep(Duration::from_millis(20));
            stream.write_all(&[*byte]).and_then(|()| stream.flush()).is_ok()
        })
    });
    wire.send_query("DO 1").unwrap();
    assert!(matches!(wire.replies(), Err(Error::Stalled(_))));
    drop(wire);
    assert!(!dripping.join().unwrap());
}

#[test]
fn a_server_that_says_tls_and_does_not_speak_it_is_named() {
    let (client, served) = server(|mut socket| {
        socket.write_all(&greeting(true)).unwrap();
        read_packet(&mut socket);
        socket.write_all(&packet(2, b"\xff\x15\x04#08S01Bad handshake")).unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let why = cause(log_in(client, &settings(SslMode::Required, ""), "127.0.0.1", LIMIT));
    assert!(why.contains("did not speak it"), "{why}");
    served.join().unwrap();
}

#[test]
fn alerts_say_what_the_server_has_against_us() {
    let words = |alert, has_certificate: bool| {
        let mut settings = settings(SslMode::Required, "");
        settings.config.cert = if has_certificate { "/c".into() } else { String::new() };
        in_words(&rustls::Error::AlertReceived(alert), &settings).to_string()
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
    let text = in_words(&error.into(), &settings(SslMode::VerifyIdentity, "ca")).to_string();
    assert!(!text.contains(['\n', '\u{7}']) && text.len() < 400, "{text}");
}

#[test]
fn settings_are_current_until_a_file_changes() {
    let folder = crate::testing::Folder::new();
    let ca = folder.file("ca.pem", std::fs::read(certificate("ca")).unwrap());
    let settings = Settings::load(&TlsConfig { mode: SslMode::VerifyCa, ca, cert: String::new(), key: String::new() });
    let settings = settings.unwrap();
    assert!(settings.is_current());
    folder.file("ca.pem", std::fs::read(certificate("stranger-ca")).unwrap());
    assert!(!settings.is_current());
}

fn wait_until(mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !condition() {
        assert!(Instant::now() < deadline, "it did not come true");
        thread::sleep(Duration::from_millis(2));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_answer_to_the_request_for_tls_makes_it_panic(answer in prop::collection::vec(any::<u8>(), 0..200)) {
        let (client, served) = server(move |mut socket| {
            let _ = socket.write_all(&greeting(true));
            read_packet(&mut socket);
            let _ = socket.write_all(&answer);
            let _ = socket.shutdown(Shutdown::Write);
            let _ = socket.read_to_end(&mut Vec::new());
        });
        let outcome = log_in(client, &settings(SslMode::Required, ""), "127.0.0.1", LIMIT);
        prop_assert!(outcome.is_err());
        served.join().unwrap();
    }
}
