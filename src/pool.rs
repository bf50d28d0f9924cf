//! One pool of connections per process and server: it lends out [`Link`]s, and each is opened in the thread
//! of the request that needs it, so that a refused connection is reported at once and by its cause.

mod hosts;
mod patience;

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt as _;

use crate::background::Mutex;
use crate::config::{Endpoint, ServerConfig, SslMode};
use crate::counters::Counters;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::link::Link;
use crate::process;
use crate::secret_file;
use crate::sid::signed::Secret;
use crate::slots::{PooledLink, Slots};
use crate::store::setup::{self, ServerInfo};
use crate::wire::tls::Settings;
use hosts::{Hosts, is_down};

/// How long a connection to another than the first server of the list is used before the earlier ones
/// are asked again.
const SECOND_BEST_FOR: Duration = Duration::from_secs(30);

/// How long a connection is used whose sessions' table is that of an older version, before a new one looks whether
/// it has been given its new columns: a process that does not know them cannot see that a session was revoked.
const OLD_TABLE_FOR: Duration = Duration::from_secs(60);

/// No place in a list.
const NONE: usize = usize::MAX;

/// The pool of one process for one [`ServerConfig`].
pub struct Pool {
    slots: Arc<Slots>,
    config: ServerConfig,
    automatic_size: u32,
    process: u32,
    /// Renews what requests hold.
    pub keeper: Arc<Keeper>,
    /// Which servers of the list are down.
    hosts: Arc<Hosts>,
    /// The server that the last new connection went to, and what it said of itself.
    server: Mutex<Option<(String, ServerInfo)>>,
    /// The server of the connection that a request got last, by its place in the list; [`NONE`] before the first one.
    current: AtomicUsize,
    /// When this process last made a table or a column: what older connections know of tables is outdated.
    tables_changed: Mutex<Option<Instant>>,
    /// The last new connection found all that labels need.
    has_labels: AtomicBool,
    /// What ids of ours are signed with, as that connection found it.
    id_secret: Mutex<Option<Secret>>,
    /// What encrypted that connection.
    tls_version: Mutex<Option<&'static str>>,
    /// The files of rustdb.ssl_*, as last read.
    tls: Mutex<Option<Arc<Settings>>>,
    pub counters: Counters,
}

/// The pools of this process; vhosts and FPM pools may have different ones.
static POOLS: Mutex<Vec<Arc<Pool>>> = Mutex::new(Vec::new());

impl Pool {
    /// The pool for this configuration, made on first use. `automatic_size` tells the number of
    /// connections where `rustdb.pool_size` is 0.
    pub fn shared(config: &ServerConfig, automatic_size: impl FnOnce() -> u32) -> Arc<Pool> {
        let mut pools = POOLS.lock();
        forget_inherited(&mut pools);
        if let Some(pool) = pools.iter().find(|pool| pool.config == *config) {
            return Arc::clone(pool);
        }
        let pool = Arc::new(Pool::new(config, automatic_size()));
        pools.push(Arc::clone(&pool));
        pool
    }

    /// Closes the idle connections of this process, at its end.
    pub fn shutdown() {
        let mut pools = POOLS.lock();
        forget_inherited(&mut pools);
        for pool in pools.drain(..) {
            pool.keeper.end();
        }
    }

    fn new(config: &ServerConfig, automatic_size: u32) -> Pool {
        let size = if config.pool_size == 0 { automatic_size } else { config.pool_size };
        // One for the session, one for gc while the session is locked.
        let size = size.max(2);
        Pool {
            slots: Slots::new(size),
            config: config.clone(),
            automatic_size,
            process: process::id(),
            keeper: Arc::new(Keeper::new()),
            hosts: Hosts::new(config.endpoints.len()),
            server: Mutex::new(None),
            current: AtomicUsize::new(NONE),
            tables_changed: Mutex::new(None),
            has_labels: AtomicBool::new(false),
            id_secret: Mutex::new(None),
            tls_version: Mutex::new(None),
            tls: Mutex::new(None),
            counters: Counters::default(),
        }
    }

    /// Whether this pool was made by another process and came here through a fork.
    pub fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    /// The pool of the same configuration in this process, after a fork.
    pub fn of_this_process(&self) -> Arc<Pool> {
        Pool::shared(&self.config, || self.automatic_size)
    }

    pub fn config(&self) -> &ServerConfig {
        &self.config
    }

    /// Table and server, for messages.
    pub fn place(&self) -> String {
        self.place_beside("")
    }

    /// The same of a table beside the sessions'.
    pub fn place_beside(&self, suffix: &str) -> String {
        let (all, current) = (&self.config.endpoints, self.current.load(Ordering::Relaxed));
        let server = match all.get(current) {
            Some(endpoint) => endpoint.to_string(),
            None => {
                let all: Vec<_> = all.iter().map(ToString::to_string).collect();
                all.join(",")
            }
        };
        format!("table {}.{}{suffix} on {server}", self.config.database, self.config.table)
    }

    /// Says that this process has made a table or a column: connections learn of it when they are made.
    pub fn tables_changed(&self) {
        *self.tables_changed.lock() = Some(Instant::now());
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

    /// What ids of ours are signed with. A process that has not connected yet does so: the connection is needed next.
    ///
    /// # Errors
    /// As [`Pool::get`].
    pub fn id_secret(&self, lock_wait: u64) -> Result<Option<Secret>> {
        let known = self.id_secret.lock().clone();
        if known.is_none() && self.server().is_none() {
            drop(self.get(lock_wait)?);
            return Ok(self.id_secret.lock().clone());
        }
        Ok(known)
    }

    /// The version of TLS that encrypts that connection, as "TLS 1.3"; None where nothing does.
    pub fn tls_version(&self) -> Option<&'static str> {
        *self.tls_version.lock()
    }

    /// The files of rustdb.ssl_*, read again when they have changed. None where nothing is to be encrypted.
    ///
    /// # Errors
    /// [`Error::Config`] for a file that cannot be used.
    fn tls(&self) -> Result<Option<Arc<Settings>>> {
        let over_tcp = |endpoint: &Endpoint| matches!(endpoint, Endpoint::Tcp(..));
        if self.config.tls.mode == SslMode::Disabled || !self.config.endpoints.iter().any(over_tcp) {
            return Ok(None);
        }
        let mut kept = self.tls.lock();
        if !kept.as_ref().is_some_and(|tls| tls.is_current()) {
            *kept = Some(Arc::new(Settings::load(&self.config.tls)?));
        }
        Ok(kept.clone())
    }

    /// Connections that there may be, that are in use, and that are idle.
    pub fn state(&self) -> (u32, u32, u32) {
        self.slots.count()
    }

    /// How often a request had to wait for a connection because all were in use.
    pub fn waits(&self) -> u64 {
        self.slots.waits()
    }

    /// A connection whose statements wait `lock_wait` seconds for locks, open and without a
    /// transaction.
    ///
    /// # Errors
    /// [`Error::PoolBusy`] after `rustdb.connect_timeout`, or why no server could be used.
    pub fn get(&self, lock_wait: u64) -> Result<PooledLink> {
        match self.slots.take(self.config.connect_timeout) {
            Some(link) => self.ready(link, lock_wait),
            None => Err(Error::PoolBusy { seconds: self.config.connect_timeout.as_secs(), size: self.slots.count().0 }),
        }
    }

    /// Like [`Pool::get`], but without waiting where all connections are in use.
    ///
    /// # Errors
    /// Why no server could be used.
    pub fn spare(&self, lock_wait: u64) -> Option<Result<PooledLink>> {
        let link = self.slots.take(Duration::ZERO)?;
        Some(self.ready(link, lock_wait))
    }

    fn ready(&self, mut link: PooledLink, lock_wait: u64) -> Result<PooledLink> {
        link.reused = link.is_open();
        // Past the idle timeout the server has closed it.
        let stale = link.idle() >= self.config.idle_timeout
            || link.outdated
            || self.hosts.is_down(link.rank)
            || !link.knows_handles && (self.has_labels() || link.opened.elapsed() >= OLD_TABLE_FOR)
            || *self.tables_changed.lock() > Some(link.opened);
        // The list is an order of preference: a server further down serves until the first is back.
        let second_best = link.rank > 0 && link.opened.elapsed() >= SECOND_BEST_FOR && self.hosts.has_better(link.rank);
        if !link.reused || stale || second_best || setup::adapt(&mut link, &self.config, lock_wait).is_err() {
            self.reopen(&mut link, lock_wait)?;
        }
        self.current.store(link.rank, Ordering::Relaxed);
        if link.rank > 0 {
            // It takes no lock.
            self.hosts.look_after(link.rank, || self.connector(0));
        }
        Ok(link)
    }

    /// Runs the first statement of an operation, which may be run again where it has not happened. A
    /// pooled connection that the server has closed meanwhile shows here, before PHP has seen any
    /// data, and is replaced once, as is a new one whose server says that it cannot serve; what lost against
    /// another transaction is tried again, and what waits for one does so until `lock_wait` seconds are over.
    ///
    /// # Errors
    /// As `first` in the end.
    pub fn first<T>(
        &self,
        link: &mut PooledLink,
        lock_wait: u64,
        first: impl FnMut(&mut Link) -> Result<T>,
    ) -> Result<T> {
        self.first_until(&Deadline::after(lock_wait), link, first)
    }

    /// The same for an operation that has begun before.
    ///
    /// # Errors
    /// As [`Pool::first`].
    pub fn first_until<T>(
        &self,
        deadline: &Deadline,
        link: &mut PooledLink,
        mut first: impl FnMut(&mut Link) -> Result<T>,
    ) -> Result<T> {
        let (mut conflicts, mut replaced) = (0, false);
        loop {
            match deadline.patiently(|| first(link)) {
                // That a new connection is lost is no sign of age; but its server may say that it has just lost its cluster.
                Err(cause)
                    if !replaced
                        && cause.outdated_connection()
                        && (link.reused || !matches!(cause, Error::Gone(_))) =>
                {
                    replaced = true;
                    self.reopen(link, deadline.lock_wait)?;
                }
                Err(Error::RolledBack { .. }) if conflicts < 10 => {
                    conflicts += 1;
                    self.pause_after_conflict();
                }
                outcome => {
                    if matches!(outcome, Err(Error::Stalled(_))) {
                        self.fell_silent(link);
                    }
                    return outcome;
                }
            }
        }
    }

    /// A short pause of random length, so that two that met do not meet again.
    pub fn pause_after_conflict(&self) {
        Counters::add(&self.counters.retries, 1);
        thread::sleep(Duration::from_micros(rand::rng().random_range(500..5_000)));
    }

    /// Forgets the pool of this configuration and closes its idle connections.
    #[cfg(test)]
    pub fn forget(config: &ServerConfig) {
        POOLS.lock().retain(|pool| {
            let other = pool.config != *config;
            if !other {
                pool.keeper.end();
            }
            other
        });
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
    /// As [`Pool::reopen`].
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
                    *self.tls_version.lock() = link.tls_version();
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

    /// How to connect to a server of the list, from any thread.
    fn connector(
        &self,
        lock_wait: u64,
    ) -> Result<impl Fn(usize) -> Result<(Link, ServerInfo)> + Send + Clone + 'static> {
        let (config, password, tls) = (self.config.clone(), password(&self.config)?, self.tls()?);
        let hosts = Arc::clone(&self.hosts);
        Ok(move |rank: usize| {
            let (endpoint, abandoned) = (&config.endpoints[rank], hosts.abandoned(rank));
            let tls = tls.as_ref();
            let mut link = Link::open(endpoint, &config, &password, tls, lock_wait, abandoned)?;
            let info = setup::prepare(&mut link, &config, lock_wait)?;
            Ok((link, info))
        })
    }
}

/// Pools that came through a fork belong to the parent: their locks may be held by threads that do
/// not exist here, and dropping them would say goodbye on the parent's connections.
fn forget_inherited(pools: &mut Vec<Arc<Pool>>) {
    if pools.iter().any(|pool| pool.is_inherited()) {
        for pool in pools.iter() {
            pool.slots.abandon();
        }
        mem::forget(mem::take(pools));
    }
}

/// `rustdb.password_file` without its trailing newline, or `rustdb.password`.
fn password(config: &ServerConfig) -> Result<String> {
    match config.password_file.as_str() {
        "" => Ok(config.password.0.clone()),
        path => secret_file::read("rustdb.password_file", path).map(|read| read.line().to_owned()),
    }
}

#[cfg(test)]
mod tests;
