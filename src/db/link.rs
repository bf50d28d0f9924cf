//! One connection to one server: statements out, replies in, and nothing half-open after an error.
//!
//! A [`Link`] may be closed: the pool hands out closed ones and opens them in the thread of the
//! request that needs one, so that a refused connection is reported at once and by its cause.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answer::Reply;
use super::conn::{Conn, Param, refuses_to_prepare};
use super::dial::{Past, connect, look_up};
use crate::config::{Endpoint, ServerConfig};
use crate::error::{Error, Result};
use crate::process;
use crate::sid::signed::Secret;

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
    conn: Option<Conn>,
    /// The process that opened it. A child that inherited it must never speak on it.
    process: u32,
    /// Each statement commits itself (autocommit=1). Where a session is locked by its row none does: there the first statement begins a
    /// transaction, and after its end nothing is open until the next one. None where the server may not have heard of it.
    autocommit: Option<bool>,
    /// The same as the next statement needs it, which tells the server.
    wants_autocommit: bool,
    /// A transaction of ours is open on it. Whoever begins one says so here, whoever ends it too.
    pub in_transaction: bool,
    /// It is the first of those who wait for a session ([`crate::store::line`]), which is left with the session or with the connection.
    pub in_line: bool,
    /// The server takes prepared statements, as far as is known.
    prepares: bool,
    /// What goes over it is encrypted.
    pub encrypted: bool,
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
    /// It has these and the column `lifetime`.
    pub knows_lifetimes: bool,
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
            conn: None,
            process: process::id(),
            autocommit: Some(true),
            wants_autocommit: true,
            in_transaction: false,
            in_line: false,
            prepares: true,
            encrypted: false,
            reused: false,
            outdated: false,
            lock_wait: 0,
            max_packet: usize::MAX,
            cluster: Cluster::No,
            lease_has_holder: false,
            knows_handles: false,
            knows_lifetimes: false,
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

    /// Connects and logs in within `rustdb.connect_timeout`; the caller prepares the session.
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
        lock_wait: u64,
        past: &Arc<Past>,
    ) -> Result<Link> {
        let (conn, encrypted) = connect(look_up, endpoint, config, password, stall(config, lock_wait), past)?;
        let mut link = Link::closed();
        (link.conn, link.encrypted, link.lock_wait) = (Some(conn), encrypted, lock_wait);
        Ok(link)
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
        self.guarded(|conn| conn.set_timeouts(limit))
    }

    /// Whether a statement can be sent without opening first.
    pub fn is_open(&self) -> bool {
        self.conn.is_some()
    }

    /// The server's number of this connection, as `KILL` takes it.
    #[cfg(test)]
    pub fn connection_id(&self) -> u64 {
        self.conn.as_ref().map_or(0, |conn| conn.id().into())
    }

    /// Whether another process made it, and it came here through a fork.
    pub fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    /// How long ago the last statement was.
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
    pub fn is_dead(&self) -> bool {
        self.conn.as_ref().is_none_or(|conn| !self.is_inherited() && conn.is_readable())
    }

    /// Says goodbye to the server and closes; the server rolls back and frees all locks. In a child after a fork only the child's copy of
    /// the socket is closed, without a word.
    pub fn close(&mut self) {
        match self.conn.take() {
            Some(conn) if self.is_inherited() => conn.abandon(),
            conn => drop(conn),
        }
        self.in_transaction = false;
        self.in_line = false;
    }

    /// The statements from now on commit themselves, or not; where that is new, the next one tells the server. No transaction is open.
    pub fn set_autocommit(&mut self, on: bool) {
        self.wants_autocommit = on;
    }

    /// The next statement begins a transaction by itself.
    pub fn begin(&mut self) {
        self.wants_autocommit = false;
        self.in_transaction = true;
    }

    /// Sends statements, separated by semicolons, in one packet and one round trip. Outside of a transaction of ours they commit
    /// themselves.
    ///
    /// # Errors
    /// After an error nothing is open: the transaction is rolled back or the connection closed. The one
    /// exception is [`Error::TooLarge`], for which nothing was sent.
    pub fn run(&mut self, sql: &str) -> Result<Vec<Reply>> {
        let mut buffer = self.take_buffer();
        buffer.push_str(sql);
        self.run_buffer(buffer)
    }

    fn send(&mut self, sql: &str) -> Result<Vec<Reply>> {
        self.check_size(sql.len())?;
        self.guarded(|conn| conn.query(sql))
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
    pub fn run_buffer(&mut self, mut sql: String) -> Result<Vec<Reply>> {
        let commits = !self.wants_autocommit && !self.in_transaction;
        if commits {
            sql.push_str(";COMMIT");
        }
        let wanted = Some(self.wants_autocommit);
        let tells = mem::take(&mut self.autocommit) != wanted;
        if tells {
            sql.insert_str(0, if self.wants_autocommit { "SET autocommit=1;" } else { "SET autocommit=0;" });
        }
        let outcome = self.send(&sql);
        self.keep_buffer(sql);
        let mut replies = outcome.inspect_err(|_| self.autocommit = wanted.filter(|_| !tells))?;
        self.autocommit = wanted;
        if commits {
            replies.pop();
        }
        if tells {
            replies.remove(0);
        }
        Ok(replies)
    }

    fn keep_buffer(&mut self, sql: String) {
        if sql.capacity() <= KEPT_BUFFER {
            self.buffer = sql;
        }
    }

    /// Whether a SELECT goes as a prepared statement: a connection that is used once is not worth the preparing.
    pub fn queries(&self) -> bool {
        let is_told = self.autocommit == Some(self.wants_autocommit);
        self.prepares && self.reused && is_told && (self.wants_autocommit || self.in_transaction)
    }

    /// Executes a statement that was prepared before, or else is now, which takes one more round trip. None where the server would rather
    /// not: then nothing has happened, and the same can be sent as text. It does not commit itself where others do not.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Option<Reply>> {
        let length = params.iter().map(|param| match param {
            Param::Number(_) => 8,
            Param::Bytes(bytes) => bytes.len() + 9,
        });
        // With each parameter's type, and the command.
        self.check_size(length.sum::<usize>() + 3 * params.len() + 16)?;
        if !self.prepares {
            return Ok(None);
        }
        if self.autocommit != Some(self.wants_autocommit) {
            self.run("DO 0")?;
        }
        let reply = self.guarded(|conn| match conn.prepare(sql)? {
            Some(statement) => conn.execute(&statement, params).map(Some),
            None => Ok(None),
        });
        self.prepares = matches!(reply, Ok(Some(_))) || matches!(&reply, Err(error) if !refuses_to_prepare(error));
        reply
    }

    /// The same for a SELECT, which can be sent as text whatever has become of it. No transaction is open then.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn query(&mut self, sql: String, params: &[Param<'_>]) -> Result<Option<Reply>> {
        let outcome = self.execute(&sql, params);
        self.keep_buffer(sql);
        match outcome {
            Err(error) if refuses_to_prepare(&error) => Ok(None),
            outcome => outcome,
        }
    }

    /// Ends the transaction and frees its locks. Nothing can be lost with it: where the server could not be told, the connection is
    /// closed, which frees them as well.
    pub fn release(&mut self) {
        if self.in_transaction {
            let _ = self.rollback();
        }
    }

    /// Ends the transaction, if one is open, and frees its locks.
    ///
    /// # Errors
    /// When the server could not be told; then the connection is closed, which frees them as well.
    pub fn rollback(&mut self) -> Result<()> {
        self.send("ROLLBACK")?;
        self.in_transaction = false;
        Ok(())
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

    fn guarded<T>(&mut self, speak: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        if self.is_inherited() {
            return Err(Error::Forked(self.process));
        }
        // Taken out while it speaks: after a panic, no half-read answer stays behind.
        let Some(mut conn) = self.conn.take() else {
            return Err(Error::Gone("not connected".into()));
        };
        self.asked_at = Instant::now();
        let outcome = speak(&mut conn);
        self.last_used = Instant::now();
        match outcome {
            Ok(value) => {
                self.conn = Some(conn);
                Ok(value)
            }
            Err(error) => {
                self.in_transaction = false;
                self.outdated |= error.outdated_connection();
                // A lock timeout rolls back one statement only, and a later transaction would go on with the rest (MySQL manual,
                // "InnoDB Error Handling").
                match server_is_usable(&error) && conn.query("ROLLBACK").is_ok() {
                    true => self.conn = Some(conn),
                    false => conn.break_off(),
                }
                Err(error)
            }
        }
    }
}

/// How long a server may be silent before it is left: one that waits for a row answers by then.
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
#[path = "link_tests.rs"]
mod tests;
