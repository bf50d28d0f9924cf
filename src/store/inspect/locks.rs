//! Who holds sessions, and who waits for them, as far as the account may see: [`super::super::holder`] says what that takes.
//!
//! Everybody sees the processes of the own account, which is that of all web servers; among them are those that stand in
//! [`super::super::line`]. To see holders takes PROCESS, and MariaDB tells of which session only where somebody waits for it.

use std::collections::HashMap;

use super::super::holder::{AGE, CONNECTION, SELECT};
use super::super::sql::{push_digits, rows};
use super::super::{lease, line};
use crate::config::{LockMode, ServerConfig};
use crate::db::{Link, Row};
use crate::error::{Error, Result};
use crate::fact::{Fact, Facts};

/// Rows of a list at most.
const MOST: usize = 200;

/// A request that holds a session or waits for one.
struct Request {
    /// The begin of the session's digest; none where the server does not tell.
    session: Option<String>,
    connection: u64,
    who: String,
    /// None for who comes next: it waits in slices, and the server knows the last of them only.
    seconds: Option<u64>,
}

impl Request {
    /// Takes it from a connection's number, user, host and seconds.
    fn of(row: &Row, session: Option<String>) -> Result<Request> {
        let mut values = row.values();
        let connection = values.number()?;
        let who = format!("{}@{}", values.text()?.escape_debug(), values.text()?.escape_debug());
        let seconds = values.text()?.parse::<i64>().ok().map(|seconds| seconds.max(0).unsigned_abs());
        Ok(Request { session, connection, who, seconds })
    }

    fn fact(self) -> Fact {
        let Request { session, connection, who, seconds } = self;
        Fact::Map(vec![
            ("session", session.into()),
            ("who", format!("connection {connection} of {who}").into()),
            ("seconds", seconds.into()),
        ])
    }
}

/// What is known of holders and of those who wait, on a connection of the pool: up to three round trips.
///
/// # Errors
/// As the server says, but for what it does not let the account see.
pub fn describe(link: &mut Link, config: &ServerConfig, lock: LockMode, mariadb: bool) -> Result<Facts> {
    let lock_fact = ("lock", Fact::from(lock.to_string()));
    if config.leases {
        let holders = leases(link, &config.table)?;
        let why = "who waits for a lease asks again and again, and stands in no list";
        return Ok(vec![lock_fact, ("holders", holders.into()), ("waiters", Fact::None), ("unseen", why.into())]);
    }
    let mut waiters = in_line(link, &config.table)?;
    let (holders, unseen) = match holders(link, &config.table, mariadb, &mut waiters) {
        Ok(holders) => (Some(holders), None),
        Err(Error::Server { code: 1227 | 1142 | 1143 | 1044, message }) => {
            (None, Some(format!("who holds a session is not shown to this account ({message}): GRANT PROCESS ON *.*")))
        }
        Err(error) => return Err(error),
    };
    let list = |requests: Vec<Request>| Fact::List(requests.into_iter().map(Request::fact).collect());
    Ok(vec![
        lock_fact,
        ("holders", holders.map_or(Fact::None, list)),
        ("waiters", list(waiters)),
        ("unseen", unseen.into()),
    ])
}

/// Leases that run, the oldest first.
fn leases(link: &mut Link, table: &str) -> Result<Vec<Fact>> {
    let holder = if link.lease_has_holder {
        "lease_holder,IF(lease_since BETWEEN 1 AND UNIX_TIMESTAMP(),UNIX_TIMESTAMP()-lease_since,0)"
    } else {
        "'',NULL"
    };
    let rows = rows(link.run(&format!(
        "SELECT id,{holder} FROM `{table}{}` WHERE lease_until>UNIX_TIMESTAMP() ORDER BY 3 DESC LIMIT {MOST}",
        lease::SUFFIX
    ))?)?;
    let holders = rows.iter().map(|row| {
        let mut values = row.values();
        let session = start_of(values.bytes()?.unwrap_or_default());
        let who = values.text()?;
        let who = if who.is_empty() { "not told by a table of this age".to_owned() } else { who };
        Ok(Fact::Map(vec![("session", session.into()), ("who", who.into()), ("seconds", values.number().ok().into())]))
    });
    holders.collect()
}

/// Those who stand in line, longest first: their statements have the session's digest.
fn in_line(link: &mut Link, table: &str) -> Result<Vec<Request>> {
    let prefix = line::statement_prefix(table);
    let list = "/*M! information_schema.processlist*/ /*!80022 performance_schema.processlist*/";
    let rows = rows(link.run(&format!(
        "{SELECT} id,user,host,time,SUBSTRING(info,{},8) FROM {list} p \
         WHERE db=DATABASE() AND LEFT(info,{})='{}' ORDER BY time DESC LIMIT {MOST}",
        prefix.len() + 1,
        prefix.len(),
        prefix.replace('\'', "''")
    ))?)?;
    rows.iter().map(|row| Request::of(row, fifth(row))).collect()
}

/// Transactions that hold rows of the table, or, on MariaDB, of this database; who waits for one of them comes to the front of `waiters`.
fn holders(link: &mut Link, table: &str, mariadb: bool, waiters: &mut Vec<Request>) -> Result<Vec<Request>> {
    let waits = rows(link.run(&waits_question(table, mariadb))?)?;
    let mut held = HashMap::new();
    let mut next = Vec::new();
    for row in &waits {
        let mut values = row.values();
        for _ in 0..4 {
            values.text()?;
        }
        let (session, blocker) = (digits(&values.text()?), values.number()?);
        let waiter = Request::of(row, session.clone())?;
        // Behind the first one in InnoDB's own queue others may be listed with each of those before them.
        if !next.iter().any(|known: &Request| known.connection == waiter.connection) {
            next.push(Request { seconds: None, ..waiter });
        }
        held.insert(blocker, session);
    }
    let holding = rows(link.run(&holders_question(table, mariadb))?)?;
    let waits = |connection: u64| next.iter().any(|waiter: &Request| waiter.connection == connection);
    let mut holders = Vec::new();
    for row in &holding {
        let mut holder = Request::of(row, fifth(row).as_deref().and_then(digits))?;
        if let Some(session) = held.get(&holder.connection) {
            holder.session = holder.session.or_else(|| session.clone());
        }
        if !waits(holder.connection) && !holders.iter().any(|known: &Request| known.connection == holder.connection) {
            holders.push(holder);
        }
    }
    waiters.splice(0..0, next);
    Ok(holders)
}

fn waits_question(table: &str, mariadb: bool) -> String {
    let (waits, lock, blocker, requester, place) = match mariadb {
        true => (
            "information_schema.innodb_lock_waits w JOIN information_schema.innodb_locks l ON l.lock_id=w.requested_lock_id",
            "l.lock_index='PRIMARY'",
            "w.blocking_trx_id",
            "w.requesting_trx_id",
            format!("l.lock_table=CONCAT('`',DATABASE(),'`.`{table}`')"),
        ),
        false => (
            "performance_schema.data_lock_waits w JOIN performance_schema.data_locks l \
             ON l.engine_lock_id=w.requesting_engine_lock_id",
            "l.index_name='PRIMARY'",
            "w.blocking_engine_transaction_id",
            "w.requesting_engine_transaction_id",
            format!("l.object_schema=DATABASE() AND l.object_name='{table}'"),
        ),
    };
    format!(
        "{SELECT} p.id,p.user,p.host,NULL,l.lock_data,b.trx_mysql_thread_id FROM {waits} \
         JOIN information_schema.innodb_trx b ON b.trx_id={blocker} JOIN ({CONNECTION}) ON t.trx_id={requester} \
         WHERE {place} AND {lock} LIMIT {MOST}"
    )
}

fn holders_question(table: &str, mariadb: bool) -> String {
    let columns = format!("p.id,p.user,p.host,{AGE}");
    // A session that is being born is a row that was inserted, which counts as locked only where somebody waits for it.
    let holds = "t.trx_state='RUNNING' AND (t.trx_rows_locked>0 OR t.trx_rows_modified>0)";
    match mariadb {
        true => format!(
            "{SELECT} {columns},NULL FROM {CONNECTION} \
             WHERE {holds} AND p.db=DATABASE() ORDER BY t.trx_started LIMIT {MOST}"
        ),
        false => format!(
            "{SELECT} {columns},l.lock_data FROM performance_schema.data_locks l \
             JOIN ({CONNECTION}) ON t.trx_id=l.engine_transaction_id \
             WHERE l.object_schema=DATABASE() AND l.object_name='{table}' AND l.lock_status='GRANTED' \
             AND (l.lock_type='TABLE' OR l.lock_type='RECORD' AND l.index_name='PRIMARY') AND {holds} \
             ORDER BY t.trx_started,l.lock_type LIMIT {MOST}"
        ),
    }
}

fn fifth(row: &Row) -> Option<String> {
    let mut values = row.values();
    for _ in 0..4 {
        values.text().ok()?;
    }
    values.text().ok().filter(|text| !text.is_empty())
}

/// The begin of a digest as InnoDB writes a key, `0x3F9A…`.
fn digits(key: &str) -> Option<String> {
    let digits = key.strip_prefix("0x")?.get(..8)?;
    Some(digits.to_ascii_lowercase())
}

fn start_of(digest: &[u8]) -> String {
    let mut text = String::new();
    push_digits(&mut text, digest.get(..4).unwrap_or_default());
    text
}
