//! MySQL's client/server protocol, as far as rustdb speaks it: statements out, replies in.
//!
//! It is our own because the time of a session goes here: a statement is sent from where it lies, a row
//! is copied once on its way to PHP, nothing is parsed that nobody reads, and the answer to a release can
//! be left on the wire until the next statement. [`login`] is the beginning of a connection; what it
//! needs to know of packets and passwords comes from the mysql_common crate.
//!
//! No statement is sent before the one before it is answered. The servers would take that, but proxies such
//! as ProxySQL end the connection for it.
//!
//! Sources: the MySQL Internals manual, "MySQL Client/Server Protocol"; MariaDB knowledge base,
//! "Client/Server Protocol".

pub mod login;

use std::io::{self, ErrorKind, IoSlice, Read};
use std::net::TcpStream;
use std::ops::Range;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, sendmsg};

use crate::error::{Error, Result};

/// Bytes that are read at a time. Longer packets are read into memory of their own.
const BUFFER: usize = 16 * 1024;

/// The longest payload of one packet (0xffffff bytes); one that is full is continued by the next.
const FULL: usize = (1 << 24) - 1;

/// Prepared statements that are kept on a connection.
const KEPT_STATEMENTS: usize = 4;

const COM_QUIT: u8 = 0x01;
const COM_QUERY: u8 = 0x03;
const COM_STMT_PREPARE: u8 = 0x16;
const COM_STMT_EXECUTE: u8 = 0x17;
const COM_STMT_CLOSE: u8 = 0x19;

const OK: u8 = 0x00;
const LOCAL_INFILE: u8 = 0xfb;
const EOF: u8 = 0xfe;
const ERR: u8 = 0xff;

/// `SERVER_MORE_RESULTS_EXISTS`, a status flag.
const MORE_RESULTS: u16 = 0x0008;

/// What the server said to one statement of a packet.
#[derive(Debug)]
pub enum Reply {
    /// Rows found by an UPDATE or DELETE (found, not changed: the flag CLIENT_FOUND_ROWS is on).
    Done(u64),
    Rows(Vec<Row>),
}

/// A row of the text protocol, as it came.
#[derive(Debug)]
pub struct Row(Vec<u8>);

/// A parameter of a prepared statement.
#[derive(Debug, Clone, Copy)]
pub enum Param<'a> {
    Number(u64),
    /// Bytes in no character set.
    Bytes(&'a [u8]),
}

/// The socket under a connection.
pub enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// A connection after its login.
pub struct Wire {
    stream: Stream,
    /// What was read from the socket and not yet taken is at `unread`.
    input: Box<[u8]>,
    unread: Range<usize>,
    /// The number that the next packet of this exchange has.
    sequence: u8,
    /// The longest that one read or write may take.
    limit: Duration,
    /// Statements that were prepared on this connection, the latest last.
    statements: Vec<(String, u32)>,
}

impl Stream {
    /// Bounds each read and write.
    ///
    /// # Errors
    /// As the system says.
    pub fn set_timeouts(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit);
        match self {
            Stream::Unix(s) => s.set_read_timeout(limit).and(s.set_write_timeout(limit)),
            Stream::Tcp(s) => s.set_read_timeout(limit).and(s.set_write_timeout(limit)),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Unix(s) => s.read(buffer),
            Stream::Tcp(s) => s.read(buffer),
        }
    }
}

impl AsRawFd for Stream {
    fn as_raw_fd(&self) -> RawFd {
        match self {
            Stream::Unix(s) => s.as_raw_fd(),
            Stream::Tcp(s) => s.as_raw_fd(),
        }
    }
}

impl Row {
    /// Its values in their order, `None` for NULL.
    pub fn values(&self) -> Values<'_> {
        Values {
            row: &self.0,
            at: 0,
        }
    }

    /// The bytes from `at` on, without copying them.
    pub fn into_tail(self, at: usize) -> Tail {
        Tail {
            bytes: self.0,
            from: at,
        }
    }
}

/// The end of a packet: a large value that stands last in its row.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    bytes: Vec<u8>,
    from: usize,
}

impl std::ops::Deref for Tail {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(self.from..).unwrap_or_default()
    }
}

/// Goes through the values of a [`Row`].
pub struct Values<'a> {
    row: &'a [u8],
    /// Where the next value begins.
    at: usize,
}

impl<'a> Values<'a> {
    /// The next value, which has to be there; `None` for NULL.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where the row ends before.
    pub fn bytes(&mut self) -> Result<Option<&'a [u8]>> {
        if self.row.get(self.at) == Some(&0xfb) {
            self.at += 1;
            return Ok(None);
        }
        let range = self.range()?;
        Ok(self.row.get(range))
    }

    /// The next value as a number that is not negative.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is none, or NULL.
    pub fn number(&mut self) -> Result<u64> {
        let digits = self.bytes()?.unwrap_or_default();
        let mut number = 0_u64;
        for digit in digits {
            let value = digit.wrapping_sub(b'0');
            number = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(u64::from(value)))
                .filter(|_| value < 10)
                .ok_or_else(no_number)?;
        }
        if digits.is_empty() {
            return Err(no_number());
        }
        Ok(number)
    }

    /// The next value as text; NULL is empty.
    ///
    /// # Errors
    /// As [`Values::bytes`].
    pub fn text(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(self.bytes()?.unwrap_or_default()).into_owned())
    }

    /// Where the last value of the row stands in it, for [`Row::into_tail`].
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is not the last one.
    pub fn tail(&mut self) -> Result<usize> {
        let range = self.range()?;
        if range.end != self.row.len() {
            return Err(Error::Nonsense("a row of another shape".into()));
        }
        Ok(range.start)
    }

    fn range(&mut self) -> Result<Range<usize>> {
        let mut at = self.at;
        let length = length_encoded(self.row, &mut at)?;
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length))
            .filter(|end| *end <= self.row.len())
            .ok_or_else(|| Error::Nonsense("a row that ends too early".into()))?;
        self.at = end;
        Ok(at..end)
    }
}

fn no_number() -> Error {
    Error::Nonsense("a value that is no number".into())
}

/// A packet that has arrived: in the buffer until the next one is read, or in memory of its own.
enum Packet {
    Buffered(Range<usize>),
    Owned(Vec<u8>),
}

impl Wire {
    /// A connection over this socket, on which nothing was said yet. `limit` bounds how long the server
    /// may be silent, and no answer may take longer than twice that.
    ///
    /// # Errors
    /// As the system says.
    fn new(stream: Stream, limit: Duration) -> io::Result<Wire> {
        stream.set_timeouts(limit)?;
        Ok(Wire {
            stream,
            input: vec![0; BUFFER].into_boxed_slice(),
            unread: 0..0,
            sequence: 0,
            limit,
            statements: Vec::new(),
        })
    }

    /// Changes the limit of [`Wire::new`].
    ///
    /// # Errors
    /// As the system says.
    pub fn set_limit(&mut self, limit: Duration) -> Result<()> {
        self.stream
            .set_timeouts(limit)
            .map_err(|error| from_io(&error))?;
        self.limit = limit;
        Ok(())
    }

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
        while self.reply(&mut replies)? {}
        Ok(replies)
    }

    /// Executes a prepared statement that returns no rows, and prepares it on its first use. Returns the
    /// number of rows found.
    ///
    /// # Errors
    /// As [`Wire::replies`].
    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        let statement = self.prepared(sql, params.len())?;
        let mut head = Vec::with_capacity(32 + 12 * params.len());
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
        let mut pieces: Vec<(Range<usize>, &[u8])> = Vec::with_capacity(params.len() + 1);
        let mut from = 0;
        for param in params {
            match param {
                Param::Number(number) => head.extend_from_slice(&number.to_le_bytes()),
                Param::Bytes(bytes) => {
                    push_length(&mut head, bytes.len());
                    pieces.push((from..head.len(), bytes));
                    from = head.len();
                }
            }
        }
        let mut parts: Vec<&[u8]> = Vec::with_capacity(2 * pieces.len() + 1);
        for (range, bytes) in pieces {
            parts.extend([&head[range], bytes]);
        }
        parts.push(&head[from..]);
        self.command(&parts)?;
        match self.replies()?.pop() {
            Some(Reply::Done(rows)) => Ok(rows),
            _ => Err(Error::Nonsense("rows for a statement without any".into())),
        }
    }

    /// Says goodbye, without waiting for anything.
    pub fn quit(&mut self) {
        let _ = nix::sys::socket::send(
            self.stream.as_raw_fd(),
            &[1, 0, 0, 0, COM_QUIT],
            MsgFlags::MSG_NOSIGNAL | MsgFlags::MSG_DONTWAIT,
        );
    }

    /// Whether there is something to read, or the connection has ended.
    pub fn is_readable(&self) -> bool {
        let peek = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
        !self.unread.is_empty()
            || recv(self.stream.as_raw_fd(), &mut [0], peek) != Err(Errno::EAGAIN)
    }

    fn prepared(&mut self, sql: &str, params: usize) -> Result<u32> {
        if let Some((_, statement)) = self.statements.iter().find(|(known, _)| known == sql) {
            return Ok(*statement);
        }
        if self.statements.len() >= KEPT_STATEMENTS {
            let (_, oldest) = self.statements.remove(0);
            // The server does not answer to this.
            self.command(&[&[COM_STMT_CLOSE], &oldest.to_le_bytes()])?;
        }
        self.command(&[&[COM_STMT_PREPARE], sql.as_bytes()])?;
        let packet = self.packet()?;
        let answer = self.payload(&packet);
        if answer.first() == Some(&ERR) {
            return Err(server_error(answer));
        }
        let [OK, a, b, c, d, c1, c2, p1, p2, ..] = *answer else {
            return Err(Error::Nonsense("no answer to a PREPARE".into()));
        };
        let statement = u32::from_le_bytes([a, b, c, d]);
        for described in [u16::from_le_bytes([p1, p2]), u16::from_le_bytes([c1, c2])] {
            if described > 0 {
                self.skip_until_eof(usize::from(described))?;
            }
        }
        if usize::from(u16::from_le_bytes([p1, p2])) != params {
            return Err(Error::Nonsense("a PREPARE with other parameters".into()));
        }
        self.statements.push((sql.to_owned(), statement));
        Ok(statement)
    }

    /// Reads the answer to one statement; true when another one's follows.
    fn reply(&mut self, replies: &mut Vec<Reply>) -> Result<bool> {
        let packet = self.packet()?;
        let first = self.payload(&packet);
        let mut at = 1;
        match first.first() {
            Some(&OK) => {
                let found = length_encoded(first, &mut at)?;
                length_encoded(first, &mut at)?; // the last insert id
                replies.push(Reply::Done(found));
                Ok(flags(first, at)? & MORE_RESULTS != 0)
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
                self.skip_until_eof(columns as usize)?;
                let mut rows = Vec::with_capacity(1);
                loop {
                    let packet = self.packet()?;
                    let payload = self.payload(&packet);
                    match payload.first() {
                        Some(&EOF) if payload.len() < 9 => {
                            let status = flags(payload, 3)?;
                            replies.push(Reply::Rows(rows));
                            return Ok(status & MORE_RESULTS != 0);
                        }
                        Some(&ERR) => return Err(server_error(payload)),
                        _ => rows.push(Row(self.owned(packet))),
                    }
                }
            }
        }
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

    fn payload<'a>(&'a self, packet: &'a Packet) -> &'a [u8] {
        match packet {
            Packet::Buffered(range) => &self.input[range.clone()],
            Packet::Owned(bytes) => bytes,
        }
    }

    fn owned(&self, packet: Packet) -> Vec<u8> {
        match packet {
            Packet::Buffered(range) => self.input[range].to_vec(),
            Packet::Owned(bytes) => bytes,
        }
    }

    /// Reads the next packet; one that goes on in others is put together.
    fn packet(&mut self) -> Result<Packet> {
        // Mostly it is here already, with the one before.
        if let Some(&[a, b, c, number, ref rest @ ..]) = self.input.get(self.unread.clone())
            && number == self.sequence
        {
            let length = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
            if length <= rest.len() {
                let start = self.unread.start + 4;
                self.unread.start = start + length;
                self.sequence = number.wrapping_add(1);
                return Ok(Packet::Buffered(start..start + length));
            }
        }
        self.packet_in_parts()
    }

    fn packet_in_parts(&mut self) -> Result<Packet> {
        let mut patience = Patience::new(self.limit);
        let length = self.header(&mut patience)?;
        if length <= BUFFER - 4 {
            self.fill(length, &mut patience)?;
            let start = self.unread.start;
            self.unread.start += length;
            return Ok(Packet::Buffered(start..start + length));
        }
        let mut bytes = Vec::new();
        let mut length = length;
        loop {
            self.append(&mut bytes, length, &mut patience)?;
            if length < FULL {
                return Ok(Packet::Owned(bytes));
            }
            length = self.header(&mut patience)?;
        }
    }

    /// Reads a packet's header and returns the length of its payload.
    fn header(&mut self, patience: &mut Patience) -> Result<usize> {
        self.fill(4, patience)?;
        let at = self.unread.start;
        let [a, b, c, number] = [0, 1, 2, 3].map(|i| self.input[at + i]);
        self.unread.start += 4;
        if number != self.sequence {
            return Err(Error::Nonsense("packets out of order".into()));
        }
        self.sequence = number.wrapping_add(1);
        Ok(usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16)
    }

    /// Sees to it that the next `length` bytes, which fit there, are in the buffer.
    fn fill(&mut self, length: usize, patience: &mut Patience) -> Result<()> {
        while self.unread.len() < length {
            if self.unread.is_empty() {
                self.unread = 0..0;
            } else if self.unread.start + length > BUFFER {
                self.input.copy_within(self.unread.clone(), 0);
                self.unread = 0..self.unread.len();
            }
            match self.stream.read(&mut self.input[self.unread.end..]) {
                Ok(0) => return Err(Error::Gone("the server closed it".into())),
                Ok(read) => self.unread.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(from_io(&error)),
            }
            if self.unread.len() < length {
                patience.last()?;
            }
        }
        Ok(())
    }

    /// Appends the next `length` bytes of the connection, without a way through the buffer. Memory is
    /// taken as they arrive: the length is the server's word only.
    fn append(&mut self, to: &mut Vec<u8>, length: usize, patience: &mut Patience) -> Result<()> {
        let buffered = self.unread.len().min(length);
        let range = self.unread.start..self.unread.start + buffered;
        to.reserve_exact(length.min(1 << 20));
        to.extend_from_slice(&self.input[range]);
        self.unread.start += buffered;
        let mut left = length - buffered;
        while left > 0 {
            let most = left.min(1 << 18) as u64;
            match (&mut self.stream).take(most).read_to_end(to) {
                Ok(read) if read as u64 == most => left -= read,
                Ok(_) => return Err(Error::Gone("the server closed it".into())),
                Err(error) => return Err(from_io(&error)),
            }
            patience.last()?;
        }
        Ok(())
    }

    /// Begins an exchange: sends one command, in as many packets as it takes.
    fn command(&mut self, parts: &[&[u8]]) -> Result<()> {
        self.sequence = 0;
        self.send(parts)
    }

    fn send(&mut self, parts: &[&[u8]]) -> Result<()> {
        let mut left: usize = parts.iter().map(|part| part.len()).sum();
        let mut parts = parts.iter().copied();
        let mut part: &[u8] = &[];
        loop {
            // A payload that fills its last packet is followed by an empty one.
            let length = left.min(FULL);
            let bytes = (length as u32).to_le_bytes();
            let header = [bytes[0], bytes[1], bytes[2], self.sequence];
            self.sequence = self.sequence.wrapping_add(1);
            let mut slices = Vec::with_capacity(8);
            slices.push(IoSlice::new(&header));
            let mut room = length;
            while room > 0 {
                if part.is_empty() {
                    part = parts.next().unwrap_or_default();
                    continue;
                }
                let (now, later) = part.split_at(part.len().min(room));
                slices.push(IoSlice::new(now));
                room -= now.len();
                part = later;
            }
            self.write(&mut slices)?;
            left -= length;
            if length < FULL {
                return Ok(());
            }
        }
    }

    fn write(&mut self, mut slices: &mut [IoSlice<'_>]) -> Result<()> {
        let fd = self.stream.as_raw_fd();
        let mut patience = Patience::new(self.limit);
        loop {
            match sendmsg::<()>(fd, slices, &[], MsgFlags::MSG_NOSIGNAL, None) {
                Ok(sent) => IoSlice::advance_slices(&mut slices, sent),
                Err(Errno::EINTR) => {}
                Err(error) => return Err(from_io(&error.into())),
            }
            if slices.iter().all(|slice| slice.is_empty()) {
                return Ok(());
            }
            patience.last()?;
        }
    }
}

/// How long an exchange may take in all. The socket bounds each system call; this bounds their number,
/// for a server that sends a byte at a time, and a process that gets one signal after the other.
struct Patience {
    limit: Duration,
    until: Option<Instant>,
}

impl Patience {
    fn new(limit: Duration) -> Patience {
        Patience { limit, until: None }
    }

    /// Another system call is needed. The clock is read from the second one on: mostly there is one.
    fn last(&mut self) -> Result<()> {
        let now = Instant::now();
        let limit = self.limit;
        if now >= *self.until.get_or_insert_with(|| now + limit) {
            return Err(Error::Stalled("too slow".into()));
        }
        Ok(())
    }
}

/// An integer of 1 to 9 bytes whose first byte tells its length; `at` moves behind it.
fn length_encoded(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let short = || Error::Nonsense("a packet that ends too early".into());
    let first = *bytes.get(*at).ok_or_else(short)?;
    let length = match first {
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        0xfb | 0xff => return Err(Error::Nonsense("a length that is none".into())),
        small => {
            *at += 1;
            return Ok(u64::from(small));
        }
    };
    let digits = bytes.get(*at + 1..*at + 1 + length).ok_or_else(short)?;
    *at += 1 + length;
    Ok(digits
        .iter()
        .rev()
        .fold(0, |number, digit| number << 8 | u64::from(*digit)))
}

fn push_length(to: &mut Vec<u8>, length: usize) {
    let bytes = (length as u64).to_le_bytes();
    match length {
        0..=0xfa => to.push(bytes[0]),
        0xfb..=0xffff => to.extend_from_slice(&[0xfc, bytes[0], bytes[1]]),
        0x1_0000..=0xff_ffff => to.extend_from_slice(&[0xfd, bytes[0], bytes[1], bytes[2]]),
        _ => {
            to.push(0xfe);
            to.extend_from_slice(&bytes);
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
    let code = packet
        .get(1..3)
        .map_or(0, |code| u16::from_le_bytes([code[0], code[1]]));
    let words = packet.get(3..).unwrap_or_default();
    let words = match words {
        [b'#', _, _, _, _, _, words @ ..] => words,
        words => words,
    };
    Error::from_server(code, String::from_utf8_lossy(words).into_owned())
}

fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Error::Stalled("read timeout".into()),
        _ => Error::Gone(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
