//! The line in which requests wait for one session, outside of InnoDB: a lock by name (`GET_LOCK`), and whoever has it waits for the row.
//!
//! A wait for a row is cut into slices ([`crate::deadline`]), and each begins at the end of InnoDB's queue. There newcomers would pass those
//! that have waited for long, again and again; and a queue of two hundred keeps a MariaDB busy with nothing but taking them out and
//! putting them in. Who waits for a lock by name holds nothing, so that no backup and no switchover waits for it; the line is first come,
//! first served, and a connection that ends leaves it. Where the server refuses such a lock (some clusters' strict modes) everybody waits for
//! the row.

use super::sql::{first_row, push_digits};
use crate::db::Link;
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// Stands in line until all have got the row who came before, for `wait` whole seconds at most. The caller has no transaction open.
///
/// # Errors
/// [`Error::LockTimeout`] after that time.
pub fn enter(link: &mut Link, table: &str, sid: &SessionId, wait: u64) -> Result<()> {
    let mut sql = statement_prefix(table);
    push_rest(&mut sql, sid);
    sql.push_str(&format!(",{wait})"));
    let replies = match link.run(&sql) {
        // It has no locks by name, or sees a deadlock among them.
        Err(Error::Server { .. }) => return Ok(()),
        outcome => outcome?,
    };
    let row = first_row(replies)?;
    match row.as_ref().map(|row| row.values().bytes()).transpose()?.flatten() {
        Some(b"1") => {
            link.in_line = true;
            Ok(())
        }
        Some(b"0") => Err(Error::LockTimeout { seconds: wait, holder: None }),
        _ => Ok(()),
    }
}

/// How the statement of everybody in line begins, before the digits of the session's digest.
pub fn statement_prefix(table: &str) -> String {
    let mut sql = String::from("SELECT GET_LOCK(");
    push_begin(&mut sql, table);
    sql
}

/// The statement by which the first in line lets the next one come, to follow the one that has got the row in its packet.
pub fn push_leave(sql: &mut String, table: &str, sid: &SessionId) {
    sql.push_str(";DO RELEASE_LOCK(");
    push_name(sql, table, sid);
    sql.push(')');
}

/// The lock's name, in the 64 characters that it may have. It is the whole server's: other tables may have a session of that id, too.
fn push_name(sql: &mut String, table: &str, sid: &SessionId) {
    push_begin(sql, table);
    push_rest(sql, sid);
}

fn push_begin(sql: &mut String, table: &str) {
    for part in ["SHA2(CONCAT(DATABASE(),'.", table, "."] {
        sql.push_str(part);
    }
}

fn push_rest(sql: &mut String, sid: &SessionId) {
    push_digits(sql, sid.digest());
    sql.push_str("'),256)");
}

/// Leaves the line without the row. A connection that fails is closed, which leaves it as well.
pub fn leave(link: &mut Link, table: &str, sid: &SessionId) {
    if link.in_line {
        let mut sql = String::from("DO 0");
        push_leave(&mut sql, table, sid);
        match link.run(&sql) {
            Ok(_) => link.in_line = false,
            Err(_) => link.close(),
        }
    }
}
