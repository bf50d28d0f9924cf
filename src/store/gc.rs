//! Garbage collection: expired rows are deleted in batches, oldest first, and rows that somebody holds are skipped.

use super::label::Handle;
use super::sql::{affected, hex, list, rows};
use super::{lease, mark};
use crate::config::ServerConfig;
use crate::db::{Link, Row};
use crate::error::Result;
use crate::sid::signed::KNOWN_FOR;

/// Where in the index a batch ended: the next one begins behind it. Otherwise each batch would step again over all that the ones before have
/// deleted, for InnoDB purges index entries in its own time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    expires_at: u64,
    id: Vec<u8>,
}

/// What became of one batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many rows were deleted.
    pub deleted: u64,
    /// Where the next batch begins; none where no others were to be had.
    pub last: Option<Position>,
}

impl Position {
    /// Takes it from a row of an id and an expiry.
    fn of(row: &Row) -> Result<Position> {
        let mut values = row.values();
        Ok(Position { id: values.bytes()?.unwrap_or_default().to_vec(), expires_at: values.number()? })
    }
}

/// Deletes up to `batch` expired rows in a transaction of its own, in one round trip.
///
/// The inner SELECT is a range scan of the index on `expires_at` alone; a plain `DELETE … LIMIT` would wait for the first row that a request
/// holds. STRAIGHT_JOIN makes it come first: on a small table the optimizer would rather scan all rows and ask for each whether it is in the
/// batch, and so wait for every row that is held.
pub fn collect(link: &mut Link, table: &str, batch: u64, after: Option<&Position>) -> Result<Batch> {
    let expired = expired("", after);
    // The batch's last row, as far as nobody holds one; where some do, the next batch steps over a few.
    let replies = link.run(&format!(
        "SELECT id,expires_at FROM `{table}` WHERE {expired} ORDER BY expires_at,id LIMIT {},1;\
         DELETE t FROM (SELECT id FROM `{table}` WHERE {expired} \
         ORDER BY expires_at,id LIMIT {batch} FOR UPDATE SKIP LOCKED) expired \
         STRAIGHT_JOIN `{table}` t FORCE INDEX(PRIMARY) ON t.id=expired.id WHERE NOT t.{}",
        batch.saturating_sub(1),
        mark::HAS_DATA
    ))?;
    let deleted = affected(&replies, 1)?;
    Ok(Batch { deleted, last: rows(replies)?.first().map(Position::of).transpose()? })
}

/// The same where requests hold leases: sessions whose lease is running are left alone, and the leases go with their sessions. Two round
/// trips.
pub fn collect_with_leases(link: &mut Link, table: &str, batch: u64, after: Option<&Position>) -> Result<Batch> {
    let (leases, expired, marked) = (lease::SUFFIX, expired("s.", after), mark::HAS_DATA);
    let (batch, free) = (with_room(link, batch), lease::is_free("l."));
    link.in_transaction = true;
    let replies = link.run(&format!(
        "START TRANSACTION;SELECT s.id,s.expires_at FROM `{table}` s LEFT JOIN `{table}{leases}` l ON l.id=s.id \
         WHERE {expired} AND NOT {marked} AND (l.id IS NULL OR {free}) \
         ORDER BY s.expires_at,s.id LIMIT {batch} FOR UPDATE SKIP LOCKED"
    ))?;
    let found = rows(replies)?;
    let last = found.last().map(Position::of).transpose()?;
    let full = found.len() as u64 == batch;
    let deleted = end_rows(link, table, true, &found, |ids| format!("DELETE FROM `{table}` WHERE id IN {ids}"))?;
    Ok(Batch { deleted, last: last.filter(|_| full) })
}

/// Makes marks of the sessions' rows of handles whose labels are gone, as far as no request holds one: their ids may be young enough to
/// count as ours, and are not to be known again. Two round trips.
pub fn end_revoked(link: &mut Link, config: &ServerConfig, handles: &[Handle]) -> Result<()> {
    let (table, handles) = (&config.table, list(handles.iter().map(|handle| &handle.0[..])));
    link.in_transaction = true;
    let replies = link
        .run(&format!("START TRANSACTION;SELECT id FROM `{table}` WHERE handle IN {handles} FOR UPDATE SKIP LOCKED"))?;
    end_rows(link, table, config.leases, &rows(replies)?, |ids| mark::end_all(table, ids)).map(drop)
}

/// Ends the sessions of rows that begin with their ids, locked in the open transaction, by this statement, and deletes their leases;
/// commits. Returns how many.
fn end_rows(
    link: &mut Link,
    table: &str,
    leases: bool,
    rows: &[Row],
    statement: impl FnOnce(&str) -> String,
) -> Result<u64> {
    if rows.is_empty() {
        link.release();
        return Ok(0);
    }
    let ids: Result<Vec<_>> = rows.iter().map(|row| Ok(row.values().bytes()?.unwrap_or_default())).collect();
    let ids = list(ids?);
    let mut sql = statement(&ids);
    if leases {
        sql += &format!(";DELETE FROM `{table}{}` WHERE id IN {ids}", lease::SUFFIX);
    }
    sql.push_str(";COMMIT");
    let replies = link.run(&sql)?;
    link.in_transaction = false;
    affected(&replies, 0)
}

/// Takes the data of marks whose time is free, of as many as there are among the `batch` oldest rows: what else is that old was deleted before.
/// They stay, because their ids may still count as ours. Those that somebody holds are left for the next time. Returns how many.
pub fn clear_marks(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let (gone, marked, minutes) = (mark::GONE, mark::HAS_DATA, KNOWN_FOR / 60 + 1);
    let replies = link.run(&format!(
        "UPDATE (SELECT id FROM `{table}` WHERE expires_at<=UNIX_TIMESTAMP() DIV 60 \
         ORDER BY expires_at LIMIT {batch} FOR UPDATE SKIP LOCKED) oldest \
         STRAIGHT_JOIN `{table}` m FORCE INDEX(PRIMARY) ON m.id=oldest.id \
         SET m.codec={gone},m.data='',m.expires_at=m.created_at DIV 60000000+{minutes} WHERE m.{marked}"
    ))?;
    affected(&replies, 0)
}

/// Deletes up to `batch` leases that nobody gave back, of sessions that were never stored: what requests leave that die before their first
/// write. Other leases go with their sessions. Returns how many.
pub fn collect_leases(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let leases = lease::SUFFIX;
    let (left, free) = (lease::is_free("e."), lease::is_free("l."));
    let replies = link.run(&format!(
        "DELETE l FROM (SELECT e.id FROM `{table}{leases}` e LEFT JOIN `{table}` s ON s.id=e.id \
         WHERE e.lease_until>0 AND {left} AND s.id IS NULL LIMIT {batch}) dead \
         STRAIGHT_JOIN `{table}{leases}` l ON l.id=dead.id WHERE {free}"
    ))?;
    affected(&replies, 0)
}

/// What was found of leases whose sessions are gone.
#[derive(Debug, PartialEq, Eq)]
pub struct Swept {
    pub looked_at: u64,
    pub deleted: u64,
    /// The last id that was looked at; none at the end of the table.
    pub last: Option<Vec<u8>>,
}

/// Looks at up to `batch` leases behind the id `after`, and deletes those that are free and whose sessions are gone: somebody else has
/// deleted these, who knew nothing of leases. Two round trips.
///
/// A lease that is taken meanwhile is not free any more, and stays; one that is free may go at any time.
pub fn sweep_leases(link: &mut Link, table: &str, after: &[u8], batch: u64) -> Result<Swept> {
    let (leases, batch) = (lease::SUFFIX, with_room(link, batch));
    let (free, after) = (lease::is_free(""), hex(after));
    let found = rows(link.run(&format!(
        "SELECT l.id,s.id IS NULL AND {free} \
         FROM (SELECT id,lease_until FROM `{table}{leases}` WHERE id>{after} ORDER BY id LIMIT {batch}) l \
         LEFT JOIN `{table}` s ON s.id=l.id ORDER BY l.id"
    ))?)?;
    let (mut dead, mut last) = (Vec::new(), None);
    for row in &found {
        let mut values = row.values();
        last = values.bytes()?;
        if values.number()? == 1 {
            dead.extend(last);
        }
    }
    let deleted = if dead.is_empty() {
        0
    } else {
        let dead = list(dead);
        affected(&link.run(&format!("DELETE FROM `{table}{leases}` WHERE id IN {dead} AND {free}"))?, 0)?
    };
    let looked_at = found.len() as u64;
    let last = last.filter(|_| looked_at == batch).map(<[u8]>::to_vec);
    Ok(Swept { looked_at, deleted, last })
}

/// As many rows as one packet has room to name, each twice.
fn with_room(link: &Link, batch: u64) -> u64 {
    batch.min(link.max_packet as u64 / 256).max(1)
}

/// The condition for expired rows behind `after`, for columns with this prefix: sessions in seconds, and marks in minutes.
fn expired(prefix: &str, after: Option<&Position>) -> String {
    let mut sql = format!(
        "({prefix}expires_at<=UNIX_TIMESTAMP() DIV 60 OR {prefix}expires_at BETWEEN {} AND UNIX_TIMESTAMP())",
        mark::NO_MARK_FROM
    );
    if let Some(Position { expires_at, id }) = after {
        let id = hex(id);
        sql +=
            &format!(" AND ({prefix}expires_at>{expires_at} OR {prefix}expires_at={expires_at} AND {prefix}id>{id})");
    }
    sql
}
