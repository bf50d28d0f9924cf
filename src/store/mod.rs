//! All SQL, and nothing but: each function is one exchange with the server over a given [`Link`].
//!
//! `setup` prepares a connection and checks the table, `row` is the row lock protocol, `line` is where requests wait for a row,
//! `plain` reads and writes without locks, `mark` is what stays of an id that was given up, `id_secret` keeps what ids are signed with,
//! `lease` keeps leases, `label` ties sessions to labels, `holder` finds out who has a row locked, `gc` deletes what has expired, `ticket`
//! keeps tickets. What they share stands here.

pub mod gc;
pub mod holder;
pub mod id_secret;
pub mod label;
pub mod lease;
pub mod line;
pub mod mark;
pub mod plain;
pub mod row;
pub mod setup;
mod sql;
pub mod ticket;

use std::fmt::Write as _;
use std::time::Instant;

use crate::db::{Link, Param, Reply, Statements};
use crate::error::{Error, Result};
use crate::sid::SessionId;
use label::Handle;
use mark::{GONE, MARK, Mark, NOW_MICROS};
use sql::{id_literal, push_data, push_digits, push_hex, push_in_list, push_number};

/// From this size on, data goes as the parameter of a prepared statement: that costs a third round
/// trip and saves escaping it and having the server parse it. At 64 KB on a local socket the
/// prepared way takes 0.7 of the time, at 1 KB it takes longer.
const PREPARE_FROM: usize = 32 * 1024;

/// What a pool's connections are told and asked.
pub static STATEMENTS: Statements = Statements {
    prepare: setup::prepare,
    adapt: setup::adapt,
    renew: |link, config, sid, owner| lease::renew(link, &lease::Place::of(config, sid, owner)),
    release: |link, config, sid, owner, forget| lease::release(link, &lease::Place::of(config, sid, owner), forget),
};

/// A session's row as a request found it.
#[derive(Debug, Clone)]
pub struct Row {
    pub version: u64,
    /// How `data` is stored: see [`crate::codec`].
    pub codec: u8,
    /// Unix seconds by the server's clock, like `expires_at`; of a mark, the microseconds at which it was set.
    pub created_at: u64,
    pub expires_at: u64,
    /// The server's clock at the start of the statement that read the row, in microseconds.
    pub now_micros: u64,
    /// When that statement was sent.
    pub asked_at: Instant,
    /// When the answer came, to know the server's clock later on.
    pub read_at: Instant,
    /// Its label is gone: somebody has signed the session out ([`label`]).
    pub revoked: bool,
    /// Names the session where it was labelled; none where that label is gone, and then it counts as expired.
    pub handle: Option<Handle>,
    pub label: Option<Vec<u8>>,
    pub data: Vec<u8>,
}

impl Row {
    /// An expired row is a session that does not exist any more; gc has just not come by. One that was born
    /// longer than `absolute` seconds ago is expired too, whatever its expiry says.
    pub fn is_live(&self, absolute: Option<u64>) -> bool {
        self.expires_at.min(self.last_end(absolute)) > self.now()
    }

    /// What this row is where it holds no session, but says what has become of it.
    pub fn mark(&self) -> Option<Mark> {
        let is_mark = self.codec >= MARK && self.expires_at <= self.now() && !self.revoked;
        is_mark.then_some(match self.codec {
            GONE => Mark::Gone,
            _ => Mark::Regenerated,
        })
    }

    /// Whether its id was given up, and so is not to be known again.
    pub fn is_given_up(&self) -> bool {
        self.revoked || self.mark().is_some()
    }

    fn now(&self) -> u64 {
        self.now_micros / 1_000_000
    }

    /// When the session ends at the latest, in unix seconds.
    pub fn last_end(&self, absolute: Option<u64>) -> u64 {
        absolute.map_or(u64::MAX, |seconds| self.created_at.saturating_add(seconds))
    }

    /// The server's clock as of this moment, in unix seconds.
    pub fn server_now(&self) -> u64 {
        self.now() + self.read_at.elapsed().as_secs()
    }
}

/// The columns of a read, in the order in which [`found`] takes them. The statement knows the sessions' table as `alias`.
fn push_columns(sql: &mut String, link: &Link, table: &str, alias: &str) {
    sql.push_str("version,codec,created_at,expires_at,");
    sql.push_str(NOW_MICROS);
    sql.push(',');
    if link.has_labels {
        sql.push_str("handle");
        label::push_column(sql, table, alias);
        sql.push(',');
    } else if link.knows_handles {
        sql.push_str("handle,");
    }
    sql.push_str("data");
}

/// The SELECT of a session's row, up to its id.
fn push_select_where(sql: &mut String, link: &Link, table: &str) {
    sql.push_str("SELECT ");
    push_columns_where(sql, link, table);
}

fn push_columns_where(sql: &mut String, link: &Link, table: &str) {
    push_columns(sql, link, table, "s");
    for part in [" FROM `", table, "` s WHERE id="] {
        sql.push_str(part);
    }
}

/// The SELECT of a session's row.
fn push_select(sql: &mut String, link: &Link, table: &str, sid: &SessionId) {
    push_select_where(sql, link, table);
    push_hex(sql, sid.digest());
}

/// Reads a session's row by a prepared statement, which `end` ends. None where it has to go as text.
fn select_prepared(link: &mut Link, table: &str, sid: &SessionId, end: &str) -> Result<Option<Option<Row>>> {
    let mut sql = link.take_buffer();
    push_select_where(&mut sql, link, table);
    match query_by_id(link, sql, sid, end)? {
        Some(reply) => found(link, table, [reply]).map(Some),
        None => Ok(None),
    }
}

/// [`Link::query`] for a SELECT between whose beginning and `end` the session's id belongs.
fn query_by_id(link: &mut Link, mut sql: String, sid: &SessionId, end: &str) -> Result<Option<Reply>> {
    // MySQL shows parameters among its processes, and who asks there for bytes that are no text gets an error.
    let mut digits = String::new();
    let id = if link.shows_parameters {
        sql.push_str("UNHEX(?)");
        push_digits(&mut digits, sid.digest());
        digits.as_bytes()
    } else {
        sql.push('?');
        sid.digest()
    };
    sql.push_str(end);
    link.query(sql, &[Param::Bytes(id)])
}

/// [`Link::execute`], or the same as text where the server takes no more prepared statements: the number of rows found. Each question mark
/// of `sql` is a parameter.
fn execute(link: &mut Link, sql: &str, params: &[Param<'_>]) -> Result<u64> {
    match link.execute(sql, params)? {
        Some(Reply::Done(rows)) => return Ok(rows),
        Some(Reply::Rows(_)) => return Err(Error::Nonsense("rows for a statement without any".into())),
        None => {}
    }
    let mut text = String::new();
    let mut parts = sql.split('?');
    text.push_str(parts.next().unwrap_or_default());
    for (param, part) in params.iter().zip(parts) {
        match *param {
            Param::Number(number) => push_number(&mut text, number),
            Param::Bytes(bytes) => push_data(&mut text, bytes),
        }
        text.push_str(part);
    }
    affected(&link.run(&text)?, 0)
}

/// Takes the row out of the reply to a SELECT of these columns; none when there was none. A session whose label is
/// gone was signed out: it counts as expired.
///
/// The first one that was labelled takes one more round trip on a connection that was made before there were labels.
fn found(link: &mut Link, table: &str, replies: impl IntoIterator<Item = Reply>) -> Result<Option<Row>> {
    let Some((mut row, label)) = parse_row(link, replies)? else {
        return Ok(None);
    };
    if let Some(handle) = row.handle {
        let label = match link.has_labels {
            true => label,
            false => label::read(link, table, handle)?,
        };
        link.has_labels = true;
        match label {
            Some(label) => row.label = label,
            None => (row.handle, row.expires_at, row.revoked) = (None, 0, true),
        }
    }
    Ok(Some(row))
}

/// A row, and what it says of the label.
pub(crate) type Parsed = (Row, Option<Option<Vec<u8>>>);

pub(crate) fn parse_row(link: &Link, replies: impl IntoIterator<Item = Reply>) -> Result<Option<Parsed>> {
    let rows = replies.into_iter().filter_map(|reply| match reply {
        Reply::Rows(rows) => Some(rows),
        Reply::Done(_) => None,
    });
    let rows = rows.last();
    let Some(rows) = rows else {
        return Err(Error::Nonsense("no result for a SELECT".into()));
    };
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    let read_at = Instant::now();
    // In the order of push_columns.
    let mut values = row.values();
    let (version, codec) = (values.number()?, values.number()?);
    let created_at = values.number()?;
    let (expires_at, now_micros) = (values.number()?, values.number()?);
    let handle = match link.knows_handles {
        true => Handle::of(values.bytes()?),
        false => None,
    };
    let label = match link.has_labels {
        true => label::parse_column(values.bytes()?),
        false => None,
    };
    let data = row.into_last()?;
    let row = Row {
        version,
        // The column is a TINYINT.
        codec: codec.min(255) as u8,
        created_at,
        expires_at,
        now_micros,
        asked_at: link.asked_at,
        read_at,
        revoked: false,
        handle,
        label: None,
        data,
    };
    Ok(Some((row, label)))
}

/// Ends the sessions of rows that begin with their ids, locked in the open transaction, by this statement, and deletes their leases;
/// commits. Returns how many.
fn end_rows(
    link: &mut Link,
    table: &str,
    leases: bool,
    rows: &[crate::db::Row],
    statement: impl FnOnce(&str) -> String,
) -> Result<u64> {
    if rows.is_empty() {
        link.release();
        return Ok(0);
    }
    let mut ids = String::with_capacity(68 * rows.len() + 1);
    for row in rows {
        push_in_list(&mut ids, row.values().bytes()?.unwrap_or_default());
    }
    ids.push(')');
    let mut sql = statement(&ids);
    if leases {
        let suffix = lease::SUFFIX;
        let _ = write!(sql, ";DELETE FROM `{table}{suffix}` WHERE id IN {ids}");
    }
    sql.push_str(";COMMIT");
    let replies = link.run(&sql)?;
    link.in_transaction = false;
    affected(&replies, 0)
}

/// The statement that deletes the sessions of a list of ids.
fn delete_all(table: &str, ids: &str) -> String {
    format!("DELETE FROM `{table}` WHERE id IN {ids}")
}

/// The rows of an answer to a SELECT.
fn rows(reply: Option<&Reply>) -> Result<&[crate::db::Row]> {
    match reply {
        Some(Reply::Rows(rows)) => Ok(rows),
        _ => Err(Error::Nonsense("no result for a SELECT".into())),
    }
}

/// The rows that the `index`th statement of a packet found.
fn affected(replies: &[Reply], index: usize) -> Result<u64> {
    match replies.get(index) {
        Some(Reply::Done(rows)) => Ok(*rows),
        _ => Err(Error::Nonsense("no row count for a statement".into())),
    }
}

/// The seconds that a row lives after a write or a touch: the session's lifetime, and the touch
/// interval on top, because the next touch may come that much late.
pub fn lifetime(gc_maxlifetime: i64, touch_interval: u64) -> u64 {
    // 30,000 years: more would overflow the server's arithmetic.
    const FOREVER: u64 = 1_000_000_000_000;
    u64::try_from(gc_maxlifetime).unwrap_or(0).saturating_add(touch_interval).min(FOREVER)
}

/// How long a row lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Seconds from the statement on.
    pub seconds: u64,
    /// Seconds from the session's birth on at most, where there is a limit (`rustdb.absolute_lifetime`).
    pub absolute: Option<u64>,
}

impl Lifetime {
    /// Of a session that is born by the statement itself.
    fn of_newborn(self) -> Lifetime {
        Lifetime { seconds: self.absolute.map_or(self.seconds, |limit| self.seconds.min(limit)), absolute: None }
    }

    /// Writes the expiry as SQL. `created_at` is the column, with its table's name where that is needed;
    /// `seconds` stands for the lifetime.
    fn push(self, sql: &mut String, created_at: &str, seconds: impl FnOnce(&mut String)) {
        match self.absolute {
            None => {
                sql.push_str("UNIX_TIMESTAMP()+");
                seconds(sql);
            }
            Some(limit) => {
                sql.push_str("LEAST(UNIX_TIMESTAMP()+");
                seconds(sql);
                let _ = write!(sql, ",{created_at}+{limit})");
            }
        }
    }

    /// The same with the lifetime as a number.
    fn sql(self, created_at: &str) -> String {
        let mut sql = String::with_capacity(48);
        self.push(&mut sql, created_at, |sql| push_number(sql, self.seconds));
        sql
    }
}

/// Moves the expiry of a row of this version. Alone it commits itself; with a held lock, COMMIT follows.
fn touch_statement(link: &Link, table: &str, sid: &SessionId, version: u64, lifetime: Lifetime) -> String {
    let (id, expiry, seen) = (id_literal(sid), lifetime.sql("created_at"), seen(link));
    format!("UPDATE `{table}` SET expires_at={expiry}{seen} WHERE id={id} AND version={version}")
}

/// What an UPDATE of a session sets besides, where the table has the column.
fn seen(link: &Link) -> &'static str {
    match link.knows_handles {
        true => ",seen_at=UNIX_TIMESTAMP()",
        false => "",
    }
}

#[cfg(test)]
mod server_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_lifetime_ends_a_row_and_its_expiry() {
        let limited = Lifetime { seconds: 1500, absolute: Some(900) };
        let free = Lifetime { absolute: None, ..limited };
        assert_eq!(free.sql("created_at"), "UNIX_TIMESTAMP()+1500");
        assert_eq!(limited.sql("s.created_at"), "LEAST(UNIX_TIMESTAMP()+1500,s.created_at+900)");
        assert_eq!(limited.of_newborn().sql("created_at"), "UNIX_TIMESTAMP()+900");
        assert_eq!(free.of_newborn(), free);
        let row = |created_at, expires_at| Row {
            handle: None,
            label: None,
            version: 1,
            codec: 0,
            created_at,
            expires_at,
            now_micros: 1_000_000_000,
            asked_at: Instant::now(),
            read_at: Instant::now(),
            revoked: false,
            data: Vec::new(),
        };
        for (created_at, expires_at, limit, live) in [
            (0, 1001, None, true),
            (0, 1000, None, false),
            (101, 9999, Some(900), true),
            (100, 9999, Some(900), false),
            (1000, 1000, Some(900), false),
            (u64::MAX, 1001, Some(900), true),
        ] {
            let row = row(created_at, expires_at);
            assert_eq!(row.is_live(limit), live, "{row:?} {limit:?}");
        }
    }

    #[test]
    fn a_lifetime_is_never_negative_and_never_overflows() {
        assert_eq!(lifetime(1440, 60), 1500);
        assert_eq!(lifetime(-1, 60), 60);
        assert_eq!(lifetime(i64::MAX, 60), 1_000_000_000_000);
    }
}
