//! How a connection is opened: to the first server of the list that can be used, prepared for sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::background::Mutex;
use super::hosts::{Hosts, is_down};
use super::link::{Cluster, Link};
use crate::config::ServerConfig;
use crate::config::secret_file;
use crate::counters::Counters;
use crate::error::{Error, Result};
use crate::sid::SessionId;
use crate::sid::signed::Secret;

/// No place in a list.
const NONE: usize = usize::MAX;

/// What a server says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerInfo {
    pub version: String,
    /// It takes no writes: `read_only`, `super_read_only` or `innodb_read_only`.
    pub read_only: bool,
    /// Whether other nodes take writes too, as far as it tells.
    pub cluster: Cluster,
    /// `max_allowed_packet`, in bytes.
    pub max_packet: usize,
    /// The version of TLS that encrypts the connection, as "TLS 1.3"; None where nothing does.
    pub tls: Option<String>,
}

impl ServerInfo {
    /// Whether it is a MariaDB, which says so in its version on every system.
    pub fn is_mariadb(&self) -> bool {
        self.version.contains("MariaDB")
    }
}

/// The SQL of connections and leases, which stands in [`crate::store`]: one exchange with the server each.
pub struct Statements {
    /// Prepares a new connection for so many seconds of `rustdb.lock_wait`, and finds out what server and tables are there.
    pub prepare: fn(&mut Link, &ServerConfig, u64) -> Result<ServerInfo>,
    /// Tells a connection of another `rustdb.lock_wait`.
    pub adapt: fn(&mut Link, &ServerConfig, u64) -> Result<()>,
    /// Renews a lease; false where it is another's.
    pub renew: fn(&mut Link, &ServerConfig, &SessionId, Owner) -> Result<bool>,
    /// Gives a lease back; true: and leaves no row behind.
    pub release: fn(&mut Link, &ServerConfig, &SessionId, Owner, bool) -> Result<()>,
}

/// A lease's owner: a random value of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(pub [u8; 16]);

impl Owner {
    /// A number for it within this process, not zero.
    pub fn number(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_ne_bytes([a, b, c, d, e, f, g, h]).max(1)
    }
}

/// Opens connections for one [`ServerConfig`].
pub struct Connector {
    pub config: ServerConfig,
    pub statements: &'static Statements,
    pub counters: Counters,
    /// Which servers of the list are down.
    pub(super) hosts: Arc<Hosts>,
    /// The server that the last new connection went to, and what it said of itself.
    server: Mutex<Option<(String, ServerInfo)>>,
    /// The server of the connection that a request got last, by its place in the list; [`NONE`] before the first one.
    current: AtomicUsize,
    /// The last new connection found all that labels need.
    has_labels: AtomicBool,
    /// What ids of ours are signed with, as that connection found it.
    id_secret: Mutex<Option<Secret>>,
}

impl Connector {
    pub fn new(config: &ServerConfig, statements: &'static Statements) -> Connector {
        Connector {
            config: config.clone(),
            statements,
            counters: Counters::default(),
            hosts: Hosts::new(config.endpoints.len()),
            server: Mutex::new(None),
            current: AtomicUsize::new(NONE),
            has_labels: AtomicBool::new(false),
            id_secret: Mutex::new(None),
        }
    }

    /// Table and server, for messages: the server of the last request, or the whole list.
    pub fn place(&self) -> String {
        self.place_beside("")
    }

    /// The same of a table beside the sessions'.
    pub fn place_beside(&self, suffix: &str) -> String {
        let ServerConfig { database, table, endpoints, .. } = &self.config;
        let server = match endpoints.get(self.current.load(Ordering::Relaxed)) {
            Some(endpoint) => endpoint.to_string(),
            None => endpoints.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        };
        format!("table {database}.{table}{suffix} on {server}")
    }

    /// Where the last new connection went to, and what the server there said of itself.
    pub fn server(&self) -> Option<(String, ServerInfo)> {
        self.server.lock().clone()
    }

    /// Whether the database has what labels need, as the last new connection found it.
    pub fn has_labels(&self) -> bool {
        self.has_labels.load(Ordering::Relaxed)
    }

    /// Says that it has.
    pub fn labels_are_there(&self) {
        self.has_labels.store(true, Ordering::Relaxed);
    }

    /// What ids of ours are signed with, as the last new connection found it.
    pub fn last_id_secret(&self) -> Option<Secret> {
        self.id_secret.lock().clone()
    }

    /// Whether a connection may go to a server that is down, or there is a better one.
    pub fn is_down(&self, link: &Link) -> bool {
        self.hosts.is_down(link.rank)
    }

    /// Whether one before this link's server in the list may be of use.
    pub fn has_better(&self, link: &Link) -> bool {
        self.hosts.has_better(link.rank)
    }

    /// A request uses this link.
    pub fn uses(&self, link: &Link) {
        self.current.store(link.rank, Ordering::Relaxed);
        if link.rank > 0 {
            // It takes no lock.
            self.hosts.look_after(link.rank, || self.connector(0));
        }
    }

    /// Opens a request's `link` anew to the first server of the list that can be used.
    ///
    /// # Errors
    /// Why none could be.
    pub fn reopen(&self, link: &mut Link, lock_wait: u64) -> Result<()> {
        self.reopen_apart(link, lock_wait)?;
        self.current.store(link.rank, Ordering::Relaxed);
        Ok(())
    }

    /// The same for a connection that serves no request: messages do not name its server.
    ///
    /// # Errors
    /// As [`Connector::reopen`].
    pub fn reopen_apart(&self, link: &mut Link, lock_wait: u64) -> Result<()> {
        link.close();
        let connect = self.connector(lock_wait)?;
        let (mut tried, mut read_only) = (Vec::new(), false);
        for rank in self.hosts.order() {
            let endpoint = &self.config.endpoints[rank];
            let attempt = connect(rank);
            self.hosts.tried(rank, &attempt);
            match attempt {
                Ok((_, info)) if info.read_only => {
                    read_only = true;
                    tried.push(format!("{endpoint} is read-only"));
                }
                Ok((new, info)) => {
                    if link.reused {
                        Counters::add(&self.counters.reconnects, 1);
                    }
                    self.has_labels.store(new.has_labels && new.knows_handles, Ordering::Relaxed);
                    *link = new;
                    link.rank = rank;
                    // Finding the table missing and making it was no sign of age.
                    link.outdated = false;
                    *self.server.lock() = Some((endpoint.to_string(), info));
                    self.id_secret.lock().clone_from(&link.id_secret);
                    Counters::add(&self.counters.connects, 1);
                    return Ok(());
                }
                // The next server may do. One that refuses us or our table is no reason to write
                // the sessions elsewhere.
                Err(Error::Connect(cause)) => tried.push(format!("{endpoint}: {cause}")),
                Err(error) if is_down(&error) && self.config.endpoints.len() > 1 => {
                    tried.push(format!("{endpoint}: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        let tried = tried.join("; ");
        Err(match read_only {
            true => Error::ReadOnly(tried),
            false => Error::Connect(tried),
        })
    }

    /// Notes that the server of this connection did not answer in time: others are asked before it, and no request goes on on
    /// connections to it.
    pub fn fell_silent(&self, link: &Link) {
        self.hosts.found_down(link.rank);
    }

    /// A connection to one server of the list that nobody has prepared and that belongs to no pool, to ask that server something.
    ///
    /// # Errors
    /// Why there is none.
    pub fn open_one(&self, rank: usize, lock_wait: u64) -> Result<Link> {
        let password = password(&self.config)?;
        let mut link =
            Link::open(&self.config.endpoints[rank], &self.config, &password, lock_wait, self.hosts.past(rank))?;
        link.rank = rank;
        Ok(link)
    }

    /// How to connect to a server of the list, from any thread.
    fn connector(
        &self,
        lock_wait: u64,
    ) -> Result<impl Fn(usize) -> Result<(Link, ServerInfo)> + Send + Clone + 'static> {
        let (config, password) = (self.config.clone(), password(&self.config)?);
        let (hosts, prepare) = (Arc::clone(&self.hosts), self.statements.prepare);
        Ok(move |rank: usize| {
            let (endpoint, past) = (&config.endpoints[rank], hosts.past(rank));
            let mut link = Link::open(endpoint, &config, &password, lock_wait, past)?;
            let info = prepare(&mut link, &config, lock_wait)?;
            Ok((link, info))
        })
    }
}

/// `rustdb.password_file` without its trailing newline, or `rustdb.password`.
fn password(config: &ServerConfig) -> Result<String> {
    match config.password_file.as_str() {
        "" => Ok(config.password.0.clone()),
        path => secret_file::read("rustdb.password_file", path).map(|read| read.line().to_owned()),
    }
}
