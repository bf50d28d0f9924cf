//! A connection of the mysql crate, with what sessions need besides: answers that are bounded and whole, causes that are
//! told apart, prepared statements that a server may refuse, time limits that change, and a child that keeps silent.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::mem;
use std::os::fd::{AsRawFd as _, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Duration;

use mysql::error::tls::TlsError;
use mysql::prelude::{Protocol, Queryable as _};
use mysql::{DriverError, Opts, Params, QueryResult, Statement, Value};
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, Shutdown, recv, shutdown};

use super::answer::{Reply, Row};
use super::tls_errors;
use crate::error::{Error, Result};
use crate::process;

/// Statements that we send in one packet, at most: of more answers than that, some are lies.
const MOST_ANSWERS: usize = 16;

/// Bytes of memory that the rows of one answer may take. No server sends a longer row: `max_allowed_packet` ends there.
pub(super) const MOST_BYTES: usize = 1 << 30;

/// The same, less where a test goes to the end of it.
const ROOM: usize = if cfg!(test) { 64 << 20 } else { MOST_BYTES };

/// ER_UNKNOWN_STMT_HANDLER, ER_MAX_PREPARED_STMT_COUNT_REACHED, ER_NEED_REPREPARE and ER_UNSUPPORTED_PS: the same as text can
/// succeed.
const PREPARED_NO_MORE: [u16; 4] = [1243, 1461, 1615, 1295];

/// A parameter of a prepared statement.
#[derive(Debug, Clone, Copy)]
pub enum Param<'a> {
    Number(u64),
    /// Bytes in no character set.
    Bytes(&'a [u8]),
}

/// Sets how long each read and write on a socket may take. The crate can do so only before it connects, and nobody without `unsafe` later.
pub type SetTimeouts = fn(RawFd, Duration) -> io::Result<()>;

static SET_TIMEOUTS: OnceLock<SetTimeouts> = OnceLock::new();

/// Says who does that: `src/php/` has it.
pub fn timeouts_by(set: SetTimeouts) {
    // The second time, when Apache starts, it is the same function.
    let _ = SET_TIMEOUTS.set(set);
}

/// A connection after its login.
pub struct Conn(mysql::Conn);

impl Conn {
    /// Connects and logs in. None where TLS is asked for and the server offers none: nothing was said of who we are.
    ///
    /// # Errors
    /// As the system, the server or TLS says.
    pub fn open(options: Opts) -> Result<Option<Conn>> {
        let has_certificate = options.get_ssl_opts().is_some_and(|tls| tls.client_identity().is_some());
        let opened = catch_unwind(AssertUnwindSafe(|| mysql::Conn::new(options)));
        match opened.map_err(|_| no_sense())? {
            Ok(conn) => Ok(Some(Conn(conn))),
            Err(mysql::Error::DriverError(DriverError::TlsNotSupported)) => Ok(None),
            // In a login there is no other place where the crate says so.
            Err(mysql::Error::DriverError(DriverError::UnexpectedPacket)) => Err(Error::SecondPlugin),
            Err(error) => Err(match tls_error(&error) {
                Some(error) => tls_errors::in_words(error, has_certificate),
                None => error_of(error),
            }),
        }
    }

    /// The server's number of this connection, as `KILL` takes it.
    #[cfg(test)]
    pub fn id(&self) -> u32 {
        self.0.connection_id()
    }

    /// Bounds each read and write from now on.
    ///
    /// # Errors
    /// As the system says.
    pub fn set_timeouts(&self, limit: Duration) -> Result<()> {
        match SET_TIMEOUTS.get() {
            Some(set) => set(self.0.as_raw_fd(), limit).map_err(|error| from_io(&error)),
            None => Ok(()),
        }
    }

    /// Whether there is something to read, which between statements is a goodbye, or the connection has ended. Not for a forked child.
    pub fn is_readable(&self) -> bool {
        let peek = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
        recv(self.0.as_raw_fd(), &mut [0], peek) != Err(Errno::EAGAIN)
    }

    /// Sends statements, separated by semicolons, in one packet, and takes the answers to all of them.
    ///
    /// # Errors
    /// The server's first error, after which it has run none of the rest: the connection can be used on. After any other error it is of
    /// no use any more.
    pub fn query(&mut self, sql: &str) -> Result<Vec<Reply>> {
        self.speak(|conn| replies(conn.query_iter(sql).map_err(error_of)?))
    }

    /// Prepares a statement, unless that was done before. None where the server would rather not: nothing has changed then, a transaction
    /// that is open stays open.
    ///
    /// # Errors
    /// As [`Conn::query`].
    pub fn prepare(&mut self, sql: &str) -> Result<Option<Statement>> {
        self.speak(|conn| match conn.prep(sql).map_err(error_of) {
            Err(error) if refuses_to_prepare(&error) => Ok(None),
            outcome => outcome.map(Some),
        })
    }

    /// Executes a prepared statement.
    ///
    /// # Errors
    /// As [`Conn::query`].
    pub fn execute(&mut self, statement: &Statement, params: &[Param<'_>]) -> Result<Reply> {
        let values = params.iter().map(|param| match *param {
            Param::Number(number) => Value::UInt(number),
            Param::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        });
        let params = match params {
            [] => Params::Empty,
            _ => Params::Positional(values.collect()),
        };
        let replies = self.speak(|conn| replies(conn.exec_iter(statement, params).map_err(error_of)?))?;
        let mut replies = replies.into_iter();
        match (replies.next(), replies.next()) {
            (Some(reply), None) => Ok(reply),
            _ => Err(Error::Nonsense("several answers to one statement".into())),
        }
    }

    /// The crate takes it that a server keeps to the protocol: where one does not, it may panic.
    fn speak<T>(&mut self, speak: impl FnOnce(&mut mysql::Conn) -> Result<T>) -> Result<T> {
        catch_unwind(AssertUnwindSafe(|| speak(&mut self.0))).unwrap_or_else(|_| Err(no_sense()))
    }

    /// Ends a connection that is of no use any more, without a word. Dropping alone says goodbye, and one word for each prepared statement:
    /// a server that takes nothing would let each of them wait for its time limit, and one that takes all would take them for the rest
    /// of a statement that was cut off.
    pub fn break_off(self) {
        let _ = shutdown(self.0.as_raw_fd(), Shutdown::Both);
    }

    /// In a child after a fork: closes the child's copy of the socket without a word to the server, so that the parent's connection lives
    /// on, and ends when the parent does. What else belongs to the connection stays where it is: dropping it would say goodbye.
    pub fn abandon(self) {
        let _ = nix::unistd::close(self.0.as_raw_fd());
        mem::forget(self.0);
    }
}

/// Whether a server will not keep a statement, which it may run as text.
pub(super) fn refuses_to_prepare(error: &Error) -> bool {
    matches!(error, Error::Server { code, .. } if PREPARED_NO_MORE.contains(code))
}

/// The answers to all statements of a packet, in their order.
fn replies<P: Protocol>(mut result: QueryResult<'_, '_, '_, P>) -> Result<Vec<Reply>> {
    let (mut replies, mut room) = (Vec::with_capacity(4), ROOM);
    for _ in 0..MOST_ANSWERS {
        let Some(mut set) = result.iter() else {
            return Ok(replies);
        };
        let (found, has_rows) = (set.affected_rows(), !set.columns().as_ref().is_empty());
        let mut rows = Vec::new();
        while let Some(next) = set.next() {
            let outcome = next.map_err(error_of).and_then(|row| {
                let row = Row::of(row);
                room = room.checked_sub(row.size()).ok_or_else(|| Error::Nonsense("rows without an end".into()))?;
                Ok(row)
            });
            match outcome {
                Ok(row) => rows.push(row),
                Err(error) => {
                    // Dropping them would read on to an end that may never come.
                    mem::forget(set);
                    mem::forget(result);
                    return Err(error);
                }
            }
        }
        drop(set);
        replies.push(if has_rows { Reply::Rows(rows) } else { Reply::Done(found) });
    }
    if result.iter().is_none() {
        return Ok(replies);
    }
    mem::forget(result);
    Err(Error::Nonsense("answers without an end".into()))
}

fn no_sense() -> Error {
    Error::Nonsense("not what MySQL's protocol has there".into())
}

/// The error of TLS behind one of the crate. A refused certificate is one of the stream: the handshake takes place at the first write.
fn tls_error(error: &mysql::Error) -> Option<&rustls::Error> {
    match error {
        mysql::Error::IoError(error) => error.get_ref()?.downcast_ref(),
        mysql::Error::CodecError(error) => error.source()?.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref(),
        mysql::Error::TlsError(TlsError::Tls(error)) => Some(error),
        _ => None,
    }
}

/// What an error of the crate is to us.
fn error_of(error: mysql::Error) -> Error {
    use mysql::Error as E;
    match error {
        E::MySqlError(error) => Error::from_server(error.code, error.message),
        E::IoError(error) => from_io(&error),
        E::CodecError(error) => match error.source().and_then(|source| source.downcast_ref()) {
            Some(error) => from_io(error),
            None => Error::Nonsense(error.to_string()),
        },
        E::DriverError(DriverError::CouldNotConnect(Some((_, words, kind)))) => {
            Error::Connect(process::denied(kind, &words))
        }
        E::DriverError(DriverError::ConnectTimeout) => Error::Connect("connection timed out".into()),
        E::DriverError(DriverError::UnknownAuthPlugin(name)) => Error::AuthPlugin(name),
        E::DriverError(DriverError::CleartextPluginDisabled) => Error::AuthPlugin("mysql_clear_password".into()),
        E::DriverError(DriverError::OldMysqlPasswordDisabled) => Error::AuthPlugin("mysql_old_password".into()),
        error => Error::Nonsense(error.to_string()),
    }
}

fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        // Of SO_RCVTIMEO and SO_SNDTIMEO; ETIMEDOUT is a connection that the system has given up, for nobody acknowledged what was sent.
        ErrorKind::WouldBlock => Error::Stalled("read timeout".into()),
        // A packet that cannot be taken apart.
        ErrorKind::InvalidData | ErrorKind::InvalidInput
            if error.get_ref().is_none_or(|e| !e.is::<rustls::Error>()) =>
        {
            no_sense()
        }
        // How the crate says that the connection has ended, and how rustls does, in words for programmers.
        ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof if error.raw_os_error().is_none() => {
            Error::Gone("the server closed it".into())
        }
        _ => Error::Gone(error.to_string()),
    }
}

#[cfg(test)]
#[path = "conn_tests.rs"]
mod tests;
