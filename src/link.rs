//! One connection to one server: statements out, replies in, and nothing half-open after an error.
//!
//! A [`Link`] may be closed: the pool hands out closed ones and opens them in the thread of the
//! request that needs one, so that a refused connection is reported at once and by its cause.

use std::mem;
use std::os::fd::AsRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, Row, Value};
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};

use crate::background::{Mutex, without_signals};
use crate::config::{Endpoint, ServerConfig};
use crate::error::{Error, Result};

/// Milliseconds of silence after which the kernel asks whether the other side is still there.
const KEEPALIVE_MS: u32 = 60_000;

/// What the server said to one statement of a packet.
#[derive(Debug)]
pub enum Reply {
    /// Rows found by an UPDATE or DELETE (found, not changed: the flag CLIENT_FOUND_ROWS is on).
    Done(u64),
    Rows(Vec<Row>),
}

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
    /// A transaction of ours is open on it. Whoever begins one says so here, whoever ends it too.
    pub in_transaction: bool,
    /// True from the second use on: such a connection may have been closed by the server meanwhile.
    pub reused: bool,
    /// It has outlived what it was made for: the next request gets a new one.
    pub outdated: bool,
    /// `rustdb.lock_wait` that its timeouts were made for, in seconds.
    pub lock_wait: u64,
    /// The server's `innodb_lock_wait_timeout` for this connection as it stands now, in seconds.
    pub server_wait: u64,
    /// The server's `max_allowed_packet`, in bytes.
    pub max_packet: usize,
    pub cluster: Cluster,
    /// The leases' table has the columns that say who holds a lease.
    pub lease_has_holder: bool,
    /// Which server of the list this is, counted from 0.
    pub rank: usize,
    pub opened: Instant,
    last_used: Instant,
}

impl Link {
    /// A connection that is not open.
    pub fn closed() -> Link {
        Link {
            conn: None,
            process: process::id(),
            in_transaction: false,
            reused: false,
            outdated: false,
            lock_wait: 0,
            server_wait: 0,
            max_packet: usize::MAX,
            cluster: Cluster::No,
            lease_has_holder: false,
            rank: 0,
            opened: Instant::now(),
            last_used: Instant::now(),
        }
    }

    /// Connects and logs in; the caller prepares the session.
    ///
    /// Every read and write on the socket ends after `lock_wait` plus `rustdb.connect_timeout`
    /// seconds: a server that waits for a row answers by then, one that stalls is left.
    ///
    /// # Errors
    /// As the server or the network says; nothing stays open.
    pub fn open(
        endpoint: &Endpoint,
        config: &ServerConfig,
        password: &str,
        lock_wait: u64,
    ) -> Result<Link> {
        let stall = Duration::from_secs(lock_wait) + config.connect_timeout;
        let options = OptsBuilder::new()
            .user(Some(&config.user))
            .pass(Some(password))
            .db_name(Some(&config.database))
            .prefer_socket(false)
            .tcp_connect_timeout(Some(config.connect_timeout))
            .read_timeout(Some(stall))
            .write_timeout(Some(stall))
            // A firewall between us forgets connections that are silent for too long.
            .tcp_keepalive_time_ms(Some(KEEPALIVE_MS))
            .stmt_cache_size(Some(4))
            // An UPDATE that changes nothing still tells that it found its row.
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
        let options = match endpoint {
            Endpoint::Tcp(host, port) => options.ip_or_hostname(Some(host)).tcp_port(*port),
            Endpoint::Socket(path) => options.socket(Some(path)),
        };
        let conn = connect(options, stall)?;
        let mut link = Link::closed();
        link.conn = Some(conn);
        link.lock_wait = lock_wait;
        Ok(link)
    }

    /// Whether a statement can be sent without opening first.
    pub fn is_open(&self) -> bool {
        self.conn.is_some()
    }

    /// The server's number of this connection, as `KILL` takes it.
    #[cfg(test)]
    pub fn connection_id(&self) -> u64 {
        self.conn
            .as_ref()
            .map_or(0, |conn| u64::from(conn.connection_id()))
    }

    /// Whether another process made it, and it came here through a fork.
    pub fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    /// Seconds since the last statement.
    pub fn idle(&self) -> Duration {
        self.last_used.elapsed()
    }

    /// Whether the server has closed the connection, or said something unasked, which it only does to say
    /// goodbye. What is sent on it then can never happen; otherwise a lost answer leaves a doubt.
    pub fn is_dead(&self) -> bool {
        let Some(conn) = &self.conn else {
            return true;
        };
        let peek = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
        recv(conn.as_raw_fd(), &mut [0], peek) != Err(Errno::EAGAIN)
    }

    /// Says goodbye to the server and closes; the server rolls back and frees all locks.
    pub fn close(&mut self) {
        self.conn = None;
        self.in_transaction = false;
    }

    /// In a child after a fork: closes the child's copy of the socket without a word to the server,
    /// so that the parent's connection lives on, and ends when the parent does.
    pub fn abandon(&mut self) {
        if let Some(conn) = self.conn.take() {
            let _ = nix::unistd::close(conn.as_raw_fd());
            mem::forget(conn);
        }
    }

    /// Sends statements, separated by semicolons, in one packet and one round trip.
    ///
    /// # Errors
    /// After an error nothing is open: the transaction is rolled back or the connection closed. The one
    /// exception is [`Error::TooLarge`], for which nothing was sent.
    pub fn run(&mut self, sql: &str) -> Result<Vec<Reply>> {
        self.check_size(sql.len())?;
        self.guarded(|conn| {
            let mut result = conn.query_iter(sql)?;
            let mut replies = Vec::with_capacity(4);
            while let Some(set) = result.iter() {
                let affected = set.affected_rows();
                if set.columns().as_ref().is_empty() {
                    // Reading the set to its end brings the error of a failed statement.
                    for row in set {
                        row?;
                    }
                    replies.push(Reply::Done(affected));
                } else {
                    replies.push(Reply::Rows(set.collect::<mysql::Result<_>>()?));
                }
            }
            Ok(replies)
        })
    }

    /// Executes one prepared statement (prepared on its first use: one more round trip) and returns
    /// the number of rows found.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn execute(&mut self, sql: &str, parameters: Vec<Value>) -> Result<u64> {
        let length: usize = parameters.iter().map(Value::bin_len_estimate).sum();
        self.check_size(length)?;
        self.guarded(|conn| {
            let result = conn.exec_iter(sql, parameters)?;
            Ok(result.affected_rows())
        })
    }

    /// Ends the transaction, if one is open, and frees its locks.
    ///
    /// # Errors
    /// When the server could not be told; then the connection is closed, which frees them as well.
    pub fn rollback(&mut self) -> Result<()> {
        self.run("ROLLBACK")?;
        self.in_transaction = false;
        Ok(())
    }

    /// The packet's payload is one command byte and the statement.
    fn check_size(&self, length: usize) -> Result<()> {
        let sent = length.saturating_add(1);
        if sent > self.max_packet {
            return Err(Error::TooLarge {
                sent,
                limit: self.max_packet,
            });
        }
        Ok(())
    }

    fn guarded<T>(&mut self, speak: impl FnOnce(&mut Conn) -> mysql::Result<T>) -> Result<T> {
        if self.is_inherited() {
            return Err(Error::Forked(self.process));
        }
        // Taken out while it speaks: should the client library panic, the connection is dropped
        // with the unwinding and no half-read answer stays behind.
        let Some(mut conn) = self.conn.take() else {
            return Err(Error::Gone("not connected".into()));
        };
        let outcome = speak(&mut conn).map_err(Error::from);
        self.last_used = Instant::now();
        match outcome {
            Ok(value) => {
                self.conn = Some(conn);
                Ok(value)
            }
            Err(error) => {
                self.in_transaction = false;
                self.outdated |= error.outdated_connection();
                // A lock timeout rolls back one statement only, and a later START TRANSACTION would
                // commit the rest (MySQL manual, "InnoDB Error Handling").
                if server_is_usable(&error) && conn.query_drop("ROLLBACK").is_ok() {
                    self.conn = Some(conn);
                }
                Err(error)
            }
        }
    }
}

/// Connects and logs in, in another thread: connecting to a Unix socket whose server does not accept
/// any more, and asking for a host's address, know no timeout of their own.
fn connect(options: OptsBuilder, limit: Duration) -> Result<Conn> {
    /// Threads that nobody waits for any more; they end when their server wakes up.
    static ABANDONED: AtomicUsize = AtomicUsize::new(0);
    if ABANDONED.load(Ordering::Relaxed) >= 8 {
        return Err(Error::Stalled(
            "earlier connections have not come about yet".into(),
        ));
    }
    let (done, answer) = mpsc::channel();
    let abandoned = Arc::new(Mutex::new(false));
    let shared = Arc::clone(&abandoned);
    let work = move || {
        let connected = catch_unwind(AssertUnwindSafe(|| Conn::new(options)));
        if *shared.lock() {
            ABANDONED.fetch_sub(1, Ordering::Relaxed);
        } else {
            let _ = done.send(connected);
        }
    };
    let thread = thread::Builder::new().name("rustdb-connect".into());
    without_signals(|| thread.spawn(work))?
        .map_err(|error| Error::Connect(format!("no thread to connect in: {error}")))?;
    let connected = answer.recv_timeout(limit).or_else(|_| {
        let mut abandoned = abandoned.lock();
        answer.try_recv().inspect_err(|_| {
            *abandoned = true;
            ABANDONED.fetch_add(1, Ordering::Relaxed);
        })
    });
    match connected {
        Ok(Ok(connected)) => connected.map_err(Error::from),
        Ok(Err(_)) => Err(Error::Nonsense(
            "no greeting of a MySQL or MariaDB server".into(),
        )),
        Err(_) => Err(Error::Stalled(format!(
            "no connection within {} s",
            limit.as_secs()
        ))),
    }
}

/// Whether the server is there and has answered, so that the connection can go on after a rollback.
fn server_is_usable(error: &Error) -> bool {
    matches!(
        error,
        Error::LockTimeout { .. } | Error::RolledBack { .. } | Error::Server { .. }
    )
}

impl Drop for Link {
    /// Dropping a `Conn` sends COM_QUIT. In a forked child that would end the parent's connection,
    /// so the child only closes its copy of the socket.
    fn drop(&mut self) {
        if self.is_inherited() {
            self.abandon();
        }
    }
}

/// The length of a value in a binary protocol packet, near enough to compare with a packet's limit.
trait BinaryLength {
    fn bin_len_estimate(&self) -> usize;
}

impl BinaryLength for Value {
    fn bin_len_estimate(&self) -> usize {
        match self {
            Value::Bytes(bytes) => bytes.len() + 9,
            _ => 16,
        }
    }
}

#[cfg(test)]
mod tests;
