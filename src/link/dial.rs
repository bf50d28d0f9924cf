//! How a connection comes about: a socket, and the login on it, in bounded time.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::socket::{setsockopt, sockopt};

use crate::background::{Mutex, without_signals};
use crate::config::{Endpoint, ServerConfig};
use crate::error::{Error, Result};
use crate::process;
use crate::wire::login::Login;
use crate::wire::tls::Settings;
use crate::wire::{Stream, Wire};

/// Seconds of silence after which the kernel asks whether the other side is still there, and a firewall
/// between us is reminded of the connection.
const KEEPALIVE: u32 = 60;

/// A timeout of zero is none to the system.
const SHORTEST: Duration = Duration::from_millis(1);

/// How many threads may hang at one server, before it is not asked any more.
const MOST_ABANDONED: usize = 8;

/// The threads that nobody waits for any more at one server; they end when it wakes up, and what each points to ends with it.
#[derive(Default)]
pub struct Abandoned(Mutex<Vec<Weak<Attempt>>>);

/// How far a thread has come.
#[derive(Default)]
struct Attempt {
    /// The host's address is known, or there is none to look for.
    looked_up: AtomicBool,
}

impl Abandoned {
    /// How many there are, and one of them.
    fn threads(&self) -> (usize, Option<Arc<Attempt>>) {
        let mut threads = self.0.lock();
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
pub(super) type LookUp = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((host, port).to_socket_addrs()?.collect())
}

/// Connects and logs in within `rustdb.connect_timeout`, in another thread: connecting to a Unix socket whose
/// server does not accept any more, and asking for a host's address, know no timeout of their own.
pub(super) fn connect(
    endpoint: &Endpoint,
    config: &ServerConfig,
    password: &str,
    tls: Option<&Arc<Settings>>,
    abandoned: &Abandoned,
) -> Result<(Wire, u32)> {
    connect_by(look_up, endpoint, config, password, tls, abandoned)
}

pub(super) fn connect_by(
    look_up: LookUp,
    endpoint: &Endpoint,
    config: &ServerConfig,
    password: &str,
    tls: Option<&Arc<Settings>>,
    abandoned: &Abandoned,
) -> Result<(Wire, u32)> {
    let timeout = config.connect_timeout;
    if let (MOST_ABANDONED.., Some(one)) = abandoned.threads() {
        let words = "earlier connections have not come about yet".into();
        return Err(one.stalled(endpoint, timeout, words));
    }
    let attempt = Arc::new(Attempt::default());
    let waited_for = Arc::downgrade(&attempt);
    let seen = Arc::clone(&attempt);
    let tried = endpoint;
    let endpoint = endpoint.clone();
    let (user, database) = (config.user.clone(), config.database.clone());
    let (password, tls) = (password.to_owned(), tls.cloned());
    let log_in = move || {
        let login = Login {
            user: &user,
            password: &password,
            database: &database,
            tls: match &endpoint {
                Endpoint::Tcp(host, _) => tls.as_deref().map(|tls| (tls, host.as_str())),
                Endpoint::Socket(_) => None,
            },
        };
        login.over(dial(&endpoint, timeout, look_up, &attempt)?, timeout)
    };
    let (done, answer) = mpsc::channel();
    let work = move || {
        let _ = done.send(catch_unwind(AssertUnwindSafe(log_in)));
    };
    let thread = thread::Builder::new().name("rustdb-connect".into());
    without_signals(|| thread.spawn(work))?
        .map_err(|error| Error::Connect(format!("no thread to connect in: {error}")))?;
    let connected = answer.recv_timeout(timeout).inspect_err(|_| abandoned.0.lock().push(waited_for));
    match connected {
        Ok(Ok(connected)) => connected,
        Ok(Err(_)) => Err(Error::Nonsense("a login that cannot be".into())),
        Err(_) => {
            let words = format!("no connection within {} s", timeout.as_secs());
            Err(seen.stalled(tried, timeout, words))
        }
    }
}

/// Opens a socket within `timeout`. A host's addresses are tried in their order, and each has a share of what is left, so that
/// one which leads nowhere leaves the others theirs.
fn dial(endpoint: &Endpoint, timeout: Duration, look_up: LookUp, attempt: &Attempt) -> Result<Stream> {
    let failed = |error: io::Error| Error::Connect(process::denied(&error));
    let (host, port) = match endpoint {
        Endpoint::Socket(path) => {
            return UnixStream::connect(path).map(Stream::Unix).map_err(failed);
        }
        Endpoint::Tcp(host, port) => (host.as_str(), *port),
    };
    let mut outcome = Err(Error::Connect("the host has no address".into()));
    let deadline = Instant::now() + timeout;
    let addresses = look_up(host, port).map_err(failed)?;
    attempt.looked_up.store(true, Ordering::Relaxed);
    for (tried, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / (addresses.len() - tried) as u32;
        outcome = TcpStream::connect_timeout(address, share.max(SHORTEST)).map_err(failed);
        if let Ok(stream) = &outcome {
            stream.set_nodelay(true).map_err(failed)?;
            setsockopt(stream, sockopt::KeepAlive, &true).map_err(|e| failed(e.into()))?;
            setsockopt(stream, sockopt::TcpKeepIdle, &KEEPALIVE).map_err(|e| failed(e.into()))?;
            // Where a firewall or a balancer has forgotten the connection nobody acknowledges what is sent, and nobody says so: that need
            // not take as long as a lock, for which a server that is there lets us wait.
            let unheard = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
            setsockopt(stream, sockopt::TcpUserTimeout, &unheard).map_err(|e| failed(e.into()))?;
            break;
        }
    }
    outcome.map(Stream::Tcp)
}
