//! One pool of connections per process and server: it lends out [`Link`]s, and each is opened in the thread
//! of the request that needs it, so that a refused connection is reported at once and by its cause.

use std::mem;
use std::ops::Deref;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt as _;

use super::background::Mutex;
use super::connector::{Connector, Statements};
use super::keeper::Keeper;
use super::lender::{Lender, PooledLink};
use super::link::Link;
use crate::config::ServerConfig;
use crate::counters::Counters;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::process;
use crate::sid::signed::Secret;

/// How long a connection to another than the first server of the list is used before the earlier ones
/// are asked again.
const SECOND_BEST_FOR: Duration = Duration::from_secs(30);

/// How long a connection is used whose sessions' table is that of an older version, before a new one looks whether
/// it has been given its new columns: a process that does not know them cannot see that a session was revoked, or lives longer.
const OLD_TABLE_FOR: Duration = Duration::from_secs(60);

/// The pool of one process for one [`ServerConfig`].
pub struct Pool {
    connector: Arc<Connector>,
    lender: Lender,
    automatic_size: u32,
    process: u32,
    /// Renews what requests hold.
    pub keeper: Arc<Keeper>,
    /// When this process last made a table or a column: what older connections know of tables is outdated.
    tables_changed: Mutex<Option<Instant>>,
}

/// The pools of this process; vhosts and FPM pools may have different ones.
static POOLS: Mutex<Vec<Arc<Pool>>> = Mutex::new(Vec::new());

/// What is known of the servers is known to whoever asks for their connections.
impl Deref for Pool {
    type Target = Connector;

    fn deref(&self) -> &Connector {
        &self.connector
    }
}

impl Pool {
    /// The pool for this configuration, made on first use. `automatic_size` tells the number of
    /// connections where `rustdb.pool_size` is 0.
    pub fn shared(
        config: &ServerConfig,
        statements: &'static Statements,
        automatic_size: impl FnOnce() -> u32,
    ) -> Arc<Pool> {
        let mut pools = POOLS.lock();
        forget_inherited(&mut pools);
        if let Some(pool) = pools.iter().find(|pool| pool.config == *config) {
            return Arc::clone(pool);
        }
        let pool = Arc::new(Pool::new(config, statements, automatic_size()));
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

    fn new(config: &ServerConfig, statements: &'static Statements, automatic_size: u32) -> Pool {
        let size = if config.pool_size == 0 { automatic_size } else { config.pool_size };
        let connector = Arc::new(Connector::new(config, statements));
        Pool {
            // One for the session, one for gc while the session is locked.
            lender: Lender::new(size.max(2)),
            keeper: Keeper::new(&connector),
            connector,
            automatic_size,
            process: process::id(),
            tables_changed: Mutex::new(None),
        }
    }

    /// Whether this pool was made by another process and came here through a fork.
    pub fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    /// The pool of the same configuration in this process, after a fork.
    pub fn of_this_process(&self) -> Arc<Pool> {
        Pool::shared(&self.config, self.statements, || self.automatic_size)
    }

    /// Says that this process has made a table or a column: connections learn of it when they are made.
    pub fn tables_changed(&self) {
        *self.tables_changed.lock() = Some(Instant::now());
    }

    /// What ids of ours are signed with. A process that has not connected yet does so: the connection is needed next.
    ///
    /// # Errors
    /// As [`Pool::get`].
    pub fn id_secret(&self, lock_wait: u64) -> Result<Option<Secret>> {
        let known = self.last_id_secret();
        if known.is_none() && self.server().is_none() {
            drop(self.get(lock_wait)?);
            return Ok(self.last_id_secret());
        }
        Ok(known)
    }

    /// Connections that there may be, that are in use, and that are idle.
    pub fn state(&self) -> (u32, u32, u32) {
        self.lender.count()
    }

    /// How often a request had to wait for a connection because all were in use.
    pub fn waits(&self) -> u64 {
        self.lender.waits()
    }

    /// A connection whose statements wait `lock_wait` seconds for locks, open and without a
    /// transaction.
    ///
    /// # Errors
    /// [`Error::PoolBusy`] after `rustdb.connect_timeout`, or why no server could be used.
    pub fn get(&self, lock_wait: u64) -> Result<PooledLink> {
        let timeout = self.config.connect_timeout;
        match self.lender.take(timeout)? {
            Some(link) => self.ready(link, lock_wait),
            None => Err(Error::PoolBusy { seconds: timeout.as_secs(), size: self.state().0 }),
        }
    }

    /// Like [`Pool::get`], but without waiting where all connections are in use.
    ///
    /// # Errors
    /// Why no server could be used.
    pub fn spare(&self, lock_wait: u64) -> Option<Result<PooledLink>> {
        let link = self.lender.spare().transpose()?;
        Some(link.and_then(|link| self.ready(link, lock_wait)))
    }

    fn ready(&self, mut link: PooledLink, lock_wait: u64) -> Result<PooledLink> {
        link.reused = link.is_open();
        // Past the idle timeout the server has closed it.
        let stale = link.idle() >= self.config.idle_timeout
            || link.outdated
            || self.is_down(&link)
            || !link.knows_handles && self.has_labels()
            || !link.knows_lifetimes && (self.has_lifetimes() || link.opened.elapsed() >= OLD_TABLE_FOR)
            || *self.tables_changed.lock() > Some(link.opened);
        // The list is an order of preference: a server further down serves until the first is back.
        let second_best = link.rank > 0 && link.opened.elapsed() >= SECOND_BEST_FOR && self.has_better(&link);
        if !link.reused || stale || second_best || self.adapt(&mut link, lock_wait).is_err() {
            self.reopen(&mut link, lock_wait)?;
        }
        self.uses(&link);
        Ok(link)
    }

    /// Makes a pooled connection ready for a request that may have another `rustdb.lock_wait` than the one before.
    ///
    /// # Errors
    /// When the connection is of no use any more.
    pub fn adapt(&self, link: &mut Link, lock_wait: u64) -> Result<()> {
        (self.statements.adapt)(link, &self.config, lock_wait)
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
        mut first: impl FnMut(&mut Link) -> Result<T>,
    ) -> Result<T> {
        let deadline = Deadline::after(lock_wait);
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
                    self.reopen(link, lock_wait)?;
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
}

/// Pools that came through a fork belong to the parent: their locks may be held by threads that do
/// not exist here, and dropping them would say goodbye on the parent's connections.
fn forget_inherited(pools: &mut Vec<Arc<Pool>>) {
    if pools.iter().any(|pool| pool.is_inherited()) {
        for pool in pools.iter() {
            pool.lender.abandon();
        }
        mem::forget(mem::take(pools));
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
