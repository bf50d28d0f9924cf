//! A network between two machines, as far as time is concerned: every chunk of bytes arrives a fixed time later, in
//! each direction, and nothing else is slower.
//!
//!     proxy DELAY_MICROSECONDS UPSTREAM...       UPSTREAM: unix:PATH or HOST:PORT
//!
//! Prints the port of 127.0.0.1 on which it stands for each upstream, one per line, and serves until its standard input
//! ends. One thread and one poll loop for all connections: while a chunk is due within the next 60 µs it does not
//! sleep, because waking up takes the kernel about that long.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write, stdin, stdout};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What is due within this time is waited for awake.
const AWAKE: Duration = Duration::from_micros(60);

/// Bytes on their way in one direction from which on nothing more is read.
const FULL: usize = 64 * 1024 * 1024;

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    fn connect(address: &str) -> Result<Stream> {
        if let Some(path) = address.strip_prefix("unix:") {
            let stream = UnixStream::connect(path)?;
            stream.set_nonblocking(true)?;
            return Ok(Stream::Unix(stream));
        }
        Stream::tcp(TcpStream::connect(address)?)
    }

    fn tcp(stream: TcpStream) -> Result<Stream> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Stream::Tcp(stream))
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Stream::Tcp(stream) => stream.as_fd(),
            Stream::Unix(stream) => stream.as_fd(),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(buffer),
            Stream::Unix(stream) => stream.read(buffer),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Unix(stream) => stream.write(bytes),
        }
    }

    fn end_writing(&self) {
        let _ = match self {
            Stream::Tcp(stream) => stream.shutdown(std::net::Shutdown::Write),
            Stream::Unix(stream) => stream.shutdown(std::net::Shutdown::Write),
        };
    }
}

/// One direction of a connection: what has been read and when it is due. An empty chunk is the end.
#[derive(Default)]
struct Way {
    chunks: VecDeque<(Instant, Vec<u8>)>,
    bytes: usize,
    /// The reader has said its last word.
    ended: bool,
    /// The other side cannot take more at the moment.
    blocked: bool,
    done: bool,
}

impl Way {
    fn wants_more(&self) -> bool {
        !self.ended && self.bytes < FULL
    }

    fn due(&self) -> Option<Instant> {
        if self.blocked { None } else { self.chunks.front().map(|chunk| chunk.0) }
    }

    /// Takes in what has arrived. The time that counts is that of the arrival.
    fn take(&mut self, from: &mut Stream, delay: Duration) {
        let mut buffer = [0; 65536];
        while self.wants_more() {
            match from.read(&mut buffer) {
                Ok(length) => {
                    self.ended = length == 0;
                    self.bytes += length;
                    self.chunks.push_back((Instant::now() + delay, buffer[..length].to_vec()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    self.ended = true;
                    self.chunks.push_back((Instant::now() + delay, Vec::new()));
                }
            }
        }
    }

    /// Hands over what is due.
    fn give(&mut self, to: &mut Stream) {
        while let Some((due, chunk)) = self.chunks.front_mut() {
            if *due > Instant::now() {
                return;
            }
            if chunk.is_empty() {
                to.end_writing();
                self.done = true;
                self.chunks.clear();
                return;
            }
            match to.write(chunk) {
                Ok(written) => {
                    self.bytes -= written;
                    chunk.drain(..written);
                    if chunk.is_empty() {
                        self.chunks.pop_front();
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.blocked = true;
                    return;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => {
                    self.ended = true;
                    self.done = true;
                    self.chunks.clear();
                    return;
                }
            }
        }
    }
}

struct Connection {
    client: Stream,
    server: Stream,
    there: Way,
    back: Way,
}

fn interest(reads: &Way, writes: &Way) -> PollFlags {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::POLLIN, reads.wants_more());
    flags.set(PollFlags::POLLOUT, writes.blocked);
    flags
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, delay, upstreams @ ..] = &arguments[..] else {
        return Err("proxy DELAY_MICROSECONDS UPSTREAM...".into());
    };
    let delay = Duration::from_micros(delay.parse()?);
    // Else the kernel may wake us up to 50 µs late.
    nix::sys::prctl::set_timerslack(1)?;
    let mut listeners = Vec::new();
    for _ in upstreams {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        println!("{}", listener.local_addr()?.port());
        listeners.push(listener);
    }
    stdout().flush()?;
    let mut connections: Vec<Connection> = Vec::new();
    loop {
        let next = connections.iter().flat_map(|c| [c.there.due(), c.back.due()]).flatten().min();
        let pause = next.map(|due| due.saturating_duration_since(Instant::now() + AWAKE));
        let ready = {
            let stdin = stdin();
            let mut polled = vec![PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
            polled.extend(listeners.iter().map(|listener| PollFd::new(listener.as_fd(), PollFlags::POLLIN)));
            for connection in &connections {
                polled.push(PollFd::new(connection.client.fd(), interest(&connection.there, &connection.back)));
                polled.push(PollFd::new(connection.server.fd(), interest(&connection.back, &connection.there)));
            }
            match ppoll(&mut polled, pause.map(TimeSpec::from_duration), None) {
                Ok(_) => {}
                Err(nix::errno::Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
            }
            polled.iter().map(|fd| fd.revents().unwrap_or(PollFlags::empty())).collect::<Vec<_>>()
        };
        if !ready[0].is_empty() {
            return Ok(());
        }
        let streams = &ready[1 + listeners.len()..];
        for (connection, ready) in connections.iter_mut().zip(streams.chunks(2)) {
            let Connection { client, server, there, back } = connection;
            let end = PollFlags::POLLIN | PollFlags::POLLHUP | PollFlags::POLLERR;
            if ready[0].intersects(end) {
                there.take(client, delay);
            }
            if ready[1].intersects(end) {
                back.take(server, delay);
            }
            back.blocked &= !ready[0].intersects(PollFlags::POLLOUT | PollFlags::POLLERR);
            there.blocked &= !ready[1].intersects(PollFlags::POLLOUT | PollFlags::POLLERR);
            if !there.blocked {
                there.give(server);
            }
            if !back.blocked {
                back.give(client);
            }
        }
        connections.retain(|connection| !(connection.there.done && connection.back.done));
        for (at, listener) in listeners.iter().enumerate() {
            if ready[1 + at].is_empty() {
                continue;
            }
            let Ok((client, _)) = listener.accept() else {
                continue;
            };
            // A connection that cannot be made is closed at once, as a host without the service would.
            if let (Ok(client), Ok(server)) = (Stream::tcp(client), Stream::connect(&upstreams[at])) {
                connections.push(Connection { client, server, there: Way::default(), back: Way::default() });
            }
        }
    }
}
