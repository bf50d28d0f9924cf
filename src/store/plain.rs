//! Statements without locks: reads that wait for nobody, the writes of `rustdb.lock=none` and those of `rustdb.lock=merge` that meet no
//! other, and the end of a session that this request does not hold.

use super::mark::{End, NO_MARK};
use super::read::{Row, found, push_select, run_causal, select_prepared};
use super::sql::{Statement, affected, hex};
use super::write::{Base, Lifetime, Write, push_insert, push_touch, push_update};
use crate::db::{Cluster, Link};
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// Reads the row as last committed. On a connection with an open transaction that is READ COMMITTED's plain read too: it waits for no lock
/// and takes none.
pub fn read(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    // Not where a session is locked: a server that would rather not prepare it takes the lock.
    if !link.in_transaction
        && let Some(row) = select_prepared(link, table, sid, "")?
    {
        return Ok(row);
    }
    let mut sql = link.take_buffer();
    push_select(&mut sql, link, table, sid);
    let replies = link.run_buffer(sql)?;
    found(link, table, replies)
}

/// Reads the row as any node of the cluster has last committed it: this node first applies what the others have written.
pub fn read_causal(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    if link.cluster == Cluster::No {
        return read(link, table, sid);
    }
    let mut sql = String::new();
    push_select(&mut sql, link, table, sid);
    let replies = run_causal(link, &sql)?;
    found(link, table, replies)
}

/// Writes whatever is there or not: the last write wins. Running it again does no harm. `base` is what was read.
///
/// False where the session's label is gone, or a mark in the row's place; then nothing was written. Nor is it where the mark is set at the
/// same moment, which the server does not tell: the session's end came last.
pub fn replace(link: &mut Link, table: &str, sid: &SessionId, base: Base, new: &Write<'_>) -> Result<bool> {
    // A mark that was read as over is one that may be replaced.
    let (reborn, over) = match base {
        Base::Expired(version) => (true, version),
        _ => (false, 0),
    };
    link.set_autocommit(true);
    let label = new.label.statement(table, ">0");
    let mut sql = Statement::of(link, new.data);
    if label.is_some() {
        sql.begin(link, None)?;
    }
    push_insert(&mut sql, link, table, sid, new);
    // There is no mark in the row's place.
    sql.text("NOT EXISTS(SELECT 1 FROM `").text(table).text("` m WHERE NOT ").text(NO_MARK).text(" AND m.id=");
    sql.bytes(sid.digest()).text(" AND m.version<>").number(over).text(")");
    new.label.push_condition(&mut sql, table);
    // A mark may be set while the INSERT waits for the row: the condition in front of it does not see that one. Whether the row may be replaced
    // is the same for each column, because the assignments to those that it looks at come last, and make it no other.
    let may = format!("({NO_MARK} OR version={over})");
    let mut set = |before: &str, column: &str, value: &str| {
        sql.text(before).text(column).text("=IF(").text(&may).text(",").text(value).text(",").text(column).text(")");
    };
    // Who gives the session no lifetime leaves it the one that another request has given it, unless that session is over.
    let Lifetime { usual, own, sets_own, slack, absolute } = new.lifetime;
    let sets_own = sets_own || reborn && link.knows_lifetimes;
    let seconds = match link.knows_lifetimes && !sets_own {
        true => format!("IF(lifetime>0,lifetime+{slack},{usual})"),
        false => new.lifetime.seconds().to_string(),
    };
    // created_at stands first, so that it still sees the old row's expiry, and the new expiry sees it.
    let (live, expiry) = match absolute {
        None => (String::new(), format!("UNIX_TIMESTAMP()+{seconds}")),
        Some(limit) => (
            format!(" AND created_at+{limit}>UNIX_TIMESTAMP()"),
            format!("LEAST(UNIX_TIMESTAMP()+{seconds},created_at+{limit})"),
        ),
    };
    let created = format!("IF(expires_at>UNIX_TIMESTAMP(){live},created_at,VALUES(created_at))");
    set(" ON DUPLICATE KEY UPDATE ", "created_at", &created);
    if link.knows_handles {
        set(",", "seen_at", "VALUES(seen_at)");
    }
    // Who has no handle leaves alone what another request has put there, unless that session is over.
    if new.label.handle().is_some() {
        set(",", "handle", "VALUES(handle)");
    } else if reborn && link.knows_handles {
        set(",", "handle", "NULL");
    }
    // The expiry sees it.
    if sets_own {
        set(",", "lifetime", &own.to_string());
    }
    for (column, value) in
        [("data", "VALUES(data)"), ("expires_at", &expiry), ("codec", "VALUES(codec)"), ("version", "VALUES(version)")]
    {
        set(",", column, value);
    }
    if label.is_some() {
        sql.commit(label);
    }
    Ok(sql.run(link)? > 0)
}

/// Writes where the row still is the one that was read, or where there is none if none was found; false where it is not so, and then nothing
/// was written. With a first or another label it takes a transaction, of one packet.
///
/// # Errors
/// [`Error::Server`] 1062 where there is a row and none was read. After [`Error::lost_transaction`] the write may or may not have happened.
pub fn write(link: &mut Link, table: &str, sid: &SessionId, base: Base, new: &Write<'_>) -> Result<bool> {
    link.set_autocommit(true);
    let label = new.label.statement(table, "=1");
    let mut sql = Statement::of(link, new.data);
    if label.is_some() {
        sql.begin(link, None)?;
    }
    match base {
        Base::Nothing => {
            push_insert(&mut sql, link, table, sid, new);
            sql.text("1=1");
            new.label.push_condition(&mut sql, table);
        }
        Base::Live(version) | Base::Expired(version) => {
            push_update(&mut sql, link, table, sid, (base, version), new);
        }
        Base::GivenUp => return Ok(false),
    }
    if label.is_some() {
        sql.commit(label);
    }
    Ok(sql.run(link)? == 1)
}

/// Moves the expiry of a row that still is of this version; false when it is not. A row that another request has locked is left to that one,
/// which sees to its expiry as well: an unchanged session is nothing to wait for.
pub fn touch(link: &mut Link, table: &str, sid: &SessionId, version: u64, lifetime: Lifetime) -> Result<bool> {
    let mut sql = Statement::of(link, b"");
    let lock = format!("SELECT 1 FROM `{table}` WHERE id={} FOR UPDATE NOWAIT", hex(sid.digest()));
    sql.begin(link, Some(&lock))?;
    push_touch(&mut sql, link, table, sid, version, lifetime);
    sql.commit(None);
    match sql.run(link) {
        Err(Error::LockTimeout { .. }) => Ok(false),
        touched => Ok(touched? == 1),
    }
}

/// Ends a session that this request does not hold, if there is one, after whoever holds it. `version` is a random value.
pub fn destroy(link: &mut Link, table: &str, sid: &SessionId, end: End, version: u64) -> Result<()> {
    link.run(&end.statements(table, sid, version)).map(drop)
}

/// Ends the session if its row still is of this version; false when it is not.
pub fn destroy_version(link: &mut Link, table: &str, sid: &SessionId, end: End, version: u64) -> Result<bool> {
    let end = end.statement(table, sid);
    Ok(affected(&link.run(&format!("{end} AND version={version}"))?, 0)? == 1)
}

/// Leaves the mark of an end where no session was ever stored; false where there is a row by now, and then nothing was done. `version` is a
/// random value.
pub fn mark_unborn(link: &mut Link, table: &str, sid: &SessionId, end: End, version: u64) -> Result<bool> {
    let Some(insertion) = end.insertion(table, sid, version) else {
        return Ok(true);
    };
    match link.run(&insertion) {
        Ok(_) => Ok(true),
        Err(Error::Server { code: 1062, .. }) => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// Whether there is no session, or none any more.
pub fn is_over(link: &mut Link, table: &str, sid: &SessionId) -> Result<bool> {
    Ok(read(link, table, sid)?.is_none_or(|row| row.mark().is_some()))
}
