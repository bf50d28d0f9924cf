//! The row lock protocol: the session is one InnoDB row, locked by `SELECT … FOR UPDATE` in a
//! transaction that lives from session_start() to session_write_close().
//!
//! Waiters queue inside the server, first come, first served ([`super::line`]). A session that does not exist yet is
//! locked by its uncommitted placeholder row, so that the second of two first requests waits just
//! like any other. Each function here is one round trip, except where it says otherwise.

use std::fmt::Write as _;

use super::label::{self, Tie};
use super::line;
use super::mark::End;
use super::{
    Lifetime, PREPARE_FROM, Row, affected, execute, found, id_literal, push_columns_where, push_data, push_hex,
    push_number, push_select, seen, select_prepared, touch_statement,
};
use crate::codec::PLAIN;
use crate::db::{Link, Param};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// The row that a write builds upon, as the request that writes found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// No row; a placeholder may stand in for it.
    Nothing,
    /// A live row of this version.
    Live(u64),
    /// An expired row of this version: a write makes a new session of it.
    Expired(u64),
    /// A mark: what was read, if anything, is not to be written.
    GivenUp,
}

impl Base {
    /// What a row that was just read is to the next write, where sessions live for `absolute` seconds at most.
    pub fn of(row: &Row, absolute: Option<u64>) -> Base {
        if row.is_live(absolute) { Base::Live(row.version) } else { Base::Expired(row.version) }
    }
}

/// The new contents of a row.
pub struct Write<'a> {
    /// How `data` is stored, and `data` as it is stored.
    pub codec: u8,
    pub data: &'a [u8],
    /// The random value that marks this write.
    pub version: u64,
    pub lifetime: Lifetime,
    /// What becomes of its label.
    pub tie: Tie<'a>,
}

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
/// A row that nobody has is locked at once. Else, and where `wait` is not 0, this stands in line with those who wait for it, and waits
/// for the row itself for a slice; tried again after that, it goes on where it was. For the line, and for a lock of the whole table or
/// server, it waits as many whole seconds as `wait` says. Three round trips more than without a wait, and one for each slice.
///
/// A transaction that is still open on this connection is rolled back first, in the same packet.
///
/// # Errors
/// [`Error::LockTimeout`] when another transaction holds the row, or as the server says.
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

/// `innodb_lock_wait_timeout=0` means at once on MariaDB and is not possible on MySQL; NOWAIT means at once
/// on both.
const AT_ONCE: &str = " FOR UPDATE NOWAIT";

fn lock_now(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    if !link.in_transaction {
        link.in_transaction = true;
        if link.queries()
            && let Some(row) = select_prepared(link, table, sid, AT_ONCE)?
        {
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
    link.in_transaction = true;
}

/// The beginning of a statement that waits for a lock of the whole table or server as long as a deadline has left, which may be less than
/// the session is set for. The first comment is for MariaDB, the second one for MySQL, and neither for the other.
fn push_verb(sql: &mut String, link: &Link, verb: &str, wait: u64) {
    let _ = if wait == 0 || wait >= link.lock_wait {
        write!(sql, "{verb} ")
    } else {
        write!(
            sql,
            "/*M! SET STATEMENT lock_wait_timeout={wait} FOR */ {verb} /*+ SET_VAR(lock_wait_timeout={wait}) */ "
        )
    };
}

/// Locks a session that does not exist by inserting its placeholder, uncommitted.
///
/// For an id of ours this begins the transaction. For a client's id it follows a [`lock`] that
/// found nothing, and the insert may wait for another request's placeholder: of the statements
/// tried for that, this one has no deadlock as long as somebody commits (INSERT IGNORE always has).
///
/// # Errors
/// As [`lock`]; [`Error::Server`] 1062 when an id of ours exists after all.
pub fn birth(link: &mut Link, table: &str, sid: &SessionId, origin: Origin, version: u64, wait: u64) -> Result<Birth> {
    let mut sql = String::with_capacity(512);
    if origin == Origin::Ours {
        push_begin(&mut sql, link);
    }
    // Should anything ever commit a placeholder, it is an expired row that nobody sees and gc takes.
    let id = id_literal(sid);
    push_verb(&mut sql, link, "INSERT", wait);
    let _ = write!(
        sql,
        "INTO `{table}` (id,version,codec,created_at,expires_at,data) \
         VALUES ({id},{version},{PLAIN},UNIX_TIMESTAMP(),0,'')"
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

/// Writes and commits, which frees the lock. `base` names the locked row: its version, or that of
/// the placeholder. False when the row is not that one any more; then nothing was written.
///
/// Two round trips more for a large session's first write on a connection, one more for its others.
///
/// # Errors
/// As the server says. After [`Error::lost_transaction`] the write may or may not have happened.
pub fn write(link: &mut Link, table: &str, sid: &SessionId, base: Base, locked: u64, new: &Write<'_>) -> Result<bool> {
    let Write { codec, data, version, lifetime, tie } = *new;
    let label = tie.label_statement(table, "=1");
    // An expired row's next session is another session: it starts its life now.
    let reborn = matches!(base, Base::Expired(_));
    let (lifetime, created) =
        if reborn { (lifetime.of_newborn(), ",created_at=UNIX_TIMESTAMP()") } else { (lifetime, "") };
    if data.len() < PREPARE_FROM {
        let mut sql = link.take_buffer();
        for part in ["UPDATE `", table, "` SET codec="] {
            sql.push_str(part);
        }
        push_number(&mut sql, u64::from(codec));
        sql.push_str(created);
        sql.push_str(",expires_at=");
        lifetime.push(&mut sql, "created_at", |sql| push_number(sql, lifetime.seconds));
        sql.push_str(seen(link));
        if let Some(handle) = tie.handle() {
            sql.push_str(",handle=");
            handle.push(&mut sql);
        } else if reborn && link.knows_handles {
            sql.push_str(",handle=NULL");
        }
        sql.push_str(",version=");
        push_number(&mut sql, version);
        sql.push_str(",data=");
        push_data(&mut sql, data);
        sql.push_str(" WHERE id=");
        push_hex(&mut sql, sid.digest());
        sql.push_str(" AND version=");
        push_number(&mut sql, locked);
        tie.push_condition(&mut sql, table);
        if let Some(label) = label {
            sql.push(';');
            sql.push_str(&label);
        }
        return commit(link, sql);
    }
    let mut sql = format!("UPDATE `{table}` SET codec=?{created},expires_at=");
    lifetime.push(&mut sql, "created_at", |sql| sql.push('?'));
    sql.push_str(seen(link));
    sql.push_str(",version=?,data=?");
    sql.push_str(match tie.handle() {
        Some(_) => ",handle=?",
        None if reborn && link.knows_handles => ",handle=NULL",
        None => "",
    });
    sql.push_str(" WHERE id=? AND version=?");
    let mut parameters = vec![
        Param::Number(u64::from(codec)),
        Param::Number(lifetime.seconds),
        Param::Number(version),
        Param::Bytes(data),
    ];
    let (handle, needed) = (tie.handle(), tie.needs());
    parameters.extend(handle.iter().map(|handle| Param::Bytes(&handle.0)));
    parameters.extend([Param::Bytes(sid.digest()), Param::Number(locked)]);
    if let Some(needed) = &needed {
        label::push_exists(&mut sql, table);
        sql.push_str("?)");
        parameters.push(Param::Bytes(&needed.0));
    }
    if execute(link, &sql, &parameters)? != 1 {
        link.rollback()?;
        return Ok(false);
    }
    match label {
        Some(label) => link.run(&format!("{label};COMMIT"))?,
        None => link.run("COMMIT")?,
    };
    link.in_transaction = false;
    Ok(true)
}

/// Sends one statement, and perhaps that of its label, and COMMIT, and says whether the statement found its row.
fn commit(link: &mut Link, mut sql: String) -> Result<bool> {
    sql.push_str(";COMMIT");
    let replies = link.run_buffer(sql)?;
    link.in_transaction = false;
    Ok(affected(&replies, 0)? == 1)
}

/// Moves the expiry of an unchanged session and commits, which frees the lock. False when the row
/// is not of this version any more.
///
/// # Errors
/// As the server says.
pub fn touch(link: &mut Link, table: &str, sid: &SessionId, version: u64, lifetime: Lifetime) -> Result<bool> {
    let sql = touch_statement(link, table, sid, version, lifetime);
    commit(link, sql)
}

/// Ends the session of the locked row, or placeholder, and commits.
///
/// # Errors
/// As the server says.
pub fn destroy(link: &mut Link, table: &str, sid: &SessionId, end: End) -> Result<()> {
    commit(link, end.statement(table, sid)).map(drop)
}
