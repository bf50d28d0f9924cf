//! How a connection comes about: an address, a socket, and the login on it, in bounded time.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use mysql::consts::CapabilityFlags;
use mysql::{LocalInfileHandler, OptsBuilder, SslOpts};

use super::background::{Mutex, without_signals};
use super::conn::{Conn, MOST_BYTES};
use super::{tls, tls_errors};
use crate::config::{Endpoint, ServerConfig, SslMode};
use crate::error::{Error, Result};
use crate::process;

/// Seconds of silence after which the kernel asks whether the other side is still there, and a firewall
/// between us is reminded of the connection.
const KEEPALIVE: u32 = 60;

/// Prepared statements that are kept on a connection.
const KEPT_STATEMENTS: usize = 8;

/// ER_ACCESS_DENIED_ERROR.
const DENIED: u16 = 1045;

/// How many threads may hang at one server, before it is not asked any more.
const MOST_ABANDONED: usize = 8;

/// How long a server that offered no TLS is not asked for it again, where that is only preferred: a connection that ends there is one more in
/// its log.
const WITHOUT_TLS_FOR: Duration = Duration::from_secs(600);

/// What is known of connecting to one server.
#[derive(Default)]
pub struct Past {
    /// The threads that nobody waits for any more; they end when it wakes up, and what each points to ends with it.
    abandoned: Mutex<Vec<Weak<Attempt>>>,
    /// When it last offered no TLS.
    without_tls: Mutex<Option<Instant>>,
}

/// How far a thread has come.
#[derive(Default)]
struct Attempt {
    /// The host's address is known, or there is none to look for.
    looked_up: AtomicBool,
}

impl Past {
    /// How many there are, and one of them.
    fn threads(&self) -> (usize, Option<Arc<Attempt>>) {
        let mut threads = self.abandoned.lock();
        threads.retain(|thread| thread.strong_count() > 0);
        (threads.len(), threads.last().and_then(Weak::upgrade))
    }
}

impl Attempt {
    /// Why a connection has not come about in this time.
    fn stalled(&self, endpoint: &Endpoint, timeout: Duration, otherwise: String) -> Error {
        match endpoint {
            Endpoint::Tcp(host, _) if !self.looked_up.load(Ordering::Relaxed) => {
                Error::Unresolved { host: host.clone(), seconds: timeout.as_secs() }
            }
            _ => Error::Stalled(otherwise),
        }
    }
}

/// Finds a host's addresses, in the time that it takes.
pub type LookUp = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

pub fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((host, port).to_socket_addrs()?.collect())
}

/// A connection, and whether it is encrypted.
pub type Opened = (Conn, bool);

/// Connects and logs in within `rustdb.connect_timeout`, in another thread: connecting to a Unix socket whose server does not accept any
/// more, and asking for a host's address, know no timeout of their own, and the login's is one per read. `silence` bounds each later read
/// and write.
pub fn connect(
    look_up: LookUp,
    endpoint: &Endpoint,
    config: &ServerConfig,
    password: &str,
    silence: Duration,
    past: &Arc<Past>,
) -> Result<Opened> {
    let timeout = config.connect_timeout;
    if let (MOST_ABANDONED.., Some(one)) = past.threads() {
        let words = "earlier connections have not come about yet".into();
        return Err(one.stalled(endpoint, timeout, words));
    }
    let attempt = Arc::new(Attempt::default());
    let waited_for = Arc::downgrade(&attempt);
    let seen = Arc::clone(&attempt);
    let login = Login {
        endpoint: endpoint.clone(),
        config: config.clone(),
        password: password.to_owned(),
        silence,
        past: Arc::clone(past),
    };
    let (done, answer) = mpsc::channel();
    let work = move || {
        let _ = done.send(login.open(look_up, &attempt));
    };
    let thread = thread::Builder::new().name("rustdb-connect".into());
    without_signals(|| thread.spawn(work))?
        .map_err(|error| Error::Connect(format!("no thread to connect in: {error}")))?;
    let connected = answer.recv_timeout(timeout).inspect_err(|_| past.abandoned.lock().push(waited_for));
    connected.unwrap_or_else(|_| {
        let words = format!("no connection within {} s", timeout.as_secs());
        Err(seen.stalled(endpoint, timeout, words))
    })
}

/// Who logs in, and where.
struct Login {
    endpoint: Endpoint,
    config: ServerConfig,
    password: String,
    silence: Duration,
    past: Arc<Past>,
}

impl Login {
    fn open(&self, look_up: LookUp, attempt: &Attempt) -> Result<Opened> {
        let (host, port) = match &self.endpoint {
            Endpoint::Socket(path) => {
                let options = self.options().socket(Some(path.as_str()));
                // Nobody listens in on a Unix socket.
                return self.log_in(options, None);
            }
            Endpoint::Tcp(host, port) => (host.as_str(), *port),
        };
        let failed = |error: io::Error| Error::Connect(process::denied(error.kind(), &error.to_string()));
        let addresses = look_up(host, port).map_err(failed)?;
        attempt.looked_up.store(true, Ordering::Relaxed);
        let tls = tls::options(&self.config.tls, host)?;
        let share = self.config.connect_timeout / addresses.len().max(1) as u32;
        let options = self.options().ip_or_hostname(Some(host)).tcp_port(port).tcp_connect_timeout(Some(share));
        let mut outcome = Err(Error::Connect("the host has no address".into()));
        for from in sources(&addresses) {
            outcome = self.log_in(options.clone().bind_address(from), tls.as_ref());
            if !matches!(outcome, Err(Error::Connect(_))) {
                break;
            }
        }
        outcome
    }

    /// Logs in; where TLS is only preferred and the server has none, without. A login that is refused is tried once more: the crate takes a
    /// zero byte off the end of every nonce, and one of 256 of MariaDB's for ed25519 ends in one that belongs to it.
    fn log_in(&self, options: OptsBuilder, tls: Option<&SslOpts>) -> Result<Opened> {
        let open = |tls: Option<&SslOpts>| {
            let open = || Conn::open(options.clone().ssl_opts(tls.cloned()).into());
            let outcome = match open() {
                Err(Error::Server { code: DENIED, .. }) => open(),
                outcome => outcome,
            };
            outcome.map_err(|error| self.refused(error, tls))
        };
        let preferred = self.config.tls.mode == SslMode::Preferred;
        let is_fresh = |seen: Instant| seen.elapsed() < WITHOUT_TLS_FOR;
        let tls = tls.filter(|_| !preferred || !self.past.without_tls.lock().is_some_and(is_fresh));
        let (opened, encrypted) = match open(tls)? {
            None if preferred => {
                *self.past.without_tls.lock() = Some(Instant::now());
                (open(None)?, false)
            }
            opened => (opened, tls.is_some()),
        };
        opened.map(|conn| (conn, encrypted)).ok_or_else(|| tls_errors::not_offered(self.config.tls.mode))
    }

    /// An account that REQUIREs TLS or a certificate is refused like one with a wrong password: say what was used over TCP.
    fn refused(&self, error: Error, tls: Option<&SslOpts>) -> Error {
        match (error, &self.endpoint) {
            (Error::Server { code: code @ (DENIED | 1698), message }, Endpoint::Tcp(..)) => {
                let how = match tls.map(SslOpts::client_identity) {
                    None => "without TLS",
                    Some(None) => "over TLS without a client certificate",
                    Some(Some(_)) => "over TLS with a client certificate",
                };
                Error::Server { code, message: format!("{message}, {how}") }
            }
            (error, _) => error,
        }
    }

    fn options(&self) -> OptsBuilder {
        let config = &self.config;
        let unheard = u32::try_from(config.connect_timeout.as_millis()).unwrap_or(u32::MAX);
        OptsBuilder::new()
            .user(Some(config.user.as_str()))
            .pass(Some(self.password.as_str()))
            .db_name(Some(config.database.as_str()))
            // An UPDATE that changes nothing still tells that it found its row.
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
            .connect_attrs(Some(attributes()))
            .stmt_cache_size(KEPT_STATEMENTS)
            // The server's own limit is asked for with the rest of what it tells of itself; this one bounds what it may announce.
            .max_allowed_packet(Some(MOST_BYTES))
            // Another connection than the one that was asked for is not to be looked for.
            .prefer_socket(false)
            .local_infile_handler(Some(LocalInfileHandler::new(|_, _| {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the server asks for a file"))
            })))
            .read_timeout(Some(self.silence))
            .write_timeout(Some(self.silence))
            .tcp_keepalive_time_ms(Some(KEEPALIVE * 1000))
            // Where a firewall or a balancer has forgotten the connection nobody acknowledges what is sent, and nobody says so: that need
            // not take as long as a lock, for which a server that is there lets us wait.
            .tcp_user_timeout_ms(Some(unheard))
    }
}

/// Where to connect from: only to a socket that is bound does the crate try all addresses of a host, and then those of its family alone.
fn sources(addresses: &[SocketAddr]) -> Vec<Option<SocketAddr>> {
    let any = |address: &SocketAddr| match address {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let mut sources: Vec<_> = match addresses {
        [_] => vec![None],
        _ => addresses.iter().map(|address| Some(any(address))).collect(),
    };
    sources.dedup();
    sources
}

/// What performance_schema.session_connect_attrs shows of us.
fn attributes() -> HashMap<String, String> {
    HashMap::from([
        ("_client_name".into(), "rustdb".into()),
        ("_client_version".into(), env!("CARGO_PKG_VERSION").into()),
        ("program_name".into(), "php".into()),
    ])
}
