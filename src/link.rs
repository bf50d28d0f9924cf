//! One connection to one server: statements out, replies in, and nothing half-open after an error.
//!
//! A [`Link`] may be closed: the pool hands out closed ones and opens them in the thread of the
//! request that needs one, so that a refused connection is reported at once and by its cause.

mod dial;
mod transaction;

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::{Endpoint, ServerConfig};
use crate::error::{Error, Result};
use crate::process;
use crate::sid::signed::Secret;
use crate::wire::Wire;
use crate::wire::tls::Settings;
pub use crate::wire::{Param, Reply, Row};
pub use dial::Abandoned;
use dial::connect;

/// Bytes of a statement's memory that an idle connection keeps at most.
const KEPT_BUFFER: usize = 64 * 1024;

/// Whether other nodes take writes beside this connection's server, as far as it tells and unless
/// `rustdb.single_writer` says otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cluster {
    #[default]
    No,
    /// A node of a Galera cluster.
    Galera,
    /// A member of a Group Replication group in multi-primary mode.
    Group,
}

/// A connection of the pool, open or closed.
pub struct Link {
    wire: Option<Box<Wire>>,
    /// The server's number of this connection, as `KILL` takes it.
    connection_id: u32,
    /// A release was sent, and its answer not yet read.
    unanswered: bool,
    /// The process that opened it. A child that inherited it must never speak on it.
    process: u32,
    /// A transaction of ours is open on it. Whoever begins one says so here, whoever ends it too.
    pub in_transaction: bool,
    /// It is the first of those who wait for a session ([`crate::store::line`]), which is left with the session or with the connection.
    pub in_line: bool,
    /// The end of the last transaction has begun the next one, which nobody has used yet ([`Link::take_chained`]).
    chained: bool,
    /// The server is on this machine, so that its work is what a statement costs, and not the way to it. A read is a prepared statement
    /// then, from the connection's second use on: one that is used once is not worth the preparing.
    pub prepares: bool,
    /// The end of a transaction begins the next one (AND CHAIN), which saves a statement of each session that is locked.
    pub chains: bool,
    /// True from the second use on: such a connection may have been closed by the server meanwhile.
    pub reused: bool,
    /// It has outlived what it was made for: the next request gets a new one.
    pub outdated: bool,
    /// `rustdb.lock_wait` that its timeouts are set for, in seconds: the socket's, and the server's `lock_wait_timeout`.
    pub lock_wait: u64,
    /// The server's `max_allowed_packet`, in bytes.
    pub max_packet: usize,
    pub cluster: Cluster,
    /// The leases' table has the columns that say who holds a lease.
    pub lease_has_holder: bool,
    /// The sessions' table has the columns `handle` and `seen_at`, which that of an older version lacks.
    pub knows_handles: bool,
    /// There is a table of labels beside the sessions', and reads look into it.
    pub has_labels: bool,
    /// There is a table of tickets beside the sessions'.
    pub has_tickets: bool,
    /// What ids of ours are signed with, as it stands in the sessions' table.
    pub id_secret: Option<Secret>,
    /// The server's list of processes shows the parameters of prepared statements.
    pub shows_parameters: bool,
    /// Which server of the list this is, counted from 0.
    pub rank: usize,
    pub opened: Instant,
    /// When the last statement was sent.
    pub asked_at: Instant,
    /// The text of the last statement, whose memory the next one uses.
    buffer: String,
    last_used: Instant,
}

impl Link {
    /// A connection that is not open.
    pub fn closed() -> Link {
        Link {
            wire: None,
            connection_id: 0,
            unanswered: false,
            process: process::id(),
            in_transaction: false,
            in_line: false,
            chained: false,
            prepares: false,
            chains: false,
            reused: false,
            outdated: false,
            lock_wait: 0,
            max_packet: usize::MAX,
            cluster: Cluster::No,
            lease_has_holder: false,
            knows_handles: false,
            has_labels: false,
            has_tickets: false,
            id_secret: None,
            shows_parameters: false,
            rank: 0,
            opened: Instant::now(),
            asked_at: Instant::now(),
            buffer: String::new(),
            last_used: Instant::now(),
        }
    }

    /// Connects and logs in within `rustdb.connect_timeout`; the caller prepares the session. `tls` encrypts what goes over TCP.
    ///
    /// Every later read and write on the socket ends after `lock_wait` plus `rustdb.connect_timeout`
    /// seconds: a server that waits for a row answers by then, one that stalls is left.
    ///
    /// # Errors
    /// As the server or the network says; nothing stays open.
    pub fn open(
        endpoint: &Endpoint,
        config: &ServerConfig,
        password: &str,
        tls: Option<&Arc<Settings>>,
        lock_wait: u64,
        abandoned: &Abandoned,
    ) -> Result<Link> {
        let (mut wire, connection_id) = connect(endpoint, config, password, tls, abandoned)?;
        wire.set_limit(stall(config, lock_wait))?;
        let mut link = Link::closed();
        link.wire = Some(Box::new(wire));
        link.connection_id = connection_id;
        link.prepares = matches!(endpoint, Endpoint::Socket(_));
        link.lock_wait = lock_wait;
        Ok(link)
    }

    /// Reads the answer that a [`Link::release`] left on the wire.
    ///
    /// # Errors
    /// When the connection is of no use any more.
    pub fn settle(&mut self) -> Result<()> {
        if self.unanswered {
            self.guarded(|_| Ok(()))?;
        }
        Ok(())
    }

    /// Sets the socket's timeouts for another `rustdb.lock_wait`, in seconds.
    ///
    /// # Errors
    /// As the system says.
    pub fn set_lock_wait(&mut self, config: &ServerConfig, lock_wait: u64) -> Result<()> {
        self.lock_wait = lock_wait;
        self.set_limit(stall(config, lock_wait))
    }

    /// Sets another limit than [`Link::open`] for how long the server may be silent.
    ///
    /// # Errors
    /// As the system says.
    pub fn set_limit(&mut self, limit: Duration) -> Result<()> {
        self.guarded(|wire| wire.set_limit(limit))
    }

    /// Whether a statement can be sent without opening first.
    pub fn is_open(&self) -> bool {
        self.wire.is_some()
    }

    /// The server's number of this connection, as `KILL` takes it.
    #[cfg(test)]
    pub fn connection_id(&self) -> u64 {
        u64::from(self.connection_id)
    }

    /// Whether another process made it, and it came here through a fork.
    pub fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    /// Seconds since the last statement.
    pub fn idle(&self) -> Duration {
        self.last_used.elapsed()
    }

    /// As if nothing had been said on it for so much longer.
    #[cfg(test)]
    pub fn fall_silent(&mut self, longer: Duration) {
        self.last_used -= longer;
    }

    /// Whether the server has closed the connection, or said something unasked, which it only does to say
    /// goodbye. What is sent on it then can never happen; otherwise a lost answer leaves a doubt.
    pub fn is_dead(&mut self) -> bool {
        let inherited = self.is_inherited();
        let wire = self.wire.as_mut();
        wire.is_none_or(|wire| !inherited && wire.is_readable())
    }

    /// The version of TLS that encrypts it, as "TLS 1.3"; None where it is not encrypted, or not open.
    pub fn tls_version(&self) -> Option<&'static str> {
        self.wire.as_ref().and_then(|wire| wire.tls_version())
    }

    /// Says goodbye to the server and closes; the server rolls back and frees all locks.
    pub fn close(&mut self) {
        if let Some(mut wire) = self.wire.take()
            && !self.is_inherited()
        {
            wire.quit();
        }
        self.in_transaction = false;
        self.in_line = false;
        self.chained = false;
        self.unanswered = false;
    }

    /// In a child after a fork: closes the child's copy of the socket without a word to the server,
    /// so that the parent's connection lives on, and ends when the parent does.
    pub fn abandon(&mut self) {
        self.wire = None;
    }

    /// Sends statements, separated by semicolons, in one packet and one round trip. Outside of a transaction of ours each of them commits
    /// itself.
    ///
    /// # Errors
    /// After an error nothing is open: the transaction is rolled back or the connection closed. The one
    /// exception is [`Error::TooLarge`], for which nothing was sent.
    pub fn run(&mut self, sql: &str) -> Result<Vec<Reply>> {
        if self.is_chained() {
            // In a transaction that was begun for another purpose they would not commit themselves.
            let sql = format!("ROLLBACK;{sql}");
            let mut replies = self.run_all(&sql)?;
            replies.remove(0);
            return Ok(replies);
        }
        self.run_all(sql)
    }

    fn run_all(&mut self, sql: &str) -> Result<Vec<Reply>> {
        self.check_size(sql.len())?;
        self.chained = false;
        self.guarded(|wire| {
            wire.send_query(sql)?;
            wire.replies()
        })
    }

    /// An empty text with memory for a statement, for [`Link::run_buffer`].
    pub fn take_buffer(&mut self) -> String {
        let mut buffer = mem::take(&mut self.buffer);
        buffer.clear();
        buffer
    }

    /// [`Link::run`] for a text that [`Link::take_buffer`] gave.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn run_buffer(&mut self, sql: String) -> Result<Vec<Reply>> {
        let outcome = self.run(&sql);
        if sql.capacity() <= KEPT_BUFFER {
            self.buffer = sql;
        }
        outcome
    }

    /// Executes one prepared statement (prepared on its first use: one more round trip) and returns
    /// the number of rows found.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        match self.execute_any(sql, params)? {
            Reply::Done(rows) => Ok(rows),
            Reply::Rows(_) => Err(Error::Nonsense("rows for a statement without any".into())),
        }
    }

    fn execute_any(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Reply> {
        let length = params.iter().map(|param| match param {
            Param::Number(_) => 8,
            Param::Bytes(bytes) => bytes.len() + 9,
        });
        // With each parameter's type, and the command.
        self.check_size(length.sum::<usize>() + 3 * params.len() + 16)?;
        if self.is_chained() {
            self.rollback()?;
        }
        self.guarded(|wire| wire.execute(sql, params))
    }

    /// The packet's payload is one command byte and the statement.
    fn check_size(&mut self, length: usize) -> Result<()> {
        let sent = length.saturating_add(1);
        // One of exactly the limit is refused as well (net_realloc in net_serv.cc of both servers).
        if sent >= self.max_packet {
            return Err(Error::TooLarge { sent, limit: self.max_packet });
        }
        Ok(())
    }

    fn guarded<T>(&mut self, speak: impl FnOnce(&mut Wire) -> Result<T>) -> Result<T> {
        if self.is_inherited() {
            return Err(Error::Forked(self.process));
        }
        // Taken out while it speaks: after a panic, no half-read answer stays behind.
        let Some(mut wire) = self.wire.take() else {
            return Err(Error::Gone("not connected".into()));
        };
        self.asked_at = Instant::now();
        let outcome = match mem::take(&mut self.unanswered) {
            true => wire.skip_replies().and_then(|()| speak(&mut wire)),
            false => speak(&mut wire),
        };
        self.last_used = Instant::now();
        match outcome {
            Ok(value) => {
                self.wire = Some(wire);
                Ok(value)
            }
            Err(error) => {
                self.in_transaction = false;
                self.chained = false;
                self.outdated |= error.outdated_connection();
                // A lock timeout rolls back one statement only, and a later START TRANSACTION would
                // commit the rest (MySQL manual, "InnoDB Error Handling").
                let rollback = |wire: &mut Wire| {
                    wire.send_query("ROLLBACK")?;
                    wire.skip_replies()
                };
                if server_is_usable(&error) && rollback(&mut wire).is_ok() {
                    self.wire = Some(wire);
                } else {
                    wire.quit();
                }
                Err(error)
            }
        }
    }
}

/// Seconds after which a silent server is left: one that waits for a row answers by then.
fn stall(config: &ServerConfig, lock_wait: u64) -> Duration {
    Duration::from_secs(lock_wait) + config.connect_timeout
}

/// Whether the server is there and has answered, so that the connection can go on after a rollback.
fn server_is_usable(error: &Error) -> bool {
    matches!(error, Error::LockTimeout { .. } | Error::RolledBack { .. } | Error::Server { .. })
}

impl Drop for Link {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests;
