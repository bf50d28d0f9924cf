//! What the operator can do about each error.

use super::cause::{Error, names_another_option};

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
            Error::PoolBusy { .. } => "raise rustdb.pool_size",
            Error::LockTimeout { .. } => {
                "shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait"
            }
            Error::TableMissing => {
                "create it with examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)"
            }
            Error::TableOld(_) => {
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
            Error::MergeConflict(_) => {
                "nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand"
            }
            Error::ChangedMeanwhile => "this request's changes were not stored, the other request's stand",
            Error::WriteBlocked { .. }
            | Error::ReadWithoutLock
            | Error::SignedOut
            | Error::GivenUp
            | Error::Destroyed
            | Error::NeverRead => "the changes were not stored",
            Error::Forked(_) => "call session_write_close() before the fork, or start another session in the child",
            Error::NotOpen => "call parent::open() first",
            Error::Stalled(_) | Error::Unsettled(_) => "check the server's load and the network",
            Error::TicketChanged => "somebody has changed that table",
            Error::Panic(_) | Error::Nonsense(_) => "please report this",
            Error::Server { code, message } => server_remedy(*code, message),
            Error::BadId(_) | Error::RolledBack { .. } | Error::Gone(_) | Error::Killed { .. } => "",
        }
    }
}

const SERVER_OR_HOST: &str = "check that the server runs and takes writes, and rustdb.host or rustdb.socket";

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
