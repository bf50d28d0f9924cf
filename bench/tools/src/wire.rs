//! A connection on which packets are sent and answers are read with as little as the protocol allows: no buffers
//! beyond one, no rows taken apart, no columns' names. The `mysql` crate connects and logs in; after that the raw
//! ways speak on its socket, between two of its own commands.

use std::os::fd::{AsRawFd, RawFd};

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, Statement, Value};
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv, send};

use crate::statements::GREETING;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How a floor speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Raw packets, each answer awaited.
    Raw,
    /// Raw packets; the answer to the packet that ends a cycle unchanged is read with the next cycle's.
    Late,
    /// The functions of the `mysql` crate.
    Crate,
}

/// Where the server is, and who asks.
#[derive(Clone)]
pub struct Server {
    /// `unix:PATH` or `HOST:PORT`
    pub address: String,
    pub user: String,
    pub password: String,
    pub database: String,
}

/// What came back: the first column of the last row, and how many rows the first statement that has a count found.
#[derive(Default, Debug)]
pub struct Answer {
    pub first_column: Option<Vec<u8>>,
    pub found: u64,
}

pub struct Wire {
    conn: Conn,
    fd: RawFd,
    way: Way,
    /// It has locked a row before, and so is worth a prepared statement.
    has_locked: bool,
    lock: Option<Statement>,
    /// Packets whose answers have not been read yet.
    late: usize,
    packet: Vec<u8>,
    buffer: Vec<u8>,
    start: usize,
}

impl Wire {
    pub fn open(server: &Server, way: Way) -> Result<Wire> {
        let options = OptsBuilder::new()
            .user(Some(&server.user))
            .pass(Some(&server.password))
            .db_name(Some(&server.database))
            .prefer_socket(false)
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
        let options = match server.address.strip_prefix("unix:") {
            Some(path) => options.socket(Some(path)),
            None => {
                let (host, port) = server.address.rsplit_once(':').ok_or("an address is HOST:PORT or unix:PATH")?;
                options.ip_or_hostname(Some(host)).tcp_port(port.parse()?)
            }
        };
        let mut conn = Conn::new(options)?;
        for statement in GREETING {
            conn.query_drop(statement)?;
        }
        let fd = conn.as_raw_fd();
        Ok(Wire {
            conn,
            fd,
            way,
            has_locked: false,
            lock: None,
            late: 0,
            packet: Vec::new(),
            buffer: Vec::new(),
            start: 0,
        })
    }

    /// Sends statements in one packet and reads their answers.
    pub fn run(&mut self, sql: &str) -> Result<Answer> {
        if self.way == Way::Crate {
            return self.run_by_crate(sql);
        }
        self.send(sql)?;
        self.settle()?;
        self.answer()
    }

    /// Sends statements whose answer nobody waits for, where the way allows it.
    pub fn run_last(&mut self, sql: &str) -> Result<()> {
        if self.way != Way::Late {
            return self.run(sql).map(drop);
        }
        self.send(sql)?;
        self.late += 1;
        Ok(())
    }

    /// Executes a prepared statement, by the crate in every way of speaking, and returns the rows found.
    pub fn execute(&mut self, sql: &str, parameters: Vec<Value>) -> Result<u64> {
        self.settle()?;
        Ok(self.conn.exec_iter(sql, parameters)?.affected_rows())
    }

    /// Whether this is not the first lock of this connection.
    pub fn has_locked(&mut self) -> bool {
        std::mem::replace(&mut self.has_locked, true)
    }

    /// Locks a row by a prepared statement and returns its version.
    pub fn lock_prepared(&mut self, sql: &str, id: &[u8]) -> Result<u64> {
        const EXECUTE: u8 = 0x17;
        if self.lock.is_none() {
            self.settle()?;
            self.lock = Some(self.conn.prep(sql)?);
        }
        let Some(statement) = &self.lock else {
            return Err("it was just prepared".into());
        };
        if self.way == Way::Crate {
            let row: Option<mysql::Row> = self.conn.exec_first(statement, (id,))?;
            let version = row.and_then(|mut row| row.take(0));
            return version.ok_or_else(|| "the session's row is not there".into());
        }
        let mut payload = Vec::with_capacity(64);
        payload.extend(statement.id().to_le_bytes());
        // No cursor, once; no parameter is NULL; the parameter's type follows, LONG_BLOB, and its length.
        payload.extend([0, 1, 0, 0, 0, 0, 1, 0xfb, 0, id.len() as u8]);
        payload.extend(id);
        self.send_command(EXECUTE, &payload)?;
        self.settle()?;
        let version = self.answer()?.first_column;
        let version = version.ok_or("the session's row is not there")?;
        Ok(u64::from_le_bytes(version[..8].try_into()?))
    }

    /// Reads what is unread.
    fn settle(&mut self) -> Result<()> {
        while self.late > 0 {
            self.answer()?;
            self.late -= 1;
        }
        Ok(())
    }

    fn run_by_crate(&mut self, sql: &str) -> Result<Answer> {
        let mut answer = Answer::default();
        let mut result = self.conn.query_iter(sql)?;
        while let Some(set) = result.iter() {
            answer.found = answer.found.max(set.affected_rows());
            for row in set {
                if let Some(Value::Bytes(value)) = row?.take(0) {
                    answer.first_column = Some(value);
                }
            }
        }
        Ok(answer)
    }

    fn send(&mut self, sql: &str) -> Result<()> {
        self.send_command(3, sql.as_bytes()) // COM_QUERY
    }

    fn send_command(&mut self, command: u8, rest: &[u8]) -> Result<()> {
        let length = rest.len() + 1;
        if length >= 0xff_ffff {
            return Err("a packet of 16 MiB or more".into());
        }
        self.packet.clear();
        self.packet.extend_from_slice(&(length as u32).to_le_bytes()[..3]);
        self.packet.extend_from_slice(&[0, command]); // the sequence number before it
        self.packet.extend_from_slice(rest);
        let mut rest = &self.packet[..];
        while !rest.is_empty() {
            match send(self.fd, rest, MsgFlags::MSG_NOSIGNAL) {
                Ok(sent) => rest = &rest[sent..],
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads what the server says to one packet: a result of each of its statements (MySQL manual, "COM_QUERY
    /// Response"). Works with and without CLIENT_DEPRECATE_EOF.
    fn answer(&mut self) -> Result<Answer> {
        const MORE_RESULTS_EXIST: u16 = 8;
        let mut answer = Answer::default();
        loop {
            let first = self.next()?;
            let status = match first.first() {
                Some(0) => {
                    let (found, status) = done(first)?;
                    answer.found = answer.found.max(found);
                    status
                }
                Some(0xff) => return Err(String::from_utf8_lossy(&first[1..]).into_owned().into()),
                Some(&columns) if columns < 0xfb => {
                    // MariaDB leaves out what a prepared statement's columns are, where the client knows.
                    let left_out = first.len() == 2 && first[1] == 0;
                    for _ in 0..if left_out { 0 } else { columns } {
                        self.next()?;
                    }
                    let mut status = None;
                    let mut begun = false;
                    while status.is_none() {
                        let packet = self.next()?;
                        match packet.first() {
                            // The end of the columns; that of the rows looks the same.
                            Some(0xfe) if packet.len() == 5 && !begun => begun = true,
                            Some(0xfe) if packet.len() == 5 => {
                                status = Some(u16::from_le_bytes([packet[3], packet[4]]));
                            }
                            Some(0xfe) if packet.len() < 0xff_ffff => status = Some(done(packet)?.1),
                            Some(0xff) => {
                                return Err(String::from_utf8_lossy(&packet[1..]).into_owned().into());
                            }
                            // A row in binary: the bits that say what is NULL stand before it.
                            Some(0) => {
                                let nulls = (usize::from(columns) + 2).div_ceil(8);
                                answer.first_column = packet.get(1 + nulls..).map(<[u8]>::to_vec);
                            }
                            Some(&length) if length < 0xfb => {
                                answer.first_column = Some(packet[1..=usize::from(length)].to_vec());
                            }
                            _ => return Err("a row of another shape".into()),
                        }
                    }
                    status.unwrap_or_default()
                }
                _ => return Err("an answer of another shape".into()),
            };
            if status & MORE_RESULTS_EXIST == 0 {
                return Ok(answer);
            }
        }
    }

    /// The payload of the next packet.
    fn next(&mut self) -> Result<&[u8]> {
        self.fill(4)?;
        let head = &self.buffer[self.start..];
        let length = usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
        self.fill(4 + length)?;
        let begin = self.start + 4;
        self.start = begin + length;
        Ok(&self.buffer[begin..begin + length])
    }

    /// Reads until that many bytes are there from `start` on.
    fn fill(&mut self, wanted: usize) -> Result<()> {
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        }
        while self.buffer.len() - self.start < wanted {
            let filled = self.buffer.len();
            self.buffer.resize(filled + wanted.max(16 * 1024), 0);
            let received = recv(self.fd, &mut self.buffer[filled..], MsgFlags::empty());
            self.buffer.truncate(filled + *received.as_ref().unwrap_or(&0));
            match received {
                Ok(0) => return Err("the server has closed the connection".into()),
                Ok(_) | Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Rows found and status flags of an OK packet.
fn done(packet: &[u8]) -> Result<(u64, u16)> {
    let (found, at) = length_encoded(packet, 1)?;
    let (_, at) = length_encoded(packet, at)?;
    let status = packet.get(at..at + 2).ok_or("a short packet")?;
    Ok((found, u16::from_le_bytes([status[0], status[1]])))
}

fn length_encoded(packet: &[u8], at: usize) -> Result<(u64, usize)> {
    let bytes = match *packet.get(at).ok_or("a short packet")? {
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        small => return Ok((u64::from(small), at + 1)),
    };
    let digits = packet.get(at + 1..at + 1 + bytes).ok_or("a short packet")?;
    let value = digits.iter().rev().fold(0, |value, digit| value << 8 | u64::from(*digit));
    Ok((value, at + 1 + bytes))
}
