//! Packets over a socket: a payload is cut into packets, what comes is put together again, and no exchange
//! takes longer than it may.

use std::io::{self, ErrorKind, IoSlice, Read};
use std::mem;
use std::net::TcpStream;
use std::ops::Range;
use std::os::fd::{AsRawFd as _, RawFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, sendmsg};

use super::tls::{self, Settings, Tls};
use super::{COM_QUIT, MOST_BYTES, Statement};
use crate::error::{Error, Result};

/// Bytes that are read at a time. Longer packets are read into memory of their own.
pub(super) const BUFFER: usize = 16 * 1024;

/// A packet of up to that many bytes is put together before it is sent.
const SMALL: usize = 512;

/// The longest payload of one packet (0xffffff bytes); one that is full is continued by the next.
pub(super) const FULL: usize = (1 << 24) - 1;

/// The packet that says goodbye.
pub(super) const QUIT: &[u8] = &[1, 0, 0, 0, COM_QUIT];

/// What a connection is spoken over.
pub enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
    Tls(Box<Tls>),
}

/// A connection after its login.
pub struct Wire {
    stream: Stream,
    /// What was read from the socket and not yet taken is at `unread`.
    pub(super) input: Box<[u8]>,
    unread: Range<usize>,
    /// The number that the next packet of this exchange has.
    pub(super) sequence: u8,
    /// The longest that one read or write may take.
    limit: Duration,
    /// What is left of it for the answer that is being read.
    patience: Patience,
    /// Bytes of memory that the rows of one answer may take.
    pub(super) most_bytes: usize,
    /// Statements that were prepared on this connection, the latest last.
    pub(super) statements: Vec<Statement>,
    /// The status flags of the last answer.
    pub(super) status: u16,
    /// The server does not describe a prepared statement's columns again unless they have changed, and says so.
    pub leaves_columns_out: bool,
}

/// A packet that has arrived: in the buffer until the next one is read, or in memory of its own.
pub(super) enum Packet {
    Buffered(Range<usize>),
    Owned(Vec<u8>),
}

impl Stream {
    /// Bounds each read and write.
    ///
    /// # Errors
    /// As the system says.
    pub fn set_timeouts(&self, limit: Duration) -> io::Result<()> {
        let limit = Some(limit);
        let tcp = match self {
            Stream::Unix(s) => return s.set_read_timeout(limit).and(s.set_write_timeout(limit)),
            Stream::Tcp(s) => s,
            Stream::Tls(s) => s.socket(),
        };
        tcp.set_read_timeout(limit).and(tcp.set_write_timeout(limit))
    }

    fn socket(&self) -> RawFd {
        match self {
            Stream::Unix(s) => s.as_raw_fd(),
            Stream::Tcp(s) => s.as_raw_fd(),
            Stream::Tls(s) => s.socket().as_raw_fd(),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Unix(s) => s.read(buffer),
            Stream::Tcp(s) => s.read(buffer),
            Stream::Tls(s) => s.read(buffer),
        }
    }
}

impl Wire {
    /// A connection over this socket, on which nothing was said yet. `limit` bounds how long the server
    /// may be silent, and no statement's answer may take longer than twice that.
    ///
    /// # Errors
    /// As the system says.
    pub fn new(stream: Stream, limit: Duration) -> io::Result<Wire> {
        stream.set_timeouts(limit)?;
        Ok(Wire {
            stream,
            input: vec![0; BUFFER].into_boxed_slice(),
            unread: 0..0,
            sequence: 0,
            limit,
            patience: Patience::new(limit),
            most_bytes: MOST_BYTES,
            statements: Vec::new(),
            status: 0,
            leaves_columns_out: false,
        })
    }

    /// Changes the limit of [`Wire::new`].
    ///
    /// # Errors
    /// As the system says.
    pub fn set_limit(&mut self, limit: Duration) -> Result<()> {
        self.stream.set_timeouts(limit).map_err(|error| from_io(&error))?;
        self.limit = limit;
        Ok(())
    }

    /// Goes on over TLS, on a TCP connection whose server has been told so.
    ///
    /// # Errors
    /// [`Error::Tls`] says which check failed; or the connection is lost or stalls.
    pub(super) fn encrypt(mut self, settings: &Settings, host: &str) -> Result<Wire> {
        // What came before the keys were agreed on could be anybody's.
        if !self.unread.is_empty() {
            return Err(Error::Nonsense("the server speaks out of turn".into()));
        }
        if let Stream::Tcp(socket) = self.stream {
            let mut patience = Patience::new(self.limit);
            let tls = Tls::connect(socket, settings, host, &mut patience)?;
            self.stream = Stream::Tls(Box::new(tls));
        }
        Ok(self)
    }

    /// The version of TLS that encrypts this connection; None where it is not encrypted.
    pub fn tls_version(&self) -> Option<&'static str> {
        match &self.stream {
            Stream::Tls(tls) => Some(tls.version()),
            Stream::Unix(_) | Stream::Tcp(_) => None,
        }
    }

    /// Says goodbye, without waiting for anything.
    pub fn quit(&mut self) {
        if let Stream::Tls(tls) = &mut self.stream {
            return tls.quit();
        }
        let at_once = MsgFlags::MSG_DONTWAIT;
        let _ = send(self.stream.socket(), &[IoSlice::new(QUIT)], at_once);
    }

    /// Whether there is something to read, or the connection has ended. Not for a forked child: it may take what
    /// its parent waits for.
    pub fn is_readable(&mut self) -> bool {
        if !self.unread.is_empty() {
            return true;
        }
        if let Stream::Tls(tls) = &mut self.stream {
            return tls.is_readable();
        }
        let peek = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
        recv(self.stream.socket(), &mut [0], peek) != Err(Errno::EAGAIN)
    }

    pub(super) fn payload<'a>(&'a self, packet: &'a Packet) -> &'a [u8] {
        match packet {
            Packet::Buffered(range) => &self.input[range.clone()],
            Packet::Owned(bytes) => bytes,
        }
    }

    pub(super) fn owned(&self, packet: Packet) -> Vec<u8> {
        match packet {
            Packet::Buffered(range) => self.input[range].to_vec(),
            Packet::Owned(bytes) => bytes,
        }
    }

    /// Another answer is going to be read, with all of its packets.
    pub(super) fn begin_answer(&mut self) {
        self.patience = Patience::new(self.limit);
    }

    /// Reads the next packet; one that goes on in others is put together.
    pub(super) fn packet(&mut self) -> Result<Packet> {
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
        let length = self.header()?;
        if length <= BUFFER - 4 {
            self.fill(length)?;
            let start = self.unread.start;
            self.unread.start += length;
            return Ok(Packet::Buffered(start..start + length));
        }
        let mut bytes = Vec::new();
        let mut length = length;
        loop {
            self.append(&mut bytes, length)?;
            if length < FULL {
                return Ok(Packet::Owned(bytes));
            }
            if bytes.len() > self.most_bytes {
                return Err(Error::Nonsense("a row without an end".into()));
            }
            length = self.header()?;
        }
    }

    /// Reads a packet's header and returns the length of its payload.
    fn header(&mut self) -> Result<usize> {
        self.fill(4)?;
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
    pub(super) fn fill(&mut self, length: usize) -> Result<()> {
        while self.unread.len() < length {
            if self.unread.is_empty() {
                self.unread = 0..0;
            } else if self.unread.start + length > BUFFER {
                self.input.copy_within(self.unread.clone(), 0);
                self.unread = 0..self.unread.len();
            }
            self.patience.again()?;
            match self.stream.read(&mut self.input[self.unread.end..]) {
                Ok(0) => return Err(Error::Gone("the server closed it".into())),
                Ok(read) => self.unread.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(from_io(&error)),
            }
        }
        Ok(())
    }

    /// Appends the next `length` bytes of the connection, without a way through the buffer. Memory is
    /// taken as they arrive: the length is the server's word only.
    fn append(&mut self, to: &mut Vec<u8>, length: usize) -> Result<()> {
        let buffered = self.unread.len().min(length);
        let range = self.unread.start..self.unread.start + buffered;
        to.reserve_exact(length.min(1 << 20));
        to.extend_from_slice(&self.input[range]);
        self.unread.start += buffered;
        let mut left = length - buffered;
        while left > 0 {
            let (from, piece) = (to.len(), left.min(1 << 18));
            to.resize(from + piece, 0);
            let mut at = from;
            // Not read_to_end: one call of it goes on as long as bytes drip in.
            while at < to.len() {
                self.patience.again()?;
                match self.stream.read(&mut to[at..]) {
                    Ok(0) => return Err(Error::Gone("the server closed it".into())),
                    Ok(read) => at += read,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(from_io(&error)),
                }
            }
            left -= piece;
        }
        Ok(())
    }

    /// Begins an exchange: sends one command, in as many packets as it takes.
    pub(super) fn command(&mut self, parts: &[&[u8]]) -> Result<()> {
        self.sequence = 0;
        self.send(parts)
    }

    pub(super) fn send(&mut self, parts: &[&[u8]]) -> Result<()> {
        let mut left: usize = parts.iter().map(|part| part.len()).sum();
        if left <= SMALL - 4 {
            let mut packet = [0; SMALL];
            packet[..3].copy_from_slice(&(left as u32).to_le_bytes()[..3]);
            packet[3] = self.sequence;
            self.sequence = self.sequence.wrapping_add(1);
            let mut end = 4;
            for part in parts {
                packet[end..end + part.len()].copy_from_slice(part);
                end += part.len();
            }
            return self.write(&mut [IoSlice::new(&packet[..end])]);
        }
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
        let mut patience = Patience::new(self.limit);
        if let Stream::Tls(tls) = &mut self.stream {
            return tls.write(slices, &mut patience);
        }
        let socket = self.stream.socket();
        loop {
            patience.again()?;
            match send(socket, slices, MsgFlags::empty()) {
                Ok(sent) => IoSlice::advance_slices(&mut slices, sent),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(from_io(&error)),
            }
            if slices.iter().all(|slice| slice.is_empty()) {
                return Ok(());
            }
        }
    }
}

/// Sends on a socket in one system call, and never raises SIGPIPE.
pub(super) fn send(socket: RawFd, slices: &[IoSlice<'_>], flags: MsgFlags) -> io::Result<usize> {
    Ok(sendmsg::<()>(socket, slices, &[], flags | MsgFlags::MSG_NOSIGNAL, None)?)
}

/// How long an answer, or the sending of a packet, may take in all. The socket bounds each system call; this
/// bounds their number, for a server that sends a byte or a row at a time, and a process that gets one
/// signal after the other.
pub(super) struct Patience {
    limit: Duration,
    /// A system call was made.
    begun: bool,
    until: Option<Instant>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Patience {
        Patience { limit, begun: false, until: None }
    }

    /// A system call follows. The clock is read from the second one on: mostly there is one.
    pub(super) fn again(&mut self) -> Result<()> {
        if !mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let now = Instant::now();
        let limit = self.limit;
        if now >= *self.until.get_or_insert_with(|| now + limit) {
            return Err(Error::Stalled("too slow".into()));
        }
        Ok(())
    }
}

pub(super) fn from_io(error: &io::Error) -> Error {
    match error.kind() {
        // Of SO_RCVTIMEO and SO_SNDTIMEO; ETIMEDOUT is a connection that the system has given up, for nobody acknowledged what was sent.
        ErrorKind::WouldBlock => Error::Stalled("read timeout".into()),
        _ => tls::of_the_stream(error).unwrap_or_else(|| Error::Gone(error.to_string())),
    }
}
