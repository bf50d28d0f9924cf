//! Garbage collection: expired rows are deleted in batches, oldest first, and rows that somebody
//! holds are skipped.

use std::fmt::Write as _;

use super::{affected, lease, push_hex};
use crate::error::{Error, Result};
use crate::link::{Link, Reply};

/// The last row of a batch, in the order of the index: the next batch begins behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    expires_at: u64,
    id: Vec<u8>,
}

/// What became of one batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many rows were deleted.
    pub deleted: u64,
    /// Where the next batch begins; none where no other rows were to be had.
    pub last: Option<Mark>,
}

/// Deletes up to `batch` expired rows in a transaction of its own. `leases` says whether requests hold
/// leases: sessions whose lease is running are left alone then, and the leases go with their sessions.
/// Two round trips, one where nothing has expired.
///
/// The SELECT is a range scan of the index on `expires_at`. A plain `DELETE … LIMIT` would wait for the first
/// row that a request holds, and each batch would step again over all that the ones before have deleted:
/// InnoDB purges index entries in its own time. The DELETE is told to use the primary key, because on a small
/// table it would rather look at all rows, and wait for each that is held.
///
/// # Errors
/// As the server says.
pub fn collect(
    link: &mut Link,
    table: &str,
    leases: bool,
    batch: u64,
    after: Option<&Mark>,
) -> Result<Batch> {
    let suffix = lease::SUFFIX;
    let mut sql = format!("START TRANSACTION;SELECT s.id,s.expires_at FROM `{table}` s");
    if leases {
        let _ = write!(sql, " LEFT JOIN `{table}{suffix}` l ON l.id=s.id");
    }
    sql.push_str(" WHERE s.expires_at<=UNIX_TIMESTAMP()");
    if let Some(Mark { expires_at, id }) = after {
        let _ = write!(
            sql,
            " AND (s.expires_at>{expires_at} OR s.expires_at={expires_at} AND s.id>"
        );
        push_hex(&mut sql, id);
        sql.push(')');
    }
    if leases {
        sql.push_str(" AND (l.id IS NULL OR l.lease_until<=UNIX_TIMESTAMP())");
    }
    let _ = write!(
        sql,
        " ORDER BY s.expires_at,s.id LIMIT {batch} FOR UPDATE SKIP LOCKED"
    );
    link.in_transaction = true;
    let Some(Reply::Rows(rows)) = link.run(&sql)?.pop() else {
        return Err(Error::Nonsense("no result for a SELECT".into()));
    };
    let mut last = None;
    let mut ids = String::with_capacity(68 * rows.len() + 1);
    for row in &rows {
        let mut values = row.values();
        let id = values.bytes()?.unwrap_or_default();
        ids.push(if ids.is_empty() { '(' } else { ',' });
        push_hex(&mut ids, id);
        last = Some((values.number()?, id));
    }
    let Some((expires_at, id)) = last else {
        link.release();
        return Ok(Batch::default());
    };
    let mut sql = format!("DELETE s FROM `{table}` s FORCE INDEX (PRIMARY) WHERE s.id IN {ids});");
    if leases {
        let _ = write!(
            sql,
            "DELETE l FROM `{table}{suffix}` l FORCE INDEX (PRIMARY) WHERE l.id IN {ids});"
        );
    }
    sql.push_str("COMMIT");
    let replies = link.run(&sql)?;
    link.in_transaction = false;
    Ok(Batch {
        deleted: affected(&replies, 0)?,
        last: (rows.len() as u64 == batch).then(|| Mark {
            expires_at,
            id: id.to_vec(),
        }),
    })
}
