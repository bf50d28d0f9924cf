//! MySQL's client/server protocol, as far as rustdb speaks it: statements out, replies in.
//!
//! It is our own because the time of a session goes here: a statement is sent from where it lies, a row
//! is copied once on its way to PHP, nothing is parsed that nobody reads, and the answer to a release can
//! be left on the wire until the next statement. [`packets`] moves bytes, [`values`] takes rows apart, [`tls`]
//! encrypts (by rustls), and [`login`] is the beginning of a connection; what that needs to know of packets and
//! passwords comes from the mysql_common crate.
//!
//! No statement is sent before the one before it is answered. The servers would take that, but proxies such
//! as ProxySQL end the connection for it.
//!
//! Sources: the MySQL Internals manual, "MySQL Client/Server Protocol"; MariaDB knowledge base,
//! "Client/Server Protocol".

pub mod login;
mod packets;
pub mod tls;
mod values;

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};
pub use packets::{Stream, Wire};
use values::{Column, length_encoded, push_length};
pub use values::{Row, Tail};

/// Prepared statements that are kept on a connection.
const KEPT_STATEMENTS: usize = 8;

/// Bytes up to which a parameter is copied beside the others: it costs less than a piece of its own.
const SHORT: usize = 256;

const COM_QUIT: u8 = 0x01;
const COM_QUERY: u8 = 0x03;
const COM_STMT_PREPARE: u8 = 0x16;
const COM_STMT_EXECUTE: u8 = 0x17;
const COM_STMT_CLOSE: u8 = 0x19;

const OK: u8 = 0x00;
/// Statements that we send in one packet, at most: of more answers than that, some are lies.
const MOST_ANSWERS: usize = 16;

/// Bytes of memory that the rows of one answer may take. No server sends a longer row: `max_allowed_packet`
/// ends there.
const MOST_BYTES: usize = 1 << 30;

/// Bytes that a row takes beside its own.
const ROW_OVERHEAD: usize = 64;

const LOCAL_INFILE: u8 = 0xfb;
const EOF: u8 = 0xfe;
const ERR: u8 = 0xff;

/// `SERVER_STATUS_IN_TRANS` and `SERVER_MORE_RESULTS_EXISTS`, status flags.
const IN_TRANSACTION: u16 = 0x0001;
const MORE_RESULTS: u16 = 0x0008;

/// What the server said to one statement of a packet.
#[derive(Debug)]
pub enum Reply {
    /// Rows found by an UPDATE or DELETE (found, not changed: the flag CLIENT_FOUND_ROWS is on).
    Done(u64),
    Rows(Vec<Row>),
}

/// A parameter of a prepared statement.
#[derive(Debug, Clone, Copy)]
pub enum Param<'a> {
    Number(u64),
    /// Bytes in no character set.
    Bytes(&'a [u8]),
}

/// A statement that was prepared on this connection.
struct Statement {
    sql: String,
    /// The server's number of it.
    id: u32,
    /// What the columns of its rows are, as the server said last.
    columns: Arc<[Column]>,
}

impl Wire {
    /// Sends statements, separated by semicolons, and reads no answer: [`Wire::replies`] follows.
    ///
    /// # Errors
    /// When the connection is lost or stalls; it is of no use any more then.
    pub fn send_query(&mut self, sql: &str) -> Result<()> {
        self.command(&[&[COM_QUERY], sql.as_bytes()])
    }

    /// Reads the answers to all statements of a packet, in their order.
    ///
    /// # Errors
    /// The server's first error, after which it has run none of the rest: the connection can be used on.
    /// After any other error it is of no use any more.
    pub fn replies(&mut self) -> Result<Vec<Reply>> {
        let mut replies = Vec::with_capacity(4);
        self.each_reply(|reply| replies.push(reply))?;
        Ok(replies)
    }

    /// The same for answers that nobody wants.
    ///
    /// # Errors
    /// As [`Wire::replies`].
    pub fn skip_replies(&mut self) -> Result<()> {
        self.each_reply(drop)
    }

    fn each_reply(&mut self, mut with: impl FnMut(Reply)) -> Result<()> {
        for _ in 0..MOST_ANSWERS {
            let (reply, more) = self.reply(None)?;
            with(reply);
            if !more {
                return Ok(());
            }
        }
        Err(Error::Nonsense("answers without an end".into()))
    }

    /// Executes a prepared statement, and prepares it on its first use.
    ///
    /// # Errors
    /// As [`Wire::replies`].
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Reply> {
        let at = self.prepared(sql, params.len())?;
        let statement = self.statements[at].id;
        let mut head = Vec::with_capacity(128);
        head.push(COM_STMT_EXECUTE);
        head.extend_from_slice(&statement.to_le_bytes());
        // No cursor, once; no parameter is NULL; the types follow: BIGINT UNSIGNED or LONG_BLOB.
        head.extend_from_slice(&[0, 1, 0, 0, 0]);
        head.resize(head.len() + params.len().div_ceil(8), 0);
        head.push(1);
        for param in params {
            head.extend_from_slice(match param {
                Param::Number(_) => &[0x08, 0x80],
                Param::Bytes(_) => &[0xfb, 0x00],
            });
        }
        // The values: everything short in one piece, long bytes from where they lie.
        let mut pieces: Vec<(Range<usize>, &[u8])> = Vec::new();
        let mut from = 0;
        for param in params {
            match param {
                Param::Number(number) => head.extend_from_slice(&number.to_le_bytes()),
                Param::Bytes(bytes) => {
                    push_length(&mut head, bytes.len());
                    if bytes.len() <= SHORT {
                        head.extend_from_slice(bytes);
                    } else {
                        pieces.push((from..head.len(), bytes));
                        from = head.len();
                    }
                }
            }
        }
        if pieces.is_empty() {
            self.command(&[&head])?;
        } else {
            let mut parts: Vec<&[u8]> = Vec::with_capacity(2 * pieces.len() + 1);
            for (range, bytes) in pieces {
                parts.extend([&head[range], bytes]);
            }
            parts.push(&head[from..]);
            self.command(&parts)?;
        }
        match self.reply(Some(at))? {
            (reply, false) => Ok(reply),
            (_, true) => Err(Error::Nonsense("several answers to one statement".into())),
        }
    }

    /// Whether a transaction was open when the last statement was answered, as the server said.
    pub fn is_in_transaction(&self) -> bool {
        self.status & IN_TRANSACTION != 0
    }

    /// Where in `statements` this one is: it is prepared where it is not there yet.
    ///
    /// # Errors
    /// As [`Wire::replies`].
    pub fn prepared(&mut self, sql: &str, params: usize) -> Result<usize> {
        if let Some(at) = self.statements.iter().position(|known| known.sql == sql) {
            return Ok(at);
        }
        if self.statements.len() >= KEPT_STATEMENTS {
            let oldest = self.statements.remove(0);
            // The server does not answer to this.
            self.command(&[&[COM_STMT_CLOSE], &oldest.id.to_le_bytes()])?;
        }
        self.command(&[&[COM_STMT_PREPARE], sql.as_bytes()])?;
        self.begin_answer();
        let packet = self.packet()?;
        let answer = self.payload(&packet);
        if answer.first() == Some(&ERR) {
            return Err(server_error(answer));
        }
        let [OK, a, b, c, d, c1, c2, p1, p2, ..] = *answer else {
            return Err(Error::Nonsense("no answer to a PREPARE".into()));
        };
        let id = u32::from_le_bytes([a, b, c, d]);
        let described = usize::from(u16::from_le_bytes([p1, p2]));
        if described > 0 {
            self.skip_until_eof(described)?;
        }
        let columns = match usize::from(u16::from_le_bytes([c1, c2])) {
            0 => Arc::default(),
            columns => self.columns(columns)?,
        };
        if described != params {
            return Err(Error::Nonsense("a PREPARE with other parameters".into()));
        }
        self.statements.push(Statement { sql: sql.to_owned(), id, columns });
        Ok(self.statements.len() - 1)
    }

    /// Reads the answer to one statement; true when another one's follows. `prepared` is the place of a prepared one.
    fn reply(&mut self, prepared: Option<usize>) -> Result<(Reply, bool)> {
        self.begin_answer();
        let packet = self.packet()?;
        let first = self.payload(&packet);
        let mut at = 1;
        match first.first() {
            Some(&OK) => {
                let found = length_encoded(first, &mut at)?;
                length_encoded(first, &mut at)?; // the last insert id
                self.status = flags(first, at)?;
                Ok((Reply::Done(found), self.status & MORE_RESULTS != 0))
            }
            Some(&ERR) => Err(server_error(first)),
            Some(&LOCAL_INFILE) => Err(Error::Nonsense("it asks for a local file".into())),
            _ => {
                at = 0;
                let columns = length_encoded(first, &mut at)?;
                // MySQL has no more than 4096 columns.
                if !(1..=4096).contains(&columns) {
                    return Err(Error::Nonsense("an answer without columns".into()));
                }
                // Its descriptions may be left out where they are those that we know (`login`).
                let left_out = self.leaves_columns_out && first.get(at) == Some(&0);
                let columns = match prepared {
                    Some(_) if left_out => {
                        self.skip_until_eof(0)?;
                        None
                    }
                    Some(_) => Some(self.columns(columns as usize)?),
                    None => {
                        self.skip_until_eof(columns as usize)?;
                        None
                    }
                };
                let statement = prepared.and_then(|at| self.statements.get_mut(at));
                let columns = statement.map(|statement| {
                    if let Some(columns) = columns {
                        statement.columns = columns;
                    }
                    Arc::clone(&statement.columns)
                });
                let mut rows = Vec::with_capacity(1);
                let mut room = self.most_bytes;
                loop {
                    let packet = self.packet()?;
                    let payload = self.payload(&packet);
                    match payload.first() {
                        Some(&EOF) if payload.len() < 9 => {
                            self.status = flags(payload, 3)?;
                            return Ok((Reply::Rows(rows), self.status & MORE_RESULTS != 0));
                        }
                        Some(&ERR) => return Err(server_error(payload)),
                        _ => {
                            room = room
                                .checked_sub(payload.len() + ROW_OVERHEAD)
                                .ok_or_else(|| Error::Nonsense("rows without an end".into()))?;
                            let bytes = self.owned(packet);
                            rows.push(match &columns {
                                Some(columns) => Row::of_binary(bytes, Arc::clone(columns))?,
                                None => Row::of_text(bytes),
                            });
                        }
                    }
                }
            }
        }
    }

    /// Reads the descriptions of a prepared statement's columns, and the EOF behind them.
    fn columns(&mut self, number: usize) -> Result<Arc<[Column]>> {
        let mut columns = Vec::with_capacity(number.min(16));
        for _ in 0..number {
            let packet = self.packet()?;
            columns.push(Column::described(self.payload(&packet))?);
        }
        self.skip_until_eof(0)?;
        Ok(columns.into())
    }

    /// Passes over the descriptions of columns or parameters, which we know, and the EOF behind them.
    fn skip_until_eof(&mut self, number: usize) -> Result<()> {
        for _ in 0..number {
            self.packet()?;
        }
        let packet = self.packet()?;
        match self.payload(&packet).first() {
            Some(&EOF) => Ok(()),
            _ => Err(Error::Nonsense("no end of the columns".into())),
        }
    }
}

/// The status flags at this place of a packet.
fn flags(packet: &[u8], at: usize) -> Result<u16> {
    match packet.get(at..at + 2) {
        Some(&[low, high]) => Ok(u16::from_le_bytes([low, high])),
        _ => Err(Error::Nonsense("a packet that ends too early".into())),
    }
}

/// The error that an ERR packet reports: a code, `#` and five characters of SQL state, and words.
fn server_error(packet: &[u8]) -> Error {
    let code = packet.get(1..3).map_or(0, |code| u16::from_le_bytes([code[0], code[1]]));
    let words = packet.get(3..).unwrap_or_default();
    let words = match words {
        [b'#', _, _, _, _, _, words @ ..] => words,
        words => words,
    };
    Error::from_server(code, String::from_utf8_lossy(words).into_owned())
}

#[cfg(test)]
mod tests;
