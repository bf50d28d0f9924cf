//! The row lock protocol: the session is one InnoDB row, locked by `SELECT … FOR UPDATE` in a transaction that lives from session_start()
//! to session_write_close().
//!
//! Waiters queue inside the server, first come, first served ([`super::line`]). A session that does not exist yet is locked by its
//! uncommitted placeholder row, so that the second of two first requests waits just like any other.

use super::line;
use super::mark::End;
use super::read::{Row, found, push_columns_where, push_select, select_prepared};
use super::sql::{Statement, hex, push_hex};
use super::write::{Base, Lifetime, Write, push_touch, push_update};
use crate::db::Link;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// Who may know the id of a session that is about to be born.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A client sent it, so two first requests may race for it.
    Client,
    /// We have just made it: nobody else knows it.
    Ours,
}

/// What [`birth`] found instead of nothing, or that it succeeded.
pub enum Birth {
    /// Our placeholder, of this version, holds the lock.
    Placeholder(u64),
    /// Another request was first: its row, locked by us now.
    Existing(Row),
}

/// Locks the row, which begins a transaction (autocommit is off); none when there is no row, and then nothing is locked.
///
/// A row that nobody has is locked at once. Else, and where `wait` is not 0, this stands in line with those who wait for it, and waits for the
/// row itself for a slice; tried again after that, it goes on where it was. For the line, and for a lock of the whole table or server, it
/// waits as many whole seconds as `wait` says. Three round trips more than without a wait, and one for each slice. A transaction that is still
/// open on this connection is rolled back first, in the same packet.
///
/// # Errors
/// [`Error::LockTimeout`] when another transaction holds the row.
pub fn lock(link: &mut Link, table: &str, sid: &SessionId, wait: u64) -> Result<Option<Row>> {
    let deadline = Deadline::after(wait);
    if !link.in_line {
        // A lock of the whole table or server takes MySQL's NOWAIT as long as any other statement.
        match lock_now(link, table, sid) {
            Err(Error::LockTimeout { .. }) if !deadline.is_over() => {
                line::enter(link, table, sid, deadline.left())?;
            }
            outcome => return outcome,
        }
    }
    let wait = deadline.left();
    if wait == 0 {
        return Err(Error::LockTimeout { seconds: wait, holder: None });
    }
    let mut sql = link.take_buffer();
    push_begin(&mut sql, link);
    push_verb(&mut sql, link, "SELECT", wait);
    push_columns_where(&mut sql, link, table);
    push_hex(&mut sql, sid.digest());
    sql.push_str(" FOR UPDATE");
    if link.in_line {
        line::push_leave(&mut sql, table, sid);
    }
    let replies = link.run_buffer(sql)?;
    link.in_line = false;
    found(link, table, replies)
}

/// `innodb_lock_wait_timeout=0` means at once on MariaDB and is not possible on MySQL; NOWAIT means at once on both.
const AT_ONCE: &str = " FOR UPDATE NOWAIT";

fn lock_now(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    if !link.in_transaction {
        link.begin();
        if let Some(row) = select_prepared(link, table, sid, AT_ONCE)? {
            return Ok(row);
        }
        link.in_transaction = false;
    }
    let mut sql = link.take_buffer();
    push_begin(&mut sql, link);
    push_select(&mut sql, link, table, sid);
    sql.push_str(AT_ONCE);
    let replies = link.run_buffer(sql)?;
    found(link, table, replies)
}

/// The first statement begins a transaction by itself; one that is open may have locks that nobody wants any more.
fn push_begin(sql: &mut String, link: &mut Link) {
    if link.in_transaction {
        sql.push_str("ROLLBACK;");
    }
    link.begin();
}

/// The beginning of a statement that waits for a lock of the whole table or server as long as a deadline has left, which may be less than
/// the session is set for. The first comment is for MariaDB, the second one for MySQL, and neither for the other.
fn push_verb(sql: &mut String, link: &Link, verb: &str, wait: u64) {
    if wait == 0 || wait >= link.lock_wait {
        sql.push_str(verb);
        sql.push(' ');
    } else {
        sql.push_str(&format!(
            "/*M! SET STATEMENT lock_wait_timeout={wait} FOR */ {verb} /*+ SET_VAR(lock_wait_timeout={wait}) */ "
        ));
    }
}

/// Locks a session that does not exist by inserting its placeholder, uncommitted.
///
/// For an id of ours this begins the transaction. For a client's id it follows a [`lock`] that found nothing, and the insert may wait for
/// another request's placeholder: of the statements tried for that, this one has no deadlock as long as somebody commits (INSERT IGNORE
/// always has).
///
/// # Errors
/// As [`lock`]; [`Error::Server`] 1062 when an id of ours exists after all.
pub fn birth(link: &mut Link, table: &str, sid: &SessionId, origin: Origin, version: u64, wait: u64) -> Result<Birth> {
    let mut sql = String::with_capacity(512);
    if origin == Origin::Ours {
        push_begin(&mut sql, link);
    }
    // Should anything ever commit a placeholder, it is an expired row, of plain data, that nobody sees and gc takes.
    let id = hex(sid.digest());
    push_verb(&mut sql, link, "INSERT", wait);
    sql += &format!(
        "INTO `{table}` (id,version,codec,created_at,expires_at,data) VALUES ({id},{version},0,UNIX_TIMESTAMP(),0,'')"
    );
    if origin == Origin::Ours {
        link.run(&sql)?;
        return Ok(Birth::Placeholder(version));
    }
    sql.push_str(" ON DUPLICATE KEY UPDATE id=id;");
    push_select(&mut sql, link, table, sid);
    sql.push_str(" FOR UPDATE");
    let replies = link.run(&sql)?;
    match found(link, table, replies)? {
        Some(row) if row.version == version => Ok(Birth::Placeholder(version)),
        // It was the INSERT that waited: the SELECT had the row at once.
        Some(row) => Ok(Birth::Existing(Row { asked_at: row.read_at, ..row })),
        None => Err(Error::Nonsense("a row that was just inserted is not there".into())),
    }
}

/// Writes and commits, which frees the lock. `base` names the locked row: its version, or that of the placeholder. False when the row is
/// not that one any more; then nothing was written.
///
/// Two round trips more for a large session's first write on a connection, one more for its others.
///
/// # Errors
/// After [`Error::lost_transaction`] the write may or may not have happened.
pub fn write(link: &mut Link, table: &str, sid: &SessionId, base: Base, locked: u64, new: &Write<'_>) -> Result<bool> {
    let mut sql = Statement::of(link, new.data);
    push_update(&mut sql, link, table, sid, (base, locked), new);
    sql.commit(new.label.statement(table, "=1"));
    Ok(sql.run(link)? == 1)
}

/// Moves the expiry of an unchanged session and commits, which frees the lock. False when the row is not of this version any more.
pub fn touch(link: &mut Link, table: &str, sid: &SessionId, version: u64, lifetime: Lifetime) -> Result<bool> {
    let mut sql = Statement::of(link, b"");
    push_touch(&mut sql, link, table, sid, version, lifetime);
    sql.commit(None);
    Ok(sql.run(link)? == 1)
}

/// Ends the session of the locked row, or placeholder, and commits.
pub fn destroy(link: &mut Link, table: &str, sid: &SessionId, end: End) -> Result<()> {
    link.run(&(end.statement(table, sid) + ";COMMIT"))?;
    link.in_transaction = false;
    Ok(())
}
