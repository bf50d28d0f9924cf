//! Everything that can go wrong, and what it means to those who go on.

/// The result of everything below the session.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("{directive}={value} is not valid: {expected}")]
    Config { directive: &'static str, value: String, expected: String },
    /// As mod_files.c, `ps_files_valid_key`.
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
    Tls { cause: String, remedy: &'static str },
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
    #[error("no pooled connection became free within {seconds} s (rustdb.pool_size is {size})")]
    PoolBusy { seconds: u64, size: u32 },
    /// `holder` says in words who, as far as the server told.
    #[error(
        "another request held the session for longer than rustdb.lock_wait={seconds} s{}",
        in_parentheses(.holder)
    )]
    LockTimeout { seconds: u64, holder: Option<String> },
    /// The server chose this transaction to end a deadlock; it is rolled back.
    #[error("the server rolled the transaction back ({code}: {message})")]
    RolledBack { code: u16, message: String },
    #[error("the server says {code}: {message}")]
    Server { code: u16, message: String },
    #[error("the connection was lost ({0})")]
    Gone(String),
    /// It said so in answer to a statement: that did not happen.
    #[error("the server ended the connection ({code}: {message})")]
    Killed { code: u16, message: String },
    #[error("the server did not answer in time ({0})")]
    Stalled(String),
    /// Nothing could settle what came of a write.
    #[error("{0}; the change was sent, and whether it happened is not known")]
    Unsettled(String),
    #[error("the table does not exist and rustdb.create_table is off")]
    TableMissing,
    #[error("the table is not one of rustdb's: {0}")]
    TableForeign(String),
    #[error("the sessions' table was made by an earlier version and lacks {0}")]
    TableOld(&'static str),
    #[error("the row has codec {0}, which this version of rustdb cannot read")]
    UnknownCodec(u8),
    /// `id` is the key's public name.
    #[error(
        "the row is encrypted with key {id}, {}",
        if *.configured { "which rustdb.encryption_key_file does not have" } else { "and rustdb.encryption_key_file is not set" }
    )]
    UnknownKey { id: String, configured: bool },
    #[error("the row was changed: it is not what rustdb encrypted for this session and this version")]
    Tampered,
    #[error("the row is not encrypted, and rustdb.encryption=required")]
    NotEncrypted,
    #[error("the row's compressed data cannot be used: {0}")]
    BadFrame(&'static str),
    /// The server sent something that no statement of ours asks for.
    #[error("the server's answer makes no sense ({0})")]
    Nonsense(String),
    #[error("the data is too large: {sent} bytes as sent, the server's max_allowed_packet is {limit}")]
    TooLarge { sent: usize, limit: usize },
    /// The row's version is another one.
    #[error("the lock was lost and another request changed the session meanwhile")]
    ChangedMeanwhile,
    /// There is a mark in the row's place.
    #[error(
        "another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy())"
    )]
    GivenUp,
    /// There is no row any more.
    #[error("the session was destroyed meanwhile, or has expired (session_destroy() in another request)")]
    Destroyed,
    /// Both have changed the same, and `rustdb.merge_conflict=refuse`. Names the keys.
    #[error("another request has changed the same meanwhile: {0}")]
    MergeConflict(String),
    /// The session's label is gone.
    #[error("the session was signed out meanwhile (Rustdb\\revoke)")]
    SignedOut,
    #[error("the session was read without its lock (rustdb.lock_failure=readonly)")]
    ReadWithoutLock,
    #[error("the session could not be read before, and this write would replace what is stored")]
    NeverRead,
    #[error("the session was opened before a fork, its lock belongs to process {0}")]
    Forked(u32),
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

    /// True where a pooled connection has outlived what it was made for: it is closed, or its server has become
    /// read-only, or the table is another one now. A new one finds a writable server and makes the table where it may.
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

    /// True where the transaction that held our lock is over, so that a write has to lock again and compare versions.
    pub fn lost_transaction(&self) -> bool {
        matches!(self, Error::Gone(_) | Error::Killed { .. } | Error::RolledBack { .. })
    }
}

fn in_parentheses(text: &Option<String>) -> String {
    text.as_ref().map_or(String::new(), |text| format!(" ({text})"))
}

/// Whether it is not being read-only that an ER_OPTION_PREVENTS_STATEMENT is about.
pub(super) fn names_another_option(message: &str) -> bool {
    message.contains("--") && !message.contains("read-only") && !message.contains("read_only")
}

#[cfg(test)]
mod tests {
    use super::*;

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
