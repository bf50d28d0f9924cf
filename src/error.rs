//! Everything that can go wrong, in one enum, worded for the operator who reads PHP's error log.
//!
//! An [`Error`] is a cause. The session puts the operation, the table and the server in front of
//! it ([`Failure`]) and [`Error::remedy`] behind it. No text here ever holds a password or more of
//! a session id than `SessionId` shows.

use std::fmt;

/// The result of everything below the session.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An ini directive has a value that it cannot have.
    #[error("{directive}={value} is not valid: {expected}")]
    Config { directive: &'static str, value: String, expected: String },
    /// The session id is not one that PHP could have made (mod_files.c, `ps_files_valid_key`).
    #[error("the session id has {0}; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, \",\" and \"-\"")]
    BadId(&'static str),
    /// No server of `rustdb.host` or `rustdb.socket` could be used; says why for each.
    #[error("no connection: {0}")]
    Connect(String),
    /// Nobody told the address of a host of `rustdb.host` in time.
    #[error("the look-up of {host} gave no answer within {seconds} s")]
    Unresolved { host: String, seconds: u64 },
    /// None could be used, and one at least was there and takes no writes; says why for each.
    #[error("no connection: {0}")]
    ReadOnly(String),
    /// TLS did not come about: a certificate was refused, or one side wants what the other does not have.
    #[error("no TLS connection: {cause}")]
    Tls {
        cause: String,
        /// See [`Error::remedy`].
        remedy: &'static str,
    },
    /// The server asks for an authentication plugin that the client library does not have.
    #[error(
        "the server asks for the authentication plugin {0}, which rustdb does not speak (MySQL also does that for a user that does not exist)"
    )]
    AuthPlugin(String),
    /// The server goes on to another of the account's authentication plugins, after the password did not do for the first.
    #[error(
        "the server does not take the password by the first of the account's authentication plugins, and rustdb tries no other"
    )]
    SecondPlugin,
    /// The server kept a write waiting, though the row is ours: something holds the table or the server.
    #[error("the server let nobody write for {seconds} s (a backup, a global read lock or an ALTER TABLE?)")]
    WriteBlocked { seconds: u64 },
    /// All pooled connections of this process are in use.
    #[error("no pooled connection became free within {seconds} s (rustdb.pool_size is {size})")]
    PoolBusy { seconds: u64, size: u32 },
    /// Another request held the session for longer than `rustdb.lock_wait` seconds. `holder` says in
    /// words who, as far as the server told.
    #[error(
        "another request held the session for longer than rustdb.lock_wait={seconds} s{}",
        in_parentheses(.holder)
    )]
    LockTimeout { seconds: u64, holder: Option<String> },
    /// The server chose this transaction to end a deadlock; it is rolled back.
    #[error("the server rolled the transaction back ({code}: {message})")]
    RolledBack { code: u16, message: String },
    /// The server refused a statement.
    #[error("the server says {code}: {message}")]
    Server { code: u16, message: String },
    /// The connection ended while a statement was under way.
    #[error("the connection was lost ({0})")]
    Gone(String),
    /// The server ended the connection, and said so in answer to a statement: that did not happen.
    #[error("the server ended the connection ({code}: {message})")]
    Killed { code: u16, message: String },
    /// The server took a statement and did not answer in time.
    #[error("the server did not answer in time ({0})")]
    Stalled(String),
    /// The connection was lost or stalled during a write, and nothing could settle what came of it.
    #[error("{0}; the change was sent, and whether it happened is not known")]
    Unsettled(String),
    /// The table does not exist and `rustdb.create_table` is off.
    #[error("the table does not exist and rustdb.create_table is off")]
    TableMissing,
    /// The table exists and is not one that rustdb can use.
    #[error("the table is not one of rustdb's: {0}")]
    TableForeign(String),
    /// The sessions' table has not the columns that labels need.
    #[error("the sessions' table was made by an earlier version and lacks the columns handle and seen_at")]
    TableOld,
    /// The row was written with a codec that this version does not know.
    #[error("the row has codec {0}, which this version of rustdb cannot read")]
    UnknownCodec(u8),
    /// The row is encrypted with a key that is not there, named by its id.
    #[error(
        "the row is encrypted with key {id}, {}",
        if *.configured { "which rustdb.encryption_key_file does not have" } else { "and rustdb.encryption_key_file is not set" }
    )]
    UnknownKey { id: String, configured: bool },
    /// What is in the row is not what was encrypted for this session and this version.
    #[error("the row was changed: it is not what rustdb encrypted for this session and this version")]
    Tampered,
    /// The row is plain and `rustdb.encryption=required`.
    #[error("the row is not encrypted, and rustdb.encryption=required")]
    NotEncrypted,
    /// The row's compressed data is not what was compressed, or too much; says which.
    #[error("the row's compressed data cannot be used: {0}")]
    BadFrame(&'static str),
    /// The server sent something that no statement of ours asks for.
    #[error("the server's answer makes no sense ({0})")]
    Nonsense(String),
    /// The packet would be larger than the server's `max_allowed_packet`; it was not sent.
    #[error("the data is too large: {sent} bytes as sent, the server's max_allowed_packet is {limit}")]
    TooLarge { sent: usize, limit: usize },
    /// The lock was lost and another request wrote or destroyed the session: fencing refused us.
    #[error("the lock was lost and another request changed the session meanwhile")]
    ChangedMeanwhile,
    /// There is a mark in the row's place: session_regenerate_id(true), or session_destroy() by another request.
    #[error(
        "another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy())"
    )]
    GivenUp,
    /// The session's label is gone: somebody has signed it out.
    #[error("the session was signed out meanwhile (Rustdb\\revoke)")]
    SignedOut,
    /// The session was read without its lock (`rustdb.lock_failure=readonly`).
    #[error("the session was read without its lock (rustdb.lock_failure=readonly)")]
    ReadWithoutLock,
    /// The session could not be read before, so a write would erase what is stored.
    #[error("the session could not be read before, and this write would replace what is stored")]
    NeverRead,
    /// The session was opened before a fork and stays the parent's.
    #[error("the session was opened before a fork, its lock belongs to process {0}")]
    Forked(u32),
    /// A ticket's row is found, and what it holds was not sealed with this ticket.
    #[error("the ticket's row is not what was stored")]
    TicketChanged,
    /// A handler class called a parent method before parent::open() or after parent::close().
    #[error("the save handler is not open")]
    NotOpen,
    /// A bug of ours, caught at the boundary.
    #[error("an internal error ({0})")]
    Panic(String),
}

impl Error {
    /// What the operator can do about it; empty where the cause says all.
    pub fn remedy(&self) -> &'static str {
        match self {
            Error::Config { expected, .. } if expected.contains(DENIED) => {
                "let that user read it (its owner, group and mode, and those of the folders above it)"
            }
            Error::Config { .. } => "correct it in php.ini or the pool's configuration",
            Error::Connect(cause) => connect_remedy(cause),
            Error::ReadOnly(_) => SERVER_OR_HOST,
            Error::Unresolved { .. } => {
                "check the name servers of this machine (/etc/resolv.conf), or put an address into rustdb.host"
            }
            Error::Tls { remedy, .. } => remedy,
            Error::AuthPlugin(_) => "check rustdb.user and the plugin of its account",
            Error::SecondPlugin => "check rustdb.password, or give the account of rustdb.user one plugin",
            Error::WriteBlocked { .. } => "the changes were not stored",
            Error::PoolBusy { .. } => "raise rustdb.pool_size",
            Error::LockTimeout { .. } => {
                "shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait"
            }
            Error::TableMissing => {
                "create it with examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)"
            }
            Error::TableOld => {
                "run the ALTER TABLE in examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)"
            }
            Error::TableForeign(_) => "name another table in rustdb.table, or compare with examples/schema.sql",
            Error::UnknownCodec(_) => "install the rustdb version that wrote it",
            Error::UnknownKey { .. } => {
                "the row is kept: add the key that encrypted it as another line of the key file, or delete the row"
            }
            Error::Tampered | Error::BadFrame(_) => {
                "the row is kept: find out who writes to the table, and restore or delete the row"
            }
            Error::NotEncrypted => {
                "the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it"
            }
            Error::TooLarge { .. } => "store less in the session, or raise max_allowed_packet",
            Error::ChangedMeanwhile => "this request's changes were not stored, the other request's stand",
            Error::ReadWithoutLock | Error::SignedOut | Error::GivenUp => "the changes were not stored",
            Error::NeverRead => "the changes were not stored",
            Error::Forked(_) => "call session_write_close() before the fork, or start another session in the child",
            Error::NotOpen => "call parent::open() first",
            Error::Stalled(_) | Error::Unsettled(_) => "check the server's load and the network",
            Error::TicketChanged => "somebody has changed that table",
            Error::Panic(_) | Error::Nonsense(_) => "please report this",
            Error::Server { code, message } => server_remedy(*code, message),
            Error::BadId(_) | Error::RolledBack { .. } | Error::Gone(_) | Error::Killed { .. } => "",
        }
    }

    /// What a server's error is to us (MySQL manual, "Server Error Message Reference").
    pub fn from_server(code: u16, message: String) -> Error {
        match code {
            // ER_LOCK_WAIT_TIMEOUT; MySQL's ER_LOCK_NOWAIT. The seconds are put in by who waited.
            1205 | 3572 => Error::LockTimeout { seconds: 0, holder: None },
            // ER_LOCK_DEADLOCK, ER_ERROR_DURING_COMMIT, Group Replication's certification failure, and its way to roll back
            // where it has lost its group, ER_QUERY_INTERRUPTED (KILL QUERY: the statement did not happen).
            1213 | 1180 | 3101 | 3100 | 1317 => Error::RolledBack { code, message },
            // ER_SERVER_SHUTDOWN, a Galera node that has lost its cluster, the network errors, ER_CONNECTION_KILLED, causal reads of a
            // member that has lost its group, and MySQL's ER_CLIENT_INTERACTION_TIMEOUT.
            1053 | 1047 | 1158..=1161 | 1927 | 2006 | 2013 | 3796 | 3797 | 4031 => Error::Killed { code, message },
            // Syntax errors and wrong strings: the server's text quotes the statement, and that is data.
            1064 | 1292 | 1300 | 1366 => {
                Error::Server { code, message: "(the text is left out, it may quote session data)".into() }
            }
            _ => Error::Server { code, message },
        }
    }

    /// True where a pooled connection has outlived what it was made for: it is closed, or its server has
    /// become read-only, or the table that was checked when it was made is another one now. A new
    /// connection finds a writable server and makes the table where it may.
    pub fn outdated_connection(&self) -> bool {
        matches!(
            self,
            Error::Gone(_) | Error::Killed { .. } | Error::Server { code: 1054 | 1146 | 1290 | 1836 | 1932, .. }
        )
    }

    /// True where a server takes no writes: it has done nothing, and another one may do it, or the same later.
    pub fn is_read_only(&self) -> bool {
        match self {
            Error::ReadOnly(_) | Error::Server { code: 1836, .. } => true,
            Error::Server { code: 1290, message } => !names_another_option(message),
            _ => false,
        }
    }

    /// True where the transaction that held our lock is over, so that a write has to lock again
    /// and compare versions: the connection or the transaction was lost, but the server may live.
    pub fn lost_transaction(&self) -> bool {
        matches!(self, Error::Gone(_) | Error::Killed { .. } | Error::RolledBack { .. })
    }
}

fn in_parentheses(text: &Option<String>) -> String {
    text.as_ref().map_or(String::new(), |text| format!(" ({text})"))
}

const SERVER_OR_HOST: &str = "check that the server runs and takes writes, and rustdb.host or rustdb.socket";

/// Whether it is not being read-only that an ER_OPTION_PREVENTS_STATEMENT is about.
fn names_another_option(message: &str) -> bool {
    message.contains("--") && !message.contains("read-only") && !message.contains("read_only")
}

/// What the system says to who has no right.
const DENIED: &str = "Permission denied";

/// What a connection that did not come about means for the operator: these are the system's words, and some of ours.
fn connect_remedy(cause: &str) -> &'static str {
    let known = [
        (
            DENIED,
            "let that user into the socket's folder (its owner, group and mode, or a rule of SELinux or AppArmor)",
        ),
        ("Too many open files", "raise the limit of open files (ulimit -n, LimitNOFILE)"),
        ("no thread to connect in", "raise the limit of processes (ulimit -u, TasksMax) or of memory"),
        (
            "failed to lookup address information",
            "check rustdb.host, and the name servers of this machine (/etc/resolv.conf)",
        ),
    ];
    // Of several hosts each may have a cause of its own.
    let one = !cause.contains("; ");
    let found = known.iter().find(|(words, _)| one && cause.contains(words));
    found.map_or(SERVER_OR_HOST, |(_, remedy)| remedy)
}

/// What a server's error code means for the operator (MySQL manual, "Server Error Message Reference";
/// MariaDB knowledge base, "MariaDB Error Code Reference"). Some codes have several reasons, of which the message names one.
fn server_remedy(code: u16, message: &str) -> &'static str {
    let names = |words: &str| message.contains(words);
    match code {
        1040 => "raise the server's max_connections or lower the number of PHP workers",
        1203 => "raise max_user_connections, the server's or the account's, or lower the number of PHP workers",
        // ER_USER_LIMIT_REACHED; the names that the servers have for the same limits differ.
        1226 if names("max_questions") || names("max_queries_per_hour") => {
            "raise the account's limit (ALTER USER … WITH MAX_QUERIES_PER_HOUR 0): each request takes several"
        }
        1226 if names("max_updates") => {
            "raise the account's limit (ALTER USER … WITH MAX_UPDATES_PER_HOUR 0): each session that is stored takes some"
        }
        1226 if names("max_connections") => {
            "raise the account's limit (ALTER USER … WITH MAX_CONNECTIONS_PER_HOUR 0): each PHP worker opens some"
        }
        1226 if names("max_user_connections") => {
            "raise the account's limit (ALTER USER … WITH MAX_USER_CONNECTIONS 0) or lower the number of PHP workers"
        }
        1226 => "raise the account's limit that it names (ALTER USER)",
        // ER_HOST_IS_BLOCKED, ER_HOST_NOT_PRIVILEGED.
        1129 => "FLUSH HOSTS on the server, and find out what broke off so many connections (max_connect_errors)",
        1130 => "make the account for the address that the server sees (CREATE USER …@…)",
        // ER_MUST_CHANGE_PASSWORD and its like.
        1820 | 1862 => "give the account a new password (ALTER USER), and put it into rustdb.password",
        // ER_ACCOUNT_HAS_BEEN_LOCKED of MySQL and of MariaDB.
        3118 | 4151 => "unlock the account (ALTER USER … ACCOUNT UNLOCK)",
        4082 if names("memory") => "raise the server's connection_memory_limit",
        1044 => "check rustdb.database, and the grants of rustdb.user on it",
        1045 | 1698 => "check rustdb.user, its password and its grants",
        // ER_SECURE_TRANSPORT_REQUIRED of MySQL.
        3159 => "set rustdb.ssl_mode=required or higher, or connect over the server's socket",
        1049 => "create the database or correct rustdb.database",
        1142 | 1143 => {
            "GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user"
        }
        1114 | 1021 | 28 | 3 => "the server's disk or tablespace is full: make room there",
        // Many options prevent a statement: 1290 names which.
        1290 if names_another_option(message) => "",
        1290 | 1836 => "the server is read-only: name the writable one in rustdb.host",
        1153 => "store less in the session, or raise max_allowed_packet",
        1665 => "set binlog_format=ROW or MIXED on the server",
        1969 | 3024 => "rustdb sets no statement timeout: find out what does so behind its back (a proxy?)",
        1146 => "create it with examples/schema.sql",
        1054 | 1364 => {
            "the table is not one of rustdb's: name another in rustdb.table, or compare with examples/schema.sql"
        }
        _ => "",
    }
}

/// An error with the operation and the place that it happened at: the text of a PHP warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was tried, as "read session abcd…".
    pub operation: String,
    /// Table and server, as "table app.rustdb_sessions on db1:3306".
    pub place: String,
    /// Why it failed.
    pub cause: Error,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rustdb: cannot {}", self.operation)?;
        if !self.place.is_empty() {
            write!(f, " ({})", self.place)?;
        }
        write!(f, ": {}", self.cause)?;
        match self.cause.remedy() {
            "" => Ok(()),
            remedy => write!(f, "; {remedy}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_operation_place_cause_and_remedy() {
        let failure = Failure {
            operation: "read session abcdefgh…".into(),
            place: "table app.rustdb_sessions on db1:3306".into(),
            cause: Error::LockTimeout { seconds: 30, holder: Some("held by pid 7 on web1".into()) },
        };
        let text = failure.to_string();
        for part in [
            "read session abcdefgh…",
            "db1:3306",
            "rustdb.lock_wait=30 s (held by pid 7 on web1); ",
            "session_write_close()",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    /// What the operator is told to do about an error of the server's.
    fn remedy(code: u16, message: &str) -> &'static str {
        Error::from_server(code, message.into()).remedy()
    }

    #[test]
    fn each_limit_of_an_account_is_named() {
        for (resource, limit) in [
            ("max_queries_per_hour", "MAX_QUERIES_PER_HOUR"),
            ("max_questions", "MAX_QUERIES_PER_HOUR"),
            ("max_updates_per_hour", "MAX_UPDATES_PER_HOUR"),
            ("max_updates", "MAX_UPDATES_PER_HOUR"),
            ("max_connections_per_hour", "MAX_CONNECTIONS_PER_HOUR"),
            ("max_user_connections", "MAX_USER_CONNECTIONS"),
        ] {
            let message = format!("User 'u' has exceeded the '{resource}' resource (current value: 1)");
            let remedy = remedy(1226, &message);
            assert!(remedy.contains(limit), "{resource}: {remedy}");
            assert!(!remedy.contains("max_connections"), "{remedy}");
        }
        assert!(remedy(1203, "").starts_with("raise max_user_connections"));
        assert!(remedy(1040, "").starts_with("raise the server's max_connections"));
    }

    #[test]
    fn only_a_read_only_server_is_told_to_be_one() {
        let prevented = |option: &str| {
            let message = format!("The server is running with the {option} option so it cannot execute this statement");
            remedy(1290, &message)
        };
        for option in ["--read-only", "--super-read-only", "--innodb-read-only", "innodb_read_only"] {
            assert!(prevented(option).contains("the writable one"), "{option}");
        }
        assert_eq!(prevented("--max-session-mem-used=8192"), "");
        assert!(!Error::from_server(1290, "the --secure-file-priv option".into()).is_read_only());
    }

    #[test]
    fn what_the_system_refuses_is_not_the_servers_fault() {
        let remedy = |cause: &str| Error::Connect(format!("db1:3306: {cause}")).remedy();
        assert!(remedy("Connection refused (os error 111)").starts_with("check that the server runs"));
        assert!(remedy("Permission denied (os error 13), as user www-data (uid 33)").contains("that user"));
        assert!(remedy("Too many open files (os error 24)").contains("ulimit -n"));
        assert!(remedy("failed to lookup address information: Try again").contains("name servers"));
        assert!(remedy("no thread to connect in: Try again").contains("ulimit -u"));
    }

    #[test]
    fn lost_connections_and_deadlocks_end_the_transaction_and_refusals_do_not() {
        assert!(Error::from_server(1213, String::new()).lost_transaction());
        assert!(Error::from_server(1927, String::new()).lost_transaction());
        assert!(Error::Gone(String::new()).lost_transaction());
        // Group Replication, on a member that has lost its group: a commit, and a causal read.
        assert!(Error::from_server(3100, String::new()).lost_transaction());
        assert!(Error::from_server(3797, String::new()).outdated_connection());
        assert!(!Error::from_server(1114, String::new()).lost_transaction());
        assert!(!Error::Stalled(String::new()).lost_transaction());
    }
}
