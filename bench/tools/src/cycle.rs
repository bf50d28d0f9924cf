//! Cycles of sessions: lock and read, then write or let go.

use std::fmt::Write as _;

use mysql::Value;
use ring::digest::{SHA256, digest};

use crate::statements;
use crate::wire::{Result, Wire};

/// A session as the floor knows it.
pub struct Session {
    digest: Vec<u8>,
    id: String,
    /// What PHP would have serialised: a counter and a string.
    data: String,
    count: u32,
}

impl Session {
    /// The session `name` with about `bytes` of data.
    pub fn new(name: &str, bytes: usize) -> Session {
        let digest = digest(&SHA256, name.as_bytes()).as_ref().to_vec();
        let mut id = String::new();
        for byte in &digest {
            let _ = write!(id, "{byte:02x}");
        }
        let mut session = Session { digest, id, data: String::new(), count: 10_000_000 };
        let text: String = (0..bytes).map(|at| char::from(b'a' + (at % 26) as u8)).collect();
        session.data = format!("n|i:{};data|s:{}:\"{text}\";", session.count, text.len());
        session
    }

    /// Makes its row.
    pub fn store(&self, wire: &mut Wire, table: &str) -> Result<()> {
        wire.run(&format!("{};{}", statements::store(table, &self.id, &self.data), statements::COMMIT)).map(drop)
    }

    /// Locks it; returns its version.
    pub fn lock(&self, wire: &mut Wire, table: &str) -> Result<u64> {
        if wire.has_locked() {
            return wire.lock_prepared(&statements::lock_prepared(table), &self.digest);
        }
        Self::version(wire, &statements::lock(table, &self.id))
    }

    /// Locks it when others let it go, in the first transaction of a connection; returns its version.
    pub fn wait(&self, wire: &mut Wire, table: &str) -> Result<u64> {
        Self::version(wire, &statements::wait(table, &self.id))
    }

    fn version(wire: &mut Wire, statement: &str) -> Result<u64> {
        let answer = wire.run(statement)?;
        let version = answer.first_column.ok_or("the session's row is not there")?;
        Ok(std::str::from_utf8(&version)?.parse()?)
    }

    /// Lets it go unchanged.
    pub fn release(&self, wire: &mut Wire) -> Result<()> {
        wire.run_last(statements::RELEASE)
    }

    /// Counts up, writes and commits.
    pub fn write(&mut self, wire: &mut Wire, table: &str, version: u64) -> Result<()> {
        self.count += 1;
        self.data.replace_range(4..12, &self.count.to_string());
        let new = rand::random::<u64>();
        let found = if self.data.len() < statements::PREPARE_FROM {
            wire.run(&statements::write(table, &self.id, version, new, &self.data))?.found
        } else {
            let parameters = vec![
                Value::UInt(new),
                Value::Bytes(self.data.as_bytes().to_vec()),
                Value::Bytes(self.digest.clone()),
                Value::UInt(version),
            ];
            let found = wire.execute(&statements::write_prepared(table), parameters)?;
            wire.run(statements::COMMIT)?;
            found
        };
        if found == 1 { Ok(()) } else { Err("the write found another version".into()) }
    }
}
