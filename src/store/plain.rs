//! Statements without locks: reads that wait for nobody, the writes of `rustdb.lock=none`, and the
//! deletion of a session that this request does not hold. One round trip each.

use std::fmt::Write as _;

use super::label;
use super::mark::{End, NO_MARK};
use super::row::{Base, Write};
use super::{
    Lifetime, PREPARE_FROM, Row, affected, execute, found, id_literal, push_data, push_hex, push_select,
    select_prepared, touch_statement,
};
use crate::db::{Cluster, Link, Param, Reply};
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// Reads the row as last committed. On a connection with an open transaction that is READ
/// COMMITTED's plain read too: it waits for no lock and takes none.
///
/// # Errors
/// As the server says.
pub fn read(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    // Not where a session is locked: a server that would rather not prepare it takes the lock.
    if link.queries()
        && !link.in_transaction
        && let Some(row) = select_prepared(link, table, sid, "")?
    {
        return Ok(row);
    }
    let mut sql = link.take_buffer();
    push_select(&mut sql, link, table, sid);
    let replies = link.run_buffer(sql)?;
    found(link, table, replies)
}

/// Reads the row as any node of the cluster has last committed it: this node first applies what the
/// others have written. On a single server that is what [`read`] does.
///
/// # Errors
/// As the server says.
pub fn read_causal(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    if link.cluster == Cluster::No {
        return read(link, table, sid);
    }
    let mut sql = String::with_capacity(512);
    push_select(&mut sql, link, table, sid);
    let replies = run_causal(link, &sql)?;
    found(link, table, replies)
}

/// Runs a SELECT that sees what any node of the cluster has committed.
///
/// # Errors
/// As the server says.
pub(super) fn run_causal(link: &mut Link, select: &str) -> Result<Vec<Reply>> {
    let sql = match link.cluster {
        Cluster::No => return link.run(select),
        Cluster::Galera => {
            format!("SET SESSION wsrep_sync_wait=1;{select};SET SESSION wsrep_sync_wait=0")
        }
        // A hint in the statement (SET_VAR) has no effect on this variable.
        Cluster::Group => format!(
            "SET SESSION group_replication_consistency='BEFORE';{select};\
             SET SESSION group_replication_consistency=DEFAULT"
        ),
    };
    let cluster = link.cluster;
    link.run(&sql)
        .inspect_err(|_| {
            // The setting may have stayed: the next request gets a new connection.
            link.outdated = true;
        })
        .map_err(|cause| match cause {
            // It waits for no row. Galera says that the wait for the others was in vain: the node has lost them.
            Error::LockTimeout { .. } if cluster == Cluster::Galera => {
                Error::Killed { code: 1205, message: "it waited in vain for what other nodes have written".into() }
            }
            cause => cause,
        })
}

/// Writes whatever is there or not: the last write wins. Running it again does no harm. `base` is what was
/// read. False where the session's label is gone, or a mark in the row's place; then nothing was written. Nor is it where the mark is set at
/// the same moment, which the server does not tell: the session's end came last.
///
/// # Errors
/// As the server says.
pub fn replace(link: &mut Link, table: &str, sid: &SessionId, base: Base, new: &Write<'_>) -> Result<bool> {
    let Write { codec, data, version, lifetime, tie } = *new;
    // A mark that was read as over is one that may be replaced.
    let (reborn, over) = match base {
        Base::Expired(version) => (true, version),
        _ => (false, 0),
    };
    // A mark may be set while the INSERT waits for the row: the condition in front of it does not see that one. Whether the row may be replaced
    // is the same for each column, because the assignments to those that it looks at come last, and make it no other.
    let may = format!("({NO_MARK} OR version={over})");
    let set = |column: &str, value: &str| format!("{column}=IF({may},{value},{column})");
    // Who has no handle leaves alone what another request has put there, unless that session is over.
    let seen_at = || format!(",{}", set("seen_at", "VALUES(seen_at)"));
    let (columns, values, updates) = match (link.knows_handles, tie.handle()) {
        (_, Some(_)) => {
            (",seen_at,handle", ",UNIX_TIMESTAMP(),?", format!("{},{}", seen_at(), set("handle", "VALUES(handle)")))
        }
        (false, None) => ("", "", String::new()),
        (true, None) if reborn => (",seen_at", ",UNIX_TIMESTAMP()", format!("{},{}", seen_at(), set("handle", "NULL"))),
        (true, None) => (",seen_at", ",UNIX_TIMESTAMP()", seen_at()),
    };
    let head = format!(
        "INSERT INTO `{table}` (created_at,id,codec,version,expires_at{columns},data) \
         SELECT UNIX_TIMESTAMP(),"
    );
    // created_at stands first, so that it still sees the old row's expiry, and the new expiry sees it.
    let (live, expiry) = match lifetime.absolute {
        None => (String::new(), "VALUES(expires_at)".to_owned()),
        Some(limit) => (
            format!(" AND created_at+{limit}>UNIX_TIMESTAMP()"),
            format!("LEAST(UNIX_TIMESTAMP()+{},created_at+{limit})", lifetime.seconds),
        ),
    };
    let created = format!("IF(expires_at>UNIX_TIMESTAMP(){live},created_at,VALUES(created_at))");
    let tail = format!(
        " ON DUPLICATE KEY UPDATE {}{updates},{},{},{},{}",
        set("created_at", &created),
        set("data", "VALUES(data)"),
        set("expires_at", &expiry),
        set("codec", "VALUES(codec)"),
        set("version", "VALUES(version)"),
    );
    let seconds = lifetime.of_newborn().seconds;
    let label = tie.label_statement(table, ">0");
    if data.len() < PREPARE_FROM {
        let mut sql = match label {
            Some(_) => format!("START TRANSACTION;{head}"),
            None => head,
        };
        sql.push_str(&id_literal(sid));
        sql.push_str(&format!(",{codec},{version},UNIX_TIMESTAMP()+{seconds}"));
        sql.push_str(&values.replace('?', &tie.handle_literal()));
        sql.push(',');
        push_data(&mut sql, data);
        push_no_mark(&mut sql, table);
        push_hex(&mut sql, sid.digest());
        let _ = write!(sql, " AND m.version<>{over})");
        tie.push_condition(&mut sql, table);
        sql.push_str(&tail);
        let at = usize::from(label.is_some());
        if let Some(label) = label {
            sql.push(';');
            sql.push_str(&label);
            sql.push_str(";COMMIT");
        }
        return Ok(affected(&link.run(&sql)?, at)? > 0);
    }
    let (handle, needed) = (tie.handle(), tie.needs());
    let mut parameters = vec![
        Param::Bytes(sid.digest()),
        Param::Number(u64::from(codec)),
        Param::Number(version),
        Param::Number(seconds),
    ];
    parameters.extend(handle.iter().map(|handle| Param::Bytes(&handle.0)));
    parameters.extend([Param::Bytes(data), Param::Bytes(sid.digest()), Param::Number(over)]);
    let mut sql = format!("{head}?,?,?,UNIX_TIMESTAMP()+?{values},?");
    push_no_mark(&mut sql, table);
    sql.push_str("? AND m.version<>?)");
    if let Some(needed) = &needed {
        label::push_exists(&mut sql, table);
        sql.push_str("?)");
        parameters.push(Param::Bytes(&needed.0));
    }
    sql.push_str(&tail);
    let Some(label) = label else {
        return Ok(execute(link, &sql, &parameters)? > 0);
    };
    link.in_transaction = true;
    link.run("START TRANSACTION")?;
    let written = execute(link, &sql, &parameters)?;
    link.run(&(label + ";COMMIT"))?;
    link.in_transaction = false;
    Ok(written > 0)
}

/// The condition of an INSERT … SELECT that there is no mark in the row's place; the row's id, and the version of one that does not count,
/// follow.
fn push_no_mark(sql: &mut String, table: &str) {
    for part in [" FROM DUAL WHERE NOT EXISTS(SELECT 1 FROM `", table, "` m WHERE NOT ", NO_MARK, " AND m.id="] {
        sql.push_str(part);
    }
}

/// Moves the expiry of a row that still is of this version; false when it is not.
///
/// # Errors
/// As the server says.
pub fn touch(link: &mut Link, table: &str, sid: &SessionId, version: u64, lifetime: Lifetime) -> Result<bool> {
    let sql = touch_statement(link, table, sid, version, lifetime);
    Ok(affected(&link.run(&sql)?, 0)? == 1)
}

/// Ends a session that this request does not hold, if there is one, after whoever holds it. `version` is a random value.
///
/// # Errors
/// As the server says.
pub fn destroy(link: &mut Link, table: &str, sid: &SessionId, end: End, version: u64) -> Result<()> {
    link.run(&end.statements(table, sid, version)).map(drop)
}

/// Ends the session if its row still is of this version; false when there is one of another.
///
/// # Errors
/// As the server says.
pub fn destroy_version(link: &mut Link, table: &str, sid: &SessionId, end: End, version: u64) -> Result<bool> {
    let end = end.statement(table, sid);
    link.run(&format!("{end} AND version={version}"))?;
    Ok(read(link, table, sid)?.is_none_or(|row| row.mark().is_some()))
}
