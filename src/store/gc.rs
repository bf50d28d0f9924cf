//! Garbage collection: expired rows are deleted in batches, oldest first, and rows that somebody
//! holds are skipped.

use super::{affected, lease, push_hex};
use crate::error::Result;
use crate::link::{Link, Reply};

/// Deletes up to `batch` expired rows in a transaction of its own, and returns how many it found.
/// Fewer than `batch` means that no others were to be had.
///
/// The inner SELECT is a range scan of the index on `expires_at` alone; a plain `DELETE … LIMIT`
/// would wait for the first row that a request holds. STRAIGHT_JOIN makes it come first: on a small
/// table the optimizer would rather scan all rows and ask for each whether it is in the batch, and
/// so wait for every row that is held.
///
/// # Errors
/// As the server says.
pub fn collect(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let replies = link.run(&format!(
        "DELETE `{table}` FROM (SELECT id FROM `{table}` WHERE expires_at<=UNIX_TIMESTAMP() \
         ORDER BY expires_at LIMIT {batch} FOR UPDATE SKIP LOCKED) expired \
         STRAIGHT_JOIN `{table}` ON `{table}`.id=expired.id"
    ))?;
    affected(&replies, 0)
}

/// The same where requests hold leases: sessions whose lease is running are left alone, and the leases go
/// with their sessions. Two round trips.
///
/// # Errors
/// As the server says.
pub fn collect_with_leases(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let leases = lease::SUFFIX;
    link.in_transaction = true;
    let mut replies = link.run(&format!(
        "START TRANSACTION;SELECT s.id FROM `{table}` s LEFT JOIN `{table}{leases}` l ON l.id=s.id \
         WHERE s.expires_at<=UNIX_TIMESTAMP() AND (l.id IS NULL OR l.lease_until<=UNIX_TIMESTAMP()) \
         ORDER BY s.expires_at LIMIT {batch} FOR UPDATE SKIP LOCKED"
    ))?;
    let mut ids = String::new();
    if let Some(Reply::Rows(rows)) = replies.pop() {
        for row in rows {
            ids.push(if ids.is_empty() { '(' } else { ',' });
            push_hex(&mut ids, row.values().bytes()?.unwrap_or_default());
        }
    }
    if ids.is_empty() {
        link.rollback()?;
        return Ok(0);
    }
    let replies = link.run(&format!(
        "DELETE FROM `{table}` WHERE id IN {ids});DELETE FROM `{table}{leases}` WHERE id IN {ids});COMMIT"
    ))?;
    link.in_transaction = false;
    affected(&replies, 0)
}
