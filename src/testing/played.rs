//! A server that the test plays: it says what is right, what is cut off, and what is a lie.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::config::Endpoint;
use crate::config::tests::config_with;
use crate::db::dial::{self, Opened};
use crate::error::Result;

pub type Encrypted = StreamOwned<ServerConnection, TcpStream>;

pub const OK: &[u8] = &[0, 7, 0, 2, 0, 0, 0];
pub const OK_AND_MORE: &[u8] = &[0, 0xfc, 1, 1, 0, 0x0a, 0, 0, 0];
pub const EOF: &[u8] = &[0xfe, 0, 0, 2, 0];
pub const EOF_AND_MORE: &[u8] = &[0xfe, 0, 0, 0x0a, 0];
/// The description of a column of bytes.
pub const COLUMN: &[u8] = b"\x03def\0\0\0\x01c\0\x0c\x3f\0\xff\xff\0\0\xfc\x90\0\0\0\0";

/// The certificates of php-tests, made once; the run's folder goes away with them.
pub fn certificate(name: &str) -> String {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let run = std::env::var("RUSTDB_TEST_DIR").expect("these tests run under `make test`");
        let folder = format!("{run}/rust-certificates-{}", std::process::id());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("php-tests/inc/certificates");
        assert!(Command::new(script).arg(&folder).status().unwrap().success());
        folder
    });
    format!("{}/{name}.pem", *FOLDER)
}

pub fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    [&[length[0], length[1], length[2], number], payload].concat()
}

/// The packets of an answer to a statement.
pub fn packets(payloads: &[&[u8]]) -> Vec<u8> {
    (1..).zip(payloads).flat_map(|(number, payload)| packet(number, payload)).collect()
}

/// MySQL's greeting, with CLIENT_SSL among its capabilities or not.
pub fn greeting(tls: bool) -> Vec<u8> {
    let mut greeting = b"\x0a8.0.11\0\x07\0\0\0saltsalt\0".to_vec();
    greeting.extend([0xff, if tls { 0xff } else { 0xf7 }, 45, 2, 0, 0x8f, 0x80, 21]);
    greeting.extend([0; 10]);
    greeting.extend(b"saltsaltsalt\0caching_sha2_password\0");
    packet(0, &greeting)
}

/// A port of this machine, and what `serve` makes of the first connection to it.
pub fn server<T: Send + 'static>(serve: impl FnOnce(TcpStream) -> T + Send + 'static) -> (u16, JoinHandle<T>) {
    let listener = TcpListener::bind("[::]:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let serve = move || {
        let (socket, _) = listener.accept().expect("a client");
        drop(listener);
        serve(socket)
    };
    (port, thread::spawn(serve))
}

pub fn read_packet(from: &mut impl Read) -> Vec<u8> {
    let mut header = [0; 4];
    from.read_exact(&mut header).expect("a packet");
    let mut payload = vec![0; u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize];
    from.read_exact(&mut payload).expect("a packet");
    payload
}

/// Lets in whoever comes, without TLS.
pub fn let_in(mut socket: TcpStream) -> TcpStream {
    socket.write_all(&greeting(false)).expect("a client");
    read_packet(&mut socket);
    socket.write_all(&packet(2, OK)).expect("a client");
    socket
}

/// Takes the request for TLS, and goes on with it.
pub fn encrypt(mut socket: TcpStream, name: &str) -> Encrypted {
    socket.write_all(&greeting(true)).expect("a client");
    let request = read_packet(&mut socket);
    assert_eq!(request.len(), 32, "nothing of who we are");
    assert_ne!(request[1] & 0x08, 0, "CLIENT_SSL");
    let chain = CertificateDer::pem_file_iter(certificate(name)).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(certificate(&format!("{name}-key"))).expect("a key");
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .expect("a certificate");
    StreamOwned::new(ServerConnection::new(config.into()).expect("TLS"), socket)
}

/// Logs in at a port of this machine by that name, with more directives than that. Each read and write may take `silence`.
pub fn log_in(host: &str, port: u16, directives: &[(&str, &str)], silence: Duration) -> Result<Opened> {
    let mut all = vec![("rustdb.host", host), ("rustdb.user", "me"), ("rustdb.database", "app")];
    all.extend_from_slice(directives);
    let config = config_with(&all).expect("a configuration").server;
    let endpoint = Endpoint::Tcp(host.to_owned(), port);
    dial::connect(dial::look_up, &endpoint, &config, "secret", silence, &Arc::default())
}
