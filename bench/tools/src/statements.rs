//! The statements of a session's cycle, in the words of rustdb's row mode (`src/store/row.rs`). They stand here and
//! nowhere else: when rustdb's change, so must these.

/// From this size in bytes on, data goes as the parameter of a prepared statement.
pub const PREPARE_FROM: usize = 32 * 1024;

/// What a new connection is told.
pub const GREETING: [&str; 3] = [
    "SET NAMES binary",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED,READ WRITE",
    "SET SESSION autocommit=0,completion_type=0,sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',time_zone='+00:00',\
     sql_safe_updates=0,wait_timeout=600,innodb_lock_wait_timeout=1,lock_wait_timeout=30",
];

const COLUMNS: &str = "version,codec,created_at,expires_at,UNIX_TIMESTAMP(),lifetime,handle,data";

/// Locks and reads, and so begins a transaction. The row's first column is its version. This is only the first lock of a connection.
pub fn lock(table: &str, id: &str) -> String {
    format!("SELECT {COLUMNS} FROM `{table}` s WHERE id=x'{id}' FOR UPDATE NOWAIT")
}

/// Locks and reads as soon as whoever holds the row lets go. rustdb's requests wait in a line outside of InnoDB, for a second at a
/// time; this is the least that waiting can take.
pub fn wait(table: &str, id: &str) -> String {
    format!("SELECT {COLUMNS} FROM `{table}` s WHERE id=x'{id}' FOR UPDATE")
}

/// The same as `lock` later on; id (bytes).
pub fn lock_prepared(table: &str) -> String {
    format!("SELECT {COLUMNS} FROM `{table}` s WHERE id=? FOR UPDATE NOWAIT")
}

/// Ends a cycle that changed nothing.
pub const RELEASE: &str = "ROLLBACK";

/// Ends one that changed something.
pub const COMMIT: &str = "COMMIT";

/// Writes and commits, in one packet. `data` needs no escaping.
pub fn write(table: &str, id: &str, old: u64, new: u64, data: &str) -> String {
    format!(
        "UPDATE `{table}` SET codec=0,expires_at=UNIX_TIMESTAMP()+1500,seen_at=UNIX_TIMESTAMP(),version={new},data=_binary'{data}' \
         WHERE id=x'{id}' AND version={old};{COMMIT}"
    )
}

/// The same for large data: version, data, id (bytes), old version; COMMIT follows in a packet of its own.
pub fn write_prepared(table: &str) -> String {
    format!(
        "UPDATE `{table}` SET codec=0,expires_at=UNIX_TIMESTAMP()+1500,seen_at=UNIX_TIMESTAMP(),version=?,data=? \
         WHERE id=? AND version=?"
    )
}

/// Makes the sessions that the cycles use.
pub fn store(table: &str, id: &str, data: &str) -> String {
    format!(
        "REPLACE INTO `{table}` (id,version,codec,created_at,expires_at,data) \
         VALUES (x'{id}',1,0,UNIX_TIMESTAMP(),UNIX_TIMESTAMP()+1500,_binary'{data}')"
    )
}
