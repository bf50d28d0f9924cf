//! The directives as typed values: parsed, checked, and printed without secrets.
//!
//! `src/php/ini.rs` reads the strings from PHP; here they become a [`Config`]. A value that is not valid is an error
//! that names the directive, at session_start() rather than at PHP's start, so that pages without a session keep
//! working.
//!
//! `directives` lists them, `values` parses and words what each may be, [`secret_file`] reads the files that some name.

pub mod directives;
pub mod secret_file;
mod values;

use std::time::Duration;

pub use values::{Endpoint, LockFailure, LockMode, MergeConflict, SslMode, TlsConfig};

use crate::error::Result;
use directives::default_of;
use secret_file::Secret;
use values::{boolean, choice, invalid, limit, number, parse_hosts, parse_table, parse_tls, seconds};

/// The longest that a lease lives without renewal, in seconds.
pub const LONGEST_LEASE: u64 = 3_600;

/// The longest that anybody waits for a session's lock, in seconds.
const LONGEST_WAIT: u64 = 86_400;

/// What a connection depends on: requests with equal values share a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// Tried in order.
    pub endpoints: Vec<Endpoint>,
    pub user: String,
    pub password: Secret,
    /// Wins over `password` when it is not empty; read at each new connection.
    pub password_file: String,
    pub tls: TlsConfig,
    pub database: String,
    /// A plain identifier, safe between backticks.
    pub table: String,
    pub create_table: bool,
    pub connect_timeout: Duration,
    /// Whole seconds after which the server drops a silent connection.
    pub idle_timeout: Duration,
    pub single_writer: bool,
    /// Sessions are held by leases (`rustdb.lock=lease`).
    pub leases: bool,
    /// Whole seconds that a lease lives without renewal.
    pub lease: Duration,
    /// Connections per process; 0 lets the pool choose.
    pub pool_size: u32,
}

impl ServerConfig {
    /// Checks that a table beside the sessions' may have this at the end of its name: a name has at most 64 characters.
    ///
    /// # Errors
    /// [`Error::Config`](crate::error::Error::Config) for a `rustdb.table` that is too long for it.
    pub fn check_suffix(&self, suffix: &str) -> Result<()> {
        let longest = 64 - suffix.len();
        if self.table.len() > longest {
            let expected = format!("at most {longest} characters where a table …{suffix} is needed");
            return Err(invalid("rustdb.table", &self.table, expected));
        }
        Ok(())
    }
}

/// The directives of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub server: ServerConfig,
    pub lock: LockMode,
    pub merge_conflict: MergeConflict,
    /// A line in PHP's error log for each write with conflicts.
    pub log_merge_conflicts: bool,
    /// Whole seconds, 0 for not waiting at all.
    pub lock_wait: u64,
    pub lock_failure: LockFailure,
    /// Milliseconds from which on a wait for a session is noted in PHP's error log; 0 for never.
    pub slow_lock_ms: u64,
    /// Seconds for which an old id is known after session_regenerate_id(true).
    pub regenerate_grace: u64,
    /// Seconds.
    pub touch_interval: u64,
    /// Seconds from a session's birth on.
    pub absolute_lifetime: Option<u64>,
    /// Seconds, for a session that was used in one request only.
    pub new_lifetime: Option<u64>,
    /// Rows.
    pub gc_batch: u64,
    /// `rustdb.encryption=required`: rows that are not encrypted are refused.
    pub encryption_required: bool,
    /// Where the keys are; empty where nothing is encrypted.
    pub encryption_key_file: String,
    /// `rustdb.compression_min_bytes`, where there is compression.
    pub compress_from: Option<usize>,
}

/// What a `Rustdb\Handler` may have otherwise than the directives say: the options that are there, as they were written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Options {
    pub lock: Option<String>,
    pub lock_wait: Option<i64>,
    pub table: Option<String>,
}

impl Config {
    /// Reads and checks all directives; `get` returns the value of one by its name.
    ///
    /// # Errors
    /// [`Error::Config`](crate::error::Error::Config) for the first that is not valid.
    pub fn parse(get: impl Fn(&'static str) -> String) -> Result<Config> {
        let port = number(&get, "rustdb.port", 1, 65_535)? as u16;
        let socket = get("rustdb.socket");
        let endpoints =
            if socket.is_empty() { parse_hosts(&get("rustdb.host"), port)? } else { vec![Endpoint::Socket(socket)] };
        let database = get("rustdb.database");
        if database.is_empty() {
            return Err(invalid("rustdb.database", "", "the name of the sessions' database"));
        }
        let lock = choice(&get, "rustdb.lock", LockMode::WORDS)?;
        let leases = lock == LockMode::Lease;
        let server = ServerConfig {
            tls: parse_tls(&get, &endpoints)?,
            endpoints,
            user: get("rustdb.user"),
            password: Secret(get("rustdb.password")),
            password_file: get("rustdb.password_file"),
            database,
            table: parse_table("rustdb.table", &get("rustdb.table"), leases)?,
            create_table: boolean(&get, "rustdb.create_table")?,
            connect_timeout: seconds(&get, "rustdb.connect_timeout", 1, 3_600)?,
            idle_timeout: seconds(&get, "rustdb.idle_timeout", 1, 31_536_000)?,
            single_writer: boolean(&get, "rustdb.single_writer")?,
            leases,
            // The server's clock counts whole seconds, so a lease may be a second short.
            lease: seconds(&get, "rustdb.lease", 3, LONGEST_LEASE)?,
            pool_size: number(&get, "rustdb.pool_size", 0, 10_000)? as u32,
        };
        let encryption_key_file = get("rustdb.encryption_key_file");
        let encryption_required = choice(&get, "rustdb.encryption", &[("optional", false), ("required", true)])?;
        if encryption_required && encryption_key_file.is_empty() {
            return Err(invalid("rustdb.encryption", "required", "it needs rustdb.encryption_key_file"));
        }
        let compress_from = number(&get, "rustdb.compression_min_bytes", 0, 1 << 30)? as usize;
        let compression = choice(&get, "rustdb.compression", &[("none", false), ("zstd", true), ("", false)])?;
        Ok(Config {
            server,
            lock,
            merge_conflict: choice(&get, "rustdb.merge_conflict", MergeConflict::WORDS)?,
            log_merge_conflicts: boolean(&get, "rustdb.log_merge_conflicts")?,
            lock_wait: number(&get, "rustdb.lock_wait", 0, LONGEST_WAIT)?,
            lock_failure: choice(&get, "rustdb.lock_failure", LockFailure::WORDS)?,
            slow_lock_ms: number(&get, "rustdb.slow_lock_ms", 0, 86_400_000)?,
            regenerate_grace: number(&get, "rustdb.regenerate_grace", 0, 86_400)?,
            touch_interval: number(&get, "rustdb.touch_interval", 0, 31_536_000)?,
            absolute_lifetime: limit(&get, "rustdb.absolute_lifetime")?,
            new_lifetime: limit(&get, "rustdb.new_lifetime")?,
            gc_batch: number(&get, "rustdb.gc_batch", 1, 1_000_000)?,
            encryption_required,
            encryption_key_file,
            compress_from: compression.then_some(compress_from),
        })
    }

    /// These directives with some options over them. Where no lock is asked for it is merge, or lease where the table has leases.
    ///
    /// # Errors
    /// [`Error::Config`](crate::error::Error::Config) for the first that is not valid, by the option's name.
    pub fn with(&self, options: &Options) -> Result<Config> {
        let mut config = self.clone();
        let leases = self.server.leases;
        config.lock = match &options.lock {
            // The last one is empty, which is php.ini's way to say none.
            Some(word) => choice(&|_| word.clone(), "lock", &LockMode::WORDS[..LockMode::WORDS.len() - 1])?,
            None if leases => LockMode::Lease,
            None => LockMode::Merge,
        };
        if leases != (config.lock == LockMode::Lease) {
            let expected = match leases {
                true => {
                    "rustdb.lock is lease here, and leases are for all who use a table or for none: leave the option out"
                }
                false => {
                    "rustdb.lock is not lease here, and leases are for all who use a table or for none: set it in php.ini, or take another lock"
                }
            };
            return Err(invalid("lock", &config.lock.to_string(), expected));
        }
        if let Some(seconds) = options.lock_wait {
            config.lock_wait = number(&|_| seconds.to_string(), "lock_wait", 0, LONGEST_WAIT)?;
        }
        if let Some(table) = &options.table {
            config.server.table = parse_table("table", table, leases)?;
        }
        Ok(config)
    }

    /// Checks one directive that a script may change, for `ini_set()`: beside what stands there now, and the defaults of all others.
    ///
    /// # Errors
    /// [`Error::Config`](crate::error::Error::Config) when the value is not valid.
    pub fn check_one(name: &str, now: &str, value: &str) -> Result<()> {
        let get = |other: &'static str| match other {
            _ if other == name => value.to_owned(),
            "rustdb.database" => "any".to_owned(),
            _ => default_of(other).to_owned(),
        };
        let lock = Config::parse(get)?.lock;
        match choice(&|_| now.to_owned(), "rustdb.lock", LockMode::WORDS) {
            Ok(server) if name == "rustdb.lock" => lock.check_beside(server),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
