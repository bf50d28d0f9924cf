//! TLS over a TCP connection: the handshake, and a stream that is read and written like the socket under it.
//!
//! A forked child that drops it says nothing to the server: only [`Tls::quit`] sends a close_notify.
//!
//! Source: MySQL Internals manual, "SSL Handshake"; rustls's manual.

mod settings;
mod words;

use std::io::{self, BufReader, ErrorKind, IoSlice, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsRawFd as _, RawFd};

use nix::sys::socket::{MsgFlags, recv};
use rustls::ClientConnection;

use super::packets::{Patience, QUIT, from_io, send};
use crate::error::{Error, Result};
pub use settings::Settings;
pub use words::{in_words, not_offered, of_the_stream};

/// Bytes that are read from the socket at a time: a record and more.
const BUFFER: usize = 32 * 1024;

/// A TCP connection under TLS.
pub struct Tls {
    session: ClientConnection,
    socket: BufReader<TcpStream>,
}

impl Tls {
    /// Agrees with the server on keys, and checks its certificate. The socket's timeouts bound each system call.
    ///
    /// # Errors
    /// [`Error::Tls`] says which check failed; or the connection is lost or stalls.
    pub(super) fn connect(socket: TcpStream, settings: &Settings, host: &str, patience: &mut Patience) -> Result<Tls> {
        let session = settings.session(host, &socket)?;
        let mut tls = Tls { session, socket: BufReader::with_capacity(BUFFER, socket) };
        while tls.session.is_handshaking() {
            tls.flush(patience)?;
            patience.again()?;
            match tls.session.read_tls(&mut tls.socket) {
                Ok(0) => {
                    return Err(Error::Gone("the server closed it during the TLS handshake".into()));
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(from_io(&error)),
            }
            if let Err(error) = tls.session.process_new_packets() {
                tls.tell_why();
                return Err(in_words(&error, settings));
            }
        }
        tls.flush(patience)?;
        Ok(tls)
    }

    /// The version of the protocol, as "TLS 1.3".
    pub fn version(&self) -> &'static str {
        match self.session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        }
    }

    pub fn socket(&self) -> &TcpStream {
        self.socket.get_ref()
    }

    /// Encrypts and sends all of it.
    ///
    /// # Errors
    /// When the connection is lost or stalls.
    pub(super) fn write(&mut self, mut slices: &mut [IoSlice<'_>], patience: &mut Patience) -> Result<()> {
        while slices.iter().any(|slice| !slice.is_empty()) {
            // It takes 64 KiB at a time.
            let taken = self.session.writer().write_vectored(slices);
            IoSlice::advance_slices(&mut slices, taken.map_err(|error| from_io(&error))?);
            self.flush(patience)?;
        }
        Ok(())
    }

    fn flush(&mut self, patience: &mut Patience) -> Result<()> {
        while self.session.wants_write() {
            patience.again()?;
            let mut socket = Outgoing(self.socket().as_raw_fd(), MsgFlags::empty());
            match self.session.write_tls(&mut socket) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(from_io(&error)),
            }
        }
        Ok(())
    }

    /// Says goodbye to server and TLS, without waiting for anything.
    pub fn quit(&mut self) {
        let _ = self.session.writer().write_all(QUIT);
        self.session.send_close_notify();
        self.tell_why();
    }

    /// Sends an alert as far as there is room for it.
    fn tell_why(&mut self) {
        let mut socket = Outgoing(self.socket().as_raw_fd(), MsgFlags::MSG_DONTWAIT);
        let _ = self.session.write_tls(&mut socket);
    }

    /// Whether there is data to read, or the connection has ended. Takes in what has arrived: session tickets, which
    /// servers send after the handshake and nobody waits for, are neither.
    pub fn is_readable(&mut self) -> bool {
        /// More records without data than any server sends unasked.
        const MOST: usize = 16;
        for _ in 0..MOST {
            match self.session.process_new_packets() {
                Ok(state) if state.plaintext_bytes_to_read() == 0 => {}
                _ => return true,
            }
            match self.session.read_tls(&mut AtHand(&mut self.socket)) {
                // The end of the socket, or a close_notify before it.
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() != ErrorKind::WouldBlock,
            }
        }
        true
    }
}

impl Read for Tls {
    /// One system call at most. An error of the kind `Interrupted` says that what came is no whole record yet, or
    /// has no data in it.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.session.reader().read(buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            outcome => return end_of(outcome),
        }
        self.session.read_tls(&mut self.socket)?;
        if let Err(error) = self.session.process_new_packets() {
            self.tell_why();
            return Err(io::Error::other(error));
        }
        match self.session.reader().read(buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Err(ErrorKind::Interrupted.into()),
            outcome => end_of(outcome),
        }
    }
}

/// An end without a close_notify is one as well: the packets inside have lengths, none can be cut short unnoticed.
fn end_of(outcome: io::Result<usize>) -> io::Result<usize> {
    outcome.or_else(|error| match error.kind() {
        ErrorKind::UnexpectedEof => Ok(0),
        _ => Err(error),
    })
}

/// The socket to write to: the standard library's vectored write of one would raise SIGPIPE.
struct Outgoing(RawFd, MsgFlags);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        send(self.0, &[IoSlice::new(bytes)], self.1)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        send(self.0, slices, self.1)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What can be read without waiting.
struct AtHand<'a>(&'a mut BufReader<TcpStream>);

impl Read for AtHand<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.buffer().is_empty() {
            let socket = self.0.get_ref().as_raw_fd();
            return Ok(recv(socket, buffer, MsgFlags::MSG_DONTWAIT)?);
        }
        self.0.read(buffer)
    }
}

#[cfg(test)]
mod tests;
