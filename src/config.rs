//! The directives as typed values: parsed, checked, and printed without secrets.
//!
//! `src/php/ini.rs` reads the strings from PHP; here they become a [`Config`]. A value that is not
//! valid is an error that names the directive, at session_start() rather than at PHP's start, so
//! that pages without a session keep working.

mod values;

use std::ffi::CStr;
use std::fmt;
use std::time::Duration;

use crate::error::Result;
use values::{boolean, choice, invalid, limit, not_empty, number, parse_hosts, parse_table, parse_tls, seconds};

/// The longest that a lease lives without renewal, in seconds.
pub const LONGEST_LEASE: u64 = 3_600;

/// Where a directive may be set: `PHP_INI_SYSTEM` or `PHP_INI_ALL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    System,
    All,
}

/// One ini directive: its name, its default as php.ini spells it, and its scope.
pub struct Directive {
    pub name: &'static CStr,
    pub default: &'static CStr,
    pub scope: Scope,
}

const fn system(name: &'static CStr, default: &'static CStr) -> Directive {
    Directive { name, default, scope: Scope::System }
}

const fn all(name: &'static CStr, default: &'static CStr) -> Directive {
    Directive { name, default, scope: Scope::All }
}

/// Every directive of rustdb, in the order in which phpinfo() and `ini/rustdb.ini` show them.
pub static DIRECTIVES: &[Directive] = &[
    system(c"rustdb.host", c"127.0.0.1"),
    system(c"rustdb.port", c"3306"),
    system(c"rustdb.socket", c""),
    system(c"rustdb.user", c""),
    system(c"rustdb.password", c""),
    system(c"rustdb.password_file", c""),
    system(c"rustdb.ssl_mode", c"preferred"),
    system(c"rustdb.ssl_ca", c""),
    system(c"rustdb.ssl_cert", c""),
    system(c"rustdb.ssl_key", c""),
    system(c"rustdb.database", c""),
    system(c"rustdb.table", c"rustdb_sessions"),
    system(c"rustdb.create_table", c"1"),
    system(c"rustdb.connect_timeout", c"5"),
    system(c"rustdb.idle_timeout", c"600"),
    system(c"rustdb.single_writer", c"0"),
    system(c"rustdb.pool_size", c"0"),
    system(c"rustdb.lock", c"row"),
    all(c"rustdb.lock_wait", c"30"),
    all(c"rustdb.lock_failure", c"fail"),
    all(c"rustdb.slow_lock_ms", c"0"),
    system(c"rustdb.lease", c"15"),
    all(c"rustdb.regenerate_grace", c"60"),
    system(c"rustdb.touch_interval", c"60"),
    all(c"rustdb.absolute_lifetime", c"0"),
    all(c"rustdb.new_lifetime", c"0"),
    system(c"rustdb.gc_batch", c"1000"),
    system(c"rustdb.encryption", c"optional"),
    system(c"rustdb.encryption_key_file", c""),
    system(c"rustdb.compression", c"none"),
    system(c"rustdb.compression_min_bytes", c"1024"),
];

/// `rustdb.lock`: who keeps two requests of one session apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// A row lock in a transaction that lives as long as the session is open.
    Row,
    /// A lease in a table beside the sessions.
    Lease,
    /// Nobody: the last write wins.
    None,
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LockMode::Row => "row",
            LockMode::Lease => "lease",
            LockMode::None => "none",
        })
    }
}

/// `rustdb.lock_failure`: what session_start() does when the lock was not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockFailure {
    Fail,
    ReadOnly,
}

/// `rustdb.ssl_mode`, for connections over TCP; a Unix socket is never encrypted. The words are those of MySQL's
/// clients (MySQL manual, "Command Options for Encrypted Connections").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SslMode {
    Disabled,
    /// TLS where the server offers it.
    Preferred,
    /// TLS or nothing.
    Required,
    /// And the server's certificate comes from a CA in `rustdb.ssl_ca`.
    VerifyCa,
    /// And it names the host that we connect to.
    VerifyIdentity,
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SslMode::Disabled => "disabled",
            SslMode::Preferred => "preferred",
            SslMode::Required => "required",
            SslMode::VerifyCa => "verify_ca",
            SslMode::VerifyIdentity => "verify_identity",
        })
    }
}

/// How connections over TCP are encrypted. Paths are those of PEM files, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    pub mode: SslMode,
    /// Certificates of the CAs that may have issued the server's. Where it is set, every mode that encrypts checks
    /// that, as MySQL's clients do.
    pub ca: String,
    /// Our own certificate and its intermediates, for accounts that REQUIRE one; set together with `key`.
    pub cert: String,
    /// Our certificate's private key.
    pub key: String,
}

/// A server's place: a host and port, or a Unix socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A name or an address (an IPv6 address without brackets), and a TCP port.
    Tcp(String, u16),
    /// The path of a Unix socket.
    Socket(String),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Endpoint::Tcp(host, port) => write!(f, "{host}:{port}"),
            Endpoint::Socket(path) => f.write_str(path),
        }
    }
}

/// A string that no `Debug` output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "(empty)" } else { "(hidden)" })
    }
}

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
    pub lock: LockMode,
    /// Whole seconds that a lease lives without renewal.
    pub lease: Duration,
    /// Connections per process; 0 lets the pool choose.
    pub pool_size: u32,
}

impl ServerConfig {
    /// Checks that a table beside the sessions' may have this at the end of its name: a name has at most 64
    /// characters.
    ///
    /// # Errors
    /// [`Error::Config`] for a `rustdb.table` that is too long for it.
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

impl Config {
    /// Reads and checks all directives; `get` returns the value of one by its name.
    ///
    /// # Errors
    /// [`Error::Config`] for the first that is not valid.
    pub fn parse(get: impl Fn(&'static str) -> String) -> Result<Config> {
        let port = number(&get, "rustdb.port", 1, 65_535)? as u16;
        let socket = get("rustdb.socket");
        let endpoints =
            if socket.is_empty() { parse_hosts(&get("rustdb.host"), port)? } else { vec![Endpoint::Socket(socket)] };
        // php.ini's parser makes an empty string of the bare word none.
        let lock = choice(
            &get,
            "rustdb.lock",
            &[("row", LockMode::Row), ("lease", LockMode::Lease), ("none", LockMode::None), ("", LockMode::None)],
        )?;
        let tls = parse_tls(&get, &endpoints)?;
        let server = ServerConfig {
            endpoints,
            user: get("rustdb.user"),
            password: Secret(get("rustdb.password")),
            password_file: get("rustdb.password_file"),
            tls,
            database: not_empty(&get, "rustdb.database", "the name of the sessions' database")?,
            table: parse_table(&get("rustdb.table"), lock)?,
            create_table: boolean(&get, "rustdb.create_table")?,
            connect_timeout: seconds(&get, "rustdb.connect_timeout", 1, 3_600)?,
            idle_timeout: seconds(&get, "rustdb.idle_timeout", 1, 31_536_000)?,
            single_writer: boolean(&get, "rustdb.single_writer")?,
            lock,
            // The server's clock counts whole seconds, so a lease may be a second short.
            lease: seconds(&get, "rustdb.lease", 3, LONGEST_LEASE)?,
            pool_size: number(&get, "rustdb.pool_size", 0, 10_000)? as u32,
        };
        let encryption_key_file = get("rustdb.encryption_key_file");
        let (optional, required) = (("optional", false), ("required", true));
        let encryption_required = choice(&get, "rustdb.encryption", &[optional, required])?;
        if encryption_required && encryption_key_file.is_empty() {
            let expected = "it needs rustdb.encryption_key_file";
            return Err(invalid("rustdb.encryption", "required", expected));
        }
        let compress_from = number(&get, "rustdb.compression_min_bytes", 0, 1 << 30)? as usize;
        let compression = choice(&get, "rustdb.compression", &[("none", false), ("zstd", true), ("", false)])?;
        Ok(Config {
            server,
            lock_wait: number(&get, "rustdb.lock_wait", 0, 86_400)?,
            lock_failure: choice(
                &get,
                "rustdb.lock_failure",
                &[("fail", LockFailure::Fail), ("readonly", LockFailure::ReadOnly)],
            )?,
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

    /// Checks one directive that a script may change, for `ini_set()`.
    ///
    /// # Errors
    /// [`Error::Config`] when the value is not valid.
    pub fn check_one(name: &str, value: &str) -> Result<()> {
        let get = |_: &'static str| value.to_owned();
        match name {
            "rustdb.lock_wait" => number(&get, "rustdb.lock_wait", 0, 86_400).map(drop),
            "rustdb.absolute_lifetime" => limit(&get, "rustdb.absolute_lifetime").map(drop),
            "rustdb.new_lifetime" => limit(&get, "rustdb.new_lifetime").map(drop),
            "rustdb.regenerate_grace" => number(&get, "rustdb.regenerate_grace", 0, 86_400).map(drop),
            "rustdb.slow_lock_ms" => number(&get, "rustdb.slow_lock_ms", 0, 86_400_000).map(drop),
            "rustdb.lock_failure" => choice(&get, "rustdb.lock_failure", &[("fail", ()), ("readonly", ())]),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
